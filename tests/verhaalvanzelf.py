"""What goes by itself because a school agreed so, and August, as acts of a story (`tests/verhaal.py`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import select

from tests.bezorgschool import School
from tests.rechter import Rechter
from tests.services.conftest import aanlevering
from tests.verhaallas import Las
from webapp.models import Importregel, Leerling, Soort
from webapp.services import afspraken
from webapp.services.controle import zelfde
from webapp.services.inname import dubbel, inname, uitstel
from webapp.services.ophalen import nieuwjaar
from webapp.uwlr import values as uwlr

_RECORD = st.integers(0, 8)
VANZELF = st.one_of(
    st.tuples(st.just("afspraak"), st.sampled_from(["nieuwe_leerlingen", "alleen_op_het_spel"]), st.booleans()),
    st.tuples(st.just("afspraak"), st.sampled_from(["nieuwe_leerlingen", "alleen_op_het_spel"]), st.just(True)),
    st.tuples(st.just("weg of terug"), st.sampled_from([8, 9, 9, 10]), st.none()),
    st.tuples(st.just("scoren"), _RECORD, st.integers(0, 3)),
    st.tuples(st.just("zelfde vragen"), st.none(), st.none()),
    st.tuples(st.just("twee"), _RECORD, st.booleans()),
    st.tuples(st.just("augustus"), st.none(), st.none()),
    st.tuples(st.just("overgaan"), st.none(), st.none()),
)


class Vanzelf:
    """The acts; `Verhaal` is the rest of the story."""

    school: School
    rechter: Rechter
    las: Las
    door: Any
    niet_erbij: dict[str, int]
    """Whom no night adds again, by each name in the LAS: somebody took that back."""

    @property
    def session(self) -> Any: ...

    @property
    def school_id(self) -> Any: ...

    def _afspraak(self, naam: str, is_on: bool) -> None:
        seen = afspraken.of_school(self.session, self.school_id).gewijzigd_op
        afspraken.change(self.session, self.school_id, {naam: is_on}, seen=seen, door=self.door)

    def _zelfde_vragen(self, *_: object) -> None:
        zelfde.ask(self.session, self.school_id)

    def _twee(self, nr: int, is_two: bool) -> None:
        rows = sorted(
            {
                (row.leerling_id, row.ander_id)
                for id_ in self.rechter.ours
                for row in dubbel.of_leerling(self.session, self.school_id, id_)
            }
        )
        if rows:
            zelfde.say(self.session, self.school_id, *rows[nr % len(rows)], is_two=is_two, door=self.door)

    def _overgaan(self, *_: object) -> None:
        uitstel.go_over(self.session, self.school_id, door=self.door)

    def may_begin(self, came: Iterable[uwlr.Leerling]) -> bool:
        """Whether tonight's answer is taken in: as the job does it, of a new year once the LAS has it and it may."""
        koppeling, news = self.school.wereld.koppeling, self.las.answer()
        jaar = news["school"].schooljaar
        if koppeling.schooljaar == jaar:
            return True
        gegevens = aanlevering(*came, groepen=news["groepen"], schooljaar=jaar)
        if not nieuwjaar.is_there(self.session, self.school_id, gegevens):
            return False
        if uitstel.waits(self.session, self.school_id, jaar):
            inname.look_ahead(self.session, koppeling, inname.match(self.session, self.school_id, gegevens))
            return False
        nieuwjaar.begin(self.session, koppeling, jaar)
        return True

    def remember_gone(self, regels: Iterable[Importregel], gone: Iterable[int]) -> None:
        """Who was added, and is not any more because somebody took that back."""
        ids = set(gone)
        for regel in regels:
            if regel.soort is Soort.LEERLING and regel.doel_id in ids:
                child = self.rechter.child(regel)
                self.niet_erbij |= {name: child for name in (regel.las_key, regel.eckid) if name}

    def judge_added(self, before: Iterable[int]) -> None:
        query = select(Leerling).where(Leerling.school_id == self.school_id, Leerling.id.not_in(list(before)))
        for each in self.session.scalars(query):
            again = {self.niet_erbij.get(name) for name in (each.las_key, each.eckid) if name}
            assert self.rechter.ours[each.id] not in again, f"{each.naam} is added again by itself"
