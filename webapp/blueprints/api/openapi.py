"""The OpenAPI document, made of what the code accepts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import make_response
from pydantic.json_schema import models_json_schema
from werkzeug.wrappers import Response

from webapp.accounts import public
from webapp.blueprints.api import bp
from webapp.blueprints.api.gegevens import Geweigerd, Ingelezen, Schoolgegevens
from webapp.blueprints.api.toegang import MAX_BYTES, PER_MINUTE
from webapp.blueprints.api.vorm import MOST, Antwoord, Fout, Verzoek
from webapp.services.inlezen.fouten import VAN_EEN_BESTAND, Mis
from webapp.woorden.aanleveren import CODES, ONGELDIG
from webapp.woorden.inlezen import wat

_REFUSALS = {
    400: "Het verzoek is niet te lezen",
    401: "Token ontbreekt, is onbekend of is ingetrokken",
    413: f"Meer dan {MAX_BYTES // 1024} kB",
    415: "Geen application/json",
    422: "De velden van het verzoek kloppen niet",
    429: f"Meer dan {PER_MINUTE} verzoeken per minuut; Retry-After zegt hoe lang u wacht",
    500: "Fout bij ons; stuur hetzelfde verzoek later opnieuw",
    503: "Even niet; stuur hetzelfde verzoek na Retry-After opnieuw",
}
_WITH_A_KEY = {
    400: "Idempotency-Key ontbreekt, of het verzoek is niet te lezen",
    409: "Deze Idempotency-Key hoort bij een verzoek met een andere inhoud",
}


@bp.get("/openapi.json")
@public
def document() -> Response:
    """Say what the API takes. Public: it holds nothing of anybody."""
    return make_response(describe())


def describe() -> dict[str, Any]:
    """Return the document."""
    taken, said = (Verzoek, Schoolgegevens), (Antwoord, Ingelezen, Geweigerd, Fout)
    kinds = [(model, "validation") for model in taken] + [(model, "serialization") for model in said]
    _, schema = models_json_schema(kinds, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]  # a literal
    return {
        "openapi": "3.1.0",
        "info": {"title": "Koppelpunt: resultaten aanleveren en gegevens inlezen", "version": "1"},
        "components": {
            "schemas": schema["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
        "paths": {"/api/v1/afnames": {"post": _afnames()}, "/api/v1/inlezen": {"post": _inlezen()}},
    }


def _afnames() -> dict[str, Any]:
    codes = "\n".join(f"- `{code}`: {uitleg}" for code, uitleg in (*CODES.values(), ONGELDIG))
    return {
        "operationId": "afnames",
        "summary": f"Lever resultaten van één school aan, ten hoogste {MOST} tegelijk",
        "description": f"Elke afname krijgt een eigen uitkomst; `fout` is een van:\n\n{codes}",
        "parameters": [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": True,
                "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"},
            }
        ],
        "requestBody": {"required": True, "content": _content("Verzoek")},
        "responses": {"200": _response("De uitkomst per afname", "Antwoord"), **_refusals(_REFUSALS | _WITH_A_KEY)},
    }


def _inlezen() -> dict[str, Any]:
    codes = "\n".join(f"- `{mis.replace(' ', '_')}`: {wat(mis)}" for mis in Mis if mis not in VAN_EEN_BESTAND)
    refusals = _refusals(_REFUSALS | {404: "Dit token mag niet inlezen"})
    refusals["422"] = _response(
        "Er is iets mis met een veld of een record; er is niets geschreven", "Geweigerd", "Fout"
    )
    return {
        "operationId": "inlezen",
        "summary": f"Lees gegevens van één school in, ten hoogste {MOST} per soort",
        "description": (
            "Alleen voor het testcentrum zelf. Wat een rij van `flask inlezen` is, is hier een record; is er iets mis, "
            f"dan wordt er niets geschreven. `fout` van een record is een van:\n\n{codes}"
        ),
        "requestBody": {"required": True, "content": _content("Schoolgegevens")},
        "responses": {"200": _response("Wat er van de records is gekomen", "Ingelezen"), **refusals},
    }


def _refusals(texts: Mapping[int, str]) -> dict[str, Any]:
    return {str(code): _response(text, "Fout") for code, text in texts.items()}


def _content(*models: str) -> dict[str, Any]:
    refs = [{"$ref": f"#/components/schemas/{model}"} for model in models]
    return {"application/json": {"schema": refs[0] if len(refs) == 1 else {"anyOf": refs}}}


def _response(text: str, *models: str) -> dict[str, Any]:
    return {"description": text, "content": _content(*models)}
