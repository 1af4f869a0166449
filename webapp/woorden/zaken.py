"""A case of the queue in one row: its kind, and the next step in two lines; `woorden/wachtrij.py` says all."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from webapp.filters import aantal, datum, datum_kort, klok, weekdag
from webapp.models import Audit, MailStatus
from webapp.models.koppeling import KoppelingStatus
from webapp.services.koppeling.bewijzen import Dossier
from webapp.services.overzicht.alarmen import VASTGEHOUDEN_NA
from webapp.services.overzicht.wachtend import Wachtend, Wachtreden, Zaaksoort
from webapp.services.overzicht.zaken import CannotWaitUntil, CaseTaken
from webapp.uwlr.profiles import PROFILES
from webapp.vakanties import BEKEND_TOT
from webapp.woorden import alarmen, tijdlijn
from webapp.woorden.bewijzen import in_het_kort
from webapp.woorden.fouten import uitleg
from webapp.woorden.koppeling import ONDUIDELIJK, register_says
from webapp.woorden.namen import Namen
from webapp.woorden.post import TITELS, probleem
from webapp.woorden.vastgehouden import onderwerp
from webapp.woorden.wachtrij import elsewhere, leeftijd, unanswered
from webapp.woorden.weigeringen import register, zeg

register(
    {
        CannotWaitUntil: "Er is niets veranderd. Kies een dag vanaf morgen en binnen drie maanden, bijvoorbeeld "
        "als de school heeft toegezegd te bellen."
    }
)

SOORTEN = {soort: soort.capitalize() for soort in Zaaksoort}
_TWO_LINES = 125
_SENTENCES = re.compile(r"(?<=[.:?]) ")


@zeg.register
def _(error: CaseTaken, namen: Namen) -> str:
    return f"Er is niets veranderd: {error.van or 'een collega'} heeft deze zaak al op naam."


def stap(row: Wachtend, namen: Namen, now: datetime, dossier: Dossier | None = None) -> str:
    """The next step, short: what klantenservice does about it."""
    odd = register_says(row.register, row.koppeling) if row.koppeling is not None else None
    return short(odd or _stap(row, namen, now, dossier))


def short(text: str) -> str:
    """As many sentences as fit in two lines of the queue; the first in any case."""
    sentences = _SENTENCES.split(text)
    kept = sentences[0]
    for sentence in sentences[1:]:
        if len(kept) + len(sentence) >= _TWO_LINES:
            break
        kept = f"{kept} {sentence}"
    return kept


def _stap(row: Wachtend, namen: Namen, now: datetime, dossier: Dossier | None) -> str:
    match row.reden:
        case Wachtreden.AANVRAAG if row.koppelingen:
            return f"{aantal(len(row.koppelingen), 'aanvraag', 'aanvragen')} voor één BRIN. Vergelijk, bel de school."
        case Wachtreden.AANVRAAG if row.wat:
            return f"De school heeft al een koppeling ({row.wat}). Bekijk wie dit vraagt."
        case Wachtreden.AANVRAAG:
            return f"Zet de koppeling open in {namen.las} en meld het hier."
        case Wachtreden.INGEDIEND:
            return in_het_kort(dossier) if dossier is not None else "Bekijk de bewijzen, en keur goed of wijs af."
        case Wachtreden.STIL if row.koppeling is not None:
            is_open = row.koppeling.status is KoppelingStatus.OPENGEZET
            wat = "vult geen sleutel in" if is_open else "dient niet opnieuw in"
            since = f"{row.koppeling.status.capitalize()}, {leeftijd(now - row.sinds)}"
            return f"{since}: de school {wat}, ook niet na twee herinneringen. Bel, of trek in."
        case Wachtreden.BIJ_SCHOOL if row.fout is not None:
            return f"De school loste dit nog niet op: bel. {_fault(row, namen)}"
        case Wachtreden.RESULTATEN if row.fout is None:
            return f"{aantal(row.number, 'resultaat', 'resultaten')} geweigerd. Bekijk per reden wat helpt."
        case Wachtreden.ELDERS:
            number = aantal(row.number, "resultaat", "resultaten")
            return f"{number} bij een andere leerling. Beoordeel of het een datalek is; de school verwijdert het."
        case Wachtreden.KLOPT_NIET:
            wie = aantal(row.number, "leerling", "leerlingen")
            return f"De koppeling van {wie} klopt niet, zegt de school. Help zo nodig."
        case Wachtreden.ANDERE_LOCATIE:
            return f"{elsewhere(row)} van een andere locatie. Vraag de school of de locatie klopt."
        case Wachtreden.VASTGEHOUDEN:
            return f"{onderwerp(row.wat, row.number)}. {_until(row.sinds + VASTGEHOUDEN_NA, now)}"
        case Wachtreden.ONBEANTWOORD:
            return f"{unanswered(row)} ook na alle herinneringen open. Bel: kan iemand inloggen, en wie doet het?"
        case Wachtreden.VAKANTIES:
            return f"Na {datum(BEKEND_TOT)} kennen wij geen schoolvakanties. Laat beheer ze toevoegen."
        case Wachtreden.PAUZE:
            return "Pauze zonder einde. Is de reden opgelost? Hervat, of spreek een einde af."
        case Wachtreden.EINDE:
            return "Een beheerder vraagt de koppeling te beëindigen. Bel de school: klopt het?"
        case Wachtreden.ALARM if row.alarm is not None:
            return f"{alarmen.zin(row.alarm)} {alarmen.daarna(row.alarm)}"
        case Wachtreden.AANVRAAGMAIL if row.aanvraagmail is not None and row.aanvraagmail.onduidelijk is not None:
            return f"{ONDUIDELIJK[row.aanvraagmail.onduidelijk]} Lees de mail in het postvak."
        case Wachtreden.MAIL if row.mail is not None:
            waarom = probleem(row.mail.probleem, row.mail.antwoord) or "onbekende reden"
            misschien = "misschien niet" if row.mail.status is MailStatus.ONZEKER else "niet"
            return f"“{TITELS[row.mail.soort]}” kwam {misschien} aan bij {row.mail.ontvanger}: {waarom}."
        case Wachtreden.ADRES if row.adres is not None:
            return f"{row.adres.adres} neemt geen mail aan. Vraag de school om het juiste adres."
        case Wachtreden.LAS_GEPAUZEERD:
            wacht = aantal(row.number, "school wacht", "scholen wachten")
            return f"Storing: {wacht}. We proberen het elke vijf minuten. Duurt het lang, bel de leverancier."
        case Wachtreden.CERTIFICAAT_ONLEESBAAR:
            return "Het bestand is weg of beschadigd, dus de uitwisseling stopt. Laat beheer het terugplaatsen."
        case _ if row.fout is not None:
            return _fault(row, namen)
    return f"Het clientcertificaat geldt tot {datum_kort(row.einde)}. Vraag een nieuw aan en laat beheer het plaatsen."


def _until(end: datetime, now: datetime) -> str:
    if now >= end:
        return "De school koos nog niet: bel, alleen zij weet of het klopt."
    dag = "morgen" if end - now < timedelta(days=1) else weekdag(end.date())
    return f"De school kiest; bel als er {dag} niets is."


def _fault(row: Wachtend, namen: Namen) -> str:
    assert row.fout is not None
    las = namen.las if row.las_type is None else PROFILES[row.las_type].naam
    wat = uitleg(row.fout, las).klantenservice
    if row.toetsen:
        meer = f" en {aantal(len(row.toetsen) - 1, 'andere', 'andere')}" if len(row.toetsen) > 1 else ""
        wat = f"{row.toetsen[0]}{meer}: {wat}"
    if row.reden is Wachtreden.STORING:
        return f"Duurt nu al een hele nacht. {wat}"
    if row.reden is Wachtreden.LEVERANCIER and "leverancier" not in wat:
        return f"Bel de leverancier. {wat}"
    return wat


def who_was_first(act: Audit, naam: str, las: str) -> str:
    """Who did what, where a colleague was first."""
    return f"{naam} was eerder, om {klok(act.op)}: {tijdlijn.titel(act.actie, las).lower()}."


def counted(number: int, one: str, many: str, message: str) -> str:
    """What came of acts on several: how many; of one, what its own act says."""
    return message if number == 1 else f"{aantal(number, one, many)}."


def not_done(refused: list[tuple[str, str]], number: int) -> str:
    """Which of the chosen were not done and why, each with its own reason, as many as fit in a message."""
    said = [f"{school}: {reden}" for school, reden in refused[:_MOST_REASONS]]
    rest = len(refused) - len(said)
    more = f" En nog {rest}; die staan nog in de rij." if rest else ""
    head = f"{len(refused)} van de {number} niet gedaan. " if number > 1 else ""
    return f"{head}{' '.join(said)}{more}"


def left_over(done: int, left: int) -> str:
    """That one press does so many schools and no more."""
    rest = aantal(left, "school staat", "scholen staan")
    return f"Eén keer drukken doet ten hoogste {done} scholen. Nog {rest} in de rij: open de zaak weer voor de rest."


_MOST_REASONS = 8
