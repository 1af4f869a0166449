"""Style, script and pictures, under names that hold a hash of what is in them: a browser keeps each for a year.

Web processes of two releases serve side by side during an upgrade. So it is this process that says whether the hash is
that of its own file, and only then the year is given; under any other name a file is asked for anew each time.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, current_app, request
from werkzeug.security import safe_join

_NAMED = re.compile(r"(?P<stem>.+)\.(?P<digest>[0-9a-f]{12})(?P<suffix>\.\w+)")
_YEAR = "public, max-age=31536000, immutable"
_PACKED = frozenset({".css", ".js", ".svg"})
"""What becomes smaller; a picture is packed already."""


@dataclass(frozen=True)
class _Asset:
    content: bytes
    packed: bytes | None
    digest: str


def init_app(app: Flask) -> None:
    """Let `url_for('static', …)` give the name with the hash, and serve it."""
    app.url_defaults(_name)
    app.view_functions["static"] = _serve


def _name(endpoint: str, values: dict[str, Any]) -> None:
    asset = _found(values["filename"]) if endpoint == "static" else None
    if asset is not None:
        stem, dot, suffix = values["filename"].rpartition(".")
        values["filename"] = f"{stem}.{asset.digest}{dot}{suffix}"


def _serve(filename: str) -> Response:
    named = _NAMED.fullmatch(filename)
    asset = _found(named["stem"] + named["suffix"] if named else filename)
    if asset is None:
        abort(404)
    packs = asset.packed is not None and request.accept_encodings.quality("gzip") > 0
    response = Response(asset.packed if packs else asset.content, content_type=_type(filename))
    response.headers["Cache-Control"] = _YEAR if named and named["digest"] == asset.digest else "no-cache"
    response.vary.add("Accept-Encoding")
    response.set_etag(asset.digest + "-gzip" * packs)
    if packs:
        response.headers["Content-Encoding"] = "gzip"
    response.make_conditional(request)
    return response


def _type(filename: str) -> str:
    kind = guess_type(filename)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def _found(filename: str) -> _Asset | None:
    path = safe_join(current_app.static_folder or "", filename)
    try:
        if path is None or not Path(path).is_file():
            return None
    except OSError:  # no file can have a name that long
        return None
    return _read(Path(path), Path(path).stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _read(path: Path, _changed: int) -> _Asset:
    content = path.read_bytes()
    packed = gzip.compress(content, mtime=0) if path.suffix in _PACKED else None
    return _Asset(content, packed, hashlib.sha256(content).hexdigest()[:12])
