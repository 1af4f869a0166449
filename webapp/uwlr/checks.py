"""What a schema does not guard: the right school and year, identifiers that are used once, references that exist."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import TypeVar

from webapp.uwlr.codes import Reden
from webapp.uwlr.locaties import two_digits
from webapp.uwlr.safexml import UnsafeXml
from webapp.uwlr.values import (
    ONBRUIKBAAR,
    Groep,
    Leerkracht,
    Leerling,
    Leerlinggegevensverzoek,
    SamengesteldeGroep,
    School,
    Verwijzingen,
    Waarschuwing,
)

Warn = Callable[[Waarschuwing], None]
Persoon = TypeVar("Persoon", Leerling, Leerkracht)
AnyGroep = TypeVar("AnyGroep", Groep, SamengesteldeGroep)
_OLDEST, _OLD, _YOUNG = 100, 30, 2
_HIDDEN = frozenset({ONBRUIKBAAR, "zonder_sleutel"})
"""Warnings after which it is not known where a leerling stands."""


def check_school(school: School, verzoek: Leerlinggegevensverzoek, warn: Warn) -> None:
    """Refuse an answer about another school, location or year than we asked for; what is blank is not compared."""
    if verzoek.brincode and school.brincode:
        if school.brincode.upper() != verzoek.brincode.upper():
            raise UnsafeXml(Reden.ANDERE_SCHOOL)
        if school.dependancecode != two_digits(verzoek.dependancecode or "00"):
            raise UnsafeXml(Reden.ANDERE_LOCATIE)
    elif verzoek.schoolkey and school.schoolkey:
        if school.schoolkey != verzoek.schoolkey:
            raise UnsafeXml(Reden.ANDERE_SCHOOL)
    elif verzoek.brincode or verzoek.schoolkey:
        warn(Waarschuwing("school_niet_genoemd", "school", None))
    if verzoek.schooljaar and school.schooljaar != verzoek.schooljaar:
        raise UnsafeXml(Reden.ANDER_SCHOOLJAAR)


def set_apart(
    personen: Sequence[Persoon], onderdeel: str, warn: Warn
) -> tuple[tuple[Persoon, ...], tuple[Persoon, ...]]:
    """Split into those with identifiers of their own, and those who share a key or an ECK iD with someone else.

    The same record twice is one record.
    """
    if not _doubles([persoon.key for persoon in personen]) and not _doubles([persoon.eckid for persoon in personen]):
        return tuple(personen), ()
    unique = list(dict.fromkeys(personen))
    if len(unique) < len(personen):
        warn(Waarschuwing("dubbel_gelijk", onderdeel, None))
    keys = _doubles([persoon.key for persoon in unique])
    eckids = _doubles([persoon.eckid for persoon in unique])
    kept, shared = [], []
    for persoon in unique:
        if persoon.key in keys or persoon.eckid in eckids:
            shared.append(persoon)
            warn(Waarschuwing("sleutel_dubbel", onderdeel, persoon.key))
        else:
            kept.append(persoon)
    return tuple(kept), tuple(shared)


def _doubles(values: list[str | None]) -> set[str]:
    different = set(values)
    if len(different) == len(values):
        return set()
    present = [value for value in values if value is not None]
    return {value for value, count in Counter(present).items() if count > 1}


def unique_groepen(groepen: Sequence[AnyGroep], warn: Warn) -> tuple[AnyGroep, ...]:
    """One groep per key; of two different ones the first, with a warning."""
    found: dict[str, AnyGroep] = {}
    for groep in groepen:
        if found.setdefault(groep.key, groep) != groep:
            warn(Waarschuwing("sleutel_dubbel", "groep", groep.key))
    return tuple(found.values())


def drop_loose(leerlingen: list[Leerling], groepen: Collection[str], samengesteld: Collection[str], warn: Warn) -> None:
    """Take away references to groepen that are not in the answer; never make up a groep."""
    named = {leerling.groep for leerling in leerlingen}
    named_sub = {key for leerling in leerlingen for key in leerling.samengestelde_groepen}
    if named.issubset({None, *groepen}) and named_sub.issubset(samengesteld):
        return  # as in nearly every answer
    for index, leerling in enumerate(leerlingen):
        if leerling.groep is not None and leerling.groep not in groepen:
            _warn_loose("leerling", leerling.key, warn)
            leerlingen[index] = leerling = leerling._replace(groep=None)
        subgroepen = leerling.samengestelde_groepen
        if subgroepen and not all(key in samengesteld for key in subgroepen):
            _warn_loose("leerling", leerling.key, warn)
            kept = tuple(key for key in subgroepen if key in samengesteld)
            leerlingen[index] = leerling._replace(samengestelde_groepen=kept)


def drop_loose_leerkrachten(
    leerkrachten: list[Leerkracht], groepen: Collection[str], samengesteld: Collection[str], warn: Warn
) -> None:
    """The same for staff."""
    for index, leerkracht in enumerate(leerkrachten):
        kept = tuple(key for key in leerkracht.groepen if key in groepen)
        kept_sub = tuple(key for key in leerkracht.samengestelde_groepen if key in samengesteld)
        if (kept, kept_sub) != (leerkracht.groepen, leerkracht.samengestelde_groepen):
            _warn_loose("leerkracht", leerkracht.key, warn)
            leerkrachten[index] = leerkracht._replace(groepen=kept, samengestelde_groepen=kept_sub)


def _warn_loose(onderdeel: str, key: str | None, warn: Warn) -> None:
    warn(Waarschuwing("groep_onbekend", onderdeel, key))


def only_elsewhere(
    leerlingen: Sequence[Leerling], elders: Sequence[Verwijzingen], warnings: Sequence[Waarschuwing]
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the groepen and the samengestelde groepen in which only leerlingen of another location stand.

    An answer names the location of a leerling only. A groep without leerlingen may be ours, and so may every one when
    it is not known where one of our own stands.
    """
    if not elders or any(w.soort in _HIDDEN and w.onderdeel == "leerling" for w in warnings):
        return frozenset(), frozenset()
    groepen = {groep for groep, _ in elders if groep is not None}
    samengesteld = {key for _, keys in elders for key in keys}
    return (
        frozenset(groepen - {leerling.groep for leerling in leerlingen}),
        frozenset(samengesteld - {key for leerling in leerlingen for key in leerling.samengestelde_groepen}),
    )


