"""Links in mails of the review: where they lead, and what they do not do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.blueprints.controle.pagina import regel, url
from tests.screens import login, make_account, make_school, post
from webapp.links import CONTROLE_LINK, SignedLink
from webapp.models import (
    Base,
    Importbatch,
    Koppeling,
    Rol,
    Soort,
)


@pytest.fixture
def snapshot(session: Session) -> Callable[[], dict[str, str]]:
    """A fingerprint of every table."""

    def take() -> dict[str, str]:
        return {
            table.name: session.scalar(
                text(f"select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {table.name} t")
            )
            or ""
            for table in Base.metadata.sorted_tables
        }

    return take


def test_following_a_link_changes_nothing(
    client: FlaskClient, mail_token: str, snapshot: Callable[[], dict[str, str]]
) -> None:
    before = snapshot()
    for _ in range(3):
        answer = client.get(f"/m/{mail_token}")
        assert answer.status_code == 303
    client.head(f"/m/{mail_token}")
    assert snapshot() == before
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers


def test_a_link_leads_through_the_login_to_the_review(
    client: FlaskClient, browser: FlaskClient, mail_token: str, batch: Importbatch
) -> None:
    first = client.get(f"/m/{mail_token}").headers["Location"]
    assert "/inloggen" in client.get(first).headers["Location"]
    assert browser.get(first).headers["Location"] == url(batch)


@pytest.mark.parametrize("damage", ["", "x", "gewoon-onzin", "Ng.xx.yy"])
def test_a_damaged_link_is_gone_without_a_word_about_why(client: FlaskClient, mail_token: str, damage: str) -> None:
    token = damage or mail_token[:-6]
    answer = client.get(f"/m/{token}")
    assert answer.status_code == 410
    assert "Wegwijzer" not in answer.text
    assert "/controle/nieuwe-mail" in answer.text, "behind the login one can be asked for"


def test_a_token_of_another_purpose_opens_nothing(app: Flask, client: FlaskClient, batch: Importbatch) -> None:
    with app.app_context():
        other = SignedLink("iets-anders.v1", CONTROLE_LINK.max_age).dumps(1)
    assert client.get(f"/m/{other}").status_code == 410


def test_another_school_learns_nothing(
    app: Flask, session: Session, batch: Importbatch, mail_token: str, snapshot: Callable[[], dict[str, str]]
) -> None:
    stranger = login(app, session, make_account(session, Rol.BEHEERDER, make_school(session, "34CD", "Elders")))
    line = regel(session, batch, Soort.LEERLING)
    before = snapshot()
    for path in ("", "samenvatting", "klaar", f"regel/{line.id}/zoeken"):
        answer = stranger.get(url(batch, path))
        assert answer.status_code == 404
        assert "Noor" not in answer.text
        assert "Wegwijzer" not in answer.text
    assert stranger.get(stranger.get(f"/m/{mail_token}").headers["Location"]).status_code == 404
    for path, form in (
        (f"regel/{line.id}/kies", {"keuze": "niet"}),
        (f"regel/{line.id}/koppel", {"kandidaat": "1"}),
        ("importeren", {"digest": "x"}),
        ("vertrek", {"aantal": "0"}),
    ):
        assert post(stranger, url(batch, path), form).status_code in {404, 303}
    assert snapshot() == before


def test_a_leerkracht_may_not_review(app: Flask, session: Session, koppeling: Koppeling, batch: Importbatch) -> None:
    browser = login(app, session, make_account(session, Rol.LEERKRACHT, koppeling.school))
    assert browser.get(url(batch)).status_code == 403
    assert post(browser, url(batch, "importeren"), {"digest": "x"}).status_code == 403
