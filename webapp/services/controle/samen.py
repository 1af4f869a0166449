"""Which lines go together: whoever waits for an answer keeps others from being written before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from webapp.models import Importbatch, Importregel, Soort
from webapp.services.inname.soorten import KINDS

Waarover = Mapping[Importregel, set[tuple[Soort, int]]]


def waiting(session: Session, batch: Importbatch, regels: Sequence[Importregel]) -> list[Importregel]:
    """The lines that an import leaves behind: those without an answer, and those that go together with one of them."""
    found = {regel for regel in regels if regel.is_vraag}
    more = found
    over = belongs_together(session, batch, regels) if found else {}
    while more:
        taken = set[tuple[Soort, int]]().union(*(over[regel] for regel in found))
        groepen = {regel.las_key for regel in found if KINDS[regel.soort].takes_along}
        more = {r for r in regels if r not in found and (over[r] & taken or _follows(r, groepen))}
        found |= more
    return [regel for regel in regels if regel in found]


def belongs_together(session: Session, batch: Importbatch, regels: Sequence[Importregel]) -> Waarover:
    """Our records that each line is about; lines about the same one go together. A link that stays is about none.

    A question is about its best candidate and those that are as good, an answer about the one that was chosen, and
    both about whoever they were linked with and whoever holds their key. A weaker candidate holds nobody up: who was
    answered with that one is no rival.
    """
    found = {regel: set[tuple[Soort, int]]() for regel in regels}
    for soort, kind in KINDS.items():
        work = [regel for regel in regels if regel.soort is soort and regel.is_work]
        holders = kind.holders(session, batch.school_id, work) if work else ()
        holder_of: dict[tuple[str, str], int] = {
            identifier: doel.id for doel in holders for identifier in kind.identifiers(doel)
        }
        for regel in work:
            ids: set[int | None] = {holder_of.get(identifier) for identifier in kind.identifiers(regel)}
            ids |= _best(regel) if regel.is_vraag else {regel.doel_id}
            ids.add(regel.toegepast_id)
            if regel.ruil is not None:  # whom the LAS exchanged goes in together, whatever was answered
                ids |= {regel.ruil["naam"], regel.ruil["nummer"]}
            found[regel] = {(soort, id_) for id_ in ids if id_ is not None}
    return found


def _best(regel: Importregel) -> set[int]:
    """The candidates that fit a question no worse than the first."""
    return {each["id"] for each in regel.kandidaten if each["redenen"] == regel.kandidaten[0]["redenen"]}


def _follows(regel: Importregel, groepen: set[str | None]) -> bool:
    """Whether the only groep of a line waits: a leerling goes in with it, and whoever was linked before joins it."""
    follows = KINDS[regel.soort].follows_groep or not regel.is_work
    return follows and bool(regel.groep_keys) and groepen.issuperset(regel.groep_keys)
