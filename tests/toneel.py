"""A school in which something of everything can be done, in every state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count

from flask import Flask
from sqlalchemy import delete, update

from tests.ground.snapshot import Snapshot
from tests.screens import join
from tests.services.conftest import aanlevering, pupil, teacher
from tests.wereld import START, Wereld, make_wereld
from webapp.db import db, unit_of_work
from webapp.models import (
    Account,
    BatchStatus,
    Bezorging,
    Importbatch,
    Importregel,
    Keuze,
    KoppelingStatus,
    Leerling,
    LeveringStatus,
    Nacht,
    Opruiming,
    Overdracht,
    Rol,
    Soort,
    Toetreding,
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
from webapp.models.vastgehouden import Ongewoon, Vastgehouden, topic
from webapp.services.controle import (
    doorgeven,
    keuzes,
    samenvatting,
    samenvoegen,
    samenvoegplan,
    terugdraaien,
    vastgehouden,
    vastleggen,
)
from webapp.services.inname import inname
from webapp.services.inname.batch import hold
from webapp.services.inname.soorten.leerling import LEERLING
from webapp.services.versturen import nakijken
from webapp.uwlr import values as uwlr

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
THIRD = replace(
    FIRST,
    leerlingen=(*_FIRST, pupil("n5", "Fien", "Bloem", "2016-07-07"), pupil("n6", "Piet", "Elders", "2016-03-12")),
)
"""Of the last two one is like nobody, and of the other nobody knows whether he is ours."""
AUGUSTUS = replace(
    aanlevering(
        pupil("k1", "Noor", "Maan", groep="h6", jaargroep="6"), groepen=(uwlr.Groep("h6", "Groep 6", "6"),),
        leerkrachten=(teacher("t1", "Loes", "Hartog"),), schooljaar="2027-2028",
    ),
)  # fmt: skip
ZONDER_GROEP = topic(Ongewoon.GROEPEN, Soort.LEERLING)


@dataclass
class Toneel:
    """The ids of all of that, and what somebody saw on the screen before they press."""

    app: Flask
    school_id: SchoolId
    koppeling_id: KoppelingId
    door: AccountId
    collega: AccountId
    groep_id: GroepId
    toets_id: ToetsId
    batch_id: BatchId
    digest: str
    regels: Mapping[str, int]
    noor: LeerlingId
    """Who has all these results, and is linked."""
    dubbelganger: int
    """One of ours of whom nobody knows whether the LAS has them."""
    afwezig: LeerlingId
    geparkeerd: LeerlingId
    klaar: ResultaatId
    bevestigd: ResultaatId
    nakijken: ResultaatId
    elders: str
    uitgezonderd: UitzonderingId
    uitnodiging: ToetredingId
    nieuwe: ToetredingId
    gewist: int
    """Somebody who was erased before."""
    opruiming: OpruimingId


class Stages:
    """One school at a time: made once for each state, after which the whole database is put back as it was then."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._kept: dict[str, tuple[Toneel, Snapshot]] = {}

    def set(self, state: str) -> Toneel:
        db.session.remove()
        if state not in self._kept:
            url = self._app.extensions["settings"].database_url
            self._kept[state] = set_stage(self._app, state), Snapshot(url)
        toneel, snapshot = self._kept[state]
        snapshot.restore()
        return replace(toneel)


_HELD = frozenset({"vastgehouden", "geparkeerd"})
_UNUSUAL = frozenset({"ongewoon", "bevestigd"})
_ASKED = frozenset({"vraag", "doorgegeven", "verlopen"})
"""Nobody answered the question; in the last two it is with a colleague."""
_RUNS = frozenset({"loopt", "wisseling", "geïmporteerd", "samengevoegd", *_HELD, *_UNUSUAL, *_ASKED})
"""Any other state is that of a koppeling."""
_STATUS = {"augustus": KoppelingStatus.ACTIEF}
"""And somebody of the highest jaargroep is here."""


