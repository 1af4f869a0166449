"""Settings: read once from the environment, checked all at once, passed as an argument."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from webapp.besturen import Bestuur, read_besturen
from webapp.uwlr.certificates import CertificaatOnleesbaar, ClientCertificaat

LONGEST_REQUEST = timedelta(minutes=2)
"""A job that sends ends before RQ cuts it off after five minutes: with more than this it would send nothing at all."""
LONGEST_ROUND = timedelta(minutes=5)
"""Between two rounds of the sweep: with more, what a dead worker left lies for longer than anybody expects."""
SHORTEST_COOL_DOWN = timedelta(seconds=30)
"""A message leaves up to five seconds after its doubt was written down; a cool-down may not be over by then."""

_SHORTEST = timedelta(minutes=5)
"""A login that ends sooner ends while somebody reads a page."""
_UNDONE = 30
"""Days in which a beheerder may take back what was imported or parked: nothing of it is erased before."""

PROJECT = Path(__file__).resolve().parent.parent
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


class Omgeving(StrEnum):
    """Where the code runs: with real schools, or to practise."""

    SANDBOX = "sandbox"
    PRODUCTIE = "productie"


class SettingsError(ValueError):
    """Raised once with every problem found in the environment, one per line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("De instellingen kloppen niet:\n" + "\n".join(f"- {problem}" for problem in problems))
        self.problems = problems


def read_omgeving(environ: Mapping[str, str]) -> Omgeving:
    """Which omgeving is asked for; with real schools, where nothing is said."""
    value = environ.get("OMGEVING", "").strip() or Omgeving.PRODUCTIE
    if value not in list(Omgeving):
        raise SettingsError([f"OMGEVING moet een van {', '.join(Omgeving)} zijn."])
    return Omgeving(value)


