"""The new school year: asked for from 1 August, begun when the LAS has it, and the old one goes on until then."""

from __future__ import annotations

import re
import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from flask import Flask, current_app
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from jobs.ophalen import fetch_leerlinggegevens
from tests.las import reply, running_las
from tests.screens import JAAR, Koppelweg, make_clerk
from tests.uwlr.berichten import SCHOOL, antwoord, envelope, leerling
from webapp.models import (
    Account,
    Audit,
    Daad,
    Handeling,
    Koppeling,
    KoppelingStatus,
    Leerling,
    Lidmaatschap,
    Mail,
    MailSoort,
    Wat,
)
from webapp.models.fout import EigenCode, Fout, Situatie
from webapp.models.ids import AccountId
from webapp.services import afspraken, sloten
from webapp.services.clock import database_now
from webapp.services.controle import terugdraaien
from webapp.services.geschiedenis import ZONDER
from webapp.services.inname import uitstel
from webapp.services.inname.uitstel import NoSuchDay
from webapp.services.overzicht import open_einden
from webapp.services.overzicht.einde import Aan, Einde, OpenEinde
from webapp.uwlr.codes import Owner
from webapp.uwlr.namespaces import LEERLINGGEGEVENS

VORIG = f"{int(JAAR[:4]) - 1}-{JAAR[:4]}"
GROEP = '<groep key="g5"/>'
_NOTHING = "<geengegevens>true</geengegevens>"
GEEN = envelope(f'<leerlinggegevens_antwoord xmlns="{LEERLINGGEGEVENS}">{_NOTHING}</leerlinggegevens_antwoord>')


@dataclass
class Augustus:
    """A school that still fetches the year before, with ten who stay and two in the highest jaargroep."""

    session: Session
    koppeling: Koppeling
    answers: dict[str, bytes | None]
    asked: list[str]

    def fetch(self) -> Koppeling:
        self.koppeling.ophalen_op = database_now(self.session) - timedelta(seconds=1)
        self.session.commit()
        fetch_leerlinggegevens(self.koppeling.id)
        self.session.expire_all()
        return self.koppeling


def year_with(schooljaar: str, placed: int, unplaced: int = 0, jaargroep: str = "") -> bytes:
    """An answer with so many of our leerlingen in a groep, and so many in none."""
    stands = f"<jaargroep>{jaargroep}</jaargroep>{GROEP}" if jaargroep else GROEP
    school = SCHOOL.replace("99XX", "12AB").replace("2026-2027", schooljaar)
    pupils = "".join(
        leerling(
            f"<achternaam>Berk</achternaam><roepnaam>Kind{n}</roepnaam>{stands if n < placed else ''}",
            f'key="k{n}"',
        )
        for n in range(placed + unplaced)
    )
    return antwoord(pupils, school=school)


