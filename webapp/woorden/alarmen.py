"""An alarm in words: for the queue of klantenservice, the health page, a mail and the webhook. No name of a person."""

from __future__ import annotations

from datetime import date, datetime

from webapp.filters import aantal, datum_kort, klok, moment
from webapp.models import Alarmsoort, LasType
from webapp.services.overzicht.alarmen import MEEST_GETELD, Melding
from webapp.uwlr.profiles import PROFILES


def kop(melding: Melding) -> str:
    """What is so, in a few words: on a badge, and in the subject of the mail."""
    telling, scholen = melding.gegevens, _aantal(melding, "scholen", "school", "scholen")
    match melding.soort:
        case Alarmsoort.NACHT:
            return f"nacht van {_datum(melding)} niet begonnen"
        case Alarmsoort.UITGELOPEN if telling["te_laat"]:
            return f"nacht van {_datum(melding)} te laat begonnen"
        case Alarmsoort.UITGELOPEN:
            return f"nacht van {_datum(melding)} niet op tijd klaar"
        case Alarmsoort.ZEKERING:
            return f"uitwisseling met {_las(melding)} staat stil"
        case Alarmsoort.CERTIFICAAT if melding.wat == "onleesbaar":
            return "clientcertificaat onleesbaar"
        case Alarmsoort.CERTIFICAAT:
            return f"clientcertificaat loopt af op {datum_kort(datetime.fromisoformat(melding.wat))}"
        case Alarmsoort.WORKER:
            return "geen worker"
        case Alarmsoort.SWEEP:
            return "sweep zwijgt"
        case Alarmsoort.INTERN if "mails" in telling:
            return f"fout in ons programma bij {_aantal(melding, 'mails', 'mail', 'mails')}"
        case Alarmsoort.INTERN if "keren" in telling:
            return f"fout in ons programma, {telling['keren']} keer ({str(telling['klasse'])[:40]})"
        case Alarmsoort.INTERN:
            return f"fout in ons programma bij {scholen} ({melding.wat[:40]})"
        case Alarmsoort.NIET_OPGEHAALD:
            return f"{scholen} al 26 uur niet opgehaald"
        case Alarmsoort.UITGEBLEVEN:
            return f"{scholen} vannacht niet opgehaald"
        case Alarmsoort.LEVERINGEN:
            wachten = _aantal(melding, "leveringen", "levering wacht", "leveringen wachten")
            return f"{_minstens(melding)}{wachten} al 2 dagen"
        case Alarmsoort.VASTGEHOUDEN:
            return f"aanlevering van {scholen} al 2 dagen vastgehouden"
        case Alarmsoort.RESERVEKOPIE if melding.wat == "geoefend":
            return "terugzetten van een reservekopie te lang niet geoefend"
        case Alarmsoort.RESERVEKOPIE:
            return "geen verse reservekopie"
        case Alarmsoort.SPOOR:
            return f"logboek klopt niet voor {_aantal(melding, 'dagen', 'dag', 'dagen')} (de eerste: {_datum(melding)})"


def zin(melding: Melding) -> str:
    """The same as a sentence, with what belongs to it."""
    return f"{kop(melding)[0].upper()}{kop(melding)[1:]}.{_meer(melding)}"


def uitleg(melding: Melding) -> str:
    """What stands beside `kop` in the queue."""
    return f"{_meer(melding)} {daarna(melding)}".strip()


def daarna(melding: Melding) -> str:
    """What somebody does about it; by itself nothing gets lost."""
    wie = f" Het gaat om {_opsomming(melding)}." if melding.scholen else ""
    return _DAARNA[melding.soort] + wie


