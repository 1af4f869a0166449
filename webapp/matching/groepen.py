"""The matching of groepen: by name and jaargroep; the name as a school writes it in either of two systems."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from webapp.matching.distance import one_edit_apart
from webapp.matching.folding import words
from webapp.matching.matchreden import Matchreden
from webapp.matching.proposals import doubtful, linked, new
from webapp.matching.values import Groepsgegeven, Kandidaat, Proposal
from webapp.matching.vetoes import Veto

_MOST_KANDIDATEN = 5
_WORTH_ASKING = 4
_SHORTEST_FOR_EDIT = 5
_ORDINARY = 150
_FEW = 20
_NOISE_WORDS = frozenset({"groep", "groepen", "gr", "klas", "kl", "jaargroep", "leerjaar", "de", "het", "en"})
_NUMBERS = {
    "een": "1", "twee": "2", "drie": "3", "vier": "4", "vijf": "5", "zes": "6", "zeven": "7", "acht": "8",
}  # fmt: skip
_TOKENS = re.compile(r"\d|[^\W\d_]+")


class GroepRule(StrEnum):
    """Every reason why a groep is linked without a question."""

    EXTERNE_SLEUTEL = "externe-sleutel"
    NAAM_EN_JAARGROEP = "naam-en-jaargroep"
    AANDUIDING = "aanduiding-en-jaargroep"
    """One name is only year and letter (5a), the other says more after it (5a juf Anna)."""


class _Jaargroepen(StrEnum):
    GELIJK = "gelijk"
    PAST = "past"
    ANDERS = "anders"
    ONBEKEND = "onbekend"


_JAARGROEP = {
    _Jaargroepen.GELIJK: Matchreden.JAARGROEP_GELIJK,
    _Jaargroepen.PAST: Matchreden.JAARGROEP_PAST,
    _Jaargroepen.ANDERS: Matchreden.JAARGROEP_ANDERS,
}


@dataclass(slots=True, eq=False)
class _Groep:
    nr: int
    id: str
    las_key: str | None
    tokens: frozenset[str]
    order: tuple[str, ...]
    naam: str
    jaargroep: str
    schooljaar: str

    @property
    def aanduiding(self) -> str:
        """Year and letter without the words around them; empty where there is no year."""
        return "".join(token for token in self.order if len(token) == 1) if self.digits else ""

    @property
    def digits(self) -> frozenset[str]:
        return frozenset(token for token in self.tokens if token.isdigit())


@dataclass(slots=True, eq=False)
class _Pair:
    incoming: _Groep
    existing: _Groep

    @property
    def same_key(self) -> bool:
        return self.incoming.las_key is not None and self.incoming.las_key == self.existing.las_key

    @property
    def same_naam(self) -> bool:
        return bool(self.incoming.tokens) and self.incoming.naam == self.existing.naam

    @property
    def same_schooljaar(self) -> bool:
        return not self.incoming.schooljaar or self.incoming.schooljaar == self.existing.schooljaar

    @property
    def jaargroep(self) -> _Jaargroepen:
        """Compare the jaargroepen; a combination group may carry any of the years in its name."""
        ours, theirs = self.incoming.jaargroep, self.existing.jaargroep
        if ours == theirs and ours:
            return _Jaargroepen.GELIJK
        if not ours.isdigit() or not theirs.isdigit():
            return _Jaargroepen.ONBEKEND
        years = self.incoming.digits & self.existing.digits
        return _Jaargroepen.PAST if len(years) > 1 and {ours, theirs} <= years else _Jaargroepen.ANDERS

    @property
    def rule(self) -> GroepRule | None:
        if self.jaargroep is _Jaargroepen.ANDERS:
            return None
        if self.same_naam:
            return GroepRule.EXTERNE_SLEUTEL if self.same_key else GroepRule.NAAM_EN_JAARGROEP
        plain = self.incoming.aanduiding in (self.incoming.naam, self.existing.naam)
        return GroepRule.AANDUIDING if self.same_aanduiding and plain else None

    @property
    def same_aanduiding(self) -> bool:
        """Whether both names begin with the same year and letter."""
        code = self.incoming.aanduiding
        names = (self.incoming.naam, self.existing.naam)
        return bool(code) and code == self.existing.aanduiding and all(naam.startswith(code) for naam in names)

    @property
    def score(self) -> int:
        bits = 4 if self.same_key else 0
        bits += 6 if self.same_naam else self._likeness()
        bits += {_Jaargroepen.GELIJK: 2, _Jaargroepen.PAST: 1, _Jaargroepen.ONBEKEND: 0}.get(self.jaargroep, -2)
        return bits + (1 if self.same_schooljaar else 0)

    def _likeness(self) -> int:
        ours, theirs = self.incoming, self.existing
        if self.same_aanduiding:
            return 3
        if ours.tokens and theirs.tokens and (ours.tokens <= theirs.tokens or theirs.tokens <= ours.tokens):
            return 3
        alike = min(len(ours.naam), len(theirs.naam)) >= _SHORTEST_FOR_EDIT and one_edit_apart(ours.naam, theirs.naam)
        return 3 if alike else -1


def match_groepen(incoming: Iterable[Groepsgegeven], existing: Iterable[Groepsgegeven]) -> list[Proposal]:
    """Propose for each incoming groep which existing one it is, in the order of `incoming`."""
    asked = list(incoming)
    order = sorted(range(len(asked)), key=lambda place: asked[place].id)
    ours = [_prepare(nr, asked[place]) for nr, place in enumerate(order)]
    theirs = [_prepare(nr, groep) for nr, groep in enumerate(sorted(existing, key=lambda groep: groep.id))]
    across: dict[int, list[_Pair]] = defaultdict(list)
    table = _table(theirs)
    around = [_meet(groep, _near(groep, theirs, table), across) for groep in ours]
    proposals = {place: _propose(groep, around[groep.nr], across) for place, groep in zip(order, ours, strict=True)}
    return [proposals[place] for place in range(len(asked))]


def _prepare(nr: int, groep: Groepsgegeven) -> _Groep:
    tokens = tuple(
        _NUMBERS.get(token, token)
        for word in words(groep.naam)
        for token in _TOKENS.findall(word)
        if token not in _NOISE_WORDS
    )
    jaargroep = (groep.jaargroep or "").strip().upper()
    las_key = (groep.las_key or "").strip() or None
    return _Groep(nr, groep.id, las_key, frozenset(tokens), tokens, "".join(tokens), jaargroep, groep.schooljaar or "")


def _table(groepen: list[_Groep]) -> dict[str, list[_Groep]]:
    table: dict[str, list[_Groep]] = defaultdict(list)
    for groep in groepen:
        for key in _keys(groep):
            table[key].append(groep)
    return table


def _keys(groep: _Groep) -> set[str]:
    return {groep.naam, f"key {groep.las_key}", *groep.tokens} - {"", "key None"}


def _near(groep: _Groep, existing: list[_Groep], table: dict[str, list[_Groep]]) -> list[_Groep]:
    """Return whom to compare with: all groepen, or in a very large school those that share a key or a word."""
    if len(existing) <= _ORDINARY:
        return existing
    found = {other.nr for key in _keys(groep) for other in table.get(key, ())[:_FEW]}
    return [existing[nr] for nr in sorted(found)]


def _meet(groep: _Groep, existing: list[_Groep], across: dict[int, list[_Pair]]) -> list[_Pair]:
    pairs = [_Pair(groep, other) for other in existing]
    found = [
        pair for pair in pairs if pair.same_key or pair.same_naam or pair.same_aanduiding or pair.score >= _WORTH_ASKING
    ]
    for pair in found:
        across[pair.existing.nr].append(pair)
    return found


def _propose(groep: _Groep, pairs: list[_Pair], across: dict[int, list[_Pair]]) -> Proposal:
    ranked = sorted(pairs, key=lambda pair: (-pair.score, pair.existing.nr))
    for pair in ranked:
        if pair.rule and _veto(pair, pairs, across[pair.existing.nr]) is None:
            return linked(groep.id, pair.existing.id, pair.rule, _redenen(pair))
    best = [pair for pair in ranked if pair.score >= _WORTH_ASKING][:_MOST_KANDIDATEN]
    if not best:
        return new(groep.id)
    veto = _veto(best[0], pairs, across[best[0].existing.nr]) or _explain(best[0])
    return doubtful(groep.id, veto, tuple(Kandidaat(pair.existing.id, _redenen(pair)) for pair in best))


def _veto(pair: _Pair, around: list[_Pair], across: list[_Pair]) -> Veto | None:
    if not pair.rule:
        return None
    for others, veto in ((around, Veto.MEER_BESTAANDE), (across, Veto.MEER_NIEUWE)):
        for other in others:
            last_year = others is around and pair.same_schooljaar and not other.same_schooljaar
            if other is pair or last_year:
                continue
            if other.same_key and not pair.same_key and other.jaargroep is not _Jaargroepen.ANDERS:
                return Veto.IDENTIFIER_ELDERS
            if pair.rule is GroepRule.AANDUIDING:
                if other.same_aanduiding:
                    return veto
            elif other.rule not in (None, GroepRule.AANDUIDING) and (other.same_key or not pair.same_key):
                return veto
    return None


def _explain(pair: _Pair) -> Veto:
    if pair.jaargroep is _Jaargroepen.ANDERS:
        return Veto.JAARGROEP
    return Veto.GROEPSNAAM


def _redenen(pair: _Pair) -> tuple[Matchreden, ...]:
    if pair.same_naam:
        redenen = [Matchreden.NAAM_GELIJK]
    else:
        redenen = [Matchreden.NAAM_AANDUIDING if pair.same_aanduiding else Matchreden.NAAM_ANDERS]
    if pair.jaargroep in _JAARGROEP:
        redenen.append(_JAARGROEP[pair.jaargroep])
    if pair.same_key:
        redenen.append(Matchreden.SLEUTEL_GELIJK)
    if not pair.same_schooljaar:
        redenen.append(Matchreden.SCHOOLJAAR_ANDERS)
    return tuple(redenen)
