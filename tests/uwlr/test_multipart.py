"""Answers packed as multipart/related: the root part is the answer, and attachments are nothing to us."""

from __future__ import annotations

import base64
import quopri
from datetime import timedelta

import pytest

from tests.las import Behaviour, raw, reply, running_las
from tests.uwlr.berichten import AUTORISATIE, BEVESTIGING, NOOR, VERZOEK, antwoord, bericht, envelope, fault
from webapp.uwlr.client import UwlrClient
from webapp.uwlr.faults import UwlrError, UwlrNotUnderstood, UwlrRefused, UwlrUnsure
from webapp.uwlr.multipart import root_part
from webapp.uwlr.profiles.parnassys import PROFILE as PARNASSYS
from webapp.uwlr.transport import Answer
from webapp.uwlr.values import Leerlinggegevens

CONFIRMED = envelope(BEVESTIGING)
MTOM = 'multipart/related; type="application/xop+xml"; boundary="grens"; start="<kern>"; start-info="text/xml"'
XOP = 'Content-Type: application/xop+xml; charset=UTF-8; type="text/xml"\r\nContent-ID: <kern>'
PLAIN = "Content-Type: text/xml; charset=UTF-8"
PICTURE = ("Content-Type: image/png\r\nContent-ID: <plaatje>", b"\x89PNG\r\n--grensgeval\r\n\x00<x/>")


def packed(*parts: tuple[str, bytes], end: bytes = b"\r\n--grens--\r\n", before: bytes = b"") -> bytes:
    """Parts, each with the lines of its head, between marks."""
    return before + b"".join(b"\r\n--grens\r\n%s\r\n\r\n%s" % (head.encode(), body) for head, body in parts) + end


def push(behave: Behaviour) -> None:
    with running_las(behave) as las:
        UwlrClient(PARNASSYS, las.address, timedelta(seconds=10)).send_leerresultaten(bericht(), AUTORISATIE)


def pull(behave: Behaviour) -> object:
    with running_las(behave) as las:
        return UwlrClient(PARNASSYS, las.address, timedelta(seconds=10)).fetch_leerlinggegevens(VERZOEK, AUTORISATIE)


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        (MTOM, packed((XOP, CONFIRMED))),
        (MTOM, packed((XOP, CONFIRMED)).lstrip()),
        (MTOM, packed((XOP, CONFIRMED)).replace(b"\r\n", b"\n")),
        (MTOM, packed((XOP, CONFIRMED), PICTURE)),
        (MTOM, packed(PICTURE, (XOP, CONFIRMED))),
        (MTOM, packed((XOP, CONFIRMED), before=b"This is a multi-part message in MIME format.\r\n")),
        (MTOM, packed((XOP.replace("; charset", ";\r\n charset"), CONFIRMED))),
        (MTOM.replace('"grens"', "grens").replace("multipart/related", "Multipart/Related"), packed((XOP, CONFIRMED))),
        (MTOM.replace('"<kern>"', "kern"), packed((XOP, CONFIRMED))),
        ('multipart/related; boundary="grens"', packed((PLAIN, CONFIRMED), PICTURE)),
        ('multipart/related; boundary="grens"; type="text/xml"', packed(PICTURE, (PLAIN, CONFIRMED))),
        ("multipart/related; boundary=grens; type=text/xml", packed(("X-Iets: x", CONFIRMED))),
        (MTOM, packed((f"{XOP}\r\nContent-Transfer-Encoding: binary", CONFIRMED))),
        (MTOM, packed((f"{XOP}\r\nContent-Transfer-Encoding: Base64", base64.encodebytes(CONFIRMED)))),
        (MTOM, packed((f"{XOP}\r\nContent-Transfer-Encoding: quoted-printable", quopri.encodestring(CONFIRMED)))),
    ],
)
def test_a_packed_confirmation_is_delivery(content_type: str, content: bytes) -> None:
    push(reply(content, content_type=content_type))


def test_packed_pupils_are_read_and_attachments_are_not() -> None:
    content = packed((XOP, antwoord(NOOR)), ("Content-Type: text/xml\r\nContent-ID: <meer>", antwoord(NOOR * 2)))
    found = pull(reply(content, content_type=MTOM))
    assert isinstance(found, Leerlinggegevens)
    assert [leerling.roepnaam for leerling in found.leerlingen] == ["Noor"]


