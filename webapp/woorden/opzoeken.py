"""The words of looking somebody up, and of the page of a leerling, a leerkracht or a groep."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from webapp.filters import aantal, datum, opsomming
from webapp.models import Importregel, Keuze, Lidmaatschap, Soort, Wat
from webapp.models.geschiedenis import VANZELF
from webapp.models.ids import AccountId, GroepId
from webapp.models.leerlinggegevens import called
from webapp.services.controle.gegeven import Stand, Stap, Toestand, Verhaal, is_by_person
from webapp.services.controle.heropenen import NothingToReopen
from webapp.services.controle.toch import NothingToDoAnyway
from webapp.services.inname.opzoeken import Treffers
from webapp.services.inname.soorten import AnyKind, Doel
from webapp.services.inname.soorten.velden import Veld, compared_numbers
from webapp.woorden.controle import SOORTEN, VELDEN, name_of, value
from webapp.woorden.kaart import sentences
from webapp.woorden.namen import Namen
from webapp.woorden.terugdraaien import later
from webapp.woorden.toetsen import groepsnaam
from webapp.woorden.waar import Badge
from webapp.woorden.weigeringen import register

_OVER: Mapping[Veld, str] = {
    Veld.GEBOREN: "geboren {}",
    Veld.JAARGROEP: "jaargroep {}",
    Veld.SCHOOLJAAR: "schooljaar {}",
}


register(
    {
        NothingToReopen: "Dit is niet gekoppeld met iemand die {las} nu stuurt. Er is niets veranderd.",
        NothingToDoAnyway: "Hierover is niets meer teruggenomen, of de vraag is al beantwoord. Er is niets veranderd.",
    }
)

WAT: Mapping[Wat, str] = {
    Wat.AANLEVERING: "dat ging vanzelf",
    Wat.OP_HET_SPEL: "zonder vraag, want er stond niets op het spel",
    Wat.OVERGANG: "bij het nieuwe schooljaar",
    Wat.AFSPRAAK: "dat ging vanzelf, volgens uw vaste afspraken",
    Wat.IMPORT: "bij een import",
    Wat.VERTREK: "vertrek bevestigd",
    Wat.PARKEREN: "geparkeerd",
    Wat.TERUGHALEN: "teruggezet",
    Wat.ONGEWOON: "na een vastgehouden aanlevering",
    Wat.ADRESSEN: "bij het invullen van adressen",
    Wat.NUMMERS_WISSEN: "externe nummers leeggemaakt",
    Wat.TERUGDRAAIEN: "een eerdere handeling is teruggedraaid",
    Wat.SAMENVOEGEN: "bij het samenvoegen van twee leerlingen",
    Wat.SPLITSEN: "bij het terugdraaien van samenvoegen",
    Wat.TERUGNEMEN: "een eerdere handeling is teruggenomen",
    Wat.ONTKOPPELEN: "bij het ontkoppelen",
    Wat.INGELEZEN: "bij het inlezen van wat het testcentrum al had",
    Wat.ANDERS: "met de hand",
}
"""How a record came to be linked, where no line of an aanlevering says it."""
NAME_FORGOTTEN = "Deze naam onthouden wij niet meer. Komt hij terug, dan vragen wij wie het is."
TAKING_BACK = "U ziet eerst wat er teruggaat. De vraag komt terug, met dezelfde mogelijkheden."
ANYWAY = "Beantwoordt de vraag alsnog. De koppeling gaat in met Gegevens importeren."
LINKED_ANYWAY = "De vraag is beantwoord: toch koppelen. Dat gaat in met Gegevens importeren."
PARKED_ANYWAY = "Geparkeerd. De resultaten blijven bewaard."
PARKING = "Dat haalt deze leerling uit de lijsten. De resultaten blijven bewaard, en terugzetten kan altijd."
PARKING_OTHER = "Dat haalt dit uit de lijsten. Er gaat niets verloren, en terugzetten kan altijd."
PARKED_OTHER = "Geparkeerd. Terugzetten kan altijd, op deze pagina."
_ACTS: Mapping[Wat, str] = {
    Wat.PARKEREN: "Geparkeerd",
    Wat.TERUGHALEN: "Teruggezet",
    Wat.VERTREK: "Vertrek bevestigd",
    Wat.NUMMERS_WISSEN: "Externe nummers leeggemaakt",
    Wat.TERUGDRAAIEN: "Teruggedraaid",
    Wat.SAMENVOEGEN: "Samengevoegd",
    Wat.SPLITSEN: "Samenvoegen teruggedraaid",
    Wat.TERUGNEMEN: "Teruggenomen",
}
"""Acts that say by themselves what they did."""
SMALL: Mapping[str, str] = {
    "geboortedatum": "geboortedatum",
    "geslacht": "geslacht",
    "jaargroep": "jaargroep",
    "schooljaar": "schooljaar",
    "email": "e-mailadres",
}


def title(kind: AnyKind, doel: Doel) -> str:
    """What one of our records is called."""
    soort, naam = SOORTEN[kind.soort], name_of(doel)
    is_said = not soort.is_in_name or naam.lower().startswith(soort.een)
    return naam if is_said else f"{soort.een.capitalize()} {naam}"


def about(kind: AnyKind, doel: Doel, namen: Namen, *, is_beside: bool = False) -> str:
    """What tells it from another of the same name, and that it has left; not the groep `is_beside` which it stands."""
    left = "geparkeerd" if getattr(doel, "geparkeerd_op", None) is not None else f"vertrokken uit {namen.las}"
    gone = [left] if doel.status is Lidmaatschap.VERTROKKEN else []
    groepen = [] if is_beside else [groepsnaam(groep) for groep in kind.groepen_of_doel(doel)]
    return ", ".join([*groepen, *(_OVER[veld].format(value(each)) for veld, each in kind.known(doel) if each), *gone])


def found(soort: Soort, number: int) -> str:
    """The heading above what was found of one kind."""
    return aantal(number, SOORTEN[soort].een, SOORTEN[soort].meer)


def more(treffers: Treffers, shown: int) -> str:
    """That not all are shown, and what to do."""
    return "" if treffers.aantal <= shown else f"Dit zijn de eerste {shown}. Typ meer van de naam."


def stand(found: Stand, kind: AnyKind, namen: Namen, *, for_beheerder: bool, is_imported: bool) -> Badge:
    """Say how a record stands, what is kept, and who acts."""
    een = SOORTEN[kind.soort].een
    blijft = " De resultaten blijven bewaard." if kind.has_results else ""
    sinds = f" sinds {datum(found.sinds)}" if found.sinds is not None else ""
    wie = "" if for_beheerder else " Een beheerder van uw school is aan zet."
    match found.toestand:
        case Toestand.VRAAG:
            return Badge("in een vraag", "u", "", f"In de controle staat een vraag over deze {een}.{wie}")
        case Toestand.ANTWOORD:
            tekst = f"De vraag over deze {een} is beantwoord. De import schrijft het antwoord.{wie}"
            return Badge("wacht op de import", "u", "", tekst)
        case Toestand.VASTGEHOUDEN:
            tekst = f"Over deze {een} is een aanlevering vastgehouden{sinds}. Er verandert niets tot een antwoord.{wie}"
            return Badge("vastgehouden", "u", "pauze", tekst)
        case Toestand.GEPARKEERD:
            return Badge("geparkeerd", "pauze", "", f"Geparkeerd{sinds}.{blijft} Terugzetten kan altijd.")
        case Toestand.VERTROKKEN if found.is_nooit_gekoppeld:
            return Badge("geparkeerd", "pauze", "", f"Geparkeerd{sinds}. Terugzetten kan altijd.")
        case Toestand.VERTROKKEN:
            return Badge("vertrokken", "pauze", "", f"{namen.las_voorop} stuurt deze {een} niet meer{sinds}.{blijft}")
        case Toestand.AFWEZIG:
            label = f"niet meer in {namen.las}"
            return Badge(label, "pauze", "", f"{namen.las_voorop} stuurt deze {een} niet meer{sinds}.{blijft}")
        case Toestand.GEKOPPELD:
            return Badge("gekoppeld", "in-orde", "koppel", "")
        case Toestand.LOS:
            label = "niet gekoppeld" if is_imported else "nog niet gekoppeld"
            tekst = f"Staat bij ons, en hoort bij niemand in {namen.las}."
            if not is_imported:
                tekst = f"Staat bij ons. Na de eerste import uit {namen.las} leest u hier met wie dit gekoppeld is."
            gaat = " Resultaten blijven hier." if kind.has_results else ""
            return Badge(label, "info", "", tekst + gaat)


def reason(verhaal: Verhaal, namen_van: Mapping[AccountId, str]) -> str:
    """Why a link stands: who made it and when, or that it went by itself."""
    regel = verhaal.regel
    if regel is None:
        if verhaal.link is None:
            return "Hoe deze koppeling ontstond, is niet bewaard."
        act = verhaal.link.mutatie.handeling
        return f"Gekoppeld{_by(act.door, namen_van)} op {datum(act.op)}: {WAT[act.wat]}."
    made = verhaal.link.mutatie.handeling if verhaal.link is not None else None
    if made is not None and made.wat in {Wat.AFSPRAAK, Wat.OP_HET_SPEL}:
        return f"Nieuw toegevoegd op {datum(made.op)}: {WAT[made.wat]}."
    if is_by_person(regel):
        wat = "Nieuw toegevoegd" if regel.keuze is Keuze.NIEUW else "Gekoppeld"
        soort = SOORTEN[regel.soort]
        said = soort.ander if regel.keuze is Keuze.NIEUW else soort.zelfde
        answer = f", als antwoord op een vraag: {said}" if regel.kandidaten else ""
        return f"{wat}{_by(regel.gekozen_door, namen_van)} op {datum(regel.gekozen_op or _written(regel))}{answer}."
    op, by = datum(_written(regel)), _by(regel.batch.verwerkt_door, namen_van)
    if regel.keuze is Keuze.NIEUW:
        return f"Nieuw toegevoegd op {op}{', geïmporteerd' + by if by else ''}: niemand bij ons leek erop."
    return f"Vanzelf gekoppeld op {op}. {sentences(regel.redenen)}".strip()


def _by(door: AccountId | None, namen_van: Mapping[AccountId, str]) -> str:
    """By whom; nothing where it went by itself."""
    return f" door {namen_van.get(door, 'een oud-collega')}" if door is not None else ""


def _written(regel: Importregel) -> datetime:
    return regel.batch.verwerkt_op or regel.batch.opgehaald_op


def step(stap: Stap, las: str, groepen: Mapping[GroepId, str], namen_van: Mapping[AccountId, str]) -> tuple[str, str]:
    """What one act did to a record, and small under it the rest of that, and by whom."""
    act = stap.mutatie.handeling
    changes = _changes(stap, las, groepen)
    by = _by(act.door, namen_van).strip() or ("vanzelf" if act.wat in VANZELF else "")
    rest = [*changes[1:], by, later(act.wat) if act.teruggedraaid_id is not None else ""]
    return changes[0], ", ".join(filter(None, rest))


def of_las(verhaal: Verhaal, las: str) -> str:
    """Whose the fields are that a night changed, and why that cannot be taken back here."""
    theirs = ("naam", "roepnaam", "voorvoegsel", "achternaam", "groep_id", "groepen", *SMALL)
    nights = (stap for stap in verhaal.stappen if stap.mutatie.handeling.wat in VANZELF)
    if not any(stap.changed(*theirs) for stap in nights):
        return ""
    return f"Naam, groep en andere gegevens komen elke nacht uit {las}. Klopt daar iets niet, wijzig het dan in {las}."


def which_groep(id_: GroepId | None, groepen: Mapping[GroepId, str]) -> str:
    """Groep 8a; one that an undone import had added stands nowhere any more."""
    return groepen.get(id_, "een verdwenen groep") if id_ else "geen groep"


def _changes(stap: Stap, las: str, groepen: Mapping[GroepId, str]) -> list[str]:
    """What is other than before, what counts most first."""
    voor, na, wat = stap.voor, stap.na, stap.mutatie.handeling.wat
    if voor is None:
        return ["Nieuw toegevoegd" if wat in VANZELF | {Wat.IMPORT} else "Hier ingevoerd"]
    is_told = wat in {Wat.SAMENVOEGEN, Wat.SPLITSEN} and not stap.changed("samengevoegd_met_id")
    found = [_ACTS[wat]] if wat in _ACTS and not is_told else []
    if stap.changed("las_key", "eckid"):
        had, has = (any(each.get(name) for name in ("las_key", "eckid")) for each in (voor, na))
        found.append("Niet meer gekoppeld" if not has else f"Ander nummer in {las}" if had else "Gekoppeld")
    if stap.changed("status") and wat not in _ACTS:
        found.append(f"Vertrokken uit {las}" if na.get("status") == Lidmaatschap.VERTROKKEN else f"Weer in {las}")
    if stap.changed("groep_id") and na.get("groep_id"):
        was, is_ = (which_groep(each.get("groep_id"), groepen) for each in (voor, na))
        found.append(f"van {was} naar {is_}")
    if stap.changed("groepen"):
        found.append("andere groepen")
    if (was_called := called(voor)) != called(na):
        found.append(f"heette {was_called or 'niets'}")
    others = [
        SMALL[name] for name in SMALL if stap.changed(name) and (name != "jaargroep" or not stap.changed("groep_id"))
    ]
    if others:
        found.append(f"{opsomming(others)} bijgewerkt")
    first, *rest = found or ["Bijgewerkt"]
    return [first[:1].upper() + first[1:], *rest]


def earlier_names(verhaal: Verhaal, doel: Doel) -> list[tuple[str, str]]:
    """What it was called before, and until when."""
    found = dict[str, str]()
    for stap in verhaal.stappen:
        name = called(stap.voor or {})
        if name and name != doel.naam:
            found.setdefault(name, f"tot {datum(stap.mutatie.handeling.op)}")
    return list(found.items())


def line(regel: Importregel, doel: Doel, las: str, namen_van: Mapping[AccountId, str]) -> tuple[str, str]:
    """What an aanlevering said of a record, where nothing else tells what became of it."""
    heet = f"heette {regel.weergavenaam}" if regel.weergavenaam not in ("", doel.naam) else ""
    by = _by(regel.gekozen_door or regel.batch.verwerkt_door, namen_van).strip()
    if doel.id not in (regel.doel_id, regel.toegepast_id):
        return f"{SOORTEN[regel.soort].ander[:1].upper()}{SOORTEN[regel.soort].ander[1:]} had dit nummer in {las}", heet
    wat = {Keuze.NIET: "Niet geïmporteerd", None: "Werd een vraag", Keuze.NIEUW: "Nieuw toegevoegd"}
    return wat.get(regel.keuze, f"Bijgewerkt uit {las}"), ", ".join(filter(None, (heet, by)))


def facts(doel: Doel, *, for_beheerder: bool) -> list[tuple[str, str]]:
    """What else we know of a record: its numbers, and where a leerkracht gets mail."""
    if not for_beheerder:
        return []
    eckid = compared_numbers(Veld.ECKID, doel.eckid, doel.eckid).links if doel.eckid else None
    found = [(Veld.NUMMER, doel.las_key), (Veld.ECKID, eckid), (Veld.EMAIL, getattr(doel, "email", None))]
    return [(VELDEN[veld].kop, value(each)) for veld, each in found if each]


def reopening(doel: Doel, *, has_results: bool) -> str:
    """What asking anew does, under its button."""
    wacht = f" Tot dan wachten nieuwe resultaten van {name_of(doel)}." if has_results else ""
    return f"U krijgt de vraag opnieuw, met wat elk antwoord doet. Er verandert niets tot u importeert.{wacht}"


def bringing_back(las: str) -> str:
    """What bringing back somebody does whom the LAS does not send."""
    return (
        f"Staat dan weer bij ons, tot u opnieuw parkeert. Er gaan geen resultaten naar {las} zolang die niets stuurt."
    )


def brought_back(doel: Doel) -> str:
    """That somebody stands here again."""
    return f"{name_of(doel)} staat weer bij ons. Wij parkeren dit niet vanzelf opnieuw."


def reopened(regel: Importregel) -> str:
    return f"Wie {regel.weergavenaam or 'dit'} is, is weer een vraag. Er is nog niets veranderd."
