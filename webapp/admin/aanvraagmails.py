"""Mails in which schools ask for the koppeling: what became of each."""

from __future__ import annotations

from flask_admin.contrib.sqla import ModelView
from sqlalchemy.orm import Session

from webapp.accounts import me
from webapp.admin.base import ReadOnlyView, action, for_each
from webapp.models import Aanvraagmail
from webapp.models.ids import AanvraagmailId
from webapp.services.koppeling import aanvraagmail
from webapp.woorden import koppeling as woorden


def _uitkomst(view: ModelView, context: object, mail: Aanvraagmail, name: str) -> str:
    return "aanvraag gemaakt" if mail.onduidelijk is None else woorden.ONDUIDELIJK[mail.onduidelijk]


class AanvraagmailView(ReadOnlyView):
    """Who wrote, when, and what came of it; the mail itself is in the mailbox."""

    column_list = column_details_list = ("afzender", "ontvangen_op", "onduidelijk", "gezien_op")
    persons_in_list = persons_in_details = True
    column_sortable_list = ("afzender", "ontvangen_op")
    column_searchable_list = ("afzender",)
    column_default_sort = ("ontvangen_op", True)
    column_formatters = column_formatters_detail = {"onduidelijk": _uitkomst}  # noqa: RUF012  (Flask-Admin reads this name)
    column_labels = {  # noqa: RUF012  (Flask-Admin reads this name)
        "afzender": "Afzender",
        "ontvangen_op": "Gelezen",
        "onduidelijk": "Wat ermee gebeurde",
        "gezien_op": "Klaar",
    }

    def acts_for(self, mail: Aanvraagmail) -> tuple[str, ...]:
        """Only what waits for a person."""
        return ("afgehandeld",) if mail.onduidelijk is not None and mail.gezien_op is None else ()

    def get_empty_list_message(self) -> str:
        return "Hier komen de mails waarin een school de koppeling aanvraagt, als de mailbox daarvoor is ingesteld."

    def title_of(self, mail: Aanvraagmail) -> str:
        return f"Mail van {mail.afzender}"

    @action("afgehandeld", "Afgehandeld")
    def was_read(self, ids: list[str]) -> None:
        """Somebody read it and did what was asked."""
        for_each(ids, AanvraagmailId, lambda session, id_: woorden.mail_was_read(_read(session, id_)))


def _read(session: Session, mail_id: AanvraagmailId) -> str:
    return aanvraagmail.was_read(session, mail_id, door=me())
