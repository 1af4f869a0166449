"""What a person may do afterwards, as acts of a story (`tests/verhaal.py`), each with what it may not change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import select

from tests.bezorgschool import School
from tests.rechter import Paar, Rechter
from tests.wereld import AFNAME
from webapp.models import Bezorging, Handeling, Importbatch, KloptNiet, Leerling, Resultaat, Soort
from webapp.models.geschiedenis import VANZELF
from webapp.models.ids import LeerlingId
from webapp.services import bekende_namen
from webapp.services.controle import (
    kloptniet,
    ontkoppelen,
    samenvoegen,
    samenvoegplan,
    splitsen,
    terugdraaien,
    toch,
    vastgehouden,
)
from webapp.services.controle.uitwerken import Deel
from webapp.services.inname import dubbel, parkeren, uitzonderingen

_RECORD, _NR = st.integers(0, 8), st.integers(0, 8)
DAARNA = st.one_of(
    st.tuples(st.just("samenvoegen"), _RECORD, _NR),
    st.tuples(st.just("splitsen"), _NR, st.none()),
    st.tuples(st.just("klopt niet"), _RECORD, st.sampled_from([*KloptNiet])),
    st.tuples(st.just("klopt wel"), _RECORD, st.none()),
    st.tuples(st.just("antwoord terug"), _NR, _NR),
    st.tuples(st.just("nacht terug"), st.sampled_from([0, 0, 1]), st.one_of(st.none(), _NR)),
    st.tuples(st.just("loskoppelen"), _RECORD, st.none()),
    st.tuples(st.just("weer koppelen"), _RECORD, st.none()),
    st.tuples(st.just("parkeren"), st.none(), st.none()),
    st.tuples(st.just("terugzetten"), _RECORD, st.none()),
    st.tuples(st.just("vertrek terug"), st.none(), st.none()),
    st.tuples(st.just("toch"), _RECORD, st.none()),
    st.tuples(st.just("toch importeren"), st.none(), st.none()),
    st.tuples(st.just("naam vergeten"), _RECORD, st.none()),
    st.tuples(st.just("scoren"), _RECORD, st.integers(0, 3)),
)


class Daarna:
    """The acts; `Verhaal` is the rest of the story."""

    school: School
    rechter: Rechter
    door: Any
    teruggenomen: set[Paar]
    voor: dict[Any, Any]
    thuis: dict[int, int]
    """At which record each result was made: there it is, or at the one into which that was merged."""
    gescheiden: set[tuple[str, int]]
    """Which name of the LAS no night gives to which record, because two were parted or one was merged."""

    @property
    def session(self) -> Any: ...

    @property
    def school_id(self) -> Any: ...

    def _stand(self) -> Any: ...

    def _results(self) -> Any: ...

    def _answers(self) -> Any: ...

    def remember_gone(self, regels: Any, gone: Any) -> None: ...

    def _record(self, nr: int, here: Callable[[Leerling], bool] = lambda _: True) -> Leerling | None:
        query = select(Leerling).where(Leerling.school_id == self.school_id).order_by(Leerling.id)
        found = [each for each in self.session.scalars(query) if here(each)]
        return found[nr % len(found)] if found else None

    @contextmanager
    def _leaving_others(self, *may: int | None) -> Iterator[None]:
        """What is not asked for stays: scores, who has them, answers, the links of all others."""
        before, results, answers = self._stand(), self._results(), self._answers()
        yield
        self.session.flush()
        self.session.expire_all()
        self.voor.clear()
        after = self._stand()
        odd = {id_: (was[:2], after[id_][:2]) for id_, was in before.items() if id_ in after and id_ not in may}
        assert all(was == is_ for was, is_ in odd.values()), f"the link of another changed: {odd}"
        assert {k: v[1:] for k, v in self._results().items()} == {k: v[1:] for k, v in results.items()}, "no score"
        now, kept = self._answers(), {wie: said for wie, said in answers.items() if said.doel_id not in may}
        assert all(now.get(wie) == said for wie, said in kept.items()), "an answer is gone"

    def _samenvoegen(self, nr: int, value: int) -> None:
        """Two of one child where there are, else whoever: a person may be wrong."""
        one = self._record(nr, lambda each: each.samengevoegd_met_id is None)
        if one is None:
            return
        child = self.rechter.ours[one.id]
        other = self._record(
            value, lambda e: e is not one and e.samengevoegd_met_id is None and self.rechter.ours[e.id] == child
        ) or self._record(value, lambda e: e is not one and e.samengevoegd_met_id is None)
        if other is None:
            return
        args = (self.session, self.school_id, one.id, other.id)
        los = one.id if value % 2 else other.id
        plan = samenvoegplan.preview(*args, los=los)
        had = {name for name in (plan.gaat_op.las_key, plan.gaat_op.eckid) if name}
        gaat_op, blijft = plan.gaat_op.id, plan.blijft.id
        with self._leaving_others(gaat_op):
            samenvoegen.merge(*args, los=plan.los, zeker=True, digest=plan.digest, door=self.door)
        self.gescheiden -= {(name, id_) for name, id_ in self.gescheiden if id_ in (gaat_op, blijft)}
        if plan.los is not None:
            self.gescheiden |= {(name, blijft) for name in had}

    def _splitsen(self, nr: int, _: object) -> None:
        one = self._record(nr, lambda each: each.samengevoegd_met_id is not None)
        if one is None:
            return
        plan = splitsen.preview(self.session, self.school_id, one.id)
        moved, met = set(plan.handeling.resultaten or ()), plan.blijft.id
        with self._leaving_others(one.id, met):
            splitsen.undo(self.session, self.school_id, one.id, digest=plan.digest, door=self.door)
        for id_, (of, *_) in self._results().items():
            assert of == one.id or id_ not in moved or self.thuis[id_] != one.id, "what was moved went back"
        pair = [self.session.get_one(Leerling, id_) for id_ in (one.id, met)]
        for each, other in (pair, pair[::-1]):
            self.gescheiden |= {(name, other.id) for name in (each.las_key, each.eckid) if name}

    def _klopt_niet(self, nr: int, waarom: KloptNiet) -> None:
        one = self._record(nr)
        if one is not None:
            with self._leaving_others():
                kloptniet.report(
                    self.session, self.school_id, one.id, waarom, door=self.door, groepen=None, hears_of_it=True
                )

    def _klopt_wel(self, nr: int, _: object) -> None:
        one = self._record(nr, lambda each: each.klopt_niet_sinds is not None)
        if one is not None:
            with self._leaving_others():
                kloptniet.is_right(self.session, self.school_id, one.id, door=self.door)

    def _antwoord_terug(self, which: int, nr: int) -> None:
        """One answer of an import."""
        query = select(Importbatch).where(Importbatch.verwerkt_op.is_not(None)).order_by(Importbatch.id.desc())
        done = self.session.scalars(query).all()
        batch = done[which % len(done)] if done else None
        lines = [r for r in sorted(batch.regels, key=lambda r: r.id) if r.gekozen_door is not None] if batch else []
        if batch is None or not lines:
            return
        deel = Deel(regel_id=lines[nr % len(lines)].id)
        args, door = (self.session, self.school_id, batch.id, deel), self.door
        self._take_back(terugdraaien.preview(*args), lambda digest: terugdraaien.undo(*args, digest=digest, door=door))

    def _nacht_terug(self, which: int, nr: int | None) -> None:
        """What came by itself, of all or of one."""
        query = select(Handeling).where(Handeling.school_id == self.school_id, Handeling.wat.in_(VANZELF))
        acts = self.session.scalars(query.order_by(Handeling.id.desc())).all()
        one = self._record(nr) if nr is not None else None
        if not acts or (nr is not None and one is None):
            return
        deel = Deel(sleutel=(Soort.LEERLING, one.id)) if one is not None else Deel()
        args, door = (self.session, self.school_id, acts[which % len(acts)].id, deel), self.door
        terug = terugdraaien.preview_night(*args)
        self._take_back(terug, lambda digest: terugdraaien.undo_night(*args, digest=digest, door=door))

    def _take_back(self, terug: Any, undo: Callable[[str], object]) -> None:
        may = {id_ for soort, id_ in terug.stappen if soort is Soort.LEERLING}
        gone = {id_ for (soort, id_), stap in terug.stappen.items() if soort is Soort.LEERLING and stap.verdwijnt}
        pairs = {(self.rechter.child(r), r.doel_id) for r in terug.regels if r.soort is Soort.LEERLING and r.doel_id}
        had = {of for of, *_ in self._results().values()}
        before = self._stand()
        with self._leaving_others(*may):
            undo(terug.digest)
        after = self._stand()
        assert had.isdisjoint(gone), "nobody with a score goes"
        assert set(before) - set(after) == gone, "who goes was said"
        self.remember(pairs, before, after)
        self.remember_gone(terug.regels, gone)
        self.rechter.ours = {each: child for each, child in self.rechter.ours.items() if each in after}

    def remember(self, pairs: set[Paar], before: Any, after: Any) -> None:
        """Of these pairs those of whom the link ended: no night makes it again."""
        lost = {id_ for id_, stand in before.items() if after.get(id_, (0, 0))[:2] != stand[:2]}
        self.teruggenomen |= {pair for pair in pairs if pair[1] in lost}

    def _loskoppelen(self, nr: int, _: object) -> None:
        one = self._record(nr)
        if one is not None:
            had = {name for name in (one.las_key, one.eckid) if name}
            with self._leaving_others(one.id):
                ontkoppelen.unlink(self.session, self.school_id, "leerling", one.id, door=self.door)
            self.gescheiden |= {(name, one.id) for name in had}

    def _weer_koppelen(self, nr: int, _: object) -> None:
        one = self._record(nr, lambda each: each.las_key is None)
        if one is not None:
            with self._leaving_others(one.id):
                ontkoppelen.link_again(self.session, self.school_id, "leerling", one.id, door=self.door)
            self.gescheiden -= {pair for pair in self.gescheiden if pair[1] == one.id}

    def _parkeren(self, *_: object) -> None:
        absent = [each.leerling.id for each in parkeren.absent(self.session, self.school_id)]
        if absent:
            with self._leaving_others():
                parkeren.park(self.session, self.school_id, absent[:1], shown=len(absent), door=self.door)

    def _terugzetten(self, nr: int, _: object) -> None:
        one = self._record(nr)
        if one is not None:
            with self._leaving_others():
                toch.bring_back(self.session, self.school_id, "leerling", one.id, door=self.door)

    def _vertrek_terug(self, *_: object) -> None:
        query = select(Importbatch.id).where(Importbatch.school_id == self.school_id).order_by(Importbatch.id.desc())
        parked = [b for b in self.session.scalars(query) if self.session.get_one(Importbatch, b).geparkeerd is not None]
        if parked:
            with self._leaving_others():
                vastgehouden.take_back(self.session, self.school_id, parked[0], door=self.door)

    def _toch(self, nr: int, _: object) -> None:
        """Where it makes a link, that is an answer for the import."""
        one = self._record(nr)
        if one is not None:
            toch.do_anyway(self.session, self.school_id, "leerling", one.id, door=self.door)

    def _toch_importeren(self, *_: object) -> None:
        ids = [each.id for each in uitzonderingen.of_school(self.session, self.school_id)]
        koppeling_id = self.school.wereld.koppeling.id
        uitzonderingen.import_anyway(self.session, self.school_id, ids, koppeling_id=koppeling_id, door=self.door)

    def _naam_vergeten(self, nr: int, _: object) -> None:
        one = self._record(nr, lambda each: bool(bekende_namen.known(each)))
        if one is not None:
            naam = bekende_namen.said(bekende_namen.known(one)[0])
            bekende_namen.forget(self.session, self.school_id, one.id, naam, door=self.door)

    def _scoren(self, nr: int, days: int) -> None:
        """On a day on which another may have been scored too."""
        one = self._record(nr, lambda each: each.samengevoegd_met_id is None)
        if one is not None:
            self._score(one, days)

    def _score(self, one: Leerling, days: int) -> None:
        day, mine = AFNAME - timedelta(days=days), select(Resultaat.id).where(Resultaat.leerling_id == one.id)
        if self.session.scalar(mine.where(Resultaat.afnamedatum == day)) is None:
            made = self.school.wereld.resultaat(one, 20 + days, afname=day)
            self.school.wereld.normeer()
            self.thuis[made.id] = one.id

    def _judge_results(self) -> None:
        """Every result is of the record that it was made for, or of the one into which that was merged."""
        for id_, (of, *_) in self._results().items():
            home = self.thuis.setdefault(id_, of)
            family = [home]
            while (met := self.session.get_one(Leerling, LeerlingId(family[-1])).samengevoegd_met_id) is not None:
                family.append(met)
            assert of in family, f"result {id_} of {home} stands at {of}"
            assert of == home or dubbel.became(self.session, self.school_id, LeerlingId(home)) == family[-1]

    def _judge_delivered(self, bezorgd: dict[str, int]) -> None:
        """What stands at another child in the LAS is listed, as far as anybody here can know."""
        query = (
            select(Bezorging, Leerling, Resultaat.id)
            .join(Resultaat, Resultaat.sleutel == Bezorging.sleutel)
            .join(Leerling, Leerling.id == Resultaat.leerling_id)
        )
        for row, leerling, id_ in self.session.execute(query.where(Bezorging.school_id == self.school_id)):
            names = [name for name in (leerling.las_key, leerling.eckid) if name]
            is_right = bool(names) and all(self.rechter.wrong(leerling.id, name) is None for name in names)
            is_elsewhere = bezorgd.get(row.sleutel, self.rechter.ours[leerling.id]) != self.rechter.ours[leerling.id]
            if is_right and is_elsewhere and self.thuis[id_] == leerling.id and row.las_key != leerling.las_key:
                listed = row.elders_op is not None or row.verwijderd_op is not None
                assert listed, f"{row.sleutel} of {leerling.id} stands at {bezorgd[row.sleutel]}, and nobody says so"
