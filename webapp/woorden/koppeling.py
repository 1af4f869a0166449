"""The words of a koppeling: why an act was refused, what was recognised, and what an act came to."""

from __future__ import annotations

from collections.abc import Iterator

from webapp.filters import aantal, datum, getal, moment, woord
from webapp.models import Koppeling, School
from webapp.models.aanvraagmail import Onduidelijk
from webapp.models.koppeling import Afwijsreden, KoppelingAct
from webapp.services.inname.parkeren import AbsentChanged, NobodyToBringBack, NobodyToPark
from webapp.services.koppeling.errors import (
    AlreadyCoupled,
    AlreadyDecided,
    ContactOfOther,
    EndNotAsked,
    EndOfPauseIsPast,
    ExterneNummersLeft,
    NoAanvraag,
    NoAanvraagmail,
    NoContact,
    NoKoppeling,
    NoSchool,
    NoSleutel,
    NotApproved,
    NothingChanged,
    NumbersChanged,
    NumbersInUse,
    OtherBrin,
    PausedByKlantenservice,
    RecognisedOther,
    RemindedToday,
    SchooljaarUnchanged,
    Stopped,
    TooManyAanvragen,
)
from webapp.services.koppeling.herkenning import Herkenning
from webapp.services.koppeling.register import Inschrijving
from webapp.services.ophalen.stand import Ophaalstand, Stand
from webapp.woorden import schakelaars
from webapp.woorden.namen import Namen
from webapp.woorden.weigeringen import register, zeg

register(
    {
        NoKoppeling: "Deze koppeling bestaat niet.",
        NoSchool: "Deze aanvraag hoort nog niet bij een school.",
        NoSleutel: "Deze koppeling heeft geen autorisatiesleutel: de school vult er een in. Er is niets veranderd.",
        PausedByKlantenservice: (
            "De klantenservice heeft de koppeling stilgezet. Neem contact op om verder te gaan. Er is niets veranderd."
        ),
        EndNotAsked: "De school vraagt niet om het einde: schrijf waarom u het doet. Er is niets veranderd.",
        EndOfPauseIsPast: "Dat moment is al voorbij. Er is niets veranderd.",
        NotApproved: "De koppeling loopt nu niet; er valt niets op te halen. Er is niets veranderd.",
        NoAanvraag: "Deze aanvraag is er niet meer. Er is niets veranderd.",
        NoAanvraagmail: "Een collega heeft deze mail al afgehandeld. Er is niets veranderd.",
        NothingChanged: "U heeft niets gewijzigd. Er is niets veranderd en er gaat geen mail.",
        NobodyToPark: "Kies ten minste één leerling die nog in de lijst staat. Er is niets veranderd.",
        AbsentChanged: "De lijst is intussen anders. Er is niets veranderd; kijk hem nog eens na.",
        NobodyToBringBack: "Kies ten minste één leerling die nog geparkeerd is. Er is niets veranderd.",
        Stopped: "De uitwisseling ligt stil tot de fout hierboven is opgelost.",
        RecognisedOther: "School of account is intussen veranderd. Er is niets gedaan; kijk het nog eens na.",
        NumbersInUse: "De koppeling is al in gebruik: deze nummers zijn de koppeling zelf. Er is niets gewist.",
        NumbersChanged: "Het aantal externe nummers is intussen veranderd. Er is niets gewist; kijk het nog eens na.",
    }
)

