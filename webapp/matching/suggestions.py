"""What is left after the sure links: a ranked question, or somebody new."""

from __future__ import annotations

from webapp.matching.blocks import FuzzyIndex
from webapp.matching.evidence import Evidence, compare
from webapp.matching.prepare import Prepared
from webapp.matching.proposals import doubtful, new
from webapp.matching.rivals import could_be
from webapp.matching.scores import WORTH_ASKING, score
from webapp.matching.values import Proposal
from webapp.matching.vetoes import Veto, explain

_MOST_KANDIDATEN = 5


class Suggester:
    """Finds who may be meant among the existing records that are still free."""

    def __init__(self, existing: list[Prepared], taken: set[int], years: int) -> None:
        self.existing, self.taken, self.years = existing, taken, years
        self.free = FuzzyIndex([record for record in existing if record.nr not in taken])

    def propose(self, record: Prepared, met: dict[int, Evidence], veto: Veto | None) -> Proposal:
        """Return a question with at most five candidates, or new; `met` are the pairs that were compared already."""
        candidates = {nr: e for nr, e in met.items() if nr not in self.taken or could_be(e)}
        for nr in self.free.near(record):
            if nr not in candidates:
                candidates[nr] = compare(record, self.existing[nr], self.years)
        ranked = sorted(
            (-score(e), self.existing[nr].id, nr) for nr, e in candidates.items() if score(e) >= WORTH_ASKING
        )
        if not ranked:
            return new(record.id)
        best = list(dict.fromkeys(nr for _, _, nr in ranked[:_MOST_KANDIDATEN]))
        first = candidates[best[0]]
        if veto is None:
            veto = Veto.AL_GEKOPPELD if best[0] in self.taken else explain(first)
        return doubtful(record.id, veto, [(self.existing[nr].id, candidates[nr]) for nr in best])
