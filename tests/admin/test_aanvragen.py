"""What klantenservice does with aanvragen: several for one BRIN, rejecting, correcting, withdrawing, reminding."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from jobs import sweep
from jobs.aanvraag import tend
from tests.screens import Koppelweg, make_account, make_school, messages, post, read_then_do
from webapp import vakanties
from webapp.models import Audit, DoodAdres, Koppeling, KoppelingStatus, Mail, MailSoort, MailStatus, Rol
from webapp.models.koppeling import Afwijsreden
from webapp.queue import Job
from webapp.services import medewerkers
from webapp.services.koppeling import levensloop
from webapp.services.overzicht import wachtrij
from webapp.services.overzicht.wachtend import Wachtreden
from webapp.services.toegang import toetreden
from webapp.woorden.mails import compose

QUEUE = "/klantenservice/"
GOED = {
    "schoolnaam": "De Wegwijzer",
    "brin": "12AB",
    "vestiging": "00",
    "contact_naam": "Anja Bakker",
    "contact_email": "anja@wegwijzer.example",
}


def _page(koppeling: Koppeling, name: str) -> str:
    return f"{QUEUE}koppeling/{koppeling.id}/{name}/"


def _open_up(weg: Koppelweg, clerk: FlaskClient, koppeling: Koppeling) -> None:
    seen = re.search(r'name="gezien" value="([^"]+)"', clerk.get(_page(koppeling, "openzetten")).text)
    post(clerk, _page(koppeling, "openzetten"), {"gezien": seen[1] if seen else ""})
    weg.session.expire_all()


def _act(clerk: FlaskClient, name: str, koppeling: Koppeling) -> str:
    post(clerk, f"{QUEUE}koppeling/action/", {"action": name, "rowid": str(koppeling.id), "url": QUEUE})
    return messages(clerk)


def _mails(weg: Koppelweg, soort: MailSoort) -> list[str]:
    return list(weg.session.scalars(select(Mail.ontvanger).where(Mail.soort == soort).order_by(Mail.id)))


def _beheerders(weg: Koppelweg, koppeling: Koppeling) -> list[str]:
    assert koppeling.school_id is not None
    return [account.email for account in medewerkers.beheerders_of(weg.session, koppeling.school_id)]


def test_several_for_one_brin_are_one_case_side_by_side(weg: Koppelweg) -> None:
    squat, real = weg.requested("Gratis geld", "squat@elders.example"), weg.requested()
    clerk = weg.clerk()
    (row,) = wachtrij.waiting(weg.session)
    assert {each.id for each in row.koppelingen} == {squat.id, real.id}
    page = clerk.get(QUEUE).text
    assert "1 zaak wacht op ons" in page
    assert "2 aanvragen" in page
    case = clerk.get(f"{QUEUE}koppeling/brin/12AB/").text
    for expected in (
        "squat@elders.example",
        "anja@wegwijzer.example",
        "Opengezet",
        "Afwijzen",
        "Verbeteren",
        "Intrekken",
    ):
        assert expected in case
    assert clerk.get(f"{QUEUE}koppeling/brin/99ZZ/").status_code == 404


def test_a_squatter_keeps_no_school_from_its_koppeling(weg: Koppelweg) -> None:
    """Klantenservice opened up the wrong one: it is withdrawn, its beheerder with it, and the real one is opened up."""
    squat, real, clerk = weg.requested("Squat", "squat@elders.example"), weg.requested(), weg.clerk()
    _open_up(weg, clerk, squat)
    _open_up(weg, clerk, real)
    assert (squat.status, real.status) == (KoppelingStatus.OPENGEZET, KoppelingStatus.AANGEVRAAGD)
    assert "heeft al een koppeling (opengezet)" in messages(clerk)
    assert "De school heeft al een koppeling (opengezet)." in clerk.get(QUEUE).text
    school = squat.school_id
    assert "is ingetrokken" in _act(clerk, "intrekken", squat)
    _open_up(weg, clerk, real)
    assert (squat.status, real.status) == (KoppelingStatus.INGETROKKEN, KoppelingStatus.OPENGEZET)
    assert real.school_id == school
    assert _beheerders(weg, real) == ["anja@wegwijzer.example"]


def test_a_school_has_one_koppeling_whoever_writes_it(weg: Koppelweg) -> None:
    first = weg.opened()
    other = weg.requested("Nog een", "b@wegwijzer.example")
    other.school_id = first.school_id
    with pytest.raises(IntegrityError, match="uq_koppeling_school_open"), weg.session.begin_nested():
        weg.session.flush()


def test_an_aanvraag_of_a_stranger_is_not_shown_to_the_school(weg: Koppelweg) -> None:
    school = make_school(weg.session)
    account = make_account(weg.session, Rol.BEHEERDER, school)
    weg.requested("Squat", "squat@elders.example")
    assert levensloop.of_school(weg.session, school.id) is None
    own = weg.requested("De Wegwijzer", account.email)
    assert levensloop.of_school(weg.session, school.id) == own


@pytest.mark.parametrize("state", ["requested", "opened", "submitted"])
def test_rejecting_shows_the_mail_before_it_goes(weg: Koppelweg, state: str) -> None:
    koppeling, clerk = getattr(weg, state)(), weg.clerk()
    page = _page(koppeling, "afwijzen")
    for form in ({}, {"reden": "zomaar"}, {"reden": "brin", "toelichting": "x" * 1001}):
        assert post(clerk, page, form).status_code == 422
    told = {"reden": "brin", "toelichting": "Bel ons als u de goede weet."}
    shown = post(clerk, page, told)
    assert shown.status_code == 200
    assert "Het BRIN en de naam van de school horen niet bij elkaar." in shown.text
    assert "Bel ons als u de goede weet." in shown.text
    assert koppeling.contact_email in shown.text
    assert _mails(weg, MailSoort.AFGEWEZEN) == [], "it was only shown"
    seen = re.search(r'name="gezien" value="(\w+)"', shown.text)
    assert seen
    assert post(clerk, page, told | {"reden": "ander las", "gezien": seen[1]}).status_code == 200, "not what was shown"
    post(clerk, page, told | {"gezien": seen[1]})
    assert "is afgewezen" in messages(clerk)
    post(clerk, page, told | {"gezien": seen[1]})
    assert "is al afgewezen" in messages(clerk)
    weg.session.expire_all()
    assert (koppeling.status, koppeling.sleutel) == (KoppelingStatus.AFGEWEZEN, None)
    assert (koppeling.afwijsreden, koppeling.reden_afwijzing) == (Afwijsreden.BRIN, told["toelichting"])
    story = clerk.get(f"/klantenservice/koppeling/details/?id={koppeling.id}").text
    assert story.count("BRIN en naam horen niet bij elkaar") == 2, "beside the facts, and in what happened"
    assert _mails(weg, MailSoort.AFGEWEZEN) == [koppeling.contact_email]
    sent = compose(weg.session, weg.session.scalars(select(Mail).where(Mail.soort == MailSoort.AFGEWEZEN)).one())
    assert sent.text.strip() in shown.text.replace("&#34;", '"').replace("&#39;", "'")


def test_a_key_is_a_reason_only_where_one_was_handed_in(weg: Koppelweg) -> None:
    clerk, page = weg.clerk(), _page(weg.opened(), "afwijzen")
    assert "De sleutel hoort niet" not in clerk.get(page).text
    assert post(clerk, page, {"reden": "sleutel"}).status_code == 422


def test_what_was_rejected_by_mistake_is_opened_up_after_all(weg: Koppelweg) -> None:
    koppeling, clerk = weg.requested(), weg.clerk()
    _reject(clerk, koppeling)
    _open_up(weg, clerk, koppeling)
    assert (koppeling.status, koppeling.afwijsreden) == (KoppelingStatus.OPENGEZET, None)


def _reject(clerk: FlaskClient, koppeling: Koppeling) -> None:
    shown = post(clerk, _page(koppeling, "afwijzen"), {"reden": "brin"}).text
    seen = re.search(r'name="gezien" value="(\w+)"', shown)
    assert seen
    post(clerk, _page(koppeling, "afwijzen"), {"reden": "brin", "gezien": seen[1]})


def _rejected(weg: Koppelweg, clerk: FlaskClient) -> Koppeling:
    koppeling = weg.submitted()
    _reject(clerk, koppeling)
    return koppeling


@pytest.mark.parametrize("state", ["unconfirmed", "requested", "opened", "submitted", "rejected"])
def test_it_is_withdrawn_from_every_state_before_approval(weg: Koppelweg, state: str) -> None:
    clerk = weg.clerk()
    koppeling = _rejected(weg, clerk) if state == "rejected" else getattr(weg, state)()
    school = koppeling.school
    assert "is ingetrokken" in _act(clerk, "intrekken", koppeling)
    weg.session.expire_all()
    assert (koppeling.status, koppeling.sleutel) == (KoppelingStatus.INGETROKKEN, None)
    assert school is None or medewerkers.beheerders_of(weg.session, school.id) == []


@pytest.mark.parametrize("state", ["unconfirmed", "requested", "opened", "submitted", "rejected"])
def test_another_brin_or_contact_makes_it_an_aanvraag_to_recognise_again(weg: Koppelweg, state: str) -> None:
    clerk = weg.clerk()
    koppeling = _rejected(weg, clerk) if state == "rejected" else getattr(weg, state)()
    before, page = koppeling.school, _page(koppeling, "verbeteren")
    assert post(clerk, page, GOED | {"contact_email": "geen adres"}).status_code == 422
    post(clerk, page, GOED | {"brin": "34CD", "contact_email": "an@wegwijzer.example"})
    weg.session.expire_all()
    assert (koppeling.brin, koppeling.contact_email) == ("34CD", "an@wegwijzer.example")
    assert (koppeling.status, koppeling.school_id, koppeling.sleutel) == (KoppelingStatus.AANGEVRAAGD, None, None)
    assert _mails(weg, MailSoort.AANVRAAG_ONTVANGEN)[-1] == "an@wegwijzer.example"
    if before is not None:
        assert medewerkers.beheerders_of(weg.session, before.id) == [], "who was made beheerder is one no more"
    _open_up(weg, clerk, koppeling)
    assert koppeling.school
    assert koppeling.school.brin == "34CD"
    assert _beheerders(weg, koppeling) == ["an@wegwijzer.example"]


def test_a_brin_typed_wrong_is_put_right_after_opening_up_for_the_same_contact(weg: Koppelweg) -> None:
    koppeling, clerk = weg.opened(), weg.clerk()
    post(clerk, _page(koppeling, "verbeteren"), GOED | {"brin": "34CD"})
    _open_up(weg, clerk, koppeling)
    assert koppeling.school
    assert (koppeling.school.brin, _beheerders(weg, koppeling)) == ("34CD", ["anja@wegwijzer.example"])


@pytest.mark.parametrize("act", ["verbeteren", "intrekken"])
def test_whoever_loses_the_school_by_it_hears_so_and_the_other_beheerders_too(weg: Koppelweg, act: str) -> None:
    koppeling, clerk = weg.opened(), weg.clerk()
    assert koppeling.school is not None
    other = make_account(weg.session, Rol.BEHEERDER, koppeling.school, naam="Bas").email
    school, anja = koppeling.school, medewerkers.beheerders_of(weg.session, koppeling.school.id)[0]
    toetreden.invite(weg.session, school.id, email="nog@iemand.example", rol=Rol.BEHEERDER, door=anja.id)
    weg.session.commit()
    if act == "verbeteren":
        post(clerk, _page(koppeling, act), GOED | {"contact_email": "goed@wegwijzer.example"})
    else:
        _act(clerk, act, koppeling)
    weg.session.expire_all()
    assert [account.email for account in medewerkers.beheerders_of(weg.session, school.id)] == [other]
    assert set(_mails(weg, MailSoort.BEHEERDERS_GEWIJZIGD)) == {other, "anja@wegwijzer.example"}
    mail = weg.session.scalars(select(Mail).where(Mail.ontvanger == other)).one()
    assert toetreden.open_of(weg.session, school.id) == [], "whom she invited would be a way in again"
    assert compose(weg.session, mail).subject == f"Anja Bakker is geen beheerder meer van {school.naam}"


def test_who_was_beheerder_before_stays_one(weg: Koppelweg) -> None:
    account = make_account(weg.session, Rol.BEHEERDER, make_school(weg.session))
    koppeling, clerk = weg.requested("De Wegwijzer", account.email), weg.clerk()
    _open_up(weg, clerk, koppeling)
    _act(clerk, "intrekken", koppeling)
    weg.session.expire_all()
    assert koppeling.status is KoppelingStatus.INGETROKKEN
    assert _beheerders(weg, koppeling) == [account.email]


def test_a_name_is_put_right_without_starting_again(weg: Koppelweg) -> None:
    koppeling, clerk = weg.submitted(), weg.clerk()
    assert "U heeft niets gewijzigd." in _posted(clerk, koppeling, GOED)
    post(clerk, _page(koppeling, "verbeteren"), GOED | {"schoolnaam": "De Wegwijzers"})
    weg.session.expire_all()
    assert koppeling.school
    assert (koppeling.status, koppeling.school.naam) == (KoppelingStatus.INGEDIEND, "De Wegwijzers")
    assert len(_mails(weg, MailSoort.AANVRAAG_ONTVANGEN)) == 1


def _posted(clerk: FlaskClient, koppeling: Koppeling, form: dict[str, str]) -> str:
    post(clerk, _page(koppeling, "verbeteren"), form)
    return messages(clerk)


@pytest.mark.parametrize("state", ["approved", "running"])
def test_after_approval_none_of_it_can_be_done(weg: Koppelweg, state: str) -> None:
    koppeling, clerk = getattr(weg, state)(), weg.clerk()
    before = koppeling.status
    assert "is al" in _act(clerk, "intrekken", koppeling)
    for name in ("afwijzen", "verbeteren"):
        post(clerk, _page(koppeling, name), GOED | {"reden": "brin", "brin": "34CD"})
        assert "is al" in messages(clerk)
    weg.session.expire_all()
    assert (koppeling.status, koppeling.brin) == (before, "12AB")


def _aged(weg: Koppelweg, koppeling: Koppeling, days: int) -> None:
    moment = datetime.now(UTC) - timedelta(days=days)
    koppeling.aangevraagd_op = moment
    if koppeling.opengezet_op is not None:
        koppeling.opengezet_op = moment
    if koppeling.beslist_op is not None:
        koppeling.beslist_op = moment
    weg.session.commit()


def _tend(weg: Koppelweg) -> int:
    """What the sweep rings for, done twice."""
    due = sweep.sweep()[Job.TEND_AANVRAAG]
    for koppeling_id in weg.session.scalars(select(Koppeling.id)).all():
        tend(koppeling_id)
        tend(koppeling_id)
    weg.session.expire_all()
    return due


def test_what_nobody_confirms_falls_away_after_fourteen_days(weg: Koppelweg) -> None:
    old, asked = weg.unconfirmed(), weg.requested("De Andere", "b@andere.example")
    _aged(weg, old, 13)
    assert _tend(weg) == 0
    for koppeling in (old, asked):
        _aged(weg, koppeling, 15)
    gone = old.id
    assert _tend(weg) == 1
    assert list(weg.session.scalars(select(Koppeling.id))) == [asked.id]
    assert _mails(weg, MailSoort.AANVRAAG_BEVESTIGEN) == ["b@andere.example"]
    row = weg.session.scalars(select(Audit).where(Audit.actie == "aanvraag vervallen")).one()
    assert row.object == f"koppeling {gone}"


@pytest.mark.parametrize("is_rejected", [False, True])
def test_a_school_that_does_nothing_is_reminded_twice_and_then_waits_in_the_queue(
    weg: Koppelweg, is_rejected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vakanties, "is_vakantie", lambda day, regio: False)
    koppeling, clerk = weg.submitted() if is_rejected else weg.opened(), weg.clerk()
    if is_rejected:
        _reject(clerk, koppeling)
        weg.session.expire_all()
    _aged(weg, koppeling, 4)
    assert (_tend(weg), wachtrij.waiting(weg.session)) == (0, [])
    _aged(weg, koppeling, 6)
    assert (_tend(weg), wachtrij.waiting(weg.session)) == (1, [])
    assert _mails(weg, MailSoort.AANVRAAG_HERINNERING) == ["anja@wegwijzer.example"]
    compose(weg.session, weg.session.scalars(select(Mail).where(Mail.soort == MailSoort.AANVRAAG_HERINNERING)).one())
    koppeling.herinnerd_op = datetime.now(UTC) - timedelta(days=10)
    _aged(weg, koppeling, 16)
    assert (_tend(weg), wachtrij.waiting(weg.session)) == (1, [])
    assert len(_mails(weg, MailSoort.AANVRAAG_HERINNERING)) == 2
    _aged(weg, koppeling, 21)
    (row,) = wachtrij.waiting(weg.session)
    assert (row.reden, row.koppeling) == (Wachtreden.STIL, koppeling)
    page = clerk.get(QUEUE).text
    assert ("dient niet opnieuw in" if is_rejected else "vult geen sleutel in") in page
    assert "21 dagen" in page
    assert "vandaag al een herinnering" in clerk.get(_page(koppeling, "herinneren")).text
    koppeling.herinnerd_op = datetime.now(UTC) - timedelta(days=2)
    weg.session.commit()
    said = "dien de koppeling opnieuw in" if is_rejected else "Haal daar de autorisatiesleutel op"
    assert said in read_then_do(clerk, koppeling, "herinneren")
    assert "krijgt een herinnering" in messages(clerk)
    assert len(_mails(weg, MailSoort.AANVRAAG_HERINNERING)) == 3


def test_an_aanvraag_that_was_rejected_before_it_had_a_school_is_done(weg: Koppelweg) -> None:
    koppeling, clerk = weg.requested(), weg.clerk()
    _reject(clerk, koppeling)
    _aged(weg, koppeling, 30)
    assert (_tend(weg), wachtrij.waiting(weg.session)) == (0, [])


def test_a_first_mail_that_does_not_arrive_is_nobodys_work(weg: Koppelweg) -> None:
    """Anybody can type any address: that must not fill the queue."""
    weg.unconfirmed(email="weg@elders.example")
    mail = weg.session.scalars(select(Mail)).one()
    mail.status = MailStatus.OPGEGEVEN
    weg.session.add(DoodAdres(adres=mail.ontvanger, antwoord="550"))
    weg.session.commit()
    assert wachtrij.waiting(weg.session) == []
