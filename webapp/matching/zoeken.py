"""Looking somebody up by what a person types: every word counts, in any order, and a slip of the finger is forgiven."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from webapp.matching.evidence import compare
from webapp.matching.folding import words
from webapp.matching.prepare import prepare
from webapp.matching.scores import score
from webapp.matching.sounds import sound
from webapp.matching.values import Persoon
from webapp.matching.voornaamgelijkenis import RoepnaamGelijkenis as R
from webapp.matching.voornaamgelijkenis import compare_spellings

_EQUAL, _BEGIN, _INSIDE = 6, 5, 4
_SPELLED = {R.SCHRIJFWIJZE: 4, R.TIKFOUT: 4, R.LETTER: 3, R.LETTERS: 2, R.VERWANT: 1}
_SOUND = 3
_MOST_OTHER = 2
"""So many letters of the shorter name may be missing from the other; a quick look before comparing."""
_SHORTEST = 3
"""Of fewer letters only the beginning of a name counts."""


def find_names(text: str, names: Mapping[int, str], *, every: bool = True) -> dict[int, int]:
    """Tell how well each name fits what was typed, by its key: only those that fit.

    Every word has to fit, or with `every` off at least one. Without words all fit equally.
    """
    asked = words(text)
    if not asked:
        return dict.fromkeys(names, 0)
    fits = cache(_fit)
    found = {}
    for key, name in names.items():
        best = [max((fits(word, other) for other in words(name)), default=0) for word in asked]
        if all(best) if every else any(best):
            found[key] = sum(best)
    return found


def likeness(incoming: Persoon, existing: Persoon) -> int:
    """Tell how much two people are alike, to rank who was found; it never links."""
    return score(compare(prepare(0, incoming), prepare(0, existing)))


def _fit(asked: str, name: str) -> int:
    if asked == name:
        return _EQUAL
    if name.startswith(asked):
        return _BEGIN
    if len(asked) < _SHORTEST or len(name) < _SHORTEST:
        return 0
    if asked in name:
        return _INSIDE
    if len({*asked} & {*name}) < min(len({*asked}), len({*name})) - _MOST_OTHER:
        return 0
    return max(_SPELLED.get(compare_spellings(asked, name), 0), _SOUND if sound(asked) == sound(name) else 0)
