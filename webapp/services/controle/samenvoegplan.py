"""Merging two records of one leerling: which stays, what goes along, and what that means for what the LAS has.

The one that is linked with somebody whom the LAS has now stays, and links never move: the other is parked and empty but
for doubles. Of one toets and date two results may be there: the one of the record that stays counts, the other is kept
where it is, and never goes to the LAS. Here it is worked out; `samenvoegen.py` does it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, joinedload

from webapp import matching
from webapp.errors import DomainError
from webapp.matching.vetoes import Veto
from webapp.models import (
    Bezorging,
    Leerling,
    Lidmaatschap,
    Resultaat,
)
from webapp.models.ids import LeerlingId, SchoolId
from webapp.services import geschiedenis
from webapp.services.controle import gegeven
from webapp.services.controle.errors import UndoChanged
from webapp.services.controle.gegeven import Toestand
from webapp.services.controle.terugkeer import InLas
from webapp.services.inname import dubbel, opzoeken
from webapp.services.inname.soorten.leerling import LEERLING
from webapp.services.inname.soorten.soort import proven

_FIELDS = ("achternaam", "roepnaam", "geboortedatum", "geslacht", "jaargroep", "groep_id")
"""What the record that stays takes over where it has nothing itself."""
_ASKED = frozenset({Toestand.ANTWOORD, Toestand.VASTGEHOUDEN})


class Bezwaar(StrEnum):
    """Why two records cannot be merged, whatever a person says."""

    ECKID = "eckid"
    """Each has a national number, and these differ: that is two children."""
    OPEN = "open"
    """The review has an answer or a hold about one of them, or a question whose answer was begun."""


@dataclass(eq=False)
class NotMergeable(DomainError):
    """These two are not merged as things stand."""

    bezwaar: Bezwaar


class NotSure(DomainError):
    """Something speaks against it being one child, and nobody said that they are sure."""


class MergeChanged(UndoChanged):
    """Merging would do something else by now than the page showed."""


@dataclass(frozen=True)
class Samenvoeging:
    """What the button does; `digest` proves that nothing changed since the page was made."""

    blijft: Leerling
    gaat_op: Leerling
    resultaten: Sequence[Resultaat]
    """Those that move."""
    aantal: int
    """How many the one that stays has already."""
    dubbel: Sequence[tuple[Resultaat, Resultaat]]
    """Of one toets and date: which counts, and which is kept beside it."""
    velden: dict[str, Any]
    anders: tuple[str, ...]
    """Fields in which they differ; those of the record that stays hold."""
    twijfel: tuple[Veto, ...]
    """What speaks against it being one child."""
    bezwaar: Bezwaar | None
    beide_gekoppeld: bool
    """Both are linked with somebody whom the LAS has: one link has to be given up."""
    los: LeerlingId | None
    """Whose link a person gave up."""
    in_las: Sequence[InLas]
    digest: str

    @property
    def mag(self) -> bool:
        """Whether there is a button."""
        return self.bezwaar is None and not (self.beide_gekoppeld and self.los is None)

    @property
    def laat_los(self) -> str | None:
        """The number that is not linked any more."""
        return self.gaat_op.las_key or self.gaat_op.eckid


def preview(
    session: Session, school_id: SchoolId, leerling_id: LeerlingId, met_id: LeerlingId, *, los: LeerlingId | None
) -> Samenvoeging:
    """Work out what merging these two does, with the link of `los` given up where both have one."""
    pair = (opzoeken.get(session, school_id, LEERLING.soort, id_, groepen=None) for id_ in (leerling_id, met_id))
    one, other = (proven(doel, Leerling) for _, doel in pair)
    both = _is_in_las(one) and _is_in_las(other)
    los = los if both and los in (leerling_id, met_id) else None
    blijft, gaat_op = (one, other) if _rank(one, los) >= _rank(other, los) else (other, one)
    ours, theirs = (_results(session, each) for each in (blijft, gaat_op))
    there = {(each.toets_id, each.afnamedatum): each for each in ours}
    dubbel = [(there[key], each) for each in theirs if (key := (each.toets_id, each.afnamedatum)) in there]
    asides = {opzij.id for _, opzij in dubbel}
    moved = [each for each in theirs if each.id not in asides]
    velden = _filled(blijft, gaat_op)
    in_las = _in_las(session, blijft, gaat_op, asides)
    bezwaar = _objection(session, blijft, gaat_op)
    names = ("achternaam", "voorvoegsel", "roepnaam", "geboortedatum", "geslacht", "jaargroep", "groep_id")
    anders = tuple(
        n for n in names if (v := getattr(gaat_op, n)) not in (None, "") and v != getattr(blijft, n) and n not in velden
    )
    twijfel = _doubts(session, blijft, gaat_op)
    digest = _digest(
        [blijft.id, gaat_op.id, los, both, bezwaar, *_whole(blijft), *_whole(gaat_op)],
        [each.id for each in moved], [(one.id, two.id) for one, two in dubbel],
        [each.aantal for each in in_las], twijfel,
    )  # fmt: skip
    return Samenvoeging(
        blijft, gaat_op, moved, len(ours), dubbel, velden, anders, twijfel, bezwaar, both,
        los, in_las, digest,
    )  # fmt: skip


def _is_in_las(leerling: Leerling) -> bool:
    """Whether it is linked with somebody whom the LAS has now."""
    is_here = leerling.status is Lidmaatschap.ACTIEF and leerling.afwezig_sinds is None
    return is_here and bool(leerling.las_key or leerling.eckid)


def _rank(leerling: Leerling, los: LeerlingId | None) -> tuple[bool, bool, bool]:
    is_linked = bool(leerling.las_key or leerling.eckid)
    in_las = _is_in_las(leerling) and leerling.id != los
    return in_las, leerling.status is Lidmaatschap.ACTIEF and leerling.id != los, is_linked


def _results(session: Session, leerling: Leerling) -> Sequence[Resultaat]:
    mine = select(Resultaat).where(Resultaat.school_id == leerling.school_id, Resultaat.leerling_id == leerling.id)
    query = mine.options(joinedload(Resultaat.toets))
    return session.scalars(query.order_by(Resultaat.afnamedatum, Resultaat.id)).all()


def _filled(blijft: Leerling, gaat_op: Leerling) -> dict[str, Any]:
    """What only the other knows; a groep for who is here only."""
    names = [n for n in _FIELDS if n != "groep_id" or blijft.status is Lidmaatschap.ACTIEF]
    empty = [n for n in names if getattr(blijft, n) in (None, "", "0")]
    found = {n: getattr(gaat_op, n) for n in empty if getattr(gaat_op, n) not in (None, "", "0")}
    if "achternaam" in found:
        found["voorvoegsel"] = gaat_op.voorvoegsel
    return found


def _objection(session: Session, blijft: Leerling, gaat_op: Leerling) -> Bezwaar | None:
    if blijft.eckid is not None and gaat_op.eckid is not None and blijft.eckid != gaat_op.eckid:
        return Bezwaar.ECKID
    return Bezwaar.OPEN if is_said(session, blijft) or is_said(session, gaat_op) else None


def is_said(session: Session, leerling: Leerling) -> bool:
    """Whether the review says more of somebody than that they may be meant: it has an answer, a hold, a link to ask."""
    stand = gegeven.stand_of(session, LEERLING, leerling)
    if stand.regel is None:
        return stand.toestand in _ASKED
    is_its_own = leerling.id in (stand.regel.doel_id, stand.regel.toegepast_id)
    is_its_own = is_its_own and not (stand.regel.is_vraag and dubbel.is_asked(stand.regel))  # merging answers that
    return stand.toestand in _ASKED or is_its_own or stand.regel.ruil is not None


_DATUM_SCHEELT = frozenset({Veto.DATUM_BIJNA, Veto.DATUM_OMGEWISSELD})


def _doubts(session: Session, blijft: Leerling, gaat_op: Leerling) -> tuple[Veto, ...]:
    """What matching would say against it, and what it would not because it stops at the first."""
    one, other = LEERLING.waarde(gaat_op), LEERLING.waarde(blijft)
    asked = replace(one, id="aanlevering", las_key=None, jaargroep=None, groep=None)
    [proposal] = matching.match_leerlingen([asked], [replace(other, las_key=None, jaargroep=None, groep=None)])
    found = [proposal.rule] if proposal.rule in set(Veto) else []
    if proposal.existing_id is None and not found:
        found = [Veto.NAAM_PAST_NIET if one.geboortedatum == other.geboortedatum else Veto.DATUM_ANDERS]
    dates, sexes = {blijft.geboortedatum, gaat_op.geboortedatum}, {blijft.geslacht, gaat_op.geslacht}
    is_other_day = None not in dates and len(dates) > 1 and not _DATUM_SCHEELT & set(found)
    found += [Veto.DATUM_ANDERS] if is_other_day else []
    found += [Veto.GESLACHT] if sexes == {"1", "2"} else []
    found += [Veto.TWEELING] if _has_twin(session, blijft, gaat_op) else []
    return tuple(Veto(each) for each in dict.fromkeys(found))


def _has_twin(session: Session, blijft: Leerling, gaat_op: Leerling) -> bool:
    if blijft.achternaam is None or blijft.geboortedatum is None:
        return False
    found = exists().where(
        Leerling.school_id == blijft.school_id,
        Leerling.id.not_in([blijft.id, gaat_op.id]),
        Leerling.samengevoegd_met_id.is_(None),
        func.lower(Leerling.achternaam) == blijft.achternaam.lower(),
        Leerling.geboortedatum == blijft.geboortedatum,
    )
    return bool(session.scalar(select(found)))


def _in_las(session: Session, blijft: Leerling, gaat_op: Leerling, asides: set[Any]) -> Sequence[InLas]:
    """What the LAS has of the other that will stand wrong there, by number."""
    query = (
        select(Bezorging)
        .join(Resultaat, Resultaat.sleutel == Bezorging.sleutel)
        .where(Bezorging.school_id == blijft.school_id, Resultaat.leerling_id == gaat_op.id)
        .where(Bezorging.elders_op.is_(None))
        .order_by(Bezorging.sleutel)
    )
    found = dict[str, list[tuple[str, date]]]()
    for each in session.scalars(query):
        is_others = each.las_key is not None and each.las_key == blijft.las_key
        is_there = each.aanwezig is True or (_is_in_las(gaat_op) and each.las_key == gaat_op.las_key)
        is_another = each.aanwezig is False and None not in (each.eckid, blijft.eckid) and each.eckid != blijft.eckid
        wrong = not is_others and blijft.las_key is not None and (is_there or is_another)
        if each.resultaat_id in asides or wrong:
            nummer = each.las_key or each.leerlingid
            found.setdefault(nummer, []).append((each.resultaat.toets.naam, each.resultaat.afnamedatum))
    return [InLas(gaat_op.naam, nummer, len(each), sorted(each)) for nummer, each in sorted(found.items())]


def _whole(leerling: Leerling) -> list[object]:
    return [getattr(leerling, name) for name in geschiedenis.VELDEN[Leerling]]


def _digest(*parts: object) -> str:
    return sha256(json.dumps(parts, default=str).encode()).hexdigest()
