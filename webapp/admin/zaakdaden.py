"""What can be done to a case of the queue, for one and for many at once: each in a transaction of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import flash
from sqlalchemy.orm import Session

from webapp.accounts import me
from webapp.admin import bundeldaden
from webapp.admin import mails as mailscherm
from webapp.context import settings
from webapp.db import db, unit_of_work
from webapp.errors import DomainError
from webapp.models import Account, Koppeling, Werk
from webapp.models.ids import AccountId, KoppelingId
from webapp.models.koppeling import KoppelingAct
from webapp.presentation import namen_voor
from webapp.services import dode_adressen, mails, schakelaars
from webapp.services.clock import database_now
from webapp.services.koppeling import aanvraag, aanvraagmail, goedkeuring, levensloop
from webapp.services.koppeling.bewijzen import Dossier
from webapp.services.koppeling.errors import AlreadyDecided, RemindedToday
from webapp.services.overzicht import alarmen, wachtrij, zaken
from webapp.services.overzicht.wachtend import Wachtend, Wachtreden
from webapp.services.versturen import leveringen
from webapp.woorden import koppeling as woorden
from webapp.woorden import post, versturen, zeg
from webapp.woorden import wachtrij as rijwoorden
from webapp.woorden import zaken as zaakwoorden
from webapp.woorden.weigeringen import register as say

_KOPPELING = re.compile(r":koppeling:([1-9][0-9]{0,9})$")


class CaseGone(DomainError):
    """The queue does not have this case any more."""


class NotForThis(DomainError):
    """This act is not for a case like this."""


say(
    {
        CaseGone: "Deze zaak is er niet meer; er is niets veranderd.",
        NotForThis: "Dat kan bij deze zaak niet; er is niets veranderd.",
    }
)


@dataclass(frozen=True)
class Zaakdaad:
    """One act: the words of its button, for one and for many, what was done, and what does it."""

    tekst: str
    een: str
    meer: str
    gedaan: tuple[str, str]
    doe: Callable[[Session, Wachtend], str]


def _on_koppeling(handeling: KoppelingAct, act: Callable[..., Koppeling]) -> Callable[[Session, Wachtend], str]:
    return lambda session, row: woorden.done(handeling, act(session, _koppeling(row).id, door=me()))


def _koppeling(row: Wachtend) -> Koppeling:
    if row.koppeling is None:
        raise NotForThis
    return row.koppeling


def _fetch(session: Session, koppeling_id: KoppelingId, *, door: AccountId) -> Koppeling:
    koppeling = session.get_one(Koppeling, koppeling_id)
    schakelaars.must_go_on(session, Werk.OPHALEN, koppeling.las_type)
    return levensloop.ask_fetch(session, koppeling_id, door=door)


def _free(session: Session, row: Wachtend) -> str:
    koppeling = session.get_one(Koppeling, _koppeling(row).id)
    code = row.fout.code if row.is_versturen and row.fout is not None else None  # of many schools: this cause only
    return versturen.released(leveringen.free_refused(session, koppeling, door=me(), code=code))


def _again(session: Session, row: Wachtend) -> str:
    assert row.mail is not None
    return post.again(mails.again(session, row.mail.id, door=me()))


def _arrived(session: Session, row: Wachtend) -> str:
    assert row.mail is not None
    return post.arrived(mails.arrived(session, row.mail.id, door=me()))


def _was_read(session: Session, row: Wachtend) -> str:
    assert row.aanvraagmail is not None
    return woorden.mail_was_read(aanvraagmail.was_read(session, row.aanvraagmail.id, door=me()))


def _try_address(session: Session, row: Wachtend) -> str:
    assert row.adres is not None
    return post.freed(dode_adressen.free(session, row.adres.id, door=me()))


def _take(session: Session, row: Wachtend) -> str:
    zaken.take(session, row.sleutel, door=me())
    return "De zaak staat op uw naam."


def _let_go(session: Session, row: Wachtend) -> str:
    zaken.let_go(session, row.sleutel, door=me())
    return "De zaak is weer van niemand."


def _back(session: Session, row: Wachtend) -> str:
    zaken.put_off(session, row.sleutel, None, door=me())
    return "De zaak staat weer in de rij."


def _of_mails(tekst: str, done: str, doe: Callable[[Session, Wachtend], str]) -> Zaakdaad:
    return Zaakdaad(tekst, f"mail {done}", f"mails {done}", (f"mail {done}", f"mails {done}"), doe)


DADEN = {
    "goedkeuren": Zaakdaad(
        "Goedkeuren", "koppeling goedkeuren", "koppelingen goedkeuren",
        ("koppeling goedgekeurd", "koppelingen goedgekeurd"),
        _on_koppeling(KoppelingAct.GOEDKEUREN, goedkeuring.approve),
    ),
    "herinneren": Zaakdaad(
        "Herinneren", "school herinneren", "scholen herinneren", ("school herinnerd", "scholen herinnerd"),
        _on_koppeling(KoppelingAct.HERINNEREN, aanvraag.remind),
    ),
    "ophalen": Zaakdaad(
        "Nu ophalen", "school nu ophalen", "scholen nu ophalen",
        ("school staat klaar om op te halen", "scholen staan klaar om op te halen"),
        _on_koppeling(KoppelingAct.OPHALEN, _fetch),
    ),
    "vrijgeven": Zaakdaad(
        "Vrijgeven", "school vrijgeven", "scholen vrijgeven", ("school vrijgegeven", "scholen vrijgegeven"), _free
    ),
    "aangekomen": _of_mails("Is aangekomen", "aangekomen", _arrived),
    "opnieuw": _of_mails("Opnieuw versturen", "opnieuw versturen", _again),
    "gelezen": _of_mails("Afgehandeld", "afgehandeld", _was_read),
    "proberen": Zaakdaad(
        "Toch proberen", "adres toch proberen", "adressen toch proberen",
        ("adres wordt weer geprobeerd", "adressen worden weer geprobeerd"), _try_address,
    ),
    "mijn": Zaakdaad(
        "Op mijn naam", "zaak op mijn naam", "zaken op mijn naam",
        ("zaak staat op uw naam", "zaken staan op uw naam"), _take,
    ),
    "los": Zaakdaad(
        "Loslaten", "zaak loslaten", "zaken loslaten",
        ("zaak is weer van niemand", "zaken zijn weer van niemand"), _let_go,
    ),
    "terug": Zaakdaad(
        "Weer in de rij", "zaak weer in de rij", "zaken weer in de rij",
        ("zaak staat weer in de rij", "zaken staan weer in de rij"), _back,
    ),
}  # fmt: skip
LATER = "later"
BIJHOUDEN = frozenset({"mijn", "los", "terug", LATER})
"""What a clerk keeps at any case; the case stays."""


def waiting() -> list[Wachtend]:
    """The whole queue, as it is now."""
    session = db.session()
    meldingen = alarmen.for_queue(session, database_now(session), settings())
    return wachtrij.waiting(session, settings().clientcertificaat, meldingen)


def acts_of(row: Wachtend, dossier: Dossier | None) -> tuple[str, ...]:
    """Names of what can be done to this case at once, the likeliest first; what is kept at it can be always."""
    if row.is_gebundeld or (row.reden is Wachtreden.AANVRAAG):
        return ()
    if row.aanvraagmail is not None:
        return ("gelezen",)
    if row.adres is not None:
        return ("proberen",)
    if row.mail is not None:
        return mailscherm.acts_of(row.mail)
    match row.reden:
        case Wachtreden.INGEDIEND if dossier is not None and dossier.is_groen:
            return ("goedkeuren",)
        case Wachtreden.STIL:
            return ("herinneren",)
        case Wachtreden.OPHALEN:
            return ("ophalen",)
        case Wachtreden.VERSTUREN | Wachtreden.RESULTATEN:
            return ("vrijgeven",)
    return ()


def for_each(name: str, sleutels: Iterable[str], rows: list[Wachtend], scholen: int | None = None) -> None:
    """Do one act to each of these cases, and tell what came of it: how many were done, and why the others were not.

    `scholen` is the number that was typed for a case of very many.
    """
    doe = DADEN[name].doe
    _tell(sleutels, rows, doe, name, DADEN[name].gedaan, scholen)


def put_off(sleutels: Iterable[str], rows: list[Wachtend], tot: datetime | None) -> None:
    """Put cases off until a moment."""

    def act(session: Session, row: Wachtend) -> str:
        if tot is None:
            raise zaken.CannotWaitUntil
        zaken.put_off(session, row.sleutel, tot, door=me())
        return "De zaak komt vanzelf terug."

    _tell(sleutels, rows, act, LATER, ("zaak komt vanzelf terug", "zaken komen vanzelf terug"))


def _tell(
    sleutels: Iterable[str],
    rows: list[Wachtend],
    act: Callable[[Session, Wachtend], str],
    name: str,
    gedaan: tuple[str, str],
    scholen: int | None = None,
) -> None:
    by_key = {row.sleutel: row for row in rows}
    cases = [(sleutel, by_key.get(sleutel)) for sleutel in dict.fromkeys(sleutels)]
    left = 0
    if name not in BIJHOUDEN:
        several = [bundeldaden.per_school(*case, scholen) for case in cases]
        cases = [each for part in several for each in part[: bundeldaden.MEESTE_SCHOLEN]]
        left = sum(max(0, len(part) - bundeldaden.MEESTE_SCHOLEN) for part in several)
    titles = [_title(sleutel, row) for sleutel, row in cases]
    done, refused = list[str](), list[tuple[str, str]]()
    for (sleutel, row), title in zip(cases, titles, strict=True):
        try:
            with unit_of_work() as session:
                done.append(_one(session, row, act, name))
        except DomainError as error:
            refused.append((title, _why(sleutel, error)))
    if done:
        flash(zaakwoorden.counted(len(done), *gedaan, done[0]), "gelukt")
    if refused:
        flash(zaakwoorden.not_done(refused, len(cases)), "fout")
    if left:
        flash(zaakwoorden.left_over(bundeldaden.MEESTE_SCHOLEN, left), "info")


def _one(session: Session, row: Wachtend | None, act: Callable[[Session, Wachtend], str], name: str) -> str:
    if row is None:
        raise CaseGone
    if name in bundeldaden.for_all(row) and bundeldaden.asks_number(row):
        raise bundeldaden.NotConfirmed(len(row.koppelingen))
    if name not in BIJHOUDEN and name not in _possible(row):
        raise NotForThis
    return act(session, row)


def _possible(row: Wachtend) -> Collection[str]:
    """What may be asked of it, whatever became of it since: the service says no to what a colleague did already."""
    if row.mail is not None:
        return mailscherm.ACTS
    if row.reden is Wachtreden.INGEDIEND:
        return ("goedkeuren",)
    return acts_of(row, None)


def _why(sleutel: str, error: DomainError) -> str:
    """The reason, and who was first where somebody was."""
    reason, found = zeg(error, namen_voor(None)), _KOPPELING.search(sleutel)
    if found is None or not isinstance(error, CaseGone | AlreadyDecided | RemindedToday):
        return reason
    act = zaken.who_was_first(db.session(), int(found[1]))
    if act is None or act.account_id is None:
        return reason
    naam = "U" if act.account_id == me() else db.session.get_one(Account, act.account_id).naam
    return f"{reason} {zaakwoorden.who_was_first(act, naam, namen_voor(None).las)}"


def _title(sleutel: str, row: Wachtend | None) -> str:
    if row is not None:
        return rijwoorden.school(row)[0]
    found = _KOPPELING.search(sleutel)
    koppeling = db.session.get(Koppeling, int(found[1])) if found is not None else None
    return str(koppeling) if koppeling is not None else "Eén zaak"
