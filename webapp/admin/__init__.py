"""The screens of klantenservice, on Flask-Admin: lists that only read, and acts that services decide."""

from __future__ import annotations

from flask import Flask
from flask_admin import Admin

from webapp.admin.aanvraagmails import AanvraagmailView
from webapp.admin.accounts import AccountView
from webapp.admin.adressen import AdresView
from webapp.admin.audit import AuditView
from webapp.admin.bewaring import BewaringView
from webapp.admin.gesprekken import GesprekView
from webapp.admin.herzendingen import HerzendingView
from webapp.admin.koppelingen import KoppelingView
from webapp.admin.leveranciers import LeverancierView
from webapp.admin.leveringen import LeveringView
from webapp.admin.mails import MailView
from webapp.admin.nachten import NachtView
from webapp.admin.nazendingen import NazendingView
from webapp.admin.schakelaars import SchakelaarView
from webapp.admin.scholen import SchoolView
from webapp.admin.wachtrij import Wachtrij
from webapp.models import Aanvraagmail, Account, Audit, DoodAdres, Koppeling, Leverancier, Levering, Mail, School


def init_app(app: Flask) -> None:
    """Register the screens under /klantenservice/."""
    admin = Admin(name="Klantenservice", index_view=Wachtrij(name="Wacht op ons", url="/klantenservice"))
    admin.add_view(SchoolView(School, "Scholen", "school"))
    admin.add_view(KoppelingView(Koppeling, "Koppelingen", "koppeling"))
    admin.add_view(LeveringView(Levering, "Leveringen", "levering"))
    admin.add_view(NachtView("Nachten", endpoint="ks_nacht", url="nacht"))
    admin.add_view(NazendingView(name="Vorig schooljaar", endpoint="ks_nazending", url="vorig-schooljaar"))
    admin.add_view(HerzendingView(name="Opnieuw versturen", endpoint="ks_herzending", url="opnieuw-versturen"))
    admin.add_view(MailView(Mail, "Mails", "mail"))
    admin.add_view(GesprekView(name="Gesprekken", endpoint="ks_gesprek", url="gesprekken"))
    admin.add_view(AanvraagmailView(Aanvraagmail, "Aanvragen per mail", "aanvraagmail"))
    admin.add_view(AdresView(DoodAdres, "Adressen", "adres"))
    admin.add_view(SchakelaarView(name="Schakelaars", endpoint="ks_schakelaar", url="schakelaars"))
    admin.add_view(AccountView(Account, "Accounts", "account"))
    admin.add_view(LeverancierView(Leverancier, "Leveranciers", "leverancier"))
    admin.add_view(BewaringView("Inzage en wissen", endpoint="ks_bewaring", url="bewaren"))
    admin.add_view(AuditView(Audit, "Audit", "audit"))
    admin.init_app(app)
