"""One view per act; what a choice means is decided in `webapp.services.controle`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from flask import Blueprint, abort, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp.accounts import beheerder_required, me, own_school, saw, shows_names
from webapp.blueprints.controle import rows
from webapp.blueprints.controle.lijst import Lijst
from webapp.blueprints.controle.messages import Gekozen, Melding, report, say
from webapp.blueprints.controle.plek import Plek
from webapp.blueprints.controle.vragen import Vragen
from webapp.blueprints.told import told
from webapp.db import db, unit_of_work
from webapp.errors import NotAllowed
from webapp.forms.cleaning import clean_text
from webapp.models import Account, BatchStatus, Importbatch, Importregel, Keuze, Soort
from webapp.models.ids import AccountId, BatchId, RegelId
from webapp.presentation import namen
from webapp.services.clock import database_now
from webapp.services.controle import batch as batches
from webapp.services.controle import (
    doorgeven,
    intussen,
    kandidaten,
    keuzes,
    ongewoon,
    ruil,
    vastgehouden,
    vastleggen,
    zelfde,
)
from webapp.services.controle.errors import BatchClosed, ChoiceImpossible
from webapp.services.controle.intussen import Wijziging
from webapp.services.inname import uitstel
from webapp.services.inname.soorten import KINDS
from webapp.services.inname.soorten.leerling import LEERLING
from webapp.services.koppeling import levensloop
from webapp.services.versturen.stand import verzendstand
from webapp.verzoek import moment_of, number, row_id
from webapp.woorden import controle as woorden
from webapp.woorden import ongewoon as woorden_ongewoon
from webapp.woorden import vastgehouden as hold
from webapp.woorden import versturen, zeg
from webapp.woorden.overgaan import year_began

bp = Blueprint("controle", __name__)

_KEUZES: dict[str, Keuze | None] = {
    "vraag": None,
    "nieuw": Keuze.NIEUW,
    "niet": Keuze.NIET,
    "koppel": Keuze.KOPPEL,
    "bestaand": Keuze.KOPPEL,
}


@bp.get("/controle/<int:batch_id>/")
@beheerder_required
@shows_names
def show(batch_id: BatchId) -> ResponseReturnValue:
    batch = batches.get(db.session(), own_school(), batch_id)
    if batch.vervangen_door_id is not None:
        flash(woorden.newer(namen()), "info")
        newest = batches.newest(db.session(), batch)
        return redirect(url_for("controle.show", batch_id=newest.id, vraag=_same_question(batch)), 303)
    if not batch.is_open:
        return redirect(url_for("controle.done", batch_id=batch.id), 303)
    if batch.status is BatchStatus.VASTGEHOUDEN and not (
        request.args.keys() & {"soort", "na", "vraag"} or vastgehouden.has_open_lines(db.session(), batch)
    ):
        return redirect(url_for("controle.held", batch_id=batch.id), 303)
    return _review(batch)


def _same_question(batch: Importbatch) -> RegelId | None:
    """The question in the address, in the aanlevering that took over: a page that stayed open leads to it."""
    wanted = row_id(request.args.get("vraag"))
    with suppress(NotAllowed):
        return batches.line(db.session(), own_school(), batch.id, RegelId(wanted)).id if wanted is not None else None
    return None


def _review(batch: Importbatch) -> str:
    """The page of the review, with what is held said first."""
    vragen = Vragen(db.session(), batch, request.args, namen())
    lijst = Lijst(vragen, request.args)
    saw("controle", LEERLING.number_of({*vragen.regels, *lijst.bladzijde.regels}))
    title = _hold_of(batch)
    first = hold.eerst(batch.onderwerpen, namen().las) if title else ""
    return render_template(
        "controle/show.html",
        vragen=vragen,
        lijst=lijst,
        batch=batch,
        hold=title,
        eerst=first,
        sinds=_now(),
        begonnen=year_began(batch) if uitstel.has_begun_with(db.session(), batch) else "",
    )


def _now() -> str:
    """The moment of a page, which it names when it asks what changed since."""
    return database_now(db.session()).isoformat()


def _hold_of(batch: Importbatch) -> str:
    """The title of the page about what is held; empty when nothing is."""
    if batch.status is not BatchStatus.VASTGEHOUDEN:
        return ""
    return hold.kop(batch.onderwerpen, namen().las)


@bp.get("/controle/<int:batch_id>/intussen")
@beheerder_required
@shows_names
def meanwhile(batch_id: BatchId) -> ResponseReturnValue:
    """For a page that is open: at which revision the aanlevering is, and what others chose since."""
    batch = batches.get(db.session(), own_school(), batch_id)
    if not batch.is_open:
        tekst = woorden.closed(batch, batches.name_of_account(db.session(), batch.school_id, batch.verwerkt_door))
    elif str(batch.rev) == request.args.get("rev"):
        tekst = ""
    else:
        tekst = woorden.meanwhile(_changes(batch)) or woorden.SOMETHING_CHANGED
    return jsonify(rev=batch.rev, tekst=tekst)


def _changes(batch: Importbatch) -> Sequence[Wijziging]:
    """What others chose since the moment that the page names; nothing when it names none."""
    since = moment_of(request.args.get("sinds"))
    found = intussen.changes(db.session(), batch, since, seen_by=me()) if since is not None else ()
    saw("controle", len(found), wie="wijzigingen")
    return found


@bp.get("/controle/<int:batch_id>/vastgehouden")
@beheerder_required
@shows_names
def held(batch_id: BatchId) -> ResponseReturnValue:
    """Who seems to have left, and the two answers."""
    session = db.session()
    batches.get(session, own_school(), batch_id)
    batch = vastgehouden.of_school(session, own_school())
    if batch is None:
        return told(hold.niet_meer(namen().las), url_for("controle.index"), "info")
    if batch.id != batch_id:
        return redirect(url_for("controle.held", batch_id=batch.id), 303)
    stand = vastgehouden.of_batch(session, batch)
    koppeling = levensloop.of_school(session, own_school())
    zending = verzendstand(session, koppeling, database_now(session)).stand
    vragen = ongewoon.of_batch(session, batch)
    andere_namen = sum(len(vraag.namen) for vraag in vragen if KINDS[vraag.soort].has_results)
    saw("vastgehouden", stand.aantallen.get(Soort.LEERLING, 0) + andere_namen)
    return render_template(
        "controle/vastgehouden.html",
        dan=versturen.wanneer(zending, "vannacht"),
        stand=stand,
        kop=hold.kop(batch.onderwerpen, namen().las),
        eerst=hold.eerst(batch.onderwerpen, namen().las),
        nog_steeds=hold.nog_steeds(batch.onderwerpen),
        kaarten=[woorden_ongewoon.kaart(vraag, namen().las) for vraag in vragen],
        is_whole=woorden_ongewoon.is_whole(batch.onderwerpen),
        wacht=dict.fromkeys(woorden_ongewoon.wacht(key, namen().las) for key in batch.ongewoon),
        wie=hold.wie(stand.aantallen),
        waarom=hold.waarom(batch),
        oorzaak=hold.oorzaak(koppeling.elders_leerlingen if koppeling else None, namen().las),
        deel=hold.deel,
        wanneer=hold.wanneer,
        plaats=hold.plaats,
        kijk_in=hold.kijk_in(namen().las),
        collegas=_to_ask(stand),
        opnieuw=stand.opnieuw,
        heeft_vragen=vastgehouden.has_open_lines(session, batch),
        nacht_uur=current_app.extensions["settings"].nacht_begin_uur,
    )


def _to_ask(stand: vastgehouden.Stand) -> list[Account]:
    """Colleagues who were not asked yet."""
    asked = {each.account_id for each in stand.gemaild if each.is_gevraagd}
    others = doorgeven.colleagues(db.session(), own_school(), of=me())
    return [account for account in others if account.id not in asked]


@bp.post("/controle/<int:batch_id>/vastgehouden/doorgeven")
@beheerder_required
def hand_over_hold(batch_id: BatchId) -> ResponseReturnValue:
    colleague = AccountId(row_id(request.form.get("account")) or 0)
    with unit_of_work() as session:
        asked = doorgeven.hand_over_hold(session, own_school(), batch_id, aan=colleague, door=me())
        tekst = hold.doorgegeven(asked.naam)
    return told(tekst, url_for("controle.held", batch_id=batch_id))


@bp.post("/controle/<int:batch_id>/vastgehouden/terug")
@beheerder_required
def take_back(batch_id: BatchId) -> ResponseReturnValue:
    with unit_of_work() as session:
        back = vastgehouden.take_back(session, own_school(), batch_id, door=me())
    return told(hold.teruggedraaid(back), url_for("controle.held", batch_id=batch_id))


@bp.post("/controle/<int:batch_id>/vastgehouden/<key>/klopt")
@beheerder_required
def believe(batch_id: BatchId, key: str) -> ResponseReturnValue:
    """Say of something unusual that it is right."""
    confirmed = number(request.form.get("aantal"))
    if confirmed is None:
        abort(400)
    with unit_of_work() as session:
        batch = vastleggen.confirm_unusual(session, own_school(), batch_id, key, confirmed=confirmed, door=me())
        melding = Melding(woorden_ongewoon.geloofd(key, confirmed))
        if key in batch.bevestigd:
            terug = url_for("controle.take_back_unusual", batch_id=batch_id, key=key)
            melding = replace(melding, ongedaan_url=terug, ongedaan_tekst="Terugdraaien")
        is_fetching = key not in batch.bevestigd and not batch.vastgehouden
    say(melding)
    return redirect(url_for("koppeling.progress") if is_fetching else url_for("controle.show", batch_id=batch_id), 303)


@bp.post("/controle/<int:batch_id>/vastgehouden/<key>/terug")
@beheerder_required
def take_back_unusual(batch_id: BatchId, key: str) -> ResponseReturnValue:
    with unit_of_work() as session:
        over = ongewoon.take_back(session, own_school(), batch_id, key, door=me())
    return told(woorden_ongewoon.teruggedraaid(key, over["aantal"]), url_for("controle.held", batch_id=batch_id))


@bp.post("/controle/<int:batch_id>/regel/<int:regel_id>/kies")
@beheerder_required
def choose(batch_id: BatchId, regel_id: RegelId) -> ResponseReturnValue:
    value = request.form.get("keuze") or request.form.get("categorie", "")
    if value != "later" and value not in _KEUZES:
        abort(400)
    is_card = bool(request.form.get("kaart"))
    try:
        with unit_of_work() as session:
            line = _line(batch_id, regel_id)
            keuzes.check_seen(session, line, request.form.get("gezien", ""), door=me())
            if value == "later":
                keuzes.put_aside(session, own_school(), line.id, door=me())
                return _go_on(url_for("controle.show", batch_id=batch_id, na=regel_id))
            message = _choose(session, line, _KEUZES[value])
    except zelfde.MustMerge as asked:
        return _go_on(url_for("overzicht.merge", doel_id=asked.leerling_id, met=asked.met_id))
    except (BatchClosed, ChoiceImpossible) as error:
        if not is_card:
            raise
        flash(zeg(error, namen()), "fout")
        return _go_on(url_for("controle.show", batch_id=batch_id, vraag=regel_id))
    say(message)
    return _go_on(url_for("controle.show", batch_id=batch_id, na=regel_id)) if is_card else _back_to_list(batch_id)


def _choose(session: Session, line: Importregel, keuze: Keuze | None) -> Melding:
    before = Gekozen.of(line)
    kandidaat = row_id(request.form.get("kandidaat"))
    if keuze is Keuze.KOPPEL and kandidaat is not None:
        regel = keuzes.link(session, own_school(), line.id, kandidaat, door=me())
    else:
        regel = keuzes.choose(session, own_school(), line.id, keuze, door=me())
    message = report(session, regel, before)
    return message if regel.batch.is_open else replace(message, ongedaan_url=None)


def _go_on(url: str) -> ResponseReturnValue:
    """To the next page; script that posts for a page asks where that is, and goes there itself."""
    if request.accept_mimetypes.best == "application/json":
        return jsonify(verder=url)
    return redirect(url, 303)


@bp.get("/controle/<int:batch_id>/regel/<int:regel_id>/zoeken")
@beheerder_required
@shows_names
def search(batch_id: BatchId, regel_id: RegelId) -> ResponseReturnValue:
    regel = _line(batch_id, regel_id)
    if ruil.of(db.session(), regel):
        return redirect(url_for("controle.show", batch_id=batch_id, vraag=regel_id), 303)
    session, text, everyone = db.session(), clean_text(request.args.get("q"))[:100], "alles" in request.args
    namen_van = batches.groepsnamen(session, regel.school_id, batch_id)
    voorgesteld = kandidaten.proposed(session, regel) if not text else []
    gevonden = kandidaten.search(session, regel, text, everyone=everyone)
    if text and not gevonden and not everyone:  # nobody near: look everywhere at once
        everyone, gevonden = True, kandidaten.search(session, regel, text, everyone=True)
    if KINDS[regel.soort].has_results:
        saw("koppeling aanpassen", 1 + len(voorgesteld) + len(gevonden), over=f"regel {regel_id}")
    return render_template(
        "controle/zoeken.html",
        regel=regel,
        gezien=keuzes.stand(regel),
        batch_id=batch_id,
        q=text,
        alles=everyone,
        nabij=KINDS[regel.soort].is_searched_nearby,
        terug=_whence(batch_id, regel),
        onder=woorden.description(regel, [namen_van[key] for key in regel.groep_keys if key in namen_van]),
        koppen=rows.search_headings(regel.soort),
        voorgesteld=[rows.search_row(regel.soort, k, namen()) for k in voorgesteld],
        gevonden=[rows.search_row(regel.soort, k, namen()) for k in gevonden],
    )


def _whence(batch_id: BatchId, regel: Importregel) -> str:
    """Where somebody who searches came from: the card of a question, or a list."""
    if regel.is_vraag:
        return url_for("controle.show", batch_id=batch_id, vraag=regel.id)
    return url_for("controle.show", batch_id=batch_id, soort=woorden.SOORTEN[regel.soort].meer)


@bp.post("/controle/<int:batch_id>/regel/<int:regel_id>/koppel")
@beheerder_required
def link(batch_id: BatchId, regel_id: RegelId) -> ResponseReturnValue:
    kandidaat = row_id(request.form.get("kandidaat")) or abort(400)
    with unit_of_work() as session:
        line = _line(batch_id, regel_id)
        before, was_question = Gekozen.of(line), line.is_vraag
        keuzes.check_seen(session, line, request.form.get("gezien", ""), door=me())
        regel = keuzes.link(session, own_school(), regel_id, kandidaat, door=me())
        message, soort = report(session, regel, before), regel.soort
    say(message)
    if was_question:  # on to the next one
        return redirect(url_for("controle.show", batch_id=batch_id, na=regel_id), 303)
    return redirect(Plek(woorden.SOORTEN[soort].meer, "bestaand").url(batch_id), 303)


@bp.post("/controle/<int:batch_id>/vertrek")
@beheerder_required
def confirm_departures(batch_id: BatchId) -> ResponseReturnValue:
    confirmed = number(request.form.get("aantal"))
    if confirmed is None:
        abort(400)
    with unit_of_work() as session:
        batch = vastleggen.confirm_departures(session, own_school(), batch_id, confirmed=confirmed, door=me())
        tekst = hold.geparkeerd(vastgehouden.parked_counts(batch))
    say(Melding(tekst, ongedaan_url=url_for("controle.take_back", batch_id=batch_id), ongedaan_tekst="Terugdraaien"))
    return redirect(url_for("controle.show", batch_id=batch_id), 303)


def _line(batch_id: BatchId, regel_id: RegelId) -> Importregel:
    return batches.line(db.session(), own_school(), batch_id, regel_id)


def _back_to_list(batch_id: BatchId) -> ResponseReturnValue:
    """Back to the list the person came from, or to the questions."""
    plek = Plek.of(request.form, categorie="terug")
    return redirect(plek.url(batch_id) if plek else url_for("controle.show", batch_id=batch_id), 303)
