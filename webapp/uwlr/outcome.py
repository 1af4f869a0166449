"""What an answer (or none) means: every observation becomes exactly one outcome, named in `docs/uwlr.md`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from webapp.uwlr.codes import Reden
from webapp.uwlr.envelope import Fault, body_of, fault_in
from webapp.uwlr.faults import UwlrError, UwlrNotUnderstood, UwlrRefused, UwlrUnavailable, UwlrUnsure
from webapp.uwlr.namespaces import LEERRESULTATEN
from webapp.uwlr.safexml import UnsafeXml, small_tree
from webapp.uwlr.transport import Answer, ExchangeFailed, header
from webapp.uwlr.values import Leerresultatenbericht

_FAULT = (b"Fault", "Fault".encode("utf-16-le"), "Fault".encode("utf-16-be"))
MAX_WAIT = timedelta(minutes=60)
_DONE = {200, 201}
"""With these the answer is in the body; 202 is a promise, and other successes miss a part. See decision 0005."""
_XML = re.compile(r"(?:text/xml|application/xml|[a-z]+/[a-z0-9.-]+\+xml)", re.ASCII | re.IGNORECASE)
_CHARSET = re.compile(r";\s*charset\s*=\s*([\"']?)([A-Za-z0-9._-]+)\1", re.ASCII | re.IGNORECASE)
_REFUSALS = {
    401: Reden.GEEN_TOEGANG,
    403: Reden.GEEN_TOEGANG,
    407: Reden.GEEN_TOEGANG,
    404: Reden.ADRES_ONJUIST,
    405: Reden.ADRES_ONJUIST,
    410: Reden.ADRES_ONJUIST,
    413: Reden.BERICHT_TE_GROOT,
    497: Reden.ADRES_ONJUIST,  # nginx: http on the port of https
}
_CERTIFICATE_REFUSED = {495, 496}
"""Of nginx, which mostly shows them as 400 with a page; IIS has 403 with a number on the page. So the page is read."""
_CERTIFICATE_PAGE = re.compile(rb"(?:ssl|client)[ -]?cert|\b403\.(?:7|1[2367])\b", re.IGNORECASE)
_PLAIN_HTTP_PAGE = re.compile(rb"plain HTTP (?:request was sent )?to (?:HTTPS|an SSL)", re.IGNORECASE)
_PAGE = 65_536
_GAVE_UP_WAITING = {408, 425}
_SAYS_NOTHING_ITSELF = {400, 500}
"""What a SOAP stack puts on any Fault. Every other status outranks a Fault without a code of the standard."""


def failed_pull(error: ExchangeFailed, las: str) -> UwlrError:
    """No usable answer to a question: asking again later does no harm."""
    if error.reden in {Reden.TE_GROOT, Reden.COMPRESSIE}:
        return UwlrNotUnderstood(error.reden, las)
    return UwlrUnavailable(error.reden, las)


def failed_push(error: ExchangeFailed, las: str) -> UwlrError:
    """No usable answer to a delivery: surely not sent, or unsure."""
    return UwlrUnsure(error.reden, las) if error.sent else UwlrUnavailable(error.reden, las)


def refused_pull(answer: Answer, las: str) -> UwlrError | None:
    """The error in an answer to a question; None when it must be read as data."""
    if error := _refused(answer, las):
        return error
    if answer.status not in _DONE:
        reden = Reden.STORING if answer.status >= 400 else Reden.LEEG
        return UwlrUnavailable(reden, las, answer.status)
    return None if _may_be_xml(answer) else UwlrNotUnderstood(Reden.GEEN_XML, las)


def check_confirmation(answer: Answer, bericht: Leerresultatenbericht, las: str) -> None:
    """Return when the LAS confirmed: HTTP 200 or 201 with the empty confirmation and nothing else. Raise otherwise."""
    if error := _refused(answer, las, bericht):
        raise error
    if answer.status not in _DONE:
        raise UwlrUnsure(Reden.STORING if answer.status >= 400 else Reden.GEEN_BEVESTIGING, las, answer.status)
    if (reden := _unconfirmed(answer)) is not None:
        raise UwlrUnsure(reden, las, answer.status)


def _unconfirmed(answer: Answer) -> Reden | None:
    if not _may_be_xml(answer):
        return Reden.GEEN_XML
    try:
        body = body_of(small_tree(answer.content, charset_of(answer.headers)))
    except UnsafeXml as error:
        return error.reden
    is_confirmation = body.tag == f"{{{LEERRESULTATEN}}}leerresultaten_bevestiging" and len(body) == 0
    return None if is_confirmation else Reden.GEEN_BEVESTIGING


def _refused(answer: Answer, las: str, bericht: Leerresultatenbericht | None = None) -> UwlrError | None:
    """What a status or a Fault says by itself; `bericht` is given when something was brought."""
    status = answer.status
    if 300 <= status < 400:
        return UwlrRefused(Reden.OMLEIDING, las, status)
    fault = fault_of(answer)
    if fault is not None and fault.is_standard and not fault.is_server:
        return _fault_error(fault, las, status, bericht)
    wait = _retry_after(answer.headers)
    if status == 429 or (status == 503 and wait is not None):
        busy = UwlrUnavailable(Reden.BEZET, las, status)
        busy.retry_after = wait
        return busy
    if fault is not None and (fault.is_standard or status < 300 or status in _SAYS_NOTHING_ITSELF):
        return _fault_error(fault, las, status, bericht)
    if status in _GAVE_UP_WAITING:
        kind = UwlrUnavailable if bericht is None else UwlrUnsure
        return kind(Reden.TIJD_VERSTREKEN, las, status)
    if _is_certificate_refused(answer):
        return UwlrUnavailable(Reden.CERTIFICAAT_GEWEIGERD, las, status)
    if status == 400 and _PLAIN_HTTP_PAGE.search(answer.content, 0, _PAGE):
        return UwlrRefused(Reden.ADRES_ONJUIST, las, status)
    if 400 <= status < 500:
        return UwlrRefused(_REFUSALS.get(status, Reden.HTTP_GEWEIGERD), las, status)
    return None


def _is_certificate_refused(answer: Answer) -> bool:
    """Whether our client certificate was not taken: of all schools at once, so it heals for all when it is mended."""
    if answer.status in _CERTIFICATE_REFUSED:
        return True
    is_page = answer.status in {400, 403} and not is_xml(answer.headers)
    return is_page and _CERTIFICATE_PAGE.search(answer.content, 0, _PAGE) is not None


def _fault_error(fault: Fault, las: str, status: int, bericht: Leerresultatenbericht | None) -> UwlrError:
    if fault.is_server:
        kind = UwlrUnavailable if bericht is None else UwlrUnsure
        return kind(fault.code, las, status)
    error = UwlrRefused(fault.code, las, status)
    if bericht is not None:
        ids = dict.fromkeys(r.leerlingid for r in bericht.resultaten if r.leerlingid is not None)
        error.leerlingids = tuple(leerlingid for leerlingid in ids if fault.names(leerlingid))
        error.resultaat_keys = tuple(r.key for r in bericht.resultaten if fault.names(r.key))
    return error


def fault_of(answer: Answer) -> Fault | None:
    """The SOAP Fault in an answer of any status and Content-Type, when there is one that can be read."""
    if not any(word in answer.content for word in _FAULT):
        return None
    try:
        return fault_in(body_of(small_tree(answer.content, charset_of(answer.headers))))
    except UnsafeXml:
        return None


def _may_be_xml(answer: Answer) -> bool:
    """Whether it is worth parsing; what is empty has a name of its own there, whatever it is sent as."""
    return is_xml(answer.headers) or not answer.content.strip()


def is_xml(headers: Mapping[str, str]) -> bool:
    """Whether the Content-Type is that of XML. A LAS that sends none is believed until the parser disagrees."""
    media_type = header(headers, "content-type").partition(";")[0].strip()
    return not media_type or _XML.fullmatch(media_type) is not None


def charset_of(headers: Mapping[str, str]) -> str | None:
    """The charset that the Content-Type names."""
    found = _CHARSET.search(header(headers, "content-type"))
    return found[2] if found else None


def _retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """How long the LAS asks us to wait, at most an hour; None when it does not say so in a way we can read."""
    text = header(headers, "retry-after")
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), MAX_WAIT)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(moment - datetime.now(UTC), timedelta(0)), MAX_WAIT)
