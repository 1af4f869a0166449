"""The reader: what is tolerated, what is left out with a warning, and what is never taken."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest

from tests.uwlr.berichten import GROEPEN, NOOR, SCHOOL, VERZOEK, antwoord, leerling
from webapp.uwlr.faults import Reden, UwlrNotUnderstood
from webapp.uwlr.reader import Bron, read_leerlinggegevens
from webapp.uwlr.values import Leerling, Leerlinggegevens, Leerlinggegevensverzoek

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


def test_a_pupil_is_read_whole() -> None:
    inhoud = (
        "<achternaam>Wolkenveld</achternaam><voorvoegsel>van der</voorvoegsel><voornamen>Noor Anna</voornamen>"
        "<voorletters-1>N.A.</voorletters-1><roepnaam>Noor</roepnaam><geboortedatum>2017-03-04</geboortedatum>"
        '<geslacht>2</geslacht><jaargroep>5</jaargroep><groep key="g5"/>'
        '<samengestelde_groepen><samengestelde_groep key="s1"/></samengestelde_groepen>'
    )
    groepen = GROEPEN.replace(
        "</groepen>", '<samengestelde_groep key="s1"><naam>Plus</naam></samengestelde_groep></groepen>'
    )
    found = one(antwoord(leerling(inhoud, 'key="1" eckid="https://ketenid.nl/pilot/a"'), groepen=groepen))
    assert found == Leerling(
        key="1",
        eckid="https://ketenid.nl/pilot/a",
        achternaam="Wolkenveld",
        voorvoegsel="van der",
        roepnaam="Noor",
        voornamen="Noor Anna",
        voorletters="N.A.",
        geboortedatum=date(2017, 3, 4),
        geslacht="2",
        jaargroep="5",
        groep="g5",
        samengestelde_groepen=("s1",),
    )


def test_a_read_pupil_is_frozen_and_hashable() -> None:
    found = one(antwoord())
    with pytest.raises(AttributeError):
        found.key = "2"  # type: ignore[misc]  # that is the test
    assert type(found) is Leerling
    assert {found} == {one(antwoord())}


@pytest.mark.parametrize("prefix", ["ns2", "le"])
def test_prefixes_do_not_matter(prefix: str) -> None:
    data = re.sub(r"<(/?)([a-z])", rf"<\1{prefix}:\2", antwoord().decode()).replace(f"{prefix}:soap:", "soap:")
    data = data.replace("xmlns=", f"xmlns:{prefix}=")
    assert read(data.encode()) == read(antwoord())


def test_order_unknown_elements_comments_and_blanks_do_not_matter() -> None:
    inhoud = (
        '<groep key="g5"/><nieuw><roepnaam>Fout</roepnaam></nieuw><!-- x --><jaargroep> 5 </jaargroep><voorvoegsel/>'
        "<geboortedatum>2017-03-04+01:00</geboortedatum><roepnaam>No<!-- x -->or</roepnaam><?p x?>"
        "<achternaam><![CDATA[Wolkenveld]]></achternaam><voornamen>  </voornamen>"
    )
    groepen_last = antwoord(leerling(inhoud), groepen="").replace(b"</leerlingen>", f"</leerlingen>{GROEPEN}".encode())
    assert read(groepen_last).leerlingen == read(antwoord()).leerlingen


def test_white_space_inside_a_name_is_one_space() -> None:
    assert one(antwoord(leerling("<roepnaam>\n  Anna\n  Noor </roepnaam>"))).roepnaam == "Anna Noor"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2017-03-04", date(2017, 3, 4)),
        ("2017-03-04Z", date(2017, 3, 4)),
        ("2017-03-04-05:00", date(2017, 3, 4)),
        (" 2017-03-04\n", date(2017, 3, 4)),
        ("2016-02-29", date(2016, 2, 29)),
    ],
)
def test_dates_are_read_with_or_without_a_zone(text: str, day: date) -> None:
    assert one(antwoord(leerling(f"<geboortedatum>{text}</geboortedatum>"))).geboortedatum == day


@pytest.mark.parametrize(
    ("text", "soort"),
    [
        ("2017-02-30", "geboortedatum_onleesbaar"),
        ("04-03-2017", "geboortedatum_onleesbaar"),
        ("20170304", "geboortedatum_onleesbaar"),
        ("2017-W10-3", "geboortedatum_onleesbaar"),
        ("2017-03-04T00:00:00", "geboortedatum_onleesbaar"),
        ("٢٠١٧-٠٣-٠٤", "geboortedatum_onleesbaar"),
        ("0000-00-00", "geboortedatum_onleesbaar"),
        ("1017-03-04", "geboortedatum_onmogelijk"),
        ("2031-03-04", "geboortedatum_onmogelijk"),
    ],
)
def test_a_date_that_cannot_be_is_left_out_with_a_warning(text: str, soort: str) -> None:
    found = read(antwoord(leerling(f"<geboortedatum>{text}</geboortedatum>")))
    assert warnings(found) == [(soort, "1")]
    assert found.leerlingen[0].geboortedatum is None


def test_an_unlikely_age_is_kept_with_a_warning() -> None:
    found = read(antwoord(leerling("<geboortedatum>1970-03-04</geboortedatum>")))
    assert warnings(found) == [("geboortedatum_onwaarschijnlijk", "1")]
    assert found.leerlingen[0].geboortedatum == date(1970, 3, 4)


@pytest.mark.parametrize(
    ("inhoud", "soort"),
    [
        ("<achternaam>Wolken<b/>veld</achternaam>", "waarde_onleesbaar"),
        ("<achternaam><b>Wolkenveld</b></achternaam>", "waarde_onleesbaar"),
        ("<achternaam>A</achternaam><achternaam>B</achternaam>", "veld_dubbel"),
        ("<achternaam>A</achternaam><achternaam>A<b/></achternaam>", "veld_dubbel"),
        (f"<achternaam>{'x' * 201}</achternaam>", "waarde_te_lang"),
    ],
)
def test_a_name_that_cannot_be_read_for_sure_is_left_out(inhoud: str, soort: str) -> None:
    found = read(antwoord(leerling(inhoud)))
    assert soort in Counter(warning.soort for warning in found.waarschuwingen)
    assert found.leerlingen[0].achternaam is None


def test_the_same_value_twice_is_one_value() -> None:
    assert one(antwoord(leerling("<roepnaam>Noor</roepnaam><roepnaam> Noor</roepnaam>"))).roepnaam == "Noor"


@pytest.mark.parametrize("name", ["No\ufffdr", "Zo\u00c3\u00ab", "Zo\u0085", "Zo&#x85;"])
def test_a_damaged_name_is_kept_with_a_warning(name: str) -> None:
    found = read(antwoord(leerling(f"<roepnaam>{name}</roepnaam>")))
    assert warnings(found) == [("tekens_verminkt", "1")]
    assert found.leerlingen[0].roepnaam


@pytest.mark.parametrize("name", ["Zoë", "Søs", "Łukasz", "Đặng", "O'Neill", "Ümit", "\u00c3", "Âne", "José María"])
def test_a_good_name_gives_no_warning(name: str) -> None:
    assert one(antwoord(leerling(f"<roepnaam>{name}</roepnaam>"))).roepnaam == name


@pytest.mark.parametrize(
    ("tag", "value"), [("geslacht", "M"), ("geslacht", "01"), ("jaargroep", "9"), ("jaargroep", "3a")]
)
def test_an_unknown_code_is_left_out_with_a_warning(tag: str, value: str) -> None:
    found = read(antwoord(leerling(f"<{tag}>{value}</{tag}>")))
    assert warnings(found) == [("waarde_onbekend", "1")]
    assert getattr(found.leerlingen[0], tag) is None


@pytest.mark.parametrize(
    ("attributen", "key", "eckid"),
    [
        ('key="1"', "1", None),
        ('eckid="https://ketenid.nl/x"', None, "https://ketenid.nl/x"),
        ('key="" eckid="https://ketenid.nl/x"', None, "https://ketenid.nl/x"),
        ('key="1" eckid=" "', "1", None),
        (f'key="{"k" * 256}"', "k" * 256, None),
        ('key="{6F9619FF-8B86-D011-B42D-00C04FC964FF}"', "{6F9619FF-8B86-D011-B42D-00C04FC964FF}", None),
        ('key=" 1"', " 1", None),
    ],
)
def test_one_of_two_identifiers_is_enough(attributen: str, key: str | None, eckid: str | None) -> None:
    found = one(antwoord(leerling(attributen=attributen)))
    assert (found.key, found.eckid) == (key, eckid)


@pytest.mark.parametrize("attributen", ["", 'key=""', 'key=" " eckid=""', f'key="{"k" * 257}"', 'id="1"'])
def test_a_pupil_whom_nothing_identifies_is_skipped_and_counted(attributen: str) -> None:
    found = read(antwoord(NOOR + leerling(attributen=attributen)))
    assert [pupil.key for pupil in found.leerlingen] == ["1"]
    assert [warning.tekst for warning in found.waarschuwingen] == [
        "Een leerling zonder sleutel en zonder ECK iD is niet overgenomen (leerling 2 in de aanlevering)."
    ]


def test_the_same_pupil_twice_is_one_pupil() -> None:
    found = read(antwoord(NOOR + NOOR))
    assert len(found.leerlingen) == 1
    assert warnings(found) == [("dubbel_gelijk", None)]


def test_a_shared_key_sets_everyone_apart_who_has_it() -> None:
    found = read(antwoord(NOOR + leerling("<roepnaam>Gijs</roepnaam>") + leerling(attributen='key="2"')))
    assert [pupil.key for pupil in found.leerlingen] == ["2"]
    assert [pupil.roepnaam for pupil in found.betwiste_leerlingen] == ["Noor", "Gijs"]


def test_an_eckid_that_is_a_placeholder_sets_nobody_apart() -> None:
    pupils = "".join(leerling(f"<roepnaam>R{n}</roepnaam>", f'key="{n}" eckid="onbekend"') for n in range(3))
    found = read(antwoord(pupils))
    assert [(pupil.key, pupil.eckid) for pupil in found.leerlingen] == [("0", None), ("1", None), ("2", None)]
    assert warnings(found) == [("eckid_onbruikbaar", None)]


def test_references_to_groepen_that_did_not_come_are_dropped() -> None:
    inhoud = '<groep key="weg"/><samengestelde_groepen><samengestelde_groep key="g5"/></samengestelde_groepen>'
    found = read(antwoord(leerling(inhoud)))
    assert (found.leerlingen[0].groep, found.leerlingen[0].samengestelde_groepen) == (None, ())
    assert warnings(found) == [("groep_onbekend", "1"), ("groep_onbekend", "1")]


def test_two_groepen_with_one_key_are_one_with_a_warning() -> None:
    groepen = GROEPEN.replace(
        "</groepen>", '<groep key="g5"><naam>Andere</naam></groep><groep><naam>x</naam></groep></groepen>'
    )
    found = read(antwoord(groepen=groepen))
    assert [groep.naam for groep in found.groepen] == ["5"]
    assert [warning.soort for warning in found.waarschuwingen] == ["zonder_sleutel", "sleutel_dubbel"]


def test_staff_are_read_with_their_groepen_and_without_bad_addresses() -> None:
    leerkrachten = (
        '<leerkracht key="L1"><achternaam>Korenmolen</achternaam><gebruikersnaam>geheim</gebruikersnaam>'
        "<emailadres>j@school.example</emailadres><rol>LRK</rol>"
        '<groepen><groep key="g5"><rol>LRK</rol></groep></groepen></leerkracht>'
        '<leerkracht key="L2"><achternaam>A</achternaam><emailadres>geen adres</emailadres></leerkracht>'
        '<leerkracht key="L3"><achternaam>B</achternaam><emailadres></emailadres></leerkracht>'
        "<leerkracht><achternaam>C</achternaam></leerkracht>"
    )
    found = read(antwoord(leerkrachten=leerkrachten))
    assert [(person.key, person.emailadres, person.groepen) for person in found.leerkrachten] == [
        ("L1", "j@school.example", ("g5",)),
        ("L2", None, ()),
        ("L3", None, ()),
    ]
    assert warnings(found) == [("emailadres_onleesbaar", "L2"), ("zonder_sleutel", None)]


def test_only_pupils_in_their_place_are_pupils() -> None:
    elsewhere = f"<leerlingen>{leerling(attributen='key=^9^').replace('^', chr(34))}</leerlingen>"
    inhoud = f"<roepnaam>Noor</roepnaam><toevoegingen>{elsewhere}</toevoegingen>"
    assert [pupil.key for pupil in read(antwoord(leerling(inhoud))).leerlingen] == ["1"]


def test_an_answer_beside_the_body_is_not_read() -> None:
    inner = antwoord(leerling(attributen='key="9"')).partition(b"<soap:Body>")[2].partition(b"</soap:Body>")[0]
    for place in (b"<soap:Header>%s</soap:Header><soap:Body>", b"<x>%s</x><soap:Body>"):
        data = antwoord().replace(b"<soap:Body>", place % inner)
        assert [pupil.key for pupil in read(data).leerlingen] == ["1"]
    inside = antwoord().replace(b"<leerlingen>", b"<x><leerlinggegevens>%s</leerlinggegevens></x><leerlingen>" % inner)
    assert [pupil.key for pupil in read(inside).leerlingen] == ["1"]


@pytest.mark.parametrize("leeg", ["<roepnaam/>", '<roepnaam xsi:nil="true"/>', "<roepnaam> \n</roepnaam>"])
def test_an_empty_element_beside_a_filled_one_says_nothing(leeg: str) -> None:
    leeg = leeg.replace("xsi:", "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:")
    for inhoud in (f"<roepnaam>Floris</roepnaam>{leeg}", f"{leeg}<roepnaam>Floris</roepnaam>"):
        assert one(antwoord(leerling(inhoud))).roepnaam == "Floris"
        found = read(antwoord(leerkrachten=f'<leerkracht key="L1">{inhoud}</leerkracht>'))
        assert (found.leerkrachten[0].roepnaam, found.waarschuwingen) == ("Floris", ())
    school = SCHOOL.replace("</school>", "<brincode/><dependancecode> </dependancecode></school>")
    assert read(antwoord(school=school)).school.brincode == "99XX"


@pytest.mark.parametrize(
    ("brincode", "dependance"),
    [
        ("99XX", "00"),
        ("99XX.00", ""),
        ("99XX00", ""),
        ("99xx-00", "0"),
        ("99XX", "0"),
        ("99XX.00", "00"),
        (" 99XX ", ""),
    ],
)
def test_a_school_is_ours_however_its_administration_writes_it(brincode: str, dependance: str) -> None:
    school = re.sub(
        "<brincode>.*</dependancecode>",
        f"<brincode>{brincode}</brincode><dependancecode>{dependance}</dependancecode>",
        SCHOOL,
    )
    found = read(antwoord(school=school)).school
    assert (found.brincode, found.dependancecode) == ("99XX", "00")


@pytest.mark.parametrize(
    ("brincode", "dependance", "reden"),
    [
        ("99XY.00", "", Reden.ANDERE_SCHOOL),
        ("99XX0000", "", Reden.ANDERE_SCHOOL),
        ("99XX.01", "", Reden.ANDERE_LOCATIE),
        ("99XX01", "01", Reden.ANDERE_LOCATIE),
        ("99XX", "1", Reden.ANDERE_LOCATIE),
        ("99XX00", "01", Reden.ONVOLLEDIG),
    ],
)
def test_another_school_or_location_stays_another(brincode: str, dependance: str, reden: Reden) -> None:
    school = re.sub(
        "<brincode>.*</dependancecode>",
        f"<brincode>{brincode}</brincode><dependancecode>{dependance}</dependancecode>",
        SCHOOL,
    )
    assert refusal(antwoord(school=school)) is reden


HASH = "0123456789abcdef" * 8
KETENID = "https://ketenid.nl/201703/"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (KETENID + HASH, KETENID + HASH),
        (KETENID + HASH.upper(), KETENID + HASH),
        (f" {KETENID}{HASH[:64]} {HASH[64:].upper()}\n", KETENID + HASH),
        ("https://ketenid.nl/202901/" + HASH.upper(), "https://ketenid.nl/202901/" + HASH),
        ("https://ketenid.nl/pilot/" + HASH.upper(), "https://ketenid.nl/pilot/" + HASH),
        ("https://ketenid.nl/pilot/Noor-1", "https://ketenid.nl/pilot/Noor-1"),
    ],
)
def test_an_eckid_has_one_spelling(sent: str, kept: str) -> None:
    for attributen in (f'key="1" eckid="{sent}"', f'eckid="{sent}"'):
        assert one(antwoord(leerling(attributen=attributen))).eckid == kept
    found = read(antwoord(leerkrachten=f'<leerkracht eckid="{sent}"/>'))
    assert found.leerkrachten[0].eckid == kept


@pytest.mark.parametrize(
    "sent",
    [
        "0",
        "onbekend",
        HASH,
        KETENID,
        KETENID + HASH[1:],
        KETENID + HASH + "0",
        KETENID + "g" + HASH[1:],
        KETENID.upper() + HASH,
        "http" + KETENID[5:] + HASH,
    ],
)
def test_what_is_no_eckid_is_told_of_and_says_nothing_about_anybody(sent: str) -> None:
    found = read(antwoord(leerling(attributen=f'key="1" eckid="{sent}"')))
    assert (found.leerlingen[0].key, found.leerlingen[0].eckid) == ("1", None)
    assert warnings(found) == [("eckid_onbruikbaar", None)]
    alone = read(antwoord(NOOR + leerling(attributen=f'eckid="{sent}"')))
    assert [w.soort for w in alone.waarschuwingen] == ["eckid_onbruikbaar", "zonder_sleutel"]


@pytest.mark.parametrize("sent", ["anders", " Anders ", "9"])
def test_neither_boy_nor_girl_is_a_value(sent: str) -> None:
    assert one(antwoord(leerling(f"<geslacht>{sent}</geslacht>"))).geslacht == "9"


@pytest.mark.parametrize("name", ["Jos?", "Jos\ufffd", "JosÃ©", "Ã‰lise", "YiÄŸit", "ÅŸeyma", "Zo\x8a"])
def test_every_way_in_which_letters_get_lost_is_told_of(name: str) -> None:
    assert warnings(read(antwoord(leerling(f"<roepnaam>{name}</roepnaam>")))) == [("tekens_verminkt", "1")]


def of_location(*vestigingen: str) -> str:
    inhoud = "".join(f'<vestiging key="{key}"/>' for key in vestigingen)
    return leerling(f"<roepnaam>R</roepnaam>{inhoud}", f'key="v{"-".join(vestigingen)}"')


def test_pupils_of_another_location_are_left_out_and_counted() -> None:
    elsewhere = [of_location(key) for key in ("1", "02", "99XX03", "99XX.04", "99YY00")]
    here = [of_location(*keys) for keys in ((), ("0",), ("00",), ("99XX00",), ("hoofdgebouw",), ("01", "00"), ("100",))]
    found = read(antwoord("".join(elsewhere + here)))
    assert [pupil.key for pupil in found.leerlingen] == ["v", "v0", "v00", "v99XX00", "vhoofdgebouw", "v01-00", "v100"]
    assert [(w.soort, w.detail) for w in found.waarschuwingen] == [("andere_locatie", "5")]
    assert found.elders == 5


@pytest.mark.parametrize("vestiging", ["<vestiging/>", "<vestiging>01</vestiging>", '<vestiging key=" "/>'])
def test_a_location_without_a_usable_key_is_told_of(vestiging: str) -> None:
    found = read(antwoord(leerling(f"<roepnaam>R</roepnaam>{vestiging}", 'key="1"')))
    assert ([pupil.key for pupil in found.leerlingen], found.elders) == (["1"], 0)
    assert warnings(found) == [("vestiging_onbruikbaar", "1")]


def in_groep(key: str, groep: str, vestiging: str = "00", sub: str = "") -> str:
    refs = f'<samengestelde_groepen><samengestelde_groep key="{sub}"/></samengestelde_groepen>' if sub else ""
    inhoud = f'<roepnaam>R</roepnaam><groep key="{groep}"/>{refs}<vestiging key="{vestiging}"/>'
    return leerling(inhoud, f'key="{key}"')


def in_groepen(key: str, *groepen: str, sub: str = "") -> str:
    refs = "".join(f'<groep key="{groep}"/>' for groep in groepen)
    refs += f'<samengestelde_groep key="{sub}"/>' if sub else ""
    return f'<leerkracht key="{key}"><roepnaam>L</roepnaam><groepen>{refs}</groepen></leerkracht>'


FOUR = "".join(f'<groep key="{key}"><naam>{key}</naam><jaargroep>5</jaargroep></groep>' for key in ("o", "g", "e", "l"))
SUBS = "".join(f'<samengestelde_groep key="{key}"><naam>{key}</naam></samengestelde_groep>' for key in ("sg", "se"))


def four_groepen(*more: str) -> Leerlinggegevens:
    """Groep o is ours, g is shared, e is of the other location, and l has nobody."""
    pupils = (in_groep("1", "o"), in_groep("2", "g", sub="sg"), in_groep("3", "g", "01", "sg"))
    staff = (
        in_groepen("here", "o"),
        in_groepen("both", "o", "e"),
        in_groepen("there", "e"),
        in_groepen("nowhere"),
        in_groepen("empty", "l"),
        in_groepen("unknown", "e", "z"),
        in_groepen("plus", "e", sub="sg"),
        in_groepen("plus there", sub="se"),
        in_groepen("hidden", "e", ""),
    )
    return read(
        antwoord(
            "".join((*pupils, in_groep("4", "e", "01", "se"), *more)),
            groepen=f"<groepen>{FOUR}{SUBS}</groepen>",
            leerkrachten="".join(staff),
        )
    )


def test_a_groep_of_another_location_only_is_told_apart_and_so_is_who_teaches_there_only() -> None:
    found = four_groepen()
    assert (found.elders, found.elders_groepen) == (2, frozenset("e"))
    assert found.elders_leerkrachten == {("there", None), ("plus there", None)}
    assert len(found.groepen) == 4


@pytest.mark.parametrize(
    "hidden",
    [
        leerling("<roepnaam>R</roepnaam><groep/>", 'key="5"'),
        leerling('<roepnaam>R</roepnaam><groep key="e"/>', ""),
    ],
    ids=["groep that cannot be read", "leerling without a key"],
)
def test_while_it_is_not_known_where_one_of_ours_stands_no_groep_is_anothers(hidden: str) -> None:
    found = four_groepen(hidden)
    assert found.elders == 2
    assert not found.elders_groepen
    assert not found.elders_leerkrachten


def test_when_most_pupils_are_elsewhere_it_is_the_wrong_location() -> None:
    assert refusal(antwoord(NOOR + of_location("01") + of_location("02"))) is Reden.ANDERE_LOCATIE
    assert read(antwoord(NOOR + of_location("01"))).elders == 1


def test_without_a_location_in_the_question_nobody_is_elsewhere() -> None:
    found = read_leerlinggegevens(antwoord(of_location("01")), None, BRON)
    assert isinstance(found, Leerlinggegevens)
    assert (len(found.leerlingen), found.elders) == (1, 0)
    verzoek = Leerlinggegevensverzoek("2026-2027", "99XX", "01")
    school = SCHOOL.replace("00</dep", "1</dep")
    assert read(antwoord(of_location("1"), school=school), verzoek).elders == 0
