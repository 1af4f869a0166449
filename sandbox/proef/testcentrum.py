"""The test centre's side of the sandbox: schools, accounts, last year's groepen and leerlingen, and old results."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from random import Random
from secrets import token_hex
from uuid import uuid4

from flask import current_app
from flask_security import hash_password
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sandbox.parnassys.schools import BRINCODES, InventedSchool, LeerlingBijTestcentrum, invented_school
from sandbox.proef import toetsen
from webapp.config import AMSTERDAM
from webapp.models import (
    Account,
    Groep,
    LasType,
    Leerkracht,
    Leerling,
    Medewerker,
    Minuut,
    Resultaat,
    Rol,
    School,
    Toets,
)
from webapp.services import medewerkers
from webapp.services.clock import database_now
from webapp.services.toetsen import normering

KLANTENSERVICE_MAIL = "kim.de.wit@testcentrum.example"
_LOGINS_FILE = "logins.json"


@dataclass(frozen=True)
class Login:
    """One way into the sandbox, as `logins.json` and the start page show it."""

    rol: str
    naam: str
    email: str
    wachtwoord: str
    school: str | None
    toelichting: str


_PEOPLE = (
    (Rol.BEHEERDER, "Marijke van den Brandhof", "marijke@regenboog.example", "99XX", "eerste beheerder"),
    (Rol.BEHEERDER, "Youssef Amrani", "youssef@regenboog.example", "99XX", "tweede beheerder van dezelfde school"),
    (Rol.LEERKRACHT, "Loes Hartog", "loes@regenboog.example", "99XX", "leerkracht: toetsen ja, koppeling nee"),
    (Rol.BEHEERDER, "Hanneke Prins", "hanneke@kompas.example", "99YY", "eerste beheerder"),
    (Rol.BEHEERDER, "Dirk Visser", "dirk@kompas.example", "99YY", "tweede beheerder; ook leerkracht van De Regenboog"),
    (Rol.LEERKRACHT, "Sanne Kuipers", "sanne@kompas.example", "99YY", "leerkracht: toetsen ja, koppeling nee"),
    (None, "Kim de Wit", KLANTENSERVICE_MAIL, None, "code voor de tweede stap: op /sandbox/"),
)
_ALSO_ELSEWHERE = ("dirk@kompas.example", "99XX")
"""Who is of a second school, so that the switch can be tried."""


def fill(session: Session, schooljaar: str, var_dir: Path) -> None:
    """Add what is missing; what is there stays as it is, so that a second start keeps the work of the first."""
    toetsen.ensure_invented(session)
    schools = {brin: _ensure_school(session, invented_school(brin, schooljaar)) for brin in BRINCODES}
    _ensure_logins(session, schools, var_dir)
    if session.get(Minuut, LasType.PARNASSYS) is None:  # so that a school can choose it, to see it
        session.add(Minuut(las_type=LasType.PARNASSYS, sinds=database_now(session)))


def klantenservice_code(session: Session) -> str | None:
    """Return the code of this half minute for the sandbox account of klantenservice."""
    account = session.scalar(select(Account).where(Account.email == KLANTENSERVICE_MAIL))
    if account is None or account.tf_totp_secret is None:
        return None
    code: str = current_app.extensions["security"].totp_factory.generate_totp_password(account.tf_totp_secret)
    return code


def _ensure_school(session: Session, invented: InventedSchool) -> School:
    school = session.scalar(select(School).where(School.brin == invented.brin))
    if school is not None:
        return school
    school = School(
        naam=invented.naam, brin=invented.brin, vestiging=invented.vestiging, overeenkomst_op=date(2026, 8, 28)
    )
    session.add(school)
    session.flush()
    last_year = _year_before(invented.schooljaar)
    groepen = {
        groep.naam: Groep(
            school_id=school.id,
            naam=groep.naam,
            jaargroep=groep.jaargroep,
            schooljaar=last_year,
            las_key=groep.extern_nummer,
        )
        for groep in invented.groepen_bij_testcentrum
    }
    session.add_all(groepen.values())
    session.add_all(
        Leerkracht(
            school_id=school.id,
            achternaam=wie.bij_testcentrum.achternaam,
            voorvoegsel=wie.bij_testcentrum.voorvoegsel,
            roepnaam=wie.bij_testcentrum.roepnaam,
            email=wie.bij_testcentrum.emailadres,
        )
        for wie in invented.leerkrachten
        if wie.bij_testcentrum is not None
    )
    session.flush()
    known = [wie.bij_testcentrum for wie in invented.leerlingen if wie.bij_testcentrum is not None]
    leerlingen = [_leerling(school, wie, groepen) for wie in (*known, *invented.vertrokken)]
    session.add_all(leerlingen)
    session.flush()
    _add_old_results(session, school, leerlingen, last_year)
    return school


def _leerling(school: School, wie: LeerlingBijTestcentrum, groepen: dict[str, Groep]) -> Leerling:
    groep = groepen.get(wie.groepnaam)
    return Leerling(
        school_id=school.id,
        achternaam=wie.achternaam,
        voorvoegsel=wie.voorvoegsel,
        roepnaam=wie.roepnaam,
        geboortedatum=wie.geboortedatum,
        geslacht=wie.geslacht,
        jaargroep=wie.jaargroep,
        groep_id=groep.id if groep else None,
        las_key=wie.extern_nummer,
    )


def _add_old_results(session: Session, school: School, leerlingen: list[Leerling], schooljaar: str) -> None:
    """Two tests of last year for every leerling: results that no import may lose, and that do not go to the LAS."""
    chance = Random(schooljaar)  # noqa: S311  (invented scores, the same at every start)
    per_year: dict[str, list[Toets]] = {}
    for toets in session.scalars(select(Toets).order_by(Toets.code)):
        per_year.setdefault(toets.leerjaar, []).append(toets)
    days = (date(int(schooljaar[5:]), 1, 20), date(int(schooljaar[5:]), 6, 3))
    for leerling in leerlingen:
        for toets, day in zip(per_year.get(leerling.jaargroep or "", []), days, strict=False):
            share = min(0.98, max(0.2, chance.gauss(0.66, 0.15)))
            session.add(
                Resultaat(
                    school_id=school.id,
                    leerling_id=leerling.id,
                    toets_id=toets.id,
                    afnamedatum=day,
                    ruwe_score=round(toets.aantal_opgaven * share),
                )
            )
    session.flush()
    normed_on = datetime.combine(days[-1], datetime.min.time(), AMSTERDAM)
    ids = [leerling.id for leerling in leerlingen]
    for toets in (toets for of_year in per_year.values() for toets in of_year[: len(days)]):
        normering.normeer(session, school.id, toets.id, now=normed_on, door=None, leerling_ids=ids)


def _ensure_logins(session: Session, schools: dict[str, School], var_dir: Path) -> None:
    file = var_dir / _LOGINS_FILE
    known = {row["email"]: row["wachtwoord"] for row in json.loads(file.read_text())} if file.exists() else {}
    logins = []
    for rol, naam, email, brin, toelichting in _PEOPLE:
        school = schools[brin] if brin else None
        wachtwoord = known.get(email) or f"proef-{token_hex(5)}"
        _ensure_account(session, rol, naam, email, school, wachtwoord, is_new_password=email not in known)
        if email == _ALSO_ELSEWHERE[0]:
            _ensure_also(session, schools[_ALSO_ELSEWHERE[1]])
        logins.append(
            Login(rol or "klantenservice", naam, email, wachtwoord, school.naam if school else None, toelichting)
        )
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps([asdict(login) for login in logins], indent=1, ensure_ascii=False))
    file.chmod(0o600)


def _ensure_account(
    session: Session,
    rol: Rol | None,
    naam: str,
    email: str,
    school: School | None,
    wachtwoord: str,
    *,
    is_new_password: bool,
) -> None:
    account = session.scalar(select(Account).where(Account.email == email))
    if account is None:
        is_clerk = school is None
        account = Account(
            email=email, naam=naam, is_klantenservice=is_clerk, is_leiding=is_clerk, fs_uniquifier=uuid4().hex
        )
        session.add(account)
        session.flush()
        if school is not None and rol is not None:
            session.add(_medewerker(session, account, school, rol))
        is_new_password = True
    if is_new_password:
        account.password = hash_password(wachtwoord)
    if account.is_klantenservice and account.tf_totp_secret is None:
        account.tf_primary_method = "authenticator"
        account.tf_totp_secret = current_app.extensions["security"].totp_factory.generate_totp_secret()


def _medewerker(session: Session, account: Account, school: School, rol: Rol) -> Medewerker:
    """A leerkracht hangs on the one of that name, to see her own groepen after the first import."""
    of_name = select(Leerkracht.id).where(
        Leerkracht.school_id == school.id,
        func.concat_ws(" ", Leerkracht.roepnaam, Leerkracht.voorvoegsel, Leerkracht.achternaam) == account.naam,
    )
    leerkracht_id = session.scalar(of_name.limit(1)) if rol is Rol.LEERKRACHT else None
    return Medewerker(account_id=account.id, school_id=school.id, rol=rol, leerkracht_id=leerkracht_id)


def _ensure_also(session: Session, school: School) -> None:
    account = session.scalars(select(Account).where(Account.email == _ALSO_ELSEWHERE[0])).one()
    if medewerkers.rol_of(session, account.id, school.id) is None:
        session.add(Medewerker(account_id=account.id, school_id=school.id, rol=Rol.LEERKRACHT))


def _year_before(schooljaar: str) -> str:
    start = int(schooljaar[:4]) - 1
    return f"{start}-{start + 1}"
