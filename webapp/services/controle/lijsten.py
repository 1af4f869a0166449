"""The nine lists of a review, as the database answers them: counted, filtered, one page at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from webapp.matching.folding import words
from webapp.models import Importbatch, Importregel, Keuze, Leerling, Lidmaatschap, Soort, Zekerheid
from webapp.services.inname.soorten import KINDS
from webapp.services.inname.soorten.leerling import LEERLING
from webapp.services.vouwen import folded

PER_PAGE = 100
ZONDER_GROEP = "zonder"
"""In the filter, for who stands in no groep."""


class Herkomst(StrEnum):
    """Whose choice a line shows."""

    VRAAG = "vraag"
    """Nobody's yet."""
    AUTOMATISCH = "automatisch"
    MENS = "mens"
    GEWIJZIGD = "gewijzigd"
    """A person's, and another one than was proposed."""


@dataclass(frozen=True, slots=True)
class Zoekvraag:
    """Which lines are asked for."""

    soort: Soort
    keuze: Keuze
    """The category; a question stands with those that are linked."""
    tekst: str = ""
    groep: str = ""
    """The key of a groep in the LAS, or ZONDER_GROEP."""
    herkomst: Herkomst | None = None


@dataclass(frozen=True, slots=True)
class Bladzijde:
    """The lines of one page, and where it stands."""

    regels: Sequence[Importregel]
    gevonden: int
    nummer: int
    bladzijden: int


@dataclass(frozen=True, slots=True)
class Meegaand:
    """Who goes along with a groep that is left out."""

    leerlingen: int
    leerkrachten: tuple[str, ...]


def counts(session: Session, batch: Importbatch) -> Counter[tuple[Soort, Keuze]]:
    """How many lines each of the nine lists holds."""
    rows = session.execute(
        select(Importregel.soort, Importregel.keuze, func.count())
        .where(Importregel.school_id == batch.school_id, Importregel.batch_id == batch.id)
        .group_by(Importregel.soort, Importregel.keuze)
    )
    found = Counter[tuple[Soort, Keuze]]()
    for soort, keuze, number in rows:
        found[soort, keuze or Keuze.KOPPEL] += number
    return found


