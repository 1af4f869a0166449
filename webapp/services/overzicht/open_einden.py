"""Everything that is open at a school, the worst first: counted here only, for every place that tells how it stands.

"In orde" is said when nothing is found. The same queries count for one school and, for klantenservice, for all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, null, or_, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp import vakanties
from webapp.config import AMSTERDAM, Settings
from webapp.models import (
    BatchStatus,
    Bezorging,
    Importbatch,
    Importregel,
    Koppeling,
    KoppelingStatus,
    Leerling,
    Levering,
    LeveringStatus,
    Mail,
    Medewerker,
    Overgang,
    Resultaat,
    Schakelaar,
    School,
    Soort,
    Toetreding,
    Werk,
)
from webapp.models.fout import Fout
from webapp.models.importbatch import IS_WORK, OPEN
from webapp.models.koppeling import ENDED, RUNNING
from webapp.models.levering import TE_VERWIJDEREN, is_refused, waits_for_link
from webapp.models.mail import Mailprobleem
from webapp.schooljaar import schooljaar_of
from webapp.services import aanwezig, afspraken, schakelaars, vragen, zekering
from webapp.services.mails import for_a_person, is_dead
from webapp.services.overzicht import alarmen
from webapp.services.overzicht.einde import AAN_VAN, DOOR_SCHOOL, VAN_STATUS, ZONDER_VRAGEN, Aan, Einde, OpenEinde
from webapp.services.zendkeuze import goes_along
from webapp.uwlr.certificates import CertificaatOnleesbaar, ClientCertificaat
from webapp.uwlr.codes import Owner

Gevonden = Iterator[tuple[Koppeling, OpenEinde]]

EVERYWHERE = true()
_ORDER = list(Einde)
_WAITS = frozenset({Einde.LAS_GEPAUZEERD, Einde.STILGEZET})
_SAID_BY_THAT = frozenset({Einde.OPHALEN_HAPERT, Einde.VERSTUREN_HAPERT, Einde.BLIJFT_LIGGEN, Einde.NACHT})


def of_koppeling(session: Session, koppeling: Koppeling, settings: Settings, now: datetime) -> tuple[OpenEinde, ...]:
    """Return all that is open at this school, the worst first."""
    found = [*of_row(koppeling, now), *_shared(session, koppeling, settings, now)]
    if koppeling.school_id is not None and koppeling.status not in ENDED:
        for kind in (elsewhere, reported, _batches, _to_check, _unlinked, _undelivered, _asks_access, _suspended):
            found += [einde for _, einde in kind(session, Koppeling.id == koppeling.id)]
        found += _absent(session, koppeling)
        found += _together([einde for _, einde in refused(session, Koppeling.id == koppeling.id)])
        found = [_as_the_school_said(session, each, koppeling, now) for each in found]
    kinds = {einde.einde for einde in found}
    if kinds & _WAITS:
        found = [einde for einde in found if einde.einde not in _SAID_BY_THAT]
    unique = {einde.einde: einde for einde in reversed(found)}
    return tuple(sorted(unique.values(), key=lambda each: _ORDER.index(each.einde)))


def of_row(koppeling: Koppeling, now: datetime) -> Iterator[OpenEinde]:
    """What the row of the koppeling itself tells."""
    if koppeling.einde_gevraagd_op is not None and koppeling.status not in ENDED:
        yield OpenEinde(Einde.EINDE_GEVRAAGD, Aan.TESTCENTRUM, sinds=koppeling.einde_gevraagd_op)
    if not koppeling.is_running:
        yield _of_status(koppeling)
        return
    yield from _faults(koppeling)
    if koppeling.opgehaald_op is None and koppeling.fout is None:
        yield OpenEinde(Einde.EERSTE_KEER, Aan.LAS)
    current = schooljaar_of(now.astimezone(AMSTERDAM).date())
    if koppeling.schooljaar is not None and koppeling.schooljaar < current:
        yield OpenEinde(Einde.NIEUW_SCHOOLJAAR, Aan.LAS, wat=current)
    if koppeling.elders_sinds is not None:
        number = koppeling.elders_leerlingen or 0
        yield OpenEinde(Einde.ANDERE_LOCATIE, Aan.TESTCENTRUM, number, sinds=koppeling.elders_sinds)
    if koppeling.wacht_op_beurt_sinds is not None:
        yield OpenEinde(Einde.NIET_AAN_DE_BEURT, Aan.TESTCENTRUM, sinds=koppeling.wacht_op_beurt_sinds)
        return
    last = koppeling.opgehaald_op or koppeling.beslist_op
    if koppeling.fout is None and last is not None and now - last >= alarmen.NIET_OPGEHAALD_NA:
        yield OpenEinde(Einde.NACHT, Aan.TESTCENTRUM, sinds=last)


def _of_status(koppeling: Koppeling) -> OpenEinde:
    """Where it stands before approval and at rest; of a pause since when, until when, and whether the school chose."""
    einde = VAN_STATUS[koppeling.status]
    if koppeling.status is not KoppelingStatus.GEPAUZEERD:
        return replace(einde, sinds=koppeling.stil_sinds)
    tot = koppeling.pauze_tot.astimezone(AMSTERDAM).date() if koppeling.pauze_tot else None
    who = DOOR_SCHOOL if koppeling.gepauzeerd_door_school else ""
    return replace(einde, sinds=koppeling.gepauzeerd_op, tot=tot, wat=who)


def _as_the_school_said(session: Session, einde: OpenEinde, koppeling: Koppeling, now: datetime) -> OpenEinde:
    """A new school year does not wait for the LAS while the school put it off, or took it back."""
    if einde.einde is not Einde.NIEUW_SCHOOLJAAR or koppeling.school_id is None:
        return einde
    vanaf = afspraken.of_school(session, koppeling.school_id).overgaan_vanaf
    if vanaf is not None and now.astimezone(AMSTERDAM).date() < vanaf:
        return OpenEinde(Einde.JAAR_UITGESTELD, Aan.PAUZE, tot=vanaf)
    since = session.scalar(select(Overgang.teruggedraaid_op).where(Overgang.school_id == koppeling.school_id))
    return einde if since is None else replace(einde, einde=Einde.JAAR_TERUGGENOMEN, aan=Aan.U, sinds=since)


def _faults(koppeling: Koppeling) -> Iterator[OpenEinde]:
    if koppeling.is_sleutel_geweigerd:
        yield OpenEinde(Einde.SLEUTEL_GEWEIGERD, Aan.U, fout=koppeling.sleutel_fout)
    for fout, failed, falters in (
        (koppeling.fout, Einde.OPHALEN_MISLUKT, Einde.OPHALEN_HAPERT),
        (koppeling.zend_fout, Einde.VERSTUREN_MISLUKT, Einde.VERSTUREN_HAPERT),
    ):
        if fout is not None and not fout.is_sleutel_geweigerd:
            einde = falters if fout.eigenaar is Owner.NIEMAND else failed
            yield OpenEinde(einde, AAN_VAN[fout.eigenaar], fout=fout)


def may_tell() -> ColumnElement[bool]:
    """The condition under which a row has something that may be for klantenservice."""
    filled = (Koppeling.fout_code, Koppeling.zend_fout_code, Koppeling.elders_sinds, Koppeling.einde_gevraagd_op)
    return or_(Koppeling.status.not_in(RUNNING), *(column.is_not(None) for column in filled))


def elsewhere(session: Session, where: ColumnElement[bool] = EVERYWHERE) -> Gevonden:
    """Results that stand at another leerling in the LAS, also of a school that rests: somebody may have seen them."""
    open_ = Koppeling.status.not_in(ENDED), TE_VERWIJDEREN, where
    return _counted(session, Einde.ELDERS_AFGELEVERD, Bezorging, Bezorging.elders_op, *open_)


def _counted(
    session: Session,
    einde: Einde,
    table: type[Bezorging | Levering | Medewerker | Toetreding],
    since: InstrumentedAttribute[Any] | ColumnElement[Any],
    *where: ColumnElement[bool] | InstrumentedAttribute[bool],
) -> Gevonden:
    """How many such rows a school has for a beheerder to act on, and since when."""
    query = (
        select(Koppeling, func.count(), func.min(since), func.max(since))
        .join(table, table.school_id == Koppeling.school_id)
        .where(*where)
        .group_by(Koppeling.id)
    )
    for koppeling, number, first, last in session.execute(query):
        yield koppeling, OpenEinde(einde, Aan.U, number, sinds=first, laatst=last)


def refused(session: Session, where: ColumnElement[bool] = EVERYWHERE) -> Gevonden:
    """Refused results, per owner and code. When the leerling has left, the school has nothing to mend."""
    first_and_last = func.min(Levering.gewijzigd_op), func.max(Levering.gewijzigd_op)
    query = (
        select(Koppeling, Levering.fout_code, Levering.fout_eigenaar, func.count(), *first_and_last)
        .join(Levering, Levering.school_id == Koppeling.school_id)
        .join(Levering.resultaat)
        .join(Resultaat.leerling)
        .where(
            Koppeling.status.in_(RUNNING),
            is_refused(),
            Resultaat.genormeerd_op.is_not(None),
            where,
        )
        .group_by(Koppeling.id, Levering.fout_code, Levering.fout_eigenaar)
    )
    for koppeling, code, owner, number, since, last in session.execute(query):
        fout = None if code is None or owner is None else Fout(code, owner)
        aan = AAN_VAN[owner] if owner not in (None, Owner.NIEMAND) else Aan.TESTCENTRUM  # it is not tried again
        yield koppeling, OpenEinde(Einde.GEWEIGERD, aan, number, fout, since, laatst=last)


def undelivered() -> ColumnElement[bool]:
    """The condition that a person has to look at a mail."""
    return or_(for_a_person(), Mail.probleem == Mailprobleem.NIET_GEMAAKT)


def gegevens(session: Session, batch: Importbatch) -> int:
    """How many lines of an aanlevering wait for a beheerder."""
    query = select(func.count()).where(
        Importregel.school_id == batch.school_id, Importregel.batch_id == batch.id, IS_WORK
    )
    return session.scalar(query) or 0


def questions(session: Session, batch: Importbatch) -> int:
    """How many questions of an aanlevering are open: the number of the mail and of the page."""
    return len(_asked(session, batch))


def _asked(session: Session, batch: Importbatch) -> list[list[Importregel]]:
    query = select(Importregel).where(Importregel.school_id == batch.school_id, Importregel.batch_id == batch.id)
    return vragen.questions(session.scalars(query.where(Importregel.keuze.is_(None)).order_by(Importregel.id)))


def _batches(session: Session, where: ColumnElement[bool]) -> Gevonden:
    query = (
        select(Koppeling, Importbatch)
        .join(Importbatch, Importbatch.school_id == Koppeling.school_id)
        .where(Importbatch.status.in_(OPEN), where)
    )
    for koppeling, batch in session.execute(query):
        is_held = batch.status is BatchStatus.VASTGEHOUDEN
        if is_held:
            yield koppeling, _hold(batch)
        if asked := _asked(session, batch):
            later = sum(ring[0].later_op is not None for ring in asked)
            yield koppeling, OpenEinde(Einde.CONTROLEREN, Aan.U, len(asked), batch_id=batch.id, later=later)
        elif (rest := gegevens(session, batch)) or not is_held:
            yield koppeling, OpenEinde(Einde.CONTROLEREN, Aan.U, rest, batch_id=batch.id, wat=ZONDER_VRAGEN)


def _hold(batch: Importbatch) -> OpenEinde:
    """The heaviest that is held: of departures leerlingen when there are any, else leerkrachten, else groepen."""
    wat, number = next(iter(batch.onderwerpen.items()), (str(Soort.LEERLING), 0))
    return OpenEinde(Einde.VASTGEHOUDEN, Aan.U, number, sinds=batch.vastgehouden_op, batch_id=batch.id, wat=wat)


def held(session: Session, where: ColumnElement[bool] = EVERYWHERE) -> Gevonden:
    """Holds at schools, which klantenservice follows: only the school knows whether it is right."""
    query = (
        select(Koppeling, Importbatch)
        .join(Importbatch, Importbatch.school_id == Koppeling.school_id)
        .where(Koppeling.status.in_(RUNNING), Importbatch.status == BatchStatus.VASTGEHOUDEN, where)
    )
    for koppeling, batch in session.execute(query):
        yield koppeling, _hold(batch)


def unanswered(session: Session, now: datetime) -> Gevonden:
    """What nobody did anything about on more school days than there are reminders for."""
    last = max(vakanties.HERINNEREN_NA)
    query = (
        select(Koppeling, School.vakantieregio, Importregel)
        .join(Importbatch, Importbatch.koppeling_id == Koppeling.id)
        .join(School, School.id == Importbatch.school_id)
        .join(Importregel, and_(Importregel.batch_id == Importbatch.id, Importregel.school_id == School.id))
        .where(
            Koppeling.status.in_(RUNNING),
            Importbatch.status.in_(OPEN),
            Importregel.herinnerd >= len(vakanties.HERINNEREN_NA),
            vragen.undone(),
        )
        .order_by(Importregel.id)
    )
    found = defaultdict[Koppeling, list[Importregel]](list)
    for koppeling, regio, regel in session.execute(query):
        mailed = regel.gemaild_op or now
        if vakanties.schooldagen(mailed.astimezone(AMSTERDAM).date(), now.astimezone(AMSTERDAM).date(), regio) > last:
            found[koppeling].append(regel)
    for koppeling, regels in found.items():
        asked, since = vragen.count(regels), min(regel.gemaild_op or now for regel in regels)
        wat = "" if asked else ZONDER_VRAGEN
        yield koppeling, OpenEinde(Einde.CONTROLEREN, Aan.U, asked or len(regels), sinds=since, wat=wat)


def reported(session: Session, where: ColumnElement[bool] = EVERYWHERE) -> Gevonden:
    """Leerlingen of whom somebody said that the link is wrong; by id, because klantenservice follows it too."""
    ids = func.array_agg(aggregate_order_by(Leerling.id, Leerling.klopt_niet_sinds, Leerling.id))
    query = (
        select(Koppeling, ids, func.min(Leerling.klopt_niet_sinds), func.max(Leerling.klopt_niet_sinds))
        .join(Leerling, Leerling.school_id == Koppeling.school_id)
        .where(Koppeling.status.in_(RUNNING), Leerling.klopt_niet_sinds.is_not(None), Leerling.is_linked(), where)
        .group_by(Koppeling.id)
    )
    for koppeling, found, since, last in session.execute(query):
        wat = " ".join(str(id_) for id_ in found)
        yield koppeling, OpenEinde(Einde.KLOPT_NIET, Aan.U, len(found), sinds=since, wat=wat, laatst=last)


def _to_check(session: Session, where: ColumnElement[bool]) -> Gevonden:
    is_open = Levering.status == LeveringStatus.NAKIJKEN
    return _counted(session, Einde.NAKIJKEN, Levering, null(), is_open, where)


def _unlinked(session: Session, where: ColumnElement[bool]) -> Gevonden:
    query = (
        select(Koppeling, func.count())
        .join(Resultaat, Resultaat.school_id == Koppeling.school_id)
        .join(Resultaat.leerling)
        .outerjoin(Levering, Levering.resultaat_id == Resultaat.id)
        .where(Koppeling.status.in_(RUNNING), waits_for_link(Koppeling.gestart_op), where)
        .where(goes_along(Resultaat.school_id))
        .group_by(Koppeling.id)
    )
    for koppeling, number in session.execute(query):
        yield koppeling, OpenEinde(Einde.NIET_GEKOPPELD, Aan.U, number)


def _absent(session: Session, koppeling: Koppeling) -> Iterator[OpenEinde]:
    """Asked once per school year: who stays by a decision of the beheerder does not spoil that all is in order."""
    if koppeling.school_id is None or not koppeling.is_running:
        return
    query = select(func.count()).where(
        Leerling.school_id == koppeling.school_id,
        aanwezig.absent(session, koppeling.school_id),
        Leerling.blijft_staan_in.is_distinct_from(koppeling.schooljaar),
    )
    if number := session.scalar(query):
        yield OpenEinde(Einde.NIET_IN_LAS, Aan.U, number)


def _undelivered(session: Session, where: ColumnElement[bool]) -> Gevonden:
    address = func.lower(Mail.ontvanger)
    query = (
        select(Koppeling, func.count(address.distinct()), func.min(Mail.ontvanger))
        .join(Mail, Mail.school_id == Koppeling.school_id)
        .where(or_(undelivered(), exists().where(is_dead(Mail.ontvanger))), where)
        .group_by(Koppeling.id)
    )
    for koppeling, number, one in session.execute(query):
        yield koppeling, OpenEinde(Einde.MAIL, Aan.TESTCENTRUM, number, wat=one if number == 1 else "")


def _asks_access(session: Session, where: ColumnElement[bool]) -> Gevonden:
    is_open = Toetreding.is_verzoek, Toetreding.uitkomst.is_(None)
    return _counted(session, Einde.TOEGANG_GEVRAAGD, Toetreding, Toetreding.gemaakt_op, *is_open, where)


def _suspended(session: Session, where: ColumnElement[bool]) -> Gevonden:
    since = Medewerker.opgeschort_op
    return _counted(session, Einde.OPGESCHORT, Medewerker, since, since.is_not(None), where)


def _together(einden: list[OpenEinde]) -> Iterator[OpenEinde]:
    """All refused results of one school as one number; the school acts as soon as one of them is its own to mend."""
    per_aan = defaultdict(list)
    for each in einden:
        per_aan[each.aan].append(each)
    for aan in (Aan.U, Aan.TESTCENTRUM, Aan.LAS):
        if per_aan[aan]:
            yield replace(per_aan[aan][0], aantal=sum(each.aantal for each in einden))
            return


def _shared(session: Session, koppeling: Koppeling, settings: Settings, now: datetime) -> Iterator[OpenEinde]:
    """What is open for all schools, or all of one LAS."""
    if not koppeling.is_running:
        return
    if is_unusable(settings.clientcertificaat, now):
        yield OpenEinde(Einde.CERTIFICAAT, Aan.TESTCENTRUM)
    breaker = zekering.of_las(session, koppeling.las_type)
    if breaker is not None:
        yield OpenEinde(Einde.LAS_GEPAUZEERD, Aan.LAS, sinds=breaker.open_sinds)
    schakelaar = _switched_off(session, koppeling, now)
    if schakelaar is not None:
        yield OpenEinde(Einde.STILGEZET, Aan.TESTCENTRUM, schakelaar=schakelaar)
    yield from _silence(session, koppeling, settings, now)


def _switched_off(session: Session, koppeling: Koppeling, now: datetime) -> Schakelaar | None:
    """What stands still for this school; fetching from the moment that it is due."""
    fetching = schakelaars.longest(session, Werk.OPHALEN, koppeling.las_type)
    if fetching is not None and koppeling.ophalen_op is not None and koppeling.ophalen_op <= now:
        return fetching
    return schakelaars.longest(session, Werk.VERSTUREN, koppeling.las_type)


def is_unusable(certificaat: ClientCertificaat | None, now: datetime) -> bool:
    """Whether we cannot show a client certificate that we have to show."""
    try:
        return certificaat is not None and not certificaat.is_geldig(now)
    except CertificaatOnleesbaar:
        return True


def _silence(session: Session, koppeling: Koppeling, settings: Settings, now: datetime) -> Iterator[OpenEinde]:
    """What raises an alarm at klantenservice, as far as it is about this school."""
    opened = alarmen.missed_night(session, now, settings)
    if opened is not None and koppeling.gestart_op is not None and koppeling.gestart_op < opened:
        yield OpenEinde(Einde.NACHT, Aan.TESTCENTRUM)
    late = alarmen.late_deliveries(now).where(Koppeling.id == koppeling.id)
    number, since, _ = session.execute(late).one()
    if number and koppeling.zend_fout is None:
        yield OpenEinde(Einde.BLIJFT_LIGGEN, Aan.TESTCENTRUM, number, sinds=since)
