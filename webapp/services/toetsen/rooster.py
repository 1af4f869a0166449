"""The scoring grid as it stands: one test, one groep, one day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from webapp.errors import NotAllowed
from webapp.models import Groep, Leerling, Levering, Lidmaatschap, Resultaat, Toets
from webapp.models.ids import GroepId, LeerlingId, SchoolId, ToetsId
from webapp.schooljaar import days_of, schooljaar_of
from webapp.services import aanwezig


@dataclass(frozen=True)
class Roosterrij:
    """One leerling in the grid."""

    leerling: Leerling
    resultaat: Resultaat | None
    levering: Levering | None
    ander_leerjaar: bool
    """In a combination group: of another year than the test is for."""
    is_afwezig: bool = False
    """Not in the LAS: can be scored, and is not counted."""

    @property
    def score(self) -> int | None:
        return self.resultaat.ruwe_score if self.resultaat else None


@dataclass(frozen=True)
class Rooster:
    """Test, groep and day, with the leerlingen of the groep by name."""

    toets: Toets
    groep: Groep
    afnamedatum: date
    afnames: tuple[date, ...]
    """Every day on which this groep took this test, newest first."""
    rijen: tuple[Roosterrij, ...]

    @property
    def bestaat(self) -> bool:
        """Whether anything was saved for this day."""
        return self.afnamedatum in self.afnames

    @property
    def te_normeren(self) -> int:
        return sum(rij.resultaat is not None and rij.resultaat.genormeerd_op is None for rij in self.rijen)

    @property
    def ingevuld(self) -> int:
        return sum(rij.resultaat is not None for rij in self._expected)

    @property
    def verwacht(self) -> int:
        return len(self._expected)

    @property
    def _expected(self) -> list[Roosterrij]:
        """Return the leerlingen of the year that the test is for; everybody present when there are none."""
        present = [rij for rij in self.rijen if not rij.is_afwezig]
        return [rij for rij in present if not rij.ander_leerjaar] or present


def open_rooster(
    session: Session,
    school_id: SchoolId,
    toets_id: ToetsId,
    groep_id: GroepId,
    *,
    today: date,
    groepen: Collection[GroepId] | None,
    afnamedatum: date | None = None,
) -> Rooster:
    """Return the grid of a day; without a day that of the last time this year, or an empty one for today.

    `groepen` holds those that the reader may open; None all. Any other is as if it did not exist.
    """
    toets, groep = find_toets_and_groep(session, school_id, toets_id, groep_id, groepen=groepen)
    rows = leerlingen_of(session, groep)
    present = {leerling.id for leerling, is_present in rows if is_present}
    leerlingen = [leerling for leerling, _ in rows]
    found = session.execute(
        select(Resultaat, Levering)
        .outerjoin(Levering, Levering.resultaat_id == Resultaat.id)
        .where(
            Resultaat.school_id == school_id,
            Resultaat.toets_id == toets.id,
            Resultaat.leerling_id.in_(leerling.id for leerling in leerlingen),
        )
        .execution_options(populate_existing=True)
    ).all()
    afnames = tuple(sorted({resultaat.afnamedatum for resultaat, _ in found}, reverse=True))
    this_year = days_of(schooljaar_of(today))[0]
    day = afnamedatum or next((afname for afname in afnames if afname >= this_year), today)
    of_day = {pair[0].leerling_id: pair for pair in found if pair[0].afnamedatum == day}
    rijen = []
    for leerling in leerlingen:
        resultaat, levering = of_day.get(leerling.id, (None, None))
        is_other, is_absent = is_of_other_year(leerling, groep, toets), leerling.id not in present
        rijen.append(Roosterrij(leerling, resultaat, levering, is_other, is_absent))
    return Rooster(
        toets, groep, day, afnames, tuple(sorted(rijen, key=lambda rij: (rij.is_afwezig, rij.ander_leerjaar)))
    )


def find_toets_and_groep(
    session: Session,
    school_id: SchoolId,
    toets_id: ToetsId,
    groep_id: GroepId,
    *,
    groepen: Collection[GroepId] | None,
) -> tuple[Toets, Groep]:
    """Return both, when the reader may open that groep; raise NotAllowed otherwise, as if it did not exist."""
    toets = session.get(Toets, toets_id)
    groep = find_groep(session, school_id, groep_id, groepen=groepen)
    if toets is None:
        raise NotAllowed
    return toets, groep


def find_groep(
    session: Session, school_id: SchoolId, groep_id: GroepId, *, groepen: Collection[GroepId] | None
) -> Groep:
    """Return a groep that the reader may open; raise NotAllowed for any other, as if it did not exist."""
    groep = session.scalar(select(Groep).where(Groep.school_id == school_id, Groep.id == groep_id))
    if groep is None or (groepen is not None and groep.id not in groepen):
        raise NotAllowed
    return groep


def leerlingen_of(session: Session, groep: Groep) -> list[tuple[Leerling, bool]]:
    """Return who stands in a groep now, by name, each with whether they are present."""
    school_id = groep.school_id
    rows = session.execute(
        select(Leerling, aanwezig.is_present(session, school_id))
        .where(Leerling.school_id == school_id, Leerling.groep_id == groep.id, Leerling.status == Lidmaatschap.ACTIEF)
        .order_by(Leerling.roepnaam, Leerling.achternaam, Leerling.id)
    )
    return [(leerling, is_present) for leerling, is_present in rows]


def of_leerling(
    session: Session, school_id: SchoolId, leerling_id: LeerlingId
) -> list[tuple[Resultaat, Levering | None]]:
    """Return everything a leerling ever scored, newest first."""
    rows = session.execute(
        select(Resultaat, Levering)
        .join(Resultaat.toets)
        .outerjoin(Levering, Levering.resultaat_id == Resultaat.id)
        .where(Resultaat.school_id == school_id, Resultaat.leerling_id == leerling_id)
        .order_by(Resultaat.afnamedatum.desc(), Toets.naam)
        .options(contains_eager(Resultaat.toets))
    )
    return [(resultaat, levering) for resultaat, levering in rows]


def is_of_other_year(leerling: Leerling, groep: Groep, toets: Toets) -> bool:
    """Whether the test is for another year than this leerling is in, as in a combination group."""
    return (leerling.jaargroep or groep.jaargroep or toets.leerjaar) != toets.leerjaar
