"""The staged pull: groepen first, then only the people who are wanted."""

from __future__ import annotations

import socket
from datetime import timedelta

import pytest
from lxml import etree

from sandbox.parnassys.soap.http import soap_action
from tests.las import reply, running_las
from tests.uwlr.berichten import AUTORISATIE, GROEPEN, SCHOOL, VERZOEK, envelope, leerling
from webapp.uwlr.client import UwlrClient
from webapp.uwlr.faults import UwlrNotUnderstood, UwlrUnavailable
from webapp.uwlr.namespaces import LEERLINGGEGEVENS, SOAP, Operation
from webapp.uwlr.profiles.parnassys import PROFILE as PARNASSYS
from webapp.uwlr.profiles.uwlr import PROFILE as UWLR
from webapp.uwlr.schema import validate_leerlinggegevens_verzoek
from webapp.uwlr.values import GeenGegevens, Leerlinggegevens

LG = f"{{{LEERLINGGEGEVENS}}}"
TWO = GROEPEN.replace("</groepen>", '<groep key="g6"><naam>6</naam><jaargroep>6</jaargroep></groep></groepen>')
IN_5 = leerling('<roepnaam>Noor</roepnaam><groep key="g5"/>', 'key="1"')
IN_6 = leerling('<roepnaam>Gijs</roepnaam><groep key="g6"/>', 'key="2"')
IN_NONE = leerling("<roepnaam>Saar</roepnaam>", 'key="3"')
LEERKRACHT = '<leerkracht key="L1"><roepnaam>Koen</roepnaam><groepen><groep key="g5"/></groepen></leerkracht>'


def answer(name: str, content: str, suffix: str = "") -> bytes:
    return envelope(
        f'<{name}_antwoord xmlns="{LEERLINGGEGEVENS}"><leerlinggegevens-{suffix or name}>{SCHOOL}{content}'
        f"</leerlinggegevens-{suffix or name}></{name}_antwoord>"
    )


class StagedLas:
    """Answers the three questions, and keeps what was asked."""

    def __init__(self, people: str = IN_5 + IN_NONE, /, **over: bytes) -> None:
        self.asked: dict[str, etree._Element] = {}
        self.answers = {
            "structuur": answer("structuur", TWO),
            "leerlingen": answer("leerlingen", f"<leerlingen>{people}</leerlingen>"),
            "leerkrachten": answer("leerkrachten", f"<leerkrachten>{LEERKRACHT}</leerkrachten>"),
            **over,
        }

    def __call__(self, wire: socket.socket, request: bytes) -> None:
        """Be the behaviour of a LAS."""
        body = etree.fromstring(request.partition(b"\r\n\r\n")[2])
        question = body.find(f"{{{SOAP}}}Body")[0]  # type: ignore[index]  # every request has one
        name = etree.QName(question).localname.removesuffix("_verzoek")
        self.asked[name] = question
        reply(self.answers[name])(wire, request)

    def fetch(self, overgeslagen: tuple[str, ...] = ("g6",)) -> Leerlinggegevens | object:
        with running_las(self) as las:
            client = UwlrClient(UWLR, las.address, timedelta(seconds=5))
            found = client.fetch(VERZOEK, AUTORISATIE, overgeslagen)
        actions = [Operation.HAAL_STRUCTUUR, Operation.HAAL_LEERLINGEN, Operation.HAAL_LEERKRACHTEN]
        for request, action in zip(las.requests, actions, strict=False):
            assert f'SOAPAction: "{soap_action(action)}"\r\n'.encode() in request
        return found


def test_only_the_wanted_groepen_are_asked_for() -> None:
    las = StagedLas()
    found = las.fetch()
    assert isinstance(found, Leerlinggegevens)
    assert [pupil.roepnaam for pupil in found.leerlingen] == ["Noor", "Saar"]
    assert [person.groepen for person in found.leerkrachten] == [("g5",)]
    assert [groep.key for groep in found.groepen] == ["g5", "g6"]
    assert found.gevraagde_groepen == frozenset({"g5"})
    assert found.waarschuwingen == ()
    for name in ("leerlingen", "leerkrachten"):
        asked = [groep.get("key") for groep in las.asked[name].iter(f"{LG}groep")]
        assert asked == ["g5", None]  # the last one: those who are in no groep
        assert validate_leerlinggegevens_verzoek(las.asked[name]) == []


def test_what_a_las_sends_beyond_the_question_is_not_taken() -> None:
    found = StagedLas(IN_5 + IN_6).fetch()
    assert isinstance(found, Leerlinggegevens)
    assert [pupil.roepnaam for pupil in found.leerlingen] == ["Noor"]
    assert [warning.soort for warning in found.waarschuwingen] == ["niet_gevraagd"]


def test_a_capital_in_the_profile_files_is_no_problem() -> None:
    data = StagedLas().answers["structuur"].replace(b"structuur_antwoord", b"Structuur_antwoord")
    assert isinstance(StagedLas(structuur=data).fetch(), Leerlinggegevens)


def test_nothing_at_the_first_step_is_nothing_at_all() -> None:
    nothing = envelope(f'<structuur_antwoord xmlns="{LEERLINGGEGEVENS}"><geengegevens/></structuur_antwoord>')
    las = StagedLas(structuur=nothing)
    assert las.fetch() == GeenGegevens()
    assert list(las.asked) == ["structuur"]


def test_a_school_without_staff_is_a_school_and_nobody_leaves_for_it() -> None:
    nothing = envelope(f'<leerkrachten_antwoord xmlns="{LEERLINGGEGEVENS}"><geengegevens/></leerkrachten_antwoord>')
    found = StagedLas(leerkrachten=nothing).fetch()
    assert isinstance(found, Leerlinggegevens)
    assert found.leerkrachten == ()
    assert [(w.soort, w.onderdeel) for w in found.waarschuwingen] == [("niets_ontvangen", "leerkracht")]


@pytest.mark.parametrize("step", ["structuur", "leerlingen", "leerkrachten"])
def test_every_step_must_be_about_our_school(step: str) -> None:
    with pytest.raises(UwlrNotUnderstood) as caught:
        StagedLas(**{step: StagedLas().answers[step].replace(b"99XX", b"99VV")}).fetch()
    assert caught.value.code == "andere_school"


def test_without_groepen_to_skip_or_without_steps_the_school_comes_at_once() -> None:
    for profile, skipped in ((UWLR, ()), (PARNASSYS, ("g6",))):
        with running_las(reply(b"", 500)) as las, pytest.raises(UwlrUnavailable):
            UwlrClient(profile, las.address, timedelta(seconds=5)).fetch(VERZOEK, AUTORISATIE, skipped)
        assert b"HaalLeerlinggegevens" in las.requests[0]


def test_groepen_of_another_location_are_told_apart_in_steps_too() -> None:
    away = leerling('<roepnaam>Gijs</roepnaam><groep key="g6"/><vestiging key="01"/>', 'key="2"')
    found = StagedLas(IN_5 + away).fetch(("g7",))
    assert isinstance(found, Leerlinggegevens)
    assert (found.elders, found.elders_groepen) == (1, frozenset({"g6"}))
