"""One pass over the bytes of an answer: people become values at once and leave the tree, so memory stays small."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from lxml import etree

from webapp.uwlr.checks import unique_groepen
from webapp.uwlr.codes import Reden
from webapp.uwlr.envelope import Fault, body_of, fault_in
from webapp.uwlr.locaties import split_brin, two_digits
from webapp.uwlr.namespaces import SOAP, Operation
from webapp.uwlr.records import NS, Records
from webapp.uwlr.references import may_refer, resolve
from webapp.uwlr.safexml import ListReader, UnsafeXml
from webapp.uwlr.values import (
    ELDERS,
    GeenGegevens,
    GeenWijzigingen,
    Groep,
    Leerkracht,
    Leerling,
    Leerlinggegevensverzoek,
    SamengesteldeGroep,
    School,
    Verwijzingen,
    Waarschuwing,
)

_AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_LEERLINGEN, _LEERKRACHTEN = f"{NS}leerlingen", f"{NS}leerkrachten"
_LISTS = {_LEERLINGEN: f"{NS}leerling", _LEERKRACHTEN: f"{NS}leerkracht"}
_SCHOOLJAAR = re.compile(r"[12]\d{3}-[12]\d{3}", re.ASCII)
_CONTENTS = {
    Operation.HAAL_LEERLINGGEGEVENS: f"{NS}leerlinggegevens",
    Operation.HAAL_STRUCTUUR: f"{NS}leerlinggegevens-structuur",
    Operation.HAAL_LEERLINGEN: f"{NS}leerlinggegevens-leerlingen",
    Operation.HAAL_LEERKRACHTEN: f"{NS}leerlinggegevens-leerkrachten",
}


class Reading:
    """What an answer holds, before it is compared with anything. Raises UnsafeXml."""

    def __init__(self, data: bytes, charset: str | None, verzoek: Leerlinggegevensverzoek | None = None) -> None:
        document = ListReader(data, charset)
        self.warnings: list[Waarschuwing] = []
        self.leerlingen: list[Leerling] = []
        self.leerkrachten: list[Leerkracht] = []
        self._listed = 0
        """How many elements stood in lists of pupils, whatever they were."""
        locatie = (verzoek.brincode, verzoek.dependancecode) if verzoek is not None and verzoek.brincode else None
        self._records = Records(self.warnings.append, locatie)
        change = resolve if may_refer(data, document.encoding.name) else None
        for home, count, elements in document.lists(_LISTS, _is_home, change):
            if home.tag == _LEERLINGEN:
                self._listed += count
                self.leerlingen += self._records.leerlingen(elements)
            else:
                self.leerkrachten += self._records.leerkrachten(elements)
        self._body = body_of(document.root)

    @property
    def elsewhere(self) -> list[Verwijzingen]:
        """Where those stand who are at another location."""
        return self._records.elsewhere

    def content(self, operation: Operation) -> etree._Element | GeenWijzigingen | GeenGegevens | Fault:
        """The data that answers this operation, or what the LAS says in place of it."""
        if fault := fault_in(self._body):
            return fault
        name = etree.QName(self._body)
        if name.localname.lower() != operation.answer:  # the profile files of the standard write a capital
            raise UnsafeXml(Reden.ANDER_BERICHT)
        if f"{{{name.namespace}}}" != NS:
            raise UnsafeXml(Reden.ANDERE_VERSIE)
        known = [child for child in self._body if str(child.tag).startswith(NS)]
        if len(known) != 1:
            raise UnsafeXml(Reden.ONVOLLEDIG)
        tag = str(known[0].tag)
        if tag == f"{NS}geenwijzigingen":
            return GeenWijzigingen()
        if tag == f"{NS}geengegevens":
            return GeenGegevens()
        if tag.lower() != _CONTENTS[operation].lower():
            raise UnsafeXml(Reden.ANDER_BERICHT)
        return known[0]

    def check_leerlingen(self, content: etree._Element) -> None:
        """Refuse an answer without its list of pupils, with a list of something else, or of another location."""
        if content.find(_LEERLINGEN) is None:
            raise UnsafeXml(Reden.ONVOLLEDIG)
        if self._listed and not self._records.seen:
            raise UnsafeXml(Reden.ANDERE_VERSIE)
        number = len(self.elsewhere)
        if number * 2 > self._records.seen:
            raise UnsafeXml(Reden.ANDERE_LOCATIE)
        if number:
            self.warnings.append(Waarschuwing(ELDERS, "leerling", None, str(number)))
        if not self.leerlingen:
            self.warnings.append(Waarschuwing("geen_leerlingen", "school", None))

    def groepen(self, content: etree._Element) -> tuple[tuple[Groep, ...], tuple[SamengesteldeGroep, ...]]:
        """Read the groepen of both kinds, one per key."""
        found = [
            groep
            for tag in ("groep", "samengestelde_groep")
            for element in content.iterfind(f"{NS}groepen/{NS}{tag}")
            if (groep := self._records.groep(element)) is not None
        ]
        warn = self.warnings.append
        return (
            unique_groepen([groep for groep in found if isinstance(groep, Groep)], warn),
            unique_groepen([groep for groep in found if isinstance(groep, SamengesteldeGroep)], warn),
        )


def read_school(content: etree._Element) -> School:
    """Read which school and year the answer is about."""
    schools = content.findall(f"{NS}school")
    if len(schools) != 1:
        raise UnsafeXml(Reden.ONVOLLEDIG)
    text: dict[str, str] = {}
    for child in schools[0]:
        name, value = str(child.tag), (child.text or "").strip()
        if name.startswith(NS) and value and text.setdefault(name.removeprefix(NS), value) != value:
            raise UnsafeXml(Reden.ONVOLLEDIG)  # two schools in one
    schooljaar = text.get("schooljaar", "")
    if _SCHOOLJAAR.fullmatch(schooljaar) is None:
        raise UnsafeXml(Reden.ONVOLLEDIG)
    brincode, behind = split_brin(text.get("brincode", ""))
    location = two_digits(text.get("dependancecode") or behind or "00")
    if behind not in (None, location):
        raise UnsafeXml(Reden.ONVOLLEDIG)  # two locations in one
    return School(
        schooljaar=schooljaar,
        brincode=brincode or None,
        dependancecode=location,
        schoolkey=text.get("schoolkey"),
        aanmaakdatum=_moment(text.get("aanmaakdatum", "")),
        xsdversie=text.get("xsdversie"),
    )


def _moment(text: str) -> datetime | None:
    """A moment without a time zone is in Dutch time."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=_AMSTERDAM)


def _is_home(home: etree._Element) -> bool:
    """Whether the list stands where the standard puts it; elsewhere its elements are no people of the school."""
    gegevens, antwoord, body, envelope, *beyond = [*home.iterancestors(), None, None, None, None]
    return (
        str(_tag(gegevens)).lower().startswith(f"{NS}leerlinggegevens")
        and str(_tag(antwoord)).lower().endswith("_antwoord")
        and _tag(body) == f"{{{SOAP}}}Body"
        and _tag(envelope) == f"{{{SOAP}}}Envelope"
        and beyond[0] is None
    )


def _tag(element: etree._Element | None) -> object:
    return None if element is None else element.tag
