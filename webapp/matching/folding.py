"""One spelling for the many ways in which the same letters are typed."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LONGEST_CACHED = 80
_CACHE_SIZE = 1 << 15
_SPECIAL = str.maketrans(
    {
        "ł": "l", "ø": "o", "ß": "ss", "ı": "i", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ŋ": "ng",
        "ħ": "h", "ĸ": "k", "ə": "e", "ŧ": "t",
        "'": "", "’": "", "‘": "", "`": "", "´": "", "ʼ": "", "ʿ": "", "ʾ": "", "′": "",
    }
)  # fmt: skip
_TWICE_ENCODED = re.compile("[ÂÃÄÅ][^a-zA-Z\\s]")
_SEPARATORS = re.compile(r"[\W_]+")


def words(text: str | None) -> tuple[str, ...]:
    """Return the words of a name without case, marks, apostrophes, hyphens or invisible characters."""
    if not text:
        return ()
    if len(text) > _LONGEST_CACHED:
        return _words(text)
    return _cached_words(text)


def _words(text: str) -> tuple[str, ...]:
    if text.isascii() and text.isalpha():
        return (text.lower(),)
    if not text.isascii():
        text = _repaired(text)
        # The apostrophes go first: NFKD turns the acute accent that people type for one into a space.
        text = unicodedata.normalize("NFKD", text.translate(_SPECIAL)).casefold().translate(_SPECIAL)
        text = "".join(letter for letter in text if unicodedata.category(letter) not in ("Mn", "Cf", "Cc"))
    else:
        text = text.lower().replace("'", "").replace("`", "")
    return tuple(word for word in _SEPARATORS.split(text) if word)


def _repaired(text: str) -> str:
    """Undo UTF-8 that was read as Windows-1252 (`ZoÃ«`); what decodes so is never meant as it stands."""
    if not _TWICE_ENCODED.search(text):
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


_cached_words = lru_cache(maxsize=_CACHE_SIZE)(_words)
