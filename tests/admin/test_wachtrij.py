"""The first screen: what waits, longest first, with what can be done about it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.screens import Koppelweg
from tests.uwlr.certificates import Authority
from tests.wereld import lock_all, make_wereld
from webapp.models import (
    BatchStatus,
    Importbatch,
    Koppeling,
    KoppelingStatus,
    Levering,
    LeveringStatus,
    Mail,
    MailSoort,
    MailStatus,
    Soort,
)
from webapp.models.fout import Fout
from webapp.models.mail import Mailprobleem
from webapp.services import sloten
from webapp.services.koppeling import stilstand
from webapp.services.overzicht import wachtrij
from webapp.services.overzicht.wachtend import Wachtreden
from webapp.uwlr.certificates import ClientCertificaat
from webapp.uwlr.codes import FaultCode, Owner
from webapp.woorden import wachtrij as woorden


def _elsewhere(weg: Koppelweg, brin: str) -> Koppelweg:
    return Koppelweg(weg.app, weg.session, weg.klantenservice, brin=brin)


def _reasons(session: Session) -> list[tuple[Wachtreden, str]]:
    return [(row.reden, row.koppeling.brin) for row in wachtrij.waiting(session) if row.koppeling]


def _case(weg: Koppelweg, number: int = 0) -> str:
    """The page of a case: there all of it is said."""
    clerk = weg.clerk()
    links = re.findall(r'<a href="([^"]+)" id="zaak-', clerk.get("/klantenservice/").text)
    return clerk.get(unescape(links[number])).text


def test_an_empty_queue_says_what_comes_here(weg: Koppelweg) -> None:
    assert "Niets wacht op ons" in weg.clerk().get("/klantenservice/").text


def test_what_waits_longest_comes_first(weg: Koppelweg) -> None:
    now = datetime.now(UTC)
    young = weg.requested("De Jonge", "jong@school.example")
    old = _elsewhere(weg, "34CD").submitted("De Oude", "oud@school.example")
    young.aangevraagd_op, old.ingediend_op = now - timedelta(hours=5, minutes=5), now - timedelta(days=3, minutes=5)
    weg.session.commit()
    page = weg.clerk().get("/klantenservice/").text
    assert re.findall(r"De (?:Oude|Jonge)</a>", page) == ["De Oude</a>", "De Jonge</a>"]
    assert "2 zaken wachten op ons" in page
    for expected in ("3 dagen", "5 uur", "34CD", "Goedkeuren", "Bekijken", "Opengezet"):
        assert expected in page
    assert "Afwijzen" in _case(weg)


def test_what_waits_for_others_is_not_here(weg: Koppelweg) -> None:
    weg.opened()
    _elsewhere(weg, "34CD").running("De Andere", "andere@school.example")
    assert _reasons(weg.session) == []


@pytest.mark.parametrize(
    ("fields", "waits"),
    [
        ({"fout": Fout(FaultCode.ANDERE_CLIENT, Owner.KLANTENSERVICE)}, Wachtreden.OPHALEN),
        ({"zend_fout": Fout(FaultCode.ANDERE_CLIENT, Owner.KLANTENSERVICE)}, Wachtreden.VERSTUREN),
        ({"fout": Fout(FaultCode.ANDERE_CLIENT, Owner.SCHOOL)}, None),
        ({"fout": Fout(FaultCode.ANDERE_CLIENT, Owner.NIEMAND)}, None),
        (
            {
                "fout": Fout(FaultCode.ANDERE_CLIENT, Owner.KLANTENSERVICE),
                "status": KoppelingStatus.GEPAUZEERD,
            },
            Wachtreden.PAUZE,
        ),
    ],
)
def test_a_fault_that_is_ours_waits(weg: Koppelweg, fields: dict[str, object], waits: Wachtreden | None) -> None:
    koppeling = weg.running()
    for name, value in fields.items():
        setattr(koppeling, name, value)
    weg.session.commit()
    assert _reasons(weg.session) == ([(waits, "12AB")] if waits else [])
    assert weg.clerk().get("/klantenservice/").status_code == 200


def test_a_mail_that_was_given_up_on_waits_with_its_reason(weg: Koppelweg) -> None:
    koppeling = weg.requested()
    mail = _confirmation(weg, koppeling)
    mail.status, mail.probleem, mail.antwoord = MailStatus.OPGEGEVEN, Mailprobleem.ADRES_GEWEIGERD, "550"
    weg.session.commit()
    page = _case(weg, -1)
    assert "Mail niet aangekomen" in page
    assert "adres geweigerd (550)" in page
    assert "Adres wijzigen" in page
    assert "adres geweigerd (550)" in weg.clerk().get("/klantenservice/").text


def test_a_mail_that_came_back_can_go_again(weg: Koppelweg) -> None:
    """A policy against the sender: the address is good, so nothing else frees it."""
    mail = _confirmation(weg, weg.requested())
    for status in (MailStatus.ONZEKER, MailStatus.VERZONDEN, MailStatus.TERUGGEKOMEN):
        mail.status = status
        weg.session.flush()
    mail.probleem, mail.antwoord, mail.volgende_op = Mailprobleem.TERUGGEKOMEN, "5.7.1", None
    weg.session.commit()
    assert "Opnieuw versturen" in weg.clerk().get("/klantenservice/").text


def test_leerlingen_of_another_location_are_for_a_talk_and_no_button(weg: Koppelweg) -> None:
    koppeling = weg.running()
    koppeling.elders_leerlingen, koppeling.elders_sinds = 3, datetime.now(UTC)
    weg.session.commit()
    page = weg.clerk().get("/klantenservice/").text
    assert "3 leerlingen van een andere locatie" in page
    koppeling.elders_groepen, koppeling.elders_leerkrachten = 1, 2
    weg.session.commit()
    page = weg.clerk().get("/klantenservice/").text
    assert "3 leerlingen, 2 leerkrachten en 1 groep van een andere locatie" in page
    assert "Vrijgeven" not in page


def test_what_a_school_answers_has_no_button_that_does_something_else(weg: Koppelweg) -> None:
    koppeling = weg.running()
    koppeling.einde_gevraagd_op = datetime.now(UTC)
    assert koppeling.school_id is not None
    sloten.lock(weg.session, koppeling.school_id)
    weg.session.add(
        Importbatch(
            school_id=koppeling.school_id,
            koppeling_id=koppeling.id,
            schooljaar="2026-2027",
            vingerafdruk="x",
            status=BatchStatus.VASTGEHOUDEN,
            vastgehouden={Soort.LEERLING: {"ids": [1, 2, 3], "redenen": ["kwart"]}},
            opgehaald_op=datetime.now(UTC),
            vastgehouden_op=datetime.now(UTC),
        )
    )
    weg.session.commit()
    page = weg.clerk().get("/klantenservice/").text
    assert "3 leerlingen verdwenen. De school kiest; bel als er" in page
    assert "Een beheerder vraagt de koppeling te beëindigen." in page
    for each in (page, _case(weg), _case(weg, 1)):
        assert "Vrijgeven" not in each, "that sends refused results again"
    assert "de school; wij kijken mee" in _case(weg, 1) + _case(weg)


def _confirmation(weg: Koppelweg, koppeling: Koppeling) -> Mail:
    query = select(Mail).where(Mail.koppeling_id == koppeling.id, Mail.soort == MailSoort.AANVRAAG_ONTVANGEN)
    return weg.session.scalars(query).one()


def test_the_last_contact_is_the_last_mail_that_went_out(weg: Koppelweg) -> None:
    koppeling = weg.requested()
    assert [row.contact for row in wachtrij.waiting(weg.session)] == [None]
    moment = datetime(2026, 11, 20, 9, tzinfo=UTC)
    _confirmation(weg, koppeling).verzonden_op = moment
    weg.session.commit()
    assert [row.contact for row in wachtrij.waiting(weg.session)] == [moment]


@pytest.mark.parametrize(("days", "stand"), [(40, None), (20, "clientcertificaat verloopt")])
def test_a_client_certificate_near_its_end_waits_for_klantenservice(
    weg: Koppelweg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, stand: str | None
) -> None:
    certificaat = ClientCertificaat(*Authority(tmp_path).issue("testcentrum", days=days))
    assert [woorden.stand(row) for row in wachtrij.waiting(weg.session, certificaat)] == ([stand] if stand else [])
    settings = replace(weg.app.extensions["settings"], clientcertificaat=certificaat)
    monkeypatch.setitem(weg.app.extensions, "settings", settings)
    page = weg.clerk().get("/klantenservice/").text
    assert ("Het clientcertificaat geldt tot" in page) == bool(stand)
    assert ("Alle scholen" in page) == bool(stand)


def test_silence_stands_in_the_queue_and_what_has_a_line_is_not_told_twice(weg: Koppelweg) -> None:
    koppeling = weg.running()
    koppeling.opgehaald_op = datetime.now(UTC) - timedelta(hours=27)
    koppeling.zend_fout = Fout.intern("KeyError")
    weg.session.commit()
    page = weg.clerk().get("/klantenservice/").text
    assert "1 school al 26 uur niet opgehaald" in page
    assert "Het gaat om De Wegwijzer." in _case(weg) + _case(weg, 1)
    assert page.count("KeyError") == 1
    assert "2 zaken wachten op ons" in page


def test_a_code_without_values_beside_it_breaks_no_page(weg: Koppelweg) -> None:
    koppeling = weg.running()
    koppeling.fout = Fout(FaultCode.ANDERE_CLIENT, Owner.KLANTENSERVICE)
    weg.session.commit()
    weg.session.execute(update(Koppeling).values(fout_gegevens=None))
    weg.session.commit()
    assert _reasons(weg.session) == [(Wachtreden.OPHALEN, "12AB")]
    for path in ("", f"koppeling/details/?id={koppeling.id}", "koppeling/"):
        assert weg.clerk().get(f"/klantenservice/{path}").status_code == 200


def test_refused_results_that_a_school_does_not_mend_are_a_case_after_two_weeks(weg: Koppelweg) -> None:
    wereld = make_wereld(weg.session, weg.app.extensions["keyring"])
    for id_ in wereld.genormeerd(2):
        wereld.breng(id_, LeveringStatus.GEWEIGERD).fout = Fout(FaultCode.LEERLING_ONGELDIG, Owner.SCHOOL)
    wereld.koppeling.opgehaald_op = datetime.now(UTC)
    weg.session.commit()
    assert _reasons(weg.session) == []
    old = datetime.now(UTC) - wachtrij.GEWEIGERD_NA - timedelta(minutes=5)
    lock_all(weg.session)
    weg.session.execute(update(Levering).values(gewijzigd_op=old))
    weg.session.commit()
    assert _reasons(weg.session) == [(Wachtreden.BIJ_SCHOOL, "99XX")]
    assert "De school leest dit en loste het nog niet op: bel de school." in _case(weg)


def test_what_a_school_does_not_mend_is_a_case_after_two_days(weg: Koppelweg) -> None:
    """A key that was refused, also one that klantenservice voided: counted from when that was."""
    koppeling, old = weg.running(), datetime.now(UTC) - wachtrij.FOUT_NA - timedelta(minutes=5)
    koppeling.fout = Fout(FaultCode.AUTORISATIE_ONGELDIG, Owner.SCHOOL)
    weg.session.commit()
    assert _reasons(weg.session) == []
    koppeling.opgehaald_op = old
    weg.session.commit()
    assert _reasons(weg.session) == [(Wachtreden.BIJ_SCHOOL, "12AB")]
    assert "De school loste dit nog niet op: bel." in weg.clerk().get("/klantenservice/?soort=stilte").text
    assert "de school; wij kijken mee" in _case(weg)
    koppeling.fout, koppeling.zend_fout, koppeling.gestart_op = None, koppeling.fout, old
    weg.session.commit()
    assert _reasons(weg.session) == [(Wachtreden.BIJ_SCHOOL, "12AB")], "refused for results only"
    stilstand.ask_sleutel(weg.session, koppeling.id, reden="Gelekt.", door=weg.klantenservice.id)
    weg.session.commit()
    assert _reasons(weg.session) == []
