"""All of a school in one file: a zip with a CSV per table, written row by row.

A spreadsheet that opens a CSV takes a cell that begins with one of `FORMULA` for a formula and may run it; such a cell
gets an apostrophe. Secrets are of nobody's export: the sleutel, claims, hashes.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from webapp.csvbestand import FORMULA
from webapp.models import (
    Account,
    Afnamesleutel,
    Afnameverzoek,
    Afspraken,
    Audit,
    Base,
    Besluit,
    Bezorging,
    Daad,
    Groep,
    Handeling,
    Herzendregel,
    Importbatch,
    Importregel,
    Koppeling,
    Leerkracht,
    Leerling,
    LeverancierSchool,
    Levering,
    Mail,
    Medewerker,
    MogelijkDezelfde,
    Mutatie,
    Nazending,
    Nazendregel,
    Norm,
    Overdracht,
    Overdrachtvraag,
    Overgang,
    Resultaat,
    School,
    Schoolnacht,
    Teruggenomen,
    Toetreding,
    Toets,
    Uitgezet,
    Uitzondering,
    VervallenUitzondering,
    Verzending,
    Wissing,
    Zendkeuze,
)
from webapp.models.ids import AccountId, SchoolId
from webapp.models.leerlinggegevens import leerkracht_groep
from webapp.services import audit
from webapp.services.bewaring.inzage import plain

_AT_ONCE = 500
SECRETS: Mapping[str, frozenset[str]] = {
    "koppeling": frozenset({"sleutel", "afzender"}),
    "account": frozenset(
        {"password", "fs_uniquifier", "tf_primary_method", "tf_totp_secret", "tf_teller", "mf_recovery_codes"}
    ),
    "wissing": frozenset({"afdrukken"}),
}
"""Columns that no file has, by table; columns of claims have none either."""


def write(session: Session, school_id: SchoolId, file: IO[bytes], *, door: AccountId) -> int:
    """Write the zip to an open file; return how many rows it has."""
    rows = 0
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, query in queries(school_id).items():
            with archive.open(f"{name}.csv", "w", force_zip64=True) as raw:
                rows += _write_table(session, query, raw)
    audit.record(session, Daad.UITVOER, f"school {school_id}", door=door, school_id=school_id, rijen=rows)
    return rows


def queries(school_id: SchoolId) -> dict[str, Select[Any]]:
    """What belongs to a school, by table."""
    own: Sequence[Any] = (
        Groep, Leerkracht, Leerling, Uitzondering, Resultaat, Levering, Bezorging, Verzending, Importbatch, Importregel,
        Besluit, Wissing, Mail, Audit, Koppeling, Medewerker, Toetreding,
        Overdracht, Overdrachtvraag, Handeling, Mutatie, Teruggenomen, VervallenUitzondering, Afspraken,
        MogelijkDezelfde, Overgang, Zendkeuze, Uitgezet, Nazending, Nazendregel, LeverancierSchool, Afnamesleutel,
        Afnameverzoek, Herzendregel,
    )  # fmt: skip
    found = {each.__tablename__: select(*_columns(each)).where(each.school_id == school_id) for each in own}
    staff = select(Medewerker.account_id).where(Medewerker.school_id == school_id)
    koppelingen = select(Koppeling.id).where(Koppeling.school_id == school_id)
    taken = select(Resultaat.toets_id).where(Resultaat.school_id == school_id)
    teachers = select(Leerkracht.id).where(Leerkracht.school_id == school_id)
    return found | {
        "school": select(*_columns(School)).where(School.id == school_id),
        "account": select(*_columns(Account)).where(Account.id.in_(staff)),
        "schoolnacht": select(*_columns(Schoolnacht)).where(Schoolnacht.koppeling_id.in_(koppelingen)),
        "toets": select(*_columns(Toets)).where(Toets.id.in_(taken)),
        "norm": select(*_columns(Norm)).where(Norm.toets_id.in_(taken)),
        "leerkracht_groep": select(leerkracht_groep).where(leerkracht_groep.c.leerkracht_id.in_(teachers)),
    }


def safe(value: object) -> str:
    """A cell that a spreadsheet shows as it is."""
    found = plain(value)
    if found is None:
        return ""
    if isinstance(found, list | dict):
        return json.dumps(found, ensure_ascii=False, default=str)
    text = str(found)
    return f"'{text}" if isinstance(found, str) and text.startswith(FORMULA) else text


def _columns(table: type[Base]) -> list[Any]:
    hidden = SECRETS.get(table.__tablename__, frozenset())
    columns = table.__table__.columns
    return [column for column in columns if column.name not in hidden and "claim" not in column.name]


def _write_table(session: Session, query: Select[Any], raw: IO[bytes]) -> int:
    text = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
    writer, number = csv.writer(text), 0
    found = session.execute(query.execution_options(yield_per=_AT_ONCE))
    writer.writerow(found.keys())
    for row in found:
        writer.writerow(_cells(row))
        number += 1
    text.flush()
    text.detach()
    return number


def _cells(row: Iterable[object]) -> list[str]:
    return [safe(value) for value in row]
