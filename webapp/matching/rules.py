"""The named rules that may link a pair of records without asking, each with why it is safe.

A rule looks at one pair. Whether somebody else comes near is for `rivals.py`; no rule rests on surname and birth date
alone, because twins share those: every rule wants first-name evidence of its own.
"""

from __future__ import annotations

from enum import StrEnum

from webapp.matching.achternaam import AchternaamGelijkenis as A
from webapp.matching.datums import DatumGelijkenis as D
from webapp.matching.evidence import Evidence, Gelijkenis, Jaarstap
from webapp.matching.voornaamgelijkenis import RoepnaamGelijkenis as R
from webapp.matching.voornaamgelijkenis import VoornamenGelijkenis as V


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

LOOSE_ROEPNAAM = frozenset({R.TIKFOUT, R.LETTER, R.LETTERS, R.VERWANT, R.VOORLETTER, R.ONBEKEND})
"""First names beside which an identifier may be that of a twin."""

_NEAR_ACHTERNAAM = frozenset({A.KLANK, A.LETTER, A.DEEL, A.BEGIN})
_AGREEING_ACHTERNAAM = _NEAR_ACHTERNAAM | {A.GELIJK, A.LETTERS}
_SAME_ROEPNAAM = frozenset({R.GELIJK, R.EERSTE, R.ONDER_VOORNAMEN, R.SCHRIJFWIJZE})
_ONE_ROEPNAAM = frozenset({R.GELIJK, R.EERSTE})
_CLOSE_ROEPNAAM = _SAME_ROEPNAAM | {R.TIKFOUT}
_COMPATIBLE_ROEPNAAM = _SAME_ROEPNAAM | {R.TIKFOUT, R.LETTER, R.VERWANT, R.LETTERS, R.VOORLETTER}
_TWO_NAMES = frozenset({V.VOORNAMEN, V.VOORLETTERS})
_WITH_TWO_NAMES = {
    R.ONDER_VOORNAMEN: Rule.VOORNAMEN,
    R.SCHRIJFWIJZE: Rule.SCHRIJFWIJZE,
    R.TIKFOUT: Rule.TIKFOUT,
}


def rule_by_eckid(e: Evidence) -> Rule | None:
    """Link on an equal ECK iD when the names do not deny it; those of twins, brothers and sisters get exchanged."""
    if e.eckid is not Gelijkenis.GELIJK:
        return None
    if e.voornamen is V.TEGENSTRIJDIG and not (e.roepnaam is R.GELIJK and e.datum is D.GELIJK):
        return None
    if e.roepnaam not in _ONE_ROEPNAAM:
        if e.geslacht is Gelijkenis.ANDERS:  # Gabriël and Gabriëlle
            return None
        if e.las_key is Gelijkenis.ANDERS and e.voornamen not in _TWO_NAMES:
            return None  # the ECK iD says one child, the key another, and the names say neither
    no_datum = e.datum is D.ONBEKEND or (e.datum is D.GELIJK and e.is_datum_suspect)
    if e.achternaam is A.ONBEKEND and no_datum:  # an aanlevering with roepnamen only
        return Rule.ECKID if e.roepnaam is R.GELIJK and e.jaarstap is not Jaarstap.ONMOGELIJK else None
    if e.las_key is Gelijkenis.GELIJK and _both_agree(e):
        return Rule.ECKID
    if e.datum is D.ANDERS:  # a corrected date, if all else stays what it was
        moved = e.geslacht is Gelijkenis.ANDERS or e.jaarstap is Jaarstap.ONMOGELIJK
        return Rule.ECKID if e.achternaam is A.GELIJK and e.roepnaam in _SAME_ROEPNAAM and not moved else None
    return Rule.ECKID if _names_agree(e) else None


def rule_by_las_key(e: Evidence) -> Rule | None:
    """Link on an equal LAS key; keys go stale and come back on other children, so more must agree than for ECK iD."""
    if e.las_key is not Gelijkenis.GELIJK or e.voornamen is V.TEGENSTRIJDIG or e.geslacht is Gelijkenis.ANDERS:
        return None
    if e.eckid is not Gelijkenis.GELIJK and e.roepnaam in LOOSE_ROEPNAAM and e.voornamen not in _TWO_NAMES:
        return None
    return Rule.EXTERNE_SLEUTEL if e.datum is not D.ANDERS and _names_agree(e) else None


def _both_agree(e: Evidence) -> bool:
    """Tell whether the names fit a pair with both identifiers equal; one alone may be exchanged or stale."""
    if e.achternaam not in _AGREEING_ACHTERNAAM or e.geslacht is Gelijkenis.ANDERS:
        return False
    if e.roepnaam in _SAME_ROEPNAAM:
        return e.jaarstap is not Jaarstap.ONMOGELIJK
    return e.roepnaam is R.ONBEKEND and e.datum is D.GELIJK and not e.is_datum_suspect


def _names_agree(e: Evidence) -> bool:
    """Tell whether the names fit an equal identifier: loosely beside an equal birth date, else closely."""
    same_date = e.datum is D.GELIJK and not e.is_datum_suspect
    if e.jaarstap is Jaarstap.ONMOGELIJK and not same_date:
        return False
    if e.verwisseld:
        return e.datum is not D.ANDERS
    if e.achternaam in _AGREEING_ACHTERNAAM:
        return e.roepnaam in (_COMPATIBLE_ROEPNAAM if same_date else _SAME_ROEPNAAM)
    return same_date and e.roepnaam in _CLOSE_ROEPNAAM


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
    if e.roepnaam is R.EERSTE and (e.achternaam is A.GELIJK or e.achternaam in _NEAR_ACHTERNAAM):
        return Rule.EERSTE_VOORNAAM
    if e.voornamen is V.VOORNAMEN and e.achternaam in (A.GELIJK, A.KLANK, A.LETTER, A.DEEL):
        return Rule.VOORNAMEN
    if e.achternaam not in (A.GELIJK, A.KLANK):
        return None
    # Parents do name twins Elena and Eleni, and no table holds every name: two initials must agree as well.
    return _WITH_TWO_NAMES.get(e.roepnaam) if e.voornamen in _TWO_NAMES else None
