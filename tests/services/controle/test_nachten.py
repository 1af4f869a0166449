"""Several nights, several hands: whoever is who in the LAS, no result goes to another child unless a person said so."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.bezorgschool import School
from tests.services.conftest import make_beheerder, pupil
from tests.wereld import make_wereld
from webapp.errors import DomainError
from webapp.models import Importbatch, Keuze, Leerling, Resultaat, Soort
from webapp.models.ids import LeerlingId
from webapp.services import vragen
from webapp.services.bewaring import wissen
from webapp.services.clock import database_clock
from webapp.services.controle import allemaal, doorgeven, keuzes, vastgehouden, vastleggen
from webapp.services.controle.lijsten import Zoekvraag
from webapp.services.controle.ruil import Ruilantwoord
from webapp.services.controle.samenvatting import summarise
from webapp.services.inname.batch import open_of
from webapp.uwlr import values as uwlr

BORN = "2019-01-30"
OURS = (
    ("Jip", "Wolters", BORN, "k1"), ("Jop", "Wolters", BORN, "k2"), ("Noor", "Maan", "2016-03-12", None),
    ("Ann", "Aarts", "2017-01-11", None), ("Ben", "Bos", "2017-02-12", "k5"), ("Hanna", "Zwart", "2014-03-13", None),
)  # fmt: skip
"""Whom we have; the child of the LAS with the same place in CHILDREN is the same child."""
CHILDREN = (
    ("Jip", "Wolters", BORN), ("Jop", "Wolters", BORN), ("Noor", "Maan", "2016-03-12"),
    ("Ann", "Aarts", "2017-01-11"), ("Ben", "Bos", "2017-02-12"), ("Hannah", "Zwart", "2014-03-13"),
    ("Noor", "Maan", "2016-03-12"), ("Anne", "Aarts", "2017-01-11"), ("Sam", "Smit", "2018-02-02"),
)  # fmt: skip
GROEPEN = (uwlr.Groep("g5", "Groep 5", "5"), uwlr.Groep("g6", "Zomergroep", "6"))
_CHILD, _LINE, _RECORD = st.integers(0, len(CHILDREN) - 1), st.integers(0, 8), st.integers(0, len(OURS) - 1)
ACTS = st.one_of(
    st.tuples(st.just("kies"), _LINE, st.sampled_from([*Keuze, None])),
    st.tuples(st.just("koppel"), _LINE, _RECORD),
    st.tuples(st.just("open"), _LINE, _RECORD),
    st.tuples(st.just("ruil"), _LINE, st.sampled_from([*Ruilantwoord, None])),
    st.tuples(st.just("later"), _LINE, st.none()),
    st.tuples(st.just("samen"), st.sampled_from([*Keuze]), st.sampled_from([*Keuze])),
    st.tuples(st.just("ongedaan"), st.none(), st.none()),
    st.tuples(st.just("groep"), st.none(), st.sampled_from([Keuze.NIEUW, Keuze.NIET])),
    st.tuples(st.just("doorgeven"), _LINE, st.none()),
    st.tuples(st.just("weg of terug"), _CHILD, st.none()),
    st.tuples(st.just("andere groep"), _CHILD, st.none()),
    st.tuples(st.just("hernoemen"), _CHILD, st.none()),
    st.tuples(st.just("nummers ruilen"), st.just(0), st.just(1)),
    st.tuples(st.just("wissen"), _RECORD, st.none()),
    st.tuples(st.just("nacht"), st.none(), st.none()),
    st.tuples(st.just("nacht"), st.none(), st.none()),
    st.tuples(st.just("importeren"), st.none(), st.none()),
    st.tuples(st.just("importeren"), st.none(), st.none()),
    st.tuples(st.just("versturen"), st.none(), st.none()),
)


@pytest.fixture
def school(session: Session, app: Flask) -> School:
    return School(make_wereld(session, app.extensions["keyring"]), app)


@dataclass
class Las:
    """Who is in the LAS, under which number, in which groep: the ground truth."""

    number: dict[int, str] = field(default_factory=lambda: {n: f"k{n + 1}" for n in range(len(CHILDREN))})
    away: set[int] = field(default_factory=lambda: {6})
    in_g6: set[int] = field(default_factory=lambda: {8})

    renamed: set[int] = field(default_factory=set)

    def pupils(self) -> list[uwlr.Leerling]:
        return [
            pupil(self.number[n], self.name(n), *CHILDREN[n][1:], groep="g6" if n in self.in_g6 else "g5")
            for n in range(len(CHILDREN))
            if n not in self.away
        ]

    def name(self, nr: int) -> str:
        return f"{CHILDREN[nr][0]}ke" if nr in self.renamed else CHILDREN[nr][0]

    def child(self, number: str) -> int:
        return next(n for n, key in self.number.items() if key == number)


@dataclass
class Verhaal:
    """One run: what people said of whom, and what the judge knows."""

    school: School
    las: Las
    ours: dict[LeerlingId, int]
    """Which child of the LAS each of our records really is."""
    door: Any
    collega: Any
    gezegd: set[tuple[str, int]] = field(default_factory=set)
    """What people said: this number is this record of ours."""
    gedaan: allemaal.Gedaan | None = None
    stale: bool = False
    """Whether the LAS changed numbers since the last night: nobody can know yet."""

    @property
    def session(self) -> Session:
        return self.school.session

    @property
    def school_id(self) -> Any:
        return self.school.wereld.school.id

    def batch(self) -> Importbatch | None:
        self.session.flush()
        return open_of(self.session, self.school_id)

    def act(self, what: str, nr: Any, value: Any) -> None:
        own = getattr(self, f"_{what.replace(' ', '_')}", None)
        if own is not None:
            own(nr, value)
            return
        batch = self.batch()
        lines = (
            [] if batch is None else [r for r in sorted(batch.regels, key=lambda r: r.id) if r.soort is Soort.LEERLING]
        )
        if batch is None or not lines:
            return
        regel, records = lines[nr % len(lines)] if nr is not None else lines[0], list(self.ours)
        args = (self.session, self.school_id)
        if what == "kies":
            keuzes.choose(*args, regel.id, value, door=self.door)
        elif what == "koppel":
            keuzes.link(*args, regel.id, records[value], door=self.door)
        elif what == "open":
            keuzes.open_answer(*args, regel.id, records[value], door=self.door)
        elif what == "ruil":
            keuzes.answer_exchange(*args, regel.id, value, door=self.door)
        elif what == "later":
            keuzes.put_aside(*args, regel.id, door=self.door)
        elif what == "doorgeven":
            doorgeven.hand_over(*args, batch.id, [regel.id], aan=self.collega, bericht="", door=self.door)

    def _samen(self, van: Keuze, naar: Keuze) -> None:
        batch = self.batch()
        if batch is None or van is naar:
            return
        vraag, ids = Zoekvraag(Soort.LEERLING, van), [r.id for r in batch.regels]
        seen = database_clock(self.session)
        self.gedaan = allemaal.put_ticked(
            self.session, self.school_id, batch.id, vraag, naar, ids=ids, gezien=seen, door=self.door
        )

    def _ongedaan(self, *_: object) -> None:
        batch, done = self.batch(), self.gedaan
        if batch is not None and done is not None:
            vraag = Zoekvraag(Soort.LEERLING, done.van)
            allemaal.undo(self.session, self.school_id, batch.id, vraag, op=done.op, door=self.door)

    def _groep(self, _: object, keuze: Keuze) -> None:
        batch = self.batch()
        groepen = [r for r in batch.regels if r.soort is Soort.GROEP and r.toegepast_id is None] if batch else []
        if groepen:
            keuzes.choose(self.session, self.school_id, groepen[-1].id, keuze, door=self.door)

    def _weg_of_terug(self, nr: int, _: object) -> None:
        self.las.away ^= {nr}

    def _andere_groep(self, nr: int, _: object) -> None:
        self.las.in_g6 ^= {nr}

    def _hernoemen(self, nr: int, _: object) -> None:
        self.las.renamed ^= {nr}

    def _nummers_ruilen(self, one: int, other: int) -> None:
        self.las.number[one], self.las.number[other] = self.las.number[other], self.las.number[one]

    def _wissen(self, nr: int, _: object) -> None:
        wissen.erase(self.session, self.school_id, list(self.ours)[nr], door=self.door)

    def _nacht(self, *_: object) -> None:
        before = self._answers()
        self.school.take_in(*self.las.pupils(), groepen=GROEPEN)
        batch = self.batch()
        if batch is not None and batch.verdwenen:
            with suppress(DomainError):
                vastleggen.confirm_departures(
                    self.session, self.school_id, batch.id, confirmed=vastgehouden.total(batch), door=self.door
                )
        here = {self.las.number[n] for n in range(len(CHILDREN)) if n not in self.las.away}
        batch = self.batch()
        now = {r.las_key: r for r in (batch.regels if batch else ()) if r.soort is Soort.LEERLING}
        for key, (keuze, doel) in before.items():
            if key not in here:
                continue
            regel = now.get(key)
            linked = self.session.scalar(select(Leerling.id).where(Leerling.las_key == key))
            is_same = regel is not None and regel.keuze is keuze and (doel is None or regel.doel_id == doel)
            kept = regel is not None and (regel.is_vraag or regel.via_groep or is_same)
            is_so = keuze is Keuze.KOPPEL and linked == doel
            assert kept or is_so, f"the answer {keuze} {doel} about {key} is gone; it is linked with {linked}"

    def _answers(self) -> dict[str, tuple[Keuze, int | None]]:
        batch = self.batch()
        return {
            str(r.las_key): (r.keuze, r.doel_id if r.keuze is Keuze.KOPPEL else None)
            for r in (batch.regels if batch else ())
            if r.soort is Soort.LEERLING and r.keuze is not None and r.gekozen_door and r.is_work and not r.via_groep
        }

    def _importeren(self, *_: object) -> None:
        batch = self.batch()
        if batch is None:
            return
        summary = summarise(self.session, batch)
        stays = set(summary.wachten)
        said = {
            (r.las_key, r.doel_id)
            for r in batch.regels
            if r not in stays and r.keuze is Keuze.KOPPEL and r.gekozen_door
        }
        waiting = {(r.las_key, r.keuze, r.doel_id) for r in stays}
        vastleggen.commit(self.session, self.school_id, batch.id, digest=summary.digest, door=self.door)
        self.session.flush()
        self.session.expire_all()
        self.gezegd |= {(str(key), doel) for key, doel in said if doel is not None}
        left = self.batch()
        now = {(r.las_key, r.keuze, r.doel_id) for r in (left.regels if left else ())}
        assert now == waiting, "what waits goes on as it was"

    def _versturen(self, *_: object) -> None:
        batch = self.batch()
        corrected = {r.las_key for r in (batch.regels if batch else ()) if r.soort is Soort.LEERLING and r.is_work}
        for sleutel, number in self.school.send().items():
            of = self.session.scalars(select(Resultaat.leerling_id).where(Resultaat.sleutel == sleutel)).one()
            child = self.las.child(number)
            assert number not in corrected, "nothing goes to whom a question is about"
            assert self.ours[of] == child or self._was_said(number, of), f"result of {of} went to {number}"

    def _was_said(self, number: str, of: LeerlingId) -> bool:
        """Whether a person said it of this number, or the LAS exchanged it since the last night."""
        swapped = {self.las.number[0], self.las.number[1]}
        return (number, of) in self.gezegd or (number in swapped and self.ours[of] in (0, 1) and self.stale)

    def judge(self) -> None:
        self.session.flush()
        found = self.session.scalars(select(Leerling).where(Leerling.school_id == self.school_id)).all()
        keys = Counter(each.las_key for each in found if each.las_key)
        assert not keys or max(keys.values()) == 1
        batch = self.batch()
        if batch is None:
            return
        lines = [r for r in batch.regels if r.soort is Soort.LEERLING]
        per_key = Counter(r.las_key for r in lines)
        assert not per_key or max(per_key.values()) == 1, "one line about each"
        chosen = Counter(r.doel_id for r in lines if r.keuze is Keuze.KOPPEL)
        assert not chosen or max(chosen.values()) == 1, "one record, one child"
        asked = [r for q in vragen.questions(batch.regels) for r in q if r.is_vraag]
        assert len(asked) == len(set(asked)) == sum(r.is_vraag for r in batch.regels), "each counted once"
        assert any(r.is_work for r in batch.regels) or batch.vastgehouden, "nothing waits for nobody"


@settings(max_examples=15, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, min_size=4, max_size=16))
def test_over_several_nights_no_result_goes_to_another_child_and_no_answer_is_lost(
    school: School, acts: list[tuple[str, Any, Any]]
) -> None:
    savepoint = school.session.begin_nested()
    try:
        records = [school.leerling(each[:3], each[3]) for each in OURS]
        for each in records:
            school.result_of(each, 20)
        collega = make_beheerder(school.session, school.wereld.school, "collega@x.example")
        ours = {each.id: n for n, each in enumerate(records)}
        verhaal = Verhaal(school, Las(), ours, school.wereld.beheerder.id, collega.id)
        verhaal.act("nacht", None, None)
        for act in acts:
            with suppress(DomainError):
                verhaal.stale = (act[0] == "nummers ruilen" or verhaal.stale) and act[0] != "nacht"
                verhaal.act(*act)
            verhaal.judge()
        verhaal.act("nacht", None, None)
        verhaal.judge()
        verhaal.act("versturen", None, None)
    finally:
        savepoint.rollback()
        school.session.expire_all()
