"""What people answered in a review, and what each answer means for results; the summary reads it back to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from webapp.models import Importregel, Keuze, Soort, Zekerheid
from webapp.services import vragen
from webapp.services.controle import ruil
from webapp.services.controle.kandidaten import results_of
from webapp.services.controle.ruil import Ruilantwoord
from webapp.services.inname.soorten import KINDS, Doel


@dataclass(frozen=True, slots=True)
class Antwoord:
    """One answer, about one line or about all who were exchanged."""

    regels: Sequence[Importregel]
    doel: Doel | None
    """Our record that was chosen."""
    resultaten: int
    """On that record."""
    ander: Doel | None
    """Our record that it is not, though it might have been or was."""
    achter: int
    """Results on that one, which stay there."""
    ruil: Ruilantwoord | None = None
    van: Importregel | None = None
    """Who was linked by itself with the record that was chosen."""
    naar: Importregel | None = None
    """Who gets the record that this one was linked with by itself, where it has results."""

    @property
    def regel(self) -> Importregel:
        return self.regels[0]


def given(session: Session, regels: Sequence[Importregel]) -> list[Antwoord]:
    """Return the answers of people among these lines, the newest first."""
    rings = list(_answered(regels))
    chosen = {(r.soort, r.doel_id) for r in regels if r.keuze is Keuze.KOPPEL}
    others = {ring[0]: _other(ring[0], chosen) for ring in rings}
    found = _records(session, (ring[0] for ring in rings), others)
    ids = [doel.id for (soort, _), doel in found.items() if KINDS[soort].has_results]
    results = results_of(session, regels[0].school_id, ids) if ids else {}
    had = {(r.soort, r.toegepast_id): r for r in regels if r.toegepast_id is not None}
    has = {(r.soort, r.doel_id or 0): r for r in regels if r.keuze is Keuze.KOPPEL and results.get(r.doel_id or 0)}
    answers = [_moved(_answer(ring, found, others[ring[0]], results), had, has) for ring in rings]
    return sorted(answers, key=lambda each: (each.regel.gekozen_op, each.regel.id), reverse=True)


def is_answer(regel: Importregel) -> bool:
    """Whether a person said this: it was asked, or they chose otherwise than was proposed."""
    by_person = regel.keuze is not None and regel.gekozen_op is not None and not regel.via_groep
    is_other = regel.is_work and (regel.voorstel is not Zekerheid.NIEUW or regel.keuze is not Keuze.NIEUW)
    return by_person and (regel.voorstel is Zekerheid.TWIJFEL or is_other)


def _answered(regels: Sequence[Importregel]) -> Iterator[Sequence[Importregel]]:
    told = set[Importregel]()
    for regel in regels:
        if is_answer(regel) and regel not in told:
            ring = vragen.together(regel, regels)
            told.update(ring)
            yield ring


def _other(regel: Importregel, chosen: set[tuple[Soort, int | None]]) -> int | None:
    """Whom it was linked with by itself, else the best candidate; nobody whom another line has."""
    ids = [regel.toegepast_id, *(kandidaat["id"] for kandidaat in regel.kandidaten)]
    mine = (id_ for id_ in ids if id_ is not None and (regel.soort, id_) not in chosen)
    return next(mine, None) if regel.keuze is not Keuze.KOPPEL or regel.toegepast_id is not None else None


Records = Mapping[tuple[Soort, int], Doel]
Holders = Mapping[tuple[Soort, int], Importregel]


def _records(session: Session, regels: Iterable[Importregel], others: Mapping[Importregel, int | None]) -> Records:
    lines, found = list(regels), dict[tuple[Soort, int], Doel]()
    for soort, kind in KINDS.items():
        mine = [regel for regel in lines if regel.soort is soort]
        ids = {id_ for regel in mine for id_ in (regel.doel_id, others[regel]) if id_ is not None}
        if ids:
            found |= {(soort, id_): doel for id_, doel in kind.find(session, mine[0].school_id, ids).items()}
    return found


def _answer(ring: Sequence[Importregel], found: Records, other: int | None, results: Mapping[int, int]) -> Antwoord:
    regel = ring[0]
    grave = results if KINDS[regel.soort].has_results else {}
    is_link = regel.keuze is Keuze.KOPPEL and regel.doel_id is not None
    return Antwoord(
        regels=ring,
        doel=found.get((regel.soort, regel.doel_id or 0)) if is_link else None,
        resultaten=grave.get(regel.doel_id or 0, 0) if is_link else 0,
        ander=found.get((regel.soort, other or 0)),
        achter=grave.get(other or 0, 0),
        ruil=ruil.given(ring) if len(ring) > 1 else None,
    )


def _moved(antwoord: Antwoord, had: Holders, has: Holders) -> Antwoord:
    """Say of a record that is taken over who had it, and who gets it."""
    regel = antwoord.regel
    van = had.get((regel.soort, antwoord.doel.id)) if antwoord.doel is not None else None
    naar = has.get((regel.soort, regel.toegepast_id)) if regel.toegepast_id is not None else None
    return replace(antwoord, van=van if van is not regel else None, naar=naar if naar is not regel else None)
