"""The log of every process: one line per event, of an error its class and our own lines.

No name, key or address of anybody is in it, and no token. What we log ourselves holds ids and words of ours. Of what a
library says only the words that it wrote beforehand are kept, and of what it fills in only numbers.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from webapp import logregel

_TOKEN_PATHS = re.compile(r"(/m/|/wachtwoord-vergeten/|/tweede-stap/instellen/)[^\s?\"]+")
_QUIET = ("zeep", "urllib3", "rq.worker", "authlib", "flask_limiter", "flask-limiter", "mail.log")
_OURS = frozenset({"webapp", "jobs", "sandbox", "tests", "__main__", "alembic"})
"""Who may fill in what it logs; Alembic names its migrations."""
_WORDS = re.compile(r"[A-Za-z ,.!-]*")
"""Of what a library says without arguments: it may have filled in something itself, which begins at another sign."""
_PROJECT = Path(__file__).resolve().parent.parent
_LIBRARIES = "site-packages"


def describe(error: BaseException | None) -> str:
    """Say which errors these were, the first cause first, each with our own frames; none of their text.

    The text of an error may hold anything: PostgreSQL, for one, puts the values of the row in it.
    """
    return "\n".join(f"{_kind(one)} in {' < '.join(_frames(one)) or 'no frame of ours'}" for one in _chain(error))


def _chain(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.insert(0, error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found


def _kind(error: BaseException) -> str:
    """The class; of an error of PostgreSQL also its code and the constraint, which are words of ours."""
    diag = getattr(error, "diag", None)
    known = [type(error).__qualname__, getattr(error, "sqlstate", None), getattr(diag, "constraint_name", None)]
    return " ".join(word for word in known if word)


def _frames(error: BaseException) -> Iterator[str]:
    """Our own lines, the innermost first."""
    traceback, lines = error.__traceback__, []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        file = Path(code.co_filename)
        if _PROJECT in file.parents and _LIBRARIES not in file.parts:
            lines.append(f"{file.relative_to(_PROJECT)}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return reversed(lines)


class JsonLines(logging.Formatter):
    """One event is one line of JSON, for whatever gathers the logs."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps({key: value for key, value in self._fields(record).items() if value is not None})

    def _fields(self, record: logging.LogRecord) -> dict[str, Any]:
        return {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": self._process,
            "pid": record.process,
            "logger": record.name,
            "message": _message(record),
            **logregel.fields_of(record),
            "error": _error(record),
        }


class Readable(logging.Formatter):
    """The same for a person in front of `make run`."""

    def format(self, record: logging.LogRecord) -> str:
        fields = (f"{key}={value}" for key, value in logregel.fields_of(record).items() if value is not None)
        moment = datetime.fromtimestamp(record.created).astimezone()
        line = f"{moment:%H:%M:%S} {record.levelname.lower()} {' '.join((_message(record), *fields))}"
        return "\n".join(filter(None, (line, _error(record))))


def _message(record: logging.LogRecord) -> str:
    """What is said; a token in an address is a key to a row, so that only the kind of link is shown."""
    if record.name.partition(".")[0] in _OURS:
        return _TOKEN_PATHS.sub(r"\1***", record.getMessage())
    if not isinstance(record.msg, str):
        return type(record.msg).__qualname__
    if not record.args:
        return _WORDS.match(record.msg)[0].strip()  # type: ignore[index]  # it matches anything, as nothing
    args = record.args if isinstance(record.args, tuple) else ("",)
    return record.getMessage() if all(isinstance(each, int | float) for each in args) else record.msg


def _error(record: logging.LogRecord) -> str | None:
    return describe(record.exc_info[1]) if record.exc_info and record.exc_info[1] else None


def configure_logging(process: str) -> None:
    """Log to standard error, by one handler for all: as JSON, and in the sandbox for people to read."""
    handler = logging.StreamHandler()
    handler.setFormatter(Readable() if os.environ.get("OMGEVING") == "sandbox" else JsonLines(process))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.excepthook = _uncaught
    sys.unraisablehook = lambda gone: _uncaught(gone.exc_type, gone.exc_value, gone.exc_traceback)
    threading.excepthook = lambda gone: _uncaught(gone.exc_type, gone.exc_value, gone.exc_traceback)
    warnings.showwarning = _warned


def _warned(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Which warning and where; its text may quote a value."""
    logging.getLogger(__name__).warning("%s in %s:%s", category.__name__, Path(filename).name, lineno)


def _uncaught(kind: type[BaseException], error: BaseException | None, _: TracebackType | None) -> None:
    """The last words of a process or a thread."""
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger(__name__).critical("not caught", exc_info=error)
