"""What was kept long enough goes: announced, in portions, and nothing that anybody still needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from jobs import opruimen as job
from jobs import sweep
from tests.wereld import START, Wereld, make_wereld
from webapp.context import settings
from webapp.db import db
from webapp.models import (
    Account,
    Afnameverzoek,
    Alarm,
    Alarmsoort,
    Audit,
    BatchStatus,
    Belreden,
    Bewaard,
    Daad,
    Importbatch,
    Importregel,
    Keuze,
    Koppeling,
    KoppelingStatus,
    Mail,
    MailSoort,
    MailStatus,
    Nacht,
    Nachtstand,
    Notitie,
    Opruiming,
    Resultaat,
    Schoolnacht,
    Sessie,
    Soort,
    Uitkomst,
    Verzending,
    Zekerheid,
)
from webapp.queue import Job
from webapp.services import sloten
from webapp.services.bewaring import opruimen, termijnen
from webapp.services.clock import database_now
from webapp.services.inname.batch import open_of
from webapp.services.koppeling import einde
from webapp.services.toetsen import leveranciers
from webapp.woorden import bewaring as woorden

DAG = timedelta(days=1)


@pytest.fixture
def wereld(session: Session, app: Flask) -> Wereld:
    return make_wereld(session, app.extensions["keyring"])


@pytest.fixture
def now(session: Session) -> datetime:
    return database_now(session)


def _batch(wereld: Wereld, status: BatchStatus, ago: timedelta, **values: Any) -> Importbatch:
    """An aanlevering that was opgehaald and ended so long ago, with two leerlingen and a groep."""
    moment = database_now(wereld.session) - ago
    sloten.lock(wereld.session, wereld.school.id)
    batch = Importbatch(
        school_id=wereld.school.id, koppeling_id=wereld.koppeling.id, status=status, schooljaar="2026-2027",
        vingerafdruk="x", tellingen={}, vastgehouden={}, opgehaald_op=moment,
        verwerkt_op=moment if status is BatchStatus.VERWERKT else None, **values,
    )  # fmt: skip
    batch.regels = [
        _regel(wereld, Soort.LEERLING, Keuze.NIEUW, roepnaam="Kaatje", geboortedatum=date(2016, 2, 29), las_key="a"),
        _regel(wereld, Soort.LEERLING, Keuze.NIET, roepnaam="Bram", geboortedatum=date(2016, 2, 28), las_key="b"),
        _regel(wereld, Soort.GROEP, Keuze.KOPPEL, naam="Groep 5", las_key="g"),
    ]
    wereld.session.add(batch)
    wereld.session.flush()
    return batch


def _regel(wereld: Wereld, soort: Soort, keuze: Keuze, **values: Any) -> Importregel:
    return Importregel(
        school_id=wereld.school.id, soort=soort, keuze=keuze, voorstel=Zekerheid.NIEUW, matchregel="geen",
        redenen=["roepnaam-anders"], kandidaten=[], groep_keys=["g5"], doel_id=7, **values,
    )  # fmt: skip


def _tidy(session: Session, **where: Any) -> None:
    """Let the job of a school (or of none) run to its end, as if its night had come."""
    opruimen.due(session, database_now(session), settings())
    row = session.scalars(select(Opruiming).filter_by(**where)).one()
    row.volgende_op = START
    session.flush()
    job.tidy(row.id)


def _announced_long_ago(session: Session) -> None:
    session.execute(
        update(Importregel).where(Importregel.wissen_op.is_not(None)).values(wissen_op=START),
        execution_options={"synchronize_session": False},
    )
    session.expire_all()


def _wait_a_week(wereld: Wereld) -> None:
    sloten.lock(wereld.session, wereld.school.id)
    _announced_long_ago(wereld.session)


def _names(batch: Importbatch) -> list[str | None]:
    batch = db.session.get_one(Importbatch, batch.id, populate_existing=True)
    return [regel.roepnaam for regel in batch.regels if regel.soort is Soort.LEERLING]


@pytest.mark.asvs(38)
@pytest.mark.parametrize(
    ("status", "days", "left"),
    [
        (BatchStatus.VERVANGEN, 13 - 7, ["Kaatje", "Bram"]),
        (BatchStatus.VERVANGEN, 15, [None, None]),
        (BatchStatus.VERWERKT, 22, ["Kaatje", "Bram"]),
        (BatchStatus.VERWERKT, 31, ["Kaatje", None]),
        (BatchStatus.VERWERKT, 91, [None, None]),
        (BatchStatus.AUTOMATISCH_VERWERKT, 82, ["Kaatje", "Bram"]),
        (BatchStatus.AUTOMATISCH_VERWERKT, 91, [None, None]),
        (BatchStatus.WACHT_OP_CONTROLE, 1000, ["Kaatje", "Bram"]),
        (BatchStatus.VASTGEHOUDEN, 1000, ["Kaatje", "Bram"]),
    ],
)
def test_names_go_when_their_term_is_over(
    wereld: Wereld, status: BatchStatus, days: int, left: list[str | None]
) -> None:
    """Sessions, mails, brakes and deliveries: below; one leerling: tests/services/bewaring/test_wissen.py."""
    batch = _batch(wereld, status, days * DAG)
    _tidy(wereld.session, school_id=wereld.school.id)
    assert _names(batch) == ["Kaatje", "Bram"], "announced first"
    _wait_a_week(wereld)
    _tidy(wereld.session, school_id=wereld.school.id)
    assert _names(batch) == left


def test_what_is_announced_stays_a_week_and_everybody_can_see_it(wereld: Wereld, now: datetime) -> None:
    _batch(wereld, BatchStatus.VERWERKT, 400 * DAG)
    for _ in range(2):
        _tidy(wereld.session, school_id=wereld.school.id)
    moments = wereld.session.scalars(select(Importregel.wissen_op).where(Importregel.soort == Soort.LEERLING)).all()
    assert all(moment is not None and moment - now >= 7 * DAG for moment in moments)
    row = wereld.session.scalars(select(Opruiming).filter_by(school_id=wereld.school.id)).one()
    assert (row.straks, row.gewist) == ({"regels": 2}, {})
    shown = [woorden.rij(*each) for each in opruimen.overview(wereld.session, 5)]
    (regel,) = (each for each in shown if each.titel == "De Regenboog (99XX)")
    assert regel.straks.startswith("namen van 2 regels vanaf ")
    trail = wereld.session.scalars(select(Audit).where(Audit.actie == Daad.WISSEN_AANGEKONDIGD)).one()
    assert trail.tellingen["regels"] == 2


def test_the_history_keeps_our_numbers_and_how_fields_compared(wereld: Wereld) -> None:
    batch = _batch(wereld, BatchStatus.VERWERKT, 400 * DAG)
    _tidy(wereld.session, school_id=wereld.school.id)
    _wait_a_week(wereld)
    _tidy(wereld.session, school_id=wereld.school.id)
    kind, _, groep = db.session.get_one(Importbatch, batch.id, populate_existing=True).regels
    assert (kind.doel_id, kind.keuze, kind.redenen) == (7, Keuze.NIEUW, ["roepnaam-anders"])
    assert {name: getattr(kind, name) for name in termijnen.LEEG} == dict(termijnen.LEEG)
    assert kind.gewist_op is not None
    assert (groep.naam, groep.gewist_op) == ("Groep 5", None)
    trail = wereld.session.scalars(select(Audit).where(Audit.actie == Daad.OPGERUIMD)).one()
    assert (trail.tellingen, trail.school_id) == ({"regels": 2}, wereld.school.id)


@pytest.mark.parametrize(("days", "announced"), [(200, 0), (33, 2)], ids=["for long", "for three days"])
def test_a_setting_that_was_raised_keeps_what_was_announced(
    wereld: Wereld, app: Flask, monkeypatch: pytest.MonkeyPatch, days: int, announced: int
) -> None:
    batch = _batch(wereld, BatchStatus.VERVANGEN, 30 * DAG)
    _tidy(wereld.session, school_id=wereld.school.id)
    _wait_a_week(wereld)
    monkeypatch.setitem(app.extensions, "settings", replace(settings(), bewaar_niet_geimporteerd=days * DAG))
    _tidy(wereld.session, school_id=wereld.school.id)
    assert _names(batch) == ["Kaatje", "Bram"]
    assert termijnen.announced(wereld.session, wereld.school.id)[0] == announced


def test_a_replaced_aanlevering_counts_from_the_one_that_replaced_it(wereld: Wereld) -> None:
    newer = _batch(wereld, BatchStatus.WACHT_OP_CONTROLE, DAG)
    older = _batch(wereld, BatchStatus.VERVANGEN, 60 * DAG, vervangen_door_id=newer.id)
    _tidy(wereld.session, school_id=wereld.school.id)
    _wait_a_week(wereld)
    _tidy(wereld.session, school_id=wereld.school.id)
    assert _names(older) == ["Kaatje", "Bram"]
    assert open_of(wereld.session, wereld.school.id) is not None


@pytest.mark.parametrize(("days", "left"), [(8 - 7, ["Kaatje", "Bram"]), (15, [None, None])])
def test_a_review_that_ended_with_its_koppeling_counts_from_that_end(
    wereld: Wereld, days: int, left: list[str | None]
) -> None:
    batch = _batch(wereld, BatchStatus.WACHT_OP_CONTROLE, 300 * DAG)
    einde.ask_end(wereld.session, wereld.koppeling.id, door=wereld.beheerder.id)
    einde.end(wereld.session, wereld.koppeling.id, door=wereld.beheerder.id)
    batch.verwerkt_op = database_now(wereld.session) - days * DAG
    _tidy(wereld.session, school_id=wereld.school.id)
    _wait_a_week(wereld)
    _tidy(wereld.session, school_id=wereld.school.id)
    assert _names(batch) == left


def test_it_goes_in_portions_and_goes_on_where_a_dead_worker_was(
    wereld: Wereld, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = _batch(wereld, BatchStatus.VERVANGEN, 60 * DAG)
    _tidy(wereld.session, school_id=wereld.school.id)
    _wait_a_week(wereld)
    monkeypatch.setattr(termijnen, "SAMEN", 1)
    row = wereld.session.scalars(select(Opruiming).filter_by(school_id=wereld.school.id)).one()
    row.volgende_op = START
    opdracht = opruimen.claim(wereld.session, row.id)
    assert opdracht is not None
    assert opruimen.claim(wereld.session, row.id) is None, "in other hands"
    assert opruimen.erase_portion(wereld.session, opdracht, settings())
    assert sorted(map(str, _names(batch))) in (["Bram", "None"], ["Kaatje", "None"])
    row.claim_tot = START
    wereld.session.flush()
    job.tidy(row.id)
    assert _names(batch) == [None, None]
    assert not opruimen.erase_portion(wereld.session, opdracht, settings()), "not ours any more"
    trail = wereld.session.scalars(select(Audit).where(Audit.actie == Daad.OPGERUIMD)).one()
    assert trail.tellingen == {"regels": 2}


def test_one_school_is_not_the_other(wereld: Wereld, app: Flask) -> None:
    other = make_wereld(wereld.session, app.extensions["keyring"], brin="98ZZ")
    mine, theirs = (_batch(each, BatchStatus.VERVANGEN, 60 * DAG) for each in (wereld, other))
    for each in (wereld, other):
        _tidy(each.session, school_id=each.school.id)
    _wait_a_week(wereld)
    _tidy(wereld.session, school_id=wereld.school.id)
    assert (_names(mine), _names(theirs)) == ([None, None], ["Kaatje", "Bram"])


def test_an_error_that_nobody_expected_is_written_down_and_tried_again(
    wereld: Wereld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opruimen, "erase_portion", _breaks)
    _tidy(wereld.session, school_id=wereld.school.id)
    row = wereld.session.scalars(select(Opruiming).filter_by(school_id=wereld.school.id)).one()
    assert (row.fout, row.claim) == ("ZeroDivisionError", None)
    assert row.volgende_op is not None
    assert row.volgende_op > START


def _breaks(*_: object) -> bool:
    raise ZeroDivisionError


def test_no_score_and_no_result_is_ever_deleted(wereld: Wereld) -> None:
    wereld.genormeerd(3)
    wereld.session.execute(
        update(Resultaat).where(Resultaat.school_id == wereld.school.id).values(afnamedatum=date(2001, 1, 1))
    )
    for where in ({"school_id": wereld.school.id}, {"school_id": None}):
        _tidy(wereld.session, **where)
    assert wereld.session.scalar(select(func.count()).select_from(Resultaat)) == 3
    assert len(wereld.statussen()) == 3


def _mail(wereld: Wereld, status: MailStatus, days: int, **values: Any) -> Mail:
    moment = database_now(wereld.session) - days * DAG
    mail = Mail(
        soort=MailSoort.GOEDGEKEURD, ontvanger="anja@school.example", gegevens={"aantal": 3}, status=status,
        verzonden_op=moment, aangemaakt_op=moment, antwoord="250 ok", **values,
    )  # fmt: skip
    wereld.session.add(mail)
    wereld.session.flush()
    return mail


def test_a_mail_keeps_kind_moment_and_outcome(wereld: Wereld) -> None:
    old = _mail(wereld, MailStatus.VERZONDEN, 91, school_id=wereld.school.id)
    new = _mail(wereld, MailStatus.VERZONDEN, 89, school_id=wereld.school.id)
    waits = [_mail(wereld, status, 91, school_id=wereld.school.id) for status in MailStatus if status != "verzonden"]
    nobodys = _mail(wereld, MailStatus.VERZONDEN, 91)
    for where in ({"school_id": wereld.school.id}, {"school_id": None}):
        _tidy(wereld.session, **where)
    wereld.session.expire_all()
    for mail in (old, nobodys):
        assert (mail.ontvanger, mail.gegevens, mail.antwoord) == (f"gewist-{mail.id}", {}, None)
        assert (mail.soort, mail.status) == (MailSoort.GOEDGEKEURD, MailStatus.VERZONDEN)
    assert {mail.ontvanger for mail in (new, *waits)} == {"anja@school.example"}


def test_what_was_noted_goes_and_that_a_school_called_stays(wereld: Wereld, now: datetime) -> None:
    for days in (399, 401):
        for school_id in (wereld.school.id, None):
            wereld.session.add(Notitie(
                op=now - days * DAG, door=wereld.beheerder.id, school_id=school_id, koppeling_id=wereld.koppeling.id,
                reden=Belreden.MAIL, tekst="Gebeld.", formulier=str(uuid4()),
            ))  # fmt: skip
    wereld.session.flush()
    for where in ({"school_id": wereld.school.id}, {"school_id": None}):
        _tidy(wereld.session, **where)
    wereld.session.expire_all()
    found = wereld.session.execute(select(Notitie.tekst, Notitie.reden).order_by(Notitie.op)).all()
    assert found == [("", "mail")] * 2 + [("Gebeld.", "mail")] * 2


def test_what_is_of_no_school_goes_too(wereld: Wereld, now: datetime) -> None:
    session, account = wereld.session, wereld.beheerder.id
    for days in (1, 401):
        datum = (now - days * DAG).date()
        session.add(Nacht(datum=datum, tellingen={}))
        session.flush()
        session.add(Schoolnacht(datum=datum, koppeling_id=wereld.koppeling.id))
        counts = dict.fromkeys(("ophalen", "versturen", "bevestigd", "geweigerd", "onzeker"), 0)
        session.add(Nachtstand(datum=datum, punt=1, op=now - days * DAG, scholen={}, **counts))
    for n, days in enumerate((29, 31)):
        moment = now - days * DAG
        session.add(Sessie(account_id=account, token_hash=str(n), begonnen_op=moment, gezien_op=moment))
        session.add(Alarm(soort=Alarmsoort.NACHT, oorzaak=str(n), sinds=moment, voorbij_op=moment - 370 * DAG))
    gone = [
        Koppeling(
            status=KoppelingStatus.ONBEVESTIGD, schoolnaam="X", brin="01AA", contact_naam="An", contact_email="a@x.nl",
            aangevraagd_op=now - days * DAG,
        )
        for days in (91, 1)
    ]  # fmt: skip
    session.add_all(gone)
    for hours in (-1, 1):
        kept = Bewaard(id=str(uuid4()), account_id=account, inhoud=b"x", tot=now + hours * timedelta(hours=1))
        session.add(kept)
    session.flush()
    for each in gone:
        each.status = KoppelingStatus.INGETROKKEN
    session.flush()
    session.add(Account(email="los@x.nl", naam="Los", fs_uniquifier="los", zonder_school_op=now - 31 * DAG))
    session.flush()
    _tidy(session, school_id=None)
    session.expire_all()
    left = select(Account.naam).where(Account.active, Account.zonder_school_op.is_(None))
    assert session.scalars(left).all() == [wereld.beheerder.naam], "who is of a school is seen to be"
    assert session.scalar(select(func.count()).select_from(Schoolnacht)) == 1
    assert session.scalar(select(func.count()).select_from(Nachtstand)) == 1
    assert session.scalar(select(func.count()).select_from(Nacht)) == 2, "one row a day stays"
    assert session.scalars(select(Sessie.token_hash)).all() == ["0"]
    assert session.scalars(select(Alarm.oorzaak)).all() == ["0"]
    assert [each.contact_email for each in gone] == ["", "a@x.nl"]
    assert session.scalars(select(Bewaard.id)).all() == [kept.id], "what was typed when a login ended"


def test_messages_of_long_ago_go_and_one_under_way_stays(wereld: Wereld, now: datetime) -> None:
    sloten.hold(wereld.session, wereld.school.id)
    for days, uitkomst in ((401, Uitkomst.BEVESTIGD), (401, Uitkomst.BEGONNEN), (399, Uitkomst.BEVESTIGD)):
        wereld.session.add(
            Verzending(
                school_id=wereld.school.id, koppeling_id=wereld.koppeling.id, aantal=1, uitkomst=uitkomst,
                claim="00000000-0000-4000-8000-000000000001", aanmaakdatum=now, begonnen_op=now - days * DAG,
            )
        )  # fmt: skip
    wereld.session.flush()
    _tidy(wereld.session, school_id=wereld.school.id)
    found = wereld.session.scalars(select(Verzending.uitkomst).order_by(Verzending.id)).all()
    assert found == [Uitkomst.BEGONNEN, Uitkomst.BEVESTIGD]


def test_what_was_answered_to_a_supplier_goes_also_when_it_calls_no_more(wereld: Wereld, now: datetime) -> None:
    session, school_id = wereld.session, wereld.school.id
    leverancier, _ = leveranciers.make(session, "Toetsmaker", [], door=wereld.beheerder.id)
    leveranciers.revoke(session, leverancier.id, door=wereld.beheerder.id)
    sloten.hold(session, school_id)
    for days in (29, 31):
        session.add(Afnameverzoek(
            leverancier_id=leverancier.id, school_id=school_id, sleutel=f"v-{days}", inhoud="x", antwoord=[],
            op=now - days * DAG,
        ))  # fmt: skip
    _tidy(session, school_id=school_id)
    assert list(session.scalars(select(Afnameverzoek.sleutel))) == ["v-29"]
    trail = session.scalars(select(Audit).where(Audit.actie == Daad.OPGERUIMD)).one()
    assert (trail.school_id, trail.tellingen) == (school_id, {"antwoorden aan leveranciers": 1})


def test_every_school_has_one_row_due_in_the_next_night(wereld: Wereld) -> None:
    by_night = replace(settings(), nacht_begin_uur=1, nacht_eind_uur=7)
    moment = datetime(2099, 11, 26, 12, tzinfo=UTC)  # what is due is asked of the clock of the database
    for _ in range(2):
        assert opruimen.due(wereld.session, moment, by_night) == []
    rows = wereld.session.scalars(select(Opruiming).where(Opruiming.school_id == wereld.school.id)).all()
    assert [row.volgende_op for row in rows] == [datetime(2099, 11, 27, 0, tzinfo=UTC)]
    assert wereld.session.scalar(select(func.count()).where(Opruiming.school_id.is_(None))) == 1


def test_the_sweep_rings_and_a_worker_does_it(wereld: Wereld, run_jobs: Callable[[], int]) -> None:
    batch = _batch(wereld, BatchStatus.VERVANGEN, 60 * DAG)
    opruimen.due(wereld.session, database_now(wereld.session), settings())
    row = wereld.session.scalars(select(Opruiming).filter_by(school_id=wereld.school.id)).one()
    row.volgende_op = START
    wereld.session.commit()
    assert sweep.sweep()[Job.TIDY] == 1
    run_jobs()
    wereld.session.expire_all()
    assert row.straks == {"regels": 2}
    assert _names(batch) == ["Kaatje", "Bram"]
    assert sweep.sweep()[Job.TIDY] == 0
