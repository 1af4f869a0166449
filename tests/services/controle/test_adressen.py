"""Addresses of leerkrachten: what is good is saved, what is odd is asked, and nothing that was typed goes astray."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.services.conftest import aanlevering, make_beheerder, pupil, teacher
from webapp.errors import NotAllowed
from webapp.models import (
    Account,
    Audit,
    Daad,
    Importbatch,
    Importregel,
    Keuze,
    Koppeling,
    Leerkracht,
    Medewerker,
    Rol,
    Soort,
    Toetreding,
)
from webapp.models import School as SchoolRij
from webapp.models.ids import SchoolId
from webapp.services import sloten
from webapp.services.controle import adressen, keuzes, vastleggen
from webapp.services.controle.adressen import Bezwaar, Getypt, Uitkomst
from webapp.services.controle.samenvatting import summarise
from webapp.services.inname import inname
from webapp.services.toegang import leerkrachten

LOES, JAN = teacher("t1", "Loes", "Hartog", groepen=("g5",)), teacher("t2", "Jan", "Zonder")


@dataclass
class School:
    """A school of which Anja and Bo are known, and Loes and Jan are new in the review."""

    session: Session
    koppeling: Koppeling
    beheerder: Account
    batch: Importbatch
    anja: Leerkracht
    bo: Leerkracht

    @property
    def id(self) -> SchoolId:
        return self.bo.school_id

    def line(self, key: str) -> Importregel:
        query = select(Importregel).where(Importregel.batch_id == self.batch.id, Importregel.las_key == key)
        return self.session.scalars(query).one()

    def key(self, naam: str) -> str:
        return next(each.sleutel for each in adressen.overview(self.session, self.id) if each.naam == naam)

    def save(self, **typed: Getypt | str) -> Uitkomst:
        """Save what is typed under each key; a plain text stands in a field that was empty."""
        fields = {key: Getypt(each, "") if isinstance(each, str) else each for key, each in typed.items()}
        return adressen.save(self.session, self.id, fields, door=self.beheerder.id)


@pytest.fixture
def school(session: Session, koppeling: Koppeling, beheerder: Account) -> School:
    assert koppeling.school_id is not None
    sloten.lock(session, koppeling.school_id)
    anja = Leerkracht(school_id=koppeling.school_id, roepnaam="Anja", achternaam="de Boer", las_key="t8")
    bo = Leerkracht(school_id=koppeling.school_id, roepnaam="Bo", achternaam="Berk", las_key="t9", email="bo@school.nl")
    session.add_all((anja, bo))
    session.flush()
    news = aanlevering(
        pupil("k1", "Noor", "Maan"),
        leerkrachten=(LOES, JAN, teacher("t8", "Anja", "de Boer"), teacher("t9", "Bo", "Berk")),
    )
    batch = inname.take_in(session, koppeling, news)
    assert batch is not None
    session.flush()
    return School(session, koppeling, beheerder, batch, anja, bo)


def test_who_has_no_address_comes_first_with_their_groepen(school: School) -> None:
    people = adressen.overview(school.session, school.id)
    assert [(each.naam, each.groepen, each.email) for each in people] == [
        ("Anja de Boer", "", ""),
        ("Jan Zonder", "", ""),
        ("Loes Hartog", "Groep 5", ""),
        ("Bo Berk", "", "bo@school.nl"),
    ]


def test_good_addresses_are_saved_beside_a_wrong_one(school: School) -> None:
    loes, jan, anja = (school.key(naam) for naam in ("Loes Hartog", "Jan Zonder", "Anja de Boer"))
    uitkomst = school.save(**{loes: "loes@school.nl", jan: "jan@", anja: "anja@School.NL"})
    assert (uitkomst.bewaard, {key: each.bezwaar for key, each in uitkomst.vragen.items()}) == (
        2,
        {jan: Bezwaar.ONGELDIG},
    )
    assert (school.line("t1").email_ingevuld, school.line("t2").email_ingevuld) == ("loes@school.nl", None)
    assert school.anja.email == "anja@school.nl"
    assert school.line("t1").gekozen_door is None, "an address is no answer to a question"
    trail = select(Audit.tellingen).where(Audit.actie == Daad.LEERKRACHT_ADRESSEN)
    assert school.session.scalars(trail).one() == {"adressen": 2}


def test_what_was_typed_arrives_with_the_import(school: School) -> None:
    school.save(**{school.key("Loes Hartog"): "loes@school.nl"})
    _import(school)
    loes = school.session.scalars(select(Leerkracht).where(Leerkracht.las_key == "t1")).one()
    assert loes.email == "loes@school.nl"
    assert leerkrachten.overview(school.session, loes.school_id, [loes.id])[0].inlog == "adres", "nobody is invited"


def _import(school: School) -> None:
    digest = summarise(school.session, school.batch).digest
    vastleggen.commit(school.session, school.id, school.batch.id, digest=digest, door=school.beheerder.id)
    school.session.flush()


def test_what_was_typed_for_a_line_follows_it_when_a_colleague_imported_meanwhile(school: School) -> None:
    loes, jan = school.key("Loes Hartog"), school.key("Jan Zonder")
    keuzes.choose(
        school.session, school.line("t2").school_id, school.line("t2").id, Keuze.NIET, door=school.beheerder.id
    )
    _import(school)
    uitkomst = school.save(**{loes: "loes@school.nl", jan: "jan@school.nl"})
    record = school.session.scalars(select(Leerkracht).where(Leerkracht.las_key == "t1")).one()
    assert (uitkomst.bewaard, uitkomst.weg, record.email) == (1, ["jan@school.nl"], "loes@school.nl")


def test_what_was_typed_goes_along_to_a_newer_aanlevering(school: School) -> None:
    school.save(**{school.key("Loes Hartog"): "loes@school.nl"})
    renamed = teacher("t1", "Loes", "Hartog-Vos", groepen=("g5",))
    newer = inname.take_in(
        school.session, school.koppeling, aanlevering(pupil("k1", "Noor", "Maan"), leerkrachten=(renamed, JAN))
    )
    assert newer is not None
    assert newer.id != school.batch.id
    assert {each.las_key: each.email_ingevuld for each in newer.regels if each.soort is Soort.LEERKRACHT} == {
        "t1": "loes@school.nl",
        "t2": None,
    }


def test_an_address_of_a_colleague_is_asked_about_and_kept_when_it_is_shared(school: School) -> None:
    jan = school.key("Jan Zonder")
    [vraag] = school.save(**{jan: "BO@school.nl"}).vragen.values()
    assert (vraag.bezwaar, vraag.ander) == (Bezwaar.DUBBEL, "Bo Berk")
    said = Getypt("BO@school.nl", "", over="BO@school.nl", klopt="BO@school.nl")
    assert school.save(**{jan: said}).bewaard == 1
    assert school.line("t2").email_ingevuld == "BO@school.nl"


def test_the_same_address_twice_on_one_page_is_asked_about_once(school: School) -> None:
    jan, loes = school.key("Jan Zonder"), school.key("Loes Hartog")
    uitkomst = school.save(**{loes: "team@school.nl", jan: "team@school.nl"})
    assert (uitkomst.bewaard, [each.ander for each in uitkomst.vragen.values()]) == (1, ["Jan Zonder"])


def test_an_address_that_another_leerkracht_logs_in_with_is_never_taken(school: School) -> None:
    account = make_beheerder(
        school.session, school.session.get_one(SchoolRij, school.id), "bo@elders.nl", Rol.LEERKRACHT
    )
    school.session.get_one(Medewerker, (account.id, school.id)).leerkracht_id = school.bo.id
    school.session.flush()
    jan = school.key("Jan Zonder")
    said = Getypt("bo@elders.nl", "", over="bo@elders.nl", klopt="bo@elders.nl")
    [vraag] = school.save(**{jan: said}).vragen.values()
    assert (vraag.bezwaar, vraag.ander) == (Bezwaar.INLOG, "Bo Berk")
    assert school.save(**{f"l{school.bo.id}": Getypt("ander@school.nl", "bo@elders.nl")}).bewaard == 0


def test_a_slip_is_corrected_only_when_somebody_says_so(school: School) -> None:
    jan = school.key("Jan Zonder")
    [vraag] = school.save(**{jan: "jan@schol.nl"}).vragen.values()
    assert (vraag.bezwaar, vraag.voorstel) == (Bezwaar.TIKFOUT, "jan@school.nl")
    assert school.save(**{jan: Getypt("jan@schoel.nl", "", over="jan@schol.nl", klopt="jan@schol.nl")}).bewaard == 0
    assert school.save(**{jan: Getypt("jan@schol.nl", "", over="jan@schol.nl", klopt="jan@school.nl")}).bewaard == 1
    assert school.line("t2").email_ingevuld == "jan@school.nl"
    again = Getypt("jan@schol.nl", "jan@school.nl", over="jan@schol.nl", klopt="jan@schol.nl")
    assert school.save(**{jan: again}).bewaard == 1
    assert school.line("t2").email_ingevuld == "jan@schol.nl"


def test_a_stale_page_leaves_what_a_colleague_filled_in(school: School) -> None:
    jan = school.key("Jan Zonder")
    school.save(**{jan: "jan@school.nl"})
    assert school.save(**{jan: ""}).bewaard == 0, "this page showed nothing, and nobody typed there"
    [vraag] = school.save(**{jan: "j.zonder@school.nl"}).vragen.values()
    assert (vraag.bezwaar, vraag.ander) == (Bezwaar.INTUSSEN, "jan@school.nl")
    assert school.line("t2").email_ingevuld == "jan@school.nl"
    assert school.save(**{jan: Getypt("", "jan@school.nl")}).bewaard == 1
    assert school.line("t2").email_ingevuld is None


def test_an_invitation_to_a_wrong_address_is_taken_back(school: School) -> None:
    leerkrachten.invite(school.session, school.id, [school.bo.id], door=school.beheerder.id)
    uitkomst = school.save(**{f"l{school.bo.id}": Getypt("bo.berk@school.nl", "bo@school.nl")})
    assert (uitkomst.bewaard, uitkomst.ingetrokken) == (1, 1)
    assert school.session.scalars(select(Toetreding.uitkomst)).one() == "ingetrokken"


def test_who_is_no_beheerder_any_more_saves_nothing(school: School) -> None:
    here = school.session.get_one(Medewerker, (school.beheerder.id, school.id))
    here.rol = Rol.LEERKRACHT
    school.session.flush()
    with pytest.raises(NotAllowed):
        school.save(**{school.key("Jan Zonder"): "jan@school.nl"})


def test_nobody_of_another_school_is_reached(school: School, session: Session) -> None:
    uitkomst = school.save(l999999="x@school.nl", r999999="y@school.nl")
    assert (uitkomst.bewaard, uitkomst.weg) == (0, ["x@school.nl", "y@school.nl"])
