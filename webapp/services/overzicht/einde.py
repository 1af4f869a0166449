"""What may be open at a school, and who is to act; `open_einden` finds it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from webapp.models import KoppelingStatus, Schakelaar
from webapp.models.fout import Fout
from webapp.models.ids import BatchId
from webapp.uwlr.codes import Owner


class Aan(StrEnum):
    """Who is to act; the badge on the page has this value as its kind."""

    IN_ORDE = "in-orde"
    U = "u"
    TESTCENTRUM = "testcentrum"
    LAS = "las"
    PAUZE = "pauze"


class Einde(StrEnum):
    """What may be open, the worst first."""

    ELDERS_AFGELEVERD = "elders afgeleverd"
    GEEN_KOPPELING = "geen koppeling"
    ONBEVESTIGD = "onbevestigd"
    AANGEVRAAGD = "aangevraagd"
    OPENGEZET = "opengezet"
    INGEDIEND = "ingediend"
    AFGEWEZEN = "afgewezen"
    GEPAUZEERD = "gepauzeerd"
    BEEINDIGD = "beeindigd"
    INGETROKKEN = "ingetrokken"
    SLEUTEL_GEWEIGERD = "sleutel geweigerd"
    OPHALEN_MISLUKT = "ophalen mislukt"
    """Somebody has to act: the code says who."""
    VASTGEHOUDEN = "vastgehouden"
    KLOPT_NIET = "klopt niet"
    """Leerlingen of whom somebody said that the link is wrong; `wat` holds their ids, longest waiting first."""
    VERSTUREN_MISLUKT = "versturen mislukt"
    GEWEIGERD = "resultaten geweigerd"
    NAKIJKEN = "nakijken"
    """Results of which the LAS has, or may have, something newer than we have since a restore."""
    CONTROLEREN = "controleren"
    NIET_GEKOPPELD = "niet gekoppeld"
    """Results that wait because their leerling has no link."""
    NIET_IN_LAS = "niet in het las"
    """Leerlingen who are here and not in the LAS, about whom nobody decided in this school year."""
    JAAR_TERUGGENOMEN = "jaar teruggenomen"
    """A new school year that a beheerder took back: it waits until one of them lets it begin."""
    NIEUW_SCHOOLJAAR = "nieuw schooljaar"
    JAAR_UITGESTELD = "jaar uitgesteld"
    """The school itself put the new year off, until `tot`."""
    ANDERE_LOCATIE = "andere locatie"
    """Leerlingen whom the LAS sends with this location, and who are at another by its own word."""
    BLIJFT_LIGGEN = "blijft liggen"
    """Results that could go and did not for days, without a fault."""
    CERTIFICAAT = "certificaat"
    STILGEZET = "stilgezet"
    """Klantenservice switched off what this school waits for."""
    LAS_GEPAUZEERD = "las gepauzeerd"
    NIET_AAN_DE_BEURT = "niet aan de beurt"
    """Nights take so many schools of its LAS and no more, until klantenservice raises that."""
    OPHALEN_HAPERT = "ophalen hapert"
    """It is tried again without anybody."""
    VERSTUREN_HAPERT = "versturen hapert"
    NACHT = "nacht"
    """The last night did not begin, or did not reach this school."""
    MAIL = "mail"
    TOEGANG_GEVRAAGD = "toegang gevraagd"
    """Somebody asks to become a beheerder."""
    OPGESCHORT = "toegang opgeschort"
    """Leerkrachten whom the LAS does not send any more: a beheerder says whether they left."""
    EINDE_GEVRAAGD = "einde gevraagd"
    EERSTE_KEER = "eerste keer"


@dataclass(frozen=True)
class OpenEinde:
    """One thing that is open, who is to act, and how many of it there are."""

    einde: Einde
    aan: Aan
    aantal: int = 1
    fout: Fout | None = None
    sinds: datetime | None = None
    batch_id: BatchId | None = None
    schakelaar: Schakelaar | None = None
    """Why it stands still, when it was switched off."""
    later: int = 0
    """How many of these a person put off until it suits them."""
    wat: str = ""
    """The school year that began, the address that takes no mail when there is one, or what is held."""
    tot: date | None = None
    door: str | None = None
    """Who paused it."""
    laatst: datetime | None = None
    """Since when the newest of several is there."""


AAN_VAN = {
    Owner.SCHOOL: Aan.U,
    Owner.KLANTENSERVICE: Aan.TESTCENTRUM,
    Owner.LAS: Aan.LAS,
    Owner.NIEMAND: Aan.LAS,
}
VAN_STATUS = {
    KoppelingStatus.ONBEVESTIGD: OpenEinde(Einde.ONBEVESTIGD, Aan.U),
    KoppelingStatus.AANGEVRAAGD: OpenEinde(Einde.AANGEVRAAGD, Aan.TESTCENTRUM),
    KoppelingStatus.OPENGEZET: OpenEinde(Einde.OPENGEZET, Aan.U),
    KoppelingStatus.INGEDIEND: OpenEinde(Einde.INGEDIEND, Aan.TESTCENTRUM),
    KoppelingStatus.AFGEWEZEN: OpenEinde(Einde.AFGEWEZEN, Aan.U),
    KoppelingStatus.GEPAUZEERD: OpenEinde(Einde.GEPAUZEERD, Aan.PAUZE),
    KoppelingStatus.BEEINDIGD: OpenEinde(Einde.BEEINDIGD, Aan.PAUZE),
    KoppelingStatus.INGETROKKEN: OpenEinde(Einde.INGETROKKEN, Aan.PAUZE),
}
DOOR_SCHOOL = "door school"
"""Of `GEPAUZEERD`: the school paused it itself."""
ZONDER_VRAGEN = "zonder vragen"
"""Of `CONTROLEREN`: nothing is asked, and the number is of the gegevens that only have to be taken over."""
