"""A fault is a code with its parameters: the sentence is said when somebody reads it

The way back keeps every code and whose fault it is. It loses the other parameters, `situatie` among them, and with them
the sentences: each fault then reads that the exchange failed, with its code. An upgrade after that cannot tell any more
that results were not confirmed, or that too many were refused. There is no 0004, and there never was one.
"""

import json
import re
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None

FAULTS = (
    "Client.OngeldigBericht",
    "Client.OngeldigeKlantIdentificatie",
    "Client.AutorisatieOngeldig",
    "Client.VocabulaireTermOngeldig",
    "Client.XsdVersieOngeldig",
    "Client.LeerlingOngeldig",
    "Client.ToetsNormeringOngeldig",
    "Client.ScoreOngeldig",
    "Client.EldResultaatOngeldig",
    "Server.InterneFout",
    "Server.TijdelijkNietBeschikbaar",
    "Client",
    "Server",
)
ABOUT_RESULTS = (
    "Client.LeerlingOngeldig",
    "Client.ScoreOngeldig",
    "Client.ToetsNormeringOngeldig",
    "Client.VocabulaireTermOngeldig",
    "Client.EldResultaatOngeldig",
)
REDENEN = (
    "naam_onbekend",
    "geen_verbinding",
    "certificaat_las",
    "certificaat_verlopen",
    "bezet",
    "tijd_verstreken",
    "verbinding_verbroken",
    "storing",
    "geen_bevestiging",
    "omleiding",
    "geen_toegang",
    "adres_onjuist",
    "http_geweigerd",
    "bericht_te_groot",
    "bericht_ongeldig",
    "leeg",
    "geen_xml",
    "afgekapt",
    "codering",
    "compressie",
    "doctype",
    "te_groot",
    "geen_soap",
    "andere_versie",
    "ander_bericht",
    "onvolledig",
    "andere_school",
    "andere_locatie",
    "ander_schooljaar",
)
CODES = (*FAULTS, *REDENEN, "alleen_eckid", "geengegevens", "onbekend")
PROEFCODES = (*FAULTS, *REDENEN, "gegevens", "geengegevens", "geenwijzigingen")
OWNERS = ("school", "klantenservice", "las", "niemand")
PROBLEMS = ("adres_geweigerd", "server_weigert", "server_onbereikbaar", "niet_gemaakt")
SENTENCES = {
    "geengegevens": r"heeft geen gegevens voor schooljaar (?P<schooljaar>\d{4}-\d{4})",
    "geen_bevestiging": "heeft de resultaten niet bevestigd",
    "Client.OngeldigBericht": "kon ons bericht niet lezen",
    "Client.OngeldigeKlantIdentificatie": "herkent ons testcentrum niet",
    "Client.AutorisatieOngeldig": "autorisatiesleutel past niet bij het BRIN",
    "Client.XsdVersieOngeldig": "ondersteunt de gevraagde versie van de koppeling niet",
    "Server.TijdelijkNietBeschikbaar": "is even niet bereikbaar",
    "Client": "weigert ons bericht",
    "naam_onbekend": "is niet te vinden op internet",
    "geen_verbinding": "is niet bereikbaar",
    "certificaat_las": "niet vaststellen dat we met",
    "certificaat_verlopen": "Ons certificaat voor",
    "bezet": "is druk en vraagt ons te wachten",
    "tijd_verstreken": "gaf niet op tijd antwoord",
    "verbinding_verbroken": "De verbinding met .* werd verbroken",
    "storing": "heeft een storing",
    "omleiding": "verwijst ons naar een ander adres",
    "geen_toegang": "geeft ons geen toegang",
    "adres_onjuist": "vinden we de koppeling niet",
    "bericht_te_groot": "vindt ons bericht te groot",
    "leeg": "gaf een leeg antwoord",
    "geen_xml": "antwoord dat geen leerlinggegevens bevat",
    "afgekapt": "was niet compleet",
    "codering": "tekens die we niet zeker kunnen lezen",
    "compressie": "is niet uit te pakken",
    "doctype": "om veiligheidsredenen weigeren",
    "te_groot": "veel groter dan een school kan zijn",
    "geen_soap": "gaf een antwoord dat we niet begrijpen",
    "andere_versie": "in een andere versie van de koppeling dan we vroegen",
    "ander_bericht": "gaf antwoord op een andere vraag dan we stelden",
    "onvolledig": "ontbreken verplichte onderdelen",
    "andere_school": "stuurde gegevens van een andere school",
    "andere_locatie": "stuurde gegevens van een andere locatie",
    "ander_schooljaar": "stuurde gegevens van een ander schooljaar",
}
"""What told a school why fetching failed or its key was refused, and the code behind it; the first that fits."""
FOUND = re.compile(
    r"(?P<schoolnaam>.*), (?P<groepen>\d+) groep(?:en)?, (?P<leerlingen>\d+) leerling(?:en)?, "
    r"schooljaar (?P<schooljaar>\d{4}-\d{4})",
    re.DOTALL,
)
NO_CHANGES = re.compile(r"(?P<schoolnaam>.*), geen wijzigingen", re.DOTALL)
YEAR = re.compile(r"\d{4}-\d{4}")
TABLES = (("koppeling", "fout"), ("koppeling", "zend_fout"), ("levering", "fout"))


