"""The agreement to ask only when something is at stake: a doubt that can harm no result adds somebody new.

Whoever may be meant is linked with nobody, has no score of any year, no afname that is under way, and stands in no
other question. They stay exactly as they are, and it is remembered that they may be the same child (`dubbel.py`): as
soon as either gets a score it is asked, and until then no result of the two goes. So the worst is a double.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from webapp import matching
from webapp.matching.folding import words
from webapp.matching.vetoes import Veto
from webapp.models import (
    Leerling,
    Lidmaatschap,
    Resultaat,
    Teruggenomen,
    Wat,
    Zekerheid,
)
from webapp.models.ids import SchoolId
from webapp.models.regel import AnyRegel
from webapp.services import aanwezig, geschiedenis
from webapp.services.inname import dubbel, vanzelf
from webapp.services.inname.aanlevering import Aanlevering
from webapp.services.inname.soorten import Inkomend, identity
from webapp.services.inname.soorten.leerling import LEERLING
from webapp.services.inname.soorten.soort import proven
from webapp.services.inname.voorstellen import Gelezen

_DOUBTS = frozenset({
    Veto.DATUM_ONBEKEND, Veto.DATUM_VERDACHT, Veto.DATUM_OMGEWISSELD, Veto.DATUM_BIJNA, Veto.DATUM_ANDERS,
    Veto.VOORLETTER, Veto.ROEPNAAM_ONBEKEND, Veto.ROEPNAAM_LIJKT, Veto.ACHTERNAAM_ANDERS, Veto.ACHTERNAAM_ONBEKEND,
    Veto.VOORNAMEN_STRIJDIG, Veto.GESLACHT, Veto.JAARGROEP, Veto.MEER_BESTAANDE,
})  # fmt: skip
"""Why a link was not made, where names and dates say it alone: nothing about a number, twins, or what a person said."""
_MOST_NAMED = 5
"""Matching names no more candidates than this: there may be others."""


def choose(session: Session, aanlevering: Aanlevering, per_kind: Sequence[Gelezen]) -> None:
    """Take the lines that need no question out of what is asked; of more than may come at once all are asked."""
    if not aanlevering.afspraken.alleen_op_het_spel or not vanzelf.is_ordinary(aanlevering):
        return
    [gelezen] = [each for each in per_kind if each.bestand.kind.has_results]
    is_clear = vanzelf.Toets(aanlevering, gelezen).is_clear
    lines = [regel for regel in aanlevering.open if regel.soort is LEERLING.soort]
    _leave_doubles(aanlevering, gelezen, [regel for regel in lines if is_clear(regel)])
    found = without_stake(session, aanlevering.school_id, lines, gelezen)
    found = {regel: anderen for regel, anderen in found.items() if is_clear(regel)}
    if len(found) <= min(vanzelf.MEESTE, vanzelf.DEEL * len(gelezen.everything)):
        aanlevering.zonder_vraag = found
        aanlevering.open = [regel for regel in aanlevering.open if regel not in found]
        aanlevering.tellingen[LEERLING.soort]["twijfel"] -= len(found)


def _leave_doubles(aanlevering: Aanlevering, gelezen: Gelezen, lines: Sequence[AnyRegel]) -> None:
    """Leave out who stands in the LAS twice, the second time without an ECK iD: that is mended there, not asked.

    The first is one of ours, and tonight linked as before; all that is known of the second is the same. Nothing of it
    is written, so when the office takes the first away the second is them, by name and birth date.
    """
    said = {identity(regel.las_key, regel.eckid) for regel in gelezen.bestand.wachtend}
    may = {regel for regel in lines if is_untouched(regel) and regel.eckid is None and regel.geboortedatum is not None}
    may = {regel for regel in may if identity(regel.las_key, regel.eckid) not in said}
    applied, here = set(aanlevering.applied), dict[tuple[object, ...], list[int]]()
    for each in gelezen.everything if may else ():
        if each.regel.toegepast_id is not None and each.regel not in applied:
            here.setdefault(_says(each), []).append(each.regel.toegepast_id)
    same = {each.regel: here.get(_says(each), []) for each in gelezen.everything if each.regel in may}
    found = {regel: ids[0] for regel, ids in same.items() if len(ids) == 1 and ids == _named(regel)}
    if len(found) <= min(vanzelf.MEESTE, vanzelf.DEEL * len(gelezen.everything)):
        aanlevering.dubbel = sorted(set(found.values()))
        aanlevering.open = [regel for regel in aanlevering.open if regel not in found]
        aanlevering.tellingen[LEERLING.soort]["twijfel"] -= len(found)


def _says(each: Inkomend) -> tuple[object, ...]:
    """All that a LAS says of who somebody is, but the identifiers."""
    one = proven(each.waarde, matching.Persoon)
    names = (words(name) for name in (one.voorvoegsel, one.achternaam, one.roepnaam, one.voornamen, one.voorletters))
    return (*names, one.geboortedatum, one.geslacht)


def add(session: Session, aanlevering: Aanlevering) -> None:
    """Add them, and remember of each who of ours they may be."""
    found = aanlevering.zonder_vraag
    vanzelf.add(session, aanlevering, list(found), Wat.OP_HET_SPEL)
    leerlingen = LEERLING.find(session, aanlevering.school_id, [regel.doel_id or 0 for regel in found])
    for regel, anderen in found.items():
        handeling_id = geschiedenis.handeling(session, aanlevering.school_id)
        dubbel.remember(session, leerlingen[regel.doel_id or 0], anderen, handeling_id)
    session.flush()


def without_stake(
    session: Session, school_id: SchoolId, lines: Sequence[AnyRegel], gelezen: Gelezen
) -> dict[AnyRegel, list[Leerling]]:
    """Return which of these open lines need no question, each with those of ours who may be meant.

    Under the lock of the school: nobody gets a score now. Who was asked about stays asked about.
    """
    found = {regel: _named(regel) for regel in lines if is_doubt(regel)}
    if not found:
        return {}
    waiting = gelezen.bestand.wachtend
    said = {identity(regel.las_key, regel.eckid) for regel in waiting}
    elsewhere = _asked_elsewhere([*lines, *waiting])
    ours: dict[int, Leerling] = {leerling.id: leerling for leerling in LEERLING.all_of(session, school_id)}
    came = [each.regel for each in gelezen.everything]
    stays = {
        regel: [ours[id_] for id_ in ids]
        for regel, ids in found.items()
        if identity(regel.las_key, regel.eckid) not in said
        and all(id_ in ours and elsewhere[id_] == {identity(regel.las_key, regel.eckid)} for id_ in ids)
        and not has_twin(regel, [*came, *(each for id_, each in ours.items() if id_ not in ids)])
    }
    risky = at_stake(session, school_id, {each.id for anderen in stays.values() for each in anderen})
    return {
        regel: anderen
        for regel, anderen in stays.items()
        if not any(each.id in risky or is_linked(each) for each in anderen)
    }


def is_doubt(regel: AnyRegel) -> bool:
    """Whether a line is a doubt about names and dates only, which nobody touched."""
    is_named = 0 < len(regel.kandidaten) < _MOST_NAMED
    return is_untouched(regel) and is_named and regel.matchregel in _DOUBTS


def is_untouched(regel: AnyRegel) -> bool:
    """Whether a line is a doubt about one record of the LAS, of which nobody said anything."""
    untouched = regel.keuze is None and regel.gekozen_door is None and regel.later_op is None and regel.ruil is None
    return untouched and regel.voorstel is Zekerheid.TWIJFEL and regel.toegepast_id is None


def is_linked(leerling: Leerling) -> bool:
    """Whether one of ours has a number of the LAS, or had one: then it may be wanted back."""
    return bool(leerling.las_key or leerling.eckid or leerling.bekende_namen)


def has_twin(regel: AnyRegel, others: Iterable[AnyRegel | Leerling]) -> bool:
    """Whether somebody else has the surname and the birth date, or the surname where one of the dates is not known."""
    mine = _surname(regel)
    return any(
        other is not regel
        and _surname(other) == mine
        and (other.geboortedatum == regel.geboortedatum or None in (other.geboortedatum, regel.geboortedatum))
        for other in others
    )


def at_stake(session: Session, school_id: SchoolId, ids: Collection[int]) -> set[int]:
    """Return which of these have a score, stand in a groep where an afname is under way, or were taken back."""
    mate = aliased(Leerling)
    scored = exists().where(Resultaat.school_id == school_id, Resultaat.leerling_id == Leerling.id)
    merged = exists().where(mate.school_id == school_id, mate.samengevoegd_met_id == Leerling.id)
    under_way = exists().where(
        Resultaat.school_id == school_id,
        Resultaat.genormeerd_op.is_(None),
        Resultaat.leerling_id == mate.id,
        mate.groep_id == Leerling.groep_id,
        Leerling.status == Lidmaatschap.ACTIEF,
    )
    taken_back = exists().where(
        Teruggenomen.school_id == school_id, Teruggenomen.soort == LEERLING.soort, Teruggenomen.record_id == Leerling.id
    )
    reported = Leerling.klopt_niet_sinds.is_not(None)
    query = select(Leerling.id).where(Leerling.school_id == school_id, Leerling.id.in_(ids))
    return set(session.scalars(query.where(or_(scored, merged, under_way, taken_back, reported))))


def _named(regel: AnyRegel) -> list[int]:
    return [each["id"] for each in regel.kandidaten]


def _surname(one: AnyRegel | Leerling) -> tuple[str, ...]:
    return tuple(words(" ".join(filter(None, (one.voorvoegsel, one.achternaam)))))


def _asked_elsewhere(lines: Iterable[AnyRegel]) -> Mapping[int, set[str]]:
    """Which records of the LAS each of ours may turn out to be, by these lines."""
    found = dict[int, set[str]]()
    for regel in lines:
        for id_ in aanwezig.meant([regel]):
            found.setdefault(id_, set()).add(identity(regel.las_key, regel.eckid))
    return found
