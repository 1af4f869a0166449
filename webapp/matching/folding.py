"""One spelling for the many ways in which the same letters are typed."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LONGEST_CACHED = 80
_CACHE_SIZE = 1 << 15
LOST = "?"
"""What an export wrote for a letter that it had no room for; it wrote one or two of them."""

_LEAST_READABLE = 2
_SPECIAL = str.maketrans(
    {
        "ł": "l", "ø": "o", "ß": "ss", "ı": "i", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ŋ": "ng",
        "ħ": "h", "ĸ": "k", "ə": "e", "ŧ": "t",
        "'": "", "’": "", "‘": "", "`": "", "´": "", "ʼ": "", "ʿ": "", "ʾ": "", "′": "", "\ufffd": LOST,
    }
)  # fmt: skip
_TWICE_ENCODED = re.compile("[ÂÃÄÅ][^a-zA-Z\\s]")
_SEPARATORS = re.compile(r"(?:[^\w?]|_)+|(?<!\w)\?+(?!\w)")


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


@lru_cache(maxsize=_CACHE_SIZE)
def fits_what_is_left(one: str, other: str) -> bool:
    """Tell whether a name with lost letters may be the other one: all that can be read stands in the same order."""
    if LOST not in one or (LOST in other and len(other) < len(one)):
        one, other = other, one
    readable = re.split(r"(\?+)", one)
    if sum(map(len, readable[::2])) < _LEAST_READABLE:
        return False
    pattern = "".join(f".{{0,{len(part)}}}" if part.startswith(LOST) else part for part in readable)
    return re.fullmatch(pattern, other) is not None


def _repaired(text: str) -> str:
    """Undo UTF-8 that was read as Windows-1252 (`ZoÃ«`); what decodes so is never meant as it stands."""
    if not _TWICE_ENCODED.search(text):
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


_cached_words = lru_cache(maxsize=_CACHE_SIZE)(_words)
