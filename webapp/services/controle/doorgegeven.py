"""With whom a question is that was handed over, what was advised, and who may still look."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from webapp.models import Account, Advies, Importbatch, Importregel, Medewerker, Overdracht, Overdrachtvraag, Rol
from webapp.models.ids import BatchId, MailId, OverdrachtId, RegelId, SchoolId
from webapp.models.importbatch import OPEN
from webapp.services import medewerkers
from webapp.services.controle.batch import groepsnamen
from webapp.services.inname.soorten.leerling import LEERLING


@dataclass(frozen=True, slots=True)
class Advisering:
    """What somebody said of a question."""

    naam: str
    advies: Advies
    over: str | None
    """The name of our record that they saw."""
    opmerking: str | None
    op: datetime


@dataclass(frozen=True, slots=True)
class Bij:
    """With whom a question is, and what was advised."""

    overdracht_id: OverdrachtId
    naam: str
    sinds: datetime
    is_open: bool
    is_beheerder: bool
    advies: Advisering | None

    @property
    def wacht(self) -> bool:
        return self.is_open and self.advies is None


@dataclass(frozen=True, slots=True)
class Samengevat:
    """What the mail says of it, as it stands now."""

    overdracht: Overdracht
    van: str
    aan: str
    is_beheerder: bool
    vragen: list[Importregel]
    """Those that are still open."""
    groepen: list[str]


def of_lines(session: Session, school_id: SchoolId, regel_ids: Collection[RegelId]) -> dict[RegelId, Bij]:
    """Return with whom each of these questions is, or what was last advised; nothing of one that was never handed over.

    What was taken back counts only for what was advised.
    """
    query = (
        select(Overdrachtvraag, Overdracht, Account.naam, is_open(), Medewerker.rol)
        .join(Overdracht, Overdracht.id == Overdrachtvraag.overdracht_id)
        .join(Account, Account.id == Overdracht.aan)
        .outerjoin(Medewerker, and_(Medewerker.account_id == Account.id, Medewerker.school_id == Overdracht.school_id))
        .where(Overdrachtvraag.school_id == school_id, Overdrachtvraag.regel_id.in_(regel_ids))
        .order_by(is_open().desc(), Overdrachtvraag.geadviseerd_op.desc().nulls_last(), Overdracht.id.desc())
    )
    rows = session.execute(query).all()
    seen = {row.kandidaat_id for row, *_ in rows if row.kandidaat_id is not None}
    names = {id_: doel.naam for id_, doel in LEERLING.find(session, school_id, seen).items()} if seen else {}
    found: dict[RegelId, Bij] = {}
    for vraag, row, naam, runs, rol in rows:
        if vraag.regel_id in found or not (runs or vraag.advies):
            continue
        said = None
        if vraag.advies is not None:
            over = names.get(vraag.kandidaat_id or 0)
            said = Advisering(naam, vraag.advies, over, vraag.opmerking, vraag.geadviseerd_op or row.gemaakt_op)
        is_beheerder = rol is Rol.BEHEERDER
        found[vraag.regel_id] = Bij(row.id, naam, row.gemaakt_op, runs, is_beheerder, said)
    return found


def of_mail(session: Session, school_id: SchoolId, mail_id: MailId) -> Overdracht | None:
    """Return what a mail handed over; None for a mail about something else."""
    return session.scalar(select(Overdracht).where(Overdracht.mail_id == mail_id, Overdracht.school_id == school_id))


def batch_of(session: Session, overdracht: Overdracht) -> BatchId | None:
    """Return the aanlevering that its questions are in by now."""
    query = (
        select(Importregel.batch_id)
        .join(Overdrachtvraag, Overdrachtvraag.regel_id == Importregel.id)
        .join(Importbatch, Importbatch.id == Importregel.batch_id)
        .where(Overdrachtvraag.overdracht_id == overdracht.id, Importregel.school_id == overdracht.school_id)
        .order_by(Importbatch.status.in_(OPEN).desc(), Importregel.batch_id.desc())
    )
    return session.scalar(query.limit(1))


def summarised(session: Session, school_id: SchoolId, overdracht_id: OverdrachtId) -> Samengevat:
    """Return what a mail says of it."""
    query = select(Overdracht).where(Overdracht.id == overdracht_id, Overdracht.school_id == school_id)
    row = session.scalars(query).one()
    open_ = open_lines(session, row)
    names = groepsnamen(session, school_id, open_[0].batch_id) if open_ else {}
    groepen = list(dict.fromkeys(names[key] for regel in open_ for key in regel.groep_keys if key in names))
    return Samengevat(
        row,
        session.get_one(Account, row.door).naam,
        session.get_one(Account, row.aan).naam,
        medewerkers.rol_of(session, row.aan, school_id) is Rol.BEHEERDER,
        open_,
        groepen,
    )


def is_open() -> ColumnElement[bool]:
    """The condition that who was asked may look and advise: they are still of the school, and it did not end."""
    here = exists().where(
        Medewerker.account_id == Overdracht.aan, Medewerker.school_id == Overdracht.school_id, may_look()
    )
    return and_(Overdracht.teruggenomen_op.is_(None), Overdracht.tot > func.now(), here.correlate(Overdracht))


def may_look() -> ColumnElement[bool]:
    """The condition that somebody of a school is not suspended there."""
    return Medewerker.opgeschort_op.is_(None)


def line_is_open() -> ColumnElement[bool]:
    """The condition that nobody answered a question, and that its aanlevering is open."""
    here = exists().where(
        Importregel.school_id == Overdrachtvraag.school_id,
        Importregel.id == Overdrachtvraag.regel_id,
        Importregel.keuze.is_(None),
        Importbatch.id == Importregel.batch_id,
        Importbatch.status.in_(OPEN),
    )
    return here.correlate(Overdrachtvraag)


def open_lines(session: Session, row: Overdracht, *, is_over: bool = False) -> list[Importregel]:
    """Its questions that nobody has answered, of an aanlevering that is open; none once it `is_over` itself."""
    query = (
        select(Importregel)
        .join(Overdrachtvraag, Overdrachtvraag.regel_id == Importregel.id)
        .join(Overdracht, Overdracht.id == Overdrachtvraag.overdracht_id)
        .where(Importregel.school_id == row.school_id, Overdracht.id == row.id, line_is_open())
        .order_by(Overdrachtvraag.id)
    )
    return list(session.scalars(query if is_over else query.where(is_open())))
