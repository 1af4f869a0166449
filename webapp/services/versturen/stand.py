"""How sending stands for a school, and how its last sending went."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Integer, func, select
from sqlalchemy.orm import Session

from webapp.models import (
    Audit,
    Daad,
    Koppeling,
    KoppelingStatus,
    Levering,
    LeveringStatus,
    Schakelaar,
    Uitkomst,
    Verzending,
    Werk,
)
from webapp.models.fout import Fout
from webapp.models.ids import SchoolId
from webapp.services import schakelaars, zekering, zendkeuze
from webapp.services.versturen import leveringen, minuut
from webapp.services.zendkeuze import Uit
from webapp.uwlr.codes import Owner


class Zending(StrEnum):
    """How sending stands for one school."""

    UIT = "uit"
    UITGEZET = "uitgezet"
    """By the school itself."""
    GEPAUZEERD = "gepauzeerd"
    GESTOPT = "gestopt"
    BEZIG = "bezig"
    WACHT = "wacht"
    NACHT = "nacht"
    MINUUT = "minuut"
    """Shortly after the last norming: by the clock, or when there is room at the LAS."""
    NIETS = "niets"
    STILGEZET = "stilgezet"
    LAS_GEPAUZEERD = "las_gepauzeerd"


@dataclass(frozen=True)
class Verzendstand:
    """How sending stands, how much waits, and from when it goes on."""

    stand: Zending
    klaar: int
    vanaf: datetime | None = None
    fout: Fout | None = None
    schakelaar: Schakelaar | None = None
    """Why it waits, when it was switched off."""
    uit: Uit | None = None
    """By whom and since when, where the school itself sends nothing."""
    wachten: int = 0
    """How many cannot go yet while nothing else can: their leerling is not linked, or their year has not begun."""
    wacht_op_beurt: bool = False
    """Whether nights pass over this school for now, so that it may not be the coming one."""
    binnen_minuut: bool = False
    """Whether what is normed goes within a minute."""
    koelt_af: bool = False
    """Whether it waits because the LAS may still be busy with the last message."""
    is_druk: bool = False
    """Whether it waits because so many schools send to this LAS at once."""


def verzendstand(session: Session, koppeling: Koppeling | None, now: datetime) -> Verzendstand:
    """Say whether results of this school are being sent, wait, or are stopped, and for whom."""
    if koppeling is None or koppeling.school_id is None or not koppeling.is_running:
        is_paused = koppeling is not None and koppeling.status is KoppelingStatus.GEPAUZEERD
        return Verzendstand(Zending.GEPAUZEERD if is_paused else Zending.UIT, 0)
    klaar = leveringen.count_sendable(session, koppeling.school_id)
    fout = koppeling.zend_fout
    if fout is not None and (koppeling.zenden_op is None or fout.eigenaar is Owner.SCHOOL):
        return Verzendstand(Zending.GESTOPT, klaar, None, fout)
    uit = zendkeuze.of_school(session, koppeling.school_id).alles_uit
    if uit is not None:
        return Verzendstand(Zending.UITGEZET, 0, uit=uit)
    is_busy = koppeling.zenden_claim is not None and koppeling.zenden_claim_tot is not None
    if not is_busy:
        schakelaar = schakelaars.longest(session, Werk.VERSTUREN, koppeling.las_type)
        if schakelaar is not None:
            return Verzendstand(Zending.STILGEZET, klaar, None, None, schakelaar)
        if klaar and zekering.of_las(session, koppeling.las_type) is not None:
            return Verzendstand(Zending.LAS_GEPAUZEERD, klaar)
    wachten = 0 if klaar else _count_waiting(session, koppeling.school_id)
    is_minuut = minuut.is_on(session, koppeling.school_id)
    niets = Verzendstand(Zending.NIETS, klaar, wachten=wachten, binnen_minuut=is_minuut)
    if koppeling.zenden_op is None:
        wacht = koppeling.wacht_op_beurt_sinds is not None
        return replace(niets, stand=Zending.NACHT, wacht_op_beurt=wacht) if klaar else niets
    vanaf = max(koppeling.zenden_op, koppeling.niet_voor or koppeling.zenden_op)
    if is_busy or vanaf <= now:
        return Verzendstand(Zending.BEZIG, klaar)
    if not klaar and fout is None:
        return niets
    if fout is None and koppeling.minuut_sinds is not None:
        is_druk = vanaf > now + minuut.WACHT
        return replace(niets, stand=Zending.MINUUT, vanaf=vanaf, is_druk=is_druk)
    koelt_af = koppeling.niet_voor is not None and koppeling.niet_voor > now
    return Verzendstand(Zending.WACHT, klaar, vanaf, fout, koelt_af=koelt_af)


def _count_waiting(session: Session, school_id: SchoolId) -> int:
    query = select(func.count()).where(Levering.school_id == school_id, Levering.status == LeveringStatus.KLAAR)
    return session.scalar(query) or 0


@dataclass(frozen=True)
class Laatste:
    """The last sending: all messages of one go, and what became of the results in them."""

    op: datetime
    aangekomen: int
    geweigerd: int
    zonder_antwoord: int
    """Also while it goes on."""

    @property
    def gestuurd(self) -> int:
        return self.aangekomen + self.geweigerd + self.zonder_antwoord


def laatste(session: Session, koppeling: Koppeling | None) -> Laatste | None:
    """Count what was sent last. A refused message is cut in parts: what was refused is counted where it was found."""
    if koppeling is None or koppeling.school_id is None:
        return None
    school_id, of_koppeling = koppeling.school_id, Verzending.koppeling_id == koppeling.id
    newest = select(Verzending.claim).where(Verzending.school_id == school_id, of_koppeling)
    berichten = session.execute(
        select(Verzending.id, Verzending.uitkomst, Verzending.aantal, Verzending.begonnen_op)
        .where(Verzending.school_id == school_id, of_koppeling)
        .where(Verzending.claim == newest.order_by(Verzending.id.desc()).limit(1).scalar_subquery())
        .order_by(Verzending.id)
    ).all()
    if not berichten:
        return None
    refused = select(func.sum(Audit.tellingen["resultaten"].astext.cast(Integer))).where(
        Audit.school_id == school_id,
        Audit.op >= berichten[0].begonnen_op,
        Audit.actie == Daad.RESULTATEN_GEWEIGERD,
        Audit.object.in_([f"verzending {bericht.id}" for bericht in berichten]),
    )

    def count(*uitkomsten: Uitkomst) -> int:
        return sum(bericht.aantal for bericht in berichten if bericht.uitkomst in uitkomsten)

    return Laatste(
        berichten[0].begonnen_op,
        count(Uitkomst.BEVESTIGD),
        session.scalar(refused) or 0,
        count(Uitkomst.ONBEKEND, Uitkomst.BEGONNEN),
    )
