"""Results of last school year go after all: exactly what a person approved, in a night that begins afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.bezorgschool import BO, NOOR, SOMEBODY, School
from tests.ground.statements import break_at_every_statement
from tests.screens import make_account
from tests.services.conftest import pupil
from tests.wereld import make_wereld
from webapp.errors import NotAllowed
from webapp.models import (
    Audit,
    Daad,
    Handeling,
    KoppelingStatus,
    Leerling,
    Levering,
    Lidmaatschap,
    Nacht,
    Resultaat,
)
from webapp.models.ids import NazendingId, ResultaatId, SchoolId, ToetsId
from webapp.services import sloten, zendkeuze
from webapp.services.clock import database_clock
from webapp.services.controle import doorgeven
from webapp.services.versturen import keuze, nazending
from webapp.services.versturen.aanbod import Aanbod, Vak, offer
from webapp.services.versturen.keuze import Keuze
from webapp.services.versturen.leveringen import NotRunning
from webapp.services.versturen.nazending import ChangedMeanwhile, NothingChosen, NotTaken
from webapp.services.versturen.nazendverslag import Lot, Stand, Verslag, reports
from webapp.uwlr.codes import FaultCode, Reden
from webapp.uwlr.faults import UwlrRefused, UwlrUnsure
from webapp.uwlr.profiles import PROFILES

ECKID = "https://ketenid.nl/pilot/1"
VORIG, MEI = "2025-2026", date(2026, 5, 20)


@dataclass
class Vorigjaar(School):
    """A school whose koppeling began after last year's results were normed."""

    def last_year(self, leerling: Leerling, score: int = 25, toets: str = "VB-RW-5") -> ResultaatId:
        id_ = self.wereld.resultaat(leerling, score, toets=toets, afname=MEI).id
        self.wereld.normeer(toets)
        return id_

    def offer(self) -> Aanbod:
        self.session.flush()
        return offer(self.session, self.wereld.school.id, VORIG)

    def approve(self, aanbod: Aanbod | None = None) -> int:
        """Approve what a page showed; all there is unless told otherwise."""
        shown = self.offer() if aanbod is None else aanbod
        return nazending.approve(
            self.session, self.wereld.koppeling,
            toetsen={rij.toets_id for rij in shown.rijen}, groepen={rij.groep_id or 0 for rij in shown.rijen},
            afdruk=shown.afdruk, door=self.wereld.beheerder.id,
        )  # fmt: skip

    def report(self) -> Verslag:
        self.session.flush()
        return reports(self.session, self.wereld.school.id)[0]

    def stop(self) -> int:
        id_ = self.report().nazending.id
        return nazending.stop(self.session, self.wereld.school.id, id_, door=self.wereld.beheerder.id)


@pytest.fixture
def school(session: Session, app: Flask) -> Vorigjaar:
    found = Vorigjaar(make_wereld(session, app.extensions["keyring"]), app)
    found.wereld.koppeling.gestart_op = datetime(2026, 11, 24, tzinfo=UTC)
    found.night()
    return found


def test_what_was_approved_goes_in_the_next_night_and_not_by_day(school: Vorigjaar) -> None:
    noor = school.leerling(NOOR, "k1")
    id_ = school.last_year(noor)
    school.night()
    assert school.approve() == 1
    assert school.report().stand is Stand.GEPLAND
    assert school.send(by_day=True) == {}, "the night that goes on now began before it was approved"
    assert list(school.send().values()) == ["k1"]
    assert school.wereld.levering(id_).bevestigd == 1
    assert (school.report().stand, school.report().tellingen) == (Stand.KLAAR, Counter({Lot.BEVESTIGD: 1}))
    assert school.send() == {}


