"""What the LAS made of an autorisatiesleutel, as the school reads it when it pastes one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from webapp.filters import aantal
from webapp.models import Koppeling
from webapp.uwlr.codes import FaultCode, Reden
from webapp.uwlr.diagnose import Bevinding, Diagnose, Proefcode
from webapp.uwlr.profiles import Sleutelfout
from webapp.uwlr.sentences import explain


def bevinding(code: Proefcode | Sleutelfout, gegevens: Mapping[str, Any], las: str) -> str:
    """Say what was found (without a full stop), or why nothing was."""
    if code is Bevinding.GEGEVENS:
        return _found(gegevens)
    if code is Bevinding.GEEN_WIJZIGINGEN:
        return f"{gegevens['schoolnaam']}, geen wijzigingen"
    if isinstance(code, Sleutelfout):
        return str(gegevens["tekst"])
    return _not_found(code, gegevens, las)


def proef(koppeling: Koppeling, las: str) -> str:
    """What was found with the key of this koppeling when it was pasted; empty when it was not tried."""
    if koppeling.proef_code is None:
        return ""
    return bevinding(koppeling.proef_code, koppeling.proef_gegevens or {}, las)


def tried(koppeling: Koppeling, las: str) -> str:
    """What trying the key that is kept came to."""
    tekst = proef(koppeling, las)
    return f"De sleutel werkt. Gevonden in {las}: {tekst}." if koppeling.proef_gelukt else tekst


def replaced(diagnose: Diagnose, las: str) -> str:
    """What a new key that was taken opened, or why that is not known yet."""
    tekst = bevinding(diagnose.code, diagnose.gegevens, las)
    if diagnose.is_goed:
        return f"De sleutel werkt. Gevonden in {las}: {tekst}."
    return f"De nieuwe sleutel is bewaard. {tekst}"


def _found(gegevens: Mapping[str, Any]) -> str:
    """`De Regenboog, 8 groepen, 203 leerlingen, schooljaar 2026-2027`."""
    parts = (
        gegevens["schoolnaam"],
        aantal(gegevens["groepen"], "groep", "groepen"),
        aantal(gegevens["leerlingen"], "leerling", "leerlingen"),
        f"schooljaar {gegevens['schooljaar']}",
    )
    return ", ".join(parts)


def _not_found(code: Proefcode, gegevens: Mapping[str, Any], las: str) -> str:
    brin = gegevens["brin"]
    locatie = "" if gegevens["locatie"] == "00" else f" en locatie {gegevens['locatie']}"
    match code:
        case Bevinding.GEEN_GEGEVENS:
            return (
                f"De sleutel werkt, maar {las} heeft voor {gegevens['schooljaar']} nog geen gegevens van deze school "
                "of locatie. Controleer het schooljaar en de locatie."
            )
        case FaultCode.AUTORISATIE_ONGELDIG:
            return (
                f"De sleutel past niet bij BRIN {brin}{locatie}, of het BRIN klopt niet: {las} maakt daar geen "
                "verschil tussen. Controleer beide en plak de sleutel opnieuw. Er is niets opgeslagen."
            )
        case Reden.ANDER_SCHOOLJAAR:
            return (
                f"De sleutel werkt, maar {las} stuurt nog niet schooljaar {gegevens['schooljaar']}. Kies het "
                "schooljaar dat daar nu actief is, of wacht tot het nieuwe er klaarstaat."
            )
        case Reden.ANDERE_SCHOOL | Reden.ANDERE_LOCATIE:
            return (
                f"Met deze sleutel stuurt {las} gegevens van een andere school of locatie dan BRIN {brin}{locatie}. "
                "Wij hebben er niets van bewaard, ook de sleutel niet. Controleer of u de sleutel van deze school "
                "kopieerde; zo ja, mail dan de klantenservice."
            )
        case FaultCode() | Reden():
            return f"{_what(code, las)} Of de sleutel werkt, weten wij dus nog niet."
        case _:
            raise ValueError(code)


def _what(code: FaultCode | Reden, las: str) -> str:
    """Say what went wrong: the first sentence of the code, as the next ones are about fetching and sending."""
    if isinstance(code, FaultCode) and code.is_about_results:
        return f"{las} gaf een antwoord dat hier niet past."
    return explain(code, las).school.partition(". ")[0].removesuffix(".") + "."
