"""The tests of every groep, and everything of one leerling."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from webapp.accounts import own_groepen, own_school, saw, school_required, shows_names
from webapp.blueprints.own import own_koppeling
from webapp.blueprints.toetsen import bp
from webapp.db import db
from webapp.models.ids import LeerlingId
from webapp.presentation import namen, today
from webapp.schooljaar import schooljaar_of
from webapp.services import aanwezig
from webapp.services.toetsen import voortgang
from webapp.services.toetsen.rooster import find_leerling, of_leerling
from webapp.services.versturen import stand as leveringstand
from webapp.woorden.versturen import stand_of

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
        te_normeren=sum(regel.te_normeren for regel in regels),
        standen=leveringstand.count(session, own_school(), schooljaar_of(day), groepen=own_groepen()),
        vouwen=len(regels) > FOLD_ABOVE,
    )


@bp.get("/leerling/<int:leerling_id>/")
@school_required
@shows_names
def leerling(leerling_id: LeerlingId) -> ResponseReturnValue:
    """Show every result of one leerling, of all years."""
    session = db.session()
    found = find_leerling(session, own_school(), leerling_id, groepen=own_groepen())
    saw("leerling", 1, over=f"leerling {found.id}")
    koppeling = own_koppeling()
    made = of_leerling(session, own_school(), found.id)
    is_afwezig = aanwezig.is_absent(session, found)
    return render_template(
        "toetsen/leerling.html",
        leerling=found,
        rijen=[
            (resultaat, stand_of(resultaat, levering, koppeling, namen(), is_afwezig=is_afwezig))
            for resultaat, levering in made
        ],
        is_afwezig=is_afwezig,
    )
