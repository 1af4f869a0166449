"""Leerlingen: test results hang on them, so every doubt is a question and every link is shown with what is at stake."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from webapp import matching
from webapp.matching.vetoes import Veto
from webapp.models import Groep, Importregel, Leerling, Lidmaatschap, Soort
from webapp.models.ids import GroepId, SchoolId
from webapp.models.regel import AnyRegel, Regel
from webapp.services import bekende_namen
from webapp.services.inname.soorten.persoon import PersoonKind, identifiers
from webapp.services.inname.soorten.soort import Doel, Inkomend, identity, proven, put
from webapp.services.inname.soorten.velden import Geslacht, Jaargroep, Oordeel, Veld, Vergelijking, Waarde, compared
from webapp.services.inname.vorm import Beeld
from webapp.uwlr import values as uwlr


class LeerlingKind(PersoonKind[Leerling]):
    """Pupils."""

    soort = Soort.LEERLING
    meer = "leerlingen"
    table = Leerling
    has_results = True
    follows_groep = True
    company = (Soort.LEERKRACHT,)
    is_searched_nearby = True
    same = ()
    gevuld = ("las_key", "eckid", "achternaam", "roepnaam", "geboortedatum", "geslacht", "jaargroep")
    list_columns = (Veld.GEBOREN, Veld.GROEP)
    search_columns = (Veld.GEBOREN, Veld.GROEP, Veld.RESULTATEN)

    def incoming(self, school_id: SchoolId, gegevens: uwlr.Leerlinggegevens) -> list[Inkomend]:
        namen = {groep.key: groep.naam for groep in gegevens.groepen}
        return [_incoming(school_id, leerling, namen.get(leerling.groep or "")) for leerling in gegevens.leerlingen]

    def match(
        self, binnen: Sequence[Inkomend], ours: Sequence[Doel], schooljaar: str, groepsnamen: Mapping[int, str]
    ) -> list[matching.Proposal]:
        waarden = [proven(inkomend.waarde, matching.Persoon) for inkomend in binnen]
        return matching.match_leerlingen(waarden, [_own(self._mine(doel), groepsnamen) for doel in ours])

    def likeness(self, regel: Importregel, leerling: Leerling) -> int:
        return matching.likeness(_persoon("", regel, None), _own(leerling, {}))

    def is_unchanged(self, regel: AnyRegel, doel: Doel) -> bool:
        """Whether a link stands: ECK iD, birth date, sex and first name say nothing else than when it was made.

        What the LAS leaves out says nothing, nor does a first ECK iD; a first birth date may be a twin's. Another
        surname says nothing where both identifiers are equal, unless somebody else may be meant.
        """
        leerling = self._mine(doel)
        if regel.geboortedatum not in (None, leerling.geboortedatum):
            return False
        if {regel.geslacht, leerling.geslacht} == _GESLACHT_BEKEND:
            return False
        if leerling.eckid is not None and regel.eckid not in (None, leerling.eckid):
            return False
        return super().is_unchanged(regel, doel) or self._has_only_another_surname(regel, leerling)

    def _has_only_another_surname(self, regel: AnyRegel, leerling: Leerling) -> bool:
        same = all(getattr(regel, name) and getattr(regel, name) == getattr(leerling, name) for name in _SURELY)
        is_meant = [each["id"] for each in regel.kandidaten[:1]] == [leerling.id]
        return same and is_meant and regel.matchregel == Veto.NAAM_PAST_NIET

    def redenen(self, regel: AnyRegel, doel: Doel) -> tuple[matching.Matchreden, ...]:
        return matching.redenen(_persoon("", regel, None), _own(self._mine(doel), {}))

    def exchanges(self, binnen: Sequence[Inkomend], ours: Sequence[Doel]) -> list[list[matching.Verwisseling]]:
        waarden = [proven(inkomend.waarde, matching.Persoon) for inkomend in binnen]
        return matching.find_exchanges(waarden, [_own(self._mine(doel), {}) for doel in ours])

    def waarde(self, doel: Doel) -> matching.Persoon:
        return _own(self._mine(doel), {})

    def contested(self, gegevens: uwlr.Leerlinggegevens) -> frozenset[str]:
        return identifiers(gegevens.betwiste_leerlingen)

    def beeld(self, thing: Doel | AnyRegel) -> Beeld:
        person = thing if isinstance(thing, Regel | Importregel) else self._mine(thing)
        return super().beeld(thing)._replace(geboren=person.geboortedatum)

    def is_filled(self, regel: AnyRegel, veld: str) -> bool:
        if veld == "geslacht":
            return regel.geslacht not in (None, _GESLACHT_ONBEKEND)
        return super().is_filled(regel, veld)

    def groepen_of(self, record: Leerling) -> Sequence[Groep]:
        return [record.groep] if record.groep is not None else []

    def groep_ids(self, doel: Doel) -> frozenset[int]:
        groep_id = self._mine(doel).groep_id
        return frozenset() if groep_id is None else frozenset({groep_id})

    def end_with_schooljaar(self, records: Iterable[Doel]) -> frozenset[int]:
        """Those in the highest jaargroep, where it is a number."""
        per_jaargroep = defaultdict[int, set[int]](set)
        for leerling in map(self._mine, records):
            if leerling.jaargroep is not None and leerling.jaargroep.isdigit():
                per_jaargroep[int(leerling.jaargroep)].add(leerling.id)
        return frozenset(per_jaargroep[max(per_jaargroep)]) if per_jaargroep else frozenset()

    def _take_over_rest(self, record: Leerling, regel: AnyRegel, known: list[Groep]) -> None:
        put(record, geparkeerd_op=None, geboortedatum=regel.geboortedatum or record.geboortedatum)
        if regel.geslacht not in (None, _GESLACHT_ONBEKEND) or record.geslacht is None:
            put(record, geslacht=regel.geslacht)
        put(record, jaargroep=regel.jaargroep or record.jaargroep)
        if known:
            put(record, groep_id=known[0].id)

    def depart(self, doel: Doel, now: datetime) -> None:
        super().depart(doel, now)
        self._mine(doel).groep_id = None

    def come_back(self, doel: Doel, groep_id: int | None) -> None:
        super().come_back(doel, groep_id)
        if groep_id is not None:
            self._mine(doel).groep_id = GroepId(groep_id)

    def leave(self, doel: Doel, groep_ids: frozenset[int]) -> None:
        leerling = self._mine(doel)
        if leerling.groep_id in groep_ids:
            leerling.groep_id = None

    def join(self, doel: Doel, groepen: Sequence[Groep]) -> None:
        leerling = self._mine(doel)
        if leerling.groep_id is None and leerling.status is Lidmaatschap.ACTIEF and groepen:
            leerling.groep_id = groepen[0].id

    def park(self, leerling: Leerling, now: datetime) -> None:
        """Park somebody whom the LAS never sent; the groep stays known, to come back to."""
        leerling.status, leerling.geparkeerd_op, leerling.vertrokken_op = Lidmaatschap.VERTROKKEN, now, now

    def bring_back(self, leerling: Leerling) -> None:
        """Undo `park`."""
        leerling.status, leerling.geparkeerd_op, leerling.vertrokken_op = Lidmaatschap.ACTIEF, None, None

    def _loaded(self) -> tuple[ORMOption, ...]:
        return (joinedload(Leerling.groep),)

    def _counts(self, school_id: SchoolId) -> tuple[ColumnElement[bool], ...]:
        return (*super()._counts(school_id), Leerling.samengevoegd_met_id.is_(None))

    def _nearby(self, regel: Importregel) -> tuple[ColumnElement[bool], ...]:
        if not regel.jaargroep or not regel.jaargroep.isdigit():
            return ()
        return (Leerling.jaargroep.in_([regel.jaargroep, str(int(regel.jaargroep) - 1)]),)

    def within(self, groepen: Collection[GroepId]) -> ColumnElement[bool]:
        return Leerling.groep_id.in_(groepen)

    def known(self, doel: Doel) -> tuple[tuple[Veld, Waarde], ...]:
        return ((Veld.GEBOREN, self._mine(doel).geboortedatum),)

    def line_values(self, regel: Importregel, *, groep: str, leerlingen: int) -> tuple[Waarde, ...]:
        return regel.geboortedatum, groep

    def search_values(self, doel: Doel, *, resultaten: int) -> tuple[Waarde, ...]:
        leerling = self._mine(doel)
        return leerling.geboortedatum, leerling.groep.naam if leerling.groep else None, resultaten

    def compare(self, regel: Importregel, doel: Doel, *, groep: str) -> list[Vergelijking]:
        leerling = self._mine(doel)
        return [
            *self._compare_identifiers(regel, leerling),
            compared(Veld.GEBOREN, regel.geboortedatum, leerling.geboortedatum),
            *self._compare_geslacht(regel, leerling),
            Vergelijking(
                Veld.GROEP,
                groep or Jaargroep(regel.jaargroep),
                leerling.groep.naam if leerling.groep else Jaargroep(leerling.jaargroep),
                _step(leerling.jaargroep, regel.jaargroep),
            ),
        ]

    def _compare_geslacht(self, regel: Importregel, leerling: Leerling) -> list[Vergelijking]:
        """Where both sides know it."""
        if not {regel.geslacht, leerling.geslacht} <= _GESLACHT_BEKEND:
            return []
        return [compared(Veld.GESLACHT, Geslacht(regel.geslacht or ""), Geslacht(leerling.geslacht or ""))]

    def twins(self, session: Session, regel: Importregel, doel: Doel) -> list[str]:
        if not regel.achternaam or regel.geboortedatum is None:
            return []
        ours = select(Leerling).where(
            *self._counts(regel.school_id),
            Leerling.id != doel.id,
            func.lower(Leerling.achternaam) == regel.achternaam.lower(),
            Leerling.geboortedatum == regel.geboortedatum,
        )
        theirs = select(Importregel).where(
            Importregel.school_id == regel.school_id,
            Importregel.batch_id == regel.batch_id,
            Importregel.soort == self.soort,
            Importregel.id != regel.id,
            func.lower(Importregel.achternaam) == regel.achternaam.lower(),
            Importregel.geboortedatum == regel.geboortedatum,
        )
        found = [leerling.naam for leerling in session.scalars(ours)]
        return list(dict.fromkeys([*found, *(line.weergavenaam for line in session.scalars(theirs))]))

    def other_date(self, regel: Importregel, doel: Doel) -> date | None:
        ours = self._mine(doel).geboortedatum
        return ours if regel.geboortedatum is not None and ours != regel.geboortedatum else None


_GESLACHT_ONBEKEND = "0"
_SURELY = ("las_key", "eckid", "roepnaam")


_GESLACHT_BEKEND = frozenset({"1", "2"})


def _step(ours: str | None, theirs: str | None) -> Oordeel | None:
    """Who stayed in a jaargroep or went one further fits, whatever the groep is called; two further says nothing."""
    if ours is None or theirs is None or not ours.isdigit() or not theirs.isdigit():
        return None
    return {0: Oordeel.PAST, 1: Oordeel.PAST, 2: None}.get(int(theirs) - int(ours), Oordeel.TEGEN)


def _incoming(school_id: SchoolId, leerling: uwlr.Leerling, groepsnaam: str | None) -> Inkomend:
    regel = Regel(
        school_id=school_id,
        soort=Soort.LEERLING,
        las_key=leerling.key,
        eckid=leerling.eckid,
        achternaam=leerling.achternaam,
        voorvoegsel=leerling.voorvoegsel,
        roepnaam=leerling.roepnaam,
        geboortedatum=leerling.geboortedatum,
        geslacht=leerling.geslacht,
        jaargroep=leerling.jaargroep,
        groep_keys=[leerling.groep] if leerling.groep else [],
    )
    waarde = matching.Persoon(
        id=identity(leerling.key, leerling.eckid),
        las_key=leerling.key,
        eckid=leerling.eckid,
        achternaam=leerling.achternaam,
        voorvoegsel=leerling.voorvoegsel,
        roepnaam=leerling.roepnaam,
        voornamen=leerling.voornamen,
        voorletters=leerling.voorletters,
        geboortedatum=leerling.geboortedatum,
        geslacht=leerling.geslacht,
        jaargroep=leerling.jaargroep,
        groep=groepsnaam,
    )
    return Inkomend(regel, waarde)


def _own(leerling: Leerling, groepsnamen: Mapping[int, str]) -> matching.Persoon:
    groep = leerling.groep
    naam = groepsnamen.get(groep.id, groep.naam) if groep else None
    return _persoon(str(leerling.id), leerling, naam, bekende_namen.values(leerling))


def _persoon(
    id_: str, thing: Leerling | AnyRegel, groep: str | None, bekend: tuple[matching.BekendeNaam, ...] = ()
) -> matching.Persoon:
    return matching.Persoon(
        id=id_,
        las_key=thing.las_key,
        eckid=thing.eckid,
        achternaam=thing.achternaam,
        voorvoegsel=thing.voorvoegsel,
        roepnaam=thing.roepnaam,
        geboortedatum=thing.geboortedatum,
        geslacht=thing.geslacht,
        jaargroep=thing.jaargroep,
        groep=groep,
        bekend=bekend,
    )


LEERLING = LeerlingKind()
