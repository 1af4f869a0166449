"""Handing over, advising, and the links in mails, as people meet them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.ground.crawl import fingerprints
from tests.screens import JAAR, Koppelweg, join, login, make_account, make_school, messages, post
from tests.services.conftest import aanlevering, pupil
from webapp.links import CONTROLE_LINK
from webapp.models import (
    Account,
    Audit,
    Daad,
    Importbatch,
    Keuze,
    Koppeling,
    Leerling,
    Mail,
    MailSoort,
    Medewerker,
    Overdracht,
    Rol,
    School,
)
from webapp.models.ids import MailId, RegelId
from webapp.services import sloten
from webapp.services.controle import keuzes, vastleggen, vervolg
from webapp.services.controle.samenvatting import summarise
from webapp.services.inname import inname

BERICHT = "Jij hebt hem in de klas. Wil jij even kijken?"
MO = pupil("GEHEIM-k1", "Mohammed", "El Idrissi")


@dataclass
class Toneel:
    """A school with one question, its beheerder, a colleague and a leerkracht."""

    app: Flask
    session: Session
    batch: Importbatch
    beheerder: Account
    youssef: Account
    anja: Account

    @property
    def regel_id(self) -> RegelId:
        return next(regel.id for regel in self.batch.regels if regel.is_vraag)

    def browser(self, who: Account) -> FlaskClient:
        return login(self.app, self.session, who)

    def url(self, rest: str = "") -> str:
        return f"/controle/{self.batch.id}/{rest}"

    def hand_over(self, aan: Account, bericht: str = BERICHT) -> FlaskClient:
        browser = self.browser(self.beheerder)
        form = {"account": str(aan.id), "regel": str(self.regel_id), "bericht": bericht}
        assert post(browser, self.url("doorgeven"), form).status_code == 303
        self.session.expire_all()
        return browser

    def token(self, soort: MailSoort) -> str:
        query = select(Mail.id).where(Mail.soort == soort).order_by(Mail.account_id != self.beheerder.id, Mail.id)
        return CONTROLE_LINK.dumps(self.session.scalars(query).first() or MailId(0))

    def followed(self, browser: FlaskClient, token: str) -> str:
        """Where a link leads, past the first step."""
        return browser.get(browser.get(f"/m/{token}").headers["Location"]).headers.get("Location", "")


@pytest.fixture
def school(app: Flask, session: Session, weg: Koppelweg) -> Toneel:
    koppeling = weg.running()
    assert koppeling.school is not None
    sloten.lock(session, koppeling.school.id)
    ours = Leerling(
        school_id=koppeling.school.id, roepnaam="Mohamed", achternaam="El Idrissi", geboortedatum=MO.geboortedatum
    )
    session.add(ours)
    session.flush()
    youssef = make_account(session, Rol.BEHEERDER, koppeling.school, naam="Youssef el Amrani")
    anja = make_account(session, Rol.LEERKRACHT, koppeling.school, naam="Anja de Boer")
    batch = inname.take_in(session, koppeling, aanlevering(MO, schooljaar=JAAR))
    assert batch is not None
    session.commit()
    return Toneel(app, session, batch, weg.beheerder(koppeling), youssef, anja)


def test_a_leerkracht_comes_from_the_mail_advises_and_the_beheerder_reads_it(school: Toneel) -> None:
    beheerder, anja = school.hand_over(school.anja), school.browser(school.anja)
    assert "Anja de Boer krijgt een mail over 1 vraag" in messages(beheerder)
    assert "Wacht op Anja de Boer sinds" in beheerder.get(school.url()).text
    assert "wacht op Anja de Boer" in beheerder.get(school.url("?soort=leerlingen&categorie=bestaand")).text
    assert "1 vraag aan u over leerlingen" in anja.get("/").text
    assert school.followed(anja, school.token(MailSoort.VRAAG_DOORGEGEVEN)) == "/doorgegeven/"
    page = anja.get("/doorgegeven/").text
    for shown in ("Mohammed El Idrissi", "Mohamed El Idrissi", "12-03-2016", "Groep 5", BERICHT):
        assert shown in page
    assert "GEHEIM" not in page
    assert "letter" not in page, "no reason"
    vraag_id = school.session.scalars(select(Overdracht)).one().vragen[0].id
    form = {"advies": "zelfde", "opmerking": "Hij heet Mo."}
    assert post(anja, f"/doorgegeven/{vraag_id}/advies", form).status_code == 303
    assert "Uw antwoord: hetzelfde kind" in anja.get("/doorgegeven/").text
    assert "vraag aan u" not in anja.get("/").text
    card = beheerder.get(school.url()).text
    assert "Anja de Boer: hetzelfde kind als Mohamed El Idrissi" in card
    assert "Hij heet Mo." in card
    assert "Wacht op Anja" not in card
    assert anja.get(school.url()).status_code == 403, "nothing of the rest of the review"
    assert post(anja, f"/doorgegeven/{vraag_id}/advies", {"advies": "ja"}).status_code == 400


def test_taken_back_it_is_gone_for_the_leerkracht_and_her_link_says_so(school: Toneel) -> None:
    beheerder, anja = school.hand_over(school.anja), school.browser(school.anja)
    row = school.session.scalars(select(Overdracht)).one()
    vraag_id = row.vragen[0].id
    assert post(beheerder, school.url(f"doorgeven/{row.id}/terug")).status_code == 303
    assert "Teruggenomen. Anja de Boer ziet deze vragen niet meer." in messages(beheerder)
    assert "Geen vragen aan u" in anja.get("/doorgegeven/").text
    assert school.followed(anja, school.token(MailSoort.VRAAG_DOORGEGEVEN)) == "/doorgegeven/"
    post(anja, f"/doorgegeven/{vraag_id}/advies", {"advies": "zelfde"}, come_from="/doorgegeven/")
    assert "intussen beantwoord, teruggenomen of verlopen" in messages(anja)
    assert "Doorgeven aan een collega" in beheerder.get(school.url()).text


def test_a_suspended_leerkracht_sees_nothing(school: Toneel, session: Session) -> None:
    school.hand_over(school.anja)
    session.get_one(Medewerker, (school.anja.id, school.batch.school_id)).opgeschort_op = school.batch.opgehaald_op
    session.commit()
    anja = school.browser(school.anja)
    vraag_id = session.scalars(select(Overdracht)).one().vragen[0].id
    assert anja.get("/doorgegeven/").status_code == 404
    assert post(anja, f"/doorgegeven/{vraag_id}/advies", {"advies": "zelfde"}).status_code == 404


def test_another_leerkracht_learns_nothing_of_it(school: Toneel, session: Session) -> None:
    school.hand_over(school.anja)
    other = school.browser(
        make_account(session, Rol.LEERKRACHT, session.get_one(School, school.batch.school_id), naam="Bo")
    )
    vraag_id = session.scalars(select(Overdracht)).one().vragen[0].id
    assert "Geen vragen aan u" in other.get("/doorgegeven/").text
    theirs = post(other, f"/doorgegeven/{vraag_id}/advies", {"advies": "zelfde"})
    nobodys = post(other, "/doorgegeven/2147483646/advies", {"advies": "zelfde"})
    assert (theirs.status_code, nobodys.status_code) == (404, 404)
    link = other.get(f"/m/{school.token(MailSoort.VRAAG_DOORGEGEVEN)}").headers["Location"]
    assert other.get(link).status_code == other.get("/controle/mail/2147483646").status_code == 403


def test_a_name_in_the_message_is_refused_with_all_that_was_typed(school: Toneel) -> None:
    browser = school.browser(school.beheerder)
    form = {"account": str(school.anja.id), "regel": str(school.regel_id), "bericht": "Is dit Mohammed uit 4?"}
    answer = post(browser, school.url("doorgeven"), form)
    assert answer.status_code == 422
    assert "In uw bericht staat “Mohammed”" in answer.text
    assert 'value="Is dit Mohammed uit 4?"' in answer.text
    assert f'value="{school.anja.id}" selected' in answer.text
    assert school.session.scalars(select(Overdracht)).all() == []


def test_nobody_is_chosen_beforehand_and_whoever_chose_nobody_reads_so(school: Toneel) -> None:
    browser = school.browser(school.beheerder)
    page = browser.get(school.url(f"doorgeven?regel={school.regel_id}")).text
    assert '<option value="">Kies een collega</option>' in page
    assert " selected" not in page
    answer = post(browser, school.url("doorgeven"), {"account": "", "regel": str(school.regel_id), "bericht": "Wie?"})
    assert answer.status_code == 422
    assert "Kies eerst aan welke collega u dit doorgeeft. Er is geen mail verstuurd." in answer.text
    assert 'value="Wie?"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert school.session.scalars(select(Overdracht)).all() == []


def test_a_colleague_comes_to_the_ordinary_card_and_answers(school: Toneel) -> None:
    school.hand_over(school.youssef, bericht="")
    youssef = school.browser(school.youssef)
    assert school.followed(youssef, school.token(MailSoort.VRAAG_DOORGEGEVEN)) == school.url(
        f"?vraag={school.regel_id}"
    )
    page = youssef.get(school.url()).text
    assert "Wacht op Youssef el Amrani sinds" in page
    assert "El Idrissi" in page


def test_a_forwarded_link_works_for_a_colleague_and_is_in_the_trail(school: Toneel) -> None:
    token, youssef = school.token(MailSoort.KOPPELINGSMAIL), school.browser(school.youssef)
    first = youssef.get(f"/m/{token}").headers["Location"]
    before = fingerprints()
    page = youssef.get(first)
    assert f"Deze link is aan {school.beheerder.naam} gemaild" in page.text
    assert fingerprints() == before, "looking writes nothing"
    answer = post(youssef, f"{first}/verder")
    assert answer.headers["Location"] == school.url()
    said = school.session.scalars(select(Audit).where(Audit.actie == Daad.LINK_GEVOLGD)).one()
    assert said.account_id == school.youssef.id
    assert school.followed(school.browser(school.beheerder), token) == school.url(), "who it was mailed to goes on"


def test_anybody_else_with_a_link_learns_nothing(school: Toneel, session: Session) -> None:
    elsewhere = make_school(session, "34CD", "Elders")
    token = school.token(MailSoort.KOPPELINGSMAIL)
    for rol in (Rol.BEHEERDER, Rol.LEERKRACHT):
        stranger = school.browser(make_account(session, rol, elsewhere))
        theirs = stranger.get(stranger.get(f"/m/{token}").headers["Location"])
        nobodys = stranger.get("/controle/mail/2147483646")
        assert theirs.status_code == nobodys.status_code == (404 if rol is Rol.BEHEERDER else 403)
        assert "Wegwijzer" not in theirs.text
        assert rol is not Rol.BEHEERDER or "U bent ingelogd als persoon" in theirs.text
    visitor = school.app.test_client()
    answer = visitor.get(f"/m/{token}", follow_redirects=True)
    assert "Wegwijzer" not in answer.text


def test_the_link_of_a_finished_review_says_by_whom_and_when(school: Toneel, session: Session) -> None:
    keuzes.choose(session, school.batch.school_id, school.regel_id, Keuze.NIEUW, door=school.youssef.id)
    digest = summarise(session, school.batch).digest
    vastleggen.commit(session, school.batch.school_id, school.batch.id, digest=digest, door=school.youssef.id)
    session.commit()
    browser = school.browser(school.beheerder)
    first = browser.get(f"/m/{school.token(MailSoort.KOPPELINGSMAIL)}").headers["Location"]
    page = browser.get(first, follow_redirects=True).text
    assert "Dit is al overgenomen op " in page
    assert "door Youssef el Amrani. U hoeft niets te doen." in page


def test_the_link_of_a_review_that_left_a_question_says_so_and_leads_to_it(school: Toneel, session: Session) -> None:
    token, koppeling = school.token(MailSoort.KOPPELINGSMAIL), session.get_one(Koppeling, school.batch.koppeling_id)
    batch = inname.take_in(session, koppeling, aanlevering(MO, pupil("k2", "Noor", "Maan"), schooljaar=JAAR))
    assert batch is not None
    digest = summarise(session, batch).digest
    vastleggen.commit(session, batch.school_id, batch.id, digest=digest, door=school.youssef.id)
    session.commit()
    browser, follow_up = school.browser(school.beheerder), vervolg.of(session, batch)
    assert follow_up is not None
    assert school.followed(browser, token) == f"/controle/{follow_up.id}/"
    said = messages(browser)
    assert "door Youssef el Amrani. Hier staat wat nog open bleef." in said
    assert "nieuwere gegevens" not in said, "it is what was left of the same ones"


def test_the_link_of_a_replaced_review_leads_to_the_newest(school: Toneel, session: Session) -> None:
    token = school.token(MailSoort.KOPPELINGSMAIL)
    koppeling = session.get_one(Koppeling, school.batch.koppeling_id)
    newer = inname.take_in(session, koppeling, aanlevering(MO, pupil("k2", "Noor", "Maan"), schooljaar=JAAR))
    assert newer is not None
    session.commit()
    browser = school.browser(school.beheerder)
    assert school.followed(browser, token) == f"/controle/{newer.id}/"
    assert "Er zijn nieuwere gegevens uit ParnasSys" in messages(browser)


def test_a_new_mail_goes_to_who_asks_and_to_nobody_else(school: Toneel, session: Session) -> None:
    gone = school.app.test_client().get("/m/onzin")
    assert gone.status_code == 410
    assert "Nieuwe mail vragen" in gone.text
    assert "/inloggen" in school.app.test_client().get("/controle/nieuwe-mail").headers["Location"]
    browser = school.browser(school.youssef)
    assert school.youssef.email in browser.get("/controle/nieuwe-mail").text
    for n in range(4):
        post(browser, "/controle/nieuwe-mail", come_from="/controle/nieuwe-mail")
        said = messages(browser)
        assert ("U vroeg vandaag al 3 keer" if n == 3 else f"naar {school.youssef.email}") in said
    asked = [mail for mail in session.scalars(select(Mail)) if "opnieuw" in mail.gegevens]
    assert [(mail.soort, mail.ontvanger) for mail in asked] == [(MailSoort.KOPPELINGSMAIL, school.youssef.email)] * 3
    link = CONTROLE_LINK.dumps(asked[-1].id)
    assert school.followed(browser, link) == school.url()


@pytest.mark.parametrize("rol", [Rol.LEERKRACHT, Rol.BEHEERDER])
def test_who_asks_for_a_new_mail_is_led_to_the_school_where_something_waits(
    school: Toneel, session: Session, rol: Rol
) -> None:
    elsewhere = make_school(session, "34CD", "Elders")
    join(session, school.youssef, elsewhere, rol)
    session.commit()
    browser = school.browser(school.youssef)
    assert "Mail mij een nieuwe link" in browser.get("/controle/nieuwe-mail").text
    post(browser, f"/school/{elsewhere.id}/wissel")
    location = browser.get("/controle/nieuwe-mail").headers["Location"]
    assert location == f"/controle/nieuwe-mail?school={school.batch.school_id}"
    assert "U werkt nu voor Elders" in browser.get(location).text


def test_no_new_mail_when_nothing_waits(school: Toneel, session: Session) -> None:
    keuzes.choose(session, school.batch.school_id, school.regel_id, Keuze.NIEUW, door=school.youssef.id)
    digest = summarise(session, school.batch).digest
    vastleggen.commit(session, school.batch.school_id, school.batch.id, digest=digest, door=school.youssef.id)
    session.commit()
    browser = school.browser(school.youssef)
    assert "Er staat niets te controleren" in browser.get("/controle/nieuwe-mail").text
    post(browser, "/controle/nieuwe-mail")
    assert "Er is geen mail verstuurd." in messages(browser)
    anja = school.browser(school.anja)
    assert anja.get("/controle/nieuwe-mail").headers["Location"] == "/doorgegeven/"


def test_a_scanner_that_opens_and_posts_every_link_50_times_changes_nothing(school: Toneel) -> None:
    school.hand_over(school.anja)
    row = school.session.scalars(select(Overdracht)).one()
    tokens = [school.token(soort) for soort in (MailSoort.KOPPELINGSMAIL, MailSoort.VRAAG_DOORGEGEVEN)]
    paths = [*(f"/m/{token}" for token in tokens), "/m/onzin", "/doorgegeven/", "/controle/nieuwe-mail"]
    paths += [f"/doorgegeven/{row.vragen[0].id}/advies", school.url("doorgeven"), "/controle/mail/1/verder"]
    before, scanner = fingerprints(), school.app.test_client()
    for _ in range(50):
        for path in paths:
            for method in ("GET", "HEAD", "POST"):
                answer = scanner.open(path, method=method, data={"advies": "zelfde"} if method == "POST" else None)
                assert answer.status_code in {303, 400, 405, 410}, (method, path)
    assert fingerprints() == before
