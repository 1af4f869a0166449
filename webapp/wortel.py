"""The root of a day of the audit trail, as arithmetic: whoever has a file of a school can do it again without us.

All acts of one school on one day make one leaf, the leaves of all schools make a tree, and the top of the tree makes
the root with the date and the root of the day before. So a root that somebody wrote down holds all days up to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

BEGIN = "0" * 64
"""In place of the root of the day before the first."""
LEEG = sha256(b"").digest()
"""The top of the tree of a day without acts."""
_BLAD, _TAK = b"\0", b"\1"
_LINKS, _RECHTS = "links", "rechts"


def blad(zout: bytes, feiten: Iterable[str]) -> bytes:
    """The leaf of one school: a salt of its own, so that nobody finds its acts by trying, and the hash of each act."""
    return sha256(_BLAD + zout + b"".join(sha256(feit.encode()).digest() for feit in feiten)).digest()


def top(bladen: Sequence[bytes]) -> bytes:
    """The top of the tree."""
    while len(bladen) > 1:
        bladen = _above(bladen)
    return bladen[0] if bladen else LEEG


def pad(bladen: Sequence[bytes], index: int) -> list[tuple[str, str]]:
    """What leads from a leaf to the top: on each level the neighbour, and on which side it stands."""
    steps = []
    while len(bladen) > 1:
        beside = index ^ 1
        if beside < len(bladen):
            steps.append((_LINKS if beside < index else _RECHTS, bladen[beside].hex()))
        bladen, index = _above(bladen), index // 2
    return steps


def along(start: bytes, steps: Iterable[Sequence[str]]) -> bytes:
    """Follow such a path: the top at its end."""
    for side, beside in steps:
        other = bytes.fromhex(beside)
        start = _tak(other, start) if side == _LINKS else _tak(start, other)
    return start


def wortel(datum: str, aantal: int, vorige: str, top_: bytes) -> str:
    """The root of a day."""
    return sha256(f"{datum} {aantal} {vorige} {top_.hex()}".encode()).hexdigest()


def klopt(dag: Mapping[str, Any]) -> bool:
    """Whether the acts of one day in a file lead to the root that stands beside them."""
    reached = along(blad(bytes.fromhex(dag["zout"]), dag["feiten"]), dag["pad"])
    return wortel(dag["dag"], dag["aantal"], dag["vorige"], reached) == str(dag["wortel"])


def _above(level: Sequence[bytes]) -> list[bytes]:
    """One level up; who has no neighbour goes up alone."""
    pairs = [_tak(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
    return [*pairs, level[-1]] if len(level) % 2 else pairs


def _tak(left: bytes, right: bytes) -> bytes:
    return sha256(_TAK + left + right).digest()
