"""Whom the LAS sent before the school was read in, and whether a row is certainly the same."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.services.inlezen.conftest import Run, couple
from webapp.models import Leerkracht, Leerling, Lidmaatschap, School, Toetreding
from webapp.services import sloten
from webapp.services.inlezen import records
from webapp.services.inlezen.stand import Eigen, Stand
from webapp.services.inlezen.velden import Bestand, read_row

Waarden = dict[str, str]
TODAY = date(2026, 11, 27)
JAN = {"roepnaam": "Jan", "voorvoegsel": "de", "achternaam": "Vries"}
JAN_1 = {**JAN, "email": "jan1@x.example"}
SAM = {"roepnaam": "Sam", "achternaam": "Smit", "geboortedatum": "2016-03-12"}

LEERKRACHTEN: dict[str, tuple[list[Waarden], list[Waarden], bool]] = {
    "the same address and name": ([JAN_1], [JAN_1], True),
    "capitals": ([JAN_1 | {"email": "Jan1@X.example", "roepnaam": "JAN"}], [JAN_1], True),
    "an address, and no first name here": ([JAN_1], [{"achternaam": "Vries", "email": "jan1@x.example"}], True),
    "somebody who left": ([JAN_1], [JAN_1 | {"status": "vertrokken"}], True),
    "a namesake with another address": ([JAN_1 | {"email": "jan2@x.example"}], [JAN_1], False),
    "no address in the file": ([JAN], [JAN_1], False),
    "no address here": ([JAN_1], [JAN], False),
    "no address at all": ([JAN], [JAN], False),
    "another first name at the address": ([JAN_1 | {"roepnaam": "Jana"}], [JAN_1], False),
    "another name at the address": ([JAN_1 | {"achternaam": "Vos"}], [JAN_1], False),
    "an address twice in the file": ([JAN_1, JAN_1 | {"roepnaam": "Piet"}], [JAN_1], False),
    "an address twice here": ([JAN_1], [JAN_1, JAN_1 | {"roepnaam": "Piet"}], False),
    "an address twice here, of one who left": ([JAN_1], [JAN_1, JAN_1 | {"status": "vertrokken"}], False),
    "another ECK iD": ([JAN_1 | {"eck_id": "e1"}], [JAN_1 | {"eckid": "e2"}], False),
    "another number of the LAS": ([JAN_1 | {"extern_nummer": "k1"}], [JAN_1 | {"las_key": "k2"}], False),
    "one who has a number of ours": ([JAN_1], [JAN_1 | {"eigen_nummer": "K-9"}], False),
}
LEERLINGEN: dict[str, tuple[list[Waarden], list[Waarden], bool]] = {
    "the same name and birth date": ([SAM], [SAM | {"las_key": "k1"}], True),
    "capitals": ([SAM | {"achternaam": "SMIT"}], [SAM], True),
    "somebody who left": ([SAM], [SAM | {"status": "vertrokken"}], True),
    "another first name": ([SAM | {"roepnaam": "Sem"}], [SAM], False),
    "a prefix on one side": ([SAM | {"voorvoegsel": "de"}], [SAM], False),
    "another day": ([SAM | {"geboortedatum": "2016-03-13"}], [SAM], False),
    "day and month exchanged": ([SAM | {"geboortedatum": "2016-12-03"}], [SAM], False),
    "no birth date": ([SAM | {"geboortedatum": ""}], [SAM | {"geboortedatum": ""}], False),
    "1 January": ([SAM | {"geboortedatum": "2016-01-01"}], [SAM | {"geboortedatum": "2016-01-01"}], False),
    "an initial": ([SAM | {"roepnaam": "S"}], [SAM | {"roepnaam": "S"}], False),
    "no first name": ([SAM | {"roepnaam": ""}], [SAM | {"roepnaam": ""}], False),
    "twice in the file": ([SAM, SAM], [SAM], False),
    "twice here": ([SAM], [SAM, SAM], False),
    "twice here, of whom one left": ([SAM], [SAM, SAM | {"status": "vertrokken"}], False),
    "twice here, of whom one has a number of ours": ([SAM], [SAM, SAM | {"eigen_nummer": "L-9"}], False),
    "another ECK iD": ([SAM | {"eck_id": "e1"}], [SAM | {"eckid": "e2"}], False),
    "another number of the LAS": ([SAM | {"extern_nummer": "k1"}], [SAM | {"las_key": "k2"}], False),
}


def _here(bestand: Bestand, values: Waarden) -> Eigen:
    status = Lidmaatschap(values.get("status", "actief"))
    others = {name: value for name, value in values.items() if name not in ("status", "geboortedatum")}
    if bestand is Bestand.LEERKRACHTEN:
        return Leerkracht(status=status, **others)
    day = values["geboortedatum"]
    return Leerling(status=status, geboortedatum=date.fromisoformat(day) if day else None, **others)


def _recognised(bestand: Bestand, file: list[Waarden], here: list[Waarden]) -> bool:
    """Whether the first row is the first record; no row may be any other."""
    rows = [read_row(bestand, {"eigen_nummer": str(n), **cells}, n)[0] for n, cells in enumerate(file, 2)]
    stand, present = Stand(), [_here(bestand, values) for values in here]
    stand.zonder[bestand] = [each for each in present if each.eigen_nummer is None]
    stand.records[bestand] = {each.eigen_nummer: each for each in present if each.eigen_nummer is not None}
    found = records.judge(bestand, rows, stand, set(), TODAY).records
    is_first = found["2"] is present[0]
    assert [each for each in found.values() if each is not None] == ([present[0]] if is_first else [])
    return is_first


@pytest.mark.parametrize("name", LEERKRACHTEN)
def test_a_leerkracht_is_known_by_an_address_and_never_by_a_name(name: str) -> None:
    file, here, is_known = LEERKRACHTEN[name]
    assert _recognised(Bestand.LEERKRACHTEN, file, here) is is_known


@pytest.mark.parametrize("name", LEERLINGEN)
def test_a_leerling_is_known_by_name_and_birth_date_that_nobody_else_has(name: str) -> None:
    file, here, is_known = LEERLINGEN[name]
    assert _recognised(Bestand.LEERLINGEN, file, here) is is_known


def test_an_account_is_not_tied_to_a_namesake_of_its_leerkracht(run: Run, folder: Path, session: Session) -> None:
    school = School(naam="De Voorbeeldschool", brin="99ZZ")
    session.add(school)
    session.flush()
    couple(session, school)
    sloten.lock(session, school.id)
    namesake = Leerkracht(
        school_id=school.id,
        roepnaam="Anja",
        voorvoegsel="de",
        achternaam="Boer",
        email="a.boer@x.example",
        las_key="k1",
    )
    session.add(namesake)
    session.commit()
    run()
    invited = session.scalars(
        select(Leerkracht.email)
        .join(Toetreding, Toetreding.leerkracht_id == Leerkracht.id)
        .where(Toetreding.email == "anja@voorbeeldschool.example")
    )
    assert invited.all() == ["anja@voorbeeldschool.example"]
    query = select(Leerkracht.email, Leerkracht.eigen_nummer).where(Leerkracht.achternaam == "Boer")
    rows = [tuple(row) for row in session.execute(query.order_by(Leerkracht.email))]
    assert rows == [("a.boer@x.example", None), ("anja@voorbeeldschool.example", "K-1")]
