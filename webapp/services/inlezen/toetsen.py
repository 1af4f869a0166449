"""Tests and their norms: what the files say, beside what is here, and writing it before any school."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from webapp.models import Norm, Toets
from webapp.models.ids import ToetsId
from webapp.services.inlezen.fouten import Fout, Mis
from webapp.services.inlezen.stand import Telling, doubles
from webapp.services.inlezen.velden import Bestand, Rij
from webapp.services.toetsen.normen import Normpunt

_OURS = ("versie", "naam", "vakgebied")
"""What may change; what a code measures never does."""


@dataclass
class Toetsgegevens:
    """A test as it is, or will be; without an id it is not here yet."""

    id: ToetsId | None
    aantal_opgaven: int
    vaardigheidsscores: list[Decimal]
    normen: list[Normpunt]


@dataclass
class Toetsplan:
    """What the two files come to."""

    toetsen: dict[str, Toetsgegevens] = field(default_factory=dict)
    tellingen: dict[Bestand, Telling] = field(default_factory=dict)
    fouten: list[Fout] = field(default_factory=list)


def judge(session: Session, toetsen: list[Rij], normen: list[Rij]) -> Toetsplan:
    """Compare both files with the tests that are here."""
    plan, here = Toetsplan(), _here(session)
    plan.toetsen = {code: _as_it_is(toets) for code, toets in here.items()}
    twice = doubles(row["code"] for row in toetsen)
    telling = plan.tellingen[Bestand.TOETSEN] = Telling()
    for row in toetsen:
        if row["code"] in twice:
            plan.fouten.append(row.fout(Mis.DUBBEL, "code"))
        scores = row["vaardigheidsscores"]
        if len(scores) != row["aantal_opgaven"] + 1:
            plan.fouten.append(row.fout(Mis.SCORES_AANTAL, "vaardigheidsscores"))
        toets = here.get(row["code"])
        if toets is not None and (toets.aantal_opgaven, toets.leerjaar) != (row["aantal_opgaven"], row["leerjaar"]):
            plan.fouten.append(row.fout(Mis.TOETS_ANDERS, "code"))
        known = plan.toetsen.get(row["code"])
        plan.toetsen[row["code"]] = Toetsgegevens(
            toets.id if toets is not None else None, row["aantal_opgaven"], scores, known.normen if known else []
        )
        _count(telling, is_new=toets is None, is_same=toets is not None and not _changes(row, toets))
    _judge_normen(plan, here, normen)
    return plan


def _judge_normen(plan: Toetsplan, here: Mapping[str, Toets], rows: list[Rij]) -> None:
    twice = doubles(f"{row['toets']} {row['schooldag']}" for row in rows)
    telling = plan.tellingen[Bestand.NORMEN] = Telling()
    for row in rows:
        if f"{row['toets']} {row['schooldag']}" in twice:
            plan.fouten.append(row.fout(Mis.DUBBEL, "schooldag"))
        if row["toets"] not in plan.toetsen:
            plan.fouten.append(row.fout(Mis.VERWIJST_NERGENS, "toets"))
            continue
        if row["standaardafwijking"] <= 0:
            plan.fouten.append(row.fout(Mis.GETAL, "standaardafwijking"))
        norm = _norm(here.get(row["toets"]), row["schooldag"])
        point = Normpunt(row["schooldag"], row["gemiddelde"], row["standaardafwijking"])
        others = [each for each in plan.toetsen[row["toets"]].normen if each.schooldag != point.schooldag]
        plan.toetsen[row["toets"]].normen = [*others, point]
        _count(telling, is_new=norm is None, is_same=norm is not None and _point(norm) == point)


def write(session: Session, toetsen: list[Rij], normen: list[Rij]) -> None:
    """Make and change tests and norms; results keep the norm that they had."""
    here = _here(session, lock=True)
    for row in toetsen:
        toets = here.get(row["code"])
        if toets is None:
            toets = here[row["code"]] = Toets(code=row["code"], normen=[])
            session.add(toets)
        for name, value in _values(row).items():
            if getattr(toets, name) != value:
                setattr(toets, name, value)
    for row in normen:
        toets = here[row["toets"]]
        norm = _norm(toets, row["schooldag"])
        if norm is None:
            norm = Norm(schooldag=row["schooldag"])
            toets.normen.append(norm)
        norm.gemiddelde, norm.standaardafwijking = row["gemiddelde"], row["standaardafwijking"]
    session.flush()


def _here(session: Session, *, lock: bool = False) -> dict[str, Toets]:
    query = select(Toets).order_by(Toets.code).options(selectinload(Toets.normen))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return {toets.code: toets for toets in session.scalars(query)}


def _as_it_is(toets: Toets) -> Toetsgegevens:
    return Toetsgegevens(
        toets.id, toets.aantal_opgaven, toets.vaardigheidsscores, [_point(norm) for norm in toets.normen]
    )


def _point(norm: Norm) -> Normpunt:
    return Normpunt(norm.schooldag, norm.gemiddelde, norm.standaardafwijking)


def _norm(toets: Toets | None, dag: int) -> Norm | None:
    return next((norm for norm in toets.normen if norm.schooldag == dag), None) if toets is not None else None


def _values(row: Rij) -> dict[str, object]:
    fixed = {name: row[name] for name in ("aantal_opgaven", "leerjaar", "vaardigheidsscores")}
    return fixed | {name: row[name] for name in _OURS if name in row.waarden}


def _changes(row: Rij, toets: Toets) -> bool:
    return any(getattr(toets, name) != value for name, value in _values(row).items())


def _count(telling: Telling, *, is_new: bool, is_same: bool) -> None:
    if is_new:
        telling.nieuw += 1
    elif is_same:
        telling.ongewijzigd += 1
    else:
        telling.gewijzigd += 1
