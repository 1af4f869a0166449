"""Telling an address of the settings that something is amiss. Nothing that it answers is read."""

from __future__ import annotations

import requests

_SECONDS = (3, 5)
"""To connect, and to wait for the answer."""


class WebhookFailed(Exception):
    """It did not take the message; the text says how, and never names the address, which may hold a secret."""


def call(url: str, content: dict[str, str]) -> None:
    """Post it once; a redirect is not followed, because another address was never agreed on."""
    try:
        with requests.post(url, json=content, timeout=_SECONDS, allow_redirects=False, stream=True) as answer:
            status = answer.status_code
    except (requests.RequestException, ValueError) as error:
        problem = type(error).__name__
    else:
        if 200 <= status < 300:
            return
        problem = f"status {status}"
    raise WebhookFailed(problem)
