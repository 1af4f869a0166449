"""The wall between schools. The policies of the tables hold it (`webapp/migrations/muur.py`); here it is said which.

Every transaction is told of which school it is. A session that was not told sees and writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

from sqlalchemy import Connection, event, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction

from webapp.db import db
from webapp.models.base import Base
from webapp.models.ids import AccountId, SchoolId

NO_SCHOOL = SchoolId(0)
"""Of a visitor who has not logged in: no school has this id, so nothing is found."""
ALLE_SCHOLEN = SchoolId(-1)
"""What the policies take for every school, and for rows of none."""
OEFENSCHOOL = SchoolId(-2)
"""The invented school for practising. The policies keep it out of all schools, so no job, list or number has it."""
OEFENAAR = AccountId(-2)
"""Who acts there, whoever it is: nobody who practises reads who else does. Nobody logs in with it."""
BEFORE_A_SCHOOL = frozenset({"sessie"})
"""Tables with a school and without a wall: a login is looked up before it is known at which school."""

_SCHOOL = "school"
_SET = text("SELECT set_config('app.school_id', :school, true)")


class NoSchool(RuntimeError):
    """Rows of schools were asked for before it was said of which: an empty answer would pass for the truth."""


def limit_to_school(session: Session, school_id: SchoolId) -> None:
    """Let this session see and write rows of this school only, from now on."""
    session.info[_SCHOOL] = school_id
    if session.in_transaction():
        _tell(session.connection(), school_id)


@contextmanager
def of_school(school_id: SchoolId) -> Iterator[None]:
    """Limit the session of this app context to a school while the block runs, with all that is written in it."""
    before = db.session().info.get(_SCHOOL)
    limit_to_school(db.session(), school_id)
    try:
        yield
        db.session().flush()
    finally:
        with suppress(SQLAlchemyError):  # a transaction that broke takes no more, and forgets the school by itself
            limit_to_school(db.session(), NO_SCHOOL if before is None else before)
        if before is None:
            del db.session().info[_SCHOOL]


def school_of_session() -> SchoolId | None:
    """The school of the session of this app context; None for a visitor, and for who sees every school."""
    school_id: SchoolId = db.session().info.get(_SCHOOL, NO_SCHOOL)
    return school_id if school_id > NO_SCHOOL else None


def alle_scholen() -> AbstractContextManager[None]:
    """Let the session of this app context see every school, for jobs and klantenservice: they say so here."""
    return of_school(ALLE_SCHOLEN)


@event.listens_for(Session, "after_begin")
def _begin(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """Tell each transaction anew: it ends with the one before, so that a pooled connection knows no school."""
    if not transaction.nested and _SCHOOL in session.info:
        _tell(connection, session.info[_SCHOOL])


def _tell(connection: Connection, school_id: SchoolId) -> None:
    connection.execute(_SET, {"school": str(school_id)})


@event.listens_for(Session, "do_orm_execute")
def _ask(state: ORMExecuteState) -> None:
    if _SCHOOL in state.session.info:
        return
    ours = [mapper.class_ for mapper in state.all_mappers if issubclass(mapper.class_, Base)]
    tables = {model.__tablename__ for model in ours if hasattr(model, "school_id")} - BEFORE_A_SCHOOL
    if tables:
        raise NoSchool(", ".join(sorted(tables)))
