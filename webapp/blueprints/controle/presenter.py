"""One page of the review, as plain values: read from the delivery in a few queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.blueprints.controle.cards import card
from webapp.filters import datum_kort
from webapp.models import Groep, Importbatch, Importregel, Keuze, Soort
from webapp.services.controle import keuzes, vastleggen
from webapp.services.inname.overnemen import TABLES, Doel
from webapp.woorden.controle import CATEGORIE_OF, CATEGORIEEN, TABS, jaargroep, name_of, sentences

FOLD_ABOVE = 50
_SOORT_OF = {tab: soort for soort, tab in TABS.items()}


@dataclass
class Review:
    """One page of the review: the verdict, the first open question, and one of the nine lists."""

    session: Session
    batch: Importbatch
    args: Mapping[str, str]
    email_fout: tuple[int, str, str] | None = None
    counts: dict[str, dict[str, int]] = field(init=False)

    def __post_init__(self) -> None:
        self.counts = {tab: dict.fromkeys(CATEGORIEEN, 0) for tab in TABS.values()}
        for regel in self.regels:
            self.counts[TABS[regel.soort]][CATEGORIE_OF[regel.keuze]] += 1

    @cached_property
    def regels(self) -> list[Importregel]:
        return list(
            self.session.scalars(
                select(Importregel).where(Importregel.batch_id == self.batch.id).order_by(Importregel.id)
            )
        )

    @cached_property
    def vragen(self) -> list[Importregel]:
        order = list(Soort)
        return sorted((r for r in self.regels if r.is_vraag), key=lambda r: (order.index(r.soort), r.id))

    @property
    def in_list(self) -> bool:
        """Whether the person works in one of the lists: what a choice did is then said there."""
        return "soort" in self.args

    @property
    def open_groep(self) -> str:
        """The folded groep in which the person just chose."""
        return self.args.get("groep", "")

    @property
    def soort(self) -> str:
        """The tab that is open: the one asked for, else the first that holds something to look at."""
        if self.args.get("soort") in _SOORT_OF:
            return self.args["soort"]
        filled = (tab for tab in TABS.values() if self.counts[tab]["nieuw"])
        return next(filled, next((tab for tab in TABS.values() if any(self.counts[tab].values())), "groepen"))

    @property
    def categorie(self) -> str:
        if self.args.get("categorie") in CATEGORIEEN:
            return self.args["categorie"]
        return next((name for name in CATEGORIEEN if self.counts[self.soort][name]), "nieuw")

    def url(self, soort: str, categorie: str) -> str:
        return url_for("controle.show", batch_id=self.batch.id, soort=soort, categorie=categorie, _anchor="lijst")

    @property
    def tellingen(self) -> dict[str, int]:
        """Counts over the three kinds together; what did not change is counted too."""
        total: Counter[str] = Counter()
        for soort in Soort:
            total.update(self.batch.tellingen.get(soort, {}))
        return total

    @property
    def vertrek(self) -> int:
        return len(self.batch.tellingen.get("vertrek_vastgehouden", []))

    @property
    def waarschuwingen(self) -> dict[str, int]:
        found: dict[str, int] = self.batch.tellingen.get("waarschuwingen", {})
        return found

    @property
    def nieuw(self) -> int:
        return sum(per["nieuw"] for per in self.counts.values())

    @cached_property
    def groepsnamen(self) -> dict[str, str]:
        """Name of each groep of the LAS by its key: from this delivery, or linked earlier."""
        known = self.session.execute(select(Groep.las_key, Groep.naam).where(Groep.las_key.is_not(None)))
        names = {key: naam for key, naam in known if key}
        names.update({r.las_key: r.naam for r in self.regels if r.soort is Soort.GROEP and r.las_key and r.naam})
        return names

    @cached_property
    def doelen(self) -> dict[tuple[Soort, int], Doel]:
        """Our records that lines of this page point at, in one query per kind."""
        found: dict[tuple[Soort, int], Doel] = {}
        for soort in Soort:
            ids = {r.doel_id for r in self.regels if r.soort is soort and r.doel_id is not None}
            if ids:
                table = TABLES[soort]
                found.update({(soort, d.id): d for d in self.session.scalars(select(table).where(table.id.in_(ids)))})
        return found

    def groep_of(self, regel: Importregel) -> str:
        return ", ".join(self.groepsnamen.get(key, "onbekende groep") for key in regel.groep_keys)

    @property
    def vraag(self) -> dict[str, Any] | None:
        """The card of the first question, or of the first one after the question put off."""
        if not self.vragen:
            return None
        after = self.args.get("na", "")
        later = [i for i, r in enumerate(self.vragen) if after.isdigit() and r.id == int(after)]
        position = (later[0] + 1) % len(self.vragen) if later else 0
        return self._card(self.vragen[position], position)

    def _card(self, regel: Importregel, position: int) -> dict[str, Any]:
        candidates = keuzes.candidates(self.session, regel)
        return {
            **card(regel, candidates, self.groep_of(regel)),
            "nummer": position + 1,
            "totaal": len(self.vragen),
            "zoek_url": url_for("controle.search", batch_id=self.batch.id, regel_id=regel.id),
        }

    @property
    def lijst(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """The rows of the open list, by groep when there are many."""
        soort = _SOORT_OF[self.soort]
        chosen = [r for r in self.regels if r.soort is soort and CATEGORIE_OF[r.keuze] == self.categorie]
        chosen.sort(key=lambda r: (r.toegepast_id is not None, r.achternaam or r.naam or "", r.roepnaam or ""))
        if soort is not Soort.LEERLING or len(chosen) <= FOLD_ABOVE:
            return [("", [self._row(r) for r in chosen])]
        per_groep: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for regel in chosen:
            per_groep[self.groep_of(regel) or "zonder groep"].append(self._row(regel))
        return sorted(per_groep.items())

    def _row(self, regel: Importregel) -> dict[str, Any]:
        doel = self.doelen.get((regel.soort, regel.doel_id)) if regel.doel_id is not None else None
        return {
            "id": regel.id,
            "naam": regel.weergavenaam or "(zonder naam)",
            "onder": self._note(regel),
            "kolommen": self._columns(regel),
            "koppeling": name_of(doel) if doel is not None else None,
            "aanpassen_url": url_for("controle.search", batch_id=self.batch.id, regel_id=regel.id)
            if regel.keuze is not Keuze.NIET
            else None,
            "categorie": None if regel.keuze is None else CATEGORIE_OF[regel.keuze],
            "categorieen": None if regel.doel_id or regel.kandidaten else ["nieuw", "niet"],
            "email": self._email(regel),
            "actie": url_for("controle.choose", batch_id=self.batch.id, regel_id=regel.id),
        }

    def _note(self, regel: Importregel) -> str:
        if regel.via_groep:
            return f"gaat mee met groep {self.groep_of(regel)}"
        if regel.is_vraag:
            return "vraag nog open"
        if regel.toegepast_id is not None and regel.doel_id == regel.toegepast_id and regel.keuze is Keuze.KOPPEL:
            return "automatisch gekoppeld"
        return ""

    def _columns(self, regel: Importregel) -> list[tuple[str, str, str]]:
        if regel.soort is Soort.GROEP:
            return [("Jaargroep", jaargroep(regel.jaargroep), ""), ("Leerlingen", str(self._pupils(regel)), "getal")]
        if regel.soort is Soort.LEERKRACHT:
            return [("Groepen", self.groep_of(regel) or "–", "")]
        return [
            ("Geboren", datum_kort(regel.geboortedatum) or "–", "datum"),
            ("Groep", self.groep_of(regel) or "–", ""),
        ]

    @cached_property
    def _pupils_per_groep(self) -> Counter[str]:
        return Counter(key for r in self.regels if r.soort is Soort.LEERLING for key in r.groep_keys)

    def _pupils(self, regel: Importregel) -> int:
        return self._pupils_per_groep[regel.las_key or ""]

    def _email(self, regel: Importregel) -> dict[str, Any] | None:
        if regel.soort is not Soort.LEERKRACHT or regel.keuze is not Keuze.NIEUW:
            return None
        wrong = self.email_fout if self.email_fout and self.email_fout[0] == regel.id else None
        return {
            "waarde": wrong[1] if wrong else regel.email_ingevuld or regel.email or "",
            "fout": wrong[2] if wrong else "",
            "actie": url_for(
                "controle.set_email",
                batch_id=self.batch.id,
                regel_id=regel.id,
                soort=self.soort,
                categorie=self.categorie,
            ),
        }

    @property
    def koppen(self) -> list[Any]:
        """Headings of the open list."""
        middle: dict[str, list[Any]] = {
            "groepen": ["Jaargroep", ("Leerlingen", "getal")],
            "leerkrachten": ["Groepen"],
            "leerlingen": ["Geboren", "Groep"],
        }
        email = self.soort == "leerkrachten" and self.categorie == "nieuw"
        return ["Naam", *middle[self.soort], "E-mailadres" if email else "Gekoppeld aan", "Keuze"]


class Done:
    """What a finished delivery came to."""

    def __init__(self, session: Session, batch: Importbatch) -> None:
        self.summary = vastleggen.summarise(session, batch)
        self.regels = [r for r in batch.regels if r.keuze is Keuze.NIET]

    @property
    def zinnen(self) -> list[str]:
        return sentences(self.summary)
