"""Preparing does not look again at what it is done with; and whatever makes a result wanted again, it is looked at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import delete, text, update
from sqlalchemy.orm import Session

from tests.wereld import NOW, START, Wereld, make_wereld
from webapp.models import Koppeling, KoppelingStatus, Levering, LeveringStatus, Resultaat
from webapp.models.ids import ResultaatId
from webapp.services.toetsen import normering
from webapp.services.toetsen.normen import Normuitkomst
from webapp.services.versturen import klaarzetten, teruggezet

Act = Callable[[Wereld, Resultaat], object]


@pytest.fixture
def wereld(session: Session, app: Flask) -> Wereld:
    return make_wereld(session, app.extensions["keyring"])


def delivered(wereld: Wereld) -> Resultaat:
    """A result that the LAS has confirmed."""
    [id_] = wereld.genormeerd(1)
    levering = wereld.breng(id_, LeveringStatus.BEVESTIGD)
    levering.bevestigd = levering.versie
    return _get(wereld, id_)


def too_early(wereld: Wereld) -> Resultaat:
    """A result that was normed before the koppeling started."""
    resultaat = wereld.resultaat(wereld.leerling())
    wereld.normeer(now=START - timedelta(days=30))
    return resultaat


def of_a_stranger(wereld: Wereld) -> Resultaat:
    """A result of a leerling who is not linked."""
    resultaat = wereld.resultaat(wereld.leerling(las_key=None))
    wereld.normeer()
    return resultaat


def _get(wereld: Wereld, id_: ResultaatId) -> Resultaat:
    return wereld.session.get_one(Resultaat, id_, populate_existing=True)


def _norm(_wereld: Wereld, resultaat: Resultaat, now: datetime = NOW) -> None:
    normering.write(resultaat, Normuitkomst(Decimal("99.9"), 7, "V"), now)


def _norm_as_of_long_ago(wereld: Wereld, resultaat: Resultaat) -> None:
    _norm(wereld, resultaat, START - timedelta(days=400))


def _norm_after_a_restore(wereld: Wereld, resultaat: Resultaat) -> None:
    teruggezet._jump(wereld.session)
    _norm(wereld, resultaat)


def _norm_while_ended(wereld: Wereld, resultaat: Resultaat) -> None:
    wereld.koppeling.status = KoppelingStatus.BEEINDIGD
    _norm(wereld, resultaat)
    assert klaarzetten.prepare(wereld.session, wereld.school.id) == 0
    _start_anew(wereld, NOW + timedelta(days=9))


def _ended_and_started_earlier(wereld: Wereld, _resultaat: Resultaat) -> None:
    wereld.koppeling.status = KoppelingStatus.BEEINDIGD
    wereld.session.flush()
    _start_anew(wereld, START - timedelta(days=60))


def _start_anew(wereld: Wereld, gestart_op: object) -> None:
    old = wereld.koppeling
    same = {name: getattr(old, name) for name in ("school_id", "schoolnaam", "brin", "contact_naam", "contact_email")}
    new = Koppeling(**same, schooljaar=old.schooljaar, status=KoppelingStatus.ACTIEF, gestart_op=gestart_op)
    wereld.session.add(new)
    wereld.session.flush()


def _merge(wereld: Wereld, resultaat: Resultaat) -> None:
    values = update(Resultaat).where(Resultaat.id == resultaat.id).values(leerling_id=wereld.leerling("Noor").id)
    wereld.session.execute(values)


def _levering_by_hand(statement: str) -> Act:
    return lambda wereld, resultaat: wereld.session.execute(text(statement), {"id": resultaat.id})


AGAIN: dict[str, tuple[Callable[[Wereld], Resultaat], Act]] = {
    "normed anew": (delivered, _norm),
    "normed anew elsewhere, of a moment before the start": (delivered, _norm_as_of_long_ago),
    "normed anew between two koppelingen": (delivered, _norm_while_ended),
    "too early, and normed anew": (too_early, _norm),
    "too early, and the start is put earlier": (
        too_early, lambda w, _r: setattr(w.koppeling, "gestart_op", START - timedelta(days=60))),
    "too early, and another koppeling started earlier": (too_early, _ended_and_started_earlier),
    "linked": (of_a_stranger, lambda _w, r: setattr(r.leerling, "las_key", "las-9")),
    "given an ECK iD": (of_a_stranger, lambda _w, r: setattr(r.leerling, "eckid", "https://ketenid.nl/pilot/9")),
    "merged into one who is linked": (of_a_stranger, _merge),
    "its levering deleted by the session": (delivered, lambda w, r: w.session.delete(w.levering(r.id))),
    "its levering deleted by a statement": (
        delivered, lambda w, r: w.session.execute(delete(Levering).where(Levering.resultaat_id == r.id))),
    "its levering deleted by hand": (delivered, _levering_by_hand("DELETE FROM levering WHERE resultaat_id = :id")),
    "its levering put back": (
        delivered, _levering_by_hand("UPDATE levering SET versie = 0, bevestigd = 0 WHERE resultaat_id = :id")),
    "restored, and normed again": (delivered, _norm_after_a_restore),
}  # fmt: skip


@pytest.mark.parametrize("what", AGAIN)
def test_whatever_makes_a_result_wanted_again_it_is_looked_at_again(wereld: Wereld, what: str) -> None:
    make, act = AGAIN[what]
    resultaat = make(wereld)
    for _ in range(2):
        assert klaarzetten.prepare(wereld.session, wereld.school.id) == 0
    wereld.session.refresh(resultaat)
    assert (resultaat.klaargezet == resultaat.versie) is (make is not of_a_stranger)
    with wereld.session.no_autoflush:
        act(wereld, resultaat)
    assert klaarzetten.prepare(wereld.session, wereld.school.id) == 1, "and nobody had to say so"
    levering = wereld.levering(resultaat.id)
    assert levering.versie == _get(wereld, resultaat.id).versie > levering.bevestigd


def test_what_stays_as_it_is_is_not_read_again(wereld: Wereld) -> None:
    for make in (delivered, too_early):
        make(wereld)
    klaarzetten.prepare(wereld.session, wereld.school.id)
    waits = of_a_stranger(wereld)
    left = "SELECT id FROM resultaat WHERE klaargezet < versie"
    assert wereld.session.scalars(text(left)).all() == [waits.id]


def test_another_school_is_not_looked_at_again(wereld: Wereld, app: Flask) -> None:
    other = make_wereld(wereld.session, app.extensions["keyring"], brin="98XX")
    early = too_early(other)
    klaarzetten.prepare(other.session, other.school.id)
    wereld.koppeling.gestart_op = START - timedelta(days=60)
    wereld.session.delete(wereld.levering(delivered(wereld).id))
    wereld.session.flush()
    assert _get(other, early.id).klaargezet == 1
