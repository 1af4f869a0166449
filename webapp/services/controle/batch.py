"""The aanleveringen of a school and their lines. Every question names the school."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from webapp.db import is_among
from webapp.errors import NotAllowed
from webapp.models import (
    Account,
    BatchStatus,
    Groep,
    Importbatch,
    Importregel,
    Keuze,
    Mail,
    Medewerker,
    Resultaat,
    Soort,
    Uitzondering,
)
from webapp.models.ids import AccountId, BatchId, MailId, RegelId, SchoolId
from webapp.services.controle import vervolg
from webapp.services.inname.batch import signature
from webapp.services.inname.soorten.groep import GROEP
from webapp.services.inname.soorten.leerkracht import LEERKRACHT


def get(session: Session, school_id: SchoolId, batch_id: BatchId) -> Importbatch:
    """Return an aanlevering of this school; raise NotAllowed for any other, as if it did not exist."""
    batch = session.scalar(select(Importbatch).where(Importbatch.id == batch_id, Importbatch.school_id == school_id))
    if batch is None:
        raise NotAllowed
    return batch


def newest(session: Session, batch: Importbatch) -> Importbatch:
    """Follow an aanlevering to the one that took over, or to what its import left behind."""
    while (after := _after(session, batch)) is not None:
        batch = after
    return batch


def _after(session: Session, batch: Importbatch) -> Importbatch | None:
    if batch.vervangen_door_id is not None:
        return get(session, batch.school_id, batch.vervangen_door_id)
    return vervolg.of(session, batch)


def imported_before(session: Session, batch: Importbatch) -> Importbatch | None:
    """Return an aanlevering when it is done, or the one that left it behind; None for one that is simply open."""
    if not batch.is_open:
        return batch
    return get(session, batch.school_id, batch.vervolg_van_id) if batch.vervolg_van_id is not None else None


def of_mail(session: Session, school_id: SchoolId, mail_id: MailId) -> Importbatch:
    """Return the newest aanlevering behind a koppelingsmail; raise NotAllowed when it is not of this school."""
    batch_id = session.scalar(select(Mail.batch_id).where(Mail.id == mail_id, Mail.school_id == school_id))
    if batch_id is None:
        raise NotAllowed
    return newest(session, get(session, school_id, batch_id))


def line(session: Session, school_id: SchoolId, batch_id: BatchId, regel_id: RegelId) -> Importregel:
    """Return a line of this aanlevering; raise NotAllowed for any other combination.

    Of an aanlevering that another took over meanwhile, it is the line that says the same there: an open page goes on.
    """
    regel = session.scalar(select(Importregel).where(Importregel.id == regel_id, Importregel.school_id == school_id))
    if regel is None:
        raise NotAllowed
    last = newest(session, get(session, school_id, batch_id))
    if newest(session, regel.batch) is not last:
        raise NotAllowed
    if regel.batch.status is not BatchStatus.VERVANGEN:
        return regel
    same = (other for other in lines(session, last) if signature(other) == signature(regel))
    return next(same, regel)


def lines(session: Session, batch: Importbatch, *which: ColumnElement[bool]) -> list[Importregel]:
    """Return every line of this aanlevering, or those that meet these conditions, in its order."""
    query = select(Importregel).where(
        Importregel.batch_id == batch.id, Importregel.school_id == batch.school_id, *which
    )
    return list(session.scalars(query.order_by(Importregel.id)))


def asked(session: Session, batch: Importbatch) -> list[Importregel]:
    """Return the lines that are a question or were one, in their order."""
    doubted = func.jsonb_array_length(Importregel.kandidaten) > 0
    return lines(session, batch, or_(Importregel.keuze.is_(None), Importregel.ruil.is_not(None), doubted))


def groepsnamen(session: Session, school_id: SchoolId, batch_id: BatchId) -> dict[str, str]:
    """Name of each groep of the LAS by its key: from this aanlevering, as it was linked, or as it was left out."""
    left_out = session.execute(
        select(Uitzondering.las_key, Uitzondering.omschrijving).where(
            Uitzondering.school_id == school_id, Uitzondering.soort == GROEP.soort
        )
    )
    ours = session.execute(
        select(Groep.las_key, Groep.naam).where(Groep.school_id == school_id, Groep.las_key.is_not(None))
    )
    theirs = session.execute(
        select(Importregel.las_key, Importregel.naam).where(
            Importregel.school_id == school_id, Importregel.batch_id == batch_id, Importregel.soort == Soort.GROEP
        )
    )
    return {key: naam for key, naam in (*left_out, *ours, *theirs) if key and naam}


def name_of_account(session: Session, school_id: SchoolId, account_id: AccountId | None) -> str | None:
    """Return the name of somebody of this school; None when nobody did it or the account is gone."""
    if account_id is None:
        return None
    here = Medewerker.account_id == Account.id
    query = select(Account.naam).join(Medewerker, here).where(Medewerker.school_id == school_id)
    return session.scalar(query.where(Account.id == account_id))


def names_of_accounts(session: Session, school_id: SchoolId) -> dict[AccountId, str]:
    """Return the name of everybody of this school."""
    here = Medewerker.account_id == Account.id
    query = select(Account.id, Account.naam).join(Medewerker, here).where(Medewerker.school_id == school_id)
    return {row.id: row.naam for row in session.execute(query)}


def has_mail(session: Session, school_id: SchoolId, mail_id: MailId) -> bool:
    """Whether a mail is about this school."""
    return session.scalar(select(Mail.id).where(Mail.id == mail_id, Mail.school_id == school_id)) is not None


def new_leerkrachten(session: Session, batch: Importbatch) -> list[int]:
    """Return the ids of the leerkrachten that this import added."""
    new = lines(session, batch, Importregel.soort == LEERKRACHT.soort, Importregel.keuze == Keuze.NIEUW)
    return [regel.doel_id for regel in new if regel.doel_id is not None]


def results_of(session: Session, school_id: SchoolId, leerling_ids: Iterable[int]) -> dict[int, int]:
    """Count the test results of each leerling that has any: what is at stake in a link."""
    rows = session.execute(
        select(Resultaat.leerling_id, func.count().label("aantal"))
        .where(Resultaat.school_id == school_id, is_among(Resultaat.leerling_id, leerling_ids))
        .group_by(Resultaat.leerling_id)
    )
    return {row.leerling_id: row.aantal for row in rows}
