"""Small messages for the tests. Everyone in them is invented; BRIN codes that start with 99 belong to no school."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from webapp.uwlr.namespaces import LEERLINGGEGEVENS, LEERRESULTATEN, SOAP
from webapp.uwlr.values import (
    Autorisatie,
    Leerlinggegevensverzoek,
    Leerresultatenbericht,
    OsoResultaat,
    Referentiescore,
    Resultaat,
    Toets,
)

VERZOEK = Leerlinggegevensverzoek("2026-2027", "99XX")
AUTORISATIE = Autorisatie("GEHEIME-SLEUTEL-99XX00", "KLANTCODE-GEHEIM", "Voorbeeld testcentrum")
SCHOOL = (
    "<school><schooljaar>2026-2027</schooljaar><brincode>99XX</brincode><dependancecode>00</dependancecode>"
    "<aanmaakdatum>2026-11-20T02:00:00</aanmaakdatum><xsdversie>2.2</xsdversie></school>"
)
GROEPEN = '<groepen><groep key="g5"><naam>5</naam><jaargroep>5</jaargroep></groep></groepen>'
NOOR = (
    '<leerling key="1"><achternaam>Wolkenveld</achternaam><roepnaam>Noor</roepnaam>'
    '<geboortedatum>2017-03-04</geboortedatum><jaargroep>5</jaargroep><groep key="g5"/></leerling>'
)
BEVESTIGING = f'<leerresultaten_bevestiging xmlns="{LEERRESULTATEN}"/>'


def envelope(body: str) -> bytes:
    """Put this in a SOAP Body."""
    return f'<soap:Envelope xmlns:soap="{SOAP}"><soap:Body>{body}</soap:Body></soap:Envelope>'.encode()


def antwoord(
    leerlingen: str = NOOR,
    *,
    school: str = SCHOOL,
    groepen: str = GROEPEN,
    leerkrachten: str = "",
    xmlns: str = LEERLINGGEGEVENS,
) -> bytes:
    """An answer to HaalLeerlinggegevens."""
    if leerkrachten:
        leerkrachten = f"<leerkrachten>{leerkrachten}</leerkrachten>"
    return envelope(
        f'<leerlinggegevens_antwoord xmlns="{xmlns}"><leerlinggegevens>{school}{groepen}'
        f"<leerlingen>{leerlingen}</leerlingen>{leerkrachten}</leerlinggegevens></leerlinggegevens_antwoord>"
    )


def leerling(inhoud: str = "<roepnaam>Noor</roepnaam>", attributen: str = 'key="1"') -> str:
    """One pupil."""
    return f"<leerling {attributen}>{inhoud}</leerling>"


def niets(name: str) -> bytes:
    """An answer without data: `geenwijzigingen` or `geengegevens`."""
    return envelope(f'<leerlinggegevens_antwoord xmlns="{LEERLINGGEGEVENS}"><{name}/></leerlinggegevens_antwoord>')


def fault(code: str, text: str = "Er ging iets mis", detail: str = "") -> bytes:
    """A SOAP Fault."""
    return envelope(
        f"<soap:Fault><faultcode>{code}</faultcode><faultstring>{text}</faultstring>"
        f"<detail><melding>{detail}</melding></detail></soap:Fault>"
    )


def resultaat(key: str = "afname-1", leerlingid: str | None = "1001", **over: object) -> Resultaat:
    """One normed result."""
    fields: dict[str, object] = {
        "key": key,
        "leerlingid": leerlingid,
        "eckid": None,
        "afnamedatum": date(2026, 11, 20),
        "toetscode": "VB-BL-5",
        "versie": "2026",
        "uitkomst": OsoResultaat(
            40,
            31,
            Decimal("142.5"),
            (Referentiescore("IV", "Landelijk", "II"), Referentiescore("AE", "Landelijk", "B")),
        ),
    }
    return Resultaat(**{**fields, **over})  # type: ignore[arg-type]  # any field may be replaced


TOETS = Toets(
    "VB-BL-5",
    "2026",
    "Voorbeeldtoets begrijpend lezen groep 5",
    "5",
    "Begrijpend/studerend lezen",
)


def bericht(*resultaten: Resultaat, toetsen: tuple[Toets, ...] = (TOETS,), **over: object) -> Leerresultatenbericht:
    """A message with these results; one when none are given."""
    fields: dict[str, object] = {
        "schooljaar": "2026-2027",
        "brincode": "99XX",
        "dependancecode": "00",
        "aanmaakdatum": datetime(2026, 11, 23, 2, 30, tzinfo=UTC),
        "auteur": "Voorbeeld testcentrum",
        "xsdversie": "2.2",
        "resultaten": resultaten or (resultaat(),),
        "toetsen": toetsen,
    }
    return Leerresultatenbericht(**{**fields, **over})  # type: ignore[arg-type]  # any field may be replaced