REGIO_GEKOZEN = "De vakantieregio is bewaard. In schoolvakanties sturen wij geen herinneringen."
VRAGEN = {
    KoppelingAct.VRIJGEVEN: "Alle geweigerde resultaten van deze school opnieuw klaarzetten?",
    KoppelingAct.GOEDKEUREN_TERUGNEMEN: (
        "De goedkeuring terugnemen? De koppeling wacht dan weer op goedkeuring, en er wordt niets opgehaald. Ging de "
        "mail over de goedkeuring al weg, dan gaat er een mail dat zij niet meer geldt."
    ),
    KoppelingAct.INTREKKEN: (
        "Deze aanvraag intrekken? Doe dit als de school het vraagt: de aanvrager krijgt er geen mail van. Wie door "
        "deze aanvraag beheerder werd, is dat niet meer; daarvan krijgen de beheerders bericht."
    ),
    KoppelingAct.OPNIEUW_AANVRAGEN: (
        "Een nieuwe aanvraag maken met dezelfde school en contactpersoon? Doe dit als u de school sprak. U zet haar "
        "daarna open, als elke andere; de school maakt een nieuwe sleutel. Deze koppeling blijft beëindigd."
    ),
}
"""What klantenservice is asked before an act."""
_GEDAAN = {
    KoppelingAct.GOEDKEUREN: "{} is goedgekeurd. Terugnemen kan op de pagina van de koppeling, tot wij ophaalden.",
    KoppelingAct.GOEDKEUREN_TERUGNEMEN: "De goedkeuring van {} is teruggenomen. De koppeling wacht weer.",
    KoppelingAct.AFWIJZEN: "{} is afgewezen. De mail met de reden gaat nu weg.",
    KoppelingAct.INTREKKEN: "De aanvraag van {} is ingetrokken.",
    KoppelingAct.HERINNEREN: "{} krijgt een herinnering.",
    KoppelingAct.OPHALEN: "{}: wij halen nu op.",
    KoppelingAct.PAUZEREN: "{} staat op pauze. De beheerders krijgen een mail.",
    KoppelingAct.PAUZE_WIJZIGEN: "{} blijft op pauze, zoals u nu invulde. De beheerders krijgen een mail.",
    KoppelingAct.HERVATTEN: "{} is hervat. De beheerders krijgen een mail.",
    KoppelingAct.SLEUTEL_VRAGEN: "{}: de oude sleutel is gewist. De beheerders krijgen een mail.",
    KoppelingAct.OPNIEUW_AANVRAGEN: "Er is een nieuwe aanvraag van {}. Zet haar open in de wachtrij.",
    KoppelingAct.BEEINDIGEN: "De koppeling van {} is beëindigd. De beheerders krijgen een mail.",
}


def fetching_waits(stand: Ophaalstand, namen: Namen) -> str:
    """Why a fetch that was asked for does not begin; nothing when it does."""
    if stand.schakelaar is not None:
        return f"{schakelaars.for_school(stand.schakelaar, namen)} {schakelaars.further(stand.schakelaar)}"
    if stand.stand is Stand.LAS_GEPAUZEERD:
        return (
            f"{namen.las_voorop} heeft een storing; dat merken meer scholen. Zodra het over is, halen wij vanzelf op."
        )
    return ""


@zeg.register
def _(error: AlreadyDecided, namen: Namen) -> str:
    return f"Er is niets veranderd: de koppeling van {error.schoolnaam} is al {error.status}."


@zeg.register
def _(error: ContactOfOther, namen: Namen) -> str:
    return f"Er is niets veranderd. {contact_of_other(error.email, error.schoolnaam)}"


@zeg.register
def _(error: SchooljaarUnchanged, namen: Namen) -> str:
    return f"Er is niets veranderd: de koppeling staat al op {error.schooljaar}."


@zeg.register
def _(error: ExterneNummersLeft, namen: Namen) -> str:
    nummers = aantal(error.number, "oud extern nummer", "oude externe nummers")
    return (
        f"Er {woord(error.number, 'staat', 'staan')} nog {nummers}. "
        f"Wis {woord(error.number, 'dat', 'die')} eerst (stap 2) en plak daarna de sleutel opnieuw. "
        "Er is niets opgeslagen."
    )


@zeg.register
def _(error: OtherBrin, namen: Namen) -> str:
    return (
        f"Met dit mailadres is voor {error.brin} geen aanvraag gedaan. Kijk het BRIN na: twee cijfers en twee letters. "
        "Er is niets veranderd."
    )


@zeg.register
def _(error: TooManyAanvragen, namen: Namen) -> str:
    return (
        f"Vanaf uw netwerk zijn vandaag al {error.number} aanvragen gedaan. Probeer het morgen opnieuw, of mail de "
        "klantenservice. Er is niets verstuurd."
    )


@zeg.register
def _(error: RemindedToday, namen: Namen) -> str:
    return f"{error.schoolnaam} kreeg vandaag al een herinnering, of heeft nog geen beheerder. Er is niets verstuurd."


