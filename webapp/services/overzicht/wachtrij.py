"""What waits for klantenservice, longest waiting first; `woorden/wachtrij.py` says it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from webapp import vakanties
from webapp.config import AMSTERDAM
from webapp.models import (
    Aanvraagmail,
    DoodAdres,
    Koppeling,
    KoppelingStatus,
    LasType,
    Mail,
    MailSoort,
    MailStatus,
    School,
    Zekering,
)
from webapp.models.fout import Fout
from webapp.models.koppeling import ENDED, RUNNING, KoppelingAct
from webapp.services.clock import database_now
from webapp.services.koppeling import aanvraagmail, register, twijfel
from webapp.services.koppeling.register import Inschrijving
from webapp.services.mails import for_a_person, is_dead
from webapp.services.overzicht import open_einden, sinds
from webapp.services.overzicht.alarmen import Melding
from webapp.services.overzicht.einde import Aan, Einde, OpenEinde
from webapp.uwlr.certificates import CertificaatOnleesbaar, ClientCertificaat
from webapp.uwlr.codes import Owner, Reden


class Wachtreden(StrEnum):
    """Why something waits."""

    AANVRAAG = "aanvraag"
    INGEDIEND = "ingediend"
    STIL = "stil"
    """The school was told to act, was reminded, and does nothing."""
    OPHALEN = "ophalen mislukt"
    VERSTUREN = "versturen mislukt"
    RESULTATEN = "resultaten geweigerd"
    ELDERS = "elders afgeleverd"
    KLOPT_NIET = "klopt niet"
    """Somebody of the school says that the link of a leerling is wrong."""
    ANDERE_LOCATIE = "andere locatie"
    VASTGEHOUDEN = "vastgehouden"
    ONBEANTWOORD = "onbeantwoord"
    """Nobody of the school did anything about its questions, after all reminders."""
    VAKANTIES = "schoolvakanties"
    """The school holidays of the coming year are not known here."""
    EINDE = "einde gevraagd"
    LEVERANCIER = "leverancier"
    """A fault that the supplier of the LAS has to solve: one line per LAS and code, whatever schools have it."""
    STORING = "storing"
    """Trouble that nobody had to act on, and that has lasted a whole night by now; lines as above."""
    MAIL = "mail"
    AANVRAAGMAIL = "aanvraagmail"
    """A mail of the manual that is not clear; one line per sender."""
    ADRES = "adres"
    LAS_GEPAUZEERD = "las gepauzeerd"
    CERTIFICAAT_VERLOOPT = "certificaat verloopt"
    CERTIFICAAT_VERLOPEN = "certificaat verlopen"
    CERTIFICAAT_ONLEESBAAR = "certificaat onleesbaar"
    ALARM = "alarm"


@dataclass(frozen=True)
class Wachtend:
    """One thing to do: about a koppeling, a mail, a LAS, or the whole installation."""

    reden: Wachtreden
    sinds: datetime
    koppeling: Koppeling | None = None
    school: School | None = None
    """The school of a mail that is about no koppeling."""
    mail: Mail | None = None
    adres: DoodAdres | None = None
    aanvraagmail: Aanvraagmail | None = None
    contact: datetime | None = None
    """When the school last got a mail from us."""
    fout: Fout | None = None
    number: int = 0
    """How many results were refused or stand at another leerling, leerlingen are at another location or seem to have
    left or are said to be linked wrongly, mails wait, or schools wait for their LAS."""
    wat: str = ""
    """The kind of what seems to have left; the ids of leerlingen of whom a link is said to be wrong; the state of the
    koppeling that the school of an aanvraag has already."""
    las_type: LasType | None = None
    """The LAS that this is about, with `fout` as the reason."""
    koppelingen: tuple[Koppeling, ...] = ()
    """Those that have it, where one line stands for several."""
    einde: datetime | None = None
    """Until when the client certificate is valid."""
    alarm: Melding | None = None
    """What nobody would notice by itself."""
    register: Inschrijving | None = None
    """What the register says of the school of an aanvraag."""


_OF_ONE_SCHOOL = {
    Einde.AANGEVRAAGD: Wachtreden.AANVRAAG,
    Einde.INGEDIEND: Wachtreden.INGEDIEND,
    Einde.OPENGEZET: Wachtreden.STIL,
    Einde.AFGEWEZEN: Wachtreden.STIL,
    Einde.OPHALEN_MISLUKT: Wachtreden.OPHALEN,
    Einde.VERSTUREN_MISLUKT: Wachtreden.VERSTUREN,
    Einde.GEWEIGERD: Wachtreden.RESULTATEN,
    Einde.ELDERS_AFGELEVERD: Wachtreden.ELDERS,
    Einde.KLOPT_NIET: Wachtreden.KLOPT_NIET,
    Einde.ANDERE_LOCATIE: Wachtreden.ANDERE_LOCATIE,
    Einde.VASTGEHOUDEN: Wachtreden.VASTGEHOUDEN,
    Einde.CONTROLEREN: Wachtreden.ONBEANTWOORD,
    Einde.EINDE_GEVRAAGD: Wachtreden.EINDE,
}
_FOLLOWED = frozenset({
    Einde.ELDERS_AFGELEVERD, Einde.KLOPT_NIET, Einde.VASTGEHOUDEN, Einde.CONTROLEREN, Einde.OPENGEZET, Einde.AFGEWEZEN,
})  # fmt: skip
"""What the school does, and klantenservice follows."""
_SILENT = frozenset({Einde.OPENGEZET, Einde.AFGEWEZEN})
_BY_ITSELF = frozenset({Einde.OPHALEN_HAPERT, Einde.VERSTUREN_HAPERT})
_SENDING = frozenset({Einde.VERSTUREN_MISLUKT, Einde.VERSTUREN_HAPERT})
_SAYS_WHAT = frozenset({Wachtreden.VASTGEHOUDEN, Wachtreden.KLOPT_NIET, Wachtreden.ONBEANTWOORD})
_PER_LAS = frozenset({Wachtreden.LEVERANCIER, Wachtreden.STORING})


class _Open(NamedTuple):
    """One open end of one school."""

    koppeling: Koppeling
    einde: OpenEinde
    sinds: datetime


STIL_NA = timedelta(days=10)
"""So long after it was opened up or rejected klantenservice looks at a school that does nothing; it was reminded."""
CERTIFICAAT_TERMIJN = timedelta(days=30)
"""So long before its end a new client certificate is asked for: the supplier of the LAS takes weeks."""


def waiting(
    session: Session, certificaat: ClientCertificaat | None = None, meldingen: Iterable[Melding] = ()
) -> list[Wachtend]:
    """Return everything that klantenservice is to act on."""
    now = database_now(session)
    found = [*_of_schools(session, now), *_mails(session), *_addresses(session), *_paused(session)]
    found += [
        Wachtend(Wachtreden.AANVRAAGMAIL, mail.ontvangen_op, aanvraagmail=mail, number=number)
        for mail, number in aanvraagmail.unclear(session)
    ]
    warned = datetime.combine(vakanties.BEKEND_TOT - vakanties.WAARSCHUWEN, time(), AMSTERDAM)
    if now >= warned:
        found.append(Wachtend(Wachtreden.VAKANTIES, warned))
    if certificaat is not None:
        found += _certificate(certificaat, now)
    found += [Wachtend(Wachtreden.ALARM, melding.sinds, alarm=melding) for melding in meldingen]
    return sorted(found, key=lambda row: row.sinds)


def _of_schools(session: Session, now: datetime) -> Iterator[Wachtend]:
    """What is open at schools and not theirs to solve: a line per school, or one per LAS and code."""
    contact, lines = _last_contact(session), defaultdict[tuple[Wachtreden, Hashable], list[_Open]](list)
    coupled, opened = _coupled(session), list(_open(session, now))
    asked = [each.koppeling for each in opened if each.einde.einde is Einde.AANGEVRAAGD]
    registered = register.look_up(session, asked)
    for each in opened:
        reden = _reden(each.einde, each.sinds, now)
        if reden in _PER_LAS:
            lines[reden, (each.koppeling.las_type, each.einde.fout.code if each.einde.fout else None)].append(each)
        elif reden is Wachtreden.AANVRAAG:
            lines[reden, each.koppeling.brin].append(each)
        elif reden is not None:
            lines[reden, each.koppeling.id].append(each)
    for (reden, _), rows in lines.items():
        if reden is Wachtreden.AANVRAAG:
            yield _per_brin(rows, contact, coupled, registered)
        else:
            yield _per_las(reden, rows) if reden in _PER_LAS else _per_school(reden, rows, contact)


def _per_brin(
    rows: list[_Open],
    contact: dict[int, datetime],
    coupled: dict[tuple[str, str], str],
    registered: dict[tuple[str, str], Inschrijving],
) -> Wachtend:
    """One line for all who ask for one BRIN: who of them is the school is one question."""
    koppelingen = tuple(each.koppeling for each in rows)
    return Wachtend(
        Wachtreden.AANVRAAG,
        min(each.sinds for each in rows),
        koppeling=koppelingen[0],
        contact=max((contact[each.id] for each in koppelingen if each.id in contact), default=None),
        koppelingen=koppelingen if len(koppelingen) > 1 else (),
        wat=next((coupled[key] for each in koppelingen if (key := (each.brin, each.vestiging)) in coupled), ""),
        register=registered.get((koppelingen[0].brin, koppelingen[0].vestiging)),
    )


def _coupled(session: Session) -> dict[tuple[str, str], str]:
    """Of which schools that are asked for there is a koppeling already, and in which state."""
    query = (
        select(School.brin, School.vestiging, Koppeling.status)
        .join(Koppeling, Koppeling.school_id == School.id)
        .where(Koppeling.status.not_in(ENDED), School.brin.in_(_asked()))
    )
    return {(brin, vestiging): str(status) for brin, vestiging, status in session.execute(query)}


def _asked() -> Select[str]:
    return select(Koppeling.brin).where(Koppeling.status == KoppelingStatus.AANGEVRAAGD)


def _per_las(reden: Wachtreden, rows: list[_Open]) -> Wachtend:
    schools = tuple(sorted({each.koppeling for each in rows}, key=lambda each: each.schoolnaam))
    return Wachtend(
        reden,
        min(each.sinds for each in rows),
        fout=rows[0].einde.fout,
        number=len(schools),
        las_type=schools[0].las_type,
        koppelingen=schools,
    )


def _per_school(reden: Wachtreden, rows: list[_Open], contact: dict[int, datetime]) -> Wachtend:
    """One line, also for results that were refused for several reasons: those are with the results."""
    koppeling = rows[0].koppeling
    return Wachtend(
        reden,
        min(each.sinds for each in rows),
        koppeling=koppeling,
        contact=contact.get(koppeling.id),
        fout=None if reden is Wachtreden.RESULTATEN else rows[0].einde.fout,
        number=sum(each.einde.aantal for each in rows),
        wat=rows[0].einde.wat if reden in _SAYS_WHAT else "",
    )


def _open(session: Session, now: datetime) -> Iterator[_Open]:
    """All open ends that may be for klantenservice, and since when they are open."""
    query = select(Koppeling).where(Koppeling.status.not_in(ENDED), open_einden.may_tell())
    koppelingen = session.scalars(query).all()
    failing = sinds.fetching(session, [each.id for each in koppelingen if each.fout is not None])
    sending = sinds.sending(session, [each.id for each in koppelingen if each.zend_fout is not None])
    for koppeling in koppelingen:
        asked = koppeling.ingediend_op if koppeling.mag(KoppelingAct.GOEDKEUREN) else None
        for einde in open_einden.of_row(koppeling, now):
            first = (sending if einde.einde in _SENDING else failing).get(koppeling.id) if einde.fout else einde.sinds
            yield _Open(koppeling, einde, first or asked or koppeling.aangevraagd_op)
    for koppeling, einde in (
        *open_einden.refused(session),
        *open_einden.elsewhere(session),
        *open_einden.reported(session),
        *open_einden.held(session),
        *open_einden.unanswered(session, now),
    ):
        yield _Open(koppeling, einde, einde.sinds or now)


def _reden(einde: OpenEinde, since: datetime, now: datetime) -> Wachtreden | None:
    """Why this waits for klantenservice; None when it is the school's, or goes on by itself for now."""
    if einde.einde in _BY_ITSELF:
        return Wachtreden.STORING if twijfel.is_believed(since, now) else None
    if einde.einde in _SILENT and (einde.sinds is None or now - einde.sinds < STIL_NA):
        return None
    if einde.aan is Aan.LAS and einde.fout is not None:
        return Wachtreden.LEVERANCIER
    is_for_us = einde.aan is Aan.TESTCENTRUM or einde.einde in _FOLLOWED
    return _OF_ONE_SCHOOL.get(einde.einde) if is_for_us else None


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
    is_known = or_(exists().where(to_them, _of_somebody()), ~exists().where(to_them))
    for adres in session.scalars(select(DoodAdres).where(is_known)):
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
