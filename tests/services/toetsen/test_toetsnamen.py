"""What a test is called goes to every LAS, also to one that reads Latin-1."""

from __future__ import annotations

import pytest

from webapp.models import Toets
from webapp.models.toets import vreemde_tekens


@pytest.mark.parametrize(
    ("text", "strange"),
    [
        ("Rekenen-wiskunde groep 5 (verzonnen)", ""),
        ("Spelling: é, ö, ç, ½ en ©", ""),
        ("Lezen – groep 5", "–"),
        ("Ik ’s €", "’€"),
        ("Łódź", "Łź"),
        ("regel\n\teinde\x85", "\t\n\x85"),
        ("\U0001f600", "\U0001f600"),
    ],
)
def test_signs_that_not_every_las_can_read_are_named(text: str, strange: str) -> None:
    assert vreemde_tekens(text) == strange


@pytest.mark.parametrize("field", ["code", "versie", "naam", "vakgebied"])
def test_no_test_is_made_with_such_a_name(field: str) -> None:
    with pytest.raises(ValueError, match="not every LAS"):
        Toets(**{field: "Lezen – groep 5"})
