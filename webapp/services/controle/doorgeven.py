"""Asking somebody of the school: a colleague to look at a hold, a colleague or a leerkracht about questions.

It takes nothing from anybody: a beheerder answers whenever they want. A colleague who is a beheerder does so on the
card itself; a leerkracht advises (`adviseren.py`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session

from webapp.errors import NotAllowed
from webapp.models import (
    Account,
    BatchStatus,
    Daad,
    Groep,
    Importbatch,
    Importregel,
    Mail,
    MailSoort,
    Medewerker,
    Overdracht,
    Overdrachtvraag,
    Rol,
)
from webapp.models.ids import AccountId, BatchId, GroepId, OverdrachtId, RegelId, SchoolId
from webapp.models.leerlinggegevens import leerkracht_groep
from webapp.services import audit, mails, medewerkers, sloten, vragen
from webapp.services.clock import database_now
from webapp.services.controle import doorgegeven, kandidaten
from webapp.services.controle.batch import get
from webapp.services.controle.errors import (
    AlreadyAsked,
    ChoiceTooLate,
    NameInMessage,
    NoColleague,
    NothingHeld,
    NothingToHandOver,
    OnlyLeerlingen,
)
from webapp.services.inname.soorten import Doel
from webapp.services.inname.soorten.leerling import LEERLING

TERMIJN = timedelta(days=14)
PER_DAG = 3
"""So many mails about questions somebody gets in a day; what comes after is on their page all the same."""
_DAG = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ontvanger:
    """Somebody who can be asked."""

    account_id: AccountId
    naam: str
    email: str
    rol: Rol
    groepen: tuple[str, ...] = ()
    """Of a leerkracht, as the LAS said last."""
    groep_ids: frozenset[GroepId] = frozenset()


@dataclass(frozen=True, slots=True)
class Doorgegeven:
    """What handing over came to."""

    naam: str
    aantal: int
    is_gemaild: bool
    is_beheerder: bool


def colleagues(session: Session, school_id: SchoolId, *, of: AccountId) -> list[Account]:
    """Return the other beheerders of the school."""
    return [account for account in medewerkers.beheerders_of(session, school_id) if account.id != of]


def receivers(session: Session, school_id: SchoolId, *, of: AccountId) -> list[Ontvanger]:
    """Return everybody of the school who can be asked: who logs in and is not suspended; beheerders first."""
    query = (
        select(Account, Medewerker)
        .join(Medewerker, Medewerker.account_id == Account.id)
        .where(Medewerker.school_id == school_id, doorgegeven.may_look(), Account.active, Account.id != of)
        .order_by(Medewerker.rol, func.lower(Account.naam), Account.id)
    )
    found = session.execute(query).all()
    groepen = defaultdict[int, list[Groep]](list)
    teaches = (
        select(leerkracht_groep.c.leerkracht_id, Groep)
        .join(Groep, Groep.id == leerkracht_groep.c.groep_id)
        .where(Groep.school_id == school_id)
        .order_by(Groep.naam)
    )
    for leerkracht_id, groep in session.execute(teaches):
        groepen[leerkracht_id].append(groep)
    return [
        Ontvanger(
            account.id,
            account.naam,
            account.email,
            here.rol,
            tuple(each.naam for each in groepen[here.leerkracht_id or 0]),
            frozenset(each.id for each in groepen[here.leerkracht_id or 0]),
        )
        for account, here in found
    ]


def hand_over_hold(
    session: Session, school_id: SchoolId, batch_id: BatchId, *, aan: AccountId, door: AccountId
) -> Account:
    """Mail a colleague the link to a hold; return whom.

    Raise NothingHeld when it is over, NoColleague for whoever is no other beheerder of this school, and AlreadyAsked
    for a colleague who got this mail before.
    """
    sloten.lock(session, school_id)
    batch = get(session, school_id, batch_id)
    if batch.status is not BatchStatus.VASTGEHOUDEN:
        raise NothingHeld
    colleague = next((each for each in colleagues(session, school_id, of=door) if each.id == aan), None)
    if colleague is None:
        raise NoColleague
    before = exists().where(
        Mail.soort == MailSoort.DOORGEGEVEN, Mail.batch_id == batch.id, Mail.ontvanger == colleague.email
    )
    if session.scalar(select(before)):
        raise AlreadyAsked(colleague.naam)
    mail = mails.add(
        session,
        MailSoort.DOORGEGEVEN,
        colleague.email,
        school_id=school_id,
        koppeling_id=batch.koppeling_id,
        batch_id=batch.id,
        account_id=colleague.id,
        aantallen=batch.onderwerpen,
        door=door,
    )
    audit.about(session, Daad.DOORGEGEVEN, mail, door=door)
    return colleague


def of_groep(session: Session, regel: Importregel) -> list[Importregel]:
    """Return the open questions about leerlingen of the groepen that this line stands in."""
    query = select(Importregel).where(
        Importregel.school_id == regel.school_id,
        Importregel.batch_id == regel.batch_id,
        Importregel.soort == LEERLING.soort,
        Importregel.keuze.is_(None),
        Importregel.groep_keys.overlap(regel.groep_keys),
    )
    return list(session.scalars(query.order_by(Importregel.id)))


def hand_over(
    session: Session,
    school_id: SchoolId,
    batch_id: BatchId,
    regel_ids: Collection[RegelId],
    *,
    aan: AccountId,
    bericht: str,
    door: AccountId,
) -> Doorgegeven:
    """Ask somebody of the school about these questions, as far as they are open and with nobody else; mail them once.

    Raise NoColleague for whoever is not of this school, OnlyLeerlingen when a leerkracht would get another question,
    NameInMessage when the message would mail a name, AlreadyAsked when all are with somebody, and NothingToHandOver.
    """
    sloten.hold(session, school_id)
    batch = get(session, school_id, batch_id)
    if not batch.is_open:
        raise ChoiceTooLate
    receiver = next((each for each in receivers(session, school_id, of=door) if each.account_id == aan), None)
    if receiver is None:
        raise NoColleague
    regels = whole(batch, set(regel_ids))
    if not regels:
        raise NothingToHandOver
    if receiver.rol is Rol.LEERKRACHT and LEERLING.number_of(regels) < len(regels):
        raise OnlyLeerlingen(receiver.naam)
    _check_message(session, regels, bericht)
    held = {
        id_: bij
        for id_, bij in doorgegeven.of_lines(session, school_id, [regel.id for regel in regels]).items()
        if bij.wacht
    }
    free = [regel for regel in regels if regel.id not in held]
    if not free:
        raise AlreadyAsked(next(iter(held.values())).naam)
    mail = _mail(session, school_id, batch, receiver)
    now = database_now(session)
    row = Overdracht(
        school_id=school_id,
        aan=aan,
        door=door,
        mail_id=mail.id if mail is not None else None,
        bericht=bericht or None,
        gemaakt_op=now,
        tot=now + TERMIJN,
        vragen=[Overdrachtvraag(school_id=school_id, regel_id=regel.id) for regel in free],
    )
    session.add(row)
    session.flush()
    audit.about(session, Daad.DOORGEGEVEN, row, door=door, vragen=vragen.count(free))
    return Doorgegeven(receiver.naam, vragen.count(free), mail is not None, receiver.rol is Rol.BEHEERDER)


def whole(batch: Importbatch, ids: Collection[RegelId]) -> list[Importregel]:
    """The open lines of the questions that these are of: who were exchanged are one question."""
    asked = [regel for regel in batch.regels if regel.id in ids and regel.is_vraag]
    return list(dict.fromkeys(each for regel in asked for each in vragen.together(regel, batch.regels)))


def _check_message(session: Session, regels: Iterable[Importregel], bericht: str) -> None:
    """The message goes by mail, where no leerling is named, however the name is written."""
    said = re.findall(r"\w+", bericht)
    for regel in regels:
        sides: list[Importregel | Doel] = [regel, *(each.doel for each in kandidaten.proposed(session, regel))]
        names = {word for side in sides for field in ("roepnaam", "achternaam") for word in _words(side, field)}
        for word in said:
            if word.casefold() in names:
                raise NameInMessage(word)


def _words(side: Importregel | Doel, field: str) -> list[str]:
    """The words of a name; a voorvoegsel names nobody."""
    words = re.findall(r"\w+", (getattr(side, field, None) or "").casefold())
    return [word for word in words if len(word) > 2]


def _mail(session: Session, school_id: SchoolId, batch: Importbatch, receiver: Ontvanger) -> Mail | None:
    """One mail about each hand-over, and few in a day."""
    recent = select(func.count()).where(
        Mail.school_id == school_id,
        Mail.soort == MailSoort.VRAAG_DOORGEGEVEN,
        Mail.account_id == receiver.account_id,
        Mail.aangemaakt_op > func.now() - _DAG,
    )
    if (session.scalar(recent) or 0) >= PER_DAG:
        return None
    return mails.add(
        session,
        MailSoort.VRAAG_DOORGEGEVEN,
        receiver.email,
        school_id=school_id,
        koppeling_id=batch.koppeling_id,
        account_id=receiver.account_id,
    )


def take_back(session: Session, school_id: SchoolId, overdracht_id: OverdrachtId, *, door: AccountId) -> str:
    """End it before its time; return with whom it was. A second time changes nothing."""
    sloten.hold(session, school_id)
    row = session.scalar(select(Overdracht).where(Overdracht.id == overdracht_id, Overdracht.school_id == school_id))
    if row is None:
        raise NotAllowed
    if row.teruggenomen_op is None and row.verlopen_op is None:
        row.teruggenomen_op = database_now(session)
        audit.about(session, Daad.TERUGGENOMEN, row, door=door)
    return session.get_one(Account, row.aan).naam


def due(session: Session) -> list[int]:
    """Return which ended by themselves, and were not looked after yet."""
    is_over = and_(Overdracht.teruggenomen_op.is_(None), Overdracht.verlopen_op.is_(None), Overdracht.tot <= func.now())
    query = select(Overdracht.id).where(Overdracht.school_id.is_not(None), is_over)
    return list(session.scalars(query.order_by(Overdracht.id)))


def expire(session: Session, overdracht_id: OverdrachtId) -> None:
    """Note that it ended; tell who handed it over when something is still open and nobody advised about it."""
    school_id = session.scalar(select(Overdracht.school_id).where(Overdracht.id == overdracht_id))
    if school_id is None:
        return
    sloten.hold(session, school_id)
    if overdracht_id not in due(session):
        return
    row = session.scalars(
        select(Overdracht).where(Overdracht.id == overdracht_id, Overdracht.school_id == school_id)
    ).one()
    row.verlopen_op = database_now(session)
    said = {vraag.regel_id for vraag in row.vragen if vraag.advies is not None}
    left = [regel for regel in doorgegeven.open_lines(session, row, is_over=True) if regel.id not in said]
    audit.about(session, Daad.DOORGEVEN_VERLOPEN, row, door=None, vragen=vragen.count(left))
    asker = next((each for each in medewerkers.beheerders_of(session, school_id) if each.id == row.door), None)
    if left and asker is not None:
        mails.add(
            session,
            MailSoort.DOORGEVEN_VERLOPEN,
            asker.email,
            school_id=school_id,
            koppeling_id=left[0].batch.koppeling_id,
            account_id=asker.id,
            overdracht=row.id,
            aantal=vragen.count(left),
        )
