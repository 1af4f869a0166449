"""Who gets into the screens of klantenservice, and what is served there at all."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.ground.crawl import LOOKS, fingerprints
from tests.screens import SLEUTEL, Koppelweg, login, make_account, make_clerk, post
from tests.wereld import lock_all
from webapp.admin.base import ReadOnlyView
from webapp.admin.lijstbestand import ListFile
from webapp.config import PROJECT
from webapp.models import Audit, Daad, Leerling, Mail, Rol
from webapp.models.fout import Fout
from webapp.uwlr.codes import FaultCode, Owner

READ = ("", "school/", "koppeling/", "levering/", "mail/", "aanvraagmail/", "adres/", "account/", "bewaren/", "audit/")
DETAILS = ("school/details/?id=", "koppeling/details/?id=", "mail/details/?id=")
WRITE = ("new/", "edit/?id=1", "delete/", "ajax/update/", "export/csv/")


def _addresses(app: Flask) -> list[tuple[str, str]]:
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/klantenservice/")]
    return [
        (method, re.sub("<int:[a-z_]+>", "1", rule.rule).replace("<path:filename>", "x"))
        for rule in rules
        for method in (rule.methods or set()) & {"GET", "POST"}
    ]


@pytest.mark.parametrize("rol", [Rol.BEHEERDER, Rol.LEERKRACHT])
def test_to_a_school_these_pages_do_not_exist(weg: Koppelweg, rol: Rol) -> None:
    koppeling = weg.submitted()
    browser = login(weg.app, weg.session, make_account(weg.session, rol, koppeling.school))
    pages = [page for page in _addresses(weg.app) if "/static/" not in page[1]]
    assert len(pages) > 15
    answers = {(method, path): _status(browser, method, path) for method, path in pages}
    assert set(answers.values()) == {404}, answers


def _status(browser, method: str, path: str) -> int:  # type: ignore[no-untyped-def]  # a client of the tests
    return (browser.get(path) if method == "GET" else post(browser, path)).status_code


def test_a_visitor_is_sent_to_the_login(weg: Koppelweg) -> None:
    for _method, path in _addresses(weg.app):
        answer = weg.app.test_client().get(path)
        assert answer.status_code in {303, 405}, path
        if answer.status_code == 303:
            assert answer.headers["Location"].startswith("/inloggen"), path


@pytest.mark.parametrize(
    "view", ["school", "koppeling", "levering", "mail", "aanvraagmail", "adres", "account", "audit"]
)
@pytest.mark.parametrize("page", WRITE)
def test_what_could_write_has_no_address(weg: Koppelweg, view: str, page: str) -> None:
    clerk, path = weg.clerk(), f"/klantenservice/{view}/{page}"
    assert clerk.get(path).status_code == 404
    assert post(clerk, path, {"id": "1", "status": "actief", "naam": "x"}).status_code == 404


def test_no_page_holds_a_key_or_the_name_of_a_leerling(weg: Koppelweg) -> None:
    koppeling = weg.running()
    lock_all(weg.session)
    weg.session.add(Leerling(school_id=koppeling.school_id, roepnaam="Zoëlla", achternaam="Kanarievogel"))
    weg.session.commit()
    clerk = weg.clerk()
    mail_id = weg.session.scalar(select(func.max(Mail.id)))
    numbers = {"school": koppeling.school_id, "koppeling": koppeling.id, "mail": mail_id}
    pages = [*READ, *(f"{page}{numbers[page.split('/')[0]]}" for page in DETAILS)]
    for page in pages:
        answer = clerk.get(f"/klantenservice/{page}", follow_redirects=True)
        assert answer.status_code == 200, page
        for secret in (SLEUTEL, "Zoëlla", "Kanarievogel", "sleutel&#34;", str(koppeling.sleutel)):
            assert secret not in answer.text, page


@pytest.mark.parametrize("id_", ["0", "99999", "99999999999999999999", "x", "-1", "1;drop table school", ""])
@pytest.mark.parametrize("view", ["school", "koppeling", "levering", "mail", "adres", "account"])
def test_a_row_that_does_not_exist_is_a_page_that_does_not(weg: Koppelweg, view: str, id_: str) -> None:
    answer = weg.clerk().get(f"/klantenservice/{view}/details/", query_string={"id": id_})
    assert answer.status_code in {302, 404}


@pytest.mark.parametrize(
    "query",
    [
        {"search": "'; drop table school; --"},
        {"search": "%"},
        {"flt0_stand_equals": "bestaat niet"},
        {"flt0_school_bevat": "12ab"},
        {"sort": "99"},
        {"page": "-3"},
        {"page": "9999999"},
        {"page_size": "100000000"},
    ],
)
@pytest.mark.parametrize("view", ["school", "koppeling", "levering", "mail", "audit"])
def test_a_list_takes_any_question(weg: Koppelweg, view: str, query: dict[str, str]) -> None:
    weg.opened()
    assert weg.clerk().get(f"/klantenservice/{view}/", query_string=query).status_code in {200, 404}


def test_the_traps_of_flask_admin_are_shut(weg: Koppelweg) -> None:
    """No list edits in place, exports, makes a form or grows; an act is of its own screen, on rows that are there."""
    koppeling = weg.opened()
    lists = [view for view in weg.app.extensions["admin"][0]._views if isinstance(view, ReadOnlyView)]
    assert len(lists) > 8
    clerk, before = weg.clerk(), fingerprints()
    acts = {act for view in lists for act, _ in view.get_actions_list()[0]}
    for view in lists:
        may = view.can_create, view.can_edit, view.can_delete, view.can_export, view.can_set_page_size
        assert (may, bool(view.column_editable_list), view.page_size) == ((False,) * 5, False, 50), view.endpoint
        assert {name for _, name, _ in view._urls} & {"create_view", "edit_view", "delete_view", "ajax_update"} == set()
        asked = [
            {"page_size": "100000000"}, {"page_size": "-1"}, {"page_size": "x"}, {"sort": "-1"}, {"sort": "x"},
            {"sort": "9" * 30}, {"sort": "0", "desc": "'"}, {"flt0_bestaat_niet": "1"}, {"flt99_0": "1"},
            {"flt0_": ""}, {"page": "1e9"}, {"search": "\\"}, {"list_form_pk": "1"}, {"flt0_tot_en_met": "31-02-2026"},
        ]  # fmt: skip
        for query in asked:
            page = clerk.get(f"{view.url}/", query_string=query)
            assert page.status_code == 200, (view.endpoint, query)
            assert page.text.count('<tr role="row"') <= 51, (view.endpoint, query)
        for path in ("", "action/", "ajax/update/", "ajax/lookup/", "edit/?id=1", "new/", "delete/"):
            form = {"list_form_pk": str(koppeling.id), "naam": "x", "schoolnaam": "x", "status": "actief", "id": "1"}
            assert post(clerk, f"{view.url}/{path}", form).status_code in {302, 303, 400, 404, 405}, (view.url, path)
        foreign = sorted(acts - {act for act, _ in view.get_actions_list()[0]})
        for act in (foreign[0], "delete", ""):
            answer = post(clerk, f"{view.url}/action/", {"action": act, "rowid": str(koppeling.id)})
            assert answer.status_code in {302, 303, 400, 404}, (view.endpoint, act)
        for id_ in ("1e3", "1 or 1=1", "١"):
            answer = clerk.get(f"{view.url}/details/", query_string={"id": id_})
            assert answer.status_code in {302, 303, 404}, (view.endpoint, id_)
    after = fingerprints()
    assert {name for name in after if after[name] != before[name]} <= {LOOKS, "sessie"}


def test_filters_stay_in_the_address_and_find(weg: Koppelweg) -> None:
    weg.opened()
    clerk = weg.clerk()
    for view in ("koppeling", "mail", "audit"):
        assert "Wegwijzer" in clerk.get(f"/klantenservice/{view}/").text
    found = clerk.get("/klantenservice/koppeling/", query_string={"flt0_stand_equals": "opengezet"}).text
    assert "Wegwijzer" in found
    empty = clerk.get("/klantenservice/koppeling/", query_string={"flt0_stand_equals": "actief"}).text
    assert "Niets gevonden" in empty
    assert "Wegwijzer" in clerk.get("/klantenservice/mail/", query_string={"flt0_school_bevat": "12ab"}).text
    for asked, is_there in (
        ({"flt0_school_bevat": "99ZZ"}, False), ({"flt0_school_bevat": "wegw"}, True),
        ({"flt0_school_bevat": "%"}, False), ({"flt0_school_bevat": "12ab00"}, True),
        ({"flt0_gemaakt_sinds": "01-01-2020"}, True), ({"flt0_gemaakt_sinds": "01-01-2120"}, False),
        ({"flt0_tot_en_met": "01-01-2020"}, False), ({"flt0_tot_en_met": "01-01-2120"}, True),
    ):  # fmt: skip
        page = clerk.get("/klantenservice/mail/", query_string=asked).text
        assert ("Niets gevonden" not in page) == is_there, asked
    assert "Kim de Wit" in clerk.get("/klantenservice/audit/", query_string={"flt0_wie_bevat": "kim de"}).text
    assert "Niets gevonden" in clerk.get("/klantenservice/audit/", query_string={"flt0_wie_bevat": "niemand"}).text


def test_no_screen_exports_but_those_that_ask_who_leads(app: Flask) -> None:
    """A list that may be exported would write past `must_lead`; what klantenservice takes out is in these files."""
    (admin,) = app.extensions["admin"]
    assert [view.endpoint for view in admin._views if getattr(view, "can_export", False)] == []
    assert [rule.endpoint for rule in app.url_map.iter_rules() if "export" in rule.rule] == []
    files = [
        path.relative_to(PROJECT).as_posix()
        for folder in ("webapp/admin", "webapp")
        for path in (PROJECT / folder).glob("*.py")
        if re.search(r"attachment|_new_file\(", path.read_text())
    ]
    assert sorted(files) == ["webapp/admin/bewaring.py", "webapp/bewaring.py"]
    tables = [path.stem for path in (PROJECT / "webapp/admin").glob("*.py") if "as_csv(" in path.read_text()]
    assert sorted(tables) == ["gesprekken", "lijstbestand", "nachten"], "who leads asks: the test below"
    assert all("klantenservice.must_lead(" in (PROJECT / name).read_text() for name in files)


def test_a_list_is_a_file_too_and_one_with_people_only_of_who_leads(weg: Koppelweg) -> None:
    weg.opened('=HYPERLINK("x")')
    bo = login(weg.app, weg.session, make_clerk(weg.session, naam="Bo", is_leiding=False))
    leads, screens = weg.clerk(), weg.app.extensions["admin"][0]._views
    lists = {view.endpoint: view for view in screens if hasattr(view, "list_csv")}
    assert set(lists) == {f"ks_{name}" for name in ("school", "koppeling", "levering", "nacht", "mail", "audit")}
    for view in lists.values():
        has_people = getattr(view, "persons_in_list", False)
        assert leads.get(f"{view.url}/lijst.csv").mimetype == "text/csv", view.endpoint
        assert bo.get(f"{view.url}/lijst.csv").status_code == (409 if has_people else 200), view.endpoint
        assert not (has_people and "lijst.csv" in bo.get(f"{view.url}/").text), view.endpoint
    assert {view.endpoint for view in lists.values() if getattr(view, "persons_in_list", False)} == {
        "ks_mail", "ks_audit"
    }  # fmt: skip
    seen = weg.session.scalars(select(Audit.object).where(Audit.actie == Daad.NAMEN_GEZIEN)).all()
    assert {"pagina Mails (bestand)", "pagina Audit (bestand)"} <= set(seen)


def test_a_file_of_a_list_has_its_rows_and_no_formula(weg: Koppelweg, monkeypatch: pytest.MonkeyPatch) -> None:
    koppeling = weg.opened('=HYPERLINK("x")')
    koppeling.fout = Fout(FaultCode.AUTORISATIE_ONGELDIG, Owner.SCHOOL)
    weg.session.commit()
    clerk, path = weg.clerk(), "/klantenservice/koppeling/lijst.csv"
    (heading, row) = _lines(clerk, f"{path}?flt0_stand_equals=opengezet&sort=0")
    assert (heading[0], row[0]) == ("School", '\'=HYPERLINK("x")')
    assert (row[3], "De autorisatiesleutel past niet" in row[6]) == ("Client.AutorisatieOngeldig", True)
    assert len(_lines(clerk, f"{path}?flt0_stand_equals=actief")) == 1
    page = clerk.get("/klantenservice/koppeling/?flt0_stand_equals=opengezet").text
    assert "lijst.csv?flt0_stand_equals=opengezet" in page
    assert '(code <a href="/hulp/code/Client.AutorisatieOngeldig">Client.AutorisatieOngeldig</a>)' in page
    Koppelweg(weg.app, weg.session, weg.klantenservice, "34CD").requested("De Andere", "b@andere.example")
    monkeypatch.setattr(ListFile, "export_max_rows", 1)
    assert _lines(clerk, path)[2:] == [["Dit zijn de eerste 1 van 2 rijen. Kies in de lijst een filter voor de rest."]]
    assert "de eerste 1 rijen. Kies een filter" in clerk.get("/klantenservice/koppeling/").text


def _lines(clerk: FlaskClient, path: str) -> list[list[str]]:
    text = clerk.get(path).get_data().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_several_filters_are_one_form_and_an_empty_field_is_none(weg: Koppelweg) -> None:
    weg.opened()
    asked = Koppelweg(weg.app, weg.session, weg.klantenservice, "34CD").requested("De Andere", "b@andere.example")
    assert asked.school_id is None
    clerk, audit = weg.clerk(), "/klantenservice/audit/?search=&flt0_gedaan_sinds="
    page = clerk.get(f"{audit}&flt0_school_bevat=wegw&flt0_wie_bevat=kim&flt0_tot_en_met=").text
    assert (page.count('role="search" aria-label="Zoeken en filteren"'), "Ongeldige filterwaarde" in page) == (1, False)
    assert ('name="flt0_wie_bevat" value="kim"' in page, "Kim de Wit" in page) == (True, True)
    assert "Niets gevonden" in clerk.get(f"{audit}&flt0_school_bevat=wegw&flt0_wie_bevat=niemand").text
    page = clerk.get(f"{audit}gisteren").text
    assert ("Ongeldige filterwaarde" in page, "Kim de Wit" in page) == (True, True)
    for query, found in (
        ("flt0_school_bevat=andere", ("De Andere",)), ("flt0_school_bevat=34CD00", ("De Andere",)),
        ("flt0_school_bevat=wegw", ("De Wegwijzer",)), ("flt0_aangevraagd_sinds=01-01-2120", ()),
        ("flt0_tot_en_met=01-01-2120", ("De Andere", "De Wegwijzer")),
    ):  # fmt: skip
        page = clerk.get(f"/klantenservice/koppeling/?{query}").text
        assert tuple(name for name in ("De Andere", "De Wegwijzer") if f">{name}</a>" in page) == found, query


def test_every_screen_is_in_the_menu(app: Flask, session: Session) -> None:
    page = login(app, session, make_clerk(session)).get("/klantenservice/").text
    menu = page.partition('aria-label="Hoofdmenu"')[2].partition("</nav>")[0]
    screens = {view.url.rstrip("/") for view in app.extensions["admin"][0]._views}
    assert screens
    assert {url for url in screens if f'href="{url}/"' not in menu} == set()
