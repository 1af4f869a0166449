"""Two who write the same school at the same moment: nothing doubles, nothing is lost, whoever loses tries again."""

from __future__ import annotations

import ast
import inspect
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import count
from typing import Any
from unittest.mock import Mock

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from jobs import ophalen, versturen
from tests.paren import LONGEST, Actor, Paren, app_for, picture, watched
from tests.schrijvers import GEVAARLIJK, SCHRIJVERS, quiet_las
from tests.services.conftest import pupil
from tests.toneel import FIRST, Stages, Toneel, set_stage
from webapp import db as webapp_db
from webapp.config import PROJECT, Settings
from webapp.db import db, in_transaction, unit_of_work
from webapp.models import (
    Afspraken,
    Groep,
    Handeling,
    Keuze,
    Koppeling,
    Leerling,
    Levering,
    LeveringStatus,
    MogelijkDezelfde,
    School,
    Soort,
    Wat,
)
from webapp.models.ids import SchoolId
from webapp.services import sloten
from webapp.services.controle import keuzes, vastleggen, zelfde
from webapp.services.controle.samenvatting import summarise
from webapp.services.inname import batch as batches
from webapp.services.inname import gewist, inname
from webapp.services.sloten import NotLocked


@pytest.fixture
def site(settings: Settings, fresh_database_url: str, redis: Redis) -> Iterator[Flask]:
    app = app_for(settings, fresh_database_url)
    with watched(app), quiet_las():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("first", GEVAARLIJK)
def test_the_dangerous_pairs_leave_what_one_after_the_other_leaves(site: Flask, first: str) -> None:
    said: list[str] = []
    found = Paren(site, said.append)
    for second in GEVAARLIJK:
        found.run(first, second, points=3)
    assert found.verslag.is_good, said


