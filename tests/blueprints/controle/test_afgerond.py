"""The summary and the import as a browser sees them, and what is said afterwards."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.blueprints.controle.pagina import regel, url
from tests.screens import post
from tests.services.conftest import aanlevering, pupil, teacher
from webapp.models import (
    BatchStatus,
    Importbatch,
    Koppeling,
    Leerling,
    Mail,
    MailSoort,
    Soort,
    Spoordag,
)
from webapp.services.controle import ontvangst
from webapp.services.inname import inname
from webapp.woorden.mails import compose


@pytest.mark.asvs(10)
def test_import_without_the_summary_writes_nothing(browser: FlaskClient, session: Session, batch: Importbatch) -> None:
    """Nor with a summary that was read before somebody chose otherwise."""
    match = re.search(r'name="digest" value="([0-9a-f]+)"', browser.get(url(batch, "samenvatting")).text)
    assert match
    line = regel(session, batch, Soort.LEERLING)
    post(browser, url(batch, f"regel/{line.id}/kies"), {"keuze": "niet"})
    for digest in ("verzonnen", "", match[1]):
        answer = post(browser, url(batch, "importeren"), {"digest": digest})
        assert answer.headers["Location"].endswith("/samenvatting")
        assert session.scalar(select(func.count()).select_from(Leerling)) == 0


def test_the_summary_and_the_button_write_once(browser: FlaskClient, session: Session, batch: Importbatch) -> None:
    page = browser.get(url(batch, "samenvatting")).text
    match = re.search(r'name="digest" value="([0-9a-f]+)"', page)
    assert match
    for _ in range(2):
        answer = post(browser, url(batch, "importeren"), {"digest": match[1]})
        assert answer.headers["Location"].endswith("/klaar")
    session.expire_all()
    assert batch.status is BatchStatus.VERWERKT
    assert session.scalar(select(func.count()).select_from(Leerling)) == 2
    page = browser.get(url(batch, "klaar")).text
    assert "Klaar: 2 leerlingen overgenomen" in page
    bewijs = ontvangst.of_batch(session, batch.school_id, batch.id)
    assert bewijs is not None
    assert f"Ontvangst {bewijs.nummer}." in page
    session.add(Spoordag(datum=date(2026, 11, 25), aantal=0, zout=b"", vorige="0" * 64, wortel="ab" * 32))
    session.flush()
    (receipt,) = session.scalars(select(Mail).where(Mail.soort == MailSoort.ONTVANGST))
    message = compose(session, receipt)
    assert message.subject == "Klaar: 2 leerlingen overgenomen"
    assert "ab" * 32 in message.text, "the root of the last day of the trail"


def test_after_an_import_leerkrachten_with_an_address_are_invited_with_checkboxes(
    browser: FlaskClient, session: Session, koppeling: Koppeling
) -> None:
    news = aanlevering(
        pupil("k1", "Noor", "Maan"),
        leerkrachten=(teacher("t1", "Loes", "Hartog", email="loes@x.example"), teacher("t2", "Jan", "Zonder")),
    )
    batch = inname.take_in(session, koppeling, news)
    assert batch is not None
    session.commit()
    match = re.search(r'name="digest" value="([0-9a-f]+)"', browser.get(url(batch, "samenvatting")).text)
    assert match
    post(browser, url(batch, "importeren"), {"digest": match[1]})
    page = browser.get(url(batch, "klaar")).text
    assert "2 leerkrachten toegevoegd, 1 met adres: nodig uit" in page
    boxes = re.findall(r'type="checkbox"[^>]*name="id" value="(\d+)"', page)
    assert len(boxes) == 1
    post(browser, "/beheer/beheerders/leerkrachten/uitnodigen", {"id": boxes})
    sent = session.scalars(select(Mail.ontvanger).where(Mail.soort == MailSoort.UITGENODIGD)).all()
    assert sent == ["loes@x.example"]
    assert "nodig uit" not in browser.get(url(batch, "klaar")).text


def test_a_taken_over_aanlevering_leads_to_the_newest(
    browser: FlaskClient, session: Session, koppeling: Koppeling, batch: Importbatch, mail_token: str
) -> None:
    newer = inname.take_in(session, koppeling, aanlevering(pupil("k9", "Fien", "Bloem")))
    session.commit()
    assert newer is not None
    assert browser.get(url(batch)).headers["Location"] == url(newer)
    assert browser.get(browser.get(f"/m/{mail_token}").headers["Location"]).headers["Location"] == url(newer)
