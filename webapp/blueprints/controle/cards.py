"""One question as a card, and our own records as rows to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from webapp import matching
from webapp.filters import datum_kort
from webapp.models import Importregel, Leerkracht, Leerling, Soort
from webapp.services.controle import keuzes
from webapp.woorden.controle import jaargroep, name_of

_ZELFDE = {
    Soort.GROEP: "Is dit dezelfde groep?",
    Soort.LEERKRACHT: "Is dit dezelfde leerkracht?",
    Soort.LEERLING: "Is dit dezelfde leerling?",
}


def card(regel: Importregel, candidates: Sequence[keuzes.Kandidaat], groep: str) -> dict[str, Any]:
    """The question about one line: what comes in beside the best candidate, why we ask, and the answers."""
    best, others = candidates[0], len(candidates) - 1
    koppel = [] if best.bezet else [("koppel", "Ja, koppel", "k")]
    return {
        "regel": regel,
        "vraag": _ZELFDE[regel.soort],
        "reden": _why(regel, best),
        "velden": _fields(regel, best, groep),
        "keuzes": [*koppel, ("nieuw", "Nee, nieuw", "n"), ("niet", "Niet importeren", "o"), ("later", "Later", "l")],
        "kandidaat": best.doel.id,
        "zoek_tekst": f"Nog {others} die erop {'lijkt' if others == 1 else 'lijken'}" if others else "Andere zoeken",
    }


def _why(regel: Importregel, best: keuzes.Kandidaat) -> str:
    """What stopped a link by itself, then how the two compare."""
    veto = matching.veto_tekst(regel.regel)
    sentences = [_sentence(text) for text in (veto, best.reden) if text]
    return " ".join(sentences) or regel.reden


def candidate(kandidaat: keuzes.Kandidaat) -> dict[str, Any]:
    """One of our records in the search."""
    doel = kandidaat.doel
    columns: list[tuple[str, str, str]] = []
    if isinstance(doel, Leerling):
        columns = [
            ("Geboren", datum_kort(doel.geboortedatum) or "–", "datum"),
            ("Groep", doel.groep.naam if doel.groep else "–", ""),
            ("Resultaten", str(kandidaat.resultaten), "getal"),
        ]
    elif isinstance(doel, Leerkracht):
        columns = [("E-mailadres", doel.email or "–", "")]
    else:
        columns = [("Jaargroep", jaargroep(doel.jaargroep), ""), ("Schooljaar", doel.schooljaar or "–", "")]
    return {
        "id": doel.id,
        "naam": name_of(doel),
        "onder": kandidaat.reden + (" (vertrokken)" if doel.status == "vertrokken" else ""),
        "kolommen": columns,
        "bezet": "al gekoppeld" if kandidaat.bezet else None,
    }


def _fields(regel: Importregel, best: keuzes.Kandidaat, groep: str) -> list[dict[str, Any]]:
    doel = best.doel
    rows = [_field("naam", regel.weergavenaam, name_of(doel), letters=True)]
    if isinstance(doel, Leerling):
        rows.append(
            _field(
                "geboren",
                datum_kort(regel.geboortedatum),
                datum_kort(doel.geboortedatum),
            )
        )
        rows.append(_groep_field(regel, doel, groep))
        rows.append({"label": "resultaten", "links": "", "rechts": str(best.resultaten), "oordeel": ""})
    elif isinstance(doel, Leerkracht):
        rows.append(_field("e-mail", regel.email or "", doel.email or ""))
    else:
        rows.append(_field("jaargroep", jaargroep(regel.jaargroep), jaargroep(doel.jaargroep)))
    return rows


def _field(label: str, left: str, right: str, *, letters: bool = False) -> dict[str, Any]:
    verdict = "" if not left or not right else "gelijk" if left == right else "anders"
    return {"label": label, "links": left, "rechts": right, "oordeel": verdict, "letters": letters}


def _groep_field(regel: Importregel, doel: Leerling, groep: str) -> dict[str, Any]:
    """One jaargroep further than last year fits; the name of the groep may differ."""
    left = groep or jaargroep(regel.jaargroep)
    right = doel.groep.naam if doel.groep else jaargroep(doel.jaargroep)
    fits = (
        regel.jaargroep is not None
        and doel.jaargroep is not None
        and regel.jaargroep.isdigit()
        and doel.jaargroep.isdigit()
        and int(regel.jaargroep) - int(doel.jaargroep) in (0, 1)
    )
    return {"label": "groep", "links": left, "rechts": right, "oordeel": "past" if fits else ""}


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."
