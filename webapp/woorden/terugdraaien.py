"""The words of undoing an import: what the page says beforehand, and what the page and the mail say afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from webapp.filters import aantal, datum, getal, klok, opsomming, woord
from webapp.models import Soort, Uitgezonderd, Wat
from webapp.models.geschiedenis import VANZELF
from webapp.services.controle.errors import AlreadyUndone, NotUndoable, UndoChanged
from webapp.services.controle.terugkeer import Blijft, InLas, Reden, Terugkeer
from webapp.woorden.controle import SOORTEN
from webapp.woorden.namen import Namen
from webapp.woorden.weigeringen import register, zeg

register(
    {
        UndoChanged: "Er is intussen iets gewijzigd. Wij veranderden daarom niets. Kijk nog eens wat er nu teruggaat.",
        NotUndoable: "Dit kan niet meer terug. Er is niets veranderd.",
    }
)
_VELDEN = {
    "las_key": "het nummer in {las}",
    "eckid": "het ECK iD",
    "groep_id": "de groep",
    "groepen": "de groepen",
    "status": "of iemand hier staat",
    "geparkeerd_op": "of iemand geparkeerd is",
    "email": "het e-mailadres",
}


@zeg.register
def _(error: AlreadyUndone, namen: Namen) -> str:
    door = f"{error.door} heeft" if error.door else "Een collega heeft"
    return f"{door} deze import al teruggedraaid, op {datum(error.op)} om {klok(error.op)}. Er is niets dubbel gedaan."


def tot(until: datetime | None) -> str:
    """Terugdraaien kan tot 23 december."""
    return f"Terugdraaien kan tot {datum(until)}." if until is not None else ""


def titel(terug: Terugkeer) -> str:
    """What is taken back."""
    if terug.handeling.wat is Wat.IMPORT:
        return "Antwoord terugnemen" if terug.is_deel else "Import terugdraaien"
    if terug.handeling.wat in {Wat.AFSPRAAK, Wat.OP_HET_SPEL}:
        return "Toevoegen terugnemen"
    if terug.is_overgang:
        return "Nieuw schooljaar terugnemen"
    return "Koppeling terugnemen" if terug.is_deel else "Terugnemen wat vanzelf ging"


def onder(terug: Terugkeer, door: str | None) -> str:
    """Who did it and when, and until when it can be taken back."""
    op = f"{datum(terug.handeling.op)} om {klok(terug.handeling.op)}"
    how = (
        f"Vanzelf gegaan op {op}"
        if terug.handeling.door is None
        else f"Geïmporteerd door {door or 'een collega'} op {op}"
    )
    kan = tot(terug.tot) if _is_import(terug) else f"Terugnemen kan tot {datum(terug.tot)}." if terug.tot else ""
    return f"{how}. {kan}".strip()


def _is_import(terug: Terugkeer) -> bool:
    """Whether it is a whole import: that is teruggedraaid, everything less is teruggenomen."""
    return terug.handeling.wat is Wat.IMPORT and not terug.is_deel


def zin(terug: Terugkeer, las: str) -> str:
    if terug.is_overgang:
        return (
            "Iedereen gaat terug naar de groep van het vorige schooljaar, en wie vertrok staat hier weer. Het nieuwe "
            "schooljaar begint daarna niet meer vanzelf, tot u dat zegt bij Overgaan."
        )
    if terug.handeling.wat in {Wat.AANLEVERING, Wat.OVERGANG}:
        return (
            f"Wij maken los wat wij vanzelf koppelden, en zetten terug wie vanzelf vertrok. Namen, groepen en nummers "
            f"die {las} stuurt, veranderen wij niet: die komen vannacht weer zo binnen. Wijzig die in {las}."
        )
    if terug.handeling.wat is Wat.AFSPRAAK:
        return (
            "Wie volgens uw vaste afspraken is toegevoegd, gaat weer weg. De vragen staan dan klaar voor later: "
            f"kiest u daar Nieuw toevoegen, dan komen zij alsnog. Tot dan blijven zij weg, ook als {las} ze stuurt."
        )
    if terug.handeling.wat is Wat.OP_HET_SPEL:
        return (
            "Wie zonder vraag is toegevoegd, gaat weer weg. De vraag wie het is, staat dan klaar voor later. "
            f"Tot uw antwoord blijft deze leerling weg, ook als {las} die stuurt."
        )
    if terug.is_deel:
        return "Dit wordt weer zoals voor de import, met de vraag die u toen kreeg. De rest van de import blijft."
    return "Alles wordt weer zoals voor deze import, behalve wat daarna veranderde."


def knop(terug: Terugkeer) -> str:
    """The red button, with its number."""
    if terug.is_deel:
        return titel(terug)
    if not terug.total:
        return titel(terug)
    return f"{aantal(terug.total, 'gegeven', 'gegevens')} {'terugdraaien' if _is_import(terug) else 'terugnemen'}"


def laten(terug: Terugkeer) -> str:
    """The way back beside that button."""
    return "Niet terugdraaien" if _is_import(terug) else "Zo laten"


def later(wat: Wat) -> str:
    """That an act was undone afterwards."""
    return "later teruggenomen" if wat in VANZELF else "later teruggedraaid"


def koppen(terug: Terugkeer, las: str) -> list[tuple[str, list[str]]]:
    """What goes back, under one heading each, by name."""
    is_night = terug.handeling.wat in VANZELF
    wat = "dit schooljaar" if terug.is_overgang else "deze nacht" if is_night else "deze import"
    by = "vanzelf zijn toegevoegd" if is_night else "deze import toevoegde"
    found = [
        (f"{SOORTEN[soort].meer.capitalize()} die {by}: verdwijnen", terug.namen(soort, verdwijnt=True))
        for soort in reversed(Soort)
    ]
    found += [(_parts(soort, las, wat), terug.namen(soort, verdwijnt=False)) for soort in reversed(Soort)]
    found.append(("Staat weer bij ons", terug.terug_hier))
    found.append(("Krijgt de vorige gegevens terug", terug.andere))
    found.append(("Staat niet meer bij Niet importeren", _left_out(terug.weggelaten.vervalt)))
    found.append(("Staat weer bij Niet importeren", _left_out(terug.weggelaten.terug)))
    return [(kop, namen) for kop, namen in found if namen]


def _left_out(rows: Iterable[Uitgezonderd]) -> list[str]:
    return sorted((each.omschrijving for each in rows), key=str.casefold)


def _parts(soort: Soort, las: str, wat: str) -> str:
    return f"{SOORTEN[soort].meer.capitalize()}: de koppeling met {las} wordt weer als voor {wat}"


def blijft(each: Blijft, las: str) -> str:
    """Why something stays."""
    match each.reden:
        case Reden.RESULTATEN:
            scores = aantal(each.resultaten, "score", "scores")
            return f"{each.naam} blijft staan met {scores}, zonder koppeling met {las}."
        case Reden.INLOG:
            return f"{each.naam} blijft staan, zonder koppeling met {las}: er is een login of een uitnodiging."
        case Reden.LEDEN:
            return f"{each.naam} blijft staan, zonder koppeling met {las}: er staan leerlingen of leerkrachten in."
        case Reden.ANDERS_BESLIST:
            return f"{each.naam} komt niet terug bij Niet importeren: met dat nummer is intussen iets anders gebeurd."
        case Reden.BEZET:
            return f"{each.naam} krijgt {_veld(each, las)} niet terug: een ander heeft het nu."
    return f"{each.naam}: {_veld(each, las)} blijft. {_since(each)}"


def _veld(each: Blijft, las: str) -> str:
    if not each.veld:
        return "alles"
    return _VELDEN.get(each.veld, f"{'het' if each.veld == 'geslacht' else 'de'} {each.veld}").format(las=las)


def _since(each: Blijft) -> str:
    wie = f" door {each.door}" if each.door else ""
    return f"Dat is daarna gewijzigd{wie}{f', op {datum(each.op)}' if each.op is not None else ''}."


def kop(tellingen: Mapping[str, int], op: datetime) -> str:
    """Teruggedraaid: de import van 26 november."""
    number = sum(tellingen.get(name, 0) for name in ("verdwenen", "ontkoppeld"))
    return f"{getal(number)} {woord(number, 'gegeven', 'gegevens')} teruggedraaid van de import van {datum(op)}"


def regels(tellingen: Mapping[str, int], las: str) -> list[tuple[str, str]]:
    found = (
        ("Verdwenen", "verdwenen", "gegeven dat de import toevoegde", "gegevens die de import toevoegde"),
        ("Weer als voor de import", "ontkoppeld", "koppeling", "koppelingen"),
        ("Gebleven", "gebleven", "gegeven waarmee intussen iets gebeurde", "gegevens waarmee intussen iets gebeurde"),
        ("Vraag terug", "vragen", "vraag, die voor later staat", "vragen, die voor later staan"),
    )
    said = [(name, aantal(tellingen[key], one, many)) for name, key, one, many in found if tellingen.get(key)]
    if number := tellingen.get("te_verwijderen", 0):
        said.append((f"Zelf doen in {las}", f"{aantal(number, 'resultaat', 'resultaten')} verwijderen"))
    return said


def in_las(each: InLas, las: str) -> str:
    """At whom it stands there."""
    welke = opsomming([f"{toets} van {datum(day)}" for toets, day in each.welke])
    what = f": {welke}" if welke else ""
    return (
        f"{aantal(each.aantal, 'resultaat', 'resultaten')} van {each.naam}, in {las} onder nummer {each.nummer}{what}."
    )


def vragen(number: int) -> str:
    """What comes back to be answered."""
    if not number:
        return "Er komt geen vraag terug."
    komen, staan = woord(number, "komt", "komen"), woord(number, "Die staat", "Die staan")
    return f"{aantal(number, 'vraag', 'vragen')} {komen} terug. {staan} op Later: er gaat geen mail over."


def zelf_doen(number: int, las: str) -> str:
    """What the LAS has and only a person can remove there."""
    if not number:
        return ""
    staat = woord(number, "staat", "staan")
    return (
        f"{aantal(number, 'resultaat', 'resultaten')} {staat} in {las} onder een nummer dat niet meer klopt. "
        f"Verwijder {woord(number, 'dat', 'die')} daar zelf; bij Resultaten staat om wie het gaat."
    )


def klaar(terug: Terugkeer) -> str:
    """What is said after a part, or a night, was taken back."""
    parts = [f"Teruggenomen: {aantal(terug.total, 'gegeven', 'gegevens')}." if not terug.is_deel else "Teruggenomen."]
    if terug.regels:
        parts.append(vragen(terug.vragen))
    if terug.te_verwijderen:
        parts.append("Bij Resultaten staat wat u nu zelf moet verwijderen.")
    return " ".join(parts)


def op_de_kaart(door: str | None, op: datetime) -> str:
    """On the card of a question about what somebody took back."""
    return f"Teruggenomen door {door or 'een collega'} op {datum(op)}: wij koppelen dit niet vanzelf opnieuw."
