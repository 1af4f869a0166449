"""The two addresses of the service, and the log of every message."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, Response, current_app, request
from sqlalchemy.orm import Session

from sandbox.parnassys.data import CONFIRMED, DISTURBED, Bericht
from sandbox.parnassys.db import unit_of_work
from sandbox.parnassys.rules import storingen
from sandbox.parnassys.settings import Settings
from sandbox.parnassys.soap import leerlinggegevens, leerresultaten
from sandbox.parnassys.soap.envelope import Envelope, read_envelope, school_in
from sandbox.parnassys.soap.faults import SoapFault
from sandbox.parnassys.soap.http import XML, HttpRefusal, read_bytes, read_operation
from sandbox.parnassys.soap.storing import distort, instead
from sandbox.parnassys.storing import Gekozen
from webapp.uwlr.namespaces import Operation

bp = Blueprint("sandbox_uwlr", __name__, url_prefix="/sandbox/parnassys/uwlr/v2")
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
"""All of them: what is not POST is refused by us, in words that a SOAP client shows."""

Handler = Callable[[Session, Operation, Envelope, Bericht], bytes]


@bp.route("/leerlinggegevens", methods=METHODS, provide_automatic_options=False)
def haal() -> Response:
    """HaalLeerlinggegevens and its three steps."""
    return _serve(leerlinggegevens.OPERATIONS, _haal)


@bp.route("/leerresultaten", methods=METHODS, provide_automatic_options=False)
def breng() -> Response:
    """BrengLeerresultaten."""
    return _serve(leerresultaten.OPERATIONS, _breng)


def _serve(offered: tuple[Operation, ...], handler: Handler) -> Response:
    try:
        data = read_bytes(request)
    except HttpRefusal as refusal:
        return refusal.response
    gekozen = _take_storing(data, offered)
    if gekozen is not None and (response := instead(gekozen)) is not None:
        return response
    response = _handle(data, offered, handler, gekozen)
    return response if gekozen is None else distort(gekozen, response, request)


def _handle(data: bytes, offered: tuple[Operation, ...], handler: Handler, gekozen: Gekozen | None) -> Response:
    """Do what the message asks, in one transaction with its line in the history."""
    with unit_of_work() as session:
        log = Bericht(operatie="?", ontvangen_op=datetime.now(UTC))
        try:
            operation = read_operation(request, offered)
            log.operatie = operation
            content = handler(session, operation, read_envelope(data), log)
            status = 200
        except SoapFault as fault:
            # Whatever was checked so far wrote nothing; only the log is kept.
            log.uitkomst, log.melding = fault.code, fault.melding
            content, status = fault.envelope(), 500
        if gekozen is not None and log.melding is None:
            log.melding = f"storing: {gekozen.naam}"
        session.add(log)
    return Response(content, status=status, content_type=XML)


def _take_storing(data: bytes, offered: tuple[Operation, ...]) -> Gekozen | None:
    """What was switched on for the school of this message; a message that is not looked at is logged here."""
    try:
        brincode, dependancecode = school_in(read_envelope(data).body)
        operation = read_operation(request, offered)
    except SoapFault:
        return None
    with unit_of_work() as session:
        taken = storingen.take(session, brincode, dependancecode)
        if taken is None:
            return None
        school, gekozen = taken
        if gekozen.is_instead:
            now = datetime.now(UTC)
            session.add(
                Bericht(
                    school_id=school.id,
                    operatie=operation,
                    ontvangen_op=now,
                    uitkomst=DISTURBED,
                    melding=gekozen.naam,
                )
            )
    return gekozen


def _haal(session: Session, operation: Operation, envelope: Envelope, log: Bericht) -> bytes:
    return leerlinggegevens.answer(session, _settings(), operation, envelope, log)


def _breng(session: Session, _operation: Operation, envelope: Envelope, log: Bericht) -> bytes:
    gelezen = leerresultaten.check(session, _settings(), envelope, log)
    log.uitkomst = CONFIRMED
    session.add(log)
    session.flush()
    leerresultaten.store(session, gelezen, log, log.ontvangen_op)
    return leerresultaten.confirmation()


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
