"""Every way a LAS may misbehave, over real HTTP, becomes exactly one outcome, for questions and for results."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.las import Behaviour, deaf, raw, reply, running_las
from tests.uwlr.berichten import AUTORISATIE, NOOR, VERZOEK, antwoord, bericht, fault, resultaat
from tests.uwlr.misbehaviour import CONFIRMED, GZIPPED_CONFIRMATION, HEAD, TABLE
from webapp.uwlr.client import UwlrClient
from webapp.uwlr.faults import UwlrError, UwlrRefused, UwlrUnavailable, UwlrUnsure
from webapp.uwlr.profiles.parnassys import PROFILE as PARNASSYS
from webapp.uwlr.values import Leerlinggegevens

DEADLINE = timedelta(seconds=0.6)
PATIENCE = timedelta(seconds=10)
"""For what must not end by the clock, however busy the machine."""


def client_of(address: str, deadline: timedelta = PATIENCE) -> UwlrClient:
    return UwlrClient(PARNASSYS, address, deadline)


def deadline_for(code: str, name: str) -> timedelta:
    return DEADLINE if code == "tijd_verstreken" and name != "answers 408" else PATIENCE


@pytest.mark.fault(24)
@pytest.mark.parametrize("name", TABLE)
def test_a_question_has_one_outcome_when_the_las(name: str) -> None:
    behave, (kind, code), _ = TABLE[name]
    with running_las(behave) as las, pytest.raises(UwlrError) as caught:
        client_of(las.address, deadline_for(code, name)).fetch_leerlinggegevens(VERZOEK, AUTORISATIE)
    assert (type(caught.value), caught.value.code) == (kind, code)


@pytest.mark.fault(24)
@pytest.mark.parametrize("name", TABLE)
def test_bringing_results_has_one_outcome_when_the_las(name: str) -> None:
    behave, _, (kind, code) = TABLE[name]
    with running_las(behave) as las, pytest.raises(UwlrError) as caught:
        client_of(las.address, deadline_for(code, name)).send_leerresultaten(bericht(), AUTORISATIE)
    assert (type(caught.value), caught.value.code) == (kind, code)


@pytest.mark.parametrize(
    "behave",
    [
        reply(CONFIRMED),
        reply(CONFIRMED, content_type="application/soap+xml"),
        reply(CONFIRMED, content_type=None),
        reply(b'\n<?xml version="1.0"?>' + CONFIRMED),
        reply(GZIPPED_CONFIRMATION, Content_Encoding="gzip"),
        raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(CONFIRMED), CONFIRMED)),
        raw(b"HTTP/1.0 200 OK\r\nContent-Type: text/xml\r\n\r\n" + CONFIRMED),
        reply(CONFIRMED, 201),
        raw(b"HTTP/1.1 102 Processing\r\n\r\n" * 3, HEAD + b"\r\n" + CONFIRMED),
        raw(
            b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + HEAD + b"\r\n" + CONFIRMED
        ),
    ],
)
def test_only_a_confirmation_is_delivery(behave: Behaviour) -> None:
    with running_las(behave) as las:
        client_of(las.address).send_leerresultaten(bericht(), AUTORISATIE)
    assert len(las.requests) == 1


@pytest.mark.parametrize(
    "behave",
    [
        reply(antwoord(), 201),
        raw(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", HEAD + b"\r\n" + antwoord()),
    ],
)
def test_a_good_body_is_an_answer(behave: Behaviour) -> None:
    with running_las(behave) as las:
        found = client_of(las.address).fetch_leerlinggegevens(VERZOEK, AUTORISATIE)
    assert isinstance(found, Leerlinggegevens)


@pytest.mark.fault(24)
@pytest.mark.parametrize("status", [301, 302, 303, 304, 307, 308])
def test_a_redirect_is_never_followed(status: int) -> None:
    with running_las(reply(CONFIRMED)) as spy, running_las(reply(b"", status, Location=spy.address)) as las:
        for attempt in (
            lambda: client_of(las.address).fetch_leerlinggegevens(VERZOEK, AUTORISATIE),
            lambda: client_of(las.address).send_leerresultaten(bericht(), AUTORISATIE),
        ):
            with pytest.raises(UwlrRefused) as caught:
                attempt()
            assert caught.value.code == "omleiding"
    assert spy.requests == []


def test_a_las_that_does_not_read_is_given_up_in_time() -> None:
    large = bericht(*(resultaat(f"afname-{n}", str(n)) for n in range(30_000)))
    with running_las(deaf, reads=False) as las:
        client = UwlrClient(replace(PARNASSYS, max_resultaten=30_000), las.address, DEADLINE)
        started = time.monotonic()
        with pytest.raises(UwlrUnsure) as caught:
            client.send_leerresultaten(large, AUTORISATIE)
    assert caught.value.code == "tijd_verstreken"
    assert time.monotonic() - started < 30  # making and checking so large a message takes most of it


@pytest.mark.asvs(36)
@pytest.mark.parametrize(
    "name", ["drips the head", "drips the body", "never answers", "says continue for ever", "hints for ever"]
)
def test_the_deadline_holds_over_the_whole_exchange(name: str) -> None:
    """A connection to the database waits no longer either: tests/test_locks.py; mail: tests/jobs/test_mailen.py."""
    started = time.monotonic()
    with running_las(TABLE[name][0]) as las, pytest.raises(UwlrError):
        client_of(las.address, DEADLINE).fetch_leerlinggegevens(VERZOEK, AUTORISATIE)
    assert time.monotonic() - started < DEADLINE.total_seconds() + 2


def test_retry_after_is_followed_for_an_hour_at_most() -> None:
    waits = {"120": 120, "999999": 3600, "Wed, 21 Oct 2015 07:28:00 GMT": 0}
    for text, seconds in waits.items():
        with running_las(reply(b"", 429, Retry_After=text)) as las, pytest.raises(UwlrUnavailable) as caught:
            client_of(las.address).fetch_leerlinggegevens(VERZOEK, AUTORISATIE)
        assert caught.value.retry_after == timedelta(seconds=seconds)


def test_a_refusal_that_names_a_pupil_or_result_points_at_it() -> None:
    results = (resultaat("afname-1", "1001"), resultaat("afname-2", "10012"), resultaat("afname-3", "1003"))
    refusal = reply(fault("soap:Client.LeerlingOngeldig", detail="leerlingid 10012, afname-3 (Jan Jansen)"), 500)
    with running_las(refusal) as las, pytest.raises(UwlrRefused) as caught:
        client_of(las.address).send_leerresultaten(bericht(*results), AUTORISATIE)
    assert caught.value.leerlingids == ("10012",)
    assert caught.value.resultaat_keys == ("afname-3",)
    assert "Jansen" not in f"{caught.value!r} {caught.value} {caught.value.melding} {vars(caught.value)}"


def test_what_is_sent_is_one_post_with_the_exact_action_and_header() -> None:
    with running_las(reply(antwoord(NOOR))) as las:
        client_of(las.address).fetch_leerlinggegevens(VERZOEK, AUTORISATIE)
    head, _, body = las.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /leerlinggegevens HTTP/1.1\r\n")
    assert b'SOAPAction: "HaalLeerlinggegevens"' in head
    assert b"Content-Type: text/xml; charset=utf-8" in head
    assert AUTORISATIE.autorisatiesleutel.encode() in body
    assert AUTORISATIE.autorisatiesleutel.encode() not in head
