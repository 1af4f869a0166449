"""One of our records as a school looks at it: how it stands, why it is linked, and which aanleveringen it was in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, contains_eager

from webapp.matching.vetoes import Veto
from webapp.models import BatchStatus, Groep, Handeling, Importbatch, Importregel, Keuze, Lidmaatschap, Mutatie
from webapp.models.ids import BatchId
from webapp.models.importbatch import OPEN, WRITTEN
from webapp.models.vastgehouden import parts
from webapp.services import geschiedenis
from webapp.services.inname.soorten import AnyKind, Doel


class Toestand(StrEnum):
    """How one of our records stands, as far as the LAS goes."""

    VRAAG = "vraag"
    """It is, or may be, meant by a question of the review."""
    ANTWOORD = "antwoord"
    """That question was answered; the import has to write it."""
    VASTGEHOUDEN = "vastgehouden"
    GEPARKEERD = "geparkeerd"
    VERTROKKEN = "vertrokken"
    AFWEZIG = "afwezig"
    """Linked, and not in the last aanlevering."""
    GEKOPPELD = "gekoppeld"
    LOS = "los"
    """Not linked."""


@dataclass(frozen=True, slots=True)
class Stand:
    """How a record stands, since when as far as that is known, and where its question is."""

    toestand: Toestand
    sinds: datetime | None = None
    regel: Importregel | None = None
    batch_id: BatchId | None = None
    is_nooit_gekoppeld: bool = False
    """Whether somebody parked it, and it did not leave the LAS."""

    @property
    def is_open(self) -> bool:
        """Whether the review has something to say about it, so that nothing is done about it elsewhere."""
        return self.batch_id is not None


def stand_of(session: Session, kind: AnyKind, doel: Doel) -> Stand:
    """Look what is open about a record first, then where it is."""
    batch = session.scalar(
        select(Importbatch).where(Importbatch.school_id == doel.school_id, Importbatch.status.in_(OPEN))
    )
    if batch is not None:
        regel = _asked(session, batch, kind, doel)
        if regel is not None:
            return Stand(Toestand.VRAAG if regel.is_vraag else Toestand.ANTWOORD, None, regel, batch.id)
        if any(doel.id in held["ids"] for key, held in batch.vastgehouden.items() if _is_about(key, kind)):
            return Stand(Toestand.VASTGEHOUDEN, batch.vastgehouden_op, None, batch.id)
    parked = getattr(doel, "geparkeerd_op", None)
    if parked is not None:
        return Stand(Toestand.GEPARKEERD, parked)
    if doel.status is Lidmaatschap.VERTROKKEN:
        return Stand(Toestand.VERTROKKEN, doel.vertrokken_op, is_nooit_gekoppeld=not kind.identifiers(doel))
    if doel.afwezig_sinds is not None:
        return Stand(Toestand.AFWEZIG, doel.afwezig_sinds)
    return Stand(Toestand.GEKOPPELD if doel.las_key or doel.eckid else Toestand.LOS)


def _is_about(key: str, kind: AnyKind) -> bool:
    return kind.soort == (parts(key)[1] if ":" in key else key)


def _asked(session: Session, batch: Importbatch, kind: AnyKind, doel: Doel) -> Importregel | None:
    """The line of the review that is about a record, or may be: one without an answer first."""
    query = select(Importregel).where(
        Importregel.school_id == doel.school_id,
        Importregel.batch_id == batch.id,
        Importregel.soort == kind.soort,
        or_(_is_of(doel), Importregel.kandidaten.contains([{"id": doel.id}])),
    )
    found = [regel for regel in session.scalars(query.order_by(Importregel.id)) if regel.is_work]
    asked = [regel for regel in found if regel.is_vraag]
    named = [regel for regel in found if doel.id in (regel.doel_id, regel.toegepast_id)]
    return next(iter([*asked, *named]), None)


@dataclass(frozen=True, slots=True)
class Stap:
    """One act, and all that a record was before and after it; before is None where the act made it."""

    mutatie: Mutatie
    voor: Mapping[str, Any] | None
    na: Mapping[str, Any]

    def changed(self, *velden: str) -> bool:
        """Whether one of these is another than before."""
        return self.voor is not None and any(self.voor.get(veld) != self.na.get(veld) for veld in velden)


@dataclass(frozen=True, slots=True)
class Verhaal:
    """What is known of how a record came to be as it is; the newest first."""

    stappen: Sequence[Stap]
    regels: Sequence[Importregel]
    """What aanleveringen said of it, also those that changed nothing or came before anything was written down."""
    link: Stap | None
    """The act that made the link that stands."""
    regel: Importregel | None
    """The line by which that link was made."""
    groepen: Sequence[Groep]
    """Every groep that it stood in."""

    @property
    def los(self) -> list[Importregel]:
        """The lines that tell more than the acts do: of before anything was written down, and what was not written."""
        told = {stap.mutatie.handeling.batch_id for stap in self.stappen}
        since = min((stap.mutatie.handeling.op for stap in self.stappen), default=None)
        return [
            regel
            for regel in self.regels
            if regel.batch_id not in told
            and (regel.is_work or regel.matchregel != Veto.AL_GEKOPPELD)
            and (since is None or regel.batch.opgehaald_op < since or regel.keuze in {None, Keuze.NIET})
        ]


def story(session: Session, kind: AnyKind, doel: Doel) -> Verhaal:
    """Return what happened to a record."""
    query = (
        select(Mutatie)
        .join(Mutatie.handeling)
        .where(Mutatie.school_id == doel.school_id, Mutatie.soort == kind.soort, Mutatie.record_id == doel.id)
        .order_by(Handeling.op.desc(), Handeling.id.desc())
        .options(contains_eager(Mutatie.handeling))
    )
    stappen = list(_steps(doel, session.scalars(query)))
    regels = _lines_of(session, kind, doel)
    link = next((stap for stap in stappen if _links(stap, doel)), None)
    in_batch = [regel for regel in regels if link is not None and regel.batch_id == link.mutatie.handeling.batch_id]
    ids = {stap.na.get("groep_id") for stap in stappen} | {(stap.voor or {}).get("groep_id") for stap in stappen}
    groepen = select(Groep).where(Groep.school_id == doel.school_id, Groep.id.in_(ids - {None}))
    made = _made_by(doel, in_batch if link is not None else regels)
    return Verhaal(stappen, regels, link, made, session.scalars(groepen).all())


def before(kind: AnyKind, verhaal: Verhaal, doel: Doel) -> Doel | None:
    """Our record as it was before its link was made, to compare with; None where that is not known."""
    if verhaal.link is None or verhaal.link.voor is None:
        return None
    columns = kind.table.__table__.columns
    known = {name: geschiedenis.restored(name, value) for name, value in verhaal.link.voor.items() if name in columns}
    return kind.table(id=doel.id, school_id=doel.school_id, **known)


def _steps(doel: Doel, mutaties: Iterable[Mutatie]) -> Iterator[Stap]:
    """Each act with the whole record around it, from what it is now back to the first."""
    now: Mapping[str, Any] = {name: geschiedenis.plain(getattr(doel, name)) for name in geschiedenis.VELDEN[type(doel)]}
    for mutatie in mutaties:
        voor = None if mutatie.voor is None else {**now, **mutatie.voor}
        yield Stap(mutatie, voor, now)
        now = voor or {}


def _links(stap: Stap, doel: Doel) -> bool:
    name = "las_key" if doel.las_key else "eckid"
    mine = getattr(doel, name)
    return mine is not None and stap.na.get(name) == mine and (stap.voor is None or stap.voor.get(name) != mine)


def _is_of(doel: Doel) -> ColumnElement[bool]:
    """The condition that a line is about a record: it was linked with it, or has its number now."""
    was_linked = or_(Importregel.doel_id == doel.id, Importregel.toegepast_id == doel.id)
    if not (doel.las_key or doel.eckid):
        return was_linked
    by_key = Importregel.las_key == doel.las_key if doel.las_key else Importregel.eckid == doel.eckid
    return or_(was_linked, by_key)


def _lines_of(session: Session, kind: AnyKind, doel: Doel) -> Sequence[Importregel]:
    """Return what aanleveringen said of a record and what became of it, the newest first."""
    was_done = or_(Importbatch.status.in_(WRITTEN), Importregel.toegepast_id.is_not(None))
    query = (
        select(Importregel)
        .join(Importregel.batch)
        .where(Importregel.school_id == doel.school_id, Importregel.soort == kind.soort, _is_of(doel), was_done)
        .order_by(Importbatch.opgehaald_op.desc(), Importregel.id.desc())
        .options(contains_eager(Importregel.batch))
    )
    return session.scalars(query).all()


def reasons(regel: Importregel, doel: Doel) -> tuple[str, ...]:
    """How a line and our record compared when they were linked: codes of `webapp.matching`."""
    proposed = next((each["redenen"] for each in regel.kandidaten if each["id"] == doel.id), None)
    return tuple(proposed or regel.redenen)


def _made_by(doel: Doel, regels: Sequence[Importregel]) -> Importregel | None:
    """Which of these lines made the link that stands: the newest of a person, else the first of all."""
    linked = [regel for regel in regels if _is_link(regel, doel)]
    by_person = (regel for regel in linked if is_by_person(regel))
    return next(by_person, linked[-1] if linked else None)


def is_by_person(regel: Importregel) -> bool:
    """Whether a person said what became of a line."""
    return regel.gekozen_door is not None and not regel.via_groep and regel.batch.status is BatchStatus.VERWERKT


def _is_link(regel: Importregel, doel: Doel) -> bool:
    is_same = regel.las_key == doel.las_key if doel.las_key else regel.eckid == doel.eckid
    return is_same and regel.keuze in {Keuze.KOPPEL, Keuze.NIEUW} and doel.id in (regel.doel_id, regel.toegepast_id)
