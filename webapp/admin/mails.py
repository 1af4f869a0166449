"""Mails: what went out, what waits, and what was given up on."""

from __future__ import annotations

from flask_admin.contrib.sqla import ModelView
from flask_admin.contrib.sqla.filters import FilterEqual

from webapp.accounts import me
from webapp.admin.base import BrinFilter, ReadOnlyView, action, for_each, in_words, school_name
from webapp.models import Mail, MailSoort, MailStatus
from webapp.models.ids import MailId
from webapp.services import mails
from webapp.woorden import post as woorden
from webapp.woorden.post import TITELS, probleem

ACTS = {"aangekomen": "Is aangekomen", "opnieuw": "Opnieuw versturen"}


def acts_of(mail: Mail) -> tuple[str, ...]:
    """Only a mail that nobody tries any more can be tried again; the others are still tried by themselves."""
    if mail.status is MailStatus.ONZEKER and mail.volgende_op is None:
        return ("aangekomen", "opnieuw")
    return ("opnieuw",) if mail.status in {MailStatus.OPGEGEVEN, MailStatus.TERUGGEKOMEN} else ()


def _soort(view: ModelView, context: object, mail: Mail, name: str) -> str:
    return TITELS[mail.soort]


class MailView(ReadOnlyView):
    """The text itself is made when a mail is sent and kept nowhere."""

    column_list = ("soort", "ontvanger", "school", "status", "pogingen", "probleem", "aangemaakt_op", "verzonden_op")
    column_details_list = (*column_list, "volgende_op")
    persons_in_list = persons_in_details = True
    column_sortable_list = ("soort", "ontvanger", "status", "pogingen", "aangemaakt_op", "verzonden_op")
    column_searchable_list = ("ontvanger",)
    column_filters = (
        FilterEqual(Mail.status, "Stand", options=[(s.value, in_words(s)) for s in MailStatus]),
        FilterEqual(Mail.soort, "Soort", options=[(s.value, TITELS[s]) for s in MailSoort]),
        BrinFilter(Mail.school_id, "BRIN"),
    )
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

    def title_of(self, mail: Mail) -> str:
        return f"Mail: {TITELS[mail.soort]}"

    @action("opnieuw", ACTS["opnieuw"])
    def again(self, ids: list[str]) -> None:
        """Try once more, from the first try."""
        for_each(ids, MailId, lambda session, id_: woorden.again(mails.again(session, id_, door=me())))

    @action("aangekomen", ACTS["aangekomen"])
    def arrived(self, ids: list[str]) -> None:
        """The school has it: it goes no more."""
        for_each(ids, MailId, lambda session, id_: woorden.arrived(mails.arrived(session, id_, door=me())))
