"""Approval: by evidence, by a person who knows what is missing, or by itself; and taking it back in time."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from webapp.models import Daad, Koppeling, KoppelingStatus, Mail, MailSoort
from webapp.models.ids import AccountId, KoppelingId
from webapp.models.koppeling import KoppelingAct
from webapp.services import audit, mails
from webapp.services.clock import database_now
from webapp.services.koppeling import bewijzen
from webapp.services.koppeling.bewijzen import Bewijs
from webapp.services.koppeling.errors import AlreadyFetched, NotGreen
from webapp.services.koppeling.levensloop import fetch_now, locked, school_id_of


def approve(
    session: Session, koppeling_id: KoppelingId, *, door: AccountId | None, weet: Collection[Bewijs] = ()
) -> Koppeling:
    """Approve: from this moment on results count, and the leerlinggegevens are fetched at once.

    The evidence is judged here, under the lock. `weet` is what somebody said to know that it is not green; when
    anything else is not, nothing is done. `door` is None where it happens by itself.
    """
    koppeling = locked(session, koppeling_id, KoppelingAct.GOEDKEUREN)
    school_id = school_id_of(koppeling)
    dossier = bewijzen.of(session, [koppeling])[koppeling.id]
    if unknown := [stuk.bewijs for stuk in dossier.niet_groen if stuk.bewijs not in weet]:
        raise NotGreen(koppeling.schoolnaam, tuple(unknown))
    now = database_now(session)
    koppeling.status, koppeling.beslist_op, koppeling.gestart_op = KoppelingStatus.GOEDGEKEURD, now, now
    mails.add_for_beheerders(session, MailSoort.GOEDGEKEURD, school_id, koppeling_id=koppeling.id)
    missing = " en ".join(stuk.bewijs for stuk in dossier.niet_groen)
    said: dict[str, str] = {"niet_groen": missing} if missing else {}
    audit.about(session, Daad.GOEDGEKEURD, koppeling, door=door, groen=dossier.groen, **said)
    fetch_now(session, koppeling)
    return koppeling


def take_back(session: Session, koppeling_id: KoppelingId, *, door: AccountId) -> Koppeling:
    """Take an approval back while nothing was fetched: the school waits for approval again, and no night approves it.

    A fetch under way writes nothing any more. A mail that did not go does not go; where it went, another one says so.
    """
    koppeling = locked(session, koppeling_id, KoppelingAct.GOEDKEUREN_TERUGNEMEN)
    if koppeling.opgehaald_op is not None:
        raise AlreadyFetched(koppeling.schoolnaam)
    told = and_(
        Mail.koppeling_id == koppeling.id,
        Mail.soort == MailSoort.GOEDGEKEURD,
        Mail.aangemaakt_op >= koppeling.beslist_op,
    )
    koppeling.status, koppeling.goedkeuring_teruggenomen_op = KoppelingStatus.INGEDIEND, database_now(session)
    koppeling.beslist_op = koppeling.gestart_op = koppeling.fout = koppeling.zend_fout = None
    koppeling.ophalen_op = koppeling.ophalen_claim = koppeling.ophalen_claim_tot = koppeling.zenden_op = None
    koppeling.ophalen_pogingen = 0
    mails.forget_unsent(session, told)
    for mail in session.scalars(select(Mail).where(told).order_by(Mail.id)).all():
        mails.add(
            session, MailSoort.GOEDKEURING_TERUGGENOMEN, mail.ontvanger, school_id=koppeling.school_id,
            koppeling_id=koppeling.id, account_id=mail.account_id,
        )  # fmt: skip
    audit.about(session, Daad.GOEDKEURING_TERUGGENOMEN, koppeling, door=door)
    return koppeling
