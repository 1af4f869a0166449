"""Merging two records of one leerling: find the other, see what it does, do it; and undoing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import beheerder_required, me, own_school, saw, shows_names
from webapp.blueprints.overzicht import bp
from webapp.blueprints.overzicht.zoeken import row
from webapp.blueprints.told import told
from webapp.db import db, unit_of_work
from webapp.errors import NotAllowed
from webapp.forms.cleaning import clean_text
from webapp.models.ids import AccountId, LeerlingId
from webapp.presentation import namen
from webapp.services.controle import samenvoegen, samenvoegplan, splitsen, zelfde
from webapp.services.controle.errors import NotUndoable, UndoChanged
from webapp.services.controle.samenvoegplan import NotMergeable, NotSure
from webapp.services.inname import dubbel, opzoeken
from webapp.services.inname.soorten.leerling import LEERLING
from webapp.verzoek import row_id
from webapp.woorden import samenvoegen as woorden
from webapp.woorden import terugdraaien as terug
from webapp.woorden import zeg


@bp.get("/school/leerling/<int:doel_id>/samenvoegen")
@beheerder_required
@shows_names
def merge(doel_id: LeerlingId) -> ResponseReturnValue:
    session, school_id = db.session(), own_school()
    _, doel = opzoeken.get(session, school_id, LEERLING.soort, doel_id, groepen=None)
    met, los = (_id(request.args.get(name)) for name in ("met", "los"))
    if met is not None and met != doel_id:
        plan = samenvoegplan.preview(session, school_id, doel_id, met, los=los)
        saw("samenvoegen", 2)
        las = namen().las
        return render_template(
            "overzicht/samenvoegen.html", doel=doel, plan=plan, met=met, los=los,
            gebeurt=woorden.gebeurt(plan, las), dubbel=[woorden.dubbel(pair) for pair in plan.dubbel],
            twijfel=woorden.twijfel(plan), bezwaar=woorden.bezwaar(plan),
            in_las=[terug.in_las(each, las) for each in plan.in_las],
            keuzes=[(each.id, woorden.los(each, las)) for each in (plan.gaat_op, plan.blijft)],
            rijen=[(row(LEERLING, each), tekst) for each, tekst in woorden.deze_twee(plan, las)],
        )  # fmt: skip
    text = clean_text(request.args.get("q"))[:100] or doel.naam
    found = LEERLING.look_up(session, school_id, text, None).doelen
    others = [(each.id, row(LEERLING, each)) for each in found if each.id != doel_id][:20]
    saw("samenvoegen", len(others) + 1)
    return render_template("overzicht/samenvoegen.html", doel=doel, plan=None, q=text, gevonden=others)


@bp.post("/school/leerling/<int:doel_id>/samenvoegen")
@beheerder_required
def do_merge(doel_id: LeerlingId) -> ResponseReturnValue:
    met, los = (_id(request.form.get(name)) for name in ("met", "los"))
    if met is None or met == doel_id:
        raise NotAllowed
    again = url_for("overzicht.merge", doel_id=doel_id, met=met, los=los)
    try:
        with unit_of_work() as session:
            plan = samenvoegen.merge(
                session, own_school(), doel_id, met, los=los, zeker="zeker" in request.form,
                digest=request.form.get("digest", ""), door=me(),
            )  # fmt: skip
            message, blijft = woorden.gedaan(plan), plan.blijft.id
    except (UndoChanged, NotMergeable, NotSure) as error:
        return told(zeg(error, namen()), again, "info")
    return told(message, url_for("overzicht.record", soort="leerling", doel_id=blijft), "success")


@dataclass(frozen=True, slots=True)
class Misschien:
    """Another of ours who may be the same child, or was said to be another."""

    tekst: str
    ander_id: LeerlingId
    is_twee: bool


def may_be_another(leerling_id: LeerlingId, namen_van: Mapping[AccountId, str]) -> list[Misschien]:
    """Who else of ours one may be, as the page of a leerling says it."""
    session, school_id = db.session(), own_school()
    rows = {dubbel.other_of(row, leerling_id): row for row in dubbel.of_leerling(session, school_id, leerling_id)}
    found = LEERLING.find(session, school_id, rows)
    return [
        Misschien(woorden.may_be(row, found[id_], namen_van), id_, row.twee_op is not None)
        for id_, row in rows.items()
        if id_ in found
    ]


@bp.post("/school/leerling/<int:doel_id>/twee")
@beheerder_required
def say_two(doel_id: LeerlingId) -> ResponseReturnValue:
    """Say that another of ours is another child, or take that back."""
    ander, is_two = _id(request.form.get("ander")), "terug" not in request.form
    if ander is None:
        raise NotAllowed
    with unit_of_work() as session:
        zelfde.say(session, own_school(), doel_id, ander, is_two=is_two, door=me())
    return told(
        woorden.SAID_TWO if is_two else woorden.NOT_SURE_AFTER_ALL,
        url_for("overzicht.record", soort="leerling", doel_id=doel_id),
    )


@bp.get("/school/leerling/<int:doel_id>/splitsen")
@beheerder_required
@shows_names
def part(doel_id: LeerlingId) -> ResponseReturnValue:
    try:
        plan = splitsen.preview(db.session(), own_school(), doel_id)
    except NotUndoable:
        return _too_late(doel_id)
    saw("samenvoegen", 2)
    las = namen().las
    return render_template(
        "overzicht/splitsen.html", plan=plan, gebeurt=woorden.terug(plan, las),
        in_las=[terug.in_las(each, las) for each in plan.in_las],
    )  # fmt: skip


@bp.post("/school/leerling/<int:doel_id>/splitsen")
@beheerder_required
def do_part(doel_id: LeerlingId) -> ResponseReturnValue:
    try:
        with unit_of_work() as session:
            plan = splitsen.undo(session, own_school(), doel_id, digest=request.form.get("digest", ""), door=me())
            message = woorden.gesplitst(plan)
    except NotUndoable:
        return _too_late(doel_id)
    except (UndoChanged, NotMergeable) as error:
        return told(zeg(error, namen()), url_for("overzicht.part", doel_id=doel_id), "info")
    return told(message, url_for("overzicht.record", soort="leerling", doel_id=doel_id), "success")


def _too_late(doel_id: LeerlingId) -> ResponseReturnValue:
    return told(woorden.TE_LAAT, url_for("overzicht.record", soort="leerling", doel_id=doel_id), "info")


def _id(text: str | None) -> LeerlingId | None:
    found = row_id(text)
    return LeerlingId(found) if found is not None else None
