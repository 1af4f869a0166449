"""The audit trail: who did what, when. The database refuses to change or delete a row of it."""

from __future__ import annotations

from flask_admin.contrib.sqla import ModelView

from webapp.admin.base import BrinFilter, ReadOnlyView, school_name
from webapp.db import db
from webapp.models import Account, Audit
from webapp.services.medewerkers import rol_of


def _who(view: ModelView, context: object, audit: Audit, name: str) -> str:
    account = db.session.get(Account, audit.account_id) if audit.account_id is not None else None
    if account is None:
        return "automatisch"
    rol = "klantenservice" if account.is_klantenservice else rol_of(db.session(), account.id, audit.school_id)
    return f"{account.naam} ({rol})" if rol else account.naam


def _school(view: ModelView, context: object, audit: Audit, name: str) -> str:
    return school_name(audit.school_id)


def _counts(view: ModelView, context: object, audit: Audit, name: str) -> str:
    return ", ".join(f"{key}: {value}" for key, value in audit.tellingen.items()) or "–"


class AuditView(ReadOnlyView):
    """Ids and counts, newest first."""

    can_view_details = False
    column_list = ("op", "actie", "object", "school", "account", "tellingen")
    column_sortable_list = ("op", "actie")
    column_searchable_list = ("actie", "object")
    column_filters = (BrinFilter(Audit.school_id, "BRIN"),)
    column_default_sort = ("op", True)
    column_formatters = {  # noqa: RUF012  (Flask-Admin reads this name)
        "account": _who,
        "school": _school,
        "tellingen": _counts,
    }
    column_labels = {"op": "Wanneer", "account": "Wie", "object": "Wat"}  # noqa: RUF012  (Flask-Admin reads this name)
