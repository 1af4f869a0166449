"""Keys, names and BSN never show: not in a log at any level, not in an error, not in a traceback, not in a repr."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.las import Behaviour, raw, reply, running_las
from tests.uwlr.berichten import (
    AUTORISATIE,
    BEVESTIGING,
    VERZOEK,
    antwoord,
    bericht,
    envelope,
    fault,
    leerling,
    resultaat,
)
from webapp.uwlr import soap
from webapp.uwlr.client import UwlrClient
from webapp.uwlr.faults import UwlrError
from webapp.uwlr.profiles.parnassys import PROFILE as PARNASSYS
from webapp.uwlr.values import Leerlinggegevens

BSN = "123456782"
PUPIL = leerling(
    f"<achternaam>Geheimnaam</achternaam><roepnaam>Noor</roepnaam><bsn>{BSN}</bsn><bsn_ondwnr-4>6782</bsn_ondwnr-4>"
    "<gebruikersnaam>geheim.gebruiker</gebruikersnaam><postcodenl>1234ZZ</postcodenl><land>XK</land>"
)
SECRETS = (
    BSN,
    "6782",
    "Geheimnaam",
    "geheim.gebruiker",
    "1234ZZ",
    "GEHEIME-SLEUTEL",
    "KLANTCODE-GEHEIM",
    "leerling-1001",
)
SENT = bericht(resultaat("a", "leerling-1001"))
TOLD = fault("soap:Client.LeerlingOngeldig", "Geheimnaam 123456782", "leerling-1001 geheim.gebruiker")
ANSWERS: dict[str, Behaviour] = {
    "right": reply(antwoord(PUPIL)),
    "confirmation": reply(envelope(BEVESTIGING)),
    "cut": raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n" + antwoord(PUPIL)[:-40]),
    "in the head": raw(b"HTTP/1.1 200 OK\r\n" + antwoord(PUPIL) + b"\r\n\r\n"),
    "as the status": raw(b"HTTP/1.1 Geheimnaam " + BSN.encode() + b"\r\n\r\n"),
    "wrong encoding": reply(antwoord(PUPIL).replace(b"Noor", b"No\xebr")),
    "broken tags": reply(antwoord(PUPIL).replace(b"</achternaam>", b"</Geheimnaam>")),
    "entity": reply(antwoord(PUPIL).replace(b"Noor", b"&Geheimnaam;")),
    "doctype": reply(b"<!DOCTYPE Geheimnaam [<!ENTITY a '123456782'>]>" + antwoord(PUPIL)),
    "fault": reply(TOLD, 500),
    "strange fault": reply(fault("soap:Geheimnaam.123456782", "Geheimnaam"), 500),
    "page": reply(b"<html>Geheimnaam 123456782</html>", content_type="text/html"),
    "error page": reply(b"Geheimnaam 123456782", 502, "text/plain"),
    "redirect": reply(b"", 302, Location="http://geheim.gebruiker@127.0.0.1:1/123456782"),
}


@pytest.fixture
def every_log() -> Iterator[list[str]]:
    """Everything that any logger writes, with all of them told to talk."""
    lines: list[str] = []

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    names = [None, *logging.Logger.manager.loggerDict]
    levels = {name: logging.getLogger(name).level for name in names}
    handler = Collect(level=0)
    logging.getLogger().addHandler(handler)
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield lines
    logging.getLogger().removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.mark.parametrize("name", ANSWERS)
def test_nothing_of_an_exchange_shows(name: str, every_log: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("proef").debug("deze regel moet er zijn")
    shown: list[str] = []
    with running_las(ANSWERS[name]) as las:
        client = UwlrClient(PARNASSYS, las.address, timedelta(seconds=10))
        for call in (
            lambda: client.fetch_leerlinggegevens(VERZOEK, AUTORISATIE),
            lambda: client.send_leerresultaten(SENT, AUTORISATIE),
        ):
            try:
                found = call()
            except UwlrError as error:
                shown += [repr(error), str(error), error.melding, error.code]
                shown += traceback.format_exception(error)
                shown += _chain(error)
            else:
                shown.append(repr(found))
    captured = capfd.readouterr()
    shown += [*every_log, captured.out, captured.err]
    assert any("deze regel moet er zijn" in line for line in every_log)
    leaks = [(secret, text) for secret in SECRETS for text in shown if secret in text]
    assert leaks == []


def _chain(error: BaseException) -> list[str]:
    """What a debugger would find behind our error: nothing of the network or of the parser."""
    found = []
    while (behind := error.__cause__ or error.__context__) is not None:
        found.append(f"{behind!r} {behind.args}")
        error = behind
    return found


def test_no_error_of_a_library_hides_behind_ours() -> None:
    for name in ("cut", "broken tags", "as the status", "entity"):
        with running_las(ANSWERS[name]) as las, pytest.raises(UwlrError) as caught:
            UwlrClient(PARNASSYS, las.address, timedelta(seconds=10)).fetch_leerlinggegevens(VERZOEK, AUTORISATIE)
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None


def test_an_aanlevering_holds_no_field_that_we_may_not_keep() -> None:
    with running_las(ANSWERS["right"]) as las:
        found = UwlrClient(PARNASSYS, las.address, timedelta(seconds=10)).fetch_leerlinggegevens(VERZOEK, AUTORISATIE)
    assert isinstance(found, Leerlinggegevens)
    person = found.leerlingen[0]
    values = [str(value) for value in person]
    assert person.achternaam == "Geheimnaam"
    assert not {BSN, "6782", "geheim.gebruiker", "1234ZZ", "XK"} & set(values)
    assert repr(found).count("Geheimnaam") == 0
    assert repr(AUTORISATIE) == "Autorisatie(klantnaam='Voorbeeld testcentrum')"


def test_the_talkative_loggers_are_pinned() -> None:
    soap.silence_loggers()
    for name in ("zeep.transports", "urllib3.connectionpool", "urllib3.connection"):
        logger = logging.getLogger(name)
        logger.setLevel(logging.DEBUG)
        record = logger.makeRecord(name, logging.WARNING, __file__, 1, "geheim", (), None)
        assert not logger.filter(record)
        logger.setLevel(logging.ERROR)
