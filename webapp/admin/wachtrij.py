"""The first screen: what waits for klantenservice."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from flask import url_for
from flask_admin import AdminIndexView

from webapp.accounts import saw, shows_names
from webapp.admin import mails
from webapp.admin.base import Screen, expose
from webapp.admin.koppelingen import is_green
from webapp.context import settings
from webapp.db import db
from webapp.filters import moment
from webapp.models import Alarmsoort, Koppeling, MailStatus
from webapp.models.koppeling import KoppelingAct
from webapp.presentation import namen_voor
from webapp.services.clock import database_now
from webapp.services.overzicht import alarmen, wachtrij
from webapp.services.overzicht.einde import Aan
from webapp.services.overzicht.wachtrij import Wachtend, Wachtreden
from webapp.woorden import wachtrij as woorden

_KINDS = {Wachtreden.AANVRAAG: Aan.TESTCENTRUM, Wachtreden.INGEDIEND: Aan.TESTCENTRUM, Wachtreden.STIL: Aan.U}


@dataclass(frozen=True)
class Actie:
    """A button that posts `velden`, or a link to a page that asks first."""

    url: str
    tekst: str
    soort: str = ""
    velden: dict[str, str | int] = field(default_factory=dict)
    is_link: bool = False


@dataclass(frozen=True)
class Rij:
    """One line of the queue."""

    school: str
    brin: str
    url: str | None
    label: str
    soort: str
    daarna: str
    leeftijd: str
    sinds: str
    contact: str | None
    acties: list[Actie]
    wie: str
    scholen: list[tuple[str, str]] = field(default_factory=list)
    """Name and page of each school, where one line stands for several."""


class Wachtrij(Screen, AdminIndexView):  # type: ignore[misc]  # Flask-Admin ships no types
    """Oldest first, each row with its one or two acts."""

    @expose("/")
    @shows_names
    def index(self) -> str:
        """Show the queue."""
        now = datetime.now(UTC)
        session = db.session()
        meldingen = alarmen.for_queue(session, database_now(session), settings())
        waiting = wachtrij.waiting(session, settings().clientcertificaat, meldingen)
        saw("Wacht op ons", sum(_names_somebody(row) for row in waiting), wie="personen")
        return self.render("admin/index.html", rijen=[_row(row, now) for row in waiting])


def _names_somebody(row: Wachtend) -> bool:
    """Whether it is about an address: it stands where the school stands in the others."""
    return any(about is not None for about in (row.adres, row.mail, row.aanvraagmail))


def _row(row: Wachtend, now: datetime) -> Rij:
    school, brin = woorden.school(row)
    return Rij(
        school=school,
        brin=brin,
        url=_page_about(row),
        label=woorden.stand(row),
        soort=_KINDS.get(row.reden, "fout"),
        daarna=woorden.daarna(row, namen_voor(row.koppeling)),
        leeftijd=woorden.leeftijd(now - row.sinds),
        sinds=moment(row.sinds),
        contact=moment(row.contact) if row.contact else None,
        acties=_acts(row),
        wie=woorden.aan_zet(row),
        scholen=[] if row.reden is Wachtreden.AANVRAAG else [_link_to(each) for each in row.koppelingen],
    )


def _link_to(koppeling: Koppeling) -> tuple[str, str]:
    return str(koppeling), url_for("ks_koppeling.details_view", id=koppeling.id)


def _page_about(row: Wachtend) -> str | None:
    if row.alarm is not None:
        page = "ks_levering" if row.alarm.soort is Alarmsoort.LEVERINGEN else "ks_nacht"
        return url_for(f"{page}.index_view")
    if row.aanvraagmail is not None:
        return url_for("ks_aanvraagmail.index_view")
    if row.adres is not None:
        return url_for("ks_adres.index_view")
    if row.koppeling is not None and row.reden is Wachtreden.AANVRAAG and (row.koppelingen or row.wat):
        return url_for("ks_koppeling.case", brin=row.koppeling.brin)
    if row.koppeling is not None:
        return url_for("ks_koppeling.details_view", id=row.koppeling.id)
    return url_for("ks_mail.index_view") if row.mail is not None else None


def _acts(row: Wachtend) -> list[Actie]:
    if row.aanvraagmail is not None:
        return [_post("ks_aanvraagmail", "afgehandeld", row.aanvraagmail.id, "Afgehandeld")]
    if row.adres is not None:
        correct = Actie(url_for("ks_adres.correct", adres_id=row.adres.id), "Adres verbeteren", is_link=True)
        return [correct, _post("ks_adres", "vrijgeven", row.adres.id, "Toch proberen")]
    if row.mail is not None:
        acts = [_post("ks_mail", name, row.mail.id, mails.ACTS[name]) for name in mails.acts_of(row.mail)]
        is_wrong = row.mail.status is not MailStatus.ONZEKER
        may_correct = is_wrong and row.koppeling is not None and row.koppeling.mag(KoppelingAct.VERBETEREN)
        return [*acts, _link("correct", row, "Adres wijzigen")] if may_correct else acts
    if row.koppeling is None:
        return []
    match row.reden:
        case Wachtreden.AANVRAAG if row.koppelingen or row.wat:
            return [Actie(url_for("ks_koppeling.case", brin=row.koppeling.brin), "Bekijken", is_link=True)]
        case Wachtreden.STIL:
            return [_post("ks_koppeling", "herinneren", row.koppeling.id, "Herinneren")]
        case Wachtreden.AANVRAAG:
            return [_link("open_up", row, "Opengezet", "primair")]
        case Wachtreden.INGEDIEND:
            look = _link("approve_knowing", row, "Bekijken")
            approve = _post("ks_koppeling", "goedkeuren", row.koppeling.id, "Goedkeuren", "primair")
            return [approve if is_green(row.koppeling) else look, _link("reject", row, "Afwijzen")]
        case Wachtreden.OPHALEN:
            return [_post("ks_koppeling", "ophalen", row.koppeling.id, "Nu ophalen")]
        case Wachtreden.VERSTUREN | Wachtreden.RESULTATEN:
            return [_post("ks_koppeling", "vrijgeven", row.koppeling.id, "Vrijgeven")]
        case _:
            return []


def _post(view: str, name: str, row_id: int, text: str, soort: str = "") -> Actie:
    fields: dict[str, str | int] = {"action": name, "rowid": row_id, "url": url_for("admin.index")}
    return Actie(url_for(f"{view}.action_view"), text, soort, fields)


def _link(page: str, row: Wachtend, text: str, soort: str = "") -> Actie:
    assert row.koppeling is not None
    return Actie(url_for(f"ks_koppeling.{page}", koppeling_id=row.koppeling.id), text, soort, is_link=True)
