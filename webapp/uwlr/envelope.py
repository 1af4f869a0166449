"""The SOAP envelope around an answer: what is in the Body, and whether it is a Fault."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from webapp.uwlr.codes import FaultCode, Reden
from webapp.uwlr.faultcodes import Foutcode, most_telling
from webapp.uwlr.namespaces import SOAP, SOAP_12
from webapp.uwlr.safexml import UnsafeXml

MAX_FAULT_TEXT = 2_000


@dataclass(frozen=True, slots=True)
class Fault:
    """A SOAP Fault. Its text is free and may name a pupil: compare it with our own ids, never show or log it."""

    code: Foutcode
    text: str = field(repr=False)

    @property
    def is_standard(self) -> bool:
        """Whether the LAS gave one of the eleven codes of the standard, and not a code of its SOAP stack."""
        return isinstance(self.code, FaultCode) and self.code.is_standard

    @property
    def is_server(self) -> bool:
        """Whether the LAS itself failed: what it did with the message is not known."""
        return isinstance(self.code, FaultCode) and self.code.is_server

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
    """Return the one element in the SOAP Body; of an envelope of SOAP 1.2, which we do not speak, only a Fault."""
    for soap in (SOAP, SOAP_12):
        bodies = root.findall(f"{{{soap}}}Body") if root.tag == f"{{{soap}}}Envelope" else []
        if len(bodies) == 1 and len(bodies[0]) == 1 and (soap == SOAP or _is_fault(bodies[0][0])):
            return bodies[0][0]
    raise UnsafeXml(Reden.GEEN_SOAP)


def fault_in(body: etree._Element) -> Fault | None:
    """Read the Fault, in the form of SOAP 1.1 or 1.2; None when the element is something else."""
    if not _is_fault(body):
        return None
    codes: list[str] = []
    for child in body:
        match etree.QName(child).localname:
            case "faultcode":
                codes.append("".join(map(str, child.itertext())))
            case "Code":  # with a Subcode in it, perhaps with one of its own
                codes[:0] = ["".join(map(str, value.itertext())) for value in child.iter("{*}Value")][::-1]
    text = " ".join(str(part) for part in body.itertext() if part.strip())
    return Fault(most_telling(codes, text), text[:MAX_FAULT_TEXT])


def _is_fault(element: etree._Element) -> bool:
    name = etree.QName(element)
    return name.localname == "Fault" and name.namespace in (SOAP, SOAP_12, None)
