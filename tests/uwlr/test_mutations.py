"""Two thousand damaged answers; a make target runs a hundred thousand."""

from __future__ import annotations

import resource

from tests.uwlr.berichten import antwoord, leerling
from tests.uwlr.mutations import problem_with, run, seeds


def test_damaged_answers_never_crash_the_reader_nor_change_a_name_in_silence() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ends, wrong = run(2_000, seed=1)
    assert wrong == []
    assert ends["Leerlinggegevens"] > 100  # enough of the damage is still read for this to mean something
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 200


def test_undamaged_answers_are_read_as_the_other_parser_reads_them() -> None:
    assert [problem for data in seeds() if (problem := problem_with(data))] == []
    assert problem_with(antwoord(leerling("<roepnaam>No<!-- x -->or<![CDATA[tje]]> &amp; co</roepnaam>"))) is None
