"""Bytes of an answer in, one value out: an aanlevering, nothing changed, nothing there, or an error that says who acts.

Without a `verzoek` (a file on the command line) school and year are not compared.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from lxml import etree

from webapp.uwlr.checks import (
    check_ages,
    check_school,
    drop_loose,
    drop_loose_leerkrachten,
    only_elsewhere,
    set_apart,
    teach_elsewhere,
)
from webapp.uwlr.codes import Reden
from webapp.uwlr.envelope import Fault, body_of
from webapp.uwlr.faults import UwlrNotUnderstood, UwlrRefused, UwlrUnavailable
from webapp.uwlr.namespaces import Operation
from webapp.uwlr.profiles.base import AANLEVERING_BYTES
from webapp.uwlr.reading import Reading, read_school
from webapp.uwlr.safexml import UnsafeXml, small_tree
from webapp.uwlr.schema import validate_leerlinggegevens_antwoord
from webapp.uwlr.sentences import LAS
from webapp.uwlr.values import (
    GeenGegevens,
    GeenWijzigingen,
    Leerkracht,
    Leerling,
    Leerlinggegevens,
    Leerlinggegevensverzoek,
    School,
    Structuur,
    Verwijzingen,
    Waarschuwing,
)

Niets = GeenWijzigingen | GeenGegevens
Antwoord = Leerlinggegevens | Niets
_Data = TypeVar("_Data")


@dataclass(frozen=True, slots=True)
class Bron:
    """Where bytes came from, as far as reading them needs to know."""

    las: str = LAS
    charset: str | None = None
    max_bytes: int = AANLEVERING_BYTES
    validate: bool = False
    """Also compare with the XSD. It only ever warns, and costs as much as reading does."""


@dataclass(frozen=True, slots=True)
class Personen:
    """The pupils or staff of one staged answer, not yet compared with the structure."""

    leerlingen: tuple[Leerling, ...]
    leerkrachten: tuple[Leerkracht, ...]
    waarschuwingen: tuple[Waarschuwing, ...]
    elders: tuple[Verwijzingen, ...] = ()
    """Where pupils of another location stand, who are not among these."""


def read_leerlinggegevens(data: bytes, verzoek: Leerlinggegevensverzoek | None, bron: Bron = Bron()) -> Antwoord:
    """Read the answer to HaalLeerlinggegevens; raise UwlrNotUnderstood, UwlrRefused or UwlrUnavailable."""

    def gegevens(reading: Reading, content: etree._Element, school: School) -> Leerlinggegevens:
        reading.check_leerlingen(content)
        groepen, samengesteld = reading.groepen(content)
        structuur = Structuur(school, groepen, samengesteld)
        return assemble(structuur, reading.leerlingen, reading.leerkrachten, reading.warnings, reading.elsewhere)

    return _read(data, verzoek, bron, Operation.HAAL_LEERLINGGEGEVENS, gegevens)


def read_structuur(data: bytes, verzoek: Leerlinggegevensverzoek | None, bron: Bron = Bron()) -> Structuur | Niets:
    """Read the answer to HaalStructuur."""

    def structuur(reading: Reading, content: etree._Element, school: School) -> Structuur:
        groepen, samengesteld = reading.groepen(content)
        return Structuur(school, groepen, samengesteld, tuple(reading.warnings))

    return _read(data, verzoek, bron, Operation.HAAL_STRUCTUUR, structuur)


def read_leerlingen(data: bytes, verzoek: Leerlinggegevensverzoek | None, bron: Bron = Bron()) -> Personen | Niets:
    """Read the answer to HaalLeerlingen."""

    def personen(reading: Reading, content: etree._Element, school: School) -> Personen:
        reading.check_leerlingen(content)
        return Personen(tuple(reading.leerlingen), (), tuple(reading.warnings), tuple(reading.elsewhere))

    return _read(data, verzoek, bron, Operation.HAAL_LEERLINGEN, personen)


def read_leerkrachten(data: bytes, verzoek: Leerlinggegevensverzoek | None, bron: Bron = Bron()) -> Personen | Niets:
    """Read the answer to HaalLeerkrachten."""

    def personen(reading: Reading, content: etree._Element, school: School) -> Personen:
        return Personen((), tuple(reading.leerkrachten), tuple(reading.warnings))

    return _read(data, verzoek, bron, Operation.HAAL_LEERKRACHTEN, personen)


def assemble(
    structuur: Structuur,
    leerlingen: list[Leerling],
    leerkrachten: list[Leerkracht],
    warnings: list[Waarschuwing],
    elders: Sequence[Verwijzingen] = (),
) -> Leerlinggegevens:
    """Check people against the groepen and each other, and make one aanlevering of it all."""
    away = only_elsewhere(leerlingen, elders, warnings)
    away_leerkrachten = teach_elsewhere(leerkrachten, *away, warnings)
    keys = {groep.key for groep in structuur.groepen}
    subkeys = {groep.key for groep in structuur.samengestelde_groepen}
    warn = warnings.append
    drop_loose(leerlingen, keys, subkeys, warn)
    drop_loose_leerkrachten(leerkrachten, keys, subkeys, warn)
    check_ages(leerlingen, structuur.school.schooljaar, warn)
    leerlingen_ok, betwiste_leerlingen = set_apart(leerlingen, "leerling", warn)
    leerkrachten_ok, betwiste_leerkrachten = set_apart(leerkrachten, "leerkracht", warn)
    return Leerlinggegevens(
        school=structuur.school,
        groepen=structuur.groepen,
        samengestelde_groepen=structuur.samengestelde_groepen,
        leerlingen=leerlingen_ok,
        leerkrachten=leerkrachten_ok,
        waarschuwingen=tuple(warnings),
        betwiste_leerlingen=betwiste_leerlingen,
        betwiste_leerkrachten=betwiste_leerkrachten,
        elders_groepen=away[0],
        elders_leerkrachten=away_leerkrachten,
    )


def _read(
    data: bytes,
    verzoek: Leerlinggegevensverzoek | None,
    bron: Bron,
    operation: Operation,
    make: Callable[[Reading, etree._Element, School], _Data],
) -> _Data | Niets:
    """Read and check; every refusal leaves as one of our errors, with nothing of the document attached."""
    answer: _Data | Niets | Fault
    try:
        answer = _answer(data, verzoek, bron, operation, make)
    except UnsafeXml as error:
        reden: Reden | None = error.reden
    else:
        reden = None
    if reden is not None:
        raise UwlrNotUnderstood(reden, bron.las)
    if isinstance(answer, Fault):
        kind = UwlrUnavailable if answer.is_server else UwlrRefused  # asking again does no harm
        raise kind(answer.code, bron.las)
    return answer


def _answer(
    data: bytes,
    verzoek: Leerlinggegevensverzoek | None,
    bron: Bron,
    operation: Operation,
    make: Callable[[Reading, etree._Element, School], _Data],
) -> _Data | Niets | Fault:
    if len(data) > bron.max_bytes:
        raise UnsafeXml(Reden.TE_GROOT)
    reading = Reading(data, bron.charset, verzoek)
    content = reading.content(operation)
    if not isinstance(content, etree._Element):
        return content
    school = read_school(content)
    if verzoek is not None:
        check_school(school, verzoek, reading.warnings.append)
    if bron.validate:
        reading.warnings += _deviations(data, bron.charset, school.xsdversie or "2.2")
    return make(reading, content, school)


def _deviations(data: bytes, charset: str | None, xsdversie: str) -> list[Waarschuwing]:
    """Where the answer differs from the standard. Each kind once: real systems do the same thing everywhere."""
    problems = validate_leerlinggegevens_antwoord(body_of(small_tree(data, charset)), xsdversie)
    return [Waarschuwing("xsd", "bericht", None, problem) for problem in dict.fromkeys(problems)]
