"""A LAS of which everything is written down, and a judge who knows in which of its dossiers each result belongs.

The judge knows nothing of links: what the LAS has, or may have, stands beside the truth, and beside what we say of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.bezorgschool import School
from tests.services.conftest import SCHOOLJAAR
from webapp.models import Importbatch, Keuze, Leerling, LeveringStatus, Resultaat
from webapp.models.ids import AccountId, ResultaatId, SchoolId
from webapp.services.controle import heropenen, terugdraaien
from webapp.services.controle.ruil import Ruilantwoord
from webapp.services.inname.batch import open_of
from webapp.services.versturen import elders
from webapp.uwlr import values as uwlr
from webapp.uwlr.faults import UwlrRefused, UwlrUnsure

GROEPEN = (uwlr.Groep("g5", "Groep 5", "5"), uwlr.Groep("g6", "Zomergroep", "6"))


@dataclass
class Toneel:
    """A school, and a LAS of which everything is written down."""

    school: School
    las: dict[str, uwlr.Leerling] = field(default_factory=dict)
    """What each dossier says now."""
    nummers: dict[str, str] = field(default_factory=dict)
    """The number of each dossier, also of one that is gone."""
    schooljaar: str = SCHOOLJAAR
    heeft: dict[str, tuple[str, ResultaatId]] = field(default_factory=dict)
    """In which dossier stands, or may stand, what went under each key."""
    van: dict[ResultaatId, str] = field(default_factory=dict)
    """Under which name of ours each result was made."""
    batch: Importbatch | None = None
    gewist: str | None = None
    """Who was erased, and what the proof of it says that the LAS has."""
    bewijs: frozenset[str] = frozenset()

    @property
    def session(self) -> Session:
        return self.school.session

    @property
    def school_id(self) -> SchoolId:
        return self.school.wereld.school.id

    @property
    def door(self) -> AccountId:
        return self.school.wereld.beheerder.id

    def copy(self) -> Toneel:
        """The same, to go on with in a savepoint."""
        return replace(self, las=dict(self.las), nummers=dict(self.nummers), heeft=dict(self.heeft), van=dict(self.van))

    def wie(self, roepnaam: str) -> Leerling:
        query = select(Leerling).where(Leerling.roepnaam == roepnaam).order_by(Leerling.id)
        return self.session.scalars(query).first() or pytest.fail(roepnaam)

    def nacht(self, **dossiers: uwlr.Leerling | None) -> None:
        """The LAS changes these dossiers, or has them no more; a night takes in what it has."""
        self.las = {name: each for name, each in (self.las | dossiers).items() if each is not None}
        self.nummers |= {name: each.key for name, each in self.las.items() if each.key is not None}
        school = uwlr.School(schooljaar=self.schooljaar, brincode="99XX")
        self.school.take_in(*self.las.values(), groepen=GROEPEN, school=school)
        self.batch = open_of(self.session, self.school_id)

    def koppel(self, nummer: str, roepnaam: str) -> None:
        self.school.link(self.batch, nummer, self.wie(roepnaam))

    def kies(self, nummer: str, keuze: Keuze) -> None:
        self.school.choose(self.batch, nummer, keuze)

    def ruil(self, antwoord: Ruilantwoord) -> None:
        self.school.exchange(self.batch, "k1", antwoord)

    def importeer(self) -> None:
        if self.batch is not None:
            self.school.commit(self.batch)

    def heropen(self, roepnaam: str) -> None:
        heropenen.reopen(self.session, self.school_id, "leerling", self.wie(roepnaam).id, door=self.door)
        self.batch = open_of(self.session, self.school_id)

    def draai_terug(self) -> None:
        assert self.batch is not None
        digest = terugdraaien.preview(self.session, self.school_id, self.batch.id).digest
        terugdraaien.undo(self.session, self.school_id, self.batch.id, digest=digest, door=self.door)
        self.session.flush()
        self.session.expire_all()

    def toets(self, *namen: str) -> None:
        """They make a test."""
        for naam in namen:
            self.van[self.school.result_of(self.wie(naam))] = naam

    def verstuur(self, error: UwlrRefused | UwlrUnsure | None = None) -> None:
        """All that may go, goes; the LAS writes it down in the dossier that has the number."""
        dossiers = {nummer: name for name, nummer in self.nummers.items()}
        for sleutel, nummer in self.school.send(error).items():
            id_ = self.session.scalars(select(Resultaat.id).where(Resultaat.sleutel == sleutel)).one()
            if not isinstance(error, UwlrRefused):
                assert self.heeft.get(sleutel, (dossiers[nummer],))[0] == dossiers[nummer], "one key, one dossier"
                self.heeft[sleutel] = dossiers[nummer], id_
        self.school.wereld.koppeling.zenden_claim_tot = None  # the worker is done


Stap = Callable[[Toneel], object]


@dataclass(frozen=True)
class Daad:
    """An act, what it is done to, and the truth that it leads to."""

    ours: tuple[tuple[tuple[str, str, str], str | None, str | None], ...]
    """Name, number and ECK iD of each of our records."""
    voor: Stap
    """How the links came about under which the results went."""
    doe: Stap
    waar: dict[str, str | None]
    """In which dossier belong the results that were made under each name of ours."""


def judge(t: Toneel, daad: Daad, *, all_went: bool = False) -> None:
    """What the LAS has beside the truth, and beside what we say of it."""
    t.session.flush()
    t.session.expire_all()
    resultaten = {each.id: each for each in t.session.scalars(select(Resultaat))}
    assert set(resultaten) == {id_ for id_, naam in t.van.items() if naam != t.gewist}, "none is lost"
    listed = {row.bezorging.sleutel: row.nummer for row in elders.te_verwijderen(t.session, t.school_id)}
    assert len(listed) == len(elders.te_verwijderen(t.session, t.school_id)), "each is listed once"
    assert t.bewijs == {key for key, (_, id_) in t.heeft.items() if id_ not in resultaten}, "the proof lists the rest"
    at_right = dict[ResultaatId, int]()
    for sleutel, (dossier, id_) in t.heeft.items():
        if id_ not in resultaten:
            continue
        if dossier == daad.waar[t.van[id_]] and sleutel not in listed:
            at_right[id_] = at_right.get(id_, 0) + 1
        else:
            assert listed.pop(sleutel, None) == t.nummers[dossier], f"{sleutel} stands at {dossier}"
    assert not listed, "nothing is listed that the LAS has not, or has where it belongs"
    assert max(at_right.values(), default=1) == 1, "no result stands at its child twice"
    asked = {regel.las_key for regel in t.batch.regels if regel.is_work} if t.batch is not None else set()
    for id_, each in resultaten.items():
        waar = daad.waar[t.van[id_]]
        nummer, linked = (t.nummers[waar] if waar is not None else None), each.leerling.las_key
        assert linked in (None, nummer), f"{each.leerling.roepnaam} is linked with {linked}"
        if all_went and linked is not None and waar in t.las and linked not in asked:
            assert at_right.get(id_) == 1, "it stands at its child, and nowhere else"
            assert t.school.status(id_) is LeveringStatus.BEVESTIGD
