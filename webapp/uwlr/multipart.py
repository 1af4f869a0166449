"""An answer packed as multipart/related (MTOM, SOAP with Attachments): the part with the envelope is the answer.

Attachments are not looked at. Nothing here decides that an answer is whole: of a part that was cut off the XML is
broken, and the parser says so.
"""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator, Mapping
from itertools import islice

from webapp.uwlr.transport import Answer, header

_PARAMETER = re.compile(r';\s*([^\s;="]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))', re.DOTALL)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_MAX_HEAD = 16_384
_MAX_BOUNDARY = 200
_MAX_PARTS = 100


def root_part(answer: Answer) -> Answer:
    """Return the answer with only its root part and that part's Content-Type; as it is when it is not packed so."""
    media_type, parameters = _content_type(answer.headers)
    boundary = parameters.get("boundary", "")
    if media_type != "multipart/related" or not boundary.isascii() or not 0 < len(boundary) <= _MAX_BOUNDARY:
        return answer
    parts = list(islice(_parts(answer.content, boundary), _MAX_PARTS))
    if (start := parameters.get("start")) is not None:
        root = next((part for part in parts if _id(part[0].get("content-id", "")) == _id(start)), None)
    else:
        kind = parameters.get("type", "").lower()
        root = next((part for part in parts if _content_type(part[0])[0] == kind), next(iter(parts), None))
    return answer if root is None else _unpacked(answer, *root)


def _parts(content: bytes, boundary: str) -> Iterator[tuple[dict[str, str], bytes]]:
    """Yield the parts with their headers; the last one may have been cut off."""
    line = rb"(?:\A|\r?\n)--" + re.escape(boundary.encode()) + rb"(--)?[ \t]*(?=\r?\n|\Z)"
    marks = re.finditer(line, content)
    mark = next(marks, None)
    while mark is not None and mark[1] is None:
        following = next(marks, None)
        yield _part(content[mark.end() : following.start() if following else None])
        mark = following


def _part(part: bytes) -> tuple[dict[str, str], bytes]:
    """Split a part, which begins with the end of the line of its mark."""
    end = _BLANK_LINE.search(part, 0, _MAX_HEAD)
    if end is None:
        return {}, b""
    lines = re.sub(rb"\r?\n[ \t]+", b" ", part[: end.start()]).decode("latin-1").splitlines()
    named = (line.partition(":") for line in lines if ":" in line)
    return {name.strip().lower(): value.strip() for name, _, value in named}, part[end.end() :]


def _unpacked(answer: Answer, headers: Mapping[str, str], body: bytes) -> Answer:
    match headers.get("content-transfer-encoding", "binary").lower():
        case "binary" | "8bit" | "7bit":
            content = body
        case "base64":
            try:
                content = binascii.a2b_base64(body)
            except binascii.Error:
                return answer
        case "quoted-printable":
            content = quopri.decodestring(body)
        case _:
            return answer
    own = {name: value for name, value in answer.headers.items() if name.lower() != "content-type"}
    return Answer(answer.status, {**own, "Content-Type": headers.get("content-type", "")}, content)


def _content_type(headers: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    text = header(headers, "content-type")
    found = _PARAMETER.findall(text)
    parameters = {name.lower(): bare or re.sub(r"\\(.)", r"\1", quoted) for name, quoted, bare in found}
    return text.partition(";")[0].strip().lower(), parameters


def _id(text: str) -> str:
    return text.strip().removeprefix("<").removesuffix(">")
