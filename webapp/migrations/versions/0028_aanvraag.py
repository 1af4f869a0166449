"""An aanvraag is confirmed from its mailbox; several may ask for one BRIN, and a school has one koppeling"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0030"
branch_labels = None
depends_on = None

_words = import_module("webapp.migrations.versions.0011_intern")._words
_STATUSES = ("onbevestigd", "ingetrokken")
_SOORTEN = ("aanvraag_bevestigen", "aanvraag_herinnering")
_REDENEN = ("brin", "niet namens school", "al gekoppeld", "ander las", "sleutel")
_COLUMNS = ("afwijsreden", "afzender", "herinnerd_op")


def upgrade() -> None:
    for column, words in (("status", _STATUSES), ("soort", _SOORTEN)):
        for word in words:
            _words("koppeling" if column == "status" else "mail", column, add=word)
    reden = sa.Enum(*_REDENEN, name="afwijsreden", native_enum=False, create_constraint=True, length=32)
    op.add_column("koppeling", sa.Column("afwijsreden", reden, nullable=True))
    op.add_column("koppeling", sa.Column("afzender", sa.String(32), nullable=True))
    op.add_column("koppeling", sa.Column("herinnerd_op", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_koppeling_afzender", "koppeling", ["afzender"])
    op.drop_index("uq_koppeling_brin_open", table_name="koppeling")
    op.create_index("ix_koppeling_brin", "koppeling", ["brin", "vestiging"])
    op.create_index(
        "uq_koppeling_school_open",
        "koppeling",
        ["school_id"],
        unique=True,
        postgresql_where=sa.text("status NOT IN ('beeindigd', 'ingetrokken')"),
    )
    # Who was opened up or rejected long ago is not reminded on the day of the upgrade.
    op.execute("UPDATE koppeling SET herinnerd_op = now() WHERE status IN ('opengezet', 'afgewezen')")


def downgrade() -> None:
    op.execute("DELETE FROM mail WHERE koppeling_id IN (SELECT id FROM koppeling WHERE status = 'onbevestigd')")
    op.execute("DELETE FROM koppeling WHERE status = 'onbevestigd'")
    op.execute("DELETE FROM mail WHERE soort IN ('aanvraag_bevestigen', 'aanvraag_herinnering')")
    op.execute("UPDATE koppeling SET status = 'beeindigd' WHERE status = 'ingetrokken'")
    # Of all who ask for one BRIN only one can stand there: what was opened up, or else who was first.
    op.execute(
        "UPDATE koppeling SET status = 'beeindigd' WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER ("
        "PARTITION BY brin, vestiging ORDER BY school_id IS NULL, id) AS nth FROM koppeling WHERE status <> 'beeindigd'"
        ") AS each WHERE nth > 1)"
    )
    op.execute("UPDATE koppeling SET reden_afwijzing = coalesce(reden_afwijzing, afwijsreden)")
    for name in ("uq_koppeling_school_open", "ix_koppeling_brin", "ix_koppeling_afzender"):
        op.drop_index(name, table_name="koppeling")
    op.create_index(
        "uq_koppeling_brin_open",
        "koppeling",
        ["brin", "vestiging"],
        unique=True,
        postgresql_where=sa.text("status <> 'beeindigd'"),
    )
    for name in _COLUMNS:
        op.drop_column("koppeling", name)
    for word in _STATUSES:
        _words("koppeling", "status", drop=word)
    for word in _SOORTEN:
        _words("mail", "soort", drop=word)
