"""What the API answers when it does not do what was asked: a code, and a sentence. Never a page, never a trace."""

from __future__ import annotations

import logging

from flask import make_response, request
from pydantic import ValidationError
from sqlalchemy.exc import DataError, DBAPIError, TimeoutError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from webapp.blueprints.api import bp
from webapp.blueprints.api.vorm import Fout
from webapp.db import is_away, is_taken, is_too_slow
from webapp.errorpages import seconds_left
from webapp.logs import describe
from webapp.services.toetsen.aanleveren import VerzoekChanged
from webapp.woorden.aanleveren import SLEUTEL_GEBRUIKT

log = logging.getLogger(__name__)

_HTTP = {
    400: ("verzoek_onleesbaar", "Dit is geen geldig verzoek."),
    401: ("niet_herkend", "Stuur een geldig token mee: Authorization: Bearer."),
    404: ("onbekend_adres", "Dit adres bestaat niet."),
    405: ("onbekende_methode", "Dit adres kent deze methode niet."),
    409: ("sleutel_gebruikt", SLEUTEL_GEBRUIKT),
    413: ("te_groot", "Het verzoek is te groot."),
    415: ("geen_json", "Stuur application/json."),
    422: ("velden_onjuist", "De velden kloppen niet."),
    429: ("te_vaak", "Te veel verzoeken. Probeer het na Retry-After opnieuw."),
    500: ("fout_bij_ons", "Er ging iets mis bij ons. Stuur hetzelfde verzoek later opnieuw, met dezelfde sleutel."),
    503: ("even_niet", "Probeer het na Retry-After opnieuw, met dezelfde Idempotency-Key."),
}


def answer(code: int, *, velden: list[str] | None = None, wacht: int | None = None) -> Response:
    """Refuse the whole request."""
    fout, uitleg = _HTTP.get(code, _HTTP[400 if code < 500 else 500])
    body = Fout(fout=fout, uitleg=uitleg, velden=velden or []).model_dump_json()
    response = make_response(body, code, {"Content-Type": "application/json"})
    if wacht is not None:
        response.headers["Retry-After"] = str(wacht)
    if code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def fields(error: ValidationError) -> list[str]:
    """Which fields are wrong and how, without what stood there; a name may hold signs that no database keeps."""
    found = [f"{'.'.join(str(part) for part in each['loc'])}: {each['type']}"[:200] for each in error.errors()[:20]]
    return ["".join(sign if sign.isprintable() else "?" for sign in each) for each in found]


@bp.before_app_request
def no_address_of_ours() -> Response | None:
    """What no route takes is of no blueprint, and would get the page of the site."""
    error, is_ours = request.routing_exception, f"{request.path}/".startswith(f"{bp.url_prefix}/")
    if error is None or (error.code or 500) < 400:  # a redirect to the merged path is none
        return None
    return http(error) if is_ours else None


@bp.errorhandler(HTTPException)
def http(error: HTTPException) -> Response:
    """Whatever Flask or the limiter refuses."""
    code = error.code or 500
    return answer(code, wacht=seconds_left(error) if code == 429 else None)


@bp.errorhandler(VerzoekChanged)
def changed(_: VerzoekChanged) -> Response:
    """The key of another request."""
    return answer(409)


@bp.errorhandler(DBAPIError)
@bp.errorhandler(TimeoutError)
def database(error: DBAPIError | TimeoutError) -> Response:
    """What passes: the same request once more does nothing twice. What the database cannot hold never will."""
    log.warning("database: %s", describe(error))
    if is_taken(error) or is_too_slow(error) or is_away(error):
        return answer(503, wacht=30)
    if isinstance(error, DataError):
        return answer(400)
    raise error
