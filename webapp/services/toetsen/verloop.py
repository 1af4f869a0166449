"""The course of a leerling over the years: what was scored in each vakgebied, beside what the norm scores that day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from webapp.db import is_among
from webapp.models import Resultaat, Toets
from webapp.models.ids import LeerlingId, SchoolId
from webapp.services.toetsen.normen import norm_on, schooldag
from webapp.services.toetsen.normering import normpunten
from webapp.services.toetsen.spreiding import RONDE, Groei, tenths


@dataclass(frozen=True, slots=True)
class Punt:
    """One normed result; `norm` is what an average leerling scores on that day, None when that is not known."""

    toets: str
    afnamedatum: date
    vaardigheidsscore: Decimal
    percentiel: int | None
    niveau: str | None
    norm: Decimal | None


@dataclass(frozen=True, slots=True)
class Verloop:
    """Everything that a leerling scored in one vakgebied, oldest first.

    Scores of one vakgebied stand on one scale, whatever the leerjaar of the test: a vakgebied is all that we know of a
    test that makes two of them comparable.
    """

    vakgebied: str
    punten: tuple[Punt, ...]


def of_leerling(session: Session, school_id: SchoolId, leerling_id: LeerlingId) -> list[Verloop]:
    """Return the course of a leerling per vakgebied; whoever asks has looked whether the reader may see this leerling.

    A result that is not normed yet has no place on a scale, and is left out. One that was taken twice stands twice.
    """
    per_vak: dict[str, list[Punt]] = defaultdict(list)
    for resultaat in results(session, school_id, [leerling_id]):
        if resultaat.vaardigheidsscore is not None:
            per_vak[resultaat.toets.vakgebied].append(_punt(resultaat, resultaat.vaardigheidsscore))
    return [Verloop(vakgebied, tuple(punten)) for vakgebied, punten in sorted(per_vak.items())]


def results(
    session: Session, school_id: SchoolId, leerling_ids: Collection[LeerlingId], vakgebied: str | None = None
) -> Sequence[Resultaat]:
    """Return every result of these leerlingen with its test and norms, of one vakgebied or of all, oldest first."""
    query = (
        select(Resultaat)
        .join(Resultaat.toets)
        .where(Resultaat.school_id == school_id, is_among(Resultaat.leerling_id, leerling_ids))
        .order_by(Resultaat.afnamedatum, Resultaat.id)
        .options(contains_eager(Resultaat.toets).selectinload(Toets.normen))
    )
    return session.scalars(query if vakgebied is None else query.where(Toets.vakgebied == vakgebied)).all()


def before(resultaat: Resultaat, own: Iterable[Resultaat]) -> Resultaat | None:
    """Return the last normed result that a leerling had at least six weeks earlier, of any test of the vakgebied.

    Not sooner: another test of the same vakgebied in the same weeks is no earlier taking.
    """
    return max(
        (r for r in own if r.vaardigheidsscore is not None and resultaat.afnamedatum - r.afnamedatum >= RONDE),
        key=lambda each: each.afnamedatum,
        default=None,
    )


def growth(resultaat: Resultaat, earlier: Resultaat) -> Groei | None:
    """Return what lies between two normed results of one vakgebied."""
    if resultaat.vaardigheidsscore is None or earlier.vaardigheidsscore is None:
        return None
    now, then = _norm(resultaat), _norm(earlier)
    rose = None if now is None or then is None else tenths(now - then)
    return Groei(resultaat.vaardigheidsscore - earlier.vaardigheidsscore, rose)


def _punt(resultaat: Resultaat, score: Decimal) -> Punt:
    norm = _norm(resultaat)
    return Punt(
        resultaat.toets.naam,
        resultaat.afnamedatum,
        score,
        resultaat.percentiel,
        resultaat.niveau,
        None if norm is None else tenths(norm),
    )


def _norm(resultaat: Resultaat) -> Decimal | None:
    norm = norm_on(normpunten(resultaat.toets), schooldag(resultaat.afnamedatum))
    return None if norm is None else norm.gemiddelde
