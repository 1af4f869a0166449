"""Accounts of klantenservice: by command and on the screen, with two for a second step and a lead for the rest."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.accounts.forms import log_in, send
from tests.ground.smtp import SmtpSink
from tests.screens import Koppelweg, login, make_account, make_clerk, make_school, messages, post
from webapp.models import Account, Audit, Daad, KoppelingStatus, Mail, MailSoort, Rol, Schakelaar
from webapp.services.toegang import toetreden

NEW = "nog-nooit-bedacht"
PAGE = "/klantenservice/account/"


def command(app: Flask, *arguments: str) -> tuple[int, str]:
    """What `flask account …` ends with, and says."""
    done = app.test_cli_runner().invoke(args=["account", *arguments])
    return done.exit_code, done.output


def find(session: Session, email: str) -> Account:
    return session.scalars(
        select(Account).where(Account.email == email).execution_options(populate_existing=True)
    ).one()


def acts(session: Session) -> list[Daad]:
    """But for whose names were seen meanwhile."""
    return list(session.scalars(select(Audit.actie).where(Audit.actie != Daad.NAMEN_GEZIEN).order_by(Audit.id)))


def test_the_first_clerk_of_a_new_installation(app: Flask, session: Session, client: FlaskClient) -> None:
    code, said = command(app, "maken", "Kim@testcentrum.example", "--naam", "Kim", "--leiding")
    link = re.search(r"http://localhost(/wachtwoord-vergeten/\S+)", said)
    assert code == 0
    assert link
    assert send(client, link[1], {"password": NEW, "password_confirm": NEW}).status_code == 302
    assert client.get(link[1]).status_code == 302, "the link works once"
    assert "/tweede-stap/instellen" in log_in(client, "kim@testcentrum.example", NEW).headers["Location"]
    kim = session.scalars(select(Account)).one()
    assert (kim.is_klantenservice, kim.is_leiding) == (True, True)
    assert acts(session)[:2] == [Daad.ACCOUNT_GEMAAKT, Daad.LEIDING_GEGEVEN]


def test_the_link_is_mailed_when_that_is_asked(
    app: Flask, session: Session, run_jobs: Callable[[], int], smtp: SmtpSink, client: FlaskClient
) -> None:
    code, said = command(app, "maken", "kim@testcentrum.example", "--naam", "Kim", "--mail")
    assert (code, "wachtwoord-vergeten" in said) == (0, False)
    run_jobs()
    [mail] = smtp.to("kim@testcentrum.example")
    body = mail.get_body(("plain",))
    assert body
    link = re.search(r"http\S+/wachtwoord-vergeten/\S+", body.get_content())
    assert link
    assert send(client, urlsplit(link[0]).path, {"password": NEW, "password_confirm": NEW}).status_code == 302


def test_made_twice_is_made_once(app: Flask, session: Session) -> None:
    for _ in range(2):
        assert command(app, "maken", "kim@testcentrum.example", "--naam", "Kim")[0] == 0
    kim = find(session, "kim@testcentrum.example")
    kim.password = before = "hash"
    session.commit()
    code, said = command(app, "maken", "KIM@testcentrum.example", "--naam", "Kim")
    assert (code, "is al een account" in said, "http" in said) == (0, True, False)
    assert find(session, "kim@testcentrum.example").password == before
    assert acts(session) == [Daad.ACCOUNT_GEMAAKT]


def test_an_account_that_was_put_off_begins_anew(app: Flask, session: Session) -> None:
    clerk = make_clerk(session)
    clerk.password, clerk.tf_totp_secret, clerk.mf_recovery_codes = "hash", "geheim", ["a"]
    session.commit()
    for already in (False, True):
        code, said = command(app, "uitzetten", clerk.email)
        assert (code, "stond al uit" in said) == (0, already)
    assert "http" in command(app, "maken", clerk.email, "--naam", "Kim")[1]
    session.refresh(clerk)
    assert (clerk.active, clerk.is_leiding) == (True, False)
    assert not any((clerk.password, clerk.tf_totp_secret, clerk.mf_recovery_codes))
    assert acts(session) == [Daad.ACCOUNT_UITGEZET, Daad.ACCOUNT_GEMAAKT]


def test_put_off_ends_every_login(app: Flask, session: Session) -> None:
    clerk = make_clerk(session)
    browser = login(app, session, clerk)
    assert browser.get("/klantenservice/").status_code == 200
    command(app, "uitzetten", clerk.email)
    assert browser.get("/klantenservice/").status_code == 303


def test_of_a_beheerder_who_is_put_off_the_others_hear(app: Flask, session: Session) -> None:
    """Also whoever it is, so that a mistake comes out; and what they invited is no way in any more."""
    school = make_school(session)
    anja, bas = (make_account(session, Rol.BEHEERDER, school, naam=naam) for naam in ("Anja", "Bas"))
    toetreden.invite(session, school.id, email="nog@iemand.example", rol=Rol.BEHEERDER, door=bas.id)
    session.commit()
    for _ in range(2):
        assert command(app, "uitzetten", bas.email)[0] == 0
    mails = session.execute(
        select(Mail.ontvanger, Mail.gegevens["wie"].as_string()).where(Mail.soort == MailSoort.BEHEERDERS_GEWIJZIGD)
    ).all()
    assert sorted(map(tuple, mails)) == sorted([(anja.email, "Bas"), (bas.email, "Bas")])
    assert toetreden.open_of(session, school.id) == []


def test_a_lost_second_step_is_cleared_by_command(app: Flask, session: Session) -> None:
    clerk = make_clerk(session)
    clerk.tf_primary_method, clerk.tf_totp_secret, clerk.mf_recovery_codes = "authenticator", "geheim", ["a"]
    browser = login(app, session, clerk)
    assert command(app, "tweede-stap-wissen", clerk.email)[0] == 0
    assert "had geen tweede stap" in command(app, "tweede-stap-wissen", clerk.email)[1]
    session.refresh(clerk)
    assert not any((clerk.tf_primary_method, clerk.tf_totp_secret, clerk.mf_recovery_codes))
    assert browser.get("/klantenservice/").status_code == 303, "whoever was in is out"
    assert acts(session) == [Daad.TWEEDE_STAP_GEWIST]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("maken", "geen adres", "--naam", "Kim"), "is geen e-mailadres"),
        (("maken", "kim@testcentrum.example"), "--naam"),
        (("maken", "kim@testcentrum.example", "--naam", "Kim", "--wachtwoord", "x"), "--wachtwoord"),
        (("uitzetten", "niemand@testcentrum.example"), "Er is geen account met dit adres."),
        (("tweede-stap-wissen", "niemand@testcentrum.example"), "Er is geen account met dit adres."),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    app: Flask, session: Session, arguments: tuple[str, ...], said: str
) -> None:
    code, output = command(app, *arguments)
    assert code != 0
    assert said in output
    assert "Traceback" not in output
    assert acts(session) == []


def test_an_account_of_a_school_is_not_made_one_of_klantenservice(app: Flask, session: Session) -> None:
    account = make_account(session, Rol.BEHEERDER, make_school(session))
    code, output = command(app, "maken", account.email, "--naam", "Kim")
    assert (code, "van een account van een school" in output) == (1, True)
    session.refresh(account)
    assert not account.is_klantenservice


def press(browser: FlaskClient, act: str, account: Account) -> str:
    post(browser, f"{PAGE}action/", {"action": act, "rowid": str(account.id)})
    return messages(browser)


def test_two_clerks_clear_a_second_step(weg: Koppelweg) -> None:
    first, second, lost = weg.clerk(), make_clerk(weg.session, naam="Bo"), make_clerk(weg.session, naam="Lee")
    lost.tf_totp_secret = "geheim"
    weg.session.commit()
    assert "Genoteerd" in press(first, "tweede_stap_wissen", lost)
    assert "wissen gevraagd door Kim de Wit" in first.get(PAGE).text
    assert "U vroeg dit zelf al" in press(first, "tweede_stap_wissen", lost)
    weg.session.refresh(lost)
    assert lost.tf_totp_secret == "geheim", "one is not enough"
    assert "is gewist" in press(login(weg.app, weg.session, second), "tweede_stap_wissen", lost)
    weg.session.refresh(lost)
    assert not any((lost.tf_totp_secret, lost.wissen_op))
    assert acts(weg.session)[-2:] == [Daad.TWEEDE_STAP_WISSEN_GEVRAAGD, Daad.TWEEDE_STAP_GEWIST]


def test_what_was_asked_longer_than_a_day_ago_is_asked_again(weg: Koppelweg) -> None:
    second, lost = make_clerk(weg.session, naam="Bo"), make_clerk(weg.session, naam="Lee")
    lost.tf_totp_secret = "geheim"
    weg.session.commit()
    press(weg.clerk(), "tweede_stap_wissen", lost)
    weg.session.execute(update(Account).values(wissen_op=func.now() - func.make_interval(0, 0, 0, 0, 25)))
    weg.session.commit()
    assert "Genoteerd" in press(login(weg.app, weg.session, second), "tweede_stap_wissen", lost)
    weg.session.refresh(lost)
    assert lost.tf_totp_secret == "geheim"


@pytest.mark.parametrize("act", ["tweede_stap_wissen", "uitzetten", "leiding_nemen"])
def test_nobody_does_it_to_themselves(weg: Koppelweg, act: str) -> None:
    weg.klantenservice.tf_totp_secret = "geheim"
    weg.session.commit()
    assert "uw eigen account" in press(weg.clerk(), act, weg.klantenservice)
    weg.session.refresh(weg.klantenservice)
    assert (weg.klantenservice.tf_totp_secret, weg.klantenservice.active, weg.klantenservice.is_leiding) == (
        "geheim",
        True,
        True,
    )


def test_who_does_not_lead_makes_no_accounts_and_switches_nothing_off(weg: Koppelweg) -> None:
    browser = login(weg.app, weg.session, make_clerk(weg.session, naam="Bo", is_leiding=False))
    other = make_clerk(weg.session, naam="Lee")
    for act in ("uitzetten", "leiding_geven", "leiding_nemen"):
        assert "alleen wie leiding geeft" in press(browser, act, other)
    post(browser, f"{PAGE}maken/", {"naam": "A", "email": "a@testcentrum.example"})
    post(browser, "/klantenservice/schakelaars/", {"werk": "mail", "las": "", "reden": "x"})
    assert "alleen wie leiding geeft" in messages(browser)
    weg.session.refresh(other)
    assert (other.active, other.is_leiding) == (True, True)
    assert weg.session.scalar(select(func.count()).select_from(Schakelaar)) == 0
    assert weg.session.scalar(select(func.count()).select_from(Account)) == 3
    assert "Account maken" not in browser.get(PAGE).text
    assert "wie dat is, staat bij" in browser.get("/klantenservice/schakelaars/").text


def test_who_does_not_lead_ends_no_koppeling(weg: Koppelweg) -> None:
    koppeling = weg.running()
    koppeling.einde_gevraagd_op = koppeling.aangevraagd_op
    weg.session.commit()
    page = f"/klantenservice/koppeling/details/?id={koppeling.id}"
    bo = login(weg.app, weg.session, make_clerk(weg.session, naam="Bo", is_leiding=False))
    act = f"/klantenservice/koppeling/{koppeling.id}/beeindigen/"
    assert (act in bo.get(page).text, act in weg.clerk().get(page).text) == (False, True)
    post(bo, act)
    assert "alleen wie leiding geeft" in messages(bo)
    weg.session.refresh(koppeling)
    assert koppeling.status == KoppelingStatus.GOEDGEKEURD


def test_who_leads_makes_an_account_and_lets_another_lead(weg: Koppelweg) -> None:
    browser = weg.clerk()
    answer = post(browser, f"{PAGE}maken/", {"naam": "Bo", "email": "bo@testcentrum.example"})
    assert answer.status_code == 303
    bo = find(weg.session, "bo@testcentrum.example")
    assert weg.session.scalars(select(Mail.ontvanger)).all() == [bo.email]
    assert "geeft nu leiding" in press(browser, "leiding_geven", bo)
    assert "geen leiding meer" in press(browser, "leiding_nemen", bo)
    assert "kan niet meer inloggen" in press(browser, "uitzetten", bo)


def test_accounts_of_schools_are_not_on_this_screen(weg: Koppelweg) -> None:
    account = make_account(weg.session, Rol.BEHEERDER, make_school(weg.session), naam="Anja van school")
    browser = weg.clerk()
    assert account.email not in browser.get(PAGE).text
    assert browser.get(f"{PAGE}details/?id={account.id}").status_code == 404
    assert "geen account met dit adres" in press(browser, "uitzetten", account)
    weg.session.refresh(account)
    assert account.active


def test_two_clerks_clear_the_second_step_of_a_school_too(weg: Koppelweg) -> None:
    school = make_school(weg.session)
    lost, second = make_account(weg.session, Rol.BEHEERDER, school, naam="Anja"), make_clerk(weg.session, naam="Bo")
    lost.tf_primary_method, lost.tf_totp_secret = "authenticator", "geheim"
    weg.session.commit()
    kim, bo = weg.clerk(), login(weg.app, weg.session, second)
    page = f"{PAGE}details/?id={lost.id}"
    assert f'{page}">tweede stap<' in kim.get(f"/klantenservice/school/details/?id={school.id}").text
    shown = kim.get(page).text
    assert ("Tweede stap wissen" in shown, "Uitzetten" in shown, "Leiding geven" in shown) == (True, False, False)
    assert "Genoteerd" in press(kim, "tweede_stap_wissen", lost)
    assert "tweede stap (wissen gevraagd)" in bo.get(f"/klantenservice/school/details/?id={school.id}").text
    assert "Een wachtwoord is nu genoeg" in press(bo, "tweede_stap_wissen", lost)
    weg.session.refresh(lost)
    assert lost.active
    assert not lost.tf_totp_secret
    told = select(Audit.actie).where(Audit.school_id == school.id, Audit.actie != Daad.NAMEN_GEZIEN)
    expected = [Daad.TWEEDE_STAP_WISSEN_GEVRAAGD, Daad.TWEEDE_STAP_GEWIST]
    assert weg.session.scalars(told.order_by(Audit.id)).all() == expected
