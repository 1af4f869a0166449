"""Koppelingen: the list, each one as a story, and what klantenservice decides about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from hashlib import sha256
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin.contrib.sqla import ModelView
from flask_admin.contrib.sqla.filters import FilterEqual
from flask_login import current_user
from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from webapp.accounts import me, saw, shows_names
from webapp.admin.base import ReadOnlyView, action, expose, for_each, in_words, plain
from webapp.context import settings
from webapp.db import db, unit_of_work
from webapp.forms.aanvraag import AanvraagForm
from webapp.forms.cleaning import clean_text
from webapp.forms.klantenservice import LONGEST_BEREIKT, AfwijzenForm, ZonderGegevensForm
from webapp.models import Koppeling, KoppelingStatus, Leerling, Levering, LeveringStatus, School, Werk
from webapp.models.ids import AccountId, KoppelingId
from webapp.models.koppeling import ENDED, Afwijsreden, KoppelingAct
from webapp.presentation import namen_voor
from webapp.services import klantenservice, schakelaars
from webapp.services.koppeling import aanvraag, herkenning, levensloop, register
from webapp.services.koppeling.aanvraag import Aanvraag
from webapp.services.koppeling.errors import AlreadyDecided
from webapp.services.overzicht import feiten, tijdlijn
from webapp.services.versturen import leveringen
from webapp.uwlr.codes import Owner
from webapp.woorden import koppeling as woorden
from webapp.woorden import sleutel, versturen, zeg
from webapp.woorden.fouten import uitleg_van
from webapp.woorden.mails import compose
from webapp.woorden.overzicht import Statusregel, for_klantenservice, statusregel
from webapp.woorden.tijdlijn import Regel, timeline
from webapp.woorden.toegang import bereikt_hint

_ACTS = (
    KoppelingAct.GOEDKEUREN,
    KoppelingAct.OPHALEN,
    KoppelingAct.VERSTUREN,
    KoppelingAct.PAUZEREN,
    KoppelingAct.HERVATTEN,
    KoppelingAct.HERINNEREN,
    KoppelingAct.INTREKKEN,
    KoppelingAct.BEEINDIGEN,
)
"""The buttons, the likeliest first; each carries the name of its act."""
_PAGES = {
    KoppelingAct.OPENZETTEN: ("open_up", "Opengezet"),
    KoppelingAct.VERBETEREN: ("correct", "Verbeteren"),
    KoppelingAct.AFWIJZEN: ("reject", "Afwijzen"),
}
"""What asks something before it is done: its page, and the words of the link."""
_FACTS = ("schoolnaam", "brin", "vestiging", "eigen_gegevens", "status", "schooljaar", "contact_naam", "contact_email")
_MOMENTS = ("aangevraagd_op", "opengezet_op", "ingediend_op", "beslist_op", "herinnerd_op")
_FETCHED = ("opgehaald_op", "opgehaald_leerlingen")
_PROEF = ("proef_op", "proef_gegevens", "proef_code")
_WORK = ("ophalen_op", "ophalen_pogingen", "fout_code", "fout", "fout_eigenaar")
_SENDING = ("zenden_op", "zenden_pogingen", "niet_voor", "zend_fout_code", "zend_fout", "zend_fout_eigenaar")


def _fout(view: ModelView, context: object, koppeling: Koppeling, name: str) -> str:
    return uitleg_van(koppeling, getattr(koppeling, name), namen_voor(koppeling).las).school


def _afwijsreden(view: ModelView, context: object, koppeling: Koppeling, name: str) -> str:
    return woorden.AFWIJSREDENEN[koppeling.afwijsreden][0] if koppeling.afwijsreden else ""


def _eigen_gegevens(view: ModelView, context: object, koppeling: Koppeling, name: str) -> str:
    if koppeling.school_id is None:
        return "–"
    leerlingen = select(func.count()).where(Leerling.school_id == koppeling.school_id)
    school = db.session.get_one(School, koppeling.school_id)
    return woorden.read_in(school, db.session.scalar(leerlingen) or 0)


class KoppelingView(ReadOnlyView):
    """The list and the page of each koppeling. No column holds the sleutel: nobody may read it."""

    column_list = ("schoolnaam", "brin", "status", "fout_code", "opgehaald_op", "aangevraagd_op")
    column_details_list = (*_FACTS, "afwijsreden", "reden_afwijzing", *_PROEF, *_MOMENTS, *_FETCHED, *_WORK, *_SENDING)
    persons_in_details = True
    column_searchable_list = ("schoolnaam", "brin", "contact_email")
    column_filters = (
        FilterEqual(Koppeling.status, "Stand", options=[(s.value, in_words(s)) for s in KoppelingStatus]),
        FilterEqual(Koppeling.fout_eigenaar, "Fout bij", options=[(who.value, in_words(who)) for who in Owner]),
    )
    column_default_sort = ("aangevraagd_op", True)
    column_formatters = column_formatters_detail = {  # noqa: RUF012  (Flask-Admin reads this name)
        "eigen_gegevens": _eigen_gegevens,
        "proef_gegevens": lambda view, context, koppeling, name: sleutel.proef(koppeling, namen_voor(koppeling).las),
        "afwijsreden": _afwijsreden,
        "proef_code": plain,
        "fout_code": plain,
        "fout": _fout,
        "zend_fout_code": plain,
        "zend_fout": _fout,
    }
    column_labels = {  # noqa: RUF012  (Flask-Admin reads this name)
        "schoolnaam": "School",
        "brin": "BRIN",
        "status": "Stand",
        "eigen_gegevens": "Eigen gegevens",
        "contact_naam": "Contactpersoon",
        "contact_email": "E-mailadres",
        "afwijsreden": "Reden van afwijzing",
        "reden_afwijzing": "Toelichting bij afwijzing",
        "aangevraagd_op": "Aangevraagd",
        "opengezet_op": "Opengezet",
        "ingediend_op": "Ingediend",
        "beslist_op": "Beslist",
        "herinnerd_op": "Herinnerd",
        "opgehaald_op": "Laatst opgehaald",
        "opgehaald_leerlingen": "Leerlingen",
        "proef_op": "Sleutel geprobeerd",
        "proef_gegevens": "Wat het LAS antwoordde",
        "proef_code": "Code daarvan",
        "ophalen_op": "Volgende keer ophalen",
        "ophalen_pogingen": "Pogingen",
        "wacht_op_beurt_sinds": "Nog niet aan de beurt sinds",
        "fout_code": "Fout bij ophalen",
        "fout": "Wat de school leest",
        "fout_eigenaar": "Wie die fout oplost",
        "zenden_op": "Volgende keer versturen",
        "zenden_pogingen": "Pogingen versturen",
        "niet_voor": "Niet versturen voor",
        "zend_fout_code": "Fout bij versturen",
        "zend_fout": "Wat de school daarvan leest",
        "zend_fout_eigenaar": "Wie dat oplost",
    }

    def acts_for(self, koppeling: Koppeling) -> tuple[str, ...]:
        """Names of the acts that fit the state, the likeliest first."""
        acts = tuple(act for act in _ACTS if koppeling.mag(act) and _is_sensible(koppeling, act))
        if is_unread(koppeling):
            acts = tuple(act for act in acts if act is not KoppelingAct.GOEDKEUREN)
        may_free = koppeling.mag(KoppelingAct.VRIJGEVEN) and _has_refusals(koppeling)
        return (*acts, KoppelingAct.VRIJGEVEN) if may_free else acts

    def row_acts_for(self, koppeling: Koppeling) -> tuple[str, ...]:
        """In the list only the likeliest; the others are on the page of the koppeling."""
        if koppeling.mag(KoppelingAct.INTREKKEN):
            return () if is_unread(koppeling) else _next_of(koppeling)
        return self.acts_for(koppeling)[:1]

    def pages_for(self, koppeling: Koppeling) -> list[tuple[str, str]]:
        """Addresses of the pages that ask something before they act."""
        pages = [page for act, page in _PAGES.items() if koppeling.mag(act)]
        if is_unread(koppeling):
            pages.insert(0, ("approve_unread", "Goedkeuren"))
        return [(url_for(f"{self.endpoint}.{page}", koppeling_id=koppeling.id), text) for page, text in pages]

    def title_of(self, koppeling: Koppeling) -> str:
        return str(koppeling)

    def status_of(self, koppeling: Koppeling) -> Statusregel:
        """What the school reads, and who acts."""
        seen = feiten.of_koppeling(db.session(), koppeling, settings())
        return for_klantenservice(statusregel(seen, namen_voor(koppeling)))

    def warnings_of(self, koppeling: Koppeling) -> list[str]:
        """What is wrong with the school itself, before anybody decides."""
        inschrijving = register.of_koppeling(db.session(), koppeling)
        unread = woorden.NIETS_INGELEZEN if is_unread(koppeling) else None
        return [said for said in (unread, woorden.register_says(inschrijving, koppeling)) if said is not None]

    def timeline(self, koppeling: Koppeling) -> list[Regel]:
        events = tijdlijn.of_koppeling(db.session(), koppeling)
        return timeline(events, namen_voor(koppeling), huis="klantenservice", zonder=())

    @action(KoppelingAct.GOEDKEUREN, "Goedkeuren")
    def approve(self, ids: list[str]) -> None:
        """Approve, each in its own transaction."""
        for_each(ids, KoppelingId, _act(KoppelingAct.GOEDKEUREN, levensloop.approve))

    @action(KoppelingAct.OPHALEN, "Nu ophalen")
    def fetch(self, ids: list[str]) -> None:
        """Make a fetch due at once."""
        for_each(ids, KoppelingId, _act(KoppelingAct.OPHALEN, _ask_fetch))

    @action(KoppelingAct.VERSTUREN, "Nu versturen")
    def send(self, ids: list[str]) -> None:
        """Make sending due at once."""
        for_each(ids, KoppelingId, _send)

    @action(KoppelingAct.VRIJGEVEN, "Vrijgeven", woorden.VRAGEN[KoppelingAct.VRIJGEVEN])
    def free_refused(self, ids: list[str]) -> None:
        """Put refused results back in line once the cause is gone."""
        for_each(ids, KoppelingId, _free_refused)

    @action(KoppelingAct.PAUZEREN, "Pauzeren", woorden.VRAGEN[KoppelingAct.PAUZEREN])
    def pause(self, ids: list[str]) -> None:
        """Stop the nightly exchange."""
        for_each(ids, KoppelingId, _act(KoppelingAct.PAUZEREN, levensloop.pause))

    @action(KoppelingAct.HERVATTEN, "Hervatten")
    def resume(self, ids: list[str]) -> None:
        """Start the nightly exchange again."""
        for_each(ids, KoppelingId, _act(KoppelingAct.HERVATTEN, levensloop.resume))

    @action(KoppelingAct.HERINNEREN, "Herinneren")
    def remind(self, ids: list[str]) -> None:
        """Mail the school that it is the one to act."""
        for_each(ids, KoppelingId, _act(KoppelingAct.HERINNEREN, aanvraag.remind))

    @action(KoppelingAct.INTREKKEN, "Intrekken", woorden.VRAGEN[KoppelingAct.INTREKKEN])
    def withdraw(self, ids: list[str]) -> None:
        """End an aanvraag that was a mistake; only whom it made a beheerder gets a mail."""
        for_each(ids, KoppelingId, _act(KoppelingAct.INTREKKEN, aanvraag.withdraw))

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

    @action(KoppelingAct.BEEINDIGEN, "Beëindigen", woorden.VRAGEN[KoppelingAct.BEEINDIGEN])
    def end(self, ids: list[str]) -> None:
        """End what the school asked to end; by who leads."""
        klantenservice.must_lead(db.session(), me())
        for_each(ids, KoppelingId, _act(KoppelingAct.BEEINDIGEN, levensloop.end))

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
        return redirect(url_for("admin.index"), 303)

    @expose("/<int:koppeling_id>/goedkeuren/", methods=("GET", "POST"))
    @shows_names
    def approve_unread(self, koppeling_id: KoppelingId) -> ResponseReturnValue:
        """Approve a school of which nothing was read in, by who says that they know what comes of it."""
        koppeling, form = _get(koppeling_id, KoppelingAct.GOEDKEUREN), ZonderGegevensForm()
        if not form.validate_on_submit():
            return self._page("goedkeuren", koppeling, form=form, waarschuwingen=self.warnings_of(koppeling))
        with unit_of_work() as session:
            approved = levensloop.approve(session, koppeling_id, door=me(), zonder_eigen=True)
            message = woorden.done(KoppelingAct.GOEDKEUREN, approved)
        flash(message, "gelukt")
        return redirect(url_for("admin.index"), 303)

    @expose("/<int:koppeling_id>/afwijzen/", methods=("GET", "POST"))
    @shows_names
    def reject(self, koppeling_id: KoppelingId) -> ResponseReturnValue:
        """Ask for the reason, show the mail that goes, then reject: only what was shown goes."""
        koppeling = _get(koppeling_id, KoppelingAct.AFWIJZEN)
        form = AfwijzenForm(koppeling)
        if not form.validate_on_submit():
            return self._page("afwijzen", koppeling, form=form)
        reden, toelichting = Afwijsreden(form.reden.data), form.toelichting.data or ""
        mails = aanvraag.rejection(db.session(), koppeling, reden, toelichting)
        message = compose(db.session(), mails[0])
        merk = sha256(f"{[mail.ontvanger for mail in mails]}{message.subject}{message.text}".encode()).hexdigest()
        if request.form.get("gezien") != merk:
            adressen = [mail.ontvanger for mail in mails]
            shown = {"form": form, "message": message, "adressen": adressen, "merk": merk}
            return self._page("afwijzen_mail", koppeling, **shown)[0]
        with unit_of_work() as session:
            aanvraag.reject(session, koppeling_id, reden=reden, toelichting=toelichting, door=me())
        flash(woorden.done(KoppelingAct.AFWIJZEN, koppeling), "gelukt")
        return redirect(url_for("admin.index"), 303)

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
        return redirect(url_for(".details_view", id=koppeling_id), 303)

    def _page(self, name: str, koppeling: Koppeling, **values: Any) -> tuple[str, int]:
        saw("Koppelingen", 1, over=f"koppeling {koppeling.id}", wie="personen", school_id=koppeling.school_id)
        las = namen_voor(koppeling).las
        return self.form_page(f"admin/koppeling/{name}.html", koppeling=koppeling, las=las, **values)


def is_unread(koppeling: Koppeling) -> bool:
    """Whether this is to be approved while nothing of the school was read in: that is asked on a page of its own."""
    if not koppeling.mag(KoppelingAct.GOEDKEUREN) or koppeling.school_id is None:
        return False
    return not levensloop.has_leerlingen(db.session(), koppeling.school_id)


def _is_sensible(koppeling: Koppeling, handeling: KoppelingAct) -> bool:
    """Whether there is somebody to remind; whether the end was asked for, and the reader leads."""
    if handeling is KoppelingAct.BEEINDIGEN:
        return koppeling.einde_gevraagd_op is not None and current_user.is_leiding
    return handeling is not KoppelingAct.HERINNEREN or koppeling.stil_sinds is not None


def _next_of(koppeling: Koppeling) -> tuple[str, ...]:
    """The act that is the next step before approval; ending it is none."""
    return tuple(act for act in (KoppelingAct.GOEDKEUREN, KoppelingAct.HERINNEREN) if koppeling.mag(act))[:1]


def _has_refusals(koppeling: Koppeling) -> bool:
    refused = exists().where(Levering.school_id == koppeling.school_id, Levering.status == LeveringStatus.GEWEIGERD)
    return bool(koppeling.zend_fout_code or db.session.scalar(select(refused)))


def _act(handeling: KoppelingAct, act: Callable[..., Koppeling]) -> Callable[[Session, KoppelingId], str]:
    """Do this to one koppeling, and say so."""
    return lambda session, koppeling_id: woorden.done(handeling, act(session, koppeling_id, door=me()))


def _ask_fetch(session: Session, koppeling_id: KoppelingId, *, door: AccountId) -> Koppeling:
    """Refuse while it would not begin."""
    schakelaars.must_go_on(session, Werk.OPHALEN, _found(session, koppeling_id).las_type)
    return levensloop.ask_fetch(session, koppeling_id, door=door)


def _send(session: Session, koppeling_id: KoppelingId) -> str:
    koppeling = _found(session, koppeling_id)
    gepland = leveringen.send_now(session, koppeling, door=me())
    return versturen.sent(gepland, namen_voor(koppeling))


def _free_refused(session: Session, koppeling_id: KoppelingId) -> str:
    number = leveringen.free_refused(session, _found(session, koppeling_id), door=me())
    return versturen.released(number)


def _found(session: Session, koppeling_id: KoppelingId) -> Koppeling:
    return session.get(Koppeling, koppeling_id) or abort(404)


def _get(koppeling_id: KoppelingId, handeling: KoppelingAct) -> Koppeling:
    """Return the koppeling; when a colleague was first, say so on its page instead of asking again."""
    koppeling = _found(db.session(), koppeling_id)
    if not koppeling.mag(handeling):
        flash(zeg(AlreadyDecided(koppeling.schoolnaam, koppeling.status), namen_voor(koppeling)), "fout")
        abort(redirect(url_for("ks_koppeling.details_view", id=koppeling_id), 303))
    return koppeling
