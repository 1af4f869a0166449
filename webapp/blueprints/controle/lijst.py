"""The nine lists under the questions (three tabs, three categories), as plain values."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from flask import url_for

from webapp.blueprints.controle.rows import Kop, Rij, Rijen, columns
from webapp.blueprints.controle.vragen import Vragen
from webapp.models import Importbatch, Importregel, Keuze
from webapp.services.controle.keuzes import stand
from webapp.services.inname.soorten import KINDS, Doel
from webapp.woorden.controle import CATEGORIE_OF, SOORTEN, heading, name_of

FOLD_ABOVE = 50
CATEGORIEEN = ("nieuw", "bestaand", "niet")
SOORT_OF = {woorden.meer: soort for soort, woorden in SOORTEN.items()}
"""The kind behind each tab."""


@dataclass
class Lijst:
    """One of the nine lists, of the lines that the questions read."""

    vragen: Vragen
    args: Mapping[str, str]
    counts: dict[str, dict[str, int]] = field(init=False)

    def __post_init__(self) -> None:
        self.counts = {tab: dict.fromkeys(CATEGORIEEN, 0) for tab in SOORT_OF}
        for regel in self.regels:
            self.counts[SOORTEN[regel.soort].meer][CATEGORIE_OF[regel.keuze]] += 1

    @property
    def batch(self) -> Importbatch:
        return self.vragen.batch

    @property
    def regels(self) -> list[Importregel]:
        return self.vragen.regels

    @property
    def in_list(self) -> bool:
        """Whether the person works in one of the lists: a message about a choice is then shown there."""
        return "soort" in self.args

    @property
    def open_groep(self) -> str:
        """The folded groep in which the person just chose."""
        return self.args.get("groep", "")

    @property
    def soort(self) -> str:
        """The tab that is open: the one asked for, else the first that holds something to look at."""
        if self.args.get("soort") in SOORT_OF:
            return self.args["soort"]
        new = (tab for tab in SOORT_OF if self.counts[tab]["nieuw"])
        filled = (tab for tab in SOORT_OF if any(self.counts[tab].values()))
        return next(new, None) or next(filled, None) or next(iter(SOORT_OF))

    @property
    def categorie(self) -> str:
        if self.args.get("categorie") in CATEGORIEEN:
            return self.args["categorie"]
        return next((name for name in CATEGORIEEN if self.counts[self.soort][name]), "nieuw")

    def url(self, soort: str, categorie: str) -> str:
        return url_for("controle.show", batch_id=self.batch.id, soort=soort, categorie=categorie, _anchor="lijst")

    @cached_property
    def doelen(self) -> Mapping[int, Doel]:
        """Our records that lines of the open tab point at."""
        soort = SOORT_OF[self.soort]
        ids = {r.doel_id for r in self.regels if r.soort is soort and r.doel_id is not None}
        return KINDS[soort].find(self.vragen.session, self.batch.school_id, ids)

    @property
    def rijen(self) -> list[Rijen]:
        """The rows of the open list, by groep when there are many."""
        soort = SOORT_OF[self.soort]
        chosen = [r for r in self.regels if r.soort is soort and CATEGORIE_OF[r.keuze] == self.categorie]
        chosen.sort(key=lambda r: (r.toegepast_id is not None, r.achternaam or r.naam or "", r.roepnaam or ""))
        if not KINDS[soort].follows_groep or len(chosen) <= FOLD_ABOVE:
            return [Rijen("", [self._row(r) for r in chosen])]
        per_groep: dict[str, list[Rij]] = defaultdict(list)
        for regel in chosen:
            per_groep[self.vragen.groep_of(regel) or "zonder groep"].append(self._row(regel))
        return [Rijen(groep, rijen) for groep, rijen in sorted(per_groep.items())]

    def _row(self, regel: Importregel) -> Rij:
        kind = KINDS[regel.soort]
        doel = self.doelen.get(regel.doel_id) if regel.doel_id is not None else None
        values = kind.line_values(
            regel, groep=self.vragen.groep_of(regel), leerlingen=self._leerlingen[regel.las_key or ""]
        )
        may_link = bool(regel.doel_id or regel.kandidaten)
        return Rij(
            id=regel.id,
            naam=regel.weergavenaam or "(zonder naam)",
            onder=self._note(regel),
            kolommen=columns(kind.list_columns, values),
            koppeling=name_of(doel) if doel is not None else None,
            aanpassen_url=None
            if regel.keuze is Keuze.NIET
            else url_for("controle.search", batch_id=self.batch.id, regel_id=regel.id),
            categorie=None if regel.keuze is None else CATEGORIE_OF[regel.keuze],
            categorieen=CATEGORIEEN if may_link else ("nieuw", "niet"),
            email=self._email(regel),
            gezien=stand(regel),
            actie=url_for("controle.choose", batch_id=self.batch.id, regel_id=regel.id),
        )

    def _note(self, regel: Importregel) -> str:
        if regel.via_groep:
            return f"gaat mee met groep {self.vragen.groep_of(regel)}"
        if regel.is_vraag:
            return "vraag nog open"
        if regel.toegepast_id is not None and regel.doel_id == regel.toegepast_id and regel.keuze is Keuze.KOPPEL:
            return "automatisch gekoppeld"
        return ""

    @cached_property
    def _leerlingen(self) -> Counter[str]:
        """How many leerlingen of this aanlevering stand in each groep."""
        return Counter(key for r in self.regels if KINDS[r.soort].follows_groep for key in r.groep_keys)

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