@pytest.fixture
def augustus(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[Augustus]:
    koppeling = Koppelweg(app, session, make_clerk(session)).running()
    assert koppeling.school_id is not None
    sloten.lock(session, koppeling.school_id)
    koppeling.schooljaar = VORIG
    for n in range(12):
        session.add(
            Leerling(
                school_id=koppeling.school_id,
                roepnaam=f"Kind{n}",
                achternaam="Berk",
                las_key=f"k{n}",
                jaargroep="8" if n >= 10 else "5",
            )
        )
    session.commit()
    answers: dict[str, bytes | None] = {VORIG: year_with(VORIG, 12)}
    asked: list[str] = []

    def behave(wire: socket.socket, request: bytes) -> None:
        [year] = re.findall(rb"schooljaar>([0-9-]{9})<", request)
        asked.append(year.decode())
        answer = answers.get(year.decode())
        if answer is None:
            reply(b"", status=500)(wire, request)
        else:
            reply(answer)(wire, request)

    with running_las(behave) as las:
        settings = replace(app.extensions["settings"], parnassys_url=las.address)
        monkeypatch.setitem(app.extensions, "settings", settings)
        yield Augustus(session, koppeling, answers, asked)


@pytest.mark.parametrize(
    "new",
    [
        pytest.param(None, id="the LAS falls over"),
        pytest.param(GEEN, id="it has nothing"),
        pytest.param(year_with(VORIG, 12), id="it answers with the old year"),
        pytest.param(year_with(JAAR, 7), id="seven of ten"),
        pytest.param(year_with(JAAR, 7, 5), id="all of them, seven in a groep"),
        pytest.param(year_with(JAAR, 12, jaargroep="5"), id="all of them, in the jaargroep of last year"),
        pytest.param(year_with("1999-2000", 12), id="it answers with another year"),
    ],
)
def test_the_old_year_goes_on_while_the_new_one_is_not_there(augustus: Augustus, new: bytes | None) -> None:
    augustus.answers[JAAR] = new
    koppeling = augustus.fetch()
    assert augustus.asked == [JAAR, VORIG]
    assert (koppeling.schooljaar, koppeling.fout, koppeling.opgehaald_leerlingen) == (VORIG, None, 12)


def test_the_new_year_begins_when_four_fifths_of_those_who_stay_have_a_groep(augustus: Augustus) -> None:
    augustus.answers[JAAR] = year_with(JAAR, 8)
    koppeling = augustus.fetch()
    assert augustus.asked == [JAAR]
    assert (koppeling.schooljaar, koppeling.opgehaald_leerlingen) == (JAAR, 8)
    begun = select(Audit.tellingen).where(Audit.actie == Daad.SCHOOLJAAR_BEGONNEN)
    assert augustus.session.scalars(begun).all() == [{"van": VORIG, "naar": JAAR}]
    augustus.fetch()
    assert augustus.asked == [JAAR, JAAR]


def test_the_highest_jaargroep_is_the_highest_number(augustus: Augustus) -> None:
    """A school with jaargroep 8 and with 12: it is 12 that leaves."""
    assert augustus.koppeling.school_id is not None
    sloten.lock(augustus.session, augustus.koppeling.school_id)
    for before, now in (("8", "12"), ("5", "8")):
        augustus.session.execute(
            update(Leerling).where(Leerling.jaargroep == before).values(jaargroep=now), execution_options=ZONDER
        )
    augustus.session.commit()
    augustus.answers[JAAR] = year_with(JAAR, 8)
    assert augustus.fetch().schooljaar == JAAR


def test_a_school_that_is_linked_with_nobody_keeps_its_year(augustus: Augustus) -> None:
    assert augustus.koppeling.school_id is not None
    sloten.lock(augustus.session, augustus.koppeling.school_id)
    augustus.session.execute(update(Leerling).values(las_key=None), execution_options=ZONDER)
    augustus.session.commit()
    augustus.answers[JAAR] = year_with(JAAR, 12)
    assert augustus.fetch().schooljaar == VORIG


def test_nothing_any_more_for_the_old_year_is_doubted_first(augustus: Augustus) -> None:
    assert augustus.fetch().gewerkt_op is not None
    augustus.answers[VORIG] = GEEN
    koppeling = augustus.fetch()
    assert koppeling.fout == Fout(
        EigenCode.GEEN_GEGEVENS, Owner.NIEMAND, {"schooljaar": VORIG, "situatie": Situatie.TWIJFEL}
    )


def turned(augustus: Augustus) -> Handeling:
    """The new year begins, and has its shape."""
    augustus.koppeling.status = KoppelingStatus.ACTIEF
    augustus.fetch()
    augustus.answers[JAAR] = year_with(JAAR, 10, jaargroep="6")
    augustus.fetch()
    return augustus.session.scalars(select(Handeling).where(Handeling.wat == Wat.OVERGANG)).one()


def stand(augustus: Augustus) -> dict[tuple[str | None, Lidmaatschap], int]:
    rows = augustus.session.execute(select(Leerling.jaargroep, Leerling.status)).all()
    return Counter((jaargroep, status) for jaargroep, status in rows)


def open_year(augustus: Augustus) -> list[OpenEinde]:
    """What is said to be open about the school year."""
    settings = current_app.extensions["settings"]
    einden = open_einden.of_koppeling(augustus.session, augustus.koppeling, settings, database_now(augustus.session))
    return [each for each in einden if "jaar" in each.einde]


VOOR = {("5", Lidmaatschap.ACTIEF): 10, ("8", Lidmaatschap.ACTIEF): 2}
NA = {("6", Lidmaatschap.ACTIEF): 10, ("8", Lidmaatschap.VERTROKKEN): 2}


def newest_act(session: Session) -> tuple[str, int | None]:
    line = session.scalars(select(Audit).order_by(Audit.id.desc()).limit(1)).one()
    return line.actie, line.account_id


def test_three_nights_leave_an_undone_turn_alone_until_somebody_says_that_it_may_begin(augustus: Augustus) -> None:
    handeling, session = turned(augustus), augustus.session
    koppeling = augustus.koppeling
    assert (stand(augustus), koppeling.schooljaar) == (NA, JAAR)
    assert koppeling.school_id is not None
    args, door = (session, koppeling.school_id, handeling.id), session.scalars(select(Account.id)).first()
    assert door is not None
    terug = terugdraaien.preview_night(*args)
    assert (terug.is_overgang, len(terug.terug_hier), terug.blijft, terug.vragen) == (True, 2, [], 0)
    terugdraaien.undo_night(*args, digest=terug.digest, door=door)
    session.commit()
    acts = select(func.count()).select_from(Handeling)
    before = session.scalar(acts)
    for _ in range(3):
        augustus.asked.clear()
        augustus.fetch()
        assert (stand(augustus), koppeling.schooljaar, koppeling.fout, augustus.asked) == (VOOR, VORIG, None, [JAAR])
    assert session.scalar(acts) == before
    row = uitstel.of_school(session, koppeling.school_id)
    assert row is not None
    [taken_back] = open_year(augustus)
    assert (taken_back.einde, taken_back.aan, taken_back.wat) == (Einde.JAAR_TERUGGENOMEN, Aan.U, JAAR)
    assert (row.vooruitblik.get("past"), len(row.vooruitblik["weg"]), len(row.vooruitblik["verder"])) == (True, 2, 10)
    uitstel.go_over(session, koppeling.school_id, door=door)
    session.flush()
    assert newest_act(session) == (Daad.NU_OVERGAAN, door)
    augustus.fetch()
    assert (stand(augustus), koppeling.schooljaar) == (NA, JAAR)
    assert uitstel.of_school(session, koppeling.school_id) is None


def test_a_turn_that_was_put_off_begins_on_its_day(augustus: Augustus) -> None:
    augustus.koppeling.status = KoppelingStatus.ACTIEF
    augustus.fetch()
    session, koppeling = augustus.session, augustus.koppeling
    assert koppeling.school_id is not None
    vandaag = uitstel.today(session)
    door = session.scalars(select(Account.id)).first()
    assert door is not None
    uitstel.put_off(session, koppeling.school_id, vandaag + timedelta(days=1), door=door)
    session.commit()
    assert newest_act(session) == (Daad.OVERGAAN_UITGESTELD, door)
    augustus.answers[JAAR] = year_with(JAAR, 10, jaargroep="6")
    augustus.fetch()
    assert (stand(augustus), koppeling.schooljaar) == (VOOR, VORIG)
    wie = uitstel.of_school(session, koppeling.school_id)
    assert wie is not None
    [put_off] = open_year(augustus)
    assert (put_off.einde, put_off.aan, put_off.tot) == (
        Einde.JAAR_UITGESTELD, Aan.PAUZE, vandaag + timedelta(days=1),
    ), "it does not wait for the LAS"  # fmt: skip
    groepen = uitstel.who(session, koppeling.school_id, wie.vooruitblik)
    assert {naam: len(who) for naam, who in groepen.items()} == {"5": 10, None: 2}
    afspraken.put_off(session, koppeling.school_id, vandaag)
    augustus.fetch()
    assert (stand(augustus), koppeling.schooljaar) == (NA, JAAR)
    written = session.scalars(select(Mail.soort).order_by(Mail.id)).all()
    assert written[-2:] == [MailSoort.KOPPELINGSMAIL, MailSoort.OVERGANG], "of the old year, and one of the turn"
    _, laatste = uitstel.days(session, koppeling)
    with pytest.raises(NoSuchDay):
        uitstel.put_off(session, koppeling.school_id, laatste + timedelta(days=1), door=AccountId(1))
