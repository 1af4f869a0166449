"""What the nightly erasing will take from each school, and what it took."""

from __future__ import annotations

from flask_admin import BaseView

from webapp.admin.base import Guarded, expose
from webapp.db import db
from webapp.services.bewaring import opruimen
from webapp.woorden import bewaring as woorden

_SHOWN = 500


class BewaringView(Guarded, BaseView):  # type: ignore[misc]  # Flask-Admin ships no types
    """Counts and days, no names of leerlingen."""

    @expose("/")
    def index_view(self) -> str:
        """Show the schools of which something goes, the soonest first."""
        rijen = [woorden.rij(row, school) for row, school in opruimen.overview(db.session(), _SHOWN)]
        page: str = self.render("admin/bewaring/index.html", rijen=rijen)
        return page
