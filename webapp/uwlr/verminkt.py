"""Whether a name came through in a broken encoding: it is not what it was, and what it was is not guessed."""

from __future__ import annotations

import re

_SIGNS = re.compile("[?\ufffd\x80-\x9f]")
"""What stands in the place of a letter that got lost: a question mark, a replacement sign, a control sign."""


def is_verminkt(text: str) -> bool:
    """Whether letters got lost, or UTF-8 was read as something else (`JosÃ©`)."""
    if _SIGNS.search(text) is not None:
        return True
    return not text.isascii() and any(_was_utf8(text, read_as) for read_as in ("cp1252", "latin-1"))


def _was_utf8(text: str, read_as: str) -> bool:
    try:
        text.encode(read_as).decode("utf-8")
    except UnicodeError:
        return False
    return True