def test_the_judge_hears_who_was_told_the_wrong_thing(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the lock of the school, an answer is saved in a review that is being imported, and nobody is refused."""

    def take_nothing(session: Session, school_id: SchoolId) -> int:
        sloten._schools(session, sloten._LOCKED).add(school_id)
        return sloten.revisie(session, school_id)

    monkeypatch.setattr(sloten, "_raise", take_nothing)
    found = Paren(site)
    found.run("importeren", "koppelen", points=1)
    assert found.verslag.refused_wrong == 1


@pytest.mark.parametrize(
    "other",
    ["ophalen", "ruil beantwoorden", "samen kiezen", "vraag doorgeven", "later", "adressen invullen", "overnemen"],
)
def test_an_import_that_leaves_questions_behind_loses_nothing_that_comes_meanwhile(site: Flask, other: str) -> None:
    said: list[str] = []
    found = Paren(site, said.append)
    found.run("met vervolg importeren", other, points=3)
    found.run(other, "met vervolg importeren", points=3)
    assert found.verslag.is_good, said


@pytest.mark.parametrize("other", ["ophalen", "scores opslaan", "versturen", "wissen", "import terugdraaien"])
def test_an_undo_loses_nothing_that_comes_meanwhile(site: Flask, other: str) -> None:
    said: list[str] = []
    found = Paren(site, said.append)
    found.run("import terugdraaien", other, points=3)
    found.run(other, "import terugdraaien", points=3)
    assert found.verslag.is_good, said


@pytest.mark.parametrize("other", ["ophalen", "scores opslaan", "versturen"])
@pytest.mark.parametrize("act", ["samenvoegen", "samenvoegen terugdraaien"])
def test_merging_and_its_undo_lose_nothing_that_comes_meanwhile(site: Flask, act: str, other: str) -> None:
    said: list[str] = []
    found = Paren(site, said.append)
    found.run(act, other, points=2)
    found.run(other, act, points=2)
    assert found.verslag.is_good, said


@pytest.mark.parametrize("at", [1, 30, 60])
def test_a_score_in_the_very_moment_that_a_night_adds_somebody_beside_them_is_asked_about(site: Flask, at: int) -> None:
    """Whoever is first: the night sees the score and asks, or it adds and then it is asked."""
    toneel, born = set_stage(site, "actief"), date(2016, 3, 12)
    others = [pupil(f"o{n}", f"Kind{name}", f"Naam{name}", "2015-01-01") for n, name in enumerate("abcdefghijkl")]
    came = replace(FIRST, leerlingen=(*FIRST.leerlingen, *others, pupil("s1", "Sam", "Blok", "2016-03-21")))
    with unit_of_work() as session:
        sloten.lock(session, toneel.school_id)
        mine = {"school_id": toneel.school_id, "groep_id": toneel.groep_id}
        session.add(Afspraken(school_id=toneel.school_id, alleen_op_het_spel=True))
        session.add_all(
            Leerling(**mine, roepnaam=each.roepnaam, achternaam=each.achternaam, las_key=each.key) for each in others
        )
        session.add(sam := Leerling(**mine, roepnaam="Sam", achternaam="Blok", geboortedatum=born))
        session.flush()
        toneel = replace(toneel, dubbelganger=sam.id)

    def night(_: Toneel) -> None:
        in_transaction(lambda session: inname.take_in(session, session.get_one(Koppeling, toneel.koppeling_id), came))

    first = Actor(night, toneel, stop_at=at).start()
    first.stopped.wait(LONGEST)
    second = Actor(SCHRIJVERS["scores opslaan"][1], toneel).start()
    Paren(site).until_done_or_waiting(second)
    first.end()
    second.end()
    assert (first.error, second.error) == (None, None)
    with unit_of_work() as session:
        zelfde.ask(session, toneel.school_id)
        batch = batches.open_of(session, toneel.school_id)
        asked = [regel for regel in batch.regels if regel.las_key == "s1"] if batch is not None else []
        assert [(regel.is_vraag, regel.kandidaten[0]["id"]) for regel in asked] == [(True, toneel.dubbelganger)]
        is_added = session.scalar(select(MogelijkDezelfde.id)) is not None
        assert is_added == (asked[0].toegepast_id is not None)


@pytest.mark.fault(36)
@pytest.mark.parametrize("order", [("ophalen", "importeren"), ("importeren", "ophalen")], ids="-".join)
def test_a_fetch_and_an_import_make_every_child_once(site: Flask, order: tuple[str, str]) -> None:
    said: list[str] = []
    found = Paren(site, said.append)
    found.run(*order, points=60)
    assert found.verslag.is_good, said


@pytest.mark.fault(34)
@pytest.mark.parametrize(
    "other", ["ophalen", "importeren", "koppelen", "scores opslaan", "versturen", "niet verzonden"]
)
def test_nobody_brings_back_who_is_being_erased(site: Flask, other: str) -> None:
    said: list[str] = []
    found = Paren(site, said.append)
    found.run("wissen", other, points=3)
    found.run(other, "wissen", points=4)
    assert found.verslag.is_good, said


@pytest.mark.fault(34)
def test_who_is_erased_while_an_aanlevering_is_read_is_not_in_it(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    toneel, read, erased = set_stage(site, "loopt"), gewist.without_erased, list[Actor]()

    def read_and_erase(*args: Any) -> object:
        found = read(*args)
        if not erased:
            erased.append(Actor(SCHRIJVERS["wissen"][1], toneel).start())
            erased[0].end()
        return found

    monkeypatch.setattr(gewist, "without_erased", read_and_erase)
    ophalen.fetch_leerlinggegevens(toneel.koppeling_id)
    assert erased[0].error is None
    with unit_of_work() as session:
        found = picture(session, toneel)
    assert "Noor" not in {row[0] for row in found["leerling"]}
    assert {key for _, key, *_ in found["keuze"]}.isdisjoint({"k1"})


@pytest.mark.fault(34)
def test_nothing_of_who_was_erased_is_sent_afterwards(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """All results of this school are of one leerling, so after the erasing no message may leave at all."""
    left: list[object] = []
    monkeypatch.setattr(
        versturen, "client_for", lambda *_: Mock(send_leerresultaten=lambda *message: left.append(message))
    )
    outcomes, stages = Counter[str](), Stages(site)
    for stop_at in count(1):
        toneel = stages.set("loopt")
        sender = Actor(SCHRIJVERS["versturen"][1], toneel, stop_at=stop_at).start()
        sender.stopped.wait(60)
        eraser = Actor(SCHRIJVERS["wissen"][1], toneel).start()
        Paren(site).until_done_or_waiting(eraser)
        is_erased, before = eraser.stopped.is_set() and eraser.error is None, len(left)
        sender.end()
        eraser.end()
        assert not is_erased or len(left) == before
        outcomes[type(eraser.error).__name__] += 1
        if sender.statements < stop_at:
            break
    assert set(outcomes) == {"NoneType", "WordtVerstuurd"}, outcomes
    assert left, "something was sent while nobody was erased yet"


@pytest.mark.parametrize("is_compared", [True, False], ids=["compared", "not compared"])
def test_who_imports_while_it_is_matched_imports_every_child_once(
    site: Flask, monkeypatch: pytest.MonkeyPatch, is_compared: bool
) -> None:
    """Written with an old picture, the next review has every child that was just imported as new, and doubles it."""
    toneel, match = set_stage(site, "loopt"), inname.match

    def match_and_import(session: Session, *args: Any) -> object:
        found = match(session, *args)
        importer = Actor(SCHRIJVERS["importeren"][1], toneel).start()
        importer.end()
        return found

    monkeypatch.setattr(inname, "match", match_and_import)
    if not is_compared:
        monkeypatch.setattr(sloten, "lock_unmoved", lambda session, school_id, _: sloten._raise(session, school_id))
    ophalen.fetch_leerlinggegevens(toneel.koppeling_id)
    with unit_of_work() as session:
        batch = batches.open_of(session, toneel.school_id)
        assert batch is not None
        for regel in batch.regels:
            if regel.is_vraag:
                keuzes.choose(session, toneel.school_id, regel.id, Keuze.NIEUW, door=toneel.door)
        digest = summarise(session, batch).digest
        vastleggen.commit(session, toneel.school_id, batch.id, digest=digest, door=toneel.door)
    with unit_of_work() as session:
        school = select(Leerling.roepnaam).where(Leerling.school_id == toneel.school_id)
        names = Counter(session.scalars(school))
    assert names["Ids"] == 1
    assert [names["Eva"], names["Zoë"]] == ([1, 1] if is_compared else [2, 2])


def test_a_school_in_which_somebody_is_always_busy_is_matched_under_the_lock(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    toneel, matched = set_stage(site, "loopt"), []
    match = inname.match

    def match_while_somebody_writes(session: Session, *args: Any) -> object:
        matched.append(bool(sloten._schools(session, sloten._LOCKED)))
        found = match(session, *args)
        if not matched[-1]:
            with db.engine.begin() as other:
                other.execute(text("SELECT set_config('app.school_id', '-1', true)"))
                other.execute(update(School).values(revisie=School.revisie + 1))
        return found

    monkeypatch.setattr(inname, "match", match_while_somebody_writes)
    ophalen.fetch_leerlinggegevens(toneel.koppeling_id)
    assert matched == [False, False, False, True]
    with unit_of_work() as session:
        assert (Soort.LEERLING, "n4") in {row[:2] for row in picture(session, toneel)["keuze"]}


def _cross(site: Flask, again: list[str], first: str, second: str, meet: threading.Barrier) -> None:
    """Lock one school and then the other, as nobody in the product does."""

    def work(session: Session) -> None:
        again.append(first)
        for naam in (first, second):
            session.execute(select(School.id).where(School.naam == naam).with_for_update())
            if again.count(first) == 1 and naam == first:
                meet.wait(30)

    with site.app_context():
        in_transaction(work)


def test_who_loses_a_deadlock_tries_once_more(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webapp_db, "_MOMENT", (0.0, 0.0))
    with unit_of_work() as session:
        session.add_all([School(naam=naam, brin=brin) for naam, brin in (("A", "01AA"), ("B", "01BB"))])
    again: list[str] = []
    meet = threading.Barrier(2)
    orders = (("A", "B"), ("B", "A"))
    both = [threading.Thread(target=_cross, args=(site, again, *order, meet)) for order in orders]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(30)
    # One loses. Whoever comes back may take the row before the other is awake, and then one of them loses once more.
    assert sorted(Counter(again).values()) in ([1, 2], [2, 2])


def test_a_request_that_lost_a_deadlock_is_done_once_more(
    site: Flask, settings: Settings, fresh_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webapp_db, "_MOMENT", (0.0, 0.0))
    pressed: list[str] = []

    def lose(*, commits: bool, times: int) -> str:
        pressed.append("x")
        if commits:
            with unit_of_work() as session:
                session.execute(text("SELECT 1"))
        if len(pressed) <= times:
            db.session.execute(text("DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$"))
        return "goed"

    app = app_for(settings, fresh_database_url)
    for path, commits, times in (("/een", False, 1), ("/twee", False, 2), ("/bewaard", True, 1)):
        view = lambda commits=commits, times=times: lose(commits=commits, times=times)  # noqa: E731
        view.is_public = True  # type: ignore[attr-defined]  # as of a visitor
        app.add_url_rule(path, path[1:], view)
    answers = {}
    for path in ("/een", "/twee", "/bewaard"):
        pressed.clear()
        answers[path] = app.test_client().get(path).status_code, len(pressed)
    assert answers == {"/een": (200, 2), "/twee": (503, 2), "/bewaard": (503, 1)}
    with app.app_context():
        db.engine.dispose()


def _do(session: Session, *steps: Callable[[Session], object]) -> None:
    for step in steps:
        step(session)


def _refuses(*steps: Callable[[Session], object]) -> None:
    with pytest.raises(NotLocked):
        in_transaction(_do, *steps)


def test_a_row_without_its_lock_is_refused(site: Flask) -> None:
    toneel, other = set_stage(site, "loopt"), set_stage(site, "loopt")
    lock, hold = partial(sloten.lock, school_id=toneel.school_id), partial(sloten.hold, school_id=toneel.school_id)

    def rename(session: Session) -> None:
        session.get_one(Leerling, toneel.dubbelganger).roepnaam = "Anders"

    def send(session: Session) -> None:
        session.get_one(Levering, toneel.klaar).status = LeveringStatus.ONDERWEG

    _refuses(rename)
    _refuses(send)
    _refuses(lambda session: session.add(Groep(school_id=toneel.school_id, naam="Groep 7")))
    _refuses(lambda session: session.execute(update(Leerling).values(roepnaam="Anders")))
    _refuses(partial(sloten.lock, school_id=other.school_id), rename)
    _refuses(hold, rename)
    in_transaction(_do, hold, send)
    in_transaction(_do, lock, rename)


def test_the_school_is_locked_before_its_koppeling(site: Flask) -> None:
    toneel = set_stage(site, "loopt")
    row = select(Koppeling).where(Koppeling.id == toneel.koppeling_id).with_for_update()
    _refuses(lambda session: session.scalar(row), partial(sloten.lock, school_id=toneel.school_id))


def test_only_results_leave_the_revision(site: Flask) -> None:
    toneel = set_stage(site, "loopt")
    with unit_of_work() as session:
        before = sloten.revisie(session, toneel.school_id)
    for name in ("scores opslaan", "normeren", "versturen"):
        SCHRIJVERS[name][1](toneel)
    with unit_of_work() as session:
        assert sloten.revisie(session, toneel.school_id) == before
    SCHRIJVERS["kiezen"][1](toneel)
    with unit_of_work() as session:
        assert sloten.revisie(session, toneel.school_id) == before + 1


def test_every_writer_of_a_school_is_in_the_pairs_and_says_what_it_does(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row without its lock is refused, so whoever writes calls `sloten`; each of those is run by some pair.

    And whoever changes a groep, leerkracht or leerling names that act for the history.
    """
    seen, stages = set[str](), Stages(site)
    for name in ("lock", "hold", "lock_unmoved", "koppeling"):
        monkeypatch.setattr(sloten, name, _telling(getattr(sloten, name), seen))
    for name, (state, act) in SCHRIJVERS.items():
        toneel = stages.set(state)
        mine = select(func.count(Handeling.id)).where(
            Handeling.school_id == toneel.school_id, Handeling.wat == Wat.ANDERS
        )
        with unit_of_work() as session:
            before = session.scalar(mine)
        Actor(act, toneel).start().end()
        with unit_of_work() as session:
            assert session.scalar(mine) == before, name
    assert _callers() - seen == set()


def _telling(function: object, seen: set[str]) -> object:
    def wrapped(*args: object, **kwargs: object) -> object:
        frame = inspect.currentframe()
        assert frame is not None
        assert frame.f_back is not None
        seen.add(f"{frame.f_back.f_globals['__name__']}.{frame.f_back.f_code.co_name}")
        return function(*args, **kwargs)  # type: ignore[operator]  # one of `sloten`

    return wrapped


def _callers() -> set[str]:
    """Every function of ours that locks a school; after a restore all are locked, while everything stands still.

    Not of the oefenschool: what writes her anew, or answers there as a LAS, meets these as any school does.
    """
    found = set()
    for file in (file for folder in ("webapp", "jobs") for file in (PROJECT / folder).rglob("*.py")):
        if file.parent.name == "oefenen":
            continue
        module = ".".join(file.relative_to(PROJECT).with_suffix("").parts)
        for function in ast.walk(ast.parse(file.read_text())):
            if isinstance(function, ast.FunctionDef) and any(map(_is_lock, ast.walk(function))):
                found.add(f"{module}.{function.name}")
    return found


def _is_lock(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "sloten"
        and node.func.attr in {"lock", "hold", "lock_unmoved", "koppeling"}
    )
