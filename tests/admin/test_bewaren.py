"""What the nightly erasing will take, as klantenservice sees it."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.screens import Koppelweg
from webapp.models import Opruiming


def test_klantenservice_sees_what_will_go_and_when(weg: Koppelweg) -> None:
    clerk = weg.clerk()
    assert "Niets te wissen" in clerk.get("/klantenservice/bewaren/").text
    koppeling = weg.running()
    weg.session.add(
        Opruiming(
            school_id=koppeling.school_id, straks={"regels": 3}, straks_op=datetime(2026, 12, 4, 9, tzinfo=UTC),
            gewist={"mails": 2}, klaar_op=datetime(2026, 11, 27, 1, tzinfo=UTC),
        )
    )  # fmt: skip
    weg.session.add(Opruiming(fout="KeyError", volgende_op=datetime(2026, 11, 27, 2, tzinfo=UTC)))
    weg.session.commit()
    page = " ".join(clerk.get("/klantenservice/bewaren/").text.split())
    assert "namen van 3 regels vanaf 4 december 2026" in page
    assert "2 mails" in page
    assert page.index("Van geen school") < page.index(str(koppeling.school)), "what went wrong comes first"
    assert "KeyError" in page
