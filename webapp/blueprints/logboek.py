"""Beheer > Logboek: who did what at this school on a day, and a file with which the school proves it."""

from __future__ import annotations

import json
from datetime import date, timedelta

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.accounts import beheerder_required, me, own_school
from webapp.accounts.setup import limiter
from webapp.blueprints.bestand import as_csv
from webapp.db import db, unit_of_work
from webapp.models import School
from webapp.muur import alle_scholen
from webapp.presentation import namen, today
from webapp.services import audit, spoor
from webapp.services.overzicht import tijdlijn
from webapp.verzoek import number
from webapp.woorden.tijdlijn import BEWIJS, timeline

bp = Blueprint("logboek", __name__, url_prefix="/beheer/logboek")

_EVENTS = 100
"""So many on a page."""
_FIRST = date(2020, 1, 1)
"""No installation is older."""


@bp.get("/")
@beheerder_required
def index() -> ResponseReturnValue:
    """Show one day, today unless another is asked for, and its root."""
    day = _day(request.args.get("dag", "")) or today()
    found = tijdlijn.count_of_day(db.session(), own_school(), day)
    pages = max(1, -(-found // _EVENTS))
    page = min(max(number(request.args.get("pagina")) or 1, 1), pages)
    events = tijdlijn.of_day(db.session(), own_school(), day, limit=_EVENTS, skip=(page - 1) * _EVENTS)
    return render_template(
        "school/logboek.html",
        dag=day,
        vandaag=today(),
        eerder=day - timedelta(days=1),
        later=day + timedelta(days=1),
        gebeurtenissen=timeline(events, namen(), huis=namen().testcentrum),
        pagina=page,
        paginas=pages,
        page_url=lambda n: url_for(".index", dag=day, pagina=n),
        wortel=audit.root_of(db.session(), day),
    )


@bp.get("/dag.csv")
@beheerder_required
def day_csv() -> Response:
    """All of one day as a table."""
    day = _day(request.args.get("dag", "")) or today()
    events = timeline(tijdlijn.of_day(db.session(), own_school(), day), namen(), huis=namen().testcentrum)
    rows = ((each.tijd, each.titel, each.tekst, each.wie) for each in events)
    return as_csv(f"logboek-{day}", ("Wanneer", "Wat", "Waarover", "Wie"), rows)


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
