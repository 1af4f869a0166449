"""Every list with no entry, one, fifty and three thousand of them."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.lijsten import fill, pages, statements


def _asked(app: Flask, session: Session, number: int, brin: str) -> dict[str, int]:
    """How many statements each page takes; it opens, too."""
    wereld, browser = fill(app, session, number, brin, years=1)
    return {name: statements(browser, address) for name, address in pages(wereld, browser, number).items()}


@pytest.mark.parametrize("number", [0, 1])
def test_every_list_opens_with_nothing_and_with_one(app: Flask, session: Session, number: int) -> None:
    assert len(_asked(app, session, number, "99XX")) >= (14, 29)[number]


@pytest.mark.early
def test_a_list_of_three_thousand_asks_no_more_than_one_of_fifty(app: Flask, session: Session) -> None:
    fifty, many = _asked(app, session, 50, "12AB"), _asked(app, session, 3_000, "13AB")
    assert set(many) == set(fifty)
    assert {name: (fifty[name], asked) for name, asked in many.items() if asked > fifty[name]} == {}


def test_too_many_results_for_one_page_are_shown_a_groep_at_a_time(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    _wereld, browser = fill(app, session, 50, years=1)
    whole = browser.get("/resultaten/leveringen/?waar=alle").text
    monkeypatch.setattr("webapp.blueprints.versturen.pagina.MOST", 20)
    counted = browser.get("/resultaten/leveringen/?waar=alle").text
    assert "Kind1 Jansen0" in whole
    assert "Kind1 Jansen0" not in counted
    links = re.findall(r'<a href="(/resultaten/leveringen/\?[^"]*groep=\d+[^"]*)"', counted)
    assert len(links) == 2, "one for each groep"
    pages = [browser.get(link.replace("&amp;", "&")).text for link in links]
    assert ["Kind1 Jansen0" in page for page in pages] == [True, False]
    assert "Nog niets ingevoerd" not in pages[0]
