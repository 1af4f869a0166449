"""A surname in the forms in which it is compared: without particles, glued, by part and by sound."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from webapp.matching.distance import edits_between, one_edit_apart
from webapp.matching.folding import LOST, fits_what_is_left, words
from webapp.matching.sounds import sound
from webapp.matching.tables import voorvoegsels

_EMPTY_WORDS = frozenset({"onbekend", "nnb", "nn", "nvt", "x", "xx", "xxx", "geen", "leeg", "null", "none"})
_SHORTEST_PART = 2
_SHORTEST_FOR_EDIT = 3
_SHORTEST_BEGIN = 4
_SHORTEST_FOR_TWO_EDITS = 8
_LONGEST_CACHED = 80


class AchternaamGelijkenis(StrEnum):
    """How alike two surnames are."""

    GELIJK = "gelijk"
    DEEL = "deel"
    KLANK = "klank"
    LETTER = "letter"
    BEGIN = "begin"
    LETTERS = "letters"
    ANDERS = "anders"
    ONBEKEND = "onbekend"


@dataclass(frozen=True, slots=True, eq=False)
class Achternaam:
    """One surname, prepared: `base` has no particles, `glued` has them all, `parts` are those of a double name."""

    base: str
    glued: str
    klank: str
    parts: frozenset[str]
    has_digit: bool


def prepare_achternaam(achternaam: str | None, voorvoegsel: str | None) -> Achternaam | None:
    """Prepare a surname from the two fields that LASes divide it over; None when there is nothing in it."""
    if len(achternaam or "") + len(voorvoegsel or "") > _LONGEST_CACHED:
        return _prepare(achternaam, voorvoegsel)
    return _cached_prepare(achternaam, voorvoegsel)


def _prepare(achternaam: str | None, voorvoegsel: str | None) -> Achternaam | None:
    particles = voorvoegsels()
    before, behind, after = (achternaam or "").partition(",")
    inverted = behind and all(word in particles for word in words(after))  # "Berg, van der"
    leading = words(voorvoegsel) + (words(after) if inverted else ())
    names = leading + (words(before) if inverted else words(achternaam))
    if len(names) == len(words(voorvoegsel)):  # a voorvoegsel alone is no surname
        return None
    parts = [word for word in names if word not in particles] or list(names[-1:])
    if not parts or all(part in _EMPTY_WORDS for part in parts):
        return None
    base = "".join(parts)
    long_parts = frozenset(part for part in parts if len(part) >= _SHORTEST_PART) if len(parts) > 1 else frozenset()
    return Achternaam(base, "".join(names), sound(base), long_parts, any(letter.isdigit() for letter in base))


_cached_prepare = lru_cache(maxsize=1 << 14)(_prepare)


def compare_achternamen(one: Achternaam | None, other: Achternaam | None) -> AchternaamGelijkenis:
    """Tell how alike two surnames are; the same whichever side they come from."""
    if one is None or other is None:
        return AchternaamGelijkenis.ONBEKEND
    if one is other or one.base == other.base or one.glued == other.glued:
        return AchternaamGelijkenis.GELIJK
    return _compare_unequal(one, other)


def _compare_unequal(one: Achternaam, other: Achternaam) -> AchternaamGelijkenis:
    if one.parts and one.parts == other.parts:
        return AchternaamGelijkenis.GELIJK
    if _is_part(one, other) or _is_part(other, one) or len(one.parts & other.parts) > 0:
        return AchternaamGelijkenis.DEEL
    if LOST in one.base + other.base:
        return AchternaamGelijkenis.LETTERS if fits_what_is_left(one.base, other.base) else AchternaamGelijkenis.ANDERS
    if one.has_digit or other.has_digit:
        return AchternaamGelijkenis.ANDERS
    if one.klank == other.klank:
        return AchternaamGelijkenis.KLANK
    shortest = min(len(one.base), len(other.base))
    if shortest >= _SHORTEST_FOR_EDIT and (
        one_edit_apart(one.base, other.base) or one_edit_apart(one.glued, other.glued)
    ):
        return AchternaamGelijkenis.LETTER
    if shortest >= _SHORTEST_BEGIN and (one.base.startswith(other.base) or other.base.startswith(one.base)):
        return AchternaamGelijkenis.BEGIN
    if shortest >= _SHORTEST_FOR_TWO_EDITS and edits_between(one.base, other.base, 2) == 2:
        return AchternaamGelijkenis.LETTERS
    return AchternaamGelijkenis.ANDERS


def _is_part(name: Achternaam, of: Achternaam) -> bool:
    return name.base in of.parts or (bool(name.parts) and name.parts < of.parts)
