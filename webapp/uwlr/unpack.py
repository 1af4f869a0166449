"""Content-Encoding: gzip or nothing, and never more than the cap comes out."""

from __future__ import annotations

import zlib

from webapp.uwlr.codes import Reden

_GZIP = 16 + zlib.MAX_WBITS


class UnpackFailed(Exception):
    """The body cannot be unpacked; `reden` says why."""

    def __init__(self, reden: Reden) -> None:
        super().__init__(str(reden))
        self.reden = reden


def unpack(raw: bytes, encoding: str | None, max_bytes: int) -> bytes:
    """Return the body as it was before Content-Encoding; raise UnpackFailed past the cap or for another coding."""
    match (encoding or "identity").strip().lower():
        case "identity" | "":
            return raw
        case "gzip" | "x-gzip":
            return _gunzip(raw, max_bytes) if raw else raw
        case _:
            raise UnpackFailed(Reden.COMPRESSIE)


def _gunzip(raw: bytes, max_bytes: int) -> bytes:
    decompressor = zlib.decompressobj(_GZIP)
    reden = None
    content = b""
    try:
        content = decompressor.decompress(raw, max_bytes + 1)
    except zlib.error:
        reden = Reden.COMPRESSIE
    if len(content) > max_bytes:
        reden = Reden.TE_GROOT
    elif reden is None and not decompressor.eof:
        reden = Reden.VERBINDING_VERBROKEN  # what came is good, but the rest of it is not there
    elif decompressor.unused_data:
        reden = Reden.COMPRESSIE
    if reden is not None:
        raise UnpackFailed(reden)
    return content
