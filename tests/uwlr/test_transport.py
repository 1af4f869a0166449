"""Connections that fail before anything is sent, and TLS: certain that nothing left means that it may be sent again."""

from __future__ import annotations

import socket
import ssl
import warnings
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.las import reply, running_las, silent
from tests.uwlr.berichten import AUTORISATIE, BEVESTIGING, VERZOEK, antwoord, bericht, envelope
from tests.uwlr.certificates import Authority
from webapp.uwlr.certificates import CertificaatOnleesbaar, ClientCertificaat
from webapp.uwlr.client import UwlrClient
from webapp.uwlr.faults import Owner, UwlrRefused, UwlrUnavailable
from webapp.uwlr.profiles import LasProfile
from webapp.uwlr.profiles.esis import PROFILE as ESIS
from webapp.uwlr.profiles.parnassys import PROFILE as PARNASSYS

DEADLINE = timedelta(seconds=10)
CONFIRMED = reply(envelope(BEVESTIGING))


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def send(address: str, profile: LasProfile = PARNASSYS, deadline: timedelta = DEADLINE) -> None:
    UwlrClient(profile, address, deadline).send_leerresultaten(bericht(), AUTORISATIE)


def code_of(address: str, profile: LasProfile = PARNASSYS, deadline: timedelta = DEADLINE) -> str:
    """What sending gives when surely nothing was sent."""
    with pytest.raises(UwlrUnavailable) as caught:
        send(address, profile, deadline)
    with pytest.raises(UwlrUnavailable) as asked:
        UwlrClient(profile, address, deadline).fetch_leerlinggegevens(VERZOEK, AUTORISATIE)
    assert asked.value.code == caught.value.code
    return caught.value.code


def test_a_closed_port_is_surely_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert code_of(f"http://127.0.0.1:{port}") == "geen_verbinding"


def test_an_unknown_name_is_surely_not_sent() -> None:
    assert code_of("http://las.invalid") == "naam_onbekend"


def test_a_connection_that_is_never_accepted_is_surely_not_sent() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for sock in waiting:
            sock.setblocking(False)
            sock.connect_ex(address)
        assert code_of(f"http://127.0.0.1:{address[1]}", deadline=timedelta(seconds=0.5)) == "geen_verbinding"
        for sock in waiting:
            sock.close()


def test_a_las_with_a_good_certificate_is_trusted(authority: Authority) -> None:
    with running_las(CONFIRMED, tls=authority.server("las")) as las:
        send(las.address, replace(PARNASSYS, ca_bundle=authority.bundle))
    assert len(las.requests) == 1


