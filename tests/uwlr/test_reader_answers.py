"""The reader on whole answers: the right school, the right form, nothing dangerous, nothing half."""

from __future__ import annotations

import pytest

from tests.uwlr.berichten import NOOR, SCHOOL, VERZOEK, antwoord, envelope, fault, leerling, niets
from webapp.uwlr.faults import Reden, UwlrError, UwlrNotUnderstood, UwlrRefused, UwlrUnavailable
from webapp.uwlr.namespaces import LEERLINGGEGEVENS
from webapp.uwlr.reader import Bron, read_leerlinggegevens
from webapp.uwlr.values import GeenGegevens, GeenWijzigingen, Leerling, Leerlinggegevens, Leerlinggegevensverzoek

BRON = Bron()


def read(data: bytes, verzoek: Leerlinggegevensverzoek = VERZOEK, bron: Bron = BRON) -> Leerlinggegevens:
    found = read_leerlinggegevens(data, verzoek, bron)
    assert isinstance(found, Leerlinggegevens)
    return found


def one(data: bytes) -> Leerling:
    found = read(data)
    assert found.waarschuwingen == ()
    return found.leerlingen[0]


def warnings(found: Leerlinggegevens) -> list[tuple[str, str | None]]:
    return [(warning.soort, warning.key) for warning in found.waarschuwingen]


def refusal(data: bytes, verzoek: Leerlinggegevensverzoek = VERZOEK, bron: Bron = BRON) -> Reden:
    with pytest.raises(UwlrNotUnderstood) as caught:
        read_leerlinggegevens(data, verzoek, bron)
    return caught.value.reden


@pytest.mark.parametrize(
    ("school", "reden"),
    [
        (SCHOOL.replace("99XX", "99VV"), Reden.ANDERE_SCHOOL),
        (SCHOOL.replace(">00<", ">02<"), Reden.ANDERE_LOCATIE),
        (SCHOOL.replace("2026-2027", "2025-2026"), Reden.ANDER_SCHOOLJAAR),
        (SCHOOL.replace("<schooljaar>2026-2027</schooljaar>", ""), Reden.ONVOLLEDIG),
        (SCHOOL.replace("2026-2027", "2026/2027"), Reden.ONVOLLEDIG),
        (SCHOOL + SCHOOL, Reden.ONVOLLEDIG),
        (SCHOOL.replace("<brincode>", "<brincode>99VV</brincode><brincode>"), Reden.ONVOLLEDIG),
        ("", Reden.ONVOLLEDIG),
    ],
)
def test_another_school_or_year_is_refused(school: str, reden: Reden) -> None:
    assert refusal(antwoord(school=school)) is reden


@pytest.mark.parametrize("dependance", ["", "<dependancecode/>", "<dependancecode>00</dependancecode>"])
def test_location_00_may_be_left_out(dependance: str) -> None:
    school = SCHOOL.replace("<dependancecode>00</dependancecode>", dependance)
    assert read(antwoord(school=school)).school.dependancecode == "00"
    with pytest.raises(UwlrNotUnderstood):
        read(antwoord(school=school), Leerlinggegevensverzoek("2026-2027", "99XX", "02"))


def test_an_answer_that_does_not_name_its_school_is_read_with_a_warning() -> None:
    found = read(antwoord(school="<school><schooljaar>2026-2027</schooljaar></school>"))
    assert warnings(found) == [("school_niet_genoemd", None)]


def test_a_schoolkey_must_be_the_one_asked_for() -> None:
    school = "<school><schooljaar>2026-2027</schooljaar><schoolkey>A</schoolkey></school>"
    assert read(antwoord(school=school), Leerlinggegevensverzoek("2026-2027", None, schoolkey="A")).waarschuwingen == ()
    verzoek = Leerlinggegevensverzoek("2026-2027", None, schoolkey="B")
    assert refusal(antwoord(school=school), verzoek) is Reden.ANDERE_SCHOOL


def test_nothing_changed_and_nothing_there() -> None:
    assert read_leerlinggegevens(niets("geenwijzigingen"), VERZOEK) == GeenWijzigingen()
    assert read_leerlinggegevens(niets("geengegevens"), VERZOEK) == GeenGegevens()


@pytest.mark.parametrize(
    ("data", "reden"),
    [
        (niets("ietsanders"), Reden.ANDER_BERICHT),
        (envelope(f'<leerlinggegevens_antwoord xmlns="{LEERLINGGEGEVENS}"/>'), Reden.ONVOLLEDIG),
        (niets("geengegevens/><geenwijzigingen"), Reden.ONVOLLEDIG),
        (antwoord(xmlns=LEERLINGGEGEVENS.replace("/2/", "/1/")), Reden.ANDERE_VERSIE),
        (antwoord('<x:leerling xmlns:x="urn:x" key="1"/>'), Reden.ANDERE_VERSIE),
        (
            antwoord().replace(b"<leerlingen>", b"<leerling>").replace(b"</leerlingen>", b"</leerling>"),
            Reden.ONVOLLEDIG,
        ),
        (b"<html><body>x</body></html>", Reden.GEEN_XML),
        (b'{"fout": 1}', Reden.GEEN_XML),
        (b"<leerlinggegevens_antwoord/>", Reden.GEEN_SOAP),
        (envelope(""), Reden.GEEN_SOAP),
        (antwoord() + b"<x/>", Reden.AFGEKAPT),
        (antwoord()[:-1], Reden.AFGEKAPT),
        (antwoord().replace(b"Noor", b"&noor;"), Reden.AFGEKAPT),
    ],
)
def test_anything_else_is_refused(data: bytes, reden: Reden) -> None:
    assert refusal(data) is reden


