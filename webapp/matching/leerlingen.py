"""The matching of leerlingen: sure links, one to one; where two could be meant, neither is linked.

Every condition on a link can only be broken, never met, by adding a record. So nobody is linked because others are
out of the way: that would be guessing, and the order of the records would matter.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from webapp.matching.achternaam import AchternaamGelijkenis
from webapp.matching.bekend import Bekend, twins_of
from webapp.matching.blocks import Index
from webapp.matching.datums import DatumGelijkenis
from webapp.matching.evidence import Evidence, Gelijkenis, compare
from webapp.matching.prepare import Prepared, prepare_all
from webapp.matching.proposals import linked
from webapp.matching.reasons import describe
from webapp.matching.rivals import casts_doubt, could_be, is_clearly_another, is_rival
from webapp.matching.rules import BY_IDENTIFIER, BY_KEY, Rule, is_loose, rule_by_identifier, rule_by_name
from webapp.matching.suggestions import Suggester
from webapp.matching.values import Persoon, Proposal
from webapp.matching.vetoes import Veto
from webapp.matching.voornaamgelijkenis import RoepnaamGelijkenis

_NO_DATUM = frozenset({DatumGelijkenis.ONBEKEND, DatumGelijkenis.EEN_JANUARI})


def match_leerlingen(incoming: Iterable[Persoon], existing: Iterable[Persoon], *, years: int = 1) -> list[Proposal]:
    """Propose for each incoming leerling which existing one it is, in the order of `incoming`.

    `years` is -1 when `existing` is the later aanlevering; it only turns round what a change of jaargroep may be.
    """
    asked = list(incoming)
    order = sorted(range(len(asked)), key=lambda place: _sort_key(asked[place]))
    ours = prepare_all([asked[place] for place in order])
    theirs = prepare_all(sorted(existing, key=_sort_key))
    proposals = dict(zip(order, _School(ours, theirs, years).propose(), strict=True))
    return [proposals[place] for place in range(len(asked))]


def _sort_key(persoon: Persoon) -> tuple[str, ...]:
    return persoon.id, persoon.las_key or "", persoon.achternaam or "", persoon.roepnaam or ""


@dataclass(slots=True, eq=False)
class _Pair:
    """An incoming and an existing record that came near each other, and the rule that would link them."""

    incoming: Prepared
    existing: Prepared
    evidence: Evidence
    rule: Rule | None


class _School:
    """Both sides of one school."""

    def __init__(self, incoming: list[Prepared], existing: list[Prepared], years: int) -> None:
        self.incoming, self.existing, self.years = incoming, existing, years
        self.ours, self.theirs = Index(incoming), Index(existing)
        self.of_incoming: list[list[_Pair]] = [[] for _ in incoming]
        self.of_existing: dict[int, list[_Pair]] = defaultdict(list)

    def propose(self) -> list[Proposal]:
        """Return the proposals in the order of `incoming`."""
        for record in self.incoming:
            self._meet(record)
        self._remember_names()
        links: dict[int, _Pair] = {}
        vetoes: dict[int, Veto] = {}
        for nr, pairs in enumerate(self.of_incoming):
            for pair in pairs:
                if pair.rule and (veto := self._veto(pair)):
                    vetoes[nr] = veto
                elif pair.rule:
                    links[nr] = pair
        taken = {pair.existing.nr for pair in links.values()}
        suggester = Suggester(self.existing, taken, self.years, self._usual_step())
        return [
            _linked(links[record.nr])
            if record.nr in links
            else suggester.propose(
                record,
                {pair.existing.nr: pair.evidence for pair in self.of_incoming[record.nr]},
                vetoes.get(record.nr),
            )
            for record in self.incoming
        ]

    def _meet(self, record: Prepared) -> None:
        for nr in sorted(self.theirs.near(record)):
            existing = self.existing[nr]
            evidence = compare(record, existing, self.years)
            rule = rule_by_identifier(evidence) or rule_by_name(evidence)
            pair = _Pair(record, existing, evidence, rule)
            self.of_incoming[record.nr].append(pair)
            self.of_existing[nr].append(pair)

    def _remember_names(self) -> None:
        """Let the names that ours had before count, where no rule links a pair and most keys stand where they stood."""
        bekend = Bekend(self.existing, (pair.evidence for pairs in self.of_incoming for pair in pairs))
        for pair in (pair for pairs in self.of_incoming for pair in pairs if bekend.counts and pair.rule is None):
            if bekend.is_known(pair.incoming, pair.existing, pair.evidence, self.years):
                pair.rule = Rule.BEKENDE_NAAM

    def _usual_step(self) -> int | None:
        """Return the step in jaargroep that most namesakes in the two files made: 1 after a rollover, 0 before."""
        steps = Counter(
            pair.incoming.jaargroep - pair.existing.jaargroep
            for pairs in self.of_incoming
            for pair in pairs
            if pair.evidence.roepnaam is RoepnaamGelijkenis.GELIJK
            and pair.evidence.achternaam is AchternaamGelijkenis.GELIJK
            and pair.incoming.jaargroep is not None
            and pair.existing.jaargroep is not None
        )
        return max(steps, key=lambda step: (steps[step], step)) if steps else None

    def _veto(self, pair: _Pair) -> Veto | None:
        if pair.evidence.eckid is Gelijkenis.ANDERS:
            return Veto.ANDERE_ECKID
        by_eckid = pair.rule is Rule.ECKID  # then a LAS key that somebody else also has does not count against it
        if not self.ours.is_unique(pair.incoming, by_eckid) or not self.theirs.is_unique(pair.existing, by_eckid):
            return Veto.IDENTIFIER_DUBBEL
        by_name = pair.rule not in BY_IDENTIFIER
        if by_name and (self.theirs.is_crowded(pair.incoming) or self.ours.is_crowded(pair.existing)):
            return Veto.MENIGTE
        around, across = self.of_incoming[pair.incoming.nr], self.of_existing[pair.existing.nr]
        if len(around) > 1 or len(across) > 1:
            if any(_points_elsewhere(pair, other) for other in chain(around, across) if other is not pair):
                return Veto.IDENTIFIER_ELDERS
            if any(_is_in_the_way(pair, o) for o in around if o is not pair and not self._is_other_twin(pair, o)):
                return Veto.MEER_BESTAANDE
            if any(_is_in_the_way(pair, o) for o in across if o is not pair and not self._is_other_twin(pair, o)):
                return Veto.MEER_NIEUWE
        return Veto.TWEELING if self._may_be_twin(pair) else None

    def _is_other_twin(self, pair: _Pair, other: _Pair) -> bool:
        """Tell whether a rival of an exact pair stands on both sides itself, exactly so: twins, however alike.

        This is the one place where a record makes a link: without it, one child may be known twice.
        """
        if not _is_exact(pair) or other.evidence.roepnaam is RoepnaamGelijkenis.GELIJK:
            return False
        met = (
            self.of_existing[other.existing.nr]
            if other.incoming is pair.incoming
            else self.of_incoming[other.incoming.nr]
        )
        return any(_is_exact(theirs) for theirs in met)

    def _may_be_twin(self, pair: _Pair) -> bool:
        """Tell whether either file holds a twin for whom the one in the other file may be meant as well."""
        if pair.rule is Rule.BEKENDE_NAAM:
            return twins_of(pair.incoming, pair.existing, (self.ours, self.theirs))
        loose = pair.rule in BY_IDENTIFIER and is_loose(pair.evidence)
        if not loose and pair.rule is not Rule.EERSTE_VOORNAAM:
            return False
        sure = pair.evidence.roepnaam is RoepnaamGelijkenis.EERSTE
        sides = ((self.ours, pair.incoming, pair.existing), (self.theirs, pair.existing, pair.incoming))
        return any(
            not (sure and is_clearly_another(twin, record, opposite))
            for index, record, opposite in sides
            for twin in index.twins(record)
        )


def _linked(pair: _Pair) -> Proposal:
    assert pair.rule is not None
    return linked(pair.incoming.id, pair.existing.id, pair.rule, describe(pair.evidence))


def _is_exact(pair: _Pair) -> bool:
    against = (pair.evidence.geslacht, pair.evidence.eckid)
    return pair.rule is Rule.NAAM_EN_DATUM and Gelijkenis.ANDERS not in against


def _points_elsewhere(pair: _Pair, other: _Pair) -> bool:
    """Tell whether an identifier of one of the two stands at somebody else for whom it may be meant."""
    if pair.rule is Rule.ECKID:
        if pair.evidence.las_key is Gelijkenis.GELIJK or pair.evidence.roepnaam is RoepnaamGelijkenis.GELIJK:
            return False
        return other.evidence.las_key is Gelijkenis.GELIJK and could_be(other.evidence)
    if other.evidence.eckid is Gelijkenis.GELIJK:
        return True
    if pair.rule in BY_KEY or other.evidence.las_key is not Gelijkenis.GELIJK:
        return False
    if other.evidence.datum is DatumGelijkenis.GELIJK:
        return True
    # A key at a stranger is merely stale, and at a brother or sister too when the LAS renumbered: another name and
    # another date beside a pair with both equal. At a twin, or where a date is missing, it may be this child's.
    sibling = other.evidence.roepnaam is RoepnaamGelijkenis.ANDERS and other.evidence.datum not in _NO_DATUM
    return other.evidence.achternaam is not AchternaamGelijkenis.ANDERS and not (_is_exact(pair) and sibling)


def _is_in_the_way(pair: _Pair, other: _Pair) -> bool:
    if pair.rule in BY_IDENTIFIER:
        return casts_doubt(other.evidence, pair.evidence)
    return other.rule is not None or is_rival(other.evidence, pair.evidence)
