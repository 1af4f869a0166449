"""Each day of the audit trail has a root: made once, the same for ever, and a school proves its own acts with it."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tests.wereld import Wereld, make_wereld
from webapp import create_tools, wortel
from webapp.config import AMSTERDAM
from webapp.models import Alarmsoort, Audit, Daad, School, Spoordag
from webapp.services import audit, spoor
from webapp.services.overzicht import alarmen
from webapp.woorden import alarmen as woorden

DAG = date(2026, 3, 28)
"""The day before the clock changes, so that the next one has 23 hours."""
NOW = datetime(2026, 3, 31, 12, tzinfo=AMSTERDAM)


@pytest.fixture
def wereld(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> Wereld:
    monkeypatch.setattr(spoor, "database_now", lambda _: NOW)
    return make_wereld(session, app.extensions["keyring"])


def _act(session: Session, school: School | None, moment: datetime, **tellingen: int) -> None:
    session.add(
        Audit(
            op=moment,
            actie=Daad.GEIMPORTEERD,
            object="importbatch 1",
            school_id=school.id if school else None,
            tellingen=tellingen,
        )
    )
    session.flush()


def _acts(wereld: Wereld, app: Flask) -> list[School]:
    """Five schools and what is of none, on the first day; of two of them something on the day after, at its edges."""
    others = [make_wereld(wereld.session, app.extensions["keyring"], brin=f"{n}0ZZ").school for n in range(1, 5)]
    midnight = datetime(2026, 3, 28, tzinfo=AMSTERDAM)
    for number, school in enumerate((wereld.school, *others, None)):
        _act(wereld.session, school, midnight + timedelta(hours=number), leerlingen=number)
    _act(wereld.session, wereld.school, midnight + timedelta(hours=9), leerkrachten=2)
    _act(wereld.session, wereld.school, datetime(2026, 3, 29, tzinfo=AMSTERDAM))
    _act(wereld.session, others[0], datetime(2026, 3, 29, 23, 59, tzinfo=AMSTERDAM))
    return others


def _seal_all(session: Session) -> list[Spoordag]:
    while (due := spoor.due(session, NOW)) and session.get(Spoordag, date.fromordinal(due[0])) is None:
        spoor.tend(session, due[0])
    return list(session.scalars(select(Spoordag).order_by(Spoordag.datum)))


def _bewijs(wereld: Wereld) -> dict[str, Any]:
    found = spoor.bewijs(wereld.session, wereld.school, DAG, door=wereld.beheerder.id)
    return json.loads(json.dumps(found))  # type: ignore[no-any-return]  # JSON has no types


def test_every_day_gets_a_root_in_turn_an_hour_after_its_end(wereld: Wereld, app: Flask) -> None:
    _acts(wereld, app)
    days = _seal_all(wereld.session)
    assert [(day.datum.day, day.aantal) for day in days] == [(28, 7), (29, 2), (30, 0)]
    assert [day.vorige for day in days] == [wortel.BEGIN, days[0].wortel, days[1].wortel]
    assert spoor.due(wereld.session, datetime(2026, 4, 1, 0, 59, tzinfo=AMSTERDAM)) == []
    assert spoor.due(wereld.session, datetime(2026, 4, 1, 1, tzinfo=AMSTERDAM)) == [date(2026, 3, 31).toordinal()]
    assert audit.root_of(wereld.session, DAG) == days[0].wortel
    assert audit.newest_root(wereld.session) == (days[2].datum, days[2].wortel)


def test_sealing_twice_changes_nothing_and_no_day_comes_before_its_turn(wereld: Wereld, app: Flask) -> None:
    _acts(wereld, app)
    for day in (DAG, DAG, DAG + timedelta(days=2), date(2026, 3, 31)):
        spoor.tend(wereld.session, day.toordinal())
    (only,) = wereld.session.scalars(select(Spoordag))
    assert only.datum == DAG
    assert only.klopt_niet_op is None


def test_a_school_proves_its_acts_and_gets_nothing_of_another(wereld: Wereld, app: Flask) -> None:
    others = _acts(wereld, app)
    days = {day.datum.isoformat(): day for day in _seal_all(wereld.session)}
    found = _bewijs(wereld)
    assert [(dag["dag"], len(dag["feiten"])) for dag in found["dagen"]] == [("2026-03-28", 2), ("2026-03-29", 1)]
    for dag in found["dagen"]:
        assert wortel.klopt(dag)
        assert dag["wortel"] == days[dag["dag"]].wortel
        assert {json.loads(feit)["school"] for feit in dag["feiten"]} == {wereld.school.id}
    assert not [other for other in others if other.brin in str(found)]
    trail = wereld.session.scalars(select(Audit).where(Audit.actie == Daad.LOGBOEK_GEHAALD)).one()
    assert trail.tellingen == {"handelingen": 3}


@pytest.mark.parametrize(
    "change",
    [
        lambda dag: dag["feiten"].pop(),
        lambda dag: dag["feiten"].reverse(),
        lambda dag: dag["feiten"].__setitem__(0, dag["feiten"][0].replace("importbatch 1", "importbatch 2")),
        lambda dag: dag.update(aantal=8),
        lambda dag: dag.update(vorige="1" * 64),
        lambda dag: dag.update(dag="2026-03-27"),
        lambda dag: dag["pad"].pop(),
        lambda dag: dag["pad"][0].reverse(),
    ],
)
def test_a_file_that_was_changed_does_not_fit(wereld: Wereld, app: Flask, tmp_path: Path, change: Any) -> None:
    _acts(wereld, app)
    _seal_all(wereld.session)
    found, file = _bewijs(wereld), tmp_path / "logboek.json"
    command, run = ["spoor-controleren", str(file)], create_tools().test_cli_runner().invoke
    file.write_text(json.dumps(found))
    good = run(args=command)
    assert good.exit_code == 0
    assert "2026-03-28" in good.output
    assert found["dagen"][0]["wortel"] in good.output
    try:
        change(found["dagen"][0])
        file.write_text(json.dumps(found))
        bad = run(args=command)
    except ValueError:
        raise AssertionError(change) from None
    assert bad.exit_code == 1
    assert "2026-03-29" not in bad.output or "KLOPT NIET" in bad.output


def test_what_is_no_such_file_is_said_to_be_none(tmp_path: Path) -> None:
    for text_ in ("", "[]", "{}", '{"dagen": [1]}', '{"dagen": [{"dag": "x"}]}'):
        (tmp_path / "x").write_text(text_)
        result = create_tools().test_cli_runner().invoke(args=["spoor-controleren", str(tmp_path / "x")])
        assert (result.exit_code, "geen logboek" in result.output) == (1, True), text_


@pytest.mark.parametrize(
    ("change", "days"),
    [
        (lambda day: {}, 0),
        (lambda day: {"wortel": "0" * 64}, 2),
        (lambda day: {"aantal": 1}, 1),
        (lambda day: {"vorige": "1" * 64}, 1),
        (lambda day: None, 1),
    ],
)
def test_what_was_changed_behind_our_back_raises_an_alarm_the_next_night(
    wereld: Wereld, app: Flask, change: Any, days: int
) -> None:
    """The web may change no root (tests/test_muur.py): here a day is written as the owner of the table can."""
    _acts(wereld, app)
    session = wereld.session
    columns = ("datum", "aantal", "zout", "vorige", "wortel")
    with session.begin_nested() as aside:
        sealed = [{name: getattr(day, name) for name in columns} for day in _seal_all(session)]
        aside.rollback()
    session.expire_all()
    yesterday = NOW - timedelta(days=1)
    for day in sealed:
        changed = change(day) if day["datum"] == DAG else {}
        if changed is not None:
            session.add(Spoordag(**(day | changed), gecontroleerd_op=yesterday))
    session.flush()
    assert _alarms(session, app) == []
    assert len(spoor.due(session, NOW)) == len(sealed) - (change(sealed[0]) is None)
    for ordinal in spoor.due(session, NOW):
        spoor.tend(session, ordinal)
    session.flush()
    if not days:
        assert _alarms(session, app) == []
        return
    (melding,) = _alarms(session, app)
    assert melding.is_ergst
    assert melding.gegevens == {"dagen": days}
    assert "logboek klopt niet" in woorden.kop(melding)
    assert "operations.md" in woorden.daarna(melding)


def test_an_act_that_appears_in_a_sealed_day_raises_it_too(wereld: Wereld, app: Flask) -> None:
    _acts(wereld, app)
    _seal_all(wereld.session)
    _act(wereld.session, None, datetime(2026, 3, 28, 12, tzinfo=AMSTERDAM))
    spoor.tend(wereld.session, DAG.toordinal())
    wereld.session.flush()
    assert len(_alarms(wereld.session, app)) == 1


def _alarms(session: Session, app: Flask) -> list[alarmen.Melding]:
    found = alarmen.found(session, NOW, app.extensions["settings"])
    return [melding for melding in found if melding.soort is Alarmsoort.SPOOR]


def test_a_trail_that_fits_raises_none_and_old_days_are_looked_at_too(wereld: Wereld, app: Flask) -> None:
    _acts(wereld, app)
    session = wereld.session
    _seal_all(session)
    session.execute(text("UPDATE spoordag SET gecontroleerd_op = '2026-03-30 12:00+02'"))
    session.expire_all()
    assert len(spoor.due(session, NOW)) == 3
    for ordinal in spoor.due(session, NOW):
        spoor.tend(session, ordinal)
    assert spoor.due(session, NOW) == []
    assert session.scalar(select(func.count()).where(Spoordag.klopt_niet_op.is_not(None))) == 0


def test_after_an_error_of_ours_it_rests_for_an_hour(wereld: Wereld, app: Flask) -> None:
    _acts(wereld, app)
    spoor.crashed(wereld.session, DAG.toordinal(), "KeyError")
    wereld.session.flush()
    made = wereld.session.scalar(select(func.now()))
    assert made is not None
    assert spoor.due(wereld.session, made) == []
    assert spoor.due(wereld.session, made + timedelta(hours=1)) != []


def test_the_tree_and_its_paths_fit_for_every_size() -> None:
    for size in range(1, 20):
        leaves = [wortel.blad(bytes([n]), [str(n)]) for n in range(size)]
        for n in range(size):
            assert wortel.along(leaves[n], wortel.pad(leaves, n)) == wortel.top(leaves)
        tops = {wortel.top([*leaves[:n], b"x" * 32, *leaves[n + 1 :]]) for n in range(size)}
        assert wortel.top(leaves) not in tops
        assert len(tops) == size
