"""Trying what is reached over the network: Redis, the LAS, mail, and the servers of boards."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from typing import Any

from flask import Flask
from redis.exceptions import RedisError

from webapp import oidc
from webapp.besturen import Bestuur
from webapp.config import Settings
from webapp.instellingen.uitkomst import Mis
from webapp.las import las_of
from webapp.mail import mailbox, sending
from webapp.mail.message_id import own_domain
from webapp.mail.smtp import SmtpConnection, not_sent
from webapp.models import LasType
from webapp.onderdelen import impatient
from webapp.services.toegang.errors import BestuurAntwoordtNiet, BestuurGeweigerd
from webapp.uwlr.codes import Reden
from webapp.uwlr.sentences import explain
from webapp.uwlr.transport import ExchangeFailed, Limits, exchange
from webapp.woorden.post import probleem

_OLDEST_REDIS = 7
_KEEPS = "noeviction"
_LONGEST = timedelta(seconds=20)
_ANSWERED = {Reden.TE_GROOT}
"""More than we would read is an answer too."""
_AGAIN = " Herhaalt vanzelf."
_LOOK = "Kijk of PARNASSYS_URL klopt, en of deze machine daar mag komen."
_HELPS = {
    Reden.GEEN_VERBINDING: _LOOK,
    Reden.NAAM_ONBEKEND: _LOOK,
    Reden.CERTIFICAAT_LAS_ONBEKEND: "Heeft hij een eigen uitgever, noem die dan in LAS_CA_BESTAND.",
}


def ask_redis(settings: Settings) -> str:
    """It takes work, and throws none away when it is full."""
    try:
        with impatient(settings.redis_url) as redis:
            info: dict[str, Any] = redis.info()
            redis.set("koppelpunt:instellingen", "", ex=10)
    except RedisError as error:
        raise Mis(f"Redis antwoordt niet, of bewaart niets ({type(error).__name__}: {_short(error)}).") from error
    version, policy = str(info["redis_version"]), info.get("maxmemory_policy")
    if int(version.partition(".")[0]) < _OLDEST_REDIS:
        raise Mis(f"Redis {version} is te oud: neem {_OLDEST_REDIS} of nieuwer.")
    if policy != _KEEPS:
        raise Mis(f"maxmemory-policy is {policy}: zet die op {_KEEPS}, anders raakt werk kwijt als Redis vol is.")
    return f"versie {version}, {_KEEPS}."


def ask_las(settings: Settings) -> str:
    """One GET, which changes nothing: whatever is answered, the connection and the certificates are good."""
    las = las_of(LasType.PARNASSYS, settings)
    limits = Limits(_LONGEST, 1_000_000, las.profile.client_certificaat, las.profile.ca_bundle)
    try:
        answer = exchange(las.address, b"", {}, limits, method="GET")
    except ExchangeFailed as error:
        if error.reden in _ANSWERED:
            return "antwoordt."
        said = explain(error.reden, las.profile.naam).klantenservice.removesuffix(_AGAIN)
        raise Mis(f"{said} {_HELPS.get(error.reden, '')}".strip()) from error
    return f"antwoordt (status {answer.status})."


def ask_mail(settings: Settings) -> str:
    """Everything up to the first receiver: TLS, name and password, and whether it takes our sender."""
    app = Flask(__name__)
    app.extensions["settings"] = settings
    sending.init_app(app, settings)
    try:
        with app.app_context():
            connection = SmtpConnection(app.extensions["mail"], settings, lambda: None, own_domain())
            with connection:
                _say_who_sends(connection, settings)
    except (OSError, smtplib.SMTPException) as error:
        wrong = not_sent(error)
        raise Mis(f"{probleem(wrong.probleem, wrong.antwoord)}.") from error
    how = "met TLS" if settings.mail_tls else "zonder TLS"
    return f"antwoordt {how}{', naam en wachtwoord kloppen' if settings.mail_username else ''}. Er is niets verstuurd."


def _say_who_sends(connection: SmtpConnection, settings: Settings) -> None:
    assert connection.host is not None
    connection.host.ehlo_or_helo_if_needed()
    code, reply = connection.host.mail(settings.mail_from)
    if code >= 300:
        raise smtplib.SMTPSenderRefused(code, reply, settings.mail_from)
    connection.host.rset()


def ask_mailbox(url: str, settings: Settings) -> str:
    """Open it to read, and close it."""
    try:
        number = mailbox.try_out(url, settings.mail_ca_bestand)
    except mailbox.MailboxClosed as error:
        raise Mis(
            f"gaat niet open ({error}). Kijk of server, naam, wachtwoord, postvak en certificaat kloppen."
        ) from error
    return f"gaat open, {number} berichten."


def ask_board(bestuur: Bestuur, settings: Settings) -> str:
    """What its server says of itself."""
    try:
        oidc.try_out(bestuur, is_sandbox=settings.is_sandbox)
    except BestuurAntwoordtNiet as error:
        raise Mis("antwoordt niet, of niet als een server om mee in te loggen. Kijk of issuer klopt.") from error
    except BestuurGeweigerd as error:
        raise Mis("noemt zichzelf anders dan issuer: schrijf dat letterlijk zo.") from error
    return "antwoordt."


def _short(error: Exception) -> str:
    """The first line: an error of Redis names server and command, and no password."""
    return (str(error).splitlines() or [""])[0][:120]