def _meer(melding: Melding) -> str:
    telling = melding.gegevens
    match melding.soort:
        case Alarmsoort.UITGELOPEN:
            laat = (
                f" Ze begon om {klok(datetime.fromisoformat(str(telling['te_laat'])))}." if telling["te_laat"] else ""
            )
            eerder = int(telling["overgeslagen"])
            gemist = f" Daarvoor: {aantal(eerder, 'nacht', 'nachten')} overgeslagen." if eerder else ""
            return (
                f"{laat}{gemist} Nog op te halen: {_aantal(melding, 'ophalen', 'school', 'scholen')}; "
                f"nog te versturen voor: {_aantal(melding, 'versturen', 'school', 'scholen')}."
            )
        case Alarmsoort.ZEKERING:
            return f" Dat is zo sinds {moment(melding.sinds)} (code {telling['code']})."
        case Alarmsoort.WORKER | Alarmsoort.SWEEP:
            return f" Dat is zo sinds {moment(melding.sinds)}."
        case Alarmsoort.RESERVEKOPIE:
            nooit = "" if telling["ooit"] else " Er is er nog nooit een genoteerd."
            return f" Dat is zo sinds {moment(melding.sinds)}.{nooit}"
        case Alarmsoort.UITGEBLEVEN:
            return " Dat lukte de nachten ervoor steeds wel."
        case Alarmsoort.LEVERINGEN:
            zijn = "Die is" if telling.get("leveringen") == 1 else "Ze zijn"
            return f" {zijn} van {_minstens(melding)}{_aantal(melding, 'scholen', 'school', 'scholen')}."
        case Alarmsoort.VASTGEHOUDEN:
            return " Niemand heeft er nog iets over geantwoord."
    return ""


_DAARNA = {
    Alarmsoort.NACHT: (
        "Laat beheer kijken of het proces sweep draait. Zodra het draait, begint de nacht alsnog: eerst gaan de "
        "resultaten, dan wordt opgehaald."
    ),
    Alarmsoort.UITGELOPEN: (
        "Het gaat overdag vanzelf verder: eerst de resultaten, dan het ophalen. Meld het aan beheer als het morgen nog "
        "zo is."
    ),
    Alarmsoort.ZEKERING: (
        "Bel de leverancier. We proberen het elke vijf minuten; als het lukt, gaat alles vanzelf verder."
    ),
    Alarmsoort.CERTIFICAAT: (
        "Laat beheer het nieuwe certificaat plaatsen: zonder geldig certificaat stopt de uitwisseling."
    ),
    Alarmsoort.WORKER: (
        "Laat beheer kijken of de workers draaien en of Redis antwoordt. Tot dan gaat er geen mail naar scholen, en "
        "wordt er niets opgehaald of verstuurd. Er gaat niets verloren."
    ),
    Alarmsoort.SWEEP: (
        "Laat beheer het proces sweep opnieuw starten. Tot dan begint er geen nacht en wordt niets opnieuw geprobeerd. "
        "Er gaat niets verloren."
    ),
    Alarmsoort.INTERN: "Laat beheer in het logboek kijken waar het misgaat. Het wordt vanzelf opnieuw geprobeerd.",
    Alarmsoort.NIET_OPGEHAALD: "Kijk bij Koppelingen wat er staat, en meld het aan beheer als u daar niets ziet.",
    Alarmsoort.UITGEBLEVEN: "Kijk bij Koppelingen wat er staat. We blijven het proberen.",
    Alarmsoort.LEVERINGEN: "Kijk bij Leveringen waarom ze wachten, en meld het aan beheer als u daar niets ziet.",
    Alarmsoort.SPOOR: (
        "Laat beheer direct kijken: in de database is iets veranderd wat nooit verandert. Zie operations.md, "
        "The audit trail."
    ),
    Alarmsoort.RESERVEKOPIE: (
        "Laat beheer vandaag nog kijken waarom. Zonder verse kopie gaat bij een storing verloren wat scholen daarna "
        "deden. Zie docs/runbooks/backup.md."
    ),
    Alarmsoort.VASTGEHOUDEN: "Bel de school: alleen zij weet of het klopt.",
}


def _aantal(melding: Melding, naam: str, een: str, meer: str) -> str:
    return aantal(int(melding.gegevens.get(naam, 0)), een, meer)


def _minstens(melding: Melding) -> str:
    return "ten minste " if melding.gegevens.get("leveringen") == MEEST_GETELD else ""


def _datum(melding: Melding) -> str:
    return datum_kort(date.fromisoformat(melding.wat))


def _las(melding: Melding) -> str:
    return PROFILES[LasType(melding.wat)].naam


def _opsomming(melding: Melding) -> str:
    meer = int(melding.gegevens["scholen"]) - len(melding.scholen)
    return ", ".join(melding.scholen) + (f" en nog {meer}" if meer > 0 else "")
