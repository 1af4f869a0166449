"""A koppeling that runs: fetch now, another key, another school year, and what was left out."""

from __future__ import annotations

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.accounts import beheerder_required, me, own_school, saw, shows_names
from webapp.accounts.setup import limiter
from webapp.blueprints.bestand import as_csv
from webapp.blueprints.koppeling import bp
from webapp.blueprints.koppeling.proef import not_too_often, try_sleutel
from webapp.blueprints.own import existing_koppeling, koppeling_for
from webapp.blueprints.told import told
from webapp.context import keyring
from webapp.db import db, unit_of_work
from webapp.forms.sleutel import SleutelForm, schooljaren
from webapp.models import Koppeling
from webapp.models.fout import Fout
from webapp.models.ids import UitzonderingId
from webapp.models.koppeling import KoppelingAct
from webapp.presentation import namen, own_feiten, today
from webapp.services.controle import herinneren
from webapp.services.inname import uitzonderingen
from webapp.services.inname.soorten.leerling import LEERLING
from webapp.services.koppeling import einde, levensloop, stilstand
from webapp.services.koppeling.errors import Stopped
from webapp.services.ophalen import stand as ophaalstand
from webapp.services.ophalen.stand import Stand
from webapp.verzoek import regio_of, row_id
from webapp.woorden import toegang
from webapp.woorden.controle import SOORTEN
from webapp.woorden.fouten import uitleg_van
from webapp.woorden.koppeling import REGIO_GEKOZEN, fetching_waits, schooljaar_changed
from webapp.woorden.overgaan import put_off_year, year_began
from webapp.woorden.sleutel import replaced

_SLOW_SECONDS = 60


@bp.get("/ophalen")
@beheerder_required
def progress() -> ResponseReturnValue:
    """Show how far the fetch is, then lead to the questions or say what came."""
    koppeling = existing_koppeling()
    stand = ophaalstand.of_koppeling(db.session(), koppeling)
    if stand.stand is Stand.CONTROLEREN and stand.batch is not None:
        return redirect(url_for("controle.show", batch_id=stand.batch.id), 303)
    if stand.stand is Stand.NOOIT:
        return redirect(url_for(".index"), 303)
    is_slow = stand.seconden > _SLOW_SECONDS
    fout = _uitleg(koppeling, koppeling.fout)
    return render_template(
        "koppeling/ophalen.html",
        koppeling=koppeling,
        stand=stand,
        is_slow=is_slow,
        fout=fout,
        wacht=fetching_waits(stand, namen()),
        begonnen=year_began(stand.batch),
        uitgesteld=put_off_year(own_feiten(), namen()),
    )


@bp.post("/ophalen")
@beheerder_required
@limiter.limit("60 per hour", key_func=lambda: f"ophalen:{current_user.get_id()}")
def fetch() -> ResponseReturnValue:
    """Fetch now, because a beheerder does not want to wait for the night."""
    koppeling = existing_koppeling()
    if koppeling.is_gestopt:
        raise Stopped
    with unit_of_work() as session:
        levensloop.ask_fetch(session, koppeling.id, door=me())
    return redirect(url_for(".progress"), 303)


@bp.get("/sleutel")
@beheerder_required
def new_sleutel() -> ResponseReturnValue:
    """Show the form for another key."""
    koppeling = koppeling_for(KoppelingAct.SLEUTEL_VERVANGEN)
    return _sleutel_page(koppeling, SleutelForm(koppeling))


@bp.post("/sleutel")
@beheerder_required
@not_too_often
def replace_sleutel() -> ResponseReturnValue:
    """Try another key and take it, unless the LAS refuses it; then the old one stays."""
    koppeling = koppeling_for(KoppelingAct.SLEUTEL_VERVANGEN)
    form = SleutelForm(koppeling)
    if not form.validate_on_submit():
        return _sleutel_page(koppeling, form), 422
    diagnose = try_sleutel(koppeling, koppeling.schooljaar or "", form.sleutel.data)
    if diagnose.is_geweigerd or not (diagnose.is_erkend or koppeling.is_sleutel_geweigerd):
        form.refuse(diagnose, keeps=not koppeling.is_sleutel_geweigerd)
        return _sleutel_page(koppeling, form), 422
    with unit_of_work() as session:
        levensloop.replace_sleutel(
            session,
            koppeling.id,
            sleutel=form.sleutel.data,
            proef=diagnose,
            keyring=keyring(),
            door=me(),
        )
    return told(replaced(diagnose, namen().las), url_for(".progress"), "gelukt" if diagnose.is_goed else "info")


