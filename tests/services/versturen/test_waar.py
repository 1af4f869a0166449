"""Where each result is: what goes is what is sent, each is counted once, and every page has the same number."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.wereld import AFNAME, START, Wereld, make_wereld
from webapp.models import Groep, KoppelingStatus, LeveringStatus, Lidmaatschap, Nacht, Resultaat
from webapp.models.fout import Fout
from webapp.models.ids import ResultaatId
from webapp.services.clock import database_clock
from webapp.services.versturen import keuze, leveringen, waar
from webapp.services.versturen.keuze import Keuze
from webapp.services.versturen.waar import AANDACHT, BAKKEN, Bak, Vraag, Waar
from webapp.uwlr.codes import FaultCode, Owner

YEAR = "2026-2027"


@pytest.fixture
def wereld(session: Session, app: Flask) -> Wereld:
    return make_wereld(session, app.extensions["keyring"])


def vraag(wereld: Wereld, **asked: object) -> Vraag:
    return Vraag(wereld.school.id, wereld.koppeling, YEAR, YEAR, **asked)  # type: ignore[arg-type]  # any of its fields


def counted(wereld: Wereld, **asked: object) -> Counter[Waar]:
    wereld.session.flush()
    found = Counter[Waar]()
    for telling in waar.tel(wereld.session, vraag(wereld, **asked)):
        found[telling.waar] += telling.aantal
    return found


def refuse(wereld: Wereld, id_: ResultaatId, code: FaultCode, owner: Owner) -> None:
    wereld.breng(id_, LeveringStatus.GEWEIGERD).fout = Fout(code, owner)
    wereld.session.flush()


def one_everywhere(wereld: Wereld) -> dict[Waar, Resultaat]:
    """A result at every place that a running koppeling has."""
    session = wereld.session
    session.add(Nacht(datum=AFNAME, begonnen_op=START))
    made = {place: wereld.resultaat(wereld.leerling(str(place)), score=20) for place in Waar}
    now = database_clock(session)
    left_out = made[Waar.KEUZE].toets = wereld.toetsen["VB-BL-5"]
    made[Waar.NIET_GEKOPPELD].leerling.las_key = None
    made[Waar.KLOPT_NIET].leerling.klopt_niet_sinds = now
    made[Waar.GEVRAAGD].leerling.afwezig_sinds = now
    made[Waar.NA_DE_NACHT].leerling.wacht_op_nacht_sinds = now
    made[Waar.VOLGEND_JAAR].afnamedatum = AFNAME.replace(year=2027)
    session.flush()
    wereld.normeer()
    wereld.normeer(left_out.code)
    confirmed = wereld.breng(made[Waar.IN_LAS].id, LeveringStatus.BEVESTIGD)
    confirmed.bevestigd = confirmed.versie
    for place, status in {
        Waar.ONDERWEG: LeveringStatus.ONDERWEG,
        Waar.ONBEKEND: LeveringStatus.ONBEKEND,
        Waar.ELDERS: LeveringStatus.ELDERS_AFGELEVERD,
        Waar.NAKIJKEN: LeveringStatus.NAKIJKEN,
    }.items():
        wereld.breng(made[place].id, status)
    refuse(wereld, made[Waar.GEWEIGERD].id, FaultCode.TOETSNORMERING_ONGELDIG, Owner.KLANTENSERVICE)
    refuse(wereld, made[Waar.VERTROKKEN].id, FaultCode.LEERLING_ONGELDIG, Owner.SCHOOL)
    made[Waar.VERTROKKEN].leerling.status = Lidmaatschap.VERTROKKEN
    made[Waar.NIET_GENORMEERD].genormeerd_op = None
    session.flush()
    without = Keuze(aan=True, binnen_minuut=False, vanaf=None, toetsen_uit=frozenset({left_out.id}))
    keuze.change(session, wereld.school.id, without, seen=None, door=wereld.beheerder.id)
    return made


def test_what_goes_by_itself_is_what_is_sent(wereld: Wereld) -> None:
    made = one_everywhere(wereld)
    places = waar.places(wereld.session, wereld.school.id, wereld.koppeling, [each.id for each in made.values()])
    expected = {place: places[each.id] for place, each in made.items()}
    odd = {Waar.GEEN_KOPPELING, Waar.VOOR_DE_START, Waar.VASTGEHOUDEN, Waar.GEPAUZEERD}
    assert expected == {place: Waar.KLAAR if place in odd else place for place in made}
    numbers = waar.per_bak(waar.tel(wereld.session, vraag(wereld)))
    assert numbers[Bak.GAAT] == leveringen.count_sendable(wereld.session, wereld.school.id)


def test_a_result_is_in_one_bak_and_each_is_counted(wereld: Wereld) -> None:
    one_everywhere(wereld)
    found = counted(wereld)
    assert found.total() == len(Waar) - 1, "that of the next year is of the next year"
    rows = waar.rows(wereld.session, vraag(wereld))
    assert Counter(row.waar for row in rows) == found
    attention = waar.rows(wereld.session, vraag(wereld, bakken=AANDACHT))
    assert {row.waar for row in attention} == {place for place in found if BAKKEN[place] in AANDACHT}


def test_without_a_koppeling_and_on_pause_nothing_goes(wereld: Wereld) -> None:
    wereld.genormeerd(2)
    assert counted(wereld) == {Waar.KLAAR: 2}
    wereld.koppeling.status = KoppelingStatus.GEPAUZEERD
    assert counted(wereld) == {Waar.GEPAUZEERD: 2}
    wereld.koppeling.gestart_op = None
    assert counted(wereld) == {Waar.GEEN_KOPPELING: 2}


def test_what_was_normed_before_the_start_stays_here(wereld: Wereld) -> None:
    wereld.koppeling.gestart_op = database_clock(wereld.session) + timedelta(days=365)
    wereld.genormeerd(1)
    assert counted(wereld) == {Waar.VOOR_DE_START: 1}


def test_who_moved_stays_in_sight_where_the_test_was_taken(wereld: Wereld) -> None:
    session, here = wereld.session, wereld.groep.id
    other = Groep(school_id=wereld.school.id, naam="Groep 6", jaargroep="6", schooljaar=YEAR)
    session.add(other)
    session.flush()
    old, new = wereld.resultaat(wereld.leerling("Anna")), wereld.resultaat(wereld.leerling("Bram"))
    new.groep_id = here
    for resultaat in (old, new):
        resultaat.leerling.groep_id = other.id
    session.flush()

    def seen(groep: Groep, year: str = YEAR) -> list[ResultaatId]:
        asked = Vraag(wereld.school.id, wereld.koppeling, YEAR, year, groepen={groep.id})
        return [row.resultaat.id for row in waar.rows(session, asked)]

    assert (seen(wereld.groep), seen(other)) == ([new.id], [old.id])
    assert seen(wereld.groep, "2027-2028") == [], "a year later it is for who has the leerling now"
    later = Vraag(wereld.school.id, wereld.koppeling, YEAR, "2027-2028", groepen={other.id}, groep=other.id)
    assert {row.resultaat.id for row in waar.rows(session, later)} == {old.id, new.id}, "whoever sits there now"
    assert [row.groep for row in waar.rows(session, vraag(wereld, groep=here))] == [wereld.groep]


def test_of_each_reason_no_more_than_a_few_are_named(wereld: Wereld) -> None:
    ids = wereld.genormeerd(6)
    for id_ in ids[:3]:
        refuse(wereld, id_, FaultCode.LEERLING_ONGELDIG, Owner.SCHOOL)
    for id_ in ids[3:5]:
        refuse(wereld, id_, FaultCode.TOETSNORMERING_ONGELDIG, Owner.KLANTENSERVICE)
    few = waar.rows(wereld.session, vraag(wereld, bakken=AANDACHT), most=1)
    assert [row.resultaat.id for row in few] == [ids[0], ids[3]]
    one = waar.rows(wereld.session, vraag(wereld, reden=(Waar.GEWEIGERD, FaultCode.LEERLING_ONGELDIG)))
    assert [row.resultaat.id for row in one] == ids[:3]
    assert {(telling.code, telling.aantal) for telling in waar.tel(wereld.session, vraag(wereld, bakken=AANDACHT))} == {
        (FaultCode.LEERLING_ONGELDIG, 3), (FaultCode.TOETSNORMERING_ONGELDIG, 2),
    }  # fmt: skip
