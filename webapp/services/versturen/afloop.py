"""Sending, second half: write down what `besluit` decided about a message that was sent, or was not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, case, column, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY, UUID
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.db import count_changed, is_among
from webapp.models import (
    Bezorging,
    Daad,
    Koppeling,
    Leerling,
    Levering,
    LeveringStatus,
    MailSoort,
    Resultaat,
    Uitkomst,
    Verzending,
)
from webapp.models.fout import Fout, Foutcode, Situatie
from webapp.models.koppeling import KoppelingAct
from webapp.services import audit, mails, sloten, zekering
from webapp.services.beurten import ZENDEN
from webapp.services.clock import database_clock
from webapp.services.koppeling import twijfel
from webapp.services.versturen import volgende
from webapp.services.versturen.besluit import Lot, Reeks, Schuldige, Vervolg, Zendbesluit, Zender, decide
from webapp.services.versturen.beurt import Opdracht
from webapp.services.versturen.weigering import Kring
from webapp.uwlr.faults import BerichtOngeldig, UwlrError, UwlrRefused
from webapp.uwlr.profiles import PROFILES

_KLAAR, _ONBEKEND, _BEVESTIGD = (
    literal(status, Levering.status.type)
    for status in (LeveringStatus.KLAAR, LeveringStatus.ONBEKEND, LeveringStatus.BEVESTIGD)
)


def settle(
    session: Session, opdracht: Opdracht, error: UwlrError | None, reeks: Reeks, *, settings: Settings
) -> Zendbesluit:
    """Record the outcome of one message and return what was decided; None is the confirmation."""
    sloten.hold(session, opdracht.school_id)
    koppeling = ZENDEN.locked_if_ours(session, opdracht.koppeling_id, opdracht.claim)
    zender = _zender(session, koppeling, opdracht, error)
    besluit = decide(error, opdracht.stukken, zender, reeks, afkoeling=settings.afkoeling)
    if besluit.lot is Lot.GEWANTROUWD:
        _take_claim_away(session, opdracht, settings.afkoeling)  # first: who settles locks the koppeling, then the rest
    now = _close(session, opdracht, besluit.uitkomst, None if error is None else error.reason)
    if besluit.lot is not None:
        _WRITE[besluit.lot](session, opdracht)
    for schuldige in besluit.apart:
        _set_apart(session, opdracht, schuldige)
    if koppeling is not None:
        _control_is_over(session, opdracht)
        _write_school(session, koppeling, besluit, now)
    if besluit.lot is Lot.BEVESTIGD:
        audit.record(
            session,
            Daad.RESULTATEN_BEVESTIGD,
            f"verzending {opdracht.verzending_id}",
            door=None,
            school_id=opdracht.school_id,
            resultaten=len(opdracht.stukken),
        )
    _tell_breaker(session, opdracht, error, besluit)
    return besluit


def never_sent(
    session: Session, opdracht: Opdracht, *, was_counted: bool = False, wacht: timedelta | None = None
) -> None:
    """Take back a message that was not sent: this process stood still too long, or may not send now."""
    sloten.hold(session, opdracht.school_id)
    koppeling = ZENDEN.locked_if_ours(session, opdracht.koppeling_id, opdracht.claim)
    now = _close(session, opdracht, Uitkomst.NIET_VERZONDEN, None)
    if koppeling is not None:
        koppeling.niet_voor = None
        ZENDEN.later(koppeling, now + wacht if wacht else koppeling.zenden_op)
        _control_is_over(session, opdracht)
        _back_in_line(session, opdracht)
    if was_counted:
        zekering.neither(session, opdracht.las_type)


def lost_claim(session: Session, opdracht: Opdracht, afkoeling: timedelta) -> None:
    """Distrust a message as soon as the claim is lost during the call: this process may die before it can settle it."""
    sloten.hold(session, opdracht.school_id)
    _take_claim_away(session, opdracht, afkoeling)
    _distrust(session, opdracht)


def _tell_breaker(session: Session, opdracht: Opdracht, error: UwlrError | None, besluit: Zendbesluit) -> None:
    """Last of all, because the workers of all schools pass here."""
    if besluit.is_goed:
        zekering.good(session, opdracht.las_type, opdracht.koppeling_id)
    elif besluit.is_storing and error is not None:
        zekering.trouble(session, opdracht.las_type, opdracht.koppeling_id, error.reason, opdracht.bekend)
    elif besluit.vervolg is not Vervolg.VERDER or isinstance(error, BerichtOngeldig):
        zekering.neither(session, opdracht.las_type)


def _zender(session: Session, koppeling: Koppeling | None, opdracht: Opdracht, error: UwlrError | None) -> Zender:
    if koppeling is None:
        return Zender(is_ours=False)
    told = [fout for fout in (koppeling.zend_fout, koppeling.fout) if fout is not None]
    doubted = koppeling.zend_fout is not None and koppeling.zend_fout.situatie is Situatie.TWIJFEL
    since, is_refused = koppeling.zenden_twijfel, isinstance(error, UwlrRefused)
    return Zender(
        pogingen=koppeling.zenden_pogingen,
        heeft_andere_sleutel=is_refused and koppeling.sleutel != opdracht.sleutel,
        bekend=frozenset(fout.code for fout in told if fout.situatie is not Situatie.TWIJFEL),
        heeft_gewerkt=koppeling.gewerkt_op is not None,
        is_herhaling=isinstance(error, UwlrRefused) and doubted and koppeling.zend_fout_code == error.reason,
        duurt_een_nacht=since is not None and twijfel.is_believed(since, database_clock(session)),
        heeft_controle=is_refused
        and PROFILES[opdracht.las_type].neemt_zelfde_sleutel is not False
        and bool(volgende.choose_control(session, opdracht.school_id)),
    )


def _write_school(session: Session, koppeling: Koppeling, besluit: Zendbesluit, now: datetime) -> None:
    koppeling.niet_voor = now + besluit.wacht if besluit.vervolg is Vervolg.AFKOELEN else None
    if koppeling.zend_fout is not None and koppeling.zend_fout.situatie is Situatie.GEVRAAGD:
        ZENDEN.give_back(koppeling)  # its key was voided meanwhile: nothing goes on before there is another
        return
    if besluit.is_goed:
        koppeling.zenden_pogingen, koppeling.zend_fout, koppeling.zenden_twijfel = 0, None, None
    elif besluit.uitkomst is Uitkomst.GEWEIGERD and besluit.is_storing:
        koppeling.zenden_twijfel = koppeling.zenden_twijfel or now
    if besluit.uitkomst is Uitkomst.BEVESTIGD:
        koppeling.gewerkt_op = now
    match besluit.vervolg:
        case Vervolg.LATER | Vervolg.AFKOELEN:
            koppeling.zenden_pogingen, koppeling.zend_fout = koppeling.zenden_pogingen + 1, besluit.fout
            may_go_on = koppeling.mag(KoppelingAct.VERSTUREN)
            ZENDEN.later(koppeling, now + besluit.wacht if may_go_on else koppeling.zenden_op)
        case Vervolg.NIEUWE_SLEUTEL:
            ZENDEN.later(koppeling, now)
        case Vervolg.STOP if besluit.fout is not None:
            _stop_for(session, koppeling, besluit.fout, tells_school=besluit.meldt)


def _stop_for(session: Session, koppeling: Koppeling, fout: Fout, *, tells_school: bool) -> None:
    """No more requests for this school until its owner has acted."""
    koppeling.zend_fout = fout
    ZENDEN.later(koppeling, None)
    audit.about(session, Daad.VERSTUREN_GESTOPT, koppeling, door=None, code=str(fout.code), eigenaar=str(fout.eigenaar))
    if tells_school and koppeling.school_id is not None:
        mails.add_for_beheerders(
            session, MailSoort.SLEUTEL_GEWEIGERD, koppeling.school_id, koppeling_id=koppeling.id, fout=fout.as_json()
        )


def _close(session: Session, opdracht: Opdracht, uitkomst: Uitkomst, code: Foutcode | None) -> datetime:
    """Write down how it ended, unless the database was put back to before it; return the moment."""
    closed: datetime | None = session.scalar(
        update(Verzending)
        .where(Verzending.school_id == opdracht.school_id, Verzending.id == opdracht.verzending_id)
        .values(uitkomst=uitkomst, klaar_op=func.clock_timestamp(), fout_code=code)
        .returning(func.clock_timestamp())
        .execution_options(synchronize_session=False)
    )
    return closed or database_clock(session)


def _confirm(session: Session, opdracht: Opdracht) -> None:
    """The LAS has these versions; who got a newer one, or another leerling, meanwhile stays in line."""
    sleutels = literal([stuk.sleutel for stuk in opdracht.stukken], ARRAY(UUID(as_uuid=False)))
    versies = literal([stuk.versie for stuk in opdracht.stukken], ARRAY(Integer))
    scores = literal([stuk.score for stuk in opdracht.stukken], ARRAY(Integer))
    columns = column("sleutel", UUID(as_uuid=False)), column("versie", Integer), column("score", Integer)
    sent = func.unnest(sleutels, versies, scores).table_valued(*columns, name="sent").render_derived()
    confirmed = func.greatest(Levering.bevestigd, sent.c.versie)
    keeps_first = PROFILES[opdracht.las_type].neemt_verbetering is False
    score = func.coalesce(Levering.score_in_las, sent.c.score) if keeps_first else sent.c.score
    session.execute(
        update(Levering)
        .where(
            Levering.school_id == opdracht.school_id,
            Levering.resultaat_id == Resultaat.id,
            Resultaat.sleutel == sent.c.sleutel,
            Levering.status != LeveringStatus.NAKIJKEN,
        )
        .values(
            bevestigd=confirmed,
            score_in_las=case((sent.c.versie == confirmed, score), else_=Levering.score_in_las),
            bevestigd_op=func.clock_timestamp(),
            status=case((confirmed >= Levering.versie, _BEVESTIGD), else_=_KLAAR),
            pogingen=0,
            fout=None,
        )
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Bezorging)
        .where(Bezorging.school_id == opdracht.school_id, Bezorging.sleutel == sent.c.sleutel)
        .values(
            versie=func.greatest(Bezorging.versie, sent.c.versie), bevestigd_op=func.clock_timestamp(), aanwezig=True
        )
        .execution_options(synchronize_session=False)
    )


def _back_in_line(session: Session, opdracht: Opdracht) -> None:
    """This attempt leaves no doubt behind; an earlier one may, or the LAS has an earlier version."""
    back = {
        "pogingen": func.greatest(Levering.pogingen - 1, 0),
        "status": case((Levering.pogingen > 1, _ONBEKEND), else_=_KLAAR),
    }
    _set(session, opdracht, Levering.bevestigd < Levering.versie, **back)
    without_doubt = select(Levering.resultaat_id).where(
        Levering.school_id == opdracht.school_id, _is_in(opdracht), Levering.pogingen == 0
    )
    session.execute(
        delete(Bezorging)
        .where(
            Bezorging.school_id == opdracht.school_id,
            is_among(Bezorging.sleutel, opdracht.sleutels),
            Bezorging.resultaat_id.in_(without_doubt),
            Bezorging.versie == 0,
            Bezorging.bevestigd_op.is_(None),
        )
        .execution_options(synchronize_session=False)
    )


def _set(session: Session, opdracht: Opdracht, *where: ColumnElement[bool], **values_: Any) -> None:
    """Write this on the leveringen of a message."""
    session.execute(
        update(Levering)
        .where(Levering.school_id == opdracht.school_id, _is_in(opdracht), *where)
        .values(**values_)
        .execution_options(synchronize_session=False)
    )


def _is_in(opdracht: Opdracht) -> ColumnElement[bool]:
    """Leveringen of the results that this message had, unless they have to go under another key, or be looked at."""
    had = select(Resultaat.id).where(
        Resultaat.school_id == opdracht.school_id, is_among(Resultaat.sleutel, opdracht.sleutels)
    )
    return and_(Levering.resultaat_id.in_(had), Levering.status != LeveringStatus.NAKIJKEN)


def _control_is_over(session: Session, opdracht: Opdracht) -> None:
    """What was confirmed before it was sent need not go once more: nobody fell silent."""
    if opdracht.is_controle:
        _set(session, opdracht, nog_eens_op=None)


def _in_doubt(session: Session, opdracht: Opdracht) -> None:
    _set(session, opdracht, status=LeveringStatus.ONBEKEND)


def _distrust(session: Session, opdracht: Opdracht) -> None:
    """Nothing counts as confirmed; what was refused stays so."""
    stays = Levering.status == LeveringStatus.GEWEIGERD
    _set(session, opdracht, bevestigd=0, status=case((stays, Levering.status), else_=_ONBEKEND))


_WRITE: dict[Lot, Callable[[Session, Opdracht], None]] = {
    Lot.BEVESTIGD: _confirm,
    Lot.TERUG: _back_in_line,
    Lot.ONZEKER: _in_doubt,
    Lot.GEWANTROUWD: _distrust,
}


def _set_apart(session: Session, opdracht: Opdracht, schuldige: Schuldige) -> None:
    """Refuse the culprit, with everything that the same test or leerling would be refused for."""
    first = schuldige.stukken[0]
    same = {
        Kring.TOETS: Resultaat.toets_id == first.toets_id,
        Kring.LEERLING: Resultaat.leerling_id.in_(
            select(Leerling.id).where(
                Leerling.school_id == opdracht.school_id,
                Leerling.id == first.leerling_id,
                Leerling.las_key == first.leerlingid,
            )
        ),
    }.get(schuldige.kring, is_among(Resultaat.sleutel, (stuk.sleutel for stuk in schuldige.stukken)))
    refused = count_changed(
        session,
        update(Levering)
        .where(
            Levering.school_id == opdracht.school_id,
            Levering.resultaat_id == Resultaat.id,
            Levering.bevestigd < Levering.versie,
            Levering.status != LeveringStatus.NAKIJKEN,
            same,
        )
        .values(status=LeveringStatus.GEWEIGERD, fout=schuldige.fout),
        Levering.resultaat_id,
    )
    if refused:
        audit.record(
            session,
            Daad.RESULTATEN_GEWEIGERD,
            f"verzending {opdracht.verzending_id}",
            door=None,
            school_id=opdracht.school_id,
            resultaten=refused,
            code=str(schuldige.fout.code),
        )


def _take_claim_away(session: Session, opdracht: Opdracht, afkoeling: timedelta) -> None:
    """Take the claim from the worker that has it now; after the afkoeling the newest version goes again."""
    now = database_clock(session)
    session.execute(
        update(Koppeling)
        .where(Koppeling.id == opdracht.koppeling_id)
        .values(
            zenden_claim=None,
            zenden_claim_tot=None,
            niet_voor=func.greatest(Koppeling.niet_voor, now + afkoeling),
            zenden_op=func.coalesce(Koppeling.zenden_op, now),
        )
    )