def test_the_counts_say_where_every_result_stands(school: Vorigjaar) -> None:
    noor, bo = school.leerling(NOOR, "k1"), school.leerling(BO, "k2")
    gone, never = (
        school.leerling(("Gijs", "Weg", "2014-01-01"), "k3"),
        school.leerling(("Nina", "Los", "2014-02-02"), None),
    )
    asked = school.leerling(("Fien", "Vraag", "2016-07-07"), "k5")
    for leerling in (noor, bo, gone, never, asked):
        school.last_year(leerling)
    school.wereld.resultaat(noor, afname=date(2026, 5, 21))  # nobody normed it
    sloten.lock(school.session, school.wereld.school.id)
    gone.status, asked.klopt_niet_sinds = Lidmaatschap.VERTROKKEN, database_clock(school.session)
    aanbod = school.offer()
    assert aanbod.tellingen == {Vak.KAN: 2, Vak.NIET_IN_LAS: 2, Vak.VRAAG: 1}
    assert aanbod.niet_in_las == {gone.id: 1, never.id: 1}
    school.approve(aanbod)
    assert school.offer().tellingen == {Vak.GEPLAND: 2, Vak.NIET_IN_LAS: 2, Vak.VRAAG: 1}
    school.send()
    assert school.offer().tellingen == {Vak.VERSTUURD: 2, Vak.NIET_IN_LAS: 2, Vak.VRAAG: 1}


def test_only_the_chosen_tests_and_groepen_go(school: Vorigjaar) -> None:
    noor, bo = school.leerling(NOOR, "k1"), school.leerling(BO, "k2")
    ids = [school.last_year(noor), school.last_year(noor, toets="VB-BL-5")]
    sloten.lock(school.session, school.wereld.school.id)
    bo.groep_id = None
    school.last_year(bo)
    aanbod = school.offer()
    rekenen = school.wereld.toetsen["VB-RW-5"].id
    school.approve(aanbod.of({rekenen}, {school.wereld.groep.id}))
    assert list(school.send().values()) == ["k1"]
    assert school.wereld.levering(ids[0]).bevestigd == 1
    assert school.session.get(Levering, ids[1]) is None


def _score(school: Vorigjaar, leerling: Leerling) -> None:
    resultaat = school.session.scalars(select(Resultaat).where(Resultaat.leerling_id == leerling.id)).one()
    resultaat.versie += 1


def _other_number(school: Vorigjaar, leerling: Leerling) -> None:
    leerling.las_key = "k9"


def _left(school: Vorigjaar, leerling: Leerling) -> None:
    leerling.status = Lidmaatschap.VERTROKKEN


def _unlinked(school: Vorigjaar, leerling: Leerling) -> None:
    leerling.las_key = None


def _reported(school: Vorigjaar, leerling: Leerling) -> None:
    leerling.klopt_niet_sinds = database_clock(school.session)


def _absent(school: Vorigjaar, leerling: Leerling) -> None:
    leerling.afwezig_sinds = database_clock(school.session)


@pytest.mark.parametrize(
    ("change", "lot"),
    [
        (_score, Lot.VERANDERD),
        (_other_number, Lot.VERANDERD),
        (_left, Lot.NIET_IN_LAS),
        (_unlinked, Lot.NIET_IN_LAS),
        (_reported, Lot.VRAAG),
        (_absent, Lot.VRAAG),
    ],
)
def test_what_changed_between_approval_and_night_stays_here(
    school: Vorigjaar, change: Callable[[Vorigjaar, Leerling], None], lot: Lot
) -> None:
    noor, bo = school.leerling(NOOR, "k1"), school.leerling(BO, "k2")
    ids = [school.last_year(noor), school.last_year(bo)]
    school.approve()
    sloten.lock(school.session, school.wereld.school.id)
    change(school, noor)
    school.session.flush()
    assert list(school.send().values()) == ["k2"]
    assert school.session.get(Levering, ids[0]) is None
    assert school.report().tellingen == {lot: 1, Lot.BEVESTIGD: 1}


