"""What a schema does not guard: the right school and year, identifiers that are used once, references that exist."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from webapp.uwlr.codes import Reden
from webapp.uwlr.safexml import UnsafeXml
from webapp.uwlr.values import (
    Groep,
    Leerkracht,
    Leerling,
    Leerlinggegevensverzoek,
    SamengesteldeGroep,
    School,
    Waarschuwing,
)

Warn = Callable[[Waarschuwing], None]
Persoon = TypeVar("Persoon", Leerling, Leerkracht)
AnyGroep = TypeVar("AnyGroep", Groep, SamengesteldeGroep)
_KETENID = "https://ketenid.nl/"
_OLDEST, _OLD, _YOUNG = 100, 30, 2


def check_school(school: School, verzoek: Leerlinggegevensverzoek, warn: Warn) -> None:
    """Refuse an answer about another school, location or year than we asked for."""
    if verzoek.brincode is not None and school.brincode is not None:
        if school.brincode.upper() != verzoek.brincode.upper():
            raise UnsafeXml(Reden.ANDERE_SCHOOL)
        if school.dependancecode != (verzoek.dependancecode or "00"):
            raise UnsafeXml(Reden.ANDERE_LOCATIE)
    elif verzoek.schoolkey is not None and school.schoolkey is not None:
        if school.schoolkey != verzoek.schoolkey:
            raise UnsafeXml(Reden.ANDERE_SCHOOL)
    else:
        warn(Waarschuwing("school_niet_genoemd", "school", None, "Het antwoord noemt niet van welke school het is."))
    if school.schooljaar != verzoek.schooljaar:
        raise UnsafeXml(Reden.ANDER_SCHOOLJAAR)


def set_apart(
    personen: Sequence[Persoon], onderdeel: str, warn: Warn
) -> tuple[tuple[Persoon, ...], tuple[Persoon, ...]]:
    """Split into those with identifiers of their own, and those who share a key or an ECK iD with someone else.

    The same record twice is one record.
    """
    keys = _doubles(persoon.key for persoon in personen)
    eckids = _doubles(persoon.eckid for persoon in personen)
    if not keys and not eckids:
        return tuple(personen), ()
    unique = list(dict.fromkeys(personen))
    if len(unique) < len(personen):
        warn(Waarschuwing("dubbel_gelijk", onderdeel, None, "Een gelijk record stond er meer dan een keer in."))
    unique = _without_placeholders(unique, onderdeel, warn)
    keys = _doubles(persoon.key for persoon in unique)
    eckids = _doubles(persoon.eckid for persoon in unique)
    kept, shared = [], []
    for persoon in unique:
        if persoon.key in keys or persoon.eckid in eckids:
            shared.append(persoon)
            warn(
                Waarschuwing(
                    "sleutel_dubbel",
                    onderdeel,
                    persoon.key,
                    "Deze sleutel of dit ECK iD hoort bij meer dan een persoon; niemand daarvan is overgenomen.",
                )
            )
        else:
            kept.append(persoon)
    return tuple(kept), tuple(shared)


def _without_placeholders(personen: list[Persoon], onderdeel: str, warn: Warn) -> list[Persoon]:
    """A repeated ECK iD that is not one at all (`0`, `onbekend`) says nothing about who somebody is."""
    fakes = {e for e in _doubles(persoon.eckid for persoon in personen) if not e.startswith(_KETENID)}
    if not fakes:
        return personen
    warn(Waarschuwing("eckid_onbruikbaar", onderdeel, None, "Een ECK iD dat steeds terugkomt, is niet gebruikt."))
    return [
        replace(persoon, eckid=None) if persoon.eckid in fakes and persoon.key is not None else persoon
        for persoon in personen
    ]


def _doubles(values: Iterable[str | None]) -> set[str]:
    present = [value for value in values if value is not None]
    if len(set(present)) == len(present):
        return set()
    return {value for value, count in Counter(present).items() if count > 1}


def unique_groepen(groepen: Sequence[AnyGroep], warn: Warn) -> tuple[AnyGroep, ...]:
    """One groep per key; of two different ones the first, with a warning."""
    found: dict[str, AnyGroep] = {}
    for groep in groepen:
        if found.setdefault(groep.key, groep) != groep:
            warn(
                Waarschuwing("sleutel_dubbel", "groep", groep.key, "Twee groepen hebben deze sleutel; de eerste telt.")
            )
    return tuple(found.values())


def drop_loose_leerling(
    leerling: Leerling, groepen: Collection[str], samengesteld: Collection[str], warn: Warn
) -> Leerling:
    """Take away references to groepen that are not in the answer; never make up a groep."""
    if leerling.groep is not None and leerling.groep not in groepen:
        _warn_loose("leerling", leerling.key, warn)
        leerling = replace(leerling, groep=None)
    if leerling.samengestelde_groepen and not all(key in samengesteld for key in leerling.samengestelde_groepen):
        _warn_loose("leerling", leerling.key, warn)
        kept = tuple(key for key in leerling.samengestelde_groepen if key in samengesteld)
        leerling = replace(leerling, samengestelde_groepen=kept)
    return leerling


def drop_loose_leerkracht(
    leerkracht: Leerkracht, groepen: Collection[str], samengesteld: Collection[str], warn: Warn
) -> Leerkracht:
    """The same for staff."""
    kept = tuple(key for key in leerkracht.groepen if key in groepen)
    kept_sub = tuple(key for key in leerkracht.samengestelde_groepen if key in samengesteld)
    if (kept, kept_sub) == (leerkracht.groepen, leerkracht.samengestelde_groepen):
        return leerkracht
    _warn_loose("leerkracht", leerkracht.key, warn)
    return replace(leerkracht, groepen=kept, samengestelde_groepen=kept_sub)


def _warn_loose(onderdeel: str, key: str | None, warn: Warn) -> None:
    warn(Waarschuwing("groep_onbekend", onderdeel, key, "Verwijst naar een groep die niet in de levering staat."))


def check_age(leerling: Leerling, schooljaar: str, warn: Warn) -> Leerling:
    """Leave out a birth date that no pupil of this school year can have; warn when it is unlikely."""
    born = leerling.geboortedatum
    if born is None:
        return leerling
    start = int(schooljaar[:4])
    if born > date(start + 1, 7, 31) or born.year < start - _OLDEST:
        warn(
            Waarschuwing(
                "geboortedatum_onmogelijk",
                "leerling",
                leerling.key,
                "De geboortedatum kan niet en is niet overgenomen.",
            )
        )
        return replace(leerling, geboortedatum=None)
    if not start - _OLD <= born.year <= start - _YOUNG:
        warn(Waarschuwing("geboortedatum_onwaarschijnlijk", "leerling", leerling.key, "Klopt deze geboortedatum?"))
    return leerling
