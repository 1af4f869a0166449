"""The words of tests and scores: what is wrong in the grid, and what a press on the button did."""

from __future__ import annotations

from collections.abc import Mapping

from webapp.errors import DomainError
from webapp.filters import aantal, datum
from webapp.models import Groep
from webapp.services.toetsen.invoer import DateInFuture, DateTooOld, DateUnreadable, ScoreWrong
from webapp.services.toetsen.normen import CannotNorm, NoNormen, NoVaardigheidsscore, OutsideNormen
from webapp.services.toetsen.normering import Afname, Normverslag
from webapp.services.toetsen.opslaan import (
    AfnameTaken,
    LeerlingMoved,
    Opgeslagen,
    ScoreAtLas,
    ScoreChanged,
    ScoresRefused,
)
from webapp.services.versturen.stand import Zending
from webapp.woorden.namen import Namen
from webapp.woorden.versturen import wanneer
from webapp.woorden.weigeringen import register, zeg

register(
    {
        ScoresRefused: "Er is niets opgeslagen. Verbeter eerst wat hieronder staat.",
        DateUnreadable: "De afnamedatum ontbreekt of is niet te lezen. Vul een dag in, bijvoorbeeld 20-11-2026.",
        ScoreAtLas: "Deze score staat al in {las} en kan hier niet meer leeg worden: UWLR kan niets terughalen. "
        "Verbeter de score, of laat hem staan en verwijder hem in {las}.",
        LeerlingMoved: "Een leerling zit intussen in een andere groep. Open de pagina opnieuw.",
        NoNormen: "Deze toets heeft nog geen normen. Er is niets genormeerd. Neem contact op met de klantenservice.",
    }
)


def groepsnaam(groep: Groep) -> str:
    """Groep 5 stays Groep 5; 5/6 becomes Groep 5/6."""
    return groep.naam if groep.naam.lower().startswith("groep") else f"Groep {groep.naam}"


def sentences(fouten: Mapping[int | str, DomainError], namen: Namen) -> dict[int | str, str]:
    """What is wrong in the grid, in words, per field."""
    return {field: zeg(fout, namen) for field, fout in fouten.items()}


def not_normed(error: CannotNorm, namen: Namen) -> str:
    """Norming failed in the same press as saving, so the scores were not saved either."""
    return f"{zeg(error, namen)} Er is ook niets opgeslagen."


def report(
    opgeslagen: Opgeslagen, verslag: Normverslag | None, namen: Namen, *, zending: Zending
) -> list[tuple[str, str]]:
    """What was done, in the order in which it was done: the kind of each notice, and its sentence."""
    counts = (
        (opgeslagen.nieuw, "ingevuld"),
        (opgeslagen.gewijzigd, "gewijzigd"),
        (opgeslagen.leeggemaakt, "leeggemaakt"),
        (opgeslagen.verplaatst, "naar een andere datum gezet"),
    )
    done = [f"{aantal(number, 'score', 'scores')} {what}" for number, what in counts if number]
    said = [("gelukt", f"Opgeslagen: {', '.join(done)}.")] if done else []
    if verslag is None:
        return said or [("info", "Er was niets veranderd.")]
    if not verslag.genormeerd:
        return [*said, ("info", "Er was niets nieuws om te normeren.")]
    normed = f"{aantal(verslag.genormeerd, 'score', 'scores')} genormeerd."
    return [*said, ("gelukt", normed + _and_then(verslag, namen, zending))]


def report_all(verslag: Normverslag, namen: Namen, *, zending: Zending) -> list[tuple[str, str]]:
    """What Alles normeren did, and which scores it could not norm."""
    said = [("info", "Er was niets nieuws om te normeren.")]
    if verslag.genormeerd:
        done = f"{aantal(verslag.genormeerd, 'score', 'scores')} genormeerd."
        left = aantal(
            verslag.vertrokken, "score daarvan is van een leerling die", "scores daarvan zijn van leerlingen die"
        )
        vertrok = f" {left} niet meer op school {'zit' if verslag.vertrokken == 1 else 'zitten'}."
        said = [("gelukt", done + (vertrok if verslag.vertrokken else "") + _and_then(verslag, namen, zending))]
    if verslag.zonder_norm:
        said.append(("fout", _without(verslag.zonder_norm)))
    return said


