"""Once more after an incident at a LAS: look, choose, let go step by step, stop. Counts and codes only."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import me, saw, shows_names
from webapp.admin.base import Screen, expose
from webapp.db import db, unit_of_work
from webapp.forms.herzending import HerzendForm
from webapp.models.fout import Foutcode, code_of
from webapp.models.ids import HerzendingId
from webapp.presentation import namen
from webapp.services import klantenservice
from webapp.services.versturen import herzending, herzendstand
from webapp.services.versturen.leveringen import CannotSend
from webapp.services.versturen.nazending import ChangedMeanwhile
from webapp.verzoek import number
from webapp.woorden import herzending as woorden
from webapp.woorden import zeg

_SHOWN = 10
_CONFIRMED = "bevestigd"


class HerzendingView(Screen):
    """Who leads klantenservice acts; all of it may look."""

    @expose("/")
    @shows_names
    def index(self) -> str:
        """Show what was chosen before; with a LAS and a time, what would go per reason: the dry run."""
        is_asked = bool(request.args)
        form = HerzendForm(request.args if is_asked else None, meta={"csrf": False})
        found = herzendstand.look(db.session(), form.vraag) if is_asked and form.validate() else []
        return self._page(form, found, is_asked=is_asked)

    @expose("/", methods=("POST",))
    @shows_names
    def choose(self) -> ResponseReturnValue:
        """Write down what was shown for one reason; nothing goes yet."""
        klantenservice.must_lead(db.session(), me())
        form = HerzendForm(meta={"csrf": False})
        if not form.validate():
            return self._page(form, [], is_asked=True), 422
        getoond = number(request.form.get("getoond")) or 0
        try:
            with unit_of_work() as session:
                herzending.choose(session, form.vraag, _code(), getoond=getoond, door=me())
        except ChangedMeanwhile as error:
            flash(zeg(error, namen()), "fout")
            return self._page(form, herzendstand.look(db.session(), form.vraag), is_asked=True), 422
        flash(woorden.chosen(getoond), "gelukt")
        return redirect(url_for(".index"), 303)

    @expose("/<int:herzending_id>/stap/", methods=("POST",))
    def let_go(self, herzending_id: HerzendingId) -> ResponseReturnValue:
        """Let the schools of the next step go."""
        klantenservice.must_lead(db.session(), me())
        try:
            with unit_of_work() as session:
                stap = herzending.let_go(session, herzending_id, number(request.form.get("stap")) or 0, door=me())
        except CannotSend as error:
            flash(zeg(error, namen()), "fout")
        else:
            flash(woorden.let_go(stap), "gelukt")
        return redirect(url_for(".index"), 303)

    @expose("/<int:herzending_id>/stoppen/", methods=("POST",))
    def stop(self, herzending_id: HerzendingId) -> ResponseReturnValue:
        """Let nothing more go; then school by school, so that whoever presses again goes on where it broke off."""
        klantenservice.must_lead(db.session(), me())
        with unit_of_work() as session:
            schools = herzending.stop(session, herzending_id, door=me())
        kept = 0
        for school_id in schools:
            with unit_of_work() as session:
                kept += herzending.take_back(session, herzending_id, school_id, door=me())
        flash(woorden.stopped(kept), "gelukt")
        return redirect(url_for(".index"), 303)

    def _page(self, form: HerzendForm, found: list[herzendstand.Gevonden], *, is_asked: bool) -> str:
        standen = herzendstand.latest(db.session(), _SHOWN)
        others = {stand.herzending.gevraagd_door for stand in standen} - {me()}
        saw("Opnieuw versturen", len(others), wie="personen")
        return self.render(
            "admin/herzending/index.html",
            form=form,
            is_asked=is_asked and not form.errors,
            gevonden=[(each, str(each.fout_code or _CONFIRMED), woorden.found(each)) for each in found],
            kaarten=woorden.cards(standen),
        )


def _code() -> Foutcode | None:
    """The reason that was chosen; none is what was confirmed."""
    text = request.form.get("code", "")
    try:
        return None if text == _CONFIRMED else code_of(text)
    except StopIteration:
        abort(400)
