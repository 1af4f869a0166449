"""Recovery codes become hashes, and on the way back they are gone."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.accounts.herstelcodes import hashed
from webapp.migrate import alembic_config

_MAKE = (
    "INSERT INTO account (email, naam, active, fs_uniquifier, mf_recovery_codes) "
    "VALUES (:email, 'A', true, :email, CAST(:codes AS jsonb))"
)


def test_codes_that_were_kept_in_clear_still_open_and_stand_there_no_more(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, "0023")
    with engine.begin() as connection:
        for email, codes in {"a": '["0a1b-2c3d-4e5f", "ffff-0000-1111"]', "b": "[]", "c": None, "d": "null"}.items():
            connection.execute(text(_MAKE), {"email": email, "codes": codes})
    command.upgrade(config, "head")
    kept = text("SELECT email, mf_recovery_codes FROM account ORDER BY email")
    with engine.connect() as connection:
        found = {row.email: row.mf_recovery_codes for row in connection.execute(kept)}
    assert found == {"a": [hashed("0a1b-2c3d-4e5f"), hashed("FFFF 0000 1111")], "b": [], "c": None, "d": None}
    command.downgrade(config, "0023")
    with engine.connect() as connection:
        assert {codes for _, codes in connection.execute(kept)} == {None}
        assert connection.execute(text("SELECT to_regclass('rem'), to_regclass('bewaard')")).one() == (None, None)
