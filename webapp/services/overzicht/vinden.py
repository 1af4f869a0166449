"""Whatever klantenservice may have heard of a school: its name, BRIN, place, people, and the number of a receipt.

Never a leerling. Every word has to fit somewhere in the same thing, in any order and without accents.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from webapp.config import AMSTERDAM
from webapp.db import is_among
from webapp.matching.folding import words
from webapp.models import (
    Account,
    Besluit,
    Importbatch,
    Koppeling,
    KoppelingStatus,
    Leerkracht,
    Medewerker,
    Registerschool,
    School,
    Toetreding,
)
from webapp.models.ids import SchoolId
from webapp.models.koppeling import ENDED
from webapp.services.vouwen import folded

MEESTE = 20
"""So many of each kind are shown; more is a question that says too little."""
_SHORTEST = 2
_RECEIPT = re.compile(r"\s*([0-9]{4})-([0-9]{1,9})\s*")
_NAAM = (Leerkracht.roepnaam, Leerkracht.voorvoegsel, Leerkracht.achternaam)
_IN_REGISTER = and_(Registerschool.brin == School.brin, Registerschool.vestiging == School.vestiging)


@dataclass(frozen=True)
class Schooltreffer:
    """A school, where it is, and how its koppeling stands."""

    school: School
    plaats: str
    stand: KoppelingStatus | None


@dataclass(frozen=True)
class Persoon:
    """Somebody of a school, or who asked for a koppeling."""

    naam: str
    email: str
    wat: str
    """Which rol, or how else they stand there."""
    school: School | None
    koppeling: Koppeling | None = None


@dataclass(frozen=True)
class Ontvangst:
    """The receipt of an import."""

    nummer: str
    koppeling: Koppeling


@dataclass(frozen=True)
class Treffers:
    """What was found, by kind."""

    scholen: tuple[Schooltreffer, ...] = ()
    aanvragen: tuple[Koppeling, ...] = ()
    """Of no school yet."""
    personen: tuple[Persoon, ...] = ()
    ontvangsten: tuple[Ontvangst, ...] = ()

    def __len__(self) -> int:
        return len(self.scholen) + len(self.aanvragen) + len(self.personen) + len(self.ontvangsten)


def look_up(session: Session, text: str) -> Treffers:
    """Find what fits; of every kind at most `MEESTE`. One letter finds nothing: it would find everything."""
    asked = words(text)
    if sum(map(len, asked)) < _SHORTEST:
        return Treffers()
    people = dict[tuple[str, SchoolId | None], Persoon]()
    for each in _people(session, asked):
        of_whom = (each.email or each.naam).lower()
        people.setdefault((of_whom, each.school.id if each.school is not None else None), each)
        if len(people) == MEESTE:
            break  # before the leerkrachten, who are very many
    return Treffers(
        tuple(_schools(session, asked)),
        tuple(_requests(session, asked)),
        tuple(people.values()),
        tuple(_receipts(session, text)),
    )


def _fits(asked: Iterable[str], *columns: Any) -> ColumnElement[bool]:
    text = folded(func.concat_ws(" ", *columns))
    return and_(*(text.contains(word, autoescape=True) for word in asked))


def _may_fit(asked: Iterable[str]) -> ColumnElement[bool]:
    """What every leerkracht who fits does: folding all of them, letter by letter, takes seconds."""
    text = func.lower(func.concat_ws(" ", *_NAAM, Leerkracht.email))
    has_mark = func.concat(*_NAAM).regexp_match("[^a-zA-Z0-9 ]")
    return or_(has_mark, text.contains(max(asked, key=len), autoescape=True))


def _schools(session: Session, asked: tuple[str, ...]) -> Iterator[Schooltreffer]:
    brin = func.concat(School.brin, School.vestiging)
    query = (
        select(School, Registerschool.plaats)
        .outerjoin(Registerschool, _IN_REGISTER)
        .where(_fits(asked, School.naam, brin, Registerschool.plaats))
        .order_by(~folded(School.naam).startswith(asked[0], autoescape=True), School.naam, School.id)
        .limit(MEESTE)
    )
    found = session.execute(query).all()
    standing = _standing(session, [school.id for school, _ in found])
    for school, plaats in found:
        yield Schooltreffer(school, plaats or "", standing.get(school.id))


def _standing(session: Session, ids: list[SchoolId]) -> dict[SchoolId | None, KoppelingStatus]:
    """How the koppeling of each stands: the one that runs, else the last."""
    query = select(Koppeling.school_id, Koppeling.status).where(is_among(Koppeling.school_id, ids))
    rows = session.execute(query.order_by(Koppeling.status.not_in(ENDED), Koppeling.id))
    return dict(rows.all())


def _requests(session: Session, asked: tuple[str, ...]) -> Iterator[Koppeling]:
    brin = func.concat(Koppeling.brin, Koppeling.vestiging)
    in_register = and_(Registerschool.brin == Koppeling.brin, Registerschool.vestiging == Koppeling.vestiging)
    about = Koppeling.schoolnaam, brin, Koppeling.contact_naam, Koppeling.contact_email, Registerschool.plaats
    query = select(Koppeling).outerjoin(Registerschool, in_register).where(Koppeling.school_id.is_(None))
    return iter(session.scalars(query.where(_fits(asked, *about)).order_by(Koppeling.id.desc()).limit(MEESTE)))


def _people(session: Session, asked: tuple[str, ...]) -> Iterator[Persoon]:
    """Who logs in first; then who is invited or asks, who asked for the koppeling, and leerkrachten without a login."""
    members = (
        select(Account.naam, Account.email, Medewerker.rol, School)
        .join(Medewerker, Medewerker.account_id == Account.id)
        .join(School, School.id == Medewerker.school_id)
        .where(_fits(asked, Account.naam, Account.email))
        .order_by(Medewerker.rol, Account.naam, Account.id, School.id)
    )
    for naam, email, rol, school in session.execute(members.limit(MEESTE)):
        yield Persoon(naam, email, rol, school)
    joining = (
        select(Toetreding, School)
        .join(School, School.id == Toetreding.school_id)
        .where(Toetreding.uitkomst.is_(None), _fits(asked, Toetreding.naam, Toetreding.email))
        .order_by(Toetreding.id)
    )
    for toetreding, school in session.execute(joining.limit(MEESTE)):
        wat = "vraagt toegang" if toetreding.is_verzoek else "uitgenodigd"
        yield Persoon(toetreding.naam or toetreding.email, toetreding.email, wat, school)
    contacts = (
        select(Koppeling, School)
        .join(School, School.id == Koppeling.school_id)
        .where(_fits(asked, Koppeling.contact_naam, Koppeling.contact_email))
        .order_by(Koppeling.id.desc())
    )
    for koppeling, school in session.execute(contacts.limit(MEESTE)):
        yield Persoon(koppeling.contact_naam, koppeling.contact_email, "contact van de aanvraag", school, koppeling)
    teachers = (
        select(Leerkracht, School)
        .join(School, School.id == Leerkracht.school_id)
        .where(_may_fit(asked), _fits(asked, *_NAAM, Leerkracht.email))
        .order_by(Leerkracht.achternaam, Leerkracht.roepnaam, Leerkracht.id)
    )
    for leerkracht, school in session.execute(teachers.limit(MEESTE)):
        yield Persoon(leerkracht.naam, leerkracht.email or "", "leerkracht zonder inlog", school)


def _receipts(session: Session, text: str) -> Iterator[Ontvangst]:
    number = _RECEIPT.fullmatch(text)
    if number is None:
        return
    query = (
        select(Besluit, Koppeling)
        .join(Importbatch, and_(Importbatch.school_id == Besluit.school_id, Importbatch.id == Besluit.batch_id))
        .join(Koppeling, Koppeling.id == Importbatch.koppeling_id)
        .where(Besluit.id == int(number[2]))
    )
    for besluit, koppeling in session.execute(query):
        if besluit.op.astimezone(AMSTERDAM).year == int(number[1]):
            yield Ontvangst(text.strip(), koppeling)
