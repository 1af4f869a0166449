"""The same aanlevering on the same records: it is not taken in again.

What is written depends on the aanlevering, on our own rows and on the code. So an aanlevering of which nothing at all
was written will bring nothing the next night either, as long as these three stay as they were. Of such a one
`Koppeling.merk` keeps one text for the three; the night on which they give the same text, there is nothing to do.

Our own rows are known by where they stand and by who wrote them last (ctid and xmin): no screen, no job and nobody at
the database can change one and leave both as they were. In case something was forgotten here, no text lasts a week.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, FromClause, ScalarSelect, bindparam, func, literal_column, or_, select, text
from sqlalchemy.orm import Session

from webapp.config import AMSTERDAM, PROJECT
from webapp.models import (
    Account,
    Afspraken,
    Bezorging,
    Groep,
    Importbatch,
    Koppeling,
    KoppelingStatus,
    Leerkracht,
    Leerling,
    Levering,
    Medewerker,
    MogelijkDezelfde,
    Overgang,
    School,
    Teruggenomen,
    Uitzondering,
    Verzending,
    Wissing,
)
from webapp.models.importbatch import OPEN
from webapp.models.leerlinggegevens import leerkracht_groep
from webapp.models.levering import TE_VERWIJDEREN
from webapp.services.clock import database_now
from webapp.uwlr.values import Leerlinggegevens

_DAYS = 7
_SCHOOL: ColumnElement[Any] = bindparam("school")


def _hash(found: FromClause, value: ColumnElement[Any], *where: ColumnElement[bool]) -> ScalarSelect[str]:
    """One value for many rows, in whatever order they stand."""
    summed = func.sum(func.hashtextextended(value, 0))
    return select(func.concat(summed, " ", func.count())).select_from(found).where(*where).scalar_subquery()


def _rows(table: Any, *where: ColumnElement[bool]) -> ScalarSelect[str]:
    """Which rows there are, and who wrote them."""
    found: FromClause = getattr(table, "__table__", table)
    written = func.concat(*(literal_column(f"{found}.{name}") for name in ("ctid", "xmin")))
    return _hash(found, written, *(where or (table.school_id == _SCHOOL,)))


_OURS = select(
    select(School.revisie).where(School.id == _SCHOOL).scalar_subquery(),
    *map(_rows, (Afspraken, Groep, Leerkracht, Leerling, Overgang, Teruggenomen, Uitzondering, Wissing)),
    _rows(leerkracht_groep, leerkracht_groep.c.groep_id.in_(select(Groep.id).where(Groep.school_id == _SCHOOL))),
    # Where a result stands changes when something is sent, and when a person says that it was removed.
    _rows(Verzending, Verzending.school_id == _SCHOOL),
    _rows(Bezorging, Bezorging.school_id == _SCHOOL, TE_VERWIJDEREN),
    # A LAS does not hand the address with which somebody logs in to another leerkracht.
    _hash(
        Medewerker.__table__.join(Account.__table__),
        func.concat(Medewerker.leerkracht_id, " ", Account.email),
        Medewerker.school_id == _SCHOOL,
    ),
)
"""All that is looked at when an aanlevering is taken in, except what `_WAITS` holds and what is sent next."""
_WAITS = select(
    or_(
        select(Importbatch.id).where(Importbatch.school_id == _SCHOOL, Importbatch.status.in_(OPEN)).exists(),
        select(MogelijkDezelfde.id)
        .where(MogelijkDezelfde.school_id == _SCHOOL, MogelijkDezelfde.twee_op.is_(None))
        .exists(),
        select(Levering.resultaat_id).where(Levering.school_id == _SCHOOL, Levering.nog_eens_op.is_not(None)).exists(),
    )
)
"""What goes on by the clock, or by a score that somebody fills in: questions, and what goes to the LAS once more."""
_WRITTEN = text("""
    SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0), current_setting('track_counts')::bool
    FROM pg_stat_xact_user_tables WHERE relname NOT IN ('school', 'koppeling', 'medewerker')
""")
"""How many rows this transaction wrote. The koppeling stands in the text; who works here is counted every night."""


@dataclass(frozen=True, slots=True)
class Merk:
    """The text of an aanlevering before it was taken in, and how much the transaction had written by then."""

    tekst: str
    geschreven: int | None


def is_known(session: Session, koppeling: Koppeling, gegevens: Leerlinggegevens) -> bool:
    """Whether taking this in would write nothing. Under `hold`, so that it stays so until the end."""
    return (
        koppeling.merk is not None
        and koppeling.status is KoppelingStatus.ACTIEF
        and koppeling.schooljaar == gegevens.school.schooljaar
        and not session.scalar(_WAITS, {"school": koppeling.school_id})
        and koppeling.merk == _text(session, koppeling, gegevens)
    )


def before(session: Session, koppeling: Koppeling, gegevens: Leerlinggegevens) -> Merk:
    """Look how all stands before this is written."""
    return Merk(_text(session, koppeling, gegevens), _written(session))


def keep(session: Session, koppeling: Koppeling, gegevens: Leerlinggegevens, was: Merk) -> None:
    """Remember an aanlevering of which nothing came; forget the last one when something did."""
    is_same = _written(session) == was.geschreven is not None and _text(session, koppeling, gegevens) == was.tekst
    koppeling.merk = was.tekst if is_same else None


def _text(session: Session, koppeling: Koppeling, gegevens: Leerlinggegevens) -> str:
    day = database_now(session).astimezone(AMSTERDAM).toordinal() + (koppeling.school_id or 0)
    ours = (
        koppeling.id, koppeling.status, koppeling.las_type, koppeling.brin, koppeling.vestiging, koppeling.schooljaar,
        koppeling.gestart_op, json.dumps(koppeling.vorm, sort_keys=True), day // _DAYS,
        *session.execute(_OURS, {"school": koppeling.school_id}).one(),
    )  # fmt: skip
    digest = sha256(code())
    for part in (ours, *_parts(gegevens)):
        digest.update(repr(part).encode())
    return digest.hexdigest()


def _parts(gegevens: Leerlinggegevens) -> Iterator[object]:
    """All of an aanlevering but the moment at which the LAS made it. No `repr` of a leerling: that names nobody."""
    for each in fields(gegevens):
        value = getattr(gegevens, each.name)
        if each.name == "school":
            yield astuple(replace(value, aanmaakdatum=None))
        elif isinstance(value, tuple):
            yield [tuple(one) if isinstance(one, tuple) else astuple(one) for one in value]
        else:
            yield None if value is None else sorted(map(repr, value))


def _written(session: Session) -> int | None:
    """None when the database does not count."""
    session.flush()
    written, counts = session.execute(_WRITTEN).one()
    return int(written) if counts else None


@cache
def code() -> bytes:
    """One value for the rules: for all of our code, because nobody would think of it."""
    digest = sha256()
    for file in sorted((PROJECT / "webapp").rglob("*.py"), key=Path.as_posix):
        digest.update(file.read_bytes())
    return digest.digest()
