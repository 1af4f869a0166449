"""The questions of a review, as plain values: the verdict, what is counted, and the card that is open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from flask import url_for
from sqlalchemy.orm import Session

from webapp.accounts import me
from webapp.blueprints.controle.bij import Bijschrift, bijschrift
from webapp.blueprints.controle.cards import Kaart, Plaats, card
from webapp.blueprints.controle.einde import Einde
from webapp.blueprints.controle.verwisseld import Ruilkaart, exchange_card
from webapp.filters import klok
from webapp.models import BatchStatus, Handeling, Importbatch, Importregel, Keuze, Soort
from webapp.models.ids import AccountId, RegelId
from webapp.services.controle import doorgegeven, kandidaten, lijsten, ruil
from webapp.services.controle.batch import asked, groepsnamen, names_of_accounts
from webapp.services.controle.samenvatting import Summary, summarise
from webapp.services.inname import teruggenomen
from webapp.services.inname.soorten import KINDS
from webapp.services.overzicht import wijzigingen
from webapp.services.vragen import exchanged, together
from webapp.verzoek import row_id
from webapp.woorden import kaart as woorden
from webapp.woorden import opruimlijst as woorden_opruimen
from webapp.woorden import ruil as woorden_ruil
from webapp.woorden import terugdraaien as woorden_terug
from webapp.woorden.controle import warnings
from webapp.woorden.namen import Namen

_SHOWN = 5
"""So many answers stand beside the card; the end of the questions has them all."""


@dataclass(frozen=True, slots=True)
class Beantwoord:
    """A question with an answer, and the way to change it."""

    naam: str
    wat: str
    door: str
    """Empty for whoever looks."""
    hoe_laat: str
    url: str


@dataclass
class Vragen:
    """The part of the page that asks: the verdict, and one question at a time in an order that stays."""

    session: Session
    batch: Importbatch
    args: Mapping[str, str]
    namen: Namen

    @cached_property
    def vanzelf(self) -> int:
        """How much of it was written without a question."""
        mine = Handeling.batch_id == self.batch.id
        return wijzigingen.by_itself(self.session, self.batch.school_id, mine).total()

    @cached_property
    def regels(self) -> list[Importregel]:
        """What is a question or was one: the other lines are only counted."""
        return asked(self.session, self.batch)

    @cached_property
    def tellingen(self) -> Counter[tuple[Soort, Keuze]]:
        """How many lines each of the lists holds."""
        return lijsten.counts(self.session, self.batch)

    @cached_property
    def alle(self) -> list[Importregel]:
        """The first line of every question, answered or not, in an order that stays."""
        order, found, told = list(KINDS), list[Importregel](), set[Importregel]()
        doubts = (r for r in self.regels if r.is_vraag or r.kandidaten)
        for regel in sorted(doubts, key=lambda r: (order.index(r.soort), r.id)):
            if regel not in told:
                found.append(regel)
                told.update(together(regel, self.regels))
        return found

    @cached_property
    def open(self) -> list[Importregel]:
        return [regel for regel in self.alle if regel.is_vraag]

    @property
    def titel(self) -> str:
        if self.is_klaar:
            return self._end[0]
        return woorden.title([regel.soort for regel in self.alle], self.namen.las)

    @property
    def intro(self) -> str:
        if self.is_klaar:
            return self._end[1]
        return woorden.progress(len(self.open), len(self.alle))

    @property
    def is_klaar(self) -> bool:
        """Whether there were questions, and every one is answered or put aside."""
        return bool(self.alle) and self.kaart is None

    @property
    def _end(self) -> tuple[str, str]:
        return woorden.end(self.aantal_beantwoord, len(self.open), is_importable=self.is_importable)

    @cached_property
    def doorgegeven(self) -> dict[RegelId, doorgegeven.Bij]:
        """With whom each question is, or what was advised."""
        return doorgegeven.of_lines(self.session, self.batch.school_id, [r.id for r in self.regels if r.is_vraag])

    @property
    def bij(self) -> Bijschrift | None:
        """The same for the card, while its question is open."""
        regel = self._asked
        if regel is None:
            return None
        mine = [each.id for each in together(regel, self.regels)]
        return bijschrift(self.batch.id, mine, self.doorgegeven)

    @property
    def teruggenomen(self) -> str:
        """Who took back what the question on the card is about."""
        regel = self._asked
        if regel is None:
            return ""
        rows = teruggenomen.about(regel, teruggenomen.of_kind(self.session, regel.school_id, regel.soort))
        names = names_of_accounts(self.session, self.batch.school_id) if rows else {}
        return woorden_terug.op_de_kaart(names.get(rows[-1].door), rows[-1].op) if rows else ""

    @property
    def opruimen(self) -> str:
        """That the cause of the question on the card can be mended in the LAS."""
        regel = self._asked
        return woorden_opruimen.of_card(together(regel, self.regels), self.namen) if regel is not None else ""

    @property
    def _asked(self) -> Importregel | None:
        """The open question on the card."""
        return next((each for each in self.open if self.kaart is not None and each.id == self.kaart.regel_id), None)

    @cached_property
    def waarschuwingen(self) -> dict[str, int]:
        return warnings(self.batch)

    @cached_property
    def samenvatting(self) -> Summary:
        return summarise(self.session, self.batch)

    @cached_property
    def einde(self) -> Einde:
        return Einde(self.session, self.batch, self.samenvatting, me())

    @property
    def is_importable(self) -> bool:
        """Whether no question comes first and there is something to import; of a hold alone there is nothing."""
        only_held = self.batch.status is BatchStatus.VASTGEHOUDEN and not any(self.samenvatting.aantallen.values())
        return self.tellingen.total() > 0 and not self.te_doen and self.samenvatting.is_importable and not only_held

    @cached_property
    def te_doen(self) -> list[Importregel]:
        """Questions that nobody put aside."""
        return [regel for regel in self.open if regel.later_op is None]

    @property
    def may_go_ahead(self) -> bool:
        """Whether the rest can be imported while questions stand open: somebody with forty of them need not finish."""
        return bool(self.te_doen) and bool(self.aantal_beantwoord or self.nieuw)

    @property
    def nieuw(self) -> int:
        """How many are new and no question."""
        new = sum(number for (_, keuze), number in self.tellingen.items() if keuze is Keuze.NIEUW)
        return new - sum(regel.keuze is Keuze.NIEUW for regel in self.alle)

    @cached_property
    def groepsnamen(self) -> dict[str, str]:
        return groepsnamen(self.session, self.batch.school_id, self.batch.id)

    def groep_of(self, regel: Importregel) -> str:
        return ", ".join(self.groepsnamen.get(key, "onbekende groep") for key in regel.groep_keys)

    @cached_property
    def ruil(self) -> Ruilkaart | None:
        """The card of the question, where that is about leerlingen whom the LAS exchanged."""
        if self.kaart is None:
            return None
        regel = next(regel for regel in self.regels if regel.id == self.kaart.regel_id)
        return exchange_card(self.session, regel, self.groep_of(regel), self.namen)

    @cached_property
    def kaart(self) -> Kaart | None:
        """The question that was asked for, also when it is answered; else the first one to do after `na`."""
        wanted = row_id(self.args.get("vraag"))
        about = (r for r in self.alle if wanted in {each.id for each in together(r, self.regels)})
        regel = next(about, None) or self._next(row_id(self.args.get("na")))
        if regel is None:
            return None
        plaats = Plaats(self.alle.index(regel) + 1, len(self.alle), [not each.is_vraag for each in self.alle])
        return card(self.session, regel, self.groep_of(regel), plaats, self.namen)

    def _next(self, after: int | None) -> Importregel | None:
        at = next((place for place, regel in enumerate(self.alle) if regel.id == after), -1)
        return next((regel for regel in (*self.alle[at + 1 :], *self.alle[: at + 1]) if regel in self.te_doen), None)

    @cached_property
    def beantwoord(self) -> list[Beantwoord]:
        """The newest answers; how many there are, `aantal_beantwoord` says."""
        done = [regel for regel in self.alle if not regel.is_vraag]
        done.sort(key=lambda regel: (regel.gekozen_op is not None, regel.gekozen_op), reverse=True)
        names = names_of_accounts(self.session, self.batch.school_id)
        return [self._answered(regel, names) for regel in done[:_SHOWN]]

    @property
    def aantal_beantwoord(self) -> int:
        return len(self.alle) - len(self.open)

    def _answered(self, regel: Importregel, names: Mapping[AccountId, str]) -> Beantwoord:
        doel, ring = kandidaten.chosen(self.session, regel), exchanged(regel, self.regels)
        return Beantwoord(
            naam=woorden_ruil.samen(ring) if ring else regel.weergavenaam,
            wat=woorden_ruil.gegeven(ruil.given(ring)) if ring else woorden.answered(regel, doel),
            door=_colleague(regel.gekozen_door, names),
            hoe_laat=klok(regel.gekozen_op) if regel.gekozen_op is not None else "",
            url=self.url(regel.id),
        )

    def url(self, regel_id: RegelId) -> str:
        return url_for("controle.show", batch_id=self.batch.id, vraag=regel_id)


def _colleague(account_id: AccountId | None, names: Mapping[AccountId, str]) -> str:
    return "" if account_id is None or account_id == me() else names.get(account_id, "een collega")
