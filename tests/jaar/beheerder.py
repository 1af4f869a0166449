"""The played beheerder, who knows every child and answers each question rightly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.jaar.las import Kaart, Las, Wie
from tests.rechter import Rechter
from webapp.errors import DomainError
from webapp.models import Groep, Importbatch, Importregel, Keuze, Leerkracht, Leerling, Lidmaatschap, Soort
from webapp.models.ids import AccountId, LeerlingId, SchoolId
from webapp.services.controle import keuzes, ruil, samenvoegen, samenvoegplan, vastgehouden, vastleggen
from webapp.services.controle.ruil import Ruilantwoord
from webapp.services.controle.samenvatting import summarise
from webapp.services.inname import dubbel
from webapp.services.inname.batch import open_of


@dataclass
class Beheerder:
    """Answers for one school, with what the LAS really has in mind."""

    school_id: SchoolId
    door: AccountId
    las: Las
    rechter: Rechter
    weigeringen: Counter[str] = field(default_factory=Counter)
    """What the product refused, by the class of the refusal."""

    def answer(self, session: Session, kaarten: dict[Wie, Kaart]) -> bool:
        """Answer all that can be answered and import it; whether anything was done."""
        batch = open_of(session, self.school_id)
        if batch is None:
            return False
        done = self._holds(session, batch)
        session.expire_all()
        batch = open_of(session, self.school_id)
        if batch is None or not any(regel.is_work for regel in batch.regels):
            return done
        for regel in [each for each in batch.regels if each.is_work]:
            self._try(session, partial(self._line, session, regel, kaarten))
        session.expire_all()
        batch = open_of(session, self.school_id)
        if batch is None:
            return True  # it asked nothing that has to be imported
        summary = summarise(session, batch)
        if len(summary.wachten) == sum(regel.is_work for regel in batch.regels):
            return done
        args = (session, self.school_id, batch.id)
        return self._try(session, lambda: vastleggen.commit(*args, digest=summary.digest, door=self.door)) or done

    def _try(self, session: Session, act: Callable[[], Any]) -> bool:
        try:
            with session.begin_nested():
                act()
        except DomainError as error:
            self.weigeringen[type(error).__name__] += 1
            return False
        return True

    def _holds(self, session: Session, batch: Importbatch) -> bool:
        """A groep that is away for a night is none who left; all else that is unusual is right."""
        if self.las.zonder_groep is not None or not batch.vastgehouden:
            return False
        args, done = (session, self.school_id, batch.id), False
        for key, over in list(batch.ongewoon.items()):
            believe = partial(vastleggen.confirm_unusual, *args, key, confirmed=over["aantal"], door=self.door)
            done |= self._try(session, believe)
        gone = session.scalars(select(Leerling.id).where(Leerling.id.in_(batch.held(Soort.LEERLING))))
        if batch.verdwenen and not any(self.las.is_here(self.rechter.ours[id_]) for id_ in gone):
            number = vastgehouden.total(batch)
            done |= self._try(session, partial(vastleggen.confirm_departures, *args, confirmed=number, door=self.door))
        return done

    def _line(self, session: Session, regel: Importregel, kaarten: dict[Wie, Kaart]) -> None:
        if regel.soort is Soort.LEERLING:
            self._leerling(session, regel, kaarten)
        elif regel.soort is Soort.GROEP:
            same = select(Groep.id).where(
                Groep.school_id == self.school_id, Groep.naam == regel.naam, Groep.schooljaar == self.las.schooljaar
            )
            self._put(session, regel, session.scalar(same.order_by(Groep.id)))
        else:
            known = next((juf for juf in self.las.juffen if juf.key == regel.las_key), None)
            email = known.record().emailadres if known else None
            mine = select(Leerkracht.id).where(Leerkracht.school_id == self.school_id, Leerkracht.email == email)
            self._put(session, regel, session.scalar(mine.order_by(Leerkracht.id)))

    def _leerling(self, session: Session, regel: Importregel, kaarten: dict[Wie, Kaart]) -> None:
        kaart = kaarten.get((regel.las_key, regel.eckid))
        if kaart is None:
            return  # of an earlier delivery: the next one brings it anew
        if regel.ruil is not None and ruil.of(session, regel):
            self._exchange(session, regel, kaart.kind)
            return
        if dubbel.is_asked(regel):
            self._same_or_not(session, regel)
            return
        mine = [id_ for id_, kind in self.rechter.ours.items() if kind == kaart.kind]
        records = session.scalars(
            select(Leerling).where(Leerling.school_id == self.school_id, Leerling.id.in_(mine)).order_by(Leerling.id)
        ).all()
        if self._is_double(kaart, records):
            keuzes.choose(session, self.school_id, regel.id, Keuze.NIET, door=self.door)
            return
        self._put(session, regel, records[0].id if records else None)

    def _is_double(self, kaart: Kaart, records: Sequence[Leerling]) -> bool:
        """Whether our record of this child has another record of the LAS, which is still there."""
        taken = {each.key for each in self.las.kaarten if each.kind == kaart.kind and each is not kaart}
        return any(each.las_key in taken and each.status is Lidmaatschap.ACTIEF for each in records)

    def _same_or_not(self, session: Session, regel: Importregel) -> None:
        """Merge who is one child; say of the others that they are not."""
        one = LeerlingId(regel.toegepast_id or 0)
        for other in [LeerlingId(each["id"]) for each in regel.kandidaten]:
            if self.rechter.ours[one] == self.rechter.ours[other]:
                plan = samenvoegplan.preview(session, self.school_id, one, other, los=None)
                args = (session, self.school_id, one, other)
                samenvoegen.merge(*args, los=None, zeker=True, digest=plan.digest, door=self.door)
                return
        keuzes.choose(session, self.school_id, regel.id, Keuze.NIEUW, door=self.door)

    def _exchange(self, session: Session, regel: Importregel, kind: int) -> None:
        for antwoord in Ruilantwoord:
            if self.rechter.ours[ruil.target_of(regel, antwoord)] == kind:  # type: ignore[index]  # ids of two kinds
                if ruil.given(ruil.of(session, regel)) is not antwoord:
                    keuzes.answer_exchange(session, self.school_id, regel.id, antwoord, door=self.door)
                return

    def _put(self, session: Session, regel: Importregel, doel_id: int | None) -> None:
        if doel_id is None:
            if regel.keuze is not Keuze.NIEUW:
                keuzes.choose(session, self.school_id, regel.id, Keuze.NIEUW, door=self.door)
        elif (regel.keuze, regel.doel_id) != (Keuze.KOPPEL, doel_id):
            keuzes.link(session, self.school_id, regel.id, doel_id, door=self.door)
