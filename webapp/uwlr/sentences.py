"""Per code: who acts, what the school reads (what happened, then what happens next), what klantenservice reads."""

from __future__ import annotations

import re
from dataclasses import dataclass

from webapp.uwlr.codes import FaultCode, Owner, Reden

LAS = "het leerlingadministratiesysteem"
_RETRY = "We proberen het vanzelf opnieuw. Er is niets gewijzigd en u hoeft niets te doen."
_OURS = "Dit lossen wij op. Er is niets gewijzigd en u hoeft niets te doen."
_THEIRS = "De leverancier moet dit oplossen; wij nemen contact op. Er is niets gewijzigd en u hoeft niets te doen."
_AGAIN = "We sturen ze vanzelf opnieuw. U hoeft niets te doen."
_SENTENCES = re.compile(r"(?<=[.?!]) ")
_CLOSING = {
    "Er is niets gewijzigd.",
    *(each for text in (_RETRY, _OURS, _THEIRS, _AGAIN) for each in _SENTENCES.split(text)),
}


@dataclass(frozen=True)
class Uitleg:
    """What one code means to people."""

    owner: Owner
    school: str
    klantenservice: str

    @property
    def wat(self) -> str:
        """What the school reads without how it goes on, for a place that says that itself."""
        sentences = _SENTENCES.split(self.school)
        while len(sentences) > 1 and sentences[-1] in _CLOSING:
            sentences.pop()
        return " ".join(sentences)

    @property
    def kort(self) -> str:
        """What happened, for a list: the first sentence of what the school reads."""
        return _SENTENCES.split(self.school)[0]

    def for_las(self, las: str) -> Uitleg:
        """Fill in the name of the LAS."""
        return Uitleg(self.owner, _fill(self.school, las), _fill(self.klantenservice, las))


def _fill(sentence: str, las: str) -> str:
    filled = sentence.replace("{las}", las)
    return filled[:1].upper() + filled[1:]


def explain(code: FaultCode | Reden, las: str = LAS) -> Uitleg:
    """Return the owner and both sentences for this code."""
    return _UITLEG[code].for_las(las)


