"""The code of a leerling in a file: our number with two letters over number and name. Values in, values out.

A number that was mistyped, and a column of names that slid by a row, no longer fit their letters.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Sequence

from webapp.models.ids import LeerlingId

_LETTERS = "BCDFGHJKLMNPRSTVWXZ"
"""Without vowels they spell nothing."""
_CODE = re.compile(r"([1-9][0-9]{0,8})-([A-Z]{2})")
_PURPOSE = "scorebestand.v1"


def code_of(secrets: Sequence[str], leerling_id: LeerlingId, naam: str) -> str:
    """Return the code of this leerling under this name; the newest secret makes it."""
    return f"{leerling_id}-{_letters(secrets[-1], leerling_id, naam)}"


def read_code(text: str) -> tuple[LeerlingId, str] | None:
    """Return the number and the letters of a code; None when it is no code."""
    found = _CODE.fullmatch(text.strip().upper())
    return (LeerlingId(int(found[1])), found[2]) if found else None


def fit(secrets: Sequence[str], leerling_id: LeerlingId, letters: str, naam: str) -> bool:
    """Whether these letters were made over this number and this name, by any secret that still counts."""
    return any(hmac.compare_digest(letters, _letters(secret, leerling_id, naam)) for secret in secrets)


def plain(naam: str) -> str:
    """The name as far as it counts: a spreadsheet may lose capitals, accents and double spaces."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", naam) if not unicodedata.combining(sign))
    return " ".join(bare.casefold().split())


def _letters(secret: str, leerling_id: LeerlingId, naam: str) -> str:
    digest = hmac.digest(secret.encode(), f"{_PURPOSE}|{leerling_id}|{plain(naam)}".encode(), "sha256")
    first, second = divmod(int.from_bytes(digest[:8]) % len(_LETTERS) ** 2, len(_LETTERS))
    return _LETTERS[first] + _LETTERS[second]
