"""Approval by evidence: seven proofs, judged again under the lock; and taking it back before anything was fetched."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.ground.statements import at_statements
from tests.services.conftest import SCHOOLJAAR, make_beheerder
from tests.services.koppeling.conftest import GOED, SAID
from webapp.crypto import Keyring
from webapp.models import (
    Account,
    Audit,
    Daad,
    Groep,
    Koppeling,
    KoppelingStatus,
    Mail,
    MailSoort,
    MailStatus,
    Registerschool,
    School,
)
from webapp.services import sloten
from webapp.services.clock import database_now
from webapp.services.koppeling import bewijzen, goedkeuring, overeenkomst, sleutel
from webapp.services.koppeling.bewijzen import Bewijs
from webapp.services.koppeling.errors import AlreadyDecided, AlreadyFetched, NotGreen
from webapp.uwlr.codes import Owner, Reden
from webapp.uwlr.diagnose import Bevinding, Diagnose


def _niet_groen(session: Session, koppeling: Koppeling) -> list[Bewijs]:
    session.flush()
    return [stuk.bewijs for stuk in bewijzen.of(session, [koppeling])[koppeling.id].niet_groen]


def _other(session: Session, keyring: Keyring, pasted: str, brin: str = "98XX") -> Koppeling:
    school = School(naam="De Buren", brin=brin)
    session.add(school)
    session.flush()
    other = Koppeling(
        school_id=school.id, status=KoppelingStatus.GOEDGEKEURD, schoolnaam=school.naam, brin=brin, contact_naam="An",
        contact_email="an@buren.example", schooljaar=SCHOOLJAAR,
    )  # fmt: skip
    session.add(other)
    session.flush()
    sleutel.store(session, other, pasted, GOED, keyring)
    session.flush()
    return other


def _proef(session: Session, koppeling: Koppeling, door: Account, proef: Diagnose) -> None:
    sleutel.tried_again(session, koppeling.id, koppeling.sleutel_merk, proef, door=door.id)


def test_each_proof_turns_red_by_what_it_is_about_and_by_nothing_else(
    session: Session, wacht: Koppeling, beheerder: Account, keyring: Keyring
) -> None:
    assert wacht.school_id is not None
    sloten.lock(session, wacht.school_id)
    down = Diagnose(False, Owner.NIEMAND, Reden.STORING, {"brin": "99XX", "locatie": "00", "schooljaar": SCHOOLJAAR})
    other_year = Diagnose(True, Owner.NIEMAND, Bevinding.GEGEVENS, SAID | {"schooljaar": "2025-2026"})
    silent = Diagnose(True, Owner.NIEMAND, Bevinding.GEEN_WIJZIGINGEN, {"schoolnaam": "De Regenboog"})
    cases: dict[str, tuple[Callable[[], Any], list[Bewijs]]] = {
        "nothing": (lambda: None, []),
        "the LAS is down": (lambda: _proef(session, wacht, beheerder, down), [Bewijs.SLEUTEL, Bewijs.GEGEVENS]),
        "tried long ago": (
            lambda: setattr(wacht, "proef_op", database_now(session) - bewijzen.PROEF_GELDT), [Bewijs.SLEUTEL]
        ),
        "another year": (lambda: _proef(session, wacht, beheerder, other_year), [Bewijs.GEGEVENS]),
        "no changes": (lambda: _proef(session, wacht, beheerder, silent), [Bewijs.GEGEVENS]),
        "closed": (
            lambda: session.add(Registerschool(
                brin="99XX", vestiging="00", naam="De Regenboog", plaats="Leiden", gesloten_op=date(2024, 8, 1))),
            [Bewijs.GEGEVENS],
        ),
        "not in the register": (
            lambda: session.add(Registerschool(brin="98XX", vestiging="00", naam="De Buren", plaats="Ede")),
            [Bewijs.GEGEVENS],
        ),
        "put off": (lambda: setattr(beheerder, "active", False), [Bewijs.AANVRAGER]),
        "a stranger": (lambda: setattr(wacht, "contact_email", "wie@elders.example"), [Bewijs.AANVRAGER]),
        "a number": (
            lambda: session.add(Groep(school_id=wacht.school_id, naam="8a", las_key="g1")), [Bewijs.EXTERNE_NUMMERS]
        ),
        "nobody here": (
            lambda: session.execute(update(Koppeling).values(school_id=_empty(session, beheerder).id)),
            [Bewijs.EIGEN_GEGEVENS, Bewijs.OVEREENKOMST],
        ),
        "same key": (lambda: _other(session, keyring, "de-sleutel"), [Bewijs.ENIGE_SLEUTEL]),
        "another key": (lambda: _other(session, keyring, "andere-sleutel"), []),
        "an old mark": (
            lambda: setattr(_other(session, keyring, "x"), "sleutel_merk", "0:0"), [Bewijs.ENIGE_SLEUTEL]
        ),
        "no mark": (lambda: setattr(_other(session, keyring, "x"), "sleutel_merk", None), [Bewijs.ENIGE_SLEUTEL]),
        "not signed": (lambda: overeenkomst.note(session, wacht.school_id, None, door=beheerder.id),  # type: ignore[arg-type]  # it has a school
                       [Bewijs.OVEREENKOMST]),
    }  # fmt: skip
    for name, (break_it, expected) in cases.items():
        with session.begin_nested() as branch:
            break_it()
            assert _niet_groen(session, wacht) == expected, name
            if expected:
                with pytest.raises(NotGreen):
                    goedkeuring.approve(session, wacht.id, door=beheerder.id, weet=expected[1:])
            assert goedkeuring.approve(session, wacht.id, door=beheerder.id, weet=expected).is_running, name
            branch.rollback()
        session.expire_all()


def _empty(session: Session, beheerder: Account) -> School:
    """Another school of the same beheerder, of which nothing is here."""
    school = School(naam="Leeg", brin="97XX")
    session.add(school)
    session.flush()
    beheerder.email = "eerder@regenboog.example"
    session.flush()
    make_beheerder(session, school, "marijke@regenboog.example")
    sloten.lock(session, school.id)
    return school


def test_what_somebody_knew_is_in_the_trail(session: Session, wacht: Koppeling, beheerder: Account) -> None:
    wacht.contact_email = "wie@elders.example"
    session.flush()
    goedkeuring.approve(session, wacht.id, door=beheerder.id, weet=[Bewijs.AANVRAGER, Bewijs.SLEUTEL])
    tellingen = session.scalars(select(Audit.tellingen).where(Audit.actie == Daad.GOEDGEKEURD)).one()
    assert tellingen == {"groen": 6, "niet_groen": "aanvrager"}


def test_four_hundred_are_judged_in_as_many_statements_as_one(
    session: Session, wacht: Koppeling, keyring: Keyring
) -> None:
    rows = [wacht, *(_other(session, keyring, f"sleutel-{nr}", f"{nr:02d}ZZ") for nr in range(20))]
    counts = [_statements(session, asked) for asked in ([wacht], rows)]
    assert counts == [counts[0]] * 2
    assert counts[0] < 10


def _statements(session: Session, asked: list[Koppeling]) -> int:
    seen: list[str] = []
    with at_statements(session.connection(), lambda _, sql: seen.append(sql)):
        assert len(bewijzen.of(session, asked)) == len(asked)
    return len(seen)


def test_taking_back_leaves_no_trace_at_the_school_but_a_mail_where_one_went(
    session: Session, wacht: Koppeling, beheerder: Account, school: School
) -> None:
    make_beheerder(session, school, "youssef@regenboog.example")
    goedkeuring.approve(session, wacht.id, door=beheerder.id)
    gone, _ = session.scalars(select(Mail).where(Mail.soort == MailSoort.GOEDGEKEURD).order_by(Mail.id)).all()
    for status in (MailStatus.ONZEKER, MailStatus.VERZONDEN):
        session.execute(update(Mail).where(Mail.id == gone.id).values(status=status))
    wacht.ophalen_claim, wacht.ophalen_claim_tot = "00000000-0000-4000-8000-000000000001", datetime.now(UTC)
    session.flush()
    back = goedkeuring.take_back(session, wacht.id, door=beheerder.id)
    empty = ("beslist_op", "gestart_op", "ophalen_op", "ophalen_claim", "zenden_op", "fout")
    assert [name for name in empty if getattr(back, name) is not None] == []
    assert str(back.status) == "ingediend"
    session.flush()
    left = session.execute(select(Mail.soort, Mail.ontvanger).order_by(Mail.id)).all()
    assert left == [
        (MailSoort.GOEDGEKEURD, gone.ontvanger), (MailSoort.GOEDKEURING_TERUGGENOMEN, gone.ontvanger),
    ]  # fmt: skip
    with pytest.raises(AlreadyDecided):
        goedkeuring.take_back(session, wacht.id, door=beheerder.id)


def test_what_was_fetched_is_not_taken_back(session: Session, wacht: Koppeling, beheerder: Account) -> None:
    goedkeuring.approve(session, wacht.id, door=beheerder.id)
    wacht.opgehaald_op = datetime.now(UTC) + timedelta(seconds=1)
    session.flush()
    with pytest.raises(AlreadyFetched):
        goedkeuring.take_back(session, wacht.id, door=beheerder.id)


def test_a_mark_says_whether_two_keys_are_the_same_and_nothing_else(keyring: Keyring) -> None:
    assert keyring.mark("a") == keyring.mark("a") != keyring.mark("b")
    assert "geheim" not in keyring.mark("geheim")
    other = Keyring(("1:" + "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=",))
    assert other.mark("a") != keyring.mark("a")
