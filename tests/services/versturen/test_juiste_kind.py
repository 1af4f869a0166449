"""Every act that changes a link, with a result in every state: nothing is lost, nothing stays at the wrong child.

A new act is a row of `DADEN`.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.bezorgschool import BO, NOOR, SOMEBODY, School
from tests.dossiers import Daad, Stap, Toneel, judge
from tests.services.conftest import SCHOOLJAAR, pupil
from tests.wereld import AFNAME, START, make_wereld
from webapp.models import Afspraken, Handeling, Keuze, KloptNiet, Lidmaatschap, Resultaat, Soort, Uitzondering, Wat
from webapp.models.koppeling import LasType
from webapp.schooljaar import next_schooljaar
from webapp.services.bewaring import wissen
from webapp.services.clock import database_clock
from webapp.services.controle import (
    keuzes,
    kloptniet,
    ontkoppelen,
    samenvoegen,
    samenvoegplan,
    splitsen,
    terugdraaien,
    toch,
    vastgehouden,
    vastleggen,
    zelfde,
)
from webapp.services.controle.ruil import Ruilantwoord
from webapp.services.controle.uitwerken import Deel
from webapp.services.inname import parkeren, uitzonderingen
from webapp.services.inname.batch import open_of
from webapp.services.versturen import aanbod, herzending, leveringen, nazending
from webapp.services.versturen.herzendstand import Vraag, look
from webapp.uwlr import values as uwlr
from webapp.uwlr.codes import FaultCode, Reden
from webapp.uwlr.faults import UwlrRefused, UwlrUnsure

NORA = ("Eleonora", *NOOR[1:])
JIP, JOP = ("Jip", "Wolters", "2019-01-30"), ("Jop", "Wolters", "2019-01-30")
ANN, ANNE = ("Ann", "Aarts", "2017-01-11"), ("Anne", "Aarts", "2017-01-11")
E1, E2 = "https://ketenid.nl/pilot/1", "https://ketenid.nl/pilot/2"
TOESTANDEN = {
    "wacht": None,
    "bevestigd": None,
    "onzeker": UwlrUnsure(Reden.TIJD_VERSTREKEN),
    "geweigerd": UwlrRefused(FaultCode.SCORE_ONGELDIG),
}


def doe(*stappen: Stap) -> Stap:
    return lambda t: [stap(t) for stap in stappen]


def nacht(**dossiers: uwlr.Leerling | None) -> Stap:
    return lambda t: t.nacht(**dossiers)


def koppel(nummer: str, roepnaam: str) -> Stap:
    return lambda t: t.koppel(nummer, roepnaam)


def kies(nummer: str, keuze: Keuze) -> Stap:
    return lambda t: t.kies(nummer, keuze)


def _parkeer(t: Toneel) -> None:
    shown = parkeren.count_absent(t.session, t.school_id)
    parkeren.park(t.session, t.school_id, [t.wie("Noor").id], shown=shown, door=t.door)


def _haal_terug(t: Toneel) -> None:
    parkeren.bring_back(t.session, t.school_id, [t.wie("Noor").id], door=t.door)


def _bevestig_vertrek(t: Toneel) -> None:
    assert t.batch is not None
    total = vastgehouden.total(t.batch)
    vastleggen.confirm_departures(t.session, t.school_id, t.batch.id, confirmed=total, door=t.door)


def _vertrek_terug(t: Toneel) -> None:
    assert t.batch is not None
    vastgehouden.take_back(t.session, t.school_id, t.batch.id, door=t.door)


def _wis(t: Toneel) -> None:
    wissing = wissen.erase(t.session, t.school_id, t.wie("Noor").id, door=t.door)
    t.gewist, t.bewijs = "Noor", frozenset(each["sleutel"] for each in wissing.in_las)


def _groep_weg(t: Toneel) -> None:
    assert t.batch is not None
    groep = next(r for r in t.batch.regels if r.soort is Soort.GROEP and r.las_key == "g6")
    keuzes.choose(t.session, t.school_id, groep.id, Keuze.NIET, door=t.door)


def _toch(t: Toneel) -> None:
    ids = t.session.scalars(select(Uitzondering.id)).all()
    uitzonderingen.import_anyway(t.session, t.school_id, ids, koppeling_id=t.school.wereld.koppeling.id, door=t.door)


def _ouder(t: Toneel) -> None:
    """Eleonora has a result of another day too, which is no double of one of Noor."""
    t.toets("Eleonora")
    for each in t.session.scalars(select(Resultaat).where(Resultaat.leerling_id == t.wie("Eleonora").id)):
        each.afnamedatum = AFNAME - timedelta(days=1)
    t.session.flush()


def _voeg_samen(t: Toneel) -> None:
    """Where both are linked, Eleonora gives her link up."""
    args = t.session, t.school_id, t.wie("Noor").id, t.wie("Eleonora").id
    plan = samenvoegplan.preview(*args, los=args[-1])
    samenvoegen.merge(*args, los=plan.los, zeker=True, digest=plan.digest, door=t.door)
    t.session.flush()


def _splits(t: Toneel) -> None:
    args = t.session, t.school_id, t.wie("Eleonora").id
    splitsen.undo(*args, digest=splitsen.preview(*args).digest, door=t.door)
    t.session.flush()


def _klopt_niet(t: Toneel) -> None:
    """Nothing goes until the answer."""
    kloptniet.report(
        t.session, t.school_id, t.wie("Noor").id, next(iter(KloptNiet)), door=t.door, groepen=None, hears_of_it=True
    )
    had = dict(t.heeft)
    t.verstuur()
    assert {key for key, (_, id_) in t.heeft.items() if t.van[id_] == "Noor"} == {
        key for key, (_, id_) in had.items() if t.van[id_] == "Noor"
    }


def _klopt_toch(t: Toneel) -> None:
    leerling = kloptniet.find(t.session, t.school_id, t.wie("Noor").id, groepen=None)
    assert leerling.klopt_niet_sinds is not None
    kloptniet.is_right(t.session, t.school_id, leerling.id, door=t.door)


def neem_terug(nummer: str) -> Stap:
    """Undo the answer about one line of the import."""

    def stap(t: Toneel) -> None:
        assert t.batch is not None
        args = t.session, t.school_id, t.batch.id, Deel(regel_id=t.school.line(t.batch, nummer).id)
        terugdraaien.undo(*args, digest=terugdraaien.preview(*args).digest, door=t.door)
        t.session.flush()
        t.session.expire_all()

    return stap


def nacht_terug(roepnaam: str | None = None, wat: Wat = Wat.AANLEVERING) -> Stap:
    """Undo the last night that did something, or what it did to one of ours."""

    def stap(t: Toneel) -> None:
        nights = select(Handeling.id).where(Handeling.school_id == t.school_id, Handeling.wat == wat)
        act = t.session.scalars(nights.order_by(Handeling.id.desc())).first() or pytest.fail("no night")
        deel = Deel(sleutel=(Soort.LEERLING, t.wie(roepnaam).id)) if roepnaam else Deel()
        args = t.session, t.school_id, act, deel
        terugdraaien.undo_night(*args, digest=terugdraaien.preview_night(*args).digest, door=t.door)
        t.session.flush()
        t.session.expire_all()
        t.batch = open_of(t.session, t.school_id)

    return stap


def _ontkoppel(t: Toneel) -> None:
    ontkoppelen.unlink(t.session, t.school_id, "leerling", t.wie("Noor").id, door=t.door)
    t.session.flush()
    t.batch = open_of(t.session, t.school_id)


def _koppel_weer(t: Toneel) -> None:
    ontkoppelen.link_again(t.session, t.school_id, "leerling", t.wie("Noor").id, door=t.door)
    t.session.flush()
    t.batch = open_of(t.session, t.school_id)


def _toch_doen(t: Toneel) -> None:
    toch.do_anyway(t.session, t.school_id, "leerling", t.wie("Noor").id, door=t.door)
    t.session.flush()


def _zet_terug(t: Toneel) -> None:
    toch.bring_back(t.session, t.school_id, "leerling", t.wie("Noor").id, door=t.door)
    t.session.flush()


def _spreek_af(t: Toneel) -> None:
    """A doubt is asked only when something is at stake."""
    t.session.add(Afspraken(school_id=t.school_id, alleen_op_het_spel=True))
    t.session.flush()


def _voeg_vanzelf_toe(t: Toneel) -> None:
    """Who is new and looks like nobody is added by itself."""
    t.session.add(Afspraken(school_id=t.school_id, nieuwe_leerlingen=True))
    t.session.flush()


def _een_kind(t: Toneel) -> None:
    """Noor was added beside Noortje, and they are one."""
    assert zelfde.ask(t.session, t.school_id) == 1
    args = t.session, t.school_id, t.wie("Noor").id, t.wie("Noortje").id
    plan = samenvoegplan.preview(*args, los=None)
    samenvoegen.merge(*args, los=None, zeker=True, digest=plan.digest, door=t.door)
    t.session.flush()


def _uit_elkaar(t: Toneel) -> None:
    args = t.session, t.school_id, t.wie("Noortje").id
    splitsen.undo(*args, digest=splitsen.preview(*args).digest, door=t.door)
    t.session.flush()


def _twee_kinderen(t: Toneel) -> None:
    zelfde.ask(t.session, t.school_id)
    t.batch = open_of(t.session, t.school_id)
    t.kies("k1", Keuze.NIEUW)
    t.session.flush()


def _toch_onzeker(t: Toneel) -> None:
    """Taken back, nothing new of either goes."""
    args = t.session, t.school_id, t.wie("Noor").id, t.wie("Noortje").id
    zelfde.say(*args, is_two=False, door=t.door)
    had = dict(t.heeft)
    t.verstuur()
    assert t.heeft == had


def _nieuw_jaar(t: Toneel) -> None:
    """Noor goes one up and Bo leaves: the turn of the school year."""
    t.schooljaar = next_schooljaar(t.schooljaar)
    t.nacht(d1=pupil("k1", *NOOR, groep="g6", jaargroep="6"), d2=None)
    assert t.wie("Bo").status is Lidmaatschap.VERTROKKEN


def _jaar_terug(t: Toneel) -> None:
    """From then on no night asks for the new year."""
    nacht_terug(wat=Wat.OVERGANG)(t)
    t.schooljaar = SCHOOLJAAR
    _TWEE_GROEPEN(t)
    assert t.wie("Bo").status is Lidmaatschap.ACTIEF


def importeer(t: Toneel) -> None:
    t.importeer()


def draai_terug(t: Toneel) -> None:
    t.draai_terug()


def heropen(t: Toneel) -> None:
    t.heropen("Noor")


_NOOR_BO = nacht(d1=pupil("k1", *NOOR), d2=pupil("k2", *BO))
_TWEE = ((NOOR, None, None), (NORA, None, None))
_TWEELING = ((JIP, "k1", None), (JOP, "k2", None))
_VERWISSELD = nacht(d1=pupil("k1", *JOP), d2=pupil("k2", *JIP))
_RECHT = doe(nacht(d1=pupil("k1", *JIP), d2=pupil("k2", *JOP)), importeer)
_STAAT = doe(_NOOR_BO, importeer)
_TWEE_GROEPEN = nacht(d1=pupil("k1", *NOOR), d2=pupil("k2", *BO, jaargroep="8"))
_LINKED = ((NOOR, "k1", None), (BO, "k2", None))
_MEER = {f"m{n}": pupil(f"m{n}", f"Kind{n}", f"Naam{n}", f"2015-01-{n + 1:02d}") for n in range(12)}


def _omgedraaid(t: Toneel) -> None:
    _VERWISSELD(t)
    t.ruil(Ruilantwoord.OMDRAAIEN)
    t.importeer()


_EEN = nacht(d1=pupil("k1", *NOOR))
_DUBBEL = nacht(d1=pupil("k1", *NOOR), d2=pupil("k2", *NORA))
_SAMEN: dict[str, str | None] = {"Noor": "d1", "Eleonora": "d1"}
_BEIDE = ((NOOR, "k1", None), (NORA, "k2", None))
_WEG = doe(nacht(**_MEER), _STAAT)


_NAAST = doe(nacht(**_MEER), _spreek_af, _NOOR_BO, importeer)
_ERBIJ = doe(nacht(**_MEER), _STAAT, _voeg_vanzelf_toe, nacht(d9=pupil("k9", *SOMEBODY)))
_NOORTJE = (("Noortje", *NOOR[1:]), None, None), (BO, None, None)
_ZELFDE: dict[str, str | None] = {"Noor": "d1", "Noortje": "d1", "Bo": "d2"}
_ANDER: dict[str, str | None] = {"Noor": "d1", "Noortje": None, "Bo": "d2"}


def verstuur(t: Toneel) -> None:
    t.verstuur()


_neem_over = doe(koppel("k9", "Ann"), kies("k4", Keuze.NIEUW), importeer)


def _vorig_jaar(t: Toneel) -> None:
    """Noor has a result from before the koppeling, and a beheerder lets it go after all."""
    resultaat = t.school.wereld.resultaat(t.wie("Noor"), afname=date(2026, 5, 20))
    resultaat.versie, resultaat.niveau, resultaat.percentiel = 1, "II", 60
    resultaat.genormeerd_op = START - timedelta(days=1)
    t.session.flush()
    t.van[resultaat.id] = "Noor"
    koppeling = t.school.wereld.koppeling
    t.school.night()
    part = aanbod.offer(t.session, t.school_id, nazending.last_year(koppeling))
    toetsen, groepen = {rij.toets_id for rij in part.rijen}, {rij.groep_id or 0 for rij in part.rijen}
    nazending.approve(
        t.session, koppeling, toetsen=toetsen, groepen=groepen, afdruk=part.of(toetsen, groepen).afdruk, door=t.door
    )


def _herzend(t: Toneel) -> None:
    """After an incident whatever was confirmed or refused goes once more."""
    now = database_clock(t.session)
    vraag = Vraag(LasType.PARNASSYS, now - timedelta(hours=1), now)
    for each in look(t.session, vraag):
        chosen = herzending.choose(t.session, vraag, each.fout_code, getoond=each.resultaten, door=t.door)
        herzending.let_go(t.session, chosen.id, 1, door=t.door)


DADEN = {
    "een ander dan de nacht koppelde": Daad(
        _TWEE, _NOOR_BO, doe(koppel("k1", "Eleonora"), importeer), {"Noor": None, "Eleonora": "d1"}
    ),
    "nieuw in plaats van gekoppeld": Daad(_TWEE[:1], _NOOR_BO, doe(kies("k1", Keuze.NIEUW), importeer), {"Noor": None}),
    "niet in plaats van gekoppeld": Daad(_TWEE[:1], _NOOR_BO, doe(kies("k1", Keuze.NIET), importeer), {"Noor": None}),
    "toch importeren": Daad(
        _TWEE[:1], _NOOR_BO, doe(kies("k1", Keuze.NIET), importeer, _toch, nacht(), importeer), {"Noor": "d1"}
    ),
    "groep weglaten": Daad(
        _TWEE[:1], nacht(d1=pupil("k1", *NOOR, groep="g6"), d2=pupil("k2", *BO)), doe(_groep_weg, importeer),
        {"Noor": "d1"},
    ),
    "overnemen": Daad(
        ((ANN, None, None),), nacht(d4=pupil("k4", *ANN), d9=pupil("k9", *ANNE)),
        _neem_over, {"Ann": "d9"},
    ),
    "ruil op naam": Daad(_TWEELING, _RECHT, _omgedraaid, {"Jip": "d2", "Jop": "d1"}),
    "ruil op nummer": Daad(
        _TWEELING, _RECHT, doe(_VERWISSELD, lambda t: t.ruil(Ruilantwoord.NUMMER), importeer),
        {"Jip": "d1", "Jop": "d2"},
    ),
    "heropenen, een ander": Daad(
        ((NOOR, "k1", None), (NORA, None, None)), _STAAT, doe(heropen, koppel("k1", "Eleonora"), importeer),
        {"Noor": None, "Eleonora": "d1"},
    ),
    "heropenen, nieuw": Daad(
        ((NOOR, "k1", None),), _STAAT, doe(heropen, kies("k1", Keuze.NIEUW), importeer), {"Noor": None}
    ),
    "heropenen, niet": Daad(
        ((NOOR, "k1", None),), _STAAT, doe(heropen, kies("k1", Keuze.NIET), importeer), {"Noor": None}
    ),
    "heropenen, toch dezelfde": Daad(
        ((NOOR, "k1", None),), _STAAT, doe(heropen, koppel("k1", "Noor"), importeer), {"Noor": "d1"}
    ),
    "koppel teruggedraaid": Daad(
        _TWEE[1:], doe(nacht(d1=pupil("k1", *NOOR)), koppel("k1", "Eleonora"), importeer), draai_terug, {"Noor": None}
    ),
    "nieuw teruggedraaid": Daad(
        _TWEE[1:], doe(nacht(d1=pupil("k1", *NOOR)), kies("k1", Keuze.NIEUW), importeer), draai_terug,
        {"Noor": None, "Eleonora": None},
    ),
    "ruil teruggedraaid": Daad(_TWEELING, doe(_RECHT, _omgedraaid), draai_terug, {"Jip": "d1", "Jop": "d2"}),
    "ruil op nummer teruggedraaid": Daad(
        _TWEELING, doe(_RECHT, _VERWISSELD, lambda t: t.ruil(Ruilantwoord.NUMMER), importeer), draai_terug,
        {"Jop": "d1", "Jip": "d2"},
    ),
    "overnemen teruggedraaid": Daad(
        ((ANN, None, None),), doe(nacht(d4=pupil("k4", *ANN), d9=pupil("k9", *ANNE)), _neem_over), draai_terug,
        {"Anne": "d4", "Ann": None},
    ),
    "niet teruggedraaid": Daad(
        _TWEE[:1], _NOOR_BO, doe(kies("k1", Keuze.NIET), importeer, draai_terug), {"Noor": "d1"}
    ),
    "teruggedraaid en weer zo geantwoord": Daad(
        _TWEE[1:], doe(nacht(d1=pupil("k1", *NOOR)), koppel("k1", "Eleonora"), importeer),
        doe(draai_terug, nacht(), koppel("k1", "Eleonora"), importeer), {"Noor": "d1"},
    ),
    "vertrokken": Daad(((NOOR, "k1", None),), doe(nacht(**_MEER), _STAAT), nacht(d1=None), {"Noor": "d1"}),
    "vertrokken en terug": Daad(
        ((NOOR, "k1", None),), doe(nacht(**_MEER), _STAAT), doe(nacht(d1=None), _STAAT), {"Noor": "d1"}
    ),
    "vertrek bevestigd": Daad(
        ((NOOR, "k1", None),), doe(nacht(**_MEER), _STAAT),
        doe(nacht(d1=None, **dict.fromkeys(_MEER)), _bevestig_vertrek), {"Noor": "d1"},
    ),
    "vertrek bevestigd en teruggehaald": Daad(
        ((NOOR, "k1", None),), doe(nacht(**_MEER), _STAAT),
        doe(nacht(d1=None, **dict.fromkeys(_MEER)), _bevestig_vertrek, _vertrek_terug, _STAAT), {"Noor": "d1"},
    ),
    "geparkeerd en teruggehaald": Daad(
        _TWEE[:1], _NOOR_BO, doe(kies("k1", Keuze.NIET), importeer, _parkeer, _haal_terug), {"Noor": None}
    ),
    "gewist": Daad(((NOOR, "k1", None), (SOMEBODY, None, None)), _STAAT, _wis, {"Noor": "d1", "Fien": None}),
    "een nacht met een ander nummer": Daad(
        ((NOOR, "k1", E1),), doe(nacht(d1=pupil("k1", *NOOR, eckid=E1)), importeer),
        doe(nacht(d1=pupil("k100", *NOOR, eckid=E1)), nacht(d9=pupil("k1", *SOMEBODY)), importeer), {"Noor": "d1"},
    ),
    "gekoppeld aan een ander nummer": Daad(
        ((NOOR, "k1", None),), _STAAT, doe(nacht(d1=pupil("k100", *NOOR)), koppel("k100", "Noor"), importeer,
            nacht(d9=pupil("k1", *SOMEBODY)), importeer),
        {"Noor": "d1"},
    ),
    "het nummer is van een nieuwe": Daad(
        ((SOMEBODY, "k1", None),), doe(nacht(d1=pupil("k1", *SOMEBODY)), importeer),
        doe(nacht(d1=pupil("k1", *NOOR)), kies("k1", Keuze.NIEUW), importeer), {"Fien": None},
    ),
    "het nummer ging naar een ander": Daad(
        ((NOOR, "k1", None),), _STAAT,
        doe(nacht(d1=pupil("k1", *SOMEBODY), d3=pupil("k3", *NOOR)), koppel("k3", "Noor"), kies("k1", Keuze.NIEUW),
            importeer),
        {"Noor": "d3"},
    ),
    "het nummer ging naar een ander, met ECK iD": Daad(
        ((NOOR, "k1", E1),), doe(nacht(d1=pupil("k1", *NOOR, eckid=E1)), importeer),
        doe(nacht(d1=pupil("k3", *NOOR, eckid=E1), d3=pupil("k1", *SOMEBODY, eckid=E2)), importeer), {"Noor": "d1"},
    ),
    "samengevoegd": Daad(((NOOR, "k1", None), (NORA, None, None)), doe(_EEN, _ouder), _voeg_samen, _SAMEN),
    "samengevoegd, een link los": Daad(_BEIDE, doe(_DUBBEL, _ouder), _voeg_samen, _SAMEN),
    "samengevoegd en gesplitst": Daad(
        ((NOOR, "k1", None), (NORA, None, None)), doe(_EEN, _ouder), doe(_voeg_samen, verstuur, _splits),
        {"Noor": "d1", "Eleonora": None},
    ),
    "samengevoegd, een link los, en gesplitst": Daad(
        _BEIDE, doe(_DUBBEL, _ouder), doe(_voeg_samen, verstuur, _splits), {"Noor": "d1", "Eleonora": "d2"}
    ),
    "samengevoegd, een nacht, en gesplitst": Daad(
        _BEIDE, doe(_DUBBEL, _ouder), doe(_voeg_samen, nacht(), verstuur, _splits), {"Noor": "d1", "Eleonora": "d2"}
    ),
    "gesplitst en weer samengevoegd": Daad(
        _BEIDE, doe(_DUBBEL, _ouder), doe(_voeg_samen, verstuur, _splits, verstuur, _voeg_samen), _SAMEN
    ),
    "klopt niet, toch wel": Daad(
        ((NOOR, "k1", None),), _STAAT, doe(_klopt_niet, nacht(), _klopt_toch), {"Noor": "d1"}
    ),
    "klopt niet, een ander": Daad(
        ((NOOR, "k1", None), (NORA, None, None)), _STAAT,
        doe(_klopt_niet, heropen, koppel("k1", "Eleonora"), importeer), {"Noor": None, "Eleonora": "d1"},
    ),
    "klopt niet, nieuw": Daad(
        ((NOOR, "k1", None),), _STAAT, doe(_klopt_niet, heropen, kies("k1", Keuze.NIEUW), importeer), {"Noor": None}
    ),
    "klopt niet, niet": Daad(
        ((NOOR, "k1", None),), _STAAT, doe(_klopt_niet, heropen, kies("k1", Keuze.NIET), importeer), {"Noor": None}
    ),
    "klopt niet, toch dezelfde": Daad(
        ((NOOR, "k1", None),), _STAAT, doe(_klopt_niet, heropen, koppel("k1", "Noor"), importeer), {"Noor": "d1"}
    ),
    "klopt niet, het antwoord teruggedraaid, toch wel": Daad(
        ((NOOR, "k1", None), (NORA, None, None)), _STAAT,
        doe(_klopt_niet, heropen, koppel("k1", "Eleonora"), importeer, draai_terug, _klopt_toch),
        {"Noor": "d1", "Eleonora": None},
    ),
    "klopt niet, en samengevoegd": Daad(
        ((NOOR, "k1", None), (NORA, None, None)), doe(_EEN, _ouder), doe(_klopt_niet, _voeg_samen, _klopt_toch), _SAMEN
    ),
    "antwoord koppel teruggenomen": Daad(
        _TWEE[1:], doe(_NOOR_BO, koppel("k1", "Eleonora"), importeer), neem_terug("k1"), {"Noor": None, "Bo": "d2"}
    ),
    "antwoord nieuw teruggenomen": Daad(
        _TWEE[1:], doe(_NOOR_BO, kies("k1", Keuze.NIEUW), importeer), neem_terug("k1"),
        {"Noor": None, "Eleonora": None, "Bo": "d2"},
    ),
    "antwoord niet teruggenomen": Daad(
        _TWEE[:1], _NOOR_BO, doe(kies("k1", Keuze.NIET), importeer, neem_terug("k1")), {"Noor": "d1"}
    ),
    "antwoord over ruil teruggenomen": Daad(
        _TWEELING, doe(_RECHT, _omgedraaid), neem_terug("k1"), {"Jip": "d1", "Jop": "d2"}
    ),
    "antwoord overnemen teruggenomen": Daad(
        ((ANN, None, None),), doe(nacht(d4=pupil("k4", *ANN), d9=pupil("k9", *ANNE)), _neem_over), neem_terug("k9"),
        {"Anne": "d4", "Ann": None},
    ),
    "antwoord teruggenomen en toch gedaan": Daad(
        _TWEE[1:], doe(_NOOR_BO, koppel("k1", "Eleonora"), importeer),
        doe(neem_terug("k1"), nacht(), lambda t: toch.do_anyway(
            t.session, t.school_id, "leerling", t.wie("Eleonora").id, door=t.door), importeer),
        {"Noor": "d1", "Bo": "d2"},
    ),
    "koppeling van de nacht teruggenomen": Daad(_TWEE[:1], _NOOR_BO, nacht_terug("Noor"), {"Noor": None}),
    "hele nacht teruggenomen": Daad(_TWEE[:1], _NOOR_BO, nacht_terug(), {"Noor": None}),
    "koppeling van de nacht teruggenomen en toch gedaan": Daad(
        _TWEE[:1], _NOOR_BO, doe(nacht_terug("Noor"), nacht(), _toch_doen, importeer), {"Noor": "d1"}
    ),
    "koppeling van de nacht teruggenomen, een ander": Daad(
        _TWEE, _NOOR_BO, doe(nacht_terug("Noor"), nacht(), koppel("k1", "Eleonora"), importeer),
        {"Noor": None, "Eleonora": "d1"},
    ),
    "vertrek teruggenomen": Daad(
        ((NOOR, "k1", None),), _WEG, doe(nacht(d1=None), nacht_terug("Noor")), {"Noor": "d1"}
    ),
    "vertrek teruggenomen en terug in de LAS": Daad(
        ((NOOR, "k1", None),), _WEG, doe(nacht(d1=None), nacht_terug("Noor"), _STAAT), {"Noor": "d1"}
    ),
    "vertrek teruggenomen en toch gedaan": Daad(
        ((NOOR, "k1", None),), _WEG, doe(nacht(d1=None), nacht_terug("Noor"), _toch_doen, _STAAT), {"Noor": "d1"}
    ),
    "vertrokken en teruggezet": Daad(((NOOR, "k1", None),), _WEG, doe(nacht(d1=None), _zet_terug), {"Noor": "d1"}),
    "samengevoegd, de koppeling van de nacht teruggenomen": Daad(
        _TWEE, doe(_NOOR_BO, _ouder), doe(_voeg_samen, verstuur, nacht_terug("Noor")), {"Noor": None, "Eleonora": None}
    ),
    "samengevoegd, de koppeling teruggenomen, en gesplitst": Daad(
        _TWEE, doe(_NOOR_BO, _ouder), doe(_voeg_samen, verstuur, nacht_terug("Noor"), nacht(), _splits),
        {"Noor": None, "Eleonora": None},
    ),
    "samengevoegd, heropend, nieuw, en gesplitst": Daad(
        ((NOOR, "k1", None), (NORA, None, None)), doe(_EEN, _ouder),
        doe(_voeg_samen, verstuur, heropen, kies("k1", Keuze.NIEUW), importeer, _splits),
        {"Noor": None, "Eleonora": None},
    ),
    "samengevoegd, ander nummer, en gesplitst": Daad(
        ((NOOR, "k1", E1), (NORA, None, None)), doe(nacht(d1=pupil("k1", *NOOR, eckid=E1)), _ouder),
        doe(_voeg_samen, nacht(d1=pupil("k100", *NOOR, eckid=E1)), verstuur, _splits),
        {"Noor": "d1", "Eleonora": None},
    ),
    "klopt niet, en de koppeling van de nacht teruggenomen": Daad(
        _TWEE[:1], _NOOR_BO, doe(_klopt_niet, nacht_terug("Noor")), {"Noor": None}
    ),
    "vanzelf toegevoegd, teruggenomen": Daad(
        ((NOOR, "k1", None),), _ERBIJ, doe(nacht_terug("Fien", Wat.AFSPRAAK), nacht()), {"Noor": "d1", "Fien": None}
    ),
    "vanzelf toegevoegd, teruggenomen en toch": Daad(
        ((NOOR, "k1", None),), _ERBIJ,
        doe(nacht_terug("Fien", Wat.AFSPRAAK), nacht(), koppel("k9", "Fien"), importeer), {"Noor": "d1", "Fien": "d9"},
    ),
    "niets op het spel, twee kinderen": Daad(_NOORTJE, _NAAST, _twee_kinderen, _ANDER),
    "niets op het spel, twee kinderen, toch onzeker, toch twee": Daad(
        _NOORTJE, _NAAST, doe(_twee_kinderen, verstuur, _toch_onzeker, nacht(), _twee_kinderen), _ANDER
    ),
    "niets op het spel, een kind": Daad(_NOORTJE, _NAAST, _een_kind, _ZELFDE),
    "niets op het spel, een kind, en gesplitst": Daad(
        _NOORTJE, _NAAST, doe(_een_kind, verstuur, _uit_elkaar), _ANDER
    ),
    "niets op het spel, teruggenomen": Daad(
        _NOORTJE, _NAAST, nacht_terug("Noor", Wat.OP_HET_SPEL), {"Noor": None, "Noortje": None, "Bo": "d2"}
    ),
    "nieuw schooljaar": Daad(_LINKED, doe(_TWEE_GROEPEN, importeer), _nieuw_jaar, {"Noor": "d1", "Bo": "d2"}),
    "nieuw schooljaar, teruggedraaid, en toch": Daad(
        _LINKED, doe(_TWEE_GROEPEN, importeer), doe(_nieuw_jaar, verstuur, _jaar_terug, verstuur, _nieuw_jaar),
        {"Noor": "d1", "Bo": "d2"},
    ),
    "nieuw schooljaar, teruggedraaid": Daad(
        _LINKED, doe(_TWEE_GROEPEN, importeer), doe(_nieuw_jaar, _jaar_terug), {"Noor": "d1", "Bo": "d2"}
    ),
    "ontkoppeld": Daad(
        ((NOOR, "k1", E1),), doe(nacht(d1=pupil("k1", *NOOR, eckid=E1)), importeer), _ontkoppel, {"Noor": None}
    ),
    "ontkoppeld, een nacht, en weer gekoppeld": Daad(
        ((NOOR, "k1", E1),), doe(nacht(d1=pupil("k1", *NOOR, eckid=E1)), importeer),
        doe(_ontkoppel, verstuur, nacht(d1=pupil("k100", *NOOR, eckid=E1)), verstuur, _koppel_weer), {"Noor": "d1"},
    ),
    "ontkoppeld en toch gekoppeld": Daad(
        ((NOOR, "k1", None),), _STAAT, doe(_ontkoppel, nacht(), _toch_doen, importeer), {"Noor": "d1"}
    ),
    "ontkoppeld, een ander": Daad(
        ((NOOR, "k1", None), (NORA, None, None)), _STAAT, doe(_ontkoppel, nacht(), koppel("k1", "Eleonora"), importeer),
        {"Noor": None, "Eleonora": "d1"},
    ),
    "ontkoppeld, en de import teruggedraaid": Daad(
        _TWEE[1:], doe(nacht(d1=pupil("k1", *NOOR)), koppel("k1", "Eleonora"), importeer),
        doe(lambda t: ontkoppelen.unlink(
            t.session, t.school_id, "leerling", t.wie("Noor").id, door=t.door), draai_terug),
        {"Noor": None},
    ),
    "na een storing opnieuw, en toch een ander": Daad(
        ((NOOR, "k1", None), (NORA, None, None)), _STAAT,
        doe(_herzend, heropen, koppel("k1", "Eleonora"), importeer), {"Noor": None, "Eleonora": "d1"},
    ),
    "vorig schooljaar alsnog, en de koppeling teruggenomen": Daad(
        _TWEE[:1], _NOOR_BO, doe(_vorig_jaar, nacht_terug("Noor")), {"Noor": None}
    ),
    "vorig schooljaar alsnog, en toch een ander": Daad(
        ((NOOR, "k1", None), (NORA, None, None)), _STAAT,
        doe(_vorig_jaar, heropen, koppel("k1", "Eleonora"), importeer), {"Noor": None, "Eleonora": "d1"},
    ),
    "klopt niet, ontkoppeld, weer gekoppeld, klopt wel": Daad(
        ((NOOR, "k1", None),), _STAAT, doe(_klopt_niet, _ontkoppel, nacht(), _koppel_weer, _klopt_toch), {"Noor": "d1"}
    ),
}  # fmt: skip


@pytest.mark.parametrize("naam", DADEN)
def test_no_result_is_lost_or_left_at_the_wrong_child(
    session: Session, app: Flask, subtests: pytest.Subtests, naam: str
) -> None:
    daad, begin = DADEN[naam], Toneel(School(make_wereld(session, app.extensions["keyring"]), app))
    for each in daad.ours:
        begin.school.leerling(*each)
    daad.voor(begin)
    begin.toets(*daad.waar)
    session.flush()
    for toestand in TOESTANDEN:  # each from the same beginning
        with subtests.test(toestand=toestand):
            branch = session.begin_nested()
            try:
                _play(begin.copy(), daad, toestand)
            finally:
                branch.rollback()
                session.expire_all()


def _play(t: Toneel, daad: Daad, toestand: str) -> None:
    session = t.session
    if toestand != "wacht":
        t.verstuur(TOESTANDEN[toestand])
        assert bool(t.heeft) == (toestand != "geweigerd")
    daad.doe(t)
    judge(t, daad)
    for _ in range(2):
        t.nacht()
        leveringen.free_refused(session, t.school.wereld.koppeling, door=t.door)
        t.verstuur()
        judge(t, daad, all_went=True)
