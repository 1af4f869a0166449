"""Errors that a person can act on. They carry data; `webapp/woorden` says them."""

from __future__ import annotations


class DomainError(Exception):
    """A rule said no. Every kind has a sentence of its own in `webapp/woorden`."""


class NotAllowed(DomainError):
    """The person may not see or do this; shown as if it does not exist."""
