"""The last nights: how far the one that runs is, when each was done, what hindered it, what came of every school."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta

from flask import Response, abort, request

from webapp.admin.base import Screen, expose
from webapp.admin.leveringen import leveringen_url
from webapp.blueprints.bestand import as_csv
from webapp.config import AMSTERDAM
from webapp.context import settings
from webapp.db import db
from webapp.filters import klok, tijdstip
from webapp.models import LeveringStatus, Nacht
from webapp.services import nachten, nachtverloop
from webapp.services.clock import database_now
from webapp.services.nachthinder import Reden
from webapp.services.nachtverloop import Verloop
from webapp.services.overzicht import nachtrapport
from webapp.services.versturen import wachtend
from webapp.services.versturen.wachtend import Redentelling
from webapp.verzoek import number
from webapp.woorden import nachten as woorden
from webapp.woorden import nachtrapport as rapportwoorden

_SHOWN = 30
_IN_FILE = 1000
_EARLIER = 8
_MOST = 100
_LATE_AFTER = timedelta(minutes=15)
"""So long after its hour a night may begin before the page says that it did not."""
_VERLOOP = (
    "Moment", "Scholen klaar", "Scholen te gaan", "Scholen per minuut", "Resultaten bevestigd", "Geweigerd", "Onzeker",
    "Resultaten per minuut",
)  # fmt: skip
_SCHOLEN = (
    "School", "BRIN", "Stand", "Opgehaald", "Waarom niet (code)", "Verzonden", "Bevestigd", "Geweigerd", "Onzeker",
    "Ophalen duurde (s)",
)  # fmt: skip
_NACHTEN = ("Nacht van", "Stand", "Tijden", "Wat ervan kwam", "Storing")
_REDENEN = ("Wat", "Reden", "Code", "Wie is aan zet", "Resultaten", "Scholen")


class NachtView(Screen):
    """Counts per school, no names of leerlingen."""

    @expose("/")
    def index_view(self) -> str:
        """Show the last nights, the newest first, and above them that tonight's did not begin."""
        session, now = db.session(), database_now(db.session())
        last, found = nachten.latest(session, 1), _asked()
        return self.render(
            "admin/nacht/index.html",
            rijen=[woorden.rij(nacht) for nacht in found],
            kop=rapportwoorden.headline(last[0]) if last else "",
            niet_begonnen=_not_begun(now),
            vanaf=request.args.get("vanaf", ""),
            tot=request.args.get("tot", ""),
            is_vol=len(found) == _SHOWN,
        )

    @expose("/lijst.csv")
    def list_csv(self) -> Response:
        """The same nights as a file."""
        found = map(woorden.rij, _asked(_IN_FILE))
        rows = [(f"{each.datum:%d-%m-%Y}", each.label, each.tijden, each.telling, each.hinder) for each in found]
        return as_csv("nachten", _NACHTEN, rows)

    @expose("/<datum>/")
    def course(self, datum: str) -> str:
        """Show one night: how far it is, its course, what hindered it, and the schools that need a look first."""
        session, now = db.session(), database_now(db.session())
        nacht = db.session.get(Nacht, _day(datum)) or abort(404)
        called, asked = request.args.get("q", "").strip()[:100], number(request.args.get("pagina")) or 1
        pages = -(-nachtverloop.count_schools(session, nacht, now, called) // _MOST) or 1
        page = min(asked, pages)
        found = nachtverloop.schools(session, nacht, now, called=called, limit=_MOST, skip=(page - 1) * _MOST)
        eerder = [each for each in nachten.latest(session, _EARLIER) if each.datum != nacht.datum]
        return self.render(
            "admin/nacht/verloop.html",
            rij=woorden.rij(nacht),
            rapport=nachtrapport.of_night(session, nacht, now, settings()),
            zeg=rapportwoorden,
            seconden=woorden.seconden,
            scholen=[woorden.school(each) for each in found],
            q=called,
            pagina=page,
            paginas=pages,
            wachtend=wachtend.of_night(nacht),
            geweigerd=lambda reden: _refused(nacht, reden),
            wacht=_waiting,
            eerder=[woorden.rij(each) for each in eerder],
        )

    @expose("/<datum>/verloop.csv")
    def course_csv(self, datum: str) -> Response:
        """The same course as a file, the oldest point first."""
        nacht = db.session.get(Nacht, _day(datum)) or abort(404)
        rapport = nachtrapport.of_night(db.session(), nacht, database_now(db.session()), settings())
        rows = [[tijdstip(row[0]), *row[1:]] for row in rapportwoorden.tabel(rapport)]
        return as_csv(f"nacht-{nacht.datum}-verloop", _VERLOOP, rows[::-1])

    @expose("/<datum>/redenen.csv")
    def reasons_csv(self, datum: str) -> Response:
        """Why results were refused, and why others stayed here."""
        nacht = db.session.get(Nacht, _day(datum)) or abort(404)
        rapport = nachtrapport.of_night(db.session(), nacht, database_now(db.session()), settings())
        return as_csv(
            f"nacht-{nacht.datum}-redenen", _REDENEN, rapportwoorden.reasons(rapport, wachtend.of_night(nacht))
        )

    @expose("/<datum>/scholen.csv")
    def schools_csv(self, datum: str) -> Response:
        """What came of every school."""
        nacht = db.session.get(Nacht, _day(datum)) or abort(404)
        found = nachtverloop.schools(db.session(), nacht, database_now(db.session()))
        return as_csv(f"nacht-{nacht.datum}-scholen", _SCHOLEN, map(_school, found))


def _asked(most: int = _SHOWN) -> Sequence[Nacht]:
    """The nights of the days in the address; what is no day filters nothing."""
    days = dict[str, date]()
    for name, field in (("vanaf", "since"), ("tot", "until")):
        with suppress(ValueError):
            days[field] = date.fromisoformat(request.args.get(name, ""))
    return nachten.latest(db.session(), most, **days)


def _not_begun(now: datetime) -> str:
    """At which hour tonight's should have begun, when it is well past that and nobody began it."""
    opens, _ = nachten.window(now.astimezone(AMSTERDAM).date(), settings())
    is_missed = now >= opens + _LATE_AFTER and nachten.is_missed(db.session(), now, settings())
    return klok(opens) if is_missed else ""


def _refused(nacht: Nacht, reden: Reden) -> str:
    """The leveringen that were refused for this reason since the night began, and still are."""
    assert nacht.begonnen_op is not None
    return leveringen_url(stand=LeveringStatus.GEWEIGERD, fout=reden.code, sinds=nacht.begonnen_op)


def _waiting(row: Redentelling) -> str:
    """The leveringen that wait for this reason now; nothing where none had been made for it."""
    return leveringen_url(wacht=row.waar) if row.klaargezet and row.waar in list(wachtend.WACHT) else ""


def _school(each: Verloop) -> tuple[object, ...]:
    fetched = tijdstip(each.opgehaald_op) if each.opgehaald_op else ""
    return (
        each.schoolnaam, each.brin, woorden.stand(each), fetched, each.fout_code or "", each.verzonden,
        each.bevestigd, each.geweigerd, each.onzeker, woorden.seconden(each.ophaal_ms),
    )  # fmt: skip


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        abort(404)
