"""Reads in the source which queries ask for rows of a school without naming that school."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from webapp.models import Base, SchoolOwned

OWNED = frozenset(m.class_.__name__ for m in Base.registry.mappers if issubclass(m.class_, SchoolOwned))
_TABLES = OWNED | {"table"}
"""`self.table` or a loop over tables: whichever it is, it may be one of a school."""
_QUERIES = frozenset({"select", "update", "delete", "exists"})
_BY_KEY = frozenset({"get", "get_one"})


def nameless(path: Path) -> Iterator[str]:
    """Give `function: query` for every query over a table of `OWNED` that does not name `school_id`."""
    tree = ast.parse(path.read_text())
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _is_query(node):
            whole = _whole(node, parents)
            if _names(whole) & _TABLES and (_is_by_key(node) or not _names_school(whole, parents)):
                yield f"{_function(node, parents)}: {ast.unparse(node)}"


def _is_query(call: ast.Call) -> bool:
    return _is_by_key(call) or (isinstance(call.func, ast.Name) and call.func.id in _QUERIES)


def _is_by_key(call: ast.Call) -> bool:
    """`session.get(Leerling, id)`, which has no place for a school."""
    is_get = isinstance(call.func, ast.Attribute) and call.func.attr in _BY_KEY
    return is_get and bool(call.args) and isinstance(call.args[0], ast.Name) and call.args[0].id in OWNED


def _whole(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> ast.AST:
    """The query with all that is called on it: from `select(...)` up to the last `.where(...)`."""
    while isinstance(parent := parents[node], ast.Attribute) or (isinstance(parent, ast.Call) and parent.func is node):
        node = parent
    return node


def _names_school(whole: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether the query does, or what is called later on the variable that it is kept in, or the query around it."""
    if "school_id" in _names(whole):
        return True
    parent = parents[whole]
    if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
        kept = parent.targets[0].id
        later = (n for n in ast.walk(_enclosing(whole, parents)) if isinstance(n, ast.Name) and n.id == kept)
        return any("school_id" in _names(_whole(name, parents)) for name in later)
    while not isinstance(parent, ast.stmt):
        if isinstance(parent, ast.Call) and _is_query(_root(parent)):
            return _names_school(_whole(parent, parents), parents)
        parent = parents[parent]
    return False


def _root(call: ast.Call) -> ast.Call:
    """The `select(...)` that a `.where(...)` stands behind."""
    node: ast.AST = call
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call):
        node = node.func.value
    return node if isinstance(node, ast.Call) else call


def _names(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} | {
        n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)
    }


def _enclosing(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> ast.AST:
    while not isinstance(node, ast.FunctionDef | ast.Module):
        node = parents[node]
    return node


def _function(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> str:
    return getattr(_enclosing(node, parents), "name", "module")
