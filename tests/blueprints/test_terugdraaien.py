"""Undoing an import as a browser sees it: where it leads from, what the page says, one press, and when it is over."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.proef.toetsen import ensure_invented
from tests.screens import Koppelweg, post
from tests.services.conftest import aanlevering, pupil
from tests.wereld import AFNAME, lock_all
from webapp.filters import datum
from webapp.models import BatchStatus, Handeling, Importbatch, Koppeling, Leerling, Mail, MailSoort, Resultaat, Toets
from webapp.services.controle import keuzes, vastleggen
from webapp.services.controle.samenvatting import summarise
from webapp.services.inname import inname
from webapp.services.inname.batch import open_of
from webapp.woorden.mails import compose


@pytest.fixture
def koppeling(weg: Koppelweg) -> Koppeling:
    return weg.running()


@pytest.fixture
def browser(weg: Koppelweg, koppeling: Koppeling) -> FlaskClient:
    return weg.browser(koppeling)


@pytest.fixture
def batch(session: Session, koppeling: Koppeling, weg: Koppelweg) -> Importbatch:
    """An import that linked Hanna, whom the LAS calls Hannah, and added Noor."""
    lock_all(session)
    session.add(Leerling(school_id=koppeling.school_id, roepnaam="Hanna", achternaam="Zwart", geboortedatum=AFNAME))
    session.flush()
    came = aanlevering(pupil("k1", "Hannah", "Zwart", AFNAME.isoformat()), pupil("k2", "Noor", "Maan"))
    batch = inname.take_in(session, koppeling, came)
    assert batch is not None
    door = weg.beheerder(koppeling).id
    regel = next(each for each in batch.regels if each.las_key == "k1")
    keuzes.link(session, batch.school_id, regel.id, regel.kandidaten[0]["id"], door=door)
    session.flush()
    vastleggen.commit(session, batch.school_id, batch.id, digest=summarise(session, batch).digest, door=door)
    session.commit()
    return batch


def url(batch: Importbatch, what: str = "terugdraaien") -> str:
    return f"/controle/{batch.id}/{what}"


def digest(page: str) -> str:
    found = re.search(r'name="digest" value="([0-9a-f]+)"', page)
    assert found
    return found[1]


def test_it_leads_there_from_the_receipt_the_list_and_the_overview(browser: FlaskClient, batch: Importbatch) -> None:
    assert batch.verwerkt_op is not None
    klaar = browser.get(url(batch, "klaar")).text
    assert f"kan tot {datum(batch.verwerkt_op + timedelta(days=30))}" in klaar
    for page in (klaar, browser.get("/controle/").text, browser.get("/").text):
        assert f'href="{url(batch)}"' in page


def test_the_page_says_what_goes_back_and_one_press_does_it(
    browser: FlaskClient, session: Session, batch: Importbatch
) -> None:
    page = browser.get(url(batch)).text
    for said in (
        "Leerlingen die deze import toevoegde: verdwijnen", "Noor Maan", "Hannah Zwart", "3 gegevens terugdraaien",
        "3 vragen komen terug. Die staan op Later: er gaat geen mail over.",
    ):  # fmt: skip
        assert said in page, said
    assert {each.las_key for each in session.scalars(select(Leerling))} == {"k1", "k2"}, "looking changes nothing"
    answer = post(browser, url(batch), {"digest": digest(page)})
    assert answer.headers["Location"].endswith(url(batch, "klaar"))
    session.expire_all()
    assert batch.status is BatchStatus.TERUGGEDRAAID
    names = {each.naam: each.las_key for each in session.scalars(select(Leerling))}
    assert names == {"Hanna Zwart": None}
    done = browser.get(url(batch, "klaar")).text
    assert "3 gegevens teruggedraaid van de import van" in done
    assert f'href="{url(batch)}"' not in done
    again = post(browser, url(batch), {"digest": digest(page)})
    assert "deze import al teruggedraaid" in browser.get(again.headers["Location"]).text
    [mail] = session.scalars(select(Mail).where(Mail.soort == MailSoort.TERUGGEDRAAID))
    assert compose(session, mail).subject.startswith("3 gegevens teruggedraaid van de import van")


def test_its_question_says_who_took_it_back(browser: FlaskClient, session: Session, batch: Importbatch) -> None:
    post(browser, url(batch), {"digest": digest(browser.get(url(batch)).text)})
    open_ = open_of(session, batch.school_id)
    assert open_ is not None
    for regel in open_.regels:
        page = browser.get(f"/controle/{open_.id}/?vraag={regel.id}").text
        assert "Teruggenomen door" in page, regel.weergavenaam
        assert "wij koppelen dit niet vanzelf" in page, regel.weergavenaam
    said = browser.get(f"/controle/{open_.id}/?soort=leerlingen&categorie=bestaand").text
    assert ("nog geen keuze" in said, "aanpassen</a>" in said) == (True, False), "its card has the search"
    assert said.count("en houden niemand tegen.") == 1, "once for all of them"


def test_what_has_results_stays_and_is_named_and_a_page_of_before_is_asked_again(
    browser: FlaskClient, session: Session, batch: Importbatch
) -> None:
    old = browser.get(url(batch)).text
    noor = session.scalars(select(Leerling).where(Leerling.las_key == "k2")).one()
    ensure_invented(session)
    toets = session.scalars(select(Toets).limit(1)).one()
    lock_all(session)
    session.add(
        Resultaat(
            school_id=batch.school_id, leerling_id=noor.id, toets_id=toets.id, afnamedatum=AFNAME, ruwe_score=3
        )
    )  # fmt: skip
    session.commit()
    answer = post(browser, url(batch), {"digest": digest(old)})
    assert answer.headers["Location"].endswith(url(batch))
    page = browser.get(url(batch)).text
    assert "Noor Maan blijft staan met 1 score, zonder koppeling met" in page
    post(browser, url(batch), {"digest": digest(page)})
    session.expire_all()
    assert {each.naam: each.las_key for each in session.scalars(select(Leerling))} == {
        "Hanna Zwart": None, "Noor Maan": None,
    }  # fmt: skip


def test_after_thirty_days_the_button_is_gone_and_a_sentence_says_so(
    browser: FlaskClient, session: Session, batch: Importbatch
) -> None:
    page = browser.get(url(batch)).text
    assert batch.verwerkt_op is not None
    lock_all(session)
    batch.verwerkt_op -= timedelta(days=30, minutes=1)
    session.commit()
    klaar = browser.get(url(batch, "klaar")).text
    assert "kan niet meer: dat kan tot 30 dagen na de import" in klaar
    assert f'href="{url(batch)}"' not in klaar + browser.get("/controle/").text
    for answer in (browser.get(url(batch)), post(browser, url(batch), {"digest": digest(page)})):
        assert answer.headers["Location"].endswith(url(batch, "klaar"))
    session.expire_all()
    assert batch.status is BatchStatus.VERWERKT


def test_one_answer_is_taken_back_from_the_page_of_a_record_and_done_after_all(
    browser: FlaskClient, session: Session, batch: Importbatch
) -> None:
    hanna, noor = (session.scalars(select(Leerling).where(Leerling.las_key == key)).one() for key in ("k1", "k2"))
    page = browser.get(f"/school/leerling/{hanna.id}/").text
    assert page.count("Antwoord terugnemen") == 1
    address = page.split(f'href="{url(batch)}?')[1].split('"')[0].replace("&amp;", "&")
    look = browser.get(f"{url(batch)}?{address}").text
    assert "De rest van de import blijft." in look
    assert "Terugnemen kan tot" in look
    assert f'<a href="/school/leerling/{hanna.id}/">Hanna' in look, "the way back"
    assert "Hannah Zwart" in look
    assert "Noor Maan" not in look
    answer = post(browser, f"{url(batch)}?{address}", {"digest": digest(look)})
    assert answer.location == f"/school/leerling/{hanna.id}/"
    session.expire_all()
    assert (hanna.roepnaam, hanna.las_key, noor.las_key) == ("Hanna", None, "k2")
    page = browser.get(answer.location).text
    assert "Teruggenomen door" in page
    assert "Toch koppelen" in page
    answer = post(browser, f"/school/leerling/{hanna.id}/toch")
    assert "toch koppelen" in browser.get(answer.location).text
    again = post(browser, f"{url(batch)}?{address}", {"digest": digest(look)})
    assert "Dit kan niet meer terug. Er is niets veranderd." in browser.get(again.location).text
    strange = post(browser, f"{url(batch)}?{address}&_external=1&batch_id=9", {"digest": "x"})
    assert strange.location == f"/school/leerling/{hanna.id}/"


def test_what_a_night_did_is_taken_back_from_the_page_and_from_the_last_changes(
    browser: FlaskClient, session: Session, batch: Importbatch, koppeling: Koppeling
) -> None:
    lock_all(session)
    others = [pupil(f"m{n}", f"Kind{n}", f"Naam{n}", f"2015-01-{n + 1:02d}") for n in range(20)]
    ann = Leerling(school_id=koppeling.school_id, roepnaam="Ann", achternaam="Aarts", geboortedatum=AFNAME)
    session.add(ann)
    hannah, noor = pupil("k1", "Hannah", "Zwart", AFNAME.isoformat()), pupil("k2", "Noor", "Maan")
    more = inname.take_in(session, koppeling, aanlevering(hannah, noor, *others))
    assert more is not None
    door = batch.verwerkt_door
    assert door is not None
    vastleggen.commit(session, more.school_id, more.id, digest=summarise(session, more).digest, door=door)
    came = (hannah, pupil("k4", "Ann", "Aarts", AFNAME.isoformat()), *others)
    night = inname.take_in(session, koppeling, aanlevering(*came))
    session.commit()
    assert night is not None
    gone = session.scalars(select(Leerling).where(Leerling.las_key == "k2")).one()
    assert (ann.las_key, gone.vertrokken_op is None) == ("k4", False)
    page = browser.get(f"/school/leerling/{ann.id}/").text
    assert "Koppeling terugnemen" in page
    overview = browser.get("/").text
    assert re.search(r">Ann Aarts</a> is vanzelf gekoppeld", overview)
    address = overview.split('href="/controle/vanzelf/')[1].split('"')[0]
    of_night = session.scalars(select(Handeling.batch_id).where(Handeling.id == int(address.split("/")[0]))).one()
    assert f'href="/controle/vanzelf/{address}">Terugnemen' in browser.get(f"/controle/{of_night}/overgenomen").text
    look = browser.get(f"/controle/vanzelf/{address}").text
    assert "Noor Maan" in look
    assert "die komen vannacht weer zo binnen" in look
    assert "wordt weer als voor deze nacht" in look
    assert "2 gegevens terugnemen" in look
    answer = post(browser, f"/controle/vanzelf/{address}", {"digest": digest(look)})
    assert "Teruggenomen: 2 gegevens." in browser.get(answer.location).text
    session.expire_all()
    assert (ann.las_key, gone.vertrokken_op) == (None, None)
    page = browser.get(f"/school/leerling/{gone.id}/").text
    assert page.count("parkeren dit niet vanzelf opnieuw") == 1
    assert "Teruggezet door Anja Bakker op" in page
    post(browser, f"/school/leerling/{gone.id}/toch")
    assert "Terugzetten" in browser.get(f"/school/leerling/{gone.id}/").text
    post(browser, f"/school/leerling/{gone.id}/terugzetten")
    assert "staat weer bij ons" in browser.get(f"/school/leerling/{gone.id}/").text
