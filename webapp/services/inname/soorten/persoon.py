"""What leerkrachten and leerlingen share: a name in three parts, an ECK iD, and groepen that they stand in."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Sequence
from typing import ClassVar, TypeVar

from sqlalchemy import ColumnElement, func, or_

from webapp.models import Groep, Importregel
from webapp.models.ids import SchoolId
from webapp.models.leerlinggegevens import Persoon
from webapp.services.inname.soorten.soort import Doel, Kind
from webapp.uwlr import values as uwlr

PersoonT = TypeVar("PersoonT", bound=Persoon)


class PersoonKind(Kind[PersoonT]):
    """People of a school."""

    same: ClassVar[tuple[str, ...]]
    """Fields beside the name that must be the same for a person to be unchanged."""

    @abstractmethod
    def groepen_of(self, record: PersoonT) -> Sequence[Groep]:
        """The groepen that somebody stands in or works for."""

    @abstractmethod
    def _take_over_rest(self, record: PersoonT, regel: Importregel, known: list[Groep]) -> None:
        """Take over what only this kind has; `known` holds our groepen for those that the line names."""

    def is_unchanged(self, regel: Importregel, doel: Doel) -> bool:
        record = self._mine(doel)
        names = ("achternaam", "voorvoegsel", "roepnaam", *self.same)
        return all(getattr(regel, name) == getattr(record, name) for name in names)

    def was_asked(self, doel: Doel, gevraagd: frozenset[str]) -> bool:
        keys = {groep.las_key for groep in self.groepen_of(self._mine(doel))}
        return not keys or not keys.isdisjoint(gevraagd)

    def new(self, regel: Importregel, school_id: SchoolId) -> PersoonT:
        return self.table(school_id=school_id)

    def _take_over(self, record: PersoonT, regel: Importregel, schooljaar: str, groepen: dict[str, Groep]) -> None:
        record.eckid = regel.eckid or record.eckid
        if regel.achternaam:
            record.achternaam, record.voorvoegsel = regel.achternaam, regel.voorvoegsel
        record.roepnaam = regel.roepnaam or record.roepnaam
        self._take_over_rest(record, regel, [groepen[key] for key in regel.groep_keys if key in groepen])

    def unlink(self, doel: Doel) -> None:
        super().unlink(doel)
        self._mine(doel).eckid = None

    def _free_key(self, record: PersoonT, regel: Importregel) -> bool:
        freed = super()._free_key(record, regel)
        if record.eckid is None or regel.eckid in (None, record.eckid):
            return freed
        record.eckid = None
        return True

    def _name(self) -> ColumnElement[str]:
        return func.concat_ws(" ", self.table.roepnaam, self.table.voorvoegsel, self.table.achternaam)

    def _holds(self, regels: Collection[Importregel]) -> ColumnElement[bool]:
        return or_(super()._holds(regels), self.table.eckid.in_([regel.eckid for regel in regels if regel.eckid]))


def identifiers(personen: Sequence[uwlr.Leerling] | Sequence[uwlr.Leerkracht]) -> frozenset[str]:
    """Every key and ECK iD of these records."""
    return frozenset(key for persoon in personen for key in (persoon.key, persoon.eckid) if key is not None)
