"""The nine lists under the questions (three tabs, three categories), as plain values: only the open page is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from flask import url_for

from webapp.blueprints.controle.plek import KEUZE_OF, SOORT_OF, Plek
from webapp.blueprints.controle.rows import Kop, Rij, columns
from webapp.blueprints.controle.vragen import Vragen
from webapp.models import Importbatch, Importregel, Keuze
from webapp.models.ids import AccountId
from webapp.services.clock import database_now
from webapp.services.controle import allemaal, kandidaten, lijsten
from webapp.services.controle.allemaal import Aantallen
from webapp.services.controle.batch import names_of_accounts
from webapp.services.controle.keuzes import stand
from webapp.services.controle.lijsten import ZONDER_GROEP, Bladzijde, Herkomst, Meegaand
from webapp.services.inname.soorten import KINDS, Doel
from webapp.services.vragen import exchanged
from webapp.woorden import doorgeven as woorden_doorgeven
from webapp.woorden import lijst as woorden
from webapp.woorden import ruil as woorden_ruil
from webapp.woorden.controle import CATEGORIE_OF, SOORTEN, heading, name_of

CATEGORIEEN = tuple(KEUZE_OF)


@dataclass
class Lijst:
    """One of the nine lists."""

    vragen: Vragen
    args: Mapping[str, str]
    is_whole: bool = False
    """Whether all that are found stand on one page: in a file."""

    @property
    def batch(self) -> Importbatch:
        return self.vragen.batch

    @cached_property
    def counts(self) -> dict[str, dict[str, int]]:
        found = self.vragen.tellingen
        return {tab: {name: found[soort, keuze] for name, keuze in KEUZE_OF.items()} for tab, soort in SOORT_OF.items()}

    @property
    def in_list(self) -> bool:
        """Whether the person works in one of the lists: a message about a choice is then shown there."""
        return "soort" in self.args

    @cached_property
    def plek(self) -> Plek:
        """The list that was asked for, else the first that holds something to look at."""
        asked = Plek.of(self.args)
        if asked is not None:
            return asked
        new = (tab for tab in SOORT_OF if self.counts[tab]["nieuw"])
        filled = (tab for tab in SOORT_OF if any(self.counts[tab].values()))
        tab = self.args.get("soort", "")
        soort = tab if tab in SOORT_OF else next(new, None) or next(filled, None) or next(iter(SOORT_OF))
        return Plek(soort, next((name for name in CATEGORIEEN if self.counts[soort][name]), "nieuw"))

    @property
    def soort(self) -> str:
        return self.plek.soort

    @property
    def categorie(self) -> str:
        return self.plek.categorie

    def url(self, soort: str, categorie: str) -> str:
        return Plek(soort, categorie).url(self.batch.id)

    @property
    def csv_url(self) -> str:
        return self.plek.csv_url(self.batch.id)

    def page_url(self, number: int) -> str:
        return self.plek.page(number).url(self.batch.id)

    @property
    def is_filtered(self) -> bool:
        return bool(self.plek.q or self.plek.groep or self.plek.door)

    @property
    def is_searched(self) -> bool:
        """Whether there is enough in this list to search in."""
        return self.is_filtered or self.counts[self.soort][self.categorie] > woorden.FEW

    @cached_property
    def groepen(self) -> list[tuple[str, str]]:
        """The groepen to choose from, by key."""
        soort = SOORT_OF[self.soort]
        if KINDS[soort].takes_along:
            return []
        names = self.vragen.groepsnamen
        keys = lijsten.groep_keys(self.vragen.session, self.batch, soort)
        named = sorted((names.get(key, woorden.ONBEKEND), key) for key in keys)
        return [(ZONDER_GROEP, "zonder groep"), *((key, name) for name, key in named)]

    @property
    def herkomsten(self) -> Mapping[Herkomst, str]:
        return woorden.HERKOMST

    @cached_property
    def aantallen(self) -> Aantallen:
        return allemaal.count(self.vragen.session, self.batch, self.plek.zoekvraag)

    @cached_property
    def bladzijde(self) -> Bladzijde:
        session, plek, number = self.vragen.session, self.plek, self.aantallen.gevonden
        size = max(1, number) if self.is_whole else lijsten.PER_PAGE
        return lijsten.page(session, self.batch, plek.zoekvraag, plek.pagina, gevonden=number, per_page=size)

    @cached_property
    def gezien(self) -> datetime:
        """When this page was made: what a colleague chooses later is left out of an act for all."""
        return database_now(self.vragen.session)

    @cached_property
    def daden(self) -> list[tuple[str, str, int]]:
        """For each other category: its name here, its words, and how many go along in one act for all found."""
        return [(CATEGORIE_OF[keuze], woorden.CATEGORIEEN[keuze], n) for keuze, n in self.aantallen.naar.items() if n]

    @property
    def apart(self) -> str:
        """Who does not go along in such an act."""
        found, most = self.aantallen, max(self.aantallen.naar.values())
        return woorden.apart(found.gevonden - most - found.verwisseld, found.verwisseld) if most else ""

    @cached_property
    def rijen(self) -> list[Rij]:
        return [self._row(regel) for regel in self.bladzijde.regels]

    @cached_property
    def _doelen(self) -> Mapping[int, Doel]:
        ids = {regel.doel_id for regel in self.bladzijde.regels if regel.doel_id is not None}
        return KINDS[SOORT_OF[self.soort]].find(self.vragen.session, self.batch.school_id, ids)

    @cached_property
    def _resultaten(self) -> Mapping[int, int]:
        if not KINDS[SOORT_OF[self.soort]].has_results:
            return {}
        return kandidaten.results_of(self.vragen.session, self.batch.school_id, self._doelen)

    @cached_property
    def _leerlingen(self) -> Mapping[str, int]:
        """How many leerlingen stand in each groep of this page."""
        if not KINDS[SOORT_OF[self.soort]].takes_along:
            return {}
        return lijsten.leerlingen(self.vragen.session, self.batch, self.bladzijde.regels)

    @cached_property
    def _meegaand(self) -> Mapping[str, Meegaand]:
        if not KINDS[SOORT_OF[self.soort]].takes_along:
            return {}
        return lijsten.go_along(self.vragen.session, self.batch, self.bladzijde.regels)

    @cached_property
    def _namen(self) -> Mapping[AccountId, str]:
        return names_of_accounts(self.vragen.session, self.batch.school_id)

    def _row(self, regel: Importregel) -> Rij:
        kind = KINDS[regel.soort]
        doel = self._doelen.get(regel.doel_id) if regel.doel_id is not None else None
        key = regel.las_key or ""
        groep = self.vragen.groep_of(regel)
        values = kind.line_values(regel, groep=groep, leerlingen=self._leerlingen.get(key, 0))
        naam = self._namen.get(regel.gekozen_door, "") if regel.gekozen_door is not None else ""
        ring = exchanged(regel, self.vragen.regels)
        return Rij(
            id=regel.id,
            naam=regel.weergavenaam or "(zonder naam)",
            onder=self._note(regel, woorden.note(regel, naam, groep, self._meegaand.get(key))),
            waarom=woorden.waarom(regel, naam, groep),
            kolommen=columns(kind.list_columns, values),
            koppeling=name_of(doel) if doel is not None else None,
            doel=woorden.target(regel.soort, doel, self._resultaten.get(doel.id, 0)) if doel is not None else "",
            aanpassen_url=None
            if ring or regel.keuze in {Keuze.NIET, None}  # the card of a question has the search
            else url_for("controle.search", batch_id=self.batch.id, regel_id=regel.id),
            categorie=None if regel.keuze is None else CATEGORIE_OF[regel.keuze],
            categorieen=CATEGORIEEN if regel.doel_id else ("nieuw", "niet"),
            email=self._email(regel),
            gezien=stand(regel),
            vraag_url=self.vragen.url((ring or [regel])[0].id) if ring or regel.is_vraag else None,
            samen=woorden_ruil.samen(ring) if ring else "",
            actie=url_for("controle.choose", batch_id=self.batch.id, regel_id=regel.id),
        )

    def _note(self, regel: Importregel, note: str) -> str:
        """With whom an open question is, beside what else is said of it."""
        bij = self.vragen.doorgegeven.get(regel.id) if regel.is_vraag else None
        return ", ".join(filter(None, (note, woorden_doorgeven.kort(bij) if bij is not None else "")))

    def _email(self, regel: Importregel) -> str | None:
        if not KINDS[regel.soort].has_email or regel.keuze is not Keuze.NIEUW:
            return None
        return regel.email_ingevuld or regel.email or ""

    @property
    def koppen(self) -> list[Kop]:
        """Headings of the open list."""
        kind = KINDS[SOORT_OF[self.soort]]
        email = kind.has_email and self.categorie == "nieuw"
        middle = [heading(veld) for veld in kind.list_columns]
        return ["Naam", *middle, "E-mailadres" if email else "Gekoppeld aan", "Keuze"]

    def as_table(self) -> tuple[list[str], list[list[str]]]:
        """Headings and rows of a file: the columns of the page, and why a line stands where it does."""
        names = [kop if isinstance(kop, str) else kop[0] for kop in self.koppen[1:-2]]
        rows = [
            [rij.naam, *(k.tekst for k in rij.kolommen), rij.email or "", rij.koppeling or "", rij.doel, rij.waarom]
            for rij in self.rijen
        ]
        return ["Naam", *names, "E-mailadres", "Gekoppeld aan", "Gegevens bij ons", "Waarom"], rows

    @property
    def meer(self) -> str:
        return SOORTEN[SOORT_OF[self.soort]].meer
