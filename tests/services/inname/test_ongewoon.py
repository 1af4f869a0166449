"""What is unusual beside departures: what is held of it, what goes on, and what ends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from tests.services.conftest import Make, aanlevering, pupil, teacher
from tests.wereld import START
from webapp.models import (
    Account,
    Afspraken,
    Audit,
    BatchStatus,
    Daad,
    Groep,
    Importbatch,
    Koppeling,
    KoppelingStatus,
    Leerkracht,
    Leerling,
    Lidmaatschap,
    Mail,
    MailSoort,
    Soort,
    Uitzondering,
)
from webapp.models.ids import SchoolId
from webapp.models.importbatch import is_held
from webapp.services import sloten
from webapp.services.controle import ongewoon, vastgehouden, vastleggen
from webapp.services.controle.errors import LeaversChanged, NothingParked
from webapp.services.controle.samenvatting import summarise
from webapp.services.inname import inname, uitzonderingen
from webapp.services.overzicht.aanleveringen import Stap, history
from webapp.uwlr import values as uwlr
from webapp.woorden.aanleveringen import wat

GROEPEN = (uwlr.Groep("g5", "Groep 5", "5"), uwlr.Groep("g6", "Groep 6", "6"))
LETTERS = "ABCDEFGHIJKLMNOPQRST"
PUPILS = [
    pupil(
        f"k{n}",
        f"Kind{letter}",
        "Berk",
        groep="g5" if n < 10 else "g6",
        jaargroep="5" if n < 10 else "6",
        geslacht="1",
        eckid=f"https://ketenid.nl/pilot/{n:02}",
    )
    for n, letter in enumerate(LETTERS)
]
STAFF = [teacher(f"t{n}", f"Juf{LETTERS[n]}", "Duin", f"juf{n}@x.example", groepen=("g5", "g6")) for n in range(5)]


def answer(
    leerlingen: list[uwlr.Leerling] = PUPILS,
    leerkrachten: list[uwlr.Leerkracht] = STAFF,
    groepen: tuple[uwlr.Groep, ...] = GROEPEN,
    schooljaar: str = "2026-2027",
) -> uwlr.Leerlinggegevens:
    return aanlevering(*leerlingen, groepen=groepen, leerkrachten=tuple(leerkrachten), schooljaar=schooljaar)


def changed(number: int, **values: Any) -> list[uwlr.Leerling]:
    """The first so many are different now."""
    return [each._replace(**values) if n < number else each for n, each in enumerate(PUPILS)]


@pytest.fixture
def here(session: Session, koppeling: Koppeling, make_groep: Make, make_leerling: Make) -> Koppeling:
    """A running school of 20 leerlingen, 10 in each groep, and 5 leerkrachten who work for both; nothing is open."""
    koppeling.status = KoppelingStatus.ACTIEF
    ours = {
        each.key: make_groep(each.naam, each.jaargroep, las_key=each.key, schooljaar="2026-2027") for each in GROEPEN
    }
    for each in PUPILS:
        make_leerling(
            each.roepnaam,
            each.achternaam,
            las_key=each.key,
            eckid=each.eckid,
            groep_id=ours[str(each.groep)].id,
            jaargroep=each.jaargroep,
            geslacht=each.geslacht,
        )
    for one in STAFF:
        session.add(
            Leerkracht(
                school_id=koppeling.school_id,
                roepnaam=one.roepnaam,
                achternaam=one.achternaam,
                las_key=one.key,
                email=one.emailadres,
                groepen=list(ours.values()),
            )
        )
    session.flush()
    assert inname.take_in(session, koppeling, answer()) is None
    return koppeling


def take_in(session: Session, koppeling: Koppeling, gegevens: uwlr.Leerlinggegevens) -> Importbatch | None:
    batch = inname.take_in(session, koppeling, gegevens)
    session.flush()
    session.expire_all()
    return batch


def held(batch: Importbatch | None) -> dict[str, int]:
    """What is held, and of how many."""
    return {} if batch is None else batch.onderwerpen


def believe(session: Session, batch: Importbatch, key: str, door: Account) -> Importbatch:
    number = batch.ongewoon[key]["aantal"]
    return vastleggen.confirm_unusual(session, batch.school_id, batch.id, key, confirmed=number, door=door.id)


def leerlingen(session: Session) -> list[Leerling]:
    return list(session.scalars(select(Leerling).order_by(Leerling.id)))


def mails(session: Session, soort: MailSoort = MailSoort.VASTGEHOUDEN) -> list[Mail]:
    return list(session.scalars(select(Mail).where(Mail.soort == soort)))


# Groepen


def test_leerlingen_who_lost_their_groep_keep_it_and_the_rest_goes_on(session: Session, here: Koppeling) -> None:
    now = changed(6, groep=None)
    now[19] = now[19]._replace(geslacht="2")
    batch = take_in(session, here, answer(now))
    assert batch is not None
    assert (batch.status, held(batch)) == (BatchStatus.VASTGEHOUDEN, {"groepen:leerling": 6})
    assert {each.groep and each.groep.naam for each in leerlingen(session)[:10]} == {"Groep 5"}
    assert leerlingen(session)[19].geslacht == "2"
    [mail] = mails(session)
    assert mail.gegevens["aantallen"] == {"groepen:leerling": 6}
    assert take_in(session, here, answer(now)) == batch
    assert len(mails(session)) == 1, "the same hold, and no second mail"


def test_who_was_never_in_the_las_is_not_counted_with_those_who_are(
    session: Session, here: Koppeling, make_leerling: Make
) -> None:
    make_leerling("Puk", "Iep", groep_id=leerlingen(session)[0].groep_id)
    batch = take_in(session, here, answer(changed(6, groep=None)))
    assert batch is not None
    [vraag] = ongewoon.of_batch(session, batch)
    assert [(rij.naam, rij.bij_ons, rij.aantal) for rij in vraag.groepen] == [("Groep 5", 10, 6)]
    assert (vraag.over["aantal"], vraag.over["van"]) == (6, 20), "the page has one number for who is here"


def test_fewer_lost_links_are_no_hold(session: Session, here: Koppeling) -> None:
    assert held(take_in(session, here, answer(changed(5, groep=None)))) == {}


def test_what_was_lost_before_was_not_lost_tonight(session: Session, here: Koppeling) -> None:
    assert held(take_in(session, here, answer(changed(4, groep=None)))) == {}
    assert held(take_in(session, here, answer(changed(8, groep=None)))) == {}
    assert held(take_in(session, here, answer(changed(13, groep=None)))) == {"groepen:leerling": 5}


def test_leerkrachten_keep_the_groepen_that_too_many_lost(session: Session, here: Koppeling) -> None:
    now = [one._replace(groepen=("g5",)) if n < 3 else one for n, one in enumerate(STAFF)]
    batch = take_in(session, here, answer(leerkrachten=now))
    assert held(batch) == {"groepen:leerkracht": 3}
    assert {len(one.groepen) for one in session.scalars(select(Leerkracht))} == {2}


def test_one_leerkracht_who_works_for_fewer_groepen_is_no_hold(session: Session, here: Koppeling) -> None:
    now = [STAFF[0]._replace(groepen=("g5",)), *STAFF[1:]]
    assert held(take_in(session, here, answer(leerkrachten=now))) == {}
    assert sorted(len(one.groepen) for one in session.scalars(select(Leerkracht))) == [1, 2, 2, 2, 2]


def test_references_of_all_leerkrachten_that_were_lost_are_a_hold(session: Session, here: Koppeling) -> None:
    """Also when the reader could make nothing of them: the school hears of it."""
    now = [one._replace(groepen=()) for one in STAFF]
    batch = take_in(session, here, answer(leerkrachten=now))
    assert held(batch) == {"groepen:leerkracht": 5}
    assert {len(one.groepen) for one in session.scalars(select(Leerkracht))} == {2}


def test_who_stands_in_samengestelde_groepen_only_lost_a_groep_too(session: Session, here: Koppeling) -> None:
    now = changed(20, groep=None, samengestelde_groepen=("s1",))
    assert held(take_in(session, here, answer(now))) == {"groepen:leerling": 20}


def test_a_groep_that_is_gone_itself_is_no_lost_link(session: Session, here: Koppeling) -> None:
    now = changed(10, groep="g6")
    gone = [one._replace(groepen=("g6",)) for one in STAFF]
    assert held(take_in(session, here, answer(now, gone, GROEPEN[1:]))) == {}


def test_a_groep_that_is_held_keeps_its_leerkrachten(session: Session, here: Koppeling) -> None:
    gone = [one._replace(groepen=("g6",)) for one in STAFF]
    batch = take_in(session, here, answer(PUPILS[10:], gone, GROEPEN[1:]))
    assert held(batch) == {"leerling": 10}
    assert {len(one.groepen) for one in session.scalars(select(Leerkracht))} == {2}
    assert held(take_in(session, here, answer(leerkrachten=gone))) == {"groepen:leerkracht": 5}


def test_it_is_right_that_they_have_no_groep_and_that_is_taken_back(
    session: Session, here: Koppeling, beheerder: Account
) -> None:
    batch = take_in(session, here, answer(changed(6, groep=None)))
    assert batch is not None
    with pytest.raises(LeaversChanged):
        vastleggen.confirm_unusual(
            session, batch.school_id, batch.id, "groepen:leerling", confirmed=7, door=beheerder.id
        )
    believe(session, batch, "groepen:leerling", beheerder)
    session.flush()
    assert (batch.status, held(batch)) == (BatchStatus.VERWERKT, {})
    told = [
        wat(each, {}, "ParnasSys") for each in history(session, batch.school_id, since=START) if isinstance(each, Stap)
    ]
    assert "Aanlevering uit ParnasSys: beantwoord" in told, "nothing was imported"
    assert [each.groep_id is None for each in leerlingen(session)[:7]] == [True] * 6 + [False]
    assert held(take_in(session, here, answer(changed(6, groep=None)))) == {}, "it is not asked again"
    assert [(b.id, key) for b, key, _ in ongewoon.may_come_back(session, batch.school_id)] == [
        (batch.id, "groepen:leerling")
    ]
    leerlingen(session)[0].groep_id = leerlingen(session)[19].groep_id
    ongewoon.take_back(session, batch.school_id, batch.id, "groepen:leerling", door=beheerder.id)
    session.flush()
    session.expire_all()
    assert [each.groep and each.groep.naam for each in leerlingen(session)[:7]] == ["Groep 6"] + ["Groep 5"] * 6
    assert held(vastgehouden.of_school(session, batch.school_id)) == {"groepen:leerling": 6}, "it is asked again"
    for _ in range(3):
        assert held(take_in(session, here, answer(changed(6, groep=None)))) == {"groepen:leerling": 6}
        assert [each.groep and each.groep.naam for each in leerlingen(session)[:7]] == ["Groep 6"] + ["Groep 5"] * 6
    with pytest.raises(NothingParked):
        ongewoon.take_back(session, batch.school_id, batch.id, "groepen:leerling", door=beheerder.id)


def test_leerkrachten_are_taken_out_of_groepen_and_put_back(
    session: Session, here: Koppeling, beheerder: Account
) -> None:
    now = answer(leerkrachten=[one._replace(groepen=("g5",)) for one in STAFF])
    batch = take_in(session, here, now)
    assert batch is not None
    believe(session, batch, "groepen:leerkracht", beheerder)
    assert {len(one.groepen) for one in session.scalars(select(Leerkracht))} == {1}
    ongewoon.take_back(session, batch.school_id, batch.id, "groepen:leerkracht", door=beheerder.id)
    for _ in range(3):
        assert {len(one.groepen) for one in session.scalars(select(Leerkracht))} == {2}
        assert held(take_in(session, here, now)) == {"groepen:leerkracht": 5}


# Fields


@pytest.mark.parametrize(
    ("veld", "leeg"), [("geboortedatum", None), ("geslacht", "0"), ("jaargroep", None), ("eckid", None)]
)
def test_a_field_that_came_empty_stays_as_it_was(session: Session, here: Koppeling, veld: str, leeg: str) -> None:
    before = [getattr(each, veld) for each in leerlingen(session)]
    now = changed(11, **{veld: leeg})
    now[19] = now[19]._replace(geslacht="2")
    batch = take_in(session, here, answer(now))
    assert held(batch) == {f"veld:leerling:{veld}": 11}
    assert [getattr(each, veld) for each in leerlingen(session)][:19] == before[:19]
    assert leerlingen(session)[19].geslacht == "2"
    assert take_in(session, here, answer(now)) == batch, "still compared with what it was"
    assert held(take_in(session, here, answer())) == {}
    assert session.scalars(select(Audit).where(Audit.actie == Daad.VRIJ)).one(), "the history says that it is over"


def test_keys_that_do_not_come_stay(session: Session, here: Koppeling) -> None:
    batch = take_in(session, here, answer(changed(20, key=None)))
    assert held(batch) == {"veld:leerling:las_key": 20}
    assert [each.las_key for each in leerlingen(session)] == [each.key for each in PUPILS]


def test_addresses_of_leerkrachten_that_do_not_come_stay(session: Session, here: Koppeling) -> None:
    batch = take_in(session, here, answer(leerkrachten=[one._replace(emailadres=None) for one in STAFF]))
    assert held(batch) == {"veld:leerkracht:email": 5}
    assert all(one.email for one in session.scalars(select(Leerkracht)))


@pytest.mark.parametrize("veld", ["voorvoegsel", "voornamen", "voorletters"])
def test_a_field_that_not_everybody_has_is_not_watched(session: Session, here: Koppeling, veld: str) -> None:
    take_in(session, here, answer(changed(20, **{veld: "de"})))
    assert held(take_in(session, here, answer())) == {}


def test_half_of_a_field_and_a_field_that_was_never_full_are_no_hold(session: Session, here: Koppeling) -> None:
    assert held(take_in(session, here, answer(changed(10, geslacht=None)))) == {}
    assert held(take_in(session, here, answer(changed(20, geslacht=None)))) == {}, "it was filled for half"


def test_it_is_right_that_a_field_is_empty_and_that_is_taken_back(
    session: Session, here: Koppeling, beheerder: Account
) -> None:
    now = answer(changed(20, geboortedatum=None))
    batch = take_in(session, here, now)
    assert batch is not None
    believe(session, batch, "veld:leerling:geboortedatum", beheerder)
    assert {each.geboortedatum for each in leerlingen(session)} == {date(2016, 3, 12)}, "ours stays"
    assert held(take_in(session, here, now)) == {}
    ongewoon.take_back(session, batch.school_id, batch.id, "veld:leerling:geboortedatum", door=beheerder.id)
    for _ in range(3):
        assert held(take_in(session, here, now)) == {"veld:leerling:geboortedatum": 20}


# Keys and names


def renewed(number: int) -> list[uwlr.Leerling]:
    return [each._replace(key=f"n{n}") if n < number else each for n, each in enumerate(PUPILS)]


@pytest.mark.parametrize(
    ("now", "what"),
    [
        (renewed(4), {"sleutels:leerling": 4}),
        ([each._replace(eckid=None) for each in renewed(4)], {"sleutels:leerling": 4}),
        ([each._replace(eckid=None, roepnaam=f"Ander{LETTERS[n]}") for n, each in enumerate(PUPILS)], "namen"),
        (changed(15, achternaam="Wilg"), {"namen:leerling": 15}),
    ],
)
def test_nothing_is_taken_in_when_keys_or_names_are_others(
    session: Session, here: Koppeling, now: list[uwlr.Leerling], what: dict[str, int] | str
) -> None:
    before = [(each.las_key, each.naam, each.status, each.afwezig_sinds) for each in leerlingen(session)]
    new = [pupil("x1", "Nieuw", "Nieuw")]
    batch = take_in(session, here, answer([*now, *new], [*STAFF, teacher("t9", "Juf", "Nieuw")]))
    assert batch is not None
    assert held(batch) == ({"namen:leerling": 20} if what == "namen" else what)
    assert (batch.status, batch.regels) == (BatchStatus.VASTGEHOUDEN, [])
    assert [(each.las_key, each.naam, each.status, each.afwezig_sinds) for each in leerlingen(session)] == before
    assert take_in(session, here, answer([*now, *new], STAFF)) == batch
    assert len(mails(session)) == 1
    assert mails(session, MailSoort.KOPPELINGSMAIL) == []
    assert session.scalars(select(Leerling.id).where(is_held(Leerling.id, Leerling.school_id))).all(), (
        "a result under a key that may be of another child waits"
    )


@pytest.mark.parametrize(
    "now",
    [
        renewed(3),
        changed(14, achternaam="Wilg"),
        [each._replace(roepnaam=(each.roepnaam or "").upper(), achternaam="BERK") for each in PUPILS],
        [each._replace(key=PUPILS[n ^ 1].key, eckid=each.eckid) if n < 2 else each for n, each in enumerate(PUPILS)],
    ],
    ids=["15 % of the keys", "70 % of the names", "other letter cases", "two keys exchanged"],
)
def test_fewer_are_taken_in(session: Session, here: Koppeling, now: list[uwlr.Leerling]) -> None:
    assert held(take_in(session, here, answer(now))) == {}


def test_open_questions_and_their_answers_stay_beside_it(session: Session, here: Koppeling, beheerder: Account) -> None:
    open_ = take_in(session, here, answer([*PUPILS, pupil("x1", "Nieuw", "Nieuw")]))
    assert open_ is not None
    batch = take_in(session, here, answer(renewed(10)))
    assert batch is not None
    assert (open_.status, open_.vervangen_door_id) == (BatchStatus.VERVANGEN, batch.id)
    assert [regel.las_key for regel in batch.regels] == ["x1"]
    digest = summarise(session, batch).digest
    vastleggen.commit(session, batch.school_id, batch.id, digest=digest, door=beheerder.id)
    assert batch.status is BatchStatus.VERWERKT
    follow_up = vastgehouden.of_school(session, batch.school_id)
    assert held(follow_up) == {"sleutels:leerling": 10}, "the import never closes it"
    assert held(take_in(session, here, answer([*PUPILS, pupil("x1", "Nieuw", "Nieuw")]))) == {}


def test_keys_that_are_right_are_taken_in_with_the_next_answer(
    session: Session, here: Koppeling, beheerder: Account
) -> None:
    batch = take_in(session, here, answer(renewed(10)))
    assert batch is not None
    here.ophalen_op = None
    believe(session, batch, "sleutels:leerling", beheerder)
    session.flush()
    assert (batch.status, here.ophalen_op is not None) == (BatchStatus.VERWERKT, True)
    assert held(take_in(session, here, answer(renewed(20)))) == {"sleutels:leerling": 20}, "that is more than was said"
    assert held(take_in(session, here, answer(renewed(10)))) == {}
    assert [each.las_key for each in leerlingen(session)][:11] == [f"n{n}" for n in range(10)] + ["k10"]
    assert held(take_in(session, here, answer())) == {"sleutels:leerling": 10}, "said once, not for ever"


def test_only_what_was_seen_last_is_held(session: Session, here: Koppeling) -> None:
    assert held(take_in(session, here, answer(renewed(10)))) == {"sleutels:leerling": 10}
    assert held(take_in(session, here, answer(changed(20, achternaam="Wilg")))) == {"namen:leerling": 20}
    assert len(mails(session)) == 2


def test_other_keys_come_beside_departures_that_are_held(session: Session, here: Koppeling) -> None:
    assert held(take_in(session, here, answer(PUPILS[5:]))) == {"leerling": 5}
    batch = take_in(session, here, answer(renewed(15)[5:]))
    assert list(held(batch).items()) == [("sleutels:leerling", 10), ("leerling", 5)]
    assert len(mails(session)) == 2
    assert held(take_in(session, here, answer(PUPILS[5:]))) == {"leerling": 5}
    assert len(mails(session)) == 2, "of these they were told"


def test_names_that_are_right_are_taken_in_with_the_next_answer(
    session: Session, here: Koppeling, beheerder: Account
) -> None:
    now = answer(changed(20, achternaam="Wilg"))
    batch = take_in(session, here, now)
    assert batch is not None
    believe(session, batch, "namen:leerling", beheerder)
    assert held(take_in(session, here, now)) == {}
    assert {each.achternaam for each in leerlingen(session)} == {"Wilg"}
    assert held(take_in(session, here, now)) == {}


@pytest.fixture
def agreed(session: Session, here: Koppeling) -> Koppeling:
    """The same school, which agreed to be asked only what matters."""
    sloten.lock(session, SchoolId(here.school_id or 0))
    session.add(Afspraken(school_id=here.school_id, alleen_op_het_spel=True))
    session.flush()
    return here


def test_a_las_that_surely_made_all_its_keys_anew_asks_nothing(session: Session, agreed: Koppeling) -> None:
    """Twins too, and one of whom something else is other now: every link stands."""
    ids = {each.eckid: each.id for each in leerlingen(session)}
    now = [*renewed(20)[:19], renewed(20)[19]._replace(voorvoegsel="van")]
    batch = take_in(session, agreed, answer(now))
    assert batch is not None
    assert (held(batch), batch.is_open, batch.hernummerd) == ({}, False, 20)
    assert {each.eckid: each.id for each in leerlingen(session)} == ids
    assert [each.las_key for each in leerlingen(session)] == [f"n{n}" for n in range(20)]
    assert mails(session) + mails(session, MailSoort.KOPPELINGSMAIL) == []
    told = [wat(each, {}, "X") for each in history(session, batch.school_id, since=START) if isinstance(each, Stap)]
    assert "Aanlevering uit X, vanzelf verwerkt. Nieuwe nummers: 20 leerlingen herkend" in told
    assert take_in(session, agreed, answer(now)) is None


@pytest.mark.parametrize(
    "trap",
    [
        "no agreement", "one keeps the old one", "one gets that of a leaver", "one was somebody's once",
        "ECK iDs exchanged", "no ECK iDs", "three are called otherwise", "three have no birth date",
        "one stands there twice", "an old one is contested",
    ],
)  # fmt: skip
def test_keys_that_may_have_been_exchanged_are_held(
    session: Session, agreed: Koppeling, make_leerling: Make, trap: str
) -> None:
    now, betwist = renewed(20), list[uwlr.Leerling]()
    match trap:
        case "no agreement":
            session.get_one(Afspraken, agreed.school_id).alleen_op_het_spel = False
        case "one keeps the old one":
            now[7] = PUPILS[7]
        case "one gets that of a leaver":
            make_leerling("Hugo", "Zand", "2014-02-02", las_key="n7", status=Lidmaatschap.VERTROKKEN)
        case "one was somebody's once":
            make_leerling("Saar", "Duin", "2014-03-03", bekende_namen=[{"las_key": "n7"}])
        case "ECK iDs exchanged":
            now = [each._replace(eckid=PUPILS[n ^ 1].eckid) for n, each in enumerate(now)]
        case "no ECK iDs":
            now = [each._replace(eckid=None) for each in now]
        case "three are called otherwise":
            now[:3] = [each._replace(roepnaam=f"{each.roepnaam}tje") for each in now[:3]]
        case "three have no birth date":
            now[:3] = [each._replace(geboortedatum=None) for each in now[:3]]
        case "one stands there twice":
            now += [each._replace(key=f"z{n}", eckid=None) for n, each in enumerate(now[:3])]
        case _:
            betwist = [PUPILS[7], PUPILS[8]._replace(key="k7")]
            now = now[:7] + now[9:]
    session.flush()
    keys = {each.id: each.las_key for each in leerlingen(session)}
    batch = take_in(session, agreed, replace(answer(now), betwiste_leerlingen=tuple(betwist)))
    assert "sleutels:leerling" in held(batch)
    assert {each.id: each.las_key for each in leerlingen(session)} == keys


def test_keys_of_leerkrachten_are_no_surprise_then_unless_one_was_another_s(
    session: Session, agreed: Koppeling
) -> None:
    exchanged = [one._replace(key=STAFF[(n + 1) % 5].key) for n, one in enumerate(STAFF)]
    assert held(take_in(session, agreed, answer(renewed(20), exchanged))).keys() >= {"sleutels:leerkracht"}


def test_in_a_first_import_every_key_may_be_another(session: Session, here: Koppeling) -> None:
    """The numbers of a LAS that the school had before may stand with ours still."""
    set_committed_value(here, "status", KoppelingStatus.GOEDGEKEURD)
    assert held(take_in(session, here, answer(renewed(20)))) == {}


def test_keys_of_leerkrachten_count_too(session: Session, here: Koppeling) -> None:
    now = [one._replace(key=f"n{n}") if n < 2 else one for n, one in enumerate(STAFF)]
    assert held(take_in(session, here, answer(leerkrachten=now))) == {"sleutels:leerkracht": 2}


# Many who are new

NEW = [
    pupil(f"v{n}", f"Vreemd{LETTERS[n]}", f"Elders{LETTERS[n]}", groep="g5" if n < 3 else "v1", geslacht="1")
    for n in range(11)
]
ELSEWHERE = uwlr.Groep("v1", "Groep 1", "1")


def test_many_who_are_new_are_one_question_and_nothing_of_them_is_kept(session: Session, here: Koppeling) -> None:
    now = [*PUPILS[:19], PUPILS[19]._replace(geslacht="2"), *NEW]
    batch = take_in(session, here, answer(now, groepen=(*GROEPEN, ELSEWHERE)))
    assert batch is not None
    assert held(batch) == {"nieuw:leerling": 11}
    assert batch.vastgehouden["nieuw:leerling"]["groepen"] == {"Groep 1": 8, "Groep 5": 3}
    assert batch.regels == [], "nor of the groep with nobody else in it"
    assert "Vreemd" not in str(batch.vastgehouden)
    assert len(leerlingen(session)) == 20
    assert leerlingen(session)[19].geslacht == "2"
    assert take_in(session, here, answer(now, groepen=(*GROEPEN, ELSEWHERE))) == batch
    assert len(mails(session)) == 1
    more = [*now, *(each._replace(key=f"w{n}", roepnaam=f"Meer{LETTERS[n]}") for n, each in enumerate(NEW[:4]))]
    assert held(take_in(session, here, answer(more, groepen=(*GROEPEN, ELSEWHERE)))) == {"nieuw:leerling": 15}
    assert len(mails(session)) == 2


def test_in_a_first_import_everybody_may_be_new(session: Session, here: Koppeling) -> None:
    set_committed_value(here, "status", KoppelingStatus.GOEDGEKEURD)
    assert held(take_in(session, here, answer([*PUPILS, *NEW], groepen=(*GROEPEN, ELSEWHERE)))) == {}


def test_ten_who_are_new_are_questions_like_any(session: Session, here: Koppeling) -> None:
    batch = take_in(session, here, answer([*PUPILS, *NEW[:10]], groepen=(*GROEPEN, ELSEWHERE)))
    assert batch is not None
    assert (batch.status, held(batch)) == (BatchStatus.WACHT_OP_CONTROLE, {})


def test_who_is_asked_about_already_is_not_new_the_next_night(session: Session, here: Koppeling) -> None:
    groepen = (*GROEPEN, ELSEWHERE)
    batch = take_in(session, here, answer([*PUPILS, *NEW[:6]], groepen=groepen))
    assert batch is not None
    assert len(batch.regels) == 7
    newer = take_in(session, here, answer([*PUPILS, *NEW], groepen=groepen))
    assert newer is not None
    assert (held(newer), len(newer.regels)) == ({}, 12), "five more than yesterday"


def test_who_belongs_here_comes_into_the_review(session: Session, here: Koppeling, beheerder: Account) -> None:
    now = answer([*PUPILS, *NEW], groepen=(*GROEPEN, ELSEWHERE))
    batch = take_in(session, here, now)
    assert batch is not None
    believe(session, batch, "nieuw:leerling", beheerder)
    newer = take_in(session, here, now)
    assert newer is not None
    assert (newer.status, held(newer), len(newer.regels)) == (BatchStatus.WACHT_OP_CONTROLE, {}, 12)
    again = take_in(session, here, now)
    assert again == newer, "the next night they are in the review, and not asked about anew"


def test_who_was_left_out_and_is_asked_for_comes_without_a_hold(
    session: Session, here: Koppeling, beheerder: Account
) -> None:
    assert here.school_id is not None
    sloten.lock(session, here.school_id)
    left_out = [
        Uitzondering(
            school_id=here.school_id,
            soort=Soort.LEERLING,
            las_key=each.key,
            omschrijving=f"{each.roepnaam} {each.achternaam}",
        )
        for each in NEW
    ]
    session.add_all(left_out)
    session.flush()
    now = answer([*PUPILS, *NEW], groepen=(*GROEPEN, ELSEWHERE))
    assert held(take_in(session, here, now)) == {}
    ids = [each.id for each in left_out]
    uitzonderingen.import_anyway(session, here.school_id, ids, koppeling_id=here.id, door=beheerder.id)
    for _ in range(3):
        batch = take_in(session, here, now)
        assert batch is not None
        assert (held(batch), len([regel for regel in batch.regels if regel.soort is Soort.LEERLING])) == ({}, 11)


def test_leerkrachten_who_are_new_count_too(session: Session, here: Koppeling) -> None:
    many = [teacher(f"v{n}", f"Meester{LETTERS[n]}", f"Elders{LETTERS[n]}") for n in range(11)]
    assert held(take_in(session, here, answer(leerkrachten=[*STAFF, *many]))) == {"nieuw:leerkracht": 11}


# A new school year, and several at once


def test_a_new_school_year_trips_nothing(session: Session, here: Koppeling) -> None:
    """All groepen new, jaargroepen and groepen of leerkrachten not filled yet, many kleuters, no aanmaakdatum."""
    groepen = (uwlr.Groep("n6", "Groep 6", "6"), uwlr.Groep("n7", "Groep 7", "7"), uwlr.Groep("n1", "Groep 1", "1"))
    up = [each._replace(groep=None if n < 4 else "n6", jaargroep=None) for n, each in enumerate(PUPILS[:10])]
    up += [each._replace(groep="n7", jaargroep=None) for each in PUPILS[10:]]
    kleuters = [each._replace(groep="n1", jaargroep=None) for each in NEW]
    staff = [one._replace(groepen=()) for one in STAFF]
    batch = take_in(session, here, answer([*up, *kleuters], staff, groepen, "2027-2028"))
    assert batch is not None
    assert held(batch) == {}
    assert here.antwoord_schooljaar is None
    assert held(take_in(session, here, answer([*up, *kleuters], staff, groepen, "2027-2028"))) == {}


def test_an_empty_list_of_leerkrachten_is_held_as_departures_only(session: Session, here: Koppeling) -> None:
    batch = take_in(session, here, answer(leerkrachten=[]))
    assert held(batch) == {"leerkracht": 5}
    assert {len(one.groepen) for one in session.scalars(select(Leerkracht))} == {2}


def test_several_at_once_are_answered_one_by_one(session: Session, here: Koppeling, beheerder: Account) -> None:
    now = [each._replace(groep=None, geslacht=None) for each in PUPILS[6:]]
    batch = take_in(session, here, answer([*now, *NEW], groepen=(*GROEPEN, ELSEWHERE)))
    assert batch is not None
    assert held(batch) == {
        "leerling": 6,
        "nieuw:leerling": 11,
        "groepen:leerling": 14,
        "veld:leerling:geslacht": 14,
    }
    assert len(mails(session)) == 1
    assert vastgehouden.total(batch) == 6
    vastleggen.confirm_departures(session, batch.school_id, batch.id, confirmed=6, door=beheerder.id)
    assert (batch.status, next(iter(held(batch))), len(held(batch))) == (BatchStatus.VASTGEHOUDEN, "nieuw:leerling", 3)
    believe(session, batch, "groepen:leerling", beheerder)
    assert vastgehouden.take_back(session, batch.school_id, batch.id, door=beheerder.id) == 6
    assert set(held(batch)) == {"leerling", "nieuw:leerling", "veld:leerling:geslacht"}
    believe(session, batch, "veld:leerling:geslacht", beheerder)
    vastleggen.confirm_departures(session, batch.school_id, batch.id, confirmed=6, door=beheerder.id)
    assert batch.status is BatchStatus.VASTGEHOUDEN
    with pytest.raises(LeaversChanged):
        vastleggen.confirm_departures(session, batch.school_id, batch.id, confirmed=0, door=beheerder.id)
    believe(session, batch, "nieuw:leerling", beheerder)
    assert (batch.status, batch.vastgehouden_op) == (BatchStatus.VERWERKT, None)


def test_a_school_of_two_is_not_bothered_for_one(session: Session, koppeling: Koppeling, make_leerling: Make) -> None:
    koppeling.status = KoppelingStatus.ACTIEF
    one, two = pupil("k1", "Noor", "Maan"), pupil("k2", "Daan", "Berk")
    for each in (one, two):
        make_leerling(each.roepnaam, each.achternaam, las_key=each.key)
    groep = session.scalars(select(Groep)).all()
    assert groep == []
    take_in(session, koppeling, aanlevering(one, two))
    now = aanlevering(one._replace(key="k9", geslacht=None), two)
    assert held(take_in(session, koppeling, now)) == {}
