"""What lists of klantenservice are filtered by: a school, somebody, a moment. What is no such value filters nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask_admin.contrib.sqla.filters import BaseSQLAFilter
from sqlalchemy import ColumnElement, or_, select

from webapp.config import AMSTERDAM
from webapp.models import Account, Koppeling, School

MOMENT = "%d-%m-%Y %H:%M"


class SchoolFilter(BaseSQLAFilter):  # type: ignore[misc]  # Flask-Admin ships no types
    """Rows of the schools with this in their name, with or without accents, or in their BRIN with vestiging."""

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        return query.filter(self.found(value.strip()))

    def found(self, text: str) -> ColumnElement[bool]:
        """The condition that a row is of such a school."""
        found = or_(School.naam.icontains(text, autoescape=True), School.vindbaar.icontains(text, autoescape=True))
        is_of: ColumnElement[bool] = self.column.in_(select(School.id).where(found))
        return is_of

    def operation(self) -> str:
        return "bevat"


class AskedFilter(SchoolFilter):
    """The same of koppelingen: an aanvraag that has no school yet is found by what was typed in it."""

    def found(self, text: str) -> ColumnElement[bool]:
        typed = (Koppeling.schoolnaam, Koppeling.brin + Koppeling.vestiging)
        return or_(super().found(text), *(each.icontains(text, autoescape=True) for each in typed))


class PersonFilter(BaseSQLAFilter):  # type: ignore[misc]  # Flask-Admin ships no types
    """Rows of whoever has this in their name or address."""

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        text = value.strip()
        found = or_(Account.naam.icontains(text, autoescape=True), Account.email.icontains(text, autoescape=True))
        return query.filter(self.column.in_(select(Account.id).where(found)))

    def operation(self) -> str:
        return "bevat"


class SinceFilter(BaseSQLAFilter):  # type: ignore[misc]  # Flask-Admin ships no types
    """At this moment or later, by the clock on the wall: `27-11-2026 02:00`, or a day alone."""

    def validate(self, value: str) -> bool:
        """An empty field filters nothing, and is no mistake."""
        return not value.strip() or bool(super().validate(value))

    def clean(self, value: str) -> datetime:
        day, _, hour = value.strip().partition(" ")
        return datetime.strptime(f"{day} {hour or '00:00'}", MOMENT).replace(tzinfo=AMSTERDAM)

    def apply(self, query: Any, value: datetime, alias: Any = None) -> Any:
        return query.filter(self.column >= value)

    def operation(self) -> str:
        return "sinds"


class UntilFilter(SinceFilter):
    """Up to and including this moment, or this whole day."""

    def clean(self, value: str) -> datetime:
        moment = super().clean(value)
        return moment if " " in value.strip() else moment + timedelta(days=1)

    def apply(self, query: Any, value: datetime, alias: Any = None) -> Any:
        return query.filter(self.column < value)

    def operation(self) -> str:
        return "en met"
