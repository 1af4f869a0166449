"""Undoing an import, an answer of it, or what a night did: what would go back and what would not, then one button."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import beheerder_required, me, own_school, saw, shows_names
from webapp.blueprints.controle.views import bp
from webapp.blueprints.told import told
from webapp.db import db, unit_of_work
from webapp.models import Soort
from webapp.models.ids import BatchId, HandelingId, RegelId
from webapp.presentation import namen
from webapp.services.controle import batch as batches
from webapp.services.controle import terugdraaien
from webapp.services.controle.errors import AlreadyUndone, NotUndoable, UndoChanged
from webapp.services.controle.terugkeer import Terugkeer
from webapp.services.controle.uitwerken import ALLES, Deel
from webapp.services.inname import opzoeken
from webapp.verzoek import row_id
from webapp.woorden import terugdraaien as woorden
from webapp.woorden import zeg
from webapp.woorden.controle import name_of


@bp.get("/controle/<int:batch_id>/terugdraaien")
@beheerder_required
@shows_names
def undo(batch_id: BatchId) -> ResponseReturnValue:
    """Of the whole import; with `vraag` of the answer to one question."""
    deel = _deel()
    try:
        terug = terugdraaien.preview(db.session(), own_school(), batch_id, deel)
    except (AlreadyUndone, NotUndoable) as error:
        return _to_the_end(batch_id, error)
    anders = _back() if terug.is_deel else url_for(".done", batch_id=batch_id)
    return _page(terug, url_for(".do_undo", batch_id=batch_id, **_query()), anders)


@bp.post("/controle/<int:batch_id>/terugdraaien")
@beheerder_required
def do_undo(batch_id: BatchId) -> ResponseReturnValue:
    deel = _deel()
    try:
        with unit_of_work() as session:
            args = (session, own_school(), batch_id, deel)
            terug = terugdraaien.undo(*args, digest=request.form.get("digest", ""), door=me())
            said, url = woorden.klaar(terug), _after(terug)
    except (AlreadyUndone, NotUndoable) as error:
        return _to_the_end(batch_id, error)
    except UndoChanged as error:
        return told(zeg(error, namen()), url_for(".undo", batch_id=batch_id, **_query()), "info")
    if deel == ALLES:
        return redirect(url_for(".done", batch_id=batch_id), 303)
    return told(said, url)


@bp.get("/controle/vanzelf/<int:handeling_id>/terugnemen")
@beheerder_required
@shows_names
def undo_night(handeling_id: HandelingId) -> ResponseReturnValue:
    """What went by itself in a night; with `soort` and `id` of one record."""
    try:
        terug = terugdraaien.preview_night(db.session(), own_school(), handeling_id, _deel())
    except NotUndoable as error:
        return told(zeg(error, namen()), _back(), "info")
    return _page(terug, url_for(".do_undo_night", handeling_id=handeling_id, **_query()), _back())


@bp.post("/controle/vanzelf/<int:handeling_id>/terugnemen")
@beheerder_required
def do_undo_night(handeling_id: HandelingId) -> ResponseReturnValue:
    try:
        with unit_of_work() as session:
            args = (session, own_school(), handeling_id, _deel())
            terug = terugdraaien.undo_night(*args, digest=request.form.get("digest", ""), door=me())
            said, url = woorden.klaar(terug), _after(terug)
    except (NotUndoable, UndoChanged) as error:
        return told(zeg(error, namen()), _back(), "info")
    return told(said, url)


def _page(terug: Terugkeer, doen: str, anders: str) -> str:
    koppen, las = woorden.koppen(terug, namen().las), namen().las
    saw("terugdraaien", sum(len(wie) for _, wie in koppen) + len(terug.blijft))
    door = batches.name_of_account(db.session(), own_school(), terug.handeling.door)
    record = _record()
    return render_template(
        "controle/terugdraaien.html",
        titel=woorden.titel(terug),
        onder=woorden.onder(terug, door),
        zin=woorden.zin(terug, las),
        terug=terug,
        koppen=koppen,
        blijft=[woorden.blijft(each, las) for each in terug.blijft],
        vragen=woorden.vragen(terug.vragen),
        in_las=[woorden.in_las(each, las) for each in terug.in_las],
        zelf_doen=woorden.zelf_doen(terug.te_verwijderen, las),
        knop=woorden.knop(terug),
        laten=woorden.laten(terug),
        kruimels=_crumbs(record),
        doen=doen,
        anders=anders,
        opnieuw=url_for("overzicht.reopen", soort=record[0], doel_id=record[1]) if record else "",
    )


def _crumbs(record: tuple[Soort, int] | None) -> list[tuple[str, str]]:
    """The way back to where somebody came from: the page of a record, else the history."""
    if record is None:
        return [("Koppelen met LAS", url_for("koppeling.index")), ("Aanleveringen", url_for(".index"))]
    _, doel = opzoeken.get(db.session(), own_school(), *record, groepen=None)
    return [("Zoeken", url_for("overzicht.search")), (name_of(doel), _back())]


def _deel() -> Deel:
    """Which part: the question of one line, or one record."""
    regel_id = row_id(request.args.get("vraag"))
    return Deel(RegelId(regel_id) if regel_id else None, _record() if regel_id is None else None)


def _record() -> tuple[Soort, int] | None:
    """The record whose page somebody came from."""
    soort, id_ = request.args.get("soort", ""), row_id(request.args.get("id"))
    return (Soort(soort), id_) if soort in set(Soort) and id_ is not None else None


def _back() -> str:
    record = _record()
    return url_for("overzicht.record", soort=record[0], doel_id=record[1]) if record else url_for("overzicht.index")


def _after(terug: Terugkeer) -> str:
    """The page of the record, unless taking it back made that vanish."""
    record = _record()
    stap = terug.stappen.get(record) if record is not None else None
    return url_for("overzicht.index") if stap is not None and stap.verdwijnt else _back()


def _query() -> dict[str, Any]:
    """The same part, for the address of the button."""
    return {name: request.args[name] for name in ("vraag", "soort", "id") if name in request.args}


def _to_the_end(batch_id: BatchId, why: AlreadyUndone | NotUndoable) -> ResponseReturnValue:
    return told(zeg(why, namen()), _back() if _record() else url_for("controle.done", batch_id=batch_id), "info")
