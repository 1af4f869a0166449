"""Beheer > Koppelingen > Boom testcentrum UWLR: afnemen, bevestigen, nieuwe autorisatiesleutel instellen."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from sandbox.parnassys.data import Koppelingstap, ParnassysSchool
from sandbox.parnassys.db import unit_of_work
from sandbox.parnassys.rules import koppelingen
from sandbox.parnassys.rules.keys import change
from sandbox.parnassys.screens.access import parnassys, school_required

_PAGE = "/beheer/koppelingen"
_ONE = f"{_PAGE}/boom-testcentrum-uwlr"
_KEY = "parnassys-nieuwe-sleutel"
"""In the session a new key travels to the one page that shows it; after that it is nowhere but on the screen."""


@parnassys.get(_PAGE)
@school_required
def koppelingen_lijst(school: ParnassysSchool) -> ResponseReturnValue:
    """The koppelingen that suppliers opened for this school."""
    return render_template("parnassys/koppelingen.html", koppeling=school.koppeling, Koppelingstap=Koppelingstap)


@parnassys.get(_ONE)
@school_required
def koppeling(school: ParnassysSchool) -> ResponseReturnValue:
    """One koppeling: how far it is and what can be done; a key that was just set is shown this once."""
    return _page(school, sleutel=session.pop(_KEY, None))


@parnassys.get(f"{_ONE}/afnemen")
@school_required
def koppeling_afnemen(school: ParnassysSchool) -> ResponseReturnValue:
    """What the school agrees to, in a pop-up above the page; a page of its own, so that it needs no script."""
    if school.koppeling.stap is not Koppelingstap.OPENGEZET:
        return redirect(url_for("parnassys.koppeling"), 303)
    return _page(school, vraagt=True)


@parnassys.post(f"{_ONE}/bevestigen")
@school_required
def koppeling_bevestigen(school: ParnassysSchool) -> ResponseReturnValue:
    """The school takes the koppeling."""
    with unit_of_work():
        koppelingen.take(school, datetime.now(UTC))
    flash("De koppeling is afgenomen. Stel nu een nieuwe autorisatiesleutel in.", "gelukt")
    return redirect(url_for("parnassys.koppeling"), 303)


@parnassys.post(f"{_ONE}/sleutel")
@school_required
def koppeling_sleutel(school: ParnassysSchool) -> ResponseReturnValue:
    """Set a new key; the one before is void."""
    with unit_of_work():
        session[_KEY] = koppelingen.new_sleutel(school, datetime.now(UTC))
    return redirect(url_for("parnassys.koppeling"), 303)


@parnassys.post(f"{_ONE}/stopzetten")
@school_required
def koppeling_stopzetten(school: ParnassysSchool) -> ResponseReturnValue:
    """The school stops: its key no longer works."""
    with unit_of_work() as work:
        koppelingen.end(change(work, school.id, datetime.now(UTC)))
    flash("De koppeling is stopgezet. De autorisatiesleutel werkt niet meer.", "gelukt")
    return redirect(url_for("parnassys.koppeling"), 303)


def _page(school: ParnassysSchool, *, vraagt: bool = False, sleutel: str | None = None) -> str:
    return render_template(
        "parnassys/koppeling.html",
        koppeling=school.koppeling,
        Koppelingstap=Koppelingstap,
        vraagt=vraagt,
        sleutel=sleutel,
    )
