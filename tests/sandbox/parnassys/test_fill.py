"""Filling the sandbox: once, quickly, and again without harm."""

from __future__ import annotations

import dataclasses
import json
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from sandbox.parnassys.data import GevangenMail, Koppelingstap, ParnassysLeerling, ParnassysSchool
from sandbox.parnassys.rules import koppelingen
from sandbox.parnassys.rules.fill import create_tables, fill, refill
from sandbox.proef import init_app
from tests.sandbox.conftest import NOW, SCHOOLJAAR, school_of
from webapp import create_app
from webapp.config import Omgeving, Settings


def test_the_command_fills_both_sides_and_may_run_again(
    fresh_database_url: str, settings: Settings, tmp_path: Path
) -> None:
    app = create_app(dataclasses.replace(settings, database_url=fresh_database_url, var_dir=tmp_path))
    begin = time.process_time()
    first = app.test_cli_runner().invoke(args=["sandbox-vullen"])
    assert first.exit_code == 0, first.output
    assert time.process_time() - begin < 5
    assert "De Regenboog" in first.output
    logins = json.loads((tmp_path / "logins.json").read_text())
    assert {login["rol"] for login in logins} == {"beheerder", "leerkracht", "klantenservice"}

    again = app.test_cli_runner().invoke(args=["sandbox-vullen"])
    assert again.exit_code == 0
    assert "al klaar" in again.output
    assert json.loads((tmp_path / "logins.json").read_text()) == logins
    with app.app_context():
        from webapp.db import db

        assert db.session.scalar(select(func.count()).select_from(ParnassysLeerling)) == 245
        db.session.remove()
        db.engine.dispose()


def test_the_koppeling_is_open_from_the_start_and_has_no_key(regenboog: ParnassysSchool) -> None:
    assert regenboog.koppeling.stap is Koppelingstap.OPENGEZET
    assert not regenboog.koppeling.accepts("")


def test_tables_of_another_version_are_made_anew_and_mails_are_kept(parnassys: Session) -> None:
    parnassys.add(GevangenMail(envelope_from="a@b", envelope_to=["c@d"], raw=b"Subject: x\r\n\r\n"))
    parnassys.flush()
    parnassys.execute(text("comment on schema sandbox is 'older'"))
    create_tables(parnassys.connection())
    assert fill(parnassys, SCHOOLJAAR, NOW) != []
    assert parnassys.scalar(select(func.count()).select_from(GevangenMail)) == 1


def test_a_school_can_be_brought_back_to_the_start_with_its_key(parnassys: Session, regenboog: ParnassysSchool) -> None:
    koppelingen.take(regenboog, NOW)
    sleutel = koppelingen.new_sleutel(regenboog, NOW)
    leerling = parnassys.scalars(select(ParnassysLeerling).where(ParnassysLeerling.school_id == regenboog.id)).first()
    assert leerling is not None
    leerling.roepnaam = "Veranderd"
    parnassys.flush()
    refill(parnassys, regenboog, SCHOOLJAAR, NOW)
    again = school_of(parnassys, "99XX")
    assert again.koppeling.accepts(sleutel)
    namen = parnassys.scalars(select(ParnassysLeerling.roepnaam).where(ParnassysLeerling.school_id == again.id)).all()
    assert len(namen) == 200
    assert "Veranderd" not in namen


def test_the_sandbox_refuses_to_be_registered_in_production(settings: Settings) -> None:
    app = Flask("productie")
    app.extensions["settings"] = dataclasses.replace(settings, omgeving=Omgeving.PRODUCTIE)
    with pytest.raises(RuntimeError, match="proefomgeving"):
        init_app(app)


def test_production_has_no_page_of_the_sandbox(settings: Settings) -> None:
    app = create_app(
        dataclasses.replace(settings, omgeving=Omgeving.PRODUCTIE, public_url="https://koppelpunt.example")
    )
    assert [rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/sandbox")] == []
