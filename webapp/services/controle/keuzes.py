"""The review: every choice of a beheerder, saved at once."""

from __future__ import annotations

from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from webapp.errors import DomainError, NotAllowed
from webapp.models import Groep, Importbatch, Importregel, Keuze, Lidmaatschap, Mail, Resultaat, Soort, Zekerheid
from webapp.models.ids import AccountId
from webapp.services.clock import database_now
from webapp.services.inname.overnemen import TABLES, Doel


class BatchClosed(DomainError):
    """The delivery is no longer open: a colleague finished it, or a newer one took over."""


class ChoiceImpossible(DomainError):
    """The choice would break a rule; nothing is saved."""


@dataclass(frozen=True)
class Kandidaat:
    """One of our own records that a line may be linked with."""

    doel: Doel
    resultaten: int
    reden: str = ""
    bezet: bool = False
    """Linked with another LAS record already."""


def get(session: Session, batch_id: int) -> Importbatch:
    """Return a delivery of the own school; raise NotAllowed for any other, as if it did not exist."""
    batch = session.scalar(select(Importbatch).where(Importbatch.id == batch_id))
    if batch is None:
        raise NotAllowed
    return batch


def newest(session: Session, batch: Importbatch) -> Importbatch:
    """Follow a delivery that was taken over to the one that took over."""
    while batch.vervangen_door_id is not None:
        batch = session.get_one(Importbatch, batch.vervangen_door_id)
    return batch


def batch_of_mail(session: Session, mail_id: int) -> Importbatch:
    """Return the newest delivery behind a koppelingsmail; raise NotAllowed when it is not of the own school."""
    mail = session.get(Mail, mail_id)
    if mail is None or mail.batch_id is None:
        raise NotAllowed
    return newest(session, get(session, mail.batch_id))


def choose(session: Session, regel_id: int, keuze: Keuze | None, *, door: AccountId) -> Importregel:
    """Put a line in another category; a groep that is not imported takes its leerlingen along, and brings them back.

    None makes a question of it again, when matching doubted.
    """
    regel = _open_line(session, regel_id)
    if keuze is None and (regel.voorstel is not Zekerheid.TWIJFEL or not regel.kandidaten):
        raise ChoiceImpossible("Hierover is geen vraag. Er is niets veranderd.")
    if keuze is Keuze.KOPPEL and regel.doel_id is None:
        if not regel.kandidaten:
            raise ChoiceImpossible("Kies eerst met wie u wilt koppelen. Er is niets veranderd.")
        return link(session, regel_id, regel.kandidaten[0]["id"], door=door)
    was = regel.keuze
    regel.keuze, regel.via_groep = keuze, False
    if keuze is not Keuze.KOPPEL and regel.toegepast_id is None:
        regel.doel_id = None
    _sign(session, regel, door)
    if regel.soort is Soort.GROEP and (was is Keuze.NIET) != (keuze is Keuze.NIET):
        _take_pupils_along(session, regel, out=keuze is Keuze.NIET, door=door)
    return regel


def link(session: Session, regel_id: int, doel_id: int, *, door: AccountId) -> Importregel:
    """Link a line with one of our own records; raise ChoiceImpossible when that one is somebody else's already."""
    regel = _open_line(session, regel_id)
    doel = session.scalar(select(TABLES[regel.soort]).where(TABLES[regel.soort].id == doel_id))
    if doel is None:
        raise NotAllowed
    if doel.id in _taken(session, regel):
        raise ChoiceImpossible("Hiermee is al een ander gegeven uit ParnasSys gekoppeld. Er is niets veranderd.")
    was_out = regel.keuze is Keuze.NIET
    regel.keuze, regel.doel_id, regel.via_groep = Keuze.KOPPEL, doel.id, False
    _sign(session, regel, door)
    if regel.soort is Soort.GROEP and was_out:
        _take_pupils_along(session, regel, out=False, door=door)
    return regel


def set_email(session: Session, regel_id: int, email: str, *, door: AccountId) -> Importregel:
    """Fill in the address of a leerkracht; empty takes it away again. Raise ChoiceImpossible for a malformed one."""
    regel = _open_line(session, regel_id)
    if regel.soort is not Soort.LEERKRACHT:
        raise NotAllowed
    regel.email_ingevuld = check_email(email) if email.strip() else None
    _sign(session, regel, door)
    return regel


