"""The server of the board: discovery, keys, the page on which somebody logs in, and the code that becomes a token.

Strict, as the big ones are: a code works once, for a minute, for the client and the address that it was made for, and
only with the verifier of its challenge (PKCE). It keeps nothing: who restarts it begins anew.
"""

from __future__ import annotations

import secrets
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, abort, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from joserfc import jws, jwt
from joserfc.jwk import OctKey, RSAKey

from sandbox.bestuur.storingen import OF_THE_SERVER, Storing

PATH = "/sandbox/bestuur"
TENANT, ELDERS = "horizon-po", "een-ander-bestuur"
_CODE_SECONDS, _TOKEN_SECONDS = 60, 300
_HOUSE = Path(__file__).parents[2] / "webapp"
"""The style sheet comes from the test centre."""
bp = Blueprint("bestuur", __name__, url_prefix=PATH)


@dataclass(frozen=True)
class Persoon:
    """Somebody who works for the board."""

    sub: str
    naam: str
    email: str
    tenant: str = TENANT


MENSEN = (
    Persoon("7d1c0f", "Marijke Visser", "marijke@horizon.example"),
    Persoon("a94e22", "Youssef el Amrani", "youssef@horizon.example"),
    Persoon("7d1c0f", "Marijke Visser, bij een ander bestuur", "marijke@horizon.example", ELDERS),
)
"""The last has the subject and the address of the first: only the tenant tells them apart."""


@dataclass
class Server:
    """What the running server knows."""

    public_url: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    storing: Storing = Storing.GEEN
    mensen: list[Persoon] = field(default_factory=lambda: list(MENSEN))
    codes: dict[str, dict[str, Any]] = field(default_factory=dict)
    nonces: list[str] = field(default_factory=list)
    is_without_keys: bool = False
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "bestuur-1", "use": "sig"}))

    @property
    def issuer(self) -> str:
        """By which name it goes."""
        return self.public_url + PATH


def create_app(server: Server) -> Flask:
    """Build the server of the board."""
    app = Flask(__name__, static_folder=str(_HOUSE / "static"), static_url_path="/static")
    app.extensions["bestuur"] = server
    app.register_blueprint(bp)
    return app


@bp.get("/gezond")
def healthy() -> dict[str, str]:
    """For `make run`: up."""
    return {"status": "in orde"}


@bp.get("/.well-known/openid-configuration")
def discovery() -> ResponseReturnValue:
    """Say where everything is."""
    here = _server()
    storing = here.storing
    if storing in OF_THE_SERVER:
        here.storing = Storing.GEEN
    match storing:
        case Storing.GEEN_BESCHRIJVING:
            abort(503)
        case Storing.ANDER_ADRES:
            return redirect(f"{here.issuer}/elders", 302)
        case Storing.GENEST:
            return current_app.response_class("[" * 100_000, mimetype="application/json")
        case Storing.TE_GROOT:
            return current_app.response_class(("x" * 65_536 for _ in range(1_000)), mimetype="application/json")
    is_other = storing is Storing.VERKEERDE_NAAM
    return {
        "issuer": "https://elders.example" if is_other else here.issuer,
        "authorization_endpoint": f"{here.issuer}/inloggen",
        "token_endpoint": f"{here.issuer}/token",
        "jwks_uri": f"{here.issuer}/sleutels",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "none", "HS256"],
        "code_challenge_methods_supported": ["S256"],
    }


@bp.get("/sleutels")
def keys() -> ResponseReturnValue:
    """The public half of what it signs with."""
    if _server().is_without_keys:
        _server().is_without_keys = False
        abort(503)
    return {"keys": [_server().key.as_dict(private=False)]}


@bp.get("/inloggen")
def ask() -> ResponseReturnValue:
    """Ask who it is; a client that asks in another way than it may gets no page."""
    _check_question()
    return render_template(
        "bestuur/inloggen.html", mensen=_server().mensen, storingen=list(Storing), storing=_server().storing
    )


