"""The errors of the UWLR client. Each says who acts; its text is Dutch, for the school, and names nobody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from webapp.uwlr.codes import FaultCode, Owner, Reden
from webapp.uwlr.sentences import LAS, Uitleg, explain

if TYPE_CHECKING:
    from webapp.uwlr.problems import Probleem

__all__ = [
    "BerichtOngeldig",
    "FaultCode",
    "Owner",
    "Reden",
    "Uitleg",
    "UwlrError",
    "UwlrNotUnderstood",
    "UwlrRefused",
    "UwlrUnavailable",
    "UwlrUnsure",
    "explain",
]


class UwlrError(Exception):
    """Something went wrong between us and the LAS; `str()` is the sentence for the school."""

    def __init__(self, code: FaultCode | Reden, las: str = LAS, http_status: int | None = None) -> None:
        uitleg = explain(code, las)
        super().__init__(uitleg.school)
        self.reason = code
        self.owner = uitleg.owner
        self.melding = uitleg.klantenservice
        """The sentence for klantenservice."""
        self.http_status = http_status

    @property
    def code(self) -> str:
        """A stable code for the helpdesk."""
        return str(self.reason)

    @property
    def fault(self) -> FaultCode | None:
        """The SOAP Fault of the LAS, when there was one."""
        return self.reason if isinstance(self.reason, FaultCode) else None


class UwlrUnavailable(UwlrError):
    """Surely not processed: try again later, not before `retry_after` when the LAS names a time."""

    retry_after: timedelta | None = None


class UwlrUnsure(UwlrError):
    """Unknown whether the LAS processed it: wait out the cool-down, then send the same keys again."""

    def __init__(self, code: FaultCode | Reden, las: str = LAS, http_status: int | None = None) -> None:
        super().__init__(code, las, http_status)
        uitleg = explain(Reden.GEEN_BEVESTIGING, las)
        self.args = (uitleg.school,)  # one sentence, whatever went wrong: it means the same to the school
        self.owner = uitleg.owner


class UwlrRefused(UwlrError):
    """A final no: sending the same again gives the same answer.

    `leerlingids` and `resultaat_keys` are those of our own message that the LAS names in its refusal, if it does.
    """

    leerlingids: tuple[str, ...] = ()
    resultaat_keys: tuple[str, ...] = ()

    @property
    def may_be_disturbance(self) -> bool:
        """Whether this no may be trouble of the LAS; only a control (a question or result that worked) tells."""
        return self.fault is not None and self.fault.may_be_disturbance


class BerichtOngeldig(UwlrRefused):
    """Our own check stopped the message before it was sent; `problemen` tells which results and tests."""

    def __init__(self, problemen: Sequence[Probleem], las: str = LAS) -> None:
        super().__init__(Reden.BERICHT_ONGELDIG, las)
        self.problemen = tuple(problemen)
        self.resultaat_keys = tuple(dict.fromkeys(p.resultaat_key for p in problemen if p.resultaat_key is not None))


class UwlrNotUnderstood(UwlrError):
    """The answer cannot be used: unreadable, dangerous, or about another school or year. Nothing of it is kept."""

    @property
    def reden(self) -> Reden:
        """Why the answer cannot be used."""
        assert isinstance(self.reason, Reden)
        return self.reason

    @property
    def retry(self) -> bool:
        """Whether it is tried again by itself; else the exchange of this school waits for the owner."""
        return self.owner is Owner.NIEMAND or self.reason is Reden.ANDER_SCHOOLJAAR
