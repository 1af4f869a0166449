"""One view per act; what a choice means is decided in `webapp.services.controle.keuzes` and `vastleggen`."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from webapp.accounts import beheerder_required, public
from webapp.blueprints.controle import cards, presenter
from webapp.db import db, unit_of_work
from webapp.links import CONTROLE_LINK
from webapp.models import Account, BatchStatus, Importbatch, Importregel, Keuze, Soort
from webapp.presentation import namen
from webapp.services import mails
from webapp.services.controle import keuzes, vastleggen
from webapp.services.controle.keuzes import ChoiceImpossible
from webapp.woorden import controle as woorden
from webapp.woorden import zeg

bp = Blueprint("controle", __name__)

_KEUZES: dict[str, Keuze | None] = {
    "vraag": None,
    "nieuw": Keuze.NIEUW,
    "niet": Keuze.NIET,
    "koppel": Keuze.KOPPEL,
    "bestaand": Keuze.KOPPEL,
}


@bp.get("/m/<token>")
@public
def follow(token: str) -> ResponseReturnValue:
    """Lead from a mail to the review it names; public because the login behind it decides who may see it."""
    return redirect(url_for("controle.from_mail", mail_id=CONTROLE_LINK.loads(token)), 303)


@bp.get("/controle/mail/<int:mail_id>")
@beheerder_required
def from_mail(mail_id: int) -> ResponseReturnValue:
    batch = keuzes.batch_of_mail(db.session(), mail_id)
    return redirect(url_for("controle.show", batch_id=batch.id), 303)


@bp.get("/controle/")
@beheerder_required
def index() -> ResponseReturnValue:
    batches = db.session.scalars(
        select(Importbatch).where(Importbatch.status != BatchStatus.VERVANGEN).order_by(Importbatch.id.desc()).limit(30)
    ).all()
    open_ = next((batch for batch in batches if batch.is_open), None)
    names = {account.id: account.naam for account in mails.beheerders_of(db.session(), current_user.school_id)}
    return render_template("controle/index.html", batches=batches, open_batch=open_, names=names)


@bp.get("/controle/<int:batch_id>/")
@beheerder_required
def show(batch_id: int) -> ResponseReturnValue:
    batch = keuzes.get(db.session(), batch_id)
    if batch.vervangen_door_id is not None:
        flash("Er is een nieuwere levering uit ParnasSys. Uw eerdere antwoorden zijn meegenomen.", "info")
        return redirect(url_for("controle.show", batch_id=keuzes.newest(db.session(), batch).id), 303)
    if not batch.is_open:
        return redirect(url_for("controle.done", batch_id=batch.id), 303)
    review = presenter.Review(db.session(), batch, request.args)
    return render_template("controle/show.html", review=review, batch=batch)


@bp.post("/controle/<int:batch_id>/regel/<int:regel_id>/kies")
@beheerder_required
def choose(batch_id: int, regel_id: int) -> ResponseReturnValue:
    value = request.form.get("keuze") or request.form.get("categorie", "")
    if value == "later":
        return redirect(url_for("controle.show", batch_id=batch_id, na=regel_id), 303)
    if value not in _KEUZES:
        abort(400)
    with unit_of_work() as session:
        line = _line(batch_id, regel_id)
        before = woorden.Stand.of(line)
        if request.form.get("vraag") and line.keuze is not None and line.gekozen_door != current_user.id:
            raise ChoiceImpossible(woorden.answered_already(session, line))
        if _KEUZES[value] is Keuze.KOPPEL and request.form.get("kandidaat", "").isdigit():
            regel = keuzes.link(session, regel_id, int(request.form["kandidaat"]), door=current_user.id)
        else:
            regel = keuzes.choose(session, regel_id, _KEUZES[value], door=current_user.id)
        message = woorden.report(session, regel, before)
    _say(message)
    return _back_to_list(batch_id)


@bp.post("/controle/<int:batch_id>/regel/<int:regel_id>/email")
@beheerder_required
def set_email(batch_id: int, regel_id: int) -> ResponseReturnValue:
    email = request.form.get("email", "")
    try:
        with unit_of_work() as session:
            _line(batch_id, regel_id)
            regel = keuzes.set_email(session, regel_id, email, door=current_user.id)
            naam = regel.weergavenaam
    except ChoiceImpossible as error:
        batch = keuzes.get(db.session(), batch_id)
        review = presenter.Review(db.session(), batch, request.args, email_fout=(regel_id, email, zeg(error, namen())))
        return render_template("controle/show.html", review=review, batch=batch), 422
    flash(f"E-mailadres van {naam} bewaard." if email.strip() else f"E-mailadres van {naam} leeggemaakt.", "gelukt")
    return _back_to_list(batch_id)


@bp.get("/controle/<int:batch_id>/regel/<int:regel_id>/zoeken")
@beheerder_required
def search(batch_id: int, regel_id: int) -> ResponseReturnValue:
    regel = _line(batch_id, regel_id)
    session, text, everyone = db.session(), request.args.get("q", "").strip(), "alles" in request.args
    return render_template(
        "controle/zoeken.html",
        regel=regel,
        batch_id=batch_id,
        q=text,
        alles=everyone,
        onder=woorden.description(session, regel),
        voorgesteld=[cards.candidate(k) for k in keuzes.candidates(session, regel)] if not text else [],
        gevonden=[cards.candidate(k) for k in keuzes.search(session, regel, text, everyone=everyone)],
    )


@bp.post("/controle/<int:batch_id>/regel/<int:regel_id>/koppel")
@beheerder_required
def link(batch_id: int, regel_id: int) -> ResponseReturnValue:
    if not request.form.get("kandidaat", "").isdigit():
        abort(400)
    with unit_of_work() as session:
        before = woorden.Stand.of(_line(batch_id, regel_id))
        regel = keuzes.link(session, regel_id, int(request.form["kandidaat"]), door=current_user.id)
        message, soort = woorden.report(session, regel, before), regel.soort
    _say(message)
    return redirect(_list_url(batch_id, woorden.TABS[soort], "bestaand"), 303)


@bp.post("/controle/<int:batch_id>/vertrek")
@beheerder_required
def confirm_departures(batch_id: int) -> ResponseReturnValue:
    if not request.form.get("aantal", "").isdigit():
        abort(400)
    with unit_of_work() as session:
        number = vastleggen.confirm_departures(
            session, batch_id, confirmed=int(request.form["aantal"]), door=current_user.id
        )
    flash(f"{number} leerlingen staan nu op vertrokken. Hun resultaten blijven bewaard.", "gelukt")
    return redirect(url_for("controle.show", batch_id=batch_id), 303)


@bp.get("/controle/<int:batch_id>/samenvatting")
@beheerder_required
def summary(batch_id: int) -> ResponseReturnValue:
    batch = keuzes.get(db.session(), batch_id)
    if not batch.is_open:
        return redirect(url_for("controle.show", batch_id=batch_id), 303)
    samenvatting = vastleggen.summarise(db.session(), batch)
    if samenvatting.vragen:
        flash(f"Nog {samenvatting.vragen} te beantwoorden voordat u kunt importeren.", "info")
        return redirect(url_for("controle.show", batch_id=batch_id), 303)
    return render_template("controle/samenvatting.html", batch=batch, samenvatting=samenvatting)


@bp.post("/controle/<int:batch_id>/importeren")
@beheerder_required
def commit(batch_id: int) -> ResponseReturnValue:
    try:
        with unit_of_work() as session:
            vastleggen.commit(session, batch_id, digest=request.form.get("digest", ""), door=current_user.id)
    except vastleggen.AlreadyDone as error:
        flash(zeg(error, namen()), "info")
    except vastleggen.SummaryChanged as error:
        flash(zeg(error, namen()), "error")
        return redirect(url_for("controle.summary", batch_id=batch_id), 303)
    except IntegrityError:
        flash(
            "Er is niets geïmporteerd: tegelijk met uw import veranderde er iets in dezelfde gegevens. "
            "Lees de samenvatting nog eens en probeer het opnieuw.",
            "error",
        )
        return redirect(url_for("controle.summary", batch_id=batch_id), 303)
    return redirect(url_for("controle.done", batch_id=batch_id), 303)


@bp.get("/controle/<int:batch_id>/klaar")
@beheerder_required
def done(batch_id: int) -> ResponseReturnValue:
    batch = keuzes.get(db.session(), batch_id)
    if batch.is_open:
        return redirect(url_for("controle.show", batch_id=batch_id), 303)
    door = db.session.get(Account, batch.verwerkt_door) if batch.verwerkt_door else None
    return render_template("controle/klaar.html", batch=batch, door=door, done=presenter.Done(db.session(), batch))


def _say(message: dict[str, Any]) -> None:
    """Report a choice, with the way back that the base page shows beside it."""
    flash(message, message.pop("toon", "gelukt"))  # type: ignore[arg-type]  # Flask keeps any value that JSON can hold


def _line(batch_id: int, regel_id: int) -> Importregel:
    """The line of this delivery; any other combination does not exist."""
    regel = db.session.scalar(select(Importregel).where(Importregel.id == regel_id, Importregel.batch_id == batch_id))
    if regel is None:
        abort(404)
    return regel


def _back_to_list(batch_id: int) -> ResponseReturnValue:
    form = request.form
    return redirect(_list_url(batch_id, form.get("soort", ""), form.get("terug", ""), form.get("groep", "")), 303)


def _list_url(batch_id: int, soort: str, categorie: str, groep: str = "") -> str:
    """Back to the tab the person came from, or to the questions."""
    if soort not in woorden.TABS.values() or categorie not in woorden.CATEGORIEEN:
        return url_for("controle.show", batch_id=batch_id)
    return url_for(
        "controle.show", batch_id=batch_id, soort=soort, categorie=categorie, groep=groep or None, _anchor="lijst"
    )


assert set(woorden.TABS) == set(Soort)
