"""The queue of klantenservice in words: who waits, for what, and what to do."""

from __future__ import annotations

from datetime import timedelta

from webapp.filters import aantal, datum, datum_kort, opsomming
from webapp.models import Aanvraagmail, Koppeling, KoppelingStatus, LasType, MailStatus, Soort
from webapp.models.fout import Fout
from webapp.services.overzicht.einde import ZONDER_VRAGEN
from webapp.services.overzicht.wachtend import Wachtend, Wachtreden
from webapp.uwlr.profiles import PROFILES
from webapp.vakanties import BEKEND_TOT, HERINNEREN_NA
from webapp.woorden import alarmen
from webapp.woorden.fouten import uitleg
from webapp.woorden.koppeling import ONDUIDELIJK, register_says
from webapp.woorden.namen import Namen
from webapp.woorden.post import TITELS, probleem
from webapp.woorden.post import daarna as mail_daarna
from webapp.woorden.sleutel import proef
from webapp.woorden.vastgehouden import onderwerp, wie


def school(row: Wachtend) -> tuple[str, str]:
    """Whom the row is about: the name and the BRIN."""
    if row.reden is Wachtreden.AANVRAAG and row.koppelingen:
        return f"BRIN {row.koppelingen[0].brin}", ""  # whose name is right is the question
    if row.koppeling is not None:
        return row.koppeling.schoolnaam, row.koppeling.brin
    if row.school is not None:
        return row.school.naam, row.school.brin
    if row.mail is not None:
        return row.mail.ontvanger, ""
    if row.aanvraagmail is not None:
        return row.aanvraagmail.afzender, ""
    if row.las_type is not None:
        return aantal(row.number, "school", "scholen"), f"{PROFILES[row.las_type].naam}, één oorzaak"
    return (row.adres.adres if row.adres is not None else "Alle scholen"), ""


def stand(row: Wachtend) -> str:
    """What is so, on the badge."""
    if row.alarm is not None:
        return alarmen.kop(row.alarm)
    if row.reden is Wachtreden.AANVRAAG and row.koppelingen:
        return aantal(len(row.koppelingen), "aanvraag", "aanvragen")
    if row.reden is Wachtreden.STIL and row.koppeling is not None:
        return f"{row.koppeling.status}, school doet niets"
    if row.reden is Wachtreden.RESULTATEN:
        return f"{aantal(row.number, 'resultaat', 'resultaten')} geweigerd"
    if row.reden is Wachtreden.ELDERS:
        return f"mogelijk datalek: {aantal(row.number, 'resultaat', 'resultaten')} bij een andere leerling"
    if row.reden is Wachtreden.KLOPT_NIET:
        return f"klopt niet: {aantal(row.number, 'leerling', 'leerlingen')}"
    if row.reden is Wachtreden.ANDERE_LOCATIE:
        return f"{elsewhere(row)} van een andere locatie"
    if row.reden is Wachtreden.VASTGEHOUDEN:
        return f"vastgehouden: {onderwerp(row.wat, row.number)}"
    if row.reden is Wachtreden.ONBEANTWOORD:
        return f"blijft liggen: {unanswered(row)}"
    if row.mail is not None and row.mail.status is MailStatus.ONZEKER:
        return "mail misschien niet aangekomen"
    return _STAND[row.reden]


_FOLLOWED = (Wachtreden.VASTGEHOUDEN, Wachtreden.KLOPT_NIET, Wachtreden.ONBEANTWOORD, Wachtreden.BIJ_SCHOOL)


def aan_zet(row: Wachtend) -> str:
    """Whose turn it is; a hold is here to keep an eye on."""
    return "de school; wij kijken mee" if row.reden in _FOLLOWED else "klantenservice"


def daarna(row: Wachtend, namen: Namen) -> str:
    """What klantenservice does about it; of an aanvraag first what the register finds odd."""
    odd = register_says(row.register, row.koppeling) if row.koppeling is not None else None
    return f"{odd} {_daarna(row, namen)}" if odd is not None else _daarna(row, namen)


