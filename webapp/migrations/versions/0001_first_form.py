"""The first form: schools, koppelingen, reviews, results, mails and the audit trail"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_REFUSE_CHANGES = """
CREATE FUNCTION refuse_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only';
END $$
"""


def upgrade() -> None:
    op.create_table(
        "nacht",
        sa.Column("datum", sa.Date(), nullable=False),
        sa.Column("begonnen_op", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("tellingen", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("datum", name=op.f("pk_nacht")),
    )
    op.create_table(
        "school",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("naam", sa.String(length=200), nullable=False),
        sa.Column("brin", sa.String(length=4), nullable=False),
        sa.Column("vestiging", sa.String(length=2), nullable=False),
        sa.Column("aangemaakt_op", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school")),
        sa.UniqueConstraint("brin", "vestiging", name=op.f("uq_school_brin")),
    )
    op.create_table(
        "toets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("versie", sa.String(length=64), nullable=True),
        sa.Column("naam", sa.String(length=128), nullable=False),
        sa.Column("vakgebied", sa.String(length=256), nullable=False),
        sa.Column("leerjaar", sa.String(length=2), nullable=False),
        sa.Column("aantal_opgaven", sa.Integer(), nullable=False),
        sa.Column("vaardigheidsscores", postgresql.ARRAY(sa.Numeric(precision=6, scale=1)), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_toets")),
        sa.UniqueConstraint("code", name=op.f("uq_toets_code")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("naam", sa.String(length=200), nullable=False),
        sa.Column(
            "rol",
            sa.Enum(
                "beheerder",
                "leerkracht",
                "klantenservice",
                name="rol",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("tf_primary_method", sa.String(length=64), nullable=True),
        sa.Column("tf_totp_secret", sa.String(length=255), nullable=True),
        sa.Column("tf_teller", sa.Integer(), nullable=True),
        sa.Column("mf_recovery_codes", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("aangemaakt_op", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_account_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_account_fs_uniquifier")),
    )
    op.create_index(op.f("ix_account_school_id"), "account", ["school_id"], unique=False)
    op.create_index("uq_account_email_lower", "account", [sa.literal_column("lower(email)")], unique=True)
    op.create_table(
        "groep",
        sa.Column("naam", sa.String(length=64), nullable=False),
        sa.Column("jaargroep", sa.String(length=2), nullable=True),
        sa.Column("schooljaar", sa.String(length=9), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("las_key", sa.String(length=256), nullable=True),
        sa.Column(
            "status",
            sa.Enum("actief", "vertrokken", name="status", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("gewijzigd_op", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_groep_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groep")),
        sa.UniqueConstraint("school_id", "id", name="uq_groep_school"),
        sa.UniqueConstraint("school_id", "las_key", name="uq_groep_las_key"),
    )
    op.create_index(op.f("ix_groep_school_id"), "groep", ["school_id"], unique=False)
    op.create_table(
        "koppeling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "aangevraagd",
                "opengezet",
                "ingediend",
                "afgewezen",
                "goedgekeurd",
                "actief",
                "gepauzeerd",
                "beeindigd",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("schoolnaam", sa.String(length=200), nullable=False),
        sa.Column("brin", sa.String(length=4), nullable=False),
        sa.Column("vestiging", sa.String(length=2), nullable=False),
        sa.Column("contact_naam", sa.String(length=200), nullable=False),
        sa.Column("contact_email", sa.String(length=255), nullable=False),
        sa.Column(
            "las_type",
            sa.Enum("parnassys", name="las_type", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("schooljaar", sa.String(length=9), nullable=True),
        sa.Column("sleutel", sa.LargeBinary(), nullable=True),
        sa.Column("reden_afwijzing", sa.Text(), nullable=True),
        sa.Column("aangevraagd_op", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("opengezet_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ingediend_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("beslist_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gestart_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ophalen_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ophalen_claim", sa.UUID(as_uuid=False), nullable=True),
        sa.Column("ophalen_claim_tot", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ophalen_pogingen", sa.Integer(), nullable=False),
        sa.Column("opgehaald_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opgehaald_leerlingen", sa.Integer(), nullable=True),
        sa.Column("fout_code", sa.String(length=64), nullable=True),
        sa.Column("fout_tekst", sa.Text(), nullable=True),
        sa.Column("fout_eigenaar", sa.String(length=32), nullable=True),
        sa.Column("zenden_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("zenden_claim", sa.UUID(as_uuid=False), nullable=True),
        sa.Column("zenden_claim_tot", sa.DateTime(timezone=True), nullable=True),
        sa.Column("zenden_pogingen", sa.Integer(), nullable=False),
        sa.Column("niet_voor", sa.DateTime(timezone=True), nullable=True),
        sa.Column("laatste_aanmaakdatum", sa.DateTime(timezone=True), nullable=True),
        sa.Column("zend_fout_code", sa.String(length=64), nullable=True),
        sa.Column("zend_fout_tekst", sa.Text(), nullable=True),
        sa.Column("zend_fout_eigenaar", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_koppeling_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_koppeling")),
    )
    op.create_index(
        "ix_koppeling_ophalen_op",
        "koppeling",
        ["ophalen_op"],
        unique=False,
        postgresql_where=sa.text("ophalen_op IS NOT NULL"),
    )
    op.create_index(op.f("ix_koppeling_school_id"), "koppeling", ["school_id"], unique=False)
    op.create_index(op.f("ix_koppeling_status"), "koppeling", ["status"], unique=False)
    op.create_index(
        "ix_koppeling_zenden_op",
        "koppeling",
        ["zenden_op"],
        unique=False,
        postgresql_where=sa.text("zenden_op IS NOT NULL"),
    )
    op.create_index(
        "uq_koppeling_brin_open",
        "koppeling",
        ["brin", "vestiging"],
        unique=True,
        postgresql_where=sa.text("status <> 'beeindigd'"),
    )
    op.create_table(
        "leerkracht",
        sa.Column("email", sa.String(length=256), nullable=True),
        sa.Column("achternaam", sa.String(length=200), nullable=True),
        sa.Column("voorvoegsel", sa.String(length=32), nullable=True),
        sa.Column("roepnaam", sa.String(length=64), nullable=True),
        sa.Column("eckid", sa.String(length=256), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("las_key", sa.String(length=256), nullable=True),
        sa.Column(
            "status",
            sa.Enum("actief", "vertrokken", name="status", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("gewijzigd_op", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_leerkracht_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leerkracht")),
        sa.UniqueConstraint("school_id", "eckid", name="uq_leerkracht_eckid"),
        sa.UniqueConstraint("school_id", "id", name="uq_leerkracht_school"),
        sa.UniqueConstraint("school_id", "las_key", name="uq_leerkracht_las_key"),
    )
    op.create_index(op.f("ix_leerkracht_school_id"), "leerkracht", ["school_id"], unique=False)
    op.create_table(
        "norm",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("toets_id", sa.Integer(), nullable=False),
        sa.Column("schooldag", sa.Integer(), nullable=False),
        sa.Column("gemiddelde", sa.Numeric(precision=6, scale=1), nullable=False),
        sa.Column("standaardafwijking", sa.Numeric(precision=6, scale=1), nullable=False),
        sa.ForeignKeyConstraint(["toets_id"], ["toets.id"], name=op.f("fk_norm_toets_id_toets"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_norm")),
        sa.UniqueConstraint("toets_id", "schooldag", name=op.f("uq_norm_toets_id")),
    )
    op.create_index(op.f("ix_norm_toets_id"), "norm", ["toets_id"], unique=False)
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("op", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("actie", sa.String(length=64), nullable=False),
        sa.Column("object", sa.String(length=64), nullable=False),
        sa.Column("tellingen", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_audit_account_id_account")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_audit_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_school_op", "audit", ["school_id", "op"], unique=False)
    op.create_table(
        "importbatch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("koppeling_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "automatisch_verwerkt",
                "wacht_op_controle",
                "vastgehouden",
                "verwerkt",
                "vervangen",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("schooljaar", sa.String(length=9), nullable=False),
        sa.Column("vingerafdruk", sa.String(length=64), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("tellingen", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("vervangen_door_id", sa.Integer(), nullable=True),
        sa.Column("opgehaald_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gemaild_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verwerkt_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verwerkt_door", sa.Integer(), nullable=True),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["koppeling_id"], ["koppeling.id"], name=op.f("fk_importbatch_koppeling_id_koppeling")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_importbatch_school_id_school")),
        sa.ForeignKeyConstraint(
            ["vervangen_door_id"], ["importbatch.id"], name=op.f("fk_importbatch_vervangen_door_id_importbatch")
        ),
        sa.ForeignKeyConstraint(["verwerkt_door"], ["account.id"], name=op.f("fk_importbatch_verwerkt_door_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_importbatch")),
    )
    op.create_index(op.f("ix_importbatch_koppeling_id"), "importbatch", ["koppeling_id"], unique=False)
    op.create_index(op.f("ix_importbatch_school_id"), "importbatch", ["school_id"], unique=False)
    op.create_index(
        "uq_importbatch_open",
        "importbatch",
        ["school_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('wacht_op_controle', 'vastgehouden')"),
    )
    op.create_table(
        "leerkracht_groep",
        sa.Column("leerkracht_id", sa.Integer(), nullable=False),
        sa.Column("groep_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["groep_id"], ["groep.id"], name=op.f("fk_leerkracht_groep_groep_id_groep"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["leerkracht_id"],
            ["leerkracht.id"],
            name=op.f("fk_leerkracht_groep_leerkracht_id_leerkracht"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("leerkracht_id", "groep_id", name=op.f("pk_leerkracht_groep")),
    )
    op.create_table(
        "leerling",
        sa.Column("geboortedatum", sa.Date(), nullable=True),
        sa.Column("geslacht", sa.String(length=1), nullable=True),
        sa.Column("jaargroep", sa.String(length=2), nullable=True),
        sa.Column("groep_id", sa.Integer(), nullable=True),
        sa.Column("achternaam", sa.String(length=200), nullable=True),
        sa.Column("voorvoegsel", sa.String(length=32), nullable=True),
        sa.Column("roepnaam", sa.String(length=64), nullable=True),
        sa.Column("eckid", sa.String(length=256), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("las_key", sa.String(length=256), nullable=True),
        sa.Column(
            "status",
            sa.Enum("actief", "vertrokken", name="status", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("gewijzigd_op", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id", "groep_id"], ["groep.school_id", "groep.id"], name="fk_leerling_groep_same_school"
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_leerling_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leerling")),
        sa.UniqueConstraint("school_id", "eckid", name="uq_leerling_eckid"),
        sa.UniqueConstraint("school_id", "id", name="uq_leerling_school"),
        sa.UniqueConstraint("school_id", "las_key", name="uq_leerling_las_key"),
    )
    op.create_index(op.f("ix_leerling_groep_id"), "leerling", ["groep_id"], unique=False)
    op.create_index(op.f("ix_leerling_school_id"), "leerling", ["school_id"], unique=False)
    op.create_table(
        "sessie",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("begonnen_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gezien_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beeindigd_op", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sessie_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessie")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessie_token_hash")),
    )
    op.create_index(op.f("ix_sessie_account_id"), "sessie", ["account_id"], unique=False)
    op.create_table(
        "uitzondering",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "soort",
            sa.Enum(
                "groep", "leerkracht", "leerling", name="soort", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("las_key", sa.String(length=256), nullable=True),
        sa.Column("eckid", sa.String(length=256), nullable=True),
        sa.Column("omschrijving", sa.String(length=300), nullable=False),
        sa.Column("besloten_op", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("besloten_door", sa.Integer(), nullable=True),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["besloten_door"], ["account.id"], name=op.f("fk_uitzondering_besloten_door_account")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_uitzondering_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uitzondering")),
    )
    op.create_index(op.f("ix_uitzondering_school_id"), "uitzondering", ["school_id"], unique=False)
    op.create_index(
        "uq_uitzondering_eckid",
        "uitzondering",
        ["school_id", "soort", "eckid"],
        unique=True,
        postgresql_where=sa.text("las_key IS NULL"),
    )
    op.create_index(
        "uq_uitzondering_las_key",
        "uitzondering",
        ["school_id", "soort", "las_key"],
        unique=True,
        postgresql_where=sa.text("las_key IS NOT NULL"),
    )
    op.create_table(
        "verzending",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("koppeling_id", sa.Integer(), nullable=False),
        sa.Column("claim", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("aantal", sa.Integer(), nullable=False),
        sa.Column("aanmaakdatum", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begonnen_op", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("klaar_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "uitkomst",
            sa.Enum(
                "begonnen",
                "bevestigd",
                "geweigerd",
                "niet_verzonden",
                "onbekend",
                name="uitkomst",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("fout_code", sa.String(length=64), nullable=True),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["koppeling_id"], ["koppeling.id"], name=op.f("fk_verzending_koppeling_id_koppeling")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_verzending_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verzending")),
    )
    op.create_index(op.f("ix_verzending_koppeling_id"), "verzending", ["koppeling_id"], unique=False)
    op.create_index(op.f("ix_verzending_school_id"), "verzending", ["school_id"], unique=False)
    op.create_table(
        "besluit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("door", sa.Integer(), nullable=False),
        sa.Column("op", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("tellingen", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["importbatch.id"], name=op.f("fk_besluit_batch_id_importbatch")),
        sa.ForeignKeyConstraint(["door"], ["account.id"], name=op.f("fk_besluit_door_account")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_besluit_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_besluit")),
        sa.UniqueConstraint("batch_id", name=op.f("uq_besluit_batch_id")),
    )
    op.create_index(op.f("ix_besluit_school_id"), "besluit", ["school_id"], unique=False)
    op.create_table(
        "importregel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column(
            "soort",
            sa.Enum(
                "groep", "leerkracht", "leerling", name="soort", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("las_key", sa.String(length=256), nullable=True),
        sa.Column("eckid", sa.String(length=256), nullable=True),
        sa.Column("naam", sa.String(length=64), nullable=True),
        sa.Column("achternaam", sa.String(length=200), nullable=True),
        sa.Column("voorvoegsel", sa.String(length=32), nullable=True),
        sa.Column("roepnaam", sa.String(length=64), nullable=True),
        sa.Column("geboortedatum", sa.Date(), nullable=True),
        sa.Column("geslacht", sa.String(length=1), nullable=True),
        sa.Column("jaargroep", sa.String(length=2), nullable=True),
        sa.Column("email", sa.String(length=256), nullable=True),
        sa.Column("email_ingevuld", sa.String(length=256), nullable=True),
        sa.Column("groep_keys", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column(
            "voorstel",
            sa.Enum("zeker", "twijfel", "nieuw", name="voorstel", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("regel", sa.String(length=64), nullable=False),
        sa.Column("reden", sa.Text(), nullable=False),
        sa.Column("kandidaten", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "keuze",
            sa.Enum("nieuw", "koppel", "niet", name="keuze", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("doel_id", sa.Integer(), nullable=True),
        sa.Column("toegepast_id", sa.Integer(), nullable=True),
        sa.Column("via_groep", sa.Boolean(), nullable=False),
        sa.Column(
            "eerdere_keuze",
            sa.Enum(
                "nieuw", "koppel", "niet", name="eerdere_keuze", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
        ),
        sa.Column("gekozen_door", sa.Integer(), nullable=True),
        sa.Column("gekozen_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["importbatch.id"], name=op.f("fk_importregel_batch_id_importbatch"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["gekozen_door"], ["account.id"], name=op.f("fk_importregel_gekozen_door_account")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_importregel_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_importregel")),
    )
    op.create_index("ix_importregel_batch_soort", "importregel", ["batch_id", "soort"], unique=False)
    op.create_index(op.f("ix_importregel_school_id"), "importregel", ["school_id"], unique=False)
    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "soort",
            sa.Enum(
                "aanvraag_ontvangen",
                "klantenservice_aanvraag",
                "opengezet",
                "ingediend",
                "goedgekeurd",
                "afgewezen",
                "koppelingsmail",
                "wachtwoord",
                "uitnodiging",
                "sleutel_geweigerd",
                "ophalen_mislukt",
                name="soort",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("ontvanger", sa.String(length=255), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("koppeling_id", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("gegevens", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "klaar",
                "verzonden",
                "mislukt",
                "opgegeven",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("pogingen", sa.Integer(), nullable=False),
        sa.Column("volgende_op", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("claim_tot", sa.DateTime(timezone=True), nullable=True),
        sa.Column("aangemaakt_op", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("verzonden_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fout", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_mail_account_id_account")),
        sa.ForeignKeyConstraint(["batch_id"], ["importbatch.id"], name=op.f("fk_mail_batch_id_importbatch")),
        sa.ForeignKeyConstraint(["koppeling_id"], ["koppeling.id"], name=op.f("fk_mail_koppeling_id_koppeling")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_mail_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("soort", "batch_id", "ontvanger", name="uq_mail_once_per_batch"),
    )
    op.create_index(
        "ix_mail_due", "mail", ["volgende_op"], unique=False, postgresql_where=sa.text("status IN ('klaar', 'mislukt')")
    )
    op.create_index(op.f("ix_mail_school_id"), "mail", ["school_id"], unique=False)
    op.create_table(
        "resultaat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("leerling_id", sa.Integer(), nullable=False),
        sa.Column("toets_id", sa.Integer(), nullable=False),
        sa.Column("sleutel", sa.UUID(as_uuid=False), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("afnamedatum", sa.Date(), nullable=False),
        sa.Column("ruwe_score", sa.Integer(), nullable=False),
        sa.Column("vaardigheidsscore", sa.Numeric(precision=6, scale=1), nullable=True),
        sa.Column("niveau", sa.String(length=3), nullable=True),
        sa.Column("percentiel", sa.Integer(), nullable=True),
        sa.Column("genormeerd_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id", "leerling_id"],
            ["leerling.school_id", "leerling.id"],
            name="fk_resultaat_leerling_same_school",
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_resultaat_school_id_school")),
        sa.ForeignKeyConstraint(["toets_id"], ["toets.id"], name=op.f("fk_resultaat_toets_id_toets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resultaat")),
        sa.UniqueConstraint("leerling_id", "toets_id", "afnamedatum", name=op.f("uq_resultaat_leerling_id")),
        sa.UniqueConstraint("sleutel", name=op.f("uq_resultaat_sleutel")),
    )
    op.create_index(op.f("ix_resultaat_leerling_id"), "resultaat", ["leerling_id"], unique=False)
    op.create_index(op.f("ix_resultaat_school_id"), "resultaat", ["school_id"], unique=False)
    op.create_index(op.f("ix_resultaat_toets_id"), "resultaat", ["toets_id"], unique=False)
    op.create_table(
        "levering",
        sa.Column("resultaat_id", sa.Integer(), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("bevestigd", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "klaar",
                "onderweg",
                "onbekend",
                "bevestigd",
                "geweigerd",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("pogingen", sa.Integer(), nullable=False),
        sa.Column("bevestigd_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fout_code", sa.String(length=64), nullable=True),
        sa.Column("fout_tekst", sa.Text(), nullable=True),
        sa.Column("fout_eigenaar", sa.String(length=32), nullable=True),
        sa.Column("gewijzigd_op", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resultaat_id"], ["resultaat.id"], name=op.f("fk_levering_resultaat_id_resultaat"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_levering_school_id_school")),
        sa.PrimaryKeyConstraint("resultaat_id", name=op.f("pk_levering")),
    )
    op.create_index(
        "ix_levering_due",
        "levering",
        ["school_id"],
        unique=False,
        postgresql_where=sa.text("bevestigd < versie AND status <> 'geweigerd'"),
    )
    op.create_index(op.f("ix_levering_school_id"), "levering", ["school_id"], unique=False)

    op.execute(_REFUSE_CHANGES)
    op.execute(
        "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_changes()"
    )
    op.execute(
        "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_changes()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER audit_append_only ON audit")
    op.execute("DROP TRIGGER audit_no_truncate ON audit")
    op.execute("DROP FUNCTION refuse_changes()")
    op.drop_index(op.f("ix_levering_school_id"), table_name="levering")
    op.drop_index(
        "ix_levering_due",
        table_name="levering",
        postgresql_where=sa.text("bevestigd < versie AND status <> 'geweigerd'"),
    )
    op.drop_table("levering")
    op.drop_index(op.f("ix_resultaat_toets_id"), table_name="resultaat")
    op.drop_index(op.f("ix_resultaat_school_id"), table_name="resultaat")
    op.drop_index(op.f("ix_resultaat_leerling_id"), table_name="resultaat")
    op.drop_table("resultaat")
    op.drop_index(op.f("ix_mail_school_id"), table_name="mail")
    op.drop_index("ix_mail_due", table_name="mail", postgresql_where=sa.text("status IN ('klaar', 'mislukt')"))
    op.drop_table("mail")
    op.drop_index(op.f("ix_importregel_school_id"), table_name="importregel")
    op.drop_index("ix_importregel_batch_soort", table_name="importregel")
    op.drop_table("importregel")
    op.drop_index(op.f("ix_besluit_school_id"), table_name="besluit")
    op.drop_table("besluit")
    op.drop_index(op.f("ix_verzending_school_id"), table_name="verzending")
    op.drop_index(op.f("ix_verzending_koppeling_id"), table_name="verzending")
    op.drop_table("verzending")
    op.drop_index("uq_uitzondering_las_key", table_name="uitzondering", postgresql_where=sa.text("las_key IS NOT NULL"))
    op.drop_index("uq_uitzondering_eckid", table_name="uitzondering", postgresql_where=sa.text("las_key IS NULL"))
    op.drop_index(op.f("ix_uitzondering_school_id"), table_name="uitzondering")
    op.drop_table("uitzondering")
    op.drop_index(op.f("ix_sessie_account_id"), table_name="sessie")
    op.drop_table("sessie")
    op.drop_index(op.f("ix_leerling_school_id"), table_name="leerling")
    op.drop_index(op.f("ix_leerling_groep_id"), table_name="leerling")
    op.drop_table("leerling")
    op.drop_table("leerkracht_groep")
    op.drop_index(
        "uq_importbatch_open",
        table_name="importbatch",
        postgresql_where=sa.text("status IN ('wacht_op_controle', 'vastgehouden')"),
    )
    op.drop_index(op.f("ix_importbatch_school_id"), table_name="importbatch")
    op.drop_index(op.f("ix_importbatch_koppeling_id"), table_name="importbatch")
    op.drop_table("importbatch")
    op.drop_index("ix_audit_school_op", table_name="audit")
    op.drop_table("audit")
    op.drop_index(op.f("ix_norm_toets_id"), table_name="norm")
    op.drop_table("norm")
    op.drop_index(op.f("ix_leerkracht_school_id"), table_name="leerkracht")
    op.drop_table("leerkracht")
    op.drop_index("uq_koppeling_brin_open", table_name="koppeling", postgresql_where=sa.text("status <> 'beeindigd'"))
    op.drop_index("ix_koppeling_zenden_op", table_name="koppeling", postgresql_where=sa.text("zenden_op IS NOT NULL"))
    op.drop_index(op.f("ix_koppeling_status"), table_name="koppeling")
    op.drop_index(op.f("ix_koppeling_school_id"), table_name="koppeling")
    op.drop_index("ix_koppeling_ophalen_op", table_name="koppeling", postgresql_where=sa.text("ophalen_op IS NOT NULL"))
    op.drop_table("koppeling")
    op.drop_index(op.f("ix_groep_school_id"), table_name="groep")
    op.drop_table("groep")
    op.drop_index("uq_account_email_lower", table_name="account")
    op.drop_index(op.f("ix_account_school_id"), table_name="account")
    op.drop_table("account")
    op.drop_table("toets")
    op.drop_table("school")
    op.drop_table("nacht")
