"""What must reach the LAS, what did, and every request that tried."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, String, and_, func, or_, text, true
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.orm import InstrumentedAttribute, Mapped, composite, mapped_column, relationship

from webapp.models.base import Base, MetVerloop, SchoolOwned, choice
from webapp.models.fout import Fout, Foutcode, foutcode
from webapp.models.ids import AccountId, KoppelingId, ResultaatId, VerzendingId
from webapp.models.leerlinggegevens import Leerling, Lidmaatschap
from webapp.models.toets import Resultaat
from webapp.uwlr.codes import Owner


class LeveringStatus(StrEnum):
    """How far one result is on its way."""

    KLAAR = "klaar"
    ONDERWEG = "onderweg"
    ONBEKEND = "onbekend"
    BEVESTIGD = "bevestigd"
    GEWEIGERD = "geweigerd"
    ELDERS_AFGELEVERD = "elders_afgeleverd"
    """The LAS has it at another leerling, and not yet at the one whose it is: the link was corrected."""

    NAKIJKEN = "nakijken"
    """After a restore: the school compares it with the LAS first."""


IN_DOUBT = frozenset({LeveringStatus.ONDERWEG, LeveringStatus.ONBEKEND})
"""The LAS may have it already."""
_ELDERS, _NAKIJKEN = LeveringStatus.ELDERS_AFGELEVERD, LeveringStatus.NAKIJKEN


OVERGANGEN: dict[LeveringStatus | None, frozenset[LeveringStatus]] = {
    None: frozenset({LeveringStatus.KLAAR, _NAKIJKEN}),
    LeveringStatus.KLAAR: frozenset(
        {
            LeveringStatus.ONDERWEG,
            LeveringStatus.ONBEKEND,
            LeveringStatus.GEWEIGERD,
            LeveringStatus.BEVESTIGD,
            _ELDERS,
            _NAKIJKEN,
        }
    ),
    LeveringStatus.ONDERWEG: frozenset(
        {LeveringStatus.KLAAR, LeveringStatus.ONBEKEND, LeveringStatus.BEVESTIGD, _ELDERS, _NAKIJKEN}
    ),
    LeveringStatus.ONBEKEND: frozenset({LeveringStatus.ONDERWEG, LeveringStatus.GEWEIGERD, _ELDERS, _NAKIJKEN}),
    LeveringStatus.BEVESTIGD: frozenset({LeveringStatus.KLAAR, LeveringStatus.ONBEKEND, _ELDERS, _NAKIJKEN}),
    LeveringStatus.GEWEIGERD: frozenset({LeveringStatus.KLAAR, _ELDERS, _NAKIJKEN}),
    _ELDERS: frozenset(
        {
            LeveringStatus.ONDERWEG,
            LeveringStatus.GEWEIGERD,
            LeveringStatus.KLAAR,
            LeveringStatus.ONBEKEND,
            LeveringStatus.BEVESTIGD,
            _NAKIJKEN,
        }
    ),
    _NAKIJKEN: frozenset({LeveringStatus.KLAAR}),
}
"""From KLAAR to BEVESTIGD goes what was to be sent once more, when that is stopped before it went.

