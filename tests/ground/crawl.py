"""Every page and every button, for everybody, over https: what each answered, and what it changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, cast
from urllib.parse import quote

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import Boolean, Connection, Enum, select, text
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.buttons import BESTUUR, GOED, Buttons, fill
from tests.ground.app import CleanClient, rolled_back
from tests.wereld import SLEUTEL
from webapp import create_app
from webapp.accounts.setup import limiter
from webapp.config import Settings
from webapp.db import db
from webapp.models import Aanvraagmail, Account, Base, Daad, DoodAdres, Koppeling, Leerling, Mail, Toetreding
from webapp.services.overzicht import open_einden
from webapp.services.overzicht.einde import OpenEinde

WHO = ("", "leerkracht", "beheerder", "opener", "clerk")
NOBODYS = {"sleutel": "00000000-0000-4000-8000-000000000000"}
NOWHERE = "2147483646"
"""An id that no row has."""
MASSA = "massakanarie"
LOOKS = str(Daad.NAMEN_GEZIEN)


_FIELDS = {"vestiging", "las", "tot", "naam", "email", "jaargroep", "tekst"}
"""Columns that are fields of a form too."""


@dataclass(frozen=True)
class Answer:
    """What somebody got, and which tables changed."""

    who: str
    method: str
    endpoint: str
    path: str
    status: int
    headers: list[tuple[str, str]]
    body: str
    changed: tuple[str, ...]
    rights: tuple[Any, ...] = ()
    standing: tuple[str, ...] = ()
    """The columns that hold MASSA."""

    @property
    def is_refused(self) -> bool:
        """Sent to the login, told that it is not for them, or that it is not there."""
        return self.status in {401, 403, 404} or "/inloggen" in self.header("Location")

    def header(self, name: str) -> str:
        return dict(self.headers).get(name, "")


@dataclass(frozen=True)
class Crawl:
    """All answers, and the school they are about."""

    looked: list[Answer]
    bare: list[Answer]
    """Every button without the token of its form."""
    pressed: list[Answer]
    """Every button, with the form of its page, by everybody."""
    foreign: list[tuple[Answer, Answer]]
    """A beheerder of another school: with ids of this school, and with ids that nothing has."""
    replayed: list[Answer]
    """Every button of this school, pressed by that stranger: what changed of this school."""
    stuffed: list[tuple[Answer, Answer]]
    """Every button as it is, and with every column of every table in its form."""
    broken: list[Answer]
    endpoints: frozenset[str]
    shy: list[Answer]
    """Every page that shows names: asked for by HEAD, and by a browser that fetches ahead."""
    marked: frozenset[str]
    """The endpoints that say that they show names."""
    pupils: tuple[str, ...]
    people: tuple[str, ...]
    """Names and addresses of everybody else."""
    secrets: tuple[str, ...]
    """What no address may hold: names and addresses of people, and the key."""

    @property
    def all(self) -> list[Answer]:
        pairs = [one for pair in self.foreign for one in pair]
        return [*self.looked, *self.bare, *self.pressed, *pairs, *self.broken]


@contextmanager
def undone() -> Iterator[None]:
    """Take back what a request wrote: each meets the same school, and no row gathers thousands of dead versions."""
    connection = cast(Connection, db.engine)  # `rolled_back` put it there
    with connection.begin_nested() as savepoint:
        yield
        savepoint.rollback()


def rules(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every address with each of its methods; not logging out, and not what stands apart from all of it."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if rule.endpoint not in {"security.logout", "status.healthy"}:
                yield rule, method


def arguments(rule: Rule) -> list[str]:
    """In the order in which they stand in the address."""
    return re.findall(r"<(?:\w+:)?(\w+)>", rule.rule)


def path_of(rule: Rule, values: list[str]) -> str:
    """The address with these in it."""
    each = iter(values)
    return re.sub(r"<[^>]+>", lambda _: quote(next(each), safe=""), rule.rule)


def fingerprints(school_id: int | None = None, of: AbstractSet[str] | None = None) -> dict[str, str]:
    """Of every table, or of these, or of its rows of one school; when a login was seen last does not count.

    The lines of the trail that say who saw names stand apart, as if they were a table: `LOOKS`.
    """
    of_school = "true" if school_id is None else f"to_jsonb(t) ->> 'school_id' = '{school_id}'"
    tables = [(table, table, "true") for table in sorted(Base.metadata.tables) if table != "audit"]
    tables += [
        ("audit", "audit", f"actie <> '{Daad.NAMEN_GEZIEN}'"),
        (LOOKS, "audit", f"actie = '{Daad.NAMEN_GEZIEN}'"),
    ]
    tables = [each for each in tables if of is None or each[1] in of]
    parts = " UNION ALL ".join(
        f"SELECT '{name}', md5(string_agg(row, '' ORDER BY row)) FROM"
        f" (SELECT {'(to_jsonb(t) - $$gezien_op$$)' if table == 'sessie' else 'to_jsonb(t)'}::text AS row"
        f" FROM {table} t WHERE {of_school} AND {which}) AS rows"
        for name, table, which in tables
    )
    return {str(name): str(mark) for name, mark in db.session.connection().execute(text(parts))}


def _writes() -> dict[str, int]:
    """How many rows of each table this transaction wrote, also those that were taken back: PostgreSQL counts them."""
    kinds = " + ".join(f"pg_stat_get_xact_tuples_{kind}(oid)" for kind in ("inserted", "updated", "deleted"))
    query = f"SELECT relname, {kinds} FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    return {str(name): int(number) for name, number in db.session.connection().execute(text(query))}


class Asker:
    """Asks, sees which tables changed, and takes that back."""

    def __init__(self, site: Buttons, who: str, school_id: int | None = None, *, is_close: bool = False) -> None:
        self._browser, self._who, self._school_id, self._is_close = site.browser(who), who, school_id, is_close
        self._cookies, self._before = dict(self._browser._cookies or {}), fingerprints(school_id)
        self._close_before = self._close()

    def ask(self, methods: str, endpoint: str, path: str, form: dict[str, Any] | None = None, **more: Any) -> Answer:
        """Ask with each of these methods; answer the first. No message of a page before is left."""
        self._browser._cookies = dict(self._cookies)
        with undone():
            before = _writes()
            answer, *_ = [self._browser.open(path, method=one, data=form, **more) for one in methods.split()]
            written = {name for name, number in _writes().items() if number != before[name]}
            after = fingerprints(self._school_id, written) if written else {}
            close = self._close() if written else self._close_before
        changed = tuple(name for name in after if after[name] != self._before[name])
        headers = list(answer.headers)
        return Answer(self._who, methods, endpoint, path, answer.status_code, headers, answer.text, changed, *close)

    def _close(self) -> tuple[tuple[Any, ...], tuple[str, ...]]:
        return (tuple(_rights()), tuple(_standing(MASSA))) if self._is_close else ((), ())


def ask_status_once(patch: pytest.MonkeyPatch) -> None:
    """Of each koppeling: the line about it costs more than the page below it, and no request here changes it."""
    of_koppeling, known = open_einden.of_koppeling, dict[int, tuple[OpenEinde, ...]]()

    def once(session: Session, koppeling: Koppeling, *more: Any) -> tuple[OpenEinde, ...]:
        if koppeling.id not in known:
            known[koppeling.id] = of_koppeling(session, koppeling, *more)
        return known[koppeling.id]

    patch.setattr(open_einden, "of_koppeling", once)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep all that reads the crawl in one process of pytest-xdist, which then makes it once (`--dist loadgroup`)."""
    if config.pluginmanager.hasplugin("xdist"):
        for item in items:
            if "crawl" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.xdist_group("crawl"))


