"""Where a result is, as a person reads it: a word, what happens next, and the counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from webapp.filters import aantal, getal, moment, woord
from webapp.models import Koppeling, LasType, Levering, LeveringStatus, Resultaat
from webapp.models.fout import EigenCode, Fout
from webapp.schooljaar import schooljaar_of
from webapp.services.versturen import waar as plaats
from webapp.services.versturen.stand import Verzendstand, Zending
from webapp.services.versturen.waar import Bak, Waar
from webapp.services.zendkeuze import Keuzes
from webapp.uwlr.codes import Owner
from webapp.uwlr.profiles import PROFILES
from webapp.woorden.fouten import uitleg
from webapp.woorden.namen import Namen
from webapp.woorden.versturen import aan_zet, by_choice, gaat

COUNTED = {
    Bak.IN_LAS: "aangekomen",
    Bak.GAAT: "klaar om te gaan",
    Bak.GEWEIGERD: "geweigerd",
    Bak.WACHT: "nog niet",
    Bak.BLIJFT: "blijft hier",
}
"""In the order of what counts most for the school."""
AANDACHT, ALLE = "aandacht", "alle"
FILTER = {bak: AANDACHT if bak in plaats.AANDACHT else str(bak) for bak in Bak}
"""Under which filter of the page each is shown."""
_GOES_ON = (Zending.NACHT, Zending.MINUUT, Zending.NIETS, Zending.WACHT, Zending.BEZIG)
_ANTWOORD = "Gaat mee na het antwoord van een beheerder."
WACHT = {
    Waar.NIET_GEKOPPELD: ("wacht op koppeling", "klok", "Gaat mee zodra de leerling gekoppeld is."),
    Waar.KLOPT_NIET: ("wacht: klopt niet", "let-op", f"Gemeld is dat de koppeling niet klopt. {_ANTWOORD}"),
    Waar.VASTGEHOUDEN: (
        "wacht op antwoord", "klok", f"{{las}} stuurde iets ongewoons over deze leerling. {_ANTWOORD}",
    ),
    Waar.GEVRAAGD: ("wacht op antwoord", "klok", f"Er is een vraag over deze leerling. {_ANTWOORD}"),
    Waar.NA_DE_NACHT: ("wacht op de nacht", "nacht", "Gaat {nacht} mee."),
    Waar.VOLGEND_JAAR: ("wacht", "klok", "Gaat mee zodra {jaar} in {las} is begonnen."),
    Waar.GEPAUZEERD: ("wacht", "pauze", "De koppeling staat op pauze. Gaat mee zodra zij verdergaat."),
}  # fmt: skip
BLIJFT = {
    Waar.GEEN_KOPPELING: "De koppeling werkt nog niet.",
    Waar.KEUZE: "Uw school heeft net anders gekozen wat er meegaat.",
    Waar.VOOR_DE_START: "Genormeerd voordat de koppeling begon. Gaat alleen mee als een beheerder dat goedkeurt.",
    Waar.VERTROKKEN: "Deze leerling is vertrokken. Het resultaat blijft hier bewaard.",
}


@dataclass(frozen=True)
class Badge:
    """Where a result stands in a word, and the sentence beside it."""

    label: str
    soort: str = ""
    icoon: str = ""
    tekst: str = ""
    wie: str = ""
    code: str = ""


def stand_of(
    resultaat: Resultaat,
    levering: Levering | None,
    waar: Waar,
    namen: Namen,
    keuzes: Keuzes,
    *,
    for_beheerder: bool = True,
    is_afwezig: bool = False,
    wanneer: str = "",
) -> Badge:
    """Return how far one result is; `is_afwezig`: not in the LAS; `wanneer`: when what is ready goes."""
    is_elsewhere = levering is not None and levering.status is LeveringStatus.ELDERS_AFGELEVERD
    if waar is Waar.ELDERS or (is_elsewhere and waar is not Waar.NIET_GENORMEERD):
        return _elsewhere(resultaat, waar, namen, keuzes, wanneer or "met de volgende verzending")
    match waar:
        case Waar.NIET_GENORMEERD:
            return Badge("nog niet genormeerd", "", "pen", _old_score(resultaat, levering, namen))
        case Waar.IN_LAS:
            op = levering.bevestigd_op if levering is not None else None
            since = f"Sinds {moment(op)}." if op else ""
            return Badge("in " + namen.las, "in-orde", "vinkje", since + _by_hand(resultaat, levering, namen))
        case Waar.ONDERWEG:
            return Badge("onderweg", "info", "versturen", "Wordt nu verstuurd.")
        case Waar.ONBEKEND:
            again = f"Gaat {wanneer or 'vanzelf'} nog een keer. Dubbel aankomen kan niet."
            return Badge("antwoord bleef uit", "pauze", "klok", again)
        case Waar.KLAAR:
            old = _old_score(resultaat, levering, namen)
            label = f"gaat {wanneer}" if wanneer else "nog te versturen"
            return Badge(label, "info", "klok", old or ("" if wanneer else "Gaat met de volgende verzending mee."))
        case Waar.GEWEIGERD if levering is not None:
            badge = _refused(levering, namen, for_beheerder=for_beheerder)
            return replace(badge, tekst=badge.tekst + _by_hand(resultaat, levering, namen))
        case Waar.NAKIJKEN:
            fout = levering.fout if levering is not None else None
            fout = fout or Fout(EigenCode.NAKIJKEN, Owner.SCHOOL)
            wie = aan_zet(fout, namen, for_beheerder=for_beheerder)
            return Badge("nakijken", "u", "let-op", uitleg(fout, namen.las).school, wie)
        case Waar.KEUZE:
            there = f" In {namen.las} staat een eerdere score, of die kan er staan; die blijft daar."
            may_be_there = levering is not None and levering.may_be_at_las
            return Badge("blijft hier", "", "stip", f"{_chosen(resultaat, keuzes)}{there if may_be_there else ''}")
        case Waar.NIET_GEKOPPELD if is_afwezig:
            return Badge(f"wacht: niet in {namen.las}", "pauze", "klok")
        case _ if waar in WACHT:
            label, icoon, tekst = WACHT[waar]
            tekst = tekst.format(las=namen.las, nacht=_after(resultaat), jaar=schooljaar_of(resultaat.afnamedatum))
            return Badge(label, "u" if waar is Waar.KLOPT_NIET else "pauze", icoon, tekst)
        case _:
            return Badge("blijft hier", "", "stip", BLIJFT.get(waar, ""))


def counted(counts: Mapping[Bak, int]) -> str:
    """The counts of a test or groep: 12 aangekomen, 3 klaar om te gaan."""
    return ", ".join(f"{getal(counts[bak])} {tekst}" for bak, tekst in COUNTED.items() if counts.get(bak))


def bak(which: Bak, namen: Namen, wanneer: str) -> str:
    """The name of one of the counts, above a column or on a filter."""
    return {
        Bak.IN_LAS: f"In {namen.las}",
        Bak.GAAT: wanneer[:1].upper() + wanneer[1:],
        Bak.GEWEIGERD: "Geweigerd",
        Bak.WACHT: "Wacht",
        Bak.BLIJFT: "Blijft hier",
    }[which]


def lead(counts: Mapping[Bak, int], zending: Verzendstand, namen: Namen, standstill: str) -> str:
    """How it stands in one sentence; what keeps everything here comes first."""
    total, there, goes = sum(counts.values()), counts.get(Bak.IN_LAS, 0), counts.get(Bak.GAAT, 0)
    if not total or zending.stand not in _GOES_ON:
        return standstill
    if there == total:
        return f"Alle {getal(total)} staan in {namen.las}." if total > 1 else f"Het resultaat staat in {namen.las}."
    staan = f"{getal(there)} van {getal(total)} {woord(there, 'staat', 'staan')} in {namen.las}"
    return f"{staan}, {aantal(goes, 'gaat', 'gaan')} {gaat(zending)}." if goes else f"{staan}."


def in_het_las(koppeling: Koppeling | None, namen: Namen) -> str:
    """Where the LAS shows what arrived, as far as somebody told us."""
    las_type = koppeling.las_type if koppeling is not None else LasType.PARNASSYS
    if where := PROFILES[las_type].schermen.resultaat:
        return f"In {namen.las} ziet u de resultaten {where}."
    return f"Op welk scherm {namen.las} de resultaten toont, weten wij niet. Zoek bij de toetsen van de leerling."


def _old_score(resultaat: Resultaat, levering: Levering | None, namen: Namen) -> str:
    """That the LAS has an earlier score, and which, as far as that is known."""
    if levering is None or levering.bevestigd_op is None:
        return ""
    old = levering.score_in_las
    if old is None or old == resultaat.ruwe_score:
        return f"In {namen.las} staat nog de vorige uitkomst."
    kept = _by_hand(resultaat, levering, namen)
    return f"Nieuwe score {resultaat.ruwe_score}." + (kept or f" {namen.las_voorop} heeft nog {old}.")


def _by_hand(resultaat: Resultaat, levering: Levering | None, namen: Namen) -> str:
    """What to do at a LAS that keeps the first score; nothing where it takes a newer one, or nobody tried that."""
    old = levering.score_in_las if levering is not None else None
    if namen.neemt_verbetering is not False or old in (None, resultaat.ruwe_score):
        return ""
    return (
        f" {namen.las_voorop} houdt de eerste score, {old}, en neemt een nieuwe niet van ons over: verander die daar "
        "met de hand."
    )


def _after(resultaat: Resultaat) -> str:
    """When a result goes that waits for the night after a daring link was made."""
    since = resultaat.leerling.wacht_op_nacht_sinds
    return f"in de eerste nacht na {moment(since)}" if since is not None else "in de eerstvolgende nacht"


def _chosen(resultaat: Resultaat, keuzes: Keuzes) -> str:
    """Why the school lets it stay here, with who chose so; that may have changed since it was looked up."""
    uit = keuzes.why_stays(resultaat)
    return by_choice(uit) if uit is not None else BLIJFT[Waar.KEUZE]


def _elsewhere(resultaat: Resultaat, waar: Waar, namen: Namen, keuzes: Keuzes, wanneer: str) -> Badge:
    then = f"Gaat {wanneer} naar de goede leerling."
    if waar in (Waar.KLOPT_NIET, Waar.VASTGEHOUDEN, Waar.GEVRAAGD):
        then = "Gaat pas verder na het antwoord van een beheerder."
    elif waar is Waar.KEUZE:
        then = _chosen(resultaat, keuzes)
    elif waar is Waar.NA_DE_NACHT:
        then = f"Gaat {_after(resultaat)} naar de goede leerling."
    elif waar is not Waar.ELDERS:
        then = "Wacht op een koppeling met de goede leerling."
    tekst = f"Staat in {namen.las} bij een andere leerling. {then}"
    return Badge("elders afgeleverd", "fout", "let-op", tekst)


def _refused(levering: Levering, namen: Namen, *, for_beheerder: bool) -> Badge:
    fout, plain = levering.fout, f"{namen.las_voorop} weigerde dit resultaat."
    if fout is None:
        return Badge("geweigerd", "fout", "let-op", plain)
    tekst = uitleg(fout, namen.las).wat if for_beheerder or fout.eigenaar is not Owner.SCHOOL else plain
    return Badge("geweigerd", "fout", "let-op", tekst, aan_zet(fout, namen, for_beheerder=for_beheerder), fout.code)
