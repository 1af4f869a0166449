"""What comparing two records says, field by field."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from webapp.matching.achternaam import AchternaamGelijkenis, compare_achternamen
from webapp.matching.datums import DatumGelijkenis, compare_datums
from webapp.matching.prepare import Prepared
from webapp.matching.voornaamgelijkenis import (
    RoepnaamGelijkenis,
    are_alike,
    are_contradictory,
    compare_roepnamen,
)


class Gelijkenis(StrEnum):
    """The plain outcome for a field that is equal or not."""

    GELIJK = "gelijk"
    ANDERS = "anders"
    ONBEKEND = "onbekend"


class Jaarstap(StrEnum):
    """How the jaargroep moved from the existing record to the incoming one."""

    MOGELIJK = "mogelijk"
    TERUG = "terug"
    ZELDZAAM = "zeldzaam"
    ONMOGELIJK = "onmogelijk"
    ONBEKEND = "onbekend"


class Evidence(NamedTuple):
    """All levels of agreement between an incoming and an existing record.

    `is_strijdig` is what voornamen and voorletters can say: the test centre keeps neither, so they only contradict.
    """

    eckid: Gelijkenis
    las_key: Gelijkenis
    datum: DatumGelijkenis
    is_datum_suspect: bool
    achternaam: AchternaamGelijkenis
    roepnaam: RoepnaamGelijkenis
    is_strijdig: bool
    geslacht: Gelijkenis
    jaarstap: Jaarstap
    verwisseld: bool
    lijkt_verwisseld: bool
    voorvoegsel_anders: bool
    groep: bool


def compare(incoming: Prepared, existing: Prepared, years: int = 1) -> Evidence:
    """Compare two records; `years` is 1 when the incoming side is the later one, -1 when it is the earlier one."""
    achternaam = compare_achternamen(incoming.achternaam, existing.achternaam)
    roepnaam = compare_roepnamen(incoming.voornamen, existing.voornamen)
    others = achternaam is AchternaamGelijkenis.ANDERS
    return Evidence(
        _plain(incoming.eckid, existing.eckid),
        _plain(incoming.las_key, existing.las_key),
        compare_datums(incoming.geboortedatum, existing.geboortedatum),
        incoming.is_datum_suspect or existing.is_datum_suspect,
        achternaam,
        roepnaam,
        are_contradictory(incoming.voornamen, existing.voornamen),
        _plain(incoming.geslacht, existing.geslacht),
        _step(incoming.jaargroep, existing.jaargroep, years),
        others and _are_swapped(incoming, existing),
        others and _look_swapped(incoming, existing),
        _differ_in_particles(incoming, existing),
        bool(incoming.groep) and incoming.groep == existing.groep,
    )


def _plain(one: str | None, other: str | None) -> Gelijkenis:
    if not one or not other:
        return Gelijkenis.ONBEKEND
    return Gelijkenis.GELIJK if one == other else Gelijkenis.ANDERS


def _step(incoming: int | None, existing: int | None, years: int) -> Jaarstap:
    if incoming is None or existing is None:
        return Jaarstap.ONBEKEND
    step = (incoming - existing) * years
    if step in (0, 1):
        return Jaarstap.MOGELIJK
    if step == -1:
        return Jaarstap.TERUG  # in a groep of two years, or doing a year again after the LAS had moved everybody up
    return Jaarstap.ZELDZAAM if step == 2 else Jaarstap.ONMOGELIJK


def _differ_in_particles(one: Prepared, other: Prepared) -> bool:
    return (
        one.achternaam is not None and other.achternaam is not None and one.achternaam.glued != other.achternaam.glued
    )


def _are_swapped(one: Prepared, other: Prepared) -> bool:
    """Tell whether surname and first name stand in each other's field."""
    if one.achternaam is None or other.achternaam is None or one.voornamen is None or other.voornamen is None:
        return False
    return (
        one.voornamen.usual in (other.achternaam.base, other.achternaam.glued)
        and other.voornamen.usual in (one.achternaam.base, one.achternaam.glued)
    )  # fmt: skip


def _look_swapped(one: Prepared, other: Prepared) -> bool:
    """Tell whether they nearly stand there: with a slip, or a first name in two words."""
    return _crosses(one, other) and _crosses(other, one)


def _crosses(one: Prepared, other: Prepared) -> bool:
    if one.voornamen is None or other.achternaam is None:
        return False
    names = {one.voornamen.usual, "".join(one.voornamen.namen)} - {""}
    return any(
        are_alike(name, surname) for name in names for surname in (other.achternaam.base, other.achternaam.glued)
    )
