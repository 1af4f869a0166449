"""What the test centre itself reads in over the API: a row of a file of `flask inlezen` is an object here.

The names are those of the columns (`services/inlezen/velden.py`; a test holds the two together), and what stands there
is judged by the same code. The OpenAPI document is made of these classes.
"""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Literal

from pydantic import Field

from webapp.blueprints.api.vorm import MOST, Brin, Fout, Sleutel, Strict, Vestiging

_EIGEN = Field(description="Uw eigen nummer. Hetzelfde nummer is hetzelfde gegeven.")


class Groep(Strict):
    """Een rij van groepen.csv."""

    eigen_nummer: Sleutel = _EIGEN
    naam: str
    jaargroep: str | None = None
    schooljaar: str | None = None
    extern_nummer: str | None = None


class _Persoon(Strict):
    eigen_nummer: Sleutel = _EIGEN
    roepnaam: str | None = None
    voorvoegsel: str | None = None
    achternaam: str


class Leerkracht(_Persoon):
    """Een rij van leerkrachten.csv."""

    email: str | None = None
    groepen: list[Sleutel] | None = Field(None, description="Uw eigen nummers van groepen.")
    extern_nummer: str | None = None
    eck_id: str | None = None


class Leerling(_Persoon):
    """Een rij van leerlingen.csv."""

    geboortedatum: date | None = None
    geslacht: Literal["0", "1", "2", "9"] | None = None
    jaargroep: str | None = None
    groep: Sleutel | None = Field(None, description="Uw eigen nummer van de groep.")
    extern_nummer: str | None = None
    eck_id: str | None = None


class Account(Strict):
    """Een rij van accounts.csv."""

    email: str
    naam: str | None = None
    rol: Literal["beheerder", "leerkracht"]
    leerkracht: Sleutel | None = Field(None, description="Uw eigen nummer van de leerkracht.")


class Resultaat(Strict):
    """Een rij van resultaten.csv."""

    eigen_nummer: Sleutel = _EIGEN
    leerling: Sleutel = Field(description="Uw eigen nummer van de leerling.")
    toets: Sleutel = Field(description="Code van de toets.")
    afnamedatum: date
    afgenomen_om: time | None = Field(None, description="Plaatselijke tijd, zonder tijdzone.")
    ruwe_score: int
    vaardigheidsscore: Decimal | None = None
    niveau: Literal["I", "II", "III", "IV", "V"] | None = None
    percentiel: int | None = None


class Schoolgegevens(Strict):
    """Wat u van één school heeft. Wat u weglaat, blijft zoals het is; `null` maakt een veld leeg."""

    brin: Brin
    vestiging: Vestiging = "00"
    proef: bool = Field(False, description="Kijk alles na en tel; schrijf niets.")
    uitnodigen: bool = Field(False, description="Mail wie in accounts staat en nog geen uitnodiging kreeg.")
    naam: str | None = Field(None, description="Naam van de school (scholen.csv). Nodig als wij de school niet kennen.")
    groepen: list[Groep] = Field([], max_length=MOST)
    leerkrachten: list[Leerkracht] = Field([], max_length=MOST)
    leerlingen: list[Leerling] = Field([], max_length=MOST)
    accounts: list[Account] = Field([], max_length=MOST)
    resultaten: list[Resultaat] = Field([], max_length=MOST)


class Telling(Strict):
    """Wat er van de records is gekomen, of bij een proef zou komen."""

    nieuw: int
    gewijzigd: int
    ongewijzigd: int
    gelaten: int = Field(description="Anders bij u, en gelaten zoals het LAS of de school het heeft.")
    gewist: int = Field(description="Van leerlingen die op verzoek zijn gewist: die blijven weg.")


class Ingelezen(Strict):
    """Wat er is ingelezen, per soort."""

    proef: bool
    tellingen: dict[str, Telling]


class Recordfout(Strict):
    """Wat er mis is met één record; nooit wat er staat."""

    soort: str
    nummer: int | None = Field(
        description="Het hoeveelste van zijn soort in het verzoek, vanaf 0. Leeg: de school zelf."
    )
    veld: str
    fout: str
    uitleg: str


class Geweigerd(Fout):
    """Waarom er niets is geschreven, per record."""

    records: list[Recordfout]
