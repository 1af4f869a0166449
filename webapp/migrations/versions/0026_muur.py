"""The database keeps schools apart; web and workers are roles that own nothing, and cannot touch the audit trail"""

import sqlalchemy as sa
from alembic import op

from webapp.config import SettingsError
from webapp.migrations.muur import HERE, no_wall, of_a_school, wall
from webapp.rollen import ROLES

revision = "0026"
down_revision = "0036"
branch_labels = None
depends_on = None

_OWNED = (
    "audit",
    "besluit",
    "bezorging",
    "groep",
    "importbatch",
    "importregel",
    "koppeling",
    "leerkracht",
    "leerling",
    "levering",
    "mail",
    "medewerker",
    "opruiming",
    "resultaat",
    "toetreding",
    "uitzondering",
    "verzending",
    "wissing",
)
_THROUGH = {
    "aanvraagmail": f"{HERE} = -1",  # of no school: klantenservice reads them
    "school": of_a_school("id"),
    "leerkracht_groep": "EXISTS (SELECT FROM groep WHERE groep.id = groep_id)",
    "schoolnacht": f"EXISTS (SELECT FROM koppeling WHERE koppeling.id = koppeling_id) OR {HERE} = -1",
}
_OWN_AANVRAAG = (
    "CREATE POLICY aanvraag ON koppeling FOR SELECT USING (school_id IS NULL AND EXISTS "
    "(SELECT FROM school WHERE school.brin = koppeling.brin AND school.vestiging = koppeling.vestiging))"
)
"""A school sees its aanvraag before it was recognised: of schools this finds its own alone."""
_OF_NO_SCHOOL = "CREATE POLICY van_geen_school ON audit FOR INSERT WITH CHECK (school_id IS NULL)"
"""A login is written down before it is known at which school."""
_TO = ", ".join(ROLES)
_GRANTS = (
    ("SELECT, INSERT, UPDATE, DELETE", "TABLES"),
    ("USAGE, SELECT, UPDATE", "SEQUENCES"),
)


def upgrade() -> None:
    _check_roles()
    for table in _OWNED:
        wall(table)
    for table, condition in _THROUGH.items():
        wall(table, condition)
    op.execute(_OWN_AANVRAAG)
    op.execute(_OF_NO_SCHOOL)
    op.execute(f"GRANT USAGE ON SCHEMA public TO {_TO}")
    for rights, what in _GRANTS:
        op.execute(f"GRANT {rights} ON ALL {what} IN SCHEMA public TO {_TO}")
        op.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {rights} ON {what} TO {_TO}")
    op.execute(f"REVOKE UPDATE, DELETE ON audit FROM {_TO}")
    op.execute(f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {_TO}")


def downgrade() -> None:
    for rights, what in _GRANTS:
        op.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE {rights} ON {what} FROM {_TO}")
        op.execute(f"REVOKE {rights} ON ALL {what} IN SCHEMA public FROM {_TO}")
    op.execute(f"REVOKE USAGE ON SCHEMA public FROM {_TO}")
    op.execute("DROP POLICY van_geen_school ON audit")
    op.execute("DROP POLICY aanvraag ON koppeling")
    for table in (*_OWNED, *_THROUGH):
        no_wall(table)


def _check_roles() -> None:
    found = op.get_bind().scalars(
        sa.text("SELECT rolname FROM pg_roles WHERE rolname = ANY(:roles)"), {"roles": list(ROLES)}
    )
    if missing := sorted(set(ROLES) - set(found)):
        raise SettingsError(
            [f"{' en '.join(missing)} bestaat niet in PostgreSQL: zie docs/operations.md, The database."]
        )
