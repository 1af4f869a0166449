"""The words of merging two records of one leerling, and of undoing that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from webapp.filters import aantal, datum, opsomming, woord
from webapp.matching.words import VETOES
from webapp.models import Audit, Daad, Leerling, MogelijkDezelfde, Resultaat
from webapp.models.ids import AccountId
from webapp.services.controle.samenvoegplan import Bezwaar, MergeChanged, NotMergeable, NotSure, Samenvoeging
from webapp.services.controle.splitsen import Splitsing
from webapp.services.controle.zelfde import MustMerge
from webapp.services.inname.opzoeken import Merged
from webapp.woorden.namen import Namen
from webapp.woorden.weigeringen import register, zeg

register(
    {
        MergeChanged: "Er is intussen iets gewijzigd. Er is niets samengevoegd. Kijk nog eens wat er nu gebeurt.",
        MustMerge: "Dat dit dezelfde leerling is, zegt u door de twee samen te voegen. Er is niets veranderd.",
        Merged: "Deze leerling is intussen samengevoegd met een andere. Er is nu niets veranderd.",
        NotSure: "Zet eerst het vinkje dat dit hetzelfde kind is. Er is niets veranderd.",
    }
)
SAID_TWO = "Bewaard: het zijn twee leerlingen. Wij vragen het niet opnieuw."
NOT_SURE_AFTER_ALL = "Teruggenomen. Heeft een van de twee een score, dan is het weer een vraag."
TE_LAAT = "Dit samenvoegen is niet meer terug te draaien. Er is niets veranderd."
_BEZWAREN = {
    Bezwaar.ECKID: "Dit zijn twee kinderen: de ECK iD's verschillen. Samenvoegen kan niet.",
    Bezwaar.OPEN: "In de controle staat iets open over een van de twee. Rond dat eerst af. Er is niets veranderd.",
}
_VELDEN = {
    "achternaam": "achternaam",
    "voorvoegsel": "voorvoegsel",
    "roepnaam": "roepnaam",
    "geboortedatum": "geboortedatum",
    "geslacht": "geslacht",
    "jaargroep": "jaargroep",
    "groep_id": "groep",
}


@zeg.register
def _(error: NotMergeable, _namen: Namen) -> str:
    return _BEZWAREN[error.bezwaar]


def bezwaar(plan: Samenvoeging) -> str:
    return _BEZWAREN[plan.bezwaar] if plan.bezwaar is not None else ""


def twijfel(plan: Samenvoeging) -> str:
    """What speaks against it, in one sentence."""
    said = opsomming([VETOES[each] for each in plan.twijfel])
    return f"{said[:1].upper()}{said[1:]}." if said else ""


def deze_twee(plan: Samenvoeging, las: str) -> list[tuple[Leerling, str]]:
    """The two, with what tells them apart: their link, their results, and which stays."""
    numbers = (plan.aantal, len(plan.resultaten) + len(plan.dubbel))
    rollen = ("blijft", "gaat op in de ander")
    return [
        (each, f"{_link(each, las)}, {aantal(number, 'resultaat', 'resultaten')}: {rol}")
        for each, number, rol in zip((plan.blijft, plan.gaat_op), numbers, rollen, strict=True)
    ]


def _link(leerling: Leerling, las: str) -> str:
    if leerling.las_key is None:
        return "gekoppeld op ECK iD" if leerling.eckid is not None else "niet gekoppeld"
    return f"nummer {leerling.las_key} in {las}"


def _ander(weg: str, blijft: str) -> str:
    return f"de dubbele {weg}" if weg == blijft else weg


def gebeurt(plan: Samenvoeging, las: str) -> list[str]:
    """What the button does, line by line."""
    weg, hier = _ander(plan.gaat_op.naam, plan.blijft.naam), plan.blijft.naam
    link = f", gekoppeld met nummer {plan.blijft.las_key} in {las}" if plan.blijft.las_key else ""
    number = len(plan.resultaten)
    found = [
        f"{hier} blijft{link}.",
        f"{aantal(number, 'resultaat', 'resultaten')} van de ander {woord(number, 'verhuist', 'verhuizen')} mee."
        if number
        else "De ander heeft geen resultaten die verhuizen.",
        f"{weg[:1].upper()}{weg[1:]} is daarna leeg, en verdwijnt uit alle lijsten.",
    ]
    if plan.velden:
        found.append(f"Overgenomen van de ander: {_namen_van(plan.velden)}.")
    if plan.anders:
        found.append(f"Wat verschilt, blijft zoals bij {hier}: {_namen_van(plan.anders)}.")
    if plan.laat_los is not None:
        found.append(
            f"Nummer {plan.laat_los} in {las} is daarna met niemand gekoppeld. "
            "Komt het nog binnen, dan wordt het een vraag die op Later staat."
        )
    found.append("Resultaten gaan op zijn vroegst vannacht verder, zodat een vergissing nog niets kost.")
    return found


def _namen_van(velden: Iterable[str]) -> str:
    return opsomming([_VELDEN[each] for each in velden if each in _VELDEN])


def dubbel(pair: tuple[Resultaat, Resultaat]) -> str:
    """Which of two results of one toets and date counts."""
    telt, opzij = pair
    return (
        f"{telt.toets.naam}, {datum(telt.afnamedatum)}: {telt.ruwe_score} goed telt. "
        f"{opzij.ruwe_score} goed wordt bewaard, en gaat niet mee."
    )


def opzij(resultaat: Resultaat) -> str:
    """A double that does not count."""
    return f"{resultaat.toets.naam}, {datum(resultaat.afnamedatum)}: {resultaat.ruwe_score} goed, telt niet mee"


def los(leerling: Leerling, las: str) -> str:
    """The link to give up, as a choice."""
    return f"Nummer {leerling.las_key or 'met alleen een ECK iD'} van {leerling.naam} in {las} loslaten"


def gedaan(plan: Samenvoeging) -> str:
    number = len(plan.resultaten)
    along = f": {aantal(number, 'resultaat', 'resultaten')} {woord(number, 'verhuisde', 'verhuisden')} mee"
    return f"{plan.blijft.naam} staat nu één keer bij ons{along if number else ''}."


def terug(plan: Splitsing, las: str) -> list[str]:
    """What undoing does, line by line."""
    weg, hier = _ander(plan.terug.naam, plan.blijft.naam), plan.blijft.naam
    number = len(plan.resultaten)
    found = [
        f"{weg[:1].upper()}{weg[1:]} staat weer apart.",
        f"{aantal(number, 'resultaat', 'resultaten')} {woord(number, 'gaat', 'gaan')} terug naar {weg}, "
        "met de score en de norm van nu."
        if number
        else f"Er gaan geen resultaten terug naar {weg}.",
        f"{aantal(plan.gebleven, 'resultaat', 'resultaten')} van {hier}, ook van na het samenvoegen, "
        f"{woord(plan.gebleven, 'blijft', 'blijven')} staan."
        if plan.gebleven
        else "",
        f"{weg[:1].upper()}{weg[1:]} krijgt het nummer in {las} niet terug: een ander heeft het nu."
        if plan.bezet
        else "",
        "Wij voegen deze twee niet vanzelf samen. U kunt het altijd opnieuw doen.",
    ]
    return [each for each in found if each]


def may_be(row: MogelijkDezelfde, ander: Leerling, namen_van: Mapping[AccountId, str]) -> str:
    """That another of ours may be the same child, or that somebody said that it is not."""
    wie = f"{ander.naam}, geboren {datum(ander.geboortedatum)}" if ander.geboortedatum is not None else ander.naam
    if row.twee_op is None:
        return f"Misschien dezelfde als {wie}."
    who = namen_van.get(row.twee_door) if row.twee_door is not None else None
    return f"Een andere leerling dan {wie}, zei {who or 'iemand van uw school'} op {datum(row.twee_op)}."


def event(act: Audit, ander: Leerling | None, hier: str, namen_van: Mapping[AccountId, str]) -> tuple[str, str]:
    """What happened to the record that stayed, and small under it what went along and by whom."""
    wie = _ander(ander.naam, hier) if ander is not None else "een dubbele"
    number, is_merge = act.tellingen.get("resultaten", 0), act.actie == Daad.SAMENGEVOEGD
    weg = "mee" if is_merge else "terug"
    along = f"{aantal(number, 'resultaat', 'resultaten')} {weg}, " if number else ""
    door = namen_van.get(AccountId(act.account_id or 0), "een oud-collega")
    return f"{'Samengevoegd met' if is_merge else 'Uit elkaar gehaald van'} {wie}", f"{along}door {door}"


def gesplitst(plan: Splitsing) -> str:
    return f"{plan.blijft.naam} en {_ander(plan.terug.naam, plan.blijft.naam)} staan weer apart."
