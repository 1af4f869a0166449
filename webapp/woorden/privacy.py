"""The page about privacy and security: what is kept and how long, from the settings that erase it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from webapp.config import Settings
from webapp.services.bewaring.verlopen import VERZOEKEN
from webapp.services.controle.doorgeven import TERMIJN
from webapp.services.controle.vastgehouden import BEDENKTIJD
from webapp.woorden.namen import Namen


@dataclass(frozen=True)
class Bewaard:
    """One kind of data: what, of whom, how long, and in which tables (`docs/retention.md` has each of them)."""

    wat: str
    van: str
    termijn: str
    tabellen: frozenset[str]


def bewaard(settings: Settings) -> list[Bewaard]:
    """Everything that is about a person, in the order in which a school asks for it."""
    dagen = _dagen
    niet, wel, logboek = settings.bewaar_niet_geimporteerd, settings.bewaar_geimporteerd, settings.bewaar_logboek
    op_verzoek = "Tot de school vraagt om het te wissen. Wie vertrekt, wordt geparkeerd en niet gewist."
    return [
        _row(
            "Naam, geboortedatum, geslacht, jaargroep, groep, nummer in het LAS en ECK iD",
            "leerlingen", op_verzoek, "leerling mogelijk_dezelfde teruggenomen",
        ),
        _row(
            "Scores, genormeerde resultaten, en welk resultaat onder welk nummer naar het LAS ging",
            "leerlingen", "Zo lang als de leerling zelf.",
            "resultaat levering bezorging afnamesleutel nazendregel herzendregel",
        ),
        _row("Naam, e-mailadres en groepen", "leerkrachten", op_verzoek, "leerkracht leerkracht_groep"),
        _row(
            "Wat het LAS stuurde, zolang de school daarnaar kan kijken: naam, geboortedatum, e-mailadres",
            "leerlingen en leerkrachten",
            f"Vervangen door een nieuwere aanlevering: {dagen(niet)}. Geïmporteerd: {dagen(wel)}. "
            f"Niet geïmporteerd: {dagen(min(max(niet, BEDENKTIJD), wel))}. Daarna gaan namen en datums eruit.",
            "importregel",
        ),
        _row(
            "Wie de school buiten de import heeft gelaten: naam en nummer in het LAS",
            "leerlingen en leerkrachten", "Tot de school hen toch importeert of laat wissen.",
            "uitzondering vervallen_uitzondering",
        ),
        _row(
            "Wat er met een leerling of leerkracht gebeurde, met de gegevens van voor en na",
            "leerlingen en leerkrachten", dagen(max(logboek, BEDENKTIJD)), "handeling mutatie",
        ),
        _row(
            "Vragen die aan een collega zijn gesteld, met het advies",
            "leerlingen en medewerkers", f"{dagen(niet)} na de {dagen(TERMIJN)} waarin een antwoord kan komen.",
            "overdracht overdrachtvraag",
        ),
        _row(
            "Account: naam, e-mailadres, rol per school, wachtwoord als argon2id-hash, tweede stap",
            "wie inlogt",
            f"Zolang iemand bij een school hoort, en dan nog {dagen(settings.bewaar_accounts)}.",
            "account medewerker identiteit rem",
        ),
        _row(
            "Wanneer iemand was ingelogd", "wie inlogt", f"{dagen(settings.bewaar_sessies)} na het einde.", "sessie"
        ),
        _row("Wat iemand typte toen het inloggen verliep, versleuteld", "wie inlogt", "Een uur.", "bewaard"),
        _row(
            "Mails, uitnodigingen en aanvragen: adres en inhoud, nooit met namen van leerlingen",
            "medewerkers van de school en wie de koppeling aanvroeg",
            f"{dagen(settings.bewaar_mails)} nadat ze zijn afgehandeld. De contactpersoon van een koppeling: zolang de "
            "koppeling bestaat. Een adres waar mail niet aankomt: tot het is verbeterd.",
            "mail toetreding aanvraagmail koppeling dood_adres",
        ),
        _row(
            "Notities van de klantenservice over een gesprek", "medewerkers van de school",
            f"De tekst {dagen(logboek)}; dat een school belde en waarom blijft, zonder namen.",
            "notitie zaak zaakkijker",
        ),
        _row(
            "Logboek: wie wat deed en wie namen zag, met aantallen en nummers, zonder namen van leerlingen",
            "wie inlogt", "Blijft: het bewijst wat er is gebeurd.", "audit",
        ),
        _row(
            "Keuzes van een school, met wie ze maakte", "wie inlogt", "Blijven, zonder namen.",
            "afspraken zendkeuze uitgezet overgang nazending herzending",
        ),
    ]  # fmt: skip


def _row(wat: str, van: str, termijn: str, tabellen: str) -> Bewaard:
    return Bewaard(wat, van, termijn, frozenset(tabellen.split()))


def _dagen(term: timedelta) -> str:
    return "1 dag" if term.days == 1 else f"{term.days} dagen"


def niet_van_personen(settings: Settings) -> str:
    """What else is kept, and is about nobody."""
    return (
        f"Aantallen per bericht en per nacht bewaren we {_dagen(settings.bewaar_logboek)}, antwoorden aan leveranciers "
        f"van resultaten {_dagen(VERZOEKEN)}. Daarin staan geen namen."
    )


def doelen(namen: Namen) -> list[str]:
    """What the data are for; nothing else is done with them."""
    return [
        f"Groepen, leerkrachten en leerlingen uit {namen.las} overnemen, na controle door de school.",
        "Scores invoeren, normeren en aan de school laten zien.",
        f"Genormeerde resultaten in {namen.las} zetten, bij de juiste leerling.",
        "De school helpen, en kunnen bewijzen wat er is gebeurd.",
    ]
