"""The words of a question: why it is asked, how two values compare, and what each answer does."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain

from webapp.filters import aantal, datum
from webapp.matching import Matchreden
from webapp.matching.bewijs import Bewijs, Bezwaar
from webapp.matching.distance import edits_between
from webapp.matching.folding import words
from webapp.matching.vetoes import Veto
from webapp.matching.words import REDENEN, VETOES
from webapp.models import Importregel, Keuze, Lidmaatschap, Soort
from webapp.services.controle.kandidaten import Kandidaat, Omgeving
from webapp.services.inname.soorten import Doel
from webapp.services.inname.soorten.velden import Oordeel, Veld
from webapp.woorden.controle import SOORTEN, name_of, said
from webapp.woorden.namen import Namen

ONDER: Mapping[Veld, str] = {Veld.ECKID: "landelijk nummer", Veld.NUMMER: "externe sleutel"}
"""What else a field is called."""
TWO = "twee leerlingen"
SAME_OR_NOT = (
    ("Ja, dezelfde leerling", "k", "U ziet eerst wat samenvoegen doet."),
    ("Nee, een andere leerling", "n", "Er verandert niets. Wij vragen dit niet opnieuw."),
)
"""The answers to the question whether one of ours is another one of ours: text, key, and what each does."""
_MOST_LETTERS = 3
_SECONDS_PER_QUESTION = 15
_IN_HOURS = 90
_GETALLEN = ("geen", "één", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien")
_AGREE = (
    Matchreden.ECKID_GELIJK, Matchreden.SLEUTEL_GELIJK, Matchreden.NUMMER_GELIJK, Matchreden.NAAM_GELIJK,
    Matchreden.ACHTERNAAM_GELIJK, Matchreden.ROEPNAAM_GELIJK, Matchreden.DATUM_GELIJK, Matchreden.EMAIL_GELIJK,
)  # fmt: skip
_QUIET = frozenset({*_AGREE, Matchreden.JAARGROEP_GELIJK, Matchreden.JAARGROEP_PAST})
_AROUND = frozenset({Bezwaar.TWEELING, Bezwaar.MEER, Bezwaar.NUMMER_ELDERS, Bezwaar.GEKOPPELD})
_SAME: Mapping[str, str] = {Veto.ANDERE_ECKID: Matchreden.ECKID_ANDERS, Veto.GESLACHT: Matchreden.GESLACHT_ANDERS}
"""Vetoes and reasons that say the same; the others have the same code."""


def title(soorten: Sequence[Soort], las: str) -> str:
    """The heading of the page: how many questions, and about whom when they are all of one kind."""
    if not soorten:
        return f"Nieuwe gegevens uit {las}"
    over = f" over uw {SOORTEN[soorten[0]].meer}" if len(set(soorten)) == 1 else ""
    return f"{aantal(len(soorten), 'vraag', 'vragen')}{over}"


def progress(open_: int, total: int) -> str:
    """Under the heading: how long it takes, then how many are left."""
    if not total:
        return "Bekijk wat nieuw is en importeer het."
    if open_ == total:
        return f"Ongeveer {duration(total)}. Elk antwoord is meteen bewaard."
    return f"Nog {open_} te gaan. Elk antwoord is meteen bewaard." if open_ else "Allemaal beantwoord en bewaard."


def end(answered_: int, later: int, *, is_importable: bool) -> tuple[str, str]:
    """Heading and lead once no question comes first any more."""
    if not is_importable or not answered_:
        rest = "De rest kunt u importeren." if is_importable else "Weet u het nu? Dan kunt u alsnog antwoorden."
        return f"{aantal(later, 'vraag staat', 'vragen staan')} op Later", f"Dat houdt niets anders tegen. {rest}"
    said_ = " en ".join(
        filter(None, (f"{answered_} beantwoord" if answered_ else "", f"{later} later" if later else ""))
    )
    return "U bent klaar met de vragen", f"{said_}. Bewaard, nog niet geïmporteerd."


def duration(questions: int) -> str:
    """About how long so many questions take: `2 minuten`, `4 uur`."""
    minutes = max(1, round(questions * _SECONDS_PER_QUESTION / 60))
    return aantal(minutes, "minuut", "minuten") if minutes <= _IN_HOURS else f"{round(minutes / 60)} uur"


def answered(regel: Importregel, doel: Doel | None) -> str:
    """What somebody answered, in a few words."""
    if regel.matchregel == Veto.MOGELIJK_DEZELFDE:
        return TWO
    if regel.keuze is Keuze.KOPPEL and doel is not None:
        return f"gekoppeld aan {name_of(doel)}"
    return said(regel.keuze)


def answers(soort: Soort, *, is_eenzijdig: bool) -> tuple[str, str]:
    """What the two answers are called; where nothing is proposed they say what they claim."""
    if is_eenzijdig:
        return "Ja, koppel", "Nee, nieuw"
    return f"Ja, {SOORTEN[soort].zelfde}", f"Nee, {SOORTEN[soort].ander}"


def lead(bewijs: Bewijs, redenen: Sequence[str], omgeving: Omgeving, best: Kandidaat, namen: Namen) -> str:
    """Under the question: what differs when all else fits, or why nothing is proposed."""
    known = [reden for reden in redenen if reden in REDENEN]
    if bewijs.is_eenzijdig:
        differs = sentences(reden for reden in known if reden not in _QUIET)
        return f"{differs} Alles wat wij verder weten, past." if differs else "Alles wat wij weten, past."
    if not bewijs.tegen:
        vague = sentences(reden for reden in known if reden not in _QUIET)
        return f"{vague} Wij weten te weinig om een voorstel te doen.".strip()
    said = [_against(bewijs, known), *_around(bewijs.tegen, omgeving, best, namen)]
    return f"{' '.join(filter(None, said))} Daarom doen wij geen voorstel."


def _against(bewijs: Bewijs, redenen: Collection[str]) -> str:
    """How many fields speak against it, and in spite of what."""
    number = sum(bezwaar not in _AROUND for bezwaar in bewijs.tegen)
    if not number:
        return ""
    agree = [REDENEN[reden] for reden in _AGREE if reden in redenen][-2:]
    what = "één gegeven spreekt" if number == 1 else f"{_GETALLEN[number]} gegevens spreken"
    return _capital(f"{' en '.join(agree)}, maar {what} dat tegen.") if agree else _capital(f"{what} dit tegen.")


def _around(tegen: Collection[Bezwaar], omgeving: Omgeving, best: Kandidaat, namen: Namen) -> list[str]:
    """Who else is in the way, by name where we know it."""
    found = []
    if Bezwaar.TWEELING in tegen:
        who = f": {' en '.join(omgeving.tweelingen)}" if omgeving.tweelingen else ""
        found.append(f"Er is nog iemand met deze achternaam en geboortedatum{who}. Het kan een tweeling zijn.")
    elif Bezwaar.MEER in tegen:
        found.append("Er is nog iets of iemand die het ook kan zijn.")
    if Bezwaar.NUMMER_ELDERS in tegen:
        found.append(
            f"Het nummer uit {namen.las} staat bij ons bij {omgeving.nummer_bij}."
            if omgeving.nummer_bij
            else "Het nummer of ECK iD hoort ook bij iemand anders."
        )
    if Bezwaar.GEKOPPELD in tegen:
        met = f" aan {best.houder.naam} in {namen.las}" if best.houder is not None else ""
        found.append(f"{name_of(best.doel)} is al gekoppeld{met}.")
    return found


def sentences(redenen: Iterable[str], matchregel: str = "") -> str:
    """How two compare, in sentences; `matchregel` is what stopped a link, if that is to be said too."""
    codes = [str(reden) for reden in redenen]
    is_said = {matchregel, _SAME.get(matchregel, "")} & {*codes}
    texts = chain([VETOES[matchregel]] if matchregel in VETOES and not is_said else [], map(_clause, codes))
    return " ".join(f"{_capital(text.rstrip('.'))}." for text in dict.fromkeys(texts))


def _clause(reden: str) -> str:
    """What is no code is an old sentence, and is said as it is."""
    return REDENEN.get(reden, reden)


def compared(veld: Veld, oordeel: Oordeel | None, links: str, rechts: str, redenen: Collection[str]) -> str:
    """How two values compare, in words."""
    match oordeel:
        case None:
            return ""
        case Oordeel.GELIJK | Oordeel.PAST:
            return str(oordeel)
    if veld is Veld.NAAM:
        return _names(links, rechts)
    if Matchreden.DATUM_BIJNA in redenen and veld is Veld.GEBOREN:
        return "1 cijfer anders"
    if Matchreden.DATUM_OMGEWISSELD in redenen and veld is Veld.GEBOREN:
        return "dag en maand omgewisseld"
    return "spreekt tegen"


def _names(links: str, rechts: str) -> str:
    one, other = " ".join(words(links)), " ".join(words(rechts))
    if one == other:
        return "anders geschreven"
    letters = edits_between(one, other, _MOST_LETTERS)
    return aantal(letters, "letter anders", "letters anders") if letters <= _MOST_LETTERS else "anders"


def now(kandidaat: Kandidaat, namen: Namen) -> tuple[str, str]:
    """Where one of our records stands, and since when or with whom."""
    doel = kandidaat.doel
    if doel.status is Lidmaatschap.VERTROKKEN:
        since = f"sinds {datum(doel.vertrokken_op)}" if doel.vertrokken_op is not None else ""
        return f"vertrokken uit {namen.las}", since
    if kandidaat.houder is not None:
        return f"gekoppeld aan {kandidaat.houder.naam}", f"in {namen.las}"
    if doel.afwezig_sinds is not None:
        return f"niet meer in {namen.las}", f"sinds {datum(doel.afwezig_sinds)}"
    if doel.las_key is None and doel.eckid is None:
        return "niet gekoppeld", ""
    return "eerder gekoppeld", f"in {namen.las}"


def does(regel: Importregel, best: Kandidaat, bewijs: Bewijs, *, has_results: bool, is_named: bool) -> tuple[str, str]:
    """What each of the two answers does, to the results where there are any."""
    soort = SOORTEN[regel.soort]
    if not has_results:
        return f"U houdt één {soort.een}, met de nieuwe gegevens.", f"Er komt een {soort.een} bij."
    naam, ons = regel.roepnaam or regel.weergavenaam, name_of(best.doel)
    if not best.resultaten:
        return f"{ons} heeft nog geen resultaten.", f"{naam} wordt een nieuwe leerling."
    wie = _ours(naam, best)
    number = aantal(best.resultaten, "resultaat", "resultaten")
    keeps = bewijs.is_eenzijdig or regel.toegepast_id == best.doel.id
    yes = f"{naam} houdt {number}." if keeps else f"{naam} krijgt {number} van {wie}."
    if is_named:
        yes += " De samenvatting noemt dit apart."
    blijft = "Dat ene blijft" if best.resultaten == 1 else f"De {best.resultaten} blijven"
    return yes, f"{naam} begint zonder resultaten. {blijft} bewaard bij {wie}."


def leaves_out(regel: Importregel, best: Kandidaat | None, *, has_results: bool) -> str:
    """What leaving out does, where it has to do with results; those of somebody who is linked go all the same."""
    if best is None or not has_results or not best.resultaten:
        return ""
    naam = regel.roepnaam or regel.weergavenaam
    number = aantal(best.resultaten, "resultaat blijft", "resultaten blijven")
    along = "" if best.bezet else f" en {'gaat' if best.resultaten == 1 else 'gaan'} niet mee"
    return f"{naam} wordt niet geïmporteerd. {number} bewaard bij {_ours(naam, best)}{along}."


def _ours(naam: str, best: Kandidaat) -> str:
    """Our own one, told apart from a namesake who comes in."""
    ours = getattr(best.doel, "roepnaam", None) or name_of(best.doel)
    return ours if ours != naam else f"de {ours} die u al heeft"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def may_be_another(regel: Importregel, best: Kandidaat, namen: Namen) -> str:
    """Why it is asked now whether one of ours is another one of ours, and what waits for the answer."""
    naam = regel.roepnaam or regel.weergavenaam
    return (
        f"{naam} kwam er vanzelf bij, naast {_ours(naam, best)}: er stond toen niets op het spel. Nu heeft een van de "
        f"twee een score. Tot uw antwoord gaat van geen van beiden een resultaat naar {namen.las}."
    )


def twice(naam: str) -> str:
    """That two of our records look like one child."""
    return f"{naam} staat misschien twee keer bij ons: naam en geboortedatum zijn gelijk."
