"""Results of one school: what each row comes to, and taking them in.

A result counts as made and normed on its afnamedatum: what is older than the koppeling is not sent, and what comes in
later is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import AMSTERDAM
from webapp.db import is_among
from webapp.models import Leerling, Resultaat
from webapp.models.ids import LeerlingId, SchoolId, ToetsId
from webapp.services.clock import database_now
from webapp.services.inlezen.fouten import BestandenGeweigerd, Fout, Mis
from webapp.services.inlezen.records import Plan
from webapp.services.inlezen.stand import Hier, Stand, Telling, doubles
from webapp.services.inlezen.toetsen import Toetsgegevens
from webapp.services.inlezen.velden import Bestand, Rij
from webapp.services.toetsen import afnames
from webapp.services.toetsen.afnames import Afgenomen, Voornemen
from webapp.services.toetsen.normen import CannotNorm, Normuitkomst, interpret

_NORM = ("vaardigheidsscore", "niveau", "percentiel")
_OLDEST = date(2000, 1, 1)


@dataclass
class Resultaatplan:
    """What the rows come to: new ones, and ids of ours that change."""

    nieuw: list[Rij] = field(default_factory=list)
    gewijzigd: dict[int, Rij] = field(default_factory=dict)
    telling: Telling = field(default_factory=Telling)
    fouten: list[Fout] = field(default_factory=list)


def judge(
    rows: list[Rij], stand: Stand, leerlingen: Plan, toetsen: Mapping[str, Toetsgegevens], now: datetime
) -> Resultaatplan:
    """Compare the rows with the results that are here."""
    plan = Resultaatplan()
    twice = doubles(row["eigen_nummer"] for row in rows), doubles(map(_afname, rows))
    for row in rows:
        plan.fouten += [*_unbelievable(row, toetsen, now), *_double(row, *twice)]
        nummer = row["leerling"]
        if nummer in leerlingen.gewist:
            plan.telling.gewist += 1
            continue
        leerling = leerlingen.records.get(nummer) or stand.records[Bestand.LEERLINGEN].get(nummer)
        if leerling is None and nummer not in leerlingen.records:
            plan.fouten.append(row.fout(Mis.VERWIJST_NERGENS, "leerling"))
        elif row["toets"] in toetsen:
            family = stand.family(leerling) if isinstance(leerling, Leerling) else []
            _compare(plan, row, stand, family, toetsen[row["toets"]])
    return plan


def write(
    session: Session, school_id: SchoolId, plan: Resultaatplan, stand: Stand, toetsen: Mapping[str, Toetsgegevens]
) -> None:
    """Add and change the results of a school that is locked, as any that come in from outside."""
    rows, now = [*plan.nieuw, *plan.gewijzigd.values()], database_now(session)
    _move_to_their_day(session, school_id, plan)
    came = [_as_taken(row, stand, toetsen[row["toets"]]) for row in rows]
    weighed = afnames.weigh(session, school_id, came, now=now)
    refused = [row for row, one in zip(rows, weighed, strict=True) if not isinstance(one, Voornemen)]
    if refused:
        raise BestandenGeweigerd([row.fout(Mis.STAAT_ER_AL) for row in refused])
    voornemens = [one for one in weighed if isinstance(one, Voornemen)]
    done = afnames.write(session, school_id, voornemens, normeren=False, now=now, door=None, bron="inlezen")
    for row, resultaat in zip(rows, done.resultaten, strict=True):
        resultaat.eigen_nummer = row["eigen_nummer"]
    session.flush()


def _move_to_their_day(session: Session, school_id: SchoolId, plan: Resultaatplan) -> None:
    """A day that was corrected: from here on the result is known by it."""
    query = select(Resultaat).where(Resultaat.school_id == school_id, is_among(Resultaat.id, plan.gewijzigd))
    for resultaat in session.scalars(query.order_by(Resultaat.id)):
        resultaat.afnamedatum = plan.gewijzigd[resultaat.id]["afnamedatum"]
    session.flush()


def _compare(plan: Resultaatplan, row: Rij, stand: Stand, family: list[LeerlingId], toets: Toetsgegevens) -> None:
    found = stand.resultaten.get(row["eigen_nummer"])
    there = [stand.afnames.get((id_, toets.id, row["afnamedatum"])) for id_ in family] if toets.id is not None else []
    same_day = next((each for each in there if each is not None), None)
    if found is None and same_day is not None:
        if same_day.eigen_nummer is not None or same_day.ruwe_score != row["ruwe_score"]:
            plan.fouten.append(row.fout(Mis.STAAT_ER_AL, "afnamedatum"))
        else:  # typed here before it came in the file
            plan.gewijzigd[same_day.id] = row
            plan.telling.gewijzigd += 1
    elif found is None:
        plan.nieuw.append(row)
        plan.telling.nieuw += 1
    elif found.leerling_id not in family or found.toets_id != toets.id:
        plan.fouten.append(row.fout(Mis.ANDERE_LEERLING, "leerling"))
    elif same_day is not None and same_day.id != found.id and found.afnamedatum != row["afnamedatum"]:
        plan.fouten.append(row.fout(Mis.STAAT_ER_AL, "afnamedatum"))
    elif _is_same(row, found):
        plan.telling.ongewijzigd += 1
    else:
        plan.gewijzigd[found.id] = row
        plan.telling.gewijzigd += 1


def _is_same(row: Rij, found: Hier) -> bool:
    """A raw row says nothing about the norm."""
    told = ("afnamedatum", "ruwe_score", *(name for name in (*_NORM, "afgenomen_om") if row[name] is not None))
    return all(getattr(found, name) == row[name] for name in told)


def _unbelievable(row: Rij, toetsen: Mapping[str, Toetsgegevens], now: datetime) -> Iterator[Fout]:
    toets = toetsen.get(row["toets"])
    if toets is None:
        yield row.fout(Mis.VERWIJST_NERGENS, "toets")
    elif row["ruwe_score"] > toets.aantal_opgaven:
        yield row.fout(Mis.SCORE_TE_HOOG, "ruwe_score")
    is_past = _OLDEST <= row["afnamedatum"] <= now.astimezone(AMSTERDAM).date()
    if not is_past:
        yield row.fout(Mis.DATUM_BUITEN, "afnamedatum")
    if len({row[name] is None for name in _NORM}) > 1:
        yield row.fout(Mis.HALVE_NORM)
    elif (uitkomst := _norm_of(row)) is not None and is_past:
        nobody = Afgenomen(LeerlingId(0), ToetsId(0), row["afnamedatum"], row["ruwe_score"])
        if not afnames.is_norm(replace(nobody, uitkomst=uitkomst, genormeerd_op=_normed_on(row)), now):
            yield row.fout(Mis.GEEN_NORM)


def _double(row: Rij, numbers: set[str], afnames: set[str]) -> Iterator[Fout]:
    if row["eigen_nummer"] in numbers:
        yield row.fout(Mis.DUBBEL, "eigen_nummer")
    elif _afname(row) in afnames:
        yield row.fout(Mis.STAAT_ER_AL, "afnamedatum")


def _afname(row: Rij) -> str:
    return f"{row['leerling']} {row['toets']} {row['afnamedatum']}"


def _as_taken(row: Rij, stand: Stand, toets: Toetsgegevens) -> Afgenomen:
    """The result as it comes in; one that stands here with the same score keeps its norm, unless the file has one."""
    leerling = stand.records[Bestand.LEERLINGEN][row["leerling"]]
    assert isinstance(leerling, Leerling)
    assert toets.id is not None
    found = stand.resultaten.get(row["eigen_nummer"])
    is_kept = found is not None and (found.ruwe_score, found.afnamedatum) == (row["ruwe_score"], row["afnamedatum"])
    uitkomst = _norm_of(row) or (None if is_kept else _norm_by(toets, row))
    return Afgenomen(
        stand.family(leerling)[-1], toets.id, row["afnamedatum"], row["ruwe_score"], row["afgenomen_om"],
        uitkomst, _normed_on(row) if uitkomst is not None else None,
    )  # fmt: skip


def _normed_on(row: Rij) -> datetime:
    return datetime.combine(row["afnamedatum"], time(), AMSTERDAM)


def _norm_of(row: Rij) -> Normuitkomst | None:
    """The norm that the file has."""
    if any(row[name] is None for name in _NORM):
        return None
    return Normuitkomst(row["vaardigheidsscore"], row["percentiel"], row["niveau"])


def _norm_by(toets: Toetsgegevens, row: Rij) -> Normuitkomst | None:
    """What the test makes of the score; None where it has no norm for that day, and then the score stays raw."""
    try:
        return interpret(row["ruwe_score"], row["afnamedatum"], toets.vaardigheidsscores, toets.normen)
    except CannotNorm:
        return None
