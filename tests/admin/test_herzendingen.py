"""After an incident klantenservice looks, chooses, lets go step by step, and stops; who does not lead only looks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.screens import login, make_clerk, post
from tests.wereld import Wereld, make_wereld
from webapp.config import AMSTERDAM
from webapp.models import Herzending, Koppeling, LeveringStatus
from webapp.models.fout import Fout
from webapp.uwlr.codes import FaultCode, Owner

PAGE = "/klantenservice/opnieuw-versturen/"


@pytest.fixture
def storing(app: Flask, session: Session) -> Wereld:
    """A school of which two results were refused, and that waits for no night."""
    wereld = make_wereld(session, app.extensions["keyring"])
    for id_ in wereld.genormeerd(2):
        wereld.breng(id_, LeveringStatus.GEWEIGERD).fout = Fout(FaultCode.SCORE_ONGELDIG, Owner.KLANTENSERVICE)
    wereld.koppeling.zenden_op = None
    session.commit()
    return wereld


def during() -> dict[str, str]:
    now = datetime.now(UTC).astimezone(AMSTERDAM)
    return {
        "las": "parnassys",
        "van": f"{now - timedelta(hours=1):%Y-%m-%dT%H:%M}",
        "tot": f"{now + timedelta(minutes=2):%Y-%m-%dT%H:%M}",
    }


def test_looking_choosing_letting_go_and_stopping(app: Flask, session: Session, storing: Wereld) -> None:
    leads = login(app, session, make_clerk(session, is_leiding=True))
    assert "Proefdraaien" in leads.get(PAGE).text
    page = leads.get(PAGE, query_string=during()).text
    assert "Geweigerd: Client.ScoreOngeldig" in page
    assert session.scalars(select(Herzending)).all() == []
    form = during() | {"code": "Client.ScoreOngeldig", "getoond": "2"}
    assert post(leads, PAGE, form).status_code == 303
    page = leads.get(PAGE).text
    assert "Klaargezet: 2 resultaten. Er gaat nog niets" in page
    assert "Stap 1: 1 school laten gaan" in page
    chosen = session.scalars(select(Herzending)).one()
    assert session.scalars(select(Koppeling.zenden_op)).one() is None
    assert post(leads, f"{PAGE}{chosen.id}/stap/", {"stap": "2"}).status_code == 303
    assert "Deze stap kan nu niet" in leads.get(PAGE).text
    post(leads, f"{PAGE}{chosen.id}/stap/", {"stap": "1"})
    assert "1 school gaat nu, binnen een halve minuut" in leads.get(PAGE).text
    session.expire_all()
    assert session.scalars(select(Koppeling.zenden_op)).one() is not None
    post(leads, f"{PAGE}{chosen.id}/stoppen/")
    assert "Gestopt: 2 resultaten zijn weer zoals daarvoor" in leads.get(PAGE).text
    assert set(storing.statussen()) == {"geweigerd"}


def test_what_is_wrong_is_said_and_writes_nothing(app: Flask, session: Session, storing: Wereld) -> None:
    leads = login(app, session, make_clerk(session, is_leiding=True))
    upside_down = during() | {"van": during()["tot"], "tot": during()["van"]}
    assert "Kies een einde na het begin" in leads.get(PAGE, query_string=upside_down).text
    assert "Vul in vanaf wanneer" in leads.get(PAGE, query_string={"las": "parnassys"}).text
    form = during() | {"code": "Client.ScoreOngeldig", "getoond": "1"}
    answer = post(leads, PAGE, form)
    assert (answer.status_code, "Er is intussen iets veranderd" in answer.text) == (422, True)
    assert post(leads, PAGE, form | {"code": "bestaat niet"}).status_code == 400
    assert post(leads, PAGE, form | {"las": "geen"}).status_code == 422
    assert session.scalars(select(Herzending)).all() == []


def test_who_does_not_lead_looks_and_does_nothing(app: Flask, session: Session, storing: Wereld) -> None:
    clerk = login(app, session, make_clerk(session, is_leiding=False))
    page = clerk.get(PAGE, query_string=during()).text
    assert "Wie leiding geeft, zet dit klaar" in page
    post(clerk, PAGE, during() | {"code": "Client.ScoreOngeldig", "getoond": "2"})
    assert session.scalars(select(Herzending)).all() == []
    assert clerk.get(f"{PAGE}?van=x&las=y").status_code == 200
    assert storing.statussen() == ["geweigerd"] * 2
