"""Every setting there is, in the order of docs/settings.md, which is made of this list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from webapp.config import LONGEST_REQUEST, LONGEST_ROUND, SHORTEST_COOL_DOWN, Omgeving
from webapp.instellingen.adressen import dienst, mailadres, mailadressen, postgres, postvak, redis, server, website
from webapp.instellingen.soorten import (
    Soort,
    autoriteiten,
    bestand,
    dag,
    dagen,
    geheim,
    getal,
    gewone_letters,
    ja_nee,
    keuze,
    pad,
    schrijfmap,
    seconden,
    sleutel,
    sleutels,
    tekst,
    tijdstip,
    versleuteling,
)

VEREIST = object()
"""In the place of a default: without a value nothing starts."""
_SHORTEST = timedelta(minutes=5)
"""A login that ends sooner ends while somebody reads a page."""
_UNDONE = 30
"""Days in which a beheerder may take back what was imported or parked: nothing of it is erased before."""


@dataclass(frozen=True)
class Instelling:
    """One name in the environment."""

    naam: str
    veld: str
    """The field of `Settings`, whose default holds here too; empty for what is no field by itself."""
    soort: Soort
    uitleg: str
    productie: Any = None
    """Another default where real schools are, or VEREIST."""


GROEPEN: dict[str, tuple[Instelling, ...]] = {
    "The installation": (
        Instelling(
            "OMGEVING", "omgeving", keuze(list(Omgeving)),
            "`sandbox` is for practice: http is allowed, and results may be sent at once. The simulated ParnasSys "
            "and the mailbox page come with `make run`, never with `wsgi:app`. The first migration writes it in "
            "the database; from then on no program of another omgeving starts on it.",
        ),
        Instelling(
            "PUBLIC_URL", "public_url", website(is_whole_site=True),
            "The address schools use. Links in mails are built from it; no other Host header is served.",
        ),
        Instelling(
            "PROXIES", "proxies", getal(0, 5),
            "How many reverse proxies set `X-Forwarded-For` and `X-Forwarded-Proto`: with one too few every "
            "visitor has the address of the proxy, with one too many they can forge theirs.",
            productie=VEREIST,
        ),
        Instelling(
            "DATABASE_URL", "database_url", postgres(),
            "In the role of the web or of the workers (see [the database](operations.md#the-database)). Time-outs "
            "are set as connection options: a pooler in between must pass `options` on, and pool by session.",
        ),
        Instelling(
            "MIGRATIE_URL", "", postgres(),
            "The database in the role of its owner. Read by `python -m webapp.migrate` alone: give it to no "
            "process that serves.",
        ),
        Instelling("REDIS_URL", "redis_url", redis(), "Set `maxmemory-policy noeviction` there."),
        Instelling(
            "JOURNAAL", "journaal", schrijfmap(),
            "A folder of this host, outside the database, in which workers write down what went to a LAS; see "
            "[after a restore](operations.md#after-a-restore). It must outlive the host's processes (no folder of "
            "a container that is thrown away) and be on another disk than the database.",
            productie=VEREIST,
        ),
        Instelling(
            "RESERVEKOPIE_UREN", "reservekopie_uren", getal(0, 720, "hours"),
            "How old the last backup may be before the alarm goes; `0` for no alarm. See "
            "[the runbook](runbooks/backup.md).",
            productie=26,
        ),
        Instelling(
            "SWEEP_INTERVAL", "sweep_interval", seconden(high=LONGEST_ROUND),
            "Between two rounds of the sweep.",
        ),
        Instelling("VAR_DIR", "var_dir", pad(), "Of `make run` alone: where it keeps all of its data."),
    ),
    "Secrets": (
        Instelling("SECRET_KEYS", "secret_keys", sleutels(), "The last signs, all verify."),
        Instelling(
            "PASSWORD_SALT", "password_salt", geheim("long random text"),
            "Do not change it: no password would fit any more.",
        ),
        Instelling(
            "ENCRYPTION_KEYS", "encryption_keys", versleuteling(),
            "The last encrypts, all decrypt. Keep them out of the database backup.",
        ),
        Instelling(
            "STATUS_SLEUTEL",
            "status_sleutel",
            sleutel(),
            "Who shows it (`Authorization: Bearer …`) reads on `/status/gezond` what is amiss, and `/status/metingen`. "
            "Without it nobody does; in the sandbox everybody.",
        ),
    ),
    "The LAS": (
        Instelling("PARNASSYS_URL", "parnassys_url", dienst(), "Base address of ParnasSys' UWLR 2.2 service."),
        Instelling(
            "UWLR_KLANTCODE", "klantcode", geheim("text"),
            "With the name below the pair that the supplier of the LAS gave to the test centre.",
        ),
        Instelling("UWLR_KLANTNAAM", "klantnaam", tekst(), "See above."),
        Instelling(
            "LAS_CA_BESTAND", "las_ca_bestand", autoriteiten(),
            "Who may sign the certificate of a LAS, in place of the list of the machine.",
        ),
        Instelling(
            "UWLR_CLIENTCERTIFICAAT", "", bestand("PEM file"),
            "Our certificate with its chain, for a LAS that asks who connects. Thirty days before its end it "
            "stands in the queue of klantenservice.",
        ),
        Instelling("UWLR_CLIENTSLEUTEL", "", bestand("PEM file"), "The private key of that certificate; both or none."),
        Instelling("UWLR_CLIENTWACHTWOORD", "", geheim("text"), "The password of that key, if it has one."),
        Instelling(
            "PARNASSYS_PORTAAL", "parnassys_portaal", website(),
            "Where klantenservice opens a koppeling at the supplier; linked from the page *Opengezet*. Without it "
            "there is no link.",
        ),
        Instelling(
            "ZEND_DEADLINE", "zend_deadline", seconden(high=LONGEST_REQUEST),
            "How long one request to a LAS may take; a job lasts five minutes.",
        ),
        Instelling(
            "AFKOELING", "afkoeling", seconden(low=SHORTEST_COOL_DOWN),
            "How long a school waits after an unsure answer; at least twice `ZEND_DEADLINE`.",
        ),
        Instelling("NACHT_BEGIN_UUR", "nacht_begin_uur", getal(0, 23, "hour"), "When a night begins, local time."),
        Instelling("NACHT_EIND_UUR", "nacht_eind_uur", getal(1, 24, "hour"), "When its window ends."),
        Instelling(
            "MINUUT_BERICHTEN", "minuut_berichten", getal(1, 100_000),
            "How many messages a LAS gets in one minute by day, of all schools that send within a minute of "
            "norming together. What is over goes a little later, and otherwise in the night.",
        ),
    ),
    "Mail": (
        Instelling("MAIL_HOST", "mail_host", server(), "The mail server.", productie=VEREIST),
        Instelling(
            "MAIL_PORT", "mail_port", getal(1, 65_535),
            "Its port; 465 is for TLS from the first byte, which we do not speak.",
        ),
        Instelling(
            "MAIL_TLS", "mail_tls", ja_nee(),
            "`1` for STARTTLS with a certificate that is verified, `0` for none: for a mail server on the same "
            "machine.",
            productie=True,
        ),
        Instelling(
            "MAIL_CA_BESTAND", "mail_ca_bestand", autoriteiten(),
            "Who may sign the certificate of the mail server and of the mailboxes below, in place of the list of "
            "the machine.",
        ),
        Instelling(
            "MAIL_USERNAME", "mail_username", tekst(),
            "Both or none. They never go without TLS: with `MAIL_TLS=0` the program does not start.",
        ),
        Instelling("MAIL_PASSWORD", "mail_password", geheim("text"), "See above."),
        Instelling("MAIL_FROM", "mail_from", mailadres(), "The sender of every mail.", productie=VEREIST),
        Instelling("MAIL_FROM_NAME", "mail_from_name", tekst(), "Its name."),
        Instelling(
            "MAIL_DEADLINE", "mail_deadline", seconden(high=timedelta(seconds=45)),
            "How long one conversation with the mail server may take; a claim lasts 60.",
        ),
        Instelling(
            "MAIL_PER_MINUUT", "mail_per_minuut", getal(1, 100_000),
            "How many mails go in a minute. What is over waits. A new password does not wait.",
        ),
        Instelling("MAIL_PER_DOMEIN", "mail_per_domein", getal(1, 100_000), "How many of those to one domain."),
        Instelling(
            "MAIL_VANAF", "mail_vanaf", tijdstip(),
            "From when on the mails of a night go; each school at its own minute of the hour and a half after "
            "that. `00:00`: at once.",
        ),
        Instelling(
            "MAIL_RETOUR_URL", "mail_retour_url", postvak(),
            "The mailbox of `MAIL_FROM` (write `%40` for an `@` in the name). Read every five minutes for reports "
            "of undelivered mail; other mail in it is left alone. Without it nobody reads them.",
        ),
        Instelling(
            "AANVRAAG_IMAP_URL", "aanvraag_imap_url", postvak(),
            "The mailbox of klantenservice: a mail with the subject below and the two lines of the manual becomes "
            "an aanvraag that its sender has to confirm. All other mail stays unread.",
        ),
        Instelling(
            "AANVRAAG_ONDERWERP", "aanvraag_onderwerp", gewone_letters(),
            "What the subject of such a mail holds.",
        ),
        Instelling(
            "MAIL_AUTHSERV_ID", "mail_authserv_id", tekst(),
            "By which name our own mail server says, in `Authentication-Results`, that SPF or DKIM passed: only "
            "such a sender is believed. That server must take that header with its own name off what comes in "
            "from outside (RFC 8601, section 5).",
        ),
    ),
    "Who we are": (
        Instelling("TESTCENTRUM", "testcentrum", tekst(), "Whose Koppelpunt this is."),
        Instelling(
            "TESTCENTRUM_KORT", "testcentrum_kort", tekst(),
            "As people call it, where the whole name is too long.",
        ),
        Instelling("KLANTENSERVICE_NAAM", "klantenservice_naam", tekst(), "Who answers a school."),
        Instelling(
            "KLANTENSERVICE_MAIL", "klantenservice_mail", mailadres(),
            "Where a school writes to.",
            productie=VEREIST,
        ),
        Instelling("KLANTENSERVICE_TELEFOON", "klantenservice_telefoon", tekst(), "Where a school calls."),
        Instelling(
            "LAS_INLOGGEN", "las_inloggen", website(always_https=True),
            "Where a school logs in to its LAS; linked from the page of the aanvraag.",
        ),
        Instelling("FILM", "film", website(always_https=True), "The film of the manual; linked from there too."),
        Instelling(
            "ALARM_MAIL", "alarm_mail", mailadressen(),
            "Who hears of an alarm; `KLANTENSERVICE_MAIL` where none is set.",
        ),
        Instelling(
            "ALARM_WEBHOOK", "alarm_webhook", website(is_geheim=True),
            "An address that hears of it too: a POST with JSON (`text`, `alarm`, `sinds`). Redirects are not "
            "followed; without a 2xx it is tried six times in all.",
        ),
        Instelling(
            "PRIVACY_BESTAND", "", tekst("TOML file"),
            "What only the organisation can say on `/privacy`, see [the page about privacy and "
            "security](operations.md#the-page-about-privacy-and-security).",
        ),
        Instelling(
            "BEVEILIGING_MAIL", "beveiliging_mail", mailadres(),
            "Who hears of a hole in the site; `KLANTENSERVICE_MAIL` where none is set.",
        ),
        Instelling(
            "BEVEILIGING_TOT", "beveiliging_tot", dag(),
            "Until when somebody reads that mail, within a year: the end of `/.well-known/security.txt` (RFC 9116), "
            "which is gone without such a day and after it.",
        ),
    ),
    "Logins": (
        Instelling(
            "SESSIE_KLANTENSERVICE", "sessie_klantenservice", seconden(low=_SHORTEST),
            "After so long without a request a login of klantenservice ends.",
        ),
        Instelling("SESSIE_SCHOOL", "sessie_school", seconden(low=_SHORTEST), "The same for a login of a school."),
        Instelling(
            "SESSIE_LANGST", "sessie_langst", seconden(low=_SHORTEST),
            "After so long any login ends; not less than the other two.",
        ),
        Instelling(
            "BESTUREN_BESTAND", "", tekst("TOML file"),
            "The boards whose account logs in, see [login by the account of a "
            "board](operations.md#login-by-the-account-of-a-board). Without it there is no such login: no button, "
            "no page.",
        ),
    ),
    "How long something is kept": (
        Instelling(
            "BEWAAR_NIET_GEIMPORTEERD", "bewaar_niet_geimporteerd", dagen(),
            "What each is about says [retention.md](retention.md).",
        ),
        Instelling("BEWAAR_GEIMPORTEERD", "bewaar_geimporteerd", dagen(_UNDONE), "See above."),
        Instelling("BEWAAR_SESSIES", "bewaar_sessies", dagen(), "See above."),
        Instelling("BEWAAR_ACCOUNTS", "bewaar_accounts", dagen(), "See above."),
        Instelling("BEWAAR_MAILS", "bewaar_mails", dagen(), "See above."),
        Instelling("BEWAAR_LOGBOEK", "bewaar_logboek", dagen(_UNDONE), "See above."),
    ),
}  # fmt: skip
ALLE = tuple(each for groep in GROEPEN.values() for each in groep)
