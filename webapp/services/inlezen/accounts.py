"""Who of a school is to log in: invited as anybody is, and left as they are once they were."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.models import Account, Leerkracht
from webapp.models.ids import SchoolId
from webapp.services.inlezen.fouten import Fout, Mis
from webapp.services.inlezen.records import Plan
from webapp.services.inlezen.stand import Stand, Telling, doubles
from webapp.services.inlezen.velden import Bestand, Rij
from webapp.services.toegang import toetreden


@dataclass
class Accountplan:
    """Who is invited."""

    nieuw: list[Rij] = field(default_factory=list)
    bekend: list[Rij] = field(default_factory=list)
    """Who was before; without a mail so far, maybe."""
    telling: Telling = field(default_factory=Telling)
    fouten: list[Fout] = field(default_factory=list)


def judge(session: Session, rows: list[Rij], stand: Stand, leerkrachten: Plan) -> Accountplan:
    """Find out who is new; nobody of klantenservice becomes somebody of a school."""
    plan = Accountplan()
    addresses = [row["email"].lower() for row in rows]
    twice, clerks = doubles(addresses), _clerks(session, addresses)
    here = {*leerkrachten.records, *stand.records[Bestand.LEERKRACHTEN]}
    for row, address in zip(rows, addresses, strict=True):
        if address in twice:
            plan.fouten.append(row.fout(Mis.DUBBEL, "email"))
        if address in clerks:
            plan.fouten.append(row.fout(Mis.VAN_KLANTENSERVICE, "email"))
        if row["leerkracht"] is not None and row["leerkracht"] not in here:
            plan.fouten.append(row.fout(Mis.VERWIJST_NERGENS, "leerkracht"))
        if address in stand.bekend:
            plan.bekend.append(row)
            plan.telling.ongewijzigd += 1
        else:
            plan.nieuw.append(row)
            plan.telling.nieuw += 1
    return plan


def write(session: Session, school_id: SchoolId, plan: Accountplan, stand: Stand, *, is_mailed: bool) -> None:
    """Invite who is new at a school that is locked; with `is_mailed` whoever got no mail yet gets one."""
    for row in plan.nieuw:
        leerkracht = stand.records[Bestand.LEERKRACHTEN].get(row["leerkracht"])
        toetreden.note(
            session, school_id, email=row["email"], naam=row["naam"], rol=row["rol"],
            leerkracht=leerkracht if isinstance(leerkracht, Leerkracht) else None,
        )  # fmt: skip
    if is_mailed:
        toetreden.mail_noted(session, school_id, [row["email"] for row in (*plan.nieuw, *plan.bekend)])


def _clerks(session: Session, addresses: list[str]) -> set[str]:
    mail = func.lower(Account.email)
    found = select(mail).where(Account.is_klantenservice, mail.in_(addresses))
    return set(session.scalars(found))
