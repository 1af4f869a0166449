"""Two records of ours of one child: which belong together already, and which may (`controle/samenvoegen.py`).

Who was added as new although one of ours may be meant (`op_het_spel.py`), is asked about once one of the two has a
score. It is a question about the link of the one whom the LAS sends, so the review counts, mails and hands it over as
any other. Whoever says that it is one child merges them; whoever says that it is two, is not asked again.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from sqlalchemy import ColumnElement, delete, exists, or_, select
from sqlalchemy.orm import Session

from webapp.matching.folding import words
from webapp.matching.vetoes import Veto
from webapp.models import Handeling, Importregel, Keuze, Leerling, MogelijkDezelfde, Mutatie, Resultaat, Wat, Zekerheid
from webapp.models.dubbel import is_open
from webapp.models.ids import AccountId, HandelingId, LeerlingId, SchoolId
from webapp.models.importbatch import Voorgesteld
from webapp.models.regel import AnyRegel, RegelT
from webapp.services.clock import database_clock
from webapp.services.inname.soorten.leerling import LEERLING


def became(session: Session, school_id: SchoolId, leerling_id: LeerlingId) -> LeerlingId:
    """Return the record into which one was merged, or itself."""
    query = select(Leerling.samengevoegd_met_id).where(Leerling.school_id == school_id, Leerling.id == leerling_id)
    met = session.scalar(query)
    return leerling_id if met is None else became(session, school_id, met)


def merged_into(session: Session, school_id: SchoolId, leerling_id: LeerlingId) -> list[Leerling]:
    """Return the records that were merged into one, also by way of another, oldest first."""
    query = select(Leerling).where(Leerling.school_id == school_id, Leerling.samengevoegd_met_id == leerling_id)
    found = list(session.scalars(query.order_by(Leerling.id)))
    return [*found, *(each for one in found for each in merged_into(session, school_id, one.id))]


def family(session: Session, school_id: SchoolId, leerling_id: LeerlingId) -> list[LeerlingId]:
    """Return all our records of the child of one of them; the one that counts is the first."""
    first = became(session, school_id, leerling_id)
    return [first, *(each.id for each in merged_into(session, school_id, first))]


def alike(session: Session, leerlingen: Iterable[Leerling]) -> list[tuple[Leerling, Leerling]]:
    """Return the pairs that look like one child, but those of whom somebody said, or undid the merging, that not."""
    found = [pair for pair in combinations(leerlingen, 2) if _is_alike(*pair)]
    parted = _parted(session, found[0][0].school_id) if found else set()
    return [pair for pair in found if {each.id for each in pair} not in parted]


def named_in(session: Session, school_id: SchoolId, regels: Iterable[AnyRegel]) -> list[tuple[Leerling, Leerling]]:
    """Return those pairs among whom these lines are linked with, or might have been."""
    linked = [r for r in regels if r.soort is LEERLING.soort and r.keuze is Keuze.KOPPEL and r.doel_id is not None]
    ids = {r.doel_id for r in linked if r.doel_id} | {each["id"] for r in linked for each in r.kandidaten}
    return alike(session, LEERLING.find(session, school_id, sorted(ids)).values())


def _is_alike(one: Leerling, other: Leerling) -> bool:
    if None not in (one.eckid, other.eckid):
        return False  # no two of ours have the same one
    is_born = one.geboortedatum is not None and one.geboortedatum == other.geboortedatum
    return is_born and words(one.naam) == words(other.naam)


def _parted(session: Session, school_id: SchoolId) -> set[frozenset[int]]:
    """The pairs that were merged and are not any more, and those of whom somebody said that they are two."""
    query = (
        select(Mutatie.record_id, Mutatie.na)
        .join(Handeling, Handeling.id == Mutatie.handeling_id)
        .where(
            Handeling.school_id == school_id,
            Mutatie.school_id == school_id,
            Handeling.wat == Wat.SAMENVOEGEN,
            Handeling.teruggedraaid_id.is_not(None),
            Mutatie.soort == LEERLING.soort,
        )
    )
    rows = session.execute(query).all()
    two = select(MogelijkDezelfde).where(MogelijkDezelfde.school_id == school_id, MogelijkDezelfde.twee_op.is_not(None))
    said = {frozenset({row.leerling_id, row.ander_id}) for row in session.scalars(two)}
    return said | {
        frozenset({id_, na["samengevoegd_met_id"]}) for id_, na in rows if na and "samengevoegd_met_id" in na
    }


def remember(
    session: Session, leerling: Leerling, anderen: Iterable[Leerling], handeling_id: HandelingId | None
) -> None:
    """Remember of somebody who was added who of ours they may be."""
    for ander in anderen:
        session.add(
            MogelijkDezelfde(
                school_id=leerling.school_id, leerling_id=leerling.id, ander_id=ander.id, handeling_id=handeling_id
            )
        )


def at_stake() -> ColumnElement[bool]:
    """The condition that one of two has a score: a result of theirs may be the other's."""
    of_either = or_(
        Resultaat.leerling_id == MogelijkDezelfde.leerling_id, Resultaat.leerling_id == MogelijkDezelfde.ander_id
    )
    return exists().where(Resultaat.school_id == MogelijkDezelfde.school_id, of_either)


