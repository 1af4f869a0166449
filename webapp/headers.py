"""What every answer says about itself: who may frame it, cache it and run script in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp.config import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)


_BACK = "private, no-cache"
"""Asked for anew, except on the way back: `no-store` shows ERR_CACHE_MISS there in place of what was typed.

Logging out empties what the browser kept so.
"""


_SHOWS_A_SECRET = frozenset({"security.mf_recovery_codes", "security.two_factor_setup", "ks_leverancier.make"})
"""Their answer to a form is the only time that a code, key or token is shown."""


_ANY_HOST = "/status/"
"""Below this an answer holds no address of ours, so it matters to nobody by which name it was asked for."""


class _Edge:
    """What has to be done before Flask reads a request, and after it wrote the answer.

    `LOCALHOST` is `localhost`: a host has no capitals, and Werkzeug compares its name as it was written. And every
    message on a page changes the cookie: with Flask's `Vary: Cookie` the Back button would find nothing. And a balancer
    or a watchman asks how we are by an address of its own.
    """

    def __init__(self, app: WSGIApplication, host: str) -> None:
        self._app = app
        self._host = host

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if "HTTP_HOST" in environ:
            environ["HTTP_HOST"] = environ["HTTP_HOST"].lower()
        if environ.get("PATH_INFO", "").startswith(_ANY_HOST):
            environ["HTTP_HOST"] = self._host

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
            if ("Cache-Control", _BACK) in headers:
                headers = [header for header in headers if header != ("Vary", "Cookie")]
            return start_response(status, headers, *rest)

        return self._app(environ, start)


def init_app(app: Flask, settings: Settings) -> None:
    """Trust only our own host name, and only as many proxies as the settings say there are."""
    app.config["TRUSTED_HOSTS"] = settings.trusted_hosts
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    app.wsgi_app = _Edge(app.wsgi_app, urlsplit(settings.public_url).netloc)  # type: ignore[method-assign]  # the way Flask documents

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", _CSP)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "no-referrer" if _is_signed_link() else "same-origin")
        if _is_signed_link():
            headers.setdefault("X-Robots-Tag", "noindex")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if settings.is_https:
            headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
        if request.endpoint != "static":
            if request.endpoint == "security.logout":
                headers["Clear-Site-Data"] = '"cache"'
            headers.setdefault("Cache-Control", _BACK if _is_form_again(response) else "no-store")
        return response


def _is_signed_link() -> bool:
    """Whether the address is a key to something: no other page may hear of it."""
    return request.path.startswith("/m/") or "token" in (request.view_args or {})


def _is_form_again(response: Response) -> bool:
    """Whether this is the answer to a form that could not be taken: the browser must have it for its Back button."""
    if request.endpoint in _SHOWS_A_SECRET:
        return False
    return request.method == "POST" and response.mimetype == "text/html" and response.status_code in {200, 409, 422}
