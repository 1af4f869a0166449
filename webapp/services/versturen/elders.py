"""What stands in the LAS at another leerling than the one whose result it is: the school removes it there by hand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, contains_eager

from webapp.errors import DomainError
from webapp.models import Bezorging, Daad, Importregel, Leerling, Resultaat, Soort, Toets
from webapp.models.ids import AccountId, LeerlingId, SchoolId
from webapp.models.levering import TE_VERWIJDEREN
from webapp.services import audit, sloten
from webapp.services.clock import database_now
from webapp.services.versturen import bezorging as bezorgingen


class NotElsewhere(DomainError):
    """There is nothing to remove under this key."""


@dataclass(frozen=True)
class TeVerwijderen:
    """One result to remove in the LAS."""

    bezorging: Bezorging
    nummer: str
    """Of the leerling in the LAS at whom it stands."""
    naam: str | None
    """That leerling, as far as the school knows them here."""


def te_verwijderen(session: Session, school_id: SchoolId) -> list[TeVerwijderen]:
    """Return what has to be removed in the LAS, per leerling there; with result, test and our own leerling."""
    return _stands(session, school_id, TE_VERWIJDEREN)


def of_leerling(session: Session, school_id: SchoolId, leerling_id: LeerlingId) -> list[TeVerwijderen]:
    """Return all that stands in the LAS, or may, of one of our leerlingen, under whatever number."""
    return _stands(session, school_id, Resultaat.leerling_id == leerling_id, Bezorging.verwijderd_op.is_(None))


def _stands(session: Session, school_id: SchoolId, *where: ColumnElement[bool]) -> list[TeVerwijderen]:
    found = session.scalars(
        select(Bezorging)
        .join(Bezorging.resultaat)
        .join(Resultaat.leerling)
        .join(Resultaat.toets)
        .where(Bezorging.school_id == school_id, *where)
        .order_by(Bezorging.leerlingid, Toets.naam, Resultaat.afnamedatum, Bezorging.sleutel)
        .options(
            contains_eager(Bezorging.resultaat).options(
                contains_eager(Resultaat.leerling), contains_eager(Resultaat.toets)
            )
        )
    ).all()
    nummers = {bezorging.sleutel: bezorging.las_key or bezorging.leerlingid for bezorging in found}
    namen = _names(session, school_id, set(nummers.values()))
    return [TeVerwijderen(each, nummers[each.sleutel], namen.get(nummers[each.sleutel])) for each in found]


def removed(session: Session, school_id: SchoolId, sleutel: UUID, *, door: AccountId) -> None:
    """Keep that somebody removed this result in the LAS. Twice is once; raise NotElsewhere when it stands right."""
    sloten.hold(session, school_id)
    bezorging = session.scalar(
        select(Bezorging)
        .where(Bezorging.school_id == school_id, Bezorging.sleutel == str(sleutel))
        .execution_options(populate_existing=True)
    )
    if bezorging is None or bezorging.elders_op is None:
        raise NotElsewhere
    if bezorging.verwijderd_op is not None:
        return
    bezorging.verwijderd_op, bezorging.verwijderd_door = database_now(session), door
    audit.record(
        session,
        Daad.ELDERS_VERWIJDERD,
        f"resultaat {bezorging.resultaat_id}",
        door=door,
        school_id=school_id,
        resultaten=1,
    )
    bezorgingen.follow_links(session, school_id)


def _names(session: Session, school_id: SchoolId, nummers: Collection[str]) -> dict[str, str]:
    """The names of leerlingen of the LAS: of ours that is linked with them, else as an aanlevering had them."""
    asked = session.scalars(
        select(Importregel)
        .where(
            Importregel.school_id == school_id, Importregel.soort == Soort.LEERLING, Importregel.las_key.in_(nummers)
        )
        .order_by(Importregel.id)
    )
    linked = session.scalars(select(Leerling).where(Leerling.school_id == school_id, Leerling.las_key.in_(nummers)))
    return {
        **{regel.las_key: regel.weergavenaam for regel in asked if regel.las_key},
        **{leerling.las_key: leerling.naam for leerling in linked if leerling.las_key},
    }
