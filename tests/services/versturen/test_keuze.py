"""What a school lets go: all or nothing, which toetsen, from when; never with effect on before, and with a trail."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.wereld import NOW, START, Wereld, make_wereld
from webapp.models import Audit, Bezorging, Daad, Levering, LeveringStatus, Nazending, Nazendregel, Resultaat
from webapp.models.ids import ResultaatId
from webapp.services import sloten, zendkeuze
from webapp.services.clock import database_clock
from webapp.services.versturen import keuze as service
from webapp.services.versturen import klaarzetten, volgende
from webapp.services.versturen.keuze import Keuze, OverschrevenKeuze
from webapp.services.versturen.waar import Waar, places
from webapp.services.zendkeuze import Keuzes

REKENEN, LEZEN = "VB-RW-5", "VB-BL-5"
ALLES = Keuze(aan=True, binnen_minuut=False, vanaf=None, toetsen_uit=frozenset())


@pytest.fixture
def wereld(session: Session, app: Flask) -> Wereld:
    return make_wereld(session, app.extensions["keyring"])


def keuzes(wereld: Wereld) -> Keuzes:
    return zendkeuze.of_school(wereld.session, wereld.school.id)


def choose(wereld: Wereld, wanted: Keuze) -> bool:
    """As the page does, which showed what stands now."""
    seen = keuzes(wereld).gewijzigd_op
    return service.change(wereld.session, wereld.school.id, wanted, seen=seen, door=wereld.beheerder.id)


def without(wereld: Wereld, *codes: str) -> Keuze:
    return replace(ALLES, toetsen_uit=frozenset(wereld.toetsen[code].id for code in codes))


def normed(wereld: Wereld, toets: str = REKENEN) -> ResultaatId:
    """One more result, normed at this moment."""
    resultaat = wereld.resultaat(wereld.leerling(), toets=toets)
    wereld.normeer(toets, now=database_clock(wereld.session))
    return resultaat.id


def check(wereld: Wereld) -> set[ResultaatId]:
    """What goes: chosen in SQL, said of each result in Python, and counted as about to go, are the same."""
    session, school_id, here = wereld.session, wereld.school.id, keuzes(wereld)
    found = {each.id for each in volgende.choose(session, school_id, limit=200, only=None)}
    normed_ = session.scalars(select(Resultaat).where(Resultaat.genormeerd_op.is_not(None))).all()
    assert {each.id for each in normed_ if here.why_stays(each) is None} == found
    where = places(session, school_id, wereld.koppeling, [each.id for each in normed_])
    assert where == {each.id: Waar.KLAAR if each.id in found else Waar.KEUZE for each in normed_}
    return found


def test_without_a_choice_all_goes_and_choosing_that_changes_nothing(wereld: Wereld) -> None:
    one = normed(wereld)
    assert check(wereld) == {one}
    assert choose(wereld, ALLES) is False
    assert keuzes(wereld) == Keuzes()


def test_a_toets_left_out_stays_and_the_others_go(wereld: Wereld) -> None:
    sums, reading = normed(wereld), normed(wereld, LEZEN)
    assert choose(wereld, without(wereld, LEZEN))
    assert check(wereld) == {sums}
    later = normed(wereld, LEZEN)
    assert check(wereld) == {sums}
    assert set(wereld.session.scalars(select(Levering.resultaat_id))) == {sums}, "nothing counts it as about to go"
    assert choose(wereld, ALLES)
    assert check(wereld) == {sums, reading}, "what was normed before goes; what was normed meanwhile stays"
    why = keuzes(wereld).why_stays(wereld.session.get_one(Resultaat, later))
    assert why is not None
    assert (why.toets_id, why.door, why.tot is not None) == (wereld.toetsen[LEZEN].id, "Marijke", True)


def test_everything_off_and_on_again_sends_nothing_of_meanwhile(wereld: Wereld) -> None:
    before = normed(wereld)
    assert choose(wereld, replace(ALLES, aan=False))
    meanwhile = normed(wereld)
    assert check(wereld) == set()
    assert choose(wereld, ALLES)
    after = normed(wereld)
    assert check(wereld) == {before, after}
    assert meanwhile not in check(wereld)
    assert klaarzetten.prepare(wereld.session, wereld.school.id) == 0


def test_a_slip_that_is_taken_back_at_once_keeps_nothing_here(wereld: Wereld) -> None:
    ready = {normed(wereld), normed(wereld, LEZEN)}
    for wanted in (replace(ALLES, aan=False), ALLES, without(wereld, REKENEN, LEZEN), ALLES) * 2:
        assert choose(wereld, wanted)
    assert check(wereld) == ready


@pytest.mark.parametrize("vanaf", [NOW + timedelta(days=1), START - timedelta(days=1)])
def test_from_a_day_on_and_never_from_before_the_start(wereld: Wereld, vanaf: datetime) -> None:
    for now in (START - timedelta(hours=1), NOW):
        wereld.resultaat(wereld.leerling())
        wereld.normeer(now=now)
    late = wereld.resultaat(wereld.leerling())
    wereld.normeer(now=NOW + timedelta(days=2))
    assert choose(wereld, replace(ALLES, vanaf=vanaf))
    found = {each.id for each in volgende.choose(wereld.session, wereld.school.id, limit=200, only=None)}
    assert late.id in found
    assert len(found) == (1 if vanaf > NOW else 2)


def test_what_the_las_has_or_may_have_is_left_as_it_is(wereld: Wereld) -> None:
    there, doubted = normed(wereld), normed(wereld)
    wereld.breng(there, LeveringStatus.BEVESTIGD).bevestigd = 1
    wereld.breng(doubted, LeveringStatus.ONBEKEND)
    tried = wereld.levering(normed(wereld))
    wereld.session.add(
        Bezorging(
            school_id=wereld.school.id,
            sleutel=tried.resultaat.sleutel,
            resultaat_id=tried.resultaat_id,
            leerlingid="las-1",
        )
    )
    wereld.session.flush()
    assert choose(wereld, replace(ALLES, aan=False))
    assert wereld.statussen() == ["bevestigd", "onbekend", "klaar"]
    assert wereld.count_sendable() == 0
    sloten.hold(wereld.session, wereld.school.id)
    wereld.session.execute(update(Resultaat).values(ruwe_score=7))
    wereld.normeer(now=database_clock(wereld.session))
    assert (wereld.levering(there).status, wereld.levering(there).versie) == (LeveringStatus.BEVESTIGD, 1)
    where = places(wereld.session, wereld.school.id, wereld.koppeling, [there, doubted, tried.resultaat_id])
    assert set(where.values()) == {Waar.KEUZE}, "the LAS has an earlier score, and the new one does not go"


def test_what_was_approved_to_go_after_all_goes_whenever_it_was_normed_and_waits_while_it_is_off(
    wereld: Wereld,
) -> None:
    asked = normed(wereld)
    nazending = Nazending(
        school_id=wereld.school.id,
        koppeling_id=wereld.koppeling.id,
        schooljaar="2026-2027",
        akkoord_op=NOW,
        akkoord_door=wereld.beheerder.id,
    )
    wereld.session.add(nazending)
    wereld.session.flush()
    line = {"nazending_id": nazending.id, "resultaat_id": asked, "versie": 1, "leerlingid": "las-1"}
    wereld.session.add(Nazendregel(school_id=wereld.school.id, **line))
    wereld.session.flush()
    tomorrow = database_clock(wereld.session) + timedelta(days=1)
    assert choose(wereld, replace(ALLES, vanaf=tomorrow))
    assert check(wereld) == {asked}
    assert choose(wereld, replace(without(wereld, REKENEN), vanaf=tomorrow))
    assert check(wereld) == set()
    assert choose(wereld, replace(ALLES, vanaf=tomorrow))
    assert check(wereld) == {asked}


def test_each_change_is_in_the_trail_with_who(wereld: Wereld) -> None:
    choose(wereld, replace(without(wereld, LEZEN), aan=False, binnen_minuut=True))
    line = wereld.session.scalars(select(Audit).where(Audit.actie == Daad.VERZENDKEUZE)).one()
    assert line.account_id == wereld.beheerder.id
    assert line.tellingen == {
        "versturen": 0, "binnen_minuut": 1, "vanaf": "", "toetsen_uit": LEZEN, "toetsen_aan": "",
    }  # fmt: skip


def test_who_comes_second_with_an_old_page_is_told_who_was_first(wereld: Wereld) -> None:
    choose(wereld, replace(ALLES, aan=False))
    with pytest.raises(OverschrevenKeuze) as refused:
        service.change(wereld.session, wereld.school.id, without(wereld, LEZEN), seen=None, door=wereld.beheerder.id)
    assert refused.value.naam == "Marijke"


def test_another_school_keeps_its_own_choice(wereld: Wereld, app: Flask) -> None:
    other = make_wereld(wereld.session, app.extensions["keyring"], brin="99YY")
    [id_] = other.genormeerd(1)
    choose(wereld, replace(ALLES, aan=False))
    assert [each.id for each in volgende.choose(wereld.session, other.school.id, limit=9, only=None)] == [id_]