@bp.post("/schooljaar")
@beheerder_required
def change_schooljaar() -> ResponseReturnValue:
    """Fetch another school year from now on."""
    koppeling, wanted = koppeling_for(KoppelingAct.SCHOOLJAAR_WIJZIGEN), request.form.get("schooljaar", "")
    if wanted not in dict(schooljaren(today())):
        abort(400)
    with unit_of_work() as session:
        levensloop.change_schooljaar(session, koppeling.id, wanted, door=me())
    return told(schooljaar_changed(wanted), url_for(".progress"))


@bp.post("/pauzeren")
@beheerder_required
def pause() -> ResponseReturnValue:
    """Stop the exchange until a beheerder resumes it."""
    with unit_of_work() as session:
        stilstand.pause(session, existing_koppeling().id, door=me(), is_school=True)
    return told(toegang.PAUSED, url_for(".index"))


@bp.post("/hervatten")
@beheerder_required
def resume() -> ResponseReturnValue:
    """Go on with what the school paused itself."""
    with unit_of_work() as session:
        stilstand.resume(session, existing_koppeling().id, door=me(), is_school=True)
    return told(toegang.RESUMED, url_for(".index"))


@bp.post("/beeindigen")
@beheerder_required
def ask_end() -> ResponseReturnValue:
    """Ask klantenservice to end the koppeling."""
    with unit_of_work() as session:
        einde.ask_end(session, existing_koppeling().id, door=me())
    return told(toegang.END_ASKED, url_for(".index"), "info")


@bp.post("/vakantieregio")
@beheerder_required
def choose_regio() -> ResponseReturnValue:
    """Note which school holidays the school has: then nobody is reminded of anything."""
    with unit_of_work() as session:
        herinneren.choose_regio(session, own_school(), regio_of(request.form.get("regio")), door=me())
    return told(REGIO_GEKOZEN, url_for(".index"))


@bp.post("/doorgaan")
@beheerder_required
def go_on() -> ResponseReturnValue:
    """Take that back."""
    with unit_of_work() as session:
        einde.go_on(session, existing_koppeling().id, door=me())
    return told(toegang.GOES_ON, url_for(".index"))


@bp.get("/niet-geimporteerd.csv")
@beheerder_required
@shows_names
def left_out_csv() -> Response:
    """What a beheerder chose not to import."""
    found = uitzonderingen.of_school(db.session(), own_school())
    saw("koppelen", LEERLING.number_of(found))
    rows = ((SOORTEN[row.soort].een, row.omschrijving, f"{row.besloten_op:%d-%m-%Y}") for row in found)
    return as_csv("niet-geimporteerd", ("Soort", "Naam", "Sinds"), rows)


@bp.post("/toch-importeren")
@beheerder_required
def import_anyway() -> ResponseReturnValue:
    """Take back the choice to leave records out, and fetch so that they come by again."""
    ids = [UitzonderingId(id_) for text in request.form.getlist("id") if (id_ := row_id(text)) is not None]
    with unit_of_work() as session:
        uitzonderingen.import_anyway(session, own_school(), ids, koppeling_id=existing_koppeling().id, door=me())
    return redirect(url_for(".progress"), 303)


def _sleutel_page(koppeling: Koppeling, form: SleutelForm) -> str:
    fout = _uitleg(koppeling, koppeling.sleutel_fout)
    return render_template("koppeling/sleutel.html", koppeling=koppeling, form=form, fout=fout)


def _uitleg(koppeling: Koppeling, fout: Fout | None) -> str:
    return uitleg_van(koppeling, fout, namen().las).school if fout is not None else ""
