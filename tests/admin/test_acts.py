"""What klantenservice decides: each act once, each with its mail and its trace, and never for nothing."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from redis import Redis
from sqlalchemy import func, select

from tests.screens import Koppelweg, join, make_account, make_clerk, make_school, messages, post, read_then_do
from tests.wereld import START
from webapp.models import Audit, Koppeling, KoppelingStatus, Mail, MailSoort, MailStatus, Rol, School
from webapp.models.mail import Mailprobleem
from webapp.services import medewerkers

QUEUE = "/klantenservice/"


def _act(clerk: FlaskClient, view: str, name: str, *ids: object) -> str:
    """Press the button of an act; give what the next page says."""
    answer = post(clerk, f"{QUEUE}{view}/action/", {"action": name, "rowid": [str(i) for i in ids], "url": QUEUE})
    assert answer.status_code == 302
    assert answer.headers["Location"] == QUEUE
    return messages(clerk)


def _mails(weg: Koppelweg, soort: MailSoort) -> int:
    return weg.session.scalar(select(func.count()).select_from(Mail).where(Mail.soort == soort)) or 0


def _open_page(koppeling: Koppeling) -> str:
    return f"{QUEUE}koppeling/{koppeling.id}/openzetten/"


def _seen(clerk: FlaskClient, koppeling: Koppeling) -> str:
    return clerk.get(_open_page(koppeling)).text.split('name="gezien" value="')[1].split('"')[0]


def test_opening_up_shows_that_school_and_account_are_new_then_makes_them(weg: Koppelweg) -> None:
    koppeling, clerk = weg.requested(), weg.clerk()
    question = clerk.get(_open_page(koppeling)).text
    assert "kennen wij nog niet" in question
    assert "krijgt een mail om een wachtwoord in te stellen" in question
    assert weg.session.scalar(select(func.count()).select_from(School)) == 0
    answer = post(clerk, _open_page(koppeling), {"gezien": _seen(clerk, koppeling)})
    assert answer.headers["Location"] == QUEUE
    assert "De school krijgt de volgende stappen" in messages(clerk)
    weg.session.expire_all()
    assert koppeling.status is KoppelingStatus.OPENGEZET
    assert koppeling.school
    assert (koppeling.school.naam, koppeling.school.brin) == ("De Wegwijzer", "12AB")
    assert (_mails(weg, MailSoort.OPENGEZET), _mails(weg, MailSoort.UITNODIGING)) == (1, 0), "one mail says it all"


def test_opening_up_recognises_the_school_and_its_beheerder(weg: Koppelweg) -> None:
    school = make_school(weg.session, naam="De Wegwijzers")
    account = make_account(weg.session, Rol.BEHEERDER, school)
    koppeling, clerk = weg.requested("De Wegwijzer", account.email.upper()), weg.clerk()
    question = clerk.get(_open_page(koppeling)).text
    assert "Bij dit BRIN kennen wij “De Wegwijzers”" in question
    assert "is al beheerder" in question
    post(clerk, _open_page(koppeling), {"gezien": _seen(clerk, koppeling)})
    weg.session.expire_all()
    assert koppeling.school_id == school.id
    assert koppeling.schoolnaam == "De Wegwijzers", "her own name from here on, not as somebody typed it"
    assert _mails(weg, MailSoort.UITNODIGING) == 0


def test_a_stranger_who_asks_for_a_known_school_is_pointed_out(weg: Koppelweg) -> None:
    make_account(weg.session, Rol.BEHEERDER, make_school(weg.session))
    koppeling = weg.requested("De Wegwijzer", "vreemde@elders.example")
    question = weg.clerk().get(_open_page(koppeling)).text
    assert "vreemde@elders.example heeft nog geen account en hoort nog niet bij deze school" in question
    assert "School gebeld op het nummer uit het register?" in question


@pytest.mark.parametrize("who", ["klantenservice", "leerkracht elders", "leerkracht hier", "nergens"])
def test_who_is_no_beheerder_cannot_become_one_here(weg: Koppelweg, who: str) -> None:
    hier, elders = make_school(weg.session), make_school(weg.session, "34CD", "De Andere")
    schools = {"leerkracht elders": elders, "leerkracht hier": hier}
    if who == "klantenservice":
        account = make_clerk(weg.session)
    else:
        account = make_account(weg.session, Rol.LEERKRACHT, schools.get(who))
    if who == "leerkracht hier":
        join(weg.session, account, elders, Rol.BEHEERDER)
    koppeling, clerk = weg.requested("De Wegwijzer", account.email), weg.clerk()
    assert "is geen beheerder van De Wegwijzer" in clerk.get(_open_page(koppeling)).text
    post(clerk, _open_page(koppeling), come_from=_open_page(koppeling))
    assert "Er is niets veranderd." in messages(clerk)
    weg.session.expire_all()
    assert koppeling.status is KoppelingStatus.AANGEVRAAGD
    assert medewerkers.rol_of(weg.session, account.id, hier.id) is not Rol.BEHEERDER


def test_a_beheerder_of_another_school_becomes_one_here_too(weg: Koppelweg) -> None:
    elders = make_school(weg.session, "34CD", "De Andere")
    account = make_account(weg.session, Rol.BEHEERDER, elders)
    koppeling, clerk = weg.requested("De Wegwijzer", account.email), weg.clerk()
    post(clerk, _open_page(koppeling), {"gezien": _seen(clerk, koppeling)})
    weg.session.expire_all()
    found = {plaats.school_id: plaats.rol for plaats in medewerkers.of_account(weg.session, account.id)}
    assert found == {elders.id: Rol.BEHEERDER, koppeling.school_id: Rol.BEHEERDER}
    assert _mails(weg, MailSoort.UITNODIGING) == 0


def test_what_was_shown_is_what_is_done(weg: Koppelweg) -> None:
    koppeling, clerk = weg.requested(), weg.clerk()
    seen = _seen(clerk, koppeling)
    make_school(weg.session)
    post(clerk, _open_page(koppeling), {"gezien": seen}, come_from=_open_page(koppeling))
    assert "intussen veranderd" in messages(clerk)
    weg.session.expire_all()
    assert koppeling.status is KoppelingStatus.AANGEVRAAGD


def test_two_clerks_decide_once(weg: Koppelweg) -> None:
    koppeling, clerk = weg.requested(), weg.clerk()
    seen = _seen(clerk, koppeling)
    for _ in range(2):
        post(clerk, _open_page(koppeling), {"gezien": seen})
    assert "is al opengezet" in messages(clerk)
    assert _mails(weg, MailSoort.OPENGEZET) == 1
    answer = clerk.get(_open_page(koppeling))
    assert answer.headers["Location"] == f"{QUEUE}koppeling/details/?id={koppeling.id}"


def test_approving_mails_the_school_and_fetches_at_once(weg: Koppelweg, redis: Redis) -> None:
    koppeling, clerk = weg.green(weg.submitted()), weg.clerk()
    redis.flushdb()
    assert "is goedgekeurd" in _act(clerk, "koppeling", "goedkeuren", koppeling.id)
    assert "is al goedgekeurd" in _act(clerk, "koppeling", "goedkeuren", koppeling.id)
    weg.session.expire_all()
    assert koppeling.status is KoppelingStatus.GOEDGEKEURD
    assert koppeling.ophalen_op is not None
    assert _mails(weg, MailSoort.GOEDGEKEURD) == 1
    assert redis.llen("rq:queue:nu") == 1
    row = weg.session.scalars(select(Audit).where(Audit.actie == "goedgekeurd")).one()
    assert row.account_id == weg.klantenservice.id


def test_one_row_that_cannot_does_not_stop_the_others(weg: Koppelweg) -> None:
    asked = weg.requested()
    ready = Koppelweg(weg.app, weg.session, weg.klantenservice, "34CD").submitted("De Andere", "a@b.example")
    weg.green(ready)
    said = _act(weg.clerk(), "koppeling", "goedkeuren", asked.id, 999_999, ready.id)
    assert "is al aangevraagd" in said
    assert "Deze koppeling bestaat niet." in said
    assert "De Andere (34CD) is goedgekeurd" in said
    weg.session.expire_all()
    assert (asked.status, ready.status) == (KoppelingStatus.AANGEVRAAGD, KoppelingStatus.GOEDGEKEURD)


def test_pausing_and_resuming(weg: Koppelweg) -> None:
    koppeling, clerk = weg.running(), weg.clerk()
    shown = read_then_do(clerk, koppeling, "pauzeren", {"reden": "Er wordt verhuisd.", "tot": ""})
    assert "Er wordt verhuisd." in shown
    assert "staat op pauze" in messages(clerk)
    weg.session.expire_all()
    assert (koppeling.status, koppeling.ophalen_op) == (KoppelingStatus.GEPAUZEERD, None)
    assert "al gepauzeerd" in _act(clerk, "koppeling", "ophalen", koppeling.id)
    assert "De pauze is voorbij." in read_then_do(clerk, koppeling, "hervatten")
    assert "is hervat" in messages(clerk)
    assert (_mails(weg, MailSoort.GEPAUZEERD), _mails(weg, MailSoort.HERVAT)) == (1, 1)
    weg.session.expire_all()
    assert koppeling.status is KoppelingStatus.GOEDGEKEURD, "nothing was imported before the pause"
    assert koppeling.ophalen_op is not None


def test_fetching_and_sending_now(weg: Koppelweg) -> None:
    koppeling, clerk = weg.running(), weg.clerk()
    assert "wij halen nu op" in _act(clerk, "koppeling", "ophalen", koppeling.id)
    assert "Er staat niets klaar om te versturen." in _act(clerk, "koppeling", "versturen", koppeling.id)
    assert "Versturen kan weer verdergaan." in _act(clerk, "koppeling", "vrijgeven", koppeling.id)


def test_a_mail_that_was_given_up_on_is_sent_again_once(weg: Koppelweg, redis: Redis) -> None:
    weg.requested()
    mail = weg.session.scalars(select(Mail).where(Mail.soort == MailSoort.AANVRAAG_ONTVANGEN)).one()
    mail.status, mail.pogingen = MailStatus.OPGEGEVEN, 9
    mail.probleem, mail.antwoord = Mailprobleem.ADRES_GEWEIGERD, "550"
    weg.session.commit()
    redis.flushdb()
    clerk = weg.clerk()
    assert "gaat opnieuw weg" in _act(clerk, "mail", "opnieuw", mail.id)
    assert "Er is niets veranderd." in _act(clerk, "mail", "opnieuw", mail.id)
    weg.session.expire_all()
    assert (str(mail.status), mail.pogingen) == ("klaar", 0)
    assert mail.probleem is None
    assert redis.llen("rq:queue:mail") == 1


@pytest.mark.parametrize("rowid", ["x", "-1", "99999999999999999999", "1 or 1=1"])
def test_an_id_that_cannot_be_one_is_refused(weg: Koppelweg, rowid: str) -> None:
    answer = post(weg.clerk(), f"{QUEUE}koppeling/action/", {"action": "goedkeuren", "rowid": rowid})
    assert answer.status_code == 400


def test_an_act_without_its_token_changes_nothing(weg: Koppelweg) -> None:
    koppeling, clerk = weg.submitted(), weg.clerk()
    data = {"action": "goedkeuren", "rowid": koppeling.id}
    assert clerk.post(f"{QUEUE}koppeling/action/", data=data).status_code == 400
    for page in ("openzetten", "afwijzen", "verbeteren"):
        assert clerk.post(f"{QUEUE}koppeling/{koppeling.id}/{page}/", data={"reden": "x"}).status_code == 400
    weg.session.expire_all()
    assert koppeling.status is KoppelingStatus.INGEDIEND


def test_the_way_back_stays_on_this_site(weg: Koppelweg) -> None:
    koppeling = weg.submitted()
    data = {"action": "goedkeuren", "rowid": koppeling.id, "url": "https://elders.example/"}
    answer = post(weg.clerk(), f"{QUEUE}koppeling/action/", data)
    assert answer.headers["Location"].startswith("/")


@pytest.mark.parametrize("state", ["requested", "opened", "submitted", "approved", "running"])
def test_every_state_reads_as_a_story(weg: Koppelweg, state: str) -> None:
    koppeling = getattr(weg, state)()
    page = weg.clerk().get(f"{QUEUE}koppeling/details/?id={koppeling.id}").text
    for expected in (
        "De Wegwijzer (12AB)",
        "Het verhaal",
        "Koppeling aangevraagd",
        "Mail: nieuwe aanvraag",
        "Aanvraag bevestigd",
    ):
        assert expected in page
    expected_act = {"requested": "Opengezet", "submitted": "Bekijken", "running": "Pauzeren"}.get(state)
    assert expected_act is None or expected_act in page


def test_on_the_page_of_every_state_there_is_an_act_and_an_end(weg: Koppelweg) -> None:
    steps = {
        "onbevestigd": ("Verbeteren", "Intrekken"), "aangevraagd": ("Opengezet", "Intrekken"),
        "opengezet": ("Herinneren", "Intrekken"), "ingediend": ("Bekijken", "Afwijzen"),
        "afgewezen": ("Herinneren", "Intrekken"), "goedgekeurd": ("Goedkeuring terugnemen", "Beëindigen"),
        "actief": ("Nieuwe sleutel vragen", "Beëindigen"), "gepauzeerd": ("Hervatten", "Beëindigen"),
        "beeindigd": ("Opnieuw aanvragen", "kies dan Opnieuw aanvragen"), "ingetrokken": ("Opnieuw aanvragen", ""),
    }  # fmt: skip
    assert set(steps) == set(KoppelingStatus)
    clerk = weg.clerk()
    for number, (status, said) in enumerate(steps.items()):
        school = make_school(weg.session, f"{number:02d}ZZ", "De Toestand")
        koppeling = Koppeling(
            status=KoppelingStatus(status), schoolnaam=school.naam, brin=school.brin, contact_naam="An", school=school,
            contact_email="an@toestand.example", opengezet_op=START, beslist_op=START,
        )  # fmt: skip
        weg.session.add(koppeling)
        weg.session.commit()
        page = clerk.get(f"{QUEUE}koppeling/details/?id={koppeling.id}").text
        assert [word for word in said if word not in page] == [], status
