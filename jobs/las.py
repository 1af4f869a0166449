"""The one place where a job gets its client."""

from __future__ import annotations

from collections.abc import Callable

from webapp.context import settings
from webapp.las import las_of
from webapp.uwlr.client import UwlrClient


def client_for(las_type: str, before_question: Callable[[], None] | None = None) -> UwlrClient:
    """Return the client for this kind of LAS, at the address of this installation."""
    las = las_of(las_type, settings())
    return UwlrClient(las.profile, las.address, settings().zend_deadline, before_question)
