"""Results as a message: what may not go out is stopped and named, the rest goes out complete."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from tests.uwlr.berichten import TOETS, bericht, resultaat
from webapp.uwlr.faults import BerichtOngeldig, Owner
from webapp.uwlr.namespaces import LEERRESULTATEN, OSO
from webapp.uwlr.profiles import Resultaatvorm
from webapp.uwlr.profiles.parnassys import PROFILE as PARNASSYS
from webapp.uwlr.values import (
    Leerresultatenbericht,
    OsoResultaat,
    Referentiescore,
    Score,
)
from webapp.uwlr.vorm import shape
from webapp.uwlr.writer import write_leerresultaten

LR, OS = f"{{{LEERRESULTATEN}}}", f"{{{OSO}}}"
AE = Referentiescore("AE", "Landelijk", "B")


def problems(message: Leerresultatenbericht) -> list[tuple[str, str | None, str | None]]:
    with pytest.raises(BerichtOngeldig) as caught:
        write_leerresultaten(message)
    assert caught.value.owner is Owner.KLANTENSERVICE
    return [(probleem.soort, probleem.resultaat_key, probleem.toetscode) for probleem in caught.value.problemen]


def test_a_normed_result_is_written_whole() -> None:
    element = write_leerresultaten(bericht())
    assert element.findtext(f".//{OS}vaardigheidsscore") == "142.5"
    assert element.findtext(f".//{OS}codereferentiescore") == "IV"
    assert element.findtext(f".//{LR}aanmaakdatum") == "2026-11-23T02:30:00+00:00"


def test_zero_is_a_score() -> None:
    element = write_leerresultaten(bericht(resultaat(uitkomst=Score(0)), resultaat("b", uitkomst=OsoResultaat(40, 0))))
    assert element.findtext(f".//{LR}score") == "0"
    assert element.findtext(f".//{OS}aantalgoed") == "0"


def test_results_of_one_pupil_stand_together() -> None:
    element = write_leerresultaten(bericht(resultaat("a", "1"), resultaat("b", "2"), resultaat("c", "1")))
    found = [
        (afname.findtext(f"{LR}leerlingid"), [r.get("key") for r in afname.iter(f"{LR}resultaat")])
        for afname in element.iter(f"{LR}toetsafname")
    ]
    assert found == [("1", ["a", "c"]), ("2", ["b"])]


def test_special_characters_survive() -> None:
    naam = "A & B < C > \"D\" 'E' ]]> \u00e9"
    element = write_leerresultaten(bericht(toetsen=(replace(TOETS, toetsnaam=naam),)))
    assert element.findtext(f".//{LR}toetsnaam") == naam


def test_decimals_are_never_written_with_an_exponent() -> None:
    message = bericht(resultaat(uitkomst=OsoResultaat(vaardigheidsscore=Decimal("1E+2"))))
    assert write_leerresultaten(message).findtext(f".//{OS}vaardigheidsscore") == "100"


@pytest.mark.parametrize(
    ("message", "soort"),
    [
        (bericht(schooljaar="2026-2028"), "schooljaar"),
        (bericht(schooljaar="2026"), "schooljaar"),
        (bericht(brincode="99xx"), "brincode"),
        (bericht(brincode="٩٩XX"), "brincode"),
        (bericht(dependancecode="0"), "dependancecode"),
        (bericht(aanmaakdatum=datetime(2026, 11, 23)), "aanmaakdatum"),  # noqa: DTZ001  # that is the fault
        (bericht(auteur=""), "afzender"),
        (bericht(auteur="x" * 129), "afzender"),
        (replace(bericht(), resultaten=()), "leeg"),
    ],
)
def test_a_wrong_message_is_not_sent(message: Leerresultatenbericht, soort: str) -> None:
    assert (soort, None, None) in problems(message)


@pytest.mark.parametrize(
    ("over", "soort"),
    [
        ({"leerlingid": None}, "leerling_zonder_sleutel"),
        ({"leerlingid": None, "eckid": "https://ketenid.nl/x"}, "leerling_zonder_sleutel"),
        ({"leerlingid": ""}, "leerling_zonder_sleutel"),
        ({"key": "k" * 257}, "sleutel"),
        ({"key": "a\x07"}, "sleutel"),
        ({"key": "a\r"}, "sleutel"),
        ({"eckid": ""}, "verwijzing"),
        ({"toetscode": "ANDERS"}, "toets_onbekend"),
        ({"versie": "1999"}, "versie"),
        ({"uitkomst": OsoResultaat()}, "oso_leeg"),
        ({"uitkomst": OsoResultaat(10, 11)}, "oso_aantal"),
        ({"uitkomst": OsoResultaat(-1)}, "oso_aantal"),
        ({"uitkomst": OsoResultaat(2**31)}, "oso_aantal"),
        ({"uitkomst": OsoResultaat(vaardigheidsscore=Decimal("NaN"))}, "oso_vaardigheidsscore"),
        ({"uitkomst": OsoResultaat(referentiescores=(Referentiescore("XX", "Landelijk", "1"),))}, "oso_code"),
        ({"uitkomst": OsoResultaat(referentiescores=(Referentiescore("IV", "Overal", "1"),))}, "oso_code"),
        ({"uitkomst": OsoResultaat(referentiescores=(Referentiescore("IV", "Landelijk", ""),))}, "oso_waarde"),
        ({"uitkomst": Score(-1)}, "score"),
        ({"uitkomst": Score(True)}, "score"),
        ({"uitkomst": Score(5.5)}, "score"),  # type: ignore[arg-type]  # that is the fault
    ],
)
def test_a_wrong_result_is_named_and_the_others_are_not(over: dict[str, object], soort: str) -> None:
    wrong = resultaat(**{"key": "fout", **over})  # type: ignore[arg-type]  # any field may be replaced
    found = problems(bericht(resultaat("goed"), wrong))
    assert (soort, wrong.key) in {(kind, key) for kind, key, _ in found}
    assert "goed" not in {key for _, key, _ in found}


def test_the_same_key_twice_is_not_sent() -> None:
    assert problems(bericht(resultaat("a"), resultaat("a")))[0] == ("resultaat_dubbel", "a", None)


@pytest.mark.parametrize(
    ("over", "soort"),
    [
        ({"toetsnaam": "x" * 129}, "toets"),
        ({"leerjaar": ""}, "toets"),
    ],
)
def test_a_wrong_test_is_named(over: dict[str, object], soort: str) -> None:
    wrong = replace(TOETS, **over)  # type: ignore[arg-type]  # any field may be replaced
    assert (soort, None, TOETS.toetscode) in problems(bericht(toetsen=(wrong,)))


def test_two_versions_of_a_test_do_not_go_together() -> None:
    found = problems(bericht(toetsen=(TOETS, replace(TOETS, versie="2027"))))
    assert ("toets_dubbel", None, TOETS.toetscode) in found


def test_a_2_3_message_may_do_without_the_key_of_the_las() -> None:
    message = bericht(resultaat(leerlingid=None, eckid="https://ketenid.nl/x"), xsdversie="2.3")
    assert write_leerresultaten(message).find(f".//{LR}leerlingid") is None
    assert problems(bericht(resultaat(leerlingid=None, eckid=None), xsdversie="2.3"))


def test_an_error_about_a_message_names_nobody() -> None:
    with pytest.raises(BerichtOngeldig) as caught:
        write_leerresultaten(bericht(resultaat("fout", "GEHEIM", uitkomst=Score(-1))))
    assert "GEHEIM" not in f"{caught.value} {caught.value!r} {caught.value.melding}"
    assert caught.value.resultaat_keys == ("fout",)


def test_a_las_gets_the_form_that_it_wants() -> None:
    profile = replace(
        PARNASSYS, vorm_per_toets={TOETS.toetscode: Resultaatvorm.SCORE}, referentiecodes=frozenset({"AE"})
    )
    shaped = shape(bericht(resultaat("a"), resultaat("b", toetscode="ANDERS")), profile)
    assert shaped.resultaten[0].uitkomst == Score(31)
    assert shaped.resultaten[1].uitkomst == OsoResultaat(40, 31, Decimal("142.5"), (AE,))
    assert shape(bericht(), PARNASSYS) == bericht()
