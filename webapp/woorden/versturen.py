"""Where a result stands on its way to the LAS, how sending stands, and what a press on the button did."""

from __future__ import annotations

from webapp.filters import aantal, datum, getal, klok, moment
from webapp.models import Koppeling
from webapp.models.fout import Fout
from webapp.models.ids import ResultaatId
from webapp.services.versturen.elders import NotElsewhere, TeVerwijderen
from webapp.services.versturen.leveringen import Gepland, MustBeChecked, NothingReady, NotRunning, OnItsWay, StaysHere
from webapp.services.versturen.nakijken import NothingToCheck
from webapp.services.versturen.stand import Laatste, Verzendstand, Zending
from webapp.services.zendkeuze import Uit
from webapp.uwlr.codes import Owner
from webapp.woorden import schakelaars
from webapp.woorden.fouten import uitleg_van
from webapp.woorden.namen import Namen
from webapp.woorden.weigeringen import register

AAN_ZET = {
    Owner.SCHOOL: "Uw school is aan zet.",
    Owner.KLANTENSERVICE: "Wij lossen dit op. U hoeft niets te doen.",
    Owner.LAS: "De leverancier van {las} is aan zet; wij nemen contact op.",
    Owner.NIEMAND: "Dit gaat vanzelf verder. U hoeft niets te doen.",
}
register(
    {
        MustBeChecked: "De school kijkt dit resultaat eerst na. Er is niets veranderd.",
        NothingToCheck: "Dit resultaat hoeft niet nagekeken te worden. Er is niets veranderd.",
        NotRunning: "De koppeling is niet actief; er wordt niets verstuurd.",
        NothingReady: "Er staat niets klaar om te versturen.",
        NotElsewhere: "Dit resultaat staat nergens anders; er valt niets af te vinken.",
        StaysHere: "{las_voorop} heeft dit resultaat, en nu kan er niets van weg. Er is niets veranderd.",
        OnItsWay: "Dit resultaat is al onderweg; als het nodig is, gaat het vanzelf nog een keer mee.",
    }
)


def aan_zet(fout: Fout | None, namen: Namen, *, for_beheerder: bool = True) -> str:
    """Say who has to act; nothing where nothing is wrong."""
    if fout is not None and fout.eigenaar is Owner.SCHOOL and not for_beheerder:
        return "Een beheerder van uw school is aan zet."
    return AAN_ZET[fout.eigenaar].format(las=namen.las) if fout is not None else ""


def in_the_way(koppeling: Koppeling | None, fout: Fout | None, namen: Namen, *, for_beheerder: bool) -> str:
    """What keeps results from going; what a beheerder has to do about it is told to a beheerder only."""
    if koppeling is None or fout is None:
        return ""
    if fout.eigenaar is Owner.SCHOOL and not for_beheerder:
        return f"Versturen naar {namen.las} lukt nu niet."
    return uitleg_van(koppeling, fout, namen.las).wat


def by_choice(uit: Uit) -> str:
    """Why a result stays here, or all of them do, because the school chose it; with who and when."""
    chose = f"zo ingesteld door {uit.door} op {datum(uit.sinds)}"
    if uit.vanaf is not None:
        return f"Genormeerd vóór {datum(uit.vanaf)}: van die dag af gaan resultaten mee, {chose}."
    if uit.tot is None:
        what = "Uw school verstuurt niets" if uit.toets_id is None else "Deze toets gaat niet mee"
        return f"{what}: {chose}."
    what = "uw school niets verstuurde" if uit.toets_id is None else "deze toets niet meeging"
    return f"Genormeerd toen {what} ({datum(uit.sinds)} tot {datum(uit.tot)}), {chose}."


