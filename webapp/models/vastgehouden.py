"""What may be held of an aanlevering, as it is kept with it."""

from __future__ import annotations

from enum import StrEnum
from typing import NotRequired, TypedDict

from webapp.models.leerlinggegevens import Soort


class Ongewoon(StrEnum):
    """What may be held beside departures (`services/inname/ongewoon.py`); the heaviest first."""

    SLEUTELS = "sleutels"
    """Many have another key: nothing was taken in."""
    NAMEN = "namen"
    """Many are called otherwise under the same key: nothing was taken in."""
    NIEUW = "nieuw"
    """Many are new: they stay out."""
    GROEPEN = "groepen"
    """Many lost a groep: they keep it."""
    VELD = "veld"
    """A field came empty: what was in it stays."""


NOTHING_TAKEN_IN = frozenset({Ongewoon.SLEUTELS, Ongewoon.NAMEN})


class Vastgehouden(TypedDict):
    """Of one kind: our records that seem to have left, and why that is not believed (`services/inname/vorm.py`).

    Of an `Ongewoon`: our records that it is about, as far as they are ours, and what else there is to say.
    """

    ids: list[int]
    redenen: list[str]
    aantal: NotRequired[int]
    van: NotRequired[int]
    groepen: NotRequired[dict[str, int]]
    """How many are new, by the name of their groep."""
    verloren: NotRequired[dict[str, list[int]]]
    """The groepen that each of our records lost."""
    was: NotRequired[list[int]]
    """A `Gevuld`, of the last aanlevering that was believed."""
    nu: NotRequired[list[int]]


class Bevestigd(TypedDict):
    """A hold that a beheerder said is right, so that it can be taken back."""

    op: str
    door: int
    over: Vastgehouden


class Geparkeerd(TypedDict):
    """What confirming a departure did, so that it can be taken back."""

    op: str
    door: int
    ids: dict[str, list[int]]
    """By kind."""
    groep_van: dict[str, int]
    """The groep that each leerling stood in, by id."""


class Vorm(TypedDict, total=False):
    """The shape of the last aanlevering that was taken in, and what may be unusual in the next one."""

    schooljaar: str
    gevuld: dict[str, dict[str, list[int]]]
    """By kind and field: in how many records it was filled, of how many."""
    bewaard: dict[str, dict[str, list[int]]]
    """By kind and id, the groepen of ours that the LAS did not name, and that nobody was asked about."""
    jaargroep_niet: int
    """How many leerlingen stayed out of it because their jaargroep does not take part."""
    dubbel: list[int]
    """Leerlingen of ours who stood in it twice, of which nothing is asked."""
    akkoord: dict[str, Vastgehouden]
    """By topic, what a beheerder said is right."""


ALLES_NIEUW = "nieuw"
"""In `akkoord`: a beheerder asked for records that were left out, so many may come at once."""


def topic(wat: Ongewoon, soort: Soort, veld: str = "") -> str:
    """The key of something unusual in `vastgehouden`."""
    return ":".join(filter(None, (wat, soort, veld)))


def parts(key: str) -> tuple[Ongewoon, Soort, str]:
    """What a topic is about."""
    wat, soort, *veld = key.split(":")
    return Ongewoon(wat), Soort(soort), "".join(veld)


def weight(key: str) -> tuple[int, int, str]:
    """To sort topics with, the heaviest first."""
    wat, soort, veld = parts(key)
    return list(Ongewoon).index(wat), -list(Soort).index(soort), veld
