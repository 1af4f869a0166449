"""Fetching the leerlinggegevens of one school."""

from __future__ import annotations

from sqlalchemy.orm import Session

from jobs.context import keyring, settings
from jobs.las import client_for
from jobs.lease import renewing
from jobs.net import under_net
from webapp.db import unit_of_work
from webapp.models.fout import Foutcode
from webapp.models.ids import KoppelingId
from webapp.services import zekering
from webapp.services.beurten import OPHALEN
from webapp.services.clock import database_now
from webapp.services.inname import inname
from webapp.services.ophalen import antwoord, beurt
from webapp.services.ophalen.beurt import Opdracht
from webapp.uwlr.faults import UwlrError
from webapp.uwlr.values import GeenGegevens, GeenWijzigingen, Leerlinggegevens


@under_net(beurt.crashed)
def fetch_leerlinggegevens(koppeling_id: KoppelingId) -> None:
    """Fetch, match and store. Safe to run twice; no transaction is open while the LAS is busy."""
    with unit_of_work() as session:
        opdracht = beurt.claim(session, koppeling_id, settings=settings(), keyring=keyring())
    if opdracht is None:
        return
    try:
        client = client_for(opdracht.las_type, settings())
        with renewing(OPHALEN, koppeling_id, opdracht.claim):
            answer = client.fetch(opdracht.verzoek, opdracht.autorisatie, opdracht.overgeslagen)
    except UwlrError as error:
        _record_failure(opdracht, error)
    else:
        _store(opdracht, answer)


def _store(opdracht: Opdracht, answer: Leerlinggegevens | GeenWijzigingen | GeenGegevens) -> None:
    with unit_of_work() as session:
        koppeling = beurt.locked_if_ours(session, opdracht)
        if koppeling is None:
            zekering.neither(session, opdracht.las_type)
        elif isinstance(answer, GeenGegevens):
            _tell_breaker(session, opdracht, beurt.found_nothing(session, koppeling))
        elif isinstance(answer, Leerlinggegevens) and antwoord.is_old(koppeling, answer):
            _tell_breaker(session, opdracht, beurt.found_old(session, koppeling))
        else:
            leerlingen = None
            if isinstance(answer, Leerlinggegevens):
                inname.take_in(session, koppeling, answer)
                antwoord.remember(koppeling, answer, database_now(session))
                leerlingen = len(answer.leerlingen)
            beurt.succeeded(session, koppeling, opdracht, leerlingen=leerlingen)
            zekering.good(session, opdracht.las_type, opdracht.koppeling_id)


def _record_failure(opdracht: Opdracht, error: UwlrError) -> None:
    with unit_of_work() as session:
        koppeling = beurt.locked_if_ours(session, opdracht)
        _tell_breaker(session, opdracht, None if koppeling is None else beurt.failed(session, koppeling, error))


def _tell_breaker(session: Session, opdracht: Opdracht, trouble: Foutcode | None) -> None:
    """Last of all, because the workers of all schools pass here."""
    if trouble is None:
        zekering.neither(session, opdracht.las_type)
    else:
        zekering.trouble(session, opdracht.las_type, opdracht.koppeling_id, trouble)
