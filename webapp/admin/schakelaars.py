"""Three switches: what stands still, and a form to stop or to let go on."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import me
from webapp.admin.base import Screen, expose
from webapp.db import db, unit_of_work
from webapp.errors import DomainError
from webapp.forms.klantenservice import SchakelaarForm
from webapp.models import Aanleiding
from webapp.models.ids import SchakelaarId
from webapp.presentation import namen
from webapp.services import klantenservice, schakelaars
from webapp.woorden import schakelaars as woorden
from webapp.woorden import zeg


class SchakelaarView(Screen):
    """Every page of klantenservice says what stands still; this one changes it."""

    @expose("/", methods=("GET", "POST"))
    def index(self) -> ResponseReturnValue:
        """Show what stands still, and stop what was chosen."""
        form = SchakelaarForm()
        if request.method == "POST":
            klantenservice.must_lead(db.session(), me())
        if form.validate_on_submit():
            try:
                with unit_of_work() as session:
                    schakelaars.stop(
                        session, form.gekozen, form.gekozen_las, reden=form.reden.data, tot=form.einde, door=me()
                    )
            except DomainError as error:
                form.tot.errors = [zeg(error, namen())]
            else:
                flash(woorden.stopped(form.gekozen), "gelukt")
                return redirect(url_for(".index"), 303)
        rows = schakelaars.stilgezet(db.session())
        mag_op = {row.id for row in rows if row.aanleiding is Aanleiding.KLANTENSERVICE}
        return self.form_page("admin/schakelaars.html", rows=rows, mag_op=mag_op, form=form)

    @expose("/<int:schakelaar_id>/verder/", methods=("POST",))
    def lift(self, schakelaar_id: SchakelaarId) -> ResponseReturnValue:
        """Let it go on."""
        with unit_of_work() as session:
            klantenservice.must_lead(session, me())
            message = woorden.lifted(schakelaars.lift(session, schakelaar_id, door=me()))
        flash(message, "gelukt")
        return redirect(url_for(".index"), 303)
