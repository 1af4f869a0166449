"""`make reset`: throw away everything that `make run` kept."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from sandbox.lokaal.console import Console
from sandbox.lokaal.folder import lock, socket_folder
from sandbox.lokaal.program import LocalError
from webapp.config import PROJECT

KEPT_HERE = ("postgres", "postgres.new", "valkey", "log", "secrets.json", "secrets.new", "logins.json")


def reset(environ: Mapping[str, str]) -> int:
    """Remove what we made in the data folder, unless it is in use. Anything else in it is left alone."""
    console = Console()
    folder = Path(environ.get("VAR_DIR") or PROJECT / "var").resolve()
    if not folder.exists():
        console.line("Er is niets om weg te gooien.")
        return 0
    try:
        with lock(folder), socket_folder(folder):
            for name in KEPT_HERE:
                _remove(folder / name)
    except LocalError as error:
        console.error(str(error))
        return 1
    (folder / "lock").unlink()
    if not any(folder.iterdir()):
        folder.rmdir()
    console.line("Alle gegevens zijn weg. De volgende `make run` begint opnieuw.")
    return 0


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
