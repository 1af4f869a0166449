"""Faults as other people's servers write them: the code in any place and form, and what the HTTP status adds."""

from __future__ import annotations

import pytest

from tests.uwlr.berichten import BEVESTIGING, VERZOEK, antwoord, bericht, envelope, fault
from webapp.uwlr.codes import FaultCode, Reden
from webapp.uwlr.faults import UwlrError, UwlrNotUnderstood, UwlrRefused, UwlrUnavailable, UwlrUnsure
from webapp.uwlr.namespaces import SOAP, SOAP_12
from webapp.uwlr.outcome import check_confirmation, refused_pull
from webapp.uwlr.reader import read_leerlinggegevens
from webapp.uwlr.transport import Answer


def answer(content: bytes, status: int = 500, content_type: str = "text/xml; charset=utf-8", **headers: str) -> Answer:
    return Answer(
        status, {"Content-Type": content_type, **{name.replace("_", "-"): headers[name] for name in headers}}, content
    )


def of_question(found: Answer) -> UwlrError:
    error = refused_pull(found, "ParnasSys")
    assert error is not None
    return error


def of_results(found: Answer) -> UwlrError:
    with pytest.raises(UwlrError) as caught:
        check_confirmation(found, bericht(), "ParnasSys")
    return caught.value


def form_of_12(code: str, subcode: str = "", reason: str = "Nee", soap: str = "soap") -> str:
    """A Fault in the form of SOAP 1.2; `subcode` is put in as it is."""
    return (
        f"<{soap}:Fault><{soap}:Code><{soap}:Value>{code}</{soap}:Value>{subcode}</{soap}:Code>"
        f'<{soap}:Reason><{soap}:Text xml:lang="nl">{reason}</{soap}:Text></{soap}:Reason></{soap}:Fault>'
    )


def subcode(code: str, inner: str = "") -> str:
    return f"<soap:Subcode><soap:Value>{code}</soap:Value>{inner}</soap:Subcode>"


def envelope_of_12(body: str) -> bytes:
    return envelope(body).replace(SOAP.encode(), SOAP_12.encode())


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (fault("s:Client", "Client.AutorisatieOngeldig: sleutel onbekend"), "Client.AutorisatieOngeldig"),
        (fault("s:Client", "s:Client.AutorisatieOngeldig"), "Client.AutorisatieOngeldig"),
        (fault("s:Server", detail="fout AutorisatieOngeldig (99XX)"), "Client.AutorisatieOngeldig"),
        (fault("s:Client", "server.interneFout"), "Server.InterneFout"),
        (fault("s:Client", "AutorisatieOngeldig", "Client.AutorisatieOngeldig"), "Client.AutorisatieOngeldig"),
        (fault("s:Client", "AutorisatieOngeldig of ScoreOngeldig"), "Client"),  # which of the two is not said
        (fault("s:Client", "AutorisatieOngeldigeException"), "Client"),  # no word of its own
        (fault("s:Client", "GeenAutorisatieOngeldig"), "Client"),
        (fault("s:Client.ScoreOngeldig", "AutorisatieOngeldig"), "Client.ScoreOngeldig"),  # its place goes first
        (fault("a:ActionNotSupported", "AutorisatieOngeldig"), "Client.AutorisatieOngeldig"),
        (fault("s:<b>Client.AutorisatieOngeldig</b>"), "Client.AutorisatieOngeldig"),
        (envelope(form_of_12("s:Sender", subcode("s:Client.AutorisatieOngeldig"))), "Client.AutorisatieOngeldig"),
        (
            envelope(form_of_12("s:Sender", subcode("x:Iets", subcode("Client.LeerlingOngeldig")))),
            "Client.LeerlingOngeldig",
        ),
        (
            envelope(form_of_12("s:Client.OngeldigBericht", subcode("Client.ScoreOngeldig"))),
            "Client.ScoreOngeldig",  # the inner one says more
        ),
        (envelope(form_of_12("s:Sender", reason="Client.AutorisatieOngeldig")), "Client.AutorisatieOngeldig"),
        (envelope(form_of_12("s:Sender")), "Client"),
        (envelope(form_of_12("s:Sender", subcode("x:Iets"))), "Client"),
        (envelope(form_of_12("s:Receiver", subcode("x:Iets"))), "Server"),
        (envelope(form_of_12("s:Sender", subcode("wsse:FailedAuthentication"))), "geen_toegang"),
        (
            envelope_of_12(form_of_12("soap:Sender", subcode("x:Client.AutorisatieOngeldig"))),
            "Client.AutorisatieOngeldig",
        ),
        (envelope_of_12(form_of_12("soap:Receiver")), "Server"),
        (envelope("<Fault><faultcode>Client.AutorisatieOngeldig</faultcode></Fault>"), "Client.AutorisatieOngeldig"),
        (fault("Client.AutorisatieOngeldig").decode().encode("utf-16"), "Client.AutorisatieOngeldig"),
    ],
)
def test_the_code_is_found_in_every_place_and_form(content: bytes, code: str) -> None:
    found = answer(content, content_type="text/xml")
    assert (of_question(found).code, of_results(found).code) == (code, code)


