"""Who is no longer in the aanlevering: parked, unless so many are gone at once that a person must confirm it first.

Who was held stays held until they come back or a person answers, however few are left of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from webapp.models import Keuze, Lidmaatschap, Soort
from webapp.models.regel import AnyRegel
from webapp.models.vastgehouden import Vastgehouden
from webapp.services.inname import vorm
from webapp.services.inname.soorten import Doel
from webapp.services.inname.voorstellen import Bestand, Gelezen
from webapp.services.inname.vorm import Vormreden


@dataclass(frozen=True)
class Stand:
    """How our records of one kind stood before an aanlevering was written."""

    linked: frozenset[int]
    """Those that are linked, active, and that the LAS was asked for."""
    groepen: dict[int, frozenset[int]]
    """Who stood in each groep."""
    end_with_schooljaar: frozenset[int]
    """Those who are no surprise when they are gone in a new school year."""


@dataclass(frozen=True)
class Afwezig:
    """Our records of one kind that the LAS no longer sends; `gone` without those whom an open question may mean."""

    bestand: Bestand
    stand: Stand
    missing: list[Doel]
    gone: list[Doel]
    is_empty: bool
    """Whether nothing of this kind came."""
    eerder: frozenset[int] = frozenset()
    """Who was held already."""


def stand(bestand: Bestand, gevraagd: frozenset[str] | None) -> Stand:
    """Look at our records; `gevraagd` holds the LAS keys of the groepen that were asked for, None all of them."""
    kind, linked, groepen = bestand.kind, set[int](), defaultdict[int, set[int]](set)
    mine = [
        doel
        for doel in bestand.records
        if doel.status is Lidmaatschap.ACTIEF
        and (doel.las_key is not None or doel.eckid is not None)
        and (gevraagd is None or kind.was_asked(doel, gevraagd))
    ]
    for doel in mine:
        linked.add(doel.id)
        for groep_id in kind.groep_ids(doel):
            groepen[groep_id].add(doel.id)
    members = {groep_id: frozenset(ids) for groep_id, ids in groepen.items()}
    return Stand(frozenset(linked), members, kind.end_with_schooljaar(mine))


def gone(bestand: Bestand, linked: frozenset[int], present: Iterable[int], delivered: frozenset[str]) -> list[Doel]:
    """Return which of `linked` the LAS no longer sends.

    `present` holds the ids that this aanlevering linked, `delivered` the identifiers in it, doubtful and left out too.
    """
    kept = set(present)
    return [
        doel
        for doel in bestand.records
        if doel.id in linked and doel.id not in kept and doel.las_key not in delivered and doel.eckid not in delivered
    ]


def held_before(bestand: Bestand, eerder: Mapping[str, Vastgehouden]) -> frozenset[int]:
    """Return whom a beheerder was asked about; not a groep that only stayed because somebody in it did."""
    asked = eerder.get(bestand.kind.soort)
    if asked is None or not asked["redenen"]:
        return frozenset()
    mine = (bestand.by_id[id_] for id_ in asked["ids"] if id_ in bestand.by_id)
    is_linked = (doel for doel in mine if doel.las_key is not None or doel.eckid is not None)
    return frozenset(doel.id for doel in is_linked if doel.status is Lidmaatschap.ACTIEF)


def miss_who_lost_a_number(
    soort: Gelezen,
    contested: frozenset[str],
    now: datetime,
    *,
    asked: Iterable[AnyRegel] = (),
    held: Collection[int] = (),
) -> None:
    """A number that the LAS gave to another record is not surely ours: no result goes under it.

    Of who is `held`, and about whom is `asked`, nothing goes anyway. But that record may be left out, or of a jaargroep
    that does not take part; and ours may be long gone.
    """
    kind, about = soort.bestand.kind, set(asked)
    whose = {
        name: each.regel.doel_id if each.regel.keuze is Keuze.KOPPEL else None
        for each in soort.everything
        if each.regel not in about
        for name in kind.identifiers(each.regel)
    }
    for doel in (each for each in soort.bestand.records if each.id not in held):
        if any(whose.get(name, doel.id) != doel.id or name[1] in contested for name in kind.identifiers(doel)):
            kind.miss(doel, now)


def hold(afwezig: Sequence[Afwezig], *, is_new_schooljaar: bool, is_overgang: bool) -> dict[Soort, Vastgehouden]:
    """Return who stays because too many are gone at once, by kind; and the groepen that they stand in.

    At the turn of the school year leavers are expected, as long as they are less than half of their kind; who was held
    before it stays held.
    """
    held: dict[Soort, Vastgehouden] = {}
    stays: set[int] = set()
    for each in afwezig:
        expected = each.stand.end_with_schooljaar if is_new_schooljaar else frozenset[int]()
        groepen = {id_: members - expected for id_, members in each.stand.groepen.items()}
        gone = {doel.id for doel in each.gone}
        verdict = vorm.judge(gone - expected, each.stand.linked - expected, groepen, is_empty=each.is_empty)
        still = gone & each.eerder
        if is_overgang and vorm.are_some(len(gone), len(each.stand.linked)):
            verdict = vorm.Vertrek[int]()
        if ids := verdict.held | still:
            redenen = [*verdict.redenen, *([Vormreden.EERDER] if still - verdict.held else [])]
            held[each.bestand.kind.soort] = Vastgehouden(ids=sorted(ids), redenen=[str(reden) for reden in redenen])
            stays |= {groep_id for groep_id, members in each.stand.groepen.items() if members & ids}
    _hold_along(afwezig, held, stays)
    return held


def _hold_along(afwezig: Sequence[Afwezig], held: dict[Soort, Vastgehouden], stays: set[int]) -> None:
    """A groep in which somebody is held stays too."""
    for each in afwezig:
        along = {doel.id for doel in each.gone} & stays if each.bestand.kind.takes_along else set[int]()
        if along:
            own = held.get(each.bestand.kind.soort, Vastgehouden(ids=[], redenen=[]))
            ids = sorted(along.union(own["ids"]))
            held[each.bestand.kind.soort] = Vastgehouden(ids=ids, redenen=own["redenen"])


def park(afwezig: Sequence[Afwezig], held: dict[Soort, Vastgehouden], now: datetime) -> dict[Soort, int]:
    """Park everybody who is gone and not held; return how many, by kind."""
    parked: dict[Soort, int] = {}
    for each in afwezig:
        kind = each.bestand.kind
        stays = set(held[kind.soort]["ids"]) if kind.soort in held else set[int]()
        leavers = {doel.id for doel in each.gone} - stays
        for doel in each.missing:
            if doel.id in leavers:
                kind.depart(doel, now)
            else:
                kind.miss(doel, now)
        parked[kind.soort] = len(leavers)
    return parked
