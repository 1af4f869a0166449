"""The tables of statuses: each says for every status what may follow, and nothing else can be written."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.ground.verloop import MODELS
from webapp.models import Koppeling, KoppelingStatus
from webapp.models.base import GeenOvergang, MetVerloop
from webapp.models.koppeling import LEIDT_NAAR, MAG, OVERGANGEN, KoppelingAct


@pytest.mark.parametrize("model", MODELS)
def test_every_status_says_what_follows_and_can_be_reached(model: type[MetVerloop]) -> None:
    statuses = set(model.__table__.c.status.type.enum_class)  # type: ignore[attr-defined]  # of the mapped class
    reached = set().union(*model.OVERGANGEN.values())
    assert set(model.OVERGANGEN) - {None} == statuses
    assert statuses - reached <= {KoppelingStatus.BEEINDIGD}, "nothing ends a koppeling yet"


def test_every_act_says_when_it_may_be_done() -> None:
    assert set(MAG) == set(KoppelingAct)
    assert set(LEIDT_NAAR) <= set(KoppelingAct)


def test_a_koppeling_follows_the_manual() -> None:
    ends = {KoppelingStatus.INGETROKKEN, KoppelingStatus.AFGEWEZEN}
    assert OVERGANGEN[None] == {KoppelingStatus.ONBEVESTIGD}
    assert OVERGANGEN[KoppelingStatus.ONBEVESTIGD] == {KoppelingStatus.AANGEVRAAGD, KoppelingStatus.INGETROKKEN}
    assert OVERGANGEN[KoppelingStatus.AANGEVRAAGD] == {KoppelingStatus.OPENGEZET, *ends}
    assert OVERGANGEN[KoppelingStatus.INGEDIEND] == {
        KoppelingStatus.GOEDGEKEURD,
        KoppelingStatus.AANGEVRAAGD,
        *ends,
    }
    assert OVERGANGEN[KoppelingStatus.GOEDGEKEURD] == {
        KoppelingStatus.ACTIEF,
        KoppelingStatus.GEPAUZEERD,
        KoppelingStatus.BEEINDIGD,
        KoppelingStatus.INGEDIEND,
    }


def test_a_status_outside_its_table_cannot_be_set(koppeling: Koppeling) -> None:
    with pytest.raises(GeenOvergang, match="goedgekeurd -> opengezet"):
        koppeling.status = KoppelingStatus.OPENGEZET
    koppeling.status = KoppelingStatus.ACTIEF


def test_a_statement_that_sets_one_fails_in_the_tests(session: Session, koppeling: Koppeling) -> None:
    with pytest.raises(DBAPIError, match="is no arrow"):
        session.execute(update(Koppeling).values(status=KoppelingStatus.OPENGEZET))
