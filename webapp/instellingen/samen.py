"""What two settings together may not say."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from typing import Any

from webapp.uwlr.certificates import CertificaatOnleesbaar, ClientCertificaat

_TLS_AT_ONCE = 465
_LOGINS = ("SESSIE_KLANTENSERVICE", "SESSIE_SCHOOL")
_CLIENT = ("UWLR_CLIENTCERTIFICAAT", "UWLR_CLIENTSLEUTEL")


def contradictions(waarden: Mapping[str, Any], gegeven: Set[str]) -> Iterator[str]:
    """One sentence for each pair."""
    if waarden["NACHT_BEGIN_UUR"] >= waarden["NACHT_EIND_UUR"]:
        yield "NACHT_BEGIN_UUR moet kleiner zijn dan NACHT_EIND_UUR."
    if waarden["AFKOELING"] < 2 * waarden["ZEND_DEADLINE"]:
        yield "AFKOELING moet ten minste twee keer ZEND_DEADLINE zijn."
    for naam in _LOGINS:
        if waarden["SESSIE_LANGST"] < waarden[naam]:
            yield f"SESSIE_LANGST mag niet korter zijn dan {naam}."
    if "AANVRAAG_IMAP_URL" in gegeven and "MAIL_AUTHSERV_ID" not in gegeven:
        yield "AANVRAAG_IMAP_URL heeft MAIL_AUTHSERV_ID nodig: anders is geen afzender te vertrouwen."
    yield from _of_mail(waarden, gegeven)


def _of_mail(waarden: Mapping[str, Any], gegeven: Set[str]) -> Iterator[str]:
    login = {"MAIL_USERNAME", "MAIL_PASSWORD"} & gegeven
    if len(login) == 1:
        yield "MAIL_USERNAME en MAIL_PASSWORD horen bij elkaar: geef beide of geen."
    elif login and not waarden["MAIL_TLS"]:
        yield "MAIL_USERNAME en MAIL_PASSWORD gaan alleen over een beveiligde verbinding: zet MAIL_TLS op 1."
    if waarden["MAIL_PORT"] == _TLS_AT_ONCE:
        yield "MAIL_PORT 465 kan niet: daar begint TLS meteen. Wij beginnen TLS met STARTTLS, meestal op poort 587."


def clientcertificaat(waarden: Mapping[str, Any], gegeven: Set[str], problemen: list[str]) -> ClientCertificaat | None:
    """Return our certificate for a LAS, once its key opens and fits; each mistake becomes a sentence."""
    both = gegeven & {*_CLIENT}
    if len(both) == 1:
        problemen.append("UWLR_CLIENTCERTIFICAAT en UWLR_CLIENTSLEUTEL horen bij elkaar: geef beide of geen.")
    if not both and "UWLR_CLIENTWACHTWOORD" in gegeven:
        problemen.append("UWLR_CLIENTWACHTWOORD hoort bij UWLR_CLIENTSLEUTEL: die ontbreekt.")
    files: list[Path | None] = [waarden[naam] for naam in _CLIENT]
    if files[0] is None or files[1] is None:
        return None
    certificaat = ClientCertificaat(files[0], files[1], waarden["UWLR_CLIENTWACHTWOORD"])
    problemen += _mistakes(certificaat)
    return certificaat


def _mistakes(certificaat: ClientCertificaat) -> Iterator[str]:
    try:
        certificaat.geldig_tot()
    except CertificaatOnleesbaar as error:
        yield f"UWLR_CLIENTCERTIFICAAT: {error}"
        return
    try:  # without a password OpenSSL would ask for one at the keyboard
        ssl.create_default_context().load_cert_chain(
            certificaat.certificaat, certificaat.sleutel, certificaat.wachtwoord or ""
        )
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            yield "UWLR_CLIENTSLEUTEL hoort niet bij UWLR_CLIENTCERTIFICAAT."
        else:
            yield "UWLR_CLIENTSLEUTEL gaat niet open: het is geen PEM-sleutel, of UWLR_CLIENTWACHTWOORD is onjuist."
