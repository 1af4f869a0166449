"""A file of the site has a name with its hash: kept for a year, packed, and never kept under a hash it has not."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from flask import Flask, url_for

STATIC = Path(__file__).resolve().parents[1] / "webapp" / "static"
YEAR = "public, max-age=31536000, immutable"


def test_a_file_is_kept_for_a_year_under_its_hash_and_only_then(app: Flask) -> None:
    client = app.test_client()
    with app.test_request_context():
        named = url_for("static", filename="koppelpunt.css")
    assert re.fullmatch(r"/static/koppelpunt\.[0-9a-f]{12}\.css", named)
    assert f'href="{named}"' in client.get("/inloggen").text
    content = (STATIC / "koppelpunt.css").read_bytes()
    other = re.sub(r"\.[0-9a-f]{12}\.", ".0123456789ab.", named)
    for path, kept in ((named, YEAR), (other, "no-cache"), ("/static/koppelpunt.css", "no-cache")):
        plain, packed = client.get(path), client.get(path, headers={"Accept-Encoding": "br, gzip"})
        assert {plain.headers["Cache-Control"], packed.headers["Cache-Control"]} == {kept}, path
        assert {plain.headers["Content-Type"], packed.headers["Content-Type"]} == {"text/css; charset=utf-8"}
        assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding", "no cookie"
        assert plain.data == content == gzip.decompress(packed.data)
        assert plain.headers["ETag"] != packed.headers["ETag"]
        assert client.get(path, headers={"If-None-Match": plain.headers["ETag"]}).status_code == 304
        assert "Set-Cookie" not in plain.headers
    for path in (
        "koppelpunt.0123456789ab.txt", "../config.py", "%2e%2e/config.py", "hulp", "bestaat-niet.css", "a%00.css",
        f"{'a' * 300}.css", "a/" * 3000,
    ):  # fmt: skip
        assert client.get(f"/static/{path}").status_code == 404, path


def test_a_picture_has_such_a_name_too_and_is_not_packed_once_more(app: Flask) -> None:
    with app.test_request_context():
        named = url_for("static", filename="hulp/parnassys/afnemen.png")
    answer = app.test_client().get(named, headers={"Accept-Encoding": "gzip"})
    assert (answer.headers["Cache-Control"], answer.headers["Content-Type"]) == (YEAR, "image/png")
    assert "Content-Encoding" not in answer.headers
    assert answer.data == (STATIC / "hulp/parnassys/afnemen.png").read_bytes()
