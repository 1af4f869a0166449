"""Settings that are addresses: of a site, a server, a mailbox or a person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict
from redis import Redis
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from webapp.instellingen.soorten import Onjuist, Soort

_MAILADRES = re.compile(r"[^@\s<>,;:\"]+@[^@\s<>,;:\"]+")
_POSTGRES = ("postgresql", "postgresql+psycopg", "postgres")
_ONE_SERVER = "{naam} moet alleen de naam van een server zijn, zonder :// en zonder poort."
_NO_SERVER = "{naam} noemt geen server."
_POSTVAK = "{naam} hoort te zijn imaps://naam:wachtwoord@server/INBOX."
_ENCODE = "{naam} heeft een @, /, ? of # in naam of wachtwoord: schrijf die als %40, %2F, %3F of %23."


def psycopg_url(url: str) -> str:
    """Name the driver: a bare `postgres://` is refused by SQLAlchemy."""
    for bare in ("postgres://", "postgresql://"):
        if url.startswith(bare):
            return "postgresql+psycopg://" + url.removeprefix(bare)
    return url


def mailadres() -> Soort:
    """One, without a name."""

    def lees(raw: str, _: bool) -> str:
        if not _MAILADRES.fullmatch(raw):
            raise Onjuist("{naam} moet één e-mailadres zijn, zonder naam.")
        return raw

    return Soort("mail address", lees)


def mailadressen() -> Soort:
    """One or more, without names."""

    def lees(raw: str, _: bool) -> tuple[str, ...]:
        found = tuple(part.strip() for part in raw.split(",") if part.strip())
        if not found or not all(map(_MAILADRES.fullmatch, found)):
            raise Onjuist("{naam} moet een of meer e-mailadressen zijn, met een komma ertussen.")
        return found

    return Soort("mail addresses, comma separated", lees)


def server() -> Soort:
    """The name or number of a machine."""

    def lees(raw: str, _: bool) -> str:
        try:
            return str(ip_address(raw))
        except ValueError:
            if not re.fullmatch(r"[\w.-]+", raw):
                raise Onjuist(_ONE_SERVER) from None
        return raw

    return Soort("name of a server", lees)


def website(*, always_https: bool = False, is_whole_site: bool = False, is_geheim: bool = False) -> Soort:
    """An address on the web; http only where people practise, and there not for all."""

    def lees(raw: str, is_sandbox: bool) -> str:
        value = raw if is_geheim else raw.rstrip("/")
        found = _split(raw, ("http", "https") if is_sandbox and not always_https else ("https",), has_login=False)
        if not found.hostname:
            raise Onjuist(_NO_SERVER)
        if found.username is not None or "://" in found.path:
            raise Onjuist("{naam} moet één adres zijn, zonder naam en wachtwoord.")
        if is_whole_site and (found.path.strip("/") or found.query or found.fragment):
            raise Onjuist("{naam} moet een adres zonder pad zijn: https://server.")
        return value

    return Soort("https address", lees, is_geheim=is_geheim)


def dienst() -> Soort:
    """Where a LAS answers: what is after a ? belongs to one request."""
    site = website()

    def lees(raw: str, is_sandbox: bool) -> str:
        value: str = site.lees(raw, is_sandbox)
        if {"?", "#"} & {*value}:
            raise Onjuist("{naam} moet een adres zonder ? en # zijn.")
        return value

    return Soort(site.wat, lees)


def postgres() -> Soort:
    """Both libraries that read it have to understand it."""

    def lees(raw: str, _: bool) -> str:
        _split(raw, _POSTGRES)
        value = psycopg_url(raw)
        try:
            url = make_url(value)
            conninfo_to_dict(url.set(drivername="postgresql").render_as_string(hide_password=False))
        except (ArgumentError, ValueError, psycopg.Error):
            raise Onjuist("{naam} is niet te lezen: schrijf postgresql://naam:wachtwoord@server/database.") from None
        if not url.database:
            raise Onjuist("{naam} noemt geen database: schrijf postgresql://naam:wachtwoord@server/database.")
        return value

    return Soort("`postgresql://name:password@host/database`", lees, is_geheim=True)


def redis() -> Soort:
    """A database by its number; by another word Redis would quietly take the first."""

    def lees(raw: str, _: bool) -> str:
        found = _split(raw, ("redis", "rediss", "unix"))
        is_socket = found.scheme == "unix"
        if not (found.path.strip("/") if is_socket else found.hostname):
            raise Onjuist(_NO_SERVER)
        if not is_socket and not re.fullmatch(r"/?|/\d{1,4}", found.path):
            raise Onjuist("{naam} moet na de server een nummer hebben, of niets: redis://server/0.")
        try:
            Redis.from_url(raw).connection_pool.make_connection()
        except (ValueError, TypeError):
            raise Onjuist("{naam} is niet te lezen: schrijf redis://:wachtwoord@server/0.") from None
        return raw

    return Soort("`redis://…`, `rediss://…` or `unix://…`", lees, is_geheim=True)


def postvak() -> Soort:
    """A mailbox; without TLS only where people practise."""

    def lees(raw: str, is_sandbox: bool) -> str:
        found = _split(raw, ("imap", "imaps") if is_sandbox else ("imaps",))
        if not (found.hostname and found.username and found.password):
            raise Onjuist(_POSTVAK)
        return raw

    return Soort("`imaps://name:password@host/INBOX`", lees, is_geheim=True)


def _split(raw: str, schemes: Sequence[str], *, has_login: bool = True) -> SplitResult:
    scheme, _, rest = raw.partition("://")
    if scheme.lower() not in schemes:
        raise Onjuist(f"{{naam}} moet beginnen met {' of '.join(s + '://' for s in schemes)}.")
    if not raw.isprintable() or " " in raw or "…" in raw:
        raise Onjuist("{naam} moet één adres zijn, zonder spaties en zonder de puntjes van het voorbeeld.")
    login, at, _ = rest.rpartition("@")
    if has_login and at and {*"@/?#"} & {*login}:
        raise Onjuist(_ENCODE)
    if has_login and re.search(r"%(?![0-9A-Fa-f]{2})", login):
        raise Onjuist("{naam} heeft een % in naam of wachtwoord: schrijf die als %25.")
    try:
        found = urlsplit(raw)
        is_port = found.port != 0
    except ValueError:  # of the host or the port
        is_port = False
    if not is_port:
        raise Onjuist(_NO_SERVER)
    return found
