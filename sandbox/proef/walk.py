"""The ten steps of the manual, and where in the sandbox each is done."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One step: who does what, and the page to do it on."""

    wie: str
    titel: str
    tekst: str
    links: tuple[tuple[str, str], ...]


_KOPPELING = "/sandbox/parnassys/beheer/koppelingen"
_POSTVAK = "/sandbox/postvak/"
_KOPPELEN, _CONTROLE = "/beheer/koppelen/", "/controle/"
_KLANTENSERVICE = "/klantenservice/"

STEPS = (
    Step(
        "school",
        "Koppeling aanvragen",
        "Vul de naam en het BRIN van de school in: De Regenboog met 99XX, of 't Kompas met 99YY. Bevestig daarna met "
        "de knop in de mail.",
        (("Aanvraagformulier", "/aanvraag/"), ("Postvak", _POSTVAK)),
    ),
    Step(
        "klantenservice",
        "Koppeling openzetten",
        "In deze proefomgeving staat de koppeling al open. Meld dat in de wachtrij; de school krijgt een mail.",
        (("Wachtrij", _KLANTENSERVICE), ("Aanbieder-portaal", "/sandbox/parnassys/aanbieder"), ("Postvak", _POSTVAK)),
    ),
    Step(
        "beheerder, in ParnasSys",
        "Autorisatiesleutel instellen",
        "Beheer > Koppelingen > Boom testcentrum UWLR > afnemen > bevestigen > nieuwe autorisatiesleutel instellen. "
        "Kopieer de sleutel.",
        (("ParnasSys, Koppelingen", _KOPPELING),),
    ),
    Step(
        "beheerder",
        "Sleutel indienen",
        "Log in als beheerder van de school. Beheer > Koppelen met LAS: wis de oude externe nummers, plak de sleutel.",
        (("Koppelen met LAS", _KOPPELEN),),
    ),
    Step(
        "klantenservice",
        "Aanvraag goedkeuren",
        "Keur de koppeling goed, of wijs haar af met een reden. De school krijgt mail.",
        (("Wachtrij", _KLANTENSERVICE),),
    ),
    Step(
        "vanzelf",
        "Gegevens ophalen",
        "Groepen, leerkrachten en leerlingen komen binnen en worden vergeleken. Daarna elke nacht opnieuw.",
        (("Berichten in ParnasSys", "/sandbox/parnassys/berichten"),),
    ),
    Step(
        "vanzelf",
        "Koppelingsmail ontvangen",
        "Wat niet zeker is, wordt gevraagd aan elke beheerder van de school. Open de mail en volg de link.",
        (("Postvak", _POSTVAK),),
    ),
    Step(
        "beheerder",
        "Gegevens controleren",
        "Beantwoord de vragen, vul ontbrekende e-mailadressen van leerkrachten in, pas aan wat niet klopt.",
        (("Controle", _CONTROLE),),
    ),
    Step(
        "beheerder",
        "Gegevens importeren",
        "De rode knop Gegevens importeren, dan de samenvatting, dan nog eens: nu pas wordt er iets opgeslagen.",
        (("Controle", _CONTROLE),),
    ),
    Step(
        "elke nacht",
        "Resultaten in ParnasSys zien",
        "Vul scores in, normeer ze en kies Nu versturen. Het genormeerde resultaat staat daarna bij de leerling.",
        (("Toetsen en resultaten", "/resultaten/"), ("Resultaten in ParnasSys", "/sandbox/parnassys/resultaten")),
    ),
)
