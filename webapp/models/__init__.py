"""All tables, so that migrations and relationships find them."""

from webapp.models.audit import Audit, Daad
from webapp.models.base import CROSSING, Base, SchoolOwned
from webapp.models.importbatch import BatchStatus, Besluit, Importbatch, Importregel, Keuze, Zekerheid
from webapp.models.koppeling import Koppeling, KoppelingStatus, LasType
from webapp.models.leerlinggegevens import Groep, Leerkracht, Leerling, Lidmaatschap, Soort, Uitzondering
from webapp.models.levering import Bezorging, Levering, LeveringStatus, Nacht, Uitkomst, Verzending
from webapp.models.mail import DoodAdres, Mail, MailSoort, MailStatus
from webapp.models.school import Account, Rol, School, Sessie
from webapp.models.toets import Norm, Resultaat, Toets
from webapp.models.zekering import Zekering

__all__ = [
    "CROSSING",
    "Account",
    "Audit",
    "Base",
    "BatchStatus",
    "Besluit",
    "Bezorging",
    "Daad",
    "DoodAdres",
    "Groep",
    "Importbatch",
    "Importregel",
    "Keuze",
    "Koppeling",
    "KoppelingStatus",
    "LasType",
    "Leerkracht",
    "Leerling",
    "Levering",
    "LeveringStatus",
    "Lidmaatschap",
    "Mail",
    "MailSoort",
    "MailStatus",
    "Nacht",
    "Norm",
    "Resultaat",
    "Rol",
    "School",
    "SchoolOwned",
    "Sessie",
    "Soort",
    "Toets",
    "Uitkomst",
    "Uitzondering",
    "Verzending",
    "Zekerheid",
    "Zekering",
]
