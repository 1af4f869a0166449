"""The figures of the matching: `python -m tests.benchmarks.matching_figures [--links N] [--schools N] [--anchors N]`.

Every line runs in a process of its own, on the same invented schools, and prints as soon as it is known. Time is CPU
time of one core without inventing or reading; memory is what the process needed beyond its imports.
"""

from __future__ import annotations

import argparse
import importlib.util
import multiprocessing
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.benchmarks import matching_others
from tests.benchmarks.generator.aanleveringen import Aanlevering, make_aanlevering
from tests.benchmarks.generator.staff import make_groepen, make_team
from webapp.matching import Proposal, Zekerheid, match_groepen, match_leerkrachten, match_leerlingen

_SAFETY: list[dict[str, Any]] = [{"noise": "low"}, {"noise": "medium"}]
"""Wrong links are counted per million of these."""
_LEAST = {"low": 97.3, "medium": 91.1, "high": 71.0}
"""The coverage of a first koppeling, without any identifier, that these schools have given before."""
_CASES: list[dict[str, Any]] = [
    {"noise": "high"},
    {"noise": "medium", "ids": "some"},
    {"noise": "medium", "ids": "half"},
    {"noise": "medium", "ids": "most"},
    {"noise": "low", "ids": "most"},
    {"noise": "medium", "ids": "most", "dates": False},
]
_LARGE: list[dict[str, Any]] = [
    {"noise": "high", "size": 3000},
    {"noise": "medium", "size": 3000, "dates": False},
    {"noise": "high", "size": 3000, "dates": False},
]
"""Where so many look alike that the right one must still be offered first."""
_FIRST = 0.99
_SIZES = [("220", 1, 220), ("3.000 in één school", 1, 3000), ("30.000 in 136 scholen", 136, 228)]


@dataclass
class Score:
    """Counts over many schools."""

    schools: int = 0
    incoming: int = 0
    true: int = 0
    linked: int = 0
    wrong: int = 0
    asked: int = 0
    asked_true: int = 0
    first: int = 0
    among_five: int = 0
    false_new: int = 0
    asked_new: int = 0
    wrong_by: Counter[str] = field(default_factory=Counter)
    """The wrong links by rule, and by whether the right record was there to be chosen."""

    def add(self, aanlevering: Aanlevering) -> None:
        """Match one school and count."""
        self.count(match_leerlingen(aanlevering.incoming, aanlevering.existing), aanlevering.truth)

    def count(self, proposals: list[Proposal], truths: dict[str, frozenset[str]]) -> None:
        """Count the proposals of one school."""
        self.schools += 1
        for proposal in proposals:
            truth = truths[proposal.incoming_id]
            ids = [kandidaat.id for kandidaat in proposal.kandidaten]
            self.incoming += 1
            self.true += bool(truth)
            if proposal.zekerheid is Zekerheid.ZEKER:
                self.linked += 1
                if proposal.existing_id not in truth:
                    self.wrong += 1
                    self.wrong_by[f"{proposal.rule}, de ware {'aanwezig' if truth else 'ontbreekt'}"] += 1
            elif proposal.zekerheid is Zekerheid.NIEUW:
                self.false_new += bool(truth)
            else:
                self.asked += 1
                self.asked_new += not truth
                self.asked_true += bool(truth)
                self.first += ids[0] in truth
                self.among_five += not truth.isdisjoint(ids)

    def __str__(self) -> str:
        return (
            f"{self.schools} scholen, dekking {_part(self.linked - self.wrong, self.true)}, "
            f"fout {self.wrong} van {self.linked}, "
            f"vragen {_part(self.asked, self.incoming)}, recall@1 {_part(self.first, self.asked_true)}, "
            f"recall@5 {_part(self.among_five, self.asked_true)}, "
            f"ten onrechte nieuw {_part(self.false_new, self.true, 3)}, "
            f"nieuw toch gevraagd {_part(self.asked_new, self.incoming - self.true)}"
            + "".join(f"; fout door {kind}: {times}" for kind, times in self.wrong_by.most_common())
        )


def _part(some: int, of: int, digits: int = 2) -> str:
    return f"{100 * some / of:.{digits}f} %" if of else "-"


def _quality(schools: int, links: int, first: int) -> None:
    good = [_line(case, first, lambda score: score.linked >= links / len(_SAFETY)) for case in _SAFETY]
    good += [_line(case, first, lambda score: score.schools >= schools) for case in _CASES]
    good += [_line(case, first, lambda score: score.schools >= schools / 20) for case in _LARGE]
    sys.exit(not all(good))


