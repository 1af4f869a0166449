"""What went wrong, as it is stored: a code, who acts, and what the sentence needs. `webapp.woorden.fouten` says it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import Dialect, Enum
from sqlalchemy.types import TypeDecorator

from webapp.uwlr.codes import FaultCode, Owner, Reden
from webapp.uwlr.faults import UwlrError, UwlrUnsure


class EigenCode(StrEnum):
    """What we find ourselves, beside what a LAS says (`FaultCode`) and what we see of it (`Reden`)."""

    ALLEEN_ECKID = "alleen_eckid"
    """A leerling without a number of the LAS: UWLR 2.2 cannot carry a result back."""
    GEEN_GEGEVENS = "geengegevens"
    """The LAS knows the school, and has nothing for this school year."""
    VEROUDERD = "verouderd"
    """The LAS gave an answer that is older than the last one."""
    INTERN = "intern"
    """A mistake of our own that nothing foresaw; which class of error it was stands in `Fout.gegevens`."""
    NAKIJKEN = "nakijken"
    """After a restore: the LAS has something newer than we have, or may have."""
    ONBEKEND = "onbekend"
    """A code of an earlier version; it stands in `Fout.gegevens`."""


Foutcode = FaultCode | Reden | EigenCode
_ENUMS = (FaultCode, Reden, EigenCode)


class Situatie(StrEnum):
    """Where a fault was met, when that changes what it means to people."""

    BIJ_OPHALEN = "bij_ophalen"
    """A fault about results, in the answer to a question about leerlingen."""
    ONBEVESTIGD = "onbevestigd"
    """The LAS may or may not have processed the results."""
    TE_VEEL = "te_veel"
    """So many results were refused that sending was stopped."""
    TWIJFEL = "twijfel"
    """Refused at a school that worked: taken for trouble of the LAS until it has lasted a night."""
    GEVRAAGD = "gevraagd"
    """No LAS said so: klantenservice voided the sleutel and asked the school for another one."""
    ALLEEN = "alleen"
    """The one result that a refusal is about was found."""


@dataclass(frozen=True, slots=True)
class Fout:
    """One fault: what it is, who acts, and the words that belong in its sentence. Never a name, never a key."""

    code: Foutcode
    eigenaar: Owner
    gegevens: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """A row that has a code and no values beside it is a fault without values."""
        object.__setattr__(self, "gegevens", self.gegevens or {})

    @classmethod
    def of(cls, error: UwlrError, situatie: Situatie | None = None, eigenaar: Owner | None = None) -> Fout:
        """Return what is kept of an error; `eigenaar` replaces the one who acts by the error itself."""
        if situatie is None and isinstance(error, UwlrUnsure):
            situatie = Situatie.ONBEVESTIGD
        return cls(error.reason, eigenaar or error.owner, {} if situatie is None else {"situatie": situatie})

    @classmethod
    def intern(cls, klasse: str) -> Fout:
        """Return what is kept of an error that nobody expected: its class, and not a word of its text."""
        return cls(EigenCode.INTERN, Owner.KLANTENSERVICE, {"klasse": klasse})

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Fout:
        """Read what `as_json` wrote."""
        return cls(code_of(stored["code"]), Owner(stored["eigenaar"]), stored["gegevens"])

    def as_json(self) -> dict[str, Any]:
        """For a column of JSON, such as that of a mail."""
        return asdict(self)

    @property
    def situatie(self) -> Situatie | None:
        """Where the fault was met, when that matters."""
        found = self.gegevens.get("situatie")
        return None if found is None else Situatie(found)

    @property
    def is_sleutel_geweigerd(self) -> bool:
        """Whether the school must fill in another sleutel: the LAS refused it, and that is believed, or we asked."""
        return self.code is FaultCode.AUTORISATIE_ONGELDIG and self.situatie is not Situatie.TWIJFEL


def code_of(text: str) -> Foutcode:
    """Return the code with this name, from whichever of the three enums has it."""
    return next(enum(text) for enum in _ENUMS if text in list(enum))


class Codes(TypeDecorator[StrEnum]):
    """A column that holds a member of one of these enums, which have no word in common; text with a check."""

    impl = Enum
    cache_ok = True

    def __init__(self, name: str, *enums: type[StrEnum]) -> None:
        self.name, self.enums = name, enums
        self._members = {str(member): member for enum in enums for member in enum}
        super().__init__(*self._members, name=name, native_enum=False, create_constraint=True, length=64)

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self._members[value]

    def copy(self, **_: Any) -> Codes:
        return Codes(self.name, *self.enums)


def foutcode(name: str) -> Codes:
    """A column for the code of a fault."""
    return Codes(name, *_ENUMS)
