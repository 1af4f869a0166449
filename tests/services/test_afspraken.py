"""The vaste afspraken of a school are read, changed with a trail, and asked for once."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models import Account, Afspraken, Audit, Daad, Mailritme, School
from webapp.services import afspraken
from webapp.services.afspraken import UIT, OverschrevenAfspraken, Waarde


def test_without_a_row_all_is_off(session: Session, school: School) -> None:
    found = afspraken.of_school(session, school.id)
    assert afspraken.values(found) == UIT
    assert found.overgaan_vanaf is found.gevraagd_op is None
    assert not afspraken.is_to_ask(session, school.id), "not before the first import"
    session.flush()
    assert session.scalars(select(Afspraken).where(Afspraken.school_id == school.id)).all() == []


def test_a_change_is_kept_with_who_and_when_and_stands_in_the_trail(
    session: Session, school: School, beheerder: Account
) -> None:
    chosen: dict[str, Waarde] = {
        "nieuwe_leerlingen": True,
        "jaargroepen_niet": ["1", "2"],
        "mailritme": Mailritme.WEEKDAG,
    }
    assert afspraken.change(session, school.id, {**UIT, **chosen}, seen=None, door=beheerder.id)
    found = afspraken.of_school(session, school.id)
    assert afspraken.values(found) == {**UIT, **chosen}
    assert (found.gewijzigd_door, found.gevraagd_op) == (beheerder.id, found.gewijzigd_op)
    session.flush()
    line = session.scalars(select(Audit).where(Audit.school_id == school.id)).one()
    assert (line.actie, line.account_id) == (Daad.AFSPRAKEN_GEWIJZIGD, beheerder.id)
    assert line.tellingen == {
        "nieuwe_leerlingen": 1,
        "nieuwe_leerlingen_was": 0,
        "jaargroepen_niet": "1 2",
        "jaargroepen_niet_was": "",
        "mailritme": "weekdag",
        "mailritme_was": "meteen",
    }


def test_what_a_colleague_changed_meanwhile_is_not_overwritten(
    session: Session, school: School, beheerder: Account
) -> None:
    afspraken.change(session, school.id, {"nieuwe_leerlingen": True}, seen=None, door=beheerder.id)
    with pytest.raises(OverschrevenAfspraken) as refused:
        afspraken.change(session, school.id, {"nieuwe_leerlingen": False}, seen=None, door=beheerder.id)
    assert refused.value.naam == beheerder.naam
    assert afspraken.of_school(session, school.id).nieuwe_leerlingen


def test_an_answer_that_changes_nothing_is_an_answer(session: Session, school: School, beheerder: Account) -> None:
    assert not afspraken.change(session, school.id, UIT, seen=None, door=beheerder.id)
    found = afspraken.of_school(session, school.id)
    assert found.gevraagd_op is not None
    assert found.gewijzigd_op is None


def test_later_is_said_once(session: Session, school: School, beheerder: Account) -> None:
    for _twice in range(2):
        afspraken.later(session, school.id, door=beheerder.id)
    session.flush()
    assert [line.actie for line in session.scalars(select(Audit).where(Audit.school_id == school.id))] == [
        Daad.AFSPRAKEN_LATER
    ]
    assert afspraken.values(afspraken.of_school(session, school.id)) == UIT
