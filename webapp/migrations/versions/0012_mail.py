"""A mail may be unsure or come back, an address may be dead, and tries are counted per minute"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

STATUSSES = ("klaar", "verzonden", "mislukt", "opgegeven")
PROBLEMEN = ("adres_geweigerd", "server_weigert", "server_onbereikbaar", "niet_gemaakt")
TLS = ("certificaat_verlopen", "certificaat_onbekend", "certificaat_naam", "geen_tls", "inlog_geweigerd")
DADEN = ("mail aangekomen", "adres dood", "adres vrijgegeven", "adres verbeterd")


def upgrade() -> None:
    op.add_column("mail", sa.Column("geprobeerd_op", sa.DateTime(timezone=True), nullable=True))
    op.add_column("mail", sa.Column("onzeker_op", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_mail_geprobeerd_op"), "mail", ["geprobeerd_op"])
    op.create_index("ix_mail_ontvanger_lower", "mail", [sa.literal_column("lower(ontvanger)")])
    _check("mail", "status", (*STATUSSES, "onzeker", "teruggekomen"))
    _check("mail", "probleem", (*PROBLEMEN, "geen_antwoord", *TLS, "adres_dood", "teruggekomen"))
    _check("audit", "actie", (*_daden(), *DADEN))
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
    _check("audit", "actie", _daden(), is_valid=False)
    op.drop_index("ix_mail_ontvanger_lower", table_name="mail")
    op.drop_index(op.f("ix_mail_geprobeerd_op"), table_name="mail")
    op.drop_column("mail", "onzeker_op")
    op.drop_column("mail", "geprobeerd_op")


def _daden() -> tuple[str, ...]:
    from importlib import import_module

    return tuple(import_module("webapp.migrations.versions.0003_daden").DADEN)


def _check(table: str, column: str, words: tuple[str, ...], *, is_valid: bool = True) -> None:
    """Allow these words. Rows of the audit trail cannot be changed, so the way back lets the old ones be."""
    name = op.f(f"ck_{table}_{column}")
    op.drop_constraint(name, table, type_="check")
    op.create_check_constraint(name, table, sa.column(column).in_(words), postgresql_not_valid=not is_valid)
