"""What a choice did, with a way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from flask import flash, url_for
from sqlalchemy.orm import Session

from webapp.models import Importregel, Keuze
from webapp.services.controle import kandidaten, overname
from webapp.services.controle.keuzes import stand
from webapp.services.inname.soorten import KINDS
from webapp.woorden import controle as woorden
from webapp.woorden.controle import CATEGORIE_OF, SOORTEN


@dataclass(frozen=True, slots=True)
class Gekozen:
    """What was chosen for a line, so that it can be chosen again."""

    keuze: Keuze | None
    doel_id: int | None

    @classmethod
    def of(cls, regel: Importregel) -> Gekozen:
        return cls(regel.keuze, regel.doel_id if regel.keuze is Keuze.KOPPEL else None)

    def fields(self, regel: Importregel) -> dict[str, str | int]:
        """Return the form that chooses this again: the very same record, not the one that matching proposes.

        `regel` is as the message finds it: who changes it in between is not undone.
        """
        if self.keuze is None:
            return {"keuze": "vraag", "gezien": stand(regel)}
        soort, categorie = SOORTEN[regel.soort].meer, CATEGORIE_OF[self.keuze]
        back: dict[str, str | int] = {"gezien": stand(regel), "soort": soort, "terug": categorie}
        if self.keuze is Keuze.KOPPEL and self.doel_id is not None:
            return {"keuze": "koppel", "kandidaat": self.doel_id, **back}
        return {"categorie": CATEGORIE_OF[self.keuze], **back}


@dataclass(frozen=True, slots=True)
class Melding:
    """What is said above the page; the base page shows the way back beside it."""

    tekst: str
    toon: str = "gelukt"
    ongedaan_url: str | None = None
    ongedaan_velden: Mapping[str, str | int] = field(default_factory=dict)
    ongedaan_tekst: str = ""


def say(melding: Melding) -> None:
    """Say it on the next page, with the way back that the base page shows beside it."""
    flash(asdict(melding), melding.toon)  # type: ignore[arg-type]  # Flask keeps any value that JSON can hold


def report(session: Session, regel: Importregel, before: Gekozen) -> Melding:
    """Say what the choice did."""
    doel = kandidaten.chosen(session, regel)
    tekst, toon = woorden.chosen(regel, doel), "gelukt"
    lost = overname.loser(session, regel) if doel is not None else None
    if lost is not None:
        tekst = f"{tekst} {woorden.lost(lost.weergavenaam)}"
    other = None if doel is None else KINDS[regel.soort].other_date(regel, doel)
    if other is not None:
        tekst, toon = f"{tekst} {woorden.other_date(regel, other)}", "info"
    if before == Gekozen.of(regel):
        return Melding(tekst, toon)
    url = url_for("controle.choose", batch_id=regel.batch_id, regel_id=regel.id)
    return Melding(tekst, toon, url, before.fields(regel))
