"""What every template may use: the school, its status, the house, and Dutch dates and numbers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Flask, g
from flask_login import current_user

from webapp.accounts import is_beheerder, is_oefenend, own_place, own_school, own_schools
from webapp.config import AMSTERDAM, Settings
from webapp.context import settings
from webapp.db import db
from webapp.filters import FILTERS
from webapp.models import Koppeling
from webapp.services import schakelaars
from webapp.services.koppeling import levensloop
from webapp.services.overzicht import feiten
from webapp.services.overzicht.feiten import Feiten
from webapp.woorden.namen import Namen, namen_of
from webapp.woorden.overzicht import for_leerkracht, pauzeregel, statusregel
from webapp.woorden.schakelaars import for_klantenservice, title


def init_app(app: Flask) -> None:
    """Register the filters and the values that the base template needs."""
    for name, function in FILTERS.items():
        app.add_template_filter(function, name)
    app.add_template_filter(title, "schakelaar")
    app.context_processor(_context)


def house(settings: Settings) -> dict[str, str]:
    """The names and the addresses that every template may use, also where the database does not answer."""
    return {
        "las": namen_of(None, settings).las,
        "testcentrum": settings.testcentrum,
        "klantenservice_mail": settings.klantenservice_mail,
        "klantenservice_telefoon": settings.klantenservice_telefoon,
    }


def today() -> date:
    """The date at school."""
    return datetime.now(AMSTERDAM).date()


def namen() -> Namen:
    """In whose name whoever is logged in is spoken to: the LAS of the own school, and this test centre."""
    if "namen" not in g:
        g.namen = namen_voor(_koppeling())
    found: Namen = g.namen
    return found


def own_feiten() -> Feiten:
    """How the school that was chosen stands, gathered once for the whole of a page."""
    if "feiten" not in g:
        g.feiten = feiten.of_school(db.session(), own_school(), settings())
    found: Feiten = g.feiten
    return found


def namen_voor(koppeling: Koppeling | None) -> Namen:
    """In whose name a page about this koppeling speaks."""
    return namen_of(koppeling, settings())


def _koppeling() -> Koppeling | None:
    return levensloop.of_school(db.session(), own_school()) if own_place() is not None else None


def _context() -> dict[str, Any]:
    shared: dict[str, Any] = {**house(settings()), "school": None, "schoolstatus": None, "pauze": None}
    shared |= {"besturen": settings().besturen, "oefent": is_oefenend()}
    if current_user.is_authenticated and current_user.is_klantenservice:
        shared["stilgezet"] = [for_klantenservice(row) for row in schakelaars.stilgezet(db.session())]
    if (place := own_place()) is not None:
        found = own_feiten()
        names = namen_voor(found.koppeling)
        shared |= {"school": place, "las": names.las, "is_beheerder": is_beheerder()}
        shared["andere_scholen"] = [other for other in own_schools() if other is not place]
        shared["schoolstatus"] = (statusregel if is_beheerder() else for_leerkracht)(found, names)
        shared["pauze"] = pauzeregel(found, shared["schoolstatus"])
    return shared
