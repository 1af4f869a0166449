"""What waits for klantenservice, longest waiting first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from webapp.models import Audit, Daad, Koppeling, KoppelingStatus, Levering, LeveringStatus, Mail, MailStatus, School
from webapp.models.koppeling import RUNNING
from webapp.services.clock import database_now
from webapp.services.overzicht.tijdlijn import mail_title
from webapp.uwlr.certificates import ClientCertificaat
from webapp.uwlr.codes import FaultCode, Owner
from webapp.uwlr.profiles import PROFILES
from webapp.uwlr.sentences import explain_code


class Reden(StrEnum):
    """Why something waits."""

    AANVRAAG = "aanvraag"
    INGEDIEND = "ingediend"
    STORING = "storing"
    RESULTATEN = "resultaten"
    MAIL = "mail"
    CERTIFICAAT = "certificaat"


@dataclass(frozen=True)
class Wachtend:
    """One thing to do, about one school."""

    reden: Reden
    schoolnaam: str
    brin: str
    stand: str
    daarna: str
    sinds: datetime
    koppeling: Koppeling | None = None
    mail: Mail | None = None
    contact: datetime | None = None
    """When the school last got a mail from us."""


CERTIFICAAT_TERMIJN = timedelta(days=30)
"""So long before its end a new client certificate is asked for: the supplier of the LAS takes weeks."""


def waiting(session: Session, certificaat: ClientCertificaat | None = None) -> list[Wachtend]:
    """Return everything that klantenservice is to act on."""
    contact = _last_contact(session)
    found = [*_to_decide(session, contact), *_faults(session, contact), *_refused(session, contact), *_mails(session)]
    if certificaat is not None:
        found += _certificate(certificaat, database_now(session))
    return sorted(found, key=lambda row: row.sinds)


def _certificate(certificaat: ClientCertificaat, now: datetime) -> Iterator[Wachtend]:
    if not certificaat.verloopt_binnen(now, CERTIFICAAT_TERMIJN):
        return
    einde = certificaat.geldig_tot()
    stand = "clientcertificaat verlopen" if einde <= now else "clientcertificaat verloopt"
    daarna = f"Geldig tot {einde:%d-%m-%Y}, dan stopt de uitwisseling. Vraag een nieuw aan en laat beheer het plaatsen."
    yield Wachtend(Reden.CERTIFICAAT, "Alle scholen", "", stand, daarna, einde - CERTIFICAAT_TERMIJN)


def _to_decide(session: Session, contact: dict[int, datetime]) -> Iterator[Wachtend]:
    todo = (KoppelingStatus.AANGEVRAAGD, KoppelingStatus.INGEDIEND)
    for koppeling in session.scalars(select(Koppeling).where(Koppeling.status.in_(todo))):
        if koppeling.status is KoppelingStatus.AANGEVRAAGD:
            yield _about(
                koppeling,
                Reden.AANVRAAG,
                "aangevraagd",
                "Openzetten in ParnasSys, dan hier melden.",
                koppeling.aangevraagd_op,
                contact,
            )
        else:
            yield _about(
                koppeling,
                Reden.INGEDIEND,
                "sleutel ingediend",
                f"{_verdict(koppeling)} Goedkeuren, of afwijzen met een reden.".lstrip(),
                koppeling.ingediend_op or koppeling.aangevraagd_op,
                contact,
            )


def _faults(session: Session, contact: dict[int, datetime]) -> Iterator[Wachtend]:
    ours = or_(Koppeling.fout_eigenaar == Owner.KLANTENSERVICE, Koppeling.zend_fout_eigenaar == Owner.KLANTENSERVICE)
    for koppeling in session.scalars(select(Koppeling).where(Koppeling.status.in_(RUNNING), ours)):
        is_fetch = koppeling.fout_eigenaar == Owner.KLANTENSERVICE
        code = koppeling.fout_code if is_fetch else koppeling.zend_fout_code
        yield _about(
            koppeling,
            Reden.STORING,
            "ophalen mislukt" if is_fetch else "versturen mislukt",
            _to_solve(code, PROFILES[koppeling.las_type].naam),
            _failing_since(session, koppeling),
            contact,
        )


def _to_solve(code: str | None, las: str) -> str:
    """What klantenservice does about this code, in its own words; the code behind it for the supplier of the LAS."""
    if code in list(FaultCode) and FaultCode(code).is_about_results:
        return f"{las} antwoordt op een vraag met een fout over resultaten: vraag de leverancier waarom. (code {code})"
    uitleg = explain_code(code, las)
    return f"{uitleg.klantenservice} (code {code})" if uitleg else f"Oplossen: {code}."


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
        stand = f"{number} {'resultaat' if number == 1 else 'resultaten'} geweigerd"
        yield _about(koppeling, Reden.RESULTATEN, stand, "Oplossen; de codes staan bij Leveringen.", since, contact)


def _mails(session: Session) -> Iterator[Wachtend]:
    query = (
        select(Mail, Koppeling, School)
        .outerjoin(Koppeling, Koppeling.id == Mail.koppeling_id)
        .outerjoin(School, School.id == Mail.school_id)
        .where(Mail.status == MailStatus.OPGEGEVEN)
    )
    for mail, koppeling, school in session.execute(query):
        yield Wachtend(
            Reden.MAIL,
            koppeling.schoolnaam if koppeling else school.naam if school else mail.ontvanger,
            koppeling.brin if koppeling else school.brin if school else "",
            "mail niet aangekomen",
            f"“{mail_title(mail.soort)}” aan {mail.ontvanger}: {mail.fout or 'onbekende reden'}. Bel de school.",
            mail.aangemaakt_op,
            koppeling=koppeling,
            mail=mail,
        )


def _verdict(koppeling: Koppeling) -> str:
    """What the LAS made of the key, which is what approving leans on."""
    if koppeling.proef_op is None:
        return ""
    if koppeling.proef_gelukt:
        return f"De sleutel werkt: {koppeling.proef_tekst}."
    return f"{koppeling.proef_tekst} (code {koppeling.proef_code})"


def _about(
    koppeling: Koppeling, reden: Reden, stand: str, daarna: str, sinds: datetime, contact: dict[int, datetime]
) -> Wachtend:
    return Wachtend(
        reden,
        koppeling.schoolnaam,
        koppeling.brin,
        stand,
        daarna,
        sinds,
        koppeling=koppeling,
        contact=contact.get(koppeling.id),
    )


def _last_contact(session: Session) -> dict[int, datetime]:
    query = select(Mail.koppeling_id, func.max(Mail.verzonden_op)).where(Mail.verzonden_op.is_not(None))
    rows = session.execute(query.group_by(Mail.koppeling_id))
    return {id_: moment for id_, moment in rows if id_ is not None and moment is not None}


def _failing_since(session: Session, koppeling: Koppeling) -> datetime:
    """Moment of the first failure after the last fetch that went well."""
    good = koppeling.opgehaald_op or koppeling.beslist_op or koppeling.aangevraagd_op
    first = session.scalar(
        select(func.min(Audit.op)).where(
            Audit.object == f"koppeling {koppeling.id}", Audit.actie == Daad.OPHALEN_MISLUKT, Audit.op > good
        )
    )
    return first or good
