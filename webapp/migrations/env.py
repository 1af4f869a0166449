"""How Alembic reaches our database; one advisory lock keeps two starts from migrating at the same time."""

from alembic import context
from sqlalchemy import create_engine, pool, text

from webapp.models import Base

_LOCK = 7_212_026


def run() -> None:
    engine = create_engine(context.config.attributes["database_url"], poolclass=pool.NullPool, hide_parameters=True)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)
        with context.begin_transaction():
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            # Whoever waits for a table keeps all others from it: better to try again than to stop every school.
            connection.execute(text("SET LOCAL lock_timeout = '3s'"))
            connection.execute(text("SET LOCAL app.school_id = -1"))  # the wall holds the owner too
            context.run_migrations()


run()
