"""The key doctor: what is the matter with a pasted autorisatiesleutel, told within seconds, and who acts."""

from __future__ import annotations

from datetime import timedelta

from webapp.uwlr.client import UwlrClient
from webapp.uwlr.codes import FaultCode, Owner, Reden
from webapp.uwlr.diagnose import GEEN_GEGEVENS, Diagnose
from webapp.uwlr.faults import UwlrError
from webapp.uwlr.profiles import LasProfile, clean_sleutel
from webapp.uwlr.values import Autorisatie, GeenGegevens, Leerlinggegevens, Leerlinggegevensverzoek

DEADLINE = timedelta(seconds=4.5)
"""For the call; with what comes around it the verdict is there within five seconds."""


def check_form(
    profile: LasProfile, pasted: str, brincode: str | None, dependancecode: str = "00"
) -> tuple[str, Diagnose | None]:
    """Clean what was pasted and judge its form for this LAS, without asking anyone."""
    sleutel = clean_sleutel(pasted)
    oordeel = profile.sleutelvorm.check(sleutel, brincode, dependancecode)
    if oordeel is None:
        return sleutel, None
    return sleutel, Diagnose(is_goed=False, tekst=oordeel.tekst, owner=Owner.SCHOOL, code=f"sleutel_{oordeel.fout}")


def examine(
    profile: LasProfile,
    address: str,
    verzoek: Leerlinggegevensverzoek,
    autorisatie: Autorisatie,
    schoolnaam: str,
    deadline: timedelta = DEADLINE,
) -> Diagnose:
    """Judge the form of the key and then ask the LAS for the school. Never raises for what a LAS may do."""
    sleutel, problem = check_form(profile, autorisatie.autorisatiesleutel, verzoek.brincode, verzoek.dependancecode)
    if problem is not None:
        return problem
    header = Autorisatie(sleutel, autorisatie.klantcode, autorisatie.klantnaam)
    try:
        found = UwlrClient(profile, address, deadline).fetch_leerlinggegevens(verzoek, header)
    except UwlrError as error:
        return _from_error(error, profile, verzoek)
    if isinstance(found, Leerlinggegevens):
        return Diagnose(is_goed=True, tekst=describe(found, schoolnaam), owner=Owner.NIEMAND, code="gegevens")
    if isinstance(found, GeenGegevens):
        tekst = (
            f"De sleutel werkt, maar {profile.naam} heeft voor {verzoek.schooljaar} nog geen gegevens van deze school "
            "of locatie. Controleer het schooljaar en de locatie."
        )
        return Diagnose(is_goed=False, tekst=tekst, owner=Owner.SCHOOL, code=GEEN_GEGEVENS)
    return Diagnose(is_goed=True, tekst=f"{schoolnaam}, geen wijzigingen", owner=Owner.NIEMAND, code="geenwijzigingen")


def describe(gegevens: Leerlinggegevens, schoolnaam: str) -> str:
    """Say what was found: `De Regenboog, 8 groepen, 203 leerlingen, schooljaar 2026-2027`."""
    parts = (
        schoolnaam,
        _count(len(gegevens.groepen), "groep", "groepen"),
        _count(len(gegevens.leerlingen), "leerling", "leerlingen"),
        f"schooljaar {gegevens.school.schooljaar}",
    )
    return ", ".join(parts)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _from_error(error: UwlrError, profile: LasProfile, verzoek: Leerlinggegevensverzoek) -> Diagnose:
    las = profile.naam
    locatie = "" if verzoek.dependancecode == "00" else f" en locatie {verzoek.dependancecode}"
    if error.fault is FaultCode.AUTORISATIE_ONGELDIG and verzoek.brincode is not None:
        tekst = (
            f"De sleutel past niet bij BRIN {verzoek.brincode}{locatie}, of het BRIN klopt niet: {las} maakt "
            "daar geen verschil tussen. Controleer beide en plak de sleutel opnieuw. Er is niets opgeslagen."
        )
    elif error.reason is Reden.ANDER_SCHOOLJAAR:
        tekst = (
            f"De sleutel werkt, maar {las} stuurt nog niet schooljaar {verzoek.schooljaar}. Kies het schooljaar "
            "dat daar nu actief is, of wacht tot het nieuwe er klaarstaat."
        )
    elif error.reason in (Reden.ANDERE_SCHOOL, Reden.ANDERE_LOCATIE):
        tekst = (
            f"Met deze sleutel stuurt {las} gegevens van een andere school of locatie dan BRIN {verzoek.brincode}"
            f"{locatie}. Wij hebben er niets van bewaard, ook de sleutel niet. Controleer of u de sleutel van deze "
            "school kopieerde; zo ja, mail dan de klantenservice."
        )
    else:
        return _no_verdict(error, las)
    return Diagnose(is_goed=False, tekst=tekst, owner=error.owner, code=error.code)


def _no_verdict(error: UwlrError, las: str) -> Diagnose:
    """The LAS said nothing about the key: what it did say is for other moments, so only its first sentence counts."""
    about_results = error.fault is not None and error.fault.is_about_results
    what = f"{las} gaf een antwoord dat hier niet past." if about_results else _first_sentence(str(error))
    owner = Owner.KLANTENSERVICE if about_results else error.owner
    tekst = f"{what} Of de sleutel werkt, weten wij dus nog niet."
    return Diagnose(is_goed=False, tekst=tekst, owner=owner, code=error.code)


def _first_sentence(text: str) -> str:
    return text.partition(". ")[0].removesuffix(".") + "."
