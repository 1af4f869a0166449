"""Sending, second half: record how a message ended, and say whether and with what to go on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.models import Daad, Koppeling, MailSoort, Uitkomst, Verzending
from webapp.models.fout import Fout, Situatie
from webapp.services import audit, mails
from webapp.services.clock import database_clock
from webapp.services.versturen import beurt, markeren
from webapp.services.versturen.beurt import Opdracht
from webapp.services.versturen.weigering import Kring, is_culprit, kring_of, split
from webapp.uwlr.codes import Owner
from webapp.uwlr.faults import UwlrError, UwlrRefused, UwlrUnavailable

_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 15, 30, 60))
_LONGEST_COOL_DOWN = 4
"""In cool-downs: after the third unsure answer in a row it stays at this."""


@dataclass(frozen=True)
class Vervolg:
    """What comes next: go on with the school or not, and first with these parts of what was refused."""

    verder: bool
    stukken: tuple[list[int], ...] = ()
    geweigerd: bool = False
    """Whether a culprit was found and set apart."""


_STOP = Vervolg(verder=False)
_GO_ON = Vervolg(verder=True)


def settle(session: Session, opdracht: Opdracht, error: UwlrError | None, *, settings: Settings) -> Vervolg:
    """Record the outcome of one message: None is the confirmation, anything else says what went wrong."""
    koppeling = beurt.held(session, opdracht.koppeling_id, opdracht.claim)
    uitkomst = _uitkomst(error)
    _close(session, opdracht, uitkomst, error)
    if koppeling is None:
        if uitkomst in (Uitkomst.BEVESTIGD, Uitkomst.ONBEKEND):
            markeren.distrust(session, opdracht, settings.afkoeling)
        return _STOP
    now = database_clock(session)
    koppeling.niet_voor = None
    if error is None:
        return _confirmed(session, koppeling, opdracht)
    if isinstance(error, UwlrRefused):
        return _refused(session, koppeling, opdracht, error, now)
    if isinstance(error, UwlrUnavailable):
        return _unavailable(session, koppeling, opdracht, error, now)
    return _unsure(session, koppeling, opdracht, error, now, settings.afkoeling)


def never_sent(session: Session, opdracht: Opdracht) -> None:
    """Take back a message that was not sent because this process stood still too long."""
    koppeling = beurt.held(session, opdracht.koppeling_id, opdracht.claim)
    _close(session, opdracht, Uitkomst.NIET_VERZONDEN, None)
    if koppeling is not None:
        koppeling.niet_voor = None
        beurt.let_go(koppeling)
        markeren.back_in_line(session, opdracht)


def give_up(session: Session, koppeling_id: int, token: str, error: UwlrError) -> None:
    """Stop for this night: so much is refused that a person has to look before the rest is tried."""
    koppeling = beurt.held(session, koppeling_id, token)
    if koppeling is not None:
        _hold(session, koppeling, Fout.of(error, Situatie.TE_VEEL, Owner.KLANTENSERVICE))


def _confirmed(session: Session, koppeling: Koppeling, opdracht: Opdracht) -> Vervolg:
    markeren.confirm(session, opdracht)
    _answers(koppeling)
    audit.record(
        session,
        Daad.RESULTATEN_BEVESTIGD,
        f"verzending {opdracht.verzending_id}",
        door=None,
        school_id=opdracht.school_id,
        resultaten=len(opdracht.stukken),
    )
    return _GO_ON


def _refused(session: Session, koppeling: Koppeling, opdracht: Opdracht, error: UwlrRefused, now: datetime) -> Vervolg:
    """A final answer: the LAS has nothing of this message and is not busy with it, so there is no cool-down."""
    markeren.back_in_line(session, opdracht)
    kring = kring_of(error)
    if kring is Kring.KOPPELING:
        if koppeling.sleutel != opdracht.sleutel:
            koppeling.zenden_op = now
            beurt.let_go(koppeling)
        else:
            _hold(session, koppeling, Fout.of(error))
        return _STOP
    _answers(koppeling)
    if not is_culprit(opdracht.stukken, error):
        return Vervolg(verder=True, stukken=tuple(split(opdracht.stukken, error)))
    markeren.set_apart(session, opdracht, kring, error)
    return Vervolg(verder=True, geweigerd=True)


def _unavailable(
    session: Session, koppeling: Koppeling, opdracht: Opdracht, error: UwlrUnavailable, now: datetime
) -> Vervolg:
    """Surely not processed: back in line, and again after a pause that grows."""
    markeren.back_in_line(session, opdracht)
    pause = _PAUSES[min(koppeling.zenden_pogingen, len(_PAUSES) - 1)]
    _later(koppeling, error, now + max(pause, error.retry_after or timedelta(0)))
    return _STOP


def _unsure(
    session: Session, koppeling: Koppeling, opdracht: Opdracht, error: UwlrError, now: datetime, afkoeling: timedelta
) -> Vervolg:
    """Perhaps processed, perhaps still to be: wait until that can no longer be, then send the newest version."""
    markeren.in_doubt(session, opdracht)
    koppeling.niet_voor = now + afkoeling * min(2**koppeling.zenden_pogingen, _LONGEST_COOL_DOWN)
    _later(koppeling, error, koppeling.niet_voor)
    return _STOP


def _answers(koppeling: Koppeling) -> None:
    """The LAS takes messages of this school: earlier trouble is over."""
    koppeling.zenden_pogingen = 0
    koppeling.zend_fout = None


def _later(koppeling: Koppeling, error: UwlrError, when: datetime) -> None:
    koppeling.zenden_pogingen += 1
    koppeling.zend_fout = Fout.of(error)
    beurt.let_go(koppeling)
    if koppeling.is_running:
        koppeling.zenden_op = when


def _hold(session: Session, koppeling: Koppeling, fout: Fout) -> None:
    """No more requests for this school until its owner has acted; the school hears of a refused key once."""
    is_news = fout.code not in (koppeling.zend_fout_code, koppeling.fout_code)
    koppeling.zend_fout = fout
    koppeling.zenden_op = None
    beurt.let_go(koppeling)
    audit.record(
        session,
        Daad.VERSTUREN_GESTOPT,
        f"koppeling {koppeling.id}",
        door=None,
        school_id=koppeling.school_id,
        code=str(fout.code),
        eigenaar=str(fout.eigenaar),
    )
    if fout.eigenaar is Owner.SCHOOL and is_news and koppeling.school_id is not None:
        mails.add_for_beheerders(
            session, MailSoort.SLEUTEL_GEWEIGERD, koppeling.school_id, koppeling_id=koppeling.id, fout=fout.as_json()
        )


def _uitkomst(error: UwlrError | None) -> Uitkomst:
    if error is None:
        return Uitkomst.BEVESTIGD
    if isinstance(error, UwlrRefused):
        return Uitkomst.GEWEIGERD
    return Uitkomst.NIET_VERZONDEN if isinstance(error, UwlrUnavailable) else Uitkomst.ONBEKEND


def _close(session: Session, opdracht: Opdracht, uitkomst: Uitkomst, error: UwlrError | None) -> None:
    session.execute(
        update(Verzending)
        .where(Verzending.id == opdracht.verzending_id)
        .values(uitkomst=uitkomst, klaar_op=func.clock_timestamp(), fout_code=error.reason if error else None)
    )
