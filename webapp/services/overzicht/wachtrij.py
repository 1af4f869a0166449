"""What waits for klantenservice, longest waiting first; `woorden/wachtrij.py` says it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session

from webapp.models import (
    Audit,
    Bezorging,
    Daad,
    DoodAdres,
    Koppeling,
    KoppelingStatus,
    LasType,
    Levering,
    LeveringStatus,
    Mail,
    MailStatus,
    School,
    Zekering,
)
from webapp.models.fout import Fout
from webapp.models.koppeling import MAG, RUNNING, Handeling
from webapp.models.levering import TE_VERWIJDEREN
from webapp.models.mail import Mailprobleem
from webapp.services.clock import database_now
from webapp.services.mails import for_a_person, is_dead
from webapp.services.overzicht.alarmen import Melding
from webapp.uwlr.certificates import CertificaatOnleesbaar, ClientCertificaat
from webapp.uwlr.codes import Owner, Reden


class Wachtreden(StrEnum):
    """Why something waits."""

    AANVRAAG = "aanvraag"
    INGEDIEND = "ingediend"
    OPHALEN = "ophalen mislukt"
    VERSTUREN = "versturen mislukt"
    RESULTATEN = "resultaten geweigerd"
    ELDERS = "elders afgeleverd"
    ANDERE_LOCATIE = "andere locatie"
    MAIL = "mail"
    ADRES = "adres"
    LAS_GEPAUZEERD = "las gepauzeerd"
    CERTIFICAAT_VERLOOPT = "certificaat verloopt"
    CERTIFICAAT_VERLOPEN = "certificaat verlopen"
    CERTIFICAAT_ONLEESBAAR = "certificaat onleesbaar"
    ALARM = "alarm"


@dataclass(frozen=True)
class Wachtend:
    """One thing to do: about a koppeling, a mail, or the whole installation."""

    reden: Wachtreden
    sinds: datetime
    koppeling: Koppeling | None = None
    school: School | None = None
    """The school of a mail that is about no koppeling."""
    mail: Mail | None = None
    adres: DoodAdres | None = None
    contact: datetime | None = None
    """When the school last got a mail from us."""
    fout: Fout | None = None
    number: int = 0
    """How many results were refused or stand at another leerling, leerlingen are at another location, mails wait, or
    schools wait for their LAS."""
    las_type: LasType | None = None
    """The LAS that is left alone, with `fout` as the reason."""
    einde: datetime | None = None
    """Until when the client certificate is valid."""
    alarm: Melding | None = None
    """What nobody would notice by itself."""


CERTIFICAAT_TERMIJN = timedelta(days=30)
"""So long before its end a new client certificate is asked for: the supplier of the LAS takes weeks."""


def waiting(
    session: Session, certificaat: ClientCertificaat | None = None, meldingen: Iterable[Melding] = ()
) -> list[Wachtend]:
    """Return everything that klantenservice is to act on."""
    contact = _last_contact(session)
    of_schools = (_to_decide, _faults, _refused, _elsewhere, _of_other_location)
    found = [row for kind in of_schools for row in kind(session, contact)]
    found += [*_mails(session), *_addresses(session), *_paused(session)]
    if certificaat is not None:
        found += _certificate(certificaat, database_now(session))
    found += [Wachtend(Wachtreden.ALARM, melding.sinds, alarm=melding) for melding in meldingen]
    return sorted(found, key=lambda row: row.sinds)


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


def _to_decide(session: Session, contact: dict[int, datetime]) -> Iterator[Wachtend]:
    todo = MAG[Handeling.OPENZETTEN] | MAG[Handeling.GOEDKEUREN]
    for koppeling in session.scalars(select(Koppeling).where(Koppeling.status.in_(todo))):
        is_new = koppeling.mag(Handeling.OPENZETTEN)
        yield Wachtend(
            Wachtreden.AANVRAAG if is_new else Wachtreden.INGEDIEND,
            koppeling.aangevraagd_op if is_new else koppeling.ingediend_op or koppeling.aangevraagd_op,
            koppeling=koppeling,
            contact=contact.get(koppeling.id),
        )


def _faults(session: Session, contact: dict[int, datetime]) -> Iterator[Wachtend]:
    ours = or_(Koppeling.fout_eigenaar == Owner.KLANTENSERVICE, Koppeling.zend_fout_eigenaar == Owner.KLANTENSERVICE)
    for koppeling in session.scalars(select(Koppeling).where(Koppeling.status.in_(RUNNING), ours)):
        is_fetch = koppeling.fout_eigenaar is Owner.KLANTENSERVICE
        yield Wachtend(
            Wachtreden.OPHALEN if is_fetch else Wachtreden.VERSTUREN,
            _failing_since(session, koppeling),
            koppeling=koppeling,
            contact=contact.get(koppeling.id),
            fout=koppeling.fout if is_fetch else koppeling.zend_fout,
        )


def _refused(session: Session, contact: dict[int, datetime]) -> Iterator[Wachtend]:
    query = (
        select(Koppeling, func.count(), func.min(Levering.gewijzigd_op))
        .join(Levering, Levering.school_id == Koppeling.school_id)
        .where(
            Koppeling.status.in_(RUNNING),
            Levering.status == LeveringStatus.GEWEIGERD,
            Levering.fout_eigenaar == Owner.KLANTENSERVICE,
        )
        .group_by(Koppeling.id)
    )
    for koppeling, number, since in session.execute(query):
        seen = contact.get(koppeling.id)
        yield Wachtend(Wachtreden.RESULTATEN, since, koppeling=koppeling, contact=seen, number=number)


def _elsewhere(session: Session, contact: dict[int, datetime]) -> Iterator[Wachtend]:
    """Perhaps somebody saw what was not theirs to see: also of a school that rests."""
    query = (
        select(Koppeling, func.count(), func.min(Bezorging.elders_op))
        .join(Bezorging, Bezorging.school_id == Koppeling.school_id)
        .where(Koppeling.status != KoppelingStatus.BEEINDIGD, TE_VERWIJDEREN)
        .group_by(Koppeling.id)
    )
    for koppeling, number, since in session.execute(query):
        assert since is not None, "the condition asks for it"
        seen = contact.get(koppeling.id)
        yield Wachtend(Wachtreden.ELDERS, since, koppeling=koppeling, contact=seen, number=number)


def _of_other_location(session: Session, contact: dict[int, datetime]) -> Iterator[Wachtend]:
    """Leerlingen whom the LAS sends with this location, and who are at another by its own word."""
    query = select(Koppeling).where(Koppeling.status.in_(RUNNING), Koppeling.elders_sinds.is_not(None))
    for koppeling in session.scalars(query):
        sinds = koppeling.elders_sinds or database_now(session)
        yield Wachtend(
            Wachtreden.ANDERE_LOCATIE,
            sinds,
            koppeling=koppeling,
            contact=contact.get(koppeling.id),
            number=koppeling.elders_leerlingen or 0,
        )


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
        .where(
            or_(for_a_person(), Mail.probleem == Mailprobleem.NIET_GEMAAKT), ~exists().where(is_dead(Mail.ontvanger))
        )
    )
    for mail, koppeling, school in session.execute(query):
        yield Wachtend(Wachtreden.MAIL, mail.aangemaakt_op, koppeling=koppeling, school=school, mail=mail)


def _addresses(session: Session) -> Iterator[Wachtend]:
    """One line per address that takes no mail, with the newest school and koppeling it was used for."""
    for adres in session.scalars(select(DoodAdres)):
        to_it = func.lower(Mail.ontvanger) == adres.adres.lower()
        newest = session.scalar(select(Mail).where(to_it).order_by(Mail.id.desc()).limit(1))
        yield Wachtend(
            Wachtreden.ADRES,
            adres.sinds,
            koppeling=session.get(Koppeling, newest.koppeling_id) if newest and newest.koppeling_id else None,
            school=session.get(School, newest.school_id) if newest and newest.school_id else None,
            adres=adres,
            number=session.scalar(select(func.count()).where(to_it, for_a_person())) or 0,
        )


def _last_contact(session: Session) -> dict[int, datetime]:
    query = select(Mail.koppeling_id, func.max(Mail.verzonden_op)).where(
        Mail.verzonden_op.is_not(None), Mail.status != MailStatus.TERUGGEKOMEN
    )
    rows = session.execute(query.group_by(Mail.koppeling_id))
    return {id_: moment for id_, moment in rows if id_ is not None and moment is not None}


def _failing_since(session: Session, koppeling: Koppeling) -> datetime:
    """Moment of the first failure after the last fetch that went well."""
    good = koppeling.opgehaald_op or koppeling.beslist_op or koppeling.aangevraagd_op
    first = session.scalar(
        select(func.min(Audit.op)).where(
            Audit.object == f"koppeling {koppeling.id}",
            Audit.actie.in_((Daad.OPHALEN_MISLUKT, Daad.INTERNE_FOUT)),
            Audit.op > good,
        )
    )
    return first or good
