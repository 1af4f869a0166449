"""The pages around the simulated ParnasSys: start, mailbox, and their files."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint

_FOLDER = Path(__file__).parent.parent

sandbox = Blueprint(
    "sandbox",
    __name__,
    url_prefix="/sandbox",
    template_folder=str(_FOLDER / "templates"),
    static_folder=str(_FOLDER / "static"),
    static_url_path="/static",
)
sandbox.is_public = True  # type: ignore[attr-defined]  # webapp.accounts.access asks; nothing here is real
