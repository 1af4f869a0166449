"""Asking the site whether all its parts are up, and ParnasSys whether it is."""

from __future__ import annotations

import http.client
import json

from sandbox.lokaal.ports import HOST

PATH = "/status/gezond"
PARNASSYS_PATH = "/sandbox/parnassys/gezond"
BESTUUR_PATH = "/sandbox/bestuur/gezond"


def health_problem(port: int, host_header: str, path: str = PATH) -> str | None:
    """What keeps it from being ready; None when it says that all is well."""
    connection = http.client.HTTPConnection(HOST, port, timeout=3)
    try:
        connection.request("GET", path, headers={"Host": host_header, "Connection": "close"})
        answer = connection.getresponse()
        if answer.status == http.HTTPStatus.OK:
            return None
        return f"{path} antwoordt {answer.status}{_waiting_for(answer.read(10_000))}"
    except (OSError, http.client.HTTPException) as error:
        return f"{path} antwoordt niet ({type(error).__name__})"
    finally:
        connection.close()


def _waiting_for(body: bytes) -> str:
    try:
        parts: dict[str, str] = json.loads(body)["onderdelen"]
    except (ValueError, KeyError, TypeError):
        return ""
    return "".join(f"; {name}: {state}" for name, state in parts.items() if state != "in orde")
