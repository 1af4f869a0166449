"""Why a koppeling rests, since when and until when; and mails about resting, going on and a key that is asked"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0083"
down_revision = "0073"
branch_labels = None
depends_on = None

_words = import_module("webapp.migrations.versions.0011_intern")
_MAILS = ("gepauzeerd", "hervat", "sleutel_gevraagd")


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("koppeling", sa.Column("gepauzeerd_op", moment, nullable=True))
    op.add_column("koppeling", sa.Column("pauze_reden", sa.String(500), nullable=True))
    op.add_column("koppeling", sa.Column("pauze_tot", moment, nullable=True))
    op.create_index(op.f("ix_koppeling_pauze_tot"), "koppeling", ["pauze_tot"])
    op.execute("""
        UPDATE koppeling SET gepauzeerd_op = coalesce(
            (SELECT max(op) FROM audit WHERE audit.school_id = koppeling.school_id AND actie = 'gepauzeerd'), now())
        WHERE status = 'gepauzeerd'
    """)
    for word in _MAILS:
        _words._words("mail", "soort", add=word)


def downgrade() -> None:
    for word in _MAILS:
        op.execute(sa.text("DELETE FROM mail WHERE soort = :word").bindparams(word=word))
        _words._words("mail", "soort", drop=word)
    # an older program takes it for a refusal of the LAS
    op.execute("UPDATE koppeling SET fout_gegevens = '{}' WHERE fout_gegevens ->> 'situatie' = 'gevraagd'")
    op.execute("UPDATE koppeling SET zend_fout_gegevens = '{}' WHERE zend_fout_gegevens ->> 'situatie' = 'gevraagd'")
    for column in ("pauze_tot", "pauze_reden", "gepauzeerd_op"):
        op.drop_column("koppeling", column)
