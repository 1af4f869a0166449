"""Help with what happens each night, with results, with the turn of the school year, and with people."""

from __future__ import annotations

from webapp.services.overzicht.einde import Einde
from webapp.woorden.hulp.onderwerp import (
    BEHEERDER,
    NIETS,
    SLEUTEL_MAKEN,
    VANZELF,
    WIJ,
    Bladzijde,
    Onderwerp,
    Stap,
    U,
    Wat,
)

ELKE_NACHT: dict[Wat, Onderwerp] = {
    Bladzijde.IN_ORDE: Onderwerp(
        "Alles is in orde",
        "De koppeling werkt en er staat niets open.",
        "Elke nacht halen wij op wat in {las} veranderde en sturen wij de genormeerde resultaten. Is er iets te "
        "controleren, dan krijgen de beheerders een mail.",
        "Niemand hoeft iets te doen. U hoeft deze pagina niet in de gaten te houden.",
        "Niets.",
        "U hoeft niets te doen. Resultaten die u normeert, gaan komende nacht mee.",
    ),
    Einde.SLEUTEL_GEWEIGERD: Onderwerp(
        "De sleutel werkt niet (meer)",
        "{las} weigert de autorisatiesleutel. Vaak is daar een nieuwe sleutel gemaakt, of is de koppeling stopgezet.",
        "De uitwisseling ligt stil tot er een nieuwe sleutel is. Er is niets kwijt.",
        U + " Maak een nieuwe sleutel en plak die bij Koppelen met LAS, Nieuwe sleutel invullen.",
        "De school maakt een nieuwe sleutel. Kan zij in {las} geen sleutel maken, kijk dan in het portaal of de "
        "koppeling nog openstaat. {las} zegt hetzelfde bij een verkeerd BRIN.",
        BEHEERDER,
        (
            SLEUTEL_MAKEN[0],
            *SLEUTEL_MAKEN[3:],
            Stap("Kies hier Beheer > Koppelen met LAS > Nieuwe sleutel invullen, en plak de sleutel."),
        ),
    ),
    Einde.OPHALEN_HAPERT: Onderwerp(
        "Ophalen lukte even niet",
        "{las} gaf geen bruikbaar antwoord. Er is niets gewijzigd.",
        "Wij proberen het vanzelf opnieuw.",
        VANZELF,
        "Niets, tot het een hele nacht duurt. Bel dan de leverancier van {las}; de code zegt wat er mis is.",
        NIETS,
    ),
    Einde.OPHALEN_MISLUKT: Onderwerp(
        "Ophalen lukt niet",
        "Wij kunnen de gegevens niet ophalen uit {las}. Vannacht opnieuw proberen is niet genoeg.",
        "Wat er hier stond, blijft zo. Is de oorzaak weg, dan gaat het ophalen vanzelf verder.",
        "De statusregel bovenaan zegt wie aan zet is: u, wij of de leverancier van {las}.",
        "De code zegt wat er mis is en wie het oplost: zie de pagina van die code.",
        NIETS,
    ),
    Einde.LAS_GEPAUZEERD: Onderwerp(
        "Storing bij {las}",
        "{las} geeft bij meer scholen fouten. Daarom laten wij {las} even met rust.",
        "Wij kijken elke vijf minuten of het over is. Dan gaat alles vanzelf verder. Er is niets kwijt.",
        VANZELF,
        "Bel de leverancier van {las} als het langer dan een nacht duurt. Scholen hoeft u niet te bellen.",
        NIETS,
    ),
    Einde.NIET_AAN_DE_BEURT: Onderwerp(
        "Nog niet aan de beurt",
        "Van de scholen met {las} gaat elke nacht een deel mee. Uw school was nog niet aan de beurt.",
        "Wie het langst wacht, gaat eerst. Wij laten het aantal groeien. Er is niets kwijt.",
        WIJ,
        "Het aantal scholen per nacht staat bij Schakelaars. Ging de nacht goed, dan verhoogt de leiding het.",
        NIETS,
    ),
    Einde.STILGEZET: Onderwerp(
        "Wij hebben de uitwisseling stilgezet",
        "Wij hebben het ophalen of versturen zelf even gestopt. De reden staat in de statusregel.",
        "Zetten wij het weer aan, dan gaat alles vanzelf verder. Er is niets kwijt.",
        WIJ,
        "Zie Schakelaars: wie zette dit uit, en waarom? De leiding zet het weer aan.",
        NIETS,
    ),
    Einde.CERTIFICAAT: Onderwerp(
        "Ons certificaat is niet geldig",
        "Wij kunnen ons niet legitimeren bij {las}. Daarom wordt er niets uitgewisseld.",
        "Met een nieuw certificaat gaat alles vanzelf verder. Er is niets kwijt.",
        WIJ,
        "Dit raakt alle scholen. Laat beheer vandaag een nieuw certificaat plaatsen.",
        NIETS,
    ),
    Einde.NACHT: Onderwerp(
        "Vannacht is er niets uitgewisseld",
        "De afgelopen nacht kwam er niets uit {las} en ging er niets heen.",
        "Wij zoeken uit waarom. Daarna gaat alles vanzelf verder. Er is niets kwijt.",
        WIJ,
        "Kijk bij Nachten of de nacht begon, en of meer scholen dit hebben. Begon er geen nacht, bel dan beheer.",
        NIETS,
    ),
}
RESULTATEN: dict[Wat, Onderwerp] = {
    Bladzijde.TOETSEN: Onderwerp(
        "Scores invullen en normeren",
        "Bij Toetsen en resultaten vult u per groep de scores in. Een score gaat pas naar {las} als die genormeerd is.",
        "Wat genormeerd is, gaat komende nacht vanzelf naar {las}. Verbetert u later een score, dan gaat die ook.",
        "Wie de toets afnam. Een leerkracht ziet de eigen groepen, een beheerder alle groepen.",
        "De school vult zelf in. U ziet geen namen en geen scores van leerlingen.",
        "U bent aan zet: vul de scores in en normeer.",
        (
            Stap("Kies bij de toets: Invullen. Vul per leerling het aantal goed in."),
            Stap("Kies: Opslaan en normeren. Alleen opslaan kan ook; dan normeert u later."),
            Stap("Kijk bij Waar blijft mijn resultaat? of het in {las} staat."),
        ),
    ),
    Bladzijde.WAAR: Onderwerp(
        "Waar blijft mijn resultaat?",
        "Daar staat van elk resultaat of het in {las} staat, vannacht gaat, geweigerd is of ergens op wacht.",
        "Wat klaarstaat, gaat vanzelf. Staat er Wacht of Geweigerd, dan staat erbij waarop en wie aan zet is.",
        "Dat staat bij elke reden. Bij de meeste hoeft u niets te doen.",
        "Op de pagina van de school staat per reden hoeveel resultaten het zijn. Namen ziet u niet.",
        "U ziet uw eigen groepen. Vul in en normeer wat nog ontbreekt; de rest gaat vanzelf of ligt bij een beheerder.",
    ),
    Einde.GEWEIGERD: Onderwerp(
        "Resultaten die geweigerd zijn",
        "{las} nam een of meer resultaten niet aan. Ze blijven hier bewaard.",
        "Is de reden weg, dan gaan ze opnieuw mee. Dubbel komen ze er niet in.",
        "U, wij of de leverancier van {las}. Per reden staat dat op de pagina Waar blijft mijn resultaat?",
        "De code zegt waarom en wie het oplost: zie de pagina van die code. Raakt het veel scholen, bel dan de "
        "leverancier van {las}.",
        "U hoeft niets te doen: een beheerder of wij lossen dit op. De resultaten blijven hier bewaard.",
    ),
    Einde.NAKIJKEN: Onderwerp(
        "Resultaten om na te kijken",
        "Onze gegevens zijn na een storing teruggezet. {las} heeft misschien een nieuwere score dan wij.",
        "Wij versturen deze resultaten pas als iemand van uw school ze heeft nagekeken.",
        U + " Kijk in {las} welke score klopt, en zeg het bij het resultaat.",
        "De school kijkt na. Leg uit dat er niets kwijt is.",
        BEHEERDER,
    ),
    Einde.ELDERS_AFGELEVERD: Onderwerp(
        "Een resultaat staat in {las} bij een andere leerling",
        "Een koppeling is verbeterd nadat er al een resultaat was verstuurd. Dat staat in {las} nog bij de verkeerde.",
        "Bij de goede leerling komt het vanzelf. Wij kunnen in {las} niets weghalen.",
        U + " Verwijder het in {las} en vink het af op de pagina Waar blijft mijn resultaat?",
        "De school verwijdert het in {las}. Weet zij niet hoe, dan helpt de leverancier van {las}.",
        BEHEERDER,
    ),
    Einde.BLIJFT_LIGGEN: Onderwerp(
        "Resultaten die blijven liggen",
        "Er zijn resultaten die al twee dagen konden gaan en niet gingen.",
        "Wij zoeken uit waarom. Daarna gaan ze vanzelf. Er is niets kwijt.",
        WIJ,
        "Kijk bij de koppeling wanneer er weer verstuurd wordt, en bij Nachten of de school aan de beurt kwam. Ziet u "
        "geen reden, meld het dan aan beheer.",
        NIETS,
    ),
    Einde.VERSTUREN_HAPERT: Onderwerp(
        "Versturen lukte even niet",
        "{las} nam de resultaten nog niet aan. Ze blijven hier bewaard.",
        "Wij sturen ze vanzelf opnieuw. Dubbel komen ze er niet in.",
        VANZELF,
        "Niets, tot het een hele nacht duurt. Bel dan de leverancier van {las}.",
        NIETS,
    ),
    Einde.VERSTUREN_MISLUKT: Onderwerp(
        "Versturen lukt niet",
        "Wij kunnen de resultaten niet kwijt in {las}. Vannacht opnieuw proberen is niet genoeg.",
        "De resultaten blijven hier bewaard. Is de oorzaak weg, dan gaan ze vanzelf mee.",
        "De statusregel bovenaan zegt wie aan zet is: u, wij of de leverancier van {las}.",
        "De code zegt wat er mis is en wie het oplost: zie de pagina van die code.",
        NIETS,
    ),
}
NIEUW_SCHOOLJAAR: dict[Wat, Onderwerp] = {
    Einde.NIEUW_SCHOOLJAAR: Onderwerp(
        "Het nieuwe schooljaar is nog niet begonnen",
        "Het is een nieuw schooljaar, en {las} geeft daarvan nog geen gegevens.",
        "Wij vragen er elke nacht naar. Staat het klaar, dan gaat iedereen vanzelf een groep verder.",
        VANZELF + " Zet in {las} wel het nieuwe schooljaar en de groepsindeling klaar.",
        "Niets. Na de eerste schoolweken: bel of het nieuwe jaar in {las} actief is.",
        NIETS,
    ),
    Einde.JAAR_UITGESTELD: Onderwerp(
        "Het nieuwe schooljaar is uitgesteld",
        "Uw school koos een dag waarop het nieuwe schooljaar hier begint.",
        "Staat het nieuwe jaar in {las} klaar, dan halen wij tot die dag geen wijzigingen op.",
        "Niemand hoeft iets te doen tot die dag. Eerder overgaan kan bij Koppelen met LAS, Overgaan.",
        "Niets: de school koos dit zelf.",
        NIETS,
    ),
    Einde.JAAR_TERUGGENOMEN: Onderwerp(
        "Het nieuwe schooljaar is teruggenomen",
        "Een beheerder draaide de overgang naar het nieuwe schooljaar terug.",
        "Tot een beheerder het laat beginnen, halen wij geen wijzigingen uit {las}.",
        U + " Kies bij Koppelen met LAS, Overgaan: Toch overgaan.",
        "De school laat het jaar beginnen. Bel als het na een week nog zo is.",
        BEHEERDER,
    ),
}
MENSEN: dict[Wat, Onderwerp] = {
    Bladzijde.MENSEN: Onderwerp(
        "Beheerders en leerkrachten",
        "Een beheerder mag alles van de koppeling. Een leerkracht ziet de eigen groepen en vult scores in.",
        "Wie u uitnodigt, krijgt een mail en maakt zelf een wachtwoord. Alleen een adres geeft nog geen toegang.",
        "Een beheerder nodigt uit en verwijdert. Er blijft altijd een beheerder over.",
        "De school regelt dit zelf. Kan er niemand meer inloggen, kijk dan bij de school wie er beheerder is.",
        "Klopt uw groep niet, of wilt u meer zien? Vraag het aan een beheerder van uw school.",
    ),
    Einde.TOEGANG_GEVRAAGD: Onderwerp(
        "Iemand vraagt om beheerder te worden",
        "Iemand vroeg de koppeling aan of wil beheerder worden, en uw school heeft al een beheerder.",
        "Zegt u ja, dan krijgt die persoon een uitnodiging. Tot die tijd kan die persoon nergens bij.",
        U + " Zeg ja of nee bij Beheerders. Kent u de persoon niet, zeg dan nee.",
        "De beheerders van de school beslissen. Zijn zij allen weg, overleg dan met de leiding.",
    ),
    Einde.OPGESCHORT: Onderwerp(
        "De toegang van een leerkracht is opgeschort",
        "{las} stuurt een leerkracht al drie nachten niet meer. Daarom kan die zolang niet inloggen.",
        "Stuurt {las} de leerkracht weer, of geeft u de toegang terug, dan kan die weer inloggen. Resultaten blijven.",
        U + " Zeg bij Leerkrachten wie nog op school werkt en wie niet.",
        "De school zegt het. Belt een leerkracht die niet kan inloggen: verwijs naar de eigen beheerder.",
    ),
    Einde.MAIL: Onderwerp(
        "Onze mail komt niet aan",
        "Een mailadres van uw school neemt onze mail niet aan.",
        "Wij vragen uw school om het juiste adres. Tot die tijd sturen wij daar niets heen.",
        "Wij zijn aan zet. Geeft u het liever zelf door? Mail of bel de klantenservice.",
        "Vraag de school om het juiste adres en verbeter het bij Adressen. Wat wacht, gaat dan vanzelf.",
        NIETS,
    ),
}
ALLEEN_KLANTENSERVICE: dict[Wat, Onderwerp] = {
    Bladzijde.WACHTRIJ: Onderwerp(
        "De wachtrij",
        "In de wachtrij staat alles waar wij iets voor moeten doen. Wat vanzelf gaat, staat er niet in.",
        "Wat gedaan is, gaat uit de rij. Wat u met Later terug wegzet, komt op die dag vanzelf terug.",
        "U, en wie van de klantenservice meekijkt. Begin bovenaan. Eén regel voor meer scholen is één oorzaak: los die "
        "eerst op, vaak met een telefoontje naar de leverancier.",
        "",
        stappen=(
            Stap("Loop met J en K door de zaken en open er een met Enter. X kiest een zaak; met / zoekt u."),
            Stap(
                "Kies zaken waar hetzelfde voor kan, en doe het in één keer. Wat niet lukt, staat er met de reden bij."
            ),
            Stap("Zet een zaak op uw naam als u eraan werkt. Zo doet niemand hetzelfde twee keer."),
        ),
    ),
}
