"""What every answer of ParnasSys says about itself, and the pages for what goes wrong."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, SecurityError

from sandbox.parnassys.errors import DomainError, NotAllowed

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
_NIETS = "Er is niets gewijzigd."
_PAGES = {
    400: ("Het formulier was verlopen", f"{_NIETS} Ga terug, ververs de pagina en probeer het opnieuw."),
    404: ("Deze pagina is er niet", "Misschien hoort de link bij een andere school."),
}
_OTHER = ("Dit kan zo niet", f"{_NIETS} Ga terug en gebruik de knop op de pagina.")


def init_app(app: Flask) -> None:
    """Register the headers and a page for every way in which a request can fail."""
    app.after_request(_add_headers)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(NotAllowed, lambda error: _page(404))
    app.register_error_handler(DomainError, _refused)


def _add_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint not in ("static", "parnassys.static"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or error.code is None or error.code < 400 or isinstance(error, SecurityError):
        return error
    if error.code >= 500:
        # Without the layout of a page: that asks the database who is logged in.
        return Response("Er ging iets mis in het nagebootste ParnasSys.\n", error.code, mimetype="text/plain")
    return _page(error.code)


def _page(code: int) -> ResponseReturnValue:
    titel, tekst = _PAGES.get(code, _OTHER)
    return render_template("parnassys/fout.html", titel=titel, tekst=tekst), code


def _refused(error: DomainError) -> ResponseReturnValue:
    """A rule said no: say so on the page the person came from, and never repeat the act on reload."""
    if request.method != "POST":
        return render_template("parnassys/fout.html", titel="Dit kan nu niet", tekst=str(error)), 409
    flash(str(error), "fout")
    referrer = urlsplit(request.referrer or "")
    # Of our own pages only the path, and never one that a browser reads as another site.
    path = "/" + referrer.path.lstrip("/") if referrer.netloc == request.host else "/sandbox/parnassys/"
    query = referrer.query if referrer.netloc == request.host else ""
    return redirect(f"{path}?{query}" if query else path, 303)
