"""What somebody probably meant who typed an address: what was typed, corrected. Nothing is ever made of a name."""

from __future__ import annotations

from collections.abc import Collection

from email_validator import EmailNotValidError, validate_email

from webapp.matching.distance import edits_between

VEELGEBRUIKT = (
    "gmail.com", "hotmail.com", "hotmail.nl", "outlook.com", "live.nl", "icloud.com",
    "ziggo.nl", "kpnmail.nl", "planet.nl", "xs4all.nl", "yahoo.com",
)  # fmt: skip
_SHORT = 8
"""A domain up to this length may differ in one letter, a longer one in two."""


def checked(adres: str) -> str | None:
    """Return an address as it should be written; None for what cannot be one."""
    try:
        return validate_email(adres, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        return None


def domain_of(adres: str) -> str:
    """What stands behind the @, in small letters; nothing when there is none."""
    return adres.rpartition("@")[2].lower() if "@" in adres else ""


def suggestion(getypt: str, domeinen: Collection[str]) -> str | None:
    """Return what was probably meant, when that can be an address; `domeinen` are those that the school uses."""
    known = (*domeinen, *VEELGEBRUIKT)
    plain = "".join(getypt.split()).replace(",", ".").replace("@@", "@").strip(".;<>")
    meant = _with_at(plain, known) if "@" not in plain else _with_known_domain(plain, known)
    found = checked(meant)
    return found if found is not None and found.casefold() != getypt.casefold() else None


def _with_at(text: str, known: Collection[str]) -> str:
    """Put the @ where a known domain begins."""
    found = next((domain for domain in known if text.lower().endswith(domain)), "")
    local = text[: -len(found)].rstrip(".-_") if found else ""
    return f"{local}@{found}" if local else text


def _with_known_domain(text: str, known: Collection[str]) -> str:
    domain = domain_of(text)
    if domain in known:
        return text
    near = [each for each in known if each.startswith(f"{domain}.") or _is_near(domain, each)]
    return f"{text.rpartition('@')[0]}@{near[0]}" if domain and near else text


def _is_near(domain: str, known: str) -> bool:
    at_most = 1 if len(known) <= _SHORT else 2
    return edits_between(domain, known, at_most) <= at_most
