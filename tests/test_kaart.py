"""The words of a question: how two values compare, and why it is asked, in sentences."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from webapp.matching import Matchreden
from webapp.matching.vetoes import Veto
from webapp.models import Keuze
from webapp.services.controle.intussen import Wijziging
from webapp.services.inname.soorten.velden import Nummer, Oordeel, Veld, compared_numbers
from webapp.woorden.controle import value
from webapp.woorden.kaart import compared, duration, progress, sentences
from webapp.woorden.samenvatting import wijzigingen

M = Matchreden


@pytest.mark.parametrize(
    ("veld", "oordeel", "links", "rechts", "reden", "said"),
    [
        (Veld.NAAM, Oordeel.ANDERS, "Mohammed el Idrissi", "Mohamed el Idrissi", None, "1 letter anders"),
        (Veld.NAAM, Oordeel.ANDERS, "Sanne Linde", "Sannah Linden", None, "3 letters anders"),
        (Veld.NAAM, Oordeel.ANDERS, "José de Wit", "Jose De Wit", None, "anders geschreven"),
        (Veld.NAAM, Oordeel.ANDERS, "Bo Berk", "Noor Maan", None, "anders"),
        (Veld.NAAM, Oordeel.GELIJK, "Bo Berk", "Bo Berk", None, "gelijk"),
        (Veld.GEBOREN, Oordeel.TEGEN, "12-03-2016", "12-03-2017", M.DATUM_BIJNA, "1 cijfer anders"),
        (Veld.GEBOREN, Oordeel.TEGEN, "12-03-2016", "03-12-2016", M.DATUM_OMGEWISSELD, "dag en maand omgewisseld"),
        (Veld.GEBOREN, Oordeel.TEGEN, "12-03-2016", "01-07-2014", M.DATUM_ANDERS, "spreekt tegen"),
        (Veld.GESLACHT, Oordeel.TEGEN, "jongen", "meisje", M.DATUM_BIJNA, "spreekt tegen"),
        (Veld.GROEP, Oordeel.PAST, "Groep 5", "Groep 4", None, "past"),
        (Veld.NU, None, "", "niet gekoppeld", None, ""),
    ],
)  # fmt: skip
def test_a_comparison_in_words(
    veld: Veld, oordeel: Oordeel | None, links: str, rechts: str, reden: str | None, said: str
) -> None:
    assert compared(veld, oordeel, links, rechts, [reden] if reden else []) == said


def test_of_a_number_only_the_end_is_shown_but_enough_to_see_that_it_differs() -> None:
    found = compared_numbers(Veld.ECKID, "https://ketenid.nl/pilot/97f3a", "https://ketenid.nl/pilot/c7f3a")
    assert (value(found.links), value(found.rechts)) == ("eindigt op 97f3a", "eindigt op c7f3a")
    assert value(Nummer("k12", is_whole=True)) == "k12"
    assert compared_numbers(Veld.NUMMER, "12345", "12345").oordeel is Oordeel.GELIJK


def test_why_is_said_in_sentences_and_nothing_twice() -> None:
    reasons = [Matchreden.ECKID_ANDERS, Matchreden.ACHTERNAAM_GELIJK]
    assert sentences(reasons, Veto.ANDERE_ECKID) == "Het ECK iD is een ander. De achternaam is gelijk."
    assert sentences([], Veto.MENIGTE) == "Te veel gegevens lijken op elkaar."
    assert sentences(["Een oude zin."]) == "Een oude zin."


def test_how_long_it_takes_and_how_many_are_left() -> None:
    assert progress(0, 0) == "Bekijk wat nieuw is en importeer het."
    assert progress(3, 3) == "Ongeveer 1 minuut. Elk antwoord is meteen bewaard."
    assert progress(2, 3) == "Nog 2 te gaan. Elk antwoord is meteen bewaard."
    assert [duration(n) for n in (0, 12, 359, 1000)] == ["1 minuut", "3 minuten", "90 minuten", "4 uur"]


def test_one_act_of_a_colleague_for_many_is_one_sentence() -> None:
    at = datetime(2026, 11, 27, 9, 10, tzinfo=UTC)
    acts = [Wijziging(f"Kind {n}", Keuze.NIET, "Dirk", at) for n in range(300)]
    assert wijzigingen([Wijziging("Bo Berk", None, None, at), *acts]) == [
        "Iemand koos om 10:10 bij Bo Berk: weer een vraag.",
        "Dirk koos om 10:10 bij Kind 0, Kind 1, Kind 2, Kind 3, Kind 4 en nog 295: niet importeren.",
    ]
