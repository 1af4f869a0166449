"""What stands still, with a form to stop or to let go on; and which LAS takes results within a minute."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import me
from webapp.admin.base import Screen, expose
from webapp.db import db, unit_of_work
from webapp.errors import DomainError
from webapp.forms.klantenservice import SchakelaarForm
from webapp.models import Aanleiding, LasType
from webapp.models.ids import SchakelaarId
from webapp.presentation import namen
from webapp.services import klantenservice, plafond, schakelaars
from webapp.services.koppeling import termijnen
from webapp.services.versturen import minuut
from webapp.woorden import bewijzen, zeg
from webapp.woorden import schakelaars as woorden


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
        lassen = [(las, woorden.with_whom(las), minuut.allowed_since(db.session(), las)) for las in LasType]
        vanzelf = [(las, naam, termijnen.vanzelf_sinds(db.session(), las)) for las, naam, _ in lassen]
        plafonds = [woorden.plafond(each) for each in plafond.standen(db.session())]
        return self.form_page(
            "admin/schakelaars.html",
            rows=rows,
            mag_op=mag_op,
            form=form,
            lassen=lassen,
            vanzelf=vanzelf,
            plafonds=plafonds,
            stappen=woorden.STAPPEN,
        )

    @expose("/plafond/<las>/", methods=("POST",))
    def ceiling(self, las: str) -> ResponseReturnValue:
        """Let a night take more schools of this LAS along, or fewer."""
        steps, chosen = dict(woorden.STAPPEN), request.form.get("scholen", "")
        if las not in list(LasType) or chosen not in steps:
            abort(404)
        las_type, scholen = LasType(las), int(chosen) if chosen.isdigit() else None
        with unit_of_work() as session:
            klantenservice.must_lead(session, me())
            plafond.put(session, las_type, scholen, door=me())
        flash(woorden.ceiling(las_type, scholen), "gelukt")
        return redirect(url_for(".index"), 303)

    @expose("/minuut/<las>/", methods=("POST",))
    def within_minute(self, las: str) -> ResponseReturnValue:
        """Let schools of this LAS choose to send within a minute of norming, or no more."""
        if las not in list(LasType):
            abort(404)
        las_type, on = LasType(las), request.form.get("mag") == "ja"
        with unit_of_work() as session:
            klantenservice.must_lead(session, me())
            minuut.allow(session, las_type, on=on, door=me())
        flash(woorden.within_minute(las_type, on=on), "gelukt")
        return redirect(url_for(".index"), 303)

    @expose("/goedkeuren/<las>/", methods=("POST",))
    def approve_alone(self, las: str) -> ResponseReturnValue:
        """Have koppelingen of this LAS with nothing against them approved by themselves, or no more."""
        if las not in list(LasType):
            abort(404)
        on = request.form.get("mag") == "ja"
        with unit_of_work() as session:
            klantenservice.must_lead(session, me())
            termijnen.let_approve(session, LasType(las), on=on, door=me())
        flash(bewijzen.VANZELF_AAN if on else bewijzen.VANZELF_UIT, "gelukt")
        return redirect(url_for(".index"), 303)

    @expose("/<int:schakelaar_id>/verder/", methods=("POST",))
    def lift(self, schakelaar_id: SchakelaarId) -> ResponseReturnValue:
        """Let it go on."""
        with unit_of_work() as session:
            klantenservice.must_lead(session, me())
            message = woorden.lifted(schakelaars.lift(session, schakelaar_id, door=me()))
        flash(message, "gelukt")
        return redirect(url_for(".index"), 303)
