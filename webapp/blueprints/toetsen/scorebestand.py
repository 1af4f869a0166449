"""Scores of a groep from a file: a template to fill in, a page that says what the file would do, and doing it."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NoBase64

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import me, own_groepen, own_school, saw, school_required, shows_names
from webapp.blueprints.bestand import as_csv
from webapp.blueprints.toetsen import bp
from webapp.blueprints.told import told
from webapp.context import settings
from webapp.csvbestand import MAX_BYTES, FileWrong
from webapp.db import db, unit_of_work
from webapp.models import Groep
from webapp.models.ids import GroepId
from webapp.presentation import namen, today
from webapp.services.clock import database_now
from webapp.services.toetsen import scorebestand
from webapp.services.toetsen.afnames import Gevolg
from webapp.services.toetsen.invoer import DateWrong
from webapp.services.toetsen.rooster import find_groep
from webapp.services.toetsen.scorebestand import FileChanged, Lezer, Nagekeken
from webapp.woorden import zeg
from webapp.woorden.scorebestand import saved
from webapp.woorden.toetsen import groepsnaam


@bp.get("/groep/<int:groep_id>/bestand/")
@school_required
def file(groep_id: GroepId) -> ResponseReturnValue:
    """Say how it goes, and ask for the file."""
    return _ask(groep_id, today().isoformat())


@bp.get("/groep/<int:groep_id>/bestand/sjabloon.csv")
@school_required
@shows_names
def file_template(groep_id: GroepId) -> Response:
    """The file to fill in."""
    rows = scorebestand.template(db.session(), _lezer(groep_id))
    saw("scorebestand", len({row[0] for row in rows}), over=f"groep {groep_id}")
    return as_csv(f"scores-{groepsnaam(_groep(groep_id))}", scorebestand.COLUMNS, rows)


@bp.post("/groep/<int:groep_id>/bestand/")
@school_required
@shows_names
def check_file(groep_id: GroepId) -> ResponseReturnValue:
    """Show what this file would do. Writes nothing."""
    given = request.files.get("bestand")
    content = given.stream.read(MAX_BYTES + 1) if given is not None else b""
    try:
        found = scorebestand.check(db.session(), _lezer(groep_id), content)
    except DateWrong as wrong:
        return _ask(groep_id, request.form.get("dag", ""), fout_dag=zeg(wrong, namen())), 422
    except FileWrong as wrong:
        return _ask(groep_id, request.form.get("dag", ""), fout_bestand=zeg(wrong, namen())), 422
    return _checked(found, content), 422 if found.fouten else 200


@bp.post("/groep/<int:groep_id>/bestand/bewaren")
@school_required
@shows_names
def save_file(groep_id: GroepId) -> ResponseReturnValue:
    """Write what the page showed; when that changed meanwhile, show it anew and write nothing."""
    try:
        content = urlsafe_b64decode(request.form.get("inhoud", ""))
    except (NoBase64, ValueError):
        content = b""
    digest = request.form.get("digest", "")
    try:
        with unit_of_work() as session:
            found = scorebestand.save(session, _lezer(groep_id), content, digest=digest, door=me())
    except FileChanged as changed:
        found = scorebestand.check(db.session(), _lezer(groep_id), content)
        return _checked(found, content, melding=zeg(changed, namen())), 409
    except (DateWrong, FileWrong) as wrong:
        return _ask(groep_id, today().isoformat(), fout_bestand=zeg(wrong, namen())), 422
    return told(saved(found), url_for(".index", groep=groep_id, _anchor=f"groep-{groep_id}"))


def _lezer(groep_id: GroepId) -> Lezer:
    session = db.session()
    return Lezer(
        own_school(),
        groep_id,
        own_groepen(),
        settings().secret_keys,
        request.form.get("dag", "") or today().isoformat(),
        database_now(session),
        today(),
    )


def _groep(groep_id: GroepId) -> Groep:
    return find_groep(db.session(), own_school(), groep_id, groepen=own_groepen())


def _ask(groep_id: GroepId, dag: str, *, fout_dag: str = "", fout_bestand: str = "") -> str:
    return render_template(
        "toetsen/bestand.html",
        groep=_groep(groep_id),
        dag=dag,
        vandaag=today(),
        fout_dag=fout_dag,
        fout_bestand=fout_bestand,
    )


def _checked(found: Nagekeken, content: bytes, *, melding: str = "") -> str:
    saw("scorebestand", len(found.uitslagen) + len(found.fouten), over=f"groep {found.groep.id}")
    return render_template(
        "toetsen/bestand_nagekeken.html",
        gevonden=found,
        delen=[(gevolg, found.of(gevolg)) for gevolg in Gevolg],
        fouten=[(regelfout, zeg(regelfout.fout, namen())) for regelfout in found.fouten],
        inhoud=urlsafe_b64encode(content).decode(),
        dag=request.form.get("dag", ""),
        melding=melding,
    )
