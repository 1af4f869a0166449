"""Leerlingen: the list, the form, uitschrijven and opnieuw inschrijven."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from unicodedata import normalize

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from sandbox.parnassys.data import Groepsoort, ParnassysLeerling, ParnassysSchool
from sandbox.parnassys.db import db, unit_of_work
from sandbox.parnassys.rules import groepen, leerlingen, messages
from sandbox.parnassys.rules.leerlingen import Leerlinginvoer
from sandbox.parnassys.screens.access import parnassys, school_required
from sandbox.parnassys.screens.forms import LeerlingForm
from sandbox.parnassys.uitkomst import Uitkomst

_PAGE = "/leerlingen"


@parnassys.get(_PAGE)
@school_required
def leerlingen_lijst(school: ParnassysSchool) -> ResponseReturnValue:
    """All pupils per group, or those whose name holds the searched text."""
    session = db.session()
    q = request.args.get("q", "").strip()
    enrolled = [leerling for leerling in leerlingen.enrolled(session, school) if _plain(q) in _plain(_names(leerling))]
    per_groep: dict[str, list[ParnassysLeerling]] = defaultdict(list)
    for leerling in enrolled:
        per_groep[leerling.groep.naam if leerling.groep else "Zonder groep"].append(leerling)
    return render_template(
        "parnassys/leerlingen.html",
        q=q,
        aantal=len(enrolled),
        per_groep=sorted(per_groep.items()),
        uitgeschreven=leerlingen.left(session, school),
    )


@parnassys.route(f"{_PAGE}/nieuw", methods=["GET", "POST"])
@school_required
def leerling_nieuw(school: ParnassysSchool) -> ResponseReturnValue:
    """Enrol a pupil."""
    form = _form(db.session(), school)
    if form.validate_on_submit():
        with unit_of_work() as session:
            leerling = leerlingen.enrol(session, school, _invoer(form), datetime.now(UTC))
            flash(f"{leerling.volledige_naam} is ingeschreven.", "gelukt")
        return redirect(url_for("parnassys.leerlingen_lijst"), 303)
    return render_template("parnassys/leerling.html", form=form, leerling=None)


@parnassys.route(f"{_PAGE}/<int:leerling_id>", methods=["GET", "POST"])
@school_required
def leerling(school: ParnassysSchool, leerling_id: int) -> ResponseReturnValue:
    """Change a pupil: name, birth date, group."""
    found = leerlingen.find(db.session(), school, leerling_id)
    form = _form(db.session(), school, found)
    if form.validate_on_submit():
        with unit_of_work() as session:
            leerlingen.update(session, school, found, _invoer(form), datetime.now(UTC))
            flash(f"De gegevens van {found.volledige_naam} zijn bewaard.", "gelukt")
        return redirect(url_for("parnassys.leerlingen_lijst"), 303)
    resultaten = messages.results(db.session(), school, found)
    return render_template(
        "parnassys/leerling.html", form=form, leerling=found, resultaten=resultaten, uitkomst=Uitkomst.of
    )


@parnassys.post(f"{_PAGE}/<int:leerling_id>/uitschrijven")
@school_required
def leerling_uitschrijven(school: ParnassysSchool, leerling_id: int) -> ResponseReturnValue:
    """Take a pupil off the school."""
    with unit_of_work() as session:
        found = leerlingen.find(session, school, leerling_id)
        leerlingen.leave(session, school, found, datetime.now(UTC))
        flash(f"{found.volledige_naam} is uitgeschreven en gaat niet meer mee over UWLR.", "gelukt")
    return redirect(url_for("parnassys.leerlingen_lijst"), 303)


@parnassys.post(f"{_PAGE}/<int:leerling_id>/inschrijven")
@school_required
def leerling_inschrijven(school: ParnassysSchool, leerling_id: int) -> ResponseReturnValue:
    """Take a pupil back, as a new record."""
    with unit_of_work() as session:
        again = leerlingen.enrol_again(
            session, school, leerlingen.find(session, school, leerling_id), datetime.now(UTC)
        )
        flash(
            f"{again.volledige_naam} is opnieuw ingeschreven, met een nieuwe sleutel en hetzelfde ECK iD. "
            "Kies nu een groep.",
            "gelukt",
        )
    return redirect(url_for("parnassys.leerling", leerling_id=again.id), 303)


def _form(session: Session, school: ParnassysSchool, leerling: ParnassysLeerling | None = None) -> LeerlingForm:
    form = LeerlingForm(data=None if leerling is None else _as_given(leerling))
    form.offer(
        [(groep.id, groep.naam) for groep in groepen.of_school(session, school, Groepsoort.STAMGROEP)],
        [(groep.id, groep.naam) for groep in groepen.of_school(session, school, Groepsoort.SAMENGESTELD)],
    )
    return form


def _as_given(leerling: ParnassysLeerling) -> dict[str, object]:
    return {
        "roepnaam": leerling.roepnaam,
        "voorvoegsel": leerling.voorvoegsel or "",
        "achternaam": leerling.achternaam,
        "geboortedatum": leerling.geboortedatum,
        "geslacht": leerling.geslacht,
        "jaargroep": leerling.jaargroep,
        "groep": leerling.groep_id or 0,
        "samengestelde_groepen": [groep.id for groep in leerling.samengestelde_groepen],
    }


def _invoer(form: LeerlingForm) -> Leerlinginvoer:
    return Leerlinginvoer(
        roepnaam=form.roepnaam.data,
        voorvoegsel=form.voorvoegsel.data or None,
        achternaam=form.achternaam.data,
        geboortedatum=form.geboortedatum.data,
        geslacht=form.geslacht.data,
        jaargroep=form.jaargroep.data,
        groep_id=form.groep.data or None,
        samengestelde_groepen=tuple(form.samengestelde_groepen.data or ()),
    )


def _names(leerling: ParnassysLeerling) -> str:
    return f"{leerling.volledige_naam} {leerling.achternaam} {leerling.key}"


def _plain(text: str) -> str:
    """Without accents and capitals, so that zoe finds Zoë."""
    return "".join(c for c in normalize("NFD", text) if c.isascii()).lower()
