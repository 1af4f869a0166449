"""One question as a card: what comes in beside the best candidate, why we ask, and the answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from webapp.filters import aantal
from webapp.models import Importregel
from webapp.models.ids import RegelId
from webapp.services.controle.kandidaten import Kandidaat
from webapp.services.controle.keuzes import stand
from webapp.services.inname.soorten import KINDS
from webapp.services.inname.soorten.velden import Oordeel, Veld
from webapp.woorden.controle import SOORTEN, VELDEN, name_of, value, why


@dataclass(frozen=True, slots=True)
class Veldrij:
    """Two values of one field, side by side."""

    label: str
    links: str
    rechts: str
    oordeel: str
    letters: bool = False
    """Whether the letters in which they differ are marked."""


@dataclass(frozen=True, slots=True)
class Antwoord:
    """A button, and the key that presses it."""

    waarde: str
    tekst: str
    toets: str


@dataclass(frozen=True, slots=True)
class Kaart:
    """A question."""

    regel_id: RegelId
    nummer: int
    totaal: int
    vraag: str
    reden: str
    velden: list[Veldrij]
    antwoorden: list[Antwoord]
    kandidaat: int
    gezien: str
    """What was chosen when the page was made, posted back with the answer."""
    zoek_url: str
    zoek_tekst: str


_KOPPEL = Antwoord("koppel", "Ja, koppel", "k")
_OTHERS = (
    Antwoord("nieuw", "Nee, nieuw", "n"),
    Antwoord("niet", "Niet importeren", "o"),
    Antwoord("later", "Later", "l"),
)


def card(regel: Importregel, candidates: Sequence[Kandidaat], groep: str, *, nummer: int, totaal: int) -> Kaart:
    """The question about one line; `groep` names the groepen that it stands in."""
    best, others = candidates[0], len(candidates) - 1
    return Kaart(
        regel_id=regel.id,
        nummer=nummer,
        totaal=totaal,
        vraag=SOORTEN[regel.soort].vraag,
        reden=why(regel.matchregel, best.redenen),
        velden=_fields(regel, best, groep),
        antwoorden=[*([] if best.bezet else [_KOPPEL]), *_OTHERS],
        kandidaat=best.doel.id,
        gezien=stand(regel),
        zoek_url=url_for("controle.search", batch_id=regel.batch_id, regel_id=regel.id),
        zoek_tekst=f"Nog {aantal(others, 'die erop lijkt', 'die erop lijken')}" if others else "Andere zoeken",
    )


def _fields(regel: Importregel, best: Kandidaat, groep: str) -> list[Veldrij]:
    ours, theirs = name_of(best.doel), regel.weergavenaam
    same = "" if not theirs else Oordeel.GELIJK if theirs == ours else Oordeel.ANDERS
    rows = [Veldrij(VELDEN[Veld.NAAM].label, theirs, ours, same, letters=True)]
    compared = KINDS[regel.soort].compare(regel, best.doel, groep=groep, resultaten=best.resultaten)
    rows += [Veldrij(VELDEN[f.veld].label, value(f.links), value(f.rechts), f.oordeel or "") for f in compared]
    return rows
