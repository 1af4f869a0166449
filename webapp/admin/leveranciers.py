"""Suppliers that hand in results over the API: their token is made here, shown once, and revoked."""

from __future__ import annotations

from flask import flash
from flask.typing import ResponseReturnValue
from flask_admin.contrib.sqla import ModelView
from flask_login import current_user
from markupsafe import Markup, escape
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.accounts import me
from webapp.admin.base import ReadOnlyView, action, expose, for_each
from webapp.db import db, unit_of_work
from webapp.errors import DomainError
from webapp.forms.klantenservice import LeverancierForm
from webapp.models import Leverancier, LeverancierSchool, School
from webapp.models.ids import LeverancierId
from webapp.presentation import namen
from webapp.services import klantenservice
from webapp.services.toetsen import leveranciers
from webapp.woorden import zeg


def _scholen(view: ModelView, context: object, leverancier: Leverancier, name: str) -> str:
    query = select(School).join(LeverancierSchool, LeverancierSchool.school_id == School.id)
    here = db.session.scalars(query.where(LeverancierSchool.leverancier_id == leverancier.id).order_by(School.id))
    return Markup("<br>").join(escape(f"{school.naam} ({school.brin} {school.vestiging})") for school in here) or "geen"


class LeverancierView(ReadOnlyView):
    """Only who leads makes and revokes; everybody sees who may hand in for which school."""

    column_list = ("naam", "gemaakt_op", "gebruikt_op", "ingetrokken_op")
    column_details_list = (*column_list, "scholen", "mag_inlezen")
    column_sortable_list = ("naam", "gemaakt_op")
    column_default_sort = "naam"
    column_labels = {  # noqa: RUF012  (Flask-Admin reads this name)
        "naam": "Leverancier",
        "gemaakt_op": "Gemaakt",
        "gebruikt_op": "Laatst gebruikt",
        "ingetrokken_op": "Ingetrokken",
        "scholen": "Scholen",
        "mag_inlezen": "Mag gegevens inlezen",
    }
    column_formatters_detail = {"scholen": _scholen}  # noqa: RUF012  (Flask-Admin reads this name)
    list_template = "admin/leverancier/lijst.html"

    def title_of(self, leverancier: Leverancier) -> str:
        return leverancier.naam

    def shows(self, row: Leverancier, column: str) -> bool:  # type: ignore[override]  # of this table
        """The schools are no column of the row."""
        return column == "scholen" or super().shows(row, column)

    def acts_for(self, leverancier: Leverancier) -> tuple[str, ...]:
        return ("intrekken",) if current_user.is_leiding and leverancier.ingetrokken_op is None else ()

    def get_empty_list_message(self) -> str:
        return "Er is nog geen leverancier die scores aanlevert."

    @action("intrekken", "Token intrekken", "De leverancier kan dan meteen niets meer aanleveren. Dit gaat niet terug.")
    def revoke(self, ids: list[str]) -> None:
        """End the token."""
        for_each(ids, LeverancierId, _revoke)

    @expose("/maken/", methods=("GET", "POST"))
    def make(self) -> ResponseReturnValue:
        """Ask for name and schools; the answer shows the token, this one time."""
        klantenservice.must_lead(db.session(), me())
        form = LeverancierForm()
        if not form.validate_on_submit():
            return self.form_page("admin/leverancier/maken.html", form=form)
        try:
            with unit_of_work() as session:
                leverancier, token = leveranciers.make(
                    session, form.naam.data, form.genoemd, door=me(), mag_inlezen=form.mag_inlezen.data
                )
        except DomainError as wrong:
            flash(zeg(wrong, namen()), "fout")
            return self.form_page("admin/leverancier/maken.html", form=form)
        return self.render("admin/leverancier/token.html", leverancier=leverancier, token=token)


def _revoke(session: Session, leverancier_id: LeverancierId) -> str:
    klantenservice.must_lead(session, me())
    leverancier = leveranciers.revoke(session, leverancier_id, door=me())
    return f"Het token van {leverancier.naam} werkt niet meer. Wat is aangeleverd, blijft staan."