def set_stage(app: Flask, state: str) -> Toneel:
    """Make a school, and look at its pages."""
    nth = next(_number)
    status = KoppelingStatus.GOEDGEKEURD if state in _RUNS else KoppelingStatus(_STATUS.get(state, state))
    brin = f"{nth % 100:02d}{chr(65 + nth // 2600 % 26)}{chr(65 + nth // 100 % 26)}"
    elsewhere = f"00000000-0000-4000-8000-{nth:012d}"
    with unit_of_work() as session:
        session.execute(delete(Nacht))
        wereld = make_wereld(session, app.extensions["keyring"], brin=brin, status=status)
        school_id, door = wereld.school.id, wereld.beheerder.id
        wereld.koppeling.ophalen_op, wereld.koppeling.opgehaald_leerlingen = START, 2
        noor, piet, els, jan = _leerlingen(wereld)
        results = _results(wereld, noor, is_sent=state not in {"opengezet", "beeindigd"})
        collega = Account(email=f"collega{nth}@school.example", naam="Anja", fs_uniquifier=elsewhere)
        session.add(collega)
        session.flush()
        join(session, collega, wereld.school)
        uitgezonderd = Uitzondering(school_id=school_id, soort=Soort.LEERLING, las_key="u1", omschrijving="Uit")
        uitnodiging, nieuwe = (
            Toetreding(school_id=school_id, email=email, rol=Rol.BEHEERDER, is_verzoek=False)
            for email in (wereld.beheerder.email, f"nieuw-{nth}@x.example")
        )
        gewist = Wissing(school_id=school_id, leerling_id=0, door=door, afdrukken=["x"])
        opruiming = Opruiming(school_id=school_id, volgende_op=START)
        bezorging = Bezorging(
            sleutel=elsewhere, school_id=school_id, resultaat_id=results["elders"], leerlingid="ander",
            las_key="ander", aanwezig=True, versie=1, bevestigd_op=START, elders_op=START,
        )  # fmt: skip
        session.add_all((uitgezonderd, uitnodiging, nieuwe, gewist, opruiming, bezorging, _long_ago(wereld)))
        batch = _aanlevering(wereld, state)
        if state in {"doorgegeven", "verlopen"}:
            asked = [regel.id for regel in batch.regels if regel.is_vraag]
            doorgeven.hand_over(session, school_id, batch.id, asked, aan=collega.id, bericht="", door=door)
        if state == "verlopen":
            session.execute(update(Overdracht).where(Overdracht.school_id == school_id).values(tot=START))
        if state == "geparkeerd":
            held = vastgehouden.total(batch)
            vastleggen.confirm_departures(session, school_id, batch.id, confirmed=held, door=door)
        if state in _UNUSUAL:
            lost = {str(noor.id): [noor.groep_id or 0]}
            unusual = Vastgehouden(ids=[noor.id], redenen=[], aantal=1, van=2, verloren=lost)
            hold(session, batch, {ZONDER_GROEP: unusual}, since=START)
        if state == "bevestigd":
            vastleggen.confirm_unusual(session, school_id, batch.id, ZONDER_GROEP, confirmed=1, door=door)
        wereld.koppeling.ophalen_op, wereld.koppeling.merk = START, "of another aanlevering"
        digest = samenvatting.summarise(session, batch).digest
        if state == "samengevoegd":
            plan = samenvoegplan.preview(session, school_id, noor.id, piet.id, los=None)
            samenvoegen.merge(session, school_id, noor.id, piet.id, los=None, zeker=True, digest=plan.digest, door=door)
        regels = {str(regel.las_key): regel.id for regel in batch.regels}
        if state == "geïmporteerd":
            vastleggen.commit(session, school_id, batch.id, digest=digest, door=door)
            digest = terugdraaien.preview(session, school_id, batch.id).digest
        return Toneel(
            app=app,
            school_id=school_id,
            koppeling_id=wereld.koppeling.id,
            door=door,
            collega=collega.id,
            groep_id=wereld.groep.id,
            toets_id=wereld.toetsen[_TOETSEN["klaar"]].id,
            batch_id=batch.id,
            digest=digest,
            regels=regels,
            noor=noor.id,
            dubbelganger=jan.id,
            afwezig=piet.id,
            geparkeerd=els.id,
            klaar=results["klaar"],
            bevestigd=results["bevestigd"],
            nakijken=results["nakijken"],
            elders=elsewhere,
            uitgezonderd=uitgezonderd.id,
            uitnodiging=uitnodiging.id,
            nieuwe=nieuwe.id,
            gewist=gewist.id,
            opruiming=opruiming.id,
        )


