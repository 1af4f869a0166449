"""A table as a file for a spreadsheet: with semicolons and decimal commas, as a Dutch one opens it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from flask import Response

from webapp.services.bewaring.uitvoer import safe


def as_csv(name: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Answer with a file `name`.csv; no text in it is a formula."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(headings)
    writer.writerows([_cell(value) for value in row] for row in rows)
    answer = Response(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    plain = re.sub(r"[^\w-]+", "-", name)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{plain}.csv")
    return answer


def _cell(value: object) -> str:
    return str(value).replace(".", ",") if isinstance(value, Decimal) else safe(value)
