"""Scores from a file: a row counts when code and name agree, and one that does not keeps out all."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.wereld import NOW, Wereld, make_wereld
from webapp.csvbestand import (
    MAX_BYTES,
    MAX_ROWS,
    CellsWrong,
    ColumnsWrong,
    FileEmpty,
    FileTooLarge,
    FileWrong,
    NoCsv,
    QuotesWrong,
    read,
)
from webapp.errors import NotAllowed
from webapp.models import Groep, Resultaat
from webapp.models.ids import GroepId, LeerlingId
from webapp.services.toetsen import scorebestand
from webapp.services.toetsen.afnames import Gevolg
from webapp.services.toetsen.controleletters import code_of, fit, plain, read_code
from webapp.services.toetsen.invoer import DateInFuture, DateUnreadable, ScoreWrong
from webapp.services.toetsen.scorebestand import (
    COLUMNS,
    CodeOfOther,
    CodeUnreadable,
    FileChanged,
    Lezer,
    NameChanged,
    NameLost,
    NoSuchToets,
    NotInGroep,
    RowTwice,
    TimeUnreadable,
)

SECRETS = ("oud" * 12, "nieuw" * 8)
DAG = "2026-11-20"
Rij = dict[str, str]


@pytest.fixture
def wereld(session: Session, app: Flask) -> Wereld:
    return make_wereld(session, app.extensions["keyring"])


def lezer(wereld: Wereld, **values: Any) -> Lezer:
    usual = Lezer(wereld.school.id, wereld.groep.id, None, SECRETS, DAG, NOW, NOW.date())
    return replace(usual, **values)


def rijen(wereld: Wereld, toets: str = "VB-RW-5") -> list[Rij]:
    """The rows of the template that are about one test."""
    rows = scorebestand.template(wereld.session, lezer(wereld))
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows if row[2] == toets]


def bestand(rows: list[Rij], encoding: str = "utf-8-sig", delimiter: str = ";") -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def check(wereld: Wereld, rows: list[Rij], **values: Any) -> scorebestand.Nagekeken:
    return scorebestand.check(wereld.session, lezer(wereld, **values), bestand(rows))


def wrong(wereld: Wereld, rows: list[Rij], **values: Any) -> list[type[Exception]]:
    return [type(each.fout) for each in check(wereld, rows, **values).fouten]


def save(wereld: Wereld, rows: list[Rij], digest: str) -> scorebestand.Nagekeken:
    return scorebestand.save(wereld.session, lezer(wereld), bestand(rows), digest=digest, door=wereld.beheerder.id)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_the_template_comes_back_as_a_spreadsheet_saves_it(wereld: Wereld, encoding: str, delimiter: str) -> None:
    for roepnaam in ("Zoë", "-Jan", "'t Hoen", "Anna; Bo", 'An"ne'):
        wereld.leerling(roepnaam)
    rows = [rij | {"score": str(nr)} for nr, rij in enumerate(rijen(wereld), 3)]
    for rij in rows:
        rij["naam"] = f"'{rij['naam']}" if rij["naam"].startswith("-") else rij["naam"]
    found = scorebestand.check(wereld.session, lezer(wereld), bestand(rows, encoding, delimiter))
    assert not found.fouten
    assert [each.voornemen.afname.ruwe_score for each in found.of(Gevolg.NIEUW)] == [3, 4, 5, 6, 7]


def test_what_is_filled_in_is_saved_and_the_same_file_again_changes_nothing(wereld: Wereld) -> None:
    for roepnaam in ("Anna", "Bram", "Cato"):
        wereld.leerling(roepnaam)
    anna, bram, cato = rijen(wereld)
    rows = [anna | {"score": "25", "tijd": "9:15", "afnamedatum": "3-11-2026"}, bram | {"score": "0"}, cato]
    found = check(wereld, rows)
    assert (found.te_bewaren, found.leeg, len(found.fouten)) == (2, 1, 0)
    assert wereld.session.scalars(select(Resultaat)).all() == []
    save(wereld, rows, found.digest)
    saved = wereld.session.scalars(select(Resultaat).order_by(Resultaat.id)).all()
    assert [(each.ruwe_score, each.afnamedatum, each.afgenomen_om, each.versie) for each in saved] == [
        (25, date(2026, 11, 3), time(9, 15), 0), (0, date(2026, 11, 20), None, 0),
    ]  # fmt: skip
    again = check(wereld, rows)
    assert (again.te_bewaren, len(again.of(Gevolg.ONGEWIJZIGD))) == (0, 2)
    rows[0]["score"] = "26"
    [changed] = check(wereld, rows).of(Gevolg.GEWIJZIGD)
    assert (changed.nummer, changed.voornemen.was, changed.voornemen.afname.ruwe_score) == (2, 25, 26)


def test_one_bad_row_and_nothing_of_the_file_is_kept(wereld: Wereld) -> None:
    wereld.leerling("Anna"), wereld.leerling("Bram")
    good, bad = rijen(wereld)
    rows = [good | {"score": "25"}, bad | {"score": "41"}]
    found = check(wereld, rows)
    assert [(each.nummer, type(each.fout)) for each in found.fouten] == [(3, ScoreWrong)]
    with pytest.raises(FileChanged):
        save(wereld, rows, found.digest)
    assert wereld.session.scalars(select(Resultaat)).all() == []


def test_a_row_counts_when_code_and_name_agree_and_never_by_name_or_place(wereld: Wereld) -> None:
    for roepnaam in ("Anna", "Bram"):
        wereld.leerling(roepnaam)
    anna, bram = (rij | {"score": "25"} for rij in rijen(wereld))
    shifted = [anna | {"naam": bram["naam"]}, bram | {"naam": anna["naam"]}]
    assert wrong(wereld, shifted) == [CodeOfOther, CodeOfOther]
    assert wrong(wereld, [anna | {"code": ""}, bram | {"code": anna["code"][:-3]}]) == [CodeUnreadable] * 2
    number, letters = anna["code"].split("-")
    assert wrong(wereld, [anna | {"code": f"{int(number) + 7}-{letters}"}]) == [CodeOfOther]
    assert not wrong(wereld, [anna | {"code": anna["code"].lower(), "naam": "  ANNA  de vries "}])
    assert wrong(wereld, [anna, anna | {"afnamedatum": "2026-11-02"}]) == [RowTwice, RowTwice]


def test_a_letter_that_the_encoding_of_a_spreadsheet_lost_is_told_as_such(wereld: Wereld) -> None:
    wereld.leerling("Fedde", achternaam="Şahin")
    [fedde] = rijen(wereld)
    assert wrong(wereld, [fedde | {"score": "25", "naam": "Fedde ?ahin"}]) == [NameLost]
    assert not wrong(wereld, [fedde | {"score": "25", "naam": "Fedde Sahin"}])


def test_a_name_that_changed_since_asks_for_a_new_template(wereld: Wereld) -> None:
    leerling = wereld.leerling("Anna")
    [anna] = rijen(wereld)
    leerling.roepnaam = "Hanna"
    wereld.session.flush()
    assert wrong(wereld, [anna | {"score": "25"}]) == [NameChanged]
    assert wrong(wereld, [anna | {"score": "25", "naam": leerling.naam}]) == [CodeOfOther]
    [fresh] = rijen(wereld)
    assert not wrong(wereld, [fresh | {"score": "25"}])


def test_who_sits_elsewhere_is_no_row_of_this_groep_nor_is_this_groep_of_who_may_not_open_it(
    wereld: Wereld, app: Flask
) -> None:
    other = Groep(school_id=wereld.school.id, naam="Groep 6", jaargroep="6", schooljaar="2026-2027")
    wereld.session.add(other)
    wereld.session.flush()
    leerling = wereld.leerling("Anna")
    [anna] = rijen(wereld)
    leerling.groep_id = other.id
    wereld.session.flush()
    elsewhere = make_wereld(wereld.session, app.extensions["keyring"], brin="98XX").leerling("Anna")
    stranger = anna | {"code": code_of(SECRETS, LeerlingId(elsewhere.id), elsewhere.naam)}
    assert wrong(wereld, [rij | {"score": "25"} for rij in (anna, stranger)]) == [NotInGroep, NotInGroep]
    for refused in ({"groepen": {other.id}}, {"groep_id": GroepId(0)}):
        with pytest.raises(NotAllowed):
            check(wereld, [anna], **refused)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"toets": "VB-XX"}, NoSuchToets),
        ({"toetsnaam": "Spelling groep 4 (verzonnen)"}, NoSuchToets),
        ({"afnamedatum": "12/31/2026"}, DateUnreadable),
        ({"afnamedatum": "24-11-2026"}, DateInFuture),
        ({"tijd": "24:00"}, TimeUnreadable),
        ({"tijd": "ochtend"}, TimeUnreadable),
        ({"score": "2,5"}, ScoreWrong),
        ({"score": "-1"}, ScoreWrong),
    ],
)
def test_a_row_says_what_is_wrong_with_it(wereld: Wereld, values: Rij, kind: type[Exception]) -> None:
    wereld.leerling("Anna")
    [anna] = rijen(wereld)
    assert wrong(wereld, [anna | {"score": "25"} | values]) == [kind]


def test_what_a_colleague_saved_meanwhile_is_shown_first(wereld: Wereld) -> None:
    leerling = wereld.leerling("Anna")
    rows = [rij | {"score": "25"} for rij in rijen(wereld)]
    shown = check(wereld, rows)
    wereld.resultaat(leerling, score=30)
    with pytest.raises(FileChanged):
        save(wereld, rows, shown.digest)
    now = check(wereld, rows)
    assert [each.voornemen.was for each in now.of(Gevolg.GEWIJZIGD)] == [30]
    save(wereld, rows, now.digest)
    assert save(wereld, rows, now.digest).te_bewaren == 0, "pressed twice"


HEAD = ";".join(COLUMNS)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", FileEmpty),
        (b"\xef\xbb\xbf \r\n", FileEmpty),
        (HEAD.encode("utf-16"), NoCsv),
        (b"PK\x03\x04\x00\x00", NoCsv),
        (HEAD.encode() + b"\r\n\x81;\xff", NoCsv),
        (f'{HEAD}\r\n"a;b'.encode(), QuotesWrong),
        (f'{HEAD}\r\n"a"b;c'.encode(), QuotesWrong),
        (f"{HEAD}\r\na;b".encode(), CellsWrong),
        (f"{HEAD};extra".encode(), ColumnsWrong),
        (f"{HEAD};score".encode(), ColumnsWrong),
        (b"code;naam", ColumnsWrong),
        (b"x" * (MAX_BYTES + 1), FileTooLarge),
        (HEAD.encode() + b"\r\n1;;;;;;" * (MAX_ROWS + 1), FileTooLarge),
    ],
)
def test_a_file_that_is_no_such_file_is_refused_as_a_whole(content: bytes, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        read(content, COLUMNS)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    with suppress(FileWrong):
        read(HEAD.encode() + b"\r\n" + content, COLUMNS)


def test_lines_are_counted_as_a_spreadsheet_shows_them() -> None:
    rows = read(f'{HEAD}\r\n;;;;;;\r\n1;"a\r\nb";;;;;\r\n2;;;;;;\r\n'.encode(), COLUMNS)
    assert [(row.nummer, row.velden["code"]) for row in rows] == [(4, "1"), (5, "2")]


@given(st.integers(1, 10**8), st.text(max_size=30))
def test_letters_fit_their_number_and_name_under_any_secret_that_counts(number: int, naam: str) -> None:
    leerling_id = LeerlingId(number)
    for made_by in (SECRETS, SECRETS[:1]):
        code = read_code(code_of(made_by, leerling_id, naam))
        assert code is not None
        assert code[0] == leerling_id
        assert fit(SECRETS, leerling_id, code[1], naam)


def test_a_guess_seldom_fits() -> None:
    fits = sum(fit(SECRETS[-1:], LeerlingId(number), "BC", "Anna de Vries") for number in range(1, 20_001))
    assert 20 <= fits <= 100, "one in 361"


def test_a_name_is_compared_without_what_a_spreadsheet_loses() -> None:
    assert plain(" Zoë  VAN DER Ploeg") == plain("Zoe van der ploeg")
    assert plain("Zoë") != plain("Zoa")
