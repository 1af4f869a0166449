"""Handing over: there and back, with rows and mails in the new form."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config

_OLD = (
    "INSERT INTO school (id, naam, brin, vestiging) VALUES (1, 'A', '99XX', '00')",
    "INSERT INTO account (id, email, naam, active, fs_uniquifier) VALUES (1, 'a@x.example', 'A', true, 'x')",
    "INSERT INTO koppeling (id, school_id, schoolnaam, contact_naam, contact_email, vestiging, status, las_type, brin, "
    "ophalen_pogingen, zenden_pogingen) VALUES "
    "(1, 1, 'A', 'A', 'a@x.example', '00', 'actief', 'parnassys', '99XX', 0, 0)",
    "INSERT INTO importbatch (id, school_id, koppeling_id, status, schooljaar, vingerafdruk, rev, tellingen, "
    "opgehaald_op) VALUES (1, 1, 1, 'wacht_op_controle', '2026-2027', 'x', 0, '{}', now())",
    "INSERT INTO importregel (id, school_id, batch_id, soort, roepnaam, groep_keys, voorstel, matchregel, redenen, "
    "kandidaten, via_groep) VALUES (1, 1, 1, 'leerling', 'Kaatje', '{}', 'nieuw', 'geen', '{}', '[]', false)",
)
_MAIL = (
    "INSERT INTO mail (soort, batch_id, ontvanger, school_id, gegevens, status, pogingen) "
    "VALUES (:soort, :batch, 'a@x.example', 1, CAST(:gegevens AS jsonb), 'verzonden', 1) RETURNING id"
)


def test_what_was_handed_over_goes_on_the_way_back_and_old_mails_stay(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, "0045")
    command.downgrade(config, "-1")
    first = {"soort": "koppelingsmail", "batch": 1, "gegevens": "{}"}
    with engine.begin() as connection:
        for statement in _OLD:
            connection.execute(text(statement))
        connection.execute(text(_MAIL), first)
    command.upgrade(config, "head")
    with pytest.raises(IntegrityError, match="uq_mail_once_per_batch"), engine.begin() as connection:
        connection.execute(text(_MAIL), first)
    with engine.begin() as connection:
        for _ in range(2):
            connection.execute(text(_MAIL), first | {"gegevens": '{"opnieuw": true}'})
        asked = {"soort": "vraag_doorgegeven", "batch": None, "gegevens": "{}"}
        mail = connection.scalar(text(_MAIL), asked)
        connection.execute(
            text("INSERT INTO overdracht (id, school_id, aan, door, mail_id, tot) VALUES (1, 1, 1, 1, :mail, now())"),
            {"mail": mail},
        )
        connection.execute(
            text(
                "INSERT INTO overdrachtvraag (school_id, overdracht_id, regel_id, advies) VALUES (1, 1, 1, 'weet niet')"
            )
        )
        connection.execute(text(_MAIL), asked | {"soort": "doorgeven_verlopen"})
    command.downgrade(config, "0045")
    command.downgrade(config, "-1")
    with engine.connect() as connection:
        assert connection.scalars(text("SELECT soort FROM mail")).all() == ["koppelingsmail"]
        assert connection.scalars(text("SELECT roepnaam FROM importregel")).all() == ["Kaatje"]
