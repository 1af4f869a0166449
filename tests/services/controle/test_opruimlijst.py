"""What can be mended in the LAS: which cause a question has, whom it names, and that it goes when it is mended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.services.conftest import aanlevering, pupil, teacher
from tests.services.controle.test_vastleggen import commit
from webapp.matching.vetoes import Veto
from webapp.models import Account, Groep, Importregel, Koppeling, LasType, School, Soort
from webapp.services.controle import opruimlijst
from webapp.services.controle.opruimlijst import Oorzaak, Punt, Wie
from webapp.services.inname import inname
from webapp.services.inname.batch import open_of
from webapp.uwlr import values as uwlr
from webapp.uwlr.values import Waarschuwing
from webapp.woorden import opruimlijst as woorden
from webapp.woorden.namen import Namen

Make = Callable[..., Any]
PARNASSYS = Namen("ParnasSys", "Boom testcentrum", "Boom")
WHOLE = {"roepnaam": "Noor", "achternaam": "Jansen", "geboortedatum": date(2016, 3, 12), "jaargroep": "5", "ruil": None}


@pytest.mark.parametrize(
    ("soort", "veto", "values", "expected"),
    [
        (Soort.LEERLING, Veto.DATUM_ONBEKEND, {"geboortedatum": None}, Oorzaak.GEEN_GEBOORTEDATUM),
        (Soort.LEERLING, Veto.DATUM_ONBEKEND, {}, None),  # ours has none: nothing to mend in the LAS
        (Soort.LEERLING, Veto.DATUM_VERDACHT, {}, Oorzaak.GEBOORTEDATUM),
        (Soort.LEERLING, Veto.DATUM_OMGEWISSELD, {}, Oorzaak.GEBOORTEDATUM),
        (Soort.LEERLING, Veto.MEER_NIEUWE, {}, Oorzaak.DUBBEL),
        (Soort.LEERLING, Veto.ANDERE_ECKID, {}, Oorzaak.NUMMERS),
        (Soort.LEERLING, Veto.ROEPNAAM_LIJKT, {"ruil": {"naam": 1, "nummer": 2, "wat": []}}, Oorzaak.NUMMERS),
        (Soort.LEERLING, Veto.VOORLETTER, {"roepnaam": "N"}, Oorzaak.NAAM),
        (Soort.LEERLING, Veto.VOORLETTER, {}, None),
        (Soort.LEERLING, Veto.ROEPNAAM_LIJKT, {}, None),
        (Soort.LEERLING, "ongewijzigd", {}, None),
        (Soort.LEERKRACHT, Veto.GEDEELD_EMAIL, {}, Oorzaak.ZELFDE_ADRES),
        (Soort.LEERKRACHT, Veto.EMAIL, {"geboortedatum": None}, None),
        (Soort.GROEP, Veto.GROEPSNAAM, {"jaargroep": None}, Oorzaak.ZONDER_JAARGROEP),
        (Soort.GROEP, Veto.GROEPSNAAM, {}, None),
    ],
)
def test_the_cause_of_a_question(soort: Soort, veto: str, values: dict[str, Any], expected: Oorzaak | None) -> None:
    regel = Importregel(soort=soort, matchregel=str(veto), **(WHOLE | values))
    assert opruimlijst.cause_of(regel) is expected


def test_each_cause_has_words_for_each_las() -> None:
    for oorzaak in Oorzaak:
        for soort in Soort:
            punt = opruimlijst.Punt(oorzaak, soort, naamloos=1)
            for las in LasType:
                [said] = woorden.points([punt], las, PARNASSYS)
                assert said.kop.startswith("1 ")
                assert "{" not in said.kop + said.doen + said.naamloos
                assert "eerste" not in said.doen or "niets van over" not in said.naamloos, "taken in, or not"


def test_it_names_screens_of_which_a_source_says_that_they_are_there() -> None:
    """docs/uwlr.md has the sources; of the others it speaks in general."""
    doen = {
        soort: woorden.points([Punt(Oorzaak.TWEE_GROEPEN, soort, {Wie("Bo"): None})], LasType.PARNASSYS, PARNASSYS)[
            0
        ].doen
        for soort in (Soort.LEERLING, Soort.LEERKRACHT)
    }
    assert "Open in ParnasSys de tab Leerling en kies de leerling." in doen[Soort.LEERLING]
    assert "Open in ParnasSys de gegevens van de leerkracht." in doen[Soort.LEERKRACHT]


def _loes(number: int, adres: str) -> uwlr.Leerkracht:
    return teacher(f"t{number}", f"Loes{number}", "Hartog", f"{adres}@regenboog.example", groepen=("g5",))


def test_what_is_mended_in_the_las_is_no_question_any_more(
    session: Session, school: School, koppeling: Koppeling, beheerder: Account, make_leerling: Make
) -> None:
    make_leerling("Noor", "Jansen", "2016-03-12")
    groep = Groep(school_id=school.id, naam="Groep 5", jaargroep="5", schooljaar="2026-2027", las_key="g5")
    session.add(groep)
    session.flush()
    noor = pupil("k1", "Noor", "Jansen")
    shared = [
        teacher(f"t{n}", naam, "Hartog", "team@regenboog.example", groepen=("g5",)) for n, naam in enumerate("AB")
    ]
    wrong = replace(
        aanlevering(
            noor._replace(geboortedatum=None),
            pupil("k5", "Tim", "Zaal")._replace(groep=None),
            leerkrachten=(*shared, teacher("t9", "Cas", "Vos")),
            groepen=(uwlr.Groep("g5", "Groep 5", "5"), uwlr.Groep("g9", "De Uilen", None)),
        ),
        waarschuwingen=(Waarschuwing("zonder_sleutel", "leerling", None),) * 2,
    )
    batch = inname.take_in(session, koppeling, wrong)
    assert batch is not None
    punten = {(punt.oorzaak, punt.soort): punt for punt in opruimlijst.of_school(session, school.id)}
    first = punten[Oorzaak.GEEN_GEBOORTEDATUM, Soort.LEERLING]
    assert ([(wie.naam, wie.groep) for wie in first.wie], first.vragen) == ([("Noor Jansen", "Groep 5")], 1)
    assert punten[Oorzaak.ZONDER_NUMMER, Soort.LEERLING].naamloos == 2
    assert [wie.naam for wie in punten[Oorzaak.GEEN_ADRES, Soort.LEERKRACHT].wie] == ["Cas Vos"]
    assert [wie.naam for wie in punten[Oorzaak.ZONDER_GROEP, Soort.LEERLING].wie] == ["Tim Zaal"], "why he waits"
    assert [wie.naam for wie in punten[Oorzaak.ZONDER_JAARGROEP, Soort.GROEP].wie] == ["De Uilen"], "before it is here"
    both = punten[Oorzaak.ZELFDE_ADRES, Soort.LEERKRACHT]
    assert ([wie.naam for wie in both.wie], both.vragen) == (["A Hartog", "B Hartog"], 0)
    assert opruimlijst.questions(batch.regels) == 1
    assert woorden.in_mail(batch.regels, "ParnasSys").startswith("Bij 1 vraag kunt u ook de oorzaak in ParnasSys")
    rows = woorden.rows(list(punten.values()), LasType.PARNASSYS, PARNASSYS)
    assert rows[0][:4] == ("1 leerling zonder geboortedatum", "Noor Jansen", "Groep 5", 1)

    good = [
        teacher(f"t{n}", naam, "Hartog", f"{naam}@regenboog.example", groepen=("g5",)) for n, naam in enumerate("AB")
    ]
    mended = aanlevering(noor, leerkrachten=(*good, teacher("t9", "Cas", "Vos", "cas@regenboog.example")))
    after = inname.take_in(session, koppeling, mended)
    assert after is not None
    assert [regel for regel in after.regels if regel.is_vraag] == []
    assert opruimlijst.of_school(session, school.id) == []
    commit(session, after, beheerder)
    assert open_of(session, school.id) is None
    assert opruimlijst.of_school(session, school.id) == [], "nor of who is linked by now"


def test_who_is_linked_and_lacks_something_is_on_the_list_without_a_question(
    session: Session, school: School, koppeling: Koppeling, make_leerling: Make, make_groep: Make
) -> None:
    groep = make_groep("Groep 6", "", las_key="g6", status="actief")
    groep.jaargroep = None
    make_leerling("Bo", "Berk", None, las_key="k1", groep_id=groep.id)
    make_leerling("Ids", "Nieuw", las_key="k2")
    make_leerling("Eva", "Weg", None)
    found = opruimlijst.of_school(session, school.id)
    assert [(punt.oorzaak, [wie.naam for wie in punt.wie], punt.vragen) for punt in found] == [
        (Oorzaak.GEEN_GEBOORTEDATUM, ["Bo Berk"], 0),
        (Oorzaak.ZONDER_JAARGROEP, ["Groep 6"], 0),
        (Oorzaak.ZONDER_GROEP, ["Ids Nieuw"], 0),
    ]
