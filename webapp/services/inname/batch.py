"""Keeping an aanlevering: the same questions keep their batch, others replace it and take the answers along."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models import BatchStatus, Daad, Importbatch, Importregel
from webapp.models.ids import SchoolId
from webapp.models.importbatch import OPEN, Opgevallen
from webapp.services import audit
from webapp.services.clock import database_now
from webapp.services.inname import koppelingsmail
from webapp.services.inname.aanlevering import Aanlevering
from webapp.uwlr.values import Leerlinggegevens

_CARRIED = ("keuze", "doel_id", "via_groep", "eerdere_keuze", "email_ingevuld", "gekozen_door", "gekozen_op")


def open_of(session: Session, school_id: SchoolId) -> Importbatch | None:
    """Return the batch of this school that waits for a beheerder, if there is one."""
    return session.scalar(select(Importbatch).where(Importbatch.school_id == school_id, Importbatch.status.in_(OPEN)))


def file(session: Session, aanlevering: Aanlevering, gegevens: Leerlinggegevens) -> Importbatch | None:
    """Keep the open batch when the questions are the same; else make a new one that takes the answers along."""
    previous = open_of(session, aanlevering.school_id)
    vingerafdruk = _fingerprint(aanlevering)
    if previous is not None and aanlevering.asks and previous.vingerafdruk == vingerafdruk:
        koppelingsmail.send_once(session, previous)
        return previous
    if previous is None and not aanlevering.asks and not aanlevering.changed:
        return None
    batch = Importbatch(
        school_id=aanlevering.school_id,
        koppeling_id=aanlevering.koppeling.id,
        status=_status(aanlevering),
        schooljaar=aanlevering.schooljaar,
        vingerafdruk=vingerafdruk,
        tellingen=_tellingen(aanlevering, gegevens),
        opgehaald_op=database_now(session),
    )
    _replace(session, previous, batch, aanlevering)
    audit.record(
        session,
        Daad.OPGEHAALD,
        f"importbatch {batch.id}",
        door=None,
        school_id=aanlevering.school_id,
        te_controleren=len(aanlevering.open),
        gewijzigd=aanlevering.changed,
        vastgehouden=len(aanlevering.withheld),
    )
    if aanlevering.asks:
        koppelingsmail.send_once(session, batch)
    return batch


def _status(aanlevering: Aanlevering) -> BatchStatus:
    if aanlevering.withheld:
        return BatchStatus.VASTGEHOUDEN
    return BatchStatus.WACHT_OP_CONTROLE if aanlevering.open else BatchStatus.AUTOMATISCH_VERWERKT


def _replace(session: Session, previous: Importbatch | None, batch: Importbatch, aanlevering: Aanlevering) -> None:
    if previous is not None:
        previous.status = BatchStatus.VERVANGEN
        session.flush()
        _carry_choices(previous.regels, aanlevering.open)
        batch.gemaild_op = previous.gemaild_op if not _has_news(previous.regels, aanlevering.open) else None
    batch.regels = aanlevering.open + aanlevering.applied
    session.add(batch)
    session.flush()
    if previous is not None:
        previous.vervangen_door_id = batch.id
        _keep_applied(previous, batch)
        session.flush()


def _carry_choices(old: list[Importregel], new: list[Importregel]) -> None:
    """A beheerder who answered yesterday is not asked again, unless the record itself changed."""
    answered = {_signature(regel): regel for regel in old if regel.toegepast_id is None}
    for regel in new:
        earlier = answered.get(_signature(regel))
        if earlier is None:
            continue
        for name in _CARRIED:
            setattr(regel, name, getattr(earlier, name))


def _keep_applied(previous: Importbatch, batch: Importbatch) -> None:
    """Links that were made by themselves stay open to correction as long as the review is."""
    shown = {regel.las_key for regel in batch.regels}
    for regel in list(previous.regels):
        if regel.toegepast_id is not None and regel.las_key not in shown:
            regel.batch = batch


def _has_news(old: list[Importregel], new: list[Importregel]) -> bool:
    return not {_signature(regel) for regel in new} <= {_signature(regel) for regel in old}


def _signature(regel: Importregel) -> tuple[object, ...]:
    return (
        str(regel.soort),
        regel.las_key,
        regel.eckid,
        regel.naam,
        regel.achternaam,
        regel.voorvoegsel,
        regel.roepnaam,
        str(regel.geboortedatum),
        regel.jaargroep,
        regel.email,
        tuple(regel.groep_keys),
        str(regel.voorstel),
    )


def _fingerprint(aanlevering: Aanlevering) -> str:
    lines = sorted(repr(_signature(regel)) for regel in aanlevering.open)
    return sha256("\n".join([*lines, *map(str, sorted(aanlevering.withheld))]).encode()).hexdigest()


def _tellingen(aanlevering: Aanlevering, gegevens: Leerlinggegevens) -> dict[str, Any]:
    warnings = Counter((w.soort, w.onderdeel, w.detail) for w in gegevens.waarschuwingen)
    return {
        **aanlevering.tellingen,
        "vertrek_vastgehouden": aanlevering.withheld,
        "waarschuwingen": [
            Opgevallen(soort=soort, onderdeel=onderdeel, detail=detail, aantal=aantal)
            for (soort, onderdeel, detail), aantal in warnings.items()
        ],
    }
