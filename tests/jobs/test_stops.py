"""How far a reader travels to follow one confirmed message: few files, and seldom back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from jobs.versturen import push_resultaten
from tests.jobs.stops import route
from tests.las import Administratie, running_las
from tests.wereld import make_wereld
from webapp.config import Settings


def test_a_confirmed_message_is_read_in_eighteen_stops_and_seven_returns(
    session: Session, app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    wereld = make_wereld(session, app.extensions["keyring"])
    wereld.genormeerd(1)
    with running_las(Administratie()) as las:
        monkeypatch.setitem(app.extensions, "settings", replace(settings, parnassys_url=las.address))
        with route() as travelled:
            push_resultaten(wereld.koppeling.id)
    assert wereld.statussen() == ["bevestigd"]
    assert (len(travelled.stops), travelled.returns) <= (18, 7), travelled.stops
