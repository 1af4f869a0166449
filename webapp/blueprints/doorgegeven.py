"""What a leerkracht is asked about, and what they say of it."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import me, own_school, saw, school_required, shows_names
from webapp.blueprints.told import told
from webapp.db import db, unit_of_work
from webapp.forms.cleaning import clean_text
from webapp.models import Advies
from webapp.models.ids import OverdrachtvraagId
from webapp.services.controle import adviseren
from webapp.woorden import doorgeven as woorden

bp = Blueprint("doorgegeven", __name__, url_prefix="/doorgegeven")

_MOST = 200


@bp.get("/")
@school_required
@shows_names
def index() -> ResponseReturnValue:
    """Show the questions that were asked of whoever is logged in, as long as they are open."""
    stapels = adviseren.for_reader(db.session(), own_school(), me())
    saw("doorgegeven", sum(len(stapel.vragen) for stapel in stapels), wie="vragen")
    return render_template(
        "doorgegeven/index.html",
        stapels=stapels,
        open=sum(stapel.open for stapel in stapels),
        adviezen=woorden.ADVIEZEN,
        langst=_MOST,
    )


@bp.post("/<int:vraag_id>/advies")
@school_required
def advise(vraag_id: OverdrachtvraagId) -> ResponseReturnValue:
    """Keep what they say."""
    if request.form.get("advies") not in set(Advies):
        abort(400)
    advies, opmerking = Advies(request.form["advies"]), clean_text(request.form.get("opmerking"))[:_MOST]
    with unit_of_work() as session:
        van = adviseren.advise(session, own_school(), vraag_id, advies, opmerking, door=me())
        left = adviseren.count_for_reader(session, own_school(), me())
        then = adviseren.next_for_reader(session, own_school(), me(), after=vraag_id)
    return told(woorden.thanks(van, left), url_for(".index", _anchor=f"vraag-{then}" if then is not None else None))
