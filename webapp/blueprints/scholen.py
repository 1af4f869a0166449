"""From one school to another, for who has several."""

from __future__ import annotations

import re

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import own_schools, school_required, sessions
from webapp.db import unit_of_work
from webapp.models.ids import SchoolId

bp = Blueprint("scholen", __name__)


@bp.post("/school/<int:school_id>/wissel")
@school_required
def switch(school_id: SchoolId) -> ResponseReturnValue:
    if all(plaats.school_id != school_id for plaats in own_schools()):
        abort(404)
    with unit_of_work() as session:
        sessions.choose(session, school_id)
    return redirect(_further(), 303)


def _further() -> str:
    """The page that asked to switch, if it is one of ours."""
    asked = request.form.get("next", "")
    is_ours = re.fullmatch(r"/[^/\\].*", asked) is not None
    return asked if is_ours else url_for("overzicht.index")
