"""A correction of what was typed, never an address made of a name."""

from __future__ import annotations

import pytest

from webapp.services.controle.tikfouten import suggestion

OURS = ("regenboog.example", "school.nl")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("s.sewnarain.regenboog.example", "s.sewnarain@regenboog.example"),
        ("anjaschool.nl", "anja@school.nl"),
        ("anja@schol.nl", "anja@school.nl"),
        ("anja@school", "anja@school.nl"),
        ("anja@school,nl", "anja@school.nl"),
        ("anja @school.nl", "anja@school.nl"),
        ("anja@@school.nl", "anja@school.nl"),
        ("anja@regenbog.example", "anja@regenboog.example"),
        ("anja@gmial.com", "anja@gmail.com"),
        ("anja@hotmail.con", "anja@hotmail.com"),
    ],
)
def test_a_likely_slip_is_corrected(typed: str, meant: str) -> None:
    assert suggestion(typed, OURS) == meant


@pytest.mark.parametrize(
    "typed",
    ["anja@school.nl", "ANJA@school.nl", "anja@elders.org", "Anja de Boer", "anja", "@school.nl", "school.nl", "@", ""],
)
def test_nothing_is_made_of_what_may_be_right_or_is_only_a_name(typed: str) -> None:
    assert suggestion(typed, OURS) is None
