"""The words about who is of a school: what is asked, what came of it, and why it was refused."""

from __future__ import annotations

from webapp.filters import aantal
from webapp.models import Rol
from webapp.services.toegang.beheerders import Persoon
from webapp.services.toegang.errors import (
    AdresInGebruik,
    AlreadyMedewerker,
    AlVerbonden,
    BestuurAntwoordtNiet,
    BestuurGeweigerd,
    LastBeheerder,
    NietSterkIngelogd,
    NobodyToAsk,
    NobodyToInvite,
    NotReached,
    ToetredingOver,
)
from webapp.services.toegang.leerkrachten import Inlog
from webapp.woorden.namen import Namen
from webapp.woorden.weigeringen import register, zeg

register(
    {
        NobodyToAsk: (
            "Deze school heeft geen beheerder om het aan te vragen. Bel haar op het nummer uit het register en schrijf "
            "op hoe u haar bereikte. Er is niets veranderd."
        ),
        NotReached: "Schrijf op hoe u de school bereikte. Er is niets veranderd.",
        LastBeheerder: (
            "De laatste beheerder kan niet weg: dan kan niemand nog iemand toelaten. Nodig eerst een collega uit. Er "
            "is niets veranderd."
        ),
        NobodyToInvite: "Kies ten minste één leerkracht met een adres en zonder account. Er is niets veranderd.",
        ToetredingOver: "Deze uitnodiging of vraag is al beantwoord of ingetrokken. Er is niets veranderd.",
        AdresInGebruik: "Er is al een account met dit adres. Er is niets veranderd.",
        BestuurGeweigerd: (
            "Met dit account van uw bestuur komt u hier niet binnen. Log in met uw e-mailadres en wachtwoord; daarna "
            "kunt u het verbinden. Lukt dat niet, bel of mail ons. Er is niets veranderd."
        ),
        BestuurAntwoordtNiet: (
            "De inlogpagina van uw bestuur antwoordt niet. Probeer het straks opnieuw, of log in met uw e-mailadres en "
            "wachtwoord. Er is niets veranderd."
        ),
        AlVerbonden: "Dit account van uw bestuur is al verbonden. Er is niets veranderd.",
        NietSterkIngelogd: (
            "Log eerst uit, en weer in met uw wachtwoord en de code uit de app. Verbind daarna. Er is niets veranderd."
        ),
    }
)


@zeg.register
def _(error: AlreadyMedewerker, namen: Namen) -> str:
    return f"{error.email} hoort al bij deze school. Er is niets veranderd."


def bereikt_hint(*, has_beheerders: bool) -> str:
    """What klantenservice types about a call to the school."""
    what = "Met wie sprak u, op welk nummer? Dit komt in het logboek van de school."
    if not has_beheerders:
        return f"{what} Zonder dit kan niemand beheerder worden."
    return f"{what} Dan krijgt deze persoon meteen een uitnodiging. Laat het leeg om het de beheerders te vragen."


def invited(email: str) -> str:
    return f"{email} krijgt een mail met een link. Die werkt 14 dagen."


def leerkrachten_invited(number: int) -> str:
    return f"{aantal(number, 'leerkracht krijgt', 'leerkrachten krijgen')} een mail met een link."


def let_in_again(naam: str) -> str:
    return f"{naam} kan weer inloggen. Dat blijft zo, ook als de administratie deze leerkracht niet stuurt."


def added(number: int, with_address: int) -> str:
    """How many leerkrachten an import brought, and who can be invited."""
    toegevoegd = aantal(number, "leerkracht toegevoegd", "leerkrachten toegevoegd")
    return f"{toegevoegd}, {with_address} met adres: nodig uit"


INLOG = {
    Inlog.ACCOUNT: "heeft een account",
    Inlog.OPGESCHORT: "opgeschort",
    Inlog.UITGENODIGD: "uitgenodigd",
    Inlog.ADRES: "nog niet uitgenodigd",
    Inlog.GEEN_ADRES: "geen adres",
}
"""Whether a leerkracht can log in."""


def decided(wie: str, *, ja: bool) -> str:
    return f"{wie} krijgt een uitnodiging." if ja else f"{wie} wordt geen beheerder."


def withdrawn(email: str) -> str:
    return f"De uitnodiging aan {email} is ingetrokken; de link werkt niet meer."


def removed(persoon: Persoon) -> str:
    bericht = " De beheerders krijgen bericht." if persoon.rol is Rol.BEHEERDER else ""
    opnieuw = f"Was dit niet de bedoeling? Nodig {persoon.email} weer uit."
    return f"{persoon.naam} hoort niet meer bij uw school.{bericht} {opnieuw}"


def left(schoolnaam: str) -> str:
    return f"U bent geen beheerder meer van {schoolnaam}. De andere beheerders krijgen bericht."


def joined(schoolnaam: str) -> str:
    return f"Welkom: u hoort nu bij {schoolnaam}."


def made(email: str) -> str:
    """What accepting came to for who had no account."""
    return f"Uw account is gemaakt. Log in met {email} en uw nieuwe wachtwoord."


def address_asked(email: str) -> str:
    """The same for an address that is free and one that is not: nobody learns who has an account."""
    return f"Kan {email} uw adres worden, dan is er een mail onderweg. Open de link daarin; tot dan verandert er niets."


def address_changed(email: str) -> str:
    return f"U logt voortaan in met {email}. Uw oude adres en de beheerders van uw school krijgen bericht."


def tied(naam: str) -> str:
    return f"U logt voortaan ook in met {naam}. U krijgt hiervan een mail."


def untied(naam: str) -> str:
    return f"{naam} is losgemaakt. Waar u verder nog was ingelogd, bent u nu uitgelogd. U krijgt hiervan een mail."


END_ASKED = "Wij bellen uw school om dit te bevestigen. Tot die tijd gaat alles door."
GOES_ON = "De koppeling blijft zoals zij was."
PAUSED = "De koppeling staat op pauze. Er gaat niets verloren; u kunt hier hervatten."
RESUMED = "De koppeling is hervat. Wij halen nu op."
"""What became of what a beheerder asked for the koppeling."""
