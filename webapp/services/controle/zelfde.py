"""Whether two of ours are one child: asked by day as by night (`inname/dubbel.py`), and what a person answers.

It is one child: they are merged (`samenvoegen.py`). They are two: nothing changes, and it is not asked again.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import NotAllowed
from webapp.models import Daad, Importregel, Keuze, Leerling, Lidmaatschap, MogelijkDezelfde
from webapp.models.dubbel import is_open
from webapp.models.ids import AccountId, LeerlingId, SchoolId
from webapp.services import audit, sloten
from webapp.services.clock import database_now
from webapp.services.controle import gegeven, heropenen, overname
from webapp.services.controle.batch import lines
from webapp.services.controle.errors import ChoiceImpossible
from webapp.services.inname import dubbel, koppelingsmail
from webapp.services.inname.batch import open_of
from webapp.services.inname.soorten.leerling import LEERLING


@dataclass(eq=False)
class MustMerge(ChoiceImpossible):
    """That two are one child is answered by merging them: there a person sees first what that does."""

    leerling_id: LeerlingId
    met_id: LeerlingId


def due(session: Session) -> list[int]:
    """Return the schools where somebody got a score who may be another of ours, and it was not asked yet."""
    query = select(MogelijkDezelfde.school_id).where(MogelijkDezelfde.gevraagd_op.is_(None), is_open())
    return list(session.scalars(query.where(dubbel.at_stake()).distinct().order_by(MogelijkDezelfde.school_id)))


def ask(session: Session, school_id: SchoolId, *, door: AccountId | None = None) -> int:
    """Ask what was not asked yet, in the open review or one of its own; return how many questions that are.

    Of whom another question is open, the night asks once that has its answer. Nobody is mailed about what they asked.
    """
    sloten.lock(session, school_id)
    koppeling = sloten.koppeling_of(session, school_id)
    rows = [row for row in dubbel.to_ask(session, school_id) if row.gevraagd_op is None]
    for row in rows:
        row.gevraagd_op = database_now(session)
    found = [doel for row in rows for doel in _linked(session, row)[:1]]
    free = {doel.id: doel for doel in found if gegeven.stand_of(session, LEERLING, doel).regel is None}
    if koppeling is None or not free:
        return 0
    batch = open_of(session, school_id) or heropenen.begin(session, school_id, koppeling)
    known = {regel.toegepast_id: regel for regel in lines(session, batch) if regel.soort is LEERLING.soort}
    regels = [known.get(id_) or overname.line_about(batch, doel, LEERLING.soort) for id_, doel in free.items()]
    session.add_all(regels)
    session.flush()
    asked = dubbel.ask_in(session, school_id, regels)
    for regel in asked:
        regel.gevraagd_op = database_now(session)
    batch.rev += 1
    audit.about(session, Daad.ZELFDE_GEVRAAGD, batch, door=door, vragen=len(asked))
    if door is None:
        batch.gemaild_op = None
        koppelingsmail.send_once(session, batch)
    return len(asked)


def say(
    session: Session,
    school_id: SchoolId,
    leerling_id: LeerlingId,
    ander_id: LeerlingId,
    *,
    is_two: bool,
    door: AccountId,
) -> None:
    """Say on the page of a leerling that these are two children, or that this is not sure after all."""
    sloten.lock(session, school_id)
    rows = dubbel.of_leerling(session, school_id, leerling_id)
    row = next((each for each in rows if dubbel.other_of(each, leerling_id) == ander_id), None)
    if row is None:
        raise NotAllowed
    dubbel.say_two(session, [row], door if is_two else None)
    audit.record(
        session, Daad.TWEE_LEERLINGEN if is_two else Daad.TWEE_LEERLINGEN_TERUG, f"leerling {leerling_id}",
        door=door, school_id=school_id, ander=ander_id,
    )  # fmt: skip
    if is_two:
        settle(session, school_id, [leerling_id, ander_id], door=door)
    else:
        ask(session, school_id, door=door)


def answer(session: Session, regel: Importregel, keuze: Keuze | None, *, door: AccountId) -> None:
    """Answer the question about a line, or take the answer back: the link itself stays as it is."""
    leerling_id = LeerlingId(regel.toegepast_id or 0)
    if keuze is Keuze.KOPPEL:
        raise MustMerge(leerling_id, LeerlingId(regel.kandidaten[0]["id"]))
    rows = dubbel.of_line(session, regel)
    dubbel.say_two(session, rows, None if keuze is None else door)
    regel.keuze, regel.doel_id = (None, None) if keuze is None else (Keuze.KOPPEL, leerling_id)
    daad = Daad.TWEE_LEERLINGEN_TERUG if keuze is None else Daad.TWEE_LEERLINGEN
    about = f"leerling {leerling_id}"
    audit.record(session, daad, about, door=door, school_id=regel.school_id, aantal=len(rows))


def settle(session: Session, school_id: SchoolId, leerling_ids: list[LeerlingId], *, door: AccountId) -> None:
    """Leave in the review only what is still asked of these; who was merged into another has no line there."""
    batch = open_of(session, school_id)
    if batch is None:
        return
    for regel in [r for r in batch.regels if r.soort is LEERLING.soort and r.toegepast_id in leerling_ids]:
        if not LEERLING.find(session, school_id, [regel.toegepast_id or 0]):
            batch.regels.remove(regel)
        elif regel.is_vraag and dubbel.is_asked(regel) and not dubbel.ask_in(session, school_id, [regel]):
            regel.keuze, regel.doel_id, regel.gekozen_door = Keuze.KOPPEL, regel.toegepast_id, door
    batch.rev += 1
    heropenen.end_when_all_is_as_it_was(session, batch, door)


def _linked(session: Session, row: MogelijkDezelfde) -> list[Leerling]:
    """Those of a pair whom the LAS has, who was added first: it is asked of the link of one of them."""
    found = LEERLING.find(session, row.school_id, [row.leerling_id, row.ander_id]).values()
    return [doel for doel in found if doel.status is Lidmaatschap.ACTIEF and (doel.las_key or doel.eckid)]


def crashed(session: Session, school_id: int, klasse: str) -> None:
    """Record an error that nobody expected; the night asks it again."""
    sloten.lock(session, SchoolId(school_id))
    for row in dubbel.to_ask(session, SchoolId(school_id)):
        row.gevraagd_op = row.gevraagd_op or database_now(session)
    about = f"school {school_id}"
    audit.record(session, Daad.INTERNE_FOUT, about, door=None, school_id=None, bij="zelfde", klasse=klasse)
