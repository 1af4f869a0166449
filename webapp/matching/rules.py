"""The named rules that may link a pair of records without asking, each with why it is safe.

A rule looks at one pair. Whether somebody else comes near is for `rivals.py`; no rule rests on surname and birth date
alone, because twins share those: every rule wants first-name evidence of its own.
"""

from __future__ import annotations

from enum import StrEnum

from webapp.matching.achternaam import AchternaamGelijkenis as A
from webapp.matching.datums import DatumGelijkenis as D
from webapp.matching.evidence import Evidence, Gelijkenis, Jaarstap
from webapp.matching.voornamen import RoepnaamGelijkenis as R
from webapp.matching.voornamen import VoornamenGelijkenis as V


class Rule(StrEnum):
    """Every reason why a leerling is linked without a question."""

    ECKID = "eckid"
    EXTERNE_SLEUTEL = "externe-sleutel"
    NAAM_EN_DATUM = "naam-en-datum"
    ACHTERNAAM_BIJNA = "achternaam-bijna"
    EERSTE_VOORNAAM = "eerste-voornaam"
    VOORNAMEN = "voornamen"
    SCHRIJFWIJZE = "schrijfwijze"
    TIKFOUT = "tikfout"
    NAAMSWIJZIGING = "naamswijziging"
    VELDEN_VERWISSELD = "velden-verwisseld"


BY_IDENTIFIER = frozenset({Rule.ECKID, Rule.EXTERNE_SLEUTEL})
NOT_WITH_TWIN = frozenset({Rule.EERSTE_VOORNAAM, Rule.VOORNAMEN, Rule.SCHRIJFWIJZE, Rule.TIKFOUT})
"""Rules on a first name that is only alike: not when either side holds another with this surname and birth date."""

_NEAR_ACHTERNAAM = frozenset({A.KLANK, A.LETTER, A.DEEL, A.BEGIN})
_AGREEING_ACHTERNAAM = _NEAR_ACHTERNAAM | {A.GELIJK, A.LETTERS}
_SAME_ROEPNAAM = frozenset({R.GELIJK, R.EERSTE, R.ONDER_VOORNAMEN, R.SCHRIJFWIJZE})
_COMPATIBLE_ROEPNAAM = _SAME_ROEPNAAM | {R.TIKFOUT, R.LETTER, R.VERWANT, R.LETTERS, R.VOORLETTER}
_TWO_NAMES = frozenset({V.VOORNAMEN, V.VOORLETTERS})


def rule_by_eckid(e: Evidence) -> Rule | None:
    """Link on an equal ECK iD when the names do not deny it; ECK iDs of twins have been seen exchanged."""
    if e.eckid is not Gelijkenis.GELIJK or (e.voornamen is V.TEGENSTRIJDIG and e.roepnaam is not R.GELIJK):
        return None
    agrees = e.achternaam in _AGREEING_ACHTERNAAM or e.datum is D.GELIJK
    nothing_else = e.achternaam is A.ONBEKEND and e.datum is D.ONBEKEND and e.roepnaam is R.GELIJK
    return Rule.ECKID if (agrees and e.roepnaam in _COMPATIBLE_ROEPNAAM) or nothing_else else None


def rule_by_las_key(e: Evidence) -> Rule | None:
    """Link on an equal LAS key; keys go stale and come back on other children, so more must agree than for ECK iD."""
    if e.las_key is not Gelijkenis.GELIJK or e.voornamen is V.TEGENSTRIJDIG or e.geslacht is Gelijkenis.ANDERS:
        return None
    if e.achternaam in _AGREEING_ACHTERNAAM:
        same_date = e.datum is D.GELIJK and not e.is_datum_suspect
        names = _COMPATIBLE_ROEPNAAM if same_date else _SAME_ROEPNAAM | {R.TIKFOUT}
        return Rule.EXTERNE_SLEUTEL if e.roepnaam in names and e.datum is not D.ANDERS else None
    full = e.datum is D.GELIJK and e.roepnaam in _SAME_ROEPNAAM
    return Rule.EXTERNE_SLEUTEL if full else None


def rule_by_name(e: Evidence) -> Rule | None:
    """Link on names and an equal, real birth date."""
    if e.datum is not D.GELIJK or e.is_datum_suspect or e.voornamen is V.TEGENSTRIJDIG:
        return None
    if e.jaarstap is Jaarstap.ONMOGELIJK:
        return None
    if e.roepnaam is R.GELIJK and e.achternaam is A.GELIJK:
        return Rule.NAAM_EN_DATUM
    if e.geslacht is Gelijkenis.ANDERS:
        return None
    if e.roepnaam is R.GELIJK:
        return _same_roepnaam(e)
    if e.verwisseld:
        return Rule.VELDEN_VERWISSELD
    return _near_roepnaam(e)


def _same_roepnaam(e: Evidence) -> Rule | None:
    if e.achternaam in _NEAR_ACHTERNAAM:
        return Rule.ACHTERNAAM_BIJNA
    if e.achternaam is A.LETTERS and e.voornamen in _TWO_NAMES:
        return Rule.ACHTERNAAM_BIJNA
    changed = e.achternaam is A.ANDERS and e.voornamen is V.VOORNAMEN
    return Rule.NAAMSWIJZIGING if changed and e.jaarstap is not Jaarstap.ZELDZAAM else None


def _near_roepnaam(e: Evidence) -> Rule | None:
    two = e.voornamen in _TWO_NAMES
    if e.achternaam is A.GELIJK and e.roepnaam is R.EERSTE:
        return Rule.EERSTE_VOORNAAM
    if e.voornamen is V.VOORNAMEN and e.achternaam in (A.GELIJK, A.KLANK, A.LETTER, A.DEEL):
        return Rule.VOORNAMEN
    if e.achternaam not in (A.GELIJK, A.KLANK):
        return None
    if e.roepnaam is R.ONDER_VOORNAMEN and two:
        return Rule.VOORNAMEN
    if e.roepnaam is R.SCHRIJFWIJZE and two:
        return Rule.SCHRIJFWIJZE
    return Rule.TIKFOUT if e.roepnaam is R.TIKFOUT else None
