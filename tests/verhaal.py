"""Several nights of one school, with a judge who knows who is who in the LAS; `ACTS` is what may happen."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import select, update

from tests.bezorgschool import School
from tests.rechter import Paar, Rechter
from tests.verhaaldaarna import DAARNA, Daarna
from tests.verhaallas import CHILDREN, ZONDER_SCORE, Las
from tests.verhaalvanzelf import VANZELF, Vanzelf
from webapp.errors import DomainError
from webapp.models import Handeling, Importbatch, Importregel, Keuze, Leerling, Resultaat, Soort
from webapp.models.ids import BatchId
from webapp.services import geschiedenis, sloten, vragen
from webapp.services.bewaring import wissen
from webapp.services.clock import database_clock
from webapp.services.controle import (
    allemaal,
    doorgeven,
    heropenen,
    keuzes,
    terugdraaien,
    vastgehouden,
    vastleggen,
)
from webapp.services.controle.lijsten import Zoekvraag
from webapp.services.controle.ruil import Ruilantwoord
from webapp.services.controle.samenvatting import summarise
from webapp.services.inname.batch import open_of
from webapp.services.inname.soorten import identity
from webapp.services.inname.soorten.leerling import LEERLING
from webapp.uwlr import values as uwlr
from webapp.uwlr.checks import set_apart

_CHILD, _LINE, _RECORD = st.integers(0, len(CHILDREN) - 1), st.integers(0, 8), st.integers(0, 8)
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
    st.tuples(st.sampled_from(["nummers ruilen", "eckids ruilen"]), _CHILD, _CHILD),
    st.tuples(st.just("ander nummer"), _CHILD, st.booleans()),
    st.tuples(st.just("andere eckid"), _CHILD, st.booleans()),
    st.tuples(st.just("oud nummer"), _CHILD, _CHILD),
    st.tuples(st.just("dubbel"), _CHILD, st.booleans()),
    st.tuples(st.just("wissen"), _RECORD, st.none()),
    st.tuples(st.just("heropenen"), _RECORD, st.none()),
    st.tuples(st.just("nacht"), st.none(), st.none()),
    st.tuples(st.just("nacht"), st.none(), st.none()),
    st.tuples(st.just("importeren"), st.none(), st.none()),
    st.tuples(st.just("importeren"), st.none(), st.none()),
    st.tuples(st.just("twee keer"), st.none(), st.none()),
    st.tuples(st.just("terugdraaien"), st.none(), st.sampled_from([0, 0, 1, 2])),
    st.tuples(st.just("versturen"), st.none(), st.none()),
    DAARNA,
    VANZELF,
)


Stand = dict[int, tuple[Any, ...]]


@dataclass
class Verhaal(Vanzelf, Daarna):
    """One run: what people said of whom, and what the judge knows."""

    school: School
    las: Las
    rechter: Rechter
    door: Any
    collega: Any
    gezegd: dict[BatchId, set[Paar]] = field(default_factory=dict)
    """What people said in each import: this child of the LAS is this record of ours."""
    teruggenomen: set[Paar] = field(default_factory=set)
    """What they took back since."""
    beantwoord: dict[BatchId, set[Paar]] = field(default_factory=dict)
    """What they had taken back, until an import of which they answered that."""
    voor: dict[BatchId, Stand] = field(default_factory=dict)
    """How everything was before an import, until a night or another import."""
    gedaan: allemaal.Gedaan | None = None
    thuis: dict[int, int] = field(default_factory=dict)
    gescheiden: set[tuple[str, int]] = field(default_factory=set)
    bezorgd: dict[str, int] = field(default_factory=dict)
    """At which child of the LAS each result went, by its key."""
    klopt_niet: set[int] = field(default_factory=set)
    niet_erbij: dict[str, int] = field(default_factory=dict)

    @property
    def session(self) -> Any:
        return self.school.session

    @property
    def school_id(self) -> Any:
        return self.school.wereld.school.id

    def batch(self) -> Importbatch | None:
        self.session.flush()
        return open_of(self.session, self.school_id)

    def act(self, what: str, nr: Any, value: Any) -> None:
        """Do it, and look; what is refused changes nothing. Acts before it become earlier: this is one transaction."""
        sloten.lock(self.session, self.school_id)
        mine = update(Handeling).where(Handeling.school_id == self.school_id)
        self.session.execute(mine.values(op=Handeling.op - timedelta(minutes=1)))
        with suppress(DomainError), self.session.begin_nested():
            self._act(what, nr, value)
        self._judge_reported(what)
        self.judge()

    def _judge_reported(self, what: str) -> None:
        """That a link is wrong stands until a person answers."""
        said = select(Leerling.id).where(Leerling.school_id == self.school_id, Leerling.klopt_niet_sinds.is_not(None))
        now = set(self.session.scalars(said))
        ended = self.klopt_niet - now
        assert not ended or what in ("klopt wel", "importeren", "twee keer", "wissen"), f"{ended} is right after all?"
        self.klopt_niet = now

    def _act(self, what: str, nr: Any, value: Any) -> None:
        own = getattr(self, f"_{what.replace(' ', '_')}", None)
        if own is not None:
            own(nr, value)
            return
        if hasattr(self.las, f"_{what.replace(' ', '_')}"):
            self.las.change(what, nr, value)
            return
        batch = self.batch()
        lines = [] if batch is None else leerlingen(batch)
        if batch is None or not lines:
            return
        regel, records = lines[nr % len(lines)], list(self.rechter.ours)
        args = (self.session, self.school_id)
        if what == "kies":
            keuzes.choose(*args, regel.id, value, door=self.door)
        elif what == "koppel":
            keuzes.link(*args, regel.id, records[value % len(records)], door=self.door)
        elif what == "open":
            keuzes.open_answer(*args, regel.id, records[value % len(records)], door=self.door)
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

    def _wissen(self, nr: int, _: object) -> None:
        records = list(self.rechter.ours)
        wissen.erase(self.session, self.school_id, records[nr % len(records)], door=self.door)

    def _heropenen(self, nr: int, _: object) -> None:
        records = list(self.rechter.ours)
        doel_id = records[nr % len(records)]
        heropenen.reopen(self.session, self.school_id, "leerling", doel_id, door=self.door)

    def _nacht(self, *_: object) -> None:
        self._give_results()
        self.voor.clear()
        before, links = self._answers(), self._stand()
        came: dict[uwlr.Leerling, int] = {each: nr for nr, each in self.las.pupils()}
        warnings: list[uwlr.Waarschuwing] = []
        apart, doubles = set_apart(list(came), "leerling", warnings.append)
        if not self.may_begin(apart):
            return
        self.school.take_in(*apart, **self.las.answer(), betwiste_leerlingen=doubles, waarschuwingen=tuple(warnings))
        self.rechter.saw(came)
        batch = self.batch()
        if batch is not None and batch.verdwenen:
            with suppress(DomainError), self.session.begin_nested():
                vastleggen.confirm_departures(
                    self.session, self.school_id, batch.id, confirmed=vastgehouden.total(batch), door=self.door
                )
        self.rechter.know_the_new(self.session, self.school_id)
        self.judge_added(links)
        for id_, stand in self._stand().items():
            if id_ in links and stand[:2] != links[id_][:2] and any(stand[:2]):
                pairs = {(self.rechter.seen[name], id_) for name in stand[:2] if name and name not in links[id_]}
                assert pairs.isdisjoint(self.teruggenomen), f"what was taken back is done again: {pairs}"
                got = {(name, id_) for name in stand[:2] if name and name not in links[id_]}
                assert got.isdisjoint(self.gescheiden), f"what was parted is linked again: {got}"
        for each in apart:
            if identity(each.key, each.eckid) in before and each in came:
                said = before[identity(each.key, each.eckid)]
                if said.kind == came[each]:
                    self._check_kept(each, said)

    def _check_kept(self, theirs: uwlr.Leerling, said: Answer) -> None:
        """What was answered about a record of the LAS is so, is still answered, or is asked anew."""
        batch, wie = self.batch(), identity(theirs.key, theirs.eckid)
        regel = {identity(r.las_key, r.eckid): r for r in (leerlingen(batch) if batch else ())}.get(wie)
        column = Leerling.las_key == theirs.key if theirs.key else Leerling.eckid == theirs.eckid
        linked = self.session.scalar(select(Leerling.id).where(Leerling.school_id == self.school_id, column))
        is_same = regel is not None and regel.keuze is said.keuze and said.doel_id in (None, regel.doel_id)
        kept = regel is not None and (regel.is_vraag or regel.via_groep or is_same)
        is_so = said.keuze is Keuze.KOPPEL and linked == said.doel_id
        is_other = said.keuze is Keuze.NIET and said.naam != f"{theirs.roepnaam} {theirs.achternaam}"
        assert kept or is_so or is_other, f"the answer {said} about {wie} is gone; it is linked with {linked}"

    def _answers(self) -> dict[str, Answer]:
        batch = self.batch()
        return {
            identity(r.las_key, r.eckid): Answer(
                r.keuze, r.doel_id if r.keuze is Keuze.KOPPEL else None, r.weergavenaam, self.rechter.child(r)
            )
            for r in (leerlingen(batch) if batch else ())
            if r.keuze is not None and r.gekozen_door and r.is_work and not r.via_groep
        }

    def _importeren(self, *_: object) -> None:
        batch = self.batch()
        if batch is None:
            return
        summary, before = summarise(self.session, batch), self._stand()
        stays = set(summary.wachten)
        said = {
            (self.rechter.child(r), r.doel_id)
            for r in leerlingen(batch)
            if r not in stays and r.keuze is Keuze.KOPPEL and r.gekozen_door and r.doel_id is not None
        }
        answered = {
            self.rechter.child(r) for r in leerlingen(batch) if r not in stays and r.gekozen_door and not r.via_groep
        }
        waiting = {(r.soort, identity(r.las_key, r.eckid), r.keuze, r.doel_id) for r in stays}
        vastleggen.commit(self.session, self.school_id, batch.id, digest=summary.digest, door=self.door)
        self.session.flush()
        self.session.expire_all()
        self.gezegd[batch.id] = said
        self.beantwoord[batch.id] = {pair for pair in self.teruggenomen if pair[0] in answered}
        self.teruggenomen -= self.beantwoord[batch.id]
        self.gescheiden = {pair for pair in self.gescheiden if self.rechter.seen.get(pair[0]) not in answered}
        self.niet_erbij = {name: child for name, child in self.niet_erbij.items() if child not in answered}
        self.voor = {batch.id: before}
        self.rechter.know_the_new(self.session, self.school_id)
        left = self.batch()
        now = {(r.soort, identity(r.las_key, r.eckid), r.keuze, r.doel_id) for r in (left.regels if left else ())}
        assert now == waiting, "what waits goes on as it was"

    def _twee_keer(self, *_: object) -> None:
        """Two imports with nothing between: the second has what the first left."""
        self._importeren()
        self._importeren()

    def _terugdraaien(self, _: object, which: int) -> None:
        """The last import, or an older one."""
        query = select(Importbatch.id).where(Importbatch.verwerkt_op.is_not(None)).order_by(Importbatch.id.desc())
        done = [id_ for id_ in self.session.scalars(query) if id_ in self.gezegd]
        if not done:
            return
        id_, args = done[which % len(done)], (self.session, self.school_id)
        results, answers, before = self._results(), self._answers(), self._stand()
        terug = terugdraaien.preview(*args, id_)
        asked = {(r.soort, identity(r.las_key, r.eckid)) for r in terug.regels}
        pairs = {(self.rechter.child(r), r.doel_id) for r in terug.regels if r.soort is Soort.LEERLING and r.doel_id}
        terug = terugdraaien.undo(*args, id_, digest=terug.digest, door=self.door)
        self.session.flush()
        self.session.expire_all()
        after = self._stand()
        assert self._results() == results, "no result is lost or moved"
        assert {of for of, *_ in results.values()} <= set(after), "nor whoever has one"
        for wie, said in answers.items():
            assert self._answers().get(wie) == said, f"the answer {said} about {wie} is gone"
        batch = self.batch()
        work = {(r.soort, identity(r.las_key, r.eckid)) for r in (batch.regels if batch else ()) if r.is_work}
        assert asked <= work, "what is undone is asked again"
        if id_ in self.voor:
            was = self.voor[id_]
            odd = {each: (was[each], after[each]) for each in was if each in after and after[each] != was[each]}
            assert not odd, f"not as it was before the import: {odd}"
            chosen = {said.doel_id for said in answers.values()}
            new = {each: after[each] for each in after if each not in was and each not in chosen}
            assert not any(any(stand[:2]) for stand in new.values()), f"added by the import and linked: {new}"
        self.voor = {}
        self.gezegd[id_] -= pairs
        self.remember(pairs, before, after)
        self.remember_gone(terug.regels, before.keys() - after.keys())
        again = {pair for pair in self.beantwoord.get(id_, ()) if pair[0] in {child for child, _ in pairs}}
        self.teruggenomen |= {pair for pair in again if pair[1] in after and not any(after[pair[1]][:2])}
        self.rechter.ours = {
            each: child for each, child in self.rechter.ours.items() if each in after or each not in before
        }

    def _stand(self) -> Stand:
        """Number, ECK iD and all that an import may change of each of our leerlingen."""
        self.session.flush()
        columns = (getattr(Leerling, name) for name in ("id", *geschiedenis.VELDEN[Leerling]))
        query = select(*columns).where(Leerling.school_id == self.school_id)
        return {id_: tuple(rest) for id_, *rest in self.session.execute(query)}

    def _results(self) -> dict[int, tuple[Any, ...]]:
        query = select(Resultaat.id, Resultaat.leerling_id, Resultaat.ruwe_score, Resultaat.versie)
        return {id_: tuple(rest) for id_, *rest in self.session.execute(query)}

    def _give_results(self) -> None:
        """Whoever is here for a night has one."""
        has, merged = select(Resultaat.leerling_id), Leerling.samengevoegd_met_id.is_not(None)
        query = select(Leerling).where(Leerling.school_id == self.school_id, Leerling.id.not_in(has), ~merged)
        for each in self.session.scalars(query).all():
            if self.rechter.ours[each.id] not in ZONDER_SCORE:
                self._score(each, each.id % 3)

    def _versturen(self, *_: object) -> None:
        batch = self.batch()
        work = [r for r in (leerlingen(batch) if batch else ()) if r.is_work]
        asked = {key for r in work for key in (r.las_key, r.eckid) if key}
        for sleutel, number in self.school.send().items():
            of = self.session.scalars(select(Resultaat.leerling_id).where(Resultaat.sleutel == sleutel)).one()
            self.bezorgd[sleutel] = self.rechter.seen[number]
            assert of not in self.klopt_niet, "nothing goes whose link is said to be wrong"
            eckid = self.session.scalars(select(Leerling.eckid).where(Leerling.id == of)).one()
            assert {number, eckid}.isdisjoint(asked), "nothing goes to whom a question is about"
            for named in filter(None, (number, eckid)):
                wrong = self.rechter.wrong(of, named)
                assert wrong is None or any((wrong, of) in said for said in self.gezegd.values()), (
                    f"result of {of}, who is {self.rechter.ours[of]}, went to {named} of {wrong}"
                )

    def judge(self) -> None:
        """What is so after every act."""
        self.session.flush()
        self._judge_results()
        self._judge_delivered(self.bezorgd)
        batch = self.batch()
        if batch is None:
            return
        lines = leerlingen(batch)
        per_key = Counter(identity(r.las_key, r.eckid) for r in lines)
        assert not per_key or max(per_key.values()) == 1, "one line about each"
        offered = {each["id"] for r in lines for each in r.kandidaten}
        assert set(LEERLING.find(self.session, self.school_id, offered)) == offered, "who may be meant is here"
        chosen = Counter(r.doel_id for r in lines if r.keuze is Keuze.KOPPEL)
        assert not chosen or max(chosen.values()) == 1, "one record, one child"
        asked = [r for q in vragen.questions(batch.regels) for r in q if r.is_vraag]
        assert len(asked) == len(set(asked)) == sum(r.is_vraag for r in batch.regels), "each counted once"
        assert any(r.is_work for r in batch.regels) or batch.vastgehouden, "nothing waits for nobody"


@dataclass(frozen=True)
class Answer:
    """What a person said of a line."""

    keuze: Keuze
    doel_id: int | None
    naam: str
    kind: int


def leerlingen(batch: Importbatch) -> list[Importregel]:
    return [r for r in sorted(batch.regels, key=lambda r: r.id) if r.soort is Soort.LEERLING]
