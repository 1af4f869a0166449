"""Login by the account of a board, whom it lets in and whom not; the board is that of the sandbox, on a socket."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from sandbox.bestuur.app import ELDERS, Persoon, Server, create_app
from sandbox.bestuur.storingen import OF_THE_SERVER, Storing
from tests.accounts.forms import is_in, log_in, make, send
from tests.accounts.test_expired import fields, sent_too_late
from tests.accounts.test_second_step import code_of, enter
from tests.ground.crawl import fingerprints
from tests.las import running_app
from tests.screens import join, make_school, messages, post
from webapp import oidc
from webapp.besturen import Bestuur
from webapp.links import UITNODIGING_LINK
from webapp.models import Account, Audit, Daad, Identiteit, Mail, MailSoort, Medewerker, Rol, Sessie, Toetreding
from webapp.services.toegang.errors import BestuurAntwoordtNiet

KEY = RSAKey.generate_key(2048, {"kid": "bestuur-1", "use": "sig"})
SECRET = "het-geheim-van-deze-klant-bij-het-bestuur"
BEGIN, PAGE = "/inloggen/bestuur/horizon", "/account/bestuur"
REFUSED = "Met dit account van uw bestuur komt u hier niet binnen"


@pytest.fixture
def server(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The board, and a site that knows it."""
    server = Server("", "koppelpunt", SECRET, "http://localhost/inloggen/bestuur/horizon/terug", key=KEY)
    with running_app(create_app(server)) as running:
        server.public_url = running.address
        settings = replace(app.extensions["settings"], besturen=(bestuur_of(server),))
        monkeypatch.setitem(app.extensions, "settings", settings)
        yield server


def bestuur_of(server: Server) -> Bestuur:
    return Bestuur(
        "horizon",
        "Stichting De Horizon",
        server.issuer,
        "koppelpunt",
        SECRET,
        ("horizon-po",),
        tweede_stap_amr=("mfa",),
    )


@pytest.fixture
def anja(app: Flask, session: Session, account: Account) -> Account:
    """Somebody of a school with a second step."""
    account.tf_primary_method = "authenticator"
    account.tf_totp_secret = app.extensions["security"].totp_factory.generate_totp_secret()
    session.commit()
    return account


@pytest.fixture
def tied(session: Session, server: Server, anja: Account) -> Account:
    """The same, with the first person of the board tied to it."""
    tie_row(session, anja, server)
    return anja


def tie_row(session: Session, account: Account, server: Server, nth: int = 0) -> None:
    wie = server.mensen[nth]
    session.add(
        Identiteit(account_id=account.id, issuer=server.issuer, tenant=wie.tenant, subject=wie.sub, naam=wie.email)
    )
    session.commit()


def at_board(left: TestResponse, *, wie: int = 0, storing: Storing = Storing.GEEN, mfa: bool = True) -> str:
    """Log in at the board where a browser was sent; return where it is sent back to."""
    assert left.status_code == 303, left.text
    form = {"wie": str(wie), "storing": storing.value} | ({"tweede_stap": "1"} if mfa else {})
    answer = requests.post(left.headers["Location"], data=form, allow_redirects=False, timeout=5)
    assert answer.status_code == 303
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def come(browser: FlaskClient, begin: str = BEGIN, **chosen: Any) -> TestResponse:
    return browser.get(at_board(browser.get(begin), **chosen))


def new_code(app: Flask, session: Session, account: Account) -> str:
    """A code that works again, as after half a minute."""
    session.execute(update(Account).values(tf_teller=None))
    session.commit()
    session.refresh(account)
    return code_of(app, account)


def trail(session: Session, *daden: Daad) -> list[tuple[Daad, int | None, dict[str, Any]]]:
    rows = session.scalars(select(Audit).where(Audit.actie.in_(daden)).order_by(Audit.id))
    return [(row.actie, row.account_id, row.tellingen) for row in rows]


