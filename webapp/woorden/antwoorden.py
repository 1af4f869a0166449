"""The words in which an answer of the review is read back: what was said, and what it means for results."""

from __future__ import annotations

from webapp.filters import aantal, opsomming
from webapp.models import Importregel, Keuze, Lidmaatschap
from webapp.services.controle.antwoorden import Antwoord
from webapp.services.controle.ruil import Ruilantwoord
from webapp.services.inname.soorten import KINDS, Doel
from webapp.woorden.controle import SOORTEN, name_of, said

_RUIL = {Ruilantwoord.OMDRAAIEN: "de nummers zijn verwisseld", Ruilantwoord.NUMMER: "de namen zijn verbeterd"}

_RESULTATEN = {
    Ruilantwoord.OMDRAAIEN: "De resultaten blijven bij de naam.",
    Ruilantwoord.NUMMER: "De resultaten blijven bij het nummer.",
}


def kop(antwoord: Antwoord) -> str:
    """Ana Maas: een ander kind dan Anna Maas."""
    return f"{names(antwoord)}: {_said(antwoord)}"


def names(antwoord: Antwoord) -> str:
    """Whom it is about."""
    return opsomming([regel.weergavenaam or "(zonder naam)" for regel in antwoord.regels])


def _said(antwoord: Antwoord) -> str:
    regel = antwoord.regel
    if antwoord.ruil is not None:
        return _RUIL[antwoord.ruil]
    if antwoord.doel is not None:
        name = name_of(antwoord.doel)
        same = SOORTEN[regel.soort].zelfde
        return same if name == regel.weergavenaam else f"{same} als {name}"
    if regel.keuze is Keuze.NIEUW and antwoord.ander is not None:
        return f"{SOORTEN[regel.soort].ander} dan {_ours(antwoord.ander, regel)}"
    return said(regel.keuze)


def gevolg(antwoord: Antwoord) -> str:
    """What it does, to the results where there are any."""
    parts = []
    if antwoord.ruil is not None:
        parts.append(_RESULTATEN[antwoord.ruil])
    elif antwoord.resultaten and antwoord.doel is not None:
        houdt = "houdt" if antwoord.van is None else "krijgt"
        van = "" if antwoord.van is None else f" van {antwoord.van.weergavenaam}"
        parts.append(f"{names(antwoord)} {houdt} {_resultaten(antwoord.resultaten)}{van}.")
    if antwoord.regel.keuze is Keuze.NIEUW:
        zonder = ""
        if antwoord.naar is not None and KINDS[antwoord.regel.soort].has_results:
            zonder = f", zonder resultaten: die gaan naar {antwoord.naar.weergavenaam}"
        parts.append(f"{names(antwoord)} wordt toegevoegd{zonder}.")
    if antwoord.ander is not None:
        parts.append(_stays(antwoord.ander, antwoord.achter, antwoord.regel))
    return " ".join(filter(None, parts))


def _stays(ander: Doel, results: int, regel: Importregel) -> str:
    """What happens to somebody who is not meant."""
    if not results:
        return ""
    beside = "dat niet meegaat" if results == 1 else "die niet meegaan"
    gone = " Vertrokken; de resultaten blijven bewaard." if ander.status is Lidmaatschap.VERTROKKEN else ""
    who = _ours(ander, regel)
    return f"{who[:1].upper()}{who[1:]} houdt {_resultaten(results)}, {beside}.{gone}"


def _ours(ander: Doel, regel: Importregel) -> str:
    """By name, and told apart from a namesake who comes in."""
    name = name_of(ander)
    is_double = regel.keuze is Keuze.NIEUW and name == regel.weergavenaam
    return f"de {name} die u al heeft" if is_double else name


def _resultaten(number: int) -> str:
    return aantal(number, "resultaat", "resultaten")
