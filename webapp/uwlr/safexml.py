"""XML from outside: what may not come in, and parsing what may.

No DOCTYPE, no entities, no network, no recovery, no huge documents. Names are not guessed: the bytes must be what the
sender says they are. lxml's own error texts may quote the document, so they never leave this module.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from lxml import etree

from webapp.uwlr.codes import Reden

_PROLOG = re.compile(
    rb"\s*(?:<\?xml(?P<declaration>[^>]*)\?>)?"
    rb"(?:\s+|<\?(?!xml\s)(?:[^?]|\?(?!>))*\?>|<!--(?:[^-]|-(?!->))*-->)*"
    rb"(?P<rest>.{0,15})",
    re.DOTALL,
)
_DECLARED = re.compile(rb"encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_ENCODINGS = {"utf-8", "ascii", "iso8859-1", "iso8859-15", "cp1252", "utf-16"}
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ENCODING_ERRORS = {
    etree.ErrorTypes.ERR_INVALID_ENCODING,
    etree.ErrorTypes.ERR_UNKNOWN_ENCODING,
    etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING,
    etree.ErrorTypes.I18N_CONV_FAILED,
    etree.ErrorTypes.I18N_NO_HANDLER,
}
_SIZE_ERRORS = {
    etree.ErrorTypes.ERR_RESOURCE_LIMIT,
    etree.ErrorTypes.ERR_NAME_TOO_LONG,
    etree.ErrorTypes.ERR_ENTITY_LOOP,
}
_STRICT: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "recover": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
    "remove_blank_text": True,
}
_PIECE = 32_768
_AT_ONCE = 10 * _PIECE
"""Up to this size a document is parsed as a whole: faster than in pieces, and it takes little memory."""


class UnsafeXml(Exception):
    """The bytes are not XML that we read; `reden` says why. Never holds a piece of the document."""

    def __init__(self, reden: Reden) -> None:
        super().__init__(str(reden))
        self.reden = reden


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the bytes are to be read: what they are in, and whether the parser must be told so."""

    name: str
    forced: str | None = None


def check_prolog(data: bytes, charset: str | None = None) -> Encoding:
    """Refuse what must not be parsed; tell the encoding of the rest.

    `charset` is that of the Content-Type header. When it, the byte order mark and the XML declaration contradict each
    other, only pure ASCII can still be read without guessing.
    """
    if not data or data.isspace():
        raise UnsafeXml(Reden.LEEG)
    bom = next((name for mark, name in _BOMS if data.startswith(mark)), None)
    head = data[:65_536].decode("utf-16", "replace").encode() if bom == "utf-16" else data.removeprefix(codecs.BOM_UTF8)
    prolog = _PROLOG.match(head)
    assert prolog is not None  # every part of the pattern is optional
    first = prolog["rest"].upper()
    if first.startswith((b"<!DOCTYPE HTML", b"<HTML")) or not first.startswith(b"<"):
        raise UnsafeXml(Reden.GEEN_XML)
    if first.startswith(b"<!DOCTYPE"):
        raise UnsafeXml(Reden.DOCTYPE)
    found = _DECLARED.search(prolog["declaration"] or b"")
    declared = _canonical(found[1].decode("ascii")) if found else None
    stated = _canonical(charset) if charset else None
    return _encoding(bom, declared, stated, is_ascii=data.isascii())


def _encoding(bom: str | None, declared: str | None, stated: str | None, *, is_ascii: bool) -> Encoding:
    named = {name for name in (bom, declared, stated) if name is not None}
    contradiction = len(named - {"ascii"}) > 1 and not is_ascii
    if contradiction or not named <= _ENCODINGS or (declared == "utf-16" and bom is None):
        raise UnsafeXml(Reden.CODERING)
    name = bom or declared or stated or "utf-8"
    return Encoding(name, name if bom is None and declared is None and name not in {"utf-8", "ascii"} else None)


