"""Nights: one per local date, whatever happens to clocks, sweeps and the database; and what came of each."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from jobs import sweep
from tests.ground.statements import COMMIT, end_connection, struck
from tests.wereld import Wereld, make_wereld
from webapp import create_app
from webapp.config import AMSTERDAM, Settings
from webapp.db import db, unit_of_work
from webapp.models import Audit, Daad, Koppeling, LeveringStatus, Nacht, Resultaat, Schoolnacht
from webapp.models.fout import Fout
from webapp.queue import Job
from webapp.services import nachten, nachtverloop, zendkeuze
from webapp.services.clock import database_clock
from webapp.services.koppeling import stilstand
from webapp.services.versturen import keuze, klaarzetten
from webapp.services.versturen.keuze import Keuze
from webapp.uwlr.codes import FaultCode, Owner, Reden

LANG = timedelta(days=400)


@pytest.fixture
def uren(settings: Settings) -> Settings:
    """The hours of a real installation."""
    return replace(settings, nacht_begin_uur=1, nacht_eind_uur=7)


@pytest.fixture
def wereld(app: Flask, session: Session) -> Wereld:
    return make_wereld(session, app.extensions["keyring"])


def op(day: str, hour: int, minute: int = 0) -> datetime:
    """A moment by the clock on the wall in Amsterdam."""
    return datetime.fromisoformat(day).replace(hour=hour, minute=minute, tzinfo=AMSTERDAM)


def ronde(session: Session, now: datetime, settings: Settings) -> Nacht | None:
    """What a round of the sweep does about nights."""
    nacht = nachten.begin(session, now, settings)
    nachten.follow(session, now, settings)
    session.flush()
    session.expire_all()
    return nacht


def all_of(session: Session) -> list[Nacht]:
    return list(session.scalars(select(Nacht).order_by(Nacht.datum)))


def fetched(wereld: Wereld, when: datetime) -> None:
    wereld.koppeling.opgehaald_op, wereld.koppeling.ophalen_op = when, None
    wereld.session.flush()


def sent(wereld: Wereld) -> None:
    wereld.koppeling.zenden_op = None
    wereld.session.flush()


# One per date


@pytest.mark.fault(29)
@pytest.mark.parametrize("changes", [date(2026, 10, 25), date(2027, 3, 28)])
@pytest.mark.parametrize("uur", [0, 1, 2, 3])
def test_a_night_in_which_the_clock_changes_comes_once(
    session: Session, wereld: Wereld, uren: Settings, changes: date, uur: int
) -> None:
    uren, begun = replace(uren, nacht_begin_uur=uur), []
    now = datetime(changes.year, changes.month, changes.day, tzinfo=UTC) - timedelta(hours=36)
    for _ in range(3 * 48):
        if (nacht := ronde(session, now, uren)) is not None:
            assert nacht.begonnen_op is not None
            begun.append((nacht.datum, nacht.begonnen_op))
        now += timedelta(minutes=30)
    assert [datum for datum, _ in begun].count(changes) == 1
    assert len({datum for datum, _ in begun}) == len(begun)
    for datum, begonnen in begun[1:]:  # the first of these rounds may come after the window
        hour = begonnen.astimezone(AMSTERDAM).hour
        assert hour == (3 if (datum, uur) == (date(2027, 3, 28), 2) else uur)


def test_the_window_ends_by_the_clock_on_the_wall(uren: Settings) -> None:
    lengths = [
        (closes.astimezone(UTC) - opens.astimezone(UTC)) / timedelta(hours=1)
        for opens, closes in (
            nachten.window(day, uren) for day in (date(2026, 10, 25), date(2026, 11, 25), date(2027, 3, 28))
        )
    ]
    assert lengths == [7, 6, 5]


@pytest.fixture
def committed(settings: Settings, fresh_database_url: str) -> Iterator[Flask]:
    """An app on a database of its own, in which a school runs."""
    app = create_app(replace(settings, database_url=fresh_database_url))
    with app.app_context():
        with unit_of_work() as session:
            make_wereld(session, app.extensions["keyring"])
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.mark.fault(30)
def test_two_schedulers_make_one_night(committed: Flask, uren: Settings) -> None:
    together = Barrier(4)

    def begin(_: int) -> bool:
        with committed.app_context(), unit_of_work() as session:
            together.wait(30)
            return nachten.begin(session, op("2026-11-25", 1, 30), uren) is not None

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(begin, range(4))) == [False, False, False, True]
    with unit_of_work() as session:
        assert len(all_of(session)) == 1
        assert len(session.scalars(select(Audit).where(Audit.actie == Daad.NACHT_BEGONNEN)).all()) == 1


# A scheduler, or the database, that was away


@pytest.mark.fault(31)
def test_a_sweep_that_comes_back_inside_the_window_begins_late(
    session: Session, wereld: Wereld, uren: Settings
) -> None:
    nacht = ronde(session, op("2026-11-25", 3), uren)
    assert nacht is not None
    assert (nacht.uitgelopen_op, wereld.koppeling.ophalen_op) == (None, op("2026-11-25", 3))


@pytest.mark.fault(31)
def test_a_night_missed_wholly_is_made_good_results_first(session: Session, wereld: Wereld, uren: Settings) -> None:
    koppeling, now = wereld.koppeling, op("2026-11-25", 10, 3)
    wereld.genormeerd(1)
    nacht = ronde(session, now, uren)
    assert nacht is not None
    assert nacht.uitgelopen_op == nacht.begonnen_op == now
    assert (koppeling.zenden_op, koppeling.ophalen_op) == (now, now + timedelta(hours=1))
    assert ronde(session, now + timedelta(minutes=1), uren) is None, "once"
    sent(wereld)
    ronde(session, now + timedelta(minutes=2), uren)
    assert koppeling.ophalen_op == now + timedelta(minutes=2), "the results have gone"
    assert nacht.klaar_op is None
    fetched(wereld, now + timedelta(minutes=3))
    ronde(session, now + timedelta(minutes=4), uren)
    assert nacht.klaar_op == now + timedelta(minutes=4)
    assert nacht.tellingen == {
        "koppelingen": 1, "overgeslagen": 0, "opgehaald": 1, "niet_opgehaald": 0, "niet_aan_de_beurt": 0,
        "bevestigd": 0, "geweigerd": 0, "onzeker": 0, "storingen": [], "redenen": [],
    }  # fmt: skip
    trail = session.scalars(select(Audit).where(Audit.actie == Daad.NACHT_BEGONNEN)).one()
    assert trail.tellingen["te_laat"] == 1


def test_a_school_with_nothing_to_send_has_no_job_until_a_fetch_links_somebody(
    session: Session, wereld: Wereld, uren: Settings
) -> None:
    sent(wereld)
    ronde(session, op("2026-11-25", 1), uren)
    nachten.send_along(session, wereld.koppeling)
    assert wereld.koppeling.zenden_op is None
    wereld.genormeerd(1)
    nachten.send_along(session, wereld.koppeling)
    assert wereld.koppeling.zenden_op is not None
    sent(wereld)
    fetched(wereld, op("2026-11-25", 2))
    ronde(session, op("2026-11-25", 2), uren)
    nachten.send_along(session, wereld.koppeling)
    assert wereld.koppeling.zenden_op is None, "by day it waits for the next night"
    ronde(session, op("2026-11-26", 1), uren)
    assert wereld.koppeling.zenden_op == op("2026-11-26", 1)


def test_a_newer_score_of_a_toets_that_the_school_put_off_has_no_job(
    session: Session, wereld: Wereld, uren: Settings
) -> None:
    [id_] = wereld.genormeerd(1)
    wereld.breng(id_, LeveringStatus.BEVESTIGD).bevestigd = 1
    wereld.session.get_one(Resultaat, id_).ruwe_score = 3
    wereld.normeer(now=database_clock(session))
    off = Keuze(aan=True, binnen_minuut=False, vanaf=None, toetsen_uit=frozenset({wereld.toetsen["VB-RW-5"].id}))
    keuze.change(session, wereld.school.id, off, seen=None, door=wereld.beheerder.id)
    levering = wereld.levering(id_)
    assert (levering.status, levering.bevestigd, levering.versie) == (LeveringStatus.KLAAR, 1, 2)
    wereld.koppeling.zenden_op = None
    ronde(session, op("2026-11-25", 1), uren)
    assert wereld.koppeling.zenden_op is None
    keuze.change(
        session, wereld.school.id, replace(off, toetsen_uit=frozenset()),
        seen=zendkeuze.of_school(session, wereld.school.id).gewijzigd_op, door=wereld.beheerder.id,
    )  # fmt: skip
    ronde(session, op("2026-11-26", 1), uren)
    assert wereld.koppeling.zenden_op == op("2026-11-26", 1)


def test_what_somebody_asked_for_does_not_wait_for_a_late_night(
    session: Session, wereld: Wereld, uren: Settings
) -> None:
    wereld.koppeling.ophalen_op = asked = op("2026-11-25", 10, 2)
    ronde(session, op("2026-11-25", 10, 3), uren)
    assert wereld.koppeling.ophalen_op == asked


def test_three_nights_down_are_told_and_one_is_made_good(session: Session, wereld: Wereld, uren: Settings) -> None:
    ronde(session, op("2026-11-22", 1, 5), uren)
    nacht = ronde(session, op("2026-11-26", 9), uren)
    assert nacht is not None
    assert [(each.datum.day, each.begonnen_op is not None) for each in all_of(session)] == [
        (22, True), (23, False), (24, False), (25, False), (26, True),
    ]  # fmt: skip
    assert nacht.tellingen["overgeslagen"] == 3
    assert [each.datum.day for each in all_of(session) if each.klaar_op is None] == [26]
    assert nachtverloop.schools(session, all_of(session)[1], op("2026-11-26", 9)) == []


@pytest.mark.parametrize("hour", [7, 12, 23])
def test_on_the_day_of_its_first_school_no_night_was_missed(
    session: Session, wereld: Wereld, uren: Settings, hour: int
) -> None:
    wereld.koppeling.gestart_op = op("2026-11-25", 6)
    assert ronde(session, op("2026-11-25", hour), uren) is None
    assert all_of(session) == []
    assert ronde(session, op("2026-11-26", 1), uren) is not None


def test_before_its_hour_no_night_begins(session: Session, wereld: Wereld, uren: Settings) -> None:
    ronde(session, op("2026-11-24", 1), uren)
    assert ronde(session, op("2026-11-25", 0, 59), uren) is None


@pytest.mark.fault(15)
def test_a_database_that_goes_away_while_a_night_begins_leaves_none_behind(committed: Flask, uren: Settings) -> None:
    committed.extensions["settings"] = replace(uren, nacht_begin_uur=0, nacht_eind_uur=24)

    def hang_up(connection: Any) -> None:
        end_connection(connection.connection.driver_connection)

    with struck(db.engine, 1, hang_up, since=COMMIT), pytest.raises(SQLAlchemyError):
        sweep.sweep()
    with unit_of_work() as session:
        assert all_of(session) == []
        assert session.scalars(select(Koppeling.ophalen_op)).all() == [None]
    sweep.sweep()
    with unit_of_work() as session:
        assert len(all_of(session)) == 1
        assert session.scalars(select(Koppeling.ophalen_op)).one() is not None


def test_a_database_that_is_away_skips_a_round_and_after_a_full_one_the_next_comes_soon(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    few, many = {Job.SEND_MAIL: 500, Job.FETCH_LEERLINGGEGEVENS: 3}, {Job.FETCH_LEERLINGGEGEVENS: 500}
    rounds = iter((OperationalError("", None, Exception()), few, many, dict[Job, int]()))
    waits = list[float]()

    class Stop:
        def is_set(self) -> bool:
            return not left

        def wait(self, seconds: float) -> None:
            waits.append(seconds)

    left = [1, 1, 1, 1]

    def once() -> dict[Job, int]:
        left.pop()
        if isinstance(done := next(rounds), dict):
            return done
        raise done

    monkeypatch.setattr(sweep, "sweep", once)
    caplog.set_level(logging.INFO)
    sweep.run(app, Stop())  # type: ignore[arg-type]  # as much of an Event as it needs
    usual = app.extensions["settings"].sweep_interval.total_seconds()
    assert waits == [usual, usual, min(usual, 2.0), usual]
    assert left == []
    lines = [vars(record)["event"] for record in caplog.records if record.message == "round"]
    assert [(line["act"], line["outcome"], line.get("due")) for line in lines] == [
        ("sweep", "broke", None),
        ("sweep", "done", 503),
        ("sweep", "done", 500),
    ], "a round without work is no line"


# A night and its end


def test_no_night_waits_for_a_school_without_a_key_whatever_its_row_says(
    session: Session, wereld: Wereld, uren: Settings
) -> None:
    nacht = ronde(session, op("2026-11-25", 1), uren)
    assert nacht is not None
    stilstand.ask_sleutel(session, wereld.koppeling.id, reden="Gelekt.", door=wereld.beheerder.id)
    wereld.koppeling.fout = wereld.koppeling.zend_fout = Fout(Reden.STORING, Owner.NIEMAND)
    wereld.koppeling.ophalen_op = wereld.koppeling.zenden_op = op("2026-11-25", 1, 5)
    ronde(session, op("2026-11-25", 1, 10), uren)
    assert nacht.klaar_op == op("2026-11-25", 1, 10)


@pytest.mark.fault(32)
def test_a_night_that_is_not_done_in_time_goes_on_by_day_results_first(
    session: Session, wereld: Wereld, uren: Settings
) -> None:
    koppeling = wereld.koppeling
    nacht = ronde(session, op("2026-11-25", 1), uren)
    assert nacht is not None
    ronde(session, op("2026-11-25", 6, 59), uren)
    assert (nacht.uitgelopen_op, koppeling.ophalen_op) == (None, op("2026-11-25", 1))
    ronde(session, op("2026-11-25", 7), uren)
    assert (nacht.uitgelopen_op, nacht.klaar_op) == (op("2026-11-25", 7), None)
    assert koppeling.ophalen_op == op("2026-11-25", 8), "the results first"
    sent(wereld)
    ronde(session, op("2026-11-25", 7, 10), uren)
    assert koppeling.ophalen_op == op("2026-11-25", 7, 10)
    assert nacht.verzonden_op == op("2026-11-25", 7, 10)
    fetched(wereld, op("2026-11-25", 7, 11))
    ronde(session, op("2026-11-25", 7, 12), uren)
    assert nacht.klaar_op == nacht.opgehaald_op == op("2026-11-25", 7, 12)


@pytest.mark.fault(32)
def test_what_a_night_left_is_due_in_the_next(session: Session, wereld: Wereld, uren: Settings) -> None:
    first = ronde(session, op("2026-11-25", 1), uren)
    wereld.koppeling.fout, wereld.koppeling.ophalen_pogingen = Fout(Reden.STORING, Owner.NIEMAND), 9
    wereld.koppeling.ophalen_op = op("2026-11-26", 1, 40)
    second = ronde(session, op("2026-11-26", 1), uren)
    assert first is not None
    assert second is not None
    assert first.klaar_op == op("2026-11-26", 1)
    assert (wereld.koppeling.ophalen_op, second.klaar_op) == (op("2026-11-26", 1), None)
    (school,) = nachtverloop.schools(session, first, op("2026-11-26", 1))
    assert (school.opgehaald_op, school.fout_code) == (None, str(Reden.STORING))


def test_a_fetch_that_waits_to_be_tried_again_keeps_the_night_open(
    session: Session, wereld: Wereld, uren: Settings
) -> None:
    nacht = ronde(session, op("2026-11-25", 1), uren)
    sent(wereld)
    wereld.koppeling.ophalen_op, wereld.koppeling.ophalen_pogingen = op("2026-11-25", 1, 15), 2
    ronde(session, op("2026-11-25", 1, 5), uren)
    assert nacht is not None
    assert nacht.klaar_op is None
    assert nacht.verzonden_op is not None
    ronde(session, op("2026-11-25", 7), uren)
    assert wereld.koppeling.ophalen_op == op("2026-11-25", 1, 15), "its own pause stays"


def test_results_in_doubt_keep_the_night_open_and_a_second_sending_later_does_not(
    session: Session, wereld: Wereld, uren: Settings
) -> None:
    nacht = ronde(session, op("2026-11-25", 1), uren)
    assert nacht is not None
    fetched(wereld, op("2026-11-25", 1, 1))
    koppeling = wereld.koppeling
    koppeling.zenden_op, koppeling.zend_fout = op("2026-11-25", 1, 20), Fout(Reden.STORING, Owner.NIEMAND)
    ronde(session, op("2026-11-25", 1, 5), uren)
    assert nacht.klaar_op is None
    koppeling.zend_fout = None
    ronde(session, op("2026-11-25", 1, 6), uren)
    assert nacht.klaar_op == op("2026-11-25", 1, 6)


def test_a_night_without_schools_ends_at_once(session: Session, uren: Settings) -> None:
    nacht = ronde(session, op("2026-11-25", 1), uren)
    assert nacht is not None
    assert nacht.klaar_op == nacht.begonnen_op


@pytest.mark.fault(26)
def test_the_course_tells_per_school_and_stays_when_the_school_goes_on(
    app: Flask, session: Session, wereld: Wereld, uren: Settings
) -> None:
    refused = make_wereld(session, app.extensions["keyring"], brin="99YY")
    refused.koppeling.fout, refused.koppeling.zenden_op = Fout(FaultCode.AUTORISATIE_ONGELDIG, Owner.SCHOOL), None
    now = op("2026-11-25", 1)
    nacht = ronde(session, now, uren)
    assert nacht is not None
    ids = wereld.genormeerd(4)
    wereld.normeer()
    klaarzetten.prepare(session, wereld.school.id)
    for id_, status in zip(
        ids,
        (LeveringStatus.BEVESTIGD, LeveringStatus.BEVESTIGD, LeveringStatus.GEWEIGERD, LeveringStatus.ONBEKEND),
        strict=True,
    ):
        levering = wereld.breng(id_, status)
        levering.bevestigd_op = now + LANG if status is LeveringStatus.BEVESTIGD else None
    fetched(wereld, now + timedelta(minutes=5))
    sent(wereld)
    running = nachtverloop.schools(session, nacht, now + timedelta(minutes=6))
    assert [(each.brin, each.verzonden, each.bevestigd, each.geweigerd, each.onzeker) for each in running] == [
        ("99XX", 4, 2, 1, 1),
        ("99YY", 0, 0, 0, 0),
    ]
    assert running[1].fout_code == FaultCode.AUTORISATIE_ONGELDIG
    ronde(session, now + timedelta(minutes=10), uren)
    assert nacht.klaar_op is not None
    fetched(wereld, now + LANG)
    session.execute(text("UPDATE levering SET bevestigd_op = NULL, gewijzigd_op = '2020-01-01'"))
    assert nachtverloop.schools(session, nacht, now + timedelta(minutes=6)) == running
    assert session.scalars(select(Schoolnacht.datum)).all() == [nacht.datum] * 2


@pytest.mark.parametrize("hour", [1, 11])
def test_the_first_night_of_august_does_not_begin_the_new_year(
    session: Session, wereld: Wereld, uren: Settings, hour: int
) -> None:
    koppeling = wereld.koppeling
    ronde(session, op("2027-07-31", 1), uren)
    ronde(session, op("2027-08-01", hour), uren)
    assert koppeling.schooljaar == "2026-2027"
    assert koppeling.ophalen_op is not None


@pytest.mark.parametrize("hour", range(24))
def test_no_test_begins_a_night_by_the_hour_of_the_day(
    session: Session, wereld: Wereld, settings: Settings, hour: int
) -> None:
    assert ronde(session, op("2026-11-25", hour), settings) is None
