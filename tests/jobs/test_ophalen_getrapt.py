"""A groep that a beheerder left out is not even asked for, where the LAS can leave it out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from jobs.ophalen import fetch_leerlinggegevens
from tests.las import running_las
from tests.screens import JAAR, Koppelweg, make_clerk
from tests.uwlr.berichten import SCHOOL
from tests.uwlr.test_getrapt import StagedLas
from tests.wereld import lock_all
from webapp.models import Importbatch, Leerling, Soort, Uitzondering
from webapp.services.koppeling import levensloop
from webapp.uwlr import profiles

VAN_ONS = SCHOOL.replace("99XX", "12AB").replace("2026-2027", JAAR).encode()


def test_a_groep_left_out_is_not_asked_for(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    weg = Koppelweg(app, session, make_clerk(session))
    koppeling = weg.running()
    lock_all(session)
    session.add(Uitzondering(school_id=koppeling.school_id, soort=Soort.GROEP, las_key="g6", omschrijving="6"))
    levensloop.fetch_now(session, koppeling)
    session.commit()
    staged = replace(profiles.PROFILES["parnassys"], staged=True)
    monkeypatch.setitem(profiles.PROFILES, "parnassys", staged)
    server = StagedLas()
    server.answers = {name: data.replace(SCHOOL.encode(), VAN_ONS) for name, data in server.answers.items()}
    with running_las(server) as las:
        settings = replace(app.extensions["settings"], parnassys_url=las.address)
        monkeypatch.setitem(app.extensions, "settings", settings)
        fetch_leerlinggegevens(koppeling.id)
    session.expire_all()
    assert koppeling.fout_code is None
    assert [b"leerlinggegevens/structuur" in las.requests[0], len(las.requests)] == [True, 3]
    assert not any(b'key="g6"' in request for request in las.requests)
    assert session.query(Importbatch).count() == 1
    assert session.query(Leerling).count() == 0  # still questions
