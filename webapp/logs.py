"""One line per event, without names, keys, addresses of people or tokens; of an error its class and our own lines."""

from __future__ import annotations

import logging
import re
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

_TOKEN_PATHS = re.compile(r"(/m/|/wachtwoord-vergeten/|/tweede-stap/instellen/)[^\s?\"]+")
_QUIET = ("zeep", "urllib3", "rq.worker", "authlib", "flask_limiter", "flask-limiter", "mail.log")
_PROJECT = Path(__file__).resolve().parent.parent
_LIBRARIES = "site-packages"

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


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


class Formatter(logging.Formatter):
    """Writes an error as `describe` does, whatever another handler made of it before."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None
        try:
            return super().format(record)
        finally:
            record.exc_text = None

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802  the name in the standard library
        return describe(ei[1])


class HideTokens(logging.Filter):
    """A token in an address is a key to a row: the log shows only which kind of link it was."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _TOKEN_PATHS.sub(r"\1***", record.getMessage())
        record.args = ()
        return True


def configure_logging() -> None:
    """Log to standard error, every error as `describe` does; libraries that would log whole messages are kept quiet."""
    logging.basicConfig(level=logging.INFO, handlers=[logging.StreamHandler()], force=True)
    for handler in (*logging.getLogger().handlers, *logging.getLogger("gunicorn.error").handlers):
        handler.setFormatter(Formatter())
        handler.addFilter(HideTokens())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.excepthook = _uncaught
    threading.excepthook = lambda gone: _uncaught(gone.exc_type, gone.exc_value, gone.exc_traceback)


def _uncaught(kind: type[BaseException], error: BaseException | None, _: TracebackType | None) -> None:
    """The last words of a process or a thread."""
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger(__name__).critical("not caught:\n%s", describe(error))
