"""A name in SQL as `webapp.matching.folding` spells it, so that `muller` finds Müller."""

from __future__ import annotations

import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, String, case, func

from webapp.matching.folding import words

_LETTERS = [
    chr(code) for code in (*range(0xC0, 0x180), *range(0x218, 0x21C), *range(0x1EA0, 0x1EFA)) if chr(code).isalpha()
]
"""Of the languages of Europe, and of Vietnamese: the database walks through them for every letter."""
_PLAIN = {letter: "".join(words(letter)) for letter in _LETTERS}
_ONE_FOR_ONE = {letter: plain for letter, plain in _PLAIN.items() if len(plain) == 1} | dict.fromkeys("-_./", " ")
_DROPPED = "'’‘`´ʼʿʾ′" + "".join(chr(code) for code in range(0x300, 0x370) if unicodedata.combining(chr(code)))
_SIGNS, _SPACES = "-_./'`", "    "
_MORE_FOR_ONE = {letter: plain for letter, plain in _PLAIN.items() if len(plain) > 1 and letter in "ßæœþÆŒÞ"}


def folded(text: ColumnElement[Any] | Any) -> ColumnElement[str]:
    """The text in small letters without marks; a hyphen is a space, an apostrophe nothing.

    Of text without any mark, as most is, the database looks at few letters.
    """
    is_plain = func.octet_length(text) == func.char_length(text)
    return case((is_plain, func.lower(func.translate(text, _SIGNS, _SPACES))), else_=_folded(text))


def _folded(text: ColumnElement[Any] | Any) -> ColumnElement[str]:
    letters, plain = "".join(_ONE_FOR_ONE) + _DROPPED, "".join(_ONE_FOR_ONE.values())
    found: ColumnElement[str] = func.translate(text, letters, plain, type_=String)
    for letter, several in _MORE_FOR_ONE.items():
        found = func.replace(found, letter, several, type_=String)
    return func.lower(found)
