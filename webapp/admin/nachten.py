"""The last nights: when each began and ended, and what came of every school in it."""

from __future__ import annotations

from datetime import date

from flask import abort

from webapp.admin.base import Screen, expose
from webapp.db import db
from webapp.models import Nacht
from webapp.services import nachten
from webapp.woorden import nachten as woorden

_SHOWN = 30
_MOST = 500


class NachtView(Screen):
    """Counts per school, no names of leerlingen."""

    @expose("/")
    def index_view(self) -> str:
        """Show the last nights, the newest first."""
        rijen = [woorden.rij(nacht) for nacht in nachten.latest(db.session(), _SHOWN)]
        return self.render("admin/nacht/index.html", rijen=rijen)

    @expose("/<datum>/")
    def course(self, datum: str) -> str:
        """Show one night, those that need a look first."""
        nacht = db.session.get(Nacht, _day(datum)) or abort(404)
        verloop = nachten.verloop(db.session(), nacht)
        scholen = [woorden.school(each) for each in verloop[:_MOST]]
        return self.render(
            "admin/nacht/verloop.html", rij=woorden.rij(nacht), scholen=scholen, aantal_scholen=len(verloop)
        )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        abort(404)
