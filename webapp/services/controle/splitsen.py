"""Undoing a merge of two leerlingen, for 30 days: what was moved goes back to the record that it was made for.

A score that was typed over or normed since goes along, as it is now. What was taken since stays with the record that
stayed. Afterwards no night links the two with one another's record of the LAS by itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webapp.errors import NotAllowed
from webapp.models import (
    Audit,
    Bezorging,
    Daad,
    Groep,
    Handeling,
    Koppeling,
    Leerling,
    Mutatie,
    Resultaat,
    Teruggenomen,
    Wat,
)
from webapp.models.ids import AccountId, LeerlingId, SchoolId
from webapp.services import audit, bekende_namen, geschiedenis, nachtrust, sloten
from webapp.services.clock import database_now
from webapp.services.controle import samenvoegplan, vastleggen, zelfde
from webapp.services.controle.errors import NotUndoable, UndoChanged
from webapp.services.controle.samenvoegplan import Bezwaar, NotMergeable
from webapp.services.controle.terugkeer import LINK, InLas
from webapp.services.controle.uitwerken import TERMIJN
from webapp.services.inname import dubbel
from webapp.services.inname.batch import fingerprint, open_of
from webapp.services.inname.soorten import is_same
from webapp.services.inname.soorten.leerling import LEERLING
from webapp.services.versturen import bezorging, leveringen


@dataclass(frozen=True)
class Splitsing:
    """What the button does; `digest` proves that nothing changed since the page was made."""

    handeling: Handeling
    tot: datetime
    blijft: Leerling
    terug: Leerling
    resultaten: Sequence[Resultaat]
    """Those that go back."""
    gebleven: int
    """How many stay where they are: of the record that stayed, or made since."""
    velden: Mapping[str, Any]
    """What the record gets back."""
    afgestaan: Mapping[str, Any]
    """What the other gives up again."""
    bezet: tuple[str, ...]
    """Numbers that another has by now."""
    in_las: Sequence[InLas]
    digest: str


def of_records(session: Session, school_id: SchoolId, merged: Sequence[Leerling]) -> dict[LeerlingId, Handeling]:
    """Return by which act each of these was merged."""
    query = (
        select(Mutatie.record_id, Handeling)
        .join(Handeling, Handeling.id == Mutatie.handeling_id)
        .where(
            Mutatie.school_id == school_id,
            Handeling.school_id == school_id,
            Mutatie.soort == LEERLING.soort,
            Mutatie.record_id.in_([each.id for each in merged]),
            Mutatie.na.has_key("samengevoegd_met_id"),
            Handeling.wat == Wat.SAMENVOEGEN,
            Handeling.teruggedraaid_id.is_(None),
        )
        .order_by(Handeling.id)
    )
    return {LeerlingId(id_): act for id_, act in session.execute(query)}


def events(session: Session, school_id: SchoolId, leerling_id: LeerlingId) -> list[tuple[Audit, Leerling | None]]:
    """Return when others were merged into a record, or parted from it again, each with that other."""
    told = (Daad.SAMENGEVOEGD, Daad.SAMENVOEGEN_TERUGGEDRAAID)
    query = select(Audit).where(
        Audit.school_id == school_id, Audit.actie.in_(told), Audit.object == f"leerling {leerling_id}"
    )
    found = session.scalars(query.order_by(Audit.id)).all()
    ids = {each.tellingen["van"] for each in found}
    rows = select(Leerling).where(Leerling.school_id == school_id, Leerling.id.in_(ids))
    others = {each.id: each for each in (session.scalars(rows) if ids else ())}
    return [(each, others.get(each.tellingen["van"])) for each in found]


def until(session: Session, terug: Leerling, act: Handeling | None) -> datetime | None:
    """Until when it can be undone; None when not any more, or when the one that stayed was merged itself."""
    met = _met(session, terug)
    is_open = act is not None and met.samengevoegd_met_id is None and database_now(session) < act.op + TERMIJN
    return act.op + TERMIJN if act is not None and is_open else None


def preview(session: Session, school_id: SchoolId, leerling_id: LeerlingId) -> Splitsing:
    """Work out what undoing the merge of this record does; raise NotUndoable when that is not possible any more."""
    terug = session.scalar(select(Leerling).where(Leerling.school_id == school_id, Leerling.id == leerling_id))
    if terug is None:
        raise NotAllowed
    if terug.samengevoegd_met_id is None:
        raise NotUndoable  # or it was undone already
    act = of_records(session, school_id, [terug]).get(terug.id)
    met = _met(session, terug)
    if act is None or until(session, terug, act) is None:
        raise NotUndoable
    query = select(Mutatie).where(Mutatie.school_id == school_id, Mutatie.handeling_id == act.id)
    changes = {each.record_id: each for each in session.scalars(query.where(Mutatie.soort == LEERLING.soort))}
    velden, bezet = _before(session, terug, changes[terug.id])
    had = changes.get(met.id)
    afgestaan = {
        name: (had.voor or {}).get(name)
        for name in (had.velden if had is not None else ())
        if had is not None and geschiedenis.plain(getattr(met, name)) == (had.na or {}).get(name)
    }
    here = select(Resultaat).where(Resultaat.school_id == school_id)
    asides = session.scalars(here.where(Resultaat.leerling_id == terug.id))
    kept = {(each.toets_id, each.afnamedatum) for each in asides}
    all_there = session.scalars(here.where(Resultaat.leerling_id == met.id).order_by(Resultaat.id)).all()
    moved = set(act.resultaten or ())
    back = [each for each in all_there if each.id in moved and (each.toets_id, each.afnamedatum) not in kept]
    in_las = _in_las(session, met, velden.get("las_key"), back)
    parts = [act.id, sorted(velden.items()), sorted(afgestaan.items()), [r.id for r in back], bezet]
    digest = sha256(json.dumps([*parts, [i.aantal for i in in_las]], default=str).encode()).hexdigest()
    return Splitsing(
        act, act.op + TERMIJN, met, terug, back, len(all_there) - len(back), velden, afgestaan, bezet, in_las, digest
    )


def undo(session: Session, school_id: SchoolId, leerling_id: LeerlingId, *, digest: str, door: AccountId) -> Splitsing:
    """Make two of one again, as the page showed it. Raise UndoChanged when it would do something else by now."""
    sloten.lock(session, school_id)
    koppeling = sloten.koppeling_of(session, school_id)
    plan = preview(session, school_id, leerling_id)
    if plan.digest != digest:
        raise UndoChanged
    if samenvoegplan.is_said(session, plan.blijft) or _is_answered(session, plan):
        raise NotMergeable(Bezwaar.OPEN)
    geschiedenis.act(session, school_id, Wat.SPLITSEN, door=door)
    plan.handeling.teruggedraaid_id = geschiedenis.handeling(session, school_id)
    terug, met = plan.terug, plan.blijft
    terug.samengevoegd_met_id = None
    bekende_namen.part(terug, met)
    for leerling, values in ((met, plan.afgestaan), (terug, plan.velden)):
        for name, value in values.items():
            setattr(leerling, name, geschiedenis.restored(name, value))
    for resultaat in plan.resultaten:
        resultaat.leerling_id = terug.id
    session.flush()
    _remember(session, plan, door)
    dubbel.parted(session, terug, met, plan.handeling.id, door)
    zelfde.settle(session, school_id, [terug.id, met.id], door=door)
    _leave_review(session, terug, koppeling, door)
    nachtrust.rest(session, [terug, met])
    audit.record(
        session, Daad.SAMENVOEGEN_TERUGGEDRAAID, f"leerling {met.id}", door=door, school_id=school_id, van=terug.id,
        resultaten=len(plan.resultaten), te_verwijderen=sum(each.aantal for each in plan.in_las),
    )  # fmt: skip
    bezorging.follow_links(session, school_id)
    leveringen.prepare(session, school_id)
    return plan


def _is_answered(session: Session, plan: Splitsing) -> bool:
    """Whether the review has an answer about the record of the LAS that this one gets back."""
    batch = open_of(session, plan.terug.school_id)
    names = {plan.velden.get(name) for name in LINK} - {None}
    mine = [r for r in batch.regels if r.soort is LEERLING.soort and not r.is_vraag] if batch is not None else []
    return any(not names.isdisjoint({r.las_key, r.eckid}) for r in mine if r.is_work)


def _met(session: Session, terug: Leerling) -> Leerling:
    """The record that stayed."""
    query = select(Leerling).where(Leerling.school_id == terug.school_id, Leerling.id == terug.samengevoegd_met_id)
    return session.scalars(query).one()


def _before(session: Session, terug: Leerling, change: Mutatie) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What the record was before, but for a number that another has by now and a groep that is gone."""
    was = {name: (change.voor or {}).get(name) for name in change.velden if name != "samengevoegd_met_id"}
    bezet = list[str]()
    for name in LINK:
        of_school = select(Leerling.id).where(Leerling.school_id == terug.school_id, Leerling.id != terug.id)
        others = of_school.where(getattr(Leerling, name) == was.get(name))
        if was.get(name) is not None and session.scalar(others) is not None:
            bezet.append(name)
    if bezet:
        was |= dict.fromkeys(LINK)
    groepen = select(Groep.id).where(Groep.school_id == terug.school_id, Groep.id == was.get("groep_id"))
    if was.get("groep_id") is not None and session.scalar(groepen) is None:
        was["groep_id"] = None
    return was, tuple(bezet)


