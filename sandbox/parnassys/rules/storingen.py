"""Switching misbehaviour on and off, and taking it when a message comes in."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.parnassys.data import ParnassysSchool
from sandbox.parnassys.storing import Gekozen, parse_storing


def switch(school: ParnassysSchool, gekozen: Gekozen | None, *, once: bool = False) -> None:
    """Let ParnasSys misbehave for this school: for the next message only, or until it is switched off with None."""
    school.storing = gekozen.code if gekozen else None
    school.storing_eenmalig = once and gekozen is not None


def current(school: ParnassysSchool) -> Gekozen | None:
    """What is switched on for this school."""
    return parse_storing(school.storing) if school.storing else None


def take(session: Session, brincode: str | None, dependancecode: str) -> tuple[ParnassysSchool, Gekozen] | None:
    """What to do to a message for this school; what was meant for one message is switched off by it."""
    school = session.scalar(
        select(ParnassysSchool)
        .where(
            ParnassysSchool.brin == brincode,
            ParnassysSchool.vestiging == dependancecode,
            ParnassysSchool.storing.is_not(None),
        )
        .with_for_update()
    )
    gekozen = current(school) if school else None
    if school is None or gekozen is None:
        return None
    if school.storing_eenmalig:
        switch(school, None)
    return school, gekozen
