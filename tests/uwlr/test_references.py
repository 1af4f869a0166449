"""References in an answer: followed inside the Body when they are sure, refused when not, never lost in silence."""

from __future__ import annotations

import pytest

from tests.uwlr.berichten import GROEPEN, NOOR, VERZOEK, antwoord, leerling
from webapp.uwlr.faults import Reden, UwlrNotUnderstood
from webapp.uwlr.reader import Bron, read_leerlinggegevens
from webapp.uwlr.references import _MOST
from webapp.uwlr.values import Leerlinggegevens

PLUS = GROEPEN.replace("</groepen>", '<samengestelde_groep key="s1"><naam>Plus</naam></samengestelde_groep></groepen>')
FIRST = leerling(
    '<groep key="g5" id="ref1"/><samengestelde_groepen id="ref3"><samengestelde_groep key="s1" id="ref2"/>'
    "</samengestelde_groepen>",
    'key="1"',
)


def read(data: bytes) -> Leerlinggegevens:
    found = read_leerlinggegevens(data, VERZOEK, Bron())
    assert isinstance(found, Leerlinggegevens)
    return found


def second(inhoud: str, leerkrachten: str = "") -> bytes:
    return antwoord(FIRST + leerling(inhoud, 'key="2"'), groepen=PLUS, leerkrachten=leerkrachten)


@pytest.mark.parametrize(
    ("inhoud", "groep", "samengesteld"),
    [
        ('<groep href="#ref1"/>', "g5", ()),
        ('<groep href="#ref1"> </groep>', "g5", ()),
        ('<samengestelde_groepen><samengestelde_groep href="#ref2"/></samengestelde_groepen>', None, ("s1",)),
        ('<samengestelde_groepen href="#ref3"/>', None, ("s1",)),
        ('<groep id="a" href="#b"/><groep id="b" href="#ref1"/>', "g5", ()),
    ],
)
def test_what_stands_elsewhere_in_the_body_is_read_as_if_it_stood_here(
    inhoud: str, groep: str | None, samengesteld: tuple[str, ...]
) -> None:
    found = read(second(inhoud))
    assert found.waarschuwingen == ()
    assert (found.leerlingen[1].groep, found.leerlingen[1].samengestelde_groepen) == (groep, samengesteld)


def test_references_of_staff_to_pupils_groepen_and_of_whole_records_are_followed() -> None:
    staff = (
        '<leerkracht key="L1"><groepen id="ref4"><groep href="#ref1"/></groepen></leerkracht>'
        '<leerkracht key="L2"><groepen href="#ref4"/></leerkracht>'
    )
    found = read(
        second('<groep href="#ref1"/>', staff).replace(b'<groep key="g5"><naam>', b'<groep key="g5" id="d"><naam>')
    )
    assert [persoon.groepen for persoon in found.leerkrachten] == [("g5",), ("g5",)]
    whole = read(antwoord(NOOR.replace("<leerling", '<leerling id="n"') + '<leerling href="#n"/>'))
    assert [(w.soort, len(whole.leerlingen)) for w in whole.waarschuwingen] == [("dubbel_gelijk", 1)]


def test_a_large_answer_with_references_reads_as_a_small_one() -> None:
    many = "".join(leerling('<groep href="#ref1"/>', f'key="{n}"') for n in range(2, 8_000))
    found = read(antwoord(FIRST + many, groepen=PLUS))
    assert {pupil.groep for pupil in found.leerlingen} == {"g5"}
    assert found.waarschuwingen == ()


def test_an_answer_in_utf_16_has_its_references_followed() -> None:
    data = second('<groep href="#ref1"/>').decode()
    assert read(data.encode("utf-16")).leerlingen[1].groep == "g5"


@pytest.mark.parametrize(
    "inhoud",
    [
        '<groep href="#weg"/>',
        '<groep href="#"/>',
        '<groep href="#ref2"/>',
        '<groep href="#ref1" key="g6"/>',
        '<groep href="#ref1">g5</groep>',
        '<groep href="#twee"/><x id="twee"/><groep id="twee" key="g5"/>',
        '<groep id="rond" href="#rond"/>',
        '<groep id="a" href="#b"/><groep id="b" href="#a"/>',
        '<samengestelde_groepen id="in"><samengestelde_groepen href="#in"/></samengestelde_groepen>',
    ],
)
def test_a_reference_that_is_not_sure_refuses_the_whole_answer(inhoud: str) -> None:
    with pytest.raises(UwlrNotUnderstood) as caught:
        read(second(inhoud))
    assert caught.value.reden is Reden.ONVOLLEDIG


def test_a_target_outside_the_body_is_not_followed() -> None:
    data = second('<groep href="#kop"/>').replace(
        b"<soap:Body>", b'<soap:Header><groep xmlns="urn:x" id="kop" key="g5"/></soap:Header><soap:Body>'
    )
    with pytest.raises(UwlrNotUnderstood):
        read(data)


def test_references_that_double_and_double_again_are_stopped() -> None:
    """Fifteen levels of ten copies each would be a thousand million million elements."""
    levels = "".join(
        f'<leerlingen id="r{n}">' + f'<leerlingen href="#r{n + 1}"/>' * 10 + "</leerlingen>" for n in range(15)
    )
    with pytest.raises(UwlrNotUnderstood) as caught:
        read(antwoord(FIRST + f'{levels}<leerlingen id="r15"><x/></leerlingen>', groepen=PLUS))
    assert caught.value.reden is Reden.ONVOLLEDIG


def test_a_long_text_is_not_copied_without_end() -> None:
    long = f'<leerling id="lang" key="9"><achternaam>{"x" * (_MOST // 100)}</achternaam></leerling>'
    with pytest.raises(UwlrNotUnderstood) as caught:
        read(antwoord(FIRST + long + '<leerling href="#lang"/>' * 200, groepen=PLUS))
    assert caught.value.reden is Reden.ONVOLLEDIG


def test_a_long_chain_is_refused_and_not_followed_to_the_bottom() -> None:
    chain = "".join(f'<groep id="c{n}" href="#c{n + 1}"/>' for n in range(5_000))
    with pytest.raises(UwlrNotUnderstood):
        read(second(chain + '<groep id="c5000" key="g5"/>'))


@pytest.mark.parametrize("href", ["https://las.example/leerling/1", "cid:1"])
def test_an_address_is_no_reference(href: str) -> None:
    assert read(antwoord(leerling(attributen=f'key="1" href="{href}"'))).leerlingen[0].key == "1"


@pytest.mark.parametrize("groep", ["<groep/>", "<groep>g5</groep>", '<groep key=" "/>', f'<groep key="{"k" * 257}"/>'])
def test_a_reference_without_a_usable_key_is_always_told_of(groep: str) -> None:
    sub = groep.replace("groep", "samengestelde_groep")
    staff = f'<leerkracht key="L1"><groepen>{groep}{sub}<groep key="g5"/></groepen></leerkracht>'
    pupil = leerling(f"{groep}<samengestelde_groepen>{sub}</samengestelde_groepen>")
    found = read(antwoord(pupil, leerkrachten=staff))
    told = [(w.soort, w.onderdeel, w.key) for w in found.waarschuwingen]
    assert (
        told == [("verwijzing_onbruikbaar", "leerling", "1")] * 2 + [("verwijzing_onbruikbaar", "leerkracht", "L1")] * 2
    )
    assert found.leerlingen[0].groep is None
    assert found.leerkrachten[0].groepen == ("g5",)
