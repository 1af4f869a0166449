"""Erasing one leerling because the school asks for it, with everything that hangs on them, and proof without a name.

Nobody can bring them back: whoever matches or imports at the same time finds the revision of the school moved, and an
aanlevering that still has them is read without them (`inname/gewist.py`). Nothing of them is sent afterwards: a message
that is being sent is waited for. What the LAS has stays there; the proof lists what the school has to remove.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from webapp.db import count_changed
from webapp.errors import DomainError, NotAllowed
from webapp.models import (
    Afnamesleutel,
    Bezorging,
    Daad,
    Importbatch,
    Importregel,
    Keuze,
    Koppeling,
    Leerling,
    Levering,
    MogelijkDezelfde,
    Mutatie,
    Overdrachtvraag,
    Resultaat,
    Soort,
    Teruggenomen,
    Toets,
    Uitgezonderd,
    Uitzondering,
    VervallenUitzondering,
    Wissing,
)
from webapp.models.ids import AccountId, LeerlingId, SchoolId, WissingId
from webapp.models.importbatch import OPEN
from webapp.models.vastgehouden import Vastgehouden
from webapp.services import aanwezig, audit, geschiedenis, sloten
from webapp.services.bewaring import termijnen
from webapp.services.clock import database_clock, database_now
from webapp.services.controle import vastleggen
from webapp.services.inname import dubbel, gewist
from webapp.services.inname.batch import open_of
from webapp.services.versturen import bezorging


class WordtVerstuurd(DomainError):
    """Results of this school are being sent, and this leerling may be among them."""


class VraagOpen(DomainError):
    """Somebody has still to say whether a record of the LAS is this leerling, or to import what was said."""

    def __init__(self, *, is_beantwoord: bool) -> None:
        super().__init__(is_beantwoord)
        self.is_beantwoord = is_beantwoord


def erase(session: Session, school_id: SchoolId, leerling_id: LeerlingId, *, door: AccountId) -> Wissing:
    """Erase a leerling and who was merged with them; raise WordtVerstuurd or VraagOpen, and then nothing is erased."""
    sloten.lock(session, school_id)
    koppeling = sloten.koppeling_of(session, school_id)
    if koppeling is not None and _is_sending(session, koppeling):
        raise WordtVerstuurd
    leerling = find(session, school_id, dubbel.became(session, school_id, leerling_id))
    everything = [*reversed(dubbel.merged_into(session, school_id, leerling.id)), leerling]
    waiting = aanwezig.open_lines(session, school_id, Soort.LEERLING)
    batch = open_of(session, school_id)
    if batch is not None and (asked := [regel for regel in batch.regels if _is_asked(regel, leerling)]):
        raise VraagOpen(is_beantwoord=not any(regel.is_vraag for regel in asked))
    mine = [regel for regel in waiting if any(_is_about(regel, each) for each in everything)]
    prints = {each for one in everything for each in gewist.prints_of(school_id, one)}
    prints.update(each for regel in mine for each in gewist.prints_of(school_id, regel))
    in_las = [row for each in everything for row in _in_las(session, each)]
    leerling_id, aantallen = leerling.id, Counter[str]()
    for each in everything:
        aantallen.update(_erase_rows(session, each, batch))
    session.expire_all()  # rows that are gone are still in the session
    if batch is not None:
        _leave_review(batch, leerling_id)
        session.flush()
    if batch is not None and koppeling is not None:
        vastleggen.go_on(session, batch, koppeling, door)
    wissing = Wissing(
        school_id=school_id, leerling_id=leerling_id, door=door, aantallen=dict(aantallen), afdrukken=sorted(prints),
        in_las=in_las, op=database_now(session),
    )  # fmt: skip
    session.add(wissing)
    session.flush()
    bezorging.follow_links(session, school_id)
    audit.record(
        session, Daad.LEERLING_GEWIST, f"leerling {leerling_id}", door=door, school_id=school_id,
        **aantallen, in_las=len(in_las),
    )  # fmt: skip
    return wissing


def proof(session: Session, wissing_id: WissingId) -> Wissing | None:
    """Return the proof of an erasing, for klantenservice; None when there is none with this number."""
    return session.scalar(select(Wissing).where(Wissing.school_id.is_not(None), Wissing.id == wissing_id))


def let_back(session: Session, school_id: SchoolId, wissing_id: WissingId, *, door: AccountId) -> None:
    """Take the leerling in again when the LAS sends them; what was erased stays so."""
    sloten.lock(session, school_id)
    wissing = session.scalar(select(Wissing).where(Wissing.id == wissing_id, Wissing.school_id == school_id))
    if wissing is None:
        raise NotAllowed
    wissing.afdrukken = []
    audit.record(session, Daad.LEERLING_MAG_TERUG, f"leerling {wissing.leerling_id}", door=door, school_id=school_id)


def find(session: Session, school_id: SchoolId, leerling_id: LeerlingId) -> Leerling:
    """Return a leerling of this school; raise NotAllowed for any other, as if there were none."""
    leerling = session.scalar(select(Leerling).where(Leerling.id == leerling_id, Leerling.school_id == school_id))
    if leerling is None:
        raise NotAllowed
    return leerling


def by_las_key(session: Session, school_id: SchoolId, key: str) -> LeerlingId | None:
    """Return the leerling of this school whom the LAS knows by this key."""
    query = select(Leerling.id).where(Leerling.school_id == school_id, Leerling.las_key == key)
    return session.scalar(query)


def named(session: Session, school_id: SchoolId, naam: str) -> Sequence[Leerling]:
    """Return the leerlingen of this school who are called so, or a part of it."""
    whole = func.concat_ws(" ", Leerling.roepnaam, Leerling.voorvoegsel, Leerling.achternaam)
    query = select(Leerling).where(Leerling.school_id == school_id, whole.icontains(naam, autoescape=True))
    query = query.where(Leerling.samengevoegd_met_id.is_(None))
    return session.scalars(query.order_by(Leerling.achternaam, Leerling.roepnaam, Leerling.id)).all()


def lines_about(leerling: Leerling) -> ColumnElement[bool]:
    """The condition that a line of any aanlevering is about this leerling, as far as anybody knows."""
    known = [Importregel.doel_id == leerling.id, Importregel.toegepast_id == leerling.id]
    known += [getattr(Importregel, name) == value for name, value in _identifiers(leerling).items()]
    if leerling.geboortedatum is not None:
        same = ("geboortedatum", "roepnaam", "achternaam")
        known.append(and_(*(getattr(Importregel, name).is_not_distinct_from(getattr(leerling, name)) for name in same)))
    return and_(Importregel.school_id == leerling.school_id, Importregel.soort == Soort.LEERLING, or_(*known))


def advised_about(leerling: Leerling) -> ColumnElement[bool]:
    """The condition that somebody was asked about this leerling, on either side of the question."""
    lines = select(Importregel.id).where(Importregel.school_id == leerling.school_id, lines_about(leerling))
    return or_(Overdrachtvraag.regel_id.in_(lines), Overdrachtvraag.kandidaat_id == leerling.id)


def left_out(leerling: Leerling, table: type[Uitgezonderd] = Uitzondering) -> ColumnElement[bool]:
    """The condition that a record that the school left out, or had left out, is this leerling."""
    same = [getattr(table, name) == value for name, value in _identifiers(leerling).items()]
    if table is VervallenUitzondering:
        same.append(table.las_key.in_([each["las_key"] for each in leerling.bekende_namen]))
    return and_(table.school_id == leerling.school_id, table.soort == Soort.LEERLING, or_(False, *same))


def taken_back(leerling: Leerling) -> ColumnElement[bool]:
    """The condition that a record of the LAS with which something was taken back is this leerling."""
    same = [getattr(Teruggenomen, name) == value for name, value in _identifiers(leerling).items()]
    return and_(Teruggenomen.soort == Soort.LEERLING, or_(Teruggenomen.record_id == leerling.id, *same))


def maybe(leerling: Leerling) -> ColumnElement[bool]:
    """The condition that two who may be one child are about this leerling; it goes with either."""
    return or_(MogelijkDezelfde.leerling_id == leerling.id, MogelijkDezelfde.ander_id == leerling.id)


def changes_of(leerling: Leerling) -> ColumnElement[bool]:
    """The condition that a change of a record is one of this leerling."""
    return and_(Mutatie.soort == Soort.LEERLING, Mutatie.record_id == leerling.id)


def handed_in(leerling: Leerling) -> ColumnElement[bool]:
    """The condition that a record that a supplier handed in is of this leerling, also once its result was emptied."""
    theirs = select(Resultaat.id).where(Resultaat.school_id == leerling.school_id, Resultaat.leerling_id == leerling.id)
    return or_(Afnamesleutel.leerling_id == leerling.id, Afnamesleutel.resultaat_id.in_(theirs))


def _identifiers(leerling: Leerling | Importregel) -> dict[str, str]:
    found = {"las_key": leerling.las_key, "eckid": leerling.eckid}
    return {name: value for name, value in found.items() if value is not None}


def _is_sending(session: Session, koppeling: Koppeling) -> bool:
    """Whether a worker has the school: it may have chosen results and not sent them yet."""
    until = koppeling.zenden_claim_tot
    return koppeling.zenden_claim is not None and until is not None and until >= database_clock(session)


def _is_asked(regel: Importregel, leerling: Leerling) -> bool:
    """Whether a line waits for an answer, or for its import, that says whether it is this leerling."""
    if regel.soort is not Soort.LEERLING:
        return False
    if regel.toegepast_id == leerling.id:
        return regel.is_work
    if regel.ruil is not None and leerling.id in (regel.ruil["naam"], regel.ruil["nummer"]):
        return True
    if (
        regel.is_work
        and regel.doel_id != leerling.id
        and not _identifiers(regel).items().isdisjoint(_identifiers(leerling).items())
    ):
        return True
    return regel.keuze is None and any(each["id"] == leerling.id for each in regel.kandidaten)


def _is_about(regel: Importregel, leerling: Leerling) -> bool:
    """Whether an open line is this leerling: by an answer, by an identifier, or by name and birth date."""
    if regel.soort is not Soort.LEERLING:
        return False  # a groep may well have the same number
    if regel.keuze is Keuze.KOPPEL and regel.doel_id == leerling.id:
        return True
    school_id = leerling.school_id
    return not set(gewist.prints_of(school_id, regel)).isdisjoint(gewist.prints_of(school_id, leerling))


def _in_las(session: Session, leerling: Leerling) -> list[dict[str, Any]]:
    """What the LAS has of them, or may have."""
    query = (
        select(Bezorging.sleutel, Toets.naam, Resultaat.afnamedatum)
        .join(Resultaat, Resultaat.id == Bezorging.resultaat_id)
        .join(Toets, Toets.id == Resultaat.toets_id)
        .where(
            Bezorging.school_id == leerling.school_id,
            Resultaat.leerling_id == leerling.id,
            Bezorging.verwijderd_op.is_(None),
        )
        .order_by(Resultaat.afnamedatum, Toets.naam, Bezorging.sleutel)
    )
    rows = session.execute(query).all()
    return [{"sleutel": key, "toets": toets, "afnamedatum": day.isoformat()} for key, toets, day in rows]


def _erase_rows(session: Session, leerling: Leerling, batch: Importbatch | None) -> dict[str, int]:
    """Delete and empty everything about them; return how many rows of each kind that were."""
    school_id, now = leerling.school_id, database_now(session)
    delivered = select(func.count()).select_from(Levering).join(Levering.resultaat)
    mine = delivered.where(Levering.school_id == school_id, Resultaat.leerling_id == leerling.id)
    about = lines_about(leerling)
    open_ids = [regel.id for regel in batch.regels if _is_about(regel, leerling)] if batch is not None else []
    closed = select(Importbatch.id).where(Importbatch.school_id == school_id, Importbatch.status.not_in(OPEN))
    counts = {"leveringen": session.scalar(mine) or 0}
    session.execute(
        delete(Overdrachtvraag).where(Overdrachtvraag.school_id == school_id, advised_about(leerling)),
        execution_options={"synchronize_session": False},
    )
    counts["open_regels"] = count_changed(
        session,
        delete(Importregel).where(Importregel.school_id == school_id, Importregel.id.in_(open_ids)),
        Importregel.id,
    )
    counts["regels"] = termijnen.empty(session, school_id, and_(about, Importregel.batch_id.in_(closed)), now)
    counts["uitzonderingen"] = sum(
        count_changed(session, delete(each).where(each.school_id == school_id, left_out(leerling, each)), each.id)
        for each in (Uitzondering, VervallenUitzondering)
    )
    session.execute(
        delete(Afnamesleutel).where(Afnamesleutel.school_id == school_id, handed_in(leerling)),
        execution_options={"synchronize_session": False},
    )
    counts["resultaten"] = count_changed(
        session,
        delete(Resultaat).where(Resultaat.school_id == school_id, Resultaat.leerling_id == leerling.id),
        Resultaat.id,
    )
    counts["teruggenomen"] = count_changed(
        session,
        delete(Teruggenomen).where(Teruggenomen.school_id == school_id, taken_back(leerling)),
        Teruggenomen.id,
    )
    counts["mutaties"] = count_changed(
        session, delete(Mutatie).where(Mutatie.school_id == school_id, changes_of(leerling)), Mutatie.record_id
    )
    gone = delete(Leerling).where(Leerling.school_id == school_id, Leerling.id == leerling.id)
    counts["leerlingen"] = count_changed(session, gone.execution_options(**geschiedenis.ZONDER), Leerling.id)
    return counts


def _leave_review(batch: Importbatch, leerling_id: LeerlingId) -> None:
    """Nobody may choose them any more, and a hold does not count them."""
    for regel in batch.regels:
        if regel.soort is Soort.LEERLING and any(each["id"] == leerling_id for each in regel.kandidaten):
            regel.kandidaten = [each for each in regel.kandidaten if each["id"] != leerling_id]
        if regel.soort is Soort.LEERLING and regel.doel_id == leerling_id:  # went along with a groep
            regel.doel_id = regel.eerdere_keuze = None
    held = {key: _without(each, leerling_id) for key, each in batch.vastgehouden.items()}
    batch.vastgehouden = {key: each for key, each in held.items() if each["ids"] or each.get("aantal")}
    if not batch.vastgehouden:
        batch.vastgehouden_op = None
    batch.rev += 1


def _without(held: Vastgehouden, id_: int) -> Vastgehouden:
    if id_ not in held["ids"]:
        return held
    left = held.copy()
    left["ids"] = [each for each in held["ids"] if each != id_]
    if "aantal" in held:
        left["aantal"] = held["aantal"] - 1
    return left
