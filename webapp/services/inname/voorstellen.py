"""A proposal for every record of an aanlevering: which of ours is meant, how sure, and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp import matching
from webapp.matching import Matchreden
from webapp.matching.folding import words
from webapp.matching.vetoes import Veto
from webapp.models import Importregel, Keuze, Lidmaatschap, Teruggenomen, Uitzondering, Zekerheid
from webapp.models.ids import SchoolId
from webapp.models.importbatch import Voorgesteld
from webapp.models.regel import AnyRegel
from webapp.services import aanwezig
from webapp.services.inname import teruggenomen
from webapp.services.inname.batch import says
from webapp.services.inname.soorten import KINDS, AnyKind, Doel, Inkomend, identity


@dataclass
class Bestand:
    """All records of one school and kind, leavers too (they may come back), and what to leave alone."""

    kind: AnyKind
    records: Sequence[Doel]
    uitgezonderd: Mapping[str, Uitzondering]
    wachtend: Sequence[Importregel] = ()
    """Lines that wait in the open review."""
    teruggenomen: Sequence[Teruggenomen] = ()
    blijven: Mapping[int, Teruggenomen] = field(default_factory=dict)
    """Which of our records a person brought back, so that no night parks them."""
    gezegd: Mapping[str, Importregel] = field(init=False)
    """What a person answered in the open review, or typed for who is new there, and nobody imported yet.

    And what was asked since because the LAS says otherwise than they did.
    """
    by_id: dict[int, Doel] = field(init=False)
    _keys: set[tuple[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        self.gezegd = {identity(row.las_key, row.eckid): row for row in self.wachtend if _is_said(row)}
        self.by_id = {record.id: record for record in self.records}
        active = (record for record in self.records if record.status is Lidmaatschap.ACTIEF)
        self._keys = {each for record in active for each in self.kind.identifiers(record)}

    def has_its_key(self, regel: AnyRegel) -> bool:
        """Whether one of ours has an identifier of this line: who it is, is asked, so that no result goes astray."""
        return not self._keys.isdisjoint(self.kind.identifiers(regel))

    def is_spoken_of(self, regel: AnyRegel) -> bool:
        """The same, or a person answered this line and that was not imported yet: it goes with no groep."""
        return self.has_its_key(regel) or identity(regel.las_key, regel.eckid) in self.gezegd

    def is_left_out(self, inkomend: Inkomend, schooljaar: str) -> bool:
        """Whether a beheerder left this record out."""
        uitzondering = self.uitgezonderd.get(inkomend.identity)
        return uitzondering is not None and self.kind.is_left_out(inkomend.regel, uitzondering, schooljaar)

    def keys_left_out(self) -> frozenset[str]:
        """LAS keys of what a beheerder left out."""
        return frozenset(row.las_key for row in self.uitgezonderd.values() if row.las_key is not None)

    def renewed(self, came: Sequence[Inkomend]) -> frozenset[str]:
        """Keys that a LAS made anew for a groep that was left out and does not come any more: called like it."""
        keys = {inkomend.regel.las_key for inkomend in came}
        gone = {words(row.omschrijving) for row in self.uitgezonderd.values() if row.las_key not in keys}
        ours = [doel for doel in self.records if doel.status is Lidmaatschap.ACTIEF]
        gone -= {words(doel.naam) for doel in ours}
        keys -= {doel.las_key for doel in ours}
        named = {each.regel.las_key for each in came if words(each.regel.naam) in gone}
        return frozenset(key for key in named & keys if key is not None)


@dataclass(frozen=True)
class Gelezen:
    """The records of one kind: all that came in, those that are not left out, and ours."""

    everything: list[Inkomend]
    binnen: list[Inkomend]
    bestand: Bestand
    elders: int
    """How many of another location were not even looked at."""
    jaargroep_niet: int = 0
    """How many stay out because their jaargroep does not take part."""


def load(session: Session, school_id: SchoolId) -> list[Bestand]:
    """Read what an aanlevering is compared with: once per table, and the records once per kind."""
    left_out = session.scalars(select(Uitzondering).where(Uitzondering.school_id == school_id)).all()
    waiting = aanwezig.open_lines(session, school_id, *KINDS)
    taken_back = teruggenomen.of_school(session, school_id)
    return [
        Bestand(
            kind,
            kind.all_of(session, school_id),
            {identity(row.las_key, row.eckid): row for row in left_out if row.soort is soort},
            [regel for regel in waiting if regel.soort is soort],
            [row for row in taken_back if row.soort is soort and not teruggenomen.stays(row)],
            {
                row.record_id: row
                for row in taken_back
                if row.soort is soort and teruggenomen.stays(row) and row.record_id is not None
            },
        )
        for soort, kind in KINDS.items()
    ]


def propose(
    binnen: Sequence[Inkomend],
    buiten: Sequence[Inkomend],
    bestand: Bestand,
    schooljaar: str,
    groepsnamen: Mapping[int, str],
) -> None:
    """Fill in each line: voorstel, redenen, kandidaten and the choice that is preselected.

    `buiten` are left out. They get no line, but one of them may be whom ours is: so a namesake of theirs is no certain
    match.
    """
    proposals = bestand.kind.match([*binnen, *buiten], bestand.records, schooljaar, groepsnamen)
    for inkomend, proposal in zip(binnen, proposals[: len(binnen)], strict=True):
        _fill_in(inkomend.regel, proposal)
    regels = [inkomend.regel for inkomend in binnen]
    _keep_unchanged(regels, [inkomend.regel for inkomend in buiten], bestand)
    _ask_about_a_link_that_stands(regels, bestand)
    _refuse_taken_keys(regels, bestand)
    _keep_what_was_said(regels, bestand)
    _leave_what_was_taken_back(regels, bestand)
    _find_exchanges([inkomend for inkomend in binnen if inkomend.regel.keuze is None], bestand)


def is_known(regel: AnyRegel, doel: Doel) -> bool:
    """Whether we were linked with this LAS record before this aanlevering."""
    by_key = regel.las_key is not None and doel.las_key == regel.las_key
    return by_key or (regel.eckid is not None and doel.eckid == regel.eckid)


def _fill_in(regel: AnyRegel, proposal: matching.Proposal) -> None:
    regel.voorstel = Zekerheid(proposal.zekerheid.value)
    regel.matchregel, regel.redenen = proposal.rule, list(proposal.redenen)
    regel.kandidaten = [
        {"id": int(kandidaat.id), "redenen": list(kandidaat.redenen)} for kandidaat in proposal.kandidaten
    ]
    regel.keuze = regel.doel_id = None
    if regel.voorstel is Zekerheid.ZEKER and proposal.existing_id is not None:
        regel.keuze, regel.doel_id = Keuze.KOPPEL, int(proposal.existing_id)
    elif regel.voorstel is Zekerheid.NIEUW:
        regel.keuze = Keuze.NIEUW


def _find_exchanges(open_: Sequence[Inkomend], bestand: Bestand) -> None:
    """Make one question of the lines of those whom the LAS exchanged: no line can be answered alone."""
    if len(open_) < 2:
        return
    there = [record for record in bestand.records if record.status is Lidmaatschap.ACTIEF]
    by_id = {inkomend.identity: inkomend.regel for inkomend in open_}
    for each in chain.from_iterable(bestand.kind.exchanges(open_, there)):
        regel = by_id[each.incoming_id]
        regel.ruil = {"naam": int(each.naam_id), "nummer": int(each.nummer_id), "wat": list(each.wat)}
        known = {kandidaat["id"] for kandidaat in regel.kandidaten}
        more = [id_ for id_ in (regel.ruil["naam"], regel.ruil["nummer"]) if id_ not in known]
        regel.kandidaten = [*regel.kandidaten, *(Voorgesteld(id=id_, redenen=[]) for id_ in more)]


def _keep_unchanged(regels: Sequence[AnyRegel], buiten: Sequence[AnyRegel], bestand: Bestand) -> None:
    """Somebody who was linked before and in whom nothing changed is no question, however odd the name.

    Unless an identifier of the two stands at somebody else, here or in the aanlevering.
    """
    targets = {regel.doel_id for regel in regels if regel.keuze is Keuze.KOPPEL}
    known = {each: record for record in bestand.records for each in bestand.kind.identifiers(record)}
    carriers = {each: regel for regel in (*regels, *buiten) for each in bestand.kind.identifiers(regel)}
    for regel in regels:
        found = [known[each] for each in bestand.kind.identifiers(regel) if each in known]
        if regel.keuze is not None or not found or found[0].id in targets:
            continue
        record = found[0]
        is_elsewhere = any(carriers.get(each, regel) is not regel for each in bestand.kind.identifiers(record))
        if is_elsewhere or any(other is not record for other in found):
            continue
        if bestand.kind.is_unchanged(regel, record):
            regel.voorstel, regel.keuze, regel.doel_id = Zekerheid.ZEKER, Keuze.KOPPEL, record.id
            regel.matchregel, regel.redenen = "ongewijzigd", [Matchreden.ONGEWIJZIGD]


def _ask_about_a_link_that_stands(regels: Sequence[AnyRegel], bestand: Bestand) -> None:
    """Who has the identifier of one of ours and nothing else of them is a question: no link is cut by itself.

    Unless the LAS sends ours under another identifier.
    """
    if not bestand.kind.has_results:
        return
    targets = {regel.doel_id for regel in regels if regel.keuze is Keuze.KOPPEL}
    here = [each for each in bestand.records if each.status is Lidmaatschap.ACTIEF and each.id not in targets]
    known = {name: record for record in here for name in bestand.kind.identifiers(record)}
    for regel in regels:
        found = [known[name] for name in bestand.kind.identifiers(regel) if name in known]
        if regel.keuze is Keuze.NIEUW and found:
            regel.redenen = list(bestand.kind.redenen(regel, found[0]))
            regel.kandidaten = [Voorgesteld(id=found[0].id, redenen=regel.redenen)]
            regel.matchregel, regel.voorstel, regel.keuze = Veto.NAAM_PAST_NIET, Zekerheid.TWIJFEL, None


def _is_said(regel: Importregel) -> bool:
    if regel.is_vraag:
        return regel.matchregel == Veto.TEGENGESPROKEN
    is_persons = regel.gekozen_door is not None or regel.email_ingevuld is not None
    return is_persons and not regel.via_groep


def _keep_what_was_said(regels: Sequence[AnyRegel], bestand: Bestand) -> None:
    """Whom a person said to be somebody else, or nobody of ours, is a question however sure it is by now.

    Unless the LAS says otherwise of somebody whom we knew. And whom they linked, is one as soon as nobody of ours looks
    like it any more.
    """
    for regel in regels:
        said = bestand.gezegd.get(identity(regel.las_key, regel.eckid))
        if said is None or regel.keuze not in (Keuze.KOPPEL, Keuze.NIEUW):
            continue
        is_same = says(said) == says(regel)
        found = [Voorgesteld(id=regel.doel_id, redenen=regel.redenen)] if regel.doel_id is not None else []
        if found:
            is_other = said.keuze is not Keuze.KOPPEL or said.doel_id != regel.doel_id
            is_asked = is_other and (is_same or not is_known(regel, bestand.by_id[found[0]["id"]]))
        else:
            found = [each for each in _said_of(said) if each["id"] in bestand.by_id]
            is_asked = bool(found) and (said.is_vraag or said.voorstel is not regel.voorstel or not is_same)
        if is_asked:
            regel.kandidaten, regel.redenen = found, found[0]["redenen"]
            regel.matchregel, regel.voorstel = Veto.TEGENGESPROKEN, Zekerheid.TWIJFEL
            regel.keuze = regel.doel_id = None


def _said_of(regel: Importregel) -> list[Voorgesteld]:
    """Our records that a line is about by what a person said."""
    if regel.is_vraag:
        return regel.kandidaten
    doel_id = regel.doel_id if regel.keuze is Keuze.KOPPEL else None
    return [] if doel_id is None else [Voorgesteld(id=doel_id, redenen=[])]


def _leave_what_was_taken_back(regels: Sequence[AnyRegel], bestand: Bestand) -> None:
    """What a person took back is a question that was set aside, however sure it is by now.

    Whom of ours they took from a record of the LAS may be meant by its new number: that is a question too, set aside
    unless the old number comes from somebody else.
    """
    if not bestand.teruggenomen:
        return
    came = {row for regel in regels for row in teruggenomen.about(regel, bestand.teruggenomen)}
    for regel in regels:
        doel = bestand.by_id.get(regel.doel_id or 0)
        rows = teruggenomen.about(regel, bestand.teruggenomen)
        free = doel is not None and doel.las_key is None
        taken = [row for row in bestand.teruggenomen if doel is not None and free and row.record_id == doel.id]
        rows += [row for row in taken if row not in came]
        is_pair = doel is not None and (bool(taken) or doel.id in {row.record_id for row in rows})
        if regel.keuze is Keuze.KOPPEL and doel is not None and is_pair and not _is_linked(regel, doel):
            regel.kandidaten = [Voorgesteld(id=doel.id, redenen=regel.redenen)]
            regel.matchregel, regel.voorstel = Veto.TERUGGENOMEN, Zekerheid.TWIJFEL
            regel.keuze = regel.doel_id = None
        elif regel.keuze is Keuze.NIEUW and rows:
            regel.keuze = None
        if regel.keuze is None and rows:
            regel.later_door, regel.later_op = rows[-1].door, rows[-1].op


def _is_linked(regel: AnyRegel, doel: Doel) -> bool:
    """Whether it is the link itself that a line tells of."""
    return doel.las_key == regel.las_key if regel.las_key is not None else doel.eckid == regel.eckid


def _refuse_taken_keys(regels: Sequence[AnyRegel], bestand: Bestand) -> None:
    """A certain link may not take a key that another of our records keeps: then a person looks.

    The record of a refused line keeps its key too, which may refuse the next line: so until nothing changes.
    """
    holders: dict[str | None, Doel] = {record.las_key: record for record in bestand.records if record.las_key}
    certain = [regel for regel in regels if regel.keuze is Keuze.KOPPEL]
    while True:
        targets = {regel.doel_id for regel in certain}
        refused = [regel for regel in certain if _keeper(regel, holders, targets) is not None]
        if not refused:
            return
        for regel in refused:
            _doubt(regel, holders[regel.las_key])
        certain = [regel for regel in certain if regel.keuze is Keuze.KOPPEL]


def _keeper(regel: AnyRegel, holders: Mapping[str | None, Doel], targets: Collection[int | None]) -> Doel | None:
    """Our record that keeps the key of this line, because no certain link gives it another."""
    holder = holders.get(regel.las_key) if regel.las_key else None
    return None if holder is None or holder.id in targets else holder


def _doubt(regel: AnyRegel, holder: Doel) -> None:
    assert regel.doel_id is not None
    regel.kandidaten = [
        {"id": regel.doel_id, "redenen": [Matchreden.NUMMER_BEZET]},
        {"id": holder.id, "redenen": [Matchreden.NUMMER_GELIJK]},
    ]
    regel.redenen = [Matchreden.NUMMER_BEZET]
    regel.voorstel, regel.keuze, regel.doel_id = Zekerheid.TWIJFEL, None, None
