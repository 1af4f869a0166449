"""Groepen: the list, the form, verwijderen."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from sandbox.parnassys.data import Groepsoort, ParnassysSchool
from sandbox.parnassys.db import db, unit_of_work
from sandbox.parnassys.rules import groepen
from sandbox.parnassys.screens.access import parnassys, school_required
from sandbox.parnassys.screens.forms import GroepForm

_PAGE = "/groepen"


@parnassys.get(_PAGE)
@school_required
def groepen_lijst(school: ParnassysSchool) -> ResponseReturnValue:
    """All groups, with the number of pupils."""
    session = db.session()
    return render_template(
        "parnassys/groepen.html",
        groepen=groepen.of_school(session, school),
        aantallen=groepen.pupils_per_groep(session, school),
    )


@parnassys.route(f"{_PAGE}/nieuw", methods=["GET", "POST"])
@school_required
def groep_nieuw(school: ParnassysSchool) -> ResponseReturnValue:
    """Add a group."""
    form = GroepForm()
    if form.validate_on_submit():
        with unit_of_work() as session:
            groepen.add(
                session,
                school,
                soort=Groepsoort(form.soort.data),
                naam=form.naam.data,
                jaargroep=form.jaargroep.data,
                omschrijving=form.omschrijving.data or None,
                now=datetime.now(UTC),
            )
        flash(f"De groep {form.naam.data} is toegevoegd.", "gelukt")
        return redirect(url_for("parnassys.groepen_lijst"), 303)
    return render_template("parnassys/groep.html", form=form, groep=None)


@parnassys.route(f"{_PAGE}/<int:groep_id>", methods=["GET", "POST"])
@school_required
def groep(school: ParnassysSchool, groep_id: int) -> ResponseReturnValue:
    """Rename a group."""
    found = groepen.find(db.session(), school, groep_id)
    form = GroepForm(obj=found, soort=found.soort.value)
    if not found.is_stamgroep:
        del form.jaargroep
    del form.soort
    if form.validate_on_submit():
        with unit_of_work() as session:
            groepen.rename(
                session,
                school,
                found,
                naam=form.naam.data,
                jaargroep=form.jaargroep.data if found.is_stamgroep else None,
                omschrijving=form.omschrijving.data or None,
                now=datetime.now(UTC),
            )
        flash(f"De groep {form.naam.data} is bewaard.", "gelukt")
        return redirect(url_for("parnassys.groepen_lijst"), 303)
    aantal = groepen.pupils_per_groep(db.session(), school).get(found.id, 0)
    return render_template("parnassys/groep.html", form=form, groep=found, aantal=aantal)


@parnassys.post(f"{_PAGE}/<int:groep_id>/verwijderen")
@school_required
def groep_verwijderen(school: ParnassysSchool, groep_id: int) -> ResponseReturnValue:
    """Take a group away; its pupils stay."""
    with unit_of_work() as session:
        found = groepen.find(session, school, groep_id)
        naam = found.naam
        groepen.remove(session, school, found, datetime.now(UTC))
    flash(f"De groep {naam} is verwijderd. De leerlingen zijn nog ingeschreven, zonder groep.", "gelukt")
    return redirect(url_for("parnassys.groepen_lijst"), 303)