def mails(session: Session) -> list[tuple[str, bool]]:
    rows = session.scalars(select(Mail).where(Mail.soort == MailSoort.BESTUURSACCOUNT).order_by(Mail.id))
    return [(mail.ontvanger, mail.gegevens["is_verbonden"]) for mail in rows]


def written(session: Session, before: dict[str, str]) -> set[str]:
    """Which tables changed; how often something was tried does not count."""
    session.expire_all()
    return {name for name, mark in fingerprints().items() if mark != before[name]} - {"rem"}


def reasons(session: Session) -> list[str]:
    return [told["reden"] for _, _, told in trail(session, Daad.BESTUURSACCOUNT_GEWEIGERD)]


def test_it_is_off_until_a_board_is_set(app: Flask, session: Session, anja: Account) -> None:
    browser = enter(app, anja)
    assert "estuur" not in browser.get("/").text
    for path in (BEGIN, f"{BEGIN}/terug", PAGE, f"{PAGE}/horizon", f"{PAGE}/verbinden", "/m/uitnodiging/x/bestuur"):
        assert browser.get(path).status_code == 404
    for path in (f"{PAGE}/verbinden", f"{PAGE}/1/losmaken", "/m/uitnodiging/x/bestuur"):
        assert post(browser, path).status_code == 404
    assert "bestuur" not in app.test_client().get("/inloggen").text


def test_tied_from_inside_it_logs_in_and_untied_it_does_not(
    app: Flask, session: Session, server: Server, anja: Account
) -> None:
    browser, before = enter(app, anja), fingerprints()
    answer = come(browser, f"{PAGE}/horizon")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PAGE}/verbinden")
    assert "marijke@horizon.example" in browser.get(f"{PAGE}/verbinden").text
    assert written(session, before) == set(), "coming back ties nothing: a button does"
    assert post(browser, f"{PAGE}/verbinden").headers["Location"] == PAGE
    assert post(browser, f"{PAGE}/verbinden").status_code == 404, "what somebody came back with works once"
    other = app.test_client()
    assert come(other).headers["Location"] == "/"
    assert is_in(other)
    row = session.scalars(select(Identiteit)).one()
    assert (row.account_id, row.tenant, row.subject) == (anja.id, "horizon-po", server.mensen[0].sub)
    assert "Losmaken" in browser.get(PAGE).text
    assert post(browser, f"{PAGE}/{row.id}/losmaken").status_code == 303
    assert is_in(browser)
    assert not is_in(other), "who was in by it is out"
    assert come(app.test_client()).status_code == 409
    assert mails(session) == [(anja.email, True), (anja.email, False)]
    told = trail(session, Daad.INGELOGD, Daad.BESTUURSACCOUNT_VERBONDEN, Daad.BESTUURSACCOUNT_LOSGEMAAKT)
    assert [(daad, who) for daad, who, _ in told] == [
        (Daad.INGELOGD, anja.id),
        (Daad.BESTUURSACCOUNT_VERBONDEN, anja.id),
        (Daad.INGELOGD, anja.id),
        (Daad.BESTUURSACCOUNT_LOSGEMAAKT, anja.id),
    ]
    assert told[2][2]["met"] == "bestuursaccount"
    assert reasons(session) == ["nergens aan verbonden"]


def test_our_second_step_is_asked_unless_the_board_says_that_it_asked_for_one(
    app: Flask, session: Session, server: Server, tied: Account
) -> None:
    browser = app.test_client()
    answer = come(browser, mfa=False)
    assert answer.headers["Location"].startswith("/tweede-stap")
    assert not is_in(browser)
    assert send(browser, "/tweede-stap", {"code": "000000"}).status_code == 200
    assert not is_in(browser)
    assert send(browser, "/tweede-stap", {"code": new_code(app, session, tied)}).status_code == 302
    assert is_in(browser)
    assert trail(session, Daad.INGELOGD)[-1][2]["met"] == "bestuursaccount en code"


