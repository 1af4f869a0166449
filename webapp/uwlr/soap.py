"""zeep loads our WSDL, makes header and envelope and calls; bodies and answers are ours.

zeep writes whole messages at DEBUG, and urllib3 warns with pieces of an answer that it could not parse: their loggers
stay silent below ERROR, whatever anyone configures.
"""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path
from typing import Any

import zeep
import zeep.wsdl
from lxml import etree
from zeep.xsd import SkipValue

from webapp.uwlr.multipart import root_part
from webapp.uwlr.namespaces import LEERLINGGEGEVENS, LEERRESULTATEN, SOAP, Operation
from webapp.uwlr.schema import FOLDER, LEERLINGGEGEVENS_WSDL, LEERRESULTATEN_WSDL
from webapp.uwlr.transport import Answer, Limits, exchange
from webapp.uwlr.values import Autorisatie

_PULL = (LEERLINGGEGEVENS_WSDL, f"{{{LEERLINGGEGEVENS}}}LeerlinggegevensSoap")
_STAGED = (LEERLINGGEGEVENS_WSDL, f"{{{LEERLINGGEGEVENS}}}GetraptSoap")
_BINDINGS = {
    Operation.HAAL_LEERLINGGEGEVENS: _PULL,
    Operation.HAAL_STRUCTUUR: _STAGED,
    Operation.HAAL_LEERLINGEN: _STAGED,
    Operation.HAAL_LEERKRACHTEN: _STAGED,
    Operation.BRENG_LEERRESULTATEN: (LEERRESULTATEN_WSDL, f"{{{LEERRESULTATEN}}}LeerresultatenSoap"),
}
_SETTINGS = zeep.Settings(strict=True, raw_response=True, forbid_dtd=True, forbid_entities=True, forbid_external=True)
_TALKATIVE = (
    "zeep", "zeep.transports", "zeep.client", "zeep.wsdl", "zeep.wsdl.bindings.soap", "zeep.wsdl.wsdl", "zeep.xsd",
    "zeep.xsd.schema", "zeep.xsd.visitor", "zeep.xsd.elements.element", "zeep.xsd.types.complex", "zeep.loader",
    "urllib3", "urllib3.connectionpool", "urllib3.connection", "requests",
)  # fmt: skip


def _is_grave(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.ERROR


def silence_loggers() -> None:
    """Pin the loggers that could show a message; a filter holds even when a level is changed later."""
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        logger.setLevel(logging.ERROR)
        logger.addFilter(_is_grave)


silence_loggers()


class _Files(zeep.Transport):
    """Loads WSDL and XSD from our own folder and from nowhere else."""

    def load(self, url: str) -> bytes:
        path = Path(url).resolve()
        if not path.is_relative_to(FOLDER):
            raise PermissionError("WSDL en XSD komen alleen uit de eigen map.")
        return path.read_bytes()


class _Wire(zeep.Transport):
    """Hands the envelope that zeep made to our own exchange."""

    def __init__(self, limits: Limits, extra_headers: dict[str, str], *, quoted_action: bool) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # zeep
        self._limits = limits
        self._extra = extra_headers
        self._quoted = quoted_action

    def post_xml(self, address: str, envelope: etree._Element, headers: dict[str, str]) -> Answer:
        action = headers["SOAPAction"].strip('"')
        sent = {
            **self._extra,
            "Content-Type": "text/xml; charset=utf-8",
            "SOAPAction": f'"{action}"' if self._quoted else action,
            "User-Agent": "Koppelpunt",
        }
        message = etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
        return root_part(exchange(address, message, sent, self._limits))


class _Body(zeep.Plugin):
    """Puts our own element in the Body; zeep drops a score of 0."""

    def __init__(self, element: etree._Element) -> None:
        self._element = element

    def egress(
        self, envelope: etree._Element, http_headers: dict[str, str], operation: Any, binding_options: Any
    ) -> tuple[etree._Element, dict[str, str]]:
        body = envelope.find(f"{{{SOAP}}}Body")
        assert body is not None
        body[:] = [self._element]
        return envelope, http_headers


@cache
def _document(wsdl: Path) -> zeep.wsdl.Document:
    files: Any = _Files()  # type: ignore[no-untyped-call]  # zeep
    return zeep.wsdl.Document(str(wsdl), files, settings=_SETTINGS)


def load() -> None:
    """Read both services now; else the first call does."""
    for wsdl in (LEERLINGGEGEVENS_WSDL, LEERRESULTATEN_WSDL):
        _document(wsdl)


class Soap:
    """Calls one LAS; knows nothing of what the answers mean."""

    def __init__(self, limits: Limits, extra_headers: dict[str, str], *, quoted_action: bool) -> None:
        self._wire = _Wire(limits, extra_headers, quoted_action=quoted_action)

    def ask(self, operation: Operation, url: str, autorisatie: Autorisatie, vraag: dict[str, Any]) -> Answer:
        """Send a small request that zeep writes itself."""
        return self._call(operation, url, autorisatie, vraag, [])

    def bring(self, operation: Operation, url: str, autorisatie: Autorisatie, body: etree._Element) -> Answer:
        """Send a body of our own."""
        empty = dict.fromkeys(("school", "toetsafnames", "toetsen"), SkipValue)
        return self._call(operation, url, autorisatie, empty, [_Body(body)])

    def _call(
        self,
        operation: Operation,
        url: str,
        autorisatie: Autorisatie,
        vraag: dict[str, Any],
        plugins: list[zeep.Plugin],
    ) -> Answer:
        wsdl, binding = _BINDINGS[operation]
        client = zeep.Client(  # type: ignore[no-untyped-call]  # zeep
            _document(wsdl), transport=self._wire, settings=_SETTINGS, plugins=plugins
        )
        header = {
            "autorisatiesleutel": autorisatie.autorisatiesleutel,
            "klantcode": autorisatie.klantcode,
            "klantnaam": autorisatie.klantnaam,
        }
        service = client.create_service(binding, url)  # type: ignore[no-untyped-call]  # zeep
        answer: Answer = service[operation](**vraag, _soapheaders={"autorisatie": header})
        return answer
