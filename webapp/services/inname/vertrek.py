"""Who is no longer in the delivery, and when that is too many to believe."""

from __future__ import annotations

from collections.abc import Iterable

from webapp.models import Groep, Leerkracht, Lidmaatschap
from webapp.services.inname.overnemen import Doel
from webapp.services.inname.voorstellen import Bestand

_MANY = 10
_SHARE = 0.10


def missing(bestand: Bestand, present: Iterable[int], delivered: frozenset[str]) -> list[Doel]:
    """Return our linked, active records that the LAS no longer sends.

    `present` holds the ids that this delivery linked, `delivered` the LAS keys in it, doubtful and left out too.
    """
    kept = set(present)
    return [
        record
        for record in bestand.records
        if record.status is Lidmaatschap.ACTIEF
        and (record.las_key is not None or getattr(record, "eckid", None) is not None)
        and record.id not in kept
        and record.las_key not in delivered
        and getattr(record, "eckid", None) not in delivered
    ]


def was_asked(record: Doel, gevraagde_groepen: frozenset[str] | None) -> bool:
    """Whether the LAS was asked for this record; None means for the whole school, and else only for these groepen."""
    if gevraagde_groepen is None or isinstance(record, Groep):
        return True
    groepen = record.groepen if isinstance(record, Leerkracht) else [record.groep]
    keys = {groep.las_key for groep in groepen if groep is not None}
    return not keys or not keys.isdisjoint(gevraagde_groepen)


def is_implausible(gone: int, linked: int) -> bool:
    """Whether so many disappearances at once must be confirmed by a person first (shape guard)."""
    return gone >= _MANY and gone >= _SHARE * linked
