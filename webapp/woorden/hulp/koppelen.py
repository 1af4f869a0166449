"""Help from the aanvraag to the first import, and with a pause and an end."""

from __future__ import annotations

from webapp.services.overzicht.einde import Einde
from webapp.woorden.hulp.onderwerp import (
    BEHEERDER,
    NIETS,
    SLEUTEL_MAKEN,
    SLEUTEL_PLAKKEN,
    VANZELF,
    WIJ,
    Bladzijde,
    Onderwerp,
    Stap,
    U,
    Wat,
)

AANVRAGEN: dict[Wat, Onderwerp] = {
    Einde.GEEN_KOPPELING: Onderwerp(
        "Een koppeling aanvragen",
        "Uw school heeft nog geen koppeling met {las}. Er gaat nog niets heen en weer.",
        "Na uw aanvraag krijgt u een mail om te bevestigen. Daarna zetten wij de koppeling open in {las}, meestal "
        "dezelfde werkdag.",
        U,
        "Niets, tot de school aanvraagt. Vraagt zij per telefoon? Wijs op het formulier: de bevestiging per mail hoort "
        "erbij.",
        "",
        (
            Stap("Vul het formulier Koppeling aanvragen in: de naam van uw school en het BRIN (twee cijfers en twee "
                 "letters)."),
            Stap("Bevestig met de knop in de mail die u dan krijgt."),
            Stap("Wacht op onze mail dat de koppeling openstaat. Maak daarna de autorisatiesleutel in {las}."),
        ),
    ),
    Einde.ONBEVESTIGD: Onderwerp(
        "De aanvraag is nog niet bevestigd",
        "U vroeg de koppeling aan. De knop in onze mail is nog niet gebruikt.",
        "Na het bevestigen gaan wij aan het werk. Na 14 dagen zonder bevestiging vervalt de aanvraag.",
        U + " Geen mail? Kijk bij ongewenste mail, of vraag opnieuw aan.",
        "Niets: zonder bevestiging werkt niemand eraan. Kwam de mail niet aan, kijk dan bij Mails of het adres klopt.",
    ),
    Einde.AANGEVRAAGD: Onderwerp(
        "De aanvraag is binnen",
        "Wij hebben de aanvraag van uw school. De koppeling staat nog niet open in {las}.",
        "Wij zetten de koppeling open in {las}, meestal dezelfde werkdag. Wie aanvroeg, krijgt een mail met de "
        "volgende stappen.",
        WIJ,
        "Zet de koppeling open in het portaal van {las} en kies daarna in de wachtrij: Opengezet. De school krijgt dan "
        "haar mail.",
        NIETS,
    ),
    Einde.OPENGEZET: Onderwerp(
        "De autorisatiesleutel maken en invullen",
        "De koppeling staat open in {las}. Er is nog een autorisatiesleutel nodig: die maakt u in {las}.",
        "Wij proberen de sleutel zodra u die plakt, en zeggen meteen of die werkt. Daarna keuren wij uw aanvraag goed.",
        U,
        "De school doet dit. Belt zij: loop de stappen samen door. Ziet zij de koppeling niet in {las}, kijk dan in "
        "het portaal of die voor dit BRIN en deze vestiging openstaat.",
        "",
        SLEUTEL_MAKEN + SLEUTEL_PLAKKEN,
    ),
    Einde.INGEDIEND: Onderwerp(
        "De sleutel is ingediend",
        "Wij hebben de sleutel van uw school. Er is nog niets opgehaald.",
        "Wij keuren de aanvraag goed, meestal dezelfde werkdag. De beheerders krijgen een mail en wij halen de "
        "gegevens meteen op.",
        WIJ,
        "Is elk bewijs groen, kies dan Goedkeuren. Anders kiest u Bekijken: daar staat bij elk bewijs wat u doet. Is "
        "het de school niet, wijs dan af met een reden. Een goedkeuring kan terug tot er iets is opgehaald.",
        NIETS,
    ),
    Einde.AFGEWEZEN: Onderwerp(
        "De aanvraag is afgewezen",
        "Wij konden uw aanvraag niet goedkeuren. De reden staat in de mail en bij Koppelen met LAS.",
        "Is de reden opgelost, dan dient u de sleutel daar opnieuw in. Er is niets aan uw gegevens gewijzigd.",
        U,
        "De school lost de reden op en dient opnieuw in. Was afwijzen een vergissing, kies dan Opengezet: de school "
        "kan dan verder.",
        "",
        SLEUTEL_MAKEN + SLEUTEL_PLAKKEN,
    ),
    Einde.INGETROKKEN: Onderwerp(
        "De aanvraag is ingetrokken",
        "De aanvraag is gestopt voordat de koppeling werkte. Er is niets gewijzigd.",
        "Er gebeurt niets meer met deze aanvraag. Opnieuw aanvragen kan altijd.",
        "Niemand hoeft iets te doen.",
        "Niets. Vraagt de school opnieuw aan, dan komt dat als een nieuwe aanvraag in de wachtrij.",
        NIETS,
    ),
    Einde.EERSTE_KEER: Onderwerp(
        "Voor het eerst gegevens ophalen",
        "De koppeling is goedgekeurd. Wij halen groepen, leerkrachten en leerlingen op uit {las}.",
        "Dat duurt meestal minder dan een minuut. Is er iets te controleren, dan krijgen de beheerders een mail.",
        VANZELF,
        "Niets. Duurt het langer dan een uur, kijk dan bij de koppeling welke code erbij staat.",
        NIETS,
    ),
}  # fmt: skip
PAUZE_EN_EINDE: dict[Wat, Onderwerp] = {
    Einde.GEPAUZEERD: Onderwerp(
        "De koppeling staat op pauze",
        "Er wordt niets opgehaald en niets verstuurd. Er is niets kwijt.",
        "Na het hervatten gaat alles verder waar het was. Resultaten die wachten, gaan dan vanzelf mee.",
        "Heeft uw school zelf gepauzeerd, dan kunt u hervatten bij Koppelen met LAS. Deden wij het, neem dan contact "
        "op met de klantenservice.",
        "Kijk bij de school wie pauzeerde en waarom. Is de reden weg, kies dan Hervatten.",
        BEHEERDER,
    ),
    Einde.EINDE_GEVRAAGD: Onderwerp(
        "Het einde van de koppeling is gevraagd",
        "Een beheerder van uw school vroeg om de koppeling te beëindigen.",
        "Wij bellen uw school om het te bevestigen. Tot die tijd gaat alles door zoals het was.",
        "Wij zijn aan zet. Wilt u toch doorgaan, kies dan Toch doorgaan bij Koppelen met LAS.",
        "Bel de school. Klopt het, kies dan Beëindigen en sluit de koppeling ook in het portaal van {las}.",
        NIETS,
    ),
    Einde.BEEINDIGD: Onderwerp(
        "De koppeling is beëindigd",
        "Er gaat niets meer heen en weer tussen {testcentrum} en {las}.",
        "Uw resultaten blijven hier bewaard. Opnieuw koppelen kan altijd met een nieuwe aanvraag.",
        "Niemand hoeft iets te doen.",
        "Niets. Wil de school opnieuw koppelen, dan vraagt zij opnieuw aan en maakt zij een nieuwe sleutel.",
        NIETS,
    ),
}
CONTROLEREN: dict[Wat, Onderwerp] = {
    Einde.CONTROLEREN: Onderwerp(
        "Controleren en importeren",
        "Er is iets nieuws uit {las} dat wij niet zeker weten. Daarom vragen wij het aan u.",
        "Tot u antwoordt, blijft alles zoals het is. Pas na Gegevens importeren in de samenvatting wordt er iets "
        "geschreven. Terugdraaien kan daarna 30 dagen.",
        U,
        "De school antwoordt zelf: alleen zij kent de leerlingen. Doet zij na de herinneringen niets, bel dan: kan er "
        "iemand inloggen?",
        "",
        (
            Stap("Kies Controleren, of Beheer > Koppelen met LAS > Gegevens importeren."),
            Stap("Beantwoord de vragen een voor een. Weet u het niet, kies dan Later of geef de vraag door aan een "
                 "collega."),
            Stap("Kijk zo nodig bij Groepen, Leerkrachten en Leerlingen: Nieuw toevoegen, Bestaand koppelen, Niet "
                 "importeren. Is de koppeling niet de goede, kies dan koppeling aanpassen, zoek, en kies koppel."),
            Stap("Kies Gegevens importeren. Lees de samenvatting, en kies daar nog een keer Gegevens importeren."),
        ),
    ),
    Bladzijde.OEFENEN: Onderwerp(
        "Oefenen",
        "Er is een oefenschool met verzonnen leerlingen. Alle schermen zijn zoals op uw eigen school, en er gaat niets "
        "naar buiten.",
        "Elke nacht begint de oefenschool opnieuw: wat u oefende, is dan weg. Op uw eigen school verandert niets.",
        "Wie wil oefenen: een beheerder, of de klantenservice. Bovenaan elke pagina staat dat u oefent, met de knop "
        "Stoppen.",
        "Oefen zelf mee als u nieuw bent: u ziet dan wat een school ziet. De wachtrij staat er niet in.",
        "",
        (
            Stap("Kies Oefenen, en dan Beginnen met oefenen."),
            Stap("Kies Controleren en beantwoord de vragen. Kies daarna twee keer Gegevens importeren."),
            Stap("Vul scores in, normeer ze, en kies Nu versturen. Het antwoord van {las} is er meteen."),
            Stap("Ging er iets mis? Kies Wat kunt u oefenen, en dan Opnieuw beginnen."),
            Stap("Kies Stoppen. U bent dan weer op uw eigen school."),
        ),
    ),
    Bladzijde.DOORGEGEVEN: Onderwerp(
        "Een vraag die een collega doorgaf",
        "Een beheerder vraagt wat u van een leerling, groep of leerkracht weet.",
        "De beheerder leest uw antwoord en beslist. Met uw antwoord verandert er nog niets.",
        "Aan wie de vraag is doorgegeven. Weet die het niet, dan is dat ook een antwoord.",
        "Niets: de school regelt dit zelf.",
        "U bent aan zet als een vraag aan u is doorgegeven. Weet u het niet, zeg dat dan.",
    ),
    Einde.VASTGEHOUDEN: Onderwerp(
        "Even wachten: klopt dit?",
        "In {las} is in één keer opvallend veel veranderd. Wat daarbij ongewoon is, houden wij vast: daar is niets aan "
        "gewijzigd.",
        "Wij kijken elke nacht opnieuw. Staat het in {las} weer goed, dan gaat het vanzelf verder.",
        U + " Klopt het niet, herstel het in {las} en haal opnieuw op. Klopt het wel, zeg dat dan op de pagina.",
        "De school kiest; alleen zij weet of het klopt. Na twee dagen zonder antwoord: bel.",
    ),
    Einde.KLOPT_NIET: Onderwerp(
        "Iemand meldt dat een koppeling niet klopt",
        "Iemand van uw school denkt dat een leerling met de verkeerde is gekoppeld.",
        "De resultaten van deze leerling gaan niet naar {las} tot een beheerder antwoord geeft.",
        U + " Kijk op de pagina van de leerling of het dezelfde is.",
        "De school antwoordt. Blijft het weken liggen, bel dan: de resultaten wachten.",
        "Meldde u dit zelf? Dan is een beheerder van uw school aan zet. U hoort het van die beheerder.",
    ),
    Einde.NIET_GEKOPPELD: Onderwerp(
        "Resultaten van een leerling die niet gekoppeld is",
        "Er zijn resultaten van een leerling die nog niet gekoppeld is. Die kunnen wij nergens heen sturen.",
        "Is de leerling gekoppeld, dan gaan de resultaten vanzelf mee.",
        U + " Staat de leerling in {las}, kies dan Gegevens importeren en koppel.",
        "De school koppelt. Staat de leerling niet in {las}, dan blijven de resultaten hier.",
        BEHEERDER,
    ),
    Einde.NIET_IN_LAS: Onderwerp(
        "Leerlingen die hier staan en niet in {las}",
        "Deze leerlingen staan bij ons in een groep, en {las} stuurt ze niet.",
        "Er gebeurt niets met hen tot u kiest. Parkeren bewaart alle resultaten en is terug te draaien.",
        U + " Parkeer wie van school is. Wie moet blijven, laat u staan.",
        "De school kiest. Zijn het er veel, kijk dan of de vestiging klopt.",
    ),
    Einde.ANDERE_LOCATIE: Onderwerp(
        "Leerlingen van een andere locatie",
        "{las} stuurt leerlingen mee die volgens {las} bij een andere locatie horen. Die nemen wij niet over.",
        "De andere leerlingen gaan gewoon door. Wij nemen contact op met uw school over de juiste locatie.",
        WIJ,
        "Vraag de school of de vestiging van de koppeling klopt, en of de sleutel meer locaties opent.",
        NIETS,
    ),
}  # fmt: skip
ALLEEN_LEERKRACHT: dict[Wat, Onderwerp] = {
    Bladzijde.VOOR_BEHEERDER: Onderwerp(
        "Een beheerder is aan zet",
        "Een beheerder van uw school heeft nog iets te doen voor de koppeling met {las}.",
        "Daarna gaat alles vanzelf verder. Wat u invult, blijft hier bewaard.",
        BEHEERDER,
        "Zie wat er bij de school openstaat.",
        BEHEERDER,
    ),
}
