"""An account is of several schools, with a rol at each; klantenservice is of none; a login remembers the school"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "medewerker",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("rol", sa.String(32), nullable=False),
        sa.Column("sinds", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint("rol IN ('beheerder', 'leerkracht')", name=op.f("ck_medewerker_rol")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_medewerker_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_medewerker_school_id_school")),
        sa.PrimaryKeyConstraint("account_id", "school_id", name=op.f("pk_medewerker")),
    )
    op.create_index(op.f("ix_medewerker_school_id"), "medewerker", ["school_id"])
    op.execute(
        "INSERT INTO medewerker (account_id, school_id, rol, sinds) SELECT id, school_id, rol, aangemaakt_op "
        "FROM account WHERE school_id IS NOT NULL AND rol <> 'klantenservice'"
    )
    op.add_column(
        "account", sa.Column("is_klantenservice", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.execute("UPDATE account SET is_klantenservice = true WHERE rol = 'klantenservice'")
    op.drop_column("account", "rol")
    op.drop_column("account", "school_id")
    op.add_column("sessie", sa.Column("school_id", sa.Integer(), nullable=True))
    op.create_foreign_key(op.f("fk_sessie_school_id_school"), "sessie", "school", ["school_id"], ["id"])


def downgrade() -> None:
    op.drop_column("sessie", "school_id")
    op.add_column("account", sa.Column("school_id", sa.Integer(), nullable=True))
    op.create_foreign_key(op.f("fk_account_school_id_school"), "account", "school", ["school_id"], ["id"])
    op.create_index(op.f("ix_account_school_id"), "account", ["school_id"])
    op.add_column("account", sa.Column("rol", sa.String(32), nullable=True))
    # The form before knew one school: the first stays. Who is of none is a leerkracht of none, as then.
    op.execute(
        "UPDATE account SET (school_id, rol) = (SELECT school_id, rol FROM medewerker "
        "WHERE account_id = account.id ORDER BY sinds, school_id LIMIT 1)"
    )
    op.execute(
        "UPDATE account SET rol = CASE WHEN is_klantenservice THEN 'klantenservice' ELSE 'leerkracht' END "
        "WHERE rol IS NULL"
    )
    op.alter_column("account", "rol", nullable=False)
    op.create_check_constraint("rol", "account", "rol IN ('beheerder', 'leerkracht', 'klantenservice')")
    op.drop_column("account", "is_klantenservice")
    op.drop_table("medewerker")
