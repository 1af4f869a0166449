"""What was handed over follows its line: a newer aanlevering asks the same question on a line of its own."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.matching.folding import words
from webapp.models import Importregel, Overdrachtvraag
from webapp.models.ids import SchoolId


def follow(session: Session, school_id: SchoolId, lines: Mapping[Importregel, tuple[Importregel, bool]]) -> None:
    """Move what hangs on each old line to the new one; what was advised stays only while the record is the same.

    A LAS may give a number to another child: whoever was asked about the first does not get to see the second.
    """
    ids = {old.id: (new.id, is_same) for old, (new, is_same) in lines.items() if _is_called_the_same(old, new)}
    query = select(Overdrachtvraag).where(Overdrachtvraag.school_id == school_id, Overdrachtvraag.regel_id.in_(ids))
    for vraag in session.scalars(query):
        vraag.regel_id, is_same = ids[vraag.regel_id]
        if not is_same:
            vraag.advies = vraag.kandidaat_id = vraag.opmerking = vraag.geadviseerd_op = None
    session.flush()


def _is_called_the_same(old: Importregel, new: Importregel) -> bool:
    return words(old.weergavenaam) == words(new.weergavenaam)