def upgrade() -> None:
    for table, fout in TABLES:
        op.add_column(table, sa.Column(f"{fout}_gegevens", JSONB(), nullable=True))
        _to_codes(table, fout)
    op.execute(
        sa.text("UPDATE verzending SET fout_code = 'onbekend' WHERE fout_code NOT IN :codes").bindparams(
            sa.bindparam("codes", CODES, expanding=True)
        )
    )
    op.create_check_constraint(op.f("ck_verzending_fout_code"), "verzending", sa.column("fout_code").in_(CODES))
    _situations()
    for table, fout in TABLES:
        op.drop_column(table, f"{fout}_tekst")
        op.create_check_constraint(op.f(f"ck_{table}_{fout}_code"), table, sa.column(f"{fout}_code").in_(CODES))
        op.create_check_constraint(
            op.f(f"ck_{table}_{fout}_eigenaar"), table, sa.column(f"{fout}_eigenaar").in_(OWNERS)
        )
    _upgrade_proef()
    _upgrade_mail()


def downgrade() -> None:
    _downgrade_mail()
    _downgrade_proef()
    op.drop_constraint(op.f("ck_verzending_fout_code"), "verzending", type_="check")
    for table, fout in TABLES:
        op.drop_constraint(op.f(f"ck_{table}_{fout}_eigenaar"), table, type_="check")
        op.drop_constraint(op.f(f"ck_{table}_{fout}_code"), table, type_="check")
        op.add_column(table, sa.Column(f"{fout}_tekst", sa.Text(), nullable=True))
        op.execute(
            f"UPDATE {table} SET {fout}_code = COALESCE({fout}_gegevens ->> 'code', {fout}_code), "  # noqa: S608
            f"{fout}_tekst = 'De uitwisseling is niet gelukt. Er is niets gewijzigd. (code ' || {fout}_code || ')' "
            f"WHERE {fout}_code IS NOT NULL"
        )
        op.drop_column(table, f"{fout}_gegevens")


def _to_codes(table: str, fout: str) -> None:
    """Every fault keeps its code; one that this version does not know stands in the parameters."""
    values = {"codes": CODES, "owners": OWNERS}
    statement = f"""
        UPDATE {table} SET
            {fout}_gegevens = CASE WHEN {fout}_code IN :codes THEN '{{}}'::jsonb
                ELSE jsonb_build_object('code', COALESCE({fout}_code, '')) END,
            {fout}_eigenaar = CASE WHEN {fout}_eigenaar IN :owners THEN {fout}_eigenaar ELSE 'niemand' END,
            {fout}_code = CASE WHEN {fout}_code IN :codes THEN {fout}_code ELSE 'onbekend' END
        WHERE {fout}_code IS NOT NULL OR {fout}_tekst IS NOT NULL"""  # noqa: S608
    op.execute(
        sa.text(statement).bindparams(*(sa.bindparam(name, value, expanding=True) for name, value in values.items()))
    )
    op.execute(f"UPDATE {table} SET {fout}_eigenaar = NULL WHERE {fout}_code IS NULL")  # noqa: S608


