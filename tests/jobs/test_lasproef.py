"""`flask las-proef`: with a school that agreed, what a LAS does with results is tried by hand and told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs.lasproef import las_proef
from jobs.versturen import push_resultaten
from sandbox.parnassys import app as parnassys
from sandbox.parnassys.data import ParnassysLeerling, ParnassysSchool
from sandbox.parnassys.db import db as parnassys_db
from sandbox.parnassys.db import unit_of_work as parnassys_work
from sandbox.parnassys.rules import koppelingen
from sandbox.parnassys.rules.fill import create_tables, fill
from sandbox.parnassys.screens.access import PATH
from sandbox.parnassys.settings import Settings as ParnassysSettings
from tests.las import Administratie, Antwoord, Fault, Ontvangen, running_app, running_las
from tests.wereld import NOW, START, Wereld, lock_all, make_wereld
from webapp.config import Settings
from webapp.models import Audit, Daad, Koppeling, Nacht, Resultaat, Verzending
from webapp.models.ids import ResultaatId
from webapp.services.clock import database_clock
from webapp.services.versturen import nazending
from webapp.services.versturen.aanbod import offer

Prepare = Callable[..., Wereld]
ALL_TAKEN = [
    "ParnasSys bevestigt nieuwe resultaten.",
    "ParnasSys bevestigt een resultaat dat het al heeft, onder dezelfde sleutel.",
    "ParnasSys bevestigt een andere score onder dezelfde sleutel. Kijk in ParnasSys of de nieuwe score er staat.",
    "ParnasSys bevestigt een resultaat van een ander schooljaar.",
    "Voor het profiel van ParnasSys, in webapp/uwlr/profiles:",
    "    neemt_zelfde_sleutel=True,",
    "    neemt_verbetering=True,  # False als daar nog de oude score staat",
    "    neemt_ander_schooljaar=True,",
]


@pytest.fixture
def prepare(session: Session, app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Prepare:
    def prepare(address: str, keys: list[str], sleutel: str | None = None) -> Wereld:
        """A school with a corrected score, a result of last year that was approved, and two new ones."""
        here = replace(settings, parnassys_url=address, zend_deadline=timedelta(seconds=20))
        monkeypatch.setitem(app.extensions, "settings", here)
        wereld = make_wereld(session, app.extensions["keyring"])
        koppeling = wereld.koppeling
        if sleutel is not None:
            koppeling.sleutel = app.extensions["keyring"].encrypt(sleutel, koppeling.identity)
        leerlingen = [wereld.leerling(f"Kind {key}", las_key=key) for key in keys]
        first = wereld.resultaat(leerlingen[0], 20)
        wereld.normeer()
        session.commit()
        push_resultaten(koppeling.id)
        lock_all(session)
        _correct(wereld, first, 25)
        _of_last_year(wereld, wereld.resultaat(leerlingen[1], afname=date(2026, 5, 20)).id)
        for leerling in leerlingen[2:4]:
            wereld.resultaat(leerling, toets="VB-BL-5")
        wereld.normeer("VB-BL-5")
        koppeling.zenden_op = None
        session.commit()
        return wereld

    return prepare


def _correct(wereld: Wereld, resultaat: Resultaat, score: int) -> None:
    resultaat.ruwe_score, resultaat.genormeerd_op = score, None
    wereld.session.flush()
    wereld.normeer()


def _of_last_year(wereld: Wereld, id_: ResultaatId) -> None:
    """It was approved once a night had begun over the link, and a night has passed since."""
    wereld.koppeling.gestart_op = NOW + timedelta(days=1)
    wereld.normeer()
    wereld.koppeling.gestart_op = START
    resultaat = wereld.session.get_one(Resultaat, id_)
    resultaat.genormeerd_op = START - timedelta(days=1)
    wereld.session.flush()
    _night(wereld, date(2026, 11, 23))
    part = offer(wereld.session, wereld.school.id, "2025-2026").of({resultaat.toets_id}, {wereld.groep.id})
    nazending.approve(
        wereld.session, wereld.koppeling, toetsen={resultaat.toets_id}, groepen={wereld.groep.id},
        afdruk=part.afdruk, door=wereld.beheerder.id,
    )  # fmt: skip
    _night(wereld, date(2026, 11, 24))


def _night(wereld: Wereld, datum: date) -> None:
    begun = database_clock(wereld.session)
    wereld.session.add(Nacht(datum=datum, begonnen_op=begun, klaar_op=begun, tellingen={}))
    wereld.session.flush()


def run(app: Flask, wereld: Wereld, akkoord: str = "") -> Result:
    arguments = [str(wereld.koppeling.id), "--akkoord", akkoord or wereld.beheerder.email]
    return app.test_cli_runner().invoke(las_proef, arguments)


@pytest.fixture
def simulated(owner_url: str, settings: Settings) -> Iterator[tuple[str, str, list[str]]]:
    """The simulated ParnasSys on a real socket: its address, a key of De Regenboog, and numbers of its leerlingen."""
    app = parnassys.create_app(
        ParnassysSettings(
            database_url=owner_url, secret="geheim-van-parnassys-in-de-tests", public_url="http://localhost",
            klantcode=settings.klantcode,
        )
    )  # fmt: skip
    with app.app_context(), parnassys_work() as session:
        create_tables(session.connection())
        fill(session, "2026-2027", datetime(2026, 11, 23, 12, tzinfo=UTC))
        school = session.scalars(select(ParnassysSchool).where(ParnassysSchool.brin == "99XX")).one()
        koppelingen.take(school, NOW)
        sleutel = koppelingen.new_sleutel(school, NOW)
        mine = select(ParnassysLeerling.key).where(ParnassysLeerling.school_id == school.id)
        keys = list(session.scalars(mine.order_by(ParnassysLeerling.key).limit(4)))
    with running_app(app) as server:
        yield f"{server.address}{PATH}/uwlr/v2", sleutel, keys
    with app.app_context():
        parnassys_db.engine.dispose()


def test_the_simulated_parnassys_takes_all_of_it(
    app: Flask, session: Session, prepare: Prepare, simulated: tuple[str, str, list[str]]
) -> None:
    address, sleutel, keys = simulated
    wereld = prepare(address, keys, sleutel)
    result = run(app, wereld)
    assert (result.exit_code, result.output.splitlines()) == (0, ALL_TAKEN)
    assert set(wereld.statussen()) == {"bevestigd"}
    act = session.scalars(select(Audit).where(Audit.actie == Daad.LAS_PROEF)).one()
    assert act.tellingen == {"akkoord": f"account {wereld.beheerder.id}"}


def _no_other_year(bericht: Ontvangen) -> Antwoord:
    return Fault("Client.OngeldigBericht", "schooljaar") if bericht.schooljaar == "2025-2026" else None


def test_what_a_las_refuses_is_told_and_set_apart(app: Flask, session: Session, prepare: Prepare) -> None:
    las = Administratie(_no_other_year)
    with running_las(las) as server:
        wereld = prepare(server.address, ["k1", "k2", "k3", "k4"])
        result = run(app, wereld)
    lines = result.output.splitlines()
    assert "ParnasSys weigert een resultaat van een ander schooljaar." in lines
    assert lines[-1] == "    neemt_ander_schooljaar=False,"
    assert sorted(wereld.statussen()) == ["bevestigd"] * 3 + ["geweigerd"]
    session.expire_all()
    assert session.scalars(select(Koppeling.zenden_claim)).one() is None


def test_without_a_beheerder_who_agreed_nothing_goes(app: Flask, session: Session, prepare: Prepare) -> None:
    las = Administratie()
    with running_las(las) as server:
        wereld = prepare(server.address, ["k1", "k2", "k3", "k4"])
        before = len(session.scalars(select(Verzending)).all())
        result = run(app, wereld, "iemand@elders.example")
        assert (result.exit_code, "geen e-mailadres van een beheerder van deze school" in result.output) == (1, True)
        wereld.koppeling.zenden_claim = "00000000-0000-4000-8000-000000000001"
        wereld.koppeling.zenden_claim_tot = database_clock(session) + timedelta(minutes=1)
        session.commit()
        result = run(app, wereld)
        assert (result.exit_code, "Er is niets geprobeerd" in " ".join(result.output.split())) == (1, True)
    assert len(las.berichten) == 1, "only what was sent before"
    went = [status for status in wereld.statussen() if status in {"onderweg", "bevestigd"}]
    assert (went, len(session.scalars(select(Verzending)).all())) == ([], before)
