"""The words of the history: what each aanlevering and each act did, to whom, and what was before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from typing import Any

from webapp.filters import aantal, datum, datum_kort, moment, opsomming
from webapp.models import BatchStatus, Soort, Wat
from webapp.models.ids import AccountId, GroepId
from webapp.models.importbatch import Overgegaan
from webapp.services.inname.soorten.velden import Veld, compared_numbers
from webapp.services.overzicht.aanleveringen import Sinds, Stap, Stil, Wie
from webapp.services.overzicht.wijzigingen import VERTROKKEN, Aard
from webapp.woorden.controle import AFLOOP, SOORTEN
from webapp.woorden.controle import value as say
from webapp.woorden.opzoeken import SMALL, which_groep
from webapp.woorden.terugdraaien import later

KOPPEN = ("Wanneer", "Wat er gebeurde", "Nieuw", "Gewijzigd", "Vertrokken", "Vastgehouden", "Ongewijzigd")
_DEED = {
    Wat.IMPORT: "importeerde",
    Wat.VERTREK: "bevestigde vertrek",
    Wat.PARKEREN: "parkeerde",
    Wat.TERUGHALEN: "zette terug",
    Wat.ADRESSEN: "vulde adressen in",
    Wat.NUMMERS_WISSEN: "maakte externe nummers leeg",
    Wat.TERUGDRAAIEN: "draaide een import terug",
    Wat.ONGEWOON: "beantwoordde wat was vastgehouden",
    Wat.SAMENVOEGEN: "voegde samen wie dubbel stond",
    Wat.SPLITSEN: "haalde samengevoegde leerlingen weer uit elkaar",
    Wat.ONTKOPPELEN: "ontkoppelde",
    Wat.TERUGNEMEN: "nam iets terug dat eerder was gedaan",
}
_DAAN = {
    Aard.GEKOPPELD: "gekoppeld",
    Aard.GROEP: "naar een andere groep",
    Aard.NAAM: "met een andere naam",
    Aard.NIEUW: "nieuw",
    Aard.VERTROKKEN: "vertrokken",
    Aard.TERUG: "terug",
    Aard.NUMMER: "met een ander nummer",
    Aard.ANDERS: "bijgewerkt",
    Aard.WEG: "weer weg",
}


class Gevolg(StrEnum):
    """The parts of the page of one aanlevering, as the columns of the history."""

    NIEUW = "nieuw"
    GEWIJZIGD = "gewijzigd"
    VERTROKKEN = "vertrokken"


def gevolg(aard: Aard) -> Gevolg:
    """In which of these somebody stands."""
    if aard is Aard.NIEUW:
        return Gevolg.NIEUW
    return Gevolg.VERTROKKEN if aard in VERTROKKEN else Gevolg.GEWIJZIGD


def wat(stap: Stap, namen_van: Mapping[AccountId, str], las: str) -> str:
    """What an entry is: who did what, or that it came from the LAS."""
    act = stap.handeling
    if act is None:
        assert stap.batch is not None
        wie = f"Aanlevering uit {las}" if stap.is_eerste else "Vragen die bleven staan"
        is_done = stap.batch.status is BatchStatus.VERWERKT
        return f"{wie}: {'beantwoord' if is_done else AFLOOP[stap.batch.status]}"
    back = f", {later(act.wat)}" if act.teruggedraaid_id is not None else ""
    if act.wat is Wat.AANLEVERING:
        number = stap.batch.hernummerd if stap.batch is not None else 0
        nieuw = f". Nieuwe nummers: {aantal(number, 'leerling', 'leerlingen')} herkend" if number else ""
        return f"Aanlevering uit {las}, vanzelf verwerkt{back}{nieuw}"
    if act.wat is Wat.OP_HET_SPEL:
        return f"Toegevoegd zonder vraag, want er stond niets op het spel{back}"
    if act.wat is Wat.OVERGANG:
        turned = stap.batch.overgegaan if stap.batch is not None else None
        return f"Nieuw schooljaar{f': {overgegaan(turned)}' if turned is not None else ''}{back}"
    if act.wat is Wat.AFSPRAAK:
        return f"Toegevoegd volgens uw vaste afspraken{back}"
    if act.wat is Wat.INGELEZEN:
        return f"Ingelezen: wat het testcentrum al had{back}"
    wie = namen_van.get(act.door, "Een oud-collega") if act.door is not None else ""
    if act.wat not in _DEED:
        return f"{wie or 'Bij ons'} {'wijzigde gegevens' if wie else 'ingevoerd of gewijzigd'}{back}"
    return f"{wie or 'Iemand'} {_DEED[act.wat]}{back}"


def overgegaan(found: Overgegaan) -> str:
    """28 van groep 8 vertrokken, 192 een groep hoger, 31 nieuw."""
    van = f" van groep {found['jaargroep']}" if found["jaargroep"] else ""
    return f"{found['vertrokken']}{van} vertrokken, {found['hoger']} een groep hoger, {found['nieuw']} nieuw"


def nachten(stil: Stil) -> str:
    """12 nachten zonder wijzigingen"""
    parts = [f"{aantal(stil.goed, 'nacht', 'nachten')} zonder wijzigingen"] if stil.goed else []
    if stil.mislukt:
        parts.append(f"{aantal(stil.mislukt, 'nacht', 'nachten')} waarin ophalen niet lukte")
    return " en ".join(parts)


def wanneer(stil: Stil) -> str:
    """The first and the last of these nights."""
    return datum(stil.van) if stil.van == stil.tot else f"{datum(stil.van)} tot en met {datum(stil.tot)}"


def vanzelf(found: Mapping[Aard, int]) -> str:
    """What was done by itself: 3 naar een andere groep, 1 vertrokken."""
    counted = Counter(found)
    return ", ".join(f"{counted[aard]} {tekst}" for aard, tekst in _DAAN.items() if counted[aard])


def naam(wie: Wie) -> str:
    """What somebody was called after that act; who is gone has no name any more."""
    if wie.doel is None:
        return f"een {SOORTEN[wie.soort].een} die er niet meer is"
    return wie.doel.called(wie.na)


def weg(soorten: Iterable[Soort]) -> str:
    """How many are not here any more: their names are not kept."""
    counted = Counter(soorten)
    said = [aantal(counted[s], SOORTEN[s].een, SOORTEN[s].meer) for s in reversed(Soort) if counted[s]]
    zijn, hun = ("is", "de naam bewaren wij") if counted.total() == 1 else ("zijn", "de namen bewaren wij")
    return f"{opsomming(said)} die er niet meer {zijn}: {hun} niet." if said else ""


def verschillen(wie: Wie, groepen: Mapping[GroepId, str]) -> Iterator[tuple[str, str, str]]:
    """Each field that the act changed: what it is called, what it was, what it became."""
    voor, na = wie.voor, wie.na
    if wie.aard is Aard.NIEUW:
        if na.get("groep_id"):
            yield "groep", "", groepen.get(na["groep_id"], "")
        return
    if wie.aard is Aard.WEG:
        yield "staat", "hier", "niet meer hier"
        return
    if wie.doel is not None and wie.doel.called(voor) != wie.doel.called(na):
        yield "naam", wie.doel.called(voor), wie.doel.called(na)
    said: Mapping[str, tuple[str, Callable[[Any], str]]] = {
        "status": ("staat", str),
        "groep_id": ("groep", lambda id_: which_groep(id_, groepen)),
        "groepen": ("groepen", lambda ids: ", ".join(sorted(which_groep(id_, groepen) for id_ in ids or ())) or "geen"),
        "las_key": ("nummer", lambda key: key or "geen"),
        "eckid": ("ECK iD", _eckid),
        **{name: (label, partial(_value, name)) for name, label in SMALL.items()},
    }
    for name, (label, in_words) in said.items():
        if name in na or name in voor:
            yield label, in_words(voor.get(name)), in_words(na.get(name))


def _eckid(value: str | None) -> str:
    return say(compared_numbers(Veld.ECKID, value, value).links) if value else "geen"


def _value(name: str, value: str | None) -> str:
    if not value:
        return "leeg"
    return datum_kort(date.fromisoformat(value)) if name == "geboortedatum" else str(value)


def sinds(found: Sinds | None, *, is_linked: bool, is_gone: bool, groep: str) -> str:
    """Since when somebody is linked, in this groep, or gone."""
    if is_gone:
        return f"Vertrokken {_since(found.vertrokken if found else None)}."
    parts = [f"In {groep} {_since(found.in_groep if found else None)}"] if groep else []
    parts.append(f"gekoppeld {_since(found.gekoppeld if found else None)}" if is_linked else "niet gekoppeld")
    text = ", ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


def _since(op: datetime | None) -> str:
    return f"sinds {datum(op)}" if op is not None else "van vóór wat hier bewaard is"


def titel(stap: Stap) -> str:
    """The heading of the page of one."""
    if stap.handeling is None or stap.batch is not None:
        return f"Aanlevering van {moment(stap.batch.opgehaald_op)}" if stap.batch is not None else "Wijziging"
    return f"Wijziging van {moment(stap.op)}"


def soort(wie: Wie) -> str:
    return SOORTEN[Soort(wie.soort)].een
