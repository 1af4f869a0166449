"""Taking in a delivery: what is certain is written at once, what is not becomes a question for the beheerder."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.models import (
    BatchStatus,
    Daad,
    Groep,
    Importbatch,
    Importregel,
    Keuze,
    Koppeling,
    KoppelingStatus,
    Lidmaatschap,
    Mail,
    MailSoort,
    Soort,
)
from webapp.models.importbatch import OPEN
from webapp.services import audit, mails
from webapp.services.clock import database_now
from webapp.services.inname import overnemen, vertrek, voorstellen
from webapp.services.inname.inkomend import Inkomend, incoming
from webapp.services.inname.voorstellen import Bestand
from webapp.services.versturen import leveringen
from webapp.uwlr.values import Leerlinggegevens

ONE_MAIL_PER = timedelta(hours=20)


@dataclass
class _Delivery:
    """What one delivery comes to while it is taken in."""

    koppeling: Koppeling
    school_id: int
    schooljaar: str
    open: list[Importregel] = field(default_factory=list)
    applied: list[Importregel] = field(default_factory=list)
    held: list[int] = field(default_factory=list)
    groepen: dict[str, Groep] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    """LAS keys of groepen that a beheerder left out: their new leerlingen stay out too, until the groep comes back."""
    tellingen: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def changed(self) -> int:
        return sum(sum(n for name, n in t.items() if name in _CHANGES) for t in self.tellingen.values())


_INCOMPLETE = ("zonder_sleutel", "niets_ontvangen")
_CHANGES = ("automatisch", "gewijzigd", "vertrokken")


def take_in(session: Session, koppeling: Koppeling, gegevens: Leerlinggegevens) -> Importbatch | None:
    """Write what is certain, keep the rest as questions; None when there was nothing to do or to ask."""
    assert koppeling.school_id is not None
    delivery = _Delivery(koppeling, koppeling.school_id, gegevens.school.schooljaar)
    for soort in Soort:
        _take_in_soort(session, delivery, soort, gegevens)
    batch = _file(session, delivery, gegevens)
    if not delivery.open and not delivery.held and koppeling.status is KoppelingStatus.GOEDGEKEURD:
        koppeling.status = KoppelingStatus.ACTIEF
    session.flush()
    leveringen.prepare(session, delivery.school_id)
    return batch


def _take_in_soort(session: Session, delivery: _Delivery, soort: Soort, gegevens: Leerlinggegevens) -> None:
    bestand = voorstellen.load(session, delivery.school_id, soort)
    everything = incoming(delivery.school_id, soort, gegevens)
    binnen = [inkomend for inkomend in everything if inkomend.identity not in bestand.uitgezonderd]
    voorstellen.propose(binnen, bestand, delivery.schooljaar)
    if soort is Soort.GROEP:
        out = (i.regel.las_key for i in everything if i.identity in bestand.uitgezonderd)
        delivery.left_out = frozenset(key for key in out if key is not None)
    binnen = [inkomend for inkomend in binnen if not _is_left_out(inkomend, delivery)]
    tellingen = dict.fromkeys(("ongewijzigd", "gewijzigd", "automatisch", "nieuw", "twijfel", "vertrokken"), 0)
    tellingen["uitgezonderd"] = len(everything) - len(binnen)
    delivery.tellingen[soort] = tellingen
    _apply_certain(session, delivery, binnen, bestand, tellingen)
    if not _is_incomplete(soort, gegevens):
        _park_leavers(delivery, everything, binnen, bestand, tellingen, gegevens)


def _is_left_out(inkomend: Inkomend, delivery: _Delivery) -> bool:
    regel = inkomend.regel
    if regel.soort is not Soort.LEERLING or regel.keuze is Keuze.KOPPEL or not regel.groep_keys:
        return False
    return delivery.left_out.issuperset(regel.groep_keys)


def _apply_certain(
    session: Session, delivery: _Delivery, binnen: list[Inkomend], bestand: Bestand, tellingen: dict[str, int]
) -> None:
    certain = [
        (bestand.by_id[inkomend.regel.doel_id], inkomend.regel)
        for inkomend in binnen
        if inkomend.regel.keuze is Keuze.KOPPEL and inkomend.regel.doel_id is not None
    ]
    known = {doel.id for doel, regel in certain if voorstellen.is_known(regel, doel)}
    overnemen.free_keys(session, certain)
    for doel, regel in certain:
        changed = overnemen.write(doel, regel, schooljaar=delivery.schooljaar, groepen=delivery.groepen)
        if isinstance(doel, Groep) and regel.las_key:
            delivery.groepen[regel.las_key] = doel
        regel.toegepast_id = doel.id
        if doel.id not in known:
            tellingen["automatisch"] += 1
            delivery.applied.append(regel)
        else:
            tellingen["gewijzigd" if changed else "ongewijzigd"] += 1
            if any(key not in delivery.groepen for key in regel.groep_keys):
                delivery.applied.append(regel)
    for inkomend in binnen:
        if inkomend.regel.toegepast_id is None:
            tellingen[inkomend.regel.voorstel] += 1
            delivery.open.append(inkomend.regel)


def _park_leavers(
    delivery: _Delivery,
    everything: list[Inkomend],
    binnen: list[Inkomend],
    bestand: Bestand,
    tellingen: dict[str, int],
    gegevens: Leerlinggegevens,
) -> None:
    present = [inkomend.regel.toegepast_id for inkomend in binnen if inkomend.regel.toegepast_id is not None]
    delivered = _contested(bestand.soort, gegevens) | frozenset(
        key for inkomend in everything for key in (inkomend.regel.las_key, inkomend.regel.eckid) if key is not None
    )
    missing = vertrek.missing(bestand, present, delivered)
    gone = [record for record in missing if vertrek.was_asked(record, gegevens.gevraagde_groepen)]
    linked = sum(record.status is Lidmaatschap.ACTIEF and record.las_key is not None for record in bestand.records)
    if bestand.soort is Soort.LEERLING and vertrek.is_implausible(len(gone), linked):
        delivery.held = [record.id for record in gone]
        return
    for record in gone:
        overnemen.depart(record)
    tellingen["vertrokken"] = len(gone)


def _is_incomplete(soort: Soort, gegevens: Leerlinggegevens) -> bool:
    """Whether nobody may be taken for gone: records without any identifier may be anyone, and nothing says nothing."""
    return any(w.soort in _INCOMPLETE and w.onderdeel == soort for w in gegevens.waarschuwingen)


def _contested(soort: Soort, gegevens: Leerlinggegevens) -> frozenset[str]:
    """Identifiers that came in twice: nothing is done with them, and nobody who has one is taken for gone."""
    if soort is Soort.GROEP:
        return frozenset()
    records = gegevens.betwiste_leerlingen if soort is Soort.LEERLING else gegevens.betwiste_leerkrachten
    return frozenset(key for record in records for key in (record.key, record.eckid) if key is not None)


def _file(session: Session, delivery: _Delivery, gegevens: Leerlinggegevens) -> Importbatch | None:
    """Keep the open batch when the questions are the same; else make a new one that takes the answers along."""
    previous = open_batch(session, delivery.school_id)
    vingerafdruk = _fingerprint(delivery)
    asks = bool(delivery.open or delivery.held)
    if previous is not None and asks and previous.vingerafdruk == vingerafdruk:
        _mail_once(session, previous)
        return previous
    if previous is None and not asks and not delivery.changed:
        return None
    batch = Importbatch(
        school_id=delivery.school_id,
        koppeling_id=delivery.koppeling.id,
        status=_status(delivery),
        schooljaar=delivery.schooljaar,
        vingerafdruk=vingerafdruk,
        tellingen=_tellingen(delivery, gegevens),
        opgehaald_op=database_now(session),
    )
    _replace(session, previous, batch, delivery)
    audit.record(
        session,
        Daad.OPGEHAALD,
        f"importbatch {batch.id}",
        door=None,
        school_id=delivery.school_id,
        te_controleren=len(delivery.open),
        gewijzigd=delivery.changed,
        vastgehouden=len(delivery.held),
    )
    if asks:
        _mail_once(session, batch)
    return batch


def _status(delivery: _Delivery) -> BatchStatus:
    if delivery.held:
        return BatchStatus.VASTGEHOUDEN
    return BatchStatus.WACHT_OP_CONTROLE if delivery.open else BatchStatus.AUTOMATISCH_VERWERKT


def _replace(session: Session, previous: Importbatch | None, batch: Importbatch, delivery: _Delivery) -> None:
    if previous is not None:
        previous.status = BatchStatus.VERVANGEN
        session.flush()
        _carry_choices(previous.regels, delivery.open)
        batch.gemaild_op = previous.gemaild_op if not _has_news(previous.regels, delivery.open) else None
    batch.regels = delivery.open + delivery.applied
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
        for name in ("keuze", "doel_id", "via_groep", "eerdere_keuze", "email_ingevuld", "gekozen_door", "gekozen_op"):
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


def _fingerprint(delivery: _Delivery) -> str:
    parts = sorted(repr(_signature(regel)) for regel in delivery.open) + [str(id_) for id_ in sorted(delivery.held)]
    return sha256("\n".join(parts).encode()).hexdigest()


def _tellingen(delivery: _Delivery, gegevens: Leerlinggegevens) -> dict[str, Any]:
    warnings: dict[str, int] = {}
    for waarschuwing in gegevens.waarschuwingen:
        warnings[waarschuwing.tekst] = warnings.get(waarschuwing.tekst, 0) + 1
    return {**delivery.tellingen, "vertrek_vastgehouden": delivery.held, "waarschuwingen": warnings}


def _mail_once(session: Session, batch: Importbatch) -> None:
    """Write the koppelingsmail to every beheerder, at most once per batch and once per school per day."""
    now = database_now(session)
    recent = session.scalar(
        select(func.count())
        .select_from(Mail)
        .where(
            Mail.school_id == batch.school_id,
            Mail.soort == MailSoort.KOPPELINGSMAIL,
            Mail.aangemaakt_op > now - ONE_MAIL_PER,
        )
    )
    if batch.gemaild_op is not None or recent:
        return
    batch.gemaild_op = now
    mails.add_for_beheerders(
        session, MailSoort.KOPPELINGSMAIL, batch.school_id, koppeling_id=batch.koppeling_id, batch_id=batch.id
    )


def open_batch(session: Session, school_id: int) -> Importbatch | None:
    """Return the delivery of this school that waits for a beheerder, if there is one."""
    return session.scalar(
        select(Importbatch).where(Importbatch.school_id == school_id, Importbatch.status.in_(OPEN)).with_for_update()
    )
