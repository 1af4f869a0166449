"""Every mail is a row first."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, MetVerloop, choice
from webapp.models.ids import AccountId, BatchId, KoppelingId, MailId, SchoolId


class MailSoort(StrEnum):
    """The mails there are; the word names the folder in `mail_templates`."""

    AANVRAAG_ONTVANGEN = "aanvraag_ontvangen"
    KLANTENSERVICE_AANVRAAG = "klantenservice_aanvraag"
    OPENGEZET = "opengezet"
    INGEDIEND = "ingediend"
    GOEDGEKEURD = "goedgekeurd"
    AFGEWEZEN = "afgewezen"
    KOPPELINGSMAIL = "koppelingsmail"
    WACHTWOORD = "wachtwoord"
    UITNODIGING = "uitnodiging"
    SLEUTEL_GEWEIGERD = "sleutel_geweigerd"
    OPHALEN_MISLUKT = "ophalen_mislukt"


class MailStatus(StrEnum):
    KLAAR = "klaar"
    VERZONDEN = "verzonden"
    MISLUKT = "mislukt"
    OPGEGEVEN = "opgegeven"


OVERGANGEN: dict[MailStatus | None, frozenset[MailStatus]] = {
    None: frozenset({MailStatus.KLAAR}),
    MailStatus.KLAAR: frozenset({MailStatus.VERZONDEN, MailStatus.MISLUKT, MailStatus.OPGEGEVEN}),
    MailStatus.MISLUKT: frozenset({MailStatus.VERZONDEN, MailStatus.OPGEGEVEN}),
    MailStatus.OPGEGEVEN: frozenset({MailStatus.KLAAR}),
    MailStatus.VERZONDEN: frozenset(),
}


class Mailprobleem(StrEnum):
    """Why a mail did not go out."""

    ADRES_GEWEIGERD = "adres_geweigerd"
    SERVER_WEIGERT = "server_weigert"
    SERVER_ONBEREIKBAAR = "server_onbereikbaar"
    NIET_GEMAAKT = "niet_gemaakt"
    """It kept failing before SMTP had it: the fault is ours."""


class Mail(MetVerloop, Base):
    """One mail to one address. What it says is composed when it is sent; a secret link is never stored."""

    __tablename__ = "mail"
    OVERGANGEN = OVERGANGEN
    __table_args__ = (
        UniqueConstraint("soort", "batch_id", "ontvanger", name="uq_mail_once_per_batch"),
        Index("ix_mail_volgende_op", "volgende_op", postgresql_where=text("volgende_op IS NOT NULL")),
    )

    id: Mapped[MailId] = mapped_column(primary_key=True)
    soort: Mapped[MailSoort] = mapped_column(choice(MailSoort, "soort"))
    ontvanger: Mapped[str] = mapped_column(String(255))
    school_id: Mapped[SchoolId | None] = mapped_column(ForeignKey("school.id"), index=True)
    koppeling_id: Mapped[KoppelingId | None] = mapped_column(ForeignKey("koppeling.id"))
    batch_id: Mapped[BatchId | None] = mapped_column(ForeignKey("importbatch.id"))
    account_id: Mapped[AccountId | None] = mapped_column(ForeignKey("account.id"))
    gegevens: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """Counts and codes for the template: never a name of a pupil, never a key."""
    status: Mapped[MailStatus] = mapped_column(choice(MailStatus, "status"), default=MailStatus.KLAAR)
    pogingen: Mapped[int] = mapped_column(default=0)
    volgende_op: Mapped[datetime | None] = mapped_column(server_default=func.now())
    """When the next try is due; empty once it is out or given up on."""
    claim: Mapped[str | None] = mapped_column(UUID(as_uuid=False))
    claim_tot: Mapped[datetime | None]
    aangemaakt_op: Mapped[datetime] = mapped_column(server_default=func.now())
    verzonden_op: Mapped[datetime | None]
    probleem: Mapped[Mailprobleem | None] = mapped_column(choice(Mailprobleem, "probleem"))
    antwoord: Mapped[str | None] = mapped_column(String(64))
    """What the mail server said, or how it could not be reached."""
