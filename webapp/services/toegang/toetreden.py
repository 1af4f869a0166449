"""Becoming a medewerker: asked for, said yes to or invited, and accepted by whoever reads the mail. One way in.

Everything here but asking takes the school first, and looks only then whether who acts is still a beheerder.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.errors import NotAllowed
from webapp.models import Account, Daad, Leerkracht, Mail, MailSoort, Medewerker, Rol, Toetreding, Toetreed
from webapp.models.ids import AccountId, SchoolId, ToetredingId
from webapp.services import audit, mails, medewerkers, sloten
from webapp.services.clock import database_now
from webapp.services.toegang.errors import AlreadyMedewerker, NobodyToAsk, NotReached, ToetredingOver


def hold_as_beheerder(session: Session, school_id: SchoolId, door: AccountId) -> None:
    """Take the school; raise NotAllowed when a colleague removed this beheerder a moment ago."""
    sloten.hold(session, school_id)
    if medewerkers.rol_of(session, door, school_id) is not Rol.BEHEERDER:
        raise NotAllowed


def ask(session: Session, school_id: SchoolId, *, naam: str, email: str) -> None:
    """Let the present beheerders decide whether somebody becomes one; raise NobodyToAsk when there are none."""
    if not medewerkers.beheerders_of(session, school_id):
        raise NobodyToAsk
    mails.add_for_beheerders(session, MailSoort.TOEGANG_GEVRAAGD, school_id, wie=naam, adres=email)
    if _open(session, school_id, email) is not None:
        return
    row = Toetreding(school_id=school_id, email=email, naam=naam, rol=Rol.BEHEERDER, is_verzoek=True)
    session.add(row)
    session.flush()
    audit.about(session, Daad.TOEGANG_GEVRAAGD, row, door=None)


def decide(session: Session, school_id: SchoolId, toetreding_id: ToetredingId, *, ja: bool, door: AccountId) -> str:
    """Say yes or no to who asks; yes invites them. Return who it is."""
    hold_as_beheerder(session, school_id, door)
    row = _of_school(session, school_id, toetreding_id)
    if not row.is_verzoek:
        raise ToetredingOver
    if ja:
        _invite(session, row, door)
    else:
        _refuse(session, row, door)
    return row.naam or row.email


def invite(session: Session, school_id: SchoolId, *, email: str, rol: Rol, door: AccountId) -> None:
    """Mail somebody a link with which they become a medewerker; for an address that has one open, mail it again."""
    hold_as_beheerder(session, school_id, door)
    _check_new(session, school_id, email, rol)
    _invite(session, _open_or_new(session, school_id, email, rol), door)


def invite_for_klantenservice(
    session: Session,
    school_id: SchoolId,
    *,
    naam: str,
    email: str,
    bereikt: str,
    door: AccountId,
    wat: str = "klantenservice",
) -> None:
    """Invite a beheerder without asking those there are; how the school was reached is kept, and they hear of it.

    `wat` is `opengezet` when the koppeling was opened up with it: then one mail says both.
    """
    if not bereikt:
        raise NotReached
    _check_new(session, school_id, email, Rol.BEHEERDER)
    row = _open_or_new(session, school_id, email, Rol.BEHEERDER)
    row.naam = naam
    _invite(session, row, door, bereikt=bereikt)
    mails.add_for_beheerders(session, MailSoort.BEHEERDERS_GEWIJZIGD, school_id, wie=naam, adres=email, wat=wat)


def invite_leerkracht(session: Session, leerkracht: Leerkracht, email: str, *, door: AccountId) -> None:
    """Mail the leerkracht of a school that is held; whoever accepts sees the groepen of this one."""
    row = _open_or_new(session, leerkracht.school_id, email, Rol.LEERKRACHT)
    row.leerkracht_id, row.naam = leerkracht.id, leerkracht.naam
    _invite(session, row, door)


def note(
    session: Session, school_id: SchoolId, *, email: str, naam: str | None, rol: Rol, leerkracht: Leerkracht | None
) -> None:
    """Invite somebody whom the test centre knows, without a mail, at a school that is locked."""
    row = Toetreding(school_id=school_id, email=email, naam=naam, rol=rol, is_verzoek=False)
    row.leerkracht_id = leerkracht.id if leerkracht is not None else None
    session.add(row)
    session.flush()
    audit.about(session, Daad.UITGENODIGD, row, door=None, bereikt="testcentrum")


def mail_noted(session: Session, school_id: SchoolId, addresses: Collection[str]) -> int:
    """Mail whoever of these is invited and got no mail about it yet; return how many."""
    mailed = select(Mail.gegevens["toetreding"].as_integer()).where(
        Mail.school_id == school_id, Mail.soort == MailSoort.UITGENODIGD
    )
    wanted, had = {address.lower() for address in addresses}, set(session.scalars(mailed))
    rows = [row for row in open_of(session, school_id) if not row.is_verzoek and row.id not in had]
    rows = [row for row in rows if row.email.lower() in wanted]
    for row in rows:
        mails.add(session, MailSoort.UITGENODIGD, row.email, school_id=school_id, toetreding=row.id)
    return len(rows)


def withdraw(session: Session, school_id: SchoolId, toetreding_id: ToetredingId, *, door: AccountId) -> str:
    """Take an invitation back; its link does nothing any more. Return whose it was."""
    hold_as_beheerder(session, school_id, door)
    row = _of_school(session, school_id, toetreding_id)
    _take_back(session, row, door)
    return row.email


def withdraw_all_by(session: Session, school_id: SchoolId, account_id: AccountId, *, door: AccountId | None) -> None:
    """Take back what somebody sent who is no longer a beheerder: it would be a way in again."""
    for row in open_of(session, school_id):
        if row.uitgenodigd_door == account_id:
            _take_back(session, row, door)


def withdraw_all(session: Session, school_id: SchoolId, *, door: AccountId) -> None:
    """Take back every invitation of a school, and say no to who asks; what they ask by mail does not go any more."""
    for row in open_of(session, school_id):
        (_refuse if row.is_verzoek else _take_back)(session, row, door)
    asks = (MailSoort.UITGENODIGD, MailSoort.TOEGANG_GEVRAAGD)
    mails.forget_unsent(session, Mail.school_id == school_id, Mail.soort.in_(asks))


def no_longer_asks(session: Session, school_id: SchoolId, email: str) -> None:
    """Take back the question of an aanvraag that was withdrawn, or was about another school or person."""
    row = _open(session, school_id, email)
    if row is not None:
        row.uitkomst, row.besloten_op = Toetreed.INGETROKKEN, database_now(session)


def open_of(session: Session, school_id: SchoolId) -> Sequence[Toetreding]:
    """Return who asks and who is invited, in the order in which they came."""
    query = select(Toetreding).where(Toetreding.school_id == school_id, Toetreding.uitkomst.is_(None))
    return session.scalars(query.order_by(Toetreding.id)).all()


def by_link(session: Session, toetreding_id: int, email: str | None = None) -> Toetreding:
    """Return the invitation that a link is about, of whichever school: who holds the link got it by mail.

    Who comes with its id alone is known by `email`: to another address it is not there, open or over.
    """
    query = select(Toetreding).where(Toetreding.school_id.is_not(None), Toetreding.id == toetreding_id)
    row = session.scalar(query)
    if email is not None and (row is None or row.email.lower() != email.lower()):
        raise NotAllowed
    if row is None or row.is_verzoek or row.uitkomst is not None:
        raise ToetredingOver
    return row


def of_mail(session: Session, school_id: SchoolId, toetreding_id: int) -> Toetreding:
    """Return what a mail is about, also when it is over by now."""
    query = select(Toetreding).where(Toetreding.school_id == school_id, Toetreding.id == toetreding_id)
    return session.scalars(query).one()


def invited_by(session: Session, row: Toetreding) -> str | None:
    """Return the name of the beheerder who invited; None for klantenservice."""
    return medewerkers.naam_of(session, row.uitgenodigd_door)


def account_for(session: Session, row: Toetreding) -> Account | None:
    """Return who logs in with the address that was invited."""
    return session.scalar(select(Account).where(func.lower(Account.email) == row.email.lower()))


def accept(session: Session, toetreding_id: ToetredingId, *, door: AccountId) -> Toetreding:
    """Make whoever was invited a medewerker; raise NotAllowed for anybody with another address."""
    sloten.hold(session, by_link(session, toetreding_id).school_id)
    row = by_link(session, toetreding_id)
    account = session.get_one(Account, door, with_for_update=True, populate_existing=True)  # it may be emptied at night
    if account.email.lower() != row.email.lower() or account.is_klantenservice:
        raise NotAllowed
    row.uitkomst, row.besloten_op = Toetreed.AANGENOMEN, database_now(session)
    _join(session, row, account)
    return row


def accept_as_new(session: Session, toetreding_id: ToetredingId, *, naam: str, wachtwoord: str | None) -> Toetreding:
    """The same for who has no account yet: it is made now. `wachtwoord` is hashed; None for who comes by a board."""
    row = by_link(session, toetreding_id)
    sloten.hold(session, row.school_id)
    if account_for(session, row) is not None:
        raise NotAllowed
    account = Account(email=row.email, naam=naam, password=wachtwoord, fs_uniquifier=uuid4().hex)
    session.add(account)
    session.flush()
    return accept(session, toetreding_id, door=account.id)


def _join(session: Session, row: Toetreding, account: Account) -> None:
    here = session.scalar(
        select(Medewerker).where(Medewerker.school_id == row.school_id, Medewerker.account_id == account.id)
    )
    if here is None:
        session.add(Medewerker(account_id=account.id, school_id=row.school_id, rol=row.rol))
    elif row.rol is Rol.BEHEERDER:
        here.rol, here.opgeschort_op = Rol.BEHEERDER, None
    session.flush()
    if row.leerkracht_id is not None:
        _hang_on(session, row, account)
    is_beheerder = row.rol is Rol.BEHEERDER
    daad = Daad.BEHEERDER_ERBIJ if is_beheerder else Daad.LEERKRACHT_ERBIJ
    audit.record(session, daad, f"account {account.id}", door=account.id, school_id=row.school_id)
    if is_beheerder:
        mails.add_for_beheerders(
            session, MailSoort.BEHEERDERS_GEWIJZIGD, row.school_id, wie=account.naam, adres=account.email, wat="erbij",
            door=invited_by(session, row),
        )  # fmt: skip


def _hang_on(session: Session, row: Toetreding, account: Account) -> None:
    """Hang the account on the leerkracht that was invited, unless another account does by now."""
    query = select(Medewerker).where(Medewerker.school_id == row.school_id)
    if session.scalar(query.where(Medewerker.leerkracht_id == row.leerkracht_id, Medewerker.account_id != account.id)):
        raise ToetredingOver
    here = session.scalars(query.where(Medewerker.account_id == account.id)).one()
    here.leerkracht_id, here.weg_nachten, here.opgeschort_op = row.leerkracht_id, 0, None
    session.flush()


def _invite(session: Session, row: Toetreding, door: AccountId, **told: str) -> None:
    row.is_verzoek, row.uitgenodigd_door = False, door
    session.flush()
    mails.add(session, MailSoort.UITGENODIGD, row.email, school_id=row.school_id, toetreding=row.id)
    audit.about(session, Daad.UITGENODIGD, row, door=door, **told)


def _refuse(session: Session, row: Toetreding, door: AccountId) -> None:
    """Say no to who asks, and tell them."""
    row.uitkomst, row.besloten_op = Toetreed.GEWEIGERD, database_now(session)
    mails.add(session, MailSoort.TOEGANG_GEWEIGERD, row.email, school_id=row.school_id)
    audit.about(session, Daad.TOEGANG_GEWEIGERD, row, door=door)


def _take_back(session: Session, row: Toetreding, door: AccountId | None) -> None:
    row.uitkomst, row.besloten_op = Toetreed.INGETROKKEN, database_now(session)
    audit.about(session, Daad.UITNODIGING_INGETROKKEN, row, door=door)


def _open_or_new(session: Session, school_id: SchoolId, email: str, rol: Rol) -> Toetreding:
    row = _open(session, school_id, email) or Toetreding(school_id=school_id, email=email, rol=rol, is_verzoek=True)
    if row.is_verzoek or rol is Rol.BEHEERDER:  # who was invited as beheerder stays so
        row.rol = rol
    session.add(row)
    return row


def _open(session: Session, school_id: SchoolId, email: str) -> Toetreding | None:
    return next((row for row in open_of(session, school_id) if row.email.lower() == email.lower()), None)


def _of_school(session: Session, school_id: SchoolId, toetreding_id: ToetredingId) -> Toetreding:
    query = select(Toetreding).where(Toetreding.school_id == school_id, Toetreding.id == toetreding_id)
    row = session.scalar(query)
    if row is None:
        raise NotAllowed
    if row.uitkomst is not None:
        raise ToetredingOver
    return row


def _check_new(session: Session, school_id: SchoolId, email: str, rol: Rol) -> None:
    has = select(Medewerker.rol).join(Account, Account.id == Medewerker.account_id)
    now = session.scalar(has.where(Medewerker.school_id == school_id, func.lower(Account.email) == email.lower()))
    if now in (rol, Rol.BEHEERDER):
        raise AlreadyMedewerker(email)
