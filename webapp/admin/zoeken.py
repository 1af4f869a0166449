"""One search box on every page of klantenservice: schools, aanvragen, people and receipts."""

from __future__ import annotations

from dataclasses import dataclass

from flask import jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import saw, shows_names
from webapp.admin.base import Screen, expose, in_words
from webapp.db import db
from webapp.forms.cleaning import clean_text
from webapp.services.overzicht import vinden
from webapp.services.overzicht.vinden import MEESTE, Persoon, Schooltreffer, Treffers

_PROPOSED = 8
_LONGEST = 100


@dataclass(frozen=True)
class Regel:
    """One thing that was found, with its page."""

    naam: str
    onder: str
    url: str


@dataclass(frozen=True)
class Deel:
    """Those of one kind; `is_vol` when there may be more."""

    kop: str
    regels: list[Regel]
    is_vol: bool = False


class Zoekpagina(Screen):
    """The page with all that fits; a script that asks for JSON gets the first few."""

    @expose("/zoeken/")
    @shows_names
    def search(self) -> ResponseReturnValue:
        """Show what fits; the only hit is gone to at once."""
        text = clean_text(request.args.get("q"))[:_LONGEST]
        found = vinden.look_up(db.session(), text)
        delen = parts_of(found)
        regels = [regel for deel in delen for regel in deel.regels]
        if request.accept_mimetypes.best == "application/json":
            saw("zoeken", named(found), wie="personen")
            return jsonify([vars(regel) for regel in regels[:_PROPOSED]])
        if len(regels) == 1:
            return redirect(regels[0].url, 303)
        saw("zoeken", named(found), wie="personen")
        return self.render("admin/zoeken.html", q=text, delen=delen)


def named(found: Treffers) -> int:
    """How many people are named."""
    return len(found.personen) + len(found.aanvragen)


def parts_of(found: Treffers) -> list[Deel]:
    """What was found, for a page; a kind of which there is nothing is left out."""
    scholen = [_school(each) for each in found.scholen]
    aanvragen = [
        Regel(
            each.schoolnaam,
            f"{each.brin}{each.vestiging}, {in_words(each.status)}, van {each.contact_naam} ({each.contact_email})",
            url_for("ks_koppeling.details_view", id=each.id),
        )
        for each in found.aanvragen
    ]
    personen = [_person(each) for each in found.personen]
    ontvangsten = [
        Regel(
            f"Ontvangst {each.nummer}", str(each.koppeling), url_for("ks_koppeling.details_view", id=each.koppeling.id)
        )
        for each in found.ontvangsten
    ]
    kinds = (("Ontvangsten", ontvangsten), ("Scholen", scholen), ("Aanvragen", aanvragen), ("Personen", personen))
    return [Deel(kop, regels, len(regels) == MEESTE) for kop, regels in kinds if regels]


def _school(found: Schooltreffer) -> Regel:
    stand = f"koppeling {in_words(found.stand)}" if found.stand is not None else "geen koppeling"
    parts = (f"{found.school.brin}{found.school.vestiging}", found.plaats, stand)
    url = url_for("ks_school.details_view", id=found.school.id)
    return Regel(found.school.naam, ", ".join(part for part in parts if part), url)


def _person(found: Persoon) -> Regel:
    if found.koppeling is not None:
        url = url_for("ks_koppeling.details_view", id=found.koppeling.id)
    else:
        assert found.school is not None
        url = url_for("ks_school.details_view", id=found.school.id)
    return Regel(found.naam, ", ".join(part for part in (found.wat, str(found.school), found.email) if part), url)
