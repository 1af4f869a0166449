"""The cautious first form: known by key or ECK iD, or exactly and uniquely the same name and birth date."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from webapp.matching.values import Groepsgegeven, Kandidaat, Persoon, Proposal, Reden, Uitkomst, Zekerheid

_MOST_KANDIDATEN = 5


class _Record(Protocol):
    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=_Record)
Compare = Callable[[R, R], tuple[Reden, ...]]


@dataclass(frozen=True)
class _Sleutel(Generic[R]):
    """A way to find the same record again; `links` says whether one unique hit is certain enough."""

    rule: str
    of: Callable[[R], Hashable]
    links: bool


def match_leerlingen(incoming: Iterable[Persoon], existing: Iterable[Persoon]) -> list[Proposal]:
    """Propose for each incoming leerling which existing one it is."""
    sleutels = (
        _Sleutel[Persoon]("eckid", lambda p: p.eckid, True),
        _Sleutel[Persoon]("externe-sleutel", lambda p: p.las_key, True),
        _Sleutel[Persoon]("naam-en-datum", lambda p: _both(_naam(p), p.geboortedatum), True),
        _Sleutel[Persoon]("zelfde-naam", _naam, False),
        _Sleutel[Persoon]("achternaam-en-datum", lambda p: _both(_fold(p.achternaam), p.geboortedatum), False),
        _Sleutel[Persoon]("roepnaam-en-datum", lambda p: _both(_fold(p.roepnaam), p.geboortedatum), False),
    )
    return _match(list(incoming), list(existing), sleutels, _persoon_redenen)


def match_leerkrachten(incoming: Iterable[Persoon], existing: Iterable[Persoon]) -> list[Proposal]:
    """Propose for each incoming leerkracht which existing one it is; a name alone never links."""
    sleutels = (
        _Sleutel[Persoon]("eckid", lambda p: p.eckid, True),
        _Sleutel[Persoon]("externe-sleutel", lambda p: p.las_key, True),
        _Sleutel[Persoon]("naam-en-email", lambda p: _both(_naam(p), _fold(p.email)), True),
        _Sleutel[Persoon]("zelfde-email", lambda p: _fold(p.email), False),
        _Sleutel[Persoon]("zelfde-naam", _naam, False),
        _Sleutel[Persoon]("zelfde-achternaam", lambda p: _fold(p.achternaam), False),
    )
    return _match(list(incoming), list(existing), sleutels, _persoon_redenen)


def match_groepen(incoming: Iterable[Groepsgegeven], existing: Iterable[Groepsgegeven]) -> list[Proposal]:
    """Propose for each incoming groep which existing one it is."""
    sleutels = (
        _Sleutel[Groepsgegeven]("externe-sleutel", lambda g: _both(g.las_key, _fold(g.naam)), True),
        _Sleutel[Groepsgegeven]("naam-en-jaargroep", lambda g: _both(_fold(g.naam), g.jaargroep), True),
        _Sleutel[Groepsgegeven]("zelfde-sleutel", lambda g: g.las_key, False),
        _Sleutel[Groepsgegeven]("zelfde-naam", lambda g: _fold(g.naam), False),
    )
    return _match(list(incoming), list(existing), sleutels, _groep_redenen)


def _match(
    incoming: Sequence[R], existing: Sequence[R], sleutels: Sequence[_Sleutel[R]], compare: Compare[R]
) -> list[Proposal]:
    wanted: dict[str, str] = {}
    rules: dict[str, str] = {}
    found: dict[str, list[R]] = {record.id: [] for record in incoming}
    taken: set[str] = set()
    for sleutel in sleutels:
        ours, theirs = _by(incoming, sleutel), _by(existing, sleutel)
        for value in ours.keys() & theirs.keys():
            for record in ours[value]:
                found[record.id] += [hit for hit in theirs[value] if hit not in found[record.id]]
            one, other = ours[value][0], theirs[value][0]
            certain = sleutel.links and len(ours[value]) == len(theirs[value]) == 1 and not _conflict(one, other)
            if certain and one.id not in wanted and other.id not in taken:
                wanted[one.id], rules[one.id] = other.id, sleutel.rule
                taken.add(other.id)
    by_id = {record.id: record for record in existing}
    return [
        _linked(record, by_id[wanted[record.id]], rules[record.id], compare)
        if record.id in wanted
        else _open(record, found[record.id], compare)
        for record in incoming
    ]


def _linked(record: R, hit: R, rule: str, compare: Compare[R]) -> Proposal:
    return Proposal(record.id, Zekerheid.ZEKER, hit.id, rule, compare(record, hit), ())


def _open(record: R, hits: list[R], compare: Compare[R]) -> Proposal:
    kandidaten = [Kandidaat(hit.id, compare(record, hit)) for hit in hits]
    kandidaten.sort(key=lambda kandidaat: (-_agreements(kandidaat), kandidaat.id))
    if not kandidaten:
        return Proposal(record.id, Zekerheid.NIEUW, None, "niemand", (), ())
    best = tuple(kandidaten[:_MOST_KANDIDATEN])
    return Proposal(record.id, Zekerheid.TWIJFEL, None, "niet-zeker", best[0].redenen, best)


def _agreements(kandidaat: Kandidaat) -> int:
    return sum(reden.uitkomst is Uitkomst.GELIJK for reden in kandidaat.redenen)


def _by(records: Iterable[R], sleutel: _Sleutel[R]) -> dict[Hashable, list[R]]:
    found: dict[Hashable, list[R]] = defaultdict(list)
    for record in records:
        if value := sleutel.of(record):
            found[value].append(record)
    return found


def _conflict(one: object, other: object) -> bool:
    ours, theirs = getattr(one, "eckid", None), getattr(other, "eckid", None)
    return bool(ours and theirs and ours != theirs)


def _both(one: Hashable, other: Hashable) -> Hashable:
    return (one, other) if one and other else None


def _naam(persoon: Persoon) -> str:
    if not _fold(persoon.roepnaam) or not _fold(persoon.achternaam):
        return ""
    return f"{_fold(persoon.roepnaam)} {_fold(persoon.voorvoegsel)}{_fold(persoon.achternaam)}"


def _fold(text: str | None) -> str:
    decomposed = unicodedata.normalize("NFKD", text or "").casefold()
    return "".join(letter for letter in decomposed if letter.isalnum())


def _persoon_redenen(one: Persoon, other: Persoon) -> tuple[Reden, ...]:
    return (
        *_compare(
            "achternaam",
            f"{_fold(one.voorvoegsel)}{_fold(one.achternaam)}",
            f"{_fold(other.voorvoegsel)}{_fold(other.achternaam)}",
        ),
        *_compare("roepnaam", _fold(one.roepnaam), _fold(other.roepnaam)),
        *_compare("geboortedatum", one.geboortedatum, other.geboortedatum),
        *_compare("e-mailadres", _fold(one.email), _fold(other.email)),
    )


def _groep_redenen(one: Groepsgegeven, other: Groepsgegeven) -> tuple[Reden, ...]:
    return (
        *_compare("naam", _fold(one.naam), _fold(other.naam)),
        *_compare("jaargroep", one.jaargroep, other.jaargroep),
    )


def _compare(veld: str, one: Hashable, other: Hashable) -> tuple[Reden, ...]:
    if not one or not other:
        return ()
    uitkomst = Uitkomst.GELIJK if one == other else Uitkomst.VERSCHILT
    return (Reden(veld, uitkomst, f"{veld} {'gelijk' if one == other else 'verschilt'}"),)
