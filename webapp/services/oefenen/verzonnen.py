"""Who is at the oefenschool, here and in the LAS, which has some of them otherwise. All of it is invented."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from webapp.schooljaar import days_of
from webapp.uwlr import values as uwlr

NAAM, BRIN = "De Oefenschool", "OEFN"
"""No BRIN has this form, so nobody can ask for a koppeling with it."""
DOMEIN = "oefenschool.example"
ADRES = f"c.diepen@{DOMEIN}"
JAARGROEPEN = ("3", "5", "7")
_NAMEN_IN_LAS = {"7": "De Uilen"}
_ROEPNAMEN = (
    "Adam", "Bo", "Cas", "Dina", "Elif", "Floor", "Guus", "Hanna", "Ids", "Jip", "Kees", "Lara", "Maud", "Nina",
    "Olaf", "Pleun", "Quinten", "Roos",
)  # fmt: skip
_ACHTERNAMEN = {
    "3": ("Aarts", "Berends", "Claassen", "Dekker", "Evers", "Faber"),
    "5": ("Gerrits", "Hofman", "IJzer", "Jonker", "Kuiper", "Linden"),
    "7": ("Molenaar", "Nauta", "Oomen", "Peters", "Ruiter", "Schaap"),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One child: as it stands here and as the LAS has it; None for where it is not."""

    nummer: str
    groep: str
    hier: tuple[str, str, date] | None
    las: tuple[str, str, date] | None


@dataclass(frozen=True, slots=True)
class Meester:
    """A leerkracht; their groep, and the address that the LAS has of them, if any."""

    nummer: str
    roepnaam: str
    achternaam: str
    groep: str
    email: str | None
    is_hier: bool
    in_las: str = ""
    """The achternaam there, where it is another."""


LEERKRACHTEN = (
    Meester("lk1", "Anke", "Bruin", "3", f"a.bruin@{DOMEIN}", is_hier=True),
    Meester("lk2", "Bram", "Cornelis", "5", None, is_hier=True, in_las="Cornelisse"),
    Meester("lk3", "Carla", "Diepen", "7", None, is_hier=False),
)

ADRESSEN = frozenset({ADRES, f"a.bruin@{DOMEIN}", f"b.cornelisse@{DOMEIN}"})
"""The only addresses that may be typed: a real one would be read by whoever else practises."""


def kinderen(schooljaar: str) -> list[Kind]:
    """Return every child, in this school year: most are the same on both sides, and the rest is what is asked about."""
    return [*_the_same(schooljaar), *_asked(schooljaar)]


def _the_same(schooljaar: str) -> Iterator[Kind]:
    for groep in JAARGROEPEN:
        for at, roepnaam in enumerate(_ROEPNAMEN):
            achternaam = _ACHTERNAMEN[groep][at % len(_ACHTERNAMEN[groep])]
            child = (roepnaam, achternaam, _born(schooljaar, groep, at % 12 + 1, 13 + at % 15))
            yield Kind(f"{groep}{at:02}", groep, child, child)


def _asked(schooljaar: str) -> Iterator[Kind]:
    def born(month: int, day: int) -> date:
        return _born(schooljaar, "5", month, day)

    yield Kind("590", "5", ("Sanne", "Willems", born(3, 14)), ("Sanna", "Willems", born(3, 14)))  # one letter
    yield Kind("591", "5", ("Lieke", "Terpstra", born(6, 20)), ("Lieke", "Terpstra", born(6, 20)))  # twins
    yield Kind("592", "5", ("Lotte", "Terpstra", born(6, 20)), ("Lot", "Terpstra", born(6, 20)))
    yield Kind("593", "5", ("Sam", "Vermaat", born(9, 17)), ("Max", "Vermaat", born(9, 17)))  # each other's name
    yield Kind("597", "5", ("Max", "Vermaat", born(2, 26)), ("Sam", "Vermaat", born(2, 26)))
    yield Kind("594", "5", ("Emre", "Yilmaz", born(4, 5)), ("Emre", "Yilmaz", born(5, 4)))  # day and month
    yield Kind("595", "5", None, ("Noor", "Zijlstra", born(11, 23)))  # new
    yield Kind("596", "5", ("Tijn", "Veenstra", born(1, 30)), None)  # left


def _born(schooljaar: str, groep: str, month: int, day: int) -> date:
    return date(days_of(schooljaar)[0].year - int(groep) - 3, month, day)


def aanlevering(schooljaar: str, *, is_later: bool = False) -> uwlr.Leerlinggegevens:
    """Return what the LAS answers. Later twins have each other's number, and one more came."""
    numbers = {"591": "592", "592": "591"} if is_later else {}
    leerlingen = [
        uwlr.Leerling(
            key=numbers.get(kind.nummer, kind.nummer),
            roepnaam=kind.las[0],
            achternaam=kind.las[1],
            geboortedatum=kind.las[2],
            groep=f"g{kind.groep}",
            jaargroep=kind.groep,
        )
        for kind in kinderen(schooljaar)
        if kind.las is not None
    ]
    if is_later:
        born = _born(schooljaar, "7", 2, 19)
        leerlingen.append(
            uwlr.Leerling(
                key="790", roepnaam="Zoë", achternaam="Admiraal", geboortedatum=born, groep="g7", jaargroep="7"
            )
        )
    return uwlr.Leerlinggegevens(
        school=uwlr.School(schooljaar=schooljaar, brincode=BRIN),
        groepen=tuple(
            uwlr.Groep(f"g{groep}", "De Uilen" if groep == "7" else f"Groep {groep}", groep) for groep in JAARGROEPEN
        ),
        samengestelde_groepen=(),
        leerlingen=tuple(leerlingen),
        leerkrachten=tuple(
            uwlr.Leerkracht(
                key=each.nummer,
                roepnaam=each.roepnaam,
                achternaam=each.in_las or each.achternaam,
                emailadres=each.email,
                groepen=(f"g{each.groep}",),
            )
            for each in LEERKRACHTEN
        ),
    )