Three arrows of ELDERS_AFGELEVERD are for a link that is put back: what was delivered is right again.
"""


class Levering(MetVerloop, SchoolOwned, Base):
    """One result that has to reach the LAS: done when the confirmed version has caught up with the wanted one."""

    __tablename__ = "levering"
    OVERGANGEN = OVERGANGEN
    __table_args__ = (
        Index("ix_levering_due", "school_id", postgresql_where=text("bevestigd < versie AND status <> 'geweigerd'")),
        Index("ix_levering_nog_eens", "school_id", postgresql_where=text("nog_eens_op IS NOT NULL")),
        Index("ix_levering_geweigerd", "school_id", postgresql_where=text("status = 'geweigerd'")),
        Index("ix_levering_onderweg", "school_id", postgresql_where=text("status = 'onderweg'")),
        Index("ix_levering_elders_afgeleverd", "school_id", postgresql_where=text("status = 'elders_afgeleverd'")),
        Index("ix_levering_gewijzigd_op", "gewijzigd_op"),
    )

    resultaat_id: Mapped[ResultaatId] = mapped_column(ForeignKey("resultaat.id", ondelete="CASCADE"), primary_key=True)
    versie: Mapped[int]
    bevestigd: Mapped[int] = mapped_column(default=0)
    status: Mapped[LeveringStatus] = mapped_column(choice(LeveringStatus, "status"), default=LeveringStatus.KLAAR)
    pogingen: Mapped[int] = mapped_column(default=0)
    bevestigd_op: Mapped[datetime | None]
    score_in_las: Mapped[int | None]
    """The raw score of the last version that was confirmed, or the first where the LAS keeps that."""
    fout_code: Mapped[Foutcode | None] = mapped_column(foutcode("fout_code"))
    fout_eigenaar: Mapped[Owner | None] = mapped_column(choice(Owner, "fout_eigenaar"))
    fout_gegevens: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    fout: Mapped[Fout | None] = composite("fout_code", "fout_eigenaar", "fout_gegevens")
    """Why the LAS has not got it, while it is refused."""
    nog_eens_op: Mapped[datetime | None]
    """It goes once more after this moment: a worker that had it under way fell silent, and may have sent it late."""
    gewijzigd_op: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    resultaat: Mapped[Resultaat] = relationship()
    bezorgingen: Mapped[list[Bezorging]] = relationship(
        primaryjoin="foreign(Bezorging.resultaat_id) == Levering.resultaat_id", viewonly=True
    )

    @property
    def may_be_at_las(self) -> bool:
        """Whether the LAS has, or may have, the result at whichever leerling."""
        return any(bezorging.verwijderd_op is None for bezorging in self.bezorgingen)


TE_VERSTUREN = and_(
    Levering.bevestigd < Levering.versie, Levering.status.not_in((LeveringStatus.GEWEIGERD, LeveringStatus.NAKIJKEN))
)
"""What the LAS has still to get, and nobody has to act for first."""


_HAS_GONE = (LeveringStatus.BEVESTIGD, LeveringStatus.ONDERWEG, LeveringStatus.GEWEIGERD, LeveringStatus.NAKIJKEN)


def is_refused() -> ColumnElement[bool]:
    """The condition that a levering was refused and somebody can mend it: the school cannot for who has left."""
    can_be_mended = or_(Levering.fout_eigenaar.is_distinct_from(Owner.SCHOOL), Leerling.status == Lidmaatschap.ACTIEF)
    return and_(Levering.status == LeveringStatus.GEWEIGERD, can_be_mended)


def waits_for_link(gestart_op: InstrumentedAttribute[datetime | None] | datetime) -> ColumnElement[bool]:
    """The condition that a result waits because its leerling, who is here, has no number of the LAS."""
    return and_(
        Resultaat.genormeerd_op.is_not(None),
        or_(Levering.status.is_not(None), Resultaat.genormeerd_op >= gestart_op),
        func.coalesce(Levering.status.not_in(_HAS_GONE), true()),
        Leerling.las_key.is_(None),
        Leerling.status == Lidmaatschap.ACTIEF,
    )


class Bezorging(SchoolOwned, Base):
    """What the LAS has, or may have, under one resultaat/@key, and at which leerling. Written before it is sent.

    A result that has to go to another leerling goes under another key; the bezorging under the old one stays.
    """

    __tablename__ = "bezorging"
    __table_args__ = (
        Index(
            "ix_bezorging_te_verwijderen",
            "school_id",
            postgresql_where=text("elders_op IS NOT NULL AND verwijderd_op IS NULL"),
        ),
        Index("ix_bezorging_afwezig", "school_id", postgresql_where=text("aanwezig IS false")),
    )

    sleutel: Mapped[str] = mapped_column(UUID(as_uuid=False), primary_key=True)
    resultaat_id: Mapped[ResultaatId] = mapped_column(ForeignKey("resultaat.id", ondelete="CASCADE"), index=True)
    leerlingid: Mapped[str] = mapped_column(String(256))
    """The number of the LAS under which it went last, with the ECK iD that went along."""
    eckid: Mapped[str | None] = mapped_column(String(256))
    las_key: Mapped[str | None] = mapped_column(String(256))
    """The number that this leerling of the LAS has now; empty when the LAS knows them by ECK iD only."""
    aanwezig: Mapped[bool | None]
    """Whether the last aanlevering had this leerling; empty when it was not whole."""
    versie: Mapped[int] = mapped_column(default=0)
    """The version that was confirmed; zero while the LAS only may have it."""
    bevestigd_op: Mapped[datetime | None]
    elders_op: Mapped[datetime | None]
    """Since when it is known to stand at another leerling than the one whose result it is."""
    verwijderd_op: Mapped[datetime | None]
    verwijderd_door: Mapped[AccountId | None] = mapped_column(ForeignKey("account.id"))
    """Who said that it was removed in the LAS, which only a person can do."""

    resultaat: Mapped[Resultaat] = relationship()


TE_VERWIJDEREN = and_(Bezorging.elders_op.is_not(None), Bezorging.verwijderd_op.is_(None))
"""What a school still has to remove in the LAS by hand."""


class Uitkomst(StrEnum):
    """How one request ended."""

    BEGONNEN = "begonnen"
    BEVESTIGD = "bevestigd"
    GEWEIGERD = "geweigerd"
    NIET_VERZONDEN = "niet_verzonden"
    ONBEKEND = "onbekend"


class Verzending(SchoolOwned, Base):
    """One BrengLeerresultaten request, written down before it was sent."""

    __tablename__ = "verzending"
    __table_args__ = (Index("ix_verzending_begonnen_op", "begonnen_op", postgresql_using="brin"),)

    id: Mapped[VerzendingId] = mapped_column(primary_key=True)
    koppeling_id: Mapped[KoppelingId] = mapped_column(ForeignKey("koppeling.id"), index=True)
    claim: Mapped[str] = mapped_column(UUID(as_uuid=False))
    aantal: Mapped[int]
    aanmaakdatum: Mapped[datetime]
    begonnen_op: Mapped[datetime] = mapped_column(server_default=func.now())
    klaar_op: Mapped[datetime | None]
    uitkomst: Mapped[Uitkomst] = mapped_column(choice(Uitkomst, "uitkomst"), default=Uitkomst.BEGONNEN)
    fout_code: Mapped[Foutcode | None] = mapped_column(foutcode("fout_code"))
