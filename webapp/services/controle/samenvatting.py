"""The summary: what the button will do, counted from the choices as they stand."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy.orm import Session

from webapp.models import BatchStatus, Importbatch, Importregel, Keuze, Soort
from webapp.models.ids import LeerlingId
from webapp.models.koppeling import KoppelingAct
from webapp.services import vragen
from webapp.services.controle import kandidaten
from webapp.services.controle.batch import lines
from webapp.services.controle.gewaagd import Gewaagd, links
from webapp.services.controle.samen import waiting
from webapp.services.inname.soorten import KINDS, Doel
from webapp.services.inname.soorten.leerling import LEERLING
from webapp.services.koppeling import levensloop
from webapp.services.versturen import bezorging


@dataclass(frozen=True, slots=True)
class Summary:
    """What the button will do; `digest` proves that nothing changed since."""

    digest: str
    regels: Sequence[Importregel]
    """Every line of the aanlevering, in its order."""
    aantallen: dict[Soort, Counter[Keuze]]
    vragen: int
    wachten: list[Importregel]
    """Lines that stay behind: questions without an answer, and what goes together with one."""
    bevestigt: bool
    """Whether it makes the koppeling actief, also when every new line waits: what was linked by itself is confirmed."""
    resultaten: int
    elders: int
    """Results that the LAS has already, of leerlingen who will be linked with another of the LAS, or with nobody."""
    ongewijzigd: int
    automatisch: int
    zonder_email: int
    vastgehouden: int
    gewaagd: list[Gewaagd]
    """Links to name one by one: their results wait for the next night."""

    @property
    def total(self) -> int:
        """How many records are added or linked by the button."""
        return sum(n for per in self.aantallen.values() for keuze, n in per.items() if keuze is not Keuze.NIET)

    @property
    def is_importable(self) -> bool:
        """Whether there is something to import; of questions alone there is nothing."""
        return self.bevestigt or any(self.aantallen.values()) or not self.vragen

    def number(self, soort: str, keuze: str) -> int:
        return self.aantallen[Soort(soort)][Keuze(keuze)]


def summarise(session: Session, batch: Importbatch) -> Summary:
    """Count what importing this aanlevering will do."""
    regels = lines(session, batch)
    wachten = waiting(session, batch, regels)
    stays = set(wachten)
    todo = [regel for regel in regels if regel.is_work and regel not in stays]
    grave = list(_grave_links(session, todo))
    return Summary(
        digest=_digest(batch, regels),
        regels=regels,
        aantallen={
            soort: Counter(r.keuze for r in todo if r.soort is soort and r.keuze is not None) for soort in KINDS
        },
        vragen=vragen.count(regels),
        wachten=wachten,
        bevestigt=_is_first(session, batch) and any(regel not in stays for regel in regels),
        resultaten=sum(kandidaten.results_of(session, batch.school_id, [doel.id for _, doel in grave]).values()),
        elders=bezorging.count_delivered(session, batch.school_id, _who_change_links(session, todo)),
        ongewijzigd=batch.counted("ongewijzigd"),
        automatisch=sum(regel.toegepast_id is not None and not regel.is_work for regel in regels),
        zonder_email=sum(_lacks_email(regel) for regel in todo),
        vastgehouden=len(batch.held(Soort.LEERLING)),
        gewaagd=links(session, todo),
    )


def _is_first(session: Session, batch: Importbatch) -> bool:
    koppeling = levensloop.of_school(session, batch.school_id)
    is_first = koppeling is not None and koppeling.mag(KoppelingAct.EERSTE_IMPORT)
    return is_first and batch.status is BatchStatus.WACHT_OP_CONTROLE


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
    gone |= {doel.id for doel in targets if doel.las_key is not None and LEERLING.is_another(doel, new[doel.id])}
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
