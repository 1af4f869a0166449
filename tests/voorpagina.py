"""A school of which the overview has something to tell: nights, changes, results and what waits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from tests.wereld import AFNAME, Wereld
from webapp.models import (
    BatchStatus,
    Groep,
    Handeling,
    Importbatch,
    Leerling,
    LeveringStatus,
    Lidmaatschap,
    Mutatie,
    Nacht,
    Schoolnacht,
    Soort,
    Wat,
)
from webapp.models.ids import BatchId
from webapp.services import geschiedenis, sloten


def fill_nights(
    wereld: Wereld, *, today: date, number: int = 40, asked: tuple[int, ...] = (0, 18), failed: int = 9
) -> None:
    """So many nights until today; in those `asked` ago a question was left, and one failed."""
    session, koppeling = wereld.session, wereld.koppeling
    sloten.lock(session, wereld.school.id)
    for ago in range(number):
        day = today - timedelta(days=ago)
        begun = datetime(day.year, day.month, day.day, 1, 4, tzinfo=UTC)
        session.add(Nacht(datum=day, begonnen_op=begun, klaar_op=begun + timedelta(hours=1)))
        session.flush()
        fetched = None if ago == failed else begun + timedelta(minutes=10)
        sent = 31 if ago == 0 else 0
        session.add(Schoolnacht(datum=day, koppeling_id=koppeling.id, opgehaald_op=fetched, bevestigd=sent))
        if ago in asked and fetched is not None:
            batch = add_batch(wereld, fetched, BatchStatus.VERWERKT, tellingen={"leerling": {"ongewijzigd": 158}})
            add_act(wereld, fetched, batch, range(1_000_000, 1_000_042))
    koppeling.opgehaald_op = datetime(today.year, today.month, today.day, 1, 14, tzinfo=UTC)
    session.flush()


def add_act(wereld: Wereld, op: datetime, batch: BatchId | None, ids: Iterable[int]) -> None:
    """What the LAS changed by itself then, of so many leerlingen."""
    act = Handeling(school_id=wereld.school.id, wat=Wat.AANLEVERING, op=op, batch_id=batch)
    wereld.session.add(act)
    wereld.session.flush()
    of = {"school_id": wereld.school.id, "handeling_id": act.id, "soort": Soort.LEERLING}
    rows = [Mutatie(**of, record_id=id_, voor={"jaargroep": "4"}, na={"jaargroep": "5"}) for id_ in ids]
    wereld.session.add_all(rows)
    wereld.session.flush()


def add_batch(wereld: Wereld, op: datetime, status: BatchStatus, **values: object) -> BatchId:
    """An aanlevering that came in then."""
    sloten.lock(wereld.session, wereld.school.id)
    batch = Importbatch(
        school_id=wereld.school.id, koppeling_id=wereld.koppeling.id, status=status, schooljaar="2026-2027",
        vingerafdruk="", opgehaald_op=op, **values,
    )  # fmt: skip
    wereld.session.add(batch)
    wereld.session.flush()
    return batch.id


def fill_changes(wereld: Wereld) -> None:
    """Groep 8 is split in two, one comes, one leaves, one is called otherwise, and somebody imports five."""
    session, school_id = wereld.session, wereld.school.id
    eight, a, b = (_groep(wereld, naam) for naam in ("Groep 8", "8a", "8b"))
    cohort = [wereld.leerling(f"Kind {n}", groep_id=eight.id) for n in range(36)]
    floris, anushka = wereld.leerling("Floris", achternaam="Smit"), wereld.leerling("Anushka", achternaam="Hoekstra")
    session.commit()
    now = datetime.now(UTC)
    batch = add_batch(wereld, wereld.koppeling.opgehaald_op or now, BatchStatus.VERWERKT, verwerkt_op=now)
    session.commit()

    def act(wat: Wat, *, by_person: bool = False) -> None:
        sloten.lock(session, school_id)
        door = wereld.beheerder.id if by_person else None
        geschiedenis.act(session, school_id, wat, door=door, batch_id=batch if by_person else None)

    act(Wat.AANLEVERING)
    floris.status, floris.groep_id = Lidmaatschap.VERTROKKEN, None
    session.commit()
    act(Wat.IMPORT, by_person=True)
    for n in range(5):
        _new(session, wereld, f"Nieuw {n}", wereld.groep)
    session.commit()
    act(Wat.AANLEVERING)
    anushka.achternaam = "Hoekstra-de Jong"
    session.commit()
    act(Wat.AANLEVERING)
    for n, leerling in enumerate(cohort):
        leerling.groep_id = (a, b)[n % 2].id
    session.commit()
    act(Wat.AANLEVERING)
    _new(session, wereld, "Oleh", wereld.groep, achternaam="Kovalenko")
    session.commit()


def _new(session: Session, wereld: Wereld, roepnaam: str, groep: Groep, achternaam: str = "Jansen") -> None:
    session.add(
        Leerling(
            school_id=wereld.school.id, roepnaam=roepnaam, achternaam=achternaam, las_key=roepnaam, groep_id=groep.id
        )
    )


def _groep(wereld: Wereld, naam: str) -> Groep:
    sloten.lock(wereld.session, wereld.school.id)
    groep = Groep(school_id=wereld.school.id, naam=naam, jaargroep="8", schooljaar="2026-2027", las_key=naam)
    wereld.session.add(groep)
    wereld.session.flush()
    return groep


def fill_results(wereld: Wereld) -> None:
    """Results of three months: delivered, on their way, refused, and one of a leerling without a link."""
    ids = []
    for months in range(3):
        for n in range(6):
            leerling = wereld.leerling(f"Toets {months}{n}")
            ids.append(wereld.resultaat(leerling, score=20, afname=AFNAME - timedelta(days=28 * months)).id)
    wereld.resultaat(wereld.leerling("Zonder", las_key=None), score=20)
    wereld.normeer()
    for id_ in ids[1:]:
        levering = wereld.breng(id_, LeveringStatus.BEVESTIGD)
        levering.bevestigd = levering.versie
    wereld.breng(ids[3], LeveringStatus.KLAAR)
    wereld.breng(ids[3], LeveringStatus.GEWEIGERD)
    wereld.session.commit()
