"""What every template may use: the school, its status, and Dutch dates and numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from flask import Flask, current_app
from flask_login import current_user

from webapp.config import AMSTERDAM, Settings
from webapp.db import db
from webapp.services import status

_MAANDEN = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


def init_app(app: Flask) -> None:
    """Register the filters and the values that the base template needs."""
    app.add_template_filter(datum)
    app.add_template_filter(moment)
    app.add_template_filter(getal)
    app.add_template_filter(aantal)
    app.context_processor(_context)


def datum(value: date | None) -> str:
    """12-03-2016, or an en dash when there is none."""
    return f"{value:%d-%m-%Y}" if value else "–"


def moment(value: datetime | None) -> str:
    """`vandaag 14:05`, or `23 nov 14:05`, in Amsterdam."""
    if value is None:
        return "–"
    local, today = value.astimezone(AMSTERDAM), datetime.now(UTC).astimezone(AMSTERDAM).date()
    if local.date() == today:
        return f"vandaag {local:%H:%M}"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{local.day} {_MAANDEN[local.month - 1]}{year} {local:%H:%M}"


def getal(value: int) -> str:
    """1.369.465, as Dutch readers expect."""
    return f"{value:,}".replace(",", ".")


def aantal(value: int, one: str, many: str) -> str:
    """`1 leerling`, `12 leerlingen`."""
    return f"{getal(value)} {one if value == 1 else many}"


def _context() -> dict[str, Any]:
    settings: Settings = current_app.extensions["settings"]
    shared: dict[str, Any] = {"settings": settings, "school": None, "schoolstatus": None}
    if current_user.is_authenticated and current_user.school is not None:
        school_status = status.of_school(db.session(), current_user.school_id)
        shared["school"] = current_user.school
        shared["schoolstatus"] = school_status if current_user.is_beheerder else status.without_action(school_status)
    return shared
