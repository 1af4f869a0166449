"""One line of the log per event: each request, job, command, round of the sweep and act; also when all went well.

`event` gives what it is about a number, which every other line that is written meanwhile carries too.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import perf_counter
from typing import Any
from uuid import uuid4

from click import Context, Group
from click.exceptions import Exit
from sqlalchemy import event as events
from sqlalchemy.orm import Session, SessionTransaction

log = logging.getLogger(__name__)

DONE, REFUSED, BROKE = "done", "refused", "broke"
_ACTS = "acts_to_log"
"""In `session.info`: what was done in this transaction, each with the savepoint that it was done in."""
_about: ContextVar[dict[str, Any] | None] = ContextVar("about", default=None)


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """What a line is about, and of the line of an event what came of it."""
    about = _about.get() or {}
    own: dict[str, Any] = getattr(record, "event", {})
    return {"id": about.get("id"), "school": about.get("school"), **own}


def begin(kind: str, act: str | None, *, id_: str | None = None) -> None:
    """From here on lines are about this."""
    _about.set({"id": id_ or uuid4().hex[:12], "kind": kind, "act": act, "outcome": DONE, "since": perf_counter()})


def found(**fields: Any) -> None:
    """Say what is known meanwhile of what is going on: its school, its act, or that it broke."""
    about = _about.get()
    if about is not None:
        about.update(fields)


def went_well() -> bool:
    """Whether nothing broke in what is going on."""
    return (_about.get() or {}).get("outcome") == DONE


def end(level: int = logging.INFO, **fields: Any) -> str:
    """Write the line of what was begun; return its number."""
    about = _about.get() or {}
    own = {"act": about["act"], "outcome": about["outcome"], "ms": round((perf_counter() - about["since"]) * 1000)}
    log.log(level, about["kind"], extra={"event": own | fields})
    _about.set(None)
    return str(about["id"])


@contextmanager
def event(
    kind: str, act: str, *, id_: str | None = None, is_quiet: bool = False, **fields: Any
) -> Iterator[dict[str, Any]]:
    """What happens in this block is one event; it may add to the fields of its line.

    A quiet one comes round every few seconds: it is a line when it broke or has something to tell.
    """
    begin(kind, act, id_=id_)
    try:
        yield fields
    except (SystemExit, Exit) as error:
        code = error.exit_code if isinstance(error, Exit) else error.code
        found(outcome=BROKE if code else DONE)
        raise
    except BaseException:
        found(outcome=BROKE)
        raise
    finally:
        is_silent = is_quiet and went_well() and not any(fields.values())
        end(logging.DEBUG if is_silent else logging.INFO, **fields)


def log_commands(group: Group) -> None:
    """Make each command of this group an event, whatever it is given: that may be an address of somebody."""
    for name, command in group.commands.items():
        command.invoke = _logged(name, command.invoke)  # type: ignore[assignment,method-assign]  # of this one, not of its class


def _logged(name: str, invoke: Callable[[Context], Any]) -> Callable[[Context], Any]:
    def run(context: Context) -> Any:
        with event("command", name):
            return invoke(context)

    return run


def act(session: Session, what: str, about: str, school_id: int | None) -> None:
    """Write one act down once its transaction was kept."""
    if school_id is not None:
        found(school=school_id)
    fields = {"act": what, "object": about, "school": school_id, "outcome": DONE}
    session.info.setdefault(_ACTS, []).append((session.get_nested_transaction(), fields))


@events.listens_for(Session, "after_commit")
def _tell(session: Session) -> None:
    if not session.in_nested_transaction():
        for _, fields in session.info.pop(_ACTS, ()):
            log.info("act", extra={"event": fields})


@events.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, gone: SessionTransaction) -> None:
    """What a savepoint takes back did not happen, and the rest may still."""
    session.info[_ACTS] = [each for each in session.info.pop(_ACTS, ()) if gone.nested and each[0] is not gone]
