"""The turn of the school year: leavers of the highest jaargroep and all others one up are one expected event.

When an answer of the new year has that shape, groepen, moves and leavers are written without a question. A link changes
by nothing but its key or ECK iD, as on any night; who is new follows the agreements of the school.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from webapp.models import Groep, Keuze, Leerling, Lidmaatschap, Wat
from webapp.models.importbatch import Overgegaan
from webapp.models.koppeling import KoppelingAct
from webapp.models.overgang import Vooruitblik
from webapp.models.regel import AnyRegel
from webapp.schooljaar import days_of
from webapp.services import aanwezig, geschiedenis
from webapp.services.inname import vertrek
from webapp.services.inname.aanlevering import Aanlevering
from webapp.services.inname.soorten import Doel
from webapp.services.inname.soorten.soort import proven
from webapp.services.inname.vertrek import Stand
from webapp.services.inname.voorstellen import Gelezen
from webapp.uwlr.values import Leerlinggegevens

_HIGHEST, _UP, _NEW = 0.90, 0.85, 0.20
_ONE = 1
"""Who left alone from another jaargroep is never the shape of a school."""
_FREE = frozenset({"S", "V", "C"})
"""Jaargroepen of a kind of education, or of a combination: nobody goes up in them."""
_OLDEST = {"S": 12, "V": 16}
"""Where nobody has a number, so old are those who leave by themselves."""


@dataclass(frozen=True, slots=True)
class Weg:
    """Somebody of ours who does not come any more."""

    jaargroep: str | None
    geboren: date | None = None


@dataclass(frozen=True, slots=True)
class Wissel:
    """What an answer makes of a school: who leaves, from which jaargroep the others go to which, and who is new."""

    weg: Sequence[Weg]
    verder: Sequence[tuple[str | None, str | None]]
    nieuw: int

    @property
    def hoogste(self) -> str | None:
        """The highest jaargroep that the school had, where it is a number."""
        here = [each.jaargroep for each in self.weg] + [was for was, _ in self.verder]
        return max((each for each in here if each and each.isdigit()), key=int, default=None)

    def is_expected(self, each: Weg, begin: date) -> bool:
        """Whether somebody leaves because school is over."""
        if each.jaargroep in _OLDEST and each.geboren is not None:
            return begin.year - each.geboren.year >= _OLDEST[each.jaargroep]
        return each.jaargroep is not None and each.jaargroep == self.hoogste

    def came_to(self, was: str) -> Overgegaan:
        """As it is kept, and told."""
        return Overgegaan(
            was=was, vertrokken=len(self.weg), jaargroep=self.hoogste, hoger=len(self.verder), nieuw=self.nieuw
        )

    def fits(self, schooljaar: str) -> bool:
        """Whether this is a school that begins this year. One of a single jaargroep may as well have lost half."""
        begin, _ = days_of(schooljaar)
        others = [(was, is_) for was, is_ in self.verder if was != self.hoogste]
        strange = sum(not self.is_expected(each, begin) for each in self.weg)
        has_turned = bool(self.weg) or any(was != is_ for was, is_ in others)
        return (
            bool(others)
            and has_turned
            and (strange <= _ONE or len(self.weg) - strange >= _HIGHEST * len(self.weg))
            and sum(_is_up(was, is_) for was, is_ in others) >= _UP * len(others)
            and self.nieuw <= _NEW * (len(self.weg) + len(self.verder))
        )


def _is_up(was: str | None, is_: str | None) -> bool:
    if not was or not is_:
        return False
    if was in _FREE or is_ in _FREE:
        return True
    return was.isdigit() and is_.isdigit() and int(is_) == int(was) + 1


def turn(
    session: Session,
    aanlevering: Aanlevering,
    per_kind: Sequence[Gelezen],
    before: Sequence[Stand],
    gegevens: Leerlinggegevens,
) -> None:
    """Recognise the turn before anything is written: then it is an act of its own, and the new groepen are added."""
    is_first = aanlevering.koppeling.mag(KoppelingAct.EERSTE_IMPORT)
    if is_first or not aanlevering.is_new_schooljaar:
        return
    found = wissel(per_kind, before, gegevens)
    if not found.fits(gegevens.school.schooljaar):
        return
    aanlevering.overgegaan = found.came_to(aanlevering.koppeling.vorm["schooljaar"])
    geschiedenis.act(session, aanlevering.school_id, Wat.OVERGANG)
    ours = _own_groepen(per_kind)
    for gelezen in per_kind:
        if gelezen.bestand.kind.takes_along:
            _add(session, aanlevering, gelezen, ours)


def wissel(per_kind: Sequence[Gelezen], before: Sequence[Stand], gegevens: Leerlinggegevens) -> Wissel:
    """What an answer makes of our leerlingen."""
    gelezen, stand = _leerlingen(per_kind, before)
    ours: dict[int, Leerling] = {doel.id: proven(doel, Leerling) for doel in gelezen.bestand.records}
    linked = {regel.doel_id: regel for regel in _certain(gelezen) if regel.doel_id is not None}
    left = [proven(doel, Leerling) for doel in leavers(gelezen, stand, gegevens)]
    return Wissel(
        [Weg(each.jaargroep, each.geboortedatum) for each in left],
        [(ours[id_].jaargroep, regel.jaargroep) for id_, regel in linked.items() if id_ in stand.linked],
        sum(each.regel.keuze is Keuze.NIEUW for each in gelezen.binnen) + len(linked.keys() - stand.linked),
    )


def look_ahead(per_kind: Sequence[Gelezen], before: Sequence[Stand], gegevens: Leerlinggegevens) -> Vooruitblik:
    """What the turn would do by this answer, before anything is written."""
    namen = {groep.key: groep.naam for groep in gegevens.groepen}
    gelezen, stand = _leerlingen(per_kind, before)
    regels = [each.regel for each in gelezen.binnen]
    fits = wissel(per_kind, before, gegevens).fits(gegevens.school.schooljaar)
    new = Counter(namen.get("".join(r.groep_keys[:1]), "") for r in regels if r.keuze is Keuze.NIEUW)
    return Vooruitblik(
        past=fits,
        weg=[int(doel.id) for doel in leavers(gelezen, stand, gegevens)],
        verder={str(r.doel_id): namen.get("".join(r.groep_keys[:1]), "") for r in _certain(gelezen)},
        nieuw=dict(new),
        vragen=sum(regel.keuze is None for regel in regels),
    )


def _leerlingen(per_kind: Sequence[Gelezen], before: Sequence[Stand]) -> tuple[Gelezen, Stand]:
    kinds = zip(per_kind, before, strict=True)
    [found] = [each for each in kinds if each[0].bestand.kind.has_results]
    return found


def leavers(gelezen: Gelezen, stand: Stand, gegevens: Leerlinggegevens) -> list[Doel]:
    """Who of ours does not come any more; not whom an open question may mean."""
    kind, regels = gelezen.bestand.kind, [each.regel for each in gelezen.binnen]
    present = [regel.doel_id for regel in _certain(gelezen) if regel.doel_id is not None]
    delivered = kind.contested(gegevens) | frozenset(
        key for each in gelezen.everything for key in (each.regel.las_key, each.regel.eckid) if key is not None
    )
    asked = aanwezig.meant(regel for regel in regels if regel.keuze is None)
    gone = vertrek.gone(gelezen.bestand, stand.linked, present, delivered)
    return [doel for doel in gone if doel.id not in asked]


def _certain(gelezen: Gelezen) -> list[AnyRegel]:
    regels = (each.regel for each in gelezen.binnen)
    return [regel for regel in regels if regel.keuze is Keuze.KOPPEL and regel.doel_id is not None]


def _own_groepen(per_kind: Sequence[Gelezen]) -> frozenset[str]:
    """Keys of the groepen in which somebody of ours stands."""
    with_results = (gelezen for gelezen in per_kind if gelezen.bestand.kind.has_results)
    return frozenset(key for gelezen in with_results for regel in _certain(gelezen) for key in regel.groep_keys)


def _add(session: Session, aanlevering: Aanlevering, gelezen: Gelezen, ours: Collection[str]) -> None:
    """Make the groepen of the new year that are the school's own: with somebody of ours, or of a jaargroep it had.

    A groep that may be one of last year is a new one all the same: it has other leerlingen. Not one of which a person
    said something.
    """
    bestand = gelezen.bestand
    had = {
        groep.jaargroep
        for groep in (proven(doel, Groep) for doel in bestand.records)
        if groep.status is Lidmaatschap.ACTIEF and groep.jaargroep and groep.jaargroep.isdigit()
    }
    for inkomend in gelezen.binnen:
        regel = inkomend.regel
        is_said = regel.later_op is not None or inkomend.identity in bestand.gezegd
        if regel.keuze is Keuze.KOPPEL or regel.las_key is None or is_said:
            continue
        if regel.las_key not in ours and regel.jaargroep not in had:
            continue
        for doel in bestand.records:
            if doel.las_key == regel.las_key:
                bestand.kind.give_up(doel, "las_key")
        session.flush()
        groep = Groep(school_id=aanlevering.school_id, naam=regel.naam or "", las_key=regel.las_key)
        session.add(groep)
        session.flush()
        bestand.by_id[groep.id] = groep
        regel.keuze, regel.doel_id = Keuze.KOPPEL, groep.id
