"""The words of the analysis: what a chart shows in one sentence, why a result does not count, what there is to know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from decimal import Decimal

from webapp.filters import aantal, datum, decimaal, opsomming, woord
from webapp.services.toetsen.analyse import Buiten, Groepsanalyse, Rij
from webapp.services.toetsen.normen import NORM
from webapp.services.toetsen.spreiding import Beeld, Ronde
from webapp.services.toetsen.verloop import Verloop
from webapp.woorden.namen import Namen

BUITEN = {
    Buiten.NIET_IN_LAS: "telt niet mee: staat niet in {las}",
    Buiten.ANDER_LEERJAAR: "telt niet mee: ander leerjaar dan de toets",
    Buiten.NIET_GENORMEERD: "telt niet mee: nog niet genormeerd",
}
NORMZIN = (
    f"De norm verdeelt alle leerlingen in vijf gelijke groepen: bij elk niveau hoort {NORM['I']} %. I is het hoogste "
    "niveau, V het laagste."
)
_LEAST = 2
"""Results below which there is no spread and no average worth the word."""


def periode(ronde: Ronde) -> str:
    """`20 november 2026`, or `20 november 2026 tot en met 4 december 2026`."""
    first = datum(ronde.eerste)
    return first if ronde.eerste == ronde.laatste else f"{first} tot en met {datum(ronde.laatste)}"


def has_picture(beeld: Beeld) -> bool:
    """Whether there is enough to draw."""
    return beeld.aantal >= _LEAST


def spread(beeld: Beeld) -> str:
    """The chart of the niveaus in one sentence."""
    shares = [f"{regel.niveau} {regel.aantal} ({regel.procent} %)" for regel in beeld.regels]
    return f"Spreiding van {_leerlingen(beeld.aantal)}: niveau {opsomming(shares)}; de norm is steeds {NORM['I']} %."


def too_few(beeld: Beeld) -> str:
    """Why there is no chart and no average."""
    if beeld.aantal:
        return "Er telt één uitslag mee. Een spreiding en een gemiddelde zijn er vanaf twee uitslagen."
    return "Er telt nog geen uitslag mee. Zodra er scores zijn ingevuld en genormeerd, staat hier de spreiding."


def chance(beeld: Beeld) -> str:
    """How large a difference says nothing."""
    return (
        f"Bij {_leerlingen(beeld.aantal)} wijkt een niveau door toeval vaak {_leerlingen(beeld.toeval)} van de norm af."
    )


def growth(analyse: Groepsanalyse) -> str:
    """How much the groep grew since the taking before, and of how many that is known."""
    both, all_ = len(analyse.groei), analyse.beeld.aantal
    mean = analyse.gemiddelde_groei
    if mean is None:
        return "Geen van deze leerlingen heeft een eerdere uitslag in dit vakgebied, dus de groei is nog niet bekend."
    if both < _LEAST:
        return "Eén leerling heeft een eerdere uitslag in dit vakgebied. Een gemiddelde groei is er vanaf twee."
    norm = f", de norm in die tijd {decimaal(mean.norm, met_plus=True)}" if mean.norm is not None else ""
    return (
        f"Groei van de vaardigheidsscore sinds de vorige afname in dit vakgebied: gemiddeld "
        f"{decimaal(mean.verschil, met_plus=True)}{norm}. Bekend van {both} van de {all_} leerlingen: wie toen en nu "
        "een uitslag heeft."
    )


def notes(analyse: Groepsanalyse, namen: Namen) -> list[str]:
    """What somebody must know before believing the numbers, the weightiest first."""
    beeld, verwacht = analyse.beeld, analyse.verwacht
    found = list(_about_rows(analyse.rijen, namen))
    if verwacht and 0 < 2 * beeld.aantal < verwacht:
        found.insert(
            0, f"Nog geen helft van de groep telt mee ({beeld.aantal} van {verwacht}). Dit beeld kan nog veranderen."
        )
    if len(beeld.dagen) > 1:
        found.append("De afname duurde meer dan een dag; elke uitslag is genormeerd op de dag van de toets zelf.")
    if beeld.aantal and beeld.norm is None:
        found.append("Voor deze dagen heeft de toets geen normen meer: het percentiel van het gemiddelde is onbekend.")
    if analyse.niet_getest is None:
        found.append("Dit is een eerder schooljaar. U ziet wie nu in deze groep zit, ook wie toen elders zat.")
    return found


def _about_rows(rijen: Collection[Rij], namen: Namen) -> Iterator[str]:
    out = Counter(rij.buiten for rij in rijen)
    if number := out[Buiten.NIET_GENORMEERD]:
        yield f"{aantal(number, 'uitslag is', 'uitslagen zijn')} nog niet genormeerd en {_counts(number)} niet mee."
    if number := out[Buiten.ANDER_LEERJAAR]:
        zit = aantal(number, "leerling zit", "leerlingen zitten")
        yield f"{zit} in een ander leerjaar dan dat van de toets en {_counts(number)} niet mee."
    if number := out[Buiten.NIET_IN_LAS]:
        staat = aantal(number, "leerling staat", "leerlingen staan")
        yield f"{staat} niet in {namen.las} en {_counts(number)} niet mee."
    if number := sum(rij.is_herkansing for rij in rijen):
        yield f"{aantal(number, 'leerling maakte', 'leerlingen maakten')} de toets vaker; de laatste uitslag telt."
    if number := sum(rij.is_oude_norm for rij in rijen):
        yield (
            f"{aantal(number, 'uitslag is', 'uitslagen zijn')} genormeerd met andere normen dan nu gelden, en "
            f"{_counts(number)} zoals toen vastgelegd. Opnieuw normeren kan bij de scores."
        )


def _leerlingen(number: int) -> str:
    return aantal(number, "leerling", "leerlingen")


def _counts(number: int) -> str:
    return woord(number, "telt", "tellen")


def remark(rij: Rij, namen: Namen) -> str:
    """What is special about one row."""
    found = [BUITEN[rij.buiten].format(las=namen.las)] if rij.buiten is not None else []
    if rij.is_herkansing:
        found.append("laatste van meer uitslagen in deze afname")
    if rij.is_oude_norm:
        found.append("genormeerd met andere normen dan nu gelden")
    return "; ".join(found)


def course(verloop: Verloop) -> str:
    """The chart of a leerling in one sentence."""
    points = [f"{decimaal(p.vaardigheidsscore)} op {datum(p.afnamedatum)}{_beside(p.norm)}" for p in verloop.punten]
    return f"Vaardigheidsscore {verloop.vakgebied}: {opsomming(points)}."


def _beside(norm: Decimal | None) -> str:
    return f" (norm {decimaal(norm)})" if norm is not None else ""
