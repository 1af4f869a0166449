"""The first screen: what waits for klantenservice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import current_app, url_for
from flask_admin import AdminIndexView

from webapp.admin.base import Guarded, expose
from webapp.db import db
from webapp.filters import moment
from webapp.models import KoppelingStatus
from webapp.services.overzicht import wachtrij
from webapp.services.overzicht.wachtrij import Reden, Wachtend

_KINDS = {Reden.AANVRAAG: "boom", Reden.INGEDIEND: "boom"}


class Wachtrij(Guarded, AdminIndexView):  # type: ignore[misc]  # Flask-Admin ships no types
    """Oldest first, each row with its one or two acts."""

    @expose("/")
    def index(self) -> str:
        """Show the queue."""
        now = datetime.now(UTC)
        waiting = wachtrij.waiting(db.session(), current_app.extensions["settings"].clientcertificaat)
        page: str = self.render("admin/index.html", rijen=[_row(row, now) for row in waiting])
        return page


def _row(row: Wachtend, now: datetime) -> dict[str, Any]:
    return {
        "school": row.schoolnaam,
        "brin": row.brin,
        "url": _page_about(row),
        "label": row.stand,
        "soort": _KINDS.get(row.reden, "fout"),
        "daarna": row.daarna,
        "wie": "klantenservice",
        "leeftijd": _age(now - row.sinds),
        "sinds": moment(row.sinds),
        "contact": moment(row.contact) if row.contact else None,
        "acties": _acts(row),
    }


def _page_about(row: Wachtend) -> str | None:
    if row.koppeling is not None:
        return url_for("ks_koppeling.details_view", id=row.koppeling.id)
    return url_for("ks_mail.index_view") if row.mail is not None else None


def _age(age: timedelta) -> str:
    """`12 minuten`, `5 uur`, `3 dagen`."""
    if age.days:
        return f"{age.days} {'dag' if age.days == 1 else 'dagen'}"
    hours, minutes = divmod(int(age.total_seconds()) // 60, 60)
    return f"{hours} uur" if hours else f"{minutes} {'minuut' if minutes == 1 else 'minuten'}"


def _acts(row: Wachtend) -> list[dict[str, Any]]:
    if row.mail is not None:
        again = _post("ks_mail", "opnieuw", row.mail.id, "Opnieuw versturen")
        may_correct = row.koppeling is not None and row.koppeling.status is KoppelingStatus.AANGEVRAAGD
        return [again, _link("contact", row, "Adres wijzigen")] if may_correct else [again]
    if row.koppeling is None:
        return []
    match row.reden:
        case Reden.AANVRAAG:
            return [_link("open_up", row, "Opengezet", "primair")]
        case Reden.INGEDIEND:
            approve = _post("ks_koppeling", "goedkeuren", row.koppeling.id, "Goedkeuren", "primair")
            return [approve, _link("reject", row, "Afwijzen")]
        case Reden.RESULTATEN:
            return [_post("ks_koppeling", "vrijgeven", row.koppeling.id, "Vrijgeven")]
        case _:
            is_fetch = row.koppeling.fout_eigenaar == "klantenservice"
            name, text = ("ophalen", "Nu ophalen") if is_fetch else ("vrijgeven", "Vrijgeven")
            return [_post("ks_koppeling", name, row.koppeling.id, text)]


def _post(view: str, name: str, row_id: int, text: str, soort: str = "") -> dict[str, Any]:
    fields = {"action": name, "rowid": row_id, "url": url_for("admin.index")}
    return {"url": url_for(f"{view}.action_view"), "tekst": text, "soort": soort, "velden": fields}


def _link(page: str, row: Wachtend, text: str, soort: str = "") -> dict[str, Any]:
    assert row.koppeling is not None
    return {
        "url": url_for(f"ks_koppeling.{page}", koppeling_id=row.koppeling.id),
        "tekst": text,
        "soort": soort,
        "link": True,
    }
