"""Handing over questions of the review: to whom, with which words, and taking it back."""

from __future__ import annotations

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import beheerder_required, me, own_school, saw, shows_names
from webapp.blueprints.controle.views import bp
from webapp.blueprints.told import told
from webapp.db import db, unit_of_work
from webapp.errors import DomainError
from webapp.forms.cleaning import clean_text
from webapp.models import Rol
from webapp.models.ids import AccountId, BatchId, OverdrachtId, RegelId
from webapp.presentation import namen
from webapp.services import vragen
from webapp.services.controle import batch as batches
from webapp.services.controle import doorgeven
from webapp.services.controle.errors import AlreadyAsked, NameInMessage, NoColleague, OnlyLeerlingen
from webapp.services.inname.soorten.leerling import LEERLING
from webapp.verzoek import row_id
from webapp.woorden import doorgeven as woorden
from webapp.woorden import zeg

_MOST = 300
_AGAIN = (NameInMessage, OnlyLeerlingen, NoColleague, AlreadyAsked)
"""What is put right on the page itself, with all that was typed."""


@bp.get("/controle/<int:batch_id>/doorgeven")
@beheerder_required
@shows_names
def to_whom(batch_id: BatchId) -> ResponseReturnValue:
    """Choose who is asked about the questions in the address."""
    return _page(batch_id, _ids(request.args.getlist("regel")))


@bp.post("/controle/<int:batch_id>/doorgeven")
@beheerder_required
@shows_names
def hand_over(batch_id: BatchId) -> ResponseReturnValue:
    """Ask them, and mail them."""
    regel_ids, aan = _ids(request.form.getlist("regel")), row_id(request.form.get("account"))
    bericht = clean_text(request.form.get("bericht"))[:_MOST]
    try:
        with unit_of_work() as session:
            chosen = list(regel_ids)
            if request.form.get("welke") == "groep":
                for regel_id in regel_ids:
                    line = batches.line(session, own_school(), batch_id, regel_id)
                    chosen += [regel.id for regel in doorgeven.of_groep(session, line)]
            done = doorgeven.hand_over(
                session, own_school(), batch_id, chosen, aan=AccountId(aan or 0), bericht=bericht, door=me()
            )
    except _AGAIN as error:
        return _page(batch_id, regel_ids, error, bericht, aan), 422
    return told(woorden.handed(done), url_for("controle.show", batch_id=batch_id, na=regel_ids[0]))


@bp.post("/controle/<int:batch_id>/doorgeven/<int:overdracht_id>/terug")
@beheerder_required
def take_hand_over_back(batch_id: BatchId, overdracht_id: OverdrachtId) -> ResponseReturnValue:
    """Take it back: whoever was asked sees it no more."""
    with unit_of_work() as session:
        naam = doorgeven.take_back(session, own_school(), overdracht_id, door=me())
    return told(woorden.taken_back(naam), url_for("controle.show", batch_id=batch_id))


def _ids(texts: list[str]) -> list[RegelId]:
    return [RegelId(id_) for text in texts if (id_ := row_id(text)) is not None]


def _page(
    batch_id: BatchId,
    regel_ids: list[RegelId],
    error: DomainError | None = None,
    bericht: str = "",
    aan: int | None = None,
) -> str:
    session = db.session()
    regels = [batches.line(session, own_school(), batch_id, regel_id) for regel_id in regel_ids] or abort(404)
    groep = list({each.id: each for regel in regels for each in doorgeven.of_groep(session, regel)}.values())
    of_groep = vragen.count(doorgeven.whole(regels[0].batch, {each.id for each in groep}))
    namen_van = batches.groepsnamen(session, own_school(), batch_id)
    groepen = list(dict.fromkeys(namen_van[key] for regel in regels for key in regel.groep_keys if key in namen_van))
    leerlingen = LEERLING.number_of(regels)
    saw("doorgeven", leerlingen)
    found = doorgeven.receivers(session, own_school(), of=me())
    return render_template(
        "controle/doorgeven.html",
        batch_id=batch_id,
        regels=regels,
        ontvangers=[wie for wie in found if leerlingen == len(regels) or wie.rol is Rol.BEHEERDER],
        keuze=woorden.keuze,
        groep=of_groep if of_groep > vragen.count(regels) else 0,
        van_groep=woorden.over(groepen, len(groep)),
        fout=zeg(error, namen()) if error is not None else "",
        bericht=bericht,
        gekozen=aan,
        hele_groep=request.form.get("welke") == "groep",
        langst=_MOST,
        dagen=doorgeven.TERMIJN.days,
    )
