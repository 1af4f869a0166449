"""Why results are not in the LAS yet, reason by reason, and the one act that helps."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from flask import url_for

from webapp.filters import aantal, getal, moment, woord
from webapp.models.fout import EigenCode, Fout, Foutcode
from webapp.services.overzicht.einde import Einde, OpenEinde
from webapp.services.versturen.waar import Waar
from webapp.uwlr.codes import FaultCode, Owner
from webapp.woorden.fouten import uitleg
from webapp.woorden.namen import Namen


@dataclass(frozen=True)
class Redenkaart:
    """One reason: how many, what happens, who acts, and how."""

    kop: str
    tekst: str
    wie: str
    soort: str
    """Of the badge."""
    knop: str = ""
    """The act for all of them."""
    link: str = ""
    url: str = ""
    code: str = ""
    sinds: str = ""
    """Since when it was refused."""


def fetches_first(code: str) -> bool:
    """Whether the newest numbers of the LAS help before it is sent again."""
    return code == FaultCode.LEERLING_ONGELDIG


def refused(fout: Fout | None, number: int, namen: Namen, moments: Collection[datetime]) -> Redenkaart:
    """Results that the LAS refused, all with the same code; the moments: when the first and the last were."""
    owner = fout.eigenaar if fout is not None else Owner.KLANTENSERVICE
    code: Foutcode | None = fout.code if fout is not None else None
    kop = _KOP.get(code) if code is not None else None
    title = f"{getal(number)} geweigerd: {kop}" if kop else f"{getal(number)} geweigerd door {namen.las}"
    found = Redenkaart(
        title.format(las=namen.las),
        _tekst(fout, owner, namen),
        *_wie(owner, namen),
        code="" if code is None else str(code),
        sinds=_since(moments),
    )
    if owner is not Owner.SCHOOL:
        return found
    again = f"{getal(number)} opnieuw sturen"
    return replace(found, knop=f"Nummers ophalen en {again}" if fetches_first(found.code) else again)


def _since(moments: Collection[datetime]) -> str:
    first, last = (moment(pick(moments)) if moments else "" for pick in (min, max))
    return f"Geweigerd {first}." if first == last else f"Geweigerd sinds {first}, het laatst {last}."


def waits(waar: Waar, number: int, namen: Namen, einden: tuple[OpenEinde, ...]) -> Redenkaart:
    """Results that wait for something else than the LAS."""
    een, meer, tekst, is_for_school = WACHT[waar]
    link, url = _link(waar, {einde.einde: einde for einde in einden}, namen)
    wie = ("wacht op u", "u") if is_for_school else ("gaat vanzelf", "pauze")
    tekst = tekst.format(las=namen.las, het=woord(number, "het resultaat", "de resultaten"))
    return Redenkaart(f"{aantal(number, een, meer)}".format(las=namen.las), tekst, *wie, link=link, url=url)


def sent_again(number: int, namen: Namen, *, fetches: bool) -> str:
    """What a press on the button of a reason came to."""
    if not number:
        return "Er stond niets meer om opnieuw te sturen; misschien deed een collega het al."
    what = f"{aantal(number, 'resultaat staat', 'resultaten staan')} weer klaar voor de volgende verzending."
    return f"Wij halen nu de nieuwste nummers op uit {namen.las}. {what}" if fetches else what


_KOP: dict[Foutcode, str] = {
    FaultCode.LEERLING_ONGELDIG: "{las} kent de leerling niet onder dit nummer",
    FaultCode.VOCABULAIRETERM_ONGELDIG: "{las} kent deze toets nog niet",
    FaultCode.TOETSNORMERING_ONGELDIG: "{las} neemt de norm van deze toets nog niet aan",
    EigenCode.ALLEEN_ECKID: "{las} stuurde geen leerlingnummer",
}
WACHT: dict[Waar, tuple[str, str, str, bool]] = {
    Waar.NAKIJKEN: (
        "resultaat nakijken", "resultaten nakijken",
        "Onze gegevens zijn na een storing teruggezet. {las} heeft hier iets anders dan wij, of dat weten wij niet "
        "zeker. Kijk in {las} welke score klopt. Is dat een andere, vul die dan hier in en normeer opnieuw. Klopt de "
        "onze, zeg dat dan bij het resultaat.", True,
    ),
    Waar.NIET_GENORMEERD: (
        "nog niet genormeerd", "nog niet genormeerd",
        "De score is ingevuld. Kies bij de toets Opslaan en normeren, dan gaat die met de volgende verzending mee.",
        True,
    ),
    Waar.NIET_GEKOPPELD: (
        "wacht op een koppeling", "wachten op een koppeling",
        "De leerling is nog niet gekoppeld. Na uw antwoord gaat {het} vanzelf mee.", True,
    ),
    Waar.KLOPT_NIET: (
        "wacht: gemeld is dat de koppeling niet klopt", "wachten: gemeld is dat de koppeling niet klopt",
        "Wij sturen niets tot u zegt om welke leerling het gaat.", True,
    ),
    Waar.VASTGEHOUDEN: (
        "wacht tot u zegt of de gegevens kloppen", "wachten tot u zegt of de gegevens kloppen",
        "{las} stuurde iets ongewoons over de leerling. Na uw antwoord gaat {het} vanzelf mee.", True,
    ),
    Waar.GEVRAAGD: (
        "wacht op een vraag over de leerling", "wachten op een vraag over de leerling",
        "Zolang de vraag openstaat, kan een resultaat bij de verkeerde leerling komen. Na uw antwoord gaat {het} mee.",
        True,
    ),
    Waar.NA_DE_NACHT: (
        "wacht een nacht", "wachten een nacht",
        "De koppeling van de leerling is net veranderd. Klopt die niet, dan is er zo nog niets verkeerd aangekomen.",
        False,
    ),
    Waar.VOLGEND_JAAR: (
        "wacht op het nieuwe schooljaar", "wachten op het nieuwe schooljaar",
        "Dat schooljaar is in {las} nog niet begonnen.", False,
    ),
    Waar.GEPAUZEERD: (
        "wacht: de koppeling staat op pauze", "wachten: de koppeling staat op pauze",
        "Er gaat niets naar {las} tot de koppeling verdergaat. Er is niets kwijt.", True,
    ),
}  # fmt: skip


def _tekst(fout: Fout | None, owner: Owner, namen: Namen) -> str:
    if fout is not None and fout.code is FaultCode.LEERLING_ONGELDIG:
        return (
            f"Het nummer is in {namen.las} gewijzigd, of de leerling is daar uitgeschreven. Wij halen eerst de "
            "nieuwste nummers op en sturen dan opnieuw. Is de leerling van school, dan hoeft u niets te doen."
        )
    if owner is Owner.KLANTENSERVICE:
        return "Wij lossen dit op. U hoeft niets te doen: het gaat vanzelf mee zodra het kan."
    return uitleg(fout, namen.las).wat if fout is not None else ""


def _wie(owner: Owner, namen: Namen) -> tuple[str, str]:
    if owner is Owner.SCHOOL:
        return "wacht op u", "u"
    return (
        (f"wacht op {namen.las}", "las")
        if owner is Owner.LAS
        else (f"wacht op {namen.testcentrum_kort}", "testcentrum")
    )


def _link(waar: Waar, einden: dict[Einde, OpenEinde], namen: Namen) -> tuple[str, str]:
    """Where a person answers it."""
    asked, held = einden.get(Einde.CONTROLEREN), einden.get(Einde.VASTGEHOUDEN)
    match waar:
        case Waar.NIET_GENORMEERD:
            return "Naar Toetsen en resultaten", url_for("toetsen.index")
        case Waar.KLOPT_NIET:
            return "Bekijken", url_for("overzicht.reported")
        case Waar.VASTGEHOUDEN if held is not None:
            return "Bekijken", url_for("controle.held", batch_id=held.batch_id)
        case Waar.NIET_GEKOPPELD | Waar.GEVRAAGD if asked is not None:
            naar = aantal(asked.aantal, "vraag", "vragen") if asked.aantal and not asked.wat else "controle"
            return f"Naar de {naar}", url_for("controle.show", batch_id=asked.batch_id)
        case Waar.NIET_GEKOPPELD:
            return f"Wie bij ons staat en niet in {namen.las}", url_for("koppeling.absent")
        case Waar.GEPAUZEERD | Waar.GEVRAAGD | Waar.VASTGEHOUDEN:
            return "Koppelen met LAS", url_for("koppeling.index")
        case _:
            return "", ""
