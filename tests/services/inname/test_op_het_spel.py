"""A doubt with nothing at stake adds somebody new; it is asked as soon as one of the two has a score."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.bezorgschool import NOOR, School
from tests.services.conftest import pupil
from tests.wereld import AFNAME, make_wereld
from webapp.errors import NotAllowed
from webapp.models import Importbatch, Keuze, Leerling, Mail, MailSoort, MogelijkDezelfde, Resultaat
from webapp.services import vragen
from webapp.services.controle import keuzes, samenvoegen, samenvoegplan, splitsen, zelfde
from webapp.services.inname import dubbel
from webapp.services.inname.batch import open_of

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
    assert asked(school) == 1
    school.result_of(nieuw)
    assert school.send() == {}, "it waits again"
    zelfde.say(session, nieuw.school_id, nieuw.id, oud.id, is_two=True, door=door)
    assert (asked(school), set(school.send().values())) == (0, {"k1"})
    assert session.get_one(Resultaat, resultaat).leerling_id == nieuw.id
    with pytest.raises(NotAllowed):
        zelfde.say(session, nieuw.school_id, nieuw.id, nieuw.id, is_two=True, door=door)


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


def test_two_eck_ids_are_two_children(school: School, paar: tuple[Leerling, Leerling]) -> None:
    school.result_of(paar[0])
    paar[0].eckid, paar[1].eckid = "https://ketenid.nl/pilot/1", "https://ketenid.nl/pilot/2"
    school.session.flush()
    assert (zelfde.due(school.session), len(school.send())) == ([], 1)
