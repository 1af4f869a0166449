"""What is answered can be imported; what waits is a delivery of its own, and nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.services.conftest import make_beheerder, pupil, teacher
from tests.services.controle.test_vastleggen import breaks_at_every_statement, commit, take_in
from webapp.models import (
    Account,
    BatchStatus,
    Groep,
    Importbatch,
    Importregel,
    Keuze,
    Koppeling,
    KoppelingStatus,
    Leerling,
    Mail,
    MailSoort,
    School,
    Soort,
)
from webapp.models.importbatch import OPEN
from webapp.models.vastgehouden import Vastgehouden
from webapp.services.clock import database_now
from webapp.services.controle import keuzes, vervolg
from webapp.services.controle.errors import AlreadyAnswered, QuestionsOpen
from webapp.services.controle.samenvatting import summarise
from webapp.services.inname.batch import hold
from webapp.uwlr import values as uwlr

Make = Callable[..., Any]
LOES = (teacher("t1", "Loes", "Hartog", groepen=("g5", "g6")),)
IN_G6 = (
    pupil("k2", "Eva", "Zes", "2015-02-02", groep="g6", jaargroep="6"),
    pupil("k3", "Ids", "Nieuw", "2015-03-03", groep="g6", jaargroep="6"),
    pupil("k4", "Bo", "Berk"),
)
GROEPEN = (uwlr.Groep("g5", "Groep 5", "5"), uwlr.Groep("g6", "Groep 6", "6"))


def by_key(session: Session, batch: Importbatch) -> dict[str, Importregel]:
    query = select(Importregel).where(Importregel.batch_id == batch.id).order_by(Importregel.id)
    return {str(regel.las_key): regel for regel in session.scalars(query)}


def open_batch(session: Session, batch: Importbatch) -> Importbatch:
    return session.scalars(
        select(Importbatch).where(Importbatch.school_id == batch.school_id, Importbatch.status.in_(OPEN))
    ).one()


@pytest.fixture
def twee_noren(make_leerling: Make) -> tuple[Leerling, Leerling]:
    """Two of ours with one name and one date: nobody but the school knows which is meant."""
    return make_leerling("Noor", "Maan"), make_leerling("Noor", "Maan")


def test_one_question_that_nobody_can_answer_does_not_block_ninety_seven_others(
    session: Session, koppeling: Koppeling, beheerder: Account, twee_noren: tuple[Leerling, Leerling]
) -> None:
    others = [
        pupil(f"n{n}", f"Kind{n}", f"Achternaam{n}", f"2015-{n % 12 + 1:02d}-{n % 28 + 1:02d}") for n in range(97)
    ]
    batch = take_in(session, koppeling, pupil("k1", "Noor", "Maan"), *others)
    summary = summarise(session, batch)
    assert (summary.vragen, len(summary.wachten), summary.number("leerling", "nieuw")) == (1, 1, 97)
    commit(session, batch, beheerder)
    follow_up = open_batch(session, batch)
    assert session.scalar(select(func.count()).where(Leerling.las_key.is_not(None))) == 97
    assert (batch.status, follow_up.status) == (BatchStatus.VERWERKT, BatchStatus.WACHT_OP_CONTROLE)
    assert follow_up.vervolg_van_id == batch.id
    assert vervolg.of(session, batch) is follow_up
    assert koppeling.status is KoppelingStatus.ACTIEF
    assert [regel.las_key for regel in follow_up.regels] == ["k1"]
    assert len(batch.regels) == 98, "97 leerlingen and their groep: each delivery knows what it wrote"
    assert follow_up.counted("ongewijzigd") == 98


def test_the_next_delivery_takes_the_follow_up_over_with_what_was_put_aside(
    session: Session, koppeling: Koppeling, beheerder: Account, twee_noren: tuple[Leerling, Leerling]
) -> None:
    batch = take_in(session, koppeling, pupil("k1", "Noor", "Maan"), pupil("k2", "Bo", "Berk"))
    keuzes.put_aside(session, batch.school_id, by_key(session, batch)["k1"].id, door=beheerder.id)
    commit(session, batch, beheerder)
    follow_up = open_batch(session, batch)
    same = take_in(session, koppeling, pupil("k1", "Noor", "Maan"), pupil("k2", "Bo", "Berk"))
    assert same is follow_up, "the same question keeps its page"
    newer = take_in(session, koppeling, pupil("k1", "Noor", "Maan"), pupil("k2", "Bo", "Berk"), pupil("k3", "An", "Bo"))
    assert (follow_up.status, follow_up.vervangen_door_id) == (BatchStatus.VERVANGEN, newer.id)
    regel = by_key(session, newer)["k1"]
    assert regel.later_op is not None
    assert regel.later_door == beheerder.id
    keuzes.choose(session, newer.school_id, regel.id, Keuze.NIEUW, door=beheerder.id)
    assert regel.later_op is None
    commit(session, newer, beheerder)
    assert session.scalars(select(Leerling.las_key).order_by(Leerling.las_key)).all() == ["k1", "k2", "k3", None, None]
    assert session.scalar(select(func.count()).select_from(Importbatch).where(Importbatch.status.in_(OPEN))) == 0


def test_a_follow_up_brings_no_second_koppelingsmail(
    session: Session, koppeling: Koppeling, beheerder: Account, twee_noren: tuple[Leerling, Leerling]
) -> None:
    batch = take_in(session, koppeling, pupil("k1", "Noor", "Maan"), pupil("k2", "Bo", "Berk"))
    commit(session, batch, beheerder)
    follow_up = open_batch(session, batch)
    assert follow_up.gemaild_op == batch.gemaild_op is not None
    take_in(session, koppeling, pupil("k1", "Noor", "Maan"), pupil("k2", "Bo", "Berk"))
    mails = select(func.count()).select_from(Mail).where(Mail.soort == MailSoort.KOPPELINGSMAIL)
    assert session.scalar(mails) == 1


def test_of_questions_alone_there_is_nothing_to_import(
    session: Session, koppeling: Koppeling, beheerder: Account, twee_noren: tuple[Leerling, Leerling], make_groep: Make
) -> None:
    koppeling.status = KoppelingStatus.ACTIEF
    make_groep("Groep 5", "5", "2026-2027", las_key="g5")
    batch = take_in(session, koppeling, pupil("k1", "Noor", "Maan"))
    assert not summarise(session, batch).is_importable
    with pytest.raises(QuestionsOpen):
        commit(session, batch, beheerder)
    assert batch.status is BatchStatus.WACHT_OP_CONTROLE


def test_a_first_import_confirms_what_was_linked_by_itself_though_every_new_line_waits(
    session: Session,
    koppeling: Koppeling,
    beheerder: Account,
    twee_noren: tuple[Leerling, Leerling],
    make_leerling: Make,
    make_groep: Make,
) -> None:
    make_groep("Groep 5", "5", "2026-2027", las_key="g5")
    make_leerling("Bo", "Berk", "2016-01-05")
    batch = take_in(session, koppeling, pupil("k1", "Noor", "Maan"), pupil("k2", "Bo", "Berk", "2016-01-05"))
    commit(session, batch, beheerder)
    assert koppeling.status is KoppelingStatus.ACTIEF
    assert [regel.las_key for regel in open_batch(session, batch).regels] == ["k1"]


def test_rivals_for_one_record_wait_together(
    session: Session, koppeling: Koppeling, beheerder: Account, twee_noren: tuple[Leerling, Leerling]
) -> None:
    """Who was answered with one of the two that the other may be, is not written before the other is answered."""
    batch = take_in(
        session, koppeling, pupil("k1", "Noor", "Maan"), pupil("k2", "Noor", "Maan"), pupil("k3", "Bo", "Berk")
    )
    lines = by_key(session, batch)
    keuzes.link(session, batch.school_id, lines["k1"].id, twee_noren[0].id, door=beheerder.id)
    commit(session, batch, beheerder)
    follow_up = open_batch(session, batch)
    assert {regel.las_key: regel.keuze for regel in follow_up.regels} == {"k1": Keuze.KOPPEL, "k2": None}
    assert twee_noren[0].las_key is None


def test_who_was_answered_with_a_weaker_candidate_of_a_question_does_not_wait(
    session: Session, koppeling: Koppeling, beheerder: Account, make_leerling: Make
) -> None:
    """Ana Maas may be Anna Maas, and looks a little like Noor Maan: who Noora is, need not wait for that."""
    make_leerling("Anna", "Maas", eckid="https://ketenid.nl/pilot/c81e")
    noor = make_leerling("Noor", "Maan")
    ana = pupil("k1", "Ana", "Maas", eckid="https://ketenid.nl/pilot/7f3a")
    batch = take_in(session, koppeling, ana, pupil("k2", "Noora", "Maan"))
    lines = by_key(session, batch)
    assert [len(lines["k1"].kandidaten), lines["k1"].kandidaten[1]["id"]] == [2, noor.id]
    keuzes.link(session, batch.school_id, lines["k2"].id, noor.id, door=beheerder.id)
    commit(session, batch, beheerder)
    assert noor.las_key == "k2"
    assert [regel.las_key for regel in open_batch(session, batch).regels] == ["k1"]


def test_who_waits_keeps_the_link_though_another_gets_the_number(
    session: Session, koppeling: Koppeling, beheerder: Account, make_leerling: Make
) -> None:
    """The LAS gave the number of Fien to Noor; whether Noora is Fien, is asked."""
    fien = make_leerling("Fien", "Bloem", "2014-09-09", las_key="k1")
    batch = take_in(
        session,
        koppeling,
        pupil("k1", "Noor", "Maan"),
        pupil("k2", "Fiene", "Bloem", "2014-09-09"),
        pupil("k3", "Bo", "Berk"),
    )
    lines = by_key(session, batch)
    keuzes.choose(session, batch.school_id, lines["k1"].id, Keuze.NIEUW, door=beheerder.id)
    assert lines["k2"].is_vraag
    commit(session, batch, beheerder)
    assert fien.las_key == "k1"
    assert {regel.las_key for regel in open_batch(session, batch).regels} == {"k1", "k2"}
    assert session.scalars(select(Leerling.las_key).where(Leerling.roepnaam == "Bo")).one() == "k3"


@pytest.fixture
def groep_vraag(
    session: Session, koppeling: Koppeling, make_groep: Make, make_leerling: Make
) -> tuple[Importbatch, Groep, Leerling]:
    """Groep 6 may be one of two; Eva is in it and was linked before, Ids is new, and Bo goes to groep 5."""
    old = make_groep("Groep 6", "6", "2026-2027")
    make_groep("Groep 6", "6", "2026-2027")
    eva = make_leerling("Eva", "Zes", "2015-02-02", las_key="k2", groep_id=old.id)
    return take_in(session, koppeling, *IN_G6, groepen=GROEPEN, leerkrachten=LOES), old, eva


def test_a_groep_that_waits_keeps_the_leerlingen_whose_only_groep_it_is(
    session: Session, beheerder: Account, koppeling: Koppeling, groep_vraag: tuple[Importbatch, Groep, Leerling]
) -> None:
    batch, old, eva = groep_vraag
    assert by_key(session, batch)["g6"].is_vraag
    commit(session, batch, beheerder)
    follow_up = open_batch(session, batch)
    assert {regel.las_key for regel in follow_up.regels} == {"g6", "k2", "k3"}
    assert (eva.las_key, eva.groep_id) == ("k2", old.id), "who waits keeps the groep and the link"
    known = set(session.scalars(select(Leerling.las_key)))
    assert known == {"k2", "k4"}
    keuzes.choose(session, follow_up.school_id, by_key(session, follow_up)["g6"].id, Keuze.NIEUW, door=beheerder.id)
    commit(session, follow_up, beheerder)
    new = session.scalars(select(Groep).where(Groep.las_key == "g6")).one()
    members = set(session.scalars(select(Leerling.las_key).where(Leerling.groep_id == new.id)))
    assert members == {"k2", "k3"}


def test_the_next_night_finds_a_follow_up_with_a_groep_as_it_was_left(
    session: Session, beheerder: Account, koppeling: Koppeling, groep_vraag: tuple[Importbatch, Groep, Leerling]
) -> None:
    """Loes is shown too now: one of her groepen waits. A third delivery finds the same."""
    batch, _old, _eva = groep_vraag
    commit(session, batch, beheerder)
    nights = [take_in(session, koppeling, *IN_G6, groepen=GROEPEN, leerkrachten=LOES) for _ in range(2)]
    assert nights[0] is nights[1]
    asked = {regel.las_key for regel in nights[0].regels if regel.toegepast_id is None}
    assert (asked, nights[0].gemaild_op) == ({"g6", "k3"}, batch.gemaild_op)


def test_a_hold_goes_on_with_the_follow_up(
    session: Session,
    koppeling: Koppeling,
    beheerder: Account,
    twee_noren: tuple[Leerling, Leerling],
    make_leerling: Make,
) -> None:
    gone = make_leerling("Weg", "Was", "2013-01-01", las_key="k9")
    batch = take_in(session, koppeling, pupil("k1", "Noor", "Maan"), pupil("k2", "Bo", "Berk"))
    hold(session, batch, {str(Soort.LEERLING): Vastgehouden(ids=[gone.id], redenen=[])}, since=database_now(session))
    commit(session, batch, beheerder)
    follow_up = open_batch(session, batch)
    assert follow_up.status is BatchStatus.VASTGEHOUDEN
    assert follow_up.held(Soort.LEERLING) == [gone.id]
    assert [regel.las_key for regel in follow_up.regels] == ["k1"]


def test_putting_aside_is_refused_once_somebody_answered(
    session: Session, school: School, koppeling: Koppeling, beheerder: Account, twee_noren: tuple[Leerling, Leerling]
) -> None:
    batch = take_in(session, koppeling, pupil("k1", "Noor", "Maan"))
    regel = by_key(session, batch)["k1"]
    collega = make_beheerder(session, school, "youssef@regenboog.example")
    keuzes.choose(session, school.id, regel.id, Keuze.NIEUW, door=collega.id)
    with pytest.raises(AlreadyAnswered):
        keuzes.put_aside(session, school.id, regel.id, door=beheerder.id)
    assert (regel.keuze, regel.later_op) == (Keuze.NIEUW, None)
    keuzes.put_aside(session, school.id, regel.id, door=collega.id)
    assert (regel.keuze, regel.later_door) == (None, collega.id), "whoever answered may think again"


def test_an_import_with_a_follow_up_that_breaks_at_any_statement_has_written_nothing(
    session: Session, beheerder: Account, koppeling: Koppeling, groep_vraag: tuple[Importbatch, Groep, Leerling]
) -> None:
    batch, _old, _eva = groep_vraag
    breaks_at_every_statement(session, batch, beheerder)
    assert open_batch(session, batch).vervolg_van_id == batch.id
