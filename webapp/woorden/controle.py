"""The words of the review: kinds, columns and values, what a choice did, why it was refused, what an import came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from webapp.filters import aantal, datum, datum_kort, klok, moment, opsomming, woord
from webapp.models import BatchStatus, Importbatch, Importregel, Keuze, Soort
from webapp.services.controle.errors import (
    AlreadyAnswered,
    AlreadyDone,
    AskedOften,
    ChoicesChanged,
    ChoiceTooLate,
    LeaversChanged,
    NoQuestion,
    NoTarget,
    NothingToCheck,
    OnlyLater,
    PartOfExchange,
    QuestionsOpen,
    Replaced,
    TargetTaken,
    TwoOnOne,
)
from webapp.services.controle.intussen import Wijziging
from webapp.services.controle.overname import Houder
from webapp.services.inname import dubbel
from webapp.services.inname.soorten import KINDS, Doel
from webapp.services.inname.soorten.velden import Geslacht, Jaargroep, Nummer, Veld, Waarde
from webapp.services.inname.uitzonderingen import NothingToTakeBack
from webapp.uwlr.warnings import say as say_warning
from webapp.woorden.namen import Namen
from webapp.woorden.weigeringen import register, zeg


@dataclass(frozen=True, slots=True)
class Soortwoorden:
    """What a kind of record is called."""

    een: str
    meer: str
    """Also the name of its tab, in the address."""
    zelfde: str
    ander: str
    """What the two answers to a question claim."""
    is_in_name: bool = False
    """Whether a name says of which kind it is: Groep 5a, and not 5a."""
    has_results: bool = False
    """Whether test results hang on one, which stay whoever leaves."""

    @property
    def vraag(self) -> str:
        """What is asked about a doubt."""
        return f"Is dit dezelfde {self.een}?"


@dataclass(frozen=True, slots=True)
class Veldwoorden:
    """What a field is called: above a column, and beside its two values in a question."""

    kop: str
    label: str
    soort: str = ""
    """How its column is shown: `getal`, `datum`, or as text."""


SOORTEN: Mapping[Soort, Soortwoorden] = {
    Soort.GROEP: Soortwoorden("groep", "groepen", "dezelfde groep", "een andere groep", is_in_name=True),
    Soort.LEERKRACHT: Soortwoorden("leerkracht", "leerkrachten", "dezelfde leerkracht", "een andere leerkracht"),
    Soort.LEERLING: Soortwoorden("leerling", "leerlingen", "hetzelfde kind", "een ander kind", has_results=True),
}
VELDEN: Mapping[Veld, Veldwoorden] = {
    Veld.NAAM: Veldwoorden("Naam", "naam"),
    Veld.ECKID: Veldwoorden("ECK iD", "ECK iD"),
    Veld.NUMMER: Veldwoorden("Extern nummer", "extern nummer"),
    Veld.GEBOREN: Veldwoorden("Geboren", "geboren", "datum"),
    Veld.GESLACHT: Veldwoorden("Geslacht", "geslacht"),
    Veld.GROEP: Veldwoorden("Groep", "groep"),
    Veld.GROEPEN: Veldwoorden("Groepen", "groepen"),
    Veld.JAARGROEP: Veldwoorden("Jaargroep", "jaargroep"),
    Veld.SCHOOLJAAR: Veldwoorden("Schooljaar", "schooljaar"),
    Veld.EMAIL: Veldwoorden("E-mailadres", "e-mail"),
    Veld.LEERLINGEN: Veldwoorden("Leerlingen", "leerlingen", "getal"),
    Veld.NU: Veldwoorden("Nu", "nu"),
    Veld.RESULTATEN: Veldwoorden("Resultaten", "resultaten", "getal"),
}
CATEGORIE_OF = {Keuze.NIEUW: "nieuw", Keuze.KOPPEL: "bestaand", Keuze.NIET: "niet", None: "bestaand"}
KEUZES = {
    Keuze.NIEUW: "nieuw toevoegen",
    Keuze.KOPPEL: "koppelen",
    Keuze.NIET: "niet importeren",
}
GEDAAN: Mapping[str, str] = {Keuze.NIEUW: "toegevoegd", Keuze.KOPPEL: "gekoppeld", Keuze.NIET: "niet geïmporteerd"}
AFLOOP = {
    BatchStatus.AUTOMATISCH_VERWERKT: "automatisch verwerkt",
    BatchStatus.WACHT_OP_CONTROLE: "wacht op uw controle",
    BatchStatus.VASTGEHOUDEN: "even vastgehouden: wacht op uw antwoord",
    BatchStatus.VERWERKT: "geïmporteerd",
    BatchStatus.TERUGGEDRAAID: "teruggedraaid",
    BatchStatus.VERVANGEN: "vervangen door nieuwere gegevens",
}
CROSSED = (
    "Er is niets geïmporteerd: tegelijk met uw import veranderde er iets in dezelfde gegevens. "
    "Lees de samenvatting nog eens en probeer het opnieuw."
)
"""Two imports touched the same records, and the database refused the second."""
NOT_KEPT = (
    "Er is niets geïmporteerd: de verbinding met onze database viel weg. Uw antwoorden zijn bewaard. "
    "Druk nog eens op de knop."
)
_GESLACHTEN = {"1": "jongen", "2": "meisje"}
SOMETHING_CHANGED = "Intussen is er iets gewijzigd, misschien door u in een ander venster."
_MOST_SAID = 3
_JAARGROEPEN = {"C": "combinatie", "S": "SBO", "V": "VSO"}

register(
    {
        ChoiceTooLate: "Deze gegevens zijn intussen verwerkt of vervangen. Uw laatste keuze is niet opgeslagen.",
        Replaced: "Er zijn nieuwere gegevens uit {las}. Uw antwoorden zijn daarin meegenomen.",
        NoQuestion: "Hierover is geen vraag. Er is niets veranderd.",
        NoTarget: "Kies eerst met wie u wilt koppelen. Er is niets veranderd.",
        OnlyLater: "Meer dan twee leerlingen zijn verwisseld. Zoek in {las} uit wie wie is en kies tot dan Later. "
        "Er is niets veranderd.",
        ChoicesChanged: "Een collega heeft intussen iets gekozen, of er zijn nieuwe gegevens. Er is niets "
        "geïmporteerd: lees de samenvatting nog eens.",
        TwoOnOne: "Twee gegevens uit {las} zijn aan hetzelfde gekoppeld. Er is niets geïmporteerd: kies in de lijst "
        "opnieuw.",
        LeaversChanged: "Het aantal is intussen anders. Er is niets gewijzigd. Kijk nog eens en kies dan.",
        NothingToCheck: "Er staat niets te controleren. Er is geen mail verstuurd.",
        NothingToTakeBack: "Kies ten minste één regel die nog in de lijst staat. Er is niets veranderd.",
    }
)


@zeg.register
def _(error: AlreadyDone, namen: Namen) -> str:
    door = f" door {error.door}" if error.door else ""
    return f"Deze gegevens zijn al overgenomen{door}. Er is niets dubbel gedaan."


@zeg.register
def _(error: TargetTaken, namen: Namen) -> str:
    return (
        f"{error.door or 'Een collega'} koppelde dit aan {error.naam or 'een ander'}. Er is niets veranderd. "
        "Open eerst dat antwoord; daarna kunt u dit koppelen."
    )


@zeg.register
def _(error: PartOfExchange, namen: Namen) -> str:
    return (
        f"{opsomming(error.namen)} zijn samen één vraag, omdat {namen.las} hun gegevens verwisselde. "
        "Beantwoord die vraag; een van hen alleen kan niet. Er is niets veranderd."
    )


@zeg.register
def _(error: QuestionsOpen, namen: Namen) -> str:
    staan = woord(error.number, "staat", "staan")
    return f"Er {staan} nog {aantal(error.number, 'vraag', 'vragen')} open. Er is niets geïmporteerd."


@zeg.register
def _(error: AlreadyAnswered, namen: Namen) -> str:
    op = f" ({moment(error.op)})" if error.op is not None else ""
    return (
        f"{error.door or 'Iemand anders'} was u voor bij {error.weergavenaam or 'dit gegeven'}{op}: "
        f"{said(error.keuze)}. Uw keuze is niet bewaard; u kunt die van uw collega nog aanpassen."
    )


def said(keuze: Keuze | None) -> str:
    """A choice in a few words."""
    return "weer een vraag" if keuze is None else KEUZES[keuze]


def value(waarde: Waarde) -> str:
    """A value as it is read; nothing where it is unknown."""
    match waarde:
        case None:
            return ""
        case date():
            return datum_kort(waarde)
        case Jaargroep(code):
            return _JAARGROEPEN.get(code or "", code or "–")
        case Geslacht(code):
            return _GESLACHTEN.get(code, "")
        case Nummer(einde, is_whole):
            return einde if is_whole else f"eindigt op {einde}"
        case _:
            return str(waarde)


def heading(veld: Veld) -> str | tuple[str, str]:
    """A column heading for the tables of the house style."""
    woorden = VELDEN[veld]
    return (woorden.kop, woorden.soort) if woorden.soort == "getal" else woorden.kop


def name_of(doel: Doel) -> str:
    """The name of one of our records, also when there is none."""
    return doel.naam or "(zonder naam)"


def warnings(batch: Importbatch) -> dict[str, int]:
    """What was odd in an aanlevering, and how often."""
    found: Counter[str] = Counter()
    for opgevallen in batch.waarschuwingen:
        found[say_warning(opgevallen["soort"], opgevallen["onderdeel"], opgevallen["detail"])] += opgevallen["aantal"]
    return found


def chosen(regel: Importregel, doel: Doel | None) -> str:
    """What a choice did; `doel` is the record that was chosen, if any."""
    naam = regel.weergavenaam or "Dit gegeven"
    if dubbel.is_asked(regel) and regel.keuze is Keuze.KOPPEL:
        return f"{naam} is een andere leerling. Er verandert niets, en wij vragen het niet opnieuw."
    if doel is not None:
        return f"{naam} wordt gekoppeld aan {name_of(doel)}."
    if regel.keuze is Keuze.NIEUW:
        return f"{naam} wordt nieuw toegevoegd."
    if regel.keuze is None:
        return f"{naam} is weer een vraag."
    along = " De leerlingen van deze groep gaan mee." if KINDS[regel.soort].takes_along else ""
    return f"{naam} wordt niet geïmporteerd.{along}"


def lost(naam: str) -> str:
    """What became of whoever had the record that was chosen."""
    return f"{naam or 'Wie daaraan gekoppeld was'} is daardoor een vraag."


def other_date(regel: Importregel, ours: date) -> str:
    """A word of warning where a person links two birth dates."""
    return f"Let op: de geboortedatum verschilt ({datum_kort(regel.geboortedatum)} en {datum_kort(ours)})."


def meanwhile(found: Sequence[Wijziging]) -> str:
    """What colleagues chose in the meantime: who, and about whom, the newest first."""
    per_person: dict[str, list[Wijziging]] = {}
    for each in found:
        per_person.setdefault(each.door or "Een collega", []).append(each)
    parts = []
    for who, theirs in per_person.items():
        names = [f"{each.weergavenaam or 'een gegeven'} {said(each.keuze)}" for each in theirs[:_MOST_SAID]]
        more = f", en nog {len(theirs) - _MOST_SAID}" if len(theirs) > _MOST_SAID else ""
        parts.append(f"{who} ({klok(theirs[0].op)}): {', '.join(names)}{more}.")
    return f"Intussen gewijzigd. {' '.join(parts)}" if parts else ""


def closed(batch: Importbatch, door: str | None) -> str:
    """What became of an aanlevering while its page was open."""
    if batch.status is BatchStatus.VERVANGEN:
        return "Er zijn nieuwere gegevens. Uw antwoorden zijn meegenomen."
    return f"{door or 'Een collega'} heeft deze gegevens intussen geïmporteerd."


def newer(namen: Namen) -> str:
    """Why another aanlevering is shown than the one that was asked for."""
    return f"Er zijn nieuwere gegevens uit {namen.las}. Uw eerdere antwoorden zijn meegenomen."


@zeg.register
def _(error: AskedOften, namen: Namen) -> str:
    return f"U vroeg vandaag al {error.aantal} keer een nieuwe mail. Er is geen mail verstuurd. Controleren kan ook zo."


def already_done(batch: Importbatch, door: str | None, *, rest: bool) -> str:
    """Said to who follows the link to a review that is done; `rest` when questions were left behind."""
    op = f" op {datum(batch.verwerkt_op)} om {klok(batch.verwerkt_op)}" if batch.verwerkt_op is not None else ""
    verder = "Hier staat wat nog open bleef." if rest else "U hoeft niets te doen."
    return f"Dit is al overgenomen{op}{f' door {door}' if door else ''}. {verder}"


def new_mail(adres: str) -> str:
    return f"Er gaat een mail met een nieuwe link naar {adres}."


def held_by(houder: Houder | None) -> str:
    """Who has a record already, and what becomes of them when another is linked with it."""
    if houder is None:
        return ""
    naam = houder.naam or "een ander"
    if houder.door_id is None:
        return f"Nu van {naam}, automatisch gekoppeld. Koppelt u, dan wordt {naam} een vraag."
    return f"{houder.door or 'Een collega'} koppelde dit aan {naam}. Open eerst dat antwoord."


def opened(naam: str) -> str:
    """What was opened for another."""
    return f"Het antwoord over {naam} is open: dat is weer een vraag. Nu kunt u koppelen."


def still_open(number: int) -> str:
    """Why there is no summary yet."""
    return f"Nog {number} te beantwoorden voordat u kunt importeren."


def description(regel: Importregel, groepen: Sequence[str]) -> str:
    """The incoming record in one line: birth date and groepen, or jaargroep."""
    if regel.soort is Soort.GROEP:
        return f"jaargroep {value(Jaargroep(regel.jaargroep))}"
    geboren = [f"geboren {datum_kort(regel.geboortedatum)}"] if regel.geboortedatum else []
    return ", ".join([*geboren, *groepen])
