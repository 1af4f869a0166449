"""What a request may hold: forms, numbers that can be an id, and text that can be kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2b
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request, abort, current_app, request
from werkzeug.datastructures import ImmutableMultiDict, iter_multi_items
from werkzeug.routing import IntegerConverter

from webapp.vakanties import Regio

_LARGEST = 2**31 - 1
_PLACES = frozenset({"next", "url"})
"""Parameters that say where to go afterwards."""
_NEVER = 9999
_NUMBER = re.compile(r"0|[1-9][0-9]{0,9}")


def number(text: str | None) -> int | None:
    """Return a number from 0 to the largest that the database keeps; None for anything else, such as `١` or `²`."""
    if text is None or _NUMBER.fullmatch(text) is None:
        return None
    return int(text) if int(text) <= _LARGEST else None


def row_id(text: str | None) -> int | None:
    """Return the id of a row; None for what cannot be one."""
    return number(text) or None


def regio_of(text: str | None) -> Regio | None:
    """Return the region of the school holidays; None when nothing, or nothing that there is, was chosen."""
    return Regio(text) if text in set(Regio) else None


def moment_of(text: str | None) -> datetime | None:
    """Return a moment with its time zone, as a page of ours wrote it; None for anything else."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo is not None and found.year < _NEVER else None


def came_from() -> str | None:
    """Path of our own page that the form stood on; None without one, or from another site."""
    referrer = urlsplit(request.referrer or "")
    if referrer.netloc != request.host:
        return None
    path = "/" + referrer.path.lstrip("/")
    return f"{path}?{referrer.query}" if referrer.query else path


def sender() -> str:
    """What stands for who sends this request: a fingerprint of the address, or of the network of an IPv6 one."""
    address = ip_address(request.remote_addr or "::")
    return fingerprint(str(ip_network((address, 64), strict=False) if address.version == 6 else address))


def fingerprint(text: str) -> str:
    """What stands for an address where it is only counted; without our secret nobody reads it back."""
    secret = str(current_app.secret_key).encode()
    return blake2b(text.lower().encode(), key=secret[:64], digest_size=16).hexdigest()


class RowId(IntegerConverter):
    """`<int:...>`: an id that can exist; anything else is an unknown page, not an error of the database."""

    regex = r"[1-9][0-9]{0,9}"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max": _LARGEST, **kwargs})


class _Fields(ImmutableMultiDict[str, Any]):
    """What was filled in, in an address or a form: without the one character that no database keeps."""

    def __init__(self, fields: Iterable[tuple[str, Any]] | None = None) -> None:
        super().__init__([(_text(name), _field(name, value)) for name, value in iter_multi_items(fields or ())])


class Verzoek(Request):
    """A request whose fields hold text in one form, whoever reads them."""

    parameter_storage_class = _Fields


def init_app(app: Flask) -> None:
    """Replace the converter before any address is registered, and look at every request first."""
    app.url_map.converters["int"] = RowId
    app.request_class = Verzoek
    app.before_request(_look)


def _look() -> None:
    """Refuse what no page of ours asks for: JSON, and an address that no file system, database or browser can know.

    Only the API takes JSON, and only with a token.
    """
    if request.is_json and request.routing_exception is None and request.blueprint != "api":
        abort(415)
    if "\0" in request.path:
        abort(404)


def _field(name: str, value: Any) -> Any:
    text = _text(value) if isinstance(value, str) else value
    if name in _PLACES:
        try:
            urlsplit(text)
        except ValueError:  # as `http://[`; Flask-Admin and Flask-Security take it apart without looking
            return ""
        return text if text.isprintable() else ""  # a line break fits in no header
    return text


def _text(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\0", " "))
