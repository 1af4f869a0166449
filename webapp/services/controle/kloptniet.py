"""Somebody of the school says that the link of a leerling is wrong; a beheerder answers.

Until the answer no result of this leerling goes (`nachtrust.may_go`); what is under way keeps its outcome. It ends when
a beheerder says that it is right after all, or when a person answered the question about this link (`heropenen`) and
imported that; undoing that import brings it back. It rests while nothing is linked. Nothing else ends it: no night, no
parking, no new year.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from webapp.config import AMSTERDAM
from webapp.errors import DomainError
from webapp.models import Audit, Daad, Importbatch, Importregel, KloptNiet, Leerling, Mail, MailSoort, MailStatus
from webapp.models.ids import AccountId, GroepId, SchoolId
from webapp.services import audit, mails, sloten
from webapp.services.beurten import MAILEN
from webapp.services.clock import database_clock
from webapp.services.inname import opzoeken
from webapp.services.inname.soorten import KINDS
from webapp.services.inname.soorten.leerling import LEERLING
from webapp.services.inname.soorten.soort import proven


class NothingLinked(DomainError):
    """This leerling has no link that could be wrong."""


class SaidAgain(DomainError):
    """Somebody says it anew since the page was made."""


def report(
    session: Session,
    school_id: SchoolId,
    leerling_id: int,
    waarom: KloptNiet,
    *,
    door: AccountId,
    groepen: Collection[GroepId] | None,
    hears_of_it: bool,
) -> Leerling:
    """Stop the results of a leerling whom the reader may see; who is reported already stays as it was said first.

    `hears_of_it`: a leerkracht said it, so the beheerders get a mail, one a day.
    """
    sloten.lock(session, school_id)
    leerling = find(session, school_id, leerling_id, groepen=groepen)
    if leerling.klopt_niet_sinds is not None:
        return leerling
    if leerling.las_key is None and leerling.eckid is None:
        raise NothingLinked
    leerling.klopt_niet_sinds, leerling.klopt_niet_door = database_clock(session), door
    leerling.klopt_niet_waarom = waarom
    about = f"leerling {leerling.id}"
    audit.record(session, Daad.KLOPT_NIET, about, door=door, school_id=school_id, waarom=str(waarom))
    if hears_of_it:
        _mail(session, school_id)
    return leerling


def is_right(
    session: Session, school_id: SchoolId, leerling_id: int, *, door: AccountId, gezien: str | None = None
) -> Leerling:
    """A beheerder says that the link is right: results go again.

    `gezien` is since when it is said as the page had it; raise SaidAgain when that was answered, and somebody says it
    anew.
    """
    sloten.lock(session, school_id)
    leerling = find(session, school_id, leerling_id, groepen=None)
    if leerling.klopt_niet_sinds is not None and gezien not in (None, leerling.klopt_niet_sinds.isoformat()):
        raise SaidAgain
    _end(session, leerling, door)
    return leerling


def answered(session: Session, batch: Importbatch, regels: Iterable[Importregel], *, door: AccountId) -> None:
    """End what was said of a link that a person answered for with these lines, or that is gone by them."""
    said = [regel for regel in regels if KINDS[regel.soort].has_results and regel.gekozen_door is not None]
    ids = {id_ for regel in said for id_ in (regel.toegepast_id, regel.doel_id)}
    for leerling in session.scalars(_reported(batch.school_id)).all():
        if leerling.id in ids or (leerling.las_key is None and leerling.eckid is None):
            _end(session, leerling, door, batch=batch.id)


def undone(session: Session, batch: Importbatch, only: Collection[int] | None) -> None:
    """The answer of this import is undone, or of some: what was said of these links stands again, as it was said."""
    ended = select(Audit).where(
        Audit.school_id == batch.school_id,
        Audit.actie == Daad.KLOPT_NIET_BEANTWOORD,
        Audit.tellingen["batch"].as_integer() == batch.id,
    )
    for end in session.scalars(ended.order_by(Audit.id)).all():
        about = end.object
        leerling = session.scalar(
            select(Leerling).where(Leerling.school_id == batch.school_id, Leerling.id == int(about.split()[1]))
        )
        before = (each for each in events(session, batch.school_id, about) if each.id < end.id)
        said = [each for each in before if each.actie == Daad.KLOPT_NIET]
        if leerling is not None and leerling.klopt_niet_sinds is None and (only is None or leerling.id in only):
            leerling.klopt_niet_sinds, leerling.klopt_niet_door = said[-1].op, said[-1].account_id
            leerling.klopt_niet_waarom = KloptNiet(said[-1].tellingen["waarom"])


def carry(gaat_op: Leerling, blijft: Leerling) -> None:
    """Of two that are merged what was said of one is said of the one that stays; parted again, both have it."""
    if gaat_op.klopt_niet_sinds is not None and blijft.klopt_niet_sinds is None:
        blijft.klopt_niet_sinds, blijft.klopt_niet_door = gaat_op.klopt_niet_sinds, gaat_op.klopt_niet_door
        blijft.klopt_niet_waarom = gaat_op.klopt_niet_waarom


def events(session: Session, school_id: SchoolId, about: str) -> Sequence[Audit]:
    """Who said that it is wrong, why, and who answered."""
    query = select(Audit).where(
        Audit.school_id == school_id,
        Audit.actie.in_((Daad.KLOPT_NIET, Daad.KLOPT_NIET_BEANTWOORD)),
        Audit.object == about,
    )
    return session.scalars(query.order_by(Audit.id)).all()


def find(session: Session, school_id: SchoolId, leerling_id: int, *, groepen: Collection[GroepId] | None) -> Leerling:
    """Return a leerling whom the reader may see; raise NotAllowed for anybody else."""
    _, doel = opzoeken.get(session, school_id, LEERLING.soort, leerling_id, groepen=groepen)
    session.refresh(doel)
    return proven(doel, Leerling)


def reported(session: Session, school_id: SchoolId) -> Sequence[Leerling]:
    """Return whose link somebody said is wrong, the longest waiting first; where nothing is linked it rests."""
    return session.scalars(
        _reported(school_id).where(Leerling.is_linked()).order_by(Leerling.klopt_niet_sinds, Leerling.id)
    ).all()


def _reported(school_id: SchoolId) -> Select[Leerling]:
    return select(Leerling).where(Leerling.school_id == school_id, Leerling.klopt_niet_sinds.is_not(None))


def _end(session: Session, leerling: Leerling, door: AccountId, **batch: int) -> None:
    if leerling.klopt_niet_sinds is None:
        return
    leerling.klopt_niet_sinds = leerling.klopt_niet_door = leerling.klopt_niet_waarom = None
    about, school_id = f"leerling {leerling.id}", leerling.school_id
    audit.record(session, Daad.KLOPT_NIET_BEANTWOORD, about, door=door, school_id=school_id, **batch)
    session.flush()
    if session.scalars(_reported(school_id).limit(1)).first() is None:
        mails.forget_unsent(session, Mail.school_id == school_id, Mail.soort == MailSoort.KLOPT_NIET)


def _mail(session: Session, school_id: SchoolId) -> None:
    """Tell the beheerders, once a day: one that did not go yet counts this one too, else the next goes tomorrow."""
    of_this = (Mail.school_id == school_id, Mail.soort == MailSoort.KLOPT_NIET)
    last = session.scalars(select(Mail).where(*of_this).order_by(Mail.id.desc()).limit(1)).first()
    if last is not None and last.status in (MailStatus.KLAAR, MailStatus.MISLUKT):
        return
    mails.add_for_beheerders(session, MailSoort.KLOPT_NIET, school_id)
    now = database_clock(session)
    if last is not None and last.aangemaakt_op >= _midnight(now):
        due = _midnight(now + timedelta(days=1)) + timedelta(hours=7)
        for mail in session.scalars(select(Mail).where(*of_this, Mail.id > last.id)):
            MAILEN.later(mail, due)


def _midnight(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(AMSTERDAM), time(), AMSTERDAM)
