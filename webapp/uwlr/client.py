"""The client: questions and results to one LAS, values and errors back."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta

from webapp.uwlr import getrapt
from webapp.uwlr.certificates import CertificaatOnleesbaar
from webapp.uwlr.codes import FaultCode, Reden
from webapp.uwlr.faults import BerichtOngeldig, UwlrRefused
from webapp.uwlr.namespaces import Operation
from webapp.uwlr.outcome import charset_of, check_confirmation, failed_pull, failed_push, refused_pull
from webapp.uwlr.problems import Probleem
from webapp.uwlr.profiles.base import LasProfile
from webapp.uwlr.reader import (
    Antwoord,
    Bron,
    Niets,
    Personen,
    read_leerkrachten,
    read_leerlingen,
    read_leerlinggegevens,
    read_structuur,
)
from webapp.uwlr.soap import Soap
from webapp.uwlr.transport import Answer, ExchangeFailed, Limits
from webapp.uwlr.values import Autorisatie, Groepskeuze, Leerlinggegevensverzoek, Leerresultatenbericht, Structuur
from webapp.uwlr.verzoeken import vraag_van
from webapp.uwlr.vorm import shape
from webapp.uwlr.writer import write_leerresultaten


class UwlrClient:
    """Speaks UWLR with one LAS at one address. Each call is one fresh connection; safe to share between threads."""

    def __init__(
        self,
        profile: LasProfile,
        address: str,
        deadline: timedelta,
        before_question: Callable[[], None] | None = None,
    ) -> None:
        self._profile = profile
        self._address = address
        self._deadline = deadline
        self._before_question = before_question

    def fetch(
        self, verzoek: Leerlinggegevensverzoek, autorisatie: Autorisatie, overgeslagen: Collection[str] = ()
    ) -> Antwoord:
        """Fetch the school, without the groepen in `overgeslagen` where this LAS can leave them out."""
        if self._profile.staged and overgeslagen:
            return self.fetch_getrapt(verzoek, autorisatie, overgeslagen)
        return self.fetch_leerlinggegevens(verzoek, autorisatie)

    def fetch_leerlinggegevens(self, verzoek: Leerlinggegevensverzoek, autorisatie: Autorisatie) -> Antwoord:
        """Fetch the whole school; raise UwlrUnavailable, UwlrRefused or UwlrNotUnderstood."""
        answer = self._ask(Operation.HAAL_LEERLINGGEGEVENS, autorisatie, verzoek)
        return read_leerlinggegevens(answer.content, verzoek, self._bron(answer))

    def fetch_getrapt(
        self, verzoek: Leerlinggegevensverzoek, autorisatie: Autorisatie, overgeslagen: Collection[str] = ()
    ) -> Antwoord:
        """Fetch in steps, where the profile offers that; groepen in `overgeslagen` are not even asked for."""
        return getrapt.fetch(
            self.fetch_structuur(verzoek, autorisatie),
            overgeslagen,
            lambda keuze: self._fetch_leerlingen(verzoek, autorisatie, keuze),
            lambda keuze: self._fetch_leerkrachten(verzoek, autorisatie, keuze),
        )

    def fetch_structuur(self, verzoek: Leerlinggegevensverzoek, autorisatie: Autorisatie) -> Structuur | Niets:
        """Fetch the groepen of the school without the people in them."""
        answer = self._ask(Operation.HAAL_STRUCTUUR, autorisatie, verzoek)
        return read_structuur(answer.content, verzoek, self._bron(answer))

    def _fetch_leerlingen(
        self, verzoek: Leerlinggegevensverzoek, autorisatie: Autorisatie, keuze: Groepskeuze
    ) -> Personen | Niets:
        answer = self._ask(Operation.HAAL_LEERLINGEN, autorisatie, verzoek, keuze)
        return read_leerlingen(answer.content, verzoek, self._bron(answer))

    def _fetch_leerkrachten(
        self, verzoek: Leerlinggegevensverzoek, autorisatie: Autorisatie, keuze: Groepskeuze
    ) -> Personen | Niets:
        answer = self._ask(Operation.HAAL_LEERKRACHTEN, autorisatie, verzoek, keuze)
        return read_leerkrachten(answer.content, verzoek, self._bron(answer))

    def send_leerresultaten(self, bericht: Leerresultatenbericht, autorisatie: Autorisatie) -> None:
        """Bring results; return only on the confirmation.

        Raise UwlrUnavailable (surely not processed), UwlrUnsure (unknown), UwlrRefused (a final no) or BerichtOngeldig,
        a refusal of our own before anything is sent.
        """
        las = self._profile.naam
        if len(bericht.resultaten) > self._profile.max_resultaten:
            tekst = f"Het bericht bevat meer dan {self._profile.max_resultaten} resultaten; verdeel het."
            raise BerichtOngeldig([Probleem("te_veel", tekst)], las)
        element = write_leerresultaten(shape(bericht, self._profile), las)
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

    def _ask(
        self,
        operation: Operation,
        autorisatie: Autorisatie,
        verzoek: Leerlinggegevensverzoek,
        keuze: Groepskeuze | None = None,
    ) -> Answer:
        if self._before_question is not None:
            self._before_question()
        las = self._profile.naam
        vraag = vraag_van(verzoek, keuze, las)
        soap = self._soap(autorisatie, self._profile.max_aanlevering_bytes)
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

    def _bron(self, answer: Answer) -> Bron:
        return Bron(self._profile.naam, charset_of(answer.headers), self._profile.max_aanlevering_bytes)

    def _soap(self, autorisatie: Autorisatie, max_bytes: int) -> Soap:
        """Refuse what can only go wrong: a foreign address, an expired certificate, a key in the wrong form."""
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
