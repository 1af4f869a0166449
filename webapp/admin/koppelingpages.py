"""The pages on which klantenservice is shown what an act will do, or asked something, before it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from hashlib import sha256
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from webapp.accounts import me, saw, shows_names
from webapp.admin.base import Screen, back_to_queue, came_from, expose
from webapp.config import AMSTERDAM
from webapp.context import keyring, settings
from webapp.db import db, unit_of_work
from webapp.forms.aanvraag import AanvraagForm
from webapp.forms.cleaning import clean_text
from webapp.forms.klantenservice import (
    LONGEST_BEREIKT,
    AfwijzenForm,
    BeeindigenForm,
    GoedkeurenForm,
    OvereenkomstForm,
    PauzeForm,
    RedenForm,
)
from webapp.las import las_of
from webapp.models import Account, Koppeling, KoppelingStatus, Mail, School
from webapp.models.ids import KoppelingId
from webapp.models.koppeling import ENDED, Afwijsreden, KoppelingAct
from webapp.presentation import namen_voor
from webapp.services import klantenservice
from webapp.services.koppeling import (
    aanvraag,
    bewijzen,
    einde,
    goedkeuring,
    herkenning,
    levensloop,
    overeenkomst,
    sleutel,
    stilstand,
)
from webapp.services.koppeling.aanvraag import Aanvraag
from webapp.services.koppeling.bewijzen import Bewijs
from webapp.services.koppeling.errors import AlreadyDecided, EndNotAsked
from webapp.sleutelproef import ask_las
from webapp.woorden import bewijzen as bewijswoorden
from webapp.woorden import koppeling as woorden
from webapp.woorden import sleutel as sleutelwoorden
from webapp.woorden import zeg
from webapp.woorden.mails import compose
from webapp.woorden.toegang import bereikt_hint


class KoppelingPages(Screen):
    """The pages of `KoppelingView`."""

    @expose("/brin/<string:brin>/")
    @shows_names
    def case(self, brin: str) -> str:
        """All who ask for one BRIN side by side, and the koppelingen that there are."""
        is_open = or_(Koppeling.status == KoppelingStatus.AANGEVRAAGD, Koppeling.school_id.is_not(None))
        query = select(Koppeling).where(Koppeling.brin == brin, Koppeling.status.not_in(ENDED), is_open)
        rows = db.session.scalars(query.order_by(Koppeling.id)).all()
        zaken = [(row, list(woorden.warnings(row, herkenning.recognise(db.session(), row)))) for row in rows]
        if not zaken:
            abort(404)
        saw("Koppelingen", len(rows), over=f"brin {brin}", wie="personen")
        return self.render("admin/koppeling/zaak.html", brin=brin, zaken=zaken)

    @expose("/<int:koppeling_id>/openzetten/")
    @shows_names
    def open_up(self, koppeling_id: KoppelingId) -> ResponseReturnValue:
        """Show which school and account will be found or made, and ask."""
        koppeling = _get(koppeling_id, KoppelingAct.OPENZETTEN)
        found = herkenning.recognise(db.session(), koppeling)
        naam = found.naam_of(koppeling)
        probleem = woorden.contact_of_other(koppeling.contact_email, naam) if found.is_contact_of_other else None
        waarschuwingen = list(woorden.warnings(koppeling, found))
        return self._page(
            "openzetten",
            koppeling,
            found=found,
            beheerder=woorden.first_beheerder(koppeling, found),
            probleem=probleem,
            portaal=las_of(koppeling.las_type, settings()).portaal,
            waarschuwingen=waarschuwingen,
            bereikt_hint=bereikt_hint(has_beheerders=bool(found.andere_beheerders)),
        )

    @expose("/<int:koppeling_id>/openzetten/", methods=("POST",))
    def do_open_up(self, koppeling_id: KoppelingId) -> ResponseReturnValue:
        """Record that the koppeling is open in the LAS, for the school and account that were shown."""
        _get(koppeling_id, KoppelingAct.OPENZETTEN)
        with unit_of_work() as session:
            koppeling = levensloop.open_up(
                session,
                koppeling_id,
                door=me(),
                gezien=request.form.get("gezien"),
                bereikt=clean_text(request.form.get("bereikt"))[:LONGEST_BEREIKT],
            )
            message = woorden.opened_up(koppeling)
        flash(message, "gelukt")
        return redirect(back_to_queue(), 303)

    @expose("/<int:koppeling_id>/goedkeuren/", methods=("GET", "POST"))
    @shows_names
    def approve_knowing(self, koppeling_id: KoppelingId) -> ResponseReturnValue:
        """Name what is not green; approve, by who says that they know that and nothing else is not."""
        koppeling, form = _get(koppeling_id, KoppelingAct.GOEDKEUREN), GoedkeurenForm()
        dossier = bewijzen.of(db.session(), [koppeling])[koppeling.id]
        named = {each for each in Bewijs if each in request.form.getlist("gezien")}
        shown = {"dossier": dossier, "regels": bewijswoorden.regels(dossier, namen_voor(koppeling))}
        is_new = any(stuk.bewijs not in named for stuk in dossier.niet_groen)
        if not form.is_submitted() or (dossier.niet_groen and not form.validate_on_submit()) or is_new:
            return self._page("goedkeuren", koppeling, form=form, is_new=is_new, **shown)
        with unit_of_work() as session:
            approved = goedkeuring.approve(session, koppeling_id, door=me(), weet=named)
            message = woorden.done(KoppelingAct.GOEDKEUREN, approved)
        flash(message, "gelukt")
        return redirect(back_to_queue(), 303)

    @expose("/<int:koppeling_id>/proberen/", methods=("POST",))
    def try_now(self, koppeling_id: KoppelingId) -> ResponseReturnValue:
        """Ask the LAS what it makes of the key that is kept."""
        koppeling = _get(koppeling_id, KoppelingAct.SLEUTEL_PROBEREN)
        opened, merk = sleutel.opened(koppeling, keyring()), koppeling.sleutel_merk
        diagnose = ask_las(koppeling, koppeling.schooljaar or "", opened)
        with unit_of_work() as session:
            tried = sleutel.tried_again(session, koppeling_id, merk, diagnose, door=me())
            message = sleutelwoorden.tried(tried, namen_voor(tried).las)
        flash(message, "gelukt" if diagnose.is_goed else "fout")
        return redirect(url_for(".details_view", id=koppeling_id, **came_from()), 303)

    @expose("/<int:koppeling_id>/overeenkomst/", methods=("GET", "POST"))
    @shows_names
    def contract(self, koppeling_id: KoppelingId) -> ResponseReturnValue:
        """Note when the school signed the verwerkersovereenkomst."""
        koppeling = db.session.get(Koppeling, koppeling_id) or abort(404)
        school = db.session.get(School, koppeling.school_id or 0) or abort(404)
        form = OvereenkomstForm(getekend_op=school.overeenkomst_op)
        if not form.validate_on_submit():
            door = school.overeenkomst_door and db.session.get_one(Account, school.overeenkomst_door).naam
            return self._page("overeenkomst", koppeling, form=form, van=school, door=door)
        with unit_of_work() as session:
            overeenkomst.note(session, school.id, form.getekend_op.data, door=me())
        flash(bewijswoorden.OVEREENKOMST if form.getekend_op.data else bewijswoorden.GEEN_OVEREENKOMST, "gelukt")
        return redirect(url_for(".details_view", id=koppeling_id, **came_from()), 303)

    @expose("/<int:koppeling_id>/afwijzen/", methods=("GET", "POST"))
    @shows_names
    def reject(self, koppeling_id: KoppelingId) -> ResponseReturnValue:
        """Ask for the reason, show the mail that goes, then reject: only what was shown goes."""
        koppeling = _get(koppeling_id, KoppelingAct.AFWIJZEN)
        form = AfwijzenForm(koppeling)
        if not form.validate_on_submit():
            return self._page("afwijzen", koppeling, form=form)
        reden, toelichting = Afwijsreden(form.reden.data), form.toelichting.data or ""
        told = aanvraag.rejection(db.session(), koppeling, reden, toelichting)
        return self._shown_first(
            KoppelingAct.AFWIJZEN, koppeling, form, told,
            lambda session: aanvraag.reject(session, koppeling_id, reden=reden, toelichting=toelichting, door=me()),
        )  # fmt: skip

    @expose("/<int:koppeling_id>/herinneren/", methods=("GET", "POST"))
    @shows_names
    def remind(self, koppeling_id: KoppelingId) -> ResponseReturnValue:
        """Show the mail that goes, then tell the school that it is the one to act."""
        koppeling = _get(koppeling_id, KoppelingAct.HERINNEREN)
        told = aanvraag.reminder(db.session(), koppeling)
        return self._shown_first(
            KoppelingAct.HERINNEREN, koppeling, FlaskForm(), told,
            lambda session: aanvraag.remind(session, koppeling_id, door=me()),
        )  # fmt: skip

    @expose("/<int:koppeling_id>/pauzeren/", methods=("GET", "POST"))
    @shows_names
    def pause(self, koppeling_id: KoppelingId) -> ResponseReturnValue:
        """Ask why and until when, show the mail that goes, then stop the exchange."""
        return self._pause(_get(koppeling_id, KoppelingAct.PAUZEREN), PauzeForm(), stilstand.pause)

    @expose("/<int:koppeling_id>/pauze/", methods=("GET", "POST"))
    @shows_names
    def change_pause(self, koppeling_id: KoppelingId) -> ResponseReturnValue:
        """Ask for another reason or end of a pause, show the mail that goes, then change it."""
        koppeling = _get(koppeling_id, KoppelingAct.PAUZE_WIJZIGEN)
        tot = koppeling.pauze_tot
        form = PauzeForm(reden=koppeling.pauze_reden, tot=tot and tot.astimezone(AMSTERDAM))
        return self._pause(koppeling, form, stilstand.change_pause)

    def _pause(self, koppeling: Koppeling, form: PauzeForm, do: Callable[..., object]) -> ResponseReturnValue:
        if not form.validate_on_submit():
            return self._page("pauzeren", koppeling, form=form)
        is_changed, reden, tot = do is stilstand.change_pause, form.reden.data, form.einde
        told = stilstand.pause_told(db.session(), koppeling, reden, tot, is_changed=is_changed)
        return self._shown_first(
            KoppelingAct.PAUZE_WIJZIGEN if is_changed else KoppelingAct.PAUZEREN, koppeling, form, told,
            lambda session: do(session, koppeling.id, reden=reden, tot=tot, door=me()),
        )  # fmt: skip

    @expose("/<int:koppeling_id>/hervatten/", methods=("GET", "POST"))
    @shows_names
    def resume(self, koppeling_id: KoppelingId) -> ResponseReturnValue:
        """Show the mail that goes, then let the exchange go on."""
        koppeling = _get(koppeling_id, KoppelingAct.HERVATTEN)
        told = stilstand.resume_told(db.session(), koppeling)
        return self._shown_first(
            KoppelingAct.HERVATTEN, koppeling, FlaskForm(), told,
            lambda session: stilstand.resume(session, koppeling_id, door=me()),
        )  # fmt: skip

    @expose("/<int:koppeling_id>/sleutel-vragen/", methods=("GET", "POST"))
    @shows_names
    def ask_sleutel(self, koppeling_id: KoppelingId) -> ResponseReturnValue:
        """Ask why, show the mail that goes, then void the key."""
        koppeling, form = _get(koppeling_id, KoppelingAct.SLEUTEL_VRAGEN), RedenForm()
        if not form.validate_on_submit():
            return self._page("sleutel_vragen", koppeling, form=form)
        told = stilstand.sleutel_told(db.session(), koppeling, form.reden.data)
        return self._shown_first(
            KoppelingAct.SLEUTEL_VRAGEN, koppeling, form, told,
            lambda session: stilstand.ask_sleutel(session, koppeling_id, reden=form.reden.data, door=me()),
        )  # fmt: skip

    @expose("/<int:koppeling_id>/beeindigen/", methods=("GET", "POST"))
    @shows_names
    def end(self, koppeling_id: KoppelingId) -> ResponseReturnValue:
        """Say what stays and what is erased when, show the mail that goes, then end it; by who leads."""
        klantenservice.must_lead(db.session(), me())
        koppeling, form = _get(koppeling_id, KoppelingAct.BEEINDIGEN), BeeindigenForm()
        reden = form.reden.data or ""
        is_unasked = koppeling.einde_gevraagd_op is None and not reden
        if not form.validate_on_submit() or is_unasked:
            if form.is_submitted() and is_unasked:
                form.reden.errors = [zeg(EndNotAsked(), namen_voor(koppeling))]
            return self._page("beeindigen", koppeling, form=form, bewaar=settings())
        told = einde.end_told(db.session(), koppeling, reden)
        return self._shown_first(
            KoppelingAct.BEEINDIGEN, koppeling, form, told,
            lambda session: einde.end(session, koppeling_id, reden=reden, door=me()),
        )  # fmt: skip

    @expose("/<int:koppeling_id>/verbeteren/", methods=("GET", "POST"))
    @shows_names
    def correct(self, koppeling_id: KoppelingId) -> ResponseReturnValue:
        """Put right what was typed in an aanvraag."""
        koppeling = _get(koppeling_id, KoppelingAct.VERBETEREN)
        form = AanvraagForm(data={each.name: getattr(koppeling, each.name) for each in fields(Aanvraag)})
        if not form.validate_on_submit():
            return self._page("verbeteren", koppeling, form=form)
        with unit_of_work() as session:
            corrected = aanvraag.correct(session, koppeling_id, form.aanvraag(), door=me())
            message = woorden.corrected(corrected)
        flash(message, "gelukt")
        return redirect(url_for(".details_view", id=koppeling_id, **came_from()), 303)

    def _shown_first(
        self,
        act: KoppelingAct,
        koppeling: Koppeling,
        form: FlaskForm,
        told: list[Mail],
        do: Callable[[Session], object],
    ) -> ResponseReturnValue:
        """Show the mail that an act sends; do it once exactly that one was seen."""
        adressen = [mail.ontvanger for mail in told]
        message = compose(db.session(), told[0]) if told else None
        text = f"{message.subject}{message.text}" if message else ""
        merk = sha256(f"{adressen}{text}".encode()).hexdigest()
        if request.form.get("gezien") != merk:
            typed = {name: value for name, value in request.form.items() if name in form.data and name != "csrf_token"}
            kind = "primair" if act in {KoppelingAct.HERVATTEN, KoppelingAct.HERINNEREN} else "gevaar"
            words = {"titel": act.capitalize(), "terug": request.full_path if typed else None, "kleur": kind}
            shown = {"adressen": adressen, "message": message, "velden": {**typed, "gezien": merk}, **words}
            return self._page("mail", koppeling, **shown)[0]
        with unit_of_work() as session:
            do(session)
            message_of_act = woorden.done(act, koppeling)
        flash(message_of_act, "gelukt")
        return redirect(back_to_queue(), 303)

    def _page(self, name: str, koppeling: Koppeling, **values: Any) -> tuple[str, int]:
        saw("Koppelingen", 1, over=f"koppeling {koppeling.id}", wie="personen", school_id=koppeling.school_id)
        las = namen_voor(koppeling).las
        return self.form_page(f"admin/koppeling/{name}.html", koppeling=koppeling, las=las, **values)


def _get(koppeling_id: KoppelingId, handeling: KoppelingAct) -> Koppeling:
    """Return the koppeling; when a colleague was first, say so on its page instead of asking again."""
    koppeling = db.session.get(Koppeling, koppeling_id) or abort(404)
    if not koppeling.mag(handeling):
        flash(zeg(AlreadyDecided(koppeling.schoolnaam, koppeling.status), namen_voor(koppeling)), "fout")
        abort(redirect(url_for("ks_koppeling.details_view", id=koppeling_id, **came_from()), 303))
    return koppeling
