"""The words of "Dit klopt niet": a link of a leerling that somebody of the school says is wrong."""

from __future__ import annotations

from collections.abc import Mapping

from webapp.filters import datum
from webapp.models import Audit, Daad, KloptNiet, Leerling
from webapp.models.ids import AccountId
from webapp.services.controle.kloptniet import NothingLinked, SaidAgain
from webapp.services.versturen.elders import TeVerwijderen
from webapp.woorden.namen import Namen
from webapp.woorden.waar import Badge
from webapp.woorden.weigeringen import register

register(
    {
        NothingLinked: "Deze leerling is met niemand in {las} gekoppeld. Er is niets veranderd.",
        SaidAgain: "Intussen is opnieuw gemeld dat dit niet klopt. Lees eerst wat er nu staat. Er is niets veranderd.",
    }
)

WAAROM: Mapping[KloptNiet, str] = {
    KloptNiet.ANDER_KIND: "Er staan resultaten van een ander kind",
    KloptNiet.NAAM: "De naam of geboortedatum is van een ander kind",
    KloptNiet.ANDERS: "Iets anders",
}


def stand(leerling: Leerling, namen_van: Mapping[AccountId, str], namen: Namen, *, for_beheerder: bool) -> Badge:
    """Who said it, when and why, what stands still, and who answers."""
    answer = "tot u antwoord geeft" if for_beheerder else "tot een beheerder van uw school antwoord geeft"
    label = "klopt niet: wacht op u" if for_beheerder else "klopt niet: wacht op een beheerder"
    return Badge(
        label, "u", "let-op", f"{report(leerling, namen_van)} Er gaan geen resultaten naar {namen.las} {answer}."
    )


def report(leerling: Leerling, namen_van: Mapping[AccountId, str]) -> str:
    """Who said it, when and why."""
    wie = namen_van.get(leerling.klopt_niet_door or AccountId(0), "Een oud-collega")
    why = WAAROM[leerling.klopt_niet_waarom or KloptNiet.ANDERS]
    assert leerling.klopt_niet_sinds is not None
    return f"{wie} meldde op {datum(leerling.klopt_niet_sinds)} dat dit niet klopt. {why}."


def consequences(leerling: Leerling, namen: Namen, *, for_beheerder: bool) -> list[str]:
    """What saying so does, before it is said."""
    wie = (
        "U geeft daarna het antwoord." if for_beheerder else "Een beheerder van uw school krijgt een mail en antwoordt."
    )
    return [
        f"Van {leerling.naam} gaan meteen geen resultaten meer naar {namen.las}. Wat daar al staat, blijft staan.",
        f"{wie} Scores invoeren kan gewoon.",
        f"{namen.testcentrum} ziet dat er iets is, zonder naam.",
    ]


def said(leerling: Leerling, namen: Namen) -> str:
    return f"Gemeld. Van {leerling.naam} gaan geen resultaten naar {namen.las} tot een beheerder antwoord geeft."


def lifted(leerling: Leerling, namen: Namen) -> str:
    return f"De koppeling van {leerling.naam} klopt. Resultaten gaan weer met de volgende verzending naar {namen.las}."


def event(act: Audit, namen_van: Mapping[AccountId, str]) -> tuple[str, str]:
    """What was said of it, and small under it why and by whom."""
    wie = namen_van.get(AccountId(act.account_id or 0), "een oud-collega")
    if act.actie == Daad.KLOPT_NIET_BEANTWOORD:
        return "Melding beantwoord: resultaten gaan weer", f"door {wie}"
    why = WAAROM[KloptNiet(act.tellingen["waarom"])]
    return "Gemeld: dit klopt niet", f"{why[:1].lower()}{why[1:]}, door {wie}"


def at(row: TeVerwijderen) -> str:
    """Under whose number something stands in the LAS."""
    return f"nummer {row.nummer}, {row.naam}" if row.naam else f"nummer {row.nummer}"


def to_remove(row: TeVerwijderen, namen: Namen) -> str:
    """What to do there with one result."""
    if row.bezorging.elders_op is not None:
        return f"Verwijder het in {namen.las} en vink het af bij Toetsen en resultaten."
    if not row.bezorging.versie:
        return f"Staat er misschien. Is het van een ander kind? Verwijder het dan in {namen.las}."
    return f"Is het van een ander kind? Verwijder het dan in {namen.las}."
