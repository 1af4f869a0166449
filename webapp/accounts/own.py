"""Who is logged in and at which school, with the types that keep one id from standing in for another."""

from __future__ import annotations

from typing import cast

from flask import g
from flask_login import current_user

from webapp.db import db
from webapp.models import Account, Rol
from webapp.models.ids import AccountId, GroepId, SchoolId
from webapp.muur import NO_SCHOOL, OEFENAAR, OEFENSCHOOL, alle_scholen, of_school
from webapp.services import medewerkers
from webapp.services.medewerkers import Plaats


def me() -> AccountId:
    """Who is logged in; for pages that refuse visitors."""
    return cast("Account", current_user).id


def is_oefenend() -> bool:
    """Whether whoever is logged in is practising: then they are nobody but the oefenaar, at no other school."""
    return bool(current_user.is_authenticated) and me() == OEFENAAR


def own_schools() -> list[Plaats]:
    """Every school of whoever is logged in; klantenservice and a visitor have none."""
    if "own_schools" not in g:
        g.own_schools = _schools()
    found: list[Plaats] = g.own_schools
    return found


def _schools() -> list[Plaats]:
    if not current_user.is_authenticated or current_user.is_klantenservice:
        return []
    with of_school(OEFENSCHOOL) if is_oefenend() else alle_scholen():
        return medewerkers.of_account(db.session(), me())


def own_place() -> Plaats | None:
    """The school that was chosen, and the rol there; the first one of who chose none, or one that is lost."""
    chosen = (plaats for plaats in own_schools() if plaats.school_id == g.get("gekozen_school"))
    return next(chosen, None) or next(iter(own_schools()), None)


def own_school() -> SchoolId:
    """The school that was chosen; with NO_SCHOOL, as klantenservice has, nothing is found."""
    place = own_place()
    return place.school_id if place is not None else NO_SCHOOL


def is_beheerder() -> bool:
    """Whether who is logged in is a beheerder of the school that was chosen."""
    place = own_place()
    return place is not None and place.rol is Rol.BEHEERDER


def own_groepen() -> frozenset[GroepId] | None:
    """The groepen to which whoever is logged in is limited: a leerkracht to their own, a beheerder to none."""
    if is_beheerder():
        return None
    return medewerkers.groepen_of(db.session(), me(), own_school())