def te_verwijderen(row: TeVerwijderen, namen: Namen) -> str:
    """What stands where: the school can find it in the LAS with this."""
    wie = f"{row.naam} (nummer {row.nummer})" if row.naam else f"de leerling met nummer {row.nummer}"
    bezorging, van = row.bezorging, row.bezorging.resultaat
    sinds = f" sinds {moment(bezorging.bevestigd_op)}" if bezorging.bevestigd_op else ""
    staat = "staat" if bezorging.versie else "staat mogelijk"
    wat = f"{van.toets.naam} van {datum(van.afnamedatum)}"
    return f"Bij {wie} {staat} in {namen.las}{sinds}: {wat}. Het is het resultaat van {van.leerling.naam}."


def checked(namen: Namen) -> str:
    return f"Nagekeken: onze score gaat met de volgende verzending naar {namen.las}."


def removed(namen: Namen) -> str:
    return f"Afgevinkt: dit resultaat is in {namen.las} verwijderd."


def sent(gepland: Gepland, namen: Namen) -> str:
    """What a press on Nu versturen set going."""
    when = f"vanaf {moment(gepland.vanaf)}" if gepland.wacht else "nu"
    return f"{_go(gepland.aantal)} {when} naar {namen.las}."


def sent_again(namen: Namen) -> str:
    return f"Het resultaat gaat met de volgende verzending opnieuw naar {namen.las}."


def again(resultaat_id: ResultaatId) -> str:
    """The same, told to klantenservice, which may choose several at once."""
    return f"Resultaat {resultaat_id} gaat met de volgende verzending mee."


def released(number: int) -> str:
    """What letting a school go on came to, and how many refused results are back in line."""
    if not number:
        return "Versturen kan weer verdergaan. Er stonden geen geweigerde resultaten."
    return f"{aantal(number, 'geweigerd resultaat staat', 'geweigerde resultaten staan')} weer klaar."


def sending(stand: Verzendstand, namen: Namen, nacht_uur: int) -> str:
    """How sending stands, in one sentence."""
    match stand.stand:
        case Zending.UIT:
            return (
                "De koppeling werkt nog niet. Resultaten blijven hier bewaard; wat u na de goedkeuring normeert, gaat "
                "elke nacht mee."
            )
        case Zending.GEPAUZEERD:
            return "Resultaten blijven hier bewaard en gaan mee zodra de koppeling verdergaat."
        case Zending.UITGEZET:
            why = by_choice(stand.uit) if stand.uit is not None else "Uw school verstuurt niets."
            return f"{why} Resultaten blijven hier bewaard; wat al in {namen.las} staat, blijft daar."
        case Zending.GESTOPT:
            waiting = f"{aantal(stand.klaar, 'resultaat wacht', 'resultaten wachten')}. " if stand.klaar else ""
            return f"{waiting}Er wordt nu niets verstuurd; er is niets kwijt."
        case Zending.STILGEZET:
            assert stand.schakelaar is not None
            waiting = aantal(stand.klaar, "resultaat wacht", "resultaten wachten") if stand.klaar else _NIETS
            return (
                f"{waiting}. {schakelaars.for_school(stand.schakelaar, namen)} {schakelaars.further(stand.schakelaar)}"
            )
        case Zending.LAS_GEPAUZEERD:
            waiting = aantal(stand.klaar, "resultaat wacht", "resultaten wachten")
            return f"{waiting}: {namen.las} heeft een storing. Zodra die over is, gaat het vanzelf verder."
        case Zending.BEZIG:
            if not stand.klaar:
                return "We kijken of er iets te versturen is."
            return f"{_go(stand.klaar)} nu naar {namen.las}."
        case Zending.WACHT | Zending.MINUUT if not stand.klaar:
            return f"Er is nu niets te versturen. Wij kijken {moment(stand.vanaf) if stand.vanaf else 'straks'} weer."
        case Zending.MINUUT if stand.is_druk:
            when = f"rond {klok(stand.vanaf)}" if stand.vanaf else "straks"
            return (
                f"{_go(stand.klaar)} {when} naar {namen.las}: nu sturen veel scholen tegelijk. Wat dan niet past, gaat "
                "komende nacht."
            )
        case Zending.MINUUT:
            return f"{_go(stand.klaar)} binnen een minuut naar {namen.las}."
        case Zending.WACHT:
            go = f"{_go(stand.klaar)} {moment(stand.vanaf) if stand.vanaf else ''} naar {namen.las}"
            until = f" Tot dan kan {namen.las} nog bezig zijn met het vorige bericht." if stand.koelt_af else ""
            return f"{go}.{until}"
        case Zending.NACHT if stand.wacht_op_beurt:
            return f"{_go(stand.klaar)} naar {namen.las} in de eerste nacht waarin uw school aan de beurt is."
        case Zending.NACHT:
            return f"{_go(stand.klaar)} komende nacht na {nacht_uur}:00 uur naar {namen.las}."
        case Zending.NIETS:
            now = _NIETS
            if stand.wachten:
                wachten = aantal(stand.wachten, "resultaat kan", "resultaten kunnen")
                now = f"{wachten} nog niet weg; bij elk staat waarop het wacht"
            when = "binnen een minuut" if stand.binnen_minuut else "in de nacht"
            return f"{now}. Wat u normeert, gaat {when} naar {namen.las}."