def _situations() -> None:
    about_results = ", ".join(f"'{code}'" for code in ABOUT_RESULTS)
    for statement in (
        "UPDATE koppeling SET fout_gegevens = jsonb_build_object('schooljaar', "
        r"COALESCE(substring(fout_tekst from 'schooljaar (\d{4}-\d{4})'), schooljaar, '')) "
        "WHERE fout_code = 'geengegevens'",
        "UPDATE koppeling SET fout_gegevens = jsonb_build_object('situatie', 'bij_ophalen') "  # noqa: S608
        f"WHERE fout_code IN ({about_results})",
        "UPDATE koppeling SET fout_gegevens = jsonb_build_object('situatie', 'onbevestigd') "
        "WHERE fout_tekst LIKE '%heeft de resultaten niet bevestigd%' AND fout_code <> 'onbekend'",
        "UPDATE koppeling SET zend_fout_gegevens = jsonb_build_object('situatie', 'onbevestigd') "
        "WHERE zend_fout_tekst LIKE '%heeft de resultaten niet bevestigd%' AND zend_fout_code <> 'onbekend'",
        "UPDATE koppeling SET zend_fout_gegevens = jsonb_build_object('situatie', 'te_veel') "
        "WHERE zend_fout_tekst LIKE '%weigert opvallend veel resultaten%' AND zend_fout_code <> 'onbekend'",
        "UPDATE levering SET fout_gegevens = jsonb_build_object('situatie', 'alleen') "
        "WHERE fout_code NOT IN ('alleen_eckid', 'onbekend')",
    ):
        op.execute(statement)


def _upgrade_proef() -> None:
    op.add_column("koppeling", sa.Column("proef_gegevens", JSONB(), nullable=True))
    rows = op.get_bind().execute(
        sa.text(
            "SELECT id, brin, vestiging, schooljaar, proef_gelukt, proef_code, proef_tekst FROM koppeling "
            "WHERE proef_op IS NOT NULL"
        )
    )
    for row in rows.all():
        code, gegevens = _proef(row)
        if gegevens is None:
            op.get_bind().execute(
                sa.text("UPDATE koppeling SET proef_op = NULL, proef_gelukt = NULL, proef_code = NULL WHERE id = :id"),
                {"id": row.id},
            )
        else:
            op.get_bind().execute(
                sa.text("UPDATE koppeling SET proef_code = :code, proef_gegevens = :gegevens WHERE id = :id"),
                {"id": row.id, "code": code, "gegevens": json.dumps(gegevens)},
            )
    op.drop_column("koppeling", "proef_tekst")
    op.create_check_constraint(op.f("ck_koppeling_proef_code"), "koppeling", sa.column("proef_code").in_(PROEFCODES))


def _proef(row: sa.Row[Any]) -> tuple[str | None, dict[str, Any] | None]:
    """The code and what its sentence needs; None for what cannot be read back: then the key counts as not tried."""
    tekst = row.proef_tekst or ""
    if row.proef_gelukt:
        if found := FOUND.fullmatch(tekst):
            numbers = {name: int(found[name]) for name in ("groepen", "leerlingen")}
            return "gegevens", {**found.groupdict(), **numbers}
        found = NO_CHANGES.fullmatch(tekst)
        return "geenwijzigingen", found.groupdict() if found else None
    if row.proef_code not in PROEFCODES:
        return None, None
    year = YEAR.search(tekst)
    schooljaar = year[0] if year else row.schooljaar or ""
    return row.proef_code, {"brin": row.brin, "locatie": row.vestiging, "schooljaar": schooljaar}


def _downgrade_proef() -> None:
    op.drop_constraint(op.f("ck_koppeling_proef_code"), "koppeling", type_="check")
    op.add_column("koppeling", sa.Column("proef_tekst", sa.Text(), nullable=True))
    op.execute(
        """UPDATE koppeling SET proef_tekst = CASE proef_code
            WHEN 'gegevens' THEN concat(proef_gegevens ->> 'schoolnaam', ', ', proef_gegevens ->> 'groepen',
                CASE WHEN proef_gegevens ->> 'groepen' = '1' THEN ' groep, ' ELSE ' groepen, ' END,
                proef_gegevens ->> 'leerlingen',
                CASE WHEN proef_gegevens ->> 'leerlingen' = '1' THEN ' leerling, ' ELSE ' leerlingen, ' END,
                'schooljaar ', proef_gegevens ->> 'schooljaar')
            WHEN 'geenwijzigingen' THEN concat(proef_gegevens ->> 'schoolnaam', ', geen wijzigingen')
            ELSE concat('Of de sleutel werkt voor ', proef_gegevens ->> 'schooljaar', ', weten wij nog niet.') END
        WHERE proef_op IS NOT NULL"""
    )
    op.drop_column("koppeling", "proef_gegevens")


