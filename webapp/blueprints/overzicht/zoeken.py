"""One search for whom and what a school has: a page of what fits, and the same as a list while somebody types."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from flask import Response, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import is_beheerder, own_groepen, own_school, saw, school_required, shows_names
from webapp.blueprints.bestand import as_csv
from webapp.blueprints.overzicht import bp
from webapp.db import db
from webapp.forms.cleaning import clean_text
from webapp.models import Leerling
from webapp.presentation import namen
from webapp.services.inname import dubbel, opzoeken
from webapp.services.inname.opzoeken import Treffers
from webapp.services.inname.soorten import AnyKind, Doel
from webapp.services.inname.soorten.soort import proven
from webapp.woorden import opzoeken as woorden
from webapp.woorden.controle import SOORTEN
from webapp.woorden.kaart import twice

_PROPOSED = 4
"""So many of each kind while typing."""


@dataclass(frozen=True, slots=True)
class Rij:
    """Somebody or something that was found."""

    naam: str
    onder: str
    url: str


@dataclass(frozen=True, slots=True)
class Deel:
    """What was found of one kind."""

    kop: str
    rijen: list[Rij]
    rest: str
    """That there are more, when there are."""


@bp.get("/zoeken")
@school_required
@shows_names
def search() -> ResponseReturnValue:
    """Show what fits; a script that asks for JSON gets the first few."""
    text = clean_text(request.args.get("q"))[:100]
    found = opzoeken.look_up(db.session(), own_school(), text, groepen=own_groepen())
    most = _PROPOSED if request.accept_mimetypes.best == "application/json" else None
    delen = [_part(treffers, most) for treffers in found]
    saw("zoeken", sum(len(each.doelen[:most]) for each in found if each.kind.has_results))
    if most is not None:
        rijen = chain.from_iterable(deel.rijen for deel in delen)
        return jsonify([{"naam": rij.naam, "onder": rij.onder, "url": rij.url} for rij in rijen])
    return render_template(
        "overzicht/zoeken.html",
        q=text,
        delen=delen,
        dubbel=_twice(found) if is_beheerder() else [],
        beperkt=own_groepen() is not None,
    )


def _twice(found: Iterable[Treffers]) -> list[tuple[str, str]]:
    """Who look like one child, and where they are merged."""
    doelen = chain.from_iterable(treffers.doelen for treffers in found if treffers.kind.has_results)
    pairs = dubbel.alike(db.session(), [proven(doel, Leerling) for doel in doelen])
    return [(twice(a.naam), url_for("overzicht.merge", doel_id=a.id, met=b.id)) for a, b in pairs[:_PROPOSED]]


@bp.get("/school/<soort>.csv")
@school_required
@shows_names
def records_csv(soort: str) -> Response:
    """Everybody of one kind, leavers too; for a leerkracht those of the own groepen."""
    kind = opzoeken.kind_of(soort)
    doelen = opzoeken.everybody(db.session(), own_school(), kind, groepen=own_groepen())
    meer = SOORTEN[kind.soort].meer
    saw(meer, len(doelen) if kind.has_results else 0)
    rows = ((woorden.title(kind, doel), woorden.about(kind, doel, namen()), _linked(doel)) for doel in doelen)
    return as_csv(meer, ("Naam", "Gegevens", "Koppeling"), rows)


def _linked(doel: Doel) -> str:
    return "gekoppeld" if doel.las_key or doel.eckid else "niet gekoppeld"


def _part(treffers: Treffers, most: int | None) -> Deel:
    rijen = [row(treffers.kind, doel) for doel in treffers.doelen[:most]]
    return Deel(woorden.found(treffers.kind.soort, treffers.aantal), rijen, woorden.more(treffers, len(rijen)))


def row(kind: AnyKind, doel: Doel, *, is_beside: bool = False) -> Rij:
    """One of our records, with a way to its page."""
    onder = woorden.about(kind, doel, namen(), is_beside=is_beside)
    return Rij(woorden.title(kind, doel), onder, url_for("overzicht.record", soort=kind.soort, doel_id=doel.id))
