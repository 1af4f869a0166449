"""Schools: the list, the story of one that has no koppeling, and what klantenservice does for a school."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin.contrib.sqla import ModelView

from webapp.accounts import me, shows_names
from webapp.admin import verhaal as pagina
from webapp.admin.base import expose, in_words
from webapp.admin.lijstbestand import ListFile
from webapp.admin.verhaal import Verhaal
from webapp.db import db, unit_of_work
from webapp.forms.klantenservice import BeheerderForm, RegioForm
from webapp.models import School
from webapp.models.ids import SchoolId
from webapp.services.controle import herinneren
from webapp.services.koppeling import levensloop
from webapp.services.overzicht import verhaal
from webapp.services.toegang import toetreden
from webapp.verzoek import regio_of, row_id
from webapp.woorden import toegang as woorden
from webapp.woorden.koppeling import REGIO_GEKOZEN


def _koppeling(view: ModelView, context: object, school: School, name: str) -> str:
    koppeling = g.koppelingen.get(school.id)
    return "geen" if koppeling is None else in_words(koppeling.status)


class SchoolView(ListFile):
    """Numbers of leerlingen, never their names."""

    column_list = ("naam", "brin", "vestiging", "koppeling", "aangemaakt_op")
    column_details_list = ("naam", "brin", "vestiging", "aangemaakt_op")
    details_template = "admin/verhaal/index.html"
    persons_in_details = True
    column_sortable_list = ("naam", "brin", "aangemaakt_op")
    column_searchable_list = ("naam", "vindbaar")
    column_default_sort = "naam"
    column_labels = {  # noqa: RUF012  (Flask-Admin reads this name)
        "naam": "School",
        "brin": "BRIN",
        "vindbaar": "BRIN met vestiging",
        "aangemaakt_op": "Bekend sinds",
    }
    column_formatters = {"koppeling": _koppeling}  # noqa: RUF012  (Flask-Admin reads this name)

    def get_list(self, *args: Any, **kwargs: Any) -> Any:
        """Read the koppelingen of all rows at once."""
        count, rows = super().get_list(*args, **kwargs)
        g.koppelingen = levensloop.of_schools(db.session(), [row.id for row in rows])
        return count, rows

    @expose("/details/")
    @shows_names
    def details_view(self) -> ResponseReturnValue:
        """Show the story of a school; one with a koppeling has it on the page of that, with its acts."""
        school = db.session.get(School, row_id(request.args.get("id")) or abort(404)) or abort(404)
        koppeling = verhaal.of_school(db.session(), school).koppeling
        if koppeling is not None:
            return redirect(url_for("ks_koppeling.details_view", id=koppeling.id))
        return super().details_view()

    def persons_of(self, school: School) -> int:
        return pagina.persons_of(verhaal.of_school(db.session(), school))

    def story(self, school: School) -> Verhaal:
        """What the page shows."""
        return pagina.of(verhaal.of_school(db.session(), school))

    @expose("/<int:school_id>/vakantieregio/", methods=("GET", "POST"))
    def vakantieregio(self, school_id: SchoolId) -> ResponseReturnValue:
        """Note which school holidays a school has, where the school did not do so itself."""
        school = db.session.get(School, school_id) or abort(404)
        form = RegioForm(regio=school.vakantieregio)
        if not form.validate_on_submit():
            return self.form_page("admin/school/vakantieregio.html", van=school, form=form)
        with unit_of_work() as session:
            herinneren.choose_regio(session, school_id, regio_of(form.regio.data), door=me())
        flash(REGIO_GEKOZEN, "gelukt")
        return redirect(url_for(".details_view", id=school_id), 303)

    @expose("/<int:school_id>/beheerder/", methods=("GET", "POST"))
    def invite(self, school_id: SchoolId) -> ResponseReturnValue:
        """Invite a beheerder where those there are cannot: how the school was reached is kept."""
        school, form = db.session.get(School, school_id) or abort(404), BeheerderForm()
        if not form.validate_on_submit():
            return self.form_page("admin/school/beheerder.html", van=school, form=form)
        with unit_of_work() as session:
            toetreden.invite_for_klantenservice(
                session,
                school_id,
                naam=form.naam.data,
                email=form.email.data,
                bereikt=form.bereikt.data,
                door=me(),
            )
        flash(woorden.invited(form.email.data), "gelukt")
        return redirect(url_for(".details_view", id=school_id), 303)
