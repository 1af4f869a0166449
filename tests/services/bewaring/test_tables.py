"""Every table stands on the page about what is kept, and in the export of a school or on a list of those of none."""

from __future__ import annotations

import re

from webapp.config import PROJECT
from webapp.models import Base
from webapp.models.ids import SchoolId
from webapp.services.bewaring import uitvoer

OF_NO_SCHOOL = {
    "aanvraagmail", "alarm", "bewaard", "dood_adres", "herkomst", "herzending", "identiteit", "installatie",
    "goedkeuren_vanzelf", "leverancier", "levensteken", "minuut", "nacht", "nachtstand", "notitie",
    "opruiming", "plafond", "registerschool", "rem", "reservekopie", "schakelaar", "sessie", "spoordag",
    "zaak", "zaakkijker", "zekering",
}  # fmt: skip
"""Or, as a notitie, of a school and not for it."""


def test_the_page_about_keeping_has_every_table() -> None:
    rows = re.findall(r"^\| (`.+?`) \|", (PROJECT / "docs/retention.md").read_text(), re.M)
    assert sorted(re.findall(r"`(\w+)`", " ".join(rows))) == sorted(Base.metadata.tables)


def test_the_export_has_every_table_of_a_school() -> None:
    assert set(uitvoer.queries(SchoolId(1))) == set(Base.metadata.tables) - OF_NO_SCHOOL
