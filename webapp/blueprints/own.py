"""The koppeling and the results of the school of whoever is logged in."""

from __future__ import annotations

from flask import abort

from webapp.accounts import own_groepen, own_school
from webapp.db import db
from webapp.models import Koppeling
from webapp.models.koppeling import KoppelingAct
from webapp.presentation import today
from webapp.schooljaar import schooljaar_of
from webapp.services.koppeling import levensloop
from webapp.services.versturen.waar import Vraag


def own_koppeling() -> Koppeling | None:
    """Return the koppeling, or None before the school was recognised."""
    return levensloop.of_school(db.session(), own_school())


def existing_koppeling() -> Koppeling:
    """Return the koppeling; without one the page does not exist."""
    return own_koppeling() or abort(404)


def koppeling_for(handeling: KoppelingAct) -> Koppeling:
    """Return the koppeling while this may be done to it; in its other states the page does not exist."""
    koppeling = existing_koppeling()
    return koppeling if koppeling.mag(handeling) else abort(404)


def own_results(schooljaar: str) -> Vraag:
    """Ask for the results of a school year; a leerkracht for those of their own groepen."""
    return Vraag(own_school(), own_koppeling(), schooljaar, schooljaar_of(today()), own_groepen())
