"""What happened to a koppeling, in words: the audit trail and the mails as one story, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from webapp.models import Account, Audit, Daad, Koppeling, Mail, MailSoort, MailStatus

_LIMIT = 100
_TITELS: dict[Daad, tuple[str, str]] = {
    Daad.AANGEVRAAGD: ("Koppeling aangevraagd", "pen"),
    Daad.CONTACTPERSOON_GEWIJZIGD: ("Contactpersoon gewijzigd", "persoon"),
    Daad.OPENGEZET: ("Opengezet in ParnasSys", "koppel"),
    Daad.EXTERNE_NUMMERS_GEWIST: ("Oude externe nummers gewist", "wis"),
    Daad.INGEDIEND: ("Sleutel ingediend", "sleutel"),
    Daad.GOEDGEKEURD: ("Koppeling goedgekeurd", "vinkje"),
    Daad.AFGEWEZEN: ("Aanvraag afgewezen", "kruis"),
    Daad.GEPAUZEERD: ("Koppeling gepauzeerd", "pauze"),
    Daad.HERVAT: ("Koppeling hervat", "ververs"),
    Daad.SLEUTEL_VERVANGEN: ("Nieuwe sleutel ingevuld", "sleutel"),
    Daad.SCHOOLJAAR_GEWIJZIGD: ("Schooljaar gewijzigd", "school"),
    Daad.OPHALEN_GEVRAAGD: ("Gegevens importeren gekozen", "ophalen"),
    Daad.OPHALEN_MISLUKT: ("Ophalen mislukt", "let-op"),
    Daad.OPGEHAALD: ("Gegevens opgehaald", "ophalen"),
    Daad.GEIMPORTEERD: ("Gegevens geïmporteerd", "vinkje"),
    Daad.VERTREK_BEVESTIGD: ("Vertrek bevestigd (resultaten blijven bewaard)", "vinkje"),
    Daad.TOCH_IMPORTEREN: ("Toch importeren gekozen", "plus"),
    Daad.MAIL_OPNIEUW: ("Mail opnieuw verstuurd", "brief"),
    Daad.NU_VERSTUREN: ("Nu versturen gekozen", "versturen"),
    Daad.VRIJGEGEVEN: ("Geweigerde resultaten weer klaargezet", "versturen"),
    Daad.OPNIEUW_VERSTUREN: ("Resultaat opnieuw klaargezet", "versturen"),
}
_MAILS = {
    MailSoort.AANVRAAG_ONTVANGEN: "bevestiging van de aanvraag",
    MailSoort.KLANTENSERVICE_AANVRAAG: "nieuwe aanvraag",
    MailSoort.OPENGEZET: "koppeling staat open",
    MailSoort.INGEDIEND: "bevestiging van het indienen",
    MailSoort.GOEDGEKEURD: "koppeling goedgekeurd",
    MailSoort.AFGEWEZEN: "aanvraag afgewezen",
    MailSoort.KOPPELINGSMAIL: "gegevens controleren",
    MailSoort.WACHTWOORD: "nieuw wachtwoord",
    MailSoort.UITNODIGING: "uitnodiging voor een account",
    MailSoort.SLEUTEL_GEWEIGERD: "sleutel werkt niet meer",
    MailSoort.OPHALEN_MISLUKT: "ophalen mislukt",
}

_SOORTEN = {"groep": "groepen", "leerkracht": "leerkrachten", "leerling": "leerlingen"}
_KEUZES = {"nieuw": "toegevoegd", "koppel": "gekoppeld", "niet": "niet geïmporteerd"}


@dataclass(frozen=True)
class Gebeurtenis:
    """One thing that happened."""

    op: datetime
    titel: str
    tekst: str
    wie: str
    icoon: str


def of_school(session: Session, school_id: int, *, huis: str, limit: int) -> list[Gebeurtenis]:
    """Return the newest events for people of the school; colleagues by name, the test centre by its own."""
    rows = session.scalars(
        select(Audit).where(Audit.school_id == school_id).order_by(Audit.op.desc(), Audit.id.desc()).limit(limit)
    ).all()
    names = _names(session, rows)
    return [_event(row, _for_school(names, row.account_id, school_id, huis)) for row in rows]


def of_koppeling(session: Session, koppeling: Koppeling) -> list[Gebeurtenis]:
    """Return acts and mails of one koppeling for klantenservice."""
    own = Audit.object == f"koppeling {koppeling.id}"
    scope = own if koppeling.school_id is None else or_(own, Audit.school_id == koppeling.school_id)
    rows = session.scalars(select(Audit).where(scope).order_by(Audit.op.desc(), Audit.id.desc()).limit(_LIMIT)).all()
    names = _names(session, rows)
    sent = session.scalars(
        select(Mail).where(Mail.koppeling_id == koppeling.id).order_by(Mail.aangemaakt_op.desc()).limit(_LIMIT)
    )
    events = [_event(row, names[row.account_id].naam if row.account_id else "automatisch") for row in rows]
    return sorted([*events, *map(_mail_event, sent)], key=lambda event: event.op, reverse=True)[:_LIMIT]


def mail_title(soort: MailSoort) -> str:
    """What a mail is about, in a few words."""
    return _MAILS[soort]


def _event(row: Audit, wie: str) -> Gebeurtenis:
    titel, icoon = _TITELS.get(row.actie, (row.actie[:1].upper() + row.actie[1:], "stip"))
    return Gebeurtenis(row.op, titel, ", ".join(_counts(row.tellingen)), wie, icoon)


def _counts(tellingen: dict[str, object]) -> Iterator[str]:
    for name, value in tellingen.items():
        if not isinstance(value, int):
            yield f"{name} {value}".replace("_", " ")
        elif value:
            yield f"{value} {_words(name, value)}"


def _words(name: str, number: int) -> str:
    """`leerling koppel` as a person says it: `3 leerlingen gekoppeld`."""
    soort, _, keuze = name.partition(" ")
    if soort not in _SOORTEN:
        return name.replace("_", " ")
    return f"{soort if number == 1 else _SOORTEN[soort]} {_KEUZES.get(keuze, keuze)}".strip()


def _mail_event(mail: Mail) -> Gebeurtenis:
    titel = f"Mail: {mail_title(mail.soort)}"
    match mail.status:
        case MailStatus.VERZONDEN:
            return Gebeurtenis(mail.verzonden_op or mail.aangemaakt_op, titel, f"aan {mail.ontvanger}", "", "brief")
        case MailStatus.OPGEGEVEN:
            tekst = f"aan {mail.ontvanger}: niet aangekomen ({mail.fout})"
            return Gebeurtenis(mail.aangemaakt_op, titel, tekst, "", "let-op")
        case _:
            tekst = f"aan {mail.ontvanger}: wacht op verzending{f' ({mail.fout})' if mail.fout else ''}"
            return Gebeurtenis(mail.aangemaakt_op, titel, tekst, "", "klok")


def _names(session: Session, rows: Iterable[Audit]) -> dict[int, Account]:
    ids = {row.account_id for row in rows if row.account_id is not None}
    return {account.id: account for account in session.scalars(select(Account).where(Account.id.in_(ids)))}


def _for_school(names: dict[int, Account], account_id: int | None, school_id: int, huis: str) -> str:
    if account_id is None:
        return "automatisch"
    account = names[account_id]
    return account.naam if account.school_id == school_id else huis
