"""The same aanlevering on the same records is left: only where taking it in again would write nothing at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.bezorgschool import BO, NOOR, School
from tests.services.conftest import aanlevering, make_beheerder, pupil, teacher
from tests.wereld import make_wereld
from webapp.services.clock import database_now
from webapp.services.inname import inname, merk
from webapp.uwlr import values as uwlr

CAME = aanlevering(
    pupil("k1", *NOOR, eckid="e1"),
    pupil("k2", *BO),
    pupil("k3", "Fien", "Bloem", "2016-07-07"),
    leerkrachten=(teacher("t1", "Loes", "Hartog", "loes@x.example", groepen=("g5",)),),
)


@pytest.fixture
def school(session: Session, app: Flask) -> School:
    """Everybody is linked, two results are at the LAS, and the last aanlevering brought nothing."""
    school = School(make_wereld(session, app.extensions["keyring"]), app)
    loes = make_beheerder(session, school.wereld.school, "loes.privé@x.example")
    wereld = school.wereld
    wereld.groep.las_key = "g5"
    for naam, key in ((NOOR, "k1"), (BO, "k2"), (("Fien", "Bloem", "2016-07-07"), "k3")):
        leerling = school.leerling(naam, key)
        school.result_of(leerling)
    statement = """
        WITH made AS (
            INSERT INTO leerkracht (school_id, las_key, roepnaam, achternaam, status)
            VALUES (:school, 't1', 'Loes', 'Hartog', 'actief') RETURNING id
        )
        UPDATE medewerker SET leerkracht_id = made.id FROM made WHERE account_id = :loes
    """
    session.execute(text(statement), {"school": wereld.school.id, "loes": loes.id})
    school.send()
    for _ in range(3):
        take_in(school, CAME)
    assert merk.is_known(session, wereld.koppeling, CAME)
    return school


def take_in(school: School, gegevens: uwlr.Leerlinggegevens) -> None:
    """As a worker does without a mark."""
    session, koppeling = school.session, school.wereld.koppeling
    was = merk.before(session, koppeling, gegevens)
    inname.take_in(session, koppeling, gegevens)
    merk.keep(session, koppeling, gegevens, was)
    session.flush()


def test_the_moment_at_which_the_las_made_it_is_no_difference(school: School) -> None:
    later = replace(CAME, school=replace(CAME.school, aanmaakdatum=datetime(2026, 11, 25, 2, tzinfo=UTC)))
    assert merk.is_known(school.session, school.wereld.koppeling, later)


def others() -> Iterator[uwlr.Leerlinggegevens]:
    """Other aanleveringen: in each field of all that an aanlevering holds, and of each person."""
    for each in fields(CAME):
        value = getattr(CAME, each.name)
        if isinstance(value, tuple):
            yield _with(CAME, each.name, (*value, _some(each.name)))
        elif each.name != "school":
            yield _with(CAME, each.name, frozenset({("x", "y") if each.name == "elders_leerkrachten" else "x"}))
    for each in fields(CAME.school):
        if each.name != "aanmaakdatum":
            yield replace(CAME, school=_with(CAME.school, each.name, "x"))
    for name in uwlr.Leerling._fields:
        other: dict[str, Any] = {name: ("x",) if name == "samengestelde_groepen" else "x"}
        yield replace(CAME, leerlingen=(CAME.leerlingen[0]._replace(**other), *CAME.leerlingen[1:]))
    for name in uwlr.Leerkracht._fields:
        other = {name: ("x",) if name.endswith("groepen") else "x"}
        yield replace(CAME, leerkrachten=(CAME.leerkrachten[0]._replace(**other),))


def _with(thing: Any, name: str, value: Any) -> Any:
    return replace(thing, **{name: value})


def _some(name: str) -> object:
    if name == "groepen":
        return uwlr.Groep("g6", "Groep 6", "6")
    if name == "samengestelde_groepen":
        return uwlr.SamengesteldeGroep("s1", "Plus")
    if name == "waarschuwingen":
        return uwlr.Waarschuwing("zonder_sleutel", "leerling", None)
    return teacher("t2", "Bas", "Kok") if name.endswith("leerkrachten") else pupil("k4", "Ab", "Bos")


def test_another_aanlevering_is_taken_in(school: School) -> None:
    for gegevens in others():
        assert not merk.is_known(school.session, school.wereld.koppeling, gegevens), gegevens


OURS = {
    "a name": "UPDATE leerling SET achternaam = 'Anders' WHERE las_key = 'k1'",
    "the same name": "UPDATE leerling SET achternaam = achternaam WHERE las_key = 'k1'",
    "a number": "UPDATE leerling SET las_key = NULL WHERE las_key = 'k1'",
    "one who is parked": "UPDATE leerling SET status = 'vertrokken' WHERE las_key = 'k1'",
    "one more": "INSERT INTO leerling (school_id, status, roepnaam) SELECT id, 'actief', 'Nieuw' FROM school",
    "a groep": "UPDATE groep SET naam = 'Anders'",
    "a leerkracht": "UPDATE leerkracht SET email = 'anders@x.example'",
    "who teaches which groep": "DELETE FROM leerkracht_groep",
    "who is left out": """INSERT INTO uitzondering (school_id, soort, las_key, omschrijving)
                          SELECT id, 'leerling', 'k1', 'Noor Maan' FROM school""",
    "who was erased": """INSERT INTO wissing (school_id, leerling_id, door, aantallen, afdrukken)
                         SELECT school.id, 1, account.id, '{}', '{x}' FROM school, account LIMIT 1""",
    "what was taken back": """INSERT INTO teruggenomen (school_id, soort, las_key, door)
                              SELECT school.id, 'leerling', 'k1', account.id FROM school, account LIMIT 1""",
    "an agreement": "INSERT INTO afspraken (school_id, nieuwe_leerlingen) SELECT id, true FROM school",
    "a year that waits": "INSERT INTO overgang (school_id, schooljaar) SELECT id, '2027-2028' FROM school",
    "an address to log in with": "UPDATE account SET email = 'loes@x.example' WHERE email LIKE 'loes%'",
    "the shape": """UPDATE koppeling SET vorm = vorm || '{"akkoord": {}}'""",
    "a pair": """INSERT INTO mogelijk_dezelfde (school_id, leerling_id, ander_id)
                 SELECT min(school_id), min(id), max(id) FROM leerling""",
    "a result that goes once more": "UPDATE levering SET nog_eens_op = now() + interval '1 hour'",
    "a result at another leerling": "UPDATE bezorging SET elders_op = now()",
    "a message": """INSERT INTO verzending (school_id, koppeling_id, claim, aantal, aanmaakdatum, uitkomst)
                    SELECT school_id, id, gen_random_uuid(), 1, now(), 'begonnen' FROM koppeling""",
    "a pause": "UPDATE koppeling SET status = 'gepauzeerd'",
    "another year": "UPDATE koppeling SET schooljaar = '2025-2026'",
    "the revision": "UPDATE school SET revisie = revisie + 1",
}  # fmt: skip


def test_a_change_on_our_side_by_whomever_is_seen(school: School) -> None:
    session, koppeling = school.session, school.wereld.koppeling
    for name, statement in OURS.items():
        savepoint = session.begin_nested()
        session.execute(text(statement))
        session.expire_all()
        assert not merk.is_known(session, koppeling, CAME), name
        savepoint.rollback()
        session.expire_all()
        assert merk.is_known(session, koppeling, CAME), name


def test_not_for_longer_than_a_week_and_not_by_other_code(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    session, koppeling = school.session, school.wereld.koppeling
    now, clock = database_now(session), "webapp.services.inname.merk.database_now"
    monkeypatch.setattr(clock, lambda _: now.replace(year=now.year + 1))
    assert not merk.is_known(session, koppeling, CAME)
    monkeypatch.setattr(clock, lambda _: now)
    assert merk.is_known(session, koppeling, CAME)
    monkeypatch.setattr(merk, "code", lambda: b"other")
    assert not merk.is_known(session, koppeling, CAME)


_TABLE = re.compile(r"\b(?:FROM|JOIN|UPDATE)\s+(?:ONLY\s+)?([a-z_]+)")
_NOT_IN_IT = {
    "koppeling": "what is read of it stands in the text",
    "resultaat": "whoever norms or saves prepares what must go, and asks who is the same",
    "handeling": "read for who is new only",
    "mutatie": "read for who is new only",
    "importregel": "of an open batch, and there is none",
    "zendkeuze": "what a school sends: whoever changes that prepares what must go",
    "uitgezet": "the same, of one toets",
    "nazendregel": "put in line where results are sent",
    "pg_stat_xact_user_tables": "the mark itself",
}


@contextmanager
def _seen(session: Session) -> Iterator[set[str]]:
    tables, connection = set[str](), session.connection()

    def see(*args: Any) -> None:
        tables.update(_TABLE.findall(args[2]))

    event.listen(connection, "before_cursor_execute", see)
    yield tables
    event.remove(connection, "before_cursor_execute", see)


def test_all_that_taking_in_looks_at_is_in_the_text(school: School) -> None:
    session, koppeling = school.session, school.wereld.koppeling
    with _seen(session) as known:
        merk.is_known(session, koppeling, CAME)
    with _seen(session) as read:
        inname.take_in(session, koppeling, CAME)
    assert read - known - _NOT_IN_IT.keys() == set()


Do = Callable[[School], object]
ACTS: dict[str, Do] = {
    **{name: lambda school, each=each: school.session.execute(text(each)) for name, each in OURS.items()},  # type: ignore[misc]  # mypy sees no type in a lambda with a default
    "sent": lambda school: school.send(),
    "a score": lambda school: school.result_of(school.leerling(("Nog", "Iemand", "2016-01-01"), None)),
}
QUIET = replace(CAME, leerlingen=CAME.leerlingen[:2])


@settings(max_examples=6, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.sampled_from([CAME, CAME, QUIET])), max_size=4))
def test_what_is_left_would_bring_nothing(school: School, nights: list[tuple[str, uwlr.Leerlinggegevens]]) -> None:
    """Each night is asked whether it is known, and taken in all the same: then it wrote nothing."""
    session, koppeling = school.session, school.wereld.koppeling
    savepoint = session.begin_nested()
    try:
        for name, gegevens in nights:
            before = session.begin_nested()
            try:
                ACTS[name](school)
                before.commit()
            except DBAPIError:  # an act that does not fit here is none
                before.rollback()
            session.expire_all()
            for _ in range(3):
                was_known = merk.is_known(session, koppeling, gegevens)
                take_in(school, gegevens)
                assert koppeling.merk or not was_known, name
    finally:
        savepoint.rollback()
        session.expire_all()
