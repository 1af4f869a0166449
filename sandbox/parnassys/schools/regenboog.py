"""De Regenboog: two hundred pupils in eight groups, few teachers with an e-mail address in ParnasSys."""

from __future__ import annotations

from sandbox.parnassys.schools.names import JONGEN, MEISJE
from sandbox.parnassys.schools.plan import Anders, Bijzonder, Geboren, Jaarplan, Leerkrachtplan, Schoolplan
from sandbox.parnassys.schools.values import InventedGroep, LeerkrachtBijTestcentrum

_BIJZONDER = (
    # Each of these asks a question: the test centre wrote it down otherwise, or a birth date proves too little.
    Bijzonder(5, "el Idrissi", "Mohammed", JONGEN, Geboren(12, 3), Anders(roepnaam="Mohamed")),
    Bijzonder(6, "van den Heuvel", "Sterre", MEISJE, Geboren(19, 11), Anders(zonder_voorvoegsel=True)),
    Bijzonder(7, "Kuipers", "Daan", JONGEN, Geboren(7, 4), Anders(geboren=Geboren(4, 7))),
    Bijzonder(8, "Verhoeven", "Bas", JONGEN, Geboren(23, 5), Anders(roepnaam="Sebastiaan")),
    Bijzonder(4, "Wolters", "Jop", JONGEN, Geboren(30, 1), Anders(roepnaam="Job")),
    Bijzonder(5, "van Dijk", "Zoë", MEISJE, Geboren(1, 1)),
    Bijzonder(8, "Bosman", "Liam", JONGEN, Geboren(14, 6), Anders(zonder_geboortedatum=True)),
    # And these do not, however odd they look.
    Bijzonder(4, "Wolters", "Jip", JONGEN, Geboren(30, 1)),
    Bijzonder(6, "Lefèvre", "Chloé", MEISJE, Geboren(9, 8), Anders(achternaam="Lefevre", roepnaam="Chloe")),
    Bijzonder(7, "van der Linden", "Niels", JONGEN, Geboren(17, 12), Anders(voorvoegsel_in_achternaam=True)),
    Bijzonder(5, "Smit-Bakker", "Roos", MEISJE, Geboren(21, 2), Anders(achternaam="Smit Bakker")),
    Bijzonder(6, "de Vries", "Emma", MEISJE, Geboren(2, 10)),
    Bijzonder(8, "de Vries", "Emma", MEISJE, Geboren(25, 3)),
    Bijzonder(6, "Okafor", "Naomi", MEISJE, Geboren(5, 5), Anders(zelfde_jaargroep=True)),
    # New to the test centre.
    Bijzonder(2, "Abdulahi", ".", MEISJE, Geboren(1, 1), None, eckid=False),
    Bijzonder(4, "Al-Masri", "Yara", MEISJE, Geboren(6, 9), None, eckid=False),
    Bijzonder(7, "van 't Hof", "Anna Sophie", MEISJE, Geboren(28, 2), None),
)

_LEERKRACHTEN = (
    Leerkrachtplan("de Boer", "Marijke", ("6200101",), emailadres="m.deboer@regenboog.example"),
    Leerkrachtplan("Wijnands", "Ellen", ("6200102",)),
    Leerkrachtplan("van der Zee", "Wouter", ("6200103",)),
    Leerkrachtplan("Öztürk", "Selma", ("6200104",)),
    Leerkrachtplan(
        "Bakker",
        "Anja",
        ("6200105",),
        emailadres="a.bakker@regenboog.example",
        bij_testcentrum=LeerkrachtBijTestcentrum("Bakker", None, "Anja", "a.bakker@regenboog.example"),
    ),
    Leerkrachtplan(
        "van Leeuwen",
        "Tom",
        ("6200106",),
        bij_testcentrum=LeerkrachtBijTestcentrum("Leeuwen", "van", "Tom", "t.vanleeuwen@regenboog.example"),
    ),
    Leerkrachtplan("Hendriks", "Joost", ("6200107",)),
    Leerkrachtplan("ter Horst", "Carla", ("6200108",), emailadres="c.terhorst@regenboog.example"),
    Leerkrachtplan("Peters", "Ingrid", ("6200101", "6200102")),
    Leerkrachtplan("Sewnarain", "Shanti", ("6200104", "6200105")),
    Leerkrachtplan("Dijkstra", "Sjoukje"),
    Leerkrachtplan("Koster", "Peter", ("6200107", "6200108")),
)

REGENBOOG = Schoolplan(
    naam="De Regenboog",
    brin="99XX",
    eerste_key=204_310_000,
    groepen=tuple(InventedGroep(f"620010{jaar}", f"Groep {jaar}", str(jaar)) for jaar in range(1, 9)),
    jaren=(
        Jaarplan(1, "6200101", 22),
        Jaarplan(2, "6200102", 25),
        Jaarplan(3, "6200103", 24),
        Jaarplan(4, "6200104", 26, bekend=23),
        Jaarplan(5, "6200105", 25, bekend=24),
        Jaarplan(6, "6200106", 27, bekend=25),
        Jaarplan(7, "6200107", 26, bekend=24),
        Jaarplan(8, "6200108", 25, bekend=24),
    ),
    vertrokken=24,
    bijzonder=_BIJZONDER,
    leerkrachten=_LEERKRACHTEN,
)
