"""The audit trail sealed day by day: a root per local date that changes when any act of that day does.

Once a day is sealed, its root goes out in mails and stands on pages; a school proves with it what it did (`bewijs`).
What is sealed is worked out anew every night, and `klopt_niet_op` says when it gave something else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from secrets import token_bytes
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, cast, exists, func, literal, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.orm import Session

from webapp import wortel
from webapp.config import AMSTERDAM
from webapp.models import Audit, Daad, School, Spoordag
from webapp.models.ids import AccountId, SchoolId
from webapp.services import audit
from webapp.services.clock import database_now

SLUIT_NA = timedelta(hours=1)
"""After midnight: an act has the moment at which its transaction began, and no transaction lasts that long."""
MAAND = timedelta(days=31)
"""What is younger is worked out anew every night, what is older once in so long."""
_AT_ONCE = 50
_AGAIN = timedelta(hours=1)
"""After an error of ours."""
_DAG = "logboek "
"""Before the date, in what the trail says of this work."""
_OF_NO_SCHOOL = 0
_MOMENT = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'
_FEIT = cast(
    func.jsonb_build_object(
        "nummer", Audit.id,
        "op", func.to_char(func.timezone("UTC", Audit.op), _MOMENT),
        "account", Audit.account_id,
        "school", Audit.school_id,
        "daad", Audit.actie,
        "object", Audit.object,
        "tellingen", Audit.tellingen,
    ),
    Text,
)  # fmt: skip
"""An act as it is hashed, and as it stands in the file of a school."""
_SCHOOL = func.coalesce(Audit.school_id, _OF_NO_SCHOOL)


def due(session: Session, now: datetime) -> list[int]:
    """Return the days with work, as numbers: the first that is to be sealed, else those to be worked out anew."""
    if session.scalar(
        select(exists().where(Audit.actie == Daad.INTERNE_FOUT, Audit.op > now - _AGAIN, Audit.object.startswith(_DAG)))
    ):
        return []
    day = _unsealed(session)
    if day is not None and now >= _begin(day + timedelta(days=1)) + SLUIT_NA:
        return [day.toordinal()]
    tonight = _begin(now.astimezone(AMSTERDAM).date())
    looked = Spoordag.gecontroleerd_op
    young = and_(Spoordag.datum > (now - MAAND).date(), looked < tonight)
    query = select(Spoordag.datum).where(or_(young, looked < now - MAAND)).order_by(looked).limit(_AT_ONCE)
    return [day.toordinal() for day in session.scalars(query)]


def tend(session: Session, ordinal: int) -> None:
    """Seal this day, or work it out anew. Twice does no harm: the date is unique, and a root is never written over."""
    datum, now = date.fromordinal(ordinal), database_now(session)
    dag = session.get(Spoordag, datum)
    if dag is None:
        _seal(session, datum, now)
        return
    dag.gecontroleerd_op = now
    if _fits(session, dag):
        dag.klopt_niet_op = None
    else:
        dag.klopt_niet_op = dag.klopt_niet_op or now


def changed(session: Session) -> list[date]:
    """Work out every sealed day anew, and return those that give another root; nothing is written."""
    days = session.scalars(select(Spoordag).order_by(Spoordag.datum))
    return [dag.datum for dag in days.all() if not _fits(session, dag)]


def last(session: Session) -> Spoordag | None:
    """Return the last sealed day."""
    return session.scalar(select(Spoordag).order_by(Spoordag.datum.desc()).limit(1))


def crashed(session: Session, ordinal: int, klasse: str) -> None:
    """Record an error that nobody expected; `due` lets it rest for a while."""
    what = f"{_DAG}{date.fromordinal(ordinal)}"
    audit.record(session, Daad.INTERNE_FOUT, what, door=None, school_id=None, klasse=klasse)


def bewijs(session: Session, school: School, maand: date, *, door: AccountId) -> dict[str, Any]:
    """Return every act of a school in the sealed days of a month, with what leads from them to the root of each day.

    The caller sees all schools: of the others nothing is given but hashes, salted.
    """
    until = (maand.replace(day=1) + MAAND).replace(day=1)
    days = session.scalars(
        select(Spoordag).where(Spoordag.datum >= maand.replace(day=1), Spoordag.datum < until).order_by(Spoordag.datum)
    )
    found = [dag for dag in (_of_day(session, school.id, day) for day in days) if dag is not None]
    number = sum(len(dag["feiten"]) for dag in found)
    audit.record(
        session, Daad.LOGBOEK_GEHAALD, f"school {school.id}", door=door, school_id=school.id, handelingen=number
    )
    return {"school": school.id, "naam": school.naam, "brin": school.brin, "dagen": found}


def is_of(datum: date) -> ColumnElement[bool]:
    """Whether an act is of this local day."""
    return and_(Audit.op >= _begin(datum), Audit.op < _begin(datum + timedelta(days=1)))


def _of_day(session: Session, school_id: SchoolId, dag: Spoordag) -> dict[str, Any] | None:
    query = select(_FEIT).where(Audit.school_id == school_id, is_of(dag.datum)).order_by(Audit.id)
    feiten = session.scalars(query).all()
    if not feiten:
        return None
    rows = session.execute(_leaves(dag.datum, dag.zout)).all()
    index = [row.school for row in rows].index(school_id)
    return {
        "dag": dag.datum.isoformat(),
        "feiten": list(feiten),
        "zout": rows[index].zout.hex(),
        "pad": wortel.pad([row.blad for row in rows], index),
        "aantal": dag.aantal,
        "vorige": dag.vorige,
        "wortel": dag.wortel,
    }


def _unsealed(session: Session) -> date | None:
    """The first day without a root: days without acts get one too, so that none can be taken out."""
    last: date | None = session.scalar(select(func.max(Spoordag.datum)))
    if last is not None:
        return last + timedelta(days=1)
    first = session.scalar(select(Audit.op).order_by(Audit.id).limit(1))
    return first.astimezone(AMSTERDAM).date() if first is not None else None


def _seal(session: Session, datum: date, now: datetime) -> None:
    if datum != _unsealed(session) or now < _begin(datum + timedelta(days=1)) + SLUIT_NA:
        return
    vorige = session.scalar(select(Spoordag.wortel).where(Spoordag.datum == datum - timedelta(days=1)))
    zout = token_bytes(32)
    aantal, root = _root(session, datum, zout, vorige or wortel.BEGIN)
    values = {"datum": datum, "aantal": aantal, "zout": zout, "vorige": vorige or wortel.BEGIN, "wortel": root}
    session.execute(insert(Spoordag).values(values).on_conflict_do_nothing())


def _root(session: Session, datum: date, zout: bytes, vorige: str) -> tuple[int, str]:
    rows: Sequence[Any] = session.execute(_leaves(datum, zout)).all()
    aantal = sum(row.aantal for row in rows)
    return aantal, wortel.wortel(datum.isoformat(), aantal, vorige, wortel.top([row.blad for row in rows]))


def _fits(session: Session, dag: Spoordag) -> bool:
    """Whether this day still gives the root that it was sealed with."""
    return _root(session, dag.datum, dag.zout, dag.vorige) == (dag.aantal, dag.wortel) and _follows(session, dag)


def _follows(session: Session, dag: Spoordag) -> bool:
    """Whether the day before is the one on which this root was built; before the first there is none."""
    before = session.scalar(select(Spoordag.wortel).where(Spoordag.datum == dag.datum - timedelta(days=1)))
    return (before or wortel.BEGIN) == dag.vorige


def _leaves(datum: date, zout: bytes) -> Select[Any]:
    """The leaf of every school with acts on this day, as `wortel.blad` makes it; those of no school make one too."""
    salt = func.sha256(literal(zout).op("||")(func.convert_to(cast(_SCHOOL, Text), "UTF8")))
    acts = func.string_agg(func.sha256(func.convert_to(_FEIT, "UTF8")), aggregate_order_by(literal(b""), Audit.id))
    leaf = func.sha256(literal(b"\0").op("||")(salt).op("||")(acts))
    columns = (_SCHOOL.label("school"), func.count().label("aantal"), salt.label("zout"), leaf.label("blad"))
    return select(*columns).where(is_of(datum)).group_by(_SCHOOL).order_by(_SCHOOL)


def _begin(datum: date) -> datetime:
    return datetime(datum.year, datum.month, datum.day, tzinfo=AMSTERDAM)