def teach_elsewhere(
    leerkrachten: Sequence[Leerkracht],
    groepen: Collection[str],
    samengesteld: Collection[str],
    warnings: Sequence[Waarschuwing],
) -> frozenset[tuple[str | None, str | None]]:
    """Return the identifiers of staff who teach in these groepen and in no other; who teaches nowhere may be ours."""
    hidden = {w.key for w in warnings if w.soort == ONBRUIKBAAR and w.onderdeel == "leerkracht"}
    return frozenset(
        (leerkracht.key, leerkracht.eckid)
        for leerkracht in leerkrachten
        if (leerkracht.groepen or leerkracht.samengestelde_groepen)
        and leerkracht.key not in hidden
        and set(leerkracht.groepen).issubset(groepen)
        and set(leerkracht.samengestelde_groepen).issubset(samengesteld)
    )


def check_ages(leerlingen: list[Leerling], schooljaar: str, warn: Warn) -> None:
    """Leave out a birth date that no pupil of this school year can have; warn when it is unlikely."""
    start = int(schooljaar[:4])
    first, last = date(max(start - _OLDEST, 1), 1, 1), date(start + 1, 7, 31)
    oldest, youngest = date(max(start - _OLD, 1), 1, 1), date(start - _YOUNG, 12, 31)
    for index, leerling in enumerate(leerlingen):
        born = leerling.geboortedatum
        if born is None or oldest <= born <= youngest:
            continue
        if first <= born <= last:
            warn(Waarschuwing("geboortedatum_onwaarschijnlijk", "leerling", leerling.key))
        else:
            warn(Waarschuwing("geboortedatum_onmogelijk", "leerling", leerling.key))
            leerlingen[index] = leerling._replace(geboortedatum=None)
