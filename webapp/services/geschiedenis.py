"""What happened to a record: who changes records says which act it is, and the session writes down what changed.

Nothing else writes these rows. An act in which nothing changes leaves none. What a night does about a link that waits
for it, or since when the LAS does not send somebody, is no change of the record.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import event, insert, inspect, text, update
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, UOWTransaction
from sqlalchemy.orm.attributes import get_history
from sqlalchemy.orm.base import PASSIVE_NO_INITIALIZE

from webapp.models import Groep, Handeling, Leerkracht, Leerling, Lidmaatschap, Wat
from webapp.models.ids import AccountId, BatchId, HandelingId, SchoolId

_NAMEN = ("achternaam", "voorvoegsel", "roepnaam")
VELDEN: dict[type, tuple[str, ...]] = {
    Groep: ("las_key", "status", "vertrokken_op", "naam", "jaargroep", "schooljaar"),
    Leerkracht: ("las_key", "eckid", "status", "vertrokken_op", *_NAMEN, "email", "groepen"),
    Leerling: (
        "las_key", "eckid", "status", "vertrokken_op", *_NAMEN, "geboortedatum", "geslacht", "jaargroep", "groep_id",
        "geparkeerd_op", "samengevoegd_met_id",
    ),
}  # fmt: skip
"""What is written down of each kind; of `groepen` the ids, sorted."""
ZONDER = {"zonder_geschiedenis": True}
"""For a statement over many rows after which there is nothing to tell: what it deletes is erased."""
_READ: dict[str, Callable[[str], object]] = {
    "status": Lidmaatschap, "geboortedatum": date.fromisoformat, "geparkeerd_op": datetime.fromisoformat,
    "vertrokken_op": datetime.fromisoformat,
}  # fmt: skip
_ACTS = "geschiedenis"
"""In `session.info`: the act of this transaction, by school."""
_ADD = text("""
    INSERT INTO mutatie (school_id, handeling_id, soort, record_id, voor, na)
    SELECT :school_id, :handeling_id, soort, record_id, voor, na
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS x(soort text, record_id integer, voor jsonb, na jsonb)
    ON CONFLICT (handeling_id, soort, record_id)
    DO UPDATE SET voor = excluded.voor || mutatie.voor, na = mutatie.na || excluded.na
""")
"""A record that is written twice in one act keeps what it was first, and gets what it is last."""

Rij = dict[str, Any]


class NotWrittenDown(RuntimeError):
    """A statement over many rows would change records without a trace: change the rows themselves."""


@dataclass
class _Act:
    wat: Wat
    batch_id: BatchId | None = None
    door: AccountId | None = None
    id: HandelingId | None = None


def act(
    session: Session, school_id: SchoolId, wat: Wat, *, batch_id: BatchId | None = None, door: AccountId | None = None
) -> None:
    """Say what changes records of this school from here on, until the transaction ends or somebody says otherwise."""
    session.flush()
    _acts(session)[school_id] = _Act(wat, batch_id, door)


def belongs_to(session: Session, school_id: SchoolId, batch_id: BatchId) -> None:
    """Say of which aanlevering the act is, when it was not there yet at its beginning."""
    session.flush()
    now = _acts(session)[school_id]
    now.batch_id = batch_id
    if now.id is not None:
        mine = update(Handeling).where(Handeling.school_id == school_id, Handeling.id == now.id)
        session.connection().execute(mine.values(batch_id=batch_id))


def handeling(session: Session, school_id: SchoolId) -> HandelingId:
    """The row of the act, made if nothing changed yet."""
    now = _acts(session).setdefault(school_id, _Act(Wat.ANDERS))
    if now.id is None:
        row = {"school_id": school_id, "wat": now.wat, "batch_id": now.batch_id, "door": now.door}
        made = insert(Handeling).values(row).returning(Handeling.id)
        now.id = session.connection().execute(made).scalar_one()
    return now.id


def wat(session: Session, school_id: SchoolId) -> Wat:
    """Which act it is."""
    return _acts(session).get(school_id, _Act(Wat.ANDERS)).wat


def begun(session: Session, school_id: SchoolId) -> HandelingId | None:
    """The row of the act, as far as something changed already."""
    session.flush()
    now = _acts(session).get(school_id)
    return now.id if now is not None else None


def plain(value: object) -> object:
    """A value as it is kept."""
    if isinstance(value, list):
        return sorted(groep if isinstance(groep, int) else groep.id for groep in value)
    return value.isoformat() if isinstance(value, date) else value


def restored(veld: str, value: Any) -> Any:
    """The value of a field again, of all but `groepen`."""
    if value is None or veld not in _READ:
        return value
    return _READ[veld](value)


def _acts(session: Session) -> dict[SchoolId, _Act]:
    return cast("dict[SchoolId, _Act]", session.info.setdefault(_ACTS, {}))


@event.listens_for(Session, "after_flush")
def _write_down(session: Session, _context: UOWTransaction) -> None:
    """The ids are known by now, and what the fields were before still is."""
    found = defaultdict[SchoolId, list[Rij]](list)
    for which, seen in ((session.new, _made), (session.dirty, _changed), (session.deleted, _gone)):
        for row in which:
            change = seen(row, VELDEN[type(row)]) if type(row) in VELDEN else None
            if change is not None:
                found[row.school_id].append({"soort": row.__tablename__, "record_id": row.id, **change})
    for school_id, rows in found.items():
        values = {"school_id": school_id, "handeling_id": handeling(session, school_id), "rows": json.dumps(rows)}
        session.connection().execute(_ADD, values)


def _made(row: object, velden: Iterable[str]) -> Rij:
    return {"voor": None, "na": _whole(row, velden)}


def _gone(row: object, velden: Iterable[str]) -> Rij:
    return {"voor": _whole(row, velden), "na": None}


def _whole(row: object, velden: Iterable[str]) -> Rij:
    values = inspect(row).dict
    return {name: plain(values[name]) for name in velden if values.get(name) not in (None, [])}


def _changed(row: object, velden: Iterable[str]) -> Rij | None:
    voor, na = dict[str, object](), dict[str, object]()
    for name in velden:
        history = get_history(row, name, PASSIVE_NO_INITIALIZE)
        if not history.has_changes():
            continue
        kept, added, deleted = (list(part or ()) for part in (history.unchanged, history.added, history.deleted))
        was, is_ = (
            ([*kept, *deleted], [*kept, *added]) if name == "groepen" else ([*deleted, None][0], [*added, None][0])
        )
        if plain(was) != plain(is_):
            voor[name], na[name] = plain(was), plain(is_)
    return {"voor": voor, "na": na} if na else None


@event.listens_for(Session, "do_orm_execute")
def _refuse_statements(state: ORMExecuteState) -> None:
    table = state.bind_mapper.class_ if state.bind_mapper is not None else None
    writes = state.is_update or state.is_delete or state.is_insert
    if table in VELDEN and writes and not state.execution_options.get("zonder_geschiedenis"):
        raise NotWrittenDown(f"many rows of {table.__name__} in one statement")


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_ACTS, None)


@event.listens_for(Session, "after_soft_rollback")
def _forget_what_never_was(session: Session, _transaction: SessionTransaction) -> None:
    """The row of the act may be gone with a savepoint."""
    session.info.pop(_ACTS, None)