@pytest.mark.parametrize(
    ("amr", "acr", "is_asked"),
    [((), (), True), (("mfa",), (), False), (("hwk",), (), True), ((), ("sterk",), True)],
)
def test_what_counts_as_a_second_step_is_set_per_board(
    app: Flask, server: Server, tied: Account, amr: tuple[str, ...], acr: tuple[str, ...], is_asked: bool
) -> None:
    settings = app.extensions["settings"]
    bestuur = replace(settings.besturen[0], tweede_stap_amr=amr, tweede_stap_acr=acr)
    app.extensions["settings"] = replace(settings, besturen=(bestuur,))
    browser = app.test_client()
    come(browser)
    assert is_in(browser) is not is_asked


def test_who_has_no_second_step_here_makes_one_first(
    app: Flask, session: Session, server: Server, account: Account
) -> None:
    tie_row(session, account, server)
    browser = app.test_client()
    assert come(browser, mfa=False).headers["Location"] == "/tweede-stap/instellen"
    assert not is_in(browser)


@pytest.mark.parametrize("storing", sorted(set(Storing) - OF_THE_SERVER - {Storing.GEEN, Storing.CODE_VAKER}))
def test_what_the_board_may_not_say_is_refused(
    app: Flask, session: Session, server: Server, tied: Account, storing: Storing
) -> None:
    """Another tenant, audience, issuer, nonce; no signature, one of another, an unknown key; an old token."""
    earlier = app.test_client()
    come(earlier, mfa=False)  # its nonce is known to the board
    before = fingerprints()
    browser = app.test_client()
    answer = come(browser, storing=storing)
    assert (answer.status_code, REFUSED in answer.text) == (409, True)
    assert not is_in(browser)
    assert written(session, before) == {"audit"}
    assert reasons(session) == ["andere organisatie" if storing is Storing.ANDERE_TENANT else "id-token klopt niet"]


@pytest.mark.parametrize("storing", sorted(OF_THE_SERVER))
def test_a_server_that_answers_amiss_gives_a_plain_page(
    app: Flask, session: Session, server: Server, tied: Account, storing: Storing
) -> None:
    server.storing, before = storing, fingerprints()
    answer = app.test_client().get(BEGIN)
    assert (answer.status_code, "De inlogpagina van uw bestuur antwoordt niet" in answer.text) == (409, True)
    assert written(session, before) == set()


def test_a_board_that_is_away_gives_a_plain_page(app: Flask, session: Session, server: Server, tied: Account) -> None:
    browser = app.test_client()
    back = at_board(browser.get(BEGIN))
    server.storing = Storing.GEEN_BESCHRIJVING
    assert "antwoordt niet" in browser.get(back).text
    assert not is_in(browser)


def test_an_address_is_never_a_key(app: Flask, session: Session, server: Server, anja: Account) -> None:
    """Somebody at our board, and somebody at another, have the address of an account here; neither is verified."""
    server.mensen = [Persoon("1", "A", anja.email), Persoon("2", "B", anja.email, ELDERS)]
    before = fingerprints()
    for wie in (0, 1):
        browser = app.test_client()
        assert come(browser, wie=wie).status_code == 409
        assert not is_in(browser)
    assert written(session, before) == {"audit"}
    assert reasons(session) == ["nergens aan verbonden", "andere organisatie"]


def test_the_same_subject_of_another_tenant_is_somebody_else(
    app: Flask, session: Session, server: Server, tied: Account
) -> None:
    """Also when that tenant is this board as well."""
    settings = app.extensions["settings"]
    bestuur = replace(settings.besturen[0], tenants=("horizon-po", ELDERS))
    app.extensions["settings"] = replace(settings, besturen=(bestuur,))
    assert come(app.test_client(), wie=2).status_code == 409
    assert reasons(session) == ["nergens aan verbonden"]


