"""Since when fetching or sending fails: since the first failure after it last went well, and of its own kind."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.wereld import Wereld, make_wereld
from webapp.models import Audit, Daad, Uitkomst, Verzending
from webapp.models.fout import Fout
from webapp.services.overzicht import sinds
from webapp.uwlr.codes import FaultCode, Owner, Reden


def day(number: int) -> datetime:
    return datetime(2026, 11, number, 2, tzinfo=UTC)


@pytest.fixture
def hier(app: Flask, session: Session) -> Wereld:
    wereld = make_wereld(session, app.extensions["keyring"])
    wereld.koppeling.opgehaald_op = day(5)
    return wereld


def happened(hier: Wereld, daad: Daad, op: datetime, **tellingen: Any) -> None:
    koppeling = hier.koppeling
    hier.session.add(
        Audit(actie=daad, object=f"koppeling {koppeling.id}", school_id=koppeling.school_id, op=op, tellingen=tellingen)
    )
    hier.session.flush()


def sent(hier: Wereld, uitkomst: Uitkomst, op: datetime, code: FaultCode | Reden | None = None) -> None:
    hier.session.add(
        Verzending(
            school_id=hier.school.id,
            koppeling_id=hier.koppeling.id,
            claim=str(uuid4()),
            aantal=1,
            aanmaakdatum=op,
            begonnen_op=op,
            uitkomst=uitkomst,
            fout_code=code,
        )
    )
    hier.session.flush()


def fetching(hier: Wereld) -> datetime:
    return sinds.fetching(hier.session, [hier.koppeling.id])[hier.koppeling.id]


def sending(hier: Wereld) -> datetime:
    return sinds.sending(hier.session, [hier.koppeling.id])[hier.koppeling.id]


def test_fetching_fails_since_the_first_failure_after_the_last_good_one(hier: Wereld) -> None:
    assert fetching(hier) == day(5)
    happened(hier, Daad.OPHALEN_MISLUKT, day(4))
    happened(hier, Daad.INTERNE_FOUT, day(6), bij="versturen")
    assert fetching(hier) == day(5)
    happened(hier, Daad.INTERNE_FOUT, day(8), bij="ophalen")
    happened(hier, Daad.OPHALEN_MISLUKT, day(9))
    assert fetching(hier) == day(8)


def test_sending_fails_since_the_first_message_that_did_not_arrive(hier: Wereld) -> None:
    hier.koppeling.zend_fout = Fout(Reden.STORING, Owner.NIEMAND)
    sent(hier, Uitkomst.ONBEKEND, day(6))
    sent(hier, Uitkomst.BEVESTIGD, day(7))
    sent(hier, Uitkomst.GEWEIGERD, day(8), FaultCode.SCORE_ONGELDIG)  # it did its work
    sent(hier, Uitkomst.NIET_VERZONDEN, day(9), Reden.STORING)
    sent(hier, Uitkomst.ONBEKEND, day(10), Reden.STORING)
    happened(hier, Daad.OPHALEN_MISLUKT, day(6))
    happened(hier, Daad.VERSTUREN_GESTOPT, day(11), code="x")
    assert sending(hier) == day(9)


def test_a_stop_counts_from_the_first_refusal_of_its_kind(hier: Wereld) -> None:
    hier.koppeling.zend_fout = Fout(FaultCode.ONGELDIG_BERICHT, Owner.KLANTENSERVICE)
    sent(hier, Uitkomst.BEVESTIGD, day(7))
    sent(hier, Uitkomst.GEWEIGERD, day(8), FaultCode.ONGELDIG_BERICHT)
    happened(hier, Daad.VERSTUREN_GESTOPT, day(9))
    assert sending(hier) == day(8)


def test_a_fault_of_our_own_before_any_message_counts_too(hier: Wereld) -> None:
    hier.koppeling.zend_fout = Fout.intern("KeyError")
    sent(hier, Uitkomst.BEVESTIGD, day(7))
    happened(hier, Daad.INTERNE_FOUT, day(8), bij="versturen")
    happened(hier, Daad.INTERNE_FOUT, day(8), bij="ophalen")
    assert sending(hier) == day(8)
