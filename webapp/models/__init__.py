"""All tables, so that migrations and relationships find them."""

from webapp.models.aanvraagmail import Aanvraagmail
from webapp.models.afspraken import Afspraken, Mailritme
from webapp.models.alarm import Alarm, Alarmsoort, Levensteken
from webapp.models.audit import Audit, Daad, Spoordag
from webapp.models.base import CROSSING, Base, SchoolOwned
from webapp.models.bewaring import Opruiming, Wissing
from webapp.models.dubbel import MogelijkDezelfde
from webapp.models.geschiedenis import Handeling, Mutatie, Teruggenomen, Wat
from webapp.models.goedkeuring import GoedkeurenVanzelf
from webapp.models.herkomst import Herkomst
from webapp.models.herzending import Herzending, Herzendregel
from webapp.models.importbatch import BatchStatus, Besluit, Importbatch, Importregel, Keuze, Zekerheid
from webapp.models.inloggen import Bewaard, Identiteit, Rem, Sessie
from webapp.models.installatie import Installatie
from webapp.models.koppeling import Koppeling, KoppelingStatus, LasType
from webapp.models.leerlinggegevens import (
    Groep,
    KloptNiet,
    Leerkracht,
    Leerling,
    Lidmaatschap,
    Soort,
    Uitgezonderd,
    Uitzondering,
    VervallenUitzondering,
)
from webapp.models.leverancier import Afnamesleutel, Afnameverzoek, Leverancier, LeverancierSchool
from webapp.models.levering import Bezorging, Levering, LeveringStatus, Uitkomst, Verzending
from webapp.models.mail import DoodAdres, Mail, MailSoort, MailStatus
from webapp.models.nacht import Nacht, Nachtstand, Schoolnacht, Schoolstand
from webapp.models.nazending import Nazending, Nazendregel
from webapp.models.notitie import Belreden, Notitie
from webapp.models.overdracht import Advies, Overdracht, Overdrachtvraag
from webapp.models.overgang import Overgang
from webapp.models.plafond import Plafond
from webapp.models.reservekopie import Reservekopie
from webapp.models.schakelaar import Aanleiding, Schakelaar, Werk
from webapp.models.school import Account, Medewerker, Registerschool, Rol, School, Toetreding, Toetreed
from webapp.models.toets import Norm, Resultaat, Toets
from webapp.models.zaak import Zaak, Zaakkijker
from webapp.models.zekering import Zekering
from webapp.models.zendkeuze import Minuut, Uitgezet, Zendkeuze

__all__ = [
    "CROSSING",
    "Aanleiding",
    "Aanvraagmail",
    "Account",
    "Advies",
    "Afnamesleutel",
    "Afnameverzoek",
    "Afspraken",
    "Alarm",
    "Alarmsoort",
    "Audit",
    "Base",
    "BatchStatus",
    "Belreden",
    "Besluit",
    "Bewaard",
    "Bezorging",
    "Daad",
    "DoodAdres",
    "GoedkeurenVanzelf",
    "Groep",
    "Handeling",
    "Herkomst",
    "Herzending",
    "Herzendregel",
    "Identiteit",
    "Importbatch",
    "Importregel",
    "Installatie",
    "Keuze",
    "KloptNiet",
    "Koppeling",
    "KoppelingStatus",
    "LasType",
    "Leerkracht",
    "Leerling",
    "Levensteken",
    "Leverancier",
    "LeverancierSchool",
    "Levering",
    "LeveringStatus",
    "Lidmaatschap",
    "Mail",
    "MailSoort",
    "MailStatus",
    "Mailritme",
    "Medewerker",
    "Minuut",
    "MogelijkDezelfde",
    "Mutatie",
    "Nacht",
    "Nachtstand",
    "Nazending",
    "Nazendregel",
    "Norm",
    "Notitie",
    "Opruiming",
    "Overdracht",
    "Overdrachtvraag",
    "Overgang",
    "Plafond",
    "Registerschool",
    "Rem",
    "Reservekopie",
    "Resultaat",
    "Rol",
    "Schakelaar",
    "School",
    "SchoolOwned",
    "Schoolnacht",
    "Schoolstand",
    "Sessie",
    "Soort",
    "Spoordag",
    "Teruggenomen",
    "Toetreding",
    "Toetreed",
    "Toets",
    "Uitgezet",
    "Uitgezonderd",
    "Uitkomst",
    "Uitzondering",
    "VervallenUitzondering",
    "Verzending",
    "Wat",
    "Werk",
    "Wissing",
    "Zaak",
    "Zaakkijker",
    "Zekerheid",
    "Zekering",
    "Zendkeuze",
]
