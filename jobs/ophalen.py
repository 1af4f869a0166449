"""Fetching the leerlinggegevens of one school."""

from __future__ import annotations

from jobs.context import keyring, settings
from jobs.las import client_for
from jobs.lease import renewing
from jobs.net import under_net
from webapp.db import unit_of_work
from webapp.models.ids import KoppelingId
from webapp.services.beurten import OPHALEN
from webapp.services.inname import inname
from webapp.services.ophalen import beurt
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
            return
        if isinstance(answer, Leerlinggegevens):
            inname.take_in(session, koppeling, answer)
            beurt.succeeded(session, koppeling, opdracht, leerlingen=len(answer.leerlingen))
        elif isinstance(answer, GeenWijzigingen):
            beurt.succeeded(session, koppeling, opdracht, leerlingen=None)
        else:
            beurt.found_nothing(session, koppeling)


def _record_failure(opdracht: Opdracht, error: UwlrError) -> None:
    with unit_of_work() as session:
        koppeling = beurt.locked_if_ours(session, opdracht)
        if koppeling is not None:
            beurt.failed(session, koppeling, error)
