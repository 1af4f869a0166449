"""The words about questions that somebody of the school is asked about."""

from __future__ import annotations

from collections.abc import Sequence

from webapp.filters import aantal, getal, moment, woord
from webapp.models import Advies, Rol
from webapp.services.controle.doorgegeven import Advisering, Bij, Samengevat
from webapp.services.controle.doorgeven import PER_DAG, Doorgegeven, Ontvanger
from webapp.services.controle.errors import (
    AlreadyAsked,
    HandedOverEnded,
    NameInMessage,
    NoColleague,
    NothingToHandOver,
    OnlyLeerlingen,
)
from webapp.services.inname.soorten.leerling import LEERLING
from webapp.woorden.namen import Namen
from webapp.woorden.weigeringen import register, zeg

_NIETS = "Er is geen mail verstuurd."
register(
    {
        NoColleague: f"Kies eerst aan welke collega u dit doorgeeft. {_NIETS}",
        NothingToHandOver: f"Dit is intussen beantwoord: er is niets door te geven. {_NIETS}",
        HandedOverEnded: (
            "Deze vraag is intussen beantwoord, teruggenomen of verlopen. Uw antwoord is niet meer nodig en is niet "
            "bewaard."
        ),
    }
)

ADVIEZEN = {
    Advies.ZELFDE: "Hetzelfde kind",
    Advies.ANDER: "Een ander kind",
    Advies.WEET_NIET: "Weet ik niet",
}
"""The three answers of a leerkracht, on the buttons."""
_GEZEGD = {
    Advies.ZELFDE: "hetzelfde kind",
    Advies.ANDER: "een ander kind",
    Advies.WEET_NIET: "weet het niet",
}
_MET = {Advies.ZELFDE: "als", Advies.ANDER: "dan"}


@zeg.register
def _(error: AlreadyAsked, namen: Namen) -> str:
    return f"{error.naam} kreeg deze vraag al. Er is geen tweede mail verstuurd."


@zeg.register
def _(error: OnlyLeerlingen, namen: Namen) -> str:
    return f"{error.naam} kan alleen over leerlingen adviseren. Kies een beheerder. {_NIETS}"


@zeg.register
def _(error: NameInMessage, namen: Namen) -> str:
    return (
        f"In uw bericht staat “{error.woord}”. Het bericht gaat per mail, en daarin mag geen naam van een leerling "
        f"staan. De namen staan straks op de pagina. {_NIETS}"
    )


def vragen(number: int) -> str:
    """How many questions."""
    return aantal(number, "vraag", "vragen")


def over(groepen: Sequence[str], regels: int) -> str:
    """What questions are about: `groep 4`, `groep 4 en groep 5`, or leerlingen."""
    return _in(groepen) or woord(regels, "een leerling", "leerlingen")


def kop(done: Samengevat, number: int) -> str:
    """The title of the mail: `2 vragen over 2 leerlingen in groep 4`."""
    if LEERLING.number_of(done.vragen) < len(done.vragen):
        return f"{vragen(number)} over uw gegevens"
    who = "een leerling" if len(done.vragen) == 1 else f"{getal(len(done.vragen))} leerlingen"
    return f"{vragen(number)} over {who}{_in(done.groepen) and f' in {_in(done.groepen)}'}"


def _in(groepen: Sequence[str]) -> str:
    names = [_groep(naam) for naam in groepen]
    return " en ".join(names) if len(names) <= 2 else ""


def _groep(naam: str) -> str:
    return naam[0].lower() + naam[1:] if naam.lower().startswith("groep") else f"groep {naam}"


def keuze(wie: Ontvanger) -> str:
    """Somebody in the list of whom to ask."""
    if wie.rol is Rol.BEHEERDER:
        return f"{wie.naam} (beheerder, kan zelf antwoorden)"
    wat = f"leerkracht van {', '.join(map(_groep, wie.groepen))}" if wie.groepen else "leerkracht"
    return f"{wie.naam} ({wat}, geeft advies)"


def handed(done: Doorgegeven) -> str:
    if not done.is_gemaild:
        return (
            f"Doorgegeven aan {done.naam}. Er gaat geen nieuwe mail: {done.naam} kreeg er vandaag al {PER_DAG} over "
            f"vragen. {woord(done.aantal, 'Deze vraag staat', 'Deze vragen staan')} op de pagina erbij."
        )
    rest = "Wie van u het eerst kiest, beslist." if done.is_beheerder else "U kunt zelf ook nog kiezen."
    return f"Doorgegeven: {done.naam} krijgt een mail over {vragen(done.aantal)}. {rest}"


def taken_back(naam: str) -> str:
    return f"Teruggenomen. {naam} ziet deze vragen niet meer."


def wacht(bij: Bij) -> str:
    """With whom a question is."""
    return f"Wacht op {bij.naam} sinds {moment(bij.sinds).removeprefix('vandaag ')}"


def advies(said: Advisering) -> str:
    """What somebody said of a question."""
    met = f" {_MET[said.advies]} {said.over}" if said.over and said.advies in _MET else ""
    return f"{said.naam}: {_GEZEGD[said.advies]}{met}"


def kort(bij: Bij) -> str:
    """The same in a list."""
    if bij.advies is None:
        return f"wacht op {bij.naam}"
    return f"advies van {bij.naam}: {_GEZEGD[bij.advies.advies]}"


def zin(bij: Bij) -> str:
    """The same as a sentence, where open questions are read back."""
    said = kort(bij)
    return f"{said[:1].upper()}{said[1:]}."


def thanks(van: str, left: int) -> str:
    rest = f"Nog {vragen(left)}." if left else "U bent klaar."
    return f"Dank u, {van} ziet uw antwoord. {rest}"