def to_ask(session: Session, school_id: SchoolId) -> list[MogelijkDezelfde]:
    """Return the pairs about which a person has to say whether they are one, oldest first."""
    query = select(MogelijkDezelfde).where(MogelijkDezelfde.school_id == school_id, is_open(), at_stake())
    return list(session.scalars(query.order_by(MogelijkDezelfde.id)))


def of_leerling(session: Session, school_id: SchoolId, leerling_id: LeerlingId) -> list[MogelijkDezelfde]:
    """Return the pairs of one of ours that nobody merged, also those of whom somebody said that they are two."""
    sides = or_(MogelijkDezelfde.leerling_id == leerling_id, MogelijkDezelfde.ander_id == leerling_id)
    counts = or_(MogelijkDezelfde.twee_op.is_not(None), is_open())
    query = select(MogelijkDezelfde).where(MogelijkDezelfde.school_id == school_id, sides, counts)
    return list(session.scalars(query.order_by(MogelijkDezelfde.id)))


def other_of(row: MogelijkDezelfde, leerling_id: int) -> LeerlingId:
    """Return the other one of a pair."""
    return row.ander_id if row.leerling_id == leerling_id else row.leerling_id


def is_asked(regel: AnyRegel) -> bool:
    """Whether a line asks whether one of ours is another one of ours."""
    return regel.matchregel == Veto.MOGELIJK_DEZELFDE


def _make_question(session: Session, regel: AnyRegel, rows: Iterable[MogelijkDezelfde]) -> None:
    """Let a line, about a link that stands, ask whether that leerling is the other one of these pairs."""
    assert regel.toegepast_id is not None
    ids = [other_of(row, regel.toegepast_id) for row in rows]
    found = LEERLING.find(session, regel.school_id, ids)
    regel.kandidaten = [Voorgesteld(id=id_, redenen=list(LEERLING.redenen(regel, each))) for id_, each in found.items()]
    regel.redenen = regel.kandidaten[0]["redenen"]
    regel.matchregel, regel.voorstel, regel.keuze, regel.doel_id = Veto.MOGELIJK_DEZELFDE, Zekerheid.TWIJFEL, None, None
    for row in rows:
        row.gevraagd_op = row.gevraagd_op or database_clock(session)


def ask_in(session: Session, school_id: SchoolId, regels: Iterable[RegelT]) -> list[RegelT]:
    """Make a question of each of these lines, about links that stand, whose leerling may be another; return them."""
    by_id = {regel.toegepast_id: regel for regel in regels if regel.soort is LEERLING.soort}
    of_line = dict[int, list[MogelijkDezelfde]]()
    for row in to_ask(session, school_id):
        subject = next((id_ for id_ in (row.leerling_id, row.ander_id) if id_ in by_id), None)
        if subject is not None:
            of_line.setdefault(subject, []).append(row)
    for id_, rows in of_line.items():
        _make_question(session, by_id[id_], rows)
    return [by_id[id_] for id_ in of_line]


def of_line(session: Session, regel: Importregel) -> list[MogelijkDezelfde]:
    """Return the pairs that a line asks about, or asked."""
    id_, ids = LeerlingId(regel.toegepast_id or 0), {each["id"] for each in regel.kandidaten}
    return [row for row in of_leerling(session, regel.school_id, id_) if other_of(row, id_) in ids]


def say_two(session: Session, rows: Iterable[MogelijkDezelfde], door: AccountId | None) -> None:
    """Keep that a person said that each of these are two children; None takes that back, and it is asked anew."""
    for row in rows:
        row.twee_door, row.twee_op = door, database_clock(session) if door is not None else None
        row.gevraagd_op = row.gevraagd_op if door is not None else None


def merged(session: Session, blijft: Leerling, gaat_op: Leerling, handeling_id: HandelingId) -> None:
    """Whoever may be the one that goes, may be the one that stays."""
    have = {other_of(row, blijft.id) for row in of_leerling(session, blijft.school_id, blijft.id)} | {blijft.id}
    for row in of_leerling(session, blijft.school_id, gaat_op.id):
        ander_id = other_of(row, gaat_op.id)
        if row.twee_op is None and ander_id not in have:
            values = {"school_id": blijft.school_id, "leerling_id": blijft.id, "ander_id": ander_id}
            session.add(MogelijkDezelfde(**values, handeling_id=handeling_id))


def parted(session: Session, terug: Leerling, blijft: Leerling, handeling_id: HandelingId, door: AccountId) -> None:
    """Whoever undoes a merge says that these are two; who might be the third is asked of each as before."""
    made = delete(MogelijkDezelfde).where(
        MogelijkDezelfde.school_id == blijft.school_id,
        MogelijkDezelfde.handeling_id == handeling_id,
        MogelijkDezelfde.twee_op.is_(None),
    )
    session.execute(made)
    rows = of_leerling(session, blijft.school_id, terug.id)
    say_two(session, [row for row in rows if other_of(row, terug.id) == blijft.id], door)
