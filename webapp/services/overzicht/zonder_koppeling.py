"""What waits for klantenservice and is about no koppeling: mails, addresses, a LAS, a certificate, the holidays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from webapp import vakanties
from webapp.config import AMSTERDAM
from webapp.models import DoodAdres, Koppeling, Mail, MailSoort, School, Zekering
from webapp.models.fout import Fout
from webapp.models.koppeling import RUNNING
from webapp.services.clock import database_now
from webapp.services.koppeling import aanvraagmail
from webapp.services.mails import for_a_person, is_dead
from webapp.services.overzicht import open_einden
from webapp.services.overzicht.wachtend import Wachtend, Wachtreden
from webapp.uwlr.certificates import CertificaatOnleesbaar, ClientCertificaat
from webapp.uwlr.codes import Owner, Reden

CERTIFICAAT_TERMIJN = timedelta(days=30)
"""So long before its end a new client certificate is asked for: the supplier of the LAS takes weeks."""


def waiting(session: Session, certificaat: ClientCertificaat | None, now: datetime) -> Iterator[Wachtend]:
    """Find all of it."""
    yield from (*_mails(session), *_addresses(session), *_paused(session))
    for mail, number in aanvraagmail.unclear(session):
        yield Wachtend(Wachtreden.AANVRAAGMAIL, mail.ontvangen_op, aanvraagmail=mail, number=number)
    warned = datetime.combine(vakanties.BEKEND_TOT - vakanties.WAARSCHUWEN, time(), AMSTERDAM)
    if now >= warned:
        yield Wachtend(Wachtreden.VAKANTIES, warned)
    if certificaat is not None:
        yield from _certificate(certificaat, now)


def _certificate(certificaat: ClientCertificaat, now: datetime) -> Iterator[Wachtend]:
    try:
        if not certificaat.verloopt_binnen(now, CERTIFICAAT_TERMIJN):
            return
        einde = certificaat.geldig_tot()
    except CertificaatOnleesbaar:
        yield Wachtend(Wachtreden.CERTIFICAAT_ONLEESBAAR, now)
        return
    reden = Wachtreden.CERTIFICAAT_VERLOPEN if einde <= now else Wachtreden.CERTIFICAAT_VERLOOPT
    yield Wachtend(reden, einde - CERTIFICAAT_TERMIJN, einde=einde)


def _paused(session: Session) -> Iterator[Wachtend]:
    """One line per LAS, however many schools wait for it."""
    query = (
        select(Zekering, func.count(Koppeling.id))
        .outerjoin(Koppeling, and_(Koppeling.las_type == Zekering.las_type, Koppeling.status.in_(RUNNING)))
        .where(Zekering.open_sinds.is_not(None))
        .group_by(Zekering.id)
    )
    for row, number in session.execute(query):
        fout = Fout(row.fout_code or Reden.STORING, Owner.KLANTENSERVICE)
        sinds = row.open_sinds or database_now(session)
        yield Wachtend(Wachtreden.LAS_GEPAUZEERD, sinds, number=number, las_type=row.las_type, fout=fout)


def _mails(session: Session) -> Iterator[Wachtend]:
    query = (
        select(Mail, Koppeling, School)
        .outerjoin(Koppeling, Koppeling.id == Mail.koppeling_id)
        .outerjoin(School, School.id == Mail.school_id)
        .where(open_einden.undelivered(), ~exists().where(is_dead(Mail.ontvanger)), _of_somebody())
    )
    for mail, koppeling, school in session.execute(query):
        yield Wachtend(Wachtreden.MAIL, mail.aangemaakt_op, koppeling=koppeling, school=school, mail=mail)


def _of_somebody() -> ColumnElement[bool]:
    """The condition that a mail is no first mail: that goes to whatever address anybody typed."""
    return Mail.soort != MailSoort.AANVRAAG_BEVESTIGEN


def _addresses(session: Session) -> Iterator[Wachtend]:
    """One line per address that takes no mail, with the newest school and koppeling it was used for."""
    to_them = func.lower(Mail.ontvanger) == func.lower(DoodAdres.adres)
    is_known = or_(func.count(Mail.id) == 0, func.bool_or(_of_somebody()))
    waits = func.count().filter(for_a_person())
    newest = (
        select(DoodAdres.id, func.max(Mail.id).label("mail_id"), waits.label("number"))
        .outerjoin(Mail, to_them)
        .group_by(DoodAdres.id)
        .having(is_known)
        .subquery()
    )
    query = (
        select(DoodAdres, Koppeling, School, newest.c.number)
        .join(newest, newest.c.id == DoodAdres.id)
        .outerjoin(Mail, Mail.id == newest.c.mail_id)
        .outerjoin(Koppeling, Koppeling.id == Mail.koppeling_id)
        .outerjoin(School, School.id == Mail.school_id)
    )
    for adres, koppeling, school, number in session.execute(query):
        yield Wachtend(Wachtreden.ADRES, adres.sinds, koppeling=koppeling, school=school, adres=adres, number=number)
