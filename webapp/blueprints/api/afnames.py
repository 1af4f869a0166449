"""Results that a supplier hands in for one of its schools."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from flask import make_response, request
from pydantic import ValidationError
from werkzeug.wrappers import Response

from webapp.accounts import public
from webapp.blueprints.api import bp
from webapp.blueprints.api.fouten import answer, fields
from webapp.blueprints.api.toegang import content, not_too_often, not_too_often_with_a_token, who
from webapp.blueprints.api.vorm import Afname, Omslag, Uitkomst
from webapp.db import db, unit_of_work
from webapp.models.ids import LeerlingId, LeverancierId, SchoolId, ToetsId
from webapp.muur import NO_SCHOOL, alle_scholen, of_school
from webapp.presentation import today
from webapp.services.clock import database_now
from webapp.services.toetsen import aanleveren, leveranciers
from webapp.services.toetsen.aanleveren import Aangeboden
from webapp.services.toetsen.afnames import Afgenomen
from webapp.services.toetsen.normen import Normuitkomst
from webapp.woorden.aanleveren import CODES, ONGELDIG

_KEY = re.compile(r"[A-Za-z0-9._-]{1,64}")


@bp.post("/afnames")
@public
@not_too_often
@not_too_often_with_a_token
def hand_in() -> Response:
    """Take in results of one school. Public, since a supplier does not log in: its token is the door."""
    leverancier_id = who()
    sleutel = request.headers.get("Idempotency-Key", "")
    if _KEY.fullmatch(sleutel) is None:
        return answer(400, velden=["Idempotency-Key"])
    sent = content()
    try:
        verzoek = Omslag.model_validate_json(sent)
    except ValidationError as error:
        return answer(422, velden=fields(error))
    with alle_scholen():
        found = leveranciers.school_of(db.session(), leverancier_id, verzoek.brin, verzoek.vestiging)
    with of_school(found or NO_SCHOOL):
        uitkomsten = _take_in(leverancier_id, found, sleutel, sha256(sent).hexdigest(), verzoek)
    return make_response({"uitkomsten": uitkomsten})


def _take_in(
    leverancier_id: LeverancierId, school_id: SchoolId | None, sleutel: str, inhoud: str, verzoek: Omslag
) -> list[dict[str, Any]]:
    """A school that is not theirs is one without leerlingen, and nothing is kept of it."""
    with unit_of_work() as session:
        if school_id is not None:
            before = aanleveren.answered(session, leverancier_id, school_id, sleutel, inhoud)
            if before is not None:
                return before
        uitkomsten = [_read(record) for record in verzoek.afnames]
        good = [each for each in uitkomsten if isinstance(each, Aangeboden)]
        done = aanleveren.take_in(
            session,
            leverancier_id,
            school_id or NO_SCHOOL,
            good,
            normeren=verzoek.normeren,
            now=database_now(session),
            today=today(),
        )
        answers = iter(done)
        said = [
            (_said(next(answers)) if isinstance(each, Aangeboden) else each).model_dump(mode="json")
            for each in uitkomsten
        ]
        if school_id is not None:
            aanleveren.remember_answer(session, leverancier_id, school_id, sleutel, inhoud, said)
    return said


def _read(record: Any) -> Aangeboden | Uitkomst:
    try:
        afname = Afname.model_validate_json(json.dumps(record))
    except ValidationError as error:
        sleutel = record.get("eigen_nummer") if isinstance(record, Mapping) else None
        known = sleutel if isinstance(sleutel, str) and _KEY.fullmatch(sleutel) else None
        return Uitkomst(eigen_nummer=known, gevolg=None, fout=ONGELDIG[0], velden=fields(error))
    inhoud = sha256(afname.model_dump_json().encode()).hexdigest()
    return Aangeboden(afname.eigen_nummer, afname.versie, inhoud, afname.toets, _afgenomen(afname))


def _afgenomen(afname: Afname) -> Afgenomen:
    uitkomst = None
    if afname.vaardigheidsscore is not None and afname.percentiel is not None and afname.niveau is not None:
        uitkomst = Normuitkomst(afname.vaardigheidsscore, afname.percentiel, afname.niveau)
    return Afgenomen(
        LeerlingId(afname.leerling),
        ToetsId(0),
        afname.afnamedatum,
        afname.ruwe_score,
        afname.afgenomen_om,
        uitkomst,
        afname.genormeerd_op,
        afname.normversie,
    )


def _said(antwoord: aanleveren.Antwoord) -> Uitkomst:
    return Uitkomst(
        eigen_nummer=antwoord.sleutel,
        gevolg=antwoord.gevolg.value if antwoord.gevolg is not None else None,
        genormeerd=antwoord.genormeerd,
        fout=CODES[type(antwoord.fout)][0] if antwoord.fout is not None else None,
    )
