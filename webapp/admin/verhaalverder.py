"""Where the story of a school goes on: the page of what a line is about, and what helps against each reason."""

from __future__ import annotations

from collections.abc import Callable

from flask import url_for

from webapp.admin.accounts import may_be_opened
from webapp.admin.leveringen import leveringen_url
from webapp.db import db
from webapp.models import Account, LeveringStatus, MailSoort
from webapp.models.koppeling import KoppelingAct
from webapp.services.overzicht import verhaal
from webapp.services.overzicht.tijdlijn import Verrichting
from webapp.services.overzicht.verhaal import Onderwerp
from webapp.services.versturen.waar import Waar
from webapp.verzoek import row_id
from webapp.woorden.waarom import Waarom

_STANDEN = {
    Waar.GEWEIGERD: LeveringStatus.GEWEIGERD,
    Waar.NAKIJKEN: LeveringStatus.NAKIJKEN,
    Waar.ELDERS: LeveringStatus.ELDERS_AFGELEVERD,
    Waar.ONBEKEND: LeveringStatus.ONBEKEND,
    Waar.ONDERWEG: LeveringStatus.ONDERWEG,
    Waar.KLAAR: LeveringStatus.KLAAR,
}
"""What has a levering: looked at, and sent again, in the list of those."""
_GEVRAAGD = {
    Waar.NIET_GEKOPPELD: MailSoort.KOPPELINGSMAIL,
    Waar.GEVRAAGD: MailSoort.KOPPELINGSMAIL,
    Waar.VASTGEHOUDEN: MailSoort.VASTGEHOUDEN,
}
"""What the school was asked in a mail: from its page that goes once more."""


def page_of(event: Verrichting, over: Onderwerp) -> str:
    """The page of what this act was about; nothing where klantenservice has none."""
    kind, _, key = event.over_rij.partition(" ")
    if kind == "verzending" and over.school is not None:
        return leveringen_url(school=over.school, sinds=event.op)
    page = _PAGES.get(kind)
    return page(key) if page is not None and key else ""


def help_with(reden: Waarom, over: Onderwerp) -> tuple[str, str]:
    """Address and words of the page where klantenservice does something about this; nothing where it cannot."""
    school, koppeling = over.school, over.koppeling
    if school is not None and reden.waar in _STANDEN:
        words = "Bekijken en opnieuw versturen" if reden.waar is Waar.GEWEIGERD else "Bekijken"
        return leveringen_url(school=school, stand=_STANDEN[reden.waar], fout=reden.code), words
    if reden.waar in _GEVRAAGD:
        mail_id = verhaal.newest_of(db.session(), over, _GEVRAAGD[reden.waar])
        return ("", "") if mail_id is None else (url_for("ks_mail.details_view", id=mail_id), "De mail daarover")
    if reden.waar is Waar.GEPAUZEERD and koppeling is not None and koppeling.mag(KoppelingAct.HERVATTEN):
        return url_for("ks_koppeling.resume", koppeling_id=koppeling.id), "Hervatten"
    if reden.waar is Waar.VOOR_DE_START and school is not None:
        return url_for("ks_nazending.index", brin=school.brin), "Vorig schooljaar"
    return "", ""


def _account(key: str) -> str:
    account = db.session.get(Account, row_id(key) or 0)
    return url_for("ks_account.details_view", id=key) if account is not None and may_be_opened(account) else ""


_PAGES: dict[str, Callable[[str], str]] = {
    "account": _account,
    "aanvraagmail": lambda key: url_for("ks_aanvraagmail.index_view"),
    "herzending": lambda key: url_for("ks_herzending.index"),
    "las": lambda key: url_for("ks_schakelaar.index"),
    "leverancier": lambda key: url_for("ks_leverancier.index_view"),
    "mail": lambda key: url_for("ks_mail.details_view", id=key),
    "nacht": lambda key: url_for("ks_nacht.course", datum=key),
    "resultaat": lambda key: url_for("ks_levering.details_view", id=key),
}
"""What lines of the trail are about and klantenservice may open."""