@zeg.register
def _(error: NoContact, namen: Namen) -> str:
    return (
        f"Van {error.schoolnaam} is niet meer bekend wie de koppeling aanvroeg. Laat de school een nieuwe aanvraag "
        "doen. Er is niets veranderd."
    )


@zeg.register
def _(error: AlreadyCoupled, namen: Namen) -> str:
    return f"Er is niets veranderd. {coupled(error.schoolnaam, error.status)}"


def coupled(schoolnaam: str, status: str) -> str:
    """That a school has a koppeling, so that another aanvraag for it cannot be opened up."""
    return (
        f"{schoolnaam} heeft al een koppeling ({status}). Wijs deze aanvraag af, of trek eerst de andere in als die "
        "niet van de school is."
    )


ONDUIDELIJK = {
    Onduidelijk.GEEN_TEKST: "De twee regels met naam en BRIN staan er niet in.",
    Onduidelijk.NAAM: "De naam van de school staat er niet in.",
    Onduidelijk.BRIN: "Het BRIN-nummer ontbreekt of klopt niet.",
    Onduidelijk.MEER_DAN_EEN: "Er staan meer scholen of BRIN-nummers in.",
    Onduidelijk.TE_VEEL: "Dit adres deed vandaag al 20 aanvragen.",
}
"""Why a person has to read a mail."""
AFWIJSREDENEN = {
    Afwijsreden.BRIN: (
        "BRIN en naam horen niet bij elkaar",
        "Het BRIN en de naam van de school horen niet bij elkaar.",
    ),
    Afwijsreden.NIET_NAMENS_SCHOOL: (
        "Niet namens de school",
        "Wij hebben de school gebeld, en daar is deze aanvraag niet bekend.",
    ),
    Afwijsreden.AL_GEKOPPELD: (
        "De school heeft al een koppeling",
        "Uw school heeft al een koppeling. Vraag een beheerder van uw school om u erbij te zetten.",
    ),
    Afwijsreden.ANDER_LAS: (
        "De school werkt met een andere administratie",
        "Uw school werkt niet met {las}. Deze koppeling is er alleen voor scholen die dat wel doen.",
    ),
    Afwijsreden.SLEUTEL: (
        "De sleutel hoort niet bij deze school",
        "De autorisatiesleutel hoort niet bij deze school. Maak in {las} een nieuwe voor de goede school.",
    ),
}
"""Each reason as klantenservice chooses it, and as the school reads it."""


def afwijzing(reden: str | None, toelichting: str | None, las: str) -> str:
    """Why an aanvraag was rejected, with what klantenservice wrote beside it."""
    known = AFWIJSREDENEN[Afwijsreden(reden)][1].format(las=las) if reden else ""
    return "\n".join(filter(None, (known, toelichting)))


WITHDRAWN_BY_SCHOOL = "De aanvraag is ingetrokken. U hoeft verder niets te doen."
"""What withdrawing came to, for whoever asked."""


def mail_was_read(afzender: str) -> str:
    return f"Genoteerd: de mail van {afzender} is afgehandeld."


def done(handeling: KoppelingAct, koppeling: Koppeling) -> str:
    """Tell klantenservice what its act came to."""
    return _GEDAAN[handeling].format(koppeling)


def opened_up(koppeling: Koppeling) -> str:
    return f"{koppeling} staat open. De school krijgt de volgende stappen."


def corrected(koppeling: Koppeling) -> str:
    if koppeling.mag(KoppelingAct.OPENZETTEN):
        return f"De aanvraag is verbeterd. {koppeling.contact_email} krijgt een bevestiging."
    return "De aanvraag is verbeterd."


def cleared(number: int) -> str:
    """How many old numbers are gone, and what stays."""
    gewist = aantal(number, "extern nummer", "externe nummers")
    return f"{gewist} gewist. Namen, groepen en toetsresultaten zijn niet gewijzigd."


def parked(number: int) -> str:
    """How many leerlingen are out of the lists, and that it can be undone."""
    wie = aantal(number, "leerling", "leerlingen")
    return f"{wie} geparkeerd. De resultaten blijven bewaard; terugzetten kan op deze pagina."


