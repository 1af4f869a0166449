"""What klantenservice does with one press to one koppeling, or to many: each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort
from sqlalchemy.orm import Session

from webapp.accounts import me
from webapp.admin.base import action, for_each
from webapp.models import Koppeling, Werk
from webapp.models.ids import AccountId, KoppelingId
from webapp.models.koppeling import KoppelingAct
from webapp.presentation import namen_voor
from webapp.services import schakelaars
from webapp.services.koppeling import aanvraag, einde, goedkeuring, levensloop
from webapp.services.versturen import leveringen
from webapp.woorden import koppeling as woorden
from webapp.woorden import versturen


class KoppelingActs:
    """The acts of `KoppelingView`; which of them fit a koppeling, that view says."""

    @action(KoppelingAct.GOEDKEUREN, "Goedkeuren")
    def approve(self, ids: list[str]) -> None:
        """Approve, each in its own transaction."""
        for_each(ids, KoppelingId, _act(KoppelingAct.GOEDKEUREN, goedkeuring.approve))

    @action(
        KoppelingAct.GOEDKEUREN_TERUGNEMEN, "Goedkeuring terugnemen", woorden.VRAGEN[KoppelingAct.GOEDKEUREN_TERUGNEMEN]
    )
    def take_back(self, ids: list[str]) -> None:
        """Take an approval back while nothing was fetched."""
        for_each(ids, KoppelingId, _act(KoppelingAct.GOEDKEUREN_TERUGNEMEN, goedkeuring.take_back))

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

    @action(KoppelingAct.INTREKKEN, "Intrekken", woorden.VRAGEN[KoppelingAct.INTREKKEN])
    def withdraw(self, ids: list[str]) -> None:
        """End an aanvraag that was a mistake; only whom it made a beheerder gets a mail."""
        for_each(ids, KoppelingId, _act(KoppelingAct.INTREKKEN, aanvraag.withdraw))

    @action(KoppelingAct.OPNIEUW_AANVRAGEN, "Opnieuw aanvragen", woorden.VRAGEN[KoppelingAct.OPNIEUW_AANVRAGEN])
    def ask_again(self, ids: list[str]) -> None:
        """Make a new aanvraag of one that ended."""
        for_each(ids, KoppelingId, _act(KoppelingAct.OPNIEUW_AANVRAGEN, einde.ask_again))


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
