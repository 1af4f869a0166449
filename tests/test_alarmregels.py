"""Each rule of `deploy/prometheus/alerts.yml` is fired by the fault that it is for, and is silent while all is well."""

from __future__ import annotations

import json
import operator
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis
from rq import Worker
from rq.serializers import JSONSerializer

from jobs import wacht
from sandbox.lokaal.services import throwaway_valkey
from tests.ground.app import CleanClient
from tests.ground.servers import do_as_owner
from tests.ground.smtp import SmtpSink
from tests.uwlr.certificates import Authority
from tests.wereld import make_wereld
from webapp import create_app, gezondheid
from webapp.config import PROJECT, Settings
from webapp.crypto import Keyring
from webapp.db import db, unit_of_work
from webapp.metingen import ALLE, PREFIX
from webapp.models import Aanleiding, Alarmsoort, LasType, Mail, MailSoort, Schakelaar, Werk, Zekering
from webapp.muur import alle_scholen
from webapp.queue import QUEUE_NAMES, Job, ring
from webapp.schema import newest, revisions
from webapp.services.overzicht import alarmen, metingen
from webapp.services.overzicht.alarmen import Melding
from webapp.uwlr.certificates import ClientCertificaat

RULES = PROJECT / "deploy" / "prometheus" / "alerts.yml"
DASHBOARD = PROJECT / "deploy" / "grafana" / "koppelpunt.json"
_RULE = re.compile(
    r"- alert: (?P<name>\w+)\n +expr: (?P<metric>\w+)(?:\{(?P<label>\w+)=\"(?P<is>[^\"]*)\"\})? (?P<compares>>|<|==) "
    r"(?P<number>[\d.]+)\n +for: \d+[mh]\n +labels: \{severity: (?:page|ticket)\}\n"
    r" +annotations: \{summary: \"[^\"]+\", runbook: (?P<runbook>\S+)\}\n"
)
"""Every rule compares one figure with a number, so that this is all of PromQL that it needs."""
_COMPARES = {">": operator.gt, "<": operator.lt, "==": operator.eq}
Samples = list[tuple[str, dict[str, str], float]]


class Rule(NamedTuple):
    name: str
    metric: str
    label: str
    value: str
    compares: str
    number: str
    runbook: str

    def fires(self, samples: Samples) -> bool:
        compares = _COMPARES[self.compares]
        return any(
            name == self.metric
            and (not self.label or labels.get(self.label) == self.value)
            and compares(value, float(self.number))
            for name, labels, value in samples
        )


ALL_RULES = [Rule(*found) for found in _RULE.findall(RULES.read_text())]


class Site:
    """A site on a database, a Redis and a mail server of its own, all of them well until a fault is caused."""

    def __init__(self, app: Flask, settings: Settings, redis: Redis) -> None:
        self.app, self.settings, self.redis = app, settings, redis
        self.meldingen: list[Melding] = []
        self.schema = next(iter(newest(revisions())))
        self.browser = app.test_client()

    def enlist(self) -> None:
        """A worker shows itself."""
        worker = Worker(list(QUEUE_NAMES), connection=self.redis, serializer=JSONSerializer)
        worker.register_birth()  # type: ignore[no-untyped-call]  # RQ has not typed it

    def use(self, **settings: Any) -> None:
        self.app.extensions["settings"] = replace(self.settings, **settings)

    def sql(self, statement: str) -> None:
        do_as_owner(self.settings.database_url, f"SET app.school_id = -1; {statement}")

    def add(self, row: object) -> None:
        with self.app.app_context(), alle_scholen(), unit_of_work() as session:
            session.add(row)

    def look(self) -> Samples:
        """As the watch does, and then whoever asks."""
        watch = wacht.Wacht()
        with self.app.app_context():
            watch.look()
            db.session.remove()
        return self.asked()

    def asked(self) -> Samples:
        answer = self.browser.get("/status/metingen")
        assert answer.status_code == 200
        families = text_string_to_metric_families(answer.text)
        return [(sample.name, sample.labels, sample.value) for family in families for sample in family.samples]


@pytest.fixture
def site(
    settings: Settings, fresh_database_url: str, smtp: SmtpSink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Site]:
    monkeypatch.setattr(gezondheid, "_KEPT_SECONDS", dict.fromkeys((True, False), -1.0))
    with throwaway_valkey() as valkey, Redis.from_url(valkey.url()) as redis:
        own = replace(settings, database_url=fresh_database_url, redis_url=valkey.url(), journaal=tmp_path)
        app = create_app(own)
        app.test_client_class = CleanClient
        site = Site(app, own, redis)
        gather = metingen.gather
        monkeypatch.setattr(alarmen, "found", lambda *_: [])
        monkeypatch.setattr(
            metingen, "gather", lambda *given: gather(given[0], given[1], given[2], site.meldingen, given[4])
        )
        with app.app_context():
            make_wereld(db.session(), app.extensions["keyring"]).leerling()
            db.session.commit()
            db.session.remove()
        site.enlist()
        site.sql("INSERT INTO levensteken (id, ronde_op, onderdelen, alarmen) VALUES (1, now(), '{}', '[]')")
        yield site
        with app.app_context():
            db.engine.dispose()


