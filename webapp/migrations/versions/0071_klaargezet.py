"""What preparing is done with it does not look at again: a night costs as much with years of results as without

That a result is looked at again when its levering goes, or when another start counts, is for the database to see to: so
no statement can forget it, and a result be lost by that.
"""

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0072"
branch_labels = None
depends_on = None

_LEVERING_GONE = """
CREATE FUNCTION look_again_at_result() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE resultaat SET klaargezet = 0 WHERE school_id = OLD.school_id AND id = OLD.resultaat_id;
    RETURN NULL;
END $$
"""
_STARTED = """
CREATE FUNCTION look_again_at_school() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE resultaat SET klaargezet = 0 WHERE school_id = NEW.school_id AND klaargezet > 0
        AND NOT EXISTS (SELECT FROM levering WHERE levering.resultaat_id = resultaat.id);
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.add_column("resultaat", sa.Column("klaargezet", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.create_index(
        "ix_resultaat_klaarzetten",
        "resultaat",
        ["school_id", "genormeerd_op"],
        postgresql_where=sa.text("klaargezet < versie"),
    )
    for function in (_LEVERING_GONE, _STARTED):
        op.execute(function)
    for trigger in (
        "levering_gone AFTER DELETE ON levering FOR EACH ROW EXECUTE FUNCTION look_again_at_result()",
        "levering_back AFTER UPDATE OF versie ON levering FOR EACH ROW WHEN (NEW.versie < OLD.versie) "
        "EXECUTE FUNCTION look_again_at_result()",
        "koppeling_started AFTER INSERT OR UPDATE OF gestart_op ON koppeling FOR EACH ROW "
        "WHEN (NEW.gestart_op IS NOT NULL) EXECUTE FUNCTION look_again_at_school()",
    ):
        op.execute(f"CREATE TRIGGER {trigger}")


def downgrade() -> None:
    for trigger in ("koppeling_started ON koppeling", "levering_back ON levering", "levering_gone ON levering"):
        op.execute(f"DROP TRIGGER {trigger}")
    for function in ("look_again_at_school", "look_again_at_result"):
        op.execute(f"DROP FUNCTION {function}()")
    op.drop_index("ix_resultaat_klaarzetten", "resultaat")
    op.drop_column("resultaat", "klaargezet")
