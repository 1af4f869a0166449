"""What results say beside the norm: of all groepen, of one groep, and of a leerling over the years."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from webapp.accounts import own_groepen, own_school, saw, school_required, shows_names
from webapp.blueprints.bestand import as_csv
from webapp.db import db
from webapp.models import Soort
from webapp.models.ids import GroepId, LeerlingId, ToetsId
from webapp.presentation import namen, today
from webapp.schooljaar import schooljaar_of
from webapp.services.inname import opzoeken
from webapp.services.toetsen import analyse, analyse_school, verloop
from webapp.services.toetsen.analyse import Groepsanalyse, Rij
from webapp.services.toetsen.analyse_school import Toetsanalyse
from webapp.services.toetsen.normen import NORM
from webapp.services.toetsen.spreiding import Beeld
from webapp.services.toetsen.verloop import Verloop
from webapp.tekening import Lijn, Staven, lijn, staven
from webapp.woorden import analyse as woorden
from webapp.woorden.toetsen import groepsnaam

bp = Blueprint("analyse", __name__, url_prefix="/resultaten/analyse")
FOLD_ABOVE = 50


@bp.app_template_filter("staven")
def draw_spread(beeld: Beeld) -> Staven | None:
    """The spread over the niveaus as a chart; None when there is too little to draw."""
    if not woorden.has_picture(beeld):
        return None
    rows = [(r.niveau, f"{r.aantal} ({r.procent} %)", r.procent, r.norm_procent) for r in beeld.regels]
    return staven(woorden.spread(beeld), rows)


@bp.app_template_filter("lijn")
def draw_course(verloop: Verloop) -> Lijn | None:
    """The course of a leerling in one vakgebied as a chart; None when there is one point, or two of one day."""
    points = [(punt.afnamedatum, punt.vaardigheidsscore, punt.norm) for punt in verloop.punten]
    return lijn(woorden.course(verloop), points) if len({day for day, *_ in points}) > 1 else None


bp.add_app_template_filter(woorden.periode, "periode")


@bp.get("/")
@school_required
def index() -> ResponseReturnValue:
    """Show every test of a school year, with the groepen that took it beside the norm."""
    jaren, schooljaar, toetsen = _of_school()
    regels = sum(len(each.regels) for each in toetsen)
    return render_template(
        "analyse/index.html",
        toetsen=toetsen,
        jaren=jaren,
        schooljaar=schooljaar,
        is_nu=schooljaar == schooljaar_of(today()),
        normzin=woorden.NORMZIN,
        too_few=woorden.too_few,
        vouwen=regels > FOLD_ABOVE,
    )


@bp.get("/groepen.csv")
@school_required
def groepen_csv() -> ResponseReturnValue:
    """The tables of that page as one file."""
    _, schooljaar, toetsen = _of_school()
    headings = ["Toets", "Groep", "Afname", "Tellen mee", "Verwacht", "Gemiddelde vaardigheidsscore", "Percentiel"]
    rows = [
        [
            toets.toets.naam, groepsnaam(regel.groep), regel.ronde.laatste, regel.beeld.aantal, regel.verwacht,
            regel.beeld.gemiddelde, regel.beeld.percentiel, *(regel.beeld.niveaus[name] for name in NORM),
        ]
        for toets in toetsen
        for regel in toets.regels
    ]  # fmt: skip
    return as_csv(f"analyse-{schooljaar}", [*headings, *(f"Niveau {name}" for name in NORM)], rows)


def _of_school() -> tuple[list[str], str, list[Toetsanalyse]]:
    """The years there are, the one that was asked for, and its tests."""
    session, school_id, groepen, now = db.session(), own_school(), own_groepen(), schooljaar_of(today())
    jaren = analyse_school.schooljaren(session, school_id, groepen=groepen)
    asked = request.args.get("schooljaar", now)
    schooljaar = asked if asked in jaren else now
    found = analyse_school.of_school(session, school_id, schooljaar, today=today(), groepen=groepen)
    return list(dict.fromkeys([now, *jaren])), schooljaar, found


@bp.get("/<int:toets_id>/<int:groep_id>/")
@school_required
@shows_names
def groep(toets_id: ToetsId, groep_id: GroepId) -> ResponseReturnValue:
    """Show one taking of one test by one groep: the spread, the average, the growth, and who was not tested."""
    found = _of_groep(toets_id, groep_id)
    saw("analyse", len(found.rijen) + len(found.niet_getest or ()), over=f"groep {groep_id}")
    return render_template(
        "analyse/groep.html",
        analyse=found,
        rijen=[(rij, woorden.remark(rij, namen())) for rij in found.rijen],
        groei=woorden.growth(found),
        notities=woorden.notes(found, namen()),
        normzin=woorden.NORMZIN,
        toeval=woorden.chance(found.beeld),
        te_weinig=woorden.too_few(found.beeld),
        vouwen=len(found.rijen) > FOLD_ABOVE,
    )


@bp.get("/<int:toets_id>/<int:groep_id>/spreiding.csv")
@school_required
def spreiding_csv(toets_id: ToetsId, groep_id: GroepId) -> ResponseReturnValue:
    """The spread of that page as a file."""
    found = _of_groep(toets_id, groep_id)
    rows = [(r.niveau, r.aantal, r.procent, r.norm_procent, r.norm_aantal) for r in found.beeld.regels]
    headings = ["Niveau", "Leerlingen", "Procent", "Procent volgens de norm", "Leerlingen volgens de norm"]
    return as_csv(f"spreiding-{found.toets.code}-{groepsnaam(found.groep)}", headings, rows)


@bp.get("/<int:toets_id>/<int:groep_id>/leerlingen.csv")
@school_required
@shows_names
def leerlingen_csv(toets_id: ToetsId, groep_id: GroepId) -> ResponseReturnValue:
    """The leerlingen of that page as a file, those who were not tested last."""
    found = _of_groep(toets_id, groep_id)
    missing = found.niet_getest or ()
    saw("analyse", len(found.rijen) + len(missing), over=f"groep {groep_id}")
    rows = [_row(rij) for rij in found.rijen]
    rows += [[leerling.naam, *[None] * 9, "niet getest"] for leerling in missing]
    headings = [
        "Leerling", "Afgenomen", "Goed", "Vaardigheidsscore", "Percentiel", "Niveau", "Vorige afname",
        "Vorige vaardigheidsscore", "Groei", "Groei volgens de norm", "Opmerking",
    ]  # fmt: skip
    return as_csv(f"leerlingen-{found.toets.code}-{groepsnaam(found.groep)}", headings, rows)


def _row(rij: Rij) -> list[object]:
    resultaat, vorige, groei = rij.resultaat, rij.vorige, rij.groei
    return [
        rij.leerling.naam,
        resultaat.afnamedatum,
        resultaat.ruwe_score,
        resultaat.vaardigheidsscore,
        resultaat.percentiel,
        resultaat.niveau,
        vorige.afnamedatum if vorige else None,
        vorige.vaardigheidsscore if vorige else None,
        groei.verschil if groei else None,
        groei.norm if groei else None,
        woorden.remark(rij, namen()),
    ]


def _of_groep(toets_id: ToetsId, groep_id: GroepId) -> Groepsanalyse:
    try:
        day = date.fromisoformat(request.args.get("afname", ""))
    except ValueError:
        day = None
    return analyse.of_groep(
        db.session(), own_school(), toets_id, groep_id, today=today(), groepen=own_groepen(), dag=day
    )


@bp.get("/leerling/<int:leerling_id>/verloop.csv")
@school_required
@shows_names
def verloop_csv(leerling_id: LeerlingId) -> ResponseReturnValue:
    """The course of a leerling over the years as a file."""
    session = db.session()
    _, leerling = opzoeken.get(session, own_school(), Soort.LEERLING, leerling_id, groepen=own_groepen())
    rows = [
        (leerling.naam, each.vakgebied, p.toets, p.afnamedatum, p.vaardigheidsscore, p.norm, p.percentiel, p.niveau)
        for each in verloop.of_leerling(session, own_school(), leerling_id)
        for p in each.punten
    ]
    saw("verloop", 1 if rows else 0, over=f"leerling {leerling.id}")
    headings = ["Leerling", "Vakgebied", "Toets", "Afgenomen", "Vaardigheidsscore", "Norm", "Percentiel", "Niveau"]
    return as_csv(f"verloop-{leerling.id}", headings, rows)