def test_of_soap_12_only_a_fault_is_read() -> None:
    """We ask in 1.1; who answers in 1.2 with anything but a refusal does not speak our form."""
    confirmed, school = (
        answer(content.replace(SOAP.encode(), SOAP_12.encode()), 200) for content in (envelope(BEVESTIGING), antwoord())
    )
    error = of_results(confirmed)
    assert (type(error), error.code) == (UwlrUnsure, "geen_soap")
    assert refused_pull(school, "ParnasSys") is None
    with pytest.raises(UwlrNotUnderstood) as caught:
        read_leerlinggegevens(school.content, VERZOEK)
    assert caught.value.code == "geen_soap"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("a:ActionNotSupported", Reden.ADRES_ONJUIST),
        ("s:MustUnderstand", Reden.ADRES_ONJUIST),
        ("s:VersionMismatch", Reden.ADRES_ONJUIST),
        ("wsse:FailedAuthentication", Reden.GEEN_TOEGANG),
        ("a:DeserializationFailed", FaultCode.ANDERE_CLIENT),
        ("s:Sender", FaultCode.ANDERE_CLIENT),
    ],
)
def test_trouble_of_a_soap_stack_with_us_is_a_refusal_for_klantenservice(code: str, reason: FaultCode | Reden) -> None:
    for error in (of_question(answer(fault(code))), of_results(answer(fault(code)))):
        assert (type(error), error.reason, error.owner) == (UwlrRefused, reason, "klantenservice")


@pytest.mark.parametrize("code", ["s:Client", "s:Server", "a:ActionNotSupported", "wsse:FailedAuthentication"])
@pytest.mark.parametrize("status", [401, 403, 404, 405, 407, 408, 410, 413, 415, 425, 429, 501, 502, 503, 504])
def test_a_status_that_says_something_outranks_a_fault_outside_the_standard(status: int, code: str) -> None:
    bare, with_fault = answer(b"<html>x</html>", status, "text/html"), answer(fault(code), status)
    for outcome in (of_question, of_results):
        expected, found = outcome(bare), outcome(with_fault)
        assert (type(found), found.code, found.owner) == (type(expected), expected.code, expected.owner)


@pytest.mark.parametrize("status", [200, 201, 202, 400, 401, 403, 404, 413, 429, 500, 502, 503])
def test_a_code_of_the_standard_outranks_every_status(status: int) -> None:
    found = answer(fault("s:Client.AutorisatieOngeldig"), status, Retry_After="60")
    for error in (of_question(found), of_results(found)):
        assert (type(error), error.code, error.owner) == (UwlrRefused, "Client.AutorisatieOngeldig", "school")


@pytest.mark.parametrize("status", [200, 400, 500])
def test_a_status_that_any_fault_has_leaves_the_word_to_the_fault(status: int) -> None:
    client, server = answer(fault("s:Client"), status), answer(fault("s:Server"), status)
    assert (of_question(client).code, of_results(client).code) == ("Client", "Client")
    assert (type(of_question(server)), type(of_results(server))) == (UwlrUnavailable, UwlrUnsure)


def test_a_las_that_asks_to_wait_is_waited_for_whatever_it_calls_its_trouble() -> None:
    found = answer(fault("s:Server.TijdelijkNietBeschikbaar"), 503, Retry_After="60")
    assert (type(of_results(found)), of_results(found).code) == (UwlrUnavailable, "bezet")


@pytest.mark.parametrize("content_type", ["text/html", "text/plain", "application/octet-stream"])
def test_a_fault_is_a_fault_whatever_it_is_sent_as(content_type: str) -> None:
    assert (
        of_question(answer(fault("Client.AutorisatieOngeldig"), 500, content_type)).code == "Client.AutorisatieOngeldig"
    )
