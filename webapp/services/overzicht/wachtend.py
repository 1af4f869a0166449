"""What may wait for klantenservice, of which kind it is, and by which key it is known; `wachtrij` finds it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from webapp.models import Aanvraagmail, DoodAdres, Koppeling, LasType, Mail, School
from webapp.models.fout import Fout
from webapp.models.zaak import LONGEST_SLEUTEL
from webapp.services.koppeling.register import Inschrijving
from webapp.services.overzicht.alarmen import Melding


class Zaaksoort(StrEnum):
    """The kinds by which clerks share the queue; each reason is of one."""

    AANVRAAG = "aanvraag"
    GOEDKEUREN = "goedkeuren"
    OPHALEN = "ophalen"
    VASTGEHOUDEN = "vastgehouden"
    RESULTATEN = "resultaten"
    MAIL = "mail"
    STILTE = "stilte"
    OVERIG = "overig"


class Wachtreden(StrEnum):
    """Why something waits."""

    AANVRAAG = "aanvraag"
    INGEDIEND = "ingediend"
    BIJ_SCHOOL = "fout bij de school"
    """What the school has to mend, such as a key that was refused, and did not for days."""
    STIL = "stil"
    """The school was told to act, was reminded, and does nothing."""
    OPHALEN = "ophalen mislukt"
    VERSTUREN = "versturen mislukt"
    RESULTATEN = "resultaten geweigerd"
    ELDERS = "elders afgeleverd"
    KLOPT_NIET = "klopt niet"
    """Somebody of the school says that the link of a leerling is wrong."""
    ANDERE_LOCATIE = "andere locatie"
    VASTGEHOUDEN = "vastgehouden"
    ONBEANTWOORD = "onbeantwoord"
    """Nobody of the school did anything about its questions, after all reminders."""
    VAKANTIES = "schoolvakanties"
    """The school holidays of the coming year are not known here."""
    EINDE = "einde gevraagd"
    PAUZE = "pauze"
    """It rests without an end; one that the school chose only after a while."""
    LEVERANCIER = "leverancier"
    """A fault that the supplier of the LAS has to solve: one line per LAS and code, whatever schools have it."""
    STORING = "storing"
    """Trouble that nobody had to act on, and that has lasted a whole night by now; lines as above."""
    MAIL = "mail"
    AANVRAAGMAIL = "aanvraagmail"
    """A mail of the manual that is not clear; one line per sender."""
    ADRES = "adres"
    LAS_GEPAUZEERD = "las gepauzeerd"
    CERTIFICAAT_VERLOOPT = "certificaat verloopt"
    CERTIFICAAT_VERLOPEN = "certificaat verlopen"
    CERTIFICAAT_ONLEESBAAR = "certificaat onleesbaar"
    ALARM = "alarm"


@dataclass(frozen=True)
class Wachtend:
    """One thing to do: about a koppeling, a mail, a LAS, or the whole installation."""

    reden: Wachtreden
    sinds: datetime
    laatst: datetime | None = None
    """Since when the newest of several is there, where what is new is not put off with what was there."""
    koppeling: Koppeling | None = None
    school: School | None = None
    """The school of a mail that is about no koppeling."""
    mail: Mail | None = None
    adres: DoodAdres | None = None
    aanvraagmail: Aanvraagmail | None = None
    contact: datetime | None = None
    """When the school last got a mail from us."""
    fout: Fout | None = None
    number: int = 0
    """How many results were refused or stand at another leerling, leerlingen are at another location or seem to have
    left or are said to be linked wrongly, mails wait, or schools wait for their LAS."""
    wat: str = ""
    """The kind of what seems to have left; the ids of leerlingen of whom a link is said to be wrong; the state of the
    koppeling that the school of an aanvraag has already."""
    las_type: LasType | None = None
    """The LAS that this is about, with `fout` as the reason."""
    koppelingen: tuple[Koppeling, ...] = ()
    """Those that have it, where one line stands for several."""
    begonnen: tuple[datetime, ...] = ()
    """Since when each of them has it."""
    einde: datetime | None = None
    """Until when the client certificate is valid."""
    alarm: Melding | None = None
    """What nobody would notice by itself."""
    register: Inschrijving | None = None
    """What the register says of the school of an aanvraag."""
    is_versturen: bool = False
    """Where one line stands for several schools: whether it is about results, not about fetching."""
    toetsen: tuple[str, ...] = ()
    """Of results that several schools were refused for one cause: the tests, the most refused first."""

    @property
    def soort(self) -> Zaaksoort:
        """Under which kind it stands."""
        if self.reden in _PER_LAS:
            return Zaaksoort.RESULTATEN if self.is_versturen else Zaaksoort.OPHALEN
        return _SOORT_VAN[self.reden]

    @property
    def is_gebundeld(self) -> bool:
        """Whether one cause hits several schools: such a line stands on top."""
        return self.las_type is not None

    @property
    def sleutel(self) -> str:
        """The name of the case, the same at every look as long as its cause is there."""
        return f"{self.reden.name.lower()}:{self._waarvan}"[:LONGEST_SLEUTEL]

    @property
    def _waarvan(self) -> str:
        if self.alarm is not None:
            return self.alarm.oorzaak
        if self.las_type is not None:
            klasse = self.fout.gegevens.get("klasse", "") if self.fout is not None else ""
            return f"{self.las_type}:{self.fout.code if self.fout is not None else ''}{klasse and ':'}{klasse}"
        for row in (self.aanvraagmail, self.adres, self.mail):
            if row is not None:
                return f"{row.__tablename__}:{row.id}"
        if self.koppeling is None:
            return "alle"
        about_brin = self.reden is Wachtreden.AANVRAAG
        return f"brin:{self.koppeling.brin}" if about_brin else f"koppeling:{self.koppeling.id}"


_PER_LAS = frozenset({Wachtreden.LEVERANCIER, Wachtreden.STORING})
_SOORT_VAN = {
    Wachtreden.AANVRAAG: Zaaksoort.AANVRAAG,
    Wachtreden.AANVRAAGMAIL: Zaaksoort.AANVRAAG,
    Wachtreden.INGEDIEND: Zaaksoort.GOEDKEUREN,
    Wachtreden.OPHALEN: Zaaksoort.OPHALEN,
    Wachtreden.ANDERE_LOCATIE: Zaaksoort.OPHALEN,
    Wachtreden.LAS_GEPAUZEERD: Zaaksoort.OPHALEN,
    Wachtreden.VASTGEHOUDEN: Zaaksoort.VASTGEHOUDEN,
    Wachtreden.VERSTUREN: Zaaksoort.RESULTATEN,
    Wachtreden.RESULTATEN: Zaaksoort.RESULTATEN,
    Wachtreden.ELDERS: Zaaksoort.RESULTATEN,
    Wachtreden.KLOPT_NIET: Zaaksoort.RESULTATEN,
    Wachtreden.MAIL: Zaaksoort.MAIL,
    Wachtreden.ADRES: Zaaksoort.MAIL,
    Wachtreden.STIL: Zaaksoort.STILTE,
    Wachtreden.BIJ_SCHOOL: Zaaksoort.STILTE,
    Wachtreden.ONBEANTWOORD: Zaaksoort.STILTE,
    Wachtreden.ALARM: Zaaksoort.STILTE,
    Wachtreden.EINDE: Zaaksoort.OVERIG,
    Wachtreden.PAUZE: Zaaksoort.STILTE,
    Wachtreden.VAKANTIES: Zaaksoort.OVERIG,
    Wachtreden.CERTIFICAAT_VERLOOPT: Zaaksoort.OVERIG,
    Wachtreden.CERTIFICAAT_VERLOPEN: Zaaksoort.OVERIG,
    Wachtreden.CERTIFICAAT_ONLEESBAAR: Zaaksoort.OVERIG,
}
