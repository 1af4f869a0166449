"""What is wrong with a file, as data: which file, which line, which column. `woorden/inlezen.py` says it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from webapp.errors import DomainError


class Mis(StrEnum):
    """Everything that is refused."""

    ONBEKEND_BESTAND = "onbekend bestand"
    LEEG = "leeg"
    UTF8 = "utf8"
    CSV = "csv"
    CELLEN = "cellen"
    BSN = "bsn"
    LIJKT_BSN = "lijkt bsn"
    ONBEKENDE_KOLOM = "onbekende kolom"
    KOLOM_DUBBEL = "kolom dubbel"
    KOLOM_MIST = "kolom mist"
    VERPLICHT = "verplicht"
    TEKST = "tekst"
    LATIN1 = "latin1"
    BRIN = "brin"
    VESTIGING = "vestiging"
    NUMMER = "nummer"
    GETAL = "getal"
    DECIMAAL = "decimaal"
    DATUM = "datum"
    DATUM_BUITEN = "datum buiten"
    """A day that cannot be: in the future, or too long ago."""
    TIJD = "tijd"
    MAIL = "mail"
    SCHOOLJAAR = "schooljaar"
    JAARGROEP = "jaargroep"
    GESLACHT = "geslacht"
    ROL = "rol"
    NIVEAU = "niveau"
    NIET_BIJ_ELKAAR = "niet bij elkaar"
    DUBBEL = "dubbel"
    SCHOOL_ONBEKEND = "school onbekend"
    VERWIJST_NERGENS = "verwijst nergens"
    SPREEKT_TEGEN = "spreekt tegen"
    """A number of the LAS other than the record has."""
    BEZET = "bezet"
    """A number of the LAS that another record has."""
    TOETS_ANDERS = "toets anders"
    SCORES_AANTAL = "scores aantal"
    SCORE_TE_HOOG = "score te hoog"
    HALVE_NORM = "halve norm"
    GEEN_NORM = "geen norm"
    """Three values that do not go together."""
    ANDERE_LEERLING = "andere leerling"
    """The result is here at another leerling."""
    STAAT_ER_AL = "staat er al"
    """Another result of the same leerling, test and day."""
    VAN_KLANTENSERVICE = "van klantenservice"


VAN_EEN_BESTAND = frozenset({
    Mis.ONBEKEND_BESTAND, Mis.LEEG, Mis.UTF8, Mis.CSV, Mis.CELLEN, Mis.BSN, Mis.ONBEKENDE_KOLOM, Mis.KOLOM_DUBBEL,
    Mis.KOLOM_MIST, Mis.NIET_BIJ_ELKAAR,
})  # fmt: skip
"""What is wrong with a file as a whole, and never with a row."""


@dataclass(frozen=True, slots=True, order=True)
class Fout:
    """One thing that is wrong, and where; never what stands there: where columns slid by, that is a name or a BSN."""

    bestand: str
    regel: int
    mis: Mis
    kolom: str = ""
    """A name of ours, or that of a column in the order of the file."""


@dataclass(eq=False)
class BestandenGeweigerd(DomainError):
    """Something is wrong with the files, so nothing was written."""

    fouten: list[Fout]
