"""Pressing Normeren: every result or none, and nothing twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from tests.wereld import NOW, START, Wereld, make_wereld
from webapp.models import Levering, Lidmaatschap, Norm
from webapp.services.toetsen.normen import CannotNorm


@pytest.fixture
def wereld(session: Session, app: Flask) -> Wereld:
    return make_wereld(session, app.extensions["keyring"])


def test_a_raw_score_becomes_a_vaardigheidsscore_a_percentiel_and_a_niveau(wereld: Wereld) -> None:
    resultaat = wereld.resultaat(score=30)
    verslag = wereld.normeer()
    assert (verslag.genormeerd, verslag.ongewijzigd) == (1, 0)
    assert resultaat.vaardigheidsscore == wereld.toetsen["VB-RW-5"].vaardigheidsscores[30]
    assert resultaat.niveau in {"I", "II", "III", "IV", "V"}
    assert resultaat.percentiel is not None
    assert (resultaat.versie, resultaat.genormeerd_op) == (1, NOW)


def test_norming_twice_changes_nothing(wereld: Wereld) -> None:
    resultaat = wereld.resultaat()
    wereld.normeer()
    later = wereld.normeer(now=NOW + timedelta(hours=1))
    assert (later.genormeerd, later.ongewijzigd) == (0, 1)
    assert (resultaat.versie, resultaat.genormeerd_op) == (1, NOW)


def test_another_score_makes_another_version_and_the_levering_wants_it(wereld: Wereld) -> None:
    resultaat = wereld.resultaat(score=12)
    wereld.normeer()
    resultaat.ruwe_score = 31
    wereld.normeer()
    assert resultaat.versie == 2
    assert wereld.levering(resultaat.id).versie == 2


def test_one_that_cannot_be_normed_stops_all_of_them(wereld: Wereld) -> None:
    good, bad = wereld.resultaat(), wereld.resultaat(afname=date(2026, 8, 2))
    toets = wereld.toetsen["VB-RW-5"]
    wereld.session.execute(delete(Norm).where(Norm.toets_id == toets.id, Norm.schooldag < 92))
    wereld.session.expire(toets)
    with pytest.raises(CannotNorm):
        wereld.normeer()
    assert (good.genormeerd_op, bad.genormeerd_op) == (None, None)
    assert wereld.session.scalar(select(func.count()).select_from(Levering)) == 0


def test_what_was_normed_before_the_start_is_not_delivered(wereld: Wereld) -> None:
    wereld.resultaat()
    wereld.normeer(now=START - timedelta(days=1))
    assert wereld.count_sendable() == 0
    assert wereld.normeer(now=NOW).genormeerd == 0
    assert wereld.count_sendable() == 0


def test_who_is_parked_is_not_normed_with_the_groep_and_who_is_absent_waits(wereld: Wereld) -> None:
    wereld.koppeling.opgehaald_leerlingen = 1
    parked = wereld.leerling("Bram", las_key=None, status=Lidmaatschap.VERTROKKEN, geparkeerd_op=NOW)
    left = wereld.resultaat(parked)
    wereld.resultaat(wereld.leerling("Fien", las_key=None))
    wereld.resultaat()
    verslag = wereld.normeer()
    assert (verslag.genormeerd, verslag.afwezig, left.genormeerd_op) == (2, 1, None)
