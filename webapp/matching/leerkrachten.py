"""The matching of leerkrachten: no birth date and no geslacht, but often an e-mail address of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from webapp.matching.achternaam import AchternaamGelijkenis as A
from webapp.matching.blocks import CROWD
from webapp.matching.emails import EmailGelijkenis as M
from webapp.matching.emails import compare_emails, normalise_email, shared_addresses
from webapp.matching.evidence import Evidence, Gelijkenis, compare
from webapp.matching.folding import words
from webapp.matching.prepare import Prepared, prepare_all
from webapp.matching.proposals import doubtful, linked, new
from webapp.matching.reasons import describe_leerkracht
from webapp.matching.scores import WORTH_ASKING, score_leerkracht
from webapp.matching.sounds import sound
from webapp.matching.values import Kandidaat, Persoon, Proposal
from webapp.matching.vetoes import Veto
from webapp.matching.voornaamgelijkenis import RoepnaamGelijkenis as R

_MOST_KANDIDATEN = 5
_FEW = 16
_NEAR_ACHTERNAAM = frozenset({A.GELIJK, A.KLANK, A.LETTER, A.DEEL, A.BEGIN})
_SAME_ROEPNAAM = frozenset({R.GELIJK, R.EERSTE})
_COMPATIBLE_ROEPNAAM = _SAME_ROEPNAAM | {
    R.ONDER_VOORNAMEN, R.SCHRIJFWIJZE, R.TIKFOUT, R.LETTER, R.VERWANT, R.LETTERS, R.VOORLETTER, R.ONBEKEND,
}  # fmt: skip


class LeerkrachtRule(StrEnum):
    """Every reason why a leerkracht is linked without a question."""

    ECKID = "eckid"
    EXTERNE_SLEUTEL = "externe-sleutel"
    EMAIL = "naam-en-email"
    NAAM = "unieke-naam"


@dataclass(slots=True, eq=False)
class _Pair:
    incoming: Prepared
    existing: Prepared
    names: Evidence
    email: M
    rule: LeerkrachtRule | None


def match_leerkrachten(incoming: Iterable[Persoon], existing: Iterable[Persoon]) -> list[Proposal]:
    """Propose for each incoming leerkracht which existing one it is, in the order of `incoming`."""
    asked = list(incoming)
    order = sorted(range(len(asked)), key=lambda place: asked[place].id)
    ours = [asked[place] for place in order]
    theirs = sorted(existing, key=lambda persoon: persoon.id)
    proposals = dict(zip(order, _Team(ours, theirs).propose(), strict=True))
    return [proposals[place] for place in range(len(asked))]


class _Team:
    """Both sides of one school."""

    def __init__(self, incoming: list[Persoon], existing: list[Persoon]) -> None:
        self.incoming, self.existing = prepare_all(incoming), prepare_all(existing)
        self.our_emails = [normalise_email(persoon.email) for persoon in incoming]
        self.their_emails = [normalise_email(persoon.email) for persoon in existing]
        self.shared = shared_addresses(self.our_emails) | shared_addresses(self.their_emails)
        self.keys_agree = not {r.las_key for r in self.incoming if r.las_key}.isdisjoint(
            r.las_key for r in self.existing
        )
        """Whether the two files share any LAS key; if so, another key means another person."""
        self.ours = _table(self.incoming, self.our_emails)
        self.theirs = _table(self.existing, self.their_emails)
        self.of_incoming: list[list[_Pair]] = [[] for _ in incoming]
        self.of_existing: list[list[_Pair]] = [[] for _ in existing]

    def propose(self) -> list[Proposal]:
        """Return the proposals in the order of `incoming`."""
        for record in self.incoming:
            for nr in sorted(self._near(record)):
                pair = self._pair(record, self.existing[nr])
                self.of_incoming[record.nr].append(pair)
                self.of_existing[nr].append(pair)
        return [self._proposal(record) for record in self.incoming]

    def _near(self, record: Prepared) -> set[int]:
        found: set[int] = set()
        for key in _keys(record, self.our_emails[record.nr]):
            hits = self.theirs.get(key, ())
            found.update(hits if len(hits) <= CROWD else hits[:_FEW])
        return found

    def _pair(self, incoming: Prepared, existing: Prepared) -> _Pair:
        names = compare(incoming, existing)
        email = compare_emails(self.our_emails[incoming.nr], self.their_emails[existing.nr], self.shared)
        address = self.our_emails[incoming.nr]
        return _Pair(incoming, existing, names, email, self._rule(incoming, existing, names, email, address))

    def _rule(
        self, incoming: Prepared, existing: Prepared, e: Evidence, email: M, address: str
    ) -> LeerkrachtRule | None:
        if e.is_strijdig:
            return None
        compatible = e.achternaam in _NEAR_ACHTERNAAM and e.roepnaam in _COMPATIBLE_ROEPNAAM
        married = e.roepnaam in _SAME_ROEPNAAM and email is M.GELIJK
        if e.eckid is Gelijkenis.GELIJK and (compatible or married):
            return LeerkrachtRule.ECKID
        known = compatible and e.roepnaam is not R.ONBEKEND
        if e.las_key is Gelijkenis.GELIJK and (known or married):
            return LeerkrachtRule.EXTERNE_SLEUTEL
        same = e.achternaam is A.GELIJK and e.roepnaam in _SAME_ROEPNAAM
        other_key = e.las_key is Gelijkenis.ANDERS and self.keys_agree
        if other_key and not same:
            return None
        # lotte@ goes to the next Lotte when this one leaves; an address with a surname in it does not
        if email is M.GELIJK and (known or (married and _names_somebody(address, incoming, existing))):
            return LeerkrachtRule.EMAIL
        return LeerkrachtRule.NAAM if same and not other_key and email is not M.ANDERS else None

    def _proposal(self, record: Prepared) -> Proposal:
        pairs = self.of_incoming[record.nr]
        vetoes = [(pair, self._veto(pair)) for pair in pairs if pair.rule]
        for pair, veto in vetoes:
            if veto is None and pair.rule:
                redenen = describe_leerkracht(pair.names, pair.email)
                return linked(record.id, pair.existing.id, pair.rule, redenen)
        worth = [(-score_leerkracht(pair.names, pair.email), pair.existing.nr, pair) for pair in pairs]
        ranked = [pair for bits, _, pair in sorted(worth, key=lambda item: item[:2]) if -bits >= WORTH_ASKING]
        if not ranked:
            return new(record.id)
        best = ranked[:_MOST_KANDIDATEN]
        said = next((veto for pair, veto in vetoes if pair is best[0]), None)
        kandidaten = tuple(Kandidaat(p.existing.id, describe_leerkracht(p.names, p.email)) for p in best)
        return doubtful(record.id, said or _explain(best[0]), kandidaten)

    def _veto(self, pair: _Pair) -> Veto | None:
        if pair.names.eckid is Gelijkenis.ANDERS:
            return Veto.ANDERE_ECKID
        if self._is_used_twice(pair):
            return Veto.IDENTIFIER_DUBBEL
        if pair.rule is LeerkrachtRule.NAAM and self._is_crowded(pair):
            return Veto.MENIGTE
        around, across = self.of_incoming[pair.incoming.nr], self.of_existing[pair.existing.nr]
        if len(around) > 1 or len(across) > 1:
            if any(_points_elsewhere(pair, other) for other in chain(around, across) if other is not pair):
                return Veto.IDENTIFIER_ELDERS
            if any(_is_in_the_way(pair, other) for other in around if other is not pair):
                return Veto.MEER_BESTAANDE
            if any(_is_in_the_way(pair, other) for other in across if other is not pair):
                return Veto.MEER_NIEUWE
        return None

    def _is_used_twice(self, pair: _Pair) -> bool:
        for record, table in ((pair.incoming, self.ours), (pair.existing, self.theirs)):
            for kind, value in (("eckid", record.eckid), ("las_key", record.las_key)):
                if value and len(table[kind, value]) > 1:
                    return True
        return False

    def _is_crowded(self, pair: _Pair) -> bool:
        return any(len(self.theirs.get(key, ())) > CROWD for key in _keys(pair.incoming, "")) or any(
            len(self.ours.get(key, ())) > CROWD for key in _keys(pair.existing, "")
        )


def _table(records: list[Prepared], emails: list[str]) -> dict[Hashable, list[int]]:
    table: dict[Hashable, list[int]] = defaultdict(list)
    for record in records:
        for key in _keys(record, emails[record.nr]):
            table[key].append(record.nr)
    return dict(table)


def _keys(record: Prepared, email: str) -> Iterator[Hashable]:
    if record.eckid:
        yield "eckid", record.eckid
    if record.las_key:
        yield "las_key", record.las_key
    if email:
        yield "email", email
        yield "local", email.partition("@")[0]
    if record.achternaam:
        for klank in {record.achternaam.klank, *map(sound, record.achternaam.parts)}:
            yield "achternaam", klank
    if record.name_key:
        yield "naam", record.name_key[0][:2], record.name_key[1]
        yield "roepnaam", record.name_key[1]


def _names_somebody(address: str, *records: Prepared) -> bool:
    """Tell whether the address holds the surname of one of these records."""
    local = "".join(words(address.partition("@")[0]))
    return any(record.achternaam is not None and record.achternaam.base in local for record in records)


def _points_elsewhere(pair: _Pair, other: _Pair) -> bool:
    if pair.rule is LeerkrachtRule.ECKID:
        return False
    if other.names.eckid is Gelijkenis.GELIJK:
        return True
    if pair.rule is LeerkrachtRule.EXTERNE_SLEUTEL:
        return False
    if other.names.las_key is Gelijkenis.GELIJK or (other.email is M.GELIJK and pair.rule is LeerkrachtRule.NAAM):
        return other.names.achternaam in _NEAR_ACHTERNAAM or other.names.roepnaam in _SAME_ROEPNAAM
    return False


def _is_in_the_way(pair: _Pair, other: _Pair) -> bool:
    """Tell whether another pair makes this one uncertain; two who share a name need more than the name."""
    namesake = other.names.achternaam in _NEAR_ACHTERNAAM and other.names.roepnaam in _COMPATIBLE_ROEPNAAM
    if pair.rule is LeerkrachtRule.NAAM:
        return other.rule is not None or (namesake and not other.names.is_strijdig)
    better = namesake and other.names.roepnaam is R.GELIJK and pair.names.roepnaam is not R.GELIJK
    if pair.rule is LeerkrachtRule.EMAIL:
        identified = other.rule in (LeerkrachtRule.ECKID, LeerkrachtRule.EXTERNE_SLEUTEL, LeerkrachtRule.EMAIL)
        same = other.names.achternaam is A.GELIJK and other.names.roepnaam in _SAME_ROEPNAAM
        unknown = other.email is not M.ANDERS and not other.names.is_strijdig
        return identified or better or (same and unknown)
    return better


def _explain(pair: _Pair) -> Veto:
    e = pair.names
    if e.eckid is Gelijkenis.ANDERS:
        return Veto.ANDERE_ECKID
    if Gelijkenis.GELIJK in (e.eckid, e.las_key):
        return Veto.NAAM_PAST_NIET
    if pair.email is M.GEDEELD:
        return Veto.GEDEELD_EMAIL
    if e.is_strijdig:
        return Veto.VOORNAMEN_STRIJDIG
    if e.achternaam is not A.GELIJK:
        return Veto.ACHTERNAAM_ONBEKEND if e.achternaam is A.ONBEKEND else Veto.ACHTERNAAM_ANDERS
    if e.roepnaam not in _SAME_ROEPNAAM:
        return {
            R.VOORLETTER: Veto.VOORLETTER, R.ONBEKEND: Veto.ROEPNAAM_ONBEKEND, R.ANDERS: Veto.ROEPNAAM_ANDERS,
        }.get(e.roepnaam, Veto.ROEPNAAM_LIJKT)  # fmt: skip
    return Veto.EMAIL