@bp.post("/inloggen")
def answer() -> ResponseReturnValue:
    """Send the browser back with a code, as whoever was chosen."""
    asked, here = _check_question(), _server()
    here.storing = Storing(request.form.get("storing", Storing.GEEN))
    code = secrets.token_urlsafe(32)
    here.codes[code] = {
        "wie": here.mensen[request.form.get("wie", 0, int)],
        "mfa": request.form.get("tweede_stap") == "1",
        "nonce": asked["nonce"],
        "challenge": asked["code_challenge"],
        "tot": time.time() + _CODE_SECONDS,
    }
    back = urlencode({"code": code, "state": asked["state"], "iss": here.issuer})
    return redirect(f"{here.redirect_uri}?{back}", 303)


@bp.post("/token")
def token() -> ResponseReturnValue:
    """Change a code for an id token, once."""
    here, form = _server(), request.form
    who = request.authorization
    if who is None or (who.username, who.password) != (here.client_id, here.client_secret):
        return {"error": "invalid_client"}, 401
    if form.get("grant_type") != "authorization_code" or form.get("redirect_uri") != here.redirect_uri:
        return {"error": "invalid_request"}, 400
    code = form.get("code", "")
    given = here.codes.get(code) if here.storing is Storing.CODE_VAKER else here.codes.pop(code, None)
    if given is None or given["tot"] < time.time() or _challenge(form.get("code_verifier", "")) != given["challenge"]:
        return {"error": "invalid_grant"}, 400
    return {"access_token": secrets.token_urlsafe(32), "token_type": "Bearer", "id_token": _id_token(here, given)}


def _id_token(here: Server, given: dict[str, Any]) -> str:
    wie, now = given["wie"], int(time.time())
    claims = {
        "iss": here.issuer, "aud": here.client_id, "sub": wie.sub, "tid": wie.tenant, "nonce": given["nonce"],
        "iat": now, "exp": now + _TOKEN_SECONDS, "name": wie.naam, "email": wie.email, "email_verified": False,
        "preferred_username": wie.email, "amr": ["pwd", "mfa"] if given["mfa"] else ["pwd"],
    }  # fmt: skip
    header, key, algorithms = {"alg": "RS256", "kid": "bestuur-1"}, here.key, None
    match here.storing:
        case Storing.ANDERE_TENANT:
            claims["tid"] = ELDERS
        case Storing.ANDERE_AUDIENCE:
            claims["aud"] = "een-andere-site"
        case Storing.TWEE_AUDIENCES:
            claims |= {"aud": "een-andere-site", "azp": here.client_id}
        case Storing.ANDERE_ISSUER:
            claims["iss"] = "https://elders.example"
        case Storing.OUDE_NONCE:
            claims["nonce"] = here.nonces[-1] if here.nonces else "een-nonce-van-eerder"
        case Storing.GEEN_NONCE:
            del claims["nonce"]
        case Storing.VERLOPEN:
            claims |= {"iat": now - 3600, "exp": now - 3000}
        case Storing.ALG_NONE:
            header, algorithms = {"alg": "none"}, ["none"]
        case Storing.GEDEELD_GEHEIM:
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(here.client_secret))
        case Storing.ANDERE_SLEUTEL | Storing.SLEUTELS_WEG:
            here.is_without_keys = here.storing is Storing.SLEUTELS_WEG
            header["kid"] = "bestuur-2"
            key = RSAKey.generate_key(2048)
        case Storing.VERVALST:
            key = RSAKey.generate_key(2048)
    here.nonces.append(given["nonce"])
    return jwt.encode(header, claims, key, registry=jws.JWSRegistry(algorithms=algorithms) if algorithms else None)


def _check_question() -> dict[str, str]:
    """What a browser is sent here with; anything but what this client registered is refused."""
    here, asked = _server(), request.args.to_dict()
    wanted = {
        "response_type": "code",
        "client_id": here.client_id,
        "redirect_uri": here.redirect_uri,
        "code_challenge_method": "S256",
    }
    is_right = all(asked.get(name) == value for name, value in wanted.items())
    if not is_right or "openid" not in asked.get("scope", "").split():
        abort(400)
    if not all(asked.get(name) for name in ("state", "nonce", "code_challenge")):
        abort(400)
    return asked


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _server() -> Server:
    server: Server = current_app.extensions["bestuur"]
    return server
