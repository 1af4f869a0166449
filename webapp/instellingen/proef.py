"""Trying what the settings name: each part is asked once, and nothing is changed, sent or raised by it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from webapp.config import Settings
from webapp.instellingen import proefdatabase, proefnet
from webapp.instellingen.uitkomst import Mis
from webapp.onderdelen import Ill, disk_free
from webapp.rollen import owner_url
from webapp.uwlr.certificates import ClientCertificaat

_NEARLY = timedelta(days=30)


@dataclass(frozen=True)
class Uitkomst:
    """What came of one try. `is_goed` is None for what was not tried."""

    onderdeel: str
    is_goed: bool | None
    zin: str


def try_all(settings: Settings, environ: Mapping[str, str]) -> Iterator[Uitkomst]:
    """Ask each part, one after the other; each ends by itself within half a minute."""
    for onderdeel, ask in _parts(settings, environ):
        try:
            yield Uitkomst(onderdeel, True, ask())
        except Mis as wrong:
            yield Uitkomst(onderdeel, False, str(wrong))
    if settings.alarm_webhook is not None:
        yield Uitkomst("ALARM_WEBHOOK", None, "niet geprobeerd: wie hem aanroept, slaat alarm.")


def _parts(settings: Settings, environ: Mapping[str, str]) -> Iterator[tuple[str, Callable[[], str]]]:
    yield "DATABASE_URL", partial(proefdatabase.ask, settings)
    yield "ENCRYPTION_KEYS", partial(proefdatabase.ask_keys, settings)
    if environ.get("MIGRATIE_URL"):
        yield "MIGRATIE_URL", lambda: proefdatabase.ask_owner(owner_url(environ))
    yield "REDIS_URL", partial(proefnet.ask_redis, settings)
    yield "PARNASSYS_URL", partial(proefnet.ask_las, settings)
    if settings.clientcertificaat is not None:
        yield "UWLR_CLIENTCERTIFICAAT", partial(_certificate, settings.clientcertificaat)
    yield "MAIL_HOST", partial(proefnet.ask_mail, settings)
    for name, url in (("MAIL_RETOUR_URL", settings.mail_retour_url), ("AANVRAAG_IMAP_URL", settings.aanvraag_imap_url)):
        if url is not None:
            yield name, partial(proefnet.ask_mailbox, url, settings)
    for bestuur in settings.besturen:
        yield f"BESTUREN_BESTAND [{bestuur.sleutel}]", partial(proefnet.ask_board, bestuur, settings)
    if settings.journaal is not None:
        yield "JOURNAAL", partial(_journal, settings)


def _certificate(certificaat: ClientCertificaat) -> str:
    """That it can be read and fits its key was seen at the start."""
    now, until = datetime.now(UTC), certificaat.geldig_tot()
    if not certificaat.is_geldig(now):
        raise Mis(f"geldt niet vandaag (tot {until:%d-%m-%Y}). Vraag een nieuw bij de leverancier van het LAS.")
    soon = " Vraag nu een nieuw." if certificaat.verloopt_binnen(now, _NEARLY) else ""
    return f"geldt tot {until:%d-%m-%Y}.{soon}"


def _journal(settings: Settings) -> str:
    assert settings.journaal is not None
    try:
        with tempfile.TemporaryFile(dir=settings.journaal) as file:
            file.write(b"proef")
            file.flush()
        free = disk_free(settings.journaal)
    except (OSError, Ill) as error:
        raise Mis(f"hier is niet te schrijven ({error}). Geef deze gebruiker rechten, of maak ruimte.") from error
    return f"hier is te schrijven; {free // 1024**3} GB vrij."