@pytest.mark.parametrize("storing", [Storing.GEEN, Storing.CODE_VAKER])
def test_coming_back_works_once_also_with_the_cookie_of_before(
    app: Flask, session: Session, server: Server, tied: Account, storing: Storing
) -> None:
    browser = app.test_client()
    left = browser.get(BEGIN)
    kept = browser.get_cookie("koppelpunt")
    assert kept is not None
    back = at_board(left, storing=storing)
    assert browser.get(back).status_code == 303
    assert is_in(browser)
    assert app.test_client().get(back).status_code == 409, "in another browser"
    thief = app.test_client()
    thief.set_cookie("koppelpunt", kept.value)
    assert thief.get(back).status_code == 409, "with the old cookie"
    assert not is_in(thief)


def test_a_state_that_is_not_ours_and_an_answer_of_another_board_are_refused(
    app: Flask, session: Session, server: Server, tied: Account
) -> None:
    for wrong in (lambda path: re.sub(r"state=[^&]+", "state=x", path), lambda path: path.replace("iss=http", "iss=x")):
        browser = app.test_client()
        assert browser.get(wrong(at_board(browser.get(BEGIN)))).status_code == 409
        assert not is_in(browser)
    browser = app.test_client()
    back = at_board(browser.get(BEGIN))
    refusal = re.sub(r"code=[^&]+", "error=access_denied", back)
    assert browser.get(refusal).status_code == 409
    assert browser.get(back).status_code == 409, "refused once is over"
    assert reasons(session) == ["onbekende of gebruikte state", "andere issuer", "afgebroken bij het bestuur"]


def test_a_code_of_another_login_is_refused(app: Flask, session: Session, server: Server, tied: Account) -> None:
    """Its challenge is that of the browser it was made for (PKCE), and its nonce too."""
    thief, browser = app.test_client(), app.test_client()
    stolen = re.search(r"code=([^&]+)", at_board(browser.get(BEGIN)))
    assert stolen
    mine = at_board(thief.get(BEGIN), wie=1)
    assert thief.get(re.sub(r"code=[^&]+", stolen[0], mine)).status_code == 409
    assert reasons(session) == ["code geweigerd"]


