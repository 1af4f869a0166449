"""Somebody says that the link of a leerling is wrong: no path sends a result of them until a beheerder answered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from tests.bezorgschool import BO, NOOR, School
from tests.services.conftest import make_beheerder, pupil
from tests.services.controle.test_terugdraaien import undo
from tests.wereld import make_wereld
from webapp.config import AMSTERDAM
from webapp.errors import NotAllowed
from webapp.models import (
    Audit,
    BatchStatus,
    Daad,
    Importbatch,
    Keuze,
    KloptNiet,
    Leerling,
    Levering,
    LeveringStatus,
    Mail,
    MailSoort,
    MailStatus,
    Rol,
)
from webapp.models.ids import LeerlingId
from webapp.services import sloten
from webapp.services.clock import database_clock
from webapp.services.controle import heropenen, kloptniet, terugdraaien
from webapp.services.controle.kloptniet import NothingLinked
from webapp.services.controle.uitwerken import Deel
from webapp.services.inname import parkeren
from webapp.services.inname.batch import open_of
from webapp.services.overzicht import open_einden, wachtrij
from webapp.services.overzicht.alarmen import late_deliveries
from webapp.services.overzicht.einde import Einde
from webapp.services.overzicht.wachtend import Wachtreden
from webapp.services.versturen import elders, leveringen, volgende
from webapp.uwlr import values as uwlr
from webapp.uwlr.codes import FaultCode, Reden
from webapp.uwlr.faults import UwlrRefused, UwlrUnsure

G5 = uwlr.Groep("g5", "Groep 5", "5")
THEIRS = (pupil("k1", *NOOR), pupil("k2", *BO))


@pytest.fixture
def school(session: Session, app: Flask) -> School:
    """Noor and Bo are linked, and the last night changed nothing."""
    school = School(make_wereld(session, app.extensions["keyring"]), app)
    school.wereld.koppeling.opgehaald_leerlingen = 2
    for naam, key in ((NOOR, "k1"), (BO, "k2")):
        school.leerling(naam, key)
    school.take_in(*THEIRS)
    return school


def _noor(school: School) -> Leerling:
    """The one who was here first: an answer may make another of that name."""
    return school.session.scalars(select(Leerling).where(Leerling.roepnaam == "Noor").order_by(Leerling.id)).all()[0]


def _report(school: School, waarom: KloptNiet = KloptNiet.ANDER_KIND, *, hears_of_it: bool = False) -> Leerling:
    noor = _noor(school)
    return kloptniet.report(
        school.session, noor.school_id, noor.id, waarom,
        door=school.wereld.beheerder.id, groepen=None, hears_of_it=hears_of_it,
    )  # fmt: skip


def _right(school: School) -> None:
    kloptniet.is_right(school.session, school.wereld.school.id, _noor(school).id, door=school.wereld.beheerder.id)


def _is_reported(school: School) -> bool:
    school.session.flush()
    return _noor(school).klopt_niet_sinds is not None


@pytest.mark.parametrize("status", ["delivered", "unsure", "refused", "waiting", "to check"])
def test_no_path_sends_a_result_until_a_beheerder_says_that_it_is_right(school: School, status: str) -> None:
    noor, door = _noor(school), school.wereld.beheerder.id
    result = school.result_of(noor)
    if status != "waiting":
        error = {
            "unsure": UwlrUnsure(Reden.TIJD_VERSTREKEN),
            "refused": UwlrRefused(FaultCode.SCORE_ONGELDIG),
        }.get(status)
        school.send(error)
    if status == "to check":
        school.session.execute(update(Levering).values(status=LeveringStatus.NAKIJKEN, bevestigd=0))
    before = school.status(result)
    _report(school)
    assert school.status(result) is before, "it keeps its outcome"
    if before is LeveringStatus.BEVESTIGD:
        with pytest.raises(leveringen.StaysHere):
            leveringen.send_again(school.session, noor.school_id, result, door=door)
    if before is LeveringStatus.GEWEIGERD:
        leveringen.send_again(school.session, noor.school_id, result, door=door)
    if before is LeveringStatus.NAKIJKEN:
        leveringen.free_checked(school.wereld.levering(result))
    leveringen.free_refused(school.session, school.wereld.koppeling, door=door)
    later = school.wereld.resultaat(noor, 12, toets="VB-BL-5").id
    school.wereld.normeer("VB-BL-5")
    assert volgende.choose_control(school.session, noor.school_id) == []
    assert school.wereld.count_sendable() == 0
    assert school.send(by_day=True) == school.send() == {}
    overdue = late_deliveries(database_clock(school.session) + timedelta(days=9))
    assert school.session.execute(overdue).one()[0] == 0, "no alarm: it waits for a person"
    _right(school)
    sent = school.send()
    assert set(sent.values()) == {"k1"}
    assert (school.status(result), school.status(later)) == (LeveringStatus.BEVESTIGD, LeveringStatus.BEVESTIGD)


def test_what_is_under_way_keeps_its_outcome(school: School) -> None:
    result = school.result_of(_noor(school))
    school.night()
    opdracht = school.begin()
    assert opdracht is not None
    _report(school)
    school.settle(opdracht)
    assert school.status(result) is LeveringStatus.BEVESTIGD
    found = elders.of_leerling(school.session, school.wereld.school.id, LeerlingId(_noor(school).id))
    assert [(each.nummer, each.bezorging.resultaat_id) for each in found] == [("k1", result)]


def test_what_was_chosen_for_another_child_goes_on(school: School) -> None:
    bo = school.session.query(Leerling).filter_by(roepnaam="Bo").one()
    school.result_of(_noor(school))
    school.result_of(bo)
    _report(school)
    assert list(school.send().values()) == ["k2"]


@pytest.mark.parametrize("what", ["nights", "another number", "a new year", "an import", "parked", "an undo"])
def test_nothing_but_an_answer_ends_it(school: School, what: str) -> None:
    noor = _noor(school)
    result, door = school.result_of(noor), school.wereld.beheerder.id
    if what == "another number":
        noor.eckid = "https://ketenid.nl/pilot/1"
        school.session.flush()
    if what == "an undo":
        batch = school.take_in(*THEIRS, pupil("k7", "Zoë", "Zwart", "2014-01-31"))
        school.commit(batch)
    _report(school)
    if what == "nights":
        for _ in range(3):
            school.take_in(*THEIRS)
    elif what == "another number":
        school.take_in(pupil("k9", *NOOR, eckid="https://ketenid.nl/pilot/1"), THEIRS[1])
        assert _noor(school).las_key == "k9"
    elif what == "a new year":
        school.wereld.koppeling.schooljaar = "2027-2028"
        school.take_in(*(pupil(key, *naam, jaargroep="6") for key, naam in (("k1", NOOR), ("k2", BO))))
    elif what == "an import":
        school.commit(school.take_in(*THEIRS, pupil("k7", "Zoë", "Zwart", "2014-01-31")))
    elif what == "parked":
        noor = _noor(school)
        noor.geparkeerd_op = database_clock(school.session)
        school.session.flush()
        parkeren.bring_back(school.session, noor.school_id, [noor.id], door=door)
    else:
        assert batch is not None
        undo(school, batch)
    assert _is_reported(school)
    assert school.send() == {}
    assert school.status(result) is LeveringStatus.KLAAR


@pytest.mark.parametrize("answer", ["the same", "another", "nobody"])
def test_an_answer_about_the_link_ends_it_with_its_import_and_the_undo_brings_it_back(
    school: School, answer: str
) -> None:
    noor = _noor(school)
    double = school.leerling(("Noortje", NOOR[1], NOOR[2]), None)
    school.result_of(noor)
    _report(school, KloptNiet.NAAM)
    heropenen.reopen(school.session, noor.school_id, "leerling", noor.id, door=school.wereld.beheerder.id)
    batch = open_of(school.session, noor.school_id)
    assert _is_reported(school), "asking is no answer"
    if answer == "the same":
        school.choose(batch, "k1", Keuze.KOPPEL)
    elif answer == "another":
        school.link(batch, "k1", double)
    else:
        school.choose(batch, "k1", Keuze.NIEUW)
    if answer != "the same":
        assert _is_reported(school), "the import is"
        school.commit(batch)
    assert not _is_reported(school)
    assert set(school.send().values()) == ({"k1"} if answer == "the same" else set())
    if answer != "the same":
        done = school.session.scalars(
            select(Importbatch).where(Importbatch.status == BatchStatus.VERWERKT).order_by(Importbatch.id.desc())
        ).first()
        assert done is not None
        if answer == "another":  # and of a later link it was said and answered too
            _noor(school).eckid = "https://ketenid.nl/pilot/1"
            _report(school, KloptNiet.ANDERS)
            _right(school)
            _noor(school).eckid = None
        undo(school, done)
        assert _noor(school).klopt_niet_waarom is KloptNiet.NAAM
        assert school.send() == {}


def test_undoing_the_answer_about_a_groep_brings_back_no_report_about_the_leerling_of_that_number(
    school: School,
) -> None:
    session, door = school.session, school.wereld.beheerder.id
    nr = session.scalar(text("SELECT nextval('groep_id_seq') + nextval('leerling_id_seq')"))
    session.execute(text("SELECT setval('groep_id_seq', :nr, false)"), {"nr": nr})
    tim = school.wereld.leerling("Tim", achternaam="Tas", las_key="k9", id=nr)
    batch = school.take_in(*THEIRS, pupil("k9", "Tim", "Tas"), groepen=(G5, uwlr.Groep("g9", "Zwaan", "6")))
    kloptniet.report(
        session, tim.school_id, tim.id, KloptNiet.NAAM, door=door, groepen=None, hears_of_it=False
    )  # fmt: skip
    heropenen.reopen(session, tim.school_id, "leerling", tim.id, door=door)
    school.choose(batch, "k9", Keuze.KOPPEL)
    school.commit(batch)
    assert batch is not None
    assert tim.klopt_niet_sinds is None
    [groep] = [regel for regel in batch.regels if regel.las_key == "g9"]
    assert groep.doel_id == tim.id
    args = (session, tim.school_id, batch.id, Deel(regel_id=groep.id))
    terugdraaien.undo(*args, digest=terugdraaien.preview(*args).digest, door=door)
    assert tim.klopt_niet_sinds is None


def test_two_at_once_are_one_report_and_each_act_is_in_the_trail(school: School) -> None:
    first = _report(school, KloptNiet.NAAM).klopt_niet_sinds
    assert (_report(school).klopt_niet_sinds, _noor(school).klopt_niet_waarom) == (first, KloptNiet.NAAM)
    _right(school)
    _right(school)
    noor = _noor(school)
    told = kloptniet.events(school.session, noor.school_id, f"leerling {noor.id}")
    assert [each.actie for each in told] == [Daad.KLOPT_NIET, Daad.KLOPT_NIET_BEANTWOORD]
    assert told[0].tellingen == {"waarom": "naam"}
    names = school.session.scalars(select(Audit.tellingen)).all()
    assert not any("Noor" in str(each) for each in names)


def test_who_is_not_linked_or_not_of_your_groepen_cannot_be_reported(school: School) -> None:
    noor = _noor(school)
    with pytest.raises(NotAllowed):
        kloptniet.report(
            school.session, noor.school_id, noor.id, KloptNiet.NAAM,
            door=school.wereld.beheerder.id, groepen=frozenset(), hears_of_it=True,
        )  # fmt: skip
    noor.las_key = None
    school.session.flush()
    with pytest.raises(NothingLinked):
        _report(school)


def test_it_is_not_in_order_while_it_stands_and_klantenservice_reads_no_name(school: School) -> None:
    koppeling, settings = school.wereld.koppeling, school.app.extensions["settings"]
    now = database_clock(school.session)
    noor = _report(school)
    [einde] = [
        each
        for each in open_einden.of_koppeling(school.session, koppeling, settings, now)
        if each.einde is Einde.KLOPT_NIET
    ]
    assert (einde.aantal, einde.wat) == (1, str(noor.id))
    [row] = [each for each in wachtrij.waiting(school.session) if each.reden is Wachtreden.KLOPT_NIET]
    assert (row.wat, row.number) == (str(noor.id), 1)
    _right(school)
    school.session.flush()
    assert Einde.KLOPT_NIET not in {
        each.einde for each in open_einden.of_koppeling(school.session, koppeling, settings, now)
    }


def test_the_beheerders_get_one_mail_a_day_and_none_when_it_is_over(school: School) -> None:
    make_beheerder(school.session, school.wereld.school, "lk@x.example", Rol.LEERKRACHT)
    of_this = select(Mail).where(Mail.soort == MailSoort.KLOPT_NIET).order_by(Mail.id)

    def mailed() -> list[Mail]:
        school.session.flush()
        return list(school.session.scalars(of_this))

    _report(school, hears_of_it=True)
    assert [each.ontvanger for each in mailed()] == [school.wereld.beheerder.email]
    _right(school)
    assert mailed() == [], "it never went, and is over"
    _report(school, hears_of_it=True)
    [mail] = mailed()
    for status in (MailStatus.ONZEKER, MailStatus.VERZONDEN):
        mail.status = status
        school.session.flush()
    _right(school)
    _report(school, hears_of_it=True)
    now, [_, later] = database_clock(school.session), mailed()
    assert later.volgende_op is not None
    tomorrow = now.astimezone(AMSTERDAM).date() + timedelta(days=1)
    assert later.volgende_op.astimezone(AMSTERDAM).date() == tomorrow
    sloten.lock(school.session, school.wereld.school.id)
    assert school.session.scalar(select(func.count()).select_from(of_this.subquery())) == 2


def test_whoever_is_merged_into_another_takes_the_report_along(school: School) -> None:
    noor, double = _report(school), school.leerling(("Noortje", NOOR[1], NOOR[2]), "k9")
    kloptniet.carry(noor, double)
    assert (double.klopt_niet_sinds, double.klopt_niet_waarom) == (noor.klopt_niet_sinds, KloptNiet.ANDER_KIND)
