"""One open end in words, as a beheerder reads it: what is so, what happens next, who acts, and the page about it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from flask import url_for

from webapp.filters import aantal, datum, klok, moment, woord
from webapp.models import Koppeling
from webapp.models.fout import Fout
from webapp.services.overzicht.einde import ZONDER_VRAGEN, Aan, Einde, OpenEinde
from webapp.uwlr.codes import Owner
from webapp.woorden.fouten import uitleg_van
from webapp.woorden.namen import Namen
from webapp.woorden.schakelaars import for_school, further
from webapp.woorden.vastgehouden import uit_het_las

NIETS = "U hoeft niets te doen."
AAN_ZET = "U bent aan zet."
_UNTIL_THEN = "Tot die tijd blijft alles zoals het is."
_WHENEVER = "Antwoorden kan wanneer het u uitkomt. Tot dan blijft alles zoals het is."


class Zin(NamedTuple):
    """What is said of one open end."""

    wat: str
    daarna: str
    wie: str = NIETS
    actie_url: str | None = None
    actie_tekst: str | None = None


def zin_van(einde: OpenEinde, koppeling: Koppeling | None, namen: Namen) -> Zin:
    """Say it, by how far the koppeling is."""
    if koppeling is None or not koppeling.is_running:
        if einde.einde is Einde.ELDERS_AFGELEVERD:
            return _data(einde, namen)
        if einde.einde is Einde.GEPAUZEERD and koppeling is not None:
            return gepauzeerd(koppeling, einde.door)
        return _waiting(einde, namen)
    if einde.fout is not None and einde.einde is not Einde.GEWEIGERD:
        return _fout(einde, einde.fout, koppeling, namen)
    return _running(einde, koppeling, namen)


def _u(wat: str, daarna: str, actie_tekst: str, actie_url: str = "") -> Zin:
    """The beheerder acts: on the page of the koppeling, unless another address is given."""
    return Zin(wat, daarna, AAN_ZET, actie_url or url_for("koppeling.index"), actie_tekst)


def gepauzeerd(koppeling: Koppeling, door: str | None) -> Zin:
    """Who, since when, why and until when: a colleague by name, of the test centre nobody."""
    who = (door or "een beheerder") if koppeling.gepauzeerd_door_school else "de klantenservice"
    since = f", sinds {moment(koppeling.gepauzeerd_op)}" if koppeling.gepauzeerd_op else ""
    why = f" Reden: {koppeling.pauze_reden.rstrip('.')}." if koppeling.pauze_reden else ""
    tot = moment(koppeling.pauze_tot) if koppeling.pauze_tot else ""
    until = f" De pauze loopt tot {tot}; dan gaat alles vanzelf verder." if tot else ""
    wat, daarna = (
        "De koppeling staat op pauze.",
        f"Door {who}{since}.{why} Er wordt niets opgehaald en niets verstuurd; er is niets kwijt.{until}",
    )
    if koppeling.gepauzeerd_door_school:
        return Zin(wat, daarna, "Een beheerder kan hervatten.", url_for("koppeling.index"), "Hervatten")
    wie = "U hoeft niets te doen." if until else "De klantenservice hervat haar. Neem zo nodig contact op."
    return Zin(wat, daarna, wie)


def _waiting(einde: OpenEinde, namen: Namen) -> Zin:
    match einde.einde:
        case Einde.GEEN_KOPPELING:
            return _u(
                "Er is nog geen koppeling aangevraagd.",
                "Na uw aanvraag zetten wij de koppeling open.",
                "Koppeling aanvragen",
                url_for("aanvraag.index"),
            )
        case Einde.ONBEVESTIGD:
            return _u(
                "De aanvraag is nog niet bevestigd.",
                "Bevestigen gaat met de knop in de mail. Na 14 dagen vervalt de aanvraag.",
                "Opnieuw aanvragen",
                url_for("aanvraag.index"),
            )
        case Einde.AANGEVRAAGD:
            return Zin(
                "Uw aanvraag is binnen.",
                f"Wij zetten de koppeling open in {namen.las} en mailen u de volgende stappen.",
            )
        case Einde.OPENGEZET:
            return _u(
                f"De koppeling staat open in {namen.las}{_since(einde.sinds)}.",
                "Haal daar de autorisatiesleutel op en vul hem hier in.",
                "Sleutel invullen",
            )
        case Einde.INGEDIEND:
            return Zin("Wij hebben uw sleutel ontvangen.", "We keuren uw aanvraag goed, meestal dezelfde werkdag.")
        case Einde.AFGEWEZEN:
            return _u(
                f"Uw aanvraag is afgewezen{_since(einde.sinds)}.",
                "De reden staat in de mail en op de pagina Koppelen met LAS. Is dat opgelost, dan kan het opnieuw.",
                "Reden bekijken",
            )
        case Einde.INGETROKKEN:
            return Zin("De aanvraag is ingetrokken.", "Er is niets gewijzigd; opnieuw aanvragen kan altijd.")
        case Einde.BEEINDIGD:
            return Zin(
                "De koppeling is beëindigd.",
                "Uw resultaten blijven bewaard. Opnieuw koppelen kan altijd met een nieuwe aanvraag.",
                actie_url=url_for("aanvraag.index"),
                actie_tekst="Koppeling aanvragen",
            )
        case _:
            return _data(einde, namen)


def _running(einde: OpenEinde, koppeling: Koppeling, namen: Namen) -> Zin:
    match einde.einde:
        case Einde.NIEUW_SCHOOLJAAR:
            return Zin(
                f"Het schooljaar {einde.wat} is hier nog niet begonnen.",
                f"Wij vragen {namen.las} er elke nacht naar. Tot die tijd gaan wij verder met {koppeling.schooljaar}.",
            )
        case Einde.JAAR_UITGESTELD if einde.tot is not None:
            return Zin(
                f"Uw school stelde het nieuwe schooljaar uit tot {datum(einde.tot)}.",
                f"Staat het in {namen.las} klaar, dan halen wij tot die dag geen wijzigingen op.",
                actie_url=url_for("koppeling.turn_of_year"),
                actie_tekst="Bekijken",
            )
        case Einde.JAAR_TERUGGENOMEN:
            return _u(
                f"Schooljaar {einde.wat} is teruggenomen.",
                f"Tot u het laat beginnen, halen wij geen wijzigingen uit {namen.las}.",
                "Bekijken",
                url_for("koppeling.turn_of_year"),
            )
        case Einde.ANDERE_LOCATIE:
            horen = aantal(einde.aantal, "leerling hoort", "leerlingen horen")
            has_more = koppeling.elders_groepen or koppeling.elders_leerkrachten
            ook = ", en de groepen en leerkrachten van alleen hen ook niet" if has_more else ""
            return Zin(
                f"{horen} volgens {namen.las} bij een andere locatie van uw school.",
                f"Die hebben wij niet overgenomen{ook}. Wij nemen contact met u op over de juiste locatie.",
            )
        case Einde.BLIJFT_LIGGEN:
            return Zin(
                f"{aantal(einde.aantal, 'resultaat wacht', 'resultaten wachten')} al 2 dagen op verzending naar "
                f"{namen.las}.",
                f"Wij kijken waarom; daarna {woord(einde.aantal, 'gaat het', 'gaan ze')} vanzelf mee. "
                "Er is niets kwijt.",
                actie_url=url_for("versturen.leveringen"),
                actie_tekst="Bekijken",
            )
        case Einde.CERTIFICAAT:
            return Zin(
                f"Ons certificaat voor {namen.las} is niet geldig, dus er kan niets worden uitgewisseld.",
                "Dit lossen wij op; daarna gaat alles vanzelf verder. Er is niets kwijt.",
            )
        case Einde.STILGEZET if einde.schakelaar is not None:
            return Zin(for_school(einde.schakelaar, namen), further(einde.schakelaar))
        case Einde.LAS_GEPAUZEERD:
            return Zin(
                f"{namen.las_voorop} heeft een storing{_since(einde.sinds)}; dat merken meer scholen.",
                "Wij kijken elke vijf minuten of het over is; dan gaat alles vanzelf verder. Er is niets kwijt.",
            )
        case Einde.NIET_AAN_DE_BEURT:
            return Zin(
                f"Uw school is nog niet aan de beurt{_since(einde.sinds)}.",
                f"Van de scholen met {namen.las} gaat elke nacht een deel mee; wie het langst wacht, gaat eerst. Wij "
                "laten dat aantal groeien. Er is niets kwijt.",
            )
        case Einde.NACHT:
            last = f" Laatste controle {moment(koppeling.opgehaald_op)}." if koppeling.opgehaald_op else ""
            return Zin(
                f"De afgelopen nacht is er niets uitgewisseld met {namen.las}.{last}",
                "Wij kijken waarom; daarna gaat alles vanzelf verder. Er is niets kwijt.",
            )
        case Einde.EERSTE_KEER:
            return Zin(
                f"Wij halen nu de gegevens op uit {namen.las}.",
                "Dat duurt meestal minder dan een minuut. Is er iets te controleren, dan krijgt u een mail.",
            )
        case _:
            return _data(einde, namen)


def _data(einde: OpenEinde, namen: Namen) -> Zin:
    """Of what is open about leerlingen, results and mails, also of a koppeling that rests."""
    number = einde.aantal
    match einde.einde:
        case Einde.ELDERS_AFGELEVERD:
            het, komt = ("het", "komt het") if number == 1 else ("ze", "komen ze")
            return _u(
                f"{aantal(number, 'resultaat staat', 'resultaten staan')} in {namen.las} bij een andere leerling.",
                f"Verwijder {het} daar en vink {het} hier af. Bij de goede leerling {komt} vanzelf, zodra die "
                "gekoppeld is.",
                "Bekijken",
                url_for("versturen.leveringen", _anchor="te-verwijderen"),
            )
        case Einde.VASTGEHOUDEN:
            return _u(
                f"{uit_het_las(einde.wat, number, namen.las)}: klopt dat?",
                f"Er is nog niets aan gewijzigd{_since(einde.sinds)}. Wij kijken elke nacht opnieuw; u kunt ook nu "
                "kiezen.",
                "Bekijken",
                url_for("controle.held", batch_id=einde.batch_id),
            )
        case Einde.CONTROLEREN:
            return _u(
                _vragen(number, einde.later)
                if einde.wat != ZONDER_VRAGEN
                else f"{aantal(number, 'nieuw gegeven wacht', 'nieuwe gegevens wachten')} op uw controle."
                if number
                else f"De gegevens uit {namen.las} kunnen worden geïmporteerd.",
                _WHENEVER if einde.later and einde.later == number else _UNTIL_THEN,
                "Controleren",
                url_for("controle.show", batch_id=einde.batch_id),
            )
        case Einde.GEWEIGERD:
            geweigerd = f"{namen.las_voorop} weigerde {aantal(number, 'resultaat', 'resultaten')}."
            blijft = woord(number, "Dat blijft", "Ze blijven")
            bewaard = f"{blijft} hier bewaard. Per resultaat staat erbij wat er moet gebeuren."
            page = url_for("versturen.leveringen", waar="aandacht")
            if einde.aan is Aan.U:
                return _u(geweigerd, bewaard, "Bekijken", page)
            owner = Owner.LAS if einde.aan is Aan.LAS else Owner.KLANTENSERVICE
            daarna = f"{_OPLOSSEN[owner].format(las=namen.las)} De resultaten blijven hier bewaard."
            return Zin(geweigerd, daarna, actie_url=page, actie_tekst="Bekijken")
        case Einde.KLOPT_NIET:
            return _u(
                f"Van {aantal(number, 'leerling', 'leerlingen')} is gemeld dat de koppeling niet klopt.",
                f"Hun resultaten gaan niet naar {namen.las} tot u antwoord geeft."
                if number > 1
                else f"De resultaten gaan niet naar {namen.las} tot u antwoord geeft.",
                "Bekijken",
                url_for("overzicht.reported")
                if number > 1
                else url_for("overzicht.record", soort="leerling", doel_id=int(einde.wat.partition(" ")[0] or 0)),
            )
        case Einde.NAKIJKEN:
            return _u(
                f"Van {aantal(number, 'resultaat', 'resultaten')} weten wij niet of {namen.las} iets nieuwers heeft.",
                "Kijk na welke score klopt; tot dan versturen wij het niet.",
                "Nakijken",
                url_for("versturen.leveringen", waar="aandacht"),
            )
        case Einde.NIET_GEKOPPELD:
            return _u(
                f"{aantal(number, 'resultaat wacht', 'resultaten wachten')} tot de leerling gekoppeld is.",
                f"Staat de leerling in {namen.las}? Kies dan Gegevens importeren en koppel; het resultaat gaat vanzelf "
                "mee.",
                "Koppelen met LAS",
            )
        case Einde.NIET_IN_LAS:
            return _u(
                f"{aantal(number, 'leerling staat', 'leerlingen staan')} bij ons, niet in {namen.las}.",
                "Parkeer wie van school is; de resultaten blijven bewaard. Wie moet blijven, laat u staan.",
                "Bekijken",
                url_for("koppeling.absent"),
            )
        case Einde.TOEGANG_GEVRAAGD:
            return _u(
                f"{aantal(number, 'persoon vraagt', 'personen vragen')} om beheerder van uw school te worden.",
                "Zegt u ja, dan krijgt die persoon een uitnodiging. Tot die tijd kan die persoon nergens bij.",
                "Bekijken",
                url_for("beheerders.index"),
            )
        case Einde.OPGESCHORT:
            return _u(
                f"{namen.las_voorop} stuurt {aantal(number, 'leerkracht', 'leerkrachten')} al drie nachten niet meer; "
                "inloggen gaat zolang niet.",
                "Zeg wie nog op school is en wie niet. Resultaten blijven bewaard.",
                "Bekijken",
                url_for("leerkrachten.index"),
            )
        case Einde.EINDE_GEVRAAGD:
            return Zin(
                "Een beheerder van uw school vroeg om de koppeling te beëindigen.",
                "Wij bellen u om het te bevestigen. Tot die tijd gaat alles door zoals het was. Uw resultaten blijven "
                "bewaard.",
                actie_url=url_for("koppeling.index"),
                actie_tekst="Toch doorgaan",
            )
        case Einde.MAIL:
            aan = einde.wat or aantal(number, "adres", "adressen")
            return Zin(
                f"Onze mail aan {aan} kwam niet aan.",
                "Wij vragen u om het juiste adres. Geeft u het liever zelf door? Mail of bel de klantenservice.",
            )
        case _:
            raise ValueError(einde)


def _vragen(number: int, later: int) -> str:
    """The questions that wait, and apart from them those that were put off: as the page of the review counts them."""
    staan = f"{aantal(later, 'vraag staat', 'vragen staan')} op Later."
    if number == later:
        return staan
    wachten = f"{aantal(number - later, 'vraag wacht', 'vragen wachten')} op uw antwoord"
    return f"{wachten}, en {staan}" if later else f"{wachten}."


def _fout(einde: OpenEinde, fout: Fout, koppeling: Koppeling, namen: Namen) -> Zin:
    """What is in the way of fetching or sending, and how it goes on."""
    wat = uitleg_van(koppeling, fout, namen.las).wat
    if einde.einde is Einde.SLEUTEL_GEWEIGERD:
        daarna = "Zodra de nieuwe sleutel er is, gaat de uitwisseling verder. Er is niets kwijt."
        return _u(wat, daarna, "Nieuwe sleutel invullen", url_for("koppeling.new_sleutel"))
    is_fetch = einde.einde in {Einde.OPHALEN_MISLUKT, Einde.OPHALEN_HAPERT}
    daarna = " ".join(part for part in (_OPLOSSEN[fout.eigenaar], _next_try(koppeling, is_fetch=is_fetch)) if part)
    daarna = f"{daarna} Er is niets kwijt.".format(las=namen.las)
    if fout.eigenaar is not Owner.SCHOOL:
        return Zin(wat, daarna)
    page = url_for("koppeling.index") if is_fetch else url_for("versturen.leveringen")
    return _u(wat, daarna, "Koppelen met LAS" if is_fetch else "Bekijken", page)


_OPLOSSEN = {
    Owner.SCHOOL: "",
    Owner.KLANTENSERVICE: "Dit lossen wij op.",
    Owner.LAS: "De leverancier van {las} moet dit oplossen; wij nemen contact op.",
    Owner.NIEMAND: "",
}


def _next_try(koppeling: Koppeling, *, is_fetch: bool) -> str:
    if is_fetch and koppeling.is_gestopt:
        return "De uitwisseling ligt stil tot dit is opgelost."
    when = koppeling.ophalen_op if is_fetch else koppeling.zenden_op
    return f"Wij proberen het opnieuw om {klok(when)}." if when else "Wij proberen het vannacht opnieuw."


def _since(sinds: datetime | None) -> str:
    return f", sinds {moment(sinds)}" if sinds is not None else ""
