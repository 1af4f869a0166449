"""Fetching the leerlinggegevens of one school."""

from __future__ import annotations

from sqlalchemy.orm import Session

from jobs import stoppen
from jobs.las import client_for
from jobs.lease import renewing
from jobs.net import under_net
from webapp.context import keyring, settings
from webapp.db import after_commit, in_transaction
from webapp.models import Koppeling
from webapp.models.fout import Foutcode
from webapp.models.ids import KoppelingId
from webapp.muur import of_school
from webapp.queue import Job, ring
from webapp.services import nachten, sloten, zekering
from webapp.services.beurten import OPHALEN
from webapp.services.clock import database_now
from webapp.services.inname import inname, merk, uitstel
from webapp.services.inname.inname import Gelijkenis
from webapp.services.ophalen import antwoord, beurt, nieuwjaar
from webapp.services.ophalen.beurt import Opdracht
from webapp.services.sloten import Moved
from webapp.services.toegang import leerkrachten
from webapp.uwlr.client import UwlrClient
from webapp.uwlr.faults import UwlrError
from webapp.uwlr.values import GeenGegevens, GeenWijzigingen, Leerlinggegevens

_TRIES = 3
"""So often it is matched outside the lock; a school in which somebody is busy all the time is matched under it then."""


@under_net(beurt.crashed)
def fetch_leerlinggegevens(koppeling_id: KoppelingId) -> None:
    """Fetch, match and store. Safe to run twice; no transaction is open while the LAS is busy."""
    opdracht = in_transaction(beurt.claim, koppeling_id, settings=settings(), keyring=keyring())
    if opdracht is None:
        return
    try:
        client = client_for(opdracht.las_type, stoppen.look)
        with renewing(OPHALEN, koppeling_id, opdracht.claim):
            answer = _new_year(client, opdracht) or client.fetch(
                opdracht.verzoek, opdracht.autorisatie, opdracht.overgeslagen
            )
    except stoppen.Stopped:
        in_transaction(_put_back, opdracht)
    except UwlrError as error:
        in_transaction(_record_failure, opdracht, error)
    else:
        _store(opdracht, answer)


def _new_year(client: UwlrClient, opdracht: Opdracht) -> Leerlinggegevens | None:
    """Ask for the school year that has begun; None while the LAS does not have it.

    What goes wrong here tells nothing: the question about the old year follows, and that one tells.
    """
    if opdracht.nieuw_jaar is None:
        return None
    try:
        answer = client.fetch(opdracht.nieuw_jaar, opdracht.autorisatie, opdracht.overgeslagen)
    except UwlrError:
        return None
    if not isinstance(answer, Leerlinggegevens):
        return None
    return answer if in_transaction(nieuwjaar.is_there, opdracht.school_id, answer) else None


def _store(opdracht: Opdracht, answer: Leerlinggegevens | GeenWijzigingen | GeenGegevens) -> None:
    if not isinstance(answer, Leerlinggegevens):
        in_transaction(_record_nothing, opdracht, answer)
        return
    if opdracht.heeft_merk and in_transaction(_is_the_same, opdracht, answer):
        return
    for _ in range(_TRIES):
        try:
            in_transaction(_take_in, opdracht, answer)
        except Moved:
            continue
        return
    in_transaction(_take_in, opdracht, answer, locks_first=True)


def _is_the_same(session: Session, opdracht: Opdracht, gegevens: Leerlinggegevens) -> bool:
    """Be done with an answer of which nothing would come; leave any other to be matched."""
    sloten.hold(session, opdracht.school_id)
    koppeling = beurt.locked_if_ours(session, opdracht)
    if koppeling is None or antwoord.is_old(koppeling, gegevens) or not merk.is_known(session, koppeling, gegevens):
        return False
    inname.count_night(session, opdracht.school_id, gegevens)
    _succeeded(session, koppeling, opdracht, gegevens)
    return True


def _succeeded(session: Session, koppeling: Koppeling, opdracht: Opdracht, gegevens: Leerlinggegevens) -> None:
    antwoord.remember(koppeling, gegevens, database_now(session))
    beurt.succeeded(session, koppeling, opdracht, leerlingen=len(gegevens.leerlingen))
    zekering.good(session, opdracht.las_type, opdracht.koppeling_id)


