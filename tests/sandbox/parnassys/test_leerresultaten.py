"""BrengLeerresultaten: everything or nothing, and the fault of the standard for each thing that is wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sandbox.parnassys.data import Bericht as LogRow
from sandbox.parnassys.data import OntvangenResultaat
from sandbox.parnassys.rules import leerlingen
from tests.sandbox.parnassys.conftest import NOW, school_of
from tests.sandbox.parnassys.soap import LEERRESULTATEN, OSO, TOETS, Afname, Bericht, Caller
from webapp.uwlr.schema import validate_leerresultaten

ONGELDIG = "soap:Client.OngeldigBericht"
LEERLING = "soap:Client.LeerlingOngeldig"
ELD = "soap:Client.EldResultaatOngeldig"
NORMERING = "soap:Client.ToetsNormeringOngeldig"
SCORE = "soap:Client.ScoreOngeldig"
VOCABULAIRE = "http://purl.edustandaard.nl/concept/328cc12a-87b2-41c4-aef8-853595f9f9dd"

KEY = "204310560"
ONE = Bericht((Afname(KEY),))
NORMEN = """<toets><toetscode>RW-5</toetscode><toetsnormering>
<norm><term>II</term><beginnormwaarde>0</beginnormwaarde><eindnormwaarde>19</eindnormwaarde></norm>
<norm><term>I</term><beginnormwaarde>20</beginnormwaarde><eindnormwaarde>40</eindnormwaarde></norm>
</toetsnormering><toetsonderdelen><toetsonderdeel><toetsonderdeelvolgnummer>1</toetsonderdeelvolgnummer>
<toetsonderdeelcode>A</toetsonderdeelcode></toetsonderdeel></toetsonderdelen></toets>"""


def _stored(session: Session) -> list[OntvangenResultaat]:
    session.expire_all()
    return list(session.scalars(select(OntvangenResultaat).order_by(OntvangenResultaat.key)))


def test_a_right_message_is_confirmed_and_seen_at_the_pupil(las: Caller, parnassys: Session) -> None:
    answer = las.breng(ONE)
    assert (answer.http.status_code, answer.fault) == (200, None)
    assert answer.body.tag == f"{{{LEERRESULTATEN}}}leerresultaten_bevestiging"
    assert validate_leerresultaten(answer.body) == []
    (row,) = _stored(parnassys)
    assert (row.leerling.key, row.toets.toetscode, row.afnamedatum.isoformat()) == (KEY, "RW-5", "2026-11-20")
    assert row.oso is not None
    assert row.oso["vaardigheidsscore"] == "142.5"
    assert {each["code"]: each["waarde"] for each in row.oso["referentiescores"]} == {"IV": "II", "Percentiel": "68"}


def test_the_same_key_again_replaces(las: Caller, parnassys: Session) -> None:
    las.breng(ONE)
    other = Afname(KEY, uitkomst=OSO.replace("142.5", "150.5"), afnamedatum="2026-11-21")
    assert las.breng(Bericht((other,), aanmaakdatum="2026-11-23T02:30:01+01:00")).fault is None
    (row,) = _stored(parnassys)
    assert row.oso is not None
    assert (row.oso["vaardigheidsscore"], row.keren_ontvangen, row.afnamedatum.day) == ("150.5", 2, 21)


@pytest.mark.parametrize("moment", ["2026-11-23T02:30:00+01:00", "2026-11-23T01:30:00Z", "2026-11-22T23:00:00Z"])
def test_a_message_has_to_be_later_than_the_one_before(las: Caller, parnassys: Session, moment: str) -> None:
    las.breng(ONE)
    again = las.breng(Bericht((Afname(KEY, key="afname-2"),), aanmaakdatum=moment))
    assert (again.http.status_code, again.fault) == (500, ONGELDIG)
    assert "aanmaakdatum" in (again.melding or "")
    assert [row.key for row in _stored(parnassys)] == ["afname-1"]


def test_a_refused_message_leaves_no_trace_but_its_line_in_the_history(las: Caller, parnassys: Session) -> None:
    many = tuple(Afname(KEY, key=f"afname-{number}") for number in range(20))
    answer = las.breng(Bericht((*many, Afname("onbekend", key="afname-x"))))
    assert (answer.fault, answer.melding) == (LEERLING, "leerlingid onbekend")
    assert _stored(parnassys) == []
    assert school_of(parnassys, "99XX").laatste_aanmaakdatum is None
    log = parnassys.scalars(select(LogRow)).one()
    assert (log.uitkomst, log.aantal, log.school_id) == ("Client.LeerlingOngeldig", 21, school_of(parnassys, "99XX").id)
    assert las.breng(Bericht(many)).fault is None
    assert len(_stored(parnassys)) == 20


def test_pupils_of_another_school_and_pupils_who_left_are_unknown(las: Caller, parnassys: Session) -> None:
    elsewhere = leerlingen.enrolled(parnassys, school_of(parnassys, "99YY"))[0].key
    assert las.breng(Bericht((Afname(elsewhere),))).fault == LEERLING
    school = school_of(parnassys, "99XX")
    gone = leerlingen.enrolled(parnassys, school)[0]
    key = gone.key
    leerlingen.leave(parnassys, school, gone, NOW)
    parnassys.commit()
    assert las.breng(Bericht((Afname(key),))).fault == LEERLING


def _afname(**changes: str) -> Bericht:
    return Bericht((replace(Afname(KEY), **changes),))


def _oso(before: str, after: str) -> Bericht:
    assert before in OSO
    return _afname(uitkomst=OSO.replace(before, after))


def _score(score: str, toets: str = NORMEN, tussen: str = "") -> Bericht:
    return Bericht((Afname(KEY, uitkomst=f"<score>{score}</score>", tussen=tussen),), toetsen=toets)


@pytest.mark.parametrize(
    ("bericht", "fault"),
    [
        (_afname(eckid="https://ketenid.nl/pilot/anders"), LEERLING),
        (_afname(afnamedatum="2026-11-24"), ONGELDIG),
        (_afname(afnamedatum="20-11-2026"), ONGELDIG),
        (_afname(toetscode="ANDERE"), ONGELDIG),
        (_afname(tussen="<versie>2</versie>"), ONGELDIG),
        (_afname(tussen="<toetsonderdeelcode>B</toetsonderdeelcode>"), ONGELDIG),
        (_afname(uitkomst=""), ONGELDIG),
        (_afname(uitkomst="<anderresultaat/>"), ONGELDIG),
        (Bericht((Afname(KEY), Afname(KEY))), ONGELDIG),
        (Bericht((Afname(KEY),), toetsen=TOETS + TOETS), ONGELDIG),
        (Bericht((Afname(KEY),), toetsen=""), ONGELDIG),
        (Bericht(()), ONGELDIG),
        (Bericht((Afname(KEY),), aanmaakdatum="2026-11-23"), ONGELDIG),
        (_afname(uitkomst="<osoresultaat/>"), ELD),
        (_oso(">31<", ">41<"), ELD),
        (_oso(">31<", ">-1<"), ELD),
        (_oso(">IV<", ">ZZ<"), ELD),
        (_oso(">Landelijk<", ">Belgisch<"), ELD),
        (_oso(">II<", ">VI<"), ELD),
        (_oso(">68<", ">101<"), ELD),
        (_oso(">142.5<", ">veel<"), ONGELDIG),
        (_score("41"), SCORE),
        (_score("5.5"), ONGELDIG),
        (_score("-1"), ONGELDIG),
        (_score("X"), ONGELDIG),
        (_score("12345678901"), ONGELDIG),
        (_score("3", NORMEN.replace(">20<", ">22<")), NORMERING),
        (_score("3", NORMEN.replace(">20<", ">19<")), NORMERING),
        (_score("3", NORMEN.replace(">40<", ">10<")), NORMERING),
        (_score("3", NORMEN, "<toetsonderdeelcode>C</toetsonderdeelcode>"), ONGELDIG),
        (
            replace(
                ONE,
                toetsen=TOETS.replace(
                    "</toets>", f'<vakgebied vocabulaire="{VOCABULAIRE}">Tovenarij</vakgebied></toets>'
                ),
            ),
            "soap:Client.VocabulaireTermOngeldig",
        ),
    ],
)
def test_each_mistake_gets_the_fault_of_the_standard(las: Caller, bericht: Bericht, fault: str) -> None:
    answer = las.breng(bericht)
    assert (answer.http.status_code, answer.fault) == (500, fault)


@pytest.mark.parametrize(
    "bericht",
    [
        _score("0"),
        _score("40"),
        _score("7", tussen="<toetsonderdeelcode>A</toetsonderdeelcode>"),
        _afname(afnamedatum="2026-11-20+01:00"),
        replace(ONE, toetsen=TOETS.replace("</toets>", "<vakgebied>Tovenarij</vakgebied></toets>")),
        replace(
            ONE,
            toetsen=TOETS.replace("</toets>", f'<vakgebied vocabulaire="{VOCABULAIRE}">Spelling</vakgebied></toets>'),
        ),
        replace(ONE, aanmaakdatum="2026-11-23T02:30:00"),
    ],
)
def test_what_the_standard_allows_is_taken(las: Caller, bericht: Bericht) -> None:
    assert las.breng(bericht).fault is None


def test_a_score_gets_the_term_of_its_norm(las: Caller, parnassys: Session) -> None:
    las.breng(_score("0"))
    assert [(row.score, row.term) for row in _stored(parnassys)] == [(0, "II")]


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"sleutel": "GEEN"}, "soap:Client.AutorisatieOngeldig"),
        ({"brin": "99YY"}, "soap:Client.AutorisatieOngeldig"),
        ({"klantnaam": "Andere"}, "soap:Client.OngeldigeKlantIdentificatie"),
        ({"versie": "3.0"}, "soap:Client.XsdVersieOngeldig"),
        ({"schooljaar": "2027-2028"}, ONGELDIG),
        ({"schooljaar": "2026-2028"}, ONGELDIG),
    ],
)
def test_header_school_and_year_are_checked_as_for_a_pull(las: Caller, wrong: dict[str, str], fault: str) -> None:
    assert las.with_(**wrong).breng(ONE).fault == fault


def test_last_years_results_may_be_brought(las: Caller) -> None:
    assert las.with_(schooljaar="2025-2026").breng(_afname(afnamedatum="2026-07-31")).fault is None


@pytest.mark.parametrize(
    ("schooljaar", "afnamedatum"),
    [("2026-2027", "2026-07-31"), ("2025-2026", "2026-08-01"), ("2025-2026", "2026-11-20")],
)
def test_a_result_of_another_year_than_its_message_refuses_it(las: Caller, schooljaar: str, afnamedatum: str) -> None:
    answer = las.with_(schooljaar=schooljaar).breng(_afname(afnamedatum=afnamedatum))
    assert (answer.fault, answer.melding) == (
        ONGELDIG,
        f"resultaat afname-1: afnamedatum valt niet in schooljaar {schooljaar}",
    )


def test_version_2_3_knows_a_pupil_by_eckid_alone(las: Caller, parnassys: Session) -> None:
    school = school_of(parnassys, "99XX")
    wie = next(each for each in leerlingen.enrolled(parnassys, school) if each.key == KEY)
    newer = las.with_(versie="2.3")
    data = newer.envelope(
        Bericht((Afname(KEY, eckid=wie.eckid or ""),)).to_xml(newer).replace(f"<leerlingid>{KEY}</leerlingid>", "")
    )
    assert newer.post("leerresultaten", data, "BrengLeerresultaten").fault is None
    assert [row.leerling.key for row in _stored(parnassys)] == [KEY]
    later = data.replace(b'"2.2"', b'"2.3"').replace(b"T02:30:00", b"T02:30:01")
    assert las.post("leerresultaten", later.replace(b">2.3<", b">2.2<"), "BrengLeerresultaten").fault == ONGELDIG


def test_a_test_that_is_sent_again_is_adapted_and_not_doubled(las: Caller, parnassys: Session) -> None:
    las.breng(ONE)
    renamed = replace(ONE, toetsen=TOETS.replace("groep 5", "groep vijf"), aanmaakdatum="2026-11-23T03:00:00+01:00")
    las.breng(renamed)
    (row,) = _stored(parnassys)
    assert row.toets.naam == "Rekenen groep vijf"
    assert parnassys.scalar(select(func.count()).select_from(LogRow)) == 2