def check_email(email: str) -> str:
    """Return the address as it should be written; raise ChoiceImpossible when it cannot be one."""
    try:
        return validate_email(email.strip(), check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise ChoiceImpossible(
            "Dit is geen volledig e-mailadres. Het ziet eruit als naam@school.nl. Er is niets opgeslagen."
        ) from error


def candidates(session: Session, regel: Importregel) -> list[Kandidaat]:
    """Return the records that matching proposes for a line, best first."""
    reasons = {kandidaat["id"]: kandidaat["reden"] for kandidaat in regel.kandidaten}
    table = TABLES[regel.soort]
    found = {record.id: record for record in session.scalars(select(table).where(table.id.in_(reasons)))}
    return _weigh(session, regel, [found[id_] for id_ in reasons if id_ in found], reasons)


def search(session: Session, regel: Importregel, text: str, *, everyone: bool) -> list[Kandidaat]:
    """Search our own records for a manual link: inside the jaargroep (and the one below) first, or everywhere."""
    table = TABLES[regel.soort]
    query = select(table).where(table.school_id == regel.school_id)
    for word in text.split()[:5]:
        query = query.where(_name_of(regel.soort).icontains(word, autoescape=True))
    if regel.soort is Soort.LEERLING and not everyone and regel.jaargroep and regel.jaargroep.isdigit():
        nearby = (regel.jaargroep, str(int(regel.jaargroep) - 1))
        query = query.where(table.jaargroep.in_(nearby))
    records = list(session.scalars(query.order_by(_name_of(regel.soort)).limit(50)))
    return sorted(_weigh(session, regel, records, {}), key=lambda kandidaat: kandidaat.bezet)


def results_of(session: Session, leerling_ids: list[int]) -> dict[int, int]:
    """Count the test results of each leerling: what is at stake in a link."""
    rows = session.execute(
        select(Resultaat.leerling_id, func.count().label("aantal"))
        .where(Resultaat.leerling_id.in_(leerling_ids))
        .group_by(Resultaat.leerling_id)
    )
    return {row.leerling_id: row.aantal for row in rows}


def _weigh(session: Session, regel: Importregel, records: list[Doel], reasons: dict[int, str]) -> list[Kandidaat]:
    counts = results_of(session, [r.id for r in records]) if regel.soort is Soort.LEERLING else {}
    taken = _taken(session, regel)
    return [Kandidaat(r, counts.get(r.id, 0), reasons.get(r.id, ""), r.id in taken) for r in records]


def _taken(session: Session, regel: Importregel) -> set[int]:
    """Ids that another line of this delivery chose, or that are linked with a LAS record outside it."""
    others = session.scalars(
        select(Importregel).where(
            Importregel.batch_id == regel.batch_id, Importregel.soort == regel.soort, Importregel.id != regel.id
        )
    ).all()
    chosen = {other.doel_id for other in others if other.keuze is Keuze.KOPPEL and other.doel_id is not None}
    let_go = {other.toegepast_id for other in others if other.toegepast_id is not None} | {regel.toegepast_id}
    table = TABLES[regel.soort]
    linked = session.scalars(select(table.id).where(table.las_key.is_not(None), table.status == Lidmaatschap.ACTIEF))
    mine = session.scalar(select(table.id).where(table.las_key == regel.las_key)) if regel.las_key else None
    return (set(linked) - let_go - {mine}) | chosen


def _name_of(soort: Soort) -> ColumnElement[str]:
    if soort is Soort.GROEP:
        return func.concat(Groep.naam)
    table = TABLES[soort]
    return func.concat_ws(" ", table.roepnaam, table.voorvoegsel, table.achternaam)


def _open_line(session: Session, regel_id: int) -> Importregel:
    """Lock the delivery of this line, so that choices and the final import never cross."""
    regel = session.scalar(select(Importregel).where(Importregel.id == regel_id))
    if regel is None:
        raise NotAllowed
    batch = session.scalar(
        select(Importbatch)
        .where(Importbatch.id == regel.batch_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if batch is None or not batch.is_open:
        raise BatchClosed("Deze gegevens zijn intussen verwerkt of vervangen. Uw laatste keuze is niet opgeslagen.")
    session.refresh(regel)
    batch.rev += 1
    return regel


def _sign(session: Session, regel: Importregel, door: AccountId) -> None:
    regel.gekozen_door, regel.gekozen_op = door, database_now(session)


def _take_pupils_along(session: Session, groep: Importregel, *, out: bool, door: AccountId) -> None:
    pupils = (
        Importregel.batch_id == groep.batch_id,
        Importregel.soort == Soort.LEERLING,
        Importregel.groep_keys.contains([groep.las_key]),
    )
    if out:
        session.execute(
            update(Importregel)
            .where(*pupils, Importregel.keuze.is_distinct_from(Keuze.NIET))
            .values(eerdere_keuze=Importregel.keuze, keuze=Keuze.NIET, via_groep=True, gekozen_door=door)
        )
    else:
        session.execute(
            update(Importregel)
            .where(*pupils, Importregel.via_groep)
            .values(keuze=Importregel.eerdere_keuze, eerdere_keuze=None, via_groep=False, gekozen_door=door)
        )
    session.expire_all()
