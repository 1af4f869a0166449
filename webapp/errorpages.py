"""Every error as a page: what happened, whether anything changed, who acts next."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from math import ceil
from time import time

from flask import Flask, current_app, flash, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, TimeoutError
from werkzeug.exceptions import HTTPException, SecurityError, TooManyRequests

from webapp.accounts import is_oefenend
from webapp.accounts.setup import limiter
from webapp.context import settings
from webapp.db import breaks, is_away, is_taken, is_too_slow, may_hold
from webapp.errors import DomainError, NotAllowed
from webapp.filters import duur
from webapp.links import LinkInvalid
from webapp.logs import describe
from webapp.models import CROSSING
from webapp.presentation import house, namen
from webapp.verzoek import came_from
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
        "De link is verlopen of beschadigd. U heeft hem niet nodig: als u bent ingelogd, staat op uw overzicht of er "
        "iets te doen is.",
    ),
    413: _Page("Dit is te groot", f"{_NIETS} Stuur minder gegevens tegelijk."),
    429: _Page("Even wachten", f"Er is te vaak geprobeerd. {_NIETS} Probeer het over {{wanneer}} opnieuw."),
    500: _Page(
        "Er ging iets mis bij ons",
        "Wat u net deed, is niet opgeslagen. Wij zien deze fout in ons logboek. Probeer het later opnieuw, of bel ons.",
    ),
    415: _Page("Dit verzoek klopt niet", f"{_NIETS} Deze site neemt alleen formulieren aan."),
    503: _Page(
        "Even niet bereikbaar", f"Onze database antwoordt niet. {_NIETS} Probeer het over een paar minuten opnieuw."
    ),
}
_AANVRAAG_OVER = _Page(
    "Deze link werkt niet meer",
    "De link is verlopen of beschadigd. Er is niets gewijzigd. Vraag de koppeling opnieuw aan.",
)
_IN_USE = _Page(
    "Iemand anders is hier net mee bezig",
    f"Een collega of de nacht is hier net mee bezig. {_NIETS} Ga terug en probeer het over een halve minuut opnieuw.",
)
_CROSSED = _Page(
    "Iemand was u net voor", f"Tegelijk met u veranderde iemand hetzelfde. {_NIETS} Ga terug en ververs de pagina."
)
_UNKNOWN = _Page(
    "Het is niet zeker of dit is opgeslagen",
    "Er ging iets mis terwijl wij dit opsloegen, of vlak daarna. Of het is gelukt, weten wij niet. Wacht een paar "
    "minuten en kijk op de pagina zelf of het er staat; op het overzicht ziet u wat er is gebeurd. Staat het er niet, "
    "doe het dan opnieuw.",
)
_MADE_ANEW = _Page(
    "Deze pagina is er niet meer",
    "Waarschijnlijk is de oefenschool opnieuw begonnen: door u, door iemand die ook oefent, of vannacht. Alles is dan "
    "weer zoals vlak voor de eerste import. Ga verder op het overzicht.",
)
_NOT_KEPT = "Deze pagina was verlopen. Uw antwoord is niet bewaard: antwoord opnieuw."
_BUSY = _Page("Het is nu erg druk", f"Dit duurde te lang. {_NIETS} Ga terug en probeer het over een minuut opnieuw.")


def init_app(app: Flask) -> None:
    """Register a page for every way in which a request can fail."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(NotAllowed, lambda error: _page(404))
    app.register_error_handler(
        LinkInvalid, lambda error: _page(410, _AANVRAAG_OVER if request.blueprint == "aanvraag" else None)
    )
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(TimeoutError, _database)
    app.register_error_handler(DomainError, _refused)


def _http(error: HTTPException) -> ResponseReturnValue:
    """A page for the code; an answer that is no error, such as a redirect to the merged path, goes out as it is."""
    if error.response is not None or error.code is None or error.code < 400:
        return error
    if error.code >= 500 and request.method == "POST" and may_hold(None):
        return _plain(error.code, _UNKNOWN)
    if isinstance(error, TooManyRequests):
        return _wait(error)
    is_plain = error.code >= 500 or isinstance(error, SecurityError)  # of a host that is not ours no address is known
    return _plain(error.code) if is_plain else _page(error.code)


