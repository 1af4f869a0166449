"""Mails as klantenservice reads of them: what each is about, why one did not arrive, and what an act on it came to."""

from __future__ import annotations

from webapp.models import Mail, MailSoort, MailStatus
from webapp.models.mail import Mailprobleem
from webapp.services import dode_adressen, mails
from webapp.woorden.weigeringen import register

TITELS = {
    MailSoort.AANVRAAG_BEVESTIGEN: "vraag om de aanvraag te bevestigen",
    MailSoort.AANVRAAG_ONTVANGEN: "bevestiging van de aanvraag",
    MailSoort.KLANTENSERVICE_AANVRAAG: "nieuwe aanvraag",
    MailSoort.OPENGEZET: "koppeling staat open",
    MailSoort.INGEDIEND: "bevestiging van het indienen",
    MailSoort.GOEDGEKEURD: "koppeling goedgekeurd",
    MailSoort.GOEDKEURING_TERUGGENOMEN: "goedkeuring teruggenomen",
    MailSoort.AFGEWEZEN: "aanvraag afgewezen",
    MailSoort.AANVRAAG_HERINNERING: "herinnering",
    MailSoort.KOPPELINGSMAIL: "gegevens controleren",
    MailSoort.HERINNERING: "herinnering aan een vraag",
    MailSoort.VASTGEHOUDEN: "even wachten, vastgehouden",
    MailSoort.DOORGEGEVEN: "even wachten, gevraagd door een collega",
    MailSoort.ONTVANGST: "ontvangst van een import",
    MailSoort.TERUGGEDRAAID: "import teruggedraaid",
    MailSoort.OVERGANG: "nieuw schooljaar begonnen",
    MailSoort.VRAAG_DOORGEGEVEN: "vraag van een collega",
    MailSoort.DOORGEVEN_VERLOPEN: "doorgegeven vraag verlopen",
    MailSoort.WACHTWOORD: "nieuw wachtwoord",
    MailSoort.UITNODIGING: "uitnodiging voor een account",
    MailSoort.SLEUTEL_GEWEIGERD: "sleutel werkt niet meer",
    MailSoort.OPHALEN_MISLUKT: "ophalen mislukt",
    MailSoort.PAUZE_OF_EINDE: "koppeling gepauzeerd of einde gevraagd",
    MailSoort.GEPAUZEERD: "koppeling op pauze gezet",
    MailSoort.HERVAT: "koppeling gaat weer verder",
    MailSoort.SLEUTEL_GEVRAAGD: "nieuwe sleutel nodig",
    MailSoort.BEEINDIGD: "koppeling beëindigd",
    MailSoort.TOEGANG_GEVRAAGD: "iemand vraagt beheerder te worden",
    MailSoort.TOEGANG_GEWEIGERD: "vraag om beheerder te worden niet toegewezen",
    MailSoort.UITGENODIGD: "uitnodiging voor een school",
    MailSoort.BEHEERDERS_GEWIJZIGD: "beheerders gewijzigd",
    MailSoort.TOEGANG_OPGESCHORT: "toegang van leerkrachten opgeschort",
    MailSoort.KLOPT_NIET: "koppeling van een leerling klopt niet",
    MailSoort.ADRES_BEVESTIGEN: "nieuw mailadres bevestigen",
    MailSoort.ADRES_GEWIJZIGD: "mailadres gewijzigd",
    MailSoort.BESTUURSACCOUNT: "account van het bestuur verbonden of losgemaakt",
    MailSoort.ALARM: "alarm",
}
"""What each mail is about, in a few words."""

register(
    {
        mails.MailNotGivenUp: "Deze mail is al verstuurd of wordt nog geprobeerd. Er is niets veranderd.",
        mails.AdresDood: "Dit adres neemt geen mail aan. Verbeter eerst het adres, of kies daar Toch proberen.",
        mails.MailNotToSendAnew: "Deze mail ging net nog eens, of kan niet nog eens. Er is niets veranderd.",
        mails.MailNotInDoubt: "Van deze mail is al bekend of hij aankwam. Er is niets veranderd.",
        dode_adressen.AdresNietDood: "Dit adres is al verbeterd of vrijgegeven. Er is niets veranderd.",
        dode_adressen.AdresVanKlantenservice: (
            "Dit adres is van een account van klantenservice. Vraag beheer het te verbeteren. Er is niets veranderd."
        ),
    }
)


def probleem(soort: Mailprobleem | None, antwoord: str | None) -> str:
    """Why a mail did not go out the last time; empty when nothing went wrong."""
    return "" if soort is None else _PROBLEMEN[soort].format(antwoord or "onbekend")


_PROBLEMEN = {
    Mailprobleem.ADRES_GEWEIGERD: "adres geweigerd ({})",
    Mailprobleem.SERVER_WEIGERT: "mailserver antwoordde {}",
    Mailprobleem.SERVER_ONBEREIKBAAR: "mailserver niet bereikbaar ({})",
    Mailprobleem.NIET_GEMAAKT: "kon niet worden samengesteld of verstuurd",
    Mailprobleem.GEEN_ANTWOORD: "mailserver kreeg de hele mail en gaf geen antwoord",
    Mailprobleem.CERTIFICAAT_VERLOPEN: "certificaat van de mailserver is verlopen of nog niet geldig",
    Mailprobleem.CERTIFICAAT_ONBEKEND: "certificaat van de mailserver komt van een onbekende uitgever",
    Mailprobleem.CERTIFICAAT_NAAM: "certificaat van de mailserver staat op een andere naam",
    Mailprobleem.GEEN_TLS: "geen beveiligde verbinding met de mailserver ({})",
    Mailprobleem.INLOG_GEWEIGERD: "mailserver weigert onze naam en ons wachtwoord ({})",
    Mailprobleem.ADRES_DOOD: "adres nam eerder geen mail aan",
    Mailprobleem.TERUGGEKOMEN: "teruggekomen als niet bezorgd ({})",
}
_SERVER = {
    Mailprobleem.SERVER_WEIGERT,
    Mailprobleem.SERVER_ONBEREIKBAAR,
    Mailprobleem.NIET_GEMAAKT,
    Mailprobleem.CERTIFICAAT_VERLOPEN,
    Mailprobleem.CERTIFICAAT_ONBEKEND,
    Mailprobleem.CERTIFICAAT_NAAM,
    Mailprobleem.GEEN_TLS,
    Mailprobleem.INLOG_GEWEIGERD,
}
"""No school can do anything about these."""


def daarna(mail: Mail) -> str:
    """What klantenservice does about a mail that nobody tries any more."""
    if mail.status is MailStatus.ONZEKER:
        return "Vraag de school of hij aankwam."
    return "Meld dit aan beheer." if mail.probleem in _SERVER else "Bel de school."


def again(mail: Mail) -> str:
    return f"De mail aan {mail.ontvanger} gaat opnieuw weg."


def anew(mail: Mail) -> str:
    return f"De mail aan {mail.ontvanger} gaat nog een keer, zoals hij nu zou zijn."


def arrived(mail: Mail) -> str:
    return f"Genoteerd: de mail aan {mail.ontvanger} is aangekomen."


def freed(adres: str) -> str:
    return f"We sturen weer naar {adres}."


def corrected(adres: str) -> str:
    return f"Het adres is nu {adres}. Wat wachtte gaat daarheen."
