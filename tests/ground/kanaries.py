"""Every name, address, key and token that a test makes is a canary: of a test that breaks things none is in the log."""

from __future__ import annotations

import io
import logging
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session, UOWTransaction

from webapp.crypto import Keyring
from webapp.links import SignedLink
from webapp.logs import JsonLines

_OF_SOMEBODY = (
    "achternaam", "contact_email", "contact_naam", "contact_telefoon", "eckid", "email", "las_key",
    "ontvanger", "roepnaam", "voorvoegsel",
)  # fmt: skip
"""What our tables call it where it is of a person; in the table of accounts `naam` is one too."""
_SHORTEST = 4
"""A shorter one is part of many words."""


class Kanaries:
    """What may not be told."""

    def __init__(self) -> None:
        self._found: set[str] = set()

    def note(self, session: Session, _context: UOWTransaction) -> None:
        for row in (*session.new, *session.dirty):
            columns = _OF_SOMEBODY + (("naam",) if row.__tablename__ in {"account", "leerkracht"} else ())
            self.add(*(getattr(row, name, None) for name in columns))

    def add(self, *texts: Any) -> None:
        self._found.update(text for text in texts if isinstance(text, str) and len(text) >= _SHORTEST)

    def told_in(self, log: str) -> list[str]:
        words = "|".join(rf"(?<!\w){re.escape(text)}(?!\w)" for text in sorted(self._found))
        return re.findall(words, log, re.IGNORECASE) if words else []


@pytest.fixture(autouse=True)
def _no_kanarie_in_the_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Around each test that is marked as a fault: all that its processes log, as in production."""
    if request.node.get_closest_marker("fault") is None:
        yield
        return
    kanaries, stream, capture = Kanaries(), io.StringIO(), request.getfixturevalue("capfd")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines("test"))
    root, level, patch = logging.getLogger(), logging.getLogger().level, pytest.MonkeyPatch()
    patch.setattr(Keyring, "encrypt", _noting(Keyring.encrypt, lambda given, _: kanaries.add(given[1])))
    patch.setattr(SignedLink, "dumps", _noting(SignedLink.dumps, lambda _, made: kanaries.add(made)))
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    event.listen(Session, "before_flush", note := lambda session, context, _: kanaries.note(session, context))
    try:
        yield
    finally:
        event.remove(Session, "before_flush", note)
        root.removeHandler(handler)
        root.setLevel(level)
        patch.undo()
    out, err = capture.readouterr()
    sys.stdout.write(out)
    sys.stderr.write(err)
    assert not (told := kanaries.told_in(stream.getvalue() + out + err)), told


def _noting(function: Callable[..., Any], note: Callable[[tuple[Any, ...], Any], None]) -> Callable[..., Any]:
    def noted(*args: Any) -> Any:
        made = function(*args)
        note(args, made)
        return made

    return noted
