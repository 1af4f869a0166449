"""The page Beheerders, invitations, and another address: nothing by looking, nothing for a stranger."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from flask_security import hash_password
from sqlalchemy import select

from tests.screens import Koppelweg, login, make_account, make_clerk, make_school, messages, post, read_then_do
from tests.wereld import lock_all
from webapp.links import ADRES_LINK, CONTROLE_LINK, UITNODIGING_LINK
from webapp.models import Account, Groep, Koppeling, KoppelingStatus, Mail, MailSoort, Rol, Toetreding
from webapp.services import medewerkers
from webapp.services.toegang import toetreden
from webapp.woorden.mails import compose

PAGE = "/beheer/beheerders/"
NIEUW = "nieuw@elders.example"
ZIN = "een lange zin om te onthouden"


@pytest.fixture
def koppeling(weg: Koppelweg) -> Koppeling:
    return weg.running()


@pytest.fixture
def browser(weg: Koppelweg, koppeling: Koppeling) -> FlaskClient:
    return weg.browser(koppeling)


def _mails(weg: Koppelweg, soort: MailSoort) -> list[Mail]:
    weg.session.expire_all()
    return list(weg.session.scalars(select(Mail).where(Mail.soort == soort).order_by(Mail.id)))


def _link(weg: Koppelweg) -> str:
    """Where the last invitation leads."""
    row = weg.session.scalars(select(Toetreding).order_by(Toetreding.id.desc())).first()
    assert row is not None
    with weg.app.test_request_context():
        return f"/m/uitnodiging/{UITNODIGING_LINK.dumps(row.id)}"


def _twice(password: str) -> dict[str, str]:
    return {"password": password, "password_confirm": password}


def test_a_stranger_waits_until_a_beheerder_says_yes(weg: Koppelweg) -> None:
    school = make_school(weg.session)
    anja = make_account(weg.session, Rol.BEHEERDER, school)
    koppeling, clerk = weg.requested("De Wegwijzer", NIEUW), weg.clerk()
    page = f"/klantenservice/koppeling/{koppeling.id}/openzetten/"
    question = clerk.get(page).text
    assert "1 beheerder krijgt de vraag of Anja Bakker (nieuw@elders.example) beheerder mag worden" in question
    assert 'name="bereikt" type="text" value=""' in question, "what is left empty asks the beheerders"
    post(clerk, page, {"gezien": re.findall(r'name="gezien" value="([^"]*)"', question)[0]})
    assert [mail.ontvanger for mail in _mails(weg, MailSoort.TOEGANG_GEVRAAGD)] == [anja.email]
    told = [mail for mail in weg.session.scalars(select(Mail)) if mail.ontvanger == anja.email]
    assert len(told) == 1, "one mail says who asks and that the koppeling is open"
    assert "nog 2 stappen" in compose(weg.session, told[0]).text
    assert weg.session.scalar(select(Account).where(Account.email == NIEUW)) is None
    mine = login(weg.app, weg.session, anja)
    assert "1 persoon vraagt beheerder te worden" in mine.get("/").text
    assert "vraagt beheerder te worden" in mine.get(PAGE).text
    row = toetreden.open_of(weg.session, school.id)[0]
    assert post(mine, f"{PAGE}verzoek/{row.id}", {"antwoord": "misschien"}).status_code == 400
    post(mine, f"{PAGE}verzoek/{row.id}", {"antwoord": "ja"})
    assert "krijgt een uitnodiging" in messages(mine)
    assert [mail.ontvanger for mail in _mails(weg, MailSoort.UITGENODIGD)] == [NIEUW]


def test_a_school_without_a_beheerder_is_called_first(weg: Koppelweg) -> None:
    school = make_school(weg.session)
    lock_all(weg.session)
    weg.session.add(Groep(school_id=school.id, naam="Groep 5"))
    koppeling, clerk = weg.requested("De Wegwijzer", NIEUW), weg.clerk()
    page = f"/klantenservice/koppeling/{koppeling.id}/openzetten/"
    post(clerk, page, {"bereikt": " "}, come_from=page)
    assert "heeft geen beheerder om het aan te vragen" in messages(clerk)
    assert post(clerk, page, {"bereikt": "030-1234567, directeur"}).status_code == 303
    weg.session.expire_all()
    assert koppeling.status is KoppelingStatus.OPENGEZET
    assert [mail.ontvanger for mail in _mails(weg, MailSoort.UITGENODIGD)] == [NIEUW]
    assert medewerkers.beheerders_of(weg.session, school.id) == []
    story = clerk.get(f"/klantenservice/school/details/?id={school.id}", follow_redirects=True)
    assert "Bereikt 030-1234567, directeur" in story.text


def test_of_a_school_that_was_reached_the_beheerders_get_one_mail_too(weg: Koppelweg) -> None:
    anja = make_account(weg.session, Rol.BEHEERDER, make_school(weg.session))
    page = f"/klantenservice/koppeling/{weg.requested('De Wegwijzer', NIEUW).id}/openzetten/"
    post(weg.clerk(), page, {"bereikt": "030-1234567, directeur"})
    [told] = weg.session.scalars(select(Mail).where(Mail.ontvanger == anja.email)).all()
    assert told.soort is MailSoort.BEHEERDERS_GEWIJZIGD
    assert "De koppeling met ParnasSys staat open." in compose(weg.session, told).text


def test_an_invited_colleague_makes_an_account_and_looking_makes_none(weg: Koppelweg, browser: FlaskClient) -> None:
    assert post(browser, f"{PAGE}uitnodigen", {"email": "geen adres"}).status_code == 422
    post(browser, f"{PAGE}uitnodigen", {"email": NIEUW})
    assert NIEUW in browser.get(PAGE).text
    link, visitor = _link(weg), weg.app.test_client()
    for _ in range(3):
        answer = visitor.get(link)
        assert answer.status_code == 200
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert weg.session.scalar(select(Account).where(Account.email == NIEUW)) is None
    form = {"naam": "Nina", "password": ZIN, "password_confirm": ZIN}
    for wrong in (
        {"password": "kort", "password_confirm": "kort"},
        {"password": NIEUW, "password_confirm": NIEUW},
        {"password_confirm": "anders"},
        {"naam": ""},
    ):
        assert post(visitor, link, {**form, **wrong}).status_code == 422
    assert post(visitor, link, form).headers["Location"] == "/inloggen"
    assert "Uw account is gemaakt" in messages(visitor)
    assert post(visitor, "/inloggen", {"email": NIEUW, "password": ZIN}).status_code == 302
    assert "Nina" in visitor.get(PAGE).text
    answer = visitor.get(link)
    assert (answer.status_code, link in answer.text) == (409, False)  # a token stands on no page
    assert len(_mails(weg, MailSoort.BEHEERDERS_GEWIJZIGD)) == 2


def test_who_has_an_account_logs_in_first_and_nobody_else_may(weg: Koppelweg, browser: FlaskClient) -> None:
    elders = make_account(weg.session, Rol.LEERKRACHT, make_school(weg.session, "34CD", "De Andere"))
    post(browser, f"{PAGE}uitnodigen", {"email": elders.email.upper()})
    link, visitor = _link(weg), weg.app.test_client()
    further = visitor.get(link).headers["Location"]
    assert visitor.get(further).headers["Location"].startswith("/inloggen")
    assert post(visitor, link, {"naam": "x", "password": ZIN, "password_confirm": ZIN}).headers["Location"] == further
    for other in (make_account(weg.session), make_clerk(weg.session)):
        stranger = login(weg.app, weg.session, other)
        assert (stranger.get(further).status_code, post(stranger, further).status_code) == (404, 404)
        assert "De Wegwijzer" not in stranger.get(further).text
    mine = login(weg.app, weg.session, elders)
    assert "Uitnodiging aannemen" in mine.get(further).text
    post(mine, further)
    assert "De Wegwijzer" in messages(mine)
    assert mine.get(PAGE).status_code == 200


def test_a_link_of_another_purpose_opens_nothing(weg: Koppelweg, browser: FlaskClient) -> None:
    post(browser, f"{PAGE}uitnodigen", {"email": NIEUW})
    row = toetreden.open_of(weg.session, weg.session.scalars(select(Koppeling)).one().school_id)[0]  # type: ignore[arg-type]  # it has a school
    with weg.app.test_request_context():
        tokens = [link.dumps(row.id) for link in (CONTROLE_LINK, ADRES_LINK)]
    for token in (*tokens, "x"):
        assert weg.app.test_client().get(f"/m/uitnodiging/{token}").status_code == 410


def test_an_invitation_that_was_taken_back_does_nothing(weg: Koppelweg, browser: FlaskClient) -> None:
    post(browser, f"{PAGE}uitnodigen", {"email": NIEUW})
    link = _link(weg)
    row = weg.session.scalars(select(Toetreding)).one()
    post(browser, f"{PAGE}uitnodiging/{row.id}/intrekken")
    assert "is ingetrokken" in messages(browser)
    visitor = weg.app.test_client()
    assert visitor.get(link).status_code == 409
    form = {"naam": "Nina", "password": ZIN, "password_confirm": ZIN}
    assert post(visitor, link, form).status_code in {302, 303, 409}
    assert weg.session.scalar(select(Account).where(Account.email == NIEUW)) is None


def test_a_colleague_is_removed_at_once_and_the_last_one_stays(
    weg: Koppelweg, koppeling: Koppeling, browser: FlaskClient
) -> None:
    me = weg.beheerder(koppeling)
    post(browser, f"{PAGE}{me.id}/verwijderen", come_from=PAGE)
    assert "De laatste beheerder kan niet weg" in messages(browser)
    bas = make_account(weg.session, Rol.BEHEERDER, koppeling.school, naam="Bas")
    his = login(weg.app, weg.session, bas)
    assert his.get(PAGE).status_code == 200
    assert "Bas verwijderen?" in browser.get(f"{PAGE}{bas.id}/verwijderen").text
    post(browser, f"{PAGE}{bas.id}/verwijderen")
    said = messages(browser)
    assert "hoort niet meer bij uw school" in said
    assert f"Nodig {bas.email} weer uit." in said
    assert his.get(PAGE).status_code == 404
    assert {mail.ontvanger for mail in _mails(weg, MailSoort.BEHEERDERS_GEWIJZIGD)} == {me.email, bas.email}


def test_a_leerkracht_has_no_such_page(weg: Koppelweg, koppeling: Koppeling) -> None:
    leerkracht = login(weg.app, weg.session, make_account(weg.session, Rol.LEERKRACHT, koppeling.school))
    assert leerkracht.get(PAGE).status_code == 403
    assert "Beheerders" not in leerkracht.get("/").text


def test_an_address_changes_when_the_new_one_answers_and_all_are_told(
    weg: Koppelweg, koppeling: Koppeling, browser: FlaskClient
) -> None:
    me, bas = weg.beheerder(koppeling), make_account(weg.session, Rol.BEHEERDER, koppeling.school, naam="Bas")
    me.password, old = hash_password(ZIN), me.email
    weg.session.commit()
    page = "/account/adres"
    assert post(browser, page, {"email": NIEUW, "password": "niet dit"}).status_code == 422
    post(browser, page, {"email": bas.email, "password": ZIN})
    assert _mails(weg, MailSoort.ADRES_BEVESTIGEN) == [], "the address of another gets no mail, and nobody learns why"
    post(browser, page, {"email": "eerst@elders.example", "password": ZIN})
    post(browser, page, {"email": NIEUW, "password": ZIN})
    first, mail = _mails(weg, MailSoort.ADRES_BEVESTIGEN)
    assert me.email == old
    with weg.app.test_request_context():
        link = f"/m/adres/{ADRES_LINK.dumps(mail.id)}"
    further = browser.get(link).headers["Location"]
    assert browser.get(f"{page}/{first.id}").status_code == 404, "only the last one that was asked for"
    his = login(weg.app, weg.session, bas)
    assert (his.get(further).status_code, post(his, further).status_code) == (404, 404)
    assert NIEUW in browser.get(further).text
    assert me.email == old
    post(browser, further)
    weg.session.expire_all()
    assert me.email == NIEUW
    assert {mail.ontvanger for mail in _mails(weg, MailSoort.ADRES_GEWIJZIGD)} == {old, bas.email}
    assert post(browser, further).status_code == 404


def test_a_beheerder_pauses_and_resumes_but_not_what_klantenservice_stopped(
    weg: Koppelweg, koppeling: Koppeling, browser: FlaskClient
) -> None:
    base = "/beheer/koppelen/"
    assert "Koppeling pauzeren" in browser.get(base).text
    post(browser, f"{base}pauzeren")
    weg.session.expire_all()
    assert (koppeling.status, koppeling.gepauzeerd_door_school) == (KoppelingStatus.GEPAUZEERD, True)
    assert "Hervatten" in browser.get(base).text
    post(browser, f"{base}hervatten")
    weg.session.expire_all()
    assert koppeling.ophalen_op is not None
    clerk = weg.clerk()
    read_then_do(clerk, koppeling, "pauzeren", {"reden": "Er wordt verhuisd."})
    for page in (base, "/resultaten/", "/"):
        assert "Reden: Er wordt verhuisd." in browser.get(page, follow_redirects=True).text
    assert f"{base}hervatten" not in browser.get(base).text
    post(browser, f"{base}hervatten", come_from=base)
    assert "De klantenservice heeft de koppeling stilgezet" in messages(browser)
    weg.session.expire_all()
    assert koppeling.status is KoppelingStatus.GEPAUZEERD


def test_a_school_asks_for_the_end_and_klantenservice_ends_it(
    weg: Koppelweg, koppeling: Koppeling, browser: FlaskClient
) -> None:
    base, clerk = "/beheer/koppelen/", weg.clerk()
    page = f"/klantenservice/koppeling/{koppeling.id}/beeindigen/"
    assert "vraagt niet om het einde" in post(clerk, page).text
    post(browser, f"{base}beeindigen")
    assert "Toch doorgaan" in browser.get(base).text
    assert "Bel de school: klopt het?" in clerk.get("/klantenservice/").text
    post(browser, f"{base}doorgaan")
    assert "Bel de school: klopt het?" not in clerk.get("/klantenservice/").text
    post(browser, f"{base}beeindigen")
    assert "Uw school vroeg ons" in read_then_do(clerk, koppeling, "beeindigen")
    weg.session.expire_all()
    assert (koppeling.status, koppeling.sleutel, koppeling.ophalen_op) == (KoppelingStatus.BEEINDIGD, None, None)
    assert "De koppeling is beëindigd." in browser.get(base).text
