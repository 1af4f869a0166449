"""The mail server is verified, and a name and password go over nothing else."""

from __future__ import annotations

import ssl
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from tests.ground.mailserver import Mailserver, running_mailserver
from tests.uwlr.certificates import Authority
from webapp.config import Omgeving, Settings, SettingsError
from webapp.mail import sending
from webapp.mail.smtp import MailNotSent
from webapp.mail.templates import MailMessage
from webapp.models.mail import Mailprobleem
from webapp.woorden.post import probleem

BRIEF = MailMessage(to="a@school.example", subject="Proef", text="tekst", html="<p>html</p>")
PASSWORD = "geheim-van-de-mailserver"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def send(settings: Settings, authority: Authority) -> Callable[..., None]:
    """Send one mail with name and password, trusting our own authority."""

    def to(server: Mailserver, **values: object) -> None:
        here = replace(
            settings,
            mail_port=server.port,
            mail_tls=True,
            mail_ca_bestand=authority.bundle,
            mail_username="koppelpunt",
            mail_password=PASSWORD,
            mail_deadline=timedelta(seconds=20),
        )
        app = Flask("tls")
        app.extensions["settings"] = replace(here, **values)  # type: ignore[arg-type]  # whatever a test says
        sending.init_app(app, app.extensions["settings"])
        with app.app_context():
            sending.send(BRIEF, message_id="<1@koppelpunt.example>")

    return to


def has_seen_nothing(server: Mailserver) -> bool:
    """Whether neither the mail nor the password came, not even in the clear."""
    words = {line.split()[0].lower() for line in server.in_the_clear}
    return not server.logins and not server.bodies and words <= {"ehlo", "starttls", "quit"}


