"""All that is kept about one leerling, for a parent who asks the school for it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from webapp.models import (
    Afnamesleutel,
    Audit,
    Base,
    Bezorging,
    Daad,
    Groep,
    Herzendregel,
    Importregel,
    Levering,
    MogelijkDezelfde,
    Mutatie,
    Nazendregel,
    Overdrachtvraag,
    Resultaat,
    School,
    Teruggenomen,
    Uitzondering,
    VervallenUitzondering,
)
from webapp.models.ids import AccountId, LeerlingId, SchoolId
from webapp.services import audit
from webapp.services.bewaring import wissen
from webapp.services.inname import dubbel

Rij = dict[str, Any]


def of_leerling(session: Session, school_id: SchoolId, leerling_id: LeerlingId, *, door: AccountId) -> dict[str, Any]:
    """Return every row about a leerling, column by column; that somebody looked is in the trail."""
    first, *merged = dubbel.family(session, school_id, leerling_id)
    found = _about(session, school_id, first)
    found["dubbele leerlingen die zijn samengevoegd"] = [_about(session, school_id, each) for each in merged]
    audit.record(session, Daad.LEERLING_INGEZIEN, f"leerling {leerling_id}", door=door, school_id=school_id)
    return found


def _about(session: Session, school_id: SchoolId, leerling_id: LeerlingId) -> Rij:
    """Every row about one of our records."""
    leerling = wissen.find(session, school_id, leerling_id)
    mine = select(Resultaat).where(Resultaat.school_id == school_id, Resultaat.leerling_id == leerling_id)
    results = session.scalars(mine.order_by(Resultaat.afnamedatum, Resultaat.id)).all()
    ids = [resultaat.id for resultaat in results]
    about = [f"leerling {leerling_id}", *(f"resultaat {id_}" for id_ in ids)]
    return {
        "school": str(session.get_one(School, school_id)),
        "leerling": rij(leerling),
        "groep": [rij(each) for each in session.scalars(select(Groep).where(
            Groep.school_id == school_id, Groep.id == leerling.groep_id))],
        "resultaten": [rij(each) | {"toets": each.toets.naam} for each in results],
        "aangeleverd door een leverancier": _rows(session.scalars(
            select(Afnamesleutel).where(Afnamesleutel.school_id == school_id, wissen.handed_in(leerling))
            .order_by(Afnamesleutel.leverancier_id, Afnamesleutel.sleutel))),
        "leveringen": _rows(session.scalars(
            select(Levering).where(Levering.school_id == school_id, Levering.resultaat_id.in_(ids)))),
        "bezorgingen in het LAS": _rows(session.scalars(
            select(Bezorging).where(Bezorging.school_id == school_id, Bezorging.resultaat_id.in_(ids)))),
        "akkoord om alsnog te versturen": _rows(session.scalars(
            select(Nazendregel).where(Nazendregel.school_id == school_id, Nazendregel.resultaat_id.in_(ids)))),
        "nog een keer versturen": _rows(session.scalars(
            select(Herzendregel).where(Herzendregel.school_id == school_id, Herzendregel.resultaat_id.in_(ids)))),
        "regels van aanleveringen": _rows(session.scalars(
            select(Importregel).where(Importregel.school_id == school_id, wissen.lines_about(leerling)))),
        "adviezen van collega's": _rows(session.scalars(
            select(Overdrachtvraag).where(
                Overdrachtvraag.school_id == school_id, wissen.advised_about(leerling)))),
        "niet geïmporteerd": _rows(session.scalars(
            select(Uitzondering).where(Uitzondering.school_id == school_id, wissen.left_out(leerling)))),
        "eerder niet geïmporteerd": _rows(session.scalars(
            select(VervallenUitzondering).where(
                VervallenUitzondering.school_id == school_id, wissen.left_out(leerling, VervallenUitzondering)))),
        "misschien dezelfde leerling": _rows(session.scalars(
            select(MogelijkDezelfde).where(MogelijkDezelfde.school_id == school_id, wissen.maybe(leerling)))),
        "teruggedraaid": _rows(session.scalars(
            select(Teruggenomen).where(Teruggenomen.school_id == school_id, wissen.taken_back(leerling)))),
        "wat er veranderde": _rows(session.scalars(
            select(Mutatie).where(Mutatie.school_id == school_id, wissen.changes_of(leerling))
            .order_by(Mutatie.handeling_id))),
        "handelingen": _rows(session.scalars(
            select(Audit).where(Audit.school_id == school_id, Audit.object.in_(about)).order_by(Audit.id))),
    }  # fmt: skip


def as_file(found: Rij) -> bytes:
    """The same as a file that a school can hand over."""
    return json.dumps(found, ensure_ascii=False, indent=2).encode()


def rij(row: Base, zonder: Iterable[str] = ()) -> Rij:
    """The columns of a row as a text can hold them."""
    names = [attribute.key for attribute in inspect(type(row)).column_attrs if attribute.key not in set(zonder)]
    return {name: plain(getattr(row, name)) for name in names}


def plain(value: object) -> object:
    """A value that JSON and CSV know."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _rows(rows: Iterable[Base]) -> list[Rij]:
    return [rij(row) for row in rows]
