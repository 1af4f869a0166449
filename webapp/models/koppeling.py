"""The koppeling of one school with its LAS, from aanvraag to every night."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from webapp.models.base import Base, MetVerloop, choice
from webapp.models.fout import Codes, Fout, Foutcode, Situatie, foutcode
from webapp.models.ids import KoppelingId, SchoolId
from webapp.models.school import School
from webapp.models.vastgehouden import Vorm
from webapp.uwlr.codes import FaultCode, Owner, Reden
from webapp.uwlr.diagnose import Bevinding, Proefcode

STOPS = (FaultCode.AUTORISATIE_ONGELDIG, Reden.ANDERE_SCHOOL, Reden.ANDERE_LOCATIE)
"""Faults after which the exchange waits for a person, once they are believed; the night skips such a school."""


class KoppelingStatus(StrEnum):
    """Where a koppeling stands; `services/koppeling/levensloop.py` has the acts that change it."""

    ONBEVESTIGD = "onbevestigd"
    """Asked, and the mailbox it names has not said yes: nobody works for it, and it falls away."""
    AANGEVRAAGD = "aangevraagd"
    OPENGEZET = "opengezet"
    INGEDIEND = "ingediend"
    AFGEWEZEN = "afgewezen"
    GOEDGEKEURD = "goedgekeurd"
    ACTIEF = "actief"
    GEPAUZEERD = "gepauzeerd"
    BEEINDIGD = "beeindigd"
    INGETROKKEN = "ingetrokken"


ENDED = frozenset({KoppelingStatus.BEEINDIGD, KoppelingStatus.INGETROKKEN})
"""Nothing follows; a school may have any number of these, and one other."""
BEFORE_APPROVAL = frozenset(
    {
        KoppelingStatus.ONBEVESTIGD,
        KoppelingStatus.AANGEVRAAGD,
        KoppelingStatus.OPENGEZET,
        KoppelingStatus.INGEDIEND,
        KoppelingStatus.AFGEWEZEN,
    }
)
RUNNING = frozenset({KoppelingStatus.GOEDGEKEURD, KoppelingStatus.ACTIEF})
"""While the nightly exchange works for the school."""


class KoppelingAct(StrEnum):
    """What can be done to a koppeling, in the order of the manual."""

    BEVESTIGEN = "bevestigen"
    VERBETEREN = "verbeteren"
    INTREKKEN = "intrekken"
    OPENZETTEN = "openzetten"
    HERINNEREN = "herinneren"
    NUMMERS_WISSEN = "nummers wissen"
    INDIENEN = "indienen"
    GOEDKEUREN = "goedkeuren"
    GOEDKEUREN_TERUGNEMEN = "goedkeuren terugnemen"
    AFWIJZEN = "afwijzen"
    OPHALEN = "ophalen"
    EERSTE_IMPORT = "eerste import"
    """Not a button: it happens when the first aanlevering has no open question left, or never had one."""
    VERSTUREN = "versturen"
    VRIJGEVEN = "vrijgeven"
    SLEUTEL_PROBEREN = "sleutel proberen"
    SLEUTEL_VRAGEN = "sleutel vragen"
    SLEUTEL_VERVANGEN = "sleutel vervangen"
    SCHOOLJAAR_WIJZIGEN = "schooljaar wijzigen"
    PAUZEREN = "pauzeren"
    PAUZE_WIJZIGEN = "pauze wijzigen"
    HERVATTEN = "hervatten"
    EINDE_VRAGEN = "einde vragen"
    BEEINDIGEN = "beëindigen"
    OPNIEUW_AANVRAGEN = "opnieuw aanvragen"
    """Of one that ended: it stays so, and a new aanvraag is made."""


MAG: dict[KoppelingAct, frozenset[KoppelingStatus]] = {
    KoppelingAct.BEVESTIGEN: frozenset({KoppelingStatus.ONBEVESTIGD}),
    KoppelingAct.VERBETEREN: BEFORE_APPROVAL,
    KoppelingAct.INTREKKEN: BEFORE_APPROVAL,
    KoppelingAct.OPENZETTEN: frozenset({KoppelingStatus.AANGEVRAAGD, KoppelingStatus.AFGEWEZEN}),
    KoppelingAct.HERINNEREN: frozenset({KoppelingStatus.OPENGEZET, KoppelingStatus.AFGEWEZEN}),
    KoppelingAct.NUMMERS_WISSEN: frozenset(
        {KoppelingStatus.OPENGEZET, KoppelingStatus.INGEDIEND, KoppelingStatus.AFGEWEZEN}
    ),
    KoppelingAct.INDIENEN: frozenset({KoppelingStatus.OPENGEZET, KoppelingStatus.AFGEWEZEN}),
    KoppelingAct.GOEDKEUREN: frozenset({KoppelingStatus.INGEDIEND}),
    KoppelingAct.GOEDKEUREN_TERUGNEMEN: frozenset({KoppelingStatus.GOEDGEKEURD}),
    KoppelingAct.AFWIJZEN: frozenset(
        {KoppelingStatus.AANGEVRAAGD, KoppelingStatus.OPENGEZET, KoppelingStatus.INGEDIEND}
    ),
    KoppelingAct.OPHALEN: RUNNING,
    KoppelingAct.EERSTE_IMPORT: frozenset({KoppelingStatus.GOEDGEKEURD}),
    KoppelingAct.VERSTUREN: RUNNING,
    KoppelingAct.VRIJGEVEN: RUNNING,
    KoppelingAct.SLEUTEL_VRAGEN: RUNNING,
    KoppelingAct.SLEUTEL_PROBEREN: RUNNING | {KoppelingStatus.INGEDIEND},
    KoppelingAct.SLEUTEL_VERVANGEN: RUNNING,
    KoppelingAct.SCHOOLJAAR_WIJZIGEN: RUNNING,
    KoppelingAct.PAUZEREN: RUNNING,
    KoppelingAct.PAUZE_WIJZIGEN: frozenset({KoppelingStatus.GEPAUZEERD}),
    KoppelingAct.HERVATTEN: frozenset({KoppelingStatus.GEPAUZEERD}),
    KoppelingAct.EINDE_VRAGEN: RUNNING | {KoppelingStatus.GEPAUZEERD},
    KoppelingAct.BEEINDIGEN: RUNNING | {KoppelingStatus.GEPAUZEERD},
    KoppelingAct.OPNIEUW_AANVRAGEN: ENDED,
}
"""In which states each of them may be done."""
LEIDT_NAAR: dict[KoppelingAct, frozenset[KoppelingStatus]] = {
    KoppelingAct.BEVESTIGEN: frozenset({KoppelingStatus.AANGEVRAAGD}),
    KoppelingAct.VERBETEREN: frozenset({KoppelingStatus.AANGEVRAAGD}),
    KoppelingAct.INTREKKEN: frozenset({KoppelingStatus.INGETROKKEN}),
    KoppelingAct.OPENZETTEN: frozenset({KoppelingStatus.OPENGEZET}),
    KoppelingAct.INDIENEN: frozenset({KoppelingStatus.INGEDIEND}),
    KoppelingAct.GOEDKEUREN: frozenset({KoppelingStatus.GOEDGEKEURD}),
    KoppelingAct.GOEDKEUREN_TERUGNEMEN: frozenset({KoppelingStatus.INGEDIEND}),
    KoppelingAct.AFWIJZEN: frozenset({KoppelingStatus.AFGEWEZEN}),
    KoppelingAct.EERSTE_IMPORT: frozenset({KoppelingStatus.ACTIEF}),
    KoppelingAct.PAUZEREN: frozenset({KoppelingStatus.GEPAUZEERD}),
    KoppelingAct.HERVATTEN: RUNNING,
    KoppelingAct.BEEINDIGEN: frozenset({KoppelingStatus.BEEINDIGD}),
}
"""Where it leads; the others leave the state as it is."""
OVERGANGEN: dict[KoppelingStatus | None, frozenset[KoppelingStatus]] = {
    None: frozenset({KoppelingStatus.ONBEVESTIGD}),
    **{
        van: frozenset().union(*(naar for handeling, naar in LEIDT_NAAR.items() if van in MAG[handeling])) - {van}
        for van in KoppelingStatus
    },
}
"""Which state follows which."""


class Afwijsreden(StrEnum):
    """Why an aanvraag is rejected; `woorden/koppeling.py` says it to the school."""

    BRIN = "brin"
    NIET_NAMENS_SCHOOL = "niet namens school"
    AL_GEKOPPELD = "al gekoppeld"
    ANDER_LAS = "ander las"
    SLEUTEL = "sleutel"


class LasType(StrEnum):
    """The administrations we can couple with; the name is the key of the UWLR profile."""

    PARNASSYS = "parnassys"


class Koppeling(MetVerloop, Base):
    """One koppeling. It carries its own work: what is due, and who is busy with it until when."""

    __tablename__ = "koppeling"
    OVERGANGEN = OVERGANGEN
    __table_args__ = (
        Index(
            "uq_koppeling_school_open",
            "school_id",
            unique=True,
            postgresql_where=text("status NOT IN ('beeindigd', 'ingetrokken')"),
        ),
        Index("ix_koppeling_brin", "brin", "vestiging"),
        Index("ix_koppeling_ophalen_op", "ophalen_op", postgresql_where=text("ophalen_op IS NOT NULL")),
        Index("ix_koppeling_zenden_op", "zenden_op", postgresql_where=text("zenden_op IS NOT NULL")),
    )

    id: Mapped[KoppelingId] = mapped_column(primary_key=True)
    school_id: Mapped[SchoolId | None] = mapped_column(ForeignKey("school.id"), index=True)
    """Empty until klantenservice has recognised the school. Anybody may ask for any BRIN, and several may: a school has
    one koppeling, a BRIN has none."""
    status: Mapped[KoppelingStatus] = mapped_column(choice(KoppelingStatus, "status"), index=True)
    schoolnaam: Mapped[str] = mapped_column(String(200))
    brin: Mapped[str] = mapped_column(String(4))
    vestiging: Mapped[str] = mapped_column(String(2), default="00")
    contact_naam: Mapped[str] = mapped_column(String(200))
    contact_email: Mapped[str] = mapped_column(String(255))
    las_type: Mapped[LasType] = mapped_column(choice(LasType, "las_type"), default=LasType.PARNASSYS)
    schooljaar: Mapped[str | None] = mapped_column(String(9))
    sleutel: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """The autorisatiesleutel, encrypted for this row (`webapp.crypto`); never shown again."""
    sleutel_merk: Mapped[str | None] = mapped_column(String(80), index=True)
    """Tells whether another koppeling has the same sleutel (`Keyring.mark`); empty where it was kept before that."""
    proef_op: Mapped[datetime | None]
    """When this sleutel was last tried in the LAS by a person: before it was stored, or again afterwards."""
    proef_gelukt: Mapped[bool | None]
    proef_code: Mapped[Proefcode | None] = mapped_column(Codes("proef_code", FaultCode, Reden, Bevinding))
    proef_gegevens: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """What was found with it, or what the sentence needs that says why not."""
    afwijsreden: Mapped[Afwijsreden | None] = mapped_column(choice(Afwijsreden, "afwijsreden"))
    reden_afwijzing: Mapped[str | None] = mapped_column(Text)
    """What klantenservice wrote beside it; of a rejection without a reason from the list, all of it."""
    afzender: Mapped[str | None] = mapped_column(String(32), index=True)
    """A fingerprint of who sent the aanvraag, to count how many they send."""
    herinnerd_op: Mapped[datetime | None]
    """When the school was last reminded of the state it is in."""

    aangevraagd_op: Mapped[datetime] = mapped_column(server_default=func.now())
    opengezet_op: Mapped[datetime | None]
    ingediend_op: Mapped[datetime | None]
    beslist_op: Mapped[datetime | None]
    gepauzeerd_op: Mapped[datetime | None]
    pauze_reden: Mapped[str | None] = mapped_column(String(500))
    """What klantenservice tells the school; a school needs no reason."""
    pauze_tot: Mapped[datetime | None] = mapped_column(index=True)
    """When it resumes by itself; empty for a pause that a person ends."""
    gepauzeerd_door_school: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Who paused may resume: a beheerder not what klantenservice stopped."""
    goedkeuring_teruggenomen_op: Mapped[datetime | None]
    """When an approval was last taken back: it is not approved by itself any more."""
    einde_gevraagd_op: Mapped[datetime | None]
    gestart_op: Mapped[datetime | None]
    """Moment of approval: results normed before it do not go to the LAS."""

    ophalen_op: Mapped[datetime | None]
    ophalen_claim: Mapped[str | None] = mapped_column(UUID(as_uuid=False))
    ophalen_claim_tot: Mapped[datetime | None]
    ophalen_pogingen: Mapped[int] = mapped_column(default=0)
    wacht_op_beurt_sinds: Mapped[datetime | None]
    """Since when nights pass over it, because they take so many schools of its LAS and no more."""
    opgehaald_op: Mapped[datetime | None]
    opgehaald_leerlingen: Mapped[int | None]
    ophaal_ms: Mapped[int | None]
    """How long the last fetch that was taken in took, the waiting for the LAS with it."""
    fout_code: Mapped[Foutcode | None] = mapped_column(foutcode("fout_code"))
    fout_eigenaar: Mapped[Owner | None] = mapped_column(choice(Owner, "fout_eigenaar"))
    fout_gegevens: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    fout: Mapped[Fout | None] = composite("fout_code", "fout_eigenaar", "fout_gegevens")
    """Why the last fetch brought nothing."""
    gewerkt_op: Mapped[datetime | None]
    """When the LAS last took this key: a fetch or results. Empty for a key that never worked."""
    antwoord_gemaakt_op: Mapped[datetime | None]
    """When the LAS made the last answer that was taken in, by its own word; not after the moment it came in."""
    antwoord_gezien_op: Mapped[datetime | None]
    """When an answer with that moment first came in; empty when the moment never changes, which judges nothing."""
    antwoord_schooljaar: Mapped[str | None] = mapped_column(String(9))
    vorm: Mapped[Vorm] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    """What an aanlevering is compared with (`services/inname/ongewoon.py`)."""
    merk: Mapped[str | None] = mapped_column(String(64))
    """Of the last aanlevering, if nothing at all came of it (`services/inname/merk.py`)."""
    elders_leerlingen: Mapped[int | None]
    """How many leerlingen of the last answer were left out, because they are at another location; empty for none."""
    elders_groepen: Mapped[int | None]
    elders_leerkrachten: Mapped[int | None]
    """How many of the last answer belong to those only, and were left out too."""
    elders_sinds: Mapped[datetime | None]
    ophalen_twijfel: Mapped[datetime | None]
    """Since when the LAS refuses fetches, with nothing good between."""
    zenden_twijfel: Mapped[datetime | None]
    """The same for results."""

    zenden_op: Mapped[datetime | None]
    zenden_claim: Mapped[str | None] = mapped_column(UUID(as_uuid=False))
    zenden_claim_tot: Mapped[datetime | None]
    zenden_pogingen: Mapped[int] = mapped_column(default=0)
    niet_voor: Mapped[datetime | None]
    """No request may start before this moment: the LAS may still be busy with an unsure one."""
    minuut_sinds: Mapped[datetime | None]
    """Since when results wait that were normed to go within a minute; empty when none do."""
    laatste_aanmaakdatum: Mapped[datetime | None]
    zend_fout_code: Mapped[Foutcode | None] = mapped_column(foutcode("zend_fout_code"))
    zend_fout_eigenaar: Mapped[Owner | None] = mapped_column(choice(Owner, "zend_fout_eigenaar"))
    zend_fout_gegevens: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    zend_fout: Mapped[Fout | None] = composite("zend_fout_code", "zend_fout_eigenaar", "zend_fout_gegevens")
    """Why the last message did not arrive."""

    school: Mapped[School | None] = relationship()

    @property
    def identity(self) -> str:
        """What the encrypted sleutel is bound to: this row and this school, so a copied ciphertext is worthless."""
        return f"koppeling:{self.id}:{self.brin}{self.vestiging}"

    @property
    def stil_sinds(self) -> datetime | None:
        """Since when the school is the one to act; nothing when it is not, or when there is no school yet."""
        if self.school_id is None or not self.mag(KoppelingAct.HERINNEREN):
            return None
        return self.opengezet_op if self.status is KoppelingStatus.OPENGEZET else self.beslist_op

    @property
    def foutcodes(self) -> frozenset[Foutcode]:
        """What is wrong at this moment, with fetching and with sending."""
        return frozenset(code for code in (self.fout_code, self.zend_fout_code) if code is not None)

    @property
    def sleutel_fout(self) -> Fout | None:
        """The refusal of the sleutel, when the LAS refused it the last time."""
        faults = [fout for fout in (self.fout, self.zend_fout) if fout is not None]
        return next((fout for fout in faults if fout.is_sleutel_geweigerd), None)

    @property
    def is_sleutel_geweigerd(self) -> bool:
        """Whether the LAS refused the sleutel the last time, so that the school must fill in another one."""
        return self.sleutel_fout is not None

    @property
    def is_gestopt(self) -> bool:
        """Whether the exchange waits for a person, so that no night takes it up."""
        return self.fout is not None and self.fout.code in STOPS and self.fout.situatie is not Situatie.TWIJFEL

    def mag(self, handeling: KoppelingAct) -> bool:
        """Whether this may be done in the state the koppeling is in."""
        return self.status in MAG[handeling]

    @property
    def is_running(self) -> bool:
        """Whether the nightly exchange works for this school."""
        return self.status in RUNNING

    def __str__(self) -> str:
        return f"{self.schoolnaam} ({self.brin})"
