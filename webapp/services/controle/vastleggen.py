"""The summary and the import itself: everything in one transaction, or nothing."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from webapp.errors import DomainError
from webapp.models import (
    Account,
    BatchStatus,
    Besluit,
    Daad,
    Groep,
    Importbatch,
    Importregel,
    Keuze,
    Koppeling,
    KoppelingStatus,
    Leerling,
    Lidmaatschap,
    Soort,
    Uitzondering,
)
from webapp.models.ids import AccountId
from webapp.services import audit
from webapp.services.clock import database_now
from webapp.services.controle import keuzes
from webapp.services.controle.keuzes import BatchClosed
from webapp.services.inname import overnemen
from webapp.services.inname.overnemen import TABLES, Doel
from webapp.services.versturen import leveringen


class QuestionsOpen(DomainError):
    """Some lines have no answer yet."""


class SummaryChanged(DomainError):
    """What would be done is no longer what the summary showed."""


class AlreadyDone(BatchClosed):
    """Somebody imported this delivery before; a second click finds this."""


@dataclass(frozen=True)
class Summary:
    """What the button will do, counted; `digest` proves that nothing changed since."""

    digest: str
    aantallen: dict[Soort, Counter[Keuze]]
    vragen: int
    resultaten: int
    ongewijzigd: int
    automatisch: int
    zonder_email: int
    vastgehouden: int
    andere_datum: list[tuple[Importregel, Leerling]]
    """Leerlingen who are linked although their birth dates differ: shown by name, because nobody does that often."""

    @property
    def total(self) -> int:
        """How many records are added or linked by the button."""
        return sum(n for per in self.aantallen.values() for keuze, n in per.items() if keuze is not Keuze.NIET)

    def number(self, soort: str, keuze: str) -> int:
        return self.aantallen[Soort(soort)][Keuze(keuze)]


def summarise(session: Session, batch: Importbatch) -> Summary:
    """Count what importing this delivery will do."""
    regels = _lines(session, batch)
    todo = [regel for regel in regels if _is_work(regel)]
    aantallen = {soort: Counter(r.keuze for r in todo if r.soort is soort and r.keuze is not None) for soort in Soort}
    linked = [
        regel.doel_id
        for regel in todo
        if regel.soort is Soort.LEERLING and regel.keuze is Keuze.KOPPEL and regel.doel_id is not None
    ]
    doelen: dict[int, Leerling] = {
        doel.id: doel for doel in session.scalars(select(Leerling).where(Leerling.id.in_(linked)))
    }
    tellingen = batch.tellingen
    return Summary(
        digest=_digest(batch, regels),
        aantallen=aantallen,
        vragen=sum(regel.is_vraag for regel in regels),
        resultaten=sum(keuzes.results_of(session, linked).values()),
        ongewijzigd=sum(tellingen.get(soort, {}).get("ongewijzigd", 0) for soort in Soort),
        automatisch=sum(regel.toegepast_id is not None and not _is_work(regel) for regel in regels),
        zonder_email=sum(
            regel.soort is Soort.LEERKRACHT and regel.keuze is Keuze.NIEUW and not (regel.email or regel.email_ingevuld)
            for regel in todo
        ),
        vastgehouden=len(tellingen.get("vertrek_vastgehouden", [])),
        andere_datum=[
            (regel, doelen[regel.doel_id])
            for regel in todo
            if regel.soort is Soort.LEERLING
            and regel.keuze is Keuze.KOPPEL
            and regel.doel_id in doelen
            and dates_differ(regel, doelen[regel.doel_id])
        ],
    )


def dates_differ(regel: Importregel, doel: Leerling) -> bool:
    """Whether both birth dates are known and not the same."""
    dates = (regel.geboortedatum, doel.geboortedatum)
    return None not in dates and dates[0] != dates[1]


def commit(session: Session, batch_id: int, *, digest: str, door: AccountId) -> Importbatch:
    """Write every choice, or raise and write nothing.

    Raises AlreadyDone when it was done before, BatchClosed when a newer delivery took over, QuestionsOpen while a
    doubt waits, SummaryChanged when the choices are not the ones that the summary showed.
    """
    batch = keuzes.get(session, batch_id)
    session.refresh(batch, with_for_update=True)
    _check(session, batch, digest)
    regels = _lines(session, batch)
    groepen = _settled_groepen(session, batch)
    for soort in Soort:
        _write_soort(session, batch, [r for r in regels if r.soort is soort], groepen, door)
    summary = Counter(f"{regel.soort} {regel.keuze}" for regel in regels)
    batch.status, batch.verwerkt_op, batch.verwerkt_door = BatchStatus.VERWERKT, database_now(session), door
    session.add(Besluit(school_id=batch.school_id, batch_id=batch.id, door=door, tellingen=dict(summary)))
    koppeling = session.get_one(Koppeling, batch.koppeling_id)
    if koppeling.status is KoppelingStatus.GOEDGEKEURD:
        koppeling.status = KoppelingStatus.ACTIEF
    audit.record(session, Daad.GEIMPORTEERD, f"importbatch {batch.id}", door=door, school_id=batch.school_id, **summary)
    session.flush()
    leveringen.prepare(session, batch.school_id)
    return batch


def confirm_departures(session: Session, batch_id: int, *, confirmed: int, door: AccountId) -> int:
    """Park the leerlingen whose disappearance was held back; `confirmed` is the number that was shown."""
    batch = keuzes.get(session, batch_id)
    session.refresh(batch, with_for_update=True)
    ids = batch.tellingen.get("vertrek_vastgehouden", [])
    if batch.status is not BatchStatus.VASTGEHOUDEN or len(ids) != confirmed:
        raise SummaryChanged("Het aantal vertrokken leerlingen is intussen anders. Er is niets gewijzigd.")
    table = TABLES[Soort.LEERLING]
    for leerling in session.scalars(select(table).where(table.id.in_(ids), table.status == Lidmaatschap.ACTIEF)):
        overnemen.depart(leerling)
    batch.tellingen = {**batch.tellingen, "vertrek_vastgehouden": []}
    batch.rev += 1
    waits = any(regel.toegepast_id is None for regel in batch.regels)
    batch.status = BatchStatus.WACHT_OP_CONTROLE if waits else BatchStatus.VERWERKT
    if not waits:
        batch.verwerkt_op, batch.verwerkt_door = database_now(session), door
    audit.record(
        session,
        Daad.VERTREK_BEVESTIGD,
        f"importbatch {batch.id}",
        door=door,
        school_id=batch.school_id,
        leerlingen=len(ids),
    )
    return len(ids)


def _check(session: Session, batch: Importbatch, digest: str) -> None:
    if batch.status is BatchStatus.VERWERKT:
        raise AlreadyDone(f"Deze gegevens zijn al overgenomen{_by(session, batch)}. Er is niets dubbel gedaan.")
    if not batch.is_open:
        raise BatchClosed("Er is een nieuwere levering uit ParnasSys. Uw antwoorden zijn daarin meegenomen.")
    summary = summarise(session, batch)
    if summary.vragen:
        raise QuestionsOpen(f"Er staan nog {summary.vragen} vragen open. Er is niets geïmporteerd.")
    if summary.digest != digest:
        raise SummaryChanged(
            "Een collega heeft intussen iets gekozen, of er zijn nieuwe gegevens. Er is niets geïmporteerd: "
            "lees de samenvatting nog eens."
        )


def _by(session: Session, batch: Importbatch) -> str:
    account = session.get(Account, batch.verwerkt_door) if batch.verwerkt_door else None
    return f" door {account.naam}" if account else ""


def _write_soort(
    session: Session, batch: Importbatch, regels: list[Importregel], groepen: dict[str, Groep], door: AccountId
) -> None:
    _let_go(session, regels)
    targets: list[tuple[Doel, Importregel]] = []
    for regel in regels:
        if regel.keuze is Keuze.NIET and not regel.via_groep:
            _remember(session, regel, door)
        elif regel.keuze is Keuze.NIEUW:
            doel = overnemen.new(regel, batch.school_id)
            session.add(doel)
            targets.append((doel, regel))
        elif regel.keuze is Keuze.KOPPEL and regel.doel_id is not None:
            targets.append((session.get_one(TABLES[regel.soort], regel.doel_id), regel))
    overnemen.free_keys(session, targets)
    _let_go_of_strangers(session, targets)
    for doel, regel in targets:
        overnemen.write(doel, regel, schooljaar=batch.schooljaar, groepen=groepen)
    session.flush()
    for doel, regel in targets:
        regel.doel_id = doel.id
        if isinstance(doel, Groep) and regel.las_key:
            groepen[regel.las_key] = doel


def _let_go(session: Session, regels: list[Importregel]) -> None:
    """Undo links that were made by themselves and that the beheerder changed."""
    for regel in regels:
        if regel.toegepast_id is not None and _is_work(regel):
            overnemen.unlink(session.get_one(TABLES[regel.soort], regel.toegepast_id))
    session.flush()


def _let_go_of_strangers(session: Session, targets: list[tuple[Doel, Importregel]]) -> None:
    """A LAS may give an old key to somebody else: whoever of ours still holds it is no longer linked."""
    if not targets:
        return
    school_id, table = targets[0][1].school_id, TABLES[targets[0][1].soort]
    held = [table.las_key.in_([regel.las_key for _, regel in targets if regel.las_key])]
    if table is not Groep:
        held.append(table.eckid.in_([regel.eckid for _, regel in targets if regel.eckid]))
    chosen = {id(doel) for doel, _ in targets}
    for holder in session.scalars(select(table).where(table.school_id == school_id, or_(*held))):
        if id(holder) not in chosen:
            overnemen.unlink(holder)
    session.flush()


def _remember(session: Session, regel: Importregel, door: AccountId) -> None:
    session.add(
        Uitzondering(
            school_id=regel.school_id,
            soort=regel.soort,
            las_key=regel.las_key,
            eckid=regel.eckid,
            omschrijving=regel.weergavenaam[:300],
            besloten_door=door,
        )
    )


def _settled_groepen(session: Session, batch: Importbatch) -> dict[str, Groep]:
    groepen = session.scalars(
        select(Groep).where(
            Groep.school_id == batch.school_id, Groep.las_key.is_not(None), Groep.schooljaar == batch.schooljaar
        )
    )
    return {groep.las_key: groep for groep in groepen if groep.las_key}


def _is_work(regel: Importregel) -> bool:
    """Whether the button changes something for this line: a link that was made already and stays is no work."""
    return regel.toegepast_id is None or regel.keuze is not Keuze.KOPPEL or regel.doel_id != regel.toegepast_id


def _lines(session: Session, batch: Importbatch) -> list[Importregel]:
    return list(session.scalars(select(Importregel).where(Importregel.batch_id == batch.id).order_by(Importregel.id)))


def _digest(batch: Importbatch, regels: list[Importregel]) -> str:
    choices = [[r.id, r.keuze, r.doel_id, r.via_groep, r.email_ingevuld] for r in regels]
    return sha256(json.dumps([batch.id, batch.rev, choices]).encode()).hexdigest()
