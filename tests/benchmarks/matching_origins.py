"""Whether names of every origin are matched as well: `python -m tests.benchmarks.matching_origins [--schools N]`.

Schools of which half the children have Dutch names and the others share the rest, with the same noise for all. Behind
each coverage stands its 95 % interval. Returns 1 when a link is wrong, or when all others together may differ by more
than half a point from the Dutch at medium noise.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from math import sqrt

from tests.benchmarks.generator.aanleveringen import make_aanlevering
from tests.benchmarks.generator.names import ORIGINS
from tests.benchmarks.matching_figures import Score
from webapp.matching import match_leerlingen

_Z = 1.96
_GAP = 0.5
_WORDS = {
    "nl": "Nederlands", "ma": "Marokkaans", "tr": "Turks", "pl": "Pools", "sr": "Surinaams", "er": "Eritrees",
    "sy": "Syrisch", "ua": "Oekraïens", "cn": "Chinees", "xx": "andere",
}  # fmt: skip


def _measure(noise: str, schools: int, first: int) -> dict[str, Score]:
    scores: dict[str, Score] = defaultdict(Score)
    for seed in range(first, first + schools):
        aanlevering = make_aanlevering(seed, noise=noise, even=True)
        proposals = match_leerlingen(aanlevering.incoming, aanlevering.existing)
        for origin in ORIGINS:
            mine = [proposal for proposal in proposals if aanlevering.origins[proposal.incoming_id] == origin]
            scores[origin].count(mine, aanlevering.truth)
    return scores


def coverage(score: Score) -> tuple[float, float]:
    """Return the part that is linked rightly and half its 95 % interval, in points."""
    part = (score.linked - score.wrong) / score.true
    return 100 * part, 100 * _Z * sqrt(part * (1 - part) / score.true)


def gap(some: Score, dutch: Score) -> tuple[float, float]:
    """Return how many points the one lies above the Dutch, and half the 95 % interval of that."""
    (one, width), (other, width_of_other) = coverage(some), coverage(dutch)
    return one - other, sqrt(width**2 + width_of_other**2)


def _add(scores: list[Score]) -> Score:
    total = Score()
    for name in vars(total):
        setattr(total, name, sum((getattr(score, name) for score in scores), start=getattr(total, name)))
    return total


def _row(name: str, score: Score, dutch: Score) -> str:
    (part, width), (apart, width_apart) = coverage(score), gap(score, dutch)
    new = score.asked_new / (score.incoming - score.true)
    return (
        f"| {name} | {score.true} | {part:.2f} ± {width:.2f} % | "
        + ("" if score is dutch else f"{apart:+.2f} ± {width_apart:.2f}")
        + f" | {100 * score.asked / score.incoming:.2f} % | {100 * new:.2f} %"
        f" | {score.wrong} |"
    )


def main() -> int:
    """Print a table per level of noise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=3_500)
    parser.add_argument("--first", type=int, default=0, help="het eerste zaad: andere scholen bij een ander getal")
    options = parser.parse_args()
    failed = False
    for noise in ("low", "medium", "high"):
        scores = _measure(noise, options.schools, options.first)
        print(f"\nRuis {noise}, {options.schools} scholen\n")
        print("| herkomst | kinderen | dekking | punten boven Nederlands | vragen | nieuw toch gevraagd | fout |")
        print("|---|---|---|---|---|---|---|")
        dutch, rest = scores["nl"], _add([score for origin, score in scores.items() if origin != "nl"])
        for origin in ORIGINS:
            print(_row(_WORDS[origin], scores[origin], dutch))
        print(_row("alle andere samen", rest, dutch), flush=True)
        apart, width = gap(rest, dutch)
        failed |= rest.wrong + dutch.wrong > 0 or (noise == "medium" and abs(apart) + width > _GAP)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
