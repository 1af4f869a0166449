"""The key doctor: what is the matter with a pasted autorisatiesleutel, told within seconds, and who acts."""

from __future__ import annotations

from datetime import timedelta

from webapp.uwlr.client import UwlrClient
from webapp.uwlr.codes import Owner
from webapp.uwlr.diagnose import Bevinding, Diagnose
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
    return sleutel, Diagnose(False, Owner.SCHOOL, oordeel.fout, {"tekst": oordeel.tekst})


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
    asked = {"brin": verzoek.brincode, "locatie": verzoek.dependancecode, "schooljaar": verzoek.schooljaar}
    try:
        found = UwlrClient(profile, address, deadline).fetch_leerlinggegevens(verzoek, header)
    except UwlrError as error:
        return Diagnose(False, _owner(error), error.reason, asked)
    if isinstance(found, Leerlinggegevens):
        return Diagnose(True, Owner.NIEMAND, Bevinding.GEGEVENS, _counts(found, schoolnaam))
    if isinstance(found, GeenGegevens):
        return Diagnose(False, Owner.SCHOOL, Bevinding.GEEN_GEGEVENS, asked)
    return Diagnose(True, Owner.NIEMAND, Bevinding.GEEN_WIJZIGINGEN, {"schoolnaam": schoolnaam})


def _counts(gegevens: Leerlinggegevens, schoolnaam: str) -> dict[str, str | int]:
    return {
        "schoolnaam": schoolnaam,
        "groepen": len(gegevens.groepen),
        "leerlingen": len(gegevens.leerlingen),
        "schooljaar": gegevens.school.schooljaar,
    }


def _owner(error: UwlrError) -> Owner:
    """Return who acts. A fault about results is no answer to this question, so klantenservice finds out."""
    about_results = error.fault is not None and error.fault.is_about_results
    return Owner.KLANTENSERVICE if about_results else error.owner
