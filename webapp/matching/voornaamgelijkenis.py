"""How alike the first names of two records are."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

from webapp.matching.distance import are_neighbours, edits_between, one_edit_apart
from webapp.matching.folding import LOST, fits_what_is_left
from webapp.matching.sounds import initials_may_agree, skeleton, sound
from webapp.matching.tables import are_roepnamen, are_spellings, is_known_voornaam
from webapp.matching.voornamen import Voornamen

_SHORTEST_FOR_EDIT = 3
_SHORTEST_FOR_TIKFOUT = 4
_SHORTEST_FOR_TWO_EDITS = 6
_VOWELS = frozenset("aeiouy")


class RoepnaamGelijkenis(StrEnum):
    """How alike the first names of two records are."""

    GELIJK = "gelijk"
    EERSTE = "eerste"
    ONDER_VOORNAMEN = "onder-voornamen"
    SCHRIJFWIJZE = "schrijfwijze"
    TIKFOUT = "tikfout"
    LETTER = "letter"
    VERWANT = "verwant"
    LETTERS = "letters"
    VOORLETTER = "voorletter"
    ANDERS = "anders"
    ONBEKEND = "onbekend"


_WRITTEN_ALIKE = frozenset(
    {RoepnaamGelijkenis.SCHRIJFWIJZE, RoepnaamGelijkenis.TIKFOUT, RoepnaamGelijkenis.LETTER, RoepnaamGelijkenis.LETTERS}
)


def compare_roepnamen(one: Voornamen | None, other: Voornamen | None) -> RoepnaamGelijkenis:
    """Tell how alike the names are by which two children are called."""
    if one is None or other is None:
        return RoepnaamGelijkenis.ONBEKEND
    if one.roepnaam and one.roepnaam == other.roepnaam:
        return RoepnaamGelijkenis.GELIJK
    if not one.usual or not other.usual:
        agree = any(initials_may_agree(ours, theirs) for ours in one.letters for theirs in other.letters)
        return RoepnaamGelijkenis.VOORLETTER if agree else RoepnaamGelijkenis.ANDERS
    if _second_differs(one, other):  # Anna-Fleur and Anna-Marie, Mohamed Amin and Mohamed Karim: twins, often
        glued = compare_spellings("".join(one.whole[:2]), "".join(other.whole[:2]))
        kept = (RoepnaamGelijkenis.SCHRIJFWIJZE, RoepnaamGelijkenis.ANDERS)
        return glued if glued in kept else RoepnaamGelijkenis.LETTER
    if not (one.roepnaam and other.roepnaam) and one.usual == other.usual:
        # Twins may share their first voornaam (Maria Anna, Maria Elisabeth): a list that was cut short says little.
        cut = not one.roepnaam and not other.roepnaam and len(one.namen) != len(other.namen)
        return RoepnaamGelijkenis.ONDER_VOORNAMEN if cut else RoepnaamGelijkenis.EERSTE
    if _is_among(one, other) or _is_among(other, one):
        return RoepnaamGelijkenis.ONDER_VOORNAMEN
    ours, theirs = one.first or one.usual, other.first or other.usual
    if ours == theirs and (ours != one.usual or theirs != other.usual):
        return RoepnaamGelijkenis.EERSTE
    best = compare_spellings(one.usual, other.usual)
    if best is RoepnaamGelijkenis.ANDERS and _any_spelling(one, other):
        return RoepnaamGelijkenis.LETTERS
    return best


def _is_among(one: Voornamen, other: Voornamen) -> bool:
    """Tell whether the name by which one is called, or both words of it, stands among the voornamen of the other."""
    size = len(one.called)
    return one.usual in other.namen or (
        size > 1 and any(other.namen[place : place + size] == one.called for place in range(1, len(other.namen)))
    )


def _second_differs(one: Voornamen, other: Voornamen) -> bool:
    """Tell whether two children share their first name only, and another one is known of both."""
    ours, theirs = one.whole[:2], other.whole[:2]
    if len(ours) < 2 or len(theirs) < 2 or ours[0] != theirs[0]:
        return False
    if len(one.called) == len(other.called) == 1:
        return False  # both go by one name: that says enough
    return _differ(ours[1], theirs[1])


def _differ(one: str, other: str) -> bool:
    """Tell whether two whole names are not even spellings of one."""
    return one != other and len(one) > 1 and len(other) > 1 and not are_spellings(one, other)


def _any_spelling(one: Voornamen, other: Voornamen) -> bool:
    return any(are_spellings(one.usual, name) for name in other.namen) or any(
        are_spellings(other.usual, name) for name in one.namen
    )


@lru_cache(maxsize=1 << 14)
def compare_spellings(one: str, other: str) -> RoepnaamGelijkenis:
    """Tell how alike two different single names are."""
    if LOST in one + other:
        return RoepnaamGelijkenis.LETTERS if fits_what_is_left(one, other) else RoepnaamGelijkenis.ANDERS
    if are_spellings(one, other):
        return RoepnaamGelijkenis.SCHRIJFWIJZE
    shortest = min(len(one), len(other))
    digits = any(letter.isdigit() for letter in one + other)
    if not digits and shortest >= _SHORTEST_FOR_EDIT and one_edit_apart(one, other):
        return RoepnaamGelijkenis.TIKFOUT if _is_slip(one, other) else RoepnaamGelijkenis.LETTER
    if are_roepnamen(one, other):
        return RoepnaamGelijkenis.VERWANT
    if not digits and shortest >= _SHORTEST_FOR_EDIT and (one.startswith(other) or other.startswith(one)):
        return RoepnaamGelijkenis.LETTERS
    if not digits and shortest >= _SHORTEST_FOR_TWO_EDITS and edits_between(one, other, 2) <= 2:
        return RoepnaamGelijkenis.LETTERS
    if not digits and shortest >= _SHORTEST_FOR_TIKFOUT and skeleton(one) == skeleton(other) and len(skeleton(one)) > 2:
        return RoepnaamGelijkenis.LETTERS
    return RoepnaamGelijkenis.ANDERS


def are_alike(one: str, other: str) -> bool:
    """Tell whether two names, of which one may be a surname, are written almost the same."""
    return one == other or sound(one) == sound(other) or compare_spellings(one, other) in _WRITTEN_ALIKE


def _is_slip(one: str, other: str) -> bool:
    """Tell whether one is a known name and the other a slip of the finger in it, no name that parents would choose.

    The first letter must agree, the difference may not be at the end, and a letter may only stand in place of a
    consonant beside it on the keyboard: Tim and Timo, Mees and Kees, Berin and Beril, Hana and Hina, Jaylano and
    Jayvano are all names, and no table holds every name.
    """
    if is_known_voornaam(one) == is_known_voornaam(other) or min(len(one), len(other)) < _SHORTEST_FOR_TIKFOUT:
        return False
    if one[0] != other[0] or one.startswith(other) or other.startswith(one):
        return False
    places = [place for place in range(min(len(one), len(other))) if one[place] != other[place]]
    if len(one) != len(other) or len(places) == 2:  # a letter left out or doubled, or two exchanged
        return True
    [place] = places
    letters = one[place], other[place]
    if sound(one) == sound(other):  # Elsa and Elza: two ways to write a name, so two names for twins
        return False
    return place < len(one) - 1 and _VOWELS.isdisjoint(letters) and are_neighbours(*letters)


def are_contradictory(one: Voornamen | None, other: Voornamen | None) -> bool:
    """Tell whether the voornamen or voorletters of the two cannot be those of one child."""
    if one is None or other is None or one is other or not one.initials[0] or not other.initials[0]:
        return False
    if not any(_letters_agree(ours, theirs) for ours in one.initials for theirs in other.initials):
        return True
    return any(
        len(ours) > 1
        and len(theirs) > 1
        and ours != theirs
        and compare_spellings(ours, theirs) is RoepnaamGelijkenis.ANDERS
        for ours, theirs in zip(one.namen, other.namen, strict=False)
    )


def _letters_agree(one: str, other: str) -> bool:
    return all(initials_may_agree(ours, theirs) for ours, theirs in zip(one, other, strict=False))
