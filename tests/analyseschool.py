"""A school with three years of tests, for the analysis: as many groepen and leerlingen as asked for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.screens import make_account
from tests.wereld import Wereld, lock_all, make_wereld
from webapp.config import AMSTERDAM
from webapp.models import Account, Groep, Leerkracht, Leerling, Medewerker, Resultaat, Rol, Toets
from webapp.models.ids import GroepId
from webapp.schooljaar import days_of, schooljaar_of
from webapp.services.toetsen.normen import interpret
from webapp.services.toetsen.normering import normpunten


def today() -> date:
    return datetime.now(AMSTERDAM).date()


def last_day() -> date:
    """The day of the newest taking: always in the school year of today."""
    return max(days_of(schooljaar_of(today()))[0], today() - timedelta(days=3))


def make_school(
    app: Flask, session: Session, groepen: int, per_groep: int, years: int = 3, brin: str = "99XX"
) -> Wereld:
    """Groepen 5 and 6 in turn, tested every half year; the last of each groep was not there the last time."""
    wereld = make_wereld(session, app.extensions["keyring"], brin)
    wereld.koppeling.zenden_op = None
    lock_all(session)
    jaar = schooljaar_of(today())
    wereld.koppeling.schooljaar = wereld.groep.schooljaar = jaar
    more = [
        Groep(school_id=wereld.school.id, naam=f"{5 + n % 2}{n}", jaargroep=str(5 + n % 2), schooljaar=jaar)
        for n in range(1, groepen)
    ]
    session.add_all(more)
    session.flush()
    for number, groep in enumerate([wereld.groep, *more]):
        leerlingen = [
            Leerling(
                school_id=wereld.school.id, roepnaam=f"Kind{n}", achternaam=f"Jansen{number}", groep_id=groep.id,
                jaargroep=groep.jaargroep, las_key=f"l{number}-{n}",
            )
            for n in range(per_groep)
        ]  # fmt: skip
        session.add_all(leerlingen)
        session.flush()
        rows = [
            row
            for n, leerling in enumerate(leerlingen)
            for half in range(2 * years)
            if half or n < per_groep - 1
            if (row := _row(wereld, leerling, n + number, half)) is not None
        ]
        if rows:
            session.execute(insert(Resultaat), rows)
    session.commit()
    return wereld


def _row(wereld: Wereld, leerling: Leerling, n: int, half: int) -> dict[str, object] | None:
    """The test of the leerjaar that this leerling was in so many half years ago."""
    day = last_day() - timedelta(days=182 * half)
    years = int(schooljaar_of(last_day())[:4]) - int(schooljaar_of(day)[:4])
    toets = wereld.toetsen.get(f"VB-RW-{int(leerling.jaargroep or 5) - years}")
    return None if toets is None else result(toets, leerling, min(40, 12 + (n * 7 + half * 3) % 26), day)


def result(toets: Toets, leerling: Leerling, score: int, day: date) -> dict[str, object]:
    """A row that was normed."""
    found = interpret(score, day, toets.vaardigheidsscores, normpunten(toets))
    return {
        "school_id": leerling.school_id, "leerling_id": leerling.id, "toets_id": toets.id, "afnamedatum": day,
        "ruwe_score": score, "vaardigheidsscore": found.vaardigheidsscore, "percentiel": found.percentiel,
        "niveau": found.niveau, "genormeerd_op": datetime.now(UTC), "versie": 1,
    }  # fmt: skip


def make_leerkracht(session: Session, wereld: Wereld, groep_id: GroepId) -> Account:
    """An account of a leerkracht of this groep, as the LAS sent her."""
    lock_all(session)
    loes = Leerkracht(
        school_id=wereld.school.id, achternaam="Hartog", las_key="t1", groepen=[session.get_one(Groep, groep_id)]
    )
    session.add(loes)
    session.flush()
    account = make_account(session, Rol.LEERKRACHT, wereld.school)
    session.get_one(Medewerker, (account.id, wereld.school.id)).leerkracht_id = loes.id
    session.commit()
    return account
