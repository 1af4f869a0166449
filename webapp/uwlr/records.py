"""Elements of an answer to values. Reads by name, in any order; looks at nothing that is not to be kept.

Most values are ordinary and come back often (names, years, `1`): what was found ordinary once is remembered, and only
the rest goes through `fields.py`. Pupils are the bulk of an answer, so their loop is written for speed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, make_dataclass
from typing import Any

from lxml import etree

from webapp.uwlr.fields import GESLACHTEN, JAARGROEPEN, MAX_KEY, Fields, Warn, clean_key
from webapp.uwlr.namespaces import LEERLINGGEGEVENS
from webapp.uwlr.values import Groep, Leerkracht, Leerling, SamengesteldeGroep

NS = f"{{{LEERLINGGEGEVENS}}}"
_LEERLING, _LEERKRACHT = f"{NS}leerling", f"{NS}leerkracht"
_REF, _REFS, _GROEPEN, _SUBREF = (
    f"{NS}{name}" for name in ("groep", "samengestelde_groepen", "groepen", "samengestelde_groep")
)
_ROW = (
    "achternaam", "voorvoegsel", "voornamen", "voorletters-1", "roepnaam", "geboortedatum", "geslacht", "jaargroep",
)  # fmt: skip
_SLOTS = {f"{NS}{name}": slot for slot, name in enumerate(_ROW)}
_OF_LEERKRACHT = {f"{NS}{name}": name for name in ("achternaam", "voorvoegsel", "roepnaam", "emailadres")}
_OF_GROEP = {f"{NS}{name}": name for name in ("naam", "jaargroep", "omschrijving")}
_Draft: Any = make_dataclass("_Draft", [field.name for field in fields(Leerling)], slots=True)
"""A Leerling that is not frozen yet: made eight times as fast, and frozen by becoming a Leerling."""


class Records:
    """Turns elements into values and warns about what had to be left out."""

    def __init__(self, warn: Warn, doubtful: bool) -> None:
        self._fields = Fields(warn, doubtful)
        self._refs: set[str | None] = set()
        self.seen = 0
        """How many elements were pupils, also those that could not be taken."""

    def leerlingen(self, elements: Iterable[etree._Element]) -> list[Leerling]:
        """Read pupils; leave out those whom nothing identifies. One loop without calls for all that is ordinary."""
        leerlingen: list[Leerling] = []
        slots, refs, fields = _SLOTS, self._refs, self._fields
        ordinary, dates = fields.ordinary, fields.dates
        for element in elements:
            if element.tag != _LEERLING:
                continue
            self.seen += 1
            key, eckid = element.get("key"), element.get("eckid")
            if not (key and eckid and len(key) <= MAX_KEY >= len(eckid)) or key.isspace() or eckid.isspace():
                key, eckid = self._identity(key, eckid, "leerling")
                if key is None and eckid is None:
                    continue
            row: list[str | None] = [None, None, None, None, None, None, None, None]
            odd: list[tuple[int, etree._Element]] | None = None
            groep: str | None = None
            subgroepen: tuple[str, ...] = ()
            for child in element:
                tag = child.tag
                slot = slots.get(tag)
                if slot is not None:
                    if len(child) or row[slot] is not None:
                        odd = [*(odd or ()), (slot, child)]
                    else:
                        row[slot] = child.text
                elif tag == _REF:
                    ref = child.get("key")
                    groep = ref if groep is None and ref in refs else self._stamgroep(groep, ref, key)
                elif tag == _REFS:
                    subgroepen = _merge(subgroepen, child, _SUBREF)
            if odd is not None:
                self._settle(row, odd, key)
            achternaam, voorvoegsel, voornamen, voorletters, roepnaam, born, geslacht, jaargroep = row
            if achternaam is not None:
                achternaam = ordinary.get(achternaam) or fields.name(achternaam, "achternaam", "leerling", key)
            if voorvoegsel is not None:
                voorvoegsel = ordinary.get(voorvoegsel) or fields.name(voorvoegsel, "voorvoegsel", "leerling", key)
            if voornamen is not None:
                voornamen = ordinary.get(voornamen) or fields.name(voornamen, "voornamen", "leerling", key)
            if voorletters is not None:
                voorletters = ordinary.get(voorletters) or fields.name(voorletters, "voorletters-1", "leerling", key)
            if roepnaam is not None:
                roepnaam = ordinary.get(roepnaam) or fields.name(roepnaam, "roepnaam", "leerling", key)
            if geslacht is not None and geslacht not in GESLACHTEN:
                geslacht = fields.choice(geslacht, GESLACHTEN, "geslacht", "leerling", key)
            if jaargroep is not None and jaargroep not in JAARGROEPEN:
                jaargroep = fields.choice(jaargroep, JAARGROEPEN, "jaargroep", "leerling", key)
            day = None if born is None else dates.get(born) or fields.date(born, key)
            draft = _Draft(
                key, eckid, achternaam, voorvoegsel, roepnaam, voornamen, voorletters, day, geslacht, jaargroep, groep,
                subgroepen,
            )  # fmt: skip
            draft.__class__ = Leerling
            leerlingen.append(draft)
        return leerlingen

    def _settle(self, row: list[str | None], odd: list[tuple[int, etree._Element]], key: str | None) -> None:
        """Fields with mark-up inside, or that came twice: what is not sure is left out."""
        for slot, child in odd:
            name = _ROW[slot]
            value = self._fields.text(child, name, "leerling", key)
            row[slot] = self._fields.same(row[slot], value, name, "leerling", key)

    def leerkrachten(self, elements: Iterable[etree._Element]) -> Iterator[Leerkracht]:
        """Read staff; leave out those whom nothing identifies."""
        for element in elements:
            if element.tag == _LEERKRACHT and (leerkracht := self._leerkracht(element)) is not None:
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
                groepen = _merge(groepen, child, _REF)
                subgroepen = _merge(subgroepen, child, _SUBREF)
        get = found.get
        email = self._fields.email(get("emailadres"), key)
        return Leerkracht(
            key, eckid, get("achternaam"), get("voorvoegsel"), get("roepnaam"), email, groepen, subgroepen
        )

    def groep(self, element: etree._Element) -> Groep | SamengesteldeGroep | None:
        """Read a groep or samengestelde groep; None when it has no usable key. Without a name its key is its name."""
        key = clean_key(element.get("key"))
        if key is None:
            self._fields.say("zonder_sleutel", "groep", None, "Een groep zonder sleutel is niet overgenomen.")
            return None
        found: dict[str, str | None] = {}
        for child in element:
            if name := _OF_GROEP.get(child.tag):
                self._fields.put(found, name, child, "groep", key)
        naam = found.get("naam")
        if naam is None:
            self._fields.say("zonder_naam", "groep", key, "Een groep heeft geen naam; de sleutel staat op die plaats.")
            naam = key[:64]
        if element.tag == _SUBREF:
            return SamengesteldeGroep(key, naam, found.get("omschrijving"))
        return Groep(key, naam, self._fields.choice(found.get("jaargroep"), JAARGROEPEN, "jaargroep", "groep", key))

    def _identity(self, key: str | None, eckid: str | None, onderdeel: str) -> tuple[str | None, str | None]:
        key, eckid = clean_key(key), clean_key(eckid)
        if key is None and eckid is None:
            plaats = f" (leerling {self.seen} in de levering)" if onderdeel == "leerling" else ""
            tekst = f"Een {onderdeel} zonder sleutel en zonder ECK iD is niet overgenomen{plaats}."
            self._fields.say("zonder_sleutel", onderdeel, None, tekst)
        return key, eckid

    def _stamgroep(self, known: str | None, found: str | None, key: str | None) -> str | None:
        groep = clean_key(found)
        if groep is not None:
            self._refs.add(groep)
        if known is None or groep is None or groep == known:
            return groep or known
        tekst = "Een leerling staat in twee stamgroepen; de eerste is gebruikt."
        self._fields.say("veld_dubbel", "leerling", key, tekst)
        return known


def _merge(known: tuple[str, ...], element: etree._Element, tag: str) -> tuple[str, ...]:
    found = list(known)
    for child in element:
        if child.tag == tag and (key := clean_key(child.get("key"))) is not None and key not in found:
            found.append(key)
    return tuple(found)
