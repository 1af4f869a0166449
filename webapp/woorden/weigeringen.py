"""What a person reads when a rule says no: what happened, that nothing changed, and who acts next.

Services raise an error with data; each stage's file in this folder registers the sentence of its own errors here.
"""

from __future__ import annotations

from functools import singledispatch

from webapp.errors import DomainError
from webapp.woorden.namen import Namen


@singledispatch
def zeg(error: DomainError, namen: Namen) -> str:
    """Return the sentence for this error, in the name of the LAS and the test centre."""
    return str(error)
