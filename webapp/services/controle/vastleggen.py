"""The import itself: everything in one transaction, or nothing."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models import (
    BatchStatus,
    Besluit,
    Daad,
    Groep,
    Importbatch,
    Importregel,
    Keuze,
    Koppeling,
    Uitzondering,
    Wat,
)
from webapp.models.ids import AccountId, BatchId, SchoolId
from webapp.services import audit, geschiedenis, nachtrust, sloten
from webapp.services.clock import database_now
from webapp.services.controle import kloptniet, ongewoon, ontvangst, vastgehouden, vervolg, weggelaten
from webapp.services.controle.batch import get, name_of_account
from webapp.services.controle.errors import AlreadyDone, ChoicesChanged, QuestionsOpen, Replaced, TwoOnOne
from webapp.services.controle.samenvatting import Summary, summarise
from webapp.services.inname import teruggenomen
from webapp.services.inname.batch import hold
from webapp.services.inname.soorten import KINDS, AnyKind, Doel, is_same
from webapp.services.koppeling import levensloop
from webapp.services.versturen import bezorging, leveringen


def commit(session: Session, school_id: SchoolId, batch_id: BatchId, *, digest: str, door: AccountId) -> Importbatch:
    """Write every choice, or raise and write nothing. What has no answer goes on in a follow-up.

    Raises AlreadyDone when it was done before, Replaced when a newer aanlevering took over, QuestionsOpen when there is
    nothing but questions, ChoicesChanged when the choices are not the ones that the summary showed.
    """
    sloten.lock(session, school_id)
    batch = get(session, school_id, batch_id)
    koppeling = _koppeling_of(session, batch)
    summary = _check(session, batch, digest)
    geschiedenis.act(session, school_id, Wat.IMPORT, batch_id=batch.id, door=door)
    geschiedenis.handeling(session, school_id)  # also when it only leaves out: so it can be undone
    stays = set(summary.wachten)
    regels = [regel for regel in summary.regels if regel not in stays]
    groepen = _known_groepen(session, batch)
    for soort, kind in KINDS.items():
        _write_kind(session, batch, kind, [regel for regel in regels if regel.soort is soort], groepen, door)
    teruggenomen.end(session, school_id, [regel for regel in regels if _is_answered(regel)])
    kloptniet.answered(session, batch, regels, door=door)
    nachtrust.rest(session, [link.doel for link in summary.gewaagd])
    batch.status, batch.verwerkt_op, batch.verwerkt_door = BatchStatus.VERWERKT, database_now(session), door
    vervolg.leave(session, batch, summary.wachten)
    _keep_hold(session, batch)
    counts = ontvangst.counts(summary)
    session.add(Besluit(school_id=batch.school_id, batch_id=batch.id, door=door, tellingen=counts))
    levensloop.first_import_done(koppeling)
    audit.about(session, Daad.GEIMPORTEERD, batch, door=door, **counts)
    ontvangst.send(session, batch)
    bezorging.follow_links(session, batch.school_id)
    leveringen.prepare(session, batch.school_id)
    return batch


def was_kept(session: Session, school_id: SchoolId, batch_id: BatchId) -> bool:
    """Whether an import whose COMMIT got no answer was done; waits for it when the database is still busy with it."""
    batch = get(session, school_id, batch_id)
    session.refresh(batch, with_for_update=True)
    return batch.status is BatchStatus.VERWERKT


def confirm_departures(
    session: Session, school_id: SchoolId, batch_id: BatchId, *, confirmed: int, door: AccountId
) -> Importbatch:
    """Park who is held, and finish the aanlevering when that was all that it asked."""
    sloten.lock(session, school_id)
    koppeling = _koppeling_of(session, get(session, school_id, batch_id))
    batch = vastgehouden.park(session, school_id, batch_id, confirmed=confirmed, door=door)
    go_on(session, batch, koppeling, door)
    return batch


def confirm_unusual(
    session: Session, school_id: SchoolId, batch_id: BatchId, key: str, *, confirmed: int, door: AccountId
) -> Importbatch:
    """Believe something else that is held, and finish the aanlevering when that was all that it asked."""
    sloten.lock(session, school_id)
    batch = get(session, school_id, batch_id)
    koppeling = _koppeling_of(session, batch)
    ongewoon.believe(session, koppeling, batch, key, confirmed=confirmed, door=door)
    go_on(session, batch, koppeling, door)
    return batch


def go_on(session: Session, batch: Importbatch, koppeling: Koppeling, door: AccountId) -> None:
    """Finish an aanlevering of which nothing is held any more, or let the review go on."""
    if batch.vastgehouden:
        return
    if any(regel.is_work for regel in batch.regels):
        batch.status = BatchStatus.WACHT_OP_CONTROLE
    else:
        batch.status, batch.verwerkt_op, batch.verwerkt_door = BatchStatus.VERWERKT, database_now(session), door
        levensloop.first_import_done(koppeling)


def _is_answered(regel: Importregel) -> bool:
    return regel.gekozen_door is not None and not regel.via_groep


def _keep_hold(session: Session, batch: Importbatch) -> None:
    """Only an answer about the hold itself ends it."""
    held, since = batch.vastgehouden, batch.vastgehouden_op
    if held:
        batch.vastgehouden, batch.vastgehouden_op = {}, None
        session.flush()
        hold(session, batch, held, since=since)


def _koppeling_of(session: Session, batch: Importbatch) -> Koppeling:
    koppeling = sloten.koppeling(session, batch.koppeling_id)
    assert koppeling is not None
    return koppeling


def _check(session: Session, batch: Importbatch, digest: str) -> Summary:
    if batch.status is BatchStatus.VERWERKT:
        raise AlreadyDone(name_of_account(session, batch.school_id, batch.verwerkt_door))
    if not batch.is_open:
        raise Replaced
    summary = summarise(session, batch)
    if not summary.is_importable:
        raise QuestionsOpen(summary.vragen)
    if summary.digest != digest:
        raise ChoicesChanged
    chosen = [(each.soort, each.doel_id) for each in summary.regels if each.keuze is Keuze.KOPPEL]
    if len(chosen) > len(set(chosen)):
        raise TwoOnOne
    return summary


def _write_kind(
    session: Session,
    batch: Importbatch,
    kind: AnyKind,
    regels: list[Importregel],
    groepen: dict[str, Groep],
    door: AccountId,
) -> None:
    _let_go(session, batch, kind, regels)
    targets = _targets(session, batch, kind, regels)
    weggelaten.end(session, batch.school_id, [regel for regel in regels if not regel.via_groep])
    for regel in regels:
        if regel.keuze is Keuze.NIET and not regel.via_groep:
            _remember(session, regel, door)
    kind.free_keys(session, targets, regels)
    _let_go_of_strangers(session, batch, kind, targets)
    for doel, regel in targets:
        kind.write(doel, regel, schooljaar=batch.schooljaar, groepen=groepen)
    session.flush()
    for doel, regel in targets:
        regel.doel_id = doel.id


def _targets(
    session: Session, batch: Importbatch, kind: AnyKind, regels: list[Importregel]
) -> list[tuple[Doel, Importregel]]:
    """The record that each line is written onto: a new one, or the one that was chosen."""
    chosen = [r.doel_id for r in regels if r.keuze is Keuze.KOPPEL and r.doel_id is not None]
    found = kind.find(session, batch.school_id, chosen)
    targets: list[tuple[Doel, Importregel]] = []
    for regel in regels:
        if regel.keuze is Keuze.NIEUW:
            doel = kind.new(regel, batch.school_id)
            session.add(doel)
            targets.append((doel, regel))
        elif regel.keuze is Keuze.KOPPEL and regel.doel_id is not None:
            targets.append((found[regel.doel_id], regel))
    return targets


def _let_go(session: Session, batch: Importbatch, kind: AnyKind, regels: list[Importregel]) -> None:
    """Undo links that were made by themselves and that the beheerder changed, and links with who is left out.

    A LAS may give an old key to somebody else: whoever of ours still holds it is not the one who is left out.
    """
    changed = [r.toegepast_id for r in regels if r.toegepast_id is not None and r.is_work]
    for doel in kind.find(session, batch.school_id, changed).values():
        kind.unlink(doel)
    left_out = [r for r in regels if r.toegepast_id is None and r.keuze is Keuze.NIET]
    named = {name: r for r in left_out for name in kind.identifiers(r)}
    for holder in kind.holders(session, batch.school_id, left_out):
        theirs = [named[name] for name in kind.identifiers(holder) if name in named]
        if holder.las_key is None or any(is_same(holder, r) for r in theirs):
            kind.unlink(holder)
    session.flush()


def _let_go_of_strangers(
    session: Session, batch: Importbatch, kind: AnyKind, targets: list[tuple[Doel, Importregel]]
) -> None:
    """A LAS may give an old key to somebody else: whoever of ours still holds it is no longer linked."""
    if not targets:
        return
    chosen = {id(doel) for doel, _ in targets}
    for holder in kind.holders(session, batch.school_id, [regel for _, regel in targets]):
        if id(holder) not in chosen:
            kind.unlink(holder)
    session.flush()


def _remember(session: Session, regel: Importregel, door: AccountId) -> None:
    session.add(
        Uitzondering(
            school_id=regel.school_id,
            soort=regel.soort,
            las_key=regel.las_key,
            eckid=regel.eckid,
            omschrijving=regel.weergavenaam[:300],
            besloten_door=door,
            handeling_id=geschiedenis.handeling(session, regel.school_id),
        )
    )


def _known_groepen(session: Session, batch: Importbatch) -> dict[str, Groep]:
    groepen = session.scalars(
        select(Groep).where(
            Groep.school_id == batch.school_id, Groep.las_key.is_not(None), Groep.schooljaar == batch.schooljaar
        )
    )
    return {groep.las_key: groep for groep in groepen if groep.las_key}
