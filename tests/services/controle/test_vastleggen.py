"""The import itself: all of it or nothing, once, and only what the summary showed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.ground.statements import break_at_every_statement
from tests.namen import NAMEN
from tests.services.conftest import aanlevering, pupil, teacher
from webapp.models import (
    Account,
    Audit,
    BatchStatus,
    Besluit,
    Daad,
    Groep,
    Importbatch,
    Importregel,
    Keuze,
    Koppeling,
    KoppelingStatus,
    Leerkracht,
    Leerling,
    Resultaat,
    School,
    Soort,
    Toets,
    Uitzondering,
)
from webapp.services.controle import keuzes, vastleggen
from webapp.services.controle.errors import AlreadyDone, ChoicesChanged, ChoiceTooLate, TargetTaken
from webapp.services.controle.samenvatting import summarise
from webapp.services.inname import inname
from webapp.woorden import zeg

Make = Callable[..., Any]


def take_in(session: Session, koppeling: Koppeling, *args: Any, **kwargs: Any) -> Importbatch:
    batch = inname.take_in(session, koppeling, aanlevering(*args, **kwargs))
    assert batch is not None
    return batch


def line(session: Session, batch: Importbatch, soort: Soort = Soort.LEERLING) -> Importregel:
    regel = session.scalar(select(Importregel).where(Importregel.batch_id == batch.id, Importregel.soort == soort))
    assert regel is not None
    return regel


def commit(session: Session, batch: Importbatch, door: Account) -> None:
    digest = summarise(session, batch).digest
    vastleggen.commit(session, batch.school_id, batch.id, digest=digest, door=door.id)


def test_everything_new_is_written_with_its_groep(session: Session, koppeling: Koppeling, beheerder: Account) -> None:
    leerkrachten = (teacher("t1", "Loes", "Hartog", "loes@regenboog.example", groepen=("g5",)),)
    batch = take_in(session, koppeling, pupil("k1", "Noor", "Maan"), leerkrachten=leerkrachten)
    commit(session, batch, beheerder)
    groep, leerling = session.scalars(select(Groep)).one(), session.scalars(select(Leerling)).one()
    leerkracht = session.scalars(select(Leerkracht)).one()
    assert (leerling.las_key, leerling.groep_id, leerkracht.groepen) == ("k1", groep.id, [groep])
    assert (batch.status, batch.verwerkt_door) == (BatchStatus.VERWERKT, beheerder.id)
    assert koppeling.status is KoppelingStatus.ACTIEF
    assert (
        inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noor", "Maan"), leerkrachten=leerkrachten)) is None
    )


def breaks_at_every_statement(session: Session, batch: Importbatch, beheerder: Account) -> None:
    """Import, and before that break at every statement of it."""
    digest, school_id, batch_id, door = summarise(session, batch).digest, batch.school_id, batch.id, beheerder.id
    number = break_at_every_statement(
        session, lambda: vastleggen.commit(session, school_id, batch_id, digest=digest, door=door)
    )
    assert number > 10


@pytest.mark.asvs(11)
def test_an_import_that_breaks_at_any_statement_has_written_nothing(
    session: Session, koppeling: Koppeling, beheerder: Account
) -> None:
    """A connection that is lost at the end is in tests/test_away.py."""
    leerkrachten = (teacher("t1", "Loes", "Hartog", "loes@regenboog.example", groepen=("g5",)),)
    batch = take_in(session, koppeling, pupil("k1", "Noor", "Maan"), leerkrachten=leerkrachten)
    breaks_at_every_statement(session, batch, beheerder)


def test_a_link_by_hand_takes_over_the_las_record_and_keeps_the_results(
    session: Session, school: School, koppeling: Koppeling, beheerder: Account, make_leerling: Make
) -> None:
    ours = make_leerling("Mohamed", "El Idrissi")
    toets = Toets(code="T", naam="T", vakgebied="Rekenen", leerjaar="5", aantal_opgaven=1, vaardigheidsscores=[1, 2])
    session.add(toets)
    session.flush()
    session.add(
        Resultaat(
            school_id=school.id, leerling_id=ours.id, toets_id=toets.id, afnamedatum=date(2026, 1, 1), ruwe_score=1
        )
    )
    batch = take_in(session, koppeling, pupil("k1", "Mohammed", "Idrissi", "2016-12-03", voorvoegsel="el"))
    keuzes.link(session, batch.school_id, line(session, batch).id, ours.id, door=beheerder.id)
    assert summarise(session, batch).resultaten == 1
    commit(session, batch, beheerder)
    assert (ours.las_key, ours.roepnaam) == ("k1", "Mohammed")
    assert session.scalar(select(Resultaat.leerling_id)) == ours.id


def test_a_link_that_was_made_at_once_is_not_told_as_imported_again(
    session: Session, koppeling: Koppeling, beheerder: Account, make_leerling: Make, make_groep: Make
) -> None:
    make_groep("Groep 5", "5")
    make_leerling("Noor", "Maan")
    batch = take_in(session, koppeling, pupil("k1", "Noor", "Maan"), pupil("k2", "Bo", "Berk"))
    commit(session, batch, beheerder)
    told = session.scalars(select(Audit.tellingen).where(Audit.actie == Daad.GEIMPORTEERD)).one()
    assert told == {"leerling nieuw": 1}


def test_an_open_question_is_not_written_and_stays_open(
    session: Session, koppeling: Koppeling, beheerder: Account, make_leerling: Make
) -> None:
    make_leerling("Noor", "Maan")
    make_leerling("Noor", "Maan")
    batch = take_in(session, koppeling, pupil("k1", "Noor", "Maan"))
    commit(session, batch, beheerder)
    assert session.scalar(select(func.count()).where(Leerling.las_key.is_not(None))) == 0
    assert line(session, session.scalars(select(Importbatch).where(Importbatch.id != batch.id)).one()).is_vraag


def test_a_choice_after_the_summary_asks_to_read_it_again(
    session: Session, koppeling: Koppeling, beheerder: Account
) -> None:
    batch = take_in(session, koppeling, pupil("k1", "Noor", "Maan"))
    digest = summarise(session, batch).digest
    keuzes.choose(session, batch.school_id, line(session, batch).id, Keuze.NIET, door=beheerder.id)
    with pytest.raises(ChoicesChanged):
        vastleggen.commit(session, batch.school_id, batch.id, digest=digest, door=beheerder.id)
    assert session.scalar(select(func.count()).select_from(Leerling)) == 0


def test_a_second_click_changes_nothing(session: Session, koppeling: Koppeling, beheerder: Account) -> None:
    batch = take_in(session, koppeling, pupil("k1", "Noor", "Maan"))
    commit(session, batch, beheerder)
    with pytest.raises(AlreadyDone) as refused:
        commit(session, batch, beheerder)
    assert zeg(refused.value, NAMEN) == "Deze gegevens zijn al overgenomen door Marijke. Er is niets dubbel gedaan."
    assert session.scalar(select(func.count()).select_from(Leerling)) == 1
    assert session.scalar(select(func.count()).select_from(Besluit)) == 1


def test_what_is_left_out_is_remembered_and_not_asked_again(
    session: Session, koppeling: Koppeling, beheerder: Account
) -> None:
    batch = take_in(session, koppeling, pupil("k1", "Noor", "Maan"))
    keuzes.choose(session, batch.school_id, line(session, batch).id, Keuze.NIET, door=beheerder.id)
    commit(session, batch, beheerder)
    assert session.scalar(select(Uitzondering.las_key)) == "k1"
    assert session.scalar(select(func.count()).select_from(Leerling)) == 0
    assert inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noor", "Maan"))) is None


def test_a_link_that_was_made_by_itself_can_be_moved_to_another(
    session: Session, koppeling: Koppeling, beheerder: Account, make_leerling: Make
) -> None:
    wrong, right = make_leerling("Noor", "Maan"), make_leerling("Eleonora", "Maan")
    batch = take_in(session, koppeling, pupil("k1", "Noor", "Maan"), pupil("k2", "Bo", "Berk"))
    assert wrong.las_key == "k1"
    regel = session.scalars(select(Importregel).where(Importregel.toegepast_id == wrong.id)).one()
    keuzes.link(session, batch.school_id, regel.id, right.id, door=beheerder.id)
    commit(session, batch, beheerder)
    assert (wrong.las_key, right.las_key) == (None, "k1")


def test_a_key_that_the_las_gave_to_somebody_else_lets_go_of_the_first(
    session: Session, koppeling: Koppeling, beheerder: Account, make_leerling: Make
) -> None:
    gone = make_leerling("Fien", "Bloem", "2014-09-09", las_key="k1")
    batch = take_in(session, koppeling, pupil("k1", "Noor", "Maan"))
    regel = line(session, batch)
    keuzes.choose(session, batch.school_id, regel.id, Keuze.NIEUW, door=beheerder.id)
    commit(session, batch, beheerder)
    assert gone.las_key is None
    assert session.scalars(select(Leerling).where(Leerling.las_key == "k1")).one().roepnaam == "Noor"


def test_one_record_of_ours_is_never_linked_twice(
    session: Session, koppeling: Koppeling, beheerder: Account, make_leerling: Make
) -> None:
    ours = make_leerling("Fien", "Bloem", "2015-01-05")
    batch = take_in(session, koppeling, pupil("k1", "Noor", "Maan"), pupil("k2", "Bo", "Berk"))
    first, second = session.scalars(
        select(Importregel).where(Importregel.batch_id == batch.id, Importregel.soort == Soort.LEERLING)
    ).all()
    keuzes.link(session, batch.school_id, first.id, ours.id, door=beheerder.id)
    with pytest.raises(TargetTaken):
        keuzes.link(session, batch.school_id, second.id, ours.id, door=beheerder.id)


def test_a_processed_aanlevering_takes_no_more_choices(
    session: Session, koppeling: Koppeling, beheerder: Account
) -> None:
    batch = take_in(session, koppeling, pupil("k1", "Noor", "Maan"))
    regel = line(session, batch)
    commit(session, batch, beheerder)
    with pytest.raises(ChoiceTooLate):
        keuzes.choose(session, batch.school_id, regel.id, Keuze.NIET, door=beheerder.id)