@pytest.mark.parametrize("fault", ["unknown authority", "expired", "other host", "old TLS", "no TLS"])
def test_a_las_that_cannot_be_trusted_gets_nothing(fault: str, authority: Authority, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    contexts: dict[str, Callable[[], ssl.SSLContext | None]] = {
        "unknown authority": lambda: Authority(other).server("las"),
        "expired": lambda: authority.server("las", days=-1),
        "other host": lambda: authority.server("las", address="127.0.0.2"),
        "old TLS": lambda: _old_tls(authority.server("las")),
        "no TLS": lambda: None,
    }
    with running_las(CONFIRMED, tls=contexts[fault](), reads=fault != "no TLS") as las:
        address = las.address.replace("http://", "https://")
        assert code_of(address, replace(PARNASSYS, ca_bundle=authority.bundle)) == "certificaat_las"
    assert not any(AUTORISATIE.autorisatiesleutel.encode() in request for request in las.requests)


def _old_tls(context: ssl.SSLContext) -> ssl.SSLContext:
    with warnings.catch_warnings(action="ignore"):
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


def test_a_handshake_that_never_ends_is_surely_not_sent() -> None:
    with running_las(silent, reads=False) as las:
        address = las.address.replace("http://", "https://")
        assert code_of(address, deadline=timedelta(seconds=0.5)) in {"geen_verbinding", "certificaat_las"}


def test_our_client_certificate_is_shown_where_it_is_asked(authority: Authority) -> None:
    certificaat = ClientCertificaat(*authority.issue("testcentrum"))
    trusting = replace(PARNASSYS, ca_bundle=authority.bundle)
    with running_las(CONFIRMED, tls=authority.server("las", clients=authority.bundle)) as las:
        send(las.address, replace(trusting, client_certificaat=certificaat))
        assert len(las.requests) == 1


def test_an_expired_client_certificate_is_refused_before_anything_is_sent(authority: Authority) -> None:
    certificaat = ClientCertificaat(*authority.issue("testcentrum", days=-1))
    profile = replace(PARNASSYS, ca_bundle=authority.bundle, client_certificaat=certificaat)
    with running_las(CONFIRMED, tls=authority.server("las")) as las, pytest.raises(UwlrRefused) as caught:
        send(las.address, profile)
    assert (caught.value.code, caught.value.owner) == ("certificaat_verlopen", Owner.KLANTENSERVICE)
    assert las.requests == []


def test_the_end_of_a_client_certificate_is_watched(authority: Authority, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    certificaat = ClientCertificaat(*authority.issue("testcentrum", days=5))
    assert timedelta(days=4) < certificaat.geldig_tot() - now < timedelta(days=6)
    assert certificaat.verloopt_binnen(now, timedelta(days=30))
    assert not certificaat.verloopt_binnen(now, timedelta(days=3))
    missing = ClientCertificaat(tmp_path / "weg.pem", tmp_path / "weg.key")
    with pytest.raises(CertificaatOnleesbaar):
        missing.geldig_tot()
    with pytest.raises(UwlrRefused):
        send("https://127.0.0.1:1", replace(PARNASSYS, client_certificaat=missing))


def test_a_key_never_leaves_for_a_foreign_address() -> None:
    with running_las(reply(antwoord())) as las, pytest.raises(UwlrRefused) as caught:
        UwlrClient(ESIS, las.address, DEADLINE).fetch_leerlinggegevens(VERZOEK, AUTORISATIE)
    assert caught.value.code == "adres_onjuist"
    assert las.requests == []


@pytest.mark.parametrize("sleutel", ["", "  ", "a\nb", "a\x00b"])
def test_what_is_no_key_is_not_sent(sleutel: str) -> None:
    with running_las(reply(antwoord())) as las, pytest.raises(UwlrRefused) as caught:
        UwlrClient(PARNASSYS, las.address, DEADLINE).fetch_leerlinggegevens(
            VERZOEK, replace(AUTORISATIE, autorisatiesleutel=sleutel)
        )
    assert caught.value.code == "Client.AutorisatieOngeldig"
    assert las.requests == []


def test_the_surroundings_do_not_change_where_a_key_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    with running_las(CONFIRMED) as proxy, running_las(CONFIRMED) as las:
        monkeypatch.setenv("HTTP_PROXY", proxy.address)
        monkeypatch.setenv("http_proxy", proxy.address)
        send(las.address)
    assert (len(las.requests), len(proxy.requests)) == (1, 0)


def test_a_profile_can_add_headers_and_leave_the_quotes_out() -> None:
    profile = replace(PARNASSYS, extra_headers={"X-Abonnement": "GEHEIM"}, quoted_soap_action=False)
    with running_las(CONFIRMED) as las:
        send(las.address, profile)
    assert b"X-Abonnement: GEHEIM\r\n" in las.requests[0]
    assert b"SOAPAction: BrengLeerresultaten\r\n" in las.requests[0]


def test_a_profile_can_have_one_name_and_code_for_everyone() -> None:
    profile = replace(PARNASSYS, klantcode="OV", klantnaam="Overig")
    with running_las(CONFIRMED) as las:
        send(las.address, profile)
    assert b"klantcode>OV<" in las.requests[0]
    assert AUTORISATIE.klantcode.encode() not in las.requests[0]
