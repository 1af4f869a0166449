"""What clerks keep at a case of the queue: whose it is, a note, until when it waits, and who looks at it now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webapp.db import is_among
from webapp.errors import DomainError
from webapp.models import Account, Audit, Daad, Zaak, Zaakkijker
from webapp.models.ids import AccountId
from webapp.services import audit
from webapp.services.clock import database_now
from webapp.services.overzicht.wachtend import Wachtend

KIJKT_NOG = timedelta(seconds=60)
"""So long somebody counts as looking after their page said so last; it says so every twenty seconds."""
LANGST_LATER = timedelta(days=92)
_ERBIJ = 5
"""So many schools more, or a quarter of what there were, and a case of many schools is back before its day."""
_RUST = timedelta(days=7)
"""So long what was kept at a case outlives it: a fault that comes back within the week is the same case."""
_EERDER = timedelta(hours=1)
"""So far back a colleague may have been first."""


class CaseTaken(DomainError):
    """A colleague has this case."""

    def __init__(self, van: str) -> None:
        super().__init__(van)
        self.van = van


class CannotWaitUntil(DomainError):
    """It can wait until a day that is to come, and not for ever."""


@dataclass(frozen=True)
class Bijgehouden:
    """What is kept at one case."""

    van_id: AccountId | None = None
    van: str = ""
    notitie: str = ""
    later_op: datetime | None = None
    later_tot: datetime | None = None
    kijkers: tuple[str, ...] = ()
    """Names of colleagues who have it open."""

    def sleeps(self, row: Wachtend, now: datetime) -> bool:
        """Whether it was put off until later; what began since is news, of a case of schools once it has many more."""
        if self.later_tot is None or self.later_op is None or now >= self.later_tot:
            return False
        if not row.begonnen:
            return (row.laatst or row.sinds) <= self.later_op
        more = sum(each > self.later_op for each in row.begonnen)
        known = len(row.begonnen) - more
        return known > 0 and more < max(_ERBIJ, known // 4)


def of_all(session: Session, *, for_: AccountId) -> dict[str, Bijgehouden]:
    """What is kept, by the key of the case; whoever asks does not count as looking."""
    looking = _looking(session, for_)
    found = {sleutel: Bijgehouden(kijkers=tuple(names)) for sleutel, names in looking.items()}
    for zaak, naam in session.execute(select(Zaak, Account.naam).outerjoin(Account, Account.id == Zaak.van_id)):
        found[zaak.sleutel] = Bijgehouden(
            zaak.van_id, naam or "", zaak.notitie, zaak.later_op, zaak.later_tot, tuple(looking.get(zaak.sleutel, ()))
        )
    return found


def _looking(session: Session, for_: AccountId) -> dict[str, list[str]]:
    query = select(Zaakkijker.sleutel, Account.naam).join(Account, Account.id == Zaakkijker.account_id)
    fresh = Zaakkijker.op > database_now(session) - KIJKT_NOG, Zaakkijker.account_id != for_
    names = defaultdict[str, list[str]](list)
    for sleutel, naam in session.execute(query.where(*fresh).order_by(Account.naam, Account.id)):
        names[sleutel].append(naam)
    return names


def take(session: Session, sleutel: str, *, door: AccountId, over_van: AccountId | None = None) -> None:
    """Make it the case of whoever asks. Of a colleague's only by who says whose it is: then nobody takes it unseen."""
    is_free = or_(Zaak.van_id.is_(None), Zaak.van_id == door, *([Zaak.van_id == over_van] if over_van else []))
    _keep(session, sleutel)
    zaak = session.scalars(select(Zaak).where(Zaak.sleutel == sleutel, is_free).with_for_update()).one_or_none()
    if zaak is None:
        whose = select(Account.naam).join(Zaak, Zaak.van_id == Account.id).where(Zaak.sleutel == sleutel)
        raise CaseTaken(session.scalar(whose) or "")
    if zaak.van_id != door:
        _change(session, zaak, door, "op naam", van_id=door)


def let_go(session: Session, sleutel: str, *, door: AccountId) -> None:
    """Give it back: it is of nobody. Not a colleague's, who took it over meanwhile."""
    zaak = _locked(session, sleutel)
    if zaak.van_id not in (None, door):
        raise CaseTaken(session.get_one(Account, zaak.van_id).naam)
    _change(session, zaak, door, "losgelaten", van_id=None)


def put_off(session: Session, sleutel: str, tot: datetime | None, *, door: AccountId) -> None:
    """Leave it out of the queue until this moment, after which it is back by itself; without one it is back now."""
    now = database_now(session)
    if tot is not None and not now < tot <= now + LANGST_LATER:
        raise CannotWaitUntil
    wat = "weer terug" if tot is None else f"later tot {tot.date().isoformat()}"
    _change(session, _locked(session, sleutel), door, wat, later_op=None if tot is None else now, later_tot=tot)


def note(session: Session, sleutel: str, notitie: str, *, door: AccountId) -> None:
    """Keep what somebody wrote at it; an empty note takes the last one away."""
    _change(session, _locked(session, sleutel), door, "notitie", notitie=notitie)


def look(session: Session, sleutel: str, *, door: AccountId) -> None:
    """Say that somebody has it open; what was said an hour ago by anybody goes."""
    now = database_now(session)
    said = insert(Zaakkijker).values(sleutel=sleutel, account_id=door, op=now)
    session.execute(said.on_conflict_do_update(index_elements=["sleutel", "account_id"], set_={"op": now}))
    session.execute(delete(Zaakkijker).where(Zaakkijker.op < now - _EERDER))


def who_was_first(session: Session, koppeling_id: int) -> Audit | None:
    """The last act of a person on a koppeling within the hour: what a colleague did when a case is gone."""
    query = select(Audit).where(
        Audit.object == f"koppeling {koppeling_id}",
        Audit.account_id.is_not(None),
        Audit.actie != Daad.NAMEN_GEZIEN,
        Audit.op > database_now(session) - _EERDER,
    )
    return session.scalars(query.order_by(Audit.id.desc()).limit(1)).first()


def tidy(session: Session, waiting: Iterable[Wachtend], now: datetime) -> int:
    """Delete what is kept at cases that are gone; return how many those were."""
    is_there = is_among(Zaak.sleutel, {row.sleutel for row in waiting})
    gone = delete(Zaak).where(~is_there, Zaak.gewijzigd_op < now - _RUST).returning(Zaak.sleutel)
    return len(session.scalars(gone).all())


def _locked(session: Session, sleutel: str) -> Zaak:
    _keep(session, sleutel)
    return session.scalars(select(Zaak).where(Zaak.sleutel == sleutel).with_for_update()).one()


def _keep(session: Session, sleutel: str) -> None:
    """Make its row, if it has none: two who do so at once both find the one."""
    session.execute(insert(Zaak).values(sleutel=sleutel).on_conflict_do_nothing())


def _change(session: Session, zaak: Zaak, door: AccountId, wat: str, **values: object) -> None:
    for name, value in values.items():
        setattr(zaak, name, value)
    zaak.gewijzigd_op = database_now(session)
    audit.record(session, Daad.ZAAK_BIJGEHOUDEN, f"zaak {zaak.sleutel}"[:64], door=door, school_id=None, wat=wat)
