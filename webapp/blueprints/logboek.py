"""Beheer > Logboek: who did what at this school on a day, and a file with which the school proves it."""

from __future__ import annotations

import json
from datetime import date, timedelta

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.accounts import beheerder_required, me, own_school
from webapp.accounts.setup import limiter
from webapp.db import db, unit_of_work
from webapp.models import School
from webapp.muur import alle_scholen
from webapp.presentation import namen, today
from webapp.services import audit, spoor
from webapp.services.overzicht import tijdlijn
from webapp.woorden.tijdlijn import BEWIJS, timeline

bp = Blueprint("logboek", __name__, url_prefix="/beheer/logboek")

_EVENTS = 500
_FIRST = date(2020, 1, 1)
"""No installation is older."""


@bp.get("/")
@beheerder_required
def index() -> ResponseReturnValue:
    """Show one day, today unless another is asked for, and its root."""
    day = _day(request.args.get("dag", "")) or today()
    events = tijdlijn.of_day(db.session(), own_school(), day, limit=_EVENTS)
    return render_template(
        "school/logboek.html",
        dag=day,
        vandaag=today(),
        eerder=day - timedelta(days=1),
        later=day + timedelta(days=1),
        gebeurtenissen=timeline(events, namen(), huis=namen().testcentrum),
        is_meer=len(events) == _EVENTS,
        wortel=audit.root_of(db.session(), day),
    )


@bp.post("/bewijs")
@beheerder_required
@limiter.limit("30 per hour", key_func=lambda: f"logboek:{current_user.get_id()}")
def proof() -> ResponseReturnValue:
    """Give the file of a month. Of other schools it holds hashes alone, and those are worked out from all rows."""
    day, school_id = _day(request.form.get("dag", "")) or abort(400), own_school()
    with alle_scholen(), unit_of_work() as session:
        found = spoor.bewijs(session, session.get_one(School, school_id), day, door=me())
    name = f"logboek-{found['brin']}-{day:%Y-%m}.json"
    return Response(
        json.dumps({"uitleg": BEWIJS, **found}, ensure_ascii=False, indent=1),
        mimetype="application/json",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if _FIRST <= day <= today() else None
