"""One field of a record: what is blank is absent, what cannot be read is left out with a warning."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from lxml import etree

from webapp.uwlr.values import Waarschuwing

Warn = Callable[[Waarschuwing], None]
MAX_KEY = 256
_ORDINARY_LENGTH = 32
_LIMITS = {"achternaam": 200, "voornamen": 200, "emailadres": 256, "omschrijving": 256, "voorvoegsel": 32}
_DEFAULT_LIMIT = 64
_DATES: dict[str | None, date] = {}
"""Kept for the next aanlevering: all pupils of the country are born on some five thousand days; a day names nobody."""
_MOST_DATES = 8_000
GESLACHTEN = frozenset("0129")
"""Unknown, boy, girl, not specified."""
JAARGROEPEN = frozenset("BDSVCNH012345678") | {"11", "12", "13", "14", "15", "16"}
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_DOUBTFUL = re.compile("[\ufffd\x80-\x9f]|[ÃÂ][\x80-\xbf]")
"""A replacement sign, a control sign, or UTF-8 that was read as latin-1: the name is not what it was."""


class Fields:
    """Cleans values; remembers the ordinary ones, so that they cost one look-up the next time."""

    def __init__(self, warn: Warn, doubtful: bool) -> None:
        self._warn = warn
        self._doubtful = doubtful
        self.ordinary: dict[str | None, str] = {}
        """Texts that are right in any field of a name, and what they become."""
        self.dates = _DATES

    def put(
        self, found: dict[str, str | None], name: str, child: etree._Element, onderdeel: str, key: str | None
    ) -> None:
        """Clean the text of this element into `found`."""
        text = self.plain(child, name, onderdeel, key)
        value = None if text is None else self.ordinary.get(text) or self.name(name, onderdeel, text, key)
        found[name] = self.same(found[name], value, name, onderdeel, key) if name in found else value

    def plain(self, child: etree._Element, name: str, onderdeel: str, key: str | None) -> str | None:
        """The text of an element; with mark-up inside, its text would silently be only the part before it."""
        if len(child):
            self.say("waarde_onleesbaar", onderdeel, key, name)
            return None
        return child.text

    def same(self, first: Any, second: Any, name: str, onderdeel: str, key: str | None) -> Any:
        """The value of a field that came twice: only sure when both say the same."""
        if first == second:
            return first
        self.say("veld_dubbel", onderdeel, key, name)
        return None

    def name(self, name: str, onderdeel: str, text: str, key: str | None) -> str | None:
        """A text without white space around it, single spaces inside; blank is absent and too long is left out."""
        value = " ".join(text.split())
        if not value:
            return None
        if len(value) > _LIMITS.get(name, _DEFAULT_LIMIT):
            self.say("waarde_te_lang", onderdeel, key, name)
            return None
        if self._doubtful and _DOUBTFUL.search(text):
            self.say("tekens_verminkt", onderdeel, key, name)
        elif len(value) <= _ORDINARY_LENGTH:
            self.ordinary[text] = value
        return value

    def date(self, text: str, key: str | None) -> date | None:
        """Read a birth date; a time zone behind it says nothing about the day."""
        day = _date(text)
        if day is not None:
            if len(_DATES) < _MOST_DATES:
                _DATES[text] = day
        elif text.strip():
            self.say("geboortedatum_onleesbaar", "leerling", key)
        return day

    def choice(
        self, codes: Collection[str | None], name: str, onderdeel: str, text: str | None, key: str | None
    ) -> str | None:
        """One of the codes of the standard."""
        value = text.strip() if text else None
        if not value:
            return None
        if value in codes:
            return value
        self.say("waarde_onbekend", onderdeel, key, name)
        return None

    def email(self, value: str | None, key: str | None) -> str | None:
        """An address in the right form; whether it exists, a mail to it will tell."""
        if value is None or _EMAIL.fullmatch(value):
            return value
        self.say("emailadres_onleesbaar", "leerkracht", key)
        return None

    def say(self, soort: str, onderdeel: str, key: str | None, detail: str | None = None) -> None:
        """Warn; `detail` names no person and quotes no value."""
        self._warn(Waarschuwing(soort, onderdeel, key, detail))


def _date(text: str) -> date | None:
    if len(text) != 10:
        found = _DATE.fullmatch(text.strip())
        text = found[1] if found else ""
    try:
        return date.fromisoformat(text) if text[4:5] == text[7:8] == "-" else None
    except ValueError:
        return None


def clean_key(key: str | None) -> str | None:
    """A key is text, kept exactly; blank is absent, and one that is too long is of no use."""
    return key if key is not None and key.strip() and len(key) <= MAX_KEY else None
