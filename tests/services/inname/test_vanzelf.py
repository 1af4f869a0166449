"""What the vaste afspraken add by themselves, and above all what they leave to a person."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from tests.services.conftest import aanlevering, pupil, teacher
from webapp.models import (
    Account,
    Audit,
    Daad,
    Groep,
    Handeling,
    Importbatch,
    Keuze,
    Koppeling,
    KoppelingStatus,
    Leerkracht,
    Leerling,
    Lidmaatschap,
    Mail,
    Medewerker,
    Mutatie,
    School,
    Soort,
    Toetreding,
    Uitzondering,
    Wat,
)
from webapp.models.base import Base
from webapp.models.koppeling import KoppelingAct
from webapp.services import afspraken, geschiedenis, sloten
from webapp.services.afspraken import Waarde
from webapp.services.clock import database_now
from webapp.services.controle import keuzes, terugdraaien, uitwerken, vastleggen
from webapp.services.controle.samenvatting import summarise
from webapp.services.controle.uitwerken import Deel
from webapp.services.inname import inname, vanzelf
from webapp.services.inname.batch import open_of
from webapp.services.inname.soorten import KINDS
from webapp.uwlr import values as uwlr
from webapp.woorden.mails import compose

Make = Callable[..., Any]
AAN: dict[str, Waarde] = {"nieuwe_leerlingen": True, "nieuwe_leerkrachten": True}
G5, G1 = uwlr.Groep("g5", "Groep 5", "5"), uwlr.Groep("g1", "Groep 1", "1")
OURS = tuple(
    pupil(f"m{n}", f"{chr(65 + n % 26)}uno{n}", f"Ver{chr(97 + n % 26)}man{n}", f"2015-01-{n % 27 + 1:02d}")
    for n in range(40)
)
FIEN = pupil("n1", "Fien", "Bloem", "2016-07-07")
NAMES = [
    "Aaron",
    "Bodine",
    "Cas",
    "Dunya",
    "Egbert",
    "Fenna",
    "Gijs",
    "Hilde",
    "Ivo",
    "Jolijn",
    "Karim",
    "Lotte",
    "Milan",
    "Nadia",
    "Otis",
    "Puck",
    "Quinn",
    "Rosa",
    "Sem",
    "Tess",
]
FAR = [
    "Appelboom",
    "Braams",
    "Cuperus",
    "Dijkgraaf",
    "Essers",
    "Fokkinga",
    "Geurts",
    "Hazelhof",
    "Idema",
    "Jurriaans",
    "Kamphuis",
    "Loois",
    "Meerdink",
    "Nagel",
    "Otten",
    "Pruim",
    "Quist",
    "Rozema",
    "Schra",
    "Tuin",
]


def strangers(number: int, key: str = "s", **values: Any) -> list[uwlr.Leerling]:
    """Newcomers who look like nobody, nor like each other."""
    return [pupil(f"{key}{n}", NAMES[n], FAR[n], f"2016-{n % 12 + 1:02d}-{n + 5:02d}", **values) for n in range(number)]


@dataclass
class Stage:
    """A school of a hundred that was imported, with its agreements on."""

    session: Session
    koppeling: Koppeling
    door: Account

    @property
    def school_id(self) -> Any:
        return self.koppeling.school_id

    def agree(self, **values: Waarde) -> None:
        seen = afspraken.of_school(self.session, self.school_id).gewijzigd_op
        afspraken.change(self.session, self.school_id, values, seen=seen, door=self.door.id)
        self.session.flush()

    def take_in(self, *came: uwlr.Leerling, ours: Iterable[uwlr.Leerling] = OURS, **changes: Any) -> Importbatch | None:
        """The school with these besides."""
        batch = inname.take_in(self.session, self.koppeling, replace(aanlevering(*ours, *came), **changes))
        self.session.flush()
        return batch

    def added(self) -> list[str]:
        """Keys of who was added by itself, and is here."""
        query = select(Leerling.las_key).where(Leerling.school_id == self.school_id, Leerling.las_key.not_like("m%"))
        return sorted(key or "" for key in self.session.scalars(query))

    def asked(self) -> list[str | None]:
        """Keys of who is asked about."""
        batch = open_of(self.session, self.school_id)
        return (
            sorted((r.las_key or "" for r in batch.regels if r.soort is Soort.LEERLING and r.is_work), key=str)
            if batch
            else []
        )

    def acts(self) -> list[Handeling]:
        query = select(Handeling).where(Handeling.school_id == self.school_id, Handeling.wat == Wat.AFSPRAAK)
        return list(self.session.scalars(query.order_by(Handeling.id)))


@pytest.fixture
def stage(
    session: Session, school: School, koppeling: Koppeling, beheerder: Account, make_groep: Make, make_leerling: Make
) -> Stage:
    koppeling.status = KoppelingStatus.ACTIEF
    koppeling.opgehaald_leerlingen = len(OURS)
    koppeling.vorm = {"schooljaar": "2026-2027"}
    groep = make_groep("Groep 5", "5", las_key="g5", schooljaar="2026-2027")
    for each in OURS:
        make_leerling(
            each.roepnaam,
            each.achternaam,
            str(each.geboortedatum),
            las_key=each.key,
            groep_id=groep.id,
            jaargroep="5",
            geslacht=each.geslacht,
        )
    geschiedenis.act(session, school.id, Wat.ANDERS)
    stage = Stage(session, koppeling, beheerder)
    stage.agree(**AAN)
    return stage


def test_who_looks_like_nobody_is_added_as_an_act_of_its_own(stage: Stage) -> None:
    assert stage.take_in(FIEN) is None, "nothing is asked"
    fien = stage.session.scalars(select(Leerling).where(Leerling.las_key == "n1")).one()
    assert (fien.naam, fien.jaargroep, fien.groep.naam if fien.groep else "") == ("Fien Bloem", "5", "Groep 5")
    [act] = stage.acts()
    assert act.door is None
    batch = stage.session.get_one(Importbatch, act.batch_id)
    assert not batch.is_open
    mutaties = stage.session.scalars(select(Mutatie).where(Mutatie.handeling_id == act.id))
    assert [mutatie.voor for mutatie in mutaties] == [None], "it only adds"
    assert [regel.toegepast_id for regel in batch.regels] == [fien.id]
    told = stage.session.scalars(select(Audit).where(Audit.actie == Daad.AFSPRAAK_UITGEVOERD)).one()
    assert told.tellingen == {"leerlingen": 1}
    assert stage.session.scalars(select(Mail)).all() == []
    stage.take_in(FIEN)
    assert len(stage.acts()) == 1, "the next night knows them"
    stage.take_in(FIEN, strangers(1)[0]._replace(geboortedatum=None))
    [mail] = stage.session.scalars(select(Mail)).all()
    assert "1 nieuw" in compose(stage.session, mail).text, "told of in the next mail"


def test_with_all_agreements_off_everything_new_is_asked(stage: Stage) -> None:
    stage.agree(**dict.fromkeys(AAN, False))
    stage.take_in(FIEN, leerkrachten=(teacher("t1", "Loes", "Aker"),))
    assert stage.asked() == ["n1"]
    assert stage.acts() == []


TWIN = pupil("n2", "Fleur", "Bloem", "2016-07-07")
ASKED: dict[str, list[uwlr.Leerling]] = {
    "without a birth date": [FIEN._replace(geboortedatum=None)],
    "a peuter": [FIEN._replace(jaargroep="0")],
    "no jaargroep": [FIEN._replace(jaargroep=None)],
    "a kind of education that the school has not": [FIEN._replace(jaargroep="V")],
    "no groep": [FIEN._replace(groep=None)],
    "a groep that is a question": [FIEN._replace(groep="g9")],
    "neither a number nor an ECK iD": [FIEN._replace(key=None)],
    "no name": [FIEN._replace(roepnaam=".")],
    "a broken name": [FIEN._replace(achternaam="Bl??m")],
    "twins who come together": [FIEN, TWIN],
    "a twin of one who is here": [pupil("n1", "Quirine", OURS[3].achternaam or "", str(OURS[3].geboortedatum))],
    "the same child twice": [FIEN, FIEN._replace(key="n2")],
    "the same child twice, with a slip": [FIEN, FIEN._replace(key="n2", roepnaam="Fiene")],
    "the name and date of one who is here": [OURS[4]._replace(key="n1")],
}


@pytest.mark.parametrize("why", ASKED)
def test_what_is_odd_about_somebody_new_is_asked(stage: Stage, make_leerling: Make, why: str) -> None:
    make_leerling("Vera", "Vroeger", "2013-01-01", jaargroep="V", status=Lidmaatschap.VERTROKKEN)
    make_leerling("Piet", "Peuter", "2023-01-01", jaargroep="0")
    came = ASKED[why]
    groepen = (G5, uwlr.Groep("g9", "Groep 9", "8")) if "groep that" in why else (G5,)
    stage.take_in(*came, groepen=groepen)
    assert stage.acts() == []
    assert set(stage.asked()) >= {each.key or "" for each in came}


def test_an_eckid_is_a_number_too(stage: Stage) -> None:
    stage.take_in(FIEN._replace(key=None, eckid="https://ketenid.nl/pilot/7"))
    assert (stage.asked(), len(stage.acts())) == ([], 1)


ONE, OTHER = "https://ketenid.nl/pilot/1", "https://ketenid.nl/pilot/2"


def test_twins_with_an_eck_id_each_are_surely_two(stage: Stage) -> None:
    """Also of one who is here; not when one of the two has none, or when they are one child who stands there twice."""
    here = OURS[3]._replace(eckid=OTHER)
    ours = [*OURS[:3], here, *OURS[4:]]
    late = pupil("n3", "Quirine", here.achternaam or "", str(here.geboortedatum), eckid=ONE + "3")
    twins = [pupil(f"n{n}", name, "Zavel", "2016-05-05", eckid=f"{ONE}{n}") for n, name in ((4, "Lisa"), (5, "Liza"))]
    stage.take_in(late, *twins, ours=ours)
    assert (stage.added(), stage.asked()) == (["n3", "n4", "n5"], [])
    stage.take_in(late, *twins, FIEN, TWIN._replace(eckid=ONE), ours=ours)
    assert (stage.added(), stage.asked()) == (["n3", "n4", "n5"], ["n1", "n2"])


def test_who_only_lacks_a_birth_date_is_added_where_nobody_can_be_meant(stage: Stage, make_leerling: Make) -> None:
    """Once the school agreed to be asked only what matters; a date that comes later is one of their own."""
    here = OURS[3]._replace(eckid=OTHER)
    ours = [*OURS[:3], here, *OURS[4:]]
    make_leerling("Sanne", "Typ", None)
    sibling = FIEN._replace(geboortedatum=None, key="n2", roepnaam="Joost", achternaam=OURS[5].achternaam)
    came = [
        FIEN._replace(geboortedatum=None),
        sibling,
        sibling._replace(key="n3", roepnaam="Xander", achternaam=here.achternaam, eckid=ONE),
        pupil("n4", "Sanne", "Wiel")._replace(geboortedatum=None),
        pupil("n5", "Gerda", "Typ")._replace(geboortedatum=None, eckid=ONE + "5"),
    ]
    stage.agree(alleen_op_het_spel=True)
    stage.take_in(*came[:4], ours=ours)
    assert (stage.added(), stage.asked()) == (["n1", "n3"], ["n2", "n4"])
    stage.take_in(FIEN, *came[1:], ours=ours)
    fien = stage.session.scalars(select(Leerling).where(Leerling.las_key == "n1")).one()
    assert fien.geboortedatum == FIEN.geboortedatum
    assert stage.asked() == ["n2", "n4", "n5"]


def test_who_was_here_is_never_added_beside_themselves(stage: Stage, make_leerling: Make) -> None:
    """A leaver under another number, a number that was a leaver's, one that was somebody's once, one by ECK iD."""
    make_leerling("Fien", "Bloem", "2016-07-07", las_key="k8", status=Lidmaatschap.VERTROKKEN)
    make_leerling("Hugo", "Zand", "2014-02-02", las_key="s1", status=Lidmaatschap.VERTROKKEN)
    make_leerling(
        "Saar", "Duin", "2014-03-03", las_key="k9", bekende_namen=[{"las_key": "s2"}], status=Lidmaatschap.VERTROKKEN
    )
    eckid = "https://ketenid.nl/pilot/3"
    make_leerling("Joep", "Veen", "2014-04-04", eckid=eckid, status=Lidmaatschap.VERTROKKEN)
    came = strangers(4)
    came[3] = came[3]._replace(eckid=eckid)
    stage.take_in(FIEN, *came)
    assert stage.added() == ["k9", "n1", "s0", "s1"], "only s0 is new; Fien came back, and nobody lost a number"
    assert stage.asked() == ["s1", "s2", "s3"]


def test_who_was_left_out_is_not_added_under_another_number(stage: Stage) -> None:
    """Known by their name, or by the ECK iD."""
    sloten.lock(stage.session, stage.school_id)
    eckid = "https://ketenid.nl/pilot/5"
    for key, values in (("oud", {"omschrijving": "Fien Bloem"}), ("ouder", {"omschrijving": "Bo", "eckid": eckid})):
        stage.session.add(Uitzondering(school_id=stage.school_id, soort=Soort.LEERLING, las_key=key, **values))
    stage.session.flush()
    stage.take_in(FIEN, strangers(1)[0]._replace(eckid=eckid))
    assert stage.asked() == ["n1", "s0"]


@pytest.mark.parametrize(("of", "most"), [(40, 4), (99, 9.9), (100, 10), (3000, 10)])
def test_a_tenth_of_the_school_may_come_at_once_and_never_more_than_ten(of: int, most: float) -> None:
    assert vanzelf._most(KINDS[Soort.LEERLING], of) == pytest.approx(most)


def test_of_more_all_are_asked_and_stay_asked(stage: Stage) -> None:
    for number in (5, 5, 4):
        stage.take_in(*strangers(number))
        assert stage.added() == [], "nor when one of them goes away"
    assert len(stage.asked()) == 4


def test_a_las_that_sends_strangers_every_hour_is_stopped(stage: Stage) -> None:
    for number in (4, 7, 10, 12):
        stage.take_in(*strangers(number))
    assert len(stage.added()) == 10
    assert stage.asked() == ["s10", "s11"]
    first = stage.acts()[0]
    assert uitwerken.until_of_act(stage.session, first) is not None
    long_ago = update(Handeling).values(op=database_now(stage.session) - vanzelf.MAAND)
    stage.session.connection().execute(long_ago)
    stage.session.refresh(first)
    assert uitwerken.until_of_act(stage.session, first) is None, "so long each of them may be taken back"
    stage.take_in(*strangers(12), FIEN)
    assert stage.asked() == ["s10", "s11"], "who is asked about stays asked about"
    assert "n1" in stage.added(), "and after a month somebody new comes in again"


def test_in_a_month_a_tenth_of_a_large_school_may_come(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vanzelf, "MEESTE", 2)
    for number in (2, 4, 6):
        stage.take_in(*strangers(number))
    assert (stage.added(), stage.asked()) == (["s0", "s1", "s2", "s3"], ["s4", "s5"])


def test_nothing_is_added_in_a_first_import_a_new_school_year_or_beside_a_hold(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.take_in(FIEN, ours=OURS[:20])
    assert stage.added() == [], "half of the school is missing"
    stage.koppeling.vorm = {"schooljaar": "2025-2026"}
    stage.take_in(strangers(1)[0])
    assert stage.added() == [], "a new school year"
    stage.koppeling.vorm = {"schooljaar": "2026-2027"}
    monkeypatch.setattr(Koppeling, "mag", lambda _koppeling, act: act is KoppelingAct.EERSTE_IMPORT)
    stage.take_in(strangers(2)[1])
    assert stage.added() == [], "a first import"


def test_who_is_asked_about_is_added_once_the_las_says_better(stage: Stage) -> None:
    stage.take_in(FIEN._replace(geboortedatum=None))
    assert stage.asked() == ["n1"]
    stage.take_in(FIEN)
    assert (stage.asked(), stage.added()) == ([], ["n1"])


def test_three_nights_after_the_undo_of_an_addition(stage: Stage) -> None:
    stage.take_in(FIEN, *strangers(1))
    [act] = stage.acts()
    fien = stage.session.scalars(select(Leerling).where(Leerling.las_key == "n1")).one()
    args = (stage.session, stage.school_id, act.id, Deel(sleutel=(Soort.LEERLING, fien.id)))
    terugdraaien.undo_night(*args, digest=terugdraaien.preview_night(*args).digest, door=stage.door.id)
    stage.session.flush()
    assert stage.added() == ["s0"], "only the one, and not parked but gone"
    nights = (FIEN, FIEN._replace(roepnaam="Fientje"), FIEN._replace(achternaam="Bloem-Berg"))
    for said in nights:
        stage.take_in(said, *strangers(1))
        assert stage.added() == ["s0"]
        batch = open_of(stage.session, stage.school_id)
        assert batch is not None
        [regel] = batch.regels
        assert regel.later_op is not None
        assert regel.keuze is None
    assert stage.session.scalars(select(Mail)).all() == []
    assert batch is not None
    keuzes.choose(stage.session, stage.school_id, regel.id, Keuze.NIEUW, door=stage.door.id)
    vastleggen.commit(
        stage.session, stage.school_id, batch.id, digest=summarise(stage.session, batch).digest, door=stage.door.id
    )
    assert stage.added() == ["n1", "s0"], "toch toevoegen"


def test_what_a_person_chose_in_the_review_is_not_passed_by(stage: Stage) -> None:
    stage.agree(nieuwe_leerlingen=False)
    batch = stage.take_in(FIEN)
    assert batch is not None
    keuzes.choose(stage.session, stage.school_id, batch.regels[0].id, Keuze.NIET, door=stage.door.id)
    stage.agree(nieuwe_leerlingen=True)
    stage.take_in(FIEN)
    stage.take_in(FIEN._replace(jaargroep="6"))
    assert stage.added() == [], "nor when the LAS says something else of them"


def test_a_jaargroep_that_does_not_take_part_stays_out_and_is_counted(
    stage: Stage, make_groep: Make, make_leerling: Make
) -> None:
    stage.agree(jaargroepen_niet=["1", "2"])
    mine = make_leerling("Pim", "Poot", "2021-05-05", las_key="k1", jaargroep="1")
    kleuter = pupil("n2", "Anouk", "Zee", "2021-06-06", groep="g1", jaargroep="1")
    eldest = pupil("n3", "Boris", "Weg", "2019-06-06", groep="g1", jaargroep="3")
    unsaid = pupil("n4", "Cato", "Ven", "2021-07-06", groep="g1", jaargroep=None)
    juf, both = teacher("t1", "Loes", "Aker", groepen=("g1",)), teacher("t2", "Roos", "Bos", groepen=("g1", "g5"))
    staff = (juf, both, teacher("t3", "Ina", "Directie"))
    kleuters = (pupil("k1", "Pim", "Poot", "2021-05-05", groep="g1", jaargroep="1"), kleuter, unsaid)
    empty = uwlr.Groep("g2", "Groep 2", "2")
    assert stage.take_in(*kleuters, FIEN, groepen=(G5, G1, empty), leerkrachten=staff) is None
    assert stage.koppeling.vorm["jaargroep_niet"] == 2
    assert (mine.status, mine.las_key) == (Lidmaatschap.ACTIEF, "k1"), "who is here stays linked"
    assert stage.added() == ["k1", "n1"]
    assert stage.session.scalars(select(Groep.las_key).order_by(Groep.id)).all() == ["g5"]
    taken = select(Leerkracht.las_key).order_by(Leerkracht.las_key)
    assert stage.session.scalars(taken).all() == ["t2", "t3"], "not who teaches nobody else"
    assert stage.session.scalars(select(Uitzondering)).all() == []
    batch = stage.take_in(*kleuters, eldest, groepen=(G5, G1, uwlr.Groep("g6", "Groep 6", "6")), leerkrachten=staff)
    assert stage.asked() == ["n3"], "in a combination each by their own"
    assert batch is not None
    assert {r.las_key for r in batch.regels if r.soort is Soort.GROEP} == {"g1", "g6"}, "and its groep is asked about"
    stage.take_in(kleuters[0], kleuter._replace(jaargroep="3", groep="g5"), FIEN, leerkrachten=(both,))
    assert "n2" in stage.added(), "who goes up comes in like anybody who is new"


def test_of_who_stays_out_nothing_is_stored(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """Counted once, and in no table and no log; also beside a question, a hold and another school year."""
    caplog.set_level("DEBUG")
    stage.agree(jaargroepen_niet=["1"])
    eckid = "https://ketenid.nl/pilot/anouk"
    kleuter = pupil("anouk-1", "Anouk", "Zeegers", "2021-06-06", groep="anouk-g", jaargroep="1", eckid=eckid)
    juf = teacher("anouk-t", "Anouk", "Juf", "anouk@x.example", groepen=("anouk-g",))
    seen: dict[str, Any] = {"leerkrachten": (juf,), "groepen": (G5, uwlr.Groep("anouk-g", "Groep van Anouk", "1"))}
    for ours, came in ((OURS, ()), (OURS, (FIEN._replace(geboortedatum=None),)), (OURS[:20], ()), (OURS, ())):
        stage.take_in(kleuter, *came, ours=ours, **seen)
        assert stage.koppeling.vorm["jaargroep_niet"] == 1
    stage.take_in(kleuter, school=uwlr.School(schooljaar="2027-2028", brincode="99XX"), **seen)
    stored = [
        table.name
        for table in Base.metadata.sorted_tables
        for row in stage.session.scalars(text(f'SELECT "{table.name}"::text FROM "{table.name}"'))  # names of ours
        if "anouk" in row.lower() or "2021-06-06" in row
    ]
    assert stored == []
    assert "anouk" not in caplog.text.lower()


def test_what_a_person_chose_of_who_stays_out_by_now_is_kept(stage: Stage) -> None:
    stage.agree(nieuwe_leerlingen=False)
    batch = stage.take_in(FIEN)
    assert batch is not None
    keuzes.choose(stage.session, stage.school_id, batch.regels[0].id, Keuze.NIEUW, door=stage.door.id)
    stage.agree(jaargroepen_niet=["5"])
    stage.take_in(FIEN)
    assert stage.koppeling.vorm["jaargroep_niet"] == 0
    batch = open_of(stage.session, stage.school_id)
    assert batch is not None
    assert [(regel.las_key, regel.keuze) for regel in batch.regels] == [("n1", Keuze.NIEUW)]


def test_who_was_here_without_a_number_is_linked_whatever_their_jaargroep(stage: Stage, make_leerling: Make) -> None:
    stage.agree(jaargroepen_niet=["5"])
    mine = make_leerling(FIEN.roepnaam, FIEN.achternaam, str(FIEN.geboortedatum), jaargroep="5")
    stage.take_in(FIEN)
    assert (mine.las_key, stage.koppeling.vorm["jaargroep_niet"]) == ("n1", 0)


def test_a_doubt_about_one_of_ours_is_asked_whatever_their_jaargroep(stage: Stage) -> None:
    """The LAS gave a kleuter of ours another number: left out, nobody would be meant and the night would park ours."""
    stage.agree(jaargroepen_niet=["5"])
    changed = OURS[0]._replace(key="n9", roepnaam=f"{OURS[0].roepnaam}a")
    stage.take_in(changed, ours=OURS[1:])
    assert stage.asked() == ["n9"]
    ours = stage.session.scalars(select(Leerling).where(Leerling.las_key == "m0")).one()
    assert ours.status is Lidmaatschap.ACTIEF


def test_a_new_leerkracht_is_added_without_a_login(stage: Stage) -> None:
    came = (
        teacher("t1", "Loes", "Aker", "loes@x.example", groepen=("g5",)),
        teacher("t2", "Ina", "Directie"),
        teacher("t3", "Bas", "Twee", "samen@x.example", groepen=("g5",)),
        teacher("t4", "Wil", "Drie", "samen@x.example", groepen=("g5",)),
        teacher("t5", "Ank", "Elders", groepen=("g9",)),
    )
    before = stage.session.scalar(select(func.count()).select_from(Medewerker))
    stage.take_in(leerkrachten=came, groepen=(G5, uwlr.Groep("g9", "Groep 9", "8")))
    found = {each.las_key: each for each in stage.session.scalars(select(Leerkracht))}
    assert set(found) == {"t1", "t2"}, "two with one address are asked about, and who is of no groep of ours"
    assert (found["t1"].email, [g.naam for g in found["t1"].groepen]) == ("loes@x.example", ["Groep 5"])
    assert stage.session.scalar(select(func.count()).select_from(Medewerker)) == before
    assert stage.session.scalars(select(Toetreding)).all() == []


def test_a_school_of_another_kind_of_education_adds_its_own(stage: Stage) -> None:
    stage.session.connection().execute(
        update(Leerling).where(Leerling.school_id == stage.school_id).values(jaargroep="S")
    )
    stage.session.expire_all()
    stage.take_in(FIEN._replace(jaargroep="S"), ours=[each._replace(jaargroep="S") for each in OURS])
    assert stage.added() == ["n1"]


def test_at_the_turn_of_the_year_who_is_new_comes_in_within_its_own_limit(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vanzelf, "MEESTE", 4)
    year, groepen = "2027-2028", (uwlr.Groep("g6", "Groep 6", "6"), uwlr.Groep("h1", "Groep 1", "5"))
    school = uwlr.School(schooljaar=year, brincode="99XX")
    ours = [each._replace(jaargroep="6", groep="g6") for each in OURS]
    eldest = Leerling.las_key.in_(["m0", "m1"])
    stage.session.connection().execute(update(Leerling).where(eldest).values(jaargroep="8"))
    stage.session.expire_all()
    came = strangers(7, groep="h1")
    stage.take_in(*came, ours=ours[2:], groepen=groepen, school=school)
    assert len(stage.added()) == 7, "more than a tenth, less than a fifth"
    assert stage.asked() == []
    stage.take_in(*came, FIEN._replace(groep="h1"), ours=ours[2:], groepen=groepen, school=school)
    assert "n1" in stage.added(), "and those of the turn do not fill the month"
