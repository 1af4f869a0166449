"""The last nights: when each began and ended, and what came of every school in it."""

from __future__ import annotations

from datetime import date

from flask import abort
from flask_admin import BaseView

from webapp.admin.base import Guarded, expose
from webapp.db import db
from webapp.models import Nacht
from webapp.services import nachten
from webapp.woorden import nachten as woorden

_SHOWN = 30
_MOST = 500


class NachtView(Guarded, BaseView):  # type: ignore[misc]  # Flask-Admin ships no types
    """Counts per school, no names of leerlingen."""

    @expose("/")
    def index_view(self) -> str:
        """Show the last nights, the newest first."""
        rijen = [woorden.rij(nacht) for nacht in nachten.latest(db.session(), _SHOWN)]
        page: str = self.render("admin/nacht/index.html", rijen=rijen)
        return page

    @expose("/<datum>/")
    def course(self, datum: str) -> str:
        """Show one night, those that need a look first."""
        nacht = db.session.get(Nacht, _day(datum)) or abort(404)
        verloop = nachten.verloop(db.session(), nacht)
        scholen = [woorden.school(each) for each in verloop[:_MOST]]
        page: str = self.render(
            "admin/nacht/verloop.html", rij=woorden.rij(nacht), scholen=scholen, aantal_scholen=len(verloop)
        )
        return page


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        abort(404)
