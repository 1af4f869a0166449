"""Results as the message that carries them: osoresultaat, with keys that never change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from webapp.models import Koppeling, Leerling, Resultaat, Toets
from webapp.models.ids import LeerlingId, ResultaatId, ToetsId
from webapp.schooljaar import schooljaar_of
from webapp.services.versturen.weigering import Stuk
from webapp.uwlr import values as uwlr

NIVEAUCODE, PERCENTIELCODE, LANDELIJK = "IV", "Percentiel", "Landelijk"
"""From OSO lists 11 and 22."""


class Gekozen(NamedTuple):
    """What a message says of one result: values, because it has hundreds and an object costs ten times as much."""

    id: ResultaatId
    versie: int
    sleutel: str
    afnamedatum: date
    score: int
    vaardigheidsscore: Decimal | None
    niveau: str | None
    percentiel: int | None
    leerling_id: LeerlingId
    las_key: str | None
    eckid: str | None
    toets_id: ToetsId
    toetscode: str
    toetsversie: str | None
    toetsnaam: str
    leerjaar: str
    vakgebied: str
    aantal_opgaven: int


COLUMNS = (
    Resultaat.id, Resultaat.versie, Resultaat.sleutel, Resultaat.afnamedatum, Resultaat.ruwe_score,
    Resultaat.vaardigheidsscore, Resultaat.niveau, Resultaat.percentiel, Leerling.id, Leerling.las_key, Leerling.eckid,
    Toets.id, Toets.code, Toets.versie, Toets.naam, Toets.leerjaar, Toets.vakgebied, Toets.aantal_opgaven,
)  # fmt: skip
"""Where each of them is read."""


def build(
    koppeling: Koppeling, resultaten: Sequence[Gekozen], *, aanmaakdatum: datetime, auteur: str, xsdversie: str
) -> uwlr.Leerresultatenbericht:
    """Return the message for these normed results of one school year, with the definition of every test in it."""
    toetsen = {resultaat.toets_id: resultaat for resultaat in resultaten}
    return uwlr.Leerresultatenbericht(
        schooljaar=schooljaar_of(resultaten[0].afnamedatum),
        brincode=koppeling.brin,
        dependancecode=koppeling.vestiging,
        aanmaakdatum=aanmaakdatum,
        auteur=auteur,
        xsdversie=xsdversie,
        resultaten=tuple(_resultaat(resultaat) for resultaat in resultaten),
        toetsen=tuple(_toets(resultaat) for resultaat in toetsen.values()),
    )


def stukken(resultaten: Sequence[Gekozen]) -> tuple[Stuk, ...]:
    """Return what a refusal may name, per result."""
    return tuple(_stuk(resultaat) for resultaat in resultaten)


def _stuk(resultaat: Gekozen) -> Stuk:
    return Stuk(
        resultaat_id=resultaat.id,
        versie=resultaat.versie,
        sleutel=resultaat.sleutel,
        leerling_id=resultaat.leerling_id,
        leerlingid=resultaat.las_key or "",
        toets_id=resultaat.toets_id,
        toetscode=resultaat.toetscode,
        score=resultaat.score,
    )


def _resultaat(resultaat: Gekozen) -> uwlr.Resultaat:
    return uwlr.Resultaat(
        key=resultaat.sleutel,
        leerlingid=resultaat.las_key,
        eckid=resultaat.eckid,
        afnamedatum=resultaat.afnamedatum,
        toetscode=resultaat.toetscode,
        versie=resultaat.toetsversie,
        uitkomst=uwlr.OsoResultaat(
            aantalopgaven=resultaat.aantal_opgaven,
            aantalgoed=resultaat.score,
            vaardigheidsscore=resultaat.vaardigheidsscore,
            referentiescores=(
                uwlr.Referentiescore(NIVEAUCODE, LANDELIJK, str(resultaat.niveau)),
                uwlr.Referentiescore(PERCENTIELCODE, LANDELIJK, str(resultaat.percentiel)),
            ),
        ),
    )


def _toets(resultaat: Gekozen) -> uwlr.Toets:
    return uwlr.Toets(
        toetscode=resultaat.toetscode,
        versie=resultaat.toetsversie,
        toetsnaam=resultaat.toetsnaam,
        leerjaar=resultaat.leerjaar,
        vakgebied=resultaat.vakgebied,
    )
