"""`docs/states.md`, drawn from the tables in the code. `python -m tests.states` writes it anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from webapp.config import PROJECT
from webapp.models import Importbatch, Koppeling, Levering, Mail
from webapp.models.koppeling import LEIDT_NAAR, MAG, KoppelingAct

PAGE = PROJECT / "docs" / "states.md"
_DRAWN = (Koppeling, Importbatch, Levering, Mail)
_HEAD = """# What may follow what

Drawn from the tables beside each status in `webapp/models/`; `python -m tests.states` draws it anew, and a test fails
when it differs. Setting the status of an object to one outside its table raises an error. A statement over many rows
does not pass that check: the database of the tests watches those (`tests/ground/verloop.py`).
"""


def page() -> str:
    """Return the text of the page."""
    return "\n".join([_HEAD, *(_section(model) for model in _DRAWN), _acts()])


def _section(model: type[Koppeling | Importbatch | Levering | Mail]) -> str:
    name = model.__tablename__
    return "\n".join([f"## {name}", "", "```mermaid", "stateDiagram-v2", *_arrows(model), "```", ""])


def _arrows(model: type[Koppeling | Importbatch | Levering | Mail]) -> Iterator[str]:
    for before, after in model.OVERGANGEN.items():
        for status in sorted(after):
            label = f" : {', '.join(acts)}" if model is Koppeling and (acts := _leading(before, status)) else ""
            yield f"    {'[*]' if before is None else before} --> {status}{label}"
        if not after:
            yield f"    {before} --> [*]"


def _leading(before: str | None, after: str) -> list[str]:
    return [act for act, found in LEIDT_NAAR.items() if after in found and before in MAG[act]]


def _acts() -> str:
    rows = [f"| {act} | {_words(MAG[act])} | {_words(LEIDT_NAAR.get(act, []))} |" for act in KoppelingAct]
    head = ["## What may be done to a koppeling", "", "| act | while it is | and then it is |", "|---|---|---|"]
    return "\n".join([*head, *rows, ""])


def _words(statuses: Iterable[str]) -> str:
    return ", ".join(sorted(statuses))


if __name__ == "__main__":
    PAGE.write_text(page())
