"""A koppeling is active once its first import was written, and a pause changes nothing about that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from tests.services.conftest import aanlevering, pupil
from webapp.models import Account, BatchStatus, Koppeling, KoppelingStatus
from webapp.services.controle import vastleggen
from webapp.services.inname import inname
from webapp.services.koppeling import levensloop
from webapp.services.ophalen import beurt

Make = Callable[..., Any]


def paused_and_resumed(session: Session, koppeling: Koppeling, door: Account) -> KoppelingStatus:
    levensloop.pause(session, koppeling.id, door=door.id)
    return levensloop.resume(session, koppeling.id, door=door.id).status


def test_a_school_for_which_nothing_was_found_is_not_active_after_a_pause(
    session: Session, koppeling: Koppeling, beheerder: Account
) -> None:
    beurt.found_nothing(session, koppeling)
    assert koppeling.opgehaald_op is not None
    assert paused_and_resumed(session, koppeling, beheerder) is KoppelingStatus.GOEDGEKEURD


def test_questions_of_the_first_import_still_wait_after_a_pause(
    session: Session, koppeling: Koppeling, beheerder: Account
) -> None:
    batch = inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noor", "Maan")))
    assert batch is not None
    assert batch.status is BatchStatus.WACHT_OP_CONTROLE
    assert paused_and_resumed(session, koppeling, beheerder) is KoppelingStatus.GOEDGEKEURD


def test_an_active_koppeling_is_active_again_after_a_pause(
    session: Session, koppeling: Koppeling, beheerder: Account, make_leerling: Make, make_groep: Make
) -> None:
    make_leerling("Noor", "Maan")
    make_groep("Groep 5", "5")
    inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noor", "Maan")))
    assert koppeling.status is KoppelingStatus.ACTIEF
    assert paused_and_resumed(session, koppeling, beheerder) is KoppelingStatus.ACTIEF


def test_the_first_import_is_done_once_the_leavers_were_all_that_was_asked(
    session: Session, koppeling: Koppeling, beheerder: Account, make_leerling: Make, make_groep: Make
) -> None:
    make_groep("Groep 5", "5")
    for i in range(20):
        make_leerling(f"Kind{i}", "Berk", las_key=f"k{i}")
    batch = inname.take_in(session, koppeling, aanlevering(pupil("k0", "Kind0", "Berk")))
    assert batch is not None
    vastleggen.confirm_departures(session, batch.school_id, batch.id, confirmed=19, door=beheerder.id)
    assert (batch.status, koppeling.status) == (BatchStatus.VERWERKT, KoppelingStatus.ACTIEF)
    assert paused_and_resumed(session, koppeling, beheerder) is KoppelingStatus.ACTIEF
