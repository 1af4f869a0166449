"""The application factory: wiring only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from webapp.config import Settings


_TOOLS = frozenset({"instellingen", "match", "spoor-controleren", "uwlr-read"})


def create_app(settings: Settings, *, is_worker: bool = False) -> Flask:
    """Build the application for these settings; a worker may take longer over its statements than a screen."""
    # Imported here: migrations, the mail catcher and `make run` use small parts of this package, and start in no time.
    from webapp import accounts, assets, errorpages, headers, presentation, queue, verzoek, verzoeklog
    from webapp.crypto import Keyring
    from webapp.db import db, engine_options
    from webapp.gezondheid import Lezer, read, ready
    from webapp.mail import sending
    from webapp.retry import Koppelpunt

    app = Koppelpunt(__name__)
    app.extensions["settings"] = settings
    app.extensions["keyring"] = Keyring(settings.encryption_keys)
    app.extensions["gezondheid"] = Lezer(lambda: read(settings))
    app.extensions["klaar"] = Lezer(lambda: ready(settings))
    app.config.update(
        SECRET_KEY=settings.secret_keys[-1],
        SECRET_KEY_FALLBACKS=list(settings.secret_keys[:-1]),
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url, is_worker=is_worker),
        SESSION_COOKIE_NAME="__Host-koppelpunt" if settings.is_https else "koppelpunt",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=16 * 1024 * 1024,
        MAX_FORM_PARTS=5_000,
    )
    verzoek.init_app(app)
    verzoeklog.init_app(app)
    db.init_app(app)
    queue.init_app(app, settings)
    sending.init_app(app, settings)
    headers.init_app(app, settings)
    assets.init_app(app)
    accounts.init_app(app, settings)
    presentation.init_app(app)
    errorpages.init_app(app)
    _register_screens(app)
    return app


def is_tool(environ: Mapping[str, str], arguments: Sequence[str]) -> bool:
    """Whether `flask` was asked for a command that only reads files: those need no installation, and no settings."""
    return environ.get("FLASK_RUN_FROM_CLI") == "true" and not _TOOLS.isdisjoint(arguments)


def create_tools() -> Flask:
    """Build an application that has the commands on files, and nothing else."""
    from flask import Flask

    app = Flask(__name__)
    _add_tools(app)
    return app


def _add_tools(app: Flask) -> None:
    from webapp.instellingen.opdracht import instellingen_command
    from webapp.matching.command import match_command
    from webapp.spoor import spoor_controleren
    from webapp.uwlr.command import uwlr_read

    app.cli.add_command(instellingen_command)
    app.cli.add_command(match_command)
    app.cli.add_command(spoor_controleren)
    app.cli.add_command(uwlr_read)


def _register_screens(app: Flask) -> None:
    from webapp import admin
    from webapp.bewaring import COMMANDS
    from webapp.blueprints import SCREENS
    from webapp.inlezen import inlezen_command
    from webapp.opdrachten import account_group, hersleutelen_command
    from webapp.reservekopie import reservekopie_group
    from webapp.terugzetten import na_terugzetten

    for blueprint in SCREENS:
        app.register_blueprint(blueprint)
    admin.init_app(app)
    _add_tools(app)
    app.cli.add_command(na_terugzetten)
    app.cli.add_command(account_group)
    app.cli.add_command(reservekopie_group)
    app.cli.add_command(inlezen_command)
    app.cli.add_command(hersleutelen_command)
    for command in COMMANDS:
        app.cli.add_command(command)
