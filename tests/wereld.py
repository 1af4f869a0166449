"""A school with everything that results need: a running koppeling with a key, a groep, leerlingen, tests and scores."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.proef.toetsen import ensure_invented
from webapp.crypto import Keyring
from webapp.models import (
    Account,
    Groep,
    Koppeling,
    KoppelingStatus,
    Leerling,
    Levering,
    LeveringStatus,
    Medewerker,
    Resultaat,
    Rol,
    School,
    Toets,
)
from webapp.models.ids import ResultaatId
from webapp.services import sloten
from webapp.services.toetsen import normering
from webapp.services.versturen import leveringen

START = datetime(2020, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
AFNAME = date(2026, 11, 20)
SLEUTEL = "sleutel-van-de-school"


@dataclass
class Wereld:
    """Makes rows on demand; every row belongs to this school."""

    session: Session
    school: School
    beheerder: Account
    koppeling: Koppeling
    groep: Groep
    toetsen: dict[str, Toets] = field(default_factory=dict)

    def leerling(self, roepnaam: str = "Sanne", **values: Any) -> Leerling:
        """A leerling of the groep, linked unless told otherwise."""
        usual = {
            "achternaam": "de Vries",
            "las_key": f"las-{uuid4().hex[:12]}",
            "groep_id": self.groep.id,
            "jaargroep": "5",
        }
        sloten.lock(self.session, self.school.id)
        leerling = Leerling(school_id=self.school.id, roepnaam=roepnaam, **(usual | values))
        self.session.add(leerling)
        self.session.flush()
        return leerling

    def resultaat(
        self, leerling: Leerling | None = None, score: int = 25, toets: str = "VB-RW-5", afname: date = AFNAME
    ) -> Resultaat:
        """A raw score that was not normed yet."""
        leerling = leerling or self.leerling()
        sloten.lock(self.session, self.school.id)
        resultaat = Resultaat(
            school_id=self.school.id,
            leerling_id=leerling.id,
            toets_id=self.toetsen[toets].id,
            afnamedatum=afname,
            ruwe_score=score,
        )
        self.session.add(resultaat)
        self.session.flush()
        return resultaat

    def normeer(self, toets: str = "VB-RW-5", now: datetime = NOW) -> normering.Normverslag:
        """Norm every result of a test."""
        return normering.normeer(
            self.session, self.school.id, self.toetsen[toets].id, groep_id=self.groep.id, now=now, door=None
        )

    def genormeerd(self, count: int, toets: str = "VB-RW-5") -> list[ResultaatId]:
        """So many normed results, ready to send; their ids."""
        ids = [self.resultaat(self.leerling(f"Leerling {n}"), score=n % 30, toets=toets).id for n in range(count)]
        self.normeer(toets)
        return ids

    def levering(self, resultaat_id: int) -> Levering:
        """The levering as it stands in the database."""
        return self.session.get_one(Levering, resultaat_id, populate_existing=True)

    def breng(self, resultaat_id: int, status: LeveringStatus) -> Levering:
        """Give a levering that is ready this status, along the arrows of its table."""
        sloten.lock(self.session, self.school.id)
        levering = self.levering(resultaat_id)
        if status in {LeveringStatus.ONBEKEND, LeveringStatus.BEVESTIGD}:
            levering.status = LeveringStatus.ONDERWEG
            self.session.flush()
        levering.status = status
        self.session.flush()
        return levering

    def statussen(self) -> list[str]:
        """The status of every levering, by result."""
        query = select(Levering.status).where(Levering.school_id == self.school.id).order_by(Levering.resultaat_id)
        return [str(status) for status in self.session.scalars(query)]

    def count_sendable(self) -> int:
        """How many results wait for the next message."""
        return leveringen.count_sendable(self.session, self.school.id)


def lock_all(session: Session) -> None:
    """Take every school, for a test that writes rows itself."""
    for school_id in session.scalars(select(School.id).order_by(School.id)).all():
        sloten.lock(session, school_id)


def make_wereld(
    session: Session, keyring: Keyring, brin: str = "99XX", status: KoppelingStatus = KoppelingStatus.ACTIEF
) -> Wereld:
    """A school that was coupled at START and is due now."""
    school = School(naam="De Regenboog", brin=brin)
    session.add(school)
    session.flush()
    beheerder = Account(
        email=f"marijke@{brin.lower()}.example",
        naam="Marijke",
        fs_uniquifier=uuid4().hex,
    )
    koppeling = Koppeling(
        school_id=school.id,
        status=status,
        schoolnaam=school.naam,
        brin=brin,
        contact_naam="Marijke",
        contact_email=beheerder.email,
        schooljaar="2026-2027",
        gestart_op=START,
        opgehaald_op=START,
        zenden_op=START,
    )
    groep = Groep(school_id=school.id, naam="Groep 5", jaargroep="5", schooljaar="2026-2027")
    session.add_all([beheerder, koppeling, groep])
    session.flush()
    session.add(Medewerker(account_id=beheerder.id, school_id=school.id, rol=Rol.BEHEERDER))
    koppeling.sleutel = keyring.encrypt(SLEUTEL, koppeling.identity)
    session.flush()
    tests = {toets.code: toets for toets in ensure_invented(session)}
    return Wereld(session, school, beheerder, koppeling, groep, tests)
