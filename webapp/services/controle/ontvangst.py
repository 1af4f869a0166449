"""The receipt of an import: what it came to when it was done, for the page after it and for the mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import AMSTERDAM
from webapp.models import Besluit, Handeling, Importbatch, Keuze, MailSoort, Soort
from webapp.models.ids import BatchId, SchoolId
from webapp.services import mails
from webapp.services.controle.batch import name_of_account
from webapp.services.controle.samenvatting import Summary
from webapp.services.overzicht import wijzigingen


@dataclass(frozen=True, slots=True)
class Ontvangst:
    """What was written, by whom, and under which number somebody may ask about it."""

    nummer: str
    op: datetime
    door: str | None
    tellingen: Mapping[str, int]
    automatisch: int
    ongewijzigd: int

    def number(self, soort: Soort, *keuzes: Keuze) -> int:
        return sum(self.tellingen.get(f"{soort} {keuze}", 0) for keuze in keuzes)

    @property
    def resultaten(self) -> int:
        """How many results hang on the leerlingen that were linked."""
        return self.tellingen.get("resultaten", 0)

    @property
    def vragen(self) -> int:
        """How many questions it left behind."""
        return self.tellingen.get("vragen", 0)


def of_batch(session: Session, school_id: SchoolId, batch_id: BatchId) -> Ontvangst | None:
    """Return the receipt of an aanlevering; None when it was not imported."""
    query = select(Besluit, Importbatch).join(Importbatch, Importbatch.id == Besluit.batch_id)
    row = session.execute(query.where(Besluit.school_id == school_id, Besluit.batch_id == batch_id)).one_or_none()
    if row is None:
        return None
    besluit, batch = row
    return Ontvangst(
        nummer=f"{besluit.op.astimezone(AMSTERDAM).year}-{besluit.id}",
        op=besluit.op,
        door=name_of_account(session, school_id, besluit.door),
        tellingen=besluit.tellingen,
        automatisch=wijzigingen.by_itself(session, school_id, Handeling.batch_id == batch_id).total(),
        ongewijzigd=batch.counted("ongewijzigd"),
    )


def counts(summary: Summary) -> dict[str, int]:
    """What the receipt keeps, by kind and choice, beside results and questions."""
    written = {f"{soort} {keuze}": n for soort, per in summary.aantallen.items() for keuze, n in per.items()}
    beside = {"resultaten": summary.resultaten, "vragen": summary.vragen}
    return written | {name: number for name, number in beside.items() if number}


def send(session: Session, batch: Importbatch) -> None:
    """Mail the receipt to every beheerder of the school."""
    mails.add_for_beheerders(
        session, MailSoort.ONTVANGST, batch.school_id, koppeling_id=batch.koppeling_id, batch_id=batch.id
    )
