"""What typing, exporting and moving between systems does to a record."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from tests.benchmarks.generator.names import draw_achternaam, respell
from webapp.matching import Persoon

Noise = Callable[[random.Random, Persoon], Persoon]

LEVELS = {"low": 0.25, "medium": 1.0, "high": 4.0}
_NEIGHBOURS = dict(
    zip(
        "qwertyuiopasdfghjklzxcvbnm",
        [
            "w",
            "e",
            "r",
            "t",
            "y",
            "u",
            "i",
            "o",
            "p",
            "o",
            "s",
            "d",
            "f",
            "g",
            "h",
            "j",
            "k",
            "l",
            "k",
            "x",
            "c",
            "v",
            "b",
            "n",
            "m",
            "n",
        ],
        strict=True,
    )
)


def slip(rng: random.Random, word: str) -> str:
    """Make one typing error: leave out, double, exchange, or hit the key beside."""
    if len(word) < 3:
        return word + word[-1:]
    place = rng.randrange(1, len(word))
    kind = rng.randrange(4)
    if kind == 0:
        return word[:place] + word[place + 1 :]
    if kind == 1:
        return word[:place] + word[place] + word[place:]
    if kind == 2 and place + 1 < len(word):
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return word[:place] + _NEIGHBOURS.get(word[place].lower(), "e") + word[place + 1 :]


def _date_slip(rng: random.Random, p: Persoon) -> Persoon:
    day = p.geboortedatum
    if day is None:
        return p
    kind = rng.randrange(6)
    if kind == 0 and day.day <= 12:
        return replace(p, geboortedatum=date(day.year, day.day, day.month))
    if kind == 1:
        return replace(p, geboortedatum=date(day.year, 1, 1))
    if kind == 2:
        return replace(p, geboortedatum=day.replace(year=day.year + rng.choice((-1, 1)), day=min(day.day, 28)))
    step = rng.choice((1, -1, 10, -10, 3))
    return replace(p, geboortedatum=day + timedelta(days=step))


def _initials_only(rng: random.Random, p: Persoon) -> Persoon:
    letters = p.voorletters or "".join(f"{name[0]}." for name in (p.voornamen or p.roepnaam or "X").split())
    return replace(p, roepnaam=None, voornamen=None, voorletters=letters)


def _formal_name(rng: random.Random, p: Persoon) -> Persoon:
    formal = (p.voornamen or p.roepnaam or "-").split()[0]
    return replace(p, roepnaam=formal if rng.random() < 0.5 else None)


def _other_spelling(rng: random.Random, p: Persoon) -> Persoon:
    return replace(p, roepnaam=respell(rng, p.roepnaam) if p.roepnaam else None)


def _other_achternaam(rng: random.Random, p: Persoon) -> Persoon:
    voorvoegsel, achternaam = draw_achternaam(rng, "nl")
    return replace(p, voorvoegsel=voorvoegsel or None, achternaam=achternaam)


def _double_achternaam(rng: random.Random, p: Persoon) -> Persoon:
    voorvoegsel, achternaam = draw_achternaam(rng, "nl")
    return replace(p, achternaam=f"{p.achternaam}-{voorvoegsel} {achternaam}".replace("- ", "-"))


def _particles(rng: random.Random, p: Persoon) -> Persoon:
    if not p.voorvoegsel:
        return p
    kind = rng.randrange(4)
    if kind == 0:
        return replace(p, voorvoegsel=None, achternaam=f"{p.voorvoegsel} {p.achternaam}")
    if kind == 1:
        return replace(p, voorvoegsel=None, achternaam=f"{p.achternaam}, {p.voorvoegsel}")
    if kind == 2:
        return replace(p, voorvoegsel=".".join(word[0] for word in p.voorvoegsel.split()) + ".")
    return replace(p, voorvoegsel=None)


def _letters(rng: random.Random, p: Persoon) -> Persoon:
    kind = rng.randrange(4)
    roepnaam, achternaam = p.roepnaam or "", p.achternaam or ""
    if kind == 0:
        return replace(p, roepnaam=roepnaam.upper(), achternaam=achternaam.upper())
    if kind == 1:
        return replace(p, roepnaam=_bare(roepnaam), achternaam=_bare(achternaam))
    if kind == 2:
        return replace(p, roepnaam=unicodedata.normalize("NFD", f" {roepnaam}"), achternaam=f"{achternaam}\u200b ")
    return replace(p, achternaam=achternaam.replace("ij", "y"))


def _bare(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def _swap_fields(rng: random.Random, p: Persoon) -> Persoon:
    return replace(p, roepnaam=p.achternaam, achternaam=p.roepnaam)


def _other_geslacht(rng: random.Random, p: Persoon) -> Persoon:
    return replace(p, geslacht=rng.choice(("0", "9", "1", "2")))


# Chance per record and side at medium noise; both sides are noised.
_TABLE: tuple[tuple[float, Noise], ...] = (
    (0.0110, lambda rng, p: replace(p, geboortedatum=None)),
    (0.0045, _date_slip),
    (0.0040, _initials_only),
    (0.0120, _formal_name),
    (0.0040, lambda rng, p: replace(p, roepnaam=slip(rng, p.roepnaam or "") or None)),
    (0.0100, _other_spelling),
    (0.0060, lambda rng, p: replace(p, achternaam=slip(rng, p.achternaam or "") or None)),
    (0.0015, _other_achternaam),
    (0.0040, _double_achternaam),
    (0.0300, _particles),
    (0.0200, _letters),
    (0.0005, _swap_fields),
    (0.0030, _other_geslacht),
)


def add_noise(rng: random.Random, persoon: Persoon, level: float) -> Persoon:
    """Return the record as a system at this level of noise would deliver it."""
    for chance, noise in _TABLE:
        if rng.random() < chance * level:
            persoon = noise(rng, persoon)
    return persoon
