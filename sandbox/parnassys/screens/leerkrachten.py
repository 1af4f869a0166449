"""Leerkrachten: the list, the form, verwijderen."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from sandbox.parnassys.data import ParnassysLeerkracht, ParnassysSchool
from sandbox.parnassys.db import db, unit_of_work
from sandbox.parnassys.rules import groepen, leerkrachten
from sandbox.parnassys.rules.leerkrachten import Leerkrachtinvoer
from sandbox.parnassys.screens.access import parnassys, school_required
from sandbox.parnassys.screens.forms import LeerkrachtForm, options

_PAGE = "/leerkrachten"


@parnassys.get(_PAGE)
@school_required
def leerkrachten_lijst(school: ParnassysSchool) -> ResponseReturnValue:
    """All teachers."""
    return render_template("parnassys/leerkrachten.html", leerkrachten=leerkrachten.of_school(db.session(), school))


@parnassys.route(f"{_PAGE}/nieuw", methods=["GET", "POST"])
@school_required
def leerkracht_nieuw(school: ParnassysSchool) -> ResponseReturnValue:
    """Add a teacher."""
    form = _form(school)
    if form.validate_on_submit():
        with unit_of_work() as session:
            added = leerkrachten.add(session, school, _invoer(form), datetime.now(UTC))
            flash(f"{added.volledige_naam} is toegevoegd.", "gelukt")
        return redirect(url_for("parnassys.leerkrachten_lijst"), 303)
    return render_template("parnassys/leerkracht.html", form=form, leerkracht=None)


@parnassys.route(f"{_PAGE}/<int:leerkracht_id>", methods=["GET", "POST"])
@school_required
def leerkracht(school: ParnassysSchool, leerkracht_id: int) -> ResponseReturnValue:
    """Change a teacher."""
    found = leerkrachten.find(db.session(), school, leerkracht_id)
    form = _form(school, found)
    if form.validate_on_submit():
        with unit_of_work() as session:
            leerkrachten.update(session, school, found, _invoer(form), datetime.now(UTC))
            flash(f"De gegevens van {found.volledige_naam} zijn bewaard.", "gelukt")
        return redirect(url_for("parnassys.leerkrachten_lijst"), 303)
    return render_template("parnassys/leerkracht.html", form=form, leerkracht=found)


@parnassys.post(f"{_PAGE}/<int:leerkracht_id>/verwijderen")
@school_required
def leerkracht_verwijderen(school: ParnassysSchool, leerkracht_id: int) -> ResponseReturnValue:
    """Take a teacher away."""
    with unit_of_work() as session:
        found = leerkrachten.find(session, school, leerkracht_id)
        naam = found.volledige_naam
        leerkrachten.remove(session, school, found, datetime.now(UTC))
    flash(f"{naam} is verwijderd.", "gelukt")
    return redirect(url_for("parnassys.leerkrachten_lijst"), 303)


def _form(school: ParnassysSchool, found: ParnassysLeerkracht | None = None) -> LeerkrachtForm:
    given = None
    if found is not None:
        given = {
            "roepnaam": found.roepnaam,
            "voorvoegsel": found.voorvoegsel or "",
            "achternaam": found.achternaam,
            "emailadres": found.emailadres or "",
            "groepen": [groep.id for groep in found.groepen],
        }
    form = LeerkrachtForm(data=given)
    form.groepen.choices = options((groep.id, groep.naam) for groep in groepen.of_school(db.session(), school))
    return form


def _invoer(form: LeerkrachtForm) -> Leerkrachtinvoer:
    return Leerkrachtinvoer(
        roepnaam=form.roepnaam.data,
        voorvoegsel=form.voorvoegsel.data or None,
        achternaam=form.achternaam.data,
        emailadres=form.emailadres.data or None,
        groepen=tuple(form.groepen.data or ()),
    )
