"""What is read back before and after an import, as plain values: the answers, what waits, and the counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from webapp.filters import klok, opsomming
from webapp.models import Importbatch, Importregel, Keuze, Soort, Zekerheid
from webapp.models.ids import AccountId
from webapp.services import vragen
from webapp.services.controle import antwoorden, doorgegeven
from webapp.services.controle.batch import names_of_accounts
from webapp.services.controle.samenvatting import Summary
from webapp.services.inname.soorten import KINDS
from webapp.woorden import antwoorden as woorden
from webapp.woorden import doorgeven as woorden_doorgeven
from webapp.woorden import samenvatting as zinnen
from webapp.woorden.controle import CATEGORIE_OF, SOORTEN

LAST = 10
"""So many answers are open; older ones are folded."""


@dataclass(frozen=True, slots=True)
class Regelrij:
    """One thing that was said, or that waits, with the way to it."""

    kop: str
    onder: str
    url: str
    over: str
    """Whom it is about, for who hears the link."""


@dataclass(frozen=True, slots=True)
class Telrij:
    """The counts of one tab, in words at 320 px: what is zero is left out there."""

    naam: str
    url: str
    aantallen: Sequence[tuple[str, int]]


@dataclass
class Einde:
    """The end of the questions, and the summary: what was answered by whom, and what stays behind."""

    session: Session
    batch: Importbatch
    samenvatting: Summary
    me: AccountId

    def __post_init__(self) -> None:
        self.regels = self.samenvatting.regels
        self.names = names_of_accounts(self.session, self.batch.school_id)
        self.given = antwoorden.given(self.session, self.regels)
        waits = set(self.samenvatting.wachten)
        self.antwoorden = [self._answer(each, waits=each.regel in waits) for each in self.given]
        asked = [regel.id for regel in self.regels if regel.is_vraag]
        self.bij = doorgegeven.of_lines(self.session, self.batch.school_id, asked)
        rings = vragen.questions(self.regels)
        self.open = [self._question(ring) for ring in rings]
        self.blijft_open = zinnen.blijft_open(rings)

    def _answer(self, antwoord: antwoorden.Antwoord, *, waits: bool) -> Regelrij:
        regel = antwoord.regel
        onder = [
            woorden.gevolg(antwoord),
            zinnen.WACHT_MEE if waits else "",
            self._by(regel.gekozen_door, regel.gekozen_op),
        ]
        return Regelrij(woorden.kop(antwoord), " ".join(filter(None, onder)), self._url(regel), woorden.names(antwoord))

    def _question(self, ring: Sequence[Importregel]) -> Regelrij:
        names = opsomming([regel.weergavenaam or "(zonder naam)" for regel in ring])
        by = self._by(ring[0].later_door, ring[0].later_op)
        kop = f"{names}: later" if ring[0].later_op is not None else f"{names}: nog niet beantwoord"
        bij = next((self.bij[regel.id] for regel in ring if regel.id in self.bij), None)
        asked = "" if bij is None else woorden_doorgeven.zin(bij)
        return Regelrij(kop, " ".join(filter(None, (by, asked))), self._url(ring[0]), names)

    def _by(self, door: AccountId | None, op: datetime | None) -> str:
        if op is None:
            return ""
        name = "u" if door == self.me else self.names.get(door, "een collega") if door is not None else "het systeem"
        return f"Door {name}, {klok(op)}."

    def _url(self, regel: Importregel) -> str:
        """To the card of a question, else to the list in which the line stands."""
        if regel.is_vraag or (regel.voorstel is Zekerheid.TWIJFEL and regel.kandidaten):
            return url_for("controle.show", batch_id=self.batch.id, vraag=regel.id)
        return self._list(regel.soort, CATEGORIE_OF[regel.keuze], q=regel.weergavenaam)

    def _list(self, soort: Soort, categorie: str | None = None, q: str | None = None) -> str:
        name = SOORTEN[soort].meer
        return url_for("controle.show", batch_id=self.batch.id, soort=name, categorie=categorie, q=q, _anchor="lijst")

    @property
    def genoemd(self) -> set[Importregel]:
        """The leerlingen of the LAS that are named: whoever looks is written down with their number."""
        named = {regel for each in self.given for regel in each.regels}
        named |= {each.regel for each in self.samenvatting.gewaagd} | {regel for regel in self.regels if regel.is_vraag}
        return {regel for regel in named if KINDS[regel.soort].has_results}

    @property
    def tellingen(self) -> list[Telrij]:
        later = Counter(regel.soort for regel in self.samenvatting.wachten)
        corrected = Counter(r.soort for r in self.regels if r.toegepast_id is not None and r.is_work)
        return [
            Telrij(
                woorden_.meer.capitalize(),
                self._list(soort),
                [
                    ("Nieuw", self.samenvatting.number(soort, Keuze.NIEUW)),
                    ("Koppelen", self.samenvatting.number(soort, Keuze.KOPPEL)),
                    ("Niet", self.samenvatting.number(soort, Keuze.NIET)),
                    ("Later", later[soort]),
                    ("Al verwerkt", self._counted(soort, "automatisch", "gewijzigd") - corrected[soort]),
                    ("Ongewijzigd", self._counted(soort, "ongewijzigd")),
                ],
            )
            for soort, woorden_ in SOORTEN.items()
        ]

    @property
    def gewaagd(self) -> list[Regelrij]:
        """Links that deserve a second look, by name."""
        found = zinnen.gewaagd(self.samenvatting.gewaagd)
        return [Regelrij(kop, why, self._url(regel), regel.weergavenaam) for regel, kop, why in found]

    def _counted(self, soort: Soort, *names: str) -> int:
        per: Mapping[str, int] = self.batch.tellingen.get(soort, {})
        return sum(per.get(name, 0) for name in names)

    @property
    def anderen(self) -> list[str]:
        """Which colleagues answered too, how often, and when last."""
        by = Counter(each.regel.gekozen_door for each in self.given if each.regel.gekozen_door not in (None, self.me))
        last = {each.regel.gekozen_door: each.regel.gekozen_op for each in reversed(self.given)}
        return [zinnen.collega(self.names.get(who, "Een collega"), n, last[who]) for who, n in by.items() if who]
