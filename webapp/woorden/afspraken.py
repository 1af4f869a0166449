"""The words about the vaste afspraken of a school."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from webapp.filters import aantal, datum, moment, opsomming, woord
from webapp.services.afspraken import OverschrevenAfspraken, Wijziging
from webapp.services.inname.soorten.velden import Jaargroep
from webapp.services.inname.vanzelf import BASISSCHOOL, OF_NO_YEAR
from webapp.services.overzicht.scheelt import Cijfers
from webapp.woorden.controle import value
from webapp.woorden.namen import Namen
from webapp.woorden.weigeringen import zeg

BEWAARD = "Uw afspraken zijn bewaard. Ze gelden vanaf de volgende aanlevering."
NIETS_ANDERS = "Uw afspraken zijn zoals ze waren."
LATER = "Goed, wij vragen er niet meer naar. De vaste afspraken staan bij Koppelen met LAS."
GEEN_JAARGROEP = "Kies welke groepen niet meedoen, of kies Alle groepen doen mee. Er is niets opgeslagen."
_KLEUTERS = ("1", "2")
_JA_NEE = {
    "nieuwe_leerlingen": ("nieuwe leerlingen vanzelf toevoegen", "nieuwe leerlingen elke keer vragen"),
    "nieuwe_leerkrachten": ("nieuwe leerkrachten toevoegen zonder inlog", "nieuwe leerkrachten eerst vragen"),
    "alleen_op_het_spel": ("alleen vragen als er resultaten zijn", "alles vragen"),
}
_RITME = {"meteen": "mail meteen", "weekdag": "één mail per week", "na_dagen": "mail als een vraag blijft staan"}


@zeg.register
def _(error: OverschrevenAfspraken, _namen: Namen) -> str:
    return (
        f"{error.naam} heeft de afspraken intussen gewijzigd. Uw wijziging is niet opgeslagen. "
        "Hieronder staat hoe het nu is."
    )


def periode(cijfers: Cijfers) -> str:
    """Over which time is counted."""
    return f"sinds {datum(cijfers.sinds)}" if cijfers.sinds is not None else ""


def jaargroep(code: str) -> str:
    """groep 1, or SBO."""
    return f"groep {code}" if code.isdigit() else value(Jaargroep(code))


def jaargroepen(per_jaargroep: Mapping[str, int], niet: Collection[str]) -> list[tuple[str, str]]:
    """The jaargroepen to choose from: of a basisschool, and those that this school has."""
    codes = (BASISSCHOOL | set(per_jaargroep) | set(niet)) - OF_NO_YEAR
    return [(code, jaargroep(code)) for code in sorted(codes)]


def in_jaargroepen(per_jaargroep: Mapping[str, int], niet: Collection[str]) -> tuple[str, str] | None:
    """How many are in those that stay out; as an example in groep 1 and 2, where somebody is."""
    which = sorted(niet) or _KLEUTERS
    number = sum(per_jaargroep.get(code, 0) for code in which)
    if not number:
        return None
    stay = f" {woord(number, 'Die blijft', 'Zij blijven')}." if niet else ""
    return aantal(number, "leerling", "leerlingen"), f"{woord(number, 'zit', 'zitten')} nu in {_groepen(which)}.{stay}"


def _groepen(codes: Collection[str]) -> str:
    """groep 1 en 2"""
    numbers = [code for code in codes if code.isdigit()]
    others = [jaargroep(code) for code in codes if not code.isdigit()]
    return opsomming([*([f"groep {opsomming(numbers)}"] if numbers else []), *others])


def wijziging(each: Wijziging) -> tuple[str, str, str]:
    """When, by whom and what."""
    return moment(each.op), each.door, opsomming(list(_said(each.tellingen)))


def _said(tellingen: Mapping[str, object]) -> Iterator[str]:
    for name, (yes, no) in _JA_NEE.items():
        if name in tellingen:
            yield yes if tellingen[name] else no
    if "jaargroepen_niet" in tellingen:
        codes = str(tellingen["jaargroepen_niet"]).split()
        yield f"{_groepen(codes)} niet" if codes else "alle groepen doen mee"
    if "mailritme" in tellingen:
        yield _RITME[str(tellingen["mailritme"])]
    elif {"mail_weekdag", "mail_na_dagen"} & set(tellingen):
        yield "een andere dag voor de mail"
