"""Results in the form that a LAS wants, in messages that the standard allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from webapp.uwlr.profiles.base import LasProfile, Resultaatvorm
from webapp.uwlr.values import Leerresultatenbericht, OsoResultaat, Resultaat, Score, Toets

_TICK = timedelta(seconds=1)


def next_aanmaakdatum(now: datetime, previous: datetime | None) -> datetime:
    """A moment later than that of the message before for this school, in whole seconds: a LAS may keep no more."""
    moment = now.replace(microsecond=0)
    if previous is None or moment > previous:
        return moment
    return previous.replace(microsecond=0) + _TICK


def shape(bericht: Leerresultatenbericht, profile: LasProfile) -> Leerresultatenbericht:
    """Give every result the form that this LAS wants for its test, with only the codes that it takes."""
    resultaten = tuple(_shape(resultaat, profile) for resultaat in bericht.resultaten)
    return replace(bericht, resultaten=resultaten)


def _shape(resultaat: Resultaat, profile: LasProfile) -> Resultaat:
    uitkomst = resultaat.uitkomst
    if not isinstance(uitkomst, OsoResultaat):
        return resultaat
    if profile.vorm_van(resultaat.toetscode) is Resultaatvorm.SCORE and uitkomst.aantalgoed is not None:
        return replace(resultaat, uitkomst=Score(uitkomst.aantalgoed))
    if profile.referentiecodes is None:
        return resultaat
    kept = tuple(score for score in uitkomst.referentiescores if score.code in profile.referentiecodes)
    return replace(resultaat, uitkomst=replace(uitkomst, referentiescores=kept))


def split(
    resultaten: Iterable[Resultaat], toetsen: Sequence[Toets], max_resultaten: int
) -> Iterator[tuple[tuple[Resultaat, ...], tuple[Toets, ...]]]:
    """Divide results over messages: at most so many in each, and never two versions of one toetscode together.

    Each message gets the definitions of its own tests and no others. A result whose test is not among `toetsen` goes
    along without one, for the check to report.
    """
    definitions = {(toets.toetscode, toets.versie): toets for toets in toetsen}
    layers: dict[int, list[Resultaat]] = {}
    versions: dict[str, list[str | None]] = {}
    for resultaat in resultaten:
        known = versions.setdefault(resultaat.toetscode, [])
        if resultaat.versie not in known:
            known.append(resultaat.versie)
        layers.setdefault(known.index(resultaat.versie), []).append(resultaat)
    for layer in layers.values():
        for start in range(0, len(layer), max_resultaten):
            part = tuple(layer[start : start + max_resultaten])
            wanted = dict.fromkeys((resultaat.toetscode, resultaat.versie) for resultaat in part)
            yield part, tuple(definitions[key] for key in wanted if key in definitions)


def halve(bericht: Leerresultatenbericht) -> tuple[Leerresultatenbericht, Leerresultatenbericht]:
    """Split a refused message in two, to find the result that the LAS does not want; needs two results at least.

    Both halves have the same aanmaakdatum: give the second a later one when it is sent.
    """
    middle = len(bericht.resultaten) // 2
    return _with(bericht, bericht.resultaten[:middle]), _with(bericht, bericht.resultaten[middle:])


def _with(bericht: Leerresultatenbericht, resultaten: tuple[Resultaat, ...]) -> Leerresultatenbericht:
    codes = {resultaat.toetscode for resultaat in resultaten}
    return replace(
        bericht, resultaten=resultaten, toetsen=tuple(toets for toets in bericht.toetsen if toets.toetscode in codes)
    )
