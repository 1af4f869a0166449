"""Fetching as work: what is due, who holds it, and how it ended. The call itself happens outside any transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.crypto import Keyring
from webapp.models import Daad, Koppeling, MailSoort
from webapp.models.fout import EigenCode, Fout, Situatie
from webapp.models.ids import KoppelingId
from webapp.models.koppeling import MAG, STOPS, Handeling
from webapp.services import audit, mails
from webapp.services.beurten import OPHALEN
from webapp.services.clock import database_now
from webapp.services.inname import uitzonderingen
from webapp.services.koppeling import sleutel
from webapp.uwlr.faults import FaultCode, Owner, UwlrError, UwlrNotUnderstood, UwlrRefused
from webapp.uwlr.profiles import PROFILES
from webapp.uwlr.values import Autorisatie, Leerlinggegevensverzoek

_RUNS = Koppeling.status.in_(MAG[Handeling.OPHALEN])
_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60))
_MAIL_AFTER = 3
"""Failures in a row before the school hears of it: a LAS that is away for some minutes is no news."""


@dataclass(frozen=True)
class Opdracht:
    """One fetch in our hands. `claim` must still be ours when the outcome is recorded."""

    koppeling_id: KoppelingId
    claim: str
    begonnen_op: datetime
    las_type: str
    verzoek: Leerlinggegevensverzoek
    autorisatie: Autorisatie = field(repr=False)
    overgeslagen: frozenset[str] = frozenset()
    """LAS keys of groepen that need not be asked for."""


def due(session: Session) -> list[int]:
    """Return the koppelingen whose fetch is due and free, longest waiting first."""
    return OPHALEN.due(session, _RUNS)


def claim(session: Session, koppeling_id: KoppelingId, *, settings: Settings, keyring: Keyring) -> Opdracht | None:
    """Take one due fetch; None when it is not due, not allowed any more, or in other hands."""
    token = OPHALEN.take(session, koppeling_id, _RUNS)
    if token is None:
        return None
    koppeling = session.get_one(Koppeling, koppeling_id, populate_existing=True)
    return Opdracht(
        koppeling_id=koppeling.id,
        claim=token,
        begonnen_op=database_now(session),
        las_type=koppeling.las_type,
        verzoek=PROFILES[koppeling.las_type].verzoek(koppeling.schooljaar or "", koppeling.brin, koppeling.vestiging),
        autorisatie=sleutel.autorisatie(koppeling, settings=settings, keyring=keyring),
        overgeslagen=_left_out(session, koppeling),
    )


def locked_if_ours(session: Session, opdracht: Opdracht) -> Koppeling | None:
    """Lock the koppeling and return it when the claim is still ours; a worker that stood still gets None."""
    return OPHALEN.locked_if_ours(session, opdracht.koppeling_id, opdracht.claim, _RUNS)


def succeeded(session: Session, koppeling: Koppeling, opdracht: Opdracht, *, leerlingen: int | None) -> None:
    """Record a fetch that was read and stored; a fetch asked for meanwhile stays due."""
    koppeling.opgehaald_op = database_now(session)
    if leerlingen is not None:
        koppeling.opgehaald_leerlingen = leerlingen
    koppeling.fout = None
    OPHALEN.give_back(koppeling)
    koppeling.ophalen_pogingen = 0
    if koppeling.ophalen_op is not None and koppeling.ophalen_op <= opdracht.begonnen_op:
        koppeling.ophalen_op = None


def failed(session: Session, koppeling: Koppeling, error: UwlrError) -> None:
    """Record why nothing came, who must act, and when the next try is; nothing of the school changes."""
    now, first = database_now(session), error.reason not in (koppeling.fout_code, koppeling.zend_fout_code)
    koppeling.fout = _fout(error)
    OPHALEN.give_back(koppeling)
    if error.fault is FaultCode.AUTORISATIE_ONGELDIG:
        koppeling.ophalen_op = koppeling.zenden_op = None
        _tell(session, koppeling, MailSoort.SLEUTEL_GEWEIGERD, when=first)
    elif isinstance(error, UwlrRefused) or (isinstance(error, UwlrNotUnderstood) and not error.retry):
        koppeling.ophalen_op = None
        if error.reason in STOPS:
            koppeling.zenden_op = None
        _tell(session, koppeling, MailSoort.OPHALEN_MISLUKT, when=first)
    else:
        koppeling.ophalen_op = now + _PAUSES[min(koppeling.ophalen_pogingen, len(_PAUSES)) - 1]
        _tell(session, koppeling, MailSoort.OPHALEN_MISLUKT, when=koppeling.ophalen_pogingen == _MAIL_AFTER)
    audit.record(
        session,
        Daad.OPHALEN_MISLUKT,
        f"koppeling {koppeling.id}",
        door=None,
        school_id=koppeling.school_id,
        code=error.code,
        poging=koppeling.ophalen_pogingen,
    )


def crashed(session: Session, koppeling_id: KoppelingId, klasse: str) -> None:
    """Record an error that nobody expected; whoever mends it sees the school in the queue until a fetch goes well."""
    koppeling, counted = OPHALEN.locked_after_crash(session, koppeling_id)
    if koppeling is None or not koppeling.mag(Handeling.OPHALEN):
        return
    koppeling.ophalen_pogingen += not counted
    koppeling.fout = Fout.intern(klasse)
    pause = _PAUSES[min(koppeling.ophalen_pogingen, len(_PAUSES)) - 1]
    OPHALEN.later(koppeling, database_now(session) + pause)
    audit.record(
        session,
        Daad.INTERNE_FOUT,
        f"koppeling {koppeling.id}",
        door=None,
        school_id=koppeling.school_id,
        bij="ophalen",
        poging=koppeling.ophalen_pogingen,
    )


def found_nothing(session: Session, koppeling: Koppeling) -> None:
    """Record that the LAS has nothing for this school and year; nobody is removed for it, the school is told once."""
    first = koppeling.fout_code is not EigenCode.GEEN_GEGEVENS
    koppeling.fout = Fout(EigenCode.GEEN_GEGEVENS, Owner.SCHOOL, {"schooljaar": koppeling.schooljaar or ""})
    koppeling.opgehaald_op = database_now(session)
    OPHALEN.later(koppeling, None)
    _tell(session, koppeling, MailSoort.OPHALEN_MISLUKT, when=first)


def _fout(error: UwlrError) -> Fout:
    """A fault about results is no answer to a question about leerlingen: that is for klantenservice to find out."""
    if error.fault is not None and error.fault.is_about_results:
        return Fout.of(error, Situatie.BIJ_OPHALEN, Owner.KLANTENSERVICE)
    return Fout.of(error)


def _tell(session: Session, koppeling: Koppeling, soort: MailSoort, *, when: bool) -> None:
    if when and koppeling.school_id is not None and koppeling.fout is not None:
        mails.add_for_beheerders(
            session, soort, koppeling.school_id, koppeling_id=koppeling.id, fout=koppeling.fout.as_json()
        )


def _left_out(session: Session, koppeling: Koppeling) -> frozenset[str]:
    return frozenset() if koppeling.school_id is None else uitzonderingen.groep_keys(session, koppeling.school_id)
