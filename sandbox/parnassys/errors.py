"""Errors that a person can act on; their text is Dutch and complete, ready for the screen."""

from __future__ import annotations


class DomainError(Exception):
    """A rule said no. The message tells what happened, that nothing changed, and what to do."""


class NotAllowed(DomainError):
    """The person may not see or do this; shown as if it does not exist."""
