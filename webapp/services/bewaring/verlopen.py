"""What goes when it is too old: every kind of row that grows, but for lines of a review (`termijnen`) and results."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import String, cast, delete, exists, func, literal, or_, select, tuple_, update
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.db import count_changed
from webapp.models import (
    Aanvraagmail,
    Afnameverzoek,
    Alarm,
    Bewaard,
    Handeling,
    Importbatch,
    Importregel,
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
    Toetreding,
    Uitkomst,
    Verzending,
)
from webapp.models.ids import SchoolId
from webapp.models.importbatch import OPEN
from webapp.services.bewaring import accounts
from webapp.services.bewaring.termijnen import SAMEN
from webapp.services.controle.vastgehouden import BEDENKTIJD
from webapp.services.overzicht import alarmen, wachtrij, zaken

VERZOEKEN = timedelta(days=30)
"""How long a supplier may ask for an answer that it did not hear."""


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
