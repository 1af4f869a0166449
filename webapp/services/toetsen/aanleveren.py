"""Results that a supplier hands in, taken in once however often they are sent, each record on its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.db import is_among
from webapp.errors import DomainError
from webapp.models import Afnamesleutel, Afnameverzoek, Resultaat, Toets
from webapp.models.ids import LeverancierId, SchoolId, ToetsId
from webapp.services import sloten
from webapp.services.toetsen import afnames
from webapp.services.toetsen.afnames import Afgenomen, AfnameTwice, AfnameWrong, Gevolg, Voornemen
from webapp.services.toetsen.invoer import DateWrong, ScoreWrong, check_date

_NO_TOETS = ToetsId(0)


class VerzoekChanged(DomainError):
    """The key of a request that was answered, with another content."""


class SleutelChanged(AfnameWrong):
    """The key of a record that was taken in, in the same version or for another taking, with another content."""


class VersieOld(AfnameWrong):
    """A later version of this record was taken in already."""


class OtherStands(AfnameWrong):
    """Another score stands here that this supplier did not hand in, or theirs was changed by a person."""


@dataclass(frozen=True)
class Aangeboden:
    """One record: its key and version, the code of its test, and what was taken."""

    sleutel: str
    versie: int
    inhoud: str
    """Hash of the record as it was sent."""
    toets: str
    afname: Afgenomen
    """Without its toets_id, which is looked up here."""


@dataclass(frozen=True)
class Antwoord:
    """What came of one record."""

    sleutel: str
    gevolg: Gevolg | None
    fout: DomainError | None = None
    genormeerd: bool = False


def take_in(
    session: Session,
    leverancier_id: LeverancierId,
    school_id: SchoolId,
    records: Sequence[Aangeboden],
    *,
    normeren: bool,
    now: datetime,
    today: date,
) -> list[Antwoord]:
    """Take in what can be, each record on its own; the answers stand in the order of the records.

    The same key with the same content does nothing and answers the same; a school that is not theirs has no leerlingen.
    """
    toetsen = _toetsen(session, {record.toets for record in records})
    offered = [replace(each.afname, toets_id=toetsen.get(each.toets, _NO_TOETS)) for each in records]
    weighed = afnames.weigh(session, school_id, offered, now=now)
    earlier = _earlier(session, leverancier_id, school_id, {record.sleutel for record in records})
    times = Counter(record.sleutel for record in records)
    judged: list[Voornemen | Antwoord] = []
    for record, found in zip(records, weighed, strict=True):
        before = earlier.get(record.sleutel)
        if times[record.sleutel] > 1:
            judged.append(Antwoord(record.sleutel, None, AfnameTwice()))
        else:
            judged.append(_judge(record, found, before, today))
    new = [each for each in judged if isinstance(each, Voornemen)]
    bron = f"leverancier {leverancier_id}"
    done = afnames.write(session, school_id, new, normeren=normeren, now=now, door=None, bron=bron) if new else None
    written = iter(done.resultaten if done else ())
    answers = []
    for record, each in zip(records, judged, strict=True):
        if isinstance(each, Antwoord):
            answers.append(each)
            continue
        resultaat = next(written)
        answers.append(Antwoord(record.sleutel, each.gevolg, genormeerd=resultaat.genormeerd_op is not None))
        row = earlier.get(record.sleutel) or Afnamesleutel(leverancier_id=leverancier_id, school_id=school_id)
        _remember(row, record, answers[-1], resultaat)
        session.add(row)
    session.flush()
    return answers


def answered(
    session: Session, leverancier_id: LeverancierId, school_id: SchoolId, sleutel: str, inhoud: str
) -> list[dict[str, Any]] | None:
    """Hold the school; return what was answered to this request before, or raise VerzoekChanged for another content."""
    sloten.hold(session, school_id)
    row = session.scalar(
        select(Afnameverzoek).where(
            Afnameverzoek.school_id == school_id,
            Afnameverzoek.leverancier_id == leverancier_id,
            Afnameverzoek.sleutel == sleutel,
        )
    )
    if row is not None and row.inhoud != inhoud:
        raise VerzoekChanged
    return row.antwoord if row is not None else None


def remember_answer(
    session: Session,
    leverancier_id: LeverancierId,
    school_id: SchoolId,
    sleutel: str,
    inhoud: str,
    antwoord: list[dict[str, Any]],
) -> None:
    """Keep the answer for who asks again, until the nightly erasing; what a record did is kept with its result."""
    session.add(
        Afnameverzoek(
            leverancier_id=leverancier_id, school_id=school_id, sleutel=sleutel, inhoud=inhoud, antwoord=antwoord
        )
    )


def _judge(
    record: Aangeboden, found: Voornemen | AfnameWrong | ScoreWrong, before: Afnamesleutel | None, today: date
) -> Voornemen | Antwoord:
    """Say whether this record is written, or what is answered in its place."""
    if before is not None and (before.versie, before.inhoud) == (record.versie, record.inhoud):
        return Antwoord(record.sleutel, Gevolg(before.gevolg), genormeerd=before.genormeerd)
    try:
        check_date(record.afname.afnamedatum, today)
    except DateWrong as wrong:
        return Antwoord(record.sleutel, None, wrong)
    if not isinstance(found, Voornemen):
        return Antwoord(record.sleutel, None, found)
    if before is None:
        return Antwoord(record.sleutel, None, OtherStands()) if found.gevolg is Gevolg.GEWIJZIGD else found
    if record.versie < before.versie:
        return Antwoord(record.sleutel, None, VersieOld())
    if record.versie == before.versie:
        return Antwoord(record.sleutel, None, SleutelChanged())
    if before.resultaat_id is None:
        return Antwoord(record.sleutel, None, OtherStands())
    if found.resultaat is None or found.resultaat.id != before.resultaat_id:
        return Antwoord(record.sleutel, None, SleutelChanged())
    return found if found.was == before.ruwe_score else Antwoord(record.sleutel, None, OtherStands())


def _remember(row: Afnamesleutel, record: Aangeboden, antwoord: Antwoord, resultaat: Resultaat) -> None:
    row.sleutel, row.versie, row.inhoud = record.sleutel, record.versie, record.inhoud
    row.gevolg, row.genormeerd = str(antwoord.gevolg), antwoord.genormeerd
    row.resultaat_id, row.leerling_id = resultaat.id, resultaat.leerling_id
    row.ruwe_score = record.afname.ruwe_score


def _earlier(
    session: Session, leverancier_id: LeverancierId, school_id: SchoolId, sleutels: Collection[str]
) -> dict[str, Afnamesleutel]:
    rows = session.scalars(
        select(Afnamesleutel).where(
            Afnamesleutel.school_id == school_id,
            Afnamesleutel.leverancier_id == leverancier_id,
            is_among(Afnamesleutel.sleutel, sleutels),
        )
    )
    return {row.sleutel: row for row in rows}


def _toetsen(session: Session, codes: Collection[str]) -> dict[str, ToetsId]:
    rows = session.execute(select(Toets.code, Toets.id).where(is_among(Toets.code, codes)))
    return {row.code: row.id for row in rows}
