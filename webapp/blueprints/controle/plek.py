"""Where somebody works in the lists of a review: tab, category, filters and page, as they stand in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import url_for

from webapp.forms.cleaning import clean_text
from webapp.models import Keuze
from webapp.models.ids import BatchId
from webapp.services.controle.lijsten import Herkomst, Zoekvraag
from webapp.verzoek import row_id
from webapp.woorden.controle import CATEGORIE_OF, SOORTEN

SOORT_OF = {woorden.meer: soort for soort, woorden in SOORTEN.items()}
"""The kind behind each tab."""
KEUZE_OF = {CATEGORIE_OF[keuze]: keuze for keuze in Keuze}
"""The choice behind each category."""


@dataclass(frozen=True, slots=True)
class Plek:
    """One of the nine lists, and which part of it."""

    soort: str
    categorie: str
    q: str = ""
    groep: str = ""
    door: str = ""
    pagina: int = 1

    @classmethod
    def of(cls, args: Mapping[str, str], *, categorie: str = "categorie") -> Plek | None:
        """Read it; None when no list is named. A form says `terug`, where `categorie` is the choice itself."""
        if args.get("soort") not in SOORT_OF or args.get(categorie) not in KEUZE_OF:
            return None
        door = args.get("door", "")
        return cls(
            args["soort"],
            args[categorie],
            clean_text(args.get("q"))[:100],
            clean_text(args.get("groep"))[:256],
            door if door in list(Herkomst) else "",
            row_id(args.get("pagina")) or 1,
        )

    @property
    def zoekvraag(self) -> Zoekvraag:
        herkomst = Herkomst(self.door) if self.door else None
        return Zoekvraag(SOORT_OF[self.soort], KEUZE_OF[self.categorie], self.q, self.groep, herkomst)

    @property
    def velden(self) -> dict[str, str | int]:
        """What a form posts to come back here."""
        rest = {"q": self.q, "groep": self.groep, "door": self.door, "pagina": self.pagina if self.pagina > 1 else ""}
        return {"soort": self.soort, "terug": self.categorie, **{name: each for name, each in rest.items() if each}}

    def url(self, batch_id: BatchId) -> str:
        return self._url("controle.show", batch_id, _anchor="lijst")

    def csv_url(self, batch_id: BatchId) -> str:
        return self._url("controle.list_csv", batch_id)

    def _url(self, endpoint: str, batch_id: BatchId, **rest: str) -> str:
        velden = self.velden | rest
        velden["categorie"] = velden.pop("terug")
        return url_for(endpoint, batch_id=batch_id, **velden)  # type: ignore[arg-type]  # names of fields

    def page(self, number: int) -> Plek:
        return replace(self, pagina=number)
