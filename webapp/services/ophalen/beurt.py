"""Fetching as work: what is due, who holds it, and how it ended. The call itself happens outside any transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import Integer, and_, cast, extract, func
from sqlalchemy.orm import Session, undefer

from webapp.config import AMSTERDAM, Settings
from webapp.crypto import Keyring
from webapp.models import Daad, Koppeling, MailSoort, Werk
from webapp.models.fout import EigenCode, Fout, Foutcode, Situatie
from webapp.models.ids import KoppelingId, SchoolId
from webapp.models.koppeling import MAG, STOPS, KoppelingAct, LasType
from webapp.schooljaar import schooljaar_of
from webapp.services import audit, mails, zekering
from webapp.services.beurten import DIED, MOST_DEATHS, OPHALEN
from webapp.services.clock import database_now
from webapp.services.inname import uitzonderingen
from webapp.services.koppeling import sleutel, twijfel
from webapp.services.ophalen import nieuwjaar
from webapp.uwlr.codes import Reden
from webapp.uwlr.faults import FaultCode, Owner, UwlrError, UwlrNotUnderstood, UwlrRefused
from webapp.uwlr.profiles import PROFILES
from webapp.uwlr.values import Autorisatie, Leerlinggegevensverzoek

_RUNS = and_(Koppeling.status.in_(MAG[KoppelingAct.OPHALEN]), Koppeling.sleutel.is_not(None))
_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60))
_MAIL_AFTER = 3
"""Failures in a row before the school hears of it: a LAS that is away for some minutes is no news."""


@dataclass(frozen=True)
class Opdracht:
    """One fetch in our hands. `claim` must still be ours when the outcome is recorded."""

    koppeling_id: KoppelingId
    school_id: SchoolId
    claim: str
    begonnen_op: datetime
    las_type: LasType
    verzoek: Leerlinggegevensverzoek
    autorisatie: Autorisatie = field(repr=False)
    sleutel: bytes = field(repr=False)
    """The key as it is stored: a refusal of one that was replaced meanwhile says nothing of the new one."""
    overgeslagen: frozenset[str] = frozenset()
    """LAS keys of groepen that need not be asked for."""
    nieuw_jaar: Leerlinggegevensverzoek | None = None
    """To be asked first, while the LAS may not have the new school year yet."""
    bekend: frozenset[Foutcode] = frozenset()
    """What was wrong with this school before."""
    heeft_merk: bool = False
    """Whether the same answer as the last one may bring nothing."""


def due(session: Session) -> list[int]:
    """Return the koppelingen whose fetch is due and free, longest waiting first."""
    return OPHALEN.due(session, _RUNS, zekering.may_speak(Werk.OPHALEN))


def claim(session: Session, koppeling_id: KoppelingId, *, settings: Settings, keyring: Keyring) -> Opdracht | None:
    """Take one due fetch; None when it is not due, not allowed any more, in other hands, or fells who takes it."""
    left = OPHALEN.left_lying(session, koppeling_id)
    if left is not None and left.ophalen_pogingen >= MOST_DEATHS:
        crashed(session, koppeling_id, DIED)
        return None
    token = OPHALEN.take(session, koppeling_id, _RUNS, zekering.may_speak(Werk.OPHALEN))
    if token is None:
        return None
    koppeling = session.get_one(Koppeling, koppeling_id, populate_existing=True, options=[undefer(Koppeling.sleutel)])
    if not zekering.may_ask(session, koppeling.las_type):
        put_back(koppeling)
        return None
    assert koppeling.school_id is not None
    year, profile = nieuwjaar.to_ask(koppeling, _today(session)), PROFILES[koppeling.las_type]
    return Opdracht(
        koppeling_id=koppeling.id,
        school_id=koppeling.school_id,
        claim=token,
        begonnen_op=database_now(session),
        las_type=koppeling.las_type,
        verzoek=profile.verzoek(koppeling.schooljaar or "", koppeling.brin, koppeling.vestiging),
        autorisatie=sleutel.autorisatie(koppeling, settings=settings, keyring=keyring),
        sleutel=koppeling.sleutel or b"",
        overgeslagen=uitzonderingen.groep_keys(session, koppeling.school_id),
        nieuw_jaar=profile.verzoek(year, koppeling.brin, koppeling.vestiging) if year else None,
        bekend=koppeling.foutcodes,
        heeft_merk=koppeling.merk is not None,
    )


def locked_if_ours(session: Session, opdracht: Opdracht) -> Koppeling | None:
    """Lock the koppeling and return it when the claim is still ours; a worker that stood still gets None."""
    return OPHALEN.locked_if_ours(session, opdracht.koppeling_id, opdracht.claim, _RUNS)


def put_back(koppeling: Koppeling) -> None:
    """Let go of a fetch that was not tried after all."""
    OPHALEN.give_back(koppeling)
    koppeling.ophalen_pogingen -= 1


def succeeded(session: Session, koppeling: Koppeling, opdracht: Opdracht, *, leerlingen: int | None) -> None:
    """Record a fetch that was read and stored; a fetch asked for meanwhile stays due."""
    koppeling.opgehaald_op = koppeling.gewerkt_op = database_now(session)
    seconds = extract("epoch", func.clock_timestamp() - opdracht.begonnen_op)
    koppeling.ophaal_ms = cast(seconds * 1000, Integer)
    koppeling.ophalen_twijfel = None
    if leerlingen is not None:
        koppeling.opgehaald_leerlingen = leerlingen
    koppeling.fout = None
    OPHALEN.give_back(koppeling)
    koppeling.ophalen_pogingen = 0
    if koppeling.zend_fout_code is FaultCode.AUTORISATIE_ONGELDIG:
        koppeling.zend_fout = None  # the key works: sending may try again
    if koppeling.ophalen_op is not None and koppeling.ophalen_op <= opdracht.begonnen_op:
        koppeling.ophalen_op = None


def failed(session: Session, koppeling: Koppeling, opdracht: Opdracht, error: UwlrError) -> Foutcode | None:
    """Record why nothing came, who must act, and when the next try is; nothing of the school changes.

    Return the trouble of the LAS that this may be; None when it tells only about this school. What was asked with
    another key than there is now tells nothing: the next try is due.
    """
    OPHALEN.give_back(koppeling)
    if koppeling.sleutel != opdracht.sleutel:
        return None
    now, known = database_now(session), _known(koppeling)
    is_doubted = _is_refusal(error) and (_worked(koppeling) or _is_ours(error))
    if is_doubted and not _is_believed(koppeling, now):
        _doubt(koppeling, Fout.of(error, Situatie.TWIJFEL, Owner.NIEMAND), now)
    else:
        koppeling.fout = _fout(error)
        _wait_or_stop(session, koppeling, error, now, is_news=error.reason not in known)
    _record_failure(session, koppeling, error.code)
    return error.reason if is_doubted or (not _is_refusal(error) and not _is_other_year(error)) else None


def crashed(session: Session, koppeling_id: KoppelingId, klasse: str) -> None:
    """Record an error that nobody expected; whoever mends it sees the school in the queue until a fetch goes well."""
    koppeling, counted = OPHALEN.locked_after_crash(session, koppeling_id)
    if koppeling is None or not koppeling.mag(KoppelingAct.OPHALEN) or koppeling.sleutel is None:
        return
    koppeling.ophalen_pogingen += not counted
    koppeling.fout = Fout.intern(klasse)
    OPHALEN.later(koppeling, database_now(session) + _pause(koppeling))
    audit.about(session, Daad.INTERNE_FOUT, koppeling, door=None, bij="ophalen", poging=koppeling.ophalen_pogingen)
    zekering.neither(session, koppeling.las_type)


def found_nothing(session: Session, koppeling: Koppeling) -> Foutcode | None:
    """Record that the LAS has nothing for this school and year; nobody is removed for it, the school is told once.

    A school that was fetched in this year had data: that is trouble of the LAS first, and then its code is returned.
    """
    now, is_news = database_now(session), EigenCode.GEEN_GEGEVENS not in _known(koppeling)
    gegevens, had_data = {"schooljaar": koppeling.schooljaar or ""}, _worked_this_year(koppeling)
    if had_data and not _is_believed(koppeling, now):
        OPHALEN.give_back(koppeling)
        _doubt(koppeling, Fout(EigenCode.GEEN_GEGEVENS, Owner.NIEMAND, gegevens | {"situatie": Situatie.TWIJFEL}), now)
        return EigenCode.GEEN_GEGEVENS
    koppeling.fout = Fout(EigenCode.GEEN_GEGEVENS, Owner.SCHOOL, gegevens)
    koppeling.opgehaald_op = now
    OPHALEN.later(koppeling, None)
    _tell(session, koppeling, MailSoort.OPHALEN_MISLUKT, when=is_news)
    return EigenCode.GEEN_GEGEVENS if had_data else None


def found_old(session: Session, koppeling: Koppeling) -> Foutcode:
    """Record that the LAS gave an answer older than the last one: nothing of it is taken in, after a night it is told.

    Until then it is tried again with pauses: mostly another server of the LAS answers the next time.
    """
    now, is_news = database_now(session), EigenCode.VEROUDERD not in _known(koppeling)
    OPHALEN.give_back(koppeling)
    if _is_believed(koppeling, now):
        koppeling.fout, koppeling.ophalen_op = Fout(EigenCode.VEROUDERD, Owner.LAS), None
        _tell(session, koppeling, MailSoort.OPHALEN_MISLUKT, when=is_news)
    else:
        _doubt(koppeling, Fout(EigenCode.VEROUDERD, Owner.NIEMAND, {"situatie": Situatie.TWIJFEL}), now)
    _record_failure(session, koppeling, EigenCode.VEROUDERD)
    return EigenCode.VEROUDERD


def _record_failure(session: Session, koppeling: Koppeling, code: str) -> None:
    audit.about(session, Daad.OPHALEN_MISLUKT, koppeling, door=None, code=code, poging=koppeling.ophalen_pogingen)


def _wait_or_stop(session: Session, koppeling: Koppeling, error: UwlrError, now: datetime, *, is_news: bool) -> None:
    if error.fault is FaultCode.AUTORISATIE_ONGELDIG:
        koppeling.ophalen_op = koppeling.zenden_op = None
        _tell(session, koppeling, MailSoort.SLEUTEL_GEWEIGERD, when=is_news)
    elif _is_refusal(error):
        koppeling.ophalen_op = None
        if error.reason in STOPS:
            koppeling.zenden_op = None
        _tell(session, koppeling, MailSoort.OPHALEN_MISLUKT, when=is_news)
    else:
        koppeling.ophalen_op = now + _pause(koppeling)
        _tell(session, koppeling, MailSoort.OPHALEN_MISLUKT, when=koppeling.ophalen_pogingen == _MAIL_AFTER)


def _doubt(koppeling: Koppeling, fout: Fout, now: datetime) -> None:
    """Try again with growing pauses, as when the LAS is away; nobody is told."""
    koppeling.fout, koppeling.ophalen_op = fout, now + _pause(koppeling)


def _is_believed(koppeling: Koppeling, now: datetime) -> bool:
    """Whether this school is refused for a whole night by now; the first refusal begins the count."""
    koppeling.ophalen_twijfel = koppeling.ophalen_twijfel or now
    return twijfel.is_believed(koppeling.ophalen_twijfel, now)


def _pause(koppeling: Koppeling) -> timedelta:
    return _PAUSES[min(max(koppeling.ophalen_pogingen, 1), len(_PAUSES)) - 1]


def _is_refusal(error: UwlrError) -> bool:
    """Whether asking again brings the same, as far as the error says."""
    return isinstance(error, UwlrRefused) or (isinstance(error, UwlrNotUnderstood) and not error.retry)


def _is_ours(error: UwlrError) -> bool:
    """Whether the question itself is refused: it is the same for all schools, so it was good yesterday."""
    return isinstance(error, UwlrRefused) and error.may_be_disturbance


def _is_other_year(error: UwlrError) -> bool:
    return error.reason is Reden.ANDER_SCHOOLJAAR


def _worked(koppeling: Koppeling) -> bool:
    return koppeling.gewerkt_op is not None


def _worked_this_year(koppeling: Koppeling) -> bool:
    """A LAS may well have nothing yet for a year that has not begun."""
    gewerkt_op = koppeling.gewerkt_op
    if gewerkt_op is None or koppeling.schooljaar is None:
        return False
    return schooljaar_of(gewerkt_op.astimezone(AMSTERDAM).date()) >= koppeling.schooljaar


def _today(session: Session) -> date:
    return database_now(session).astimezone(AMSTERDAM).date()


def _known(koppeling: Koppeling) -> set[Foutcode]:
    """What the school was told of."""
    faults = (koppeling.fout, koppeling.zend_fout)
    return {fout.code for fout in faults if fout is not None and fout.situatie is not Situatie.TWIJFEL}


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
