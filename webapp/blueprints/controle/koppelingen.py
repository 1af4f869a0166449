"""Acts about more than one line: an exchange is answered, and what a person said is opened for another."""

from __future__ import annotations

from dataclasses import replace

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import beheerder_required, me, own_school
from webapp.blueprints.controle.messages import Melding, say
from webapp.blueprints.controle.views import bp
from webapp.blueprints.told import told
from webapp.db import db, unit_of_work
from webapp.models.ids import BatchId, RegelId
from webapp.services.controle import batch as batches
from webapp.services.controle import keuzes, ruil
from webapp.services.controle.errors import NoQuestion
from webapp.services.controle.ruil import Ruilantwoord
from webapp.verzoek import row_id
from webapp.woorden import ruil as woorden
from webapp.woorden.controle import opened

_OPEN = "vraag"


@bp.post("/controle/<int:batch_id>/regel/<int:regel_id>/verwisseld")
@beheerder_required
def answer_exchange(batch_id: BatchId, regel_id: RegelId) -> ResponseReturnValue:
    """Answer the one question about those whom the LAS exchanged."""
    value = request.form.get("antwoord", "")
    if value not in {*Ruilantwoord, woorden.WEET_NIET, _OPEN}:
        abort(400)
    antwoord = Ruilantwoord(value) if value in set(Ruilantwoord) else None
    with unit_of_work() as session:
        line = batches.line(db.session(), own_school(), batch_id, regel_id)
        ring = ruil.of(session, line)
        if not ring:
            raise NoQuestion
        before = ruil.given(ring)
        keuzes.check_seen(session, line, request.form.get("gezien", ""), door=me())
        if antwoord is not before:
            keuzes.answer_exchange(session, own_school(), line.id, antwoord, door=me())
        if value == woorden.WEET_NIET:
            keuzes.put_aside(session, own_school(), line.id, door=me())
        message = Melding(woorden.gedaan(ruil.of(session, line), antwoord, is_later=value == woorden.WEET_NIET))
        if antwoord is not before:
            back: dict[str, str | int] = {"antwoord": str(before or _OPEN), "gezien": keuzes.stand(line)}
            url = url_for("controle.answer_exchange", batch_id=batch_id, regel_id=regel_id)
            message = replace(message, ongedaan_url=url, ongedaan_velden=back)
    say(message)
    return redirect(url_for("controle.show", batch_id=batch_id), 303)


@bp.post("/controle/<int:batch_id>/regel/<int:regel_id>/open")
@beheerder_required
def open_answer(batch_id: BatchId, regel_id: RegelId) -> ResponseReturnValue:
    """Make a question again of what a person said about a record, so that this line may have it."""
    kandidaat = row_id(request.form.get("kandidaat")) or abort(400)
    with unit_of_work() as session:
        line = batches.line(db.session(), own_school(), batch_id, regel_id)
        keuzes.check_seen(session, line, request.form.get("gezien", ""), door=me())
        naam = keuzes.open_answer(session, own_school(), line.id, kandidaat, door=me()).weergavenaam
    return told(opened(naam), url_for("controle.search", batch_id=batch_id, regel_id=regel_id, alles=1), "info")
