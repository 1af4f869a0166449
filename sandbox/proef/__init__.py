"""The test centre's side of practice: a start page with the walk, a mailbox, invented logins and tests.

An addition to the site, made by whoever serves it (`sandbox.lokaal.wsgi`); the site itself does not know of it.
"""

from __future__ import annotations

from flask import Flask

from webapp.config import Settings


def init_app(app: Flask) -> None:
    """Add the pages and the command; refuse an installation that is not a sandbox."""
    settings: Settings = app.extensions["settings"]
    if not settings.is_sandbox:
        raise RuntimeError("De sandbox hoort alleen in een proefomgeving (OMGEVING=sandbox).")
    from sandbox.proef.commands import nachtvulling_command, sandbox_vullen
    from sandbox.proef.screens import blueprint

    app.register_blueprint(blueprint)
    app.cli.add_command(sandbox_vullen)
    app.cli.add_command(nachtvulling_command)
