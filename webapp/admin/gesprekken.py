"""Notes about a school and why it called: written on its page, counted per month."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import me
from webapp.admin.base import Screen, expose, in_words
from webapp.blueprints.bestand import as_csv
from webapp.config import AMSTERDAM
from webapp.db import db, unit_of_work
from webapp.filters import maand
from webapp.forms.cleaning import clean_text
from webapp.models import Belreden, Koppeling, Notitie, School
from webapp.models.ids import KoppelingId, NotitieId, SchoolId
from webapp.presentation import today
from webapp.services import notities
from webapp.services.notities import Gebeld
from webapp.services.overzicht import verhaal
from webapp.services.overzicht.verhaal import Onderwerp
from webapp.uwlr.profiles import PROFILES
from webapp.woorden import notities as woorden

_KOPPEN = ("Reden", "Stand", "LAS", "Gesprekken", "Scholen")
_MOST = 13


class GesprekView(Screen):
    """What schools call about; no names of anybody."""

    @expose("/")
    def index(self) -> str:
        """Show one month: every reason by the state of the school and its LAS, the most first."""
        gekozen = _month(request.args.get("maand"))
        found = _calls(gekozen)
        return self.render(
            "admin/gesprek/index.html",
            kop=woorden.headline(found, maand(gekozen)),
            rijen=[_row(each) for each in found],
            koppen=_KOPPEN,
            gekozen=gekozen,
            maanden=[(f"{each:%Y-%m}", maand(each)) for each in _months()],
        )

    @expose("/maand.csv")
    def month_csv(self) -> Response:
        """The same as a file."""
        gekozen = _month(request.args.get("maand"))
        return as_csv(f"gesprekken-{gekozen:%Y-%m}", _KOPPEN, [_row(each) for each in _calls(gekozen)])

    @expose("/school/<int:school_id>/", methods=("POST",))
    def note_school(self, school_id: SchoolId) -> ResponseReturnValue:
        """Write a note about a school."""
        school = db.session.get(School, school_id) or abort(404)
        return _note(verhaal.of_school(db.session(), school), url_for("ks_school.details_view", id=school_id))

    @expose("/koppeling/<int:koppeling_id>/", methods=("POST",))
    def note_koppeling(self, koppeling_id: KoppelingId) -> ResponseReturnValue:
        """Write a note about the school of a koppeling, or about an aanvraag that has none yet."""
        koppeling = db.session.get(Koppeling, koppeling_id) or abort(404)
        back = url_for("ks_koppeling.details_view", id=koppeling_id)
        return _note(verhaal.of_koppeling(db.session(), koppeling), back)

    @expose("/<int:notitie_id>/weg/", methods=("POST",))
    def take_back(self, notitie_id: NotitieId) -> ResponseReturnValue:
        """Take back a note of one's own."""
        notitie = db.session.get(Notitie, notitie_id)
        back = url_for("ks_school.index_view") if notitie is None else _story_of(notitie)
        with unit_of_work() as session:
            notities.take_back(session, notitie_id, door=me())
        flash(woorden.WEG, "gelukt")
        return redirect(back, 303)


def _note(over: Onderwerp, back: str) -> ResponseReturnValue:
    """Write what was typed or chosen, once; with the way back in what is said of it."""
    reden = request.form.get("reden")
    chosen = None if not reden else Belreden(reden) if reden in set(Belreden) else abort(400)
    with unit_of_work() as session:
        id_ = notities.add(
            session,
            over.school_id,
            over.koppeling,
            reden=chosen,
            tekst=clean_text(request.form.get("tekst")),
            formulier=_form_id(request.form.get("formulier", "")),
            door=me(),
        )
    if id_ is None:
        flash(woorden.TWEE_KEER, "info")
    else:
        undo = {"ongedaan_url": url_for(".take_back", notitie_id=id_), "ongedaan_tekst": "Toch niet"}
        flash({"tekst": woorden.made(chosen), **undo}, "gelukt")  # type: ignore[arg-type]  # Flask keeps any JSON
    return redirect(f"{back}#notitie", 303)


def _form_id(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        abort(400)


def _story_of(notitie: Notitie) -> str:
    if notitie.school_id is not None:
        return url_for("ks_school.details_view", id=notitie.school_id)
    return url_for("ks_koppeling.details_view", id=notitie.koppeling_id)


def _month(text: str | None) -> date:
    """The first day of the month that is asked for; of this one when none is, or none that there is."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return today().replace(day=1)


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _calls(month: date) -> list[Gebeld]:
    since, until = (datetime.combine(each, time(), AMSTERDAM) for each in (month, _next(month)))
    return notities.calls(db.session(), since, until)


def _months() -> list[date]:
    """This month and those before it, as far back as calls were noted; a year at most."""
    first, found = notities.first_day(db.session()) or today(), [today().replace(day=1)]
    while found[-1] > first and len(found) < _MOST:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found


def _row(each: Gebeld) -> tuple[str, str, str, int, int]:
    stand = "geen koppeling" if each.stand is None else in_words(each.stand)
    las = "–" if each.las_type is None else PROFILES[each.las_type].naam
    return woorden.BELREDENEN[each.reden][1], stand, las, each.gesprekken, each.scholen
