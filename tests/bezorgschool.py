"""A school whose results are sent without a LAS, and whose links change: for tests of where a result went."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tests.services.conftest import aanlevering, pupil
from tests.wereld import AFNAME, START, Wereld
from webapp.models import Bezorging, Importbatch, Importregel, Keuze, Leerling, LeveringStatus, Nacht, Soort
from webapp.models.ids import ResultaatId
from webapp.services.clock import database_clock
from webapp.services.controle import keuzes, vastleggen
from webapp.services.controle.ruil import Ruilantwoord
from webapp.services.controle.samenvatting import summarise
from webapp.services.inname import inname, merk
from webapp.services.versturen import afloop, beurt, elders
from webapp.services.versturen.besluit import Reeks
from webapp.services.versturen.beurt import Opdracht
from webapp.uwlr import values as uwlr
from webapp.uwlr.faults import UwlrError

NOOR, BO = ("Noor", "Maan", "2016-03-12"), ("Bo", "Berk", "2015-11-02")
SOMEBODY = ("Fien", "Bloem", "2016-07-07")


@dataclass
class School:
    """A school whose results are sent without a LAS: what `send` returns is what it got."""

    wereld: Wereld
    app: Flask

    @property
    def session(self) -> Session:
        return self.wereld.session

    def leerling(self, naam: tuple[str, str, str], las_key: str | None, eckid: str | None = None) -> Leerling:
        return self.wereld.leerling(
            naam[0], achternaam=naam[1], geboortedatum=date.fromisoformat(naam[2]), las_key=las_key, eckid=eckid
        )

    def result_of(self, leerling: Leerling, score: int = 25) -> ResultaatId:
        id_ = self.wereld.resultaat(leerling, score).id
        self.wereld.normeer()
        return id_

    def begin(self) -> Opdracht | None:
        """Take the school and write down the doubt, as a worker does before it sends."""
        koppeling, settings = self.wereld.koppeling, self.app.extensions["settings"]
        koppeling.zenden_op, koppeling.niet_voor, koppeling.zenden_claim_tot = START, None, None
        self.session.flush()
        token = beurt.claim(self.session, koppeling.id, afkoeling=settings.afkoeling)
        assert token is not None
        keyring = self.app.extensions["keyring"]
        return beurt.begin(self.session, koppeling.id, token, settings=settings, keyring=keyring)

    def settle(self, opdracht: Opdracht, error: UwlrError | None = None) -> None:
        afloop.settle(self.session, opdracht, error, Reeks(), settings=self.app.extensions["settings"])
        self.session.expire_all()

    def night(self) -> None:
        """A night begins."""
        self.session.execute(delete(Nacht))
        self.session.add(Nacht(datum=AFNAME, begonnen_op=database_clock(self.session), tellingen={}))
        self.session.flush()

    def send(self, error: UwlrError | None = None, *, by_day: bool = False) -> dict[str, str]:
        """Send all there is, in the next night unless told otherwise; return under which key what went where."""
        if not by_day:
            self.night()
        sent: dict[str, str] = {}
        while (opdracht := self.begin()) is not None:
            sent |= {stuk.sleutel: stuk.leerlingid for stuk in opdracht.stukken}
            self.settle(opdracht, error)
            if error is not None:
                break
        return sent

    def take_in(self, *leerlingen: uwlr.Leerling, **changes: Any) -> Importbatch | None:
        """Take in; renewed keys or names are held first, and somebody says that they are right."""
        news, koppeling = replace(aanlevering(*leerlingen), **changes), self.wereld.koppeling
        koppeling.opgehaald_leerlingen = len(leerlingen)
        batch = self._take_in(news)
        if batch is not None and (held := batch.ongewoon):
            door = self.wereld.beheerder.id
            for key, over in held.items():
                vastleggen.confirm_unusual(
                    self.session, batch.school_id, batch.id, key, confirmed=over["aantal"], door=door
                )
            batch = self._take_in(news)
        self.session.expire_all()
        return batch

    def _take_in(self, news: uwlr.Leerlinggegevens) -> Importbatch | None:
        """As a worker does, but also what it would leave: of that nothing comes."""
        koppeling = self.wereld.koppeling
        was, is_known = merk.before(self.session, koppeling, news), merk.is_known(self.session, koppeling, news)
        batch = inname.take_in(self.session, koppeling, news)
        merk.keep(self.session, koppeling, news, was)
        assert koppeling.merk or not is_known, "an aanlevering would be left of which something comes"
        return batch

    def ask_again(self, other: Leerling) -> Importbatch | None:
        """Somebody puts the name of this record right: what the LAS says of it does not fit any more."""
        other.roepnaam, other.achternaam = SOMEBODY[:2]
        other.geboortedatum = date.fromisoformat(SOMEBODY[2])
        self.session.flush()
        return self.take_in(pupil("k1", *NOOR), pupil("k2", *BO), pupil("k3", *SOMEBODY))

    def line(self, batch: Importbatch | None, las_key: str) -> Importregel:
        assert batch is not None
        query = select(Importregel).where(
            Importregel.batch_id == batch.id, Importregel.soort == Soort.LEERLING, Importregel.las_key == las_key
        )
        return self.session.scalars(query).one()

    def link(self, batch: Importbatch | None, las_key: str, leerling: Leerling) -> None:
        """Choose this link, unless it was certain."""
        if leerling.las_key == las_key:
            return
        regel = self.line(batch, las_key)
        keuzes.link(self.session, regel.school_id, regel.id, leerling.id, door=self.wereld.beheerder.id)

    def exchange(self, batch: Importbatch | None, las_key: str, antwoord: Ruilantwoord | None) -> None:
        """Answer the question about those whom the LAS exchanged."""
        regel, door = self.line(batch, las_key), self.wereld.beheerder.id
        keuzes.answer_exchange(self.session, regel.school_id, regel.id, antwoord, door=door)

    def choose(self, batch: Importbatch | None, las_key: str, keuze: Keuze) -> None:
        regel = self.line(batch, las_key)
        keuzes.choose(self.session, regel.school_id, regel.id, keuze, door=self.wereld.beheerder.id)

    def commit(self, batch: Importbatch | None) -> None:
        assert batch is not None
        if not batch.is_open:
            return
        for regel in batch.regels:
            if regel.keuze is None:
                keuzes.choose(self.session, batch.school_id, regel.id, Keuze.NIEUW, door=self.wereld.beheerder.id)
        summary, before = summarise(self.session, batch), self._elsewhere()
        vastleggen.commit(self.session, batch.school_id, batch.id, digest=summary.digest, door=self.wereld.beheerder.id)
        self.session.expire_all()
        assert len(self._elsewhere() - before) == summary.elders, "it is said before the button is pressed"

    def _elsewhere(self) -> set[str]:
        return set(self.session.scalars(select(Bezorging.sleutel).where(Bezorging.elders_op.is_not(None))))

    def status(self, resultaat_id: ResultaatId) -> LeveringStatus:
        return self.wereld.levering(resultaat_id).status

    def to_remove(self) -> list[tuple[str, str | None, ResultaatId]]:
        rows = elders.te_verwijderen(self.session, self.wereld.school.id)
        return [(row.nummer, row.naam, row.bezorging.resultaat_id) for row in rows]