def _las_away(site: Site, _: pytest.MonkeyPatch) -> None:
    site.add(Zekering(las_type=LasType.PARNASSYS, open_sinds=datetime.now(UTC) - timedelta(hours=1)))


def _mails_wait(site: Site, _: pytest.MonkeyPatch) -> None:
    due = datetime.now(UTC) - timedelta(hours=2)
    site.add(Mail(soort=MailSoort.ALARM, ontvanger="a@b.example", volgende_op=due))


def _mail_queue_stands(site: Site, _: pytest.MonkeyPatch) -> None:
    with site.app.app_context():
        ring(Job.SEND_MAIL, 1)
    (job,) = site.app.extensions["rq_queues"]["mail"].jobs
    job.enqueued_at = datetime.now(UTC) - timedelta(hours=1)
    job.save()


def _redis_nearly_full(site: Site, _: pytest.MonkeyPatch) -> None:
    site.redis.config_set("maxmemory", int(site.redis.info("memory")["used_memory"] * 1.05))


def _no_worker(site: Site, _: pytest.MonkeyPatch) -> None:
    site.redis.flushall()


def _redis_full(site: Site, _: pytest.MonkeyPatch) -> None:
    site.redis.config_set("maxmemory", 1)


def _disk(site: Site, patch: pytest.MonkeyPatch) -> None:
    patch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=10**9))


def _certificate(site: Site, _: pytest.MonkeyPatch) -> None:
    assert site.settings.journaal is not None
    site.use(clientcertificaat=ClientCertificaat(*Authority(site.settings.journaal).issue("client", days=3)))


def _key(site: Site, _: pytest.MonkeyPatch) -> None:
    site.app.extensions["keyring"] = Keyring(("2:" + "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",))


def _wrong_link(site: Site, _: pytest.MonkeyPatch) -> None:
    site.sql("UPDATE leerling SET klopt_niet_sinds = now()")


def _restored(site: Site, _: pytest.MonkeyPatch) -> None:
    site.add(Schakelaar(werk=Werk.VERSTUREN, aanleiding=Aanleiding.TERUGZETTEN, reden=""))


def _alarm(soort: Alarmsoort) -> Callable[[Site, pytest.MonkeyPatch], None]:
    def cause(site: Site, _: pytest.MonkeyPatch) -> None:
        site.meldingen.append(Melding(soort, datetime.now(UTC)))

    return cause


def _slow(site: Site, patch: pytest.MonkeyPatch) -> None:
    moments = iter((0.0, 6.0))
    patch.setattr(metingen, "perf_counter", lambda: next(moments))


SEEN_BY_WATCH: dict[str, Callable[[Site, pytest.MonkeyPatch], None]] = {
    "KoppelpuntWorkersAway": _no_worker,
    "KoppelpuntRoundsStandStill": lambda site, _: site.sql("UPDATE levensteken SET ronde_op = now() - interval '1 h'"),
    "KoppelpuntMailQueueStands": _mail_queue_stands,
    "KoppelpuntLasAway": _las_away,
    "KoppelpuntMailAway": lambda site, _: site.use(mail_port=1),
    "KoppelpuntMailsWait": _mails_wait,
    "KoppelpuntRedisNearlyFull": _redis_nearly_full,
    "KoppelpuntRedisIll": _redis_full,
    "KoppelpuntDiskNearlyFull": _disk,
    "KoppelpuntDatabaseSlow": _slow,
    "KoppelpuntCertificateEnds": _certificate,
    "KoppelpuntKeyUnreadable": _key,
    "KoppelpuntWrongLinkReported": _wrong_link,
    "KoppelpuntRestored": _restored,
    "KoppelpuntBackupIsOld": lambda site, _: site.sql("UPDATE reservekopie SET begonnen_op = now() - interval '2 d'"),
    "KoppelpuntNightNotBegun": _alarm(Alarmsoort.NACHT),
    "KoppelpuntResultsStand": _alarm(Alarmsoort.LEVERINGEN),
    "KoppelpuntFaultOfOurs": _alarm(Alarmsoort.INTERN),
}
SEEN_BY_WHO_ASKS: dict[str, Callable[[Site, pytest.MonkeyPatch], None]] = {
    "KoppelpuntNobodyWatches": lambda site, _: site.sql("UPDATE levensteken SET op = now() - interval '2 min'"),
    "KoppelpuntFiguresAreOld": lambda site, patch: patch.setattr(
        "webapp.metingen.time", lambda: datetime.now(UTC).timestamp() + 301
    ),
    "KoppelpuntDatabaseIll": _restored,
    "KoppelpuntSchemaDoesNotFit": lambda site, _: site.sql("UPDATE alembic_version SET version_num = '0003'"),
}
"""The clock of a host is moved in a test of its own; that nobody answers, only Prometheus sees."""