def seconds_left(error: HTTPException) -> int:
    """Return how long to wait after too many tries."""
    left = getattr(error, "retry_after", None)
    if isinstance(left, int):
        return left
    limit = limiter.current_limit
    return max(1, ceil(limit.reset_at - time())) if limit is not None else 60


def _wait(error: TooManyRequests) -> ResponseReturnValue:
    """Say how long, as it is: our own brakes know it, and the limiter knows when its window ends."""
    left = seconds_left(error)
    page = _PAGES[429]
    tekst = page.tekst.format(wanneer=duur(left))
    answer = current_app.make_response(_page(429, _Page(page.titel, tekst)))
    answer.headers["Retry-After"] = str(left)
    return answer


def _place(code: int) -> str:
    """Where it was, for klantenservice: the address, but no token."""
    return "link uit een mail" if code == 410 or request.path.startswith("/m/") else request.path


def _page(code: int, page: _Page | None = None) -> ResponseReturnValue:
    """The page in the looks of the site; what it cannot show for whatever reason, a plain page can."""
    shown = page or _PAGES.get(code, _PAGES[400])
    try:
        if code == 404 and is_oefenend():
            shown = _MADE_ANEW
        return render_template(
            "errors/error.html", code=code, titel=shown.titel, tekst=shown.tekst, plek=_place(code)
        ), code
    except Exception:  # the one page that may not fail
        log.exception("no page for %s", code)
        return _plain(code, page)


def _plain(code: int, page: _Page | None = None, wacht: int | None = None) -> ResponseReturnValue:
    """A page that needs no database, no account and no address of ours; `wacht`: seconds after which to try again."""
    shown = page or _PAGES.get(code, _PAGES[400 if code < 500 else 500])
    template = current_app.jinja_env.get_template("errors/kaal.html")
    places = {"static": f"{request.script_root}{current_app.static_url_path}", "begin": f"{request.script_root}/"}
    values = places | house(settings())
    text = template.render(code=code, titel=shown.titel, tekst=shown.tekst, **values)
    return text, code, {} if wacht is None else {"Retry-After": str(wacht)}


def _refused(error: DomainError) -> ResponseReturnValue:
    """A rule said no: say so on the page the person came from, and never repeat the act on reload."""
    tekst = zeg(error, namen())
    if request.method == "POST":
        flash(tekst, "fout")
        return redirect(came_from() or "/", 303)
    return _page(409, _Page("Dit kan nu niet", tekst))


def _stale_form(error: CSRFError) -> ResponseReturnValue:
    """On the page that was open, where script sent it: pressing again there would be refused again."""
    is_login = request.blueprint == "security"  # which never answers with JSON
    if request.accept_mimetypes.best == "application/json" and not is_login:
        flash(_NOT_KEPT, "fout")
        return jsonify(verder=came_from() or "/"), 400
    return _page(400, _Page("Het formulier was verlopen", _PAGES[400].tekst))


def _database(error: DBAPIError | TimeoutError) -> ResponseReturnValue:
    """Say which kind it was, without asking the database anything; what is nobody's fault but ours goes on as a bug."""
    log.warning("database: %s", describe(error))
    is_unknown = request.method == "POST" and may_hold(error)
    if is_taken(error):
        return _plain(503, _UNKNOWN if is_unknown else _IN_USE, wacht=30)
    if is_too_slow(error):
        return _plain(503, _UNKNOWN if is_unknown else _BUSY, wacht=60)
    if is_away(error):
        return _plain(503, _UNKNOWN if is_unknown else None, wacht=120)
    if isinstance(error, DataError):
        return _plain(400)
    if isinstance(error, IntegrityError) and breaks(error, *CROSSING):
        return _plain(409, _CROSSED)
    raise error
