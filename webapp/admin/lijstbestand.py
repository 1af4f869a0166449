"""A list as a file for a spreadsheet: what its filters leave, in the words of the screen."""

from __future__ import annotations

from datetime import datetime

from flask.typing import ResponseReturnValue

from webapp.accounts import me, saw, shows_names
from webapp.admin.base import ReadOnlyView, expose
from webapp.blueprints.bestand import as_csv
from webapp.db import db
from webapp.filters import tijdstip
from webapp.services import klantenservice
from webapp.woorden.klantenservice import cut_off


class ListFile(ReadOnlyView):
    """A list that can be taken along; one with people in it only by who leads."""

    export_max_rows = 10_000
    """More is a file that no spreadsheet opens at ease, and that a request takes long over."""

    column_type_formatters_export = {  # noqa: RUF012  (Flask-Admin reads this name)
        **ReadOnlyView.column_type_formatters,
        datetime: lambda view, value, name: tijdstip(value),  # of a day that is not over tomorrow
    }

    @expose("/lijst.csv")
    @shows_names
    def list_csv(self) -> ResponseReturnValue:
        """Answer with all rows of the list; when there are too many, the last line says so."""
        if self.persons_in_list:
            klantenservice.must_lead(db.session(), me())
        count, rows = self._export_data()
        lines = [[self.get_export_value(row, name) for name, _ in self._export_columns] for row in rows]
        if count > len(rows):
            lines.append([cut_off(len(rows), count)])
        if self.persons_in_list:
            saw(f"{self.name} (bestand)", len(rows), wie="personen")
        return as_csv(self.name, [label for _, label in self._export_columns], lines)
