"""The nine lists: what is found, who goes along with a groep, and one act for all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.services.conftest import Make, aanlevering, make_beheerder, pupil, teacher
from webapp.models import Account, Importbatch, Importregel, Keuze, Koppeling, School, Soort
from webapp.models.ids import AccountId, RegelId
from webapp.models.importbatch import Ruil
from webapp.services.clock import database_clock, database_now
from webapp.services.controle import allemaal, keuzes, lijsten, samenvatting, vastleggen
from webapp.services.controle.errors import ChoiceTooLate, FoundChanged, NothingTicked
from webapp.services.controle.lijsten import ZONDER_GROEP, Herkomst, Meegaand, Zoekvraag
from webapp.services.inname import inname
from webapp.uwlr import values as uwlr

NIEUW = Zoekvraag(Soort.LEERLING, Keuze.NIEUW)
GROEPEN = (uwlr.Groep("g5", "Groep 5", "5"), uwlr.Groep("g6", "Groep 6", "6"))
PUPILS = (
    pupil("k1", "Zoë", "Müller"),
    pupil("k2", "Łukasz", "d'Or-Weiß"),
    pupil("k3", "Bo", "Berk", groep="g6", jaargroep="6"),
    pupil("k4", "Ids", "Los", groep=None),
)
TEACHERS = (
    teacher("t5", "Loes", "Hartog", groepen=("g5",)),
    teacher("t56", "Jan", "Beide", groepen=("g5", "g6")),
    teacher("t0", "Mo", "Geen"),
)


@dataclass
class Review:
    """A first aanlevering with two groepen, four leerlingen and three leerkrachten."""

    session: Session
    koppeling: Koppeling
    beheerder: Account
    batch: Importbatch

    def line(self, key: str) -> Importregel:
        self.session.flush()
        self.session.expire_all()
        return next(regel for regel in self.batch.regels if regel.las_key == key)

    def choose(self, key: str, keuze: Keuze, door: AccountId | None = None) -> None:
        line = self.line(key)
        keuzes.choose(self.session, line.school_id, line.id, keuze, door=door or self.beheerder.id)
        self.session.flush()

    def found(self, vraag: Zoekvraag) -> list[str]:
        [number] = lijsten.count(self.session, self.batch, vraag)
        blad = lijsten.page(self.session, self.batch, vraag, 1, gevonden=number)
        return [regel.las_key or "" for regel in blad.regels]

    def put(self, vraag: Zoekvraag, naar: Keuze, verwacht: int, gezien: datetime | None = None) -> allemaal.Gedaan:
        return allemaal.put(
            self.session, self.batch.school_id, self.batch.id, vraag, naar,
            verwacht=verwacht, gezien=gezien or database_now(self.session), door=self.beheerder.id,
        )  # fmt: skip

    def standing(self, *keys: str) -> list[Keuze | None]:
        return [self.line(key).keuze for key in keys]


@pytest.fixture
def review(session: Session, koppeling: Koppeling, beheerder: Account) -> Review:
    batch = inname.take_in(session, koppeling, aanlevering(*PUPILS, groepen=GROEPEN, leerkrachten=TEACHERS))
    assert batch is not None
    session.flush()
    return Review(session, koppeling, beheerder, batch)


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("muller", ["k1"]),
        ("MÜLLER zoe", ["k1"]),
        ("lukasz", ["k2"]),
        ("dor weiss", ["k2"]),
        ("d'Or-Weiß", ["k2"]),
        ("%", ["k3", "k2", "k4", "k1"]),
        ("nergens", []),
    ],
)
def test_a_name_is_found_however_its_letters_are_typed(review: Review, typed: str, who: list[str]) -> None:
    assert review.found(replace(NIEUW, tekst=typed)) == who


def test_a_groep_is_filtered_on_and_so_is_standing_in_none(review: Review) -> None:
    assert review.found(replace(NIEUW, groep="g6")) == ["k3"]
    assert review.found(replace(NIEUW, groep=ZONDER_GROEP)) == ["k4"]
    assert lijsten.groep_keys(review.session, review.batch, Soort.LEERKRACHT) == {"g5", "g6"}


def test_whose_choice_it_is_is_filtered_on(review: Review, make_leerling: Make) -> None:
    make_leerling("Noor", "Maan")
    make_leerling("Eva", "Vast", las_key="k9")
    news = aanlevering(*PUPILS, pupil("q1", "Noora", "Maan"), groepen=GROEPEN, leerkrachten=TEACHERS)
    newer = inname.take_in(review.session, review.koppeling, news)
    assert newer is not None
    review.batch = newer
    review.session.flush()
    review.choose("k1", Keuze.NIET)
    review.choose("k2", Keuze.NIEUW)
    bestaand, niet = replace(NIEUW, keuze=Keuze.KOPPEL), replace(NIEUW, keuze=Keuze.NIET)
    assert review.found(replace(bestaand, herkomst=Herkomst.VRAAG)) == ["q1"]
    assert review.found(replace(NIEUW, herkomst=Herkomst.AUTOMATISCH)) == ["k3", "k4"]
    assert review.found(replace(NIEUW, herkomst=Herkomst.MENS)) == ["k2"]
    assert review.found(replace(NIEUW, herkomst=Herkomst.GEWIJZIGD)) == []
    assert review.found(replace(niet, herkomst=Herkomst.GEWIJZIGD)) == ["k1"]
    assert lijsten.counts(review.session, review.batch)[Soort.LEERLING, Keuze.KOPPEL] == 1


def test_a_page_holds_a_hundred_and_one_past_the_end_is_the_last(
    session: Session, koppeling: Koppeling, beheerder: Account
) -> None:
    many = [pupil(f"k{n:03}", f"Kind{n:03}", "Berk") for n in range(205)]
    batch = inname.take_in(session, koppeling, aanlevering(*many))
    assert batch is not None
    pages = [lijsten.page(session, batch, NIEUW, number, gevonden=205) for number in (1, 3, 99)]
    assert [(len(each.regels), each.nummer, each.bladzijden, each.gevonden) for each in pages] == [
        (100, 1, 3, 205),
        (5, 3, 3, 205),
        (5, 3, 3, 205),
    ]


def test_a_groep_takes_its_leerlingen_along_and_who_teaches_nothing_else(review: Review) -> None:
    review.choose("g5", Keuze.NIET)
    assert review.standing("k1", "k2", "k3", "t5", "t56", "t0") == [
        Keuze.NIET, Keuze.NIET, Keuze.NIEUW, Keuze.NIET, Keuze.NIEUW, Keuze.NIEUW,
    ]  # fmt: skip
    along = lijsten.go_along(review.session, review.batch, [review.line("g5"), review.line("g6")])
    assert along == {"g5": Meegaand(2, ("Loes Hartog",))}
    review.choose("g6", Keuze.NIET)
    assert review.standing("t56") == [Keuze.NIET], "both of the groepen are out now"
    review.choose("g5", Keuze.NIEUW)
    assert review.standing("t5", "t56", "k1", "k3") == [Keuze.NIEUW, Keuze.NIEUW, Keuze.NIEUW, Keuze.NIET]


def test_the_next_night_leaves_those_leerkrachten_out_too(
    review: Review, session: Session, koppeling: Koppeling
) -> None:
    review.choose("g5", Keuze.NIET)
    digest = samenvatting.summarise(session, review.batch).digest
    vastleggen.commit(session, review.batch.school_id, review.batch.id, digest=digest, door=review.beheerder.id)
    session.flush()
    news = aanlevering(*PUPILS, groepen=GROEPEN, leerkrachten=(*TEACHERS, teacher("t9", "An", "Nieuw")))
    newer = inname.take_in(session, koppeling, news)
    assert newer is not None
    assert [regel.las_key for regel in newer.regels if regel.toegepast_id is None] == ["t9"]


def test_who_is_unchanged_counts_as_a_leerling_of_a_groep(
    session: Session, koppeling: Koppeling, school: School, make_groep: Make, make_leerling: Make
) -> None:
    ours = make_groep("Groep 5", "5", schooljaar="2025-2026")
    for number in range(3):
        make_leerling(f"Kind{number}", "Vast", las_key=f"v{number}", groep_id=ours.id, jaargroep="5")
    make_leerling("Weg", "Was", las_key="w1", groep_id=ours.id, status="vertrokken")
    news = aanlevering(pupil("k1", "Noor", "Maan"), *(pupil(f"v{n}", f"Kind{n}", "Vast") for n in range(3)))
    batch = inname.take_in(session, koppeling, news)
    assert batch is not None
    session.flush()
    groep = next(regel for regel in batch.regels if regel.soort is Soort.GROEP)
    assert lijsten.leerlingen(session, batch, [groep]).get("g5") == 4


def test_all_that_are_found_go_in_one_act_and_come_back(review: Review) -> None:
    before = database_clock(review.session)
    gedaan = review.put(NIEUW, Keuze.NIET, 4)
    assert (gedaan.aantal, review.standing("k1", "k2", "k3", "k4")) == (4, [Keuze.NIET] * 4)
    assert gedaan.op > before, "when the lock was had, and not when it was asked for"
    back = allemaal.undo(
        review.session, review.batch.school_id, review.batch.id, NIEUW, op=gedaan.op, door=review.beheerder.id
    )
    assert (back, review.standing("k1", "k4")) == (4, [Keuze.NIEUW] * 2)


def test_it_is_refused_with_the_new_number_when_that_moved(review: Review) -> None:
    review.choose("k1", Keuze.NIET)
    with pytest.raises(FoundChanged) as refused:
        review.put(NIEUW, Keuze.NIET, 4)
    assert refused.value.number == 3
    assert review.standing("k2", "k3") == [Keuze.NIEUW] * 2


def test_what_a_colleague_chose_since_the_page_was_opened_is_left_and_named(
    review: Review, session: Session, school: School
) -> None:
    youssef = make_beheerder(session, school, "youssef@regenboog.example")
    youssef.naam = "Youssef"
    long_ago = database_now(session) - timedelta(hours=1)
    review.choose("k1", Keuze.NIEUW, door=youssef.id)
    gedaan = review.put(NIEUW, Keuze.NIET, 4, gezien=long_ago)
    assert (gedaan.aantal, gedaan.eerder) == (3, {"Youssef": ["Zoë Müller"]})
    assert review.standing("k1", "k2") == [Keuze.NIEUW, Keuze.NIET]
    assert review.line("k1").gekozen_door == youssef.id


def test_those_who_were_exchanged_or_go_with_a_groep_stay_out(review: Review, session: Session) -> None:
    review.line("k4").ruil = Ruil(naam=1, nummer=2, wat=["las_key"])
    session.flush()
    assert allemaal.count(session, review.batch, NIEUW).naar[Keuze.NIET] == 3
    assert allemaal.count(session, review.batch, NIEUW).verwisseld == 1
    review.choose("g5", Keuze.NIET)
    niet = replace(NIEUW, keuze=Keuze.NIET)
    assert allemaal.count(session, review.batch, niet).naar[Keuze.NIEUW] == 0


def test_no_act_for_many_unlinks_or_doubles_who_is_linked(
    session: Session, koppeling: Koppeling, beheerder: Account, make_leerling: Make
) -> None:
    noor = make_leerling("Noor", "Maan", jaargroep="5")
    make_leerling("Bo", "Berk")
    batch = inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noor", "Maan"), pupil("k2", "Boo", "Berk")))
    assert batch is not None
    session.flush()
    review = Review(session, koppeling, beheerder, batch)
    bestaand, niet = (replace(NIEUW, keuze=keuze) for keuze in (Keuze.KOPPEL, Keuze.NIET))
    assert (review.line("k1").toegepast_id, review.line("k2").keuze) == (noor.id, None)
    assert allemaal.count(session, batch, bestaand).naar[Keuze.NIEUW] == 1, "the question, not the link"
    gedaan = review.put(bestaand, Keuze.NIET, 2)
    assert allemaal.count(session, batch, niet).naar[Keuze.NIEUW] == 1
    assert allemaal.count(session, batch, niet).naar[Keuze.KOPPEL] == 1
    allemaal.undo(session, batch.school_id, batch.id, bestaand, op=gedaan.op, door=beheerder.id)
    assert (review.standing("k1", "k2"), review.line("k1").doel_id) == ([Keuze.KOPPEL, None], noor.id)


def test_ticked_lines_go_where_they_may_and_the_rest_is_counted(review: Review) -> None:
    ids = [review.line(key).id for key in ("k1", "k2")]
    review.choose("k2", Keuze.NIET)
    ticked = {"gezien": database_now(review.session), "door": review.beheerder.id}
    here = (review.session, review.batch.school_id, review.batch.id, NIEUW, Keuze.NIET)
    gedaan = allemaal.put_ticked(*here, ids=ids, **ticked)  # type: ignore[arg-type]  # of different types
    assert (gedaan.aantal, gedaan.buiten) == (1, 1)
    with pytest.raises(NothingTicked):
        allemaal.put_ticked(*here, ids=[RegelId(999999)], **ticked)  # type: ignore[arg-type]  # of different types


def test_a_finished_aanlevering_takes_no_act(review: Review) -> None:
    newer = inname.take_in(review.session, review.koppeling, aanlevering(pupil("x", "Een", "Ander")))
    assert newer is not None
    with pytest.raises(ChoiceTooLate):
        review.put(NIEUW, Keuze.NIET, 4)
