"""Help in place: what fits how the school stands, all other help, a page per code, and the handleiding for paper."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Blueprint, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup, escape

from webapp.accounts import is_beheerder, own_place, public
from webapp.blueprints.own import own_koppeling
from webapp.models import LasType
from webapp.presentation import namen, own_feiten, today
from webapp.schooljaar import schooljaar_of
from webapp.services.overzicht.einde import Einde
from webapp.woorden import hulp
from webapp.woorden.hulp import Artikel, Bladzijde, Lezer, Wat

bp = Blueprint("hulp", __name__, url_prefix="/hulp")

_BIJ: dict[str, Wat] = {
    "admin": Bladzijde.WACHTRIJ,
    "analyse": Bladzijde.TOETSEN,
    "beheerders": Bladzijde.MENSEN,
    "controle": Einde.CONTROLEREN,
    "controle.held": Einde.VASTGEHOUDEN,
    "doorgegeven": Bladzijde.DOORGEGEVEN,
    "koppeling.absent": Einde.NIET_IN_LAS,
    "koppeling.new_sleutel": Einde.SLEUTEL_GEWEIGERD,
    "koppeling.turn_of_year": Einde.NIEUW_SCHOOLJAAR,
    "leerkrachten": Bladzijde.MENSEN,
    "oefenen": Bladzijde.OEFENEN,
    "nazenden": Bladzijde.WAAR,
    "overzicht.reported": Einde.KLOPT_NIET,
    "toetsen": Bladzijde.TOETSEN,
    "versturen": Bladzijde.WAAR,
}
"""What a page is about, by its endpoint or else by its part of the site; of all others how the school stands."""
_CODE = re.compile(r"(?<=\(code )([\w.]+)")


@bp.app_template_global("hulp_url")
def address() -> str:
    """Where the help of the page that is shown begins."""
    wat = _BIJ.get(request.endpoint or "", _BIJ.get(request.blueprint or "")) if _is_known() else None
    found = None if wat is None else hulp.artikel(wat, _reader(), namen())
    return url_for("hulp.index") if found is None else url_for("hulp.show", wat=found.naam)


@bp.app_template_filter("met_code")
def with_code(text: str) -> Markup:
    """Make of the code in a sentence for klantenservice the link to what it means."""
    before, *rest = _CODE.split(text, maxsplit=1)
    if not rest or rest[0] not in {*hulp.CODES}:
        return escape(text)
    link = Markup('<a href="{}">{}</a>').format(url_for("hulp.show_code", code=rest[0]), rest[0])
    return escape(before) + link + escape(rest[1])


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """Say what fits how the school stands, and what else there is. Public: a visitor reads how to ask for it."""
    if not _is_known():
        return render_template("hulp/openbaar.html", **_shared(), delen=_for_visitors())
    reader, names, jaar = _reader(), namen(), schooljaar_of(today())
    is_clerk = reader is Lezer.KLANTENSERVICE
    open_ = [Bladzijde.WACHTRIJ] if is_clerk else hulp.open_bij(own_feiten().einden, reader)
    return render_template(
        "hulp/index.html",
        **_shared(),
        nu=[found for wat in open_ if (found := hulp.artikel(wat, reader, names)) is not None],
        hoofdstukken=hulp.hoofdstukken(reader, names),
        codes=[hulp.van_code(code, reader, names, jaar) for code in hulp.CODES] if is_clerk else [],
    )


@bp.get("/<wat>")
def show(wat: str) -> ResponseReturnValue:
    """Show one subject."""
    subject = hulp.van_naam(wat)
    found = None if subject is None else hulp.artikel(subject, _reader(), namen())
    return render_template("hulp/onderwerp.html", **_shared(), artikel=found or abort(404))


@bp.get("/code/<code>")
def show_code(code: str) -> ResponseReturnValue:
    """Show what a code means, and who does what about it."""
    known = next((each for each in hulp.CODES if each == code), None) or abort(404)
    wat = hulp.verder_bij(known, _reader())
    return render_template(
        "hulp/code.html",
        **_shared(),
        artikel=hulp.van_code(known, _reader(), namen(), schooljaar_of(today())),
        verder=None if wat is None else hulp.artikel(wat, _reader(), namen()),
    )


@bp.get("/handleiding")
def manual() -> ResponseReturnValue:
    """Show all help for this reader on one page, for paper."""
    return render_template(
        "hulp/handleiding.html", **_shared(), hoofdstukken=hulp.hoofdstukken(_reader(), namen()), dag=today()
    )


def _is_known() -> bool:
    """Whether there is a school, or klantenservice, to speak to."""
    is_klantenservice = current_user.is_authenticated and current_user.is_klantenservice
    return bool(is_klantenservice or own_place() is not None)


def _reader() -> Lezer:
    if current_user.is_klantenservice:
        return Lezer.KLANTENSERVICE
    return Lezer.BEHEERDER if is_beheerder() or own_place() is None else Lezer.LEERKRACHT


def _for_visitors() -> list[Artikel]:
    found = (hulp.artikel(wat, Lezer.BEHEERDER, namen()) for wat in (Einde.GEEN_KOPPELING, Einde.OPENGEZET))
    return [each for each in found if each is not None]


def _shared() -> dict[str, object]:
    """The pictures of this LAS, by name."""
    koppeling = own_koppeling() if own_place() is not None else None
    las_type = LasType.PARNASSYS if koppeling is None else koppeling.las_type
    folder = Path(current_app.static_folder or "", "hulp", las_type)
    beelden = {each.stem: f"hulp/{las_type}/{each.name}" for each in sorted(folder.glob("*.png"))}
    return {"beelden": beelden, "is_klantenservice": _is_known() and _reader() is Lezer.KLANTENSERVICE}
