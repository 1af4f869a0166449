"""The vaste afspraken of a school: read, changed and asked for once. What they do stands in `inname/vanzelf.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import DomainError
from webapp.models import Account, Afspraken, Audit, Daad, Mailritme
from webapp.models.ids import AccountId, SchoolId
from webapp.services import aanwezig, audit, sloten
from webapp.services.clock import database_now

_SHOWN = 50
Waarde = bool | int | str | date | list[str] | None
UIT: Mapping[str, Waarde] = {
    "nieuwe_leerlingen": False,
    "jaargroepen_niet": [],
    "nieuwe_leerkrachten": False,
    "alleen_op_het_spel": False,
    "mailritme": Mailritme.METEEN,
    "mail_weekdag": None,
    "mail_na_dagen": None,
}
"""The way of the manual: everything that is new comes to the review, and is mailed at once."""


class OverschrevenAfspraken(DomainError):
    """Somebody else changed the agreements since the page was opened."""

    def __init__(self, naam: str) -> None:
        self.naam = naam


def of_school(session: Session, school_id: SchoolId) -> Afspraken:
    """Return what a school agreed; a row that is not stored, with all off, when it never did."""
    found = session.scalar(select(Afspraken).where(Afspraken.school_id == school_id))
    return found or Afspraken(school_id=school_id, **UIT)


def values(afspraken: Afspraken) -> dict[str, Waarde]:
    """What a beheerder chooses on the page."""
    return {name: getattr(afspraken, name) for name in UIT}


def change(
    session: Session, school_id: SchoolId, values: Mapping[str, Waarde], *, seen: datetime | None, door: AccountId
) -> bool:
    """Write what differs, with the trail; whether anything did. `seen` is the last change that the page showed.

    Of a delivery that is being matched meanwhile the match is made anew: the lock raises the revision.
    """
    row = _row(session, school_id)
    was = {name: getattr(row, name) for name in values}
    changed = {name: value for name, value in values.items() if value != was[name]}
    if changed and row.gewijzigd_op != seen:
        raise OverschrevenAfspraken(_name(session, row.gewijzigd_door))
    now = database_now(session)
    row.gevraagd_op = row.gevraagd_op or now
    if changed:
        for name, value in changed.items():
            setattr(row, name, value)
        row.gewijzigd_op, row.gewijzigd_door = now, door
        told = {f"{name}{end}": _plain(part[name]) for name in changed for end, part in (("", values), ("_was", was))}
        audit.record(session, Daad.AFSPRAKEN_GEWIJZIGD, f"school {school_id}", door=door, school_id=school_id, **told)
    return bool(changed)


def is_to_ask(session: Session, school_id: SchoolId) -> bool:
    """Whether a beheerder is to be asked once: after the first import, until there is an answer."""
    return of_school(session, school_id).gevraagd_op is None and aanwezig.was_imported(session, school_id)


def put_off(session: Session, school_id: SchoolId, vanaf: date | None) -> None:
    """Keep from which day on a new school year may begin; `inname/uitstel.py` says when, and writes the trail."""
    _row(session, school_id).overgaan_vanaf = vanaf


def later(session: Session, school_id: SchoolId, *, door: AccountId) -> None:
    """A beheerder was asked, and wants to leave it: it is not asked again, the page stays where it is."""
    row = _row(session, school_id)
    if row.gevraagd_op is None:
        row.gevraagd_op = database_now(session)
        audit.record(session, Daad.AFSPRAKEN_LATER, f"school {school_id}", door=door, school_id=school_id)


@dataclass(frozen=True, slots=True)
class Wijziging:
    """One change, as the trail has it: what each field became, and under its name with `_was` what it was."""

    op: datetime
    door: str
    tellingen: Mapping[str, Any]


def changes(session: Session, school_id: SchoolId) -> list[Wijziging]:
    """Return the last changes, the newest first."""
    query = (
        select(Audit.op, Account.naam, Audit.tellingen)
        .join(Account, Account.id == Audit.account_id)
        .where(audit.of_its_life(school_id), Audit.actie == Daad.AFSPRAKEN_GEWIJZIGD)
        .order_by(Audit.id.desc())
        .limit(_SHOWN)
    )
    return [Wijziging(*row) for row in session.execute(query)]


def _row(session: Session, school_id: SchoolId) -> Afspraken:
    sloten.lock(session, school_id)
    row = of_school(session, school_id)
    session.add(row)
    return row


def _name(session: Session, account_id: AccountId | None) -> str:
    return session.scalar(select(Account.naam).where(Account.id == account_id)) or ""


def _plain(value: Waarde) -> int | str:
    """As the trail holds it: counts and words."""
    match value:
        case None:
            return ""
        case list():
            return " ".join(value)
        case bool():
            return int(value)
        case int():
            return value
        case _:
            return str(value)
