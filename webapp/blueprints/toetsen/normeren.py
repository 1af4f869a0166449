"""Alles normeren: every score that waits for it, of a groep or of the whole school."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import beheerder_required, me, own_groepen, own_school, school_required
from webapp.blueprints.own import own_koppeling
from webapp.blueprints.toetsen import bp
from webapp.db import db, unit_of_work
from webapp.models.ids import GroepId
from webapp.presentation import namen
from webapp.services.clock import database_now
from webapp.services.toetsen import normering
from webapp.services.versturen.stand import verzendstand
from webapp.woorden import toetsen as woorden


@bp.post("/normeren")
@beheerder_required
def norm_school() -> ResponseReturnValue:
    """Norm all that waits at this school, also of leerlingen who left: no grid shows those any more."""
    return _norm(None)


@bp.post("/groep/<int:groep_id>/normeren")
@school_required
def norm_groep(groep_id: GroepId) -> ResponseReturnValue:
    """Norm all that waits in one groep, of every test."""
    return _norm(groep_id)


def _norm(groep_id: GroepId | None) -> ResponseReturnValue:
    with unit_of_work() as session:
        verslag = normering.normeer_alles(
            session, own_school(), groep_id=groep_id, groepen=own_groepen(), now=database_now(session), door=me()
        )
    zending = verzendstand(db.session(), own_koppeling(), database_now(db.session())).stand
    for kind, sentence in woorden.report_all(verslag, namen(), zending=zending):
        flash(sentence, kind)
    anchor = None if groep_id is None else f"groep-{groep_id}"
    return redirect(url_for(".index", groep=groep_id, _anchor=anchor), 303)
