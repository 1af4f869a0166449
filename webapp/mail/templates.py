"""A mail is a value: three files per mail, filled in strictly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from webapp.config import PROJECT
from webapp.context import settings
from webapp.filters import FILTERS

_TEMPLATES = PROJECT / "mail_templates"


@dataclass(frozen=True)
class MailMessage:
    """What goes out: one recipient, a subject of one line, and the same content as text and as html."""

    to: str
    subject: str
    text: str
    html: str
    verzwegen: str = ""
    """What a colleague typed in it: for who got the mail, and for nobody else."""


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=lambda name: name is not None and name.endswith(".html"),  # noqa: S701  (text is not html)
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS)
    return environment


def render_mail(name: str, *, to: str, **context: Any) -> MailMessage:
    """Fill in the three files of `mail_templates/<name>`; a value that is missing raises, and no mail goes out."""
    shared = {
        "testcentrum": settings().testcentrum,
        "klantenservice_naam": settings().klantenservice_naam,
        "klantenservice_mail": settings().klantenservice_mail,
        "klantenservice_telefoon": settings().klantenservice_telefoon,
    }
    subject, text, html = (
        _environment().get_template(f"{name}/{part}").render({**shared, **context})
        for part in ("subject.txt", "body.txt", "body.html")
    )
    return MailMessage(to=to, subject=" ".join(subject.split()), text=text, html=html)
