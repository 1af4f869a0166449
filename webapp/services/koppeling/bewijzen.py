"""What approval rests on: seven proofs, each with its outcome and time, of one koppeling or of all that wait."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from webapp.db import is_among
from webapp.models import Account, Groep, Koppeling, Leerling, Medewerker, Rol, School
from webapp.models.ids import KoppelingId, SchoolId
from webapp.services.clock import database_now
from webapp.services.koppeling import register
from webapp.services.koppeling.register import Inschrijving
from webapp.uwlr.diagnose import Bevinding

PROEF_GELDT = timedelta(days=14)
"""So long a sleutel that worked is taken to work; then it is tried again before anybody approves on it."""


class Bewijs(StrEnum):
    """What has to be so, in the order in which it is shown."""

    SLEUTEL = "sleutel"
    GEGEVENS = "gegevens"
    """BRIN, vestiging and schooljaar are those of the answer of the LAS; in the register it is an open school."""
    AANVRAGER = "aanvrager"
    EXTERNE_NUMMERS = "externe nummers"
    EIGEN_GEGEVENS = "eigen gegevens"
    ENIGE_SLEUTEL = "enige sleutel"
    OVEREENKOMST = "overeenkomst"


@dataclass(frozen=True)
class Bewijsstuk:
    """The outcome of one of them; `op` is of when it is known, `gegevens` what its sentence needs."""

    bewijs: Bewijs
    is_groen: bool
    op: datetime | date | None = None
    gegevens: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Dossier:
    """All seven of one koppeling."""

    stukken: tuple[Bewijsstuk, ...]

    @property
    def niet_groen(self) -> tuple[Bewijsstuk, ...]:
        return tuple(stuk for stuk in self.stukken if not stuk.is_groen)

    @property
    def is_groen(self) -> bool:
        """Whether nothing speaks against approval."""
        return not self.niet_groen

    @property
    def groen(self) -> int:
        """How many of them are so."""
        return len(self.stukken) - len(self.niet_groen)


def of(session: Session, koppelingen: Collection[Koppeling]) -> dict[KoppelingId, Dossier]:
    """Judge these koppelingen as they are now, in as many statements as one takes. Those without a school are left out.

    For klantenservice, and what works for all schools: another koppeling with the same key is one of another school.
    """
    asked = [each for each in koppelingen if each.school_id is not None]
    if not asked:
        return {}
    known = _Bekend(session, asked)
    return {each.id: Dossier(tuple(judge(known, each) for judge in _JUDGES)) for each in asked}


def of_koppeling(session: Session, koppeling: Koppeling) -> Dossier | None:
    """The same of one; None of one without a school."""
    return of(session, [koppeling]).get(koppeling.id)


class _Bekend:
    """All that the proofs of these koppelingen need, read at once."""

    def __init__(self, session: Session, koppelingen: Collection[Koppeling]) -> None:
        ids = [each.school_id for each in koppelingen if each.school_id is not None]
        self.now = database_now(session)
        self.scholen = {each.id: each for each in session.scalars(select(School).where(is_among(School.id, ids)))}
        self.register = register.look_up(session, koppelingen)
        self.beheerders = _beheerders(session, ids)
        self.nummers = _externe_nummers(session, ids)
        self.leerlingen = _leerlingen(session, ids)
        self.merken = _merken(session, [each.sleutel_merk for each in koppelingen if each.sleutel_merk])
        self.soorten_merk = _soorten_merk(session)

    def inschrijving(self, koppeling: Koppeling) -> Inschrijving | None:
        return self.register.get((koppeling.brin, koppeling.vestiging))


def _sleutel(known: _Bekend, koppeling: Koppeling) -> Bewijsstuk:
    op, worked = koppeling.proef_op, bool(koppeling.proef_gelukt)
    is_old = worked and op is not None and known.now - op >= PROEF_GELDT
    values = {"code": koppeling.proef_code, "antwoord": koppeling.proef_gegevens or {}, "te_lang": is_old}
    return Bewijsstuk(Bewijs.SLEUTEL, worked and not is_old, op, values)


def _gegevens(known: _Bekend, koppeling: Koppeling) -> Bewijsstuk:
    """An answer with another BRIN or vestiging is refused before it is read; the school year stands in what it said."""
    said = koppeling.proef_gegevens if koppeling.proef_code is Bevinding.GEGEVENS else None
    schooljaar = said.get("schooljaar") if said else None
    found = known.inschrijving(koppeling)
    is_odd = found is not None and (found.naam is None or found.gesloten_op is not None)
    is_same = schooljaar is not None and schooljaar == koppeling.schooljaar
    values = {"schooljaar": schooljaar, "gevraagd": koppeling.schooljaar, "register": is_odd}
    return Bewijsstuk(Bewijs.GEGEVENS, is_same and not is_odd, koppeling.proef_op, values)


def _aanvrager(known: _Bekend, koppeling: Koppeling) -> Bewijsstuk:
    since = known.beheerders.get((koppeling.school_id, koppeling.contact_email.lower()))
    return Bewijsstuk(Bewijs.AANVRAGER, since is not None, since)


def _nummers(known: _Bekend, koppeling: Koppeling) -> Bewijsstuk:
    number = known.nummers[koppeling.school_id]
    return Bewijsstuk(Bewijs.EXTERNE_NUMMERS, number == 0, known.now, {"aantal": number})


def _eigen(known: _Bekend, koppeling: Koppeling) -> Bewijsstuk:
    assert koppeling.school_id is not None
    number = known.leerlingen.get(koppeling.school_id, 0)
    op = known.scholen[koppeling.school_id].ingelezen_op
    return Bewijsstuk(Bewijs.EIGEN_GEGEVENS, number > 0, op, {"aantal": number})


def _enige(known: _Bekend, koppeling: Koppeling) -> Bewijsstuk:
    """A key that was marked under another key of ours, or not at all, may be the same one: then nobody knows yet."""
    merk = koppeling.sleutel_merk
    others = known.merken.get(merk, 1) - 1 if merk else 0
    is_known = merk is not None and known.soorten_merk <= {merk.partition(":")[0]}
    values = {"anderen": others, "bekend": is_known}
    return Bewijsstuk(Bewijs.ENIGE_SLEUTEL, is_known and others == 0, known.now, values)


def _overeenkomst(known: _Bekend, koppeling: Koppeling) -> Bewijsstuk:
    assert koppeling.school_id is not None
    op = known.scholen[koppeling.school_id].overeenkomst_op
    return Bewijsstuk(Bewijs.OVEREENKOMST, op is not None, op)


_JUDGES: tuple[Callable[[_Bekend, Koppeling], Bewijsstuk], ...] = (
    _sleutel, _gegevens, _aanvrager, _nummers, _eigen, _enige, _overeenkomst,
)  # fmt: skip


def _beheerders(session: Session, ids: Collection[SchoolId]) -> dict[tuple[SchoolId | None, str], datetime]:
    query = (
        select(Medewerker.school_id, func.lower(Account.email), Medewerker.sinds)
        .join(Account, Account.id == Medewerker.account_id)
        .where(is_among(Medewerker.school_id, ids), Medewerker.rol == Rol.BEHEERDER, Account.active)
    )
    return {(school_id, email): since for school_id, email, since in session.execute(query)}


def _externe_nummers(session: Session, ids: Collection[SchoolId]) -> defaultdict[SchoolId | None, int]:
    of_table = (
        select(table.school_id, func.count().label("aantal"))
        .where(is_among(table.school_id, ids), table.las_key.is_not(None))
        .group_by(table.school_id)
        for table in (Leerling, Groep)
    )
    found = defaultdict[SchoolId | None, int](int)
    for school_id, number in session.execute(union_all(*of_table)):
        found[school_id] += number
    return found


def _leerlingen(session: Session, ids: Collection[SchoolId]) -> dict[SchoolId, int]:
    query = select(Leerling.school_id, func.count()).where(is_among(Leerling.school_id, ids))
    return dict(session.execute(query.group_by(Leerling.school_id)).all())


def _merken(session: Session, merken: Collection[str]) -> dict[str | None, int]:
    query = select(Koppeling.sleutel_merk, func.count()).where(is_among(Koppeling.sleutel_merk, merken))
    return dict(session.execute(query.group_by(Koppeling.sleutel_merk)).all())


def _soorten_merk(session: Session) -> set[str | None]:
    """Under which of our keys the keys of all schools are marked; None for one without a mark."""
    query = select(func.split_part(Koppeling.sleutel_merk, ":", 1)).where(Koppeling.sleutel.is_not(None))
    return set(session.scalars(query.distinct()))
