"""What is held beside departures: what a beheerder sees of it, what saying that it is right does, and the way back.

Keys, names and who is new are not kept: saying that they are right takes in the next aanlevering, which is fetched at
once. Lost groepen and empty fields are settled here, so that is what can be taken back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.models import BatchStatus, Daad, Groep, Importbatch, Koppeling, Leerling, Lidmaatschap, Soort, Wat
from webapp.models.ids import AccountId, BatchId, SchoolId
from webapp.models.koppeling import KoppelingAct
from webapp.models.vastgehouden import Bevestigd, Ongewoon, Vastgehouden, parts
from webapp.services import audit, geschiedenis, sloten
from webapp.services.clock import database_now
from webapp.services.controle.batch import get
from webapp.services.controle.errors import LeaversChanged, NothingParked
from webapp.services.controle.vastgehouden import BEDENKTIJD, IS_LINKED, answered
from webapp.services.inname import ongewoon
from webapp.services.inname.batch import hold
from webapp.services.inname.soorten import KINDS
from webapp.services.koppeling import levensloop


@dataclass(frozen=True, slots=True)
class Groepsrij:
    """One groep: how many we have, and how many a hold is about."""

    naam: str
    bij_ons: int
    aantal: int


@dataclass(frozen=True)
class Vraag:
    """Something unusual as it is now."""

    key: str
    over: Vastgehouden
    groepen: list[Groepsrij]
    namen: list[str]
    """Of ours that it is about."""

    @property
    def wat(self) -> Ongewoon:
        return parts(self.key)[0]

    @property
    def soort(self) -> Soort:
        return parts(self.key)[1]

    @property
    def veld(self) -> str:
        return parts(self.key)[2]


def of_batch(session: Session, batch: Importbatch) -> list[Vraag]:
    """Gather what the page about a hold asks beside departures, the heaviest first."""
    return [_vraag(session, batch, key, over) for key, over in batch.ongewoon.items()]


def _vraag(session: Session, batch: Importbatch, key: str, over: Vastgehouden) -> Vraag:
    kind = KINDS[parts(key)[1]]
    found = kind.find(session, batch.school_id, over["ids"]).values()
    numbers = Counter[str](over.get("groepen", {}))
    if not numbers and kind.has_results:
        groepen = _groepen(session, batch.school_id)
        numbers.update(
            next((groepen[id_] for id_ in kind.groep_ids(doel) if id_ in groepen), ongewoon.ZONDER_GROEP)
            for doel in found
        )
    here = _here(session, batch.school_id) if kind.has_results else Counter[str]()
    rows = [Groepsrij(naam, here[naam], number) for naam, number in sorted(numbers.items())]
    return Vraag(key, over, rows, sorted((doel.naam for doel in found), key=str.casefold))


def _groepen(session: Session, school_id: SchoolId) -> Mapping[int, str]:
    return {groep.id: groep.naam for groep in session.scalars(select(Groep).where(Groep.school_id == school_id))}


def _here(session: Session, school_id: SchoolId) -> Counter[str]:
    """How many linked leerlingen stand in each groep."""
    query = (
        select(Groep.naam, func.count())
        .join(Leerling, Leerling.groep_id == Groep.id)
        .where(
            Groep.school_id == school_id,
            Leerling.school_id == school_id,
            Leerling.status == Lidmaatschap.ACTIEF,
            IS_LINKED,
        )
        .group_by(Groep.naam)
    )
    return Counter(dict(session.execute(query).all()))


def believe(
    session: Session, koppeling: Koppeling, batch: Importbatch, key: str, *, confirmed: int, door: AccountId
) -> None:
    """Believe one thing that is held; `confirmed` is the number shown. Raise LeaversChanged when it is another by now.

    What was not kept is fetched anew and taken in then.
    """
    over = batch.ongewoon.get(key)
    if batch.status is not BatchStatus.VASTGEHOUDEN or over is None or over["aantal"] != confirmed:
        raise LeaversChanged
    geschiedenis.act(session, batch.school_id, Wat.ONGEWOON, batch_id=batch.id, door=door)
    wat, soort, veld = parts(key)
    if wat is Ongewoon.GROEPEN:
        _take_out(session, batch, soort, over)
    elif wat is Ongewoon.VELD:
        ongewoon.expect(koppeling, soort, veld, over["nu"])
    else:
        ongewoon.agree(koppeling, key, over)
        if koppeling.mag(KoppelingAct.OPHALEN):
            levensloop.fetch_now(session, koppeling)
    if wat in (Ongewoon.GROEPEN, Ongewoon.VELD):
        now = database_now(session).isoformat()
        batch.bevestigd = {**batch.bevestigd, key: Bevestigd(op=now, door=door, over=over)}
    answered(batch, [key])
    audit.about(session, Daad.KLOPT, batch, door=door, **{key: over["aantal"]})


def _take_out(session: Session, batch: Importbatch, soort: Soort, over: Vastgehouden) -> None:
    kind = KINDS[soort]
    for id_, doel in kind.find(session, batch.school_id, over["ids"]).items():
        kind.leave(doel, frozenset(over["verloren"].get(str(id_), ())))


def may_come_back(session: Session, school_id: SchoolId) -> list[tuple[Importbatch, str, Bevestigd]]:
    """Return what can be taken back, newest first."""
    found = session.scalars(
        select(Importbatch)
        .where(Importbatch.school_id == school_id, Importbatch.bevestigd != {})
        .order_by(Importbatch.id.desc())
    )
    now = database_now(session)
    return [(b, key, each) for b in found for key, each in b.bevestigd.items() if _is_recent(each, now)]


def _is_recent(bevestigd: Bevestigd, now: datetime) -> bool:
    return now - datetime.fromisoformat(bevestigd["op"]) < BEDENKTIJD


def take_back(session: Session, school_id: SchoolId, batch_id: BatchId, key: str, *, door: AccountId) -> Vastgehouden:
    """Undo it: who lost a groep and has none of another since is back in it, and it is held as before.

    Raise NothingParked when it was undone before, or is too long ago.
    """
    sloten.lock(session, school_id)
    batch = get(session, school_id, batch_id)
    koppeling, said = sloten.koppeling(session, batch.koppeling_id), batch.bevestigd.get(key)
    if koppeling is None or said is None or not _is_recent(said, database_now(session)):
        raise NothingParked
    geschiedenis.act(session, school_id, Wat.ONGEWOON, batch_id=batch.id, door=door)
    over, (wat, soort, veld) = said["over"], parts(key)
    if wat is Ongewoon.VELD:
        ongewoon.expect(koppeling, soort, veld, over["was"])
    else:
        _put_back(session, batch, soort, over)
    batch.bevestigd = {name: each for name, each in batch.bevestigd.items() if name != key}
    session.flush()
    hold(session, batch, {key: over}, since=database_now(session))
    audit.about(session, Daad.KLOPT_TERUGGEDRAAID, batch, door=door, **{key: over["aantal"]})
    return over


def _put_back(session: Session, batch: Importbatch, soort: Soort, over: Vastgehouden) -> None:
    kind = KINDS[soort]
    ids = {groep_id for lost in over["verloren"].values() for groep_id in lost}
    groepen = session.scalars(select(Groep).where(Groep.school_id == batch.school_id, Groep.id.in_(ids))).all()
    for id_, doel in kind.find(session, batch.school_id, over["ids"]).items():
        kind.join(doel, [groep for groep in groepen if groep.id in over["verloren"].get(str(id_), ())])
