"""Who is present: nobody vanishes while a question about them is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.ground.statements import at_statements
from tests.services.conftest import aanlevering, pupil, teacher
from webapp.models import (
    Account,
    BatchStatus,
    Importbatch,
    Importregel,
    Koppeling,
    KoppelingStatus,
    Leerkracht,
    Leerling,
    Lidmaatschap,
    School,
    Zekerheid,
)
from webapp.services import aanwezig
from webapp.services.controle import keuzes, samenvatting, vastleggen
from webapp.services.inname import inname
from webapp.uwlr import values as uwlr

Make = Callable[..., Any]
ACTIEF, VERTROKKEN = Lidmaatschap.ACTIEF, Lidmaatschap.VERTROKKEN


def present(session: Session, school: School) -> set[str]:
    """The call names of who is present."""
    session.flush()
    read = list[str]()
    with at_statements(session.connection(), lambda _, sql: read.append(sql)):
        is_present = aanwezig.is_present(session, school.id)
    assert not any("FROM importregel" in sql for sql in read)  # every page asks it: no line is read for it
    query = select(Leerling.roepnaam).where(Leerling.school_id == school.id, is_present)
    return {str(name) for name in session.scalars(query)}


def question(batch: Importbatch | None) -> Importregel:
    """The one doubt of an aanlevering."""
    assert batch is not None
    [regel] = [regel for regel in batch.regels if regel.voorstel is Zekerheid.TWIJFEL]
    return regel


def twins(make_leerling: Make) -> tuple[Leerling, Leerling]:
    """Two namesakes of ours, whose keys the LAS has replaced."""
    return make_leerling("Noor", "Maan", las_key="oud1"), make_leerling("Noor", "Maan", las_key="oud2")


def test_a_leerling_in_doubt_stays_until_the_question_is_answered(
    session: Session, school: School, koppeling: Koppeling, beheerder: Account, make_leerling: Make
) -> None:
    one, two = twins(make_leerling)
    batch = inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noor", "Maan")))
    regel = question(batch)
    assert (one.status, two.status) == (ACTIEF, ACTIEF)
    assert batch is not None
    assert batch.counted("vertrokken") == 0
    assert present(session, school) == {"Noor"}
    keuzes.link(session, school.id, regel.id, one.id, door=beheerder.id)
    digest = samenvatting.summarise(session, batch).digest
    vastleggen.commit(session, school.id, batch.id, digest=digest, door=beheerder.id)
    assert (one.las_key, one.afwezig_sinds) == ("k1", None)
    inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noor", "Maan")))
    assert (one.status, two.status) == (ACTIEF, VERTROKKEN)


def test_doubts_are_no_leavers_to_confirm(session: Session, koppeling: Koppeling, make_leerling: Make) -> None:
    certain = [make_leerling(f"Kind{n}", "Berk", las_key=f"k{n}") for n in range(18)]
    doubtful = [make_leerling("Noor", f"Maan{n // 2}", las_key=f"oud{n}") for n in range(12)]
    now = [pupil(f"k{n}", f"Kind{n}", "Berk") for n in range(18)]
    now += [pupil(f"nieuw{n}", "Noor", f"Maan{n}") for n in range(6)]
    batch = inname.take_in(session, koppeling, aanlevering(*now))
    assert batch is not None
    assert (batch.status, batch.vastgehouden) == (BatchStatus.WACHT_OP_CONTROLE, {})
    assert all(leerling.status is ACTIEF for leerling in [*certain, *doubtful])


def test_who_is_meant_by_an_answer_that_waits_for_the_import_stays(
    session: Session, school: School, koppeling: Koppeling, beheerder: Account, make_leerling: Make
) -> None:
    held = [make_leerling(f"Kind{n}", "Berk", las_key=f"k{n}") for n in range(20)]
    there, new = make_leerling("Bo", "Zand", las_key="k20"), pupil("k99", "Noor", "Maan")
    batch = inname.take_in(session, koppeling, aanlevering(new, pupil("k20", "Bo", "Zand")))
    assert batch is not None
    keuzes.link(session, school.id, batch.regels[-1].id, held[3].id, door=beheerder.id)
    back = [pupil(f"k{n}", f"Kind{n}", "Berk") for n in range(20) if n != 3]
    inname.take_in(session, koppeling, aanlevering(new, *back))
    assert (held[3].status, there.status) == (ACTIEF, VERTROKKEN)


def test_who_is_held_back_is_present_and_can_be_linked(
    session: Session, school: School, koppeling: Koppeling, beheerder: Account, make_leerling: Make
) -> None:
    held = [make_leerling(f"Kind{n}", "Berk", las_key=f"k{n}") for n in range(20)]
    batch = inname.take_in(session, koppeling, aanlevering(pupil("k99", "Noor", "Maan")))
    assert batch is not None
    assert batch.status is BatchStatus.VASTGEHOUDEN
    assert len(present(session, school)) == 20
    [regel] = [regel for regel in batch.regels if regel.las_key == "k99"]
    keuzes.link(session, school.id, regel.id, held[3].id, door=beheerder.id)
    vastleggen.confirm_departures(session, school.id, batch.id, confirmed=20, door=beheerder.id)
    assert (held[3].status, held[4].status) == (ACTIEF, VERTROKKEN)


def test_a_groep_and_a_leerkracht_in_doubt_stay_too(
    session: Session, school: School, koppeling: Koppeling, make_groep: Make
) -> None:
    groepen = [make_groep("Groep 5", "5", "2026-2027", las_key=f"oud{n}") for n in range(2)]
    staff = [Leerkracht(school_id=school.id, roepnaam="Els", achternaam="Duin", las_key=f"L{n}") for n in range(2)]
    session.add_all(staff)
    session.flush()
    batch = inname.take_in(
        session,
        koppeling,
        aanlevering(
            pupil("k1", "Noor", "Maan"),
            groepen=(uwlr.Groep("g5", "Groep 5", "5"),),
            leerkrachten=(teacher("L9", "Els", "Duin"),),
        ),
    )
    assert batch is not None
    asked = {regel.soort for regel in batch.regels if regel.voorstel is Zekerheid.TWIJFEL}
    assert {"groep", "leerkracht"} <= asked
    assert {record.status for record in (*groepen, *staff)} == {ACTIEF}


def test_who_comes_again_is_not_absent_any_more(session: Session, koppeling: Koppeling, make_leerling: Make) -> None:
    one, two = twins(make_leerling)
    inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noor", "Maan")))
    assert one.afwezig_sinds is not None
    inname.take_in(session, koppeling, aanlevering(pupil("oud1", "Noor", "Maan"), pupil("oud2", "Noor", "Maan")))
    assert {leerling.afwezig_sinds for leerling in (one, two)} == {None}


@pytest.mark.parametrize(
    ("status", "fetched", "expected"),
    [
        (KoppelingStatus.ACTIEF, 1, {"Noor"}),
        (KoppelingStatus.GEPAUZEERD, 1, {"Noor"}),
        (KoppelingStatus.GOEDGEKEURD, 1, {"Noor", "Bo"}),
        (KoppelingStatus.ACTIEF, None, {"Noor", "Bo"}),
    ],
)
def test_who_was_never_linked_is_absent_once_the_first_import_was_done(
    session: Session,
    school: School,
    koppeling: Koppeling,
    make_leerling: Make,
    status: KoppelingStatus,
    fetched: int | None,
    expected: set[str],
) -> None:
    make_leerling("Noor", "Maan", las_key="k1")
    make_leerling("Bo", "Berk")
    make_leerling("Fien", "Bloem", las_key="k2", status=VERTROKKEN)
    koppeling.opgehaald_leerlingen = fetched
    if status is not KoppelingStatus.GOEDGEKEURD:
        koppeling.status = KoppelingStatus.ACTIEF
        session.flush()
        koppeling.status = status
    assert present(session, school) == expected
