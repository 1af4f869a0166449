"""The form of an autorisatiesleutel, as far as a LAS prescribes one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

MAX_LENGTH = 256
"""UWLR says 64, but keys of 88 characters are in use: never cut, never refuse those."""
_INVISIBLE = re.compile("[\\s\u00ad\u180e\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff]+")
_QUOTES = "\"'“”‘’«»`"
_EMAIL = re.compile(r"[^@]+@[^@]+\.[a-z]+", re.IGNORECASE)
_BRIN = re.compile(r"[0-9]{2}[A-Z]{2}([0-9]{2})?", re.ASCII | re.IGNORECASE)


class Sleutelfout(StrEnum):
    """Why a pasted text cannot be a key of this LAS."""

    LEEG = "leeg"
    TE_KORT = "te_kort"
    TE_LANG = "te_lang"
    TEKENS = "tekens"
    ADRES = "adres"
    BRIN = "brin"
    BEGIN = "begin"


@dataclass(frozen=True, slots=True)
class Sleuteloordeel:
    """What is wrong with the form of a key, and the sentence to show beside the field."""

    fout: Sleutelfout
    tekst: str


def clean_sleutel(text: str) -> str:
    """Take away what copying adds: spaces, line ends, invisible characters, quotes around it."""
    return _INVISIBLE.sub("", text).strip(_QUOTES)


@dataclass(frozen=True, slots=True)
class Sleutelvorm:
    """Length and alphabet of a key, and whether it starts with BRIN and location."""

    min_length: int = 8
    max_length: int = MAX_LENGTH
    begins_with_location: bool = False
    alphanumeric: bool = False

    def check(self, sleutel: str, brincode: str | None, dependancecode: str = "00") -> Sleuteloordeel | None:
        """Judge a cleaned key; None when its form is right. The text never repeats the key."""
        fout = self._find(sleutel, brincode, dependancecode)
        return None if fout is None else Sleuteloordeel(fout, self._sentence(fout, brincode, dependancecode))

    def _find(self, sleutel: str, brincode: str | None, dependancecode: str) -> Sleutelfout | None:
        if not sleutel:
            return Sleutelfout.LEEG
        if _EMAIL.fullmatch(sleutel) or sleutel.lower().startswith(("http://", "https://", "www.")):
            return Sleutelfout.ADRES
        if _BRIN.fullmatch(sleutel):
            return Sleutelfout.BRIN
        if not sleutel.isascii() or not sleutel.isprintable() or (self.alphanumeric and not sleutel.isalnum()):
            return Sleutelfout.TEKENS
        if len(sleutel) < self.min_length:
            return Sleutelfout.TE_KORT
        if len(sleutel) > self.max_length:
            return Sleutelfout.TE_LANG
        if self.begins_with_location and not sleutel.upper().startswith(_location(brincode, dependancecode)):
            return Sleutelfout.BEGIN
        return None

    def _sentence(self, fout: Sleutelfout, brincode: str | None, dependancecode: str) -> str:
        match fout:
            case Sleutelfout.LEEG:
                return "Plak hier de autorisatiesleutel uit uw leerlingadministratie."
            case Sleutelfout.ADRES:
                return "Dit is een adres, geen autorisatiesleutel. Kopieer de sleutel en plak opnieuw."
            case Sleutelfout.BRIN:
                return "Dit is het BRIN, niet de autorisatiesleutel. Kopieer de sleutel en plak opnieuw."
            case Sleutelfout.TEKENS:
                allowed = "letters en cijfers" if self.alphanumeric else "gewone letters, cijfers en leestekens"
                return f"De sleutel bestaat alleen uit {allowed}. Kopieer de sleutel en plak opnieuw."
            case Sleutelfout.TE_KORT:
                return f"De sleutel telt ten minste {self.min_length} tekens. Kopieer de hele sleutel en plak opnieuw."
            case Sleutelfout.TE_LANG:
                return f"De sleutel telt ten hoogste {self.max_length} tekens. Kopieer alleen de sleutel."
            case Sleutelfout.BEGIN:
                return (
                    f"De sleutel begint met BRIN en locatie van uw school: {_location(brincode, dependancecode)}. "
                    "Controleer de sleutel en het BRIN."
                )


def _location(brincode: str | None, dependancecode: str) -> str:
    return f"{brincode or ''}{dependancecode}".upper()
