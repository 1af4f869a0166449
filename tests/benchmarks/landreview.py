"""Schools of a load test with a review open, and a beheerder of each who is logged in."""

from __future__ import annotations

from secrets import token_urlsafe

from flask import Flask
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from sandbox.proef import nachtvulling
from tests.benchmarks.nacht import year
from webapp.accounts.sessions import _COOKIE_KEY, _hash
from webapp.db import unit_of_work
from webapp.models import Account, Importregel, Koppeling, Mail, Medewerker, Rol, Sessie
from webapp.models.ids import KoppelingId
from webapp.muur import alle_scholen
from webapp.services.clock import database_clock
from webapp.services.inname import inname
from webapp.uwlr import values as uwlr

_REVIEWED = 30
"""So many schools have a review open."""
Open = tuple[str, str, list[tuple[str, dict[str, str]]]]
"""A review: its page, the cookie of a beheerder, and the answers to its questions with where they are sent."""


def reviews(app: Flask, leerlingen: int) -> list[Open]:
    """Of so many schools a review with questions, and a beheerder who is logged in."""
    with alle_scholen(), unit_of_work() as session:
        ids = session.scalars(select(Koppeling.id).order_by(Koppeling.id).limit(_REVIEWED)).all()
    found = []
    for koppeling_id in ids:
        with alle_scholen(), unit_of_work() as session:
            found.append(_review(app, session, koppeling_id, leerlingen))
    return found


def _review(app: Flask, session: Session, koppeling_id: KoppelingId, leerlingen: int) -> Open:
    koppeling = session.get_one(Koppeling, koppeling_id)
    batch = inname.take_in(session, koppeling, _sent_by(koppeling.brin, leerlingen))
    assert batch is not None
    session.flush()
    session.execute(update(Mail).where(Mail.batch_id == batch.id).values(volgende_op=None))  # there is no mail server
    lines = session.scalars(
        select(Importregel)
        .where(Importregel.school_id == koppeling.school_id, Importregel.batch_id == batch.id)
        .order_by(Importregel.id)
    ).all()
    answers = [
        (f"/controle/{batch.id}/regel/{line.id}/kies",
         {"keuze": "koppel", "kandidaat": str(line.kandidaten[0]["id"]), "kaart": "1", "gezien": "open."})
        for line in lines if line.is_vraag and line.kandidaten
    ]  # fmt: skip
    assert answers, "no question came of it"
    who = session.scalars(
        select(Account)
        .join(Medewerker, Medewerker.account_id == Account.id)
        .where(Medewerker.school_id == koppeling.school_id, Medewerker.rol == Rol.BEHEERDER)
        .order_by(Account.id)
    ).first()
    assert who is not None
    token, now = token_urlsafe(16), database_clock(session)
    session.execute(insert(Sessie).values(account_id=who.id, token_hash=_hash(token), begonnen_op=now, gezien_op=now))
    with app.test_client() as browser, browser.session_transaction() as cookie:
        cookie.update({"_user_id": who.fs_uniquifier, "_fresh": True, _COOKIE_KEY: token})
    found = browser.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert found is not None
    return f"/controle/{batch.id}/", f"{found.key}={found.value}", answers


def _sent_by(brin: str, number: int) -> uwlr.Leerlinggegevens:
    """What the LAS sends on this Monday: twenty of a school have other numbers, and ten of them another first name."""
    leerlingen = []
    for n, kind in enumerate(nachtvulling.leerlingen(brin, year(), number)):
        is_other = n < 20
        leerlingen.append(
            uwlr.Leerling(
                key=f"n{kind.key}" if is_other else kind.key, eckid=None if is_other else kind.eckid,
                achternaam=kind.achternaam, roepnaam=f"{kind.roepnaam}{'je' if n < 10 else ''}",
                geboortedatum=kind.geboortedatum, geslacht="1", jaargroep=kind.jaargroep,
                groep=f"{brin}-g{kind.jaargroep}",
            )
        )  # fmt: skip
    return uwlr.Leerlinggegevens(
        school=uwlr.School(schooljaar=year(), brincode=brin),
        groepen=tuple(uwlr.Groep(f"{brin}-g{n}", f"Groep {n}", str(n)) for n in range(1, 9)),
        samengestelde_groepen=(),
        leerlingen=tuple(leerlingen),
        leerkrachten=tuple(
            uwlr.Leerkracht(key=key, achternaam=achternaam, roepnaam=roepnaam, groepen=(f"{brin}-g{n % 8 + 1}",))
            for n, (key, achternaam, roepnaam) in enumerate(nachtvulling.leerkrachten(brin))
        ),
        waarschuwingen=(),
    )
