"""Names that a record had before under the key that it still has: a spelling that comes back is no question.

They never count when the ECK iDs differ, when the key stood at another record before, when a fifth of the keys moved,
or when somebody may be a twin. They only ever add a link where the key and the birth date are equal already.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace

from webapp.matching.achternaam import AchternaamGelijkenis, prepare_achternaam
from webapp.matching.blocks import Index
from webapp.matching.datums import DatumGelijkenis
from webapp.matching.evidence import Evidence, Gelijkenis, compare
from webapp.matching.prepare import Prepared
from webapp.matching.rules import is_known_name
from webapp.matching.values import BekendeNaam
from webapp.matching.voornaamgelijkenis import RoepnaamGelijkenis
from webapp.matching.voornamen import prepare_voornamen

_MOVED = 0.20
"""From this share of the keys on a LAS renumbered, and a key says nothing about the name that it had."""


class Bekend:
    """The known names of one school, and whether they count in this aanlevering."""

    def __init__(self, existing: Iterable[Prepared], met: Iterable[Evidence]) -> None:
        self.stood_at: dict[str, set[int]] = defaultdict(set)
        for record in existing:
            for naam in record.bekend:
                self.stood_at[naam.las_key].add(record.nr)
        self.counts = bool(self.stood_at) and not _moved(met)

    def is_known(self, incoming: Prepared, existing: Prepared, evidence: Evidence, years: int) -> bool:
        """Tell whether the incoming record is called as the existing one was before, under the same key."""
        key = existing.las_key
        if key is None or self.stood_at.get(key, set()) - {existing.nr}:
            return False
        return any(
            is_known_name(evidence, compare(incoming, _as_it_was(existing, naam), years))
            for naam in existing.bekend
            if naam.las_key == key
        )


def twins_of(incoming: Prepared, existing: Prepared, sides: Iterable[Index]) -> bool:
    """Tell whether either side holds a third with the birth date and the surname of one of these two."""
    pair = (incoming, existing)
    return any(twin not in pair for index in sides for record in pair for twin in index.twins(record))


def _as_it_was(record: Prepared, naam: BekendeNaam) -> Prepared:
    return replace(
        record,
        achternaam=prepare_achternaam(naam.achternaam, naam.voorvoegsel),
        voornamen=prepare_voornamen(naam.roepnaam, None, None),
    )


def _moved(met: Iterable[Evidence]) -> bool:
    """Tell whether so many who are called and born the same have another key."""
    keys = Counter(e.las_key for e in met if _is_same_person(e))
    moved = keys[Gelijkenis.ANDERS]
    return moved > 0 and moved >= _MOVED * (moved + keys[Gelijkenis.GELIJK])


def _is_same_person(e: Evidence) -> bool:
    names = e.achternaam is AchternaamGelijkenis.GELIJK and e.roepnaam is RoepnaamGelijkenis.GELIJK
    return names and e.datum is DatumGelijkenis.GELIJK
