"""What a try ends with when it did not work."""

from __future__ import annotations


class Mis(Exception):
    """It does not work; the text says what is wrong and what to do, without any secret."""
