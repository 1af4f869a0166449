"""Who saw names: the only thing that a GET writes, and never before a login.

It is one line of the audit trail per person, page and day: enough to answer who saw whom on which day, and no line per
refresh. A HEAD shows nothing and writes nothing; a browser that fetches ahead is sent away until somebody looks.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import g, make_response, request
from flask.typing import ResponseReturnValue

from webapp.accounts.own import me, own_school
from webapp.db import db, unit_of_work
from webapp.models.ids import SchoolId
from webapp.muur import NO_SCHOOL
from webapp.services import audit

P = ParamSpec("P")
_ASKED = "gezien"


def shows_names(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Mark a page that shows names; its view says with `saw` of how many. A test finds pages without this mark."""

    @wraps(view)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", "")):
            return make_response("", 503)
        answer = view(*args, **kwargs)
        if _ASKED in g and request.method != "HEAD":
            object_, tellingen, school_id = g.pop(_ASKED)
            db.session.rollback()  # whatever the page did to its rows is not kept along with it
            with unit_of_work() as session:
                audit.looked(session, object_, door=me(), school_id=school_id, **tellingen)
        return answer

    wrapped.shows_names = True  # type: ignore[attr-defined]  # the test of the crawl reads it
    return wrapped


def saw(
    pagina: str, number: int, *, over: str = "", wie: str = "leerlingen", school_id: SchoolId | None = None
) -> None:
    """Say of how many people this page shows names; of nobody is nothing. `over` is the one thing that it is about."""
    if number:
        school = school_id or (None if own_school() == NO_SCHOOL else own_school())
        setattr(g, _ASKED, (over or f"pagina {pagina}", {"pagina": pagina, wie: number}, school))
