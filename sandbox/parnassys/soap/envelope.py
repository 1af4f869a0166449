"""Reading the SOAP envelope of a request, on a parser that fetches nothing, expands nothing and guesses nothing."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from sandbox.parnassys.soap.faults import invalid
from webapp.uwlr.namespaces import AUTORISATIE, SOAP


@dataclass(frozen=True, slots=True)
class Envelope:
    """A request: the autorisatie of the header, if there was one, and the one element of the body."""

    autorisatie: etree._Element | None
    body: etree._Element


def read_envelope(data: bytes) -> Envelope:
    """Parse the bytes of a request; anything that is not a SOAP 1.1 envelope in UTF-8 is refused."""
    if b"<!DOCTYPE" in data:
        invalid("Een DOCTYPE is niet toegestaan")
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        invalid("Het bericht is geen XML")
    if root.tag != f"{{{SOAP}}}Envelope":
        invalid("Het bericht is geen SOAP 1.1")
    bodies = root.findall(f"{{{SOAP}}}Body")
    if len(bodies) != 1 or len(bodies[0]) != 1:
        invalid("De SOAP-body hoort uit een element te bestaan")
    found = root.findall(f"{{{SOAP}}}Header/{{{AUTORISATIE}}}autorisatie")
    return Envelope(found[0] if len(found) == 1 else None, bodies[0][0])


def school_in(body: etree._Element) -> tuple[str | None, str]:
    """Which school a message is about, wherever it says so and whether or not it is right."""
    brincode = dependancecode = None
    for element in body.iter("{*}brincode", "{*}dependancecode"):
        if etree.QName(element).localname == "brincode":
            brincode = element.text
        else:
            dependancecode = element.text
    return brincode, dependancecode or "00"


def text_of(element: etree._Element, name: str, namespace: str) -> str | None:
    """The text of a child, exactly as it stands."""
    return element.findtext(f"{{{namespace}}}{name}")
