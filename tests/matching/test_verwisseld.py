"""Whom the LAS exchanged: recognised by names on one side and identifiers on the other, and only when it is closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest

from webapp.matching import Persoon, find_exchanges, match_leerlingen
from webapp.matching.values import Zekerheid

BORN = date(2019, 1, 30)
JIP = Persoon("jip", "1187", "e-jip", "Wolters", roepnaam="Jip", geboortedatum=BORN)
JOP = Persoon("jop", "1188", "e-jop", "Wolters", roepnaam="Jop", geboortedatum=BORN)
FEM = Persoon("fem", "1189", "e-fem", "Wolters", roepnaam="Fem", geboortedatum=BORN)


def exchanges(incoming: list[Persoon], existing: list[Persoon]) -> list[set[tuple[str, str, str, tuple[str, ...]]]]:
    found = find_exchanges(incoming, existing)
    return [{(v.incoming_id, v.naam_id, v.nummer_id, v.wat) for v in ring} for ring in found]


@pytest.mark.parametrize("wat", [("las_key",), ("eckid",), ("las_key", "eckid")])
@pytest.mark.parametrize("two", [(JIP, JOP), (JIP, replace(JOP, geboortedatum=date(2016, 5, 4)))])
def test_two_who_have_each_others_identifiers_are_one_exchange(
    wat: tuple[str, ...], two: tuple[Persoon, Persoon]
) -> None:
    one, other = two
    gone = {name: None for name in ("las_key", "eckid") if name not in wat}
    bare = [replace(each, **gone) for each in two]  # type: ignore[arg-type]  # both of them may be None
    incoming = [
        replace(mine, id=f"in-{mine.id}", **{name: getattr(theirs, name) for name in wat})
        for mine, theirs in (bare, reversed(bare))
    ]
    [ring] = exchanges(incoming, bare)
    assert ring == {("in-jip", one.id, other.id, wat), ("in-jop", other.id, one.id, wat)}


def test_three_in_a_circle_are_one_exchange_in_any_order() -> None:
    incoming = [replace(JIP, las_key="1188"), replace(JOP, las_key="1189"), replace(FEM, las_key="1187")]
    incoming = [replace(each, id=f"in-{each.id}", eckid=None) for each in incoming]
    for order in permutations(incoming):
        [ring] = exchanges(list(order), [FEM, JIP, JOP])
        assert {(line, name, number) for line, name, number, _ in ring} == {
            ("in-jip", "jip", "jop"),
            ("in-jop", "jop", "fem"),
            ("in-fem", "fem", "jip"),
        }


@pytest.mark.parametrize(
    ("incoming", "existing"),
    [
        pytest.param([replace(JIP, las_key="1188", eckid=None)], [JIP, JOP], id="the other did not come"),
        pytest.param(
            [replace(JIP, las_key="1188", eckid=None), replace(JOP, las_key="1187", eckid=None)],
            [JIP],
            id="one left us",
        ),
        pytest.param([JIP, JOP], [JIP, JOP], id="nothing is exchanged"),
        pytest.param(
            [replace(JIP, las_key="1188", roepnaam="Ann"), replace(JOP, las_key="1187", roepnaam="Bo")],
            [JIP, JOP],
            id="the names say nobody",
        ),
        pytest.param(
            [replace(JIP, las_key="1188", roepnaam=None), replace(JOP, las_key="1187", roepnaam=None)],
            [JIP, JOP],
            id="no names",
        ),
    ],
)
def test_what_is_not_closed_is_no_exchange(incoming: list[Persoon], existing: list[Persoon]) -> None:
    assert exchanges(incoming, existing) == []


def test_matching_links_nobody_of_an_exchange() -> None:
    incoming = [
        replace(JIP, id="a", las_key="1188", eckid="e-jop"),
        replace(JOP, id="b", las_key="1187", eckid="e-jip"),
    ]
    assert {each.zekerheid for each in match_leerlingen(incoming, [JIP, JOP])} == {Zekerheid.TWIJFEL}


def test_look_alike_twins_are_told_apart_by_the_very_same_name() -> None:
    lisa = Persoon("lisa", "k1", "e1", "Vos", roepnaam="Lisa", geboortedatum=BORN)
    liza = Persoon("liza", "k2", "e2", "Vos", roepnaam="Liza", geboortedatum=BORN)
    incoming = [replace(liza, id="a", las_key="k1", eckid="e1"), replace(lisa, id="b", las_key="k2", eckid="e2")]
    [ring] = exchanges(incoming, [lisa, liza])
    both = ("las_key", "eckid")
    assert ring == {("a", "liza", "lisa", both), ("b", "lisa", "liza", both)}
