"""'t Kompas: forty-five pupils in combination groups, and instruction groups across them."""

from __future__ import annotations

from sandbox.parnassys.schools.names import JONGEN, MEISJE
from sandbox.parnassys.schools.plan import Anders, Bijzonder, Geboren, Jaarplan, Leerkrachtplan, Schoolplan
from sandbox.parnassys.schools.values import InventedGroep, InventedSamengesteldeGroep, LeerkrachtBijTestcentrum

_BIJZONDER = (
    Bijzonder(5, "Bouali", "Yasmine", MEISJE, Geboren(16, 4), Anders(roepnaam="Jasmin")),
    Bijzonder(7, "van de Ven", "Kees", JONGEN, Geboren(3, 12), Anders(roepnaam="Cornelis")),
    Bijzonder(6, "Hoekstra", "Maud", MEISJE, Geboren(8, 2), Anders(geboren=Geboren(2, 8))),
    Bijzonder(5, "Dijkstra", "Guus", JONGEN, Geboren(11, 5)),
    Bijzonder(5, "Dijkstra", "Gijs", JONGEN, Geboren(11, 5)),
    Bijzonder(8, "in 't Veld", "Zoë-Maëlle", MEISJE, Geboren(27, 7), Anders(roepnaam="Zoe Maelle")),
    Bijzonder(1, "Wong", "Mei", MEISJE, Geboren(15, 6), None, eckid=False),
    Bijzonder(3, "Tesfaye", "Daniel", JONGEN, Geboren(1, 1), None, eckid=False, in_groep=False),
)

_LEERKRACHTEN = (
    Leerkrachtplan("van de Korenmolen", "Janne", ("9412",), emailadres="janne@kompas.example"),
    Leerkrachtplan(
        "Houtman",
        "Koen",
        ("9434",),
        ("rek5",),
        emailadres="koen@kompas.example",
        bij_testcentrum=LeerkrachtBijTestcentrum("Houtman", None, "Koen", "koen@kompas.example"),
    ),
    Leerkrachtplan("Houtman", "Lotte", ("9456",), ("rek6", "plus")),
    # Two teachers on one mailbox of the school: an address proves nobody's identity.
    Leerkrachtplan("Veldhuis", "Abel", ("9478",), emailadres="info@kompas.example"),
    Leerkrachtplan("Ramdin", "Indra", ("9478",), emailadres="info@kompas.example"),
)

KOMPAS = Schoolplan(
    naam="'t Kompas",
    brin="99YY",
    eerste_key=204_770_000,
    groepen=(
        InventedGroep("9412", "1/2", "C"),
        InventedGroep("9434", "3/4", "C"),
        InventedGroep("9456", "5/6", "C"),
        InventedGroep("9478", "7/8", "C"),
    ),
    samengestelde_groepen=(
        InventedSamengesteldeGroep("rek5", "Rekenen 5", "Instructiegroep rekenen, jaargroep 5"),
        InventedSamengesteldeGroep("rek6", "Rekenen 6", "Instructiegroep rekenen, jaargroep 6"),
        InventedSamengesteldeGroep("plus", "Plusgroep", "Plusgroep, jaargroep 5 tot en met 8"),
    ),
    samengesteld_per_jaargroep=((5, "rek5"), (6, "rek6")),
    plusgroep="plus",
    jaren=(
        Jaarplan(1, "9412", 5),
        Jaarplan(2, "9412", 5),
        Jaarplan(3, "9434", 5),
        Jaarplan(4, "9434", 6, bekend=6),
        Jaarplan(5, "9456", 6, bekend=6),
        Jaarplan(6, "9456", 6, bekend=6),
        Jaarplan(7, "9478", 6, bekend=6),
        Jaarplan(8, "9478", 6, bekend=6),
    ),
    vertrokken=5,
    bijzonder=_BIJZONDER,
    leerkrachten=_LEERKRACHTEN,
)
