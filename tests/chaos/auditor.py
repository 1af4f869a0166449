"""Knows every version that was wanted and when that was acknowledged, and holds it against what the LAS processed.

It norms itself, through the service, as a school would; a result's score tells its version, so that every message that
the LAS processed says which version it carried.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from flask import Flask
from sqlalchemy import Row, func, or_, select, update
from sqlalchemy.orm import Session

from tests.chaos.boek import Boek, Verwerkt
from tests.wereld import AFNAME, make_wereld
from webapp.db import CommitUnknown, is_among, unit_of_work
from webapp.models import (
    Audit,
    Daad,
    Koppeling,
    Leerling,
    Levering,
    LeveringStatus,
    Norm,
    Resultaat,
    Schakelaar,
    Toets,
    Zekering,
)
from webapp.models.ids import KoppelingId, LeerlingId, SchoolId, ToetsId
from webapp.models.levering import TE_VERSTUREN
from webapp.muur import alle_scholen
from webapp.services import sloten
from webapp.services.clock import database_clock
from webapp.services.toetsen import normering
from webapp.services.versturen import leveringen

SCHOLEN, LEERLINGEN = 20, 12
_OPGAVEN = 4_000
"""A test with so many scores that no version comes back in a run."""


class School(NamedTuple):
    """A school of the chaos."""

    id: SchoolId
    koppeling_id: KoppelingId
    toets_id: ToetsId
    leerlingen: list[LeerlingId]


@dataclass
class Bevinding:
    """What the audit found, per result key."""

    lost: set[str] = field(default_factory=set)
    """Wanted, and not at the LAS, and nobody says so on a screen; or wanted, acknowledged, and not known here."""
    wrong: set[str] = field(default_factory=set)
    """Called confirmed here while the LAS ended with another version or another child, or never had that version."""
    geweigerd: set[str] = field(default_factory=set)
    """Not at the LAS, and refused for all to see."""

    def add(self, other: Bevinding) -> None:
        """Keep what an earlier audit found."""
        self.lost |= other.lost
        self.wrong |= other.wrong
        self.geweigerd |= other.geweigerd


@dataclass
class Auditor:
    """One app context at a time may use it, but for `beweringen`."""

    app: Flask
    boek: Boek
    scholen: list[School] = field(default_factory=list)
    erkend: dict[str, tuple[int, float]] = field(default_factory=dict)
    """Per result the version whose COMMIT was acknowledged last, and when."""
    onbekend: int = 0
    """Commits of which nobody knows."""
    beweringen: set[tuple[str, int]] = field(default_factory=set)
    """Versions that were seen as confirmed in the database."""

    def fill(self, scholen: int) -> None:
        """Make so many schools with results that were never normed."""
        with self.app.app_context(), alle_scholen(), unit_of_work() as session:
            toets = _toets(session)
            for n in range(scholen):
                wereld = make_wereld(session, self.app.extensions["keyring"], f"{10 + n}CH")
                wereld.toetsen[toets.code] = toets
                leerlingen = [wereld.leerling(f"Leerling {k}", las_key=f"{n}-{k}") for k in range(LEERLINGEN)]
                for leerling in leerlingen:
                    wereld.resultaat(leerling, 0, toets.code, AFNAME)
                ids = [leerling.id for leerling in leerlingen]
                self.scholen.append(School(wereld.school.id, wereld.koppeling.id, toets.id, ids))

    def norm(self, school: School, leerlingen: Sequence[LeerlingId]) -> None:
        """Give these leerlingen their next score, norm it, and ask to send it now; remember what was acknowledged."""
        try:
            with self.app.app_context(), alle_scholen(), unit_of_work() as session:
                wanted = _norm(session, school, leerlingen)
        except CommitUnknown:
            self.onbekend += 1
            raise
        now = time.monotonic()
        self.erkend |= {sleutel: (versie, now) for sleutel, versie in wanted}

    def done(self) -> list[School]:
        """The schools of which everything is confirmed."""
        with self.app.app_context(), alle_scholen(), unit_of_work() as session:
            busy = set(session.scalars(select(Levering.school_id).where(_WAITS).distinct()))
        return [school for school in self.scholen if school.id not in busy]

    def is_quiet(self) -> bool:
        """Whether nothing is left to send."""
        return len(self.done()) == len(self.scholen)

    def look(self) -> None:
        """Keep what the database calls confirmed now."""
        with self.app.app_context(), alle_scholen(), unit_of_work() as session:
            confirmed = select(Resultaat.sleutel, Levering.bevestigd).join(Levering).where(Levering.bevestigd > 0)
            self.beweringen |= {(sleutel, versie) for sleutel, versie in session.execute(confirmed)}

    def audit(self) -> Bevinding:
        """Hold all of it against what the LAS has. Nothing may be under way."""
        self.look()
        verwerkt, found = self.boek.processed(), Bevinding()
        for sleutel, versie, las_key, bevestigd, status in self._rows():
            had = verwerkt.get(sleutel, [])
            is_there = bool(had) and had[-1] == Verwerkt(las_key or "", score_of(versie))
            if versie < self.erkend.get(sleutel, (0, 0.0))[0]:
                found.lost.add(sleutel)
            elif any(each.leerlingid != las_key for each in had):
                found.wrong.add(sleutel)
            elif status is LeveringStatus.GEWEIGERD:
                found.geweigerd.add(sleutel)
            elif not is_there:
                (found.wrong if bevestigd == versie else found.lost).add(sleutel)
        scores = {sleutel: {each.score for each in had} for sleutel, had in verwerkt.items()}
        claimed = {sleutel for sleutel, versie in self.beweringen if score_of(versie) not in scores.get(sleutel, ())}
        found.wrong |= claimed
        return found

    def internal_errors(self) -> dict[str, int]:
        """What nobody expected, as the trail has it: in which work, and how often."""
        errors = select(Audit.tellingen).where(Audit.actie == Daad.INTERNE_FOUT)
        with self.app.app_context(), alle_scholen(), unit_of_work() as session:
            return Counter(f"{each.get('bij')} {each.get('klasse', '')}".strip() for each in session.scalars(errors))

    def what_waits(self) -> list[str]:
        """Why it is not quiet: what klantenservice would look at, a line per school, breaker and switch."""
        of_school = (
            select(Koppeling.brin, Koppeling.zenden_op, Koppeling.zenden_claim_tot, Koppeling.niet_voor)
            .add_columns(Koppeling.zend_fout_code, Koppeling.zenden_pogingen, Levering.status, func.count())
            .join(Levering, Levering.school_id == Koppeling.school_id)
            .where(_WAITS)
            .group_by(Koppeling.id, Levering.status)
        )
        breaker = select(Zekering.open_sinds, Zekering.peiling_op, Zekering.peiling_claim_tot, Zekering.verzoeken)
        switch = select(Schakelaar.werk, Schakelaar.reden)
        with self.app.app_context(), alle_scholen(), unit_of_work() as session:
            rows = [row for query in (of_school, breaker, switch) for row in session.execute(query)]
        return [" | ".join(map(str, row)) for row in rows]

    def _rows(self) -> Sequence[Row[str, int, str | None, int, LeveringStatus]]:
        query = (
            select(Resultaat.sleutel, Resultaat.versie, Leerling.las_key, Levering.bevestigd, Levering.status)
            .join(Resultaat.leerling)
            .outerjoin(Levering, Levering.resultaat_id == Resultaat.id)
            .where(Resultaat.versie > 0)
        )
        with self.app.app_context(), alle_scholen(), unit_of_work() as session:
            return session.execute(query).all()


_WAITS = or_(TE_VERSTUREN, Levering.nog_eens_op.is_not(None))


def score_of(versie: int) -> int:
    """The score of this version."""
    return versie % (_OPGAVEN + 1)


def _norm(session: Session, school: School, leerlingen: Sequence[LeerlingId]) -> list[tuple[str, int]]:
    sloten.hold(session, school.id)
    theirs = Resultaat.school_id == school.id, is_among(Resultaat.leerling_id, leerlingen)
    session.execute(update(Resultaat).where(*theirs).values(ruwe_score=(Resultaat.versie + 1) % (_OPGAVEN + 1)))
    now = database_clock(session)
    normering.normeer(session, school.id, school.toets_id, leerling_ids=leerlingen, now=now, door=None)
    leveringen.send_now(session, session.get_one(Koppeling, school.koppeling_id), door=None)
    wanted = select(Resultaat.sleutel, Resultaat.versie).where(*theirs)
    return [(sleutel, versie) for sleutel, versie in session.execute(wanted)]


def _toets(session: Session) -> Toets:
    """A test of which every score is another outcome."""
    norm = {"gemiddelde": Decimal(_OPGAVEN // 2), "standaardafwijking": Decimal(_OPGAVEN // 4)}
    toets = Toets(
        code="CHAOS", versie="1", naam="Chaos", vakgebied="Rekenen en wiskunde", leerjaar="5", aantal_opgaven=_OPGAVEN,
        vaardigheidsscores=[Decimal(score) for score in range(_OPGAVEN + 1)],
        normen=[Norm(schooldag=dag, **norm) for dag in (0, 365)],
    )  # fmt: skip
    session.add(toets)
    session.flush()
    return toets
