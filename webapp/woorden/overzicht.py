"""The status line in words: how it stands, what happens next, who acts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from flask import url_for

from webapp.filters import aantal, klok, moment
from webapp.models import Koppeling
from webapp.models.fout import Fout
from webapp.services.overzicht.feiten import Aan, Feiten, Toestand
from webapp.woorden.fouten import uitleg
from webapp.woorden.namen import Namen
from webapp.woorden.schakelaars import for_school, further

STAPPEN = ("aangevraagd", "opengezet", "ingediend", "goedgekeurd", "eerste import", "elke nacht")
_UNTIL_THEN = "Tot die tijd blijft alles zoals het is."


@dataclass(frozen=True)
class Statusregel:
    """Everything the status line shows; addresses are for beheerders only."""

    soort: Aan
    label: str
    stap: int
    wat: str
    daarna: str
    wie: str
    actie_url: str | None = None
    actie_tekst: str | None = None
    stappen: tuple[str, ...] = STAPPEN


class _Zin(NamedTuple):
    """The part of the status line that depends on what is so."""

    wat: str
    daarna: str
    wie: str
    actie_url: str | None = None
    actie_tekst: str | None = None


def statusregel(feiten: Feiten, namen: Namen) -> Statusregel:
    """Say the facts to a beheerder."""
    return Statusregel(feiten.aan, _label(feiten.aan, namen), feiten.stap, *_zin(feiten, namen))


def for_leerkracht(regel: Statusregel) -> Statusregel:
    """The same line for somebody who may not act."""
    if regel.actie_url is None:
        return regel
    wie = "Een beheerder van uw school is aan zet."
    return replace(regel, wie=wie, actie_url=None, actie_tekst=None, label="wacht op beheerder")


def for_klantenservice(regel: Statusregel) -> Statusregel:
    """The same line for klantenservice: what the school reads, but with who acts from the other side."""
    label, wie = _OTHER_SIDE.get(regel.soort, (regel.label, "Niemand hoeft iets te doen."))
    return replace(regel, wie=wie, actie_url=None, actie_tekst=None, label=label)


_OTHER_SIDE = {
    Aan.U: ("wacht op school", "De school is aan zet."),
    Aan.TESTCENTRUM: ("wacht op ons", "Wij zijn aan zet."),
    Aan.PAUZE: ("gepauzeerd", "Wij kunnen hervatten."),
}


def _label(aan: Aan, namen: Namen) -> str:
    match aan:
        case Aan.IN_ORDE:
            return "in orde"
        case Aan.U:
            return "wacht op u"
        case Aan.TESTCENTRUM:
            return f"wacht op {namen.testcentrum_kort}"
        case Aan.LAS:
            return f"wacht op {namen.las}"
        case Aan.PAUZE:
            return "gepauzeerd"


def _u(wat: str, daarna: str, actie_tekst: str, actie_url: str = "") -> _Zin:
    """The beheerder acts: on the page of the koppeling, unless another address is given."""
    return _Zin(wat, daarna, "U bent aan zet.", actie_url or url_for("koppeling.index"), actie_tekst)


def _niets(wat: str, daarna: str) -> _Zin:
    return _Zin(wat, daarna, "U hoeft niets te doen.")


def _zin(feiten: Feiten, namen: Namen) -> _Zin:
    if feiten.koppeling is None:
        return _u(
            "Er is nog geen koppeling aangevraagd.",
            "Na uw aanvraag zetten wij de koppeling open.",
            "Koppeling aanvragen",
            url_for("aanvraag.index"),
        )
    return _running(feiten.koppeling, feiten, namen) if feiten.koppeling.is_running else _waiting(feiten, namen)


def _waiting(feiten: Feiten, namen: Namen) -> _Zin:
    match feiten.toestand:
        case Toestand.AANGEVRAAGD:
            return _niets(
                "Uw aanvraag is binnen.",
                f"Wij zetten de koppeling open in {namen.las} en mailen u de volgende stappen.",
            )
        case Toestand.OPENGEZET:
            return _u(
                f"De koppeling staat open in {namen.las}.",
                "Haal daar de autorisatiesleutel op en vul hem hier in.",
                "Sleutel invullen",
            )
        case Toestand.INGEDIEND:
            return _niets("Wij hebben uw sleutel ontvangen.", "We keuren uw aanvraag goed, meestal dezelfde werkdag.")
        case Toestand.AFGEWEZEN:
            return _u(
                "Uw aanvraag is afgewezen.",
                "De reden staat op de pagina Koppelen met LAS; daar kunt u opnieuw indienen.",
                "Reden bekijken",
            )
        case Toestand.GEPAUZEERD:
            return _Zin(
                "De koppeling staat op pauze.",
                "Er wordt niets opgehaald en niets verstuurd; er is niets kwijt.",
                "Neem contact op met de klantenservice om verder te gaan.",
            )
        case _:
            return _niets("De koppeling is beëindigd.", "Uw resultaten blijven bewaard.")


def _running(koppeling: Koppeling, feiten: Feiten, namen: Namen) -> _Zin:
    match feiten.toestand:
        case Toestand.ELDERS_AFGELEVERD:
            staat = aantal(feiten.te_verwijderen, "resultaat staat", "resultaten staan")
            return _u(
                f"{staat} in {namen.las} bij een andere leerling.",
                f"Verwijder dat daar en vink het hier af. Bij de goede leerling komt het vanzelf in {namen.las}.",
                "Bekijken",
                url_for("versturen.leveringen", _anchor="te-verwijderen"),
            )
        case Toestand.SLEUTEL_GEWEIGERD:
            return _u(
                _fout(koppeling.fout or koppeling.zend_fout, namen),
                "Zodra de nieuwe sleutel er is, gaat de uitwisseling verder. Er is niets kwijt.",
                "Nieuwe sleutel invullen",
            )
        case Toestand.CONTROLEREN:
            return _u(
                f"{aantal(feiten.open_vragen, 'gegeven wacht', 'gegevens wachten')} op uw controle."
                if feiten.open_vragen
                else f"Er verdwenen veel leerlingen uit {namen.las}: klopt dat?",
                _UNTIL_THEN,
                "Controleren",
                url_for("controle.show", batch_id=feiten.open_batch_id),
            )
        case Toestand.OPHALEN_MISLUKT:
            wat = _fout(koppeling.fout, namen)
            daarna = _next_try(koppeling)
            return _u(wat, daarna, "Koppelen met LAS") if feiten.aan is Aan.U else _niets(wat, daarna)
        case Toestand.VERSTUREN_MISLUKT:
            return _niets(
                _fout(koppeling.zend_fout, namen),
                "Er is niets kwijt: de resultaten gaan mee zodra wij dit hebben opgelost.",
            )
        case Toestand.STILGEZET if feiten.stilgezet is not None:
            return _niets(for_school(feiten.stilgezet, namen), further(feiten.stilgezet))
        case Toestand.LAS_GEPAUZEERD:
            return _niets(
                f"{namen.las_voorop} heeft een storing{_since(feiten.las_sinds)}; dat merken meer scholen.",
                "Wij kijken elke vijf minuten of het over is; dan gaat alles vanzelf verder. Er is niets kwijt.",
            )
        case Toestand.NIEUW_SCHOOLJAAR:
            return _u(
                f"Het schooljaar {feiten.nieuw_schooljaar} is begonnen; wij halen nog {koppeling.schooljaar} op.",
                f"Staat het nieuwe schooljaar klaar in {namen.las}, ga dan over. {_UNTIL_THEN}",
                "Naar het nieuwe schooljaar",
            )
    if koppeling.opgehaald_op is None:
        return _niets(
            f"Wij halen nu de gegevens op uit {namen.las}.",
            "Dat duurt meestal minder dan een minuut. Is er iets te controleren, dan krijgt u een mail.",
        )
    leerlingen = aantal(koppeling.opgehaald_leerlingen or 0, "leerling", "leerlingen")
    return _Zin(
        f"Laatste controle {moment(koppeling.opgehaald_op)}, {leerlingen}.",
        "Elke nacht halen wij wijzigingen op en sturen wij resultaten.",
        "Niets te doen. U hoeft deze pagina niet in de gaten te houden.",
    )


def _since(sinds: datetime | None) -> str:
    return f", sinds {moment(sinds)}" if sinds is not None else ""


def _fout(fout: Fout | None, namen: Namen) -> str:
    return uitleg(fout, namen.las).school if fout is not None else ""


def _next_try(koppeling: Koppeling) -> str:
    if koppeling.ophalen_op:
        return f"Wij proberen het opnieuw om {klok(koppeling.ophalen_op)}."
    if koppeling.is_gestopt:
        return "De uitwisseling ligt stil tot dit is opgelost."
    return "Wij proberen het vannacht opnieuw."
