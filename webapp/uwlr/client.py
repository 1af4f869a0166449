"""The client: questions and results to one LAS, values and errors back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from webapp.uwlr.certificates import CertificaatOnleesbaar
from webapp.uwlr.codes import FaultCode, Reden
from webapp.uwlr.faults import UwlrRefused
from webapp.uwlr.namespaces import Operation
from webapp.uwlr.outcome import charset_of, check_confirmation, failed_pull, failed_push, refused_pull
from webapp.uwlr.profiles.base import LasProfile
from webapp.uwlr.reader import Uitkomst, read_leerlinggegevens
from webapp.uwlr.soap import Soap
from webapp.uwlr.transport import Answer, ExchangeFailed, Limits
from webapp.uwlr.values import Autorisatie, Leerlinggegevensverzoek, Leerresultatenbericht
from webapp.uwlr.writer import write_leerresultaten


class UwlrClient:
    """Speaks UWLR with one LAS at one address. Each call is one fresh connection; safe to share between threads."""

    def __init__(self, profile: LasProfile, address: str, deadline: timedelta) -> None:
        self._profile = profile
        self._address = address
        self._deadline = deadline

    def fetch_leerlinggegevens(self, verzoek: Leerlinggegevensverzoek, autorisatie: Autorisatie) -> Uitkomst:
        """Fetch the whole school; raise UwlrUnavailable, UwlrRefused or UwlrNotUnderstood."""
        answer = self._ask(Operation.HAAL_LEERLINGGEGEVENS, autorisatie, _vraag(verzoek))
        return read_leerlinggegevens(
            answer.content,
            verzoek,
            las=self._profile.naam,
            charset=charset_of(answer.headers),
            max_bytes=self._profile.max_delivery_bytes,
        )

    def send_leerresultaten(self, bericht: Leerresultatenbericht, autorisatie: Autorisatie) -> None:
        """Bring results; return only on the confirmation. Raise UwlrUnavailable, UwlrUnsure or UwlrRefused."""
        las = self._profile.naam
        element = write_leerresultaten(bericht, las)
        operation = Operation.BRENG_LEERRESULTATEN
        soap = self._soap(autorisatie, self._profile.max_confirmation_bytes)
        url = self._profile.url(self._address, operation)
        error = None
        try:
            answer = soap.bring(operation, url, self._header(autorisatie), element)
        except ExchangeFailed as failed:
            error = failed_push(failed, las)
        if error is not None:  # outside the except block: nothing of the network error travels along
            raise error
        check_confirmation(answer, bericht, las)

    def _ask(self, operation: Operation, autorisatie: Autorisatie, vraag: dict[str, Any]) -> Answer:
        las = self._profile.naam
        soap = self._soap(autorisatie, self._profile.max_delivery_bytes)
        url = self._profile.url(self._address, operation)
        error = None
        try:
            answer = soap.ask(operation, url, self._header(autorisatie), vraag)
            error = refused_pull(answer, las)
        except ExchangeFailed as failed:
            error = failed_pull(failed, las)
        if error is not None:
            raise error
        return answer

    def _soap(self, autorisatie: Autorisatie, max_bytes: int) -> Soap:
        """Refuse up front what can only go wrong: a foreign address, a dead certificate, a key that is no key."""
        profile = self._profile
        if not profile.allows(self._address):
            raise UwlrRefused(Reden.ADRES_ONJUIST, profile.naam)
        if not _is_usable(autorisatie.autorisatiesleutel):
            raise UwlrRefused(FaultCode.AUTORISATIE_ONGELDIG, profile.naam)
        if profile.client_certificaat is not None and not self._certificate_is_good():
            raise UwlrRefused(Reden.CERTIFICAAT_VERLOPEN, profile.naam)
        limits = Limits(self._deadline, max_bytes, profile.client_certificaat, profile.ca_bundle)
        return Soap(limits, dict(profile.extra_headers), quoted_action=profile.quoted_soap_action)

    def _certificate_is_good(self) -> bool:
        assert self._profile.client_certificaat is not None
        try:
            return self._profile.client_certificaat.is_geldig(datetime.now(UTC))
        except CertificaatOnleesbaar:
            return False

    def _header(self, autorisatie: Autorisatie) -> Autorisatie:
        profile = self._profile
        return Autorisatie(
            autorisatie.autorisatiesleutel,
            profile.klantcode or autorisatie.klantcode,
            profile.klantnaam or autorisatie.klantnaam,
        )


def _is_usable(sleutel: str) -> bool:
    return bool(sleutel.strip()) and sleutel.isprintable()


def _vraag(verzoek: Leerlinggegevensverzoek) -> dict[str, Any]:
    """The body of a question: BRIN and location, or schoolkey; what is absent is left out, never sent empty."""
    if verzoek.brincode is not None:
        school = {"brincode": verzoek.brincode, "dependancecode": verzoek.dependancecode}
    else:
        school = {"schoolkey": verzoek.schoolkey or ""}
    vraag = {"schooljaar": verzoek.schooljaar, **school, "xsdversie": verzoek.xsdversie}
    return vraag if verzoek.gegevenssetid is None else {**vraag, "gegevenssetid": verzoek.gegevenssetid}
