"""A mail may be unsure or come back, an address may be dead, tries are counted per minute; any act fits the trail"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

STATUSSES = ("klaar", "verzonden", "mislukt", "opgegeven")
PROBLEMEN = ("adres_geweigerd", "server_weigert", "server_onbereikbaar", "niet_gemaakt")
TLS = ("certificaat_verlopen", "certificaat_onbekend", "certificaat_naam", "geen_tls", "inlog_geweigerd")


def upgrade() -> None:
    op.add_column("mail", sa.Column("geprobeerd_op", sa.DateTime(timezone=True), nullable=True))
    op.add_column("mail", sa.Column("onzeker_op", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_mail_geprobeerd_op"), "mail", ["geprobeerd_op"])
    op.create_index("ix_mail_ontvanger_lower", "mail", [sa.literal_column("lower(ontvanger)")])
    _check("mail", "status", (*STATUSSES, "onzeker", "teruggekomen"))
    _check("mail", "probleem", (*PROBLEMEN, "geen_antwoord", *TLS, "adres_dood", "teruggekomen"))
    # No version may change or delete an act, so the trail must be able to hold those of a newer one.
    op.execute("ALTER TABLE audit DROP CONSTRAINT IF EXISTS ck_audit_actie")
    op.create_table(
        "dood_adres",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("adres", sa.String(length=255), nullable=False),
        sa.Column("sinds", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("antwoord", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dood_adres")),
    )
    op.create_index("uq_dood_adres_adres_lower", "dood_adres", [sa.literal_column("lower(adres)")], unique=True)


def downgrade() -> None:
    op.drop_table("dood_adres")
    # An unsure mail that waits is tried again; one that waits for a person was sent, as far as this version can say.
    op.execute("UPDATE mail SET status = 'mislukt' WHERE status = 'onzeker' AND volgende_op IS NOT NULL")
    op.execute("UPDATE mail SET status = 'opgegeven' WHERE status IN ('onzeker', 'teruggekomen')")
    op.execute("UPDATE mail SET probleem = 'adres_geweigerd' WHERE probleem IN ('adres_dood', 'teruggekomen')")
    op.execute(
        "UPDATE mail SET probleem = 'server_onbereikbaar' WHERE probleem IN ('geen_antwoord', 'certificaat_verlopen', "
        "'certificaat_onbekend', 'certificaat_naam', 'geen_tls', 'inlog_geweigerd')"
    )
    _check("mail", "status", STATUSSES)
    _check("mail", "probleem", PROBLEMEN)
    op.drop_index("ix_mail_ontvanger_lower", table_name="mail")
    op.drop_index(op.f("ix_mail_geprobeerd_op"), table_name="mail")
    op.drop_column("mail", "onzeker_op")
    op.drop_column("mail", "geprobeerd_op")


def _check(table: str, column: str, words: tuple[str, ...]) -> None:
    name = op.f(f"ck_{table}_{column}")
    op.drop_constraint(name, table, type_="check")
    op.create_check_constraint(name, table, sa.column(column).in_(words))
