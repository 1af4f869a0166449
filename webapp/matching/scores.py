"""How much the evidence says, in bits; ranks suggestions and tells doubt from new, and never links."""

from __future__ import annotations

from functools import lru_cache
from math import log2

from webapp.matching.achternaam import AchternaamGelijkenis as A
from webapp.matching.datums import DatumGelijkenis as D
from webapp.matching.emails import EmailGelijkenis as M
from webapp.matching.evidence import Evidence, Gelijkenis, Jaarstap
from webapp.matching.prepare import Prepared
from webapp.matching.tables import voornaam_frequency
from webapp.matching.voornaamgelijkenis import RoepnaamGelijkenis as R

WORTH_ASKING = 6
"""From this weight on a pair is shown; a lower one comes about by chance in any school."""

_DATUM = {D.GELIJK: 11, D.OMGEWISSELD: 7, D.BIJNA: 2, D.EEN_JANUARI: 2, D.ANDERS: -9, D.ONBEKEND: 0}
# Brothers and sisters share a surname, so even a rare one says no more than this inside a school.
_ACHTERNAAM = {
    A.GELIJK: 7, A.KLANK: 6, A.DEEL: 5, A.LETTER: 5, A.BEGIN: 4, A.LETTERS: 4, A.ANDERS: -5, A.ONBEKEND: 0,
}  # fmt: skip
_ROEPNAAM = {
    R.GELIJK: 9, R.EERSTE: 8, R.ONDER_VOORNAMEN: 6, R.SCHRIJFWIJZE: 7, R.TIKFOUT: 7, R.LETTER: 4, R.LETTERS: 3,
    R.VERWANT: 4, R.VOORLETTER: 2, R.ANDERS: -6, R.ONBEKEND: 0,
}  # fmt: skip
_STRIJDIG = -5
_JAARSTAP = {
    Jaarstap.MOGELIJK: 1, Jaarstap.ZELDZAAM: -1, Jaarstap.TERUG: -1, Jaarstap.ONMOGELIJK: -4, Jaarstap.ONBEKEND: 0,
}  # fmt: skip
_GESLACHT = {Gelijkenis.GELIJK: 1, Gelijkenis.ANDERS: -4, Gelijkenis.ONBEKEND: 0}
_ECKID = 30
_LAS_KEY = 15
_SWAPPED_FIELDS = 22
_NEARLY_SWAPPED = 16
_OTHER_ECKID = -6
_SUSPECT_DATUM = -7
_MOST_RARITY = 3


@lru_cache(maxsize=1 << 14)
def score(e: Evidence) -> int:
    """Return the weight of the evidence in bits."""
    bits = _DATUM[e.datum] + _ACHTERNAAM[e.achternaam] + _ROEPNAAM[e.roepnaam]
    bits -= 1 if e.voorvoegsel_anders and e.achternaam is A.GELIJK else 0
    bits += _STRIJDIG if e.is_strijdig else 0
    bits += _JAARSTAP[e.jaarstap] + _GESLACHT[e.geslacht] + (1 if e.groep else 0)
    bits += _SWAPPED_FIELDS if e.verwisseld else _NEARLY_SWAPPED if e.lijkt_verwisseld else 0
    bits += _ECKID if e.eckid is Gelijkenis.GELIJK else 0
    bits += _OTHER_ECKID if e.eckid is Gelijkenis.ANDERS else 0
    bits += _LAS_KEY if e.las_key is Gelijkenis.GELIJK else 0
    bits += _SUSPECT_DATUM if e.datum is D.GELIJK and e.is_datum_suspect else 0
    return bits


def rarity(record: Prepared) -> float:
    """Return how many bits more (or less) than usual an equal first name says: Emma less, Wietske more."""
    if record.voornamen is None or not record.voornamen.usual:
        return 0
    bits = -log2(voornaam_frequency(record.voornamen.usual))
    return min(max(bits - _ROEPNAAM[R.GELIJK], -_MOST_RARITY), _MOST_RARITY)


_EMAIL = {M.GELIJK: 12, M.GEDEELD: 0, M.ANDER_DOMEIN: 5, M.ANDERS: -3, M.ONBEKEND: 0}


def score_leerkracht(e: Evidence, email: M) -> int:
    """Return the weight of the evidence about a leerkracht, in bits."""
    return score(e) + _EMAIL[email]
