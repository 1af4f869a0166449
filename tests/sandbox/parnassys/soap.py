"""SOAP by hand: what travels is written out here, and not made by the code that the service shares with the client."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from flask.testing import FlaskClient
from lxml import etree
from werkzeug.test import TestResponse

LEERLINGGEGEVENS = "http://www.edustandaard.nl/leerresultaten/2/leerlinggegevens"
LEERRESULTATEN = "http://www.edustandaard.nl/leerresultaten/2/leerresultaten"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
PREFIXES = {"lg": LEERLINGGEGEVENS, "lr": LEERRESULTATEN, "soap": SOAP}

ENVELOPE = """<?xml version="1.0" encoding="UTF-8"?>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>{header}</s:Header><s:Body>{body}</s:Body>
</s:Envelope>"""
HEADER = """<a:autorisatie xmlns:a="http://www.edustandaard.nl/leerresultaten/2/autorisatie">
<a:autorisatiesleutel>{sleutel}</a:autorisatiesleutel><a:klantcode>{klantcode}</a:klantcode>
<a:klantnaam>{klantnaam}</a:klantnaam></a:autorisatie>"""
BASIS = """<schooljaar>{schooljaar}</schooljaar><brincode>{brin}</brincode>
<dependancecode>{vestiging}</dependancecode><xsdversie>{versie}</xsdversie>"""


@dataclass(frozen=True)
class Caller:
    """The service as one caller sees it; `with_` makes a caller who gets something wrong."""

    client: FlaskClient
    sleutel: str
    klantcode: str
    klantnaam: str
    schooljaar: str = "2026-2027"
    brin: str = "99XX"
    vestiging: str = "00"
    versie: str = "2.2"
    header: str = HEADER
    http: dict[str, str] = field(default_factory=dict)

    def with_(self, **changes: object) -> Caller:
        return replace(self, **changes)  # type: ignore[arg-type]  # a test names what it changes

    def haal(
        self, verzoek: str = "leerlinggegevens", extra: str = "", action: str = "HaalLeerlinggegevens"
    ) -> Antwoord:
        body = f'<{verzoek}_verzoek xmlns="{LEERLINGGEGEVENS}">{self._fill(BASIS)}{extra}</{verzoek}_verzoek>'
        return self.post("leerlinggegevens", self.envelope(body), action)

    def breng(self, bericht: Bericht) -> Antwoord:
        return self.post("leerresultaten", self.envelope(bericht.to_xml(self)), "BrengLeerresultaten")

    def envelope(self, body: str) -> bytes:
        return ENVELOPE.format(header=self._fill(self.header), body=body).encode()

    def post(self, service: str, data: bytes, action: str | None) -> Antwoord:
        headers = {} if action is None else {"SOAPAction": f'"{action}"'}
        answer = self.client.post(
            f"/sandbox/parnassys/uwlr/v2/{service}",
            data=data,
            headers={"Content-Type": "text/xml; charset=utf-8", **headers, **self.http},
        )
        return Antwoord(answer)

    def _fill(self, text: str) -> str:
        return text.format(
            sleutel=self.sleutel,
            klantcode=self.klantcode,
            klantnaam=self.klantnaam,
            schooljaar=self.schooljaar,
            brin=self.brin,
            vestiging=self.vestiging,
            versie=self.versie,
        )


@dataclass(frozen=True)
class Antwoord:
    """What came back."""

    http: TestResponse

    @property
    def root(self) -> etree._Element:
        return etree.fromstring(self.http.data)

    @property
    def body(self) -> etree._Element:
        body = self.root.find("soap:Body", PREFIXES)
        assert body is not None
        return body[0]

    @property
    def fault(self) -> str | None:
        """The faultcode; None when it is no Fault."""
        return self.root.findtext("soap:Body/soap:Fault/faultcode", None, PREFIXES)

    @property
    def melding(self) -> str | None:
        return self.root.findtext("soap:Body/soap:Fault/detail/melding", None, PREFIXES)

    def all(self, path: str) -> list[etree._Element]:
        return self.body.findall(path, PREFIXES)


OSO = """<osoresultaat><o:toetsscore><o:aantalopgaven>40</o:aantalopgaven><o:aantalgoed>31</o:aantalgoed>
<o:vaardigheidsscore>142.5</o:vaardigheidsscore></o:toetsscore>
<o:referentiescore><o:codereferentiescore>IV</o:codereferentiescore>
<o:codevergelijkingsgroep>Landelijk</o:codevergelijkingsgroep><o:waarde>II</o:waarde></o:referentiescore>
<o:referentiescore><o:codereferentiescore>Percentiel</o:codereferentiescore>
<o:codevergelijkingsgroep>Landelijk</o:codevergelijkingsgroep><o:waarde>68</o:waarde></o:referentiescore>
</osoresultaat>"""
TOETS = "<toets><toetscode>RW-5</toetscode><versie>1</versie><toetsnaam>Rekenen groep 5</toetsnaam></toets>"


@dataclass(frozen=True)
class Afname:
    """One result of one pupil."""

    leerlingid: str
    key: str = "afname-1"
    uitkomst: str = OSO
    toetscode: str = "RW-5"
    eckid: str = ""
    tussen: str = ""
    afnamedatum: str = "2026-11-20"

    def to_xml(self) -> str:
        eckid = f"<eckid>{self.eckid}</eckid>" if self.eckid else ""
        return (
            f"<toetsafname><leerlingid>{self.leerlingid}</leerlingid>{eckid}<resultaten>"
            f'<resultaat key="{self.key}"><afnamedatum>{self.afnamedatum}</afnamedatum>'
            f"<toetscode>{self.toetscode}</toetscode>{self.tussen}{self.uitkomst}</resultaat></resultaten></toetsafname>"
        )


@dataclass(frozen=True)
class Bericht:
    """A leerresultaten_verzoek."""

    afnames: tuple[Afname, ...]
    toetsen: str = TOETS
    aanmaakdatum: str = "2026-11-23T02:30:00+01:00"

    def to_xml(self, las: Caller) -> str:
        return (
            f'<leerresultaten_verzoek xmlns="{LEERRESULTATEN}" '
            'xmlns:o="http://www.edustandaard.nl/oso_gegevensset/1.2/dossier">'
            f"<school><schooljaar>{las.schooljaar}</schooljaar><brincode>{las.brin}</brincode>"
            f"<dependancecode>{las.vestiging}</dependancecode><aanmaakdatum>{self.aanmaakdatum}</aanmaakdatum>"
            f"<auteur>Proef</auteur><xsdversie>{las.versie}</xsdversie></school>"
            f"<toetsafnames>{''.join(afname.to_xml() for afname in self.afnames)}</toetsafnames>"
            f"<toetsen>{self.toetsen}</toetsen></leerresultaten_verzoek>"
        )
