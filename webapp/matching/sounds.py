"""How a Dutch reader would sound out a name: equal sound is near, never the same."""

from __future__ import annotations

import re
from functools import lru_cache

# In order: what an earlier line makes, a later one may use.
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"eij|ij|ey|ei", "y"),
        (r"uij|uy", "ui"),
        (r"ouw|auw|ou|au", "A"),
        (r"sch$|sch(?=s)", "s"),
        (r"tsj|tsch|tch|ch(?=[aeiouyA])(?<!sch)", "g"),
        (r"sj|sh", "s"),
        (r"ch|gh|kh", "g"),
        (r"ph", "f"),
        (r"th|dt", "t"),
        (r"ck|q|c", "k"),
        (r"x", "ks"),
        (r"z", "s"),
        (r"v", "f"),
        (r"d$", "t"),
        (r"ae", "a"),
        (r"ie|j$", "i"),
        (r"([a-zA])\1+", r"\1"),
        (r"h(?![aeiouyA])", ""),
    )
)
_VOWELS = re.compile(r"[aeiouyAh]")


@lru_cache(maxsize=1 << 14)
def sound(name: str) -> str:
    """Return a key that is equal for spellings of one sound: Meijer and Meyer, Janssen and Jansen."""
    for pattern, replacement in _SOUNDS:
        name = pattern.sub(replacement, name)
    return name


@lru_cache(maxsize=1 << 14)
def skeleton(name: str) -> str:
    """Return the consonants of a first name by sound; finds candidates, proves nothing (Hasan is not Hüseyin)."""
    sounded = sound(name.replace("y", "i").replace("j", "i"))
    bare = _VOWELS.sub("", sounded[1:]).replace("i", "")
    first = sounded[:1]
    return ("*" if first in "aeiouyA" else first) + bare


# Two different initials that may stand for one name in two spellings: Catharina and Katharina, Youssef and Jussuf.
_PAIRS = frozenset(
    one + other
    for letters in ("ckqx", "ckg", "ijye", "fvp", "szc", "ouwa", "aei", "dt", "gh", "dj", "zj")
    for one in letters
    for other in letters
)


def initials_may_agree(one: str, other: str) -> bool:
    """Tell whether two first letters can begin the same name in two spellings."""
    return one == other or one + other in _PAIRS
