"""What klantenservice notes about a school, and why schools call: once, for colleagues, counted per month."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.screens import Koppelweg, login, make_account, make_clerk, messages, post
from webapp.models import Audit, Belreden, Daad, Koppeling, Notitie, Rol
from webapp.services import notities
from webapp.woorden.notities import BELREDENEN

PAGE = "/klantenservice/gesprekken/"


def _note(clerk: FlaskClient, koppeling: Koppeling, **form: str) -> int:
    data = {"formulier": str(uuid4()), **form}
    return post(clerk, f"{PAGE}koppeling/{koppeling.id}/", data).status_code


def _story(clerk: FlaskClient, koppeling: Koppeling) -> str:
    return clerk.get(f"/klantenservice/koppeling/details/?id={koppeling.id}").text


def test_a_reason_is_one_row_however_often_it_is_pressed(weg: Koppelweg) -> None:
    koppeling, clerk, form = weg.running(), weg.clerk(), str(uuid4())
    for said in ("Genoteerd: gebeld over “resultaten niet in het LAS”.", "Deze notitie stond er al"):
        assert _note(clerk, koppeling, reden="resultaten", formulier=form) == 303
        assert said in messages(clerk)
    [row] = weg.session.scalars(select(Notitie))
    assert (row.reden, row.stand, row.school_id, row.tekst) == (
        Belreden.RESULTATEN, koppeling.status, koppeling.school_id, "",
    )  # fmt: skip
    assert "Gebeld: resultaten niet in het LAS" in _story(clerk, koppeling)
    for wrong in ({"reden": "geen"}, {"formulier": "x"}):
        assert _note(clerk, koppeling, **{"reden": "mail", **wrong}) == 400
    _note(clerk, koppeling, tekst=" ")
    assert "Er is niets bewaard" in messages(clerk)
    assert weg.session.scalar(select(func.count()).select_from(Notitie)) == 1


def test_a_note_of_an_aanvraag_goes_along_to_its_school_and_the_school_never_reads_it(weg: Koppelweg) -> None:
    koppeling, clerk = weg.requested(), weg.clerk()
    _note(clerk, koppeling, tekst="Gebeld met <b>de directeur</b>.")
    assert "Gebeld met &lt;b&gt;de directeur&lt;/b&gt;." in _story(clerk, koppeling)
    seen = clerk.get(f"/klantenservice/koppeling/{koppeling.id}/openzetten/").text
    form = {"gezien": seen.split('name="gezien" value="')[1].split('"')[0]}
    post(clerk, f"/klantenservice/koppeling/{koppeling.id}/openzetten/", form)
    weg.session.expire_all()
    assert koppeling.school_id is not None
    assert "de directeur" in _story(clerk, koppeling)
    school = login(weg.app, weg.session, make_account(weg.session, Rol.BEHEERDER, koppeling.school))
    for page in ("/", "/beheer/logboek/"):
        read = school.get(page, follow_redirects=True).text
        assert ("directeur" in read, "Notitie" in read) == (False, False)
    trail = weg.session.scalars(select(Audit).where(Audit.actie == Daad.NOTITIE_GEMAAKT)).one()
    assert trail.school_id is None


def test_only_who_wrote_a_note_takes_it_back_and_for_a_day(weg: Koppelweg) -> None:
    koppeling, clerk = weg.running(), weg.clerk()
    other = login(weg.app, weg.session, make_clerk(weg.session, naam="Bo"))
    for _ in range(2):
        _note(clerk, koppeling, tekst="Even bellen.")
    old, new = weg.session.scalars(select(Notitie).order_by(Notitie.id))
    old.op = datetime.now(UTC) - timedelta(hours=25)
    weg.session.commit()
    for who, id_, gone in [(other, new.id, False), (clerk, old.id, False), *[(clerk, new.id, True)] * 2]:
        post(who, f"{PAGE}{id_}/weg/")
        weg.session.expire_all()
        assert (weg.session.get(Notitie, id_) is None) == gone
    assert "Er is niets veranderd" in messages(clerk), "twice is once"
    assert "Even bellen." in _story(clerk, koppeling)


def test_a_month_counts_reasons_by_state_and_las(weg: Koppelweg) -> None:
    koppeling, clerk = weg.running(), weg.clerk()
    for _ in range(2):
        _note(clerk, koppeling, reden="sleutel")
    _note(clerk, koppeling, reden="mail")
    _note(clerk, koppeling, tekst="Geen gesprek.")
    page, file = clerk.get(PAGE).text, clerk.get(f"{PAGE}maand.csv").text
    assert "3 gesprekken in" in page
    assert "Het vaakst: sleutel of LAS instellen (2)." in page
    assert file.splitlines()[1] == "Sleutel of LAS instellen;goedgekeurd;ParnasSys;2;1"
    assert "geen gesprek genoteerd" in clerk.get(f"{PAGE}?maand=2020-01").text
    for odd in ("x", "2026-13", "99999-01", "2026-01-01"):
        assert clerk.get(f"{PAGE}?maand={odd}").status_code == 200
    assert notities.calls(weg.session, datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 2, 1, tzinfo=UTC)) == []


def test_every_reason_has_words_and_a_letter_of_its_own() -> None:
    letters = [letter for letter, _ in BELREDENEN.values()]
    assert (set(BELREDENEN), len(set(letters))) == (set(Belreden), len(letters))
