"""What a BRIN, a school year and a key look like, at their borders."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from webapp.forms.aanvraag import AanvraagForm
from webapp.models import LasType
from webapp.schooljaar import days_of, is_schooljaar, next_schooljaar, schooljaar_of
from webapp.uwlr.profiles import PROFILES, clean_sleutel

ODD = st.text(st.sampled_from("0129AZaz-٣２Ａé \n\0"), max_size=10)
KEYS = ("", " " * 40, "a" * 7, "a" * 257, f"{'a' * 20}\0{'a' * 20}", "\u200b" * 40, "ａ" * 40, "\u0661" * 40)
"""256 and not 64, as UWLR says: a LAS hands out keys of 88."""


@pytest.mark.asvs(9)
def test_a_brin_a_school_year_and_a_key_have_one_form(app: Flask) -> None:
    """What people may type beside it is in tests/blueprints; a BRIN and a vestiging go together."""

    @given(ODD | st.from_regex(r"[0-9]{2}[A-Z]{2}(?:[0-9]{2})?", fullmatch=True))
    @example("12AB\n")
    @example("１２AB")
    def brin(typed: str) -> None:
        with app.test_request_context(method="POST"):
            app.config["WTF_CSRF_ENABLED"], before = False, app.config.get("WTF_CSRF_ENABLED", True)
            values = {"brin": typed, "schoolnaam": "A", "contact_naam": "B", "contact_email": "a@b.nl"}
            form = AanvraagForm(MultiDict(values))
            taken = form.validate()
            app.config["WTF_CSRF_ENABLED"] = before
        clean = re.sub(r"[\s.\-/\0]", "", typed).upper()
        assert taken is (re.fullmatch(r"[0-9]{2}[A-Z]{2}([0-9]{2})?", clean) is not None), repr(typed)
        assert not taken or re.fullmatch(r"[0-9]{2}[A-Z]{2}", form.brin.data)

    @given(ODD | st.from_regex(r"[0-9]{4}-[0-9]{4}", fullmatch=True))
    @example("2026-2027\n")
    @example("2026-2028")
    @example("2027-2026")
    @example("٢٠٢٦-٢٠٢٧")
    def schooljaar(typed: str) -> None:
        right = re.fullmatch(r"[12][0-9]{3}-[12][0-9]{3}", typed) and int(typed[5:]) == int(typed[:4]) + 1
        assert is_schooljaar(typed) is bool(right)
        if right and typed < "2998":
            first, last = days_of(typed)
            assert (schooljaar_of(first), schooljaar_of(last)) == (typed, typed)
            assert is_schooljaar(next_schooljaar(typed))

    brin()
    schooljaar()
    for las in LasType:
        vorm = PROFILES[las].sleutelvorm
        assert all(vorm.check(clean_sleutel(key), "12AB", "00") for key in KEYS), las
