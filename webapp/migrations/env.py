"""How Alembic reaches our database; one advisory lock keeps two starts from migrating at the same time."""

from alembic import context
from sqlalchemy import Connection, create_engine, inspect, pool, text

from webapp.config import SettingsError
from webapp.models import Base
from webapp.schema import other_omgeving

_LOCK = 7_212_026


def run() -> None:
    attributes = context.config.attributes
    engine = create_engine(attributes["database_url"], poolclass=pool.NullPool, hide_parameters=True)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)
        with context.begin_transaction():
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            # Whoever waits for a table keeps all others from it: better to try again than to stop every school.
            connection.execute(text("SET LOCAL lock_timeout = '3s'"))
            connection.execute(text("SET LOCAL app.school_id = -1"))  # the wall holds the owner too
            omgeving = attributes.get("omgeving")
            _refuse_another(connection, omgeving)
            context.run_migrations()
            _mark(connection, omgeving)


def _refuse_another(connection: Connection, omgeving: str | None) -> None:
    if omgeving is None or not inspect(connection).has_table("installatie"):
        return
    found = connection.scalar(text("SELECT omgeving FROM installatie"))
    if problem := other_omgeving(found, omgeving):
        raise SettingsError([problem])


def _mark(connection: Connection, omgeving: str | None) -> None:
    """Write down of which omgeving it is, if nobody has, and which migration code must know to use it."""
    if not inspect(connection).has_table("installatie"):
        return
    script = context.script
    heads = context.get_context().get_current_heads()
    ran = [each.revision for each in script.iterate_revisions(heads, "base")]
    asked = {getattr(script.get_revision(each).module, "minstens", None) for each in ran}
    minstens = next((each for each in ran if each in asked), None)
    connection.execute(
        text("UPDATE installatie SET omgeving = coalesce(omgeving, :omgeving), minstens = :minstens"),
        {"omgeving": omgeving, "minstens": minstens},
    )


run()
