"""The words of reading in: what is wrong with a file, how far it is, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from webapp.filters import aantal, getal
from webapp.services.inlezen.fouten import BestandenGeweigerd, Fout, Mis
from webapp.services.inlezen.stand import Telling, Tellingen
from webapp.woorden.namen import Namen
from webapp.woorden.weigeringen import zeg

MOST = 200
"""So many faults are said; the others are counted."""
_MIS: Mapping[Mis, str] = {
    Mis.ONBEKEND_BESTAND: "dit bestand kennen wij niet. Verwijder het uit de map, of geef het de goede naam",
    Mis.LEEG: "hier staat niets om in te lezen",
    Mis.UTF8: "deze regel is geen UTF-8. Bewaar het bestand als UTF-8",
    Mis.CSV: "vanaf hier is het geen CSV: er staat ergens een aanhalingsteken te veel of te weinig",
    Mis.CELLEN: "deze regel heeft meer of minder velden dan de eerste regel",
    Mis.BSN: "een BSN mag hier niet in staan. Haal de kolom weg",
    Mis.LIJKT_BSN: "de meeste van deze nummers kunnen een BSN zijn, en dat mag hier niet in staan",
    Mis.ONBEKENDE_KOLOM: "deze kolom kennen wij niet. Op de eerste regel staan de namen van de kolommen",
    Mis.KOLOM_DUBBEL: "deze kolom staat er twee keer",
    Mis.KOLOM_MIST: "deze kolom moet erin staan",
    Mis.VERPLICHT: "hier moet iets staan",
    Mis.TEKST: "deze tekst is te lang, of bevat tekens die niet te lezen zijn",
    Mis.LATIN1: "deze tekst bevat tekens die een LAS niet toont (alleen Latin-1)",
    Mis.BRIN: "een BRIN is twee cijfers en twee letters",
    Mis.VESTIGING: "een vestiging is twee cijfers",
    Mis.NUMMER: "een nummer is letters, cijfers, punt, streepje of liggend streepje, hooguit 64",
    Mis.GETAL: "dit is geen getal dat hier kan staan",
    Mis.DECIMAAL: "dit is geen getal met hooguit één cijfer achter de komma",
    Mis.DATUM: "dit is geen datum. Schrijf 2026-01-20 of 20-01-2026",
    Mis.DATUM_BUITEN: "deze datum kan niet: in de toekomst of te lang geleden",
    Mis.TIJD: "dit is geen tijd. Schrijf 09:30",
    Mis.MAIL: "dit is geen e-mailadres",
    Mis.SCHOOLJAAR: "een schooljaar is twee jaren na elkaar: 2026-2027",
    Mis.JAARGROEP: "deze jaargroep bestaat niet",
    Mis.GESLACHT: "dit moet 0, 1, 2 of 9 zijn",
    Mis.ROL: "de rol is beheerder of leerkracht",
    Mis.NIVEAU: "een niveau is I, II, III, IV of V",
    Mis.NIET_BIJ_ELKAAR: "de regels van deze school staan niet bij elkaar. Sorteer op brin en vestiging",
    Mis.DUBBEL: "dit staat er twee keer",
    Mis.SCHOOL_ONBEKEND: "deze school is hier niet bekend, en haar naam is niet meegegeven (scholen.csv)",
    Mis.VERWIJST_NERGENS: "dit nummer staat in geen bestand en is hier niet bekend",
    Mis.SPREEKT_TEGEN: "hier staat een ander nummer van het LAS. Kijk wie het is, of haal het nummer uit het bestand",
    Mis.BEZET: "dit nummer van het LAS heeft hier al iemand anders",
    Mis.TOETS_ANDERS: "deze code is hier een toets met een ander leerjaar of aantal opgaven. Gebruik een nieuwe code",
    Mis.SCORES_AANTAL: "er moet een vaardigheidsscore staan voor 0, 1, … tot en met het aantal opgaven",
    Mis.SCORE_TE_HOOG: "de score is hoger dan het aantal opgaven",
    Mis.HALVE_NORM: "vul vaardigheidsscore, niveau en percentiel alle drie, of geen van drie",
    Mis.GEEN_NORM: "vaardigheidsscore, niveau en percentiel horen niet bij elkaar",
    Mis.ANDERE_LEERLING: "dit resultaat staat hier bij een andere leerling of een andere toets",
    Mis.STAAT_ER_AL: "van deze leerling, toets en dag is er al een ander resultaat",
    Mis.VAN_KLANTENSERVICE: "dit adres is van klantenservice",
}


def fout(each: Fout) -> str:
    """One line: where, and what is wrong."""
    plek = each.bestand if "." in each.bestand else f"{each.bestand}.csv"
    where = f"{plek} regel {each.regel}" if each.regel else plek
    return f"{where}: {f'{each.kolom}: ' if each.kolom else ''}{wat(each.mis)}"


def wat(mis: Mis) -> str:
    """What is wrong, as a sentence after a colon."""
    return f"{_MIS[mis]}."


def fouten(found: Iterable[Fout]) -> Iterator[str]:
    """All that is wrong, in the order of the files; that nothing was written comes last."""
    ordered = sorted(set(found))
    yield from (fout(each) for each in ordered[:MOST])
    if len(ordered) > MOST:
        yield f"En nog {getal(len(ordered) - MOST)}."


@zeg.register
def _(error: BestandenGeweigerd, namen: Namen) -> str:
    return "\n".join((*fouten(error.fouten), refused(len(set(error.fouten)))))


def refused(number: int) -> str:
    return f"{aantal(number, 'fout', 'fouten')}. Er is niets geschreven: verbeter de bestanden en doe het opnieuw."


def refused_records(number: int) -> str:
    """The same over the API."""
    said = f"De eerste {MOST} staan hieronder. " if number > MOST else ""
    return (
        f"{aantal(number, 'fout', 'fouten')}. {said}Er is niets geschreven: verbeter de records en stuur het opnieuw."
    )


CHECKED, WRITTEN = "nagekeken", "ingelezen"


def progress(what: str, number: int, total: int, leerlingen: int) -> str:
    """How far it is."""
    return f"{what}: school {getal(number)} van {getal(total)}, {aantal(leerlingen, 'leerling', 'leerlingen')}"


def summary(tellingen: Tellingen, *, is_proef: bool) -> str:
    """What came of each file, or would; the last line."""
    parts = [f"{bestand}: {said}" for bestand, telling in tellingen.items() if (said := counted(telling))]
    done = "; ".join(parts) or "er was niets"
    return f"Proef, er is niets geschreven. {done}." if is_proef else f"Ingelezen. {done}."


def counted(telling: Telling) -> str:
    words = {
        "nieuw": "nieuw", "gewijzigd": "gewijzigd", "ongewijzigd": "ongewijzigd",
        "gelaten": "gelaten zoals het LAS of de school het heeft", "gewist": "blijft gewist",
    }  # fmt: skip
    return ", ".join(f"{getal(number)} {words[name]}" for name, number in vars(telling).items() if number)


def left_over(number: int) -> str:
    """That some schools changed in between, and what to do."""
    return (
        f"{aantal(number, 'school is', 'scholen zijn')} niet geschreven, want daar veranderde intussen iets. De andere "
        "wel. Kijk de regels hierboven na en doe het opnieuw: wat al is ingelezen, blijft zoals het is."
    )
