"""A proposal for every record of a delivery: which of ours is meant, how sure, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from webapp import matching
from webapp.models import Groep, Importregel, Keuze, Leerkracht, Leerling, Soort, Uitzondering, Zekerheid
from webapp.services.inname.inkomend import Inkomend, identity, ours
from webapp.services.inname.overnemen import TABLES, Doel

_OWN = {Soort.LEERLING: ("eckid", "geboortedatum"), Soort.LEERKRACHT: ("eckid",)}


@dataclass
class Bestand:
    """All records of one school and kind, leavers too (they may come back), and what to leave alone."""

    soort: Soort
    records: Sequence[Doel]
    uitgezonderd: frozenset[str]
    by_id: dict[int, Doel] = field(init=False)

    def __post_init__(self) -> None:
        self.by_id = {record.id: record for record in self.records}


def load(session: Session, school_id: int, soort: Soort) -> Bestand:
    """Read the records of one kind."""
    table = TABLES[soort]
    query = select(table).where(table.school_id == school_id).order_by(table.id)
    if table is Leerling:
        query = query.options(joinedload(Leerling.groep))
    elif table is Leerkracht:
        query = query.options(joinedload(Leerkracht.groepen))
    uitgezonderd = session.scalars(
        select(Uitzondering).where(Uitzondering.school_id == school_id, Uitzondering.soort == soort)
    )
    return Bestand(
        soort,
        session.scalars(query).unique().all(),
        frozenset(identity(row.las_key, row.eckid) for row in uitgezonderd),
    )


def propose(binnen: Sequence[Inkomend], bestand: Bestand, schooljaar: str) -> None:
    """Fill in each line: voorstel, reden, kandidaten and the choice that is preselected."""
    for inkomend, proposal in zip(binnen, _match(binnen, bestand, schooljaar), strict=True):
        _fill_in(inkomend.regel, proposal)
    _keep_unchanged([inkomend.regel for inkomend in binnen], bestand)
    _refuse_taken_keys([inkomend.regel for inkomend in binnen], bestand)


def is_known(regel: Importregel, doel: Doel) -> bool:
    """Whether we were linked with this LAS record before this delivery."""
    if regel.las_key is not None and doel.las_key == regel.las_key:
        return True
    return not isinstance(doel, Groep) and regel.eckid is not None and doel.eckid == regel.eckid


def _match(binnen: Sequence[Inkomend], bestand: Bestand, schooljaar: str) -> list[matching.Proposal]:
    incoming: list[Any] = [inkomend.waarde for inkomend in binnen]
    if bestand.soort is Soort.LEERLING:
        return matching.match_leerlingen(incoming, ours(bestand.records))  # type: ignore[arg-type]  # one kind
    if bestand.soort is Soort.LEERKRACHT:
        return matching.match_leerkrachten(incoming, ours(bestand.records))  # type: ignore[arg-type]  # one kind
    return _match_groepen(incoming, bestand, schooljaar)


def _match_groepen(
    incoming: list[matching.Groepsgegeven], bestand: Bestand, schooljaar: str
) -> list[matching.Proposal]:
    """Within one school year a key stays with its groep, so a new name is taken over; over the years it may not."""
    groepen = [record for record in bestand.records if isinstance(record, Groep)]
    same_year = {groep.las_key: groep for groep in groepen if groep.las_key and groep.schooljaar == schooljaar}
    linked = {groep.id: same_year[groep.id] for groep in incoming if groep.id in same_year}
    taken = {groep.id for groep in linked.values()}
    rest = [groep for groep in incoming if groep.id not in linked]
    others = ours([groep for groep in groepen if groep.id not in taken])
    proposals = {p.incoming_id: p for p in matching.match_groepen(rest, others)}  # type: ignore[arg-type]  # one kind
    return [_same_groep(g.id, linked[g.id]) if g.id in linked else proposals[g.id] for g in incoming]


def _same_groep(key: str, groep: Groep) -> matching.Proposal:
    reden = matching.Reden("sleutel", matching.Uitkomst.GELIJK, "zelfde groep in de administratie")
    return matching.Proposal(key, matching.Zekerheid.ZEKER, str(groep.id), "externe-sleutel", (reden,), ())


def _fill_in(regel: Importregel, proposal: matching.Proposal) -> None:
    regel.voorstel, regel.regel, regel.reden = Zekerheid(proposal.zekerheid.value), proposal.rule, proposal.tekst
    regel.kandidaten = [
        {"id": int(kandidaat.id), "reden": ", ".join(reden.tekst for reden in kandidaat.redenen)}
        for kandidaat in proposal.kandidaten
    ]
    regel.keuze = regel.doel_id = None
    if regel.voorstel is Zekerheid.ZEKER and proposal.existing_id is not None:
        regel.keuze, regel.doel_id = Keuze.KOPPEL, int(proposal.existing_id)
    elif regel.voorstel is Zekerheid.NIEUW:
        regel.keuze = Keuze.NIEUW


def _keep_unchanged(regels: Sequence[Importregel], bestand: Bestand) -> None:
    """Somebody who was linked before and in whom nothing changed is no question, however odd the name."""
    if bestand.soort is Soort.GROEP:
        return
    targets = {regel.doel_id for regel in regels if regel.keuze is Keuze.KOPPEL}
    known = {record.las_key: record for record in bestand.records if record.las_key}
    for regel in regels:
        record = known.get(regel.las_key or "")
        if regel.keuze is None and record is not None and record.id not in targets and _is_same(regel, record):
            regel.voorstel, regel.keuze, regel.doel_id = Zekerheid.ZEKER, Keuze.KOPPEL, record.id
            regel.regel, regel.reden = "ongewijzigd", "Eerder gekoppeld en niets veranderd."


def _is_same(regel: Importregel, record: Doel) -> bool:
    return not isinstance(record, Groep) and all(
        getattr(regel, name) == getattr(record, name)
        for name in ("achternaam", "voorvoegsel", "roepnaam", *_OWN[regel.soort])
    )


def _refuse_taken_keys(regels: Sequence[Importregel], bestand: Bestand) -> None:
    """A certain link may not take a key that another of our records keeps: then a person looks."""
    targets = {regel.doel_id for regel in regels if regel.keuze is Keuze.KOPPEL}
    holders = {record.las_key: record for record in bestand.records if record.las_key}
    for regel in regels:
        holder = holders.get(regel.las_key or "")
        if regel.keuze is not Keuze.KOPPEL or holder is None or holder.id in targets:
            continue
        reden = "iemand anders heeft dit externe nummer nog"
        regel.kandidaten = [{"id": regel.doel_id, "reden": reden}, {"id": holder.id, "reden": "zelfde extern nummer"}]
        regel.voorstel, regel.keuze, regel.doel_id = Zekerheid.TWIJFEL, None, None
        regel.reden = f"Controleer: {reden}."
