"""The staged pull: first the groepen, then only the people of the groepen that are wanted."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from webapp.uwlr.reader import Antwoord, Niets, Personen, assemble
from webapp.uwlr.values import GeenGegevens, GeenWijzigingen, Groepskeuze, Structuur, Waarschuwing

FetchPersonen = Callable[[Groepskeuze], Personen | Niets]


def wanted(structuur: Structuur, overgeslagen: Collection[str]) -> Groepskeuze:
    """All groepen but the skipped ones, and those who are in no groep."""
    return Groepskeuze(
        groepen=tuple(groep.key for groep in structuur.groepen if groep.key not in overgeslagen),
        zonder_groep=True,
    )


def fetch(
    structuur: Structuur | Niets,
    overgeslagen: Collection[str],
    fetch_leerlingen: FetchPersonen,
    fetch_leerkrachten: FetchPersonen,
) -> Antwoord:
    """Fetch the people of the wanted groepen and make one aanlevering; it says which groepen it is about."""
    if not isinstance(structuur, Structuur):
        return structuur
    keuze = wanted(structuur, overgeslagen)
    leerlingen = fetch_leerlingen(keuze)
    if not isinstance(leerlingen, Personen):
        return leerlingen
    leerkrachten = fetch_leerkrachten(keuze)
    if isinstance(leerkrachten, GeenWijzigingen | GeenGegevens):
        leerkrachten = Personen((), (), (Waarschuwing("niets_ontvangen", "leerkracht", None),))
    # what a LAS sends beyond the question is not taken
    kept = [leerling for leerling in leerlingen.leerlingen if leerling.groep not in overgeslagen]
    warnings = [*structuur.waarschuwingen, *leerlingen.waarschuwingen, *leerkrachten.waarschuwingen]
    if beyond := len(leerlingen.leerlingen) - len(kept):
        warnings.append(Waarschuwing("niet_gevraagd", "leerling", None, str(beyond)))
    gegevens = assemble(structuur, kept, list(leerkrachten.leerkrachten), warnings, leerlingen.elders)
    return replace(gegevens, gevraagde_groepen=frozenset(keuze.groepen))
