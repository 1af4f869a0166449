"""Who saw names: one line of the trail per person, page and day, and on each page in each of its states."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.screens import login, make_account, make_clerk, post
from tests.services.conftest import aanlevering, pupil
from tests.wereld import START, Wereld, lock_all, make_wereld
from webapp.blueprints.toetsen import rooster
from webapp.db import db
from webapp.models import Audit, Daad, Importregel, Keuze, Rol, Soort, Uitzondering
from webapp.services import audit
from webapp.services.inname import inname
from webapp.services.toetsen.rooster import open_rooster


@pytest.fixture
def wereld(app: Flask, session: Session) -> Wereld:
    wereld = make_wereld(session, app.extensions["keyring"])
    wereld.leerling("Kaatje", achternaam="Kanarie")
    wereld.koppeling.opengezet_op = wereld.koppeling.ingediend_op = wereld.koppeling.beslist_op = START
    session.commit()
    return wereld


@pytest.fixture
def browser(app: Flask, session: Session, wereld: Wereld) -> FlaskClient:
    return login(app, session, wereld.beheerder)


def _seen(session: Session) -> list[tuple[int | None, int | None, str, dict[str, object]]]:
    query = select(Audit).where(Audit.actie == Daad.NAMEN_GEZIEN).order_by(Audit.id)
    return [(row.account_id, row.school_id, row.object, row.tellingen) for row in session.scalars(query)]


def _rooster(wereld: Wereld) -> str:
    return f"/resultaten/{wereld.toetsen['VB-RW-5'].id}/{wereld.groep.id}/"


def test_a_refresh_adds_nothing_and_another_page_or_person_does(
    app: Flask, session: Session, wereld: Wereld, browser: FlaskClient
) -> None:
    for _ in range(3):
        assert "Kanarie" in browser.get(_rooster(wereld)).text
    line = (wereld.beheerder.id, wereld.school.id, f"groep {wereld.groep.id}", {"pagina": "rooster", "leerlingen": 1})
    assert _seen(session) == [line]
    leerling_id = session.scalar(text("SELECT id FROM leerling"))
    browser.get(f"/school/leerling/{leerling_id}/")
    colleague = make_account(session, Rol.BEHEERDER, wereld.school)
    login(app, session, colleague).get(_rooster(wereld))
    assert [(who, about) for who, _, about, _ in _seen(session)] == [
        (wereld.beheerder.id, f"groep {wereld.groep.id}"),
        (wereld.beheerder.id, f"leerling {leerling_id}"),
        (colleague.id, f"groep {wereld.groep.id}"),
    ]
    assert "Kanarie" not in str(_seen(session))


def test_the_next_day_it_is_written_again(session: Session, wereld: Wereld, browser: FlaskClient) -> None:
    yesterday = session.scalar(select(func.now())) - timedelta(days=1)  # type: ignore[operator]  # it is a moment
    session.add(
        Audit(
            op=yesterday,
            account_id=wereld.beheerder.id,
            school_id=wereld.school.id,
            actie=Daad.NAMEN_GEZIEN,
            object=f"groep {wereld.groep.id}",
            tellingen={},
        )
    )
    session.commit()
    browser.get(_rooster(wereld))
    assert len(_seen(session)) == 2


def test_two_at_the_same_moment_write_one_line(session: Session, wereld: Wereld) -> None:
    """The index has the last word, also where the question before it saw nothing."""
    who, where = wereld.beheerder.id, wereld.school.id
    for school_id in (where, None, where, None):
        audit.looked(session, "pagina x", door=who, school_id=school_id, leerlingen=2)
    assert [school for _, school, _, _ in _seen(session)] == [where, None]
    row = Audit(account_id=who, school_id=where, actie=Daad.NAMEN_GEZIEN, object="pagina x", tellingen={})
    session.add(row)
    with pytest.raises(IntegrityError, match="uq_audit_gezien"):
        session.flush()


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}])
def test_a_browser_that_fetches_ahead_gets_nothing(
    session: Session, wereld: Wereld, browser: FlaskClient, headers: dict[str, str]
) -> None:
    answer = browser.get(_rooster(wereld), headers=headers)
    assert (answer.status_code, answer.text) == (503, "")
    assert _seen(session) == []


def test_the_page_keeps_nothing_but_that_line(
    session: Session, wereld: Wereld, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dirty(*args: Any, **kwargs: Any) -> Any:
        found = open_rooster(*args, **kwargs)
        db.session.execute(text("UPDATE toets SET naam = 'Veranderd'"))
        return found

    monkeypatch.setattr(rooster, "open_rooster", dirty)
    assert browser.get(_rooster(wereld)).status_code == 200
    assert len(_seen(session)) == 1
    assert session.scalar(text("SELECT count(*) FROM toets WHERE naam = 'Veranderd'")) == 0


def test_a_page_without_a_single_name_writes_nothing(session: Session, wereld: Wereld, browser: FlaskClient) -> None:
    for page in ("/beheer/koppelen/", "/beheer/koppelen/niet-in-las", "/resultaten/leveringen/", "/controle/"):
        assert browser.get(page).status_code == 200
    assert _seen(session) == []


def test_who_was_left_out_is_a_list_too(session: Session, wereld: Wereld, browser: FlaskClient) -> None:
    lock_all(session)
    session.add(
        Uitzondering(
            school_id=wereld.school.id, soort=Soort.LEERLING, las_key="k1", omschrijving="Bo Berk",
            besloten_door=wereld.beheerder.id,
        )
    )  # fmt: skip
    session.commit()
    assert "Bo Berk" in browser.get("/beheer/koppelen/").text
    assert [row[2:] for row in _seen(session)] == [("pagina koppelen", {"pagina": "koppelen", "leerlingen": 1})]


def test_every_page_of_a_review_is_a_list(session: Session, wereld: Wereld, browser: FlaskClient) -> None:
    batch = inname.take_in(session, wereld.koppeling, aanlevering(pupil("k1", "Noor", "Maan")))
    assert batch is not None
    session.commit()
    page = f"/controle/{batch.id}"
    line = session.scalars(select(Importregel).where(Importregel.soort == Soort.LEERLING)).one()
    assert "Maan" in browser.get(f"{page}/").text
    assert "Maan" in browser.get(f"{page}/regel/{line.id}/zoeken").text
    post(browser, f"{page}/regel/{line.id}/kies", {"keuze": "niet"})
    session.expire_all()
    assert line.keuze is Keuze.NIET
    digest = browser.get(f"{page}/samenvatting").text.partition('name="digest" value="')[2][:64]
    post(browser, f"{page}/importeren", {"digest": digest})
    assert "Maan" in browser.get(f"{page}/klaar").text
    pages = ["pagina controle", f"regel {line.id}", "pagina samenvatting", "pagina klaar"]
    assert [row[2] for row in _seen(session)] == pages


def test_klantenservice_is_written_down_with_the_school_that_it_looked_at(
    app: Flask, session: Session, wereld: Wereld
) -> None:
    clerk = make_clerk(session, naam="Kim de Wit")
    browser = login(app, session, clerk)
    school, koppeling = (f"{what.__tablename__}/details/?id={what.id}" for what in (wereld.school, wereld.koppeling))
    assert browser.get(f"/klantenservice/{school}").headers["Location"].endswith(koppeling), "one story per school"
    for page in (koppeling, "mail/", "account/"):
        assert browser.get(f"/klantenservice/{page}").status_code == 200
    assert [row[:3] for row in _seen(session)] == [
        (clerk.id, wereld.school.id, f"koppeling {wereld.koppeling.id}"),
        (clerk.id, None, "pagina Accounts"),
    ]
    page = login(app, session, wereld.beheerder).get("/beheer/logboek/").text
    assert "Namen bekeken" in page
    assert "Kim" not in page
