"""The portal where the supplier opens its koppeling for a school: step 2 of the manual."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from sandbox.parnassys.data import Koppelingstap, ParnassysSchool
from sandbox.parnassys.db import db, unit_of_work
from sandbox.parnassys.rules import koppelingen, messages
from sandbox.parnassys.screens.access import parnassys, supplier_required


@parnassys.get("/aanbieder")
@supplier_required
def aanbieder() -> ResponseReturnValue:
    """Every school with its koppeling, and the messages that could not be tied to a school."""
    schools = db.session.scalars(
        select(ParnassysSchool).options(joinedload(ParnassysSchool.koppeling)).order_by(ParnassysSchool.naam)
    ).all()
    return render_template(
        "parnassys/aanbieder.html",
        scholen=schools,
        Koppelingstap=Koppelingstap,
        geweigerd=messages.history(db.session(), None, limit=20),
    )


@parnassys.post("/aanbieder/<int:school_id>")
@supplier_required
def aanbieder_zetten(school_id: int) -> ResponseReturnValue:
    """Open or close the koppeling for one school."""
    with unit_of_work() as session:
        school = session.get(ParnassysSchool, school_id) or abort(404)
        if request.form.get("stand") == "open":
            koppelingen.open_for(school, datetime.now(UTC))
            flash(f"De koppeling staat open voor {school.naam}. De school kan hem nu afnemen.", "gelukt")
        else:
            koppelingen.close_for(school)
            flash(f"De koppeling is gesloten voor {school.naam}. De sleutel van de school werkt nu niet.", "gelukt")
    return redirect(url_for("parnassys.aanbieder"), 303)
