"""The front door of the simulated ParnasSys."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from sandbox.parnassys.data import Koppelingstap, ParnassysSchool
from sandbox.parnassys.db import db
from sandbox.parnassys.rules import groepen, leerkrachten, leerlingen, messages
from sandbox.parnassys.screens.access import PATH, SUPPLIER, log_in, log_out, parnassys, school_required
from sandbox.parnassys.settings import Settings

SUPPLIER_LOGIN = ("aanbieder", "aanbieder-proef")


@dataclass(frozen=True, slots=True)
class Proeflogin:
    """An account that the login page shows, since nothing behind it is real."""

    wie: str
    uitleg: str
    gebruikersnaam: str
    wachtwoord: str
    value: ParnassysSchool | str


@parnassys.get("/")
@school_required
def start(school: ParnassysSchool) -> ResponseReturnValue:
    """What a school sees first: what is in its administration, and how the koppeling stands."""
    session = db.session()
    return render_template(
        "parnassys/start.html",
        leerlingen=len(leerlingen.enrolled(session, school)),
        groepen=len(groepen.of_school(session, school)),
        leerkrachten=len(leerkrachten.of_school(session, school)),
        resultaten=messages.count_results(session, school),
        berichten=messages.history(session, school, limit=5),
        koppeling=school.koppeling,
        Koppelingstap=Koppelingstap,
    )


@parnassys.route("/inloggen", methods=["GET", "POST"])
def inloggen() -> ResponseReturnValue:
    """Log in as a school, or as the supplier; the page itself tells the accounts."""
    accounts = _accounts()
    gebruikersnaam = request.form.get("gebruikersnaam", "").strip().lower()
    if request.method == "POST":
        given = f"{gebruikersnaam}\n{request.form.get('wachtwoord', '')}".encode()
        for account in accounts:
            if hmac.compare_digest(f"{account.gebruikersnaam}\n{account.wachtwoord}".encode(), given):
                response = make_response(redirect(_destination(account), 303))
                log_in(response, account.value)
                return response
        flash(
            "Deze gebruikersnaam en dit wachtwoord horen niet bij elkaar. Neem ze over uit de lijst hieronder.", "fout"
        )
    return render_template(
        "parnassys/inloggen.html",
        accounts=accounts,
        gebruikersnaam=gebruikersnaam,
        naar=request.values.get("naar", ""),
    )


@parnassys.post("/uitloggen")
def uitloggen() -> ResponseReturnValue:
    """Log out of ParnasSys; the login of the test centre stays."""
    response = make_response(redirect(url_for("parnassys.inloggen"), 303))
    log_out(response)
    return response


def _destination(account: Proeflogin) -> str:
    """The page somebody was on the way to, when it is one for this account; else where the account begins."""
    begin = url_for("parnassys.aanbieder" if account.value == SUPPLIER else "parnassys.start")
    naar = request.form.get("naar", "")
    for_supplier = naar.startswith(url_for("parnassys.aanbieder"))
    is_page = naar.startswith(f"{PATH}/") and naar.isascii() and naar.isprintable() and "\\" not in naar
    return naar if is_page and for_supplier == (account.value == SUPPLIER) else begin


def _accounts() -> list[Proeflogin]:
    settings: Settings = current_app.extensions["settings"]
    schools = [
        Proeflogin(
            school.naam,
            f"Beheerder van de school, BRIN {school.brin}",
            school.gebruikersnaam,
            school.wachtwoord,
            school,
        )
        for school in db.session.scalars(select(ParnassysSchool).order_by(ParnassysSchool.id))
    ]
    uitleg = f"Zet als {settings.testcentrum} de koppeling open voor een school"
    return [*schools, Proeflogin("Aanbieder-portaal", uitleg, *SUPPLIER_LOGIN, SUPPLIER)]
