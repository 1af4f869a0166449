"""People who act at the very same moment: one of them decides, the others read so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from threading import Barrier
from typing import TypeVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.screens import JAAR, SLEUTEL, Koppelweg, login, make_clerk, post
from webapp import create_app
from webapp.config import Settings
from webapp.db import db, in_transaction, unit_of_work
from webapp.models import Audit, Koppeling, KoppelingStatus, Mail, MailSoort
from webapp.services.koppeling import aanvraag, einde, stilstand
from webapp.services.koppeling.aanvraag import Aanvraag
from webapp.services.koppeling.errors import AlreadyDecided, TooManyAanvragen

T = TypeVar("T")
AT_ONCE = 6


@pytest.fixture
def weg(settings: Settings, fresh_database_url: str, redis: Redis) -> Iterator[Koppelweg]:
    """A school on its way whose transactions really commit, each on a connection of its own."""
    app: Flask = create_app(replace(settings, database_url=fresh_database_url))
    with app.app_context():
        session = db.session()
        yield Koppelweg(app, session, make_clerk(session))
        session.close()
        db.engine.dispose()


def _all_at_once(browsers: list[FlaskClient], act: Callable[[FlaskClient], T]) -> list[T]:
    together = Barrier(len(browsers))

    def run(browser: FlaskClient) -> T:
        together.wait()
        return act(browser)

    with ThreadPoolExecutor(len(browsers)) as pool:
        return list(pool.map(run, browsers))


def _count(weg: Koppelweg, model: type[Audit] | type[Mail] | type[Koppeling], *where: object) -> int:
    weg.session.rollback()
    return weg.session.scalar(select(func.count()).select_from(model).where(*where)) or 0  # type: ignore[arg-type]  # conditions


def test_one_clerk_approves(weg: Koppelweg) -> None:
    koppeling_id = weg.green(weg.submitted()).id
    clerks = [weg.clerk() for _ in range(AT_ONCE)]
    data = {"action": "goedkeuren", "rowid": str(koppeling_id)}
    _all_at_once(clerks, lambda clerk: post(clerk, "/klantenservice/koppeling/action/", data).status_code)
    assert _count(weg, Audit, Audit.actie == "goedgekeurd") == 1
    assert _count(weg, Mail, Mail.soort == MailSoort.GOEDGEKEURD) == 1


def test_one_press_submits(weg: Koppelweg) -> None:
    koppeling = weg.opened()
    browsers = [weg.browser(koppeling) for _ in range(AT_ONCE)]
    form = {"las_type": "parnassys", "schooljaar": JAAR, "sleutel": SLEUTEL}
    codes = _all_at_once(browsers, lambda browser: post(browser, "/beheer/koppelen/", form).status_code)
    assert set(codes) == {303}
    assert _count(weg, Audit, Audit.actie == "ingediend") == 1
    assert _count(weg, Koppeling, Koppeling.status == KoppelingStatus.INGEDIEND) == 1


def test_one_visitor_asks(weg: Koppelweg) -> None:
    form = {"schoolnaam": "De Wegwijzer", "brin": "12AB", "contact_naam": "Anja", "contact_email": "a@b.example"}
    browsers = [weg.app.test_client() for _ in range(AT_ONCE)]
    codes = _all_at_once(browsers, lambda browser: post(browser, "/aanvraag/", form).status_code)
    assert codes == [303] * AT_ONCE
    assert _count(weg, Koppeling) == 1


@pytest.mark.asvs(13)
def test_the_limits_of_an_aanvraag_hold_for_all_processes_together(weg: Koppelweg) -> None:
    """The limiter in front of the form forgets when Redis does; these are counted in the database."""
    together = Barrier(8)

    def ask(first: int) -> int:
        together.wait()
        refused = 0
        for number in range(first, first + 4):
            asked = Aanvraag("De School", f"{number:02d}AB", "00", "Anja", f"a{number % 2}@school.example")
            with weg.app.app_context(), suppress(TooManyAanvragen), unit_of_work() as session:
                refused += 1
                aanvraag.request(session, asked, afzender="een zender")
                refused -= 1
        return refused

    with ThreadPoolExecutor(8) as pool:
        refused = sum(pool.map(ask, range(0, 32, 4)))
    assert (_count(weg, Koppeling), refused) == (20, 12)
    assert _count(weg, Mail, Mail.soort == MailSoort.AANVRAAG_BEVESTIGEN) == 6, "three to each of two addresses"


def test_one_clerk_opens_up(weg: Koppelweg) -> None:
    koppeling_id = weg.requested().id
    clerks = [weg.clerk() for _ in range(AT_ONCE)]
    page = f"/klantenservice/koppeling/{koppeling_id}/openzetten/"
    _all_at_once(clerks, lambda clerk: post(clerk, page, come_from=page).status_code)
    assert _count(weg, Audit, Audit.actie == "opengezet") == 1
    assert _count(weg, Mail, Mail.soort == MailSoort.OPENGEZET) == 1


def test_who_pause_resume_or_end_at_once_do_it_once(weg: Koppelweg) -> None:
    """Each act by six at the same moment; then pauses and ends at once, of which either may be first."""
    koppeling = weg.running()
    who, id_ = weg.klantenservice.id, koppeling.id

    def at_once(*acts: Callable[[Session], object]) -> int:
        """How many of these were done; the others were told that it was decided."""
        together = Barrier(len(acts))

        def run(act: Callable[[Session], object]) -> int:
            together.wait()
            try:
                with weg.app.app_context():
                    in_transaction(act)
            except AlreadyDecided:
                return 0
            return 1

        with ThreadPoolExecutor(len(acts)) as pool:
            return sum(pool.map(run, acts))

    def pause(session: Session) -> object:
        return stilstand.pause(session, id_, reden="Rust.", door=who)

    def resume(session: Session) -> object:
        return stilstand.resume(session, id_, door=who)

    def end(session: Session) -> object:
        return einde.end(session, id_, reden="Opgeheven.", door=who)

    assert at_once(*[pause] * AT_ONCE) == 1
    assert at_once(*[resume] * AT_ONCE) == 1
    assert at_once(*[resume] * AT_ONCE) == 0
    assert at_once(pause, end, pause, end, pause, end) in {1, 2}, "paused and then ended, or ended at once"
    weg.session.expire_all()
    assert weg.session.get_one(Koppeling, id_).status is KoppelingStatus.BEEINDIGD
    assert _count(weg, Audit, Audit.actie == "beeindigd") == 1
    assert _count(weg, Mail, Mail.soort == MailSoort.BEEINDIGD) == 1


def test_three_clerks_on_one_case_and_on_the_same_choice_do_nothing_twice_and_each_is_told(weg: Koppelweg) -> None:
    """Of each koppeling one of them approves, and the others read who that was."""
    others = [Koppelweg(weg.app, weg.session, weg.klantenservice, brin=f"{n}AB") for n in (20, 21, 22)]
    green = [each.green(each.submitted(f"School {each.brin}", f"{each.brin}@school.example")) for each in others]
    keys = [f"ingediend:koppeling:{each.id}" for each in green]
    names = ("Kim de Wit", "Rob Bakker", "Sara Vos")
    clerks = [login(weg.app, weg.session, make_clerk(weg.session, naam=naam)) for naam in names]
    form = {"daad": "goedkeuren", "zaak": keys}
    codes = _all_at_once(clerks, lambda clerk: post(clerk, "/klantenservice/zaken/", form).status_code)
    assert codes == [303] * 3
    assert _count(weg, Audit, Audit.actie == "goedgekeurd") == 3
    assert _count(weg, Mail, Mail.soort == MailSoort.GOEDGEKEURD) == 3
    pages = _all_at_once(clerks, lambda clerk: clerk.get("/klantenservice/").text)
    done = sum(int(number) for page in pages for number in re.findall(r"<p>(\d+) koppelingen goedgekeurd", page))
    done += sum(len(re.findall(r"<p>School \w+ \(\w+\) is goedgekeurd", page)) for page in pages)
    first = sum(page.count("was eerder, om") for page in pages)
    assert (done, first) == (3, 6)

    asked = weg.requested()
    case = {"een": f"mijn aanvraag:brin:{asked.brin}"}
    _all_at_once(clerks, lambda clerk: post(clerk, "/klantenservice/zaken/", case).status_code)
    said = _all_at_once(clerks, lambda clerk: clerk.get("/klantenservice/").text)
    assert sum("De zaak staat op uw naam." in page for page in said) == 1
    assert sum("heeft deze zaak al op naam" in page for page in said) == 2
    assert _count(weg, Audit, Audit.actie == "zaak bijgehouden") == 1
