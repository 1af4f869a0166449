"""The summary: what the button will do, counted from the choices as they stand."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy.orm import Session

from webapp.models import Importbatch, Importregel, Keuze, Soort
from webapp.models.ids import LeerlingId
from webapp.services import vragen
from webapp.services.controle import kandidaten
from webapp.services.controle.batch import lines
from webapp.services.controle.gewaagd import Gewaagd, links
from webapp.services.inname.soorten import KINDS, Doel
from webapp.services.inname.soorten.leerling import LEERLING
from webapp.services.versturen import bezorging


@dataclass(frozen=True, slots=True)
class AndereDatum:
    """Two who are linked although their birth dates differ: shown by name, because this is rare and easily wrong."""

    naam: str
    geboren: date | None
    doel: str
    doel_geboren: date


@dataclass(frozen=True, slots=True)
class Summary:
    """What the button will do; `digest` proves that nothing changed since."""

    digest: str
    aantallen: dict[Soort, Counter[Keuze]]
    vragen: int
    resultaten: int
    elders: int
    """Results that the LAS has already, of leerlingen who will be linked with another of the LAS, or with nobody."""
    ongewijzigd: int
    automatisch: int
    zonder_email: int
    vastgehouden: int
    andere_datum: list[AndereDatum]
    gewaagd: list[Gewaagd]
    """Links to name one by one: their results wait for the next night."""

    @property
    def total(self) -> int:
        """How many records are added or linked by the button."""
        return sum(n for per in self.aantallen.values() for keuze, n in per.items() if keuze is not Keuze.NIET)

    def number(self, soort: str, keuze: str) -> int:
        return self.aantallen[Soort(soort)][Keuze(keuze)]


def summarise(session: Session, batch: Importbatch) -> Summary:
    """Count what importing this aanlevering will do."""
    regels = lines(session, batch)
    todo = [regel for regel in regels if is_work(regel)]
    grave = list(_grave_links(session, todo))
    return Summary(
        digest=_digest(batch, regels),
        aantallen={
            soort: Counter(r.keuze for r in todo if r.soort is soort and r.keuze is not None) for soort in KINDS
        },
        vragen=vragen.count(regels),
        resultaten=sum(kandidaten.results_of(session, batch.school_id, [doel.id for _, doel in grave]).values()),
        elders=bezorging.count_delivered(session, batch.school_id, _who_change_links(session, todo)),
        ongewijzigd=batch.counted("ongewijzigd"),
        automatisch=sum(regel.toegepast_id is not None and not is_work(regel) for regel in regels),
        zonder_email=sum(_lacks_email(regel) for regel in todo),
        vastgehouden=len(batch.held(Soort.LEERLING)),
        andere_datum=[
            AndereDatum(regel.weergavenaam, regel.geboortedatum, doel.naam, other)
            for regel, doel in grave
            if (other := KINDS[regel.soort].other_date(regel, doel)) is not None
        ],
        gewaagd=links(session, todo),
    )


def is_work(regel: Importregel) -> bool:
    """Whether the button changes something for this line: a link that was made already and stays is no work."""
    return regel.toegepast_id is None or regel.keuze is not Keuze.KOPPEL or regel.doel_id != regel.toegepast_id


def _grave_links(session: Session, regels: Sequence[Importregel]) -> Iterator[tuple[Importregel, Doel]]:
    """Lines that link a record on which results hang, each with that record."""
    for soort, kind in KINDS.items():
        links = {
            regel.doel_id: regel
            for regel in regels
            if kind.has_results and regel.soort is soort and regel.keuze is Keuze.KOPPEL and regel.doel_id is not None
        }
        if links:
            found = kind.find(session, regels[0].school_id, links)
            yield from ((links[id_], doel) for id_, doel in found.items())


def _who_change_links(session: Session, regels: Sequence[Importregel]) -> set[LeerlingId]:
    """Leerlingen of ours who lose the number that they have in the LAS, or get another one."""
    theirs = [regel for regel in regels if regel.soort is LEERLING.soort]
    if not theirs:
        return set()
    school_id = theirs[0].school_id
    new = {regel.doel_id: regel for regel in theirs if regel.keuze is Keuze.KOPPEL and regel.doel_id is not None}
    targets = LEERLING.find(session, school_id, new).values()
    gone = {regel.toegepast_id for regel in theirs if regel.toegepast_id is not None and not regel.via_groep}
    gone |= {doel.id for doel in targets if doel.las_key is not None and doel.las_key != new[doel.id].las_key}
    linked = [regel for regel in theirs if regel.keuze is not Keuze.NIET]
    for holder in LEERLING.holders(session, school_id, linked):
        keeps = new.get(holder.id)
        if keeps is None or keeps.las_key != holder.las_key:
            gone.add(holder.id)
    return {LeerlingId(id_) for id_ in gone}


def _lacks_email(regel: Importregel) -> bool:
    is_new = KINDS[regel.soort].has_email and regel.keuze is Keuze.NIEUW
    return is_new and not (regel.email or regel.email_ingevuld)


def _digest(batch: Importbatch, regels: list[Importregel]) -> str:
    choices = [[r.id, r.keuze, r.doel_id, r.via_groep, r.email_ingevuld] for r in regels]
    return sha256(json.dumps([batch.id, batch.rev, choices]).encode()).hexdigest()
