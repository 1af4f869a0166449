"""Invitations and the mails about them come, and go again on the way back."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config

SOORTEN = ("toegang_gevraagd", "uitgenodigd", "beheerders_gewijzigd", "adres_bevestigen", "adres_gewijzigd")


def test_there_and_back_with_rows_of_the_new_form(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, "0031-1")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO school (id, naam, brin, vestiging) VALUES (1, 'A', '99XX', '00')"))
        connection.execute(
            text("INSERT INTO account (id, email, naam, active, fs_uniquifier) VALUES (1, 'a@x', 'A', true, 'a')")
        )
    command.upgrade(config, "head")
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO toetreding (school_id, email, rol, is_verzoek) VALUES (1, 'b@x', 'beheerder', true)")
        )
        connection.execute(text("UPDATE account SET nieuw_email = 'c@x'"))
        for soort in SOORTEN:
            connection.execute(
                text(
                    "INSERT INTO mail (soort, ontvanger, gegevens, status, pogingen) "
                    "VALUES (:s, 'b@x', '{}', 'klaar', 0)"
                ),
                {"s": soort},
            )
    command.downgrade(config, "0031-1")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM mail")) == 0
        assert connection.scalar(text("SELECT email FROM account")) == "a@x"
    command.upgrade(config, "head")


def test_the_mails_about_the_end_come_and_go(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    with engine.begin() as connection:
        for soort in ("beeindigd", "toegang_geweigerd", "wachtwoord"):
            connection.execute(
                text(
                    "INSERT INTO mail (soort, ontvanger, gegevens, status, pogingen) "
                    "VALUES (:s, 'b@x', '{}', 'klaar', 0)"
                ),
                {"s": soort},
            )
    command.downgrade(config, "0040-1")
    with engine.connect() as connection:
        assert connection.scalars(text("SELECT soort FROM mail")).all() == ["wachtwoord"]
    command.upgrade(config, "head")


def test_a_review_that_outlived_its_koppeling_is_closed(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, "0040-1")
    with engine.begin() as connection:
        connection.execute(text("SELECT set_config('app.school_id', '-1', true)"))
        for id_, status in ((1, "beeindigd"), (2, "actief")):
            for statement in (
                "INSERT INTO school (id, naam, brin, vestiging) VALUES (:id, 'A', '99XX', '0' || :id)",
                "INSERT INTO koppeling (id, school_id, status, schoolnaam, brin, vestiging, contact_naam, "
                "contact_email, las_type, ophalen_pogingen, zenden_pogingen) "
                "VALUES (:id, :id, :status, 'A', '99XX', '00', '', '', 'parnassys', 0, 0)",
                "INSERT INTO importbatch (school_id, koppeling_id, status, schooljaar, vingerafdruk, rev, tellingen, "
                "opgehaald_op) VALUES (:id, :id, 'vastgehouden', '2026-2027', '', 0, '{}', '2026-01-01')",
            ):
                connection.execute(text(statement), {"id": id_, "status": status})
    command.upgrade(config, "head")
    with engine.begin() as connection:
        connection.execute(text("SELECT set_config('app.school_id', '-1', true)"))
        query = text("SELECT status, verwerkt_op IS NOT NULL FROM importbatch ORDER BY school_id")
        assert [tuple(row) for row in connection.execute(query)] == [("vervangen", True), ("vastgehouden", False)]


def test_an_account_hangs_on_the_one_leerkracht_with_its_address(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    command.downgrade(config, "0034-1")
    with engine.begin() as connection:
        for row in ((1, "12AB"), (2, "34CD")):
            connection.execute(
                text("INSERT INTO school (id, naam, brin, vestiging) VALUES (:id, 'A', :brin, '00')"),
                {"id": row[0], "brin": row[1]},
            )
        for id_, email in ((1, "Loes@x"), (2, "twee@x"), (3, "elders@x")):
            connection.execute(
                text("INSERT INTO account (id, email, naam, active, fs_uniquifier) VALUES (:id, :e, 'A', true, :e)"),
                {"id": id_, "e": email},
            )
            connection.execute(
                text("INSERT INTO medewerker (account_id, school_id, rol) VALUES (:id, 1, 'leerkracht')"), {"id": id_}
            )
        for id_, school, email in ((1, 1, "loes@X"), (2, 1, "twee@x"), (3, 1, "twee@x"), (4, 2, "elders@x")):
            connection.execute(
                text("INSERT INTO leerkracht (id, school_id, email, status) VALUES (:id, :school, :email, 'actief')"),
                {"id": id_, "school": school, "email": email},
            )
    command.upgrade(config, "head")
    with engine.begin() as connection:
        query = text("SELECT account_id, leerkracht_id FROM medewerker ORDER BY account_id")
        assert [tuple(row) for row in connection.execute(query)] == [(1, 1), (2, None), (3, None)]
        connection.execute(text("UPDATE medewerker SET opgeschort_op = now() WHERE account_id = 1"))
    command.downgrade(config, "0034-1")
    with engine.connect() as connection:
        left = connection.scalars(text("SELECT account_id FROM medewerker ORDER BY account_id")).all()
    assert left == [2, 3], "nobody is let in again by going back"
    command.upgrade(config, "head")
