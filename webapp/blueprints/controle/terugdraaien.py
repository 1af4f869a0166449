"""Undoing an import: what would go back and what would not, then one button."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import beheerder_required, me, own_school, saw, shows_names
from webapp.blueprints.controle.views import bp
from webapp.db import db, unit_of_work
from webapp.models.ids import BatchId
from webapp.presentation import namen
from webapp.services.controle import batch as batches
from webapp.services.controle import terugdraaien
from webapp.services.controle.errors import AlreadyUndone, NotUndoable, UndoChanged
from webapp.woorden import terugdraaien as woorden
from webapp.woorden import zeg


@bp.get("/controle/<int:batch_id>/terugdraaien")
@beheerder_required
@shows_names
def undo(batch_id: BatchId) -> ResponseReturnValue:
    batch = batches.get(db.session(), own_school(), batch_id)
    try:
        terug = terugdraaien.preview(db.session(), own_school(), batch_id)
    except (AlreadyUndone, NotUndoable) as error:
        return _to_the_end(batch_id, error)
    koppen = woorden.koppen(terug, namen().las)
    saw("terugdraaien", sum(len(wie) for _, wie in koppen) + len(terug.blijft))
    return render_template(
        "controle/terugdraaien.html",
        batch=batch,
        door=batches.name_of_account(db.session(), batch.school_id, batch.verwerkt_door),
        terug=terug,
        tot=woorden.tot(terug.tot),
        koppen=koppen,
        blijft=[woorden.blijft(each, namen().las) for each in terug.blijft],
        vragen=woorden.vragen(terug.vragen),
        in_las=[woorden.in_las(each, namen().las) for each in terug.in_las],
        zelf_doen=woorden.zelf_doen(terug.te_verwijderen, namen().las),
        knop=woorden.knop(terug),
    )


@bp.post("/controle/<int:batch_id>/terugdraaien")
@beheerder_required
def do_undo(batch_id: BatchId) -> ResponseReturnValue:
    try:
        with unit_of_work() as session:
            terugdraaien.undo(session, own_school(), batch_id, digest=request.form.get("digest", ""), door=me())
    except (AlreadyUndone, NotUndoable) as error:
        return _to_the_end(batch_id, error)
    except UndoChanged as error:
        flash(zeg(error, namen()), "info")
        return redirect(url_for("controle.undo", batch_id=batch_id), 303)
    return redirect(url_for("controle.done", batch_id=batch_id), 303)


def _to_the_end(batch_id: BatchId, why: AlreadyUndone | NotUndoable) -> ResponseReturnValue:
    flash(zeg(why, namen()), "info")
    return redirect(url_for("controle.done", batch_id=batch_id), 303)
