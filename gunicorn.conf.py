"""Read by gunicorn where it starts: it logs as all our processes do. The rest is on its command line."""

from typing import Any

from gunicorn.glogging import Logger

from webapp.logs import configure_logging


class OneLog(Logger):
    """Its own words go into our log. The lines per request are ours too: its own would hold tokens and names."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        configure_logging("web")
        for log in (self.error_log, self.access_log):
            log.handlers.clear()
        self.error_log.propagate = True


logger_class = OneLog
