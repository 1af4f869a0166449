"""One file per kind: what differs between groep, leerkracht and leerling stands there, and nearly nowhere else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.services.conftest import Make
from webapp.config import PROJECT
from webapp.models import Groep, Importregel, Leerkracht, Leerling, School, Soort
from webapp.services.inname.soorten import KINDS
from webapp.services.inname.soorten.velden import Jaargroep, Oordeel, Veld

MOST_SWITCHES = 10
_ELSEWHERE = (
    "webapp/models/", "webapp/migrations/", "webapp/matching/", "webapp/uwlr/", "webapp/services/bewaring/",
    "webapp/services/inlezen/",
)  # fmt: skip
"""Our tables, two libraries that have kinds of their own, erasing, which is of one leerling and of nobody else, and
reading in, where each kind is a file with columns of its own."""
_KINDS = {"GROEP", "LEERKRACHT", "LEERLING"}
_TABLES = {"Groep", "Leerkracht", "Leerling"}
_WORDS = ({"groep", "leerkracht", "leerling"}, {"groepen", "leerkrachten", "leerlingen"})


def _is_kind(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Attribute) and ast.unparse(node.value) == "Soort" and node.attr in _KINDS


def _names_table(node: ast.AST) -> bool:
    return any(isinstance(part, ast.Name) and part.id in _TABLES for part in ast.walk(node))


def _is_switch(node: ast.AST) -> bool:
    """A comparison with a kind, `isinstance` or `is` of a table, a case of a kind, or a table keyed by kind."""
    match node:
        case ast.Compare(left=left, ops=ops, comparators=others):
            by_table = any(isinstance(op, ast.Is | ast.IsNot) for op in ops)
            return any(
                _is_kind(side) or (by_table and isinstance(side, ast.Name) and side.id in _TABLES)
                for side in (left, *others)
            )
        case ast.Call(func=ast.Name(id="isinstance"), args=[_, types]):
            return _names_table(types)
        case ast.match_case(pattern=pattern):
            return any(
                (isinstance(part, ast.MatchValue) and _is_kind(part.value))
                or (isinstance(part, ast.MatchClass) and _names_table(part.cls))
                for part in ast.walk(pattern)
            )
        case ast.Dict(keys=keys):
            said = {key.value for key in keys if isinstance(key, ast.Constant)}
            return sum(map(_is_kind, keys)) > 1 or any(len(said & words) > 1 for words in _WORDS)
    return False


def _switches() -> Iterator[str]:
    soorten = "webapp/services/inname/soorten/"
    for folder in ("webapp", "jobs"):
        for path in sorted((PROJECT / folder).rglob("*.py")):
            name = str(Path(path).relative_to(PROJECT))
            if not name.startswith((*_ELSEWHERE, soorten)):
                yield from (name for node in ast.walk(ast.parse(path.read_text())) if _is_switch(node))


def test_hardly_anything_asks_which_kind_a_record_is() -> None:
    found = list(_switches())
    assert len(found) <= MOST_SWITCHES, found


def test_the_counter_sees_every_way_to_ask() -> None:
    asked = """
soort is Soort.GROEP
Importregel.soort == Soort.LEERLING
table is Leerling
isinstance(doel, Groep | Leerkracht)
{Soort.GROEP: 1, Soort.LEERLING: 2}
{"groep": "groepen", "leerling": "leerlingen"}
match soort:
    case Soort.GROEP: pass
match doel:
    case Leerling(): pass
"""
    assert sum(map(_is_switch, ast.walk(ast.parse(asked)))) == 8
    assert not any(map(_is_switch, ast.walk(ast.parse("KINDS[regel.soort].write(doel)\nselect(Leerling.id == 1)"))))


def test_groepen_are_handled_before_the_people_in_them() -> None:
    assert list(KINDS) == list(Soort)
    assert [kind.table for kind in KINDS.values()] == [Groep, Leerkracht, Leerling]


@pytest.mark.parametrize("soort", Soort)
def test_columns_and_values_of_the_review_go_together(soort: Soort, school: School) -> None:
    kind = KINDS[soort]
    regel = Importregel(school_id=school.id, soort=soort, groep_keys=[])
    assert len(kind.line_values(regel, groep="5a", leerlingen=3)) == len(kind.list_columns)
    assert len(kind.search_values(kind.new(regel, school.id), resultaten=2)) == len(kind.search_columns)


def test_a_record_of_another_kind_is_refused(school: School) -> None:
    with pytest.raises(TypeError, match="Groep expected, got Leerling"):
        KINDS[Soort.GROEP].unlink(Leerling(school_id=school.id))


def test_nothing_of_another_school_is_found(session: Session, school: School, make_leerling: Make) -> None:
    other = School(naam="Elders", brin="99ZZ")
    session.add(other)
    session.flush()
    ours, theirs = make_leerling("Noor", "Maan", las_key="k1"), make_leerling("Noor", "Maan", las_key="k2")
    theirs.school_id = other.id
    session.flush()
    kind, regel = KINDS[Soort.LEERLING], Importregel(school_id=school.id, soort=Soort.LEERLING, las_key="k2")
    assert list(kind.find(session, school.id, [theirs.id, ours.id])) == [ours.id]
    assert list(kind.all_of(session, school.id)) == [ours]
    assert kind.is_linked_elsewhere(regel, ours)
    assert not kind.is_linked_elsewhere(regel, theirs), "it is about that one"
    assert list(kind.holders(session, school.id, [regel])) == []
    assert list(kind.search(session, regel, "noor", everyone=True)) == [ours]


def test_a_leerling_fits_one_jaargroep_further(school: School) -> None:
    ours = Leerling(school_id=school.id, geboortedatum=date(2016, 3, 12), jaargroep="4")
    regel = Importregel(
        school_id=school.id, soort=Soort.LEERLING, geboortedatum=date(2016, 3, 13), jaargroep="5", groep_keys=["g5"]
    )
    fields = {f.veld: f for f in KINDS[Soort.LEERLING].compare(regel, ours, groep="Groep 5")}
    assert fields[Veld.GEBOREN].oordeel is Oordeel.TEGEN
    assert (fields[Veld.GROEP].links, fields[Veld.GROEP].rechts) == ("Groep 5", Jaargroep("4"))
    assert fields[Veld.GROEP].oordeel is Oordeel.PAST
