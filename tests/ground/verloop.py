"""The tables of statuses, held by the database of the tests: also a statement that changes many rows is refused."""

from __future__ import annotations

from sqlalchemy import create_engine, text

from webapp.models import Importbatch, Koppeling, Levering, Mail
from webapp.models.base import MetVerloop

MODELS: tuple[type[MetVerloop], ...] = (Koppeling, Importbatch, Levering, Mail)


def watch_statuses(database_url: str) -> None:
    """Refuse every status that its table does not lead to from the one before."""
    engine = create_engine(database_url)
    with engine.begin() as connection:
        for model in MODELS:
            name = model.__name__.lower()
            arrows = ", ".join(
                f"('{van}', '{naar}')" for van, all_ in model.OVERGANGEN.items() if van for naar in sorted(all_)
            )
            connection.execute(
                text(
                    f"CREATE FUNCTION verloop_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                    f"RAISE EXCEPTION '{name}: % -> % is no arrow', OLD.status, NEW.status; END $$"
                )
            )
            connection.execute(
                text(
                    f"CREATE TRIGGER verloop BEFORE UPDATE ON {name} FOR EACH ROW WHEN (OLD.status <> NEW.status "
                    f"AND coalesce(current_setting('verloop.los', true), '') <> 'ja' "
                    f"AND (OLD.status, NEW.status) NOT IN ({arrows})) EXECUTE FUNCTION verloop_{name}()"
                )
            )
    engine.dispose()
