"""The tests of every groep."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from webapp.accounts import own_groepen, own_school, school_required
from webapp.blueprints.own import own_results
from webapp.blueprints.toetsen import bp
from webapp.db import db
from webapp.presentation import namen, today
from webapp.schooljaar import schooljaar_of
from webapp.services import zendkeuze
from webapp.services.toetsen import voortgang
from webapp.services.versturen import minuut
from webapp.services.versturen.waar import per_bak, tel
from webapp.verzoek import row_id
from webapp.woorden.verzenden import after_norming

FOLD_ABOVE = 50
LINK_ABOVE = 40
"""Of more groepen than this only one stands open, and the others are a link: the page of a large school stays small."""


@bp.get("/")
@school_required
def index() -> ResponseReturnValue:
    """Show how far each groep is with its tests this school year."""
    session, day = db.session(), today()
    groepen = voortgang.of_school(session, own_school(), day, groepen=own_groepen())
    regels = [regel for groep in groepen for regel in groep.regels]
    acted_in = row_id(request.args.get("groep"))
    return render_template(
        "toetsen/index.html",
        groepen=groepen,
        schooljaar=schooljaar_of(day),
        te_normeren=voortgang.te_normeren(session, own_school(), groepen=own_groepen()),
        standen=per_bak(tel(session, own_results(schooljaar_of(day)))),
        daarna=after_norming(
            namen(), zendkeuze.of_school(session, own_school()), binnen_minuut=minuut.is_on(session, own_school())
        ),
        bij=acted_in if any(deel.groep.id == acted_in for deel in groepen) else None,
        vouwen=len(regels) > FOLD_ABOVE,
        als_link=len(groepen) > LINK_ABOVE,
    )