def page(
    session: Session, batch: Importbatch, vraag: Zoekvraag, nummer: int, *, gevonden: int, per_page: int = PER_PAGE
) -> Bladzijde:
    """Read one page of so many as are found; a number past the end gives the last one."""
    bladzijden = max(1, -(-gevonden // per_page))
    nummer = min(max(1, nummer), bladzijden)
    name = func.coalesce(Importregel.achternaam, Importregel.naam, "")
    order = (Importregel.toegepast_id.is_not(None), folded(name), Importregel.roepnaam, Importregel.id)
    query = found(batch, vraag).order_by(*order).limit(per_page).offset((nummer - 1) * per_page)
    return Bladzijde(session.scalars(query).all(), gevonden, nummer, bladzijden)


def count(session: Session, batch: Importbatch, vraag: Zoekvraag, *conditions: ColumnElement[bool]) -> list[int]:
    """How many lines are found, and how many of them meet each of these conditions."""
    query = found(batch, vraag).with_only_columns(func.count(), *(func.count().filter(each) for each in conditions))
    return list(session.execute(query).one())


def found(batch: Importbatch, vraag: Zoekvraag) -> Select[Importregel]:
    """The query for all lines that are found."""
    return select(Importregel).where(
        Importregel.school_id == batch.school_id,
        Importregel.batch_id == batch.id,
        Importregel.soort == vraag.soort,
        _in_category(vraag.keuze),
        *_filters(vraag),
    )


def groep_keys(session: Session, batch: Importbatch, soort: Soort) -> set[str]:
    """The groepen in which lines of this kind stand."""
    keys = session.scalars(
        select(func.unnest(Importregel.groep_keys))
        .distinct()
        .where(Importregel.school_id == batch.school_id, Importregel.batch_id == batch.id, Importregel.soort == soort)
    )
    return set(keys)


def leerlingen(session: Session, batch: Importbatch, groepen: Collection[Importregel]) -> Mapping[str, int]:
    """How many leerlingen of the LAS stand in each of these groepen, by its key: unchanged ones have no line."""
    here = (
        Importregel.school_id == batch.school_id,
        Importregel.batch_id == batch.id,
        Importregel.soort == LEERLING.soort,
    )
    key = func.unnest(Importregel.groep_keys).label("key")
    per_line = select(key).where(*here).subquery()
    number = Counter[str](
        {
            row.key: row.n
            for row in session.execute(select(per_line.c.key, func.count().label("n")).group_by(per_line.c.key))
        }
    )
    records: Mapping[int | None, str] = {
        groep.doel_id: groep.las_key for groep in groepen if groep.doel_id is not None and groep.las_key
    }
    unchanged = session.execute(
        select(Leerling.groep_id, func.count())
        .where(
            Leerling.school_id == batch.school_id,
            Leerling.groep_id.in_(records),
            Leerling.status == Lidmaatschap.ACTIEF,
            Leerling.afwezig_sinds.is_(None),
            Leerling.las_key.is_not(None),
            Leerling.las_key.not_in(select(Importregel.las_key).where(*here, Importregel.las_key.is_not(None))),
            Leerling.id.not_in(select(Importregel.toegepast_id).where(*here, Importregel.toegepast_id.is_not(None))),
        )
        .group_by(Leerling.groep_id)
    )
    for groep_id, more in unchanged:
        number[records[groep_id]] += more
    return number


def go_along(session: Session, batch: Importbatch, groepen: Collection[Importregel]) -> Mapping[str, Meegaand]:
    """Who goes along with each of these groepen, by its key."""
    keys = {groep.las_key for groep in groepen if groep.keuze is Keuze.NIET and groep.las_key}
    if not keys:
        return {}
    rows = session.execute(
        select(Importregel.soort, Importregel.groep_keys, _NAME).where(
            Importregel.school_id == batch.school_id,
            Importregel.batch_id == batch.id,
            Importregel.via_groep,
            Importregel.groep_keys.overlap(list(keys)),
        )
    ).all()
    pupils = Counter(key for soort, in_, _ in rows if KINDS[soort].follows_groep for key in in_)
    teach = [(naam, in_) for soort, in_, naam in rows if not KINDS[soort].follows_groep]
    return {key: Meegaand(pupils[key], tuple(sorted(naam for naam, in_ in teach if key in in_))) for key in keys}


_NAME = func.concat_ws(" ", Importregel.naam, Importregel.roepnaam, Importregel.voorvoegsel, Importregel.achternaam)
"""The name as a person reads it."""


def _in_category(keuze: Keuze) -> ColumnElement[bool]:
    if keuze is Keuze.KOPPEL:
        return or_(Importregel.keuze == keuze, Importregel.keuze.is_(None))
    return Importregel.keuze == keuze


def _filters(vraag: Zoekvraag) -> list[ColumnElement[bool]]:
    conditions = [folded(_NAME).contains(word, autoescape=True) for word in words(vraag.tekst)]
    if vraag.groep == ZONDER_GROEP:
        conditions.append(func.cardinality(Importregel.groep_keys) == 0)
    elif vraag.groep:
        conditions.append(Importregel.groep_keys.contains([vraag.groep]))
    if vraag.herkomst is not None:
        conditions.append(_FROM[vraag.herkomst])
    return conditions


_FROM: Mapping[Herkomst, ColumnElement[bool]] = {
    Herkomst.VRAAG: Importregel.keuze.is_(None),
    Herkomst.AUTOMATISCH: and_(Importregel.keuze.is_not(None), Importregel.gekozen_door.is_(None)),
    Herkomst.MENS: and_(Importregel.keuze.is_not(None), Importregel.gekozen_door.is_not(None)),
    Herkomst.GEWIJZIGD: and_(
        Importregel.gekozen_door.is_not(None),
        or_(
            and_(Importregel.voorstel == Zekerheid.NIEUW, Importregel.keuze != Keuze.NIEUW),
            and_(
                Importregel.toegepast_id.is_not(None),
                or_(Importregel.keuze != Keuze.KOPPEL, Importregel.doel_id != Importregel.toegepast_id),
            ),
        ),
    ),
}
