"""Pressing Normeren: every result or none, and nothing twice."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from tests.wereld import NOW, START, Wereld, make_wereld
from webapp.errors import NotAllowed
from webapp.models import Groep, Levering, Lidmaatschap, Norm
from webapp.models.ids import GroepId
from webapp.services.toetsen import normering, voortgang
from webapp.services.toetsen.normen import CannotNorm
from webapp.services.toetsen.normering import Normverslag
from webapp.services.toetsen.voortgang import NogTeNormeren


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


def alles(wereld: Wereld, groep_id: GroepId | None = None, groepen: Collection[GroepId] | None = None) -> Normverslag:
    return normering.normeer_alles(
        wereld.session, wereld.school.id, groep_id=groep_id, groepen=groepen, now=NOW, door=wereld.beheerder.id
    )


def open_count(wereld: Wereld, groepen: Collection[GroepId] | None = None) -> NogTeNormeren:
    return voortgang.te_normeren(wereld.session, wereld.school.id, groepen=groepen)


def test_alles_normeren_of_a_school_norms_every_test_and_who_left_too(wereld: Wereld) -> None:
    """A leerling who was in the LAS goes under the number they had; one who never was waits."""
    wereld.resultaat()
    wereld.resultaat(toets="VB-BL-5", afname=date(2025, 11, 3))
    wereld.resultaat(wereld.leerling("Bram", status=Lidmaatschap.VERTROKKEN, groep_id=None))
    parked = wereld.leerling("Fien", las_key=None, status=Lidmaatschap.VERTROKKEN, geparkeerd_op=NOW)
    wereld.resultaat(parked)
    assert (open_count(wereld).totaal, open_count(wereld).vertrokken) == (4, 2)
    verslag = alles(wereld)
    assert (verslag.genormeerd, verslag.vertrokken, verslag.afwezig) == (4, 2, 1)
    assert wereld.count_sendable() == 3
    assert open_count(wereld).totaal == 0
    assert alles(wereld) == Normverslag(0, 0)


def test_alles_normeren_of_a_groep_leaves_the_other_groepen_and_who_left(wereld: Wereld) -> None:
    other = Groep(school_id=wereld.school.id, naam="Groep 6", jaargroep="6", schooljaar="2026-2027")
    wereld.session.add(other)
    wereld.session.flush()
    here, elsewhere = wereld.resultaat(), wereld.resultaat(wereld.leerling("Bo", groep_id=other.id))
    left = wereld.resultaat(wereld.leerling("Bram", status=Lidmaatschap.VERTROKKEN))
    own = {wereld.groep.id}
    assert open_count(wereld, own).totaal == alles(wereld, wereld.groep.id, own).genormeerd == 1
    assert [each.versie for each in (here, elsewhere, left)] == [1, 0, 0]


def test_who_has_some_groepen_norms_no_other_and_no_school(wereld: Wereld) -> None:
    wereld.resultaat()
    for groep_id, groepen in ((None, {wereld.groep.id}), (wereld.groep.id, {GroepId(0)}), (GroepId(0), None)):
        with pytest.raises(NotAllowed):
            alles(wereld, groep_id, groepen)
    assert open_count(wereld).totaal == 1


def test_a_score_without_a_norm_keeps_no_other_from_being_normed(wereld: Wereld) -> None:
    good, bad = wereld.resultaat(), wereld.resultaat(toets="VB-BL-5")
    toets = wereld.toetsen["VB-BL-5"]
    wereld.session.execute(delete(Norm).where(Norm.toets_id == toets.id))
    wereld.session.expire(toets)
    verslag = alles(wereld)
    assert (verslag.genormeerd, verslag.zonder_norm) == (1, {normering.Afname(toets.naam, bad.afnamedatum): 1})
    assert (good.versie, bad.versie, bad.genormeerd_op) == (1, 0, None)


def test_alles_normeren_leaves_what_was_normed_with_older_norms(wereld: Wereld) -> None:
    """Nobody asked for another outcome of what stands in the LAS."""
    normed = wereld.resultaat()
    wereld.normeer()
    wereld.session.execute(update(Norm).values(gemiddelde=Norm.gemiddelde + 20))
    wereld.session.expire_all()
    wereld.resultaat()
    assert alles(wereld).genormeerd == 1
    assert normed.versie == 1
