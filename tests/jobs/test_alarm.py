"""Who tells of an alarm: the watch, the workers in its place, the webhook."""

from __future__ import annotations

import inspect
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from flask import Flask
from redis import Redis
from rq.serializers import JSONSerializer
from rq.worker import BaseWorker
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from jobs import alarm as job
from jobs import sweep, wacht
from jobs.worker import KoppelpuntWorker
from tests.ground.smtp import SmtpSink
from tests.mail.test_tls import ENVIRON
from webapp.config import Settings, SettingsError
from webapp.db import unit_of_work
from webapp.models import Alarm, Alarmsoort, Levensteken, Mail, MailSoort
from webapp.models.ids import AlarmId
from webapp.queue import QUEUE_NAMES, Job
from webapp.services import mails
from webapp.services.clock import database_clock
from webapp.services.overzicht import alarmen, alarmeren, levensteken
from webapp.services.overzicht.alarmen import Melding

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@dataclass
class Receiver:
    """What was posted where, and what it answers."""

    port: int = 0
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    got: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/haak?geheim=4711"


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            receiver.got.append((self.path, json.loads(body or "{}")))
            self.send_response(receiver.status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.end_headers()

        do_GET = do_POST  # noqa: N815  a name of the standard library

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield receiver
        server.shutdown()
        thread.join()


@pytest.fixture
def receiver(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with receiving() as receiver:
        settings = replace(app.extensions["settings"], alarm_webhook=receiver.url)
        monkeypatch.setitem(app.extensions, "settings", settings)
        yield receiver


def raise_(app: Flask, melding: Melding | None = None) -> AlarmId:
    melding = melding or Melding(Alarmsoort.INTERN, NOW, "KeyError", {"scholen": 3})
    with unit_of_work() as session:
        [alarm] = alarmeren.keep(session, [melding], NOW, app.extensions["settings"])
        return alarm.id


def row(session: Session, alarm_id: AlarmId) -> Alarm:
    return session.get_one(Alarm, alarm_id, populate_existing=True)


def test_the_webhook_is_told_once_and_without_a_name(
    app: Flask, session: Session, receiver: Receiver, run_jobs: Callable[[], int], smtp: SmtpSink
) -> None:
    melding = Melding(Alarmsoort.INTERN, NOW, "KeyError", {"scholen": 3}, scholen=("De Regenboog",))
    alarm_id = raise_(app, melding)
    run_jobs()
    job.call_webhook(alarm_id)
    [(path, content)] = receiver.got
    assert path == "/haak?geheim=4711"
    assert content == {
        "text": "http://localhost: Fout in ons programma bij 3 scholen (KeyError). Laat beheer in het logboek kijken "
        "waar het misgaat. Het wordt vanzelf opnieuw geprobeerd.",
        "alarm": "intern",
        "sinds": NOW.isoformat(),
    }
    assert row(session, alarm_id).webhook_op is None
    assert len(smtp.messages) == 1


@pytest.mark.parametrize(("status", "headers"), [(500, {}), (404, {}), (302, {"Location": "/elders"})])
def test_a_webhook_that_does_not_take_it_is_tried_again_and_never_followed(
    app: Flask,
    session: Session,
    receiver: Receiver,
    caplog: pytest.LogCaptureFixture,
    status: int,
    headers: dict[str, str],
) -> None:
    receiver.status, receiver.headers = status, headers
    alarm_id = raise_(app)
    job.call_webhook(alarm_id)
    assert [path for path, _ in receiver.got] == ["/haak?geheim=4711"]
    assert "4711" not in caplog.text
    later = row(session, alarm_id).webhook_op
    assert later is not None
    assert later > database_clock(session)
    assert sweep.sweep()[Job.CALL_WEBHOOK] == 0, "not yet"
    session.execute(update(Alarm).values(webhook_op=NOW))
    session.commit()
    receiver.status, receiver.headers = 204, {}
    assert sweep.sweep()[Job.CALL_WEBHOOK] == 1
    job.call_webhook(alarm_id)
    assert row(session, alarm_id).webhook_op is None


def test_a_webhook_that_never_takes_it_is_given_up_on(app: Flask, session: Session, receiver: Receiver) -> None:
    receiver.status = 500
    alarm_id = raise_(app)
    for _ in range(20):
        session.execute(update(Alarm).where(Alarm.webhook_op.is_not(None)).values(webhook_op=NOW))
        session.commit()
        job.call_webhook(alarm_id)
    assert len(receiver.got) == 6
    assert row(session, alarm_id).webhook_op is None


def test_a_webhook_that_is_away_is_no_error_and_its_address_is_in_no_log(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings = replace(app.extensions["settings"], alarm_webhook="http://127.0.0.1:1/geheim")
    monkeypatch.setitem(app.extensions, "settings", settings)
    alarm_id = raise_(app)
    job.call_webhook(alarm_id)
    assert "ConnectionError" in caplog.text
    assert "geheim" not in caplog.text
    assert "geheim" not in repr(settings)
    assert row(session, alarm_id).webhook_op is not None


def test_what_breaks_in_telling_it_is_written_down(
    app: Flask, session: Session, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "call", lambda *_: int("x"))
    alarm_id = raise_(app)
    job.call_webhook(alarm_id)
    alarm = row(session, alarm_id)
    assert (alarm.webhook_claim, alarm.webhook_pogingen) == (None, 1)
    assert alarm.webhook_op is not None
    assert alarm.webhook_op > database_clock(session)


def test_without_a_webhook_only_mail_goes(app: Flask, session: Session, redis: Redis) -> None:
    alarm_id = raise_(app)
    assert row(session, alarm_id).webhook_op is None
    assert sweep.sweep()[Job.CALL_WEBHOOK] == 0
    job.call_webhook(alarm_id)


def test_an_alarm_that_is_over_is_not_told_any_more(app: Flask, session: Session, receiver: Receiver) -> None:
    alarm_id = raise_(app)
    alarmeren.keep(session, [], NOW, app.extensions["settings"])
    session.commit()
    job.call_webhook(alarm_id)
    assert receiver.got == []


# Who looks


def silence(session: Session) -> None:
    levensteken.round_done(session)
    now = levensteken.looked(session, {"worker": None})
    session.execute(update(Levensteken).values(op=now - timedelta(minutes=11)))
    session.commit()


@pytest.fixture
def worker(app: Flask, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> KoppelpuntWorker:
    monkeypatch.setattr(KoppelpuntWorker, "app", app, raising=False)
    worker = KoppelpuntWorker(list(QUEUE_NAMES), connection=redis, serializer=JSONSerializer)
    monkeypatch.setattr(worker, "_began", worker._began - 3600)
    return worker


def soorten(session: Session) -> list[Alarmsoort]:
    return list(session.scalars(select(Alarm.soort)))


def test_a_worker_raises_the_alarm_when_the_sweep_is_gone(session: Session, worker: KoppelpuntWorker) -> None:
    silence(session)
    for _ in range(2):
        worker.run_maintenance_tasks()
    assert soorten(session) == [Alarmsoort.SWEEP]
    assert len(session.scalars(select(Mail)).all()) == 1


def test_a_worker_ends_no_alarm_that_it_cannot_see(app: Flask, session: Session, worker: KoppelpuntWorker) -> None:
    raise_(app, Melding(Alarmsoort.WORKER, NOW))
    silence(session)
    worker.run_maintenance_tasks()
    assert session.scalars(select(Alarm.voorbij_op)).all() == [None, None]


def test_a_worker_that_has_just_started_waits_for_the_sweep(
    session: Session, worker: KoppelpuntWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    silence(session)
    monkeypatch.setattr(worker, "_began", KoppelpuntWorker._began)
    monkeypatch.setattr("jobs.worker.monotonic", lambda: KoppelpuntWorker._began + 599)
    worker.run_maintenance_tasks()
    assert soorten(session) == []


def test_a_worker_leaves_it_to_a_sweep_that_lives(session: Session, worker: KoppelpuntWorker) -> None:
    silence(session)
    raised = Melding(Alarmsoort.INTERN, NOW, "KeyError", {"scholen": 1})
    levensteken.looked(session, {"worker": None})
    alarmeren.keep(session, [raised], NOW, worker.app.extensions["settings"])
    session.commit()
    worker.run_maintenance_tasks()
    assert session.scalars(select(Alarm.voorbij_op)).all() == [None]


class _OneRound:
    """As much of an Event as the sweep needs."""

    over = False

    def is_set(self) -> bool:
        return self.over

    def wait(self, _: float) -> None:
        self.over = True


def test_with_no_worker_left_the_sweep_tells_of_alarms_itself(
    app: Flask, session: Session, receiver: Receiver, redis: Redis, smtp: SmtpSink
) -> None:
    ours = Melding(Alarmsoort.INTERN, NOW, "KeyError", {"scholen": 3})
    mails.add(session, MailSoort.INGEDIEND, "marijke@regenboog.example")
    alarmeren.keep(session, [ours], NOW, app.extensions["settings"])
    session.commit()
    sweep.run(app, _OneRound())  # type: ignore[arg-type]  # as much of an Event as it needs
    assert (receiver.got, smtp.messages) == ([], []), "workers do that"
    alarmeren.keep(session, [ours, Melding(Alarmsoort.WORKER, NOW)], NOW, app.extensions["settings"])
    session.commit()
    for _ in range(2):
        sweep.run(app, _OneRound())  # type: ignore[arg-type]  # as much of an Event as it needs
    assert sorted(content["alarm"] for _, content in receiver.got) == ["intern", "worker"]
    assert [str(message["To"]) for message in smtp.messages] == [app.extensions["settings"].alarm_mail[0]] * 2


def test_rq_still_calls_what_we_hook_into() -> None:
    assert "self.run_maintenance_tasks()" in inspect.getsource(BaseWorker.work)


def test_the_watch_counts_what_is_late_once_a_minute(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = Melding(Alarmsoort.LEVERINGEN, NOW, gegevens={"leveringen": 3, "scholen": 1})
    now, times = 0.0, list[float]()

    def deliveries(*_: object) -> list[Melding]:
        times.append(now)
        return [late]

    monkeypatch.setattr(wacht, "monotonic", lambda: now)
    monkeypatch.setattr(alarmen, "deliveries", deliveries)
    watch = wacht.Wacht()
    for moment in (100.0, 105.0, 161.0):
        now = moment
        watch.look()
        told = session.scalars(select(Levensteken.alarmen).execution_options(populate_existing=True)).one()
        assert any("leveringen" in sentence for _, sentence in told)
    assert times == [100.0, 161.0]


def test_the_watch_writes_raises_and_ends_alarms(
    app: Flask, session: Session, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [Melding(Alarmsoort.INTERN, NOW, "KeyError", {"scholen": 3}), Melding(Alarmsoort.LEVERINGEN, NOW)]
    monkeypatch.setattr(alarmen, "found", lambda *_: found)
    wacht.Wacht().look()
    stand = session.scalars(select(Levensteken).execution_options(populate_existing=True)).one()
    assert [worst for worst, _ in stand.alarmen] == [True, False]
    assert stand.onderdelen["worker"]["probleem"] is not None
    since = stand.onderdelen["worker"]["sinds"]
    found.clear()
    wacht.Wacht().look()
    session.expire_all()
    assert (stand.alarmen, stand.onderdelen["worker"]["sinds"]) == ([], since)
    assert [moment is None for moment in session.scalars(select(Alarm.voorbij_op))] == [False]


# Settings


def test_alarms_go_to_klantenservice_unless_told_otherwise() -> None:
    assert Settings.from_env(ENVIRON).alarm_mail == ("klantenservice@testcentrum.example",)
    told = Settings.from_env(
        {**ENVIRON, "ALARM_MAIL": "a@x.example, b@x.example", "ALARM_WEBHOOK": "https://x.example/1"}
    )
    assert told.alarm_mail == ("a@x.example", "b@x.example")
    assert told.alarm_webhook == "https://x.example/1"


@pytest.mark.parametrize(
    ("values", "problem"),
    [({"ALARM_MAIL": "geen adres"}, "ALARM_MAIL moet"), ({"ALARM_WEBHOOK": "http://x.example"}, "ALARM_WEBHOOK moet")],
)
def test_a_setting_that_cannot_be_is_named_at_start(values: dict[str, str], problem: str) -> None:
    with pytest.raises(SettingsError, match=problem):
        Settings.from_env({**ENVIRON, **values})
