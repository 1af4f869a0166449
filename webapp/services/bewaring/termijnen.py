"""What goes, and when: every kind of row that grows, except scores and results, which nothing here deletes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    case,
    cast,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session, aliased

from webapp.config import Settings
from webapp.db import count_changed
from webapp.models import (
    Aanvraagmail,
    Afnameverzoek,
    Alarm,
    BatchStatus,
    Bewaard,
    Handeling,
    Importbatch,
    Importregel,
    Keuze,
    Koppeling,
    KoppelingStatus,
    Mail,
    MailStatus,
    Nachtstand,
    Notitie,
    Overdracht,
    Overdrachtvraag,
    Schoolnacht,
    Sessie,
    Soort,
    Toetreding,
    Uitkomst,
    Verzending,
)
from webapp.models.ids import SchoolId
from webapp.models.importbatch import IMPORTED, OPEN
from webapp.services.bewaring import accounts
from webapp.services.controle.vastgehouden import BEDENKTIJD
from webapp.services.overzicht import alarmen, wachtrij, zaken

SAMEN = 500
"""So many rows go in one transaction: nobody waits for the school longer than that takes."""
VERZOEKEN = timedelta(days=30)
"""How long a supplier may ask for an answer that it did not hear."""
LEEG: Mapping[str, Any] = dict.fromkeys(
    (
        "las_key", "eckid", "achternaam", "voorvoegsel", "roepnaam", "geboortedatum", "geslacht", "jaargroep", "email",
        "email_ingevuld",
    )
) | {"groep_keys": []}  # fmt: skip
"""A line that says nothing of anybody any more; our own numbers, the choice and how the fields compared stay."""


def einde(settings: Settings) -> ColumnElement[datetime]:
    """The moment at which the term of a line is over, joined with an aanlevering that is not open (`is_closed`).

    What was not imported goes sooner, but not before the import itself can no longer be taken back.
    """
    newer = aliased(Importbatch)
    replaced_op = (
        select(newer.opgehaald_op)
        .where(newer.school_id == Importbatch.school_id, newer.id == Importbatch.vervangen_door_id)
        .scalar_subquery()
    )
    short, long = settings.bewaar_niet_geimporteerd, settings.bewaar_geimporteerd
    imported_op = func.coalesce(Importbatch.verwerkt_op, Importbatch.opgehaald_op)
    return case(
        (
            Importbatch.status == BatchStatus.VERVANGEN,
            func.coalesce(replaced_op, Importbatch.verwerkt_op, Importbatch.opgehaald_op) + literal(short),
        ),
        (
            and_(Importbatch.status.in_(IMPORTED), Importregel.keuze == Keuze.NIET),
            imported_op + literal(min(max(short, BEDENKTIJD), long)),
        ),
        else_=imported_op + literal(long),
    )


def is_closed(school_id: SchoolId) -> ColumnElement[bool]:
    """The condition that a line of this school asks nothing any more, and still says something of somebody.

    A groep is nobody: its line stays.
    """
    return and_(
        Importregel.school_id == school_id,
        Importbatch.id == Importregel.batch_id,
        Importbatch.status.not_in(OPEN),
        Importregel.soort != Soort.GROEP,
        Importregel.gewist_op.is_(None),
    )


def _expired(school_id: SchoolId, now: datetime, settings: Settings) -> ColumnElement[bool]:
    """Lines that were announced, and whose term is over by the settings of today too."""
    return and_(is_closed(school_id), Importregel.wissen_op <= now, einde(settings) <= now)


def _news(school_id: SchoolId, until: datetime, settings: Settings) -> ColumnElement[bool]:
    """Lines that are not announced and go soon; or the other way round, since a setting was raised."""
    is_announced, ends_soon = Importregel.wissen_op.is_not(None), einde(settings) <= until
    return and_(is_closed(school_id), is_announced != ends_soon)


def has_expired(session: Session, school_id: SchoolId, now: datetime, settings: Settings) -> bool:
    """Whether lines of this school go now; without a lock."""
    return _any(session, school_id, _expired(school_id, now, settings))


def has_news(session: Session, school_id: SchoolId, until: datetime, settings: Settings) -> bool:
    """Whether there is something to announce; without a lock."""
    return _any(session, school_id, _news(school_id, until, settings))


def announce(session: Session, school_id: SchoolId, until: datetime, settings: Settings) -> int:
    """Write on every line whose term is over by then that it goes then; return how many are announced now."""
    is_news = _news(school_id, until, settings)
    ends_soon = case((einde(settings) <= until, literal(until)))
    session.execute(
        update(Importregel)
        .where(Importregel.school_id == school_id, is_news)
        .values(wissen_op=ends_soon)
        .execution_options(synchronize_session=False)
    )
    return announced(session, school_id)[0]


def announced(session: Session, school_id: SchoolId) -> tuple[int, datetime | None]:
    """How many lines of a school are to go, and when the first of them."""
    query = select(func.count(), func.min(Importregel.wissen_op)).select_from(Importregel).join(Importregel.batch)
    number, first = session.execute(query.where(is_closed(school_id), Importregel.wissen_op.is_not(None))).one()
    return number, first


def _any(session: Session, school_id: SchoolId, condition: ColumnElement[bool]) -> bool:
    query = select(Importregel.id).join(Importregel.batch).where(Importregel.school_id == school_id, condition)
    return session.scalar(query.limit(1)) is not None


def erase_lines(session: Session, school_id: SchoolId, now: datetime, settings: Settings) -> int:
    """Empty one portion of the lines that go now; the school is locked."""
    due = select(Importregel.id).join(Importregel.batch).where(_expired(school_id, now, settings))
    return empty(session, school_id, Importregel.id.in_(due.limit(SAMEN)), now)


def empty(session: Session, school_id: SchoolId, which: ColumnElement[bool], now: datetime) -> int:
    """Take out of these lines of a school all that is about a person."""
    lines = update(Importregel).where(Importregel.school_id == school_id, which)
    return count_changed(session, lines.values(**LEEG, gewist_op=now), Importregel.id)


def _mails(session: Session, school_id: SchoolId | None, now: datetime, settings: Settings) -> int:
    """Empty mails that went and stayed away; kind, moment and outcome stay. One that waits for anybody does not go."""
    is_of = Mail.school_id == school_id if school_id is not None else Mail.school_id.is_(None)
    due = select(Mail.id).where(
        is_of,
        Mail.status == MailStatus.VERZONDEN,
        Mail.verzonden_op < now - settings.bewaar_mails,
        Mail.ontvanger.not_like("gewist-%"),
    )
    return count_changed(
        session,
        update(Mail)
        .where(Mail.id.in_(due.limit(SAMEN)))
        .values(
            ontvanger=literal("gewist-") + cast(Mail.id, String), gegevens={}, antwoord=None, onderwerp=None, tekst=None
        ),
        Mail.id,
    )


def _sendings(session: Session, school_id: SchoolId, now: datetime, settings: Settings) -> int:
    due = select(Verzending.id).where(
        Verzending.school_id == school_id,
        Verzending.begonnen_op < now - settings.bewaar_logboek,
        Verzending.uitkomst != Uitkomst.BEGONNEN,
    )
    return count_changed(
        session,
        delete(Verzending).where(Verzending.school_id == school_id, Verzending.id.in_(due.limit(SAMEN))),
        Verzending.id,
    )


def _changes(session: Session, school_id: SchoolId, now: datetime, settings: Settings) -> int:
    """Delete what happened to records, with what they were before; not while it can still be taken back."""
    term = max(settings.bewaar_logboek, BEDENKTIJD)
    due = select(Handeling.id).where(Handeling.school_id == school_id, Handeling.op < now - term)
    gone = delete(Handeling).where(Handeling.school_id == school_id, Handeling.id.in_(due.limit(SAMEN)))
    return count_changed(session, gone, Handeling.id)


def _invitations(session: Session, school_id: SchoolId, now: datetime, settings: Settings) -> int:
    """Empty who asked to join a school, or was invited, once that came to something or to nothing."""
    due = select(Toetreding.id).where(
        Toetreding.school_id == school_id,
        Toetreding.besloten_op < now - settings.bewaar_mails,
        Toetreding.uitkomst.is_not(None),
        Toetreding.email != "",
    )
    return count_changed(
        session,
        update(Toetreding).where(Toetreding.id.in_(due.limit(SAMEN))).values(email="", naam=None),
        Toetreding.id,
    )


def _handed_over(session: Session, school_id: SchoolId, now: datetime, settings: Settings) -> int:
    """Delete what was asked of somebody and said, once it ended and its questions are answered."""
    is_asked = exists().where(
        Overdrachtvraag.school_id == school_id,
        Overdrachtvraag.overdracht_id == Overdracht.id,
        Overdrachtvraag.regel_id == Importregel.id,
        Importregel.keuze.is_(None),
        Importbatch.id == Importregel.batch_id,
        Importbatch.status.in_(OPEN),
    )
    due = select(Overdracht.id).where(
        Overdracht.school_id == school_id, Overdracht.tot < now - settings.bewaar_niet_geimporteerd, ~is_asked
    )
    gone = delete(Overdracht).where(Overdracht.school_id == school_id, Overdracht.id.in_(due.limit(SAMEN)))
    return count_changed(session, gone, Overdracht.id)


def _requests(session: Session, school_id: SchoolId, now: datetime, settings: Settings) -> int:
    """Delete what was answered to suppliers, also to one that calls no more; what a record did stays."""
    key = tuple_(Afnameverzoek.leverancier_id, Afnameverzoek.sleutel)
    due = select(Afnameverzoek.leverancier_id, Afnameverzoek.sleutel).where(
        Afnameverzoek.school_id == school_id, Afnameverzoek.op < now - VERZOEKEN
    )
    gone = delete(Afnameverzoek).where(Afnameverzoek.school_id == school_id, key.in_(due.limit(SAMEN)))
    return count_changed(session, gone, Afnameverzoek.sleutel)


def _notes(session: Session, school_id: SchoolId | None, now: datetime, settings: Settings) -> int:
    """Empty what klantenservice noted; why a school called stays, without a word of anybody."""
    is_of = Notitie.school_id == school_id if school_id is not None else Notitie.school_id.is_(None)
    due = select(Notitie.id).where(is_of, Notitie.op < now - settings.bewaar_logboek, Notitie.tekst != "")
    return count_changed(session, update(Notitie).where(Notitie.id.in_(due.limit(SAMEN))).values(tekst=""), Notitie.id)


def _nights(session: Session, now: datetime, settings: Settings) -> int:
    """What came of schools in a night; the night itself stays, it is one row a day."""
    too_old = select(func.min(Schoolnacht.datum)).where(Schoolnacht.datum < (now - settings.bewaar_logboek).date())
    return count_changed(
        session, delete(Schoolnacht).where(Schoolnacht.datum == too_old.scalar_subquery()), Schoolnacht.koppeling_id
    )


def _night_points(session: Session, now: datetime, settings: Settings) -> int:
    """Delete the course of the oldest night that is too old: some hundred rows at most."""
    too_old = select(func.min(Nachtstand.datum)).where(Nachtstand.datum < (now - settings.bewaar_logboek).date())
    return count_changed(
        session, delete(Nachtstand).where(Nachtstand.datum == too_old.scalar_subquery()), Nachtstand.punt
    )


def _alarms(session: Session, now: datetime, settings: Settings) -> int:
    due = select(Alarm.id).where(Alarm.voorbij_op < now - settings.bewaar_logboek, Alarm.webhook_op.is_(None))
    return count_changed(session, delete(Alarm).where(Alarm.id.in_(due.limit(SAMEN))), Alarm.id)


def _sessions(session: Session, now: datetime, settings: Settings) -> int:
    last = func.coalesce(Sessie.beeindigd_op, Sessie.gezien_op)
    due = select(Sessie.id).where(last < now - max(settings.bewaar_sessies, settings.sessie_langst))
    return count_changed(session, delete(Sessie).where(Sessie.id.in_(due.limit(SAMEN))), Sessie.id)


def _aanvragen(session: Session, now: datetime, settings: Settings) -> int:
    """Empty who asked for the koppeling and withdrew, or never confirmed."""
    due = select(Koppeling.id).where(
        Koppeling.status == KoppelingStatus.INGETROKKEN,
        Koppeling.aangevraagd_op < now - settings.bewaar_mails,
        Koppeling.contact_email != "",
    )
    return count_changed(
        session,
        update(Koppeling)
        .where(Koppeling.id.in_(due.limit(SAMEN)))
        .values(contact_naam="", contact_email="", reden_afwijzing=None),
        Koppeling.id,
    )


def _senders(session: Session, now: datetime, settings: Settings) -> int:
    """Empty the address of a mail that asked for the koppeling; the row says that it was read."""
    is_done = or_(Aanvraagmail.onduidelijk.is_(None), Aanvraagmail.gezien_op.is_not(None))
    due = select(Aanvraagmail.id).where(
        is_done, Aanvraagmail.ontvangen_op < now - settings.bewaar_mails, Aanvraagmail.afzender != ""
    )
    return count_changed(
        session, update(Aanvraagmail).where(Aanvraagmail.id.in_(due.limit(SAMEN))).values(afzender=""), Aanvraagmail.id
    )


def _forms(session: Session, now: datetime, settings: Settings) -> int:
    """Delete what was typed when a login had ended, and never went on."""
    due = select(Bewaard.id).where(Bewaard.tot < now)
    return count_changed(session, delete(Bewaard).where(Bewaard.id.in_(due.limit(SAMEN))), Bewaard.id)


def _cases(session: Session, now: datetime, settings: Settings) -> int:
    """Delete what klantenservice kept at cases that are gone."""
    meldingen = alarmen.for_queue(session, now, settings)
    return zaken.tidy(session, wachtrij.waiting(session, settings.clientcertificaat, meldingen), now)


VAN_SCHOOL: Mapping[str, Callable[[Session, SchoolId, datetime, Settings], int]] = {
    "mails": _mails,
    "berichten": _sendings,
    "toetredingen": _invitations,
    "overdrachten": _handed_over,
    "handelingen": _changes,
    "antwoorden aan leveranciers": _requests,
    "notities": _notes,
}
"""What erases one portion of what is too old and returns how many rows that were, by what the trail counts.

Lines are apart: they need the whole lock."""
VAN_NIEMAND: Mapping[str, Callable[[Session, datetime, Settings], int]] = {
    "mails": lambda session, now, settings: _mails(session, None, now, settings),
    "notities": lambda session, now, settings: _notes(session, None, now, settings),
    "nachten": _nights,
    "punten van nachten": _night_points,
    "alarmen": _alarms,
    "sessies": _sessions,
    "accounts": accounts.empty,
    "aanvragen": _aanvragen,
    "afzenders": _senders,
    "formulieren": _forms,
    "zaken": _cases,
}
"""The same of what is of no school, or of all."""
