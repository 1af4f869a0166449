"""Sending, first half: take a school, choose what goes along, and write down the doubt before anything leaves.

One request per school is under way at a time. Between `begin` and `afloop.settle` no transaction is open; whoever dies
there leaves the school closed until the cool-down is over, because the LAS may still be busy with the message.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, undefer

from webapp import models
from webapp.config import AMSTERDAM, Settings
from webapp.crypto import Keyring
from webapp.db import is_among
from webapp.models import (
    Bezorging,
    Daad,
    Herzendregel,
    Koppeling,
    Leerling,
    Levering,
    LeveringStatus,
    Nazendregel,
    Resultaat,
    Uitkomst,
    Verzending,
    Werk,
)
from webapp.models.fout import Fout, Foutcode
from webapp.models.ids import KoppelingId, ResultaatId, SchoolId, VerzendingId
from webapp.models.koppeling import MAG, KoppelingAct, LasType
from webapp.services import audit, schakelaars, sloten, zekering
from webapp.services.beurten import DIED, MOST_DEATHS, ZENDEN
from webapp.services.clock import database_clock
from webapp.services.koppeling.sleutel import autorisatie
from webapp.services.versturen import bericht, herzending, klaarzetten, minuut, nazending, volgende
from webapp.services.versturen.bericht import Gekozen
from webapp.services.versturen.besluit import pause_after
from webapp.services.versturen.weigering import Stuk
from webapp.uwlr.codes import Owner
from webapp.uwlr.profiles import PROFILES
from webapp.uwlr.values import Autorisatie, Leerresultatenbericht


@dataclass(frozen=True)
class Opdracht:
    """One message in our hands. `claim` must still be ours when its outcome is recorded."""

    koppeling_id: KoppelingId
    school_id: SchoolId
    claim: str
    verzending_id: VerzendingId
    begonnen_op: datetime
    las_type: LasType
    stukken: tuple[Stuk, ...]
    bericht: Leerresultatenbericht = field(repr=False)
    autorisatie: Autorisatie = field(repr=False)
    sleutel: bytes = field(repr=False)
    """The key as it is stored: a refusal of one that was replaced meanwhile says nothing of the new one."""
    is_controle: bool = False
    """Whether the LAS confirmed it before."""
    bekend: frozenset[Foutcode] = frozenset()
    """What was wrong with this school before."""
    mag_weg: bool = True
    """Whether it was counted as a request to this LAS: it may not leave when the breaker is open, or too many wait."""

    @property
    def sleutels(self) -> list[str]:
        """The keys under which its results went; a result that changed leerling meanwhile has another one."""
        return [stuk.sleutel for stuk in self.stukken]


def due(session: Session) -> list[int]:
    """Return the koppelingen that have results to send now and that nobody is sending for, longest waiting first."""
    return ZENDEN.due(session, *_may_be_sent_for())


def due_within_minute(session: Session) -> list[int]:
    """Return of those the ones whose results were normed to go within a minute."""
    return ZENDEN.due(session, *_may_be_sent_for(), Koppeling.minuut_sinds.is_not(None))


def claim(session: Session, koppeling_id: KoppelingId, *, afkoeling: timedelta) -> str | None:
    """Take a school that is due; None when it is not due, in other hands, or fells every worker that takes it."""
    if koppeling_id not in ZENDEN.due(session, Koppeling.id == koppeling_id):
        return None
    sloten.koppeling(session, koppeling_id)
    if _felled_many(session, koppeling_id):
        return None
    token = ZENDEN.take(session, koppeling_id, *_may_be_sent_for(), counts=False)
    if token is not None:
        _bury(session, koppeling_id, afkoeling)
    return token


def begin(
    session: Session,
    koppeling_id: KoppelingId,
    token: str,
    *,
    settings: Settings,
    keyring: Keyring,
    only: Collection[ResultaatId] | None = None,
    controle: bool = False,
) -> Opdracht | None:
    """Choose what goes along and write down the doubt. With nothing left to send, give back the school: None.

    `only` narrows it to a part of a message that was refused; when that has nothing left, the school is kept.
    `controle` is one result that was confirmed before.
    """
    sloten.hold_of(session, koppeling_id)
    koppeling = ZENDEN.locked_if_ours(session, koppeling_id, token, options=[undefer(Koppeling.sleutel)])
    if koppeling is None or koppeling.school_id is None:
        return None
    now = database_clock(session)
    is_open = koppeling.niet_voor is None or koppeling.niet_voor <= now
    if not (
        is_open
        and koppeling.mag(KoppelingAct.VERSTUREN)
        and koppeling.sleutel is not None
        and schakelaars.may(session, Werk.VERSTUREN, koppeling.las_type)
    ):
        ZENDEN.give_back(koppeling)
        return None
    is_whole, profile = only is None and not controle, PROFILES[koppeling.las_type]
    is_by_day = is_whole and koppeling.minuut_sinds is not None
    wachten = minuut.still_normed(session, koppeling.school_id, now) if is_by_day else {}
    choose = partial(volgende.choose, session, koppeling.school_id, limit=profile.max_resultaten, without=wachten)
    resultaten = volgende.choose_control(session, koppeling.school_id) if controle else choose(only=only)
    if is_whole and not resultaten:  # whoever norms or links prepares it at once; here it is looked at once more
        is_more = bool(klaarzetten.prepare(session, koppeling.school_id))
        approved = exists().where(Nazendregel.school_id == koppeling.school_id, models.nazending.WACHT)
        again = exists().where(Herzendregel.school_id == koppeling.school_id, models.herzending.WACHT)
        if session.scalar(select(approved | again)):
            nazending.put_in_line(session, koppeling)
            herzending.put_in_line(session, koppeling)
            is_more = True
        resultaten = choose(only=None) if is_more else []
    if not resultaten and wachten:
        ZENDEN.later(koppeling, min(wachten.values()))
        return None
    if not resultaten:
        if is_whole:
            koppeling.minuut_sinds = None
        if only is None:
            once_more = select(func.min(Levering.nog_eens_op)).where(
                Levering.school_id == koppeling.school_id, Levering.nog_eens_op.is_not(None)
            )
            ZENDEN.later(koppeling, session.scalar(once_more) if is_whole else koppeling.zenden_op)
        return None
    if koppeling.minuut_sinds is not None:
        full_until = minuut.take_room(session, koppeling.las_type, now, most=settings.minuut_berichten)
        if is_whole and full_until is not None:
            ZENDEN.later(koppeling, full_until)
            return None
    verzending = _write_doubt(session, koppeling, token, resultaten, now, settings.afkoeling, is_control=controle)
    return Opdracht(
        koppeling_id=koppeling.id,
        school_id=koppeling.school_id,
        claim=token,
        verzending_id=verzending.id,
        begonnen_op=verzending.begonnen_op,
        las_type=koppeling.las_type,
        autorisatie=autorisatie(koppeling, settings=settings, keyring=keyring),
        sleutel=koppeling.sleutel or b"",
        is_controle=controle,
        bekend=koppeling.foutcodes,
        stukken=bericht.stukken(resultaten),
        bericht=bericht.build(
            koppeling,
            resultaten,
            aanmaakdatum=verzending.aanmaakdatum.astimezone(AMSTERDAM),
            auteur=settings.testcentrum,
            xsdversie=profile.xsdversie,
        ),
        mag_weg=zekering.may_ask(session, koppeling.las_type),  # last: the workers of all schools pass here
    )


def give_back(session: Session, koppeling_id: KoppelingId, token: str) -> None:
    """Let go of a school that still has results to send."""
    koppeling = ZENDEN.locked_if_ours(session, koppeling_id, token)
    if koppeling is not None:
        ZENDEN.give_back(koppeling)


def crashed(session: Session, koppeling_id: KoppelingId, klasse: str) -> None:
    """Record an error that nobody expected. What was under way stays in doubt, and its cool-down holds."""
    koppeling, _ = ZENDEN.locked_after_crash(session, koppeling_id)
    if koppeling is None or not koppeling.mag(KoppelingAct.VERSTUREN) or koppeling.sleutel is None:
        return
    koppeling.zenden_pogingen += 1
    koppeling.zend_fout = Fout.intern(klasse)
    ZENDEN.later(koppeling, database_clock(session) + pause_after(koppeling.zenden_pogingen))
    audit.about(session, Daad.INTERNE_FOUT, koppeling, door=None, bij="versturen", poging=koppeling.zenden_pogingen)
    zekering.neither(session, koppeling.las_type)


def _felled_many(session: Session, koppeling_id: KoppelingId) -> bool:
    """Count a worker that fell silent with this school; after some, record that, and leave the school for a while."""
    koppeling = ZENDEN.left_lying(session, koppeling_id)
    if koppeling is None:
        return False
    if koppeling.zenden_pogingen + 1 < MOST_DEATHS:
        koppeling.zenden_pogingen += 1
        return False
    crashed(session, koppeling_id, DIED)
    return True


def _may_be_sent_for() -> tuple[ColumnElement[bool], ...]:
    """Nothing is sent while a refused key waits for another one, or during the cool-down after an unsure answer."""
    return (
        Koppeling.status.in_(MAG[KoppelingAct.VERSTUREN]),
        Koppeling.sleutel.is_not(None),
        Koppeling.zend_fout_eigenaar.is_distinct_from(Owner.SCHOOL),
        or_(Koppeling.niet_voor.is_(None), Koppeling.niet_voor <= func.clock_timestamp()),
        zekering.may_speak(Werk.VERSTUREN),
    )


def _bury(session: Session, koppeling_id: KoppelingId, afkoeling: timedelta) -> None:
    """Put in doubt what a silent worker had under way; its cool-down is over, or this school would not be due.

    Dead or frozen looks the same from here. A frozen one may send its message yet, over what is confirmed meanwhile,
    and die before it says so. So these results go once more after they are confirmed.
    """
    session.execute(
        update(Levering)
        .where(
            Levering.school_id == Koppeling.school_id,
            Koppeling.id == koppeling_id,
            Levering.status == LeveringStatus.ONDERWEG,
        )
        .values(status=LeveringStatus.ONBEKEND, nog_eens_op=func.clock_timestamp() + afkoeling)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Verzending)
        .where(
            Verzending.school_id == Koppeling.school_id,
            Koppeling.id == koppeling_id,
            Verzending.koppeling_id == koppeling_id,
            Verzending.uitkomst == Uitkomst.BEGONNEN,
        )
        .values(uitkomst=Uitkomst.ONBEKEND, klaar_op=func.clock_timestamp())
        .execution_options(synchronize_session=False)
    )


def _write_doubt(
    session: Session,
    koppeling: Koppeling,
    token: str,
    resultaten: Sequence[Gekozen],
    now: datetime,
    afkoeling: timedelta,
    *,
    is_control: bool,
) -> Verzending:
    """From here on the LAS may have the message: the school is closed until that can no longer be in doubt."""
    assert koppeling.school_id is not None
    ZENDEN.prolong(koppeling, now)
    koppeling.niet_voor = now + afkoeling
    koppeling.laatste_aanmaakdatum = _next_aanmaakdatum(koppeling.laatste_aanmaakdatum, now)
    _write_where_it_goes(session, koppeling.school_id, resultaten)
    theirs = (
        update(Levering)
        .where(
            Levering.school_id == koppeling.school_id,
            is_among(Levering.resultaat_id, (resultaat.id for resultaat in resultaten)),
        )
        .execution_options(synchronize_session=False)
    )
    if is_control:  # it stays confirmed; until it is settled: whoever falls silent may send it late
        session.execute(theirs.values(nog_eens_op=now + 2 * afkoeling))
    else:
        session.execute(theirs.values(status=LeveringStatus.ONDERWEG, pogingen=Levering.pogingen + 1))
    verzending = Verzending(
        school_id=koppeling.school_id,
        koppeling_id=koppeling.id,
        claim=token,
        aantal=len(resultaten),
        aanmaakdatum=koppeling.laatste_aanmaakdatum,
        begonnen_op=now,
    )
    session.add(verzending)
    session.flush()
    return verzending


def _write_where_it_goes(session: Session, school_id: SchoolId, resultaten: Sequence[Gekozen]) -> None:
    """The LAS may have these results at these leerlingen, whatever becomes of the message."""
    statement = insert(Bezorging).from_select(
        ["sleutel", "school_id", "resultaat_id", "leerlingid", "las_key", "eckid"],
        select(Resultaat.sleutel, Resultaat.school_id, Resultaat.id, Leerling.las_key, Leerling.las_key, Leerling.eckid)
        .join(Resultaat.leerling)
        .where(Resultaat.school_id == school_id, is_among(Resultaat.id, (each.id for each in resultaten))),
    )
    changed = {name: statement.excluded[name] for name in ("leerlingid", "las_key", "eckid")}
    session.execute(statement.on_conflict_do_update(index_elements=[Bezorging.sleutel], set_=changed))


def _next_aanmaakdatum(last: datetime | None, now: datetime) -> datetime:
    """Whole seconds, and always later than the last one: a LAS may well keep no smaller parts."""
    this = now.replace(microsecond=0)
    return this if last is None else max(this, last + timedelta(seconds=1))