def small_tree(data: bytes, charset: str | None = None) -> etree._Element:
    """Parse a small message (a confirmation, a fault, a request) as a whole."""
    parser = etree.XMLParser(encoding=check_prolog(data, charset).forced, **_STRICT)
    root: etree._Element = _guarded(etree.fromstring, data.lstrip(), parser)
    refuse_dtd(root)
    return root


class ListReader:
    """Parses a large message in pieces, handing over the children of its long lists as they come complete.

    What was handed over leaves the tree, so memory does not grow with the lists, and what is looked at is still warm in
    the processor. After the last piece `root` is the rest of the message.
    """

    def __init__(self, data: bytes, charset: str | None = None) -> None:
        self.encoding = check_prolog(data, charset)
        self._data = data.lstrip()
        self.root: etree._Element

    def lists(
        self,
        names: Mapping[str, str],
        is_list: Callable[[etree._Element], bool],
        change: Callable[[etree._Element], None] | None = None,
    ) -> Iterator[tuple[etree._Element, int, list[etree._Element]]]:
        """Yield (list, how many children are complete, those of them that have the right name) again and again.

        `names` holds the name of each list with that of its children; `is_list` tells which of these elements count.
        With `change`, which needs the whole document and may change it, all is parsed first.
        """
        if change is not None or len(self._data) <= _AT_ONCE:
            parser = etree.XMLParser(encoding=self.encoding.forced, **_STRICT)
            self.root = _guarded(etree.fromstring, self._data, parser)
            refuse_dtd(self.root)
            if change is not None:
                change(self.root)
            for element in filter(is_list, self.root.iter(*names)):
                yield element, len(element), list(element.iterchildren(names[element.tag]))
        else:
            yield from self._lists_in_pieces(names, is_list)

    def _lists_in_pieces(
        self, names: Mapping[str, str], is_list: Callable[[etree._Element], bool]
    ) -> Iterator[tuple[etree._Element, int, list[etree._Element]]]:
        parser = etree.XMLPullParser(events=("start",), tag=tuple(names), encoding=self.encoding.forced, **_STRICT)
        found: list[etree._Element] = []
        for start in range(0, len(self._data), _PIECE):
            _guarded(parser.feed, self._data[start : start + _PIECE])
            events: Iterator[tuple[str, etree._Element]] = parser.read_events()  # type: ignore[assignment]  # stubs
            found += (element for _event, element in events if is_list(element))
            for element in found:
                growing = element is found[-1]  # then its last child may be incomplete too
                if (complete := len(element) - growing) > 0:
                    batch = [child for child in islice(element, complete) if child.tag == names[element.tag]]
                    yield element, complete, batch
                    batch.clear()  # nobody holds them now, so they are freed at once
                    del element[:complete]
        self.root = _guarded(parser.close)
        refuse_dtd(self.root)
        for element in found:
            yield element, len(element), list(element.iterchildren(names[element.tag]))


def refuse_dtd(root: etree._Element) -> None:
    """The second look: whatever the prolog hid from us, a parsed document shows its DTD."""
    info = root.getroottree().docinfo
    if info.internalDTD is not None or info.externalDTD is not None:
        raise UnsafeXml(Reden.DOCTYPE)


def _guarded(parse: Callable[..., Any], *arguments: Any) -> Any:
    """Call the parser; its own error may quote the document, so it is not even chained to ours."""
    try:
        return parse(*arguments)
    except etree.XMLSyntaxError as error:
        reden = _reden(error)
    etree.clear_error_log()  # lxml keeps its last messages per thread
    raise UnsafeXml(reden)


def _canonical(name: str) -> str:
    try:
        canonical = codecs.lookup(name.strip().strip("\"'")).name
    except LookupError:
        return "unknown"
    return "utf-16" if canonical.startswith("utf-16") else canonical


def _reden(error: etree.XMLSyntaxError) -> Reden:
    code: int = error.code  # type: ignore[attr-defined]  # missing in the stubs
    if code in _ENCODING_ERRORS:
        return Reden.CODERING
    return Reden.TE_GROOT if code in _SIZE_ERRORS else Reden.AFGEKAPT
