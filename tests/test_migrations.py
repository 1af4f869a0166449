"""Rows that an earlier version wrote mean the same after the tables changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, Engine, create_engine, select, text
from sqlalchemy.orm import Session

from webapp.migrate import alembic_config
from webapp.models import Koppeling, Levering, Mail, Verzending
from webapp.models.fout import EigenCode, Fout, Foutcode, Situatie
from webapp.models.mail import Mailprobleem
from webapp.muur import ALLE_SCHOLEN
from webapp.uwlr.codes import FaultCode, Owner, Reden
from webapp.uwlr.sentences import explain
from webapp.woorden.fouten import uitleg
from webapp.woorden.post import probleem
from webapp.woorden.sleutel import proef

BEFORE = "0003"


@pytest.fixture
def before(owner_url: str) -> Iterator[Engine]:
    """A database as it was before faults became codes."""
    command.downgrade(alembic_config(owner_url), BEFORE)
    engine = create_engine(owner_url)
    yield engine
    engine.dispose()


def upgraded(engine: Engine) -> Session:
    command.upgrade(alembic_config(engine.url.render_as_string(hide_password=False)), "head")
    return Session(engine, info={"school": ALLE_SCHOLEN})


def old_koppeling(connection: Connection, brin: str, **values: Any) -> None:
    columns = {"schoolnaam": "De Regenboog", "contact_naam": "A", "contact_email": "a@x.example", "vestiging": "00"}
    row: dict[str, Any] = {
        **columns,
        "status": "actief",
        "las_type": "parnassys",
        "brin": brin,
        "schooljaar": "2026-2027",
    }
    row |= {"ophalen_pogingen": 0, "zenden_pogingen": 0, **values}
    names = ", ".join(row)
    connection.execute(text(f"INSERT INTO koppeling ({names}) VALUES ({', '.join(f':{name}' for name in row)})"), row)


def test_every_fault_of_a_koppeling_keeps_its_code_and_its_sentence(before: Engine) -> None:
    unsure = "ParnasSys heeft de resultaten niet bevestigd. We sturen ze vanzelf opnieuw."  # as it was said then
    with before.begin() as connection:
        old_koppeling(
            connection, "01AA", fout_code="Client.AutorisatieOngeldig", fout_eigenaar="school", fout_tekst="x"
        )
        old_koppeling(connection, "01AB", fout_code="Client.ScoreOngeldig", fout_eigenaar="klantenservice")
        old_koppeling(
            connection,
            "01AC",
            fout_code="geengegevens",
            fout_eigenaar="school",
            fout_tekst="ParnasSys heeft geen gegevens voor schooljaar 2025-2026. Is daar een ander schooljaar actief?",
        )
        old_koppeling(
            connection, "01AD", zend_fout_code="storing", zend_fout_eigenaar="niemand", zend_fout_tekst=unsure
        )
        old_koppeling(
            connection,
            "01AE",
            zend_fout_code="Client.OngeldigBericht",
            zend_fout_tekst="ParnasSys weigert opvallend veel resultaten. We zijn gestopt",
        )
        old_koppeling(connection, "01AF", fout_code="van_vroeger", fout_eigenaar="iemand", fout_tekst="Kapot.")
        old_koppeling(connection, "01AG", fout_eigenaar="school")
    with upgraded(before) as session:
        found = {k.brin: k for k in session.query(Koppeling)}
        assert found["01AA"].fout == Fout(FaultCode.AUTORISATIE_ONGELDIG, Owner.SCHOOL)
        assert found["01AB"].fout == Fout(
            FaultCode.SCORE_ONGELDIG, Owner.KLANTENSERVICE, {"situatie": Situatie.BIJ_OPHALEN}
        )
        assert found["01AC"].fout == Fout(EigenCode.GEEN_GEGEVENS, Owner.SCHOOL, {"schooljaar": "2025-2026"})
        assert found["01AD"].zend_fout == Fout(Reden.STORING, Owner.NIEMAND, {"situatie": Situatie.ONBEVESTIGD})
        assert (
            uitleg(found["01AD"].zend_fout, "ParnasSys").school == explain(Reden.GEEN_BEVESTIGING, "ParnasSys").school
        )
        assert found["01AE"].zend_fout == Fout(
            FaultCode.ONGELDIG_BERICHT, Owner.NIEMAND, {"situatie": Situatie.TE_VEEL}
        )
        assert found["01AF"].fout == Fout(EigenCode.ONBEKEND, Owner.NIEMAND, {"code": "van_vroeger"})
        assert found["01AG"].fout is None


def test_every_fault_of_a_result_keeps_its_code_and_its_sentence(before: Engine) -> None:
    codes = ("Client.LeerlingOngeldig", "Client.ScoreOngeldig", "alleen_eckid", None)
    with before.begin() as connection:
        for table, columns in {
            "levering": ("resultaat_id", "school_id"),
            "verzending": ("koppeling_id", "school_id"),
        }.items():
            for column in columns:  # without leerling, test or result
                name = f"fk_{table}_{column}_{column.removesuffix('_id')}"
                connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
        for nth, code in enumerate(codes):
            connection.execute(
                text(
                    "INSERT INTO levering (resultaat_id, school_id, versie, bevestigd, status, pogingen, fout_code, "
                    "fout_eigenaar) VALUES (:nth, 1, 1, 0, 'geweigerd', 0, :code, :wie)"
                ),
                {"nth": nth, "code": code, "wie": code and "las"},
            )
        connection.execute(
            text(
                "INSERT INTO verzending (school_id, koppeling_id, claim, aantal, aanmaakdatum, uitkomst, fout_code) "
                "VALUES (1, 1, gen_random_uuid(), 1, now(), 'geweigerd', 'van_vroeger')"
            )
        )
    with upgraded(before) as session:
        found = [levering.fout for levering in session.query(Levering).order_by(Levering.resultaat_id)]
        assert session.scalars(select(Verzending.fout_code)).all() == [EigenCode.ONBEKEND]
    alone: dict[str, str] = {"situatie": Situatie.ALLEEN}
    assert found == [
        Fout(FaultCode.LEERLING_ONGELDIG, Owner.LAS, alone),
        Fout(FaultCode.SCORE_ONGELDIG, Owner.LAS, alone),
        Fout(EigenCode.ALLEEN_ECKID, Owner.LAS),
        None,
    ]


def test_what_was_found_with_a_key_is_read_back(before: Engine) -> None:
    texts = {
        "01AA": (True, "gegevens", "School, de 2e, 1 groep, 203 leerlingen, schooljaar 2026-2027"),
        "01AB": (True, "geenwijzigingen", "De Regenboog, geen wijzigingen"),
        "01AC": (
            False,
            "geengegevens",
            "De sleutel werkt, maar ParnasSys heeft voor 2027-2028 nog geen gegevens van deze school of locatie. "
            "Controleer het schooljaar en de locatie.",
        ),
        "01AD": (
            False,
            "geen_verbinding",
            "ParnasSys is niet bereikbaar. Of de sleutel werkt, weten wij dus nog niet.",
        ),
        "01AE": (True, "gegevens", "iets anders"),
    }
    with before.begin() as connection:
        for brin, (gelukt, code, tekst) in texts.items():
            old_koppeling(
                connection, brin, proef_op="2026-11-01", proef_gelukt=gelukt, proef_code=code, proef_tekst=tekst
            )
    with upgraded(before) as session:
        said = {k.brin: (k.proef_gelukt, proef(k, "ParnasSys")) for k in session.query(Koppeling)}
    assert said.pop("01AE") == (None, ""), "what cannot be read back counts as not tried"
    assert said == {brin: (gelukt, tekst) for brin, (gelukt, _, tekst) in texts.items() if brin != "01AE"}


MAILS: dict[str, dict[str, tuple[Foutcode, dict[str, str]]]] = {
    "ophalen_mislukt": {
        f"ParnasSys heeft geen gegevens voor schooljaar 2025-2026. {'Is daar'} een ander schooljaar actief?": (
            EigenCode.GEEN_GEGEVENS,
            {"schooljaar": "2025-2026"},
        ),
        explain(Reden.GEEN_XML, "ParnasSys").school: (Reden.GEEN_XML, {}),
        explain(Reden.ANDERE_SCHOOL, "ParnasSys").school: (Reden.ANDERE_SCHOOL, {}),
        "Een zin van lang geleden.": (EigenCode.ONBEKEND, {}),
    },
    "sleutel_geweigerd": {"Hoe dan ook.": (FaultCode.AUTORISATIE_ONGELDIG, {})},
}


def test_a_mail_that_still_has_to_go_says_what_it_said(before: Engine) -> None:
    rows = [(soort, tekst, fout) for soort, texts in MAILS.items() for tekst, fout in texts.items()]
    with before.begin() as connection:
        old_koppeling(connection, "01AA")
        for soort, tekst, _ in rows:
            connection.execute(
                text(
                    "INSERT INTO mail (soort, ontvanger, koppeling_id, gegevens, status, pogingen) "
                    "SELECT :soort, 'a@x.example', koppeling.id, :gegevens, 'klaar', 0 FROM koppeling"
                ),
                {"soort": soort, "gegevens": json.dumps({"tekst": tekst})},
            )
    with upgraded(before) as session:
        found = [Fout.from_json(mail.gegevens["fout"]) for mail in session.query(Mail).order_by(Mail.id)]
    assert [(fout.code, fout.gegevens) for fout in found] == [fout for *_, fout in rows]


def test_json_null_in_a_mail_is_a_sentence_that_is_not_there(before: Engine) -> None:
    url = before.url.render_as_string(hide_password=False)
    with before.begin() as connection:
        old_koppeling(connection, "01AA")
        for gegevens in ('{"tekst": null}', "null", '["tekst"]'):
            connection.execute(
                text(
                    "INSERT INTO mail (soort, ontvanger, koppeling_id, gegevens, status, pogingen) SELECT "
                    "'ophalen_mislukt', 'a@x.example', koppeling.id, CAST(:gegevens AS jsonb), 'klaar', 0 "
                    "FROM koppeling"
                ),
                {"gegevens": gegevens},
            )
    kept = text("SELECT gegevens FROM mail ORDER BY id")
    with upgraded(before) as session:
        assert session.scalars(kept).all() == [
            {"fout": {"code": "onbekend", "eigenaar": "niemand", "gegevens": {}}}, None, ["tekst"],
        ]  # fmt: skip
        session.execute(text("""UPDATE mail SET gegevens = '{"fout": null}' WHERE gegevens ? 'fout'"""))
        session.commit()
    command.downgrade(alembic_config(url), BEFORE)
    with before.begin() as connection:
        assert "(code onbekend)" in connection.scalars(kept).all()[0]["tekst"]


PROBLEMS = {
    "adres geweigerd (550)": Mailprobleem.ADRES_GEWEIGERD,
    "mailserver antwoordde 421": Mailprobleem.SERVER_WEIGERT,
    "mailserver niet bereikbaar (TimeoutError)": Mailprobleem.SERVER_ONBEREIKBAAR,
    "kon niet worden samengesteld of verstuurd": Mailprobleem.NIET_GEMAAKT,
}


def test_why_a_mail_did_not_go_survives_there_and_back(before: Engine) -> None:
    with before.begin() as connection:
        for fout in PROBLEMS:
            connection.execute(
                text(
                    "INSERT INTO mail (soort, ontvanger, gegevens, status, pogingen, fout) "
                    "VALUES ('wachtwoord', 'a@x.example', '{}', 'opgegeven', 9, :fout)"
                ),
                {"fout": fout},
            )
    with upgraded(before) as session:
        mails = session.query(Mail).order_by(Mail.id).all()
        assert [(probleem(mail.probleem, mail.antwoord), mail.probleem) for mail in mails] == list(PROBLEMS.items())
    command.downgrade(alembic_config(before.url.render_as_string(hide_password=False)), BEFORE)
    with before.begin() as connection:
        assert list(connection.scalars(text("SELECT fout FROM mail ORDER BY id"))) == list(PROBLEMS)


def test_the_way_back_keeps_every_code(before: Engine) -> None:
    with before.begin() as connection:
        old_koppeling(connection, "01AA", fout_code="Client.ScoreOngeldig", fout_eigenaar="klantenservice")
        old_koppeling(connection, "01AB", zend_fout_code="van_vroeger", zend_fout_eigenaar="school")
        old_koppeling(connection, "01AC", proef_op="2026-11-01", proef_gelukt=True, proef_code="gegevens",
                      proef_tekst="De Regenboog, 1 groep, 203 leerlingen, schooljaar 2026-2027")  # fmt: skip
    upgraded(before).close()
    command.downgrade(alembic_config(before.url.render_as_string(hide_password=False)), BEFORE)
    with before.begin() as connection:
        rows = connection.execute(
            text(
                "SELECT fout_code, fout_tekst, zend_fout_code, zend_fout_eigenaar, proef_tekst FROM koppeling "
                "ORDER BY brin"
            )
        ).all()
    assert rows[0].fout_code == "Client.ScoreOngeldig"
    assert "niets gewijzigd" in rows[0].fout_tekst
    assert (rows[1].zend_fout_code, rows[1].zend_fout_eigenaar) == ("van_vroeger", "school")
    assert rows[2].proef_tekst == "De Regenboog, 1 groep, 203 leerlingen, schooljaar 2026-2027"


def test_a_mail_that_is_out_has_no_next_moment(before: Engine) -> None:
    with before.begin() as connection:
        for status in ("klaar", "mislukt", "verzonden", "opgegeven"):
            connection.execute(
                text(
                    "INSERT INTO mail (soort, ontvanger, gegevens, status, pogingen) "
                    "VALUES ('wachtwoord', 'a@x.example', '{}', :status, 0)"
                ),
                {"status": status},
            )
    with upgraded(before) as session:
        waits = [mail.volgende_op is not None for mail in session.query(Mail).order_by(Mail.id)]
    assert waits == [True, True, False, False]
    command.downgrade(alembic_config(before.url.render_as_string(hide_password=False)), BEFORE)
    with before.begin() as connection:
        assert connection.scalar(text("SELECT count(volgende_op) FROM mail")) == 4
