"""The environment of the processes of `make run`: what the person set, and for the rest values that work at once."""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_NOT_FOR_CHILDREN = {"MIGRATIE_URL", "MAKEFLAGS", "MAKELEVEL", "MFLAGS"}


@dataclass(frozen=True)
class Addresses:
    """Where the parts of this run are found."""

    database_url: str
    """In the role of the web."""
    redis_url: str
    port: int
    mail_port: int | None
    parnassys_port: int


def child_environment(environ: Mapping[str, str], addresses: Addresses, folder: Path) -> dict[str, str]:
    """What every child gets. What was set by hand wins."""
    public_url = environ.get("PUBLIC_URL") or f"http://localhost:{addresses.port}"
    values = {
        "OMGEVING": "sandbox",
        "PUBLIC_URL": public_url,
        # As in life: the koppeling calls ParnasSys itself, and not the site that forwards its screens.
        "PARNASSYS_URL": f"http://127.0.0.1:{addresses.parnassys_port}/sandbox/parnassys/uwlr/v2",
        "PARNASSYS_PORT": str(addresses.parnassys_port),
        "UWLR_KLANTCODE": "SANDBOX-KLANTCODE",
        "DATABASE_URL": addresses.database_url,
        "REDIS_URL": addresses.redis_url,
        "VAR_DIR": str(folder),
        "PYTHONUNBUFFERED": "1",
        "PYTHONFAULTHANDLER": "1",
        **local_secrets(folder / "secrets.json"),
    }
    if addresses.mail_port is not None:
        values |= {"MAIL_HOST": "127.0.0.1", "MAIL_PORT": str(addresses.mail_port)}
    kept = {name: value for name, value in environ.items() if value and not _misleads(name)}
    return values | kept


def local_secrets(path: Path) -> dict[str, str]:
    """The secrets of this checkout: made once, readable by nobody else, never printed."""
    if not path.exists():
        new = path.with_suffix(".new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(_new_secrets(), file, indent=2)
        new.rename(path)
    content: dict[str, str] = json.loads(path.read_text())
    return content


def _new_secrets() -> dict[str, str]:
    return {
        "SECRET_KEYS": secrets.token_urlsafe(48),
        "PASSWORD_SALT": secrets.token_urlsafe(32),
        "ENCRYPTION_KEYS": "1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
    }


def _misleads(name: str) -> bool:
    """Whether a child may not get this variable: it names another PostgreSQL or its owner, or holds flags of make."""
    return name in _NOT_FOR_CHILDREN or (name.startswith("PG") and name[2:].isupper())
