"""Silence where something should have happened is found, told once, and over when it is."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.uwlr.certificates import Authority
from tests.wereld import Wereld, make_wereld
from webapp import create_app
from webapp.config import AMSTERDAM, Settings
from webapp.db import db, unit_of_work
from webapp.models import (
    Alarm,
    Alarmsoort,
    BatchStatus,
    Daad,
    Importbatch,
    LasType,
    Levensteken,
    LeveringStatus,
    Mail,
    MailSoort,
    Nacht,
    Schoolnacht,
    Zekering,
)
from webapp.models.alarm import ERGST
from webapp.models.fout import EigenCode, Fout
from webapp.models.mail import Mailprobleem
from webapp.services import audit, mailbeurt, nachten, reservekopie
from webapp.services.clock import database_clock
from webapp.services.overzicht import alarmen, alarmeren, levensteken
from webapp.services.overzicht.alarmen import Melding
from webapp.services.versturen import klaarzetten
from webapp.uwlr.certificates import ClientCertificaat
from webapp.uwlr.codes import FaultCode, Owner, Reden
from webapp.woorden import alarmen as woorden
from webapp.woorden.mails import compose

NOW = datetime(2026, 11, 25, 12, tzinfo=AMSTERDAM)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def wereld(app: Flask, session: Session) -> Wereld:
    """A school of which all is well at noon."""
    wereld = make_wereld(session, app.extensions["keyring"])
    wereld.koppeling.opgehaald_op, wereld.koppeling.zenden_op = NOW - 10 * HOUR, None
    session.flush()
    return wereld


def found(session: Session, settings: Settings, now: datetime = NOW) -> list[Melding]:
    session.flush()
    return alarmen.found(session, now, settings)


def koppen(session: Session, settings: Settings, now: datetime = NOW) -> list[str]:
    return [woorden.kop(melding) for melding in found(session, settings, now)]


def test_when_all_is_well_nothing_is_said(session: Session, wereld: Wereld, settings: Settings) -> None:
    assert found(session, settings) == []


# What it looks for


def test_a_backup_of_the_last_day_and_a_rehearsal_of_the_last_month_are_expected(
    session: Session, wereld: Wereld, settings: Settings
) -> None:
    row, real = reservekopie.of(session), replace(settings, reservekopie_uren=26)
    row.sinds = NOW - 41 * DAY
    said = ["geen verse reservekopie", "terugzetten van een reservekopie te lang niet geoefend"]
    assert (koppen(session, real), koppen(session, settings)) == (said, [])
    reservekopie.made(session, NOW - 25 * HOUR, NOW)
    reservekopie.tried(session, NOW - 39 * DAY)
    assert koppen(session, real) == []
    reservekopie.made(session, NOW - 27 * HOUR, NOW)
    assert koppen(session, real) == [], "an older one does not take the place of a newer"
    assert set(said) <= set(koppen(session, real, NOW + 2 * DAY))
    with pytest.raises(reservekopie.BegonNogNiet):
        reservekopie.made(session, NOW + HOUR, NOW)


@pytest.mark.parametrize(("hours", "is_told"), [(25, False), (26, True), (300, True)])
def test_schools_that_were_not_fetched_for_26_hours(
    app: Flask, session: Session, wereld: Wereld, settings: Settings, hours: int, is_told: bool
) -> None:
    never = make_wereld(session, app.extensions["keyring"], brin="99YY")
    for each, values in ((wereld, {}), (never, {"opgehaald_op": None, "gestart_op": NOW - hours * HOUR})):
        each.koppeling.opgehaald_op = NOW - hours * HOUR
        for name, value in values.items():
            setattr(each.koppeling, name, value)
    assert koppen(session, settings) == (["2 scholen al 26 uur niet opgehaald"] if is_told else [])


@pytest.mark.parametrize(
    ("wie", "is_told"), [(Owner.SCHOOL, False), (Owner.KLANTENSERVICE, False), (Owner.LAS, True), (Owner.NIEMAND, True)]
)
def test_what_somebody_has_to_do_already_is_no_silence(
    session: Session, wereld: Wereld, settings: Settings, wie: Owner, is_told: bool
) -> None:
    wereld.koppeling.opgehaald_op = NOW - 30 * HOUR
    wereld.koppeling.fout = Fout(FaultCode.ANDERE_CLIENT, wie)
    assert bool(found(session, settings)) is is_told


@pytest.mark.parametrize(("hour", "minute", "is_told"), [(1, 59, False), (2, 0, True), (6, 0, True), (13, 0, True)])
def test_a_night_that_did_not_begin_by_two(
    session: Session, wereld: Wereld, settings: Settings, hour: int, minute: int, is_told: bool
) -> None:
    settings = replace(settings, nacht_begin_uur=1, nacht_eind_uur=7)
    now = NOW.replace(hour=hour, minute=minute)
    wereld.koppeling.opgehaald_op = now - HOUR
    assert koppen(session, settings, now) == (["nacht van 25-11-2026 niet begonnen"] if is_told else [])
    nachten.begin(session, now, settings)
    wereld.koppeling.opgehaald_op = now
    assert Alarmsoort.NACHT not in {melding.soort for melding in found(session, settings, now)}


def test_a_night_that_began_late_says_so_until_it_is_done(session: Session, wereld: Wereld, settings: Settings) -> None:
    wereld.genormeerd(1)
    settings = replace(settings, nacht_begin_uur=1, nacht_eind_uur=7)
    session.add(Nacht(datum=date(2026, 11, 22), begonnen_op=NOW - 3 * DAY, klaar_op=NOW - 3 * DAY))
    session.flush()
    nachten.begin(session, NOW, settings)
    [melding] = found(session, settings)
    assert woorden.zin(melding) == (
        "Nacht van 25-11-2026 te laat begonnen. Ze begon om 12:00. Daarvoor: 2 nachten overgeslagen. Nog op te halen: "
        "1 school; nog te versturen voor: 1 school."
    )
    wereld.koppeling.opgehaald_op, wereld.koppeling.ophalen_op = NOW, None
    wereld.koppeling.zenden_op = None
    session.flush()
    nachten.follow(session, NOW, settings)
    assert found(session, settings) == []


def test_a_night_that_was_not_done_in_time(session: Session, wereld: Wereld, settings: Settings) -> None:
    wereld.genormeerd(1)
    settings = replace(settings, nacht_begin_uur=1, nacht_eind_uur=7)
    nachten.begin(session, NOW.replace(hour=1), settings)
    nachten.follow(session, NOW.replace(hour=7), settings)
    assert koppen(session, settings) == ["nacht van 25-11-2026 niet op tijd klaar"]


@pytest.mark.parametrize(("nights", "missed", "is_told"), [(5, 0, True), (4, 0, False), (6, 1, False)])
def test_a_school_that_is_fetched_every_night_and_was_not(
    session: Session, wereld: Wereld, settings: Settings, nights: int, missed: int, is_told: bool
) -> None:
    tonight = NOW.date()
    for back in range(nights, 0, -1):
        datum = tonight - timedelta(days=back)
        session.add(Nacht(datum=datum, begonnen_op=NOW - back * DAY, klaar_op=NOW - back * DAY))
        session.flush()
        session.add(
            Schoolnacht(
                datum=datum, koppeling_id=wereld.koppeling.id, opgehaald_op=None if back <= missed else NOW - back * DAY
            )
        )
    nacht = Nacht(datum=tonight, begonnen_op=NOW.replace(hour=1))
    session.add(nacht)
    wereld.koppeling.opgehaald_op = NOW - 20 * HOUR
    assert found(session, settings) == [], "the night may still come to it"
    nacht.klaar_op = NOW.replace(hour=3)
    assert koppen(session, settings) == (["1 school vannacht niet opgehaald"] if is_told else [])
    wereld.koppeling.opgehaald_op = NOW
    assert found(session, settings) == []


def test_deliveries_that_wait_for_two_days(
    session: Session, wereld: Wereld, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = wereld.genormeerd(3)
    klaarzetten.prepare(session, wereld.school.id)
    for resultaat_id in ids:
        levering = wereld.levering(resultaat_id)
        levering.resultaat.genormeerd_op = levering.gewijzigd_op = NOW - 2 * DAY
    wereld.breng(ids[0], LeveringStatus.BEVESTIGD).bevestigd = 9
    assert koppen(session, settings) == ["2 leveringen wachten al 2 dagen"]
    with monkeypatch.context() as short:
        for module in (alarmen, woorden):
            short.setattr(module, "MEEST_GETELD", 1)
        said = [woorden.zin(melding) for melding in found(session, settings)]
        assert said == ["Ten minste 1 levering wacht al 2 dagen. Die is van ten minste 1 school."]
    assert found(session, settings, NOW - HOUR) == []
    wereld.levering(ids[1]).resultaat.leerling.las_key = None
    assert koppen(session, settings) == ["1 levering wacht al 2 dagen"], "one that waits for a link cannot go"
    wereld.breng(ids[2], LeveringStatus.NAKIJKEN).gewijzigd_op = NOW - 2 * DAY
    assert koppen(session, settings) == [], "one that the school has to look at first waits for the school"


@pytest.mark.parametrize(
    ("name", "fout", "is_told"),
    [
        ("zend_fout", Fout(FaultCode.AUTORISATIE_ONGELDIG, Owner.SCHOOL), False),
        ("zend_fout", Fout(FaultCode.ONGELDIG_BERICHT, Owner.KLANTENSERVICE), False),
        ("zend_fout", Fout(Reden.STORING, Owner.NIEMAND), True),
        ("fout", Fout(FaultCode.AUTORISATIE_ONGELDIG, Owner.SCHOOL), False),
        ("fout", Fout(EigenCode.GEEN_GEGEVENS, Owner.SCHOOL), True),
    ],
)
def test_deliveries_that_wait_for_somebody_are_no_silence(
    session: Session, wereld: Wereld, settings: Settings, name: str, fout: Fout, is_told: bool
) -> None:
    [id_] = wereld.genormeerd(1)
    klaarzetten.prepare(session, wereld.school.id)
    levering = wereld.levering(id_)
    levering.resultaat.genormeerd_op = levering.gewijzigd_op = NOW - 2 * DAY
    setattr(wereld.koppeling, name, fout)
    assert koppen(session, settings) == (["1 levering wacht al 2 dagen"] if is_told else [])


def test_a_result_of_a_year_that_the_las_has_not_begun_is_no_silence(
    session: Session, wereld: Wereld, settings: Settings
) -> None:
    [id_] = wereld.genormeerd(1)
    klaarzetten.prepare(session, wereld.school.id)
    levering = wereld.levering(id_)
    levering.resultaat.genormeerd_op = levering.gewijzigd_op = NOW - 2 * DAY
    assert koppen(session, settings) == ["1 levering wacht al 2 dagen"]
    wereld.koppeling.schooljaar = "2025-2026"
    assert koppen(session, settings) == []


@pytest.mark.parametrize(
    ("of_levering", "of_koppeling", "is_told"),
    [({}, {}, False), ({"pogingen": 1}, {}, True), ({}, {"zenden_pogingen": 1}, True)],
)
def test_trying_in_vain_does_not_begin_the_count_anew(
    session: Session,
    wereld: Wereld,
    settings: Settings,
    of_levering: dict[str, int],
    of_koppeling: dict[str, int],
    is_told: bool,
) -> None:
    (resultaat_id,) = wereld.genormeerd(1)
    klaarzetten.prepare(session, wereld.school.id)
    levering = wereld.levering(resultaat_id)
    levering.resultaat.genormeerd_op, levering.gewijzigd_op = NOW - 5 * DAY, NOW - HOUR
    for row, values in ((levering, of_levering), (wereld.koppeling, of_koppeling)):
        for name, value in values.items():
            setattr(row, name, value)
    assert bool(found(session, settings)) is is_told


def batch(wereld: Wereld, status: BatchStatus, opgehaald_op: datetime, rev: int = 0) -> Importbatch:
    row = Importbatch(
        school_id=wereld.school.id,
        koppeling_id=wereld.koppeling.id,
        status=status,
        schooljaar="2026-2027",
        vingerafdruk="x",
        vastgehouden={"leerling": {"ids": [1, 2], "redenen": ["kwart"]}},
        vastgehouden_op=opgehaald_op,
        opgehaald_op=opgehaald_op,
        rev=rev,
    )
    wereld.session.add(row)
    wereld.session.flush()
    return row


def test_a_hold_that_nobody_looked_at(session: Session, wereld: Wereld, settings: Settings) -> None:
    batch(wereld, BatchStatus.AUTOMATISCH_VERWERKT, NOW - 9 * DAY)
    held = batch(wereld, BatchStatus.VASTGEHOUDEN, NOW - 2 * DAY)
    [melding] = found(session, settings)
    assert woorden.kop(melding) == "aanlevering van 1 school al 2 dagen vastgehouden"
    assert "De Regenboog" in woorden.daarna(melding)
    held.rev = 1
    assert found(session, settings) == [], "somebody answers"


@pytest.mark.parametrize(("minutes", "is_told"), [(29, False), (30, True)])
def test_a_breaker_that_stays_open(
    session: Session, wereld: Wereld, settings: Settings, minutes: int, is_told: bool
) -> None:
    opened = NOW - timedelta(minutes=minutes)
    session.add(Zekering(las_type=LasType.PARNASSYS, open_sinds=opened, fout_code=Reden.STORING))
    assert koppen(session, settings) == (["uitwisseling met ParnasSys staat stil"] if is_told else [])


@pytest.mark.parametrize(("days", "is_told"), [(9, False), (6, True), (-1, True)])
def test_a_certificate_near_its_end(
    session: Session, wereld: Wereld, settings: Settings, tmp_path: Path, days: int, is_told: bool
) -> None:
    certificaat = ClientCertificaat(*Authority(tmp_path).issue("testcentrum", days=days))
    now = datetime.now(UTC)
    wereld.koppeling.opgehaald_op = now
    found_ = found(session, replace(settings, clientcertificaat=certificaat), now)
    assert [melding.soort for melding in found_] == ([Alarmsoort.CERTIFICAAT] if is_told else [])
    gone = ClientCertificaat(tmp_path / "weg.pem", tmp_path / "weg.key")
    assert koppen(session, replace(settings, clientcertificaat=gone), now) == ["clientcertificaat onleesbaar"]


def test_a_fault_of_our_own_is_one_cause_per_class(
    app: Flask, session: Session, wereld: Wereld, settings: Settings
) -> None:
    other = make_wereld(session, app.extensions["keyring"], brin="99YY")
    other.koppeling.opgehaald_op = NOW
    wereld.koppeling.fout = other.koppeling.fout = Fout.intern("KeyError")
    other.koppeling.zend_fout = Fout.intern("InvalidTag")
    assert koppen(session, settings) == [
        "fout in ons programma bij 2 scholen (KeyError)",
        "fout in ons programma bij 1 school (InvalidTag)",
    ]


def test_a_fault_of_our_own_in_work_about_no_school_is_seen_for_a_while(session: Session, settings: Settings) -> None:
    for thing in ("las parnassys", "las parnassys", "koppeling 7", "mail 3"):
        audit.record(session, Daad.INTERNE_FOUT, thing, door=None, school_id=None, klasse="KeyError")
    session.flush()
    now = database_clock(session)
    [melding] = alarmen.for_queue(session, now, settings)
    assert woorden.kop(melding) == "fout in ons programma, 2 keer (KeyError)"
    assert found(session, settings, now + 2 * HOUR) == []


def test_a_night_in_which_every_school_was_tried_did_its_part(
    session: Session, wereld: Wereld, settings: Settings
) -> None:
    settings = replace(settings, nacht_begin_uur=1, nacht_eind_uur=7)
    nachten.begin(session, NOW.replace(hour=1), settings)
    koppeling = wereld.koppeling
    koppeling.ophalen_op, koppeling.ophalen_pogingen, koppeling.zenden_op = NOW.replace(hour=8), 7, None
    nachten.follow(session, NOW.replace(hour=7), settings)
    assert koppen(session, settings) == []


def test_a_mail_that_cannot_be_made_is_a_fault_of_our_own_and_the_alarm_about_it_is_not(
    session: Session, settings: Settings
) -> None:
    for soort in (MailSoort.WACHTWOORD, MailSoort.ALARM):
        session.add(Mail(soort=soort, ontvanger="a@x.example", probleem=Mailprobleem.NIET_GEMAAKT))
    assert koppen(session, settings) == ["fout in ons programma bij 1 mail"]


@pytest.mark.parametrize("column", ["op", "ronde_op"])
def test_a_sweep_that_is_gone_or_whose_rounds_stand_still(session: Session, settings: Settings, column: str) -> None:
    levensteken.round_done(session)
    now = levensteken.looked(session, {"worker": None})
    assert found(session, settings, now) == []
    session.execute(update(Levensteken).values({column: now - timedelta(minutes=10)}))
    session.expire_all()
    assert koppen(session, settings, now) == ["sweep zwijgt"]


def test_a_worker_that_is_gone(session: Session, settings: Settings) -> None:
    levensteken.round_done(session)
    for problem in ("geen worker voor mail", "Redis antwoordt niet"):
        now = levensteken.looked(session, {"worker": problem})
    assert found(session, settings, now) == []
    later = now + timedelta(minutes=10)
    session.execute(update(Levensteken).values(op=later, ronde_op=later))
    session.expire_all()
    assert koppen(session, settings, later) == ["geen worker"]
    levensteken.looked(session, {"worker": None})
    session.expire_all()
    assert found(session, settings, now) == []


def test_where_no_sweep_ever_ran_none_is_missed(session: Session, settings: Settings) -> None:
    assert alarmen.sweep_is_silent(session, database_clock(session)) is None


# Once per cause


def alarm_mails(session: Session) -> list[Mail]:
    return list(session.scalars(select(Mail).where(Mail.soort == MailSoort.ALARM).order_by(Mail.id)))


def test_each_of_the_worst_is_told_once_until_it_is_over(session: Session, settings: Settings) -> None:
    settings = replace(settings, alarm_mail=("wacht@x.example", "beheer@x.example"))
    first = Melding(Alarmsoort.INTERN, NOW, "KeyError", {"scholen": 1})
    for scholen in (1, 2, 3):
        alarmeren.keep(session, [replace(first, gegevens={"scholen": scholen})], NOW, settings)
    assert [mail.ontvanger for mail in alarm_mails(session)] == list(settings.alarm_mail)
    alarmeren.keep(session, [first, replace(first, wat="TypeError")], NOW, settings)
    assert len(alarm_mails(session)) == 4, "another cause"
    alarmeren.keep(session, [], NOW + HOUR, settings)
    assert session.scalars(select(Alarm.voorbij_op)).all() == [NOW + HOUR] * 2
    alarmeren.keep(session, [first], NOW + DAY, settings)
    assert len(alarm_mails(session)) == 6, "it is back"


def test_one_that_comes_and_goes_is_told_once(session: Session, settings: Settings) -> None:
    """As a fault of ours that fells one school in ten, and goes well at the next try."""
    melding = Melding(Alarmsoort.INTERN, NOW, "KeyError", {"scholen": 1})
    for nth in range(30):
        alarmeren.keep(session, [] if nth % 2 else [melding], NOW + nth * HOUR / 4, settings)
    assert len(alarm_mails(session)) == 1
    assert session.scalars(select(Alarm.voorbij_op)).all() == [NOW + 29 * HOUR / 4]
    alarmeren.keep(session, [melding], NOW + 31 * HOUR, settings)
    assert len(alarm_mails(session)) == 2


def test_the_lesser_ones_are_not_mailed(session: Session, settings: Settings) -> None:
    lesser = [Melding(soort, NOW) for soort in Alarmsoort if soort not in ERGST]
    assert alarmeren.keep(session, lesser, NOW, settings) == []
    assert alarm_mails(session) == []


def test_two_watches_tell_it_once(settings: Settings, fresh_database_url: str) -> None:
    app, together = create_app(replace(settings, database_url=fresh_database_url)), Barrier(4)

    def keep(_: int) -> int:
        with app.app_context(), unit_of_work() as session:
            together.wait(30)
            return len(alarmeren.keep(session, [Melding(Alarmsoort.SWEEP, NOW)], NOW, settings))

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(keep, range(4))) == [0, 0, 0, 1]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Mail)) == 1
        db.session.remove()
        db.engine.dispose()


def every_kind() -> list[Melding]:
    counts: dict[str, int | str] = {
        "scholen": 1204, "leveringen": 3, "ophalen": 2, "versturen": 0, "overgeslagen": 2, "te_laat": NOW.isoformat(),
        "code": "storing", "ooit": 0,
    }  # fmt: skip
    wat = dict.fromkeys((Alarmsoort.NACHT, Alarmsoort.UITGELOPEN, Alarmsoort.SPOOR), "2026-11-25")
    others = {
        Alarmsoort.ZEKERING: "parnassys", Alarmsoort.CERTIFICAAT: NOW.isoformat(), Alarmsoort.INTERN: "Klasse" * 30,
    }  # fmt: skip
    return [Melding(soort, NOW, (wat | others).get(soort, ""), counts) for soort in Alarmsoort]


@pytest.mark.parametrize("melding", every_kind(), ids=lambda melding: str(melding.soort))
def test_every_alarm_has_words_and_a_next_step(melding: Melding) -> None:
    for words in (woorden.kop(melding), woorden.zin(melding), woorden.daarna(replace(melding, scholen=("A", "B")))):
        assert words
        assert "{" not in words
    assert len(f"Alarm: {woorden.kop(melding)}") <= 90
    assert len(melding.oorzaak) <= 160


@pytest.mark.parametrize("melding", [m for m in every_kind() if m.is_ergst], ids=lambda melding: str(melding.soort))
def test_the_mail_says_what_the_queue_says(
    app: Flask, session: Session, settings: Settings, melding: Melding, run_jobs: Callable[[], int], smtp: Any
) -> None:
    with unit_of_work() as work:
        alarmeren.keep(work, [melding], NOW, settings)
    [mail] = alarm_mails(session)
    message = compose(session, mail)
    assert message.subject == f"Alarm: {woorden.kop(melding)}"
    assert woorden.uitleg(melding) in " ".join(message.text.split())
    assert f"{settings.public_url}/klantenservice/" in message.text
    run_jobs()
    assert len(smtp.messages) == 1


def test_an_alarm_does_not_wait_for_other_mail(session: Session, settings: Settings) -> None:
    now = database_clock(session)
    for _ in range(3):
        session.add(Mail(soort=MailSoort.OPENGEZET, ontvanger="a@x.example", geprobeerd_op=now))
    alarmeren.keep(session, [Melding(Alarmsoort.SWEEP, NOW)], NOW, settings)
    [mail] = alarm_mails(session)
    assert mailbeurt.claim(session, mail.id, mailbeurt.Grenzen(1, 1)) is not None
