"""Typing distances on short words; small enough to need no library."""

from __future__ import annotations

_LONGEST = 64
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_KEYS = {letter: (row, column) for row, letters in enumerate(_ROWS) for column, letter in enumerate(letters)}


def one_edit_apart(one: str, other: str) -> bool:
    """Tell whether one letter added, left out, changed, or two neighbours exchanged separates the words."""
    if len(one) > len(other):
        one, other = other, one
    extra = len(other) - len(one)
    if extra > 1 or one == other:
        return False
    start = 0
    while start < len(one) and one[start] == other[start]:
        start += 1
    if extra:
        return one[start:] == other[start + 1 :]
    if one[start + 1 :] == other[start + 1 :]:
        return True
    return one[start : start + 2] == other[start + 1 : start - 1 if start else None : -1] and (
        one[start + 2 :] == other[start + 2 :]
    )


def are_neighbours(one: str, other: str) -> bool:
    """Tell whether two letters lie beside each other on the keyboard, so that a finger may slip to the other."""
    ours, theirs = _KEYS.get(one), _KEYS.get(other)
    return ours is not None and theirs is not None and all(abs(a - b) <= 1 for a, b in zip(ours, theirs, strict=True))


def edits_between(one: str, other: str, at_most: int) -> int:
    """Return the optimal string alignment distance, or `at_most + 1` when it is larger."""
    if abs(len(one) - len(other)) > at_most or max(len(one), len(other)) > _LONGEST:
        return at_most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, theirs in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != theirs))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == theirs:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > at_most:
            return at_most + 1
    return min(row[-1], at_most + 1)
