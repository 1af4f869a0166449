"""The acts of the audit trail are a closed list"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

DADEN = (
    "aangevraagd",
    "contactpersoon gewijzigd",
    "opengezet",
    "externe nummers gewist",
    "ingediend",
    "goedgekeurd",
    "afgewezen",
    "gepauzeerd",
    "hervat",
    "sleutel geweigerd",
    "sleutel vervangen",
    "schooljaar gewijzigd",
    "ophalen gevraagd",
    "ophalen mislukt",
    "opgehaald",
    "geïmporteerd",
    "vertrek bevestigd",
    "toch importeren",
    "scores opgeslagen",
    "genormeerd",
    "nu versturen",
    "resultaten bevestigd",
    "versturen gestopt",
    "vrijgegeven",
    "opnieuw versturen",
    "mail opnieuw",
    "nacht begonnen",
)


def upgrade() -> None:
    _refuse_unknown_acts()
    op.alter_column("audit", "actie", type_=sa.String(length=32), existing_type=sa.String(length=64))
    op.create_check_constraint(op.f("ck_audit_actie"), "audit", sa.column("actie").in_(DADEN))


def _refuse_unknown_acts() -> None:
    """Stop before anything changes: the code cannot read an act outside the list, and no row may be changed."""
    actie: sa.ColumnClause[str] = sa.column("actie")
    query = sa.select(actie, sa.func.count()).select_from(sa.table("audit")).where(actie.not_in(DADEN))
    if unknown := op.get_bind().execute(query.group_by(actie).order_by(actie)).all():
        acts = ", ".join(f"{act!r} ({number} times)" for act, number in unknown)
        raise RuntimeError(
            f"The audit trail holds acts that this version does not know: {acts}. Nothing was changed. Name them in "
            "`Daad` (webapp/models/audit.py) and in `DADEN` of this migration, then upgrade again."
        )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_audit_actie"), "audit", type_="check")
    op.alter_column("audit", "actie", type_=sa.String(length=64), existing_type=sa.String(length=32))
