"""Reviews from before reasons were codes: every sentence reads as it did, and a downgrade brings the old rows back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.pool import NullPool

from webapp.matching.words import REDENEN, VETOES, say_redenen
from webapp.migrate import alembic_config
from webapp.uwlr.warnings import SENTENCES, say

BEFORE, AFTER = "0005", "0006"
DOUBT = (
    "Controleer: de roepnamen lijken op elkaar, maar zijn niet gelijk, achternaam gelijk op voorvoegsel na, "
    "roepnaam één letter anders, lijkt een tikfout, geboortedatum gelijk."
)
OLD = "een oude zin, van vroeger"
LINES = [
    # voorstel, rule, reden, reden of the candidate
    ("zeker", "eckid", "Automatisch gekoppeld: ECK iD gelijk, achternaam gelijk, roepnaam gelijk.", None),
    ("zeker", "ongewijzigd", "Eerder gekoppeld en niets veranderd.", None),
    ("zeker", "externe-sleutel", "Automatisch gekoppeld: zelfde groep in de administratie.", None),
    ("nieuw", "niemand", "Nieuw: niemand lijkt hierop.", None),
    ("twijfel", "roepnaam-lijkt", DOUBT, DOUBT.removesuffix(".").partition("niet gelijk, ")[2]),
    ("twijfel", "eckid", "Controleer: iemand anders heeft dit externe nummer nog.", "zelfde extern nummer"),
    ("twijfel", "een-oude-regel", f"Controleer: {OLD}.", f"achternaam gelijk, {OLD}"),
]
CODES = [
    (["eckid-gelijk", "achternaam-gelijk", "roepnaam-gelijk"], None),
    (["ongewijzigd"], None),
    (["zelfde-groep"], None),
    ([], None),
    (["achternaam-op-voorvoegsel", "roepnaam-tikfout", "datum-gelijk"],) * 2,
    (["nummer-bezet"], ["nummer-gelijk"]),
    ([OLD], ["achternaam-gelijk", OLD]),
]
WARNINGS = {
    "Het veld roepnaam is te lang en is niet overgenomen.": 2,
    "Een leerling zonder sleutel en zonder ECK iD is niet overgenomen (leerling 12 in de levering).": 1,
    "Twee groepen hebben deze sleutel; de eerste telt.": 1,
    "Het bericht wijkt af van de standaard: regel 3: onverwacht element.": 3,
    "Een zin die niemand meer kent.": 4,
}


Rows = list[dict[str, Any]]


@pytest.fixture
def old(owner_url: str) -> Iterator[Connection]:
    """A review as it was kept before the change; only its own two tables matter."""
    command.downgrade(alembic_config(owner_url), BEFORE)
    engine = create_engine(owner_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        for table, column in (("importbatch", "school"), ("importbatch", "koppeling"), ("importregel", "school")):
            name = f"fk_{table}_{column}_id_{column}"  # what these rows point at is not needed
            connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
        connection.execute(
            text(
                "INSERT INTO importbatch (id, school_id, koppeling_id, status, schooljaar, vingerafdruk, rev, "
                "tellingen, opgehaald_op) VALUES (1, 1, 1, 'verwerkt', '2026-2027', '', 0, :tellingen, now())"
            ),
            {"tellingen": json.dumps({"groep": {"nieuw": 1}, "waarschuwingen": WARNINGS})},
        )
        for voorstel, regel, reden, candidate in LINES:
            kandidaten = [] if candidate is None else [{"id": 7, "reden": candidate}]
            connection.execute(
                text(
                    "INSERT INTO importregel (school_id, batch_id, soort, groep_keys, voorstel, regel, reden, "
                    "kandidaten, via_groep) VALUES (1, 1, 'leerling', '{}', :voorstel, :regel, :reden, :kandidaten, "
                    "false)"
                ),
                {"voorstel": voorstel, "regel": regel, "reden": reden, "kandidaten": json.dumps(kandidaten)},
            )
        yield connection


def _kept(connection: Connection) -> tuple[Rows, Any]:
    """What the two tables hold now."""
    columns = text("SELECT * FROM importregel ORDER BY id")
    lines = [dict(row) for row in connection.execute(columns).mappings()]
    return lines, connection.scalar(text("SELECT tellingen FROM importbatch"))


def test_known_sentences_become_codes_and_the_others_stay_readable(old: Connection, owner_url: str) -> None:
    command.upgrade(alembic_config(owner_url), AFTER)
    rows = old.execute(text("SELECT matchregel, redenen, kandidaten FROM importregel ORDER BY id")).all()
    assert [row.matchregel for row in rows] == [rule for _, rule, _, _ in LINES]
    found = [(row.redenen, row.kandidaten[0]["redenen"] if row.kandidaten else None) for row in rows]
    assert found == CODES
    migration = ScriptDirectory.from_config(alembic_config("")).get_revision(AFTER).module
    then = {code: said for said, code in migration._REDENEN.items()}
    for row, (_, _, _, candidate) in zip(rows, LINES, strict=True):
        assert candidate is None or ", ".join(then.get(c, c) for c in row.kandidaten[0]["redenen"]) == candidate
    assert say_redenen([OLD]) == OLD
    tellingen = old.scalar(text("SELECT tellingen FROM importbatch"))
    assert tellingen["groep"] == {"nieuw": 1}
    told = {say(w["soort"], w["onderdeel"], w["detail"]): w["aantal"] for w in tellingen["waarschuwingen"]}
    assert told == {said.replace("de levering", "de aanlevering"): times for said, times in WARNINGS.items()}


def test_a_downgrade_brings_the_sentences_back(old: Connection, owner_url: str) -> None:
    before = _kept(old)
    command.upgrade(alembic_config(owner_url), AFTER)
    assert _kept(old) != before
    command.downgrade(alembic_config(owner_url), BEFORE)
    assert _kept(old) == before


def test_json_null_is_nothing(old: Connection, owner_url: str) -> None:
    """A column that may not be empty can hold it, and an entry too."""
    for value in ("null", '[{"id": 7, "reden": null}]'):
        old.execute(
            text(
                "INSERT INTO importregel (school_id, batch_id, soort, groep_keys, voorstel, regel, reden, kandidaten, "
                f"via_groep) SELECT 2, 1, soort, groep_keys, 'zeker', regel, 'x.', '{value}', false "
                "FROM importregel WHERE id = 1"
            )
        )
    for id_, counts in ((2, "null"), (3, '{"waarschuwingen": null}')):
        old.execute(
            text(
                "INSERT INTO importbatch (id, school_id, koppeling_id, status, schooljaar, vingerafdruk, rev, "
                "tellingen, opgehaald_op) SELECT :id, school_id, koppeling_id, status, schooljaar, vingerafdruk, rev, "
                "CAST(:tellingen AS jsonb), opgehaald_op FROM importbatch WHERE id = 1"
            ),
            {"id": id_, "tellingen": counts},
        )
    kandidaten = text("SELECT kandidaten FROM importregel WHERE school_id = 2 ORDER BY id")
    tellingen = text("SELECT tellingen FROM importbatch WHERE id > 1 ORDER BY id")
    command.upgrade(alembic_config(owner_url), AFTER)
    assert old.scalars(kandidaten).all() == [[], [{"id": 7, "redenen": []}]]
    assert old.scalars(tellingen).all() == [{}, {"waarschuwingen": []}]
    old.execute(text('UPDATE importregel SET kandidaten = \'[{"id": 7, "redenen": null}]\' WHERE school_id = 2'))
    old.execute(text("UPDATE importbatch SET tellingen = 'null' WHERE id = 2"))
    command.downgrade(alembic_config(owner_url), BEFORE)
    assert old.scalars(kandidaten).all() == [[{"id": 7, "reden": ""}]] * 2
    assert old.scalars(tellingen).all() == [{}, {"waarschuwingen": {}}]


def test_each_distinct_text_is_translated_once(old: Connection, owner_url: str) -> None:
    """However many lines there are: with a statement for each, 100,000 lines took minutes."""
    old.execute(
        text(
            "INSERT INTO importregel (school_id, batch_id, soort, groep_keys, voorstel, regel, reden, kandidaten, "
            "via_groep) SELECT 1, 1, soort, groep_keys, voorstel, regel, reden, kandidaten, via_groep "
            "FROM importregel, generate_series(1, 300)"
        )
    )
    written: list[int] = []

    def count(_: Any, __: Any, statement: str, parameters: Any, ___: Any, is_many: bool) -> None:
        if statement.startswith("UPDATE importregel"):
            written.append(len(parameters) if is_many else 1)

    event.listen(Engine, "before_cursor_execute", count)
    try:
        command.upgrade(alembic_config(owner_url), AFTER)
        command.downgrade(alembic_config(owner_url), BEFORE)
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    assert sum(written) == 2 * 3


def test_every_code_of_then_still_has_words() -> None:
    migration = ScriptDirectory.from_config(alembic_config("")).get_revision(AFTER).module
    assert set(migration._REDENEN.values()) <= set(REDENEN)
    assert set(migration._VETOES) <= set(VETOES)
    assert {soort for soort, _ in migration._WAARSCHUWINGEN} <= set(SENTENCES)
