"""What every screen of klantenservice shares: a lock, no forms that write, and words instead of raw values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar, cast
from urllib.parse import parse_qsl

import flask_admin
import flask_admin.actions
from flask import Blueprint, abort, flash, g, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import BaseView
from flask_admin.contrib.sqla import ModelView
from flask_admin.form import BaseForm
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import CompositeProperty, Session

from webapp.accounts import saw, shows_names
from webapp.db import db, is_among, unit_of_work
from webapp.errors import DomainError
from webapp.filters import datum_kort, moment
from webapp.models import Audit, Base, Levering, Mail, School
from webapp.presentation import namen
from webapp.verzoek import row_id
from webapp.woorden import zeg

F = TypeVar("F", bound=Callable[..., Any])
IdT = TypeVar("IdT", bound=int)
_LAST_PAGE = 1_000_000
_WORDS = {"beeindigd": "beëindigd", "las": "leverancier"}
_QUEUE = frozenset({"soort", "q", "van", "volgorde", "slaapt", "pagina"})
_SERVED = frozenset({"index_view", "details_view", "action_view"})


def expose(url: str, methods: tuple[str, ...] = ("GET",)) -> Callable[[F], F]:
    """Flask-Admin's `expose`, with types."""
    return cast("Callable[[F], F]", flask_admin.expose(url, methods))


def action(name: str, text: str, question: str | None = None) -> Callable[[F], F]:
    """Flask-Admin's `action`, with types; a question is asked before the act."""
    return cast("Callable[[F], F]", flask_admin.actions.action(name, text, question))


def for_each(ids: Iterable[str], id_type: Callable[[int], IdT], act: Callable[[Session, IdT], str]) -> None:
    """Do one act per row, each in its own transaction, and tell what came of it."""
    for text in ids:
        found = row_id(text) or abort(400)
        try:
            with unit_of_work() as session:
                message = act(session, id_type(found))
        except DomainError as error:
            flash(zeg(error, namen()), "fout")
        else:
            flash(message, "gelukt")


def queue_url(args: Mapping[str, Any]) -> str:
    """The queue with these filters; `plek` is the row that is looked at next."""
    kept = {name: value for name, value in args.items() if name in _QUEUE}
    plek = row_id(str(args.get("plek", "")))
    return url_for("admin.index", **kept, _anchor=f"zaak-{plek}" if plek else None)


def came_from() -> dict[str, Any]:
    """Of which case, and of which queue, somebody came: what goes along from page to page."""
    return {name: request.args[name] for name in ("zaak", "wachtrij") if name in request.args}


def queue_left() -> dict[str, str]:
    """The filters of the queue as somebody left it. It is no address: whatever stands there, the queue is opened."""
    return dict(parse_qsl(request.args.get("wachtrij", "")))


def back_to_queue() -> str:
    """Where somebody goes after an act: to the queue as they left it, at the same place."""
    return queue_url(queue_left())


def in_words(value: StrEnum) -> str:
    """A status, an owner or the like as klantenservice reads it."""
    return _WORDS.get(value, value.replace("_", " "))


class Screen(BaseView):  # type: ignore[misc]  # Flask-Admin ships no types
    """Only for klantenservice; to everybody else these pages do not exist (visitors were sent to the login)."""

    def is_accessible(self) -> bool:
        return bool(current_user.is_authenticated and current_user.is_klantenservice)

    def inaccessible_callback(self, name: str, **kwargs: Any) -> None:
        abort(404)

    def render(self, template: str, **values: Any) -> str:
        """Flask-Admin's, with types."""
        return cast("str", super().render(template, **values))

    def form_page(self, template: str, **values: Any) -> tuple[str, int]:
        """The same with a form: a second look at one that was sent says that something is wrong with it."""
        return self.render(template, **values), 422 if request.method == "POST" else 200


