"""Elements of an answer to values. Reads by name, in any order; looks at nothing that is not to be kept.

Most values are ordinary and come back often (names, years, `1`): what was found ordinary once is remembered, and only
the rest goes through `fields.py`. Pupils are the bulk of an answer, so their loop is written for speed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from lxml import etree

from webapp.uwlr.fields import (
    ECKID_DIGITS,
    ECKID_HEADS,
    GESLACHTEN,
    JAARGROEPEN,
    MAX_KEY,
    Fields,
    Warn,
    clean_key,
    is_blank,
)
from webapp.uwlr.locaties import is_elsewhere
from webapp.uwlr.namespaces import LEERLINGGEGEVENS
from webapp.uwlr.values import ONBRUIKBAAR, Groep, Leerkracht, Leerling, SamengesteldeGroep, Verwijzingen

NS = f"{{{LEERLINGGEGEVENS}}}"
_REF, _REFS, _GROEPEN, _SUBREF, _VESTIGING = (
    f"{NS}{name}" for name in ("groep", "samengestelde_groepen", "groepen", "samengestelde_groep", "vestiging")
)
_NAMES = ("achternaam", "voorvoegsel", "roepnaam", "voornamen", "voorletters-1")
_PLAIN = (*_NAMES, "geboortedatum", "geslacht", "jaargroep")
_PLACES = {name: Leerling._fields.index(name.removesuffix("-1")) for name in _PLAIN}
_GROEP, _SUBGROEPEN = Leerling._fields.index("groep"), Leerling._fields.index("samengestelde_groepen")
_CODES: dict[str, dict[str | None, str]] = {
    "geslacht": {code: code for code in GESLACHTEN},
    "jaargroep": {code: code for code in JAARGROEPEN},
}
_OF_LEERKRACHT = {f"{NS}{name}": name for name in ("achternaam", "voorvoegsel", "roepnaam", "emailadres")}
_OF_GROEP = {f"{NS}{name}": name for name in ("naam", "jaargroep", "omschrijving")}

Column = tuple[int, Callable[[str | None], Any], Callable[[str, str | None], Any]]
"""Of a field: its place in the row, what an ordinary text became before, and how to read others."""


class Records:
    """Turns elements into values and warns about what had to be left out."""

    def __init__(self, warn: Warn, locatie: tuple[str, str] | None = None) -> None:
        self._fields = Fields(warn)
        self._locatie = locatie
        """BRIN and location that were asked for, when they were."""
        self._columns: dict[str, Column] = {f"{NS}{name}": self._column(name) for name in _PLAIN}
        self._refs: set[str | None] = set()
        self.seen = 0
        """How many elements were pupils, also those that could not be taken."""
        self.elsewhere: list[Verwijzingen] = []
        """Of each that was not taken because they are at another location, where they stand."""

    def _column(self, name: str) -> Column:
        fields, place = self._fields, _PLACES[name]
        if name in _NAMES:
            return place, fields.ordinary.get, partial(fields.name, name, "leerling")
        if name == "geboortedatum":
            return place, fields.dates.get, fields.date
        if name == "geslacht":
            return place, _CODES[name].get, fields.geslacht
        return place, _CODES[name].get, partial(fields.choice, _CODES[name], name, "leerling")

    def leerlingen(self, elements: Iterable[etree._Element]) -> list[Leerling]:
        """Read pupils; leave out those whom nothing identifies. One loop without calls for all that is ordinary."""
        leerlingen: list[Leerling] = []
        make = tuple.__new__
        columns, refs, seen = self._columns, self._refs, self.seen
        ref_tag, refs_tag, vestiging_tag, heads = _REF, _REFS, _VESTIGING, ECKID_HEADS
        for element in elements:
            seen += 1
            key, eckid = element.get("key"), element.get("eckid")
            if not (key and eckid and len(key) <= MAX_KEY and eckid[:-128] in heads) or key.isspace():
                self.seen = seen
                key, eckid = self._identity(key, eckid, "leerling")
                if key is None and eckid is None:
                    continue
            row: list[Any] = [key, eckid, None, None, None, None, None, None, None, None, None, ()]
            odd: list[tuple[Column, etree._Element]] | None = None
            away: bool | None = None
            for child in element:
                tag = child.tag
                column = columns.get(tag)
                if column is not None:
                    place, known, read = column
                    text = child.text
                    if len(child) or row[place] is not None:
                        odd = [*(odd or ()), (column, child)]
                    elif (value := known(text)) is not None:
                        row[place] = value
                    elif text:
                        row[place] = read(text, key)
                elif tag == ref_tag:
                    ref, groep = child.get("key"), row[_GROEP]
                    row[_GROEP] = ref if groep is None and ref in refs else self._stamgroep(groep, ref, key)
                elif tag == refs_tag:
                    row[_SUBGROEPEN] = self._merge(row[_SUBGROEPEN], child, _SUBREF, "leerling", key)
                elif tag == vestiging_tag:
                    away = away is not False and self._is_elsewhere(child, key)
            if away:
                self.elsewhere.append((row[_GROEP], row[_SUBGROEPEN]))
                continue
            if odd is not None:
                self._settle(row, odd, key)
            leerlingen.append(make(Leerling, row))
        self.seen = seen
        return self._one_spelling(leerlingen)

    def _one_spelling(self, leerlingen: list[Leerling]) -> list[Leerling]:
        """Look at the digits of all ECK iDs at once, and at each of them only when one of them is odd."""
        digits = "".join([leerling.eckid[-128:] for leerling in leerlingen if leerling.eckid])
        if not digits.encode().translate(None, ECKID_DIGITS):
            return leerlingen
        eckid = self._fields.eckid
        return [leerling._replace(eckid=eckid(leerling.eckid, "leerling")) for leerling in leerlingen]

    def _settle(self, row: list[Any], odd: list[tuple[Column, etree._Element]], key: str | None) -> None:
        """Fields with mark-up inside, or that came twice: what is not sure is left out, what is empty says nothing."""
        for (place, _known, read), child in odd:
            if is_blank(child):
                continue
            name = child.tag.removeprefix(NS)
            text = self._fields.plain(child, name, "leerling", key)
            value = read(text, key) if text else None
            row[place] = self._fields.same(row[place], value, name, "leerling", key)

    def leerkrachten(self, elements: Iterable[etree._Element]) -> Iterator[Leerkracht]:
        """Read staff; leave out those whom nothing identifies."""
        for element in elements:
            if (leerkracht := self._leerkracht(element)) is not None:
                yield leerkracht

    def _leerkracht(self, element: etree._Element) -> Leerkracht | None:
        key, eckid = self._identity(element.get("key"), element.get("eckid"), "leerkracht")
        if key is None and eckid is None:
            return None
        found: dict[str, str | None] = {}
        groepen: tuple[str, ...] = ()
        subgroepen: tuple[str, ...] = ()
        for child in element:
            if name := _OF_LEERKRACHT.get(child.tag):
                self._fields.put(found, name, child, "leerkracht", key)
            elif child.tag == _GROEPEN:
                groepen = self._merge(groepen, child, _REF, "leerkracht", key)
                subgroepen = self._merge(subgroepen, child, _SUBREF, "leerkracht", key)
        get = found.get
        email = self._fields.email(get("emailadres"), key)
        return Leerkracht(
            key, eckid, get("achternaam"), get("voorvoegsel"), get("roepnaam"), email, groepen, subgroepen
        )

    def groep(self, element: etree._Element) -> Groep | SamengesteldeGroep | None:
        """Read a groep or samengestelde groep; None when it has no usable key. Without a name its key is its name."""
        key = clean_key(element.get("key"))
        if key is None:
            self._fields.say("zonder_sleutel", "groep", None)
            return None
        found: dict[str, str | None] = {}
        for child in element:
            if name := _OF_GROEP.get(child.tag):
                self._fields.put(found, name, child, "groep", key)
        naam = found.get("naam")
        if naam is None:
            self._fields.say("zonder_naam", "groep", key)
            naam = key[:64]
        if element.tag == _SUBREF:
            return SamengesteldeGroep(key, naam, found.get("omschrijving"))
        return Groep(
            key, naam, self._fields.choice(_CODES["jaargroep"], "jaargroep", "groep", found.get("jaargroep"), key)
        )

    def _identity(self, key: str | None, eckid: str | None, onderdeel: str) -> tuple[str | None, str | None]:
        key, eckid = clean_key(key), self._fields.eckid(eckid, onderdeel)
        if key is None and eckid is None:
            self._fields.say("zonder_sleutel", onderdeel, None, str(self.seen) if onderdeel == "leerling" else None)
        return key, eckid

    def _stamgroep(self, known: str | None, found: str | None, key: str | None) -> str | None:
        groep = clean_key(found)
        if groep is None:
            self._fields.say(ONBRUIKBAAR, "leerling", key)
            return known
        self._refs.add(groep)
        if known is None or groep == known:
            return groep
        self._fields.say("stamgroep_dubbel", "leerling", key)
        return known

    def _is_elsewhere(self, element: etree._Element, key: str | None) -> bool:
        vestiging = clean_key(element.get("key"))
        if vestiging is None:
            self._fields.say("vestiging_onbruikbaar", "leerling", key)
            return False
        return self._locatie is not None and is_elsewhere(vestiging, *self._locatie)

    def _merge(
        self, known: tuple[str, ...], element: etree._Element, tag: str, onderdeel: str, key: str | None
    ) -> tuple[str, ...]:
        """Add the keys of these references; one without a usable key is told of, for nothing may be lost in silence."""
        for child in element:
            if child.tag != tag:
                continue
            ref = clean_key(child.get("key"))
            if ref is None:
                self._fields.say(ONBRUIKBAAR, onderdeel, key)
            elif ref not in known:
                known = (*known, ref)
        return known
