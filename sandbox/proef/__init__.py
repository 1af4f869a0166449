"""A simulated ParnasSys, a mailbox and a start page: everything around the test centre that a newcomer lacks.

Registered by the factory in the sandbox only. In production none of this can be reached.
"""

from __future__ import annotations

from flask import Flask

from webapp.config import Settings


def init_app(app: Flask) -> None:
    """Register the screens, the UWLR service and the command; refuse an installation that is not a sandbox."""
    settings: Settings = app.extensions["settings"]
    if not settings.is_sandbox:
        raise RuntimeError("De sandbox hoort alleen in een proefomgeving (OMGEVING=sandbox).")
    from sandbox.parnassys.screens import blueprint as parnassys
    from sandbox.parnassys.soap.views import bp as uwlr
    from sandbox.proef.commands import sandbox_vullen
    from sandbox.proef.screens import blueprint as pages
    from webapp.accounts.setup import csrf

    for blueprint in (pages, parnassys):
        app.register_blueprint(blueprint)
    # A LAS is called by a machine that has no session: what it may do hangs on its key alone.
    csrf.exempt(uwlr)
    app.register_blueprint(uwlr)
    app.cli.add_command(sandbox_vullen)