class ReadOnlyView(Screen, ModelView):  # type: ignore[misc]  # Flask-Admin ships no types
    """A list and a detail page. Columns are named one by one, so that a new column is never shown by accident."""

    can_create = can_edit = can_delete = can_export = False
    can_view_details = True
    can_set_page_size = False
    page_size = 50
    named_filter_urls = True
    column_display_actions = False
    folded_filters: tuple[str, ...] = ()
    """Filters with so many choices that they stand folded until one is made."""
    persons_in_list = persons_in_details = False
    """Whether names or addresses of people stand there: then it is written down who looked."""
    list_template = "admin/model/list.html"
    details_template = "admin/model/details.html"
    coded: tuple[str, ...] = ()
    """Columns that end with the code of a fault: in the list it leads to what that means."""
    column_type_formatters = column_type_formatters_detail = {  # noqa: RUF012  (Flask-Admin reads this name)
        type(None): lambda view, value, name: "–",
        datetime: lambda view, value, name: moment(value),
        date: lambda view, value, name: datum_kort(value),
        StrEnum: lambda view, value, name: in_words(value),
        bool: lambda view, value, name: "ja" if value else "nee",
    }

    def __init__(self, model: type[Base], name: str, path: str) -> None:
        super().__init__(model, db, name=name, endpoint=f"ks_{path}", url=path)

    def create_blueprint(self, admin: flask_admin.Admin) -> Blueprint:
        """Register the pages that read, and our own acts: Flask-Admin's pages that write get no address."""
        self._urls: list[tuple[str, str, tuple[str, ...]]] = [
            entry for entry in self._urls if entry[1] in _SERVED or entry[1] not in dir(ModelView)
        ]
        return cast("Blueprint", super().create_blueprint(admin))

    def _get_model_iterator(self, model: type[Base] | None = None) -> Any:
        """Leave out composites: Flask-Admin cannot show several columns as one value."""
        return (p for p in super()._get_model_iterator(model) if not isinstance(p, CompositeProperty))

    def scaffold_form(self) -> type[BaseForm]:
        """Make no form, so that nothing that is posted can become a value of a row."""
        return cast("type[BaseForm]", BaseForm)

    @expose("/")
    @shows_names
    def index_view(self) -> ResponseReturnValue:
        return cast("ResponseReturnValue", super().index_view())

    @expose("/details/")
    @shows_names
    def details_view(self) -> ResponseReturnValue:
        return cast("ResponseReturnValue", super().details_view())

    def get_list(self, page: int | None, *args: Any, **kwargs: Any) -> Any:
        """Return the rows of one page; a page number that cannot exist becomes the nearest one that can."""
        count, rows = super().get_list(min(max(page or 0, 0), _LAST_PAGE), *args, **kwargs)
        g.scholen = _schools_of(rows)
        if self.persons_in_list:
            saw(self.name, len(rows), wie="personen")
        return count, rows

    def _get_list_filter_args(self) -> list[tuple[int, str, str]]:
        """Of the form of all filters, leave out those in which nothing was typed."""
        return [each for each in super()._get_list_filter_args() or () if each[2].strip()]

    def get_one(self, id: str) -> Any:
        """Return the row; an id that is no number, or too large for the database, is not found."""
        row = super().get_one(str(row_id(id) or abort(404)))
        if self.persons_in_details and row is not None:
            about = f"{row.__tablename__} {row.id}"
            school_id = row.id if isinstance(row, School) else getattr(row, "school_id", None)
            saw(self.name, self.persons_of(row), over=about, wie="personen", school_id=school_id)
        return row

    def acts_for(self, row: Any) -> tuple[str, ...]:
        """Names of the acts that are possible on this row now, the likeliest first."""
        return ()

    def row_acts_for(self, row: Any) -> tuple[str, ...]:
        """Those of them that stand in the list too."""
        return self.acts_for(row)

    def pages_for(self, row: Any) -> list[tuple[str, str]]:
        """Address and words of the pages that ask something before they act; the list shows the first."""
        return []

    def persons_of(self, row: Any) -> int:
        """How many people the page of this row names, as far as that is known."""
        return 1

    def shows(self, row: Base, column: str) -> bool:
        """Whether a detail page shows this column: an empty one and a zero are left out."""
        return getattr(row, column, "") not in (None, 0)

    def get_empty_list_message(self) -> str:
        return "Hier komt vanzelf wat er gebeurt."


def plain(view: ModelView, context: object, row: Base, name: str) -> str:
    """A code as the supplier of the LAS knows it."""
    value = getattr(row, name)
    return "–" if value is None else str(value)


def _schools_of(rows: Iterable[Base]) -> list[School]:
    """The schools of these rows, read at once. Whoever holds them keeps the session from asking for each again."""
    ids = {school_id for row in rows if (school_id := getattr(row, "school_id", None)) is not None}
    return list(db.session.scalars(select(School).where(is_among(School.id, ids)))) if ids else []


def school_name(view: ModelView, context: object, row: Audit | Levering | Mail, name: str) -> str:
    """Name and BRIN."""
    school = db.session.get(School, row.school_id) if row.school_id is not None else None
    return str(school) if school else "–"
