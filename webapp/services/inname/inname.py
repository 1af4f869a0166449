"""Taking in an aanlevering: what is certain is written at once, what is not becomes a question for the beheerder."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any

from sqlalchemy.orm import Session

from webapp.models import Afspraken, Groep, Importbatch, Keuze, Koppeling, Leerling, Lidmaatschap, Soort, Wat
from webapp.models.ids import SchoolId
from webapp.models.regel import AnyRegel
from webapp.models.vastgehouden import parts
from webapp.services import aanwezig, afspraken, geschiedenis, nachtrust, sloten
from webapp.services.clock import database_now
from webapp.services.inname import (
    batch,
    dubbel,
    gewist,
    ongewoon,
    op_het_spel,
    overgang,
    teruggenomen,
    uitstel,
    vanzelf,
    vertrek,
    voorstellen,
)
from webapp.services.inname.aanlevering import Aanlevering
from webapp.services.inname.jaargroepen import Buiten
from webapp.services.inname.soorten import AnyKind, Doel, Inkomend, identity
from webapp.services.inname.soorten.leerkracht import LEERKRACHT
from webapp.services.inname.soorten.leerling import LEERLING
from webapp.services.inname.soorten.soort import proven
from webapp.services.inname.vertrek import Afwezig, Stand
from webapp.services.inname.voorstellen import Bestand, Gelezen
from webapp.services.koppeling import levensloop
from webapp.services.toegang import leerkrachten
from webapp.services.versturen import bezorging, leveringen
from webapp.services.versturen.bezorging import Aangeleverd
from webapp.uwlr import values as uwlr
from webapp.uwlr.values import Leerlinggegevens

_INCOMPLETE = ("zonder_sleutel", "niets_ontvangen")


@dataclass(frozen=True)
class Gelijkenis:
    """What a match found, and the revision of the school that it looked at. Nothing of it is written yet."""

    revisie: int
    gegevens: Leerlinggegevens
    per_kind: Sequence[Gelezen]
    afspraken: Afspraken
    gewist: Sequence[uwlr.Leerling]
    """Leerlingen of the answer who are not in `gegevens`, because the school had them erased."""


def take_in(session: Session, koppeling: Koppeling, gegevens: Leerlinggegevens) -> Importbatch | None:
    """Match and write under the lock; None when there was nothing to do or to ask."""
    assert koppeling.school_id is not None
    sloten.lock(session, koppeling.school_id)
    return write(session, koppeling, match(session, koppeling.school_id, gegevens))


def match(session: Session, school_id: SchoolId, gegevens: Leerlinggegevens) -> Gelijkenis:
    """Find out which of our records are meant: long work, without a lock, to be written when nobody wrote since."""
    seen = sloten.revisie(session, school_id)
    gegevens, erased = gewist.without_erased(session, school_id, gegevens)
    per_kind: list[Gelezen] = []
    groepsnamen: dict[int, str] = {}
    away = left_out = frozenset[str]()
    agreed = afspraken.of_school(session, school_id)
    buiten_school = Buiten(agreed.jaargroepen_niet, gegevens)
    for bestand in voorstellen.load(session, school_id):
        kind = bestand.kind
        came = kind.incoming(school_id, gegevens)
        everything = [inkomend for inkomend in came if not _is_elsewhere(inkomend.regel, bestand, gegevens)]
        for inkomend in everything:
            inkomend.regel.groep_keys = [key for key in inkomend.regel.groep_keys if key not in away]
        schooljaar = gegevens.school.schooljaar
        out = bestand.renewed(everything) if kind.takes_along else frozenset[str]()
        left_out |= bestand.keys_left_out() | out if kind.takes_along else out
        buiten = [each for each in everything if bestand.is_left_out(each, schooljaar) or each.regel.las_key in out]
        binnen = [each for each in everything if each not in buiten]
        voorstellen.propose(binnen, buiten, bestand, schooljaar, groepsnamen)
        if not kind.takes_along:
            binnen = [each for each in binnen if not _is_left_out(each, left_out) or bestand.is_spoken_of(each.regel)]
        stay = [inkomend for inkomend in binnen if not buiten_school.has(inkomend, bestand)]
        jaargroep_niet, binnen = len(binnen) - len(stay), stay
        if kind.takes_along:
            groepsnamen = _names_to_be(binnen)
            left_out -= {inkomend.regel.las_key for inkomend in binnen}
            away = gegevens.elders_groepen.difference(inkomend.regel.las_key or "" for inkomend in everything)
        per_kind.append(Gelezen(everything, binnen, bestand, len(came) - len(everything), jaargroep_niet))
    return Gelijkenis(seen, gegevens, per_kind, agreed, erased)


def look_ahead(session: Session, koppeling: Koppeling, gelijkenis: Gelijkenis) -> None:
    """Write down what the new school year would do, which may not begin yet; and who lost their number in it."""
    assert koppeling.school_id is not None
    gegevens, per_kind = gelijkenis.gegevens, gelijkenis.per_kind
    before = [vertrek.stand(each.bestand, gegevens.gevraagde_groepen) for each in per_kind]
    uitstel.look_ahead(session, koppeling.school_id, per_kind, before, gegevens)
    _miss_who_lost_a_number(session, gelijkenis)


def write(session: Session, koppeling: Koppeling, gelijkenis: Gelijkenis) -> Importbatch | None:
    """Write what is certain, keep the rest as questions; None when there was nothing to do or to ask.

    Nothing at all is written when so many keys or names are others that the links may be wrong.
    """
    assert koppeling.school_id is not None
    geschiedenis.act(session, koppeling.school_id, Wat.AANLEVERING)
    gegevens = gelijkenis.gegevens
    uitstel.begun(session, koppeling.school_id, gegevens.school.schooljaar)
    open_ = batch.open_of(session, koppeling.school_id)
    eerder = open_.vastgehouden if open_ is not None else {}
    aanlevering = Aanlevering(
        koppeling, koppeling.school_id, gegevens.school.schooljaar, gelijkenis.afspraken, open_, eerder
    )
    elders = {each.bestand.kind.soort: each.elders or None for each in gelijkenis.per_kind}
    koppeling.elders_groepen, koppeling.elders_leerkrachten = elders[Soort.GROEP], elders[Soort.LEERKRACHT]
    before = [vertrek.stand(each.bestand, gegevens.gevraagde_groepen) for each in gelijkenis.per_kind]
    if aanlevering.afspraken.alleen_op_het_spel:
        aanlevering.hernummerd = ongewoon.hernummerd(gelijkenis.per_kind, before, gegevens)
    aanlevering.held = ongewoon.strangers(koppeling, gelijkenis.per_kind, before, aanlevering.hernummerd)
    if aanlevering.held:
        keys = (key for key in aanlevering.held if parts(key)[1] == LEERLING.soort)
        held = {id_ for key in keys for id_ in aanlevering.held[key]["ids"]}
        _miss_who_lost_a_number(session, gelijkenis, held=held)
        return batch.hold_whole(session, aanlevering)
    if not _is_incomplete(LEERLING, gegevens):
        overgang.turn(session, aanlevering, gelijkenis.per_kind, before, gegevens)
    ongewoon.hold(aanlevering, gelijkenis.per_kind, before, gegevens)
    _park_leavers(
        aanlevering,
        [_write_kind(session, aanlevering, *each, gegevens) for each in zip(gelijkenis.per_kind, before, strict=True)],
        database_now(session),
    )
    _let_go_of_erased(gelijkenis)
    _miss_who_lost_a_number(session, gelijkenis, asked=aanlevering.open)
    _keep_in_held_groepen(aanlevering, gelijkenis.per_kind, before)
    if not any(LEERKRACHT.soort in topic for topic in aanlevering.held):
        count_night(session, aanlevering.school_id, gegevens)
    aanlevering.tellingen[Soort.LEERLING]["gewist"] = len(gelijkenis.gewist)
    bezorging.see(session, aanlevering.school_id, _everybody(gegevens))
    for gelezen in gelijkenis.per_kind:
        teruggenomen.follow(gelezen.bestand.teruggenomen, (inkomend.regel for inkomend in gelezen.everything))
    session.flush()
    asked = dubbel.ask_in(session, aanlevering.school_id, aanlevering.written)
    aanlevering.applied += [regel for regel in asked if regel not in aanlevering.applied]
    vanzelf.choose(session, aanlevering, gelijkenis.per_kind)
    op_het_spel.choose(session, aanlevering, gelijkenis.per_kind)
    filed = batch.file(session, aanlevering, gegevens)
    if filed is not None:
        geschiedenis.belongs_to(session, aanlevering.school_id, filed.id)
    ongewoon.remember(aanlevering, gelijkenis.per_kind)
    if filed is None or not filed.is_open:
        levensloop.first_import_done(koppeling)
    vanzelf.add(session, aanlevering, aanlevering.vanzelf, Wat.AFSPRAAK)
    op_het_spel.add(session, aanlevering)
    bezorging.follow_links(session, aanlevering.school_id)
    leveringen.prepare(session, aanlevering.school_id)
    return filed


def count_night(session: Session, school_id: SchoolId, gegevens: Leerlinggegevens) -> None:
    """Count a night for the leerkrachten who are missing, when some came and nothing about them is held or odd."""
    if gegevens.leerkrachten and not _is_incomplete(LEERKRACHT, gegevens):
        leerkrachten.count_night(session, school_id, gevraagd=gegevens.gevraagde_groepen)


def _write_kind(
    session: Session, aanlevering: Aanlevering, soort: Gelezen, before: Stand, gegevens: Leerlinggegevens
) -> Afwezig:
    """Write what is certain of one kind; return who is no longer there."""
    everything, binnen, bestand = soort.everything, soort.binnen, soort.bestand
    tellingen = dict.fromkeys(("ongewijzigd", "gewijzigd", "automatisch", "nieuw", "twijfel", "vertrokken"), 0)
    tellingen["jaargroep_niet"] = soort.jaargroep_niet
    tellingen["uitgezonderd"] = len(everything) - len(binnen) - soort.jaargroep_niet
    aanlevering.tellingen[bestand.kind.soort] = tellingen
    _apply_certain(session, aanlevering, everything, binnen, bestand, tellingen)
    present = [inkomend.regel.toegepast_id for inkomend in binnen if inkomend.regel.toegepast_id is not None]
    delivered = bestand.kind.contested(gegevens) | frozenset(
        key for inkomend in everything for key in (inkomend.regel.las_key, inkomend.regel.eckid) if key is not None
    )
    eerder = vertrek.held_before(bestand, aanlevering.eerder)
    asked_for, is_empty = before.linked, not everything
    if _is_incomplete(bestand.kind, gegevens):
        asked_for, is_empty = frozenset(), False
    missing = vertrek.gone(bestand, asked_for | eerder, present, delivered)
    _let_go_of_what_is_of_others(bestand, missing, delivered)
    asked_about = _asked_about(binnen, bestand)
    for doel_id in bestand.blijven.keys() & set(present):
        session.delete(bestand.blijven[doel_id])  # the LAS sends them again
    gone = [doel for doel in missing if doel.id not in asked_about and doel.id not in bestand.blijven]
    return Afwezig(bestand, before, missing, gone, is_empty, eerder)


def _is_elsewhere(regel: AnyRegel, bestand: Bestand, gegevens: Leerlinggegevens) -> bool:
    """Whether a record belongs to another location; one that we are linked with stays ours, whoever goes with it."""
    if not bestand.kind.is_elsewhere(regel, gegevens):
        return False
    active = (doel for doel in bestand.records if doel.status is Lidmaatschap.ACTIEF)
    return not any(voorstellen.is_known(regel, doel) for doel in active)


def _names_to_be(binnen: list[Inkomend]) -> dict[int, str]:
    """The names that our groepen will have once this aanlevering is written."""
    regels = [inkomend.regel for inkomend in binnen]
    return {regel.doel_id: regel.naam for regel in regels if regel.doel_id is not None and regel.naam}


def _is_left_out(inkomend: Inkomend, left_out: frozenset[str]) -> bool:
    """Who is new and stands only in groepen that a beheerder left out stays out too, until one comes back."""
    regel = inkomend.regel
    if regel.keuze is Keuze.KOPPEL or not regel.groep_keys:
        return False
    return left_out.issuperset(regel.groep_keys)


def _apply_certain(
    session: Session,
    aanlevering: Aanlevering,
    everything: list[Inkomend],
    binnen: list[Inkomend],
    bestand: Bestand,
    tellingen: dict[str, int],
) -> None:
    certain = [
        (bestand.by_id[inkomend.regel.doel_id], inkomend.regel)
        for inkomend in binnen
        if inkomend.regel.keuze is Keuze.KOPPEL and inkomend.regel.doel_id is not None
    ]
    known = {doel.id for doel, regel in certain if voorstellen.is_known(regel, doel)}
    for inkomend in binnen:
        if inkomend.has_lost_groepen and inkomend.regel.keuze is Keuze.KOPPEL and inkomend.regel.doel_id is not None:
            bestand.kind.keep_groepen(bestand.by_id[inkomend.regel.doel_id], inkomend.regel)
    if bestand.kind.has_results:
        nachtrust.rest(session, _exchanged(certain))
    bestand.kind.free_keys(session, certain, [inkomend.regel for inkomend in everything])
    for doel, regel in certain:
        changed = bestand.kind.write(doel, regel, schooljaar=aanlevering.schooljaar, groepen=aanlevering.groepen)
        regel.toegepast_id = doel.id
        aanlevering.written.append(regel)
        if doel.id not in known:
            tellingen["automatisch"] += 1
            aanlevering.applied.append(regel)
        else:
            tellingen["gewijzigd" if changed else "ongewijzigd"] += 1
            if any(key not in aanlevering.groepen for key in regel.groep_keys):
                aanlevering.applied.append(regel)
    for inkomend in binnen:
        if inkomend.regel.toegepast_id is None and inkomend.regel not in aanlevering.buiten:
            tellingen[inkomend.regel.voorstel] += 1
            aanlevering.open.append(inkomend.regel)


def _exchanged(certain: list[tuple[Doel, AnyRegel]]) -> list[Leerling]:
    """Leerlingen who get a number that another one has who stays, however sure it is that the LAS exchanged them."""
    keeps = {doel.las_key for doel, _ in certain if doel.las_key is not None}
    moved = [doel for doel, regel in certain if doel.las_key != regel.las_key and regel.las_key in keeps]
    return [proven(doel, Leerling) for doel in moved]


def _park_leavers(aanlevering: Aanlevering, afwezig: list[Afwezig], now: datetime) -> None:
    """After all kinds are written: a groep stays as long as somebody in it is held."""
    held = vertrek.hold(
        afwezig, is_new_schooljaar=aanlevering.is_new_schooljaar, is_overgang=aanlevering.overgegaan is not None
    )
    aanlevering.held |= {str(soort): each for soort, each in held.items()}
    for soort, number in vertrek.park(afwezig, held, now).items():
        aanlevering.tellingen[soort]["vertrokken"] = number


def _miss_who_lost_a_number(session: Session, gelijkenis: Gelijkenis, **waits: Collection[Any]) -> None:
    [soort] = [each for each in gelijkenis.per_kind if each.bestand.kind.has_results]
    contested = LEERLING.contested(gelijkenis.gegevens)
    vertrek.miss_who_lost_a_number(soort, contested, database_now(session), **waits)


def _let_go_of_erased(gelijkenis: Gelijkenis) -> None:
    """A LAS may exchange the number of who was erased with that of one of ours: theirs is that one's no more."""
    names = {name for each in gelijkenis.gewist for name in (("las_key", each.key), ("eckid", each.eckid))}
    for gelezen in gelijkenis.per_kind:
        if gelezen.bestand.kind.has_results:
            for doel in gelezen.bestand.records:
                if not names.isdisjoint(gelezen.bestand.kind.identifiers(doel)):
                    gelezen.bestand.kind.unlink(doel)


