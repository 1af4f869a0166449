"""What a finished aanlevering came to, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from webapp.models import Importbatch, Importregel, Keuze
from webapp.services.controle.batch import lines
from webapp.services.controle.samenvatting import summarise
from webapp.woorden.controle import sentences


@dataclass(frozen=True, slots=True)
class Done:
    """What a finished aanlevering came to."""

    zinnen: list[str]
    niet: list[Importregel]

    @classmethod
    def of(cls, session: Session, batch: Importbatch) -> Done:
        left_out = [regel for regel in lines(session, batch) if regel.keuze is Keuze.NIET]
        return cls(sentences(summarise(session, batch)), left_out)
