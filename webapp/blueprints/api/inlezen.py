"""What the test centre has of one school: the same as `flask inlezen`, judged and written by the same code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import abort, make_response
from pydantic import ValidationError
from werkzeug.wrappers import Response

from webapp.accounts import public
from webapp.blueprints.api import bp
from webapp.blueprints.api.fouten import answer, fields
from webapp.blueprints.api.gegevens import Geweigerd, Ingelezen, Recordfout, Schoolgegevens, Telling
from webapp.blueprints.api.toegang import content, not_too_often, not_too_often_with_a_token, who
from webapp.db import db, unit_of_work
from webapp.models.ids import LeverancierId
from webapp.muur import alle_scholen
from webapp.services.inlezen import school, toetsen
from webapp.services.inlezen.fouten import BestandenGeweigerd, Fout
from webapp.services.inlezen.school import Schoolrijen
from webapp.services.inlezen.stand import Tellingen
from webapp.services.inlezen.velden import Bestand, read_row
from webapp.services.toetsen import leveranciers
from webapp.woorden import inlezen as woorden

KINDS = (Bestand.GROEPEN, Bestand.LEERKRACHTEN, Bestand.LEERLINGEN, Bestand.ACCOUNTS, Bestand.RESULTATEN)


@bp.post("/inlezen")
@public
@not_too_often
@not_too_often_with_a_token
def read_in() -> Response:
    """Read in records of one school, in one transaction. Public, since no person logs in: a token with the right does.

    One thing wrong, and nothing is written. The same once more changes nothing: a record is known by its own number.
    """
    leverancier_id = who()
    if not leveranciers.may_read_in(db.session(), leverancier_id):
        abort(404)
    try:
        verzoek = Schoolgegevens.model_validate_json(content())
    except ValidationError as error:
        return answer(422, velden=fields(error))
    rows = _rows(verzoek)
    if rows.fouten:
        return _refused(rows.fouten)
    try:
        tellingen = _judge(rows) if verzoek.proef else _write(rows, leverancier_id, is_mailed=verzoek.uitnodigen)
    except BestandenGeweigerd as refused:
        return _refused(refused.fouten)
    said = {str(kind): Telling(**vars(telling)) for kind, telling in tellingen.items()}
    return make_response(Ingelezen(proef=verzoek.proef, tellingen=said).model_dump())


def _judge(rows: Schoolrijen) -> Tellingen:
    with alle_scholen():
        session = db.session()
        found = school.judge(session, rows, toetsen.judge(session, [], []).toetsen)
        session.rollback()
    if found.fouten:
        raise BestandenGeweigerd(found.fouten)
    return found.tellingen


def _write(rows: Schoolrijen, leverancier_id: LeverancierId, *, is_mailed: bool) -> Tellingen:
    with alle_scholen(), unit_of_work() as session:
        known = toetsen.judge(session, [], []).toetsen
        return school.write(session, rows, known, is_mailed=is_mailed, bron=f"leverancier {leverancier_id}")


def _rows(verzoek: Schoolgegevens) -> Schoolrijen:
    """The same rows as a file has; the number of a record is that of its line."""
    found = Schoolrijen((verzoek.brin, verzoek.vestiging))
    of_school = {"brin": verzoek.brin, "vestiging": verzoek.vestiging}
    given: dict[Bestand, list[dict[str, Any]]] = {
        kind: [record.model_dump(exclude_unset=True) for record in getattr(verzoek, kind)] for kind in KINDS
    }
    if verzoek.naam is not None:
        given[Bestand.SCHOLEN] = [{"naam": verzoek.naam}]
    for kind, records in given.items():
        found.rijen[kind] = []
        for nummer, record in enumerate(records):
            row, wrong = read_row(kind, of_school | dict(_cells(record)), nummer)
            found.rijen[kind].append(row)
            found.fouten += wrong
    return found


def _cells(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """As a file has it: text, and nothing for null."""
    for naam, value in record.items():
        yield naam, " ".join(value) if isinstance(value, list) else "" if value is None else str(value)


def _refused(found: list[Fout]) -> Response:
    records = [
        Recordfout(
            soort=each.bestand,
            nummer=None if each.bestand == Bestand.SCHOLEN else each.regel,
            veld=each.kolom,
            fout=each.mis.replace(" ", "_"),
            uitleg=woorden.wat(each.mis),
        )
        for each in sorted(set(found))[: woorden.MOST]
    ]
    uitleg = woorden.refused_records(len(set(found)))
    body = Geweigerd(fout="records_onjuist", uitleg=uitleg, records=records).model_dump_json()
    return make_response(body, 422, {"Content-Type": "application/json"})
