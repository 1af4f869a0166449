"""Settings: read once from the environment, checked all at once, passed as an argument."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from webapp.besturen import Bestuur
from webapp.organisatie import Organisatie
from webapp.uwlr.certificates import ClientCertificaat

LONGEST_REQUEST = timedelta(minutes=2)
"""A job that sends ends before RQ cuts it off after five minutes: with more than this it would send nothing at all."""
LONGEST_ROUND = timedelta(minutes=5)
"""Between two rounds of the sweep: with more, what a dead worker left lies for longer than anybody expects."""
SHORTEST_COOL_DOWN = timedelta(seconds=30)
"""A message leaves up to five seconds after its doubt was written down; a cool-down may not be over by then."""

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
    las_ca_bestand: Path | None = None
    """Whom we trust to sign the certificate of a LAS, instead of the list of this machine."""
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
    reservekopie_uren: int = 0
    """How old, in hours, the last backup may be; nobody is told of it when this is 0."""
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
    organisatie: Organisatie = field(default_factory=Organisatie)
    """What the page about privacy and security says of who runs this."""
    beveiliging_mail: str = ""
    """Where somebody who finds a hole writes to; klantenservice where none is set."""
    beveiliging_tot: date | None = None
    """Until when somebody reads that; without it there is no security.txt."""
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
        from webapp.instellingen.lezen import read  # it knows this class

        return read(environ)
