"""A koppeling that rests for a while: paused by the school or by klantenservice, resumed by a person or by itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models import Daad, Importbatch, Koppeling, KoppelingStatus, Mail, MailSoort
from webapp.models.fout import Fout, Situatie
from webapp.models.ids import AccountId, KoppelingId
from webapp.models.importbatch import WRITTEN
from webapp.models.koppeling import KoppelingAct
from webapp.services import audit, mails
from webapp.services.clock import database_now
from webapp.services.koppeling.berichten import to_school
from webapp.services.koppeling.errors import EndOfPauseIsPast, PausedByKlantenservice
from webapp.services.koppeling.levensloop import fetch_now, first_import_done, locked, school_id_of, tell_colleagues
from webapp.services.koppeling.sleutel import forget
from webapp.uwlr.codes import FaultCode, Owner


def pause(
    session: Session,
    koppeling_id: KoppelingId,
    *,
    door: AccountId,
    is_school: bool = False,
    reden: str = "",
    tot: datetime | None = None,
) -> Koppeling:
    """Stop fetching and sending until resumed, or until that moment; nothing is deleted."""
    koppeling = locked(session, koppeling_id, KoppelingAct.PAUZEREN)
    _keep_reason(session, koppeling, reden, tot)
    koppeling.gepauzeerd_door_school, koppeling.gepauzeerd_op = is_school, database_now(session)
    koppeling.status = KoppelingStatus.GEPAUZEERD
    koppeling.ophalen_op = koppeling.zenden_op = None
    if is_school:
        tell_colleagues(session, koppeling, door, "pauze")
    else:
        _send(session, pause_told(session, koppeling, reden, tot))
    _record(session, koppeling, door)
    return koppeling


def change_pause(
    session: Session, koppeling_id: KoppelingId, *, door: AccountId, reden: str, tot: datetime | None
) -> Koppeling:
    """Give a pause another reason or end, while it goes on; who may resume stays as it was."""
    koppeling = locked(session, koppeling_id, KoppelingAct.PAUZE_WIJZIGEN)
    _keep_reason(session, koppeling, reden, tot)
    _send(session, pause_told(session, koppeling, reden, tot, is_changed=True))
    _record(session, koppeling, door)
    return koppeling


def pause_told(
    session: Session, koppeling: Koppeling, reden: str, tot: datetime | None, *, is_changed: bool = False
) -> list[Mail]:
    """Return the mails that a pause by klantenservice writes, or a change of one, not yet written."""
    until = tot.isoformat() if tot else None
    changed = {"gewijzigd": True} if is_changed else {}
    return to_school(session, MailSoort.GEPAUZEERD, koppeling, reden=reden, pauze_tot=until, **changed)


def _keep_reason(session: Session, koppeling: Koppeling, reden: str, tot: datetime | None) -> None:
    if tot is not None and tot <= database_now(session):
        raise EndOfPauseIsPast
    koppeling.pauze_reden, koppeling.pauze_tot = reden or None, tot


def _record(session: Session, koppeling: Koppeling, door: AccountId) -> None:
    tot = koppeling.pauze_tot
    until = {"tot": tot.isoformat(timespec="minutes")} if tot else {}
    audit.about(session, Daad.GEPAUZEERD, koppeling, door=door, **until)


def resume(
    session: Session, koppeling_id: KoppelingId, *, door: AccountId | None, is_school: bool = False
) -> Koppeling:
    """Start fetching and sending again, beginning now; where the first import was not done, it still is to be.

    A school resumes only what it paused itself. `door` is None where the end of the pause came.
    """
    koppeling = locked(session, koppeling_id, KoppelingAct.HERVATTEN)
    if is_school and not koppeling.gepauzeerd_door_school:
        raise PausedByKlantenservice
    koppeling.status = KoppelingStatus.GOEDGEKEURD
    koppeling.gepauzeerd_op = koppeling.pauze_reden = koppeling.pauze_tot = None
    if _has_imported(session, koppeling):
        first_import_done(koppeling)
    if not is_school:
        _send(session, resume_told(session, koppeling))
    audit.about(session, Daad.HERVAT, koppeling, door=door)
    fetch_now(session, koppeling)
    return koppeling


def resume_told(session: Session, koppeling: Koppeling) -> list[Mail]:
    """Return the mails that resuming by klantenservice, or by itself, writes, not yet written."""
    return to_school(session, MailSoort.HERVAT, koppeling)


def ask_sleutel(session: Session, koppeling_id: KoppelingId, *, reden: str, door: AccountId) -> Koppeling:
    """Void the key and ask the school for another one: with the old one nothing is fetched or sent any more."""
    koppeling = locked(session, koppeling_id, KoppelingAct.SLEUTEL_VRAGEN)
    forget(koppeling)
    asked = Fout(FaultCode.AUTORISATIE_ONGELDIG, Owner.SCHOOL, {"situatie": Situatie.GEVRAAGD})
    koppeling.fout = koppeling.zend_fout = asked
    koppeling.ophalen_op = koppeling.zenden_op = None
    _send(session, sleutel_told(session, koppeling, reden))
    audit.about(session, Daad.SLEUTEL_GEVRAAGD, koppeling, door=door)
    return koppeling


def sleutel_told(session: Session, koppeling: Koppeling, reden: str) -> list[Mail]:
    """Return the mails that asking for a new key writes, not yet written."""
    return to_school(session, MailSoort.SLEUTEL_GEVRAAGD, koppeling, reden=reden)


def _send(session: Session, told: list[Mail]) -> None:
    for mail in told:
        mails.add_made(session, mail)


def _has_imported(session: Session, koppeling: Koppeling) -> bool:
    written = select(Importbatch.id).where(
        Importbatch.school_id == school_id_of(koppeling),
        Importbatch.koppeling_id == koppeling.id,
        Importbatch.status.in_(WRITTEN),
    )
    return session.scalar(written.limit(1)) is not None
