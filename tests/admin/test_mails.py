"""What klantenservice reads of a mail, and sends once more."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.screens import Koppelweg, messages, post
from webapp.mail.templates import MailMessage
from webapp.models import Mail, MailSoort, MailStatus
from webapp.services import mails
from webapp.woorden.mailtekst import VERZWEGEN, kept

QUEUE = "/klantenservice/"


def _page(clerk: FlaskClient, mail: Mail) -> str:
    return clerk.get(f"{QUEUE}mail/details/?id={mail.id}").text


def _press(clerk: FlaskClient, mail: Mail, name: str) -> str:
    post(clerk, f"{QUEUE}mail/action/", {"action": name, "rowid": mail.id, "url": QUEUE})
    return messages(clerk)


def test_a_mail_that_waits_is_read_as_it_would_go_and_one_that_went_as_it_went(weg: Koppelweg) -> None:
    koppeling, clerk = weg.running(), weg.clerk()
    rows = weg.session.scalars(select(Mail).order_by(Mail.id)).all()
    for mail in rows:
        page = _page(clerk, mail)
        assert "Zoals de mail nu zou gaan" in page, mail.soort
        assert "[link: " in page or mail.soort is MailSoort.AANVRAAG_ONTVANGEN, mail.soort
        assert not re.search(r"http://localhost/(m|wachtwoord)", page), mail.soort
    went = next(mail for mail in rows if mail.soort is MailSoort.GOEDGEKEURD)
    went.status = MailStatus.ONZEKER
    weg.session.flush()
    went.status, went.onderwerp, went.tekst = MailStatus.VERZONDEN, "Goed", "Toen waren het er 12.\n[link: overzicht]"
    weg.session.commit()
    page = _page(clerk, went)
    assert ("Zoals de mail ging" in page, "Toen waren het er 12." in page) == (True, True)
    went.ontvanger, went.onderwerp, went.tekst = f"gewist-{went.id}", None, None
    weg.session.commit()
    page = _page(clerk, went)
    assert ("de tekst niet bewaard" in page, "Nog eens sturen" in page) == (True, False)
    assert f"school/details/?id={koppeling.school_id}" in page


def test_a_mail_that_somebody_lost_goes_once_more_and_once_for_two_presses(weg: Koppelweg) -> None:
    weg.running()
    clerk = weg.clerk()
    went = weg.session.scalars(select(Mail).where(Mail.soort == MailSoort.GOEDGEKEURD)).one()
    went.status = MailStatus.ONZEKER
    weg.session.flush()
    went.status = MailStatus.VERZONDEN
    weg.session.commit()
    assert "Nog eens sturen" in _page(clerk, went)
    assert "gaat nog een keer" in _press(clerk, went, "nog_eens")
    assert "Er is niets veranderd." in _press(clerk, went, "nog_eens")
    waits = weg.session.scalars(select(Mail).where(Mail.soort == MailSoort.KLANTENSERVICE_AANVRAAG)).first()
    assert waits is not None
    assert "Er is niets veranderd." in _press(clerk, waits, "nog_eens")
    assert weg.session.scalar(select(func.count()).where(Mail.soort == MailSoort.GOEDGEKEURD)) == 2
    mails.mark_dead(weg.session, went, "550")
    weg.session.commit()
    assert "Adres verbeteren" in _page(clerk, went)


@pytest.mark.parametrize("path", ["m/eyJ0.aBc-1_x", "wachtwoord-nieuw/x.y-z?next=/", "bestaat/niet", "", "/@x%0a"])
def test_no_address_of_ours_is_kept_whatever_it_is(weg: Koppelweg, path: str) -> None:
    said = kept(MailMessage("a@b.nl", "S", f"Klik (http://localhost/{path})\nPim zegt: hallo", "", "Pim zegt: hallo"))
    assert "localhost" not in said.tekst
    assert "eyJ0" not in said.tekst
    assert said.tekst.startswith("Klik ([link: ")
    assert (VERZWEGEN in said.tekst, "hallo" in said.tekst) == (True, False)
