"""Taking in an aanlevering: the certain is written, the doubtful is asked, nothing is ever lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.services.conftest import aanlevering, make_beheerder, pupil, teacher
from webapp.models import (
    Account,
    Audit,
    BatchStatus,
    Daad,
    Groep,
    Importbatch,
    Importregel,
    Keuze,
    Koppeling,
    KoppelingStatus,
    Leerkracht,
    Leerling,
    Lidmaatschap,
    Mail,
    MailSoort,
    School,
    Soort,
    Uitzondering,
    Zekerheid,
)
from webapp.services.controle import keuzes, vastleggen
from webapp.services.controle.errors import LeaversChanged
from webapp.services.controle.kandidaten import Kandidaat
from webapp.services.inname import inname
from webapp.services.overzicht import open_einden
from webapp.uwlr import values as uwlr
from webapp.woorden.kaart import now
from webapp.woorden.namen import Namen

Make = Callable[..., Any]


def lines(session: Session, batch: Importbatch | None, soort: Soort = Soort.LEERLING) -> list[Importregel]:
    assert batch is not None
    query = select(Importregel).where(Importregel.batch_id == batch.id, Importregel.soort == soort)
    return list(session.scalars(query.order_by(Importregel.id)))


def mails(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Mail).where(Mail.soort == MailSoort.KOPPELINGSMAIL)) or 0


def test_an_exact_and_unique_leerling_is_linked_at_once(
    session: Session, koppeling: Koppeling, make_leerling: Make, make_groep: Make
) -> None:
    ours, groep = make_leerling("Noor", "Maan"), make_groep("Groep 5", "5")
    batch = inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noor", "Maan")))
    assert (ours.las_key, ours.groep_id, groep.las_key) == ("k1", groep.id, "g5")
    assert batch is not None
    assert batch.status is BatchStatus.AUTOMATISCH_VERWERKT
    assert koppeling.status is KoppelingStatus.ACTIEF
    assert mails(session) == 0


def test_an_unknown_leerling_is_asked_about_and_not_written(
    session: Session, koppeling: Koppeling, make_groep: Make
) -> None:
    make_groep("Groep 5", "5")
    batch = inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noor", "Maan")))
    [regel] = lines(session, batch)
    assert (regel.voorstel, regel.keuze) == (Zekerheid.NIEUW, Keuze.NIEUW)
    assert session.scalar(select(func.count()).select_from(Leerling)) == 0
    assert mails(session) == 1


def test_two_namesakes_are_a_question(session: Session, koppeling: Koppeling, make_leerling: Make) -> None:
    first, second = make_leerling("Noor", "Maan"), make_leerling("Noor", "Maan")
    batch = inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noor", "Maan")))
    [regel] = lines(session, batch)
    assert regel.keuze is None
    assert {kandidaat["id"] for kandidaat in regel.kandidaten} == {first.id, second.id}
    assert first.las_key is second.las_key is None


def test_the_trail_counts_questions_as_the_pages_do(
    session: Session, koppeling: Koppeling, make_leerling: Make
) -> None:
    make_leerling("Noor", "Maan"), make_leerling("Noor", "Maan")
    batch = inname.take_in(
        session,
        koppeling,
        aanlevering(pupil("k1", "Noor", "Maan"), pupil("k2", "Bo", "Berk"), pupil("k3", "Fem", "Es")),
    )
    assert batch is not None
    counts = session.scalars(select(Audit.tellingen).where(Audit.actie == Daad.OPGEHAALD)).one()
    new = sum(regel.keuze is Keuze.NIEUW for regel in batch.regels)
    assert (counts["vragen"], counts["nieuwe_gegevens"]) == (1, new)
    assert counts["vragen"] == open_einden.questions(session, batch)


def test_a_known_leerling_takes_over_name_and_groep(
    session: Session, koppeling: Koppeling, make_leerling: Make, make_groep: Make
) -> None:
    make_groep("Groep 5", "5", las_key="g5", schooljaar="2026-2027")
    six = make_groep("Groep 6", "6", las_key="g6", schooljaar="2026-2027")
    ours = make_leerling("Noor", "Maan", las_key="k1")
    groepen = (uwlr.Groep("g5", "Groep 5", "5"), uwlr.Groep("g6", "Groep zes", "6"))
    inname.take_in(
        session,
        koppeling,
        aanlevering(pupil("k1", "Noor", "Maan-de Wit", groep="g6", jaargroep="6"), groepen=groepen),
    )
    assert (ours.achternaam, ours.groep_id, ours.jaargroep, six.naam) == ("Maan-de Wit", six.id, "6", "Groep zes")
    assert mails(session) == 0


def test_a_known_leerling_with_an_odd_name_is_no_question_while_nothing_changes(
    session: Session, koppeling: Koppeling, make_leerling: Make, make_groep: Make
) -> None:
    make_groep("Groep 5", "5", las_key="g5", schooljaar="2026-2027")
    make_leerling(".", "Abdulahi", "2021-01-01", las_key="k1")
    batch = inname.take_in(session, koppeling, aanlevering(pupil("k1", ".", "Abdulahi", "2021-01-01")))
    assert batch is None or batch.status is BatchStatus.AUTOMATISCH_VERWERKT


def test_an_aanlevering_without_changes_writes_no_rows(
    session: Session, koppeling: Koppeling, make_leerling: Make, make_groep: Make
) -> None:
    groep = make_groep("Groep 5", "5", las_key="g5", schooljaar="2026-2027")
    make_leerling("Noor", "Maan", las_key="k1", jaargroep="5", groep_id=groep.id)
    session.commit()
    assert inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noor", "Maan"))) is None
    session.commit()
    assert session.scalar(select(func.count()).select_from(Importbatch)) == 0


def test_the_same_questions_tomorrow_keep_the_batch_and_send_no_second_mail(
    session: Session, koppeling: Koppeling
) -> None:
    first = inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noor", "Maan")))
    second = inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noor", "Maan")))
    assert first is second
    assert mails(session) == 1


def test_a_newer_aanlevering_takes_the_answers_along(
    session: Session, koppeling: Koppeling, beheerder: Account
) -> None:
    first = inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noor", "Maan")))
    [regel] = lines(session, first)
    keuzes.choose(session, regel.school_id, regel.id, Keuze.NIET, door=beheerder.id)
    second = inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noor", "Maan"), pupil("k2", "Bo", "Berk")))
    assert first is not None
    assert second is not None
    assert (first.status, first.vervangen_door_id) == (BatchStatus.VERVANGEN, second.id)
    assert [regel.keuze for regel in lines(session, second)] == [Keuze.NIET, Keuze.NIEUW]


def test_the_mail_about_a_hold_is_the_mail_of_that_day(session: Session, school: School, koppeling: Koppeling) -> None:
    hold = Mail(
        soort=MailSoort.VASTGEHOUDEN, ontvanger="marijke@x.example", school_id=school.id, koppeling_id=koppeling.id
    )
    session.add(hold)
    session.flush()
    came = aanlevering(pupil("k1", "Noor", "Maan"))
    inname.take_in(session, koppeling, came)
    assert mails(session) == 0
    hold.aangemaakt_op -= timedelta(days=1)
    inname.take_in(session, koppeling, came)
    assert mails(session) == 1


def test_every_beheerder_gets_the_mail_once(session: Session, school: School, koppeling: Koppeling) -> None:
    make_beheerder(session, school, "youssef@regenboog.example")
    inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noor", "Maan")))
    assert mails(session) == 2


def test_who_left_is_parked_with_everything_kept(
    session: Session, koppeling: Koppeling, make_leerling: Make, make_groep: Make
) -> None:
    groep = make_groep("Groep 5", "5", las_key="g5", schooljaar="2026-2027")
    stays = make_leerling("Noor", "Maan", las_key="k1", groep_id=groep.id)
    leaves = make_leerling("Bo", "Berk", las_key="k2", groep_id=groep.id)
    inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noor", "Maan")))
    assert (stays.status, leaves.status) == (Lidmaatschap.ACTIEF, Lidmaatschap.VERTROKKEN)
    assert leaves.las_key == "k2"


def test_since_when_somebody_is_gone_stays_what_it_was_until_they_are_back(
    session: Session, koppeling: Koppeling, make_leerling: Make
) -> None:
    make_leerling("Noor", "Maan", las_key="k1")
    leaves = make_leerling("Bo", "Berk", las_key="k2")
    inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noor", "Maan")))
    leaves.vertrokken_op = datetime(2026, 2, 3, tzinfo=UTC)
    session.flush()
    leaves.roepnaam = "Bob"
    session.flush()
    kandidaat, namen = Kandidaat(leaves, 0), Namen("ParnasSys", "Boom testcentrum", "Boom")
    assert now(kandidaat, namen) == ("vertrokken uit ParnasSys", "sinds 3 februari 2026")
    inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noor", "Maan"), pupil("k2", "Bob", "Berk")))
    assert (leaves.status, leaves.vertrokken_op) == (Lidmaatschap.ACTIEF, None)


def test_a_leerling_whose_key_came_in_twice_is_not_taken_for_gone(
    session: Session, koppeling: Koppeling, make_leerling: Make
) -> None:
    stays = make_leerling("Noor", "Maan", las_key="k1")
    contested = (pupil("k1", "Noor", "Maan"), pupil("k1", "Bo", "Berk"))
    inname.take_in(
        session, koppeling, replace(aanlevering(pupil("k2", "Fien", "Bloem")), betwiste_leerlingen=contested)
    )
    assert (stays.status, stays.las_key) == (Lidmaatschap.ACTIEF, "k1")


@pytest.mark.parametrize("soort", ["zonder_sleutel", "niets_ontvangen"])
def test_nobody_is_taken_for_gone_while_the_aanlevering_is_incomplete(
    session: Session, koppeling: Koppeling, make_leerling: Make, soort: str
) -> None:
    stays = make_leerling("Noor", "Maan", las_key="k1")
    nameless = uwlr.Waarschuwing(soort, "leerling", None, "Een leerling zonder sleutel.")
    gegevens = replace(aanlevering(pupil("k2", "Fien", "Bloem")), waarschuwingen=(nameless,))
    inname.take_in(session, koppeling, gegevens)
    assert stays.status is Lidmaatschap.ACTIEF


def test_nobody_outside_the_groepen_that_were_asked_for_is_taken_for_gone(
    session: Session, school: School, koppeling: Koppeling, make_leerling: Make, make_groep: Make
) -> None:
    asked = make_groep("Groep 5", "5", las_key="g5", schooljaar="2026-2027")
    skipped = make_groep("Groep 6", "6", las_key="g6", schooljaar="2026-2027")
    gone = make_leerling("Noor", "Maan", las_key="k1", groep_id=asked.id)
    elsewhere = make_leerling("Bo", "Berk", las_key="k2", groep_id=skipped.id)
    teacher_elsewhere = Leerkracht(school_id=school.id, achternaam="Duin", las_key="L1", groepen=[skipped])
    session.add(teacher_elsewhere)
    session.flush()
    gegevens = aanlevering(pupil("k3", "Fien", "Bloem"), groepen=(uwlr.Groep("g5", "Groep 5", "5"),))
    inname.take_in(session, koppeling, replace(gegevens, gevraagde_groepen=frozenset({"g5"})))
    assert gone.status is Lidmaatschap.VERTROKKEN
    assert (elsewhere.status, teacher_elsewhere.status) == (Lidmaatschap.ACTIEF, Lidmaatschap.ACTIEF)


def test_who_comes_back_is_the_same_leerling(session: Session, koppeling: Koppeling, make_leerling: Make) -> None:
    ours = make_leerling("Bo", "Berk", las_key="k2", status=Lidmaatschap.VERTROKKEN)
    inname.take_in(session, koppeling, aanlevering(pupil("k2", "Bo", "Berk")))
    assert ours.status is Lidmaatschap.ACTIEF


def test_too_many_leavers_are_held_back_until_confirmed(
    session: Session, koppeling: Koppeling, beheerder: Account, make_leerling: Make
) -> None:
    pupils = [make_leerling(f"Kind{i}", "Berk", las_key=f"k{i}") for i in range(20)]
    batch = inname.take_in(session, koppeling, aanlevering(pupil("k0", "Kind0", "Berk")))
    assert batch is not None
    assert batch.status is BatchStatus.VASTGEHOUDEN
    assert all(leerling.status is Lidmaatschap.ACTIEF for leerling in pupils)
    with pytest.raises(LeaversChanged):
        vastleggen.confirm_departures(session, batch.school_id, batch.id, confirmed=18, door=beheerder.id)
    vastleggen.confirm_departures(session, batch.school_id, batch.id, confirmed=19, door=beheerder.id)
    session.flush()
    assert sum(leerling.status is Lidmaatschap.VERTROKKEN for leerling in pupils) == 19


def test_two_leerlingen_that_swapped_keys_at_the_las_keep_their_own_records(
    session: Session, koppeling: Koppeling, make_leerling: Make
) -> None:
    one = make_leerling("Noor", "Maan", las_key="k1", eckid="e1")
    two = make_leerling("Bo", "Berk", las_key="k2", eckid="e2")
    inname.take_in(
        session,
        koppeling,
        aanlevering(pupil("k2", "Noor", "Maan", eckid="e1"), pupil("k1", "Bo", "Berk", eckid="e2")),
    )
    session.flush()
    assert (one.las_key, two.las_key) == ("k2", "k1")


def test_a_record_left_out_is_not_asked_about_again(
    session: Session, school: School, koppeling: Koppeling, make_groep: Make
) -> None:
    make_groep("Groep 5", "5", las_key="g5", schooljaar="2026-2027")
    session.add(Uitzondering(school_id=school.id, soort=Soort.LEERLING, las_key="k1", omschrijving="Noor Maan"))
    session.flush()
    assert inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noor", "Maan"))) is None


def test_new_leerlingen_of_a_groep_left_out_stay_out_with_it(
    session: Session, school: School, koppeling: Koppeling
) -> None:
    session.add(Uitzondering(school_id=school.id, soort=Soort.GROEP, las_key="g5", omschrijving="Groep 5"))
    session.flush()
    assert inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noor", "Maan"))) is None


def test_a_groep_left_out_takes_its_leerlingen_along_and_brings_them_back(
    session: Session, koppeling: Koppeling, beheerder: Account
) -> None:
    batch = inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noor", "Maan"), pupil("k2", "Bo", "Berk")))
    [groep] = lines(session, batch, Soort.GROEP)
    keuzes.choose(session, groep.school_id, groep.id, Keuze.NIET, door=beheerder.id)
    assert {(regel.keuze, regel.via_groep) for regel in lines(session, batch)} == {(Keuze.NIET, True)}
    keuzes.choose(session, groep.school_id, groep.id, Keuze.NIEUW, door=beheerder.id)
    assert {(regel.keuze, regel.via_groep) for regel in lines(session, batch)} == {(Keuze.NIEUW, False)}


def test_groepen_of_another_school_are_never_touched(session: Session, koppeling: Koppeling) -> None:
    other = School(naam="Elders", brin="99ZZ")
    session.add(other)
    session.flush()
    theirs = Groep(school_id=other.id, naam="Groep 5", jaargroep="5", schooljaar="2025-2026")
    session.add(theirs)
    session.flush()
    inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noor", "Maan")))
    assert theirs.las_key is None


def test_keys_that_shift_after_a_leaver_are_questions(
    session: Session, koppeling: Koppeling, make_leerling: Make, make_groep: Make
) -> None:
    make_groep("Groep 5", "5", las_key="g5", schooljaar="2026-2027")
    make_leerling("Hanna", "Vos", "2016-01-05", las_key="k1", jaargroep="5")
    noor = make_leerling("Noor", "Maan", "2016-03-12", las_key="k2", jaargroep="5")
    bo = make_leerling("Bo", "Berk", "2016-04-13", las_key="k3", jaargroep="5")
    batch = inname.take_in(
        session,
        koppeling,
        aanlevering(pupil("k1", "Noor", "Maan", "2016-03-12"), pupil("k2", "Bo", "Berk", "2016-04-13")),
    )
    session.flush()
    assert [regel.voorstel for regel in lines(session, batch)] == [Zekerheid.TWIJFEL, Zekerheid.TWIJFEL]
    assert (noor.las_key, bo.las_key) == ("k2", "k3"), "nobody was linked"


def lost(onderdeel: str, key: str) -> uwlr.Waarschuwing:
    return uwlr.Waarschuwing(uwlr.ONBRUIKBAAR, onderdeel, key)


@pytest.mark.parametrize("has_lost", [True, False])
@pytest.mark.parametrize("keys", [(), ("weg",)])
def test_who_comes_without_a_groep_that_we_know_keeps_theirs(
    session: Session,
    koppeling: Koppeling,
    make_leerling: Make,
    make_groep: Make,
    keys: tuple[str, ...],
    has_lost: bool,
) -> None:
    """One rule for pupils and staff, whether the reference was lost, was to nothing, or never came."""
    groep = make_groep("Groep 5", "5", las_key="g5", schooljaar="2026-2027")
    noor = make_leerling("Noor", "Maan", las_key="k1", groep_id=groep.id)
    ans = Leerkracht(school_id=koppeling.school_id, roepnaam="Ans", achternaam="Wilg", las_key="L1", groepen=[groep])
    session.add(ans)
    session.flush()
    gegevens = aanlevering(
        pupil("k1", "Noor", "Maan-de Wit", groep=keys[0] if keys else None),
        leerkrachten=(teacher("L1", "Anna", "Wilg", groepen=keys),),
    )
    if has_lost:
        gegevens = replace(gegevens, waarschuwingen=(lost("leerling", "k1"), lost("leerkracht", "L1")))
    inname.take_in(session, koppeling, gegevens)
    assert (noor.achternaam, noor.groep_id) == ("Maan-de Wit", groep.id)
    assert ans.groepen == [groep]


@pytest.mark.parametrize(("has_lost", "kept"), [(True, {"Groep 5", "Groep 6"}), (False, {"Groep 6"})])
def test_beside_a_lost_reference_no_groep_of_a_leerkracht_is_taken_away(
    session: Session, koppeling: Koppeling, make_groep: Make, has_lost: bool, kept: set[str]
) -> None:
    five = make_groep("Groep 5", "5", las_key="g5", schooljaar="2026-2027")
    make_groep("Groep 6", "6", las_key="g6", schooljaar="2026-2027")
    ans = Leerkracht(school_id=koppeling.school_id, roepnaam="Ans", achternaam="Wilg", las_key="L1", groepen=[five])
    session.add(ans)
    session.flush()
    groepen = (uwlr.Groep("g5", "Groep 5", "5"), uwlr.Groep("g6", "Groep 6", "6"))
    gegevens = aanlevering(leerkrachten=(teacher("L1", "Ans", "Wilg", groepen=("g6",)),), groepen=groepen)
    if has_lost:
        gegevens = replace(gegevens, waarschuwingen=(lost("leerkracht", "L1"),))
    inname.take_in(session, koppeling, gegevens)
    assert {groep.naam for groep in ans.groepen} == kept


def test_a_name_in_a_broken_encoding_does_not_replace_a_good_one(
    session: Session, koppeling: Koppeling, make_leerling: Make, make_groep: Make
) -> None:
    groep = make_groep("Groep Élan", "5", las_key="g5", schooljaar="2026-2027")
    jose = make_leerling("José", "Muñoz", las_key="k1", voorvoegsel="dé")
    broken = pupil("k1", "JosÃ©", "Mu?oz", voorvoegsel="d\ufffd", geslacht="1")
    batch = inname.take_in(session, koppeling, aanlevering(broken, groepen=(uwlr.Groep("g5", "Groep Ã‰lan", "5"),)))
    assert batch is None or batch.status is BatchStatus.AUTOMATISCH_VERWERKT
    assert (jose.roepnaam, jose.voorvoegsel, jose.achternaam, jose.geslacht) == ("José", "dé", "Muñoz", "1")
    assert groep.naam == "Groep Élan"
    inname.take_in(session, koppeling, aanlevering(pupil("k1", "José", "Muñoz Vis", voorvoegsel="dé")))
    assert jose.achternaam == "Muñoz Vis"


def test_a_broken_name_of_ours_gives_way_to_a_good_one(
    session: Session, koppeling: Koppeling, make_leerling: Make, make_groep: Make
) -> None:
    make_groep("Groep 5", "5", las_key="g5", schooljaar="2026-2027")
    jose = make_leerling("JosÃ©", "Maan", las_key="k1")
    batch = inname.take_in(session, koppeling, aanlevering(pupil("k1", "José", "Maan")))
    assert batch is not None
    assert (jose.roepnaam, batch.status) == ("José", BatchStatus.AUTOMATISCH_VERWERKT)


@pytest.mark.parametrize(
    ("ours", "theirs", "kept"), [("1", "0", "1"), ("1", "9", "9"), (None, "0", "0"), ("2", None, "2"), ("0", "2", "2")]
)
def test_geslacht_unknown_says_nothing_and_geslacht_anders_says_something(
    session: Session,
    koppeling: Koppeling,
    make_leerling: Make,
    make_groep: Make,
    ours: str | None,
    theirs: str | None,
    kept: str,
) -> None:
    make_groep("Groep 5", "5", las_key="g5", schooljaar="2026-2027")
    noor = make_leerling("Noor", "Maan", las_key="k1", geslacht=ours)
    inname.take_in(session, koppeling, aanlevering(pupil("k1", "Noor", "Maan", geslacht=theirs)))
    assert noor.geslacht == kept


@pytest.mark.parametrize(("schooljaar", "left"), [("2026-2027", "5"), ("2025-2026", None)])
def test_a_jaargroep_that_the_las_leaves_out_stays_within_its_year(
    session: Session, koppeling: Koppeling, make_groep: Make, schooljaar: str, left: str | None
) -> None:
    groep = make_groep("Groep 5", "5", las_key="g5", schooljaar=schooljaar)
    inname.take_in(session, koppeling, aanlevering(groepen=(uwlr.Groep("g5", "Groep 5", None),)))
    assert (groep.schooljaar, groep.jaargroep) == ("2026-2027", left)


def test_groepen_and_leerkrachten_of_another_location_do_not_come_in(
    session: Session, koppeling: Koppeling, make_groep: Make
) -> None:
    make_groep("Groep 5", "5")
    gegevens = replace(
        aanlevering(
            pupil("k1", "Noor", "Maan"),
            groepen=(uwlr.Groep("x5", "Groep 5", "5"), uwlr.Groep("g5", "Groep 5", "5")),
            leerkrachten=(
                teacher("t1", "Loes", "Hartog", groepen=("g5", "x5")),
                teacher("t2", "Kees", "Vos", groepen=("x5",)),
            ),
        ),
        elders_groepen=frozenset({"x5"}),
        elders_leerkrachten=frozenset({("t2", None)}),
    )
    batch = inname.take_in(session, koppeling, gegevens)
    assert session.scalars(select(Groep.las_key)).all() == ["g5"], "ours is found beside a namesake that is not"
    assert lines(session, batch, Soort.GROEP)[0].toegepast_id is not None
    [regel] = lines(session, batch, Soort.LEERKRACHT)
    assert (regel.las_key, regel.groep_keys) == ("t1", ["g5"])
    assert (koppeling.elders_groepen, koppeling.elders_leerkrachten) == (1, 1)
    assert batch is not None
    assert batch.counted("uitgezonderd") == 0


def test_what_we_are_linked_with_stays_ours_when_only_others_go_with_it(
    session: Session, koppeling: Koppeling, school: School, make_groep: Make
) -> None:
    groep = make_groep("Groep 6", "6", las_key="x6", schooljaar="2026-2027")
    leerkracht = Leerkracht(school_id=school.id, roepnaam="Kees", achternaam="Vos", las_key="t2", groepen=[groep])
    session.add(leerkracht)
    session.flush()
    gegevens = replace(
        aanlevering(
            groepen=(uwlr.Groep("x6", "Groep 6b", "6"),),
            leerkrachten=(teacher("t2", "Kees", "Vos", groepen=("x6",)),),
        ),
        elders_groepen=frozenset({"x6"}),
        elders_leerkrachten=frozenset({("t2", None)}),
    )
    inname.take_in(session, koppeling, gegevens)
    assert (groep.status, groep.naam) == (Lidmaatschap.ACTIEF, "Groep 6b")
    assert (leerkracht.status, leerkracht.groepen) == (Lidmaatschap.ACTIEF, [groep])
    assert (koppeling.elders_groepen, koppeling.elders_leerkrachten) == (None, None)
