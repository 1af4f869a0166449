"""What an address may hold."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter

_LARGEST_ID = 2**31 - 1


class RowId(IntegerConverter):
    """`<int:...>`: an id that can exist; a longer number is an unknown page, not an error of the database."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max": _LARGEST_ID, **kwargs})


def init_app(app: Flask) -> None:
    """Replace the converter, before any address is registered."""
    app.url_map.converters["int"] = RowId
