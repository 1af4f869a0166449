"""Results as the message that carries them: osoresultaat, with keys that never change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from webapp.models import Koppeling, Resultaat, Toets
from webapp.schooljaar import schooljaar_of
from webapp.services.versturen.weigering import Stuk
from webapp.uwlr import values as uwlr

NIVEAUCODE, PERCENTIELCODE, LANDELIJK = "IV", "Percentiel", "Landelijk"
"""From OSO lists 11 and 22."""


def build(
    koppeling: Koppeling, resultaten: Sequence[Resultaat], *, aanmaakdatum: datetime, auteur: str, xsdversie: str
) -> uwlr.Leerresultatenbericht:
    """Return the message for these normed results of one school year, with the definition of every test in it."""
    toetsen = {resultaat.toets_id: resultaat.toets for resultaat in resultaten}
    return uwlr.Leerresultatenbericht(
        schooljaar=schooljaar_of(resultaten[0].afnamedatum),
        brincode=koppeling.brin,
        dependancecode=koppeling.vestiging,
        aanmaakdatum=aanmaakdatum,
        auteur=auteur,
        xsdversie=xsdversie,
        resultaten=tuple(_resultaat(resultaat) for resultaat in resultaten),
        toetsen=tuple(_toets(toets) for toets in toetsen.values()),
    )


def stukken(resultaten: Sequence[Resultaat]) -> tuple[Stuk, ...]:
    """Return what a refusal may name, per result."""
    return tuple(_stuk(resultaat) for resultaat in resultaten)


def _stuk(resultaat: Resultaat) -> Stuk:
    return Stuk(
        resultaat_id=resultaat.id,
        versie=resultaat.versie,
        sleutel=resultaat.sleutel,
        leerling_id=resultaat.leerling_id,
        leerlingid=resultaat.leerling.las_key or "",
        toets_id=resultaat.toets_id,
        toetscode=resultaat.toets.code,
        score=resultaat.ruwe_score,
    )


def _resultaat(resultaat: Resultaat) -> uwlr.Resultaat:
    return uwlr.Resultaat(
        key=resultaat.sleutel,
        leerlingid=resultaat.leerling.las_key,
        eckid=resultaat.leerling.eckid,
        afnamedatum=resultaat.afnamedatum,
        toetscode=resultaat.toets.code,
        versie=resultaat.toets.versie,
        uitkomst=uwlr.OsoResultaat(
            aantalopgaven=resultaat.toets.aantal_opgaven,
            aantalgoed=resultaat.ruwe_score,
            vaardigheidsscore=resultaat.vaardigheidsscore,
            referentiescores=(
                uwlr.Referentiescore(NIVEAUCODE, LANDELIJK, str(resultaat.niveau)),
                uwlr.Referentiescore(PERCENTIELCODE, LANDELIJK, str(resultaat.percentiel)),
            ),
        ),
    )


def _toets(toets: Toets) -> uwlr.Toets:
    return uwlr.Toets(
        toetscode=toets.code,
        versie=toets.versie,
        toetsnaam=toets.naam,
        leerjaar=toets.leerjaar,
        vakgebied=toets.vakgebied,
    )
