"""A line that is not kept yet has all that a kept one has: what is forgotten there would be lost every night."""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy import inspect

from webapp.models import Importregel
from webapp.models.regel import Regel

_OF_ROWS_ONLY = {"id", "batch_id", "gevraagd_op", "gemaild_op", "herinnerd", "wissen_op", "gewist_op"}
"""What happens to a line once it is kept."""


def test_a_line_that_is_not_kept_yet_has_all_that_a_kept_one_has() -> None:
    columns = {column.key for column in inspect(Importregel).column_attrs}
    assert {each.name for each in fields(Regel)} == columns - _OF_ROWS_ONLY
