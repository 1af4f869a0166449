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
    bestuur_port: int


def child_environment(environ: Mapping[str, str], addresses: Addresses, folder: Path) -> dict[str, str]:
    """What every child gets. What was set by hand wins."""
    public_url = environ.get("PUBLIC_URL") or f"http://localhost:{addresses.port}"
    values = {
        "OMGEVING": "sandbox",
        "PUBLIC_URL": public_url,
        # As in life: the koppeling calls ParnasSys itself, and not the site that forwards its screens.
        "PARNASSYS_URL": f"http://127.0.0.1:{addresses.parnassys_port}/sandbox/parnassys/uwlr/v2",
        "PARNASSYS_PORTAAL": f"{public_url}/sandbox/parnassys/",
        "PARNASSYS_PORT": str(addresses.parnassys_port),
        "BESTUUR_PORT": str(addresses.bestuur_port),
        "UWLR_KLANTCODE": "SANDBOX-KLANTCODE",
        "DATABASE_URL": addresses.database_url,
        "REDIS_URL": addresses.redis_url,
        "VAR_DIR": str(folder),
        "MAIL_VANAF": "00:00",  # whoever practises at night waits for no morning
        "PYTHONUNBUFFERED": "1",
        "PYTHONFAULTHANDLER": "1",
        **local_secrets(folder / "secrets.json"),
    }
    if addresses.mail_port is not None:
        values |= {"MAIL_HOST": "127.0.0.1", "MAIL_PORT": str(addresses.mail_port)}
    if not environ.get("BESTUREN_BESTAND"):
        values["BESTUREN_BESTAND"] = str(own_bestuur(folder / "besturen.toml", public_url))
    kept = {name: value for name, value in environ.items() if value and not _misleads(name)}
    return values | kept


def own_bestuur(path: Path, public_url: str) -> Path:
    """Write down the board that is simulated at this address, with a secret of this run."""
    lines = {
        "naam": "Stichting De Horizon (oefenen)",
        "issuer": f"{public_url}/sandbox/bestuur",
        "client_id": "koppelpunt",
        "client_secret": secrets.token_urlsafe(24),
        "tenants": ["horizon-po"],
        "tweede_stap_amr": ["mfa"],
    }
    _write(path, "[horizon]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in lines.items()))
    return path


def _write(path: Path, text: str) -> None:
    """Make a file that nobody else can read, whole or not at all."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    new.rename(path)


def local_secrets(path: Path) -> dict[str, str]:
    """The secrets of this checkout: made once, readable by nobody else, never printed."""
    if not path.exists():
        _write(path, json.dumps(_new_secrets(), indent=2))
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
