"""A mail that asks for the koppeling, as the manual tells schools to write it: who sent it, and the two lines in it.

Anybody may write one, and say anything in it. What counts is what our own mail server found out about the sender.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import default
from hashlib import sha256

from email_validator import EmailNotValidError, validate_email
from lxml import etree, html

from webapp.forms.cleaning import clean_code, clean_text
from webapp.mail.authenticatie import passed_for
from webapp.models.aanvraagmail import Onduidelijk
from webapp.services.koppeling.aanvraag import Aanvraag

_BROKEN = (ValueError, LookupError, AttributeError, TypeError, RecursionError, MessageError)
"""What the mail reader of the standard library raises over a header or a part that it cannot make sense of."""
_NAAM = re.compile(r"naam\s+van\s+(?:de\s+|uw\s+|onze\s+)?school\b\s*[:=–-]?(.*)", re.IGNORECASE)
_BRIN = re.compile(r"brin(?:[\s-]*(?:nummer|nr\.?|code))?(?![\w])\s*[:=–-]?(.*)", re.IGNORECASE)
_VESTIGING = re.compile(r"([0-9]{2}[A-Z]{2})([0-9]{2})?")
_BEFORE = re.compile(r"^[\s>*•·\-–_#|]+")
"""What mail programs put before a line: quotes, bullets, bold."""
_LONGEST = 200


@dataclass(frozen=True)
class Bericht:
    """What one mail comes to: an aanvraag, or why a person has to look."""

    sleutel: str
    """The same for the same mail, however often it is read or delivered."""
    afzender: str
    aanvraag: Aanvraag | None
    onduidelijk: Onduidelijk | None = None


def is_ours_to_read(header: bytes, *, onderwerp: str, authserv_id: str, own: frozenset[str]) -> bool:
    """Whether this mail is acted on: of the subject, of a sender whom our mail server vouches for, and of a person."""
    try:
        message = _message(header)
        afzender = _afzender(message)
        return (
            onderwerp.casefold() in clean_text(str(message["Subject"] or "")).casefold()
            and afzender is not None
            and afzender.lower() not in own
            and not _is_automatic(message)
            and passed_for(message, afzender.rpartition("@")[2], authserv_id)
        )
    except _BROKEN:
        return False


def read(raw: bytes) -> Bericht | None:
    """Return what the mail asks; None when it cannot be read at all."""
    try:
        message = _message(raw)
        afzender = _afzender(message)
        if afzender is None:
            return None
        found = _best([_lines(text) for text in _texts(message)])
        naam = clean_text(message["From"].addresses[0].display_name)[:_LONGEST] or afzender[:_LONGEST]
        sleutel = sha256(f"{afzender.lower()} {message['Message-ID'] or raw!r}".encode()).hexdigest()
    except _BROKEN:
        return None
    if isinstance(found, Onduidelijk):
        return Bericht(sleutel, afzender, None, found)
    schoolnaam, brin, vestiging = found
    return Bericht(sleutel, afzender, Aanvraag(schoolnaam, brin, vestiging, naam, afzender))


def _message(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def _afzender(message: EmailMessage) -> str | None:
    """The one address that the mail is from; None when there is none, or more."""
    senders = [address for header in message.get_all("From", []) for address in header.addresses]
    if len(senders) != 1 or len(message.get_all("From", [])) != 1:
        return None
    try:
        normal: str = validate_email(senders[0].addr_spec, check_deliverability=False).normalized
    except EmailNotValidError:
        return None
    return normal if len(normal) <= 255 else None


def _is_automatic(message: EmailMessage) -> bool:
    """Whether a machine sent it, or a list: two machines that answer each other never stop."""
    said = str(message.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    return (
        said != "no"
        or str(message.get("Precedence", "")).strip().lower() in {"bulk", "list", "junk", "auto_reply"}
        or any(name.lower().startswith(("list-", "x-autoreply", "x-autorespond")) for name in message)
        or any(str(path).strip() == "<>" for path in message.get_all("Return-Path", []))
        or message.get_content_type() in {"multipart/report", "message/delivery-status"}
    )


def _texts(message: EmailMessage) -> Iterator[str]:
    """The text of the mail, plain first; what is attached is not looked at."""
    for kind in ("plain", "html"):
        part = message.get_body(preferencelist=(kind,))
        if part is not None:
            content = str(part.get_content())
            yield content if kind == "plain" else _shown(content)


def _shown(content: str) -> str:
    """What a person sees of the html, with the ends of its lines."""
    tree = html.fromstring(f"<div>{content}</div>")
    etree.strip_elements(tree, "style", "script", "head", etree.Comment, with_tail=False)
    for element in tree.iter("br", "p", "div", "tr", "li", "table", "h1", "h2", "h3"):
        element.tail = "\n" + (element.tail or "")
        element.text = "\n" + (element.text or "") if element.tag != "br" else None
    return "".join(str(text) for text in tree.itertext())


def _lines(text: str) -> tuple[str, str, str] | Onduidelijk:
    """Name, BRIN and vestiging in this text, or what is not clear about them."""
    lines = [line for raw in text.splitlines() if (line := _BEFORE.sub("", clean_text(raw)).strip("*_ "))]
    names = {name.casefold(): name for name in _values(lines, _NAAM)}
    brins = {clean_code(value.strip(" .,;()")) for value in _values(lines, _BRIN)}
    if not names and not brins:
        return Onduidelijk.GEEN_TEKST
    if len(names) > 1 or len(brins) > 1:
        return Onduidelijk.MEER_DAN_EEN
    brin = _VESTIGING.fullmatch(brins.pop()) if brins else None
    if brin is None:
        return Onduidelijk.BRIN
    naam = next(iter(names.values()), "")
    if not naam or len(naam) > _LONGEST:
        return Onduidelijk.NAAM
    return naam, brin[1], brin[2] or "00"


def _best(found: list[tuple[str, str, str] | Onduidelijk]) -> tuple[str, str, str] | Onduidelijk:
    """What is clear in the plain text or in the html; or else what is not clear in the first."""
    clear = (each for each in found if isinstance(each, tuple))
    return next(clear, found[0] if found else Onduidelijk.GEEN_TEKST)


def _values(lines: list[str], label: re.Pattern[str]) -> Iterator[str]:
    """What stands behind the label, or on the line under it."""
    for line, under in zip(lines, [*lines, ""][1:], strict=True):
        found = label.fullmatch(line)
        if found is None:
            continue
        value = found[1].strip("* _:=–-") or under
        if value and not _NAAM.fullmatch(value) and not _BRIN.fullmatch(value):
            yield value
