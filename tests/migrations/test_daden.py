"""The audit trail is never changed, so it must hold acts of any version."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from webapp.migrate import alembic_config
from webapp.models import Daad
from webapp.models.ids import SchoolId
from webapp.muur import ALLE_SCHOLEN
from webapp.services.overzicht import tijdlijn

TRAIL = text("SELECT id, op, actie, object, tellingen FROM audit ORDER BY id")


def test_the_whole_way_back_and_forth_keeps_every_act(owner_url: str) -> None:
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO school (id, naam, brin, vestiging) VALUES (1, 'De Regenboog', '99XX', '00')")
        )
        for act in (*Daad, "een daad van later"):
            connection.execute(
                text("INSERT INTO audit (actie, object, tellingen, school_id) VALUES (:act, 'school 1', '{}', 1)"),
                {"act": act},
            )
        trail = connection.execute(TRAIL).all()
    for turn, revision in ((command.downgrade, "0002"), (command.upgrade, "head")):
        turn(alembic_config(owner_url), revision)
        with engine.connect() as connection:
            assert connection.execute(TRAIL).all() == trail
    with Session(engine, info={"school": ALLE_SCHOLEN}) as session:
        shown = tijdlijn.of_school(session, SchoolId(1), limit=200)
    told = len(Daad) - len(tijdlijn.NIGHTLY)
    assert len(shown) == told, "an act of later has no words yet, and what is daily is in the logboek"
    engine.dispose()
