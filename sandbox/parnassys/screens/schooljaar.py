"""Starting the next school year, and starting all over."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sandbox.parnassys.data import JAARGROEPEN, ParnassysSchool
from sandbox.parnassys.db import db, unit_of_work
from sandbox.parnassys.errors import DomainError
from sandbox.parnassys.rules import leerlingen, schooljaar
from sandbox.parnassys.rules.fill import refill
from sandbox.parnassys.rules.keys import change
from sandbox.parnassys.screens.access import parnassys, school_required
from sandbox.parnassys.settings import AMSTERDAM
from webapp.filters import aantal
from webapp.schooljaar import next_schooljaar, schooljaar_of


@parnassys.get("/schooljaar")
@school_required
def schooljaar_pagina(school: ParnassysSchool) -> ResponseReturnValue:
    """Show what the next school year would do."""
    per_jaar = Counter(leerling.jaargroep for leerling in leerlingen.enrolled(db.session(), school))
    return render_template(
        "parnassys/schooljaar.html",
        volgend=next_schooljaar(school.schooljaar),
        vandaag=_today(),
        aantal=per_jaar.total() - per_jaar[JAARGROEPEN[-1]],
        vertrekken=per_jaar[JAARGROEPEN[-1]],
    )


@parnassys.post("/schooljaar/starten")
@school_required
def schooljaar_starten(school: ParnassysSchool) -> ResponseReturnValue:
    """Start it, unless it was started from another page meanwhile."""
    with unit_of_work() as session:
        if request.form.get("schooljaar") != school.schooljaar:
            raise DomainError(f"Schooljaar {school.schooljaar} is al gestart. Er is niets gewijzigd.")
        overgang = schooljaar.start_next(session, school, datetime.now(UTC))
    flash(
        f"Schooljaar {overgang.schooljaar} is gestart: "
        f"{aantal(overgang.doorgestroomd, 'leerling is', 'leerlingen zijn')} doorgestroomd, "
        f"{aantal(overgang.vertrokken, 'is', 'zijn')} uitgeschreven uit groep 8, "
        f"{aantal(overgang.zonder_groep, 'heeft', 'hebben')} nog geen groep.",
        "gelukt",
    )
    return redirect(url_for("parnassys.schooljaar_pagina"), 303)


@parnassys.post("/schooljaar/opnieuw")
@school_required
def schooljaar_opnieuw(school: ParnassysSchool) -> ResponseReturnValue:
    """Bring the school back to how the sandbox made it, in the school year of today."""
    with unit_of_work() as session:
        now = datetime.now(UTC)
        refill(session, change(session, school.id, now), _today(), now)
    flash("De school is teruggezet naar het begin. De koppeling en de autorisatiesleutel zijn gebleven.", "gelukt")
    return redirect(url_for("parnassys.schooljaar_pagina"), 303)


def _today() -> str:
    return schooljaar_of(datetime.now(UTC).astimezone(AMSTERDAM).date())
