"""The audit trail: who did what, when. The database refuses to change or delete a row of it."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_admin.contrib.sqla import ModelView

from webapp.admin.base import school_name
from webapp.admin.filters import PersonFilter, SchoolFilter, SinceFilter, UntilFilter
from webapp.admin.lijstbestand import ListFile
from webapp.db import db
from webapp.models import Account, Audit, Daad
from webapp.models.ids import AccountId, SchoolId
from webapp.presentation import namen
from webapp.services.medewerkers import rol_of
from webapp.woorden import tijdlijn as woorden


def _who(view: ModelView, context: object, audit: Audit, name: str) -> str:
    """Somebody's name and rol, read once for all that they did at a school."""
    known: dict[tuple[AccountId | None, SchoolId | None], str] = g.setdefault("wie", {})
    key = audit.account_id, audit.school_id
    if key not in known:
        known[key] = _name_of(*key)
    return known[key]


def _name_of(account_id: AccountId | None, school_id: SchoolId | None) -> str:
    account = db.session.get(Account, account_id) if account_id is not None else None
    if account is None:
        return "automatisch"
    rol = "klantenservice" if account.is_klantenservice else rol_of(db.session(), account.id, school_id)
    return f"{account.naam} ({rol})" if rol else account.naam


def _act(view: ModelView, context: object, audit: Audit, name: str) -> str:
    return woorden.titel(audit.actie, namen().las)


def _counts(view: ModelView, context: object, audit: Audit, name: str) -> str:
    return woorden.aantallen(audit.actie, audit.tellingen, namen().las) or "–"


class AuditView(ListFile):
    """Ids and counts, newest first."""

    can_view_details = False
    column_list = ("op", "actie", "object", "school", "account", "tellingen")
    persons_in_list = True
    column_sortable_list = ("op", "actie")
    column_searchable_list = ("actie", "object")
    column_filters = (
        SchoolFilter(Audit.school_id, "School"),
        PersonFilter(Audit.account_id, "Wie"),
        SinceFilter(Audit.op, "Gedaan"),
        UntilFilter(Audit.op, "Tot"),
    )
    column_default_sort = ("op", True)
    column_formatters = {  # noqa: RUF012  (Flask-Admin reads this name)
        "actie": _act,
        "account": _who,
        "school": school_name,
        "tellingen": _counts,
    }

    column_labels = {  # noqa: RUF012  (Flask-Admin reads this name)
        "op": "Wanneer",
        "actie": "Handeling",
        "account": "Wie",
        "object": "Waarover",
        "tellingen": "Aantallen",
    }

    def get_query(self) -> Any:
        """Leave out acts of another version, which have no words here."""
        return super().get_query().filter(Audit.actie.in_(list(Daad)))

    def get_count_query(self) -> Any:
        return super().get_count_query().filter(Audit.actie.in_(list(Daad)))
