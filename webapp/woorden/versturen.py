"""Where a result stands on its way to the LAS, how sending stands, and what a press on the button did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.filters import aantal, datum, getal, klok, moment
from webapp.models import Koppeling, Levering, LeveringStatus, Resultaat, Uitkomst, Verzending
from webapp.models.fout import EigenCode, Fout
from webapp.models.ids import ResultaatId
from webapp.schooljaar import schooljaar_of
from webapp.services.versturen.elders import NotElsewhere, TeVerwijderen
from webapp.services.versturen.leveringen import Gepland, MustBeChecked, NothingReady, NotRunning, OnItsWay
from webapp.services.versturen.nakijken import NothingToCheck
from webapp.services.versturen.stand import Blijft, Verzendstand, Zending, why_here
from webapp.services.zendkeuze import Keuzes, Uit
from webapp.uwlr.codes import Owner
from webapp.woorden import schakelaars
from webapp.woorden.fouten import uitleg, uitleg_van
from webapp.woorden.namen import Namen
from webapp.woorden.weigeringen import register

LABELS = {
    LeveringStatus.KLAAR: "Nog te versturen",
    LeveringStatus.ONDERWEG: "Onderweg",
    LeveringStatus.ONBEKEND: "Nog niet bevestigd",
    LeveringStatus.BEVESTIGD: "Bevestigd",
    LeveringStatus.GEWEIGERD: "Geweigerd",
    LeveringStatus.ELDERS_AFGELEVERD: "Elders afgeleverd",
    LeveringStatus.NAKIJKEN: "Nakijken",
}
"""In the order in which a result goes through them."""
COUNTED = {
    LeveringStatus.BEVESTIGD: "bevestigd",
    LeveringStatus.ONDERWEG: "onderweg",
    LeveringStatus.ONBEKEND: "nog niet bevestigd",
    LeveringStatus.KLAAR: "nog te versturen",
    LeveringStatus.GEWEIGERD: "geweigerd",
    LeveringStatus.ELDERS_AFGELEVERD: "elders afgeleverd",
    LeveringStatus.NAKIJKEN: "nakijken",
}
"""In the order of what counts most for the school."""
LAATSTE = {
    Uitkomst.BEGONNEN: "nog bezig",
    Uitkomst.BEVESTIGD: "bevestigd",
    Uitkomst.GEWEIGERD: "niet aangenomen",
    Uitkomst.NIET_VERZONDEN: "niet gelukt, gaat opnieuw",
    Uitkomst.ONBEKEND: "nog niet bevestigd",
}
AAN_ZET = {
    Owner.SCHOOL: "Uw school is aan zet.",
    Owner.KLANTENSERVICE: "Wij lossen dit op. U hoeft niets te doen.",
    Owner.LAS: "De leverancier van {las} is aan zet; wij nemen contact op.",
    Owner.NIEMAND: "Dit gaat vanzelf verder. U hoeft niets te doen.",
}
BLIJFT = {
    Blijft.GEEN_KOPPELING: "De koppeling werkt nog niet.",
    Blijft.NIET_GEKOPPELD: "Deze leerling is nog niet gekoppeld.",
    Blijft.VOOR_DE_START: "Genormeerd voordat de koppeling begon.",
}
register(
    {
        MustBeChecked: "De school kijkt dit resultaat eerst na. Er is niets veranderd.",
        NothingToCheck: "Dit resultaat hoeft niet nagekeken te worden. Er is niets veranderd.",
        NotRunning: "De koppeling is niet actief; er wordt niets verstuurd.",
        NothingReady: "Er staat niets klaar om te versturen.",
        NotElsewhere: "Dit resultaat staat nergens anders; er valt niets af te vinken.",
        OnItsWay: "Dit resultaat is al onderweg; als het nodig is, gaat het vanzelf nog een keer mee.",
    }
)


@dataclass(frozen=True)
class Badge:
    """Where a result stands in a word, and the sentence beside it."""

    label: str
    soort: str = ""
    icoon: str = ""
    tekst: str = ""
    wie: str = ""
    code: str = ""


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


def stand_of(
    resultaat: Resultaat,
    levering: Levering | None,
    koppeling: Koppeling | None,
    namen: Namen,
    keuzes: Keuzes,
    *,
    for_beheerder: bool = True,
    is_afwezig: bool = False,
) -> Badge:
    """Return how far one result is; `is_afwezig`: its leerling is not in the LAS."""
    if resultaat.genormeerd_op is None:
        earlier = levering is not None and levering.bevestigd_op is not None
        return Badge("nog niet genormeerd", "", "pen", f"In {namen.las} staat nog de vorige score." if earlier else "")
    uit = keuzes.why_stays(resultaat)
    if levering is None and is_afwezig and uit is None:
        return Badge(f"wacht: niet in {namen.las}", "pauze", "klok")
    if levering is None:
        why = why_here(resultaat, koppeling, keuzes)
        return Badge("blijft hier", "", "stip", BLIJFT[why] if isinstance(why, Blijft) else by_choice(why))
    if uit is not None and levering.bevestigd < resultaat.versie and levering.status not in _NOT_BY_CHOICE:
        there = f" In {namen.las} staat een eerdere score, of die kan er staan; die blijft daar."
        return Badge("blijft hier", "", "stip", f"{by_choice(uit)}{there if levering.may_be_at_las else ''}")
    is_linked = resultaat.leerling.las_key is not None or resultaat.leerling.eckid is not None
    night = _after_night(resultaat)
    is_reported = resultaat.leerling.klopt_niet_sinds is not None and is_linked
    if is_reported and levering.status in (LeveringStatus.KLAAR, LeveringStatus.ONBEKEND):
        tekst = "Gemeld is dat de koppeling niet klopt. Gaat mee na het antwoord van een beheerder."
        return Badge("wacht: klopt niet", "u", "let-op", tekst)
    match levering.status:
        case LeveringStatus.KLAAR:
            if not is_linked:
                return Badge("wacht", "pauze", "klok", "Gaat mee zodra de leerling gekoppeld is.")
            if _is_of_next_year(resultaat, koppeling):
                begins = f"Gaat mee zodra {schooljaar_of(resultaat.afnamedatum)} in {namen.las} is begonnen."
                return Badge("wacht", "pauze", "klok", begins)
            if night:
                return Badge("wacht op de nacht", "pauze", "nacht", f"Gaat {night} mee.")
            return Badge("nog te versturen", "info", "klok", "Gaat met de volgende verzending mee.")
        case LeveringStatus.ONDERWEG:
            return Badge("onderweg", "info", "versturen", "Wordt nu verstuurd.")
        case LeveringStatus.ONBEKEND:
            tekst = "gaf nog geen bevestiging. We sturen het vanzelf opnieuw; dubbel komt het er niet in."
            return Badge("nog niet bevestigd", "pauze", "klok", f"{namen.las_voorop} {tekst}")
        case LeveringStatus.BEVESTIGD:
            since = f"In {namen.las} sinds {moment(levering.bevestigd_op)}." if levering.bevestigd_op else ""
            return Badge("bevestigd", "in-orde", "vinkje", since)
        case LeveringStatus.GEWEIGERD:
            return _refused(levering, namen, for_beheerder=for_beheerder)
        case LeveringStatus.NAKIJKEN:
            fout = levering.fout or Fout(EigenCode.NAKIJKEN, Owner.SCHOOL)
            wie = aan_zet(fout, namen, for_beheerder=for_beheerder)
            return Badge("nakijken", "u", "let-op", uitleg(fout, namen.las).school, wie)
        case LeveringStatus.ELDERS_AFGELEVERD:
            goes = f"Gaat {night or 'met de volgende verzending'} naar" if is_linked else "Wacht op een koppeling met"
            then = "Gaat pas verder na het antwoord van een beheerder." if is_reported else f"{goes} de goede leerling."
            tekst = f"Staat in {namen.las} bij een andere leerling. {then}"
            return Badge("elders afgeleverd", "fout", "let-op", tekst)


_NOT_BY_CHOICE = (LeveringStatus.ONDERWEG, LeveringStatus.GEWEIGERD, LeveringStatus.NAKIJKEN)
"""Of a result that the school lets stay here, something else comes first: it goes now, or asks for somebody."""


def _after_night(resultaat: Resultaat) -> str:
    """When a result goes that was there before a daring link was made; nothing for any other."""
    since = resultaat.leerling.wacht_op_nacht_sinds
    if since is None or resultaat.genormeerd_op is None or resultaat.genormeerd_op > since:
        return ""
    return f"in de eerste nacht na {moment(since)}"


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


def last_sent(verzending: Verzending) -> str:
    """When the last message went, how much was in it, and how it ended."""
    number = aantal(verzending.aantal, "resultaat", "resultaten")
    return f"Laatste bericht: {moment(verzending.begonnen_op)}, {number}, {LAATSTE[verzending.uitkomst]}."


def counted(counts: Mapping[LeveringStatus, int]) -> str:
    """The counts of a test or groep: 12 bevestigd, 3 nog te versturen."""
    return ", ".join(f"{getal(counts[status])} {tekst}" for status, tekst in COUNTED.items() if counts[status])


def _is_of_next_year(resultaat: Resultaat, koppeling: Koppeling | None) -> bool:
    jaar = koppeling.schooljaar if koppeling is not None else None
    return jaar is not None and schooljaar_of(resultaat.afnamedatum) > jaar


def _go(number: int) -> str:
    return aantal(number, "resultaat gaat", "resultaten gaan")


def _refused(levering: Levering, namen: Namen, *, for_beheerder: bool) -> Badge:
    fout, plain = levering.fout, f"{namen.las_voorop} weigerde dit resultaat."
    if fout is None:
        return Badge("geweigerd", "fout", "let-op", plain)
    tekst = uitleg(fout, namen.las).wat if for_beheerder or fout.eigenaar is not Owner.SCHOOL else plain
    return Badge("geweigerd", "fout", "let-op", tekst, aan_zet(fout, namen, for_beheerder=for_beheerder), fout.code)
