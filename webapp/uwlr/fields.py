"""One field of a record: what is blank is absent, what cannot be read is left out with a warning."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from lxml import etree

from webapp.uwlr.values import Waarschuwing
from webapp.uwlr.verminkt import is_verminkt

Warn = Callable[[Waarschuwing], None]
MAX_KEY = 256
_ORDINARY_LENGTH = 32
_LIMITS = {"achternaam": 200, "voornamen": 200, "emailadres": 256, "omschrijving": 256, "voorvoegsel": 32}
_DEFAULT_LIMIT = 64
_DATES: dict[str | None, date] = {}
"""Kept for the next aanlevering: all pupils of the country are born on some five thousand days; a day names nobody."""
_MOST_DATES = 8_000
GESLACHT_ANDERS = "9"
GESLACHTEN = frozenset("012") | {GESLACHT_ANDERS}
"""Unknown, boy, girl, and not specified, which is what a LAS has for somebody who is neither."""
JAARGROEPEN = frozenset("BDSVCNH012345678") | {"11", "12", "13", "14", "15", "16"}
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_ECKID = re.compile(r"(https://ketenid\.nl/(?:\d{6}|pilot)/)([0-9A-Fa-f]{128})", re.ASCII)
_OF_A_TEST = re.compile(r"https://ketenid\.nl/(?!\d{6}/).+")
"""Test environments have values that are no hash; in the chain itself an ECK iD is one."""
ECKID_HEADS = frozenset({"https://ketenid.nl/201703/", "https://ketenid.nl/pilot/"})
ECKID_DIGITS = b"0123456789abcdef"
"""An ECK iD that begins with one of these and goes on with 128 of these needs no second look."""


class Fields:
    """Cleans values; remembers the ordinary ones, so that they cost one look-up the next time."""

    def __init__(self, warn: Warn) -> None:
        self._warn = warn
        self._told_of_eckid: set[str] = set()
        self.ordinary: dict[str | None, str] = {}
        """Texts that are right in any field of a name, and what they become."""
        self.dates = _DATES

    def put(
        self, found: dict[str, str | None], name: str, child: etree._Element, onderdeel: str, key: str | None
    ) -> None:
        """Clean the text of this element into `found`; an empty one beside a filled one says nothing."""
        if is_blank(child):
            return
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
        if name != "omschrijving" and is_verminkt(text):
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

    def geslacht(self, text: str, key: str | None) -> str | None:
        """A code, or the word that some administrations write for the last of them."""
        is_word = text.strip().lower() == "anders"
        return GESLACHT_ANDERS if is_word else self.choice(GESLACHTEN, "geslacht", "leerling", text, key)

    def eckid(self, value: str | None, onderdeel: str) -> str | None:
        """An ECK iD in one spelling: hex digits in small letters, no blanks; None for what is no ECK iD."""
        value = "".join(value.split()) if value else None
        if not value:
            return None
        found = _ECKID.fullmatch(value)
        if found is not None:
            return found[1] + found[2].lower()
        if _OF_A_TEST.fullmatch(value) and len(value) <= MAX_KEY:
            return value
        if onderdeel not in self._told_of_eckid:
            self._told_of_eckid.add(onderdeel)
            self.say("eckid_onbruikbaar", onderdeel, None)
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


def is_blank(child: etree._Element) -> bool:
    """Whether an element is there and says nothing (`xsi:nil` too)."""
    return len(child) == 0 and not (child.text or "").strip()


def clean_key(key: str | None) -> str | None:
    """A key is text, kept exactly; blank is absent, and one that is too long is of no use."""
    return key if key is not None and key.strip() and len(key) <= MAX_KEY else None