def left(number: int, namen: Namen) -> str:
    """That nobody was parked, and when it is asked again."""
    wie = aantal(number, "leerling blijft", "leerlingen blijven")
    zijn = woord(number, "Is die", "Zijn ze")
    return f"{wie} hier staan. {zijn} in het volgende schooljaar nog niet in {namen.las}, dan vragen wij het opnieuw."


def brought_back(number: int) -> str:
    """How many leerlingen are in the lists again."""
    return f"{aantal(number, 'leerling staat', 'leerlingen staan')} weer in de groep van toen."


def schooljaar_changed(schooljaar: str) -> str:
    """Which school year is fetched from now on, and how to go back."""
    return f"De koppeling haalt vanaf nu schooljaar {schooljaar} op. Terug kan op de pagina Koppelen met LAS."


def contact_of_other(email: str, schoolnaam: str) -> str:
    """Why an aanvraag cannot be opened up: the contact belongs to somebody else."""
    return (
        f"{email} is geen beheerder van {schoolnaam}. Bel de school, en wijzig daarna de contactpersoon van deze "
        "aanvraag."
    )


def warnings(koppeling: Koppeling, found: Herkenning) -> Iterator[str]:
    """What a person should look at before opening up."""
    if (odd := register_says(found.register, koppeling)) is not None:
        yield odd
    if found.school is None:
        if found.register is not None and found.register.naam is not None:
            yield f"In het register heet deze school “{found.register.naam}”, in {found.register.plaats}."
        yield (
            f"BRIN {koppeling.brin} met vestiging {koppeling.vestiging} kennen wij nog niet: er komt een nieuwe, lege "
            "school. Klopt het BRIN? Een school die al toetst, staat er al."
        )
        return
    if found.school.naam.casefold() != koppeling.schoolnaam.casefold():
        yield f"Bij dit BRIN kennen wij “{found.school.naam}”; in de aanvraag staat “{koppeling.schoolnaam}”."
    if found.koppeling is not None and found.koppeling.id != koppeling.id:
        yield coupled(found.koppeling.schoolnaam, found.koppeling.status)
    if found.asks_the_school:
        now = "heeft nog geen account" if found.account is None else "is nu beheerder van een andere school"
        yield f"{koppeling.contact_email} {now} en hoort nog niet bij deze school."


def register_says(found: Inschrijving | None, koppeling: Koppeling) -> str | None:
    """What is odd about a BRIN, by the register; None when nothing is, or there is no register."""
    if found is None:
        return None
    if found.naam is None:
        return (
            f"BRIN {koppeling.brin} met vestiging {koppeling.vestiging} staat niet in het register van scholen. Bel de "
            "school en vraag het BRIN na."
        )
    if found.gesloten_op is not None:
        return (
            f"Volgens het register is {found.naam} in {found.plaats} gesloten sinds {datum(found.gesloten_op)}. Bel de "
            "school: onder welk BRIN gaat zij verder?"
        )
    return None


def read_in(school: School, leerlingen: int) -> str:
    """What was read in of a school, and when."""
    if school.ingelezen_op is None:
        return f"niet ingelezen; {aantal(leerlingen, 'leerling staat', 'leerlingen staan')} hier"
    found = ", ".join(f"{getal(number)} {bestand}" for bestand, number in school.ingelezen.items())
    return f"ingelezen op {moment(school.ingelezen_op)}: {found}"


def first_beheerder(koppeling: Koppeling, found: Herkenning) -> str:
    """What opening up makes of the contact."""
    if found.asks_the_school:
        who = f"{koppeling.contact_naam} ({koppeling.contact_email})"
        if not found.andere_beheerders:
            return f"{who} wordt beheerder na het aannemen van een uitnodiging. De school heeft nu geen beheerder."
        wie = aantal(found.andere_beheerders, "beheerder krijgt", "beheerders krijgen")
        return f"{wie} de vraag of {who} beheerder mag worden. Zonder ja gebeurt dat niet."
    if found.is_new_account:
        who = f"{koppeling.contact_naam} ({koppeling.contact_email})"
        return f"{who} wordt beheerder en krijgt een mail om een wachtwoord in te stellen."
    assert found.account is not None
    who = f"{found.account.naam} ({found.account.email})"
    if found.is_new_here:
        return f"{who} is al beheerder van een andere school en wordt het ook van deze, nieuwe school."
    return f"{who} is al beheerder."