def _take_in(session: Session, opdracht: Opdracht, gegevens: Leerlinggegevens, *, locks_first: bool = False) -> None:
    """Match and write; without `locks_first` raise Moved when somebody wrote while it was matched."""
    with of_school(opdracht.school_id):
        found = _match(session, opdracht, gegevens, locks_first=locks_first)
        koppeling = beurt.locked_if_ours(session, opdracht)
        is_old = koppeling is not None and antwoord.is_old(koppeling, gegevens)
        is_taken_in = koppeling is not None and not is_old and _write(session, koppeling, opdracht, gegevens, found)
    if koppeling is None:
        zekering.neither(session, opdracht.las_type)
    elif is_old:
        _tell_breaker(session, opdracht, beurt.found_old(session, koppeling))
    elif is_taken_in:
        nachten.send_along(session, koppeling)
        _succeeded(session, koppeling, opdracht, gegevens)
    else:
        beurt.succeeded(session, koppeling, opdracht, leerlingen=None)
        zekering.good(session, opdracht.las_type, opdracht.koppeling_id)


def _match(session: Session, opdracht: Opdracht, gegevens: Leerlinggegevens, *, locks_first: bool) -> Gelijkenis:
    """Match, and take the school, before it or after it."""
    if locks_first:
        sloten.lock(session, opdracht.school_id)
        return inname.match(session, opdracht.school_id, gegevens)
    with renewing(OPHALEN, opdracht.koppeling_id, opdracht.claim):
        found = inname.match(session, opdracht.school_id, gegevens)
    sloten.lock_unmoved(session, opdracht.school_id, found.revisie)
    return found


def _write(
    session: Session, koppeling: Koppeling, opdracht: Opdracht, gegevens: Leerlinggegevens, found: Gelijkenis
) -> bool:
    """Take it in; a new school year that may not begin yet is only looked at, and nothing else changes until it may."""
    schooljaar = gegevens.school.schooljaar
    if opdracht.nieuw_jaar is not None and schooljaar == opdracht.nieuw_jaar.schooljaar:
        if uitstel.waits(session, opdracht.school_id, schooljaar):
            inname.look_ahead(session, koppeling, found)
            return False
        nieuwjaar.begin(session, koppeling, schooljaar)
    was = merk.before(session, koppeling, gegevens)
    inname.write(session, koppeling, found)
    merk.keep(session, koppeling, gegevens, was)
    return True


def _record_nothing(session: Session, opdracht: Opdracht, answer: GeenWijzigingen | GeenGegevens) -> None:
    koppeling = beurt.locked_if_ours(session, opdracht)
    if koppeling is None:
        zekering.neither(session, opdracht.las_type)
    elif isinstance(answer, GeenGegevens):
        _tell_breaker(session, opdracht, beurt.found_nothing(session, koppeling))
    else:
        leerkrachten.count_night(session, opdracht.school_id)
        beurt.succeeded(session, koppeling, opdracht, leerlingen=None)
        zekering.good(session, opdracht.las_type, opdracht.koppeling_id)


def _put_back(session: Session, opdracht: Opdracht) -> None:
    """Leave it to the next job, which asks anew."""
    koppeling = beurt.locked_if_ours(session, opdracht)
    if koppeling is not None:
        beurt.put_back(koppeling)
    zekering.neither(session, opdracht.las_type)
    after_commit(session, lambda: ring(Job.FETCH_LEERLINGGEGEVENS, opdracht.koppeling_id))


def _record_failure(session: Session, opdracht: Opdracht, error: UwlrError) -> None:
    koppeling = beurt.locked_if_ours(session, opdracht)
    _tell_breaker(session, opdracht, None if koppeling is None else beurt.failed(session, koppeling, opdracht, error))


def _tell_breaker(session: Session, opdracht: Opdracht, trouble: Foutcode | None) -> None:
    """Last of all, because the workers of all schools pass here."""
    if trouble is None:
        zekering.neither(session, opdracht.las_type)
    else:
        zekering.trouble(session, opdracht.las_type, opdracht.koppeling_id, trouble, opdracht.bekend)
