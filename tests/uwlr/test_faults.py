"""The eleven faults in any spelling, and a sentence and an owner for everything that may go wrong."""

from __future__ import annotations

import pytest

from webapp.uwlr.codes import FaultCode, Owner, Reden
from webapp.uwlr.faultcodes import Foutcode, parse_faultcode
from webapp.uwlr.faults import BerichtOngeldig, UwlrError, UwlrNotUnderstood, UwlrRefused, UwlrUnavailable, UwlrUnsure
from webapp.uwlr.sentences import explain

STANDARD = [code for code in FaultCode if code.is_standard]


def test_the_standard_has_eleven_faults() -> None:
    assert len(STANDARD) == 11


@pytest.mark.parametrize(
    "spelling",
    [
        "{code}",
        "soap:{code}",
        "soap.{code}",
        "SOAP-ENV:{code}",
        "SOAP-ENV.{code}",
        "s:{code}",
        "ns0:{code}",
        "  soapenv:{code}\n",
        "{lower}",
        "soap:{upper}",
        "{last}",
        "soap:{last}",
    ],
)
def test_a_fault_is_known_in_any_spelling(spelling: str) -> None:
    for code in STANDARD:
        written = spelling.format(code=code, lower=code.lower(), upper=code.upper(), last=code.rpartition(".")[2])
        assert parse_faultcode(written) is code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("soap:Client", FaultCode.ANDERE_CLIENT),
        ("soap:Client.Onbekend", FaultCode.ANDERE_CLIENT),
        ("soap:Server", FaultCode.ANDERE_SERVER),
        ("soap:Receiver", FaultCode.ANDERE_SERVER),
        ("a:InternalServiceFault", FaultCode.ANDERE_SERVER),
        ("wsa:EndpointUnavailable", FaultCode.ANDERE_SERVER),
        ("axis:Server.userException", FaultCode.ANDERE_SERVER),
        ("soap:Sender", FaultCode.ANDERE_CLIENT),
        ("soap:Sender.Vreemd", FaultCode.ANDERE_CLIENT),
        ("a:DeserializationFailed", FaultCode.ANDERE_CLIENT),
        ("soap:MustUnderstand", Reden.ADRES_ONJUIST),
        ("VersionMismatch", Reden.ADRES_ONJUIST),
        ("a:ActionNotSupported", Reden.ADRES_ONJUIST),
        ("soapenv:Server.NoService", Reden.ADRES_ONJUIST),
        ("wsse:FailedAuthentication", Reden.GEEN_TOEGANG),
        ("wsse:InvalidSecurity", Reden.GEEN_TOEGANG),
        ("axis:Server.Unauthorized", Reden.GEEN_TOEGANG),
        ("", FaultCode.ANDERE_SERVER),
        (None, FaultCode.ANDERE_SERVER),
        ("x" * 10_000, FaultCode.ANDERE_SERVER),
    ],
)
def test_a_fault_outside_the_standard_is_sorted_by_its_side(text: str | None, code: Foutcode) -> None:
    assert parse_faultcode(text) is code


@pytest.mark.parametrize("code", [*FaultCode, *Reden])
def test_everything_that_may_go_wrong_has_an_owner_and_two_sentences(code: FaultCode | Reden) -> None:
    uitleg = explain(code, "ParnasSys")
    for sentence in (uitleg.school, uitleg.klantenservice):
        assert "{" not in sentence
        assert sentence[0].isupper()
        assert sentence.endswith(".")
    assert isinstance(uitleg.owner, Owner)
    assert explain(code).school[0].isupper()


@pytest.mark.parametrize("code", [*FaultCode, *Reden])
def test_the_sentence_for_the_school_says_who_acts(code: FaultCode | Reden) -> None:
    uitleg = explain(code, "ParnasSys")
    if uitleg.owner in {Owner.NIEMAND, Owner.LAS}:
        assert "hoeft niets te doen" in uitleg.school
    if uitleg.owner is Owner.SCHOOL:
        assert any(verb in uitleg.school for verb in ("Controleer", "controleer", "Haal"))


def test_codes_about_the_whole_message_may_hide_a_disturbance_of_the_las() -> None:
    doubtful = {code for code in [*FaultCode, *Reden] if UwlrRefused(code).may_be_disturbance}
    assert doubtful == {FaultCode.ONGELDIG_BERICHT, FaultCode.XSDVERSIE_ONGELDIG, FaultCode.ANDERE_CLIENT}
    assert not BerichtOngeldig([]).may_be_disturbance


def test_a_wrong_key_and_a_wrong_brin_get_one_sentence_that_names_both() -> None:
    sentence = explain(FaultCode.AUTORISATIE_ONGELDIG, "ParnasSys").school
    assert "autorisatiesleutel" in sentence
    assert "BRIN" in sentence
    assert "ParnasSys" in sentence


@pytest.mark.parametrize("kind", [UwlrUnavailable, UwlrUnsure, UwlrRefused, UwlrNotUnderstood])
def test_an_error_carries_its_code_owner_and_sentences(kind: type[UwlrError]) -> None:
    error = kind(Reden.STORING, "ParnasSys", 500)
    assert (error.code, error.fault, error.http_status) == ("storing", None, 500)
    assert error.melding == explain(Reden.STORING, "ParnasSys").klantenservice
    assert "ParnasSys" in str(error)


def test_whatever_makes_us_unsure_means_one_thing_to_a_school() -> None:
    for reden in (Reden.TIJD_VERSTREKEN, Reden.GEEN_XML, Reden.TE_GROOT):
        error = UwlrUnsure(reden, "ParnasSys")
        assert str(error) == explain(Reden.GEEN_BEVESTIGING, "ParnasSys").school
        assert error.owner is Owner.NIEMAND
        assert error.code == reden


def test_only_some_unreadable_answers_are_asked_for_again() -> None:
    again = {reden for reden in Reden if UwlrNotUnderstood(reden).retry}
    assert {Reden.LEEG, Reden.GEEN_XML, Reden.AFGEKAPT, Reden.ANDER_SCHOOLJAAR} <= again
    assert not again & {Reden.ANDERE_SCHOOL, Reden.ANDERE_LOCATIE, Reden.DOCTYPE, Reden.CODERING, Reden.TE_GROOT}
