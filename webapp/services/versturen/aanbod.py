"""What there is of an earlier school year, and where each result stands before anybody chooses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, exists, or_, select
from sqlalchemy.orm import Session

from webapp.db import is_among
from webapp.models import Bezorging, Groep, Leerling, Levering, Lidmaatschap, Nazendregel, Resultaat, Toets
from webapp.models.ids import GroepId, LeerlingId, ResultaatId, SchoolId, ToetsId
from webapp.models.nazending import WACHT
from webapp.schooljaar import days_of
from webapp.services.nachtrust import is_of_today, may_go
from webapp.services.zendkeuze import is_off


class Vak(StrEnum):
    """Where a result of last school year stands, before anybody chooses."""

    KAN = "kan"
    VRAAG = "vraag"
    """Somebody has to answer something about its leerling first."""
    VAN_VANDAAG = "van_vandaag"
    """Its link has to grow a night older."""
    UITGEZET = "uitgezet"
    """The school sends nothing, or not this toets."""
    NIET_IN_LAS = "niet_in_las"
    """Its leerling left, or was never linked: it stays here."""
    VERSTUURD = "verstuurd"
    """We sent it before."""
    IN_DE_RIJ = "in_de_rij"
    """It goes by itself, or was refused."""
    GEPLAND = "gepland"
    """Somebody approved it already."""


class Keus(NamedTuple):
    """One result of last school year."""

    id: ResultaatId
    versie: int
    vak: Vak
    toets_id: ToetsId
    toets: str
    leerling_id: LeerlingId
    leerlingid: str | None
    groep_id: GroepId | None
    groep: str | None


@dataclass(frozen=True)
class Aanbod:
    """All results of one school year that were normed, or those of some tests and groepen."""

    schooljaar: str
    rijen: Sequence[Keus]

    def of(self, toetsen: Collection[int], groepen: Collection[int]) -> Aanbod:
        """The part of it of these tests, and of the leerlingen who are in these groepen now (0: in none)."""
        chosen = [rij for rij in self.rijen if rij.toets_id in toetsen and (rij.groep_id or 0) in groepen]
        return replace(self, rijen=chosen)

    @cached_property
    def tellingen(self) -> Counter[Vak]:
        return Counter(rij.vak for rij in self.rijen)

    @property
    def gaat(self) -> list[Keus]:
        """What can go."""
        return [rij for rij in self.rijen if rij.vak is Vak.KAN]

    @property
    def toetsen(self) -> list[tuple[ToetsId, str, int]]:
        """The tests of which something can go, and how much."""
        counts = Counter((rij.toets, rij.toets_id) for rij in self.gaat)
        return [(id_, naam, number) for (naam, id_), number in sorted(counts.items())]

    @property
    def groepen(self) -> list[tuple[int, str | None, int]]:
        """The same of groepen, in the order of the rows; 0 is none."""
        counts = Counter((rij.groep_id or 0, rij.groep) for rij in self.gaat)
        return [(id_, naam, number) for (id_, naam), number in counts.items()]

    @property
    def niet_in_las(self) -> Counter[LeerlingId]:
        """How many results stay here of each leerling who is not in the LAS."""
        return Counter(rij.leerling_id for rij in self.rijen if rij.vak is Vak.NIET_IN_LAS)

    @property
    def afdruk(self) -> str:
        """Another one as soon as anything else would go, or to another leerling."""
        said = [f"{rij.id}:{rij.versie}:{rij.leerlingid}" for rij in self.gaat]
        return sha256("\n".join((self.schooljaar, *sorted(said))).encode()).hexdigest()


def offer(session: Session, school_id: SchoolId, schooljaar: str) -> Aanbod:
    """Return every normed result of a school year, each with where it stands."""
    query = (
        select(
            Resultaat.id, Resultaat.versie, _vak().label("vak"), Toets.id, Toets.naam, Leerling.id, Leerling.las_key,
            Groep.id, Groep.naam,
        )
        .join(Resultaat.leerling)
        .join(Resultaat.toets)
        .outerjoin(Leerling.groep)
        .where(
            Resultaat.school_id == school_id,
            Resultaat.afnamedatum.between(*days_of(schooljaar)),
            Resultaat.genormeerd_op.is_not(None),
        )
        .order_by(Groep.jaargroep, Groep.naam, Toets.naam, Toets.id, Resultaat.id)
    )  # fmt: skip
    return Aanbod(schooljaar, [Keus._make(row)._replace(vak=Vak(row.vak)) for row in session.execute(query)])


def called(
    session: Session, school_id: SchoolId, numbers: Mapping[LeerlingId, int]
) -> list[tuple[LeerlingId, str, int]]:
    """Name these leerlingen, each with its number."""
    query = select(Leerling).where(Leerling.school_id == school_id, is_among(Leerling.id, numbers))
    ordered = query.order_by(Leerling.achternaam, Leerling.roepnaam, Leerling.id)
    return [(each.id, each.naam, numbers[each.id]) for each in session.scalars(ordered)]


def has_levering() -> ColumnElement[bool]:
    """The condition that a result must reach the LAS already, or has."""
    return exists().where(Levering.school_id == Resultaat.school_id, Levering.resultaat_id == Resultaat.id)


def is_in_las() -> ColumnElement[bool]:
    """The condition that a leerling is linked and did not leave."""
    return and_(Leerling.las_key.is_not(None), Leerling.status == Lidmaatschap.ACTIEF)


def _vak() -> ColumnElement[str]:
    """Where a result stands; joined with its leerling."""
    was_sent = or_(
        exists().where(Bezorging.school_id == Resultaat.school_id, Bezorging.resultaat_id == Resultaat.id),
        exists().where(
            Levering.school_id == Resultaat.school_id, Levering.resultaat_id == Resultaat.id, Levering.bevestigd > 0
        ),
    )
    is_planned = exists().where(
        Nazendregel.school_id == Resultaat.school_id, Nazendregel.resultaat_id == Resultaat.id, WACHT
    )
    return case(
        (was_sent, Vak.VERSTUURD),
        (has_levering(), Vak.IN_DE_RIJ),
        (is_planned, Vak.GEPLAND),
        (~is_in_las(), Vak.NIET_IN_LAS),
        (is_off(Resultaat.school_id), Vak.UITGEZET),
        (is_of_today(Resultaat.school_id), Vak.VAN_VANDAAG),
        (may_go(Resultaat.school_id), Vak.KAN),
        else_=Vak.VRAAG,
    )