@pytest.fixture(scope="session")
def crawl(settings: Settings) -> Crawl:
    """Ask everything, once per process of pytest; all of it is rolled back."""
    app = create_app(replace(settings, public_url="https://localhost", besturen=(BESTUUR,)))
    app.test_client_class = CleanClient
    app.config.update(PREFERRED_URL_SCHEME="https", PROPAGATE_EXCEPTIONS=False)  # the scheme is that of the clients
    with pytest.MonkeyPatch.context() as patch, rolled_back(app, db), app.app_context():
        patch.setattr(limiter, "enabled", False)
        ask_status_once(patch)
        for module in ("lopend", "indienen"):
            patch.setattr(f"webapp.blueprints.koppeling.{module}.try_sleutel", lambda *_: GOED)
        found = _crawl(app, settings)
        db.session.remove()
    with app.app_context():
        db.engine.dispose()
    with Redis.from_url(settings.redis_url) as redis:
        redis.flushdb()
    return found


def _crawl(app: Flask, settings: Settings) -> Crawl:
    site = fill(app)
    looked, bare, pressed, shy = [], [], [], []
    marked = {name for name, view in app.view_functions.items() if getattr(view, "shows_names", False)}
    for asker in (Asker(site, who) for who in WHO if who != "opener"):
        for rule, method in rules(app):
            path = path_of(rule, [str(site.ids.get(name, "x")) for name in arguments(rule)])
            path += of_row(site, rule.endpoint)
            if method == "POST":
                bare.append(asker.ask("POST", rule.endpoint, path))
            else:
                looked.append(asker.ask("GET HEAD", rule.endpoint, path))
                if rule.endpoint in marked and looked[-1].status == 200:
                    shy.append(asker.ask("HEAD", rule.endpoint, path))
                    shy.append(asker.ask("GET", rule.endpoint, path, headers={"Sec-Purpose": "prefetch;prerender"}))
    app.config["WTF_CSRF_ENABLED"] = False
    for asker in (Asker(site, who) for who in WHO):
        for press in site.presses:
            if not press.endpoint.startswith("security."):
                pressed.append(asker.ask("POST", press.endpoint, press.path, press.form))
    right = {"email": site.people["beheerder"].email, "password": "x" * 12}
    pressed.append(Asker(site, "").ask("POST", "security.login", "/inloggen", right))
    return Crawl(
        looked,
        bare,
        pressed,
        list(_foreign(app, site)),
        list(_replayed(site)),
        list(_stuffed(site)),
        list(_broken(app, site)),
        frozenset(rule.endpoint for rule, _ in rules(app)),
        shy,
        frozenset(marked),
        tuple(name for name in _names() if name != "Hartog"),  # she is a leerkracht
        tuple(_people(site.people["clerk"], settings)),
        (SLEUTEL, "Regenboog", *(person.email for person in site.people.values()), *_names()),
    )


