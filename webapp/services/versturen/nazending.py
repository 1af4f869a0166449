"""Results of last school year that go after all: approved, put in line in a night, stopped.

A night sends what was normed since the koppeling began. What is older goes only when a person approved exactly that:
each line of a nazending names a result, its version and the number of its leerling in the LAS. A night that begins
afterwards makes leveringen of the lines that still are as they were approved, that nobody has a question about and
that the school does not keep here; from there on they are sent like any other. What changed in between does not go.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, literal, or_, select, true, update
from sqlalchemy.orm import Session

from webapp.db import count_changed, is_among
from webapp.errors import DomainError, NotAllowed
from webapp.models import (
    Bezorging,
    Daad,
    Koppeling,
    Leerling,
    Levering,
    LeveringStatus,
    Nacht,
    Nazending,
    Nazendregel,
    Resultaat,
)
from webapp.models.ids import AccountId, NazendingId, SchoolId
from webapp.models.koppeling import KoppelingAct
from webapp.models.nazending import WACHT
from webapp.schooljaar import previous_schooljaar
from webapp.services import audit, sloten
from webapp.services.clock import database_clock, database_now
from webapp.services.nachtrust import is_of_today, may_go
from webapp.services.versturen.aanbod import Keus, has_levering, is_in_las, offer
from webapp.services.versturen.leveringen import CannotSend, NotRunning
from webapp.services.zendkeuze import is_off
from webapp.uwlr.profiles import PROFILES


class NotTaken(CannotSend):
    """This LAS takes no results of another school year."""


class NothingChosen(CannotSend):
    """None of what was chosen can go."""


class ChangedMeanwhile(DomainError):
    """What would go is not what the page showed."""


def last_year(koppeling: Koppeling) -> str:
    """Return the school year before the one that the LAS of this koppeling is in."""
    assert koppeling.schooljaar is not None, "it was handed in"
    return previous_schooljaar(koppeling.schooljaar)


def is_taken(koppeling: Koppeling) -> bool | None:
    """Whether the LAS takes results of another school year; None when no school has tried it."""
    return PROFILES[koppeling.las_type].neemt_ander_schooljaar


def approve(
    session: Session,
    koppeling: Koppeling,
    *,
    toetsen: Collection[int],
    groepen: Collection[int],
    afdruk: str,
    door: AccountId,
    bereikt: str | None = None,
) -> int:
    """Write down exactly what goes in the nights to come; return how many results that is.

    Raise ChangedMeanwhile when it is anything else than the page with this `afdruk` showed.
    """
    sloten.koppeling(session, koppeling.id)
    must_be_offered(koppeling)
    assert koppeling.school_id is not None, "it runs"
    aanbod = offer(session, koppeling.school_id, last_year(koppeling)).of(toetsen, groepen)
    if aanbod.afdruk != afdruk:
        raise ChangedMeanwhile
    if not aanbod.gaat:
        raise NothingChosen
    nazending = Nazending(
        school_id=koppeling.school_id,
        koppeling_id=koppeling.id,
        schooljaar=aanbod.schooljaar,
        akkoord_op=database_clock(session),
        akkoord_door=door,
        bereikt=bereikt,
    )
    session.add(nazending)
    session.flush()
    session.add_all(_line(nazending, keus) for keus in aanbod.gaat)
    told = {"bereikt": bereikt} if bereikt else {}
    audit.about(
        session, Daad.NAZENDING_AKKOORD, koppeling, door=door, nazending=nazending.id,
        resultaten=len(aanbod.gaat), schooljaar=aanbod.schooljaar, **told,
    )  # fmt: skip
    return len(aanbod.gaat)


def must_be_offered(koppeling: Koppeling) -> None:
    """Raise NotRunning or NotTaken where no result of last year can go."""
    if not koppeling.mag(KoppelingAct.VERSTUREN):
        raise NotRunning
    if is_taken(koppeling) is False:
        raise NotTaken


def _line(nazending: Nazending, keus: Keus) -> Nazendregel:
    assert keus.leerlingid is not None, "a leerling who is linked"
    return Nazendregel(
        school_id=nazending.school_id,
        nazending_id=nazending.id,
        resultaat_id=keus.id,
        versie=keus.versie,
        leerlingid=keus.leerlingid,
    )


def put_in_line(session: Session, koppeling: Koppeling, *, by_hand: int | None = None) -> int:
    """In a night: make a levering of every approved result that is as it was approved. The caller holds the school.

    `by_hand`: of so many at most, also by day; but no sooner than a night after they were approved.
    """
    assert koppeling.school_id is not None, "it is being sent for"
    session.flush()
    is_night = Nacht.klaar_op.is_(None) if by_hand is None else true()
    columns = ["resultaat_id", "school_id", "versie", "bevestigd", "status", "pogingen"]
    klaar = literal(LeveringStatus.KLAAR, Levering.status.type)
    ready = (
        select(Resultaat.id, Resultaat.school_id, Resultaat.versie, literal(0), klaar, literal(0))
        .join(Nazendregel, Nazendregel.resultaat_id == Resultaat.id)
        .join(Nazending, Nazending.id == Nazendregel.nazending_id)
        .join(Resultaat.leerling)
        .where(
            Nazendregel.school_id == koppeling.school_id,
            WACHT,
            Nazending.koppeling_id == koppeling.id,
            exists().where(Nacht.begonnen_op > Nazending.akkoord_op, is_night),
            is_as_approved(),
            ~has_levering(),
            is_in_las(),
            ~is_off(Resultaat.school_id),
            ~is_of_today(Resultaat.school_id),
            may_go(Resultaat.school_id),
        )
        .distinct()
        .order_by(Resultaat.id)
        .limit(by_hand)
    )
    made = session.scalars(
        insert(Levering).from_select(columns, ready).returning(Levering.resultaat_id),
        execution_options={"synchronize_session": False},
    ).all()
    if made:
        session.execute(
            update(Nazendregel)
            .where(Nazendregel.school_id == koppeling.school_id, WACHT, is_among(Nazendregel.resultaat_id, made))
            .values(in_rij_op=func.clock_timestamp())
            .execution_options(synchronize_session=False)
        )
        audit.about(session, Daad.NAZENDING_IN_RIJ, koppeling, door=None, resultaten=len(made))
    return len(made)


def stop(session: Session, school_id: SchoolId, nazending_id: NazendingId, *, door: AccountId) -> int:
    """Keep here what has not gone: what the LAS has or may have stays as it is. Return how many; twice is once."""
    sloten.hold(session, school_id)
    nazending = find(session, school_id, nazending_id)
    if nazending.gestopt_op is not None:
        return 0
    nazending.gestopt_op, nazending.gestopt_door = database_now(session), door
    session.flush()
    mine = Nazendregel.nazending_id == nazending_id
    in_line = select(Nazendregel.resultaat_id).where(
        Nazendregel.school_id == school_id, mine, Nazendregel.in_rij_op.is_not(None)
    )
    back = session.scalars(
        delete(Levering)
        .where(Levering.school_id == school_id, Levering.resultaat_id.in_(in_line), _never_left())
        .returning(Levering.resultaat_id),
        execution_options={"synchronize_session": False},
    ).all()
    kept = count_changed(
        session,
        update(Nazendregel)
        .where(
            Nazendregel.school_id == school_id,
            mine,
            or_(Nazendregel.in_rij_op.is_(None), is_among(Nazendregel.resultaat_id, back)),
        )
        .values(gestopt_op=nazending.gestopt_op),
        Nazendregel.resultaat_id,
    )
    session.expire_all()
    about = f"koppeling {nazending.koppeling_id}"
    told = {"resultaten": kept, "nazending": nazending_id}
    audit.record(session, Daad.NAZENDING_GESTOPT, about, door=door, school_id=school_id, **told)
    return kept


def find(session: Session, school_id: SchoolId, nazending_id: NazendingId) -> Nazending:
    """Return a nazending of this school; raise NotAllowed for any other, as if it did not exist."""
    found = session.scalar(select(Nazending).where(Nazending.school_id == school_id, Nazending.id == nazending_id))
    if found is None:
        raise NotAllowed
    return found


def is_as_approved() -> ColumnElement[bool]:
    """The condition that it is the same score, and goes to the same leerling of the LAS."""
    return and_(
        Resultaat.genormeerd_op.is_not(None),
        Resultaat.versie == Nazendregel.versie,
        Leerling.las_key == Nazendregel.leerlingid,
    )


def _never_left() -> ColumnElement[bool]:
    """The condition that nothing of a levering can be at the LAS: the doubt was never written down, or taken away."""
    return and_(
        Levering.status == LeveringStatus.KLAAR,
        Levering.bevestigd == 0,
        Levering.pogingen == 0,
        ~exists().where(Bezorging.school_id == Levering.school_id, Bezorging.resultaat_id == Levering.resultaat_id),
    )
