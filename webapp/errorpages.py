"""Every error as a page: what happened, whether anything changed, who acts next."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from webapp.db import db
from webapp.errors import DomainError, NotAllowed
from webapp.links import LinkInvalid
from webapp.presentation import house, namen
from webapp.woorden import zeg

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Page:
    titel: str
    tekst: str


_NIETS = "Er is niets gewijzigd."
_PAGES = {
    400: _Page("Dit verzoek klopt niet", f"{_NIETS} Ga terug, ververs de pagina en probeer het opnieuw."),
    403: _Page("Hier mag u niet bij", f"{_NIETS} Deze pagina is voor beheerders. Vraag een beheerder van uw school."),
    404: _Page("Deze pagina is er niet", "Misschien hoort de link bij een andere school of een ander account."),
    405: _Page("Dit kan zo niet", f"{_NIETS} Ga terug en gebruik de knop op de pagina."),
    410: _Page(
        "Deze link werkt niet meer",
        "De link is verlopen of beschadigd. Log in: op uw overzicht staat wat er te doen is, en via "
        "Beheer > Koppelen met LAS kunt u een nieuwe mail vragen.",
    ),
    413: _Page("Dit is te groot", f"{_NIETS} Stuur minder gegevens tegelijk."),
    429: _Page("Even wachten", f"Er is te vaak geprobeerd. {_NIETS} Probeer het over een kwartier opnieuw."),
    500: _Page(
        "Er ging iets mis bij ons",
        "Wat u net deed, is niet opgeslagen. Wij zien deze fout in ons logboek. Probeer het later opnieuw, of bel ons.",
    ),
    503: _Page(
        "Even niet bereikbaar", f"Onze database antwoordt niet. {_NIETS} Probeer het over een paar minuten opnieuw."
    ),
}


def init_app(app: Flask) -> None:
    """Register a page for every way in which a request can fail."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(NotAllowed, lambda error: _page(404))
    app.register_error_handler(LinkInvalid, lambda error: _page(410))
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(DomainError, _refused)


def _http(error: HTTPException) -> ResponseReturnValue:
    """A page for the code; an answer that is no error, such as a redirect to the merged path, goes out as it is."""
    if error.response is not None or error.code is None or error.code < 400:
        return error
    if error.code >= 500:
        db.session.rollback()
    return _page(error.code)


def _page(code: int) -> ResponseReturnValue:
    page = _PAGES.get(code, _PAGES[400 if code < 500 else 500])
    return render_template("errors/error.html", code=code, titel=page.titel, tekst=page.tekst), code


def _refused(error: DomainError) -> ResponseReturnValue:
    """A rule said no: say so on the page the person came from, and never repeat the act on reload."""
    tekst = zeg(error, namen())
    if request.method == "POST":
        flash(tekst, "fout")
        return redirect(_came_from(), 303)
    return render_template("errors/error.html", code=409, titel="Dit kan nu niet", tekst=tekst), 409


def _came_from() -> str:
    """Path of our own page that the form stood on; without one, or from another site, the overview."""
    referrer = urlsplit(request.referrer or "")
    if referrer.netloc != request.host:
        return "/"
    path = "/" + referrer.path.lstrip("/")
    return f"{path}?{referrer.query}" if referrer.query else path


def _stale_form(error: CSRFError) -> ResponseReturnValue:
    titel = "Het formulier was verlopen"
    tekst = f"{_NIETS} Ga terug, ververs de pagina en probeer het opnieuw."
    return render_template("errors/error.html", code=400, titel=titel, tekst=tekst), 400


def _database_away(error: OperationalError) -> ResponseReturnValue:
    """Say so without asking the database anything: neither the session nor the account can be read now."""
    log.error("database: %s", type(error.orig).__name__)
    page = _PAGES[503]
    template = current_app.jinja_env.get_template("errors/error.html")
    values = house(current_app.extensions["settings"])
    return template.render(code=503, titel=page.titel, tekst=page.tekst, request=request, **values), 503
