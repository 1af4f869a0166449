"""The story of one school for klantenservice: who is there, and all that happened, newest first, page by page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, and_, false, func, literal, or_, select, union_all
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from webapp.models import (
    Account,
    Audit,
    Daad,
    DoodAdres,
    Koppeling,
    Mail,
    MailSoort,
    Medewerker,
    Notitie,
    Rol,
    School,
    Sessie,
)
from webapp.models.ids import AccountId, DoodAdresId, KoppelingId, MailId, SchoolId
from webapp.models.koppeling import ENDED
from webapp.services.mails import is_dead
from webapp.services.overzicht.tijdlijn import NIGHTLY, Gebeurtenis, Genoteerd, Post, Verrichting, names

PER_PAGINA = 50


@dataclass(frozen=True)
class Onderwerp:
    """Whose story it is: of a school with all its koppelingen, or of an aanvraag that has none yet."""

    school: School | None
    koppelingen: tuple[Koppeling, ...]
    """The one that counts first."""

    @property
    def koppeling(self) -> Koppeling | None:
        return self.koppelingen[0] if self.koppelingen else None

    @property
    def school_id(self) -> SchoolId | None:
        return self.school.id if self.school is not None else None

    @property
    def koppeling_ids(self) -> list[KoppelingId]:
        return [koppeling.id for koppeling in self.koppelingen]


def of_school(session: Session, school: School) -> Onderwerp:
    """The story of a school; what has not ended stands before what has."""
    query = select(Koppeling).where(Koppeling.school_id == school.id)
    found = session.scalars(query.order_by(Koppeling.status.in_(ENDED), Koppeling.id.desc()))
    return Onderwerp(school, tuple(found))


def of_koppeling(session: Session, koppeling: Koppeling) -> Onderwerp:
    """The story that this koppeling is in."""
    if koppeling.school is not None:
        return of_school(session, koppeling.school)
    return Onderwerp(None, (koppeling,))


@dataclass(frozen=True)
class Persoon:
    """Somebody who logs in there."""

    account_id: AccountId
    naam: str
    email: str
    rol: Rol
    kan_inloggen: bool
    gezien_op: datetime | None
    """When they were last here, or did something for this school, as far as that is kept."""
    heeft_tweede_stap: bool
    wissen_op: datetime | None
    """When it was asked to clear the second step."""
    dood_adres_id: DoodAdresId | None
    """Their address takes no mail."""


def people(session: Session, school_id: SchoolId) -> list[Persoon]:
    """Everybody of a school: beheerders first, in the order in which they came."""
    here = select(func.max(Sessie.gezien_op)).where(Sessie.account_id == Account.id).scalar_subquery()
    acts = select(Audit.account_id, func.max(Audit.op).label("op")).where(Audit.school_id == school_id)
    acted = acts.where(Audit.account_id.is_not(None)).group_by(Audit.account_id).subquery()
    seen = func.greatest(here, acted.c.op)  # logins are kept for a month, what somebody did or looked at for longer
    is_here = and_(Account.active, Medewerker.opgeschort_op.is_(None))
    has_second = Account.tf_totp_secret.is_not(None)
    query = (
        select(
            Account.id, Account.naam, Account.email, Medewerker.rol, is_here, seen, has_second, Account.wissen_op,
            DoodAdres.id,
        )
        .join(Medewerker, Medewerker.account_id == Account.id)
        .outerjoin(acted, acted.c.account_id == Account.id)
        .outerjoin(DoodAdres, is_dead(Account.email))
        .where(Medewerker.school_id == school_id)
        .order_by(Medewerker.rol != Rol.BEHEERDER, Medewerker.sinds, Account.id)
    )  # fmt: skip
    return [Persoon(*row) for row in session.execute(query)]


def newest_mails(session: Session, over: Onderwerp, number: int) -> list[Gebeurtenis]:
    """The last mails of this story, each by itself."""
    query = select(Mail).where(_mails_of(over)).order_by(Mail.aangemaakt_op.desc(), Mail.id.desc())
    return [_post([mail]) for mail in session.scalars(query.limit(number))]


def newest_of(session: Session, over: Onderwerp, soort: MailSoort) -> MailId | None:
    """The last mail of this kind in this story."""
    query = select(Mail.id).where(_mails_of(over), Mail.soort == soort)
    return session.scalar(query.order_by(Mail.aangemaakt_op.desc(), Mail.id.desc()).limit(1))


@dataclass(frozen=True)
class Bladzijde:
    """One page of what happened, and how much there is."""

    gebeurtenissen: list[Gebeurtenis]
    totaal: int

    @property
    def bladzijden(self) -> int:
        return -(-self.totaal // PER_PAGINA)


def page_of(session: Session, over: Onderwerp, *, alles: bool, bladzijde: int) -> Bladzijde:
    """Return so much of acts and mails; without `alles` not what happens every night."""
    each = _moments(over, alles=alles).subquery()
    newest = select(each.c.soort, each.c.ids).order_by(each.c.op.desc(), each.c.soort, each.c.ids.desc())
    found = session.execute(newest.limit(PER_PAGINA).offset((bladzijde - 1) * PER_PAGINA)).all()
    totaal = session.scalar(select(func.count()).select_from(each)) or 0
    told = {
        "daad": _acts(session, [ids[0] for soort, ids in found if soort == "daad"]),
        "notitie": _notes(session, [ids[0] for soort, ids in found if soort == "notitie"]),
        "mail": _mails(session, [ids for soort, ids in found if soort == "mail"]),
    }
    return Bladzijde([told[soort][min(ids)] for soort, ids in found], totaal)


def _moments(over: Onderwerp, *, alles: bool) -> CompoundSelect[Any]:
    """What happened and when: an act, or the mails of one moment about one thing that came equally far."""
    shown = set(Daad) - (frozenset() if alles else NIGHTLY)
    act = literal("daad").label("soort"), array([Audit.id]).label("ids"), Audit.op.label("op")
    acts = select(*act).where(Audit.actie.in_(shown), _acts_of(over))
    moment = func.max(func.coalesce(Mail.verzonden_op, Mail.aangemaakt_op))
    post = (
        select(literal("mail"), func.array_agg(Mail.id), moment)
        .where(_mails_of(over))
        .group_by(Mail.soort, Mail.aangemaakt_op, Mail.status, Mail.probleem, Mail.antwoord)
    )
    notes = select(literal("notitie"), array([Notitie.id]), Notitie.op).where(_notes_of(over))
    return union_all(acts, post, notes)


def _acts_of(over: Onderwerp) -> ColumnElement[bool]:
    """Lines of the trail of this school, and of its aanvragen before it was known whose they were."""
    asked = [
        and_(
            Audit.object == f"koppeling {each.id}",
            Audit.op >= each.aangevraagd_op,
            *([] if each.opengezet_op is None or over.school is None else [Audit.op <= each.opengezet_op]),
        )
        for each in over.koppelingen
    ]
    return or_(false(), *([] if over.school_id is None else [Audit.school_id == over.school_id]), *asked)


def _mails_of(over: Onderwerp) -> ColumnElement[bool]:
    of_school = [] if over.school_id is None else [Mail.school_id == over.school_id]
    return or_(*of_school, Mail.koppeling_id.in_(over.koppeling_ids))


def _notes_of(over: Onderwerp) -> ColumnElement[bool]:
    of_school = [] if over.school_id is None else [Notitie.school_id == over.school_id]
    return or_(*of_school, Notitie.koppeling_id.in_(over.koppeling_ids))


def _notes(session: Session, ids: Collection[int]) -> dict[int, Gebeurtenis]:
    query = select(Notitie, Account.naam).join(Account, Account.id == Notitie.door).where(Notitie.id.in_(ids))
    return {row.id: Genoteerd(row.op, row.reden, row.tekst, naam, row.id) for row, naam in session.execute(query)}


def _acts(session: Session, ids: Collection[int]) -> dict[int, Gebeurtenis]:
    rows = session.scalars(select(Audit).where(Audit.id.in_(ids))).all()
    by = names(session, rows)
    return {
        row.id: Verrichting(
            row.op, row.actie, row.tellingen, by[row.account_id].naam if row.account_id else None, over_rij=row.object
        )
        for row in rows
    }


def _mails(session: Session, groups: Collection[list[MailId]]) -> dict[int, Gebeurtenis]:
    """One for the mails of each group, which differ in whom they went to."""
    rows = session.scalars(select(Mail).where(Mail.id.in_({id_ for ids in groups for id_ in ids})))
    by_id = {mail.id: mail for mail in rows}
    return {min(ids): _post([by_id[id_] for id_ in sorted(ids)]) for ids in groups}


def _post(group: Sequence[Mail]) -> Post:
    first = group[0]
    moment = max(mail.verzonden_op or mail.aangemaakt_op for mail in group)
    aan = ", ".join(mail.ontvanger for mail in group)
    return Post(moment, first.soort, first.status, aan, first.probleem, first.antwoord, first.id)
