"""An exception that an import ended comes back when that is undone, and never over something that was said since."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.bezorgschool import School
from tests.services.conftest import pupil
from tests.services.controle.test_terugdraaien import GROEPEN, undo
from tests.wereld import make_wereld
from webapp.models import Importbatch, Keuze, Leerling, Soort, Uitzondering, VervallenUitzondering
from webapp.models.ids import RegelId
from webapp.services.bewaring import wissen
from webapp.services.controle import terugdraaien
from webapp.services.controle.terugkeer import Reden
from webapp.services.controle.uitwerken import Deel
from webapp.services.inname.batch import open_of
from webapp.uwlr import values as uwlr
from webapp.woorden import terugdraaien as woorden

HANNA, TIM, IDA = pupil("k6", "Hanna", "Zwart"), pupil("k6", "Tim", "Tas"), pupil("k6", "Ida", "Ip")


@pytest.fixture
def school(session: Session, app: Flask) -> School:
    return School(make_wereld(session, app.extensions["keyring"]), app)


def _imported(school: School, came: uwlr.Leerling, keuze: Keuze) -> Importbatch:
    """The LAS gives k6 to this child, and a beheerder says this of it."""
    batch = school.take_in(came, groepen=GROEPEN)
    assert batch is not None
    school.choose(batch, "k6", keuze)
    school.commit(batch)
    return batch


def _out(school: School) -> list[tuple[str, datetime]]:
    query = select(Uitzondering.omschrijving, Uitzondering.besloten_op).where(Uitzondering.soort == Soort.LEERLING)
    return [(row[0], row[1]) for row in school.session.execute(query.order_by(Uitzondering.id))]


def _asked(school: School) -> list[str]:
    open_ = open_of(school.session, school.wereld.school.id)
    return [r.weergavenaam for r in open_.regels if r.soort is Soort.LEERLING and r.is_work] if open_ else []


@pytest.mark.parametrize("is_whole", [True, False])
@pytest.mark.parametrize("keuze", [Keuze.NIEUW, Keuze.NIET])
def test_who_was_left_out_before_an_import_is_left_out_after_its_undo(
    school: School, keuze: Keuze, *, is_whole: bool
) -> None:
    _imported(school, HANNA, Keuze.NIET)
    before = _out(school)
    batch = _imported(school, TIM, keuze)
    assert _out(school) != before
    deel = Deel(regel_id=RegelId(school.line(batch, "k6").id)) if not is_whole else Deel()
    args = (school.session, batch.school_id, batch.id, deel)
    terug = terugdraaien.preview(*args)
    assert ("Staat weer bij Niet importeren", ["Hanna Zwart"]) in woorden.koppen(terug, "ParnasSys")
    terugdraaien.undo(*args, digest=terug.digest, door=school.wereld.beheerder.id)
    assert (_out(school), _asked(school)) == (before, ["Tim Tas"])
    assert school.session.scalars(select(VervallenUitzondering)).all() == []
    for came in (TIM, TIM, TIM, HANNA):
        school.take_in(came, groepen=GROEPEN)
        assert (_out(school), _asked(school)) == (before, ["Tim Tas"] if came is TIM else [])


@pytest.mark.parametrize("since", ["left out", "asked", "linked"])
def test_nothing_that_was_said_since_is_overwritten_and_the_page_says_so(school: School, since: str) -> None:
    """A later import left another out under the key, there is a question about them, or one of ours has the key."""
    _imported(school, HANNA, Keuze.NIET)
    batch = _imported(school, TIM, Keuze.NIEUW)
    if since == "linked":
        school.result_of(school.session.scalars(select(Leerling).where(Leerling.roepnaam == "Tim")).one())
        school.link(school.take_in(IDA, groepen=GROEPEN), "k6", school.leerling(("Ida", "Ip", "2016-03-12"), None))
        school.commit(open_of(school.session, batch.school_id))
    elif since == "left out":
        _imported(school, IDA, Keuze.NIET)
    else:
        school.take_in(HANNA, groepen=GROEPEN)
    stood = (_out(school), _asked(school))
    terug = undo(school, batch)
    away = [each for each in terug.blijft if each.reden is Reden.ANDERS_BESLIST]
    assert [woorden.blijft(each, "ParnasSys").split(" komt")[0] for each in away] == ["Hanna Zwart"]
    assert (_out(school), _asked(school)) == stood
    assert "Hanna Zwart" not in [naam for naam, _ in _out(school)]


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)])
def test_imports_that_left_out_one_after_the_other_are_undone_in_any_order(
    school: School, order: tuple[int, ...]
) -> None:
    batches = [_imported(school, each, Keuze.NIET) for each in (HANNA, TIM, IDA)]
    left = ["Hanna Zwart", "Tim Tas", "Ida Ip"]
    for which in order:
        undo(school, batches[which])
        left[which] = ""
        assert [naam for naam, _ in _out(school)] == [each for each in left if each][-1:]
    assert school.session.scalars(select(VervallenUitzondering)).all() == []


def test_who_is_erased_is_not_kept_to_come_back(school: School) -> None:
    _imported(school, HANNA, Keuze.NIET)
    _imported(school, TIM, Keuze.NIEUW)
    tim = school.session.scalars(select(Leerling)).one()
    assert wissen.erase(school.session, tim.school_id, tim.id, door=school.wereld.beheerder.id)
    assert school.session.scalars(select(VervallenUitzondering)).all() == []
