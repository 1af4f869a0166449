"""When an answer may be offered as the likely one: never beside anything that speaks against it."""

from __future__ import annotations

import pytest

from webapp.matching import Matchreden
from webapp.matching.bewijs import Bezwaar, weigh
from webapp.matching.vetoes import Veto

M, B = Matchreden, Bezwaar

LIKE = (M.ACHTERNAAM_GELIJK, M.ROEPNAAM_LETTER, M.DATUM_GELIJK)
LIJKT = Veto.ROEPNAAM_LIJKT


@pytest.mark.parametrize(
    "redenen",
    [
        LIKE,
        (M.ACHTERNAAM_LETTER, M.ROEPNAAM_GELIJK, M.DATUM_GELIJK),
        (M.ECKID_GELIJK, *LIKE),
        (M.SLEUTEL_GELIJK, M.ACHTERNAAM_GELIJK, M.ROEPNAAM_GELIJK, M.DATUM_ONBEKEND),
        (M.ACHTERNAAM_GELIJK, M.ROEPNAAM_GELIJK),  # a leerkracht: no date is compared
        (M.ACHTERNAAM_LETTER, M.ROEPNAAM_GELIJK, M.EMAIL_GELIJK),
        (M.NAAM_GELIJK, M.JAARGROEP_PAST, M.SCHOOLJAAR_ANDERS),
        (*LIKE, M.JAARGROEP_TWEE_HOGER),
    ],
)
def test_one_way(redenen: tuple[str, ...]) -> None:
    assert weigh(LIJKT, redenen).is_eenzijdig


@pytest.mark.parametrize(
    ("reden", "bezwaar"),
    [
        (M.ECKID_ANDERS, B.ECKID),
        (M.SLEUTEL_ANDERS, B.NUMMER),
        (M.NUMMER_BEZET, B.NUMMER_ELDERS),
        (M.DATUM_ANDERS, B.GEBOREN),
        (M.DATUM_BIJNA, B.GEBOREN),
        (M.DATUM_OMGEWISSELD, B.GEBOREN),
        (M.DATUM_EEN_JANUARI, B.GEBOREN),
        (M.GESLACHT_ANDERS, B.GESLACHT),
        (M.VOORNAMEN_STRIJDIG, B.VOORNAMEN),
        (M.ROEPNAAM_ANDERS, B.ROEPNAAM),
        (M.ACHTERNAAM_ANDERS, B.ACHTERNAAM),
        (M.JAARGROEP_LAGER, B.JAARGROEP),
        (M.JAARGROEP_PAST_NIET, B.JAARGROEP),
        (M.JAARGROEP_ANDERS, B.JAARGROEP),
        (M.EMAIL_ANDERS, B.EMAIL),
        (M.NAAM_ANDERS, B.NAAM),
    ],
)
def test_what_speaks_against_takes_the_colour_away_beside_the_best_of_evidence(reden: str, bezwaar: Bezwaar) -> None:
    found = weigh(LIJKT, (M.ECKID_GELIJK, M.SLEUTEL_GELIJK, *LIKE, reden))
    assert (found.tegen, found.is_eenzijdig) == ((bezwaar,), False)


def test_every_reason_that_says_other_is_against() -> None:
    """A new code cannot be forgotten here: that a groep was of last year is no other one."""
    for code in M:
        if code.endswith("-anders") and code is not M.SCHOOLJAAR_ANDERS:
            assert weigh(LIJKT, (*LIKE, code)).tegen, code


@pytest.mark.parametrize(
    ("veto", "bezwaar"),
    [
        (Veto.ANDERE_ECKID, B.ECKID),
        (Veto.IDENTIFIER_DUBBEL, B.NUMMER_ELDERS),
        (Veto.IDENTIFIER_ELDERS, B.NUMMER_ELDERS),
        (Veto.NAAM_PAST_NIET, B.NAAM),
        (Veto.VOORNAMEN_STRIJDIG, B.VOORNAMEN),
        (Veto.TWEELING, B.TWEELING),
        (Veto.MEER_BESTAANDE, B.MEER),
        (Veto.MEER_NIEUWE, B.MEER),
        (Veto.MENIGTE, B.MEER),
        (Veto.AL_GEKOPPELD, B.GEKOPPELD),
    ],
)
def test_what_stopped_the_link_because_of_others_is_against(veto: Veto, bezwaar: Bezwaar) -> None:
    assert weigh(veto, LIKE).tegen == (bezwaar,)


@pytest.mark.parametrize(
    ("ander", "bezwaar"),
    [
        ((M.ACHTERNAAM_GELIJK, M.ROEPNAAM_ANDERS, M.DATUM_GELIJK), (B.TWEELING,)),
        ((M.ACHTERNAAM_OP_VOORVOEGSEL, M.ROEPNAAM_LETTERS, M.DATUM_GELIJK, M.GESLACHT_ANDERS), (B.TWEELING,)),
        ((M.ACHTERNAAM_LETTER, M.ROEPNAAM_ANDERS, M.DATUM_GELIJK), ()),
        ((M.ACHTERNAAM_LETTERS, M.ROEPNAAM_GELIJK, M.DATUM_GELIJK), (B.MEER,)),
        ((M.NAAM_GELIJK,), (B.MEER,)),
        ((M.ACHTERNAAM_GELIJK, M.ROEPNAAM_GELIJK, M.DATUM_ANDERS), ()),
        ((M.ACHTERNAAM_ANDERS, M.ROEPNAAM_GELIJK, M.DATUM_GELIJK), ()),
    ],
)
def test_another_candidate(ander: tuple[str, ...], bezwaar: tuple[Bezwaar, ...]) -> None:
    assert weigh(LIJKT, LIKE, [ander]).tegen == bezwaar


@pytest.mark.parametrize(
    "redenen",
    [
        (M.ACHTERNAAM_GELIJK, M.ROEPNAAM_GELIJK, M.DATUM_ONBEKEND),
        (*LIKE, M.DATUM_VERDACHT),
        (M.ACHTERNAAM_GELIJK, M.ROEPNAAM_VOORLETTER, M.DATUM_GELIJK),
        (M.ACHTERNAAM_GELIJK, M.ROEPNAAM_ONBEKEND, M.DATUM_GELIJK),
        (M.ACHTERNAAM_ONBEKEND, M.ROEPNAAM_GELIJK, M.DATUM_GELIJK),
        (M.ACHTERNAAM_GELIJK, M.ROEPNAAM_LETTER),
        (M.ACHTERNAAM_GELIJK, M.EMAIL_GEDEELD),
        ("Een oude zin in plaats van een code.",),
        (),
    ],
)
def test_too_little(redenen: tuple[str, ...]) -> None:
    found = weigh(LIJKT, redenen)
    assert (found.tegen, found.is_genoeg, found.is_eenzijdig) == ((), False, False)


def test_who_else_comes_into_it_is_said_once() -> None:
    found = weigh(Veto.TWEELING, LIKE, [LIKE], is_bezet=True, heeft_tweeling=True, is_elders=True)
    assert found.tegen == (B.NUMMER_ELDERS, B.TWEELING, B.GEKOPPELD)
