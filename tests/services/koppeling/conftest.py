"""A koppeling that waits for approval."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.services.conftest import SCHOOLJAAR
from webapp.crypto import Keyring
from webapp.models import Account, Koppeling, KoppelingStatus
from webapp.services.koppeling import overeenkomst, sleutel
from webapp.uwlr.codes import Owner
from webapp.uwlr.diagnose import Bevinding, Diagnose

Make = Callable[..., Any]
SAID = {"schoolnaam": "De Regenboog", "groepen": 8, "leerlingen": 203, "schooljaar": SCHOOLJAAR}
GOED = Diagnose(True, Owner.NIEMAND, Bevinding.GEGEVENS, SAID)


@pytest.fixture
def keyring(app: Flask) -> Keyring:
    found: Keyring = app.extensions["keyring"]
    return found


@pytest.fixture
def wacht(
    session: Session, koppeling: Koppeling, beheerder: Account, make_leerling: Make, keyring: Keyring
) -> Koppeling:
    """A koppeling that waits for approval, with nothing against it."""
    make_leerling("Noor", "Maan")
    session.execute(update(Koppeling).values(status=KoppelingStatus.INGEDIEND, gestart_op=None))
    session.expire_all()
    sleutel.store(session, koppeling, "de-sleutel", GOED, keyring)
    assert koppeling.school_id is not None
    overeenkomst.note(session, koppeling.school_id, date(2026, 8, 28), door=beheerder.id)
    session.flush()
    return koppeling
