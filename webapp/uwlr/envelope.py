"""The SOAP envelope around an answer: what is in the Body, and whether it is a Fault."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from webapp.uwlr.codes import FaultCode, Reden, parse_faultcode
from webapp.uwlr.namespaces import SOAP
from webapp.uwlr.safexml import UnsafeXml

MAX_FAULT_TEXT = 2_000


@dataclass(frozen=True, slots=True)
class Fault:
    """A SOAP Fault. Its text is free and may name a pupil: compare it with our own ids, never show or log it."""

    code: FaultCode
    text: str = field(repr=False)

    def names(self, identifier: str) -> bool:
        """Whether the text mentions this identifier of ours, as a word of its own."""
        start = self.text.find(identifier)
        while start >= 0:
            before, after = self.text[start - 1 : start], self.text[start + len(identifier) :][:1]
            if not (before.isalnum() or after.isalnum()):
                return True
            start = self.text.find(identifier, start + 1)
        return False


def body_of(root: etree._Element) -> etree._Element:
    """Return the one element in the SOAP Body."""
    if root.tag != f"{{{SOAP}}}Envelope":
        raise UnsafeXml(Reden.GEEN_SOAP)
    bodies = root.findall(f"{{{SOAP}}}Body")
    if len(bodies) != 1 or len(bodies[0]) != 1:
        raise UnsafeXml(Reden.GEEN_SOAP)
    return bodies[0][0]


def fault_in(body: etree._Element) -> Fault | None:
    """Read the Fault, in whatever spelling its code is; None when the element is something else."""
    if body.tag != f"{{{SOAP}}}Fault":
        return None
    code = next((child.text for child in body if etree.QName(child).localname == "faultcode"), None)
    text = " ".join(str(part) for part in body.itertext() if part.strip())
    return Fault(parse_faultcode(code), text[:MAX_FAULT_TEXT])