def test_a_name_that_stands_in_an_attachment_is_no_name_and_is_told() -> None:
    include = '<x:Include xmlns:x="http://www.w3.org/2004/08/xop/include" href="cid:naam"/>'
    pupils = NOOR.replace("Wolkenveld", include)
    found = pull(reply(packed((XOP, antwoord(pupils)), ("Content-ID: <naam>", b"Anders")), content_type=MTOM))
    assert isinstance(found, Leerlinggegevens)
    assert found.leerlingen[0].achternaam is None
    assert "waarde_onleesbaar" in {warning.soort for warning in found.waarschuwingen}


@pytest.mark.parametrize("status", [200, 500])
def test_a_packed_fault_is_a_fault(status: int) -> None:
    content = packed((XOP, fault("soap:Client.AutorisatieOngeldig")))
    for call in (push, pull):
        with pytest.raises(UwlrRefused) as caught:
            call(reply(content, status, MTOM))
        assert caught.value.code == "Client.AutorisatieOngeldig"


@pytest.mark.parametrize(
    ("content_type", "content", "code"),
    [
        (MTOM, packed((XOP, CONFIRMED[:-20]), end=b""), "afgekapt"),
        (MTOM, packed((f"{XOP}\r\nContent-Transfer-Encoding: base64", b"PHg"), end=b""), "geen_xml"),
        (MTOM, packed((f"{XOP}\r\nContent-Transfer-Encoding: x-uuencode", CONFIRMED)), "geen_xml"),
        (MTOM, packed(PICTURE), "geen_xml"),  # the root part that is named is not there
        (MTOM, packed((XOP.replace("application/xop+xml", "text/html"), CONFIRMED)), "geen_xml"),
        (MTOM, packed((XOP, b"")), "leeg"),
        (MTOM, b"--grens\r\n" + XOP.encode(), "geen_xml"),
        (MTOM, b"--grens--\r\n", "geen_xml"),
        (MTOM, CONFIRMED, "geen_xml"),
        ("multipart/related", packed((XOP, CONFIRMED)), "geen_xml"),
        (f"multipart/related; boundary={'x' * 300}", packed((XOP, CONFIRMED)), "geen_xml"),
        ('multipart/mixed; boundary="grens"', packed((PLAIN, CONFIRMED)), "geen_xml"),
        (MTOM, b"", "leeg"),
    ],
)
def test_what_is_badly_packed_is_no_confirmation_and_no_school(content_type: str, content: bytes, code: str) -> None:
    for call, kind in ((push, UwlrUnsure), (pull, UwlrNotUnderstood)):
        with pytest.raises(UwlrError) as caught:
            call(reply(content, content_type=content_type))
        assert (type(caught.value), caught.value.code) == (kind, code)
    assert not isinstance(caught.value, UwlrNotUnderstood) or caught.value.retry


def test_a_packed_answer_counts_whole_for_the_limit() -> None:
    large = packed((XOP, CONFIRMED), ("Content-ID: <x>", b"x" * PARNASSYS.max_confirmation_bytes))
    with pytest.raises(UwlrUnsure) as caught:
        push(reply(large, content_type=MTOM))
    assert caught.value.code == "te_groot"


def test_a_packed_answer_that_breaks_off_is_a_broken_connection() -> None:
    content = packed((XOP, CONFIRMED), PICTURE)
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {MTOM}\r\nContent-Length: {len(content) + 9}\r\n\r\n".encode()
    with pytest.raises(UwlrUnsure) as caught:
        push(raw(head + content))
    assert caught.value.code == "verbinding_verbroken"


def test_among_very_many_parts_nobody_goes_looking() -> None:
    answer = Answer(200, {"content-type": MTOM}, packed(*[PICTURE] * 1_000, (XOP, CONFIRMED)))
    assert root_part(answer) is answer


@pytest.mark.parametrize("filler", [b"\r\n--grens", b"\r\n--grens\r\n", b"\r\n", b"\r\n--grens\r\n\r\n"])
def test_packing_without_end_is_looked_through_in_no_time(filler: bytes) -> None:
    answer = Answer(200, {"content-type": f"{MTOM}{';x=' * 9_000}"}, filler * (4_000_000 // len(filler)))
    assert root_part(answer) is answer
