"""The page about privacy and security for boards and their auditors, and where to report a hole."""

from __future__ import annotations

from datetime import UTC, datetime, time

from flask import Blueprint, Response, abort, render_template
from flask.typing import ResponseReturnValue

from webapp.accounts import public
from webapp.config import AMSTERDAM
from webapp.context import settings
from webapp.links import external_url
from webapp.presentation import namen, today
from webapp.woorden import beveiliging, privacy

bp = Blueprint("privacy", __name__)


@bp.get("/privacy")
@public
def index() -> ResponseReturnValue:
    """Say what is kept, how long and how it is guarded. Public: a board reads it before it has a koppeling."""
    known = settings()
    return render_template(
        "privacy/index.html",
        organisatie=known.organisatie,
        bewaard=privacy.bewaard(known),
        niet_van_personen=privacy.niet_van_personen(known),
        doelen=privacy.doelen(namen()),
        maatregelen=beveiliging.maatregelen(known),
        klassen=beveiliging.KLASSEN,
        antwoord=lambda vraag: beveiliging.antwoord(known.organisatie, vraag),
        niet_vastgesteld=beveiliging.NIET_VASTGESTELD,
        beveiliging_mail=known.beveiliging_mail,
        dag=today(),
    )


@bp.get("/.well-known/security.txt")
@public
def security_txt() -> ResponseReturnValue:
    """Say where to report a hole (RFC 9116), while somebody vouches for it. Public: who finds one has no account."""
    known = settings()
    if known.beveiliging_tot is None or known.beveiliging_tot < today():
        abort(404)
    expires = datetime.combine(known.beveiliging_tot, time.max, AMSTERDAM).astimezone(UTC)
    lines = (
        f"Contact: mailto:{known.beveiliging_mail}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: nl, en",
        f"Canonical: {external_url('privacy.security_txt')}",
        f"Policy: {external_url('privacy.index')}",
    )
    return Response("".join(f"{line}\n" for line in lines), mimetype="text/plain")
