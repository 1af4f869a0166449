"""The questions of a review, as plain values: the verdict, what is counted, and the card that is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy.orm import Session

from webapp.blueprints.controle.bij import Bijschrift, bijschrift
from webapp.blueprints.controle.cards import Kaart, card
from webapp.models import BatchStatus, Importbatch, Importregel, Keuze
from webapp.models.ids import RegelId
from webapp.services.controle import doorgeven, kandidaten
from webapp.services.controle.batch import groepsnamen, lines
from webapp.services.controle.samenvatting import Summary, summarise
from webapp.services.inname.soorten import KINDS
from webapp.services.vragen import together
from webapp.verzoek import row_id
from webapp.woorden.controle import warnings


@dataclass
class Vragen:
    """The part of the page that asks: the verdict and the first open question."""

    session: Session
    batch: Importbatch
    args: Mapping[str, str]

    @cached_property
    def regels(self) -> list[Importregel]:
        return lines(self.session, self.batch)

    @cached_property
    def open(self) -> list[Importregel]:
        order = list(KINDS)
        return sorted((r for r in self.regels if r.is_vraag), key=lambda r: (order.index(r.soort), r.id))

    @cached_property
    def doorgegeven(self) -> dict[RegelId, doorgeven.Bij]:
        """With whom each question is, or what was advised."""
        return doorgeven.of_lines(self.session, self.batch.school_id, [regel.id for regel in self.open])

    @property
    def bij(self) -> Bijschrift | None:
        """The same for the card."""
        if self.kaart is None:
            return None
        regel = next(each for each in self.open if each.id == self.kaart.regel_id)
        mine = [each.id for each in together(regel, self.regels)]
        return bijschrift(self.batch.id, mine, self.doorgegeven)

    @cached_property
    def waarschuwingen(self) -> dict[str, int]:
        return warnings(self.batch)

    @cached_property
    def samenvatting(self) -> Summary:
        return summarise(self.session, self.batch)

    @property
    def is_importable(self) -> bool:
        """Whether no question comes first and there is something to import; of a hold alone there is nothing."""
        only_held = self.batch.status is BatchStatus.VASTGEHOUDEN and not any(self.samenvatting.aantallen.values())
        return bool(self.regels) and not self.te_doen and self.samenvatting.is_importable and not only_held

    @cached_property
    def te_doen(self) -> list[Importregel]:
        """Questions that nobody put aside."""
        return [regel for regel in self.open if regel.later_op is None]

    @property
    def nieuw(self) -> int:
        return sum(regel.keuze is Keuze.NIEUW for regel in self.regels)

    @cached_property
    def groepsnamen(self) -> dict[str, str]:
        return groepsnamen(self.session, self.batch.school_id, self.batch.id)

    def groep_of(self, regel: Importregel) -> str:
        return ", ".join(self.groepsnamen.get(key, "onbekende groep") for key in regel.groep_keys)

    @cached_property
    def kaart(self) -> Kaart | None:
        """The card of the question that was asked for, else of the first one that nobody put aside."""
        asked = row_id(self.args.get("vraag"))
        regel = next((r for r in self.open if r.id == asked), None) or next(iter(self.te_doen), None)
        if regel is None:
            return None
        candidates = kandidaten.proposed(self.session, regel)
        nummer = self.open.index(regel) + 1
        return card(regel, candidates, self.groep_of(regel), nummer=nummer, totaal=len(self.open))