def test_a_server_with_a_good_certificate_gets_the_password_and_the_mail(
    authority: Authority, send: Callable[..., None]
) -> None:
    with running_mailserver(tls=authority.server("mail")) as server:
        send(server)
    assert server.logins == [f"\0koppelpunt\0{PASSWORD}"]
    assert len(server.delivered) == 1
    assert [line.split()[0].lower() for line in server.in_the_clear] == ["ehlo", "starttls"]


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        ("expired", Mailprobleem.CERTIFICAAT_VERLOPEN, "is verlopen"),
        ("self-signed", Mailprobleem.CERTIFICAAT_ONBEKEND, "onbekende uitgever"),
        ("other authority", Mailprobleem.CERTIFICAAT_ONBEKEND, "onbekende uitgever"),
        ("other host", Mailprobleem.CERTIFICAAT_NAAM, "andere naam"),
        ("old TLS", Mailprobleem.GEEN_TLS, "geen beveiligde verbinding"),
        ("no TLS", Mailprobleem.GEEN_TLS, "geen beveiligde verbinding"),
    ],
)
def test_a_server_that_cannot_be_trusted_gets_nothing(
    authority: Authority, send: Callable[..., None], tmp_path: Path, fault: str, kind: Mailprobleem, words: str
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    contexts: dict[str, Callable[[], ssl.SSLContext | None]] = {
        "expired": lambda: authority.server("mail", days=-1),
        "self-signed": lambda: _self_signed(other),
        "other authority": lambda: Authority(other).server("mail"),
        "other host": lambda: authority.server("mail", address="127.0.0.2"),
        "old TLS": lambda: _old(authority.server("mail")),
        "no TLS": lambda: None,
    }
    with running_mailserver(tls=contexts[fault]()) as server:
        with pytest.raises(MailNotSent) as caught:
            send(server)
        assert has_seen_nothing(server)
    assert (caught.value.probleem, caught.value.permanent) == (kind, False)
    assert words in probleem(caught.value.probleem, caught.value.antwoord)


def _self_signed(folder: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*Authority(folder).itself())
    return context


def _old(context: ssl.SSLContext) -> ssl.SSLContext:
    with warnings.catch_warnings(action="ignore"):
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


def test_a_server_that_takes_tls_away_halfway_gets_nothing(authority: Authority, send: Callable[..., None]) -> None:
    with running_mailserver({"starttls": "454 4.7.0 TLS not available"}, tls=authority.server("mail")) as server:
        with pytest.raises(MailNotSent):
            send(server)
        assert has_seen_nothing(server)


def test_a_password_that_is_refused_is_told_as_such(authority: Authority, send: Callable[..., None]) -> None:
    with running_mailserver({"auth": "535 5.7.8 Bad credentials"}, tls=authority.server("mail")) as server:
        with pytest.raises(MailNotSent) as caught:
            send(server)
        assert server.bodies == []
    assert (caught.value.probleem, caught.value.permanent) == (Mailprobleem.INLOG_GEWEIGERD, False)
    assert PASSWORD not in repr(caught.value.__context__)


def test_without_tls_no_password_goes_whatever_is_set(authority: Authority, send: Callable[..., None]) -> None:
    with running_mailserver({"ehlo": "250-mail.example\r\n250 AUTH PLAIN"}) as server:
        with pytest.raises(MailNotSent):
            send(server, mail_tls=False)
        assert has_seen_nothing(server)


ENVIRON = {
    "DATABASE_URL": "postgresql://nergens/koppelpunt",
    "PROXIES": "1",
    "REDIS_URL": "redis://nergens",
    "SECRET_KEYS": "x" * 32,
    "PASSWORD_SALT": "zout",
    "ENCRYPTION_KEYS": "1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "PUBLIC_URL": "https://koppelpunt.example",
    "PARNASSYS_URL": "https://las.example",
    "UWLR_KLANTCODE": "klantcode",
    "JOURNAAL": tempfile.gettempdir(),
    "MAIL_HOST": "mail.example",
    "MAIL_FROM": "koppeling@testcentrum.example",
    "KLANTENSERVICE_MAIL": "klantenservice@testcentrum.example",
}


@pytest.mark.parametrize("omgeving", Omgeving)
def test_tls_is_on_by_default_where_real_mail_goes(omgeving: Omgeving) -> None:
    settings = Settings.from_env({**ENVIRON, "OMGEVING": omgeving})
    assert settings.mail_tls is (omgeving is Omgeving.PRODUCTIE)
    assert "," not in settings.mail_from_name


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"MAIL_TLS": "0", "MAIL_USERNAME": "a", "MAIL_PASSWORD": "b"}, "alleen over een beveiligde verbinding"),
        ({"MAIL_USERNAME": "a"}, "horen bij elkaar"),
        ({"MAIL_TLS": "ja"}, "MAIL_TLS moet 0 of 1 zijn"),
        ({"MAIL_CA_BESTAND": "/bestaat/niet.pem"}, "MAIL_CA_BESTAND is geen leesbaar"),
        ({"MAIL_FROM": "Boom <a@x.example>"}, "MAIL_FROM moet één e-mailadres zijn"),
        ({"KLANTENSERVICE_MAIL": "a@x.example, b@x.example"}, "KLANTENSERVICE_MAIL moet één e-mailadres zijn"),
        ({"MAIL_FROM_NAME": "Boom\nBcc: a@x.example"}, "MAIL_FROM_NAME moet één regel tekst zijn"),
        ({"MAIL_DEADLINE": "60"}, "MAIL_DEADLINE moet een getal zijn van 1 tot en met 45"),
        ({"MAIL_RETOUR_URL": "imap://a:b@mail.example/INBOX"}, "MAIL_RETOUR_URL moet beginnen met imaps"),
        ({"MAIL_RETOUR_URL": "imaps://mail.example/INBOX"}, "MAIL_RETOUR_URL hoort te zijn"),
        ({"MAIL_RETOUR_URL": "imaps://a:b@mail.example:x/INBOX"}, "MAIL_RETOUR_URL noemt geen server"),
    ],
)
def test_a_setting_of_mail_that_cannot_be_is_named_at_start(values: dict[str, str], problem: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({**ENVIRON, **values})
    assert [found for found in caught.value.problems if problem in found]
