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


class Rule(StrEnum):
    """Every reason why a leerling is linked without a question."""

    ECKID = "eckid"
    EXTERNE_SLEUTEL = "externe-sleutel"
    NAAM_EN_DATUM = "naam-en-datum"
    ACHTERNAAM_BIJNA = "achternaam-bijna"
    EERSTE_VOORNAAM = "eerste-voornaam"
    VELDEN_VERWISSELD = "velden-verwisseld"
    BEKENDE_NAAM = "bekende-naam"


BY_KEY = frozenset({Rule.EXTERNE_SLEUTEL, Rule.BEKENDE_NAAM})
BY_IDENTIFIER = BY_KEY | {Rule.ECKID}

EXACT_ROEPNAAM = frozenset({R.GELIJK, R.EERSTE})
_NEAR_ACHTERNAAM = frozenset({A.KLANK, A.LETTER, A.DEEL, A.BEGIN})
_AGREEING_ACHTERNAAM = _NEAR_ACHTERNAAM | {A.GELIJK, A.LETTERS}
_SAME_ROEPNAAM = EXACT_ROEPNAAM | {R.ONDER_VOORNAMEN, R.SCHRIJFWIJZE}
_COMPATIBLE_ROEPNAAM = _SAME_ROEPNAAM | {R.TIKFOUT, R.LETTER, R.VERWANT, R.LETTERS, R.VOORLETTER, R.ONBEKEND}


def is_loose(e: Evidence) -> bool:
    """Tell whether the first name leaves room for a twin, to whom an equal identifier may belong."""
    return not e.verwisseld and e.roepnaam not in (_SAME_ROEPNAAM if has_both(e) else (R.GELIJK,))


def has_both(e: Evidence) -> bool:
    """Tell whether ECK iD and LAS key are both equal: one alone may be stale, or exchanged with a twin, two are not."""
    return e.eckid is Gelijkenis.GELIJK and e.las_key is Gelijkenis.GELIJK


def rule_by_identifier(e: Evidence) -> Rule | None:
    """Link on equal identifiers when the names do not deny it."""
    by_eckid = e.eckid is Gelijkenis.GELIJK
    if not by_eckid and e.las_key is not Gelijkenis.GELIJK:
        return None
    exact = e.roepnaam is R.GELIJK and e.datum is D.GELIJK
    if e.is_strijdig and not (by_eckid and exact):
        return None
    if e.geslacht is Gelijkenis.ANDERS and not (by_eckid and e.roepnaam in EXACT_ROEPNAAM):  # Gabriël and Gabriëlle
        return None
    if _both_agree(e) if has_both(e) else _one_agrees(e):
        return Rule.ECKID if by_eckid else Rule.EXTERNE_SLEUTEL
    return None


def is_known_name(e: Evidence, before: Evidence) -> bool:
    """Tell whether a pair that no rule links has an equal key, and the first name that ours had before under that key.

    `before` is the pair as it would be under that earlier name.
    """
    if e.las_key is not Gelijkenis.GELIJK or not _is_same_day(e) or before.roepnaam is not R.GELIJK:
        return False
    return rule_by_identifier(before) is not None


def _is_same_day(e: Evidence) -> bool:
    return e.datum is D.GELIJK and not e.is_datum_suspect


def _both_agree(e: Evidence) -> bool:
    """Tell whether the names fit two equal identifiers: loosely, or closely when the date was corrected."""
    if not _is_same_day(e):
        if e.jaarstap is Jaarstap.ONMOGELIJK or (e.datum is D.ANDERS and e.geslacht is Gelijkenis.ANDERS):
            return False
        return _one_agrees(e) or (e.achternaam in _AGREEING_ACHTERNAAM and e.roepnaam in _SAME_ROEPNAAM)
    if e.achternaam in _AGREEING_ACHTERNAAM:
        return e.roepnaam in _COMPATIBLE_ROEPNAAM
    return e.verwisseld or e.roepnaam in _SAME_ROEPNAAM or e.roepnaam is R.TIKFOUT


def _one_agrees(e: Evidence) -> bool:
    """Tell whether the names fit one equal identifier, which never outweighs a name that is merely alike or a date."""
    if not _is_same_day(e):
        return _agrees_without_datum(e)
    if e.achternaam not in _AGREEING_ACHTERNAAM:
        return e.verwisseld or e.roepnaam in EXACT_ROEPNAAM
    if e.roepnaam in EXACT_ROEPNAAM:
        return True
    if e.las_key is Gelijkenis.ANDERS:  # the ECK iD says one child, the key another, and the names say neither
        return False
    called = e.eckid is Gelijkenis.GELIJK and e.roepnaam is R.VERWANT and e.achternaam is A.GELIJK
    return e.roepnaam in _SAME_ROEPNAAM or called


def _agrees_without_datum(e: Evidence) -> bool:
    """Tell the same where a date is missing, 1 January on both sides, or has its day and month exchanged."""
    if e.datum not in (D.ONBEKEND, D.OMGEWISSELD, D.GELIJK) or e.jaarstap is Jaarstap.ONMOGELIJK:
        return False
    if e.verwisseld:
        return True
    if e.eckid is not Gelijkenis.GELIJK:  # a brother gets the key, and has this name among his voornamen
        return e.roepnaam is R.GELIJK and e.achternaam in _AGREEING_ACHTERNAAM
    if e.achternaam is A.ONBEKEND:  # an aanlevering with roepnamen only
        return e.roepnaam is R.GELIJK and e.datum is not D.OMGEWISSELD
    return e.roepnaam in EXACT_ROEPNAAM and e.achternaam in _AGREEING_ACHTERNAAM


def rule_by_name(e: Evidence) -> Rule | None:
    """Link on names and an equal, real birth date."""
    if not _is_same_day(e) or e.is_strijdig or e.jaarstap is Jaarstap.ONMOGELIJK:
        return None
    is_other_geslacht = e.geslacht is Gelijkenis.ANDERS
    if e.roepnaam is R.GELIJK and e.achternaam is A.GELIJK:
        return None if is_other_geslacht and e.jaarstap is Jaarstap.TERUG else Rule.NAAM_EN_DATUM
    if is_other_geslacht or e.jaarstap is Jaarstap.TERUG:
        return None
    if e.roepnaam is R.GELIJK and e.achternaam in _NEAR_ACHTERNAAM:
        return Rule.ACHTERNAAM_BIJNA
    if e.verwisseld:
        return Rule.VELDEN_VERWISSELD
    if e.roepnaam is R.EERSTE and (e.achternaam is A.GELIJK or e.achternaam in _NEAR_ACHTERNAAM):
        return Rule.EERSTE_VOORNAAM
    return None
