"""How administrations write a school and a location of it: `99XX` with `00`, `99XX.00`, `99XX00`, or location `0`."""

from __future__ import annotations

import re

_BRIN = re.compile(r"(\d\d[A-Z]{2})(?:[.\-/ ]?(\d{1,2}))?", re.ASCII)
_NUMBER = re.compile(r"\d{1,2}", re.ASCII)


def split_brin(text: str) -> tuple[str, str | None]:
    """The BRIN in capitals, and the location when it stands behind it; a text of another form as it is."""
    found = _BRIN.fullmatch(text.strip().upper())
    if found is None:
        return text, None
    return found[1], None if found[2] is None else found[2].zfill(2)


def two_digits(location: str) -> str:
    """A location in the form of the standard: `0` and `2` are `00` and `02`."""
    return location.zfill(2) if _NUMBER.fullmatch(location) else location


def is_elsewhere(vestiging: str, brin: str, location: str) -> bool:
    """Whether this vestiging of a leerling is surely another location; a key that is no number tells nothing."""
    text = vestiging.strip()
    if _NUMBER.fullmatch(text):
        return two_digits(text) != two_digits(location)
    named, behind = split_brin(text)
    return behind is not None and (named, behind) != (split_brin(brin)[0], two_digits(location))
