"""What can be mended in the LAS: what made a question, or will make one. Mended there, the question goes by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from webapp.matching.vetoes import Veto
from webapp.models import Groep, Importbatch, Importregel, Keuze, Koppeling, Leerkracht, Leerling, Lidmaatschap, Soort
from webapp.models.ids import SchoolId
from webapp.models.importbatch import IS_WORK, OPEN, Opgevallen
from webapp.services import vragen
from webapp.services.controle.batch import groepsnamen
from webapp.services.inname.soorten import KINDS


class Oorzaak(StrEnum):
    """What is amiss in the LAS, what hinders most first."""

    NUMMER_DUBBEL = "nummer dubbel"
    """A key or an ECK iD stands at more than one: none of them is taken in."""
    ZONDER_NUMMER = "zonder nummer"
    """Neither a key nor an ECK iD: not taken in."""
    NUMMERS = "nummers"
    """Key, ECK iD and name point to different people."""
    DUBBEL = "dubbel"
    """Who seems to stand in the LAS twice."""
    GEEN_GEBOORTEDATUM = "geen geboortedatum"
    GEBOORTEDATUM = "geboortedatum"
    """1 January, or day and month exchanged, or one digit wrong."""
    NAAM = "naam"
    """A first name or surname is not there, or is an initial."""
    ZELFDE_ADRES = "zelfde adres"
    GEEN_ADRES = "geen adres"
    """None, or one that is none."""
    ZONDER_JAARGROEP = "zonder jaargroep"
    ZONDER_GROEP = "zonder groep"
    TWEE_GROEPEN = "twee groepen"


@dataclass(frozen=True, slots=True)
class Wie:
    """Somebody, or a groep, to look up in the LAS."""

    naam: str
    groep: str = ""


@dataclass(slots=True)
class Punt:
    """One cause: of whom, and how many questions it takes away."""

    oorzaak: Oorzaak
    soort: Soort
    wie: dict[Wie, None] = field(default_factory=dict)
    """In their order, each once."""
    vragen: int = 0
    naamloos: int = 0
    """How many the LAS sent in such a way that nothing of them was kept, so nor their names."""

    @property
    def aantal(self) -> int:
        return len(self.wie) + self.naamloos


_NUMMERS = frozenset({Veto.ANDERE_ECKID, Veto.IDENTIFIER_DUBBEL, Veto.IDENTIFIER_ELDERS, Veto.NAAM_PAST_NIET})
_DUBBEL = frozenset({Veto.MEER_NIEUWE, Veto.AL_GEKOPPELD})
_DATUM = frozenset({Veto.DATUM_VERDACHT, Veto.DATUM_OMGEWISSELD, Veto.DATUM_BIJNA})
_NAAM = frozenset({Veto.VOORLETTER, Veto.ROEPNAAM_ONBEKEND, Veto.ACHTERNAAM_ONBEKEND})
_ADRES = frozenset({Veto.GEDEELD_EMAIL})
_VAN_VETO = {
    veto: oorzaak
    for vetoes, oorzaak in (
        (_NUMMERS, Oorzaak.NUMMERS),
        (_DUBBEL, Oorzaak.DUBBEL),
        (_DATUM, Oorzaak.GEBOORTEDATUM),
        (_ADRES, Oorzaak.ZELFDE_ADRES),
    )
    for veto in vetoes
}
_GEWAARSCHUWD = {
    "sleutel_dubbel": Oorzaak.NUMMER_DUBBEL,
    "zonder_sleutel": Oorzaak.ZONDER_NUMMER,
    "stamgroep_dubbel": Oorzaak.TWEE_GROEPEN,
}
"""Warnings of the reader (`webapp/uwlr/warnings.py`) about what is not taken in."""


def cause_of(regel: Importregel) -> Oorzaak | None:
    """Why this is asked, when that can be mended in the LAS; one cause per question."""
    if regel.ruil is not None:
        return Oorzaak.NUMMERS
    kind = KINDS[regel.soort]
    if kind.takes_along:
        return None if regel.jaargroep else Oorzaak.ZONDER_JAARGROEP
    if kind.has_results and regel.geboortedatum is None:
        return Oorzaak.GEEN_GEBOORTEDATUM
    if regel.matchregel in _NAAM and not all(len(name or "") > 1 for name in (regel.roepnaam, regel.achternaam)):
        return Oorzaak.NAAM
    return _VAN_VETO.get(Veto(regel.matchregel)) if regel.matchregel in set(Veto) else None


def of_school(session: Session, school_id: SchoolId) -> list[Punt]:
    """Return what can be mended in the LAS, what takes most questions away first."""
    punten = dict[tuple[Oorzaak, Soort], Punt]()
    batch = session.scalar(select(Importbatch).where(Importbatch.school_id == school_id, Importbatch.status.in_(OPEN)))
    addresses = [] if batch is None else _add_questions(session, batch, punten)
    for oorzaak, soort, found in _of_records(session, school_id, addresses):
        _punt(punten, oorzaak, soort).wie |= dict.fromkeys(found)
    for each in _warnings(session, school_id):
        if each["soort"] in _GEWAARSCHUWD and each["onderdeel"] in set(Soort):
            _punt(punten, _GEWAARSCHUWD[each["soort"]], Soort(each["onderdeel"])).naamloos += each["aantal"]
    order = list(Oorzaak)
    return sorted(
        (punt for punt in punten.values() if punt.aantal), key=lambda punt: (-punt.vragen, order.index(punt.oorzaak))
    )


def questions(regels: Iterable[Importregel]) -> int:
    """How many open questions go away when the LAS is mended."""
    return sum(any(cause_of(regel) for regel in ring) for ring in vragen.questions(regels))


def _add_questions(
    session: Session, batch: Importbatch, punten: dict[tuple[Oorzaak, Soort], Punt]
) -> list[tuple[str, Wie]]:
    """Add what is asked; return the addresses of leerkrachten who are not taken in yet."""
    query = select(Importregel).where(
        Importregel.school_id == batch.school_id, Importregel.batch_id == batch.id, IS_WORK
    )
    regels = session.scalars(query.order_by(Importregel.id)).all()
    names = groepsnamen(session, batch.school_id, batch.id)
    for ring in vragen.questions(regels):
        oorzaak = next(filter(None, map(cause_of, ring)), None)
        if oorzaak is not None:
            punt = _punt(punten, oorzaak, ring[0].soort)
            punt.vragen += 1
            punt.wie |= dict.fromkeys(_named(regel, names) for regel in ring)
    for regel in regels:
        if KINDS[regel.soort].takes_along and regel.keuze is Keuze.NIEUW and not regel.jaargroep:
            _punt(punten, Oorzaak.ZONDER_JAARGROEP, regel.soort).wie[Wie(regel.weergavenaam)] = None
        if KINDS[regel.soort].has_results and regel.keuze is Keuze.NIEUW:
            lacks = {
                Oorzaak.GEEN_GEBOORTEDATUM: regel.geboortedatum is None,
                Oorzaak.ZONDER_GROEP: not regel.groep_keys,
            }
            for oorzaak in (each for each, is_so in lacks.items() if is_so):
                _punt(punten, oorzaak, regel.soort).wie[_named(regel, names)] = None
    staff = [each for each in regels if KINDS[each.soort].has_email and each.keuze is not Keuze.NIET]
    for regel in staff:
        if not (regel.email or regel.email_ingevuld):
            _punt(punten, Oorzaak.GEEN_ADRES, regel.soort).wie[_named(regel, names)] = None
    return [(regel.email, _named(regel, names)) for regel in staff if regel.email and not regel.email_ingevuld]


def _named(regel: Importregel, names: dict[str, str]) -> Wie:
    groepen = regel.groep_keys if KINDS[regel.soort].has_results else ()
    groep = next((names[key] for key in groepen if key in names), "")
    return Wie(regel.weergavenaam, groep)


def _of_records(
    session: Session, school_id: SchoolId, addresses: list[tuple[str, Wie]]
) -> Iterator[tuple[Oorzaak, Soort, list[Wie]]]:
    """Who is linked, and lacks what the next match needs; who has an address with somebody else, also of who is new."""
    query = select(Koppeling.vorm).where(Koppeling.school_id == school_id).order_by(Koppeling.id.desc())
    vorm = session.scalar(query.limit(1)) or {}
    without = (
        (Oorzaak.DUBBEL, Leerling.id.in_(vorm.get("dubbel", []))),
        (Oorzaak.GEEN_GEBOORTEDATUM, Leerling.geboortedatum.is_(None)),
        (Oorzaak.ZONDER_GROEP, Leerling.groep_id.is_(None)),
    )
    for oorzaak, lacks in without:
        yield (
            oorzaak,
            Soort.LEERLING,
            [
                Wie(each.naam, each.groep.naam if each.groep is not None else "")
                for each in _leerlingen(session, school_id, lacks)
            ],
        )
    nameless = select(Groep).where(Groep.school_id == school_id, _is_here(Groep), Groep.jaargroep.is_(None))
    nameless = nameless.order_by(Groep.naam, Groep.id)
    yield (
        Oorzaak.ZONDER_JAARGROEP,
        Soort.GROEP,
        [Wie(each.naam) for each in session.scalars(nameless)],
    )
    staff = session.scalars(
        select(Leerkracht)
        .where(Leerkracht.school_id == school_id, _is_here(Leerkracht))
        .order_by(Leerkracht.achternaam, Leerkracht.id)
    ).all()
    yield Oorzaak.GEEN_ADRES, Soort.LEERKRACHT, [Wie(each.naam) for each in staff if not each.email]
    per_address = defaultdict[str, dict[Wie, None]](dict)
    for email, wie in (*((each.email, Wie(each.naam)) for each in staff if each.email), *addresses):
        per_address[email.lower()][wie] = None
    shared = [wie for found in per_address.values() if len(found) > 1 for wie in found]
    yield Oorzaak.ZELFDE_ADRES, Soort.LEERKRACHT, shared


def _leerlingen(session: Session, school_id: SchoolId, lacks: ColumnElement[bool]) -> Sequence[Leerling]:
    query = (
        select(Leerling)
        .options(joinedload(Leerling.groep))
        .where(Leerling.school_id == school_id, _is_here(Leerling), lacks)
        .order_by(Leerling.groep_id, Leerling.achternaam, Leerling.id)
    )
    return session.scalars(query).all()


def _is_here(table: type[Groep | Leerkracht | Leerling]) -> ColumnElement[bool]:
    return (table.status == Lidmaatschap.ACTIEF) & table.is_linked() & table.afwezig_sinds.is_(None)


def _warnings(session: Session, school_id: SchoolId) -> list[Opgevallen]:
    """Of the newest aanlevering that came from the LAS; a quiet night is the same as that one."""
    query = (
        select(Importbatch)
        .where(Importbatch.school_id == school_id, Importbatch.tellingen.has_key("waarschuwingen"))
        .order_by(Importbatch.id.desc())
        .limit(1)
    )
    newest = session.scalar(query)
    return newest.waarschuwingen if newest is not None else []


def _punt(punten: dict[tuple[Oorzaak, Soort], Punt], oorzaak: Oorzaak, soort: Soort) -> Punt:
    return punten.setdefault((oorzaak, soort), Punt(oorzaak, soort))
