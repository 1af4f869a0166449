"""TLS with a LAS: the other side is always verified, and what goes wrong has a name, since each name has its owner."""

from __future__ import annotations

import re
import ssl
from functools import lru_cache
from pathlib import Path

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from webapp.uwlr.certificates import ClientCertificaat
from webapp.uwlr.codes import Reden

_VERIFY: dict[int, Reden] = {
    # X509_V_ERR_*: what OpenSSL calls the trouble with a certificate
    7: Reden.CERTIFICAAT_LAS_ONBEKEND,  # by another than who it names
    9: Reden.CERTIFICAAT_LAS_VERLOPEN,  # not yet valid
    10: Reden.CERTIFICAAT_LAS_VERLOPEN,
    18: Reden.CERTIFICAAT_LAS_ONBEKEND,  # signed by itself
    19: Reden.CERTIFICAAT_LAS_ONBEKEND,  # by an authority that signed itself and is not in our list
    20: Reden.CERTIFICAAT_LAS_ONBEKEND,  # by nobody that we know
    21: Reden.CERTIFICAAT_LAS_ONBEKEND,
    62: Reden.CERTIFICAAT_LAS_NAAM,
    64: Reden.CERTIFICAAT_LAS_NAAM,  # an address in numbers
}
_OLD = {
    "UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "NO_PROTOCOLS_AVAILABLE", "DH_KEY_TOO_SMALL",
    "TLSV1_ALERT_INSUFFICIENT_SECURITY", "UNSAFE_LEGACY_RENEGOTIATION_DISABLED",
}  # fmt: skip
_ABOUT_OURS = re.compile(r"ALERT_(?:\w*CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)")


class TlsUnusable(Exception):
    """Our own side is not ready for TLS, so nothing was sent; `reden` says what is missing."""

    def __init__(self, reden: Reden) -> None:
        super().__init__(str(reden))
        self.reden = reden


def tls_context(certificaat: ClientCertificaat | None, ca_bundle: Path | None) -> ssl.SSLContext:
    """TLS 1.2 or newer, the other side always verified.

    Kept until one of its files is written anew: reading all authorities takes longer than the exchange itself.
    """
    files = [ca_bundle or Path(DEFAULT_CA_BUNDLE_PATH)]
    if certificaat is not None:
        files += [certificaat.certificaat, certificaat.sleutel]
    return _made(certificaat, ca_bundle, tuple(_written(file) for file in files))


def _written(file: Path) -> tuple[int, int, int] | None:
    """Tell one content of a file from the next; None when it cannot be reached."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


@lru_cache(maxsize=8)
def _made(certificaat: ClientCertificaat | None, ca_bundle: Path | None, _written_at: object) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=str(ca_bundle or DEFAULT_CA_BUNDLE_PATH))
    except OSError:  # an SSLError is one too
        raise TlsUnusable(Reden.CA_LIJST) from None
    if ca_bundle is None:
        context.load_default_certs()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if certificaat is not None:
        try:  # without a password OpenSSL would ask for one at the keyboard
            context.load_cert_chain(certificaat.certificaat, certificaat.sleutel, certificaat.wachtwoord or "")
        except OSError:
            raise TlsUnusable(Reden.CERTIFICAAT_VERLOPEN) from None
    return context


def reden_of(error: ssl.SSLError) -> Reden:
    """Name what went wrong while a secure connection was made."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _VERIFY.get(error.verify_code, Reden.CERTIFICAAT_LAS)
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return Reden.GEEN_VERBINDING
    if is_refusal_of_ours(error):
        return Reden.CERTIFICAAT_GEWEIGERD
    return Reden.TLS_VEROUDERD if error.reason in _OLD else Reden.CERTIFICAAT_LAS


def is_refusal_of_ours(error: ssl.SSLError) -> bool:
    """Whether the LAS says that our certificate will not do. In TLS 1.3 it says so after we began to send."""
    return _ABOUT_OURS.search(error.reason or "") is not None
