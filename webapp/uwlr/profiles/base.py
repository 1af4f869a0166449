"""What differs per LAS, as data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from webapp.uwlr.certificates import ClientCertificaat
from webapp.uwlr.namespaces import Operation
from webapp.uwlr.profiles.keys import Sleutelvorm
from webapp.uwlr.values import Leerlinggegevensverzoek

AANLEVERING_BYTES = 8_000_000
CONFIRMATION_BYTES = 1_000_000


class Resultaatvorm(StrEnum):
    """How a LAS wants to get a result."""

    OSO = "osoresultaat"
    SCORE = "score"


@dataclass(frozen=True, slots=True)
class Schermen:
    """Where in a LAS each of these is changed, in its own words (sources in docs/uwlr.md); empty where nobody said."""

    groep: str = ""
    leerkracht: str = ""
    leerling: str = ""
    resultaat: str = ""
    """Where it shows a result that arrived."""


@dataclass(frozen=True, slots=True)
class LasProfile:
    """One LAS. A new LAS is one file in this folder, with its `PROFILE`."""

    name: str
    naam: str
    """As people call it, also inside sentences."""
    schermen: Schermen = field(default_factory=Schermen)
    xsdversie: str = "2.2"
    gegevenssetid: str | None = None
    sleutelvorm: Sleutelvorm = field(default_factory=Sleutelvorm)
    klantcode: str | None = field(default=None, repr=False)
    klantnaam: str | None = None
    """Set where the LAS gives every test centre the same name and code."""
    vorm: Resultaatvorm = Resultaatvorm.OSO
    vorm_per_toets: Mapping[str, Resultaatvorm] = field(default_factory=dict)
    referentiecodes: frozenset[str] | None = None
    """OSO codes that this LAS takes; None is all of them."""
    max_resultaten: int = 200
    staged: bool = False
    """Whether HaalStructuur, HaalLeerlingen and HaalLeerkrachten are offered."""
    neemt_zelfde_sleutel: bool | None = None
    """Whether it takes a result that it has once more; None: no school has tried it."""
    neemt_verbetering: bool | None = None
    """Whether a newer score takes the place of the one that it has under the same key, and is not only refused, or
    confirmed and left; None: no school has tried it."""
    neemt_ander_schooljaar: bool | None = None
    """Whether it takes results of another school year than its own; None: no school has tried it."""
    hosts: str | None = None
    """Pattern that the host of the address must match in full; None: the configured host and no other."""
    paths: Mapping[Operation, str] = field(default_factory=dict)
    """What to put behind the address per operation; see `url`."""
    quoted_soap_action: bool = True
    client_certificaat: ClientCertificaat | None = None
    ca_bundle: Path | None = None
    """A certificate authority of its own; None: those of the system."""
    extra_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    max_aanlevering_bytes: int = AANLEVERING_BYTES
    max_confirmation_bytes: int = CONFIRMATION_BYTES

    def url(self, address: str, operation: Operation) -> str:
        """The full address for this call."""
        default = "leerresultaten" if operation is Operation.BRENG_LEERRESULTATEN else "leerlinggegevens"
        path = self.paths.get(operation, default)
        return f"{address.rstrip('/')}/{path}" if path else address

    def verzoek(self, schooljaar: str, brincode: str, dependancecode: str) -> Leerlinggegevensverzoek:
        """The question for the data of this school, in the version that this LAS speaks."""
        return Leerlinggegevensverzoek(
            schooljaar, brincode, dependancecode, xsdversie=self.xsdversie, gegevenssetid=self.gegevenssetid
        )

    def allows(self, address: str) -> bool:
        """Whether this is an address that requests with a key may go to."""
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.password:
            return False
        return self.hosts is None or re.fullmatch(self.hosts, parts.hostname, re.ASCII | re.IGNORECASE) is not None

    def vorm_van(self, toetscode: str) -> Resultaatvorm:
        """The form in which results of this test go to this LAS."""
        return self.vorm_per_toets.get(toetscode, self.vorm)