def test_too_late_is_refused(app: Flask, server: Server, tied: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = app.test_client()
    back = at_board(browser.get(BEGIN))
    monkeypatch.setattr("webapp.blueprints.bestuur._MINUTES", 0)
    assert browser.get(back).status_code == 409
    assert not is_in(browser)


def test_what_is_tied_already_is_tied_to_nobody_else(
    app: Flask, session: Session, server: Server, tied: Account
) -> None:
    other = make(session, "bas@wegwijzer.example")
    join(session, other, make_school(session, "13AB"))
    other.tf_primary_method, other.tf_totp_secret = "authenticator", tied.tf_totp_secret
    session.commit()
    browser = enter(app, other)
    come(browser, f"{PAGE}/horizon")
    before = fingerprints()
    post(browser, f"{PAGE}/verbinden")
    assert "Dit account van uw bestuur is al verbonden." in messages(browser)
    assert written(session, before) == set()
    row = session.scalars(select(Identiteit)).one()
    assert post(browser, f"{PAGE}/{row.id}/losmaken").status_code == 404, "of somebody else"
    assert session.scalars(select(Identiteit.account_id)).one() == tied.id


def test_an_account_that_is_put_off_stays_out(app: Flask, session: Session, server: Server, tied: Account) -> None:
    tied.active = False
    session.commit()
    before = fingerprints()
    browser = app.test_client()
    assert come(browser).status_code == 409
    assert not is_in(browser)
    assert (written(session, before), reasons(session)) == ({"audit"}, ["account uitgezet"])


def test_klantenservice_neither_ties_nor_comes_in(
    app: Flask, session: Session, server: Server, tied: Account, clerk: Account
) -> None:
    """Also somebody of a school who became a clerk as well."""
    browser = enter(app, clerk)
    for path in (PAGE, f"{PAGE}/horizon", f"{PAGE}/verbinden"):
        assert browser.get(path).status_code == 404
    assert post(browser, f"{PAGE}/verbinden").status_code == 404
    tied.is_klantenservice = True
    session.commit()
    before = fingerprints()
    other = app.test_client()
    assert come(other).status_code == 409
    assert other.get("/klantenservice/").status_code == 303
    assert (written(session, before), reasons(session)) == ({"audit"}, ["account van klantenservice"])


def test_only_who_came_in_with_password_and_second_step_ties(
    app: Flask, session: Session, server: Server, account: Account
) -> None:
    browser = app.test_client()
    log_in(browser, account.email)
    assert is_in(browser)
    assert browser.get(f"{PAGE}/horizon").status_code == 409
    post(browser, f"{PAGE}/verbinden")
    assert "Log eerst uit" in messages(browser)
    assert "Stel eerst inloggen in twee stappen in" in browser.get(PAGE).text


def test_who_came_in_by_a_board_and_a_code_does_not_tie_another(
    app: Flask, session: Session, server: Server, tied: Account
) -> None:
    browser = app.test_client()
    come(browser, mfa=False)
    send(browser, "/tweede-stap", {"code": new_code(app, session, tied)})
    assert is_in(browser)
    assert browser.get(f"{PAGE}/horizon").status_code == 409


def test_who_began_at_the_board_and_then_typed_a_password_came_in_by_password(
    app: Flask, session: Session, server: Server, tied: Account
) -> None:
    browser = app.test_client()
    come(browser, mfa=False)
    log_in(browser, tied.email)
    send(browser, "/tweede-stap", {"code": new_code(app, session, tied)})
    assert trail(session, Daad.INGELOGD)[-1][2]["met"] == "code"
    assert browser.get(f"{PAGE}/horizon").status_code == 303


def test_what_one_began_another_does_not_end(app: Flask, session: Session, server: Server, anja: Account) -> None:
    """On a shared computer: somebody else logged in meanwhile, in the same browser."""
    other = make(session, "bas@wegwijzer.example")
    join(session, other, make_school(session, "13AB"))
    browser = enter(app, anja)
    back = at_board(browser.get(f"{PAGE}/horizon"))
    post(browser, "/uitloggen")
    log_in(browser, other.email)
    assert browser.get(back).status_code == 409
    assert browser.get(f"{PAGE}/verbinden").status_code == 404
    assert session.scalar(select(func.count()).select_from(Identiteit)) == 0


def test_an_invitation_makes_the_account_and_ties_it(
    app: Flask, session: Session, server: Server, account: Account
) -> None:
    row = Toetreding(
        school_id=session.scalars(select(Medewerker.school_id)).one(), email="nina@elders.example", naam="Nina",
        rol=Rol.BEHEERDER, is_verzoek=False,
    )  # fmt: skip
    session.add(row)
    session.commit()
    link, before, browser = f"/m/uitnodiging/{UITNODIGING_LINK.dumps(row.id)}", fingerprints(), app.test_client()
    assert f"{link}/bestuur/horizon" in browser.get(link).text
    assert come(browser, f"{link}/bestuur/horizon", mfa=False).headers["Location"] == f"{link}/bestuur"
    assert "marijke@horizon.example" in browser.get(f"{link}/bestuur").text
    assert written(session, before) == set()
    assert send(browser, f"{link}/bestuur", {"naam": ""}).status_code == 422
    assert send(browser, f"{link}/bestuur", {"naam": "Nina Berg"}).headers["Location"] == "/tweede-stap/instellen"
    made = session.scalars(select(Account).where(Account.email == row.email)).one()
    assert (made.naam, made.password) == ("Nina Berg", None)
    assert mails(session) == [(row.email, True)]
    other = app.test_client()
    come(other)
    assert is_in(other)
    assert come(app.test_client(), f"{link}/bestuur/horizon").status_code == 303
    assert app.test_client().get(f"{link}/bestuur").status_code == 404


def test_an_invitation_for_an_account_that_is_tied_makes_none(
    app: Flask, session: Session, server: Server, tied: Account
) -> None:
    row = Toetreding(
        school_id=session.scalars(select(Medewerker.school_id)).one(), email="nina@elders.example",
        rol=Rol.BEHEERDER, is_verzoek=False,
    )  # fmt: skip
    session.add(row)
    session.commit()
    link, browser = f"/m/uitnodiging/{UITNODIGING_LINK.dumps(row.id)}", app.test_client()
    come(browser, f"{link}/bestuur/horizon")
    before = fingerprints()
    assert send(browser, f"{link}/bestuur", {"naam": "Nina"}).status_code == 303
    assert written(session, before) == set()


def test_its_sessions_keep_the_rules(app: Flask, session: Session, server: Server, tied: Account) -> None:
    """Another token than before, an end after idling that keeps what was typed, and a logout that ends every copy."""
    browser = app.test_client()
    browser.get("/inloggen")
    come(browser)
    first = browser.get_cookie("koppelpunt")
    answer = sent_too_late(browser, session)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/inloggen?next=/verder")
    page = browser.get("/inloggen?next=/verder").text
    assert "/inloggen/bestuur/horizon?next=/verder" in page
    assert come(browser, f"{BEGIN}?next=/verder").headers["Location"] == "/verder"
    assert ("sleutel", "GEHEIM-4711") in fields(browser.get("/verder"))
    second = browser.get_cookie("koppelpunt")
    assert first is not None
    assert second is not None
    assert session.scalar(select(func.count(Sessie.token_hash.distinct()))) == 2
    post(browser, "/uitloggen")
    for old in (first, second):
        copy = app.test_client()
        copy.set_cookie("koppelpunt", old.value)
        assert not is_in(copy)


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "///evil.example", "x", "/%0d%0aX: y"]
)
def test_it_goes_on_at_our_own_pages_only(app: Flask, server: Server, tied: Account, target: str) -> None:
    answer = come(app.test_client(), f"{BEGIN}?next={target}")
    assert answer.status_code == 303
    assert urlsplit(urljoin(f"http://localhost{BEGIN}/terug", answer.headers["Location"])).netloc == "localhost"


