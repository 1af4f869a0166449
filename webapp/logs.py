"""One line per event, without names, keys, addresses of people or tokens."""

from __future__ import annotations

import logging
import re

_TOKEN_PATHS = re.compile(r"(/m/|/wachtwoord-vergeten/)[^\s?\"]+")
_QUIET = ("zeep", "urllib3", "rq.worker", "flask_limiter", "flask-limiter", "mail.log")


class _HideTokens(logging.Filter):
    """A token in an address is a key to a row: the log shows only which kind of link it was."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _TOKEN_PATHS.sub(r"\1***", record.getMessage())
        record.args = ()
        return True


def configure_logging() -> None:
    """Log to standard error; libraries that would log whole messages are kept quiet."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    handler.addFilter(_HideTokens())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
