"""Three switches: fetching, sending and mail can be stopped"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "schakelaar",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("werk", sa.String(length=32), nullable=False),
        sa.Column("las_type", sa.String(length=32), nullable=True),
        sa.Column("aanleiding", sa.String(length=32), nullable=False),
        sa.Column("reden", sa.Text(), nullable=False),
        sa.Column("sinds", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("tot", sa.DateTime(timezone=True), nullable=True),
        sa.Column("door", sa.Integer(), nullable=True),
        sa.CheckConstraint(sa.column("werk").in_(("ophalen", "versturen", "mail")), name=op.f("ck_schakelaar_werk")),
        sa.CheckConstraint(sa.column("las_type").in_(("parnassys",)), name=op.f("ck_schakelaar_las_type")),
        sa.CheckConstraint(
            sa.column("aanleiding").in_(("klantenservice", "terugzetten")), name=op.f("ck_schakelaar_aanleiding")
        ),
        sa.CheckConstraint("werk <> 'mail' OR las_type IS NULL", name=op.f("ck_schakelaar_mail_has_no_las")),
        sa.ForeignKeyConstraint(["door"], ["account.id"], name=op.f("fk_schakelaar_door_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schakelaar")),
        sa.UniqueConstraint(
            "werk", "las_type", "aanleiding", name="uq_schakelaar_werk", postgresql_nulls_not_distinct=True
        ),
    )


def downgrade() -> None:
    op.drop_table("schakelaar")
