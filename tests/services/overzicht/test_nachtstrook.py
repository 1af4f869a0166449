"""The last nights of a school: what each came to, and which aanlevering was of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import null
from sqlalchemy.orm import Session

from tests.voorpagina import add_batch, fill_nights
from tests.wereld import Wereld, make_wereld
from webapp.models import BatchStatus, KoppelingStatus, Nacht
from webapp.services import sloten
from webapp.services.overzicht.nachtstrook import NACHTEN, Uitslag, of_koppeling

DAG = date(2026, 11, 26)
NU = datetime(2026, 11, 26, 9, tzinfo=UTC)


@pytest.fixture
def wereld(app: Flask, session: Session) -> Wereld:
    return make_wereld(session, app.extensions["keyring"])


def _uitslagen(wereld: Wereld) -> dict[date, Uitslag]:
    return {each.datum: each.uitslag for each in of_koppeling(wereld.session, wereld.koppeling, NU)}


def test_the_last_thirty_are_there_oldest_first(wereld: Wereld) -> None:
    fill_nights(wereld, today=DAG, number=40, asked=(0, 18), failed=9)
    found = of_koppeling(wereld.session, wereld.koppeling, NU)
    assert [each.datum for each in found] == [DAG - timedelta(days=ago) for ago in range(NACHTEN - 1, -1, -1)]
    assert [DAG - each.datum for each in found if each.uitslag is Uitslag.VRAGEN] == [timedelta(18), timedelta(0)]
    assert [DAG - each.datum for each in found if each.uitslag is Uitslag.STORING] == [timedelta(9)]
    assert found[-1].bevestigd == 31


@pytest.mark.parametrize(
    ("hours", "status", "follows", "expected"),
    [
        (0.5, BatchStatus.AUTOMATISCH_VERWERKT, False, Uitslag.GOED),
        (0.5, BatchStatus.WACHT_OP_CONTROLE, False, Uitslag.VRAGEN),
        (0.5, BatchStatus.VASTGEHOUDEN, False, Uitslag.VRAGEN),
        (0.5, BatchStatus.VERVANGEN, False, Uitslag.VRAGEN),
        (0.5, BatchStatus.WACHT_OP_CONTROLE, True, Uitslag.GOED),
        (9, BatchStatus.WACHT_OP_CONTROLE, False, Uitslag.GOED),
    ],
)
def test_an_aanlevering_is_of_the_night_in_which_it_came(
    wereld: Wereld, hours: float, status: BatchStatus, follows: bool, expected: Uitslag
) -> None:
    """Not what came by day, nor what an import left behind."""
    fill_nights(wereld, today=DAG - timedelta(days=1), number=1, asked=(), failed=-1)
    op = datetime(2026, 11, 25, 1, 4, tzinfo=UTC) + timedelta(hours=hours)
    before = add_batch(wereld, op - timedelta(days=2), BatchStatus.VERWERKT) if follows else None
    batch = add_batch(wereld, op, status, vervolg_van_id=before)
    (night,) = of_koppeling(wereld.session, wereld.koppeling, NU)
    assert night.uitslag is expected
    assert night.batch_id == (batch if hours < 1 and not follows else None)


def test_a_night_leads_to_what_it_asked_before_what_the_agreements_added(wereld: Wereld) -> None:
    fill_nights(wereld, today=DAG - timedelta(days=1), number=1, asked=(), failed=-1)
    op = datetime(2026, 11, 25, 1, 34, tzinfo=UTC)
    asked = add_batch(wereld, op, BatchStatus.WACHT_OP_CONTROLE)
    add_batch(wereld, op, BatchStatus.AUTOMATISCH_VERWERKT)
    (night,) = of_koppeling(wereld.session, wereld.koppeling, NU)
    assert (night.uitslag, night.batch_id) == (Uitslag.VRAGEN, asked)


def test_a_night_that_runs_is_busy_until_this_school_was_fetched(wereld: Wereld) -> None:
    begun = NU - timedelta(hours=1)
    wereld.session.add(Nacht(datum=DAG, begonnen_op=begun))
    wereld.session.flush()
    assert _uitslagen(wereld) == {DAG: Uitslag.BEZIG}
    sloten.lock(wereld.session, wereld.school.id)
    wereld.koppeling.opgehaald_op = NU
    assert _uitslagen(wereld) == {DAG: Uitslag.GOED}


def test_a_night_that_nobody_began_failed_and_one_of_a_pause_is_not_there(wereld: Wereld) -> None:
    ended = NU - timedelta(hours=1)
    yesterday = DAG - timedelta(days=1)
    wereld.session.add(Nacht(datum=DAG, begonnen_op=null(), klaar_op=ended))
    wereld.session.add(Nacht(datum=yesterday, begonnen_op=ended - timedelta(days=1), klaar_op=ended))
    wereld.session.flush()
    assert _uitslagen(wereld) == {DAG: Uitslag.STORING}
    wereld.koppeling.status = KoppelingStatus.GEPAUZEERD
    assert _uitslagen(wereld) == {}


def test_nights_before_the_koppeling_began_are_not_there(wereld: Wereld) -> None:
    fill_nights(wereld, today=DAG, number=5, asked=(), failed=-1)
    wereld.koppeling.gestart_op = datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert list(_uitslagen(wereld)) == [date(2026, 11, 25), DAG]
    wereld.koppeling.gestart_op = None
    assert _uitslagen(wereld) == {}
