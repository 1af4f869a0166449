"""One school for years: what it wants in its LAS, and whether that is there."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from flask import Flask
from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy.orm import Session

from tests.jaar.kalender import EERSTE, is_schooldag
from tests.jaar.school import School
from tests.nachten.las import Boek, Jarenlas
from webapp.db import unit_of_work
from webapp.models import Leerling, Levering, LeveringStatus, Lidmaatschap, Resultaat
from webapp.muur import alle_scholen
from webapp.services import sloten
from webapp.services.clock import database_clock
from webapp.services.controle import zelfde
from webapp.services.toetsen import normering
from webapp.services.versturen import nakijken, volgende
from webapp.uwlr import values as uwlr
from webapp.uwlr.values import GeenGegevens

LEERLINGEN = 30
_OPGAVEN = 30
_TOETS_OM_DE = (9, 15, 22, 30)
"""Days from one test to the next."""
_VERBETERD = 4
"""Scores that are corrected some days after a test, when most of them are in the LAS."""
_VERBETERD_NA = timedelta(days=3)
_HOOGSTENS = timedelta(days=45)
"""So long a result that has a reason to wait may wait, in quiet weather; a beheerder answers within days."""
_TWEE_NACHTEN = timedelta(days=2)


class Nachtschool(School):
    """Plays one school, and judges what its LAS has."""

    LAS = Jarenlas

    def __init__(self, app: Flask, nr: int, seed: int, last: date) -> None:
        super().__init__(app, nr, seed, traps=False, agreed=True, size=LEERLINGEN)
        assert isinstance(self.las, Jarenlas)
        self.las.plan_until(last)
        self.boek = Boek(self.las)
        self.kwijt: set[str] = set()
        """Results that are not where they have to be, by what is wrong."""
        self._rng = Random(f"toetsen {seed}-{nr}")
        self._next_test = EERSTE + timedelta(days=6)
        self._correct_on: date | None = None
        self._last_test: tuple[int, date] | None = None

    def dawn(self, day: date) -> None:
        """The LAS changes."""
        self._today = day
        self.las.step(day)
        self._answer, self.kaarten = self.las.delivery()

    def fetch(self, verzoek: uwlr.Leerlinggegevensverzoek, *_: object) -> uwlr.Leerlinggegevens | GeenGegevens:
        """What the LAS answers, when it answers."""
        self.boek.check()
        answer = super().fetch(verzoek)
        if isinstance(answer, uwlr.Leerlinggegevens):
            came = (*answer.leerlingen, *answer.betwiste_leerlingen)
            self.rechter.saw({each: self.kaarten[each.key, each.eckid].kind for each in came})
        return answer

    def send_leerresultaten(self, bericht: uwlr.Leerresultatenbericht, *_: object) -> None:
        """The judge looks whose number each result goes to; then the LAS takes the message, or not."""
        super().send_leerresultaten(bericht)
        self.boek.take(bericht)

    def by_day(self, day: date) -> None:
        """What people do on a day with school."""
        if day != EERSTE and not is_schooldag(day):
            return
        self._answer_all()
        if day >= self._next_test:
            self._next_test = day + timedelta(days=self._rng.choice(_TOETS_OM_DE))
            self._last_test, self._correct_on = (self._rng.randrange(3), day), day + _VERBETERD_NA
            with alle_scholen(), unit_of_work() as session:
                self._take_a_test(session, *self._last_test)
        elif self._correct_on is not None and day >= self._correct_on:
            self._correct_on = None
            with alle_scholen(), unit_of_work() as session:
                self._correct_some(session)
        if day == EERSTE:
            self._begin_to_count()

    def _answer_all(self) -> None:
        with alle_scholen(), unit_of_work() as session:
            if self.school_id in zelfde.due(session):  # as the sweep does: who asks for nothing leaves no trace
                zelfde.ask(session, self.school_id)
        self.look()
        for _ in range(6):
            with alle_scholen(), unit_of_work() as session:
                if not self.beheerder.answer(session, self.kaarten):
                    break
            self.look()
        with alle_scholen(), unit_of_work() as session:
            checks = select(Levering.resultaat_id).where(
                Levering.school_id == self.school_id, Levering.status == LeveringStatus.NAKIJKEN
            )
            for resultaat_id in session.scalars(checks.order_by(Levering.resultaat_id)).all():
                nakijken.score_is_right(session, self.school_id, resultaat_id, door=self.door)

    def _correct_some(self, session: Session) -> None:
        """Some scores of the last test were typed wrong; after a restore that test may be gone."""
        assert self._last_test is not None
        nth, day = self._last_test
        sloten.lock(session, self.school_id)
        query = select(Resultaat).where(
            Resultaat.school_id == self.school_id,
            Resultaat.toets_id == self.toetsen[nth],
            Resultaat.afnamedatum == day,
        )
        found = session.scalars(query.order_by(Resultaat.id)).all()
        for resultaat in self._rng.sample(found, min(_VERBETERD, len(found))):
            resultaat.ruwe_score = (resultaat.ruwe_score + self._rng.randint(1, _OPGAVEN - 1)) % _OPGAVEN
        session.flush()
        now = database_clock(session)
        ids = [each.leerling_id for each in found]
        if ids:
            toets = self.toetsen[nth]
            normering.normeer(session, self.school_id, toets, leerling_ids=ids, afnamedatum=day, now=now, door=None)

    def audit(self, quiet: timedelta, *, whole: bool) -> None:
        """Judge what is in the LAS after so much quiet weather: what is open, or `whole`, everything."""
        with alle_scholen(), unit_of_work() as session:
            now = database_clock(session)
            for row in self._rows(session, None if whole else ~self._is_done()):
                self._judge_result(row, now, quiet)

    @staticmethod
    def _is_done() -> ColumnElement[bool]:
        return func.coalesce(Levering.bevestigd >= Resultaat.versie, False)

    def _rows(self, session: Session, narrowed: ColumnElement[bool] | None) -> list[Row[Any]]:
        query = (
            select(
                Resultaat.id, Resultaat.sleutel, Resultaat.ruwe_score, Resultaat.versie, Resultaat.genormeerd_op,
                Leerling.id.label("leerling_id"), Leerling.las_key, Levering.status, Levering.bevestigd,
                Levering.nog_eens_op, Levering.fout_code,
                func.coalesce(volgende.sendable(), False).label("gaat"),
            )
            .join(Resultaat.leerling)
            .outerjoin(Levering, Levering.resultaat_id == Resultaat.id)
            .where(
                Resultaat.school_id == self.school_id,
                Leerling.school_id == self.school_id,
                Leerling.status == Lidmaatschap.ACTIEF,
                Resultaat.genormeerd_op.is_not(None),
                or_(Levering.status.is_not(None), Leerling.las_key.is_not(None)),
            )
            .order_by(Resultaat.id)
        )  # fmt: skip
        return list(session.execute(query if narrowed is None else query.where(narrowed)))

    def _judge_result(self, row: Row[Any], now: datetime, quiet: timedelta) -> None:
        staat = self.boek.staat.get(row.sleutel)
        kind = self.rechter.ours[row.leerling_id]
        is_confirmed = row.bevestigd is not None and row.bevestigd >= row.versie
        if is_confirmed and row.nog_eens_op is None:
            if staat is None:
                self._lost(row, "heet bevestigd en staat er niet")
            elif staat.score != row.ruwe_score:
                self._wrong(row.leerling_id, row.sleutel, "heet bevestigd, en er staat een oudere score van")
            return
        if kind not in self.las.whose(row.las_key or ""):
            return  # who is not linked, or not there now, is nobody to send to
        waited = min(now - row.genormeerd_op, quiet)
        if (row.gaat and waited > _TWEE_NACHTEN) or waited > _HOOGSTENS:
            self._lost(row, f"wacht nog na {waited.days} rustige dagen: {row.status}, {row.fout_code}")

    def _lost(self, row: Row[Any], why: str) -> None:
        found = f"school {self.uitslag.nr}: resultaat {row.id} {why}"
        if found not in self.kwijt:
            self.kwijt.add(found)
            print(f"{self._today} {found}", flush=True)
