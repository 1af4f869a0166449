"""The words of the review: names of tabs, what a choice did, what an import came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.filters import datum_kort, getal
from webapp.models import Account, Groep, Importregel, Keuze, Leerling, Soort
from webapp.services.controle import vastleggen
from webapp.services.inname.overnemen import TABLES, Doel

TABS = {Soort.GROEP: "groepen", Soort.LEERKRACHT: "leerkrachten", Soort.LEERLING: "leerlingen"}
CATEGORIEEN = ("nieuw", "bestaand", "niet")
CATEGORIE_OF = {Keuze.NIEUW: "nieuw", Keuze.KOPPEL: "bestaand", Keuze.NIET: "niet", None: "bestaand"}
_WOORD = {
    Soort.GROEP: ("groep", "groepen"),
    Soort.LEERKRACHT: ("leerkracht", "leerkrachten"),
    Soort.LEERLING: ("leerling", "leerlingen"),
}


def sentences(summary: vastleggen.Summary) -> list[str]:
    """What was done, one line per kind that has something."""
    found = []
    for soort in Soort:
        one, many = _WOORD[soort]
        parts = [
            f"{_aantal(summary.number(soort, keuze), one, many)} {werkwoord}"
            for keuze, werkwoord in (("nieuw", "toegevoegd"), ("koppel", "gekoppeld"), ("niet", "niet geïmporteerd"))
            if summary.number(soort, keuze)
        ]
        if parts:
            found.append(", ".join(parts))
    return found


def report(session: Session, regel: Importregel, before: Stand) -> dict[str, Any]:
    """Say what the choice did, with a way back."""
    naam, warning = regel.weergavenaam or "Dit gegeven", ""
    if regel.keuze is Keuze.KOPPEL and regel.doel_id is not None:
        doel = session.get_one(TABLES[regel.soort], regel.doel_id)
        warning = _other_date(regel, doel)
        tekst = f"{naam} wordt gekoppeld aan {name_of(doel)}.{warning}"
    elif regel.keuze is Keuze.NIEUW:
        tekst = f"{naam} wordt nieuw toegevoegd."
    elif regel.keuze is None:
        tekst = f"{naam} is weer een vraag."
    else:
        tekst = f"{naam} wordt niet geïmporteerd."
        if regel.soort is Soort.GROEP:
            tekst += " De leerlingen van deze groep gaan mee."
    message: dict[str, Any] = {"tekst": tekst, "toon": "info" if warning else "gelukt"}
    if before != Stand.of(regel):
        message["ongedaan_url"] = url_for("controle.choose", batch_id=regel.batch_id, regel_id=regel.id)
        message["ongedaan_velden"] = before.fields(regel)
    return message


def answered_already(session: Session, regel: Importregel) -> str:
    """Say that somebody else was first with this question, and what they chose."""
    door = session.get(Account, regel.gekozen_door) if regel.gekozen_door is not None else None
    wie = door.naam if door is not None else "Iemand anders"
    keuze = {Keuze.NIEUW: "nieuw toevoegen", Keuze.NIET: "niet importeren"}.get(regel.keuze or Keuze.KOPPEL, "koppelen")
    return (
        f"{wie} beantwoordde de vraag over {regel.weergavenaam or 'dit gegeven'} al: {keuze}. Uw antwoord is niet "
        "bewaard; in de lijst kunt u het aanpassen."
    )


@dataclass(frozen=True)
class Stand:
    """What was chosen for a line, so that it can be chosen again."""

    keuze: Keuze | None
    doel_id: int | None

    @classmethod
    def of(cls, regel: Importregel) -> Stand:
        return cls(regel.keuze, regel.doel_id if regel.keuze is Keuze.KOPPEL else None)

    def fields(self, regel: Importregel) -> dict[str, str | int]:
        """The form that brings this back: the very same record, not the one that matching would propose."""
        if self.keuze is None:
            return {"keuze": "vraag"}
        back: dict[str, str | int] = {"soort": TABS[regel.soort], "terug": CATEGORIE_OF[self.keuze]}
        if self.keuze is Keuze.KOPPEL and self.doel_id is not None:
            return {"keuze": "koppel", "kandidaat": self.doel_id, **back}
        return {"categorie": CATEGORIE_OF[self.keuze], **back}


def _other_date(regel: Importregel, doel: Doel) -> str:
    """A word of warning where a person links two birth dates."""
    if not isinstance(doel, Leerling) or not vastleggen.dates_differ(regel, doel):
        return ""
    return (
        f" Let op: de geboortedatum verschilt ({datum_kort(regel.geboortedatum)} en {datum_kort(doel.geboortedatum)})."
    )


def description(session: Session, regel: Importregel) -> str:
    """The incoming record in one line: birth date and groep, or jaargroep."""
    if regel.soort is Soort.GROEP:
        return f"jaargroep {jaargroep(regel.jaargroep)}"
    namen = session.scalars(
        select(Importregel.naam).where(
            Importregel.batch_id == regel.batch_id,
            Importregel.soort == Soort.GROEP,
            Importregel.las_key.in_(regel.groep_keys),
        )
    )
    groepen = list(namen) or list(session.scalars(select(Groep.naam).where(Groep.las_key.in_(regel.groep_keys))))
    parts = [f"geboren {datum_kort(regel.geboortedatum)}"] if regel.geboortedatum else []
    return ", ".join([*parts, *(str(naam) for naam in groepen)])


def jaargroep(code: str | None) -> str:
    """A jaargroep in words: the code `C` is a combination group."""
    return {None: "–", "C": "combinatie", "S": "SBO", "V": "VSO"}.get(code, code or "–")


def name_of(doel: Doel) -> str:
    """The name of one of our records, also when there is none."""
    return doel.naam or "(zonder naam)"


def _aantal(number: int, one: str, many: str) -> str:
    return f"{getal(number)} {one if number == 1 else many}"
