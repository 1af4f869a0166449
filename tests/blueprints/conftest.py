"""A school on its way through the manual, and klantenservice beside it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.screens import Koppelweg, make_clerk


@pytest.fixture
def weg(app: Flask, session: Session) -> Koppelweg:
    return Koppelweg(app, session, make_clerk(session, naam="Kim de Wit"))
