"""The start page of the sandbox: what it is, the walk of ten steps, and who can log in."""

from __future__ import annotations

import json
from typing import Any

from flask import current_app, jsonify, render_template
from flask.typing import ResponseReturnValue

from sandbox.proef import testcentrum
from sandbox.proef.screens.pages import sandbox
from sandbox.proef.walk import STEPS
from webapp.config import Settings
from webapp.db import db


@sandbox.get("/")
def start() -> ResponseReturnValue:
    """Explain the sandbox and show where to go."""
    return render_template(
        "proef/start.html", logins=_logins(), code=testcentrum.klantenservice_code(db.session()), stappen=STEPS
    )


@sandbox.get("/logins.json")
def logins_json() -> ResponseReturnValue:
    """For scripts: the logins of the test centre, as they were made at the first start."""
    return jsonify(_logins())


def _logins() -> list[dict[str, Any]]:
    """What the first start wrote down; nothing when it has not run."""
    settings: Settings = current_app.extensions["settings"]
    path = settings.var_dir / "logins.json"
    if not path.exists():
        return []
    logins: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return logins