def _line(case: dict[str, Any], first: int, enough: Callable[[Score], bool]) -> bool:
    """Print one line, and tell whether it holds: nobody linked wrongly, enough linked or offered first."""
    score = Score()
    for seed in count(first):
        score.add(make_aanlevering(seed, **case))
        if enough(score):
            break
    least = 0.0 if {"ids", "size"} & case.keys() else _LEAST[case["noise"]]
    holds = (not score.wrong or case["noise"] == "high") and 100 * (score.linked - score.wrong) >= least * score.true
    holds &= "size" not in case or score.first >= _FIRST * score.asked_true
    name = ", ".join(f"{key} {value}" for key, value in case.items())
    print(name, "|", score, "" if holds else "| HAALT HET NIET", flush=True)
    return holds


def _staff(schools: int, first: int) -> None:
    """Leerkrachten without and with keys, and groepen."""
    for ids in ("none", "most"):
        score = Score()
        for seed in range(first, first + schools):
            team = make_team(seed, ids=ids)
            score.count(match_leerkrachten(team.incoming, team.existing), team.truth)
        print(f"leerkrachten, ids {ids} |", score, flush=True)
    score = Score()
    for seed in range(first, first + schools):
        groepen = make_groepen(seed)
        score.count(match_groepen(groepen.incoming, groepen.existing), groepen.truth)
    print("groepen |", score, flush=True)


def _speed(name: str, schools: int, size: int) -> None:
    aanleveringen = [make_aanlevering(seed, size=size) for seed in range(schools)]
    records = sum(len(aanlevering.incoming) for aanlevering in aanleveringen)
    # The tables are read once per process.
    match_leerlingen(aanleveringen[0].incoming[:5], aanleveringen[0].existing[:5])
    before, started = _peak(), time.process_time()
    for aanlevering in aanleveringen:
        match_leerlingen(aanlevering.incoming, aanlevering.existing)
    seconds = time.process_time() - started
    print(f"{name}: {seconds:.3f} s, {records / seconds:.0f} per seconde, {_peak() - before:.0f} MB", flush=True)


def _anchor(name: str, schools: int) -> None:
    aanleveringen = [make_aanlevering(seed) for seed in range(schools)]
    true = sum(bool(truth) for aanlevering in aanleveringen for truth in aanlevering.truth.values())
    before, started = _peak(), time.process_time()
    ranked: list[tuple[float, int, str, str]]
    if name == "splink":
        ranked = matching_others.splink(aanleveringen)
    else:
        tool: Callable[[Aanlevering], matching_others.Links] = {
            "exact": matching_others.exact, "rapidfuzz": matching_others.rapidfuzz, "koppelpunt": _own,
        }[name]  # fmt: skip
        ranked = [(0.0, nr, *link) for nr, aanlevering in enumerate(aanleveringen) for link in tool(aanlevering)]
    seconds, memory = time.process_time() - started, _peak() - before
    right = [existing in aanleveringen[nr].truth[incoming] for _, nr, incoming, existing in ranked]
    safe = right.index(False) if name == "splink" and False in right else 0
    at_zero = f", {_part(safe, true)} bij nul fout" if safe else ""
    quality = f"dekking {_part(sum(right), true)}, fout {right.count(False)}{at_zero}"
    print(f"{name}: {quality}, {seconds:.2f} s, {memory:.0f} MB", flush=True)


def _own(aanlevering: Aanlevering) -> matching_others.Links:
    proposals = match_leerlingen(aanlevering.incoming, aanlevering.existing)
    return [(proposal.incoming_id, proposal.existing_id) for proposal in proposals if proposal.existing_id]


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _alone(work: Callable[..., None], *arguments: object) -> bool:
    process = multiprocessing.get_context("spawn").Process(target=work, args=arguments)
    process.start()
    process.join()
    return process.exitcode == 0


def main() -> int:
    """Print all figures; return 1 when a link is wrong or too few are made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=100, help="scholen per regel van de kwaliteit")
    parser.add_argument(
        "--anchors", type=int, default=1_000, help="scholen voor de vergelijking met andere hulpmiddelen"
    )
    parser.add_argument("--first", type=int, default=0, help="het eerste zaad: andere scholen bij een ander getal")
    parser.add_argument("--links", type=int, default=1_000_000, help="koppelingen bij lage en gewone ruis samen")
    options = parser.parse_args()
    print(f"Matching, {options.links} koppelingen bij lage en gewone ruis, anders {options.schools} scholen per regel")
    good = _alone(_quality, options.schools, options.links, options.first)
    _alone(_staff, 10 * options.schools, options.first)
    for size in _SIZES:
        _alone(_speed, *size)
    print(f"Zelfde {options.anchors} scholen, ruis medium, geen sleutels")
    for name in ("koppelpunt", "exact", "rapidfuzz", "splink"):
        if name in ("rapidfuzz", "splink") and importlib.util.find_spec(name) is None:
            print(f"{name}: niet geïnstalleerd")
        else:
            _alone(_anchor, name, options.anchors)
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
