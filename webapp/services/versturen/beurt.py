"""Sending, first half: take a school, choose what goes along, and write down the doubt before anything leaves.

One request per school is under way at a time. Between `begin` and `afloop.settle` no transaction is open; whoever dies
there leaves the school closed until the cool-down is over, because the LAS may still be busy with the message.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile
from uuid import uuid4

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, contains_eager

from webapp.config import AMSTERDAM, Settings
from webapp.crypto import Keyring
from webapp.models import Koppeling, Leerling, Levering, LeveringStatus, Resultaat, Toets, Uitkomst, Verzending
from webapp.models.koppeling import Handeling
from webapp.services.clock import database_clock
from webapp.services.koppeling import levensloop
from webapp.services.versturen import bericht, leveringen
from webapp.services.versturen.weigering import Stuk
from webapp.uwlr.profiles import PROFILES
from webapp.uwlr.values import Autorisatie, Leerresultatenbericht

_SHORTEST_LEASE = timedelta(seconds=60)
_SHRINK_AFTER = 2
"""Attempts without an answer before a batch is halved: one bad record may be what makes the LAS fall over."""


@dataclass(frozen=True)
class Opdracht:
    """One message in our hands. `claim` must still be ours when its outcome is recorded."""

    koppeling_id: int
    school_id: int
    claim: str
    verzending_id: int
    las_type: str
    stukken: tuple[Stuk, ...]
    bericht: Leerresultatenbericht = field(repr=False)
    autorisatie: Autorisatie = field(repr=False)
    sleutel: bytes = field(repr=False)
    """The key as it is stored: a refusal of one that was replaced meanwhile says nothing of the new one."""


def claim(session: Session, koppeling_id: int, *, settings: Settings) -> str | None:
    """Take a school that is due; return the token, or None when it is not due or in other hands."""
    token = str(uuid4())
    won = session.scalar(
        update(Koppeling)
        .where(Koppeling.id == koppeling_id, *leveringen.is_due(func.clock_timestamp()))
        .values(zenden_claim=token, zenden_claim_tot=func.clock_timestamp() + _lease(settings))
        .returning(Koppeling.school_id)
    )
    if won is None:
        return None
    _bury(session, koppeling_id, won)
    return token


def begin(
    session: Session,
    koppeling_id: int,
    token: str,
    *,
    settings: Settings,
    keyring: Keyring,
    only: Collection[int] | None = None,
) -> Opdracht | None:
    """Choose what goes along and write down the doubt. With nothing left to send, let go of the school: None.

    `only` narrows it to a part of a message that was refused; when that has nothing left, the school is kept.
    """
    koppeling = held(session, koppeling_id, token)
    if koppeling is None or koppeling.school_id is None:
        return None
    now = database_clock(session)
    if not koppeling.mag(Handeling.VERSTUREN) or (koppeling.niet_voor is not None and koppeling.niet_voor > now):
        let_go(koppeling)
        return None
    if only is None:
        leveringen.prepare(session, koppeling.school_id)
    profile = PROFILES[koppeling.las_type]
    chosen = _choose(session, koppeling.school_id, only, profile.max_resultaten)
    if not chosen:
        if only is None:
            let_go(koppeling)
            koppeling.zenden_op = None
        return None
    koppeling.zenden_claim_tot = now + _lease(settings)
    koppeling.niet_voor = now + settings.afkoeling
    koppeling.laatste_aanmaakdatum = _next_aanmaakdatum(koppeling.laatste_aanmaakdatum, now)
    resultaten = [levering.resultaat for levering in chosen]
    session.execute(
        update(Levering)
        .where(Levering.resultaat_id.in_([resultaat.id for resultaat in resultaten]))
        .values(status=LeveringStatus.ONDERWEG, pogingen=Levering.pogingen + 1)
        .execution_options(synchronize_session=False)
    )
    verzending = Verzending(
        school_id=koppeling.school_id,
        koppeling_id=koppeling.id,
        claim=token,
        aantal=len(chosen),
        aanmaakdatum=koppeling.laatste_aanmaakdatum,
        begonnen_op=now,
    )
    session.add(verzending)
    session.flush()
    sleutel = levensloop.open_sleutel(koppeling, keyring)
    return Opdracht(
        koppeling_id=koppeling.id,
        school_id=koppeling.school_id,
        claim=token,
        verzending_id=verzending.id,
        las_type=koppeling.las_type,
        stukken=tuple(_stuk(resultaat) for resultaat in resultaten),
        bericht=bericht.build(
            koppeling,
            resultaten,
            aanmaakdatum=koppeling.laatste_aanmaakdatum.astimezone(AMSTERDAM),
            auteur=settings.testcentrum,
            xsdversie=profile.xsdversie,
        ),
        autorisatie=Autorisatie(sleutel, settings.klantcode, settings.klantnaam),
        sleutel=koppeling.sleutel or b"",
    )


def held(session: Session, koppeling_id: int, token: str) -> Koppeling | None:
    """Lock the koppeling and return it while the claim is ours; a worker that was frozen too long gets None."""
    return session.scalar(
        select(Koppeling)
        .where(Koppeling.id == koppeling_id, Koppeling.zenden_claim == token)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def release(session: Session, koppeling_id: int, token: str) -> None:
    """Let go of a school that still has results to send."""
    koppeling = held(session, koppeling_id, token)
    if koppeling is not None:
        let_go(koppeling)


def let_go(koppeling: Koppeling) -> None:
    """Give the school back to whoever comes next."""
    koppeling.zenden_claim = koppeling.zenden_claim_tot = None


def _lease(settings: Settings) -> timedelta:
    return max(_SHORTEST_LEASE, 2 * settings.zend_deadline)


def _next_aanmaakdatum(last: datetime | None, now: datetime) -> datetime:
    """Whole seconds, and always later than the last one: a LAS may well keep no smaller parts."""
    this = now.replace(microsecond=0)
    return this if last is None else max(this, last + timedelta(seconds=1))


def _bury(session: Session, koppeling_id: int, school_id: int) -> None:
    """Put in doubt what a dead worker had under way; its cool-down is over, or this school would not be due."""
    session.execute(
        update(Levering)
        .where(Levering.school_id == school_id, Levering.status == LeveringStatus.ONDERWEG)
        .values(status=LeveringStatus.ONBEKEND)
    )
    session.execute(
        update(Verzending)
        .where(Verzending.koppeling_id == koppeling_id, Verzending.uitkomst == Uitkomst.BEGONNEN)
        .values(uitkomst=Uitkomst.ONBEKEND, klaar_op=func.clock_timestamp())
    )


def _choose(session: Session, school_id: int, only: Collection[int] | None, limit: int) -> list[Levering]:
    """The next results, those that never failed first; per test together, so that halving keeps tests apart.

    Who holds the koppeling needs no lock on these rows: beside it only `prepare` writes them, to add or to ask anew.
    """
    query = (
        select(Levering)
        .join(Levering.resultaat)
        .join(Resultaat.leerling)
        .join(Resultaat.toets)
        .where(Levering.school_id == school_id, leveringen.sendable())
        .order_by(Levering.pogingen, Toets.code, Leerling.id, Resultaat.id)
        .limit(limit)
        .options(
            contains_eager(Levering.resultaat).options(
                contains_eager(Resultaat.leerling), contains_eager(Resultaat.toets)
            )
        )
        .execution_options(populate_existing=True)
    )
    if only is not None:
        query = query.where(Levering.resultaat_id.in_(only))
    found = session.scalars(query).all()
    fits = takewhile(lambda nth: nth[0] < _room(nth[1].pogingen, limit), enumerate(found))
    return [levering for _, levering in fits]


def _room(pogingen: int, limit: int) -> int:
    """How large a batch may be that holds a result with so many attempts without an answer."""
    return max(1, limit >> max(0, pogingen - _SHRINK_AFTER))


def _stuk(resultaat: Resultaat) -> Stuk:
    return Stuk(
        resultaat_id=resultaat.id,
        versie=resultaat.versie,
        sleutel=resultaat.sleutel,
        leerling_id=resultaat.leerling_id,
        leerlingid=resultaat.leerling.las_key or "",
        toets_id=resultaat.toets_id,
        toetscode=resultaat.toets.code,
    )