def _daarna(row: Wachtend, namen: Namen) -> str:
    match row:
        case Wachtend(alarm=alarm) if alarm is not None:
            return alarmen.uitleg(alarm)
        case Wachtend(reden=Wachtreden.AANVRAAG, koppelingen=koppelingen) if koppelingen:
            heeft = f" De school heeft al een koppeling ({row.wat})." if row.wat else ""
            return f"Meer mensen vragen dit BRIN aan.{heeft} Vergelijk, bel de school, en zet er één open."
        case Wachtend(reden=Wachtreden.AANVRAAG, wat=wat) if wat:
            return f"De school heeft al een koppeling ({wat}). Bekijk wie dit vraagt; wijs af, of trek de andere in."
        case Wachtend(aanvraagmail=Aanvraagmail() as mail) if mail.onduidelijk is not None:
            meer = f" Er zijn {row.number} zulke mails van dit adres." if row.number > 1 else ""
            return f"{ONDUIDELIJK[mail.onduidelijk]}{meer} Lees de mail in het postvak, en antwoord of bel."
        case Wachtend(reden=Wachtreden.STIL, koppeling=Koppeling() as koppeling):
            wat = "vult geen sleutel in" if koppeling.status is KoppelingStatus.OPENGEZET else "dient niet opnieuw in"
            return f"De school {wat}, ook niet na twee herinneringen. Bel, herinner nog eens, of trek in."
        case Wachtend(reden=Wachtreden.BIJ_SCHOOL, fout=Fout() as fout):
            wat = uitleg(fout, namen.las).klantenservice
            return f"De school leest dit en loste het nog niet op: bel de school. {wat} (code {fout.code})"
        case Wachtend(reden=Wachtreden.AANVRAAG):
            return f"Openzetten in {namen.las}, dan hier melden."
        case Wachtend(reden=Wachtreden.INGEDIEND, koppeling=Koppeling() as koppeling):
            return f"{_verdict(koppeling, namen.las)} Goedkeuren, of afwijzen met een reden.".lstrip()
        case Wachtend(reden=Wachtreden.LEVERANCIER, las_type=LasType() as las_type, fout=Fout() as fout):
            las = PROFILES[las_type].naam
            wat = uitleg(fout, las).klantenservice
            doet = "" if "leverancier" in wat else f" Meld dit bij de leverancier van {las}."
            return f"{wat}{doet} (code {fout.code})"
        case Wachtend(
            reden=Wachtreden.OPHALEN | Wachtreden.VERSTUREN | Wachtreden.RESULTATEN,
            las_type=LasType() as las_type,
            fout=Fout() as fout,
        ):
            toetsen = f" Het gaat om {opsomming(row.toetsen)}." if row.toetsen else ""
            return f"{uitleg(fout, PROFILES[las_type].naam).klantenservice}{toetsen} (code {fout.code})"
        case Wachtend(reden=Wachtreden.STORING, las_type=LasType() as las_type, fout=Fout() as fout):
            wat = uitleg(fout, PROFILES[las_type].naam).klantenservice
            return f"Dit duurt nu al een hele nacht. {wat} (code {fout.code})"
        case Wachtend(las_type=las_type, fout=fout) if las_type is not None and fout is not None:
            wat = uitleg(fout, PROFILES[las_type].naam).klantenservice
            wachten = aantal(row.number, "school wacht", "scholen wachten")
            return (
                f"Meer scholen hebben dezelfde storing (code {fout.code}: {wat}) {wachten}; niemand kreeg een mail. We "
                "proberen het elke vijf minuten met een school die gisteren werkte; daarna gaat alles vanzelf verder. "
                "Duurt het lang, bel dan de leverancier."
            )
        case Wachtend(fout=fout) if fout is not None:
            return f"{uitleg(fout, namen.las).klantenservice} (code {fout.code})"
        case Wachtend(mail=mail) if mail is not None:
            waarom = probleem(mail.probleem, mail.antwoord) or "onbekende reden"
            return f"“{TITELS[mail.soort]}” aan {mail.ontvanger}: {waarom}. {mail_daarna(mail)}"
        case Wachtend(reden=Wachtreden.ELDERS):
            doet = f"De school verwijdert dit in {namen.las} en vinkt het af; help zo nodig."
            return f"{doet} Beoordeel of het een datalek is."
        case Wachtend(reden=Wachtreden.KLOPT_NIET):
            ids = opsomming(row.wat.split())
            return (
                f"De school meldt dat de koppeling niet klopt (leerling-id {ids}). De resultaten staan stil tot een "
                "beheerder antwoordt; help zo nodig. Stond er iets bij een ander kind? Beoordeel of het een datalek is."
            )
        case Wachtend(reden=Wachtreden.ANDERE_LOCATIE, koppeling=Koppeling() as koppeling):
            return (
                f"{namen.las} stuurt hen mee met locatie {koppeling.vestiging}, maar noemt een andere locatie. We "
                "nemen hen niet over. Vraag de school of de locatie klopt, en of de sleutel meer locaties opent."
            )
        case Wachtend(reden=Wachtreden.VASTGEHOUDEN):
            return (
                "De school kreeg een mail en kiest: klopt, of opnieuw ophalen. Er is niets gewijzigd. Na 2 dagen "
                "zonder antwoord: bel de school, alleen zij weet of het klopt."
            )
        case Wachtend(reden=Wachtreden.ONBEANTWOORD):
            return (
                f"De school kreeg een mail en {len(HERINNEREN_NA)} herinneringen en doet niets. Er is niets gewijzigd. "
                "Bel de school: kan iemand inloggen, en wie doet het?"
            )
        case Wachtend(reden=Wachtreden.VAKANTIES):
            return (
                f"Na {datum(BEKEND_TOT)} kennen wij geen schoolvakanties. Dan gelden juli, augustus en de kerstweken "
                "als vakantie. Laat beheer het volgende jaar toevoegen zodra de Rijksoverheid het bekendmaakt."
            )
        case Wachtend(reden=Wachtreden.EINDE):
            return (
                "Een beheerder vraagt de koppeling te beëindigen. Bel de school: klopt het, kies dan Beëindigen. "
                f"Sluit de koppeling ook in {namen.las}."
            )
        case Wachtend(reden=Wachtreden.PAUZE):
            return "Er wordt niets opgehaald en niets verstuurd. Is de reden opgelost? Hervat, of spreek een einde af."
        case Wachtend(reden=Wachtreden.CERTIFICAAT_ONLEESBAAR):
            return "Het bestand is weg of beschadigd, dus de uitwisseling stopt. Laat beheer het terugplaatsen."
        case Wachtend(adres=adres) if adres is not None:
            wacht = f" {aantal(row.number, 'mail wacht', 'mails wachten')}." if row.number else ""
            return f"{adres.adres} neemt geen mail aan ({adres.antwoord}).{wacht} Vraag de school om het juiste adres."
        case Wachtend(einde=einde) if einde is not None:
            return (
                f"Geldig tot {datum_kort(einde)}, dan stopt de uitwisseling. Vraag een nieuw aan en laat beheer het "
                "plaatsen."
            )
    return "Oplossen; de codes staan bij Leveringen."