@pytest.mark.parametrize("change", [_score, _other_number, _left, _reported])
def test_what_changed_since_the_page_was_opened_is_asked_anew(
    school: Vorigjaar, change: Callable[[Vorigjaar, Leerling], None]
) -> None:
    noor, bo = school.leerling(NOOR, "k1"), school.leerling(BO, "k2")
    school.last_year(noor)
    school.last_year(bo)
    shown = school.offer()
    sloten.lock(school.session, school.wereld.school.id)
    change(school, noor)
    school.session.flush()
    with pytest.raises(ChangedMeanwhile):
        school.approve(shown)
    assert reports(school.session, school.wereld.school.id) == []


def test_a_question_about_the_leerling_keeps_it_here_until_it_is_answered(school: Vorigjaar) -> None:
    noor = school.leerling(NOOR, "k1")
    school.last_year(noor)
    school.approve()
    _reported(school, noor)
    assert school.send() == {}
    assert (school.report().stand, school.report().tellingen) == (Stand.GEPLAND, {Lot.VRAAG: 1})
    sloten.lock(school.session, school.wereld.school.id)
    noor.klopt_niet_sinds = None
    school.session.flush()
    assert list(school.send().values()) == ["k1"]


def test_a_link_that_the_las_contradicts_lets_nothing_go(school: Vorigjaar) -> None:
    noor = school.leerling(NOOR, "k1")
    school.last_year(noor)
    school.approve()
    school.ask_again(noor)
    assert school.send() == {}
    assert school.report().tellingen == {Lot.VERANDERD: 1}


def test_a_double_click_approves_once(school: Vorigjaar) -> None:
    school.last_year(school.leerling(NOOR, "k1"))
    shown = school.offer()
    school.approve(shown)
    with pytest.raises(ChangedMeanwhile):
        school.approve(shown)
    assert len(reports(school.session, school.wereld.school.id)) == 1


@pytest.mark.parametrize(
    ("before", "error", "kept", "counts"),
    [
        ("approved", None, 2, {Lot.GESTOPT: 2}),
        ("in line", None, 2, {Lot.GESTOPT: 2}),
        ("sent", None, 0, {Lot.BEVESTIGD: 2}),
        ("sent", UwlrUnsure(Reden.TIJD_VERSTREKEN), 0, {Lot.ONDERWEG: 2}),
        ("under way", None, 0, {Lot.ONDERWEG: 2}),
        ("sent", UwlrRefused(FaultCode.AUTORISATIE_ONGELDIG), 2, {Lot.GESTOPT: 2}),
    ],
)
def test_a_stop_keeps_here_what_has_not_gone_and_nothing_else(
    school: Vorigjaar, before: str, error: Any, kept: int, counts: dict[Lot, int]
) -> None:
    ids = [school.last_year(school.leerling(NOOR, "k1")), school.last_year(school.leerling(BO, "k2"))]
    school.approve()
    if before == "in line":
        school.night()
        sloten.hold(school.session, school.wereld.school.id)
        nazending.put_in_line(school.session, school.wereld.koppeling)
    elif before == "under way":
        school.night()
        assert school.begin() is not None
    elif before == "sent":
        school.send(error)
    assert school.stop() == kept
    assert (school.report().stand, school.report().tellingen) == (Stand.GESTOPT, counts)
    assert [school.session.get(Levering, id_) is None for id_ in ids] == [bool(kept)] * 2
    assert school.stop() == 0, "twice is once"
    if kept:
        school.wereld.koppeling.zend_fout = None
        assert school.send() == {}
        assert school.offer().tellingen == {Vak.KAN: 2}, "it may be approved again"


def test_another_school_or_a_koppeling_that_rests_comes_to_nothing(school: Vorigjaar) -> None:
    school.last_year(school.leerling(NOOR, "k1"))
    school.approve()
    id_, koppeling = school.report().nazending.id, school.wereld.koppeling
    with pytest.raises(NotAllowed):
        nazending.find(school.session, SchoolId(koppeling.id + 1_000), id_)
    with pytest.raises(NotAllowed):
        nazending.find(school.session, school.wereld.school.id, NazendingId(id_ + 1_000))
    school.stop()
    koppeling.status = KoppelingStatus.GEPAUZEERD
    school.session.flush()
    with pytest.raises(NotRunning):
        school.approve()


