"""Koppelingen: the list, each one as a story, and what klantenservice decides about it."""

from __future__ import annotations

from typing import Any

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin.contrib.sqla import ModelView
from flask_admin.contrib.sqla.filters import FilterEqual
from flask_login import current_user
from sqlalchemy import exists, func, select

from webapp.accounts import shows_names
from webapp.admin import verhaal as pagina
from webapp.admin.base import came_from, expose, in_words, plain
from webapp.admin.filters import AskedFilter, SinceFilter, UntilFilter
from webapp.admin.koppelingacts import KoppelingActs
from webapp.admin.koppelingpages import KoppelingPages
from webapp.admin.lijstbestand import ListFile
from webapp.admin.verhaal import Verhaal
from webapp.db import db
from webapp.models import Koppeling, KoppelingStatus, Leerling, Levering, LeveringStatus, School
from webapp.models.koppeling import KoppelingAct
from webapp.presentation import namen_voor
from webapp.services.koppeling import bewijzen, register
from webapp.services.koppeling.bewijzen import Dossier
from webapp.services.overzicht import verhaal
from webapp.uwlr.codes import Owner
from webapp.verzoek import row_id
from webapp.woorden import bewijzen as bewijswoorden
from webapp.woorden import koppeling as woorden
from webapp.woorden import sleutel
from webapp.woorden.bewijzen import Bewijsregel
from webapp.woorden.fouten import uitleg_van