@contextmanager
def _undone(site: Site) -> Iterator[pytest.MonkeyPatch]:
    """Cause something, and put all back: its rows, its settings, its Redis."""
    kept = site.app.extensions["keyring"]
    with pytest.MonkeyPatch.context() as patch:
        yield patch
    site.app.extensions |= {"keyring": kept, "settings": site.settings}
    site.meldingen.clear()
    site.redis.config_set("maxmemory", 0)
    site.redis.flushall()
    site.enlist()
    site.sql(
        "UPDATE reservekopie SET begonnen_op = NULL; DELETE FROM zekering; DELETE FROM mail; "
        "DELETE FROM schakelaar; DELETE FROM levensteken; "
        f"UPDATE leerling SET klopt_niet_sinds = NULL; UPDATE alembic_version SET version_num = '{site.schema}'; "
        "INSERT INTO levensteken (id, ronde_op, onderdelen, alarmen) VALUES (1, now(), '{}', '[]')"
    )


def _fired(samples: Samples) -> set[str]:
    return {rule.name for rule in ALL_RULES if rule.fires(samples)}


def test_nothing_fires_while_all_is_well_and_each_fault_fires_its_own(site: Site, tmp_path: Path) -> None:
    """One after another on one site, since a database of its own for each would take minutes."""
    assert _fired(site.look()) == set()
    for name, cause in SEEN_BY_WATCH.items():
        with _undone(site) as patch:
            cause(site, patch)
            assert name in _fired(site.look()), name
    for name, cause in SEEN_BY_WHO_ASKS.items():
        site.look()
        with _undone(site) as patch:
            cause(site, patch)
            assert name in _fired(site.asked()), name
    with _undone(site):
        site.use(las_ca_bestand=Authority(tmp_path).bundle, mail_ca_bestand=tmp_path / "gone.pem")
        days = {
            labels["certificate"]: value for name, labels, value in site.look() if name.endswith("certificate_days")
        }
    assert (round(days["las_ca"]), days["mail_ca"]) == (10, 0), "one that cannot be read ends now"
    assert _fired(site.look()) == set()


def test_a_clock_that_is_off_fires_too(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    late = SimpleNamespace(now=lambda zone: datetime.now(zone) - timedelta(seconds=11))
    site.look()
    monkeypatch.setattr(gezondheid, "datetime", late)
    assert _fired(site.asked()) == {"KoppelpuntClockIsOff"}


def test_each_rule_is_read_and_has_its_fault() -> None:
    names = {rule.name for rule in ALL_RULES}
    assert len(names) == len(ALL_RULES) == RULES.read_text().count("- alert:")
    assert names - {"KoppelpuntAway", "KoppelpuntClockIsOff"} == {*SEEN_BY_WATCH, *SEEN_BY_WHO_ASKS}
    assert all((PROJECT / rule.runbook).is_file() for rule in ALL_RULES)
    assert {rule.metric for rule in ALL_RULES} - {"up"} <= {PREFIX + name for name in ALLE}


_AWAY = {
    "interval": "1m",
    "input_series": [{"series": 'up{job="koppelpunt"}', "values": "1 0 0 0 0"}],
    "alert_rule_test": [
        {"alertname": "KoppelpuntAway", "eval_time": "2m"},
        {
            "alertname": "KoppelpuntAway",
            "eval_time": "4m",
            "exp_alerts": [
                {
                    "exp_labels": {"job": "koppelpunt", "severity": "page"},
                    "exp_annotations": {
                        "summary": "A web process does not answer Prometheus",
                        "runbook": "docs/runbooks/workers-away.md",
                    },
                }
            ],
        },
    ],
}
"""For `promtool test rules`: a web that stops answering after a minute."""


def test_prometheus_itself_takes_the_rules_and_sees_that_nobody_answers(tmp_path: Path) -> None:
    """That a web gives no figures, only Prometheus can tell; two minutes of its time take a moment here."""
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("Geen promtool gevonden (Debian: apt install prometheus).")
    trial = tmp_path / "away.json"
    trial.write_text(json.dumps({"rule_files": [str(RULES)], "tests": [_AWAY]}))
    for arguments in (("check", "rules", RULES), ("test", "rules", trial)):
        done = subprocess.run([promtool, *map(str, arguments)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_every_figure_of_the_dashboard_exists() -> None:
    panels = json.loads(DASHBOARD.read_text())["panels"]
    asked = {
        name
        for panel in panels
        for target in panel["targets"]
        for name in re.findall(r"koppelpunt_\w+", target["expr"])
    }
    assert asked <= {PREFIX + name for name in ALLE}
    assert len(asked) > 15
