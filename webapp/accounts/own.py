"""Who is logged in and of which school, with the types that keep one id from standing in for another."""

from __future__ import annotations

from typing import cast

from flask_login import current_user

from webapp.db import NO_SCHOOL
from webapp.models import Account
from webapp.models.ids import AccountId, SchoolId


def me() -> AccountId:
    """Who is logged in; for pages that refuse visitors."""
    return _account().id


def own_school() -> SchoolId:
    """The school of whoever is logged in; klantenservice is of no school, and with NO_SCHOOL nothing is found."""
    return _account().school_id or NO_SCHOOL


def _account() -> Account:
    return cast("Account", current_user)
