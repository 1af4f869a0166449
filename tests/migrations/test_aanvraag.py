"""Several aanvragen for one BRIN: there and back."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.migrate import alembic_config


def test_on_the_way_back_one_of_several_stays_and_what_nobody_confirmed_goes(owner_url: str) -> None:
    config, engine = alembic_config(owner_url), create_engine(owner_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO school (id, naam, brin, vestiging) VALUES (1, 'A', '99XX', '00')"))
        for id_, school, status, brin in (
            (1, "NULL", "aangevraagd", "99XX"),
            (2, "1", "opengezet", "99XX"),
            (3, "1", "ingetrokken", "99XX"),
            (4, "NULL", "onbevestigd", "99YY"),
            (5, "NULL", "aangevraagd", "99YY"),
            (6, "NULL", "afgewezen", "99YY"),
        ):
            connection.execute(
                text(
                    "INSERT INTO koppeling (id, school_id, status, schoolnaam, brin, vestiging, contact_naam, "
                    "contact_email, las_type, ophalen_pogingen, zenden_pogingen, afwijsreden) VALUES "
                    f"({id_}, {school}, '{status}', 'A', '{brin}', '00', 'B', 'a@b.nl', 'parnassys', 0, 0, "  # ours
                    "CASE WHEN :status = 'afgewezen' THEN 'brin' END)"
                ),
                {"status": status},
            )
        connection.execute(
            text(
                "INSERT INTO mail (soort, ontvanger, koppeling_id, gegevens, status, pogingen) VALUES "
                "('aanvraag_bevestigen', 'a@b.nl', 4, '{}', 'klaar', 0), "
                "('aanvraag_herinnering', 'a@b.nl', 2, '{}', 'klaar', 0)"
            )
        )
        connection.execute(text("DROP TRIGGER verloop ON koppeling"))  # a way back goes against the arrows
    command.downgrade(config, "0028-1")
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT id, status, reden_afwijzing FROM koppeling ORDER BY id")).all()
        assert [tuple(row) for row in rows] == [
            (1, "beeindigd", None),
            (2, "opengezet", None),
            (3, "beeindigd", None),
            (5, "aangevraagd", None),
            (6, "beeindigd", "brin"),
        ]
        assert connection.scalar(text("SELECT count(*) FROM mail")) == 0
    command.upgrade(config, "head")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM koppeling WHERE herinnerd_op IS NOT NULL")) == 1
