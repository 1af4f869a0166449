"""One played school: its nights, its days, and what it was asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, ClassVar

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs import ophalen, versturen
from tests.benchmarks.generator.noise import LEVELS, add_noise
from tests.jaar import kalender, tarieven
from tests.jaar.beheerder import Beheerder
from tests.jaar.kalender import EERSTE, TOETSDAGEN, is_schooldag
from tests.jaar.las import Kaart, Las, Wie
from tests.jaar.valstrikken import Valstrikkenlas
from tests.rechter import Rechter
from tests.wereld import make_wereld
from webapp.config import AMSTERDAM
from webapp.db import unit_of_work
from webapp.matching import Persoon
from webapp.models import (
    Importbatch,
    Koppeling,
    KoppelingStatus,
    Leerling,
    Lidmaatschap,
    Mail,
    MailSoort,
    Resultaat,
)
from webapp.models.ids import KoppelingId, LeerlingId, SchoolId
from webapp.models.vastgehouden import NOTHING_TAKEN_IN, parts
from webapp.muur import alle_scholen
from webapp.services import afspraken, sloten, vragen
from webapp.services.controle import zelfde
from webapp.services.inname.batch import open_of
from webapp.services.toetsen import normering
from webapp.uwlr import values as uwlr
from webapp.uwlr.values import GeenGegevens

VRAAGT = frozenset({
    MailSoort.KOPPELINGSMAIL, MailSoort.VASTGEHOUDEN, MailSoort.DOORGEGEVEN, MailSoort.VRAAG_DOORGEGEVEN,
    MailSoort.DOORGEVEN_VERLOPEN, MailSoort.SLEUTEL_GEWEIGERD, MailSoort.OPHALEN_MISLUKT, MailSoort.HERINNERING,
    MailSoort.AANVRAAG_HERINNERING,
})  # fmt: skip
"""The mails that ask something; reminders too."""
_TOETSEN = ("VB-RW-5", "VB-BL-5", "VB-SP-4")
_OPGAVEN = 30
_AFGESPROKEN = {"nieuwe_leerlingen": True, "nieuwe_leerkrachten": True, "alleen_op_het_spel": True}


@dataclass
class Uitslag:
    """What a year did to a school."""

    nr: int
    leerlingen: int
    oorzaken: Counter[str] = field(default_factory=Counter)
    """Every card that was shown, by what caused it."""
    mails: Counter[str] = field(default_factory=Counter)
    mails_per_dag: Counter[date] = field(default_factory=Counter)
    fout: set[str] = field(default_factory=set)
    dubbel: set[str] = field(default_factory=set)
    weigeringen: Counter[str] = field(default_factory=Counter)
    niet_gekoppeld: set[str] = field(default_factory=set)
    """Children of the LAS who have no link at the end of the year, and about whom nothing is asked."""
    verstuurd: int = 0
    gespeeld: int = 0
    """Nights that were run; the others brought what the last one brought."""
    geteld: int = 0

    @property
    def vragen(self) -> int:
        return self.oorzaken.total()


class School:
    """Plays one school, a day at a time."""

    LAS: ClassVar[type[Las]] = Las

    def __init__(
        self, app: Flask, nr: int, seed: int, *, traps: bool, agreed: bool = False, whole: bool = False, size: int = 0
    ) -> None:
        self.app, self.whole, self.agreed = app, whole, agreed
        brin = f"{nr % 100:02d}{chr(65 + nr // 100 % 26)}X"
        self.las = (Valstrikkenlas if traps else self.LAS)(nr, seed, brin, size)
        self.uitslag = Uitslag(nr, len(self.las.kaarten))
        self.rechter = Rechter({})
        self.kaarten: dict[Wie, Kaart] = {}
        self._answer: uwlr.Leerlinggegevens | None = None
        self._last: uwlr.Leerlinggegevens | None = None
        self._open: set[tuple[str, ...]] = set()
        self._answers_on: date | None = None
        self._mood = Random(f"beheerder {seed}-{nr}")
        self._is_restless = False
        self._today = EERSTE
        with unit_of_work() as session:
            wereld = make_wereld(session, app.extensions["keyring"], brin=brin, status=KoppelingStatus.GOEDGEKEURD)
            self.school_id, self.koppeling_id = SchoolId(wereld.school.id), KoppelingId(wereld.koppeling.id)
            self.door, self.toetsen = wereld.beheerder.id, [wereld.toetsen[code].id for code in _TOETSEN]
            wereld.groep.jaargroep, wereld.groep.schooljaar = "5", "2025-2026"
            wereld.school.vakantieregio = kalender.REGIO
            for kaart in self.las.kaarten:
                leerling = self._known_before(session, kaart)
                session.flush()
                self.rechter.ours[leerling.id] = kaart.kind
            self._take_a_test(session, 0, date(2026, 6, 10))
        self.beheerder = Beheerder(self.school_id, self.door, self.las, self.rechter, self.uitslag.weigeringen)

    def _known_before(self, session: Session, kaart: Kaart) -> Leerling:
        """As somebody typed it at the test centre, a year ago."""
        child, rng = kaart.child, self.las.rng
        typed = Persoon(
            "", achternaam=child.achternaam, voorvoegsel=child.voorvoegsel or None, roepnaam=child.roepnaam,
            geboortedatum=child.geboortedatum, geslacht=child.geslacht,
        )  # fmt: skip
        typed = add_noise(rng, typed, LEVELS["low"])
        sloten.lock(session, self.school_id)
        leerling = Leerling(
            school_id=self.school_id, roepnaam=typed.roepnaam or typed.voorletters, voorvoegsel=typed.voorvoegsel,
            achternaam=typed.achternaam, geboortedatum=typed.geboortedatum, geslacht=typed.geslacht,
            jaargroep=str(child.jaargroep),
        )  # fmt: skip
        session.add(leerling)
        return leerling

    def night(self, day: date) -> None:
        """The LAS changes, and is fetched when it says something else than last night; then what may go is sent."""
        self._today = day
        self.las.step(day)
        self._answer, self.kaarten = self.las.delivery()
        if self._answer == self._last and not (self.whole or self._is_restless):
            self.uitslag.geteld += 1
            return
        self._last = self._answer
        self.uitslag.gespeeld += 1
        self._fetch()
        versturen.push_resultaten(self.koppeling_id)
        self.look()

    def morning(self, day: date) -> None:
        """The beheerder answers on a day with school, when there is time; the first import is done at once."""
        if day in TOETSDAGEN:
            with alle_scholen(), unit_of_work() as session:
                self._take_a_test(session, 1 + TOETSDAGEN.index(day), day)
            self._is_restless = True
        with alle_scholen(), unit_of_work() as session:
            is_asked = zelfde.ask(session, self.school_id) > 0
        if is_asked:
            self.look()
        if day != EERSTE and not self._has_time(day):
            return
        for _ in range(6):
            with alle_scholen(), unit_of_work() as session:
                if not self.beheerder.answer(session, self.kaarten):
                    break
            self._is_restless = True
            with alle_scholen(), unit_of_work() as session:
                is_due = session.get_one(Koppeling, self.koppeling_id).ophalen_op is not None
            if is_due:
                self._fetch()
            self.look()
        if day == EERSTE:
            self._begin_to_count()

    def _has_time(self, day: date) -> bool:
        """Whether what is asked is answered today."""
        if not self._open or not is_schooldag(day):
            return False
        if self._answers_on is None:
            self._answers_on = kalender.after(day, self._mood.choice(tarieven.ANTWOORD_NA))
        if day < self._answers_on:
            return False
        self._answers_on = None
        return True

    def _begin_to_count(self) -> None:
        """The first import is behind us, and the school says once what it agrees to."""
        uitslag = self.uitslag
        uitslag.oorzaken.clear()
        with alle_scholen(), unit_of_work() as session:
            if self.agreed:
                afspraken.change(session, self.school_id, _AFGESPROKEN, seen=None, door=self.door)
            status = session.get_one(Koppeling, self.koppeling_id).status
            assert status is KoppelingStatus.ACTIEF, f"school {uitslag.nr} is {status} after its first import"

    def end(self) -> Uitslag:
        """Count the mails of the year."""
        with alle_scholen(), unit_of_work() as session:
            query = select(Mail).where(Mail.school_id == self.school_id, Mail.soort.in_(VRAAGT)).order_by(Mail.id)
            for mail in session.scalars(query):
                day = mail.aangemaakt_op.astimezone(AMSTERDAM).date()
                if day > EERSTE:
                    self.uitslag.mails[str(mail.soort)] += 1
                    self.uitslag.mails_per_dag[day] += 1
            schooljaar = session.get_one(Koppeling, self.koppeling_id).schooljaar
            assert schooljaar == self.las.schooljaar, f"school {self.uitslag.nr} is still in {schooljaar}"
            self._find_unlinked(session)
        return self.uitslag

    def _find_unlinked(self, session: Session) -> None:
        query = select(Leerling.id, Leerling.las_key).where(
            Leerling.school_id == self.school_id, Leerling.status == Lidmaatschap.ACTIEF
        )
        linked = {self.rechter.ours[of] for of, las_key in session.execute(query) if las_key}
        batch = open_of(session, self.school_id)
        asked = {regel.las_key for regel in batch.regels} if batch is not None else set()
        for kaart in self.las.kaarten:
            if kaart.kind not in linked and kaart.key not in asked:
                self.uitslag.niet_gekoppeld.add(f"school {self.uitslag.nr}: kind {kaart.kind}")

    def fetch(self, verzoek: uwlr.Leerlinggegevensverzoek, *_: object) -> uwlr.Leerlinggegevens | GeenGegevens:
        """What the LAS answers; of a year that it does not have, nothing."""
        assert self._answer is not None
        return self._answer if verzoek.schooljaar == self.las.schooljaar else GeenGegevens()

    def send_leerresultaten(self, bericht: uwlr.Leerresultatenbericht, *_: object) -> None:
        """The LAS takes every result; the judge looks whose number it goes to."""
        keys = {each.key: each for each in bericht.resultaten}
        with alle_scholen(), unit_of_work() as session:
            rows = session.execute(select(Resultaat.sleutel, Resultaat.leerling_id).where(Resultaat.sleutel.in_(keys)))
            for sleutel, of in rows.all():
                self.uitslag.verstuurd += 1
                for named in filter(None, (keys[sleutel].leerlingid, keys[sleutel].eckid)):
                    there = self.las.whose(named)
                    if there and self.rechter.ours[of] not in there:
                        self._wrong(of, named, "resultaat verstuurd")

    def _fetch(self) -> None:
        with alle_scholen(), unit_of_work() as session:
            koppeling = session.get_one(Koppeling, self.koppeling_id)
            koppeling.ophalen_op = koppeling.zenden_op = datetime(2020, 1, 1, tzinfo=UTC)
        ophalen.fetch_leerlinggegevens(self.koppeling_id)
        assert self._answer is not None
        self.rechter.saw(
            {each: kaart.kind for each in self._came() if (kaart := self.kaarten.get((each.key, each.eckid)))}
        )
        with alle_scholen(), unit_of_work() as session:
            fout = session.get_one(Koppeling, self.koppeling_id).fout
            assert fout is None, f"school {self.uitslag.nr}, {self._today}: {fout}"

    def _came(self) -> Iterator[uwlr.Leerling]:
        assert self._answer is not None
        yield from (*self._answer.leerlingen, *self._answer.betwiste_leerlingen)

    def look(self) -> None:
        """Count what is asked now, and judge every link."""
        with alle_scholen(), unit_of_work() as session:
            self.rechter.know_the_new(session, self.school_id)
            batch = open_of(session, self.school_id)
            now = dict(_cards(batch)) if batch is not None else {}
            self.uitslag.oorzaken.update(cause for card, cause in now.items() if card not in self._open)
            self._is_restless = not now.keys() <= self._open
            self._open = set(now)
            self._answers_on = self._answers_on if now else None
            self._judge(session, batch)

    def _judge(self, session: Session, batch: Importbatch | None) -> None:
        """A link is wrong when nobody is asked about it, and its number is of another child."""
        work = [regel for regel in batch.regels if regel.is_work] if batch is not None else []
        asked = {name for regel in work for name in (regel.las_key, regel.eckid)}
        is_held = batch is not None and any(parts(key)[0] in NOTHING_TAKEN_IN for key in batch.ongewoon)
        there: Counter[int] = Counter()
        query = select(Leerling.id, Leerling.las_key, Leerling.eckid).where(
            Leerling.school_id == self.school_id, Leerling.status == Lidmaatschap.ACTIEF
        )
        for of, las_key, eckid in session.execute(query.order_by(Leerling.id)).all():
            there[self.rechter.ours[of]] += 1
            for named in filter(None, (las_key, eckid)):
                if not is_held and named not in asked and self.rechter.wrong(of, named) is not None:
                    self._wrong(of, named, "gekoppeld")
        for kind in [kind for kind, number in there.items() if number > 1]:
            self.uitslag.dubbel.add(f"school {self.uitslag.nr}: kind {kind}")

    def _wrong(self, of: LeerlingId, named: str, what: str) -> None:
        found = f"school {self.uitslag.nr}: record {of} met {named[-12:]} {what}"
        if found not in self.uitslag.fout:
            self.uitslag.fout.add(found)
            print(f"{self._today} {found}", flush=True)

    def _take_a_test(self, session: Session, nth: int, day: date) -> None:
        """Everybody here has a score of one test, and it is normed."""
        sloten.lock(session, self.school_id)
        query = select(Leerling.id).where(Leerling.school_id == self.school_id, Leerling.status == Lidmaatschap.ACTIEF)
        ids = session.scalars(query.order_by(Leerling.id)).all()
        toets_id, rng = self.toetsen[nth], self.las.rng
        values: dict[str, Any] = {"school_id": self.school_id, "toets_id": toets_id, "afnamedatum": day}
        session.add_all(Resultaat(leerling_id=id_, ruwe_score=rng.randrange(_OPGAVEN), **values) for id_ in ids)
        session.flush()
        now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) + timedelta(hours=1)
        normering.normeer(session, self.school_id, toets_id, leerling_ids=ids, now=now, door=None)


def _cards(batch: Importbatch) -> Iterator[tuple[tuple[str, ...], str]]:
    """What a beheerder is shown, each with its cause: questions, who is new, and what is held."""
    for question in vragen.questions(batch.regels):
        first = question[0]
        who = sorted(f"{regel.las_key} {regel.eckid}" for regel in question)
        cause = "verwisseld" if len(question) > 1 else first.matchregel
        yield (str(first.soort), *who), f"{first.soort}: vraag, {cause}"
    for regel in batch.regels:
        if regel.is_work and not regel.is_vraag and not regel.via_groep:
            yield (str(regel.soort), f"{regel.las_key} {regel.eckid}"), f"{regel.soort}: {regel.voorstel}"
    for key in batch.onderwerpen:
        yield ("vastgehouden", key), f"vastgehouden: {key}"
