"""After a restore: compare what went to the LAS with what the database remembers, and let the rest go on.

The journals name every result that left since the backup. What the LAS has, or may have, in a newer version than ours,
or at another leerling, waits for the school; what the database does not know at all is told. All of it is one
transaction, while the switches hold everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Text, cast, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, contains_eager

from webapp.db import is_among
from webapp.journaal import Regel, Soort
from webapp.models import (
    Account,
    Bezorging,
    Daad,
    Koppeling,
    Levering,
    Mail,
    MailStatus,
    Resultaat,
    Sessie,
)
from webapp.models.ids import SchoolId
from webapp.models.koppeling import ENDED, RUNNING
from webapp.models.levering import TE_VERSTUREN
from webapp.models.mail import Mailprobleem
from webapp.services import audit, herkomst, sloten
from webapp.services.beurten import MAILEN
from webapp.services.versturen import klaarzetten, nakijken

JUMP = 1000
"""So much higher becomes every version: what was sent before the restore is never the newer one."""
_ID_JUMP = 100_000
"""No id of after the backup is given out again: links in mails and lines of logs would mean another row."""
_MARGIN = timedelta(days=1)
"""What was sent so long before the backup is compared too: a moment that was told wrong harms nothing."""
_CHUNK = 500


@dataclass
class Verslag:
    """What came of it."""

    nakijken: Counter[tuple[SchoolId, str]] = field(default_factory=Counter)
    """Results that wait for their school, per school with its BRIN."""
    onbekend: list[Regel] = field(default_factory=list)
    """What the LAS has and this database does not know."""
    sessies: int = 0
    mails: int = 0
    """Mails that may have gone out since the backup: klantenservice sees them."""


def newest_of(regels: Iterable[Regel], moment: datetime) -> dict[str, Regel]:
    """Return the newest line per result key, of what left since the backup."""
    found: dict[str, Regel] = {}
    for regel in regels:
        if regel.op >= moment - _MARGIN and _order(regel) >= _order(found.get(regel.sleutel, regel)):
            found[regel.sleutel] = regel
    return found


def go_on(
    session: Session,
    regels: dict[str, Regel] | None,
    *,
    moment: datetime,
    afkoeling: timedelta,
    brins: Collection[str] = (),
) -> Verslag:
    """Compare, hold what must be looked at, and release the rest.

    `regels` is of all journals; without them whatever a school would send is held: of the schools with these BRINs, or
    of all that were ever approved: one that rests may be resumed.
    """
    session.execute(text("SET LOCAL statement_timeout = 0"))
    sloten.hold_all(session)
    verslag = Verslag()
    if regels is None:
        _hold_everything(session, brins, verslag)
    else:
        _compare(session, regels, moment, verslag)
    session.flush()
    _jump(session)
    verslag.mails = _doubt_mails(session)
    verslag.sessies = _end_logins(session)
    now = func.clock_timestamp()
    running = Koppeling.status.in_(RUNNING)
    session.execute(
        update(Koppeling).where(running).values(niet_voor=func.greatest(Koppeling.niet_voor, now + afkoeling))
    )
    herkomst.release(session)
    for (school_id, _), number in verslag.nakijken.items():
        audit.record(session, Daad.NAKIJKEN, f"school {school_id}", door=None, school_id=school_id, resultaten=number)
    audit.record(
        session,
        Daad.TERUGGEZET,
        "database",
        door=None,
        school_id=None,
        moment=moment.isoformat(timespec="minutes"),
        nakijken=verslag.nakijken.total(),
        onbekend=len(verslag.onbekend),
        sessies=verslag.sessies,
    )
    return verslag


def _compare(session: Session, regels: dict[str, Regel], moment: datetime, verslag: Verslag) -> None:
    for part in _chunks(list(regels.values())):
        sleutels = [regel.sleutel for regel in part]
        query = (
            select(Resultaat, Koppeling, Levering)
            .join(Resultaat.leerling)
            .join(Koppeling, Koppeling.id.in_({regel.koppeling_id for regel in part}))
            .outerjoin(Levering, Levering.resultaat_id == Resultaat.id)
            .where(Resultaat.school_id == Koppeling.school_id, is_among(Resultaat.sleutel, sleutels))
            .options(contains_eager(Resultaat.leerling))
        )
        found = {
            resultaat.sleutel: (resultaat, koppeling, levering)
            for resultaat, koppeling, levering in session.execute(query)
        }
        elsewhere = set(
            session.scalars(
                select(Bezorging.sleutel)
                .join(Koppeling, Koppeling.school_id == Bezorging.school_id)
                .where(is_among(Bezorging.sleutel, sleutels))
            )
        )
        for regel in part:
            if regel.sleutel in found:
                _judge(session, regel, *found[regel.sleutel], moment=moment, verslag=verslag)
            elif regel.op >= moment and regel.sleutel not in elsewhere:
                verslag.onbekend.append(regel)


def _judge(
    session: Session,
    regel: Regel,
    resultaat: Resultaat,
    koppeling: Koppeling,
    levering: Levering | None,
    *,
    moment: datetime,
    verslag: Verslag,
) -> None:
    """Hold one result when the LAS has, or may have, what we do not."""
    is_newer = regel.versie > resultaat.versie
    is_elsewhere = regel.op >= moment and regel.leerlingid != resultaat.leerling.las_key
    _write_where_it_went(session, regel, resultaat, is_confirmed=not is_newer and regel.soort is Soort.BEVESTIGD)
    if not (is_newer or is_elsewhere):
        return
    gegevens = {"wij": str(resultaat.ruwe_score), "las": str(regel.score)}
    if regel.soort is not Soort.BEVESTIGD:
        gegevens["misschien"] = "ja"
    if is_elsewhere:
        gegevens["nummer"] = regel.leerlingid
    _mark(levering or _new(session, resultaat), koppeling, gegevens, verslag)


def _write_where_it_went(session: Session, regel: Regel, resultaat: Resultaat, *, is_confirmed: bool) -> None:
    """The LAS has it at this leerling, or may have: also when the row that said so is lost."""
    values = {
        "sleutel": regel.sleutel,
        "school_id": resultaat.school_id,
        "resultaat_id": resultaat.id,
        "leerlingid": regel.leerlingid,
        "las_key": regel.leerlingid,
    }
    if is_confirmed:
        values |= {"versie": regel.versie, "bevestigd_op": regel.op}
    session.execute(insert(Bezorging).values(values).on_conflict_do_nothing())


def _hold_everything(session: Session, brins: Collection[str], verslag: Verslag) -> None:
    """Without a journal nobody knows what the LAS has: hold whatever would go."""
    query = select(Koppeling).where(Koppeling.gestart_op.is_not(None), Koppeling.status.not_in(ENDED))
    if brins:
        query = query.where(Koppeling.brin.in_(brins))
    for koppeling in session.scalars(query).all():
        assert koppeling.school_id is not None, "it was approved"
        klaarzetten.prepare(session, koppeling.school_id)
        for levering in _that_would_go(session, koppeling.school_id):
            _mark(levering, koppeling, {"wij": str(levering.resultaat.ruwe_score)}, verslag)


def _that_would_go(session: Session, school_id: SchoolId) -> list[Levering]:
    query = (
        select(Levering)
        .join(Levering.resultaat)
        .where(Levering.school_id == school_id, TE_VERSTUREN)
        .options(contains_eager(Levering.resultaat))
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(query))


def _new(session: Session, resultaat: Resultaat) -> Levering:
    """A row for a result that was not to be sent yet when the backup was made."""
    levering = Levering(school_id=resultaat.school_id, resultaat_id=resultaat.id, versie=resultaat.versie)
    session.add(levering)
    return levering


def _mark(levering: Levering, koppeling: Koppeling, gegevens: dict[str, str], verslag: Verslag) -> None:
    nakijken.mark(levering, **gegevens)
    verslag.nakijken[levering.school_id, koppeling.brin] += 1


def _jump(session: Session) -> None:
    for table, column in (
        ("resultaat", "versie"),
        ("levering", "versie"),
        ("levering", "bevestigd"),
        ("bezorging", "versie"),
    ):
        session.execute(text(f"UPDATE {table} SET {column} = {column} + :jump WHERE {column} > 0"), {"jump": JUMP})  # noqa: S608  # names of ours
    session.expire_all()
    session.execute(
        text(
            "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, coalesce(last_value, 1) + :jump) "
            "FROM pg_sequences WHERE schemaname = current_schema()"
        ),
        {"jump": _ID_JUMP},
    )


def _doubt_mails(session: Session) -> int:
    """What waited at the moment of the backup has probably gone out since: klantenservice decides per mail."""
    waits = select(Mail).where(Mail.status.in_((MailStatus.KLAAR, MailStatus.MISLUKT, MailStatus.ONZEKER)))
    found = session.scalars(waits.where(Mail.volgende_op.is_not(None))).all()
    for mail in found:
        mail.status, mail.probleem, mail.antwoord = MailStatus.ONZEKER, Mailprobleem.GEEN_ANTWOORD, None
        MAILEN.later(mail, None)
    return len(found)


def _end_logins(session: Session) -> int:
    """End every login, and every link for a new password: one that was used since the backup would work again."""
    session.execute(update(Account).values(fs_uniquifier=func.replace(cast(func.gen_random_uuid(), Text), "-", "")))
    ended = update(Sessie).where(Sessie.beeindigd_op.is_(None)).values(beeindigd_op=func.clock_timestamp())
    return len(session.scalars(ended.returning(Sessie.id)).all())


def _order(regel: Regel) -> tuple[int, bool, datetime]:
    return regel.versie, regel.soort is Soort.BEVESTIGD, regel.op


def _chunks(regels: list[Regel]) -> Iterator[list[Regel]]:
    for start in range(0, len(regels), _CHUNK):
        yield regels[start : start + _CHUNK]
