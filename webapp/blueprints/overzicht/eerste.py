"""The first page: what the koppeling is for a visitor, how it stands for a school, the queue for klantenservice."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select

from webapp.accounts import is_beheerder, me, own_groepen, own_place, own_school, public, saw, shows_names
from webapp.blueprints.overzicht import bp
from webapp.blueprints.own import own_results
from webapp.context import settings
from webapp.db import db
from webapp.filters import datum
from webapp.models import Handeling, Koppeling, KoppelingStatus, Soort
from webapp.models.ids import BatchId, HandelingId
from webapp.presentation import namen, own_feiten, today
from webapp.schooljaar import days_of, schooljaar_of
from webapp.services import afspraken, audit, medewerkers
from webapp.services.clock import database_now
from webapp.services.controle import adviseren, uitwerken
from webapp.services.controle.batch import get, names_of_accounts
from webapp.services.overzicht import gekoppeld, nachtstrook, tijdlijn, wijzigingen
from webapp.services.overzicht.nachtstrook import Nachtverloop
from webapp.services.toetsen import voortgang
from webapp.services.versturen import stand as leveringstand
from webapp.services.versturen import waar
from webapp.services.versturen.waar import Bak
from webapp.tekening import stapels
from webapp.woorden import overzicht as woorden
from webapp.woorden import voorpagina
from webapp.woorden.tijdlijn import timeline
from webapp.woorden.versturen import gaat_kort, sending
from webapp.woorden.waar import FILTER, bak
from webapp.woorden.wijzigingen import Regel, lines

_EVENTS = 8
_RIJ = 15
"""So many nights stand in one row on a telephone."""
_IMPORTED = frozenset({KoppelingStatus.ACTIEF, KoppelingStatus.GEPAUZEERD})


@bp.get("/")
@public
@shows_names
def index() -> ResponseReturnValue:
    """Lead everybody to their own beginning. Public: a visitor reads here what the koppeling is."""
    if not current_user.is_authenticated:
        return render_template("overzicht/welkom.html")
    if current_user.is_klantenservice:
        return redirect(url_for("admin.index"), 303)
    if own_place() is None:
        return render_template("overzicht/zonder_school.html")
    koppeling = own_feiten().koppeling
    is_imported = koppeling is not None and koppeling.status in _IMPORTED
    if not is_beheerder():
        return _of_leerkracht(is_imported=is_imported)
    if koppeling is None or not is_imported:
        events = tijdlijn.of_school(db.session(), own_school(), limit=_EVENTS)
        gebeurtenissen = timeline(events, namen(), huis=namen().testcentrum)
        return render_template("overzicht/begin.html", gebeurtenissen=gebeurtenissen, afgesloten=_root())
    return _of_beheerder(koppeling)


def _root() -> object:
    return audit.newest_root(db.session())


def _of_beheerder(koppeling: Koppeling) -> str:
    """All of a school whose first import is done, in one look."""
    session, school_id, now = db.session(), own_school(), database_now(db.session())
    mine, others = woorden.punten(own_feiten(), namen())
    strook = nachtstrook.of_koppeling(session, koppeling, now)
    zending = leveringstand.verzendstand(session, koppeling, now)
    beheerders = len(medewerkers.beheerders_of(session, school_id))
    return render_template(
        "overzicht/overzicht.html",
        vraag_afspraken=afspraken.is_to_ask(session, school_id),
        vandaag=today(),
        kop=voorpagina.kop(len(mine)),
        punten=mine,
        anderen=others,
        niets=voorpagina.niets_te_doen(koppeling, gekoppeld.changed_last(session, koppeling), now),
        nachten=voorpagina.nachten(strook, namen().las),
        strook=_strip(strook),
        laatste=strook[-1] if strook else None,
        laatste_zin=voorpagina.nacht(strook[-1], namen().las) if strook else "",
        komende=sending(zending, namen(), settings().nacht_begin_uur),
        wijzigingen=(changes := _changes()),
        terug_tot=_may_undo(changes),
        nacht_tot=_may_undo_night(changes),
        dag=voorpagina.dag,
        gekoppeld=(found := gekoppeld.of_koppeling(session, koppeling, school_id)),
        gekoppeld_zin=voorpagina.gekoppeld(found),
        **_results(gaat_kort(zending)),
        feiten=voorpagina.koppeling(koppeling, namen(), settings().nacht_begin_uur),
        beheerders=beheerders,
        afgesloten=_root(),
    )


@dataclass(frozen=True, slots=True)
class Nachtpunt:
    """A night in the strip: what is read of it, its date where there is room, and the way to its aanlevering."""

    uitslag: str
    titel: str
    datum: str
    url: str | None
    is_achteraan: bool


def _strip(strook: list[Nachtverloop]) -> list[Nachtpunt]:
    """Dates stand under the first of a row, the last, and what was not simply good, as far as they fit."""
    found, free = list[Nachtpunt](), 0
    for at, nacht in enumerate(strook):
        is_last, in_row = at == len(strook) - 1, at % _RIJ
        wanted = in_row == 0 or is_last or (nacht.uitslag != "goed" and in_row < _RIJ - 3 and at < len(strook) - 4)
        shown = wanted and (at >= free or is_last)
        free = at + 4 if shown else free
        found.append(
            Nachtpunt(
                nacht.uitslag,
                voorpagina.nacht_titel(nacht, namen().las),
                voorpagina.nacht_kort(nacht.datum) if shown else "",
                url_for("controle.taken_in", batch_id=nacht.batch_id) if nacht.batch_id is not None else None,
                is_achteraan=is_last and in_row > 2,
            )
        )
    return found


def _changes() -> list[Regel]:
    """The last changes that are worth a line, by name."""
    session, school_id = db.session(), own_school()
    acts = wijzigingen.latest(session, school_id)
    namen_van = names_of_accounts(session, school_id)

    def naar(soort: Soort, id_: int) -> str:
        return url_for("overzicht.record", soort=soort, doel_id=id_)

    shown, number = list[wijzigingen.Wijziging](), 0
    for act in acts:
        shown.append(act)
        number += len(list(lines(act, namen_van, naar)))
        if number >= _EVENTS:
            break
    wijzigingen.read_names(session, school_id, shown)
    found = [line for act in shown for line in lines(act, namen_van, naar)][:_EVENTS]
    saw("overzicht", sum(line.leerlingen for line in found))
    return found


def _may_undo(changes: list[Regel]) -> dict[BatchId, str]:
    """Until when each import that is shown can be undone, by its aanlevering."""
    found = {}
    for batch_id in {line.batch_id for line in changes if line.is_import and line.batch_id is not None}:
        tot = uitwerken.until(db.session(), get(db.session(), own_school(), batch_id))
        if tot is not None:
            found[batch_id] = datum(tot)
    return found


def _may_undo_night(changes: list[Regel]) -> dict[HandelingId, str]:
    """The same of what went by itself."""
    nights = {line.vanzelf for line in changes if line.vanzelf is not None}
    acts = select(Handeling).where(Handeling.school_id == own_school(), Handeling.id.in_(nights))
    found = ((act.id, uitwerken.until_of_act(db.session(), act)) for act in db.session().scalars(acts))
    return {id_: datum(tot) for id_, tot in found if tot is not None}


def _results(gaat: str) -> dict[str, object]:
    """The results of this school year: the counts of the page that says where each is, and per month."""
    year, las = schooljaar_of(today()), namen().las
    tellingen = waar.tel(db.session(), own_results(year))
    counts, months = waar.per_bak(tellingen), waar.per_maand(tellingen)
    rows = voorpagina.maanden(months, days_of(year)[0], today())
    return {
        "schooljaar": year,
        "in_las": counts[Bak.IN_LAS],
        "grafiek": stapels(voorpagina.in_woorden(rows, las), rows) if counts else None,
        "standen": [
            (bak(each, namen(), gaat), counts[each], url_for("versturen.leveringen", waar=FILTER[each]), each)
            for each in Bak
            if counts[each]
        ],
    }


def _of_leerkracht(*, is_imported: bool) -> str:
    """The own groepen: what is still to score, and what the LAS has."""
    session, school_id = db.session(), own_school()
    groepen = voortgang.of_school(session, school_id, today(), groepen=own_groepen())
    return render_template(
        "overzicht/leerkracht.html",
        vandaag=today(),
        is_imported=is_imported,
        vragen=adviseren.count_for_reader(session, school_id, me()),
        groepen=groepen,
    )
