"""How often each thing happens: the rates for which the wanted figures were agreed."""

from __future__ import annotations

PER_1000_LEERLINGEN = {
    "nieuw": 140,
    "vertrokken": 40,
    "roepnaam": 4,
    "achternaam": 5,
    "roepnaam en achternaam": 3,
    "geboortedatum": 3,
    "dubbel": 2,
    "terug": 3,
}
"""In a year; `dubbel` is typed in twice at the LAS, `terug` comes back after leaving."""
ANDERE_GROEP_PER_WEEK = 4
"""Per 1,000 leerlingen."""
ZONDER_ECKID, ZONDER_GEBOORTEDATUM = 0.05, 0.02
"""Of the leerlingen in the first delivery that brings them."""
HERNUMMERD, ANDER_LAS, GROEP_NACHT_WEG = 1 / 15, 1 / 40, 1 / 25
"""Of the schools."""
PER_1000_LEERKRACHTEN = 150
"""Changes in a year."""
TWEELING = 0.03
"""Of the leerlingen."""
ANTWOORD_NA = (0, 0, 0, 1, 1, 2, 2, 3, 5, 8)
"""School days after which a beheerder answers, each as likely: assumed. Reminders go on the 2nd, 5th and 10th."""

ALLE = {
    "per_1000_leerlingen": PER_1000_LEERLINGEN,
    "andere_groep_per_week_per_1000": ANDERE_GROEP_PER_WEEK,
    "zonder_eckid": ZONDER_ECKID,
    "zonder_geboortedatum": ZONDER_GEBOORTEDATUM,
    "hernummerd": "1/15",
    "ander_las": "1/40",
    "groep_een_nacht_weg": "1/25",
    "per_1000_leerkrachten": PER_1000_LEERKRACHTEN,
    "tweeling": TWEELING,
    "antwoord_na_schooldagen": ANTWOORD_NA,
}
