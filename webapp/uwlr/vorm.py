"""Results in the form that a LAS wants."""

from __future__ import annotations

from dataclasses import replace

from webapp.uwlr.profiles.base import LasProfile, Resultaatvorm
from webapp.uwlr.values import Leerresultatenbericht, OsoResultaat, Resultaat, Score


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
