"""One school: all its rows judged together, and written in one transaction under its lock.

It is judged before anything of any school is written, and once more under the lock: what changed in between is seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webapp.config import AMSTERDAM
from webapp.models import Daad, School, Wat
from webapp.services import audit, geschiedenis, sloten
from webapp.services.clock import database_now
from webapp.services.inlezen import accounts, records, resultaten
from webapp.services.inlezen.accounts import Accountplan
from webapp.services.inlezen.fouten import BestandenGeweigerd, Fout, Mis
from webapp.services.inlezen.records import Plan
from webapp.services.inlezen.resultaten import Resultaatplan
from webapp.services.inlezen.stand import TABELLEN, Stand, Telling, Tellingen, school_of, stand_of
from webapp.services.inlezen.toetsen import Toetsgegevens
from webapp.services.inlezen.velden import Bestand, Rij, Sleutel

Toetsen = Mapping[str, Toetsgegevens]


@dataclass
class Schoolrijen:
    """All rows of one school, by file, and what could not be read of them."""

    sleutel: Sleutel
    rijen: dict[Bestand, list[Rij]] = field(default_factory=dict)
    fouten: list[Fout] = field(default_factory=list)

    def of(self, bestand: Bestand) -> list[Rij]:
        return self.rijen.get(bestand, [])


@dataclass
class Oordeel:
    """What the rows of one school come to."""

    stand: Stand
    records: dict[Bestand, Plan]
    accounts: Accountplan
    resultaten: Resultaatplan
    school: Telling
    fouten: list[Fout]

    @property
    def tellingen(self) -> Tellingen:
        """By file, in the order in which they are written."""
        found = {Bestand.SCHOLEN: self.school, **{each: plan.telling for each, plan in self.records.items()}}
        return found | {
            Bestand.ACCOUNTS: self.accounts.telling, Bestand.RESULTATEN: self.resultaten.telling
        }  # fmt: skip


def judge(session: Session, rows: Schoolrijen, toetsen: Toetsen) -> Oordeel:
    """Compare all rows of a school with what is here; write nothing."""
    now = database_now(session)
    today = now.astimezone(AMSTERDAM).date()
    stand = stand_of(session, school_of(session, rows.sleutel), with_results=bool(rows.of(Bestand.RESULTATEN)))
    groepen = records.groepen_after(rows.of(Bestand.GROEPEN), stand)
    plans = {each: records.judge(each, rows.of(each), stand, groepen, today) for each in TABELLEN}
    accountplan = accounts.judge(session, rows.of(Bestand.ACCOUNTS), stand, plans[Bestand.LEERKRACHTEN])
    resultaatplan = resultaten.judge(rows.of(Bestand.RESULTATEN), stand, plans[Bestand.LEERLINGEN], toetsen, now)
    fouten = [each for plan in plans.values() for each in plan.fouten]
    fouten += [*accountplan.fouten, *resultaatplan.fouten]
    school, wrong = _judge_school(rows, stand)
    return Oordeel(stand, plans, accountplan, resultaatplan, school, wrong + fouten)


def _judge_school(rows: Schoolrijen, stand: Stand) -> tuple[Telling, list[Fout]]:
    telling, named = Telling(), rows.of(Bestand.SCHOLEN)
    if not named and stand.school is None:
        return telling, [_unknown(rows)]
    if named and stand.school is None:
        telling.nieuw += 1
    elif named and stand.school is not None and stand.school.naam != named[0]["naam"]:
        telling.gewijzigd += 1
    else:
        telling.ongewijzigd += len(named)
    return telling, [row.fout(Mis.DUBBEL, "brin") for row in named[1:]]


def _unknown(rows: Schoolrijen) -> Fout:
    every = (row.fout(Mis.SCHOOL_ONBEKEND, "brin") for of_file in rows.rijen.values() for row in of_file)
    return next(every, Fout(Bestand.SCHOLEN, 0, Mis.SCHOOL_ONBEKEND, "brin"))


def write(session: Session, rows: Schoolrijen, toetsen: Toetsen, *, is_mailed: bool, bron: str = "") -> Tellingen:
    """Write a school; raise BestandenGeweigerd, and write nothing, when it changed so that the rows do not fit.

    `bron` says for the trail whose token it came with; none is the command.
    """
    school, is_new = _lock(session, rows)
    found = judge(session, rows, toetsen)
    if is_new:
        found.school = Telling(nieuw=1)
    if found.fouten:
        raise BestandenGeweigerd(found.fouten)
    geschiedenis.act(session, school.id, Wat.INGELEZEN)
    named = rows.of(Bestand.SCHOLEN)
    if named:
        school.naam = named[0]["naam"]
    records.write(session, school.id, found.records, found.stand)
    resultaten.write(session, school.id, found.resultaten, found.stand, toetsen)
    accounts.write(session, school.id, found.accounts, found.stand, is_mailed=is_mailed)
    if any(telling.is_werk for telling in found.tellingen.values()):
        _remember(session, school, rows, found, bron)
    return found.tellingen


def _lock(session: Session, rows: Schoolrijen) -> tuple[School, bool]:
    """Make the school when it is new, whoever else does so too, and take it; tell whether it is new."""
    (brin, vestiging), made = rows.sleutel, None
    if named := rows.of(Bestand.SCHOLEN):
        values = {"brin": brin, "vestiging": vestiging, "naam": named[0]["naam"]}
        made = session.scalar(insert(School).values(values).on_conflict_do_nothing().returning(School.id))
    school = school_of(session, rows.sleutel)
    if school is None:
        raise BestandenGeweigerd([_unknown(rows)])
    sloten.lock(session, school.id)
    return school, made is not None


def _remember(session: Session, school: School, rows: Schoolrijen, found: Oordeel, bron: str) -> None:
    """The fact that klantenservice sees at the approval, and a line of the trail."""
    school.ingelezen_op = database_now(session)
    of_files = {bestand: len(of_file) for bestand, of_file in rows.rijen.items() if bestand is not Bestand.SCHOLEN}
    school.ingelezen = {**school.ingelezen, **{str(each): number for each, number in of_files.items() if number}}
    counts = {f"{each}_nieuw": telling.nieuw for each, telling in found.tellingen.items()}
    counts |= {f"{each}_gewijzigd": telling.gewijzigd for each, telling in found.tellingen.items()}
    counts = {name: number for name, number in counts.items() if number}
    about = bron or f"school {school.id}"
    audit.record(session, Daad.INGELEZEN, about, door=None, school_id=school.id, **counts)
