"""The tests of every groep."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from webapp.accounts import own_groepen, own_school, school_required
from webapp.blueprints.own import own_results
from webapp.blueprints.toetsen import bp
from webapp.db import db
from webapp.presentation import today
from webapp.schooljaar import schooljaar_of
from webapp.services.toetsen import voortgang
from webapp.services.versturen.waar import per_bak, tel

FOLD_ABOVE = 50


@bp.get("/")
@school_required
def index() -> ResponseReturnValue:
    """Show how far each groep is with its tests this school year."""
    session, day = db.session(), today()
    groepen = voortgang.of_school(session, own_school(), day, groepen=own_groepen())
    regels = [regel for groep in groepen for regel in groep.regels]
    return render_template(
        "toetsen/index.html",
        groepen=groepen,
        schooljaar=schooljaar_of(day),
        te_normeren=voortgang.te_normeren(session, own_school(), groepen=own_groepen()),
        standen=per_bak(tel(session, own_results(schooljaar_of(day)))),
        vouwen=len(regels) > FOLD_ABOVE,
    )
