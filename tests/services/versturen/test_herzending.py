"""After an incident at the LAS its results go once more: in steps, school by school, and never what changed since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tests.bezorgschool import School
from tests.ground.statements import break_at_every_statement
from tests.screens import make_clerk
from tests.wereld import make_wereld
from webapp.errors import NotAllowed
from webapp.models import Audit, Daad, Herzending, Herzendregel, KoppelingStatus, LeveringStatus, Resultaat, Werk
from webapp.models.fout import Fout, Foutcode
from webapp.models.ids import AccountId, HerzendingId, ResultaatId
from webapp.models.koppeling import KoppelingAct, LasType
from webapp.services import nachten, schakelaars, sloten, zendkeuze
from webapp.services.clock import database_clock
from webapp.services.schakelaars import StandsStill
from webapp.services.versturen import herzending, herzendstand, keuze, leveringen
from webapp.services.versturen.herzending import NotNow, NotTwice
from webapp.services.versturen.herzendstand import Gevonden, Stand, Vraag, look, stand_of
from webapp.services.versturen.keuze import Keuze
from webapp.services.versturen.nazending import ChangedMeanwhile
from webapp.services.versturen.nazendverslag import Lot
from webapp.uwlr.codes import FaultCode, Owner
from webapp.uwlr.faults import UwlrRefused
from webapp.uwlr.profiles import PROFILES

SCORE, TOETS = FaultCode.SCORE_ONGELDIG, FaultCode.TOETSNORMERING_ONGELDIG


@dataclass
class Incident:
    """Schools whose results a LAS refused, and klantenservice."""

    session: Session
    app: Flask
    clerk: AccountId
    schools: list[School] = field(default_factory=list)

    def school(self, refused: int, code: FaultCode = SCORE, confirmed: int = 0) -> list[ResultaatId]:
        """A school of which so much was refused for this, and confirmed; the ids."""
        brin = f"{10 + len(self.schools)}XX"
        school = School(make_wereld(self.session, self.app.extensions["keyring"], brin=brin), self.app)
        self.schools.append(school)
        good = school.wereld.genormeerd(confirmed)
        if confirmed:
            school.send(by_day=True)
        bad = [school.wereld.resultaat(score=n).id for n in range(refused)]
        school.wereld.normeer()
        for id_ in bad:
            school.wereld.breng(id_, LeveringStatus.GEWEIGERD).fout = Fout(code, Owner.KLANTENSERVICE)
        self.session.flush()
        return [*bad, *good]

    def vraag(self) -> Vraag:
        self.session.flush()
        now = database_clock(self.session)
        return Vraag(LasType.PARNASSYS, now - timedelta(hours=1), now)

    def choose(self, code: Foutcode | None = SCORE, getoond: int = 1_000) -> Herzending:
        return herzending.choose(self.session, self.vraag(), code, getoond=getoond, door=self.clerk)

    def let_go(self, chosen: Herzending, stap: int) -> None:
        herzending.let_go(self.session, chosen.id, stap, door=self.clerk)

    def stand(self, chosen: Herzending) -> Stand:
        self.session.flush()
        return stand_of(self.session, chosen)

    def stop(self, chosen: Herzending) -> int:
        schools = herzending.stop(self.session, chosen.id, door=self.clerk)
        return sum(herzending.take_back(self.session, chosen.id, each, door=self.clerk) for each in schools)


@pytest.fixture
def incident(session: Session, app: Flask) -> Incident:
    return Incident(session, app, make_clerk(session).id)


def test_the_dry_run_counts_per_reason_and_changes_nothing(incident: Incident) -> None:
    incident.school(2, confirmed=1)
    incident.school(1)
    incident.school(3, TOETS)
    counts = [Gevonden(SCORE, 3, 2), Gevonden(TOETS, 3, 1), Gevonden(None, 1, 1)]
    assert look(incident.session, incident.vraag()) == counts
    earlier = replace(incident.vraag(), tot=database_clock(incident.session) - timedelta(minutes=59))
    assert look(incident.session, earlier) == []
    assert incident.session.scalars(select(Herzendregel)).all() == []


def test_schools_are_in_steps_and_nothing_goes_before_its_step(incident: Incident) -> None:
    ids = [incident.school(number) for number in (3, 1, 2)]
    chosen = incident.choose()
    assert [(stap.nummer, stap.scholen, stap.tellingen) for stap in incident.stand(chosen).stappen] == [
        (1, 1, Counter({Lot.WACHT: 1})), (2, 2, Counter({Lot.WACHT: 5}))
    ]  # fmt: skip
    assert [school.send(by_day=True) for school in incident.schools] == [{}, {}, {}]
    incident.let_go(chosen, 1)
    assert [len(school.send(by_day=True)) for school in incident.schools] == [0, 1, 0]
    assert incident.stand(chosen).stappen[0].tellingen == {Lot.BEVESTIGD: 1}
    incident.let_go(chosen, 2)
    assert [len(school.send(by_day=True)) for school in incident.schools] == [3, 0, 2]
    assert incident.stand(chosen).is_klaar
    assert {str(incident.schools[0].wereld.levering(id_).status) for id_ in ids[0]} == {"bevestigd"}


def test_a_step_waits_until_the_one_before_ended_well(incident: Incident) -> None:
    incident.school(1)
    incident.school(2)
    chosen = incident.choose()
    with pytest.raises(NotNow):
        incident.let_go(chosen, 2)
    incident.let_go(chosen, 1)
    with pytest.raises(NotNow):
        incident.let_go(chosen, 1)
    with pytest.raises(NotNow):
        incident.let_go(chosen, 2)
    first = incident.schools[0]
    first.send(UwlrRefused(FaultCode.LEERLING_ONGELDIG), by_day=True)
    assert incident.stand(chosen).stappen[0].tellingen == {Lot.GEWEIGERD: 1}
    with pytest.raises(NotNow):
        incident.let_go(chosen, 2)


def test_what_changed_since_it_was_chosen_does_not_go(incident: Incident) -> None:
    refused, normed, reported = incident.school(3)
    chosen, school = incident.choose(), incident.schools[0]
    sloten.lock(incident.session, school.wereld.school.id)
    school.wereld.levering(normed).resultaat.versie += 1
    school.wereld.levering(reported).resultaat.leerling.klopt_niet_sinds = database_clock(incident.session)
    incident.session.flush()
    incident.let_go(chosen, 1)
    sent = school.send(by_day=True)
    assert len(sent) == 2, "the corrected score goes by itself, and what is reported stays"
    assert incident.stand(chosen).stappen[0].tellingen == {Lot.BEVESTIGD: 1, Lot.ANDERS: 1, Lot.VRAAG: 1}
    assert school.wereld.levering(refused).bevestigd == 1
    assert incident.stand(chosen).is_klaar, "a question holds up no step"


def test_what_was_confirmed_and_is_not_believed_goes_under_the_same_key(incident: Incident) -> None:
    [id_] = incident.school(0, confirmed=1)
    school = incident.schools[0]
    sleutel = school.wereld.levering(id_).resultaat.sleutel
    chosen = incident.choose(None)
    incident.let_go(chosen, 1)
    assert list(school.send(by_day=True)) == [sleutel]
    assert incident.stand(chosen).stappen[0].tellingen == {Lot.BEVESTIGD: 1}


def test_a_las_that_takes_no_key_twice_is_sent_nothing_confirmed(
    incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident.school(1, confirmed=1)
    monkeypatch.setitem(PROFILES, "parnassys", replace(PROFILES["parnassys"], neemt_zelfde_sleutel=False))
    with pytest.raises(NotTwice):
        incident.choose(None)
    incident.choose()


def test_a_stop_makes_again_what_it_was_of_what_has_not_gone(incident: Incident) -> None:
    """Of what was refused, with its fault; of what was confirmed, with the version that the LAS has."""
    refused, confirmed = incident.school(1, confirmed=1)
    school = incident.schools[0]
    for code, id_ in ((SCORE, refused), (None, confirmed)):
        before = school.wereld.levering(id_)
        was = before.status, before.fout, before.bevestigd
        chosen = incident.choose(code)
        incident.let_go(chosen, 1)
        sloten.hold(incident.session, school.wereld.school.id)
        herzending.put_in_line(incident.session, school.wereld.koppeling)
        assert school.wereld.levering(id_).status is LeveringStatus.KLAAR
        assert incident.stop(chosen) == 1
        incident.session.flush()
        after = school.wereld.levering(id_)
        assert (after.status, after.fout, after.bevestigd) == was
        assert incident.stand(chosen).stappen[0].tellingen == {Lot.GESTOPT: 1}
        assert incident.stop(chosen) == 0, "twice is once"
        with pytest.raises(NotNow):
            incident.let_go(chosen, 1)
    assert school.send(by_day=True) == {}


def test_a_stop_leaves_what_is_under_way(incident: Incident) -> None:
    [id_] = incident.school(1)
    incident.school(2)
    school, chosen = incident.schools[0], incident.choose()
    incident.let_go(chosen, 1)
    opdracht = school.begin()
    assert opdracht is not None
    assert incident.stop(chosen) == 2
    assert [stap.tellingen for stap in incident.stand(chosen).stappen] == [{Lot.ONDERWEG: 1}, {Lot.GESTOPT: 2}]
    school.settle(opdracht)
    assert school.wereld.levering(id_).status is LeveringStatus.BEVESTIGD
    assert incident.schools[1].send(by_day=True) == {}


def test_more_than_was_shown_is_not_written(incident: Incident) -> None:
    incident.school(2)
    with pytest.raises(ChangedMeanwhile):
        incident.choose(getoond=1)
    with pytest.raises(ChangedMeanwhile):
        incident.choose(TOETS)


def test_nothing_is_let_go_while_sending_stands_still_or_of_what_is_not_there(incident: Incident) -> None:
    incident.school(1)
    chosen = incident.choose()
    schakelaars.stop(incident.session, Werk.VERSTUREN, None, reden="Even niet.", tot=None, door=incident.clerk)
    with pytest.raises(StandsStill):
        incident.let_go(chosen, 1)
    assert incident.stand(chosen).herzending.stap == 0
    with pytest.raises(NotAllowed):
        herzending.let_go(incident.session, HerzendingId(chosen.id + 1), 1, door=incident.clerk)


def test_two_that_chose_the_same_send_it_once(incident: Incident) -> None:
    incident.school(1)
    one, other = incident.choose(), incident.choose()
    incident.let_go(one, 1)
    incident.let_go(other, 1)
    assert len(incident.schools[0].send(by_day=True)) == 1
    assert [incident.stand(each).stappen[0].tellingen for each in (one, other)] == [
        {Lot.BEVESTIGD: 1}, {Lot.ANDERS: 1}
    ]  # fmt: skip


def _put_off(school: School, *, on: bool = False) -> None:
    wereld, session = school.wereld, school.session
    off = frozenset() if on else frozenset({wereld.toetsen["VB-RW-5"].id})
    wanted = Keuze(aan=True, binnen_minuut=False, vanaf=None, toetsen_uit=off)
    seen = zendkeuze.of_school(session, wereld.school.id).gewijzigd_op
    keuze.change(session, wereld.school.id, wanted, seen=seen, door=wereld.beheerder.id)


def _unlink(school: School) -> None:
    sloten.lock(school.session, school.wereld.school.id)
    for resultaat in school.session.scalars(select(Resultaat).where(Resultaat.school_id == school.wereld.school.id)):
        resultaat.leerling.las_key = None


def _pause(school: School) -> None:
    school.wereld.koppeling.status = KoppelingStatus.GEPAUZEERD


@pytest.mark.parametrize(("change", "lot"), [(_put_off, Lot.UITGEZET), (_unlink, Lot.NIET_IN_LAS), (_pause, Lot.STIL)])
@pytest.mark.parametrize("code", [SCORE, None])
def test_what_cannot_go_any_more_stays_what_it_was_and_holds_up_no_step(
    incident: Incident, change: Callable[[School], None], lot: Lot, code: Foutcode | None
) -> None:
    """A result that the LAS has is never taken for one that it has not."""
    [id_] = incident.school(1) if code else incident.school(0, confirmed=1)
    incident.school(2, confirmed=2)
    chosen, school = incident.choose(code), incident.schools[0]
    before = school.wereld.levering(id_)
    was = before.status, before.bevestigd, before.fout
    change(school)
    incident.session.flush()
    incident.let_go(chosen, 1)
    if school.wereld.koppeling.mag(KoppelingAct.VERSTUREN):
        assert school.send(by_day=True) == {}
    after = school.wereld.levering(id_)
    assert (after.status, after.bevestigd, after.fout) == was
    assert incident.stand(chosen).stappen[0].tellingen == {lot: 1}
    incident.let_go(chosen, 2)


@pytest.mark.parametrize(("change", "lot"), [(_put_off, Lot.UITGEZET), (_unlink, Lot.NIET_IN_LAS)])
def test_what_cannot_go_once_it_is_in_line_holds_up_no_step_and_a_stop_makes_it_right(
    incident: Incident, change: Callable[[School], None], lot: Lot
) -> None:
    [id_] = incident.school(0, confirmed=1)
    chosen, school = incident.choose(None), incident.schools[0]
    incident.let_go(chosen, 1)
    sloten.hold(incident.session, school.wereld.school.id)
    herzending.put_in_line(incident.session, school.wereld.koppeling)
    change(school)
    assert incident.stand(chosen).stappen[0].tellingen == {lot: 1}
    assert incident.stop(chosen) == 1
    assert (school.wereld.levering(id_).status, school.wereld.levering(id_).bevestigd) == (LeveringStatus.BEVESTIGD, 1)


@pytest.mark.parametrize("code", [SCORE, None])
def test_what_the_school_puts_off_in_line_is_what_it_was_at_once_and_goes_when_it_is_on_again(
    incident: Incident, code: Foutcode | None
) -> None:
    [id_] = incident.school(1) if code else incident.school(0, confirmed=1)
    chosen, school = incident.choose(code), incident.schools[0]
    before = school.wereld.levering(id_)
    was = before.status, before.bevestigd, before.fout
    incident.let_go(chosen, 1)
    sloten.hold(incident.session, school.wereld.school.id)
    herzending.put_in_line(incident.session, school.wereld.koppeling)
    _put_off(school)
    after = school.wereld.levering(id_)
    assert (after.status, after.bevestigd, after.fout) == was
    after.gewijzigd_op = database_clock(incident.session)  # as outside of a test, where each act has its own moment
    assert incident.stand(chosen).stappen[0].tellingen == {Lot.UITGEZET: 1}
    _put_off(school, on=True)
    assert incident.stand(chosen).stappen[0].tellingen == {Lot.WACHT: 1}
    assert len(school.send(by_day=True)) == 1
    assert incident.stand(chosen).stappen[0].tellingen == {Lot.BEVESTIGD: 1}


def test_what_could_not_go_in_its_step_goes_in_the_first_night_that_it_can(incident: Incident) -> None:
    incident.school(1)
    chosen, school = incident.choose(), incident.schools[0]
    koppeling = school.wereld.koppeling

    def is_due() -> bool:
        koppeling.zenden_op = None
        incident.session.flush()
        nachten.send_along(incident.session, koppeling)
        return koppeling.zenden_op is not None

    school.night()
    assert not is_due(), "it was not let go"
    _put_off(school)
    incident.let_go(chosen, 1)
    assert school.send(by_day=True) == {}
    assert not is_due()
    _put_off(school, on=True)
    assert is_due()
    assert len(school.send(by_day=True)) == 1
    assert not is_due()


def test_a_school_that_has_to_give_another_key_holds_up_no_step(incident: Incident) -> None:
    incident.school(1)
    incident.school(2)
    chosen = incident.choose()
    incident.let_go(chosen, 1)
    incident.schools[0].wereld.koppeling.zend_fout = Fout(FaultCode.AUTORISATIE_ONGELDIG, Owner.SCHOOL)
    assert incident.stand(chosen).stappen[0].tellingen == {Lot.STIL: 1}
    incident.let_go(chosen, 2)


def test_what_was_confirmed_since_is_not_made_refused_again(incident: Incident) -> None:
    """Sent once more by hand, and put off before it went: the LAS has it."""
    [id_] = incident.school(1)
    chosen, school = incident.choose(), incident.schools[0]
    incident.let_go(chosen, 1)
    school.send(by_day=True)
    leveringen.send_again(incident.session, school.wereld.school.id, id_, door=school.wereld.beheerder.id)
    _put_off(school)
    after = school.wereld.levering(id_)
    assert (after.status, after.bevestigd, after.fout) == (LeveringStatus.BEVESTIGD, 1, None)


def test_a_step_in_which_nothing_could_go_shows_nothing_so_the_next_is_as_small(
    incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (herzending, herzendstand):
        monkeypatch.setattr(module, "STAPPEN", (1, 3, 100))
    for number in range(1, 7):
        incident.school(number)
    chosen = incident.choose()
    _put_off(incident.schools[0])
    incident.let_go(chosen, 1)
    assert incident.schools[0].send(by_day=True) == {}
    first, *_ = incident.stand(chosen).stappen
    assert (first.tellingen, first.ended_well, first.proved) == ({Lot.UITGEZET: 1}, True, False)
    volgende = incident.stand(chosen).volgende
    assert volgende is not None
    assert (volgende.nummer, volgende.scholen) == (2, 1), "it was to be two"
    incident.let_go(chosen, 2)
    assert [len(school.send(by_day=True)) for school in incident.schools[1:3]] == [2, 0]
    assert [(stap.nummer, stap.scholen) for stap in incident.stand(chosen).stappen] == [(1, 1), (2, 1), (3, 2), (4, 2)]
    incident.let_go(chosen, 3)
    with pytest.raises(NotNow):
        incident.let_go(chosen, 4)
    assert [len(school.send(by_day=True)) for school in incident.schools] == [0, 0, 3, 4, 0, 0]
    incident.let_go(chosen, 4)
    assert [len(school.send(by_day=True)) for school in incident.schools[4:]] == [5, 6]


def test_a_step_that_begins_anew_is_the_next_one_whatever_became_of_those_after_it(
    incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (herzending, herzendstand):
        monkeypatch.setattr(module, "STAPPEN", (1, 2, 100))
    for number in range(1, 5):
        incident.school(number)
    chosen = incident.choose()
    _put_off(incident.schools[0])
    incident.let_go(chosen, 1)
    sloten.lock(incident.session, incident.schools[1].wereld.school.id)
    incident.session.execute(delete(Herzendregel).where(Herzendregel.stap == 2))  # its leerlingen were erased
    incident.let_go(chosen, 2)
    assert [len(school.send(by_day=True)) for school in incident.schools[2:]] == [3, 0]


def test_a_break_at_any_statement_leaves_nothing_half(incident: Incident) -> None:
    incident.school(2, confirmed=1)
    school, session, chosen = incident.schools[0], incident.session, incident.choose()
    doubted, school_id = incident.choose(None), school.wereld.school.id
    for each in (chosen, doubted):
        assert break_at_every_statement(session, partial(incident.let_go, each, 1)) > 3
    sloten.hold(session, school_id)
    assert break_at_every_statement(session, lambda: herzending.put_in_line(session, school.wereld.koppeling)) > 2
    for each in (chosen, doubted):
        assert incident.stand(each).stappen[0].tellingen.keys() == {Lot.IN_DE_RIJ}
        stop = partial(herzending.stop, session, each.id, door=incident.clerk)
        assert break_at_every_statement(session, stop) > 2
        take_back = partial(herzending.take_back, session, each.id, school_id, door=incident.clerk)
        assert break_at_every_statement(session, take_back) > 2
        assert incident.stand(each).stappen[0].tellingen.keys() == {Lot.GESTOPT}


def test_the_trail_of_each_school_counts_what_a_stop_took_back(incident: Incident) -> None:
    for number in (2, 1):
        incident.school(number)
    chosen = incident.choose()
    incident.let_go(chosen, 1)
    incident.stop(chosen)
    incident.stop(chosen)
    acts = select(Audit).where(Audit.actie == Daad.HERZENDING_GESTOPT).order_by(Audit.id)
    lines = [(each.school_id, each.account_id, each.tellingen) for each in incident.session.scalars(acts)]
    two, one = (school.wereld.school.id for school in incident.schools)
    assert lines == [
        (None, incident.clerk, {"stap": 1}),
        (two, incident.clerk, {"resultaten": 2}),
        (one, incident.clerk, {"resultaten": 1}),
    ]


def test_the_trail_says_who_chose_let_go_and_stopped(incident: Incident) -> None:
    incident.school(2)
    chosen = incident.choose()
    incident.let_go(chosen, 1)
    incident.schools[0].send(by_day=True)
    incident.stop(chosen)
    acts = (Daad.HERZENDING_GEKOZEN, Daad.HERZENDING_STAP, Daad.HERZENDING_IN_RIJ, Daad.HERZENDING_GESTOPT)
    found = incident.session.scalars(select(Audit).where(Audit.actie.in_(acts)).order_by(Audit.id)).all()
    assert [each.actie for each in found] == list(acts)
    assert [each.account_id for each in found] == [incident.clerk, incident.clerk, None, incident.clerk]
    assert (found[0].tellingen, found[2].tellingen) == (
        {"resultaten": 2, "scholen": 1, "code": str(SCORE)}, {"resultaten": 2}
    )  # fmt: skip
