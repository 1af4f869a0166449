"""What a person reads when a rule says no: what happened, that nothing changed, and who acts next.

Services raise an error with data; each stage's file in this folder registers the sentence of its own errors here: with
`register` where the sentence needs no data, with `@zeg.register` where it does.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial, singledispatch

from webapp.errors import DomainError, NotAllowed
from webapp.links import LinkInvalid
from webapp.woorden.namen import Namen


@singledispatch
def zeg(error: DomainError, namen: Namen) -> str:
    """Return the sentence for this error, in the name of the LAS and the test centre."""
    raise NotImplementedError(f"{type(error).__name__} has no sentence in webapp/woorden.")


def register(table: Mapping[type[DomainError], str]) -> None:
    """Register sentences; `{las}` and `{testcentrum}` in them become the names."""
    for kind, sentence in table.items():
        zeg.register(kind, partial(_say, sentence))


def _say(sentence: str, _error: DomainError, namen: Namen) -> str:
    return sentence.format(las=namen.las, testcentrum=namen.testcentrum)


register({NotAllowed: "Dit is er niet. Er is niets veranderd.", LinkInvalid: "Deze link werkt niet meer."})
