"""What a message does to the leveringen in it: confirmed, back in line, in doubt, refused or no longer trusted."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Integer, case, column, func, literal, update, values
from sqlalchemy.orm import Session

from webapp.models import Koppeling, Levering, LeveringStatus, Resultaat
from webapp.models.fout import Fout, Situatie
from webapp.services.clock import database_clock
from webapp.services.versturen.beurt import Opdracht
from webapp.services.versturen.weigering import Kring
from webapp.uwlr.faults import UwlrRefused

_KLAAR, _ONBEKEND, _BEVESTIGD = (
    literal(status, Levering.status.type)
    for status in (LeveringStatus.KLAAR, LeveringStatus.ONBEKEND, LeveringStatus.BEVESTIGD)
)


def confirm(session: Session, opdracht: Opdracht) -> None:
    """The LAS has these versions; who got a newer one meanwhile stays in line."""
    sent = values(column("id", Integer), column("versie", Integer), name="sent").data(
        [(stuk.resultaat_id, stuk.versie) for stuk in opdracht.stukken]
    )
    confirmed = func.greatest(Levering.bevestigd, sent.c.versie)
    session.execute(
        update(Levering)
        .where(Levering.resultaat_id == sent.c.id)
        .values(
            bevestigd=confirmed,
            bevestigd_op=func.clock_timestamp(),
            status=case((confirmed >= Levering.versie, _BEVESTIGD), else_=_KLAAR),
            pogingen=0,
            fout=None,
        )
        .execution_options(synchronize_session=False)
    )


def set_apart(session: Session, opdracht: Opdracht, kring: Kring, error: UwlrRefused) -> None:
    """Refuse the culprit, with everything that the same test or leerling would be refused for."""
    first = opdracht.stukken[0]
    same = {
        Kring.TOETS: Resultaat.toets_id == first.toets_id,
        Kring.LEERLING: Resultaat.leerling_id == first.leerling_id,
    }.get(kring, Resultaat.id.in_(_ids(opdracht)))
    session.execute(
        update(Levering)
        .where(
            Levering.school_id == opdracht.school_id,
            Levering.resultaat_id == Resultaat.id,
            Levering.bevestigd < Levering.versie,
            same,
        )
        .values(status=LeveringStatus.GEWEIGERD, fout=Fout.of(error, Situatie.ALLEEN))
        .execution_options(synchronize_session=False)
    )


def distrust(session: Session, opdracht: Opdracht, afkoeling: timedelta) -> None:
    """Another worker took over while ours was away: which message the LAS took last is unknown.

    So nothing counts as confirmed, and whoever holds the claim loses it: after the cool-down the newest goes again.
    """
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
    session.execute(
        update(Levering)
        .where(Levering.resultaat_id.in_(_ids(opdracht)))
        .values(
            bevestigd=0,
            status=case((Levering.status == LeveringStatus.GEWEIGERD, Levering.status), else_=_ONBEKEND),
        )
        .execution_options(synchronize_session=False)
    )


def back_in_line(session: Session, opdracht: Opdracht) -> None:
    """Surely not processed, so this attempt leaves no doubt behind; an earlier one may."""
    session.execute(
        update(Levering)
        .where(Levering.resultaat_id.in_(_ids(opdracht)))
        .values(
            pogingen=func.greatest(Levering.pogingen - 1, 0),
            status=case((Levering.pogingen > 1, _ONBEKEND), else_=_KLAAR),
        )
        .execution_options(synchronize_session=False)
    )


def in_doubt(session: Session, opdracht: Opdracht) -> None:
    """Perhaps the LAS has them, perhaps not."""
    session.execute(
        update(Levering)
        .where(Levering.resultaat_id.in_(_ids(opdracht)))
        .values(status=LeveringStatus.ONBEKEND)
        .execution_options(synchronize_session=False)
    )


def _ids(opdracht: Opdracht) -> list[int]:
    return [stuk.resultaat_id for stuk in opdracht.stukken]
