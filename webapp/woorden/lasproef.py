"""What a LAS did with results that were tried by hand, as who has the machine reads it."""

from __future__ import annotations

from collections.abc import Iterator

from webapp.models import Uitkomst
from webapp.services.versturen.lasproef import NoBeheerder, Proef
from webapp.woorden.namen import Namen
from webapp.woorden.weigeringen import register

register({NoBeheerder: "Dit is geen e-mailadres van een beheerder van deze school. Er is niets verstuurd."})
WAT = {
    Proef.GEWOON: "nieuwe resultaten",
    Proef.ZELFDE_SLEUTEL: "een resultaat dat het al heeft, onder dezelfde sleutel",
    Proef.VERBETERING: "een andere score onder dezelfde sleutel",
    Proef.ANDER_SCHOOLJAAR: "een resultaat van een ander schooljaar",
}
EERST = {
    Proef.GEWOON: "er staat geen nieuw resultaat van dit schooljaar klaar.",
    Proef.ZELFDE_SLEUTEL: "nog geen resultaat is bevestigd.",
    Proef.VERBETERING: "verbeter eerst de score van een bevestigd resultaat en normeer opnieuw.",
    Proef.ANDER_SCHOOLJAAR: "geef eerst akkoord voor een resultaat van vorig schooljaar, en wacht een nacht.",
}
"""Why it was not tried, when there is nothing to try it with."""
INSTELLING = {
    Proef.ZELFDE_SLEUTEL: "neemt_zelfde_sleutel",
    Proef.VERBETERING: "neemt_verbetering",
    Proef.ANDER_SCHOOLJAAR: "neemt_ander_schooljaar",
}
"""Of the profile."""


BEZIG = (
    "Voor deze school wordt net verstuurd, of dat mag nu niet: een afkoeling, een schakelaar, een storing. Er is niets "
    "geprobeerd. Probeer het straks nog eens."
)


def not_reached(proef: Proef) -> str:
    return f"Niet geprobeerd, {WAT[proef]}: het versturen stopte hiervoor, of wacht."


def said(proef: Proef, uitkomst: Uitkomst | None, namen: Namen) -> str:
    """One sentence."""
    match uitkomst:
        case None:
            return f"Niet geprobeerd, {WAT[proef]}: {EERST[proef]}"
        case Uitkomst.BEVESTIGD:
            look = f" Kijk in {namen.las} of de nieuwe score er staat." if proef is Proef.VERBETERING else ""
            return f"{namen.las_voorop} bevestigt {WAT[proef]}.{look}"
        case Uitkomst.GEWEIGERD:
            return f"{namen.las_voorop} weigert {WAT[proef]}."
        case _:
            return f"Geen antwoord op {WAT[proef]}: het gaat vanzelf opnieuw; probeer het daarna nog eens."


def setting(proef: Proef, uitkomst: Uitkomst | None) -> Iterator[str]:
    """The line for the profile, where the answer was sure."""
    if proef in INSTELLING and uitkomst in (Uitkomst.BEVESTIGD, Uitkomst.GEWEIGERD):
        look = "  # False als daar nog de oude score staat" if proef is Proef.VERBETERING else ""
        is_taken = uitkomst is Uitkomst.BEVESTIGD
        yield f"{INSTELLING[proef]}={is_taken},{look if is_taken else ''}"
