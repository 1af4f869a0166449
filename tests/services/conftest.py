"""A school with a running koppeling, and aanleveringen as values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from webapp.models import Account, Groep, Koppeling, KoppelingStatus, Leerling, Medewerker, Rol, School
from webapp.services import sloten
from webapp.uwlr import values as uwlr

SCHOOLJAAR = "2026-2027"
Make = Callable[..., Any]


@pytest.fixture
def school(session: Session) -> School:
    school = School(naam="De Regenboog", brin="99XX")
    session.add(school)
    session.flush()
    return school


@pytest.fixture
def beheerder(session: Session, school: School) -> Account:
    return make_beheerder(session, school, "marijke@regenboog.example")


def make_beheerder(session: Session, school: School, email: str, rol: Rol = Rol.BEHEERDER) -> Account:
    account = Account(email=email, naam="Marijke", fs_uniquifier=uuid4().hex)
    session.add(account)
    session.flush()
    session.add(Medewerker(account_id=account.id, school_id=school.id, rol=rol))
    session.flush()
    return account


@pytest.fixture
def koppeling(session: Session, school: School, beheerder: Account) -> Koppeling:
    koppeling = Koppeling(
        school_id=school.id,
        status=KoppelingStatus.GOEDGEKEURD,
        schoolnaam=school.naam,
        brin=school.brin,
        contact_naam=beheerder.naam,
        contact_email=beheerder.email,
        schooljaar=SCHOOLJAAR,
        gestart_op=datetime(2026, 11, 1, tzinfo=UTC),
        sleutel=b"versleuteld",
    )
    session.add(koppeling)
    session.flush()
    return koppeling


@pytest.fixture
def make_leerling(session: Session, school: School) -> Make:
    """A leerling of ours."""

    def make(roepnaam: str, achternaam: str, geboren: str | None = "2016-03-12", **values: Any) -> Leerling:
        sloten.lock(session, school.id)
        leerling = Leerling(
            school_id=school.id,
            roepnaam=roepnaam,
            achternaam=achternaam,
            geboortedatum=date.fromisoformat(geboren) if geboren else None,
            **values,
        )
        session.add(leerling)
        session.flush()
        return leerling

    return make


@pytest.fixture
def make_groep(session: Session, school: School) -> Make:
    """A groep of ours."""

    def make(naam: str, jaargroep: str, schooljaar: str = "2025-2026", **values: Any) -> Groep:
        sloten.lock(session, school.id)
        groep = Groep(school_id=school.id, naam=naam, jaargroep=jaargroep, schooljaar=schooljaar, **values)
        session.add(groep)
        session.flush()
        return groep

    return make


def pupil(key: str | None, roepnaam: str, achternaam: str, geboren: str = "2016-03-12", **values: Any) -> uwlr.Leerling:
    """A leerling as the LAS sends it."""
    return uwlr.Leerling(
        key=key,
        roepnaam=roepnaam,
        achternaam=achternaam,
        geboortedatum=date.fromisoformat(geboren),
        **{"groep": "g5", "jaargroep": "5", **values},
    )


def teacher(key: str, roepnaam: str, achternaam: str, email: str | None = None, **values: Any) -> uwlr.Leerkracht:
    """A leerkracht as the LAS sends it."""
    return uwlr.Leerkracht(key=key, roepnaam=roepnaam, achternaam=achternaam, emailadres=email, **values)


def aanlevering(
    *leerlingen: uwlr.Leerling,
    groepen: tuple[uwlr.Groep, ...] = (uwlr.Groep("g5", "Groep 5", "5"),),
    leerkrachten: tuple[uwlr.Leerkracht, ...] = (),
    schooljaar: str = SCHOOLJAAR,
) -> uwlr.Leerlinggegevens:
    """An answer of the LAS, read."""
    return uwlr.Leerlinggegevens(
        school=uwlr.School(schooljaar=schooljaar, brincode="99XX"),
        groepen=groepen,
        samengestelde_groepen=(),
        leerlingen=leerlingen,
        leerkrachten=leerkrachten,
        waarschuwingen=(),
    )