def _leerlingen(wereld: Wereld) -> tuple[Leerling, ...]:
    """Who is linked, who is not in the LAS, who is parked, and whom nobody knows; Bram is linked too, and leaves."""
    noor = wereld.leerling("Noor", achternaam="Maan", las_key="k1")
    wereld.leerling("Bram", achternaam="Weg", las_key="k9")
    piet = wereld.leerling("Piet", achternaam="Elders", las_key=None)
    els = wereld.leerling("Els", achternaam="Geparkeerd", las_key=None)
    LEERLING.park(els, START)
    return noor, piet, els, wereld.leerling("Jan", achternaam="Jansen", las_key=None)


def _results(wereld: Wereld, leerling: Leerling, *, is_sent: bool) -> dict[str, ResultaatId]:
    """All of one leerling: one in each of the states of `_TOETSEN`, or none of them sent."""
    results = {name: wereld.resultaat(leerling, toets=toets).id for name, toets in _TOETSEN.items()}
    for toets in _TOETSEN.values():
        wereld.normeer(toets)
    _of_last_year(wereld, leerling)
    if is_sent:
        levering = wereld.breng(results["bevestigd"], LeveringStatus.BEVESTIGD)
        levering.bevestigd, levering.bevestigd_op = levering.versie, START
        wereld.breng(results["elders"], LeveringStatus.ELDERS_AFGELEVERD)
        nakijken.mark(wereld.levering(results["nakijken"]), wij="25")
    return results


def _of_last_year(wereld: Wereld, leerling: Leerling) -> None:
    """A result that was normed before the koppeling began: it stays here, unless somebody asks."""
    resultaat = wereld.resultaat(leerling, afname=date(2026, 5, 20))
    resultaat.versie, resultaat.genormeerd_op = 1, START - timedelta(days=1)
    wereld.session.flush()


def _aanlevering(wereld: Wereld, state: str) -> Importbatch:
    """One in which ten are gone, twins are exchanged, or a question is open, as the state asks."""
    came = FIRST
    if state in _HELD:
        for n in range(10):
            wereld.leerling(f"Gaat {n}", las_key=f"weg-{n}")
    if state in {"wisseling", "vraag"}:
        wereld.leerling("Jip", achternaam="Wolters", las_key="w1", geboortedatum=_BORN)
        wereld.leerling("Jop", achternaam="Wolters", las_key="w2", geboortedatum=_BORN)
        came = replace(FIRST, leerlingen=(*_FIRST, *_EXCHANGED))
    if state == "augustus":
        wereld.leerling("Floor", achternaam="Acht", las_key="k8", jaargroep="8")
        came = replace(FIRST, leerlingen=(*_FIRST, pupil("k8", "Floor", "Acht", jaargroep="8")))
    wereld.session.flush()
    batch = inname.take_in(wereld.session, wereld.koppeling, came)
    assert batch is not None
    wereld.session.flush()
    for regel in batch.regels:
        if regel.is_vraag and state not in _ASKED and regel.ruil is None:
            keuzes.choose(wereld.session, wereld.school.id, regel.id, Keuze.NIEUW, door=wereld.beheerder.id)
    wereld.session.flush()
    return batch


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
