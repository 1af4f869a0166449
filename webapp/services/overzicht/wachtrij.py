"""What waits for klantenservice, longest waiting first; `woorden/wachtrij.py` says it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from webapp.db import is_among
from webapp.models import Koppeling, KoppelingStatus, LasType, Levering, Mail, MailStatus, Resultaat, School, Toets
from webapp.models.fout import Fout, Foutcode
from webapp.models.koppeling import ENDED, KoppelingAct
from webapp.models.levering import is_refused
from webapp.services.clock import database_now
from webapp.services.koppeling import register, twijfel
from webapp.services.koppeling.register import Inschrijving
from webapp.services.overzicht import open_einden, sinds, zonder_koppeling
from webapp.services.overzicht.alarmen import Melding
from webapp.services.overzicht.einde import DOOR_SCHOOL, Aan, Einde, OpenEinde
from webapp.services.overzicht.wachtend import Wachtend, Wachtreden
from webapp.uwlr.certificates import ClientCertificaat

_OF_ONE_SCHOOL = {
    Einde.AANGEVRAAGD: Wachtreden.AANVRAAG,
    Einde.INGEDIEND: Wachtreden.INGEDIEND,
    Einde.OPENGEZET: Wachtreden.STIL,
    Einde.AFGEWEZEN: Wachtreden.STIL,
    Einde.OPHALEN_MISLUKT: Wachtreden.OPHALEN,
    Einde.VERSTUREN_MISLUKT: Wachtreden.VERSTUREN,
    Einde.GEWEIGERD: Wachtreden.RESULTATEN,
    Einde.ELDERS_AFGELEVERD: Wachtreden.ELDERS,
    Einde.KLOPT_NIET: Wachtreden.KLOPT_NIET,
    Einde.ANDERE_LOCATIE: Wachtreden.ANDERE_LOCATIE,
    Einde.VASTGEHOUDEN: Wachtreden.VASTGEHOUDEN,
    Einde.CONTROLEREN: Wachtreden.ONBEANTWOORD,
    Einde.EINDE_GEVRAAGD: Wachtreden.EINDE,
    Einde.GEPAUZEERD: Wachtreden.PAUZE,
}
_FOLLOWED = frozenset({
    Einde.ELDERS_AFGELEVERD, Einde.KLOPT_NIET, Einde.VASTGEHOUDEN, Einde.CONTROLEREN, Einde.OPENGEZET, Einde.AFGEWEZEN,
    Einde.GEPAUZEERD,
})  # fmt: skip
"""What the school does, and klantenservice follows."""
_SILENT = frozenset({Einde.OPENGEZET, Einde.AFGEWEZEN})
_BY_ITSELF = frozenset({Einde.OPHALEN_HAPERT, Einde.VERSTUREN_HAPERT})
_SENDING = frozenset({Einde.VERSTUREN_MISLUKT, Einde.VERSTUREN_HAPERT})
_SAYS_WHAT = frozenset({Wachtreden.VASTGEHOUDEN, Wachtreden.KLOPT_NIET, Wachtreden.ONBEANTWOORD})
_PER_LAS = frozenset({Wachtreden.LEVERANCIER, Wachtreden.STORING})


_MAY_BE_SHARED = frozenset({Wachtreden.OPHALEN, Wachtreden.VERSTUREN, Wachtreden.RESULTATEN})
_ABOUT_RESULTS = _SENDING | {Einde.GEWEIGERD}


class _Cause(NamedTuple):
    """One fault at one LAS: by this several schools are one line."""

    las_type: LasType
    code: Foutcode | None
    klasse: str


class _Open(NamedTuple):
    """One open end of one school."""

    koppeling: Koppeling
    einde: OpenEinde
    sinds: datetime


STIL_NA = timedelta(days=20)
"""So long after it was opened up or rejected klantenservice looks at a school that does nothing: reminded twice."""
FOUT_NA = timedelta(days=2)
"""So long a school is left to mend a fault of its own; it got a mail."""
GEWEIGERD_NA = timedelta(days=14)
"""So long a school is left to mend results that the LAS refused: its pages say so, and nothing else waits for them."""
_BIJ_SCHOOL = {
    Einde.SLEUTEL_GEWEIGERD: FOUT_NA,
    Einde.OPHALEN_MISLUKT: FOUT_NA,
    Einde.VERSTUREN_MISLUKT: FOUT_NA,
    Einde.GEWEIGERD: GEWEIGERD_NA,
}
SAMEN_VANAF = 5
"""From so many schools on a fault that is ours to solve is one case: it has one cause."""


def waiting(
    session: Session, certificaat: ClientCertificaat | None = None, meldingen: Iterable[Melding] = ()
) -> list[Wachtend]:
    """Return everything that klantenservice is to act on."""
    now = database_now(session)
    found = [*_of_schools(session, now), *zonder_koppeling.waiting(session, certificaat, now)]
    found += [Wachtend(Wachtreden.ALARM, melding.sinds, alarm=melding) for melding in meldingen]
    return sorted(found, key=lambda row: row.sinds)


def _of_schools(session: Session, now: datetime) -> Iterator[Wachtend]:
    """What is open at schools and not theirs to solve: a line per school, or one per LAS and code."""
    contact, lines = _last_contact(session), defaultdict[tuple[Wachtreden, Hashable], list[_Open]](list)
    coupled, opened = _coupled(session), list(_open(session, now))
    asked = [each.koppeling for each in opened if each.einde.einde is Einde.AANGEVRAAGD]
    registered = register.look_up(session, asked)
    found = [(reden, each) for each in opened if (reden := _reden(each.einde, each.sinds, now)) is not None]
    shared = _shared_causes(found)
    for reden, each in found:
        cause = _cause(each)
        if reden in _PER_LAS or (reden, cause) in shared:
            lines[reden, cause].append(each)
        elif reden is Wachtreden.AANVRAAG:
            lines[reden, each.koppeling.brin].append(each)
        else:
            lines[reden, each.koppeling.id].append(each)
    for (reden, of), rows in lines.items():
        if reden is Wachtreden.AANVRAAG:
            yield _per_brin(rows, contact, coupled, registered)
        elif isinstance(of, _Cause):
            yield _per_las(session, reden, rows)
        else:
            yield _per_school(reden, rows, contact)


def _cause(each: _Open) -> _Cause:
    fout = each.einde.fout
    return _Cause(each.koppeling.las_type, fout.code if fout else None, fout.gegevens.get("klasse", "") if fout else "")


def _shared_causes(found: list[tuple[Wachtreden, _Open]]) -> set[tuple[Wachtreden, _Cause]]:
    """Which faults that are ours to solve hit so many schools that they are one case."""
    schools = defaultdict[tuple[Wachtreden, _Cause], set[int]](set)
    for reden, each in found:
        if reden in _MAY_BE_SHARED and each.einde.fout is not None:
            schools[reden, _cause(each)].add(each.koppeling.id)
    return {key for key, ids in schools.items() if len(ids) >= SAMEN_VANAF}


def _per_brin(
    rows: list[_Open],
    contact: dict[int, datetime],
    coupled: dict[tuple[str, str], str],
    registered: dict[tuple[str, str], Inschrijving],
) -> Wachtend:
    """One line for all who ask for one BRIN: who of them is the school is one question."""
    koppelingen = tuple(each.koppeling for each in rows)
    return Wachtend(
        Wachtreden.AANVRAAG,
        min(each.sinds for each in rows),
        koppeling=koppelingen[0],
        contact=max((contact[each.id] for each in koppelingen if each.id in contact), default=None),
        koppelingen=koppelingen if len(koppelingen) > 1 else (),
        wat=next((coupled[key] for each in koppelingen if (key := (each.brin, each.vestiging)) in coupled), ""),
        register=registered.get((koppelingen[0].brin, koppelingen[0].vestiging)),
    )


def _coupled(session: Session) -> dict[tuple[str, str], str]:
    """Of which schools that are asked for there is a koppeling already, and in which state."""
    query = (
        select(School.brin, School.vestiging, Koppeling.status)
        .join(Koppeling, Koppeling.school_id == School.id)
        .where(Koppeling.status.not_in(ENDED), School.brin.in_(_asked()))
    )
    return {(brin, vestiging): str(status) for brin, vestiging, status in session.execute(query)}


def _asked() -> Select[str]:
    return select(Koppeling.brin).where(Koppeling.status == KoppelingStatus.AANGEVRAAGD)


def _per_las(session: Session, reden: Wachtreden, rows: list[_Open]) -> Wachtend:
    schools = tuple(sorted({each.koppeling for each in rows}, key=lambda each: (each.schoolnaam, each.id)))
    fout, about_results = rows[0].einde.fout, {each.einde.einde for each in rows} <= _ABOUT_RESULTS
    is_refused = fout is not None and any(each.einde.einde is Einde.GEWEIGERD for each in rows)
    return Wachtend(
        reden,
        min(each.sinds for each in rows),
        fout=fout,
        number=len(schools),
        las_type=schools[0].las_type,
        koppelingen=schools,
        begonnen=tuple(min(each.sinds for each in rows if each.koppeling is school) for school in schools),
        is_versturen=about_results,
        toetsen=_tests(session, fout, schools) if fout is not None and is_refused else (),
    )


def _tests(session: Session, fout: Fout, schools: tuple[Koppeling, ...]) -> tuple[str, ...]:
    """Of which tests these schools have results that were refused for this."""
    query = (
        select(Toets.naam)
        .join(Resultaat, Resultaat.toets_id == Toets.id)
        .join(Levering, and_(Levering.school_id == Resultaat.school_id, Levering.resultaat_id == Resultaat.id))
        .join(Resultaat.leerling)
        .where(is_among(Resultaat.school_id, [each.school_id for each in schools if each.school_id is not None]))
        .where(is_refused(), Levering.fout_code == fout.code)
        .group_by(Toets.id)
        .order_by(func.count().desc(), Toets.id)
    )
    return tuple(session.scalars(query))


def _per_school(reden: Wachtreden, rows: list[_Open], contact: dict[int, datetime]) -> Wachtend:
    """One line, also for results that were refused for several reasons: those are with the results."""
    koppeling = rows[0].koppeling
    return Wachtend(
        reden,
        min(each.sinds for each in rows),
        laatst=max((each.einde.laatst for each in rows if each.einde.laatst is not None), default=None),
        koppeling=koppeling,
        contact=contact.get(koppeling.id),
        fout=None if reden is Wachtreden.RESULTATEN else rows[0].einde.fout,
        number=sum(each.einde.aantal for each in rows),
        wat=rows[0].einde.wat if reden in _SAYS_WHAT else "",
    )


def _open(session: Session, now: datetime) -> Iterator[_Open]:
    """All open ends that may be for klantenservice, and since when they are open."""
    query = select(Koppeling).where(Koppeling.status.not_in(ENDED), open_einden.may_tell())
    koppelingen = session.scalars(query).all()
    failing = sinds.fetching(session, [each.id for each in koppelingen if each.fout is not None])
    sending = sinds.sending(session, [each.id for each in koppelingen if each.zend_fout is not None])
    failing = sending | failing  # a key that was refused for results only
    for koppeling in koppelingen:
        asked = koppeling.ingediend_op if koppeling.mag(KoppelingAct.GOEDKEUREN) else None
        for einde in open_einden.of_row(koppeling, now):
            first = (sending if einde.einde in _SENDING else failing).get(koppeling.id) if einde.fout else einde.sinds
            yield _Open(koppeling, einde, first or asked or koppeling.aangevraagd_op)
    for koppeling, einde in (
        *open_einden.refused(session),
        *open_einden.elsewhere(session),
        *open_einden.reported(session),
        *open_einden.held(session),
        *open_einden.unanswered(session, now),
    ):
        yield _Open(koppeling, einde, einde.sinds or now)


def _reden(einde: OpenEinde, since: datetime, now: datetime) -> Wachtreden | None:
    """Why this waits for klantenservice; None when it is the school's, or goes on by itself for now."""
    if einde.einde in _BY_ITSELF:
        return Wachtreden.STORING if twijfel.is_believed(since, now) else None
    is_new = einde.sinds is None or now - einde.sinds < STIL_NA
    if is_new and (einde.einde in _SILENT or einde.wat == DOOR_SCHOOL):
        return None
    if einde.einde is Einde.GEPAUZEERD and einde.tot is not None:
        return None
    if einde.aan is Aan.U and einde.einde in _BIJ_SCHOOL:
        return Wachtreden.BIJ_SCHOOL if now - since >= _BIJ_SCHOOL[einde.einde] else None
    if einde.aan is Aan.LAS and einde.fout is not None:
        return Wachtreden.LEVERANCIER
    is_for_us = einde.aan is Aan.TESTCENTRUM or einde.einde in _FOLLOWED
    return _OF_ONE_SCHOOL.get(einde.einde) if is_for_us else None


def _last_contact(session: Session) -> dict[int, datetime]:
    query = select(Mail.koppeling_id, func.max(Mail.verzonden_op)).where(
        Mail.verzonden_op.is_not(None), Mail.status != MailStatus.TERUGGEKOMEN
    )
    rows = session.execute(query.group_by(Mail.koppeling_id))
    return {id_: moment for id_, moment in rows if id_ is not None and moment is not None}
