"""What a row may hold, per file: each cell becomes a value, or a fault that says what is expected. No database."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from email_validator import EmailNotValidError, validate_email

from webapp.models import Rol
from webapp.models.toets import vreemde_tekens
from webapp.schooljaar import is_schooljaar
from webapp.services.inlezen.fouten import Fout, Mis
from webapp.services.toetsen.normen import NIVEAUS
from webapp.uwlr.fields import GESLACHTEN, JAARGROEPEN

HOOFDVESTIGING = "00"
_BRIN = re.compile(r"[0-9]{2}[A-Z]{2}", re.ASCII)
_VESTIGING = re.compile(r"[0-9]{2}", re.ASCII)
_NUMMER = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_DAY = re.compile(r"(?:(\d{4})-(\d\d)-(\d\d)|(\d{1,2})-(\d{1,2})-(\d{4}))", re.ASCII)
_OF_A_PERSON = ("bsn", "burgerservice", "sofinummer", "onderwijsnummer", "persoonsgebonden")


class Bestand(StrEnum):
    """The files of a folder, in the order in which they are written."""

    REGISTER = "register"
    TOETSEN = "toetsen"
    NORMEN = "normen"
    SCHOLEN = "scholen"
    GROEPEN = "groepen"
    LEERKRACHTEN = "leerkrachten"
    LEERLINGEN = "leerlingen"
    ACCOUNTS = "accounts"
    RESULTATEN = "resultaten"


VAN_EEN_SCHOOL = (
    Bestand.SCHOLEN, Bestand.GROEPEN, Bestand.LEERKRACHTEN, Bestand.LEERLINGEN, Bestand.ACCOUNTS, Bestand.RESULTATEN,
)  # fmt: skip
Sleutel = tuple[str, str]
"""BRIN and vestiging."""


class Onleesbaar(ValueError):
    """A cell does not hold what its column is for."""

    def __init__(self, mis: Mis) -> None:
        super().__init__(mis)
        self.mis = mis


@dataclass(frozen=True, slots=True)
class Rij:
    """One row, with the values of the columns that the file has; an empty cell is None."""

    bestand: Bestand
    regel: int
    waarden: Mapping[str, Any]

    def __getitem__(self, kolom: str) -> Any:
        return self.waarden.get(kolom)

    def fout(self, mis: Mis, kolom: str = "") -> Fout:
        """Something is wrong with this row."""
        return Fout(self.bestand, self.regel, mis, kolom)


def _matches(pattern: re.Pattern[str], mis: Mis) -> Callable[[str], str]:
    def read(text: str) -> str:
        if pattern.fullmatch(text) is None:
            raise Onleesbaar(mis)
        return text

    return read


def _text(longest: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > longest or not text.isprintable():
            raise Onleesbaar(Mis.TEKST)
        return text

    return read


def _latin(longest: int) -> Callable[[str], str]:
    """Text that arrives at every LAS."""

    def read(text: str) -> str:
        if vreemde_tekens(text):
            raise Onleesbaar(Mis.LATIN1)
        return _text(longest)(text)

    return read


def _one_of(options: Iterable[str], mis: Mis) -> Callable[[str], str]:
    allowed = frozenset(options)

    def read(text: str) -> str:
        if text not in allowed:
            raise Onleesbaar(mis)
        return text

    return read


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) < 10 and least <= int(text) <= most):
            raise Onleesbaar(Mis.GETAL)
        return int(text)

    return read


def _tenths(text: str) -> Decimal:
    """As the tables keep it: one digit behind the point."""
    try:
        number = Decimal(text.replace(",", "."))
        is_kept = number.is_finite() and abs(number) < 100_000 and number == round(number, 1)
    except InvalidOperation:
        is_kept = False
    if not is_kept:
        raise Onleesbaar(Mis.DECIMAAL)
    return round(number, 1)


def _day(text: str) -> date:
    found = _DAY.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        parts = found.groups()[:3] if found[1] else found.groups()[:2:-1]
        return date(*map(int, parts))
    except ValueError:
        raise Onleesbaar(Mis.DATUM) from None


def _time(text: str) -> time:
    try:
        found = time.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None:
        raise Onleesbaar(Mis.TIJD)
    return found.replace(microsecond=0)


def _mail(text: str) -> str:
    try:
        return str(validate_email(text, check_deliverability=False).normalized)
    except EmailNotValidError:
        raise Onleesbaar(Mis.MAIL) from None


def _schooljaar(text: str) -> str:
    if not is_schooljaar(text):
        raise Onleesbaar(Mis.SCHOOLJAAR)
    return text


def _many(read: Callable[[str], Any]) -> Callable[[str], list[Any]]:
    return lambda text: [read(part) for part in text.split()]


@dataclass(frozen=True, slots=True)
class Kolom:
    """One column: how a cell is read, and whether it must be there and filled."""

    lees: Callable[[str], Any]
    moet: bool = False


_nummer = _matches(_NUMMER, Mis.NUMMER)
_SCHOOL = {
    "brin": Kolom(lambda text: _matches(_BRIN, Mis.BRIN)(text.upper()), moet=True),
    "vestiging": Kolom(lambda text: _matches(_VESTIGING, Mis.VESTIGING)(text.zfill(2))),
}
_LAS = {"extern_nummer": Kolom(_text(256))}
_NAMEN = {
    "roepnaam": Kolom(_text(64)), "voorvoegsel": Kolom(_text(32)), "achternaam": Kolom(_text(200), moet=True),
}  # fmt: skip
_jaargroep = _one_of(JAARGROEPEN, Mis.JAARGROEP)

KOLOMMEN: Mapping[Bestand, Mapping[str, Kolom]] = {
    Bestand.REGISTER: _SCHOOL | {
        "naam": Kolom(_text(200), moet=True), "plaats": Kolom(_text(100), moet=True), "gesloten_op": Kolom(_day),
    },
    Bestand.TOETSEN: {
        "code": Kolom(_nummer, moet=True), "versie": Kolom(_latin(64)), "naam": Kolom(_latin(128), moet=True),
        "vakgebied": Kolom(_latin(256), moet=True), "leerjaar": Kolom(_jaargroep, moet=True),
        "aantal_opgaven": Kolom(_number(1, 1_000), moet=True), "vaardigheidsscores": Kolom(_many(_tenths), moet=True),
    },
    Bestand.NORMEN: {
        "toets": Kolom(_nummer, moet=True), "schooldag": Kolom(_number(0, 365), moet=True),
        "gemiddelde": Kolom(_tenths, moet=True), "standaardafwijking": Kolom(_tenths, moet=True),
    },
    Bestand.SCHOLEN: _SCHOOL | {"naam": Kolom(_text(200), moet=True)},
    Bestand.GROEPEN: _SCHOOL | {
        "eigen_nummer": Kolom(_nummer, moet=True), "naam": Kolom(_text(64), moet=True), "jaargroep": Kolom(_jaargroep),
        "schooljaar": Kolom(_schooljaar), **_LAS,
    },
    Bestand.LEERKRACHTEN: _SCHOOL | {
        "eigen_nummer": Kolom(_nummer, moet=True), **_NAMEN, "email": Kolom(_mail), "groepen": Kolom(_many(_nummer)),
        **_LAS, "eck_id": Kolom(_text(256)),
    },
    Bestand.LEERLINGEN: _SCHOOL | {
        "eigen_nummer": Kolom(_nummer, moet=True), **_NAMEN, "geboortedatum": Kolom(_day),
        "geslacht": Kolom(_one_of(GESLACHTEN, Mis.GESLACHT)), "jaargroep": Kolom(_jaargroep), "groep": Kolom(_nummer),
        **_LAS, "eck_id": Kolom(_text(256)),
    },
    Bestand.ACCOUNTS: _SCHOOL | {
        "email": Kolom(_mail, moet=True), "naam": Kolom(_text(200)),
        "rol": Kolom(lambda text: Rol(_one_of(Rol, Mis.ROL)(text)), moet=True), "leerkracht": Kolom(_nummer),
    },
    Bestand.RESULTATEN: _SCHOOL | {
        "eigen_nummer": Kolom(_nummer, moet=True), "leerling": Kolom(_nummer, moet=True),
        "toets": Kolom(_nummer, moet=True), "afnamedatum": Kolom(_day, moet=True),
        "afgenomen_om": Kolom(_time), "ruwe_score": Kolom(_number(0, 1_000), moet=True),
        "vaardigheidsscore": Kolom(_tenths), "niveau": Kolom(_one_of(NIVEAUS, Mis.NIVEAU)),
        "percentiel": Kolom(_number(1, 99)),
    },
}  # fmt: skip
"""The same names are in `docs/inlezen.md`, in the example folder and in the API."""


def check_head(bestand: Bestand, namen: list[str]) -> list[Fout]:
    """What is wrong with the names of the columns; a BSN is refused before a row is read.

    A name that is none of ours is not repeated: without a first line of names it is a cell of somebody.
    """
    known, found = KOLOMMEN[bestand], list[Fout]()
    for place, naam in enumerate(namen, 1):
        plain = "".join(filter(str.isalpha, naam.lower()))
        if any(word in plain for word in _OF_A_PERSON):
            found.append(Fout(bestand, 1, Mis.BSN, f"kolom {place}"))
        elif naam not in known:
            found.append(Fout(bestand, 1, Mis.ONBEKENDE_KOLOM, f"kolom {place}"))
    found += [Fout(bestand, 1, Mis.KOLOM_DUBBEL, naam) for naam in known if namen.count(naam) > 1]
    missing = [naam for naam, kolom in known.items() if kolom.moet and naam not in namen]
    return found + [Fout(bestand, 1, Mis.KOLOM_MIST, naam) for naam in missing]


def read_row(bestand: Bestand, cells: Mapping[str, str], regel: int) -> tuple[Rij, list[Fout]]:
    """The values of a row, of columns that `check_head` took, and what could not be read."""
    waarden, fouten = dict[str, Any](), list[Fout]()
    for naam, text in cells.items():
        kolom, text = KOLOMMEN[bestand][naam], text.strip()
        try:
            waarden[naam] = kolom.lees(text) if text else None
        except Onleesbaar as wrong:
            fouten.append(Fout(bestand, regel, wrong.mis, naam))
        if kolom.moet and not text:
            fouten.append(Fout(bestand, regel, Mis.VERPLICHT, naam))
    if "brin" in KOLOMMEN[bestand]:
        waarden["vestiging"] = waarden.get("vestiging") or HOOFDVESTIGING
    return Rij(bestand, regel, waarden), fouten
