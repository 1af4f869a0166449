"""What a mail says as klantenservice may read it: no link, which is a secret, and nothing that a colleague typed."""

from __future__ import annotations

import re

from flask import current_app
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from webapp.context import settings
from webapp.mail.templates import MailMessage
from webapp.services.mailbeurt import Gezegd

_DOEL = {
    "aanvraag.index": "koppeling aanvragen",
    "aanvraag.of_mail": "aanvraag bevestigen",
    "admin.index": "wachtrij",
    "adres.follow": "nieuw mailadres bevestigen",
    "beheerders.index": "beheerders",
    "controle.follow": "controleren",
    "controle.index": "controle",
    "koppeling.index": "Koppelen met LAS",
    "koppeling.new_sleutel": "nieuwe sleutel invullen",
    "koppeling.turn_of_year": "nieuw schooljaar",
    "leerkrachten.index": "leerkrachten",
    "overzicht.index": "overzicht",
    "security.reset_password": "wachtwoord kiezen",
    "toegang.follow": "uitnodiging aannemen",
}
"""What each link is for."""
VERZWEGEN = "[bericht van een collega, alleen voor wie de mail kreeg]"


def kept(message: MailMessage) -> Gezegd:
    """Take out every address of ours, whatever it leads to, and say what it was for."""
    ours = re.compile(re.escape(settings().public_url) + r"([^\s\"<>]*)")
    text = message.text.replace(message.verzwegen, VERZWEGEN) if message.verzwegen else message.text
    return Gezegd(message.subject, ours.sub(lambda found: f"[link: {_purpose(found[1])}]", text))


def _purpose(path: str) -> str:
    try:
        endpoint, _ = current_app.url_map.bind("mail").match(path.partition("?")[0] or "/")
    except (HTTPException, RequestRedirect):  # an address that leads nowhere is no secret, and is not shown either
        return "pagina"
    return _DOEL.get(endpoint, "pagina")
