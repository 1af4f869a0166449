"""Leerkrachten: without a birth date, often without an e-mail address, in as many groepen as they work for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Integer, func, select, union_all
from sqlalchemy.orm import joinedload, object_session
from sqlalchemy.orm.interfaces import ORMOption

from webapp import matching
from webapp.models import Account, Groep, Importregel, Leerkracht, Medewerker, Soort
from webapp.models.ids import GroepId, SchoolId
from webapp.models.leerlinggegevens import leerkracht_groep
from webapp.models.regel import AnyRegel, Regel
from webapp.services.inname.soorten.persoon import PersoonKind, identifiers, lost_groepen
from webapp.services.inname.soorten.soort import Doel, Inkomend, identity, proven
from webapp.services.inname.soorten.velden import Veld, Vergelijking, Waarde, compared
from webapp.uwlr import values as uwlr

_IN = leerkracht_groep.c


class LeerkrachtKind(PersoonKind[Leerkracht]):
    """Staff."""

    soort = Soort.LEERKRACHT
    meer = "leerkrachten"
    table = Leerkracht
    has_email = True
    same = ("eckid",)
    gevuld = ("las_key", "eckid", "achternaam", "roepnaam", "email")
    list_columns = (Veld.GROEPEN,)
    search_columns = (Veld.EMAIL,)

    def incoming(self, school_id: SchoolId, gegevens: uwlr.Leerlinggegevens) -> list[Inkomend]:
        lost = lost_groepen(gegevens, self.soort)
        return [_incoming(school_id, one, has_lost_groepen=one.key in lost) for one in gegevens.leerkrachten]

    def match(
        self, binnen: Sequence[Inkomend], ours: Sequence[Doel], schooljaar: str, _groepsnamen: Mapping[int, str]
    ) -> list[matching.Proposal]:
        waarden = [proven(inkomend.waarde, matching.Persoon) for inkomend in binnen]
        return matching.match_leerkrachten(waarden, [_own(self._mine(doel)) for doel in ours])

    def waarde(self, doel: Doel) -> matching.Persoon:
        return _own(self._mine(doel))

    def contested(self, gegevens: uwlr.Leerlinggegevens) -> frozenset[str]:
        return identifiers(gegevens.betwiste_leerkrachten)

    def is_elsewhere(self, regel: AnyRegel, gegevens: uwlr.Leerlinggegevens) -> bool:
        return (regel.las_key, regel.eckid) in gegevens.elders_leerkrachten

    def groepen_of(self, record: Leerkracht) -> Sequence[Groep]:
        return record.groepen

    def _take_over_rest(self, record: Leerkracht, regel: AnyRegel, known: list[Groep]) -> None:
        delivered = None if _is_of_other(record, regel.email) else regel.email
        record.email = regel.email_ingevuld or delivered or record.email
        if known and {groep.id for groep in known} != {groep.id for groep in record.groepen}:
            record.groepen = known

    def keep_groepen(self, doel: Doel, regel: AnyRegel) -> None:
        had = [groep.las_key for groep in self._mine(doel).groepen if groep.las_key is not None]
        regel.groep_keys = list(dict.fromkeys([*regel.groep_keys, *had]))

    def leave(self, doel: Doel, groep_ids: frozenset[int]) -> None:
        leerkracht = self._mine(doel)
        leerkracht.groepen = [groep for groep in leerkracht.groepen if groep.id not in groep_ids]

    def join(self, doel: Doel, groepen: Sequence[Groep]) -> None:
        leerkracht = self._mine(doel)
        leerkracht.groepen = [*leerkracht.groepen, *(groep for groep in groepen if groep not in leerkracht.groepen)]

    def within(self, groepen: Collection[GroepId]) -> ColumnElement[bool]:
        return Leerkracht.groepen.any(Groep.id.in_(groepen))

    def line_values(self, regel: Importregel, *, groep: str, leerlingen: int) -> tuple[Waarde, ...]:
        return (groep,)

    def search_values(self, doel: Doel, *, resultaten: int) -> tuple[Waarde, ...]:
        return (self._mine(doel).email,)

    def compare(self, regel: Importregel, doel: Doel, *, groep: str) -> list[Vergelijking]:
        leerkracht = self._mine(doel)
        return [
            *self._compare_identifiers(regel, leerkracht),
            compared(Veld.EMAIL, regel.email, leerkracht.email),
        ]

    def _column(self, name: str, school_id: SchoolId) -> ColumnElement[Any]:
        if name != "groepen":
            return super()._column(name, school_id)
        mine = _IN.leerkracht_id == Leerkracht.id, Leerkracht.school_id == school_id
        theirs = select(_IN.groep_id).where(*mine).order_by(_IN.groep_id)
        return func.array(theirs.scalar_subquery(), type_=ARRAY(Integer))

    def _loaded(self) -> tuple[ORMOption, ...]:
        return (joinedload(Leerkracht.groepen),)

    def _state(self, record: Leerkracht) -> tuple[object, ...]:
        return (*super()._state(record), tuple(sorted(groep.id for groep in record.groepen)))


def _incoming(school_id: SchoolId, leerkracht: uwlr.Leerkracht, *, has_lost_groepen: bool) -> Inkomend:
    regel = Regel(
        school_id=school_id,
        soort=Soort.LEERKRACHT,
        las_key=leerkracht.key,
        eckid=leerkracht.eckid,
        achternaam=leerkracht.achternaam,
        voorvoegsel=leerkracht.voorvoegsel,
        roepnaam=leerkracht.roepnaam,
        email=leerkracht.emailadres,
        groep_keys=list(leerkracht.groepen),
    )
    waarde = matching.Persoon(
        id=identity(leerkracht.key, leerkracht.eckid),
        las_key=leerkracht.key,
        eckid=leerkracht.eckid,
        achternaam=leerkracht.achternaam,
        voorvoegsel=leerkracht.voorvoegsel,
        roepnaam=leerkracht.roepnaam,
        email=leerkracht.emailadres,
    )
    return Inkomend(regel, waarde, has_lost_groepen)


def _is_of_other(record: Leerkracht, email: str | None) -> bool:
    """Whether another leerkracht of the school has this address, or logs in with it: a LAS does not hand it over."""
    session = object_session(record)
    if email is None or session is None or (record.email or "").lower() == email.lower():
        return False
    is_other = Leerkracht.id.is_distinct_from(record.id)
    logs_in = (
        select(Leerkracht.id)
        .join(Medewerker, Medewerker.leerkracht_id == Leerkracht.id)
        .join(Account, Account.id == Medewerker.account_id)
        .where(Leerkracht.school_id == record.school_id, is_other, func.lower(Account.email) == email.lower())
    )
    has_it = select(Leerkracht.id).where(
        Leerkracht.school_id == record.school_id, is_other, func.lower(Leerkracht.email) == email.lower()
    )
    with session.no_autoflush:
        return session.scalar(union_all(logs_in, has_it).limit(1)) is not None


def _own(leerkracht: Leerkracht) -> matching.Persoon:
    return matching.Persoon(
        id=str(leerkracht.id),
        las_key=leerkracht.las_key,
        eckid=leerkracht.eckid,
        achternaam=leerkracht.achternaam,
        voorvoegsel=leerkracht.voorvoegsel,
        roepnaam=leerkracht.roepnaam,
        email=leerkracht.email,
    )


LEERKRACHT = LeerkrachtKind()
