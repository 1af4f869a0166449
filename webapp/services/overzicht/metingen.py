"""The figures for whoever watches over the installation, by name; `webapp/metingen.py` writes them for Prometheus.

The watch gathers them and keeps them in its row, so that whichever process is asked tells the same, however often. A
counter of a process would start again at every fork. No name of a school or a person is in a label.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from time import perf_counter
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import Select, TextClause, func, select, text
from sqlalchemy.orm import Session, load_only

from webapp.config import Settings
from webapp.crypto import DecryptionFailed, Keyring
from webapp.models import Koppeling, Mail
from webapp.onderdelen import Ill, disk_free, impatient
from webapp.queue import QUEUE_NAMES
from webapp.services import mailbeurt
from webapp.services.overzicht.alarmen import Melding
from webapp.uwlr.certificates import CertificaatOnleesbaar, first_end

Meting = tuple[str, dict[str, str], float]
"""Name, labels, value."""
_LONGEST = text("SET LOCAL statement_timeout = '10s'")


@dataclass(frozen=True)
class Figuur:
    """One figure: what it says, its labels, and where it is a question to the database, that; the value comes last."""

    uitleg: str
    labels: tuple[str, ...] = ()
    sql: TextClause | Select[Any] | None = None


_MAY_GO = (Mail.volgende_op <= func.now(), mailbeurt.may_go())
FIGUREN = {
    "night_begun_timestamp_seconds": Figuur(
        "When the last night began", (), text("SELECT extract(epoch FROM max(begonnen_op)) FROM nacht")
    ),
    "night_running": Figuur(
        "Nights that are not done",
        (),
        text("SELECT count(*) FROM nacht WHERE begonnen_op IS NOT NULL AND klaar_op IS NULL"),
    ),
    "night_overrun": Figuur(
        "Nights that work outside their window",
        (),
        text("SELECT count(*) FROM nacht WHERE uitgelopen_op IS NOT NULL AND klaar_op IS NULL"),
    ),
    "night_schools": Figuur(
        "Schools of the last night, by where they are in it",
        ("stand",),
        text(
            "SELECT s.key, s.value::float "
            "FROM (SELECT scholen FROM nachtstand ORDER BY datum DESC, punt DESC LIMIT 1) n, "
            "jsonb_each_text(n.scholen) s"
        ),
    ),
    "night_results": Figuur(
        "Results of the last night, by what came of them",
        ("outcome",),
        text(
            "SELECT u.outcome, u.number FROM (SELECT * FROM nachtstand ORDER BY datum DESC, punt DESC LIMIT 1) n, "
            "LATERAL (VALUES ('bevestigd', n.bevestigd), ('geweigerd', n.geweigerd), ('onzeker', n.onzeker)) "
            "AS u(outcome, number)"
        ),
    ),
    "results_sent_last_hour": Figuur(
        "Results in messages of the last hour, by what came of the message",
        ("las", "outcome"),
        text(
            "SELECT k.las_type, v.uitkomst, sum(v.aantal) FROM verzending v JOIN koppeling k ON k.id = v.koppeling_id "
            "WHERE v.begonnen_op > now() - interval '1 hour' GROUP BY 1, 2"
        ),
    ),
    "las_seconds": Figuur(
        "How long a LAS took for an answer in the last hour",
        ("las", "call", "quantile"),
        text(
            "SELECT las, call, q::text, percentile_cont(q) WITHIN GROUP (ORDER BY seconds) FROM ("
            "SELECT k.las_type AS las, 'push' AS call, extract(epoch FROM v.klaar_op - v.begonnen_op) AS seconds "
            "FROM verzending v JOIN koppeling k ON k.id = v.koppeling_id "
            "WHERE v.begonnen_op > now() - interval '1 hour' AND v.klaar_op IS NOT NULL "
            "UNION ALL SELECT las_type, 'fetch', ophaal_ms / 1000.0 FROM koppeling "
            "WHERE ophaal_ms IS NOT NULL AND opgehaald_op > now() - interval '1 hour') AS took, "
            "unnest(ARRAY[0.5, 0.95]) AS q GROUP BY 1, 2, q"
        ),
    ),
    "breaker_open_seconds": Figuur(
        "How long a LAS has been left alone",
        ("las",),
        text("SELECT las_type, coalesce(extract(epoch FROM now() - open_sinds), 0) FROM zekering"),
    ),
    "schools_failing": Figuur(
        "Schools that cannot be fetched from or sent to, by code",
        ("las", "call", "code"),
        text(
            "SELECT las_type, call, code, count(*) FROM koppeling, "
            "LATERAL (VALUES ('fetch', fout_code), ('push', zend_fout_code)) AS f(call, code) "
            "WHERE code IS NOT NULL GROUP BY 1, 2, 3"
        ),
    ),
    "results_due": Figuur(
        "Results that the LAS has still to get",
        ("las",),
        text(
            "SELECT k.las_type, count(*) FROM levering l JOIN koppeling k ON k.school_id = l.school_id "
            "WHERE l.bevestigd < l.versie AND l.status NOT IN ('geweigerd', 'nakijken') "
            "AND k.status IN ('goedgekeurd', 'actief') GROUP BY 1"
        ),
    ),
    "results_oldest_due_seconds": Figuur(
        "How long the oldest of them waits",
        ("las",),
        text(
            "SELECT k.las_type, extract(epoch FROM now() - min(l.gewijzigd_op)) FROM levering l "
            "JOIN koppeling k ON k.school_id = l.school_id "
            "WHERE l.bevestigd < l.versie AND l.status NOT IN ('geweigerd', 'nakijken') "
            "AND k.status IN ('goedgekeurd', 'actief') GROUP BY 1"
        ),
    ),
    "mails_due": Figuur("Mails that may go now", (), select(func.count()).where(*_MAY_GO)),
    "mail_oldest_due_seconds": Figuur(
        "How long the oldest of them waits",
        (),
        select(func.coalesce(func.extract("epoch", func.now() - func.min(Mail.volgende_op)), 0)).where(*_MAY_GO),
    ),
    "acts_last_day": Figuur(
        "Acts in the audit trail",
        ("act",),
        text("SELECT actie, count(*) FROM audit WHERE op > now() - interval '1 day' GROUP BY 1"),
    ),
    "questions_open": Figuur(
        "Lines of reviews that wait for an answer, by the rule that asks",
        ("cause",),
        text(
            "SELECT r.matchregel, count(*) FROM importregel r JOIN importbatch b ON b.id = r.batch_id "
            "WHERE b.status IN ('wacht_op_controle', 'vastgehouden') AND r.keuze IS NULL GROUP BY 1"
        ),
    ),
    "answers": Figuur(
        "Answers of people in reviews that are open or were imported in the last day",
        ("answer",),
        text(
            "SELECT r.keuze, count(*) FROM importregel r JOIN importbatch b ON b.id = r.batch_id "
            "WHERE (b.status IN ('wacht_op_controle', 'vastgehouden') OR b.verwerkt_op > now() - interval '1 day') "
            "AND r.keuze IS NOT NULL AND r.gekozen_door IS NOT NULL GROUP BY 1"
        ),
    ),
    "wrong_links": Figuur(
        "Leerlingen of whom somebody says that the link is wrong",
        (),
        text("SELECT count(*) FROM leerling WHERE klopt_niet_sinds IS NOT NULL"),
    ),
    "stopped": Figuur(
        "What was switched off, and by what",
        ("work", "reason"),
        text("SELECT werk, aanleiding, count(*) FROM schakelaar WHERE tot IS NULL OR tot > now() GROUP BY 1, 2"),
    ),
    "backup_age_seconds": Figuur(
        "How long ago the last backup began, and the last one was tried",
        ("what",),
        text(
            "SELECT w.what, extract(epoch FROM now() - coalesce(w.moment, r.sinds)) FROM reservekopie r, "
            "LATERAL (VALUES ('made', r.begonnen_op), ('rehearsed', r.geoefend_op)) AS w(what, moment)"
        ),
    ),
    "keys_unreadable": Figuur("Autorisatiesleutels that no key of ours opens, by the number of their key", ("key",)),
    "alarms": Figuur("What is amiss, by kind; the worst of it is mailed", ("kind",)),
    "queue_jobs": Figuur("Jobs that wait", ("queue",)),
    "queue_oldest_seconds": Figuur("How long the first of them waits", ("queue",)),
    "jobs_failed": Figuur("Jobs that broke in the last day", ("queue",)),
    "redis_memory_ratio": Figuur("Which part of the memory that Redis may use it does; 0 without a limit"),
    "disk_free_bytes": Figuur("What is free on the disk of the journal, where the sweep runs"),
    "certificate_days": Figuur(
        "Days to the end of each certificate that a setting names; of a file of authorities, the first to end",
        ("certificate",),
    ),
    "gathered_timestamp_seconds": Figuur("When these figures were gathered"),
    "gather_seconds": Figuur("How long the database took for all this"),
}
"""All that the watch gathers; what a process adds when it is asked is in `webapp/metingen.py`."""


def gather(
    session: Session, settings: Settings, keyring: Keyring, meldingen: Iterable[Melding], now: datetime
) -> list[Meting]:
    """Return all figures as they are now."""
    began = perf_counter()
    session.execute(_LONGEST)
    found = [each for name, figuur in FIGUREN.items() for each in _asked(session, name, figuur)]
    found.append(("gathered_timestamp_seconds", {}, now.timestamp()))
    found.append(("gather_seconds", {}, perf_counter() - began))
    found += _counted("keys_unreadable", "key", _unreadable(session, keyring))
    found += _counted("alarms", "kind", Counter(str(each.soort) for each in meldingen))
    found += _of_certificate(settings, now)
    found += _of_this_host(settings)
    try:
        with impatient(settings.redis_url) as redis:
            found += _of_redis(redis)
    except RedisError:
        pass  # the health of this part says so
    return found


def _asked(session: Session, name: str, figuur: Figuur) -> Iterator[Meting]:
    for *labels, value in session.execute(figuur.sql) if figuur.sql is not None else ():
        if value is not None:
            yield name, dict(zip(figuur.labels, map(str, labels), strict=True)), float(value)


def _counted(name: str, label: str, counts: Counter[str]) -> Iterator[Meting]:
    return ((name, {label: what}, float(number)) for what, number in sorted(counts.items()))


def _unreadable(session: Session, keyring: Keyring) -> Counter[str]:
    """Try each: what cannot be opened is found before a night needs it. A night of 6,000 schools costs 0.2 s."""
    query = (
        select(Koppeling)
        .where(Koppeling.sleutel.is_not(None))
        .options(load_only(Koppeling.brin, Koppeling.vestiging, Koppeling.sleutel))
    )
    found: Counter[str] = Counter({str(number): 0 for number in keyring.versions})
    for koppeling in session.scalars(query.execution_options(yield_per=500)):
        assert koppeling.sleutel is not None
        try:
            keyring.decrypt(koppeling.sleutel, koppeling.identity)
        except DecryptionFailed:
            found[str(koppeling.sleutel[0])] += 1
    return found


def _of_certificate(settings: Settings, now: datetime) -> Iterator[Meting]:
    """One that cannot be read ends now."""
    ends = {"client": settings.clientcertificaat.geldig_tot} if settings.clientcertificaat is not None else {}
    bundles = {"las_ca": settings.las_ca_bestand, "mail_ca": settings.mail_ca_bestand}
    ends |= {name: partial(first_end, bundle) for name, bundle in bundles.items() if bundle is not None}
    for name, end in ends.items():
        try:
            days = (end() - now).total_seconds() / 86_400
        except CertificaatOnleesbaar:
            days = 0.0
        yield "certificate_days", {"certificate": name}, days


def _of_this_host(settings: Settings) -> Iterator[Meting]:
    if settings.journaal is not None:
        try:
            yield "disk_free_bytes", {}, float(disk_free(settings.journaal))
        except Ill:
            yield "disk_free_bytes", {}, 0.0


def _of_redis(redis: Redis) -> Iterator[Meting]:
    memory = redis.info("memory")
    yield "redis_memory_ratio", {}, memory["used_memory"] / memory["maxmemory"] if memory["maxmemory"] else 0.0
    for name in QUEUE_NAMES:
        queue = Queue(name, connection=redis, serializer=JSONSerializer)
        yield "queue_jobs", {"queue": name}, float(len(queue))
        yield "queue_oldest_seconds", {"queue": name}, _waits(queue)
        yield "jobs_failed", {"queue": name}, float(queue.failed_job_registry.count)


def _waits(queue: Queue) -> float:
    """How long the first job waits."""
    first = next(iter(queue.get_jobs(0, 1)), None)
    if first is None or first.enqueued_at is None:
        return 0.0
    return max(0.0, (datetime.now(UTC) - first.enqueued_at.replace(tzinfo=UTC)).total_seconds())
