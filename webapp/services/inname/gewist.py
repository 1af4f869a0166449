"""Who was erased on request of the school: a LAS or a file may go on having them, and nobody takes them in again.

What is kept of them is keyed hashes (`webapp/afdruk.py`), of a number, our own number, an ECK iD, and a name with a
birth date. The key is not in the database, so that nobody can try numbers on a copy of it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.afdruk import afdruk
from webapp.models import Importregel, Leerling, Wissing
from webapp.models.ids import SchoolId
from webapp.uwlr import values as uwlr

AnyLeerling = uwlr.Leerling | Leerling | Importregel


def without_erased(
    session: Session, school_id: SchoolId, gegevens: uwlr.Leerlinggegevens
) -> tuple[uwlr.Leerlinggegevens, list[uwlr.Leerling]]:
    """Leave out of an aanlevering who was erased here; return them apart.

    To be read after the revision of the school: whoever erases raises it.
    """
    query = select(func.unnest(Wissing.afdrukken)).where(Wissing.school_id == school_id)
    erased = frozenset(session.scalars(query))
    if not erased:
        return gegevens, []
    gone = [each for each in gegevens.leerlingen if not erased.isdisjoint(prints_of(school_id, each))]
    gone = _without_ours(session, school_id, gone, erased)
    stay = tuple(each for each in gegevens.leerlingen if each not in gone)
    return replace(gegevens, leerlingen=stay), gone


def _without_ours(
    session: Session, school_id: SchoolId, gone: list[uwlr.Leerling], erased: frozenset[str]
) -> list[uwlr.Leerling]:
    """A LAS may give the number of who was erased to one of ours: who has but that, and their ECK iD or name, stays.

    And of ours a double may be erased: who has their own number, and the name, stays as well.
    """
    if not gone:
        return []
    leerlingen = session.scalars(select(Leerling).where(Leerling.school_id == school_id))
    known = [(leerling.las_key, each) for leerling in leerlingen for each in _beside_number(school_id, leerling)]
    ours, numbered = {each for _, each in known}, set(known)
    return [
        each
        for each in gone
        if (not erased.isdisjoint(beside := _beside_number(school_id, each)) or ours.isdisjoint(beside))
        and (each.key is None or numbered.isdisjoint((each.key, one) for one in beside))
    ]


def prints_of(school_id: SchoolId, leerling: AnyLeerling) -> list[str]:
    """What is remembered of a leerling; a name without a birth date is nobody in particular."""
    key = leerling.key if isinstance(leerling, uwlr.Leerling) else leerling.las_key
    own = leerling.eigen_nummer if isinstance(leerling, Leerling) else None
    numbers = {"nummer": key, "eigen nummer": own}
    found = [afdruk(str(school_id), soort, number) for soort, number in numbers.items() if number]
    return [*found, *_beside_number(school_id, leerling)]


def _beside_number(school_id: SchoolId, leerling: AnyLeerling) -> list[str]:
    known = {
        "eckid": leerling.eckid,
        "naam": _name(leerling.geboortedatum, (leerling.roepnaam, leerling.voorvoegsel, leerling.achternaam)),
    }
    return [afdruk(str(school_id), soort, value) for soort, value in known.items() if value]


def _name(geboortedatum: date | None, parts: Iterable[str | None]) -> str | None:
    naam = " ".join(part for part in parts if part)
    if geboortedatum is None or not naam:
        return None
    return f"{geboortedatum.isoformat()} {' '.join(unicodedata.normalize('NFKC', naam).casefold().split())}"