def _names() -> list[str]:
    people = db.session.execute(select(Leerling.roepnaam, Leerling.achternaam)).all()
    return sorted({name for person in people for name in person if name} | {"Noor", "Maan", "Hartog"})


def of_row(site: Buttons, endpoint: str) -> str:
    """A page of klantenservice about one row asks which after the address."""
    view, _, page = endpoint.removeprefix("ks_").partition(".")
    id_ = site.ids.get("other_clerk_id" if view == "account" else f"{view}_id")
    return f"?id={id_}" if page == "details_view" and id_ is not None else ""


def _people(clerk: Account, settings: Settings) -> set[str]:
    """Not what stands on every page of this clerk: the own name, and whom schools ask."""
    columns = (
        *(Account.naam, Account.email, Koppeling.contact_naam, Koppeling.contact_email, Toetreding.naam),
        *(Toetreding.email, Mail.ontvanger, DoodAdres.adres, Aanvraagmail.afzender),
    )
    found = {value for column in columns for value in db.session.scalars(select(column))}
    return {value for value in found if value} - {clerk.naam, clerk.email, settings.klantenservice_mail, "Kim"}


def _foreign(app: Flask, site: Buttons) -> Iterator[tuple[Answer, Answer]]:
    asker = Asker(site, "other")
    ids = site.ids | {"school_id": site.school}
    forms = {press.endpoint: press.form for press in site.presses}
    for rule, method in rules(app):
        names = arguments(rule)
        if not {*names} & ({*ids} - {"token", "key", "brin"}):
            continue
        form = forms[rule.endpoint] if method == "POST" else None
        theirs = path_of(rule, [str(ids[name]) for name in names])
        nobodys = path_of(
            rule, [NOBODYS.get(name, NOWHERE if name.endswith("_id") else str(ids[name])) for name in names]
        )
        yield asker.ask(method, rule.endpoint, theirs, form), asker.ask(method, rule.endpoint, nobodys, form)


def _replayed(site: Buttons) -> Iterator[Answer]:
    asker = Asker(site, "other", site.school)
    for press in site.presses:
        if press.who == "beheerder" and not press.endpoint.startswith("security."):
            yield asker.ask("POST", press.endpoint, press.path, press.form)


def _stuffed(site: Buttons) -> Iterator[tuple[Answer, Answer]]:
    """Text in every column that holds text, and in every other what would be another's, or more than one may."""
    more = {
        column.name: {bool: "y", int: str(site.other_school)}.get(column.type.python_type, MASSA)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name not in _FIELDS
    } | {"rol": "beheerder", "status": "actief"}
    for who in {press.who for press in site.presses}:
        asker = Asker(site, who, is_close=True)
        for press in (press for press in site.presses if press.who == who):
            if press.endpoint.startswith("security."):
                continue
            plain = asker.ask("POST", press.endpoint, press.path, press.form)
            yield plain, asker.ask("POST", press.endpoint, press.path, more | press.form)


def _broken(app: Flask, site: Buttons) -> Iterator[Answer]:
    """Pages that are not there, that are asked for at another host or in another way, and that break."""
    asker = Asker(site, "beheerder")
    yield asker.ask("GET", "none", "/bestaat-niet")
    yield asker.ask("GET", "host", "/", headers={"Host": "elders.example"})
    yield asker.ask("DELETE", "method", "/")
    yield asker.ask("POST", "form", "/aanvraag/", {})
    app.view_functions["overzicht.index"] = lambda: str(1 / 0)
    yield asker.ask("GET", "breaks", "/")


def _standing(what: str) -> list[str]:
    """The columns that hold this."""
    parts = " UNION ".join(
        f"SELECT '{table.name}.' || key FROM {table.name} t, jsonb_each_text(to_jsonb(t)) WHERE value LIKE :what"
        for table in Base.metadata.sorted_tables
    )
    return list(db.session.scalars(text(parts), {"what": f"%{what}%"}))


def _rights() -> list[Any]:
    """Who may what, and how every row stands."""
    columns = [
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Boolean | Enum)
    ]
    parts = " UNION ALL ".join(
        f"SELECT '{table}.{column}', {column}::text, count(*) FROM {table} GROUP BY {column}"
        for table, column in columns
    )
    return sorted(map(tuple, db.session.execute(text(parts))), key=str)
