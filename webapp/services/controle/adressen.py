"""The addresses of the leerkrachten, typed by a beheerder: of those we have, and of those whom a review will add.

An address gives nobody a login: only an invitation does (`webapp/services/toegang`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.db import is_among
from webapp.models import Daad, Importbatch, Importregel, Keuze, Leerkracht, Wat
from webapp.models.ids import AccountId, SchoolId
from webapp.models.importbatch import OPEN
from webapp.services import audit, geschiedenis, medewerkers, sloten
from webapp.services.controle.batch import groepsnamen
from webapp.services.controle.tikfouten import checked, domain_of, suggestion
from webapp.services.inname.soorten.leerkracht import LEERKRACHT
from webapp.services.toegang import leerkrachten, toetreden
from webapp.services.toegang.leerkrachten import Inlog


@dataclass(frozen=True, slots=True)
class Persoon:
    """One leerkracht and the address that we have."""

    sleutel: str
    """What stands for them in a form: `l12` is a leerkracht of ours, `r34` a line of the review."""
    naam: str
    groepen: str
    email: str
    las: frozenset[str]
    """How the LAS knows them: who was a line yesterday and is ours today is found by it."""
    logt_in: bool = False
    """The address is that of an account: only they change it."""


@dataclass(frozen=True, slots=True)
class Getypt:
    """What stands in one field, and what it is an answer to."""

    adres: str
    was: str
    """The address that the page showed; whoever leaves it as it was changes nothing."""
    over: str = ""
    """The address about which something was asked."""
    klopt: str = ""
    """The address that they chose then."""


class Bezwaar(StrEnum):
    """Why an address was not saved yet."""

    ZONDER_AT = "zonder @"
    ONGELDIG = "ongeldig"
    DUBBEL = "dubbel"
    INLOG = "inlog"
    """Somebody else logs in with it."""
    TIKFOUT = "tikfout"
    INTUSSEN = "intussen"
    """A colleague filled in another one since the page was opened."""


@dataclass(frozen=True, slots=True)
class Vraag:
    """What is asked about an address."""

    bezwaar: Bezwaar
    adres: str
    ander: str = ""
    """Whose it is too, or what a colleague filled in."""
    voorstel: str = ""
    """What was probably meant."""


@dataclass
class Uitkomst:
    """What saving came to."""

    bewaard: int = 0
    ingetrokken: int = 0
    """Invitations to an address that was changed."""
    vragen: dict[str, Vraag] = field(default_factory=dict)
    weg: list[str] = field(default_factory=list)
    """Addresses of whom nobody is left to give them to."""


def overview(session: Session, school_id: SchoolId) -> list[Persoon]:
    """Return every leerkracht of the school, those that the open review adds too; who has no address comes first."""
    rows = leerkrachten.overview(session, school_id)
    found = session.scalars(
        select(Leerkracht).where(
            Leerkracht.school_id == school_id, is_among(Leerkracht.id, [row.leerkracht_id for row in rows])
        )
    )
    records = {record.id: record for record in found}
    lines = _lines(session, school_id)
    to_come = {line.doel_id: line.email_ingevuld or line.email for line in lines if line.keuze is Keuze.KOPPEL}
    people = [
        Persoon(
            f"l{row.leerkracht_id}",
            row.naam,
            row.groepen,
            row.email or to_come.get(row.leerkracht_id) or "",
            _known_as(records[row.leerkracht_id]),
            logt_in=row.inlog in (Inlog.ACCOUNT, Inlog.OPGESCHORT),
        )
        for row in rows
    ]
    new = [line for line in lines if line.keuze is Keuze.NIEUW]
    names = groepsnamen(session, school_id, new[0].batch_id) if new else {}
    people += [
        Persoon(
            f"r{line.id}",
            line.weergavenaam,
            ", ".join(names[key] for key in line.groep_keys if key in names),
            line.email_ingevuld or line.email or "",
            _known_as(line),
        )
        for line in new
    ]
    return sorted(people, key=lambda each: (bool(each.email), each.naam.casefold(), each.sleutel))


def count_missing(session: Session, school_id: SchoolId) -> int:
    """How many leerkrachten have no address."""
    return sum(not person.email for person in overview(session, school_id))


def save(session: Session, school_id: SchoolId, getypt: Mapping[str, Getypt], *, door: AccountId) -> Uitkomst:
    """Save every address that can be saved, and ask about the others."""
    sloten.lock(session, school_id)
    toetreden.hold_as_beheerder(session, school_id, door)
    geschiedenis.act(session, school_id, Wat.ADRESSEN, door=door)
    people = overview(session, school_id)
    typed = _of_who_is_there(session, school_id, people, getypt)
    uitkomst = Uitkomst(weg=[each.adres for each in typed.pop("", []) if each.adres and each.adres != each.was])
    domains = _domains(session, school_id, people, [each.adres for found in typed.values() for each in found])
    owners = {person.sleutel: person for person in people}
    for person in people:
        for each in typed.get(person.sleutel, ()):
            if each.adres in (each.was, person.email):
                continue
            others = [other for key, other in owners.items() if key != person.sleutel]
            judged = _judge(person, each, others, domains)
            if isinstance(judged, Vraag):
                uitkomst.vragen[person.sleutel] = judged
                continue
            uitkomst.ingetrokken += _write(session, school_id, person, judged, door)
            uitkomst.bewaard += 1
            owners[person.sleutel] = replace(person, email=judged)
    if uitkomst.bewaard:
        audit.record(
            session, Daad.LEERKRACHT_ADRESSEN, "leerkrachten", door=door, school_id=school_id, adressen=uitkomst.bewaard
        )
    return uitkomst


def _judge(person: Persoon, getypt: Getypt, others: Collection[Persoon], domains: Collection[str]) -> str | Vraag:
    """Return the address to keep, or what must be asked first."""
    if person.email != getypt.was or person.logt_in:
        return Vraag(Bezwaar.INTUSSEN, getypt.adres, ander=person.email)
    if not getypt.adres:
        return ""
    is_answer = bool(getypt.klopt) and getypt.over == getypt.adres
    typed = getypt.klopt if is_answer else getypt.adres
    is_sure = is_answer and typed == getypt.over
    meant = suggestion(typed, domains) or ""
    adres = checked(typed)
    if adres is None:
        wrong = Bezwaar.ONGELDIG if "@" in typed else Bezwaar.ZONDER_AT
        return Vraag(wrong, typed, voorstel=meant)
    has_it = [other for other in others if other.email.casefold() == adres.casefold()]
    login = next((other.naam for other in has_it if other.logt_in), None)
    if login is not None:
        return Vraag(Bezwaar.INLOG, adres, ander=login)
    if has_it and not is_sure:
        return Vraag(Bezwaar.DUBBEL, adres, ander=has_it[0].naam)
    if meant and not is_sure:
        return Vraag(Bezwaar.TIKFOUT, adres, voorstel=meant)
    return adres


def _write(session: Session, school_id: SchoolId, person: Persoon, adres: str, door: AccountId) -> int:
    """Keep the address, also for the import to come; return how many invitations to another one were taken back."""
    id_ = int(person.sleutel[1:])
    is_new = person.sleutel.startswith("r")
    for line in _lines(session, school_id):
        if line.id == id_ if is_new else line.keuze is Keuze.KOPPEL and line.doel_id == id_:
            line.email_ingevuld = adres or None
            line.batch.rev += 1
    if is_new:
        return 0
    record = session.scalars(select(Leerkracht).where(Leerkracht.id == id_, Leerkracht.school_id == school_id)).one()
    record.email = adres or None
    open_ = [row for row in toetreden.open_of(session, school_id) if row.leerkracht_id == id_]
    old = [row for row in open_ if row.email.casefold() != adres.casefold()]
    for row in old:
        toetreden.withdraw(session, school_id, row.id, door=door)
    return len(old)


def _lines(session: Session, school_id: SchoolId) -> list[Importregel]:
    """The lines about leerkrachten in the open review."""
    query = (
        select(Importregel)
        .join(Importbatch, Importbatch.id == Importregel.batch_id)
        .where(Importregel.school_id == school_id, Importregel.soort == LEERKRACHT.soort, Importbatch.status.in_(OPEN))
    )
    return list(session.scalars(query.order_by(Importregel.id)))


def _known_as(thing: Importregel | Leerkracht) -> frozenset[str]:
    names = (("key", thing.las_key), ("eckid", thing.eckid))
    return frozenset(f"{name}:{value}" for name, value in names if value is not None)


def _of_who_is_there(
    session: Session, school_id: SchoolId, people: Collection[Persoon], getypt: Mapping[str, Getypt]
) -> dict[str, list[Getypt]]:
    """What was typed for each; under no key what was typed for somebody who is not there any more."""
    there = {person.sleutel for person in people}
    by_name = {name: person.sleutel for person in people for name in person.las}
    found: dict[str, list[Getypt]] = {}
    for key, each in getypt.items():
        now = key if key in there else _key_of(session, school_id, key, by_name)
        found.setdefault(now, []).append(each)
    return found


def _key_of(session: Session, school_id: SchoolId, key: str, by_name: Mapping[str, str]) -> str:
    """A colleague imported the review since the page was opened, or a newer one took over: the same person in it."""
    line = None
    if key.startswith("r"):
        query = select(Importregel).where(Importregel.id == int(key[1:]), Importregel.school_id == school_id)
        line = session.scalar(query)
    names = _known_as(line) if line is not None else frozenset[str]()
    return next((by_name[name] for name in sorted(names) if name in by_name), "")


def _domains(session: Session, school_id: SchoolId, people: Iterable[Persoon], typed: Iterable[str]) -> list[str]:
    """The domains of this school, most used first; one that was typed only once proves nothing."""
    certain = [person.email for person in people]
    certain += [account.email for account in medewerkers.beheerders_of(session, school_id)]
    counted: dict[str, int] = {}
    for adres, weight in (*((each, 2) for each in certain), *((each, 1) for each in typed)):
        domain = domain_of(adres)
        counted[domain] = counted.get(domain, 0) + weight
    return sorted((each for each, n in counted.items() if each and n > 1), key=lambda each: -counted[each])
