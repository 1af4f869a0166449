"""Looking up who and what a school has, by what a person types: every kind at once, the most alike first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.errors import DomainError, NotAllowed
from webapp.matching.folding import words
from webapp.models import Soort
from webapp.models.ids import GroepId, LeerlingId, SchoolId
from webapp.services.inname import dubbel
from webapp.services.inname.soorten import KINDS, AnyKind, Doel


class Merged(DomainError):
    """This leerling was merged with another since, whose page this is now."""


@dataclass(frozen=True, slots=True)
class Treffers:
    """What was found of one kind."""

    kind: AnyKind
    doelen: Sequence[Doel]
    """The most alike first, and no more than fit on a page."""
    aantal: int
    """How many fit altogether."""


def look_up(session: Session, school_id: SchoolId, text: str, *, groepen: Collection[GroepId] | None) -> list[Treffers]:
    """Return what fits, the kind with the best fit first; `groepen` holds those that the reader may see, None all."""
    if not words(text):
        return []
    found = [(kind, kind.look_up(session, school_id, text, groepen)) for kind in [*KINDS.values()][::-1]]
    ranked = sorted(found, key=lambda pair: -pair[1].gelijkenis)
    return [Treffers(kind, each.doelen, each.aantal) for kind, each in ranked if each.aantal]


def kind_of(soort: str) -> AnyKind:
    """Return the kind of this name in an address; raise NotAllowed where there is none."""
    kind = {str(kind.soort): kind for kind in KINDS.values()}.get(soort)
    if kind is None:
        raise NotAllowed
    return kind


def get(
    session: Session, school_id: SchoolId, soort: str, id_: int, *, groepen: Collection[GroepId] | None
) -> tuple[AnyKind, Doel]:
    """Return a record of this school that the reader may see; raise NotAllowed for another, Merged for an old page."""
    kind = kind_of(soort)
    doel = kind.find(session, school_id, [id_], groepen=groepen).get(id_)
    if doel is not None:
        return kind, doel
    met = dubbel.became(session, school_id, LeerlingId(id_)) if kind.has_results else id_
    if kind.find(session, school_id, [met], groepen=groepen):
        raise Merged
    raise NotAllowed


def everybody(
    session: Session, school_id: SchoolId, kind: AnyKind, *, groepen: Collection[GroepId] | None
) -> list[Doel]:
    """Return all of one kind that the reader may see, by name."""
    ids = session.scalars(select(kind.table.id).where(kind.table.school_id == school_id)).all()
    found = kind.find(session, school_id, list(ids), groepen=groepen).values()
    return sorted(found, key=lambda doel: (doel.naam.casefold(), doel.id))


def beside(session: Session, school_id: SchoolId, kind: AnyKind, doel: Doel) -> dict[Soort, list[Doel]]:
    """Return who stands or works in the groepen of a record, by kind: leerlingen in a groep, whoever teaches one."""
    groepen = kind.place(doel)
    return {soort: [*KINDS[soort].present_in(session, school_id, groepen)] for soort in kind.company}
