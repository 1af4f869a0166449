"""What is left after the sure links: a ranked question, or somebody new."""

from __future__ import annotations

from webapp.matching.blocks import FuzzyIndex
from webapp.matching.datums import DatumGelijkenis
from webapp.matching.evidence import Evidence, Gelijkenis, compare
from webapp.matching.prepare import Prepared
from webapp.matching.proposals import doubtful, new
from webapp.matching.reasons import describe
from webapp.matching.rivals import could_be, is_better
from webapp.matching.scores import WORTH_ASKING, rarity, score
from webapp.matching.values import Kandidaat, Proposal
from webapp.matching.vetoes import Veto, explain
from webapp.matching.voornaamgelijkenis import RoepnaamGelijkenis

_MOST_KANDIDATEN = 5
_TOO_LIKE_TO_HIDE = 16
_USUAL_STEP = 2
_SOMEBODY_ELSE = 8


class Suggester:
    """Finds who may be meant among the existing records that are still free."""

    def __init__(self, existing: list[Prepared], taken: set[int], years: int, usual_step: int | None) -> None:
        self.existing, self.taken, self.years, self.usual_step = existing, taken, years, usual_step
        self.free = FuzzyIndex([record for record in existing if record.nr not in taken])

    def propose(self, record: Prepared, met: dict[int, Evidence], veto: Veto | None) -> Proposal:
        """Return a question with at most five candidates, or new; `met` are the pairs that were compared already."""
        candidates = {nr: e for nr, e in met.items() if nr not in self.taken or _may_be_double(e)}
        for nr in self.free.near(record):
            if nr not in candidates:
                candidates[nr] = compare(record, self.existing[nr], self.years)
        ranked = sorted(
            (-self._rank(record, nr, candidates), self.existing[nr].id, nr)
            for nr, e in candidates.items()
            if score(e) >= WORTH_ASKING
        )
        if not ranked:
            return new(record.id)
        best = [nr for _, _, nr in ranked[:_MOST_KANDIDATEN]]
        if veto is None:
            veto = Veto.AL_GEKOPPELD if best[0] in self.taken else explain(candidates[best[0]])
        kandidaten = tuple(Kandidaat(self.existing[nr].id, describe(candidates[nr])) for nr in best)
        return doubtful(record.id, veto, kandidaten)

    def _rank(self, record: Prepared, nr: int, candidates: dict[int, Evidence]) -> float:
        """Weigh a candidate among the others, because a better one beside it takes weight away."""
        e = candidates[nr]
        bits = self._bonus(record, nr) + (rarity(record) if e.roepnaam is RoepnaamGelijkenis.GELIJK else 0)
        if nr in self.taken and not (e.roepnaam is RoepnaamGelijkenis.GELIJK and e.datum is DatumGelijkenis.GELIJK):
            bits -= _SOMEBODY_ELSE
        free = (other for place, other in candidates.items() if place not in self.taken)
        if Gelijkenis.GELIJK in (e.eckid, e.las_key) and any(is_better(other, e) for other in free if other is not e):
            e = e._replace(eckid=Gelijkenis.ONBEKEND, las_key=Gelijkenis.ONBEKEND)  # it may stand at the wrong child
        return bits + score(e)

    def _bonus(self, record: Prepared, nr: int) -> int:
        """Prefer, among namesakes, the one who made the same step in jaargroep as the rest of the school."""
        theirs = self.existing[nr].jaargroep
        if self.usual_step is None or record.jaargroep is None or theirs is None:
            return 0
        return _USUAL_STEP if record.jaargroep - theirs == self.usual_step else 0


def _may_be_double(e: Evidence) -> bool:
    """Tell whether a record that somebody else was linked to may still be meant, because this one came in twice."""
    return could_be(e) or (score(e) >= _TOO_LIKE_TO_HIDE and e.roepnaam is not RoepnaamGelijkenis.ANDERS)