def leeftijd(age: timedelta) -> str:
    """`zojuist`, `12 minuten`, `5 uur`, `3 dagen`."""
    if age.days:
        return aantal(age.days, "dag", "dagen")
    hours, minutes = divmod(int(age.total_seconds()) // 60, 60)
    if hours:
        return f"{hours} uur"
    return aantal(minutes, "minuut", "minuten") if minutes else "zojuist"


_STAND = {
    Wachtreden.AANVRAAG: "aangevraagd",
    Wachtreden.INGEDIEND: "sleutel ingediend",
    Wachtreden.STIL: "school doet niets",
    Wachtreden.BIJ_SCHOOL: "school lost een fout niet op",
    Wachtreden.OPHALEN: "ophalen mislukt",
    Wachtreden.VERSTUREN: "versturen mislukt",
    Wachtreden.LEVERANCIER: "fout bij de leverancier",
    Wachtreden.STORING: "storing duurt al een nacht",
    Wachtreden.EINDE: "school wil stoppen",
    Wachtreden.PAUZE: "pauze zonder einde",
    Wachtreden.VAKANTIES: "schoolvakanties niet bekend",
    Wachtreden.MAIL: "mail niet aangekomen",
    Wachtreden.AANVRAAGMAIL: "mail is niet duidelijk",
    Wachtreden.ADRES: "mailadres werkt niet",
    Wachtreden.LAS_GEPAUZEERD: "storing: uitwisseling wacht",
    Wachtreden.CERTIFICAAT_VERLOOPT: "clientcertificaat verloopt",
    Wachtreden.CERTIFICAAT_VERLOPEN: "clientcertificaat verlopen",
    Wachtreden.CERTIFICAAT_ONLEESBAAR: "clientcertificaat onleesbaar",
}


def unanswered(row: Wachtend) -> str:
    """How many questions nobody answered, or how much is new."""
    if row.wat == ZONDER_VRAGEN:
        return aantal(row.number, "nieuw gegeven", "nieuwe gegevens")
    return aantal(row.number, "vraag", "vragen")


def elsewhere(row: Wachtend) -> str:
    """Who is at another location, with the groepen and leerkrachten that belong to them only."""
    numbers = {Soort.LEERLING: row.number}
    if row.koppeling is not None:
        numbers[Soort.LEERKRACHT] = row.koppeling.elders_leerkrachten or 0
        numbers[Soort.GROEP] = row.koppeling.elders_groepen or 0
    return wie({soort: number for soort, number in numbers.items() if number})


def _verdict(koppeling: Koppeling, las: str) -> str:
    """What the LAS made of the key: by this klantenservice decides."""
    tekst = proef(koppeling, las)
    if not tekst:
        return ""
    return f"De sleutel werkt: {tekst}." if koppeling.proef_gelukt else f"{tekst} (code {koppeling.proef_code})"
