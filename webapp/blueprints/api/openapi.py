"""The OpenAPI document, made of what the code accepts."""

from __future__ import annotations

from typing import Any

from flask import make_response
from pydantic.json_schema import models_json_schema
from werkzeug.wrappers import Response

from webapp.accounts import public
from webapp.blueprints.api import bp
from webapp.blueprints.api.afnames import MAX_BYTES, PER_MINUTE
from webapp.blueprints.api.vorm import MOST, Antwoord, Fout, Verzoek
from webapp.woorden.aanleveren import CODES, ONGELDIG

_REFUSALS = {
    400: "Idempotency-Key ontbreekt, of het verzoek is niet te lezen",
    401: "Token ontbreekt, is onbekend of is ingetrokken",
    409: "Deze Idempotency-Key hoort bij een verzoek met een andere inhoud",
    413: f"Meer dan {MAX_BYTES // 1024} kB",
    415: "Geen application/json",
    422: "De velden van het verzoek kloppen niet",
    429: f"Meer dan {PER_MINUTE} verzoeken per minuut; Retry-After zegt hoe lang u wacht",
    500: "Fout bij ons; stuur hetzelfde verzoek later opnieuw",
    503: "Even niet; stuur hetzelfde verzoek na Retry-After opnieuw",
}


@bp.get("/openapi.json")
@public
def document() -> Response:
    """Say what the API takes. Public: it holds nothing of anybody."""
    return make_response(describe())


def describe() -> dict[str, Any]:
    """Return the document."""
    kinds = ((Verzoek, "validation"), (Antwoord, "serialization"), (Fout, "serialization"))
    _, schema = models_json_schema(list(kinds), ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]  # a literal
    codes = "\n".join(f"- `{code}`: {uitleg}" for code, uitleg in (*CODES.values(), ONGELDIG))
    refusals = {str(code): _response(text, "Fout") for code, text in _REFUSALS.items()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Koppelpunt: resultaten aanleveren", "version": "1"},
        "components": {
            "schemas": schema["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
        "paths": {
            "/api/v1/afnames": {
                "post": {
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
                    "responses": {"200": _response("De uitkomst per afname", "Antwoord"), **refusals},
                }
            }
        },
    }


def _content(model: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{model}"}}}


def _response(text: str, model: str) -> dict[str, Any]:
    return {"description": text, "content": _content(model)}
