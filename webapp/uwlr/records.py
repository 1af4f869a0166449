"""One element of an answer to one value. Reads by name, in any order; looks at nothing that is not to be kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from lxml import etree

from webapp.uwlr.namespaces import LEERLINGGEGEVENS
from webapp.uwlr.values import Groep, Leerkracht, Leerling, SamengesteldeGroep, Waarschuwing

NS = f"{{{LEERLINGGEGEVENS}}}"
MAX_KEY = 256
_JAARGROEPEN = frozenset("BDSVCNH012345678") | {"11", "12", "13", "14", "15", "16"}
_GESLACHTEN = frozenset("0129")
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_DOUBTFUL = re.compile("[\ufffd\x80-\x9f]|[ÃÂ][\x80-\xbf]")
"""A replacement sign, a control sign, or UTF-8 that was read as latin-1: the name is not what it was."""

Warn = Callable[[Waarschuwing], None]
_LEERLING = {
    f"{NS}{name}": (slot, limit)
    for name, slot, limit in (
        ("achternaam", "achternaam", 200),
        ("voorvoegsel", "voorvoegsel", 32),
        ("voornamen", "voornamen", 200),
        ("voorletters-1", "voorletters", 32),
        ("roepnaam", "roepnaam", 64),
        ("geboortedatum", "geboortedatum", 64),
        ("geslacht", "geslacht", 64),
        ("jaargroep", "jaargroep", 64),
    )
}
_LEERKRACHT = {
    f"{NS}{name}": (slot, limit)
    for name, slot, limit in (
        ("achternaam", "achternaam", 200),
        ("voorvoegsel", "voorvoegsel", 32),
        ("roepnaam", "roepnaam", 64),
        ("emailadres", "emailadres", 256),
    )
}
_GROEP = {
    f"{NS}naam": ("naam", 64),
    f"{NS}jaargroep": ("jaargroep", 64),
    f"{NS}omschrijving": ("omschrijving", 256),
}
_REF, _REFS, _GROEPEN = f"{NS}groep", f"{NS}samengestelde_groepen", f"{NS}groepen"
_SUBREF = f"{NS}samengestelde_groep"


class Records:
    """Turns elements into values and collects what had to be left out."""

    def __init__(self, warn: Warn, doubtful: bool, start_year: int | None) -> None:
        self._warn = warn
        self._doubtful = doubtful
        self.start_year = start_year

    def leerling(self, element: etree._Element, nummer: int) -> Leerling | None:
        """Read a pupil; None when there is nothing to know them by."""
        key, eckid = self._identity(element, "leerling", nummer)
        if key is None and eckid is None:
            return None
        fields: dict[str, str | None] = {}
        groep: str | None = None
        subgroepen: tuple[str, ...] = ()
        for child in element:
            tag = child.tag
            if slot := _LEERLING.get(tag):
                self._put(fields, slot, child, "leerling", key)
            elif tag == _REF:
                groep = self._one_groep(groep, child, key)
            elif tag == _REFS:
                subgroepen += _keys(child, _SUBREF)
        born = fields.get("geboortedatum")
        get = fields.get
        return Leerling(
            key,
            eckid,
            get("achternaam"),
            get("voorvoegsel"),
            get("roepnaam"),
            get("voornamen"),
            get("voorletters"),
            self._date(born, key) if born else None,
            self._choice(get("geslacht"), _GESLACHTEN, "geslacht", key),
            self._choice(get("jaargroep"), _JAARGROEPEN, "jaargroep", key),
            groep,
            subgroepen,
        )

    def leerkracht(self, element: etree._Element, nummer: int) -> Leerkracht | None:
        """Read a member of staff; None when there is nothing to know them by."""
        key, eckid = self._identity(element, "leerkracht", nummer)
        if key is None and eckid is None:
            return None
        fields: dict[str, str | None] = {}
        groepen: tuple[str, ...] = ()
        subgroepen: tuple[str, ...] = ()
        for child in element:
            if slot := _LEERKRACHT.get(child.tag):
                self._put(fields, slot, child, "leerkracht", key)
            elif child.tag == _GROEPEN:
                groepen += _keys(child, _REF)
                subgroepen += _keys(child, _SUBREF)
        email = fields.get("emailadres")
        if email is not None and _EMAIL.fullmatch(email) is None:
            self._say("emailadres_onleesbaar", "leerkracht", key, "Het e-mailadres van een leerkracht is onleesbaar.")
            email = None
        get = fields.get
        return Leerkracht(
            key, eckid, get("achternaam"), get("voorvoegsel"), get("roepnaam"), email, groepen, subgroepen
        )

    def groep(self, element: etree._Element) -> Groep | SamengesteldeGroep | None:
        """Read a groep or samengestelde groep; None when it has no usable key. Without a name its key is its name."""
        key = _clean_key(element.get("key"))
        if key is None:
            self._say("zonder_sleutel", "groep", None, "Een groep zonder sleutel is niet overgenomen.")
            return None
        fields: dict[str, str | None] = {}
        for child in element:
            if slot := _GROEP.get(child.tag):
                self._put(fields, slot, child, "groep", key)
        naam = fields.get("naam")
        if naam is None:
            self._say("zonder_naam", "groep", key, "Een groep heeft geen naam; de sleutel staat op die plaats.")
            naam = key[:64]
        if element.tag == _SUBREF:
            return SamengesteldeGroep(key, naam, fields.get("omschrijving"))
        return Groep(key, naam, self._choice(fields.get("jaargroep"), _JAARGROEPEN, "jaargroep", key, "groep"))

    def _identity(self, element: etree._Element, onderdeel: str, nummer: int) -> tuple[str | None, str | None]:
        key, eckid = element.get("key"), element.get("eckid")
        if key is not None and (len(key) > MAX_KEY or not key.strip()):
            key = _clean_key(key)
        if eckid is not None and (len(eckid) > MAX_KEY or not eckid.strip()):
            eckid = _clean_key(eckid)
        if key is None and eckid is None:
            self._say(
                "zonder_sleutel",
                onderdeel,
                None,
                f"Nummer {nummer} in de lijst heeft geen sleutel en geen ECK iD en is niet overgenomen.",
            )
        return key, eckid

    def _put(
        self,
        fields: dict[str, str | None],
        slot: tuple[str, int],
        child: etree._Element,
        onderdeel: str,
        key: str | None,
    ) -> None:
        name, limit = slot
        text = child.text
        value = text.strip() if text else None
        if len(child):
            self._say("waarde_onleesbaar", onderdeel, key, f"Het veld {name} bevat opmaak en is niet overgenomen.")
            value = None
        elif not value:
            value = None
        else:
            if "\n" in value or "\t" in value or "  " in value:
                value = " ".join(value.split())
            if len(value) > limit:
                self._say("waarde_te_lang", onderdeel, key, f"Het veld {name} is te lang en is niet overgenomen.")
                value = None
            elif self._doubtful and _DOUBTFUL.search(value):
                self._say("tekens_verminkt", onderdeel, key, f"Het veld {name} bevat tekens die verminkt lijken.")
        if name in fields and fields[name] != value:
            self._say("veld_dubbel", onderdeel, key, f"Het veld {name} staat er twee keer in en is niet overgenomen.")
            value = None
        fields[name] = value

    def _one_groep(self, known: str | None, child: etree._Element, key: str | None) -> str | None:
        groep = _clean_key(child.get("key"))
        if known is not None and groep != known:
            self._say("veld_dubbel", "leerling", key, "Een leerling staat in twee stamgroepen; de eerste is gebruikt.")
            return known
        return groep

    def _choice(
        self, value: str | None, allowed: frozenset[str], name: str, key: str | None, onderdeel: str = "leerling"
    ) -> str | None:
        if value is None or value in allowed:
            return value
        self._say("waarde_onbekend", onderdeel, key, f"De waarde van {name} is onbekend en is niet overgenomen.")
        return None

    def _date(self, text: str, key: str | None) -> date | None:
        found = _DATE.fullmatch(text)
        try:
            day = date(int(found[1]), int(found[2]), int(found[3])) if found else None
        except ValueError:
            day = None
        if day is None:
            self._say(
                "geboortedatum_onleesbaar", "leerling", key, "De geboortedatum is onleesbaar en is niet overgenomen."
            )
        return day

    def _say(self, soort: str, onderdeel: str, key: str | None, tekst: str) -> None:
        self._warn(Waarschuwing(soort, onderdeel, key, tekst))


def _keys(element: etree._Element, tag: str) -> tuple[str, ...]:
    found = (_clean_key(child.get("key")) for child in element if child.tag == tag)
    return tuple(dict.fromkeys(key for key in found if key is not None))


def _clean_key(key: str | None) -> str | None:
    """A key is text, kept exactly; blank is absent, and one that is too long is of no use."""
    return key if key is not None and key.strip() and len(key) <= MAX_KEY else None