_UITLEG: dict[FaultCode | Reden, Uitleg] = {
    FaultCode.ONGELDIG_BERICHT: Uitleg(
        Owner.KLANTENSERVICE,
        "{las} kon ons bericht niet lezen. " + _OURS,
        "{las} vindt ons bericht ongeldig (WSDL/XSD of een leeg veld), of heeft een storing: sommige systemen "
        "geven daarvoor dezelfde code. Raakt het meer scholen tegelijk, bel dan de leverancier; anders is het een "
        "eigen fout: melden aan beheer.",
    ),
    FaultCode.ONGELDIGE_KLANTIDENTIFICATIE: Uitleg(
        Owner.KLANTENSERVICE,
        "{las} herkent ons testcentrum niet. " + _OURS,
        "Klantcode of klantnaam is onbekend bij {las}. Dit raakt alle scholen: stop de ronde en bel de leverancier.",
    ),
    FaultCode.AUTORISATIE_ONGELDIG: Uitleg(
        Owner.SCHOOL,
        "De autorisatiesleutel past niet bij het BRIN of de locatie, of het BRIN klopt niet: {las} maakt daar geen "
        "verschil tussen. Controleer beide en plak de sleutel opnieuw. Er is niets gewijzigd.",
        "{las} weigert de combinatie van autorisatiesleutel en BRIN/locatie. De school controleert het BRIN of maakt "
        "een nieuwe sleutel; tot dan ligt de uitwisseling van deze school stil.",
    ),
    FaultCode.VOCABULAIRETERM_ONGELDIG: Uitleg(
        Owner.KLANTENSERVICE,
        "{las} kent een term uit de beschrijving van een toets niet. " + _OURS,
        "Een term (toetscode, vakgebied, leerjaar) staat niet in de lijst die {las} gebruikt. Houd deze toets vast.",
    ),
    FaultCode.XSDVERSIE_ONGELDIG: Uitleg(
        Owner.KLANTENSERVICE,
        "{las} ondersteunt de gevraagde versie van de koppeling niet. " + _OURS,
        "{las} ondersteunt deze UWLR-versie niet. Vraag een andere versie aan of bel de leverancier.",
    ),
    FaultCode.LEERLING_ONGELDIG: Uitleg(
        Owner.SCHOOL,
        "{las} kent een van de leerlingen niet meer. De andere resultaten zijn wel verzonden of volgen vanzelf. "
        "Haal de leerlingen opnieuw op en controleer deze leerling.",
        "{las} kent een leerling in het bericht niet. Leerlingen opnieuw ophalen, deze leerling apart zetten, de rest "
        "opnieuw versturen.",
    ),
    FaultCode.TOETSNORMERING_ONGELDIG: Uitleg(
        Owner.KLANTENSERVICE,
        "{las} accepteert de normering van een toets niet. " + _OURS,
        "{las} keurt een normering af. Houd deze toets vast en meld het aan beheer.",
    ),
    FaultCode.SCORE_ONGELDIG: Uitleg(
        Owner.KLANTENSERVICE,
        "{las} accepteert een score niet. " + _OURS,
        "{las} keurt een score af. Houd dit resultaat vast en meld het aan beheer.",
    ),
    FaultCode.ELDRESULTAAT_ONGELDIG: Uitleg(
        Owner.KLANTENSERVICE,
        "{las} accepteert de vorm van een resultaat niet. " + _OURS,
        "{las} keurt een OSO-resultaat af. Houd deze toets vast en stem vorm en codes af met de leverancier.",
    ),
    FaultCode.INTERNE_FOUT: Uitleg(
        Owner.NIEMAND,
        "{las} heeft een storing. " + _RETRY,
        "{las} meldt een interne fout, soms door een verkeerd gegeven aan hun kant. Bel de leverancier als dit een "
        "hele nacht duurt.",
    ),
    FaultCode.TIJDELIJK_NIET_BESCHIKBAAR: Uitleg(
        Owner.NIEMAND,
        "{las} is even niet bereikbaar. " + _RETRY,
        "{las} meldt zelf tijdelijk niet beschikbaar te zijn. Herhaalt vanzelf; kijk pas als een hele nacht mislukt.",
    ),
    FaultCode.ANDERE_CLIENT: Uitleg(
        Owner.KLANTENSERVICE,
        "{las} weigert ons bericht. " + _OURS,
        "{las} weigert met een code buiten de standaard. Niet herhalen; vraag de leverancier wat de code betekent.",
    ),
    FaultCode.ANDERE_SERVER: Uitleg(
        Owner.NIEMAND,
        "{las} heeft een storing. " + _RETRY,
        "{las} meldt een fout buiten de standaard. Bel de leverancier als dit een hele nacht duurt.",
    ),
    Reden.NAAM_ONBEKEND: Uitleg(
        Owner.NIEMAND,
        "{las} is niet te vinden op internet. " + _RETRY,
        "De naam van de server van {las} bestaat niet (DNS). Controleer het ingestelde adres als dit aanhoudt.",
    ),
    Reden.GEEN_VERBINDING: Uitleg(
        Owner.NIEMAND,
        "{las} is niet bereikbaar. " + _RETRY,
        "Geen verbinding met {las}: geweigerd of geen antwoord. Er is niets verzonden. Herhaalt vanzelf.",
    ),
    Reden.CERTIFICAAT_LAS: Uitleg(
        Owner.LAS,
        "De beveiligde verbinding met {las} komt niet tot stand, dus we sturen niets. " + _THEIRS,
        "{las} biedt geen TLS, of geen versleuteling die wij ook hebben. Er is niets verzonden. Bel de leverancier; "
        "vraag ook of hij een clientcertificaat verwacht.",
    ),
    Reden.CERTIFICAAT_LAS_VERLOPEN: Uitleg(
        Owner.LAS,
        "Het certificaat van {las} is verlopen of nog niet geldig, dus we sturen niets. " + _THEIRS,
        "Het certificaat van de server van {las} is verlopen of nog niet geldig. Er is niets verzonden. Kijk of de "
        "klok van onze server klopt; zo ja, dan moet de leverancier het vernieuwen.",
    ),
    Reden.CERTIFICAAT_LAS_ONBEKEND: Uitleg(
        Owner.LAS,
        "Niemand die wij vertrouwen staat in voor het certificaat van {las}, dus we sturen niets. " + _THEIRS,
        "Het certificaat van {las} is door henzelf ondertekend, komt van een onbekende uitgever, of de tussenliggende "
        "certificaten ontbreken. Er is niets verzonden. De leverancier stelt een certificaat met de hele keten in.",
    ),
    Reden.CERTIFICAAT_LAS_NAAM: Uitleg(
        Owner.KLANTENSERVICE,
        "Het certificaat dat we zien is niet dat van {las}, dus we sturen niets. " + _OURS,
        "Het certificaat staat op een andere naam dan het adres van {las}. Er is niets verzonden. Controleer het "
        "ingestelde adres; klopt dat, bel dan de leverancier.",
    ),
    Reden.TLS_VEROUDERD: Uitleg(
        Owner.LAS,
        "{las} biedt alleen een verouderde beveiliging aan, dus we sturen niets. " + _THEIRS,
        "De server van {las} kent TLS 1.2 of nieuwer niet. Er is niets verzonden. De leverancier moet TLS 1.2 of 1.3 "
        "aanzetten.",
    ),
    Reden.CA_LIJST: Uitleg(
        Owner.KLANTENSERVICE,
        "Wij kunnen zelf geen certificaten controleren, dus we sturen niets. " + _OURS,
        "Op onze server ontbreekt de lijst met vertrouwde uitgevers van certificaten, of die is onleesbaar. {las} "
        "heeft hier geen schuld aan. Meld dit aan beheer.",
    ),
    Reden.CERTIFICAAT_VERLOPEN: Uitleg(
        Owner.KLANTENSERVICE,
        "Ons certificaat voor {las} is niet bruikbaar. " + _OURS,
        "Het clientcertificaat voor {las} is verlopen of onleesbaar, of de sleutel of het wachtwoord hoort er niet "
        "bij. Vraag een nieuw certificaat aan en stel het in.",
    ),
    Reden.CERTIFICAAT_GEWEIGERD: Uitleg(
        Owner.KLANTENSERVICE,
        "{las} neemt ons certificaat niet aan. " + _OURS,
        "{las} weigert ons clientcertificaat, of wil er een en kreeg er geen. Er is niets verwerkt. Controleer welk "
        "certificaat is ingesteld en vraag de leverancier welk certificaat hij verwacht. Herhaalt vanzelf.",
    ),
    Reden.BEZET: Uitleg(
        Owner.NIEMAND,
        "{las} is druk en vraagt ons te wachten. " + _RETRY,
        "{las} begrenst het aantal verzoeken (429 of 503 met Retry-After). Wachttijd wordt gevolgd, ten hoogste een "
        "uur.",
    ),
    Reden.TIJD_VERSTREKEN: Uitleg(
        Owner.NIEMAND,
        "{las} gaf niet op tijd antwoord. " + _RETRY,
        "{las} antwoordde niet binnen de gestelde tijd. Bij resultaten: onzeker, wordt na een pauze opnieuw verzonden.",
    ),
    Reden.VERBINDING_VERBROKEN: Uitleg(
        Owner.NIEMAND,
        "De verbinding met {las} werd verbroken. " + _RETRY,
        "De verbinding met {las} brak af tijdens de uitwisseling. Bij resultaten: onzeker, wordt na een pauze opnieuw "
        "verzonden.",
    ),
    Reden.STORING: Uitleg(
        Owner.NIEMAND,
        "{las} heeft een storing. " + _RETRY,
        "{las} antwoordde met een serverfout zonder uitleg. Herhaalt vanzelf; bel de leverancier als dit een hele "
        "nacht duurt.",
    ),
    Reden.GEEN_BEVESTIGING: Uitleg(
        Owner.NIEMAND,
        "{las} heeft de resultaten nog niet bevestigd; dubbel komen ze er niet in. " + _AGAIN,
        "Antwoord van {las} zonder leerresultaten_bevestiging: onzeker, wordt na een pauze met dezelfde sleutels "
        "opnieuw verzonden.",
    ),
    Reden.OMLEIDING: Uitleg(
        Owner.KLANTENSERVICE,
        "{las} verwijst ons naar een ander adres; dat volgen we om veiligheidsredenen niet. " + _OURS,
        "{las} stuurt een omleiding (3xx). Die volgen we nooit. Vraag de leverancier naar het juiste adres.",
    ),
    Reden.GEEN_TOEGANG: Uitleg(
        Owner.KLANTENSERVICE,
        "{las} geeft ons geen toegang. " + _OURS,
        "{las} weigert toegang (401, 403, 407 of een fout als FailedAuthentication): abonnementssleutel, IP-lijst of "
        "certificaat. Uitwisseling van deze school ligt stil; vraag de leverancier wat ontbreekt.",
    ),
    Reden.ADRES_ONJUIST: Uitleg(
        Owner.KLANTENSERVICE,
        "Op het adres van {las} vinden we de koppeling niet. " + _OURS,
        "Op het ingestelde adres van {las} draait geen UWLR-dienst (404, 405, 410 of 497), de dienst daar kent onze "
        "aanroep niet (een fout als ActionNotSupported, MustUnderstand of VersionMismatch), of het adres is niet "
        "toegestaan. Controleer het adres bij de leverancier.",
    ),
    Reden.HTTP_GEWEIGERD: Uitleg(
        Owner.KLANTENSERVICE,
        "{las} weigert ons bericht. " + _OURS,
        "{las} weigert met een HTTP-fout (4xx) zonder SOAP Fault. Niet herhalen; melden aan beheer.",
    ),
    Reden.BERICHT_TE_GROOT: Uitleg(
        Owner.KLANTENSERVICE,
        "{las} vindt ons bericht te groot. " + _OURS,
        "{las} weigert het bericht om zijn grootte (413). Verstuur minder resultaten per bericht.",
    ),
    Reden.BERICHT_ONGELDIG: Uitleg(
        Owner.KLANTENSERVICE,
        "Een resultaat of toets kan nog niet worden verzonden. " + _OURS,
        "Eigen controle houdt het bericht tegen: het zou de standaard schenden. Zie de genoemde resultaten en toetsen.",
    ),
    Reden.LEEG: Uitleg(
        Owner.NIEMAND,
        "{las} gaf een leeg antwoord. " + _RETRY,
        "{las} antwoordde zonder inhoud, of met een status die zegt dat de inhoud nog komt of niet heel is (202 tot en "
        "met 206). Herhaalt vanzelf; bel de leverancier als dit aanhoudt.",
    ),
    Reden.GEEN_XML: Uitleg(
        Owner.NIEMAND,
        "{las} gaf een antwoord dat geen leerlinggegevens bevat, bijvoorbeeld een onderhoudspagina. " + _RETRY,
        "{las} antwoordde met iets anders dan XML: een onderhoudspagina, of een verpakking (multipart) waarin we geen "
        "antwoord vinden. Herhaalt vanzelf; bel de leverancier als dit een hele nacht duurt.",
    ),
    Reden.AFGEKAPT: Uitleg(
        Owner.NIEMAND,
        "Het antwoord van {las} was niet compleet. We gebruiken er niets van. " + _RETRY,
        "Het antwoord van {las} is geen welgevormde XML, vaak omdat het is afgekapt. Herhaalt vanzelf.",
    ),
    Reden.CODERING: Uitleg(
        Owner.LAS,
        "Het antwoord van {las} bevat tekens die we niet zeker kunnen lezen. Namen raden we niet. " + _THEIRS,
        "{las} zegt een andere tekencodering dan het stuurt. Meld dit bij de leverancier.",
    ),
    Reden.COMPRESSIE: Uitleg(
        Owner.LAS,
        "Het antwoord van {las} is niet uit te pakken. " + _THEIRS,
        "{las} gebruikt een Content-Encoding die we niet vroegen, of de gzip is beschadigd. Meld dit bij de "
        "leverancier.",
    ),
    Reden.DOCTYPE: Uitleg(
        Owner.LAS,
        "Het antwoord van {las} bevat een onderdeel dat we om veiligheidsredenen weigeren. " + _THEIRS,
        "Het antwoord van {las} heeft een DOCTYPE: mogelijk een aanval. Niets gelezen. Meld dit bij de leverancier.",
    ),
    Reden.TE_GROOT: Uitleg(
        Owner.LAS,
        "Het antwoord van {las} is veel groter dan een school kan zijn. We gebruiken er niets van. " + _THEIRS,
        "Het antwoord van {las} overschrijdt de grens voor bytes of tekst. Meld dit bij de leverancier.",
    ),
    Reden.GEEN_SOAP: Uitleg(
        Owner.LAS,
        "{las} gaf een antwoord dat we niet begrijpen. " + _THEIRS,
        "Het antwoord van {las} is geen SOAP 1.1-bericht met precies een inhoud. Meld dit bij de leverancier.",
    ),
    Reden.ANDERE_VERSIE: Uitleg(
        Owner.LAS,
        "{las} antwoordt in een andere versie van de koppeling dan we vroegen. " + _THEIRS,
        "{las} antwoordt in een andere namespace (bijvoorbeeld UWLR 1). Meld dit bij de leverancier.",
    ),
    Reden.ANDER_BERICHT: Uitleg(
        Owner.LAS,
        "{las} gaf antwoord op een andere vraag dan we stelden. " + _THEIRS,
        "{las} antwoordt met een ander bericht dan bij deze aanroep hoort. Meld dit bij de leverancier.",
    ),
    Reden.ONVOLLEDIG: Uitleg(
        Owner.LAS,
        "In het antwoord van {las} ontbreken verplichte onderdelen. " + _THEIRS,
        "In het antwoord van {las} ontbreken school of leerlingen, of er staan tegenstrijdige onderdelen in.",
    ),
    Reden.ANDERE_SCHOOL: Uitleg(
        Owner.KLANTENSERVICE,
        "{las} stuurde gegevens van een andere school. We hebben er niets van bewaard en de uitwisseling gestopt. Wij "
        "nemen contact op met u en met de leverancier.",
        "Mogelijk datalek: {las} stuurde een ander BRIN of andere schoolkey dan gevraagd. Niets bewaard, en "
        "de uitwisseling van deze school ligt stil. Bel de leverancier.",
    ),
    Reden.ANDERE_LOCATIE: Uitleg(
        Owner.KLANTENSERVICE,
        "{las} stuurde gegevens van een andere locatie van uw school. We hebben er niets van bewaard. Wij nemen "
        "contact met u op.",
        "{las} stuurde een andere dependancecode dan gevraagd. Niets bewaard. Controleer de locatie met de school.",
    ),
    Reden.ANDER_SCHOOLJAAR: Uitleg(
        Owner.SCHOOL,
        "{las} stuurde gegevens van een ander schooljaar. We hebben er niets van overgenomen. Controleer of het nieuwe "
        "schooljaar en de groepsindeling in {las} klaarstaan, of kies bij Koppelen met LAS een ander schooljaar. "
        "We proberen het vanzelf opnieuw.",
        "{las} antwoordt met een ander schooljaar dan gevraagd: mogelijk staat het nieuwe jaar daar nog niet klaar.",
    ),
}
