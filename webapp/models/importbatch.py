"""One aanlevering of the LAS that changes something: what came, what is proposed, what was chosen."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol, TypedDict

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, UniqueConstraint, and_, exists, func, or_, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column, relationship

from webapp.models.base import Base, MetVerloop, SchoolOwned, choice
from webapp.models.ids import AccountId, BatchId, KoppelingId, LeerlingId, RegelId, SchoolId
from webapp.models.leerlinggegevens import Leerling, Soort
from webapp.models.vastgehouden import (
    NOTHING_TAKEN_IN,
    Bevestigd,
    Geparkeerd,
    Vastgehouden,
    parts,
    topic,
    weight,
)


class BatchStatus(StrEnum):
    """Where an aanlevering stands; at most one per school is open."""

    AUTOMATISCH_VERWERKT = "automatisch_verwerkt"
    WACHT_OP_CONTROLE = "wacht_op_controle"
    VASTGEHOUDEN = "vastgehouden"
    VERWERKT = "verwerkt"
    VERVANGEN = "vervangen"
    """A newer one took over; or none did, because the koppeling ended: then `verwerkt_op` says when."""
    TERUGGEDRAAID = "teruggedraaid"
    """Imported, and undone; `verwerkt_op` still says when it was imported."""


OPEN = frozenset({BatchStatus.WACHT_OP_CONTROLE, BatchStatus.VASTGEHOUDEN})
WRITTEN = frozenset({BatchStatus.AUTOMATISCH_VERWERKT, BatchStatus.VERWERKT})
IMPORTED = frozenset({BatchStatus.VERWERKT, BatchStatus.TERUGGEDRAAID})


OVERGANGEN: dict[BatchStatus | None, frozenset[BatchStatus]] = {
    None: frozenset({BatchStatus.AUTOMATISCH_VERWERKT, BatchStatus.WACHT_OP_CONTROLE, BatchStatus.VASTGEHOUDEN}),
    BatchStatus.AUTOMATISCH_VERWERKT: frozenset(),
    BatchStatus.WACHT_OP_CONTROLE: frozenset({BatchStatus.VERWERKT, BatchStatus.VERVANGEN, BatchStatus.VASTGEHOUDEN}),
    BatchStatus.VASTGEHOUDEN: frozenset({BatchStatus.WACHT_OP_CONTROLE, BatchStatus.VERWERKT, BatchStatus.VERVANGEN}),
    BatchStatus.VERWERKT: frozenset({BatchStatus.TERUGGEDRAAID}),
    BatchStatus.TERUGGEDRAAID: frozenset(),
    BatchStatus.VERVANGEN: frozenset(),
}


class Zekerheid(StrEnum):
    """What matching thought of a record; the same words as `webapp.matching`."""

    ZEKER = "zeker"
    TWIJFEL = "twijfel"
    NIEUW = "nieuw"


class Keuze(StrEnum):
    """The three categories of the review."""

    NIEUW = "nieuw"
    KOPPEL = "koppel"
    NIET = "niet"


class Voorgesteld(TypedDict):
    """One of our records that a line may be about, as it is kept with the line."""

    id: int
    redenen: list[str]


class Ruil(TypedDict):
    """A line that is one question with others, because the LAS exchanged who they are; as it is kept with the line."""

    naam: int
    """Our record that is called like it."""
    nummer: int
    """Our record that has its identifier."""
    wat: list[str]
    """Which identifiers point there: `las_key`, `eckid`."""


class Overgegaan(TypedDict):
    """What the turn of a school year came to, as it is kept with the batch."""

    was: str
    """The school year before it."""
    vertrokken: int
    jaargroep: str | None
    """Which they left from, where that is one number."""
    hoger: int
    nieuw: int


class Opgevallen(TypedDict):
    """A warning of the aanlevering, as it is kept with the batch; `webapp.uwlr.warnings` says it."""

    soort: str
    onderdeel: str
    detail: str | None
    aantal: int


class Importbatch(MetVerloop, SchoolOwned, Base):
    """An aanlevering under review or done. `rev` rises with every choice, so that a stale page cannot decide."""

    __tablename__ = "importbatch"
    OVERGANGEN = OVERGANGEN
    __table_args__ = (
        Index(
            "uq_importbatch_open",
            "school_id",
            unique=True,
            postgresql_where=text("status IN ('wacht_op_controle', 'vastgehouden')"),
        ),
    )

    id: Mapped[BatchId] = mapped_column(primary_key=True)
    koppeling_id: Mapped[KoppelingId] = mapped_column(ForeignKey("koppeling.id"), index=True)
    status: Mapped[BatchStatus] = mapped_column(choice(BatchStatus, "status"))
    schooljaar: Mapped[str] = mapped_column(String(9))
    vingerafdruk: Mapped[str] = mapped_column(String(64))
    """sha256 over the rows: the same questions tomorrow keep this batch and send no second mail."""
    rev: Mapped[int] = mapped_column(default=0)
    tellingen: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """Counts per soort, and warnings: read it through `counted` and `waarschuwingen`."""
    vastgehouden: Mapped[dict[str, Vastgehouden]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    """What is held until a beheerder says that it is right: by kind who seems to have left (read it through `held`),
    and by `topic` what else is unusual (read it through `ongewoon`)."""
    vastgehouden_op: Mapped[datetime | None]
    """Since when, also when a newer aanlevering took it over."""
    geparkeerd: Mapped[Geparkeerd | None] = mapped_column(JSONB(none_as_null=True))
    """Whose departure a beheerder confirmed."""
    bevestigd: Mapped[dict[str, Bevestigd]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    """What else of it a beheerder said is right, by `topic`."""
    vervangen_door_id: Mapped[BatchId | None] = mapped_column(ForeignKey("importbatch.id"))
    vervolg_van_id: Mapped[BatchId | None] = mapped_column(ForeignKey("importbatch.id"))
    """The import that left these lines behind, because they had no answer yet."""
    opgehaald_op: Mapped[datetime]
    gemaild_op: Mapped[datetime | None]
    herinneren_op: Mapped[datetime] = mapped_column(server_default=func.now())
    """When to look whether a mail about it is due, while it is open."""
    verwerkt_op: Mapped[datetime | None]
    verwerkt_door: Mapped[AccountId | None] = mapped_column(ForeignKey("account.id"))

    regels: Mapped[list[Importregel]] = relationship(
        back_populates="batch", order_by="Importregel.id", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    def held(self, soort: Soort) -> list[int]:
        """Ids of our records of a kind that seem to have left, and wait for a beheerder to say so."""
        return self.vastgehouden[soort]["ids"] if soort in self.vastgehouden else []

    @property
    def verdwenen(self) -> dict[Soort, int]:
        """How many seem to have left, leerlingen first; groepen count when only they did, else they go along."""
        numbers: dict[Soort, int] = {soort: len(self.held(soort)) for soort in reversed(Soort) if self.held(soort)}
        if len(numbers) > 1:
            numbers.pop(Soort.GROEP, None)
        return numbers

    @property
    def ongewoon(self) -> dict[str, Vastgehouden]:
        """What is held beside departures, by topic, the heaviest first."""
        topics = sorted((key for key in self.vastgehouden if key not in set(Soort)), key=weight)
        return {key: self.vastgehouden[key] for key in topics}

    @property
    def onderwerpen(self) -> dict[str, int]:
        """All that is held, and how many records each is about: departures by kind, the rest by topic."""
        others = {key: each["aantal"] for key, each in self.ongewoon.items()}
        first = {key: number for key, number in others.items() if parts(key)[0] in NOTHING_TAKEN_IN}
        return {**first, **{str(soort): number for soort, number in self.verdwenen.items()}, **others}

    @property
    def waarschuwingen(self) -> list[Opgevallen]:
        """What was odd in the aanlevering, and how often."""
        found: list[Opgevallen] = self.tellingen.get("waarschuwingen", [])
        return found

    @property
    def overgegaan(self) -> Overgegaan | None:
        """What it came to, when it was the turn of the school year."""
        found: Overgegaan | None = self.tellingen.get("overgang")
        return found

    @property
    def hernummerd(self) -> int:
        """How many leerlingen had another number, when the LAS made all of them anew and nothing was asked."""
        number: int = self.tellingen.get("hernummerd", {}).get(Soort.LEERLING, 0)
        return number

    def counted(self, *names: str) -> int:
        """How many records of the three kinds together were one of these: `ongewijzigd`, `automatisch`, ..."""
        return sum(self.tellingen.get(soort, {}).get(name, 0) for soort in Soort for name in names)


class _Regel(Protocol):
    """What a line has, kept or not."""

    @property
    def keuze(self) -> Keuze | None: ...
    @property
    def doel_id(self) -> int | None: ...
    @property
    def toegepast_id(self) -> int | None: ...
    @property
    def naam(self) -> str | None: ...
    @property
    def achternaam(self) -> str | None: ...
    @property
    def voorvoegsel(self) -> str | None: ...
    @property
    def roepnaam(self) -> str | None: ...


class Regelvragen:
    """What can be asked of a line, kept (`Importregel`) or not (`Regel`)."""

    __slots__ = ()

    @property
    def is_vraag(self: _Regel) -> bool:
        """Whether somebody still has to answer; an import leaves such a line for later."""
        return self.keuze is None

    @property
    def is_work(self: _Regel) -> bool:
        """Whether the import changes something for it: a link that was made already and stays is no work."""
        return self.toegepast_id is None or self.keuze is not Keuze.KOPPEL or self.doel_id != self.toegepast_id

    @property
    def weergavenaam(self: _Regel) -> str:
        """The name as a person reads it."""
        parts = (self.roepnaam, self.voorvoegsel, self.achternaam)
        return self.naam or " ".join(part for part in parts if part)


class Importregel(Regelvragen, SchoolOwned, Base):
    """One record of an aanlevering that is new, doubtful or changed."""

    __tablename__ = "importregel"
    __table_args__ = (Index("ix_importregel_batch_soort", "batch_id", "soort"),)

    id: Mapped[RegelId] = mapped_column(primary_key=True)
    batch_id: Mapped[BatchId] = mapped_column(ForeignKey("importbatch.id", ondelete="CASCADE"))
    soort: Mapped[Soort] = mapped_column(choice(Soort, "soort"))
    las_key: Mapped[str | None] = mapped_column(String(256))
    eckid: Mapped[str | None] = mapped_column(String(256))
    naam: Mapped[str | None] = mapped_column(String(64))
    """Name of a groep; people have the fields below."""
    achternaam: Mapped[str | None] = mapped_column(String(200))
    voorvoegsel: Mapped[str | None] = mapped_column(String(32))
    roepnaam: Mapped[str | None] = mapped_column(String(64))
    geboortedatum: Mapped[date | None]
    geslacht: Mapped[str | None] = mapped_column(String(1))
    jaargroep: Mapped[str | None] = mapped_column(String(2))
    email: Mapped[str | None] = mapped_column(String(256))
    email_ingevuld: Mapped[str | None] = mapped_column(String(256))
    """Typed by a beheerder, where the LAS sends none."""
    groep_keys: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)

    voorstel: Mapped[Zekerheid] = mapped_column(choice(Zekerheid, "voorstel"))
    matchregel: Mapped[str] = mapped_column(String(64))
    """Code of the rule of matching that linked, or of the veto that stopped a link."""
    redenen: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    """Codes of how it compares with the one linked, or with the best candidate; `webapp.matching.words` says them."""
    kandidaten: Mapped[list[Voorgesteld]] = mapped_column(JSONB, default=list)
    """Ranked."""
    ruil: Mapped[Ruil | None] = mapped_column(JSONB(none_as_null=True))
    """With whom it is exchanged; `webapp.services.vragen` finds the other line of the same question."""

    keuze: Mapped[Keuze | None] = mapped_column(choice(Keuze, "keuze"))
    """Empty while a doubt waits for an answer."""
    doel_id: Mapped[int | None]
    """Our record that it is, or will be, linked with."""
    toegepast_id: Mapped[int | None]
    """Our record that was linked at once because the match was certain."""
    via_groep: Mapped[bool] = mapped_column(default=False)
    """Left out because its groep is; comes back with it."""
    eerdere_keuze: Mapped[Keuze | None] = mapped_column(choice(Keuze, "eerdere_keuze"))
    """What it was before its groep was left out, or before another took the record that it was linked with."""
    gekozen_door: Mapped[AccountId | None] = mapped_column(ForeignKey("account.id"))
    gekozen_op: Mapped[datetime | None]
    later_door: Mapped[AccountId | None] = mapped_column(ForeignKey("account.id"))
    later_op: Mapped[datetime | None]
    """When somebody put the question aside; an answer takes that away."""
    gevraagd_op: Mapped[datetime] = mapped_column(server_default=func.now())
    """Since when it waits, also in the aanlevering that took over."""
    gemaild_op: Mapped[datetime | None]
    """Since when a mail asks for it."""
    herinnerd: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """How many of the three reminders it had."""
    wissen_op: Mapped[datetime | None]
    """From when on what it says of a person goes; announced at least a week before."""
    gewist_op: Mapped[datetime | None]
    """When that went. Our own numbers and how the fields compared stay."""

    batch: Mapped[Importbatch] = relationship(back_populates="regels")


IS_WORK = or_(
    Importregel.toegepast_id.is_(None),
    Importregel.keuze.is_distinct_from(Keuze.KOPPEL),
    Importregel.doel_id.is_distinct_from(Importregel.toegepast_id),
)
"""The same in SQL."""


class Besluit(SchoolOwned, Base):
    """Proof that a batch was written, once: a second click finds this row instead of writing again."""

    __tablename__ = "besluit"
    __table_args__ = (UniqueConstraint("batch_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[BatchId] = mapped_column(ForeignKey("importbatch.id"))
    door: Mapped[AccountId] = mapped_column(ForeignKey("account.id"))
    op: Mapped[datetime] = mapped_column(server_default=func.now())
    tellingen: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)


def not_asked_about(school_id: InstrumentedAttribute[SchoolId]) -> ColumnElement[bool]:
    """The condition that no answer about a leerling waits to be given, or to be imported.

    A LAS may give a key to another child, and a person may give a leerling to another line: no result goes before the
    import. Nor of whom the LAS does not send, while a question may mean them: the number that we have is not theirs any
    more. Four conditions, and not one with `or`: so the database can look each up.
    """
    to_do = (
        Importbatch.school_id == school_id,
        Importbatch.status.in_(OPEN),
        Importregel.school_id == school_id,
        Importregel.batch_id == Importbatch.id,
        Importregel.soort == Soort.LEERLING,
        IS_WORK,
    )
    is_about = (
        Importregel.las_key == Leerling.las_key,
        Importregel.eckid == Leerling.eckid,
        Importregel.toegepast_id == Leerling.id,
        Importregel.doel_id == Leerling.id,
    )
    return and_(Leerling.afwezig_sinds.is_(None), *(~exists().where(*to_do, each) for each in is_about))


def is_held(
    leerling_id: InstrumentedAttribute[LeerlingId], school_id: InstrumentedAttribute[SchoolId]
) -> ColumnElement[bool]:
    """The condition that no result of a leerling may go before a beheerder has answered.

    They seem to have left the LAS; or it has them under another key or another name, so that a result might arrive at
    another child.
    """
    topics = (str(Soort.LEERLING), *(topic(wat, Soort.LEERLING) for wat in NOTHING_TAKEN_IN))
    return exists().where(
        Importbatch.school_id == school_id,
        Importbatch.status == BatchStatus.VASTGEHOUDEN,
        or_(*(Importbatch.vastgehouden[key]["ids"].contains(func.to_jsonb(leerling_id)) for key in topics)),
    )
