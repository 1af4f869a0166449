"""Asking the site whether all its parts are up."""

from __future__ import annotations

import http.client

from webapp.local.ports import HOST

PATH = "/status/gezond"


def health_problem(port: int, host_header: str) -> str | None:
    """What keeps the site from being ready; None when it says that all is well."""
    connection = http.client.HTTPConnection(HOST, port, timeout=3)
    try:
        connection.request("GET", PATH, headers={"Host": host_header, "Connection": "close"})
        answer = connection.getresponse()
        if answer.status == http.HTTPStatus.OK:
            return None
        return f"{PATH} antwoordt {answer.status}: {answer.read(500).decode(errors='replace').strip()}"
    except (OSError, http.client.HTTPException) as error:
        return f"{PATH} antwoordt niet ({type(error).__name__})"
    finally:
        connection.close()