def _keep_in_held_groepen(aanlevering: Aanlevering, per_kind: Sequence[Gelezen], before: Sequence[Stand]) -> None:
    """A groep that stays because it is held keeps its leerkrachten too."""
    ours = next(gelezen.bestand for gelezen in per_kind if gelezen.bestand.kind.takes_along)
    held = aanlevering.held.get(ours.kind.soort, {"ids": [], "redenen": []})
    for id_, (gelezen, stand) in product(held["ids"], zip(per_kind, before, strict=True)):
        for member in stand.groepen.get(id_, ()):
            gelezen.bestand.kind.join(gelezen.bestand.by_id[member], [proven(ours.by_id[id_], Groep)])


def _asked_about(binnen: list[Inkomend], bestand: Bestand) -> set[int]:
    """Ids of our records that an open line may turn out to be, also by an answer that was not imported yet."""
    open_ = {inkomend.identity: inkomend.regel for inkomend in binnen if inkomend.regel.toegepast_id is None}
    earlier = [regel for regel in bestand.wachtend if identity(regel.las_key, regel.eckid) in open_]
    return aanwezig.meant([*open_.values(), *earlier])


def _let_go_of_what_is_of_others(bestand: Bestand, missing: Sequence[Doel], delivered: frozenset[str]) -> None:
    """What the LAS gave to somebody about whom was asked, and who does not come with it any more, was not ours.

    Who is gone keeps no number of theirs, and nobody an ECK iD that came with another number.
    """
    waiting = bestand.wachtend
    whose = {regel: regel.doel_id if regel.keuze is Keuze.KOPPEL else None for regel in waiting}
    by_key = {regel.las_key: regel for regel in waiting}
    by_eckid = {regel.eckid: regel for regel in waiting if regel.las_key is not None and regel.eckid not in delivered}
    for doel in missing:
        regel = by_key.get(doel.las_key)
        if regel is not None and whose[regel] != doel.id:
            bestand.kind.give_up(doel, "las_key")
    for doel in bestand.records if by_eckid else ():
        regel = by_eckid.get(doel.eckid) if doel.eckid is not None else None
        if regel is not None and whose[regel] != doel.id and doel.las_key not in (None, regel.las_key):
            bestand.kind.give_up(doel, "eckid")


def _everybody(gegevens: Leerlinggegevens) -> Aangeleverd:
    """The leerlingen of an aanlevering, left out ones too."""
    return Aangeleverd(
        [(leerling.key, leerling.eckid) for leerling in gegevens.leerlingen],
        betwist=LEERLING.contested(gegevens),
        is_heel=gegevens.gevraagde_groepen is None and not _is_incomplete(LEERLING, gegevens),
    )


def _is_incomplete(kind: AnyKind, gegevens: Leerlinggegevens) -> bool:
    """Whether nobody may be taken for gone: the aanlevering is empty, or a record without identifier may be anyone."""
    return any(w.soort in _INCOMPLETE and w.onderdeel == kind.soort for w in gegevens.waarschuwingen)
