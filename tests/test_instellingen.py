"""`flask instellingen` tries each part that the settings name, and says what is wrong with it and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner
from redis import Redis
from sqlalchemy import make_url

from tests.ground.imapserver import running_imap
from tests.ground.mailserver import running_mailserver
from tests.ground.servers import as_owner, do_as_owner
from tests.uwlr.certificates import Authority
from webapp.besturen import Bestuur
from webapp.config import Omgeving, Settings
from webapp.instellingen import proef, proefdatabase, proefnet
from webapp.instellingen.opdracht import instellingen_command
from webapp.instellingen.uitkomst import Mis
from webapp.uwlr.certificates import ClientCertificaat

KEY_2 = "2:AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


def said(ask: Callable[..., str], *arguments: object) -> str:
    """What it ends with, good or bad."""
    try:
        return ask(*arguments)
    except Mis as wrong:
        return f"FOUT {wrong}"


def test_the_database_is_tried_in_its_role_and_its_rights(settings: Settings, fresh_database_url: str) -> None:
    here = replace(settings, database_url=fresh_database_url)
    owner = as_owner(fresh_database_url)

    def as_role(name: str) -> Settings:
        return replace(here, database_url=make_url(fresh_database_url).set(username=name).render_as_string(False))

    assert said(proefdatabase.ask, here).startswith("rol koppelpunt_web, tabellen tot stap ")
    assert said(proefdatabase.ask_owner, owner).startswith("rol koppelpunt. Geef dit adres alleen aan")
    for problem, tried in {
        "FOUT Deze database is van sandbox en OMGEVING is productie": replace(here, omgeving=Omgeving.PRODUCTIE),
        "FOUT voor rol postgres geldt de muur tussen scholen niet": as_role("postgres"),
        "FOUT rol koppelpunt is eigenaar van de tabellen": replace(here, database_url=owner),
        "FOUT geen verbinding: ": replace(here, database_url=fresh_database_url.replace("/koppelpunt_", "/weg_")),
    }.items():
        assert said(proefdatabase.ask, tried).startswith(problem)
    assert said(proefdatabase.ask_owner, fresh_database_url).startswith(
        "FOUT rol koppelpunt_web mag geen tabellen maken"
    )
    do_as_owner(fresh_database_url, "REVOKE SELECT ON installatie FROM koppelpunt_web")
    assert said(proefdatabase.ask, here).startswith("FOUT De rol van DATABASE_URL mag de tabellen niet lezen")
    do_as_owner(fresh_database_url, "GRANT SELECT ON installatie TO koppelpunt_web")
    do_as_owner(fresh_database_url, "GRANT DELETE ON audit TO koppelpunt_web")
    assert said(proefdatabase.ask, here).startswith(
        "FOUT rol koppelpunt_web mist rechten op de tabellen, of mag te veel"
    )
    do_as_owner(fresh_database_url, "UPDATE alembic_version SET version_num = '0083'")
    assert said(proefdatabase.ask, here).endswith("Voer uit: python -m webapp.migrate.")


def test_a_key_that_is_still_needed_is_missed(settings: Settings, fresh_database_url: str) -> None:
    here = replace(settings, database_url=fresh_database_url)
    assert said(proefdatabase.ask_keys, here) == "nog niets versleuteld."
    do_as_owner(
        fresh_database_url,
        "INSERT INTO account (email, naam, active, fs_uniquifier, is_klantenservice, tf_totp_secret) "
        """VALUES ('a@x.example', 'A', true, 'x', true, '{"enckey": {"t": "1"}}')""",
    )
    assert said(proefdatabase.ask_keys, here).startswith("sleutel 1;")
    assert said(proefdatabase.ask_keys, replace(here, encryption_keys=(KEY_2,))).startswith("FOUT sleutel 1 ontbreekt")


def test_redis_throws_nothing_away(settings: Settings, redis: Redis) -> None:
    assert said(proefnet.ask_redis, settings).endswith("noeviction.")
    redis.config_set("maxmemory-policy", "allkeys-lru")
    try:
        assert said(proefnet.ask_redis, settings).startswith(
            "FOUT maxmemory-policy is allkeys-lru: zet die op noeviction"
        )
    finally:
        redis.config_set("maxmemory-policy", "noeviction")
    away = replace(settings, redis_url="redis://:geheim@127.0.0.1:9/0")
    assert said(proefnet.ask_redis, away).startswith("FOUT Redis antwoordt niet")
    assert "geheim" not in said(proefnet.ask_redis, away)


def test_the_mail_server_is_tried_up_to_the_first_receiver(settings: Settings, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with running_mailserver(tls=authority.server("mail")) as server:
        here = replace(
            settings, mail_port=server.port, mail_tls=True, mail_ca_bestand=authority.bundle,
            mail_username="koppelpunt", mail_password="geheim",
        )  # fmt: skip
        assert said(proefnet.ask_mail, here) == "antwoordt met TLS, naam en wachtwoord kloppen. Er is niets verstuurd."
        assert "onbekende uitgever" in said(proefnet.ask_mail, replace(here, mail_ca_bestand=None))
        server.does["auth"] = "535 5.7.8 Error"
        assert said(proefnet.ask_mail, here) == "FOUT mailserver weigert onze naam en ons wachtwoord (535)."
        assert server.bodies == []
        bare = replace(here, mail_username=None, mail_password=None)
        server.does["mail"] = "550 5.7.1 Not yours"
        assert said(proefnet.ask_mail, bare).startswith("FOUT mailserver antwoordde 550")


def test_a_mailbox_is_opened_and_left_as_it_was(settings: Settings) -> None:
    with running_imap("goed") as box:
        box.messages.append(b"Subject: a\r\n\r\nb")
        url = f"imap://naam:{{}}@127.0.0.1:{box.port}/INBOX"
        assert said(proefnet.ask_mailbox, url.format("goed"), settings) == "gaat open, 1 berichten."
        assert said(proefnet.ask_mailbox, url.format("fout"), settings).startswith("FOUT gaat niet open (")
        assert (box.seen, box.fetched) == (set(), [])


@contextmanager
def _las(authority: Authority) -> Iterator[tuple[str, list[str]]]:
    """Something that takes only POST, as a LAS does."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.requestline)
            self.send_response(405)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = authority.server("las").wrap_socket(server.socket, server_side=True)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"https://127.0.0.1:{server.server_address[1]}/uwlr", asked
        server.shutdown()
        thread.join()


