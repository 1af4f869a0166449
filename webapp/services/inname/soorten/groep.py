"""Groepen: they come first, and what is decided about one holds for the leerlingen in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, func

from webapp import matching
from webapp.config import AMSTERDAM
from webapp.models import Groep, Importregel, Soort, Uitgezonderd
from webapp.models.ids import GroepId, SchoolId
from webapp.models.regel import AnyRegel, Regel
from webapp.schooljaar import schooljaar_of
from webapp.services.inname.soorten.soort import Doel, Inkomend, Kind, is_worse, proven
from webapp.services.inname.soorten.velden import Jaargroep, Oordeel, Veld, Vergelijking, Waarde
from webapp.uwlr.values import Leerlinggegevens


class GroepKind(Kind[Groep]):
    """Stamgroepen, named by their school year."""

    soort = Soort.GROEP
    meer = "groepen"
    table = Groep
    takes_along = True
    company = (Soort.LEERKRACHT, Soort.LEERLING)
    gevuld = ("jaargroep",)
    list_columns = (Veld.JAARGROEP, Veld.LEERLINGEN)
    search_columns = (Veld.JAARGROEP, Veld.SCHOOLJAAR)

    def incoming(self, school_id: SchoolId, gegevens: Leerlinggegevens) -> list[Inkomend]:
        schooljaar = gegevens.school.schooljaar
        return [
            Inkomend(
                Regel(
                    school_id=school_id,
                    soort=self.soort,
                    las_key=groep.key,
                    naam=groep.naam,
                    jaargroep=groep.jaargroep,
                    groep_keys=[],
                ),
                matching.Groepsgegeven(groep.key, groep.key, groep.naam, groep.jaargroep, schooljaar),
            )
            for groep in gegevens.groepen
        ]

    def match(
        self, binnen: Sequence[Inkomend], ours: Sequence[Doel], schooljaar: str, _groepsnamen: Mapping[int, str]
    ) -> list[matching.Proposal]:
        """Within a school year an equal key is the same groep, whatever its name; in another year it proves less."""
        waarden = [proven(inkomend.waarde, matching.Groepsgegeven) for inkomend in binnen]
        groepen = [self._mine(doel) for doel in ours]
        same_year = {groep.las_key: groep for groep in groepen if groep.las_key and groep.schooljaar == schooljaar}
        linked = {waarde.id: same_year[waarde.id] for waarde in waarden if waarde.id in same_year}
        taken = {groep.id for groep in linked.values()}
        rest = [waarde for waarde in waarden if waarde.id not in linked]
        others = [_own(groep) for groep in groepen if groep.id not in taken]
        proposals = {proposal.incoming_id: proposal for proposal in matching.match_groepen(rest, others)}
        return [_same(w.id, linked[w.id]) if w.id in linked else proposals[w.id] for w in waarden]

    def waarde(self, doel: Doel) -> matching.Groepsgegeven:
        return _own(self._mine(doel))

    def is_elsewhere(self, regel: AnyRegel, gegevens: Leerlinggegevens) -> bool:
        return regel.las_key in gegevens.elders_groepen

    def is_left_out(self, regel: AnyRegel, uitzondering: Uitgezonderd, schooljaar: str) -> bool:
        """Within the school year in which that was decided an equal key is the same groep, whatever its name."""
        decided = schooljaar_of(uitzondering.besloten_op.astimezone(AMSTERDAM).date())
        return decided == schooljaar or super().is_left_out(regel, uitzondering, schooljaar)

    def end_with_schooljaar(self, records: Iterable[Doel]) -> frozenset[int]:
        """All: a LAS may make every groep anew."""
        return frozenset(record.id for record in records)

    def new(self, regel: AnyRegel, school_id: SchoolId) -> Groep:
        return Groep(school_id=school_id, naam=regel.naam or "")

    def _take_over(self, record: Groep, regel: AnyRegel, schooljaar: str, groepen: dict[str, Groep]) -> None:
        if regel.naam and not is_worse(regel.naam, record.naam):
            record.naam = regel.naam
        known = record.jaargroep if record.schooljaar == schooljaar else None  # of last year it says nothing
        record.jaargroep, record.schooljaar = regel.jaargroep or known, schooljaar
        if regel.las_key:
            groepen[regel.las_key] = record

    def _name(self) -> ColumnElement[str]:
        return func.concat(Groep.naam)

    def _called(self) -> ColumnElement[str]:
        return func.concat_ws(" ", "groep", Groep.naam)

    def within(self, groepen: Collection[GroepId]) -> ColumnElement[bool]:
        return Groep.id.in_(groepen)

    def place(self, doel: Doel) -> Collection[GroepId]:
        return [self._mine(doel).id]

    def known(self, doel: Doel) -> tuple[tuple[Veld, Waarde], ...]:
        groep = self._mine(doel)
        return (Veld.JAARGROEP, Jaargroep(groep.jaargroep)), (Veld.SCHOOLJAAR, groep.schooljaar)

    def line_values(self, regel: Importregel, *, groep: str, leerlingen: int) -> tuple[Waarde, ...]:
        return Jaargroep(regel.jaargroep), leerlingen

    def search_values(self, doel: Doel, *, resultaten: int) -> tuple[Waarde, ...]:
        groep = self._mine(doel)
        return Jaargroep(groep.jaargroep), groep.schooljaar

    def compare(self, regel: Importregel, doel: Doel, *, groep: str) -> list[Vergelijking]:
        left, right = Jaargroep(regel.jaargroep), Jaargroep(self._mine(doel).jaargroep)
        verdict = Oordeel.GELIJK if left == right else Oordeel.TEGEN
        return [Vergelijking(Veld.JAARGROEP, left, right, verdict)]


def _own(groep: Groep) -> matching.Groepsgegeven:
    return matching.Groepsgegeven(str(groep.id), groep.las_key, groep.naam, groep.jaargroep, groep.schooljaar)


def _same(key: str, groep: Groep) -> matching.Proposal:
    redenen = (matching.Matchreden.ZELFDE_GROEP,)
    return matching.Proposal(key, matching.Zekerheid.ZEKER, str(groep.id), "externe-sleutel", redenen, ())


GROEP = GroepKind()
