"""Mails: what went out, what waits, and what was given up on."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_admin.contrib.sqla import ModelView
from flask_admin.contrib.sqla.filters import FilterEqual
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from webapp.accounts import me
from webapp.admin.base import action, for_each, in_words, school_name
from webapp.admin.filters import SchoolFilter, SinceFilter, UntilFilter
from webapp.admin.lijstbestand import ListFile
from webapp.db import db
from webapp.errors import NotAllowed
from webapp.models import DoodAdres, Koppeling, Mail, MailSoort, MailStatus
from webapp.models.ids import MailId
from webapp.models.koppeling import KoppelingAct
from webapp.services import mailbeurt, mails
from webapp.woorden import post as woorden
from webapp.woorden.mails import compose
from webapp.woorden.mailtekst import kept
from webapp.woorden.post import TITELS, probleem

ACTS = {"aangekomen": "Is aangekomen", "opnieuw": "Opnieuw versturen", "nog_eens": "Nog eens sturen"}
_WAITS = frozenset({MailStatus.KLAAR, MailStatus.MISLUKT})


def acts_of(mail: Mail) -> tuple[str, ...]:
    """Only a mail that nobody tries any more can be tried again; the others are still tried by themselves."""
    if mail.status is MailStatus.ONZEKER and mail.volgende_op is None:
        return ("aangekomen", "opnieuw")
    if mail.status in {MailStatus.OPGEGEVEN, MailStatus.TERUGGEKOMEN}:
        return ("opnieuw",)
    return ("nog_eens",) if mails.may_go_anew(mail) else ()


def _soort(view: ModelView, context: object, mail: Mail, name: str) -> str:
    return TITELS[mail.soort]


@dataclass(frozen=True)
class Inhoud:
    """What a mail says, and whether that went or would go now."""

    kop: str
    onderwerp: str = ""
    tekst: str = ""


class MailView(ListFile):
    """Each with its text: as it went, or as it would go now."""

    details_template = "admin/mail/details.html"

    column_list = ("soort", "ontvanger", "school", "status", "probleem", "aangemaakt_op", "verzonden_op")
    column_details_list = (*column_list, "pogingen", "volgende_op")
    persons_in_list = persons_in_details = True
    column_sortable_list = ("soort", "ontvanger", "status", "aangemaakt_op", "verzonden_op")
    column_searchable_list = ("ontvanger",)
    column_filters = (
        FilterEqual(Mail.status, "Stand", options=[(s.value, in_words(s)) for s in MailStatus]),
        FilterEqual(Mail.soort, "Soort", options=[(s.value, TITELS[s]) for s in MailSoort]),
        SchoolFilter(Mail.school_id, "School"),
        SinceFilter(Mail.aangemaakt_op, "Gemaakt"),
        UntilFilter(Mail.aangemaakt_op, "Tot"),
    )
    folded_filters = ("Soort",)
    column_default_sort = ("aangemaakt_op", True)
    column_formatters = column_formatters_detail = {  # noqa: RUF012  (Flask-Admin reads this name)
        "soort": _soort,
        "school": school_name,
        "probleem": lambda view, context, mail, name: probleem(mail.probleem, mail.antwoord) or "–",
    }
    column_labels = {  # noqa: RUF012  (Flask-Admin reads this name)
        "soort": "Mail",
        "ontvanger": "Aan",
        "status": "Stand",
        "probleem": "Wat er misging",
        "aangemaakt_op": "Gemaakt",
        "verzonden_op": "Verzonden",
        "volgende_op": "Volgende poging",
    }

    def acts_for(self, mail: Mail) -> tuple[str, ...]:
        return acts_of(mail)

    def row_acts_for(self, mail: Mail) -> tuple[str, ...]:
        return tuple(act for act in acts_of(mail) if act != "nog_eens")

    def pages_for(self, mail: Mail) -> list[tuple[str, str]]:
        """Where its address is put right, when that is what is wrong with it."""
        dood = db.session.scalar(select(DoodAdres.id).where(mails.is_dead(mail.ontvanger)))
        if dood is not None:
            return [(url_for("ks_adres.correct", adres_id=dood), "Adres verbeteren")]
        koppeling = db.session.get(Koppeling, mail.koppeling_id) if mail.koppeling_id else None
        if koppeling is None or mail.school_id is not None or not koppeling.mag(KoppelingAct.VERBETEREN):
            return []
        return [(url_for("ks_koppeling.correct", koppeling_id=koppeling.id), "Adres wijzigen")]

    def story_url(self, mail: Mail) -> str:
        """The page of its school, or of the aanvraag that it is about."""
        if mail.school_id is not None:
            return url_for("ks_school.details_view", id=mail.school_id)
        return url_for("ks_koppeling.details_view", id=mail.koppeling_id) if mail.koppeling_id else ""

    def content(self, mail: Mail) -> Inhoud:
        """What it said; of one that has yet to go, what it would say now."""
        if mail.status not in _WAITS and mail.tekst is not None:
            return Inhoud("Zoals de mail ging", mail.onderwerp or "", mail.tekst)
        if mail.ontvanger.startswith("gewist-") or mail.status not in {*_WAITS, MailStatus.OPGEGEVEN}:
            return Inhoud("Van deze mail is de tekst niet bewaard")
        try:
            said = kept(compose(db.session(), mail))
        except (AssertionError, LookupError, NoResultFound, NotAllowed):  # what it was about is gone meanwhile
            return Inhoud("Deze mail kan nu niet gemaakt worden: waar hij over ging, is er niet meer")
        waits = mailbeurt.waits_for_end_of_pause(db.session(), mail)
        return Inhoud(
            "Gaat zodra de pauze voorbij is; nu zou er staan" if waits else "Zoals de mail nu zou gaan", *said
        )

    def title_of(self, mail: Mail) -> str:
        return f"Mail: {TITELS[mail.soort]}"

    @action("opnieuw", ACTS["opnieuw"])
    def again(self, ids: list[str]) -> None:
        """Try once more, from the first try."""
        for_each(ids, MailId, lambda session, id_: woorden.again(mails.again(session, id_, door=me())))

    @action("nog_eens", ACTS["nog_eens"])
    def anew(self, ids: list[str]) -> None:
        """Send a mail that went once more, as a new one."""
        for_each(ids, MailId, lambda session, id_: woorden.anew(mails.send_anew(session, id_, door=me())))

    @action("aangekomen", ACTS["aangekomen"])
    def arrived(self, ids: list[str]) -> None:
        """The school has it: it goes no more."""
        for_each(ids, MailId, lambda session, id_: woorden.arrived(mails.arrived(session, id_, door=me())))