def test_without_a_password_none_is_asked_for(app: Flask, session: Session, server: Server, tied: Account) -> None:
    """Nobody gets in with an empty one; whoever must confirm with theirs hears how to make one."""
    tied.password = None
    session.commit()
    log_in(stranger := app.test_client(), tied.email, "")
    assert not is_in(stranger)
    browser = app.test_client()
    come(browser)
    for page in ("/wachtwoord-wijzigen", "/tweede-stap/instellen"):
        confirm = browser.get(page).headers["Location"]
        assert confirm.startswith("/wachtwoord-bevestigen")
        assert browser.get(confirm).headers["Location"] == "/"
        assert "U heeft hier nog geen wachtwoord" in messages(browser)
    post(browser, "/wachtwoord-bevestigen", {"password": "x"})
    assert "U heeft hier nog geen wachtwoord" in messages(browser)


def test_outside_the_sandbox_a_board_without_https_is_not_called(app: Flask, server: Server) -> None:
    with pytest.raises(BestuurAntwoordtNiet):
        oidc.begin(bestuur_of(server), server.redirect_uri, is_sandbox=False)


def test_a_login_that_is_too_old_ends(app: Flask, session: Session, server: Server, tied: Account) -> None:
    browser = app.test_client()
    come(browser)
    session.execute(update(Sessie).values(begonnen_op=datetime.now(UTC) - timedelta(hours=13)))
    session.commit()
    assert not is_in(browser)
