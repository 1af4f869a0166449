"""Beheer > Storingen: let ParnasSys misbehave for this school, to see what the test centre makes of it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sandbox.parnassys.data import ParnassysSchool
from sandbox.parnassys.db import unit_of_work
from sandbox.parnassys.errors import DomainError
from sandbox.parnassys.rules.storingen import current, switch
from sandbox.parnassys.screens.access import parnassys, school_required
from sandbox.parnassys.soap.faults import STANDARD_FAULTS
from sandbox.parnassys.storing import NAMES, Gekozen, Storing, parse_storing


@parnassys.get("/storingen")
@school_required
def storingen(school: ParnassysSchool) -> ResponseReturnValue:
    """What can go wrong, and what is switched on now."""
    return render_template(
        "parnassys/storingen.html",
        storingen=[(Gekozen(storing).code, *texts) for storing, texts in NAMES.items()],
        faults=[(Gekozen(Storing.FAULT, code).code, str(code)) for code in STANDARD_FAULTS],
        nu=current(school),
        eenmalig=school.storing_eenmalig,
    )


@parnassys.post("/storingen")
@school_required
def storing_zetten(school: ParnassysSchool) -> ResponseReturnValue:
    """Switch one on, or all of it off."""
    code = request.form.get("storing", "")
    gekozen = parse_storing(code)
    if code and gekozen is None:
        raise DomainError("Deze storing bestaat niet. Er is niets gewijzigd.")
    once = request.form.get("duur") == "eenmalig"
    with unit_of_work():
        switch(school, gekozen, once=once)
    if gekozen is None:
        flash("ParnasSys werkt weer gewoon voor deze school.", "gelukt")
    else:
        flash(f"Storing aan: {gekozen.naam}, {'bij het volgende bericht' if once else 'tot u haar uitzet'}.", "gelukt")
    return redirect(url_for("parnassys.storingen"), 303)
