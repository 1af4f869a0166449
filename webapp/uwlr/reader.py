"""Bytes of an answer in, one value out: a delivery, nothing changed, nothing there, or an error that says who acts."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from lxml import etree

from webapp.uwlr.checks import (
    check_ages,
    check_school,
    drop_loose,
    drop_loose_leerkrachten,
    set_apart,
    unique_groepen,
)
from webapp.uwlr.codes import Reden
from webapp.uwlr.envelope import Fault, body_of, fault_in
from webapp.uwlr.faults import UwlrError, UwlrNotUnderstood, UwlrRefused, UwlrUnavailable
from webapp.uwlr.namespaces import Operation
from webapp.uwlr.profiles.base import DELIVERY_BYTES
from webapp.uwlr.records import NS, Records
from webapp.uwlr.safexml import ListReader, UnsafeXml
from webapp.uwlr.sentences import LAS
from webapp.uwlr.values import (
    GeenGegevens,
    GeenWijzigingen,
    Groep,
    Leerkracht,
    Leerling,
    Leerlinggegevens,
    Leerlinggegevensverzoek,
    SamengesteldeGroep,
    School,
    Waarschuwing,
)

_AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_LEERLINGEN, _LEERKRACHTEN = f"{NS}leerlingen", f"{NS}leerkrachten"
_SCHOOLJAAR = re.compile(r"[12]\d{3}-[12]\d{3}", re.ASCII)

Uitkomst = Leerlinggegevens | GeenWijzigingen | GeenGegevens


def read_leerlinggegevens(
    data: bytes,
    verzoek: Leerlinggegevensverzoek | None,
    *,
    las: str = LAS,
    charset: str | None = None,
    max_bytes: int = DELIVERY_BYTES,
) -> Uitkomst:
    """Read the answer to HaalLeerlinggegevens; raise UwlrNotUnderstood, UwlrRefused or UwlrUnavailable.

    Without a `verzoek` (a file on the command line) school and year are not compared.
    """
    reden = None
    answer: Uitkomst | Fault
    try:
        if len(data) > max_bytes:
            raise UnsafeXml(Reden.TE_GROOT)
        answer = _Reading(data, charset).result(verzoek)
    except UnsafeXml as error:
        reden = error.reden
    if reden is not None:
        raise UwlrNotUnderstood(reden, las)
    if isinstance(answer, Fault):
        raise pull_fault(answer, las)
    return answer


def pull_fault(fault: Fault, las: str = LAS, http_status: int | None = None) -> UwlrError:
    """A Fault on a pull: asking again does no harm, so a failing LAS is simply asked later."""
    kind = UwlrUnavailable if fault.code.is_server else UwlrRefused
    return kind(fault.code, las, http_status)


class _Reading:
    """One pass over the bytes. Each person becomes a value at once and leaves the tree, so memory stays small."""

    def __init__(self, data: bytes, charset: str | None) -> None:
        self.warnings: list[Waarschuwing] = []
        self.leerlingen: list[Leerling] = []
        self.leerkrachten: list[Leerkracht] = []
        self._records = Records(self.warnings.append, _may_be_damaged(data, charset))
        document = ListReader(data, charset)
        for home, elements in document.pieces((_LEERLINGEN, _LEERKRACHTEN), _is_home):
            if home.tag == _LEERLINGEN:
                self.leerlingen += self._records.leerlingen(elements)
            else:
                self.leerkrachten += self._records.leerkrachten(elements)
        self.body = body_of(document.root)

    def result(self, verzoek: Leerlinggegevensverzoek | None) -> Uitkomst | Fault:
        if fault := fault_in(self.body):
            return fault
        content = _content(self.body, Operation.HAAL_LEERLINGGEGEVENS.answer)
        if content.tag == f"{NS}geenwijzigingen":
            return GeenWijzigingen()
        if content.tag == f"{NS}geengegevens":
            return GeenGegevens()
        if content.tag != f"{NS}leerlinggegevens":
            raise UnsafeXml(Reden.ANDER_BERICHT)
        return self._gegevens(content, verzoek)

    def _gegevens(self, content: etree._Element, verzoek: Leerlinggegevensverzoek | None) -> Leerlinggegevens:
        warn = self.warnings.append
        school = read_school(content)
        if verzoek is not None:
            check_school(school, verzoek, warn)
        if not content.findall(f"{NS}leerlingen"):
            raise UnsafeXml(Reden.ONVOLLEDIG)
        if not self.leerlingen:
            if not self._records.seen and any(len(lijst) for lijst in content.findall(f"{NS}leerlingen")):
                raise UnsafeXml(Reden.ANDERE_VERSIE)
            warn(Waarschuwing("geen_leerlingen", "school", None, "Er staat geen enkele leerling in de levering."))
        groepen, samengesteld = self._groepen(content)
        keys, subkeys = {g.key for g in groepen}, {g.key for g in samengesteld}
        drop_loose(self.leerlingen, keys, subkeys, warn)
        drop_loose_leerkrachten(self.leerkrachten, keys, subkeys, warn)
        check_ages(self.leerlingen, school.schooljaar, warn)
        leerlingen, betwiste_leerlingen = set_apart(self.leerlingen, "leerling", warn)
        leerkrachten, betwiste_leerkrachten = set_apart(self.leerkrachten, "leerkracht", warn)
        return Leerlinggegevens(
            school,
            groepen,
            samengesteld,
            leerlingen,
            leerkrachten,
            tuple(self.warnings),
            betwiste_leerlingen,
            betwiste_leerkrachten,
        )

    def _groepen(self, content: etree._Element) -> tuple[tuple[Groep, ...], tuple[SamengesteldeGroep, ...]]:
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


def _is_home(home: etree._Element) -> bool:
    """Whether the list stands where the standard puts it; elsewhere its elements are no people of the school."""
    gegevens = home.getparent()
    if gegevens is None or not gegevens.tag.startswith(f"{NS}leerlinggegevens"):
        return False
    antwoord = gegevens.getparent()
    body = None if antwoord is None else antwoord.getparent()
    envelope = None if body is None else body.getparent()
    return envelope is not None and envelope.getparent() is None


def _content(body: etree._Element, expected: str) -> etree._Element:
    name = etree.QName(body)
    if name.localname.lower() != expected:
        raise UnsafeXml(Reden.ANDER_BERICHT)
    if f"{{{name.namespace}}}" != NS:
        raise UnsafeXml(Reden.ANDERE_VERSIE)
    known = [child for child in body if str(child.tag).startswith(NS)]
    if len(known) != 1:
        raise UnsafeXml(Reden.ONVOLLEDIG)
    return known[0]


def read_school(content: etree._Element) -> School:
    """Read which school and year the answer is about."""
    schools = content.findall(f"{NS}school")
    if len(schools) != 1:
        raise UnsafeXml(Reden.ONVOLLEDIG)
    text = {child.tag: (child.text or "").strip() for child in schools[0] if str(child.tag).startswith(NS)}
    schooljaar = text.get(f"{NS}schooljaar", "")
    if _SCHOOLJAAR.fullmatch(schooljaar) is None:
        raise UnsafeXml(Reden.ONVOLLEDIG)
    return School(
        schooljaar=schooljaar,
        brincode=text.get(f"{NS}brincode") or None,
        dependancecode=text.get(f"{NS}dependancecode") or "00",
        schoolkey=text.get(f"{NS}schoolkey") or None,
        aanmaakdatum=_moment(text.get(f"{NS}aanmaakdatum", "")),
        xsdversie=text.get(f"{NS}xsdversie") or None,
    )


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=_AMSTERDAM)


def _may_be_damaged(data: bytes, charset: str | None) -> bool:
    """Whether names need a look for damaged characters; a quick no for nearly every answer."""
    return b"\xef\xbf\xbd" in data or b"\xc2" in data or b"&#" in data or b"encoding=" in data[:200] or bool(charset)
