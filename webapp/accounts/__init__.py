"""Who is logged in, and what that allows. Flask-Security does passwords, second factor and reset."""

from webapp.accounts.access import beheerder_required, public, school_required
from webapp.accounts.gezien import saw, shows_names
from webapp.accounts.own import is_beheerder, is_oefenend, me, own_groepen, own_place, own_school, own_schools
from webapp.accounts.setup import init_app

__all__ = [
    "beheerder_required",
    "init_app",
    "is_beheerder",
    "is_oefenend",
    "me",
    "own_groepen",
    "own_place",
    "own_school",
    "own_schools",
    "public",
    "saw",
    "school_required",
    "shows_names",
]
