"""Merging two records of one leerling, as the page showed it (`samenvoegplan.py`), in one transaction.

Nobody merges by itself; undoing it is `splitsen.py`.
"""

from __future__ import annotations

from sqlalchemy import delete, false, or_, select
from sqlalchemy.orm import Session

from webapp.models import (
    Daad,
    Handeling,
    Teruggenomen,
    Wat,
)
from webapp.models.ids import AccountId, LeerlingId, SchoolId
from webapp.services import audit, bekende_namen, geschiedenis, nachtrust, sloten
from webapp.services.clock import database_now
from webapp.services.controle import kloptniet, zelfde
from webapp.services.controle.samenvoegplan import MergeChanged, NotMergeable, NotSure, Samenvoeging, preview
from webapp.services.inname import dubbel
from webapp.services.inname.batch import fingerprint, open_of
from webapp.services.inname.soorten.leerling import LEERLING
from webapp.services.versturen import bezorging, leveringen


def merge(
    session: Session,
    school_id: SchoolId,
    leerling_id: LeerlingId,
    met_id: LeerlingId,
    *,
    los: LeerlingId | None,
    zeker: bool,
    digest: str,
    door: AccountId,
) -> Samenvoeging:
    """Merge as the page showed it.

    Raise MergeChanged when it would do something else, NotMergeable when it may not, NotSure when it takes a person who
    says that it is one child.
    """
    sloten.lock(session, school_id)
    sloten.koppeling_of(session, school_id)
    plan = preview(session, school_id, leerling_id, met_id, los=los)
    if plan.bezwaar is not None:
        raise NotMergeable(plan.bezwaar)
    if plan.digest != digest or not plan.mag:
        raise MergeChanged
    if plan.twijfel and not zeker:
        raise NotSure
    blijft, gaat_op, now = plan.blijft, plan.gaat_op, database_now(session)
    geschiedenis.act(session, school_id, Wat.SAMENVOEGEN, door=door)
    act_id = geschiedenis.handeling(session, school_id)
    act = session.scalars(select(Handeling).where(Handeling.school_id == school_id, Handeling.id == act_id)).one()
    act.resultaten = [each.id for each in plan.resultaten]
    _forget_parting(session, plan)
    if plan.laat_los is not None:
        session.add(_taken_back(plan, door, act))
    for resultaat in plan.resultaten:
        resultaat.leerling_id = blijft.id
    kloptniet.carry(gaat_op, blijft)
    bekende_namen.carry(gaat_op, blijft)
    dubbel.merged(session, blijft, gaat_op, act_id)
    LEERLING.unlink(gaat_op)
    LEERLING.depart(gaat_op, now)
    gaat_op.geparkeerd_op = gaat_op.blijft_staan_in = gaat_op.wacht_op_nacht_sinds = None
    gaat_op.samengevoegd_met_id = blijft.id
    session.flush()
    for name, value in plan.velden.items():
        setattr(blijft, name, value)
    _leave_review(session, school_id, plan)
    zelfde.settle(session, school_id, [blijft.id, gaat_op.id], door=door)
    nachtrust.rest(session, [blijft])
    counts = _counts(plan)
    audit.record(session, Daad.SAMENGEVOEGD, f"leerling {blijft.id}", door=door, school_id=school_id, **counts)
    bezorging.follow_links(session, school_id)
    leveringen.prepare(session, school_id)
    return plan


def _counts(plan: Samenvoeging) -> dict[str, int]:
    found = {
        "van": plan.gaat_op.id,
        "resultaten": len(plan.resultaten),
        "dubbel": len(plan.dubbel),
        "te_verwijderen": sum(each.aantal for each in plan.in_las),
    }
    return {name: number for name, number in found.items() if number}


def _taken_back(plan: Samenvoeging, door: AccountId, act: Handeling) -> Teruggenomen:
    """The record of the LAS whose link ends is a question, and nobody who is added by itself.

    It is not the one that stays where a person gave it up. A number that is gone may be an old one of the same child.
    """
    record = plan.blijft if plan.los is not None else plan.gaat_op
    return Teruggenomen(
        school_id=plan.gaat_op.school_id, soort=LEERLING.soort, las_key=plan.gaat_op.las_key,
        eckid=plan.gaat_op.eckid, record_id=record.id, door=door, handeling_id=act.id,
    )  # fmt: skip


def _forget_parting(session: Session, plan: Samenvoeging) -> None:
    """Whoever undid this merge before does it after all."""
    pairs = ((plan.blijft, plan.gaat_op), (plan.gaat_op, plan.blijft))
    for one, other in pairs:
        about = Teruggenomen.soort == LEERLING.soort, Teruggenomen.record_id == other.id
        same = or_(false(), *(getattr(Teruggenomen, n) == v for n, v in LEERLING.identifiers(one)))
        session.execute(delete(Teruggenomen).where(Teruggenomen.school_id == one.school_id, *about, same))


def _leave_review(session: Session, school_id: SchoolId, plan: Samenvoeging) -> None:
    """Whoever may be meant by a question is the record that stays."""
    batch = open_of(session, school_id)
    mine = [r for r in batch.regels if r.soort is LEERLING.soort] if batch is not None else []
    asked = [r for r in mine if any(each["id"] == plan.gaat_op.id for each in r.kandidaten)]
    if batch is None or not asked:
        return
    for regel in asked:
        others = [each for each in regel.kandidaten if each["id"] not in (plan.gaat_op.id, plan.blijft.id)]
        first = next(each for each in regel.kandidaten if each["id"] in (plan.gaat_op.id, plan.blijft.id))
        regel.kandidaten = [{"id": plan.blijft.id, "redenen": first["redenen"]}, *others]
    batch.rev += 1
    batch.vingerafdruk = fingerprint([r for r in batch.regels if r.toegepast_id is None], batch.vastgehouden)
