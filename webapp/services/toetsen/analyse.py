"""What the results of a groep say beside the norm.

A groep is who sits in it now: which groep a leerling sat in before is not kept. Whoever moved brings their results
along. Of who took a test twice in one taking the last result counts, as it is the one that the LAS shows. The outcome
counts that was stored when it was normed, for the same reason; when the norms changed since, that is said.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from sqlalchemy.orm import Session

from webapp.models import Groep, Leerling, Resultaat, Toets
from webapp.models.ids import GroepId, LeerlingId, SchoolId, ToetsId
from webapp.schooljaar import schooljaar_of
from webapp.services.toetsen import spreiding, verloop
from webapp.services.toetsen.normering import is_of_older_norms, normpunten
from webapp.services.toetsen.rooster import find_toets_and_groep, is_of_other_year, leerlingen_of
from webapp.services.toetsen.spreiding import Beeld, Groei, Ronde, rondes


class Buiten(StrEnum):
    """Why a result is shown and not counted."""

    NIET_IN_LAS = "niet_in_las"
    ANDER_LEERJAAR = "ander_leerjaar"
    NIET_GENORMEERD = "niet_genormeerd"


@dataclass(frozen=True)
class Rij:
    """One leerling who took the test, with the last result of this taking."""

    leerling: Leerling
    resultaat: Resultaat
    buiten: Buiten | None
    is_herkansing: bool
    is_oude_norm: bool
    vorige: Resultaat | None
    """Of the same vakgebied, at least six weeks earlier."""
    groei: Groei | None


@dataclass(frozen=True)
class Groepsanalyse:
    """One taking of one test by one groep."""

    toets: Toets
    groep: Groep
    ronde: Ronde | None
    """None when the groep never took it."""
    rondes: tuple[Ronde, ...]
    rijen: tuple[Rij, ...]
    niet_getest: tuple[Leerling, ...] | None
    """None for an earlier school year: who sat in the groep then is not known."""
    verwacht: int | None
    beeld: Beeld

    @property
    def geteld(self) -> list[Rij]:
        return [rij for rij in self.rijen if rij.buiten is None]

    @property
    def groei(self) -> list[Groei]:
        """Of those who count and have an earlier result too."""
        return [rij.groei for rij in self.geteld if rij.groei is not None]

    @property
    def gemiddelde_groei(self) -> Groei | None:
        return spreiding.mean(self.groei)


def of_groep(
    session: Session,
    school_id: SchoolId,
    toets_id: ToetsId,
    groep_id: GroepId,
    *,
    today: date,
    groepen: Collection[GroepId] | None,
    dag: date | None = None,
) -> Groepsanalyse:
    """Return the taking that `dag` falls in, or the last one; raise NotAllowed for a groep that is not for the reader.

    In the school year of today a leerling of another leerjaar than the test is for does not count, unless the groep has
    nobody of that leerjaar. Of earlier years the leerjaar is not known any more, and everybody counts.
    """
    toets, groep = find_toets_and_groep(session, school_id, toets_id, groep_id, groepen=groepen)
    standing = leerlingen_of(session, groep)
    all_results: dict[LeerlingId, list[Resultaat]] = defaultdict(list)
    for resultaat in verloop.results(session, school_id, [leerling.id for leerling, _ in standing], toets.vakgebied):
        all_results[resultaat.leerling_id].append(resultaat)
    days = (r.afnamedatum for own in all_results.values() for r in own if r.toets_id == toets.id)
    found = rondes(days)
    ronde = next((each for each in found if dag is not None and each.has(dag)), found[0] if found else None)
    is_now = ronde is None or schooljaar_of(ronde.eerste) == schooljaar_of(today)
    expected = _expected(standing, groep, toets)
    counted = expected if is_now else {leerling.id for leerling, present in standing if present}
    rijen = [
        _rij(leerling, taken, own, present=present, counts=leerling.id in counted)
        for leerling, present in standing
        if ronde is not None
        and (own := all_results[leerling.id])
        and (taken := [r for r in own if r.toets_id == toets.id and ronde.has(r.afnamedatum)])
    ]
    tested = {rij.leerling.id for rij in rijen}
    missing = tuple(leerling for leerling, _ in standing if leerling.id in expected - tested)
    return Groepsanalyse(
        toets,
        groep,
        ronde,
        tuple(found),
        tuple(rijen),
        missing if is_now else None,
        len(expected) if is_now else None,
        _beeld(toets, [rij.resultaat for rij in rijen if rij.buiten is None]),
    )


def _expected(standing: Iterable[tuple[Leerling, bool]], groep: Groep, toets: Toets) -> set[LeerlingId]:
    """The leerlingen of the year that the test is for; everybody present when there are none, as in the grid."""
    present = [leerling for leerling, is_present in standing if is_present]
    own = {leerling.id for leerling in present if not is_of_other_year(leerling, groep, toets)}
    return own or {leerling.id for leerling in present}


def _rij(leerling: Leerling, taken: list[Resultaat], own: list[Resultaat], *, present: bool, counts: bool) -> Rij:
    last = taken[-1]
    is_normed = last.vaardigheidsscore is not None
    buiten = None
    if not present:
        buiten = Buiten.NIET_IN_LAS
    elif not counts:
        buiten = Buiten.ANDER_LEERJAAR
    elif not is_normed:
        buiten = Buiten.NIET_GENORMEERD
    earlier = verloop.before(last, own)
    groei = verloop.growth(last, earlier) if earlier is not None else None
    return Rij(leerling, last, buiten, len(taken) > 1, is_normed and is_of_older_norms(last), earlier, groei)


def _beeld(toets: Toets, resultaten: Collection[Resultaat]) -> Beeld:
    return Beeld(
        normpunten(toets),
        Counter(r.niveau for r in resultaten if r.niveau is not None),
        Counter(r.afnamedatum for r in resultaten),
        sum((r.vaardigheidsscore for r in resultaten if r.vaardigheidsscore is not None), Decimal(0)),
    )
