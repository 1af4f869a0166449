"""Per LAS: addresses, keys, and what is sent where."""

from __future__ import annotations

from dataclasses import replace

import pytest

from webapp.uwlr.namespaces import Operation
from webapp.uwlr.profiles import PROFILES, Resultaatvorm, clean_sleutel
from webapp.uwlr.profiles.esis import PROFILE as ESIS
from webapp.uwlr.profiles.keys import Sleutelfout
from webapp.uwlr.profiles.magister import PROFILE as MAGISTER
from webapp.uwlr.profiles.parnassys import PROFILE as PARNASSYS
from webapp.uwlr.profiles.somtoday import PROFILE as SOMTODAY

PULL, PUSH = Operation.HAAL_LEERLINGGEGEVENS, Operation.BRENG_LEERRESULTATEN


def test_there_is_a_profile_for_every_las_and_a_plain_one() -> None:
    assert set(PROFILES) == {"parnassys", "esis", "somtoday", "magister", "schooloas", "uwlr"}
    for name, profile in PROFILES.items():
        assert profile.name == name
        assert profile.xsdversie in {"2.2", "2.3"}


def test_addresses_are_made_per_las() -> None:
    assert PARNASSYS.url("https://las.example/uwlr/v2/", PULL) == "https://las.example/uwlr/v2/leerlinggegevens"
    assert PARNASSYS.url("https://las.example/uwlr/v2", PUSH) == "https://las.example/uwlr/v2/leerresultaten"
    assert ESIS.url("https://123.rovictonline.nl", PUSH) == "https://123.rovictonline.nl/uwlr2.2.svc"
    assert MAGISTER.url("https://m.example/uwlr-l", PULL) == "https://m.example/uwlr-l/leerlinggegevens-smalle-set.svc"


@pytest.mark.parametrize(
    ("address", "is_allowed"),
    [
        ("https://123.rovictonline.nl", True),
        ("https://123.rovictonline.nl:443/x", True),
        ("https://123.rovictonline.nl.evil.example", False),
        ("https://evil.example/123.rovictonline.nl", False),
        ("https://user:pass@123.rovictonline.nl", False),
        ("https://123.rovictonline.nl@evil.example", False),
        ("file:///etc/passwd", False),
        ("ftp://123.rovictonline.nl", False),
        ("//123.rovictonline.nl", False),
        ("", False),
    ],
)
def test_keys_only_go_to_addresses_of_the_las(address: str, is_allowed: bool) -> None:
    assert ESIS.allows(address) is is_allowed


def test_the_form_of_a_result_can_differ_per_test() -> None:
    profile = replace(PARNASSYS, vorm_per_toets={"VB-RW-4": Resultaatvorm.SCORE})
    assert profile.vorm_van("VB-RW-4") is Resultaatvorm.SCORE
    assert profile.vorm_van("VB-BL-5") is Resultaatvorm.OSO


@pytest.mark.parametrize(
    "pasted",
    [
        "SLEUTEL-1234",
        " SLEUTEL-1234\r\n",
        "SLEUTEL\u200b-12\n34",
        "\ufeff“SLEUTEL-1234”",
        "SLEU TEL-\u00a01234",
        '"SLEUTEL-1234"',
    ],
)
def test_what_copying_adds_is_taken_away(pasted: str) -> None:
    assert clean_sleutel(pasted) == "SLEUTEL-1234"


@pytest.mark.parametrize(
    ("sleutel", "fout"),
    [
        ("A1B2C3D4", None),
        ("x" * 88, None),
        ("dGVzdC1zbGV1dGVs+/==", None),
        ("", Sleutelfout.LEEG),
        ("kort", Sleutelfout.TE_KORT),
        ("x" * 257, Sleutelfout.TE_LANG),
        ("sleutel-é-1234", Sleutelfout.TEKENS),
        ("admin@school.example", Sleutelfout.ADRES),
        ("https://start.parnassys.net", Sleutelfout.ADRES),
        ("99XX", Sleutelfout.BRIN),
        ("99xx00", Sleutelfout.BRIN),
    ],
)
def test_the_form_of_a_parnassys_key(sleutel: str, fout: Sleutelfout | None) -> None:
    oordeel = PARNASSYS.sleutelvorm.check(sleutel, "99XX")
    assert (None if oordeel is None else oordeel.fout) == fout
    if oordeel is not None and sleutel:
        assert sleutel not in oordeel.tekst


@pytest.mark.parametrize(
    ("sleutel", "fout"),
    [
        ("99XX02abcdefghijklmnop", None),
        ("99xx02abcdefghijklmnop", None),
        ("99XX02abcdefgh", Sleutelfout.TE_KORT),
        ("99XX02" + "a" * 45, Sleutelfout.TE_LANG),
        ("99XX00abcdefghijklmnop", Sleutelfout.BEGIN),
        ("99XX02-bcdefghijklmnop", Sleutelfout.TEKENS),
    ],
)
def test_an_esis_key_begins_with_brin_and_location(sleutel: str, fout: Sleutelfout | None) -> None:
    oordeel = ESIS.sleutelvorm.check(sleutel, "99XX", "02")
    assert (None if oordeel is None else oordeel.fout) == fout


def test_profiles_show_no_secrets() -> None:
    profile = replace(SOMTODAY, extra_headers={"Ocp-Apim-Subscription-Key": "GEHEIM"}, klantcode="GEHEIM")
    assert "GEHEIM" not in repr(profile)
