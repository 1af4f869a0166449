"""Tests and results on the screen: the grid, the norming, what is on its way, and who may do what."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tests.screens import login, make_account, make_clerk, messages, post
from tests.wereld import START, Wereld, lock_all, make_wereld
from webapp.config import AMSTERDAM, Omgeving, Settings
from webapp.models import (
    Bezorging,
    KoppelingStatus,
    Levering,
    LeveringStatus,
    Lidmaatschap,
    Norm,
    Resultaat,
    Rol,
    Uitkomst,
    Verzending,
)
from webapp.models.fout import Fout, Situatie
from webapp.schooljaar import schooljaar_of
from webapp.services import sloten
from webapp.services.clock import database_now
from webapp.uwlr.codes import FaultCode, Owner, Reden
from webapp.uwlr.profiles import PROFILES

LEVERINGEN = "/resultaten/leveringen/"


@pytest.fixture
def hier(app: Flask, session: Session) -> Wereld:
    wereld = make_wereld(session, app.extensions["keyring"])
    wereld.koppeling.zenden_op = None
    wereld.koppeling.schooljaar = schooljaar_of(datetime.now(AMSTERDAM).date())
    session.commit()
    return wereld


@pytest.fixture
def beheerder(app: Flask, session: Session, hier: Wereld) -> FlaskClient:
    return login(app, session, hier.beheerder)


@pytest.fixture
def leerkracht(app: Flask, session: Session, hier: Wereld) -> FlaskClient:
    return login(app, session, make_account(session, Rol.LEERKRACHT, hier.school))


@pytest.fixture
def klantenservice(app: Flask, session: Session) -> FlaskClient:
    return login(app, session, make_clerk(session))


def vandaag() -> str:
    return datetime.now(AMSTERDAM).date().isoformat()


def grid(hier: Wereld, toets: str = "VB-RW-5") -> str:
    return f"/resultaten/{hier.toetsen[toets].id}/{hier.groep.id}/"


def results(hier: Wereld) -> list[Resultaat]:
    hier.session.expire_all()
    return list(hier.session.scalars(select(Resultaat).order_by(Resultaat.id)))


def test_before_the_first_import_the_groepen_say_that_they_are_of_last_year(
    hier: Wereld, beheerder: FlaskClient, session: Session
) -> None:
    now = schooljaar_of(datetime.now(AMSTERDAM).date())
    lock_all(session)
    hier.leerling("Noor")
    hier.groep.schooljaar = now
    session.commit()
    assert "zijn nog" not in beheerder.get("/resultaten/").text
    lock_all(session)
    hier.groep.schooljaar = "2019-2020"
    session.commit()
    page = " ".join(beheerder.get("/resultaten/").text.split())
    assert "Uw groepen zijn nog van schooljaar 2019-2020." in page
    assert ", schooljaar 2019-2020</span></h2>" in page


def test_a_teacher_fills_in_norms_and_sees_the_outcome(hier: Wereld, leerkracht: FlaskClient) -> None:
    anna, bram = hier.leerling("Anna"), hier.leerling("Bram")
    hier.session.commit()
    page = leerkracht.get("/resultaten/").text
    assert "Rekenen-wiskunde groep 5 (verzonnen)" in page
    assert "0 van 2" in page
    form = {"afnamedatum": vandaag(), f"score-{anna.id}": "30", f"score-{bram.id}": "", "actie": "normeren"}
    answer = post(leerkracht, grid(hier), form)
    assert answer.status_code == 303
    page = leerkracht.get(answer.headers["Location"]).text
    assert "Opgeslagen: 1 score ingevuld." in page
    assert "1 score genormeerd. Die gaat komende nacht naar ParnasSys." in page
    [resultaat] = results(hier)
    assert f">{resultaat.niveau}<" in page
    assert str(resultaat.vaardigheidsscore).replace(".", ",") in page
    assert "nog te versturen" in page
    assert "1 klaar om te gaan" in leerkracht.get("/resultaten/").text


def test_alles_normeren_of_the_school_says_what_was_done_and_what_was_not(
    hier: Wereld, beheerder: FlaskClient, leerkracht: FlaskClient
) -> None:
    lock_all(hier.session)
    hier.resultaat()
    hier.resultaat(hier.leerling("Fien", las_key=None, status=Lidmaatschap.VERTROKKEN))
    bad = hier.resultaat(toets="VB-BL-5")
    hier.session.execute(delete(Norm).where(Norm.toets_id == bad.toets_id))
    hier.session.commit()
    page = beheerder.get("/resultaten/").text
    assert "Alles normeren (3)" in page
    assert "waarvan 1 van wie vertrok" in page
    assert "Alles normeren (2)<" in leerkracht.get("/resultaten/").text
    assert post(leerkracht, "/resultaten/normeren", {}).status_code == 403
    assert post(beheerder, "/resultaten/normeren", {}).status_code == 303
    page = beheerder.get("/resultaten/").text
    assert "2 scores genormeerd. 1 score daarvan is van een leerling die niet meer op school zit." in page
    assert "1 score gaat komende nacht naar ParnasSys. 1 score wacht: die leerling staat niet in ParnasSys." in page
    assert "1 score is niet genormeerd, want de toets heeft er geen norm voor: Begrijpend lezen groep 5" in page
    answer = post(beheerder, f"/resultaten/groep/{hier.groep.id}/normeren", {})
    place, said = f'id="groep-{hier.groep.id}"', "Er was niets nieuws om te normeren."
    assert answer.headers["Location"].endswith(f"#groep-{hier.groep.id}")
    page = beheerder.get(answer.headers["Location"]).text
    assert -1 < page.index(place) < page.index(said), "said where the page opens, not above what can be seen"


def test_saving_alone_norms_nothing(hier: Wereld, leerkracht: FlaskClient) -> None:
    anna = hier.leerling("Anna")
    hier.session.commit()
    post(leerkracht, grid(hier), {"afnamedatum": vandaag(), f"score-{anna.id}": "30", "actie": "opslaan"})
    [resultaat] = results(hier)
    assert (resultaat.ruwe_score, resultaat.genormeerd_op) == (30, None)
    assert "nog niet genormeerd" in leerkracht.get(grid(hier)).text


def test_a_wrong_cell_keeps_what_was_typed_and_saves_nothing(hier: Wereld, leerkracht: FlaskClient) -> None:
    anna, bram = hier.leerling("Anna"), hier.leerling("Bram")
    hier.session.commit()
    form = {"afnamedatum": vandaag(), f"score-{anna.id}": "30", f"score-{bram.id}": "<b>99"}
    answer = post(leerkracht, grid(hier), form)
    assert answer.status_code == 422
    assert "Er is niets opgeslagen. 1 vak klopt nog niet" in answer.text
    assert f'href="#score-{bram.id}"' in answer.text
    assert f'aria-describedby="score-{bram.id}-fout"' in answer.text
    assert 'value="30"' in answer.text
    assert "&lt;b&gt;99" in answer.text
    assert "<b>99" not in answer.text
    assert results(hier) == []


def test_a_norm_that_is_missing_saves_nothing_either(hier: Wereld, leerkracht: FlaskClient) -> None:
    anna = hier.leerling("Anna")
    hier.session.execute(delete(Norm).where(Norm.toets_id == hier.toetsen["VB-RW-5"].id))
    hier.session.commit()
    form = {"afnamedatum": vandaag(), f"score-{anna.id}": "30", "actie": "normeren"}
    answer = post(leerkracht, grid(hier), form)
    assert answer.status_code == 422
    assert "nog geen normen" in answer.text
    assert 'value="30"' in answer.text
    assert results(hier) == []


def test_a_page_that_was_opened_before_a_colleague_saved_undoes_nothing(
    hier: Wereld, leerkracht: FlaskClient, beheerder: FlaskClient
) -> None:
    anna, bram = hier.leerling("Anna"), hier.leerling("Bram")
    hier.session.commit()
    post(beheerder, grid(hier), {"afnamedatum": vandaag(), f"score-{bram.id}": "22", f"gezien-{bram.id}": ""})
    form = {"afnamedatum": vandaag(), f"score-{anna.id}": "x", f"score-{bram.id}": "", f"gezien-{bram.id}": ""}
    page = post(leerkracht, grid(hier), form).text
    assert f'name="gezien-{bram.id}" value="22"' in page
    assert 'value="22" data-vak' in page
    form[f"score-{anna.id}"] = "30"
    assert post(leerkracht, grid(hier), form).status_code == 303
    assert {r.leerling_id: r.ruwe_score for r in results(hier)} == {anna.id: 30, bram.id: 22}


def test_opening_a_page_changes_nothing(hier: Wereld, beheerder: FlaskClient) -> None:
    hier.genormeerd(2)
    hier.session.commit()
    before = [(r.ruwe_score, r.versie) for r in results(hier)]
    for path in ("/resultaten/", grid(hier), grid(hier) + "?datum=2026-02-30", LEVERINGEN, LEVERINGEN + "?stand=x&q=%"):
        assert beheerder.get(path).status_code == 200
    assert [(r.ruwe_score, r.versie) for r in results(hier)] == before


def test_each_result_says_where_it_is_and_who_is_to_act(hier: Wereld, beheerder: FlaskClient) -> None:
    today = datetime.now(AMSTERDAM).date()
    ids = [hier.resultaat(hier.leerling(f"Leerling {n}"), afname=today).id for n in range(len(LeveringStatus))]
    hier.normeer(now=database_now(hier.session))
    for resultaat_id, status in zip(ids, LeveringStatus, strict=True):
        levering = hier.breng(resultaat_id, status)
        levering.bevestigd_op = database_now(hier.session)
        if status is LeveringStatus.GEWEIGERD:
            levering.fout = Fout(FaultCode.LEERLING_ONGELDIG, Owner.SCHOOL, {"situatie": Situatie.ALLEEN})
    hier.session.commit()
    page = beheerder.get(LEVERINGEN + "?waar=alle").text
    for words in (
        "onderweg",
        "antwoord bleef uit",
        "Dubbel aankomen kan niet.",
        "Sinds vandaag",
        "ParnasSys kent deze leerling niet (meer) onder dit nummer.",
        "Uw school is aan zet.",
        'href="/hulp/code/Client.LeerlingOngeldig"',
        "Opnieuw versturen",
        "elders afgeleverd",
        "Staat in ParnasSys bij een andere leerling. Gaat komende nacht naar de goede leerling.",
    ):
        assert words in page, words
    refused = beheerder.get(LEVERINGEN).text
    assert "1 geweigerd: ParnasSys kent de leerling niet onder dit nummer" in refused
    assert "Nummers ophalen en 1 opnieuw sturen" in refused
    assert "Leerling 4" in refused
    assert "Leerling 0" not in refused


def test_a_refused_result_goes_back_in_line(hier: Wereld, beheerder: FlaskClient, leerkracht: FlaskClient) -> None:
    [resultaat_id] = hier.genormeerd(1)
    refused = {"status": LeveringStatus.GEWEIGERD, "fout_code": "Client.ScoreOngeldig"}
    hier.session.execute(update(Levering).values(**refused, fout_eigenaar="school", fout_gegevens={}))
    hier.session.commit()
    again = f"/resultaten/leveringen/{resultaat_id}/opnieuw"
    assert post(leerkracht, again).status_code == 403
    assert hier.statussen() == ["geweigerd"]
    [why] = re.findall(r'href="([^"]+)">waarom\?', leerkracht.get(f"{grid(hier)}?datum=2026-11-20").text)
    assert "geweigerd" in leerkracht.get(why).text
    assert post(beheerder, again).status_code == 303
    assert hier.statussen() == ["klaar"]


def test_what_stands_at_another_leerling_is_shown_until_the_beheerder_ticks_it_off(
    hier: Wereld, beheerder: FlaskClient, leerkracht: FlaskClient, klantenservice: FlaskClient
) -> None:
    noor, bo = hier.leerling("Noor", achternaam="Maan"), hier.leerling("Bo", achternaam="Berk", las_key="k1")
    resultaat = hier.resultaat(noor)
    hier.normeer()
    [old, other] = [
        Bezorging(
            sleutel=sleutel,
            school_id=hier.school.id,
            resultaat_id=resultaat.id,
            leerlingid=wie.las_key or "",
            las_key=wie.las_key,
            versie=1,
            elders_op=elders_op,
        )
        for sleutel, wie, elders_op in (
            (str(uuid4()), bo, database_now(hier.session)),
            (resultaat.sleutel, noor, None),
        )
    ]
    hier.session.add_all([old, other])
    hier.session.commit()
    says = "Bij Bo Berk (nummer k1) staat in ParnasSys: Rekenen"
    assert says in beheerder.get(LEVERINGEN).text
    assert says not in leerkracht.get(LEVERINGEN).text, "a leerkracht can tick off nothing"
    assert "Het is het resultaat van Noor Maan." in beheerder.get(LEVERINGEN).text
    assert "1 resultaat staat in ParnasSys bij een andere leerling." in beheerder.get("/").text
    queue = klantenservice.get("/klantenservice/").text
    assert "1 resultaat bij een andere leerling. Beoordeel of het een datalek is" in queue
    assert "Noor" not in queue
    tick = f"/resultaten/leveringen/elders/{old.sleutel}/verwijderd"
    assert "Is verwijderd" in beheerder.get(LEVERINGEN).text
    assert "Is verwijderd" not in leerkracht.get(LEVERINGEN).text
    assert post(leerkracht, tick).status_code == 403
    assert post(beheerder, tick).status_code == 303
    assert post(beheerder, f"/resultaten/leveringen/elders/{other.sleutel}/verwijderd").status_code == 303
    assert "er valt niets af te vinken" in messages(beheerder)
    assert says not in beheerder.get(LEVERINGEN).text
    assert "datalek" not in klantenservice.get("/klantenservice/").text


def test_a_result_that_may_be_elsewhere_cannot_be_emptied(hier: Wereld, beheerder: FlaskClient) -> None:
    leerling = hier.leerling("Noor", las_key=None)
    resultaat = hier.resultaat(leerling, afname=datetime.now(AMSTERDAM).date())
    hier.session.add_all(
        [
            Levering(resultaat_id=resultaat.id, school_id=hier.school.id, versie=1),
            Bezorging(
                sleutel=str(uuid4()),
                school_id=hier.school.id,
                resultaat_id=resultaat.id,
                leerlingid="k1",
                elders_op=database_now(hier.session),
            ),
        ]
    )
    hier.session.commit()
    form = {"afnamedatum": vandaag(), f"score-{leerling.id}": "", f"gezien-{leerling.id}": "25"}
    assert post(beheerder, grid(hier), form).status_code == 422
    assert len(results(hier)) == 1


def test_now_is_for_the_beheerder_of_the_sandbox(
    hier: Wereld,
    app: Flask,
    settings: Settings,
    beheerder: FlaskClient,
    leerkracht: FlaskClient,
    redis: Redis,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hier.genormeerd(2)
    hier.session.commit()
    assert "Nu versturen" in beheerder.get(LEVERINGEN).text
    assert "Nu versturen" not in leerkracht.get(LEVERINGEN).text
    now = LEVERINGEN + "nu-versturen"
    assert post(leerkracht, now).status_code == 403
    monkeypatch.setitem(app.extensions, "settings", replace(settings, omgeving=Omgeving.PRODUCTIE))
    assert post(beheerder, now).status_code == 404
    monkeypatch.undo()
    assert [app.extensions["rq_queues"][name].count for name in ("nu", "resultaten")] == [0, 0]
    assert post(beheerder, now).status_code == 303
    [job] = app.extensions["rq_queues"]["nu"].get_jobs()
    assert job.args == [hier.koppeling.id]
    page = beheerder.get(LEVERINGEN).text
    assert "2 resultaten gaan nu naar ParnasSys." in page
    assert 'data-ververs="3"' in page


def test_how_sending_stands_is_said_in_words(hier: Wereld, beheerder: FlaskClient) -> None:
    session, koppeling = hier.session, hier.koppeling
    assert "Nog geen resultaten in" in beheerder.get(LEVERINGEN).text
    hier.genormeerd(1)
    lock_all(hier.session)
    session.add(
        Verzending(
            school_id=hier.school.id,
            koppeling_id=koppeling.id,
            claim="00000000-0000-0000-0000-000000000001",
            aantal=1,
            aanmaakdatum=database_now(session),
            uitkomst=Uitkomst.NIET_VERZONDEN,
        )
    )
    session.commit()
    page = beheerder.get(LEVERINGEN).text
    assert "0 van 1 staan in ParnasSys, 1 gaat komende nacht." in page
    assert "lukte niet. Er is niets kwijt." in page
    koppeling.zend_fout = Fout(Reden.GEEN_VERBINDING, Owner.NIEMAND)
    koppeling.zenden_op = database_now(session) + timedelta(hours=1)
    session.commit()
    page = beheerder.get(LEVERINGEN).text
    assert page.count("ParnasSys is niet bereikbaar.") == 1, "the strip says it, and nothing else says it again"
    assert "Wij proberen het opnieuw om" in page
    koppeling.zend_fout, koppeling.zenden_op = Fout(FaultCode.AUTORISATIE_ONGELDIG, Owner.SCHOOL), None
    session.commit()
    page = beheerder.get(LEVERINGEN).text
    assert "Er wordt nu niets verstuurd; er is niets kwijt." in page
    assert "Nieuwe sleutel invullen" in page
    assert "Nu versturen" not in page
    koppeling.status = KoppelingStatus.GEPAUZEERD
    session.commit()
    page = beheerder.get(LEVERINGEN).text
    assert page.count("De koppeling staat op pauze.") == 1
    assert "Resultaten blijven hier bewaard en gaan mee zodra de koppeling verdergaat." in page
    assert "werkt nog niet" not in page


def test_the_pages_name_the_las_of_the_koppeling(
    app: Flask, hier: Wereld, beheerder: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PROFILES, "parnassys", replace(PROFILES["parnassys"], naam="ESIS"))
    [resultaat_id] = hier.genormeerd(1)
    leerling_id = hier.levering(resultaat_id).resultaat.leerling_id
    hier.session.commit()
    assert "0 van 1 staan in ESIS, 1 gaat" in beheerder.get(LEVERINGEN).text
    for path in ("/resultaten/", grid(hier)):
        assert "Naar ESIS" in beheerder.get(path).text
    assert "Koppeling met ESIS" in beheerder.get(f"/school/leerling/{leerling_id}/").text


def test_one_leerling_shows_every_year_and_why_something_stays_here(hier: Wereld, leerkracht: FlaskClient) -> None:
    anna = hier.leerling("Anna")
    hier.resultaat(anna, afname=date(2025, 11, 20))
    hier.normeer(now=START - timedelta(days=9))
    hier.resultaat(anna, toets="VB-BL-5", score=12)
    hier.session.commit()
    page = leerkracht.get(f"/school/leerling/{anna.id}/").text
    assert "20-11-2025" in page
    assert "Genormeerd voordat de koppeling begon." in page
    assert "nog niet genormeerd" in page
    assert "12 van 35" in page


@pytest.fixture
def elders(app: Flask, session: Session) -> Wereld:
    return make_wereld(session, app.extensions["keyring"], brin="99YY")


def test_another_school_does_not_exist(hier: Wereld, elders: Wereld, beheerder: FlaskClient) -> None:
    [resultaat_id] = elders.genormeerd(1)
    leerling_id = elders.levering(resultaat_id).resultaat.leerling_id
    elders.session.commit()
    toets_id, groep_id = elders.toetsen["VB-RW-5"].id, elders.groep.id
    own_toets_id = hier.toetsen["VB-RW-5"].id
    for path in (
        f"/resultaten/{toets_id}/{groep_id}/",
        f"/school/leerling/{leerling_id}/",
        f"/resultaten/{own_toets_id}/999999/",
        f"/resultaten/999999/{hier.groep.id}/",
    ):
        assert beheerder.get(path).status_code == 404, path
    form = {"afnamedatum": vandaag(), f"score-{leerling_id}": "3"}
    assert post(beheerder, f"/resultaten/{toets_id}/{groep_id}/", form).status_code == 404
    assert post(beheerder, f"/resultaten/leveringen/{resultaat_id}/opnieuw").status_code == 404
    foreign = post(beheerder, grid(hier), form)
    assert foreign.status_code == 422
    assert [r.ruwe_score for r in results(elders)] == [0]
    assert "Leerling 0" not in beheerder.get(LEVERINGEN).text


def test_klantenservice_has_its_own_pages(app: Flask, session: Session, hier: Wereld) -> None:
    clerk = login(app, session, make_clerk(session))
    for path in ("/resultaten/", LEVERINGEN, grid(hier)):
        assert clerk.get(path).status_code == 404


def test_who_is_not_in_the_las_is_folded_scored_and_parked(
    hier: Wereld, beheerder: FlaskClient, leerkracht: FlaskClient, session: Session
) -> None:
    hier.koppeling.opgehaald_leerlingen, hier.koppeling.beslist_op = 1, START
    hier.leerling("Anna")
    bram = hier.leerling("Bram", las_key=None)
    session.commit()
    grid = f"/resultaten/{hier.toetsen['VB-RW-5'].id}/{hier.groep.id}/"
    assert "1 niet in ParnasSys" in beheerder.get(grid).text
    typed = {"afnamedatum": "2026-11-20", f"score-{bram.id}": "12", f"gezien-{bram.id}": "", "actie": "normeren"}
    assert post(beheerder, grid, typed).status_code == 303
    assert "1 score genormeerd. 1 score wacht: die leerling staat niet in ParnasSys." in messages(beheerder)
    for page in (f"{grid}?datum=2026-11-20", f"/school/leerling/{bram.id}/"):
        assert "wacht: niet in ParnasSys" in beheerder.get(page).text
    assert "1 leerling, 1 niet in ParnasSys" in beheerder.get("/resultaten/").text
    for who, times in ((beheerder, 2), (leerkracht, 0)):
        assert who.get("/resultaten/").text.count("/beheer/koppelen/niet-in-las") == times
    assert "1 leerling bij ons, niet in ParnasSys" in beheerder.get("/beheer/koppelen/").text
    absent = "/beheer/koppelen/niet-in-las"
    page = beheerder.get(absent).text
    assert "Bram de Vries" in page
    assert "1 resultaat" in page
    assert "Anna" not in page
    assert leerkracht.get(absent).status_code == 403
    for act, said, shown in (
        ("parkeren", "1 leerling geparkeerd.", "Iedereen staat in ParnasSys"),
        ("terugzetten", "1 leerling staat weer in de groep van toen.", "Gekozen leerlingen parkeren"),
    ):
        post(beheerder, f"{absent}/{act}", {"id": [bram.id]}, come_from=absent)
        page = beheerder.get(absent).text
        assert said in page
        assert shown in page
    post(beheerder, f"{absent}/laten-staan", {"getoond": "2"}, come_from=absent)
    assert "De lijst is intussen anders." in messages(beheerder)
    assert 'name="getoond" value="1"' in beheerder.get(absent).text
    post(beheerder, f"{absent}/laten-staan", {"getoond": "1"}, come_from=absent)
    assert "1 leerling blijft hier staan." in messages(beheerder)
    post(beheerder, f"{absent}/parkeren", {}, come_from=absent)
    assert "Kies ten minste één leerling die nog in de lijst staat" in messages(beheerder)


def test_who_was_parked_in_one_act_comes_back_in_one_act(hier: Wereld, beheerder: FlaskClient) -> None:
    hier.koppeling.opgehaald_leerlingen, hier.koppeling.beslist_op = 1, START
    gone = [hier.leerling(naam, las_key=None).id for naam in ("Bram", "Cas", "Dirk")]
    hier.session.commit()
    absent = "/beheer/koppelen/niet-in-las"

    def boxes() -> list[tuple[str, bool]]:
        found = re.findall(r'<input type="checkbox" id="kind-(\d+)"[^>]*?( checked)?>', beheerder.get(absent).text)
        return [(id_, bool(checked)) for id_, checked in found]

    assert {checked for _id, checked in boxes()} == {True}
    post(beheerder, f"{absent}/parkeren", {"id": gone[:2], "getoond": "3"}, come_from=absent)
    assert boxes() == [(str(gone[2]), False), (str(gone[0]), True), (str(gone[1]), True)]
    post(beheerder, f"{absent}/terugzetten", {"id": gone[:2]}, come_from=absent)
    assert "2 leerlingen staan weer in de groep van toen." in messages(beheerder)


def test_results_of_who_is_not_linked_are_not_called_nothing(hier: Wereld, beheerder: FlaskClient) -> None:
    [resultaat_id] = hier.genormeerd(1)
    sloten.lock(hier.session, hier.school.id)
    hier.levering(resultaat_id).resultaat.leerling.las_key = None
    hier.session.commit()
    page = beheerder.get(LEVERINGEN).text
    assert "1 wacht op een koppeling" in page
    assert "gaat komende nacht" not in page
