"""Results on their way to the LAS: codes and counts, no names of leerlingen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import abort, g, url_for
from flask_admin.contrib.sqla import ModelView
from flask_admin.contrib.sqla.filters import BaseSQLAFilter, FilterEqual
from sqlalchemy import String, cast
from sqlalchemy.orm import Session

from webapp.accounts import me
from webapp.admin.base import action, for_each, in_words, plain, school_name
from webapp.admin.filters import MOMENT, SchoolFilter, SinceFilter, UntilFilter
from webapp.admin.lijstbestand import ListFile
from webapp.config import AMSTERDAM
from webapp.db import db
from webapp.models import Levering, LeveringStatus, School
from webapp.models.ids import ResultaatId
from webapp.presentation import namen_voor
from webapp.services.koppeling import levensloop
from webapp.services.versturen import leveringen, wachtend
from webapp.services.versturen.waar import Waar
from webapp.uwlr.sentences import Uitleg
from webapp.woorden.fouten import uitleg
from webapp.woorden.nachtrapport import WACHT
from webapp.woorden.versturen import again


def _toets(view: ModelView, context: object, levering: Levering, name: str) -> str:
    return levering.resultaat.toets.code


def _said(levering: Levering) -> Uitleg | None:
    if levering.fout is None:
        return None
    if "koppelingen" not in g:
        g.koppelingen = levensloop.of_schools(db.session(), [levering.school_id])
    return uitleg(levering.fout, namen_voor(g.koppelingen.get(levering.school_id)).las)


def _fout(view: ModelView, context: object, levering: Levering, name: str) -> str:
    said = _said(levering)
    return "–" if said is None else said.school


def _kort(view: ModelView, context: object, levering: Levering, name: str) -> str:
    said = _said(levering)
    return "–" if said is None else f"{said.kort} (code {levering.fout_code})"


def leveringen_url(
    *,
    school: School | None = None,
    stand: LeveringStatus | None = None,
    fout: str = "",
    sinds: datetime | None = None,
    wacht: str = "",
) -> str:
    """The list of what these filters find."""
    of = f"{school.brin}{school.vestiging}" if school else None
    moment = sinds.astimezone(AMSTERDAM).strftime(MOMENT) if sinds else None
    return url_for(
        "ks_levering.index_view", flt0_stand_equals=stand, flt0_fout_is=fout or None, flt0_gewijzigd_sinds=moment,
        flt0_waarom_het_wacht_is=wacht or None, flt0_school_bevat=of,
    )  # fmt: skip


class CodeFilter(BaseSQLAFilter):  # type: ignore[misc]  # Flask-Admin ships no types
    """Refused with this code, whether this version knows it or not."""

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        return query.filter(cast(self.column, String) == value.strip())

    def operation(self) -> str:
        return "is"


class WaarFilter(BaseSQLAFilter):  # type: ignore[misc]  # Flask-Admin ships no types
    """What waits for this reason: the same condition as in the report of the night."""

    def clean(self, value: str) -> Waar:
        return Waar(value)

    def apply(self, query: Any, value: Waar, alias: Any = None) -> Any:
        return query.filter(wachtend.is_left(value))

    def operation(self) -> str:
        return "is"


class LeveringView(ListFile):
    """One row per result that must reach the LAS."""

    column_list = (
        "resultaat_id",
        "school",
        "toets",
        "status",
        "fout_code",
        "fout_eigenaar",
        "gewijzigd_op",
    )
    column_details_list = (
        *column_list[:4],
        "versie",
        "bevestigd",
        "bevestigd_op",
        "pogingen",
        "fout_code",
        "fout",
        "fout_eigenaar",
        "gewijzigd_op",
    )
    column_sortable_list = ("resultaat_id", "status", "fout_code", "gewijzigd_op")
    column_select_related_list = (Levering.resultaat,)
    column_filters = (
        FilterEqual(Levering.status, "Stand", options=[(s.value, in_words(s)) for s in LeveringStatus]),
        SchoolFilter(Levering.school_id, "School"),
        CodeFilter(Levering.fout_code, "Fout"),
        SinceFilter(Levering.gewijzigd_op, "Gewijzigd"),
        UntilFilter(Levering.gewijzigd_op, "Tot"),
        WaarFilter(Levering.status, "Waarom het wacht", options=[(w.value, WACHT[w][0]) for w in wachtend.WACHT]),
    )
    folded_filters = ("Waarom het wacht",)
    column_default_sort = ("gewijzigd_op", True)
    column_export_list = (*column_list, "fout")
    column_formatters_detail = column_formatters_export = {  # noqa: RUF012  (Flask-Admin reads this name)
        "school": school_name,
        "toets": _toets,
        "fout_code": plain,
        "fout": _fout,
    }
    column_formatters = {**column_formatters_detail, "fout_code": _kort}  # noqa: RUF012  (Flask-Admin reads this name)
    coded = ("fout_code",)
    column_labels = {  # noqa: RUF012  (Flask-Admin reads this name)
        "resultaat_id": "Resultaat",
        "status": "Stand",
        "versie": "Gewenste versie",
        "bevestigd": "Bevestigde versie",
        "bevestigd_op": "Bevestigd",
        "fout_code": "Fout",
        "fout": "Wat de school leest",
        "fout_eigenaar": "Wie die oplost",
        "gewijzigd_op": "Gewijzigd",
    }

    def get_list(self, *args: Any, **kwargs: Any) -> Any:
        """Read the koppelingen of all rows at once: in the name of whose LAS a fault is said."""
        count, rows = super().get_list(*args, **kwargs)
        g.koppelingen = levensloop.of_schools(db.session(), [*{row.school_id for row in rows}])
        return count, rows

    def acts_for(self, levering: Levering) -> tuple[str, ...]:
        """A refused result may be put back in line."""
        return ("opnieuw",) if levering.status is LeveringStatus.GEWEIGERD else ()

    def title_of(self, levering: Levering) -> str:
        return f"Resultaat {levering.resultaat_id}"

    @action("opnieuw", "Opnieuw versturen")
    def again(self, ids: list[str]) -> None:
        """Put refused results back in line."""
        for_each(ids, ResultaatId, _again)


def _again(session: Session, resultaat_id: ResultaatId) -> str:
    levering = session.get(Levering, resultaat_id) or abort(404)
    leveringen.send_again(session, levering.school_id, resultaat_id, door=me())
    return again(resultaat_id)