def test_a_las_is_asked_and_told_nothing(settings: Settings, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with _las(authority) as (url, asked):
        here = replace(settings, parnassys_url=url, las_ca_bestand=authority.bundle)
        assert said(proefnet.ask_las, here) == "antwoordt (status 405)."
        assert asked == ["GET /uwlr HTTP/1.1"]
        assert "onbekende uitgever" in said(proefnet.ask_las, replace(here, las_ca_bestand=None))
    assert said(proefnet.ask_las, here).startswith("FOUT Geen verbinding met ParnasSys")


def test_the_rest_is_looked_at_and_an_alarm_is_not_raised(settings: Settings, redis: Redis, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    gone = ClientCertificaat(*authority.issue("oud", days=-1))
    away = Bestuur("horizon", "De Horizon", "http://127.0.0.1:9/", "a", "b", ("t",))
    here = replace(
        settings, journaal=tmp_path, clientcertificaat=gone, besturen=(away,), alarm_webhook="http://127.0.0.1:9/geheim"
    )
    found = {each.onderdeel: each for each in proef.try_all(here, {})}
    assert [name for name, each in found.items() if each.is_goed is False] == [
        "PARNASSYS_URL", "UWLR_CLIENTCERTIFICAAT", "BESTUREN_BESTAND [horizon]",
    ]  # fmt: skip
    assert found["ALARM_WEBHOOK"].is_goed is None
    assert found["JOURNAAL"].zin.startswith("hier is te schrijven")
    assert list(tmp_path.glob("*proef*")) == [authority.bundle]
    assert not any("geheim" in each.zin for each in found.values())
    weg = replace(here, journaal=tmp_path / "weg", clientcertificaat=ClientCertificaat(*authority.issue("x", days=20)))
    found = {each.onderdeel: each for each in proef.try_all(weg, {"MIGRATIE_URL": as_owner(settings.database_url)})}
    assert found["JOURNAAL"].zin.startswith("hier is niet te schrijven")
    assert found["UWLR_CLIENTCERTIFICAAT"].zin.endswith("Vraag nu een nieuw.")
    assert found["MIGRATIE_URL"].is_goed


def test_the_command_ends_with_an_exit_code(settings: Settings, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(**environ: str) -> tuple[int, str]:
        values = {
            "OMGEVING": "sandbox", "PUBLIC_URL": "http://localhost", "DATABASE_URL": settings.database_url,
            "REDIS_URL": settings.redis_url, "SECRET_KEYS": "x" * 32, "PASSWORD_SALT": "zout",
            "ENCRYPTION_KEYS": settings.encryption_keys[0], "PARNASSYS_URL": "http://127.0.0.1:9/",
            "UWLR_KLANTCODE": "code", "MAIL_HOST": "127.0.0.1", "MAIL_PORT": str(settings.mail_port), **environ,
        }  # fmt: skip
        monkeypatch.setattr("os.environ", values)
        done = CliRunner().invoke(instellingen_command)
        return done.exit_code, done.output

    code, output = run()
    assert code == 1
    assert output.endswith("Error: 1 onderdeel werkt niet.\n"), output
    assert [line[:8].strip() for line in output.splitlines()[:5]] == [
        "in orde",
        "in orde",
        "in orde",
        "FOUT",
        "in orde",
    ]
    code, output = run(MAIL_TSL="1")
    assert code == 1
    assert "MAIL_TSL kennen wij niet. Bedoelt u MAIL_TLS?\nEr is nog niets geprobeerd." in output
