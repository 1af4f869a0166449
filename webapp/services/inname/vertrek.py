"""Who is no longer in the aanlevering, and when that is too many to believe."""

from __future__ import annotations

from collections.abc import Iterable

from webapp.models import Lidmaatschap
from webapp.services.inname.soorten import Doel
from webapp.services.inname.voorstellen import Bestand

_MANY = 10
_SHARE = 0.10


def gone(
    bestand: Bestand, present: Iterable[int], delivered: frozenset[str], gevraagd: frozenset[str] | None
) -> list[Doel]:
    """Return our linked, active records that the LAS was asked for and no longer sends.

    `present` holds the ids that this aanlevering linked, `delivered` the identifiers in it, doubtful and left out too.
    `gevraagd` holds the LAS keys of the groepen that were asked for; None means the whole school.
    """
    kept = set(present)
    return [
        doel
        for doel in bestand.records
        if doel.status is Lidmaatschap.ACTIEF
        and (doel.las_key is not None or doel.eckid is not None)
        and doel.id not in kept
        and doel.las_key not in delivered
        and doel.eckid not in delivered
        and (gevraagd is None or bestand.kind.was_asked(doel, gevraagd))
    ]


def is_implausible(gone: int, linked: int) -> bool:
    """Whether so many disappear at once that a person must confirm it first."""
    return gone >= _MANY and gone >= _SHARE * linked
