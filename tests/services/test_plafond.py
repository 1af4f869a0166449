"""How many schools of a LAS a night takes along: who waits longest goes first, and nobody is forgotten or alarmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tests.wereld import Wereld, make_wereld
from webapp.config import AMSTERDAM, Settings
from webapp.models import Audit, Daad, Koppeling, LasType, Nacht, Plafond, Schoolstand
from webapp.models.fout import Fout
from webapp.services import nachten, nachtverloop, plafond
from webapp.services.overzicht import alarmen, nachtstrook, open_einden
from webapp.services.overzicht.einde import Aan, Einde
from webapp.uwlr.codes import Owner, Reden

DAG = timedelta(days=1)
NACHT = datetime(2026, 11, 25, 1, tzinfo=AMSTERDAM)


@pytest.fixture
def uren(settings: Settings) -> Settings:
    return replace(settings, nacht_begin_uur=1, nacht_eind_uur=7)


@pytest.fixture
def scholen(app: Flask, session: Session) -> list[Wereld]:
    """Three schools; the second was fetched longest ago."""
    found = [make_wereld(session, app.extensions["keyring"], brin=brin) for brin in ("99AA", "99BB", "99CC")]
    for wereld, days in zip(found, (2, 3, 1), strict=True):
        wereld.koppeling.opgehaald_op, wereld.koppeling.zenden_op = NACHT - days * DAG, None
    session.flush()
    return found


def put(session: Session, wereld: Wereld, scholen: int | None) -> None:
    plafond.put(session, LasType.PARNASSYS, scholen, door=wereld.beheerder.id)
    session.expire_all()


def night(
    session: Session, scholen: Sequence[Wereld], uren: Settings, now: datetime, *, works: bool = True
) -> list[str]:
    """A whole night; return whom it took along."""
    assert nachten.begin(session, now, uren) is not None
    session.flush()
    session.expire_all()
    taken = [each.koppeling for each in scholen if each.koppeling.ophalen_op == now]
    for koppeling in taken:
        if works:
            koppeling.opgehaald_op, koppeling.ophalen_op = now + timedelta(minutes=2), None
        else:
            koppeling.ophalen_pogingen, koppeling.fout = 1, Fout(Reden.STORING, Owner.NIEMAND)
    session.flush()
    nachten.follow(session, now + timedelta(minutes=5), uren)
    session.expire_all()
    return [koppeling.brin for koppeling in taken]


def test_the_las_that_was_there_takes_all_and_a_new_one_begins_with_one(
    session: Session, scholen: list[Wereld], uren: Settings
) -> None:
    assert plafond.of_las(session, LasType.PARNASSYS) is None
    assert night(session, scholen, uren, NACHT) == ["99AA", "99BB", "99CC"]
    session.execute(delete(Plafond))
    session.expire_all()
    assert plafond.of_las(session, LasType.PARNASSYS) == 1


def test_who_waits_longest_goes_first_and_everybody_has_a_turn(
    session: Session, scholen: list[Wereld], uren: Settings
) -> None:
    put(session, scholen[0], 1)
    assert [night(session, scholen, uren, NACHT + n * DAG) for n in range(4)] == [
        ["99BB"],
        ["99AA"],
        ["99CC"],
        ["99BB"],
    ]
    put(session, scholen[0], 10)
    assert len(night(session, scholen, uren, NACHT + 4 * DAG)) == 3
    put(session, scholen[0], None)
    assert all(each.koppeling.wacht_op_beurt_sinds is None for each in scholen)


def test_a_school_that_always_fails_keeps_nobody_from_their_turn(
    session: Session, scholen: list[Wereld], uren: Settings
) -> None:
    put(session, scholen[0], 1)
    took = [night(session, scholen, uren, NACHT + n * DAG, works=False) for n in range(3)]
    assert took == [["99BB"], ["99AA"], ["99CC"]]
    due = session.scalars(select(Koppeling.brin).where(Koppeling.ophalen_op.is_not(None))).all()
    assert due == ["99CC"], "what was tried for the others is not tried on"


def test_what_is_under_way_when_a_night_begins_is_not_taken_away(
    session: Session, scholen: list[Wereld], uren: Settings
) -> None:
    put(session, scholen[0], 1)
    busy = scholen[2].koppeling
    busy.ophalen_op, busy.ophalen_pogingen = NACHT, 2
    busy.ophalen_claim = "00000000-0000-4000-8000-000000000001"
    session.flush()
    assert nachten.begin(session, NACHT, uren) is not None
    session.expire_all()
    assert (busy.ophalen_op, busy.ophalen_pogingen) == (NACHT, 2)


def test_it_is_told_at_the_school_and_in_the_night_and_alarms_nobody(
    session: Session, scholen: list[Wereld], uren: Settings
) -> None:
    put(session, scholen[0], 1)
    later = NACHT + timedelta(hours=2)
    night(session, scholen, uren, NACHT)
    nacht = session.get_one(Nacht, NACHT.date())
    assert {each.brin: each.stand for each in nachtverloop.schools(session, nacht, later)} == {
        "99AA": Schoolstand.NIET_AAN_DE_BEURT, "99BB": Schoolstand.GOED, "99CC": Schoolstand.NIET_AAN_DE_BEURT,
    }  # fmt: skip
    assert nacht.klaar_op is not None, "who is passed over keeps no night open"
    assert (nacht.tellingen["niet_aan_de_beurt"], nacht.tellingen["niet_opgehaald"]) == (2, 0)
    waits, taken = scholen[0].koppeling, scholen[1].koppeling
    [einde] = [e for e in open_einden.of_koppeling(session, waits, uren, later) if e.einde is Einde.NIET_AAN_DE_BEURT]
    assert (einde.aan, einde.sinds) == (Aan.TESTCENTRUM, NACHT)
    assert Einde.NACHT not in {each.einde for each in open_einden.of_koppeling(session, waits, uren, later)}
    assert Einde.NIET_AAN_DE_BEURT not in {e.einde for e in open_einden.of_koppeling(session, taken, uren, later)}
    assert nachtstrook.of_koppeling(session, waits, later) == []
    assert [each.datum for each in nachtstrook.of_koppeling(session, taken, later)] == [nacht.datum]
    assert alarmen.found(session, later, uren) == []
    assert [(each.scholen, each.wachten) for each in plafond.standen(session)] == [(1, 2)]
    [line] = session.scalars(select(Audit).where(Audit.actie == Daad.PLAFOND_GEZET))
    assert (line.object, line.tellingen) == ("las parnassys", {"scholen": 1})
