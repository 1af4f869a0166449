"""The matching on two CSV files, school by school, for anyone who wants to judge it.

Nothing crosses from one school to another, and memory holds a few schools at a time. A malformed row is reported with
its line and skipped.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from webapp.matching.groepen import match_groepen
from webapp.matching.leerkrachten import match_leerkrachten
from webapp.matching.leerlingen import match_leerlingen
from webapp.matching.rows import EXISTING_COLUMNS, INCOMING_COLUMNS, KINDS, BadRow, Row, read_rows, to_groep, to_persoon
from webapp.matching.spool import Spool
from webapp.matching.values import Proposal, Zekerheid
from webapp.matching.words import say

DECISION_COLUMNS = ("incoming_key", "decision", "existing_id", "rule", "reasons")
DECISIONS = {Zekerheid.ZEKER: "linked", Zekerheid.TWIJFEL: "suggested", Zekerheid.NIEUW: "new"}

Progress = Callable[[int, int], None]
_TYPE, _SCHOOL = 2, 3


@dataclass
class Summary:
    """How many decisions there were per kind, class and rule, and how many rows were skipped."""

    decisions: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    bad_rows: int = 0

    @property
    def records(self) -> int:
        """Return how many incoming records got a decision."""
        return sum(self.decisions.values())


def match_files(
    existing: Path,
    incoming: Path,
    out: TextIO,
    *,
    report: Callable[[BadRow], None],
    progress: Progress = lambda done, total: None,
) -> Summary:
    """Match the two files and write the decisions; `progress` hears after each school how far it is."""
    summary = Summary()

    def skip(row: BadRow) -> None:
        summary.bad_rows += 1
        report(row)

    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(DECISION_COLUMNS)
    done = total = 0
    with Spool(existing.stat().st_size + incoming.stat().st_size) as spool:
        for row in read_rows(existing, EXISTING_COLUMNS, skip):
            spool.add(0, row[_SCHOOL], row)
        for total, row in enumerate(read_rows(incoming, INCOMING_COLUMNS, skip), 1):  # noqa: B007
            spool.add(1, row[_SCHOOL], row)
        for known, delivered in spool.schools():
            for kind, proposal in _match_school(known, delivered):
                writer.writerow(_decision(proposal))
                summary.decisions[kind, DECISIONS[proposal.zekerheid], proposal.rule] += 1
            done += len(delivered)
            progress(done, total)
    return summary


def _match_school(known: Sequence[Row], delivered: Sequence[Row]) -> list[tuple[str, Proposal]]:
    found: list[tuple[str, Proposal]] = []
    for kind in KINDS:
        incoming = [row for row in delivered if row[_TYPE] == kind]
        existing = [row for row in known if row[_TYPE] == kind]
        if kind == "groep":
            proposals = match_groepen(map(to_groep, incoming), map(to_groep, existing))
        else:
            match = match_leerlingen if kind == "leerling" else match_leerkrachten
            proposals = match(map(to_persoon, incoming), map(to_persoon, existing))
        found += [(kind, proposal) for proposal in proposals]
    return found


def _decision(proposal: Proposal) -> tuple[str, ...]:
    ids = [proposal.existing_id] if proposal.existing_id else dict.fromkeys(k.id for k in proposal.kandidaten)
    return proposal.incoming_id, DECISIONS[proposal.zekerheid], ";".join(ids), proposal.rule, say(proposal)