_NAMED = 3
"""So many afnames without a norm are named; a longer list is not read."""


def _without(zonder_norm: Mapping[Afname, int]) -> str:
    scores, afnames = sum(zonder_norm.values()), sorted(zonder_norm)
    which = [f"{afname.toets} van {datum(afname.dag)}" for afname in afnames[:_NAMED]]
    more = [aantal(len(afnames) - _NAMED, "andere afname", "andere afnames")] if len(afnames) > _NAMED else []
    return (
        f"{aantal(scores, 'score is', 'scores zijn')} niet genormeerd, want de toets heeft er geen norm voor: "
        f"{'; '.join(which + more)}. Controleer de afnamedatum. Klopt die, bel dan de klantenservice."
    )


def _and_then(verslag: Normverslag, namen: Namen, zending: Zending) -> str:
    """Where the results go that were normed, as far as they go, and when."""
    if zending in (Zending.UIT, Zending.GEPAUZEERD):
        return ""
    go = verslag.genormeerd - verslag.afwezig - verslag.blijven
    when = f"{wanneer(zending, 'komende nacht')} naar {namen.las}"
    if go == verslag.genormeerd:
        return f" {'Die gaat' if go == 1 else 'Ze gaan'} {when}."
    said = f" {aantal(go, 'score gaat', 'scores gaan')} {when}." if go else ""
    if verslag.afwezig:
        wacht = aantal(verslag.afwezig, "score wacht: die leerling staat", "scores wachten: die leerlingen staan")
        said += f" {wacht} niet in {namen.las}."
    if verslag.blijven:
        blijft = aantal(verslag.blijven, "score blijft hier", "scores blijven hier")
        said += f" {blijft}: zo heeft uw school het versturen ingesteld."
    return said


@zeg.register
def _(error: ScoreWrong, namen: Namen) -> str:
    typed = error.getypt if len(error.getypt) <= 12 else f"{error.getypt[:12]}…"
    if error.is_getal:
        return f"{typed} is te hoog: deze toets heeft {aantal(error.aantal_opgaven, 'opgave', 'opgaven')}."
    return f"“{typed}” is geen heel getal. Vul 0 tot en met {error.aantal_opgaven} in, of laat het vak leeg."


@zeg.register
def _(error: DateInFuture, namen: Namen) -> str:
    return f"{datum(error.dag)} is nog niet geweest. Vul de dag in waarop de toets is gemaakt."


@zeg.register
def _(error: DateTooOld, namen: Namen) -> str:
    return f"{datum(error.dag)} is langer dan {error.jaren} jaar geleden. Klopt het jaar?"


@zeg.register
def _(error: AfnameTaken, namen: Namen) -> str:
    return f"Op {datum(error.dag)} heeft deze groep al scores voor deze toets. Kies een andere dag, of open die afname."


@zeg.register
def _(error: ScoreChanged, namen: Namen) -> str:
    now = "maakte dit vak intussen leeg" if error.score is None else f"vulde hier intussen {error.score} in"
    return f"Een collega {now}. Kijk wat klopt, en sla dan opnieuw op."


@zeg.register
def _(error: NoVaardigheidsscore, namen: Namen) -> str:
    return (
        f"Deze toets heeft geen vaardigheidsscore bij {error.ruwe_score} goed. Er is niets genormeerd. "
        "Neem contact op met de klantenservice."
    )


@zeg.register
def _(error: OutsideNormen, namen: Namen) -> str:
    return (
        f"Voor {datum(error.dag)} heeft deze toets geen normen: die lopen in dat schooljaar van {datum(error.van)} tot "
        f"en met {datum(error.tot_en_met)}. Er is niets genormeerd. Controleer de afnamedatum."
    )
