"""Questions that are handed over: to whom, what they see of them, what comes of it, and how it ends."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from jobs.net import in_trail
from tests.services.conftest import aanlevering, make_beheerder, pupil, teacher
from webapp.errors import NotAllowed
from webapp.models import (
    Account,
    Advies,
    Audit,
    BatchStatus,
    Daad,
    Importbatch,
    Importregel,
    Keuze,
    Koppeling,
    Leerkracht,
    Leerling,
    Mail,
    MailSoort,
    Medewerker,
    Overdracht,
    Overdrachtvraag,
    Rol,
    School,
    Soort,
)
from webapp.models.ids import OverdrachtvraagId, RegelId
from webapp.muur import NO_SCHOOL, limit_to_school
from webapp.services import sloten
from webapp.services.bewaring import verlopen, wissen
from webapp.services.clock import database_now
from webapp.services.controle import adviseren, doorgegeven, doorgeven, keuzes, vastleggen
from webapp.services.controle.errors import (
    AlreadyAsked,
    ChoiceTooLate,
    HandedOverEnded,
    NameInMessage,
    NoColleague,
    NothingToHandOver,
    OnlyLeerlingen,
)
from webapp.services.controle.samenvatting import summarise
from webapp.services.inname import batch as batches
from webapp.services.inname import inname
from webapp.uwlr import values as uwlr
from webapp.woorden import doorgeven as woorden

Make = Callable[..., Any]
G5, G6 = uwlr.Groep("g5", "Groep 5", "5"), uwlr.Groep("g6", "Groep 6", "6")
FIRST = (
    pupil("k1", "Mohammed", "El Idrissi"),
    pupil("k2", "Sophie", "Wolters"),
    pupil("k3", "Katelijne", "Berg", groep="g6", jaargroep="6"),
)


@pytest.fixture
def batch(session: Session, koppeling: Koppeling, make_leerling: Make) -> Importbatch:
    """Two questions about groep 5 and one about groep 6."""
    for roepnaam, achternaam in (("Mohamed", "El Idrissi"), ("Sofie", "Wolters"), ("Catelijne", "Berg")):
        make_leerling(roepnaam, achternaam)
    found = inname.take_in(session, koppeling, aanlevering(*FIRST, groepen=(G5, G6)))
    assert found is not None
    assert len(questions(found)) == 3
    return found


@pytest.fixture
def anja(session: Session, school: School) -> Account:
    return make_named(session, school, "Anja de Boer", Rol.LEERKRACHT)


@pytest.fixture
def youssef(session: Session, school: School) -> Account:
    return make_named(session, school, "Youssef el Amrani", Rol.BEHEERDER)


def make_named(session: Session, school: School, naam: str, rol: Rol) -> Account:
    account = make_beheerder(session, school, f"{naam.split()[0].lower()}{school.brin}@x.example", rol)
    account.naam = naam
    session.flush()
    return account


def questions(batch: Importbatch) -> list[Importregel]:
    return [regel for regel in batch.regels if regel.soort is Soort.LEERLING and regel.is_vraag]


def hand_over(
    session: Session,
    batch: Importbatch,
    aan: Account,
    door: Account,
    ids: Collection[RegelId] | None = None,
    bericht: str = "",
) -> doorgeven.Doorgegeven:
    chosen = [regel.id for regel in questions(batch)[:2]] if ids is None else ids
    return doorgeven.hand_over(session, batch.school_id, batch.id, chosen, aan=aan.id, bericht=bericht, door=door.id)


def seen(session: Session, school_id: Any, account: Account) -> list[str]:
    """The names on the side of the LAS that somebody sees."""
    return [
        vraag.las.naam for stapel in adviseren.for_reader(session, school_id, account.id) for vraag in stapel.vragen
    ]


def advise(session: Session, account: Account, school_id: Any, number: int = 0, what: Advies = Advies.ZELFDE) -> str:
    found = adviseren.for_reader(session, school_id, account.id)[0].vragen[number]
    return adviseren.advise(session, school_id, found.vraag_id, what, "Ja, dat is Mo.", door=account.id)


def mails(session: Session, soort: MailSoort = MailSoort.VRAAG_DOORGEGEVEN) -> list[Mail]:
    return list(session.scalars(select(Mail).where(Mail.soort == soort).order_by(Mail.id)))


def test_a_leerkracht_sees_these_questions_and_of_each_these_fields_only(
    session: Session, batch: Importbatch, beheerder: Account, anja: Account
) -> None:
    done = hand_over(session, batch, anja, beheerder, bericht="Wil jij even kijken?")
    assert (done.naam, done.aantal, done.is_gemaild) == ("Anja de Boer", 2, True)
    [stapel] = adviseren.for_reader(session, batch.school_id, anja.id)
    assert (stapel.van, stapel.bericht, len(stapel.vragen)) == ("Marijke", "Wil jij even kijken?", 2)
    first = stapel.vragen[0]
    assert (first.las.naam, first.las.groep, first.wij.naam) == ("Mohammed El Idrissi", "Groep 5", "Mohamed El Idrissi")
    assert first.las.geboren == first.wij.geboren
    assert first.resultaten == 0
    shown = repr(stapel)
    regel = questions(batch)[0]
    assert regel.las_key is not None
    assert regel.las_key not in shown
    assert regel.matchregel not in shown
    [mail] = mails(session)
    assert (mail.ontvanger, mail.batch_id, mail.gegevens) == (anja.email, None, {})
    row = session.scalars(select(Overdracht)).one()
    assert row.tot - row.gemaakt_op == timedelta(days=14)
    acts = session.scalars(select(Audit.actie).where(Audit.actie == Daad.DOORGEGEVEN)).all()
    assert acts == [Daad.DOORGEGEVEN]


def test_what_a_leerkracht_says_is_on_the_card_and_writes_nothing(
    session: Session, batch: Importbatch, beheerder: Account, anja: Account
) -> None:
    regel = questions(batch)[0]
    hand_over(session, batch, anja, beheerder)
    bij = doorgegeven.of_lines(session, batch.school_id, [regel.id])[regel.id]
    assert bij.wacht
    assert woorden.wacht(bij).startswith("Wacht op Anja de Boer sinds ")
    assert woorden.zin(bij) == "Wacht op Anja de Boer."
    assert advise(session, anja, batch.school_id) == "Marijke"
    bij = doorgegeven.of_lines(session, batch.school_id, [regel.id])[regel.id]
    assert not bij.wacht
    assert bij.advies is not None
    assert woorden.advies(bij.advies) == "Anja de Boer: hetzelfde kind als Mohamed El Idrissi"
    assert bij.advies.opmerking == "Ja, dat is Mo."
    assert (regel.keuze, batch.rev) == (None, 0)
    assert adviseren.count_for_reader(session, batch.school_id, anja.id) == 1
    advise(session, anja, batch.school_id, what=Advies.WEET_NIET)
    bij = doorgegeven.of_lines(session, batch.school_id, [regel.id])[regel.id]
    assert bij.advies is not None
    assert woorden.kort(bij) == "advies van Anja de Boer: weet het niet"


def test_a_beheerder_may_answer_meanwhile_and_then_nobody_sees_it(
    session: Session, batch: Importbatch, beheerder: Account, anja: Account
) -> None:
    hand_over(session, batch, anja, beheerder)
    vraag_id = adviseren.for_reader(session, batch.school_id, anja.id)[0].vragen[0].vraag_id
    keuzes.choose(session, batch.school_id, questions(batch)[0].id, Keuze.NIEUW, door=beheerder.id)
    assert seen(session, batch.school_id, anja) == ["Sophie Wolters"]
    with pytest.raises(HandedOverEnded):
        adviseren.advise(session, batch.school_id, vraag_id, Advies.ANDER, "", door=anja.id)


def _end(session: Session, row: Overdracht) -> None:
    row.tot = database_now(session)


def _take_back(session: Session, row: Overdracht) -> None:
    assert doorgeven.take_back(session, row.school_id, row.id, door=row.door) == "Anja de Boer"


def _suspend(session: Session, row: Overdracht) -> None:
    here = session.get_one(Medewerker, (row.aan, row.school_id))
    here.opgeschort_op = database_now(session)


def _remove(session: Session, row: Overdracht) -> None:
    session.delete(session.get_one(Medewerker, (row.aan, row.school_id)))


def _close(session: Session, row: Overdracht) -> None:
    regel = session.get_one(Importregel, row.vragen[0].regel_id)
    regel.batch.status = BatchStatus.VERWERKT


@pytest.mark.parametrize("end", [_end, _take_back, _suspend, _remove, _close])
def test_what_is_over_is_seen_by_nobody(
    session: Session,
    batch: Importbatch,
    beheerder: Account,
    anja: Account,
    end: Callable[[Session, Overdracht], None],
) -> None:
    hand_over(session, batch, anja, beheerder)
    row = session.scalars(select(Overdracht)).one()
    vraag_id = row.vragen[0].id
    end(session, row)
    session.flush()
    assert adviseren.for_reader(session, batch.school_id, anja.id) == []
    assert adviseren.count_for_reader(session, batch.school_id, anja.id) == 0
    with pytest.raises(HandedOverEnded):
        adviseren.advise(session, batch.school_id, vraag_id, Advies.ZELFDE, "", door=anja.id)
    assert session.scalars(select(Overdrachtvraag.advies)).all() == [None, None]
    assert doorgegeven.summarised(session, batch.school_id, row.id).vragen == [], "a mail that goes late says so"


def test_nobody_else_sees_it(
    session: Session, batch: Importbatch, beheerder: Account, anja: Account, school: School
) -> None:
    """Another leerkracht of the school, a beheerder of the school, and people of another school."""
    hand_over(session, batch, anja, beheerder)
    vraag_id = session.scalars(select(Overdrachtvraag.id)).first()
    assert vraag_id is not None
    elsewhere = School(naam="De Ark", brin="98XX")
    session.add(elsewhere)
    session.flush()
    sloten.lock(session, elsewhere.id)
    others = [
        (make_named(session, school, "Bo Bos", Rol.LEERKRACHT), school),
        (beheerder, school),
        (make_named(session, elsewhere, "Cas Cas", Rol.LEERKRACHT), elsewhere),
        (make_named(session, elsewhere, "Dee Dee", Rol.BEHEERDER), elsewhere),
        (anja, elsewhere),
    ]
    for account, place in others:
        assert adviseren.for_reader(session, place.id, account.id) == []
        with pytest.raises(NotAllowed):
            adviseren.advise(session, place.id, vraag_id, Advies.ZELFDE, "", door=account.id)
    with pytest.raises(NotAllowed):
        doorgeven.take_back(session, elsewhere.id, session.scalars(select(Overdracht.id)).one(), door=others[3][0].id)
    for school_id in (elsewhere.id, NO_SCHOOL):
        limit_to_school(session, school_id)
        assert session.scalars(select(Overdracht.id)).all() == []
        assert session.scalars(select(Overdrachtvraag.id)).all() == []
        assert session.execute(update(Overdrachtvraag).values(opmerking="x")).rowcount == 0  # type: ignore[attr-defined]  # a CursorResult
    limit_to_school(session, school.id)
    assert len(session.scalars(select(Overdrachtvraag.id)).all()) == 2


def test_only_who_logs_in_at_this_school_is_asked(
    session: Session, batch: Importbatch, beheerder: Account, anja: Account, youssef: Account, school: School
) -> None:
    elsewhere = School(naam="De Ark", brin="98XX")
    session.add(elsewhere)
    session.flush()
    suspended, gone = (make_named(session, school, naam, Rol.LEERKRACHT) for naam in ("Els Els", "Fay Fay"))
    session.get_one(Medewerker, (suspended.id, school.id)).opgeschort_op = database_now(session)
    gone.active = False
    juf = Leerkracht(school_id=school.id, achternaam="de Boer", las_key="t1")
    session.add(juf)
    session.flush()
    session.get_one(Medewerker, (anja.id, school.id)).leerkracht_id = juf.id
    session.flush()
    found = doorgeven.receivers(session, school.id, of=beheerder.id)
    assert [each.naam for each in found] == ["Youssef el Amrani", "Anja de Boer"]
    assert woorden.keuze(found[0]) == "Youssef el Amrani (beheerder, kan zelf antwoorden)"
    assert woorden.keuze(found[1]) == "Anja de Boer (leerkracht, geeft advies)"
    assert (
        woorden.keuze(replace(found[1], groepen=("Groep 5",))) == "Anja de Boer (leerkracht van groep 5, geeft advies)"
    )
    for account in (suspended, gone, beheerder, make_named(session, elsewhere, "Gé Gé", Rol.LEERKRACHT)):
        with pytest.raises(NoColleague):
            hand_over(session, batch, account, beheerder)
    assert mails(session) == []


def test_what_cannot_be_handed_over(
    session: Session, batch: Importbatch, koppeling: Koppeling, beheerder: Account, anja: Account, youssef: Account
) -> None:
    [one, *_] = questions(batch)
    for bericht in ("Is dit Mohamed?", "KATELIJNE?", "de kleine idrissi"):
        with pytest.raises(NameInMessage):
            hand_over(session, batch, anja, beheerder, [regel.id for regel in questions(batch)], bericht)
    hand_over(session, batch, anja, beheerder, [one.id], bericht="Zit hij bij jou in de klas?")
    with pytest.raises(AlreadyAsked):
        hand_over(session, batch, youssef, beheerder, [one.id])
    assert hand_over(session, batch, youssef, beheerder).aantal == 1, "only what is with nobody yet"
    keuzes.choose(session, batch.school_id, one.id, Keuze.NIEUW, door=beheerder.id)
    with pytest.raises(NothingToHandOver):
        hand_over(session, batch, anja, beheerder, [one.id])
    batch.status = BatchStatus.VERWERKT
    with pytest.raises(ChoiceTooLate):
        hand_over(session, batch, anja, beheerder, [questions(batch)[1].id])


def test_a_leerkracht_is_asked_about_leerlingen_only(
    session: Session, koppeling: Koppeling, beheerder: Account, anja: Account, youssef: Account, school: School
) -> None:
    sloten.lock(session, school.id)
    session.add(Leerkracht(school_id=school.id, roepnaam="Loes", achternaam="Hartogh"))
    session.flush()
    batch = inname.take_in(session, koppeling, aanlevering(leerkrachten=(teacher("t1", "Loes", "Hartog"),)))
    assert batch is not None
    [regel] = [regel for regel in batch.regels if regel.is_vraag]
    assert regel.soort is Soort.LEERKRACHT
    with pytest.raises(OnlyLeerlingen):
        hand_over(session, batch, anja, beheerder, [regel.id])
    assert hand_over(session, batch, youssef, beheerder, [regel.id]).is_beheerder
    row = session.scalars(select(Overdracht)).one()
    assert woorden.kop(doorgegeven.summarised(session, school.id, row.id), 1) == "1 vraag over uw gegevens"
    session.get_one(Medewerker, (youssef.id, school.id)).rol = Rol.LEERKRACHT
    assert seen(session, school.id, youssef) == [], "nor who is one by now, about a leerling with the same number"
    with pytest.raises(HandedOverEnded):
        adviseren.advise(session, school.id, row.vragen[0].id, Advies.ZELFDE, "", door=youssef.id)


def test_all_questions_of_a_groep_go_together_in_one_mail(
    session: Session, batch: Importbatch, beheerder: Account, anja: Account
) -> None:
    [one, two, three] = questions(batch)
    assert [regel.id for regel in doorgeven.of_groep(session, one)] == [one.id, two.id]
    hand_over(session, batch, anja, beheerder, [regel.id for regel in doorgeven.of_groep(session, one)])
    row = session.scalars(select(Overdracht)).one()
    found = doorgegeven.summarised(session, batch.school_id, row.id)
    assert (found.groepen, len(found.vragen)) == (["Groep 5"], 2)
    assert woorden.over(found.groepen, 2) == "groep 5"
    assert woorden.kop(found, 2) == "2 vragen over 2 leerlingen in groep 5"
    assert woorden.over(["5a", "6"], 2) == "groep 5a en groep 6"
    assert woorden.over(["5a", "6", "7"], 3) == "leerlingen"
    assert len(mails(session)) == 1
    hand_over(session, batch, anja, beheerder, [three.id])
    assert len(mails(session)) == 2, "one mail about each"


def test_a_colleague_is_not_mailed_ten_times_a_day(
    session: Session, batch: Importbatch, beheerder: Account, anja: Account
) -> None:
    one, done = questions(batch)[0], []
    for _ in range(doorgeven.PER_DAG + 2):
        done.append(hand_over(session, batch, anja, beheerder, [one.id]).is_gemaild)
        row = session.scalars(select(Overdracht).order_by(Overdracht.id.desc())).first()
        assert row is not None
        doorgeven.take_back(session, batch.school_id, row.id, door=beheerder.id)
    assert done == [True] * doorgeven.PER_DAG + [False, False]
    assert len(mails(session)) == doorgeven.PER_DAG
    hand_over(session, batch, anja, beheerder, [one.id])
    assert seen(session, batch.school_id, anja) == ["Mohammed El Idrissi"], "it is on their page all the same"
    assert "geen nieuwe mail" in woorden.handed(doorgeven.Doorgegeven("Anja", 1, False, False))


def test_it_follows_its_question_to_a_newer_aanlevering(
    session: Session, batch: Importbatch, koppeling: Koppeling, beheerder: Account, anja: Account
) -> None:
    """The advice too, unless the LAS says something else of the child by now."""
    hand_over(session, batch, anja, beheerder)
    advise(session, anja, batch.school_id, 0)
    advise(session, anja, batch.school_id, 1)
    changed = pupil("k2", "Sophie", "Wolters", "2016-03-13")
    newer = inname.take_in(
        session, koppeling, aanlevering(FIRST[0], changed, FIRST[2], pupil("k4", "Noor", "Maan"), groepen=(G5, G6))
    )
    assert newer is not None
    assert newer.id != batch.id
    session.expire_all()
    assert seen(session, newer.school_id, anja) == ["Mohammed El Idrissi", "Sophie Wolters"]
    rows = session.scalars(select(Overdrachtvraag).order_by(Overdrachtvraag.id)).all()
    assert [vraag.advies for vraag in rows] == [Advies.ZELFDE, None]
    assert {session.get_one(Importregel, vraag.regel_id).batch_id for vraag in rows} == {newer.id}
    row = session.scalars(select(Overdracht)).one()
    assert doorgegeven.batch_of(session, row) == newer.id


def test_it_does_not_show_another_child_who_has_the_number_now(
    session: Session, batch: Importbatch, koppeling: Koppeling, beheerder: Account, anja: Account
) -> None:
    hand_over(session, batch, anja, beheerder)
    other = pupil("k2", "Katelijne", "Berg")
    newer = inname.take_in(session, koppeling, aanlevering(FIRST[0], other, groepen=(G5, G6)))
    assert newer is not None
    assert "k2" in [regel.las_key for regel in questions(newer)]
    session.expire_all()
    assert seen(session, newer.school_id, anja) == ["Mohammed El Idrissi"]


def test_it_stays_with_a_line_that_is_moved(
    session: Session, batch: Importbatch, beheerder: Account, anja: Account
) -> None:
    """As when something is held meanwhile, or when open questions go on in an aanlevering of their own."""
    hand_over(session, batch, anja, beheerder)
    moved = batches._take_over(session, batch)
    assert seen(session, batch.school_id, anja) == ["Mohammed El Idrissi", "Sophie Wolters"]
    assert doorgegeven.batch_of(session, session.scalars(select(Overdracht)).one()) == moved.id


def test_it_ends_by_itself_and_whoever_asked_hears_of_it_once(
    session: Session, batch: Importbatch, beheerder: Account, anja: Account
) -> None:
    hand_over(session, batch, anja, beheerder)
    advise(session, anja, batch.school_id)
    row = session.scalars(select(Overdracht)).one()
    assert doorgeven.due(session) == []
    row.tot = database_now(session)
    session.flush()
    assert doorgeven.due(session) == [row.id]
    for _ in range(2):
        doorgeven.expire(session, row.id)
    assert doorgeven.due(session) == []
    [mail] = mails(session, MailSoort.DOORGEVEN_VERLOPEN)
    assert (mail.ontvanger, mail.gegevens) == (beheerder.email, {"overdracht": row.id, "aantal": 1})
    regel = questions(batch)[0]
    bij = doorgegeven.of_lines(session, batch.school_id, [regel.id])[regel.id]
    assert bij.advies is not None, "what was said stays"


def test_nobody_is_told_of_what_is_answered_when_it_ends(
    session: Session, batch: Importbatch, beheerder: Account, anja: Account
) -> None:
    hand_over(session, batch, anja, beheerder, [questions(batch)[0].id])
    keuzes.choose(session, batch.school_id, questions(batch)[0].id, Keuze.NIEUW, door=beheerder.id)
    row = session.scalars(select(Overdracht)).one()
    row.tot = database_now(session)
    session.flush()
    doorgeven.expire(session, row.id)
    assert mails(session, MailSoort.DOORGEVEN_VERLOPEN) == []
    in_trail("overdracht {}", bij="doorgeven")(session, row.id, "Proef")
    written = session.scalars(select(Audit).where(Audit.actie == Daad.INTERNE_FOUT)).one()
    assert (written.object, written.tellingen) == (f"overdracht {row.id}", {"klasse": "Proef", "bij": "doorgeven"})


def test_it_goes_two_weeks_after_its_end_but_not_while_it_is_asked(
    session: Session, batch: Importbatch, beheerder: Account, anja: Account, settings: Any
) -> None:
    hand_over(session, batch, anja, beheerder, [questions(batch)[0].id])
    row = session.scalars(select(Overdracht)).one()
    row.tot = database_now(session) - settings.bewaar_niet_geimporteerd - timedelta(days=1)
    session.flush()

    def erase() -> int:
        return verlopen.VAN_SCHOOL["overdrachten"](session, batch.school_id, database_now(session), settings)

    assert erase() == 0
    keuzes.choose(session, batch.school_id, questions(batch)[0].id, Keuze.NIEUW, door=beheerder.id)
    session.flush()
    assert erase() == 1
    assert session.scalars(select(Overdrachtvraag.id)).all() == []


def test_a_question_of_whom_nobody_is_left_to_compare_with_is_not_shown_broken(
    session: Session, batch: Importbatch, beheerder: Account, anja: Account
) -> None:
    regel = questions(batch)[0]
    hand_over(session, batch, anja, beheerder)
    regel.kandidaten = []
    session.flush()
    assert seen(session, batch.school_id, anja) == ["Sophie Wolters"]
    vraag_id = session.scalars(select(Overdrachtvraag.id).where(Overdrachtvraag.regel_id == regel.id)).one()
    with pytest.raises(HandedOverEnded):
        adviseren.advise(session, batch.school_id, OverdrachtvraagId(vraag_id), Advies.ZELFDE, "", door=anja.id)


def test_the_leerling_who_is_compared_with_is_counted(
    session: Session, batch: Importbatch, beheerder: Account, anja: Account
) -> None:
    ours = session.scalars(select(Leerling).where(Leerling.roepnaam == "Mohamed")).one()
    hand_over(session, batch, anja, beheerder, [questions(batch)[0].id])
    advise(session, anja, batch.school_id)
    assert session.scalars(select(Overdrachtvraag.kandidaat_id)).one() == ours.id


def test_it_goes_along_to_the_follow_up_of_an_import(
    session: Session, batch: Importbatch, beheerder: Account, anja: Account
) -> None:
    """What is answered is imported; what is with somebody waits for them."""
    hand_over(session, batch, anja, beheerder, [questions(batch)[0].id])
    keuzes.choose(session, batch.school_id, questions(batch)[1].id, Keuze.NIEUW, door=beheerder.id)
    for regel in questions(batch):
        keuzes.put_aside(session, batch.school_id, regel.id, door=beheerder.id)
    digest = summarise(session, batch).digest
    vastleggen.commit(session, batch.school_id, batch.id, digest=digest, door=beheerder.id)
    session.expire_all()
    assert seen(session, batch.school_id, anja) == ["Mohammed El Idrissi"]
    row = session.scalars(select(Overdracht)).one()
    assert doorgegeven.batch_of(session, row) != batch.id


def test_an_advice_goes_with_the_leerling_who_is_erased(
    session: Session, batch: Importbatch, beheerder: Account, anja: Account
) -> None:
    ours = session.scalars(select(Leerling).where(Leerling.roepnaam == "Mohamed")).one()
    one = questions(batch)[0]
    hand_over(session, batch, anja, beheerder)
    advise(session, anja, batch.school_id)
    keuzes.link(session, batch.school_id, one.id, ours.id, door=beheerder.id)
    for regel in questions(batch):
        keuzes.choose(session, batch.school_id, regel.id, Keuze.NIEUW, door=beheerder.id)
    digest = summarise(session, batch).digest
    vastleggen.commit(session, batch.school_id, batch.id, digest=digest, door=beheerder.id)
    session.flush()
    wissen.erase(session, batch.school_id, ours.id, door=beheerder.id)
    left = session.scalars(select(Overdrachtvraag)).all()
    assert [vraag.opmerking for vraag in left] == [None]
    assert one.id not in {vraag.regel_id for vraag in left}
