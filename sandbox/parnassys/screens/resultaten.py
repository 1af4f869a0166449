"""What arrived: results per pupil, the history of messages, and the same for scripts."""

from __future__ import annotations

from typing import Any

from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from sandbox.parnassys.data import OntvangenResultaat, ParnassysSchool
from sandbox.parnassys.db import db
from sandbox.parnassys.rules import messages
from sandbox.parnassys.screens.access import parnassys, school_required
from sandbox.parnassys.uitkomst import Uitkomst

_PER_PAGE = 50


@parnassys.get("/resultaten")
@school_required
def resultaten(school: ParnassysSchool) -> ResponseReturnValue:
    """Every result that arrived, per pupil; of each key the newest version."""
    per_groep: dict[str, list[OntvangenResultaat]] = {}
    for resultaat in messages.results(db.session(), school):
        groep = resultaat.leerling.groep
        per_groep.setdefault(groep.naam if groep else "Zonder groep of uitgeschreven", []).append(resultaat)
    return render_template(
        "parnassys/resultaten.html",
        per_groep=sorted(per_groep.items()),
        aantal=sum(len(rows) for rows in per_groep.values()),
        uitkomst=Uitkomst.of,
    )


@parnassys.get("/berichten")
@school_required
def berichten(school: ParnassysSchool) -> ResponseReturnValue:
    """Every message of this school, newest first."""
    page = max(request.args.get("pagina", 1, type=int), 1)
    pages = max(-(-messages.count_messages(db.session(), school) // _PER_PAGE), 1)
    page = min(page, pages)
    return render_template(
        "parnassys/berichten.html",
        berichten=messages.history(db.session(), school, limit=_PER_PAGE, offset=(page - 1) * _PER_PAGE),
        pagina=page,
        paginas=pages,
        pagina_url=lambda number: url_for("parnassys.berichten", pagina=number),
    )


@parnassys.get("/resultaten.json")
def resultaten_json() -> ResponseReturnValue:
    """For scripts, without a login: what arrived at all schools, per resultaat key."""
    session = db.session()
    schools = session.scalars(select(ParnassysSchool).order_by(ParnassysSchool.id)).all()
    return jsonify({row.key: _as_json(school, row) for school in schools for row in messages.results(session, school)})


def _as_json(school: ParnassysSchool, row: OntvangenResultaat) -> dict[str, Any]:
    return {
        "key": row.key,
        "brin": school.brin,
        "leerlingid": row.leerling.key,
        "leerling": row.leerling.volledige_naam,
        "toetscode": row.toets.toetscode,
        "versie": row.toets.versie,
        "toetsnaam": row.toets.naam,
        "toetsonderdeelcode": row.toetsonderdeelcode,
        "afnamedatum": row.afnamedatum.isoformat(),
        "score": row.score,
        "term": row.term,
        "osoresultaat": row.oso,
        "keren_ontvangen": row.keren_ontvangen,
        "eerst_ontvangen": row.eerst_ontvangen_op.isoformat(),
        "laatst_ontvangen": row.laatst_ontvangen_op.isoformat(),
    }
