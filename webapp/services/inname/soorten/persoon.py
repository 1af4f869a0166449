"""What leerkrachten and leerlingen share: a name in three parts, an ECK iD, and groepen that they stand in."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Sequence
from typing import ClassVar, TypeVar

from sqlalchemy import ColumnElement, func, or_

from webapp.db import is_among
from webapp.models import Groep, Importregel, Soort
from webapp.models.ids import SchoolId
from webapp.models.leerlinggegevens import Persoon
from webapp.models.regel import AnyRegel, Regel
from webapp.services.inname.soorten.soort import Doel, Kind, is_worse, put
from webapp.services.inname.soorten.velden import Veld, Vergelijking, compared_numbers
from webapp.services.inname.vorm import Beeld
from webapp.uwlr import values as uwlr

PersoonT = TypeVar("PersoonT", bound=Persoon)


class PersoonKind(Kind[PersoonT]):
    """People of a school."""

    same: ClassVar[tuple[str, ...]]
    """Fields beside the name that must be the same for a person to be unchanged."""

    @abstractmethod
    def _take_over_rest(self, record: PersoonT, regel: AnyRegel, known: list[Groep]) -> None:
        """Take over what only this kind has; `known` holds our groepen for those that the line names."""

    def is_unchanged(self, regel: AnyRegel, doel: Doel) -> bool:
        record = self._mine(doel)
        names = [(getattr(regel, name), getattr(record, name)) for name in ("achternaam", "voorvoegsel", "roepnaam")]
        is_same_name = all(one == two or is_worse(one, two) or is_worse(two, one) for one, two in names)
        return is_same_name and all(getattr(regel, name) == getattr(record, name) for name in self.same)

    def beeld(self, thing: Doel | AnyRegel) -> Beeld:
        person = thing if isinstance(thing, Regel | Importregel) else self._mine(thing)
        return Beeld.of(person.las_key, person.roepnaam, person.voorvoegsel, person.achternaam)

    def was_asked(self, doel: Doel, gevraagd: frozenset[str]) -> bool:
        keys = {groep.las_key for groep in self.groepen_of(self._mine(doel))}
        return not keys or not keys.isdisjoint(gevraagd)

    def new(self, regel: AnyRegel, school_id: SchoolId) -> PersoonT:
        return self.table(school_id=school_id)

    def _take_over(self, record: PersoonT, regel: AnyRegel, schooljaar: str, groepen: dict[str, Groep]) -> None:
        """What the LAS does not say is not erased, and that is one rule for pupils and staff.

        No ECK iD, name or date: ours stays. A name in a broken encoding counts as none when ours is whole. No groep
        that we know, because none came, none could be read, or its groep is a question still: they keep what they had.
        At least one that we know: those and no others, except beside a reference that could not be read
        (`keep_groepen`).
        """
        put(record, eckid=regel.eckid or record.eckid)
        if regel.achternaam and not is_worse(regel.achternaam, record.achternaam):
            voorvoegsel = regel.voorvoegsel
            put(record, achternaam=regel.achternaam)
            put(record, voorvoegsel=record.voorvoegsel if is_worse(voorvoegsel, record.voorvoegsel) else voorvoegsel)
        if regel.roepnaam and not is_worse(regel.roepnaam, record.roepnaam):
            put(record, roepnaam=regel.roepnaam)
        self._take_over_rest(record, regel, [groepen[key] for key in regel.groep_keys if key in groepen])

    def _compare_identifiers(self, regel: Importregel, record: PersoonT) -> list[Vergelijking]:
        """Where both sides have one: that one of them has none says nothing."""
        pairs = ((Veld.ECKID, regel.eckid, record.eckid), (Veld.NUMMER, regel.las_key, record.las_key))
        return [compared_numbers(veld, one, other) for veld, one, other in pairs if one and other]

    def unlink(self, doel: Doel) -> None:
        super().unlink(doel)
        self._mine(doel).eckid = None

    def is_another(self, record: PersoonT, regel: AnyRegel) -> bool:
        """A line without a key is about another person when its ECK iD is another one; with one, the key decides."""
        by_eckid = regel.las_key is None and regel.eckid is not None and record.eckid not in (None, regel.eckid)
        return by_eckid or super().is_another(record, regel)

    def _name(self) -> ColumnElement[str]:
        return func.concat_ws(" ", self.table.roepnaam, self.table.voorvoegsel, self.table.achternaam)

    def _holds(self, regels: Collection[Importregel]) -> ColumnElement[bool]:
        return or_(super()._holds(regels), is_among(self.table.eckid, [regel.eckid for regel in regels if regel.eckid]))


def lost_groepen(gegevens: uwlr.Leerlinggegevens, soort: Soort) -> frozenset[str | None]:
    """Keys of the records of which a reference to a groep could not be read."""
    lost = [w for w in gegevens.waarschuwingen if w.soort == uwlr.ONBRUIKBAAR and w.onderdeel == soort]
    return frozenset(waarschuwing.key for waarschuwing in lost)


def identifiers(personen: Sequence[uwlr.Leerling] | Sequence[uwlr.Leerkracht]) -> frozenset[str]:
    """Every key and ECK iD of these records."""
    return frozenset(key for persoon in personen for key in (persoon.key, persoon.eckid) if key is not None)
