"""The words of scores from a file: what is wrong with the file or with a row of it, and what was saved.

That nothing was saved stands above them, once.
"""

from __future__ import annotations

from webapp.csvbestand import (
    MAX_BYTES,
    MAX_ROWS,
    CellsWrong,
    ColumnsWrong,
    FileEmpty,
    FileTooLarge,
    NoCsv,
    QuotesWrong,
)
from webapp.filters import aantal
from webapp.services.toetsen.afnames import AfnameTwice, Gevolg, LeerlingUnknown, NormWrong, ToetsUnknown
from webapp.services.toetsen.scorebestand import (
    CodeOfOther,
    CodeUnreadable,
    FileChanged,
    Nagekeken,
    NameChanged,
    NameLost,
    NoSuchToets,
    NotInGroep,
    RowTwice,
    TimeUnreadable,
)
from webapp.woorden.namen import Namen
from webapp.woorden.weigeringen import register, zeg

_NEW_TEMPLATE = "Download een nieuw sjabloon en neem de scores over."

register(
    {
        FileEmpty: "Kies een bestand met scores. Dit is leeg.",
        FileTooLarge: f"Dit bestand is te groot: ten hoogste {MAX_ROWS} regels en {MAX_BYTES // 1024} kB. "
        "Stuur één groep tegelijk.",
        NoCsv: "Dit is geen CSV-bestand. Kies in Excel Opslaan als, en dan CSV UTF-8.",
        CodeUnreadable: "de code ontbreekt of is veranderd. Neem haar over uit het sjabloon.",
        CodeOfOther: "code en naam horen niet bij elkaar. Is een kolom verschoven of apart gesorteerd? "
        + _NEW_TEMPLATE,
        NameLost: "een letter van de naam is verloren gegaan. Kies in Excel Opslaan als, en dan CSV UTF-8.",
        NameChanged: "naam veranderd sinds dit bestand is gemaakt. " + _NEW_TEMPLATE,
        NotInGroep: "deze leerling zit niet in deze groep, of niet meer.",
        TimeUnreadable: "de tijd is niet te lezen. Schrijf haar als 9:15, of laat het vak leeg.",
        RowTwice: "deze leerling staat er twee keer in voor dezelfde toets. Haal één regel weg.",
        FileChanged: "Intussen is er iets veranderd. Er is niets opgeslagen. Kijk opnieuw of het klopt.",
        LeerlingUnknown: "deze leerling is er niet.",
        ToetsUnknown: "deze toets is er niet.",
        AfnameTwice: "deze leerling staat er twee keer in voor dezelfde toets en dag. Haal één regel weg.",
        NormWrong: "de uitslag klopt niet.",
    }
)


def saved(found: Nagekeken) -> str:
    """What was saved from a file."""
    new, changed, same = (len(found.of(gevolg)) for gevolg in Gevolg)
    done = [f"{new} nieuw"] * bool(new) + [f"{changed} gewijzigd"] * bool(changed)
    rest = f" {same} stonden er al." if same > 1 else " Eén stond er al." if same else ""
    if not done:
        return f"Er was niets om op te slaan.{rest}"
    return f"{aantal(found.te_bewaren, 'score', 'scores')} opgeslagen uit het bestand: {' en '.join(done)}.{rest}"


@zeg.register
def _(error: QuotesWrong, namen: Namen) -> str:
    return f"Regel {error.regel}: de aanhalingstekens kloppen niet."


@zeg.register
def _(error: CellsWrong, namen: Namen) -> str:
    return f"Regel {error.regel} heeft meer of minder vakken dan de eerste regel."


@zeg.register
def _(error: ColumnsWrong, namen: Namen) -> str:
    missing = f" Er ontbreekt: {', '.join(error.ontbreken)}." if error.ontbreken else ""
    unknown = [name or "een kolom zonder naam" for name in error.onbekend]
    more = f" Te veel of dubbel: {', '.join(dict.fromkeys(unknown))[:200]}." if unknown else ""
    return f"De eerste regel is niet die van het sjabloon.{missing}{more}"


@zeg.register
def _(error: NoSuchToets, namen: Namen) -> str:
    code = error.code[:64] or "(leeg)"
    return f"toets {code} is er niet, of heet anders. Neem toets en toetsnaam over uit het sjabloon."
