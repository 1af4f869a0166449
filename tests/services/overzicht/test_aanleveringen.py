"""The history of a school: each act counted once, quiet nights as one line, and since when something is so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tests.voorpagina import add_act, add_batch, fill_changes, fill_nights
from tests.wereld import START, Wereld, make_wereld
from webapp.models import BatchStatus, Groep, Handeling, Leerling, Lidmaatschap, Soort, Wat
from webapp.models.ids import GroepId, HandelingId
from webapp.services import geschiedenis, sloten
from webapp.services.bewaring import verlopen
from webapp.services.overzicht import aanleveringen, gekoppeld, nachtstrook, wijzigingen
from webapp.services.overzicht.aanleveringen import Stap, Stil, Wie
from webapp.services.overzicht.wijzigingen import Aard, Telling
from webapp.woorden import aanleveringen as woorden

DAG = datetime(2026, 11, 26, tzinfo=UTC).date()


@pytest.fixture
def wereld(app: Flask, session: Session) -> Wereld:
    return make_wereld(session, app.extensions["keyring"])


def _told(wereld: Wereld) -> list[tuple[str, Telling]]:
    found = aanleveringen.history(wereld.session, wereld.school.id, since=START)
    aanleveringen.count(wereld.session, wereld.school.id, found)
    names = {wereld.beheerder.id: "Marijke"}
    return [
        (woorden.nachten(each), Telling())
        if isinstance(each, Stil)
        else (woorden.wat(each, names, "ParnasSys"), each.telling)
        for each in found
    ]


def test_each_act_is_a_line_with_what_it_did(wereld: Wereld) -> None:
    fill_changes(wereld)
    by_itself = "Aanlevering uit ParnasSys, vanzelf verwerkt"
    assert _told(wereld)[:5] == [
        (by_itself, Telling(toegevoegd=1)),
        (by_itself, Telling(gewijzigd=36)),
        (by_itself, Telling(gewijzigd=1)),
        ("Marijke importeerde", Telling(toegevoegd=5)),
        (by_itself, Telling(vertrokken=1)),
    ]


def test_what_changed_is_said_in_words(wereld: Wereld) -> None:
    na = {"eckid": "https://ketenid.nl/pilot/3cb4", "groepen": [wereld.groep.id, GroepId(404)]}
    wie = Wie(HandelingId(1), Soort.LEERKRACHT, 1, Aard.ANDERS, None, {"eckid": None, "groepen": []}, na)
    groepen = {wereld.groep.id: "Groep 5"}
    assert list(woorden.verschillen(wie, groepen)) == [
        ("groepen", "geen", "Groep 5, een verdwenen groep"), ("ECK iD", "geen", "eindigt op 3cb4"),
    ]  # fmt: skip
    gone = [Soort.LEERLING] * 80 + [Soort.GROEP] * 2
    assert woorden.weg(gone) == "80 leerlingen en 2 groepen die er niet meer zijn: de namen bewaren wij niet."
    assert woorden.weg([Soort.LEERLING]) == "1 leerling die er niet meer is: de naam bewaren wij niet."


def test_nights_without_changes_are_one_line(wereld: Wereld) -> None:
    fill_nights(wereld, today=DAG, number=20, asked=(3, 18), failed=9)
    told = [text for text, telling in _told(wereld) if telling.aantal != 1]  # the groep of the school itself
    assert told[:4] == [
        "3 nachten zonder wijzigingen",
        "Aanlevering uit ParnasSys, vanzelf verwerkt",
        "13 nachten zonder wijzigingen en 1 nacht waarin ophalen niet lukte",
        "Aanlevering uit ParnasSys, vanzelf verwerkt",
    ]


def test_an_aanlevering_counts_the_same_everywhere(wereld: Wereld) -> None:
    """A later night under the same questions counts in its own night, and once."""
    session, school_id = wereld.session, wereld.school.id
    fill_nights(wereld, today=DAG, number=3, asked=(1,), failed=-1)
    batch = session.scalars(select(Handeling.batch_id).where(Handeling.batch_id.is_not(None))).one()
    assert wereld.koppeling.opgehaald_op is not None
    add_act(wereld, wereld.koppeling.opgehaald_op, batch, range(7))
    strook = nachtstrook.of_koppeling(session, wereld.koppeling, wereld.koppeling.opgehaald_op)
    assert [(night.gewijzigd, night.batch_id) for night in strook] == [(0, None), (42, batch), (7, batch)]
    history = [telling.aantal for _, telling in _told(wereld) if telling.aantal and telling.aantal != 1]
    assert history == [7, 42]
    assert gekoppeld.changed_last(session, wereld.koppeling) == 7
    assert wijzigingen.by_itself(session, school_id, Handeling.batch_id == batch).total() == 49
    stappen = aanleveringen.stappen(session, school_id, Handeling.batch_id == batch, batch=None)
    assert sum(stap.telling.aantal for stap in stappen) == 49
    assert (
        len(aanleveringen.of_acts(session, school_id, [stap.handeling.id for stap in stappen if stap.handeling])) == 49
    )
    since = wereld.koppeling.opgehaald_op - timedelta(hours=1)
    mailed = aanleveringen.since_last_mail(session, school_id, since, wereld.koppeling.opgehaald_op)
    assert woorden.vanzelf(mailed) == "7 bijgewerkt"


def test_a_replaced_aanlevering_that_changed_somebody_stays_in_the_history(wereld: Wereld) -> None:
    op = datetime(2026, 11, 20, 3, tzinfo=UTC)
    changed = add_batch(wereld, op, BatchStatus.VERVANGEN)
    add_batch(wereld, op, BatchStatus.VERVANGEN)
    add_act(wereld, op, changed, range(2))
    found = aanleveringen.history(wereld.session, wereld.school.id, since=START)
    shown = [each.batch.id for each in found if isinstance(each, Stap) and each.batch is not None]
    assert shown == [changed]


def test_moved_renamed_and_gone_are_told_by_name_with_what_they_were(wereld: Wereld) -> None:
    session, school_id = wereld.session, wereld.school.id
    six = Groep(school_id=school_id, naam="Groep 6", jaargroep="6", schooljaar="2026-2027")
    moved, renamed, gone = wereld.leerling("Anna"), wereld.leerling("Bram"), wereld.leerling("Cas")
    session.add(six)
    session.commit()
    sloten.lock(session, school_id)
    geschiedenis.act(session, school_id, Wat.AANLEVERING)
    moved.groep_id, renamed.achternaam, gone.status = six.id, "Smit", Lidmaatschap.VERTROKKEN
    act = geschiedenis.begun(session, school_id)
    assert act is not None
    everybody = aanleveringen.of_acts(session, school_id, [act])
    aanleveringen.read(session, school_id, everybody)
    groepen = aanleveringen.groepsnamen(session, school_id)
    assert [
        (woorden.gevolg(wie.aard), woorden.naam(wie), list(woorden.verschillen(wie, groepen))) for wie in everybody
    ] == [
        ("gewijzigd", "Anna de Vries", [("groep", "Groep 5", "Groep 6")]),
        ("gewijzigd", "Bram Smit", [("naam", "Bram de Vries", "Bram Smit")]),
        ("vertrokken", "Cas de Vries", [("staat", "actief", "vertrokken")]),
    ]
    assert list(aanleveringen.named(everybody, "brm")) == [everybody[1]], "a slip of the finger is forgiven"
    session.delete(gone)
    session.flush()
    after = aanleveringen.of_acts(session, school_id, [act])
    assert [woorden.naam(wie) for wie in after if wie.doel is None] == ["een leerling die er niet meer is"]


def test_since_when_somebody_is_linked_and_in_a_groep(wereld: Wereld) -> None:
    session, school_id = wereld.session, wereld.school.id
    six = Groep(school_id=school_id, naam="Groep 6", jaargroep="6", schooljaar="2026-2027")
    leerling = wereld.leerling("Anna", las_key=None)
    session.add(six)
    session.commit()
    sloten.lock(session, school_id)
    geschiedenis.act(session, school_id, Wat.AANLEVERING)
    leerling.groep_id, leerling.las_key = six.id, "las-1"
    session.commit()
    found = aanleveringen.since(session, school_id, Soort.LEERLING, [leerling.id])[leerling.id]
    op = session.scalars(select(Handeling.op).order_by(Handeling.id.desc()).limit(1)).one()
    assert (found.gekoppeld, found.in_groep, found.vertrokken) == (op, op, None)
    said = woorden.sinds(found, is_linked=True, is_gone=False, groep="groep 6")
    assert said.startswith("In groep 6 sinds ")
    assert woorden.sinds(None, is_linked=True, is_gone=True, groep="") == "Vertrokken van vóór wat hier bewaard is."


def test_nothing_of_another_school_is_told(app: Flask, wereld: Wereld) -> None:
    fill_changes(wereld)
    other = make_wereld(wereld.session, app.extensions["keyring"], brin="98XX")
    wereld.session.commit()
    leerling_id = wereld.session.scalars(select(Leerling.id).limit(1)).one()
    acts = list(wereld.session.scalars(select(Handeling.id).where(Handeling.school_id == wereld.school.id)))
    assert aanleveringen.of_acts(wereld.session, other.school.id, acts) == []
    assert aanleveringen.since(wereld.session, other.school.id, Soort.LEERLING, [leerling_id]) == {}
    assert [telling.aantal for _, telling in _told(other)] == [1], "its own groep"


def test_the_history_is_kept_thirteen_months_and_no_longer(app: Flask, wereld: Wereld) -> None:
    session, school_id, now = wereld.session, wereld.school.id, datetime(2026, 11, 26, tzinfo=UTC)
    session.execute(delete(Handeling))
    thirteen_months = datetime(2025, 10, 26, tzinfo=UTC)
    for op in (thirteen_months, now - timedelta(days=401)):
        add_act(wereld, op, None, range(3))
    assert verlopen.VAN_SCHOOL["handelingen"](session, school_id, now, app.extensions["settings"]) == 1
    left = aanleveringen.history(session, school_id, since=START)
    assert [each.op for each in left if isinstance(each, Stap)] == [thirteen_months]
    session.execute(delete(Handeling))
    add_batch(wereld, now - timedelta(days=401), BatchStatus.AUTOMATISCH_VERWERKT)
    recent = add_batch(wereld, thirteen_months, BatchStatus.AUTOMATISCH_VERWERKT)
    left = aanleveringen.history(session, school_id, since=now - timedelta(days=400))
    assert [each.batch.id for each in left if isinstance(each, Stap) and each.batch] == [recent], "it had no act"
