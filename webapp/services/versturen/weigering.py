"""What a refusal is about, and how to find the result that caused it. Arithmetic; a message is all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from webapp.models.ids import LeerlingId, ResultaatId, ToetsId
from webapp.uwlr.codes import FaultCode, Reden
from webapp.uwlr.faults import BerichtOngeldig, UwlrRefused


@dataclass(frozen=True, slots=True)
class Stuk:
    """One result in a message: which version went, and what the LAS may call it in a refusal."""

    resultaat_id: ResultaatId
    versie: int
    sleutel: str
    leerling_id: LeerlingId
    leerlingid: str
    toets_id: ToetsId
    toetscode: str
    score: int = 0
    """Raw, for the journal."""


class Kring(Enum):
    """How far a refusal reaches."""

    KOPPELING = auto()
    TOETS = auto()
    LEERLING = auto()
    RESULTAAT = auto()


_KRINGEN: dict[FaultCode | Reden, Kring] = {
    FaultCode.AUTORISATIE_ONGELDIG: Kring.KOPPELING,
    FaultCode.ONGELDIGE_KLANTIDENTIFICATIE: Kring.KOPPELING,
    FaultCode.XSDVERSIE_ONGELDIG: Kring.KOPPELING,
    Reden.OMLEIDING: Kring.KOPPELING,
    Reden.GEEN_TOEGANG: Kring.KOPPELING,
    Reden.ADRES_ONJUIST: Kring.KOPPELING,
    Reden.HTTP_GEWEIGERD: Kring.KOPPELING,
    Reden.CERTIFICAAT_VERLOPEN: Kring.KOPPELING,
    FaultCode.VOCABULAIRETERM_ONGELDIG: Kring.TOETS,
    FaultCode.TOETSNORMERING_ONGELDIG: Kring.TOETS,
    FaultCode.LEERLING_ONGELDIG: Kring.LEERLING,
}
_PERHAPS_THE_MESSAGE = frozenset({FaultCode.ONGELDIG_BERICHT, FaultCode.ANDERE_CLIENT, Reden.BERICHT_TE_GROOT})


def kring_of(error: UwlrRefused) -> Kring:
    """Return what is wrong: the koppeling, a test, a leerling, or one result."""
    return _KRINGEN.get(error.reason, Kring.RESULTAAT)


def may_be_the_message(error: UwlrRefused) -> bool:
    """Whether the fault may be in what all messages share, or in the LAS, so that no single result is to blame."""
    return error.reason in _PERHAPS_THE_MESSAGE


def is_culprit(stukken: Sequence[Stuk], error: UwlrRefused) -> bool:
    """Whether all that was refused is one test, one leerling or one result, or was found wrong one by one."""
    kring = kring_of(error)
    if kring is Kring.TOETS:
        return len({stuk.toets_id for stuk in stukken}) == 1
    if kring is Kring.LEERLING:
        return len({stuk.leerling_id for stuk in stukken}) == 1
    if isinstance(error, BerichtOngeldig) and {stuk.sleutel for stuk in stukken} <= set(error.resultaat_keys):
        return True
    return len(stukken) == 1


def split(stukken: Sequence[Stuk], error: UwlrRefused) -> list[list[ResultaatId]]:
    """Cut a refused message in two: what was named and the rest, or halves. Ids; the last part is to be sent first."""
    named = _named(error)
    guilty = [stuk.resultaat_id for stuk in stukken if {stuk.sleutel, stuk.leerlingid, stuk.toetscode} & named]
    rest = [stuk.resultaat_id for stuk in stukken if stuk.resultaat_id not in guilty]
    if guilty and rest:
        return [guilty, rest]
    ids = [stuk.resultaat_id for stuk in stukken]
    middle = (len(ids) + 1) // 2
    return [ids[middle:], ids[:middle]]


def _named(error: UwlrRefused) -> set[str]:
    """The keys, leerlingen and tests that the refusal names; our own check may name a test as a whole."""
    named = {*error.resultaat_keys, *error.leerlingids}
    if isinstance(error, BerichtOngeldig):
        named.update(p.toetscode for p in error.problemen if p.resultaat_key is None and p.toetscode is not None)
    return named
