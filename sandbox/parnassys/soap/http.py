"""What has to be right before a message is read as SOAP: method, content type, size, SOAPAction."""

from __future__ import annotations

from collections.abc import Collection

from flask import Request, Response
from werkzeug.exceptions import RequestEntityTooLarge

from sandbox.parnassys.soap.faults import invalid
from webapp.uwlr.namespaces import LEERLINGGEGEVENS, Operation

MAX_BYTES = 8 * 1024 * 1024
XML = "text/xml;charset=UTF-8"


class HttpRefusal(Exception):
    """Not worth a SOAP Fault: the caller does not speak SOAP to us."""

    def __init__(self, status: int, text: str, **headers: str) -> None:
        super().__init__(text)
        self.response = Response(text + "\n", status=status, content_type="text/plain; charset=utf-8", headers=headers)


def read_bytes(request: Request) -> bytes:
    """Return the body of a SOAP 1.1 POST; raise HttpRefusal for anything else."""
    if request.method != "POST":
        raise HttpRefusal(405, "Deze dienst kent alleen POST met een SOAP 1.1-bericht.", Allow="POST")
    if request.mimetype != "text/xml":
        raise HttpRefusal(415, "SOAP 1.1 gaat als text/xml.")
    if request.mimetype_params.get("charset", "utf-8").lower().strip('"') != "utf-8":
        raise HttpRefusal(415, "Deze dienst leest alleen UTF-8.")
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise HttpRefusal(415, "Deze dienst leest geen gecomprimeerde berichten.")
    request.max_content_length = MAX_BYTES
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        raise HttpRefusal(413, f"Een bericht mag ten hoogste {MAX_BYTES} bytes tellen.") from error


_STAGED_ACTIONS = {
    Operation.HAAL_STRUCTUUR: f"{LEERLINGGEGEVENS}/structuur_verzoek",
    Operation.HAAL_LEERLINGEN: f"{LEERLINGGEGEVENS}/leerlingen_verzoek",
    Operation.HAAL_LEERKRACHTEN: f"{LEERLINGGEGEVENS}/leerkrachten_verzoek",
}


def soap_action(operation: Operation) -> str:
    """The SOAPAction header, without the quotes that HTTP puts around it."""
    return _STAGED_ACTIONS.get(operation, str(operation))


def read_operation(request: Request, offered: Collection[Operation]) -> Operation:
    """Tell which call this is by its SOAPAction, with or without quotes around it."""
    action = request.headers.get("SOAPAction")
    if action is None:
        invalid("SOAPAction ontbreekt")
    bare = action[1:-1] if len(action) > 1 and action[0] == action[-1] == '"' else action
    operation = next((each for each in offered if soap_action(each) == bare), None)
    if operation is None:
        invalid("SOAPAction is onbekend")
    return operation
