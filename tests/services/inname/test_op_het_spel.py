"""A doubt with nothing at stake adds somebody new; it is asked as soon as one of the two has a score."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.bezorgschool import BO, NOOR, School
from tests.services.conftest import pupil
from tests.wereld import AFNAME, NOW, make_wereld
from webapp.blueprints.controle import cards
from webapp.errors import NotAllowed
from webapp.models import (
    Afspraken,
    Handeling,
    Importbatch,
    Keuze,
    Leerling,
    Lidmaatschap,
    Mail,
    MailSoort,
    MogelijkDezelfde,
    Resultaat,
    Soort,
    Teruggenomen,
    Wat,
)
from webapp.models.ids import LeerlingId
from webapp.services import sloten, vragen
from webapp.services.bewaring import inzage, wissen
from webapp.services.clock import database_clock
from webapp.services.controle import (
    allemaal,
    keuzes,
    opruimlijst,
    samenvoegen,
    samenvoegplan,
    splitsen,
    terugdraaien,
    zelfde,
)
from webapp.services.controle.lijsten import Zoekvraag
from webapp.services.controle.opruimlijst import Oorzaak
from webapp.services.controle.terugkeer import Sleutel
from webapp.services.controle.uitwerken import Deel
from webapp.services.geschiedenis import VELDEN
from webapp.services.inname import dubbel, vanzelf
from webapp.services.inname.batch import open_of
from webapp.uwlr import values as uwlr
from webapp.woorden.namen import Namen

NOORTJE = ("Noortje", *NOOR[1:])


@pytest.fixture
def school(session: Session, app: Flask) -> School:
    return School(make_wereld(session, app.extensions["keyring"]), app)


@pytest.fixture
def paar(school: School) -> tuple[Leerling, Leerling]:
    """Who was added as new, and who was here."""
    nieuw, oud = school.leerling(NOORTJE, "k1"), school.leerling(NOOR, None)
    dubbel.remember(school.session, nieuw, [oud], None)
    school.session.flush()
    school.night()
    return nieuw, oud


def asked(school: School) -> int:
    batch = open_of(school.session, school.wereld.school.id)
    return vragen.count(batch.regels) if batch is not None else 0


def ask(school: School) -> int:
    return zelfde.ask(school.session, school.wereld.school.id)


def batch_of(school: School) -> Importbatch:
    batch = open_of(school.session, school.wereld.school.id)
    assert batch is not None
    return batch


def merge(school: School, one: Leerling, other: Leerling) -> None:
    args = school.session, school.wereld.school.id, one.id, other.id
    plan = samenvoegplan.preview(*args, los=None)
    samenvoegen.merge(*args, los=None, zeker=True, digest=plan.digest, door=school.wereld.beheerder.id)
    school.session.flush()


def say(school: School, keuze: Keuze | None) -> None:
    line = school.line(batch_of(school), "k1")
    keuzes.choose(school.session, line.school_id, line.id, keuze, door=school.wereld.beheerder.id)
    school.session.flush()


@pytest.mark.parametrize("wie", [0, 1])
@pytest.mark.parametrize("door", ["overdag", "nacht"])
def test_it_is_asked_once_one_of_the_two_has_a_score_and_no_result_goes(
    school: School, paar: tuple[Leerling, Leerling], wie: int, door: str
) -> None:
    session = school.session
    assert (ask(school), zelfde.due(session)) == (0, [])
    school.take_in(pupil("k1", *NOORTJE))
    assert asked(school) == 0, "nothing is at stake"
    school.result_of(paar[wie])
    assert school.send() == {}, "both wait, before anybody is asked"
    assert zelfde.due(session) == [school.wereld.school.id]
    if door == "overdag":
        assert ask(school) == 1
    for _ in range(3):
        school.take_in(pupil("k1", *NOORTJE))
        assert asked(school) == 1
        assert school.send() == {}
    assert (zelfde.due(session), ask(school)) == ([], 0)
    mails = session.scalars(select(Mail).where(Mail.soort == MailSoort.KOPPELINGSMAIL)).all()
    assert len({mail.batch_id for mail in mails}) == 1, "one mail"
    line = school.line(batch_of(school), "k1")
    assert ([each["id"] for each in line.kandidaten], line.toegepast_id) == ([paar[1].id], paar[0].id)
    assert paar[0].las_key == "k1", "the link stands"


def test_two_leerlingen_is_never_asked_again_and_can_be_taken_back(
    school: School, paar: tuple[Leerling, Leerling]
) -> None:
    session, (nieuw, oud) = school.session, paar
    resultaat = school.result_of(nieuw)
    session.get_one(Resultaat, resultaat).afnamedatum = AFNAME - timedelta(days=9)
    ask(school)
    with pytest.raises(zelfde.MustMerge):
        keuzes.link(
            session, nieuw.school_id, school.line(batch_of(school), "k1").id, oud.id, door=school.wereld.beheerder.id
        )
    say(school, Keuze.NIEUW)
    assert open_of(session, nieuw.school_id) is None, "there is nothing to import"
    for _ in range(3):
        school.take_in(pupil("k1", *NOORTJE))
        assert asked(school) == 0
    assert dubbel.alike(session, [nieuw, oud]) == []
    assert list(school.send().values()) == ["k1"]
    assert (nieuw.las_key, oud.las_key) == ("k1", None)
    door = school.wereld.beheerder.id
    zelfde.say(session, nieuw.school_id, oud.id, nieuw.id, is_two=False, door=door)
    school.result_of(nieuw)
    for _ in range(3):
        assert (asked(school), school.send()) == (1, {}), "it waits again"
        school.take_in(pupil("k1", *NOORTJE))
    zelfde.say(session, nieuw.school_id, nieuw.id, oud.id, is_two=True, door=door)
    assert (asked(school), set(school.send().values())) == (0, {"k1"})
    assert session.get_one(Resultaat, resultaat).leerling_id == nieuw.id
    with pytest.raises(NotAllowed):
        zelfde.say(session, nieuw.school_id, nieuw.id, nieuw.id, is_two=True, door=door)


def test_that_all_are_new_is_no_answer_to_whether_one_of_ours_is_another(
    school: School, paar: tuple[Leerling, Leerling]
) -> None:
    """It would cut the link of who was added, and add them once more."""
    school.result_of(paar[0])
    ask(school)
    batch = batch_of(school)
    line, door = school.line(batch, "k1"), school.wereld.beheerder.id
    done = allemaal.put_ticked(
        school.session, line.school_id, batch.id, Zoekvraag(Soort.LEERLING, Keuze.KOPPEL), Keuze.NIEUW,
        ids=[line.id], gezien=database_clock(school.session), door=door,
    )  # fmt: skip
    assert (done.aantal, done.buiten, line.keuze) == (0, 1, None)


def test_an_answer_in_a_review_that_goes_on_is_opened_again(school: School, paar: tuple[Leerling, Leerling]) -> None:
    school.result_of(paar[0])
    news = pupil("k1", *NOORTJE), pupil("k2", "Fien", "Bloem", "2016-07-07")
    school.take_in(*news)
    assert asked(school) == 1
    say(school, Keuze.NIEUW)
    school.take_in(*news)
    assert asked(school) == 0, "an answer stays"
    assert len(school.send()) == 1
    zelfde.say(school.session, paar[0].school_id, paar[0].id, paar[1].id, is_two=False, door=school.wereld.beheerder.id)
    assert asked(school) == 1
    school.take_in(*news)
    assert asked(school) == 1
    line = school.line(batch_of(school), "k1")
    keuzes.put_aside(school.session, line.school_id, line.id, door=school.wereld.beheerder.id)
    school.take_in(*news)
    assert school.line(batch_of(school), "k1").later_op is not None, "set aside stays so"
    say(school, Keuze.NIEUW)
    say(school, None)
    assert asked(school) == 1


@pytest.mark.parametrize("wie", [0, 1])
def test_the_same_is_answered_by_merging_and_undoing_that_says_that_they_are_two(
    school: School, paar: tuple[Leerling, Leerling], wie: int
) -> None:
    session, (nieuw, oud) = school.session, paar
    resultaat = school.result_of(paar[wie])
    ask(school)
    merge(school, nieuw, oud)
    assert open_of(session, nieuw.school_id) is None
    assert session.get_one(Resultaat, resultaat).leerling_id == nieuw.id
    for _ in range(3):
        school.take_in(pupil("k1", *NOORTJE))
        assert asked(school) == 0
    assert list(school.send().values()) == ["k1"]
    args = session, nieuw.school_id, oud.id
    splitsen.undo(*args, digest=splitsen.preview(*args).digest, door=school.wereld.beheerder.id)
    for _ in range(3):
        school.take_in(pupil("k1", *NOORTJE))
        assert asked(school) == 0
    assert session.get_one(Resultaat, resultaat).leerling_id == paar[wie].id
    assert (nieuw.las_key, oud.las_key) == ("k1", None)


def test_who_is_merged_with_a_third_leaves_the_question_to_them(
    school: School, paar: tuple[Leerling, Leerling]
) -> None:
    session, (nieuw, oud), derde = school.session, paar, school.leerling(NOOR, None)
    school.result_of(nieuw)
    merge(school, derde, oud)
    blijft = session.get_one(Leerling, oud.samengevoegd_met_id or derde.id)
    assert [dubbel.other_of(row, nieuw.id) for row in dubbel.to_ask(session, nieuw.school_id)] == [blijft.id]
    assert school.send() == {}
    weg = oud if blijft is derde else derde
    args = session, nieuw.school_id, weg.id
    splitsen.undo(*args, digest=splitsen.preview(*args).digest, door=school.wereld.beheerder.id)
    rows = session.scalars(select(MogelijkDezelfde)).all()
    assert [(row.leerling_id, row.ander_id) for row in rows] == [(nieuw.id, oud.id)]


def test_each_of_several_who_may_be_the_same_can_be_merged_from_the_card(
    school: School, paar: tuple[Leerling, Leerling]
) -> None:
    nieuw, _ = paar
    dubbel.remember(school.session, nieuw, [school.leerling(NOOR, None)], None)
    school.result_of(nieuw)
    ask(school)
    [regel] = [regel for regel in batch_of(school).regels if regel.is_vraag]
    with school.app.test_request_context():
        kaart = cards.card(school.session, regel, "", cards.Plaats(1, 1, [False]), Namen("ParnasSys", "Boom", "Boom"))
    [ander] = kaart.anderen
    assert ander.kop.startswith("Of is het Noor Maan"), ander.kop
    assert {each["id"] for each in regel.kandidaten} == {kaart.kandidaat, int(ander.url.split("met=")[1])}


def test_a_review_that_shows_the_link_of_one_who_was_merged_can_be_imported(school: School) -> None:
    """A relative: the line of who goes up in the other is not written onto them."""
    one, other = school.leerling(NOOR, None), school.leerling(("Fien", "Bloem", "2016-07-07"), "k2")
    school.take_in(pupil("k1", *NOOR), pupil("k2", "Fien", "Bloem", "2016-07-07"), pupil("k3", *BO))
    batch = batch_of(school)
    assert school.line(batch, "k1").toegepast_id == one.id
    args = school.session, school.wereld.school.id, one.id, other.id
    plan = samenvoegplan.preview(*args, los=one.id)
    samenvoegen.merge(*args, los=one.id, zeker=True, digest=plan.digest, door=school.wereld.beheerder.id)
    school.session.flush()
    school.commit(batch)
    assert (one.samengevoegd_met_id, one.las_key, other.las_key) == (other.id, None, "k2")


@pytest.mark.parametrize("wie", [0, 1])
def test_nothing_of_it_is_left_of_who_is_erased(school: School, paar: tuple[Leerling, Leerling], wie: int) -> None:
    school_id, door = school.wereld.school.id, school.wereld.beheerder.id
    assert inzage.of_leerling(school.session, school_id, paar[wie].id, door=door)["misschien dezelfde leerling"]
    wissen.erase(school.session, school_id, paar[wie].id, door=door)
    assert pairs(school) == []


def test_two_eck_ids_are_two_children(school: School, paar: tuple[Leerling, Leerling]) -> None:
    school.result_of(paar[0])
    paar[0].eckid, paar[1].eckid = "https://ketenid.nl/pilot/1", "https://ketenid.nl/pilot/2"
    school.session.flush()
    assert (zelfde.due(school.session), len(school.send())) == ([], 1)


BIJNA = (*NOOR[:2], "2016-03-21")
"""As Noor, but for two digits of her birth date."""


@pytest.fixture
def afgesproken(school: School) -> School:
    """A school that agreed to it, with ten others."""
    sloten.lock(school.session, school.wereld.school.id)
    school.session.add(Afspraken(school_id=school.wereld.school.id, alleen_op_het_spel=True))
    for n in range(10):
        school.leerling(_kind(n), f"x{n}")
    school.session.flush()
    return school


def _kind(n: int) -> tuple[str, str, str]:
    return f"Kind{'abcdefghij'[n]}", f"Naam{'klmnopqrst'[n]}", f"2015-0{n % 9 + 1}-11"


def night(school: School, *came: uwlr.Leerling, **changes: Any) -> None:
    school.take_in(*(pupil(f"x{n}", *_kind(n)) for n in range(10)), *came, **changes)


def pairs(school: School) -> list[tuple[str | None, LeerlingId]]:
    rows = school.session.scalars(select(MogelijkDezelfde).order_by(MogelijkDezelfde.id)).all()
    return [(school.session.get_one(Leerling, row.leerling_id).las_key, row.ander_id) for row in rows]


def undo(school: School, *, sleutel: Sleutel | None = None) -> None:
    query = select(Handeling.id).where(Handeling.wat == Wat.OP_HET_SPEL).order_by(Handeling.id.desc())
    act = school.session.scalars(query).first()
    assert act is not None
    args = school.session, school.wereld.school.id, act, Deel(sleutel=sleutel)
    terugdraaien.undo_night(*args, digest=terugdraaien.preview_night(*args).digest, door=school.wereld.beheerder.id)
    school.session.flush()
    school.session.expire_all()


@pytest.mark.parametrize("status", Lidmaatschap)
def test_a_doubt_with_nothing_at_stake_adds_somebody_and_leaves_the_other_as_it_is(
    afgesproken: School, status: Lidmaatschap
) -> None:
    school, session = afgesproken, afgesproken.session
    oud = school.leerling(NOOR, None)
    oud.status = status
    session.flush()
    was = [getattr(oud, name) for name in VELDEN[Leerling]]
    for _ in range(3):
        night(school, pupil("k1", *BIJNA))
        assert (asked(school), pairs(school)) == (0, [("k1", oud.id)])
        assert [getattr(oud, name) for name in VELDEN[Leerling]] == was
    nieuw = session.scalars(select(Leerling).where(Leerling.las_key == "k1")).one()
    assert (nieuw.naam, str(nieuw.geboortedatum)) == ("Noor Maan", BIJNA[2])
    school.result_of(nieuw)
    assert school.send() == {}
    night(school, pupil("k1", *BIJNA))
    assert asked(school) == 1


@pytest.mark.parametrize("deel", [True, False])
def test_what_is_taken_back_stays_so_for_three_nights_and_is_a_question_set_aside(
    afgesproken: School, deel: bool
) -> None:
    school, session = afgesproken, afgesproken.session
    oud = school.leerling(NOOR, None)
    night(school, pupil("k1", *BIJNA))
    nieuw = session.scalars(select(Leerling).where(Leerling.las_key == "k1")).one()
    undo(school, sleutel=(Soort.LEERLING, nieuw.id) if deel else None)
    for _ in range(3):
        night(school, pupil("k1", *BIJNA))
        assert pairs(school) == []
        line = school.line(batch_of(school), "k1")
        assert (line.is_vraag, line.later_op is not None) == (True, True)
        assert [each["id"] for each in line.kandidaten] == [oud.id]
    assert session.scalars(select(Leerling).where(Leerling.las_key == "k1")).all() == []


def _scored(school: School, oud: Leerling) -> None:
    """Of an afname that is over, years ago."""
    resultaat = school.wereld.resultaat(oud, 3)
    resultaat.afnamedatum, resultaat.genormeerd_op = AFNAME.replace(year=2019), NOW


def _merged(school: School, oud: Leerling) -> None:
    school.leerling(("Tess", "Water", "2014-02-02"), None).samengevoegd_met_id = oud.id


def _taken_back(school: School, oud: Leerling) -> None:
    values = {"school_id": oud.school_id, "soort": Soort.LEERLING, "las_key": "k77", "record_id": oud.id}
    school.session.add(Teruggenomen(**values, door=school.wereld.beheerder.id))


def _reported(_school: School, oud: Leerling) -> None:
    oud.klopt_niet_sinds = NOW


def _under_way(school: School, oud: Leerling) -> None:
    school.wereld.resultaat(school.session.scalars(select(Leerling).where(Leerling.las_key == "x0")).one(), 3)


def _linked(_school: School, oud: Leerling) -> None:
    oud.eckid = "https://ketenid.nl/pilot/9"


def _has_a_key(_school: School, oud: Leerling) -> None:
    oud.las_key = "k77"


def _had_a_key(school: School, oud: Leerling) -> None:
    oud.las_key = "k77"
    school.session.flush()
    oud.las_key = None


def _key_was_another_s(school: School, oud: Leerling) -> None:
    ander = school.leerling(("Tess", "Water", "2014-02-02"), "k1")
    school.session.flush()
    ander.las_key = None


def _key_is_another_s(school: School, oud: Leerling) -> None:
    school.leerling(("Tess", "Water", "2014-02-02"), "k1")


def _twin(school: School, _oud: Leerling) -> None:
    school.leerling(("Loes", NOOR[1], BIJNA[2]), "x98").status = Lidmaatschap.VERTROKKEN


def _maybe_a_twin(school: School, _oud: Leerling) -> None:
    school.leerling(("Loes", NOOR[1], BIJNA[2]), None).geboortedatum = None


def _brother_or_sister(_school: School, oud: Leerling) -> None:
    oud.roepnaam, oud.geboortedatum = "Loes", date.fromisoformat(BIJNA[2])


def _more_are_meant(school: School, _oud: Leerling) -> None:
    """As many as matching names: there may be others."""
    for _ in range(4):
        school.leerling(NOOR, None)


def _off(school: School, oud: Leerling) -> None:
    school.session.get_one(Afspraken, oud.school_id).alleen_op_het_spel = False


@pytest.mark.parametrize(
    "wat",
    [
        _scored, _under_way, _merged, _taken_back, _reported, _linked, _has_a_key, _had_a_key, _key_was_another_s,
        _key_is_another_s, _twin, _maybe_a_twin, _more_are_meant, _brother_or_sister, _off,
    ],
)  # fmt: skip
def test_all_that_may_matter_is_asked(afgesproken: School, wat: Callable[[School, Leerling], None]) -> None:
    oud = afgesproken.leerling(NOOR, None)
    wat(afgesproken, oud)
    afgesproken.session.flush()
    night(afgesproken, pupil("k1", *BIJNA))
    assert afgesproken.line(batch_of(afgesproken), "k1").is_vraag
    assert pairs(afgesproken) == []


def _is_over(school: School, _oud: Leerling) -> None:
    _under_way(school, _oud)
    school.wereld.normeer()


def _has_left(school: School, oud: Leerling) -> None:
    _under_way(school, oud)
    oud.status = Lidmaatschap.VERTROKKEN


@pytest.mark.parametrize("wat", [_is_over, _has_left])
def test_an_afname_of_others_is_nothing_at_stake(afgesproken: School, wat: Callable[[School, Leerling], None]) -> None:
    oud = afgesproken.leerling(NOOR, None)
    wat(afgesproken, oud)
    night(afgesproken, pupil("k1", *BIJNA))
    assert (asked(afgesproken), pairs(afgesproken)) == (0, [("k1", oud.id)])


TWIN = pupil("x98", "Loes", NOOR[1], BIJNA[2])


@pytest.mark.parametrize("also", [TWIN, pupil("k2", *NOOR[:2], "2016-12-03"), pupil("k2", "Loes", NOOR[1], NOOR[2])])
def test_who_comes_with_a_twin_or_with_another_who_may_be_the_same_of_ours_is_asked(
    afgesproken: School, monkeypatch: pytest.MonkeyPatch, also: uwlr.Leerling
) -> None:
    monkeypatch.setattr(vanzelf, "DEEL", 1)
    afgesproken.leerling(NOOR, None)
    night(afgesproken, pupil("k1", *BIJNA), also)
    assert (afgesproken.line(batch_of(afgesproken), "k1").is_vraag, pairs(afgesproken)) == (True, [])


def test_who_stands_in_a_question_that_waits_is_not_passed_by(afgesproken: School) -> None:
    """Also by a record that the LAS sends no more."""
    afspraak = afgesproken.session.get_one(Afspraken, afgesproken.wereld.school.id)
    afgesproken.leerling(NOOR, None)
    afspraak.alleen_op_het_spel = False
    night(afgesproken, pupil("k2", *NOOR[:2], "2016-12-03"))
    afspraak.alleen_op_het_spel = True
    night(afgesproken, pupil("k1", *BIJNA))
    assert (asked(afgesproken), pairs(afgesproken)) == (1, [])


@pytest.mark.parametrize(("meeste", "deel"), [(10, 0.1), (1, 1)])
def test_of_more_than_may_come_at_once_all_are_asked(
    afgesproken: School, monkeypatch: pytest.MonkeyPatch, meeste: int, deel: float
) -> None:
    monkeypatch.setattr(vanzelf, "MEESTE", meeste)
    monkeypatch.setattr(vanzelf, "DEEL", deel)
    afgesproken.leerling(NOOR, None), afgesproken.leerling(BO, None)
    night(afgesproken, pupil("k1", *BIJNA), pupil("k2", *BO[:2], "2015-11-20"))
    assert (asked(afgesproken), pairs(afgesproken)) == (2, [])


def test_it_holds_on_no_night_that_is_not_as_any_other(afgesproken: School) -> None:
    """Neither a first import, nor a new school year that has not its shape, nor beside something that is held."""
    koppeling = afgesproken.wereld.koppeling
    afgesproken.leerling(NOOR, None)
    koppeling.vorm = {"schooljaar": "2025-2026"}
    night(afgesproken, pupil("k1", *BIJNA))
    assert (asked(afgesproken), pairs(afgesproken)) == (1, [])


def test_who_stands_in_the_las_twice_is_to_be_mended_there_and_not_asked(afgesproken: School) -> None:
    school, session = afgesproken, afgesproken.session
    one = session.scalars(select(Leerling).where(Leerling.las_key == "x3")).one()
    for _ in range(3):
        night(school, pupil("k1", *_kind(3)))
        assert (asked(school), pairs(school)) == (0, [])
        assert session.scalars(select(Leerling).where(Leerling.las_key == "k1")).all() == []
        punten = opruimlijst.of_school(session, one.school_id)
        assert [wie.naam for punt in punten if punt.oorzaak is Oorzaak.DUBBEL for wie in punt.wie] == [one.naam]
    others = [pupil(f"x{n}", *_kind(n)) for n in range(10) if n != 3]
    school.take_in(*others, pupil("k1", *_kind(3)))
    assert (asked(school), one.las_key) == (0, "k1"), "the office took the first one away"
    assert [punt for punt in opruimlijst.of_school(session, one.school_id) if punt.oorzaak is Oorzaak.DUBBEL] == []


@pytest.mark.parametrize(
    "double",
    [
        pupil("k1", *_kind(3), eckid="https://ketenid.nl/pilot/9"),
        pupil("k1", *_kind(3), voornamen="Jan Piet"),
        pupil("k1", *_kind(3), geslacht="2"),
        pupil("k1", "Kinddee", *_kind(3)[1:]),
        pupil("k1", *_kind(3))._replace(geboortedatum=None),
    ],
)
def test_who_may_be_another_child_than_the_one_they_look_like_is_asked(
    afgesproken: School, double: uwlr.Leerling
) -> None:
    night(afgesproken, double)
    assert asked(afgesproken) == 1


def test_who_was_asked_about_before_stays_asked_about(afgesproken: School) -> None:
    afspraak = afgesproken.session.get_one(Afspraken, afgesproken.wereld.school.id)
    afgesproken.leerling(NOOR, None)
    afspraak.alleen_op_het_spel = False
    night(afgesproken, pupil("k1", *BIJNA))
    afspraak.alleen_op_het_spel = True
    night(afgesproken, pupil("k1", *BIJNA))
    assert (asked(afgesproken), pairs(afgesproken)) == (1, [])
