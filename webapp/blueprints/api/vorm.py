"""What a supplier sends and gets back. The OpenAPI document is made of these, and every request is read by them."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

MOST = 500
"""Records in one request."""
_LARGEST = 2**31 - 1
Sleutel = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
Tekst = Annotated[str, StringConstraints(pattern=r"^\P{C}{1,64}$")]
"""Printable: a database does not keep every sign that JSON can hold."""
Brin = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}[A-Z]{2}$")]
Vestiging = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]


class Strict(BaseModel):
    """Nothing that is not named here, and nothing of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Afname(Strict):
    """Eén toets die één leerling heeft gemaakt."""

    eigen_nummer: Sleutel = Field(description="Uw eigen nummer van deze afname. Hetzelfde nummer is dezelfde afname.")
    versie: int = Field(1, ge=1, le=_LARGEST, description="Gaat omhoog als u dezelfde afname verbetert.")
    leerling: int = Field(ge=1, le=_LARGEST, description="Ons nummer van de leerling: het getal uit de code.")
    toets: Sleutel = Field(description="Code van de toets.")
    afnamedatum: date
    afgenomen_om: time | None = Field(None, description="Plaatselijke tijd, zonder tijdzone.")
    ruwe_score: int = Field(ge=0, le=_LARGEST, description="Aantal opgaven goed.")
    vaardigheidsscore: Annotated[Decimal, Field(max_digits=6, decimal_places=1)] | None = None
    niveau: Literal["I", "II", "III", "IV", "V"] | None = None
    percentiel: int | None = Field(None, ge=1, le=99)
    genormeerd_op: AwareDatetime | None = None
    normversie: Tekst | None = None

    @model_validator(mode="after")
    def _all_of_a_norm(self) -> Self:
        """A norm comes whole, or not at all."""
        norm = (self.vaardigheidsscore, self.niveau, self.percentiel, self.genormeerd_op)
        if None in norm and (set(norm) != {None} or self.normversie is not None):
            raise ValueError("vaardigheidsscore, niveau, percentiel en genormeerd_op horen bij elkaar")
        if self.afgenomen_om is not None and self.afgenomen_om.tzinfo is not None:
            raise ValueError("afgenomen_om is zonder tijdzone")
        return self


class Verzoek(Strict):
    """Resultaten van één school."""

    brin: Brin
    vestiging: Vestiging = "00"
    normeren: bool = Field(False, description="Normeer de ruwe scores meteen met onze normen.")
    afnames: Annotated[list[Afname], Field(min_length=1, max_length=MOST)]


class Omslag(Verzoek):
    """The same, with records that are read one by one: a wrong one is answered, and holds up no other."""

    afnames: Annotated[list[Any], Field(min_length=1, max_length=MOST)]


class Uitkomst(Strict):
    """Wat er met één afname is gebeurd."""

    eigen_nummer: str | None
    gevolg: Literal["nieuw", "gewijzigd", "ongewijzigd"] | None
    genormeerd: bool = False
    fout: str | None = None
    """A code of `fouten.CODES`."""
    velden: list[str] = []
    """What of a record is no such record."""


class Antwoord(Strict):
    """De uitkomsten, in de volgorde van de afnames."""

    uitkomsten: list[Uitkomst]


class Fout(Strict):
    """Waarom het hele verzoek niet is aangenomen. Er is niets opgeslagen."""

    fout: str
    uitleg: str
    velden: list[str] = []
