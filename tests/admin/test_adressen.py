"""An address that takes no mail, from the queue of klantenservice until it works again."""

from __future__ import annotations

import html
import re

import pytest
from redis import Redis
from sqlalchemy import select

from tests.screens import Koppelweg, make_account, post
from webapp.models import Audit, Daad, DoodAdres, Mail, MailSoort, MailStatus, Rol
from webapp.models.mail import Mailprobleem
from webapp.services import mails

QUEUE = "/klantenservice/"
WEG = "Weg@Wegwijzer.example"


@pytest.fixture
def dood(weg: Koppelweg) -> DoodAdres:
    """A beheerder with an address that is dead, and a mail that could not reach it."""
    koppeling = weg.running()
    beheerder = make_account(weg.session, Rol.BEHEERDER, koppeling.school)
    beheerder.email = WEG.lower()
    mail = mails.add(weg.session, MailSoort.GOEDGEKEURD, WEG, school_id=koppeling.school_id, koppeling_id=koppeling.id)
    mail.status, mail.probleem, mail.volgende_op = MailStatus.OPGEGEVEN, Mailprobleem.ADRES_GEWEIGERD, None
    mails.mark_dead(weg.session, mail, "550 5.1.1")
    weg.session.commit()
    return weg.session.scalars(select(DoodAdres)).one()


def _mail(weg: Koppelweg) -> Mail:
    weg.session.expire_all()
    return weg.session.scalars(select(Mail).where(Mail.soort == MailSoort.GOEDGEKEURD).order_by(Mail.id.desc())).first()  # type: ignore[return-value]  # it is there


def _first_case(page: str) -> str:
    """The address of the case on top of the queue."""
    found = re.search(r'href="(/klantenservice/zaak/\?[^"]+)"', page)
    assert found is not None
    return html.unescape(found[1])


def test_it_stands_once_in_the_queue_with_what_can_be_done(weg: Koppelweg, dood: DoodAdres) -> None:
    clerk = weg.clerk()
    page = clerk.get(QUEUE).text
    assert page.count("neemt geen mail aan") == 1
    assert "kwam niet aan" not in page
    case = clerk.get(_first_case(page)).text
    for expected in ("550 5.1.1", "1 mail wacht", "Adres verbeteren"):
        assert expected in case


def test_a_corrected_address_is_that_of_the_account_and_gets_what_waited(
    weg: Koppelweg, dood: DoodAdres, redis: Redis
) -> None:
    clerk, path = weg.clerk(), f"{QUEUE}adres/{dood.id}/verbeteren/"
    redis.flushdb()
    assert WEG in clerk.get(path).text
    assert post(clerk, path, {"email": "geen adres", "bereikt": "gebeld"}).status_code == 422
    assert post(clerk, path, {"email": "goed@wegwijzer.example", "bereikt": " "}).status_code == 422
    assert post(clerk, path, {"email": "goed@wegwijzer.example", "bereikt": "gebeld"}).status_code == 303
    mail = _mail(weg)
    assert (mail.ontvanger, mail.status, mail.pogingen) == ("goed@wegwijzer.example", MailStatus.KLAAR, 0)
    told = weg.session.scalars(select(Mail).where(Mail.soort == MailSoort.ADRES_GEWIJZIGD)).one()
    assert told.ontvanger == "anja@wegwijzer.example", "the other beheerder"
    assert weg.session.scalars(select(Audit).where(Audit.actie == Daad.ADRES_GEWIJZIGD)).one().tellingen == {
        "bereikt": "gebeld"
    }
    assert redis.llen("rq:queue:mail") == 2
    assert weg.session.scalars(select(DoodAdres)).all() == []
    assert post(clerk, path, {"email": "nog@wegwijzer.example", "bereikt": "gebeld"}).status_code == 404
    assert Daad.ADRES_VERBETERD in weg.session.scalars(select(Audit.actie)).all()
    assert "mailadres werkt niet" not in clerk.get(QUEUE).text


def test_no_mail_is_sent_again_to_it_before_that(weg: Koppelweg, dood: DoodAdres) -> None:
    clerk = weg.clerk()
    post(clerk, f"{QUEUE}mail/action/", {"action": "opnieuw", "rowid": _mail(weg).id, "url": QUEUE})
    assert "Verbeter eerst het adres" in clerk.get(QUEUE).text
    assert _mail(weg).status is MailStatus.OPGEGEVEN


def test_it_can_be_tried_again_as_it_is(weg: Koppelweg, dood: DoodAdres) -> None:
    clerk = weg.clerk()
    answer = post(clerk, f"{QUEUE}adres/action/", {"action": "vrijgeven", "rowid": dood.id, "url": QUEUE})
    assert f"We sturen weer naar {WEG}" in clerk.get(answer.headers["Location"]).text
    assert (_mail(weg).status, _mail(weg).ontvanger) == (MailStatus.KLAAR, WEG)


@pytest.mark.parametrize("is_klantenservice", [True, False])
def test_no_account_gets_the_address_of_another(weg: Koppelweg, dood: DoodAdres, is_klantenservice: bool) -> None:
    other = make_account(weg.session)
    other.is_klantenservice = is_klantenservice
    weg.session.commit()
    clerk = weg.clerk()
    post(clerk, f"{QUEUE}adres/{dood.id}/verbeteren/", {"email": other.email.upper(), "bereikt": "x"})
    assert "Er is al een account met dit adres" in clerk.get(QUEUE).text
    assert _mail(weg).ontvanger == WEG


def test_the_address_of_klantenservice_itself_is_not_changed_here(weg: Koppelweg, dood: DoodAdres) -> None:
    dood.adres = weg.klantenservice.email
    weg.session.commit()
    clerk = weg.clerk()
    post(clerk, f"{QUEUE}adres/{dood.id}/verbeteren/", {"email": "ander@elders.example", "bereikt": "x"})
    assert "van een account van klantenservice" in clerk.get(QUEUE).text
    assert weg.klantenservice.email == dood.adres


def test_a_mail_in_doubt_is_closed_by_asking_the_school(weg: Koppelweg) -> None:
    weg.running()
    mail = _mail(weg)
    mail.status, mail.probleem, mail.volgende_op = MailStatus.ONZEKER, Mailprobleem.GEEN_ANTWOORD, None
    weg.session.commit()
    clerk = weg.clerk()
    page = clerk.get(QUEUE).text
    assert "kwam misschien niet aan" in page
    assert "Vraag de school of hij aankwam." in clerk.get(_first_case(page)).text
    answer = post(clerk, f"{QUEUE}mail/action/", {"action": "aangekomen", "rowid": mail.id, "url": QUEUE})
    assert "Genoteerd" in clerk.get(answer.headers["Location"]).text
    assert _mail(weg).status is MailStatus.VERZONDEN
    answer = post(clerk, f"{QUEUE}mail/action/", {"action": "aangekomen", "rowid": mail.id, "url": QUEUE})
    assert "Er is niets veranderd" in clerk.get(answer.headers["Location"]).text
