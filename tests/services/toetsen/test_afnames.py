"""Results that come in from outside: what each would do, and what writing them does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tests.wereld import AFNAME, NOW, Wereld, make_wereld
from webapp.models import Audit, Daad, LeveringStatus, Norm, Resultaat
from webapp.models.ids import LeerlingId, ToetsId
from webapp.services import sloten
from webapp.services.toetsen import afnames
from webapp.services.toetsen.afnames import (
    Afgenomen,
    AfnameTwice,
    Gevolg,
    Ingenomen,
    LeerlingUnknown,
    NormWrong,
    ToetsUnknown,
    Voornemen,
)
from webapp.services.toetsen.invoer import ScoreWrong
from webapp.services.toetsen.normen import Normuitkomst

UITKOMST = Normuitkomst(Decimal("81.2"), 66, "II")


@pytest.fixture
def wereld(session: Session, app: Flask) -> Wereld:
    return make_wereld(session, app.extensions["keyring"])


def afname(wereld: Wereld, leerling_id: int, score: int = 25, **values: Any) -> Afgenomen:
    toets = values.pop("toets", wereld.toetsen["VB-RW-5"].id)
    return replace(Afgenomen(LeerlingId(leerling_id), ToetsId(toets), AFNAME, score), **values)


def weigh(wereld: Wereld, *given: Afgenomen) -> list[Any]:
    return list(afnames.weigh(wereld.session, wereld.school.id, given, now=NOW))


def take_in(wereld: Wereld, *given: Afgenomen, normeren: bool = False) -> Ingenomen:
    sloten.hold(wereld.session, wereld.school.id)
    voornemens = weigh(wereld, *given)
    assert all(isinstance(each, Voornemen) for each in voornemens), voornemens
    return afnames.write(
        wereld.session, wereld.school.id, voornemens, normeren=normeren, now=NOW, door=None, bron="bestand"
    )


def test_a_raw_score_is_new_then_the_same_then_another(wereld: Wereld) -> None:
    anna = wereld.leerling("Anna").id
    [resultaat] = take_in(wereld, afname(wereld, anna, 25, afgenomen_om=time(9, 15))).resultaten
    assert (resultaat.ruwe_score, resultaat.versie, resultaat.afgenomen_om) == (25, 0, time(9, 15))
    again = take_in(wereld, afname(wereld, anna, 25))
    assert (again.aantallen, again.resultaten) == ({Gevolg.ONGEWIJZIGD: 1}, (resultaat,))
    [voornemen] = weigh(wereld, afname(wereld, anna, 26))
    assert (voornemen.gevolg, voornemen.was, resultaat.ruwe_score) == (Gevolg.GEWIJZIGD, 25, 25)
    take_in(wereld, afname(wereld, anna, 26))
    assert (resultaat.ruwe_score, resultaat.afgenomen_om) == (26, time(9, 15))
    lines = wereld.session.scalars(select(Audit).where(Audit.actie == Daad.SCORES_OPGESLAGEN).order_by(Audit.id))
    assert [line.tellingen for line in lines] == [
        {"nieuw": 1, "gewijzigd": 0, "ongewijzigd": 0}, {"nieuw": 0, "gewijzigd": 1, "ongewijzigd": 0},
    ]  # fmt: skip


def test_raw_scores_are_normed_along_when_that_is_asked_and_those_without_a_norm_stay_raw(wereld: Wereld) -> None:
    anna, reading = wereld.leerling("Anna").id, wereld.toetsen["VB-BL-5"]
    wereld.session.execute(delete(Norm).where(Norm.toets_id == reading.id))
    wereld.session.expire(reading)
    done = take_in(wereld, afname(wereld, anna), afname(wereld, anna, toets=reading.id), normeren=True)
    assert [resultaat.versie for resultaat in done.resultaten] == [1, 0]
    assert (done.normverslag.genormeerd, sum(done.normverslag.zonder_norm.values())) == (1, 1)
    assert wereld.count_sendable() == 1


def test_what_was_normed_elsewhere_keeps_its_outcome_and_a_new_one_is_a_new_version(wereld: Wereld) -> None:
    anna, op = wereld.leerling("Anna").id, NOW - timedelta(days=1)
    normed = afname(wereld, anna, uitkomst=UITKOMST, genormeerd_op=op)
    [resultaat] = take_in(wereld, normed, normeren=True).resultaten
    assert (resultaat.vaardigheidsscore, resultaat.percentiel, resultaat.niveau) == (Decimal("81.2"), 66, "II")
    assert (resultaat.versie, resultaat.genormeerd_op, wereld.levering(resultaat.id).versie) == (1, op, 1)
    assert take_in(wereld, normed).aantallen == {Gevolg.ONGEWIJZIGD: 1}
    assert take_in(wereld, afname(wereld, anna)).aantallen == {Gevolg.ONGEWIJZIGD: 1}, "raw says nothing of the norm"
    wereld.breng(resultaat.id, LeveringStatus.BEVESTIGD)
    take_in(wereld, replace(normed, uitkomst=replace(UITKOMST, percentiel=70)))
    levering = wereld.levering(resultaat.id)
    assert (resultaat.versie, levering.versie, levering.status) == (2, 2, LeveringStatus.KLAAR)


def test_another_raw_score_takes_the_norm_away_and_frees_what_had_to_be_compared(wereld: Wereld) -> None:
    [id_] = wereld.genormeerd(1)
    wereld.breng(id_, LeveringStatus.NAKIJKEN)
    resultaat = wereld.session.get_one(Resultaat, id_)
    take_in(wereld, afname(wereld, resultaat.leerling_id, 30))
    assert (resultaat.genormeerd_op, resultaat.percentiel, wereld.count_sendable()) == (None, None, 0)
    assert wereld.levering(id_).status is LeveringStatus.KLAAR


def test_what_is_wrong_is_said_of_each_and_writes_nothing(wereld: Wereld) -> None:
    anna = wereld.leerling("Anna").id
    given = {
        ScoreWrong: afname(wereld, anna, 41),
        ToetsUnknown: afname(wereld, anna, toets=0),
        LeerlingUnknown: afname(wereld, 0),
    }
    assert [type(found) for found in weigh(wereld, *given.values())] == list(given)
    assert [type(found) for found in weigh(wereld, afname(wereld, anna, 1), afname(wereld, anna, 2))] == [
        AfnameTwice
    ] * 2
    assert wereld.session.scalars(select(Resultaat)).all() == []


@pytest.mark.parametrize(
    "values",
    [
        {"percentiel": 0},
        {"percentiel": 100},
        {"niveau": "VI"},
        {"niveau": "V"},
        {"vaardigheidsscore": Decimal("1.23")},
        {"vaardigheidsscore": Decimal("NaN")},
        {"vaardigheidsscore": Decimal(100_000)},
    ],
)
def test_an_outcome_that_can_be_none_is_refused(wereld: Wereld, values: dict[str, Any]) -> None:
    anna = wereld.leerling("Anna").id
    wrong = afname(wereld, anna, uitkomst=replace(UITKOMST, **values), genormeerd_op=NOW)
    assert isinstance(weigh(wereld, wrong)[0], NormWrong)


@pytest.mark.parametrize("op", [None, NOW + timedelta(seconds=1), datetime(2026, 11, 19, 22, tzinfo=UTC)])
def test_a_norm_of_before_the_test_of_tomorrow_or_of_no_moment_is_refused(wereld: Wereld, op: datetime | None) -> None:
    anna = wereld.leerling("Anna").id
    assert isinstance(weigh(wereld, afname(wereld, anna, uitkomst=UITKOMST, genormeerd_op=op))[0], NormWrong)


def test_who_was_merged_stands_for_whom_they_are_now(wereld: Wereld) -> None:
    anna, before, long_before = (wereld.leerling(naam, las_key=None) for naam in ("Anna", "Anne", "Ann"))
    before.samengevoegd_met_id, long_before.samengevoegd_met_id = anna.id, before.id
    wereld.session.flush()
    [voornemen, other] = weigh(
        wereld, afname(wereld, long_before.id), afname(wereld, anna.id, afnamedatum=date(2026, 11, 2))
    )
    assert voornemen.afname.leerling_id == other.afname.leerling_id == anna.id
    assert {type(each) for each in weigh(wereld, afname(wereld, before.id), afname(wereld, anna.id))} == {AfnameTwice}


def test_a_leerling_of_another_school_is_unknown(wereld: Wereld, app: Flask) -> None:
    other = make_wereld(wereld.session, app.extensions["keyring"], brin="98XX")
    assert isinstance(weigh(wereld, afname(wereld, other.leerling("Bo").id))[0], LeerlingUnknown)
