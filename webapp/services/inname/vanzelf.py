"""Who is added without a question, because the school agreed so: leerlingen and leerkrachten who look like nobody.

An agreement only ever adds, so the worst is a double, which a person takes back. Whatever is odd is asked: an
aanlevering of which something is held, a twin without an ECK iD, a number that was somebody's, who was left out or
taken back before. Who was asked about stays asked about, as long as the LAS says the same. A LAS that sends strangers
night after night is stopped by what may come in a month.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp import matching
from webapp.matching.folding import words
from webapp.models import (
    Afspraken,
    BatchStatus,
    Daad,
    Handeling,
    Importbatch,
    Importregel,
    Keuze,
    Leerling,
    Lidmaatschap,
    Mutatie,
    Wat,
    Zekerheid,
)
from webapp.models.koppeling import KoppelingAct
from webapp.models.regel import AnyRegel, kept
from webapp.services import audit, geschiedenis
from webapp.services.clock import database_now
from webapp.services.inname.aanlevering import Aanlevering
from webapp.services.inname.batch import signature
from webapp.services.inname.soorten import KINDS, AnyKind, Inkomend, identity
from webapp.services.inname.soorten.soort import proven
from webapp.services.inname.voorstellen import Gelezen
from webapp.uwlr.verminkt import is_verminkt

MEESTE, DEEL = 10, 0.10
"""So many leerlingen of one aanlevering come in by themselves, and this part of those in it; of more all are asked."""
MAAND = timedelta(days=30)
"""In so long this part of the school, or `MEESTE`: as long as each of them can be taken back."""
_TURN = "bij de overgang"
BASISSCHOOL = frozenset("12345678")
OF_NO_YEAR = frozenset("0BDNH")
"""Peuters, and whoever is of no jaargroep: no test is for them, whichever school has some."""


def choose(session: Session, aanlevering: Aanlevering, per_kind: Sequence[Gelezen]) -> None:
    """Take the lines that an agreement covers out of what is asked, once all else of the aanlevering is known."""
    if not is_ordinary(aanlevering):
        return
    agreed = aanlevering.afspraken
    for gelezen in per_kind:
        if _covers(agreed, gelezen.bestand.kind):
            found = _of_kind(session, aanlevering, gelezen, ook_zonder_datum=agreed.alleen_op_het_spel)
            aanlevering.vanzelf += found
            aanlevering.tellingen[gelezen.bestand.kind.soort]["nieuw"] -= len(found)
    aanlevering.open = [regel for regel in aanlevering.open if regel not in set(aanlevering.vanzelf)]


def add(session: Session, aanlevering: Aanlevering, regels: Sequence[AnyRegel], wat: Wat) -> None:
    """Write these, as an act and an aanlevering of their own: in no review, and taken back like what a night does."""
    if not regels:
        return
    batch = Importbatch(
        school_id=aanlevering.school_id,
        koppeling_id=aanlevering.koppeling.id,
        status=BatchStatus.AUTOMATISCH_VERWERKT,
        schooljaar=aanlevering.schooljaar,
        vingerafdruk="",
        tellingen={} if aanlevering.overgegaan is None else {_TURN: True},
        opgehaald_op=database_now(session),
        regels=kept(regels),
    )
    session.add(batch)
    session.flush()
    geschiedenis.act(session, aanlevering.school_id, wat, batch_id=batch.id)
    for regel, row in zip(regels, batch.regels, strict=True):
        kind = KINDS[regel.soort]
        doel = kind.new(regel, aanlevering.school_id)
        session.add(doel)
        kind.write(doel, regel, schooljaar=aanlevering.schooljaar, groepen=aanlevering.groepen)
        session.flush()
        row.keuze, row.doel_id, row.toegepast_id = Keuze.KOPPEL, doel.id, doel.id
        regel.doel_id = doel.id
    session.flush()
    counts = {kind.meer: n for kind in KINDS.values() if (n := kind.number_of(regels))}
    audit.about(session, Daad.AFSPRAAK_UITGEVOERD, batch, door=None, **counts)


def is_ordinary(aanlevering: Aanlevering) -> bool:
    """Not a first import, in which everybody is new; nor one of which something is held; nor a new school year.

    Unless that is the turn as it is expected (`overgang.py`), which itself says how many may be new.
    """
    is_first = aanlevering.koppeling.mag(KoppelingAct.EERSTE_IMPORT)
    is_odd_year = aanlevering.is_new_schooljaar and aanlevering.overgegaan is None
    return not (is_first or is_odd_year or aanlevering.held)


def _covers(agreed: Afspraken, kind: AnyKind) -> bool:
    return (kind.has_results and agreed.nieuwe_leerlingen) or (kind.has_email and agreed.nieuwe_leerkrachten)


def _of_kind(session: Session, aanlevering: Aanlevering, gelezen: Gelezen, *, ook_zonder_datum: bool) -> list[AnyRegel]:
    """Those of one kind, or nobody when they are too many."""
    bestand, open_ = gelezen.bestand, set(aanlevering.open)
    asked = {identity(regel.las_key, regel.eckid): regel for regel in bestand.wachtend}
    new = [
        each
        for each in gelezen.binnen
        if each.regel in open_
        and each.regel.voorstel is Zekerheid.NIEUW
        and not _stays_asked(asked.get(each.identity), each.regel)
    ]
    if aanlevering.overgegaan is None and len(new) > _most(bestand.kind, len(gelezen.everything)):
        return []
    may = Toets(aanlevering, gelezen, ook_zonder_datum=ook_zonder_datum)
    sure = _like_nobody([each for each in new if may.come(each)], gelezen.everything, bestand.kind)
    if aanlevering.overgegaan is not None:
        return sure
    came = _came_lately(session, aanlevering, bestand.kind)
    return sure if came + len(sure) <= max(MEESTE, DEEL * len(gelezen.everything)) else []


def _stays_asked(before: Importregel | None, regel: AnyRegel) -> bool:
    """Whether it is asked already, of the same; or a person said something about it, whatever the LAS says now."""
    if before is None:
        return False
    is_persons = (before.gekozen_door, before.later_op, before.email_ingevuld) != (None, None, None)
    return is_persons or signature(before) == signature(regel)


def _most(kind: AnyKind, number: int) -> float:
    """How many may come at once; of a team a tenth is nobody."""
    return min(MEESTE, DEEL * number) if kind.has_results else MEESTE


def _came_lately(session: Session, aanlevering: Aanlevering, kind: AnyKind) -> int:
    """How many of a kind were added by itself in the last month, whatever became of them; not at the turn of a year."""
    query = (
        select(func.count())
        .select_from(Mutatie)
        .join(Mutatie.handeling)
        .join(Importbatch, Importbatch.id == Handeling.batch_id)
        .where(
            Mutatie.school_id == aanlevering.school_id,
            ~Importbatch.tellingen.has_key(_TURN),
            Mutatie.soort == kind.soort,
            Mutatie.voor.is_(None),
            Handeling.wat == Wat.AFSPRAAK,
            Handeling.op > database_now(session) - MAAND,
        )
    )
    return session.scalar(query) or 0


def _like_nobody(chosen: Sequence[Inkomend], everything: Sequence[Inkomend], kind: AnyKind) -> list[AnyRegel]:
    """Who looks like nobody else of the aanlevering either: not who stands in the LAS twice, nor who may be a twin."""
    match = matching.match_leerlingen if kind.has_results else matching.match_leerkrachten
    waarden = {each.regel: proven(each.waarde, matching.Persoon) for each in everything}
    found = []
    for each in chosen:
        others = [one for regel, one in waarden.items() if regel is not each.regel and not are_two(regel, each.regel)]
        [proposal] = match([waarden[each.regel]], others)
        if proposal.zekerheid is matching.Zekerheid.NIEUW:
            found.append(each.regel)
    return found


def are_two(one: AnyRegel | Leerling, other: AnyRegel | Leerling) -> bool:
    """Whether these are surely two children: each has an ECK iD of their own, so twins too."""
    return None not in (one.eckid, other.eckid) and one.eckid != other.eckid


def _names(one: AnyRegel | Leerling) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return words(f"{one.voorvoegsel or ''} {one.achternaam or ''}"), words(one.roepnaam)


class Toets:
    """What must be so of one who comes in by itself, beside what they look like."""

    def __init__(self, aanlevering: Aanlevering, gelezen: Gelezen, *, ook_zonder_datum: bool = False) -> None:
        bestand = gelezen.bestand
        self.ook_zonder_datum = ook_zonder_datum
        self.kind, self.groepen = bestand.kind, aanlevering.groepen
        self.adressen = Counter((each.regel.email or "").lower() for each in gelezen.everything)
        self.taken = {each for record in bestand.records for each in self.kind.identifiers(record)}
        self.left_out = {words(row.omschrijving) for row in bestand.uitgezonderd.values()}
        self.left_out_eckids = {row.eckid for row in bestand.uitgezonderd.values() if row.eckid}
        leerlingen = [proven(record, Leerling) for record in bestand.records if self.kind.has_results]
        self.everybody: list[AnyRegel | Leerling] = [*(each.regel for each in gelezen.everything), *leerlingen]
        self.taken |= {("las_key", each["las_key"]) for record in leerlingen for each in record.bekende_namen}
        here = {record.jaargroep for record in leerlingen if record.status is Lidmaatschap.ACTIEF}
        self.jaargroepen = (here | BASISSCHOOL) - OF_NO_YEAR

    def come(self, inkomend: Inkomend) -> bool:
        """Whether this one may."""
        regel = inkomend.regel
        if regel.keuze is not Keuze.NIEUW or not self.is_clear(regel):
            return False
        if self.kind.has_results:
            return regel.geboortedatum is not None or (self.ook_zonder_datum and not self._may_be_known(regel))
        known = [key in self.groepen for key in regel.groep_keys]
        return (not known or any(known)) and (not regel.email or self.adressen[regel.email.lower()] == 1)

    def _may_be_known(self, regel: AnyRegel) -> bool:
        """Whether anybody has the surname of who has no birth date, or is not linked and has the first name.

        Unless they are surely two, by ECK iD.
        """
        surname, first = _names(regel)
        return any(
            _names(one)[0] == surname or (one.las_key is None and _names(one)[1] == first)
            for one in self.everybody
            if one is not regel and not are_two(one, regel)
        )

    def is_clear(self, regel: AnyRegel) -> bool:
        """Whether a line says who it is, under a number that was nobody's; and a leerling where they go."""
        names, identifiers = [regel.roepnaam or "", regel.achternaam or ""], self.kind.identifiers(regel)
        if not all(words(name) and not is_verminkt(name) for name in names):
            return False
        if not identifiers or not self.taken.isdisjoint(identifiers) or regel.eckid in self.left_out_eckids:
            return False
        if words(regel.weergavenaam[:300]) in self.left_out:
            return False
        has_place = bool(regel.groep_keys) and self.groepen.keys() >= set(regel.groep_keys)
        return not self.kind.has_results or (has_place and regel.jaargroep in self.jaargroepen)
