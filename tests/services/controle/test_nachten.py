"""Several nights, several hands: whoever is who in the LAS, no result goes to another child unless a person said so."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.bezorgschool import School
from tests.rechter import Rechter
from tests.services.conftest import make_beheerder
from tests.verhaal import ACTS, Verhaal
from tests.verhaallas import OURS, WIE, Las
from tests.wereld import make_wereld
from webapp.models import Resultaat
from webapp.services.inname import vanzelf
from webapp.services.versturen import klaarzetten


@pytest.fixture
def school(session: Session, app: Flask) -> School:
    return School(make_wereld(session, app.extensions["keyring"]), app)


def tell(school: School, acts: list[tuple[str, Any, Any]]) -> Verhaal:
    """A school with its first night, these acts, and one night more after which all that may go is sent."""
    records = [school.leerling(each[:3], *each[3:]) for each in OURS]
    collega = make_beheerder(school.session, school.wereld.school, "collega@x.example")
    ours = {each.id: wie for each, wie in zip(records, WIE, strict=True)}
    verhaal = Verhaal(school, Las(), Rechter(ours), school.wereld.beheerder.id, collega.id)
    night = ("nacht", None, None)
    with patch.object(vanzelf, "DEEL", 1.0):  # so small a school, and all may come at once
        for act in [night, *acts, night, ("versturen", None, None)]:
            verhaal.act(*act)
    _nothing_was_overlooked(verhaal)
    return verhaal


def _nothing_was_overlooked(verhaal: Verhaal) -> None:
    """Preparing leaves alone what it is done with: with all results looked at anew it finds no more."""
    session, school_id = verhaal.session, verhaal.school_id
    klaarzetten.prepare(session, school_id)
    session.execute(update(Resultaat).where(Resultaat.school_id == school_id).values(klaargezet=0))
    assert klaarzetten.prepare(session, school_id) == 0


@settings(max_examples=15, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, min_size=10, max_size=30))
def test_over_several_nights_no_result_goes_to_another_child_and_no_answer_is_lost(
    school: School, acts: list[tuple[str, Any, Any]]
) -> None:
    savepoint = school.session.begin_nested()
    try:
        tell(school, acts)
    finally:
        savepoint.rollback()
        school.session.expire_all()
