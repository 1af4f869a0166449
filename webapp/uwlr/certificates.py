"""Certificates in files of ours: the one for a LAS that asks it, authorities that we trust; how long they are good."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509


class CertificaatOnleesbaar(Exception):
    """The certificate file is not there or is not a PEM certificate."""


def first_end(bundle: Path) -> datetime:
    """The moment (UTC) at which the first authority of this file ends: what it signed is refused from then on."""
    try:
        return min(each.not_valid_after_utc for each in x509.load_pem_x509_certificates(bundle.read_bytes()))
    except (OSError, ValueError):
        problem = f"In {bundle.name} staat geen leesbaar certificaat."
    raise CertificaatOnleesbaar(problem)


@dataclass(frozen=True, slots=True)
class ClientCertificaat:
    """Two PEM files (certificate with its chain, private key), and the password of the key if it has one."""

    certificaat: Path
    sleutel: Path = field(repr=False)
    wachtwoord: str | None = field(default=None, repr=False)

    def geldig_tot(self) -> datetime:
        """The moment (UTC) after which a LAS refuses it."""
        return self._load().not_valid_after_utc

    def is_geldig(self, now: datetime) -> bool:
        """Whether it may be used now."""
        certificate = self._load()
        return certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc

    def verloopt_binnen(self, now: datetime, termijn: timedelta) -> bool:
        """Whether somebody must ask for a new one: it ends within this term, or has ended."""
        return self.geldig_tot() <= now + termijn

    def _load(self) -> x509.Certificate:
        try:
            return x509.load_pem_x509_certificate(self.certificaat.read_bytes())
        except (OSError, ValueError):
            problem = f"Het clientcertificaat {self.certificaat.name} is niet te lezen."
        raise CertificaatOnleesbaar(problem)
