"""The site with practice added to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from sandbox import proef
from tests.ground.app import CleanClient
from webapp import create_app
from webapp.config import Settings
from webapp.db import db


@pytest.fixture(scope="session")
def shared_app(settings: Settings) -> Iterator[Flask]:
    """Like the app of the other tests, and with the pages of practice."""
    app = create_app(settings)
    proef.init_app(app)
    app.testing = True
    app.test_client_class = CleanClient
    yield app
    with app.app_context():
        db.engine.dispose()
