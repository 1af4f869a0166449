"""The last acts of a school: counted per kind and per what became of them, named when they are few."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.voorpagina import fill_changes
from tests.wereld import Wereld, make_wereld
from webapp.models import Leerling, Soort, Wat
from webapp.services import sloten
from webapp.services.overzicht import wijzigingen
from webapp.services.overzicht.wijzigingen import Aard


@pytest.fixture
def wereld(app: Flask, session: Session) -> Wereld:
    wereld = make_wereld(session, app.extensions["keyring"])
    fill_changes(wereld)
    return wereld


def test_each_act_is_counted_and_few_are_named(wereld: Wereld) -> None:
    session, school_id = wereld.session, wereld.school.id
    found = wijzigingen.latest(session, school_id)
    wijzigingen.read_names(session, school_id, found)
    told = [
        (each.handeling.wat, deel.aard, deel.aantal, list(deel.namen.values()), list(deel.heette.values()))
        for each in found[:5]
        for deel in each.delen
    ]
    assert told == [
        (Wat.AANLEVERING, Aard.NIEUW, 1, ["Oleh Kovalenko"], []),
        (Wat.AANLEVERING, Aard.GROEP, 36, [], []),
        (Wat.AANLEVERING, Aard.NAAM, 1, ["Anushka Hoekstra-de Jong"], ["Anushka Hoekstra"]),
        (Wat.IMPORT, Aard.NIEUW, 5, [], []),
        (Wat.AANLEVERING, Aard.VERTROKKEN, 1, ["Floris Smit"], []),
    ]
    assert found[0].delen[0].groepen == Counter({("", "Groep 5"): 1})
    assert found[1].delen[0].groepen == Counter({("Groep 8", "8a"): 18, ("Groep 8", "8b"): 18})
    assert (found[3].aantal(), found[3].aantal(Soort.LEERKRACHT)) == (5, 0)


def test_a_name_is_what_that_act_made_of_it(wereld: Wereld) -> None:
    """Later changes do not change what an earlier act is said to have done."""
    session, school_id = wereld.session, wereld.school.id
    found = wijzigingen.latest(session, school_id)
    (deel,) = found[2].delen
    sloten.lock(session, school_id)
    session.get_one(Leerling, deel.ids[0]).achternaam = "Heel Anders"
    session.commit()
    wijzigingen.read_names(session, school_id, found)
    assert list(deel.namen.values()) == ["Anushka Hoekstra-de Jong"]


def test_another_school_sees_nothing_of_it(app: Flask, wereld: Wereld) -> None:
    other = make_wereld(wereld.session, app.extensions["keyring"], brin="98XX")
    wereld.session.commit()
    shown = wijzigingen.latest(wereld.session, other.school.id)
    assert {deel.soort for each in shown for deel in each.delen} <= {Soort.GROEP}
    assert sum(each.aantal() for each in shown) == 1
