"""The code of a Fault: one of the eleven of the standard, in any spelling and any place, or one that a SOAP stack made.

A stack (WCF, Axis, WS-Security, SOAP 1.2) that has trouble with our message or our access says so in codes of its own.
Those are no disturbance: asking again gives the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from webapp.uwlr.codes import FaultCode, Reden

Foutcode = FaultCode | Reden
_BY_LOWER_CASE: dict[str, Foutcode] = {code.lower(): code for code in FaultCode}
_ELEVEN: dict[str, Foutcode] = {code.lower().rpartition(".")[2]: code for code in FaultCode if code.is_standard}
_AS_A_WORD = re.compile(rf"(?<!\w)(?:{'|'.join(_ELEVEN)})(?!\w)", re.IGNORECASE)
_PREFIX = re.compile(r"\A(?:soap(?:-?env)?|s|env)[.:]", re.IGNORECASE | re.ASCII)
_NO_ACCESS = (
    "failedauthentication", "authenticationbadelements", "invalidsecurity", "invalidsecuritytoken",
    "unsupportedsecuritytoken", "unsupportedalgorithm", "failedcheck", "securitytokenunavailable", "messageexpired",
    "expireddata", "badcontexttoken", "accessdenied", "authentication", "unauthenticated", "unauthorized",
)  # fmt: skip
_NOT_OUR_SERVICE = (
    "actionnotsupported", "endpointnotfound", "destinationunreachable", "noservice", "nosoapaction", "versionmismatch",
    "mustunderstand", "dataencodingunknown", "invalidaddressingheader", "messageaddressingheaderrequired",
    "invalidmessageinformationheader", "messageinformationheaderrequired",
)  # fmt: skip
_OUR_MESSAGE = ("sender", "deserializationfailed", "badrequest", "invalidrequest")
_OF_STACKS: dict[str, Foutcode] = {
    **dict.fromkeys(_NO_ACCESS, Reden.GEEN_TOEGANG),
    **dict.fromkeys(_NOT_OUR_SERVICE, Reden.ADRES_ONJUIST),
    **dict.fromkeys(_OUR_MESSAGE, FaultCode.ANDERE_CLIENT),
}


def parse_faultcode(text: str | None) -> Foutcode:
    """Read a faultcode in any spelling: `soap:Client.X`, `soap.Client.X`, `Client.X`, any case, any prefix."""
    code = _PREFIX.sub("", (text or "").strip()).rpartition(":")[2].strip().lower()
    last = code.rpartition(".")[2]
    known = _BY_LOWER_CASE.get(code) or _ELEVEN.get(last) or _OF_STACKS.get(last)
    if known is not None:
        return known
    return FaultCode.ANDERE_CLIENT if code.startswith(("client", "sender")) else FaultCode.ANDERE_SERVER


def most_telling(codes: Iterable[str], text: str) -> Foutcode:
    """Choose from the codes of a Fault, the innermost first, and its free text.

    A code of the standard goes before all else: where codes belong, or as the only one that is a word of the text.
    Then comes a code of which we know what to do, then a refusal, and last a failure.
    """
    parsed = [parse_faultcode(code) for code in codes]
    standard = [code for code in parsed if isinstance(code, FaultCode) and code.is_standard]
    if standard:
        return standard[0]
    named = {_ELEVEN[word.lower()] for word in _AS_A_WORD.findall(text)}
    if len(named) == 1:
        return named.pop()
    known = [code for code in parsed if isinstance(code, Reden)]
    if known:
        return known[0]
    return FaultCode.ANDERE_CLIENT if FaultCode.ANDERE_CLIENT in parsed else FaultCode.ANDERE_SERVER
