"""A hold: the import leaves it, a beheerder parks or not, and parking can be taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.services.conftest import Make, aanlevering, make_beheerder, pupil
from webapp.models import (
    Account,
    Audit,
    BatchStatus,
    Daad,
    Groep,
    Importbatch,
    Koppeling,
    KoppelingStatus,
    Leerling,
    Lidmaatschap,
    Mail,
    MailSoort,
    MailStatus,
    Resultaat,
    Rol,
    School,
    Soort,
    Toets,
)
from webapp.models.importbatch import is_held
from webapp.services.controle import doorgeven, vastgehouden, vastleggen
from webapp.services.controle.errors import AlreadyAsked, LeaversChanged, NoColleague, NothingHeld, NothingParked
from webapp.services.controle.samenvatting import summarise
from webapp.services.inname import inname
from webapp.services.overzicht import wachtrij
from webapp.services.overzicht.wachtend import Wachtreden
from webapp.uwlr import values as uwlr
from webapp.woorden import vastgehouden as hold
from webapp.woorden import wachtrij as woorden
from webapp.woorden.namen import Namen

G5, G6 = uwlr.Groep("g5", "Groep 5", "5"), uwlr.Groep("g6", "Groep 6", "6")
STAYS = [pupil(f"z{n}", f"Zus{n}", "Eik", groep="g6", jaargroep="6") for n in range(12)]
GOES = [pupil(f"k{n}", f"Kind{n}", "Berk") for n in range(6)]
NEWS = pupil("n1", "Fien", "Bloem", groep="g6", jaargroep="6")


@pytest.fixture
def here(session: Session, koppeling: Koppeling, make_groep: Make, make_leerling: Make) -> Koppeling:
    """A school of two groepen, 12 and 6."""
    for groep, pupils in ((G6, STAYS), (G5, GOES)):
        ours = make_groep(groep.naam, groep.jaargroep, las_key=groep.key, schooljaar="2026-2027")
        for each in pupils:
            make_leerling(each.roepnaam, each.achternaam, las_key=each.key, groep_id=ours.id, jaargroep=groep.jaargroep)
    assert inname.take_in(session, koppeling, aanlevering(*STAYS, *GOES, groepen=(G5, G6))) is None
    return koppeling


@pytest.fixture
def held(session: Session, here: Koppeling) -> Importbatch:
    """The same without groep 5, and with somebody new."""
    batch = inname.take_in(session, here, aanlevering(*STAYS, NEWS, groepen=(G6,)))
    assert batch is not None
    return batch


def gone(session: Session) -> list[Leerling]:
    return list(session.scalars(select(Leerling).where(Leerling.achternaam == "Berk").order_by(Leerling.id)))


def mails(session: Session, soort: MailSoort = MailSoort.VASTGEHOUDEN) -> int:
    return len(session.scalars(select(Mail).where(Mail.soort == soort)).all())


def test_who_is_held_keeps_their_groep_and_the_rest_goes_on(session: Session, held: Importbatch) -> None:
    assert held.status is BatchStatus.VASTGEHOUDEN
    assert {len(held.held(soort)) for soort in (Soort.LEERLING, Soort.GROEP)} == {6, 1}
    assert held.verdwenen == {Soort.LEERLING: 6}
    assert {(each.status, each.groep and each.groep.naam) for each in gone(session)} == {
        (Lidmaatschap.ACTIEF, "Groep 5")
    }
    groep = session.scalars(select(Groep).where(Groep.las_key == "g5")).one()
    assert groep.status is Lidmaatschap.ACTIEF, "it would leave the groepen of this year with everybody in it"
    stand = vastgehouden.of_batch(session, held)
    assert [(each.naam, each.bij_ons, each.in_las, len(each.verdwenen)) for each in stand.groepen] == [
        ("Groep 5", 6, 0, 6)
    ]
    assert (stand.overig.bij_ons, stand.bij_ons) == (12, 18)


def test_a_hold_and_a_question_of_one_night_are_one_mail(session: Session, here: Koppeling, held: Importbatch) -> None:
    assert [regel.is_work for regel in held.regels] == [True]
    assert (mails(session), mails(session, MailSoort.KOPPELINGSMAIL)) == (1, 0)
    assert inname.take_in(session, here, aanlevering(*STAYS, NEWS, groepen=(G6,))) is held
    assert mails(session) == 1
    since = held.vastgehouden_op
    held.vastgehouden_op = since - timedelta(days=1) if since else None
    newer = inname.take_in(session, here, aanlevering(*STAYS[:6], NEWS, groepen=(G6,)))
    assert newer is not None
    assert (newer.vastgehouden_op, len(newer.held(Soort.LEERLING))) == (held.vastgehouden_op, 12)
    assert mails(session) == 2, "more are gone than they were told"


def test_when_they_are_back_nothing_is_held(session: Session, here: Koppeling, held: Importbatch) -> None:
    back = inname.take_in(session, here, aanlevering(*STAYS, *GOES, NEWS, groepen=(G5, G6)))
    assert back is not None
    assert (back.status, back.vastgehouden, back.vastgehouden_op) == (BatchStatus.WACHT_OP_CONTROLE, {}, None)


def test_the_import_never_closes_a_hold(
    session: Session, here: Koppeling, held: Importbatch, beheerder: Account
) -> None:
    digest = summarise(session, held).digest
    vastleggen.commit(session, held.school_id, held.id, digest=digest, door=beheerder.id)
    assert (held.status, held.vastgehouden) == (BatchStatus.VERWERKT, {})
    follow_up = vastgehouden.of_school(session, held.school_id)
    assert follow_up is not None
    assert (len(follow_up.held(Soort.LEERLING)), follow_up.regels) == (6, [])
    assert {each.status for each in gone(session)} == {Lidmaatschap.ACTIEF}
    again = inname.take_in(session, here, aanlevering(*STAYS, NEWS, groepen=(G6,)))
    assert again is follow_up, "the same hold, and no second mail"
    assert mails(session) == 1


def test_parking_and_taking_it_back(session: Session, held: Importbatch, beheerder: Account) -> None:
    with pytest.raises(LeaversChanged):
        vastleggen.confirm_departures(session, held.school_id, held.id, confirmed=6, door=beheerder.id)
    vastleggen.confirm_departures(session, held.school_id, held.id, confirmed=7, door=beheerder.id)
    assert held.status is BatchStatus.WACHT_OP_CONTROLE, "somebody new waits still"
    assert {(each.status, each.groep_id) for each in gone(session)} == {(Lidmaatschap.VERTROKKEN, None)}
    assert None not in {each.vertrokken_op for each in gone(session)}
    assert vastgehouden.parked(session, held.school_id) == [held]
    assert vastgehouden.take_back(session, held.school_id, held.id, door=beheerder.id) == 6
    session.expire_all()
    assert {(each.status, each.groep and each.groep.naam) for each in gone(session)} == {
        (Lidmaatschap.ACTIEF, "Groep 5")
    }
    assert {each.vertrokken_op for each in gone(session)} == {None}
    assert (held.status, len(held.held(Soort.LEERLING))) == (BatchStatus.VASTGEHOUDEN, 6), "it is asked again"
    with pytest.raises(NothingParked):
        vastgehouden.take_back(session, held.school_id, held.id, door=beheerder.id)
    trail = session.scalars(select(Audit.actie).where(Audit.school_id == held.school_id).order_by(Audit.id)).all()
    assert [daad for daad in trail if daad is not Daad.OPGEHAALD] == [
        Daad.VASTGEHOUDEN,
        Daad.VERTREK_BEVESTIGD,
        Daad.VERTREK_TERUGGEDRAAID,
    ]


def test_in_a_new_school_year_the_highest_jaargroep_is_no_surprise(session: Session, here: Koppeling) -> None:
    here.antwoord_schooljaar = "2026-2027"
    new_year = aanlevering(*GOES, groepen=(uwlr.Groep("n5", "Groep 6", "6"),), schooljaar="2027-2028")
    batch = inname.take_in(session, here, new_year)
    assert batch is None or not batch.vastgehouden
    oldest = session.scalars(select(Leerling.status).where(Leerling.achternaam == "Eik")).all()
    assert set(oldest) == {Lidmaatschap.VERTROKKEN}


def test_klantenservice_sees_a_hold_since_it_began(session: Session, here: Koppeling, held: Importbatch) -> None:
    here.status = KoppelingStatus.ACTIEF
    [row] = [each for each in wachtrij.waiting(session) if each.reden is Wachtreden.VASTGEHOUDEN]
    assert (row.number, row.sinds, row.koppeling) == (6, held.vastgehouden_op, here)
    assert woorden.stand(row) == "vastgehouden: 6 leerlingen verdwenen"
    assert "Er is niets gewijzigd." in woorden.daarna(row, Namen("ParnasSys", "Boom testcentrum", "Boom"))


def test_results_of_who_is_held_wait_for_the_answer(session: Session, held: Importbatch, beheerder: Account) -> None:
    condition = is_held(Leerling.id, Leerling.school_id)
    query = select(Leerling.id).where(condition)
    assert set(session.scalars(query)) == {each.id for each in gone(session)}
    vastleggen.confirm_departures(session, held.school_id, held.id, confirmed=7, door=beheerder.id)
    session.flush()
    assert session.scalars(query).all() == []


def test_everybody_who_is_held_stands_in_one_list_with_groep_and_results(session: Session, held: Importbatch) -> None:
    first, second, *_ = gone(session)
    toets = Toets(code="T", naam="T", vakgebied="Rekenen", leerjaar="5", aantal_opgaven=1, vaardigheidsscores=[1, 2])
    session.add(toets)
    session.flush()
    session.add(
        Resultaat(
            school_id=held.school_id,
            leerling_id=second.id,
            toets_id=toets.id,
            afnamedatum=date(2026, 1, 1),
            ruwe_score=1,
        )
    )
    session.flush()
    stand = vastgehouden.of_batch(session, held)
    rows = [(wie.naam, hold.plaats(wie), wie.resultaten) for wie in stand.namen]
    assert (len(rows), rows[:2]) == (6, [(first.naam, "Groep 5", 0), (second.naam, "Groep 5", 1)])
    assert (stand.groepen[0].met_resultaten, stand.met_resultaten) == (1, 1)
    teacher_gone = vastgehouden.Verdwenen(Soort.LEERKRACHT, "Loes Hartog")
    assert hold.plaats(teacher_gone) == "leerkracht"


def test_a_colleague_is_asked_once_and_may_answer(session: Session, held: Importbatch, beheerder: Account) -> None:
    school = session.get_one(School, held.school_id)
    colleague = make_beheerder(session, school, "youssef@regenboog.example")
    assert doorgeven.colleagues(session, school.id, of=beheerder.id) == [colleague]
    assert doorgeven.hand_over_hold(session, school.id, held.id, aan=colleague.id, door=beheerder.id) is colleague
    [mail] = session.scalars(select(Mail).where(Mail.soort == MailSoort.DOORGEGEVEN))
    assert (mail.ontvanger, mail.batch_id, mail.gegevens) == (
        colleague.email,
        held.id,
        {"aantallen": {"leerling": 6}, "door": beheerder.id},
    )
    told = {each.account_id: each.is_gevraagd for each in vastgehouden.of_batch(session, held).gemaild}
    assert told == {beheerder.id: False, colleague.id: True}
    with pytest.raises(AlreadyAsked):
        doorgeven.hand_over_hold(session, school.id, held.id, aan=colleague.id, door=beheerder.id)
    vastleggen.confirm_departures(session, school.id, held.id, confirmed=7, door=colleague.id)
    with pytest.raises(NothingHeld):
        doorgeven.hand_over_hold(session, school.id, held.id, aan=beheerder.id, door=colleague.id)
    assert mails(session, MailSoort.DOORGEGEVEN) == 1


def test_only_another_beheerder_of_the_same_school_is_asked(
    session: Session, held: Importbatch, beheerder: Account
) -> None:
    elsewhere = School(naam="De Ark", brin="98XX")
    session.add(elsewhere)
    session.flush()
    stranger = make_beheerder(session, elsewhere, "ark@ark.example")
    leerkracht = make_beheerder(
        session, session.get_one(School, held.school_id), "juf@regenboog.example", Rol.LEERKRACHT
    )
    gone_away = make_beheerder(session, session.get_one(School, held.school_id), "weg@regenboog.example")
    gone_away.active = False
    session.flush()
    for account in (stranger, leerkracht, gone_away, beheerder):
        with pytest.raises(NoColleague):
            doorgeven.hand_over_hold(session, held.school_id, held.id, aan=account.id, door=beheerder.id)
    assert mails(session, MailSoort.DOORGEGEVEN) == 0


@pytest.mark.parametrize(
    ("status", "tekst"),
    [
        (MailStatus.KLAAR, "mail wacht op verzending"),
        (MailStatus.OPGEGEVEN, "mail kwam niet aan"),
        (MailStatus.TERUGGEKOMEN, "mail kwam niet aan"),
    ],
)
def test_the_page_tells_whether_the_mail_arrived(beheerder: Account, status: MailStatus, tekst: str) -> None:
    assert hold.wanneer(vastgehouden.Gemaild(beheerder.id, beheerder.naam, status, None, is_gevraagd=False)) == tekst
