"""Schools, with who logs in there."""

from __future__ import annotations

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_admin.contrib.sqla import ModelView
from markupsafe import Markup, escape
from sqlalchemy import func, select

from webapp.accounts import me
from webapp.admin.base import ReadOnlyView, expose
from webapp.db import db, unit_of_work
from webapp.forms.klantenservice import BeheerderForm, RegioForm
from webapp.models import Account, Leerling, Medewerker, Rol, School
from webapp.models.ids import SchoolId
from webapp.presentation import namen_voor
from webapp.services import aanwezig
from webapp.services.controle import herinneren
from webapp.services.koppeling import levensloop
from webapp.services.overzicht import tijdlijn
from webapp.services.toegang import toetreden
from webapp.verzoek import regio_of
from webapp.woorden import toegang as woorden
from webapp.woorden.koppeling import REGIO_GEKOZEN
from webapp.woorden.tijdlijn import Regel, timeline

_EVENTS = 50


def _koppeling(view: ModelView, context: object, school: School, name: str) -> str:
    koppeling = levensloop.of_school(db.session(), school.id)
    if koppeling is None:
        return "geen"
    url = view.get_url("ks_koppeling.details_view", id=koppeling.id)
    return Markup('<a href="{}">{}</a>').format(url, koppeling.status)


def _accounts(view: ModelView, context: object, school: School, name: str) -> str:
    query = select(Account, Medewerker.rol).join(Medewerker, Medewerker.account_id == Account.id)
    here = db.session.execute(query.where(Medewerker.school_id == school.id).order_by(Account.id))
    return Markup("<br>").join(_person(account, rol) for account, rol in here) or "geen"


def _person(account: Account, rol: Rol) -> Markup:
    line = escape(f"{account.naam} ({rol}), {account.email}{'' if account.active else ', uitgeschakeld'}")
    if account.tf_totp_secret is None:
        return line
    asked = " (wissen gevraagd)" if account.wissen_op is not None else ""
    url = url_for("ks_account.details_view", id=account.id)
    return Markup('{}, <a href="{}">tweede stap{}</a>').format(line, url, asked)


def _leerlingen(view: ModelView, context: object, school: School, name: str) -> int:
    present = aanwezig.is_present(db.session(), school.id)
    return db.session.scalar(select(func.count(Leerling.id)).where(Leerling.school_id == school.id, present)) or 0


class SchoolView(ReadOnlyView):
    """Numbers of leerlingen, never their names."""

    column_list = ("naam", "brin", "vestiging", "koppeling", "aangemaakt_op")
    column_details_list = (
        "naam",
        "brin",
        "vestiging",
        "vakantieregio",
        "koppeling",
        "accounts",
        "leerlingen",
        "aangemaakt_op",
    )
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
    column_formatters = column_formatters_detail = {  # noqa: RUF012  (Flask-Admin reads this name)
        "koppeling": _koppeling,
        "accounts": _accounts,
        "leerlingen": _leerlingen,
    }

    def persons_of(self, school: School) -> int:
        """Everybody who logs in there, or logged in: their acts stand below it."""
        return db.session.scalar(select(func.count()).where(Medewerker.school_id == school.id)) or 1

    def title_of(self, school: School) -> str:
        return str(school)

    def pages_for(self, school: School) -> list[tuple[str, str]]:
        return [
            (url_for(".invite", school_id=school.id), "Beheerder uitnodigen"),
            (url_for(".vakantieregio", school_id=school.id), "Vakantieregio kiezen"),
        ]

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

    def timeline(self, school: School) -> list[Regel]:
        """What happened around the koppeling."""
        koppeling = levensloop.of_school(db.session(), school.id)
        events = (
            tijdlijn.of_koppeling(db.session(), koppeling)
            if koppeling is not None and koppeling.school_id is not None
            else tijdlijn.of_school(db.session(), school.id, limit=_EVENTS)
        )
        return timeline(events, namen_voor(koppeling), huis="klantenservice", zonder=())
