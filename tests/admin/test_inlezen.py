"""Before klantenservice decides: whether the school was read in, and what the register says of its BRIN."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from tests.screens import Koppelweg, messages, post
from webapp.models import Koppeling, KoppelingStatus, Registerschool, School

QUEUE = "/klantenservice/"
RODE_REGEL = "Van deze school zijn geen eigen gegevens ingelezen: elke leerling wordt “nieuw”"


def _details(koppeling: Koppeling) -> str:
    return f"{QUEUE}koppeling/details/?id={koppeling.id}"


def _page(koppeling: Koppeling) -> str:
    return f"{QUEUE}koppeling/{koppeling.id}/goedkeuren/"


def test_what_is_not_green_is_named_and_approved_only_by_who_says_to_know(weg: Koppelweg) -> None:
    koppeling, clerk = weg.submitted(), weg.clerk()
    details = clerk.get(_details(koppeling)).text
    assert "Bewijzen: 5 van 7 groen" in details
    assert RODE_REGEL in details
    assert "Laat beheer de school eerst inlezen" in details
    assert 'value="goedkeuren"' not in details + clerk.get(QUEUE).text
    assert all(_page(koppeling) in page for page in (details, clerk.get(QUEUE).text))
    post(clerk, f"{QUEUE}koppeling/action/", {"action": "goedkeuren", "rowid": koppeling.id})
    assert "verwerkersovereenkomst ontbreekt. Er is niets veranderd" in messages(clerk)
    assert RODE_REGEL in clerk.get(_page(koppeling)).text
    named = {"gezien": ["eigen gegevens", "overeenkomst"]}
    unticked = post(clerk, _page(koppeling), named)
    assert (unticked.status_code, "Zet het vinkje" in unticked.text) == (422, True)
    other = post(clerk, _page(koppeling), {"weet": "y", "gezien": "overeenkomst"})
    assert (other.status_code, "Intussen is er nog iets niet groen" in other.text) == (422, True)
    weg.session.expire_all()
    assert koppeling.status is KoppelingStatus.INGEDIEND
    for said in ("is goedgekeurd", "is al goedgekeurd"):
        post(clerk, _page(koppeling), {"weet": "y", **named})
        assert said in messages(clerk)
    weg.session.expire_all()
    assert str(koppeling.status) == "goedgekeurd"
    post(clerk, f"{QUEUE}koppeling/action/", {"action": "goedkeuren terugnemen", "rowid": koppeling.id})
    assert "De goedkeuring van De Wegwijzer (12AB) is teruggenomen" in messages(clerk)


def test_the_day_of_the_contract_is_noted_with_who_and_turns_green(weg: Koppelweg) -> None:
    koppeling, clerk = weg.read_in(weg.submitted()), weg.clerk()
    page = f"{QUEUE}koppeling/{koppeling.id}/overeenkomst/"
    assert "moet nog komen" in post(clerk, page, {"getekend_op": "2999-01-01"}).text
    post(clerk, page, {"getekend_op": "2026-08-28"})
    assert "is bewaard" in messages(clerk)
    details = clerk.get(_details(koppeling)).text
    assert ("Bewijzen: 7 van 7 groen" in details, 'value="goedkeuren"' in details) == (True, True)
    assert "28 augustus 2026" in details
    assert "door Kim de Wit" in clerk.get(page).text
    assert clerk.get(_page(koppeling)).text.count("Niet in orde") == 0
    post(clerk, _page(koppeling))
    assert "is goedgekeurd" in messages(clerk)


def test_when_a_school_was_read_in_stands_at_its_approval(weg: Koppelweg) -> None:
    koppeling, clerk = weg.green(weg.submitted()), weg.clerk()
    details = clerk.get(_details(koppeling)).text
    assert 'value="goedkeuren"' in details
    assert "niet ingelezen; 1 leerling staat hier" in details
    assert RODE_REGEL not in details
    school = weg.session.get_one(School, koppeling.school_id)
    school.ingelezen_op, school.ingelezen = func.now(), {"leerlingen": 1_200, "resultaten": 3}
    weg.session.commit()
    details = clerk.get(_details(koppeling)).text
    assert "ingelezen op vandaag" in details
    assert "1.200 leerlingen, 3 resultaten" in details


def test_without_a_register_nothing_is_said_of_it(weg: Koppelweg) -> None:
    weg.requested()
    assert "register van scholen" not in weg.clerk().get(QUEUE).text


def test_a_brin_that_the_register_does_not_have_is_said(weg: Koppelweg) -> None:
    _register(weg, "34CD")
    koppeling, clerk = weg.requested(), weg.clerk()
    said = "BRIN 12AB met vestiging 00 staat niet in het register van scholen. Bel de school"
    for page in (QUEUE, _details(koppeling), f"{QUEUE}koppeling/{koppeling.id}/openzetten/"):
        assert said in clerk.get(page).text, page


def test_a_school_that_closed_is_said(weg: Koppelweg) -> None:
    _register(weg, "12AB", gesloten_op=date(2024, 8, 1))
    koppeling, clerk = weg.requested(), weg.clerk()
    said = "Volgens het register is De Echte Naam in Zwolle gesloten sinds 1 augustus 2024"
    for page in (QUEUE, _details(koppeling), f"{QUEUE}koppeling/{koppeling.id}/openzetten/"):
        assert said in clerk.get(page).text, page


def test_a_new_school_is_called_as_the_register_has_it(weg: Koppelweg) -> None:
    _register(weg, "12AB")
    koppeling, clerk = weg.requested(), weg.clerk()
    page = f"{QUEUE}koppeling/{koppeling.id}/openzetten/"
    shown = clerk.get(page).text
    assert "In het register heet deze school “De Echte Naam”, in Zwolle." in shown
    assert "Er komt een nieuwe school: De Echte Naam, BRIN 12AB" in shown
    post(clerk, page, {"gezien": shown.partition('name="gezien" value="')[2].partition('"')[0]}, come_from=page)
    weg.session.expire_all()
    assert weg.session.scalars(select(School.naam)).all() == ["De Echte Naam"]
    assert koppeling.schoolnaam == "De Echte Naam"


def test_a_register_that_changed_meanwhile_is_looked_at_again(weg: Koppelweg) -> None:
    koppeling, clerk = weg.requested(), weg.clerk()
    page = f"{QUEUE}koppeling/{koppeling.id}/openzetten/"
    seen = clerk.get(page).text.partition('name="gezien" value="')[2].partition('"')[0]
    _register(weg, "12AB")
    post(clerk, page, {"gezien": seen}, come_from=page)
    assert "intussen veranderd" in messages(clerk)


def _register(weg: Koppelweg, brin: str, gesloten_op: date | None = None) -> None:
    weg.session.add(
        Registerschool(brin=brin, vestiging="00", naam="De Echte Naam", plaats="Zwolle", gesloten_op=gesloten_op)
    )
    weg.session.commit()
