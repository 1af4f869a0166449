"""E-mail addresses as evidence about a leerkracht: one's own says much, a shared one nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

_ROLES = re.compile(
    r"(info|admin\w*|directie|directeur|school|team|leerkracht\w*|groep\w*|gr|klas\w*|postbus|receptie|secretariaat|ib|"
    r"ib-?er|intern\w*begeleid\w*|kantoor|contact|mail|post|conci[eë]rge|ict|noreply|no-reply|bao|obs|cbs|rkbs|unit\w*|"
    r"onderbouw|bovenbouw|middenbouw|kleuters|juf|meester|invaller?s?|mt)[-_.]?\d*[a-z]?"
)


class EmailGelijkenis(StrEnum):
    """How alike two e-mail addresses are."""

    GELIJK = "gelijk"
    GEDEELD = "gedeeld"
    ANDER_DOMEIN = "ander-domein"
    ANDERS = "anders"
    ONBEKEND = "onbekend"


def normalise_email(email: str | None) -> str:
    """Return the address without case and white space; empty when it is none."""
    address = (email or "").strip().casefold()
    return address if address.count("@") == 1 and not address.startswith("@") and not address.endswith("@") else ""


def shared_addresses(addresses: Iterable[str]) -> set[str]:
    """Return the addresses that more than one person on a side has."""
    return {address for address, times in Counter(addresses).items() if address and times > 1}


def compare_emails(one: str, other: str, shared: set[str]) -> EmailGelijkenis:
    """Tell how alike two normalised addresses are, knowing which ones several people use."""
    if not one or not other:
        return EmailGelijkenis.ONBEKEND
    if one == other:
        return EmailGelijkenis.GEDEELD if one in shared or _is_role(one) else EmailGelijkenis.GELIJK
    if one in shared or other in shared or _is_role(one) or _is_role(other):
        return EmailGelijkenis.ONBEKEND
    same_name = one.partition("@")[0] == other.partition("@")[0]
    return EmailGelijkenis.ANDER_DOMEIN if same_name else EmailGelijkenis.ANDERS


def _is_role(address: str) -> bool:
    return _ROLES.fullmatch(address.partition("@")[0]) is not None