def gaat(stand: Verzendstand) -> str:
    """When what is ready goes, as it is said after `gaat`; here only, for every page that announces it."""
    match stand.stand:
        case Zending.NACHT:
            return "zodra uw school aan de beurt is" if stand.wacht_op_beurt else "komende nacht"
        case Zending.NIETS:
            return "binnen een minuut" if stand.binnen_minuut else "komende nacht"
        case Zending.MINUUT if stand.is_druk and stand.vanaf is not None:
            return f"rond {klok(stand.vanaf)}"
        case Zending.WACHT if stand.vanaf is not None:
            return f"{moment(stand.vanaf)}"
        case Zending.BEZIG:
            return "nu"
        case _:
            return wanneer(stand.stand, "komende nacht")


def gaat_kort(stand: Verzendstand) -> str:
    """The same above a column or on a filter; where no moment can be named, only that it is ready."""
    has_no_moment = stand.wacht_op_beurt or stand.stand in _STANDS_STILL or stand.stand is Zending.UITGEZET
    return "klaar om te gaan" if has_no_moment else gaat(stand)


def wanneer(zending: Zending, ordinary: str) -> str:
    """When results go: as is ordinary, unless sending stands still, or goes on in a moment."""
    if zending is Zending.MINUUT:
        return "binnen een minuut"
    if zending is Zending.UITGEZET:
        return "pas als uw school het versturen aanzet"
    return "zodra het versturen verdergaat" if zending in _STANDS_STILL else ordinary


_NIETS = "Er is nu niets te versturen"
_STANDS_STILL = {
    Zending.UIT,
    Zending.GEPAUZEERD,
    Zending.STILGEZET,
    Zending.GESTOPT,
    Zending.LAS_GEPAUZEERD,
}


def last_sent(laatste: Laatste | None) -> str:
    """How the last sending went: all that was in it, and what became of it."""
    if laatste is None:
        return ""
    if not laatste.gestuurd:
        return f"De laatste verzending, {moment(laatste.op)}, lukte niet. Er is niets kwijt."
    parts = [f"{getal(laatste.gestuurd)} gestuurd", f"{getal(laatste.aangekomen)} aangekomen"]
    if laatste.geweigerd:
        parts.append(f"{getal(laatste.geweigerd)} geweigerd")
    if laatste.zonder_antwoord:
        parts.append(f"{getal(laatste.zonder_antwoord)} nog zonder antwoord")
    return f"Laatste verzending {moment(laatste.op)}: {', '.join(parts)}."


def _go(number: int) -> str:
    return aantal(number, "resultaat gaat", "resultaten gaan")
