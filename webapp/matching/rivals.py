"""Who else could be meant: a rule links only when nobody else comes near, on either side."""

from __future__ import annotations

from webapp.matching.achternaam import AchternaamGelijkenis as A
from webapp.matching.datums import DatumGelijkenis as D
from webapp.matching.evidence import Evidence, Gelijkenis
from webapp.matching.prepare import Prepared
from webapp.matching.rules import EXACT_ROEPNAAM, has_both
from webapp.matching.voornaamgelijkenis import RoepnaamGelijkenis as R
from webapp.matching.voornaamgelijkenis import compare_spellings

_SURE_ROEPNAAM = frozenset({R.GELIJK, R.EERSTE, R.ONDER_VOORNAMEN, R.SCHRIJFWIJZE, R.TIKFOUT})
_OPEN_ROEPNAAM = _SURE_ROEPNAAM | {R.VOORLETTER, R.ONBEKEND}
_LIKE_ROEPNAAM = _OPEN_ROEPNAAM | {R.LETTER, R.VERWANT, R.LETTERS}
_NEAR_DATUM = frozenset({D.OMGEWISSELD, D.BIJNA, D.EEN_JANUARI, D.ONBEKEND})
_SAME_ACHTERNAAM = frozenset({A.GELIJK, A.KLANK, A.LETTER, A.DEEL, A.ONBEKEND})


def could_be(e: Evidence) -> bool:
    """Tell whether the pair could be one child, so that an administration that holds both may hold one child twice.

    What the ECK iDs say does not count: those of twins, brothers and sisters get exchanged.
    """
    return _could_be(e, _OPEN_ROEPNAAM)


def is_rival(rival: Evidence, linked: Evidence) -> bool:
    """Tell whether the pair `rival` makes the pair `linked` uncertain.

    Somebody whose name is merely like it counts only when the linked pair does not have the very same roepnaam:
    Lisa and Liza may be twins, and then Lisa is Lisa.
    """
    return _could_be(rival, _OPEN_ROEPNAAM if linked.roepnaam is R.GELIJK else _LIKE_ROEPNAAM)


def _could_be(e: Evidence, names: frozenset[R]) -> bool:
    if e.is_strijdig or e.roepnaam not in names:
        return False
    if e.geslacht is Gelijkenis.ANDERS and e.roepnaam is not R.GELIJK:
        return False
    if e.datum is D.GELIJK:
        return e.achternaam is not A.ANDERS or e.verwisseld
    return e.datum in _NEAR_DATUM and e.roepnaam in _SURE_ROEPNAAM and e.achternaam in _SAME_ACHTERNAAM


def is_better(rival: Evidence, known: Evidence) -> bool:
    """Tell whether the names and date of `rival` fit better than those of a pair with an equal identifier."""
    return could_be(rival) and fit(rival) > fit(known)


def casts_doubt(rival: Evidence, known: Evidence) -> bool:
    """Tell whether `rival` fits so well that an equal identifier may stand at the wrong one of the two.

    Beside one identifier and any other name than the very same, it is enough to fit as well.
    """
    sure = known.roepnaam is R.GELIJK or has_both(known)
    return is_better(rival, known) if sure else could_be(rival) and fit(rival) >= fit(known)


def is_clearly_another(twin: Prepared, record: Prepared, opposite: Prepared) -> bool:
    """Tell whether a twin of `record` cannot be `opposite`, who goes by the same first name as `record`."""
    if record.voornamen is None or opposite.voornamen is None or record.voornamen.usual != opposite.voornamen.usual:
        return False
    if twin.geslacht and record.geslacht and record.geslacht == opposite.geslacht != twin.geslacht:
        return True
    name, names = record.voornamen.usual, twin.voornamen
    if names is None or not names.namen or name in (*names.namen, names.usual):
        return False
    return compare_spellings(names.namen[0], name) is R.ANDERS


def fit(e: Evidence) -> int:
    """Tell how well the names and the date of two records fit, whatever their identifiers say."""
    roepnaam = 3 if e.roepnaam in EXACT_ROEPNAAM else 2 if e.roepnaam in _SURE_ROEPNAAM else 0
    datum = 2 if e.datum is D.GELIJK else 1 if e.datum in _NEAR_DATUM else -1
    achternaam = 2 if e.achternaam is A.GELIJK else 1 if e.achternaam in _SAME_ACHTERNAAM else 0
    return roepnaam + datum + achternaam
