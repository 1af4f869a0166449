"""What nobody would notice by itself: silence where something should have happened. `woorden/alarmen.py` says it.

`found` looks; the queue of klantenservice and the health page show what it finds, `alarmeren` tells the worst of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, cast, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.config import AMSTERDAM, Settings
from webapp.models import (
    Alarmsoort,
    Audit,
    BatchStatus,
    Daad,
    Importbatch,
    Koppeling,
    Leerling,
    Levensteken,
    Levering,
    Mail,
    MailSoort,
    Nacht,
    Resultaat,
    Schoolnacht,
    Spoordag,
    Zekering,
)
from webapp.models.alarm import ERGST
from webapp.models.fout import EigenCode
from webapp.models.koppeling import RUNNING
from webapp.models.levering import TE_VERSTUREN
from webapp.models.mail import Mailprobleem
from webapp.services import nachten, nachtwerk, reservekopie
from webapp.services.nachtrust import may_go
from webapp.services.zendkeuze import goes_along
from webapp.uwlr.certificates import CertificaatOnleesbaar, ClientCertificaat
from webapp.uwlr.codes import Owner

NIET_OPGEHAALD_NA = timedelta(hours=26)
LEVERINGEN_NA = timedelta(days=2)
MEEST_GETELD = 1_000
"""So many leveringen that wait are counted; of more it is said that there are at least so many."""
VASTGEHOUDEN_NA = timedelta(days=2)
NACHT_NA = timedelta(hours=1)
"""After the hour at which a night may begin."""
ZEKERING_NA = timedelta(minutes=30)
CERTIFICAAT_TERMIJN = timedelta(days=7)
INTERN_NA = timedelta(hours=2)
"""So long a fault of ours in work about no school counts after it happened last."""
GEOEFEND_NA = timedelta(days=40)
"""A month, and some days in which to do it."""
ZWIJGT_NA = timedelta(minutes=10)
"""For a worker and for the sweep."""
_EVERY_NIGHT = 5
"""A school that was fetched in so many nights before is one that is always fetched."""
_NIGHTS_BACK = timedelta(days=8)
_NAMED = 5

_IN_QUEUE = frozenset({Alarmsoort.ZEKERING, Alarmsoort.CERTIFICAAT, Alarmsoort.INTERN})
"""Of these the queue has lines already, with more to them."""
_RUNS = Koppeling.status.in_(RUNNING)
_ACTS = (Owner.SCHOOL, Owner.KLANTENSERVICE)
_NOBODY_ACTS = func.coalesce(Koppeling.fout_eigenaar.not_in(_ACTS), True)
"""What waits for a school or for klantenservice is shown there, under its own cause."""
_IS_TAKEN_ALONG = Koppeling.wacht_op_beurt_sinds.is_(None)
"""What nights pass over for now is told at the school and in their report."""
_MAY_SEND = and_(func.coalesce(Koppeling.zend_fout_eigenaar.not_in(_ACTS), True), ~nachtwerk.waits_for_a_person())
"""The same of results: a refused key, for one, keeps them here until there is another."""


@dataclass(frozen=True)
class Melding:
    """One thing that is amiss. `wat` tells two causes of one kind apart."""

    soort: Alarmsoort
    sinds: datetime
    wat: str = ""
    gegevens: Mapping[str, int | str] = field(default_factory=dict)
    """What its sentence needs: counts and dates."""
    scholen: tuple[str, ...] = ()
    """Some of the schools it is about, for klantenservice only."""

    @property
    def oorzaak(self) -> str:
        """What is told once: the same cause keeps this text while it lasts."""
        return f"{self.soort}:{self.wat}"[:160]

    @property
    def is_ergst(self) -> bool:
        return self.soort in ERGST


def found(session: Session, now: datetime, settings: Settings, late: Sequence[Melding] | None = None) -> list[Melding]:
    """Return all that is amiss, the worst first; `late` is what `deliveries` told a moment ago, where it did."""
    meldingen = [
        *_night(session, now, settings),
        *_breakers(session, now),
        *_certificate(settings.clientcertificaat, now),
        *_signs_of_life(session, now),
        *_of_our_own(session, now),
        *_trail(session),
        *_backup(session, now, settings),
        *_overrun(session, now),
        *_not_fetched(session, now),
        *_missing_for_once(session, now),
        *(deliveries(session, now) if late is None else late),
        *_held(session, now),
    ]
    return sorted(meldingen, key=lambda melding: (not melding.is_ergst, melding.sinds))


def sweep_is_silent(session: Session, now: datetime) -> datetime | None:
    """Since when the sweep, or only its rounds, said nothing, when that is long; one that never ran is not missed."""
    row = session.scalar(select(Levensteken))
    if row is None:
        return None
    last = min(moment for moment in (row.op, row.ronde_op, now) if moment is not None)
    return last if last <= now - ZWIJGT_NA else None


def for_queue(session: Session, now: datetime, settings: Settings) -> list[Melding]:
    """Return what has no line of its own in the queue of klantenservice."""
    return [melding for melding in found(session, now, settings) if not _has_line(melding)]


def _has_line(melding: Melding) -> bool:
    return melding.soort in _IN_QUEUE and "keren" not in melding.gegevens


def missed_night(session: Session, now: datetime, settings: Settings) -> datetime | None:
    """Return when the window of tonight opened, if its night should have begun long ago and did not."""
    opens, _ = nachten.window(now.astimezone(AMSTERDAM).date(), settings)
    return opens if now >= opens + NACHT_NA and nachten.is_missed(session, now, settings) else None


def _night(session: Session, now: datetime, settings: Settings) -> Iterator[Melding]:
    opens = missed_night(session, now, settings)
    if opens is not None:
        yield Melding(Alarmsoort.NACHT, opens + NACHT_NA, opens.astimezone(AMSTERDAM).date().isoformat())


def _overrun(session: Session, now: datetime) -> Iterator[Melding]:
    query = select(Nacht).where(Nacht.uitgelopen_op.is_not(None), Nacht.klaar_op.is_(None))
    for nacht in session.scalars(query):
        assert nacht.begonnen_op is not None
        assert nacht.uitgelopen_op is not None
        fetching, sending = nachtwerk.untried(session, nacht, now)
        is_late = nacht.uitgelopen_op == nacht.begonnen_op
        if not (fetching or sending or is_late):
            continue
        gegevens = {
            "ophalen": fetching,
            "versturen": sending,
            "overgeslagen": nacht.tellingen.get("overgeslagen", 0),
            "te_laat": nacht.begonnen_op.isoformat() if is_late else "",
        }
        yield Melding(Alarmsoort.UITGELOPEN, nacht.uitgelopen_op, nacht.datum.isoformat(), gegevens)


def _breakers(session: Session, now: datetime) -> Iterator[Melding]:
    for row in session.scalars(select(Zekering).where(Zekering.open_sinds <= now - ZEKERING_NA)):
        assert row.open_sinds is not None
        yield Melding(Alarmsoort.ZEKERING, row.open_sinds, str(row.las_type), {"code": str(row.fout_code)})


def _certificate(certificaat: ClientCertificaat | None, now: datetime) -> Iterator[Melding]:
    if certificaat is None:
        return
    try:
        einde = certificaat.geldig_tot()
    except CertificaatOnleesbaar:
        yield Melding(Alarmsoort.CERTIFICAAT, now, "onleesbaar")
        return
    if einde <= now + CERTIFICAAT_TERMIJN:
        yield Melding(Alarmsoort.CERTIFICAAT, einde - CERTIFICAAT_TERMIJN, einde.isoformat())


def _signs_of_life(session: Session, now: datetime) -> Iterator[Melding]:
    since = sweep_is_silent(session, now)
    if since is not None:
        yield Melding(Alarmsoort.SWEEP, since)
    row = session.scalar(select(Levensteken).where(Levensteken.op > now - ZWIJGT_NA))
    worker = None if row is None else row.onderdelen.get("worker")  # of an old row nothing is known
    if worker is not None and worker["probleem"] is not None:
        gone = datetime.fromisoformat(worker["sinds"])
        if gone <= now - ZWIJGT_NA:
            yield Melding(Alarmsoort.WORKER, gone)


def _of_our_own(session: Session, now: datetime) -> Iterator[Melding]:
    """One per class of error: that is one cause, at however many schools."""
    for code, gegevens in (
        (Koppeling.fout_code, Koppeling.fout_gegevens),
        (Koppeling.zend_fout_code, Koppeling.zend_fout_gegevens),
    ):
        klasse = gegevens["klasse"].astext
        query = select(klasse, func.count(), func.now()).where(_RUNS, code == EigenCode.INTERN).group_by(klasse)
        for name, number, since in session.execute(query):
            yield Melding(Alarmsoort.INTERN, since, str(name), {"scholen": number})
    of_mail = Mail.probleem == Mailprobleem.NIET_GEMAAKT, Mail.soort != MailSoort.ALARM
    number, first = session.execute(select(func.count(), func.min(Mail.aangemaakt_op)).where(*of_mail)).one()
    if number and first is not None:
        yield Melding(Alarmsoort.INTERN, first, "mail", {"mails": number})
    yield from _of_no_school(session, now)


def _of_no_school(session: Session, now: datetime) -> Iterator[Melding]:
    """What broke in work that is about no school has no row that keeps it; the audit trail has."""
    klasse = func.coalesce(Audit.tellingen["klasse"].astext, "onbekend")
    query = (
        select(klasse, func.count(), func.min(Audit.op))
        .where(Audit.school_id.is_(None), Audit.actie == Daad.INTERNE_FOUT, Audit.op > now - INTERN_NA)
        .where(Audit.object.not_like("koppeling %"), Audit.object.not_like("mail %"))
        .group_by(klasse)
    )
    for name, number, since in session.execute(query):
        if since is not None:
            yield Melding(Alarmsoort.INTERN, since, f"{name} van geen school", {"keren": number, "klasse": name})


def _trail(session: Session) -> Iterator[Melding]:
    """Sealed days of the audit trail that give another root than they did."""
    query = select(func.count(), func.min(Spoordag.klopt_niet_op), func.min(Spoordag.datum))
    number, since, first = session.execute(query.where(Spoordag.klopt_niet_op.is_not(None))).one()
    if number and since is not None and first is not None:
        yield Melding(Alarmsoort.SPOOR, since, first.isoformat(), {"dagen": number})


def _backup(session: Session, now: datetime, settings: Settings) -> Iterator[Melding]:
    """The age of the last one and of the last time that one was restored, where the settings expect any."""
    if not settings.reservekopie_uren:
        return
    row = reservekopie.of(session)
    fresh = timedelta(hours=settings.reservekopie_uren)
    looks = (("gemaakt", row.begonnen_op, fresh), ("geoefend", row.geoefend_op, GEOEFEND_NA))
    for wat, last, after in looks:
        if (last or row.sinds) <= now - after:
            yield Melding(Alarmsoort.RESERVEKOPIE, (last or row.sinds) + after, wat, {"ooit": int(last is not None)})


def _not_fetched(session: Session, now: datetime) -> Iterator[Melding]:
    since = func.coalesce(Koppeling.opgehaald_op, Koppeling.gestart_op)
    where = and_(_RUNS, _NOBODY_ACTS, _IS_TAKEN_ALONG, since <= now - NIET_OPGEHAALD_NA)
    yield from _schools(session, Alarmsoort.NIET_OPGEHAALD, where, since)


def _missing_for_once(session: Session, now: datetime) -> Iterator[Melding]:
    """The last night had its time, and a school that never fails was not fetched."""
    had_its_time = or_(Nacht.klaar_op.is_not(None), Nacht.uitgelopen_op.is_not(None))
    nacht = session.scalar(
        select(Nacht).where(Nacht.begonnen_op.is_not(None), had_its_time).order_by(Nacht.datum.desc()).limit(1)
    )
    if nacht is None or nacht.begonnen_op is None:
        return
    before = (
        select(Schoolnacht.koppeling_id)
        .where(Schoolnacht.datum < nacht.datum, Schoolnacht.datum >= nacht.datum - _NIGHTS_BACK)
        .group_by(Schoolnacht.koppeling_id)
        .having(func.count() >= _EVERY_NIGHT, func.count() == func.count(Schoolnacht.opgehaald_op))
    )
    where = and_(
        _RUNS,
        _NOBODY_ACTS,
        _IS_TAKEN_ALONG,
        Koppeling.opgehaald_op < nacht.begonnen_op,
        Koppeling.opgehaald_op > now - NIET_OPGEHAALD_NA,  # then it is among those
        Koppeling.id.in_(before),
    )
    yield from _schools(session, Alarmsoort.UITGEBLEVEN, where, Koppeling.opgehaald_op)


def _schools(
    session: Session,
    soort: Alarmsoort,
    where: ColumnElement[bool],
    since: ColumnElement[Any] | InstrumentedAttribute[Any],
) -> Iterator[Melding]:
    number, first = session.execute(select(func.count(), func.min(since)).select_from(Koppeling).where(where)).one()
    if number and first is not None:
        names = session.scalars(select(Koppeling.schoolnaam).where(where).order_by(since).limit(_NAMED))
        yield Melding(soort, first, gegevens={"scholen": number}, scholen=tuple(names))


def late_deliveries(now: datetime) -> Select[int, datetime | None, int]:
    """Results that could go and do not. A try leaves its traces, so that alone does not begin the count anew."""
    border = now - LEVERINGEN_NA
    end_of_schooljaar = func.make_date(cast(func.right(Koppeling.schooljaar, 4), Integer), 8, 1)  # the LAS has no later
    return (
        select(func.count(), func.min(Resultaat.genormeerd_op), func.count(Levering.school_id.distinct()))
        .select_from(Levering)
        .join(Resultaat, Resultaat.id == Levering.resultaat_id)
        .join(Leerling, and_(Leerling.school_id == Levering.school_id, Leerling.id == Resultaat.leerling_id))
        .join(Koppeling, Koppeling.school_id == Levering.school_id)
        .where(
            _RUNS,
            _MAY_SEND,
            _IS_TAKEN_ALONG,
            TE_VERSTUREN,
            Leerling.las_key.is_not(None),
            Resultaat.afnamedatum < end_of_schooljaar,
            may_go(Levering.school_id),
            goes_along(Levering.school_id),
            Resultaat.genormeerd_op <= border,
            or_(Levering.gewijzigd_op <= border, Levering.pogingen > 0, Koppeling.zenden_pogingen > 0),
        )
    )


def deliveries(session: Session, now: datetime) -> Iterator[Melding]:
    """Count up to `MEEST_GETELD`: after two days without a LAS these are all results of the country."""
    some = late_deliveries(now).with_only_columns(Resultaat.genormeerd_op, Levering.school_id)
    rows = some.limit(MEEST_GETELD).subquery()
    numbers = func.count(), func.min(rows.c.genormeerd_op), func.count(rows.c.school_id.distinct())
    number, since, schools = session.execute(select(*numbers)).one()
    if number and since is not None:
        yield Melding(Alarmsoort.LEVERINGEN, since, gegevens={"leveringen": number, "scholen": schools})


def _held(session: Session, now: datetime) -> Iterator[Melding]:
    """Holds that nobody answered anything about; a newer aanlevering takes the moment over."""
    query = (
        select(Koppeling.schoolnaam, Importbatch.vastgehouden_op)
        .join(Importbatch, and_(Koppeling.school_id == Importbatch.school_id, Koppeling.id == Importbatch.koppeling_id))
        .where(
            _RUNS,
            Importbatch.status == BatchStatus.VASTGEHOUDEN,
            Importbatch.rev == 0,
            Importbatch.vastgehouden_op <= now - VASTGEHOUDEN_NA,
        )
        .order_by(Importbatch.vastgehouden_op)
    )
    rows = session.execute(query).all()
    if rows and rows[0][1] is not None:
        names = tuple(naam for naam, _ in rows[:_NAMED])
        yield Melding(Alarmsoort.VASTGEHOUDEN, rows[0][1], gegevens={"scholen": len(rows)}, scholen=names)
