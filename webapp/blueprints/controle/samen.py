"""One act for many lines of a list, and the way back."""

from __future__ import annotations

from datetime import datetime

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import beheerder_required, me, own_school
from webapp.blueprints.controle.messages import Melding, say
from webapp.blueprints.controle.plek import KEUZE_OF, Plek
from webapp.blueprints.controle.views import bp
from webapp.db import unit_of_work
from webapp.models.ids import BatchId
from webapp.services.controle import allemaal
from webapp.verzoek import number, row_id
from webapp.woorden import lijst as woorden


@bp.post("/controle/<int:batch_id>/samen")
@beheerder_required
def choose_many(batch_id: BatchId) -> ResponseReturnValue:
    """Put all that are found, or those that are ticked, in another category."""
    form = request.form
    plek, gezien = Plek.of(form, categorie="terug"), _moment(form.get("gezien"))
    is_all = "allemaal" in form
    naar = KEUZE_OF.get(form.get("allemaal" if is_all else "aangevinkt", ""))
    verwacht = number(form.get(f"aantal-{form.get('allemaal')}"))
    if plek is None or naar is None or gezien is None or naar is plek.zoekvraag.keuze or (is_all and verwacht is None):
        abort(400)
    with unit_of_work() as session:
        if is_all:
            gedaan = allemaal.put(
                session, own_school(), batch_id, plek.zoekvraag, naar, verwacht=verwacht or 0, gezien=gezien, door=me()
            )
        else:
            ids = [id_ for text in form.getlist("id") if (id_ := row_id(text)) is not None]
            gedaan = allemaal.put_ticked(
                session, own_school(), batch_id, plek.zoekvraag, naar, ids=ids, gezien=gezien, door=me()
            )
    tekst = woorden.done(gedaan, plek.zoekvraag.soort)
    if gedaan.aantal:
        back = {**plek.velden, "op": gedaan.op.isoformat()}
        say(Melding(tekst, "gelukt", url_for(".undo_many", batch_id=batch_id), back))
    else:
        say(Melding(tekst, "info"))
    return redirect(plek.url(batch_id), 303)


@bp.post("/controle/<int:batch_id>/samen/terug")
@beheerder_required
def undo_many(batch_id: BatchId) -> ResponseReturnValue:
    """Take such an act back, as far as nobody chose anew."""
    plek, op = Plek.of(request.form, categorie="terug"), _moment(request.form.get("op"))
    if plek is None or op is None:
        abort(400)
    with unit_of_work() as session:
        back = allemaal.undo(session, own_school(), batch_id, plek.zoekvraag, op=op, door=me())
    say(Melding(woorden.undone(back)))
    return redirect(plek.url(batch_id), 303)


def _moment(text: str | None) -> datetime | None:
    """A moment that a page of ours wrote down."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
