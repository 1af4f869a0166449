"""The bell of the minute, with a real queue: it rings at the moment, once, and nothing hangs on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from jobs import minuut as bel
from jobs import sweep
from jobs.versturen import push_resultaten
from tests.las import Administratie, running_las
from tests.wereld import Wereld, make_wereld
from webapp.config import Settings
from webapp.models import Koppeling, LasType, Zendkeuze
from webapp.queue import NU, Job
from webapp.services import nachten, sloten
from webapp.services.clock import database_clock
from webapp.services.versturen import minuut
from webapp.services.versturen.stand import Zending, verzendstand


@pytest.fixture
def las() -> Iterator[Administratie]:
    administratie = Administratie()
    with running_las(administratie) as las:
        administratie.address = las.address
        yield administratie


@pytest.fixture
def wereld(
    session: Session, app: Flask, settings: Settings, las: Administratie, monkeypatch: pytest.MonkeyPatch
) -> Wereld:
    here = replace(settings, parnassys_url=las.address, minuut_berichten=1)
    monkeypatch.setitem(app.extensions, "settings", here)
    found = make_wereld(session, app.extensions["keyring"])
    minuut.allow(session, LasType.PARNASSYS, on=True, door=found.beheerder.id)
    sloten.hold(session, found.school.id)
    session.add(Zendkeuze(school_id=found.school.id, binnen_minuut=True))
    found.koppeling.zenden_op = None
    found.genormeerd(3)
    session.commit()
    return found


def moment_comes(wereld: Wereld) -> None:
    """The ten seconds are over."""
    past = Koppeling.zenden_op - timedelta(seconds=31)
    wereld.session.execute(update(Koppeling).values(zenden_op=past, minuut_sinds=Koppeling.minuut_sinds - minuut.WACHT))
    wereld.session.commit()


def queued(app: Flask) -> list[int]:
    return [job.args[0] for job in app.extensions["rq_queues"][NU].get_jobs()]


def test_the_bell_rings_at_the_moment_and_once(wereld: Wereld, app: Flask, las: Administratie) -> None:
    assert bel.look() == set()
    moment_comes(wereld)
    rung = bel.look()
    assert bel.look(rung) == rung == {wereld.koppeling.id}
    assert queued(app) == [wereld.koppeling.id], "before the work of a night"
    push_resultaten(wereld.koppeling.id)
    assert len(las.boek) == 3
    assert bel.look(rung) == set()
    assert (wereld.koppeling.zenden_op, wereld.koppeling.minuut_sinds) == (None, None)


def test_without_a_bell_the_sweep_rings(wereld: Wereld) -> None:
    moment_comes(wereld)
    assert sweep.sweep()[Job.PUSH_RESULTATEN] == 1


def test_a_bell_that_reached_nobody_is_rung_again(wereld: Wereld, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    moment_comes(wereld)
    with monkeypatch.context() as away:
        away.setattr(bel, "ring", lambda *_args, **_kwargs: False)
        assert bel.look() == set()
    assert bel.look() == {wereld.koppeling.id}
    assert queued(app) == [wereld.koppeling.id]


def test_over_the_budget_it_goes_a_little_later_and_says_so(wereld: Wereld, las: Administratie) -> None:
    moment_comes(wereld)
    now = database_clock(wereld.session)
    soon = now + timedelta(minutes=1)  # whenever this runs, it is the same minute
    assert minuut.take_room(wereld.session, LasType.PARNASSYS, soon, most=1) is None, "two other schools were first"
    assert minuut.take_room(wereld.session, LasType.PARNASSYS, soon, most=1) is not None
    wereld.session.commit()
    push_resultaten(wereld.koppeling.id)
    assert las.berichten == []
    stand = verzendstand(wereld.session, wereld.koppeling, now)
    assert (stand.stand, stand.is_druk, stand.klaar) == (Zending.MINUUT, True, 3)
    assert stand.vanaf is not None
    assert now + timedelta(minutes=1) < stand.vanaf <= now + timedelta(minutes=3)


def test_a_night_knows_no_budget(wereld: Wereld, app: Flask, las: Administratie) -> None:
    now = database_clock(wereld.session)
    for _ in range(3):
        minuut.take_room(wereld.session, LasType.PARNASSYS, now, most=1)
    nachten.begin(wereld.session, now, replace(app.extensions["settings"], nacht_begin_uur=0, nacht_eind_uur=24))
    wereld.session.commit()
    push_resultaten(wereld.koppeling.id)
    assert len(las.boek) == 3
