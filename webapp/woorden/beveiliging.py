"""What is done for availability, integrity and confidentiality: by the program, held by tests, and by the organisation.

Divided as the certificeringsschema ROSA v3.0 (2022) does; its toetsingskader is for the organisation to fill in. What
the program does names the checks of OWASP ASVS 5.0 whose tests hold it; the rest comes from the organisation's file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.config import Settings
from webapp.filters import aantal, duur
from webapp.organisatie import Organisatie, Vraag
from webapp.services.overzicht.alarmen import GEOEFEND_NA

NIET_VASTGESTELD = "niet vastgesteld"
KLASSEN: Mapping[Vraag, str] = {
    Vraag.BESCHIKBAARHEID: "Beschikbaarheid",
    Vraag.INTEGRITEIT: "Integriteit",
    Vraag.VERTROUWELIJKHEID: "Vertrouwelijkheid",
}

_INLOGGEN = ("6.3.1", "6.3.3", "6.3.8", "6.5.1", "7.2.4", "7.3.1", "7.4.1")


@dataclass(frozen=True)
class Maatregel:
    """One subject: what the program does, which checks hold that, and what the organisation answers."""

    onderwerp: str
    software: str
    controles: tuple[str, ...] = ()
    """Sections of ASVS 5.0; each has a test that runs with every change."""
    vraag: Vraag | None = None


def antwoord(organisatie: Organisatie, vraag: Vraag) -> str:
    """What the organisation said, or that nobody established it."""
    return organisatie.antwoorden.get(vraag, NIET_VASTGESTELD)


def maatregelen(settings: Settings) -> Mapping[Vraag, list[Maatregel]]:
    """The subjects of each of the three."""
    return {
        Vraag.BESCHIKBAARHEID: _beschikbaarheid(),
        Vraag.INTEGRITEIT: _integriteit(settings),
        Vraag.VERTROUWELIJKHEID: _vertrouwelijkheid(settings),
    }


def _beschikbaarheid() -> list[Maatregel]:
    return [
        Maatregel(
            "Uitval opvangen",
            "Werk staat in de database. Valt een onderdeel uit, dan gaat het werk daarna verder waar het was; er raakt "
            "niets kwijt. Een resultaat gaat steeds onder hetzelfde nummer, zodat het LAS het één keer heeft. Een mail "
            "waarvan niet zeker is of hij aankwam, gaat nog één keer.",
            vraag=Vraag.UITVAL,
        ),
        Maatregel(
            "Capaciteit",
            "Er is een grens aan wat één bezoeker of één bericht mag vragen, over alle processen samen.",
            ("2.4.1", "13.2.4"),
            Vraag.CAPACITEIT,
        ),
        Maatregel(
            "Onderhoud en testen",
            "Elke bibliotheek ligt vast met versie en controlegetal. Bij elke wijziging draaien alle tests.",
            vraag=Vraag.ONDERHOUD,
        ),
        Maatregel(
            "Toezicht",
            "Een wacht kijkt steeds of alle delen werken en meldt wat te lang stil is.",
            vraag=Vraag.TOEZICHT,
        ),
        Maatregel(
            "Herstel na een ramp",
            "Na het terugzetten van een reservekopie staat alles stil tot is vergeleken wat het LAS al had.",
            vraag=Vraag.HERSTEL,
        ),
    ]


def _bewaakt(settings: Settings) -> str:
    """What an alarm says about backups, where the settings expect any."""
    if not settings.reservekopie_uren:
        return ""
    uren = aantal(settings.reservekopie_uren, "uur", "uur")
    return (
        f" Een alarm gaat af als de laatste reservekopie ouder is dan {uren}, of als er in "
        f"{GEOEFEND_NA.days} dagen geen is teruggezet om te oefenen."
    )


def _integriteit(settings: Settings) -> list[Maatregel]:
    return [
        Maatregel(
            "Juiste invoer",
            "Alles wat binnenkomt wordt gecontroleerd voordat er iets verandert. Bij twijfel vraagt het programma het "
            "aan de school; een antwoord wordt in zijn geheel uitgevoerd of niet.",
            ("1.2.4", "1.5.1", "2.2.1", "2.3.1", "2.3.3", "2.3.4"),
        ),
        Maatregel(
            "Herleidbaar wie wat deed",
            "Elke handeling staat in een logboek dat alleen langer kan worden. Elke dag krijgt een controlegetal dat "
            "de school in haar mails terugziet.",
        ),
        Maatregel(
            "Herleidbaar wat beheerders doen",
            "Wat de klantenservice doet, staat in hetzelfde logboek.",
            vraag=Vraag.BEHEER,
        ),
        Maatregel(
            "Reservekopie", f"De sleutels staan niet in de database.{_bewaakt(settings)}", vraag=Vraag.RESERVEKOPIE
        ),
        Maatregel(
            "Onweerlegbaar",
            "De school krijgt van elke import een ontvangstbewijs met nummer, en kan het logboek zelf narekenen.",
        ),
    ]


def _vertrouwelijkheid(settings: Settings) -> list[Maatregel]:
    return [
        Maatregel(
            "Bewaren en wissen",
            "Wat zijn termijn heeft gehad, wordt elke nacht gewist. Op verzoek van de school wissen we één leerling.",
            ("14.2.7",),
        ),
        Maatregel(
            "Toegang",
            "Een school ziet nooit gegevens van een andere school; ook de database houdt ze gescheiden. De "
            "klantenservice logt in met een tweede stap en ziet op haar schermen geen namen van leerlingen. Een "
            f"login eindigt na {duur(int(settings.sessie_school.total_seconds()))} zonder gebruik. Raden wordt steeds "
            "trager.",
            (*_INLOGGEN, "8.2.1", "8.2.2", "8.2.3", "8.4.1", "9.1.1"),
            Vraag.MEDEWERKERS,
        ),
        Maatregel("Toegang tot het gebouw", "Niet van toepassing op het programma.", vraag=Vraag.GEBOUW),
        Maatregel(
            "Netwerk",
            "De website gaat alleen over https en roept alleen adressen aan die in de instellingen staan.",
            ("1.3.6", "3.3.1", "3.4.1", "3.4.3", "3.4.5", "3.4.6", "3.5.1", "3.7.2", "4.1.3"),
            Vraag.NETWERK,
        ),
        Maatregel(
            "Gescheiden omgevingen",
            "De oefenomgeving heeft verzonnen scholen en hoort bij geen enkele productie-installatie. Wie op de echte "
            "website oefent, doet dat op één verzonnen school, die de database van alle andere gescheiden houdt.",
            vraag=Vraag.OMGEVINGEN,
        ),
        Maatregel(
            "Vervoer en opslag",
            f"{_tls(settings)} Sleutels van scholen en tweede stappen staan versleuteld in de database (AES-GCM); "
            "wachtwoorden als argon2id-hash.",
            ("11.3.3", "12.3.2", "14.2.1"),
        ),
        Maatregel(
            "Logbestanden",
            "In logbestanden en mails staan geen namen van leerlingen. Een foutmelding verraadt niets.",
            ("16.2.5",),
            Vraag.LOGBESTANDEN,
        ),
        Maatregel(
            "Kwetsbaarheden",
            "Invoer wordt overal als tekst behandeld: in pagina's, mails, bestanden en vragen aan de database.",
            ("1.2.1", "1.2.10", "1.3.7", "1.3.11", "1.5.2", "15.3.3"),
            Vraag.KWETSBAARHEDEN,
        ),
    ]


def _tls(settings: Settings) -> str:
    """Over what the data leave, by the settings."""
    if settings.mail_tls:
        return "Verbindingen met het LAS en de mailserver gaan over TLS met een gecontroleerd certificaat."
    return "Verbindingen met het LAS gaan over TLS met een gecontroleerd certificaat; mail gaat zonder TLS."
