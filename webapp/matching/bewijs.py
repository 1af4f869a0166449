"""Whether all that is known of a pair points one way: only then is an answer offered as the likely one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from webapp.matching.matchreden import Matchreden
from webapp.matching.vetoes import Veto


class Bezwaar(StrEnum):
    """What speaks against a pair, or keeps a person from choosing it without a look at somebody else."""

    ECKID = "eckid"
    NUMMER = "nummer"
    NUMMER_ELDERS = "nummer-elders"
    """An identifier of the incoming record stands at another of our records, or came twice."""
    GEBOREN = "geboren"
    GESLACHT = "geslacht"
    VOORNAMEN = "voornamen"
    ROEPNAAM = "roepnaam"
    ACHTERNAAM = "achternaam"
    JAARGROEP = "jaargroep"
    EMAIL = "email"
    NAAM = "naam"
    TWEELING = "tweeling"
    MEER = "meer"
    """Somebody else may be meant as well, on either side."""
    GEKOPPELD = "gekoppeld"


_FIELDS: Mapping[str, Bezwaar] = {
    Matchreden.ECKID_ANDERS: Bezwaar.ECKID,
    Matchreden.SLEUTEL_ANDERS: Bezwaar.NUMMER,
    Matchreden.NUMMER_BEZET: Bezwaar.NUMMER_ELDERS,
    Matchreden.DATUM_ANDERS: Bezwaar.GEBOREN,
    Matchreden.DATUM_BIJNA: Bezwaar.GEBOREN,
    Matchreden.DATUM_OMGEWISSELD: Bezwaar.GEBOREN,
    Matchreden.DATUM_EEN_JANUARI: Bezwaar.GEBOREN,
    Matchreden.GESLACHT_ANDERS: Bezwaar.GESLACHT,
    Matchreden.VOORNAMEN_STRIJDIG: Bezwaar.VOORNAMEN,
    Matchreden.ROEPNAAM_ANDERS: Bezwaar.ROEPNAAM,
    Matchreden.ACHTERNAAM_ANDERS: Bezwaar.ACHTERNAAM,
    Matchreden.JAARGROEP_LAGER: Bezwaar.JAARGROEP,
    Matchreden.JAARGROEP_PAST_NIET: Bezwaar.JAARGROEP,
    Matchreden.JAARGROEP_ANDERS: Bezwaar.JAARGROEP,
    Matchreden.EMAIL_ANDERS: Bezwaar.EMAIL,
    Matchreden.NAAM_ANDERS: Bezwaar.NAAM,
}
_AROUND: Mapping[str, Bezwaar] = {
    Veto.ANDERE_ECKID: Bezwaar.ECKID,
    Veto.IDENTIFIER_DUBBEL: Bezwaar.NUMMER_ELDERS,
    Veto.IDENTIFIER_ELDERS: Bezwaar.NUMMER_ELDERS,
    Veto.NAAM_PAST_NIET: Bezwaar.NAAM,
    Veto.VOORNAMEN_STRIJDIG: Bezwaar.VOORNAMEN,
    Veto.TWEELING: Bezwaar.TWEELING,
    Veto.MEER_BESTAANDE: Bezwaar.MEER,
    Veto.MEER_NIEUWE: Bezwaar.MEER,
    Veto.MENIGTE: Bezwaar.MEER,
    Veto.TEGENGESPROKEN: Bezwaar.MEER,
    Veto.TERUGGENOMEN: Bezwaar.MEER,
    Veto.AL_GEKOPPELD: Bezwaar.GEKOPPELD,
}
"""What stopped a link because of others, so that the fields of the pair need not show it."""
_IDENTIFIES = frozenset({
    Matchreden.ECKID_GELIJK, Matchreden.SLEUTEL_GELIJK, Matchreden.EMAIL_GELIJK, Matchreden.NAAM_GELIJK,
    Matchreden.NAAM_AANDUIDING,
})  # fmt: skip
_DATES = frozenset(code for code in Matchreden if code.startswith("datum-"))
_VAGUE = frozenset({
    Matchreden.ROEPNAAM_VOORLETTER, Matchreden.ROEPNAAM_ONBEKEND, Matchreden.ACHTERNAAM_ONBEKEND,
    Matchreden.DATUM_VERDACHT,
})  # fmt: skip
_SAME_ACHTERNAAM = frozenset({Matchreden.ACHTERNAAM_GELIJK, Matchreden.ACHTERNAAM_OP_VOORVOEGSEL})


@dataclass(frozen=True, slots=True)
class Bewijs:
    """What is known of the best candidate."""

    tegen: tuple[Bezwaar, ...]
    is_genoeg: bool
    """Whether enough is known to say that it is the same one, were there nothing against it."""

    @property
    def is_eenzijdig(self) -> bool:
        return self.is_genoeg and not self.tegen


def weigh(
    matchregel: str,
    redenen: Iterable[str],
    anderen: Iterable[Iterable[str]] = (),
    *,
    is_bezet: bool = False,
    heeft_tweeling: bool = False,
    is_elders: bool = False,
) -> Bewijs:
    """Weigh the best candidate by its reasons, by what stopped a link, and by the reasons of the other candidates."""
    codes = set(redenen)
    found = [_FIELDS[code] for code in Matchreden if code in codes and code in _FIELDS]
    if is_elders:
        found.append(Bezwaar.NUMMER_ELDERS)
    if matchregel in _AROUND:
        found.append(_AROUND[matchregel])
    found += _others([set(other) for other in anderen])
    if heeft_tweeling:
        found.append(Bezwaar.TWEELING)
    if is_bezet:
        found.append(Bezwaar.GEKOPPELD)
    return Bewijs(tuple(dict.fromkeys(found)), _is_enough(codes))


def _others(anderen: list[set[str]]) -> list[Bezwaar]:
    """A twin has the surname and the birth date; somebody else is in the way when nothing speaks against them."""
    found = []
    for codes in anderen:
        if Matchreden.DATUM_GELIJK in codes and codes & _SAME_ACHTERNAAM:
            found.append(Bezwaar.TWEELING)
        elif _is_enough(codes) and not codes & _FIELDS.keys():
            found.append(Bezwaar.MEER)
    return found


def _is_enough(codes: set[str]) -> bool:
    """An identifier; or both names and the birth date; of whom no date is compared, both names exactly."""
    if codes & _IDENTIFIES:
        return True
    if codes & _DATES:
        return Matchreden.DATUM_GELIJK in codes and not codes & _VAGUE
    return {Matchreden.ACHTERNAAM_GELIJK, Matchreden.ROEPNAAM_GELIJK} <= codes