def _in_las(session: Session, met: Leerling, las_key: str | None, back: Sequence[Resultaat]) -> Sequence[InLas]:
    """What went under the number of the one that stayed, and goes back to the other."""
    query = select(Bezorging).where(
        Bezorging.school_id == met.school_id,
        Bezorging.sleutel.in_([each.sleutel for each in back]),
        Bezorging.elders_op.is_(None),
        Bezorging.las_key == met.las_key,
        Bezorging.las_key.is_distinct_from(las_key),
    )
    there = {each.resultaat_id for each in session.scalars(query)}
    welke = sorted((each.toets.naam, each.afnamedatum) for each in back if each.id in there)
    return [InLas(met.naam, met.las_key or "", len(welke), welke)] if welke else []


def _remember(session: Session, plan: Splitsing, door: AccountId) -> None:
    """What the merge kept the night off it gets back, but neither the record of the LAS of the other."""
    school_id = plan.terug.school_id
    if not plan.bezet:
        kept = Teruggenomen.handeling_id == plan.handeling.id
        session.execute(delete(Teruggenomen).where(Teruggenomen.school_id == school_id, kept))
    session.flush()
    act = plan.handeling.teruggedraaid_id
    for one, other in ((plan.blijft, plan.terug), (plan.terug, plan.blijft)):
        if one.las_key is not None or one.eckid is not None:
            session.add(
                Teruggenomen(
                    school_id=school_id, soort=LEERLING.soort, las_key=one.las_key, eckid=one.eckid,
                    record_id=other.id, door=door, handeling_id=act,
                )
            )  # fmt: skip
    session.flush()


def _leave_review(session: Session, terug: Leerling, koppeling: Koppeling | None, door: AccountId) -> None:
    """Whom of the LAS it is linked with again is no question any more."""
    batch = open_of(session, terug.school_id)
    if batch is None or koppeling is None:
        return
    asked = [r for r in batch.regels if r.soort is LEERLING.soort and r.is_vraag and is_same(r, terug)]
    for regel in asked:
        batch.regels.remove(regel)
    if asked:
        batch.rev += 1
        batch.vingerafdruk = fingerprint([r for r in batch.regels if r.toegepast_id is None], batch.vastgehouden)
        session.flush()
        vastleggen.go_on(session, batch, koppeling, door)
