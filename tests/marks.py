"""Which tests carry a mark with a number: `fault(number)` and `asvs(number)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

from webapp.config import PROJECT

_MAY_BE_SKIPPED = re.compile(r"pytest\.(mark\.)?skip|importorskip|mark\.(conformance|browser)")


@cache
def places(name: str) -> tuple[tuple[int, str], ...]:
    """Every number of this mark, with the place of its test."""
    return tuple(_found(f"pytest.mark.{name}"))


def skippable(name: str) -> list[str]:
    """Files with a test of this mark in which something may be skipped."""
    files = {place.partition("::")[0] for _, place in places(name)}
    return [path for path in files if _MAY_BE_SKIPPED.search((PROJECT / path).read_text())]


def _found(mark: str) -> Iterator[tuple[int, str]]:
    for path in sorted((PROJECT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                place = f"{path.relative_to(PROJECT)}::{node.name}"
                yield from ((number, place) for one in node.decorator_list for number in _numbers(one, mark))


def _numbers(one: ast.expr, mark: str) -> Iterator[int]:
    if isinstance(one, ast.Call) and ast.unparse(one.func) == mark:
        yield from (ast.literal_eval(argument) for argument in one.args)
