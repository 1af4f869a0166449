"""Ports: one that was asked for or none, the first free one otherwise."""

from __future__ import annotations

import socket
from contextlib import ExitStack

import pytest

from sandbox.lokaal import ports
from sandbox.lokaal.program import LocalError


def test_a_port_that_was_asked_for_and_is_taken_is_an_error() -> None:
    with ports.listen_anywhere() as taken:
        number = ports.port_of(taken)
        with pytest.raises(LocalError, match=f"Poort {number} is niet vrij"):
            ports.listen(number)


def test_without_a_wish_the_next_free_port_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with ExitStack() as stack:
        first = stack.enter_context(ports.listen_anywhere())
        monkeypatch.setattr(ports, "FIRST_PORT", ports.port_of(first))
        second = stack.enter_context(ports.listen(None))
        assert ports.port_of(second) > ports.port_of(first)


@pytest.mark.skipif(not socket.has_ipv6, reason="geen IPv6")
def test_a_server_of_somebody_else_on_ipv6_counts_as_taken() -> None:
    try:
        other = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("geen IPv6 op deze machine")
    with other, pytest.raises(LocalError):
        ports.listen(other.getsockname()[1])


def test_a_port_is_free_again_at_once() -> None:
    with ports.listen_anywhere() as listener:
        number = ports.port_of(listener)
        with socket.create_connection((ports.HOST, number)) as caller:
            listener.accept()[0].close()
            caller.recv(1)
    ports.listen(number).close()


@pytest.mark.parametrize("text", ["acht", "-1", "65536", "８000", "80 80"])
def test_a_port_that_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(LocalError, match="PORT is"):
        ports.wanted_port(text)


@pytest.mark.parametrize(("text", "number"), [(None, None), ("", None), ("8123", 8123), ("0", 0)])
def test_a_port_is_read(text: str | None, number: int | None) -> None:
    assert ports.wanted_port(text) == number
