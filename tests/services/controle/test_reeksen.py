"""Whatever is answered, in whatever order: one record has one child of the LAS, and no result moves silently."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.bezorgschool import School
from tests.services.conftest import pupil
from tests.wereld import make_wereld
from webapp.errors import DomainError
from webapp.models import Bezorging, Importbatch, Keuze, Leerling, Resultaat, Soort
from webapp.models.ids import LeerlingId, ResultaatId
from webapp.services.controle import keuzes, vastleggen
from webapp.services.controle.ruil import Ruilantwoord
from webapp.services.controle.samenvatting import summarise
from webapp.services.inname.batch import open_of

BORN = "2019-01-30"
OURS = (
    ("Jip", "Wolters", BORN, "k1"), ("Jop", "Wolters", BORN, "k2"), ("Ann", "Aarts", "2017-01-11", None),
    ("Anneke", "Aarts", "2017-01-11", None), ("Ben", "Bos", "2017-02-12", "k5"), ("Hanna", "Zwart", "2014-03-13", None),
)  # fmt: skip
CAME = (
    pupil("k1", "Jop", "Wolters", BORN), pupil("k2", "Jip", "Wolters", BORN), pupil("k3", "Ann", "Aarts", "2017-01-11"),
    pupil("k4", "Sam", "Smit", "2018-02-12"), pupil("k5", "Ben", "Bos", "2017-02-12"),
    pupil("k6", "Anneke", "Zwart", "2014-03-13"),
)  # fmt: skip
_LINES, _RECORDS = st.integers(0, 5), st.integers(0, len(OURS) - 1)
ACTS = st.one_of(
    st.tuples(st.just("kies"), _LINES, st.sampled_from([*Keuze, None])),
    st.tuples(st.just("koppel"), _LINES, _RECORDS),
    st.tuples(st.just("open"), _LINES, _RECORDS),
    st.tuples(st.just("ruil"), st.integers(0, 1), st.sampled_from([*Ruilantwoord, None])),
    st.tuples(st.just("later"), _LINES, st.none()),
    st.tuples(st.just("nieuwe levering"), st.none(), st.none()),
    st.tuples(st.just("importeren"), st.none(), st.none()),
)


@pytest.fixture
def school(session: Session, app: Flask) -> School:
    return School(make_wereld(session, app.extensions["keyring"]), app)


def _act(school: School, ours: list[Leerling], what: str, nr: Any, value: Any) -> None:
    session, school_id, door = school.session, school.wereld.school.id, school.wereld.beheerder.id
    if what == "nieuwe levering":
        school.take_in(*CAME)
        return
    batch = _open(school)
    if batch is None:
        return
    if what == "importeren":
        _import(school)
        return
    lines = [regel for regel in sorted(batch.regels, key=lambda r: r.id) if regel.soort is Soort.LEERLING]
    regel = lines[nr % len(lines)] if lines else None
    if regel is None:
        return
    if what == "kies":
        keuzes.choose(session, school_id, regel.id, value, door=door)
    elif what == "koppel":
        keuzes.link(session, school_id, regel.id, ours[value].id, door=door)
    elif what == "open":
        keuzes.open_answer(session, school_id, regel.id, ours[value].id, door=door)
    elif what == "ruil":
        keuzes.answer_exchange(session, school_id, regel.id, value, door=door)
    else:
        keuzes.put_aside(session, school_id, regel.id, door=door)


def _open(school: School) -> Importbatch | None:
    return open_of(school.session, school.wereld.school.id)


def _import(school: School) -> None:
    batch = _open(school)
    assert batch is not None
    linked = {each.id: (each.las_key, each.eckid) for each in school.session.scalars(select(Leerling))}
    digest = summarise(school.session, batch).digest
    vastleggen.commit(school.session, batch.school_id, batch.id, digest=digest, door=school.wereld.beheerder.id)
    school.session.flush()
    for each in school.session.scalars(select(Bezorging).where(Bezorging.elders_op.is_(None))):
        leerling = each.resultaat.leerling
        moved = linked.get(leerling.id, (leerling.las_key,))[0] != leerling.las_key
        assert not moved or leerling.las_key is None, "what was delivered under another number is said to stand there"


def _judge(school: School, ours: dict[LeerlingId, list[ResultaatId]]) -> None:
    session = school.session
    session.flush()
    batch = _open(school)
    if batch is not None:
        chosen = [r.doel_id for r in batch.regels if r.soort is Soort.LEERLING and r.keuze is Keuze.KOPPEL]
        assert len(chosen) == len(set(chosen)), "one record, one child"
        pair = [r for r in batch.regels if r.ruil is not None]
        assert len({r.keuze for r in pair}) <= 1, "both or neither"
        assert all(r.keuze in (None, Keuze.KOPPEL) for r in pair)
    found = session.scalars(select(Leerling).where(Leerling.school_id == school.wereld.school.id)).all()
    names = Counter(each.roepnaam for each in found)
    assert (names["Jip"], names["Jop"]) == (1, 1), "no answer makes a second Jip"
    keys = Counter(each.las_key for each in found if each.las_key is not None)
    assert not keys or max(keys.values()) == 1
    for id_, results in ours.items():
        of_him = session.scalars(select(Resultaat.id).where(Resultaat.leerling_id == id_).order_by(Resultaat.id))
        assert list(of_him) == results, "a result stays with its record"


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, min_size=3, max_size=10))
def test_no_sequence_of_answers_gives_a_record_two_children_or_moves_a_result(
    school: School, acts: list[tuple[str, Any, Any]]
) -> None:
    savepoint = school.session.begin_nested()
    try:
        ours = [school.leerling(each[:3], each[3]) for each in OURS]
        results = {each.id: [school.result_of(each, 20)] for each in ours}
        school.send()
        school.take_in(*CAME)
        for act in acts:
            with suppress(DomainError):
                _act(school, ours, *act)
            _judge(school, results)
        linked = {each.las_key for each in ours if each.wacht_op_nacht_sinds is not None}
        assert linked.isdisjoint(school.send(by_day=True).values()), "a daring link waits for the night"
    finally:
        savepoint.rollback()
        school.session.expire_all()
