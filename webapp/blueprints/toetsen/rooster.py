"""The scoring grid: one form for a groep, saved as a whole, normed in the same press if wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp.accounts import me, own_groepen, own_school, saw, school_required, shows_names
from webapp.blueprints.own import own_koppeling
from webapp.blueprints.toetsen import bp
from webapp.db import db, unit_of_work
from webapp.models.ids import GroepId, ResultaatId, ToetsId
from webapp.presentation import namen, today
from webapp.services import zendkeuze
from webapp.services.clock import database_now
from webapp.services.toetsen import normering, opslaan
from webapp.services.toetsen.normen import CannotNorm
from webapp.services.toetsen.normering import Normverslag
from webapp.services.toetsen.opslaan import DATUM, Invoer, ScoresRefused
from webapp.services.toetsen.rooster import Rooster, Roosterrij, open_rooster
from webapp.services.versturen.stand import verzendstand
from webapp.services.versturen.waar import Waar, places
from webapp.services.zendkeuze import Keuzes
from webapp.verzoek import row_id
from webapp.woorden import toetsen as woorden
from webapp.woorden.waar import Badge, stand_of

_SCORE, _SEEN = "score-", "gezien-"


@dataclass(frozen=True)
class Vak:
    """One cell of the grid: what stands in it, what stood there, and what is wrong with it."""

    rij: Roosterrij
    tekst: str
    gezien: str
    fout: str
    stand: Badge | None


@bp.get("/<int:toets_id>/<int:groep_id>/")
@school_required
@shows_names
def rooster(toets_id: ToetsId, groep_id: GroepId) -> ResponseReturnValue:
    """Show the scores of a day; without a day those of the last time, or an empty grid for today."""
    found = _open(db.session(), toets_id, groep_id, _day(request.args.get("datum", "")))
    return _page(found, None, {})


@bp.post("/<int:toets_id>/<int:groep_id>/")
@school_required
@shows_names
def save(toets_id: ToetsId, groep_id: GroepId) -> ResponseReturnValue:
    """Save the scores, and norm them when that button was pressed; all of it or nothing."""
    invoer, verslag = _invoer(request.form), None
    try:
        with unit_of_work() as session:
            opgeslagen = opslaan.save(
                session,
                own_school(),
                toets_id,
                groep_id,
                invoer,
                today=today(),
                groepen=own_groepen(),
                door=me(),
            )
            if request.form.get("actie") == "normeren":
                verslag = _norm(session, toets_id, groep_id, opgeslagen.afnamedatum)
    except ScoresRefused as refused:
        return _again(toets_id, groep_id, invoer, woorden.sentences(refused.fouten, namen()))
    except CannotNorm as refused:
        return _again(toets_id, groep_id, invoer, {DATUM: woorden.not_normed(refused, namen())})
    zending = verzendstand(db.session(), own_koppeling(), database_now(db.session())).stand
    for kind, sentence in woorden.report(opgeslagen, verslag, namen(), zending=zending):
        flash(sentence, kind)
    return redirect(
        url_for(".rooster", toets_id=toets_id, groep_id=groep_id, datum=opgeslagen.afnamedatum.isoformat()), 303
    )


def _norm(session: Session, toets_id: ToetsId, groep_id: GroepId, day: date) -> Normverslag:
    return normering.normeer(
        session,
        own_school(),
        toets_id,
        groep_id=groep_id,
        afnamedatum=day,
        now=database_now(session),
        door=me(),
    )


def _open(session: Session, toets_id: ToetsId, groep_id: GroepId, day: date | None) -> Rooster:
    return open_rooster(
        session, own_school(), toets_id, groep_id, today=today(), groepen=own_groepen(), afnamedatum=day
    )


def _again(
    toets_id: ToetsId, groep_id: GroepId, invoer: Invoer, fouten: Mapping[int | str, str]
) -> ResponseReturnValue:
    """The same page with what was typed, the sentences beside it, and nothing saved."""
    day = invoer.geopend or _day(invoer.afnamedatum) or today()
    return _page(_open(db.session(), toets_id, groep_id, day), invoer, fouten), 422


def _page(found: Rooster, invoer: Invoer | None, fouten: Mapping[int | str, str]) -> str:
    saw("rooster", len(found.rijen), over=f"groep {found.groep.id}")
    ids = [rij.resultaat.id for rij in found.rijen if rij.resultaat is not None]
    waar = places(db.session(), own_school(), own_koppeling(), ids)
    keuzes = zendkeuze.of_school(db.session(), own_school())
    vakken = [_vak(rij, invoer, fouten, waar, keuzes) for rij in found.rijen]
    return render_template(
        "toetsen/rooster.html",
        rooster=found,
        datum=invoer.afnamedatum if invoer else found.afnamedatum.isoformat(),
        geopend=found.afnamedatum.isoformat() if found.bestaat else "",
        vandaag=today(),
        eigen=[vak for vak in vakken if not vak.rij.ander_leerjaar and not vak.rij.is_afwezig],
        anderen=[vak for vak in vakken if vak.rij.ander_leerjaar and not vak.rij.is_afwezig],
        afwezigen=[vak for vak in vakken if vak.rij.is_afwezig],
        fouten=fouten,
        fout_datum=fouten.get(DATUM, ""),
        aantal_fouten=len(fouten),
    )


def _vak(
    rij: Roosterrij,
    invoer: Invoer | None,
    fouten: Mapping[int | str, str],
    waar: Mapping[ResultaatId, Waar],
    keuzes: Keuzes,
) -> Vak:
    """Return the cell. One that was not touched shows what is saved now, so that a colleague's work is not undone."""
    saved = "" if rij.score is None else str(rij.score)
    tekst = saved
    if invoer is not None and rij.leerling.id in invoer.scores:
        typed, seen = invoer.scores[rij.leerling.id], invoer.gezien.get(rij.leerling.id, "")
        tekst = saved if typed.strip() == seen.strip() else typed
    stand = None
    if rij.resultaat is not None:
        where = waar[rij.resultaat.id]
        stand = stand_of(rij.resultaat, rij.levering, where, namen(), keuzes, is_afwezig=rij.is_afwezig)
    return Vak(rij, tekst, saved, fouten.get(rij.leerling.id, ""), stand)


def _invoer(form: Mapping[str, str]) -> Invoer:
    return Invoer(
        afnamedatum=form.get(DATUM, ""),
        scores=_numbered(form, _SCORE),
        gezien=_numbered(form, _SEEN),
        geopend=_day(form.get("geopend", "")),
    )


def _numbered(form: Mapping[str, str], prefix: str) -> dict[int, str]:
    found = {name.removeprefix(prefix): value for name, value in form.items() if name.startswith(prefix)}
    return {id_: value for text, value in found.items() if (id_ := row_id(text)) is not None}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
