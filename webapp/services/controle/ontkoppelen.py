"""Taking one of our records from the one of the LAS that it is linked with, and undoing that.

Neither has to wait for an import. No night links these two again, nor adds that record of the LAS: it is a question
that was set aside, until somebody answers it or undoes this.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from webapp.errors import DomainError
from webapp.matching.vetoes import Veto
from webapp.models import (
    Daad,
    Handeling,
    Importbatch,
    Importregel,
    Leerling,
    Lidmaatschap,
    Teruggenomen,
    Wat,
    Zekerheid,
)
from webapp.models.ids import AccountId, LeerlingId, SchoolId
from webapp.models.importbatch import Voorgesteld
from webapp.services import aanwezig, audit, geschiedenis, nachtrust, sloten
from webapp.services.clock import database_now
from webapp.services.controle import gegeven, heropenen, overname, vastleggen
from webapp.services.controle.batch import lines
from webapp.services.controle.gegeven import Toestand
from webapp.services.controle.uitwerken import TERMIJN
from webapp.services.inname import opzoeken, teruggenomen
from webapp.services.inname.batch import fingerprint, open_of
from webapp.services.inname.soorten import AnyKind, Doel
from webapp.services.inname.soorten.soort import proven
from webapp.services.koppeling import levensloop
from webapp.services.versturen import bezorging, leveringen


class NothingToUnlink(DomainError):
    """This record is not linked with anybody whom the LAS has now, or something is open about it."""


class NothingToLinkAgain(DomainError):
    """This record was not unlinked, or something else became of it or of its record of the LAS."""


def find(session: Session, school_id: SchoolId, soort: str, doel_id: int) -> tuple[AnyKind, Doel, int]:
    """Return a record that can be unlinked, and how many of its results the LAS has under that number."""
    kind, doel = opzoeken.get(session, school_id, soort, doel_id, groepen=None)
    is_linked = gegeven.stand_of(session, kind, doel).toestand is Toestand.GEKOPPELD
    if not is_linked or not aanwezig.was_imported(session, school_id):
        raise NothingToUnlink
    there = bezorging.count_delivered(session, school_id, [LeerlingId(doel.id)]) if kind.has_results else 0
    return kind, doel, there


def unlink(
    session: Session, school_id: SchoolId, soort: str, doel_id: int, *, door: AccountId, gezien: str | None = None
) -> Doel:
    """Part them; raise NothingToUnlink, also when it is linked with another than the page had (`gezien`).

    What the LAS has of this leerling by then has to be removed there by hand.
    """
    sloten.lock(session, school_id)
    koppeling = sloten.koppeling_of(session, school_id)
    kind, doel, _ = find(session, school_id, soort, doel_id)
    if koppeling is None or gezien not in (None, *(value for _, value in kind.identifiers(doel))):
        raise NothingToUnlink
    geschiedenis.act(session, school_id, Wat.ONTKOPPELEN, door=door)
    batch = open_of(session, school_id) or heropenen.begin(session, school_id, koppeling)
    taken = Teruggenomen(
        school_id=school_id, soort=kind.soort, las_key=doel.las_key, eckid=doel.eckid,
        record_id=doel.id, door=door, op=database_now(session), handeling_id=geschiedenis.handeling(session, school_id),
    )  # fmt: skip
    session.add(taken)
    _ask(session, kind, doel, batch, taken)
    kind.unlink(doel)
    _done(session, school_id, Daad.ONTKOPPELD, kind, doel, door)
    return doel


def _ask(session: Session, kind: AnyKind, doel: Doel, batch: Importbatch, taken: Teruggenomen) -> None:
    """Who of ours it is of whom the LAS sends this, set aside; what the aanlevering says of it stays as it came."""
    known = [each for each in lines(session, batch) if each.soort is kind.soort and each.toegepast_id == doel.id]
    regel = known[0] if known else overname.line_about(batch, doel, kind.soort)
    regel.toegepast_id = regel.doel_id = regel.keuze = regel.gekozen_door = regel.gekozen_op = None
    regel.kandidaten = [Voorgesteld(id=doel.id, redenen=list(kind.redenen(regel, doel)))]
    regel.matchregel, regel.voorstel = Veto.TERUGGENOMEN, Zekerheid.TWIJFEL
    regel.later_door, regel.later_op = taken.door, taken.op
    session.add(regel)
    _renew(session, batch)


def may_link_again(session: Session, kind: AnyKind, doel: Doel) -> Teruggenomen | None:
    """What undoing it ends; None when it was not unlinked, or long ago, or somebody answered the question meanwhile."""
    query = (
        select(Teruggenomen)
        .join(Handeling, Handeling.id == Teruggenomen.handeling_id)
        .where(
            Teruggenomen.school_id == doel.school_id,
            Handeling.school_id == doel.school_id,
            Handeling.wat == Wat.ONTKOPPELEN,
            Teruggenomen.soort == kind.soort,
            Teruggenomen.record_id == doel.id,
        )
        .order_by(Teruggenomen.id.desc())
        .limit(1)
    )
    row, koppeling = session.scalar(query), levensloop.of_school(session, doel.school_id)
    if row is None or koppeling is None or row.op < (koppeling.gestart_op or row.op):
        return None
    if database_now(session) >= row.op + TERMIJN or kind.identifiers(doel) or doel.status is not Lidmaatschap.ACTIEF:
        return None
    holds = [getattr(kind.table, name) == value for name, value in kind.identifiers(row)]
    other = select(func.count()).select_from(kind.table).where(kind.table.school_id == doel.school_id, or_(*holds))
    batch = open_of(session, doel.school_id)
    asked = _about(lines(session, batch) if batch is not None else (), row)
    return None if session.scalar(other) or any(not regel.is_vraag or regel.ruil for regel in asked) else row


def _about(regels: Iterable[Importregel], row: Teruggenomen) -> list[Importregel]:
    return [regel for regel in regels if teruggenomen.about(regel, [row])]


def link_again(session: Session, school_id: SchoolId, soort: str, doel_id: int, *, door: AccountId) -> Doel:
    """Undo it: the link is as it was, and what was delivered under it stands right again."""
    sloten.lock(session, school_id)
    koppeling = sloten.koppeling_of(session, school_id)
    kind, doel = opzoeken.get(session, school_id, soort, doel_id, groepen=None)
    row = may_link_again(session, kind, doel)
    if row is None or koppeling is None:
        raise NothingToLinkAgain
    geschiedenis.act(session, school_id, Wat.TERUGNEMEN, door=door)
    undone = select(Handeling).where(Handeling.school_id == school_id, Handeling.id == row.handeling_id)
    session.scalars(undone).one().teruggedraaid_id = geschiedenis.handeling(session, school_id)
    batch = open_of(session, school_id)
    asked = _about(batch.regels, row) if batch is not None else []
    if batch is not None and asked:
        for regel in asked:
            batch.regels.remove(regel)
        _renew(session, batch)
        vastleggen.go_on(session, batch, koppeling, door)
    for name, value in kind.identifiers(row):
        setattr(doel, name, value)
    session.delete(row)
    _done(session, school_id, Daad.ONTKOPPELEN_TERUGGEDRAAID, kind, doel, door)
    return doel


def _renew(session: Session, batch: Importbatch) -> None:
    session.flush()
    batch.rev += 1
    batch.vingerafdruk = fingerprint([r for r in batch.regels if r.toegepast_id is None], batch.vastgehouden)


def _done(session: Session, school_id: SchoolId, daad: Daad, kind: AnyKind, doel: Doel, door: AccountId) -> None:
    if kind.has_results:
        nachtrust.rest(session, [proven(doel, Leerling)])
    audit.record(session, daad, f"{kind.soort} {doel.id}", door=door, school_id=school_id)
    bezorging.follow_links(session, school_id)
    leveringen.prepare(session, school_id)
