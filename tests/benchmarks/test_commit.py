"""The import of 1,000 leerlingen, with and without a tenth that waits, and its undo: how long, in how many statements.

For `make bench`.
"""

from __future__ import annotations

import time
from datetime import date
from itertools import count
from statistics import median

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.screens import Koppelweg, make_account, make_clerk
from tests.services.conftest import aanlevering, pupil
from tests.wereld import lock_all
from webapp.db import db
from webapp.models import Account, Importbatch, Keuze, Leerling, Rol
from webapp.services.controle import keuzes, terugdraaien, vastleggen
from webapp.services.controle.samenvatting import summarise
from webapp.services.inname import inname

NUMBER = 1_000
TIMES = 3
_nth = count(10)


def _review(app: Flask, session: Session) -> tuple[Importbatch, Account]:
    """So many leerlingen, of whom a tenth is asked about."""
    koppeling = Koppelweg(app, session, make_clerk(session), brin=f"{next(_nth)}AB").running()
    lock_all(session)
    tenth = NUMBER // 10
    first = {"school_id": koppeling.school_id, "jaargroep": "5", "geboortedatum": date(2016, 3, 12)}
    session.add_all(Leerling(**first, roepnaam=f"Noor{n}", achternaam=f"Maan{n}") for n in range(tenth))
    session.flush()
    new = [pupil(f"k{n}", f"Zoë{n}", f"Müller{n}") for n in range(NUMBER - tenth)]
    asked = [pupil(f"v{n}", f"Noora{n}", f"Maan{n}") for n in range(tenth)]
    batch = inname.take_in(session, koppeling, aanlevering(*new, *asked))
    session.commit()
    assert batch is not None
    return batch, make_account(session, Rol.BEHEERDER, koppeling.school)


@pytest.mark.parametrize("waits", [False, True], ids=["all answered", "a tenth waits"])
def test_an_import_of_a_thousand_leerlingen(app: Flask, session: Session, waits: bool) -> None:
    taken, statements = [], 0

    def counted(*_: object) -> None:
        nonlocal statements
        statements += 1

    for _ in range(TIMES):
        batch, door = _review(app, session)
        for regel in batch.regels if not waits else ():
            if regel.is_vraag:
                keuzes.choose(session, batch.school_id, regel.id, Keuze.NIEUW, door=door.id)
        session.commit()
        digest, school_id, batch_id, door_id = summarise(session, batch).digest, batch.school_id, batch.id, door.id
        session.commit()
        session.expunge_all()
        statements = 0
        event.listen(db.engine, "before_cursor_execute", counted)
        begin = time.perf_counter()
        vastleggen.commit(session, school_id, batch_id, digest=digest, door=door_id)
        session.commit()
        taken.append(time.perf_counter() - begin)
        event.remove(db.engine, "before_cursor_execute", counted)
    print(f"\nimport of {NUMBER}, waits {waits}: {median(taken):.2f} s, {statements} statements")
    assert median(taken) < 2


def test_the_undo_of_an_import_of_a_thousand_leerlingen(app: Flask, session: Session) -> None:
    taken = []
    for _ in range(TIMES):
        batch, door = _review(app, session)
        school_id, batch_id, door_id = batch.school_id, batch.id, door.id
        vastleggen.commit(session, school_id, batch_id, digest=summarise(session, batch).digest, door=door_id)
        session.commit()
        digest = terugdraaien.preview(session, school_id, batch_id).digest
        session.commit()
        session.expunge_all()
        begin = time.perf_counter()
        terugdraaien.undo(session, school_id, batch_id, digest=digest, door=door_id)
        session.commit()
        taken.append(time.perf_counter() - begin)
    print(f"\nundo of an import of {NUMBER}: {median(taken):.2f} s")
