"""Every mail is a row first."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, MetVerloop, choice
from webapp.models.ids import AccountId, BatchId, DoodAdresId, KoppelingId, MailId, SchoolId


class MailSoort(StrEnum):
    """The mails there are; the word names the folder in `mail_templates`."""

    AANVRAAG_BEVESTIGEN = "aanvraag_bevestigen"
    AANVRAAG_ONTVANGEN = "aanvraag_ontvangen"
    KLANTENSERVICE_AANVRAAG = "klantenservice_aanvraag"
    OPENGEZET = "opengezet"
    INGEDIEND = "ingediend"
    GOEDGEKEURD = "goedgekeurd"
    GOEDKEURING_TERUGGENOMEN = "goedkeuring_teruggenomen"
    AFGEWEZEN = "afgewezen"
    AANVRAAG_HERINNERING = "aanvraag_herinnering"
    KOPPELINGSMAIL = "koppelingsmail"
    HERINNERING = "herinnering"
    """Of a koppelingsmail, on the second, fifth and tenth school day."""
    VASTGEHOUDEN = "vastgehouden"
    DOORGEGEVEN = "doorgegeven"
    """About a hold; the next two are about questions."""
    VRAAG_DOORGEGEVEN = "vraag_doorgegeven"
    DOORGEVEN_VERLOPEN = "doorgeven_verlopen"
    ONTVANGST = "ontvangst"
    TERUGGEDRAAID = "teruggedraaid"
    OVERGANG = "overgang"
    """The new school year began by itself."""
    WACHTWOORD = "wachtwoord"
    UITNODIGING = "uitnodiging"
    SLEUTEL_GEWEIGERD = "sleutel_geweigerd"
    OPHALEN_MISLUKT = "ophalen_mislukt"
    PAUZE_OF_EINDE = "pauze_of_einde"
    """A beheerder paused the koppeling, or asked to end it: the others hear of it."""
    GEPAUZEERD = "gepauzeerd"
    """By klantenservice, with its reason."""
    HERVAT = "hervat"
    SLEUTEL_GEVRAAGD = "sleutel_gevraagd"
    BEEINDIGD = "beeindigd"
    TOEGANG_GEVRAAGD = "toegang_gevraagd"
    TOEGANG_GEWEIGERD = "toegang_geweigerd"
    UITGENODIGD = "uitgenodigd"
    BEHEERDERS_GEWIJZIGD = "beheerders_gewijzigd"
    TOEGANG_OPGESCHORT = "toegang_opgeschort"
    KLOPT_NIET = "klopt_niet"
    """A leerkracht says that the link of a leerling is wrong."""
    ADRES_BEVESTIGEN = "adres_bevestigen"
    ADRES_GEWIJZIGD = "adres_gewijzigd"
    BESTUURSACCOUNT = "bestuursaccount"
    ALARM = "alarm"


class MailStatus(StrEnum):
    KLAAR = "klaar"
    ONZEKER = "onzeker"
    """The mail server got all of it and did not say that it took it. Written before the mail itself goes out."""
    VERZONDEN = "verzonden"
    MISLUKT = "mislukt"
    OPGEGEVEN = "opgegeven"
    TERUGGEKOMEN = "teruggekomen"
    """The mail server took it, and a report came back that it could not be delivered."""


OVERGANGEN: dict[MailStatus | None, frozenset[MailStatus]] = {
    None: frozenset({MailStatus.KLAAR}),
    MailStatus.KLAAR: frozenset({MailStatus.ONZEKER, MailStatus.MISLUKT, MailStatus.OPGEGEVEN}),
    MailStatus.ONZEKER: frozenset(
        {MailStatus.VERZONDEN, MailStatus.MISLUKT, MailStatus.OPGEGEVEN, MailStatus.TERUGGEKOMEN, MailStatus.KLAAR}
    ),
    MailStatus.MISLUKT: frozenset({MailStatus.ONZEKER, MailStatus.OPGEGEVEN}),
    MailStatus.OPGEGEVEN: frozenset({MailStatus.KLAAR}),
    MailStatus.VERZONDEN: frozenset({MailStatus.TERUGGEKOMEN}),
    MailStatus.TERUGGEKOMEN: frozenset({MailStatus.KLAAR}),
}


class Mailprobleem(StrEnum):
    """Why a mail did not go out."""

    ADRES_GEWEIGERD = "adres_geweigerd"
    SERVER_WEIGERT = "server_weigert"
    SERVER_ONBEREIKBAAR = "server_onbereikbaar"
    GEEN_ANTWOORD = "geen_antwoord"
    """After the whole mail: it may have been taken."""
    CERTIFICAAT_VERLOPEN = "certificaat_verlopen"
    CERTIFICAAT_ONBEKEND = "certificaat_onbekend"
    CERTIFICAAT_NAAM = "certificaat_naam"
    GEEN_TLS = "geen_tls"
    INLOG_GEWEIGERD = "inlog_geweigerd"
    ADRES_DOOD = "adres_dood"
    """An earlier mail to this address could not be delivered; nothing was tried."""
    TERUGGEKOMEN = "teruggekomen"
    NIET_GEMAAKT = "niet_gemaakt"
    """It kept failing before SMTP had it: the fault is ours."""


class Mail(MetVerloop, Base):
    """One mail to one address. What it says is composed when it is sent, and kept without its link: that is secret."""

    __tablename__ = "mail"
    OVERGANGEN = OVERGANGEN
    __table_args__ = (
        Index(
            "uq_mail_once_per_batch",
            "soort",
            "batch_id",
            "ontvanger",
            unique=True,
            postgresql_where=text("NOT (gegevens ?| ARRAY['opnieuw', 'herinnering'])"),  # of those there may be more
        ),
        Index("ix_mail_volgende_op", "volgende_op", postgresql_where=text("volgende_op IS NOT NULL")),
        Index("ix_mail_ontvanger_lower", text("lower(ontvanger)")),
    )

    id: Mapped[MailId] = mapped_column(primary_key=True)
    soort: Mapped[MailSoort] = mapped_column(choice(MailSoort, "soort"))
    ontvanger: Mapped[str] = mapped_column(String(255))
    school_id: Mapped[SchoolId | None] = mapped_column(ForeignKey("school.id"), index=True)
    koppeling_id: Mapped[KoppelingId | None] = mapped_column(ForeignKey("koppeling.id"), index=True)
    batch_id: Mapped[BatchId | None] = mapped_column(ForeignKey("importbatch.id"))
    account_id: Mapped[AccountId | None] = mapped_column(ForeignKey("account.id"))
    gegevens: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """Counts and codes for the template: never a name of a pupil, never a key."""
    status: Mapped[MailStatus] = mapped_column(choice(MailStatus, "status"), default=MailStatus.KLAAR)
    pogingen: Mapped[int] = mapped_column(default=0)
    volgende_op: Mapped[datetime | None] = mapped_column(server_default=func.now())
    """When the next try is due; empty once it is out or given up on."""
    geprobeerd_op: Mapped[datetime | None] = mapped_column(index=True)
    """When the mail server was last asked to take it; so many may go in a minute."""
    onzeker_op: Mapped[datetime | None]
    """When an earlier try turned out to have ended without an answer: then only one more may."""
    claim: Mapped[str | None] = mapped_column(UUID(as_uuid=False))
    claim_tot: Mapped[datetime | None]
    aangemaakt_op: Mapped[datetime] = mapped_column(server_default=func.now())
    verzonden_op: Mapped[datetime | None]
    probleem: Mapped[Mailprobleem | None] = mapped_column(choice(Mailprobleem, "probleem"))
    antwoord: Mapped[str | None] = mapped_column(String(64))
    """What the mail server said, or how it could not be reached."""
    onderwerp: Mapped[str | None] = mapped_column(Text)
    tekst: Mapped[str | None] = mapped_column(Text)
    """What it said when it last went, without links and without what a colleague typed; for klantenservice."""


class DoodAdres(Base):
    """An address that mail cannot be delivered to; nothing is sent to it until a person corrects or frees it."""

    __tablename__ = "dood_adres"
    __table_args__ = (Index("uq_dood_adres_adres_lower", text("lower(adres)"), unique=True),)

    id: Mapped[DoodAdresId] = mapped_column(primary_key=True)
    adres: Mapped[str] = mapped_column(String(255))
    sinds: Mapped[datetime] = mapped_column(server_default=func.now())
    antwoord: Mapped[str] = mapped_column(String(64))
    """What the mail server said, or the status in the report."""
