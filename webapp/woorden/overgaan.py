"""The words of the page Overgaan: what a new school year will do, when it begins, and what the last one came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from webapp.filters import aantal, datum, woord
from webapp.models import Handeling, Importbatch, Koppeling, Overgang
from webapp.models.overgang import Vooruitblik
from webapp.services.inname.uitstel import ChosenMeanwhile, NoSuchDay, NothingWaits, Verhuizing
from webapp.services.overzicht.einde import Einde
from webapp.services.overzicht.feiten import Feiten
from webapp.woorden.aanleveringen import overgegaan
from webapp.woorden.kort import kort
from webapp.woorden.namen import Namen
from webapp.woorden.weigeringen import register, zeg

GEEN_DAG = "Kies een dag, bijvoorbeeld 1 september. Er is niets veranderd."
register(
    {
        NothingWaits: "Er wacht geen nieuw schooljaar. Er is niets veranderd.",
        ChosenMeanwhile: "Een collega koos intussen iets anders. Er is niets veranderd: hieronder staat hoe het nu is.",
    }
)


@zeg.register
def _(error: NoSuchDay, _namen: Namen) -> str:
    return f"Kies een dag van {datum(error.eerste)} tot en met {datum(error.laatste)}. Er is niets veranderd."


def stand(koppeling: Koppeling, row: Overgang | None, vanaf: date | None, las: str, *, is_asked: bool) -> str:
    """Where it stands, in one or two sentences."""
    if row is not None and row.teruggedraaid_op is not None:
        return (
            f"Schooljaar {row.schooljaar} is op {datum(row.teruggedraaid_op)} teruggenomen. Het begint pas weer als u "
            f"dat hieronder zegt; tot dan halen wij geen wijzigingen uit {las}."
        )
    if row is not None and vanaf is not None:
        return (
            f"Schooljaar {row.schooljaar} staat klaar in {las} en begint hier in de nacht van {datum(vanaf)}. Tot dan "
            f"halen wij geen wijzigingen uit {las}."
        )
    if row is not None:
        return f"Schooljaar {row.schooljaar} staat klaar in {las} en begint hier bij de volgende keer ophalen."
    if vanaf is not None:
        return f"Het nieuwe schooljaar begint hier op zijn vroegst op {datum(vanaf)}, zodra het in {las} klaarstaat."
    if is_asked:
        return f"Het nieuwe schooljaar staat nog niet klaar in {las}. Wij vragen er elke nacht naar."
    return (
        f"Schooljaar {koppeling.schooljaar} loopt. Het volgende begint vanzelf: vanaf 1 augustus vragen wij er elke "
        f"nacht naar, en zodra het in {las} klaarstaat, gaat iedereen naar de nieuwe groep."
    )


def wat(blik: Vooruitblik) -> str:
    """What it will do, in numbers, and whether anything is asked."""
    new, gone = sum(blik.get("nieuw", {}).values()), len(blik.get("weg", ()))
    verder = len(blik.get("verder", {}))
    counts = (
        f"{gone} {woord(gone, 'vertrekt', 'vertrekken')}, "
        f"{verder} {woord(verder, 'gaat', 'gaan')} naar de nieuwe groep, "
        f"{new} {woord(new, 'is', 'zijn')} nieuw."
    )
    if blik.get("past"):
        return f"{counts} Groepen, verhuizingen en vertrek gaan zonder vraag."
    return f"{counts} Dat lijkt niet op een gewoon nieuw schooljaar: wij vragen het na voor er iets vertrekt."


def groep(naam: str | None, wie: Sequence[Verhuizing], blik: Vooruitblik) -> str:
    """Groep 6: 24, uit groep 5; 2 nieuw."""
    if naam is None:
        return f"Vertrekt: {aantal(len(wie), 'leerling', 'leerlingen')}"
    van = Counter(each.leerling.groep.naam if each.leerling.groep else "geen groep" for each in wie)
    new = blik.get("nieuw", {}).get(naam, 0)
    parts = [f"{number} uit {was}" for was, number in van.most_common()] + ([f"{new} nieuw"] if new else [])
    return f"{naam or 'Zonder groep'}: {', '.join(parts)}"


def uitgesteld(vanaf: date | None, las: str) -> str:
    """What is said after a day was chosen."""
    if vanaf is None:
        return f"Het nieuwe schooljaar begint zodra het in {las} klaarstaat."
    return f"Het nieuwe schooljaar begint hier niet voor {datum(vanaf)}."


def laatst(handeling: Handeling, batch: Importbatch) -> str:
    found = batch.overgegaan
    said = f": {overgegaan(found)}" if found is not None else ""
    back = " Dat is later teruggenomen." if handeling.teruggedraaid_id is not None else ""
    return f"Schooljaar {batch.schooljaar} begon op {datum(handeling.op)}{said}.{back}"


def year_began(batch: Importbatch | None) -> str:
    """What a fetch came to with which the school year turned; empty of any other."""
    found = batch.overgegaan if batch is not None else None
    return f"Schooljaar {batch.schooljaar} is begonnen: {overgegaan(found)}." if batch and found is not None else ""


def put_off_year(feiten: Feiten, namen: Namen) -> str:
    """Why a fetch brings nothing while the school keeps a new year waiting; empty when it does not."""
    waits = {Einde.JAAR_UITGESTELD, Einde.JAAR_TERUGGENOMEN}
    return next((kort(each, namen) for each in feiten.einden if each.einde in waits), "")
