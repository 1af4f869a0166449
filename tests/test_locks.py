"""A row that somebody holds stops nobody for long: every button answers in time, and other schools notice nothing."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from alembic import command
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from sqlalchemy import create_engine, select, text

from tests.ground.app import CleanClient
from tests.screens import GEVONDEN, JAAR, Koppelweg, login, make_account
from tests.services.conftest import aanlevering, pupil, teacher
from tests.wereld import START, make_wereld
from webapp import create_app, migrate
from webapp import db as webapp_db
from webapp.accounts.setup import limiter
from webapp.config import PROJECT, Settings
from webapp.db import db, engine_options
from webapp.models import Account, Importregel, LeveringStatus, Mail, MailStatus, Rol
from webapp.services.inname import inname
from webapp.uwlr.codes import Owner
from webapp.uwlr.diagnose import Bevinding, Diagnose

WAIT = timedelta(milliseconds=150)
IN_TIME = 15.0
"""Seconds; far more than the wait, because a login takes long on a busy machine."""
HELD = (
    "school", "koppeling", "account", "groep", "leerkracht", "leerling", "importbatch", "importregel", "resultaat",
    "levering", "mail", "uitzondering", "sessie",
)  # fmt: skip
BUSY = "Een collega of de nacht is hier net mee bezig. Er is niets gewijzigd."
GOED = Diagnose(True, Owner.NIEMAND, Bevinding.GEGEVENS, GEVONDEN)


@dataclass(frozen=True)
class Press:
    """One button: who presses it, where, and with which form."""

    endpoint: str
    who: str
    path: str
    form: dict[str, Any]


@dataclass
class Site:
    """A committed site with two schools, of which the rows of the first are held."""

    app: Flask
    url: str
    other_school: int
    presses: list[Press]
    people: dict[str, Account]

    def browser(self, who: str) -> FlaskClient:
        with self.app.app_context():
            session = db.session()
            return login(self.app, session, session.merge(self.people[who])) if who else self.app.test_client()


@pytest.fixture
def site(settings: Settings, fresh_database_url: str, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(webapp_db, "LOCK_WAIT", WAIT)
    monkeypatch.setattr(limiter, "enabled", False)
    for module in ("lopend", "indienen"):
        monkeypatch.setattr(f"webapp.blueprints.koppeling.{module}.try_sleutel", lambda *_: GOED)
    app = create_app(replace(settings, database_url=fresh_database_url))
    app.test_client_class = CleanClient
    app.config.update(WTF_CSRF_ENABLED=False)
    with app.app_context():
        site = _fill(app, fresh_database_url)
    yield site
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _fill(app: Flask, url: str) -> Site:
    session, keyring = db.session(), app.extensions["keyring"]
    clerk = make_account(session, Rol.KLANTENSERVICE)
    wereld, other = make_wereld(session, keyring), make_wereld(session, keyring, brin="98XX")
    for koppeling in (wereld.koppeling, other.koppeling):
        koppeling.opengezet_op = koppeling.ingediend_op = koppeling.beslist_op = START
    result, refused = wereld.genormeerd(2)
    for id_ in (result, refused):
        wereld.breng(id_, LeveringStatus.GEWEIGERD)
    asked = Koppelweg(app, session, clerk, brin="12AB").requested()
    opened = Koppelweg(app, session, clerk, brin="13AB").opened("De Ark", "ark@ark.example")
    handed = Koppelweg(app, session, clerk, brin="14AB").submitted("De Brug", "brug@brug.example")
    news = aanlevering(pupil("k1", "Noor", "Maan"), leerkrachten=(teacher("t1", "Loes", "Hartog"),))
    batch = inname.take_in(session, wereld.koppeling, news)
    assert batch is not None
    line = session.scalars(select(Importregel.id).where(Importregel.batch_id == batch.id)).first()
    mail = session.scalars(select(Mail)).first()
    assert mail is not None
    mail.status = MailStatus.OPGEGEVEN
    opener = Koppelweg(app, session, clerk, brin="13AB").beheerder(opened)
    session.commit()
    people = {"beheerder": wereld.beheerder, "opener": opener, "clerk": clerk, "other": other.beheerder}
    for person in people.values():
        session.refresh(person)
        session.expunge(person)
    b, ks, k = f"/controle/{batch.id}", "/klantenservice", wereld.koppeling.id
    aanvraag = {"schoolnaam": "A", "brin": "55AA", "contact_naam": "B", "contact_email": "a@b.example"}
    passwords = {"password": "x" * 12, "new_password": "y" * 14, "new_password_confirm": "y" * 14}
    toets = next(iter(wereld.toetsen.values())).id
    score = {"afnamedatum": "2026-11-23", f"score-{wereld.leerling().id}": "3", "actie": "normeren"}
    presses = [
        Press("security.login", "", "/inloggen", {"email": "ark@ark.example", "password": "x"}),
        Press("security.forgot_password", "", "/wachtwoord-vergeten", {"email": "ark@ark.example"}),
        Press("security.change_password", "beheerder", "/wachtwoord-wijzigen", passwords),
        Press("security.mf_recovery_codes", "clerk", "/herstelcodes", {"generate_new_codes": "1"}),
        Press("security.two_factor_setup", "clerk", "/tweede-stap/instellen", {"setup": "authenticator"}),
        Press("security.logout", "beheerder", "/uitloggen", {}),
        Press("aanvraag.send", "", "/aanvraag/", aanvraag),
        Press("koppeling.submit", "opener", "/beheer/koppelen/",
              {"sleutel": "a" * 32, "las_type": "parnassys", "schooljaar": JAAR}),
        Press("koppeling.clear_externe_nummers", "opener", "/beheer/koppelen/externe-nummers", {"aantal": "0"}),
        Press("koppeling.fetch", "beheerder", "/beheer/koppelen/ophalen", {}),
        Press("koppeling.replace_sleutel", "beheerder", "/beheer/koppelen/sleutel", {"sleutel": "a" * 32}),
        Press("koppeling.change_schooljaar", "beheerder", "/beheer/koppelen/schooljaar", {"schooljaar": JAAR}),
        Press("koppeling.import_anyway", "beheerder", "/beheer/koppelen/toch-importeren", {"id": "1"}),
        Press("controle.choose", "beheerder", f"{b}/regel/{line}/kies", {"keuze": "niet"}),
        Press("controle.set_email", "beheerder", f"{b}/regel/{line}/email", {"email": "a@b.example"}),
        Press("controle.link", "beheerder", f"{b}/regel/{line}/koppel", {"kandidaat": str(wereld.groep.id)}),
        Press("controle.confirm_departures", "beheerder", f"{b}/vertrek", {"aantal": "0"}),
        Press("controle.commit", "beheerder", f"{b}/importeren", {"digest": "x"}),
        Press("toetsen.save", "beheerder", f"/resultaten/{toets}/{wereld.groep.id}/", score),
        Press("versturen.send_now", "beheerder", "/resultaten/leveringen/nu-versturen", {}),
        Press("versturen.send_again", "beheerder", f"/resultaten/leveringen/{refused}/opnieuw", {}),
        Press("versturen.removed", "beheerder", f"/resultaten/leveringen/elders/{uuid4()}/verwijderd", {}),
        *(
            Press("ks_koppeling.action_view", "clerk", f"{ks}/koppeling/action/", {"action": act, "rowid": row})
            for act, row in (
                ("goedkeuren", handed.id), ("ophalen", k), ("versturen", k), ("vrijgeven", k), ("pauzeren", k),
                ("hervatten", k),
            )
        ),
        Press("ks_koppeling.contact", "clerk", f"{ks}/koppeling/{asked.id}/contact/", {"naam": "C", "email": "c@d.nl"}),
        Press("ks_koppeling.do_open_up", "clerk", f"{ks}/koppeling/{asked.id}/openzetten/", {}),
        Press("ks_koppeling.reject", "clerk", f"{ks}/koppeling/{handed.id}/afwijzen/", {"reden": "Nee."}),
        Press("ks_levering.action_view", "clerk", f"{ks}/levering/action/", {"action": "opnieuw", "rowid": result}),
        Press("ks_mail.action_view", "clerk", f"{ks}/mail/action/", {"action": "opnieuw", "rowid": mail.id}),
    ]  # fmt: skip
    return Site(app, url, other.school.id, presses, people)


def hold(url: str, table: str, other_school: int) -> psycopg.Connection:
    """Lock all rows of a table, except those of the other school."""
    column = {"school": "id", "sessie": "account_id"}.get(table, "school_id")
    kept = "SELECT id FROM account WHERE school_id = %s" if table == "sessie" else "SELECT %s::int"
    connection = psycopg.connect(url.replace("postgresql+psycopg", "postgresql"))
    connection.execute("SET idle_in_transaction_session_timeout = '30s'")  # so that a button that waits fails, at last
    where = f"WHERE coalesce({column} NOT IN ({kept}), true)"
    connection.execute(f"SELECT FROM {table} {where} FOR UPDATE", [other_school])
    return connection


@pytest.mark.parametrize("table", HELD)
def test_every_button_answers_while_a_row_is_held(site: Site, table: str) -> None:
    browsers = [site.browser(press.who) for press in site.presses]
    other = site.browser("other")
    late, busy = [], 0
    with hold(site.url, table, site.other_school):
        for press, browser in zip(site.presses, browsers, strict=True):
            began = time.monotonic()
            answer = browser.post(press.path, data=press.form)
            if time.monotonic() - began > IN_TIME:
                late.append(press.endpoint)
            assert answer.status_code < 500 or BUSY in answer.text, f"{press}: {answer.status_code}"
            if answer.status_code == 503:
                busy += 1
                assert answer.headers["Retry-After"] == "30"
        for path in ("/", "/beheer/koppelen/", "/controle/", "/resultaten/", "/resultaten/leveringen/"):
            assert other.get(path).status_code == 200
        assert other.post("/beheer/koppelen/ophalen").status_code == 303
    assert late == []
    assert busy or table not in {"school", "koppeling", "account", "importbatch", "levering", "mail", "sessie"}


def test_every_button_is_pressed(site: Site) -> None:
    elsewhere = {
        "security.verify", "security.two_factor_setup_validate", "security.two_factor_token_validation",
        "security.two_factor_rescue", "security.reset_password", "security.mf_recovery", "security.tf_select",
        "ks_school.action_view", "ks_audit.action_view",
    }  # fmt: skip
    """Of a login that is half way, or without an act."""
    posts = {rule.endpoint for rule in site.app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert posts - elsewhere == {press.endpoint for press in site.presses}


@pytest.mark.parametrize(
    ("is_worker", "lock", "statement"), [(False, "3s", "15s"), (True, "20s", "2min")], ids=["web", "worker"]
)
def test_a_connection_waits_for_nothing_without_an_end(
    database_url: str, is_worker: bool, lock: str, statement: str
) -> None:
    engine = create_engine(database_url, **engine_options(database_url, is_worker=is_worker))
    with engine.connect() as connection:
        found = {
            name: connection.scalar(text(f"SHOW {name}"))
            for name in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
        }
    engine.dispose()
    assert list(found.values()) == [lock, statement, "1min"]


def test_a_process_that_is_frozen_in_a_transaction_loses_its_locks(
    fresh_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webapp_db, "_LONGEST_SILENCE", timedelta(milliseconds=200))
    engine = create_engine(fresh_database_url, **engine_options(fresh_database_url, is_worker=True))
    with engine.connect() as frozen, engine.connect() as next_one:
        frozen.execute(text("INSERT INTO school (naam, brin, vestiging) VALUES ('X', '99XX', '00')"))
        # It waits for the same key until PostgreSQL has ended the other transaction.
        next_one.execute(text("INSERT INTO school (naam, brin, vestiging) VALUES ('X', '99XX', '00')"))
        frozen.invalidate()
    engine.dispose()


def test_a_migration_does_not_stand_in_the_way(fresh_database_url: str, settings: Settings) -> None:
    """With a table in use it gives up, says so, and has changed nothing."""
    command.downgrade(migrate.alembic_config(fresh_database_url), "0008")
    with psycopg.connect(fresh_database_url.replace("postgresql+psycopg", "postgresql")) as holder:
        holder.execute("LOCK TABLE koppeling IN ACCESS SHARE MODE")
        code = "import sys, webapp.migrate as m; m._TRIES = 1; m.main()"
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=PROJECT, env=_environ(settings, fresh_database_url), check=False,
            capture_output=True, text=True,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("Een tabel is in gebruik. Er is niets gewijzigd"), done.stderr
    migrate.upgrade(fresh_database_url)


def _environ(settings: Settings, database_url: str) -> dict[str, str]:
    return {
        "OMGEVING": "sandbox",
        "PUBLIC_URL": settings.public_url,
        "DATABASE_URL": database_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEYS": ",".join(settings.secret_keys),
        "PASSWORD_SALT": settings.password_salt,
        "ENCRYPTION_KEYS": ",".join(settings.encryption_keys),
        "PARNASSYS_URL": settings.parnassys_url,
        "UWLR_KLANTCODE": settings.klantcode,
    }