def test_an_empty_list_is_not_an_error_but_is_told() -> None:
    assert warnings(read(antwoord(""))) == [("geen_leerlingen", None)]


@pytest.mark.parametrize("cut", range(1, 30))
def test_no_part_of_an_answer_is_ever_taken_for_the_whole(cut: int) -> None:
    data = antwoord(NOOR + leerling(attributen='key="2"'))
    assert refusal(data[: len(data) * cut // 30]) in {Reden.AFGEKAPT, Reden.GEEN_XML}


@pytest.mark.parametrize(
    ("data", "charset", "name"),
    [
        ("<?xml version='1.0' encoding='UTF-8'?>", "utf-8", "Zoë"),
        ("<?xml version='1.0' encoding='ISO-8859-1'?>", None, "Zoë"),
        ("<?xml version='1.0' encoding='ISO-8859-15'?>", "iso-8859-15", "Zoë €"),
        ("<?xml version='1.0' encoding='windows-1252'?>", None, "Zoë €"),
        ("", "iso-8859-1", "Zoë"),
        ("<?xml version='1.0' encoding='UTF-16'?>", "utf-16", "Zoë"),
    ],
)
def test_encodings_are_read_as_they_are_named(data: str, charset: str | None, name: str) -> None:
    text = data + antwoord(leerling(f"<roepnaam>{name}</roepnaam>")).decode()
    named = data.split("'")[3] if data else (charset or "utf-8")
    assert read(text.encode(named), bron=Bron(charset=charset)).leerlingen[0].roepnaam == name


@pytest.mark.parametrize(
    ("declared", "actual", "charset"),
    [
        ("UTF-8", "cp1252", None),
        ("ISO-8859-1", "utf-8", "utf-8"),
        ("UTF-7", "utf-8", None),
        ("EBCDIC-CP-NL", "utf-8", None),
    ],
)
def test_encodings_are_never_guessed(declared: str, actual: str, charset: str | None) -> None:
    text = f"<?xml version='1.0' encoding='{declared}'?>" + antwoord(leerling("<roepnaam>Zoë</roepnaam>")).decode()
    assert refusal(text.encode(actual), bron=Bron(charset=charset)) is Reden.CODERING


@pytest.mark.asvs(7)
@pytest.mark.parametrize(
    "prolog",
    [
        "<!DOCTYPE x>",
        "<?xml version='1.0'?>\n<!-- x -->\n<?p x?><!DOCTYPE x SYSTEM 'http://127.0.0.1:9/x.dtd'>",
        "<!DOCTYPE x [<!ENTITY n SYSTEM 'file:///etc/hostname'>]>",
        "<!doctype x>",
    ],
)
def test_a_doctype_is_refused_before_anything_is_parsed(prolog: str) -> None:
    assert refusal(prolog.encode() + antwoord()) is Reden.DOCTYPE
    assert refusal(prolog.encode("utf-16") + antwoord().decode().encode("utf-16-le")) in {Reden.DOCTYPE, Reden.CODERING}


def test_the_size_limit_is_exact() -> None:
    data = antwoord()
    assert read(data, bron=Bron(max_bytes=len(data))).leerlingen
    assert refusal(data, bron=Bron(max_bytes=len(data) - 1)) is Reden.TE_GROOT


def test_deep_and_long_xml_is_refused() -> None:
    assert refusal(antwoord("<x>" * 300 + "</x>" * 300)) is Reden.TE_GROOT
    long = antwoord(leerling(f"<roepnaam>{'x' * 10_500_000}</roepnaam>"))
    assert refusal(long, bron=Bron(max_bytes=10**9)) is Reden.TE_GROOT


def test_faults_are_refusals_or_a_las_that_is_down() -> None:
    for code, kind in (("soap:Client.AutorisatieOngeldig", UwlrRefused), ("soap:Server.InterneFout", UwlrUnavailable)):
        with pytest.raises(UwlrError) as caught:
            read_leerlinggegevens(fault(code), VERZOEK)
        assert type(caught.value) is kind


def test_deviations_from_the_standard_only_warn() -> None:
    inhoud = "<voorvoegsel/><roepnaam>Noor</roepnaam><bsn>123456782</bsn><Jansen/>"
    found = read(antwoord(leerling(inhoud)), bron=Bron(validate=True))
    texts = " ".join(warning.tekst for warning in found.waarschuwingen)
    assert {warning.soort for warning in found.waarschuwingen} == {"xsd"}
    assert "Jansen" not in texts
    assert "123456782" not in texts
