"""Every writer of a school against every other, with a pause inside the first: `python -m tests.paren`.

The first stops before one of its statements, or before its commit. The second then runs until it is done or waits for
the first, which goes on. What is in the database afterwards must be what one of them after the other leaves behind; the
last line is JSON. `--points` says at how many statements of the first there is a pause; the commit is always one.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import count, product
from typing import Any
from unittest.mock import patch

from flask import Flask
from sqlalchemy import delete, event, select, text, update
from sqlalchemy.orm import Session

from jobs import ophalen, opruimen, versturen
from tests.screens import join
from tests.services.conftest import aanlevering, pupil, teacher
from tests.wereld import AFNAME, NOW, START, Wereld, make_wereld
from webapp import create_app
from webapp.config import Omgeving, Settings
from webapp.db import db, in_transaction, unit_of_work
from webapp.errors import DomainError
from webapp.models import (
    Account,
    Advies,
    BatchStatus,
    Bezorging,
    Groep,
    Importbatch,
    Importregel,
    Keuze,
    Koppeling,
    KoppelingStatus,
    Leerkracht,
    Leerling,
    Levering,
    LeveringStatus,
    Mail,
    MailSoort,
    Medewerker,
    Nacht,
    Opruiming,
    Overdracht,
    Overdrachtvraag,
    Resultaat,
    Rol,
    Soort,
    Toetreding,
    Toets,
    Uitzondering,
    Wissing,
    Zekerheid,
)
from webapp.models.ids import (
    AccountId,
    BatchId,
    GroepId,
    KoppelingId,
    LeerlingId,
    OpruimingId,
    ResultaatId,
    SchoolId,
    ToetredingId,
    ToetsId,
    UitzonderingId,
)
from webapp.models.importbatch import OPEN
from webapp.models.koppeling import Afwijsreden
from webapp.models.vastgehouden import Ongewoon, Vastgehouden, topic
from webapp.muur import ALLE_SCHOLEN
from webapp.services import nachten
from webapp.services.bewaring import wissen
from webapp.services.controle import (
    adressen,
    adviseren,
    allemaal,
    doorgeven,
    keuzes,
    maillink,
    ongewoon,
    samenvatting,
    vastgehouden,
    vastleggen,
)
from webapp.services.controle.adressen import Getypt
from webapp.services.controle.lijsten import Zoekvraag
from webapp.services.controle.ruil import Ruilantwoord
from webapp.services.inname import inname, parkeren, uitzonderingen
from webapp.services.inname.batch import hold
from webapp.services.inname.soorten.leerling import LEERLING
from webapp.services.koppeling import aanvraag, externe_nummers, levensloop
from webapp.services.koppeling.aanvraag import Aanvraag
from webapp.services.ophalen import beurt as ophaalbeurt
from webapp.services.ophalen import peiling
from webapp.services.ophalen.peiling import Peiling
from webapp.services.toegang import beheerders, toetreden
from webapp.services.toetsen import normering, opslaan
from webapp.services.toetsen.opslaan import Invoer
from webapp.services.versturen import afloop, elders, leveringen, nakijken
from webapp.services.versturen import beurt as zendbeurt
from webapp.uwlr import values as uwlr
from webapp.uwlr.codes import Owner, Reden
from webapp.uwlr.diagnose import Bevinding, Diagnose

LONGEST = 60.0
_number = count()
_TOETSEN = {"klaar": "VB-RW-5", "bevestigd": "VB-BL-5", "elders": "VB-SP-4", "nakijken": "VB-RW-4"}
"""In what state the result of each is."""
_GROEPEN = (uwlr.Groep("g5", "Groep 5", "5"), uwlr.Groep("g6", "Groep 6", "6"))
_FIRST = (
    pupil("k1", "Noor", "Maan"),
    pupil("n1", "Eva", "Nieuw"),
    pupil("n2", "Jan", "Jansen"),
    pupil("n3", "Zoë", "Zes", groep="g6", jaargroep="6"),
    pupil("u1", "Uit", "Gezonderd"),
)
_BORN = date(2019, 1, 30)
_EXCHANGED = tuple(pupil(key, naam, "Wolters", _BORN.isoformat()) for key, naam in (("w1", "Jop"), ("w2", "Jip")))
FIRST = aanlevering(*_FIRST, groepen=_GROEPEN, leerkrachten=(teacher("t1", "Loes", "Hartog"),))
SECOND = replace(FIRST, leerlingen=(*_FIRST, pupil("n4", "Ids", "Later")))
ZONDER_GROEP = topic(Ongewoon.GROEPEN, Soort.LEERLING)
GOED = Diagnose(True, Owner.NIEMAND, Bevinding.GEGEVENS, {"groepen": 2, "leerlingen": 5})


@dataclass
class Toneel:
    """A school in which something of everything can be done, and what somebody saw on the screen before they press."""

    app: Flask
    school_id: SchoolId
    koppeling_id: KoppelingId
    door: AccountId
    groep_id: GroepId
    toets_id: ToetsId
    batch_id: BatchId
    digest: str
    regels: Mapping[str, int]
    dubbelganger: int
    """One of ours of whom nobody knows whether the LAS has them."""
    klaar: ResultaatId
    bevestigd: ResultaatId
    afwezig: LeerlingId
    geparkeerd: LeerlingId
    nakijken: ResultaatId
    uitgezonderd: UitzonderingId
    elders: str
    collega: AccountId
    uitnodiging: ToetredingId
    nieuwe: ToetredingId
    noor: LeerlingId
    """Who has all these results, and is linked."""
    gewist: int
    """Somebody who was erased before."""
    opruiming: OpruimingId


Schrijver = Callable[[Toneel], object]


def _act(toneel: Toneel, service: Callable[..., object], *args: Any, **kwargs: Any) -> object:
    """What a button does."""
    return in_transaction(service, *args, door=toneel.door, **kwargs)


def _lopend(toneel: Toneel, service: Callable[..., object]) -> object:
    """A button about sending, whose service asks for the koppeling itself."""

    def press(session: Session) -> object:
        return service(session, session.get_one(Koppeling, toneel.koppeling_id), door=toneel.door)

    return in_transaction(press)


def _held(toneel: Toneel) -> int:
    """How many are held, as the page shows it."""
    with toneel.app.app_context():
        return vastgehouden.total(db.session().get_one(Importbatch, toneel.batch_id))


def _regel(toneel: Toneel, key: str) -> int:
    return toneel.regels[key]


def _ophalen(toneel: Toneel) -> None:
    ophalen.fetch_leerlinggegevens(toneel.koppeling_id)


def _versturen(toneel: Toneel) -> None:
    versturen.push_resultaten(toneel.koppeling_id)


def _begun(toneel: Toneel, goes_on: Callable[..., object], *args: Any, **kwargs: Any) -> None:
    """Take the school, write the doubt down, and then this."""

    def begin(session: Session) -> object:
        settings, keyring = toneel.app.extensions["settings"], toneel.app.extensions["keyring"]
        token = zendbeurt.claim(session, toneel.koppeling_id, afkoeling=settings.afkoeling)
        if token is None:
            return None
        return zendbeurt.begin(session, toneel.koppeling_id, token, settings=settings, keyring=keyring)

    opdracht: Any = in_transaction(begin)
    if opdracht:
        in_transaction(goes_on, opdracht, *args, **kwargs)


def _night(toneel: Toneel) -> None:
    settings = replace(toneel.app.extensions["settings"], nacht_begin_uur=0, nacht_eind_uur=24)
    in_transaction(nachten.begin, NOW, settings)


def _answer(session: Session, toneel: Toneel) -> None:
    regel = session.get_one(Importregel, toneel.regels["n2"])
    keuzes.check_seen(session, regel, "open.", door=toneel.door)
    keuzes.choose(session, toneel.school_id, regel.id, Keuze.NIET, door=toneel.door)


def _many(session: Session, toneel: Toneel) -> None:
    vraag, ids = Zoekvraag(Soort.LEERLING, Keuze.NIEUW), [toneel.regels["n1"]]
    allemaal.put_ticked(
        session, toneel.school_id, toneel.batch_id, vraag, Keuze.NIET, ids=ids, gezien=START, door=toneel.door
    )


def _addresses(session: Session, toneel: Toneel) -> None:
    typed = {f"r{toneel.regels['t1']}": Getypt("loes@regenboog.example", "")}
    adressen.save(session, toneel.school_id, typed, door=toneel.door)


def _open_answer(session: Session, toneel: Toneel) -> None:
    """What a person said about somebody is opened, so that another can have them."""
    one, other = (session.get_one(Importregel, toneel.regels[key]).id for key in ("n1", "n2"))
    keuzes.link(session, toneel.school_id, other, toneel.dubbelganger, door=toneel.door)
    keuzes.open_answer(session, toneel.school_id, one, toneel.dubbelganger, door=toneel.door)


def _scores(session: Session, toneel: Toneel) -> None:
    invoer = Invoer(AFNAME.isoformat(), {toneel.dubbelganger: "17"}, {toneel.dubbelganger: ""})
    opslaan.save(
        session,
        toneel.school_id,
        toneel.toets_id,
        toneel.groep_id,
        invoer,
        today=NOW.date(),
        groepen=None,
        door=toneel.door,
    )


def _end(session: Session, toneel: Toneel) -> None:
    levensloop.ask_end(session, toneel.koppeling_id, door=toneel.door)
    levensloop.end(session, toneel.koppeling_id, door=toneel.door)


def _overdracht(session: Session, toneel: Toneel) -> Overdracht:
    return session.scalars(select(Overdracht).where(Overdracht.school_id == toneel.school_id)).one()


def _advise(session: Session, toneel: Toneel) -> None:
    vraag = _overdracht(session, toneel).vragen[0].id
    adviseren.advise(session, toneel.school_id, vraag, Advies.ZELFDE, "", door=toneel.collega)


def _take_back(session: Session, toneel: Toneel) -> None:
    doorgeven.take_back(session, toneel.school_id, _overdracht(session, toneel).id, door=toneel.door)


def _expire(session: Session, toneel: Toneel) -> None:
    doorgeven.expire(session, _overdracht(session, toneel).id)


SCHRIJVERS: dict[str, tuple[str, Schrijver]] = {
    "ophalen": ("loopt", _ophalen),
    "ophalen breekt": ("loopt", lambda t: in_transaction(ophaalbeurt.crashed, t.koppeling_id, "Proef")),
    "importeren": (
        "loopt",
        lambda t: _act(t, vastleggen.commit, t.school_id, t.batch_id, digest=t.digest),
    ),
    "vertrek bevestigen": (
        "vastgehouden",
        lambda t: _act(t, vastleggen.confirm_departures, t.school_id, t.batch_id, confirmed=_held(t)),
    ),
    "parkeren terugdraaien": ("geparkeerd", lambda t: _act(t, vastgehouden.take_back, t.school_id, t.batch_id)),
    "doorgeven": (
        "vastgehouden",
        lambda t: _act(t, doorgeven.hand_over_hold, t.school_id, t.batch_id, aan=t.collega),
    ),
    "vraag doorgeven": (
        "vraag",
        lambda t: _act(t, doorgeven.hand_over, t.school_id, t.batch_id, [_regel(t, "n2")], aan=t.collega, bericht=""),
    ),
    "doorgegeven terugnemen": ("doorgegeven", lambda t: in_transaction(_take_back, t)),
    "advies geven": ("doorgegeven", lambda t: in_transaction(_advise, t)),
    "doorgeven verlopen": ("verlopen", lambda t: in_transaction(_expire, t)),
    "nieuwe mail vragen": ("vraag", lambda t: _act(t, maillink.ask_anew, t.school_id)),
    "ongewoon bevestigen": (
        "ongewoon",
        lambda t: _act(t, vastleggen.confirm_unusual, t.school_id, t.batch_id, ZONDER_GROEP, confirmed=1),
    ),
    "ongewoon terugdraaien": (
        "bevestigd",
        lambda t: _act(t, ongewoon.take_back, t.school_id, t.batch_id, ZONDER_GROEP),
    ),
    "kiezen": ("loopt", lambda t: _act(t, keuzes.choose, t.school_id, _regel(t, "n1"), Keuze.NIET)),
    "vraag beantwoorden": ("loopt", lambda t: in_transaction(_answer, t)),
    "later": ("vraag", lambda t: _act(t, keuzes.put_aside, t.school_id, _regel(t, "n2"))),
    "met vervolg importeren": (
        "vraag",
        lambda t: _act(t, vastleggen.commit, t.school_id, t.batch_id, digest=t.digest),
    ),
    "groep weglaten": ("loopt", lambda t: _act(t, keuzes.choose, t.school_id, _regel(t, "g6"), Keuze.NIET)),
    "ruil beantwoorden": (
        "wisseling",
        lambda t: _act(
            t, keuzes.answer_exchange, t.school_id, t.regels.get("w1", t.regels["n2"]), Ruilantwoord.OMDRAAIEN
        ),
    ),
    "overnemen": ("loopt", lambda t: _act(t, keuzes.link, t.school_id, _regel(t, "n2"), t.noor)),
    "antwoord openen": ("loopt", lambda t: in_transaction(_open_answer, t)),
    "koppelen": ("loopt", lambda t: _act(t, keuzes.link, t.school_id, _regel(t, "n2"), t.dubbelganger)),
    "samen kiezen": ("loopt", lambda t: in_transaction(_many, t)),
    "adressen invullen": ("loopt", lambda t: in_transaction(_addresses, t)),
    "toch importeren": (
        "loopt",
        lambda t: _act(t, uitzonderingen.import_anyway, t.school_id, [t.uitgezonderd], koppeling_id=t.koppeling_id),
    ),
    "parkeren": ("actief", lambda t: _act(t, parkeren.park, t.school_id, [t.afwezig], shown=1)),
    "laten staan": ("actief", lambda t: _act(t, parkeren.leave, t.school_id, shown=1)),
    "terughalen": ("actief", lambda t: _act(t, parkeren.bring_back, t.school_id, [t.geparkeerd])),
    "nummers wissen": ("opengezet", lambda t: _act(t, externe_nummers.clear, t.school_id, confirmed=2)),
    "indienen": (
        "opengezet",
        lambda t: _act(
            t,
            levensloop.submit,
            t.koppeling_id,
            schooljaar="2026-2027",
            sleutel="andere-sleutel",
            proef=GOED,
            keyring=t.app.extensions["keyring"],
        ),
    ),
    "goedkeuren": ("ingediend", lambda t: _act(t, levensloop.approve, t.koppeling_id)),
    "afwijzen": (
        "ingediend",
        lambda t: _act(t, aanvraag.reject, t.koppeling_id, reden=Afwijsreden.SLEUTEL, toelichting=""),
    ),
    "intrekken": ("ingediend", lambda t: _act(t, aanvraag.withdraw, t.koppeling_id)),
    "verbeteren": (
        "ingediend",
        lambda t: _act(t, aanvraag.correct, t.koppeling_id, Aanvraag("Goed", "00ZZ", "00", "An", "an@goed.example")),
    ),
    "verzorgen": ("opengezet", lambda t: in_transaction(aanvraag.tend, t.koppeling_id)),
    "herinneren": ("opengezet", lambda t: _act(t, aanvraag.remind, t.koppeling_id)),
    "pauzeren": ("loopt", lambda t: _act(t, levensloop.pause, t.koppeling_id)),
    "hervatten": ("gepauzeerd", lambda t: _act(t, levensloop.resume, t.koppeling_id)),
    "nu ophalen": ("loopt", lambda t: _act(t, levensloop.ask_fetch, t.koppeling_id)),
    "schooljaar wijzigen": ("loopt", lambda t: _act(t, levensloop.change_schooljaar, t.koppeling_id, "2027-2028")),
    "sleutel vervangen": (
        "loopt",
        lambda t: _act(
            t,
            levensloop.replace_sleutel,
            t.koppeling_id,
            sleutel="andere-sleutel",
            proef=GOED,
            keyring=t.app.extensions["keyring"],
        ),
    ),
    "scores opslaan": ("loopt", lambda t: in_transaction(_scores, t)),
    "normeren": (
        "loopt",
        lambda t: _act(t, normering.normeer, t.school_id, t.toets_id, groep_id=t.groep_id, now=NOW),
    ),
    "versturen": ("loopt", _versturen),
    "versturen breekt": ("loopt", lambda t: in_transaction(zendbeurt.crashed, t.koppeling_id, "Proef")),
    "beurt verloren": ("loopt", lambda t: _begun(t, afloop.lost_claim, timedelta(minutes=1))),
    "niet verzonden": ("loopt", lambda t: _begun(t, afloop.never_sent, was_counted=False)),
    "nu versturen": ("loopt", lambda t: _lopend(t, leveringen.send_now)),
    "vrijgeven": ("loopt", lambda t: _lopend(t, leveringen.free_refused)),
    "opnieuw versturen": ("loopt", lambda t: _act(t, leveringen.send_again, t.school_id, t.bevestigd)),
    "nagekeken": ("loopt", lambda t: _act(t, nakijken.score_is_right, t.school_id, t.nakijken)),
    "elders verwijderd": ("loopt", lambda t: _act(t, elders.removed, t.school_id, t.elders)),
    "wissen": ("loopt", lambda t: _act(t, wissen.erase, t.school_id, t.noor)),
    "wissen opheffen": ("loopt", lambda t: _act(t, wissen.let_back, t.school_id, t.gewist)),
    "opruimen": ("loopt", lambda t: opruimen.tidy(t.opruiming)),
    "nacht": ("loopt", _night),
    "uitnodigen": (
        "loopt",
        lambda t: _act(t, toetreden.invite, t.school_id, email="wie@x.example", rol=Rol.LEERKRACHT),
    ),
    "aannemen": ("loopt", lambda t: _act(t, toetreden.accept, t.uitnodiging)),
    "als nieuwe aannemen": (
        "loopt",
        lambda t: in_transaction(toetreden.accept_as_new, t.nieuwe, naam="Nina", wachtwoord="x"),
    ),
    "collega verwijderen": ("loopt", lambda t: _act(t, beheerders.remove, t.school_id, t.collega)),
    "om het einde vragen": ("loopt", lambda t: _act(t, levensloop.ask_end, t.koppeling_id)),
    "beëindigen": ("loopt", lambda t: in_transaction(_end, t)),
    "LAS hervat": ("loopt", lambda t: in_transaction(peiling.wake_up, _probe())),
}
"""Each in the state of the school in which it can be done."""
ZENDERS = {"versturen", "niet verzonden", "beurt verloren"}
"""Who finds the turn of another does nothing: the sweep rings again."""
GEVAARLIJK = ("ophalen", "importeren", "kiezen", "koppelen", "versturen", "scores opslaan", "pauzeren")
"""Whose pairs are run with the ordinary tests."""


def _probe() -> Peiling:
    las: Any = "parnassys"
    return Peiling(1, "", las, Reden.STORING, NOW, None, None)  # type: ignore[arg-type]  # only the LAS counts


@contextmanager
def quiet_las() -> Iterator[None]:
    """A LAS that sends the second aanlevering and takes every result."""

    class Las:
        def fetch(self, *_: object) -> uwlr.Leerlinggegevens:
            return SECOND

        def send_leerresultaten(self, *_: object) -> None:
            """Taken."""

    with patch.object(ophalen, "client_for", lambda *_: Las()), patch.object(versturen, "client_for", lambda *_: Las()):
        yield


_HELD = frozenset({"vastgehouden", "geparkeerd"})
_UNUSUAL = frozenset({"ongewoon", "bevestigd"})
_ASKED = frozenset({"vraag", "doorgegeven", "verlopen"})
"""Nobody answered the question; in the last two it is with a colleague."""


def set_stage(app: Flask, state: str) -> Toneel:
    """Make a school, and look at its pages."""
    runs = {"loopt", "wisseling", *_HELD, *_UNUSUAL, *_ASKED}
    status = KoppelingStatus.GOEDGEKEURD if state in runs else KoppelingStatus(state)
    nth = next(_number)
    brin = f"{nth % 100:02d}{chr(65 + nth // 2600 % 26)}{chr(65 + nth // 100 % 26)}"
    with unit_of_work() as session:
        session.execute(delete(Nacht))
        wereld = make_wereld(session, app.extensions["keyring"], brin=brin, status=status)
        wereld.koppeling.ophalen_op, wereld.koppeling.opgehaald_leerlingen = START, 2
        noor = wereld.leerling("Noor", achternaam="Maan", las_key="k1")
        wereld.leerling("Bram", achternaam="Weg", las_key="k9")
        piet = wereld.leerling("Piet", achternaam="Elders", las_key=None)
        els = wereld.leerling("Els", achternaam="Geparkeerd", las_key=None)
        LEERLING.park(els, START)
        jan = wereld.leerling("Jan", achternaam="Jansen", las_key=None)
        results = {
            name: wereld.resultaat(noor, toets=toets).id
            for name, toets in (
                ("klaar", "VB-RW-5"),
                ("bevestigd", "VB-BL-5"),
                ("elders", "VB-SP-4"),
                ("nakijken", "VB-RW-4"),
            )
        }
        for toets in _TOETSEN.values():
            wereld.normeer(toets)
        if state != "opengezet":
            levering = wereld.breng(results["bevestigd"], LeveringStatus.BEVESTIGD)
            levering.bevestigd, levering.bevestigd_op = levering.versie, START
            wereld.breng(results["elders"], LeveringStatus.ELDERS_AFGELEVERD)
            nakijken.mark(wereld.levering(results["nakijken"]), wij="25")
        elsewhere = f"00000000-0000-4000-8000-{nth:012d}"
        session.add(
            Bezorging(
                sleutel=elsewhere, school_id=wereld.school.id, resultaat_id=results["elders"], leerlingid="ander",
                las_key="ander", aanwezig=True, versie=1, bevestigd_op=START, elders_op=START,
            )
        )  # fmt: skip
        colleague = Account(email=f"collega{nth}@school.example", naam="Anja", fs_uniquifier=elsewhere)
        session.add(colleague)
        session.flush()
        join(session, colleague, wereld.school)
        out = Uitzondering(school_id=wereld.school.id, soort=Soort.LEERLING, las_key="u1", omschrijving="Uit")
        session.add(out)
        uitnodiging, nieuwe = (
            Toetreding(school_id=wereld.school.id, email=email, rol=Rol.BEHEERDER, is_verzoek=False)
            for email in (wereld.beheerder.email, f"nieuw-{nth}@x.example")
        )
        session.add_all((uitnodiging, nieuwe))
        wissing = Wissing(school_id=wereld.school.id, leerling_id=0, door=wereld.beheerder.id, afdrukken=["x"])
        opruiming = Opruiming(school_id=wereld.school.id, volgende_op=START)
        session.add_all([out, wissing, opruiming, _long_ago(wereld)])
        if state in _HELD:
            for n in range(10):
                wereld.leerling(f"Gaat {n}", las_key=f"weg-{n}")
        session.flush()
        first = FIRST
        if state in {"wisseling", "vraag"}:
            wereld.leerling("Jip", achternaam="Wolters", las_key="w1", geboortedatum=_BORN)
            wereld.leerling("Jop", achternaam="Wolters", las_key="w2", geboortedatum=_BORN)
            first = replace(FIRST, leerlingen=(*_FIRST, *_EXCHANGED))
        batch = inname.take_in(session, wereld.koppeling, first)
        assert batch is not None
        session.flush()
        for regel in batch.regels:
            if regel.is_vraag and state not in _ASKED and regel.ruil is None:
                keuzes.choose(session, wereld.school.id, regel.id, Keuze.NIEUW, door=wereld.beheerder.id)
        session.flush()
        if state in _ASKED - {"vraag"}:
            asked = [regel.id for regel in batch.regels if regel.is_vraag]
            doorgeven.hand_over(
                session, batch.school_id, batch.id, asked, aan=colleague.id, bericht="", door=wereld.beheerder.id
            )
            if state == "verlopen":
                session.execute(update(Overdracht).where(Overdracht.school_id == batch.school_id).values(tot=START))
        if state == "geparkeerd":
            vastleggen.confirm_departures(
                session, batch.school_id, batch.id, confirmed=vastgehouden.total(batch), door=wereld.beheerder.id
            )
        if state in _UNUSUAL:
            lost = Vastgehouden(
                ids=[noor.id], redenen=[], aantal=1, van=2, verloren={str(noor.id): [noor.groep_id or 0]}
            )
            hold(session, batch, {ZONDER_GROEP: lost}, since=START)
        if state == "bevestigd":
            vastleggen.confirm_unusual(
                session, batch.school_id, batch.id, ZONDER_GROEP, confirmed=1, door=wereld.beheerder.id
            )
        wereld.koppeling.ophalen_op = START
        return Toneel(
            app, wereld.school.id, wereld.koppeling.id, wereld.beheerder.id, wereld.groep.id,
            wereld.toetsen["VB-RW-5"].id, batch.id, samenvatting.summarise(session, batch).digest,
            {str(regel.las_key): regel.id for regel in batch.regels}, jan.id, results["klaar"], results["bevestigd"],
            piet.id, els.id, results["nakijken"], out.id, elsewhere, colleague.id,
            uitnodiging.id, nieuwe.id,
            noor.id, wissing.id, opruiming.id,
        )  # fmt: skip


def _long_ago(wereld: Wereld) -> Importbatch:
    """An aanlevering that was replaced: what it says of one goes now, of the other it is announced that it will."""
    usual = {
        "school_id": wereld.school.id, "soort": Soort.LEERLING, "voorstel": Zekerheid.NIEUW, "matchregel": "geen",
        "kandidaten": [], "redenen": [], "groep_keys": [],
    }  # fmt: skip
    return Importbatch(
        school_id=wereld.school.id, koppeling_id=wereld.koppeling.id, status=BatchStatus.VERVANGEN,
        schooljaar="2019-2020", vingerafdruk="", opgehaald_op=START,
        regels=[
            Importregel(roepnaam="Gaat", wissen_op=START, **usual),
            Importregel(roepnaam="Aangekondigd", **usual),
        ],
    )  # fmt: skip


Beeld = dict[str, Counter[Any]]


def picture(session: Session, toneel: Toneel) -> Beeld:
    """All that may not get lost or double, without ids and moments."""
    school = toneel.school_id
    named = (Leerling.roepnaam, Leerling.achternaam)
    open_batch = select(Importbatch.id).where(Importbatch.school_id == school, Importbatch.status.in_(OPEN))
    queries = {
        "leerling": select(*named, Leerling.las_key, Leerling.status, Groep.naam, Groep.las_key)
        .outerjoin(Groep, Groep.id == Leerling.groep_id)
        .where(Leerling.school_id == school),
        "leerkracht": select(Leerkracht.roepnaam, Leerkracht.las_key, Leerkracht.email, Leerkracht.status).where(
            Leerkracht.school_id == school
        ),
        "groep": select(Groep.naam, Groep.las_key, Groep.status, Groep.schooljaar).where(Groep.school_id == school),
        "resultaat": select(*named, Toets.code, Resultaat.ruwe_score, Resultaat.versie)
        .join(Resultaat.leerling)
        .join(Resultaat.toets)
        .where(Resultaat.school_id == school),
        "levering": select(*named, Toets.code, Levering.status, Levering.versie, Levering.bevestigd)
        .join(Levering.resultaat)
        .join(Resultaat.leerling)
        .join(Resultaat.toets)
        .where(Levering.school_id == school),
        "keuze": select(
            Importregel.soort,
            Importregel.las_key,
            Importregel.keuze,
            Importregel.email_ingevuld,
            Importregel.via_groep,
            Importregel.later_op.is_(None),
        ).where(Importregel.batch_id.in_(open_batch)),
        "medewerker": select(Account.naam, Medewerker.rol)
        .join(Account, Account.id == Medewerker.account_id)
        .where(Medewerker.school_id == school),
        "toetreding": select(Toetreding.rol, Toetreding.uitkomst).where(Toetreding.school_id == school),
        "wissing": select(Wissing.leerling_id == 0, Wissing.afdrukken == []).where(Wissing.school_id == school),
        "oud": select(Importregel.roepnaam, Importregel.wissen_op.is_(None), Importregel.gewist_op.is_(None)).where(
            Importregel.school_id == school, Importregel.batch_id.not_in(open_batch)
        ),
        "uitzondering": select(Uitzondering.las_key).where(Uitzondering.school_id == school),
        "overdracht": select(
            Overdrachtvraag.advies, Overdracht.teruggenomen_op.is_(None), Overdracht.verlopen_op.is_(None)
        )
        .join(Overdracht, Overdracht.id == Overdrachtvraag.overdracht_id)
        .where(Overdracht.school_id == school),
        "mail": select(Mail.soort).where(
            Mail.school_id == school,
            Mail.soort.in_((MailSoort.VRAAG_DOORGEGEVEN, MailSoort.DOORGEVEN_VERLOPEN)),
        ),
        "koppeling": select(Koppeling.status, Koppeling.schooljaar).where(Koppeling.id == toneel.koppeling_id),
    }
    return {name: Counter(tuple(row) for row in session.execute(query)) for name, query in queries.items()}


@dataclass
class Actor:
    """One of the two: a thread that stops before its nth statement, and tells which connection it has."""

    act: Schrijver
    toneel: Toneel
    stop_at: int = 0
    statements: int = 0
    pids: set[int] = field(default_factory=set)
    error: BaseException | None = None
    stopped: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread = field(init=False)

    def start(self) -> Actor:
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        return self

    def end(self) -> None:
        self.go_on.set()
        self.thread.join(LONGEST)
        assert not self.thread.is_alive(), "it hangs"

    def step(self, pid: int) -> None:
        """Called before each statement and each commit."""
        self.pids.add(pid)
        self.statements += 1
        if self.statements == self.stop_at:
            self.stopped.set()
            self.go_on.wait(LONGEST)

    def _run(self) -> None:
        _here.actor = self
        try:
            with self.toneel.app.app_context():
                self.act(self.toneel)
        except Exception as error:  # noqa: BLE001 - whatever it is, the judge reads it
            self.error = error
        finally:
            self.stopped.set()


_here = threading.local()


@contextmanager
def watched(app: Flask) -> Iterator[None]:
    """Let actors stop at their statements."""

    def step(connection: Any, *_: object) -> None:
        actor: Actor | None = getattr(_here, "actor", None)
        if actor is not None:
            actor.step(connection.connection.driver_connection.info.backend_pid)

    with app.app_context():
        engine = db.engine
        event.listen(engine, "before_cursor_execute", step)
        event.listen(engine, "commit", step)
        yield
        event.remove(engine, "before_cursor_execute", step)
        event.remove(engine, "commit", step)
        db.session.remove()


@dataclass
class Verslag:
    """What was found."""

    pairs: int = 0
    runs: int = 0
    doubles: int = 0
    deadlocks_unretried: int = 0
    lost: int = 0

    @property
    def is_good(self) -> bool:
        return not (self.doubles or self.deadlocks_unretried or self.lost)


class Paren:
    """Runs pairs on one app with a database of its own."""

    def __init__(self, app: Flask, say: Callable[[str], object] = lambda _: None) -> None:
        self.app, self.say, self.verslag = app, say, Verslag()
        self._serial: dict[tuple[str, ...], tuple[Beeld, int]] = {}

    def run(self, first: str, second: str, points: int) -> None:
        """Both orders of doing one after the other, then with a pause at these points of the first."""
        self.verslag.pairs += 1
        good = [self.serial(first, second)[0], self.serial(second, first)[0]]
        if {first, second} <= ZENDERS:
            good.append(self.serial(first)[0])
        if "wissen" in (first, second):  # who finds that it is being sent for is told so
            good += [self.serial(other)[0] for other in (first, second) if other in ZENDERS]
        length = self._serial[first, second][1]
        for at in sorted({max(1, round(length * (n + 1) / points)) for n in range(points)}):
            self.verslag.runs += 1
            toneel = set_stage(self.app, self._state(first, second))
            a = Actor(SCHRIJVERS[first][1], toneel, stop_at=at).start()
            a.stopped.wait(LONGEST)
            b = Actor(SCHRIJVERS[second][1], toneel).start()
            self.until_done_or_waiting(b)
            a.end()
            b.end()
            self._judge(f"{first} [{at}/{length}] {second}", toneel, (a, b), good)

    def serial(self, *names: str) -> tuple[Beeld, int]:
        """What these leave behind one after the other, and how many statements the first has."""
        if names not in self._serial:
            toneel = set_stage(self.app, self._state(*names))
            actors = [Actor(SCHRIJVERS[name][1], toneel) for name in names]
            for actor in actors:
                actor.start().end()
                assert actor.error is None or isinstance(actor.error, DomainError), (names, actor.error)
            with unit_of_work() as session:
                self._serial[names] = picture(session, toneel), actors[0].statements
        return self._serial[names]

    def _state(self, *names: str) -> str:
        """The state in which they can be done; if there is none, that of the first in the alphabet."""
        states = {SCHRIJVERS[name][0] for name in names} - {"loopt"}
        return min(states, default="loopt")

    def until_done_or_waiting(self, actor: Actor) -> None:
        waits = text("SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(:pids) AND wait_event_type = 'Lock'")
        while not actor.stopped.wait(0.005):
            with db.engine.connect() as connection:
                if actor.pids and connection.scalar(waits, {"pids": list(actor.pids)}):
                    return

    def _judge(self, name: str, toneel: Toneel, actors: tuple[Actor, ...], good: list[Beeld]) -> None:
        with unit_of_work() as session:
            found = picture(session, toneel)
            fout = session.get_one(Koppeling, toneel.koppeling_id)
            klassen = [str(each.gegevens) for each in (fout.fout, fout.zend_fout) if each is not None]
        broken = [repr(actor.error) for actor in actors if not isinstance(actor.error, DomainError | None)]
        for error in [*broken, *(klasse for klasse in klassen if "Proef" not in klasse)]:
            self.say(f"{name}: {error}")
            if "Deadlock" in error or "Serialization" in error:
                self.verslag.deadlocks_unretried += 1
            else:
                self.verslag.lost += 1
        if found in good:
            return
        more = {kind: [found[kind] - each[kind] for each in good] for kind in found}
        less = {kind: [each[kind] - found[kind] for each in good] for kind in found}
        if any(_doubles(found[kind], [each[kind] for each in good]) for kind in ("leerling", "leerkracht", "groep")):
            self.verslag.doubles += 1
        else:
            self.verslag.lost += 1
        for kind in found:
            if all(more[kind]) or all(less[kind]) or not any(found[kind] == each[kind] for each in good):
                self.say(f"{name}: {kind}: more {more[kind]} less {less[kind]}")
        self.say(f"{name}: as no order leaves it; errors {[repr(actor.error) for actor in actors]}")


def _doubles(found: Counter[Any], good: list[Counter[Any]]) -> bool:
    """Whether there are more records of one name than after either order."""
    names = Counter(row[0] for row in found.elements())
    most = [Counter(row[0] for row in each.elements()) for each in good]
    return any(number > max(each[name] for each in most) for name, number in names.items())


def app_for(settings: Settings, database_url: str) -> Flask:
    """A worker's app on this database, without a bell."""
    return create_app(replace(settings, database_url=database_url), is_worker=True)


def main() -> None:
    """Run all pairs on servers of their own."""
    from tests.ground.servers import _clone, started

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=4)
    parser.add_argument("--only", nargs="*", default=list(SCHRIJVERS))
    options = parser.parse_args()
    with started() as servers:
        url = servers.database_url(_clone(servers, "koppelpunt_paren"))
        settings = Settings(
            omgeving=Omgeving.SANDBOX, public_url="http://localhost", database_url=url,
            redis_url=servers.valkey.url(0), secret_keys=("x" * 32,), password_salt="x",
            encryption_keys=("1:" + "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",),
            parnassys_url="http://127.0.0.1:9/", klantcode="x", mail_host="127.0.0.1",
        )  # fmt: skip
        app = app_for(settings, url)
        db.session.session_factory.configure(info={"school": ALLE_SCHOLEN})  # a worker names the school at its edge
        with watched(app), quiet_las():
            paren = Paren(app, say=lambda line: print(line, flush=True))
            for first, second in product(options.only, SCHRIJVERS):
                paren.run(first, second, options.points)
            db.engine.dispose()
    print(json.dumps(paren.verslag.__dict__))
    sys.stdout.flush()
    os._exit(not paren.verslag.is_good)


if __name__ == "__main__":
    main()
