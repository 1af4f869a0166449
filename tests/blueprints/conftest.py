"""A school on its way through the manual, and klantenservice beside it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.screens import Koppelweg, make_account
from webapp.models import Rol


@pytest.fixture
def weg(app: Flask, session: Session) -> Koppelweg:
    return Koppelweg(app, session, make_account(session, Rol.KLANTENSERVICE, naam="Kim de Wit"))
