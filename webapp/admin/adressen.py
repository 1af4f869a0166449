"""Addresses that take no mail: to correct, or to try again."""

from __future__ import annotations

from flask import abort, flash, redirect
from flask.typing import ResponseReturnValue

from webapp.accounts import me, saw, shows_names
from webapp.admin.base import ReadOnlyView, action, back_to_queue, expose, for_each
from webapp.db import db, unit_of_work
from webapp.errors import DomainError
from webapp.forms.klantenservice import AdresForm
from webapp.models import DoodAdres
from webapp.models.ids import DoodAdresId
from webapp.presentation import namen
from webapp.services import dode_adressen
from webapp.woorden import post as woorden
from webapp.woorden import zeg


class AdresView(ReadOnlyView):
    """Nothing is sent to these until somebody corrects or frees them."""

    column_list = column_details_list = ("adres", "antwoord", "sinds")
    persons_in_list = persons_in_details = True
    column_sortable_list = ("adres", "sinds")
    column_searchable_list = ("adres",)
    column_default_sort = ("sinds", True)
    column_labels = {"adres": "Adres", "antwoord": "Antwoord", "sinds": "Sinds"}  # noqa: RUF012  (Flask-Admin reads this name)

    def acts_for(self, adres: DoodAdres) -> tuple[str, ...]:
        return ("vrijgeven",)

    def title_of(self, adres: DoodAdres) -> str:
        return f"Mailadres: {adres.adres}"

    def get_empty_list_message(self) -> str:
        return "Hier komen mailadressen die geen mail aannemen."

    @action("vrijgeven", "Toch proberen")
    def free(self, ids: list[str]) -> None:
        """The address is right after all: what waited goes."""
        for_each(ids, DoodAdresId, lambda session, id_: woorden.freed(dode_adressen.free(session, id_, door=me())))

    @expose("/<int:adres_id>/verbeteren/", methods=("GET", "POST"))
    @shows_names
    def correct(self, adres_id: DoodAdresId) -> ResponseReturnValue:
        """Ask for the right address."""
        adres = db.session.get(DoodAdres, adres_id) or abort(404)
        form = AdresForm()
        if form.validate_on_submit():
            try:
                with unit_of_work() as session:
                    nieuw = dode_adressen.correct(
                        session, adres_id, form.email.data, bereikt=form.bereikt.data, door=me()
                    )
            except DomainError as error:
                flash(zeg(error, namen()), "fout")
            else:
                flash(woorden.corrected(nieuw), "gelukt")
            return redirect(back_to_queue(), 303)
        saw(self.name, 1, over=f"dood_adres {adres.id}", wie="personen")
        return self.form_page("admin/adres/verbeteren.html", adres=adres, form=form)
