"""What was left out under the key of a line: an import ends it, and undoing that import brings it back.

Nothing is overwritten by that: where something else was left out under the key since, one of ours has it, or the
review has a line that it would take away, it stays away.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models import (
    Handeling,
    Importbatch,
    Importregel,
    Keuze,
    Soort,
    Uitgezonderd,
    Uitzondering,
    VervallenUitzondering,
)
from webapp.models.ids import SchoolId
from webapp.services import geschiedenis
from webapp.services.controle.terugkeer import LINK, Links, Sleutel, Stap, Weggelaten
from webapp.services.inname.batch import open_of
from webapp.services.inname.soorten import KINDS, identity

_FIELDS = ("school_id", "soort", "las_key", "eckid", "omschrijving", "besloten_op", "besloten_door", "handeling_id")
_T = TypeVar("_T", Uitzondering, VervallenUitzondering)


def end(session: Session, school_id: SchoolId, regels: Collection[Importregel]) -> None:
    """What was decided under the keys of these lines was about others, or is decided anew."""
    for row in _about(session.scalars(select(Uitzondering).where(Uitzondering.school_id == school_id)), regels):
        values = {name: getattr(row, name) for name in _FIELDS}
        session.add(VervallenUitzondering(vervallen_id=geschiedenis.handeling(session, school_id), **values))
        session.delete(row)
    session.flush()


def work_out(
    session: Session,
    handeling: Handeling,
    asked: Sequence[Importregel],
    links: Links,
    stappen: Mapping[Sleutel, Stap],
) -> Weggelaten:
    """Work out what undoing these lines of an import does; `stappen` is what becomes of our records."""
    school_id = handeling.school_id
    here = session.scalars(select(Uitzondering).where(Uitzondering.school_id == school_id).order_by(Uitzondering.id))
    there = select(VervallenUitzondering).where(VervallenUitzondering.school_id == school_id)
    ended = session.scalars(there.order_by(VervallenUitzondering.id)).all()
    niet = {_key(each) for each in asked if each.keuze is Keuze.NIET}
    stays, vervalt = list[Uitzondering](), list[Uitzondering]()
    for row in here:
        (vervalt if row.handeling_id == handeling.id and _key(row) in niet else stays).append(row)
    vergeten = [row for row in ended if row.handeling_id == handeling.id and _key(row) in niet]
    mine = _about((row for row in ended if row.vervallen_id == handeling.id), asked)
    taken = {*map(_key, stays), *map(_key, vergeten)} | _taken(links, stappen) if mine else set()
    open_ = open_of(session, school_id) if mine else None
    weg = [row for row in mine if not taken.isdisjoint(_names(row)) or (open_ is not None and _is_asked(row, open_))]
    return Weggelaten(vervalt, vergeten, [row for row in mine if row not in weg], weg)


def undo(session: Session, plan: Weggelaten) -> None:
    """Do it. What stays away because of a later import that ended what this one left out, comes back with that one."""
    later = {_key(row): row.vervallen_id for row in plan.vergeten}
    for row in plan.weg:
        row.vervallen_id = later.get(_key(row), row.vervallen_id)
    for gone in (*plan.vervalt, *plan.vergeten, *plan.terug, *(r for r in plan.weg if _key(r) not in later)):
        session.delete(gone)
    session.flush()
    session.add_all(Uitzondering(**{name: getattr(row, name) for name in _FIELDS}) for row in plan.terug)
    session.flush()


def _about(rows: Iterable[_T], regels: Collection[Importregel]) -> list[_T]:
    """Those that are about the keys of these lines: by ECK iD only where there is no key."""
    names = {name for regel in regels for name in _names(regel)}
    return [row for row in rows if _key(row) in names]


def _key(thing: Uitgezonderd | Importregel) -> tuple[Soort, str]:
    return thing.soort, identity(thing.las_key, thing.eckid)


def _names(thing: Uitgezonderd | Importregel) -> set[tuple[Soort, str]]:
    return _named(thing.soort, thing.las_key, thing.eckid)


def _named(soort: Soort, las_key: str | None, eckid: str | None) -> set[tuple[Soort, str]]:
    return {(soort, identity(*pair)) for pair in ((las_key, None), (None, eckid)) if any(pair)}


def is_ended(regel: Importregel, plan: Weggelaten) -> bool:
    """Whether a later import decided about the key of a line that was left out: it is not asked about for this one."""
    return regel.keuze is Keuze.NIET and _key(regel) in {_key(row) for row in plan.vergeten}


def _is_asked(row: VervallenUitzondering, batch: Importbatch) -> bool:
    """Whether the open review has a line about whom this leaves out."""
    mine = [regel for regel in batch.regels if not _names(row).isdisjoint(_names(regel))]
    return any(KINDS[row.soort].is_left_out(regel, row, batch.schooljaar) for regel in mine)


def _taken(links: Links, stappen: Mapping[Sleutel, Stap]) -> set[tuple[Soort, str]]:
    """The keys and ECK iDs that our records have afterwards."""
    found = set[tuple[Soort, str]]()
    for soort, everybody in links.items():
        for id_, link in everybody.items():
            stap = stappen.get((soort, id_))
            if stap is not None and stap.verdwijnt:
                continue
            back = stap.terug if stap is not None else {}
            found |= _named(soort, *(back.get(name, link.get(name)) for name in LINK))
    return found
