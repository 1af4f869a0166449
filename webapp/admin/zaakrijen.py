"""A case of the queue as its row and its page show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for

from webapp.accounts import me
from webapp.admin import bundeldaden, zaakdaden
from webapp.admin.base import queue_left
from webapp.admin.wachtrijfilter import NIETS, Filter
from webapp.db import db
from webapp.filters import datum_kort, moment
from webapp.models import Alarmsoort, Koppeling, MailStatus
from webapp.models.ids import AccountId, KoppelingId
from webapp.models.koppeling import KoppelingAct
from webapp.presentation import namen_voor
from webapp.services.koppeling import bewijzen, register
from webapp.services.koppeling.bewijzen import Dossier
from webapp.services.overzicht import zaken
from webapp.services.overzicht.wachtend import Wachtend, Wachtreden, Zaaksoort
from webapp.services.overzicht.zaken import Bijgehouden
from webapp.woorden import wachtrij as woorden
from webapp.woorden import zaken as zaakwoorden

_OUD = timedelta(days=7)
_BADGES = {
    Zaaksoort.AANVRAAG: ("", "klok"),
    Zaaksoort.GOEDKEUREN: ("letop", "info"),
    Zaaksoort.OPHALEN: ("fout", "let-op"),
    Zaaksoort.VASTGEHOUDEN: ("letop", "info"),
    Zaaksoort.RESULTATEN: ("fout", "let-op"),
    Zaaksoort.MAIL: ("fout", "let-op"),
    Zaaksoort.STILTE: ("letop", "info"),
    Zaaksoort.OVERIG: ("", "info"),
}
_GROEN = ("in-orde", "vinkje")


@dataclass(frozen=True)
class Rij:
    """One line of the queue."""

    sleutel: str
    school: str
    onder: str
    """BRIN and place, or what the line stands for."""
    url: str
    """The page of the case."""
    soort: str
    badge: tuple[str, str]
    """Kind and icon."""
    stap: str
    van_id: AccountId | None
    van: str
    kijkers: tuple[str, ...]
    notitie: str
    leeftijd: str
    sinds: str
    is_oud: bool
    is_gebundeld: bool
    later: str
    """Until when it was put off."""
    contact: str | None
    daden: tuple[str, ...]
    """Names of what can be done at once; the first is the button of the row, where it has no page."""
    paginas: list[tuple[str, str]]
    """Address and words of what is looked at or asked first; the first is the link of the row."""
    scholen: list[tuple[str, str]] = field(default_factory=list)
    """Name and page of each school, where one line stands for several."""
    voor_alle: tuple[str, ...] = ()
    """Names of what can be done to each of these, on the page of the case."""


def initials(naam: str) -> str:
    """`KW` of Kim de Wit: the first letters of the first and the last word."""
    parts = naam.split()
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper()


def rows_of(rows: Sequence[Wachtend], kept: Mapping[str, Bijgehouden], now: datetime, asked: Filter) -> list[Rij]:
    """The rows of a page."""
    koppelingen = [row.koppeling for row in rows if row.koppeling is not None]
    submitted = [row.koppeling for row in rows if row.koppeling is not None and row.soort is Zaaksoort.GOEDKEUREN]
    dossiers = bewijzen.of(db.session(), submitted)
    places = {key: found.plaats for key, found in register.look_up(db.session(), koppelingen).items()}
    back = [urlencode(asked.args(plek=number, pagina=asked.pagina)) for number in range(1, len(rows) + 1)]
    return [
        _row(row, kept.get(row.sleutel, NIETS), now, asked, dossiers, places, rij)
        for row, rij in zip(rows, back, strict=True)
    ]


def beside(order: Sequence[str], sleutel: str) -> tuple[str | None, str | None]:
    """The cases before and after this one."""
    if sleutel not in order:
        return None, None
    at = order.index(sleutel)
    return order[at - 1] if at else None, order[at + 1] if at + 1 < len(order) else None


def around() -> tuple[str | None, str | None]:
    """The pages of the cases before and after the one that somebody came from, in the queue as they left it."""
    sleutel = request.args.get("zaak", "")
    if not sleutel:
        return None, None
    asked, now = Filter.of(queue_left()), datetime.now(UTC)
    found = asked.choose(zaakdaden.waiting(), zaken.of_all(db.session(), for_=me()), now, me())
    before, after = (
        each and url_for("admin.case", sleutel=each, **asked.args())
        for each in beside([row.sleutel for row in found.rijen], sleutel)
    )
    return before, after


def _row(
    row: Wachtend,
    kept: Bijgehouden,
    now: datetime,
    asked: Filter,
    dossiers: Mapping[KoppelingId, Dossier],
    places: Mapping[tuple[str, str], str],
    back: str,
) -> Rij:
    school, brin = woorden.school(row)
    place = places.get((row.koppeling.brin, row.koppeling.vestiging)) if row.koppeling is not None else None
    dossier = dossiers.get(row.koppeling.id) if row.koppeling is not None and row.mail is None else None
    own = url_for("admin.case", sleutel=row.sleutel, **asked.args(pagina=asked.pagina))
    several = [] if row.reden is Wachtreden.AANVRAAG else row.koppelingen
    return Rij(
        sleutel=row.sleutel,
        school=school,
        onder=", ".join(part for part in (brin, place) if part),
        url=own,
        soort=zaakwoorden.SOORTEN[row.soort],
        badge=_GROEN if dossier is not None and dossier.is_groen else _BADGES[row.soort],
        stap=zaakwoorden.stap(row, namen_voor(row.koppeling), now, dossier),
        van_id=kept.van_id,
        van=kept.van,
        kijkers=kept.kijkers,
        notitie=kept.notitie,
        leeftijd=woorden.leeftijd(now - row.sinds),
        sinds=moment(row.sinds),
        is_oud=now - row.sinds >= _OUD,
        is_gebundeld=row.is_gebundeld,
        later=datum_kort(kept.later_tot) if kept.later_tot is not None and kept.sleeps(row, now) else "",
        contact=moment(row.contact) if row.contact else None,
        daden=zaakdaden.acts_of(row, dossier),
        paginas=_pages(row, {"zaak": row.sleutel, "wachtrij": back}) or [(own, "Openen")],
        scholen=[(str(each), url_for("ks_koppeling.details_view", id=each.id)) for each in several],
        voor_alle=bundeldaden.for_all(row),
    )


def _pages(row: Wachtend, back: dict[str, Any]) -> list[tuple[str, str]]:
    """Where this is looked at, or what is asked before it is done: the likeliest first."""
    if row.is_gebundeld:
        return []
    if row.alarm is not None:
        page = "ks_levering" if row.alarm.soort is Alarmsoort.LEVERINGEN else "ks_nacht"
        return [(url_for(f"{page}.index_view"), "Bekijken")]
    if row.aanvraagmail is not None:
        return [(url_for("ks_aanvraagmail.index_view"), "Aanvragen per mail")]
    if row.adres is not None:
        return [(url_for("ks_adres.correct", adres_id=row.adres.id, **back), "Adres verbeteren")]
    if row.mail is not None:
        return _pages_of_mail(row, back)
    return [] if row.koppeling is None else _pages_of_koppeling(row, row.koppeling, back)


def _pages_of_mail(row: Wachtend, back: dict[str, Any]) -> list[tuple[str, str]]:
    assert row.mail is not None
    koppeling = row.koppeling
    is_wrong = row.mail.status is not MailStatus.ONZEKER
    show = (url_for("ks_mail.details_view", id=row.mail.id), "De mail")
    if is_wrong and koppeling is not None and koppeling.mag(KoppelingAct.VERBETEREN):
        return [(url_for("ks_koppeling.correct", koppeling_id=koppeling.id, **back), "Adres wijzigen"), show]
    return [show]


def _pages_of_koppeling(row: Wachtend, koppeling: Koppeling, back: dict[str, Any]) -> list[tuple[str, str]]:
    story = (url_for("ks_koppeling.details_view", id=koppeling.id, **back), "Bekijken")
    if row.reden is Wachtreden.AANVRAAG and (row.koppelingen or row.wat):
        return [(url_for("ks_koppeling.case", brin=koppeling.brin, **back), "Bekijken")]
    if row.reden is Wachtreden.AANVRAAG:
        return [(url_for("ks_koppeling.open_up", koppeling_id=koppeling.id, **back), "Opengezet"), story]
    if row.reden is Wachtreden.INGEDIEND:
        look = (url_for("ks_koppeling.approve_knowing", koppeling_id=koppeling.id, **back), "Bekijken")
        reject = (url_for("ks_koppeling.reject", koppeling_id=koppeling.id, **back), "Afwijzen")
        return [look, (story[0], "Het verhaal"), reject]
    return [story]