_ACTS = (
    KoppelingAct.GOEDKEUREN,
    KoppelingAct.OPHALEN,
    KoppelingAct.VERSTUREN,
    KoppelingAct.GOEDKEUREN_TERUGNEMEN,
    KoppelingAct.INTREKKEN,
    KoppelingAct.OPNIEUW_AANVRAGEN,
)
"""The buttons, the likeliest first; each carries the name of its act."""
_PAGES = {
    KoppelingAct.OPENZETTEN: ("open_up", "Opengezet"),
    KoppelingAct.HERINNEREN: ("remind", "Herinneren"),
    KoppelingAct.VERBETEREN: ("correct", "Verbeteren"),
    KoppelingAct.AFWIJZEN: ("reject", "Afwijzen"),
    KoppelingAct.HERVATTEN: ("resume", "Hervatten"),
    KoppelingAct.PAUZEREN: ("pause", "Pauzeren"),
    KoppelingAct.PAUZE_WIJZIGEN: ("change_pause", "Pauze wijzigen"),
    KoppelingAct.SLEUTEL_VRAGEN: ("ask_sleutel", "Nieuwe sleutel vragen"),
    KoppelingAct.BEEINDIGEN: ("end", "Beëindigen"),
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


def _kort(view: ModelView, context: object, koppeling: Koppeling, name: str) -> str:
    if koppeling.fout is None:
        return "–"
    said = uitleg_van(koppeling, koppeling.fout, namen_voor(koppeling).las)
    return f"{said.kort} (code {koppeling.fout_code})"


def _in_file(view: ModelView, context: object, koppeling: Koppeling, name: str) -> str:
    return "–" if koppeling.fout is None else _fout(view, context, koppeling, name)


def _afwijsreden(view: ModelView, context: object, koppeling: Koppeling, name: str) -> str:
    return woorden.AFWIJSREDENEN[koppeling.afwijsreden][0] if koppeling.afwijsreden else ""


def _eigen_gegevens(view: ModelView, context: object, koppeling: Koppeling, name: str) -> str:
    if koppeling.school_id is None:
        return "–"
    leerlingen = select(func.count()).where(Leerling.school_id == koppeling.school_id)
    school = db.session.get_one(School, koppeling.school_id)
    return woorden.read_in(school, db.session.scalar(leerlingen) or 0)


class KoppelingView(KoppelingActs, KoppelingPages, ListFile):
    """The list and the page of each koppeling. No column holds the sleutel: nobody may read it."""

    column_list = ("schoolnaam", "brin", "status", "fout_code", "opgehaald_op", "aangevraagd_op")
    column_details_list = (*_FACTS, "afwijsreden", "reden_afwijzing", *_PROEF, *_MOMENTS, *_FETCHED, *_WORK, *_SENDING)
    details_template = "admin/verhaal/index.html"
    persons_in_details = True
    column_searchable_list = ("schoolnaam", "brin", "contact_email")
    column_filters = (
        FilterEqual(Koppeling.status, "Stand", options=[(s.value, in_words(s)) for s in KoppelingStatus]),
        FilterEqual(Koppeling.fout_eigenaar, "Fout bij", options=[(who.value, in_words(who)) for who in Owner]),
        AskedFilter(Koppeling.school_id, "School"),
        SinceFilter(Koppeling.aangevraagd_op, "Aangevraagd"),
        UntilFilter(Koppeling.aangevraagd_op, "Tot"),
    )
    column_default_sort = ("aangevraagd_op", True)
    column_formatters_detail = {  # noqa: RUF012  (Flask-Admin reads this name)
        "eigen_gegevens": _eigen_gegevens,
        "proef_gegevens": lambda view, context, koppeling, name: sleutel.proef(koppeling, namen_voor(koppeling).las),
        "afwijsreden": _afwijsreden,
        "proef_code": plain,
        "fout_code": plain,
        "fout": _fout,
        "zend_fout_code": plain,
        "zend_fout": _fout,
    }
    column_formatters = {"fout_code": _kort}  # noqa: RUF012  (Flask-Admin reads this name)
    column_formatters_export = {"fout_code": plain, "fout": _in_file}  # noqa: RUF012  (Flask-Admin reads this name)
    column_export_list = (*column_list, "fout", "fout_eigenaar")
    coded = ("fout_code",)
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
        may_free = koppeling.mag(KoppelingAct.VRIJGEVEN) and _has_refusals(koppeling)
        return (*acts, KoppelingAct.VRIJGEVEN) if may_free else acts

    def row_acts_for(self, koppeling: Koppeling) -> tuple[str, ...]:
        """In the list only the likeliest, unless it ends an aanvraag; the others are on the page of the koppeling."""
        return tuple(act for act in self.acts_for(koppeling)[:1] if act is not KoppelingAct.INTREKKEN)

    def pages_for(self, koppeling: Koppeling) -> list[tuple[str, str]]:
        """Addresses of the pages that ask something before they act."""
        pages = [page for act, page in _PAGES.items() if koppeling.mag(act) and _is_sensible(koppeling, act)]
        if koppeling.mag(KoppelingAct.GOEDKEUREN) and not is_green(koppeling):
            pages.insert(0, ("approve_knowing", "Bekijken"))
        back = came_from()
        return [(url_for(f"{self.endpoint}.{page}", koppeling_id=koppeling.id, **back), text) for page, text in pages]

    def get_list(self, page: int | None, *args: Any, **kwargs: Any) -> Any:
        """Judge the evidence of all rows of the page at once."""
        count, rows = super().get_list(page, *args, **kwargs)
        g.dossiers = bewijzen.of(db.session(), [row for row in rows if row.mag(KoppelingAct.GOEDKEUREN)])
        return count, rows

    def warnings_of(self, koppeling: Koppeling) -> list[str]:
        """What is wrong with the school itself, before anybody decides."""
        inschrijving = register.of_koppeling(db.session(), koppeling)
        said = woorden.register_says(inschrijving, koppeling)
        return [] if said is None else [said]

    def proofs_of(self, koppeling: Koppeling) -> list[Bewijsregel]:
        """What its approval rests on, while it waits for that."""
        found = dossier_of(koppeling)
        return [] if found is None else bewijswoorden.regels(found, namen_voor(koppeling))

    @expose("/details/")
    @shows_names
    def details_view(self) -> ResponseReturnValue:
        """Show the story of its school; of a koppeling that ended, at the one that the school has by now."""
        koppeling = db.session.get(Koppeling, row_id(request.args.get("id")) or abort(404)) or abort(404)
        newest = verhaal.of_koppeling(db.session(), koppeling).koppelingen[0]
        if newest is not koppeling:
            return redirect(url_for(".details_view", id=newest.id, **came_from()))
        return super().details_view()

    def persons_of(self, koppeling: Koppeling) -> int:
        return pagina.persons_of(verhaal.of_koppeling(db.session(), koppeling))

    def story(self, koppeling: Koppeling) -> Verhaal:
        """What the page shows."""
        return pagina.of(verhaal.of_koppeling(db.session(), koppeling))


def dossier_of(koppeling: Koppeling) -> Dossier | None:
    """The evidence of a koppeling that waits for approval; judged once per request."""
    if not koppeling.mag(KoppelingAct.GOEDKEUREN):
        return None
    seen: dict[int, Dossier | None] = g.setdefault("dossiers", {})
    if koppeling.id not in seen:
        seen[koppeling.id] = bewijzen.of_koppeling(db.session(), koppeling)
    return seen[koppeling.id]


def is_green(koppeling: Koppeling) -> bool:
    """Whether nothing speaks against approving it."""
    found = dossier_of(koppeling)
    return found is not None and found.is_groen


def _is_sensible(koppeling: Koppeling, handeling: KoppelingAct) -> bool:
    """Whether an act that the state allows makes sense: with evidence, somebody to remind, an end that was asked."""
    if handeling is KoppelingAct.GOEDKEUREN:
        return is_green(koppeling)
    if handeling is KoppelingAct.OPNIEUW_AANVRAGEN:
        return bool(koppeling.contact_email)
    if handeling is KoppelingAct.GOEDKEUREN_TERUGNEMEN:
        return koppeling.opgehaald_op is None
    if handeling is KoppelingAct.BEEINDIGEN:
        return bool(current_user.is_leiding)
    return handeling is not KoppelingAct.HERINNEREN or koppeling.stil_sinds is not None


def _has_refusals(koppeling: Koppeling) -> bool:
    refused = exists().where(Levering.school_id == koppeling.school_id, Levering.status == LeveringStatus.GEWEIGERD)
    return bool(koppeling.zend_fout_code or db.session.scalar(select(refused)))
