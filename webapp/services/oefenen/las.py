"""What a LAS would do, done in the request of who practises: nothing is asked of one, and nothing is sent to one."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from webapp.models import (
    Bezorging,
    Koppeling,
    KoppelingStatus,
    LeveringStatus,
    Uitkomst,
    Verzending,
)
from webapp.models.koppeling import KoppelingAct
from webapp.muur import OEFENSCHOOL
from webapp.schooljaar import schooljaar_of
from webapp.services import sloten
from webapp.services.clock import database_clock, database_now
from webapp.services.inname import inname
from webapp.services.koppeling import levensloop
from webapp.services.oefenen import verzonnen
from webapp.services.versturen import klaarzetten, leveringen, volgende
from webapp.services.versturen.bericht import Gekozen
from webapp.uwlr.profiles import PROFILES


def answer(session: Session) -> None:
    """Answer the fetch and the message that are due, if they are."""
    koppeling = levensloop.of_school(session, OEFENSCHOOL)
    clock = database_clock(session)
    if koppeling is None or not (_is_due(koppeling.ophalen_op, clock) or _is_due(koppeling.zenden_op, clock)):
        return
    sloten.lock(session, OEFENSCHOOL)
    now = database_now(session)
    if _is_due(koppeling.ophalen_op, clock) and koppeling.mag(KoppelingAct.OPHALEN):
        _hand_in(session, koppeling, now)
    if _is_due(koppeling.zenden_op, clock) and koppeling.mag(KoppelingAct.VERSTUREN):
        _confirm(session, koppeling, now)


def _is_due(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now


def _hand_in(session: Session, koppeling: Koppeling, now: datetime) -> None:
    """Take in an aanlevering: until the first import is done the same one, then one in which something changed."""
    is_later = koppeling.status is KoppelingStatus.ACTIEF
    gegevens = verzonnen.aanlevering(koppeling.schooljaar or schooljaar_of(now.date()), is_later=is_later)
    inname.take_in(session, koppeling, gegevens)
    koppeling.opgehaald_op = koppeling.gewerkt_op = now
    koppeling.ophalen_op, koppeling.opgehaald_leerlingen = None, len(gegevens.leerlingen)


def _confirm(session: Session, koppeling: Koppeling, now: datetime) -> None:
    """Confirm all that may go, at once."""
    klaarzetten.prepare(session, OEFENSCHOOL)
    limit = PROFILES[koppeling.las_type].max_resultaten
    while chosen := volgende.choose(session, OEFENSCHOOL, limit=limit, only=None):
        for each in chosen:
            _stands_there(session, each, now)
        session.add(_message(koppeling, len(chosen), now))
        session.flush()
    koppeling.zenden_op = koppeling.minuut_sinds = None


def _stands_there(session: Session, sent: Gekozen, now: datetime) -> None:
    levering = leveringen.find(session, OEFENSCHOOL, sent.id)
    levering.status, levering.bevestigd, levering.bevestigd_op = LeveringStatus.BEVESTIGD, sent.versie, now
    levering.score_in_las, levering.pogingen = sent.score, 0
    session.merge(
        Bezorging(
            school_id=OEFENSCHOOL,
            sleutel=sent.sleutel,
            resultaat_id=sent.id,
            leerlingid=sent.las_key or "",
            las_key=sent.las_key,
            eckid=sent.eckid,
            aanwezig=True,
            versie=sent.versie,
            bevestigd_op=now,
        )
    )


def _message(koppeling: Koppeling, aantal: int, now: datetime) -> Verzending:
    return Verzending(
        school_id=OEFENSCHOOL,
        koppeling_id=koppeling.id,
        claim=str(uuid4()),
        aantal=aantal,
        aanmaakdatum=now,
        begonnen_op=now,
        klaar_op=now,
        uitkomst=Uitkomst.BEVESTIGD,
    )
