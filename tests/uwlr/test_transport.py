"""Connections that fail before anything is sent, and TLS: certain that nothing left means that it may be sent again."""

from __future__ import annotations

import socket
import ssl
import warnings
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives import serialization

from tests.las import hang_up, reply, running_las, silent
from tests.uwlr.berichten import AUTORISATIE, BEVESTIGING, VERZOEK, antwoord, bericht, envelope
from tests.uwlr.certificates import Authority
from webapp.uwlr import tls
from webapp.uwlr.certificates import CertificaatOnleesbaar, ClientCertificaat
from webapp.uwlr.client import UwlrClient
from webapp.uwlr.codes import Reden
from webapp.uwlr.faults import Owner, UwlrRefused, UwlrUnavailable, explain
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


def test_the_authorities_are_read_once_and_again_when_their_file_changes(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "lijst.pem"
    bundle.write_bytes(authority.bundle.read_bytes())
    profile = replace(PARNASSYS, ca_bundle=bundle)
    reads: list[object] = []
    load = ssl.SSLContext.load_verify_locations

    def counted(*args: Any, **kwargs: Any) -> None:
        reads.append(args)
        load(*args, **kwargs)

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", counted)
    with running_las(CONFIRMED, tls=authority.server("las")) as las:
        for _ in range(3):
            send(las.address, profile)
        assert len(reads) == 1
        other = tmp_path / "other"
        other.mkdir()
        bundle.write_bytes(Authority(other, "andere-ca").bundle.read_bytes())
        assert code_of(las.address, profile) == "certificaat_las_onbekend"
    assert len(reads) == 2


@pytest.mark.asvs(35)
@pytest.mark.parametrize(
    ("fault", "code", "owner"),
    [
        ("unknown authority", "certificaat_las_onbekend", Owner.LAS),
        ("an authority of the same name", "certificaat_las_onbekend", Owner.LAS),
        ("self-signed", "certificaat_las_onbekend", Owner.LAS),
        ("expired", "certificaat_las_verlopen", Owner.LAS),
        ("not yet valid", "certificaat_las_verlopen", Owner.LAS),
        ("other host", "certificaat_las_naam", Owner.KLANTENSERVICE),
        ("old TLS", "tls_verouderd", Owner.LAS),
        ("no TLS", "certificaat_las", Owner.LAS),
    ],
)
def test_a_las_that_cannot_be_trusted_gets_nothing_and_the_trouble_has_a_name(
    fault: str, code: str, owner: Owner, authority: Authority, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    contexts: dict[str, Callable[[], ssl.SSLContext | None]] = {
        "unknown authority": lambda: Authority(other, "andere-ca").server("las"),
        "an authority of the same name": lambda: Authority(other).server("las"),
        "self-signed": lambda: _self_signed(Authority(other)),
        "expired": lambda: authority.server("las", days=-1),
        "not yet valid": lambda: authority.server("las", begins=1),
        "other host": lambda: authority.server("las", address="127.0.0.2"),
        "old TLS": lambda: _old_tls(authority.server("las")),
        "no TLS": lambda: None,
    }
    with running_las(CONFIRMED, tls=contexts[fault](), reads=fault != "no TLS") as las:
        address = las.address.replace("http://", "https://")
        assert code_of(address, replace(PARNASSYS, ca_bundle=authority.bundle)) == code
    assert explain(Reden(code)).owner is owner
    assert not any(AUTORISATIE.autorisatiesleutel.encode() in request for request in las.requests)


def test_each_trouble_with_tls_has_sentences_of_its_own() -> None:
    redenen = [reden for reden in Reden if reden.startswith(("certificaat_", "tls_", "ca_"))]
    assert len(redenen) == 8
    assert len({explain(reden).school for reden in redenen}) == len({explain(r).klantenservice for r in redenen}) == 8


@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN CERTIFICATE-----\nstuk\n-----END CERTIFICATE-----\n"])
def test_our_own_missing_list_of_authorities_is_ours_to_mend(
    content: bytes | None, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "lijst.pem"
    if content is not None:
        bundle.write_bytes(content)
    with running_las(CONFIRMED, tls=authority.server("las")) as las:
        assert code_of(las.address, replace(PARNASSYS, ca_bundle=bundle)) == "ca_lijst"
        monkeypatch.setattr(tls, "DEFAULT_CA_BUNDLE_PATH", str(tmp_path / "weg.pem"))
        assert code_of(las.address) == "ca_lijst"
    assert las.requests == []
    assert explain(Reden.CA_LIJST).owner is Owner.KLANTENSERVICE


def test_a_server_that_hangs_up_in_the_handshake_is_no_trouble_with_its_certificate() -> None:
    with running_las(hang_up, reads=False) as las:
        assert code_of(las.address.replace("http://", "https://")) == "geen_verbinding"


def _self_signed(authority: Authority) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.itself())
    return context


def _old_tls(context: ssl.SSLContext) -> ssl.SSLContext:
    context.set_ciphers("DEFAULT@SECLEVEL=0")  # else OpenSSL itself offers nothing so old
    with warnings.catch_warnings(action="ignore"):
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


def test_a_handshake_that_never_ends_is_surely_not_sent() -> None:
    with running_las(silent, reads=False) as las:
        address = las.address.replace("http://", "https://")
        assert code_of(address, deadline=timedelta(seconds=0.5)) == "geen_verbinding"


def test_our_client_certificate_is_shown_where_it_is_asked(authority: Authority) -> None:
    certificaat = ClientCertificaat(*authority.issue("testcentrum"))
    trusting = replace(PARNASSYS, ca_bundle=authority.bundle)
    with running_las(CONFIRMED, tls=authority.server("las", clients=authority.bundle)) as las:
        send(las.address, replace(trusting, client_certificaat=certificaat))
        assert len(las.requests) == 1


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_client_certificate_that_is_not_taken_is_named(
    version: ssl.TLSVersion, authority: Authority, tmp_path: Path
) -> None:
    """In TLS 1.3 the no comes after we began to send; still nothing of it was processed."""
    other = tmp_path / "other"
    other.mkdir()
    certificaat = ClientCertificaat(*Authority(other, "andere-ca").issue("testcentrum"))
    context = authority.server("las", clients=authority.bundle)
    context.minimum_version = context.maximum_version = version
    with running_las(CONFIRMED, tls=context) as las:
        profile = replace(PARNASSYS, ca_bundle=authority.bundle, client_certificaat=certificaat)
        assert code_of(las.address, profile) == "certificaat_geweigerd"
        if version is ssl.TLSVersion.TLSv1_3:  # before, the alert is one that does not say what is missing
            assert code_of(las.address, replace(profile, client_certificaat=None)) == "certificaat_geweigerd"
    assert las.requests == []
    assert explain(Reden.CERTIFICAAT_GEWEIGERD).owner is Owner.KLANTENSERVICE


@pytest.mark.parametrize("wachtwoord", [None, "verkeerd"])
def test_a_key_without_its_password_is_our_own_trouble_and_asks_nobody(
    wachtwoord: str | None, authority: Authority, tmp_path: Path
) -> None:
    file, key = authority.issue("testcentrum")
    locked = tmp_path / "op-slot.key"
    locked.write_bytes(
        serialization.load_pem_private_key(key.read_bytes(), None).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"x")
        )
    )
    other_key = authority.issue("iets-anders")[1]
    with running_las(CONFIRMED, tls=authority.server("las")) as las:
        for sleutel in (locked, other_key, tmp_path / "weg.key"):
            certificaat = ClientCertificaat(file, sleutel, wachtwoord)
            profile = replace(PARNASSYS, ca_bundle=authority.bundle, client_certificaat=certificaat)
            assert code_of(las.address, profile) == "certificaat_verlopen"
    assert las.requests == []


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


@pytest.mark.asvs(4)
@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:{port}", "http://localhost:{port}", "http://[::1]:{port}", "http://169.254.169.254/latest",
        "http://0.0.0.0:{port}", "http://2130706433:{port}", "https://123.rovictonline.nl@127.0.0.1:{port}",
        "http://127.0.0.1:{port}/?https://123.rovictonline.nl", "http://127.0.0.1:{port}#.rovictonline.nl",
        "file:///etc/passwd", "gopher://127.0.0.1:{port}", "//127.0.0.1:{port}", "",
    ],
)  # fmt: skip
def test_a_key_never_leaves_for_a_foreign_address(address: str) -> None:
    """Nor through a redirect: tests/uwlr/test_hostile_las.py. The addresses are settings: nobody types one."""
    with running_las(reply(antwoord())) as las:
        client = UwlrClient(ESIS, address.format(port=urlsplit(las.address).port), DEADLINE)
        with pytest.raises(UwlrRefused) as caught:
            client.fetch_leerlinggegevens(VERZOEK, AUTORISATIE)
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
