"""What our own mail server found out about a sender (Authentication-Results, RFC 8601)."""

from __future__ import annotations

import re
from email.message import EmailMessage

_PASS = re.compile(r"\s*(spf|dkim)(?:\s*/\s*1)?\s*=\s*pass\b(.*)", re.IGNORECASE | re.DOTALL)
_PROPERTY = re.compile(r'([\w.-]+)\s*=\s*("(?:[^"\\]|\\.)*")?([^\s;"]*)')
"""The quotes of a value may be those of a local part: `"a@victim.example"@attacker.example` is of the attacker."""
_ABOUT = {"spf": ("smtp.mailfrom",), "dkim": ("header.d", "header.i")}
"""Whom a method vouches for. SPF of the HELO name says nothing about the sender."""


def passed_for(message: EmailMessage, domain: str, authserv_id: str) -> bool:
    """Whether SPF or DKIM passed for the domain that the mail is from, as our own mail server wrote it.

    Of the headers with its name only the topmost counts: the mail server puts its own above whatever came along. And a
    pass for another domain is no pass: whoever owns a domain passes for it, with any address as the sender.
    """
    for header in message.get_all("Authentication-Results", []):
        name, *results = _split(_without_comments(str(header)))
        if name.split()[:1] and name.split()[0].lower() == authserv_id.lower():
            return any(_vouches(result, domain.lower()) for result in results)
    return False


def _vouches(result: str, domain: str) -> bool:
    found = _PASS.fullmatch(result)
    if found is None:
        return False
    values = {name: quoted + rest for name, quoted, rest in _PROPERTY.findall(found[2].lower())}
    about = (values.get(name, "").strip('"').rpartition("@")[2].rstrip(".") for name in _ABOUT[found[1].lower()])
    return any(_same(each, domain) for each in about if each)


def _same(one: str, other: str) -> bool:
    """Whether two domains are of one owner: equal, or one below the other, but not below `nl`."""
    shorter, longer = sorted((one, other), key=len)
    return one == other or ("." in shorter and longer.endswith(f".{shorter}"))


def _without_comments(text: str) -> str:
    """Take out what stands in brackets, also nested; a bracket within quotes is none."""
    kept, depth, quoted, escaped = [], 0, False, False
    for char in text:
        if escaped or (char == "\\" and (quoted or depth)):
            escaped = not escaped
        elif char == '"' and not depth:
            quoted = not quoted
        elif char == "(" and not quoted:
            depth += 1
            continue
        elif char == ")" and not quoted and depth:
            depth -= 1
            continue
        if not depth:
            kept.append(char)
    return "".join(kept)


def _split(text: str) -> list[str]:
    """Split at semicolons outside quotes."""
    return re.findall(r'(?:[^;"]|"(?:[^"\\]|\\.)*"|")+', text) or [""]
