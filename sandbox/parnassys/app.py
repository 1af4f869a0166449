"""The application of ParnasSys: wiring only."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from flask_wtf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader
from sqlalchemy import text

from sandbox.parnassys import answers
from sandbox.parnassys.db import db, unit_of_work
from sandbox.parnassys.rules.fill import create_tables, fill
from sandbox.parnassys.screens import blueprint as screens
from sandbox.parnassys.screens.access import PATH
from sandbox.parnassys.settings import AMSTERDAM, Settings
from sandbox.parnassys.soap.views import bp as uwlr
from webapp import verzoek
from webapp.filters import FILTERS
from webapp.schooljaar import schooljaar_of

_HOUSE = Path(verzoek.__file__).parent
"""The templates and the style sheet come from the test centre; a style sheet of ParnasSys changes the colours."""


def create_app(settings: Settings) -> Flask:
    """Build ParnasSys for these settings."""
    app = Flask(__name__, static_folder=str(_HOUSE / "static"), static_url_path="/static")
    app.extensions["settings"] = settings
    app.config.update(
        SECRET_KEY=settings.secret,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_pre_ping": True, "connect_args": {"connect_timeout": 5}},
        SESSION_COOKIE_NAME="parnassys-sessie",
        SESSION_COOKIE_PATH=PATH,
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_SAMESITE="Lax",
        TRUSTED_HOSTS=settings.trusted_hosts,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.jinja_loader = ChoiceLoader(
        [FileSystemLoader(Path(__file__).with_name("templates")), FileSystemLoader(_HOUSE / "templates")]
    )
    for name, function in FILTERS.items():
        app.add_template_filter(function, name)
    verzoek.init_app(app)
    db.init_app(app)
    csrf = CSRFProtect(app)
    # The UWLR service is called by a machine that has no session: what it may do hangs on its key alone.
    csrf.exempt(uwlr)
    answers.init_app(app)
    app.register_blueprint(screens)
    app.register_blueprint(uwlr)
    app.add_url_rule(f"{PATH}/gezond", "gezond", _gezond)
    app.context_processor(_context)
    return app


def prepare(app: Flask) -> None:
    """Before the first request: make the tables, and the invented schools of this schooljaar."""
    now = datetime.now(UTC)
    with app.app_context():
        with unit_of_work() as session:
            create_tables(session.connection())
            fill(session, schooljaar_of(now.astimezone(AMSTERDAM).date()), now)
        # What serves requests is forked from here, and must not share a connection.
        db.engine.dispose()


def _gezond() -> dict[str, str]:
    """For `make run`: up, and with a database."""
    db.session.execute(text("select 1"))
    return {"status": "in orde"}


def _context() -> dict[str, Any]:
    settings: Settings = current_app.extensions["settings"]
    return {"testcentrum": settings.testcentrum}