def _upgrade_mail() -> None:
    bind = op.get_bind()
    rows = bind.execute(
        sa.text(
            "SELECT mail.id, mail.soort, mail.gegevens, koppeling.fout_code, koppeling.fout_eigenaar, "
            "koppeling.fout_gegevens FROM mail LEFT JOIN koppeling ON koppeling.id = mail.koppeling_id "
            "WHERE mail.soort IN ('sleutel_geweigerd', 'ophalen_mislukt') "
            "AND jsonb_typeof(mail.gegevens) = 'object' AND mail.gegevens ? 'tekst'"
        )
    )
    for row in rows.all():
        rest = {name: value for name, value in row.gegevens.items() if name != "tekst"}
        gegevens = {**rest, "fout": _mail_fault(row)}
        bind.execute(
            sa.text("UPDATE mail SET gegevens = :gegevens WHERE id = :id"),
            {"id": row.id, "gegevens": json.dumps(gegevens)},
        )
    op.add_column("mail", sa.Column("probleem", sa.String(length=32), nullable=True))
    op.add_column("mail", sa.Column("antwoord", sa.String(length=64), nullable=True))
    op.execute(
        r"""UPDATE mail SET
            probleem = CASE WHEN fout LIKE 'adres geweigerd%' THEN 'adres_geweigerd'
                WHEN fout LIKE 'mailserver antwoordde%' THEN 'server_weigert'
                WHEN fout LIKE 'mailserver niet bereikbaar%' THEN 'server_onbereikbaar' ELSE 'niet_gemaakt' END,
            antwoord = left(COALESCE(substring(fout from '\((.*)\)$'), substring(fout from 'antwoordde (.*)$')), 64)
        WHERE fout IS NOT NULL"""
    )
    op.drop_column("mail", "fout")
    op.create_check_constraint(op.f("ck_mail_probleem"), "mail", sa.column("probleem").in_(PROBLEMS))


def _mail_fault(row: sa.Row[Any]) -> dict[str, Any]:
    """What the sentence in this mail was about; else what is wrong with its koppeling today."""
    if row.soort == "sleutel_geweigerd":
        return {"code": "Client.AutorisatieOngeldig", "eigenaar": "school", "gegevens": {}}
    eigenaar = row.fout_eigenaar or "niemand"
    for code, words in SENTENCES.items():
        if found := re.search(words, row.gegevens["tekst"] or ""):
            return {"code": code, "eigenaar": eigenaar, "gegevens": found.groupdict()}
    return {"code": row.fout_code or "onbekend", "eigenaar": eigenaar, "gegevens": row.fout_gegevens or {}}


def _downgrade_mail() -> None:
    op.drop_constraint(op.f("ck_mail_probleem"), "mail", type_="check")
    op.add_column("mail", sa.Column("fout", sa.Text(), nullable=True))
    op.execute(
        """UPDATE mail SET fout = CASE probleem
            WHEN 'adres_geweigerd' THEN 'adres geweigerd (' || COALESCE(antwoord, 'onbekend') || ')'
            WHEN 'server_weigert' THEN 'mailserver antwoordde ' || COALESCE(antwoord, 'onbekend')
            WHEN 'server_onbereikbaar' THEN 'mailserver niet bereikbaar (' || COALESCE(antwoord, 'onbekend') || ')'
            ELSE 'kon niet worden samengesteld of verstuurd' END
        WHERE probleem IS NOT NULL"""
    )
    for name in ("antwoord", "probleem"):
        op.drop_column("mail", name)
    op.execute(
        """UPDATE mail SET gegevens = gegevens - 'fout' || jsonb_build_object('tekst',
            concat('De uitwisseling is niet gelukt. Er is niets gewijzigd. (code ',
                COALESCE(gegevens #>> '{fout,code}', 'onbekend'), ')'))
        WHERE jsonb_typeof(gegevens) = 'object' AND gegevens ? 'fout'"""
    )