@dataclass(frozen=True)
class Settings:
    """Everything that differs between two installations. Secrets stay out of `repr`."""

    omgeving: Omgeving
    public_url: str
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    secret_keys: tuple[str, ...] = field(repr=False)
    """Oldest first; the last one signs, all of them verify."""
    password_salt: str = field(repr=False)
    encryption_keys: tuple[str, ...] = field(repr=False)
    """`version:base64 of 32 bytes`, oldest first; the last one encrypts, all of them decrypt."""
    parnassys_url: str
    """Base address of the UWLR 2.2 service of ParnasSys."""
    klantcode: str = field(repr=False)
    klantnaam: str = "Boom testcentrum"
    clientcertificaat: ClientCertificaat | None = None
    """What we show to a LAS that asks who connects, besides key and klantcode."""
    mail_host: str = "localhost"
    mail_port: int = 25
    mail_username: str | None = None
    mail_password: str | None = field(default=None, repr=False)
    mail_tls: bool = False
    """STARTTLS with a verified certificate; without it no name and password are sent."""
    mail_ca_bestand: Path | None = None
    """Whom we trust to sign the certificate of the mail server, instead of the list of this machine."""
    mail_deadline: timedelta = timedelta(seconds=30)
    """Longest time one conversation with the mail server may take; shorter than the lease."""
    mail_per_minuut: int = 300
    mail_per_domein: int = 60
    """How many mails go out in a minute, and how many of those to addresses of one domain."""
    mail_vanaf: time = time(6, 30)
    """When the mails of a night begin to go; midnight: at once, as tests and practice want it."""
    mail_retour_url: str | None = field(default=None, repr=False)
    """The mailbox in which reports of undelivered mail arrive, `imaps://name:password@host/INBOX`."""
    aanvraag_imap_url: str | None = field(default=None, repr=False)
    """The mailbox of klantenservice in which schools ask for the koppeling, written as the one above."""
    aanvraag_onderwerp: str = "UWLR-koppeling aanvragen"
    """What the subject of such a mail holds, as the manual says."""
    mail_authserv_id: str = ""
    """By which name our own mail server says, in Authentication-Results, what it found out about a sender."""
    parnassys_portaal: str = ""
    """Where klantenservice opens a koppeling at the supplier of ParnasSys."""
    las_inloggen: str = ""
    film: str = ""
    """Where a school logs in to its LAS, and where the film of the manual is: links on the page of the aanvraag."""
    mail_from_name: str = "Koppeling Boom testcentrum"
    mail_from: str = "koppeling@testcentrum.example"
    testcentrum: str = "Boom testcentrum"
    testcentrum_kort: str = "Boom"
    """As people call it, where the whole name is too long."""
    klantenservice_naam: str = "klantenservice van Boom testcentrum"
    klantenservice_mail: str = "klantenservice@testcentrum.example"
    klantenservice_telefoon: str = ""
    alarm_mail: tuple[str, ...] = ("klantenservice@testcentrum.example",)
    """Who is told of the worst that nobody would notice; klantenservice where none is set."""
    alarm_webhook: str | None = field(default=None, repr=False)
    """An address that is told of it too; it may hold a secret."""
    sweep_interval: timedelta = timedelta(seconds=30)
    nacht_begin_uur: int = 1
    nacht_eind_uur: int = 7
    minuut_berichten: int = 120
    """How many messages with results within a minute of norming a LAS gets in one minute, of all schools together."""
    zend_deadline: timedelta = timedelta(seconds=30)
    """Longest time one request to a LAS may take, from connect to last byte."""
    bewaar_niet_geimporteerd: timedelta = timedelta(days=14)
    """How long names and birth dates stay in the lines of an aanlevering that a newer one replaced."""
    bewaar_geimporteerd: timedelta = timedelta(days=90)
    """The same for one that was imported."""
    bewaar_sessies: timedelta = timedelta(days=30)
    bewaar_accounts: timedelta = timedelta(days=30)
    """How long an account stays that is of no school any more."""
    bewaar_mails: timedelta = timedelta(days=90)
    """How long a mail keeps its address and what it says; also who asked for the koppeling and withdrew."""
    bewaar_logboek: timedelta = timedelta(days=400)
    """How long the course of a night and of a message stays: counts, of nobody in particular."""
    afkoeling: timedelta = timedelta(minutes=15)
    """How long a school waits after an unsure answer; longer than the LAS can still be processing."""
    journaal: Path | None = None
    """The folder in which this host writes down what went to a LAS, outside the database."""
    var_dir: Path = PROJECT / "var"
    sessie_klantenservice: timedelta = timedelta(minutes=30)
    sessie_school: timedelta = timedelta(hours=2)
    """After so long without a request a login ends."""
    sessie_langst: timedelta = timedelta(hours=12)
    """And after so long it ends in any case."""
    besturen: tuple[Bestuur, ...] = ()
    """The boards whose account logs in; none until they are set."""
    status_sleutel: str | None = field(default=None, repr=False)
    """Who shows it reads what is amiss, and the figures; nobody in production while there is none."""
    proxies: int = 0
    """How many proxies in front of us set X-Forwarded-For and -Proto; a number too high lets visitors forge both."""

    @property
    def is_sandbox(self) -> bool:
        """Whether this is practice: with invented schools, addresses without https, and results sent when asked."""
        return self.omgeving is Omgeving.SANDBOX

    @property
    def is_https(self) -> bool:
        """Whether the public address is https; cookies are then Secure and browsers told to stay there."""
        return self.public_url.startswith("https://")

    @property
    def trusted_hosts(self) -> list[str]:
        """The only Host headers that are served."""
        host = urlsplit(self.public_url).hostname or ""
        return [host, "localhost", "127.0.0.1"] if self.is_sandbox else [host]

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Read the settings; raise SettingsError naming every problem at once."""
        return _Reader(environ).settings()


class _Reader:
    """Collects values and problems, so that one start shows all that is wrong."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []

    def given(self, name: str) -> str:
        return self.environ.get(name, "").strip()

    def text(self, name: str, default: str | None = None) -> str:
        value = self.given(name) or default
        if value is None:
            self.problems.append(f"{name} ontbreekt.")
            return ""
        if not value.isprintable():
            self.problems.append(f"{name} moet één regel tekst zijn.")
        return value

    def mailadres(self, name: str, default: str | None) -> str:
        value = self.text(name, default)
        if value and not _is_mailadres(value):
            self.problems.append(f"{name} moet één e-mailadres zijn, zonder naam.")
        return value

    def number(self, name: str, default: int, low: int, high: int) -> int:
        raw = self.given(name)
        if not raw:
            return default
        if not raw.isascii() or not raw.isdigit() or not low <= int(raw) <= high:
            self.problems.append(f"{name} moet een getal zijn van {low} tot en met {high}.")
            return default
        return int(raw)

    def yes(self, name: str, *, default: bool) -> bool:
        raw = self.given(name) or str(int(default))
        if raw not in {"0", "1"}:
            self.problems.append(f"{name} moet 0 of 1 zijn.")
        return raw == "1"

    def seconds(
        self, name: str, default: timedelta, low: timedelta = timedelta(seconds=1), high: timedelta = timedelta(days=1)
    ) -> timedelta:
        return timedelta(seconds=self.number(name, *(int(each.total_seconds()) for each in (default, low, high))))

    def moment(self, name: str, default: time) -> time:
        raw = self.given(name)
        try:
            return time.fromisoformat(raw) if raw else default
        except ValueError:
            self.problems.append(f"{name} moet een tijd zijn, als 06:30.")
            return default

    def days(self, name: str, default: timedelta, low: int = 1) -> timedelta:
        return timedelta(days=self.number(name, default.days, low, 3650))

    def several(self, name: str, check: Callable[[str], str | None]) -> tuple[str, ...]:
        values = tuple(part.strip() for part in self.text(name).split(",") if part.strip())
        self.problems.extend(f"{name}: {problem}" for value in values if (problem := check(value)))
        if not values and self.given(name):
            self.problems.append(f"{name} noemt geen enkele sleutel.")
        return values

    def address(self, name: str, schemes: tuple[str, ...], default: str | None = None) -> str:
        value = self.text(name, default)
        if value and value.partition("://")[0].lower() not in schemes:
            self.problems.append(f"{name} moet beginnen met {' of '.join(s + '://' for s in schemes)}.")
        return value

    def site(self, name: str, schemes: tuple[str, ...], default: str | None = None) -> str:
        """An address on the web, which needs a host: without one nobody is served, or nobody is reached."""
        value = self.address(name, schemes, default).rstrip("/")
        try:
            is_whole = not value or bool(urlsplit(value).hostname and urlsplit(value).port != 0)
        except ValueError:  # of the host or the port
            is_whole = False
        if not is_whole:
            self.problems.append(f"{name} noemt geen server.")
        return value

    def settings(self) -> Settings:
        omgeving = self._omgeving()
        imap = ("imaps",) if omgeving is Omgeving.PRODUCTIE else ("imap", "imaps")
        https = ("https",) if omgeving is Omgeving.PRODUCTIE else ("http", "https")
        settings = Settings(
            omgeving=omgeving,
            public_url=self.site("PUBLIC_URL", https),
            database_url=psycopg_url(self.address("DATABASE_URL", ("postgresql", "postgresql+psycopg", "postgres"))),
            redis_url=self.address("REDIS_URL", ("redis", "rediss", "unix")),
            secret_keys=self.several("SECRET_KEYS", _long_enough),
            password_salt=self.text("PASSWORD_SALT"),
            encryption_keys=self._encryption_keys(),
            parnassys_url=self.site("PARNASSYS_URL", https),
            parnassys_portaal=self.site("PARNASSYS_PORTAAL", https, ""),
            klantcode=self.text("UWLR_KLANTCODE"),
            klantnaam=self.text("UWLR_KLANTNAAM", Settings.klantnaam),
            clientcertificaat=self._clientcertificaat(),
            mail_host=self.text("MAIL_HOST", None if omgeving is Omgeving.PRODUCTIE else "localhost"),
            mail_port=self.number("MAIL_PORT", 25, 1, 65_535),
            mail_username=self.environ.get("MAIL_USERNAME") or None,
            mail_password=self.environ.get("MAIL_PASSWORD") or None,
            mail_tls=self.yes("MAIL_TLS", default=omgeving is Omgeving.PRODUCTIE),
            mail_ca_bestand=self._mail_ca_bestand(),
            mail_deadline=self.seconds("MAIL_DEADLINE", Settings.mail_deadline, high=timedelta(seconds=45)),
            mail_per_minuut=self.number("MAIL_PER_MINUUT", Settings.mail_per_minuut, 1, 100_000),
            mail_per_domein=self.number("MAIL_PER_DOMEIN", Settings.mail_per_domein, 1, 100_000),
            mail_vanaf=self.moment("MAIL_VANAF", Settings.mail_vanaf),
            mail_retour_url=self._mailbox("MAIL_RETOUR_URL", imap),
            aanvraag_imap_url=self._mailbox("AANVRAAG_IMAP_URL", imap),
            aanvraag_onderwerp=self._onderwerp(),
            mail_authserv_id=self.given("MAIL_AUTHSERV_ID"),
            las_inloggen=self.site("LAS_INLOGGEN", ("https",), ""),
            film=self.site("FILM", ("https",), ""),
            mail_from=self.mailadres("MAIL_FROM", None if omgeving is Omgeving.PRODUCTIE else Settings.mail_from),
            mail_from_name=self.text("MAIL_FROM_NAME", Settings.mail_from_name),
            testcentrum=self.text("TESTCENTRUM", Settings.testcentrum),
            testcentrum_kort=self.text("TESTCENTRUM_KORT", Settings.testcentrum_kort),
            klantenservice_naam=self.text("KLANTENSERVICE_NAAM", Settings.klantenservice_naam),
            klantenservice_mail=self.mailadres(
                "KLANTENSERVICE_MAIL",
                None if omgeving is Omgeving.PRODUCTIE else Settings.klantenservice_mail,
            ),
            klantenservice_telefoon=self.given("KLANTENSERVICE_TELEFOON"),
            alarm_mail=self._alarm_mail(),
            alarm_webhook=self.site("ALARM_WEBHOOK", https, "") or None,
            sweep_interval=self.seconds("SWEEP_INTERVAL", Settings.sweep_interval, high=LONGEST_ROUND),
            nacht_begin_uur=self.number("NACHT_BEGIN_UUR", 1, 0, 23),
            nacht_eind_uur=self.number("NACHT_EIND_UUR", 7, 1, 24),
            minuut_berichten=self.number("MINUUT_BERICHTEN", Settings.minuut_berichten, 1, 100_000),
            zend_deadline=self.seconds("ZEND_DEADLINE", Settings.zend_deadline, high=LONGEST_REQUEST),
            bewaar_niet_geimporteerd=self.days("BEWAAR_NIET_GEIMPORTEERD", Settings.bewaar_niet_geimporteerd),
            bewaar_geimporteerd=self.days("BEWAAR_GEIMPORTEERD", Settings.bewaar_geimporteerd, low=_UNDONE),
            bewaar_sessies=self.days("BEWAAR_SESSIES", Settings.bewaar_sessies),
            bewaar_accounts=self.days("BEWAAR_ACCOUNTS", Settings.bewaar_accounts),
            bewaar_mails=self.days("BEWAAR_MAILS", Settings.bewaar_mails),
            bewaar_logboek=self.days("BEWAAR_LOGBOEK", Settings.bewaar_logboek, low=_UNDONE),
            afkoeling=self.seconds("AFKOELING", Settings.afkoeling, low=SHORTEST_COOL_DOWN),
            journaal=self._journaal(omgeving),
            sessie_klantenservice=self.seconds("SESSIE_KLANTENSERVICE", Settings.sessie_klantenservice, low=_SHORTEST),
            sessie_school=self.seconds("SESSIE_SCHOOL", Settings.sessie_school, low=_SHORTEST),
            sessie_langst=self.seconds("SESSIE_LANGST", Settings.sessie_langst, low=_SHORTEST),
            besturen=self._besturen(https),
            status_sleutel=self._status_sleutel(),
            proxies=self._proxies(omgeving),
            var_dir=Path(self.text("VAR_DIR", str(PROJECT / "var"))),
        )
        if settings.nacht_begin_uur >= settings.nacht_eind_uur:
            self.problems.append("NACHT_BEGIN_UUR moet kleiner zijn dan NACHT_EIND_UUR.")
        if settings.afkoeling < 2 * settings.zend_deadline:
            self.problems.append("AFKOELING moet ten minste twee keer ZEND_DEADLINE zijn.")
        if settings.aanvraag_imap_url and not settings.mail_authserv_id:
            self.problems.append(
                "AANVRAAG_IMAP_URL heeft MAIL_AUTHSERV_ID nodig: anders is geen afzender te vertrouwen."
            )
        self._check_mail_login(settings)
        if self.problems:
            raise SettingsError(self.problems)
        return settings

    def _proxies(self, omgeving: Omgeving) -> int:
        """No default for production: with one too few every visitor is the proxy, with one too many they forge it."""
        if omgeving is Omgeving.PRODUCTIE and not self.given("PROXIES"):
            self.problems.append("PROXIES ontbreekt: schrijf hoeveel proxy's er voor deze site staan, of 0.")
        return self.number("PROXIES", 0, 0, 5)

    def _status_sleutel(self) -> str | None:
        raw = self.given("STATUS_SLEUTEL")
        if raw and (problem := _long_enough(raw)):
            self.problems.append(f"STATUS_SLEUTEL: {problem}")
        return raw or None

    def _besturen(self, schemes: tuple[str, ...]) -> tuple[Bestuur, ...]:
        raw = self.given("BESTUREN_BESTAND")
        return read_besturen(Path(raw), self.problems, schemes) if raw else ()

    def _alarm_mail(self) -> tuple[str, ...]:
        raw = self.given("ALARM_MAIL") or self.given("KLANTENSERVICE_MAIL")
        if not raw:
            return Settings.alarm_mail
        adressen = tuple(part.strip() for part in raw.split(",") if part.strip())
        if not all(_is_mailadres(adres) for adres in adressen):
            self.problems.append("ALARM_MAIL moet een of meer e-mailadressen zijn, met een komma ertussen.")
        return adressen

    def _encryption_keys(self) -> tuple[str, ...]:
        keys = self.several("ENCRYPTION_KEYS", _encryption_key_problem)
        numbers = [key.partition(":")[0].strip() for key in keys]
        if len(set(numbers)) < len(numbers):
            self.problems.append("ENCRYPTION_KEYS heeft twee sleutels met hetzelfde nummer.")
        return keys

    def _clientcertificaat(self) -> ClientCertificaat | None:
        files = [self.given(name) for name in ("UWLR_CLIENTCERTIFICAAT", "UWLR_CLIENTSLEUTEL")]
        if not any(files):
            return None
        if not all(files):
            self.problems.append("UWLR_CLIENTCERTIFICAAT en UWLR_CLIENTSLEUTEL horen bij elkaar: geef beide of geen.")
            return None
        certificaat = ClientCertificaat(Path(files[0]), Path(files[1]), self.environ.get("UWLR_CLIENTWACHTWOORD"))
        try:
            certificaat.geldig_tot()
        except CertificaatOnleesbaar as error:
            self.problems.append(f"UWLR_CLIENTCERTIFICAAT: {error}")
        return certificaat

    def _check_mail_login(self, settings: Settings) -> None:
        if bool(settings.mail_username) != bool(settings.mail_password):
            self.problems.append("MAIL_USERNAME en MAIL_PASSWORD horen bij elkaar: geef beide of geen.")
        if settings.mail_username and not settings.mail_tls:
            self.problems.append(
                "MAIL_USERNAME en MAIL_PASSWORD gaan alleen over een beveiligde verbinding: zet MAIL_TLS op 1."
            )

    def _journaal(self, omgeving: Omgeving) -> Path | None:
        raw = self.text("JOURNAAL", None if omgeving is Omgeving.PRODUCTIE else "")
        if raw and not (Path(raw).is_dir() and os.access(raw, os.W_OK)):
            self.problems.append("JOURNAAL moet een map zijn waarin dit programma mag schrijven.")
        return Path(raw) if raw else None

    def _mail_ca_bestand(self) -> Path | None:
        raw = self.given("MAIL_CA_BESTAND")
        if not raw:
            return None
        try:
            ssl.create_default_context(cafile=raw)
        except OSError:
            self.problems.append("MAIL_CA_BESTAND is geen leesbaar PEM-bestand met certificaten.")
        return Path(raw)

    def _onderwerp(self) -> str:
        """It goes into a question to the mailbox, which takes no other characters without more ado."""
        value = self.text("AANVRAAG_ONDERWERP", Settings.aanvraag_onderwerp)
        if not value.isascii() or set(value) & set('"\\'):
            self.problems.append(
                "AANVRAAG_ONDERWERP mag alleen gewone letters hebben, geen accenten en aanhalingstekens."
            )
        return value

    def _mailbox(self, name: str, schemes: tuple[str, ...]) -> str | None:
        if not self.given(name):
            return None
        url = self.address(name, schemes)
        try:
            found = urlsplit(url)
            is_whole = bool(found.hostname and found.username and found.password and found.port != 0)
        except ValueError:  # of the host or the port
            is_whole = False
        if not is_whole:
            self.problems.append(f"{name} hoort te zijn imaps://naam:wachtwoord@server/INBOX.")
        return url

    def _omgeving(self) -> Omgeving:
        try:
            return read_omgeving(self.environ)
        except SettingsError as error:
            self.problems += error.problems
            return Omgeving.PRODUCTIE


def _is_mailadres(value: str) -> bool:
    return re.fullmatch(r"[^@\s<>,;:\"]+@[^@\s<>,;:\"]+", value) is not None


def psycopg_url(url: str) -> str:
    """Name the driver: a bare `postgres://` is refused by SQLAlchemy."""
    for bare in ("postgres://", "postgresql://"):
        if url.startswith(bare):
            return "postgresql+psycopg://" + url.removeprefix(bare)
    return url


def _long_enough(value: str) -> str | None:
    return None if len(value) >= 32 else "een sleutel telt ten minste 32 tekens."


def _encryption_key_problem(value: str) -> str | None:
    from webapp.crypto import parse_key

    try:
        parse_key(value)
    except ValueError as error:
        return str(error)
    return None
