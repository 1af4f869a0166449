"""Login at the server of a board (OpenID Connect): where a browser is sent, and what we believe of what it brings back.

Authlib holds the protocol. Ours are the calls, which end in time and follow nothing, and what we ask for beyond the
standard: our issuer and our audience to the letter, signatures of a few kinds, and an organisation that is this board.
Discovery and keys are asked for at every login: a key that was withdrawn opens nothing any more.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client import BaseApp, OAuth2Mixin, OpenIDMixin
from authlib.integrations.requests_client import OAuth2Session
from joserfc.errors import JoseError
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from webapp.besturen import Bestuur
from webapp.services.toegang.errors import BestuurAntwoordtNiet, BestuurGeweigerd, Weigering
from webapp.services.toegang.identiteit import Wie
from webapp.uwlr.transport import Answer, ExchangeFailed, Limits, exchange

_LIMITS = Limits(deadline=timedelta(seconds=5), max_bytes=256 * 1024)
_SIGNATURES = ["RS256", "PS256", "ES256"]
"""Never `none`, and never one with a secret that both sides know."""
_LEEWAY = 60
"""Seconds that two clocks may differ."""
_MISFORMED = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What these libraries end in when a token or a key has another form than theirs, or is nested without end."""
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


def begin(bestuur: Bestuur, terug: str, *, is_sandbox: bool) -> dict[str, str]:
    """Return where to send the browser (`url`), and what to keep until it comes back."""
    try:
        begun: dict[str, str] = _client(bestuur, _discovered(bestuur, is_sandbox)).create_authorization_url(
            terug, prompt="select_account"
        )
    except (AuthlibBaseError, ValueError) as error:
        raise BestuurAntwoordtNiet from error
    return begun


def finish(bestuur: Bestuur, terug: str, code: str, *, nonce: str, verifier: str, is_sandbox: bool) -> Wie:
    """Change the code for an id token, and return who it is about; raise BestuurGeweigerd when it is not believed."""
    metadata = _discovered(bestuur, is_sandbox)
    client = _client(bestuur, metadata | {"jwks": _json(metadata["jwks_uri"])})
    try:
        token = client.fetch_access_token(terug, code=code, code_verifier=verifier)
    except AuthlibBaseError as error:  # it says that the code is wrong, used, or another's
        raise BestuurGeweigerd(Weigering.CODE) from error
    except (requests.RequestException, ExchangeFailed, ValueError, TypeError, RecursionError) as error:
        raise BestuurAntwoordtNiet from error
    return _believed(bestuur, client, token, nonce)


def _believed(bestuur: Bestuur, client: _Client, token: dict[str, Any], nonce: str) -> Wie:
    exactly = {
        "iss": {"essential": True, "value": bestuur.issuer},
        "aud": {"essential": True, "value": bestuur.client_id},
    }
    try:
        claims = client.parse_id_token(token, nonce=nonce, claims_options=exactly, leeway=_LEEWAY)
    except (AuthlibBaseError, JoseError, *_MISFORMED, ExchangeFailed, requests.RequestException) as error:
        # The last two: an unknown key makes Authlib ask for the keys once more, and then they do not come.
        raise BestuurGeweigerd(Weigering.TOKEN) from error
    if claims is None or not _is_text(claims.get("sub")):
        raise BestuurGeweigerd(Weigering.TOKEN)
    tenant = claims.get(bestuur.tenant_claim)
    if not _is_text(tenant) or tenant not in bestuur.tenants:
        raise BestuurGeweigerd(Weigering.TENANT)
    by_amr = any(each in bestuur.tweede_stap_amr for each in claims.get("amr") or ())
    shown = claims.get("preferred_username") or claims.get("email") or claims.get("name")
    return Wie(
        bestuur.issuer,
        tenant,
        claims["sub"],
        shown if _is_text(shown) else "",
        is_strong=by_amr or claims.get("acr") in bestuur.tweede_stap_acr,
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 255 and value.isprintable()


def try_out(bestuur: Bestuur, *, is_sandbox: bool) -> None:
    """Ask its server what it says of itself; raise as `begin` would."""
    _discovered(bestuur, is_sandbox)


def _discovered(bestuur: Bestuur, is_sandbox: bool) -> dict[str, Any]:
    """What the server says of itself; of it only the addresses are taken."""
    found = _json(bestuur.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if found.get("issuer") != bestuur.issuer:
        raise BestuurGeweigerd(Weigering.ISSUER)
    schemes = ("https://", "http://") if is_sandbox else ("https://",)
    if not all(isinstance(found.get(name), str) and found[name].startswith(schemes) for name in _ENDPOINTS):
        raise BestuurAntwoordtNiet
    return {name: found[name] for name in _ENDPOINTS} | {"id_token_signing_alg_values_supported": _SIGNATURES}


def _json(url: str) -> dict[str, Any]:
    try:
        answer = exchange(url, b"", {"Accept": "application/json"}, _LIMITS, method="GET")
        content = json.loads(answer.content) if answer.status == requests.codes.ok else None
    except (ExchangeFailed, ValueError, RecursionError) as error:
        raise BestuurAntwoordtNiet from error
    if not isinstance(content, dict):
        raise BestuurAntwoordtNiet
    return content


class _Calls(BaseAdapter):
    """Under Authlib's session: each call as ours to a LAS, with one deadline, a cap, and no redirect."""

    def send(self, request: Any, *_args: Any, **_kwargs: Any) -> requests.Response:
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        answer = exchange(request.url, body, request.headers, _LIMITS, method=request.method)
        if 300 <= answer.status < 400:
            raise requests.TooManyRedirects
        return _response(request, answer)

    def close(self) -> None:
        pass


def _response(request: Any, answer: Answer) -> requests.Response:
    response = requests.Response()
    response.status_code, response.url, response.request = answer.status, request.url, request
    response.headers, response._content = CaseInsensitiveDict(answer.headers), answer.content
    response._content_consumed = True
    return response


class _Session(OAuth2Session):  # type: ignore[misc]  # Authlib ships no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.trust_env = False  # no proxy and no .netrc from the surroundings
        self.adapters.clear()
        for scheme in ("https://", "http://"):
            self.mount(scheme, _Calls())


class _Client(OAuth2Mixin, OpenIDMixin, BaseApp):  # type: ignore[misc]  # Authlib ships no types
    """Authlib's client as it makes one for Flask, without its keeping of metadata, tokens and state."""

    client_cls = _Session


def _client(bestuur: Bestuur, metadata: dict[str, Any]) -> _Client:
    asked = {"scope": "openid profile email", "code_challenge_method": "S256"}
    return _Client(
        None,
        bestuur.sleutel,
        client_id=bestuur.client_id,
        client_secret=bestuur.client_secret,
        client_kwargs=asked,
        **metadata,
    )
