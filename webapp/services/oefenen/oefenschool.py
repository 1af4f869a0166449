"""The oefenschool made anew: all of it goes, and what a school has before its first import comes. One transaction.

Killed at any line, the school of before stands. Its trail stays, as every trail does: a new one begins in it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webapp.config import AMSTERDAM
from webapp.models import (
    Account,
    Base,
    Daad,
    Groep,
    Koppeling,
    KoppelingStatus,
    Leerkracht,
    Leerling,
    Medewerker,
    Resultaat,
    Rol,
    School,
    Toets,
    Wat,
)
from webapp.models.ids import AccountId
from webapp.muur import OEFENAAR, OEFENSCHOOL
from webapp.schooljaar import days_of, schooljaar_of
from webapp.services import audit, geschiedenis, sloten
from webapp.services.clock import database_now
from webapp.services.oefenen import las
from webapp.services.oefenen.verzonnen import BRIN, DOMEIN, JAARGROEPEN, LEERKRACHTEN, NAAM, kinderen
from webapp.services.toetsen import normering

_STAYS = frozenset({"audit", "sessie"})
_TOETSEN, _AGO = 2, timedelta(days=14)
_ZONDER_NORM = "7"
"""Of this jaargroep the scores are not normed yet: that is practised too."""


def due(session: Session, now: datetime) -> list[int]:
    """Return the oefenschool when it is of another day. Where nobody ever practised there is none."""
    begun = audit.begun(session, OEFENSCHOOL)
    return [OEFENSCHOOL] if begun is not None and _day(begun) != _day(now) else []


def ensure(session: Session) -> None:
    """Make it anew when it is not of today, for who comes in before the night was there."""
    if _is_of_today(session):
        return
    _make_known(session)
    sloten.lock(session, OEFENSCHOOL)
    if not _is_of_today(session):  # somebody else may have made it while we waited
        begin_anew(session, door=None)


def begin_anew(session: Session, *, door: AccountId | None) -> None:
    """Clear all of it and fill it again. The session is of the oefenschool."""
    _make_known(session)
    sloten.lock(session, OEFENSCHOOL)
    _clear(session)
    audit.record(session, Daad.OEFENSCHOOL_BEGONNEN, f"school {OEFENSCHOOL}", door=door, school_id=OEFENSCHOOL)
    session.flush()
    now = database_now(session)
    session.add(Medewerker(account_id=OEFENAAR, school_id=OEFENSCHOOL, rol=Rol.BEHEERDER))
    jaar = schooljaar_of(_day(now))
    koppeling = _koppeling(jaar, now)
    session.add(koppeling)
    geschiedenis.act(session, OEFENSCHOOL, Wat.INGELEZEN)
    _fill(session, jaar, now)
    session.flush()
    las.answer(session)


def _is_of_today(session: Session) -> bool:
    begun = audit.begun(session, OEFENSCHOOL)
    return begun is not None and _day(begun) == _day(database_now(session))


def _make_known(session: Session) -> None:
    """The school, and who acts there: their address is none, so nobody can ask for it and no mail goes to it."""
    school = {"id": OEFENSCHOOL, "naam": NAAM, "brin": BRIN, "vestiging": "00"}
    oefenaar = {"id": OEFENAAR, "naam": "Oefenaar", "email": "oefenaar", "active": True, "fs_uniquifier": "oefenaar"}
    session.execute(insert(School).values(school).on_conflict_do_nothing())
    session.execute(insert(Account).values(oefenaar).on_conflict_do_nothing())


def _clear(session: Session) -> None:
    for table in reversed(Base.metadata.sorted_tables):
        if "school_id" in table.columns and table.name not in _STAYS:
            session.execute(delete(table).where(table.columns.school_id == OEFENSCHOOL))
    session.expire_all()


def _koppeling(jaar: str, now: datetime) -> Koppeling:
    return Koppeling(
        school_id=OEFENSCHOOL,
        status=KoppelingStatus.GOEDGEKEURD,
        schoolnaam=NAAM,
        brin=BRIN,
        contact_naam="Oefenaar",
        contact_email=f"oefenaar@{DOMEIN}",
        schooljaar=jaar,
        sleutel=b"nergens een sleutel van",
        opengezet_op=now,
        ingediend_op=now,
        beslist_op=now,
        gestart_op=now,
        ophalen_op=now,
    )


def _fill(session: Session, jaar: str, now: datetime) -> None:
    """What the test centre has of its own: groepen, leerkrachten, leerlingen and what they scored."""
    groepen = {
        each: Groep(school_id=OEFENSCHOOL, naam=f"Groep {each}", jaargroep=each, schooljaar=jaar)
        for each in JAARGROEPEN
    }
    session.add_all(groepen.values())
    session.flush()
    for each in LEERKRACHTEN:
        if each.is_hier:
            session.add(Leerkracht(school_id=OEFENSCHOOL, roepnaam=each.roepnaam, achternaam=each.achternaam))
    for kind in kinderen(jaar):
        if kind.hier is not None:
            roepnaam, achternaam, geboren = kind.hier
            session.add(
                Leerling(
                    school_id=OEFENSCHOOL,
                    roepnaam=roepnaam,
                    achternaam=achternaam,
                    geboortedatum=geboren,
                    jaargroep=kind.groep,
                    groep_id=groepen[kind.groep].id,
                )
            )
    session.flush()
    dag = max(_day(now) - _AGO, days_of(jaar)[0])
    for jaargroep, groep in groepen.items():
        for toets in _toetsen(session, jaargroep):
            _score(session, groep, toets, dag)
        if jaargroep != _ZONDER_NORM:
            normering.normeer_alles(session, OEFENSCHOOL, now=now, door=OEFENAAR, groep_id=groep.id, groepen=None)


def _toetsen(session: Session, jaargroep: str) -> list[Toets]:
    """Tests of this installation: what is practised is done with the tests that the school has itself."""
    query = select(Toets).where(Toets.leerjaar == jaargroep, Toets.normen.any()).order_by(Toets.code)
    return list(session.scalars(query.limit(_TOETSEN)))


def _score(session: Session, groep: Groep, toets: Toets, dag: date) -> None:
    ids = session.scalars(
        select(Leerling.id)
        .where(Leerling.school_id == OEFENSCHOOL, Leerling.groep_id == groep.id)
        .order_by(Leerling.id)
    )
    for at, leerling_id in enumerate(ids):
        score = toets.aantal_opgaven * (40 + at * 7 % 50) // 100
        session.add(
            Resultaat(
                school_id=OEFENSCHOOL,
                leerling_id=leerling_id,
                toets_id=toets.id,
                groep_id=groep.id,
                afnamedatum=dag,
                ruwe_score=score,
            )
        )
    session.flush()


def _day(moment: datetime) -> date:
    return moment.astimezone(AMSTERDAM).date()
