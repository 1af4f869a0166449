"""What happened at a school: the audit trail as people of the school read it, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.models import Account, Audit, Belreden, Daad, MailSoort, MailStatus, Toetreding
from webapp.models.ids import AccountId, BatchId, MailId, NotitieId, SchoolId
from webapp.models.mail import Mailprobleem
from webapp.services import audit
from webapp.services.spoor import is_of

NIGHTLY = frozenset(
    {
        Daad.NAMEN_GEZIEN, Daad.SCORES_OPGESLAGEN, Daad.GENORMEERD, Daad.OPGEHAALD, Daad.RESULTATEN_BEVESTIGD,
        Daad.INGELOGD, Daad.UITGELOGD, Daad.NACHT_BEGONNEN, Daad.NACHT_KLAAR, Daad.OPGERUIMD, Daad.WISSEN_AANGEKONDIGD,
    }
)  # fmt: skip
"""What happens every day, and would hide the rest; all of it is in the logboek."""
_IMPORTS = frozenset(
    {Daad.GEIMPORTEERD, Daad.IMPORT_TERUGGEDRAAID, Daad.ANTWOORD_TERUGGENOMEN, Daad.NACHT_TERUGGENOMEN}
)


@dataclass(frozen=True)
class Verrichting:
    """One act of a person, or of the system by itself."""

    op: datetime
    daad: Daad
    tellingen: Mapping[str, object]
    door: str | None
    """The name of who did it, unless that is not for the reader; None when the system did it."""
    door_testcentrum: bool = False
    """Whether the reader is told that the test centre did it, and not who there."""
    batch_id: BatchId | None = None
    """The import that it is about."""
    over: str | None = None
    """Whom it was done to: somebody who logs in, or was invited."""
    over_rij: str = ""
    """The row that it is about, for klantenservice: its kind and its id."""


@dataclass(frozen=True)
class Post:
    """One mail, or the same to several people, and how far it came."""

    op: datetime
    soort: MailSoort
    status: MailStatus
    ontvanger: str
    probleem: Mailprobleem | None
    antwoord: str | None
    mail_id: MailId | None = None
    """The first, where one line stands for several."""


@dataclass(frozen=True)
class Genoteerd:
    """What klantenservice noted, of itself or of a call."""

    op: datetime
    reden: Belreden | None
    tekst: str
    door: str
    notitie_id: NotitieId


Gebeurtenis = Verrichting | Post | Genoteerd


def of_school(session: Session, school_id: SchoolId, *, limit: int) -> list[Gebeurtenis]:
    """Return the newest acts for people of the school; colleagues by name, the test centre as a whole."""
    rows = session.scalars(
        select(Audit)
        .where(audit.of_its_life(school_id), Audit.actie.in_(set(Daad) - NIGHTLY))
        .order_by(Audit.op.desc(), Audit.id.desc())
        .limit(limit)
    ).all()
    return _for_school(session, rows, school_id)


def of_day(
    session: Session, school_id: SchoolId, day: date, *, limit: int | None = None, skip: int = 0
) -> list[Gebeurtenis]:
    """Return everything of one local day for people of the school, also who saw names; the newest first."""
    rows = session.scalars(
        select(Audit)
        .where(Audit.actie.in_(list(Daad)), Audit.school_id == school_id, is_of(day))
        .order_by(Audit.op.desc(), Audit.id.desc())
        .limit(limit)
        .offset(skip)
    ).all()
    return _for_school(session, rows, school_id)


def count_of_day(session: Session, school_id: SchoolId, day: date) -> int:
    """How many that are."""
    query = select(func.count()).where(Audit.actie.in_(list(Daad)), Audit.school_id == school_id, is_of(day))
    return session.scalar(query) or 0


def _act(row: Audit, door: str | None) -> Verrichting:
    return Verrichting(row.op, row.actie, row.tellingen, door)


def _for_school(session: Session, rows: Sequence[Audit], school_id: SchoolId) -> list[Gebeurtenis]:
    """Colleagues by name, and to whom it was done; of the test centre nobody."""
    known, invited = names(session, rows), _invited(session, rows, school_id)

    def act(row: Audit) -> Verrichting:
        account = known.get(row.account_id) if row.account_id is not None else None
        if account is not None and account.is_klantenservice:
            told = Verrichting(row.op, row.actie, row.tellingen, None, door_testcentrum=True)
        else:
            told = _act(row, account.naam if account else None)
        kind, id_ = _about(row)
        if row.actie in _IMPORTS:
            told = replace(told, batch_id=BatchId(id_))
        if kind == "toetreding" and id_ in invited:
            who = invited[id_]
            return replace(told, over=who.naam or who.email, tellingen={"rol": who.rol, **row.tellingen})
        if kind == "account" and id_ != row.account_id and (about := known.get(AccountId(id_))) is not None:
            return replace(told, over=None if about.is_klantenservice else about.naam)
        return told

    return [act(row) for row in rows]


def _about(row: Audit) -> tuple[str, int]:
    """What a line is about: the kind of row, and its id; 0 where it has none."""
    kind, _, id_ = row.object.partition(" ")
    return kind, int(id_) if id_.isdecimal() else 0


def _invited(session: Session, rows: Iterable[Audit], school_id: SchoolId) -> dict[int, Toetreding]:
    """Who asked or was invited, as long as that is kept."""
    ids = {id_ for kind, id_ in map(_about, rows) if kind == "toetreding"}
    query = select(Toetreding).where(Toetreding.school_id == school_id, Toetreding.id.in_(ids), Toetreding.email != "")
    return {row.id: row for row in session.scalars(query)}


def names(session: Session, rows: Sequence[Audit]) -> dict[AccountId, Account]:
    """Everybody who did these, and to whom it was done."""
    ids = {row.account_id for row in rows if row.account_id is not None}
    ids |= {AccountId(id_) for kind, id_ in map(_about, rows) if kind == "account"}
    return {account.id: account for account in session.scalars(select(Account).where(Account.id.in_(ids)))}
