"""The overview in words and numbers: nights, months, who is linked, and what an act did."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from webapp.models import Handeling, Koppeling, KoppelingStatus, Soort, Wat
from webapp.models.ids import AccountId, BatchId, HandelingId
from webapp.services.overzicht.einde import Aan, Einde, OpenEinde
from webapp.services.overzicht.feiten import Feiten
from webapp.services.overzicht.gekoppeld import Gekoppelden
from webapp.services.overzicht.nachtstrook import Nachtverloop, Uitslag
from webapp.services.overzicht.wijzigingen import Aard, Deel, Wijziging
from webapp.services.versturen.waar import Bak
from webapp.woorden import voorpagina
from webapp.woorden.namen import Namen
from webapp.woorden.overzicht import punten
from webapp.woorden.wijzigingen import Regel, lines

NU = datetime(2026, 11, 26, 9, tzinfo=UTC)
DAG = date(2026, 11, 26)
OP = datetime(2026, 11, 26, 1, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fetched", "leerlingen", "wijzigingen", "expected"),
    [
        (OP, 201, 0, "Niets te doen. Laatste controle vannacht 02:14, 201 leerlingen, geen wijzigingen."),
        (OP, 1, 1, "Niets te doen. Laatste controle vannacht 02:14, 1 leerling, 1 wijziging."),
        (datetime(2026, 11, 25, 1, 14, tzinfo=UTC), None, 2,
         "Niets te doen. Laatste controle gisteren 02:14, 2 wijzigingen."),
        (datetime(2026, 11, 26, 8, 2, tzinfo=UTC), 3000, 0,
         "Niets te doen. Laatste controle vandaag 09:02, 3.000 leerlingen, geen wijzigingen."),
        (None, None, 0, "Niets te doen."),
    ],
)  # fmt: skip
def test_nothing_to_do_is_one_line(
    fetched: datetime | None, leerlingen: int | None, wijzigingen: int, expected: str
) -> None:
    koppeling = Koppeling(status=KoppelingStatus.ACTIEF, opgehaald_op=fetched, opgehaald_leerlingen=leerlingen)
    assert voorpagina.niets_te_doen(koppeling, wijzigingen, NU) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, "U hoeft nu niets te doen"), (1, "1 ding wacht op u"), (3, "3 dingen wachten op u")],
)
def test_what_waits_is_counted(number: int, expected: str) -> None:
    assert voorpagina.kop(number) == expected


@pytest.mark.parametrize(
    ("einden", "mine", "others", "primary"),
    [
        ((), 0, 0, None),
        ((Einde.GEWEIGERD, Einde.NAKIJKEN), 2, 0, "weigerde"),
        ((Einde.CERTIFICAAT, Einde.NAKIJKEN), 1, 1, "Van 3 resultaten"),
        ((Einde.CERTIFICAAT,), 0, 1, None),
        ((Einde.CERTIFICAAT, Einde.BLIJFT_LIGGEN), 0, 2, "wachten al 2 dagen"),
    ],
)
def test_what_waits_for_the_school_comes_first_with_one_primary_act(
    app: Flask, einden: tuple[Einde, ...], mine: int, others: int, primary: str | None
) -> None:
    of_others = {Einde.CERTIFICAAT, Einde.BLIJFT_LIGGEN}
    found = tuple(OpenEinde(each, Aan.TESTCENTRUM if each in of_others else Aan.U, 3) for each in einden)
    koppeling = Koppeling(status=KoppelingStatus.ACTIEF, opgehaald_op=OP)
    with app.test_request_context():
        own, rest = punten(Feiten(koppeling, found), Namen("ParnasSys", "Boom testcentrum", "Boom"))
    assert (len(own), len(rest)) == (mine, others)
    assert all("bent aan zet" not in each.wie and "niets te doen" not in each.wie for each in [*own, *rest])
    chosen = [each.wat for each in [*own, *rest] if each.is_primair]
    assert len(chosen) == (primary is not None)
    assert all(primary in wat for wat in chosen if primary)


@pytest.mark.parametrize(
    ("uitslagen", "expected"),
    [
        ("", "De eerste nacht met ParnasSys komt nog."),
        ("b", "De eerste nacht met ParnasSys komt nog."),
        ("g", "1 nacht goed."),
        ("s", "1 nacht niet gelukt."),
        ("ggvsb", "2 nachten goed, 1 met vragen, 1 niet gelukt."),
    ],
)
def test_nights_are_counted_in_a_sentence(uitslagen: str, expected: str) -> None:
    by_letter = {str(each)[0]: each for each in Uitslag}
    assert voorpagina.nachten([Nachtverloop(DAG, by_letter[each]) for each in uitslagen], "ParnasSys") == expected


@pytest.mark.parametrize(
    ("verloop", "expected"),
    [
        (Nachtverloop(DAG, Uitslag.GOED, OP), "Geen wijzigingen."),
        (Nachtverloop(DAG, Uitslag.GOED, OP, 31, 2, 1),
         "Geen wijzigingen, 31 resultaten in ParnasSys, 2 geweigerd, 1 nog niet bevestigd."),
        (Nachtverloop(DAG, Uitslag.STORING, None, 1), "Ophalen uit ParnasSys lukte niet, 1 resultaat in ParnasSys."),
        (Nachtverloop(DAG, Uitslag.BEZIG), "De nacht is bezig; deze school komt nog."),
        (Nachtverloop(DAG, Uitslag.VRAGEN, OP, gewijzigd=42),
         "42 wijzigingen verwerkt, met vragen."),
    ],
)  # fmt: skip
def test_a_night_says_what_it_did(verloop: Nachtverloop, expected: str) -> None:
    assert voorpagina.nacht(verloop, "ParnasSys") == expected
    assert voorpagina.nacht_titel(verloop, "ParnasSys").startswith("Nacht van 26 november 2026, ")


@pytest.mark.parametrize(
    ("aantal", "in_las", "wachten", "niet", "expected"),
    [
        ((9, 15, 199), 201, 2, 0, (199, 99, "2 wachten op uw antwoord. Ook gekoppeld: 15 leerkrachten en 9 groepen.")),
        ((1, 0, 5), 6, 0, 1, (5, 83, "1 bij Niet importeren. Ook gekoppeld: 1 groep.")),
        ((0, 0, 9), 7, 0, 0, (7, 100, "")),
        ((0, 0, 0), 0, 1, 0, (0, 0, "1 wacht op uw antwoord.")),
        ((0, 0, 4), None, 0, 0, (4, 0, "")),
    ],
)
def test_who_is_linked_never_counts_for_more_than_the_las_has(
    aantal: tuple[int, int, int], in_las: int | None, wachten: int, niet: int, expected: tuple[int, int, str]
) -> None:
    found = Gekoppelden(dict(zip(Soort, aantal, strict=True)), in_las, wachten, niet)
    assert (found.leerlingen, found.procent, voorpagina.gekoppeld(found)) == expected


def test_months_run_from_the_first_of_the_year_to_now() -> None:
    counts = {
        date(2026, 9, 1): Counter({Bak.IN_LAS: 214, Bak.GEWEIGERD: 4}),
        date(2026, 11, 1): Counter({Bak.IN_LAS: 1311, Bak.GAAT: 46}),
    }
    rows = voorpagina.maanden(counts, date(2026, 8, 1), DAG)
    assert rows == [("aug", "0", 0, 0), ("sep", "214", 214, 0), ("okt", "0", 0, 0), ("nov", "1.311 + 46", 1311, 46)]
    assert voorpagina.in_woorden(rows[2:], "ParnasSys") == (
        "Resultaten in ParnasSys per maand van afname: okt 0, nov 1.311 en 46 onderweg."
    )
    whole = voorpagina.maanden({}, date(2026, 8, 1), date(2027, 7, 31))
    assert " ".join(naam for naam, *_ in whole) == "aug sep okt nov dec jan feb mrt apr mei jun jul"


def _deel(aard: Aard, *namen: str, number: int = 0, soort: Soort = Soort.LEERLING, **values: object) -> Deel:
    ids = list(range(1, (number or len(namen)) + 1))
    return Deel(soort, aard, ids, namen=dict(zip(ids, namen, strict=False)), **values)  # type: ignore[arg-type]  # as given


def _said(*delen: Deel, wat: Wat = Wat.AANLEVERING, door: int | None = None, back: int | None = None) -> list[Regel]:
    act = Handeling(
        id=HandelingId(1), wat=wat, op=OP, batch_id=BatchId(7),
        door=AccountId(door) if door is not None else None,
        teruggedraaid_id=HandelingId(back) if back is not None else None,
    )  # fmt: skip
    return list(lines(Wijziging(act, delen), {AccountId(1): "Youssef el Amrani"}, lambda soort, id_: f"/{soort}/{id_}"))


@pytest.mark.parametrize(
    ("deel", "namen", "expected"),
    [
        (_deel(Aard.NIEUW, "Oleh Kovalenko", groepen=Counter({("", "Groep 5"): 1})), ["Oleh Kovalenko"],
         ("is nieuw in groep 5", "Vanzelf toegevoegd.")),
        (_deel(Aard.NIEUW, "A", "B", groepen=Counter({("", "5"): 1, ("", "6"): 1})), ["A", "B"],
         ("zijn nieuw", "Vanzelf toegevoegd.")),
        (_deel(Aard.NIEUW, number=19), [], ("19 leerlingen zijn nieuw", "Vanzelf toegevoegd.")),
        (_deel(Aard.NIEUW, "Groep 5", "8A", soort=Soort.GROEP), ["Groep 5", "Groep 8A"],
         ("zijn nieuw", "Vanzelf toegevoegd.")),
        (_deel(Aard.NAAM, "Anna de Jong", heette={1: "Anna Hoek"}), ["Anna Hoek"],
         ("heet nu Anna de Jong", "Vanzelf bijgewerkt.")),
        (_deel(Aard.NAAM, number=8), [], ("8 leerlingen kregen een andere naam", "Vanzelf bijgewerkt.")),
        (_deel(Aard.VERTROKKEN, "Floris Smit"), ["Floris Smit"], ("is vertrokken", "De resultaten blijven bewaard.")),
        (_deel(Aard.VERTROKKEN, "Carla", soort=Soort.LEERKRACHT), ["Carla"], ("is vertrokken", "")),
        (_deel(Aard.GEKOPPELD, "Ann", "Bo"), ["Ann", "Bo"], ("zijn vanzelf gekoppeld", "")),
        (_deel(Aard.TERUG, "Floris"), ["Floris"], ("is weer terug", "")),
        (_deel(Aard.GROEP, number=36, groepen=Counter({("Groep 8", "8a"): 20, ("Groep 8", "8b"): 16})), [],
         ("36 leerlingen gingen van groep 8 naar 8a en 8b", "20 en 16.")),
        (_deel(Aard.GROEP, "A", groepen=Counter({("5", "6"): 1})), ["A"], ("ging van groep 5 naar groep 6", "")),
        (_deel(Aard.GROEP, number=9, groepen=Counter({("5", "7"): 4, ("6", "7"): 5})), [],
         ("9 leerlingen gingen naar groep 7", "")),
        (_deel(Aard.GROEP, number=1843, groepen=Counter({("5", "6"): 900, ("6", "7"): 943})), [],
         ("1.843 leerlingen gingen naar een andere groep", "")),
        (_deel(Aard.GROEP, "A", groepen=Counter({("5", ""): 1})), ["A"], ("staat in geen groep meer", "")),
        (_deel(Aard.WEG, number=2), [], ("2 leerlingen zijn weer weg", "")),
    ],
)  # fmt: skip
def test_a_night_says_what_became_of_whom(deel: Deel, namen: list[str], expected: tuple[str, str]) -> None:
    (line,) = _said(deel)
    assert ([naam for naam, _ in line.namen], (line.tekst, line.onder)) == (namen, expected)
    goes_back = deel.aard in {Aard.NIEUW, Aard.VERTROKKEN, Aard.GEKOPPELD}
    assert (line.vanzelf is not None) == goes_back
    assert line.leerlingen == (len(namen) if deel.soort is Soort.LEERLING else 0)


def test_the_turn_of_a_school_year_is_one_line() -> None:
    delen = [
        _deel(Aard.NIEUW, number=8, soort=Soort.GROEP), _deel(Aard.VERTROKKEN, number=28),
        _deel(Aard.GROEP, number=190), _deel(Aard.NAAM, number=2), _deel(Aard.VERTROKKEN, number=8, soort=Soort.GROEP),
    ]  # fmt: skip
    (line,) = _said(*delen, wat=Wat.OVERGANG)
    assert (line.tekst, line.onder) == ("Het nieuwe schooljaar begon", "28 vertrokken en 192 naar hun nieuwe groep.")
    assert line.vanzelf == 1
    (line,) = _said(*delen, wat=Wat.OVERGANG, back=2)
    assert line.onder.endswith("Later teruggenomen."), line.onder
    assert line.vanzelf is None


def test_what_nobody_needs_to_know_is_left_out() -> None:
    assert _said(_deel(Aard.ANDERS, "A"), _deel(Aard.NUMMER, "B")) == []


@pytest.mark.parametrize(
    ("wat", "delen", "back", "expected"),
    [
        (Wat.IMPORT, [_deel(Aard.NIEUW, number=3), _deel(Aard.GEKOPPELD, number=2)], None,
         ("Youssef el Amrani importeerde 5 leerlingen", "3 nieuw en 2 gekoppeld.")),
        (Wat.IMPORT, [_deel(Aard.NIEUW, number=1, soort=Soort.GROEP), _deel(Aard.NIEUW, number=1)], 9,
         ("Youssef el Amrani importeerde 1 leerling", "1 nieuw; ook 1 groep. Later teruggedraaid.")),
        (Wat.VERTREK, [_deel(Aard.VERTROKKEN, number=61)], None,
         ("Youssef el Amrani bevestigde het vertrek van 61 leerlingen", "")),
        (Wat.ADRESSEN, [_deel(Aard.ANDERS, number=2, soort=Soort.LEERKRACHT)], None,
         ("Youssef el Amrani vulde adressen in van 2 leerkrachten", "")),
    ],
)  # fmt: skip
def test_an_act_of_a_person_is_one_line(
    wat: Wat, delen: list[Deel], back: int | None, expected: tuple[str, str]
) -> None:
    (line,) = _said(*delen, wat=wat, door=1, back=back)
    assert (line.tekst, line.onder) == expected
    assert line.is_import == (wat is Wat.IMPORT)
    assert [each.tekst.split()[0] for each in _said(*delen, wat=wat, door=2)] == ["Een"], "who is no colleague any more"


def test_of_few_an_act_of_a_person_names_them() -> None:
    (line,) = _said(_deel(Aard.VERTROKKEN, "Floris Smit"), wat=Wat.PARKEREN, door=1)
    assert (line.tekst, line.is_van_iemand) == ("Youssef el Amrani parkeerde", True)
    assert (line.namen, line.leerlingen) == ((("Floris Smit", "/leerling/1"),), 1)
    (line,) = _said(_deel(Aard.GEKOPPELD, "Anna"), _deel(Aard.NIEUW, number=9), wat=Wat.IMPORT, door=1)
    assert (line.tekst, line.namen) == ("Youssef el Amrani importeerde 10 leerlingen", ())
