"""What a leerling was called before under the key that they still have: a spelling that comes back is no question.

Matching weighs these names (`webapp/matching/bekend.py`). They are kept on the leerling and so are erased with them.
What came from the LAS is remembered, by itself or by an import. Another key, and whatever else changes a name (undo
first of all), forgets them; that this leerling had that key stays, because it then says nothing of another who gets it.
Of two that are merged the one that stays has those of the other too, until they are parted.
"""

from __future__ import annotations

from sqlalchemy import event, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapper, Session, object_session
from sqlalchemy.orm.attributes import get_history
from sqlalchemy.orm.base import PASSIVE_NO_INITIALIZE

from webapp.errors import NotAllowed
from webapp.matching import BekendeNaam
from webapp.models import Daad, Leerling, Wat
from webapp.models.geschiedenis import VANZELF
from webapp.models.ids import AccountId, LeerlingId, SchoolId
from webapp.models.leerlinggegevens import Bekend
from webapp.services import audit, geschiedenis, sloten

NAMEN = ("achternaam", "voorvoegsel", "roepnaam")
_FROM_LAS = VANZELF | {Wat.IMPORT}
_MERGING = frozenset({Wat.SAMENVOEGEN, Wat.SPLITSEN})


def known(leerling: Leerling) -> list[Bekend]:
    """The names that count for a leerling now, besides the one that they have."""
    mine = _row(leerling.las_key or "", leerling)
    return [each for each in leerling.bekende_namen if each["las_key"] == leerling.las_key and _is_other(each, mine)]


def values(leerling: Leerling) -> tuple[BekendeNaam, ...]:
    """All that is remembered, for matching; a record that was never written has nothing yet."""
    rows = leerling.bekende_namen or ()
    return tuple(BekendeNaam(each["las_key"], *(part or None for part in said(each))) for each in rows)


def carry(gaat_op: Leerling, blijft: Leerling) -> None:
    """Of two that are merged the one that stays gets all of the other, who keeps them to be parted with."""
    had = [*gaat_op.bekende_namen, *([Bekend(las_key=gaat_op.las_key)] if gaat_op.las_key else [])]
    gaat_op.bekende_namen = [row for place, row in enumerate(had) if row not in had[:place]]
    blijft.bekende_namen = [*blijft.bekende_namen, *(_of(each, gaat_op) for each in gaat_op.bekende_namen)]


def part(terug: Leerling, blijft: Leerling) -> None:
    """Undo that."""
    blijft.bekende_namen = [each for each in blijft.bekende_namen if each.get("van") != terug.id]


def forget(
    session: Session, school_id: SchoolId, leerling_id: LeerlingId, naam: tuple[str, ...], *, door: AccountId
) -> None:
    """Remember one name of a leerling no longer, as `said` has it."""
    sloten.lock(session, school_id)
    leerling = session.scalar(select(Leerling).where(Leerling.school_id == school_id, Leerling.id == leerling_id))
    if leerling is None:
        raise NotAllowed
    left = [each for each in leerling.bekende_namen if each["las_key"] != leerling.las_key or said(each) != naam]
    if len(left) < len(leerling.bekende_namen):
        leerling.bekende_namen = left
        audit.record(session, Daad.NAAM_VERGETEN, f"leerling {leerling.id}", door=door, school_id=school_id)


def said(naam: Bekend) -> tuple[str, ...]:
    """The parts of a name in the order of `NAMEN`."""
    return naam.get("achternaam") or "", naam.get("voorvoegsel") or "", naam.get("roepnaam") or ""


def _is_other(naam: Bekend, mine: Bekend) -> bool:
    return any(said(naam)) and said(naam) != said(mine)


def _row(las_key: str, leerling: Leerling) -> Bekend:
    return Bekend(
        las_key=las_key,
        achternaam=leerling.achternaam,
        voorvoegsel=leerling.voorvoegsel,
        roepnaam=leerling.roepnaam,
    )


@event.listens_for(Leerling, "before_update")
def _remember(_mapper: Mapper[Leerling], _connection: Connection, leerling: Leerling) -> None:
    """Keep the name and the key that a leerling had until now."""
    key, *was = (_before(leerling, name) for name in ("las_key", *NAMEN))
    if (key, *was) == (leerling.las_key, *(getattr(leerling, name) for name in NAMEN)):
        return
    rows, session = list(leerling.bekende_namen), object_session(leerling)
    wat = geschiedenis.wat(session, leerling.school_id) if session is not None else Wat.ANDERS
    if wat in _MERGING:
        return
    if key is not None:
        rows.append(Bekend(las_key=key, achternaam=was[0], voorvoegsel=was[1], roepnaam=was[2]))
    if wat not in _FROM_LAS or key != leerling.las_key:
        rows = [_only_key(each) for each in rows]
    leerling.bekende_namen = [row for place, row in enumerate(rows) if row not in rows[:place]]


def _of(row: Bekend, gaat_op: Leerling) -> Bekend:
    copy = row.copy()
    copy["van"] = gaat_op.id
    return copy


def _only_key(row: Bekend) -> Bekend:
    return Bekend(las_key=row["las_key"], van=row["van"]) if "van" in row else Bekend(las_key=row["las_key"])


def _before(leerling: Leerling, name: str) -> str | None:
    history = get_history(leerling, name, PASSIVE_NO_INITIALIZE)
    value: str | None = [*history.deleted, None][0] if history.has_changes() else getattr(leerling, name)
    return value
