"""Our own XSD and WSDL of UWLR, and checking messages by them.

Every `validate_...` returns a list of problems, empty when the message is right. A problem names elements and rules,
never a value: it may be logged.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from functools import cache
from itertools import islice
from pathlib import Path

from lxml import etree

from webapp.uwlr.namespaces import AUTORISATIE, LEERLINGGEGEVENS, LEERRESULTATEN

FOLDER = Path(__file__).parent
LEERLINGGEGEVENS_WSDL = FOLDER / "leerlinggegevens.wsdl"
LEERRESULTATEN_WSDL = FOLDER / "leerresultaten.wsdl"
MAX_PROBLEMS = 20

_PULLS = ("leerlinggegevens", "structuur", "leerlingen", "leerkrachten")
_XS = "{http://www.w3.org/2001/XMLSchema}"
_LOCK = threading.Lock()
"""An XMLSchema keeps its last errors on itself, so two threads may not use it at once."""
_SUBJECT = re.compile(r"Element '(?:\{[^}]*\})?([\w.-]{1,64})'(?:, attribute '(?:\{[^}]*\})?([\w.-]{1,64})')?")


def validate_autorisatie(element: etree._Element) -> list[str]:
    """Check the header of a request."""
    return _validate(element, "autorisatie.xsd", {f"{{{AUTORISATIE}}}autorisatie"}, "2.2")


def validate_leerlinggegevens_verzoek(element: etree._Element) -> list[str]:
    """Check a request for a school: at once (leerlinggegevens_verzoek) or in steps."""
    expected = {f"{{{LEERLINGGEGEVENS}}}{name}_verzoek" for name in _PULLS}
    return _validate(element, "leerlinggegevens.xsd", expected, "2.2")


def validate_leerlinggegevens_antwoord(element: etree._Element, xsdversie: str = "2.2") -> list[str]:
    """Check an answer with a school: at once (leerlinggegevens_antwoord) or in steps."""
    expected = {f"{{{LEERLINGGEGEVENS}}}{name}_antwoord" for name in _PULLS}
    return _validate(element, "leerlinggegevens.xsd", expected, xsdversie)


def validate_leerresultaten(element: etree._Element, xsdversie: str = "2.2") -> list[str]:
    """Check a leerresultaten_verzoek or a leerresultaten_bevestiging."""
    names = ("leerresultaten_verzoek", "leerresultaten_bevestiging")
    return _validate(element, "leerresultaten.xsd", {f"{{{LEERRESULTATEN}}}{name}" for name in names}, xsdversie)


def _validate(element: etree._Element, file: str, expected: set[str], xsdversie: str) -> list[str]:
    if element.tag not in expected:
        return ["Dit is een ander bericht dan verwacht."]
    schema = _schema(file, xsdversie)
    with _LOCK:
        if schema.validate(element):
            return []
        errors: Iterable[etree._LogEntry] = schema.error_log  # type: ignore[assignment]  # the stubs miss __iter__
        return [_describe(error) for error in islice(errors, MAX_PROBLEMS)]


def _describe(error: etree._LogEntry) -> str:
    """Name the element, the attribute and the broken rule; the message of libxml2 itself quotes the value."""
    found = _SUBJECT.match(error.message)
    names = [name for name in found.groups() if name] if found else ["bericht"]
    subject = " @".join(name if name in _names() else "onbekend" for name in names)
    return f"{subject}: {error.type_name.removeprefix('SCHEMAV_').lower()}"


@cache
def _names() -> frozenset[str]:
    """The names that we know; any other comes from outside and is not repeated."""
    documents = (etree.parse(path).getroot() for path in FOLDER.glob("*.xsd"))
    return frozenset({node.get("name", "") for document in documents for node in document.iter()} | {"bericht"})


@cache
def _schema(file: str, xsdversie: str) -> etree.XMLSchema:
    document = etree.parse(FOLDER / file)
    if xsdversie.startswith("2.3"):
        _inline_includes(document)
        variant(document)
    return etree.XMLSchema(document)


def _inline_includes(document: etree._ElementTree) -> None:
    """Put included files in the place of xs:include, so that a variant may change them."""
    for include in document.getroot().findall(f"{_XS}include"):
        included = etree.parse(FOLDER / include.get("schemaLocation", "")).getroot()
        place = document.getroot().index(include)
        document.getroot().remove(include)
        for child in reversed(included):
            document.getroot().insert(place, child)


def variant(document: etree._ElementTree) -> None:
    """Make the 2.3 form, as far as it is known: ECK iD first, so the LAS key of a person is optional."""
    for attribute in document.iterfind(f".//{_XS}attributeGroup[@name='Identiteit']/{_XS}attribute[@name='key']"):
        attribute.set("use", "optional")
    for element in document.iterfind(f".//{_XS}complexType[@name='Toetsafname']//{_XS}element[@name='leerlingid']"):
        element.set("minOccurs", "0")