def test_a_las_that_takes_no_other_year_is_offered_none(school: Vorigjaar, monkeypatch: pytest.MonkeyPatch) -> None:
    school.last_year(school.leerling(NOOR, "k1"))
    parnassys = PROFILES["parnassys"]
    assert nazending.is_taken(school.wereld.koppeling) is None, "nobody tried it yet"
    monkeypatch.setitem(PROFILES, "parnassys", replace(parnassys, neemt_ander_schooljaar=False))
    with pytest.raises(NotTaken):
        school.approve()


def _switch(school: Vorigjaar, *, aan: bool = True, uit: bool = False) -> None:
    """A beheerder sends nothing, or not this toets."""
    keuzes = zendkeuze.of_school(school.session, school.wereld.school.id)
    off = frozenset({school.wereld.toetsen["VB-RW-5"].id}) if uit else frozenset[ToetsId]()
    wanted, seen = Keuze(aan, binnen_minuut=False, vanaf=None, toetsen_uit=off), keuzes.gewijzigd_op
    keuze.change(school.session, school.wereld.school.id, wanted, seen=seen, door=school.wereld.beheerder.id)
    school.session.flush()


@pytest.mark.parametrize("off", [{"aan": False}, {"uit": True}])
def test_what_the_school_does_not_send_is_not_offered_and_does_not_go(school: Vorigjaar, off: dict[str, bool]) -> None:
    id_ = school.last_year(school.leerling(NOOR, "k1"))
    _switch(school, **off)
    assert school.offer().tellingen == {Vak.UITGEZET: 1}
    with pytest.raises(NothingChosen):
        school.approve()
    _switch(school)
    school.approve()
    _switch(school, **off)
    assert school.send() == {}
    assert school.session.get(Levering, id_) is None
    report = school.report()
    assert (report.stand, report.tellingen, report.mag_stoppen) == (Stand.KLAAR, {Lot.UITGEZET: 1}, True)
    _switch(school)
    assert school.report().stand is Stand.GEPLAND
    assert list(school.send().values()) == ["k1"]


def test_what_is_put_off_once_it_is_in_line_does_not_look_as_if_it_goes(school: Vorigjaar) -> None:
    school.last_year(school.leerling(NOOR, "k1"))
    school.approve()
    school.night()
    sloten.hold(school.session, school.wereld.school.id)
    nazending.put_in_line(school.session, school.wereld.koppeling)
    _switch(school, uit=True)
    assert school.send() == {}
    assert (school.report().stand, school.report().tellingen) == (Stand.KLAAR, {Lot.UITGEZET: 1})
    assert school.stop() == 1


def test_from_when_things_are_sent_says_nothing_of_what_was_approved(school: Vorigjaar) -> None:
    school.last_year(school.leerling(NOOR, "k1"))
    school_id, now = school.wereld.school.id, database_clock(school.session)
    wanted = Keuze(aan=True, binnen_minuut=False, vanaf=now, toetsen_uit=frozenset())
    keuze.change(school.session, school_id, wanted, seen=None, door=school.wereld.beheerder.id)
    assert school.offer().tellingen == {Vak.KAN: 1}
    school.approve()
    assert list(school.send().values()) == ["k1"]


def _night_before(school: Vorigjaar) -> None:
    """The last night began before anything of this test was written."""
    [night] = school.session.scalars(select(Nacht))
    night.begonnen_op = database_clock(school.session) - timedelta(hours=2)
    school.session.flush()


def test_a_link_of_today_is_not_offered_before_a_night_began(school: Vorigjaar) -> None:
    school.last_year(school.leerling(NOOR, "k1"))
    _night_before(school)
    assert school.offer().tellingen == {Vak.VAN_VANDAAG: 1}
    with pytest.raises(NothingChosen):
        school.approve()
    school.night()
    assert school.offer().tellingen == {Vak.KAN: 1}


