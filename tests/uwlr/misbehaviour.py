"""Every way a LAS may misbehave, and what a question and a delivery of results must become of it."""

from __future__ import annotations

import gzip

from tests.las import Behaviour, drip, endless, hang_up, raw, reply, reset, silent
from tests.uwlr.berichten import BEVESTIGING, envelope, fault
from webapp.uwlr.faults import UwlrError, UwlrNotUnderstood, UwlrRefused, UwlrUnavailable, UwlrUnsure
from webapp.uwlr.namespaces import LEERRESULTATEN

CONFIRMED = envelope(BEVESTIGING)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"
BOMB = gzip.compress(b"<a>" + b" " * 30_000_000, 9)
GZIPPED_CONFIRMATION = gzip.compress(CONFIRMED)

Expected = tuple[type[UwlrError], str]
UNAVAILABLE, UNSURE, REFUSED, NOT_UNDERSTOOD = UwlrUnavailable, UwlrUnsure, UwlrRefused, UwlrNotUnderstood

TABLE: dict[str, tuple[Behaviour, Expected, Expected]] = {
    # what the LAS does: (behaviour, outcome of a question, outcome of bringing results)
    "hangs up": (hang_up, (UNAVAILABLE, "verbinding_verbroken"), (UNSURE, "verbinding_verbroken")),
    "resets": (reset, (UNAVAILABLE, "verbinding_verbroken"), (UNSURE, "verbinding_verbroken")),
    "never answers": (silent, (UNAVAILABLE, "tijd_verstreken"), (UNSURE, "tijd_verstreken")),
    "is cut off in the head": (
        raw(b"HTTP/1.1 200 OK\r\nContent-Ty"),
        (NOT_UNDERSTOOD, "leeg"),
        (UNSURE, "leeg"),
    ),
    "is cut off in the body": (
        raw(HEAD + b"Content-Length: 5000\r\n\r\n<soap:Env"),
        (UNAVAILABLE, "verbinding_verbroken"),
        (UNSURE, "verbinding_verbroken"),
    ),
    "is cut off without a length": (
        raw(HEAD + b"Connection: close\r\n\r\n" + CONFIRMED[:-20]),
        (NOT_UNDERSTOOD, "afgekapt"),
        (UNSURE, "afgekapt"),
    ),
    "drips the head": (
        drip(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x" * 200),
        (UNAVAILABLE, "tijd_verstreken"),
        (UNSURE, "tijd_verstreken"),
    ),
    "drips the body": (
        drip(HEAD + b"Content-Length: 400\r\n\r\n", b"<" * 400),
        (UNAVAILABLE, "tijd_verstreken"),
        (UNSURE, "tijd_verstreken"),
    ),
    "says continue for ever": (
        endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (UNAVAILABLE, "tijd_verstreken"),
        (UNSURE, "tijd_verstreken"),
    ),
    "hints for ever": (
        endless(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"),
        (UNAVAILABLE, "tijd_verstreken"),
        (UNSURE, "tijd_verstreken"),
    ),
    "is busy and hangs up": (
        raw(b"HTTP/1.1 102 Processing\r\n\r\n"),
        (UNAVAILABLE, "verbinding_verbroken"),
        (UNSURE, "verbinding_verbroken"),
    ),
    "never stops": (endless(HEAD + b"\r\n", b" " * 65_536), (NOT_UNDERSTOOD, "te_groot"), (UNSURE, "te_groot")),
    "sends endless headers": (
        endless(b"HTTP/1.1 200 OK\r\n", b"X-More: x\r\n"),
        (UNAVAILABLE, "verbinding_verbroken"),
        (UNSURE, "verbinding_verbroken"),
    ),
    "speaks no HTTP": (
        raw(b"SSH-2.0-OpenSSH_9.2\r\n"),
        (UNAVAILABLE, "verbinding_verbroken"),
        (UNSURE, "verbinding_verbroken"),
    ),
    "breaks its chunks": (
        raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n<a/>\r\n"),
        (UNAVAILABLE, "verbinding_verbroken"),
        (UNSURE, "verbinding_verbroken"),
    ),
    "answers 202 and nothing": (reply(b"", 202), (UNAVAILABLE, "leeg"), (UNSURE, "geen_bevestiging")),
    "answers 202 with a confirmation": (
        reply(CONFIRMED, 202),
        (UNAVAILABLE, "leeg"),
        (UNSURE, "geen_bevestiging"),
    ),
    "answers 201 and nothing": (reply(b"", 201), (NOT_UNDERSTOOD, "leeg"), (UNSURE, "leeg")),
    "answers 201 with a page": (
        reply(b"<html>", 201, "text/html"),
        (NOT_UNDERSTOOD, "geen_xml"),
        (UNSURE, "geen_xml"),
    ),
    "answers 201 and cuts it": (
        raw(b"HTTP/1.1 201 X\r\nContent-Type: text/xml\r\nContent-Length: 5000\r\n\r\n<soap:Env"),
        (UNAVAILABLE, "verbinding_verbroken"),
        (UNSURE, "verbinding_verbroken"),
    ),
    "answers 206 with a part": (reply(CONFIRMED, 206), (UNAVAILABLE, "leeg"), (UNSURE, "geen_bevestiging")),
    "answers 204": (raw(b"HTTP/1.1 204 No Content\r\n\r\n"), (UNAVAILABLE, "leeg"), (UNSURE, "geen_bevestiging")),
    "answers 200 and nothing": (reply(b""), (NOT_UNDERSTOOD, "leeg"), (UNSURE, "leeg")),
    "answers 200 with blanks": (reply(b" \r\n "), (NOT_UNDERSTOOD, "leeg"), (UNSURE, "leeg")),
    "shows a maintenance page": (
        reply(b"<!DOCTYPE html><html><body>Onderhoud</body></html>", content_type="text/html"),
        (NOT_UNDERSTOOD, "geen_xml"),
        (UNSURE, "geen_xml"),
    ),
    "calls a maintenance page XML": (
        reply(b"<!DOCTYPE html><html><body>Onderhoud</body></html>"),
        (NOT_UNDERSTOOD, "geen_xml"),
        (UNSURE, "geen_xml"),
    ),
    "calls its XML text": (
        reply(CONFIRMED, content_type="text/plain"),
        (NOT_UNDERSTOOD, "geen_xml"),
        (UNSURE, "geen_xml"),
    ),
    "answers another element": (
        reply(envelope('<antwoord xmlns="urn:anders"/>')),
        (NOT_UNDERSTOOD, "ander_bericht"),
        (UNSURE, "geen_bevestiging"),
    ),
    "answers outside SOAP": (reply(b"<antwoord/>"), (NOT_UNDERSTOOD, "geen_soap"), (UNSURE, "geen_soap")),
    "answers two things": (
        reply(envelope(BEVESTIGING + BEVESTIGING)),
        (NOT_UNDERSTOOD, "geen_soap"),
        (UNSURE, "geen_soap"),
    ),
    "confirms with something in it": (
        reply(envelope(f'<leerresultaten_bevestiging xmlns="{LEERRESULTATEN}"><x/></leerresultaten_bevestiging>')),
        (NOT_UNDERSTOOD, "ander_bericht"),
        (UNSURE, "geen_bevestiging"),
    ),
    "confirms in another version": (
        reply(envelope(BEVESTIGING.replace("/2/", "/1/"))),
        (NOT_UNDERSTOOD, "ander_bericht"),
        (UNSURE, "geen_bevestiging"),
    ),
    "confirms with status 500": (reply(CONFIRMED, 500), (UNAVAILABLE, "storing"), (UNSURE, "storing")),
    "lies about its encoding": (
        reply(envelope("<x>Zo\u00eb</x>").decode().encode("cp1252")),
        (NOT_UNDERSTOOD, "codering"),
        (UNSURE, "codering"),
    ),
    "sends a DOCTYPE": (
        reply(b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x>&e;</x>'),
        (NOT_UNDERSTOOD, "doctype"),
        (UNSURE, "doctype"),
    ),
    "sends a gzip bomb": (
        reply(BOMB, Content_Encoding="gzip"),
        (NOT_UNDERSTOOD, "te_groot"),
        (UNSURE, "te_groot"),
    ),
    "cuts its gzip": (
        reply(GZIPPED_CONFIRMATION[:-4], Content_Encoding="gzip"),
        (UNAVAILABLE, "verbinding_verbroken"),
        (UNSURE, "verbinding_verbroken"),
    ),
    "cuts its gzip early": (
        reply(GZIPPED_CONFIRMATION[:5], Content_Encoding="gzip"),
        (UNAVAILABLE, "verbinding_verbroken"),
        (UNSURE, "verbinding_verbroken"),
    ),
    "damages its gzip": (
        reply(GZIPPED_CONFIRMATION[:20] + b"\xff" * 20 + GZIPPED_CONFIRMATION[40:], Content_Encoding="gzip"),
        (NOT_UNDERSTOOD, "compressie"),
        (UNSURE, "compressie"),
    ),
    "sends more behind its gzip": (
        reply(GZIPPED_CONFIRMATION + b"meer", Content_Encoding="gzip"),
        (NOT_UNDERSTOOD, "compressie"),
        (UNSURE, "compressie"),
    ),
    "calls nothing gzip": (reply(b"", Content_Encoding="gzip"), (NOT_UNDERSTOOD, "leeg"), (UNSURE, "leeg")),
    "calls plain text gzip": (
        reply(CONFIRMED, Content_Encoding="gzip"),
        (NOT_UNDERSTOOD, "compressie"),
        (UNSURE, "compressie"),
    ),
    "uses a coding we did not ask for": (
        reply(CONFIRMED, Content_Encoding="br"),
        (NOT_UNDERSTOOD, "compressie"),
        (UNSURE, "compressie"),
    ),
    "answers 400": (reply(b"", 400), (REFUSED, "http_geweigerd"), (REFUSED, "http_geweigerd")),
    "misses our certificate, as nginx": (
        reply(b"<html><title>400 No required SSL certificate was sent</title></html>", 400, "text/html"),
        (UNAVAILABLE, "certificaat_geweigerd"),
        (UNAVAILABLE, "certificaat_geweigerd"),
    ),
    "does not take our certificate, as nginx": (
        reply(b"<html><title>400 The SSL certificate error</title></html>", 400, "text/html"),
        (UNAVAILABLE, "certificaat_geweigerd"),
        (UNAVAILABLE, "certificaat_geweigerd"),
    ),
    "does not take our certificate, as IIS": (
        reply(b"<h1>HTTP-fout 403.16 - Verboden</h1>", 403, "text/html"),
        (UNAVAILABLE, "certificaat_geweigerd"),
        (UNAVAILABLE, "certificaat_geweigerd"),
    ),
    "answers 495": (
        reply(b"", 495),
        (UNAVAILABLE, "certificaat_geweigerd"),
        (UNAVAILABLE, "certificaat_geweigerd"),
    ),
    "answers 496": (
        reply(b"", 496),
        (UNAVAILABLE, "certificaat_geweigerd"),
        (UNAVAILABLE, "certificaat_geweigerd"),
    ),
    "answers 497": (reply(b"", 497), (REFUSED, "adres_onjuist"), (REFUSED, "adres_onjuist")),
    "wants https": (
        reply(b"<title>400 The plain HTTP request was sent to HTTPS port</title>", 400, "text/html"),
        (REFUSED, "adres_onjuist"),
        (REFUSED, "adres_onjuist"),
    ),
    "answers 400 with a page": (
        reply(b"<html>Bad Request</html>", 400, "text/html"),
        (REFUSED, "http_geweigerd"),
        (REFUSED, "http_geweigerd"),
    ),
    "answers 401": (reply(b"", 401), (REFUSED, "geen_toegang"), (REFUSED, "geen_toegang")),
    "answers 403 with a page": (
        reply(b"<html>", 403, "text/html"),
        (REFUSED, "geen_toegang"),
        (REFUSED, "geen_toegang"),
    ),
    "answers 404": (reply(b"", 404), (REFUSED, "adres_onjuist"), (REFUSED, "adres_onjuist")),
    "answers 405": (reply(b"", 405), (REFUSED, "adres_onjuist"), (REFUSED, "adres_onjuist")),
    "answers 408": (reply(b"", 408), (UNAVAILABLE, "tijd_verstreken"), (UNSURE, "tijd_verstreken")),
    "answers 413": (reply(b"", 413), (REFUSED, "bericht_te_groot"), (REFUSED, "bericht_te_groot")),
    "answers 429": (reply(b"", 429), (UNAVAILABLE, "bezet"), (UNAVAILABLE, "bezet")),
    "answers 500": (reply(b"", 500), (UNAVAILABLE, "storing"), (UNSURE, "storing")),
    "answers 500 with a page": (reply(b"<html>", 500, "text/html"), (UNAVAILABLE, "storing"), (UNSURE, "storing")),
    "answers 500 and cuts it": (
        raw(b"HTTP/1.1 500 X\r\nContent-Length: 500\r\n\r\n<x"),
        (UNAVAILABLE, "storing"),
        (UNSURE, "storing"),
    ),
    "answers 502": (reply(b"", 502), (UNAVAILABLE, "storing"), (UNSURE, "storing")),
    "answers 503": (reply(b"", 503), (UNAVAILABLE, "storing"), (UNSURE, "storing")),
    "answers 503 and says when": (
        reply(b"", 503, Retry_After="120"),
        (UNAVAILABLE, "bezet"),
        (UNAVAILABLE, "bezet"),
    ),
    "answers 504": (reply(b"", 504), (UNAVAILABLE, "storing"), (UNSURE, "storing")),
    "refuses the key": (
        reply(fault("soap:Client.AutorisatieOngeldig"), 500),
        (REFUSED, "Client.AutorisatieOngeldig"),
        (REFUSED, "Client.AutorisatieOngeldig"),
    ),
    "refuses with status 200": (
        reply(fault("Client.XsdVersieOngeldig"), 200),
        (REFUSED, "Client.XsdVersieOngeldig"),
        (REFUSED, "Client.XsdVersieOngeldig"),
    ),
    "refuses with status 403 and says why": (
        reply(fault("soap:Client.AutorisatieOngeldig"), 403),
        (REFUSED, "Client.AutorisatieOngeldig"),
        (REFUSED, "Client.AutorisatieOngeldig"),
    ),
    "refuses in words of its own": (
        reply(fault("soap:Client.Vreemd"), 500),
        (REFUSED, "Client"),
        (REFUSED, "Client"),
    ),
    "has an inner error": (
        reply(fault("soap:Server.InterneFout"), 500),
        (UNAVAILABLE, "Server.InterneFout"),
        (UNSURE, "Server.InterneFout"),
    ),
    "refuses in general while it is down": (
        reply(fault("soap:Client"), 503),
        (UNAVAILABLE, "storing"),
        (UNSURE, "storing"),
    ),
    "does not know our action": (
        reply(fault("a:ActionNotSupported"), 500),
        (REFUSED, "adres_onjuist"),
        (REFUSED, "adres_onjuist"),
    ),
    "is down for a while": (
        reply(fault("soap:Server.TijdelijkNietBeschikbaar"), 503),
        (UNAVAILABLE, "Server.TijdelijkNietBeschikbaar"),
        (UNSURE, "Server.TijdelijkNietBeschikbaar"),
    ),
}
