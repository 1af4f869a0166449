"""What ParnasSys has to be told; it reads nothing else from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SUPPLIER = "Boom testcentrum"


@dataclass(frozen=True)
class Settings:
    """One ParnasSys with one supplier."""

    database_url: str = field(repr=False)
    secret: str = field(repr=False)
    public_url: str
    """Where browsers find the site that forwards `/sandbox/parnassys/` to us."""
    klantcode: str = field(repr=False)
    klantnaam: str = SUPPLIER
    testcentrum: str = SUPPLIER

    @property
    def is_https(self) -> bool:
        """Whether browsers may send our cookies over https only."""
        return self.public_url.startswith("https://")

    @property
    def trusted_hosts(self) -> list[str]:
        """The only Host headers that are served."""
        return [urlsplit(self.public_url).hostname or "", "localhost", "127.0.0.1"]

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Read what `make run` gives to all its processes."""
        return cls(
            database_url="postgresql+psycopg://" + environ["DATABASE_URL"].partition("://")[2],
            # Not the site's own key: a cookie that we sign must mean nothing there.
            secret=sha256(f"parnassys {environ['SECRET_KEYS']}".encode()).hexdigest(),
            public_url=environ["PUBLIC_URL"],
            klantcode=environ["UWLR_KLANTCODE"],
            klantnaam=environ.get("UWLR_KLANTNAAM") or SUPPLIER,
            testcentrum=environ.get("TESTCENTRUM") or SUPPLIER,
        )
