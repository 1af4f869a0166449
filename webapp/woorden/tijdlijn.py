"""The timeline in words: a title for every act and every mail, who did it, and how many."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from webapp.filters import aantal, moment
from webapp.models import Daad, KloptNiet, MailStatus, Soort
from webapp.models.fout import EigenCode, Fout
from webapp.models.ids import BatchId
from webapp.models.koppeling import Afwijsreden
from webapp.services.overzicht.tijdlijn import Gebeurtenis, Genoteerd, Post, Verrichting
from webapp.uwlr.codes import FaultCode, Owner, Reden
from webapp.uwlr.diagnose import Bevinding
from webapp.woorden import verzenden
from webapp.woorden.controle import GEDAAN, SOORTEN
from webapp.woorden.fouten import uitleg
from webapp.woorden.kloptniet import WAAROM
from webapp.woorden.koppeling import AFWIJSREDENEN
from webapp.woorden.namen import Namen
from webapp.woorden.notities import in_a_sentence
from webapp.woorden.ongewoon import onderwerp
from webapp.woorden.post import TITELS, probleem


@dataclass(frozen=True)
class Regel:
    """One event as the timeline shows it."""

    tijd: str
    titel: str
    tekst: str
    wie: str
    icoon: str
    batch_id: BatchId | None = None
    """An import, for who may open it."""
    url: str = ""
    """The page of klantenservice about it."""


VOOR_KLANTENSERVICE = frozenset({"code", "klasse", "eigenaar"})
"""What only klantenservice reads; a school reads what a code means."""


def timeline(
    events: Iterable[Gebeurtenis], namen: Namen, *, huis: str, zonder: Collection[str] = VOOR_KLANTENSERVICE
) -> list[Regel]:
    """Say what happened, in the order given; `huis` is what the reader calls the test centre."""
    return [_line(event, namen, huis, zonder) for event in events]


def _line(event: Gebeurtenis, namen: Namen, huis: str, zonder: Collection[str]) -> Regel:
    match event:
        case Verrichting():
            return _act(event, namen, huis, zonder)
        case Post():
            return _mail(event)
        case Genoteerd():
            titel = "Notitie" if event.reden is None else f"Gebeld: {in_a_sentence(event.reden)}"
            return Regel(moment(event.op), titel, event.tekst, event.door, "pen")


def titel(daad: Daad, las: str) -> str:
    """What an act is called."""
    return _DADEN[daad][0].format(las=las)


def aantallen(daad: Daad, tellingen: Mapping[str, object], las: str) -> str:
    """What klantenservice reads beside it."""
    return ", ".join(_told(daad, tellingen, las, ()))


def _act(event: Verrichting, namen: Namen, huis: str, zonder: Collection[str]) -> Regel:
    icoon = _DADEN[event.daad][1]
    wie = huis if event.door_testcentrum else event.door or "automatisch"
    over = [event.over] if event.over and "over" not in zonder else []
    tekst = ", ".join([*over, *_told(event.daad, event.tellingen, namen.las, zonder)])
    batch_id = event.batch_id if "vragen" not in zonder else None
    return Regel(moment(event.op), titel(event.daad, namen.las), tekst[:1].upper() + tekst[1:], wie, icoon, batch_id)


def _told(daad: Daad, tellingen: Mapping[str, object], las: str, zonder: Collection[str]) -> Iterable[str]:
    return [verzenden.logged(tellingen)] if daad is Daad.VERZENDKEUZE else _counts(tellingen, las, zonder)


def _counts(tellingen: Mapping[str, object], las: str, zonder: Collection[str]) -> Iterator[str]:
    for name, value in tellingen.items():
        if name in _CODES and str(value) != "geslaagd":
            code = "" if "code" in zonder else f"code {value}"
            yield from filter(None, (_meaning(str(value), las), code))
        elif name in zonder or value == 0:
            continue
        elif name == "afwijsreden":
            yield f"reden: {AFWIJSREDENEN[Afwijsreden(str(value))][0]}"
        elif name == "waarom":
            yield WAAROM[KloptNiet(str(value))]
        elif isinstance(value, int) and name != "poging":
            yield counted(name, value)
        else:
            yield f"{name} {value}".replace("_", " ")


def _meaning(code: str, las: str) -> str:
    """What a code means to the school, in its first sentence; nothing for a code of another version."""
    known = {str(each): each for kind in (FaultCode, Reden, EigenCode) for each in kind}
    if code in list(Bevinding):
        return _BEVINDINGEN[Bevinding(code)].format(las=las)
    if code not in known:
        return ""
    return uitleg(Fout(known[code], Owner.NIEMAND), las).wat.partition(". ")[0].rstrip(".")


def counted(name: str, number: int) -> str:
    """`leerling koppel` as a person says it: `3 leerlingen gekoppeld`."""
    if ":" in name:
        return onderwerp(name, number)
    soort, _, keuze = name.partition(" ")
    if soort not in list(Soort):
        one, many = _GETELD.get(name, (name.replace("_", " "),) * 2)
        return aantal(number, one, many)
    return f"{aantal(number, soort, SOORTEN[Soort(soort)].meer)} {GEDAAN.get(keuze, keuze)}".strip()


def _mail(event: Post) -> Regel:
    waarom = probleem(event.probleem, event.antwoord)
    match event.status:
        case MailStatus.VERZONDEN:
            tekst, icoon = f"aan {event.ontvanger}", "brief"
        case MailStatus.OPGEGEVEN | MailStatus.TERUGGEKOMEN:
            tekst, icoon = f"aan {event.ontvanger}: niet aangekomen ({waarom})", "let-op"
        case MailStatus.ONZEKER:
            tekst, icoon = f"aan {event.ontvanger}: misschien aangekomen ({waarom})", "let-op"
        case _:
            tekst, icoon = f"aan {event.ontvanger}: wacht op verzending{waarom and f' ({waarom})'}", "klok"
    return Regel(moment(event.op), f"Mail: {TITELS[event.soort]}", tekst, "", icoon)


BEWIJS = (
    "Elk feit is een tekst: een handeling bij uw school. Reken het bestand na met het programma van Koppelpunt "
    "(flask spoor-controleren BESTAND), of zelf. Per dag, met SHA-256, hashes als bytes: blad = hash van een byte 0, "
    "het zout, en de hashes van alle feiten achter elkaar. Loop dan het pad langs: hash van een byte 1, wat links "
    "staat, en wat rechts staat. Wat u overhoudt is de top. De wortel is de hash van de tekst 'dag aantal vorige top', "
    "met spaties ertussen, en hashes in kleine hexadecimale letters. Vergelijk de wortel met die in uw mails en op de "
    "pagina Logboek. Aantal telt alle handelingen van die dag, van alle scholen."
)
"""In the file of `spoor.bewijs`; `webapp/wortel.py` does what it says."""
_CODES = frozenset({"code", "proef"})
_BEVINDINGEN = {
    Bevinding.GEGEVENS: "sleutel werkt",
    Bevinding.GEEN_WIJZIGINGEN: "sleutel werkt, geen wijzigingen",
    Bevinding.GEEN_GEGEVENS: "sleutel werkt, {las} heeft nog geen gegevens voor dit schooljaar",
}
_GETELD = {
    "accounts": ("account van niemand", "accounts van niemand"),
    "adressen": ("adres", "adressen"),
    "gegevens": ("gegeven", "gegevens"),
    "handelingen": ("handeling", "handelingen"),
    "personen": ("persoon", "personen"),
    "groepen": ("groep", "groepen"),
    "in_las": ("resultaat nog in het LAS", "resultaten nog in het LAS"),
    "koppelingen": ("koppeling", "koppelingen"),
    "leerkrachten": ("leerkracht", "leerkrachten"),
    "leerlingen": ("leerling", "leerlingen"),
    "leveringen": ("levering", "leveringen"),
    "mails": ("mail", "mails"),
    "nieuwe_gegevens": ("nieuw gegeven", "nieuwe gegevens"),
    "open_regels": ("regel die op controle wacht", "regels die op controle wachten"),
    "regels": ("regel", "regels"),
    "resultaten": ("resultaat", "resultaten"),
    "te_controleren": ("regel op de controle (vraag of nieuw)", "regels op de controle (vragen en wat nieuw was)"),
    "uitzonderingen": ("keuze Niet importeren", "keuzes Niet importeren"),
    "te_verwijderen": ("resultaat te verwijderen in het LAS", "resultaten te verwijderen in het LAS"),
    "vragen": ("vraag", "vragen"),
}
"""What the trail counts under these names; the other names read the same for one and for many."""
_DADEN: dict[Daad, tuple[str, str]] = {
    Daad.AANGEVRAAGD: ("Koppeling aangevraagd", "pen"),
    Daad.AANVRAAG_PER_MAIL: ("Koppeling aangevraagd per mail", "brief"),
    Daad.OEFENSCHOOL_BEGONNEN: ("Oefenschool opnieuw begonnen", "ververs"),
    Daad.AANVRAAGMAIL_GELEZEN: ("Onduidelijke mail gelezen", "brief"),
    Daad.AANVRAAG_BEVESTIGD: ("Aanvraag bevestigd", "vinkje"),
    Daad.AANVRAAG_VERVALLEN: ("Aanvraag vervallen: niet bevestigd", "kruis"),
    Daad.AANVRAAG_VERBETERD: ("Aanvraag verbeterd", "pen"),
    Daad.AANVRAAG_INGETROKKEN: ("Aanvraag ingetrokken", "kruis"),
    Daad.CONTACTPERSOON_GEWIJZIGD: ("Contactpersoon gewijzigd", "persoon"),
    Daad.OPENGEZET: ("Opengezet in {las}", "koppel"),
    Daad.HERINNERD: ("Herinnering gestuurd", "brief"),
    Daad.VRAAG_HERINNERD: ("Herinnering gestuurd: er wachten nog vragen", "brief"),
    Daad.VAKANTIEREGIO: ("Vakantieregio gekozen", "pen"),
    Daad.EXTERNE_NUMMERS_GEWIST: ("Oude externe nummers gewist", "wis"),
    Daad.INGEDIEND: ("Sleutel ingediend", "sleutel"),
    Daad.GOEDGEKEURD: ("Koppeling goedgekeurd", "vinkje"),
    Daad.GOEDKEURING_TERUGGENOMEN: ("Goedkeuring teruggenomen", "terug"),
    Daad.GOEDKEUREN_VANZELF: ("Goedkeuren vanzelf aan- of uitgezet", "vinkje"),
    Daad.OVEREENKOMST_GENOTEERD: ("Verwerkersovereenkomst genoteerd", "vinkje"),
    Daad.AFGEWEZEN: ("Aanvraag afgewezen", "kruis"),
    Daad.GEPAUZEERD: ("Koppeling gepauzeerd", "pauze"),
    Daad.HERVAT: ("Koppeling hervat", "ververs"),
    Daad.SLEUTEL_GEWEIGERD: ("Sleutel geweigerd", "stip"),
    Daad.SLEUTEL_GEVRAAGD: ("Nieuwe sleutel gevraagd, oude gewist", "sleutel"),
    Daad.SLEUTEL_GEPROBEERD: ("Sleutel geprobeerd", "sleutel"),
    Daad.SLEUTEL_VERVANGEN: ("Nieuwe sleutel ingevuld", "sleutel"),
    Daad.SCHOOLJAAR_GEWIJZIGD: ("Schooljaar gewijzigd", "school"),
    Daad.SCHOOLJAAR_BEGONNEN: ("Nieuw schooljaar begonnen in {las}", "school"),
    Daad.NU_OVERGAAN: ("Nieuw schooljaar mag beginnen", "school"),
    Daad.OVERGAAN_UITGESTELD: ("Dag van overgaan gekozen", "school"),
    Daad.OPHALEN_GEVRAAGD: ("Gegevens opgevraagd", "ophalen"),
    Daad.OPHALEN_MISLUKT: ("Ophalen mislukt", "let-op"),
    Daad.OPGEHAALD: ("Gegevens opgehaald", "ophalen"),
    Daad.GEIMPORTEERD: ("Gegevens geïmporteerd", "vinkje"),
    Daad.IMPORT_TERUGGEDRAAID: ("Import teruggedraaid", "terug-pijl"),
    Daad.SAMENGEVOEGD: ("Twee keer dezelfde leerling samengevoegd", "koppel"),
    Daad.SAMENVOEGEN_TERUGGEDRAAID: ("Samenvoegen teruggedraaid", "terug-pijl"),
    Daad.ANTWOORD_TERUGGENOMEN: ("Antwoord van een import teruggenomen", "terug-pijl"),
    Daad.NACHT_TERUGGENOMEN: ("Teruggenomen wat vanzelf ging", "terug-pijl"),
    Daad.TOCH_GEDAAN: ("Toch gedaan wat teruggenomen was", "ververs"),
    Daad.GEPARKEERD: ("Leerlingen geparkeerd die niet in {las} staan (resultaten blijven bewaard)", "vinkje"),
    Daad.BLIJFT_STAAN: ("Leerlingen die niet in {las} staan, blijven staan", "vinkje"),
    Daad.GEGEVEN_GEPARKEERD: ("Een groep of leerkracht geparkeerd die niet in {las} staat", "vinkje"),
    Daad.ONTKOPPELD: ("Een koppeling losgemaakt", "koppel"),
    Daad.ONTKOPPELEN_TERUGGEDRAAID: ("Losmaken van een koppeling teruggedraaid", "terug-pijl"),
    Daad.KOPPELING_HEROPEND: ("Een koppeling is weer een vraag", "koppel"),
    Daad.WEER_ACTIEF: ("Geparkeerde leerlingen teruggezet", "terug-pijl"),
    Daad.VASTGEHOUDEN: ("Vastgehouden: verdwenen uit {las}", "let-op"),
    Daad.DOORGEGEVEN: ("Vraag doorgegeven aan een collega", "persoon"),
    Daad.TERUGGENOMEN: ("Doorgegeven vraag teruggenomen", "terug-pijl"),
    Daad.DOORGEVEN_VERLOPEN: ("Doorgegeven vraag verlopen", "klok"),
    Daad.ADVIES_GEGEVEN: ("Advies gegeven over een doorgegeven vraag", "vinkje"),
    Daad.LINK_GEVOLGD: ("Link uit een mail aan een collega geopend", "brief"),
    Daad.MAIL_GEVRAAGD: ("Nieuwe mail met een link gevraagd", "brief"),
    Daad.ONGEWOON: ("Vastgehouden: ongewoon in {las}", "let-op"),
    Daad.VRIJ: ("Alles klopt weer: er wordt niets meer vastgehouden", "vinkje"),
    Daad.KLOPT: ("Bevestigd: het klopt", "vinkje"),
    Daad.KLOPT_TERUGGEDRAAID: ("Bevestiging teruggedraaid", "ververs"),
    Daad.VERTREK_BEVESTIGD: ("Geparkeerd (resultaten blijven bewaard)", "vinkje"),
    Daad.VERTREK_TERUGGEDRAAID: ("Parkeren teruggedraaid", "ververs"),
    Daad.TOCH_IMPORTEREN: ("Toch importeren gekozen", "plus"),
    Daad.LEVERANCIER_GEMAAKT: ("Leverancier mag scores aanleveren", "plus"),
    Daad.LEVERANCIER_INGETROKKEN: ("Leverancier mag geen scores meer aanleveren", "pauze"),
    Daad.INLEZEN_TOEGESTAAN: ("Gegevens inlezen over de API mag", "plus"),
    Daad.INLEZEN_GESTOPT: ("Gegevens inlezen over de API mag niet meer", "pauze"),
    Daad.SCORES_OPGESLAGEN: ("Scores opgeslagen", "stip"),
    Daad.GENORMEERD: ("Genormeerd", "stip"),
    Daad.NU_VERSTUREN: ("Nu versturen gekozen", "versturen"),
    Daad.RESULTATEN_BEVESTIGD: ("Resultaten bevestigd", "stip"),
    Daad.RESULTATEN_GEWEIGERD: ("Resultaten geweigerd door {las}", "let-op"),
    Daad.VERSTUREN_GESTOPT: ("Versturen gestopt", "stip"),
    Daad.VRIJGEGEVEN: ("Versturen vrijgegeven", "versturen"),
    Daad.OPNIEUW_VERSTUREN: ("Resultaat opnieuw klaargezet", "versturen"),
    Daad.NAZENDING_AKKOORD: ("Resultaten van vorig schooljaar mogen alsnog naar {las}", "versturen"),
    Daad.NAZENDING_IN_RIJ: ("Resultaten van vorig schooljaar klaargezet voor {las}", "versturen"),
    Daad.NAZENDING_GESTOPT: ("Versturen van vorig schooljaar gestopt", "pauze"),
    Daad.HERZENDING_GEKOZEN: ("Opnieuw versturen na een storing klaargezet", "versturen"),
    Daad.HERZENDING_STAP: ("Opnieuw versturen na een storing: stap gezet", "versturen"),
    Daad.HERZENDING_IN_RIJ: ("Resultaten na een storing bij {las} opnieuw klaargezet", "versturen"),
    Daad.HERZENDING_GESTOPT: ("Opnieuw versturen na een storing gestopt", "pauze"),
    Daad.LAS_PROEF: ("Met akkoord van een beheerder beproefd wat {las} aanneemt", "versturen"),
    Daad.ELDERS_AFGELEVERD: ("Resultaten staan in {las} bij een andere leerling", "let-op"),
    Daad.KLOPT_NIET: ("Gemeld dat een koppeling niet klopt", "let-op"),
    Daad.KLOPT_NIET_BEANTWOORD: ("Antwoord op de melding dat een koppeling niet klopt", "vinkje"),
    Daad.ELDERS_VERWIJDERD: ("Resultaat in {las} verwijderd bij een andere leerling", "vinkje"),
    Daad.NOTITIE_GEMAAKT: ("Notitie gemaakt", "pen"),
    Daad.NOTITIE_WEG: ("Notitie verwijderd", "wis"),
    Daad.MAIL_OPNIEUW: ("Mail opnieuw verstuurd", "brief"),
    Daad.MAIL_AANGEKOMEN: ("Nagevraagd: de mail is aangekomen", "brief"),
    Daad.ADRES_DOOD: ("Mailadres neemt geen mail aan", "let-op"),
    Daad.ADRES_VRIJGEGEVEN: ("Mailadres opnieuw proberen gekozen", "brief"),
    Daad.ZAAK_BIJGEHOUDEN: ("Zaak in de wachtrij bijgehouden", "pen"),
    Daad.ADRES_VERBETERD: ("Mailadres verbeterd", "pen"),
    Daad.NACHT_BEGONNEN: ("Nacht begonnen", "stip"),
    Daad.NACHT_KLAAR: ("Nacht klaar", "stip"),
    Daad.INTERNE_FOUT: ("Fout in ons programma", "let-op"),
    Daad.LAS_GEPAUZEERD: ("Uitwisseling met {las} gepauzeerd", "pauze"),
    Daad.LAS_HERVAT: ("Uitwisseling met {las} hervat", "ververs"),
    Daad.PLAFOND_GEZET: ("Scholen per nacht gewijzigd", "stip"),
    Daad.STILGEZET: ("Even stilgezet", "pauze"),
    Daad.TERUGGEZET: ("Teruggezet uit een reservekopie", "let-op"),
    Daad.NAKIJKEN: ("Resultaten nakijken", "let-op"),
    Daad.NAGEKEKEN: ("Score nagekeken", "vinkje"),
    Daad.WEER_VERDER: ("Weer verder", "ververs"),
    Daad.INGELOGD: ("Ingelogd", "slot"),
    Daad.INLOGGEN_MISLUKT: ("Inloggen mislukt", "let-op"),
    Daad.INLOGGEN_VERTRAAGD: ("Inloggen vertraagd na te veel pogingen", "klok"),
    Daad.UITGELOGD: ("Uitgelogd", "uit"),
    Daad.TWEEDE_STAP_MISLUKT: ("Tweede stap mislukt", "let-op"),
    Daad.TWEEDE_STAP_INGESTELD: ("Tweede stap ingesteld", "sleutel"),
    Daad.HERSTELCODES_GEMAAKT: ("Nieuwe herstelcodes gemaakt", "lijst"),
    Daad.BESTUURSACCOUNT_VERBONDEN: ("Account van het bestuur verbonden", "sleutel"),
    Daad.BESTUURSACCOUNT_LOSGEMAAKT: ("Account van het bestuur losgemaakt", "wis"),
    Daad.BESTUURSACCOUNT_GEWEIGERD: ("Inloggen met het account van een bestuur geweigerd", "let-op"),
    Daad.WACHTWOORD_GEVRAAGD: ("Nieuw wachtwoord gevraagd", "brief"),
    Daad.WACHTWOORD_HERSTELD: ("Nieuw wachtwoord ingesteld", "slot"),
    Daad.WACHTWOORD_GEWIJZIGD: ("Wachtwoord gewijzigd", "slot"),
    Daad.TOEGANG_GEVRAAGD: ("Iemand vraagt beheerder te worden", "persoon"),
    Daad.TOEGANG_GEWEIGERD: ("Nee gezegd tegen wie beheerder wilde worden", "kruis"),
    Daad.UITGENODIGD: ("Iemand uitgenodigd", "brief"),
    Daad.UITNODIGING_INGETROKKEN: ("Uitnodiging ingetrokken", "kruis"),
    Daad.BEHEERDER_ERBIJ: ("Nieuwe beheerder", "persoon"),
    Daad.LEERKRACHT_ERBIJ: ("Nieuwe leerkracht met een account", "persoon"),
    Daad.LEERKRACHT_ADRESSEN: ("Adressen van leerkrachten ingevuld", "pen"),
    Daad.TOEGANG_OPGESCHORT: ("Toegang opgeschort van wie {las} niet meer stuurt", "pauze"),
    Daad.TOEGANG_HERSTELD: ("Toegang teruggegeven", "ververs"),
    Daad.MEDEWERKER_WEG: ("Toegang van iemand beëindigd", "kruis"),
    Daad.ADRES_GEWIJZIGD: ("Mailadres van iemand gewijzigd", "pen"),
    Daad.EINDE_GEVRAAGD: ("Gevraagd om de koppeling te beëindigen", "let-op"),
    Daad.EINDE_INGETROKKEN: ("Toch doorgaan met de koppeling", "ververs"),
    Daad.BEEINDIGD: ("Koppeling beëindigd", "kruis"),
    Daad.ACCOUNT_GEMAAKT: ("Account gemaakt", "persoon"),
    Daad.ACCOUNT_UITGEZET: ("Account uitgezet", "kruis"),
    Daad.LEIDING_GEGEVEN: ("Geeft leiding aan de klantenservice", "persoon"),
    Daad.LEIDING_GENOMEN: ("Geeft geen leiding meer", "persoon"),
    Daad.TWEEDE_STAP_WISSEN_GEVRAAGD: ("Wissen van de tweede stap gevraagd", "slot"),
    Daad.TWEEDE_STAP_GEWIST: ("Tweede stap gewist", "wis"),
    Daad.HERSLEUTELD: ("Opnieuw versleuteld onder een nieuwe sleutel", "sleutel"),
    Daad.WISSEN_AANGEKONDIGD: ("Aangekondigd: oude gegevens worden gewist", "klok"),
    Daad.OPGERUIMD: ("Oude gegevens gewist", "wis"),
    Daad.LEERLING_INGEZIEN: ("Inzage: alles van een leerling getoond", "zoek"),
    Daad.LEERLING_GEWIST: ("Leerling gewist op verzoek van de school", "wis"),
    Daad.ZELFDE_GEVRAAGD: ("Gevraagd of twee leerlingen dezelfde zijn: een van hen heeft nu een score", "let-op"),
    Daad.TWEE_LEERLINGEN: ("Gezegd dat het twee leerlingen zijn", "persoon"),
    Daad.TWEE_LEERLINGEN_TERUG: ("Teruggenomen dat het twee leerlingen zijn", "terug-pijl"),
    Daad.NAAM_VERGETEN: ("Een eerdere naam van een leerling wordt niet meer onthouden", "wis"),
    Daad.AFSPRAKEN_GEWIJZIGD: ("Vaste afspraken gewijzigd", "pen"),
    Daad.AFSPRAAK_UITGEVOERD: ("Toegevoegd volgens de vaste afspraken", "plus"),
    Daad.AFSPRAKEN_LATER: ("Vaste afspraken voor later bewaard", "klok"),
    Daad.MINUUT_TOEGESTAAN: ("Binnen een minuut versturen mag", "versturen"),
    Daad.MINUUT_GESTOPT: ("Binnen een minuut versturen mag niet meer", "pauze"),
    Daad.VERZENDKEUZE: ("Gekozen wat er naar {las} gaat", "pen"),
    Daad.LEERLING_MAG_TERUG: ("Gewiste leerling mag weer overgenomen worden", "plus"),
    Daad.INGELEZEN: ("Gegevens van het testcentrum ingelezen", "ophalen"),
    Daad.UITVOER: ("Alle gegevens van de school uitgevoerd", "ophalen"),
    Daad.NAMEN_GEZIEN: ("Namen bekeken", "zoek"),
    Daad.LOGBOEK_GEHAALD: ("Logboek met bewijs opgehaald", "ophalen"),
}
