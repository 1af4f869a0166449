"""A received result in the columns that a teacher knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.parnassys.data import OntvangenResultaat

_SHOWN = {"IV": "niveau", "AE": "niveau_ae", "Percentiel": "percentiel", "DLE": "dle"}


@dataclass(frozen=True, slots=True)
class Uitkomst:
    """Empty where the sender gave nothing."""

    score: str = ""
    vaardigheidsscore: str = ""
    niveau: str = ""
    niveau_ae: str = ""
    percentiel: str = ""
    dle: str = ""

    @classmethod
    def of(cls, resultaat: OntvangenResultaat) -> Uitkomst:
        """Read a plain score with its term, or an OSO result with its reference scores."""
        if resultaat.oso is None:
            return cls(score=str(resultaat.score), niveau=resultaat.term or "")
        oso: dict[str, Any] = resultaat.oso
        named = {_SHOWN[each["code"]]: each["waarde"] for each in oso["referentiescores"] if each["code"] in _SHOWN}
        return cls(score=_score(oso), vaardigheidsscore=(oso["vaardigheidsscore"] or "").replace(".", ","), **named)


def _score(oso: dict[str, Any]) -> str:
    goed, opgaven = oso["aantalgoed"], oso["aantalopgaven"]
    if goed is None:
        return ""
    return f"{goed} van {opgaven}" if opgaven is not None else str(goed)