def test_a_link_that_was_put_back_in_the_night_itself_waits_for_the_next(school: Vorigjaar) -> None:
    """It is the number that was approved, but of a link that is new."""
    noor = school.leerling(NOOR, "k1")
    school.last_year(noor)
    school.approve()
    sloten.lock(school.session, school.wereld.school.id)
    for number in (None, "k1"):
        noor.las_key = number
        school.session.flush()
    sloten.hold(school.session, school.wereld.school.id)
    night = school.session.scalars(select(Nacht)).one()
    night.begonnen_op = school.report().nazending.akkoord_op + timedelta(microseconds=1)
    act = school.session.scalars(select(Handeling).order_by(Handeling.id.desc()).limit(1)).one()
    act.op = database_clock(school.session)
    school.session.flush()
    assert nazending.put_in_line(school.session, school.wereld.koppeling) == 0
    school.night()
    assert nazending.put_in_line(school.session, school.wereld.koppeling) == 1


def test_what_was_handed_over_is_not_offered(school: Vorigjaar) -> None:
    """Another child of the LAS has her ECK iD, and a colleague is asked who that is."""
    noor, session, wereld = school.leerling(NOOR, "k1", ECKID), school.session, school.wereld
    school.last_year(noor)
    batch = school.take_in(pupil("k1", *NOOR), pupil("k9", *SOMEBODY, eckid=ECKID))
    assert batch is not None
    regel, anja = school.line(batch, "k9"), make_account(session, school=wereld.school)
    done = doorgeven.hand_over(
        session, batch.school_id, batch.id, [regel.id], aan=anja.id, bericht="", door=wereld.beheerder.id
    )
    assert done.aantal == 1
    school.night()
    assert (noor.las_key, school.offer().tellingen) == ("k1", {Vak.VRAAG: 1})


def test_a_break_at_any_statement_puts_nothing_half_in_line_and_stops_nothing_half(school: Vorigjaar) -> None:
    for naam, number in ((NOOR, "k1"), (BO, "k2")):
        school.last_year(school.leerling(naam, number))
    school.approve()
    school.night()
    sloten.hold(school.session, school.wereld.school.id)
    koppeling = school.wereld.koppeling
    assert break_at_every_statement(school.session, lambda: nazending.put_in_line(school.session, koppeling)) > 2
    assert school.report().tellingen == {Lot.IN_DE_RIJ: 2}
    assert break_at_every_statement(school.session, school.stop) > 4
    assert school.report().tellingen == {Lot.GESTOPT: 2}


def test_nothing_chosen_is_nothing_done(school: Vorigjaar) -> None:
    school.last_year(school.leerling(NOOR, "k1"))
    with pytest.raises(NothingChosen):
        school.approve(school.offer().of(set(), set()))


def test_the_trail_counts_what_was_approved_put_in_line_and_stopped(school: Vorigjaar) -> None:
    school.last_year(school.leerling(NOOR, "k1"))
    school.approve()
    school.send()
    school.stop()
    school.session.flush()
    acts = (Daad.NAZENDING_AKKOORD, Daad.NAZENDING_IN_RIJ, Daad.NAZENDING_GESTOPT)
    found = school.session.scalars(select(Audit).where(Audit.actie.in_(acts)).order_by(Audit.id)).all()
    assert [(each.actie, each.tellingen["resultaten"]) for each in found] == list(zip(acts, (1, 1, 0), strict=True))


def test_what_is_normed_anew_meanwhile_goes_in_the_ordinary_way(school: Vorigjaar) -> None:
    noor = school.leerling(NOOR, "k1")
    id_ = school.last_year(noor)
    school.approve()
    school.wereld.koppeling.gestart_op = datetime(2020, 1, 1, tzinfo=UTC)
    resultaat = school.session.get_one(Resultaat, id_)
    resultaat.ruwe_score, resultaat.genormeerd_op = 28, None
    school.session.flush()
    school.wereld.normeer()
    assert list(school.send(by_day=True).values()) == ["k1"]
    assert school.report().tellingen == {Lot.ANDERS: 1}
