"""What stands under the prefix is answered by the other server, as if the browser had asked it itself."""

from __future__ import annotations

import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.client import IncompleteRead
from typing import Any

import pytest
from flask import Flask, Response, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.test import Client

from sandbox.lokaal.forward import Forward
from tests.las import Las, raw, running_app, running_las, silent

PREFIX = "/sandbox/parnassys"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def _site(environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
    start_response("200 OK", [])
    return [b"de site"]


def _parnassys() -> Flask:
    app = Flask("parnassys")

    @app.route(f"{PREFIX}/echo/<path:rest>", methods=METHODS, provide_automatic_options=False)
    def echo(rest: str) -> ResponseReturnValue:
        answer = Response(request.get_data(), status=207)
        asked = {"Method": request.method, "Path": rest.encode().hex(), "Query": request.query_string.decode()}
        for name, value in asked.items():
            answer.headers[f"Asked-{name}"] = value
        for name in ("Host", "Cookie", "Content-Type", "Referer", "X-Forwarded-Proto"):
            answer.headers[f"Asked-{name}"] = request.headers.get(name, "")
        answer.set_cookie("een", "1", path=PREFIX)
        answer.set_cookie("twee", "2", path=PREFIX)
        return answer

    @app.get(f"{PREFIX}/weg")
    def weg() -> ResponseReturnValue:
        return redirect(f"{PREFIX}/elders?een=twee", 303)

    @app.get(f"{PREFIX}/stroom")
    def stroom() -> ResponseReturnValue:
        return Response(first_then_wait())

    def first_then_wait() -> Iterator[bytes]:
        yield b"eerst"
        app.extensions["verder"].wait(10)
        yield b" en dan"

    app.extensions["verder"] = threading.Event()
    return app


def _to(las: Las) -> Forward:
    return Forward(_site, prefix=PREFIX, naam="ParnasSys", host="127.0.0.1", port=las.port)


@pytest.fixture(scope="module")
def parnassys() -> Flask:
    return _parnassys()


@pytest.fixture(scope="module")
def front(parnassys: Flask) -> Iterator[Forward]:
    with running_app(parnassys) as las:
        yield _to(las)


@pytest.mark.parametrize("path", ["/", "/sandbox/", "/sandbox/parnassysch", "/x/sandbox/parnassys/"])
def test_every_other_address_is_the_site(front: Forward, path: str) -> None:
    assert Client(front).get(path).text == "de site"


@pytest.mark.parametrize("method", METHODS)
def test_the_question_arrives_as_it_was_asked(front: Forward, method: str) -> None:
    content = bytes(range(256)) * 1000
    answer = Client(front, use_cookies=False).open(
        f"{PREFIX}/echo/Zo%C3%AB%20%3F/a+b",
        method=method,
        query_string="q=a%26b&q=%C3%AB",
        data=content,
        headers={
            "Host": "koppelpunt.example:8123",
            "Cookie": "a=b; c=d",
            "Content-Type": "text/xml; charset=utf-8",
            "Referer": "http://koppelpunt.example:8123/x",
            "X-Forwarded-Proto": "https",
        },
    )
    assert answer.status_code == 207
    assert answer.data == (b"" if method == "HEAD" else content)
    asked = {name.removeprefix("Asked-"): value for name, value in answer.headers if name.startswith("Asked-")}
    assert asked == {
        "Method": method,
        "Path": "Zoë ?/a+b".encode().hex(),
        "Query": "q=a%26b&q=%C3%AB",
        "Host": "koppelpunt.example:8123",
        "Cookie": "a=b; c=d",
        "Content-Type": "text/xml; charset=utf-8",
        "Referer": "http://koppelpunt.example:8123/x",
        "X-Forwarded-Proto": "https",
    }


def test_a_body_without_a_length_arrives_whole(front: Forward) -> None:
    with running_app(front) as site, socket.create_connection(("127.0.0.1", site.port)) as wire:
        head = f"POST {PREFIX}/echo/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        wire.sendall(head.encode() + b"3\r\neen\r\n4\r\ntwee\r\n0\r\n\r\n")
        answer = b"".join(iter(lambda: wire.recv(65_536), b""))
    assert answer.endswith(b"eentwee")


def test_the_answer_comes_back_as_it_was_given(front: Forward) -> None:
    client = Client(front)
    cookies = client.get(f"{PREFIX}/echo/x").headers.getlist("Set-Cookie")
    assert cookies == [f"een=1; Path={PREFIX}", f"twee=2; Path={PREFIX}"]
    moved = client.get(f"{PREFIX}/weg")
    assert (moved.status_code, moved.headers["Location"]) == (303, f"{PREFIX}/elders?een=twee")
    assert client.get(f"{PREFIX}/nergens").status_code == 404


def test_an_answer_that_comes_in_pieces_is_passed_on_in_pieces(front: Forward, parnassys: Flask) -> None:
    with running_app(front) as site:
        answer = urllib.request.urlopen(f"{site.address}{PREFIX}/stroom", timeout=10)
        assert answer.read1() == b"eerst"
        parnassys.extensions["verder"].set()
        assert answer.read() == b" en dan"


@pytest.mark.parametrize("path", [PREFIX, f"{PREFIX}/", f"{PREFIX}/leerlingen"])
def test_when_parnassys_is_down_a_page_says_so(path: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        gone = Las(taken.getsockname()[1])
    answer = Client(_to(gone)).get(path)
    assert answer.status_code == 503
    assert "ParnasSys antwoordt niet" in answer.text


@pytest.mark.parametrize("words", [b"", b"HTTP/1.1", b"iets anders\r\n\r\n"])
def test_when_parnassys_breaks_off_before_the_answer_a_page_says_so(words: bytes) -> None:
    with running_las(raw(words)) as las:
        assert Client(_to(las)).get(f"{PREFIX}/").status_code == 503


def test_when_parnassys_says_nothing_a_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.lokaal.forward.SECONDS", 0.2)
    with running_las(silent) as las:
        assert Client(_to(las)).get(f"{PREFIX}/").status_code == 503


def test_an_answer_that_breaks_off_halfway_breaks_off_for_the_browser_too() -> None:
    half = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    with running_las(half) as las, running_app(_to(las)) as site:
        answer = urllib.request.urlopen(f"{site.address}{PREFIX}/", timeout=10)
        with pytest.raises(IncompleteRead):
            answer.read()
