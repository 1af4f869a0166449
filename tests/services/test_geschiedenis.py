"""History: what an act did to a record, once per record, and nothing where nothing changed."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.orm import Session

from tests.services.conftest import Make, aanlevering, pupil, teacher
from webapp.db import db
from webapp.models import (
    Account,
    Groep,
    Handeling,
    Koppeling,
    Leerkracht,
    Leerling,
    Mutatie,
    School,
    Soort,
    Wat,
)
from webapp.models.leerlinggegevens import Gekoppeld
from webapp.services import geschiedenis, sloten
from webapp.services.bewaring import wissen
from webapp.services.controle import vastleggen
from webapp.services.controle.samenvatting import summarise
from webapp.services.geschiedenis import VELDEN, NotWrittenDown
from webapp.services.inname import inname

LOES = (teacher("t1", "Loes", "Hartog", groepen=("g5",)),)


def changes(session: Session, wat: Wat) -> dict[tuple[str, int], tuple[Any, Any]]:
    """What acts of this kind did, by record."""
    query = select(Mutatie).join(Mutatie.handeling).where(Handeling.wat == wat).order_by(Mutatie.handeling_id)
    rows = session.scalars(query.execution_options(populate_existing=True))
    return {(str(row.soort), row.record_id): (row.voor, row.na) for row in rows}


def test_an_import_leaves_what_it_made_and_who_did_it(
    session: Session, koppeling: Koppeling, beheerder: Account
) -> None:
    batch = inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noor", "Maan"), leerkrachten=LOES))
    assert batch is not None
    digest = summarise(session, batch).digest
    vastleggen.commit(session, batch.school_id, batch.id, digest=digest, door=beheerder.id)
    session.flush()
    groep, noor = session.scalars(select(Groep)).one(), session.scalars(select(Leerling)).one()
    loes = session.scalars(select(Leerkracht)).one()
    [handeling] = session.scalars(select(Handeling).where(Handeling.wat == Wat.IMPORT))
    assert (handeling.batch_id, handeling.door) == (batch.id, beheerder.id)
    found = changes(session, Wat.IMPORT)
    assert found["groep", groep.id] == (
        None, {"las_key": "g5", "status": "actief", "naam": "Groep 5", "jaargroep": "5", "schooljaar": "2026-2027"},
    )  # fmt: skip
    assert found["leerkracht", loes.id][1]["groepen"] == [groep.id]
    voor, na = found["leerling", noor.id]
    assert (voor, na["las_key"], na["groep_id"], na["geboortedatum"]) == (None, "k1", groep.id, "2016-03-12")


def test_what_came_by_itself_is_an_act_of_its_aanlevering(
    session: Session, koppeling: Koppeling, make_leerling: Make
) -> None:
    noor = make_leerling("Noor", "Maan")
    batch = inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noor", "Maan")))
    assert batch is not None
    assert changes(session, Wat.AANLEVERING)["leerling", noor.id][1]["las_key"] == "k1"
    [handeling] = session.scalars(select(Handeling).where(Handeling.wat == Wat.AANLEVERING))
    assert (handeling.batch_id, handeling.door) == (batch.id, None)


def test_a_night_in_which_nothing_changes_leaves_nothing_and_asks_nothing(
    session: Session, koppeling: Koppeling, make_leerling: Make
) -> None:
    make_leerling("Noor", "Maan")
    same = aanlevering(pupil("k1", "Noor", "Maan"))
    inname.take_in(session, koppeling, same)
    session.flush()
    before, said = session.scalar(select(func.count(Handeling.id))), list[str]()
    listen = lambda _c, _k, statement, *_: said.append(statement)  # noqa: E731 - taken away by name
    event.listen(db.engine, "before_cursor_execute", listen)
    inname.take_in(session, koppeling, same)
    session.flush()
    event.remove(db.engine, "before_cursor_execute", listen)
    assert session.scalar(select(func.count(Handeling.id))) == before
    assert not [each for each in said if "INTO handeling" in each or "mutatie" in each]


def test_a_record_that_is_written_twice_keeps_what_it_was_first(
    session: Session, school: School, beheerder: Account, make_leerling: Make
) -> None:
    """Two who swap are freed first, in a flush of its own."""
    noor, eva = make_leerling("Noor", "Maan", las_key="k1"), make_leerling("Eva", "Maan", las_key="k2")
    geschiedenis.act(session, school.id, Wat.IMPORT, door=beheerder.id)
    noor.las_key = eva.las_key = None
    session.flush()
    noor.las_key, eva.las_key = "k2", "k1"
    session.flush()
    assert changes(session, Wat.IMPORT) == {
        ("leerling", noor.id): ({"las_key": "k1"}, {"las_key": "k2"}),
        ("leerling", eva.id): ({"las_key": "k2"}, {"las_key": "k1"}),
    }


def test_what_was_made_and_changed_in_one_act_was_made_so(session: Session, school: School) -> None:
    sloten.lock(session, school.id)
    geschiedenis.act(session, school.id, Wat.IMPORT)
    groep = Groep(school_id=school.id, naam="Groep 5")
    session.add(groep)
    session.flush()
    groep.naam = "Groep 5a"
    session.flush()
    assert changes(session, Wat.IMPORT) == {("groep", groep.id): (None, {"naam": "Groep 5a", "status": "actief"})}
    geschiedenis.act(session, school.id, Wat.TERUGDRAAIEN)
    session.delete(groep)
    session.flush()
    assert changes(session, Wat.TERUGDRAAIEN) == {("groep", groep.id): ({"naam": "Groep 5a", "status": "actief"}, None)}


@pytest.mark.parametrize("table", [Groep, Leerkracht, Leerling])
def test_what_a_field_was_is_known_though_it_was_not_loaded(
    session: Session, school: School, make_leerling: Make, table: type[Gekoppeld]
) -> None:
    sloten.lock(session, school.id)
    row = make_leerling("Noor", "Maan", las_key="k1") if table is Leerling else table(school_id=school.id)
    values: dict[str, Any] = {"las_key": "k1", "naam": "Groep 5", "achternaam": "Maan"}
    for name in values:
        if name in table.__table__.columns:
            setattr(row, name, values[name])
    session.add(row)
    session.flush()
    for name in set(VELDEN[table]) - {"groepen"}:
        assert getattr(table, name).impl.active_history, name
    session.expire_all()
    geschiedenis.act(session, school.id, Wat.IMPORT)
    row.las_key = "k2"
    session.flush()
    [(voor, na)] = changes(session, Wat.IMPORT).values()
    assert (voor, na) == ({"las_key": "k1"}, {"las_key": "k2"})


def test_a_statement_over_many_records_is_refused(session: Session, school: School) -> None:
    sloten.lock(session, school.id)
    with pytest.raises(NotWrittenDown):
        session.execute(update(Leerling).where(Leerling.school_id == school.id).values(roepnaam="Anders"))


def test_nothing_is_left_of_who_was_erased(
    session: Session, school: School, beheerder: Account, make_leerling: Make
) -> None:
    noor, eva = make_leerling("Noor", "Maan", las_key="k1"), make_leerling("Eva", "Maan", las_key="k2")
    for each in (noor, eva):
        each.roepnaam = f"{each.roepnaam}tje"
    session.flush()
    wissen.erase(session, school.id, noor.id, door=beheerder.id)
    session.flush()
    left = session.scalars(select(Mutatie.record_id).where(Mutatie.soort == Soort.LEERLING)).all()
    assert left == [eva.id]
